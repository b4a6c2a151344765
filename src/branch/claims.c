// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Claims of a message about one function: a sentence that begins with its
 * name, a verb, and what the verb is done to.
 */
#include <ctype.h>

#include "base/word.h"
#include "branch/about.h"
#include "branch/needs.h"

static const char *const verbs[] = {
	"access", "accesses", "accessing", "read", "reads", "dereferences", "dereferencing", "use", "uses",
	"call", "calls", "calling", "write", "writes", "check", "checks", "invokes", "takes", "frees", "acquires",
};
static const char *const fillers[] = { "the ", "to ", "on ", "into ", "from " };
#define MAX_MEMBERS 8

struct claim {
	const char *words[MAX_MEMBERS];	/* members of an access, or the called function */
	uint32_t nr_words;
	bool is_call;
	const char *text;		/* "link->reserved.oper", "cancel_work_sync()" */
};

static size_t word_len(const char *p)
{
	size_t n = 0;

	while (ost_is_word_byte(p[n]))
		n++;
	return n;
}

/* "foo()" or "a->b.c" at p; anything else is no claim that can be looked up. */
static bool parse_object(struct ost_arena *arena, const char *p, struct claim *c)
{
	const char *begin = p;
	size_t n = word_len(p);

	c->nr_words = 0;
	c->is_call = false;
	if (!n || isdigit((unsigned char)*p))
		return false;
	p += n;
	if (!strncmp(p, "()", 2)) {
		c->words[c->nr_words++] = ost_arena_strndup(arena, begin, n);
		c->is_call = true;
		c->text = ost_arena_strndup(arena, begin, n + 2);
		return true;
	}
	while (c->nr_words < MAX_MEMBERS && (!strncmp(p, "->", 2) || *p == '.')) {
		size_t skip = *p == '.' ? 1 : 2;

		n = word_len(p + skip);
		if (!n)
			break;
		c->words[c->nr_words++] = ost_arena_strndup(arena, p + skip, n);
		p += skip + n;
	}
	c->text = ost_arena_strndup(arena, begin, (size_t)(p - begin));
	return c->nr_words && strstr(c->text, "->");
}

/* The next claim of a sentence at or after *p, which moves behind it. */
static bool next_claim(struct ost_arena *arena, const char **p, const char *end, struct claim *c)
{
	size_t i, n;

	for (; *p < end; *p += n ? n : 1) {
		const char *object;

		n = word_len(*p);
		for (i = 0; i < OST_ARRAY_SIZE(verbs); i++)
			if (n && strlen(verbs[i]) == n && !memcmp(*p, verbs[i], n))
				break;
		if (i == OST_ARRAY_SIZE(verbs))
			continue;
		object = *p + n + strspn(*p + n, " ");
		for (i = 0; i < OST_ARRAY_SIZE(fillers); i++)
			if (!strncmp(object, fillers[i], strlen(fillers[i])))
				object += strlen(fillers[i]);
		if (object < end && parse_object(arena, object, c)) {
			*p = object;
			return true;
		}
	}
	return false;
}

static bool is_in_func(struct ost_side_files *side, const struct ost_branch_file *file,
		       const struct ost_branch_func *func, const char *word)
{
	size_t len = strlen(word), i;

	for (i = func->from; i < func->to; i++) {
		const struct ost_image_tok *t = &file->toks.items[i];

		if (t->kind == T_IDENT && side->words->v.items[t->name].len == len &&
		    !memcmp(side->words->v.items[t->name].ptr, word, len))
			return true;
	}
	return false;
}

static bool is_added(const struct ost_change *change, const char *word)
{
	uint32_t f, h, l;

	for (f = 0; f < change->nr_files; f++)
		for (h = 0; h < change->files[f].nr_hunks; h++)
			for (l = 0; l < change->files[f].hunks[h].nr_lines; l++) {
				const struct ost_diff_line *d = &change->files[f].hunks[h].lines[l];

				if (d->kind == OST_LINE_ADDED && strstr(d->text, word))
					return true;
			}
	return false;
}

/* A function that nothing here has may stand here under its older name: then its absence says nothing. */
static bool is_refuted(struct ost_side_files *side, const struct ost_change *change,
		       const struct ost_branch_file *file, const struct ost_branch_func *func,
		       const struct claim *c)
{
	uint32_t i;

	if (c->is_call && !ost_needs_exists(side, file->path, change, c->words[0]))
		return false;
	for (i = 0; i < c->nr_words; i++)
		if (is_in_func(side, file, func, c->words[i]) || is_added(change, c->words[i]))
			return false;
	return true;
}

/* The message on one line: sentences run over line ends, and end with their paragraph. */
static char *on_one_line(struct ost_arena *arena, const char *message)
{
	char *text = ost_arena_alloc(arena, 2 * strlen(message) + 1), *to = text;
	const char *p;

	for (p = message; *p; p++) {
		bool is_blank = isspace((unsigned char)*p);

		if (!strncmp(p, "\n\n", 2) && to > text && !strchr(".!?:", to[-1]))
			*to++ = '.';
		if (!is_blank || (to > text && to[-1] != ' '))
			*to++ = is_blank ? ' ' : *p;
	}
	*to = 0;
	return text;
}

/* Does a sentence begin at p with "func() "? */
static bool begins_with(const char *text, const char *p, const char *func)
{
	size_t n = strlen(func);

	return !strncmp(p, func, n) && !strncmp(p + n, "() ", 3) &&
	       (p == text || (p - text >= 2 && p[-1] == ' ' && strchr(".!?:", p[-2])));
}

static const char *end_of_sentence(const char *p)
{
	for (; *p; p++)
		if (strchr(".!?", *p) && (p[1] == ' ' || !p[1]))
			return p;
	return p;
}

const char *ost_about_refuted_claim(const struct ost_about *about, struct ost_side_files *side,
				    const struct ost_change *change, const struct ost_branch_file *file,
				    const struct ost_branch_func *func)
{
	const char *text = on_one_line(&side->arena, about->message), *p, *end;
	struct claim c;

	for (p = text; (p = strstr(p, func->name)); p += strlen(func->name)) {
		const char *at = p + strlen(func->name);

		if (!begins_with(text, p, func->name))
			continue;
		end = end_of_sentence(p);
		while (next_claim(&side->arena, &at, end, &c))
			if (is_refuted(side, change, file, func, &c))
				return ost_arena_printf(&side->arena, "the message blames `%s` in %s(), which has no such thing here",
							c.text, func->name);
	}
	return NULL;
}
