// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/texts.h"

#include <string.h>

#include "base/vec.h"
#include "git/blanks.h"

struct lines {
	struct ost_image image;
	OST_VEC(uint32_t) headings;	/* by line: number of the last heading before it, from 1; filled when asked for */
};

static void split_lines(struct lines *l, const char *text, size_t len)
{
	memset(l, 0, sizeof(*l));
	ost_image_fill(&l->image, text, len);
}

static void lines_deinit(struct lines *l)
{
	ost_vec_deinit(&l->image);
	ost_vec_deinit(&l->headings);
}

static bool line_is(const struct lines *l, size_t i, const struct ost_diff_line *d)
{
	size_t len;

	if (i >= l->image.nr)
		return false;
	len = l->image.items[i].len;
	if (len && l->image.items[i].text[len - 1] == '\n')
		len--;
	return len == d->len && !memcmp(l->image.items[i].text, d->text, len);
}

static bool stands_at(const struct ost_hunk *h, const struct lines *l, size_t i)
{
	uint32_t k;

	for (k = 0; k < h->nr_lines; k++) {
		if (h->lines[k].kind == OST_LINE_ADDED)
			continue;
		if (!line_is(l, i, &h->lines[k]))
			return false;
		i++;
	}
	return true;
}

static uint32_t nr_old(const struct ost_hunk *h)
{
	uint32_t k, n = 0;

	for (k = 0; k < h->nr_lines; k++)
		n += h->lines[k].kind != OST_LINE_ADDED;
	return n;
}

static void find_headings(struct lines *l)
{
	uint32_t last = 0;
	size_t i;

	for (i = 0; i < l->image.nr; i++) {
		ost_vec_add(&l->headings, last);
		if (ost_image_is_header(&l->image.items[i]))
			last = i + 1;
	}
}

static bool is_heading(const struct lines *l, size_t i, const char *section)
{
	const struct ost_image_line *line = &l->image.items[i];

	return ost_image_is_header(line) && ost_image_same_header(section, strlen(section), line->text, line->len);
}

/* The heading of the hunk names the function in which its context was. Is line i (from 0) in that one? */
static bool is_under(struct lines *l, size_t i, const char *section)
{
	if (!l->headings.nr)
		find_headings(l);
	return l->headings.items[i] && is_heading(l, l->headings.items[i] - 1, section);
}

static bool has_heading(const struct lines *l, const char *section)
{
	size_t i;

	for (i = 0; i < l->image.nr; i++)
		if (is_heading(l, i, section))
			return true;
	return false;
}

/*
 * Where the hunk's numbers do not hold, equal lines may stand in several
 * functions: the one that its heading names counts, and if that function is
 * here without these lines, no other will do.
 */
static uint32_t find_in(const struct ost_hunk *h, struct lines *l, uint32_t near)
{
	const struct ost_image_line heading = { .text = h->section, .len = (uint32_t)strlen(h->section) };
	const char *section = ost_image_is_header(&heading) ? h->section : "";
	size_t nr = l->image.nr, d, first = SIZE_MAX;

	if (!nr_old(h))
		return near <= nr + 1 ? (near ? near : 1) : 0;
	near = near ? near - 1 : 0;
	if (near > nr)
		near = nr;
	for (d = 0; d <= nr; d++) {
		size_t at[] = { near + d, near - d };

		for (size_t k = 0; k < (d && d <= near ? 2 : 1); k++) {
			if (at[k] >= nr || !stands_at(h, l, at[k]))
				continue;
			if (!d || !*section || is_under(l, at[k], section))
				return at[k] + 1;
			if (first == SIZE_MAX)
				first = at[k];
		}
	}
	return first == SIZE_MAX || has_heading(l, section) ? 0 : first + 1;
}

uint32_t ost_hunk_find(const struct ost_hunk *h, const char *text, size_t len, uint32_t near)
{
	struct lines l;
	uint32_t line;

	split_lines(&l, text, len);
	line = find_in(h, &l, near);
	lines_deinit(&l);
	return line;
}

/* A hunk of "-0,0" or "-7,0" inserts behind the line it names. */
static uint32_t first_line(const struct ost_hunk *h)
{
	return h->old_lines ? h->old_start : h->old_start + 1;
}

/* Finds all hunks, each after the one before; sets t->at. */
static bool place_hunks(struct ost_file_text *t, struct lines *l)
{
	uint32_t i, last = 0;
	int64_t shift = 0, near;
	bool all = true;

	for (i = 0; i < t->f->nr_hunks; i++) {
		near = (int64_t)first_line(&t->f->hunks[i]) + shift;
		t->at[i] = find_in(&t->f->hunks[i], l, near > 0 ? near : 1);
		if (t->at[i] && t->at[i] < last)
			t->at[i] = 0;
		if (!t->at[i]) {
			all = false;
			continue;
		}
		shift = (int64_t)t->at[i] - first_line(&t->f->hunks[i]);
		t->is_shifted |= shift != 0;
		last = t->at[i] + nr_old(&t->f->hunks[i]);
	}
	return all;
}

static void add_lines(struct ost_buf *b, const struct lines *l, size_t from, size_t to)
{
	for (; from < to; from++)
		ost_buf_add(b, l->image.items[from].text, l->image.items[from].len);
}

static void put_hunk(struct ost_buf *b, const struct ost_hunk *h)
{
	uint32_t k;

	for (k = 0; k < h->nr_lines; k++) {
		if (h->lines[k].kind == OST_LINE_REMOVED)
			continue;
		ost_buf_add(b, h->lines[k].text, h->lines[k].len);
		if (!h->lines[k].no_newline)
			ost_buf_addch(b, '\n');
	}
}

