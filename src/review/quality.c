// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Steps 2.4 and 8.4: is the change complete and right, and is it worth its risk.
 * Of the first, what comparing both trees for deadlocks tells; the rest takes
 * somebody who knows what the code is for. Of the second, both sides as the
 * other records have them; weighing them is not a fact.
 */
#include "review/quality.h"

#include <string.h>

#include "review/branch_answer.h"
#include "review/branch_bugs.h"
#include "review/deadlock_checks.h"
#include "review/shared.h"

/* ---- 2.4 ---- */

static bool is_same_mechanism(const struct ost_finding *a, const struct ost_finding *b)
{
	return a->kind == b->kind && !strcmp(a->lock.class_name, b->lock.class_name) &&
		!strcmp(a->lock2.class_name, b->lock2.class_name) && !strcmp(a->waitable_class, b->waitable_class);
}

/* Places with the mechanism of a removed deadlock that the change leaves as they are. */
static uint32_t say_what_stays(struct ost_review_ctx *c, const struct ost_dl_change *p)
{
	const struct ost_deadlocks_report *after = p->searched.after;
	uint32_t nr = 0;

	for (size_t i = 0; i < after->nr_findings; i++) {
		const struct ost_finding *f = &after->findings[i];
		bool stays = false;

		for (size_t k = 0; k < p->nr_removed; k++)
			stays |= is_same_mechanism(p->removed[k], f);
		if (!stays)
			continue;
		ost_record_unknown(c, "stays", ost_arena_printf(c->arena, "Whether it should repair this, too: %s (%s, %s)",
								ost_deadlock_words(c->arena, f), ost_rank_name(f->rank), f->id),
				   "the same lock and wait as what it removes, there before and after it");
		nr++;
	}
	return nr;
}

static bool brings_proven(const struct ost_dl_change *p)
{
	for (size_t i = 0; i < p->nr_introduced; i++)
		if (p->introduced[i]->rank == OST_RANK_PROVEN)
			return true;
	return false;
}

struct ost_err *ost_check_quality(struct ost_review_ctx *c)
{
	const struct ost_record *gone = ost_record_find(c, "2.3/mechanism"), *made = ost_record_find(c, "2.3/new-deadlock");
	const struct ost_dl_change *p;
	struct ost_record *r;

	ost_try(ost_review_deadlocks(c, &p));
	if (made && brings_proven(p)) {
		r = ost_record_add(c, c->check->name, OST_REFUTED, 0, "The change does no harm: it brings a deadlock that was not there before");
		ost_record_prove_record(c, r, made);
		return NULL;
	}
	ost_try(ost_deadlocks_ask(c, &p));
	if (gone && gone->status == OST_VERIFIED && !p->nr_introduced) {
		r = ost_record_add(c, "removes", OST_VERIFIED, 0,
				   "What it is proved to repair is gone after it, and no new deadlock was found where 2.3 looked");
		ost_record_prove_record(c, r, gone);
	}
	if (p->nr_removed && !say_what_stays(c, p))
		ost_record_unknown(c, c->check->name, c->check->help,
				   "beside deadlocks (2.3) nothing is compared before and after the change");
	return NULL;
}

/* ---- 8.4 ---- */

static const char *benefit_of(struct ost_review_ctx *c)
{
	const struct ost_record *gone = ost_record_find(c, "2.3/mechanism");

	if (gone && gone->status == OST_VERIFIED)
		return "a deadlock goes that 2.3 proves";
	for (size_t i = 0; i < c->records.nr; i++)
		if (!strncmp(c->records.items[i]->id, "1.3/", 4) && c->records.items[i]->weight > 0)
			return ost_arena_printf(c->arena, "the message speaks of %s, which no record proves", c->records.items[i]->id + 4);
	return "no fault is proved, and the message names none that is known";
}

static void add_branches(struct ost_review_ctx *c, struct ost_buf *b)
{
	size_t nr = 0, nr_hang = 0;

	for (size_t i = 0; c->answers && i < c->shared->nr_stable; i++) {
		nr += c->answers[i].compiles == OST_AFFECTED_NO;
		nr_hang += ost_brings_proven(&c->answers[i]);
	}
	if (nr)
		ost_buf_addf(b, ", it does not compile in %zu of %zu branches", nr, c->shared->nr_stable);
	if (nr_hang)
		ost_buf_addf(b, ", in %zu of %zu branches a deadlock comes that 6.1 proves", nr_hang, c->shared->nr_stable);
}

struct ost_err *ost_check_risk(struct ost_review_ctx *c)
{
	const struct ost_record *made = ost_record_find(c, "2.3/new-deadlock");
	OST_BUF risk = OST_BUF_INIT;

	ost_buf_addf(&risk, "+%u -%u lines in %u function%s", c->change->nr_added, c->change->nr_removed, c->touched.nr,
		     c->touched.nr == 1 ? "" : "s");
	if (made && made->status == OST_VERIFIED)
		ost_buf_addstr(&risk, ", a deadlock comes that 2.3 proves");
	add_branches(c, &risk);
	ost_record_unknown(c, c->check->name, "Whether the benefit outweighs the risk",
			   "weighing them is for a human: benefit: %s; risk: %s", benefit_of(c), risk.ptr);
	return NULL;
}
