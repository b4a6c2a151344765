// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking over what was written down for the bodies of a file, with the ids of
 * the tree that is linked.
 */
#include "program/reuse.h"

#include <stdlib.h>

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
	for (i = b->ask_first.items[old]; i < b->ask_first.items[old + 1]; i++)
		ost_vec_add(&p->asks.v, b->asks.v.items[i]);
	ost_vec_add(&p->ask_first, (uint32_t)p->asks.v.nr);
	ost_program_add_stats(p, &b->file_stats.items[old]);
}

bool ost_reuse_has_flows(const struct ost_program *p, uint32_t file)
{
	uint32_t old = ost_reuse_old(p, file);

	return old != OST_NO_ID && p->reuse->flows_of[old] == file;
}

/* What follows from registrations, from copies and from rows with a slot is worked out anew for the whole tree. */
static void take_targets(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;
	struct ost_points_to pt;
	struct ost_target t;
	size_t i;

	for (i = 0; i < r->b->targets.nr; i++) {
		t = r->b->targets.items[i];
		if (t.how == OST_HOW_REGISTER || t.how == OST_HOW_COPY || r->flows_of[t.file] == OST_NO_ID)
			continue;
		t.file = r->flows_of[t.file];
		t.slot = moved(r, &r->fields, t.slot);
		t.unit = moved(r, &r->units, t.unit);
		t.in = moved(r, &r->units, t.in);
		t.table = moved_object(r, t.table);
		ost_vec_add(&p->targets, t);
	}
	for (i = 0; i < r->b->points.nr; i++) {
		pt = r->b->points.items[i];
		if (pt.how == OST_HOW_REGISTER || r->flows_of[pt.file] == OST_NO_ID)
			continue;
		pt.file = r->flows_of[pt.file];
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
		if (r->flows_of[v.file] == OST_NO_ID || strchr(r->b->rows.items[v.row].name, '.'))
			continue;
		v.file = r->flows_of[v.file];
		v.object = moved_object(r, v.object);
		v.data = moved_object(r, v.data);
		v.callback = moved(r, &r->units, v.callback);
		v.in = moved(r, &r->units, v.in);
		ost_vec_add(&p->bindings, v);
	}
}

bool ost_reuse_rest(struct ost_program *p)
{
	take_targets(p);
	take_bindings(p);
	return !p->reuse->is_broken;
}
