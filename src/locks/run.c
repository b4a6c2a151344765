// SPDX-License-Identifier: GPL-2.0-or-later
/* One run over one tree: read, link, summarise, search, filter, sort. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/hash.h"
#include "locks/finder.h"
#include "locks/run.h"
#include "ostler/progress.h"

struct priv {
	struct ost_arena arena;
	OST_VEC(struct ost_arena) more;	/* of the workers */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- source lines --------------------------------------------------------- */

struct lines {
	const struct ost_tree_facts *tree;
	struct ost_table by_path;	/* hash of path → position + 1 */
	OST_VEC(struct ost_buf) texts;
};

static const struct ost_buf *text_of(struct lines *l, const char *path)
{
	uint64_t key = ost_hash_bytes(path, strlen(path));
	bool is_new;
	uint64_t *at = ost_table_put(&l->by_path, key, &is_new);
	uint32_t file;

	if (!is_new)
		return &l->texts.items[*at - 1];
	*at = l->texts.nr + 1;
	ost_buf_init(ost_vec_push(&l->texts));
	file = ost_tree_find(l->tree, path);
	if (file != OST_TREE_NONE)
		ost_err_destroy(ost_tree_text(l->tree, file, ost_vec_last(&l->texts)));
	return ost_vec_last(&l->texts);
}

