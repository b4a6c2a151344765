// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/image.h"

#include <ctype.h>
#include <stdio.h>

#include "base/hash.h"
#include "git/blanks.h"

/* ---- lines ---- */

static struct ost_image_line make_line(const char *text, size_t len)
{
	return (struct ost_image_line){ .text = text, .len = (uint32_t)len,
					.hash = (uint32_t)ost_hash_bytes(text, len) };
}

void ost_image_fill(struct ost_image *image, const char *text, size_t len)
{
	const char *end = text + len, *eol;

	while (text < end) {
		eol = memchr(text, '\n', (size_t)(end - text));
		eol = eol ? eol + 1 : end;
		ost_vec_add(image, make_line(text, (size_t)(eol - text)));
		text = eol;
	}
}

char *ost_image_text(const struct ost_image *image, struct ost_arena *arena, size_t *ret_len)
{
	size_t len = 0, i;
	char *text, *p;

	for (i = 0; i < image->nr; i++)
		len += image->items[i].len;
	text = p = ost_arena_alloc(arena, len + 1);
	for (i = 0; i < image->nr; i++) {
		memcpy(p, image->items[i].text, image->items[i].len);
		p += image->items[i].len;
	}
	*p = '\0';
	*ret_len = len;
	return text;
}

/* ---- the two sides of a hunk ---- */

struct sides {
	struct ost_image pre, post;
	size_t leading, trailing;	/* context lines at the ends */
};

static void add_side(struct ost_image *side, struct ost_arena *arena,
		     const struct ost_diff_line *l)
{
	char *text = ost_arena_alloc(arena, (size_t)l->len + 2);
	size_t len = l->len;

	memcpy(text, l->text, len);
	if (!l->no_newline)
		text[len++] = '\n';
	text[len] = '\0';
	ost_vec_add(side, make_line(text, len));
}

static void split(struct sides *s, struct ost_arena *arena, const struct ost_hunk *h)
{
	bool seen_change = false;
	uint32_t i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < h->nr_lines; i++) {
		const struct ost_diff_line *l = &h->lines[i];

		if (l->kind != OST_LINE_ADDED)
			add_side(&s->pre, arena, l);
		if (l->kind != OST_LINE_REMOVED)
			add_side(&s->post, arena, l);
		if (l->kind == OST_LINE_CONTEXT) {
			s->leading += !seen_change;
			s->trailing++;
		} else {
			seen_change = true;
			s->trailing = 0;
		}
	}
}

static void end_sides(struct sides *s)
{
	ost_vec_deinit(&s->pre);
	ost_vec_deinit(&s->post);
}

static bool equal(const struct ost_image_line *a, const struct ost_image_line *b)
{
	return a->hash == b->hash && a->len == b->len && !memcmp(a->text, b->text, a->len);
}

/* Do lines first..last-1 of the pre-image stand in the image at `at` (where line `first` goes)? */
static bool matches(const struct ost_image *image, size_t at, const struct ost_image *pre,
		    size_t first, size_t last)
{
	size_t i;

	if (at > image->nr || last - first > image->nr - at)
		return false;
	for (i = first; i < last; i++)
		if (image->items[at + i - first].is_patched ||
		    !equal(&image->items[at + i - first], &pre->items[i]))
			return false;
	return true;
}

/* Replaces nr lines at `at` by lines first..last-1 of the post-image. */
static void replace(struct ost_image *image, size_t at, size_t nr, const struct ost_image *post,
		    size_t first, size_t last)
{
	size_t add = last - first, i;

	ost_vec_reserve(image, image->nr - nr + add + 1);
	memmove(image->items + at + add, image->items + at + nr,
		(image->nr - at - nr) * sizeof(*image->items));
	image->nr = image->nr - nr + add;
	for (i = 0; i < add; i++) {
		image->items[at + i] = post->items[first + i];
		image->items[at + i].is_patched = true;
	}
}

/* ---- function headers ---- */

bool ost_image_is_header(const struct ost_image_line *l)
{
	const char *p = l->text, *end = p + l->len;

	if (!l->len || !(isalpha((unsigned char)*p) || *p == '_'))
		return false;
	while (p < end && (isalnum((unsigned char)*p) || *p == '_'))
		p++;
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p == end || *p != ':';
}

static bool is_end(const struct ost_image_line *l)
{
	return l->len && l->text[0] == '}';
}

/* The nearest line at or before `line` that begins or ends something at the margin. */
static const struct ost_image_line *margin_line(const struct ost_image *image, size_t line)
{
	size_t i = line < image->nr ? line + 1 : image->nr;

	while (i-- > 0)
		if (ost_image_is_header(&image->items[i]) || is_end(&image->items[i]))
			return &image->items[i];
	return NULL;
}

