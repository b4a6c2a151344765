/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * changed.h - which definitions differ between two texts of a file: the
 * functions, macros and file-scope objects of a branch that a patch changes,
 * as the patched text of a trial (git/apply.h) shows them, wherever a hunk
 * landed. A definition is changed when its lines differ.
 */
#ifndef OST_REVIEW_CHANGED_H
#define OST_REVIEW_CHANGED_H

#include "base/arena.h"
#include "branch/affected.h"
#include "git/apply.h"
#include "source/recognise.h"

#define OST_CHANGED_MAX_FILES 64	/* more files are not looked at */
#define OST_CHANGED_MAX_DEFS 128	/* of one file */

enum ost_def_kind { OST_DEF_FUNC, OST_DEF_MACRO, OST_DEF_OBJECT };

struct ost_changed_def {
	enum ost_def_kind kind;
	const char *name;
	const char *condition;	/* of the #if lines around it, "" for none */
	uint32_t line;		/* in the patched text */
	bool is_added;		/* not in the old text */
	bool is_static;
	bool is_made;		/* by a macro: its name is not what others call */
};

struct ost_changed_file {
	const char *path;	/* in the revision */
	struct ost_changed_def *defs;	/* in the order of the patched text */
	uint32_t nr_defs;
};

/*
 * The files of a change in a revision. With a trial that has texts, all
 * definitions that differ; else the functions that the verdicts name. `text`
 * or `trial` may be NULL. Memory is the arena's.
 */
uint32_t ost_changed_find(struct ost_arena *arena, struct ost_recogniser *r, const struct ost_change *change,
			  const struct ost_trial *trial, const struct ost_text_verdict *text,
			  struct ost_changed_file **ret_files);

/* Appends the definitions that differ between two texts; false when one could not be read as C. */
bool ost_changed_defs(struct ost_arena *arena, struct ost_recogniser *r, const char *before, size_t before_len,
		      const char *after, size_t after_len, struct ost_changed_file *ret);

#endif
