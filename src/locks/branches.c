// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Branches on a way that nothing is known to close, but that are hardly ever
 * taken with the lock held: for one kind of object only, in a state that the
 * holder is seen to leave, in a build for debugging.
 */
#include <ctype.h>
#include <string.h>

#include "locks/finder.h"

static const char *str(const struct ost_scope *s, uint32_t n)
{
	return ost_facts_str(s->f, ost_at(s, n)->a);
}

/* The condition asks for one macro that is no matter of configuration, compiler or architecture. */
static bool is_own_macro(const char *text)
{
	static const char *const others[] = { "CONFIG_", "ARCH", "HAVE", "HAS_", "MODULE", "ENDIAN" };

	for (size_t i = 0; i < OST_ARRAY_SIZE(others); i++)
		if (strstr(text, others[i]))
			return false;
	if (!strncmp(text, "__", 2) || !(isalpha((unsigned char)*text) || *text == '_'))
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && *text != '_')
			return false;
	return true;
}

/* The macro that the condition, or one around it, asks for and that nothing at hand defines; or NULL. */
static const char *undefined_in(const struct ost_scope *s, uint32_t cond)
{
	for (unsigned depth = 0; cond && depth < 16; cond = s->f->conds[cond].outer, depth++) {
		const char *text = ost_facts_str(s->f, s->f->conds[cond].text);

		if (is_own_macro(text) && !ost_macro_is_defined(s, text))
			return text;
	}
	return NULL;
}

/* The macro that the condition, or one around it, asks not to be there, and that the file defines in any case; or NULL. */
static const char *defined_in(const struct ost_scope *s, uint32_t cond)
{
	for (unsigned depth = 0; cond && depth < 16; cond = s->f->conds[cond].outer, depth++) {
		const char *text = ost_facts_str(s->f, s->f->conds[cond].text);

		if (*text == '!' && is_own_macro(text + 1) && ost_macro_is_set(s, text + 1))
			return text + 1;
	}
	return NULL;
}

/* What `of` says of the conditions around the node and around its function. */
static const char *around(const struct ost_scope *s, uint32_t node, const char *(*of)(const struct ost_scope *, uint32_t))
{
	const struct ost_unit *u = ost_program_unit(s->p, s->unit);
	const char *found = u->kind == OST_UNIT_FUNC ? of(s, s->f->funcs[u->index].cond) : NULL;

	for (uint32_t n = 0; n < node && !found; n++)
		if (ost_at(s, n)->op == OST_N_PP && ost_at(s, n)->end > node)
			found = of(s, ost_at(s, n)->a);
	return found;
}

/* The condition asks for a kernel that checks its locks: none in use does. */
static bool is_lock_check(const char *text)
{
	return (strstr(text, "CONFIG_LOCKDEP") || strstr(text, "CONFIG_PROVE_LOCKING")) && !strchr(text, '!');
}

/* The condition of the innermost `#if SOMETHING_DEBUG` around the node, which no configuration sets, or of a lock check; or NULL. */
static const char *debug_arm(const struct ost_scope *s, uint32_t node)
{
	const char *found = NULL;

	for (uint32_t n = 0; n < node; n++) {
		const char *text;

		if (ost_at(s, n)->op != OST_N_PP || ost_at(s, n)->end <= node || ost_at(s, n)->sub == OST_PP_ELSE)
			continue;
		text = ost_facts_str(s->f, s->f->conds[ost_at(s, n)->a].text);
		if ((strstr(text, "DEBUG") && !strstr(text, "CONFIG_") && !strchr(text, '!')) || is_lock_check(text))
			found = text;
	}
	return found;
}

/* The place is compiled in odd builds only, or in none. */
static void judge_build(struct ost_finder *f, uint32_t node)
{
	const char *macro = around(f->cur, node, undefined_in), *debug = macro ? NULL : debug_arm(f->cur, node);
	const char *set = around(f->cur, node, defined_in);

	if (macro)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "only compiled with %s, which nothing at hand defines", macro);
	else if (set)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "only compiled without %s, which the file defines", set);
	else if (debug)
		ost_draft_doubt(f, is_lock_check(debug) ? OST_RANK_POSSIBLE : OST_RANK_LIKELY, "only compiled with %s", debug);
}

static bool knows(const struct ost_lk_event *ev, const struct ost_lk_mfact *m)
{
	for (int i = 0; ev && i < ev->nr_mfacts; i++)
		if (ev->mfacts[i].kind == m->kind && ev->mfacts[i].name == m->name)
			return true;
	return false;
}

