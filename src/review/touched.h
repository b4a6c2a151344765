/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * touched.h - the functions that a change touches.
 *
 * A function is touched when a removed line lies inside it in the old text or
 * an added line inside it in the new one ("inside": from the first line of
 * its declaration to its closing brace). In both texts: modified; only in the
 * new one: added; only in the old one: removed. Found by the recogniser, on
 * .c and .h files; context lines never count.
 */
#ifndef OST_REVIEW_TOUCHED_H
#define OST_REVIEW_TOUCHED_H

#include "base/arena.h"
#include "base/vec.h"
#include "review/texts.h"
#include "source/recognise.h"

enum ost_touch { OST_TOUCH_MODIFIED, OST_TOUCH_ADDED, OST_TOUCH_REMOVED };

struct ost_touched_line {
	const struct ost_diff_line *line;
	bool is_new;
};

struct ost_touched {
	uint32_t file;		/* index into the change's files */
	const char *name;	/* "" for the lines outside functions */
	enum ost_touch how;
	uint32_t line;		/* of the name, in the new text unless removed */
	uint32_t nr_gone, nr_new;	/* lines */
	struct ost_touched_line *lines;	/* in the order of the diff */
	uint32_t nr_lines;
};

struct ost_touched_list {
	struct ost_touched *items;	/* by file, then line; lines outside functions last of a file */
	uint32_t nr;
	uint32_t nr_unread;	/* .c and .h files whose texts were missing */
	uint32_t nr_troubled;	/* files where the recogniser was lost somewhere */
};

/* Memory from the arena. A damaged facts record is an error. */
OST_WARN_UNUSED
struct ost_err *ost_touched_find(struct ost_touched_list *ret, struct ost_arena *arena,
				 struct ost_recogniser *r, const struct ost_texts *texts);

/* Is the path that of a C file that the recogniser reads? */
bool ost_is_c_path(const char *path);

#endif
