// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which ids here are which there. Ids are dense in path order, so those of an
 * unchanged file move by a constant; those of a changed one are paired by name.
 */
#include "program/reuse.h"

#include <stdlib.h>

static void shift(struct ids *ids, uint32_t old, uint32_t nr, uint32_t new)
{
	uint32_t i;

	for (i = 0; i < nr; i++)
		ids->of[old + i] = new + i;
}

static void shift_file(struct ost_reuse *r, const struct ost_file_info *a, const struct ost_file_info *b)
{
	shift(&r->units, a->first_unit, a->nr_units, b->first_unit);
	shift(&r->records, a->first_record, a->nr_records, b->first_record);
	shift(&r->fields, a->first_field, a->nr_fields, b->first_field);
	shift(&r->globals, a->first_global, a->nr_globals, b->first_global);
}

/*
 * Pairs rows i of one list with rows of another that are_same() says mean the
 * same, in order: the search goes on behind the row that was taken last.
 */
typedef bool (*same_fn)(const void *ctx, uint32_t a, uint32_t b);
static void pair_rows(uint32_t nr_a, uint32_t nr_b, same_fn are_same, const void *ctx, uint32_t *ret)
{
	bool *is_taken = ost_calloc(nr_b + 1, 1);
	uint32_t a, k, b, at = 0;

	for (a = 0; a < nr_a; a++) {
		ret[a] = OST_NO_ID;
		for (k = 0; k < nr_b; k++) {
			b = at + k < nr_b ? at + k : at + k - nr_b;
			if (is_taken[b] || !are_same(ctx, a, b))
				continue;
			is_taken[b] = true;
			ret[a] = b;
			at = b + 1 < nr_b ? b + 1 : 0;
			break;
		}
	}
	free(is_taken);
}

struct both {
	const struct ost_facts *a, *b;
	const struct ost_unit *units_a, *units_b;
	const uint32_t *records;	/* of a, in b */
	uint32_t first_a, first_b;	/* fields of the records being paired */
};

static bool same_text(const struct both *x, uint32_t a, uint32_t b)
{
	return !strcmp(ost_facts_str(x->a, a), ost_facts_str(x->b, b));
}

static bool same_unit(const void *ctx, uint32_t a, uint32_t b)
{
	const struct both *x = ctx;

	return x->units_a[a].name == x->units_b[b].name && x->units_a[a].kind == x->units_b[b].kind;
}

static bool same_global(const void *ctx, uint32_t a, uint32_t b)
{
	const struct both *x = ctx;

	return same_text(x, x->a->globals[a].name, x->b->globals[b].name);
}

static bool same_field(const void *ctx, uint32_t a, uint32_t b)
{
	const struct both *x = ctx;

	return same_text(x, x->a->fields[x->first_a + a].name, x->b->fields[x->first_b + b].name);
}

/* Tags name a record; one without is told by its members. An outer record comes before its inner ones. */
static bool same_record(const void *ctx, uint32_t a, uint32_t b)
{
	const struct both *x = ctx;
	const struct ost_fact_record *ra = &x->a->records[a], *rb = &x->b->records[b];
	uint32_t i;

	if (!same_text(x, ra->tag, rb->tag) || ra->kind != rb->kind || !ra->outer != !rb->outer ||
	    (ra->outer && ra->outer <= a && x->records[ra->outer - 1] != rb->outer - 1))
		return false;
	if (ra->tag)
		return true;
	if (ra->nr_fields != rb->nr_fields)
		return false;
	for (i = 0; i < ra->nr_fields; i++)
		if (!same_text(x, x->a->fields[ra->first_field + i].name, x->b->fields[rb->first_field + i].name))
			return false;
	return true;
}

static void put_ids(struct ids *ids, uint32_t first, uint32_t nr, const uint32_t *pairs, uint32_t new_first)
{
	uint32_t i;

	for (i = 0; i < nr; i++)
		ids->of[first + i] = pairs[i] == OST_NO_ID ? OST_NO_ID : new_first + pairs[i];
}

static void pair_fields(struct ost_reuse *r, struct both *x, const struct ost_file_info *fa,
			const struct ost_file_info *fb, uint32_t *pairs)
{
	const struct ost_fact_record *ra, *rb;
	uint32_t i;

	for (i = 0; i < x->a->nr_records; i++) {
		if (x->records[i] == OST_NO_ID)
			continue;
		ra = &x->a->records[i];
		rb = &x->b->records[x->records[i]];
		x->first_a = ra->first_field;
		x->first_b = rb->first_field;
		pair_rows(ra->nr_fields, rb->nr_fields, same_field, x, pairs);
		put_ids(&r->fields, fa->first_field + ra->first_field, ra->nr_fields, pairs,
			fb->first_field + rb->first_field);
	}
}

