// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 9: what follows. Everything here is made from the records of the
 * other phases and from the diff; nothing is weighed that has no record.
 */
#include "review/check.h"
#include "review/rules.h"

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

static struct ost_err *check_decision(struct ost_review_ctx *c)
{
	const struct ost_record *no = find_no(c);
	struct ost_record *r;

	if (no) {
		c->review->verdict.decision = OST_DECISION_NO;
		r = ost_record_add(c, "decision", OST_VERIFIED, 0, "No: its authors ask not to pick it without them");
		ost_record_prove_record(c, r, no);
		return NULL;
	}
	c->review->verdict.decision = OST_DECISION_HUMAN;
	ost_record_unknown(c, "decision", "Whether to pick it is for a human to decide",
			   "no record proves that a stable branch has the fault, or that it has not");
	return NULL;
}

const struct ost_check ost_phase9_checks[] = {
	{ "9.1", "sides", check_sides, "what speaks for and against" },
	{ "9.2", "rules", check_rules, "the rules for -stable, one by one" },
	{ "9.3", "exception", check_exception, "accepted beyond the letter of the rules" },
	{ "9.4", "decision", check_decision, "what follows from the records" },
	{ NULL, NULL, NULL, NULL },
};
