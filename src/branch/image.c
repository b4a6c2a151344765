// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/image.h"

#include "base/buf.h"

/* Words that every function has say little about where one is. */
static const char *const common_words[] = {
	"NULL", "bool", "char", "const", "err", "i", "int", "long", "ret", "rc", "size_t",
	"static", "struct", "u16", "u32", "u64", "u8", "unsigned", "void", "true", "false",
	"inline", "enum", "union", "dev", "priv",
};

static bool is_common(const char *text, uint32_t len)
{
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(common_words); i++)
		if (strlen(common_words[i]) == len && !memcmp(common_words[i], text, len))
			return true;
	return false;
}

uint16_t ost_token_weight(uint8_t kind, const char *text, uint32_t len)
{
	if (kind == T_IDENT)
		return is_common(text, len) ? 100 : 300;
	if (kind == T_NUM || kind == T_STR || kind == T_CHAR)
		return 200;
	if (kind >= T_LPAREN && kind <= T_COMMA)
		return 30;
	if (kind >= T_IF)
		return 100;
	return 80;
}

static uint64_t token_key(const struct ost_tok *t)
{
	bool is_named = t->kind == T_IDENT || t->kind == T_NUM || t->kind == T_STR ||
			t->kind == T_CHAR;

	return (uint64_t)t->kind << 32 | (is_named ? t->val : 0);
}

static void add_token(ost_image_toks *toks, const struct ost_words *words, const struct ost_tok *t)
{
	struct ost_image_tok *k;
	const struct ost_name *n;

	if (t->kind == T_EOF || t->kind == T_DIRECTIVE)
		return;
	n = t->kind == T_IDENT ? &words->v.items[t->val] : NULL;
	k = ost_vec_push(toks);
	k->key = token_key(t);
	k->kind = t->kind;
	k->name = n ? t->val : 0;
	k->line = t->line;
	k->weight = ost_token_weight(t->kind, n ? n->ptr : "", n ? n->len : 0);
}

bool ost_image_lex(ost_image_toks *toks, struct ost_words *words, struct ost_arena *arena,
		   const char *text, size_t len)
{
	struct ost_lexed lexed = { 0 };
	char *copy = ost_arena_calloc(arena, 1, len + 64);
	bool ok;
	size_t i, d;

	memcpy(copy, text, len);
	ok = ost_lex(&lexed, words, copy, len);
	for (i = 0; ok && i < lexed.toks.nr; i++) {
		const struct ost_tok *t = &lexed.toks.items[i];

		if (t->kind != T_DIRECTIVE) {
			add_token(toks, words, t);
			continue;
		}
		for (d = lexed.dirs.items[t->val].first; d < lexed.dirs.items[t->val].end; d++)
			add_token(toks, words, &lexed.dtoks.items[d]);
	}
	ost_lexed_deinit(&lexed);
	return ok;
}

/* One side of a hunk as text; line N of it is line ret_lines[N - 1] of the hunk. */
static void side_text(const struct ost_hunk *h, enum ost_line_kind left_out,
		      struct ost_buf *text, uint32_t *ret_lines)
{
	uint32_t i, nr = 0;

	for (i = 0; i < h->nr_lines; i++) {
		if (h->lines[i].kind == left_out)
			continue;
		ost_buf_add(text, h->lines[i].text, h->lines[i].len);
		ost_buf_addch(text, '\n');
		ret_lines[nr++] = i;
	}
}

/* Bytes of the text that belong to a comment which began above it. */
static size_t comment_len(const char *text)
{
	const char *end = strstr(text, "*/"), *begin = strstr(text, "/*"), *p = text, *star;

	if (end && (!begin || end < begin))
		return (size_t)(end - text) + 2;
	/* neither beginning nor end: lines that start with a star and a blank are no code */
	for (;;) {
		star = p + strspn(p, " \t");
		if (*star != '*' || !(star[1] == ' ' || star[1] == '\t' || star[1] == '\n' || !star[1]))
			return (size_t)(p - text);
		p = star + strcspn(star, "\n");
		p += *p == '\n';
	}
}

