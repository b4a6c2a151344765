// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/forms.h"

#include <ctype.h>
#include <string.h>

#include "base/word.h"

bool ost_lines_touched(const bool *is_added, uint32_t nr_lines, uint32_t from, uint32_t to)
{
	uint32_t line;

	for (line = from; line && line <= to && line <= nr_lines; line++)
		if (is_added[line])
			return true;
	return false;
}

struct forms {
	struct ost_uses_check *c;
	const struct ost_symbols *s;
	const struct ost_facts *f, *before;
	const bool *is_added;
	uint32_t nr_lines;
	const struct ost_fact_func *func;
	struct ost_tree tree;
};

static const struct ost_node *node(const struct forms *x, uint32_t n)
{
	return &x->tree.v.items[n];
}

static const char *str(const struct forms *x, uint32_t s)
{
	return ost_facts_str(x->f, s);
}

static bool is_touched(const struct forms *x, uint32_t from, uint32_t to)
{
	return ost_lines_touched(x->is_added, x->nr_lines, from, to);
}

static bool unpack(struct forms *x, uint32_t code, uint32_t len)
{
	return ost_facts_unpack(x->f, code, len, &x->tree) && x->tree.v.nr;
}

/* Where that is so, what would be refused is doubtful. */
static bool is_switched(struct forms *x, uint32_t n)
{
	bool is_it = ost_is_switched_line(x->c, node(x, n)->line);

	x->c->nr_doubtful += is_it;
	return is_it;
}

/* ---- returns and labels ---- */

static bool returns_void(const struct forms *x)
{
	const struct ost_fact_type *t = &x->f->types[x->func->ret_type];

	return t->kind == OST_T_BUILTIN && !strcmp(str(x, t->name), "void");
}

static void check_return(struct forms *x, uint32_t n, bool is_head_new)
{
	const struct ost_fact_type *t = &x->f->types[x->func->ret_type];
	bool has_value = n + 1 < node(x, n)->end && node(x, n + 1)->op != OST_N_NONE;
	const char *name = str(x, x->func->name);

	if (!is_head_new && !is_touched(x, node(x, n)->line, node(x, n)->line))
		return;
	if (has_value && returns_void(x) && node(x, n + 1)->op != OST_N_CALL && !is_switched(x, n))
		x->c->trouble = ost_arena_printf(x->c->arena, "%s(), which is void, would return a value in line %u", name, node(x, n)->line);
	else if (!has_value && !returns_void(x) && (t->kind == OST_T_BUILTIN || t->kind == OST_T_POINTER) && !is_switched(x, n))
		x->c->trouble = ost_arena_printf(x->c->arena, "%s() would return no value in line %u", name, node(x, n)->line);
}

/* Words in names of functions that do not come back. */
static bool may_end_all(const char *name)
{
	static const char *const words[] = { "exit", "panic", "abort", "dead", "die", "fatal", "unreachable", "restart", "bug", "halt",
					     "power_off", "noreturn", "stop", "longjmp", "reboot", "startup" };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (strcasestr(name, words[i]))
			return true;
	return false;
}

/* Does control go on behind an expression that is a statement: an assignment, or a call of a function that comes back? */
static bool goes_on_behind(const struct forms *x, uint32_t n)
{
	const char *name;

	if (node(x, n)->op == OST_N_ASSIGN)
		return node(x, n + 1)->op != OST_N_CALL;	/* DECLARE(x) = ... */
	if (node(x, n)->op != OST_N_CALL || node(x, n + 1)->op != OST_N_NAME)
		return false;
	name = str(x, node(x, n + 1)->a);
	return !ost_symbols_find(x->s, OST_SYM_MACRO, name, NULL) && ost_symbols_find(x->s, OST_SYM_FUNC, name, NULL) && !may_end_all(name);
}

/* Is the last statement added, or was there another one behind it? An old end is known to compile. */
static bool is_end_new(const struct forms *x, uint32_t last)
{
	const struct ost_node *end = node(x, last);
	struct ost_tree t = { OST_VEC_INIT };
	bool is_old = false;
	uint32_t i, old = 0;

	if (!x->before || is_touched(x, end->line, x->func->end_line))
		return true;
	for (i = 0; i < x->before->nr_funcs && !is_old; i++) {
		const struct ost_fact_func *b = &x->before->funcs[i];

		if (strcmp(ost_facts_str(x->before, b->name), str(x, x->func->name)) || !ost_facts_unpack(x->before, b->code, b->code_len, &t) ||
		    !t.v.nr)
			continue;
		ost_for_each_kid(&t, 0, k)
			old = k;
		is_old = old && t.v.items[old].op == end->op && t.v.nr - old == x->tree.v.nr - last;
	}
	ost_vec_deinit(&t.v);
	return !is_old;
}

