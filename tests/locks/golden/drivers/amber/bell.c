// SPDX-License-Identifier: GPL-2.0-or-later
/* The work of the other driver, see core/bell.c. */
#include <linux/kernel.h>
#include <linux/bell.h>

struct amber_bell {
	struct work_struct count, ring;
	struct bell bell;
};

static void bad_amber_count(struct work_struct *work)
{
	bell_count();
}

static void maybe_amber_ring(struct work_struct *work)
{
	struct amber_bell *b = container_of(work, struct amber_bell, ring);

	bell_ring(&b->bell);
}

void amber_bell_bind(struct amber_bell *b)
{
	INIT_WORK(&b->count, bad_amber_count);
	INIT_WORK(&b->ring, maybe_amber_ring);
}
