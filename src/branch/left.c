// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/left.h"

#include <ctype.h>
#include <string.h>

#include "base/word.h"
#include "branch/forms.h"
#include "branch/pasted.h"

/* A file whose names are asked for. */
struct using {
	const struct ost_facts *f;
	struct ost_tree tree;	/* the last one unpacked */
};

struct left {
	struct ost_uses_check *c;
	const struct ost_symbols *s;
	struct ost_included *included;
	struct using now, old;	/* old.f is NULL when the file was not there */
	const char *text;
	size_t len;
	const bool *is_added;
	uint32_t nr_lines;
};

static bool unpack(struct using *u, uint32_t code, uint32_t len)
{
	return len && ost_facts_unpack(u->f, code, len, &u->tree) && u->tree.v.nr;
}

static bool is_use(const struct ost_node *n)
{
	return n->op == OST_N_NAME || n->op == OST_N_GOTO || n->op == OST_N_LABEL_ADDR;
}

/* Does the unpacked tree use the word? What declares it, a label and a member are no uses. */
static bool is_in_tree(const struct using *u, const char *word)
{
	const struct ost_node *n = u->tree.v.items;
	uint32_t i;

	for (i = 0; i < u->tree.v.nr; i++) {
		if (n[i].op == OST_N_TEXT || n[i].op == OST_N_ASM || n[i].op == OST_N_ATTR) {
			if (ost_has_word(ost_facts_str(u->f, n[i].a), word))
				return true;
		} else if (is_use(&n[i]) && !strcmp(ost_facts_str(u->f, n[i].a), word)) {
			return true;
		}
	}
	return false;
}

/* #define MTYPE hash_ip4: a macro may paste the rest of the name. */
static bool is_begun_by_macro(const struct ost_facts *f, const char *name)
{
	uint32_t i;

	for (i = 0; i < f->nr_macros; i++) {
		const char *text = ost_facts_str(f, f->macros[i].text);

		if (!f->macros[i].is_function && strlen(text) > 3 && !strncmp(name, text, strlen(text)))
			return true;
	}
	return false;
}

/* In typeof(), in the size of an array, or in the text of a macro. */
static bool is_in_text(const struct ost_facts *f, const char *word)
{
	uint32_t i;

	for (i = 0; i < f->nr_types; i++)
		if ((f->types[i].kind == OST_T_TYPEOF || f->types[i].kind == OST_T_ARRAY) &&
		    ost_has_word(ost_facts_str(f, f->types[i].name), word))
			return true;
	for (i = 0; i < f->nr_macros; i++)
		if (ost_has_word(ost_facts_str(f, f->macros[i].text), word))
			return true;
	return false;
}

static bool is_touched(const struct left *x, uint32_t from, uint32_t to)
{
	return ost_lines_touched(x->is_added, x->nr_lines, from, to);
}

/* The only function of that name with a body; NULL: none, or several. */
static const struct ost_fact_func *only_function(const struct ost_facts *f, const char *name)
{
	const struct ost_fact_func *found = NULL;
	uint32_t i;

	for (i = 0; f && i < f->nr_funcs; i++)
		if (!strcmp(ost_facts_str(f, f->funcs[i].name), name)) {
			if (found)
				return NULL;
			found = &f->funcs[i];
		}
	return found;
}

static bool is_plain(const struct ost_fact_func *func)
{
	return func->code_len && !func->trouble && !func->macro;
}

/* ---- labels and variables of one function ---- */

/* Was it used in the function of the same name before? */
static bool was_used(struct left *x, const struct ost_fact_func *func, const char *name)
{
	const struct ost_fact_func *old = only_function(x->old.f, ost_facts_str(x->now.f, func->name));

	return old && is_plain(old) && unpack(&x->old, old->code, old->code_len) && is_in_tree(&x->old, name);
}

/* Where a variable lies: that says nothing of its uses. */
static const char *const placing[] = { "__initdata", "__exitdata", "__ro_after_init", "__read_mostly" };

