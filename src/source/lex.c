// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/lex.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "base/buf.h"
#include "source/scan.h"

enum char_class {
	C_OTHER, C_END, C_SPACE, C_NEWLINE, C_IDENT, C_DIGIT, C_QUOTE, C_APOS, C_SLASH,
	C_HASH, C_BACKSLASH, C_DOT, C_SINGLE, C_OPERATOR,
};

#define LETTERS(X) \
	['a' ... 'z'] = X, ['A' ... 'Z'] = X, ['_'] = X, ['$'] = X, [0x80 ... 0xff] = X

static const uint8_t classes[256] = {
	[0] = C_END,
	[' '] = C_SPACE, ['\t'] = C_SPACE, ['\r'] = C_SPACE, ['\f'] = C_SPACE, ['\v'] = C_SPACE,
	['\n'] = C_NEWLINE,
	LETTERS(C_IDENT),
	['0' ... '9'] = C_DIGIT,
	['"'] = C_QUOTE, ['\''] = C_APOS, ['/'] = C_SLASH, ['#'] = C_HASH,
	['\\'] = C_BACKSLASH, ['.'] = C_DOT,
	['('] = C_SINGLE, [')'] = C_SINGLE, ['{'] = C_SINGLE, ['}'] = C_SINGLE,
	['['] = C_SINGLE, [']'] = C_SINGLE, [';'] = C_SINGLE, [','] = C_SINGLE,
	['?'] = C_SINGLE, ['~'] = C_SINGLE, [':'] = C_SINGLE,
	['+'] = C_OPERATOR, ['-'] = C_OPERATOR, ['*'] = C_OPERATOR, ['%'] = C_OPERATOR,
	['='] = C_OPERATOR, ['!'] = C_OPERATOR, ['<'] = C_OPERATOR, ['>'] = C_OPERATOR,
	['&'] = C_OPERATOR, ['|'] = C_OPERATOR, ['^'] = C_OPERATOR,
};


const uint8_t ost_is_word[256] = { LETTERS(1), ['0' ... '9'] = 1 };

static const uint8_t singles[128] = {
	['('] = T_LPAREN, [')'] = T_RPAREN, ['{'] = T_LBRACE, ['}'] = T_RBRACE,
	['['] = T_LBRACK, [']'] = T_RBRACK, [';'] = T_SEMI, [','] = T_COMMA,
	['?'] = T_QUEST, ['~'] = T_COMPL, [':'] = T_COLON,
	['+'] = T_ADD, ['-'] = T_SUB, ['*'] = T_STAR, ['%'] = T_MOD, ['='] = T_ASSIGN,
	['!'] = T_NOT, ['<'] = T_LT, ['>'] = T_GT, ['&'] = T_AND, ['|'] = T_OR, ['^'] = T_XOR,
	['/'] = T_DIV,
};
/* x= */
static const uint8_t with_equal[128] = {
	['+'] = T_ADD_A, ['-'] = T_SUB_A, ['*'] = T_MUL_A, ['/'] = T_DIV_A, ['%'] = T_MOD_A,
	['='] = T_EQ, ['!'] = T_NE, ['<'] = T_LE, ['>'] = T_GE, ['&'] = T_AND_A,
	['|'] = T_OR_A, ['^'] = T_XOR_A,
};
/* xx */
static const uint8_t twice[128] = {
	['+'] = T_INC, ['-'] = T_DEC, ['<'] = T_SHL, ['>'] = T_SHR, ['&'] = T_LAND, ['|'] = T_LOR,
};

const uint8_t ost_tok_len[OST_NR_TOK_KINDS] = {
	[T_LPAREN ... T_DOT] = 1, [T_ELLIPSIS] = 3, [T_ARROW] = 2, [T_ASSIGN] = 1,
	[T_ADD_A ... T_MOD_A] = 2, [T_SHL_A ... T_SHR_A] = 3, [T_AND_A ... T_XOR_A] = 2,
	[T_ADD ... T_MOD] = 1, [T_SHL ... T_SHR] = 2, [T_AND ... T_XOR] = 1,
	[T_LAND ... T_NE] = 2, [T_LT ... T_GT] = 1, [T_LE ... T_GE] = 2, [T_NOT ... T_COMPL] = 1,
	[T_INC ... T_DEC] = 2, [T_HASH] = 1, [T_PASTE] = 2, [T_OTHER] = 1,
};

