// SPDX-License-Identifier: GPL-2.0-or-later
/* The folder has sockets of one kind: what it locks is that. */
#include <linux/kernel.h>
#include <net/sock.h>

static DEFINE_MUTEX(one_list_lock);

static int one_release(struct socket *sock)
{
	return 0;
}

static void bad_one_close(struct sock *sk)
{
	lock_sock(sk);
	sk_let_go(sk);
	release_sock(sk);
}

static void bad_one_destroy(struct sock *sk)
{
	mutex_lock(&one_list_lock);
	mutex_unlock(&one_list_lock);
}

void bad_one_expires(int n)
{
	struct sock *sk = sk_of(n);

	mutex_lock(&one_list_lock);
	lock_sock(sk);
	release_sock(sk);
	mutex_unlock(&one_list_lock);
}

const struct proto one_proto = { .close = bad_one_close, .destroy = bad_one_destroy };
const struct proto_ops one_ops = { .release = one_release };
