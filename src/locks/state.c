// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/state.h"

#include <string.h>

#include "base/hash.h"

void ost_states_start(struct ost_states *s)
{
	s->nr = 1;
	s->is_limited = false;
	memset(&s->s[0], 0, sizeof(s->s[0]));
}

int ost_state_find(const struct ost_state *st, uint16_t lock)
{
	for (int i = 0; i < st->nr_held; i++)
		if (st->held[i].lock == lock)
			return i;
	return -1;
}

void ost_state_drop(struct ost_state *st, int at)
{
	memmove(&st->held[at], &st->held[at + 1], (size_t)(st->nr_held - at - 1) * sizeof(st->held[0]));
	st->nr_held--;
}

void ost_state_drop_rel(struct ost_state *st, int at)
{
	unsigned last = --st->nr_rel, bit = st->rel_is_maybe >> last & 1;

	st->rel[at] = st->rel[last];
	st->rel_is_maybe = (uint16_t)((st->rel_is_maybe & ~(1u << at) & ~(1u << last)) | bit << at);
	if ((unsigned)at == last)
		st->rel_is_maybe = (uint16_t)(st->rel_is_maybe & ~(1u << last));
}

static bool has_rel(const struct ost_state *st, uint16_t lock)
{
	for (int i = 0; i < st->nr_rel; i++)
		if (st->rel[i] == lock)
			return true;
	return false;
}

static bool holds_same(const struct ost_state *a, const struct ost_state *b)
{
	if (a->nr_held != b->nr_held || a->nr_rel != b->nr_rel ||
	    a->irqs_off != b->irqs_off || a->bh_off != b->bh_off)
		return false;
	for (int i = 0; i < a->nr_held; i++) {
		int at = ost_state_find(b, a->held[i].lock);

		if (at < 0 || b->held[at].mode != a->held[i].mode ||
		    b->held[at].guard != a->held[i].guard)
			return false;
	}
	for (int i = 0; i < a->nr_rel; i++)
		if (!has_rel(b, a->rel[i]))
			return false;
	return true;
}

const struct ost_st_fact *ost_state_fact(const struct ost_state *st, uint32_t key)
{
	for (int i = 0; i < st->nr_facts; i++)
		if (st->facts[i].key == key)
			return &st->facts[i];
	return NULL;
}

static void drop_fact(struct ost_state *st, int at)
{
	memmove(&st->facts[at], &st->facts[at + 1],
		(size_t)(st->nr_facts - at - 1) * sizeof(st->facts[0]));
	st->nr_facts--;
}

static uint32_t past_key(uint32_t key)
{
	return (uint32_t)ost_hash_mix(key) | 1;
}

/* It was so, and that is why this point was reached; it says nothing about what is asked from now on. */
static void make_past(struct ost_st_fact *fact)
{
	fact->key = past_key(fact->key);
	memset(fact->names, 0, sizeof(fact->names));
	fact->under = 0;
	fact->m.is_past = true;
}

/* b knows the fact, or knew it: on the way of one of them it is past. */
static const struct ost_st_fact *find_past(struct ost_st_fact *fact, const struct ost_state *b)
{
	const struct ost_st_fact *known = ost_state_fact(b, past_key(fact->key));

	if (known) {
		make_past(fact);
		return known;
	}
	for (int i = 0; fact->m.is_past && i < b->nr_facts; i++)
		if (past_key(b->facts[i].key) == fact->key)
			return &b->facts[i];
	return NULL;
}

static void intersect_facts(struct ost_state *a, const struct ost_state *b)
{
	for (int i = a->nr_facts - 1; i >= 0; i--) {
		const struct ost_st_fact *f = ost_state_fact(b, a->facts[i].key);

		if (!f)
			f = find_past(&a->facts[i], b);
		if (!f || f->truth != a->facts[i].truth) {
			drop_fact(a, i);
			continue;
		}
		a->facts[i].is_error &= f->is_error;
		a->facts[i].is_weak |= f->is_weak;
		a->facts[i].m.is_made |= f->m.is_made;
	}
}

/* Too many ways: what all of them hold, what any of them released. */
static void squeeze(struct ost_state *a, const struct ost_state *b)
{
	for (int i = a->nr_held - 1; i >= 0; i--)
		if (ost_state_find(b, a->held[i].lock) < 0)
			ost_state_drop(a, i);
	for (int i = 0; i < b->nr_rel; i++)
		if (!has_rel(a, b->rel[i]) && a->nr_rel < OST_ST_HELD) {
			a->rel_is_maybe |= (uint16_t)(1u << a->nr_rel);
			a->rel[a->nr_rel++] = b->rel[i];
		}
	intersect_facts(a, b);
}

/* A parameter is zero in one of them and not in the other: what it decides is asked for at the returns. */
static bool tells_param(const struct ost_state *a, const struct ost_state *b)
{
	for (int i = 0; i < a->nr_facts; i++) {
		const struct ost_st_fact *f = a->facts[i].m.kind == OST_MF_PARAM ? ost_state_fact(b, a->facts[i].key) : NULL;

		if (f && f->truth != a->facts[i].truth)
			return true;
	}
	return false;
}

