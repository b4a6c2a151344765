/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vec.h - growing arrays of any type.
 *
 *	OST_VEC(struct ost_hunk) hunks = OST_VEC_INIT;
 *	*ost_vec_push(&hunks) = (struct ost_hunk){ ... };
 *	for (size_t i = 0; i < hunks.nr; i++) ... hunks.items[i] ...
 *	ost_vec_deinit(&hunks);
 *
 * Items move when the vector grows: keep indexes, not pointers.
 */
#ifndef OST_BASE_VEC_H
#define OST_BASE_VEC_H

#include <stddef.h>
#include <string.h>

#include "base/alloc.h"

#define OST_VEC(type) struct { type *items; size_t nr, cap; }
#define OST_VEC_INIT { NULL, 0, 0 }

void ost_vec_grow_(void **items, size_t *cap, size_t need, size_t size);

void ost_vec_grow_spread_(void **items, size_t *cap, size_t need, size_t nr, size_t size);

/* Room for n items in all. */
#define ost_vec_reserve(v, n)						\
	do {								\
		if ((n) > (v)->cap)					\
			ost_vec_grow_((void **)&(v)->items, &(v)->cap,	\
				      (n), sizeof(*(v)->items));	\
	} while (0)

/* Room for n items in all, that will be looked at here and there all over. */
#define ost_vec_reserve_spread(v, n)					\
	do {								\
		if ((n) > (v)->cap)					\
			ost_vec_grow_spread_((void **)&(v)->items, &(v)->cap, \
					     (n), (v)->nr, sizeof(*(v)->items)); \
	} while (0)

/* Adds a zeroed item and yields its address. */
#define ost_vec_push(v)							\
	({								\
		ost_vec_reserve(v, (v)->nr + 1);			\
		memset(&(v)->items[(v)->nr], 0, sizeof(*(v)->items));	\
		&(v)->items[(v)->nr++];					\
	})
#define ost_vec_add(v, x)						\
	do {								\
		ost_vec_reserve(v, (v)->nr + 1);			\
		(v)->items[(v)->nr++] = (x);				\
	} while (0)
#define ost_vec_last(v) (&(v)->items[(v)->nr - 1])
#define ost_vec_clear(v) ((v)->nr = 0)
#define ost_vec_deinit(v)						\
	do {								\
		free((v)->items);					\
		(v)->items = NULL;					\
		(v)->nr = (v)->cap = 0;					\
	} while (0)

#endif
