// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/values.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "locks/eval.h"
#include "locks/frames.h"

#define MAX_STEPS 400	/* nodes that are looked at for one expression */
#define MACRO_DEPTH 4	/* macros that hand their argument on to macros */
#define MAX_MACROS 40	/* that are looked into for one node; what is behind them may set anything */

static const struct ost_value nothing = { .kind = OST_VAL_NONE };

static const char *str(const struct ost_scope *s, uint32_t n)
{
	return ost_facts_str(s->f, ost_at(s, n)->a);
}

/* ---- what sets a variable ------------------------------------------------------- */

struct setting {
	unsigned depth, nr;	/* of macros */
};

static bool may_set(const struct ost_scope *s, uint32_t n, uint32_t name, struct setting *x);

/* The function-like macro that is called; OST_NO_ID: a function, or nothing that is known. */
static uint32_t macro_called(const struct ost_scope *s, uint32_t call)
{
	uint32_t name = ost_at(s, call + 1)->op == OST_N_NAME ? ost_program_find_name(s->p, str(s, call + 1)) : OST_NO_ID;
	struct ost_resolved to = { .nr = 0 };

	if (name != OST_NO_ID)
		ost_program_resolve(s->p, s->file, name, &to);
	return to.nr && ost_program_unit(s->p, to.units[0])->kind == OST_UNIT_MACRO ? to.units[0] : OST_NO_ID;
}

/* What cannot be read may do so. */
static bool macro_sets(const struct ost_program *p, uint32_t macro, unsigned nth, struct setting *x)
{
	struct ost_scope s;
	bool sets = true;

	if (x->depth == MACRO_DEPTH || x->nr++ == MAX_MACROS)
		return true;
	ost_scope_init(&s, p);
	if (ost_scope_enter(&s, macro)) {
		const struct ost_fact_macro *m = &s.f->macros[ost_program_unit(p, macro)->index];

		sets = false;
		x->depth++;
		for (uint32_t n = 0; nth < m->nr_params && n + 1 < s.tree.v.nr && !sets; n++)
			sets = may_set(&s, n, s.f->params[m->first_param + nth].name, x);
		x->depth--;
	}
	ost_scope_deinit(&s);
	return sets;
}

/* `get_user(x, p)`: x is an argument of a macro that gives it a value. */
static bool call_sets(const struct ost_scope *s, uint32_t call, uint32_t name, struct setting *x)
{
	uint32_t n = ost_at(s, call + 1)->end, macro = OST_NO_ID;
	bool is_asked = false;

	for (unsigned nth = 0; n < ost_at(s, call)->end; n = ost_at(s, n)->end, nth++) {
		if (ost_at(s, n)->op != OST_N_NAME || ost_at(s, n)->a != name)
			continue;
		macro = is_asked ? macro : macro_called(s, call);
		is_asked = true;
		if (macro != OST_NO_ID && macro_sets(s->p, macro, nth, x))
			return true;
	}
	return false;
}

static bool names(const struct ost_scope *s, uint32_t n, uint32_t name)
{
	for (uint32_t k = n + 1; k < ost_at(s, n)->end; k++)
		if (ost_at(s, k)->op == OST_N_NAME && ost_at(s, k)->a == name)
			return true;
	return false;
}

static bool may_set(const struct ost_scope *s, uint32_t n, uint32_t name, struct setting *x)
{
	const struct ost_node *node = ost_at(s, n);

	switch (node->op) {
	case OST_N_UNARY:
		if (node->sub < OST_OP_PREINC && node->sub != OST_OP_ADDR)
			return false;
		/* fall through */
	case OST_N_ASSIGN:
		return ost_at(s, n + 1)->op == OST_N_NAME && ost_at(s, n + 1)->a == name;
	case OST_N_CALL:
		return call_sets(s, n, name, x);
	case OST_N_ASM:
		return names(s, n, name);
	default:
		return false;
	}
}

bool ost_is_set_at(const struct ost_scope *s, uint32_t node, uint32_t name)
{
	struct setting x = { 0, 0 };

	return may_set(s, node, name, &x);
}

