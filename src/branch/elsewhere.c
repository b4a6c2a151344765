// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/elsewhere.h"

#include "base/datafile.h"
#include "branch/uses.h"

static bool is_call(const ost_image_toks *t, size_t i)
{
	return i + 1 < t->nr && t->items[i].kind == T_IDENT && t->items[i + 1].kind == T_LPAREN;
}

/* The token behind the `)` that closes the `(` at i; `to` when none does. */
static size_t behind_call(const ost_image_toks *t, size_t i, size_t to)
{
	int depth = 0;

	for (; i < to; i++) {
		depth += (t->items[i].kind == T_LPAREN) - (t->items[i].kind == T_RPAREN);
		if (!depth)
			return i + 1;
	}
	return to;
}

static bool is_same(const ost_image_toks *a, size_t i, const ost_image_toks *b, size_t k, size_t nr)
{
	size_t n;

	for (n = 0; n < nr; n++)
		if (i + n >= a->nr || k + n >= b->nr || a->items[i + n].key != b->items[k + n].key)
			return false;
	return true;
}

/* ---- behind a label ---- */

static bool is_way_out(uint8_t kind)
{
	return kind == T_RETURN || kind == T_GOTO;
}

/*
 * Is all that is added one call in a statement of its own, with brackets for
 * it, and a kept way out behind that? Its tokens are [*from, *to).
 */
static bool is_one_call(const ost_image_toks *t, size_t *from, size_t *to)
{
	size_t i;

	*from = *to = 0;
	for (i = 0; i < t->nr; i++) {
		uint8_t kind = t->items[i].kind;

		if (t->items[i].side == OST_SIDE_REMOVED)
			return false;
		if (t->items[i].side != OST_SIDE_ADDED || (i >= *from && i < *to) || kind == T_LBRACE || kind == T_RBRACE)
			continue;
		if (*to || !is_call(t, i))
			return false;
		*from = i;
		*to = behind_call(t, i + 1, t->nr) + 1;
		if (*to >= t->nr || t->items[*to - 1].kind != T_SEMI || t->items[*to - 1].side != OST_SIDE_ADDED ||
		    !is_way_out(t->items[*to].kind))
			return false;
	}
	return *to > 0;
}

/* The label that the next way out behind `at`, in the same block, goes to; 0: another way out, or none. */
static uint32_t next_goto(const ost_image_toks *f, size_t at, size_t to)
{
	int depth = 0;
	size_t i;

	if (at < to && f->items[at].kind == T_LBRACE)
		at++;
	for (i = at; i + 1 < to && depth >= 0; i++) {
		depth += (f->items[i].kind == T_LBRACE) - (f->items[i].kind == T_RBRACE);
		if (f->items[i].kind == T_IF || f->items[i].kind == T_RETURN)
			return 0;
		if (f->items[i].kind == T_GOTO)
			return f->items[i + 1].name;
	}
	return 0;
}

uint32_t ost_elsewhere_behind_label(const struct ost_image *image, const struct ost_branch_file *file,
				    const struct ost_branch_func *func, size_t at)
{
	const ost_image_toks *f = &file->toks;
	size_t from, to, i;
	uint32_t label;

	if (!is_one_call(&image->all, &from, &to))
		return 0;
	label = next_goto(f, at, func->to);
	for (i = at; label && i + 1 < func->to; i++)
		if (f->items[i].name == label && f->items[i + 1].kind == T_COLON && f->items[i - 1].kind != T_QUEST)
			break;
	for (; label && i + 1 < func->to && f->items[i].kind != T_RETURN; i++)
		if (is_same(&image->all, from, f, i, to - from))
			return label;
	return 0;
}

/* ---- another call for the same ---- */

/* How many arguments a call in tokens [from, to), its name first, has; -1: one is a text, as of messages. */
static int nr_arguments(const ost_image_toks *t, size_t from, size_t to)
{
	int depth = 0, nr = 0;
	size_t i;

	for (i = from + 1; i < to; i++) {
		if (t->items[i].kind == T_STR)
			return -1;
		depth += (t->items[i].kind == T_LPAREN) - (t->items[i].kind == T_RPAREN);
		nr += depth == 1 && (t->items[i].kind == T_COMMA || (!nr && t->items[i].kind != T_LPAREN));
	}
	return nr;
}

