/* SPDX-License-Identifier: GPL-2.0-or-later */
/* leaks.h - what speaks against a return that keeps a lock (find_leaks.c, lent.c only). */
#ifndef OST_LOCKS_LEAKS_H
#define OST_LOCKS_LEAKS_H

#include "locks/finder.h"

/* The call at the node of the entered function releases a lock of that class for it. */
bool ost_call_releases(const struct ost_finder *f, uint32_t call, uint64_t cls);
/* The object with the lock is put where the caller finds it: `path->nodes[level] = node`. */
bool ost_leak_is_stored(struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref, const struct ost_lk_leak *leak);
/* The semaphore is handed to others, who will give it back: `request.done = &x->sem;`. */
bool ost_leak_is_for_others(struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref);
/*
 * Whether the lock is given back depends on what a function came back with that
 * was given the object: `fault = handle(vma); if (!(fault & RETRY)) unlock(vma);`. Its name; NULL: no.
 */
const char *ost_leak_is_told(struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref, const struct ost_lk_leak *leak);

#endif