static void blank_out(char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] != '\n')
			text[i] = ' ';
}

static bool lex_side(ost_image_toks *toks, struct ost_words *words, struct ost_arena *arena,
		     const struct ost_hunk *h, enum ost_line_kind left_out)
{
	uint32_t *lines = ost_arena_alloc(arena, (h->nr_lines + 1) * sizeof(*lines));
	OST_BUF text = OST_BUF_INIT;
	size_t i;

	side_text(h, left_out, &text, lines);
	if (text.len)
		blank_out(text.ptr, comment_len(text.ptr));
	if (!ost_image_lex(toks, words, arena, text.ptr, text.len))
		return false;
	for (i = 0; i < toks->nr; i++) {
		struct ost_image_tok *t = &toks->items[i];

		t->line = lines[t->line ? t->line - 1 : 0];
		t->is_old = h->lines[t->line].kind == OST_LINE_REMOVED;
		t->side = h->lines[t->line].kind == OST_LINE_CONTEXT ? OST_SIDE_KEPT :
			  h->lines[t->line].kind == OST_LINE_ADDED ? OST_SIDE_ADDED :
								     OST_SIDE_REMOVED;
	}
	return toks->nr <= OST_IMAGE_MAX_TOKENS;
}

static uint32_t pair_gain(const struct ost_image_tok *a, const struct ost_image_tok *b)
{
	/* a context token pairs with itself before it pairs with a stranger */
	return a->weight + (a->side == OST_SIDE_KEPT && b->side == OST_SIDE_KEPT ? 50 : 0);
}

/* Longest common subsequence by weight: table[i][j] is the best of a[i..], b[j..]. */
static uint32_t *common_table(const ost_image_toks *a, const ost_image_toks *b)
{
	size_t w = b->nr + 1, i, j;
	uint32_t *table = ost_calloc((a->nr + 1) * w, sizeof(*table));

	for (i = a->nr; i-- > 0;)
		for (j = b->nr; j-- > 0;) {
			uint32_t best = table[(i + 1) * w + j];

			if (table[i * w + j + 1] > best)
				best = table[i * w + j + 1];
			if (a->items[i].key == b->items[j].key) {
				uint32_t both = table[(i + 1) * w + j + 1] +
						pair_gain(&a->items[i], &b->items[j]);

				if (both > best)
					best = both;
			}
			table[i * w + j] = best;
		}
	return table;
}

static void put(ost_image_toks *out, const struct ost_image_tok *t, enum ost_side side, uint32_t new_line)
{
	*ost_vec_push(out) = *t;
	ost_vec_last(out)->side = side;
	ost_vec_last(out)->new_line = new_line;
}

static void merge_sides(const ost_image_toks *a, const ost_image_toks *b, ost_image_toks *out)
{
	uint32_t *table = common_table(a, b);
	size_t w = b->nr + 1, i = 0, j = 0;

	while (i < a->nr || j < b->nr) {
		bool both = i < a->nr && j < b->nr && a->items[i].key == b->items[j].key &&
			    table[i * w + j] == table[(i + 1) * w + j + 1] +
						pair_gain(&a->items[i], &b->items[j]);

		if (both)
			put(out, &a->items[i++], OST_SIDE_KEPT, b->items[j].line), j++;
		else if (i < a->nr && (j >= b->nr || table[(i + 1) * w + j] >= table[i * w + j + 1]))
			put(out, &a->items[i], OST_SIDE_REMOVED, a->items[i].line), i++;
		else
			put(out, &b->items[j], OST_SIDE_ADDED, b->items[j].line), j++;
	}
	free(table);
}

