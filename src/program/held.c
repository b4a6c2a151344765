// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts of .c files, held from the pass that collects names to the walk through
 * their bodies, so that they are fetched and unpacked once. Headers are kept
 * anyway (files.c). Each thread copies into chunks of its own for each batch of
 * files; a batch is given back to the system as soon as its bodies are walked.
 */
#include "program/internal.h"

#include <sys/mman.h>

#define HELD_MAX ((size_t)640 << 20)	/* bytes of records; files beyond are fetched again */
#define CHUNK ((size_t)1 << 20)		/* of which all pages are got at once: each by itself is a trap */
#define ROUND_UP(n) (((n) + 15) & ~(size_t)15)

struct chunk {
	struct chunk *next;
	size_t size, used;	/* both with this head */
};

struct ost_held {
	struct ost_facts **facts;	/* by real file, or NULL */
	struct chunk **chunks;		/* by batch, by worker: the newest first */
	uint32_t nr_batches;
	_Atomic(size_t) bytes;
};

/* A view of bytes at `from`, of the copy at `to`. */
static void move_view(struct ost_facts *f, const char *from, const char *to)
{
#define MOVE(part) f->part = (const void *)(to + ((const char *)f->part - from))
	MOVE(types);
	MOVE(params);
	MOVE(funcs);
	MOVE(protos);
	MOVE(records);
	MOVE(fields);
	MOVE(enums);
	MOVE(enum_consts);
	MOVE(typedefs);
	MOVE(globals);
	MOVE(macros);
	MOVE(invokes);
	MOVE(includes);
	MOVE(conds);
	MOVE(str_off);
	MOVE(str_bytes);
	MOVE(code);
#undef MOVE
}

void ost_held_begin(struct ost_program *p)
{
	struct ost_held *h = ost_calloc(1, sizeof(*h));

	h->nr_batches = p->nr_real / OST_LINK_BATCH + 1;
	h->facts = ost_calloc(p->nr_real + 1, sizeof(*h->facts));
	h->chunks = ost_calloc((size_t)h->nr_batches * p->jobs, sizeof(struct chunk *));
	p->held = h;
}

/* NULL: the system gives no more, and what would lie there is fetched again. */
static void *alloc(struct chunk **list, size_t bytes)
{
	struct chunk *c = *list;
	size_t head = ROUND_UP(sizeof(*c)), size = head + bytes > CHUNK ? head + bytes : CHUNK;
	void *mem;

	if (!c || c->size - c->used < bytes) {
		c = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (c == MAP_FAILED)
			return NULL;
		*c = (struct chunk){ *list, size, head };
		*list = c;
	}
	mem = (char *)c + c->used;
	c->used += bytes;
	return mem;
}

void ost_held_add(struct ost_program *p, uint32_t file, const struct ost_facts *view, const void *record,
		  size_t len, unsigned worker)
{
	size_t head = ROUND_UP(sizeof(*view)), bytes = head + ROUND_UP(len);
	struct ost_held *h = p->held;
	struct ost_facts *f;

	if (!h || atomic_fetch_add_explicit(&h->bytes, bytes, memory_order_relaxed) > HELD_MAX)
		return;
	f = alloc(&h->chunks[(size_t)(file / OST_LINK_BATCH) * p->jobs + worker], bytes);
	if (!f)
		return;
	memcpy((char *)f + head, record, len);
	*f = *view;
	move_view(f, record, (char *)f + head);
	h->facts[file] = f;
}

const struct ost_facts *ost_held_facts(const struct ost_program *p, uint32_t file)
{
	return p->held ? p->held->facts[file] : NULL;
}

void ost_held_drop(struct ost_program *p, uint32_t batch)
{
	struct ost_held *h = p->held;
	struct chunk **list, *c;
	uint32_t i, end;

	if (!h || batch >= h->nr_batches)
		return;
	end = (batch + 1) * OST_LINK_BATCH < p->nr_real ? (batch + 1) * OST_LINK_BATCH : p->nr_real;
	for (i = batch * OST_LINK_BATCH; i < end; i++)
		h->facts[i] = NULL;
	list = &h->chunks[(size_t)batch * p->jobs];
	for (i = 0; i < p->jobs; i++) {
		while ((c = list[i])) {
			list[i] = c->next;
			munmap(c, c->size);
		}
	}
}

void ost_held_end(struct ost_program *p)
{
	struct ost_held *h = p->held;
	uint32_t i;

	if (!h)
		return;
	for (i = 0; i < h->nr_batches; i++)
		ost_held_drop(p, i);
	free(h->chunks);
	free(h->facts);
	free(h);
	p->held = NULL;
}
