// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The checker: reads a report and the sources again, step by step.
 *
 * Accepted is a chain in which each step stands where it says, with the text
 * it says, in the function it says; each call names the function of the next
 * step (or the slot, and the place that sets the slot names it); the binding
 * names the callback that the second thread begins with; both ends take the
 * lock of the finding; and nothing between the hold and the call below it
 * releases the lock. What it cannot check it rejects.
 */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "locks/prove_text.h"
#include "ostler/deadlocks.h"

#define MAX_DEPTH 4
#define MAX_INCLUDE_DEPTH 4
#define MAX_MACROS 60		/* looked up for one slot */

struct step {
	const char *role, *function, *file, *text, *via;
	uint32_t line;
	int thread;
};

struct check {
	struct ost_pt_files *fs;
	struct step steps[64];
	int nr;
	const char *word;	/* last part of the class of the lock that the step is about: "mtx" */
	const char *first, *second, *waited;	/* of lock, lock2 and the waitable */
	bool is_abba, is_self;
	const char *why;
};

static const char *last_part(const char *cls)
{
	const char *dot = strrchr(cls, '.'), *colon = strrchr(cls, ':');

	if (colon)
		return colon + 1;
	return dot ? dot + 1 : cls;
}

static bool tok_has(const struct ost_pt_file *f, uint32_t i, const char *part)
{
	char word[64];
	const struct ost_pt_token *t = &f->tokens.items[i];
	size_t n = t->len < sizeof(word) - 1 ? t->len : sizeof(word) - 1;

	memcpy(word, f->text.ptr + t->off, n);
	word[n] = '\0';
	return strstr(word, part) != NULL;
}

static bool is_call(const struct ost_pt_file *f, uint32_t i)
{
	const struct ost_pt_token *t = &f->tokens.items[i];

	return i + 1 < f->tokens.nr && (isalpha((unsigned char)f->text.ptr[t->off]) || f->text.ptr[t->off] == '_') &&
	       ost_pt_is(f, i + 1, "(");
}

static bool is_release(const struct ost_pt_file *f, uint32_t i)
{
	return is_call(f, i) && (tok_has(f, i, "unlock") || ost_pt_is(f, i, "up") || ost_pt_is(f, i, "up_read") ||
				 ost_pt_is(f, i, "up_write") || ost_pt_is(f, i, "release_sock"));
}

enum want { WANT_TAKE, WANT_HOLD };

static bool is_take(const struct ost_pt_file *f, uint32_t i, enum want want)
{
	if (!is_call(f, i) || tok_has(f, i, "unlock") || tok_has(f, i, "_init"))
		return false;
	if (tok_has(f, i, "assert") || tok_has(f, i, "ASSERT"))
		return want == WANT_HOLD;
	if (tok_has(f, i, "try"))
		return want == WANT_HOLD;
	return tok_has(f, i, "lock") || tok_has(f, i, "down");
}

/* The token after the statement that begins at i. */
static uint32_t statement_end(const struct ost_pt_file *f, uint32_t i)
{
	uint32_t depth = 0, first = i;

	for (; i < f->tokens.nr && i < first + 400; i++) {
		depth += ost_pt_is(f, i, "(");
		depth -= depth && ost_pt_is(f, i, ")");
		if (!depth && (ost_pt_is(f, i, ";") || ost_pt_is(f, i, "{")))
			return i + 1;
	}
	return i;
}

static bool has_word(const struct ost_pt_file *f, uint32_t first, uint32_t end, const char *word)
{
	for (uint32_t i = first; i < end; i++)
		if (ost_pt_is(f, i, word))
			return true;
	return false;
}

static uint32_t first_token(const struct ost_pt_file *f, uint32_t line)
{
	for (uint32_t i = 0; i < f->tokens.nr; i++)
		if (f->tokens.items[i].line >= line)
			return i;
	return (uint32_t)f->tokens.nr;
}

/* ---- names, through #include ---------------------------------------------- */

