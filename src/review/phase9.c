// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 9: what follows. Everything here is made from the records of the
 * other phases and from the diff; nothing is weighed that has no record.
 */
#include <string.h>

#include "base/buf.h"
#include "review/branch_bugs.h"
#include "review/check.h"
#include "review/rules.h"
#include "review/shared.h"

/* ---- 9.1 for and against ---- */

static void side(struct ost_review_ctx *c, const char *name, int sign)
{
	struct ost_record *r;
	size_t i, nr = 0, all = c->records.nr;

	for (i = 0; i < all; i++)
		nr += c->records.items[i]->weight * sign > 0;
	if (!nr)
		return;
	r = ost_record_add(c, name, OST_VERIFIED, 0, "%zu record%s %s", nr, nr == 1 ? "" : "s",
			   sign > 0 ? "speak for picking it" : "speak against");
	for (i = 0; i < all; i++)
		if (c->records.items[i]->weight * sign > 0)
			ost_record_prove_record(c, r, c->records.items[i]);
}

static struct ost_err *check_sides(struct ost_review_ctx *c)
{
	side(c, "for", 1);
	side(c, "against", -1);
	return NULL;
}

/* ---- 9.2 the rules ---- */

static struct ost_err *check_rules(struct ost_review_ctx *c)
{
	const struct ost_rule *rule;

	for (rule = ost_rules; rule->name; rule++)
		rule->decide(c, rule);
	return NULL;
}

/* ---- 9.3 exceptions ---- */

static struct ost_err *check_exception(struct ost_review_ctx *c)
{
	static const struct { const char *id, *words; } kinds[] = {
		{ "1.3/new-id", "a new device id" }, { "1.3/quirk", "a quirk or hardware workaround" },
		{ "1.3/build", "a build fix" },
	};
	const struct ost_record *by;
	struct ost_record *r;
	size_t i, nr = 0;

	if (ost_diff_only_adds_ids(c)) {
		r = ost_record_add(c, "ids", OST_VERIFIED, 3, "The diff does nothing but add rows to tables: a new id");
		ost_record_prove_diff(c, r, NULL);
		nr++;
	}
	for (i = 0; i < OST_ARRAY_SIZE(kinds); i++) {
		by = ost_record_find(c, kinds[i].id);
		if (!by)
			continue;
		r = ost_record_add(c, "exception", OST_VERIFIED, 0, "By its message it may be %s", kinds[i].words);
		ost_record_prove_record(c, r, by);
		nr++;
	}
	if (!nr && *c->msg->text && c->change->nr_files) {
		r = ost_record_add(c, "none", OST_VERIFIED, 0, "Neither message nor diff make it an exception (id, quirk, build fix)");
		ost_record_prove_msg(c, r, "%B");
		ost_record_prove_diff(c, r, NULL);
	}
	return NULL;
}

/* ---- 9.4 decision ---- */

/* A record that decides alone: the maintainer has answered already. */
static const struct ost_record *find_no(const struct ost_review_ctx *c)
{
	const struct ost_record *r = ost_record_find(c, "9.2/opt-out");

	return r && r->status == OST_REFUTED ? r : NULL;
}

/* The names of the branches with one answer, ", " between them; "" when there are none. */
static const char *branches_that(struct ost_review_ctx *c, enum ost_answer answer, bool is_fixed, size_t *ret_nr)
{
	const struct ost_review *v = c->review;
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	for (i = *ret_nr = 0; i < v->nr_branches; i++) {
		if (v->branches[i].is_fixed != is_fixed || (!is_fixed && v->branches[i].affected != answer))
			continue;
		ost_buf_addf(&b, "%s%s", *ret_nr ? ", " : "", v->branches[i].branch);
		++*ret_nr;
	}
	return ost_arena_strdup(c->arena, b.ptr);
}

