// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who asked for a name that was not defined then. Only the set of all such names
 * is kept, not who asked, so the strings of all files are looked through: a file
 * that holds the text may have asked, and so may whoever asked for a macro or a
 * small function of that file that mentions it.
 */
#include "program/reuse.h"

#include "base/pool.h"

struct find {
	struct ost_reuse *r;
	uint8_t *is_hit;
	struct ost_tree_reader **readers;
};

static bool mentions(const struct ost_reuse *r, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < r->appeared.v.nr; i++)
		if (memmem(text, len, r->appeared.v.items[i], strlen(r->appeared.v.items[i])))
			return true;
	return false;
}

/* Many threads may mark the same name: with the same value. */
static void mark(struct ost_reuse *r, const char *name)
{
	uint32_t id = ost_program_find_name(r->b, name);

	if (id != OST_NO_ID)
		__atomic_store_n(&r->is_changed[id], 1, __ATOMIC_RELAXED);
}

/* All macros whose text has it, and all functions that callers may look into. */
static void mark_units(struct ost_reuse *r, const struct ost_facts *f)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t i;

	for (i = 0; i < f->nr_macros; i++)
		if (mentions(r, ost_facts_str(f, f->macros[i].text), ost_facts_strlen(f, f->macros[i].text)))
			mark(r, ost_facts_str(f, f->macros[i].name));
	for (i = 0; i < f->nr_funcs; i++)
		if (f->funcs[i].code_len && ost_facts_unpack(f, f->funcs[i].code, f->funcs[i].code_len, &t) &&
		    ost_tree_may_be_accessor(&t))
			mark(r, ost_facts_str(f, f->funcs[i].name));
	ost_vec_deinit(&t.v);
}

/* What macros make: the functions there may be looked into as well. */
static void find_in_virtual(struct find *x, uint32_t file)
{
	const struct ost_program *b = x->r->b;
	uint32_t virt = x->r->virtual_of[file], u;
	const char *text = virt == OST_NO_ID ? "" : ost_virtual_form(b, virt - b->nr_real);

	if (!mentions(x->r, text, strlen(text)))
		return;
	x->is_hit[file] = 1;
	for (u = b->files[virt].first_unit; u < b->files[virt].first_unit + b->files[virt].nr_units; u++)
		__atomic_store_n(&x->r->is_changed[b->units.items[u].name], 1, __ATOMIC_RELAXED);
}

static bool find_in_file(void *ctx, size_t item, unsigned worker)
{
	struct find *x = ctx;
	uint32_t file = (uint32_t)item;
	struct ost_facts f;

	if (!x->readers[worker])
		x->readers[worker] = ost_reader_take(x->r->b);
	find_in_virtual(x, file);
	if (!ost_tree_fetch(x->readers[worker], file, &f) || !mentions(x->r, f.str_bytes, f.str_off[f.nr_strs]))
		return true;
	x->is_hit[file] = 1;
	mark_units(x->r, &f);
	return true;
}

void ost_reuse_find_askers(struct ost_reuse *r, uint8_t *is_hit)
{
	struct find x = { .r = r, .is_hit = is_hit };
	unsigned i;

	x.readers = ost_calloc(r->b->jobs, sizeof(*x.readers));
	r->is_broken |= !ost_pool_run(r->b->jobs, r->b->nr_real, 16, find_in_file, &x);
	for (i = 0; i < r->b->jobs; i++)
		if (x.readers[i])
			ost_reader_give(r->b, x.readers[i]);
	free(x.readers);
}
