// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/compile.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/word.h"
#include "branch/compile_internal.h"
#include "branch/given.h"
#include "branch/pasted.h"
#include "branch/taken.h"

/* What a macro of the file itself is given, or puts into a record or a function, has no other declaration. */
static bool is_in_own_macro(const struct use_walk *w, const char *name)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_macros; i++)
		if (ost_macro_names(w->f, &w->f->macros[i], name))
			return true;
	return false;
}

/* Has the macro a definition that does not use what it is given: `#define dbg(x...) do { } while (0)`? */
static bool is_dropper(const struct use_walk *w, const char *macro)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_macros; i++)
		if (!strcmp(ost_facts_str(w->f, w->f->macros[i].name), macro) && ost_drops_arguments(w->f, &w->f->macros[i]))
			return true;
	return w->c->included && ost_included_drops(w->c->included, macro);
}

/* May what stands there not be compiled at all: under an #if that no configuration decides, or given to a macro that drops it? */
static bool is_switched(const struct use_walk *w, uint32_t line)
{
	const struct around *a;
	bool found = ost_is_switched_line(w->c, line);

	for (a = w->around; a && !found; a = a->up)
		found = is_dropper(w, a->macro);
	return found;
}

static void add_missing(struct use_walk *w, const char *kind, const char *name, uint32_t line)
{
	struct ost_missing_symbol *m;
	size_t i;

	for (i = 0; i < w->c->missing.nr; i++)
		if (!strcmp(w->c->missing.items[i].name, name) && !strcmp(w->c->missing.items[i].kind, kind))
			return;
	m = ost_vec_push(&w->c->missing);
	m->kind = kind;
	m->name = ost_arena_strdup(w->c->arena, name);
	m->file = ost_arena_strdup(w->c->arena, w->path);
	m->line = line;
}

void ost_uses_report(struct use_walk *w, const char *kind, const char *name, uint32_t line)
{
	if (is_switched(w, line) || is_in_own_macro(w, name)) {
		ost_uses_doubt(w->c, name);
		return;
	}
	if (!ost_uses_is_added(w, line)) {
		if (!w->c->trouble)
			w->c->trouble = ost_arena_printf(w->c->arena, "line %u would still use the %s %s, which the patch takes away",
							 line, kind, name);
		return;
	}
	add_missing(w, kind, name, line);
}

void ost_uses_report_arity(struct use_walk *w, const char *text, uint32_t line)
{
	ost_uses_report(w, "arity", text, line);
}

void ost_uses_doubt(struct ost_uses_check *c, const char *name)
{
	size_t i;

	c->nr_doubtful++;
	for (i = 0; name && i < OST_ARRAY_SIZE(c->doubtful); i++) {
		if (c->doubtful[i] && strcmp(c->doubtful[i], name))
			continue;
		if (!c->doubtful[i])
			c->doubtful[i] = ost_arena_strdup(c->arena, name);
		return;
	}
}

static bool is_seen_by(struct ost_included *x, const char *name)
{
	static const enum ost_symbol_kind kinds[] = { OST_SYM_FUNC, OST_SYM_MACRO, OST_SYM_OBJECT, OST_SYM_ENUM, OST_SYM_TYPE };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(kinds); i++)
		if (ost_included_has(x, kinds[i], name))
			return true;
	return false;
}

static bool is_seen(const struct use_walk *w, const char *name)
{
	return is_seen_by(w->c->included, name);
}

/* In what was read of the headers that it includes, be that all or not. */
static bool is_read(const struct use_walk *w, const char *name)
{
	return w->c->included && is_seen(w, name);
}

bool ost_uses_is_word_anywhere(const struct use_walk *w, const char *name)
{
	if (!ost_uses_is_closed(w))
		return ost_symbols_find(w->s, OST_SYM_WORD, name, NULL);
	return is_seen(w, name) || ost_included_has(w->c->included, OST_SYM_LOOSE, name) ||
	       ost_included_has(w->c->included, OST_SYM_INSIDE, name) || ost_included_has(w->c->included, OST_SYM_OUTER, name);
}

static const struct ost_fact_macro *own_macro(const struct use_walk *w, const char *name)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_macros; i++)
		if (!strcmp(ost_facts_str(w->f, w->f->macros[i].name), name))
			return &w->f->macros[i];
	return NULL;
}

/* Do all macros around make a value of what is walked (given.h)? */
static bool is_given_well(const struct use_walk *w)
{
	const struct around *a;

	for (a = w->around; a; a = a->up)
		if (!ost_given_is_value(w->c->included, w->f, a->macro, a->arg))
			return false;
	return true;
}

/* Does the macro of that call, or one that it uses, paste or quote? */
static bool is_pasted_by(const struct use_walk *w, const struct around *a)
{
	OST_BUF text = OST_BUF_INIT;
	bool found;
	uint32_t i;

	ost_buf_addf(&text, "%s ", a->macro);
	/* read_poll_timeout(macb_readl, ...) gives the rest to macb_readl() */
	ost_for_each_kid(&w->tree, a->call, k)
		if (ost_uses_node(w, k)->op == OST_N_NAME)
			ost_buf_addf(&text, "%s ", ost_facts_str(w->f, ost_uses_node(w, k)->a));
	for (i = 0; own_macro(w, a->macro) && i < w->f->nr_macros; i++)
		ost_buf_addf(&text, "%s ", ost_facts_str(w->f, w->f->macros[i].text));
	found = strchr(text.ptr, '#') || ost_included_pastes(w->c->included, text.ptr);
	ost_buf_deinit(&text);
	return found;
}

