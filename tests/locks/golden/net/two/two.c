// SPDX-License-Identifier: GPL-2.0-or-later
/* The folder has sockets of two kinds: one may be held, and the other one taken. */
#include <linux/kernel.h>
#include <net/sock.h>

static DEFINE_MUTEX(two_list_lock);

static int two_plain_release(struct socket *sock)
{
	return 0;
}

static int two_fine_release(struct socket *sock)
{
	return 1;
}

void maybe_two_shut(struct sock *sk)
{
	lock_sock(sk);
	mutex_lock(&two_list_lock);
	mutex_unlock(&two_list_lock);
	release_sock(sk);
}

void maybe_two_expires(int n)
{
	struct sock *sk = sk_of(n);

	mutex_lock(&two_list_lock);
	lock_sock(sk);
	release_sock(sk);
	mutex_unlock(&two_list_lock);
}

const struct proto_ops two_plain_ops = { .release = two_plain_release };
const struct proto_ops two_fine_ops = { .release = two_fine_release };
