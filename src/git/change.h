/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * change.h - a change to a tree: files, hunks, lines.
 *
 * The same structure comes from a commit (git/commit.h) and from the diff in
 * a mail or a format-patch file (ost_change_parse()). All memory belongs to
 * the arena given at creation.
 */
#ifndef OST_GIT_CHANGE_H
#define OST_GIT_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "ostler/err.h"

enum ost_line_kind { OST_LINE_CONTEXT, OST_LINE_ADDED, OST_LINE_REMOVED };

struct ost_diff_line {
	enum ost_line_kind kind;
	const char *text;	/* without the leading sign and the newline; NUL-terminated (a NUL inside is counted by len and noted as damage) */
	uint32_t len;
	uint32_t old_line;	/* 1-based, 0 for an added line */
	uint32_t new_line;	/* 1-based, 0 for a removed line */
	bool no_newline;	/* "\ No newline at end of file" follows */
};

struct ost_hunk {
	uint32_t old_start, old_lines, new_start, new_lines;
	const char *section;	/* text after the second @@, or "" */
	struct ost_diff_line *lines;
	uint32_t nr_lines;
};

enum ost_file_status {
	OST_FILE_MODIFIED, OST_FILE_ADDED, OST_FILE_DELETED,
	OST_FILE_RENAMED, OST_FILE_COPIED, OST_FILE_MODE,	/* mode change alone */
};

struct ost_file_change {
	const char *old_path, *new_path;	/* unquoted, checked: relative, no "..", no NUL; equal unless renamed/copied */
	enum ost_file_status status;
	uint32_t old_mode, new_mode;	/* 0 when not told */
	const char *old_blob, *new_blob;	/* hex from the index line, maybe shortened; "" when not told */
	bool is_binary;
	uint32_t similarity;	/* per cent, renames and copies */
	uint32_t nr_added, nr_removed;	/* lines */
	struct ost_hunk *hunks;
	uint32_t nr_hunks;
};

struct ost_change {
	struct ost_file_change *files;
	uint32_t nr_files;
	uint32_t nr_added, nr_removed;	/* lines, all files */
	bool is_truncated;	/* a hunk ended before its line counts were met */
	const char *damage;	/* NULL, or what is wrong with the text (whitespace-damaged, truncated at line N) */
};

/* False when some of it may be missing: what is not in it says nothing. */
static inline bool ost_change_is_whole(const struct ost_change *c)
{
	return !c->damage && !c->is_truncated;
}

/* Limits: more is an OST_ERR_INPUT that names the limit. */
#define OST_CHANGE_MAX_FILES 20000
#define OST_CHANGE_MAX_LINES 5000000

/*
 * Reads a unified or git diff out of text (everything before the first file
 * header is passed over). `name` is used in errors. No file header at all is
 * not an error: nr_files is 0. Unsafe paths (absolute, "..", control bytes)
 * are OST_ERR_INPUT.
 */
OST_WARN_UNUSED
struct ost_err *ost_change_parse(struct ost_change *c, struct ost_arena *arena,
				 const char *name, const char *text, size_t len);

#endif