/*
 * Does any macro around, or one that it uses, paste or quote? clear_bit(chip, MASK(XFER)) may paste MASK to the name of
 * another macro. True as well when that is not known.
 */
static bool is_in_paster(const struct use_walk *w)
{
	const struct around *a;
	bool found = false;

	if (!w->around || !ost_uses_is_closed(w))
		return w->around != NULL;
	for (a = w->around; a && !found; a = a->up)
		found = is_pasted_by(w, a);
	return found && !is_given_well(w);
}

/*
 * Missing when no header even has the word. PUSH(p, SET_OFFSET(0)) may paste a name in capitals to something, and
 * SENSOR_ATTR(in%d_max, ...) in a table quotes any.
 */
void ost_uses_report_unheard(struct use_walk *w, const char *kind, const char *name, uint32_t line)
{
	if ((w->c->is_open && !ost_uses_is_closed(w)) || w->is_conditional || ost_uses_is_word_anywhere(w, name) || ost_uses_may_be_made(w, name) ||
	    ((ost_uses_is_constant_name(name) || !w->func) && is_in_paster(w)))
		ost_uses_doubt(w->c, name);
	else
		ost_uses_report(w, kind, name, line);
}

/* ---- names that are declared, and not seen ---- */

void ost_uses_hide(struct use_walk *w, const char *kind, const char *name, uint32_t line, ost_tag tag)
{
	struct ost_hidden_name *h;
	size_t i;

	if (is_switched(w, line)) {
		ost_uses_doubt(w->c, name);
		return;
	}
	for (i = 0; i < w->c->hidden.nr; i++)
		if (!strcmp(w->c->hidden.items[i].name, name) && !strcmp(w->c->hidden.items[i].kind, kind))
			return;
	h = ost_vec_push(&w->c->hidden);
	*h = (struct ost_hidden_name){ kind, ost_arena_strdup(w->c->arena, name), line, tag };
}

/* The name is declared somewhere: by a header that the file includes? */
static void check_seen(struct use_walk *w, const char *kind, const char *name, uint32_t line)
{
	if (!ost_uses_is_closed(w) || w->is_conditional || !ost_uses_is_added(w, line) || is_seen(w, name))
		return;
	if (ost_uses_is_word_anywhere(w, name) || ost_uses_may_be_made(w, name) || ((ost_uses_is_constant_name(name) || !w->func) && is_in_paster(w)))
		ost_uses_doubt(w->c, name);
	else
		ost_uses_hide(w, kind, name, line, 0);
}

/* ---- uses ---- */

static bool is_callable(const struct use_walk *w, uint32_t n, const char *name, unsigned *ret_args)
{
	unsigned func_args = OST_ARGS_ANY, macro_args = OST_ARGS_ANY;
	bool func, macro;

	*ret_args = OST_ARGS_ANY;
	if (ost_uses_is_own(w, n))
		return true;
	func = ost_symbols_find(w->s, OST_SYM_FUNC, name, &func_args);
	macro = ost_symbols_find(w->s, OST_SYM_MACRO, name, &macro_args);
	if (func != macro)
		*ret_args = func ? func_args : macro_args;
	else if (func && func_args == macro_args)
		*ret_args = func_args;
	return func || macro || ost_symbols_find(w->s, OST_SYM_OBJECT, name, NULL) || is_read(w, name);
}

static bool is_compiler_word(const char *name)
{
	static const char *const words[] = { "defined", "offsetof", "container_of", "va_arg", "va_start",
					     "va_end", "va_copy", "typeof", "_Static_assert", "asm", "__func__", "__FUNCTION__",
					     "__FILE__", "__LINE__", "__COUNTER__" };
	size_t i;

	/* of the build's command line, of <linux/version.h> and <asm/unistd.h>, which it makes, and of the compiler */
	if (!strncmp(name, "KBUILD_", 7) || !strncmp(name, "__KBUILD_", 9) || !strncmp(name, "__NR_", 5) ||
	    !strncmp(name, "LINUX_VERSION_", 14))
		return true;
	if (!strncmp(name, "__builtin_", 10) || !strncmp(name, "__sync_", 7) || !strncmp(name, "__atomic_", 9))
		return true;
	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (!strcmp(name, words[i]))
			return true;
	return false;
}

static uint32_t nr_kids(const struct use_walk *w, uint32_t n)
{
	uint32_t nr = 0;

	ost_for_each_kid(&w->tree, n, k)
		nr++;
	return nr;
}