static bool is_placing(const char *p, const char *end)
{
	size_t i, n;

	for (i = 0; i < OST_ARRAY_SIZE(placing); i++) {
		n = strlen(placing[i]);
		if ((size_t)(end - p) > n && !strncmp(p, placing[i], n) && !ost_is_word_byte(p[n]))
			return true;
	}
	return false;
}

/* Does what stands from the beginning of a line to the next `;` or `:` say that it may go unused, or anything about it? */
static bool is_excused(const struct left *x, uint32_t line)
{
	const char *p = x->text, *end = x->text + x->len, *stop;

	for (; line > 1 && p < end; line--) {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : end;
	}
	for (stop = p; stop < end && *stop != ';' && *stop != ':'; stop++)
		if (end - stop > 6 && !is_placing(stop, end) && ((!memcmp(stop, "__", 2) && (stop == p || !ost_is_word_byte(stop[-1]))) ||
				       !memcmp(stop, "unused", 6)))
			return true;
	return false;
}

static bool is_bare(const struct ost_tree *t, uint32_t n)
{
	ost_for_each_kid(t, n, k)
		if (t->v.items[k].op == OST_N_ATTR)
			return false;
	return true;
}

static bool is_asked(const struct ost_tree *t, uint32_t n)
{
	const struct ost_node *d = &t->v.items[n];

	return d->a && (d->op == OST_N_LABEL || (d->op == OST_N_DECL && !(d->flags & OST_NF_EXTERN))) && is_bare(t, n);
}

/* Macros in capitals that name nothing but what they are given. */
static bool is_closed_macro(const char *name)
{
	static const char *const words[] = { "BUG_ON", "WARN_ON", "WARN_ON_ONCE", "WARN", "WARN_ONCE", "VM_BUG_ON", "BUILD_BUG_ON",
					     "IS_ENABLED", "IS_ERR", "PTR_ERR", "READ_ONCE", "WRITE_ONCE", "ARRAY_SIZE", "BIT",
					     "GENMASK", "FIELD_PREP", "FIELD_GET", "ALIGN", "DIV_ROUND_UP", "ERR_PTR" };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], name))
			return true;
	return false;
}

/* Is a macro in capitals called, which may take a local by its name ("adev", "hw") without being given it? */
static bool calls_macro(const struct left *x)
{
	const struct ost_node *n = x->now.tree.v.items;
	uint32_t i;

	for (i = 0; i + 1 < x->now.tree.v.nr; i++) {
		const char *name, *p;

		if (n[i].op != OST_N_CALL || n[i + 1].op != OST_N_NAME)
			continue;
		name = p = ost_facts_str(x->now.f, n[i + 1].a);
		while (*p && !islower((unsigned char)*p))
			p++;
		if (!*p && !is_closed_macro(name) && !ost_symbols_find(x->s, OST_SYM_FUNC, name, NULL))
			return true;
	}
	return false;
}

/* Is every use of the local an assignment that is a statement, and is there one? A number or a pointer, that is. */
static bool is_only_set(const struct left *x, const char *name)
{
	const struct ost_node *n = x->now.tree.v.items;
	bool found = false;
	uint32_t i;

	for (i = 0; i < x->now.tree.v.nr; i++) {
		if (n[i].op == OST_N_TEXT || n[i].op == OST_N_ASM || n[i].op == OST_N_ATTR) {
			if (ost_has_word(ost_facts_str(x->now.f, n[i].a), name))
				return false;
			continue;
		}
		if (!is_use(&n[i]) || strcmp(ost_facts_str(x->now.f, n[i].a), name))
			continue;
		if (i < 2 || n[i - 1].op != OST_N_ASSIGN || n[i - 1].sub != OST_OP_ASSIGN || n[i - 2].op != OST_N_EXPR)
			return false;
		found = true;
	}
	return found;
}

