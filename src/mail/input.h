/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input.h - what a PATCH argument holds: messages and the changes in them.
 *
 * A file in mail or `git format-patch` form, a mailbox, a plain diff or "-"
 * becomes a list in the order of the file. Attached format-patch files of a
 * mail that has no diff itself follow it as entries of their own.
 *
 *	struct ost_patches ps;
 *	ost_try(ost_patches_read(&ps, "fix.patch"));
 *	for (size_t i = 0; i < ps.v.nr; i++)
 *		if (ps.v.items[i].kind == OST_MSG_PATCH) ...
 *	ost_patches_deinit(&ps);
 */
#ifndef OST_MAIL_INPUT_H
#define OST_MAIL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "git/change.h"
#include "mail/message.h"
#include "ostler/err.h"

/* More messages in one input is an OST_ERR_INPUT: an archive is not a PATCH. */
#define OST_PATCHES_MAX 5000u

struct ost_patch {
	const char *name;		/* "fix.patch", "s.mbox message 3" */
	enum ost_message_kind kind;	/* OST_MSG_PATCH: there is a change to review */
	bool has_message;		/* false: a plain diff, msg has a body only */
	size_t offset, len;		/* its bytes in the input; len 0: an attachment, it stands there in another form */
	bool has_cr;			/* among them a CR */
	struct ost_message msg;
	struct ost_change change;	/* nr_files 0 unless kind is OST_MSG_PATCH */
	struct ost_err *err;		/* this entry could not be read; the others stand. Owned by the list */
};

struct ost_patches {
	OST_VEC(struct ost_patch) v;
	uint32_t nr_patches;		/* entries of kind OST_MSG_PATCH without err */
	struct ost_arena arena;		/* all strings, messages and changes */
};

/*
 * Reads `path` ("-": standard input). An input that holds no patch at all is
 * an OST_ERR_INPUT; so is a single message that cannot be read. In a mailbox
 * a message that cannot be read keeps its place with `err` set. On failure
 * nothing is left to free.
 */
OST_WARN_UNUSED struct ost_err *ost_patches_read(struct ost_patches *ps, const char *path);
/* The same from memory; `name` is used in errors. */
OST_WARN_UNUSED struct ost_err *ost_patches_read_mem(struct ost_patches *ps, const char *name,
						     const char *data, size_t len);
void ost_patches_deinit(struct ost_patches *ps);

#endif
