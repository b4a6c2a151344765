// SPDX-License-Identifier: GPL-2.0-or-later
/* Which deadlocks a change removes and makes. */
#include "review/deadlock_checks.h"

#include <stdlib.h>
#include <string.h>

#include "base/turn.h"
#include "locks/run.h"
#include "program/program.h"
#include "review/check.h"
#include "review/proofs.h"
#include "review/shared.h"
#include "source/tree.h"

/* ---- is it about locks? --------------------------------------------------- */

bool ost_speaks_of_deadlocks(const struct ost_review_ctx *c)
{
	return ost_record_find(c, "1.3/deadlock") || ost_record_find(c, "1.3/hang") || ost_changes_locks(c->change);
}

static const char *why_not(const struct ost_review_ctx *c)
{
	if (c->options->no_proofs)
		return "--no-proofs was given";
	if (!*c->base)
		return c->base_why;
	if (*ost_texts_first_why(&c->texts))
		return ost_texts_first_why(&c->texts);	/* what it touches is not known either */
	if (!c->touched.nr)
		return "the change touches no function";
	if (!ost_speaks_of_deadlocks(c))
		return "neither the message nor a changed line speaks of locks or waiting";
	return NULL;
}

/* ---- before against after ----------------------------------------------------- */

static bool has_id(const struct ost_deadlocks_report *r, const char *id)
{
	for (size_t i = 0; i < r->nr_findings; i++)
		if (!strcmp(r->findings[i].id, id))
			return true;
	return false;
}

static bool is_at(const struct ost_finding *f, const struct ost_dl_places *list)
{
	for (size_t k = 0; k < f->nr_steps; k++)
		for (size_t i = 0; i < list->nr_touched; i++)
			if (!strcmp(f->steps[k].file, list->v.items[i].file) && (!list->v.items[i].function ||
			    !strcmp(f->steps[k].function, list->v.items[i].function)))
				return true;
	return false;
}

/* Likely, or another place of one in the list. Reports are in the order of ranks. */
static bool counts(const struct ost_finding *f, const struct ost_finding *const *list, size_t nr)
{
	if (f->rank <= OST_RANK_LIKELY)
		return true;
	for (size_t i = 0; i < nr; i++)
		if (ost_is_beside(f, list[i], 1))
			return true;
	return false;
}

static void compare(struct ost_arena *arena, struct ost_dl_change *p, const struct ost_dl_places *list)
{
	p->removed = ost_arena_calloc(arena, p->searched.before->nr_findings + 1, sizeof(*p->removed));
	p->said = ost_arena_calloc(arena, p->searched.before->nr_findings + 1, sizeof(*p->said));
	p->introduced = ost_arena_calloc(arena, p->searched.after->nr_findings + 1, sizeof(*p->introduced));
	for (size_t i = 0; i < p->searched.before->nr_findings; i++)
		if (!has_id(p->searched.after, p->searched.before->findings[i].id) &&
		    counts(&p->searched.before->findings[i], p->removed, p->nr_removed))
			p->removed[p->nr_removed++] = &p->searched.before->findings[i];
	for (size_t i = 0; i < p->searched.after->nr_findings; i++)
		if (!has_id(p->searched.before, p->searched.after->findings[i].id) && is_at(&p->searched.after->findings[i], list) &&
		    counts(&p->searched.after->findings[i], p->introduced, p->nr_introduced))
			p->introduced[p->nr_introduced++] = &p->searched.after->findings[i];
}

static struct ost_err *search_both(struct ost_review_ctx *c, struct ost_dl_change *proofs)
{
	struct ost_dl_places list = { .v = OST_VEC_INIT };
	const struct ost_program *p;
	struct ost_err *err;

	ost_try(ost_review_program(c, &p, &proofs->why));
	if (!p)
		return NULL;
	err = ost_review_search_deadlocks(c, p, &list, &proofs->searched);
	if (!err)
		compare(c->arena, proofs, &list);
	ost_vec_deinit(&list.v);
	return err;
}

struct ost_err *ost_review_deadlocks(struct ost_review_ctx *c, const struct ost_dl_change **ret)
{
	struct ost_dl_change *proofs = c->deadlocks;
	struct ost_turn *held;
	struct ost_err *err = NULL;

	*ret = proofs;
	if (proofs)
		return NULL;
	c->deadlocks = proofs = ost_arena_calloc(c->arena, 1, sizeof(*proofs));
	*ret = proofs;
	proofs->why = why_not(c);
	if (proofs->why)
		return NULL;
	held = ost_turn_hold();	/* the program is everybody's */
	err = search_both(c, proofs);
	if (held)
		ost_turn_unhold(held);
	return err;
}

