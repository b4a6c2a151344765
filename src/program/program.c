// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/program.h"

#include <time.h>

#include "base/pool.h"
#include "program/internal.h"

/* For each file, and a little more than a whole kernel has: 30.5, 16.4, 78.5, 79.1, 756. */
#define NAMES_OF_FILE 31u
#define UNITS_OF_FILE 18u
#define SITES_OF_FILE 84u
#define ASKS_OF_FILE 84u
#define VIRT_BYTES_OF_FILE 800u

static void flag_names(struct ost_program *p)
{
	uint32_t n, i;
	uint8_t flags;

	p->name_flags = ost_calloc_spread(p->names.nr + 1, 1);
	for (n = 0; n < p->names.nr; n++) {
		flags = 0;
		for (i = p->def_first[n]; i < p->def_first[n + 1]; i++) {
			switch (ost_def_kind(p->defs[i])) {
			case OST_DEF_UNIT:
				flags |= p->units.items[p->defs[i].id].kind == OST_UNIT_FUNC ?
					OST_NF_NAME_FUNC : OST_NF_NAME_MACRO;
				break;
			case OST_DEF_PROTO:
				flags |= OST_NF_NAME_PROTO;
				break;
			case OST_DEF_GLOBAL:
				flags |= OST_NF_NAME_GLOBAL;
				break;
			default:
				break;
			}
		}
		p->name_flags[n] = flags;
	}
}

