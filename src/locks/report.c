// SPDX-License-Identifier: GPL-2.0-or-later
/* What is reported of what was found. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/table.h"
#include "locks/focus.h"
#include "locks/run.h"
#include "source/tree.h"

struct priv {
	struct ost_arena arena;
	struct ost_table texts;		/* hash of a text → its address in the arena; until the report is filled */
};

/* One copy of a text that many steps have. */
static const char *share(struct priv *p, const char *s, size_t len)
{
	uint64_t *at = ost_table_put(&p->texts, ost_hash_bytes(s, len), NULL);
	const char *known = (const char *)(uintptr_t)*at;

	if (known && !strncmp(known, s, len) && !known[len])
		return known;
	known = ost_arena_strndup(&p->arena, s, len);
	*at = (uint64_t)(uintptr_t)known;
	return known;
}

struct ost_deadlocks_report *ost_dl_report_create(void)
{
	struct ost_deadlocks_report *r = ost_calloc(1, sizeof(*r));

	r->priv = ost_calloc(1, sizeof(struct priv));
	r->version = "";
	return r;
}

struct ost_arena *ost_dl_report_arena(struct ost_deadlocks_report *r)
{
	return &((struct priv *)r->priv)->arena;
}

void ost_deadlocks_report_destroy(struct ost_deadlocks_report *r)
{
	if (!r)
		return;
	ost_arena_deinit(ost_dl_report_arena(r));
	ost_table_deinit(&((struct priv *)r->priv)->texts);
	free(r->priv);
	free(r);
}

/* ---- source lines --------------------------------------------------------- */

struct text {
	struct ost_buf buf;
	OST_VEC(uint32_t) starts;	/* by line - 1 */
};

struct lines {
	const struct ost_tree_facts *tree;
	struct ost_table by_path;	/* hash of path → position + 1 */
	OST_VEC(struct text) texts;
};

static void find_lines(struct text *t)
{
	const char *at = t->buf.ptr;

	while (at) {
		ost_vec_add(&t->starts, (uint32_t)(at - t->buf.ptr));
		at = strchr(at, '\n');
		at += at != NULL;
	}
}

static const struct text *text_of(struct lines *l, const char *path)
{
	uint64_t key = ost_hash_bytes(path, strlen(path));
	bool is_new;
	uint64_t *at = ost_table_put(&l->by_path, key, &is_new);
	struct text *t;
	uint32_t file;

	if (!is_new)
		return &l->texts.items[*at - 1];
	*at = l->texts.nr + 1;
	t = ost_vec_push(&l->texts);
	ost_buf_init(&t->buf);
	file = ost_tree_find(l->tree, path);
	if (file != OST_TREE_NONE)
		ost_err_destroy(ost_tree_text(l->tree, file, &t->buf));
	find_lines(t);
	return t;
}

