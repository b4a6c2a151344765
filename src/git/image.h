/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image.h - a text as lines, and hunks put into it.
 *
 * Lines keep their newline, so that a last line without one differs from the
 * same line with one, as for git apply.
 */
#ifndef OST_GIT_IMAGE_H
#define OST_GIT_IMAGE_H

#include "git/apply.h"

struct ost_image_line {
	const char *text;
	uint32_t len;		/* with the newline */
	uint32_t hash;
	bool is_patched;	/* comes from a hunk: no other hunk may match it */
};

struct ost_image {
	struct ost_image_line *items;
	size_t nr, cap;
};

/* `text` must outlive the image. End with ost_vec_deinit(). */
void ost_image_fill(struct ost_image *image, const char *text, size_t len);
/* The bytes of all lines, from the arena. */
char *ost_image_text(const struct ost_image *image, struct ost_arena *arena, size_t *ret_len);

/* Puts all hunks in as `git apply` does; false when one does not fit (its why is set). */
bool ost_image_apply(struct ost_image *image, struct ost_arena *arena,
		     const struct ost_file_change *file, struct ost_hunk_trial *hunks);
/* As `patch -F` with at most `max_fuzz`; a hunk in another function does not fit. */
bool ost_image_apply_fuzzy(struct ost_image *image, struct ost_arena *arena,
			   const struct ost_file_change *file, unsigned max_fuzz,
			   struct ost_hunk_trial *hunks);

/*
 * Does the old (or new: is_post) side of a hunk stand in the image, with at
 * most `context` lines around the changes? A side without lines does not.
 */
bool ost_image_has_side(const struct ost_image *image, struct ost_arena *arena,
			const struct ost_hunk *hunk, bool is_post, unsigned context);

/* A line that begins at the margin with a word and is no label: what git puts behind the second @@ of C. */
bool ost_image_is_header(const struct ost_image_line *line);
/* Do two such lines, or the text behind an @@, name the same function? Its type and arguments may differ. */
bool ost_image_same_header(const char *a, size_t a_len, const char *b, size_t b_len);

/*
 * The line that begins the function (or other definition) around a place:
 * the nearest one at or before `line` (0-based) that begins at the margin
 * with a word. NULL when there is none, or when a '}' at the margin comes
 * first: then the place is between functions.
 */
const struct ost_image_line *ost_image_header(const struct ost_image *image, size_t line);

#endif