static const struct ost_pt_file *included(struct ost_pt_files *fs, const struct ost_pt_file *f, const char *name)
{
	const char *slash = strrchr(f->path, '/');
	const struct ost_pt_file *found;
	OST_BUF b = OST_BUF_INIT;

	ost_buf_add(&b, f->path, slash ? (size_t)(slash - f->path) + 1 : 0);
	ost_buf_addstr(&b, name);
	found = ost_pt_get(fs, b.ptr);
	if (found)
		return found;
	ost_buf_clear(&b);
	ost_buf_addf(&b, "include/%s", name);
	return ost_pt_get(fs, b.ptr);
}

struct seen { OST_VEC(const struct ost_pt_file *) v; };

/* Files that `from` includes, itself first, nearest first. */
static void reach(struct ost_pt_files *fs, const struct ost_pt_file *from, struct seen *ret)
{
	size_t level = 0, end;

	ost_vec_add(&ret->v, from);
	for (int depth = 0; depth < MAX_INCLUDE_DEPTH; depth++) {
		end = ret->v.nr;
		for (size_t i = level; i < end && ret->v.nr < 300; i++) {
			for (size_t k = 0; k < ret->v.items[i]->includes.nr; k++) {
				const struct ost_pt_file *f = included(fs, ret->v.items[i],
								       ret->v.items[i]->includes.items[k]);
				bool known = !f;

				for (size_t s = 0; s < ret->v.nr && !known; s++)
					known = ret->v.items[s] == f;
				if (!known)
					ost_vec_add(&ret->v, f);
			}
		}
		level = end;
	}
}

static bool range_takes(struct check *c, const struct ost_pt_file *f, uint32_t first, uint32_t end,
			enum want want, bool word_given, int depth);

static bool callee_takes(struct check *c, const struct ost_pt_file *from, const char *name, enum want want,
			 bool word_given, int depth)
{
	struct seen files = { .v = OST_VEC_INIT };
	uint32_t first, end;
	bool ok = false;

	reach(c->fs, from, &files);
	for (size_t i = 0; i < files.v.nr && !ok; i++)
		if (ost_pt_define(files.v.items[i], name, &first, &end)) {
			ok = range_takes(c, files.v.items[i], first, end, want, word_given, depth + 1);
			break;
		}
	ost_vec_deinit(&files.v);
	return ok;
}

/* guard(x)(y): what DEFINE_GUARD(x, ...) says. */
static bool guard_takes(struct check *c, const struct ost_pt_file *from, const struct ost_pt_file *f,
			uint32_t name, bool word_given, int depth)
{
	struct seen files = { .v = OST_VEC_INIT };
	OST_BUF word = OST_BUF_INIT;
	bool ok = false;

	ost_buf_add(&word, f->text.ptr + f->tokens.items[name].off, f->tokens.items[name].len);
	reach(c->fs, from, &files);
	for (size_t i = 0; i < files.v.nr && !ok; i++) {
		const struct ost_pt_file *g = files.v.items[i];

		for (uint32_t k = 2; k + 1 < g->tokens.nr && !ok; k++)
			if (ost_pt_is(g, k, word.ptr) && ost_pt_is(g, k - 1, "(") && tok_has(g, k - 2, "DEFINE_") &&
			    tok_has(g, k - 2, "GUARD"))
				ok = range_takes(c, g, k + 1, statement_end(g, k + 1) < k + 60 ?
						 statement_end(g, k + 1) : k + 60, WANT_TAKE, word_given, depth + 1);
	}
	ost_vec_deinit(&files.v);
	return ok;
}

static bool range_takes(struct check *c, const struct ost_pt_file *f, uint32_t first, uint32_t end,
			enum want want, bool word_given, int depth)
{
	if (depth > MAX_DEPTH)
		return false;
	for (uint32_t i = first; i < end; i++) {
		OST_BUF name = OST_BUF_INIT;
		uint32_t stop;
		bool given;

		if (!is_call(f, i))
			continue;
		stop = statement_end(f, i) < end ? statement_end(f, i) : end;
		given = word_given || has_word(f, i, stop, c->word);
		if ((ost_pt_is(f, i, "guard") || ost_pt_is(f, i, "scoped_guard")) &&
		    guard_takes(c, f, f, i + 2, given, depth))
			return true;
		if (is_take(f, i, want) && given)
			return true;
		if (is_release(f, i) || (depth && !is_take(f, i, want)))
			continue;
		ost_buf_add(&name, f->text.ptr + f->tokens.items[i].off, f->tokens.items[i].len);
		if (callee_takes(c, f, name.ptr, want, given, depth))
			return true;
	}
	return false;
}

