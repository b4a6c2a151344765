// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which fixes of a range a branch lacks: cheap questions first. Two walks
 * say what the branch does not reach, one index of messages what it has as a
 * backport; only what is left is looked for in its code.
 */
#include "ostler/missing.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "git/run.h"
#include "ostler/progress.h"
#include "ostler/review.h"
#include "review/branch_answer.h"
#include "review/fixes_tag.h"
#include "review/lineage.h"
#include "review/roles.h"

#define MAX_WARNINGS 20

struct missing_run {
	struct ost_review_shared shared;
	struct ost_review_options review;
	struct ost_branches_options branches;
	const struct ost_missing_options *o;
	struct ost_missing_report r;
	const struct ost_stable *stable;
	struct ost_queue *queue;
	struct ost_table beyond;	/* commits of B that the branch does not reach */
	bool is_unrelated;		/* the branch shares no commit with B: what it reaches says nothing */
	OST_VEC(struct ost_missing_fix) fixes;
	struct ost_arena arena;		/* of the report */
};

static void warn(struct missing_run *run, const char *text)
{
	if (!run->r.warnings)
		run->r.warnings = ost_arena_calloc(&run->arena, MAX_WARNINGS, sizeof(*run->r.warnings));
	if (run->r.nr_warnings < MAX_WARNINGS)
		run->r.warnings[run->r.nr_warnings++] = text;
}

/* ---- what the branch does not reach ---- */

static bool note_beyond(void *ctx, const char *piece, size_t len)
{
	struct missing_run *run = ctx;
	struct ost_oid id;

	if (len == OST_HEX_SIZE - 1 && ost_oid_from_hex(&id, piece))
		*ost_table_put(&run->beyond, ost_oid_key(&id), NULL) = 1;
	return true;
}

static struct ost_err *walk_beyond(struct missing_run *run)
{
	char not_tip[OST_HEX_SIZE + 1];
	const char *const args[] = { "rev-list", run->r.to, not_tip, "--", NULL };
	const char *const base_args[] = { "merge-base", run->r.to, run->r.tip, NULL };
	const struct ost_git_run walk = { .args = args };
	int status = 0;
	const struct ost_git_run base = { .args = base_args, .ok_status = 1, .ret_status = &status };
	OST_BUF out = OST_BUF_INIT;

	snprintf(not_tip, sizeof(not_tip), "^%s", run->r.tip);
	ost_try(ost_git_run(run->shared.repo, &base, &out));
	run->is_unrelated = status != 0;
	if (status)
		warn(run, ost_arena_printf(&run->arena, "%s and %s have no commit in common: only messages and code are compared",
					   run->r.branch, run->r.range));
	return ost_git_stream(run->shared.repo, &walk, '\n', note_beyond, run);
}

static bool is_beyond(struct missing_run *run, const char *hex)
{
	struct ost_oid id;

	return ost_oid_from_hex(&id, hex) && ost_table_get(&run->beyond, ost_oid_key(&id));
}

/* ---- what a message says ---- */

struct said {
	bool is_fix, is_asked, is_out, is_serious;
	const char *symptom;	/* "" when it names none */
	const char *how;	/* what makes it a fix, or "" */
};

static void find_symptom(const struct ost_word_tables *w, const char *text, struct said *ret)
{
	size_t i, len;

	for (i = 0; i < w->symptoms.nr && !ret->is_serious; i++) {
		const struct ost_symptom_row *row = &w->symptoms.items[i];

		if (row->cls != OST_SYM_SERIOUS && (row->cls != OST_SYM_BUG || *ret->symptom))
			continue;
		if (!ost_phrase_find(text, row->phrase, &len))
			continue;
		ret->symptom = row->kind;
		ret->is_serious = row->cls == OST_SYM_SERIOUS;
	}
}

static void read_said(struct missing_run *run, const struct ost_review_msg *m, struct ost_arena *arena, struct said *ret)
{
	const char *p = m->text;
	bool has_tag = ost_fixes_next(arena, &p);
	struct ost_title t;
	size_t i, len;

	*ret = (struct said){ .symptom = "", .how = "" };
	for (i = 0; i < m->trailers.nr; i++) {
		const struct ost_trailer *x = &m->trailers.items[i];

		if (strcasecmp(x->token, "Cc") || !ost_is_stable_address(x->value))
			continue;
		ret->is_out |= ost_is_noautosel(x->value);
		ret->is_asked |= !ost_is_noautosel(x->value);
	}
	ost_title_parse(&t, arena, &run->shared.words, m->title);
	find_symptom(&run->shared.words, m->text, ret);
	ret->how = ret->is_asked ? "asked for stable" : has_tag ? "has a Fixes: tag" :
		   t.is_revert ? "reverts a commit" :
		   t.cls == OST_VERB_FIX || ost_phrase_find(t.summary, "fix*", &len) ? "calls itself a fix" :
		   ret->is_serious && t.cls != OST_VERB_ADD && t.cls != OST_VERB_TIDY ? "its message names a serious symptom" : "";
	ret->is_fix = *ret->how;
}

