// SPDX-License-Identifier: GPL-2.0-or-later
/* What one thread must find so, and the other must not. */
#include "locks/decided.h"

/* Not what the function has set itself, or what has changed since. */
static bool is_asked(const struct ost_lk_mfact *m)
{
	return (m->kind == OST_MF_CALL || m->kind == OST_MF_BIT) && !m->is_made && !m->is_past;
}

static bool asks_opposite(const struct ost_lk_event *ev, const struct ost_lk_mfact *m)
{
	for (int i = 0; ev && i < ev->nr_mfacts; i++) {
		const struct ost_lk_mfact *o = &ev->mfacts[i];

		if (!o->is_made && !o->is_past && o->kind == m->kind && o->name == m->name && o->value == m->value && o->truth != m->truth)
			return true;
	}
	return false;
}

static const struct ost_lk_event *event_of(struct ost_finder *f, const struct ost_frame *frames, unsigned i,
					   const struct ost_lk_event *last)
{
	return i ? ost_finder_event(f, &frames[i]) : last;
}

const char *ost_sides_oppose(struct ost_finder *f, const struct ost_frame *one, unsigned nr_one, const struct ost_lk_event *last_one,
			     const struct ost_frame *two, unsigned nr_two, const struct ost_lk_event *last_two)
{
	for (unsigned i = 0; i < nr_one; i++) {
		const struct ost_lk_event *ev = event_of(f, one, i, last_one);

		for (int k = 0; ev && k < ev->nr_mfacts; k++)
			for (unsigned j = 0; is_asked(&ev->mfacts[k]) && j < nr_two; j++)
				if (asks_opposite(event_of(f, two, j, last_two), &ev->mfacts[k]))
					return ost_unit_name(f, two[j].unit);
	}
	return NULL;
}

/* ---- where the callback is bound ---------------------------------------------------- */

/* The member that the parameter is put into, in the entered function: the name of a fact; 0: none. */
static uint32_t member_of_param(const struct ost_scope *s, unsigned param)
{
	for (uint32_t n = 0; n + 1 < s->tree.v.nr; n++)
		if (ost_at(s, n)->op == OST_N_ASSIGN && ost_at(s, n)->sub == OST_OP_ASSIGN && ost_at(s, n + 1)->op == OST_N_MEMBER &&
		    ost_arg_param(s, ost_at(s, n + 1)->end) == (int)param)
			return ost_fact_name(ost_facts_str(s->f, ost_at(s, n + 1)->a));
	return 0;
}

/* What the fact says of a member for as long as the object lives; false: nothing. That nothing runs yet is no such thing. */
static bool as_member(const struct ost_scope *s, const struct ost_lk_mfact *m, struct ost_lk_mfact *ret)
{
	*ret = *m;
	ret->kind = OST_MF_MEMBER;
	ret->name = m->kind == OST_MF_PARAM && !m->is_made && !m->is_past ? member_of_param(s, m->name) : 0;
	return ret->name;
}

const char *ost_binding_opposes(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, const struct ost_lk_event *last,
				const struct ost_binding *b)
{
	struct ost_frame call = { b->in, b->line, ost_program_binding_row(f->p, b->row)->name, OST_NO_ID, 0, false };
	const struct ost_lk_event *bound = b->in == OST_NO_ID ? NULL : ost_finder_event(f, &call);
	struct ost_lk_mfact m;

	for (int k = 0; bound && k < bound->nr_mfacts; k++) {
		if (!ost_finder_enter(f, b->in) || !as_member(f->cur, &bound->mfacts[k], &m))
			continue;
		for (unsigned i = 0; i < nr; i++)
			if (frames[i].unit != b->in && asks_opposite(event_of(f, frames, i, last), &m))
				return ost_unit_name(f, frames[i].unit);
	}
	return NULL;
}
