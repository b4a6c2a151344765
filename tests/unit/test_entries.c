// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is held on entry of an overlay (src/locks/entry_replay.c), against what is worked out for it from nothing:
 * on a tree that is made up by chance, dense enough that functions have no room for another class, with a
 * function changed, added or taken out in each overlay.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "locks/entry.h"
#include "locks/kept_entry.h"
#include "locks/search.h"
#include "locks/world.h"
#include "source/tree.h"

enum { NR_FILES = 8, NR_FUNCS = 40, NR_LOCKS = 90, NR_OPS = 12, NR_OVERLAYS = 120 };

/* The same on every machine. */
static uint32_t chance(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static void add_header(struct ost_buf *b)
{
	ost_buf_addf(b, "struct mutex { int o; };\nvoid mutex_lock(struct mutex *m);\nvoid mutex_unlock(struct mutex *m);\n"
			"struct box;\nstruct ops {\n");
	for (int i = 0; i < NR_OPS; i++)
		ost_buf_addf(b, "\tvoid (*op%d)(struct box *b);\n", i);
	ost_buf_addf(b, "};\nstruct box {\n\tconst struct ops *ops;\n");
	for (int i = 0; i < NR_LOCKS; i++)
		ost_buf_addf(b, "\tstruct mutex l%d;\n", i);
	ost_buf_addf(b, "};\n");
	for (int i = 0; i < NR_FILES * NR_FUNCS; i++)
		ost_buf_addf(b, "void f%d(struct box *b);\n", i);
	for (int i = 0; i < NR_FILES; i++)
		ost_buf_addf(b, "void leaf%d(struct box *b);\nvoid apply%d(void (*fn)(struct box *), struct box *b);\n", i, i);
}

/* Calls, some of them with a lock held, some through a slot or by who is handed the function; what the caller holds is let go. */
static void add_body(struct ost_buf *b, uint32_t seed)
{
	uint32_t nr = 2 + chance(&seed, 5);

	for (uint32_t i = 0; i < nr; i++) {
		uint32_t lock = chance(&seed, NR_LOCKS), what = chance(&seed, 10), whom = chance(&seed, NR_FILES * NR_FUNCS);

		if (what < 3)
			ost_buf_addf(b, "\tmutex_lock(&b->l%u);\n\tf%u(b);\n\tmutex_unlock(&b->l%u);\n", lock, whom, lock);
		else if (what < 6)
			ost_buf_addf(b, "\tf%u(b);\n", whom);
		else if (what == 6)
			ost_buf_addf(b, "\tb->ops->op%u(b);\n", whom % NR_OPS);
		else if (what == 7)
			ost_buf_addf(b, "\tleaf%u(b);\n", whom % NR_FILES);
		else if (what == 8)
			ost_buf_addf(b, "\tapply%u(f%u, b);\n", lock % NR_FILES, whom);
		else
			ost_buf_addf(b, "\tmutex_unlock(&b->l%u);\n\tf%u(b);\n\tmutex_lock(&b->l%u);\n", lock, whom, lock);
	}
}

enum change { NONE, OTHER_BODY, KEEPS_LOCK, NEW_FUNCTION, NO_FUNCTION, OTHER_TABLE, LEAF_LOCKS, OTHER_APPLY, NR_CHANGES };

static void add_file(struct ost_buf *b, uint32_t file, enum change change, uint32_t seed)
{
	uint32_t which = chance(&seed, NR_FUNCS), table = file + (change == OTHER_TABLE ? 1 + chance(&seed, 3) : 0);

	ost_buf_addf(b, "#include \"box.h\"\n");
	ost_buf_addf(b, "void leaf%u(struct box *b)\n{\n", file);
	if (change == LEAF_LOCKS)
		add_body(b, seed);
	ost_buf_addf(b, "}\nvoid apply%u(void (*fn)(struct box *), struct box *b)\n{\n%s}\n", file,
		     (file % 2 == 0) == (change == OTHER_APPLY) ? "\tfn(b);\n" : "");
	if (change == NEW_FUNCTION) {
		ost_buf_addf(b, "static void extra%u(struct box *b)\n{\n", file);
		add_body(b, seed);
		ost_buf_addf(b, "}\n");
	}
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		uint32_t id = file * NR_FUNCS + i;

		if (change == NO_FUNCTION && i == which)
			continue;
		ost_buf_addf(b, "%svoid f%u(struct box *b)\n{\n", i % 3 ? "" : "static ", id);
		if (change == NEW_FUNCTION && i == which)
			ost_buf_addf(b, "\textra%u(b);\n", file);
		add_body(b, change == OTHER_BODY && i == which ? seed : id * 7919);
		if (change == KEEPS_LOCK && i == which)
			ost_buf_addf(b, "\tmutex_lock(&b->l%u);\n", chance(&seed, NR_LOCKS));
		ost_buf_addf(b, "}\n");
	}
	ost_buf_addf(b, "static const struct ops ops%u = { .op%u = f%u, .op%u = f%u };\n", file, table % NR_OPS, file * NR_FUNCS + 1,
		     (table * 5 + 2) % NR_OPS, file * NR_FUNCS + 4);
}

/* A tree with what is made of it. */
struct made {
	struct ost_tree_facts *tree;
	struct ost_program *p;
	struct ost_lk_world *w;
	struct ost_lk_graph g;
	struct ost_entries e;
};

