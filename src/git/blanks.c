// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/blanks.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

/* Equal but for white space? */
static bool same_words(const char *a, size_t a_len, const char *b, size_t b_len)
{
	const char *a_end = a + a_len, *b_end = b + b_len;

	for (;;) {
		a = skip(a, a_end);
		b = skip(b, b_end);
		if (a == a_end || b == b_end)
			return a == a_end && b == b_end;
		if (*a++ != *b++)
			return false;
	}
}

static bool has_tab(const char *s, size_t len)
{
	return memchr(s, '\t', len) != NULL;
}

/* What a hunk's old lines and the lines of the text have in them. */
struct seen {
	bool words;		/* of the hunk: something else than white space */
	bool differs;		/* white space does */
	bool tabs;		/* of the hunk */
	bool tabs_there;	/* of the text */
};

static bool is_same(const struct ost_diff_line *d, const struct ost_image_line *l)
{
	size_t len = l->len;

	if (len && l->text[len - 1] == '\n')
		len--;
	return len == d->len && !memcmp(d->text, l->text, len);
}

static bool stands_at(const struct ost_image *image, size_t at, const struct ost_hunk *h, struct seen *seen)
{
	uint32_t k;

	*seen = (struct seen){ false, false, false, false };
	for (k = 0; k < h->nr_lines; k++) {
		const struct ost_diff_line *d = &h->lines[k];
		const struct ost_image_line *l;

		if (d->kind == OST_LINE_ADDED)
			continue;
		if (at >= image->nr)
			return false;
		l = &image->items[at++];
		if (!same_words(d->text, d->len, l->text, l->len))
			return false;
		seen->words |= skip(d->text, d->text + d->len) < d->text + d->len;
		seen->differs |= !is_same(d, l);
		seen->tabs |= has_tab(d->text, d->len);
		seen->tabs_there |= has_tab(l->text, l->len);
	}
	return seen->words && seen->differs;
}

/*
 * Lines of another function may be alike when white space does not count: the
 * one that the heading of the hunk names is meant, where it names one.
 */
const char *ost_blanks_why(struct ost_arena *arena, const struct ost_image *image,
			   const struct ost_hunk *hunk, uint32_t near)
{
	const struct ost_image_line section = { .text = hunk->section, .len = (uint32_t)strlen(hunk->section) };
	bool has_heading = ost_image_is_header(&section), is_under = !has_heading, is_lost = false;
	size_t guess = near ? near - 1 : 0, best = SIZE_MAX, at;
	struct seen seen;

	/* up to `guess` the last place is the nearest one, then the first */
	for (at = 0; at < image->nr && (best == SIZE_MAX || at <= guess || at - guess <= guess - best); at++) {
		if (is_under && stands_at(image, at, hunk, &seen)) {
			best = at;
			is_lost = seen.tabs_there && !seen.tabs;
			if (at >= guess)
				break;
		}
		if (has_heading && ost_image_is_header(&image->items[at]))
			is_under = ost_image_same_header(section.text, section.len, image->items[at].text, image->items[at].len);
	}
	if (best == SIZE_MAX)
		return NULL;
	return ost_arena_printf(arena, "its context and removed lines stand at line %zu with other white space%s", best + 1,
				is_lost ? ": the tabs of the patch became spaces, so take the mail as it was sent" : "");
}