/* ---- the steps -------------------------------------------------------------- */

static bool fail(struct check *c, const char *why)
{
	c->why = why;
	return false;
}

/* `... at path:line` in a step's reason: the place inside a wrapper. */
static bool wrapper_takes(struct check *c, const struct step *s)
{
	const char *at = strstr(s->via, "() at "), *colon, *name;
	const struct ost_pt_file *f;
	OST_BUF path = OST_BUF_INIT, fn = OST_BUF_INIT;
	uint32_t first, end, line, tok;

	if (!at)
		return false;
	for (name = at; name > s->via && name[-1] != ' '; name--)
		;
	ost_buf_add(&fn, name, (size_t)(at - name));
	colon = strrchr(at, ':');
	if (!colon)
		return false;
	ost_buf_add(&path, at + 6, (size_t)(colon - at - 6));
	line = (uint32_t)strtoul(colon + 1, NULL, 10);
	f = ost_pt_get(c->fs, path.ptr);
	if (!f || !line || !ost_pt_function_at(f, fn.ptr, line, &first, &end))
		return false;
	tok = first_token(f, line);
	return range_takes(c, f, tok, statement_end(f, tok), WANT_HOLD, false, 1);
}

static bool check_take(struct check *c, const struct step *s, const struct ost_pt_file *f, enum want want)
{
	uint32_t tok = first_token(f, s->line);

	if (range_takes(c, f, tok, statement_end(f, tok), want, false, 0) || wrapper_takes(c, s))
		return true;
	return fail(c, "the statement does not take the lock of the finding");
}

static bool has_call_of(const struct ost_pt_file *f, uint32_t line, const char *name)
{
	uint32_t tok = first_token(f, line), end = statement_end(f, tok);

	for (uint32_t i = tok; i < end; i++)
		if (ost_pt_is(f, i, name) && (is_call(f, i) || ost_pt_is(f, i + 1, ")")))
			return true;
	return false;
}

/* The word stands there, or in what a macro that is used there stands for. */
static bool names_slot(struct check *c, const struct ost_pt_file *f, uint32_t first, uint32_t end, const char *slot, int depth,
		       unsigned *steps)
{
	struct seen files = { .v = OST_VEC_INIT };
	bool ok = has_word(f, first, end, slot);

	if (!ok && depth < MAX_DEPTH)
		reach(c->fs, f, &files);
	for (uint32_t i = first; i < end && !ok; i++) {
		OST_BUF name = OST_BUF_INIT;
		uint32_t from, to;

		if (!is_call(f, i) || ++*steps > MAX_MACROS)
			continue;
		ost_buf_add(&name, f->text.ptr + f->tokens.items[i].off, f->tokens.items[i].len);
		for (size_t k = 0; k < files.v.nr && !ok; k++)
			ok = ost_pt_define(files.v.items[k], name.ptr, &from, &to) &&
			     names_slot(c, files.v.items[k], from, to, slot, depth + 1, steps);
	}
	ost_vec_deinit(&files.v);
	return ok;
}

/* Past a statement or a row of a table, which may stand in braces of its own; 40 tokens at most. */
static uint32_t row_end(const struct ost_pt_file *f, uint32_t first)
{
	uint32_t depth = 0, i;

	for (i = first; i < f->tokens.nr && i < first + 40; i++) {
		if (ost_pt_is(f, i, ";") || (!depth && ost_pt_is(f, i, "}")))
			break;
		depth += ost_pt_is(f, i, "{");
		depth -= ost_pt_is(f, i, "}");
	}
	return i;
}

/* "path:line" up to `end`, as a file and the tokens of the statement there. NULL: it cannot be read. */
static const struct ost_pt_file *statement_at(struct check *c, const char *place, const char *end, uint32_t *ret_first, uint32_t *ret_end)
{
	const struct ost_pt_file *f;
	OST_BUF path = OST_BUF_INIT;
	const char *colon = end;
	uint32_t line;

	while (colon > place && *colon != ':')
		colon--;
	if (colon == place)
		return NULL;
	ost_buf_add(&path, place, (size_t)(colon - place));
	line = (uint32_t)strtoul(colon + 1, NULL, 10);
	f = ost_pt_get(c->fs, path.ptr);
	if (!f || !line)
		return NULL;
	*ret_first = first_token(f, line);
	*ret_end = row_end(f, *ret_first);
	return f;
}

