// SPDX-License-Identifier: GPL-2.0-or-later
/* DEFINE_GUARD(), DEFINE_LOCK_GUARD_*(): which lock a guard takes, from the tree. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "locks/guards.h"

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

struct reader {
	struct ost_lk_world *w;
	const struct ost_facts *f;
	struct ost_tree *tree;
	uint32_t file;
};

static const struct ost_node *node_at(const struct reader *r, uint32_t n)
{
	return &r->tree->v.items[n];
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
	return ost_arena_strdup(&r->w->arena, text);
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
	g.take.callee = ost_arena_strdup(&r->w->arena, ost_facts_str(r->f, node_at(r, call + 1)->a));
	prim = ost_lk_find(&r->w->tables, g.take.callee);
	arg = nth_arg(r, call, prim ? prim->arg : 0);
	g.has_take = !arg || read_members(r, arg, shapes[shape].is_lock_guard, &g);
	ost_vec_add(&r->w->guards, g);
}

void ost_lk_read_guards(struct ost_lk_world *w)
{
	struct ost_tree tree = { .v = OST_VEC_INIT };
	struct reader r = { .w = w, .tree = &tree };

	for (r.file = 0; r.file < ost_program_nr_files(w->p); r.file++) {
		r.f = ost_program_facts(w->p, r.file);
		for (uint32_t i = 0; i < r.f->nr_invokes; i++) {
			const struct ost_fact_invoke *inv = &r.f->invokes[i];
			const char *name = ost_facts_str(r.f, inv->name);

			if (strncmp(name, "DEFINE_", 7))
				continue;
			for (unsigned s = 0; s < OST_ARRAY_SIZE(shapes); s++)
				if (!strcmp(shapes[s].name, name) &&
				    ost_facts_unpack(r.f, inv->code, inv->code_len, &tree) && tree.v.nr > 1)
					read_one(&r, s);
		}
	}
	for (size_t i = 0; i < w->guards.nr; i++) {
		const char *name = w->guards.items[i].name;
		bool is_new;
		uint64_t *at = ost_table_put(&w->guard_names, ost_hash_bytes(name, strlen(name)), &is_new);

		if (is_new)
			*at = i + 1;
	}
	ost_vec_deinit(&tree.v);
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
