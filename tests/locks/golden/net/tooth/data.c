// SPDX-License-Identifier: GPL-2.0-or-later
/* Another one beside it, which takes the device first, too. */
#include <linux/kernel.h>
#include <net/sock.h>
#include "tooth.h"

static void data_told(struct tooth_dev *d, int status)
{
	lock_sock(d->last);
	d->last->id = status;
	release_sock(d->last);
}

int maybe_data_connect(struct sock *sk)
{
	struct tooth_dev *d = tooth_of(sk);

	mutex_lock(&d->lock);
	lock_sock(sk);
	d->last = sk;
	release_sock(sk);
	mutex_unlock(&d->lock);
	return 0;
}

static int data_release(struct socket *sock)
{
	return 0;
}

const struct proto_ops data_ops = { .release = data_release };
const struct tooth_cb data_cb = { .told = data_told, .nr = 1 };