/* `x->slot = y->slot` stands there. */
static bool copies_slot(const struct ost_pt_file *f, uint32_t first, uint32_t end, const char *slot)
{
	unsigned nr = 0;

	for (uint32_t i = first; i < end; i++)
		nr += ost_pt_is(f, i, slot);
	return nr >= 2 && has_word(f, first, end, "=");
}

static bool check_slot(struct check *c, const struct step *s, const struct step *next, const struct ost_pt_file *f)
{
	const char *dot = strchr(s->via, '.'), *comma = strstr(s->via, ", set at "), *copied = strstr(s->via, ", copied at "), *stop;
	OST_BUF slot = OST_BUF_INIT;
	const struct ost_pt_file *where;
	uint32_t tok, end;
	unsigned steps = 0;

	while (dot && comma && strchr(dot + 1, '.') && strchr(dot + 1, '.') < comma)
		dot = strchr(dot + 1, '.');
	if (!dot || !comma || dot > comma)
		return fail(c, "the step does not say what sets the slot");
	ost_buf_add(&slot, dot + 1, (size_t)(comma - dot - 1));
	if (!has_call_of(f, s->line, slot.ptr))
		return fail(c, "the line does not call through that slot");
	stop = copied && copied > comma ? copied : comma + strlen(comma);
	if (*stop) {
		where = statement_at(c, stop + 12, stop + strlen(stop), &tok, &end);
		if (!where || !copies_slot(where, tok, end, slot.ptr))
			return fail(c, "the slot is not copied there");
	}
	where = statement_at(c, comma + 9, stop, &tok, &end);
	if (!where)
		return fail(c, "the place that sets the slot cannot be read");
	if (!names_slot(c, where, tok, end, slot.ptr, 0, &steps) || !has_word(where, tok, end, next->function))
		return fail(c, "the slot is not set to the next function there");
	return true;
}

/* The token after the bracket that closes the one at i. */
static uint32_t past(const struct ost_pt_file *f, uint32_t i, const char *up, const char *down)
{
	uint32_t depth = 0;

	for (; i < f->tokens.nr; i++) {
		depth += ost_pt_is(f, i, up);
		if (ost_pt_is(f, i, down) && !--depth)
			return i + 1;
	}
	return i;
}

/* Past the other branches of an if whose block has just ended. */
static uint32_t past_else(const struct ost_pt_file *f, uint32_t i)
{
	while (ost_pt_is(f, i, "else")) {
		i++;
		if (ost_pt_is(f, i, "if"))
			i = past(f, i + 1, "(", ")");
		if (ost_pt_is(f, i, "{")) {
			i = past(f, i, "{", "}");
			continue;
		}
		while (i < f->tokens.nr && !ost_pt_is(f, i, ";"))
			i++;
		i++;
	}
	return i;
}

#define MAX_BLOCKS_LEFT 3

/* Does every way from a release at `at` leave the function before `line`? Blocks that end on the way are left. */
static bool leaves(const struct ost_pt_file *f, uint32_t at, uint32_t line)
{
	uint32_t depth = 0, left = 0;

	for (uint32_t i = at; i < f->tokens.nr && f->tokens.items[i].line < line; i++) {
		if (!depth && (ost_pt_is(f, i, "return") || ost_pt_is(f, i, "goto") || ost_pt_is(f, i, "break") ||
			       ost_pt_is(f, i, "continue")))
			return ost_pt_is(f, i, "return") || ost_pt_is(f, i, "goto") || !left;
		if (ost_pt_is(f, i, "{")) {
			depth++;
		} else if (ost_pt_is(f, i, "}") && !depth--) {
			depth = 0;
			if (++left > MAX_BLOCKS_LEFT)
				return false;
			i = past_else(f, i + 1) - 1;
		}
	}
	return false;
}

static bool is_retaken(const struct ost_pt_file *f, uint32_t at, uint32_t line, const char *word)
{
	for (uint32_t i = at; i < f->tokens.nr && f->tokens.items[i].line < line; i++)
		if (is_take(f, i, WANT_TAKE) && has_word(f, i, statement_end(f, i), word))
			return true;
	return false;
}

