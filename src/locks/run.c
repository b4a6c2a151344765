// SPDX-License-Identifier: GPL-2.0-or-later
/* One run over one tree: read, link, summarise, search, filter, sort. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "locks/finder.h"
#include "locks/run.h"
#include "ostler/progress.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* VERSION, PATCHLEVEL and SUBLEVEL are not C: from the Makefile of a directory. */
const char *ost_tree_version(const struct ost_source *src, struct ost_arena *arena)
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
#define IRQS (1u << OST_DL_IRQ_CONTEXT)
#define BY_ENTRIES (DRAINS | 1u << OST_DL_ABBA)

static void search_by_entries(struct ost_finder *f)
{
	if (f->kinds & 1u << OST_DL_ABBA)
		ost_find_abba(f);
	if (f->kinds & DRAINS)
		ost_find_drains(f);
	if (f->is_for_one)
		ost_finder_drop_entries(f);
}

/* Of what is left for whoever comes to it first. */
static void search_left(struct ost_finder *f, uint32_t kinds)
{
	if (!(f->kinds & kinds) || !ost_finder_claim(f, kinds, kinds & DRAINS))
		return;
	if (kinds & DRAINS)
		ost_find_drains(f);
	else
		ost_find_irqs(f);
}

static void search_beside(struct ost_finder *f)
{
	ost_finder_entries(f);
	ost_finder_tell_entries(f);
	if (f->kinds & 1u << OST_DL_ABBA)
		ost_find_abba(f);
	search_left(f, DRAINS);
	search_left(f, IRQS);
}