/* -Wunused-but-set-variable is given by some folders only. */
static bool is_left_set(const struct left *x, uint32_t n, const char *name)
{
	const struct ost_node *d = &x->now.tree.v.items[n];
	bool is_typed = n + 1 < x->now.tree.v.nr && d[1].op == OST_N_TYPE;
	const struct ost_fact_type *t = is_typed ? &x->now.f->types[d[1].a] : NULL;

	return t && d->op == OST_N_DECL && is_touched(x, d->line, d->line) && !(d->flags & OST_NF_STATIC) &&
	       x->c->flags && ost_make_flags_has(x->c->flags, "-Wunused-but-set-variable") &&
	       (t->kind == OST_T_BUILTIN || t->kind == OST_T_TYPEDEF || t->kind == OST_T_POINTER) && is_only_set(x, name);
}

/* A macro that is called may go to a label: fsck_err(), "goto fsck_err". */
static bool is_of_macro(const struct left *x, const char *label)
{
	return ost_symbols_find(x->s, OST_SYM_MACRO, label, NULL) || ost_symbols_find(x->s, OST_SYM_INSIDE, label, NULL) ||
	       ost_symbols_find(x->s, OST_SYM_WORD, label, NULL);
}

static void check_body(struct left *x, const struct ost_fact_func *func)
{
	const struct ost_node *d;
	bool has_macro, is_set;
	uint32_t n;

	if (!is_plain(func) || func->cond || !unpack(&x->now, func->code, func->code_len))
		return;
	for (n = 0; n < x->now.tree.v.nr; n++)
		if (x->now.tree.v.items[n].op == OST_N_NESTED_FUNC)
			return;
	has_macro = calls_macro(x);
	for (n = 0; n < x->now.tree.v.nr && !x->c->warning; n++) {
		const char *name = ost_facts_str(x->now.f, x->now.tree.v.items[n].a);

		d = &x->now.tree.v.items[n];
		if (!is_asked(&x->now.tree, n))
			continue;
		is_set = is_in_tree(&x->now, name);
		if ((is_set && !is_left_set(x, n, name)) || is_in_text(x->now.f, name) ||
		    (!is_touched(x, d->line, d->line) && !was_used(x, func, name)) || is_excused(x, d->line))
			continue;
		/* or is there one in a header around that has such a word? REG_B for REG_A + channel */
		if ((d->op == OST_N_DECL && has_macro) || (d->op == OST_N_LABEL && is_of_macro(x, name)) ||
		    (d->op == OST_N_DECL && ost_symbols_find(x->s, OST_SYM_INSIDE, name, NULL))) {
			x->c->nr_doubtful++;
			continue;
		}
		x->c->warning = ost_arena_printf(x->c->arena, "%s() would have the %s %s in line %u %s (an error with CONFIG_WERROR)",
						 ost_facts_str(x->now.f, func->name), d->op == OST_N_LABEL ? "label" : "variable",
						 name, d->line, is_set ? "that is set and not used" : "without a use");
	}
}

/* ---- static functions ---- */

/* Is a name in the unpacked tree, an argument of a call from node 2 on, a part of `name`? */
static bool has_part(const struct using *u, const char *name)
{
	uint32_t n;

	for (n = 2; n < u->tree.v.nr; n++)
		if (u->tree.v.items[n].op == OST_N_NAME && strstr(name, ost_facts_str(u->f, u->tree.v.items[n].a)))
			return true;
	return false;
}

/* Is an argument of a macro outside of functions a part of the name, so that the macro may make the whole of it? */
static bool may_be_pasted(struct using *u, const char *name)
{
	uint32_t i;

	for (i = 0; i < u->f->nr_invokes; i++)
		if (!unpack(u, u->f->invokes[i].code, u->f->invokes[i].code_len) || has_part(u, name))
			return true;
	for (i = 0; i < u->f->nr_globals; i++)
		if (unpack(u, u->f->globals[i].code, u->f->globals[i].code_len) && has_part(u, name))
			return true;
	return false;
}

