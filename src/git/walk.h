/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * walk.h - questions to history.
 *
 * Everything that is shown is got from git plumbing or checked against it;
 * docs/design/git.md says which and what each costs. Where history is cut
 * off (shallow clone), answers say so instead of guessing.
 */
#ifndef OST_GIT_WALK_H
#define OST_GIT_WALK_H

#include "git/repo.h"

/* ---- speed ---- */

/*
 * Keeps a commit-graph of the repository (and the messages of branches) under
 * `dir`, which makes walks ten times faster; written when missing or old.
 * The repository itself is never written to. Answers are the same with and
 * without it; when it cannot be written, everything works as before. Call it
 * once, before the handle is used for questions or duplicated.
 */
void ost_repo_set_cache(struct ost_repo *repo, const char *dir);

/* ---- lists of commits ---- */

struct ost_log_entry {
	char id[OST_HEX_SIZE];
	const char *subject;
	const char *author_name, *author_email;
	int64_t author_time, commit_time;	/* seconds since 1970 UTC */
	uint32_t nr_parents;
};

struct ost_log {
	struct ost_log_entry *entries;	/* newest first, git's order */
	size_t nr;
	bool is_cut;		/* the limit was reached: there may be more */
};

struct ost_log_query {
	const char *rev;		/* start: a revision */
	const char *not_rev;		/* NULL, or: leave out what this one reaches */
	const char *const *paths;	/* NULL-terminated literal paths, NULL: all */
	const char *author;		/* NULL, or an e-mail address, compared without case */
	int64_t since;			/* 0, or: committed at or after (seconds) */
	size_t limit;			/* 0: 10,000 */
	bool no_merges;
};

/* The commits that answer the query; merges as `git log` simplifies them. */
OST_WARN_UNUSED
struct ost_err *ost_log(struct ost_log *ret_log, struct ost_arena *arena,
			struct ost_repo *repo, const struct ost_log_query *query);

/* *ret_count: number of commits of the query (limit ignored, no upper bound). */
OST_WARN_UNUSED
struct ost_err *ost_log_count(size_t *ret_count, struct ost_repo *repo,
			      const struct ost_log_query *query);

/*
 * The same by the commit-graph, without a process of git. False: ask git, as
 * no graph has the commit, or the query is none for it (paths, not_rev, and
 * the first one of a handle that names an author: the commits read for one are
 * kept for the next).
 */
bool ost_log_count_here(size_t *ret_count, struct ost_repo *repo, const struct ost_log_query *query);

/* Does the revision reach a commit that is not younger than `before` (seconds)? False: ask git. */
bool ost_reaches_back_here(bool *ret_reaches, struct ost_repo *repo, const char *rev, int64_t before);

/* Is `older` reached from `newer` (a commit is its own ancestor)? */
OST_WARN_UNUSED
struct ost_err *ost_is_ancestor(bool *ret_is, struct ost_repo *repo,
				const char *older, const char *newer);

/* Do two commits reach a third one, or one the other? */
OST_WARN_UNUSED
struct ost_err *ost_have_common(bool *ret_have, struct ost_repo *repo, const char *x, const char *y);

/* The best commit that all of `nr` (hex) reach, or ""; a commit reaches itself. */
OST_WARN_UNUSED
struct ost_err *ost_common_base(char ret_hex[OST_HEX_SIZE], struct ost_repo *repo, const char *const *commits, size_t nr);

/* The newest commit of the line of first parents from `tip` down that `other` reaches (both hex), or "". */
OST_WARN_UNUSED
struct ost_err *ost_fork_point(char ret_hex[OST_HEX_SIZE], struct ost_repo *repo, const char *tip, const char *other);

/* ---- releases ---- */

struct ost_release {
	const char *tag;	/* "v6.7", "v6.6.13", "debian/6.12.117-1"; NULL: in no release */
	const char *path;	/* what `git name-rev` says: "v6.7-rc4~12^2~3"; NULL without one */
};

/*
 * The first release that contains each of `nr` commits (hex), in one go.
 * Releases are tags vX.Y, vX.Y.Z, vX.Y-rcN, X.Y.Z and debian/…; -rc tags
 * count for `path` and are named as the release they led to when that is
 * tagged ("v6.7"), else as the -rc itself.
 */
