// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * change.c - reads unified and git diffs of any origin.
 *
 * The text is copied once into the arena and cut into strings in place;
 * lines point into that copy. Hunk bodies are ruled by the counts of their
 * header, so "--- a/x" may well be a removed line; everything outside of
 * hunks is looked at for headers and passed over otherwise. When a body
 * ends early, the hunk is marked truncated and the line that ended it is
 * read again as an ordinary one.
 */
#include "git/change.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "git/patchpath.h"

struct file_list {
	struct ost_file_change *items;
	size_t nr, cap;
};

struct hunk_list {
	struct ost_hunk *items;
	size_t nr, cap;
};

struct line_list {
	struct ost_diff_line *items;
	size_t nr, cap;
};

struct parser {
	struct ost_change *change;
	struct ost_arena *arena;
	const char *name;		/* of the input, for errors */

	/* the text, and the line that is looked at */
	char *pos, *end;
	char *line;			/* NUL-terminated, without \r when has_crlf */
	size_t len;
	uint32_t line_nr;
	bool has_crlf;			/* the headers end in \r\n: so every line was meant to end in \n */

	/* what was collected */
	struct file_list files;
	struct hunk_list hunks;		/* of the last file */
	struct line_list lines;		/* of the last hunk */
	size_t total_lines;
	struct ost_strip strip;

	/* the file being read */
	bool in_file, is_git;		/* is_git: a "diff --git" line began it */
	bool has_rename, has_copy, is_new, is_deleted;
	char *git_old, *git_new;	/* from "rename from", "copy to" … */
	char *header;			/* the rest of the "diff --git" line */
	char *minus, *plus;		/* the rest of "--- " and "+++ " lines, or NULL */

	/* the hunk being read */
	bool in_hunk;			/* its line may still get a "\ No newline" */
	uint32_t old_left, new_left, old_line, new_line;
};

/* ---- errors and damage ---- */

OST_PRINTF(2, 3) static struct ost_err *bad(const struct parser *p, const char *fmt, ...)
{
	OST_BUF why = OST_BUF_INIT;
	va_list ap;

	ost_buf_addf(&why, "line %u: ", p->line_nr);
	va_start(ap, fmt);
	ost_buf_addv(&why, fmt, ap);
	va_end(ap);
	return ost_err_create(OST_ERR_INPUT, p->name, "make the patch anew with git format-patch or git diff", "%s", why.ptr);
}

/* The first damage is the one that is told. */
static void damage(struct parser *p, const char *what)
{
	if (!p->change->damage)
		p->change->damage = ost_arena_printf(p->arena, "line %u: %s", p->line_nr, what);
}

/* ---- lines of input ---- */

static bool next_line(struct parser *p)
{
	char *eol;

	if (p->pos >= p->end)
		return false;
	eol = memchr(p->pos, '\n', (size_t)(p->end - p->pos));
	if (!eol)
		eol = p->end;
	p->line = p->pos;
	p->len = (size_t)(eol - p->pos);
	*eol = '\0';
	p->pos = eol + 1;
	p->line_nr++;
	if (p->has_crlf && p->len && p->line[p->len - 1] == '\r')
		p->line[--p->len] = '\0';
	return true;
}

/* What the next line begins with, without moving. */
static bool next_begins(const struct parser *p, const char *prefix)
{
	size_t n = strlen(prefix);

	return (size_t)(p->end - p->pos) >= n && p->pos < p->end && !memcmp(p->pos, prefix, n);
}

static char *after(const struct parser *p, const char *prefix)
{
	size_t n = strlen(prefix);

	return p->len >= n && !memcmp(p->line, prefix, n) ? p->line + n : NULL;
}

/* A header that ends in \r: the whole text came through something that made CRLF of LF. */
static void note_crlf(struct parser *p)
{
	if (!p->has_crlf && p->len && p->line[p->len - 1] == '\r') {
		p->has_crlf = true;
		p->line[--p->len] = '\0';
	}
}

/* ---- hunks ---- */

static void end_hunk(struct parser *p)
{
	struct ost_hunk *h;

	if (!p->in_hunk)
		return;
	p->in_hunk = false;
	if (p->old_left || p->new_left) {
		p->change->is_truncated = true;
		damage(p, "a hunk ends before its line counts are met (truncated, wrapped or "
		       "white space lost)");
	}
	p->old_left = p->new_left = 0;
	h = ost_vec_last(&p->hunks);
	h->nr_lines = (uint32_t)p->lines.nr;
	h->lines = ost_arena_calloc(p->arena, p->lines.nr + 1, sizeof(*h->lines));
	if (p->lines.nr)
		memcpy(h->lines, p->lines.items, p->lines.nr * sizeof(*h->lines));
	ost_vec_clear(&p->lines);
}