static void pair_file(struct ost_reuse *r, const struct ost_program *p, uint32_t old, uint32_t new)
{
	const struct ost_file_info *fa = &r->b->files[old], *fb = &p->files[new];
	struct both x = { .a = &ost_pfile_get(r->b, old)->f, .b = &ost_pfile_get(p, new)->f,
			  .units_a = r->b->units.items + fa->first_unit, .units_b = p->units.items + fb->first_unit };
	uint32_t *pairs = ost_malloc((fa->nr_units + fa->nr_fields + fa->nr_globals + 1) * sizeof(*pairs));
	uint32_t *records = ost_malloc((fa->nr_records + 1) * sizeof(*records));

	x.records = records;
	if (x.a->nr_records != fa->nr_records || x.b->nr_records != fb->nr_records ||
	    x.a->nr_globals != fa->nr_globals || x.b->nr_globals != fb->nr_globals) {
		r->is_broken = true;	/* facts that cannot be had any more */
	} else {
		pair_rows(fa->nr_units, fb->nr_units, same_unit, &x, pairs);
		put_ids(&r->units, fa->first_unit, fa->nr_units, pairs, fb->first_unit);
		pair_rows(fa->nr_globals, fb->nr_globals, same_global, &x, pairs);
		put_ids(&r->globals, fa->first_global, fa->nr_globals, pairs, fb->first_global);
		pair_rows(fa->nr_records, fb->nr_records, same_record, &x, records);
		put_ids(&r->records, fa->first_record, fa->nr_records, records, fb->first_record);
		pair_fields(r, &x, fa, fb, pairs);
	}
	free(pairs);
	free(records);
}

/* Most files are read again for what others define, and macros make the same in them. */
static bool is_same_virtual(const struct ost_reuse *r, const struct ost_program *p, uint32_t old, uint32_t new)
{
	return old != OST_NO_ID && new != OST_NO_ID &&
		!strcmp(ost_virtual_form(r->b, old - r->b->nr_real), ost_virtual_form(p, new - p->nr_real));
}

/* What macros make in a changed file is looked at like what is written there. */
static void pair_virtual(struct ost_reuse *r, const struct ost_program *p, struct pair f, const uint32_t *virtual_of)
{
	uint32_t old = f.old == OST_NO_ID ? OST_NO_ID : r->virtual_of[f.old];
	uint32_t new = f.new == OST_NO_ID ? OST_NO_ID : virtual_of[f.new];

	if (old == OST_NO_ID && new == OST_NO_ID)
		return;
	if (is_same_virtual(r, p, old, new)) {
		shift_file(r, &r->b->files[old], &p->files[new]);
		return;
	}
	ost_reuse_compare(r, f, old == OST_NO_ID ? NULL : &ost_pfile_get(r->b, old)->f,
			  new == OST_NO_ID ? NULL : &ost_pfile_get(p, new)->f);
	if (old != OST_NO_ID && new != OST_NO_ID)
		pair_file(r, p, old, new);
}

static void pair_changed(struct ost_reuse *r, const struct ost_program *p)
{
	uint32_t *virtual_of = ost_no_ids(p->nr_real), i;
	struct pair f;

	for (i = p->nr_real; i < p->nr_files; i++)
		virtual_of[p->files[i].origin] = i;
	for (i = 0; i < r->changed.v.nr; i++) {
		f = r->changed.v.items[i];
		if (f.old != OST_NO_ID && f.new != OST_NO_ID && f.is_same)
			shift_file(r, &r->b->files[f.old], &p->files[f.new]);
		else if (f.old != OST_NO_ID && f.new != OST_NO_ID)
			pair_file(r, p, f.old, f.new);
		pair_virtual(r, p, f, virtual_of);
	}
	free(virtual_of);
}

/* Flows are not taken over either where a file asked for what macros now make otherwise. */
static void choose_flows(struct ost_reuse *r)
{
	const struct ost_program *b = r->b;
	uint32_t i;

	r->flows_of = ost_no_ids(b->nr_files);
	for (i = 0; i < b->nr_files; i++)
		if (r->new_of[i] != OST_NO_ID && !ost_reuse_has_asked(r, i))
			r->flows_of[i] = r->new_of[i];
}

bool ost_reuse_pair_ids(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;
	const struct ost_program *b = r->b;
	uint32_t i;

	r->units = (struct ids){ ost_no_ids(b->units.nr), (uint32_t)b->units.nr };
	r->records = (struct ids){ ost_no_ids(b->nr_records), b->nr_records };
	r->fields = (struct ids){ ost_no_ids(b->nr_fields), b->nr_fields };
	r->globals = (struct ids){ ost_no_ids(b->nr_globals), b->nr_globals };
	for (i = 0; i < b->nr_files; i++)
		if (r->new_of[i] != OST_NO_ID)
			shift_file(r, &b->files[i], &p->files[r->new_of[i]]);
	pair_changed(r, p);
	choose_flows(r);
	return !r->is_broken;
}
