// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks every branch about every change of the input, oldest release first,
 * and derives from the answers the range of the subject line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "ostler/progress.h"
#include "review/branch_answer.h"
#include "review/branch_bugs.h"
#include "review/declared.h"
#include "review/proofs.h"

#define MAX_WARNINGS 64

struct branches_run {
	struct ost_review_shared shared;
	struct ost_review_options review;
	const struct ost_branches_options *o;
	const struct ost_branches_sink *sink;
	struct ost_queue *queue;	/* or NULL */
	struct ost_kb_config *config;	/* or NULL */
};

/* ---- the range ---- */

/* "6.1" of "6.1.192" or "6.1-rc3"; the branch's name where there is no Makefile. */
static const char *series_of(struct ost_arena *arena, const struct ost_branch_answer *b)
{
	const char *dot = strchr(b->release, '.');
	size_t n;

	if (!dot)
		return b->branch;
	n = strspn(dot + 1, "0123456789");
	return ost_arena_strndup(arena, b->release, (size_t)(dot - b->release) + 1 + n);
}

static const char *interval(struct ost_arena *arena, const char *newest, const char *oldest)
{
	return strcmp(newest, oldest) ? ost_arena_printf(arena, "%s-%s", newest, oldest) : newest;
}

/*
 * Runs of neighbouring affected branches, newest first: "6.12-6.6", "5.15".
 * A branch that is not affected, fixed or not known makes a hole.
 */
static void derive_range(struct ost_arena *arena, struct ost_branches_report *r)
{
	const char **range = ost_arena_calloc(arena, r->nr_branches + 1, sizeof(*range));
	size_t newest = r->nr_branches, oldest;

	while (newest-- > 0) {
		if (r->branches[newest].affected != OST_AFFECTED_YES)
			continue;
		for (oldest = newest; oldest > 0 && r->branches[oldest - 1].affected == OST_AFFECTED_YES;)
			oldest--;
		range[r->nr_range++] = interval(arena, series_of(arena, &r->branches[newest]),
						series_of(arena, &r->branches[oldest]));
		newest = oldest;
	}
	r->range = range;
}

static void warn(struct ost_arena *arena, struct ost_branches_report *r, const char *text)
{
	if (!r->warnings)
		r->warnings = ost_arena_calloc(arena, MAX_WARNINGS, sizeof(*r->warnings));
	if (r->nr_warnings < MAX_WARNINGS)
		r->warnings[r->nr_warnings++] = text;
}

/* A newer branch that has the bug while an older one is fixed: an upgrade would bring it back. */
static void warn_of_gaps(struct ost_arena *arena, struct ost_branches_report *r)
{
	size_t i, j;

	for (i = 0; i < r->nr_branches; i++)
		for (j = i + 1; j < r->nr_branches; j++)
			if ((r->branches[i].affected == OST_AFFECTED_FIXED || r->branches[i].affected == OST_AFFECTED_QUEUED) &&
			    r->branches[j].affected == OST_AFFECTED_YES)
				warn(arena, r, ost_arena_printf(arena, "%s %s, but the newer %s is affected: whoever upgrades gets the bug back",
								r->branches[i].branch,
								r->branches[i].affected == OST_AFFECTED_FIXED ? "is fixed" : "has the fix in its queue",
								r->branches[j].branch));
}

/* The branches in that state that lack later commit `k`, or "". */
static const char *lacking(struct ost_arena *arena, const struct ost_branches_report *r, size_t k, enum ost_affected state)
{
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	for (i = 0; i < r->nr_branches; i++)
		if (r->branches[i].affected == state && k < r->branches[i].nr_later_fixes &&
		    r->branches[i].later_fixes[k].present == OST_AFFECTED_NO)
			ost_buf_addf(&b, "%s%s", b.len ? ", " : "", r->branches[i].branch);
	return ost_arena_strdup(arena, b.ptr);
}

