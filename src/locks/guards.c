// SPDX-License-Identifier: GPL-2.0-or-later
/* DEFINE_GUARD(), DEFINE_LOCK_GUARD_*(): which lock a guard takes, from the tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "locks/guards.h"
#include "ostler/progress.h"

static const struct {
	const char *name;
	uint8_t take;		/* argument that takes the lock */
	bool is_cond, is_lock_guard;
} shapes[] = {
	{ "DEFINE_GUARD", 2, false, false },
	{ "DEFINE_GUARD_COND", 2, true, false },
	{ "DEFINE_LOCK_GUARD_0", 1, false, true },
	{ "DEFINE_LOCK_GUARD_1", 2, false, true },
	{ "DEFINE_LOCK_GUARD_1_COND", 2, true, true },
};

struct guard_vec { OST_VEC(struct ost_lk_guard) v; };

/* One worker's. */
struct reader {
	const struct ost_lk_world *w;
	struct ost_arena arena;
	struct guard_vec found;
	const struct ost_facts *f;
	struct ost_tree tree;
	uint32_t file;
};

static const struct ost_node *node_at(const struct reader *r, uint32_t n)
{
	return &r->tree.v.items[n];
}

static uint32_t nth_arg(const struct reader *r, uint32_t call, unsigned nth)
{
	uint32_t end = node_at(r, call)->end, n = node_at(r, call + 1)->end;

	for (; n < end && nth; nth--)
		n = node_at(r, n)->end;
	return n < end ? n : 0;
}

static uint32_t first_call(const struct reader *r, uint32_t n)
{
	for (uint32_t end = node_at(r, n)->end; n < end; n++)
		if (node_at(r, n)->op == OST_N_CALL && node_at(r, n + 1)->op == OST_N_NAME)
			return n;
	return 0;
}

/* `&_T->mtx`: the members between _T and what is locked. */
static bool read_members(const struct reader *r, uint32_t n, bool is_lock_guard, struct ost_lk_guard *g)
{
	uint32_t names[OST_LK_NAMES + 1];
	unsigned nr = 0, arrows = 0;

	if (node_at(r, n)->op == OST_N_UNARY && node_at(r, n)->sub == OST_OP_ADDR) {
		g->take.addr = true;
		n++;
	}
	for (; node_at(r, n)->op == OST_N_MEMBER; n++) {
		const char *name = ost_facts_str(r->f, node_at(r, n)->a);

		if (nr > OST_LK_NAMES)
			return false;
		arrows = arrows << 1 | (node_at(r, n)->sub == OST_MEMBER_ARROW);
		names[nr++] = ost_program_find_name(r->w->p, name);
	}
	if (node_at(r, n)->op != OST_N_NAME || strcmp(ost_facts_str(r->f, node_at(r, n)->a), "_T"))
		return false;
	if (is_lock_guard && nr) {	/* _T->lock is the argument itself */
		nr--;
		arrows >>= 1;
	}
	if (nr > OST_LK_NAMES)
		return false;
	if (!nr)
		g->take.addr = false;
	g->take.nr_names = (uint8_t)nr;
	g->take.arrows = (uint8_t)arrows;
	for (unsigned i = 0; i < nr; i++)
		g->take.names[i] = names[nr - 1 - i];
	return true;
}

static char *guard_name(struct reader *r, uint32_t name, uint32_t ext)
{
	char text[128];

	snprintf(text, sizeof(text), "%s%s", ost_facts_str(r->f, node_at(r, name)->a),
		 ext ? ost_facts_str(r->f, node_at(r, ext)->a) : "");
	return ost_arena_strdup(&r->arena, text);
}

static void read_one(struct reader *r, unsigned shape)
{
	struct ost_lk_guard g = { .file = r->file, .is_cond = shapes[shape].is_cond };
	uint32_t name = nth_arg(r, 0, 0), ext = g.is_cond ? nth_arg(r, 0, 1) : 0;
	uint32_t take = nth_arg(r, 0, shapes[shape].take), call, arg;
	const struct ost_lk_prim *prim;

	if (!name || !take || node_at(r, name)->op != OST_N_NAME ||
	    (ext && node_at(r, ext)->op != OST_N_NAME))
		return;
	call = first_call(r, take);
	if (!call)
		return;
	g.name = guard_name(r, name, ext);
	g.take.callee = ost_arena_strdup(&r->arena, ost_facts_str(r->f, node_at(r, call + 1)->a));
	prim = ost_lk_find(&r->w->tables, g.take.callee);
	arg = nth_arg(r, call, prim ? prim->arg : 0);
	g.has_take = !arg || read_members(r, arg, shapes[shape].is_lock_guard, &g);
	ost_vec_add(&r->found.v, g);
}

