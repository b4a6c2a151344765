// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/needs.h"

#include <ctype.h>

#include "base/word.h"
#include "branch/guards.h"
#include "branch/locate.h"

#define MAX_NEIGHBOURS 400

/* What the files around a path declare, in one set that is made once. */
static const struct ost_symbols *local_symbols(struct ost_side_files *side, const char *path)
{
	const char *paths[MAX_NEIGHBOURS];
	uint32_t nr, i;

	if (side->local && !strcmp(side->local_path, path))
		return side->local;
	ost_symbols_destroy(side->local);
	side->local = ost_symbols_create_empty();
	side->local_path = ost_arena_strdup(&side->arena, path);
	nr = ost_neighbours(side, path, paths, MAX_NEIGHBOURS);
	for (i = 0; i < nr; i++) {
		const struct ost_branch_file *f = ost_side_facts(side, paths[i]);

		if (f->is_there && !f->is_unreadable)
			ost_symbols_add(side->local, &f->facts, true);
	}
	return side->local;
}

/* Some line that the patch adds is such a one. */
static bool any_added(const struct ost_change *change, bool (*is_one)(const char *line, const char *word), const char *word)
{
	uint32_t i, h, l;

	for (i = 0; i < change->nr_files; i++)
		for (h = 0; h < change->files[i].nr_hunks; h++)
			for (l = 0; l < change->files[i].hunks[h].nr_lines; l++) {
				const struct ost_diff_line *d = &change->files[i].hunks[h].lines[l];

				if (d->kind == OST_LINE_ADDED && is_one(d->text, word))
					return true;
			}
	return false;
}

/* "type word;" or "type word[...]", at the file's outermost level or in a record: no member access before it. */
static bool declares(const char *line, const char *word)
{
	size_t len = strlen(word);
	const char *p = strstr(line, word);

	return p && p > line && p[-1] != '>' && p[-1] != '.' && (p[len] == ';' || p[len] == '[' || p[len] == ' ' || p[len] == ':');
}

/* The word stands behind another one, a comma or a `*`, as in a declaration. */
static bool may_declare(const char *line, const char *word)
{
	const char *p = line, *before;
	size_t len = strlen(word);

	for (; (p = strstr(p, word)); p += len) {
		for (before = p; before > line && (before[-1] == ' ' || before[-1] == '\t'); before--)
			;
		if (before > line && !ost_is_word_byte(p[len]) && (before < p || !ost_is_word_byte(p[-1])) &&
		    (ost_is_word_byte(before[-1]) || before[-1] == ',' || before[-1] == '*'))
			return true;
	}
	return false;
}

static bool is_member_here(struct ost_side_files *side, const char *path, const char *name)
{
	return ost_symbols_find(side->shared, OST_SYM_FIELD, name, NULL) ||
	       ost_symbols_find(local_symbols(side, path), OST_SYM_FIELD, name, NULL) ||
	       /* a macro may make or rename it */
	       ost_symbols_find(side->shared, OST_SYM_MACRO, name, NULL) ||
	       ost_symbols_find(side->local, OST_SYM_MACRO, name, NULL);
}

/* A word of the file itself: what declares it may stand in a header far away. */
static bool is_in_file(struct ost_side_files *side, const char *path, uint32_t name)
{
	return ost_branch_file_has(ost_side_file(side, path), name);
}

/* The same as a whole expression, or the beginning of one: no member of anything. */
static bool is_variable_in_file(struct ost_side_files *side, const char *path, uint32_t name)
{
	const ost_image_toks *t = &ost_side_file(side, path)->toks;
	size_t i;

	for (i = 1; i < t->nr; i++)
		if (t->items[i].kind == T_IDENT && t->items[i].name == name && t->items[i - 1].kind != T_DOT &&
		    t->items[i - 1].kind != T_ARROW)
			return true;
	return false;
}

/* `name = 9;` at token i, all of it added. */
static bool is_plain_setting(const ost_image_toks *t, size_t i)
{
	size_t k;

	for (k = i; k < i + 4; k++)
		if (k >= t->nr || t->items[k].side != OST_SIDE_ADDED)
			return false;
	return t->items[i].kind == T_IDENT && t->items[i + 1].kind == T_ASSIGN && t->items[i + 3].kind == T_SEMI &&
	       (t->items[i + 2].kind == T_IDENT || t->items[i + 2].kind == T_NUM) &&
	       (!i || (t->items[i - 1].kind != T_DOT && t->items[i - 1].kind != T_ARROW));
}

const char *ost_needs_absent_variable(struct ost_side_files *side, const struct ost_image *image,
				      const char *path, const struct ost_change *change)
{
	const ost_image_toks *t = &image->all;
	const char *absent = NULL;
	size_t i;

	for (i = 0; i < t->nr; i++) {
		const struct ost_name *n = &side->words->v.items[t->items[i].name];
		const char *word;

		if (t->items[i].side == OST_SIDE_KEPT)
			continue;
		if (!is_plain_setting(t, i))
			return NULL;
		word = ost_arena_strndup(&side->arena, n->ptr, n->len);
		if (is_variable_in_file(side, path, t->items[i].name) || any_added(change, may_declare, word))
			return NULL;
		absent = absent ? absent : word;
		i += 3;
	}
	return absent;
}