/* ---- what history says ---- */

/* Is none of the commits that it names in Fixes: in the branch? False where one is not known here. */
static struct ost_err *is_bug_absent(struct missing_run *run, const struct ost_review_msg *m, struct ost_arena *arena, bool *ret)
{
	const char *p = m->text, *hex;
	char full[OST_HEX_SIZE];
	struct ost_lineage l;
	struct ost_err *err;
	size_t nr = 0;

	*ret = false;
	while ((hex = ost_fixes_next(arena, &p))) {
		if (++nr > 20)
			return NULL;
		err = ost_repo_resolve(run->shared.repo, hex, full);
		if (err && err->code != OST_ERR_INPUT)
			return err;
		if (err || !is_beyond(run, full)) {
			ost_err_destroy(err);
			return NULL;
		}
		ost_try(ost_lineage_ask_named(arena, &run->shared, run->r.tip, full, &l));
		if (l.state == OST_LINEAGE_THERE)
			return NULL;
	}
	*ret = nr > 0;
	return NULL;
}

/* Did mainline take it back within the range? */
static struct ost_err *is_undone(struct missing_run *run, const char *id, struct ost_arena *arena, bool *ret)
{
	const struct ost_messages *m;
	struct ost_message_hit *hits;
	struct ost_lineage l;
	bool any = false;
	size_t nr, i;

	ost_try(ost_shared_messages(&run->shared, *run->shared.mainline ? run->shared.mainline : run->r.to, &m));
	nr = ost_messages_mentioning(m, arena, id, &hits);
	for (i = 0; i < nr; i++)
		any |= hits[i].mention == OST_MENTION_REVERTS;
	*ret = false;
	if (!any)
		return NULL;
	ost_try(ost_lineage_ask(arena, &run->shared, run->r.to, id, &l));
	*ret = l.state == OST_LINEAGE_UNDONE;
	return NULL;
}

/* *ret_counter: which count it falls under, or NULL: the code must say. */
static struct ost_err *ask_history(struct missing_run *run, const struct ost_review_item *item, const struct said *said,
				   struct ost_arena *arena, size_t **ret_counter)
{
	struct ost_missing_counts *n = &run->r.counts;
	struct ost_lineage l;
	bool is;

	ost_try(ost_lineage_ask_named(arena, &run->shared, run->r.tip, item->msg.commit, &l));
	*ret_counter = l.state == OST_LINEAGE_THERE ? &n->backported : !said->is_fix && !run->o->all ? &n->no_fix :
		       said->is_out ? &n->opted_out : NULL;
	if (*ret_counter)
		return NULL;
	ost_try(is_undone(run, item->msg.commit, arena, &is));
	*ret_counter = is ? &n->undone : NULL;
	if (is)
		return NULL;
	if (!run->is_unrelated)
		ost_try(is_bug_absent(run, &item->msg, arena, &is));
	*ret_counter = is ? &n->no_bug : NULL;
	return NULL;
}

/* ---- what the code says ---- */

static const char *reason(struct missing_run *run, const struct said *said, const struct ost_branch_answer *a)
{
	const char *code = !a->nr_why ? "the change has no code to look for" :
			   a->affected == OST_AFFECTED_YES ? a->why[0].statement : a->why[a->nr_why - 1].statement;

	return ost_arena_printf(&run->arena, "%s%s%s%s%s", said->how, *said->symptom ? ", " : "", said->symptom,
				*said->how || *said->symptom ? "; " : "", code);
}

static void add_fix(struct missing_run *run, const struct ost_review_item *item, const struct said *said,
		    const struct ost_branch_answer *a)
{
	struct ost_missing_fix *f = ost_vec_push(&run->fixes);

	f->commit = ost_arena_strdup(&run->arena, item->msg.commit);
	f->subject = ost_utf8_clean(ost_arena_strdup(&run->arena, item->msg.title));
	f->affected = a->affected;
	f->applies = a->applies;
	f->compiles = a->compiles;
	f->why = ost_utf8_clean(ost_arena_strdup(&run->arena, reason(run, said, a)));
	f->symptom = said->symptom;
	f->is_serious = said->is_serious;
	f->is_asked = said->is_asked;
	f->when = item->msg.commit_time;
	if (a->nr_missing)
		f->lacks = ost_arena_printf(&run->arena, "%s %s", a->missing[0].kind, a->missing[0].name);
}

static struct ost_err *ask_code(struct missing_run *run, const struct ost_review_item *item, const struct said *said,
				struct ost_arena *arena)
{
	const struct ost_branch_question q = {
		.arena = arena, .shared = &run->shared, .options = &run->branches, .item = item,
		.upstream = item->msg.commit, .base = item->parent, .queue = run->queue,
		.no_prerequisites = true, .no_reach = true,
	};
	struct ost_branch_answer a;

