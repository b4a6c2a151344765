// SPDX-License-Identifier: GPL-2.0-or-later
#include "port.h"

static void double_poll(struct work_struct *work)
{
	struct port *port = container_of(work, struct port, poll_work);
	struct double_hw *hw = port_priv(port);

	mutex_lock(&hw->lock);
	mutex_unlock(&hw->lock);
}

void double_init(struct port *port)
{
	struct double_hw *hw = port_priv(port);

	hw->port = port;
	INIT_WORK(&port->poll_work, double_poll);
}

void double_swap(struct double_hw *hw, struct port *other)
{
	hw->port = other;
}

void maybe_stop_of_pair_that_changes(struct double_hw *hw)
{
	mutex_lock(&hw->lock);
	cancel_work_sync(&hw->port->poll_work);
	mutex_unlock(&hw->lock);
}
