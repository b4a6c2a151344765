/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * texts.h - the old and the new text of each changed file.
 *
 * From a commit both are blobs. From a patch the old text is the file at the
 * base, and each hunk is looked for in it: at its line numbers, else at the
 * nearest place where all its context and removed lines stand (no fuzz), in
 * the function that its heading (the text behind the second @@) names, where
 * the file has that. The new text is made by putting the hunks in. A hunk that stands nowhere leaves
 * the file without a new text, and `why` says so.
 */
#ifndef OST_REVIEW_TEXTS_H
#define OST_REVIEW_TEXTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "git/change.h"
#include "git/repo.h"
#include "ostler/err.h"

/* Files of more bytes are left out, with `why`. */
#define OST_TEXT_MAX (16u << 20)
/* So are files after these many, or after these many bytes in all. */
#define OST_TEXTS_MAX_FILES 500
#define OST_TEXTS_MAX_BYTES (64u << 20)

struct ost_file_text {
	const struct ost_file_change *f;
	struct ost_buf old_text, new_text;
	bool has_old, has_new;	/* an added file has no old text, and `why` stays NULL */
	const char *why;	/* NULL, or why a text is missing */
	uint32_t *at;		/* per hunk: line of the old text where it stands, 0 nowhere */
	bool is_shifted;	/* some hunk does not stand where its numbers say */
};

struct ost_texts {
	struct ost_file_text *files;	/* one for each of the change's, in its order */
	uint32_t nr;
};

/*
 * Finds the hunk's context and removed lines in text. Returns the 1-based
 * line where they begin, nearest to `near`, or 0; in the function of the
 * hunk's heading unless they stand at `near` itself or the text has no such
 * function. A hunk with no such lines
 * (an added file) yields 1 for an empty text.
 */
uint32_t ost_hunk_find(const struct ost_hunk *h, const char *text, size_t len, uint32_t near);

/*
 * Reads the texts. `base` is the revision that the change applies to ("":
 * none), `commit` the one that holds the result ("": the hunks are applied).
 * Arrays come from the arena; ost_texts_deinit() frees the texts.
 */
OST_WARN_UNUSED
struct ost_err *ost_texts_init(struct ost_texts *t, struct ost_arena *arena, struct ost_repo *repo,
			       const struct ost_change *change, const char *base, const char *commit);
void ost_texts_deinit(struct ost_texts *t);
/* Why the first unread text is missing, or "". */
const char *ost_texts_first_why(const struct ost_texts *t);

#endif