static void mark_sides(struct ost_image *image)
{
	size_t nr = image->all.nr, i, j;

	for (i = nr; i > 0 && image->all.items[i - 1].side == OST_SIDE_KEPT; i--)
		;
	for (j = 0; j < nr && image->all.items[j].side == OST_SIDE_KEPT; j++)
		image->all.items[j].is_before = true;
	for (nr = nr < i + OST_IMAGE_AFTER ? nr : i + OST_IMAGE_AFTER; i < nr; i++)
		image->all.items[i].is_after = true;
}

/* The first `return` or `goto` right behind an added statement: what is added is for this way out. */
static void mark_exit(struct ost_image *image)
{
	struct ost_image_tok *t = image->all.items;
	size_t nr = image->all.nr, i, end;

	for (i = 1; i < nr; i++)
		if (t[i].side == OST_SIDE_KEPT && (t[i].kind == T_RETURN || t[i].kind == T_GOTO) &&
		    t[i - 1].side == OST_SIDE_ADDED && t[i - 1].kind == T_SEMI)
			break;
	for (end = i; end < nr && t[end].kind != T_SEMI; end++)
		;
	for (; i < nr && i <= end; i++)
		t[i].is_exit = t[i].side == OST_SIDE_KEPT;
	for (; i < nr && t[i].side != OST_SIDE_KEPT; i++)
		;
	if (i < nr)
		t[i].is_behind_exit = true;
}

void ost_image_weigh(struct ost_image *image)
{
	size_t nr = image->all.nr, i, j, end;

	for (i = 0; i < nr; i++)
		image->all.items[i].is_near = image->all.items[i].is_before = image->all.items[i].is_after =
			image->all.items[i].is_exit = image->all.items[i].is_behind_exit =
			image->all.items[i].is_behind_added = false;
	mark_sides(image);
	mark_exit(image);
	for (i = 1; i < nr; i++)
		image->all.items[i].is_behind_added = image->all.items[i].side != OST_SIDE_ADDED &&
						      image->all.items[i - 1].side == OST_SIDE_ADDED;
	for (i = 0; i < nr; i++) {
		struct ost_image_tok *t = &image->all.items[i];

		if (t->side == OST_SIDE_KEPT)
			continue;
		*(t->side == OST_SIDE_ADDED ? &image->added_weight : &image->removed_weight) += t->weight;
		end = i + OST_IMAGE_NEAR + 1 < nr ? i + OST_IMAGE_NEAR + 1 : nr;
		for (j = i > OST_IMAGE_NEAR ? i - OST_IMAGE_NEAR : 0; j < end; j++)
			if (image->all.items[j].side == OST_SIDE_KEPT)
				image->all.items[j].is_near = true;
	}
	for (i = 0; i < nr; i++)
		if (image->all.items[i].is_near)
			image->near_weight += image->all.items[i].weight;
}

bool ost_image_make(struct ost_image *image, struct ost_words *words,
		    struct ost_arena *arena, const struct ost_hunk *hunk)
{
	ost_image_toks pre = OST_VEC_INIT, post = OST_VEC_INIT;
	bool ok;

	memset(image, 0, sizeof(*image));
	ok = lex_side(&pre, words, arena, hunk, OST_LINE_ADDED) &&
	     lex_side(&post, words, arena, hunk, OST_LINE_REMOVED);
	if (ok) {
		merge_sides(&pre, &post, &image->all);
		ost_image_weigh(image);
	}
	ost_vec_deinit(&pre);
	ost_vec_deinit(&post);
	return ok;
}

void ost_image_deinit(struct ost_image *image)
{
	ost_vec_deinit(&image->all);
}

void ost_image_part(const struct ost_image *image, enum ost_side leave_out, ost_image_toks *ret)
{
	size_t i;

	ost_vec_clear(ret);
	for (i = 0; i < image->all.nr; i++)
		if (image->all.items[i].side != leave_out)
			ost_vec_add(ret, image->all.items[i]);
}
