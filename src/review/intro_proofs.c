// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/intro_proofs.h"

#include <string.h>

#include "base/utf8.h"
#include "git/apply.h"
#include "git/commit.h"
#include "git/walk.h"
#include "locks/run.h"
#include "ostler/progress.h"
#include "program/program.h"
#include "review/proofs.h"
#include "source/tree.h"

#define MAX_MECHANISMS 4
#define MAX_ROUNDS 12		/* a round halves the history behind one commit */
#define MAX_WHY 8
#define MAX_REJECTED 3		/* candidates by their lines that are looked at, too */

/* One commit that was searched. */
struct seen {
	char id[OST_HEX_SIZE];
	struct ost_finding *findings;	/* all, of any rank */
	size_t nr;
	const char *trouble;		/* why it could not be searched, or NULL */
};

struct closing {
	struct ost_intro *k;
	const struct ost_introduced_options *o;
	struct ost_slice slice;
	OST_VEC(struct seen *) seen;
	const struct ost_finding *f;	/* the mechanism, as it is in the base */
	const char *trouble;
};

/* ---- one commit ---- */

static struct ost_err *link_and_search(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts,
				       struct ost_deadlocks_report **ret)
{
	struct ost_program_opts po = { .jobs = opts->source.jobs, .no_kept = true };
	struct ost_program *p = NULL;
	struct ost_err *err;

	ost_try(ost_program_create(tree, &po, &p));
	err = ost_deadlocks_search(tree, p, opts, ret);
	ost_program_destroy(p);
	return err;
}

/* A commit is asked once: its program is not kept. */
static struct ost_err *search_commit(struct closing *g, struct seen *s)
{
	struct ost_source src = { .repo = g->o->repo ? g->o->repo : ".", .rev = s->id,
				  .only = g->slice.paths, .nr_only = g->slice.nr };
	struct ost_source_opts so = { .jobs = g->o->jobs, .store_dir = g->o->store, .no_store = g->o->no_store };
	struct ost_deadlocks_opts opts = { .source = { .jobs = g->o->jobs, .no_store = true }, .rank = OST_RANK_POSSIBLE };
	struct ost_deadlocks_report *report = NULL;
	struct ost_tree_facts *tree = NULL;
	struct ost_err *err = ost_tree_facts_read(&tree, &src, &so);

	if (!err)
		err = link_and_search(tree, &opts, &report);
	if (!err)
		s->findings = ost_findings_copy(g->k->arena, report, &s->nr);
	ost_deadlocks_report_destroy(report);
	ost_tree_facts_destroy(tree);
	return err;
}

static struct ost_err *see(struct closing *g, const char *id, struct seen **ret)
{
	struct ost_err *err;
	size_t i;

	for (i = 0; i < g->seen.nr; i++) {
		*ret = g->seen.items[i];
		if (!strcmp((*ret)->id, id))
			return NULL;
	}
	if (ost_interrupted())
		return ost_err_create(OST_ERR_INTERRUPTED, "introduced", NULL, "interrupted");
	ost_progress("history", g->seen.nr, 0);
	*ret = ost_arena_calloc(g->k->arena, 1, sizeof(**ret));
	memcpy((*ret)->id, id, OST_HEX_SIZE);
	ost_vec_add(&g->seen, *ret);
	err = search_commit(g, *ret);
	if (err && err->code == OST_ERR_INPUT) {
		(*ret)->trouble = ost_arena_printf(g->k->arena, "%s: %s", err->what, err->why);
		ost_err_destroy(err);
		err = NULL;
	}
	return err;
}

/* The mechanism as a commit has it, or NULL. A function may have had another name; then the rest must agree. */
static const struct ost_finding *match(const struct closing *g, const struct seen *s)
{
	const struct ost_finding *f, *beside = NULL;
	size_t i;

	for (i = 0; i < s->nr; i++) {
		f = &s->findings[i];
		if (!strcmp(f->id, g->f->id))
			return f;
		if (f->rank == OST_RANK_PROVEN && ost_is_beside(g->f, f, 1) && !strcmp(f->wait_file, g->f->wait_file) && !beside)
			beside = f;
	}
	for (i = 0; beside && i < s->nr; i++)	/* that place is another one, if the base has both */
		if (ost_is_beside(g->f, &s->findings[i], 1) && !strcmp(s->findings[i].wait_function, g->f->wait_function))
			return &s->findings[i];
	return beside;
}