void ost_review_deadlocks_end(struct ost_review_ctx *c)
{
	if (!c->deadlocks)
		return;
	ost_deadlocks_report_destroy(c->deadlocks->searched.before);
	ost_deadlocks_report_destroy(c->deadlocks->searched.after);
}

/* ---- in words --------------------------------------------------------------- */

static const char *lock_of(const struct ost_finding *f)
{
	return f->lock.class_name;
}

static const char *holder_of(const struct ost_finding *f)
{
	return f->nr_holders ? f->holders[0].function : f->wait_function;
}

const char *ost_deadlock_words(struct ost_arena *a, const struct ost_finding *f)
{
	switch (f->kind) {
	case OST_DL_AA:
		return ost_arena_printf(a, "%s() takes %s, which %s() holds already", f->wait_function, lock_of(f), holder_of(f));
	case OST_DL_ABBA:
		return ost_arena_printf(a, "%s and %s are taken in both orders, here in %s()", lock_of(f),
					f->lock2.class_name, f->wait_function);
	case OST_DL_MISSING_UNLOCK:
		return ost_arena_printf(a, "%s() may return with %s held", f->wait_function, lock_of(f));
	case OST_DL_IRQ_CONTEXT:
		return ost_arena_printf(a, "%s() takes %s where an interrupt may come that takes it, too",
					f->wait_function, lock_of(f));
	case OST_DL_SELF_WAIT:
		return ost_arena_printf(a, "%s(), reached from %s(), waits for it to finish", f->wait_function, f->callback);
	default:
		return ost_arena_printf(a, "%s() waits for %s with %s held, which %s() takes", f->wait_function,
					f->waitable_class, lock_of(f), f->callback);
	}
}

/* rev: the tree that the lines are of, "" for that of a mail's change. */
static void prove_steps(struct ost_review_ctx *c, struct ost_record *r, const struct ost_finding *f, const char *rev)
{
	for (size_t i = 0; i < f->nr_steps; i++) {
		const struct ost_dl_step *s = &f->steps[i];

		ost_record_prove(c, r, "line", *rev ? ost_arena_printf(c->arena, "%s:%u@%.12s", s->file, s->line, rev) :
				 ost_arena_printf(c->arena, "%s:%u with the change", s->file, s->line), NULL);
	}
	if (*rev)
		ost_record_prove(c, r, "tree", rev, "ostler deadlocks --repo=. %s --function=%s", rev,
				 ost_shell_quote(c->arena, f->wait_function));
}

const char *ost_deadlock_doubts(struct ost_arena *a, const struct ost_finding *f)
{
	OST_BUF b = OST_BUF_INIT;

	for (size_t i = 0; i < f->nr_doubts; i++)
		ost_buf_addf(&b, "%s%s", i ? "; " : "", f->doubts[i]);
	return ost_arena_strdup(a, b.len ? b.ptr : "not every step was shown");
}

/* A proof is a fact about the code; what is likely stays unknown, with what speaks against it. */
static const struct ost_record *say(struct ost_review_ctx *c, const struct ost_finding *f, const char *what, int weight,
				    const char *rev)
{
	const char *text = ost_arena_printf(c->arena, "%s: %s (%s)", what, ost_deadlock_words(c->arena, f), f->id);
	struct ost_record *r;

	if (f->rank != OST_RANK_PROVEN)
		return ost_record_unknown(c, c->check->name, text, "%s, not proven: %s", ost_rank_name(f->rank), ost_deadlock_doubts(c->arena, f));
	r = ost_record_add(c, c->check->name, OST_VERIFIED, weight, "%s", text);
	prove_steps(c, r, f, rev);
	return r;
}

/* What was read, of how much, and why that is enough or not. */
static const char *where_of(struct ost_review_ctx *c, const struct ost_dl_searched *s)
{
	uint32_t all = c->shared->program_tree->nr_files;

	return ost_arena_printf(c->arena, "%u of %u files: the changed folders, those beside the headers that they include, all that "
				"call into the changed files, what the functions touched call, and who has to do with the locks "
				"that change%s", s->nr_files, all, s->is_cut ? " (as far as there was room)" : "");
}

static void say_where(struct ost_review_ctx *c, const struct ost_dl_change *p)
{
	struct ost_record *r = ost_record_add(c, "searched", OST_VERIFIED, 0, "Deadlocks were looked for in %s",
					      where_of(c, &p->searched));

	ost_record_prove(c, r, "tree", c->base, "git ls-tree -r --name-only %s", c->base);
}