static bool is_reverted(const struct ost_later_list *list, const struct ost_later_commit *k)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (list->items[i].relation == OST_LATER_REVERTS && list->items[i].is_upstream &&
		    list->items[i].of == k->commit)
			return true;
	return false;
}

static bool is_this(const struct ost_branches_report *r, const char *commit)
{
	return !strcmp(commit, r->upstream) || !strcmp(commit, r->commit);
}

/* Commits that fix or revert this one, and the branches that would be without them. */
static void warn_of_later(struct ost_arena *arena, const struct ost_later_list *list, struct ost_branches_report *r)
{
	const char *have, *take, *what;
	size_t k;

	for (k = 0; k < list->nr; k++) {
		const struct ost_later_commit *l = &list->items[k];

		if (l->relation == OST_LATER_LINES || !l->is_upstream || is_reverted(list, l))
			continue;
		have = lacking(arena, r, k, OST_AFFECTED_FIXED);
		take = lacking(arena, r, k, OST_AFFECTED_YES);
		if (!*have && !*take)
			continue;
		what = l->relation == OST_LATER_REVERTS ? "reverts" : "fixes";
		warn(arena, r, ost_arena_printf(arena, "%.12s (\"%s\") %s %s%.12s%s%s%s%s", l->commit, l->subject, what,
						is_this(r, l->of) ? "this change, " : "", l->of,
						*have ? "; without it though they have the change: " : "", have,
						*take ? "; to take along: " : "", take));
	}
}

/* ---- one change ---- */

static long release_key(const char *release)
{
	char *end;
	long major = strtol(release, &end, 10), minor = *end == '.' ? strtol(end + 1, &end, 10) : 0;

	return major * 1000000 + minor * 1000 + (*end == '.' ? strtol(end + 1, NULL, 10) : 0);
}

static int by_release(const void *a, const void *b)
{
	const struct ost_branch_answer *x = a, *y = b;
	long kx = release_key(x->release), ky = release_key(y->release);

	return kx != ky ? (kx < ky ? -1 : 1) : strcmp(x->branch, y->branch);
}

/* ---- deadlocks ---- */

static void warn_of_new(struct ost_arena *arena, struct ost_branches_report *r)
{
	size_t i, k;

	for (i = 0; i < r->nr_branches; i++)
		for (k = 0; k < r->branches[i].nr_new_deadlocks; k++)
			warn(arena, r, ost_arena_printf(arena, "%s would have a new deadlock with the patch (%s): %s",
							r->branches[i].branch,
							ost_rank_name(r->branches[i].new_deadlocks[k].rank),
							ost_mechanism(arena, &r->branches[i].new_deadlocks[k])));
}

/* What the patch changes for nobody there. */
static void warn_of_unused(struct ost_arena *arena, struct ost_branches_report *r)
{
	size_t i, k;

	for (i = 0; i < r->nr_branches; i++) {
		const struct ost_branch_answer *b = &r->branches[i];

		for (k = 0; k < b->nr_unused && b->affected != OST_AFFECTED_NO && b->affected != OST_AFFECTED_FIXED; k++)
			warn(arena, r, ost_arena_printf(arena, "%s: %s %s: %s", b->branch, b->unused[k].kind, b->unused[k].name,
							b->unused[k].why));
	}
}

static struct ost_err *ask_branches(struct branches_run *run, const struct ost_branch_question *q,
				    struct ost_branches_report *r)
{
	struct ost_review_shared *s = &run->shared;
	size_t i;

