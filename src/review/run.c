// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One run: open everything once, then review each message with all phases in
 * order. A review's memory is one arena, given back when the sink has seen it.
 */
#include <string.h>

#include "base/pool.h"
#include "base/turn.h"
#include "base/utf8.h"
#include "ostler/progress.h"
#include "review/check.h"
#include "review/gather.h"
#include "review/history.h"
#include "review/input.h"
#include "review/maintainers.h"
#include "review/phase7.h"
#include "review/roles.h"
#include "review/deadlock_checks.h"
#include "review/shared.h"

static const struct {
	const char *name;
	const struct ost_check *checks;
} phases[OST_NR_PHASES] = {
	{ "message", ost_phase1_checks },
	{ "diff", ost_phase2_checks },
	{ "history", ost_phase3_checks },
	{ "list", ost_phase4_checks },
	{ "semantics", ost_phase5_checks },
	{ "stable trees", ost_phase6_checks },
	{ "subsystem", ost_phase7_checks },
	{ "impact", ost_phase8_checks },
	{ "synthesis", ost_phase9_checks },
};

/* ---- the subject of a review ---- */

static const char *const file_status[] = {
	[OST_FILE_MODIFIED] = "modified", [OST_FILE_ADDED] = "added", [OST_FILE_DELETED] = "deleted",
	[OST_FILE_RENAMED] = "renamed", [OST_FILE_COPIED] = "copied", [OST_FILE_MODE] = "mode",
};
static const char *const func_change[] = { "modified", "added", "removed" };

static const char *shown(struct ost_arena *a, const char *s)
{
	return ost_utf8_clean(ost_arena_strdup(a, s));
}

static void fill_files(struct ost_review_ctx *c, struct ost_review_subject *s)
{
	struct ost_review_file *files = ost_arena_calloc(c->arena, c->change->nr_files + 1, sizeof(*files));
	uint32_t i;

	for (i = 0; i < c->change->nr_files; i++) {
		const struct ost_file_change *f = &c->change->files[i];

		files[i] = (struct ost_review_file){
			.path = shown(c->arena, f->new_path), .old_path = shown(c->arena, f->old_path),
			.status = file_status[f->status], .nr_added = f->nr_added, .nr_removed = f->nr_removed,
			.is_binary = f->is_binary,
		};
	}
	s->files = files;
	s->nr_files = c->change->nr_files;
	s->nr_added = c->change->nr_added;
	s->nr_removed = c->change->nr_removed;
}

static void fill_funcs(struct ost_review_ctx *c, struct ost_review_subject *s)
{
	struct ost_review_func *funcs = ost_arena_calloc(c->arena, c->touched.nr + 1, sizeof(*funcs));
	uint32_t i;

	for (i = 0; i < c->touched.nr; i++) {
		const struct ost_touched *t = &c->touched.items[i];

		if (!*t->name)
			continue;
		funcs[s->nr_funcs++] = (struct ost_review_func){
			.file = shown(c->arena, c->change->files[t->file].new_path), .name = shown(c->arena, t->name),
			.change = func_change[t->how], .line = t->line,
		};
	}
	s->funcs = funcs;
}

static void fill_trailers(struct ost_review_ctx *c, struct ost_review_subject *s)
{
	struct ost_review_trailer *list = ost_arena_calloc(c->arena, c->msg->trailers.nr + 1, sizeof(*list));
	struct ost_role role;
	size_t i;

	for (i = 0; i < c->msg->trailers.nr; i++) {
		const struct ost_trailer *t = &c->msg->trailers.items[i];

		if (!*t->token)
			continue;
		ost_role_of(&role, c->msg, i);
		list[s->nr_trailers++] = (struct ost_review_trailer){
			.token = shown(c->arena, t->token), .value = shown(c->arena, t->value), .role = role.name,
		};
	}
	s->trailers = list;
}

static void fill_subject(struct ost_review_ctx *c)
{
	struct ost_review_subject *s = &c->review->subject;
	const struct ost_review_msg *m = c->msg;

	s->input = shown(c->arena, c->options->input);
	s->title = shown(c->arena, m->title);
	s->author = *m->author_email || *m->author_name ?
		    shown(c->arena, ost_arena_printf(c->arena, "%s <%s>", m->author_name, m->author_email)) : "";
	s->commit = m->commit;
	s->message_id = shown(c->arena, m->message_id);
	s->base = c->base;
	fill_files(c, s);
	fill_funcs(c, s);
	fill_trailers(c, s);
}

/* ---- the upstream commit ---- */

static struct ost_err *fill_upstream(struct ost_review_ctx *c)
{
	const char *id = c->options->upstream && *c->options->upstream ? c->options->upstream : c->item->upstream;
	char full[OST_HEX_SIZE];
	struct ost_err *err;

	c->review->upstream = shown(c->arena, id);
	if (!*id)
		return NULL;
	err = ost_repo_resolve(c->repo, id, full);
	if (!err)
		c->review->upstream = ost_arena_strdup(c->arena, full);
	else if (err->code != OST_ERR_INPUT || id == c->options->upstream)
		return err;
	ost_err_destroy(err);
	return NULL;
}

