/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * maintainers.h - who answers for a file or a patch, by a kernel tree's
 * MAINTAINERS.
 *
 * The answer is the one of `scripts/get_maintainer.pl --nogit
 * --nogit-fallback` in that tree (an unpacked tree: nothing is taken from
 * git): the same people and lists, with the same roles, in the same order.
 * Where the script leaves the order to chance (sections that match at the
 * same depth) it is the order of the file. What follows from that:
 *
 *  - F: and X: are matched from the start of the path; "dir/" and everything
 *    below, "name" in that folder only, "*" does not stop at a slash but the
 *    number of slashes must agree; N: and K: are Perl expressions.
 *  - a section is as deep as the last F: or N: line of it that matched;
 *    deeper sections come first, N: counts 0, a leading "*" counts -1.
 *  - in a patch, K: is looked for in the message and in changed lines;
 *    files are those named in the diff, old and new names.
 *  - "(subscribers-only)" lists are left out, as are the addresses that the
 *    script always leaves out; .mailmap is applied; one person, one line.
 *  - addresses written into a .yaml file are added as "in file".
 *  - the script changed over time: trees whose scripts/get_maintainer.pl
 *    lacks --keywords-in-file get the older answer (K: also looked for in
 *    the whole of a file asked by path, no ":Keyword:" behind a role).
 *
 * All bytes are allowed. An expression that PCRE2 refuses, or that needs
 * more than a fixed number of steps on a line, does not match and is counted
 * (ost_maintainers_nr_bad()). Limits: MAINTAINERS 16 MiB and 500,000 lines,
 * .mailmap 4 MiB, one expression 1,000 bytes, a patch 128 MiB; more is
 * OST_ERR_INPUT.
 *
 * After creation an object may only be used by one thread at a time
 * (expressions are compiled when first needed).
 */
#ifndef OST_REVIEW_MAINTAINERS_H
#define OST_REVIEW_MAINTAINERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "git/change.h"
#include "git/repo.h"
#include "ostler/err.h"

struct ost_maintainers;

/* ---- making ---- */

/* Where the files of a tree come from; copied, its ctx must outlive the maintainers. */
struct ost_maintainers_source {
	void *ctx;
	/*
	 * Appends the bytes of a file of the tree to ret_bytes. *ret_is_file
	 * false: no such file (nothing appended), not an error.
	 */
	struct ost_err *(*read)(void *ctx, const char *path, struct ost_buf *ret_bytes,
				bool *ret_is_file);
	bool (*is_dir)(void *ctx, const char *path);
	void (*destroy)(void *ctx);	/* NULL, or called when the maintainers end (or fail to begin) */
};

/*
 * Reads MAINTAINERS, .mailmap and the script's dialect. *ret is NULL (and no
 * error) when the tree has no MAINTAINERS file.
 */
OST_WARN_UNUSED
struct ost_err *ost_maintainers_create(struct ost_maintainers **ret,
				       const struct ost_maintainers_source *source);
/* The same from a revision of a repository, which must outlive *ret. */
OST_WARN_UNUSED
struct ost_err *ost_maintainers_read(struct ost_maintainers **ret,
				     struct ost_repo *repo, const char *rev);
/* NULL is fine. */
void ost_maintainers_destroy(struct ost_maintainers *m);
/* Expressions found so far that could not be used (see above). */
size_t ost_maintainers_nr_bad(const struct ost_maintainers *m);

/* ---- sections ---- */

struct ost_maint_line {
	char kind;		/* 'M', 'R', 'L', 'S', 'F', 'X', 'N', 'K', 'T', 'Q', 'W', 'B', 'C', 'P', … */
	const char *value;	/* as in the file */
	uint32_t line;		/* 1-based line of MAINTAINERS */
};

struct ost_maint_section {
	const char *title;		/* "RSI WIRELESS DRIVER"-like heading */
	uint32_t first_line, last_line;	/* of MAINTAINERS, heading and last entry */
	const char *status;		/* the last S: line ("Maintained"), or "" */
	const struct ost_maint_line *lines;
	size_t nr_lines;
};

/* All sections in file order; index 0..nr-1. */
size_t ost_maintainers_nr_sections(const struct ost_maintainers *m);
const struct ost_maint_section *ost_maintainers_section(const struct ost_maintainers *m, size_t index);

/* ---- asking about files and patches ---- */

enum ost_maint_kind {
	OST_MAINT_MAINTAINER,	/* M: */
	OST_MAINT_REVIEWER,	/* R: */
	OST_MAINT_IN_FILE,	/* an address in a .yaml file */
	OST_MAINT_LIST,		/* L: */
};

/* One line of the script's output: "email (role)". */
struct ost_maint_entry {
	enum ost_maint_kind kind;
	const char *email;	/* "Name <address>", or the address alone for a list */
	const char *address;	/* the part between < and > */
	const char *role;	/* "maintainer:NETWORKING [GENERAL]", "open list:…" */
	size_t section;		/* that it comes from; SIZE_MAX for OST_MAINT_IN_FILE alone */
	uint32_t line;		/* of MAINTAINERS, 0 for OST_MAINT_IN_FILE */
};

/* One section that matched, once, in the order in which it counts. */
struct ost_maint_match {
	size_t section;
	char by;		/* 'F', 'N' or 'K' */
	uint32_t line;		/* of MAINTAINERS: the F:, N: or K: line */
	int depth;		/* as described above; 0 for K */
	const char *path;	/* that matched first, or "" for K */
};

/* A section that covers every file says nothing about a change. */
static inline bool ost_match_is_everything(const struct ost_maint_match *m)
{
	return m->by == 'F' && m->depth < 0;
}

struct ost_maint_answer {
	struct ost_maint_entry *entries;	/* people, then lists */
	size_t nr_entries;
	struct ost_maint_match *matches;
	size_t nr_matches;
};

/* As `get_maintainer.pl -f PATH`. Memory from the arena. */
OST_WARN_UNUSED
struct ost_err *ost_maintainers_for_path(struct ost_maint_answer *ret_answer,
					 struct ost_arena *arena,
					 struct ost_maintainers *m, const char *path);
/* As `get_maintainer.pl PATCH` for the text of a patch file or mail. */
OST_WARN_UNUSED
struct ost_err *ost_maintainers_for_patch(struct ost_maint_answer *ret_answer,
					  struct ost_arena *arena, struct ost_maintainers *m,
					  const char *text, size_t len);
/*
 * The same for a change that was read already: as if `git format-patch` had
 * written it below the message (subject and body, may be NULL).
 */
OST_WARN_UNUSED
struct ost_err *ost_maintainers_for_change(struct ost_maint_answer *ret_answer,
					   struct ost_arena *arena, struct ost_maintainers *m,
					   const char *message, const struct ost_change *change);

/* ---- asking about a person ---- */

/* A place where a person stands in MAINTAINERS. */
struct ost_maint_place {
	size_t section;
	char kind;		/* 'M' or 'R' */
	uint32_t line;
};

/*
 * All M: and R: lines of a person, in file order: the same address (ASCII
 * case ignored), before or after .mailmap. `name` may be NULL; where it is
 * not, a line with the same name and another address counts too.
 */
void ost_maintainers_places_of(struct ost_maint_place **ret_places, size_t *ret_nr,
			       struct ost_arena *arena, struct ost_maintainers *m,
			       const char *name, const char *address);

/* Of PCRE2, as it is loaded: "10.42"; static memory. */
const char *ost_pcre2_version(void);

#endif
