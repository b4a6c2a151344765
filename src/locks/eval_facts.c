// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts that mean the same in another function: what a member, a bit, a state
 * or a parameter is where a point is reached. A function that is only called
 * with `priv->closing` set does not get to what stands under `!priv->closing`.
 */
#include "locks/eval.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "locks/values.h"

uint32_t ost_fact_name(const char *s)
{
	return (uint32_t)ost_hash_bytes(s, strlen(s)) | 1;
}

static bool is_constant_name(const char *name)
{
	if (!isupper((unsigned char)name[0]))
		return false;
	for (; *name; name++)
		if (!isupper((unsigned char)*name) && !isdigit((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

uint32_t ost_const_text(const struct ost_facts *f, const struct ost_node *node)
{
	char number[32];

	if (node->op == OST_N_CHAR)
		return ost_fact_name(ost_facts_str(f, node->a));
	if (node->op == OST_N_NUM) {
		snprintf(number, sizeof(number), "%llu", strtoull(ost_facts_str(f, node->a), NULL, 0));
		return ost_fact_name(number);
	}
	if (node->op == OST_N_NAME && is_constant_name(ost_facts_str(f, node->a)))
		return ost_fact_name(ost_facts_str(f, node->a));
	return 0;
}

static bool is_local(const struct ost_lk_eval *e, uint32_t str)
{
	for (size_t i = 0; i < e->scope.locals.nr; i++)
		if (e->scope.locals.items[i].name == str)
			return true;
	return false;
}

/* A predicate that says the same when it is asked again. */
static bool is_predicate(const char *name)
{
	static const char *const parts[] = { "is_", "has_", "_running", "_enabled", "_present", "_active",
					     "_attached", "_supported" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

/* A constant's name, or the hash of the expression. */
static uint32_t bit_name(const struct ost_lk_eval *e, uint32_t arg)
{
	uint32_t n = ost_ev_strip(e, arg), name = ost_const_text(e->scope.f, ost_ev_node(e, n));

	return name ? name : ost_ev_hash(e, n);
}

/* Who is running cannot change under way. */
static const char *const context_questions[] = { "in_interrupt", "in_irq", "in_hardirq", "in_softirq", "in_task" };

static bool is_context_question(const char *name)
{
	for (size_t i = 0; i < OST_ARRAY_SIZE(context_questions); i++)
		if (!strcmp(context_questions[i], name))
			return true;
	return false;
}

bool ost_asks_for_context(const struct ost_lk_event *ev)
{
	for (int i = 0; i < ev->nr_mfacts; i++)
		for (size_t k = 0; k < OST_ARRAY_SIZE(context_questions) && ev->mfacts[i].kind == OST_MF_CALL; k++)
			if (ev->mfacts[i].name == ost_fact_name(context_questions[k]))
				return true;
	return false;
}

static void describe_call(const struct ost_lk_eval *e, uint32_t n, struct ost_lk_mfact *m)
{
	const char *name = ost_ev_callee(e, n, NULL);
	uint32_t arg = ost_ev_arg(e, n, 0);

	if (!name)
		return;
	if (!arg) {
		m->kind = is_context_question(name) ? OST_MF_CALL : OST_MF_NONE;
		m->name = ost_fact_name(name);
	} else if (!strcmp(name, "test_bit")) {
		m->kind = OST_MF_BIT;
		m->name = bit_name(e, arg);
	} else if (is_predicate(name)) {
		m->kind = OST_MF_CALL;
		m->name = ost_fact_name(name);
	}
}

/* The variable is given a value somewhere, beside that in its declaration. */
static bool is_assigned(const struct ost_lk_eval *e, uint32_t str)
{
	for (uint32_t n = 0; n + 1 < e->scope.tree.v.nr; n++)
		if (ost_is_set_at(&e->scope, n, str))
			return true;
	return false;
}

/* The number of the parameter, from 1, that keeps what it was called with; 0: it is none. */
static uint8_t kept_param(const struct ost_lk_eval *e, uint32_t str)
{
	uint8_t param = ost_ev_param_of(e, str);

	return param && !is_assigned(e, str) ? param : 0;
}

/* What the local is made of and keeps; 0: none, or there are two of that name. */
static uint32_t initial_of(const struct ost_lk_eval *e, uint32_t str)
{
	const struct ost_local *l = ost_only_local(&e->scope, str);
	uint32_t value;

	if (!l || ost_ev_node(e, l->decl)->op != OST_N_DECL)
		return 0;
	value = ost_ev_node(e, l->decl + 1)->end;
	return value < ost_ev_node(e, l->decl)->end ? ost_ev_strip(e, value) : 0;
}

/* The number of the parameter, from 1, that a name stands for: `struct foo *x = data;` is data. */
static uint8_t param_behind(const struct ost_lk_eval *e, uint32_t str)
{
	uint32_t value;

	if (ost_ev_param_of(e, str))
		return kept_param(e, str);
	value = initial_of(e, str);
	return value && ost_ev_node(e, value)->op == OST_N_NAME && !is_assigned(e, str) ?
		kept_param(e, ost_ev_node(e, value)->a) : 0;
}

/* The left side of a comparison: a member, or a parameter. */
static void describe_left(const struct ost_lk_eval *e, uint32_t n, bool is_mask, struct ost_lk_mfact *m)
{
	const struct ost_node *node = ost_ev_node(e, n);
	uint8_t param;

	if (node->op == OST_N_MEMBER) {
		m->kind = is_mask ? OST_MF_MASK : OST_MF_EQUAL;
		m->name = ost_fact_name(ost_ev_str(e, node->a));
		return;
	}
	param = node->op == OST_N_NAME ? param_behind(e, node->a) : 0;
	if (param) {
		m->kind = is_mask ? OST_MF_PARAM_MASK : OST_MF_PARAM_EQUAL;
		m->name = param - 1u;
	}
}

static void describe_binary(const struct ost_lk_eval *e, uint32_t n, struct ost_lk_mfact *m)
{
	const struct ost_node *node = ost_ev_node(e, n);
	uint32_t left = ost_ev_strip(e, n + 1), right = ost_ev_strip(e, ost_ev_node(e, n + 1)->end);

	if (node->sub != OST_OP_EQ && node->sub != OST_OP_NE && node->sub != OST_OP_AND)
		return;
	m->value = ost_const_text(e->scope.f, ost_ev_node(e, right));
	if (!m->value)
		return;
	describe_left(e, left, node->sub == OST_OP_AND, m);
}

/* `bool is_error = (flags & IS_ERROR);` for a parameter: a member may have changed since. */
static void describe_initial(const struct ost_lk_eval *e, uint32_t str, struct ost_lk_mfact *m)
{
	uint32_t value = initial_of(e, str);

	if (!value || ost_ev_node(e, value)->op != OST_N_BINARY || is_assigned(e, str))
		return;
	describe_binary(e, value, m);
	if (m->kind < OST_MF_PARAM)
		memset(m, 0, sizeof(*m));
}

static void describe_name(const struct ost_lk_eval *e, uint32_t str, struct ost_lk_mfact *m)
{
	uint8_t param = param_behind(e, str);

	if (param) {
		m->kind = OST_MF_PARAM;
		m->name = param - 1u;
	} else if (is_local(e, str)) {
		describe_initial(e, str, m);
	} else if (!ost_ev_param_of(e, str)) {
		m->kind = OST_MF_GLOBAL;
		m->name = ost_fact_name(ost_ev_str(e, str));
	}
}

void ost_ev_describe(const struct ost_lk_eval *e, uint32_t n, struct ost_lk_mfact *m)
{
	const struct ost_node *node = ost_ev_node(e, n);

	memset(m, 0, sizeof(*m));
	switch (node->op) {
	case OST_N_MEMBER:
		m->kind = OST_MF_MEMBER;
		m->name = ost_fact_name(ost_ev_str(e, node->a));
		break;
	case OST_N_NAME:
		describe_name(e, node->a, m);
		break;
	case OST_N_CALL:
		describe_call(e, n, m);
		break;
	case OST_N_BINARY:
		describe_binary(e, n, m);
		break;
	default:
		break;
	}
}

bool ost_ev_case_fact(const struct ost_lk_eval *e, uint32_t value, uint32_t label, struct ost_st_fact *ret)
{
	struct ost_lk_mfact *m = &ret->m;
	uint32_t low = label + 1;

	memset(ret, 0, sizeof(*ret));
	if (ost_ev_node(e, label)->op != OST_N_CASE || ost_ev_node(e, low)->end < ost_ev_node(e, label)->end)
		return false;	/* default, or a range */
	m->value = ost_const_text(e->scope.f, ost_ev_node(e, ost_ev_strip(e, low)));
	if (m->value)
		describe_left(e, value, false, m);
	ret->truth = 1;
	ret->key = (uint32_t)ost_hash_mix(m->kind * 1000003ull + m->name + ((uint64_t)m->value << 20)) | 1;
	for (uint32_t n = value, nr = 0; n < ost_ev_node(e, value)->end && nr < OST_ST_NAMES; n++)
		if (ost_ev_node(e, n)->op == OST_N_NAME)
			ret->names[nr++] = ost_ev_node(e, n)->a;
	return m->value && m->kind != OST_MF_NONE;
}

/* The fact that m holds, with a key that does not depend on how it is written. */
static void assume(struct ost_states *s, const struct ost_lk_mfact *m, bool truth)
{
	struct ost_st_fact fact = { .truth = truth, .m = *m };

	fact.m.is_made = true;
	fact.key = (uint32_t)ost_hash_mix(m->kind * 1000003ull + m->name + ((uint64_t)m->value << 20)) | 1;
	ost_states_assume(s, &fact);
}

static void forget(struct ost_states *s, uint32_t name)
{
	for (int i = 0; i < s->nr; i++)
		ost_state_forget_named(&s->s[i], name);
}

void ost_ev_member_set(struct ost_lk_eval *e, uint32_t lhs, uint32_t rhs, struct ost_states *s)
{
	const struct ost_node *node = ost_ev_node(e, lhs);
	struct ost_lk_mfact m = { .kind = OST_MF_EQUAL };

	if (node->op != OST_N_MEMBER)
		return;
	m.name = ost_fact_name(ost_ev_str(e, node->a));
	forget(s, m.name);
	m.value = rhs ? ost_const_text(e->scope.f, ost_ev_node(e, ost_ev_strip(e, rhs))) : 0;
	if (m.value)
		assume(s, &m, true);
}

void ost_ev_member_masked(struct ost_lk_eval *e, uint32_t lhs, uint32_t rhs, bool is_or, struct ost_states *s)
{
	const struct ost_node *node = ost_ev_node(e, lhs), *value = ost_ev_node(e, ost_ev_strip(e, rhs));
	struct ost_lk_mfact m = { .kind = OST_MF_MASK };
	bool is_one_bit = is_or;

	if (node->op != OST_N_MEMBER)
		return;
	m.name = ost_fact_name(ost_ev_str(e, node->a));
	if (!is_or && value->op == OST_N_UNARY && value->sub == OST_OP_COMPL) {
		value = ost_ev_node(e, ost_ev_strip(e, ost_ev_strip(e, rhs) + 1));
		is_one_bit = true;
	}
	m.value = is_one_bit ? ost_const_text(e->scope.f, value) : 0;
	if (!m.value) {
		forget(s, m.name);
		return;
	}
	for (int i = 0; i < s->nr; i++)
		ost_state_mask_named(&s->s[i], m.name, m.value, is_or);
	assume(s, &m, is_or);
}

void ost_ev_bit_call(struct ost_lk_eval *e, uint32_t n, const char *name, struct ost_states *s)
{
	static const struct {
		const char *name;
		bool truth;
	} rows[] = {
		{ "set_bit", true }, { "__set_bit", true }, { "test_and_set_bit", true },
		{ "__test_and_set_bit", true }, { "clear_bit", false }, { "__clear_bit", false },
		{ "test_and_clear_bit", false }, { "__test_and_clear_bit", false },
	};
	struct ost_lk_mfact m = { .kind = OST_MF_BIT };
	uint32_t arg = ost_ev_arg(e, n, 0);

	for (size_t i = 0; arg && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, name))
			continue;
		m.name = bit_name(e, arg);
		forget(s, m.name);
		assume(s, &m, rows[i].truth);
		return;
	}
}

uint8_t ost_ev_copy_mfacts(struct ost_lk_eval *e, const struct ost_states *s, const struct ost_lk_mfact **ret)
{
	struct ost_lk_mfact tmp[OST_ST_FACTS], *out;
	uint8_t nr = 0;

	for (int f = 0; s->nr && f < s->s[0].nr_facts; f++) {
		const struct ost_st_fact *fact = &s->s[0].facts[f];
		bool in_all = fact->m.kind != OST_MF_NONE;

		for (int i = 1; i < s->nr && in_all; i++)
			in_all = ost_state_knows(&s->s[i], fact);
		if (!in_all)
			continue;
		tmp[nr] = fact->m;
		tmp[nr++].truth = fact->truth;
	}
	out = nr ? ost_arena_alloc(e->out, nr * sizeof(*out)) : NULL;
	if (nr)
		memcpy(out, tmp, nr * sizeof(*out));
	*ret = out;
	return nr;
}

bool ost_mfacts_contradict(const struct ost_lk_event *a, const struct ost_lk_event *b)
{
	for (int i = 0; i < a->nr_mfacts; i++)
		for (int k = 0; k < b->nr_mfacts; k++) {
			const struct ost_lk_mfact *x = &a->mfacts[i], *y = &b->mfacts[k];

			if (x->is_made || y->is_past || x->kind != y->kind || x->name != y->name || x->kind >= OST_MF_PARAM)
				continue;
			if (x->value == y->value ? x->truth != y->truth :
			    x->kind == OST_MF_EQUAL && x->truth && y->truth)
				return true;
		}
	return false;
}