static struct ost_err *has_it(struct closing *g, const char *id, const struct ost_finding **ret)
{
	struct seen *s = NULL;

	*ret = NULL;
	ost_try(see(g, id, &s));
	if (s->trouble && !g->trouble)
		g->trouble = s->trouble;
	*ret = match(g, s);
	return NULL;
}

/* ---- halving ---- */

/* The files of its chain, and with `folders` the folders that these lie in. */
static const char **chain_paths(struct ost_arena *arena, const struct ost_finding *f, bool folders)
{
	const char **paths = ost_arena_calloc(arena, f->nr_steps + 1, sizeof(*paths)), *path, *slash;
	size_t nr = 0, i, k;

	for (i = 0; i < f->nr_steps; i++) {
		path = f->steps[i].file;
		slash = strrchr(path, '/');
		if (folders && slash)
			path = ost_arena_strndup(arena, path, (size_t)(slash - path));
		for (k = 0; k < nr && strcmp(paths[k], path); k++)
			;
		if (k == nr)
			paths[nr++] = path;
	}
	return paths;
}

/*
 * *ret_newer: the oldest commit of the list, newest first, that has it while the next one has not;
 * -1: not even the newest one has it.
 */
static struct ost_err *halve(struct closing *g, const struct ost_log *log, long *ret_newer)
{
	long has = -1, lacks = (long)log->nr;

	while (lacks - has > 1) {
		long mid = has + (lacks - has) / 2;
		const struct ost_finding *f;

		ost_try(has_it(g, log->entries[mid].id, &f));
		if (f)
			has = mid;
		else
			lacks = mid;
	}
	*ret_newer = has;
	return NULL;
}

static struct ost_err *halve_behind(struct closing *g, const char *rev, bool folders, char ret[OST_HEX_SIZE], bool *ret_found)
{
	struct ost_log log;
	struct ost_log_query q = { .rev = rev };
	const struct ost_finding *f;
	long at;

	ost_try(has_it(g, rev, &f));
	q.paths = chain_paths(g->k->arena, f ? f : g->f, folders);
	ost_try(ost_log(&log, g->k->arena, g->k->s->repo, &q));
	ost_try(halve(g, &log, &at));
	*ret_found = at >= 0;
	if (at >= 0)
		memcpy(ret, log.entries[at].id, OST_HEX_SIZE);
	return NULL;
}

/* A parent that has it, too, or "". */
static struct ost_err *parent_with(struct closing *g, const char *id, char ret[OST_HEX_SIZE])
{
	const struct ost_finding *f;
	struct ost_commit info;
	uint32_t i;

	ret[0] = '\0';
	ost_try(ost_commit_read(&info, g->k->arena, g->k->s->repo, id));
	for (i = 0; i < info.nr_parents && !*ret; i++) {
		ost_try(has_it(g, info.parents[i], &f));
		if (f)
			memcpy(ret, info.parents[i], OST_HEX_SIZE);
	}
	return NULL;
}

/* ret "": it was not found, see *ret_why. */
static struct ost_err *find_closing(struct closing *g, char ret[OST_HEX_SIZE], const char **ret_why)
{
	char cur[OST_HEX_SIZE], next[OST_HEX_SIZE];
	bool found = false;
	int round;

	memcpy(cur, g->k->base, OST_HEX_SIZE);
	for (round = 0; round < MAX_ROUNDS; round++) {
		ost_try(halve_behind(g, cur, false, next, &found));
		if (!found)	/* something beside the chain closes it */
			ost_try(halve_behind(g, cur, true, next, &found));
		if (!found)
			break;
		ost_try(parent_with(g, next, cur));
		if (!*cur) {
			memcpy(ret, next, OST_HEX_SIZE);
			return NULL;
		}
	}
	ret[0] = '\0';
	*ret_why = found ? "history is too wound: no commit was found that has it and none of whose parents has it" :
		"no commit on the files and folders of its chain closes it";
	return NULL;
}