static void add_line(struct parser *p, enum ost_line_kind kind, char *text, size_t len)
{
	struct ost_file_change *f = ost_vec_last(&p->files);
	struct ost_diff_line *l = ost_vec_push(&p->lines);

	l->kind = kind;
	l->text = text;
	l->len = (uint32_t)len;
	if (kind != OST_LINE_ADDED) {
		l->old_line = p->old_line++;
		p->old_left--;
	}
	if (kind != OST_LINE_REMOVED) {
		l->new_line = p->new_line++;
		p->new_left--;
	}
	f->nr_added += kind == OST_LINE_ADDED;
	f->nr_removed += kind == OST_LINE_REMOVED;
	if (memchr(text, '\0', len))
		damage(p, "holds a NUL byte");
}

/* "-- " before a version is the end of a format-patch file, unless the counts want just that line. */
static bool is_signature(const struct parser *p)
{
	return !strcmp(p->line, "-- ") && !(p->old_left == 1 && !p->new_left);
}

/* Takes the line into the hunk; false when it does not belong there. */
static bool take_hunk_line(struct parser *p)
{
	char sign = p->len ? p->line[0] : ' ';
	char *text = p->len ? p->line + 1 : p->line;
	size_t len = p->len ? p->len - 1 : 0;

	if (sign == '\\' && p->lines.nr) {
		ost_vec_last(&p->lines)->no_newline = true;
		return true;
	}
	/* an empty line is an empty context line whose blank was lost on the way */
	if (sign == ' ' && p->old_left && p->new_left)
		add_line(p, OST_LINE_CONTEXT, text, len);
	else if (sign == '-' && p->old_left && !is_signature(p))
		add_line(p, OST_LINE_REMOVED, text, len);
	else if (sign == '+' && p->new_left)
		add_line(p, OST_LINE_ADDED, text, len);
	else
		return false;
	return true;
}

static bool parse_number(const char **s, uint32_t *ret)
{
	uint64_t n = 0;
	const char *p = *s;

	while (*p >= '0' && *p <= '9' && n < UINT32_MAX)
		n = n * 10 + (uint64_t)(*p++ - '0');
	if (p == *s || n > INT32_MAX)
		return false;
	*s = p;
	*ret = (uint32_t)n;
	return true;
}

/* "12,7" or "12" */
static bool parse_range(const char **s, uint32_t *ret_start, uint32_t *ret_lines)
{
	*ret_lines = 1;
	if (!parse_number(s, ret_start))
		return false;
	if (**s != ',')
		return true;
	++*s;
	return parse_number(s, ret_lines);
}

/* "@@ -1,3 +1,4 @@ section"; false when it is something else. */
static bool begin_hunk(struct parser *p)
{
	const char *s = after(p, "@@ -");
	struct ost_hunk h = { .section = "" }, *added;

	if (!s || !parse_range(&s, &h.old_start, &h.old_lines) || strncmp(s, " +", 2))
		return false;
	s += 2;
	if (!parse_range(&s, &h.new_start, &h.new_lines) || strncmp(s, " @@", 3))
		return false;
	s += 3;
	h.section = *s == ' ' ? s + 1 : s;
	added = ost_vec_push(&p->hunks);
	*added = h;
	p->in_hunk = true;
	p->old_left = h.old_lines;
	p->new_left = h.new_lines;
	p->old_line = h.old_start;
	p->new_line = h.new_start;
	return true;
}

/* ---- files ---- */

static struct ost_err *settle_paths(struct parser *p, struct ost_file_change *f)
{
	struct ost_patch_names names = {
		.header = p->header, .minus = p->minus, .plus = p->plus,
		.old_known = p->git_old, .new_known = p->git_new,
		.is_new = p->is_new, .is_deleted = p->is_deleted,
	};
	const char *why = ost_patch_names(&names, &p->strip, p->arena);

	if (why)
		return bad(p, "%s", why);
	f->old_path = names.old_path;
	f->new_path = names.new_path;
	p->is_new |= names.is_new;
	p->is_deleted |= names.is_deleted;
	return NULL;
}