/* Does anything in the file but the function itself name it? True as well where that is not known. */
static bool is_function_used(struct using *u, const char *name)
{
	uint32_t i;

	/* without includes: a file that another one includes */
	if (!u->f->nr_includes || is_in_text(u->f, name) || is_begun_by_macro(u->f, name) || may_be_pasted(u, name) ||
	    ost_fits_pasted(u->f, name) || u->f->nr_lost || u->f->nr_split)
		return true;
	for (i = 0; i < u->f->nr_funcs; i++) {
		if (!strcmp(ost_facts_str(u->f, u->f->funcs[i].name), name))
			continue;
		if (u->f->funcs[i].trouble || !unpack(u, u->f->funcs[i].code, u->f->funcs[i].code_len) || is_in_tree(u, name))
			return true;
	}
	for (i = 0; i < u->f->nr_globals; i++)
		if (u->f->globals[i].code_len &&
		    (!unpack(u, u->f->globals[i].code, u->f->globals[i].code_len) || is_in_tree(u, name)))
			return true;
	return false;
}

/* Words between spaces that say nothing about whether it may go unused. */
static bool are_harmless(const char *attrs)
{
	static const char *const words[] = { "__releases", "__acquires", "__must_hold", "__cond_acquires", "__must_check",
					     "__printf", "__init", "__exit", "noinline", "__cold", "__noreturn" };
	size_t i, len;

	for (; *attrs; attrs += len + (attrs[len] == ' ')) {
		len = strcspn(attrs, " ");
		for (i = 0; i < OST_ARRAY_SIZE(words); i++)
			if (strlen(words[i]) == len && !strncmp(words[i], attrs, len))
				break;
		if (i == OST_ARRAY_SIZE(words) && !is_placing(attrs, attrs + len + 1))
			return false;
	}
	return true;
}

static bool is_own(const struct ost_facts *f, const struct ost_fact_func *func)
{
	uint32_t i;

	if (!is_plain(func) || !(func->flags & OST_FF_STATIC) || func->flags & OST_FF_INLINE || func->cond ||
	    !are_harmless(ost_facts_str(f, func->attrs)))
		return false;
	for (i = 0; i < f->nr_includes; i++)
		if (f->includes[i].line > func->line)
			return false;	/* which may use it, under a name that macros make */
	for (i = 0; i < f->nr_protos; i++)
		if (f->protos[i].name == func->name && (f->protos[i].attrs || f->protos[i].cond))
			return false;
	return true;
}

/* For each string of the file the function that has it as a name, plus 1; MANY of them, or none. */
#define MANY UINT32_MAX

static uint32_t *name_users(struct using *u, struct ost_arena *arena)
{
	uint32_t *user = ost_arena_calloc(arena, u->f->nr_strs + 1, sizeof(*user)), i, n;

	for (i = 0; i < u->f->nr_funcs; i++) {
		if (!unpack(u, u->f->funcs[i].code, u->f->funcs[i].code_len))
			continue;
		for (n = 0; n < u->tree.v.nr; n++) {
			const struct ost_node *d = &u->tree.v.items[n];

			if (is_use(d))
				user[d->a] = !user[d->a] || user[d->a] == i + 1 ? i + 1 : MANY;
		}
	}
	return user;
}

/* In the text of a macro of the headers around, or given to one there. */
static bool is_used_around(const struct left *x, const char *name)
{
	return ost_symbols_find(x->s, OST_SYM_INSIDE, name, NULL) || ost_symbols_find(x->s, OST_SYM_GIVEN, name, NULL);
}

static bool is_string_of(void *ctx, const char *word, size_t len)
{
	const struct ost_facts *f = ctx;
	uint32_t i;

	for (i = 1; i < f->nr_strs; i++)
		if (ost_facts_strlen(f, i) == len && !memcmp(ost_facts_str(f, i), word, len))
			return true;
	return false;
}