/* ---- in words ---- */

static void add_why(struct ost_intro_candidate *c, const char **why, const char *text)
{
	if (c->nr_why < MAX_WHY)
		why[c->nr_why++] = text;
	c->why = why;
}

static bool adds_line(const struct ost_change *change, const char *file, uint32_t line)
{
	uint32_t f, h, l;

	for (f = 0; f < change->nr_files; f++)
		for (h = 0; !strcmp(change->files[f].new_path, file) && h < change->files[f].nr_hunks; h++)
			for (l = 0; l < change->files[f].hunks[h].nr_lines; l++)
				if (change->files[f].hunks[h].lines[l].kind == OST_LINE_ADDED &&
				    change->files[f].hunks[h].lines[l].new_line == line)
					return true;
	return false;
}

/* The steps that it wrote. */
static void explain_steps(struct closing *g, const struct ost_finding *f, const struct ost_change *change,
			  struct ost_intro_candidate *c, const char **why)
{
	size_t i;

	for (i = 0; i < f->nr_steps && c->nr_why < MAX_WHY - 1; i++)
		if (adds_line(change, f->steps[i].file, f->steps[i].line))
			add_why(c, why, ost_arena_printf(g->k->arena, "it adds the step %s:%u %s(): %s", f->steps[i].file, f->steps[i].line,
							 f->steps[i].function, ost_step_role_name(f->steps[i].role)));
}

static struct ost_err *describe(struct closing *g, const char *id, struct ost_intro_candidate *c)
{
	const char **why = ost_arena_calloc(g->k->arena, MAX_WHY + 1, sizeof(*why));
	struct ost_intro_commit *commit;
	const struct ost_finding *f;

	ost_try(ost_intro_commit(g->k, id, &commit));
	ost_try(has_it(g, id, &f));
	*c = (struct ost_intro_candidate){ .commit = commit->id, .first_release = "", .score = 100, .is_end = commit->end_why != NULL };
	c->subject = ost_utf8_clean(ost_arena_strdup(g->k->arena, commit->subject));
	if (*commit->parent)
		add_why(c, why, ost_arena_printf(g->k->arena, "the deadlock is there with it (%s), and not in its parent %.12s",
						 f ? ost_rank_name(f->rank) : "possible", commit->parent));
	else if (commit->end_why)
		add_why(c, why, ost_arena_printf(g->k->arena, "the deadlock is there with it (%s)", f ? ost_rank_name(f->rank) : "possible"));
	else
		add_why(c, why, "the deadlock is there with this merge, and in none of its parents");
	if (f && commit->has_change && !commit->end_why)
		explain_steps(g, f, &commit->change, c, why);
	if (g->trouble)
		add_why(c, why, ost_arena_printf(g->k->arena, "some commits could not be searched: %s", g->trouble));
	if (commit->end_why)	/* the last one is what fixes_why says */
		add_why(c, why, ost_arena_printf(g->k->arena, "%s: %s", *commit->parent ? "within it" : "at or before it", commit->end_why));
	return NULL;
}

/* Why another commit, which the lines of the patch lead to, is not the one. */
static struct ost_err *reject(struct closing *g, const char *id, const char *closing, const char **ret)
{
	const struct ost_finding *f;
	struct ost_commit info;
	bool is_older;

	*ret = NULL;
	ost_try(ost_is_ancestor(&is_older, g->k->s->repo, id, closing));
	if (is_older) {
		ost_try(has_it(g, id, &f));
		*ret = f ? "the deadlock was there with it, and gone again before that commit" :
			   "the deadlock is not there with it: its cycle is open still";
		return NULL;
	}
	ost_try(ost_commit_read(&info, g->k->arena, g->k->s->repo, id));
	if (!info.nr_parents)
		return NULL;
	ost_try(has_it(g, info.parents[0], &f));
	if (f)
		*ret = "the deadlock was there before it";
	return NULL;
}

static struct ost_err *add_rejected(struct closing *g, const struct ost_mechanism *lines, const char *closing, struct ost_mechanism *m)
{
	size_t i;

