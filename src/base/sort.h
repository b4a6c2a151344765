/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sort.h - sorting what is in order but for its end.
 */
#ifndef OST_BASE_SORT_H
#define OST_BASE_SORT_H

#include <stddef.h>

/*
 * As qsort(), for items of which most are in order already and the rest came behind them: the rest is sorted
 * and merged in, which reads the others once. What is not so is sorted as a whole. nr may be 0, items then NULL.
 */
void ost_sort_tail(void *items, size_t nr, size_t size, int (*cmp)(const void *, const void *));

#endif
