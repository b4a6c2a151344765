// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What was kept is checked once when it is opened, so that every id in it may
 * be followed; blocks that are read later are checked then (blocks.c). Counts
 * that belong together were compared before (index.c).
 */
#include "program/internal.h"

static bool is_object(const struct ost_program *p, struct ost_object o)
{
	return o.kind == OST_OBJ_NONE || (o.kind == OST_OBJ_GLOBAL && o.id < p->nr_globals) ||
		(o.kind == OST_OBJ_FIELD && o.id < p->nr_fields);
}

static bool is_unit(const struct ost_program *p, uint32_t unit)
{
	return unit < p->units.nr || unit == OST_NO_ID;
}

static bool is_range(uint32_t first, uint32_t nr, size_t limit)
{
	return first <= limit && nr <= limit - first;
}

static bool are_files(const struct ost_program *p)
{
	const struct ost_file_info *fi;
	uint32_t i;

	for (i = 0; i < p->nr_files; i++) {
		fi = &p->files[i];
		if (fi->origin >= p->nr_real || fi->arch >= p->archs.nr || (i < p->nr_real && fi->origin != i) ||
		    fi->dir_len > strlen(p->tree->files[fi->origin].path) ||
		    !is_range(fi->first_unit, fi->nr_units, p->units.nr) || fi->nr_funcs > fi->nr_units ||
		    !is_range(fi->first_record, fi->nr_records, p->nr_records) ||
		    !is_range(fi->first_field, fi->nr_fields, p->nr_fields) ||
		    !is_range(fi->first_global, fi->nr_globals, p->nr_globals) ||
		    !is_range(fi->first_include, fi->nr_includes, p->includes.nr))
			return false;
	}
	for (i = 0; i < p->includes.nr; i++)
		if (p->includes.items[i] >= p->nr_real)
			return false;
	return true;
}

static bool are_definitions(const struct ost_program *p)
{
	const uint32_t limits[] = {	/* the others are places in the facts of a file */
		[OST_DEF_UNIT] = (uint32_t)p->units.nr, [OST_DEF_PROTO] = OST_NO_ID,
		[OST_DEF_RECORD] = p->nr_records, [OST_DEF_TYPEDEF] = OST_NO_ID,
		[OST_DEF_GLOBAL] = p->nr_globals, [OST_DEF_ENUM] = OST_NO_ID,
		[OST_DEF_ENUM_CONST] = OST_NO_ID,
	};
	const struct ost_unit *u;
	uint32_t i, kind;

	for (i = 0; i < p->units.nr; i++) {
		u = &p->units.items[i];
		if (u->name >= p->names.nr || u->file >= p->nr_files || u->kind > OST_UNIT_ALIAS)
			return false;
	}
	for (i = 0; i < p->nr_grouped; i++)
		if (p->def_first[i] > p->def_first[i + 1])
			return false;
	if (p->def_first[0] || p->def_first[p->nr_grouped] != p->nr_defs)
		return false;
	for (i = 0; i < p->nr_defs; i++) {
		kind = ost_def_kind(p->defs[i]);
		if (kind > OST_DEF_ENUM_CONST || ost_def_file(p->defs[i]) >= p->nr_files ||
		    p->defs[i].id >= limits[kind])
			return false;
	}
	return true;
}

static bool is_argflow(const struct ost_program *p, const struct ost_argflow *af)
{
	const uint32_t limits[] = { [OST_SRC_UNIT] = (uint32_t)p->units.nr, [OST_SRC_GLOBAL] = p->nr_globals,
				    [OST_SRC_FIELD] = p->nr_fields, [OST_SRC_PARAM] = OST_NO_ID };
	uint32_t i;

	if (af->callee >= p->names.nr || !is_unit(p, af->unit) || af->file >= p->nr_files ||
	    af->src_kind > OST_SRC_PARAM || af->src >= limits[af->src_kind])
		return false;
	for (i = 0; i < OST_ARGFLOW_ARGS; i++)
		if (!is_object(p, ost_object_unpack(af->args[i])))
			return false;
	return true;
}

static bool are_flows(const struct ost_program *p)
{
	size_t i;

	for (i = 0; i < p->argflows.nr; i++)
		if (!is_argflow(p, &p->argflows.items[i]))
			return false;
	for (i = 0; i < p->paramstores.nr; i++) {
		const struct ost_paramstore *ps = &p->paramstores.items[i];

		if (ps->unit >= p->units.nr || ps->field >= p->nr_fields || !is_object(p, ost_object_unpack(ps->table)))
			return false;
	}
	for (i = 0; i < p->targets.nr; i++) {
		const struct ost_target *t = &p->targets.items[i];

		if (t->slot >= p->nr_fields || t->unit >= p->units.nr || !is_object(p, t->table) ||
		    t->file >= p->nr_files || !is_unit(p, t->in))
			return false;
	}
	for (i = 0; i < p->points.nr; i++) {
		const struct ost_points_to *pt = &p->points.items[i];

		if (pt->field >= p->nr_fields || !is_object(p, pt->object) || pt->file >= p->nr_files ||
		    !is_unit(p, pt->in))
			return false;
	}
	for (i = 0; i < p->lock_uses.nr; i++) {
		const struct ost_lock_use *u = &p->lock_uses.items[i];

		if (!is_object(p, u->object) || u->unit >= p->units.nr || u->primitive >= p->names.nr ||
		    u->how >= OST_NR_LOCK_HOWS)
			return false;
	}
	return true;
}

static bool are_bindings(const struct ost_program *p)
{
	size_t i;

	for (i = 0; i < p->bindings.nr; i++) {
		const struct ost_binding *b = &p->bindings.items[i];

		if (!is_object(p, b->object) || !is_object(p, b->data) || !is_unit(p, b->callback) ||
		    b->file >= p->nr_files || !is_unit(p, b->in))
			return false;
	}
	return true;
}

bool ost_program_is_sound(const struct ost_program *p)
{
	return are_files(p) && are_definitions(p) && are_flows(p) && are_bindings(p);
}