/* A call in a statement of its own at token i, a way out of that kind behind it; 0 tokens: no such thing. */
static size_t call_before_exit(const ost_image_toks *f, size_t i, size_t to, uint8_t way_out)
{
	size_t end = is_call(f, i) ? behind_call(f, i + 1, to) : to;
	uint8_t before = i ? f->items[i - 1].kind : T_EOF;

	return end + 1 < to && f->items[end].kind == T_SEMI && f->items[end + 1].kind == way_out &&
	       (before == T_LBRACE || before == T_SEMI || before == T_RPAREN) ? end - i : 0;
}

static bool is_kept_in(const ost_image_toks *t, uint32_t name)
{
	size_t i;

	for (i = 0; i < t->nr; i++)
		if (t->items[i].side == OST_SIDE_KEPT && t->items[i].kind == T_IDENT && t->items[i].name == name)
			return true;
	return false;
}

uint32_t ost_elsewhere_other_call(const struct ost_image *image, const struct ost_branch_file *file,
				  size_t from, size_t to, uint32_t *ret_added)
{
	const ost_image_toks *t = &image->all, *f = &file->toks;
	size_t call, end, i, nr;
	uint32_t found = 0;
	int nr_args;

	if (!is_one_call(t, &call, &end))
		return 0;
	for (i = call; i < end; i++)
		if (t->items[i].kind == T_IDENT && t->items[i + 1].kind != T_ARROW && t->items[i + 1].kind != T_DOT &&
		    ost_branch_file_has(file, t->items[i].name))
			return 0;
	nr_args = nr_arguments(t, call, end - 1);
	for (i = from; i < to && nr_args > 0; i++) {
		nr = call_before_exit(f, i, f->nr, t->items[end].kind);
		if (!nr || is_kept_in(t, f->items[i].name) || nr_arguments(f, i, i + nr) != nr_args)
			continue;
		if (found)
			return 0;
		found = f->items[i].name;
	}
	*ret_added = t->items[call].name;
	return found;
}

/* ---- another wait ---- */

struct wait {
	struct ost_arena *arena;
	const char *name, *kind;
};

static struct ost_err *see_row(void *ctx, const struct ost_data_row *row)
{
	struct wait *w = ctx;

	if (!strcmp(row->fields[0], w->name) && !strcmp(row->fields[2], "0"))
		w->kind = row->fields[1];
	return NULL;
}

/* What the call named so waits for, NULL for another call. */
static const char *wait_kind(struct ost_side_files *side, uint32_t name)
{
	const struct ost_name *n = &side->words->v.items[name];
	struct wait w = { &side->arena, ost_arena_strndup(&side->arena, n->ptr, n->len), NULL };
	struct ost_err *err = ost_data_read("lock-waits.txt", '|', 3, OST_DATA_MAX_FIELDS, &side->arena, see_row, &w);

	if (err)
		ost_err_destroy(err);
	return err ? NULL : w.kind;
}

/* The call of the added side that takes the place of a removed one that does not wait. */
static bool find_new_wait(struct ost_side_files *side, const ost_image_toks *t, size_t *ret, const char **ret_kind)
{
	size_t i, at = 0, nr = 0;

	for (i = 0; i < t->nr; i++) {
		if (t->items[i].side == OST_SIDE_KEPT)
			continue;
		nr++;
		if (t->items[i].kind != T_IDENT || nr > 2)
			return false;
		if (t->items[i].side == OST_SIDE_ADDED)
			at = i;
		else if (wait_kind(side, t->items[i].name))
			return false;
	}
	*ret = at;
	*ret_kind = nr == 2 && at && is_call(t, at) ? wait_kind(side, t->items[at].name) : NULL;
	return *ret_kind != NULL;
}

uint32_t ost_elsewhere_other_wait(struct ost_side_files *side, const struct ost_image *image,
				  const struct ost_branch_file *file, size_t from, size_t to)
{
	const ost_image_toks *t = &image->all;
	const char *kind, *other;
	size_t at, i, nr;

	if (!find_new_wait(side, t, &at, &kind))
		return 0;
	nr = behind_call(t, at + 1, t->nr) - (at + 1);
	for (i = from; i < to; i++) {
		if (!is_call(&file->toks, i) || !is_same(t, at + 1, &file->toks, i + 1, nr))
			continue;
		other = wait_kind(side, file->toks.items[i].name);
		if (other && !strcmp(other, kind))
			return file->toks.items[i].name;
	}
	return 0;
}

