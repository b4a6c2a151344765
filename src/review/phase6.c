// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 6, stable trees: what each branch's own code says about the change
 * (branch_answer.h). A record states what stands there; whether that is the
 * whole of the fault is for later phases.
 */
#include <string.h>

#include "branch/affected.h"
#include "review/branch_answer.h"
#include "review/branch_bugs.h"
#include "review/check.h"
#include "review/deadlock_checks.h"
#include "review/history.h"

#define MAX_SHOWN 8	/* files of one record */

static const char *said_of(enum ost_affected a)
{
	switch (a) {
	case OST_AFFECTED_YES:
		return "it has what the change repairs";
	case OST_AFFECTED_FIXED:
		return "it has the change, or an equivalent";
	case OST_AFFECTED_NO:
		return "it does not have what the change repairs";
	default:
		return "whether it has what the change repairs";
	}
}

static const char *label(struct ost_arena *arena, const struct ost_branch_answer *b)
{
	return *b->release ? ost_arena_printf(arena, "%s (%s)", b->branch, b->release) : b->branch;
}

/* The reasons of a branch as the evidence of one record. */
static struct ost_record *record_presence(struct ost_review_ctx *c, const struct ost_branch_answer *b)
{
	const char *statement = ost_arena_printf(c->arena, "%s: %s", label(c->arena, b), said_of(b->affected));
	struct ost_record *r;
	size_t i, k, nr = 0;

	for (i = 0; i < b->nr_why; i++)
		nr += b->why[i].nr_evidence;
	if (b->trouble || b->affected == OST_AFFECTED_UNKNOWN || !nr)
		return ost_record_unknown(c, "present", statement, "%s", b->trouble ? b->trouble :
					  b->nr_why ? b->why[b->nr_why - 1].statement : "the change has no C code to look for");
	r = ost_record_add(c, "present", OST_VERIFIED, b->affected == OST_AFFECTED_YES ? 1 : 0, "%s: %s", statement, b->why[0].statement);
	for (i = 0; i < b->nr_why; i++)
		for (k = 0; k < b->why[i].nr_evidence; k++)
			ost_record_prove(c, r, b->why[i].evidence[k].kind, b->why[i].evidence[k].ref, "%s",
					 b->why[i].evidence[k].command);
	for (i = 0; i < b->nr_bugs; i++)
		if (b->bugs[i].finding_id && b->bugs[i].affected == OST_AFFECTED_YES)
			ost_prove_bug(c, r, b, &b->bugs[i]);
	return r;
}

static bool is_needed(const struct ost_branch_answer *b)
{
	return b->affected != OST_AFFECTED_FIXED && b->affected != OST_AFFECTED_NO;
}

static void record_missing(struct ost_review_ctx *c, const struct ost_branch_answer *b)
{
	size_t i;

	for (i = 0; i < b->nr_missing; i++) {
		const struct ost_missing_symbol *m = &b->missing[i];
		const char *word = strchr(m->name, '(') ? ost_arena_strndup(c->arena, m->name, strcspn(m->name, "(")) : m->name;
		struct ost_record *r = ost_record_add(c, "compiles", OST_VERIFIED, is_needed(b) ? -1 : 0,
						      "%s lacks what the added lines use: %s %s, for %s:%u",
						      label(c->arena, b), m->kind, m->name, m->file, m->line);

		ost_record_prove(c, r, "tree", ost_arena_printf(c->arena, "%.12s:include", b->tip),
				 "git grep -n -w -e %s %.12s -- include || echo none", ost_shell_quote(c->arena, word), b->tip);
	}
}

/* The trial again; of what is not there, that nothing has its name. */
static void prove_trial(struct ost_review_ctx *c, const struct ost_branch_answer *b, struct ost_record *r)
{
	const char *again = ost_cmd_apply(c->arena, c->item, b);
	uint32_t i;

	if (strcmp(b->applies, "absent") != 0 || !c->change->nr_files) {
		ost_record_prove(c, r, "tree", b->tip, *again ? "%s" : NULL, again);
		return;
	}
	for (i = 0; i < c->change->nr_files && i < MAX_SHOWN; i++)
		if (c->change->files[i].status != OST_FILE_ADDED)
			ost_record_prove(c, r, "tree", ost_arena_printf(c->arena, "%.12s:%s", b->tip, c->change->files[i].old_path),
					 "%s", ost_cmd_same_name(c->arena, b->tip, c->change->files[i].old_path));
}

