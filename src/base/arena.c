// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

#define CHUNK_BYTES ((size_t)64 * 1024)

struct ost_arena_chunk {
	struct ost_arena_chunk *next;
	size_t size;
	char data[] __attribute__((aligned(16)));
};

void ost_arena_init(struct ost_arena *a)
{
	memset(a, 0, sizeof(*a));
}

void ost_arena_deinit(struct ost_arena *a)
{
	struct ost_arena_chunk *c, *next;

	for (c = a->head; c; c = next) {
		next = c->next;
		free(c);
	}
	ost_arena_init(a);
}

static struct ost_arena_chunk *add_chunk(struct ost_arena *a, size_t size)
{
	struct ost_arena_chunk *c;
	size_t bytes;

	if (__builtin_add_overflow(size, sizeof(*c), &bytes))
		ost_reallocarray(NULL, SIZE_MAX, 2);
	c = ost_malloc(bytes);
	c->size = size;
	c->next = a->head;
	a->head = c;
	return c;
}

void *ost_arena_alloc(struct ost_arena *a, size_t size)
{
	struct ost_arena_chunk *c;
	size_t room;
	char *p;

	a->bytes += size;
#ifdef OST_ARENA_MALLOC
	return add_chunk(a, size)->data;
#endif
	if (size > CHUNK_BYTES / 4) {
		/* large: a chunk of its own, kept behind the open one */
		c = add_chunk(a, size);
		if (c->next) {
			a->head = c->next;
			c->next = a->head->next;
			a->head->next = c;
		}
		return c->data;
	}
	room = (size + 15) & ~(size_t)15;
	if (!a->pos || (size_t)(a->end - a->pos) < room) {
		c = add_chunk(a, CHUNK_BYTES);
		a->pos = c->data;
		a->end = c->data + CHUNK_BYTES;
	}
	p = a->pos;
	a->pos += room;
	return p;
}

void *ost_arena_calloc(struct ost_arena *a, size_t nr, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(nr, size, &bytes))
		ost_reallocarray(NULL, SIZE_MAX, 2);
	p = ost_arena_alloc(a, bytes);
	memset(p, 0, bytes);
	return p;
}

char *ost_arena_strndup(struct ost_arena *a, const char *s, size_t len)
{
	size_t n = strnlen(s, len);
	char *p = ost_arena_alloc(a, n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *ost_arena_strdup(struct ost_arena *a, const char *s)
{
	return ost_arena_strndup(a, s, strlen(s));
}

char *ost_arena_printf(struct ost_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	p = ost_arena_alloc(a, (size_t)n + 1);
	p[0] = '\0';
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}