/* Without git's own header lines the counts tell a new or a deleted file. */
static void guess_from_counts(struct parser *p)
{
	const struct ost_hunk *h = p->hunks.items;

	if (p->is_git || p->hunks.nr != 1 || p->is_new || p->is_deleted)
		return;
	p->is_new = !h->old_start && !h->old_lines;
	p->is_deleted = !p->is_new && !h->new_start && !h->new_lines;
}

static enum ost_file_status status_of(const struct parser *p, const struct ost_file_change *f)
{
	if (p->has_rename)
		return OST_FILE_RENAMED;
	if (p->has_copy)
		return OST_FILE_COPIED;
	if (p->is_new)
		return OST_FILE_ADDED;
	if (p->is_deleted)
		return OST_FILE_DELETED;
	if (!f->nr_hunks && !f->is_binary && f->old_mode && f->new_mode &&
	    f->old_mode != f->new_mode)
		return OST_FILE_MODE;
	return OST_FILE_MODIFIED;
}

static struct ost_err *end_file(struct parser *p)
{
	struct ost_file_change *f;

	end_hunk(p);
	if (!p->in_file)
		return NULL;
	p->in_file = false;
	f = ost_vec_last(&p->files);
	guess_from_counts(p);
	ost_try(settle_paths(p, f));
	f->nr_hunks = (uint32_t)p->hunks.nr;
	f->hunks = ost_arena_calloc(p->arena, p->hunks.nr + 1, sizeof(*f->hunks));
	if (p->hunks.nr)
		memcpy(f->hunks, p->hunks.items, p->hunks.nr * sizeof(*f->hunks));
	ost_vec_clear(&p->hunks);
	f->status = status_of(p, f);
	p->change->nr_added += f->nr_added;
	p->change->nr_removed += f->nr_removed;
	return NULL;
}

static struct ost_err *begin_file(struct parser *p, bool is_git)
{
	struct ost_file_change *f;

	ost_try(end_file(p));
	if (p->files.nr >= OST_CHANGE_MAX_FILES)
		return bad(p, "more than the limit of %u files", OST_CHANGE_MAX_FILES);
	f = ost_vec_push(&p->files);
	f->old_blob = f->new_blob = "";
	p->in_file = true;
	p->is_git = is_git;
	p->has_rename = p->has_copy = p->is_new = p->is_deleted = false;
	p->git_old = p->git_new = p->header = p->minus = p->plus = NULL;
	return NULL;
}

/* ---- git's header lines ---- */

static uint32_t parse_mode(const char *s)
{
	uint32_t mode = 0;

	while (*s >= '0' && *s <= '7' && mode < 01000000)
		mode = mode * 8 + (uint32_t)(*s++ - '0');
	return mode;
}

/* Hex digits up to a stop; "" when they are all zero or none. */
static const char *take_blob(struct parser *p, const char **s)
{
	size_t n = strspn(*s, "0123456789abcdef");
	const char *hex = *s;

	*s += n;
	if (!n || n > 64 || strspn(hex, "0") >= n)
		return "";
	return ost_arena_strndup(p->arena, hex, n);
}

static void take_index(struct parser *p, struct ost_file_change *f, const char *s)
{
	const char *old_blob = take_blob(p, &s);

	if (strncmp(s, "..", 2))
		return;
	s += 2;
	f->old_blob = old_blob;
	f->new_blob = take_blob(p, &s);
	if (*s == ' ' && !f->old_mode)
		f->old_mode = parse_mode(s + 1);
	if (*s == ' ' && !f->new_mode)
		f->new_mode = f->old_mode;
}

static uint32_t parse_percent(const char *s)
{
	uint32_t n = 0;

	return parse_number(&s, &n) && n <= 100 ? n : 0;
}

/* A line between "diff --git" and the first hunk; false when it is none of git's. */
static bool take_git_line(struct parser *p, struct ost_file_change *f)
{
	char *s;

	if ((s = after(p, "index "))) {
		take_index(p, f, s);
	} else if ((s = after(p, "old mode "))) {
		f->old_mode = parse_mode(s);
	} else if ((s = after(p, "new mode "))) {
		f->new_mode = parse_mode(s);
	} else if ((s = after(p, "new file mode "))) {
		f->new_mode = parse_mode(s);
		p->is_new = true;
	} else if ((s = after(p, "deleted file mode "))) {
		f->old_mode = parse_mode(s);
		p->is_deleted = true;
	} else if ((s = after(p, "similarity index "))) {
		f->similarity = parse_percent(s);
	} else if ((s = after(p, "rename from ")) || (s = after(p, "rename old "))) {
		p->git_old = s;
		p->has_rename = true;
	} else if ((s = after(p, "rename to ")) || (s = after(p, "rename new "))) {
		p->git_new = s;
		p->has_rename = true;
	} else if ((s = after(p, "copy from "))) {
		p->git_old = s;
		p->has_copy = true;
	} else if ((s = after(p, "copy to "))) {
		p->git_new = s;
		p->has_copy = true;
	} else {
		return false;
	}
	return true;
}