/* guard(x)(...), scoped_guard(x, ...), CLASS(x, ...)(...) and __free(x): x must have been defined. */
static void check_guard(struct use_walk *w, uint32_t call, const char *name)
{
	uint32_t arg = ost_uses_node(w, call + 1)->end;
	const char *class;

	if (strcmp(name, "guard") && strcmp(name, "scoped_guard") && strcmp(name, "CLASS") &&
	    strcmp(name, "scoped_cond_guard"))
		return;
	if (arg >= ost_uses_node(w, call)->end || ost_uses_node(w, arg)->op != OST_N_NAME)
		return;
	class = ost_facts_str(w->f, ost_uses_node(w, arg)->a);
	w->c->nr_uses++;
	if (!ost_symbols_find(w->s, OST_SYM_GUARD, class, NULL) && !ost_symbols_find(w->s, OST_SYM_MACRO, class, NULL)) {
		OST_BUF text = OST_BUF_INIT;

		ost_buf_addf(&text, "%s(%s)", name, class);
		if ((w->c->is_open && !ost_uses_is_closed(w)) || w->is_conditional)
			ost_uses_doubt(w->c, text.ptr);
		else
			ost_uses_report(w, "guard", text.ptr, ost_uses_node(w, call)->line);
	}
}

/* `u16 CRC_INIT(crc);` and `bool (check)(int)` among the parameters: names that were not understood. */
static bool may_declare_more(const struct use_walk *w)
{
	bool found = false;
	uint32_t i;

	for (i = 0; i < w->tree.v.nr && !found; i++)
		found = ost_uses_node(w, i)->op == OST_N_NESTED_FUNC &&
			ost_symbols_find(w->s, OST_SYM_MACRO, ost_facts_str(w->f, ost_uses_node(w, i)->a), NULL);
	for (i = 0; w->func && i < w->func->nr_params && !found; i++)
		found = !w->f->params[w->func->first_param + i].name;
	return found;
}

/* A macro may stand for several arguments: reg_write(value, dev, REG_OF(2)). */
static bool has_macro_argument(const struct use_walk *w, uint32_t call)
{
	ost_for_each_kid(&w->tree, call, k) {
		uint32_t at = ost_uses_node(w, k)->op == OST_N_CALL ? k + 1 : k;

		if (k > call + 1 && ost_uses_node(w, at)->op == OST_N_NAME &&
		    ost_symbols_find(w->s, OST_SYM_MACRO, ost_facts_str(w->f, ost_uses_node(w, at)->a), NULL))
			return true;
	}
	return false;
}

/* The first added line of a call, or that of its name. */
static uint32_t call_line(const struct use_walk *w, uint32_t n)
{
	uint32_t k;

	for (k = n; k < ost_uses_node(w, n)->end; k++)
		if (ost_uses_is_added(w, ost_uses_node(w, k)->line))
			return ost_uses_node(w, k)->line;
	return ost_uses_node(w, n)->line;
}

/* trace_x() and trace_x_enabled() of an event x that an included header has. */
static bool is_tracepoint(const struct use_walk *w, const char *name)
{
	const char *event = !strncmp(name, "trace_", 6) ? name + 6 : NULL;
	size_t n = event ? strlen(event) : 0;

	if (!event || !ost_uses_is_closed(w))
		return false;
	return ost_included_has(w->c->included, OST_SYM_LOOSE, event) ||
	       (n > 8 && !strcmp(event + n - 8, "_enabled") &&
		ost_included_has(w->c->included, OST_SYM_LOOSE, ost_arena_strndup(w->c->arena, event, n - 8)));
}

static void check_call(struct use_walk *w, uint32_t n)
{
	uint32_t callee = n + 1;
	const char *name;
	unsigned args, nr;

	if (ost_uses_node(w, callee)->op != OST_N_NAME)
		return;
	name = ost_facts_str(w->f, ost_uses_node(w, callee)->a);
	if (is_compiler_word(name))
		return;
	w->c->nr_uses++;
	if (!is_callable(w, callee, name, &args)) {
		if (is_tracepoint(w, name))
			return;
		if (may_declare_more(w)) {
			ost_uses_doubt(w->c, name);
			return;
		}
		ost_uses_report_unheard(w, "function", name, ost_uses_node(w, n)->line);
		return;
	}
	if (!ost_uses_is_own(w, callee)) {
		check_seen(w, "function", name, ost_uses_node(w, n)->line);
		if (w->func && ost_uses_is_misused(w, name, true))
			ost_uses_report(w, "function", name, ost_uses_node(w, n)->line);
	}
	check_guard(w, n, name);
	nr = nr_kids(w, n) - 1;
	/* f() of a macro with one parameter has one empty argument */
	if (args != OST_ARGS_ANY && args != nr && !(args == 1 && nr == 0) && !(nr < args && has_macro_argument(w, n))) {
		OST_BUF text = OST_BUF_INIT;

		ost_buf_addf(&text, "%s() takes %u arguments, not %u", name, args, nr);
		ost_uses_report(w, "arity", text.ptr, call_line(w, n));
	}
}

/* A message, and nothing that declares: a literal is among what it is given. */
static bool has_literal(const struct use_walk *w, uint32_t call)
{
	ost_for_each_kid(&w->tree, call, k)
		if (ost_uses_node(w, k)->op == OST_N_STR)
			return true;
	return false;
}