struct ost_err *ost_deadlocks_ask(struct ost_review_ctx *c, const struct ost_dl_change **ret)
{
	ost_try(ost_review_deadlocks(c, ret));
	if (!(*ret)->searched.after)
		ost_record_unknown(c, c->check->name, c->check->help, "deadlocks were not looked for: %s", (*ret)->why);
	else if (!(*ret)->nr_removed)
		ost_record_unknown(c, c->check->name, c->check->help,
				   "no deadlock that the change removes was found; other faults are not looked for");
	return NULL;
}

struct ost_err *ost_check_mechanism(struct ost_review_ctx *c)
{
	const struct ost_dl_change *p;

	ost_try(ost_deadlocks_ask(c, &p));
	for (size_t i = 0; i < p->nr_removed; i++)
		p->said[i] = say(c, p->removed[i], "There before the change, gone after it", 3, c->base);
	if (p->searched.after)
		say_where(c, p);
	return NULL;
}

struct ost_err *ost_check_new_deadlocks(struct ost_review_ctx *c)
{
	const struct ost_dl_change *p;

	ost_try(ost_review_deadlocks(c, &p));
	for (size_t i = 0; i < p->nr_introduced; i++)
		say(c, p->introduced[i], "NEW with the change, not there before it", -5, c->msg->commit);
	return NULL;
}

static const char *chain_of(struct ost_arena *a, const struct ost_finding *f)
{
	OST_BUF b = OST_BUF_INIT;
	unsigned thread = 1;

	for (size_t i = 0; i < f->nr_steps; i++) {
		const struct ost_dl_step *s = &f->steps[i];

		if (s->role == OST_ROLE_SAME_OBJECT)
			continue;
		ost_buf_addf(&b, "%s%s() %s", !i ? "" : s->thread != thread ? " | " : " -> ", s->function,
			     ost_step_role_name(s->role));
		thread = s->thread;
	}
	return ost_arena_strdup(a, b.ptr);
}

struct ost_err *ost_check_deadlock_chain(struct ost_review_ctx *c)
{
	const struct ost_dl_change *p;

	ost_try(ost_review_deadlocks(c, &p));
	for (size_t i = 0; i < p->nr_removed; i++)
		if (p->removed[i]->rank == OST_RANK_PROVEN)
			prove_steps(c, ost_record_add(c, c->check->name, OST_VERIFIED, 0, "%s: %s", p->removed[i]->id,
						      chain_of(c->arena, p->removed[i])), p->removed[i], c->base);
	return NULL;
}

typedef const char *(*answer_fn)(struct ost_arena *a, const struct ost_finding *f);

/* The answer for each proven mechanism, with the record of 2.3 as evidence. */
static struct ost_err *answer(struct ost_review_ctx *c, answer_fn fn)
{
	const struct ost_dl_change *p;

	ost_try(ost_deadlocks_ask(c, &p));
	for (size_t i = 0; i < p->nr_removed; i++)
		if (p->removed[i]->rank == OST_RANK_PROVEN)
			ost_record_prove_record(c, ost_record_add(c, c->check->name, OST_VERIFIED, 0, "%s",
								  fn(c->arena, p->removed[i])), p->said[i]);
	return NULL;
}

static const char *trigger_of(struct ost_arena *a, const struct ost_finding *f)
{
	if (f->callback[0])
		return ost_arena_printf(a, "It needs %s() to be running or due while %s() holds %s: not every time",
					f->callback, holder_of(f), lock_of(f));
	if (f->kind == OST_DL_ABBA)
		return ost_arena_printf(a, "It needs two threads at once, one in each order of %s and %s", lock_of(f),
					f->lock2.class_name);
	return ost_arena_printf(a, "It needs one thread that comes by line %u of %s()", f->wait_line, f->wait_function);
}

static const char *failure_of(struct ost_arena *a, const struct ost_finding *f)
{
	if (f->kind == OST_DL_MISSING_UNLOCK)
		return ost_arena_printf(a, "%s stays held: whoever takes it next hangs", lock_of(f));
	if (f->callback[0] && f->kind != OST_DL_SELF_WAIT)
		return ost_arena_printf(a, "%s() waits for ever with %s held, and %s() waits for %s", f->wait_function,
					lock_of(f), f->callback, lock_of(f));
	return ost_arena_printf(a, "%s() never comes back", f->wait_function);
}

struct ost_err *ost_check_trigger(struct ost_review_ctx *c)
{
	return answer(c, trigger_of);
}

struct ost_err *ost_check_failure(struct ost_review_ctx *c)
{
	return answer(c, failure_of);
}
