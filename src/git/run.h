/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.h - runs git plumbing on a repository.
 *
 * No shell: posix_spawn() with an argument vector. The child gets a clean
 * environment: LC_ALL=C, GIT_OPTIONAL_LOCKS=0, no pager, no terminal, no
 * replace refs, no inherited GIT_* variables, no network protocol (a partial
 * clone never fetches), and configuration that would run programs or change
 * plumbing output is switched off. The caller still passes --no-ext-diff
 * --no-textconv to the diff family and -- before paths, and passes full
 * hex names (never user text) as revisions.
 *
 * Paths are literal (GIT_LITERAL_PATHSPECS=1).
 */
#ifndef OST_GIT_RUN_H
#define OST_GIT_RUN_H

#include "base/buf.h"
#include "git/repo.h"

struct ost_git_run {
	const char *const *args;	/* after "git", NULL-terminated */
	const char *in;			/* bytes for standard input, or NULL */
	size_t in_len;
	size_t max;			/* limit of the output in bytes, 0: 1 GiB */
	int ok_status;			/* an exit status besides 0 that is no error (git grep: 1), or 0 */
	int *ret_status;		/* exit status, may be NULL */
};

/*
 * Appends standard output to ret_out. A non-zero exit is OST_ERR_INPUT with
 * git's first line of stderr as the reason; output over the limit is
 * OST_ERR_INPUT and the child is ended.
 */
OST_WARN_UNUSED
struct ost_err *ost_git_run(struct ost_repo *repo, const struct ost_git_run *run,
			    struct ost_buf *ret_out);

/*
 * The same with the output given to fn piece by piece, split after each
 * `delim` byte (the last piece may lack it; the delimiter is not included).
 * fn returns false to stop early, which is not an error. One piece over
 * 64 MiB is OST_ERR_INPUT.
 */
typedef bool (*ost_git_piece_fn)(void *ctx, const char *piece, size_t len);
OST_WARN_UNUSED
struct ost_err *ost_git_stream(struct ost_repo *repo, const struct ost_git_run *run,
			       char delim, ost_git_piece_fn fn, void *ctx);

/* `git --version` without "git version ", or an error when git cannot be run. */
OST_WARN_UNUSED
struct ost_err *ost_git_version(struct ost_buf *ret_version);

#endif
