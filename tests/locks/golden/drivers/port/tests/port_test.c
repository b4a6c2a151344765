// SPDX-License-Identifier: GPL-2.0-or-later
#include "../port.h"

void port_test_init(struct single_hw *hw, struct port *made_up)
{
	hw->port = made_up;
}