const struct ost_image_line *ost_image_header(const struct ost_image *image, size_t line)
{
	const struct ost_image_line *l = margin_line(image, line);

	return l && is_end(l) ? NULL : l;
}

/*
 * The name that a header defines: the word before the first '(', with its
 * first argument when that word is a macro (SYSCALL_DEFINE3(read, …)); all
 * of the line for structs and the like. Returns the length.
 */
static size_t name_of(const char *text, size_t len, const char **ret_name)
{
	const char *open = memchr(text, '(', len), *p, *end = text + len;
	bool is_macro = true;

	*ret_name = text;
	if (!open) {
		while (len && strchr(" \t\r\n{=", text[len - 1]))
			len--;
		return len;
	}
	for (p = open; p > text && isspace((unsigned char)p[-1]); p--)
		;
	end = p;
	while (p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '_'))
		is_macro &= !islower((unsigned char)*--p);
	*ret_name = p;
	if (!is_macro)
		return (size_t)(end - p);
	for (end = open; end < text + len && *end != ',' && *end != ')'; end++)
		;
	return (size_t)(end - p);
}

bool ost_image_same_header(const char *a, size_t a_len, const char *b, size_t b_len)
{
	a_len = name_of(a, a_len, &a);
	b_len = name_of(b, b_len, &b);
	/* the text behind "@@" is cut at 80 bytes */
	if (a_len > 70 && b_len > 70)
		a_len = b_len = a_len < b_len ? a_len : b_len;
	return a_len == b_len && !memcmp(a, b, a_len);
}

/* The header that rules the first change of a hunk. */
struct own_header {
	const char *text;	/* NULL: the change is between functions */
	size_t len;
	bool may_be_over;	/* or so is the change, behind that function's end */
};

/* From the second "@@", which names the last header before the hunk, also where that function ends before the change. */
static bool own_section(struct own_header *own, const struct ost_hunk *h, const struct sides *s)
{
	struct ost_image_line section = { .text = h->section, .len = (uint32_t)strlen(h->section) };
	const struct ost_image_line *next = NULL;
	size_t i;

	/* git may show a label there, which says nothing */
	if (!ost_image_is_header(&section))
		return false;
	for (i = s->leading; i < s->pre.nr && !next; i++)
		if (ost_image_is_header(&s->pre.items[i]) || is_end(&s->pre.items[i]))
			next = &s->pre.items[i];
	*own = (struct own_header){ section.text, section.len, !next };
	if (next && !is_end(next))
		own->text = NULL;	/* the next one begins, and none has ended in between */
	return true;
}

/* False when it is not known. */
static bool own_header(struct own_header *own, const struct ost_hunk *h, const struct sides *s)
{
	const struct ost_image_line *l = s->leading ? margin_line(&s->pre, s->leading - 1) : NULL;

	if (!l)
		return own_section(own, h, s);
	*own = (struct own_header){ is_end(l) ? NULL : l->text, l->len, false };
	return true;
}

/* The last header at or before a line, whether or not that function has ended. */
static const struct ost_image_line *last_header(const struct ost_image *image, size_t line)
{
	size_t i = line < image->nr ? line + 1 : image->nr;

	while (i-- > 0)
		if (ost_image_is_header(&image->items[i]))
			return &image->items[i];
	return NULL;
}

/* Is a change that belongs behind the header `own` behind another one at `line`? `here`: the one of its function, or NULL. */
static bool lands_elsewhere(const struct own_header *own, const struct ost_image *image, size_t line, const struct ost_image_line *here)
{
	if (!here && own->may_be_over)
		here = last_header(image, line);
	if (!own->text || !here)
		return own->text || here;
	return !ost_image_same_header(own->text, own->len, here->text, here->len);
}

/* Only in C do lines at the margin begin functions. */
static bool has_functions(const struct ost_file_change *file)
{
	const char *dot = strrchr(file->new_path, '.');

	return dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h"));
}

/* A line without its end; the text of an image need not end in NUL. */
static const char *header_text(struct ost_arena *arena, const struct ost_image_line *l)
{
	size_t len = l->len;

	while (len && (l->text[len - 1] == '\n' || l->text[len - 1] == '\r'))
		len--;
	return ost_arena_strndup(arena, l->text, len);
}

/* Notes the place of a hunk and in which function it is. `first`: 0-based line of its pre-image. */
static void note_place(struct ost_hunk_trial *t, struct ost_arena *arena,
		       const struct ost_image *image, const struct ost_hunk *h,
		       const struct sides *s, int64_t first)
{
	int64_t change = first + (int64_t)s->leading;
	const struct ost_image_line *l;
	struct own_header own;

	l = change > 0 ? ost_image_header(image, (size_t)change - 1) : NULL;
	t->is_placed = true;
	t->why = NULL;
	t->line = (uint32_t)(first + 1 > 0 ? first + 1 : 1);
	t->function = l ? header_text(arena, l) : "";
	t->is_elsewhere = own_header(&own, h, s) && lands_elsewhere(&own, image, change > 0 ? (size_t)change - 1 : 0, l);
}