/* Is the value of it used? What declares has none, but may be given one: DECLARE_MASK(mask) = {}. */
static bool is_operand(const struct use_walk *w, uint32_t n)
{
	uint32_t up = n;

	while (up--)
		if (ost_uses_node(w, up)->end > n)
			break;
	if (up == UINT32_MAX)
		return false;
	switch (ost_uses_node(w, up)->op) {
	case OST_N_BINARY:
		return ost_uses_node(w, up)->sub != OST_OP_COMMA && ost_uses_node(w, up)->sub != OST_OP_MACRO;
	case OST_N_ASSIGN:
		return n != up + 1 || ost_uses_node(w, n)->end >= ost_uses_node(w, up)->end || ost_uses_node(w, ost_uses_node(w, n)->end)->op != OST_N_INIT;
	case OST_N_UNARY:
	case OST_N_TERNARY:
	case OST_N_INDEX:
	case OST_N_MEMBER:
	case OST_N_CAST:
	case OST_N_SIZEOF:
		return true;
	default:
		return false;
	}
}

uint32_t ost_declarator_name(const struct ost_tree *t, uint32_t n)
{
	const struct ost_node *x = &t->v.items[n];

	while ((x->op == OST_N_UNARY && x->sub == OST_OP_DEREF) || x->op == OST_N_INDEX)
		x++;
	return x->op == OST_N_NAME ? x->a : 0;
}

/* May the macro that is called declare what it is given by that name? */
static bool may_declare(const struct use_walk *w, uint32_t call, uint32_t name)
{
	unsigned i = 0;

	ost_for_each_kid(&w->tree, call, k)
		if (k > call + 1 && i++ < OST_ARGS_ANY && ost_declarator_name(&w->tree, k) == name &&
		    !(ost_uses_is_closed(w) && ost_given_is_value(w->c->included, w->f, ost_facts_str(w->f, ost_uses_node(w, call + 1)->a), i - 1)))
			return true;
	return false;
}

/* Given to a macro in the same function, which may declare it: INITIALIZE_PATH(path). */
static bool is_given_to_macro(const struct use_walk *w, uint32_t name)
{
	uint32_t n;

	for (n = 0; w->func && n + 1 < w->tree.v.nr; n++) {
		if (ost_uses_node(w, n)->op != OST_N_CALL || ost_uses_node(w, n + 1)->op != OST_N_NAME || has_literal(w, n) || is_operand(w, n) ||
		    !ost_symbols_find(w->s, OST_SYM_MACRO, ost_facts_str(w->f, ost_uses_node(w, n + 1)->a), NULL))
			continue;
		if (may_declare(w, n, name))
			return true;
	}
	return false;
}

static bool is_known_name(const struct use_walk *w, const char *name)
{
	return ost_symbols_find(w->s, OST_SYM_ENUM, name, NULL) ||
	       ost_symbols_find(w->s, OST_SYM_MACRO, name, NULL) ||
	       ost_symbols_find(w->s, OST_SYM_FUNC, name, NULL) ||
	       ost_symbols_find(w->s, OST_SYM_OBJECT, name, NULL) ||
	       ost_symbols_find(w->s, OST_SYM_TYPE, name, NULL) ||
	       is_read(w, name);	/* a static object of a header, too */
}

/*
 * Does a macro yield the word that the function uses? All of the file's own count, which may be used by way of others,
 * those that stand between functions, and those of headers that these or the function name.
 */
static bool is_of_used_macro(const struct use_walk *w, const char *name)
{
	OST_BUF text = OST_BUF_INIT;
	bool is_found = false;
	uint32_t n, i;

	for (i = 0; i < w->f->nr_macros; i++) {
		is_found |= ost_macro_names(w->f, &w->f->macros[i], name);
		ost_buf_addf(&text, "%s ", ost_facts_str(w->f, w->f->macros[i].text));
	}
	for (i = 0; i < w->f->nr_invokes; i++)
		ost_buf_addf(&text, "%s ", ost_facts_str(w->f, w->f->invokes[i].name));
	for (n = 0; n < w->tree.v.nr && !is_found; n++) {
		is_found = ost_uses_node(w, n)->op == OST_N_TEXT || ost_uses_node(w, n)->op == OST_N_ASM;
		if ((ost_uses_node(w, n)->op == OST_N_NAME || ost_uses_node(w, n)->op == OST_N_MACRO_STMT) && strcmp(ost_facts_str(w->f, ost_uses_node(w, n)->a), name))
			ost_buf_addf(&text, "%s ", ost_facts_str(w->f, ost_uses_node(w, n)->a));
	}
	is_found = is_found || (text.len && ost_included_yields(w->c->included, text.ptr, name));
	ost_buf_deinit(&text);
	return is_found;
}

/*
 * A name of small letters in a function, that no header declares but for texts of macros (a great many say "int ret"), and
 * no macro of this function has there.
 */
static bool is_local_of_none(const struct use_walk *w, const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (isupper((unsigned char)*p))
			return false;
	return ost_uses_is_closed(w) && !w->is_conditional && !ost_included_has(w->c->included, OST_SYM_LOOSE, name) &&
	       !ost_included_has(w->c->included, OST_SYM_OUTER, name) &&
	       !ost_uses_may_be_made(w, name) && !is_of_used_macro(w, name);
}

/* Is node n what its argument begins with? */
static bool is_leftmost(const struct use_walk *w, uint32_t n)
{
	uint32_t i;

	ost_for_each_kid(&w->tree, w->around->call, k) {
		if (k > n || ost_uses_node(w, k)->end <= n)
			continue;
		for (i = k; i < n && ost_uses_node(w, i)->end > n; i++)
			;
		return i == n;
	}
	return false;
}

