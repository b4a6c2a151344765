/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source.h - SOURCE on a command line: a directory, or --repo=REPO REV.
 *
 *	const char *repo = NULL, *limit = NULL;
 *	const struct ost_option options[] = {
 *		OST_SOURCE_OPTIONS(&repo, &limit),
 *		{ NULL, 0, NULL, NULL, NULL },
 *	};
 *	ost_try(ost_options_parse(&usage, options, argc, argv, &common, &args));
 *	ost_try(ost_source_args(&args, repo, limit, &common, &source, &opts));
 */
#ifndef OST_CLI_SOURCE_H
#define OST_CLI_SOURCE_H

#include "options.h"
#include "ostler/facts.h"

#define OST_SOURCE_OPTIONS(repo, limit)								\
	{ "repo", OST_OPT_STRING, repo, "REPO", "read a revision of a git repository, not a directory" },	\
	{ "store-limit", OST_OPT_STRING, limit, "SIZE",						\
	  "largest size of the store, as 500M or 4G (default: 4G,\n"				\
	  "                         or $OSTLER_STORE_LIMIT)" }

/* Takes SOURCE off the front of args; what is left in args comes after it. */
OST_WARN_UNUSED
struct ost_err *ost_source_args(struct ost_args *args, const char *repo, const char *limit,
				const struct ost_common *common, struct ost_source *ret_source,
				struct ost_source_opts *ret_opts);

/* An OST_ERR_INPUT when the tree has no C files at all: nothing is true of it then. */
OST_WARN_UNUSED
struct ost_err *ost_source_empty(const struct ost_source *source, uint64_t files);

/* Prints, once each, what the store had to say; the error stays the caller's. */
void ost_source_notes(const struct ost_common *common, const char *note, const struct ost_err *err);

#endif
