/* SPDX-License-Identifier: GPL-2.0-or-later */
/* what decided.c includes by way of levers.h */
enum lever_how {
	LEVER_QUICK = 1 << 0,
	LEVER_SAFE = 1 << 1,
	LEVER_BOTH = BIT(0) | BIT(1),
};