static void set_range(struct ost_review_ctx *c, size_t nr_yes)
{
	const char **range = ost_arena_calloc(c->arena, nr_yes + 1, sizeof(*range));
	struct ost_verdict *v = &c->review->verdict;
	size_t i;

	for (i = 0; i < c->review->nr_branches; i++)
		if (c->review->branches[i].affected == OST_ANSWER_YES && !c->review->branches[i].is_fixed)
			range[v->nr_range++] = c->review->branches[i].branch;
	v->range = range;
}

/* Evidence of a decision about branches: the first record of each. */
static void prove_by_branches(struct ost_review_ctx *c, struct ost_record *r)
{
	size_t i;

	for (i = 0; i < c->review->nr_branches; i++)
		if (c->review->branches[i].nr_why)
			ost_record_prove_record(c, r, c->review->branches[i].why[0]);
}

static bool each_has_a_record(const struct ost_review *v)
{
	size_t i;

	for (i = 0; i < v->nr_branches; i++)
		if (!v->branches[i].nr_why || v->branches[i].why[0]->status == OST_UNKNOWN)
			return false;
	return v->nr_branches > 0;
}

static const char *said_of_deadlocks(const struct ost_review_ctx *c)
{
	const struct ost_record *gone = ost_record_find(c, "2.3/mechanism"), *made = ost_record_find(c, "2.3/new-deadlock");

	if (made && made->status == OST_VERIFIED)
		return "the change brings a deadlock that was not there before";
	if (gone && gone->status == OST_VERIFIED)
		return "the deadlock that it removes is proved in the tree it applies to";
	return "the fault itself is not proved";
}

/* The branches that a deadlock would come to. */
static void add_harmed(const struct ost_review_ctx *c, struct ost_buf *b)
{
	size_t i, nr = 0;

	for (i = 0; c->answers && i < c->shared->nr_stable; i++)
		if (ost_brings_proven(&c->answers[i]))
			ost_buf_addf(b, "%s%s", nr++ ? ", " : "a deadlock comes with it to ", c->answers[i].branch);
	if (nr)
		ost_buf_addstr(b, "; ");
}

/* What the records of the branches leave open: always a human's part. */
static const char *open_words(struct ost_review_ctx *c, const char *yes, const char *no)
{
	size_t nr;
	const char *open = branches_that(c, OST_ANSWER_UNKNOWN, false, &nr);
	const struct ost_record *mainline = ost_record_find(c, "9.2/mainline");
	OST_BUF b = OST_BUF_INIT;

	if (!*yes && !*no)
		ost_buf_addstr(&b, "no record proves that a stable branch has the fault, or that it has not; ");
	if (*yes)
		ost_buf_addf(&b, "affected, by what their code holds: %s; ", yes);
	if (*no)
		ost_buf_addf(&b, "not affected: %s; ", no);
	if (*open && (*yes || *no))
		ost_buf_addf(&b, "not known: %s; ", open);
	add_harmed(c, &b);
	ost_buf_addstr(&b, said_of_deadlocks(c));
	if (!mainline || mainline->status == OST_UNKNOWN)
		ost_buf_addstr(&b, "; whether mainline has it is not known");
	else if (mainline->status == OST_REFUTED)
		ost_buf_addstr(&b, "; mainline has it not");
	return ost_arena_strdup(c->arena, b.ptr);
}

/* Mainline has it, no rule speaks against it, and a proven deadlock goes while none comes, not even a likely one. */
static bool is_proven_fix(const struct ost_review_ctx *c)
{
	const struct ost_record *mainline = ost_record_find(c, "9.2/mainline"), *gone = ost_record_find(c, "2.3/mechanism"),
				*made = ost_record_find(c, "2.3/new-deadlock");
	size_t i;

	for (i = 0; i < c->records.nr; i++)
		if (!strncmp(c->records.items[i]->id, "9.2/", 4) && c->records.items[i]->status == OST_REFUTED)
			return false;
	return mainline && mainline->status == OST_VERIFIED && gone && gone->status == OST_VERIFIED && !made;
}

