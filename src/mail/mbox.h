/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox.h - what is in a file of mail, and where.
 *
 * ost_mbox_open() reads or maps a file (or reads standard input), looks at its
 * beginning and says which of the known kinds it is. ost_mbox_next() then
 * walks the messages; it looks at each byte once and copies nothing, so a
 * mailbox of many gigabytes costs address space, not memory.
 *
 * A message of a mailbox begins at a line `From <something> <ctime date>`
 * that is followed by a header line; a text line that happens to begin with
 * "From " is not one. How such text lines are quoted depends on the flavour:
 *
 *	mboxrd   /^>*From / gained one `>`; ost_mbox_raw() takes one off each
 *	mboxo    only /^From / gained one `>`; one is taken off /^>From /
 *	mboxcl   a Content-Length: header says where the message ends; used
 *	         when a From line or the end of the file stands there. Quoted
 *	         like mboxo, or not at all
 *	patch    git format-patch quotes nothing; nothing is taken off
 *
 * Which of mboxrd and mboxo wrote a file cannot be seen; they differ only in
 * lines that begin with ">>From ", so mboxrd is taken.
 *
 * CRLF files are read as they are: offsets are those of the file, and
 * ost_mbox_raw() leaves line ends alone.
 */
#ifndef OST_MAIL_MBOX_H
#define OST_MAIL_MBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ostler/err.h"

/* Standard input and pipes are read to memory; more is an OST_ERR_INPUT. */
#define OST_MBOX_MAX_STDIN	(256u << 20)
/* Larger files are mapped, not read. */
#define OST_MBOX_MAX_READ	(16u << 20)

enum ost_mbox_kind {
	OST_MBOX_MBOX,		/* one or more messages, each after a From line */
	OST_MBOX_PATCH,		/* the same, each From line being that of git format-patch */
	OST_MBOX_MAIL,		/* one raw message without a From line */
	OST_MBOX_DIFF,		/* a diff with no mail header */
};

enum ost_mbox_flavour { OST_MBOXRD, OST_MBOXO, OST_MBOX_UNQUOTED };

struct ost_mbox {
	char *name;		/* as given; "standard input" for "-" */
	const char *data;	/* all bytes */
	size_t len;
	enum ost_mbox_kind kind;
	enum ost_mbox_flavour flavour;	/* mboxrd unless git wrote it; the caller may change it */
	size_t start;		/* where the first message begins: blank lines are passed over */
	size_t pos;		/* where ost_mbox_next() goes on */
	uint32_t nr;		/* messages handed out so far */
	void *map;		/* mmap()ed bytes, or NULL */
	size_t map_len;
	struct ost_buf own;	/* bytes read from a pipe */
};

struct ost_mbox_item {
	size_t offset;		/* of the From line, or of the message without one */
	size_t len;		/* up to the next message */
	size_t head;		/* offset of the first header line */
	uint32_t number;	/* 1-based */
};

/*
 * Opens a file, "-", or bytes that the caller keeps (ost_mbox_open_mem).
 * Anything that is none of the known kinds is an OST_ERR_INPUT that says
 * what it looks like (empty, binary, compressed, HTML, `git show` output, a
 * directory) and what to do instead. ost_mbox_deinit() is needed only after
 * success.
 */
OST_WARN_UNUSED struct ost_err *ost_mbox_open(struct ost_mbox *m, const char *path);
OST_WARN_UNUSED struct ost_err *ost_mbox_open_mem(struct ost_mbox *m, const char *name,
						  const char *data, size_t len);
void ost_mbox_deinit(struct ost_mbox *m);

/* Fills *ret with the next message; false at the end. */
bool ost_mbox_next(struct ost_mbox *m, struct ost_mbox_item *ret);
/* Begins again at the first message. */
void ost_mbox_rewind(struct ost_mbox *m);

/*
 * The bytes of one message with the quoting taken off, From line included.
 * *ret_raw points into the file when nothing was quoted, else into buf,
 * which is overwritten. Both live as long as the mbox and buf are untouched.
 */
void ost_mbox_raw(const struct ost_mbox *m, const struct ost_mbox_item *item,
		  struct ost_buf *buf, const char **ret_raw, size_t *ret_len);

/*
 * Is the line (len bytes without \n) a From line with a date? *ret_commit
 * (may be NULL) gets the length of the object id when it is the line that
 * git format-patch writes, else 0: the id begins at line + 5.
 */
bool ost_mbox_is_from_line(const char *line, size_t len, size_t *ret_commit);

#endif
