// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/parse.h"

#include <string.h>

#define TROUBLE_TEXT_MAX 60

uint32_t ost_tok_end(const struct ost_recogniser *r, const struct ost_tok *t)
{
	if (t->kind >= T_IDENT && t->kind <= T_CHAR)
		return t->off + ost_name(r, t->val)->len;
	if (ost_tok_len[t->kind])
		return t->off + ost_tok_len[t->kind];
	if (t->kind >= T_IF && t->kind < T_PP_IF)
		return t->off + ost_name(r, t->val)->len;
	return t->off;
}

static void add_tok(struct ost_recogniser *r, const struct ost_tok *t, struct ost_buf *b)
{
	if ((t->kind >= T_IDENT && t->kind <= T_CHAR) || (t->kind >= T_IF && t->kind < T_PP_IF))
		ost_buf_add(b, ost_name(r, t->val)->ptr, ost_name(r, t->val)->len);
	else
		ost_buf_add(b, r->text.ptr + t->off, ost_tok_len[t->kind]);
}

uint32_t ost_text(struct ost_recogniser *r, const struct ost_tok *from, const struct ost_tok *end)
{
	const struct ost_tok *t;
	uint32_t last = 0;

	if (from + 1 == end && from->kind == T_IDENT)
		return from->val;
	ost_buf_clear(&r->scratch);
	for (t = from; t < end; t++) {
		if (t > from && t->off != last)
			ost_buf_addch(&r->scratch, ' ');
		add_tok(r, t, &r->scratch);
		last = ost_tok_end(r, t);
	}
	return ost_words_copy(&r->names, r->scratch.ptr, (uint32_t)r->scratch.len, T_STR);
}

static uint32_t describe(struct ost_recogniser *r, const struct ost_tok *at, const char *why)
{
	OST_BUF b = OST_BUF_INIT;
	uint32_t len = 0;
	const char *p = r->text.ptr + at->off;

	while (len < TROUBLE_TEXT_MAX && p[len] && p[len] != '\n')
		len++;
	ost_buf_addf(&b, "line %u: %s: %.*s", at->line, why, (int)len, p);
	return ost_words_copy(&r->names, b.ptr, (uint32_t)b.len, T_STR);
}

void ost_lost(struct ost_recogniser *r, const struct ost_tok *at, const char *why)
{
	if (!r->nr_lost++)
		r->lost = describe(r, at, why);
}

void ost_trouble(struct ost_recogniser *r, const struct ost_tok *at, const char *why)
{
	if (!r->trouble)
		r->trouble = describe(r, at, why);
}
