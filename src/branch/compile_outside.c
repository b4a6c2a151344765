// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/compile_internal.h"

#include <string.h>

static const char *str(const struct use_walk *w, uint32_t s)
{
	return ost_facts_str(w->f, s);
}

/* The first added line of a stretch, or 0. */
static uint32_t added_line(const struct use_walk *w, uint32_t from, uint32_t to)
{
	for (; from && from <= to && from <= w->nr_lines; from++)
		if (w->is_added[from])
			return from;
	return 0;
}

/* A prototype may give or take a structure that is not defined. */
static void check_word(struct use_walk *w, const struct ost_fact_func *func, uint32_t type, uint32_t line)
{
	if (func->body_line || (w->f->types[type].kind != OST_T_STRUCT && w->f->types[type].kind != OST_T_UNION))
		ost_uses_check_type(w, type, line);
}

static void check_head(struct use_walk *w, const struct ost_fact_func *func, uint32_t end)
{
	uint32_t line = added_line(w, func->first_line, end), i;

	if (!line || func->macro || func->trouble || func->flags & OST_FF_OLD_STYLE)
		return;
	w->is_conditional = ost_uses_is_under_if(w, func->cond, func->line);
	check_word(w, func, func->ret_type, line);
	for (i = 0; i < func->nr_params; i++)
		check_word(w, func, w->f->params[func->first_param + i].type, line);
}

static void check_heads(struct use_walk *w)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_funcs; i++)
		check_head(w, &w->f->funcs[i], w->f->funcs[i].body_line);
	for (i = 0; i < w->f->nr_protos; i++)
		if (!ost_uses_is_under_if(w, w->f->protos[i].cond, w->f->protos[i].line))
			check_head(w, &w->f->protos[i], w->f->protos[i].line);
}

static void check_objects(struct use_walk *w)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_globals; i++) {
		const struct ost_fact_global *g = &w->f->globals[i];

		w->is_conditional = ost_uses_is_under_if(w, g->cond, g->line);
		/* DECLARE_PER_CPU(struct a, b) says no extern */
		if (!g->func && !(g->flags & OST_FF_EXTERN) && strncmp(str(w, g->attrs), "DECLARE_", 8) && added_line(w, g->line, g->line))
			ost_uses_check_type(w, g->type, g->line);
	}
}

static void check_members(struct use_walk *w)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_fields; i++) {
		const struct ost_fact_field *fd = &w->f->fields[i];

		w->is_conditional = ost_uses_is_under_if(w, fd->cond, fd->line);
		if (fd->name && added_line(w, fd->line, fd->line))
			ost_uses_check_type(w, fd->type, fd->line);
	}
}

/* With as many arguments as it takes; none may be one that is empty. */
static void check_arguments(struct use_walk *w, const struct ost_fact_invoke *v, const char *name)
{
	unsigned args = OST_ARGS_ANY, nr = 0;
	OST_BUF text = OST_BUF_INIT;

	if (w->is_conditional || !ost_symbols_find(w->s, OST_SYM_MACRO, name, &args) || args == OST_ARGS_ANY ||
	    ost_symbols_find(w->s, OST_SYM_FUNC, name, NULL) || !ost_facts_unpack(w->f, v->code, v->code_len, &w->tree) || !w->tree.v.nr)
		return;
	ost_for_each_kid(&w->tree, 0, k) {
		if (w->tree.v.items[k].op == OST_N_TEXT)
			return;
		nr += k > 1;
	}
	if (nr == args || nr < 2 || args < 1)
		return;
	ost_buf_addf(&text, "%s() takes %u arguments, not %u", name, args, nr);
	ost_uses_report_arity(w, text.ptr, v->line);
}

/* NAME(...) between functions must be a macro. */
static void check_macros(struct use_walk *w)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_invokes; i++) {
		const struct ost_fact_invoke *v = &w->f->invokes[i];
		const char *name = str(w, v->name);

		w->is_conditional = ost_uses_is_under_if(w, v->cond, v->line);
		ost_uses_check_lost(w, "macro", name, v->line);
		if (!added_line(w, v->line, v->line))
			continue;
		w->c->nr_uses++;
		if (!ost_symbols_find(w->s, OST_SYM_MACRO, name, NULL) && !ost_symbols_find(w->s, OST_SYM_FUNC, name, NULL) &&
		    strcmp(name, "_Static_assert") && strcmp(name, "asm"))
			ost_uses_report_unheard(w, "macro", name, v->line);
		else
			check_arguments(w, v, name);
	}
}

void ost_uses_check_outside(struct use_walk *w)
{
	w->func = NULL;
	check_heads(w);
	check_objects(w);
	check_members(w);
	check_macros(w);
}
