// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/changed.h"

#include <string.h>

/* One text with its facts and where its lines begin. */
struct side {
	struct ost_buf record;
	struct ost_facts facts;
	const char *text;
	size_t len;
	OST_VEC(size_t) lines;	/* offset of line i + 1; one more for the end */
};

static void side_close(struct side *s)
{
	ost_buf_deinit(&s->record);
	ost_vec_deinit(&s->lines);
}

static bool side_open(struct side *s, struct ost_recogniser *r, const char *text, size_t len)
{
	struct ost_err *err;
	size_t i;

	memset(s, 0, sizeof(*s));
	ost_buf_init(&s->record);
	s->text = text;
	s->len = len;
	ost_recognise(r, NULL, text, len, &s->record);
	err = ost_facts_open(&s->facts, s->record.ptr, s->record.len);
	if (err) {
		ost_err_destroy(err);
		return false;
	}
	ost_vec_add(&s->lines, 0);
	for (i = 0; i < len; i++)
		if (text[i] == '\n')
			ost_vec_add(&s->lines, i + 1);
	ost_vec_add(&s->lines, len);
	return true;
}

/* ---- definitions ---- */

struct def {
	enum ost_def_kind kind;
	const char *name;
	uint32_t line, first, last, cond;
	bool is_static, is_made;
};

static uint32_t nr_defs(const struct side *s)
{
	return s->facts.nr_funcs + s->facts.nr_macros + s->facts.nr_globals;
}

/* Lines of a macro: with those that continue it. */
static uint32_t macro_end(const struct side *s, uint32_t line)
{
	size_t end;

	for (; line + 1 < s->lines.nr; line++) {
		end = s->lines.items[line];	/* behind the newline of `line` */
		if (end < 2 || s->text[end - 2] != '\\')
			break;
	}
	return line;
}

static struct def def_at(const struct side *s, uint32_t i)
{
	const struct ost_facts *f = &s->facts;

	if (i < f->nr_funcs) {
		const struct ost_fact_func *x = &f->funcs[i];

		return (struct def){ OST_DEF_FUNC, ost_facts_str(f, x->name), x->line, x->first_line, x->end_line, x->cond,
				     (x->flags & OST_FF_STATIC) != 0, x->macro != 0 };
	}
	i -= f->nr_funcs;
	if (i < f->nr_macros) {
		const struct ost_fact_macro *x = &f->macros[i];

		return (struct def){ OST_DEF_MACRO, ost_facts_str(f, x->name), x->line, x->line, macro_end(s, x->line), x->cond,
				     false, false };
	}
	const struct ost_fact_global *g = &f->globals[i - f->nr_macros];

	return (struct def){ OST_DEF_OBJECT, ost_facts_str(f, g->name), g->line, g->line, g->end_line ? g->end_line : g->line,
			     g->cond, (g->flags & OST_FF_STATIC) != 0, false };
}

static bool is_object_of_function(const struct side *s, uint32_t i)
{
	uint32_t first = s->facts.nr_funcs + s->facts.nr_macros;

	return i >= first && s->facts.globals[i - first].func;
}

static bool is_same_text(const struct side *a, const struct def *x, const struct side *b, const struct def *y)
{
	size_t from_a, from_b, len_a, len_b;

	if (!x->first || !y->first || x->last >= a->lines.nr || y->last >= b->lines.nr)
		return true;
	from_a = a->lines.items[x->first - 1];
	from_b = b->lines.items[y->first - 1];
	len_a = a->lines.items[x->last] - from_a;
	len_b = b->lines.items[y->last] - from_b;
	return len_a == len_b && !memcmp(a->text + from_a, b->text + from_b, len_a);
}

/* Is a definition of that kind and name there, and one of the same text? */
static bool find_twin(const struct side *s, const struct side *other, const struct def *d, bool *ret_same)
{
	uint32_t i, nr = nr_defs(other);
	bool any = false;

	for (*ret_same = false, i = 0; i < nr && !*ret_same; i++) {
		struct def e = def_at(other, i);

		if (e.kind != d->kind || strcmp(e.name, d->name))
			continue;
		any = true;
		*ret_same = is_same_text(s, d, other, &e);
	}
	return any;
}