/* The node may be walked after what stands behind it: in a loop, or behind a label. */
static bool may_come_again(const struct ost_scope *s, uint32_t node)
{
	for (uint32_t n = 0; n < node; n++) {
		unsigned op = ost_at(s, n)->op;

		if (op == OST_N_LABEL || (ost_at(s, n)->end > node && (op == OST_N_WHILE || op == OST_N_DO || op == OST_N_FOR || op == OST_N_MACRO_STMT)))
			return true;
	}
	return false;
}

/* The variable of that name may have been set, or its address been given away, before the node. */
static bool is_set_before(const struct ost_scope *s, uint32_t name, uint32_t node)
{
	uint32_t end = may_come_again(s, node) ? s->tree.v.nr - 1 : node;

	for (uint32_t n = 0; n < end; n++)
		if (ost_is_set_at(s, n, name))
			return true;
	return false;
}

/* ---- values --------------------------------------------------------------------- */

static struct ost_value value_of(struct ost_values *v, uint32_t n);

static struct ost_value number(long long n)
{
	return (struct ost_value){ .kind = OST_VAL_CONST, .has_number = true, .number = n, .text = ost_hash_mix((uint64_t)n ^ 0x6e) };
}

static struct ost_value named(uint32_t name)
{
	return (struct ost_value){ .kind = OST_VAL_CONST, .text = ost_hash_mix(name), .nr = 1, .bits = { name } };
}

struct ost_value ost_value_named(struct ost_values *v, uint32_t file, uint32_t text)
{
	struct ost_value ret = named(text);
	int found = ost_constant_in(v->known, v->s, file, text, &ret.number);

	ret.has_number = found > 0;
	ret.is_unseen = !found;
	return ret;
}

static struct ost_value literal(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 0);

	return end[strspn(end, "uUlL")] ? nothing : number((long long)n);
}

const struct ost_local *ost_only_local(const struct ost_scope *s, uint32_t name)
{
	const struct ost_local *found = NULL;

	for (size_t i = 0; i < s->locals.nr; i++) {
		if (s->locals.items[i].name != name)
			continue;
		if (found)
			return NULL;
		found = &s->locals.items[i];
	}
	return found;
}

static bool is_local(const struct ost_scope *s, uint32_t name)
{
	for (size_t i = 0; i < s->locals.nr; i++)
		if (s->locals.items[i].name == name)
			return true;
	return false;
}

/* It has one value only, which stands before the node. */
static struct ost_value local_value(struct ost_values *v, uint32_t n)
{
	const struct ost_local *l = ost_only_local(v->s, ost_at(v->s, n)->a);

	if (!l || l->nr_defs != 1 || !l->def || ost_at(v->s, l->def)->end > n || l->is_address_taken)
		return nothing;
	for (uint32_t i = 0; i + 1 < v->s->tree.v.nr; i++)
		if ((ost_at(v->s, i)->op == OST_N_CALL || ost_at(v->s, i)->op == OST_N_ASM) && ost_is_set_at(v->s, i, l->name))
			return nothing;
	return value_of(v, l->def);
}

static bool is_function_name(const struct ost_scope *s, uint32_t n)
{
	uint32_t name = ost_program_find_name(s->p, str(s, n));
	struct ost_resolved to;

	if (name == OST_NO_ID)
		return false;
	ost_program_resolve(s->p, s->file, name, &to);
	return to.nr && ost_program_unit(s->p, to.units[0])->kind == OST_UNIT_FUNC;
}

static struct ost_value name_value(struct ost_values *v, uint32_t n)
{
	const char *name = str(v->s, n);
	int param = ost_arg_param(v->s, n);
	uint32_t text;

