// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bodies at hand: a search comes back to the same functions again and again,
 * of some files now and of others then. So a finder has a scope for each of
 * the files that it was in last, and keeps the bodies that it was in last
 * beside them, whatever their file.
 */
#include "locks/finder.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define NR_SCOPES 160
#define NR_BODIES 2048	/* a power of two; some 10 KB each */

/* What a scope holds of a unit: numbers only, which mean the same whenever its file is at hand. */
struct body {
	uint32_t unit;
	struct ost_tree tree;
	struct ost_local *locals;
	size_t nr_locals, cap_locals;
};

struct ost_bodies {
	struct ost_scope scopes[NR_SCOPES];
	uint64_t used[NR_SCOPES], clock;
	uint8_t *of_file;	/* by file: number of its scope + 1, 0: none */
	struct body kept[NR_BODIES];
};

struct ost_bodies *ost_bodies_create(const struct ost_program *p)
{
	struct ost_bodies *b = ost_calloc(1, sizeof(*b));

	for (unsigned i = 0; i < NR_SCOPES; i++)
		ost_scope_init(&b->scopes[i], p);
	for (unsigned i = 0; i < NR_BODIES; i++)
		b->kept[i].unit = OST_NO_ID;
	b->of_file = ost_calloc(ost_program_nr_files(p) + 1, 1);
	return b;
}

void ost_bodies_destroy(struct ost_bodies *b)
{
	for (unsigned i = 0; i < NR_SCOPES; i++)
		ost_scope_deinit(&b->scopes[i]);
	for (unsigned i = 0; i < NR_BODIES; i++) {
		ost_vec_deinit(&b->kept[i].tree.v);
		free(b->kept[i].locals);
	}
	free(b->of_file);
	free(b);
}

static struct ost_scope *scope_of(struct ost_bodies *b, uint32_t file)
{
	unsigned at = b->of_file[file], best = 0;

	if (!at) {
		for (unsigned i = 1; i < NR_SCOPES; i++)
			if (b->used[i] < b->used[best])
				best = i;
		if (b->scopes[best].file != OST_NO_ID)
			b->of_file[b->scopes[best].file] = 0;
		at = best + 1;
		b->of_file[file] = (uint8_t)at;
	}
	b->used[at - 1] = ++b->clock;
	return &b->scopes[at - 1];
}

static struct body *place_of(struct ost_bodies *b, uint32_t unit)
{
	return &b->kept[ost_hash_mix(unit) & (NR_BODIES - 1)];
}

static void exchange(struct ost_scope *s, struct body *body)
{
	struct body out = { s->unit, s->tree, s->locals.items, s->locals.nr, s->locals.cap };

	s->unit = body->unit;
	s->tree = body->tree;
	s->locals.items = body->locals;
	s->locals.nr = body->nr_locals;
	s->locals.cap = body->cap_locals;
	*body = out;
}

bool ost_finder_enter(struct ost_finder *f, uint32_t unit)
{
	struct ost_scope *s = scope_of(f->bodies, ost_program_unit(f->p, unit)->file);
	struct body *kept = place_of(f->bodies, unit);

	f->cur = s;
	if (s->unit != unit) {
		if (s->unit != OST_NO_ID && s->tree.v.nr) {
			exchange(s, place_of(f->bodies, s->unit));
			s->unit = OST_NO_ID;	/* what comes out is memory only */
		}
		if (kept->unit == unit) {
			exchange(s, kept);
			kept->unit = OST_NO_ID;
		}
	}
	return ost_scope_enter(s, unit);
}
