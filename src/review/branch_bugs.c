// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/branch_bugs.h"

#include <string.h>

#include "review/check.h"
#include "review/deadlock_checks.h"
#include "review/proofs.h"

static bool has_mechanism(const struct ost_branch_answer *b, const char *id)
{
	size_t i;

	for (i = 0; i < b->nr_bugs; i++)
		if (b->bugs[i].finding_id && !strcmp(b->bugs[i].finding_id, id))
			return true;
	return false;
}

static void add_absent(struct ost_arena *arena, struct ost_branch_answer *b, const struct ost_bug *bug)
{
	struct ost_bug *bugs = ost_arena_calloc(arena, b->nr_bugs + 1, sizeof(*bugs));

	memcpy(bugs, b->bugs, b->nr_bugs * sizeof(*bugs));
	bugs[b->nr_bugs] = (struct ost_bug){ .mechanism = bug->mechanism, .finding_id = bug->finding_id,
					     .function = bug->function, .affected = OST_AFFECTED_NO };
	b->bugs = bugs;
	b->nr_bugs++;
}

static void share(struct ost_arena *arena, struct ost_branch_answer *branches, size_t nr, const struct ost_bug *bug)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (branches[i].is_proved && !has_mechanism(&branches[i], bug->finding_id))
			add_absent(arena, &branches[i], bug);
}

void ost_share_mechanisms(struct ost_arena *arena, struct ost_branch_answer *branches, size_t nr)
{
	size_t i, k, nr_bugs;

	for (i = 0; i < nr; i++)
		for (k = 0, nr_bugs = branches[i].nr_bugs; k < nr_bugs; k++)
			if (branches[i].bugs[k].finding_id && branches[i].bugs[k].affected != OST_AFFECTED_NO)
				share(arena, branches, nr, &branches[i].bugs[k]);
}

bool ost_brings_proven(const struct ost_branch_answer *b)
{
	size_t i;

	for (i = 0; i < b->nr_new_deadlocks; i++)
		if (b->new_deadlocks[i].rank == OST_RANK_PROVEN)
			return true;
	return false;
}

/* ---- records ---- */

static const char *label(struct ost_arena *arena, const struct ost_branch_answer *b)
{
	return *b->release ? ost_arena_printf(arena, "%s (%s)", b->branch, b->release) : b->branch;
}

void ost_prove_bug(struct ost_review_ctx *c, struct ost_record *r, const struct ost_branch_answer *b, const struct ost_bug *bug)
{
	ost_record_prove(c, r, "tree", b->tip, "ostler deadlocks --repo=. %s --function=%s", b->tip,
			 ost_shell_quote(c->arena, bug->function));
}

static void record_bug(struct ost_review_ctx *c, const struct ost_branch_answer *b, const struct ost_bug *bug)
{
	const char *statement = ost_arena_printf(c->arena, "%s: %s", label(c->arena, b), bug->mechanism);
	struct ost_record *r;

	if (bug->affected == OST_AFFECTED_UNKNOWN) {
		ost_record_unknown(c, "mechanism", statement, "%s there, not proven: %s", ost_rank_name(bug->rank), bug->doubts);
		return;
	}
	r = ost_record_add(c, "mechanism", OST_VERIFIED, 0, "%s: %s", statement, bug->affected == OST_AFFECTED_YES ?
			   "proven in its own code, gone with the change" : "not found in its code");
	ost_prove_bug(c, r, b, bug);
}

static void record_new(struct ost_review_ctx *c, const struct ost_branch_answer *b, const struct ost_finding *f)
{
	const char *statement = ost_arena_printf(c->arena, "NEW on %s with the change: %s (%s)", label(c->arena, b),
						 ost_deadlock_words(c->arena, f), f->id);
	struct ost_record *r;
	size_t i;

	if (f->rank != OST_RANK_PROVEN) {
		ost_record_unknown(c, "new-deadlock", statement, "%s, not proven: %s", ost_rank_name(f->rank),
				   ost_deadlock_doubts(c->arena, f));
		return;
	}
	r = ost_record_add(c, "new-deadlock", OST_VERIFIED, -5, "%s", statement);
	for (i = 0; i < f->nr_steps; i++)
		ost_record_prove(c, r, "line", ost_arena_printf(c->arena, "%s:%u at %.12s with the change", f->steps[i].file,
								f->steps[i].line, b->tip), NULL);
}

void ost_record_mechanisms(struct ost_review_ctx *c, const struct ost_branch_answer *b)
{
	size_t i;

	for (i = 0; i < b->nr_bugs; i++)
		if (b->bugs[i].finding_id)
			record_bug(c, b, &b->bugs[i]);
	for (i = 0; i < b->nr_new_deadlocks; i++)
		record_new(c, b, &b->new_deadlocks[i]);
}