static bool lacks_later_fix(const struct ost_branch_answer *b)
{
	size_t i;

	for (i = 0; i < b->nr_later_fixes; i++)
		if (strcmp(b->later_fixes[i].relation, "same lines") && b->later_fixes[i].present != OST_AFFECTED_YES)
			return true;
	return false;
}

/* It has the fault, proven in its own code, and would take the fix as it is. */
static bool is_ready(const struct ost_branch_answer *b)
{
	bool is_proven = false;
	size_t i;

	for (i = 0; i < b->nr_bugs; i++)
		is_proven |= b->bugs[i].affected == OST_AFFECTED_YES && b->bugs[i].finding_id && b->bugs[i].rank == OST_RANK_PROVEN;
	return is_proven && b->is_proved && !b->nr_new_deadlocks && b->compiles == OST_AFFECTED_YES && !lacks_later_fix(b) &&
	       (!strcmp(b->applies, "clean") || !strcmp(b->applies, "merged"));
}

/* Each branch is decided, and those that have the fault are ready. */
static bool are_ready(const struct ost_review_ctx *c)
{
	size_t i, nr = 0;

	for (i = 0; c->answers && i < c->shared->nr_stable; i++) {
		if (c->answers[i].affected == OST_AFFECTED_UNKNOWN ||
		    (c->answers[i].affected == OST_AFFECTED_YES && !is_ready(&c->answers[i])))
			return false;
		nr += c->answers[i].affected == OST_AFFECTED_YES;
	}
	return nr > 0;
}

static void decide_yes(struct ost_review_ctx *c, const char *branches)
{
	struct ost_record *r = ost_record_add(c, "decision", OST_VERIFIED, 0, "Yes, for %s: mainline has it, the deadlock that it "
					      "removes is proved there, it applies and would compile, and brings none", branches);

	c->review->verdict.decision = OST_DECISION_YES;
	ost_record_prove_record(c, r, ost_record_find(c, "9.2/mainline"));
	ost_record_prove_record(c, r, ost_record_find(c, "2.3/mechanism"));
	prove_by_branches(c, r);
}

static struct ost_err *check_decision(struct ost_review_ctx *c)
{
	const struct ost_record *no = find_no(c);
	struct ost_verdict *v = &c->review->verdict;
	size_t nr_yes, nr_no, nr_fixed;
	const char *yes = branches_that(c, OST_ANSWER_YES, false, &nr_yes);
	const char *without = branches_that(c, OST_ANSWER_NO, false, &nr_no);
	const char *fixed = branches_that(c, OST_ANSWER_UNKNOWN, true, &nr_fixed);
	struct ost_record *r;

	v->decision = OST_DECISION_NO;
	if (no) {
		r = ost_record_add(c, "decision", OST_VERIFIED, 0, "No: its authors ask not to pick it without them");
		ost_record_prove_record(c, r, no);
		return NULL;
	}
	if (nr_no + nr_fixed == c->review->nr_branches && each_has_a_record(c->review) && ost_change_is_whole(c->change)) {
		r = ost_record_add(c, "decision", OST_VERIFIED, 0, "No branch needs it%s%s%s%s", *without ? "; not affected: " : "",
				   without, *fixed ? "; has it already: " : "", fixed);
		prove_by_branches(c, r);
		return NULL;
	}
	set_range(c, nr_yes);
	if (is_proven_fix(c) && are_ready(c)) {
		decide_yes(c, yes);
		return NULL;
	}
	v->decision = OST_DECISION_HUMAN;
	ost_record_unknown(c, "decision", "Whether to pick it is for a human to decide", "%s", open_words(c, yes, without));
	return NULL;
}

const struct ost_check ost_phase9_checks[] = {
	{ "9.1", "sides", check_sides, "what speaks for and against" },
	{ "9.2", "rules", check_rules, "the rules for -stable, one by one" },
	{ "9.3", "exception", check_exception, "accepted beyond the letter of the rules" },
	{ "9.4", "decision", check_decision, "what follows from the records" },
	{ NULL, NULL, NULL, NULL },
};