/* With a focus most of a search keeps one processor busy only: two of them go side by side. */
static void search_all(struct ost_finder *f)
{
	bool is_beside = f->focus && f->kinds & BY_ENTRIES && ost_finder_start_beside(f, search_beside);

	if (f->kinds & BY_ENTRIES && !is_beside)
		ost_finder_start_entries(f);
	if (f->kinds & OST_WAIT_KINDS)
		ost_find_waits(f);
	if (f->kinds & 1u << OST_DL_AA)
		ost_find_order(f);
	if (f->kinds & 1u << OST_DL_SELF_WAIT) {
		ost_find_self(f);
		ost_find_handlers(f);
	}
	if (f->kinds & 1u << OST_DL_MISSING_UNLOCK)
		ost_find_leaks(f);
	if (is_beside) {
		search_left(f, IRQS);
		search_left(f, DRAINS);
		ost_finder_join_beside(f);
		return;
	}
	search_by_entries(f);	/* what is held on entry was made meanwhile */
	if (f->kinds & IRQS)
		ost_find_irqs(f);
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

struct ost_session {
	const struct ost_tree_facts *tree;
	struct ost_lk_world *w;
	struct ost_finder f;
	struct ost_kernels_kept *kept;	/* or NULL */
};

struct ost_err *ost_session_create(const struct ost_tree_facts *tree, const struct ost_program *p,
				   const struct ost_deadlocks_opts *opts, struct ost_session **ret_session)
{
	uint8_t *near = ost_near_make(p, opts);
	struct ost_lk_world_opts wopts = { .jobs = opts->source.jobs, .no_kept = opts->source.no_store, .near = near };
	struct ost_lk_slots_ahead *ahead = ost_lk_slots_start(p, near, opts->source.jobs);
	struct ost_session *s = ost_calloc(1, sizeof(*s));
	struct ost_err *err;

	s->tree = tree;
	err = ost_lk_world_create(tree, p, &wopts, &s->w);
	if (err) {
		ost_lk_slots_forget(ahead);
		free(s);
	} else {
		ost_finder_init(&s->f, tree, s->w, NULL, near, ahead);
		s->f.nr_workers = s->w->nr_workers;
		*ret_session = s;
	}
	free(near);
	return err;
}

void ost_session_destroy(struct ost_session *s)
{
	if (!s)
		return;
	ost_finder_deinit(&s->f);
	ost_arena_deinit(&s->f.arena);
	ost_lk_world_destroy(s->w);
	free(s);
}

void ost_session_lend_kernels(struct ost_session *s, struct ost_kernels_kept *kept)
{
	s->kept = kept;
}

void ost_session_take_ahead(struct ost_session *s, struct ost_kept_ahead *ahead)
{
	s->f.ahead = ahead;
}

const struct ost_lk_world *ost_session_world(const struct ost_session *s)
{
	return s->w;
}

const uint8_t *ost_session_walked(const struct ost_session *s)
{
	return s->w->walked;
}

/* Ready for the next question. */
static void forget_found(struct ost_finder *f)
{
	ost_vec_clear(&f->found);
	ost_table_deinit(&f->by_id);
	ost_table_init(&f->by_id);
	f->nr_lock_sites = f->nr_lock_unclassed = f->nr_wait_sites = f->nr_wait_unclassed = f->nr_limits = 0;
}

static void search_focused(struct ost_session *s, const struct ost_deadlocks_opts *opts, struct ost_deadlocks_report *counts)
{
	struct ost_finder *f = &s->f;
	struct ost_focus *focus = ost_focus_make(&f->graph, s->w, opts);

	f->kinds = opts->kinds ? opts->kinds : ~0u;
	f->focus = focus;
	count_sites(f);
	counts->nr_limited_functions = f->nr_limits;
	search_all(f);
	f->focus = NULL;
	ost_focus_destroy(focus);
	counts->nr_lock_sites = f->nr_lock_sites;
	counts->nr_lock_unclassed = f->nr_lock_unclassed;
	counts->nr_wait_sites = f->nr_wait_sites;
	counts->nr_wait_unclassed = f->nr_wait_unclassed;
	counts->nr_limits = f->nr_limits;
}

/*
 * What to search for. All of a tree costs about as much as two questions about
 * parts of it, and once all findings are kept the next ones cost nothing; so the
 * first one pays for that. Kept with an overlay is nothing, and who names kinds
 * wants to know of these only.
 */
static struct ost_deadlocks_opts what_to_search(const struct ost_session *s, const struct ost_deadlocks_opts *opts)
{
	struct ost_deadlocks_opts what = *opts;

	if (s->f.is_for_one && s->w->may_keep && !opts->kinds && !opts->nr_places) {
		what.paths = NULL;
		what.nr_paths = 0;
		what.function = NULL;
	}
	return what;
}

struct ost_err *ost_session_search(struct ost_session *s, const struct ost_deadlocks_opts *opts,
				   struct ost_deadlocks_report **ret_report)
{
	struct ost_deadlocks_report *r = ost_dl_report_create(), all = { .version = "" };
	struct ost_deadlocks_opts what = what_to_search(s, opts);
	struct ost_finder *f = &s->f;
	double start = now();
	struct ost_err *err;

	search_focused(s, &what, &all);
	if (f->is_for_one) {
		ost_finder_end_search(f);
		ost_lk_world_forget(s->w);
		ost_trim_memory();
	}
	all.findings = f->found.items;
	all.nr_findings = f->found.nr;
	ost_dl_report_count(r, &all, opts);
	err = ost_interrupted() ? ost_err_create(OST_ERR_INTERRUPTED, "deadlocks", NULL, "interrupted") :
	      ost_dl_report_fill(r, s->tree, f->found.items, f->found.nr, opts, s->kept);
	if (!err && ost_asks_for_all(&what) && !what.kinds && !opts->source.no_store)
		ost_found_save(&all, s->tree);
	forget_found(f);
	if (err) {
		ost_deadlocks_report_destroy(r);
		return err;
	}
	ost_dl_report_finish(r, s->tree);
	r->seconds = now() - start;
	*ret_report = r;
	return NULL;
}

struct ost_err *ost_deadlocks_search(const struct ost_tree_facts *tree, const struct ost_program *p,
				     const struct ost_deadlocks_opts *opts,
				     struct ost_deadlocks_report **ret_report)
{
	struct ost_session *s = NULL;
	double start = now();
	struct ost_err *err = ost_session_create(tree, p, opts, &s);

	if (!err) {
		s->f.is_for_one = true;
		err = ost_session_search(s, opts, ret_report);
	}
	ost_session_destroy(s);
	if (!err)
		(*ret_report)->seconds = now() - start;
	return err;
}

static struct ost_err *link_and_search(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts,
				       struct ost_deadlocks_report **ret_report)
{
	struct ost_program_opts popts = { .jobs = opts->source.jobs, .no_kept = opts->source.no_store };
	struct ost_program *p = NULL;
	struct ost_err *err;

	ost_try(ost_program_create(tree, &popts, &p));
	err = ost_deadlocks_search(tree, p, opts, ret_report);
	ost_program_destroy(p);
	return err;
}

struct ost_deadlocks_report *ost_found_for(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts)
{
	bool has_waits = !opts->kinds || opts->kinds & OST_WAIT_KINDS;
	struct ost_deadlocks_report *all;

	/* a run for what is drained alone counts waits of its own */
	if (opts->source.no_store || (!has_waits && opts->kinds & DRAINS))
		return NULL;
	all = ost_found_load(tree);
	if (all && !has_waits) {
		all->nr_wait_sites = all->nr_wait_unclassed = 0;
		all->nr_limits = all->nr_limited_functions;	/* others were hit while looking at waits */
	}
	return all;
}

struct ost_err *ost_deadlocks_answer(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts,
				     struct ost_deadlocks_report **ret_report)
{
	struct ost_deadlocks_report *all = ost_found_for(tree, opts);
	struct ost_err *err;

	if (!all)
		return link_and_search(tree, opts, ret_report);
	err = ost_dl_report_select(all, tree, opts, ret_report);
	ost_deadlocks_report_destroy(all);
	return err;
}

static bool has_path(const struct ost_tree_facts *tree, const char *path)
{
	uint32_t i;

	for (i = 0; i < tree->nr_files && !ost_in_path(tree->files[i].path, path); i++)
		;
	return i < tree->nr_files;
}

static struct ost_err *has_function(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts, bool *ret)
{
	struct ost_program_opts popts = { .jobs = opts->source.jobs, .no_kept = opts->source.no_store };
	struct ost_program *p = NULL;
	uint32_t unit;

	ost_try(ost_program_create(tree, &popts, &p));
	*ret = ost_program_units_named(p, ost_program_find_name(p, opts->function), &unit, 1) > 0;
	ost_program_destroy(p);
	return NULL;
}

/* "Nothing found" about a name that was mistyped would be a false comfort. */
static struct ost_err *note_not_there(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts,
				      struct ost_deadlocks_report *r)
{
	bool is_there = true;
	size_t i;

	for (i = 0; i < opts->nr_paths && !r->not_there; i++)
		if (!has_path(tree, opts->paths[i]))
			r->not_there = opts->paths[i];
	if (r->not_there || !opts->function || r->nr_findings)
		return NULL;
	ost_try(has_function(tree, opts, &is_there));
	r->not_there = is_there ? NULL : opts->function;
	return NULL;
}

struct ost_err *ost_deadlocks_run(const struct ost_source *src, const struct ost_deadlocks_opts *opts,
				  struct ost_deadlocks_report **ret_report)
{
	struct ost_tree_facts *tree = NULL;
	struct ost_err *err;
	double start = now();

	err = ost_tree_facts_read(&tree, src, &opts->source);
	if (!err)
		err = ost_deadlocks_answer(tree, opts, ret_report);
	if (!err)
		err = note_not_there(tree, opts, *ret_report);
	ost_tree_facts_destroy(tree);
	if (err)
		return err;
	(*ret_report)->version = ost_tree_version(src, ost_dl_report_arena(*ret_report));
	(*ret_report)->seconds = now() - start;
	return NULL;
}