static void make(struct made *m, struct ost_tree_facts *tree, const struct ost_tree_facts *keep)
{
	struct ost_program_opts popts = { .jobs = 1 };
	struct ost_lk_world_opts wopts = { .jobs = 1 };

	m->tree = tree;
	assert_null(ost_program_create(tree, &popts, &m->p));
	assert_null(ost_lk_world_create(tree, m->p, &wopts, &m->w));
	ost_lk_graph_init(&m->g, m->p, &m->w->tables, NULL, NULL, NULL, 1);
	ost_note_call_events(&m->g, m->w, 1);
	ost_entries_init(&m->e, m->w, &m->g, keep);
}

static void unmake(struct made *m)
{
	ost_entries_deinit(&m->e);
	ost_lk_graph_deinit(&m->g);
	ost_lk_world_destroy(m->w);
	ost_program_destroy(m->p);
	ost_tree_facts_destroy(m->tree);
}

static void write_file(const char *dir, const char *name, const struct ost_buf *text)
{
	OST_BUF path = OST_BUF_INIT;
	FILE *f;

	ost_buf_addf(&path, "%s/%s", dir, name);
	f = fopen(path.ptr, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text->ptr, 1, text->len, f), text->len);
	assert_int_equal(fclose(f), 0);
}

static struct ost_tree_facts *read_tree(const char *dir, const char *store)
{
	struct ost_source_opts opts = { .jobs = 1, .store_dir = store };
	struct ost_source src = { .dir = dir };
	struct ost_tree_facts *tree;
	OST_BUF text = OST_BUF_INIT;

	add_header(&text);
	write_file(dir, "box.h", &text);
	for (uint32_t i = 0; i < NR_FILES; i++) {
		char name[16];

		ost_buf_clear(&text);
		add_file(&text, i, NONE, 0);
		snprintf(name, sizeof(name), "f%u.c", i);
		write_file(dir, name, &text);
	}
	assert_null(ost_tree_facts_read(&tree, &src, &opts));
	return tree;
}

static struct ost_tree_facts *lay_over(const struct ost_tree_facts *base, uint32_t seed)
{
	uint32_t file = chance(&seed, NR_FILES);
	struct ost_tree_facts *over;
	OST_BUF text = OST_BUF_INIT;
	char name[16];

	add_file(&text, file, 1 + chance(&seed, NR_CHANGES - 1), seed);
	snprintf(name, sizeof(name), "f%u.c", file);
	assert_null(ost_tree_overlay(&over, base, &(struct ost_tree_change){ name, text.ptr, text.len }, 1));
	return over;
}

static void assert_same(const struct ost_entries *a, const struct ost_entries *b)
{
	assert_int_equal(a->v.nr, b->v.nr);
	assert_memory_equal(a->v.items, b->v.items, a->v.nr * sizeof(*a->v.items));
	assert_int_equal(a->seeds.nr, b->seeds.nr);
	for (size_t i = 0; i < a->seeds.nr; i++)
		assert_true(a->seeds.items[i].caller == b->seeds.items[i].caller && a->seeds.items[i].event == b->seeds.items[i].event &&
			    a->seeds.items[i].held == b->seeds.items[i].held && a->seeds.items[i].kind == b->seeds.items[i].kind &&
			    a->seeds.items[i].mode == b->seeds.items[i].mode && a->seeds.items[i].is_sure == b->seeds.items[i].is_sure);
	assert_memory_equal(a->first, b->first, a->g->nr_units * sizeof(*a->first));
	assert_memory_equal(a->nr, b->nr, a->g->nr_units * sizeof(*a->nr));
}

static unsigned count_full(const struct ost_entries *e)
{
	unsigned nr = 0;

	for (uint32_t u = 0; u < e->g->nr_units; u++)
		nr += e->nr[u] == OST_ENTRY_MAX;
	return nr;
}

static void test_an_overlay_has_what_would_be_made(void **unused)
{
	char dir[] = "/tmp/ostler-entries-XXXXXX", store[] = "/tmp/ostler-entries-XXXXXX";
	struct made base, over;
	struct ost_kept_entries kept;
	unsigned nr_replayed = 0, nr_other = 0;
	OST_BUF rm = OST_BUF_INIT;

	(void)unused;
	assert_non_null(mkdtemp(dir));
	assert_non_null(mkdtemp(store));
	base.tree = read_tree(dir, store);
	make(&base, base.tree, base.tree);
	assert_true(count_full(&base.e) > 50);	/* what came first counts */
	assert_true(ost_kept_entries_read(&kept, base.tree));
	for (uint32_t seed = 1; seed <= NR_OVERLAYS; seed++) {
		struct ost_entries e;

		make(&over, lay_over(base.tree, seed * 2654435761u), NULL);
		assert_non_null(ost_program_moved(over.p));
		ost_entries_init(&e, over.w, &over.g, NULL);
		ost_entries_clear(&e);
		if (ost_entries_replay(&e, &kept, 200)) {
			assert_same(&e, &over.e);
			nr_replayed++;
			nr_other += e.v.nr != base.e.v.nr;
		} else {
			assert_int_equal(e.v.nr, 0);
		}
		ost_entries_deinit(&e);
		unmake(&over);
	}
	assert_true(nr_replayed > NR_OVERLAYS / 2);
	assert_true(nr_other > NR_OVERLAYS / 4);
	ost_kept_entries_deinit(&kept);
	unmake(&base);
	ost_buf_addf(&rm, "rm -rf %s %s", dir, store);
	assert_int_equal(system(rm.ptr), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_an_overlay_has_what_would_be_made) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