static void make_new(struct ost_file_text *t, const struct lines *l)
{
	size_t pos = 0, nr = l->image.nr;
	uint32_t i;

	for (i = 0; i < t->f->nr_hunks; i++) {
		add_lines(&t->new_text, l, pos, t->at[i] - 1);
		put_hunk(&t->new_text, &t->f->hunks[i]);
		pos = t->at[i] - 1 + nr_old(&t->f->hunks[i]);
	}
	add_lines(&t->new_text, l, pos, nr);
	t->has_new = true;
}

static const char *why_not(const struct ost_file_text *t, struct ost_arena *arena, const struct lines *l)
{
	const char *why;
	uint32_t i;

	for (i = 0; i < t->f->nr_hunks; i++) {
		if (t->at[i])
			continue;
		why = ost_blanks_why(arena, &l->image, &t->f->hunks[i], first_line(&t->f->hunks[i]));
		if (why)
			return ost_arena_printf(arena, "hunk %u of %s in the base: %s", i + 1, t->f->old_path, why);
	}
	return ost_arena_printf(arena, "a hunk of %s stands nowhere in the base, or not in the function that it names",
				t->f->old_path);
}

static void apply_hunks(struct ost_file_text *t, struct ost_arena *arena)
{
	struct lines l;

	split_lines(&l, t->old_text.ptr, t->old_text.len);
	if (place_hunks(t, &l))
		make_new(t, &l);
	else
		t->why = why_not(t, arena, &l);
	lines_deinit(&l);
}

/* Reads path at rev; false with t->why when it cannot be had. */
static bool read_text(struct ost_file_text *t, struct ost_buf *b, struct ost_arena *arena,
		      struct ost_repo *repo, const char *rev, const char *path)
{
	struct ost_path_info info;
	struct ost_err *err = ost_repo_path(repo, rev, path, &info);

	if (!err && info.kind == OST_PATH_ABSENT) {
		t->why = ost_arena_printf(arena, "%s is not in %.12s", path, rev);
		return false;
	}
	if (!err)
		err = ost_repo_read_path(repo, rev, path, b);
	if (!err && b->len <= OST_TEXT_MAX)
		return true;
	t->why = err ? ost_arena_printf(arena, "%s: %s", err->what, err->why) :
		 ost_arena_printf(arena, "%s is larger than %u MiB", path, OST_TEXT_MAX >> 20);
	ost_err_destroy(err);
	ost_buf_clear(b);
	return false;
}

static void place_as_told(struct ost_file_text *t)
{
	uint32_t i;

	for (i = 0; i < t->f->nr_hunks; i++)
		t->at[i] = first_line(&t->f->hunks[i]);
}

/* A file that is not read because of the limits of texts.h. */
static void leave_out(struct ost_file_text *t)
{
	t->why = "the change is too large to read all its files";
}

static void read_file(struct ost_file_text *t, struct ost_arena *arena, struct ost_repo *repo,
		      const char *base, const char *commit)
{
	const struct ost_file_change *f = t->f;
	bool is_text = !f->is_binary && f->old_mode != 0160000 && f->new_mode != 0160000;

	if (!is_text) {
		t->why = ost_arena_printf(arena, "%s is not text", f->new_path);
		return;
	}
	if (f->status != OST_FILE_ADDED && *base)
		t->has_old = read_text(t, &t->old_text, arena, repo, base, f->old_path);
	else if (f->status != OST_FILE_ADDED)
		t->why = "there is no base to read it from";
	if (t->why)
		return;
	if (*commit) {
		place_as_told(t);
		if (f->status != OST_FILE_DELETED)
			t->has_new = read_text(t, &t->new_text, arena, repo, commit, f->new_path);
		return;
	}
	apply_hunks(t, arena);
	if (f->status == OST_FILE_DELETED)
		t->has_new = false;
}

struct ost_err *ost_texts_init(struct ost_texts *t, struct ost_arena *arena, struct ost_repo *repo,
			       const struct ost_change *change, const char *base, const char *commit)
{
	size_t bytes = 0;
	uint32_t i;

	t->nr = change->nr_files;
	t->files = ost_arena_calloc(arena, t->nr ? t->nr : 1, sizeof(*t->files));
	for (i = 0; i < t->nr; i++) {
		struct ost_file_text *ft = &t->files[i];

		ft->f = &change->files[i];
		ost_buf_init(&ft->old_text);
		ost_buf_init(&ft->new_text);
		ft->at = ost_arena_calloc(arena, ft->f->nr_hunks + 1, sizeof(*ft->at));
		if (i >= OST_TEXTS_MAX_FILES || bytes > OST_TEXTS_MAX_BYTES)
			leave_out(ft);
		else
			read_file(ft, arena, repo, base, commit);
		bytes += ft->old_text.len + ft->new_text.len;
	}
	return NULL;
}

void ost_texts_deinit(struct ost_texts *t)
{
	uint32_t i;

	for (i = 0; i < t->nr; i++) {
		ost_buf_deinit(&t->files[i].old_text);
		ost_buf_deinit(&t->files[i].new_text);
	}
	t->nr = 0;
}

const char *ost_texts_first_why(const struct ost_texts *t)
{
	uint32_t i;

	for (i = 0; i < t->nr; i++)
		if (t->files[i].why && !t->files[i].f->is_binary)
			return t->files[i].why;
	return "";
}