/* R("size:", fl.size - 1) with `#define R(s, v) show(s, rxq[i].v)`: what an argument begins with may be a member. */
static bool is_given_member(const struct use_walk *w, uint32_t n)
{
	return w->around && is_leftmost(w, n) && !is_given_well(w);
}

/* `LATER && x` of `#define LATER(ah) ...` is no use of the macro; in small letters it may be a local that another macro declares. */
static void check_macro_name(struct use_walk *w, uint32_t n, const char *name)
{
	if (w->func && ost_uses_is_constant_name(name) && ost_uses_is_misused(w, name, false))
		ost_uses_report(w, "enum", name, ost_uses_node(w, n)->line);
}

static void check_name(struct use_walk *w, uint32_t n)
{
	const char *name = ost_facts_str(w->f, ost_uses_node(w, n)->a);

	w->c->nr_uses++;
	if (ost_uses_is_own(w, n) || is_compiler_word(name))
		return;
	if (is_known_name(w, name)) {
		if (!is_given_to_macro(w, ost_uses_node(w, n)->a))
			check_seen(w, ost_uses_is_constant_name(name) ? "constant" : "name", name, ost_uses_node(w, n)->line);
		check_macro_name(w, n, name);
		return;
	}
	if ((!ost_uses_is_constant_name(name) && is_given_to_macro(w, ost_uses_node(w, n)->a)) || may_declare_more(w) || is_given_member(w, n) || (w->func && w->func->macro))
		ost_uses_doubt(w->c, name);
	else if (w->func && is_local_of_none(w, name))
		ost_uses_report(w, "macro", name, ost_uses_node(w, n)->line);
	else
		ost_uses_report_unheard(w, ost_uses_is_constant_name(name) ? "enum" : "macro", name, ost_uses_node(w, n)->line);
}

/* An object of a record that nothing here names has no size; a pointer to one needs none. */
static void check_record(struct use_walk *w, uint32_t type, uint32_t line)
{
	const struct ost_fact_type *t = &w->f->types[type];
	int depth;

	for (depth = 0; depth < 16 && t->kind == OST_T_ARRAY; depth++)
		t = &w->f->types[t->inner];
	if (t->kind != OST_T_STRUCT || !t->name || t->rec)
		return;
	w->c->nr_uses++;
	if (ost_symbols_find(w->s, OST_SYM_RECORD, ost_facts_str(w->f, t->name), NULL))
		ost_uses_check_record_seen(w, ost_symbols_tag(ost_facts_str(w->f, t->name)), "struct", ost_facts_str(w->f, t->name), line);
	else if (!ost_uses_is_closed(w) || !ost_included_has(w->c->included, OST_SYM_RECORD, ost_facts_str(w->f, t->name)))
		ost_uses_report_unheard(w, "type", ost_facts_str(w->f, t->name), line);
}

/* "typedef int name(int);" in a function. */
static bool is_local_type(const struct use_walk *w, const char *name)
{
	const char *p = w->c->text, *end;
	bool found = false;

	while (p && !found && (p = strstr(p, "typedef"))) {
		end = strchr(p, ';');
		found = ost_has_word(ost_arena_strndup(w->c->arena, p, end ? (size_t)(end - p) : strlen(p)), name);
		p = end;
	}
	return found;
}

void ost_uses_check_type(struct use_walk *w, uint32_t type, uint32_t line)
{
	const struct ost_fact_type *t = &w->f->types[type];
	const char *name;
	int depth;

	/* SAFE_PART(struct x) of a macro that pastes is no x */
	if (!w->around || !ost_uses_is_closed(w) || is_given_well(w))
		check_record(w, type, line);
	for (depth = 0; depth < 16 && (t->kind == OST_T_POINTER || t->kind == OST_T_ARRAY); depth++)
		t = &w->f->types[t->inner];
	if (t->kind != OST_T_TYPEDEF || !t->name)
		return;
	name = ost_facts_str(w->f, t->name);
	if (strchr(name, '('))
		return;	/* BKEY_PADDED(key) */
	w->c->nr_uses++;
	if (ost_symbols_find(w->s, OST_SYM_TYPE, name, NULL) || ost_symbols_find(w->s, OST_SYM_MACRO, name, NULL))
		check_seen(w, "type", name, line);
	else if (!is_local_type(w, name))
		ost_uses_report_unheard(w, "type", name, line);
}

/* Is any line of a call added? Its own is that of the name. */
static bool is_call_added(const struct use_walk *w, uint32_t n)
{
	uint32_t k;

	for (k = n; k < ost_uses_node(w, n)->end; k++)
		if (ost_uses_is_added(w, ost_uses_node(w, k)->line))
			return true;
	return false;
}

/* Was what it names there before the patch, and is not declared any more? */
static bool is_of_taken(const struct use_walk *w, uint32_t n)
{
	const struct ost_node *x = ost_uses_node(w, n);

	switch (x->op) {
	case OST_N_CALL:
		return ost_uses_node(w, n + 1)->op == OST_N_NAME && ost_is_taken(&w->taken, ost_facts_str(w->f, ost_uses_node(w, n + 1)->a), false);
	case OST_N_NAME:
		return ost_is_taken(&w->taken, ost_facts_str(w->f, x->a), false);
	case OST_N_MEMBER:
	case OST_N_INIT_FIELD:
		return ost_is_taken(&w->taken, ost_facts_str(w->f, x->a), true);
	default:
		return false;
	}
}