	for (i = 0; i < lines->nr_candidates && i < MAX_REJECTED; i++) {
		struct ost_intro_candidate *c = &m->candidates[m->nr_candidates];
		const char *why;

		if (!strcmp(lines->candidates[i].commit, closing) || lines->candidates[i].is_end)
			continue;
		ost_try(reject(g, lines->candidates[i].commit, closing, &why));
		if (!why)
			continue;
		*c = lines->candidates[i];
		c->score = 0;
		c->rejected = why;
		m->nr_candidates++;
	}
	return NULL;
}

/* ---- the report ---- */

static struct ost_err *close_one(struct closing *g, const struct ost_mechanism *lines, struct ost_mechanism *m)
{
	char id[OST_HEX_SIZE];

	m->mechanism = ost_mechanism(g->k->arena, g->f);
	m->candidates = ost_arena_calloc(g->k->arena, MAX_REJECTED + 1, sizeof(*m->candidates));
	g->trouble = NULL;
	ost_try(find_closing(g, id, &m->unknown));
	if (!*id)
		return NULL;
	ost_try(describe(g, id, &m->candidates[m->nr_candidates++]));
	ost_try(add_rejected(g, lines, id, m));
	ost_try(ost_intro_releases(g->k, m));
	return ost_intro_tag(g->k, m, &m->fixes_tag, &m->fixes_why);
}

/* The mechanism that closed first decides which line is offered for all. */
static struct ost_err *choose_tag(struct ost_intro *k, struct ost_introduced_report *r)
{
	const struct ost_mechanism *first = NULL;
	bool is_older;
	size_t i;

	for (i = 1; i < r->nr_mechanisms; i++) {
		const struct ost_mechanism *m = &r->mechanisms[i];

		if (!m->fixes_tag || !*m->fixes_tag)
			continue;
		is_older = !first;
		if (first)
			ost_try(ost_is_ancestor(&is_older, k->s->repo, m->candidates[0].commit, first->candidates[0].commit));
		if (is_older)
			first = m;
	}
	if (first) {
		r->fixes_tag = first->fixes_tag;
		r->fixes_why = NULL;
	}
	return NULL;
}

static struct ost_err *find_removed(struct closing *g, struct ost_proofs *ret)
{
	struct ost_intro *k = g->k;
	struct ost_source src = { .repo = g->o->repo ? g->o->repo : ".", .rev = k->base };
	struct ost_source_opts opts = { .jobs = g->o->jobs, .store_dir = g->o->store, .no_store = g->o->no_store };
	struct ost_trial trial;
	const struct ost_proofs_question q = { &src, &k->side, &g->slice, &trial, &opts, &k->s->kernels };
	struct ost_maintainers *m = NULL;

	memset(ret, 0, sizeof(*ret));
	ost_try(ost_apply(&trial, k->arena, k->s->repo, &k->item->change, k->base, NULL));
	if (trial.applies >= OST_APPLIES_CONFLICT)
		return NULL;
	ost_try(ost_shared_maintainers(k->s, k->base, &m));
	ost_slice_make(&g->slice, k->arena, &k->side, m, &k->item->change);
	return ost_proofs_find(ret, k->arena, &q);
}

struct ost_err *ost_intro_proofs(struct ost_intro *k, const struct ost_introduced_options *o, struct ost_introduced_report *r)
{
	struct closing g = { .k = k, .o = o, .seen = OST_VEC_INIT };
	struct ost_mechanism *all = ost_arena_calloc(k->arena, MAX_MECHANISMS + 1, sizeof(*all));
	struct ost_proofs p;
	struct ost_err *err = find_removed(&g, &p);
	size_t i;

	all[0] = r->mechanisms[0];
	for (i = 0; !err && i < p.nr_removed && r->nr_mechanisms <= MAX_MECHANISMS; i++) {
		if (p.removed[i].rank != OST_RANK_PROVEN)
			continue;
		g.f = &p.removed[i];
		err = close_one(&g, &all[0], &all[r->nr_mechanisms++]);
	}
	r->mechanisms = all;
	ost_vec_deinit(&g.seen);
	return err ? err : choose_tag(k, r);
}
