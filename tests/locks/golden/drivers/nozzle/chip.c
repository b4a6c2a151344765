// SPDX-License-Identifier: GPL-2.0-or-later
/* A chip that completes its own requests, in a thread. */
#include <linux/kernel.h>
#include "nozzle.h"

struct chip {
	spinlock_t lock;
	struct work_struct work;
	struct usb_request req;
	struct usb_ep ep;
};

static void chip_complete(struct usb_ep *ep, struct usb_request *req)
{
	struct chip *c = req->context;

	spin_lock(&c->lock);
	spin_unlock(&c->lock);
}

void chip_thread(struct chip *c)
{
	give_back(&c->ep, &c->req);
}

static void maybe_chip_stop(struct work_struct *work)
{
	struct chip *c = container_of(work, struct chip, work);

	spin_lock(&c->lock);
	c->req.context = c;
	spin_unlock(&c->lock);
}

void chip_init(struct chip *c)
{
	INIT_WORK(&c->work, maybe_chip_stop);
	c->req.complete = chip_complete;
}