/* A name in a line that was there, which only a header declared that the file does not include any more. */
void ost_uses_check_lost(struct use_walk *w, const char *kind, const char *name, uint32_t line)
{
	if (!w->c->included_before || !ost_uses_is_closed(w) || w->is_conditional || ost_uses_is_added(w, line) || !is_seen_by(w->c->included_before, name) ||
	    is_compiler_word(name) || ost_uses_is_word_anywhere(w, name) || ost_uses_may_be_made(w, name))
		return;
	ost_uses_hide(w, kind, name, line, 0);
}

static void check_lost_node(struct use_walk *w, uint32_t n, bool is_callee)
{
	const struct ost_node *x = ost_uses_node(w, n);
	const struct ost_fact_type *t = x->op == OST_N_TYPE ? &w->f->types[x->a] : NULL;
	int depth;

	if (x->op == OST_N_CALL && ost_uses_node(w, n + 1)->op == OST_N_NAME && !ost_uses_is_own(w, n + 1))
		ost_uses_check_lost(w, "function", ost_facts_str(w->f, ost_uses_node(w, n + 1)->a), ost_uses_node(w, n + 1)->line);
	else if (x->op == OST_N_NAME && !is_callee && !ost_uses_is_own(w, n))
		ost_uses_check_lost(w, "name", ost_facts_str(w->f, x->a), x->line);
	for (depth = 0; t && depth < 16 && (t->kind == OST_T_POINTER || t->kind == OST_T_ARRAY); depth++)
		t = &w->f->types[t->inner];
	if (t && t->kind == OST_T_TYPEDEF)
		ost_uses_check_lost(w, "type", ost_facts_str(w->f, t->name), x->line);
}

static void check_node(struct use_walk *w, uint32_t n, bool is_callee)
{
	const struct ost_node *x = ost_uses_node(w, n);

	if (w->c->included_before)
		check_lost_node(w, n, is_callee);

	if (!(x->op == OST_N_CALL ? is_call_added(w, n) : ost_uses_is_added(w, x->line)) && !is_of_taken(w, n))
		return;
	switch (x->op) {
	case OST_N_CALL:
		check_call(w, n);
		break;
	case OST_N_MEMBER:
		ost_uses_check_member(w, n);
		break;
	case OST_N_NAME:
		if (!is_callee)
			check_name(w, n);
		break;
	case OST_N_TYPE:
		ost_uses_check_type(w, x->a, x->line);
		break;
	case OST_N_INIT_FIELD:
		ost_uses_check_init_field(w, n, w->record);
		break;
	default:
		break;
	}
}

/* Macro arguments that are no expressions (the class of a guard) are not looked up as names. */
static bool is_plain_macro(const struct use_walk *w, uint32_t call)
{
	const char *name;

	if (ost_uses_node(w, call)->op != OST_N_CALL || ost_uses_node(w, call + 1)->op != OST_N_NAME)
		return false;
	name = ost_facts_str(w->f, ost_uses_node(w, call + 1)->a);
	return own_macro(w, name) ||
	       (ost_symbols_find(w->s, OST_SYM_MACRO, name, NULL) && !ost_symbols_find(w->s, OST_SYM_FUNC, name, NULL));
}

/* What is given to it may be a part of a name, or no name. */
static bool is_paster(const struct use_walk *w, uint32_t call)
{
	return is_plain_macro(w, call) && ost_symbols_find(w->s, OST_SYM_PASTER, ost_facts_str(w->f, ost_uses_node(w, call + 1)->a), NULL);
}

/* The record that the fields of an initialiser below node n are of. */
static ost_tag record_below(const struct use_walk *w, uint32_t n, ost_tag around)
{
	ost_tag tag = 0;

	switch (ost_uses_node(w, n)->op) {
	case OST_N_DECL:
		return n + 1 < ost_uses_node(w, n)->end && ost_uses_node(w, n + 1)->op == OST_N_TYPE ?
		       ost_symbols_type_tag(w->f, ost_uses_node(w, n + 1)->a) : 0;
	case OST_N_COMPOUND:
		return ost_uses_node(w, n + 1)->op == OST_N_TYPE ? ost_symbols_type_tag(w->f, ost_uses_node(w, n + 1)->a) : 0;
	case OST_N_INIT_FIELD:	/* .a = { .b = } and .a.b = */
		return around && ost_symbols_member(w->s, around, ost_facts_str(w->f, ost_uses_node(w, n)->a), &tag) &&
		       !(tag & (OST_TAG_FORM | OST_TAG_NUMBER)) ? tag : 0;
	case OST_N_INIT:
		return around;
	default:
		return 0;
	}
}

/* ---- what macros are given ---- */

/* A constant that nothing declares, and that no included header has as a word at all. */
static bool is_unheard_constant(const struct use_walk *w, const char *name)
{
	return ost_uses_is_closed(w) && ost_uses_is_constant_name(name) && !is_compiler_word(name) && !is_known_name(w, name) &&
	       !ost_included_has(w->c->included, OST_SYM_WORD, name) && !ost_uses_is_word_anywhere(w, name) && !ost_uses_may_be_made(w, name);
}