/* btree_root(gc_root, ...): may a macro of a header make the name of words that the file has? */
static bool may_be_pasted_around(const struct left *x, const char *name)
{
	struct ost_pasted_known known = { .is_given = is_string_of, .ctx = (void *)(uintptr_t)x->now.f };

	if (!x->included)
		return false;
	known.patterns = ost_included_patterns(x->included, &known.nr_patterns);
	return ost_may_be_pasted(&known, name);
}

static void check_function(struct left *x, const struct ost_fact_func *func)
{
	const char *name = ost_facts_str(x->now.f, func->name);
	const struct ost_fact_func *old = only_function(x->old.f, name);
	bool is_new = is_touched(x, func->first_line, func->line) && !old;

	if (!is_own(x->now.f, func) || only_function(x->now.f, name) != func || (!is_new && !old) ||
	    is_used_around(x, name) || is_function_used(&x->now, name) || may_be_pasted_around(x, name) || (old && !is_function_used(&x->old, name)))
		return;
	x->c->warning = ost_arena_printf(x->c->arena, "nothing would call the static function %s() in line %u (an error with CONFIG_WERROR)",
					 name, func->line);
}

/* ---- static variables ---- */

/* The only one of that name at file scope; NULL: none, or several. */
static const struct ost_fact_global *only_global(const struct ost_facts *f, const char *name)
{
	const struct ost_fact_global *found = NULL;
	uint32_t i;

	for (i = 0; f && i < f->nr_globals; i++)
		if (!strcmp(ost_facts_str(f, f->globals[i].name), name)) {
			if (found)
				return NULL;
			found = &f->globals[i];
		}
	return found;
}

/* Constants may go unused (-Wno-unused-const-variable). */
static bool is_const(const struct ost_facts *f, uint32_t type)
{
	int depth;

	for (depth = 0; depth < 16 && f->types[type].kind == OST_T_ARRAY; depth++)
		type = f->types[type].inner;
	return f->types[type].flags & OST_TF_CONST;
}

static void check_variable(struct left *x, const struct ost_fact_global *g)
{
	const char *name = ost_facts_str(x->now.f, g->name);
	const struct ost_fact_global *old = only_global(x->old.f, name);
	bool is_new = is_touched(x, g->line, g->line) && !old;

	if (!*name || g->func || !(g->flags & OST_FF_STATIC) || !are_harmless(ost_facts_str(x->now.f, g->attrs)) || g->cond ||
	    is_const(x->now.f, g->type) || is_excused(x, g->line) ||
	    only_global(x->now.f, name) != g || (!is_new && !old) || is_used_around(x, name) || is_function_used(&x->now, name) ||
	    may_be_pasted_around(x, name) || (old && !is_function_used(&x->old, name)))
		return;
	x->c->warning = ost_arena_printf(x->c->arena, "nothing would use the static variable %s in line %u (an error with CONFIG_WERROR)",
					 name, g->line);
}

void ost_check_left(struct ost_uses_check *c, const struct ost_symbols *symbols, struct ost_included *included, const struct ost_facts *facts,
		    const struct ost_facts *before, const char *text, size_t len, const bool *is_added, uint32_t nr_lines)
{
	uint32_t *user;
	struct left x = { c, symbols, included, { facts, { OST_VEC_INIT } }, { before, { OST_VEC_INIT } }, text, len, is_added, nr_lines };
	uint32_t i;

	user = name_users(&x.now, c->arena);
	for (i = 0; i < facts->nr_funcs && !c->warning; i++) {
		uint32_t by = user[facts->funcs[i].name];

		check_body(&x, &facts->funcs[i]);
		if (!c->warning && (!by || by == i + 1))
			check_function(&x, &facts->funcs[i]);
	}
	for (i = 0; i < facts->nr_globals && !c->warning; i++)
		if (!user[facts->globals[i].name])
			check_variable(&x, &facts->globals[i]);
	ost_vec_deinit(&x.now.tree.v);
	ost_vec_deinit(&x.old.tree.v);
}