struct lexer {
	struct ost_lexed *out;
	struct ost_words *names;
	const char *text, *end;
	uint32_t line;
};

/* After a block comment that begins at p; counts its lines. */
static const char *skip_comment(struct lexer *l, const char *p)
{
	for (p += 2;; p++) {
#ifdef __SSE2__
		for (;;) {
			__m128i x = _mm_loadu_si128((const __m128i *)p);
			unsigned star = (unsigned)_mm_movemask_epi8(
				_mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('*')),
					     _mm_cmpeq_epi8(x, _mm_setzero_si128())));
			unsigned nl = (unsigned)_mm_movemask_epi8(
				_mm_cmpeq_epi8(x, _mm_set1_epi8('\n')));

			if (star) {
				unsigned at = (unsigned)__builtin_ctz(star);

				for (nl &= (1u << at) - 1; nl; nl &= nl - 1)
					l->line++;
				p += at;
				break;
			}
			for (; nl; nl &= nl - 1)
				l->line++;
			p += 16;
		}
#endif
		if (*p == '\n')
			l->line++;
		else if (*p == '*' && p[1] == '/')
			return p + 2;
		else if (!*p && p >= l->end)
			return l->end;
	}
}

/* To the newline (or end) of a // comment that begins at p. */
static const char *skip_line_comment(struct lexer *l, const char *p)
{
	for (;;) {
		const char *nl = memchr(p, '\n', (size_t)(l->end - p));

		if (!nl)
			return l->end;
		if (nl[-1] != '\\' && !(nl[-1] == '\r' && nl[-2] == '\\'))
			return nl;
		l->line++;
		p = nl + 1;
	}
}

/* After the literal that begins at p, or to the end of its line. */
static const char *skip_literal(struct lexer *l, const char *p)
{
	char quote = *p++;

	for (;; p++) {
		if (*p == quote)
			return p + 1;
		if (*p == '\\') {
			if (p[1] == '\r' && p[2] == '\n')
				p++;
			if (p[1] == '\n')
				l->line++;
			if (p + 1 < l->end)
				p++;
		} else if (*p == '\n' || (!*p && p >= l->end)) {
			return p;
		}
	}
}

/* 0x1e+2 is a sum: a sign belongs to the exponent of 1e+2 or 0x1p+2 only. */
static const char *number_end(const char *start)
{
	char exponent = start[0] == '0' && (start[1] | 0x20) == 'x' ? 'p' : 'e';
	const char *p = start;

	while (ost_is_word[(uint8_t)*p] || *p == '.' ||
	       ((*p == '+' || *p == '-') && p > start && (p[-1] | 0x20) == exponent))
		p++;
	return p;
}

/* An array of tokens that grows: `toks` and `dtoks` of struct ost_lexed. */
struct tok_vec {
	struct ost_tok *items;
	size_t nr, cap;
};

static inline struct tok_vec *vec_of(struct lexer *l, bool in_directive)
{
	return in_directive ? (void *)&l->out->dtoks : (void *)&l->out->toks;
}

/* In one piece: tokens are written more often than anything else. */
static inline void set(const struct lexer *l, struct ost_tok *t, const char *p, uint8_t kind, uint32_t val)
{
	*t = (struct ost_tok){ .off = (uint32_t)(p - l->text), .val = val, .line = l->line, .kind = kind };
}

static inline const char *single(const struct lexer *l, const char *p, struct ost_tok *t)
{
	set(l, t, p, singles[(uint8_t)*p], 0);
	return p + 1;
}

