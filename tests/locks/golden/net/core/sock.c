// SPDX-License-Identifier: GPL-2.0-or-later
/* What protocols share: their own holder is the one that a core comes back for. */
#include <linux/kernel.h>
#include <net/sock.h>

void sk_let_go(struct sock *sk)
{
	sk->sk_prot->destroy(sk);
}