/* An unlock whose own lock call stands between the hold and it. */
static bool is_paired(const struct ost_pt_file *f, uint32_t first, uint32_t release)
{
	OST_BUF name = OST_BUF_INIT;
	const struct ost_pt_token *t = &f->tokens.items[release];
	const char *un;
	size_t len;

	ost_buf_add(&name, f->text.ptr + t->off, t->len);
	un = strstr(name.ptr, "unlock");
	if (!un)
		return false;
	len = (size_t)(un - name.ptr);
	memmove(name.ptr + len, un + 2, strlen(un + 2) + 1);
	for (uint32_t i = first; i < release; i++)
		if (is_call(f, i) && ost_pt_is(f, i, name.ptr))
			return true;
	return false;
}

/* The tokens of the first argument of the call at i, when it is a plain path: `&x->y.z`; 0: it is none. */
static uint32_t path_argument(const struct ost_pt_file *f, uint32_t i, uint32_t *ret_first)
{
	uint32_t n = i + 2;

	if (n < f->tokens.nr && ost_pt_is(f, n, "&"))
		n++;
	*ret_first = n;
	for (; n < f->tokens.nr && !ost_pt_is(f, n, ",") && !ost_pt_is(f, n, ")"); n++) {
		char c = f->text.ptr[f->tokens.items[n].off];

		if (!isalnum((unsigned char)c) && !strchr("_.->", c))
			return 0;
	}
	return n - *ret_first;
}

/* Both calls name a member of one variable, and not the same: `&x->lock` is not `&x->queue.lock`. */
static bool names_other_member(const struct ost_pt_file *f, uint32_t take, uint32_t release)
{
	uint32_t a, b, nr_a = path_argument(f, take, &a), nr_b = path_argument(f, release, &b);

	if (nr_a < 3 || nr_b < 3)
		return false;
	for (uint32_t i = 0; i < nr_a && i < nr_b; i++) {
		const struct ost_pt_token *x = &f->tokens.items[a + i], *y = &f->tokens.items[b + i];

		if (x->len != y->len || memcmp(f->text.ptr + x->off, f->text.ptr + y->off, x->len))
			return i > 0;
	}
	return nr_a != nr_b;
}

/* The call in the statement at i that takes the lock, or i. */
static uint32_t take_of(const struct ost_pt_file *f, uint32_t i)
{
	for (uint32_t n = i, end = statement_end(f, i); n < end; n++)
		if (is_take(f, n, WANT_HOLD))
			return n;
	return i;
}

static bool check_still_held(struct check *c, const struct step *hold, const struct step *next,
			     const struct ost_pt_file *f)
{
	uint32_t i, taken = statement_end(f, first_token(f, hold->line));

	if (strcmp(hold->function, next->function) || strcmp(hold->file, next->file) || next->line < hold->line)
		return true;
	for (i = first_token(f, hold->line); i < f->tokens.nr && f->tokens.items[i].line < next->line; i++) {
		uint32_t end;

		if (!is_release(f, i))
			continue;
		end = statement_end(f, i);
		if (names_other_member(f, take_of(f, first_token(f, hold->line)), i))
			continue;
		if (!has_word(f, i, end, c->word) &&
		    (!(strstr(hold->text, "(") && end - i <= 6) || is_paired(f, taken, i)))
			continue;
		if (!leaves(f, end, next->line) && !is_retaken(f, end, next->line, c->word))
			return fail(c, "the lock is released before the next step");
	}
	return true;
}

/* The lock of a step: of ABBA thread 1 holds the first one and takes the second, thread 2 the other way round. */
static const char *word_of(const struct check *c, const struct step *s)
{
	bool takes = !strcmp(s->role, "acquire");

	if (c->is_abba)
		return takes == (s->thread == 1) ? c->second : c->first;
	/* the reader of an srcu holds what is waited for */
	return s->thread == 2 && !strcmp(s->role, "hold") ? c->waited : c->first;
}

