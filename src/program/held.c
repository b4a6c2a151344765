// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts that are read while names are collected and wanted later, so that they are
 * fetched once, right to where they lie: of .c files until their bodies are walked,
 * of headers as long as the program. Each thread has chunks of its own, for headers
 * and for each batch of .c files; a batch is given back to the system as soon as its
 * bodies are walked.
 */
#include "program/internal.h"

#include <sys/mman.h>

#define HELD_MAX ((size_t)640 << 20)	/* bytes of records; files beyond are fetched again */
#define CHUNK ((size_t)1 << 18)		/* of which all pages are got at once: each by itself is a trap */
#define ROUND_UP(n) (((n) + 15) & ~(size_t)15)

struct ost_chunk {
	struct ost_chunk *next;
	size_t size, used;	/* both with this head */
};

struct ost_held {
	struct ost_facts **facts;	/* by real file, or NULL */
	struct ost_chunk **chunks;		/* by batch, by worker: the newest first */
	uint32_t nr_batches;
	_Atomic(size_t) bytes;
};

void ost_held_begin(struct ost_program *p)
{
	struct ost_held *h = ost_calloc(1, sizeof(*h));

	h->nr_batches = p->nr_real / OST_LINK_BATCH + 1;
	h->facts = ost_calloc(p->nr_real + 1, sizeof(*h->facts));
	h->chunks = ost_calloc((size_t)h->nr_batches * p->jobs, sizeof(struct ost_chunk *));
	p->held = h;
	p->header_chunks = ost_calloc(p->jobs, sizeof(*p->header_chunks));
}

/* Zeroed bytes. NULL: the system gives no more, and what would lie there is fetched again. */
static void *alloc(struct ost_chunk **list, size_t bytes)
{
	struct ost_chunk *c = *list;
	size_t head = ROUND_UP(sizeof(*c)), size = head + bytes > CHUNK ? head + bytes : CHUNK;
	void *mem;

	if (!c || c->size - c->used < bytes) {
		c = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (c == MAP_FAILED)
			return NULL;
		*c = (struct ost_chunk){ *list, size, head };
		*list = c;
	}
	mem = (char *)c + c->used;
	c->used += bytes;
	return mem;
}

struct fetch {
	struct ost_chunk **list;
	size_t before;		/* bytes wanted before the record */
	void *mem;		/* the first of them, or NULL */
	size_t bytes;		/* got in all */
};

static void *alloc_record(void *ctx, size_t len)
{
	struct fetch *fetch = ctx;

	fetch->mem = alloc(fetch->list, ROUND_UP(fetch->before + len));
	fetch->bytes += len;
	return fetch->mem ? (char *)fetch->mem + fetch->before : NULL;
}

static bool fetch_source(struct ost_program *p, struct ost_tree_reader *r, uint32_t file, unsigned worker,
			 struct ost_facts *ret)
{
	struct ost_held *h = p->held;
	struct fetch fetch = { .list = &h->chunks[(size_t)(file / OST_LINK_BATCH) * p->jobs + worker],
			       .before = ROUND_UP(sizeof(*ret)) };

	if (atomic_load_explicit(&h->bytes, memory_order_relaxed) > HELD_MAX)
		return ost_tree_fetch(r, file, ret);
	if (!ost_tree_fetch_into(r, file, alloc_record, &fetch, ret))
		return false;
	if (!fetch.mem)
		return true;
	h->facts[file] = fetch.mem;
	*h->facts[file] = *ret;
	atomic_fetch_add_explicit(&h->bytes, fetch.bytes, memory_order_relaxed);
	return true;
}

static bool fetch_header(struct ost_program *p, struct ost_tree_reader *r, uint32_t file, unsigned worker,
			 struct ost_facts *ret)
{
	struct fetch fetch = { .list = &p->header_chunks[worker],
			       .before = ROUND_UP(sizeof(struct ost_pfile)) };
	uint32_t *names;

	if (!ost_tree_fetch_into(r, file, alloc_record, &fetch, ret))
		return false;
	names = fetch.mem ? alloc(fetch.list, ROUND_UP(ost_pfile_names_size(ret))) : NULL;
	if (names)
		ost_pfile_keep_at(p, file, ret, fetch.mem, names);
	return true;
}

bool ost_held_fetch(struct ost_program *p, struct ost_tree_reader *r, uint32_t file, unsigned worker,
		    struct ost_facts *ret)
{
	if (!p->held)
		return ost_tree_fetch(r, file, ret);
	return p->files[file].is_header ? fetch_header(p, r, file, worker, ret) : fetch_source(p, r, file, worker, ret);
}

const struct ost_facts *ost_held_facts(const struct ost_program *p, uint32_t file)
{
	return p->held ? p->held->facts[file] : NULL;
}

static void free_chunks(struct ost_chunk **list)
{
	struct ost_chunk *c;

	while ((c = *list)) {
		*list = c->next;
		munmap(c, c->size);
	}
}

void ost_held_drop(struct ost_program *p, uint32_t batch)
{
	struct ost_held *h = p->held;
	struct ost_chunk **list;
	uint32_t i, end;

	if (!h || batch >= h->nr_batches)
		return;
	end = (batch + 1) * OST_LINK_BATCH < p->nr_real ? (batch + 1) * OST_LINK_BATCH : p->nr_real;
	for (i = batch * OST_LINK_BATCH; i < end; i++)
		h->facts[i] = NULL;
	list = &h->chunks[(size_t)batch * p->jobs];
	for (i = 0; i < p->jobs; i++)
		free_chunks(&list[i]);
}

void ost_held_free_headers(struct ost_program *p)
{
	unsigned i;

	for (i = 0; p->header_chunks && i < p->jobs; i++)
		free_chunks(&p->header_chunks[i]);
	free(p->header_chunks);
	p->header_chunks = NULL;
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