/* ---- branches ---- */

static void fill_branches(struct ost_review_ctx *c)
{
	struct ost_review_shared *s = c->shared;
	struct ost_review_branch *b = ost_arena_calloc(c->arena, s->nr_stable + 1, sizeof(*b));
	size_t i;

	for (i = 0; i < s->nr_stable; i++) {
		b[i].branch = s->stable[i].name;
		b[i].tip = s->stable[i].tip;
		b[i].release = s->stable[i].release;
		b[i].applies = "unknown";
	}
	c->review->branches = b;
	c->review->nr_branches = s->nr_stable;
}

/* ---- the verdict ---- */

static int heavier(const void *a, const void *b)
{
	const struct ost_reason *x = a, *y = b;
	int wx = abs(x->weight), wy = abs(y->weight);

	if (wx != wy)
		return wx > wy ? -1 : 1;
	return strcmp(x->record->id, y->record->id);
}

/* The decision's own record first, then every record with a weight. */
static void fill_reasons(struct ost_review_ctx *c)
{
	struct ost_reason *list = ost_arena_calloc(c->arena, c->records.nr + 1, sizeof(*list));
	struct ost_verdict *v = &c->review->verdict;
	const struct ost_record *decision = ost_record_find(c, "9.4/decision");
	size_t i, nr = 0;

	if (decision)
		list[nr++] = (struct ost_reason){ decision->status == OST_UNKNOWN ? decision->reason : decision->statement, decision, 0 };
	for (i = 0; i < c->records.nr; i++)
		if (c->records.items[i]->weight)
			list[nr++] = (struct ost_reason){ c->records.items[i]->statement, c->records.items[i], c->records.items[i]->weight };
	if (nr > 1)
		qsort(list + 1, nr - 1, sizeof(*list), heavier);
	v->reasons = list;
	v->nr_reasons = nr;
	if (!v->range)
		v->range = ost_arena_calloc(c->arena, 1, sizeof(*v->range));
}

/* ---- running the checks ---- */

/* No record, no statement: each has evidence or a reason. */
static struct ost_err *audit(const struct ost_review_ctx *c, size_t from)
{
	for (; from < c->records.nr; from++) {
		const struct ost_record *r = c->records.items[from];

		if (r->status == OST_UNKNOWN ? !r->reason : !r->nr_evidence)
			return ost_err_create(OST_ERR_INTERNAL, r->id, NULL, "a record without %s",
					      r->status == OST_UNKNOWN ? "a reason" : "evidence");
	}
	return NULL;
}

static struct ost_err *run_phase(struct ost_review_ctx *c, int p)
{
	size_t from = c->records.nr, i;
	const struct ost_check *k;
	const struct ost_record **list;

	for (k = phases[p].checks; k->step; k++) {
		size_t before = c->records.nr;

		if (ost_interrupted())
			return ost_err_create(OST_ERR_INTERRUPTED, c->options->input, NULL, "interrupted");
		c->check = k;
		ost_try(k->run(c));
		ost_try(audit(c, before));
	}
	list = ost_arena_calloc(c->arena, c->records.nr - from + 1, sizeof(*list));
	for (i = from; i < c->records.nr; i++)
		list[i - from] = c->records.items[i];
	c->review->phases[p] = (struct ost_phase){ p + 1, phases[p].name, list, c->records.nr - from };
	return NULL;
}

/* Others go on meanwhile. */
static void enter_large(struct ost_review_shared *s)
{
	struct ost_turn *paused = ost_turn_pause();

	pthread_mutex_lock(&s->large);
	ost_turn_resume(paused);
}

/*
 * Phase 5 links a tree that all reviews share: nobody else may see it half done. What it and
 * phase 6 have in memory is by far the most of a review: only one at a time is there, but for a program that 2.3 links.
 */
static struct ost_err *run_phases(struct ost_review_ctx *c)
{
	struct ost_review_shared *s = c->shared;
	struct ost_err *err = NULL;
	struct ost_turn *held;
	int p;

	for (p = 0; p < OST_NR_PHASES && !err; p++) {
		if (phases[p].checks == ost_phase5_checks)
			enter_large(s);
		held = phases[p].checks == ost_phase5_checks ? ost_turn_hold() : NULL;
		err = run_phase(c, p);
		if (held)
			ost_turn_unhold(held);
		if (phases[p].checks == ost_phase6_checks || (err && phases[p].checks == ost_phase5_checks))
			pthread_mutex_unlock(&s->large);
	}
	return err;
}

static struct ost_err *ask_maintainers(struct ost_review_ctx *c)
{
	struct ost_maint_answer *answer = ost_arena_calloc(c->arena, 1, sizeof(*answer));

	if (!*c->base)
		return NULL;
	ost_try(ost_shared_maintainers(c->shared, c->base, &c->maintainers));
	if (!c->maintainers)
		return NULL;
	ost_try(ost_review_maintainers(answer, c));
	c->answer = answer;
	return NULL;
}