/* ---- as git apply ---- */

/* Tries `guess`, then one line further, one line back, two further … */
static bool search(const struct ost_image *image, const struct ost_image *pre, size_t first,
		   size_t last, size_t guess, size_t low, size_t *ret_at)
{
	size_t n = last - first, high, d;

	if (n > image->nr)
		return false;
	high = image->nr - n;
	if (low > high)
		return false;
	if (guess > high)
		guess = high;
	if (guess < low)
		guess = low;
	for (d = 0; guess + d <= high || d <= guess - low; d++) {
		if (guess + d <= high && matches(image, guess + d, pre, first, last)) {
			*ret_at = guess + d;
			return true;
		}
		if (d && d <= guess && guess - d >= low &&
		    matches(image, guess - d, pre, first, last)) {
			*ret_at = guess - d;
			return true;
		}
	}
	return false;
}

static bool place_exact(const struct ost_image *image, const struct ost_hunk *h,
			const struct sides *s, size_t *ret_at)
{
	bool at_start = h->old_start <= 1, at_end = !s->trailing;
	size_t nr = s->pre.nr;

	if (at_start || at_end) {
		*ret_at = at_start ? 0 : image->nr - nr;
		if (nr > image->nr || (at_start && at_end && nr != image->nr))
			return false;
		return matches(image, *ret_at, &s->pre, 0, nr);
	}
	return search(image, &s->pre, 0, nr, h->new_start ? h->new_start - 1 : 0, 0, ret_at);
}

bool ost_image_apply(struct ost_image *image, struct ost_arena *arena,
		     const struct ost_file_change *file, struct ost_hunk_trial *hunks)
{
	bool ok = true;
	uint32_t i;

	for (i = 0; i < file->nr_hunks; i++) {
		const struct ost_hunk *h = &file->hunks[i];
		struct sides s;
		size_t at;

		hunks[i] = (struct ost_hunk_trial){ .function = "" };
		split(&s, arena, h);
		if (place_exact(image, h, &s, &at)) {
			note_place(&hunks[i], arena, image, h, &s, (int64_t)at);
			hunks[i].offset = (int32_t)((int64_t)at + 1 -
						    (int64_t)(h->new_start ? h->new_start : 1));
			replace(image, at, s.pre.nr, &s.post, 0, s.post.nr);
		} else {
			hunks[i].why = "its context and removed lines are not there";
			ok = false;
		}
		end_sides(&s);
	}
	return ok;
}

bool ost_image_has_side(const struct ost_image *image, struct ost_arena *arena,
			const struct ost_hunk *hunk, bool is_post, unsigned context)
{
	const struct ost_image *side;
	size_t first, last, at;
	struct sides s;
	bool is;

	split(&s, arena, hunk);
	side = is_post ? &s.post : &s.pre;
	first = s.leading > context ? s.leading - context : 0;
	last = side->nr - (s.trailing > context ? s.trailing - context : 0);
	is = first < last && last <= side->nr &&
	     search(image, side, first, last, is_post ? hunk->new_start : hunk->old_start, 0, &at);
	end_sides(&s);
	return is;
}

/* ---- as patch -F ---- */

struct fuzzy {
	struct ost_image *image;
	size_t frozen;		/* lines up to the last one that an earlier hunk changed */
	int64_t shift;		/* of the hunk before, in the image as it is now */
	bool has_functions;
};

/* How many outer context lines are given up; negative: the hunk must touch that end of the file. */
static int64_t give_up(size_t own, size_t other, unsigned fuzz)
{
	size_t context = own > other ? own : other;

	return (int64_t)fuzz + (int64_t)own - (int64_t)context;
}

/* At one end of the file: does the hunk, whose first line goes to `at` - `first`, fit between it and the hunk before? */
static bool fits_at(const struct fuzzy *f, const struct sides *s, size_t first, size_t last, size_t at)
{
	return at >= first && at - first >= f->frozen && matches(f->image, at, &s->pre, first, last);
}

/*
 * All of the hunk, with the lines that are given up, must go behind the first
 * line of the file and behind what earlier hunks changed; their context may
 * be context of this one, too.
 */
