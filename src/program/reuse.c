// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linking a tree that differs in a few files from one that is linked already.
 *
 * A file is linked by its own facts and by what others define under the names
 * that it asks for. When no changed file shows anything else than before
 * (visible.c), every other file links as before: what was written down for it is
 * taken over, with the ids of this tree. Ids are dense in path order, so those
 * of an unchanged file move by a constant; those of a changed one are paired by
 * name. Whatever does not fit - a definition that others see is new, a header
 * comes or goes, a paired thing is missing - ends the attempt, and the tree is
 * linked from its facts.
 */
#include "program/internal.h"

#include <stdlib.h>

#define CHANGED_MAX 400	/* files; more are linked anew */

struct ids {
	uint32_t *of;	/* by old id: the new one, or OST_NO_ID */
	uint32_t nr;
};

struct ost_reuse {
	struct ost_program *b;		/* of the tree below */
	uint32_t *old_of;		/* by file here: the same file there, or OST_NO_ID */
	uint32_t *new_of;		/* the other way */
	uint32_t *virtual_of;		/* by real file there: its virtual file, or OST_NO_ID */
	uint32_t *first_def;		/* by file there, into defs */
	struct ost_reused_def *defs;
	struct { OST_VEC(struct pair) v; } changed;	/* real files in both, with other text */
	struct { OST_VEC(uint32_t) v; } redone;	/* files there whose flows are not taken over */
	struct ids units, records, fields, globals;
	uint32_t *first_flow, *first_store, *first_lock;	/* by file there */
	bool is_broken;
};
struct pair {
	uint32_t old, new;
};

bool ost_reuse_is_broken(const struct ost_program *p)
{
	return p->reuse && p->reuse->is_broken;
}

uint32_t ost_reuse_old(const struct ost_program *p, uint32_t file)
{
	return p->reuse ? p->reuse->old_of[file] : OST_NO_ID;
}

const struct ost_program *ost_reuse_base(const struct ost_program *p)
{
	return p->reuse->b;
}

/* ---- which files -------------------------------------------------------- */

static bool is_c_file(const char *path)
{
	return path[strlen(path) - 1] == 'c';
}

/* Does any file include this one? Then it is a header whatever its name. */
static bool is_included(const struct ost_program *b, uint32_t file)
{
	size_t i;

	for (i = 0; i < b->includes.nr; i++)
		if (b->includes.items[i] == file)
			return true;
	return false;
}

static void pair_files(struct ost_reuse *r, const struct ost_tree_facts *old, const struct ost_tree_facts *new)
{
	uint32_t i = 0, k = 0;
	int cmp;

	while (i < old->nr_files || k < new->nr_files) {
		if (i == old->nr_files)
			cmp = 1;
		else
			cmp = k == new->nr_files ? -1 : strcmp(old->files[i].path, new->files[k].path);
		if (cmp) {	/* one comes or goes: what it defines does too */
			r->is_broken = true;
			return;
		}
		if (ost_oid_cmp(&old->files[i].id, &new->files[k].id) || !old->files[i].why != !new->files[k].why) {
			ost_vec_add(&r->changed.v, ((struct pair){ i, k }));
		} else {
			r->old_of[k] = i;
			r->new_of[i] = k;
		}
		i++;
		k++;
	}
	r->is_broken |= r->changed.v.nr > CHANGED_MAX;
}

/* Same view from outside? The facts of both are read for it. */
static bool looks_same(struct ost_reuse *r, const struct ost_program *p, struct pair f)
{
	struct ost_tree_reader *old = ost_reader_take(r->b), *new = ost_reader_take(p);
	bool all = !is_c_file(p->tree->files[f.new].path) || is_included(r->b, f.old);
	struct ost_facts a, b;
	uint64_t digest = 0;

	if (ost_tree_fetch(old, f.old, &a) && ost_tree_fetch(new, f.new, &b))
		digest = ost_visible_digest(&a, all);
	if (digest && digest != ost_visible_digest(&b, all))
		digest = 0;
	ost_reader_give(r->b, old);
	ost_reader_give(p, new);
	return digest != 0;
}

/* ---- definitions by file ------------------------------------------------ */

static void list_defs(struct ost_reuse *r)
{
	const struct ost_program *b = r->b;
	uint32_t *at, i, name;

	r->first_def = ost_calloc(b->nr_files + 2, sizeof(*r->first_def));
	r->defs = ost_malloc((b->nr_defs + 1) * sizeof(*r->defs));
	for (i = 0; i < b->nr_defs; i++)
		r->first_def[ost_def_file(b->defs[i]) + 1]++;
	for (i = 0; i < b->nr_files; i++)
		r->first_def[i + 1] += r->first_def[i];
	at = ost_malloc((b->nr_files + 1) * sizeof(*at));
	memcpy(at, r->first_def, (b->nr_files + 1) * sizeof(*at));
	for (name = 0; name < b->nr_grouped; name++)
		for (i = b->def_first[name]; i < b->def_first[name + 1]; i++)
			r->defs[at[ost_def_file(b->defs[i])]++] = (struct ost_reused_def){ name, b->defs[i] };
	free(at);
}

