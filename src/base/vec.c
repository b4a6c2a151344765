// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/vec.h"

void ost_vec_grow_(void **items, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap + *cap / 2;

	if (n < need)	/* as it is when the half more wraps */
		n = need;
	if (n < 8)
		n = 8;
	*items = ost_reallocarray(*items, n, size);
	*cap = n;
}

void ost_vec_grow_spread_(void **items, size_t *cap, size_t need, size_t nr, size_t size)
{
	void *room = ost_malloc_spread(need, size);

	if (nr)
		memcpy(room, *items, nr * size);
	free(*items);
	*items = room;
	*cap = need;
}