	if (is_local(v->s, ost_at(v->s, n)->a))
		return local_value(v, n);
	if (param >= 0)
		return param < OST_VALUE_PARAMS && v->params[param].kind != OST_VAL_NONE &&
		       !is_set_before(v->s, ost_at(v->s, n)->a, n) ? v->params[param] : nothing;
	if (!strcmp(name, "NULL") || !strcmp(name, "false"))
		return number(0);
	if (!strcmp(name, "true"))
		return number(1);
	text = ost_const_text(v->s->f, ost_at(v->s, n));
	if (!text)
		return is_function_name(v->s, n) ? (struct ost_value){ .kind = OST_VAL_ADDRESS } : nothing;
	return ost_value_named(v, v->s->file, text);
}

/* `A | B`, `A + B`; the bits of a sum are not those of its parts. */
static struct ost_value sum_of(const struct ost_value *a, const struct ost_value *b, bool is_or)
{
	uint64_t x = (uint64_t)a->number, y = (uint64_t)b->number;
	struct ost_value v = { .kind = OST_VAL_CONST };

	if (a->kind != OST_VAL_CONST || b->kind != OST_VAL_CONST)
		return nothing;
	v.text = ost_hash_mix(a->text + b->text + is_or);
	v.has_number = a->has_number && b->has_number;
	v.number = v.has_number ? (long long)(is_or ? x | y : x + y) : 0;
	if (!is_or || a->nr + b->nr > OST_VALUE_NAMES)
		return v;
	memcpy(v.bits, a->bits, a->nr * sizeof(a->bits[0]));
	memcpy(&v.bits[a->nr], b->bits, b->nr * sizeof(b->bits[0]));
	v.nr = a->nr + b->nr;
	return v;
}

/* `REG(WINDOW, 4)`: a macro of constants, whatever number that is. */
static struct ost_value macro_value(struct ost_values *v, uint32_t n)
{
	uint32_t arg, name = ost_const_text(v->s->f, ost_at(v->s, ost_skip_casts(v->s, n + 1)));
	uint64_t text = name;
	struct ost_value ret;

	for (unsigned i = 0; name && (arg = ost_lk_call_arg(v->s, n, i)) != 0; i++) {
		struct ost_value of = value_of(v, arg);

		if (of.kind != OST_VAL_CONST)
			return nothing;
		text = ost_hash_mix(text) + of.text;
	}
	if (!name)
		return nothing;
	ret = named((uint32_t)ost_hash_mix(text) | 1);
	ret.text = ost_hash_mix(text + 1);
	return ret;
}

static struct ost_value unary_value(struct ost_values *v, uint32_t n)
{
	struct ost_value a;

	if (ost_at(v->s, n)->sub == OST_OP_ADDR)
		return (struct ost_value){ .kind = OST_VAL_ADDRESS };
	a = ost_at(v->s, n)->sub == OST_OP_NEG ? value_of(v, n + 1) : nothing;
	if (a.kind != OST_VAL_CONST || a.has_number)
		return a.kind == OST_VAL_CONST ? number((long long)(0 - (uint64_t)a.number)) : nothing;
	a.text = ost_hash_mix(~a.text);	/* an error code, which is another number on another machine */
	a.nr = 0;
	return a;
}

static struct ost_value value_of(struct ost_values *v, uint32_t n)
{
	const struct ost_node *node;
	struct ost_value a, b;

	n = ost_skip_casts(v->s, n);
	node = ost_at(v->s, n);
	if (++v->nr_steps > MAX_STEPS)
		return nothing;
	switch (node->op) {
	case OST_N_NUM:
		return literal(str(v->s, n));
	case OST_N_NAME:
		return name_value(v, n);
	case OST_N_UNARY:
		return unary_value(v, n);
	case OST_N_BINARY:
		if (node->sub != OST_OP_OR && node->sub != OST_OP_ADD)
			return nothing;
		a = value_of(v, n + 1);
		b = value_of(v, ost_at(v->s, n + 1)->end);
		return sum_of(&a, &b, node->sub == OST_OP_OR);
	case OST_N_CALL:
		return macro_value(v, n);
	default:
		return nothing;
	}
}

struct ost_value ost_value_of(struct ost_values *v, uint32_t node)
{
	v->nr_steps = 0;
	return value_of(v, node);
}