/* `x->type == A`: there are others, and who calls may have one of these. */
static bool is_kind(const struct ost_lk_mfact *m)
{
	static const char *const names[] = { "type", "iftype", "opmode", "kind" };

	if (m->kind != OST_MF_EQUAL || !m->truth || m->is_made)
		return false;
	for (size_t i = 0; i < OST_ARRAY_SIZE(names); i++)
		if (m->name == ost_fact_name(names[i]))
			return true;
	return false;
}

/* Does the node make the fact so? `clear_bit(X, ...)`, `p->x = false`. */
static bool makes(struct ost_constants *known, const struct ost_scope *s, uint32_t n, const struct ost_lk_mfact *m)
{
	const char *name;
	uint32_t arg;

	if (m->kind == OST_MF_MEMBER && ost_at(s, n)->op == OST_N_ASSIGN && ost_at(s, n)->sub == OST_OP_ASSIGN &&
	    ost_at(s, n + 1)->op == OST_N_MEMBER && ost_fact_name(str(s, n + 1)) == m->name)
		return ost_const_truth(known, s, ost_at(s, n + 1)->end) == (int)m->truth;
	if (m->kind != OST_MF_BIT || ost_at(s, n)->op != OST_N_CALL || ost_at(s, n + 1)->op != OST_N_NAME)
		return false;
	name = str(s, n + 1);
	name += !strncmp(name, "__", 2) ? 2 : 0;
	if (strcmp(name, m->truth ? "set_bit" : "clear_bit"))
		return false;
	arg = ost_lk_call_arg(s, n, 0);
	return arg && ost_const_text(s->f, ost_at(s, arg)) == m->name;
}

/*
 * The place below needs a flag to be so, and the function at hand makes it so
 * elsewhere than on its way to the call: when it comes to the call, it is not.
 */
static bool is_made_elsewhere(struct ost_finder *f, const struct ost_frame *frame, const struct ost_lk_mfact *m)
{
	if ((m->kind != OST_MF_BIT && m->kind != OST_MF_MEMBER) || m->is_made || !ost_finder_enter(f, frame->unit))
		return false;
	for (uint32_t n = 0; n + 1 < f->cur->tree.v.nr; n++)
		if (makes(&f->constants, f->cur, n, m))
			return true;
	return false;
}

static void judge_fact(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned below,
		       const struct ost_lk_mfact *m)
{
	for (unsigned i = below + 1; i < nr; i++) {
		if (knows(ost_finder_event(f, &frames[i]), m))
			return;
		if (is_made_elsewhere(f, &frames[i], m))
			ost_draft_doubt(f, OST_RANK_LIKELY, "%s() sets a flag elsewhere that must be so before",
					ost_unit_name(f, frames[i].unit));
	}
	if (is_kind(m) && below + 1 < nr)
		ost_draft_doubt(f, OST_RANK_LIKELY, "%s() does so for one kind of object only",
				ost_unit_name(f, frames[below].unit));
}

void ost_judge_branches(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			const struct ost_lk_event *last)
{
	for (unsigned i = 0; i < nr; i++) {
		const struct ost_lk_event *ev = i ? ost_finder_event(f, &frames[i]) : last;

		for (int k = 0; ev && k < ev->nr_mfacts; k++)
			judge_fact(f, frames, nr, i, &ev->mfacts[k]);
		if ((!i && !last) || !ost_finder_enter(f, frames[i].unit))
			continue;
		judge_build(f, ost_way_node(f->cur, frames, i, last));
	}
	ost_judge_tables(f, frames, nr);
}

/*
 * s: the event's function, entered. That there is a function to call is no
 * state: who calls from here has one. That there is none, is.
 */
static bool knows_state(struct ost_scope *s, const struct ost_lk_event *ev)
{
	for (int i = 0; ev && i < ev->nr_mfacts; i++)
		if (ev->mfacts[i].kind < OST_MF_PARAM && !ev->mfacts[i].is_made &&
		    !(ev->mfacts[i].kind == OST_MF_MEMBER && ev->mfacts[i].truth &&
		      ost_is_function_member(s, ev->mfacts[i].name)))
			return true;
	return false;
}

unsigned ost_count_branches(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			    const struct ost_lk_event *last, bool with_returns)
{
	unsigned branches = 0;

	for (unsigned i = 0; i < nr; i++) {
		const struct ost_lk_event *ev = i ? ost_finder_event(f, &frames[i]) : last;
		uint32_t node;

		if (!ost_finder_enter(f, frames[i].unit))
			continue;
		node = ost_way_node(f->cur, frames, i, last);
		branches += knows_state(f->cur, ev) || ost_is_in_branch(f->cur, node) ||
			(with_returns && ost_is_behind_return(f->cur, node));
	}
	return branches;
}