/* ---- limits in another form ---- */

enum { LIMIT_LOWER = 1, LIMIT_UPPER = 2 };

static bool is_number(const struct ost_words *words, const struct ost_image_tok *t)
{
	const struct ost_name *n = &words->v.items[t->name];
	uint32_t i;

	for (i = 0; t->kind == T_IDENT && i < n->len; i++)
		if (n->ptr[i] >= 'a' && n->ptr[i] <= 'z')
			return false;
	return t->kind == T_NUM || t->kind == T_IDENT;
}

/* Which limits the added tokens hold one variable against (*ret_name); 0: none, or several variables. */
static unsigned limits_of(const struct ost_words *words, const ost_image_toks *t, uint32_t *ret_name)
{
	unsigned limits = 0;
	size_t i;

	for (i = 2; i + 1 < t->nr; i++) {
		uint8_t kind = t->items[i].kind, before = t->items[i - 2].kind;
		bool is_upper = kind == T_GT || kind == T_GE;

		if (t->items[i].side != OST_SIDE_ADDED || (!is_upper && kind != T_LT && kind != T_LE))
			continue;
		if (t->items[i - 1].kind != T_IDENT || before == T_ARROW || before == T_DOT || !is_number(words, &t->items[i + 1]) ||
		    (limits && t->items[i - 1].name != *ret_name))
			return 0;
		*ret_name = t->items[i - 1].name;
		limits |= is_upper ? LIMIT_UPPER : LIMIT_LOWER;
	}
	return limits;
}

struct limiter {
	const char *name;
	unsigned limits;
};

static struct ost_err *see_limiter(void *ctx, const struct ost_data_row *row)
{
	struct limiter *l = ctx;

	if (!strcmp(row->fields[0], l->name))
		l->limits = !strcmp(row->fields[1], "both") ? LIMIT_LOWER | LIMIT_UPPER :
			    !strcmp(row->fields[1], "upper") ? LIMIT_UPPER : LIMIT_LOWER;
	return NULL;
}

static unsigned limits_by(struct ost_side_files *side, uint32_t name)
{
	const struct ost_name *n = &side->words->v.items[name];
	struct limiter l = { ost_arena_strndup(&side->arena, n->ptr, n->len), 0 };
	struct ost_err *err = ost_data_read("limits.txt", '|', 3, 3, &side->arena, see_limiter, &l);

	if (err)
		ost_err_destroy(err);
	return err ? 0 : l.limits;
}

uint32_t ost_elsewhere_limited(struct ost_side_files *side, const struct ost_image *image,
			       const struct ost_branch_file *file, const struct ost_branch_func *func)
{
	const ost_image_toks *f = &file->toks;
	uint32_t name = 0;
	unsigned limits = limits_of(side->words, &image->all, &name);
	size_t i, k, end;

	for (i = func->from + 1; limits && i + 3 < func->to; i++) {
		if (f->items[i].kind != T_IDENT || f->items[i].name != name || f->items[i + 1].kind != T_ASSIGN ||
		    f->items[i - 1].kind == T_ARROW || f->items[i - 1].kind == T_DOT || !is_call(f, i + 2))
			continue;
		end = behind_call(f, i + 3, func->to);
		for (k = i + 4; k < end && f->items[k].name != name; k++)
			;
		if (k < end && (limits_by(side, f->items[i + 2].name) & limits) == limits)
			return f->items[i + 2].name;
	}
	return 0;
}

/* ---- a test that is missing ---- */

/* The last word of what the only added `if (!...)` tests; 0: the addition is of another kind. */
static uint32_t tested_name(const ost_image_toks *t)
{
	uint32_t name = 0;
	size_t i, k;

	for (i = 0; i + 4 < t->nr; i++) {
		if (t->items[i].side != OST_SIDE_ADDED || t->items[i].kind != T_IF)
			continue;
		if (name || t->items[i + 2].kind != T_NOT)
			return 0;
		for (k = i + 3; k + 1 < t->nr && t->items[k].kind == T_IDENT &&
				(t->items[k + 1].kind == T_ARROW || t->items[k + 1].kind == T_DOT); k += 2)
			;
		if (k + 1 >= t->nr || t->items[k].kind != T_IDENT || t->items[k + 1].kind != T_RPAREN)
			return 0;
		name = t->items[k].name;
	}
	return name;
}

