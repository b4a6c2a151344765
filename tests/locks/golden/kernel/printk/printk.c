// SPDX-License-Identifier: GPL-2.0-or-later
/* The console's semaphore, whose release is not a plain one. */
#include <linux/kernel.h>

static DEFINE_SEMAPHORE(console_sem, 1);

void console_lock(void)
{
	down(&console_sem);
}

void console_unlock(void)
{
	if (messages_wait())
		print_and_hand_over();
	else
		up(&console_sem);
}
