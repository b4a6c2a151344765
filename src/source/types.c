// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/parse.h"

#include <string.h>

#include "base/hash.h"

#define MIN_SLOTS 256u

void ost_types_reset(struct ost_recogniser *r)
{
	if (!r->type_slots || r->type_mask + 1 > 16 * MIN_SLOTS) {
		free(r->type_slots);
		r->type_slots = ost_malloc(MIN_SLOTS * sizeof(*r->type_slots));
		r->type_mask = MIN_SLOTS - 1;
	}
	memset(r->type_slots, 0, ((size_t)r->type_mask + 1) * sizeof(*r->type_slots));
	ost_vec_clear(&r->types);
	ost_vec_push(&r->types);	/* 0: none */
}

static uint32_t slot_of(const struct ost_fact_type *t)
{
	uint64_t h = ((uint64_t)t->kind << 56 | (uint64_t)t->flags << 48 | t->name) ^
		     ((uint64_t)t->inner << 32 | t->rec) * 0x9e3779b97f4a7c15ull;

	return (uint32_t)ost_hash_mix(h ^ (uint64_t)t->first_param << 20);	/* functions differ in little else */
}

static void grow(struct ost_recogniser *r)
{
	uint32_t i, at, nr = (r->type_mask + 1) * 2;

	free(r->type_slots);
	r->type_slots = ost_calloc(nr, sizeof(*r->type_slots));
	r->type_mask = nr - 1;
	for (i = 1; i < r->types.nr; i++) {
		for (at = slot_of(&r->types.items[i]) & r->type_mask; r->type_slots[at];)
			at = (at + 1) & r->type_mask;
		r->type_slots[at] = i;
	}
}

uint32_t ost_type(struct ost_recogniser *r, const struct ost_fact_type *want)
{
	uint32_t at, id;

	for (at = slot_of(want) & r->type_mask; (id = r->type_slots[at]);
	     at = (at + 1) & r->type_mask) {
		const struct ost_fact_type *t = &r->types.items[id];

		if (t->kind == want->kind && t->flags == want->flags && t->name == want->name &&
		    t->inner == want->inner && t->rec == want->rec &&
		    t->nr_params == want->nr_params && t->first_param == want->first_param)
			return id;
	}
	id = (uint32_t)r->types.nr;
	r->type_slots[at] = id;
	ost_vec_add(&r->types, *want);
	if (r->types.nr * 2 > r->type_mask)
		grow(r);
	return id;
}

uint32_t ost_type_named(struct ost_recogniser *r, uint8_t kind, uint32_t name, uint32_t rec)
{
	struct ost_fact_type t = { .kind = kind, .name = name, .rec = rec };

	return ost_type(r, &t);
}

uint32_t ost_type_of(struct ost_recogniser *r, uint8_t kind, uint32_t inner, uint32_t name)
{
	struct ost_fact_type t = { .kind = kind, .inner = inner, .name = name };

	return ost_type(r, &t);
}