/* The build has -Werror=return-type: the last statement of a function with a value goes on behind itself. */
static void check_end(struct forms *x)
{
	const struct ost_fact_type *t = &x->f->types[x->func->ret_type];
	uint32_t last = 0;

	if (node(x, 0)->op != OST_N_BLOCK || (t->kind != OST_T_BUILTIN && t->kind != OST_T_POINTER) || returns_void(x) ||
	    x->func->flags & OST_FF_NORETURN)
		return;
	ost_for_each_kid(&x->tree, 0, k)
		last = k;
	if (last && node(x, last)->op == OST_N_EXPR && last + 1 < node(x, last)->end && goes_on_behind(x, last + 1) &&
	    is_end_new(x, last) && !is_switched(x, last))
		x->c->trouble = ost_arena_printf(x->c->arena, "%s() would end in line %u without the value that it returns", str(x, x->func->name),
						 x->func->end_line);
}

static void check_goto(struct forms *x, uint32_t n)
{
	uint32_t i;

	if (!node(x, n)->a)
		return;
	for (i = 0; i < x->tree.v.nr; i++)
		if (node(x, i)->op == OST_N_LABEL && node(x, i)->a == node(x, n)->a)
			return;
	if (is_switched(x, n))
		return;
	x->c->trouble = ost_arena_printf(x->c->arena, "%s() has no label %s, to which line %u goes", str(x, x->func->name),
					 str(x, node(x, n)->a), node(x, n)->line);
}

/* ---- locals that are not there ---- */

static bool is_param(const struct forms *x, const struct ost_fact_func *func, uint32_t name)
{
	uint32_t i;

	for (i = 0; i < func->nr_params; i++)
		if (x->f->params[func->first_param + i].name == name)
			return true;
	return false;
}

/* Declared in the function, or an argument of something that may be a macro that declares it. */
static bool is_declared(const struct forms *x, uint32_t name)
{
	uint32_t n;

	for (n = 0; n < x->tree.v.nr; n++) {
		const struct ost_node *d = node(x, n);

		if (d->op == OST_N_DECL && d->a == name)
			return true;
		if (d->op != OST_N_CALL && d->op != OST_N_MACRO_STMT)
			continue;
		if (d->op == OST_N_CALL && node(x, n + 1)->op == OST_N_NAME &&
		    !ost_symbols_find(x->s, OST_SYM_MACRO, str(x, node(x, n + 1)->a), NULL))
			continue;
		ost_for_each_kid(&x->tree, n, k)
			if (k > n + 1 && ost_declarator_name(&x->tree, k) == name)
				return true;
	}
	return false;
}

static bool is_of_file(const struct forms *x, uint32_t name)
{
	const struct ost_facts *f = x->f;
	uint32_t i;

	for (i = 0; i < f->nr_globals; i++)
		if (f->globals[i].name == name && !f->globals[i].func)
			return true;
	for (i = 0; i < f->nr_funcs; i++)
		if (f->funcs[i].name == name)
			return true;
	/* or for_nexthops(fi) { of the file's own declares it */
	for (i = 0; i < f->nr_macros; i++)
		if (f->macros[i].name == name || ost_has_word(str(x, f->macros[i].text), str(x, name)))
			return true;
	for (i = 0; i < f->nr_enum_consts; i++)
		if (f->enum_consts[i].name == name)
			return true;
	for (i = 0; i < f->nr_protos; i++)
		if (f->protos[i].name == name)
			return true;
	return false;
}

/* A local or parameter of another function: nothing that headers would declare. */
static bool is_local_elsewhere(const struct forms *x, uint32_t name)
{
	struct ost_tree t = { OST_VEC_INIT };
	bool found = false;
	uint32_t i, n;

	for (i = 0; i < x->f->nr_funcs && !found; i++) {
		const struct ost_fact_func *g = &x->f->funcs[i];

		found = is_param(x, g, name);
		if (found || g == x->func || !ost_facts_unpack(x->f, g->code, g->code_len, &t))
			continue;
		for (n = 0; n < t.v.nr && !found; n++)
			found = t.v.items[n].op == OST_N_DECL && t.v.items[n].a == name;
	}
	ost_vec_deinit(&t.v);
	return found;
}

