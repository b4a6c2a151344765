// SPDX-License-Identifier: GPL-2.0-or-later
/* A constant of that name is another one than valued.c's. */
#include <linux/kernel.h>
#include "valued.h"
#define PRESS_HARD 2

void bad_press(struct valve *v, int how)
{
	if (how & PRESS_HARD) {
		mutex_lock(&v->pressed);
		mutex_unlock(&v->pressed);
	}
}
