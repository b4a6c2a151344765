/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena.h - memory of one phase, given back in one go.
 *
 * Everything that lives as long as a review, a parse or a search is allocated
 * from that phase's arena and never freed alone. Built with -DOST_ARENA_MALLOC
 * (the sanitizer build) every allocation is a malloc of its own, so that ASan
 * sees overruns between neighbours. Not thread-safe: one arena a thread.
 */
#ifndef OST_BASE_ARENA_H
#define OST_BASE_ARENA_H

#include <stddef.h>

struct ost_arena_chunk;

struct ost_arena {
	struct ost_arena_chunk *head;	/* newest chunk first */
	char *pos, *end;		/* free part of the newest chunk */
	size_t bytes;			/* total handed out */
};

#define OST_ARENA_INIT { NULL, NULL, NULL, 0 }

void ost_arena_init(struct ost_arena *a);
/* Frees everything; the arena can be used again. */
void ost_arena_deinit(struct ost_arena *a);
/* Memory aligned to 16 bytes, not zeroed. Never NULL. */
void *ost_arena_alloc(struct ost_arena *a, size_t size) __attribute__((returns_nonnull));
/* The same, zeroed; nr * size must not overflow (treated as out of memory). */
void *ost_arena_calloc(struct ost_arena *a, size_t nr, size_t size) __attribute__((returns_nonnull));
char *ost_arena_strdup(struct ost_arena *a, const char *s) __attribute__((returns_nonnull));
char *ost_arena_strndup(struct ost_arena *a, const char *s, size_t len) __attribute__((returns_nonnull));
char *ost_arena_printf(struct ost_arena *a, const char *fmt, ...)
	__attribute__((returns_nonnull, format(printf, 2, 3)));

#endif
