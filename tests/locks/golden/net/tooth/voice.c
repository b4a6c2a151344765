// SPDX-License-Identifier: GPL-2.0-or-later
/* One protocol of the folder: its sockets are those of this file. */
#include <linux/kernel.h>
#include <net/sock.h>
#include "tooth.h"

static void bad_voice_told(struct tooth_dev *d, int status)
{
	lock_sock(d->first);
	d->first->id = status;
	release_sock(d->first);
}

int bad_voice_connect(struct sock *sk)
{
	struct tooth_dev *d = tooth_of(sk);

	lock_sock(sk);
	mutex_lock(&d->lock);
	d->first = sk;
	mutex_unlock(&d->lock);
	release_sock(sk);
	return 0;
}

static int voice_release(struct socket *sock)
{
	return 0;
}

const struct proto_ops voice_ops = { .release = voice_release };
const struct tooth_cb voice_cb = { .told = bad_voice_told, .nr = 0 };