static struct ost_err *run_checks(struct ost_review_ctx *c)
{
	ost_try(ost_review_base_find(c->item, c->arena, c->shared, &c->base, &c->base_why));
	ost_try(fill_upstream(c));
	ost_try(ost_texts_init(&c->texts, c->arena, c->repo, c->change, c->base, c->msg->commit));
	ost_try(ost_touched_find(&c->touched, c->arena, c->shared->recogniser, &c->texts));
	ost_try(ask_maintainers(c));
	ost_try(ost_history_prepare(c));
	fill_subject(c);
	fill_branches(c);
	ost_try(run_phases(c));
	fill_reasons(c);
	return NULL;
}

/* ---- the run ----
 *
 * Reviews wait for git most of the time, so several are under way at once,
 * one thread each, of which one runs (turn.h). They come out in the order of
 * the input.
 */

/* Reviews under way: each has its texts and records in memory. */
#define MAX_AT_ONCE 4

struct review_run {
	struct ost_review_shared *shared;
	struct ost_review_input in;
	const struct ost_review_sink *sink;
	struct ost_turn turn;
	size_t next, all;	/* of the input */
	size_t nr;		/* handed out */
	struct ost_err *err;	/* the first one, in the order of the input */
};

/* One review, handed out when all before it are. */
static struct ost_err *review_item(struct review_run *run, size_t i, struct ost_arena *arena,
				   const struct ost_review_item *item)
{
	struct ost_review_shared *s = run->shared;
	struct ost_review review = { .upstream = "" };
	struct ost_review_ctx c = {
		.arena = arena, .review = &review, .options = s->options, .repo = s->repo, .item = item,
		.msg = &item->msg, .change = &item->change, .base = "", .base_why = "", .shared = s,
	};
	struct ost_err *err = run_checks(&c);

	ost_turn_await(&run->turn, i);
	if (!err && !run->err) {
		err = run->sink->on_review(run->sink->ctx, &review);
		run->nr += !err;
	}
	ost_review_deadlocks_end(&c);
	ost_gather_end(&c);
	ost_texts_deinit(&c.texts);
	ost_vec_deinit(&c.records);
	return err;
}

/* What came of number i, when all before it are out. */
static void end_entry(struct review_run *run, struct ost_err *err)
{
	if (err && !run->err && err->code == OST_ERR_INPUT && run->all > 1 && run->sink->on_problem)
		run->sink->on_problem(run->sink->ctx, err);
	else if (err && !run->err)
		run->err = err;
	else
		ost_err_destroy(err);
	ost_turn_done(&run->turn);
}

static void review_entry(struct review_run *run, size_t i)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_review_item item;
	bool is_patch;
	struct ost_err *err = ost_review_input_get(&run->in, i, &arena, run->shared->repo, &item, &is_patch);

	if (!err && is_patch)
		err = review_item(run, i, &arena, &item);
	ost_turn_await(&run->turn, i);
	end_entry(run, err);
	ost_arena_deinit(&arena);
}

static bool review_some(void *ctx, size_t item, unsigned worker)
{
	struct review_run *run = ctx;

	(void)item;
	(void)worker;
	ost_turn_take(&run->turn);
	while (run->next < run->all && !run->err) {
		if (run->all > 1)
			ost_progress("review", run->next, run->all);
		review_entry(run, run->next++);
	}
	ost_turn_give(&run->turn);
	return true;
}

static struct ost_err *review_all(struct review_run *run)
{
	const struct ost_review_options *o = run->shared->options;
	unsigned jobs = o->jobs ? o->jobs : ost_nr_cpus();

	ost_try(ost_review_input_init(&run->in, &run->shared->arena, run->shared->repo, o->input));
	run->all = ost_review_input_nr(&run->in);
	jobs = jobs < MAX_AT_ONCE ? jobs : MAX_AT_ONCE;
	jobs = run->all < jobs ? (unsigned)run->all : jobs;
	ost_turn_init(&run->turn);
	if (run->all && !ost_pool_run(jobs, jobs, 1, review_some, run) && !run->err)
		run->err = ost_err_create(OST_ERR_INTERRUPTED, o->input, NULL, "interrupted");
	ost_turn_deinit(&run->turn);
	if (run->all > 1)
		ost_progress("review", run->all, run->all);
	ost_review_input_deinit(&run->in);
	return run->err;
}

struct ost_err *ost_review_run(const struct ost_review_options *o,
			       const struct ost_review_sink *sink, size_t *ret_nr)
{
	struct review_run run = { .sink = sink };
	struct ost_review_shared s;
	struct ost_err *err;

	if (!o->input || !*o->input)
		return ost_err_create(OST_ERR_USAGE, "review", "name a patch file, '-' or a commit", "nothing to review");
	run.shared = &s;
	err = ost_shared_init(&s, o);
	if (!err)
		err = review_all(&run);
	ost_shared_deinit(&s);
	if (ret_nr)
		*ret_nr = run.nr;
	return err;
}