/* A token of one or more operator characters at p. */
static inline const char *operator(const struct lexer *l, const char *p, struct ost_tok *t)
{
	uint8_t c = (uint8_t)*p, kind = singles[c], len = 1;

	if (p[1] == '=' && with_equal[c]) {
		kind = with_equal[c];
		len = 2;
	} else if (p[1] == p[0] && twice[c]) {
		kind = twice[c];
		len = 2;
		if (p[2] == '=' && (c == '<' || c == '>')) {
			kind = c == '<' ? T_SHL_A : T_SHR_A;
			len = 3;
		}
	} else if (c == '-' && p[1] == '>') {
		kind = T_ARROW;
		len = 2;
	}
	set(l, t, p, kind, 0);
	return p + len;
}

/* A number, string or character from p to end, on the line it begins on. */
static inline const char *named(const struct lexer *l, const char *p, const char *end, uint32_t line,
				uint8_t kind, struct ost_tok *t)
{
	uint32_t id = ost_words_add(l->names, p, (uint32_t)(end - p), kind);

	*t = (struct ost_tok){ .off = (uint32_t)(p - l->text), .val = id, .line = line, .kind = kind };
	return end;
}

/* The literal whose quote is at p + prefix. */
static const char *literal(struct lexer *l, const char *p, uint32_t prefix, struct ost_tok *t)
{
	uint32_t line = l->line;

	return named(l, p, skip_literal(l, p + prefix), line, p[prefix] == '"' ? T_STR : T_CHAR, t);
}

/* L"..." and u8"..." */
static inline bool is_literal_prefix(const char *p, uint32_t len)
{
	return (p[len] == '"' || p[len] == '\'') &&
	       ((len == 1 && (*p == 'L' || *p == 'u' || *p == 'U')) ||
		(len == 2 && p[0] == 'u' && p[1] == '8'));
}

static inline const char *word(struct lexer *l, const char *p, struct ost_tok *t)
{
	uint32_t len = ost_word_len(p), id;

	if (is_literal_prefix(p, len))
		return literal(l, p, len, t);
	id = ost_words_add(l->names, p, len, T_IDENT);
	set(l, t, p, l->names->v.items[id].kind, id);
	return p + len;
}

/* `...`, `.` or a number that begins with a dot */
static const char *dot(struct lexer *l, const char *p, struct ost_tok *t)
{
	if (p[1] == '.' && p[2] == '.') {
		set(l, t, p, T_ELLIPSIS, 0);
		return p + 3;
	}
	if (classes[(uint8_t)p[1]] == C_DIGIT)
		return named(l, p, number_end(p), l->line, T_NUM, t);
	set(l, t, p, T_DOT, 0);
	return p + 1;
}

/* The token at p, where neither a comment nor a directive begins; returns its end. */
static inline const char *token(struct lexer *l, const char *p, struct ost_tok *t)
{
	switch (classes[(uint8_t)*p]) {
	case C_IDENT:
		return word(l, p, t);
	case C_SINGLE:
		return single(l, p, t);
	case C_SLASH:
	case C_OPERATOR:
		return operator(l, p, t);
	case C_DIGIT:
		return named(l, p, number_end(p), l->line, T_NUM, t);
	case C_DOT:
		return dot(l, p, t);
	case C_QUOTE:
	case C_APOS:
		return literal(l, p, 0, t);
	case C_HASH:
		set(l, t, p, p[1] == '#' ? T_PASTE : T_HASH, 0);
		return p + (p[1] == '#' ? 2 : 1);
	default:
		set(l, t, p, T_OTHER, 0);
		return p + 1;
	}
}

/* After the comment or joined lines that begin at p; NULL: none do. */
static inline const char *skip_nothing(struct lexer *l, const char *p)
{
	if (*p == '/' && p[1] == '*')
		return skip_comment(l, p);
	if (*p == '/' && p[1] == '/')
		return skip_line_comment(l, p);
	if (*p == '\\' && (p[1] == '\n' || (p[1] == '\r' && p[2] == '\n'))) {
		l->line++;
		return p + (p[1] == '\n' ? 2 : 3);
	}
	return NULL;
}

static const char *directive(struct lexer *l, const char *p);

static inline void reserve(struct tok_vec *v)
{
	if (v->nr + 2 > v->cap)
		ost_vec_grow_((void **)&v->items, &v->cap, v->nr + 2, sizeof(*v->items));
}