static const char *conflict_words(struct ost_arena *arena, const struct ost_conflict *k)
{
	return k->hunk ? ost_arena_printf(arena, "%s, hunk %u: %s", k->file, k->hunk, k->why) :
			 ost_arena_printf(arena, "%s: %s", k->file, k->why);
}

/* What patch(1) would do and we do not: the function headers above the place where it lands. */
static void record_conflicts(struct ost_review_ctx *c, const struct ost_branch_answer *b, struct ost_record *r)
{
	size_t i;

	for (i = 0; i < b->nr_conflicts && i < MAX_SHOWN; i++) {
		const struct ost_conflict *k = &b->conflicts[i];
		const char *show = ost_arena_printf(c->arena, "git show %.12s:%s | sed -n 1,%up | grep -n '^[A-Za-z_]' | tail -3",
						    b->tip, ost_shell_quote(c->arena, k->file), k->elsewhere);

		ost_record_prove(c, r, "file", conflict_words(c->arena, k), k->elsewhere ? "%s" : NULL, show);
	}
}

/* "conflict in a.c, hunk 2: its lines are not there, and 1 more" */
static const char *applies_words(struct ost_arena *arena, const struct ost_branch_answer *b)
{
	if (strcmp(b->applies, "conflict") != 0 || !b->nr_conflicts)
		return b->applies;
	return ost_arena_printf(arena, "conflict in %s%s", conflict_words(arena, &b->conflicts[0]),
				b->nr_conflicts > 1 ? ost_arena_printf(arena, ", and %zu more", b->nr_conflicts - 1) : "");
}

static void record_backport(struct ost_review_ctx *c, const struct ost_branch_answer *b)
{
	bool bad = !strcmp(b->applies, "conflict") || !strcmp(b->applies, "absent");
	struct ost_record *r;

	if (!c->change->nr_files) {
		ost_record_unknown(c, "applies", ost_arena_printf(c->arena, "Whether it applies to %s", label(c->arena, b)),
				   "there is no diff to apply");
		return;
	}
	if (!strcmp(b->applies, "unknown")) {
		ost_record_unknown(c, "applies", ost_arena_printf(c->arena, "Whether it applies to %s", label(c->arena, b)), "%s",
				   b->trouble ? b->trouble : b->nr_why ? b->why[b->nr_why - 1].statement : "nothing was tried");
		return;
	}
	r = ost_record_add(c, "applies", OST_VERIFIED, bad && is_needed(b) ? -1 : 0,
			   "On %s it applies: %s", label(c->arena, b), applies_words(c->arena, b));
	prove_trial(c, b, r);
	record_conflicts(c, b, r);
	record_missing(c, b);
}

/* The page's row of a branch. */
static void fill_row(struct ost_review_branch *row, const struct ost_branch_answer *b, const struct ost_record *r,
		     struct ost_arena *arena)
{
	const struct ost_record **why = ost_arena_calloc(arena, 1, sizeof(*why));

	why[0] = r;
	*row = (struct ost_review_branch){
		.branch = b->branch, .tip = b->tip, .release = b->release,
		.affected = b->affected == OST_AFFECTED_YES ? OST_ANSWER_YES :
			    b->affected == OST_AFFECTED_UNKNOWN ? OST_ANSWER_UNKNOWN : OST_ANSWER_NO,
		.is_fixed = b->affected == OST_AFFECTED_FIXED, .applies = b->applies, .why = why, .nr_why = 1, .answer = b,
	};
}