uint32_t ost_reuse_defs(const struct ost_program *p, uint32_t old, const struct ost_reused_def **ret)
{
	const struct ost_reuse *r = p->reuse;

	*ret = r->defs + r->first_def[old];
	return r->first_def[old + 1] - r->first_def[old];
}

uint32_t ost_reuse_virtual(const struct ost_program *p, uint32_t old)
{
	return p->reuse->virtual_of[old];
}

void ost_reuse_add_virtual(struct ost_program *p, uint32_t old, uint32_t file)
{
	p->reuse->old_of[file] = old;
	p->reuse->new_of[old] = file;
}

uint32_t ost_reuse_include(struct ost_program *p, uint32_t old)
{
	uint32_t i;

	if (p->reuse->new_of[old] != OST_NO_ID)
		return p->reuse->new_of[old];
	for (i = 0; i < p->reuse->changed.v.nr; i++)
		if (p->reuse->changed.v.items[i].old == old)
			return p->reuse->changed.v.items[i].new;
	p->reuse->is_broken = true;
	return 0;
}

/* ---- beginning and end --------------------------------------------------- */

static uint32_t *no_ids(size_t nr)
{
	uint32_t *ids = ost_malloc((nr + 1) * sizeof(*ids));

	memset(ids, 0xff, (nr + 1) * sizeof(*ids));
	return ids;
}

static void copy_names(struct ost_program *p, const struct ost_program *b)
{
	struct ost_symtab *t = &p->names;

	ost_symtab_deinit(t);
	ost_vec_reserve(&t->bytes, b->names.bytes.nr);
	memcpy(t->bytes.items, b->names.bytes.items, b->names.bytes.nr);
	t->bytes.nr = b->names.bytes.nr;
	ost_vec_reserve(&t->off, b->names.off.nr);
	memcpy(t->off.items, b->names.off.items, b->names.off.nr * sizeof(uint32_t));
	t->off.nr = b->names.off.nr;
	t->nr = b->names.nr;
	t->mask = b->names.mask;
	t->slots = ost_malloc(((size_t)t->mask + 1) * sizeof(*t->slots));
	memcpy(t->slots, b->names.slots, ((size_t)t->mask + 1) * sizeof(*t->slots));
}

bool ost_reuse_begin(struct ost_program *p, struct ost_program *b)
{
	struct ost_reuse *r = ost_calloc(1, sizeof(*r));
	uint32_t i;

	p->reuse = r;
	r->b = b;
	r->old_of = no_ids(p->nr_real * 2 + 1);
	r->new_of = no_ids(b->nr_files);
	r->virtual_of = no_ids(b->nr_real);
	pair_files(r, b->tree, p->tree);
	for (i = 0; i < r->changed.v.nr && !r->is_broken; i++)
		r->is_broken |= !looks_same(r, p, r->changed.v.items[i]);
	if (r->is_broken)
		return false;
	for (i = b->nr_real; i < b->nr_files; i++)
		r->virtual_of[b->files[i].origin] = i;
	list_defs(r);
	copy_names(p, b);
	return true;
}

void ost_reuse_end(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;
	void *list[] = { r ? r->old_of : NULL, r ? r->new_of : NULL, r ? r->virtual_of : NULL,
			 r ? r->first_def : NULL, r ? r->defs : NULL, r ? r->units.of : NULL,
			 r ? r->records.of : NULL, r ? r->fields.of : NULL, r ? r->globals.of : NULL,
			 r ? r->first_flow : NULL, r ? r->first_store : NULL, r ? r->first_lock : NULL };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(list); i++)
		free(list[i]);
	if (r) {
		ost_vec_deinit(&r->changed.v);
		ost_vec_deinit(&r->redone.v);
		ost_program_destroy(r->b);
	}
	free(r);
	p->reuse = NULL;
}

/* ---- ids ------------------------------------------------------------------ */

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

/* The files that it includes and that only some see: what their names mean there depends on them. */
static bool same_private_includes(const struct ost_reuse *r, const struct ost_program *p, struct pair f)
{
	const struct ost_file_info *a = &r->b->files[f.old], *b = &p->files[f.new];
	uint32_t i = 0, k = 0;

	for (;;) {
		while (i < a->nr_includes && r->b->files[r->b->includes.items[a->first_include + i]].is_public)
			i++;
		while (k < b->nr_includes && p->files[p->includes.items[b->first_include + k]].is_public)
			k++;
		if (i == a->nr_includes || k == b->nr_includes)
			return i == a->nr_includes && k == b->nr_includes;
		if (strcmp(ost_program_path(r->b, r->b->includes.items[a->first_include + i++]),
			   ost_program_path(p, p->includes.items[b->first_include + k++])))
			return false;
	}
}

