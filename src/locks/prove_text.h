/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prove_text.h - source as the checker reads it: tokens of one file.
 *
 * The checker shares nothing with the finder: it has its own tokens (names,
 * numbers and single characters; comments and strings are dropped), finds
 * functions by counting braces, and looks names up by following #include
 * lines from the file at hand.
 */
#ifndef OST_LOCKS_PROVE_TEXT_H
#define OST_LOCKS_PROVE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"
#include "ostler/facts.h"

#define OST_PT_MAX_BYTES (8u << 20)	/* of one file; larger ones count as missing */
#define OST_PT_MAX_FILES 30000	/* looked for in one report, found or not */

struct ost_pt_token {
	uint32_t off, len, line;
	bool is_directive;	/* stands in a preprocessor line */
};

struct ost_pt_file {
	char *path;
	struct ost_buf text;
	bool is_there;
	OST_VEC(struct ost_pt_token) tokens;
	OST_VEC(char *) includes;
};

struct ost_pt_files {
	const struct ost_source *src;
	struct ost_repo *repo;		/* NULL for a directory */
	OST_VEC(struct ost_pt_file *) v;
};

OST_WARN_UNUSED
struct ost_err *ost_pt_init(struct ost_pt_files *fs, const struct ost_source *src);
void ost_pt_deinit(struct ost_pt_files *fs);
/* NULL when there is no such file. Unsafe paths are no files. */
const struct ost_pt_file *ost_pt_get(struct ost_pt_files *fs, const char *path);
bool ost_pt_is(const struct ost_pt_file *f, uint32_t token, const char *word);
/* The trimmed text of a line equals `text`. */
bool ost_pt_line_is(const struct ost_pt_file *f, uint32_t line, const char *text);
/* Tokens [*ret_first, *ret_end) of the body of the function or macro whose lines hold `line`. */
bool ost_pt_function_at(const struct ost_pt_file *f, const char *name, uint32_t line,
			uint32_t *ret_first, uint32_t *ret_end);
/* The definition of `name` (function or macro) in the file. */
bool ost_pt_define(const struct ost_pt_file *f, const char *name, uint32_t *ret_first, uint32_t *ret_end);

#endif