static struct ost_err *check_branches(struct ost_review_ctx *c)
{
	struct ost_review_shared *s = c->shared;
	const struct ost_review_options *o = c->options;
	const struct ost_branches_options bo = {
		.input = o->input, .repo = o->repo, .store = o->store, .no_store = o->no_store, .jobs = o->jobs,
		.no_proofs = o->no_proofs || !ost_speaks_of_deadlocks(c),
	};
	const struct ost_branch_question q = {
		.arena = c->arena, .shared = s, .options = &bo, .item = c->item, .upstream = c->review->upstream,
		.base = c->base, .later = c->history->later, .no_reach = true,	/* 8.1 says it */
	};
	struct ost_review_branch *rows = ost_arena_calloc(c->arena, s->nr_stable + 1, sizeof(*rows));
	struct ost_branch_answer *answers = ost_arena_calloc(c->arena, s->nr_stable + 1, sizeof(*answers));
	size_t i;

	for (i = 0; i < s->nr_stable; i++)
		ost_try(ost_branch_answer(&q, &s->stable[i], &answers[i]));
	ost_share_mechanisms(c->arena, answers, s->nr_stable);
	for (i = 0; i < s->nr_stable; i++) {
		fill_row(&rows[i], &answers[i], record_presence(c, &answers[i]), c->arena);
		ost_record_mechanisms(c, &answers[i]);
	}
	if (!s->nr_stable)
		ost_record_unknown(c, "branches", "Which stable branches have the code", "no branch linux-*.y here; name branches with --stable=");
	c->review->branches = rows;
	c->review->nr_branches = s->nr_stable;
	c->answers = answers;
	return NULL;
}

static struct ost_err *check_backport(struct ost_review_ctx *c)
{
	size_t i;

	for (i = 0; i < c->shared->nr_stable; i++)
		record_backport(c, &c->answers[i]);
	if (!c->shared->nr_stable)
		ost_record_unknown(c, "branches", "Whether the change applies to stable branches", "none was asked for");
	return NULL;
}

/* Has the branch a commit that fixes or reverts this one? */
static void record_later(struct ost_review_ctx *c, const struct ost_branch_answer *b, const struct ost_later_fix *f)
{
	const char *what = ost_arena_printf(c->arena, "%.12s (\"%s\"), which %s %s%.12s", f->commit, f->subject, f->relation,
					    strcmp(f->of, c->history->upstream_full) ? "" : "this one, ", f->of);
	bool has = f->present == OST_AFFECTED_YES, is_known = has || f->present == OST_AFFECTED_NO;
	struct ost_record *r;

	if (!is_known) {
		ost_record_unknown(c, "later", ost_arena_printf(c->arena, "Whether %s has %s", label(c->arena, b), what),
				   "its history does not name it, and its code is neither as before nor as after");
		return;
	}
	r = ost_record_add(c, "later", OST_VERIFIED, has || b->affected == OST_AFFECTED_NO ? 0 : -1, "%s %s %s",
			   label(c->arena, b), has ? "has" : "lacks", what);
	if (f->by)
		ost_record_prove(c, r, "commit", f->by, "git show -s %s", f->by);
	else
		ost_record_prove(c, r, "tree", b->tip, "git log --oneline -3 --grep=%.12s %.12s || git show %.12s", f->commit, b->tip, f->commit);
}

static struct ost_err *check_related(struct ost_review_ctx *c)
{
	const struct ost_later_list *list = c->history->later;
	size_t i, k;

	for (i = 0; i < c->shared->nr_stable; i++)
		for (k = 0; k < c->answers[i].nr_later_fixes; k++)
			record_later(c, &c->answers[i], &c->answers[i].later_fixes[k]);
	if (!list->nr && *c->history->upstream_full && *c->shared->mainline) {
		struct ost_record *r = ost_record_add(c, "related", OST_VERIFIED, 0, "No commit of mainline or of the branches says that it fixes or reverts this one");

		ost_record_prove(c, r, "commit", c->history->upstream_full, "git log --oneline --grep=%.12s %.12s", c->history->upstream_full, c->shared->mainline);
	} else if (!list->nr) {
		ost_record_unknown(c, "related", "Which fixes of it the branches have already", "%s", ost_upstream_why(c));
	}
	return NULL;
}

const struct ost_check ost_phase6_checks[] = {
	{ "6.1", "present", check_branches, "Whether the code that the change repairs stands in the stable branches" },
	{ "6.2", "backport", check_backport, "Whether the change applies there, and what its added lines would miss" },
	{ "6.3", "related", check_related, "Which related fixes they have already" },
	{ NULL, NULL, NULL, NULL },
};