/* What macros make in a changed file is looked at like what is written there. */
static void pair_virtual(struct ost_reuse *r, const struct ost_program *p, struct pair f)
{
	uint32_t old = r->virtual_of[f.old], new = OST_NO_ID, i;
	bool all = !is_c_file(ost_program_path(p, f.new)) || is_included(r->b, f.old);

	for (i = p->nr_real; i < p->nr_files; i++)
		if (p->files[i].origin == f.new)
			new = i;
	if (old != OST_NO_ID)
		ost_vec_add(&r->redone.v, old);
	if (old == OST_NO_ID && new == OST_NO_ID)
		return;
	if (old == OST_NO_ID || new == OST_NO_ID ||
	    ost_visible_digest(&ost_pfile_get(r->b, old)->f, all) !=
	    ost_visible_digest(&ost_pfile_get(p, new)->f, all))
		r->is_broken = true;
	else
		pair_file(r, p, old, new);
}

bool ost_reuse_pair_ids(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;
	const struct ost_program *b = r->b;
	uint32_t i;

	r->units = (struct ids){ no_ids(b->units.nr), (uint32_t)b->units.nr };
	r->records = (struct ids){ no_ids(b->nr_records), b->nr_records };
	r->fields = (struct ids){ no_ids(b->nr_fields), b->nr_fields };
	r->globals = (struct ids){ no_ids(b->nr_globals), b->nr_globals };
	for (i = 0; i < b->nr_files; i++)
		if (r->new_of[i] != OST_NO_ID)
			shift_file(r, &b->files[i], &p->files[r->new_of[i]]);
	for (i = 0; i < r->changed.v.nr && !r->is_broken; i++) {
		ost_vec_add(&r->redone.v, r->changed.v.items[i].old);
		r->is_broken |= !same_private_includes(r, p, r->changed.v.items[i]);
		pair_file(r, p, r->changed.v.items[i].old, r->changed.v.items[i].new);
		pair_virtual(r, p, r->changed.v.items[i]);
	}
	return !r->is_broken;
}

/* ---- what was written down for a file ------------------------------------- */

static uint32_t moved(struct ost_reuse *r, const struct ids *ids, uint32_t old)
{
	if (old == OST_NO_ID)
		return old;
	if (ids->of[old] == OST_NO_ID)
		r->is_broken = true;	/* others spoke of something that is gone */
	return ids->of[old] == OST_NO_ID ? 0 : ids->of[old];
}

static struct ost_object moved_object(struct ost_reuse *r, struct ost_object o)
{
	if (o.kind != OST_OBJ_NONE)
		o.id = moved(r, o.kind == OST_OBJ_GLOBAL ? &r->globals : &r->fields, o.id);
	return o;
}

static uint32_t moved_packed(struct ost_reuse *r, uint32_t packed)
{
	return ost_object_pack(moved_object(r, ost_object_unpack(packed)));
}

static uint32_t moved_src(struct ost_reuse *r, uint32_t kind, uint32_t src)
{
	switch (kind) {
	case OST_SRC_UNIT:
		return moved(r, &r->units, src);
	case OST_SRC_GLOBAL:
		return moved(r, &r->globals, src);
	case OST_SRC_FIELD:
		return moved(r, &r->fields, src);
	}
	return src;
}

/* Where the items of each file begin in a list that is in file order. */
typedef uint32_t (*file_fn)(const struct ost_program *b, size_t i);
static uint32_t *first_by_file(struct ost_reuse *r, size_t nr, file_fn file_of)
{
	const struct ost_program *b = r->b;
	uint32_t *first = ost_calloc(b->nr_files + 2, sizeof(*first)), i;
	size_t k;

	for (k = 0; k < nr; k++) {
		r->is_broken |= k && file_of(b, k) < file_of(b, k - 1);
		first[file_of(b, k) + 1]++;
	}
	for (i = 0; i < b->nr_files; i++)
		first[i + 1] += first[i];
	return first;
}

static uint32_t flow_file(const struct ost_program *b, size_t i)
{
	return b->argflows.items[i].file;
}
static uint32_t store_file(const struct ost_program *b, size_t i)
{
	return b->units.items[b->paramstores.items[i].unit].file;
}
static uint32_t lock_file(const struct ost_program *b, size_t i)
{
	return b->units.items[b->lock_uses.items[i].unit].file;
}