/* `work is put on queue`: the statement queues, and names both; the system's own queue has no name there. */
static bool check_put_on(struct check *c, const struct step *s, const struct ost_pt_file *f, uint32_t tok, uint32_t end)
{
	const char *at = strstr(s->via, " is put on ");
	OST_BUF work = OST_BUF_INIT, queue = OST_BUF_INIT;
	bool queues = false;

	ost_buf_add(&work, s->via, (size_t)(at - s->via));
	ost_buf_add(&queue, at + 11, strcspn(at + 11, ","));
	for (uint32_t i = tok; i < end; i++)
		queues |= is_call(f, i) && (tok_has(f, i, "queue") || tok_has(f, i, "schedule") || tok_has(f, i, "mod_delayed"));
	if (!queues || !has_word(f, tok, end, last_part(work.ptr)))
		return fail(c, "the line does not put that on a queue");
	if (strcmp(queue.ptr, "system_wq") && !has_word(f, tok, end, last_part(queue.ptr)))
		return fail(c, "the line puts it on another queue");
	return true;
}

/* A table that is written with its callbacks ends at its semicolon; a member's line by itself at its comma. */
static uint32_t initialiser_end(const struct ost_pt_file *f, uint32_t tok, uint32_t end)
{
	uint32_t i = end;

	if (end <= tok || end < 2 || !ost_pt_is(f, end - 1, "{") || !ost_pt_is(f, end - 2, "="))
		return end;
	while (i < f->tokens.nr && i < end + 200 && !ost_pt_is(f, i, ";"))
		i++;
	return i;
}

static bool check_step(struct check *c, int at)
{
	const struct step *s = &c->steps[at], *next = at + 1 < c->nr ? &c->steps[at + 1] : NULL;
	const struct ost_pt_file *f = ost_pt_get(c->fs, s->file);
	uint32_t first, end, tok;

	c->word = word_of(c, s);
	if (!f)
		return fail(c, "the file cannot be read");
	if (!s->line || !ost_pt_line_is(f, s->line, s->text))
		return fail(c, "the line does not read so");
	/* an object that is bound where it is defined stands in no function */
	if (strcmp(s->role, "callback") && !s->function[0])
		return fail(c, "the step names no function");
	if (s->function[0] && !(!strcmp(s->role, "callback") && next && !strcmp(s->function, next->function)) &&
	    !ost_pt_function_at(f, s->function, s->line, &first, &end))
		return fail(c, "the line is not in that function");
	tok = first_token(f, s->line);
	end = statement_end(f, tok);
	if (!strcmp(s->role, "hold")) {
		if (!check_take(c, s, f, WANT_HOLD))
			return false;
		if (next && (strcmp(s->function, next->function) || strcmp(s->file, next->file)))
			return fail(c, "the next step is not in the function that holds the lock");
		return !next || check_still_held(c, s, next, f);
	}
	if (!strcmp(s->role, "acquire"))
		return check_take(c, s, f, WANT_TAKE);
	if (!strcmp(s->role, "call")) {
		if (!next)
			return fail(c, "the chain ends with a call");
		if (!strncmp(s->via, "via ", 4))
			return check_slot(c, s, next, f);
		return has_call_of(f, s->line, next->function) ? true : fail(c, "the line does not call the next function");
	}
	if (!strcmp(s->role, "wait")) {
		OST_BUF prim = OST_BUF_INIT;

		ost_buf_add(&prim, s->via, strcspn(s->via, " "));
		return has_call_of(f, s->line, prim.ptr) ? true : fail(c, "the line does not wait");
	}
	if (!strcmp(s->role, "callback"))
		return next && has_word(f, tok, initialiser_end(f, tok, end), next->function) ? true :
		       fail(c, "the binding does not name the function that runs");
	if (!strcmp(s->role, "return"))
		return has_word(f, tok, end, "return") || ost_pt_is(f, tok, "}") || ost_pt_is(f, tok, "goto") ? true :
		       fail(c, "the line does not return");
	if (!strcmp(s->role, "release")) {
		for (uint32_t i = tok; i < end; i++)
			if (is_release(f, i))
				return true;
		return fail(c, "the line does not release");
	}
	if (!strcmp(s->role, "same-object")) {
		const char *dot = strchr(s->via, '.');
		OST_BUF field = OST_BUF_INIT;

		if (strstr(s->via, " is put on "))
			return check_put_on(c, s, f, tok, end);
		if (!strstr(s->via, " is set here"))
			return true;
		if (dot)
			ost_buf_add(&field, dot + 1, strcspn(dot + 1, " ."));
		return has_word(f, tok, end, field.ptr) && has_word(f, tok, end, "=") ? true :
		       fail(c, "the field is not set there");
	}
	return fail(c, "no such role");
}