static bool is_local_name(const char *s)
{
	bool any = false;

	for (; *s; s++) {
		if (isupper((unsigned char)*s))
			return false;
		any |= islower((unsigned char)*s) != 0;
	}
	return any;
}

/* `ds` is a constant of some header, and a local of other functions. */
static bool is_in_headers(const struct forms *x, const char *name)
{
	return ost_symbols_find(x->s, OST_SYM_MACRO, name, NULL) || ost_symbols_find(x->s, OST_SYM_ENUM, name, NULL) ||
	       ost_symbols_find(x->s, OST_SYM_OBJECT, name, NULL);
}

/* A parameter whose name was not understood: `bool (less)(struct node *a)`. */
static bool has_unnamed(const struct forms *x)
{
	uint32_t i;

	for (i = 0; i < x->func->nr_params; i++)
		if (!x->f->params[x->func->first_param + i].name)
			return true;
	return false;
}

static void check_name(struct forms *x, uint32_t n)
{
	uint32_t name = node(x, n)->a;
	const char *text = str(x, name);

	if (!is_local_name(text) || has_unnamed(x) || is_param(x, x->func, name) || is_declared(x, name) || is_of_file(x, name) ||
	    is_in_headers(x, text) || !is_local_elsewhere(x, name) || is_switched(x, n))
		return;
	x->c->trouble = ost_arena_printf(x->c->arena, "%s() declares no %s, which line %u uses", str(x, x->func->name), text,
					 node(x, n)->line);
}

static bool names(const struct forms *x, const char *name)
{
	uint32_t n;

	for (n = 0; n < x->tree.v.nr; n++)
		if (node(x, n)->op == OST_N_NAME && !strcmp(str(x, node(x, n)->a), name))
			return true;
	return false;
}

static bool declares(const struct forms *x, const char *name)
{
	uint32_t n, i;

	for (n = 0; n < x->tree.v.nr; n++)
		if (node(x, n)->op == OST_N_DECL && !strcmp(str(x, node(x, n)->a), name))
			return true;
	for (i = 0; i < x->func->nr_params; i++)
		if (!strcmp(str(x, x->f->params[x->func->first_param + i].name), name))
			return true;
	return false;
}

/* A local that the function had, has no more, and still uses. */
static void check_taken(struct forms *x, const struct ost_fact_func *old)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t n;

	if (!ost_facts_unpack(x->before, old->code, old->code_len, &t))
		return;
	for (n = 0; n < t.v.nr && !x->c->trouble; n++) {
		const char *name = ost_facts_str(x->before, t.v.items[n].a);

		if (t.v.items[n].op == OST_N_DECL && is_local_name(name) && !declares(x, name) && names(x, name) &&
		    !ost_symbols_find(x->s, OST_SYM_MACRO, name, NULL))
			x->c->trouble = ost_arena_printf(x->c->arena, "%s() would still use %s, whose declaration is taken away",
							 str(x, x->func->name), name);
	}
	ost_vec_deinit(&t.v);
}

static void check_locals_left(struct forms *x)
{
	const struct ost_fact_func *old = NULL;
	uint32_t i;

	for (i = 0; x->before && i < x->before->nr_funcs; i++)
		if (!strcmp(ost_facts_str(x->before, x->before->funcs[i].name), str(x, x->func->name))) {
			if (old)
				return;	/* which of the two? */
			old = &x->before->funcs[i];
		}
	if (old && old->code_len)
		check_taken(x, old);
}

/* Does a Makefile give a record among the parameters another name: -Ddrm_i915_private=xe_device? */
static bool has_renamed(const struct forms *x)
{
	uint32_t i, k;

	for (i = 0; x->c->flags && i < x->func->nr_params; i++) {
		const struct ost_fact_type *t = &x->f->types[x->f->params[x->func->first_param + i].type];

		for (k = 0; k < 16 && (t->kind == OST_T_POINTER || t->kind == OST_T_ARRAY); k++)
			t = &x->f->types[t->inner];
		if (t->name && ost_make_flags_renames(x->c->flags, str(x, t->name)))
			return true;
	}
	return false;
}