static void add_eofs(struct tok_vec *v, uint32_t off, uint32_t line)
{
	int i;

	for (i = 0; i < OST_NR_EOF; i++) {
		reserve(v);
		v->items[v->nr++] = (struct ost_tok){ .off = off, .line = line, .kind = T_EOF };
	}
}

/* Does a # begin a line, after the tokens of v? */
static inline bool begins_line(const struct lexer *l, const struct tok_vec *v)
{
	return !v->nr || v->items[v->nr - 1].line < l->line;
}

/*
 * Tokens from p on; up to the end of the text, or of the line (with its
 * continuations) when in_directive. Returns where it stopped.
 */
static const char *lex_run(struct lexer *l, const char *p, bool in_directive)
{
	struct tok_vec *v = vec_of(l, in_directive);
	const char *after;

	for (;;) {
		switch (classes[(uint8_t)*p]) {
		case C_SPACE:
			p++;
			continue;
		case C_NEWLINE:
			if (in_directive)
				return p;
			l->line++;
			p++;
			continue;
		case C_END:
			if (p >= l->end)
				return p;
			p++;
			continue;
		case C_HASH:
			if (in_directive || !begins_line(l, v))
				break;
			p = directive(l, p);
			continue;
		case C_SLASH:
		case C_BACKSLASH:
			after = skip_nothing(l, p);
			if (!after)
				break;
			p = after;
			continue;
		}
		reserve(v);
		p = token(l, p, &v->items[v->nr]);
		v->nr++;
	}
}

/* To the end of a directive's line without looking at its tokens. */
static const char *skip_directive(struct lexer *l, const char *p)
{
	while (p < l->end && *p != '\n') {
		if (*p == '\\' && (p[1] == '\n' || (p[1] == '\r' && p[2] == '\n'))) {
			p += p[1] == '\n' ? 2 : 3;
			l->line++;
		} else if (*p == '/' && p[1] == '*') {
			p = skip_comment(l, p);
		} else {
			p++;
		}
	}
	return p;
}

#define DIRECTIVE(name, kind) { name, sizeof(name) - 1, kind }
static const struct { char name[14]; uint8_t len, kind; } directives[] = {
	DIRECTIVE("define", D_DEFINE), DIRECTIVE("include", D_INCLUDE),
	DIRECTIVE("ifdef", D_IFDEF), DIRECTIVE("ifndef", D_IFNDEF), DIRECTIVE("if", D_IF),
	DIRECTIVE("endif", D_ENDIF), DIRECTIVE("else", D_ELSE), DIRECTIVE("elif", D_ELIF),
	DIRECTIVE("undef", D_UNDEF), DIRECTIVE("include_next", D_INCLUDE),
	DIRECTIVE("elifdef", D_ELIFDEF), DIRECTIVE("elifndef", D_ELIFNDEF),
};

static uint8_t directive_kind(const char *p, uint32_t len)
{
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(directives); i++)
		if (directives[i].len == len && !memcmp(directives[i].name, p, len))
			return directives[i].kind;
	return D_OTHER;
}

