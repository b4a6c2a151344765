/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * alloc.h - allocation that never returns NULL (see ost_set_oom_handler() in
 * ostler/err.h), and scope guards for locals.
 */
#ifndef OST_BASE_ALLOC_H
#define OST_BASE_ALLOC_H

#include <stddef.h>
#include <stdlib.h>

/* All sizes in bytes; a size of 0 yields a unique pointer. End with free(). */
void *ost_malloc(size_t size) __attribute__((malloc, returns_nonnull));
void *ost_calloc(size_t nr, size_t size) __attribute__((malloc, returns_nonnull));
void *ost_realloc(void *ptr, size_t size) __attribute__((returns_nonnull));
/* nr * size with overflow treated as out of memory. */
void *ost_reallocarray(void *ptr, size_t nr, size_t size) __attribute__((returns_nonnull));
char *ost_strdup(const char *s) __attribute__((malloc, returns_nonnull));
/* Copies at most len bytes and adds a NUL. */
char *ost_strndup(const char *s, size_t len) __attribute__((malloc, returns_nonnull));

/*
 * For what is looked at here and there all over: the processor finds it faster when the system has
 * large pages for it. nr * size with overflow treated as out of memory; _malloc does not zero. End with free().
 */
void *ost_malloc_spread(size_t nr, size_t size) __attribute__((malloc, returns_nonnull));
void *ost_calloc_spread(size_t nr, size_t size) __attribute__((malloc, returns_nonnull));

/* Gives what was freed back to the system: after much of it, before more is asked for. */
void ost_trim_memory(void);

/* `OST_CLEANUP(free) char *p = NULL;` frees p when it goes out of scope. */
static inline void ost_cleanup_free_(void *p)
{
	free(*(void **)p);
}
#define OST_FREE __attribute__((cleanup(ost_cleanup_free_)))
#define OST_CLEANUP(fn) __attribute__((cleanup(fn)))

#define OST_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