/* ---- reports ---------------------------------------------------------------- */

static const char *str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static bool read_steps(struct check *c, const json_t *finding)
{
	const json_t *steps = json_object_get(finding, "steps");

	c->nr = (int)json_array_size(steps);
	if (!c->nr || c->nr > 64)
		return fail(c, "no steps, or too many");
	for (int i = 0; i < c->nr; i++) {
		const json_t *s = json_array_get(steps, (size_t)i);

		c->steps[i] = (struct step){ str(s, "role"), str(s, "function"), str(s, "file"), str(s, "text"),
			str(s, "via"), (uint32_t)json_integer_value(json_object_get(s, "line")),
			(int)json_integer_value(json_object_get(s, "thread")) };
	}
	return true;
}

/* hold ... acquire of thread 1, then the same of thread 2; nothing else but the words on objects. */
static bool check_abba_shape(struct check *c)
{
	int at = 0;

	for (int thread = 1; thread <= 2; thread++) {
		if (at >= c->nr || strcmp(c->steps[at].role, "hold") || c->steps[at].thread != thread)
			return fail(c, "a thread of such a chain begins with a hold");
		for (at++; at < c->nr && !strcmp(c->steps[at].role, "call") && c->steps[at].thread == thread; at++)
			;
		if (at >= c->nr || strcmp(c->steps[at].role, "acquire") || c->steps[at].thread != thread)
			return fail(c, "a thread of such a chain ends with an acquire");
		at++;
	}
	for (; at < c->nr; at++)
		if (strcmp(c->steps[at].role, "same-object"))
			return fail(c, "a step too many");
	return true;
}

static int count(const struct check *c, const char *role, int thread)
{
	int nr = 0;

	for (int i = 0; i < c->nr; i++)
		nr += !strcmp(c->steps[i].role, role) && (!thread || c->steps[i].thread == thread);
	return nr;
}

static bool is_put_on(const struct step *s)
{
	return !strcmp(s->role, "same-object") && strstr(s->via, " is put on ");
}

static int nr_put_on(const struct check *c)
{
	int nr = 0;

	for (int i = 0; i < c->nr; i++)
		nr += is_put_on(&c->steps[i]);
	return nr;
}

static bool begins_with_callback(struct check *c, const json_t *finding)
{
	const char *name = str(json_object_get(finding, "waitable"), "callback");

	for (int i = 0; i + 1 < c->nr; i++)
		if (!strcmp(c->steps[i].role, "callback") && strcmp(c->steps[i + 1].function, name))
			return fail(c, "the second thread does not begin with the callback");
	return true;
}

/* callback, calls, wait: all in one thread; a queue's item is put on it. */
static bool check_self_shape(struct check *c, const json_t *finding)
{
	const json_t *waitable = json_object_get(finding, "waitable");
	bool queue = !strcmp(str(waitable, "kind"), "workqueue");

	if (count(c, "callback", 1) != 1 || count(c, "wait", 1) != 1 || strcmp(c->steps[0].role, "callback") ||
	    count(c, "hold", 0) || count(c, "acquire", 0))
		return fail(c, "a chain of this kind has one callback and one wait");
	if (nr_put_on(c) < queue)
		return fail(c, "nothing says that the callback runs on that queue");
	for (int i = 1; i < c->nr && strcmp(c->steps[i - 1].role, "wait"); i++)
		if (strcmp(c->steps[i].role, "call") && strcmp(c->steps[i].role, "wait"))
			return fail(c, "a step of another kind on the way to the wait");
	return begins_with_callback(c, finding);
}