void ost_states_add(struct ost_states *s, const struct ost_state *st)
{
	for (int i = 0; i < s->nr; i++) {
		if (!holds_same(&s->s[i], st) || (s->nr < OST_ST_APART && tells_param(&s->s[i], st)))
			continue;
		intersect_facts(&s->s[i], st);
		return;
	}
	if (s->nr < OST_ST_MAX) {
		s->s[s->nr++] = *st;
		return;
	}
	s->is_limited = true;
	squeeze(&s->s[OST_ST_MAX - 1], st);
}

void ost_states_join(struct ost_states *s, const struct ost_states *src)
{
	s->is_limited |= src->is_limited;
	for (int i = 0; i < src->nr; i++)
		ost_states_add(s, &src->s[i]);
}

void ost_states_leave(struct ost_states *s, unsigned depth)
{
	for (int i = 0; i < s->nr; i++)
		for (int h = s->s[i].nr_held - 1; h >= 0; h--)
			if (s->s[i].held[h].guard >= depth && s->s[i].held[h].guard)
				ost_state_drop(&s->s[i], h);
}

bool ost_state_assume(struct ost_state *st, const struct ost_st_fact *fact)
{
	const struct ost_st_fact *known = ost_state_fact(st, fact->key);

	if (known && known->is_weak && fact->truth)
		drop_fact(st, (int)(known - st->facts));	/* more than zero, then */
	else if (known)
		return known->truth == fact->truth;
	if (st->nr_facts == OST_ST_FACTS)
		drop_fact(st, 0);
	st->facts[st->nr_facts] = *fact;
	st->facts[st->nr_facts++].under = st->nr_held ? (uint16_t)(st->held[st->nr_held - 1].lock + 1) : 0;
	return true;
}

void ost_states_assume(struct ost_states *s, const struct ost_st_fact *fact)
{
	int kept = 0;

	for (int i = 0; i < s->nr; i++) {
		if (!ost_state_assume(&s->s[i], fact))
			continue;
		if (kept != i)
			s->s[kept] = s->s[i];
		kept++;
	}
	s->nr = (uint8_t)kept;
}

static bool speaks_of(const struct ost_st_fact *fact, uint32_t name)
{
	for (int i = 0; i < OST_ST_NAMES; i++)
		if (fact->names[i] == name)
			return true;
	return false;
}

void ost_states_forget(struct ost_states *s, uint32_t name, uint32_t key)
{
	for (int i = 0; i < s->nr; i++) {
		struct ost_state *st = &s->s[i];

		for (int f = st->nr_facts - 1; f >= 0; f--) {
			const struct ost_st_fact *fact = &st->facts[f];

			if (fact->key == key || (name && speaks_of(fact, name)))
				drop_fact(st, f);
		}
	}
}

void ost_states_pass(struct ost_states *s, uint32_t key)
{
	for (int i = 0; i < s->nr; i++)
		for (int f = 0; f < s->s[i].nr_facts; f++) {
			struct ost_st_fact *fact = &s->s[i].facts[f];

			if (fact->key != key || fact->m.kind != OST_MF_MEMBER || fact->m.is_made)
				continue;
			make_past(fact);
		}
}

void ost_state_forget_named(struct ost_state *st, uint32_t name)
{
	for (int f = st->nr_facts - 1; f >= 0; f--)
		if (st->facts[f].m.kind != OST_MF_NONE && !st->facts[f].m.is_past && st->facts[f].m.kind < OST_MF_PARAM &&
		    st->facts[f].m.name == name)
			drop_fact(st, f);
}

void ost_state_mask_named(struct ost_state *st, uint32_t name, uint32_t value, bool truth)
{
	for (int f = st->nr_facts - 1; f >= 0; f--) {
		struct ost_st_fact *fact = &st->facts[f];

		if (fact->m.kind == OST_MF_NONE || fact->m.is_past || fact->m.kind >= OST_MF_PARAM || fact->m.name != name)
			continue;
		if (fact->m.kind != OST_MF_MASK || fact->m.value == value || (fact->m.is_made && fact->truth != truth))
			drop_fact(st, f);
		else if (fact->truth != truth)
			make_past(fact);
	}
}

void ost_states_forget_under(struct ost_states *s, uint16_t lock)
{
	for (int i = 0; i < s->nr; i++)
		for (int f = s->s[i].nr_facts - 1; f >= 0; f--) {
			struct ost_st_fact *fact = &s->s[i].facts[f];

			if (fact->under == lock + 1 && fact->m.kind != OST_MF_NONE && fact->m.kind < OST_MF_PARAM)
				make_past(fact);
		}
}

void ost_states_forget_made(struct ost_states *s)
{
	for (int i = 0; i < s->nr; i++)
		for (int f = s->s[i].nr_facts - 1; f >= 0; f--)
			if (s->s[i].facts[f].m.is_made && s->s[i].facts[f].m.kind != OST_MF_NONE &&
			    s->s[i].facts[f].m.kind < OST_MF_PARAM)
				drop_fact(&s->s[i], f);
}

bool ost_state_knows(const struct ost_state *st, const struct ost_st_fact *fact)
{
	const struct ost_st_fact *known = ost_state_fact(st, fact->key);

	return known && known->truth == fact->truth;
}
