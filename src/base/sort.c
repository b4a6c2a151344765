// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define TAIL_SHARE 8	/* a longer part of all than this is no tail */

static size_t in_order(const char *items, size_t nr, size_t size, int (*cmp)(const void *, const void *))
{
	size_t i = 1;

	while (i < nr && cmp(items + (i - 1) * size, items + i * size) <= 0)
		i++;
	return i;
}

/* From the end on, so that nothing is written over before it was read. */
static void merge(char *items, size_t nr_head, const char *tail, size_t nr_tail, size_t size,
		  int (*cmp)(const void *, const void *))
{
	char *to = items + (nr_head + nr_tail) * size;

	while (nr_tail) {
		to -= size;
		if (nr_head && cmp(items + (nr_head - 1) * size, tail + (nr_tail - 1) * size) > 0)
			memcpy(to, items + --nr_head * size, size);
		else
			memcpy(to, tail + --nr_tail * size, size);
	}
}

void ost_sort_tail(void *items, size_t nr, size_t size, int (*cmp)(const void *, const void *))
{
	size_t head = nr ? in_order(items, nr, size, cmp) : 0, rest = nr - head;
	char *tail;

	if (!rest)
		return;
	if (rest > nr / TAIL_SHARE) {
		qsort(items, nr, size, cmp);
		return;
	}
	tail = ost_reallocarray(NULL, rest, size);
	memcpy(tail, (char *)items + head * size, rest * size);
	qsort(tail, rest, size, cmp);
	merge(items, head, tail, rest, size, cmp);
	free(tail);
}