/* The prototype that a header has for it. */
static void check_prototype(struct forms *x)
{
	ost_tag form, has;

	if (x->func->flags & (OST_FF_STATIC | OST_FF_VARIADIC) ||
	    !(form = ost_symbols_sure(x->s, OST_TAG_FORM, str(x, x->func->name))))
		return;
	has = ost_symbols_form(x->f, x->func->ret_type, x->func->first_param, x->func->nr_params);
	if (has && has != form && !has_renamed(x)) {
		x->c->trouble = ost_arena_printf(x->c->arena, "%s() is declared with another type in a header", str(x, x->func->name));
		x->c->is_by_header = true;
	}
}

/* ---- one function ---- */

static bool is_understood(const struct forms *x)
{
	uint32_t n;

	for (n = 0; n < x->tree.v.nr; n++)
		if (node(x, n)->op == OST_N_TEXT || node(x, n)->op == OST_N_NESTED_FUNC || node(x, n)->op == OST_N_ASM)
			return false;
	return true;
}

enum place { IN_CODE, IN_MACRO };

/* In what a macro is given a word may be a local of the macro: for_each_x(c, ({ use(trans); })). */
static bool is_word_around(const struct forms *x, uint32_t name)
{
	return ost_symbols_find(x->s, OST_SYM_INSIDE, str(x, name), NULL) || ost_symbols_find(x->s, OST_SYM_WORD, str(x, name), NULL);
}

/* Names of expressions: not what is called, nor arguments of macros, nor in attributes. */
static void walk_names(struct forms *x, uint32_t n, bool is_passed_over, enum place at)
{
	const struct ost_node *d = node(x, n);
	bool is_macro = d->op == OST_N_ATTR || d->op == OST_N_MACRO_STMT || d->op == OST_N_SIZEOF ||
			(d->op == OST_N_CALL && node(x, n + 1)->op == OST_N_NAME &&
			 ost_symbols_find(x->s, OST_SYM_MACRO, str(x, node(x, n + 1)->a), NULL));

	if (d->op == OST_N_NAME && !is_passed_over && !(at != IN_CODE && is_word_around(x, d->a)) &&
	    is_touched(x, d->line, d->line) && !x->c->trouble)
		check_name(x, n);
	/* container_of(p, struct a, b.c): b is a member */
	is_macro |= is_passed_over && (d->op == OST_N_INDEX || (d->op == OST_N_MEMBER && d->sub == OST_MEMBER_DOT));
	if (at == IN_CODE && is_macro)
		at = IN_MACRO;
	ost_for_each_kid(&x->tree, n, k)
		walk_names(x, k, (is_macro && (node(x, k)->op == OST_N_NAME || node(x, k)->op == OST_N_MEMBER ||
						node(x, k)->op == OST_N_INDEX)) ||
				 (d->op == OST_N_CALL && k == n + 1), at);
}

/* A constant by its name, or a number; 0: anything else. Conditions of #if around cases, and ranges, are passed over. */
static uint32_t case_value(const struct forms *x, uint32_t n)
{
	uint32_t low = n + 1;

	if (node(x, n)->op != OST_N_CASE || low >= node(x, n)->end || node(x, low)->end < node(x, n)->end)
		return 0;
	return node(x, low)->op == OST_N_NAME || node(x, low)->op == OST_N_NUM ? node(x, low)->a : 0;
}

#define MAX_CASES 2000	/* added ones of one switch that are compared */

/* Two cases of one switch with the same value. */
static void check_cases(struct forms *x, uint32_t block)
{
	uint32_t nr = 0;

	ost_for_each_kid(&x->tree, block, a) {
		uint32_t value = is_touched(x, node(x, a)->line, node(x, a)->line) && nr < MAX_CASES ? case_value(x, a) : 0;

		nr += value != 0;
		for (uint32_t b = block + 1; value && !x->c->trouble && b < node(x, block)->end; b = node(x, b)->end)
			if (b != a && case_value(x, b) == value)
				x->c->trouble = ost_arena_printf(x->c->arena, "%s() has the case %s twice, in lines %u and %u", str(x, x->func->name),
								 str(x, value), node(x, a)->line, node(x, b)->line);
	}
}

static void check_switches(struct forms *x)
{
	uint32_t n;

	for (n = 0; n < x->tree.v.nr && !x->c->trouble; n++)
		if (node(x, n)->op == OST_N_SWITCH && n + 1 < node(x, n)->end && node(x, n + 1)->end < node(x, n)->end &&
		    node(x, node(x, n + 1)->end)->op == OST_N_BLOCK)
			check_cases(x, node(x, n + 1)->end);
}

/* ---- declarations ---- */

