// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/alloc.h"

#include <malloc.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "ostler/err.h"

static ost_oom_fn oom_handler;

void ost_set_oom_handler(ost_oom_fn fn)
{
	oom_handler = fn;
}

static _Noreturn void out_of_memory(size_t size)
{
	if (oom_handler)
		oom_handler(size);
	abort();
}

void *ost_malloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *ost_calloc(size_t nr, size_t size)
{
	void *p = calloc(nr ? nr : 1, size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *ost_realloc(void *ptr, size_t size)
{
	void *p = realloc(ptr, size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *ost_reallocarray(void *ptr, size_t nr, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(nr, size, &bytes))
		out_of_memory(SIZE_MAX);
	return ost_realloc(ptr, bytes);
}

char *ost_strndup(const char *s, size_t len)
{
	size_t n = strnlen(s, len);
	char *p = ost_malloc(n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *ost_strdup(const char *s)
{
	return ost_strndup(s, strlen(s));
}

#define LARGE_PAGE ((size_t)2 << 20)

void *ost_malloc_spread(size_t nr, size_t size)
{
	size_t bytes, whole;
	void *p;

	if (__builtin_mul_overflow(nr, size, &bytes))
		out_of_memory(SIZE_MAX);
	whole = (bytes + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
	if (bytes < LARGE_PAGE / 4 || whole < bytes)
		return ost_malloc(bytes);
	p = aligned_alloc(LARGE_PAGE, whole);
	if (!p)
		out_of_memory(bytes);
	madvise(p, whole, MADV_HUGEPAGE);	/* a hint: without it the answer is the same */
	return p;
}

void *ost_calloc_spread(size_t nr, size_t size)
{
	return memset(ost_malloc_spread(nr, size), 0, nr * size);
}

void ost_trim_memory(void)
{
	malloc_trim(0);
}