/* `a ## b` becomes one name, `#a` a string, in the tokens from `first` on. */
static void paste(struct lexer *l, uint32_t first)
{
	struct ost_tok *t = l->out->dtoks.items;
	uint32_t from, to = first, nr = (uint32_t)l->out->dtoks.nr;
	bool has_hash = false;

	for (from = first; from < nr; from++)
		has_hash |= t[from].kind == T_HASH || t[from].kind == T_PASTE;
	if (!has_hash)
		return;
	for (from = first; from < nr; from++) {
		const char *start = l->text + t[from].off;

		if (t[from].kind == T_HASH && from + 1 < nr && t[from + 1].kind == T_IDENT) {
			uint32_t end = t[from + 1].off + l->names->v.items[t[from + 1].val].len;

			t[to] = t[from];
			t[to].kind = T_STR;
			t[to++].val = ost_words_add(l->names, start, end - t[from].off, T_STR);
			from++;
		} else if (t[from].kind == T_PASTE && to > first && from + 1 < nr) {
			struct ost_tok *left = &t[to - 1], *right = &t[from + 1];
			struct ost_name *a = &l->names->v.items[left->val];
			struct ost_name *b = &l->names->v.items[right->val];
			uint32_t a_len = ost_tok_len[left->kind] ? ost_tok_len[left->kind] : a->len;
			uint32_t b_len = ost_tok_len[right->kind] ? ost_tok_len[right->kind] : b->len;
			const char *a_ptr = ost_tok_len[left->kind] ? l->text + left->off : a->ptr;
			const char *b_ptr = ost_tok_len[right->kind] ? l->text + right->off : b->ptr;
			OST_BUF both = OST_BUF_INIT;

			from++;
			if (ost_tok_len[left->kind]) {
				/* `, ## args`, `-> ## x`: the operator stays, the paste goes */
				t[to++] = *right;
				continue;
			}
			ost_buf_add(&both, a_ptr, a_len);
			ost_buf_add(&both, "##", 2);
			ost_buf_add(&both, b_ptr, b_len);
			left->kind = T_IDENT;
			left->val = ost_words_copy(l->names, both.ptr, (uint32_t)both.len, T_IDENT);
		} else {
			t[to++] = t[from];
		}
	}
	l->out->dtoks.nr = to;
}

static const char *include_path(struct lexer *l, const char *p, struct ost_directive *d)
{
	const char *eol = memchr(p, '\n', (size_t)(l->end - p)), *close;
	char quote = *p == '<' ? '>' : '"';

	if (!eol)
		eol = l->end;
	if (*p != '<' && *p != '"')
		return p;
	close = memchr(p + 1, quote, (size_t)(eol - p - 1));
	if (!close)
		return p;
	d->is_system = quote == '>';
	d->off = (uint32_t)(p + 1 - l->text);
	d->off_end = (uint32_t)(close - l->text);
	return close + 1;
}

/* The line that begins with the # at p. */
static const char *directive(struct lexer *l, const char *p)
{
	struct ost_directive d = { .line = l->line };
	struct ost_tok *t;
	uint32_t len;

	for (p++; *p == ' ' || *p == '\t'; p++)
		;
	len = ost_word_len(p);
	d.kind = directive_kind(p, len);
	p += len;
	while (*p == ' ' || *p == '\t')
		p++;
	d.off = (uint32_t)(p - l->text);
	d.first = (uint32_t)l->out->dtoks.nr;
	switch (d.kind) {
	case D_INCLUDE:
		p = skip_directive(l, include_path(l, p, &d));
		break;
	case D_ELSE:
	case D_ENDIF:
	case D_OTHER:
		p = skip_directive(l, p);
		break;
	default:
		if (d.kind == D_DEFINE)
			d.is_function = p[ost_word_len(p)] == '(';
		p = lex_run(l, p, true);
		d.off_end = (uint32_t)(p - l->text);
		if (d.kind == D_DEFINE)
			paste(l, d.first);
	}
	d.end = (uint32_t)l->out->dtoks.nr;
	add_eofs(vec_of(l, true), d.off_end, l->line);
	reserve(vec_of(l, false));
	t = &l->out->toks.items[l->out->toks.nr++];
	*t = (struct ost_tok){ .off = d.off, .val = (uint32_t)l->out->dirs.nr, .line = l->line,
			       .kind = T_DIRECTIVE };
	ost_vec_add(&l->out->dirs, d);
	return p;
}

bool ost_lex(struct ost_lexed *out, struct ost_words *names, const char *text, size_t len)
{
	struct lexer l = { out, names, text, text + len, 1 };

	out->text = text;
	ost_vec_clear(&out->toks);
	ost_vec_clear(&out->dtoks);
	ost_vec_clear(&out->dirs);
	ost_vec_reserve(&out->toks, len / 4 + 16);
	lex_run(&l, text, false);
	add_eofs(vec_of(&l, false), (uint32_t)len, l.line);
	out->nr_lines = l.line;
	return !names->is_full && l.line <= OST_LINES_MAX;
}

void ost_lexed_deinit(struct ost_lexed *l)
{
	ost_vec_deinit(&l->toks);
	ost_vec_deinit(&l->dtoks);
	ost_vec_deinit(&l->dirs);
}