/* The parts that a chain of this kind must have. */
static bool check_shape(struct check *c, const json_t *finding)
{
	const char *kind = str(finding, "kind");

	if (c->is_abba)
		return strcmp(str(json_object_get(finding, "lock"), "class"), str(json_object_get(finding, "lock2"), "class")) ?
		       check_abba_shape(c) : fail(c, "two locks are wanted");
	if (!strcmp(kind, "AA"))
		return count(c, "hold", 0) == 1 && count(c, "acquire", 0) == 1 ? true :
		       fail(c, "a chain of this kind has one hold and one acquire");
	if (!strcmp(kind, "missing-unlock"))
		return count(c, "hold", 0) == 1 && count(c, "return", 0) == 1 ? true :
		       fail(c, "a chain of this kind has one hold and one return");
	if (!strcmp(kind, "self-wait"))
		return check_self_shape(c, finding);
	if (!strcmp(kind, "rcu-wait"))
		return count(c, "hold", 1) == 1 && count(c, "wait", 1) == 1 && count(c, "hold", 2) == 1 &&
		       count(c, "acquire", 2) == 1 ? true :
		       fail(c, "a chain of this kind has a hold and a wait, and a reader that takes the lock");
	if (!strcmp(kind, "completion-wait") || !strcmp(kind, "irq-context"))
		return fail(c, "a chain of this kind proves nothing: other wakers, other instances");
	if (!strstr(kind, "-wait") && strcmp(kind, "workqueue-flush"))
		return fail(c, "this checker does not know the kind");
	if (count(c, "hold", 0) != 1 || count(c, "wait", 0) != 1 || count(c, "callback", 0) != 1 ||
	    count(c, "acquire", 0) != 1)
		return fail(c, "a chain of this kind has one hold, wait, callback and acquire");
	if (!strcmp(kind, "workqueue-flush") && !nr_put_on(c))
		return fail(c, "nothing says that the callback runs on that queue");
	return begins_with_callback(c, finding);
}

static void check_one(struct ost_pt_files *fs, const json_t *finding, struct ost_prove_result *ret)
{
	struct check c = { .fs = fs, .why = "" };
	const char *cls = str(json_object_get(finding, "lock"), "class");

	ret->id = ost_strdup(str(finding, "id"));
	ret->failed_step = -1;
	c.first = c.word = last_part(cls);
	c.second = last_part(str(json_object_get(finding, "lock2"), "class"));
	c.waited = last_part(str(json_object_get(finding, "waitable"), "class"));
	c.is_self = !strcmp(str(finding, "kind"), "self-wait");
	c.is_abba = !strcmp(str(finding, "kind"), "ABBA");
	ret->accepted = c.word[0] || c.is_self ? read_steps(&c, finding) && check_shape(&c, finding) :
		fail(&c, "the finding names no lock");
	for (int i = 0; ret->accepted && i < c.nr; i++) {
		if (check_step(&c, i))
			continue;
		ret->accepted = false;
		ret->failed_step = i;
	}
	ret->reason = ost_strdup(ret->accepted ? "" : c.why);
}

struct ost_err *ost_prove(const char *json, size_t len, const struct ost_source *src, struct ost_prove_report *ret)
{
	struct ost_pt_files fs;
	struct ost_err *err;
	json_error_t why;
	json_t *doc = json_loadb(json, len, 0, &why), *list;
	size_t nr;

	memset(ret, 0, sizeof(*ret));
	if (!doc)
		return ost_err_create(OST_ERR_INPUT, "report", NULL, "not JSON: %s at line %d", why.text, why.line);
	list = json_object_get(doc, "findings");
	if (!list)
		list = json_object_get(doc, "introduced");
	if (!json_is_array(list) && !json_object_get(doc, "steps")) {
		json_decref(doc);
		return ost_err_create(OST_ERR_INPUT, "report", "write it with ostler deadlocks --format=json",
				      "neither a finding nor a report of ostler/deadlocks/1");
	}
	err = ost_pt_init(&fs, src);
	nr = json_is_array(list) ? json_array_size(list) : 1;
	ret->results = ost_calloc(nr + 1, sizeof(*ret->results));
	for (size_t i = 0; !err && i < nr; i++)
		check_one(&fs, json_is_array(list) ? json_array_get(list, i) : doc, &ret->results[ret->nr_results++]);
	if (!err)
		ost_pt_deinit(&fs);
	json_decref(doc);
	return err;
}

void ost_prove_report_deinit(struct ost_prove_report *r)
{
	for (size_t i = 0; i < r->nr_results; i++) {
		free(r->results[i].id);
		free(r->results[i].reason);
	}
	free(r->results);
	memset(r, 0, sizeof(*r));
}