static bool read_file(void *ctx, uint32_t file, const struct ost_facts *facts, unsigned worker)
{
	struct reader *r = (struct reader *)ctx + worker;

	r->f = facts;
	r->file = file;
	for (uint32_t i = 0; facts && i < facts->nr_invokes; i++) {
		const struct ost_fact_invoke *inv = &facts->invokes[i];
		const char *name = ost_facts_str(facts, inv->name);

		if (strncmp(name, "DEFINE_", 7))
			continue;
		for (unsigned s = 0; s < OST_ARRAY_SIZE(shapes); s++)
			if (!strcmp(shapes[s].name, name) &&
			    ost_facts_unpack(facts, inv->code, inv->code_len, &r->tree) && r->tree.v.nr > 1)
				read_one(r, s);
	}
	return !ost_interrupted();
}

static int by_place(const void *a, const void *b)
{
	const struct ost_lk_guard *x = a, *y = b;

	return x->file != y->file ? (x->file < y->file ? -1 : 1) : strcmp(x->name, y->name);
}

/* The workers' finds in one order that does not depend on them. */
static void gather(struct ost_lk_world *w, struct reader *readers)
{
	for (unsigned i = 0; i < w->nr_workers; i++) {
		for (size_t k = 0; k < readers[i].found.v.nr; k++) {
			struct ost_lk_guard g = readers[i].found.v.items[k];

			g.name = ost_arena_strdup(&w->arena, g.name);
			g.take.callee = ost_arena_strdup(&w->arena, g.take.callee);
			ost_vec_add(&w->guards, g);
		}
		ost_vec_deinit(&readers[i].found.v);
		ost_vec_deinit(&readers[i].tree.v);
		ost_arena_deinit(&readers[i].arena);
	}
	if (w->guards.nr)
		qsort(w->guards.items, w->guards.nr, sizeof(struct ost_lk_guard), by_place);
	ost_lk_index_guards(w);
}

void ost_lk_index_guards(struct ost_lk_world *w)
{
	for (size_t i = 0; i < w->guards.nr; i++) {
		const char *name = w->guards.items[i].name;
		bool is_new;
		uint64_t *at = ost_table_put(&w->guard_names, ost_hash_bytes(name, strlen(name)), &is_new);

		if (is_new)
			*at = i + 1;
	}
}

struct ost_err *ost_lk_read_guards(struct ost_lk_world *w, const struct ost_tree_facts *tree)
{
	struct reader *readers = ost_calloc(w->nr_workers, sizeof(*readers));
	struct ost_err *err;

	for (unsigned i = 0; i < w->nr_workers; i++)
		readers[i].w = w;
	err = ost_tree_for_each(tree, w->nr_workers, read_file, readers);
	gather(w, readers);
	free(readers);
	return err;
}

bool ost_lk_file_has_guards(struct ost_lk_world *w, const struct ost_tree_facts *tree, uint32_t file)
{
	struct ost_tree_reader *reader = ost_tree_reader_create(tree);
	struct reader r = { .w = w };
	struct ost_facts facts;
	bool has;

	ost_arena_init(&r.arena);
	if (ost_tree_fetch(reader, file, &facts))
		read_file(&r, file, &facts, 0);
	has = r.found.v.nr != 0;
	ost_vec_deinit(&r.found.v);
	ost_vec_deinit(&r.tree.v);
	ost_arena_deinit(&r.arena);
	ost_tree_reader_destroy(reader);
	return has;
}

const struct ost_lk_guard *ost_lk_find_guard(const struct ost_lk_world *w, uint32_t file, const char *name)
{
	const uint64_t *at = ost_table_get(&w->guard_names, ost_hash_bytes(name, strlen(name)));
	const struct ost_lk_guard *best;

	if (!at)
		return NULL;
	best = &w->guards.items[*at - 1];
	for (size_t i = *at - 1; i < w->guards.nr; i++)
		if (w->guards.items[i].file == file && !strcmp(w->guards.items[i].name, name))
			return &w->guards.items[i];
	return strcmp(best->name, name) ? NULL : best;
}