/* A local that the function has not: dev_printk(level, ...). Given to macros that make a value of it. */
static bool is_given_local(const struct use_walk *w, uint32_t n)
{
	const char *name = ost_facts_str(w->f, ost_uses_node(w, n)->a);

	return ost_uses_is_closed(w) && !ost_uses_is_constant_name(name) && !is_compiler_word(name) && !is_known_name(w, name) && !may_declare_more(w) &&
	       is_given_well(w) && !is_given_to_macro(w, ost_uses_node(w, n)->a) && is_local_of_none(w, name);
}

bool ost_uses_is_unheard_text(const struct use_walk *w, const char *name)
{
	return ost_uses_is_closed(w) && !is_compiler_word(name) && !is_known_name(w, name) && !ost_included_has(w->c->included, OST_SYM_LOOSE, name) &&
	       !ost_included_has(w->c->included, OST_SYM_OUTER, name) && !ost_uses_may_be_made(w, name) &&
	       !ost_included_header_has(w->c->included, name);
}

void ost_uses_report_text(struct use_walk *w, const char *kind, const char *name, uint32_t line)
{
	add_missing(w, kind, name, line);
}

/* A word that no included header has at all, and that is a value or a member in what all macros around make: CAP(dev, silent_mode). */
static bool is_given_nothing(const struct use_walk *w, uint32_t n)
{
	const char *name = ost_facts_str(w->f, ost_uses_node(w, n)->a);
	const struct around *a;

	if (!w->func || ost_uses_is_constant_name(name) || may_declare_more(w) || ost_symbols_find(w->s, OST_SYM_FIELD, name, NULL) ||
	    is_given_to_macro(w, ost_uses_node(w, n)->a) || !ost_uses_is_unheard_text(w, name))
		return false;
	for (a = w->around; a; a = a->up)
		if (!ost_given_is_named(w->c->included, w->f, a->macro, a->arg))
			return false;
	return true;
}

/* Missing, unless the macro, or one that it uses, may paste it to something or only quotes it. */
static void check_given_name(struct use_walk *w, uint32_t n)
{
	const char *name = ost_facts_str(w->f, ost_uses_node(w, n)->a);

	if (!w->around || w->is_conditional || (!ost_uses_is_added(w, ost_uses_node(w, n)->line) && !is_of_taken(w, n)) || ost_uses_is_own(w, n))
		return;
	if (is_given_local(w, n))
		ost_uses_report(w, "macro", name, ost_uses_node(w, n)->line);
	else if (is_given_nothing(w, n))
		ost_uses_report(w, "field", name, ost_uses_node(w, n)->line);
	else if (is_unheard_constant(w, name) && is_in_paster(w))
		ost_uses_doubt(w->c, name);
	else if (is_unheard_constant(w, name))
		ost_uses_report(w, "enum", name, ost_uses_node(w, n)->line);
}

/* Is what stands at `at` in a macro's text given to another macro, which may paste more to it? */
static bool is_given_on(const struct use_walk *w, const char *text, const char *at)
{
	const char *to;
	int depth = 0;

	while (at-- > text) {
		depth += *at == ')';
		if (*at != '(' || depth--)
			continue;
		depth = 0;
		for (to = at; at > text && ost_is_word_byte(at[-1]); at--)
			;
		if (at < to && ost_symbols_find(w->s, OST_SYM_MACRO, ost_arena_strndup(w->c->arena, at, (size_t)(to - at)), NULL))
			return true;
	}
	return false;
}

/* Does another ## stand in front of it? */
static bool is_chained(const char *text, const char *at)
{
	return at > text && (at[-1] == '#' || (at[-1] == ' ' && at - text > 1 && at[-2] == '#'));
}

/* `A_##p` in the text of a macro: A_ and the argument for p are one name. */
static void check_pasted(struct use_walk *w, const struct ost_fact_macro *m, const char *param, uint32_t arg)
{
	const char *text = ost_facts_str(w->f, m->text);
	const char *p = text, *to, *from;
	size_t n = strlen(param);

	while ((p = strstr(p, param))) {
		const char *name;

		for (to = p; to > text && to[-1] == ' '; to--)
			;
		p += n;
		if (ost_is_word_byte(*p) || p[strspn(p, " ")] == '#' || to - text < 3 || to[-1] != '#' || to[-2] != '#')
			continue;
		for (to -= 2; to > text && to[-1] == ' '; to--)
			;
		for (from = to; from > text && ost_is_word_byte(from[-1]); from--)
			;
		if (from == to || is_chained(text, from) || ost_is_macro_param(w->f, m, from, (size_t)(to - from)) ||
		    is_given_on(w, text, from))
			continue;
		name = ost_arena_printf(w->c->arena, "%.*s%s", (int)(to - from), from, ost_facts_str(w->f, ost_uses_node(w, arg)->a));
		if (is_unheard_constant(w, name))
			ost_uses_report(w, "enum", name, ost_uses_node(w, arg)->line);
	}
}

static bool is_defined_again(const struct use_walk *w, const struct ost_fact_macro *m)
{
	const char *name = ost_facts_str(w->f, m->name);

	for (m++; m < w->f->macros + w->f->nr_macros; m++)
		if (!strcmp(ost_facts_str(w->f, m->name), name))
			return true;
	return false;
}