/* `.member = value` of an initialiser: that it is set may be what the branch needs, with the member itself. */
static bool is_designator(const ost_image_toks *t, size_t i)
{
	return t->items[i - 1].kind == T_DOT && i + 1 < t->nr && t->items[i + 1].kind == T_ASSIGN &&
	       (i < 2 || (t->items[i - 2].kind != T_IDENT && t->items[i - 2].kind != T_RBRACK && t->items[i - 2].kind != T_RPAREN));
}

const char *ost_needs_absent_member(struct ost_side_files *side, const struct ost_image *image,
				    const char *path, const struct ost_change *change)
{
	const struct ost_image_tok *t = image->all.items;
	size_t i;

	if (!side->shared)
		return NULL;
	for (i = 1; i < image->all.nr; i++) {
		const char *name;

		if (t[i].side != OST_SIDE_ADDED || t[i].kind != T_IDENT ||
		    (t[i - 1].kind != T_ARROW && t[i - 1].kind != T_DOT) || is_designator(&image->all, i) ||
		    is_in_file(side, path, t[i].name))
			continue;
		name = ost_arena_strndup(&side->arena, side->words->v.items[t[i].name].ptr,
					 side->words->v.items[t[i].name].len);
		if (!is_member_here(side, path, name) && !any_added(change, declares, name))
			return name;
	}
	return NULL;
}

static bool is_callable_here(struct ost_side_files *side, const char *path, const char *name)
{
	const struct ost_symbols *local = local_symbols(side, path);

	return ost_symbols_find(side->shared, OST_SYM_FUNC, name, NULL) ||
	       ost_symbols_find(side->shared, OST_SYM_MACRO, name, NULL) ||
	       ost_symbols_find(side->shared, OST_SYM_WORD, name, NULL) ||
	       ost_symbols_find(local, OST_SYM_FUNC, name, NULL) ||
	       ost_symbols_find(local, OST_SYM_MACRO, name, NULL) ||
	       ost_symbols_find(local, OST_SYM_WORD, name, NULL);
}

bool ost_needs_exists(struct ost_side_files *side, const char *path, const struct ost_change *change, const char *name)
{
	return !side->shared || is_callable_here(side, path, name) || is_member_here(side, path, name) ||
	       any_added(change, declares, name);
}

static bool is_constant_name(const char *name)
{
	const char *p;

	for (p = name; *p && !islower((unsigned char)*p); p++)
		;
	return !*p && p - name > 3;
}

const char *ost_needs_absent_constant(struct ost_side_files *side, const struct ost_image *image,
				      const char *path, const struct ost_change *change)
{
	const struct ost_image_tok *t = image->all.items;
	size_t i;

	for (i = 0; side->shared && i < image->all.nr; i++) {
		const struct ost_name *n = &side->words->v.items[t[i].name];
		const char *name;

		if (t[i].side != OST_SIDE_REMOVED || t[i].kind != T_IDENT || is_in_file(side, path, t[i].name))
			continue;
		name = ost_arena_strndup(&side->arena, n->ptr, n->len);
		if (is_constant_name(name) && !ost_needs_exists(side, path, change, name) &&
		    !ost_symbols_find(side->shared, OST_SYM_ENUM, name, NULL) &&
		    !ost_symbols_find(local_symbols(side, path), OST_SYM_ENUM, name, NULL))
			return name;
	}
	return NULL;
}

static bool ends_with(const char *s, const char *end)
{
	size_t a = strlen(s), b = strlen(end);

	return a > b && !strcmp(s + a - b, end);
}

const char *ost_needs_absent_lock(struct ost_side_files *side, const struct ost_image *image,
				  const char *path, const struct ost_change *change)
{
	ost_image_toks plain = OST_VEC_INIT;
	const char *absent = NULL;
	size_t i;

	if (!side->shared)
		return NULL;
	ost_without_guards(side->words, &image->all, 0, image->all.nr, &plain);
	for (i = 0; i + 1 < plain.nr && !absent; i++) {
		const struct ost_image_tok *t = &plain.items[i];
		const char *name;

		if (t->side != OST_SIDE_ADDED || t->kind != T_IDENT || t[1].kind != T_LPAREN)
			continue;
		name = ost_arena_strndup(&side->arena, side->words->v.items[t->name].ptr,
					 side->words->v.items[t->name].len);
		if (ends_with(name, "_lock") && !is_callable_here(side, path, name) && !any_added(change, declares, name))
			absent = ost_arena_printf(&side->arena, "%s()", name);
	}
	ost_vec_deinit(&plain);
	return absent;
}