	ost_try(ost_branch_answer(&q, run->stable, &a));
	if (a.affected == OST_AFFECTED_NO)
		run->r.counts.not_affected++;
	else if (a.affected == OST_AFFECTED_FIXED)
		run->r.counts.fixed++;
	else
		add_fix(run, item, said, &a);
	return NULL;
}

static struct ost_err *ask_commit(struct missing_run *run, const char *hex)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_review_input in = { .rev = hex };
	struct ost_review_item item;
	size_t *counter = NULL;
	struct said said;
	bool is_patch;
	struct ost_err *err;

	memcpy(in.commit, hex, OST_HEX_SIZE);
	err = ost_review_input_get(&in, 0, &arena, run->shared.repo, &item, &is_patch);
	if (err && err->code == OST_ERR_INPUT) {
		warn(run, ost_arena_printf(&run->arena, "%s: %s", err->what, err->why));
		ost_err_destroy(err);
		run->r.counts.unreadable++;
		ost_arena_deinit(&arena);
		return NULL;
	}
	if (!err) {
		read_said(run, &item.msg, &arena, &said);
		err = ask_history(run, &item, &said, &arena, &counter);
	}
	if (!err && counter)
		++*counter;
	else if (!err)
		err = ask_code(run, &item, &said, &arena);
	ost_arena_deinit(&arena);
	return err;
}

/* ---- the range ---- */

static int rank(const struct ost_missing_fix *f)
{
	int n = f->affected == OST_AFFECTED_YES ? 0 : f->affected == OST_AFFECTED_UNKNOWN ? 8 : 16;

	return n + (f->is_serious ? 0 : *f->symptom ? 2 : 4) + !f->is_asked;
}

static int worst_first(const void *a, const void *b)
{
	const struct ost_missing_fix *x = a, *y = b;
	int rx = rank(x), ry = rank(y);

	if (rx != ry)
		return rx - ry;
	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;
	return strcmp(x->commit, y->commit);
}

static struct ost_err *ask_all(struct missing_run *run, const struct ost_log *log)
{
	size_t i;

	run->r.counts.all = log->nr;
	for (i = 0; i < log->nr; i++) {
		if (ost_interrupted())
			return ost_err_create(OST_ERR_INTERRUPTED, run->r.range, NULL, "interrupted");
		ost_progress("commits", i, log->nr);
		if (!is_beyond(run, log->entries[i].id))
			run->r.counts.reached++;
		else
			ost_try(ask_commit(run, log->entries[i].id));
	}
	ost_progress("commits", log->nr, log->nr);
	if (run->fixes.nr)
		qsort(run->fixes.items, run->fixes.nr, sizeof(*run->fixes.items), worst_first);
	run->r.fixes = run->fixes.items;
	run->r.nr_fixes = run->fixes.nr;
	return NULL;
}

static struct ost_err *ask_range(struct missing_run *run)
{
	char from[OST_HEX_SIZE], to[OST_HEX_SIZE];
	const struct ost_log_query q = { .rev = to, .not_rev = from, .limit = OST_MISSING_MAX, .no_merges = true };
	struct ost_log log;

	run->stable = &run->shared.stable[0];
	run->r.branch = run->o->branch;
	run->r.tip = run->stable->tip;
	run->r.release = run->stable->release;
	run->r.range = run->o->range;
	ost_try(ost_repo_resolve_range(run->shared.repo, run->o->range, from, to));
	run->r.from = ost_arena_strdup(&run->arena, from);
	run->r.to = ost_arena_strdup(&run->arena, to);
	ost_try(ost_log(&log, &run->arena, run->shared.repo, &q));
	if (log.is_cut)
		return ost_err_create(OST_ERR_INPUT, run->o->range, "ask for parts of it", "more than %d commits", OST_MISSING_MAX);
	if (run->o->queue)
		ost_try(ost_queue_open(&run->queue, run->o->queue));
	if (run->queue && ost_queue_trouble(run->queue))
		warn(run, ost_queue_trouble(run->queue));
	ost_try(walk_beyond(run));
	return ask_all(run, &log);
}

struct ost_err *ost_missing_run(const struct ost_missing_options *o,
				struct ost_err *(*fn)(void *ctx, const struct ost_missing_report *r), void *ctx)
{
	struct missing_run run = { .o = o };
	struct ost_err *err;

	run.review = (struct ost_review_options){
		.repo = o->repo, .stable = &o->branch, .nr_stable = 1, .store = o->store, .no_store = o->no_store, .jobs = o->jobs,
	};
	run.branches = (struct ost_branches_options){
		.repo = o->repo, .store = o->store, .no_store = o->no_store, .no_proofs = true, .jobs = o->jobs,
	};
	err = ost_shared_init(&run.shared, &run.review);
	if (!err)
		err = ask_range(&run);
	if (!err)
		err = fn(ctx, &run.r);
	ost_queue_destroy(run.queue);
	ost_vec_deinit(&run.fixes);
	ost_table_deinit(&run.beyond);
	ost_shared_deinit(&run.shared);
	ost_arena_deinit(&run.arena);
	return err;
}