/* Is `name()` in the text of its line, or of the next one? */
static bool has_empty_list(const struct forms *x, const struct ost_fact_func *func)
{
	const char *p = x->c->text, *name = str(x, func->name);
	uint32_t line;

	for (line = 1; p && line < func->line; line++)
		p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL;
	p = p ? ost_find_word(p, p, name) : NULL;
	if (!p)
		return false;
	p += strlen(name);
	return p[0] == '(' && p[1] == ')';
}

/* Is a node an added declaration, or several? */
static bool is_decl(const struct forms *x, uint32_t n)
{
	const struct ost_node *d = node(x, n);

	if (d->op == OST_N_BLOCK)
		return n + 1 < d->end && is_decl(x, n + 1);
	return d->op == OST_N_DECL && is_touched(x, d->line, d->line);
}

static void check_late(struct forms *x, uint32_t block)
{
	bool is_late = false;

	ost_for_each_kid(&x->tree, block, k) {
		if (is_late && node(x, k)->op == OST_N_DECL && is_decl(x, k) && !x->c->late_decl)
			x->c->late_decl = ost_arena_printf(x->c->arena, "%s() would declare %s behind a statement, in line %u (an error with CONFIG_WERROR)",
							   str(x, x->func->name), str(x, node(x, k)->a), node(x, k)->line);
		/* what a macro declares may look like a call */
		is_late |= node(x, k)->op != OST_N_DECL && node(x, k)->op != OST_N_EXPR && node(x, k)->op != OST_N_PP &&
			   node(x, k)->op != OST_N_NESTED_FUNC;
	}
}

static void check_decls(struct forms *x)
{
	uint32_t n;

	for (n = 0; n < x->tree.v.nr; n++) {
		if (node(x, n)->op == OST_N_FOR && n + 1 < node(x, n)->end && is_decl(x, n + 1) && !x->c->loop_decl && !is_switched(x, n))
			x->c->loop_decl = ost_arena_printf(x->c->arena, "%s() would declare a variable in the head of a loop, in line %u, which -std=gnu89 has not",
							   str(x, x->func->name), node(x, n)->line);
		else if (node(x, n)->op == OST_N_BLOCK)
			check_late(x, n);
	}
}

/* `int f()` announces no parameters (-Werror=strict-prototypes). */
static void check_empty_list(struct forms *x, const struct ost_fact_func *func)
{
	if (!func->nr_params && !func->macro && !func->trouble && !(func->flags & OST_FF_VARIADIC) && is_touched(x, func->first_line, func->line) &&
	    !ost_is_switched_line(x->c, func->line) && is_local_name(str(x, func->name)) && !x->c->trouble && has_empty_list(x, func)) {
		x->c->is_by_header = true;	/* a program of the build may */
		x->c->trouble = ost_arena_printf(x->c->arena, "%s() in line %u says nothing between its parentheses, not even void",
						 str(x, func->name), func->line);
	}
}

static void check_function(struct forms *x)
{
	bool is_head_new = is_touched(x, x->func->first_line, x->func->body_line);
	uint32_t n;

	if (x->func->trouble || x->func->macro || ost_is_switched_line(x->c, x->func->line) ||
	    !unpack(x, x->func->code, x->func->code_len) || !is_understood(x))
		return;
	for (n = 0; n < x->tree.v.nr && !x->c->trouble; n++) {
		if (node(x, n)->op == OST_N_RETURN)
			check_return(x, n, is_head_new);
		else if (node(x, n)->op == OST_N_GOTO)
			check_goto(x, n);
	}
	check_decls(x);
	if (!x->c->trouble)
		check_switches(x);
	if (!x->c->trouble)
		check_end(x);
	if (!x->c->trouble && is_head_new)
		check_prototype(x);
	if (!x->c->trouble)
		check_locals_left(x);
	if (!x->c->trouble)
		walk_names(x, 0, false, IN_CODE);
}

/* ---- twice ---- */

static void check_twice(struct forms *x)
{
	const struct ost_fact_func *a, *b;
	uint32_t i, k;

	for (i = 0; i < x->f->nr_funcs; i++)
		for (k = i + 1; k < x->f->nr_funcs && !x->c->trouble; k++) {
			a = &x->f->funcs[i];
			b = &x->f->funcs[k];
			if (a->name != b->name || a->cond || b->cond || a->macro || b->macro)
				continue;
			if (is_touched(x, a->first_line, a->body_line) || is_touched(x, b->first_line, b->body_line))
				x->c->trouble = ost_arena_printf(x->c->arena, "%s() would be there twice, in lines %u and %u",
								 str(x, a->name), a->line, b->line);
		}
}

