// SPDX-License-Identifier: GPL-2.0-or-later
/* Is the lock of the one who waits that of the one who is waited for? What a pointer is set to tells. */
#include "port.h"

static void single_poll(struct work_struct *work)
{
	struct port *port = container_of(work, struct port, poll_work);
	struct single_hw *hw = port_priv(port);

	mutex_lock(&hw->lock);
	mutex_unlock(&hw->lock);
}

void single_init(struct port *port)
{
	struct single_hw *hw = port_priv(port);

	hw->port = port;
	INIT_WORK(&port->poll_work, single_poll);
}

void bad_stop_of_single_pair(struct single_hw *hw)
{
	mutex_lock(&hw->lock);
	cancel_work_sync(&hw->port->poll_work);
	mutex_unlock(&hw->lock);
}
