// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests that somebody else completes, as a rule in an interrupt. */
#include <linux/kernel.h>
#include "nozzle.h"

struct user {
	spinlock_t lock;
	struct work_struct work;
	struct usb_request req;
};

static void user_complete(struct usb_ep *ep, struct usb_request *req)
{
	struct user *u = req->context;

	spin_lock(&u->lock);
	spin_unlock(&u->lock);
}

static void bad_user_stop(struct work_struct *work)
{
	struct user *u = container_of(work, struct user, work);

	spin_lock(&u->lock);
	u->req.context = u;
	spin_unlock(&u->lock);
}

void user_init(struct user *u)
{
	INIT_WORK(&u->work, bad_user_stop);
	u->req.complete = user_complete;
}