static const char *source_line(struct lines *l, struct priv *to, const char *path, uint32_t line)
{
	const struct text *t = text_of(l, path);
	const char *at, *end;

	if (line > t->starts.nr)
		return "";
	at = t->buf.ptr + t->starts.items[line - 1];
	at += strspn(at, " \t");
	end = at + strcspn(at, "\n");
	while (end > at && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return share(to, at, (size_t)(end - at));
}

static void fill_texts(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree)
{
	struct lines l = { .tree = tree, .texts = OST_VEC_INIT };

	ost_table_init(&l.by_path);
	for (size_t i = 0; i < r->nr_findings; i++)
		for (size_t k = 0; k < r->findings[i].nr_steps; k++) {
			struct ost_dl_step *s = &r->findings[i].steps[k];

			if (s->file[0] && s->line)
				s->text = source_line(&l, r->priv, s->file, s->line);
		}
	for (size_t i = 0; i < l.texts.nr; i++) {
		ost_buf_deinit(&l.texts.items[i].buf);
		ost_vec_deinit(&l.texts.items[i].starts);
	}
	ost_vec_deinit(&l.texts);
	ost_table_deinit(&l.by_path);
}

/* ---- what is reported ----------------------------------------------------- */

static bool is_in_places(const struct ost_dl_step *s, const struct ost_deadlocks_opts *opts)
{
	for (size_t i = 0; i < opts->nr_places; i++)
		if (!strcmp(s->file, opts->places[i].file) &&
		    (!opts->places[i].function || !strcmp(s->function, opts->places[i].function)))
			return true;
	return false;
}

static bool is_wanted(const struct ost_finding *f, const struct ost_deadlocks_opts *opts)
{
	bool by_path = !opts->nr_paths, by_function = !opts->function, by_place = !opts->nr_places;

	if (f->rank > opts->rank || (opts->kinds && !(opts->kinds & 1u << f->kind)))
		return false;
	for (size_t k = 0; k < f->nr_steps; k++) {
		for (size_t i = 0; i < opts->nr_paths && !by_path; i++)
			by_path = ost_in_path(f->steps[k].file, opts->paths[i]);
		by_function = by_function || !strcmp(f->steps[k].function, opts->function);
		by_place = by_place || is_in_places(&f->steps[k], opts);
	}
	return by_path && by_function && by_place;
}

static int best_first(const void *a, const void *b)
{
	const struct ost_finding *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return strcmp(x->id, y->id);
}

static struct ost_err *read_baseline(const char *path, struct ost_table *ret)
{
	OST_BUF b = OST_BUF_INIT;
	char *line, *save;
	unsigned nr = 0;

	ost_try(ost_buf_read_file(&b, path, 16u << 20));
	for (line = strtok_r(b.ptr, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t len = strcspn(line, " \t");

		nr++;
		if (line[0] == '#' || !len)
			continue;
		if (!line[len] || !line[len + strspn(line + len, " \t")])
			return ost_err_create(OST_ERR_INPUT, path, "write `id reason`",
					      "line %u names no reason", nr);
		*ost_table_put(ret, ost_hash_bytes(line, len), NULL) = 1;
	}
	return NULL;
}

static void keep(struct priv *to, const char **s)
{
	*s = share(to, *s, strlen(*s));
}

/* A finding belongs to whoever found it, with all its texts: the report has its own. */
static void keep_finding(struct priv *to, struct ost_finding *f)
{
	struct ost_arena *arena = &to->arena;
	const char **const all[] = {
		&f->id, &f->lock.class_name, &f->lock.instance, &f->lock.mode, &f->lock2.class_name,
		&f->lock2.instance, &f->lock2.mode, &f->waitable_kind, &f->waitable_class, &f->callback,
		&f->primitive, &f->wait_function, &f->wait_file,
	};
	struct ost_dl_step *steps = ost_arena_calloc(arena, f->nr_steps + 1, sizeof(*steps));
	struct ost_dl_holder *holders = ost_arena_calloc(arena, f->nr_holders + 1, sizeof(*holders));
	const char **doubts = ost_arena_calloc(arena, f->nr_doubts + 1, sizeof(*doubts));

	for (size_t i = 0; i < OST_ARRAY_SIZE(all); i++)
		keep(to, all[i]);
	for (size_t i = 0; i < f->nr_steps; i++) {
		steps[i] = f->steps[i];
		keep(to, &steps[i].function);
		keep(to, &steps[i].file);
		keep(to, &steps[i].via);
	}
	for (size_t i = 0; i < f->nr_holders; i++) {
		holders[i] = f->holders[i];
		keep(to, &holders[i].function);
		keep(to, &holders[i].file);
		keep(to, &holders[i].how);
	}
	for (size_t i = 0; i < f->nr_doubts; i++)
		doubts[i] = share(to, f->doubts[i], strlen(f->doubts[i]));
	f->steps = steps;
	f->holders = holders;
	f->doubts = doubts;
}

struct ost_err *ost_dl_report_fill(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree,
				   const struct ost_finding *all, size_t nr, const struct ost_deadlocks_opts *opts,
				   struct ost_kernels_kept *kept)
{
	struct ost_table known = OST_TABLE_INIT;
	struct ost_err *err = opts->baseline ? read_baseline(opts->baseline, &known) : NULL;
	struct ost_arena *arena = ost_dl_report_arena(r);

	r->findings = ost_arena_alloc(arena, nr * sizeof(*r->findings) + 1);
	for (size_t i = 0; !err && i < nr; i++) {
		if (!is_wanted(&all[i], opts))
			continue;
		if (ost_table_get(&known, ost_hash_bytes(all[i].id, strlen(all[i].id))))
			r->nr_suppressed++;
		else
			r->findings[r->nr_findings++] = all[i];
	}
	for (size_t i = 0; i < r->nr_findings; i++)
		keep_finding(r->priv, &r->findings[i]);
	ost_dl_judge_kernels(r, tree, opts, kept);
	if (r->nr_findings)
		qsort(r->findings, r->nr_findings, sizeof(*r->findings), best_first);
	ost_table_deinit(&known);
	return err;
}

bool ost_asks_for_all(const struct ost_deadlocks_opts *opts)
{
	return !opts->nr_paths && !opts->function && !opts->nr_places;
}

/* A question about little is told of the limits that were hit in functions; what a search misses is for whole runs. */
void ost_dl_report_count(struct ost_deadlocks_report *r, const struct ost_deadlocks_report *all,
			const struct ost_deadlocks_opts *opts)
{
	r->nr_lock_sites = all->nr_lock_sites;
	r->nr_lock_unclassed = all->nr_lock_unclassed;
	r->nr_wait_sites = all->nr_wait_sites;
	r->nr_wait_unclassed = all->nr_wait_unclassed;
	r->nr_limited_functions = all->nr_limited_functions;
	r->nr_limits = ost_asks_for_all(opts) ? all->nr_limits : all->nr_limited_functions;
}

/* ---- the tree --------------------------------------------------------------- */

static void describe_tree(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree)
{
	OST_VEC(struct ost_unreadable) bad = OST_VEC_INIT;

	r->files = tree->nr_files;
	for (uint32_t i = 0; i < tree->nr_files; i++) {
		r->functions += tree->files[i].nr_funcs;
		if (tree->files[i].why)
			*ost_vec_push(&bad) = (struct ost_unreadable){
				ost_arena_strdup(ost_dl_report_arena(r), tree->files[i].path), "",
				ost_arena_strdup(ost_dl_report_arena(r), tree->files[i].why) };
	}
	r->unreadable = ost_arena_alloc(ost_dl_report_arena(r), bad.nr * sizeof(*bad.items) + 1);
	if (bad.nr)
		memcpy(r->unreadable, bad.items, bad.nr * sizeof(*bad.items));
	r->nr_unreadable = bad.nr;
	ost_vec_deinit(&bad);
}

void ost_dl_report_finish(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree)
{
	describe_tree(r, tree);
	fill_texts(r, tree);
	ost_table_deinit(&((struct priv *)r->priv)->texts);
	r->version = "";
}

struct ost_err *ost_dl_report_select(const struct ost_deadlocks_report *all, const struct ost_tree_facts *tree,
				  const struct ost_deadlocks_opts *opts, struct ost_deadlocks_report **ret_report)
{
	struct ost_deadlocks_report *r = ost_dl_report_create();
	struct ost_err *err = ost_dl_report_fill(r, tree, all->findings, all->nr_findings, opts, NULL);

	if (err) {
		ost_deadlocks_report_destroy(r);
		return err;
	}
	ost_dl_report_count(r, all, opts);
	ost_dl_report_finish(r, tree);
	*ret_report = r;
	return NULL;
}