OST_WARN_UNUSED
struct ost_err *ost_first_releases(struct ost_release *ret_releases, struct ost_arena *arena,
				   struct ost_repo *repo, const char *const *commits, size_t nr);

/* ---- blame ---- */

struct ost_blame_line {
	char id[OST_HEX_SIZE];	/* the commit that last changed the line */
	const char *path;	/* of the file in that commit */
	uint32_t line;		/* asked for */
	uint32_t orig_line;	/* in that commit */
	bool is_boundary;	/* a root commit or a shallow boundary: "present since at least …" */
};

struct ost_line_range {
	uint32_t first, last;	/* 1-based, both included */
};

/*
 * Blames the given ranges of one file at a revision; ranges past the end are
 * cut. Whitespace counts; renames of the whole file are followed. A commit
 * that imports or vendors everything is not known here: the caller judges by
 * nr_parents and is_boundary.
 */
OST_WARN_UNUSED
struct ost_err *ost_blame(struct ost_blame_line **ret_lines, size_t *ret_nr,
			  struct ost_arena *arena, struct ost_repo *repo,
			  const char *rev, const char *path,
			  const struct ost_line_range *ranges, size_t nr_ranges);

/*
 * The same without what not_rev reaches: such a line is a boundary, and its
 * commit one that not_rev reaches, not the one that wrote it. Where the whole
 * answer is kept it is given instead. not_rev (hex) may be NULL; one that
 * reaches `rev` is an error.
 */
OST_WARN_UNUSED
struct ost_err *ost_blame_after(struct ost_blame_line **ret_lines, size_t *ret_nr,
				struct ost_arena *arena, struct ost_repo *repo,
				const char *rev, const char *not_rev, const char *path,
				const struct ost_line_range *ranges, size_t nr_ranges);

/* ---- messages of a branch, kept in memory ---- */

/*
 * One pass over the messages of everything a branch reaches (or not_rev..rev);
 * afterwards look-ups cost microseconds. About 150 bytes a commit are kept:
 * id, subject, and the ids that the message names. With ost_repo_set_cache()
 * the index is kept on disk and only what is new is read.
 */
struct ost_messages;

enum ost_mention {
	OST_MENTION_UPSTREAM,		/* "commit <id> upstream", "[ Upstream commit <id> ]" */
	OST_MENTION_CHERRY,		/* "(cherry picked from commit <id>)" */
	OST_MENTION_FIXES,		/* "Fixes: <id>" */
	OST_MENTION_REVERTS,		/* "This reverts commit <id>" */
	OST_MENTION_DEP,		/* "Stable-dep-of: <id>" */
	OST_MENTION_OTHER,		/* "commit <id>" anywhere else */
};

struct ost_message_hit {
	char id[OST_HEX_SIZE];		/* the commit whose message it is */
	const char *subject;		/* lives as long as the index */
	int64_t commit_time;
	enum ost_mention mention;	/* of ost_messages_mentioning() */
	uint32_t order;			/* 0 is the newest commit (by commit time, then id) */
};

/* not_rev may be NULL. */
OST_WARN_UNUSED
struct ost_err *ost_messages_create(struct ost_messages **ret_index, struct ost_repo *repo,
				    const char *rev, const char *not_rev);
void ost_messages_destroy(struct ost_messages *index);
size_t ost_messages_nr(const struct ost_messages *index);
/* Commits with exactly this subject, newest first. Returns the number; hits from the arena. */
size_t ost_messages_by_subject(const struct ost_messages *index, struct ost_arena *arena,
			       const char *subject, struct ost_message_hit **ret_hits);
/* The commits of the index whose id begins with the hex digits (at least 4). */
size_t ost_messages_by_id(const struct ost_messages *index, struct ost_arena *arena,
			  const char *prefix, struct ost_message_hit **ret_hits);
/*
 * Commits whose message names the id: either may be shortened, to at least 8
 * digits. Newest first; one hit for each (commit, mention).
 */
size_t ost_messages_mentioning(const struct ost_messages *index, struct ost_arena *arena,
			       const char *hex, struct ost_message_hit **ret_hits);

/* A commit whose message says that it reverts another one. */
struct ost_revert {
	char by[OST_HEX_SIZE];
	char of[OST_HEX_SIZE];		/* as many digits as the message gives */
};

/* All of them, newest first. */
size_t ost_messages_reverts(const struct ost_messages *index, struct ost_arena *arena, struct ost_revert **ret_reverts);

#endif