/* ---- the loop ---- */

static struct ost_err *combined(const struct parser *p)
{
	return ost_err_create(OST_ERR_INPUT, p->name,
			      "give the commit, or a diff against one parent (git show -m)",
			      "line %u: a combined diff of a merge is not supported", p->line_nr);
}

/* "--- x" followed by "+++ y". */
static bool is_name_pair(const struct parser *p)
{
	return after(p, "--- ") && next_begins(p, "+++ ");
}

static struct ost_err *take_name_pair(struct parser *p)
{
	note_crlf(p);
	/* a second pair in one git file, or hunks before it: the next file of a plain diff */
	if (!p->in_file || p->minus || p->hunks.nr || !p->is_git)
		ost_try(begin_file(p, false));
	p->minus = after(p, "--- ");
	next_line(p);
	note_crlf(p);
	p->plus = after(p, "+++ ");
	return NULL;
}

static struct ost_err *take_line(struct parser *p)
{
	struct ost_file_change *f = p->in_file ? ost_vec_last(&p->files) : NULL;
	char *s;

	if ((s = after(p, "diff --git "))) {
		note_crlf(p);
		ost_try(begin_file(p, true));
		p->header = s;
		return NULL;
	}
	if (after(p, "diff --cc ") || after(p, "diff --combined ") ||
	    (p->in_file && after(p, "@@@ -")))
		return combined(p);
	if (is_name_pair(p))
		return take_name_pair(p);
	if (!f)
		return NULL;
	if ((p->minus || p->hunks.nr) && begin_hunk(p))
		return NULL;
	if (p->is_git && !p->hunks.nr && take_git_line(p, f))
		return NULL;
	if (after(p, "GIT binary patch") ||
	    (after(p, "Binary files ") && strstr(p->line, " differ")))
		f->is_binary = true;
	return NULL;
}

/* Behind a hunk whose counts are met. */
static void look_at_surplus(struct parser *p)
{
	if (p->len && p->in_file && p->hunks.nr &&
	    (p->line[0] == '+' || (p->line[0] == '-' && !after(p, "-- ") && strcmp(p->line, "--") &&
				   !after(p, "--- "))))
		damage(p, "more lines than the header of the hunk says");
}

static struct ost_err *take_any(struct parser *p)
{
	bool was_in_hunk = p->in_hunk;

	if (p->in_hunk) {
		if (!p->old_left && !p->new_left && (!p->len || p->line[0] != '\\')) {
			end_hunk(p);
		} else if (take_hunk_line(p)) {
			if (++p->total_lines > OST_CHANGE_MAX_LINES)
				return bad(p, "more than the limit of %u lines",
					   OST_CHANGE_MAX_LINES);
			return NULL;
		} else {
			end_hunk(p);
			was_in_hunk = false;
		}
	}
	if (was_in_hunk)
		look_at_surplus(p);
	return take_line(p);
}

static struct ost_err *parse_all(struct parser *p)
{
	struct ost_err *err = NULL;

	while (!err && next_line(p))
		err = take_any(p);
	return err ? err : end_file(p);
}

struct ost_err *ost_change_parse(struct ost_change *c, struct ost_arena *arena,
				 const char *name, const char *text, size_t len)
{
	struct parser p = { .change = c, .arena = arena, .name = name };
	struct ost_err *err;

	memset(c, 0, sizeof(*c));
	p.pos = ost_arena_alloc(arena, len + 1);
	if (len)
		memcpy(p.pos, text, len);
	p.pos[len] = '\0';
	p.end = p.pos + len;
	err = parse_all(&p);
	if (!err) {
		c->nr_files = (uint32_t)p.files.nr;
		c->files = ost_arena_calloc(arena, p.files.nr + 1, sizeof(*c->files));
		if (p.files.nr)
			memcpy(c->files, p.files.items, p.files.nr * sizeof(*c->files));
	}
	ost_vec_deinit(&p.files);
	ost_vec_deinit(&p.hunks);
	ost_vec_deinit(&p.lines);
	return err;
}
