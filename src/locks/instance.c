// SPDX-License-Identifier: GPL-2.0-or-later
/* Are two locks of one class one object? */
#include <string.h>

#include "locks/finder.h"

/* The field that the lock's container lies in, or OST_NO_ID when it is behind a pointer. */
static uint32_t embedding(const struct ost_path *path)
{
	if (path->nr_steps < 2 || path->steps[path->nr_steps - 1].kind != OST_STEP_FIELD ||
	    path->steps[path->nr_steps - 2].kind != OST_STEP_FIELD)
		return OST_NO_ID;
	return path->steps[path->nr_steps - 2].id;
}

enum ost_relation ost_relate(struct ost_finder *f, const struct ost_path *a, const struct ost_path *b)
{
	uint32_t in_a = embedding(a), in_b = embedding(b);

	if (ost_path_is_rooted(a) && ost_path_equal(a, b))
		return a->kind == OST_BASE_GLOBAL ? OST_REL_GLOBAL : OST_REL_SAME;
	if (in_a != in_b && in_a != OST_NO_ID && in_b != OST_NO_ID)
		return OST_REL_OTHER;
	if (ost_path_is_rooted(a) && a->kind == b->kind && a->base == b->base && !b->is_truncated)
		return OST_REL_OTHER;
	return OST_REL_UNKNOWN;
}

void ost_reduce_path(struct ost_finder *f, struct ost_path *path, struct ost_reductions *used)
{
}
