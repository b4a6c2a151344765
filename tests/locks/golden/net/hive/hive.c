// SPDX-License-Identifier: GPL-2.0-or-later
/* One more protocol, which is met first: its sockets are none of net/one. */
#include <linux/kernel.h>
#include <net/sock.h>

static int hive_release(struct socket *sock)
{
	return 0;
}

static void hive_close(struct sock *sk)
{
	lock_sock(sk);
	sk_let_go(sk);
	release_sock(sk);
}

static void hive_destroy(struct sock *sk)
{
	sk->id = 0;
}

const struct proto hive_proto = { .close = hive_close, .destroy = hive_destroy };
const struct proto_ops hive_ops = { .release = hive_release };