/* ---- members that hold functions ---- */

static const struct ost_fact_func *own_function(const struct forms *x, uint32_t name)
{
	const struct ost_fact_func *found = NULL;
	uint32_t i;

	for (i = 0; i < x->f->nr_funcs; i++)
		if (x->f->funcs[i].name == name) {
			if (found)
				return NULL;
			found = &x->f->funcs[i];
		}
	return found;
}

/* .remove = one of a header's functions. */
static void check_declared_member(struct forms *x, uint32_t init, ost_tag record)
{
	const char *field = str(x, node(x, init)->a), *name = str(x, node(x, init + 1)->a);
	ost_tag form = ost_symbols_sure(x->s, record, field), has = ost_symbols_sure(x->s, OST_TAG_FORM, name);

	if (form & OST_TAG_FORM && has & OST_TAG_FORM && form != has && is_touched(x, node(x, init)->line, node(x, init)->line) &&
	    !ost_symbols_find(x->s, OST_SYM_MACRO, name, NULL) && !ost_symbols_find(x->s, OST_SYM_MACRO, field, NULL))
		x->c->trouble = ost_arena_printf(x->c->arena, "%s() has not the type of the member %s that holds it in line %u", name, field,
						 node(x, init)->line);
}

static void check_member(struct forms *x, uint32_t init, ost_tag record)
{
	const struct ost_node *value = node(x, init + 1);
	const struct ost_fact_func *func = value->op == OST_N_NAME ? own_function(x, value->a) : NULL;
	const char *field = str(x, node(x, init)->a);
	ost_tag form = 0, has;

	if (!func && value->op == OST_N_NAME && !is_of_file(x, value->a)) {
		check_declared_member(x, init, record);
		return;
	}
	if (!func || func->macro || func->flags & OST_FF_VARIADIC || !ost_symbols_member(x->s, record, field, &form) ||
	    !(form & OST_TAG_FORM))
		return;
	if (!is_touched(x, node(x, init)->line, node(x, init)->line) && !is_touched(x, func->first_line, func->body_line))
		return;
	has = ost_symbols_form(x->f, func->ret_type, func->first_param, func->nr_params);
	if (has && has != form)
		x->c->trouble = ost_arena_printf(x->c->arena, "%s() has not the type of the member %s that holds it in line %u",
						 str(x, func->name), field, node(x, init)->line);
}

static void check_init(struct forms *x, uint32_t n, ost_tag record)
{
	ost_for_each_kid(&x->tree, n, k) {
		ost_tag inner = 0;

		if (x->c->trouble || node(x, k)->op != OST_N_INIT_FIELD || k + 1 >= node(x, k)->end)
			continue;
		check_member(x, k, record);
		if (node(x, k + 1)->op == OST_N_INIT &&
		    ost_symbols_member(x->s, record, str(x, node(x, k)->a), &inner) && inner &&
		    !(inner & (OST_TAG_FORM | OST_TAG_NUMBER)))
			check_init(x, k + 1, inner);
	}
}

static void check_tables(struct forms *x)
{
	uint32_t i;
	ost_tag tag;

	for (i = 0; i < x->f->nr_globals && !x->c->trouble; i++) {
		const struct ost_fact_global *g = &x->f->globals[i];

		tag = g->code_len ? ost_symbols_type_tag(x->f, g->type) : 0;
		if (tag && unpack(x, g->code, g->code_len) && node(x, 0)->op == OST_N_INIT)
			check_init(x, 0, tag);
	}
}

void ost_check_forms(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *facts,
		     const struct ost_facts *before, const bool *is_added, uint32_t nr_lines)
{
	struct forms x = { c, symbols, facts, before, is_added, nr_lines, NULL, { OST_VEC_INIT } };
	uint32_t i;

	for (i = 0; i < facts->nr_funcs && !c->trouble; i++) {
		x.func = &facts->funcs[i];
		if (is_touched(&x, x.func->first_line, x.func->end_line))
			check_function(&x);
	}
	for (i = 0; i < facts->nr_funcs; i++)
		check_empty_list(&x, &facts->funcs[i]);
	for (i = 0; i < facts->nr_protos; i++)
		check_empty_list(&x, &facts->protos[i]);
	if (!c->trouble)
		check_twice(&x);
	if (!c->trouble)
		check_tables(&x);
	ost_vec_deinit(&x.tree.v);
}