static void make_caches(struct ost_program *p)
{
	p->accessors = ost_program_calloc(p, p->units.nr + 1, sizeof(*p->accessors));
	p->is_table_of = ost_program_calloc(p, p->nr_records + 1, sizeof(*p->is_table_of));
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Linking is given up when it turns out that the program below is of no use. */
static struct ost_err *walk_bodies(struct ost_program *p)
{
	if (p->reuse && !ost_reuse_pair_ids(p))
		return NULL;
	ost_try(ost_program_flow(p));
	if (p->reuse)
		ost_reuse_rest(p);
	return NULL;
}

/* The index of this program is wanted: not what lies over another tree, and not a part of one. */
static bool may_keep(const struct ost_tree_facts *tree, const struct ost_program_opts *opts)
{
	return !(opts && (opts->no_kept || opts->no_flows)) && !ost_tree_base(tree);
}

/* What follows from all that was written down, each on one thread: the longest first. */
enum { REST_FLOWS, REST_USES, REST_UNKNOWN, NR_RESTS };

static bool work_out_rest(void *ctx, size_t item, unsigned worker)
{
	struct ost_program *p = ctx;
	bool has_uses = may_keep(p->tree, &p->opts) && ost_tree_keeps(p->tree);	/* are asked for when the index is kept */

	(void)worker;
	switch (item) {
	case REST_FLOWS:
		if (!p->opts.no_flows)
			ost_program_join_flows(p);
		ost_program_index_flows(p, has_uses ? 1 : p->jobs);
		break;
	case REST_USES:
		if (has_uses)
			ost_linked_uses(p);
		break;
	case REST_UNKNOWN:
		ost_unknown_sort(&p->unknown);
		ost_missed_sort(&p->missed);
		break;
	}
	return true;
}

static struct ost_err *link_files(struct ost_program *p)
{
	if (!p->opts.no_flows)
		ost_held_begin(p);
	ost_try(ost_program_collect(p));
	flag_names(p);
	make_caches(p);
	ost_try(ost_program_read_tables(p));
	if (p->opts.no_flows) {
		ost_vec_reserve(&p->site_first, p->units.nr + 1);
		p->site_first.nr = p->units.nr + 1;
		memset(p->site_first.items, 0, p->site_first.nr * sizeof(uint32_t));
	} else {
		ost_try(walk_bodies(p));
	}
	ost_held_end(p);
	if (ost_reuse_is_broken(p))
		return NULL;
	if (!ost_pool_run(p->jobs, NR_RESTS, 1, work_out_rest, p) ||
	    !ost_pool_run(p->jobs, OST_NR_ORDERS, 1, ost_program_order_flows, p))
		return ost_err_create(OST_ERR_INTERRUPTED, "linking", NULL, "interrupted");
	ost_expand_forget_asks(p);
	return NULL;
}

static struct ost_program *new_program(const struct ost_tree_facts *tree, const struct ost_program_opts *opts,
				       bool is_linked)
{
	struct ost_program *p = ost_calloc(1, sizeof(*p));

	p->tree = tree;
	p->is_linked = is_linked;
	if (opts)
		p->opts = *opts;
	p->jobs = p->opts.jobs ? p->opts.jobs : ost_nr_cpus();
	p->nr_real = p->nr_files = tree->nr_files;
	p->files = ost_program_calloc(p, p->nr_real * 2 + 1, sizeof(*p->files));
	p->loaded = ost_program_calloc(p, p->nr_real * 2 + 1, sizeof(*p->loaded));
	p->private_headers = ost_program_calloc(p, p->nr_real * 2 + 1, sizeof(*p->private_headers));
	ost_arena_init(&p->arena);
	ost_buf_init(&p->virt_bytes);
	ost_symtab_init(&p->names);
	ost_files_init(p);
	return p;
}

/*
 * The longest lists, as long as those of a whole kernel are: what is not written to costs nothing, and a list
 * that grows is copied again and again, each time to memory that has to be got.
 */
static void reserve_lists(struct ost_program *p)
{
	size_t nr = p->nr_real;

	ost_vec_reserve_spread(&p->units, nr * UNITS_OF_FILE);
	if (p->opts.no_flows)
		return;
	ost_vec_reserve(&p->sites, nr * SITES_OF_FILE);
	ost_vec_reserve(&p->site_first, nr * UNITS_OF_FILE);
	ost_vec_reserve(&p->asks.v, nr * ASKS_OF_FILE);
	ost_buf_reserve(&p->virt_bytes, nr * VIRT_BYTES_OF_FILE);
}

/* One that is to be linked; for one that is kept, the paths are listed while it is restored. */
static struct ost_program *blank_program(const struct ost_tree_facts *tree, const struct ost_program_opts *opts)
{
	struct ost_program *p = new_program(tree, opts, true);

	ost_program_list_paths(p);
	reserve_lists(p);
	return p;
}

/* An overlay from the program of the tree it lies on. *ret_program is NULL when that cannot be. */
static struct ost_err *link_overlay(const struct ost_tree_facts *tree, const struct ost_program_opts *opts,
				    struct ost_program **ret_program)
{
	const struct ost_tree_facts *base = ost_tree_base(tree);
	struct ost_program *b, *p;
	struct ost_err *err = NULL;

	*ret_program = NULL;
	if (!base || (opts && (opts->no_flows || opts->no_kept)))	/* nothing is kept that could be used */
		return NULL;
	ost_try(ost_program_create(base, opts, &b));
	p = blank_program(tree, opts);
	if (ost_reuse_begin(p, b, false))
		err = link_files(p);
	if (err || ost_reuse_is_broken(p)) {
		ost_program_destroy(p);
		return err;
	}
	ost_reuse_keep_moved(p);
	ost_reuse_end(p);
	p->was_reused = true;
	*ret_program = p;
	return NULL;
}

static bool open_kept(const struct ost_tree_facts *tree, const struct ost_program_opts *opts,
		      struct ost_program **ret_program)
{
	struct ost_program *p = new_program(tree, opts, false);

	*ret_program = NULL;
	if (!ost_program_load(p)) {
		ost_program_destroy(p);
		return false;
	}
	make_caches(p);
	*ret_program = p;
	return true;
}

/*
 * With fewer other files than one in so many, the index is kept as what it adds to the near tree's,
 * which serves for more trees, be as many files to be read as there are; with more, it is kept whole and the next trees
 * are linked from it.
 */
#define CLOSE_PART 10

/* A tree from the kept program of one that is like it. *ret_program is NULL when that cannot be. */
static struct ost_err *link_from(const struct ost_tree_facts *tree, const struct ost_tree_facts *near, bool is_close,
				 const struct ost_program_opts *opts, struct ost_program **ret_program)
{
	struct ost_program *b, *p;
	struct ost_err *err = NULL;

	if (!open_kept(near, opts, &b)) {
		ost_tree_forget(tree, &near->key, OST_PROGRAM_KIND, ost_program_version());
		return NULL;
	}
	p = blank_program(tree, opts);
	if (ost_reuse_begin(p, b, is_close))
		err = link_files(p);
	if (err || ost_reuse_is_broken(p) || ost_tree_has_lost(near)) {
		ost_program_destroy(p);
		return err;
	}
	if (is_close)
		ost_program_keep_like(p, b);
	ost_reuse_end(p);
	p->is_of_near = true;
	*ret_program = p;
	return NULL;
}

static struct ost_err *link_near(const struct ost_tree_facts *tree, const struct ost_program_opts *opts,
				 struct ost_program **ret_program)
{
	uint32_t common;
	struct ost_tree_facts *near = ost_tree_near(tree, OST_PROGRAM_KIND, ost_program_version(), &common);
	struct ost_err *err;

	*ret_program = NULL;
	if (!near)
		return NULL;
	err = link_from(tree, near, common >= tree->nr_files - tree->nr_files / CLOSE_PART, opts, ret_program);
	ost_tree_facts_destroy(near);
	return err;
}

static struct ost_err *link_whole(const struct ost_tree_facts *tree, const struct ost_program_opts *opts,
				  struct ost_program **ret_program)
{
	struct ost_program *p = blank_program(tree, opts);
	struct ost_err *err;

	ost_symtab_expect(&p->names, p->nr_real * NAMES_OF_FILE);	/* linked from another one, it takes that one's names */
	err = link_files(p);
	if (err)
		ost_program_destroy(p);
	*ret_program = err ? NULL : p;
	return err;
}

static struct ost_err *link_tree(const struct ost_tree_facts *tree, const struct ost_program_opts *opts,
				 struct ost_program **ret_program)
{
	bool is_kept = may_keep(tree, opts);

	if (is_kept && open_kept(tree, opts, ret_program))
		return NULL;
	*ret_program = NULL;
	if (is_kept)
		ost_try(link_near(tree, opts, ret_program));
	if (!*ret_program)
		ost_try(link_whole(tree, opts, ret_program));
	if (is_kept && ost_tree_keeps(tree)) {
		ost_program_save(*ret_program);
		if (!(*ret_program)->like.is_set)	/* one that leans on another is of no use to a third */
			ost_tree_remember(tree, OST_PROGRAM_KIND, ost_program_version());
	}
	return NULL;
}

struct ost_err *ost_program_create(const struct ost_tree_facts *tree, const struct ost_program_opts *opts,
				   struct ost_program **ret_program)
{
	double start = now();

	ost_try(link_overlay(tree, opts, ret_program));
	if (!*ret_program)
		ost_try(link_tree(tree, opts, ret_program));
	(*ret_program)->stats.link_seconds = (*ret_program)->is_kept ? 0 : now() - start;
	return NULL;
}

static void free_flows(struct ost_program *p)
{
	void *list[] = {
		p->sites.items, p->site_first.items, p->argflows.items, p->paramstores.items,
		p->targets.items, p->points.items, p->bindings.items, p->lock_uses.items,
		atomic_load(&p->site_uses), p->flows_by_callee, p->flows_by_unit, p->flows_by_src,
		p->targets_by_unit, p->targets_by_table, p->bindings_by_unit, p->bindings_by_object,
		p->asks.v.items, p->ask_first.items, p->unknown.v.items,
		p->file_stats.items, p->missed.v.items,
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(list); i++)
		free(list[i]);
}

static void free_names(struct ost_program *p)
{
	void *list[] = {
		p->names.bytes.items, p->names.off.items, p->names.slots, p->files, p->includes.items,
		p->units.items, p->global_flags.items, p->def_first, p->defs, p->virt_text.items,
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(list); i++)
		free(list[i]);
	free(p->name_flags);
	free(p->path_next);
	free(p->base_next);
	free(p->folder_of);
	free(p->rec_file);
	free(p->field_file);
	free(p->global_file);
	free(p->row_next);
	free((void *)p->moved.files);
	free((void *)p->moved.units);
	free((void *)p->moved.fields);
	free((void *)p->moved.globals);
}

void ost_program_destroy(struct ost_program *p)
{
	uint32_t i;

	if (!p)
		return;
	ost_reuse_end(p);
	ost_files_deinit(p);
	ost_held_end(p);
	ost_expand_forget_asks(p);
	for (i = 0; p->accessors && i < p->units.nr; i++)
		free(atomic_load(&p->accessors[i]));
	free(p->accessors);
	for (i = 0; p->is_table_of && i < p->nr_records; i++)
		free(atomic_load(&p->is_table_of[i]));
	free(p->is_table_of);
	free_flows(p);
	ost_blocks_close(p);
	free_names(p);
	ost_arena_deinit(&p->arena);
	ost_buf_deinit(&p->virt_bytes);
	ost_table_deinit(&p->paths);
	ost_table_deinit(&p->basenames);
	ost_table_deinit(&p->row_of);
	ost_table_deinit(&p->typerule_of);
	ost_table_deinit(&p->lock_arg_of);
	ost_vec_deinit(&p->archs);
	ost_vec_deinit(&p->folders);
	ost_vec_deinit(&p->rows);
	ost_vec_deinit(&p->rules);
	free(p);
}

/* ---- files, names, units ----------------------------------------------- */

uint32_t ost_program_nr_files(const struct ost_program *p)
{
	return p->nr_files;
}

const char *ost_program_path(const struct ost_program *p, uint32_t file)
{
	return p->tree->files[p->files[file].origin].path;
}

uint32_t ost_program_includes(const struct ost_program *p, uint32_t file, const uint32_t **ret)
{
	*ret = p->includes.items + p->files[file].first_include;
	return p->files[file].nr_includes;
}

uint32_t ost_program_find_file(const struct ost_program *p, const char *path)
{
	return ost_find_path(p, path, strlen(path));
}

const struct ost_facts *ost_program_facts(const struct ost_program *p, uint32_t file)
{
	return &ost_pfile_get(p, file)->f;
}

const char *ost_program_name(const struct ost_program *p, uint32_t name)
{
	return name < p->names.nr ? ost_symtab_str(&p->names, name) : "?";
}

uint32_t ost_program_find_name(const struct ost_program *p, const char *name)
{
	uint32_t len = (uint32_t)strlen(name);

	return ost_symtab_find(&p->names, name, len, ost_symtab_hash(name, len));
}

uint64_t ost_program_ids(const struct ost_program *p)
{
	uint64_t h = p->nr_fields * 31ull + p->nr_globals;
	uint32_t i;

	for (i = 0; i < p->units.nr; i++)
		h = h * 0x9e3779b97f4a7c15ull + ost_table_pack(p->units.items[i].name, p->units.items[i].file);
	for (i = 0; i < p->nr_defs; i++)
		h = h * 0x9e3779b97f4a7c15ull + ost_table_pack(p->defs[i].kind_file, p->defs[i].id);
	return ost_hash_mix(h);
}

const struct ost_moved *ost_program_moved(const struct ost_program *p)
{
	return p->was_reused ? &p->moved : NULL;
}

uint32_t ost_program_nr_units(const struct ost_program *p)
{
	return (uint32_t)p->units.nr;
}

const struct ost_unit *ost_program_unit(const struct ost_program *p, uint32_t unit)
{
	return &p->units.items[unit];
}

uint32_t ost_program_func_unit(const struct ost_program *p, uint32_t file, uint32_t index)
{
	return index < p->files[file].nr_funcs ? p->files[file].first_unit + index : OST_NO_ID;
}

uint32_t ost_program_unit_at(const struct ost_program *p, uint32_t file, uint32_t line)
{
	const struct ost_facts *f = &ost_pfile_get(p, file)->f;
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		if (f->funcs[i].first_line <= line && line <= f->funcs[i].end_line)
			return ost_program_func_unit(p, file, i);
	return OST_NO_ID;
}

uint32_t ost_program_units_named(const struct ost_program *p, uint32_t name, uint32_t *ret_units, uint32_t max)
{
	const struct ost_def *defs;
	uint32_t nr = ost_defs_of(p, name, &defs), i, found = 0;

	for (i = 0; i < nr; i++) {
		if (ost_def_kind(defs[i]) != OST_DEF_UNIT)
			continue;
		if (found < max)
			ret_units[found] = defs[i].id;
		found++;
	}
	return found;
}

void ost_object_text(const struct ost_program *p, struct ost_object o, struct ost_buf *b)
{
	if (o.kind == OST_OBJ_GLOBAL)
		ost_program_global_text(p, o.id, b);
	else if (o.kind == OST_OBJ_FIELD)
		ost_program_field_text(p, o.id, b);
	else
		ost_buf_addch(b, '?');
}

uint32_t ost_program_nr_lock_uses(const struct ost_program *p)
{
	return (uint32_t)p->lock_uses.nr;
}

const struct ost_lock_use *ost_program_lock_use(const struct ost_program *p, uint32_t use)
{
	return &p->lock_uses.items[use];
}

void ost_program_stats(const struct ost_program *p, struct ost_program_stats *ret)
{
	*ret = p->stats;
}