/* Of which parameter a branch around the node asks for a member: `switch (desc->opcode)`; -1: of none. */
static int asked_param(const struct ost_scope *s, uint32_t node)
{
	for (uint32_t n = 0; n < node; n++) {
		unsigned op = ost_at(s, n)->op;

		if ((op != OST_N_IF && op != OST_N_SWITCH && op != OST_N_TERNARY) || ost_at(s, n)->end <= node ||
		    ost_at(s, n + 1)->end > node)
			continue;
		for (uint32_t k = n + 1; k < ost_at(s, n + 1)->end; k++)
			if (ost_at(s, k)->op == OST_N_MEMBER && ost_at(s, k)->sub == OST_MEMBER_ARROW && ost_arg_param(s, k + 1) >= 0)
				return ost_arg_param(s, k + 1);
	}
	return -1;
}

static bool is_own_record(const struct ost_scope *s, uint32_t arg)
{
	if (ost_at(s, arg)->op != OST_N_UNARY || ost_at(s, arg)->sub != OST_OP_ADDR || ost_at(s, arg + 1)->op != OST_N_NAME)
		return false;
	for (size_t i = 0; i < s->locals.nr; i++)
		if (s->locals.items[i].name == ost_at(s, arg + 1)->a)
			return true;
	return false;
}

const char *ost_asks_for_arguments(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
				   const struct ost_lk_event *last)
{
	for (unsigned i = 0; i + 1 < nr; i++) {
		int param = -1;

		if (ost_finder_enter(f, frames[i].unit))
			param = asked_param(f->cur, ost_way_node(f->cur, frames, i, last));
		for (unsigned up = i + 1; up < nr && param >= 0; up++) {
			uint32_t call, arg;

			call = ost_finder_enter(f, frames[up].unit) ?
				ost_call_node(f->cur, frames[up].line, frames[up].callee) : 0;
			arg = call ? ost_lk_call_arg(f->cur, call, (unsigned)param) : 0;
			if (arg && is_own_record(f->cur, arg))
				return ost_unit_name(f, frames[i].unit);
			param = arg ? ost_arg_param(f->cur, arg) : -1;
		}
	}
	return NULL;
}

/* `current->journal_info`: what the thread itself is in. */
static bool asks_for_thread(const struct ost_scope *s, uint32_t cond)
{
	for (uint32_t n = cond; n < ost_at(s, cond)->end; n++)
		if (ost_at(s, n)->op == OST_N_MEMBER && ost_at(s, n + 1)->op == OST_N_NAME && !strcmp(str(s, n + 1), "current"))
			return true;
	return false;
}

const char *ost_asks_for_thread(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
				const struct ost_lk_event *last)
{
	for (unsigned i = 0; i + 1 < nr; i++) {
		uint32_t node;

		if (!ost_finder_enter(f, frames[i].unit))
			continue;
		node = ost_way_node(f->cur, frames, i, last);
		for (uint32_t n = 0; n < node; n++)
			if (ost_at(f->cur, n)->op == OST_N_IF && ost_at(f->cur, n + 1)->end <= node && asks_for_thread(f->cur, n + 1) &&
			    (ost_at(f->cur, n)->end > node || ost_arm_leaves(f->cur, ost_at(f->cur, n + 1)->end, node)))
				return ost_unit_name(f, frames[i].unit);
	}
	return NULL;
}

#define MANY_BRANCHES 4
#define HOPELESS_BRANCHES 5

/* Two threads that go their ways all day meet in the end: of a cycle of locks far more steps may depend on a state than of a wait. */
static bool are_too_many(const struct ost_finder *f, unsigned nr)
{
	return nr >= (f->draft.kind == OST_DL_ABBA ? HOPELESS_BRANCHES : MANY_BRANCHES);
}

void ost_judge_sides(struct ost_finder *f, unsigned one, unsigned two)
{
	f->draft.score -= (int)(one + two);
	if (one + two >= MANY_BRANCHES && f->draft.rank != OST_RANK_PROVEN)
		ost_draft_doubt(f, are_too_many(f, one + two) ? OST_RANK_POSSIBLE : OST_RANK_LIKELY,
				"%u steps depend on the state of an object", one + two);
	else if (one && two && f->draft.rank == OST_RANK_PROVEN)
		ost_draft_doubt(f, OST_RANK_LIKELY, "steps of both threads depend on the state of an object");
}
