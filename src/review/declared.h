/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * declared.h - what one revision declares: its shared headers (kept in the
 * store), and on top of them what stands around a file.
 */
#ifndef OST_REVIEW_DECLARED_H
#define OST_REVIEW_DECLARED_H

#include "branch/compile.h"
#include "branch/file.h"
#include "branch/included.h"
#include "branch/symbols.h"
#include "ostler/branches.h"
#include "review/shared.h"

/*
 * What include/ declares. *ret is NULL when the revision has no such folder,
 * and when it cannot be read: *ret_why then says the reason (arena), else
 * NULL. Errors: interrupted.
 */
OST_WARN_UNUSED
struct ost_err *ost_declared_shared(struct ost_symbols **ret, const char **ret_why, struct ost_arena *arena,
				    const struct ost_branches_options *options, const char *rev);
/*
 * Which header of include/ and arch/x86/include/ has what: both NULL when the revision
 * has none, or they cannot be read. Errors: interrupted.
 */
OST_WARN_UNUSED
struct ost_err *ost_declared_headers(struct ost_header_trees *ret, const struct ost_branches_options *options, const char *rev);
void ost_declared_headers_end(struct ost_header_trees *trees);
/*
 * Both for one revision, read once a run for all who ask: each adds to symbols of his
 * own (ost_symbols_create_on()). To be given back; what lies in the store is kept then.
 */
struct ost_declared {
	char rev[OST_HEX_SIZE];
	struct ost_symbols *symbols;	/* of include/, or NULL, and why then */
	const char *why;		/* or NULL: there is no such folder */
	struct ost_header_trees trees;	/* of ost_declared_trees() */
	bool has_trees;
	unsigned nr_users;
};
OST_WARN_UNUSED
struct ost_err *ost_declared_take(struct ost_declared **ret, struct ost_review_shared *s, const struct ost_branches_options *options,
				  const char *rev);
void ost_declared_give(struct ost_review_shared *s, struct ost_declared *d);	/* NULL is fine */
OST_WARN_UNUSED
struct ost_err *ost_declared_trees(struct ost_declared *d, const struct ost_branches_options *options);

/*
 * Adds the headers of the folder of a path and of the one above, and what these and the file include by
 * "...", from under the folder two above the file's, else from wherever; and an architecture's
 * own headers. False: something is included that was not found, so that more may be declared.
 */
bool ost_declared_around(struct ost_symbols *s, struct ost_side_files *side, const char *path);

/*
 * Takes those out of c->missing whose name stands in a header of some architecture, or of the
 * file's folder, however it is declared there, and counts them as doubtful.
 */
void ost_declared_otherwise(struct ost_side_files *side, const char *path, struct ost_uses_check *c);

/* A name, and no member, guard, header or number of arguments. */
bool ost_is_missing_name(const struct ost_missing_symbol *m);

/*
 * first_in of every missing name: the first of the branches (they are in the
 * order of their releases) behind its own that declares it, in include/ or
 * around the file; where none does, the prerequisite that brings it. Memory
 * is the question's arena.
 */
struct ost_branch_question;
OST_WARN_UNUSED
struct ost_err *ost_first_in_fill(const struct ost_branch_question *q, struct ost_branch_answer *branches, size_t nr);

#endif