/* May the word at i be tested? Calls may test what they are given. */
static bool may_be_tested(const ost_image_toks *f, size_t from, size_t i)
{
	uint8_t behind = f->items[i + 1].kind, before;

	while (i > from + 2 && (f->items[i - 1].kind == T_ARROW || f->items[i - 1].kind == T_DOT))
		i -= 2;
	before = f->items[i - 1].kind;
	return before == T_NOT || before == T_LAND || before == T_LOR || behind == T_LAND || behind == T_LOR ||
	       behind == T_EQ || behind == T_NE || behind == T_QUEST || (before == T_LPAREN && behind == T_RPAREN) ||
	       before == T_EQ || before == T_NE || before == T_ASSIGN;
}

uint32_t ost_elsewhere_untested(const struct ost_image *image, const struct ost_branch_file *file,
				const struct ost_branch_func *func)
{
	const ost_image_toks *f = &file->toks;
	uint32_t name = tested_name(&image->all);
	bool is_there = false;
	size_t i;

	for (i = func->from + 1; name && i + 1 < func->to; i++) {
		if (f->items[i].kind != T_IDENT || f->items[i].name != name)
			continue;
		if (may_be_tested(f, func->from, i))
			return 0;
		is_there = true;
	}
	return is_there ? name : 0;
}

/* ---- the other arm ---- */

/* Does the block or the statement that ends right before token `end` belong to an `if`? */
static bool ends_if(const ost_image_toks *f, size_t from, size_t end)
{
	int depth = 0;
	size_t i = end;

	if (f->items[end - 1].kind == T_RBRACE) {
		while (i-- > from + 2) {
			depth += (f->items[i].kind == T_RBRACE) - (f->items[i].kind == T_LBRACE);
			if (!depth)
				break;
		}
		end = i;
	}
	/* back to what the statement or the condition in front of the block begins with */
	for (i = end - 1; i > from && f->items[i - 1].kind != T_SEMI && f->items[i - 1].kind != T_LBRACE &&
			  f->items[i - 1].kind != T_RBRACE; i--)
		if (f->items[i].kind == T_IF)
			return true;
	return f->items[i].kind == T_IF;
}

bool ost_elsewhere_no_if(const struct ost_image *image, const struct ost_branch_file *file,
			 const struct ost_branch_func *func, size_t at)
{
	const ost_image_toks *t = &image->all, *f = &file->toks;
	size_t first = 0;

	while (first < t->nr && t->items[first].side == OST_SIDE_KEPT)
		first++;
	while (first < t->nr && t->items[first].side == OST_SIDE_ADDED && t->items[first].kind == T_RBRACE)
		first++;
	if (first >= t->nr || t->items[first].side != OST_SIDE_ADDED || t->items[first].kind != T_ELSE)
		return false;
	if (at < func->from + 2 || at >= func->to)
		return false;
	while (at > func->from + 2 && f->items[at - 1].kind == T_RBRACE)
		at--;
	for (; at < func->to; at++) {
		if (ends_if(f, func->from, at))
			return false;
		if (f->items[at].kind != T_RBRACE)
			return true;
	}
	return true;
}

/* ---- a lock around calls ---- */

bool ost_elsewhere_locks_calls(const struct ost_words *words, const struct ost_image *image)
{
	const ost_image_toks *t = &image->all;
	size_t i, nr_locks = 0, nr_kept = 0, nr_calls = 0;

	for (i = 0; i < t->nr; i++) {
		if (t->items[i].side == OST_SIDE_REMOVED)
			return false;
		if (t->items[i].side == OST_SIDE_ADDED) {
			size_t end = is_call(t, i) ? behind_call(t, i + 1, t->nr) : t->nr;

			if (end >= t->nr || t->items[end].kind != T_SEMI || !ost_word_contains(words, t->items[i].name, "lock"))
				return false;
			if (ost_word_contains(words, t->items[i].name, "unlock") && nr_locks == 1 && nr_calls && nr_kept)
				nr_locks = 2;
			else if (!nr_locks)
				nr_locks = 1;
			else
				return false;
			i = end;
		} else if (nr_locks == 1) {
			nr_kept++;
			nr_calls += is_call(t, i);
			if (t->items[i].kind == T_ARROW || t->items[i].kind == T_DOT || t->items[i].kind == T_ASSIGN)
				return false;
		}
	}
	return nr_locks == 2;
}