	r->branches = ost_arena_calloc(q->arena, s->nr_stable + 1, sizeof(*r->branches));
	for (i = 0; i < s->nr_stable; i++) {
		if (ost_interrupted())
			return ost_err_create(OST_ERR_INTERRUPTED, run->o->input, NULL, "interrupted");
		ost_progress("branches", i, s->nr_stable);
		ost_try(ost_branch_answer(q, &s->stable[i], &r->branches[r->nr_branches++]));
	}
	ost_progress("branches", s->nr_stable, s->nr_stable);
	qsort(r->branches, r->nr_branches, sizeof(*r->branches), by_release);
	ost_try(ost_first_in_fill(q, r->branches, r->nr_branches));
	ost_share_mechanisms(q->arena, r->branches, r->nr_branches);
	warn_of_new(q->arena, r);
	warn_of_unused(q->arena, r);
	derive_range(q->arena, r);
	warn_of_gaps(q->arena, r);
	warn_of_later(q->arena, q->later, r);
	if (run->queue && ost_queue_trouble(run->queue))
		warn(q->arena, r, ost_queue_trouble(run->queue));
	r->later_why = q->later->lines_why;
	return NULL;
}

/* The id in mainline: given, named by the message, or the commit itself; full where it is here. */
static struct ost_err *find_upstream(struct branches_run *run, struct ost_arena *arena,
				     const struct ost_review_item *item, const char **ret)
{
	const char *id = run->o->upstream ? run->o->upstream : *item->upstream ? item->upstream : item->msg.commit;
	char full[OST_HEX_SIZE];
	struct ost_err *err;

	*ret = id;
	if (!*id)
		return NULL;
	err = ost_repo_resolve(run->shared.repo, id, full);
	if (!err)
		*ret = ost_arena_strdup(arena, full);
	else if (err->code != OST_ERR_INPUT)
		return err;
	ost_err_destroy(err);	/* named, and not in this repository */
	return NULL;
}

static struct ost_err *report_item(void *ctx, struct ost_arena *arena, const struct ost_review_item *item)
{
	struct branches_run *run = ctx;
	struct ost_branches_report r = { .input = run->o->input };
	struct ost_later_list later;
	struct ost_branch_question q = { arena, &run->shared, run->o, item, "", "", &later, run->queue, run->config };
	const char *why;

	ost_try(find_upstream(run, arena, item, &q.upstream));
	ost_try(ost_later_find(&later, arena, &run->shared, q.upstream, &item->change, NULL));
	ost_try(ost_review_base_find(item, arena, &run->shared, &q.base, &why));
	r.title = ost_utf8_clean(ost_arena_strdup(arena, item->msg.title));
	r.commit = item->msg.commit;
	r.upstream = run->o->upstream || *item->upstream ? q.upstream : "";
	ost_try(ask_branches(run, &q, &r));
	return run->sink->on_report(run->sink->ctx, &r);
}

/* ---- the run ---- */

static struct ost_err *report_all(struct branches_run *run)
{
	const struct ost_review_each each = {
		.repo = run->shared.repo, .arena = &run->shared.arena, .on_item = report_item, .ctx = run,
		.on_problem = run->sink->on_problem, .problem_ctx = run->sink->ctx,
	};

	if (!run->shared.nr_stable)
		return ost_err_create(OST_ERR_INPUT, run->o->repo ? run->o->repo : ".",
				      "name branches with --stable=", "there is no branch linux-*.y");
	return ost_review_input_each(run->o->input, &each);
}

struct ost_err *ost_branches_run(const struct ost_branches_options *o,
				 const struct ost_branches_sink *sink)
{
	struct branches_run run = { .o = o, .sink = sink };
	struct ost_err *err;

	if (!o->input || !*o->input)
		return ost_err_create(OST_ERR_USAGE, "branches", "name a patch file, '-' or a commit", "nothing to ask about");
	run.review = (struct ost_review_options){
		.input = o->input, .repo = o->repo, .stable = o->stable, .nr_stable = o->nr_stable,
		.base = o->base, .upstream = o->upstream, .store = o->store, .no_store = o->no_store,
		.jobs = o->jobs,
	};
	err = ost_shared_init(&run.shared, &run.review);
	if (!err && o->queue)
		err = ost_queue_open(&run.queue, o->queue);
	if (!err && o->config)
		err = ost_kb_config_read(&run.config, &run.shared.arena, o->config);
	if (!err)
		err = report_all(&run);
	ost_queue_destroy(run.queue);
	ost_shared_deinit(&run.shared);
	return err;
}
