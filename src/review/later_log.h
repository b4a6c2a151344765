/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * later_log.h - later commits on the same files, compared by content.
 *
 * Line numbers mean nothing between merges of parallel work, so a later
 * commit counts when it removes a line that the change added, or when a hunk
 * of it holds three telling lines of one of its hunks.
 */
#ifndef OST_REVIEW_LATER_LOG_H
#define OST_REVIEW_LATER_LOG_H

#include "base/buf.h"
#include "git/change.h"
#include "git/repo.h"

/* Commits on the same files that are compared with this one, the newest. */
#define OST_LATER_MAX 300
/* Bytes of their diffs. */
#define OST_LATER_MAX_BYTES (64u << 20)

/* GONE: a file of the change is deleted; whether it has another name then, a log of the path cannot say. */
enum ost_later_touch { OST_LATER_NO_TOUCH, OST_LATER_GONE, OST_LATER_SAME_HUNK, OST_LATER_SAME_LINES };

/* One commit of the log. Strings lie in the log. */
struct ost_later_entry {
	const char *id, *subject, *message, *diff;
	size_t diff_len;
	int64_t when;
};

/*
 * Appends the log of self..head on `paths` (NULL-terminated, at least one)
 * to ret_log. Over OST_LATER_MAX_BYTES is OST_ERR_INPUT.
 */
OST_WARN_UNUSED
struct ost_err *ost_later_log(struct ost_buf *ret_log, struct ost_repo *repo, const char *self,
			      const char *head, const char *const *paths);
/* The entry at *p, which moves behind it; false at `end`. */
bool ost_later_next(const char **p, const char *end, struct ost_later_entry *ret);
/* What the entry does to the lines of `change`. */
enum ost_later_touch ost_later_touches(const struct ost_change *change, const struct ost_later_entry *e);

#endif
