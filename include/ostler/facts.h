/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts.h - read a kernel tree into the store (`ostler facts`).
 *
 * A SOURCE is a directory that holds a kernel tree, or a revision of a git
 * repository. Its .c and .h files are read, each blob once, and what each
 * says is kept in the store under its git blob id, so that the next tree
 * costs only what is new in it. The same facts come out of a directory and
 * out of git, with one thread or many, with a store or without.
 *
 * Read are regular files whose names end in ".c" or ".h"; not read are
 * symbolic links, anything called ".git", submodules (in a directory: a
 * subdirectory that has a ".git") and names with control characters.
 */
#ifndef OSTLER_FACTS_H
#define OSTLER_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ostler/err.h"

/* What to read: dir alone, or repo and rev. Strings are borrowed. */
struct ost_source {
	const char *dir;
	const char *repo;	/* a repository, with or without a work tree */
	const char *rev;	/* any revision that names a commit or a tag */
	const char *under;	/* repo: this folder alone ("include"), paths relative to it; NULL: all.
				 * One that is not there is an empty tree */
	const char *const *only;	/* repo: of that, files and folders (no slash at the end); NULL: all.
				 * One that is not there is passed over */
	size_t nr_only;
};

/* How to read it. All zero is right: all processors, the default store. */
struct ost_source_opts {
	unsigned jobs;		/* threads; 0: as many as processors */
	const char *store_dir;	/* NULL: $XDG_CACHE_HOME/ostler, else ~/.cache/ostler */
	bool no_store;		/* keep everything in memory, and nothing after that */
	uint64_t store_limit;	/* bytes; 0: $OSTLER_STORE_LIMIT, else OST_STORE_LIMIT_DEFAULT */
};

#define OST_STORE_LIMIT_DEFAULT (4ull << 30)

/* One file that could not be read or is not C. */
struct ost_unreadable {
	const char *path;
	const char *object;	/* blob id in hex, "" when not known */
	const char *why;
};

/* A function that was not wholly understood, or text between functions (name ""). */
struct ost_trouble {
	const char *path, *name, *why;
	uint32_t line;
};

/* What `ostler facts` says about a tree. Lists are in path order. */
struct ost_facts_report {
	uint64_t files, bytes;		/* .c and .h files found, readable or not; bytes of the readable ones */
	uint64_t functions;		/* definitions, macro-made ones too */
	uint64_t troubled_functions;
	uint64_t blobs_new;		/* read and recognised by this run */
	uint64_t blobs_reused;		/* found in the store */
	struct ost_unreadable *unreadable;
	size_t nr_unreadable;
	struct ost_trouble *troubles;	/* filled when asked for */
	size_t nr_troubles;
	char digest[41];		/* of all facts, when asked for; "" otherwise */
	double seconds;			/* wall time */
	uint64_t peak_rss_kib;
	const char *store_note;		/* what was wrong with the store and was put right, or NULL */
	struct ost_err *store_err;	/* why nothing more could be stored (the disk is full), or NULL */
	void *priv;			/* memory of the strings */
};

struct ost_facts_ask {
	bool troubles;		/* fill the list of troubles */
	bool digest;		/* a name for all facts: equal runs have equal ones */
	const char *dump;	/* a path in the tree: write its facts as text */
	void (*dump_to)(void *ctx, const char *text, size_t len);
	void *dump_ctx;
};

/*
 * Reads SOURCE into the store and says what is in it. `ask` may be NULL.
 * Errors: the directory or revision does not exist (OST_ERR_INPUT), the store
 * cannot be used at all (OST_ERR_ENV), interrupted (what was read is kept).
 * End the report with ost_facts_report_deinit().
 */
OST_WARN_UNUSED
struct ost_err *ost_facts_read(const struct ost_source *src, const struct ost_source_opts *opts,
			       const struct ost_facts_ask *ask, struct ost_facts_report *ret_report);
void ost_facts_report_deinit(struct ost_facts_report *report);

/*
 * Prints a report as one JSON object ("ostler/facts/1"; a write that fails is
 * an error), or as text for people, with time and memory when `with_cost`.
 */
OST_WARN_UNUSED
struct ost_err *ost_facts_write_json(FILE *out, const struct ost_facts_report *r, bool with_troubles);
void ost_facts_write_text(FILE *out, const struct ost_facts_report *r, bool with_cost);

/* "4G", "500M", "1073741824": bytes; OST_ERR_USAGE for anything else. */
OST_WARN_UNUSED
struct ost_err *ost_store_limit_parse(const char *text, uint64_t *ret_limit);

#endif