static bool place_fuzzy(const struct fuzzy *f, const struct ost_hunk *h, const struct sides *s,
			unsigned fuzz, size_t *ret_first, size_t *ret_last, size_t *ret_at)
{
	int64_t head = give_up(s->leading, s->trailing, fuzz);
	int64_t tail = give_up(s->trailing, s->leading, fuzz);
	size_t first = head > 0 ? (size_t)head : 0;
	size_t last = s->pre.nr - (tail > 0 ? (size_t)tail : 0), n = last - first;
	int64_t guess = (int64_t)h->old_start - 1 + (int64_t)first + f->shift;
	bool is_start = head < 0 && h->old_start <= 1;

	*ret_first = first;
	*ret_last = last;
	if (first >= last || last > s->pre.nr)
		return false;
	if (is_start || tail < 0) {
		if (n > f->image->nr || (is_start && tail < 0 && n != f->image->nr))
			return false;
		*ret_at = is_start ? 0 : f->image->nr - n;
		return is_start ? f->frozen <= s->leading && matches(f->image, 0, &s->pre, first, last) :
				  fits_at(f, s, first, last, *ret_at);
	}
	return search(f->image, &s->pre, first, last, guess > 0 ? (size_t)guess : 0, f->frozen + first,
		      ret_at);
}

/* A last line without a newline gets one when it is the last no more. */
static void end_line(struct ost_image *image, struct ost_arena *arena, size_t line)
{
	struct ost_image_line *l = &image->items[line];
	bool is_patched = l->is_patched;
	char *text;

	if (line + 1 >= image->nr || (l->len && l->text[l->len - 1] == '\n'))
		return;
	text = ost_arena_alloc(arena, (size_t)l->len + 1);
	memcpy(text, l->text, l->len);
	text[l->len] = '\n';
	*l = make_line(text, (size_t)l->len + 1);
	l->is_patched = is_patched;
}

/* Puts in what the hunk changes and leaves the lines around that as they are; `start`: where its first line goes. */
static void put_change(struct fuzzy *f, struct ost_arena *arena, const struct sides *s, size_t start)
{
	size_t end = start + s->post.nr - s->trailing;

	if (s->leading == s->pre.nr && s->leading == s->post.nr)	/* context alone */
		return;
	replace(f->image, start + s->leading, s->pre.nr - s->leading - s->trailing,
		&s->post, s->leading, s->post.nr - s->trailing);
	f->frozen = end;
	if (end)
		end_line(f->image, arena, end - 1);
}

static void tell_nowhere(const struct fuzzy *f, struct ost_arena *arena, const struct ost_hunk *h, bool was_looked_for,
			 struct ost_hunk_trial *t)
{
	int64_t near = (int64_t)h->old_start + f->shift;

	t->why = ost_blanks_why(arena, f->image, h, near > 0 ? (uint32_t)near : 1);
	t->is_respaced = t->why != NULL;
	if (!t->why)
		t->why = was_looked_for ? "its context and removed lines are not there, even with reduced context" :
			 "its context is not there, and reduced context leaves nothing to look for";
}

static bool put_fuzzy(struct fuzzy *f, struct ost_arena *arena, const struct ost_hunk *h,
		      const struct sides *s, unsigned max_fuzz, struct ost_hunk_trial *t)
{
	size_t context = s->leading > s->trailing ? s->leading : s->trailing;
	size_t first = 0, last = 0, at;
	unsigned fuzz;

	if (max_fuzz > context)	/* lines that change are never given up */
		max_fuzz = (unsigned)context;
	for (fuzz = 0; fuzz <= max_fuzz; fuzz++)
		if (place_fuzzy(f, h, s, fuzz, &first, &last, &at))
			break;
	if (fuzz > max_fuzz) {
		tell_nowhere(f, arena, h, first < last, t);
		return false;
	}
	note_place(t, arena, f->image, h, s, (int64_t)at - (int64_t)first);
	t->fuzz = fuzz;
	t->offset = (int32_t)((int64_t)at - (int64_t)first + 1 - (int64_t)h->old_start - f->shift);
	if (t->is_elsewhere && fuzz && f->has_functions) {
		t->is_placed = false;
		t->why = ost_arena_printf(arena, "with reduced context it lands in another function: %s",
					  *t->function ? t->function : "(none)");
		return false;
	}
	put_change(f, arena, s, at - first);
	f->shift = (int64_t)at - (int64_t)first - ((int64_t)h->old_start - 1) +
		   ((int64_t)s->post.nr - (int64_t)s->pre.nr);
	return true;
}

bool ost_image_apply_fuzzy(struct ost_image *image, struct ost_arena *arena,
			   const struct ost_file_change *file, unsigned max_fuzz,
			   struct ost_hunk_trial *hunks)
{
	struct fuzzy f = { .image = image, .has_functions = has_functions(file) };
	bool ok = true;
	uint32_t i;

	for (i = 0; i < file->nr_hunks; i++) {
		struct sides s;

		hunks[i] = (struct ost_hunk_trial){ .function = "" };
		split(&s, arena, &file->hunks[i]);
		ok &= put_fuzzy(&f, arena, &file->hunks[i], &s, max_fuzz, &hunks[i]);
		end_sides(&s);
	}
	return ok;
}