static void take_sites(struct ost_program *p, uint32_t old)
{
	struct ost_reuse *r = p->reuse;
	const struct ost_program *b = r->b;
	const struct ost_file_info *fi = &b->files[old];
	const struct ost_site *sites;
	struct ost_site s;
	uint32_t u, i, nr;

	for (u = fi->first_unit; u < fi->first_unit + fi->nr_units; u++) {
		nr = ost_sites_of(b, u, &sites);
		for (i = 0; i < nr; i++) {
			s = sites[i];
			if (OST_SITE_KIND(s.key) == OST_SITE_SLOT)
				s.key = OST_SITE_KEY(OST_SITE_SLOT, moved(r, &r->fields, OST_SITE_ID(s.key)));
			ost_vec_add(&p->sites, s);
		}
		ost_vec_add(&p->site_first, (uint32_t)p->sites.nr);
	}
}

static void take_argflow(struct ost_program *p, struct ost_argflow af, uint32_t file)
{
	struct ost_reuse *r = p->reuse;
	uint32_t i;

	af.unit = moved(r, &r->units, af.unit);
	af.file = file;
	af.src = moved_src(r, af.src_kind, af.src);
	for (i = 0; i < OST_ARGFLOW_ARGS; i++)
		af.args[i] = moved_packed(r, af.args[i]);
	ost_vec_add(&p->argflows, af);
}

void ost_reuse_flows(struct ost_program *p, uint32_t file)
{
	struct ost_reuse *r = p->reuse;
	const struct ost_program *b = r->b;
	uint32_t old = r->old_of[file], i;
	struct ost_paramstore ps;
	struct ost_lock_use u;

	if (!r->first_flow) {
		r->first_flow = first_by_file(r, b->argflows.nr, flow_file);
		r->first_store = first_by_file(r, b->paramstores.nr, store_file);
		r->first_lock = first_by_file(r, b->lock_uses.nr, lock_file);
	}
	take_sites(p, old);
	for (i = r->first_flow[old]; i < r->first_flow[old + 1]; i++)
		take_argflow(p, b->argflows.items[i], file);
	for (i = r->first_store[old]; i < r->first_store[old + 1]; i++) {
		ps = b->paramstores.items[i];
		ps.unit = moved(r, &r->units, ps.unit);
		ps.field = moved(r, &r->fields, ps.field);
		ps.table = moved_packed(r, ps.table);
		ost_vec_add(&p->paramstores, ps);
	}
	for (i = r->first_lock[old]; i < r->first_lock[old + 1]; i++) {
		u = b->lock_uses.items[i];
		u.unit = moved(r, &r->units, u.unit);
		u.object = moved_object(r, u.object);
		ost_vec_add(&p->lock_uses, u);
	}
}

/* What follows from registrations and from rows with a slot is worked out anew for the whole tree. */
static void take_targets(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;
	struct ost_points_to pt;
	struct ost_target t;
	size_t i;

	for (i = 0; i < r->b->targets.nr; i++) {
		t = r->b->targets.items[i];
		if (t.how == OST_HOW_REGISTER || r->new_of[t.file] == OST_NO_ID)
			continue;
		t.file = r->new_of[t.file];
		t.slot = moved(r, &r->fields, t.slot);
		t.unit = moved(r, &r->units, t.unit);
		t.in = moved(r, &r->units, t.in);
		t.table = moved_object(r, t.table);
		ost_vec_add(&p->targets, t);
	}
	for (i = 0; i < r->b->points.nr; i++) {
		pt = r->b->points.items[i];
		if (pt.how == OST_HOW_REGISTER || r->new_of[pt.file] == OST_NO_ID)
			continue;
		pt.file = r->new_of[pt.file];
		pt.field = moved(r, &r->fields, pt.field);
		pt.in = moved(r, &r->units, pt.in);
		pt.object = moved_object(r, pt.object);
		ost_vec_add(&p->points, pt);
	}
}

static void take_bindings(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;
	struct ost_binding v;
	size_t i;

	for (i = 0; i < r->b->bindings.nr; i++) {
		v = r->b->bindings.items[i];
		if (r->new_of[v.file] == OST_NO_ID || strchr(r->b->rows.items[v.row].name, '.'))
			continue;
		v.file = r->new_of[v.file];
		v.object = moved_object(r, v.object);
		v.data = moved_object(r, v.data);
		v.callback = moved(r, &r->units, v.callback);
		v.in = moved(r, &r->units, v.in);
		ost_vec_add(&p->bindings, v);
	}
}

bool ost_reuse_rest(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;
	struct ost_program_stats sum = { 0 };

	take_targets(p);
	take_bindings(p);
	ost_program_flow_stats(r->b, r->redone.v.items, (uint32_t)r->redone.v.nr, &sum);
	ost_stats_add(&p->stats, &r->b->stats, 1);
	ost_stats_add(&p->stats, &sum, -1);
	return !r->is_broken;
}