static const char *source_line(struct lines *l, struct ost_arena *arena, const char *path, uint32_t line)
{
	const struct ost_buf *text = text_of(l, path);
	const char *at = text->ptr, *end;
	char *copy;

	while (--line && (at = strchr(at, '\n')) != NULL)
		at++;
	if (!at)
		return "";
	at += strspn(at, " \t");
	end = at + strcspn(at, "\n");
	while (end > at && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	copy = ost_arena_alloc(arena, (size_t)(end - at) + 1);
	memcpy(copy, at, (size_t)(end - at));
	copy[end - at] = '\0';
	return copy;
}

static void fill_texts(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree)
{
	struct lines l = { .tree = tree, .texts = OST_VEC_INIT };
	struct priv *priv = r->priv;

	ost_table_init(&l.by_path);
	for (size_t i = 0; i < r->nr_findings; i++)
		for (size_t k = 0; k < r->findings[i].nr_steps; k++) {
			struct ost_dl_step *s = &r->findings[i].steps[k];

			if (s->file[0] && s->line)
				s->text = source_line(&l, &priv->arena, s->file, s->line);
		}
	for (size_t i = 0; i < l.texts.nr; i++)
		ost_buf_deinit(&l.texts.items[i]);
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

static void keep(struct ost_arena *arena, const char **s)
{
	*s = ost_arena_strdup(arena, *s);
}

/* Names belong to the program and the tables, which end before the report. */
static void keep_strings(struct ost_arena *arena, struct ost_finding *f)
{
	const char **const all[] = {
		&f->id, &f->lock.class_name, &f->lock.instance, &f->lock.mode, &f->lock2.class_name,
		&f->lock2.instance, &f->lock2.mode, &f->waitable_kind, &f->waitable_class, &f->callback,
		&f->primitive, &f->wait_function, &f->wait_file,
	};

	for (size_t i = 0; i < OST_ARRAY_SIZE(all); i++)
		keep(arena, all[i]);
	for (size_t i = 0; i < f->nr_holders; i++) {
		keep(arena, &f->holders[i].function);
		keep(arena, &f->holders[i].file);
		keep(arena, &f->holders[i].how);
	}
	for (size_t i = 0; i < f->nr_steps; i++) {
		keep(arena, &f->steps[i].function);
		keep(arena, &f->steps[i].file);
	}
}

static struct ost_err *select_findings(struct ost_deadlocks_report *r, struct ost_finder *f,
				       const struct ost_deadlocks_opts *opts)
{
	struct ost_table known = OST_TABLE_INIT;
	struct ost_err *err = opts->baseline ? read_baseline(opts->baseline, &known) : NULL;

	r->findings = ost_arena_alloc(&f->arena, f->found.nr * sizeof(*r->findings) + 1);
	for (size_t i = 0; !err && i < f->found.nr; i++) {
		const struct ost_finding *found = &f->found.items[i];

		if (!is_wanted(found, opts))
			continue;
		if (ost_table_get(&known, ost_hash_bytes(found->id, strlen(found->id))))
			r->nr_suppressed++;
		else
			r->findings[r->nr_findings++] = *found;
	}
	for (size_t i = 0; i < r->nr_findings; i++)
		keep_strings(&f->arena, &r->findings[i]);
	if (r->nr_findings)
		qsort(r->findings, r->nr_findings, sizeof(*r->findings), best_first);
	ost_table_deinit(&known);
	return err;
}

/* VERSION, PATCHLEVEL and SUBLEVEL are not C: from the Makefile of a directory. */
static const char *tree_version(const struct ost_source *src, struct ost_arena *arena)
{
	OST_BUF b = OST_BUF_INIT, path = OST_BUF_INIT, v = OST_BUF_INIT;
	static const char *const words[] = { "\nVERSION = ", "\nPATCHLEVEL = ", "\nSUBLEVEL = " };
	struct ost_err *err;

	if (!src->dir)
		return src->rev ? ost_arena_strdup(arena, src->rev) : "";
	ost_buf_addf(&path, "%s/Makefile", src->dir);
	err = ost_buf_read_file(&b, path.ptr, 1u << 20);
	if (err) {
		ost_err_destroy(err);
		return "";
	}
	for (size_t i = 0; i < OST_ARRAY_SIZE(words); i++) {
		const char *at = strstr(b.ptr, words[i]);

		if (!at)
			return "";
		ost_buf_addf(&v, "%s%d", i ? "." : "", atoi(at + strlen(words[i])));
	}
	return ost_arena_strdup(arena, v.ptr);
}

/* ---- the run -------------------------------------------------------------- */

#define DRAINS (1u << OST_DL_WORKQUEUE_FLUSH | 1u << OST_DL_REFS_WAIT | 1u << OST_DL_RCU_WAIT | 1u << OST_DL_COMPLETION_WAIT)

static void search_all(struct ost_finder *f)
{
	if (f->kinds & (DRAINS | 1u << OST_DL_ABBA))
		ost_finder_start_entries(f);
	if (f->kinds & (1u << OST_DL_WORK_WAIT | 1u << OST_DL_TIMER_WAIT | 1u << OST_DL_IRQ_WAIT |
			1u << OST_DL_KTHREAD_WAIT | 1u << OST_DL_NAPI_WAIT))
		ost_find_waits(f);
	if (f->kinds & 1u << OST_DL_AA)
		ost_find_order(f);
	if (f->kinds & 1u << OST_DL_ABBA)
		ost_find_abba(f);
	if (f->kinds & 1u << OST_DL_SELF_WAIT) {
		ost_find_self(f);
		ost_find_handlers(f);
	}
	if (f->kinds & DRAINS)
		ost_find_drains(f);
	if (f->kinds & 1u << OST_DL_IRQ_CONTEXT)
		ost_find_irqs(f);
	if (f->kinds & 1u << OST_DL_MISSING_UNLOCK)
		ost_find_leaks(f);
}

static void count_sites(struct ost_finder *f)
{
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];

			if (ev->kind != OST_EV_ACQUIRE || ev->flags & OST_EVF_VIA_CALLEE)
				continue;
			f->nr_lock_sites++;
			f->nr_lock_unclassed += !ost_lk_ref_class(&sum->locks[ev->lock]) &&
						!sum->locks[ev->lock].nr_names &&
						sum->locks[ev->lock].path.kind != OST_BASE_PARAM;
		}
		f->nr_limits += sum && sum->is_limited;
	}
}

/* Findings lie in the arenas of those who made them. */
static void keep_arenas(struct priv *priv, struct ost_finder *f)
{
	priv->arena = f->arena;
	for (unsigned i = 0; f->workers && i < f->nr_workers; i++) {
		ost_vec_add(&priv->more, f->workers[i].arena);
		ost_arena_init(&f->workers[i].arena);
	}
}

