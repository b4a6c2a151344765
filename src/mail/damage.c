// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * damage.c - what mailers do to a diff, told and not repaired.
 *
 * The walk trusts hunk headers for the number of lines and nothing else. A
 * line inside a hunk must begin with a blank, `+`, `-` or `\`; an empty one
 * is a context line that lost its blank, which git accepts.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "mail/body.h"
#include "mail/utf8.h"

#define MAX_DAMAGE 16

struct walk {
	uint32_t line;		/* 1-based, of the body */
	uint32_t old_left, new_left;
	bool is_tabbed_file;	/* C, assembly, a Makefile: indented by tabs in the kernel */
	bool is_header;		/* between `diff --git` and the name of the new file */
	bool just_ended;	/* the line before was the last one of a hunk */
	uint32_t hunk_line;
	/* line of the first of each kind, 0 for none */
	uint32_t wrapped, lost_blank, no_break, too_short, too_long, combined;
	uint32_t first_spaces, nr_spaces, nr_tabs;
};

void ost_message_add_damage(struct ost_message *msg, struct ost_arena *arena, const char *fmt, ...)
{
	struct ost_utf8_count count = { 0, 0 };
	const char **grown;
	OST_BUF clean = OST_BUF_INIT;
	char text[512];
	va_list ap;

	if (msg->nr_damage >= MAX_DAMAGE)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	grown = ost_arena_alloc(arena, (msg->nr_damage + 1) * sizeof(*grown));
	if (msg->nr_damage)
		memcpy(grown, msg->damage, msg->nr_damage * sizeof(*grown));
	ost_utf8_add(&clean, text, strlen(text), &count);	/* what was cut may end amid a character */
	grown[msg->nr_damage++] = ost_arena_strndup(arena, clean.ptr, clean.len);
	msg->damage = grown;
}

static bool ends_with(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && !memcmp(s + len - n, with, n);
}

static bool is_tabbed(const char *path, size_t len)
{
	return ends_with(path, len, ".c") || ends_with(path, len, ".h") || ends_with(path, len, ".S") ||
	       ends_with(path, len, "Makefile") || ends_with(path, len, "Kbuild");
}

/* "-12,5" at *p: the count, 1 when it is left out. */
static bool read_range(const char **p, char sign, uint32_t *ret)
{
	unsigned long n;
	char *end;

	if (**p != sign || !isdigit((unsigned char)(*p)[1]))
		return false;
	strtoul(*p + 1, &end, 10);
	n = 1;
	if (*end == ',' && isdigit((unsigned char)end[1]))
		n = strtoul(end + 1, &end, 10);
	*ret = n > UINT32_MAX ? UINT32_MAX : n;
	*p = end;
	return true;
}

static bool begin_hunk(struct walk *w, const char *s)
{
	const char *p = s + 3;
	uint32_t a, b;

	if (strncmp(s, "@@ ", 3) || !read_range(&p, '-', &a) || *p++ != ' ' ||
	    !read_range(&p, '+', &b) || strncmp(p, " @@", 3))
		return false;
	w->old_left = a;
	w->new_left = b;
	w->hunk_line = w->line;
	return true;
}

static void first(uint32_t *where, uint32_t line)
{
	if (!*where)
		*where = line;
}

/*
 * What the text of a line (sign taken off) says about tabs. Added lines are
 * no witness for spaces: a new file may be written that way.
 */
static void look_at_indent(struct walk *w, const char *s, size_t len, bool is_old)
{
	if (!w->is_tabbed_file)
		return;
	if (memchr(s, '\t', len)) {
		w->nr_tabs++;
	} else if (is_old && len > 8 && !memcmp(s, "        ", 8)) {
		w->nr_spaces++;
		first(&w->first_spaces, w->line);
	}
}

static void in_hunk(struct walk *w, const char *s, size_t len)
{
	bool is_old = false, is_new = false;

	if (!len || s[0] == ' ') {
		is_old = is_new = true;
	} else if (s[0] == '-') {
		is_old = true;
	} else if (s[0] == '+') {
		is_new = true;
	} else if (s[0] == '\\') {
		return;
	} else if (!memcmp(s, "\xc2\xa0", len < 2 ? len : 2)) {
		first(&w->no_break, w->line);
		is_old = is_new = true;
	} else {
		first(s[0] == '\t' ? &w->lost_blank : &w->wrapped, w->line);
		if (s[0] != '\t')
			return;
		is_old = is_new = true;
	}
	if (len)
		look_at_indent(w, s + 1, len - 1, is_old);
	if (is_old && w->old_left)
		w->old_left--;
	if (is_new && w->new_left)
		w->new_left--;
	/* a trailing blank line that lost its blank ends a text as well as a hunk */
	w->just_ended = !w->old_left && !w->new_left && len;
}

/* Between `diff --git` and the first hunk only these lines are written. */
static bool is_extended_header(const char *s)
{
	static const char *const starts[] = {
		"diff ", "index ", "--- ", "+++ ", "@@ ", "@@@ ", "old mode ", "new mode ", "deleted file mode ",
		"new file mode ", "similarity index ", "dissimilarity index ", "rename ", "copy ",
		"Binary files ", "GIT binary patch", "mode ",
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(starts); i++)
		if (!strncmp(s, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static void outside_hunk(struct walk *w, const char *s, size_t len)
{
	bool is_signature = len >= 2 && len <= 3 && !memcmp(s, "--", 2);

	if (w->is_header && !len)
		w->is_header = false;	/* a mode change alone ends here */
	else if (w->is_header && !is_extended_header(s) && !is_signature)
		first(&w->wrapped, w->line);
	if (!strncmp(s, "diff --git ", 11))
		w->is_header = true;
	else if (!strncmp(s, "+++ ", 4) || !strncmp(s, "GIT binary ", 11) || !strncmp(s, "Binary ", 7) ||
		 is_signature || w->wrapped == w->line)
		w->is_header = false;

	if (w->just_ended && len && !is_signature && strncmp(s, "--- ", 4) &&
	    (s[0] == ' ' || s[0] == '+' || s[0] == '-' || s[0] == '\t'))
		first(&w->too_long, w->line);
	if (!strncmp(s, "diff --cc ", 10) || !strncmp(s, "diff --combined ", 16))
		first(&w->combined, w->line);
	if (!strncmp(s, "+++ ", 4) && len > 4) {
		size_t n = strcspn(s + 4, "\t\n");

		w->is_tabbed_file = is_tabbed(s + 4, n < len - 4 ? n : len - 4);
	}
}

static void look_at(struct walk *w, const char *s, size_t len)
{
	bool is_inside = w->old_left || w->new_left;
	bool is_header = !strncmp(s, "diff --git ", 11);

	if (len && s[len - 1] == '\r')
		len--;
	if (is_inside && is_header) {
		first(&w->too_short, w->hunk_line);
		w->old_left = w->new_left = 0;
		is_inside = false;
	}
	if (!strncmp(s, "@@ -", 4)) {
		if (is_inside)
			first(&w->too_short, w->hunk_line);
		if (begin_hunk(w, s)) {
			w->just_ended = false;
			return;
		}
	}
	if (is_inside) {
		in_hunk(w, s, len);
	} else {
		outside_hunk(w, s, len);
		w->just_ended = w->just_ended && len && s[0] == '\\';
	}
}

static void tell(const struct walk *w, struct ost_message *msg, struct ost_arena *arena)
{
	if (w->wrapped)
		ost_message_add_damage(msg, arena, "a line of the diff was wrapped by the mailer (body line %u)",
				       w->wrapped);
	if (w->lost_blank)
		ost_message_add_damage(msg, arena,
				       "context lines of the diff lost their leading blank (body line %u)",
				       w->lost_blank);
	if (w->no_break)
		ost_message_add_damage(msg, arena,
				       "blanks of the diff were turned into no-break spaces (body line %u)",
				       w->no_break);
	if (w->nr_spaces && !w->nr_tabs)
		ost_message_add_damage(msg, arena, "tabs of the diff look turned into spaces: %u old %s"
				       " with 8 or more spaces and no line of the diff holds a tab (body"
				       " line %u)", w->nr_spaces,
				       w->nr_spaces == 1 ? "line begins" : "lines begin", w->first_spaces);
	if (w->combined)
		ost_message_add_damage(msg, arena, "the diff is that of a merge (diff --cc), which cannot be applied"
				       " (body line %u)", w->combined);
	if (w->too_short)
		ost_message_add_damage(msg, arena, "a hunk ends before the line counts of its header are met"
				       " (body line %u)", w->too_short);
	if (w->too_long)
		ost_message_add_damage(msg, arena, "lines of a hunk go on after the counts of its header"
				       " (body line %u)", w->too_long);
}

void ost_body_find_damage(struct ost_message *msg, struct ost_arena *arena)
{
	const char *p = msg->diff, *end = msg->diff + msg->diff_len, *eol;
	struct walk w = { .line = msg->diff_line };

	for (; p < end; p = eol + 1, w.line++) {
		eol = memchr(p, '\n', end - p);
		if (!eol)
			break;
		look_at(&w, p, eol - p);
	}
	if (w.old_left || w.new_left)
		first(&w.too_short, w.hunk_line);
	tell(&w, msg, arena);
}