/* The #if lines around a place, innermost first: "CONFIG_PM". */
static const char *condition_of(struct ost_arena *arena, const struct ost_facts *f, uint32_t cond)
{
	const char *s = "";

	for (; cond; cond = f->conds[cond].outer)
		s = *s ? ost_arena_printf(arena, "%s && %s", s, ost_facts_str(f, f->conds[cond].text)) :
			 ost_arena_strdup(arena, ost_facts_str(f, f->conds[cond].text));
	return s;
}

static void compare(struct ost_arena *arena, const struct side *before, const struct side *after,
		    struct ost_changed_file *ret)
{
	uint32_t i, nr = nr_defs(after);
	bool is_there, is_same;

	ret->defs = ost_arena_calloc(arena, OST_CHANGED_MAX_DEFS, sizeof(*ret->defs));
	for (i = 0; i < nr && ret->nr_defs < OST_CHANGED_MAX_DEFS; i++) {
		struct def d = def_at(after, i);

		if (is_object_of_function(after, i))
			continue;
		is_there = find_twin(after, before, &d, &is_same);
		if (is_same)
			continue;
		ret->defs[ret->nr_defs++] = (struct ost_changed_def){
			d.kind, ost_arena_strdup(arena, d.name), condition_of(arena, &after->facts, d.cond), d.line,
			!is_there, d.is_static, d.is_made,
		};
	}
}

bool ost_changed_defs(struct ost_arena *arena, struct ost_recogniser *r, const char *before, size_t before_len,
		      const char *after, size_t after_len, struct ost_changed_file *ret)
{
	struct side a, b;
	bool ok = side_open(&a, r, before, before_len);

	if (ok) {
		ok = side_open(&b, r, after, after_len);
		if (ok)
			compare(arena, &a, &b, ret);
		side_close(&b);
	}
	side_close(&a);
	return ok;
}

/* ---- the files of a change ---- */

static bool is_c(const char *path)
{
	size_t n = strlen(path);

	return n > 2 && path[n - 2] == '.' && (path[n - 1] == 'c' || path[n - 1] == 'h');
}

/* The functions that the verdicts of file `index` name. */
static void defs_by_verdicts(struct ost_arena *arena, const struct ost_text_verdict *text, uint32_t index,
			     struct ost_changed_file *ret)
{
	uint32_t i, k;

	ret->defs = ost_arena_calloc(arena, OST_CHANGED_MAX_DEFS, sizeof(*ret->defs));
	for (i = 0; text && i < text->nr_hunks && ret->nr_defs < OST_CHANGED_MAX_DEFS; i++) {
		const struct ost_hunk_verdict *h = &text->hunks[i];

		if (h->file != index || !h->path)
			continue;
		ret->path = ost_arena_strdup(arena, h->path);
		for (k = 0; h->func && k < ret->nr_defs && strcmp(ret->defs[k].name, h->func); k++)
			;
		if (h->func && k == ret->nr_defs)
			ret->defs[ret->nr_defs++] = (struct ost_changed_def){
				.kind = OST_DEF_FUNC, .name = ost_arena_strdup(arena, h->func), .condition = "",
				.line = h->first_line,
			};
	}
}

uint32_t ost_changed_find(struct ost_arena *arena, struct ost_recogniser *r, const struct ost_change *change,
			  const struct ost_trial *trial, const struct ost_text_verdict *text,
			  struct ost_changed_file **ret_files)
{
	uint32_t i, nr = change->nr_files < OST_CHANGED_MAX_FILES ? change->nr_files : OST_CHANGED_MAX_FILES;

	*ret_files = ost_arena_calloc(arena, nr + 1, sizeof(**ret_files));
	for (i = 0; i < nr; i++) {
		struct ost_changed_file *f = &(*ret_files)[i];
		const struct ost_file_trial *t = trial && i < trial->nr_files ? &trial->files[i] : NULL;

		f->path = t ? t->path : change->files[i].old_path;
		if (!t || !t->text || !t->before || !is_c(t->path) ||
		    !ost_changed_defs(arena, r, t->before, t->before_len, t->text, t->len, f))
			defs_by_verdicts(arena, text, i, f);
		if (!f->path)
			f->path = change->files[i].new_path;
	}
	return nr;
}