bool ost_value_is_same(const struct ost_value *a, const struct ost_value *b)
{
	return a->kind == b->kind && a->text == b->text && a->has_number == b->has_number && a->number == b->number;
}

/* ---- conditions: 1 or 0, -1: not known ------------------------------------------- */

int ost_values_equal(const struct ost_value *a, const struct ost_value *b)
{
	const struct ost_value *other = a->kind == OST_VAL_ADDRESS ? b : a;

	if (a->kind == OST_VAL_NONE || b->kind == OST_VAL_NONE)
		return -1;
	if (a->kind == OST_VAL_ADDRESS || b->kind == OST_VAL_ADDRESS)
		return other->kind == OST_VAL_CONST && other->has_number && !other->number ? 0 : -1;
	if (a->has_number && b->has_number)	/* -1 may be 0xffffffff */
		return a->number == b->number ? 1 : (uint32_t)a->number == (uint32_t)b->number ? -1 : 0;
	if (a->text == b->text)
		return 1;
	return a->is_unseen && b->is_unseen ? 0 : -1;	/* -EIO and -ENODEV: that one is the other one would be said beside them */
}

static bool is_zero(const struct ost_value *v)
{
	return v->kind == OST_VAL_CONST && v->has_number && !v->number;
}

int ost_values_meet(const struct ost_value *a, const struct ost_value *b)
{
	if (is_zero(a) || is_zero(b))
		return 0;
	if (a->kind != OST_VAL_CONST || b->kind != OST_VAL_CONST)
		return -1;
	if (a->has_number && b->has_number)
		return (a->number & b->number) != 0;
	for (unsigned i = 0; i < a->nr; i++)
		for (unsigned m = 0; m < b->nr; m++)
			if (a->bits[i] == b->bits[m])
				return 1;
	return -1;
}

static int truth_of(struct ost_values *v, uint32_t n);

static int binary_truth(struct ost_values *v, uint32_t n)
{
	unsigned op = ost_at(v->s, n)->sub;
	uint32_t right = ost_at(v->s, n + 1)->end;
	struct ost_value a, b;
	int t;

	if (op == OST_OP_LAND || op == OST_OP_LOR) {
		int one = truth_of(v, n + 1), two = truth_of(v, right), decides = op == OST_OP_LOR;

		return one == decides || two == decides ? decides : one < 0 || two < 0 ? -1 : !decides;
	}
	if (op != OST_OP_EQ && op != OST_OP_NE && op != OST_OP_AND)
		return -1;
	a = value_of(v, n + 1);
	b = value_of(v, right);
	if (op == OST_OP_AND)
		return ost_values_meet(&a, &b);
	t = ost_values_equal(&a, &b);
	return t < 0 ? t : t == (op == OST_OP_EQ);
}

static int truth_of(struct ost_values *v, uint32_t n)
{
	const struct ost_node *node;
	struct ost_value of;
	int t;

	n = ost_skip_casts(v->s, n);
	node = ost_at(v->s, n);
	if (node->op == OST_N_UNARY && node->sub == OST_OP_NOT) {
		t = truth_of(v, n + 1);
		return t < 0 ? t : !t;
	}
	if (node->op == OST_N_BINARY && node->sub != OST_OP_OR && node->sub != OST_OP_ADD)
		return binary_truth(v, n);
	if (node->op == OST_N_CALL && ost_at(v->s, n + 1)->op == OST_N_NAME && ost_at(v->s, n + 1)->end < node->end &&
	    (!strcmp(str(v->s, n + 1), "likely") || !strcmp(str(v->s, n + 1), "unlikely")))
		return truth_of(v, n + 2);
	of = value_of(v, n);
	if (of.kind == OST_VAL_ADDRESS)
		return 1;
	return of.kind == OST_VAL_CONST && of.has_number ? of.number != 0 : -1;
}

int ost_value_truth(struct ost_values *v, uint32_t node)
{
	v->nr_steps = 0;
	return truth_of(v, node);
}