/* FLAG(X) of the file's own `#define FLAG(f) A_##f`, defined once and under no condition. */
static void check_own_paster(struct use_walk *w, uint32_t call)
{
	const struct ost_fact_macro *m = own_macro(w, ost_facts_str(w->f, ost_uses_node(w, call + 1)->a));
	uint32_t i = 0;

	if (!m || is_defined_again(w, m) || m->cond || m->is_variadic || w->is_conditional)
		return;
	ost_for_each_kid(&w->tree, call, k) {
		if (k == call + 1)
			continue;
		if (i < m->nr_params && ost_uses_node(w, k)->op == OST_N_NAME && ost_uses_is_added(w, ost_uses_node(w, k)->line))
			check_pasted(w, m, ost_facts_str(w->f, w->f->params[m->first_param + i].name), k);
		i++;
	}
}

/* An argument with added lines, or maybe with names that the patch takes away, that the macro around makes a value of although it pastes or quotes something. */
static bool is_plain_argument(const struct use_walk *w, uint32_t n)
{
	return ost_uses_is_closed(w) && (is_call_added(w, n) || w->taken.nr) && ost_given_is_value(w->c->included, w->f, w->around->macro, w->around->arg);
}

static void walk(struct use_walk *w, uint32_t n, bool is_callee, bool in_macro)
{
	ost_tag record = w->record;
	const struct around *around = w->around;
	struct around here = { NULL, 0, 0, NULL };
	bool in_members, is_conditional = w->is_conditional, is_under_if, is_pasting;

	/* facts have no #if where one cuts a statement */
	w->is_conditional |= w->c->ifs && w->c->ifs[ost_uses_node(w, n)->line];
	/* container_of(p, struct a, b.c): b is a member */
	in_members = in_macro && (ost_uses_node(w, n)->op == OST_N_INDEX ||
				  (ost_uses_node(w, n)->op == OST_N_MEMBER && ost_uses_node(w, n)->sub == OST_MEMBER_DOT));
	if (!in_members && !(in_macro && ost_uses_node(w, n)->op == OST_N_NAME))
		check_node(w, n, is_callee);
	else if (!in_members)
		check_given_name(w, n);
	if (is_paster(w, n))
		check_own_paster(w, n);
	if (is_plain_macro(w, n)) {
		here = (struct around){ ost_facts_str(w->f, ost_uses_node(w, n + 1)->a), n, 0, around };
		w->around = &here;
	}
	in_macro = in_members || is_plain_macro(w, n);
	w->is_conditional |= ost_uses_node(w, n)->op == OST_N_PP && !w->c->ifs;
	is_under_if = w->is_conditional;
	is_pasting = is_paster(w, n);
	ost_for_each_kid(&w->tree, n, k) {
		/* braces in braces: an element of an array, or a member by its place */
		w->record = ost_uses_node(w, n)->op == OST_N_INIT && ost_uses_node(w, k)->op == OST_N_INIT ? 0 : record_below(w, n, record);
		w->is_conditional = is_under_if || (is_pasting && k > n + 1 && !is_plain_argument(w, k));
		walk(w, k, ost_uses_node(w, n)->op == OST_N_CALL && k == n + 1, in_macro);
		here.arg += w->around == &here && k > n + 1;
	}
	w->record = record;
	w->around = around;
	w->is_conditional = is_conditional;
}

static bool touches(const struct use_walk *w, uint32_t from, uint32_t to)
{
	uint32_t line;

	if (w->taken.nr || w->c->included_before)
		return true;	/* which may be used anywhere */
	for (line = from; line <= to && line <= w->nr_lines; line++)
		if (w->is_added[line])
			return true;
	return false;
}

static void check_code(struct use_walk *w, uint32_t code, uint32_t len, ost_tag record)
{
	w->record = record;
	if (ost_facts_unpack(w->f, code, len, &w->tree) && w->tree.v.nr)
		walk(w, 0, false, false);
}

void ost_check_uses(struct ost_uses_check *c, const struct ost_symbols *symbols,
		    const char *path, const struct ost_facts *facts, const struct ost_facts *before,
		    const bool *is_added_line, uint32_t nr_lines)
{
	struct use_walk w = { c, symbols, facts, NULL, path, is_added_line, nr_lines,
			      { OST_VEC_INIT }, false, 0, OST_TABLE_INIT, NULL };
	uint32_t i;

	ost_taken_fill(&w.taken, before, facts);

	for (i = 0; i < facts->nr_funcs; i++) {
		w.func = &facts->funcs[i];
		w.is_conditional = ost_uses_is_under_if(&w, w.func->cond, w.func->line);
		if (touches(&w, w.func->first_line, w.func->end_line))
			check_code(&w, w.func->code, w.func->code_len, 0);
	}
	w.func = NULL;
	for (i = 0; i < facts->nr_globals; i++) {
		w.is_conditional = ost_uses_is_under_if(&w, facts->globals[i].cond, facts->globals[i].line);
		if (facts->globals[i].code_len && touches(&w, facts->globals[i].line, facts->globals[i].end_line))
			check_code(&w, facts->globals[i].code, facts->globals[i].code_len,
				   ost_symbols_type_tag(facts, facts->globals[i].type));
	}
	ost_uses_check_outside(&w);
	ost_uses_check_macro_texts(&w, before);
	ost_vec_deinit(&w.tree.v);
	ost_table_deinit(&w.taken);
}
