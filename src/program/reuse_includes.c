// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who includes another file than before. Which file an #include means depends on the
 * list of paths, and only on those that end in its name. Where such a file came or went,
 * each #include of the files that have one of that name is looked up in both trees.
 */
#include "program/reuse.h"

#include "base/pool.h"

struct find {
	struct ost_reuse *r;
	uint8_t *is_hit;
	struct ost_tree_reader **readers;
	struct ost_table names;		/* of files that came or went */
	OST_VEC(uint32_t) files;	/* there, that include one of such a name */
};

static uint32_t name_of(const struct ost_tree_facts *t, uint32_t file)
{
	return ost_base_hash(t->files[file].path, strlen(t->files[file].path));
}

static void list_names(struct find *x)
{
	const struct ost_reuse *r = x->r;
	struct pair f;
	size_t i;

	for (i = 0; i < r->changed.v.nr; i++) {
		f = r->changed.v.items[i];
		if (f.old == OST_NO_ID)
			ost_table_put(&x->names, name_of(r->p->tree, f.new), NULL);
		else if (f.new == OST_NO_ID)
			ost_table_put(&x->names, name_of(r->b->tree, f.old), NULL);
	}
}

/* Those that are the same and have an #include of one of the names, found or not. */
static void list_files(struct find *x)
{
	const struct ost_program *b = x->r->b;
	uint8_t *has_name = ost_calloc(b->nr_real + 1, 1), *is_listed = ost_calloc(b->nr_real + 1, 1);
	const struct ost_file_info *fi;
	uint32_t i, k;

	for (i = 0; i < b->nr_real; i++)
		has_name[i] = ost_table_get(&x->names, name_of(b->tree, i)) != NULL;
	for (i = 0; i < b->nr_real; i++) {
		fi = &b->files[i];
		for (k = fi->first_include; k < fi->first_include + fi->nr_includes; k++)
			is_listed[i] |= has_name[b->includes.items[k]];
	}
	for (i = 0; i < b->missed.v.nr; i++)
		if (ost_table_get(&x->names, b->missed.v.items[i].name))
			is_listed[b->missed.v.items[i].file] = 1;
	for (i = 0; i < b->nr_real; i++)
		if (is_listed[i] && x->r->new_of[i] != OST_NO_ID)
			ost_vec_add(&x->files, i);
	free(has_name);
	free(is_listed);
}

static bool means_same(const struct ost_reuse *r, uint32_t old, const char *inc, size_t len, bool is_system)
{
	uint32_t a = ost_find_include(r->b, old, inc, len, is_system);
	uint32_t b = ost_find_include(r->p, r->new_of[old], inc, len, is_system);

	return a == OST_NO_ID || b == OST_NO_ID ? a == b : b == r->path_of[a];
}

/* A file whose facts are lost is a hit: reading it tells. */
static bool look_up(void *ctx, size_t item, unsigned worker)
{
	struct find *x = ctx;
	uint32_t file = x->files.items[item], i;
	const struct ost_fact_include *inc;
	struct ost_facts f;

	if (!x->readers[worker])
		x->readers[worker] = ost_reader_take(x->r->b);
	if (!ost_tree_fetch(x->readers[worker], file, &f)) {
		x->is_hit[file] = 1;
		return true;
	}
	for (i = 0; i < f.nr_includes && !x->is_hit[file]; i++) {
		inc = &f.includes[i];
		x->is_hit[file] = !means_same(x->r, file, ost_facts_str(&f, inc->path),
					      ost_facts_strlen(&f, inc->path), inc->is_system);
	}
	return true;
}

void ost_reuse_find_includers(struct ost_reuse *r, uint8_t *is_hit)
{
	struct find x = { .r = r, .is_hit = is_hit };
	unsigned i;

	list_names(&x);
	if (!x.names.nr && !x.names.has_zero)
		return;
	list_files(&x);
	x.readers = ost_calloc(r->b->jobs, sizeof(*x.readers));
	r->is_broken |= !ost_pool_run(r->b->jobs, x.files.nr, 16, look_up, &x);
	for (i = 0; i < r->b->jobs; i++)
		if (x.readers[i])
			ost_reader_give(r->b, x.readers[i]);
	free(x.readers);
	ost_vec_deinit(&x.files);
	ost_table_deinit(&x.names);
}