static struct ost_err *run_linked(const struct ost_tree_facts *tree, const struct ost_program *p,
				  const struct ost_deadlocks_opts *opts, struct ost_deadlocks_report *r)
{
	struct ost_finder f;
	struct priv *priv = r->priv;
	struct ost_lk_world_opts wopts = { .jobs = opts->source.jobs, .no_kept = opts->source.no_store };
	struct ost_lk_world *w = NULL;
	struct ost_err *err;
	struct ost_focus *focus;
	uint8_t *near;

	near = ost_near_make(p, opts);
	wopts.near = near;
	err = ost_lk_world_create(tree, p, &wopts, &w);
	if (err) {
		free(near);
		return err;
	}
	ost_finder_init(&f, tree, w, NULL, near);
	free(near);
	f.kinds = opts->kinds ? opts->kinds : ~0u;
	f.nr_workers = w->nr_workers;
	focus = ost_focus_make(&f.graph, w, opts);
	f.focus = focus;
	count_sites(&f);
	search_all(&f);
	ost_focus_destroy(focus);
	r->nr_lock_sites = f.nr_lock_sites;
	r->nr_lock_unclassed = f.nr_lock_unclassed;
	r->nr_wait_sites = f.nr_wait_sites;
	r->nr_wait_unclassed = f.nr_wait_unclassed;
	r->nr_limits = f.nr_limits;
	err = ost_interrupted() ? ost_err_create(OST_ERR_INTERRUPTED, "deadlocks", NULL, "interrupted") :
	      select_findings(r, &f, opts);
	keep_arenas(priv, &f);
	ost_finder_deinit(&f);
	ost_lk_world_destroy(w);
	return err;
}

static void describe_tree(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree)
{
	struct priv *priv = r->priv;
	OST_VEC(struct ost_unreadable) bad = OST_VEC_INIT;

	r->files = tree->nr_files;
	for (uint32_t i = 0; i < tree->nr_files; i++) {
		r->functions += tree->files[i].nr_funcs;
		if (tree->files[i].why)
			*ost_vec_push(&bad) = (struct ost_unreadable){
				ost_arena_strdup(&priv->arena, tree->files[i].path), "",
				ost_arena_strdup(&priv->arena, tree->files[i].why) };
	}
	r->unreadable = ost_arena_alloc(&priv->arena, bad.nr * sizeof(*bad.items) + 1);
	if (bad.nr)
		memcpy(r->unreadable, bad.items, bad.nr * sizeof(*bad.items));
	r->nr_unreadable = bad.nr;
	ost_vec_deinit(&bad);
}

static struct ost_deadlocks_report *report_create(void)
{
	struct ost_deadlocks_report *r = ost_calloc(1, sizeof(*r));

	r->priv = ost_calloc(1, sizeof(struct priv));
	return r;
}

struct ost_err *ost_deadlocks_search(const struct ost_tree_facts *tree, const struct ost_program *p,
				     const struct ost_deadlocks_opts *opts,
				     struct ost_deadlocks_report **ret_report)
{
	struct ost_deadlocks_report *r = report_create();
	double start = now();
	struct ost_err *err = run_linked(tree, p, opts, r);

	if (err) {
		ost_deadlocks_report_destroy(r);
		return err;
	}
	describe_tree(r, tree);
	fill_texts(r, tree);
	r->version = "";
	r->seconds = now() - start;
	*ret_report = r;
	return NULL;
}

static struct ost_err *link_and_search(const struct ost_tree_facts *tree, const struct ost_source *src,
				       const struct ost_deadlocks_opts *opts,
				       struct ost_deadlocks_report **ret_report)
{
	struct ost_program_opts popts = { .jobs = opts->source.jobs, .no_kept = opts->source.no_store };
	struct ost_program *p = NULL;
	struct ost_err *err;

	ost_try(ost_program_create(tree, &popts, &p));
	err = ost_deadlocks_search(tree, p, opts, ret_report);
	if (!err)
		(*ret_report)->version = tree_version(src, &((struct priv *)(*ret_report)->priv)->arena);
	ost_program_destroy(p);
	return err;
}

struct ost_err *ost_deadlocks_run(const struct ost_source *src, const struct ost_deadlocks_opts *opts,
				  struct ost_deadlocks_report **ret_report)
{
	struct ost_tree_facts *tree = NULL;
	struct ost_err *err;
	double start = now();

	err = ost_tree_facts_read(&tree, src, &opts->source);
	if (!err)
		err = link_and_search(tree, src, opts, ret_report);
	ost_tree_facts_destroy(tree);
	if (!err)
		(*ret_report)->seconds = now() - start;
	return err;
}

void ost_deadlocks_report_destroy(struct ost_deadlocks_report *r)
{
	struct priv *priv;

	if (!r)
		return;
	priv = r->priv;
	ost_arena_deinit(&priv->arena);
	for (size_t i = 0; i < priv->more.nr; i++)
		ost_arena_deinit(&priv->more.items[i]);
	ost_vec_deinit(&priv->more);
	free(priv);
	free(r);
}
