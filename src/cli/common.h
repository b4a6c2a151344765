/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * common.h - the options that all commands share, and SOURCE.
 *
 *	static const struct option options[] = {
 *		{ "stats", no_argument, NULL, 's' },
 *		OST_COMMON_OPTIONS,
 *		{ NULL, 0, NULL, 0 },
 *	};
 *	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
 *		if (c == 's') ...
 *		else if (!ost_common_option(&common, c, argv, ret_err)) return OST_EXIT_USAGE;
 *	}
 *	*ret_err = ost_common_source(&common, argc, argv, &optind);
 */
#ifndef OST_CLI_COMMON_H
#define OST_CLI_COMMON_H

#include <getopt.h>
#include <stdbool.h>

#include "ostler/err.h"
#include "ostler/facts.h"

struct ost_common {
	const char *format;	/* --format, "text" unless given */
	bool is_quiet;		/* --quiet: no progress, no notes */
	bool wants_help;	/* -h, --help */
	struct ost_source source;
	struct ost_source_opts opts;
};

#define OST_COMMON_INIT { .format = "text" }

enum {
	OST_OPT_FORMAT = 1000, OST_OPT_JOBS, OST_OPT_STORE, OST_OPT_NO_STORE,
	OST_OPT_STORE_LIMIT, OST_OPT_QUIET, OST_OPT_REPO, OST_OPT_HELP,
	OST_OPT_COMMAND,	/* a command's own options start here */
};

#define OST_COMMON_OPTIONS							\
	{ "format", required_argument, NULL, OST_OPT_FORMAT },			\
	{ "jobs", required_argument, NULL, OST_OPT_JOBS },			\
	{ "store", required_argument, NULL, OST_OPT_STORE },			\
	{ "no-store", no_argument, NULL, OST_OPT_NO_STORE },			\
	{ "store-limit", required_argument, NULL, OST_OPT_STORE_LIMIT },	\
	{ "quiet", no_argument, NULL, OST_OPT_QUIET },				\
	{ "repo", required_argument, NULL, OST_OPT_REPO },			\
	{ "help", no_argument, NULL, OST_OPT_HELP }

/* The lines of a command's help about these options. */
extern const char ost_common_help[];

/*
 * Takes in one option that getopt_long() returned (argv for the message).
 * False, with *ret_err set, when its value is wrong or there is no such option.
 */
bool ost_common_option(struct ost_common *common, int option, char **argv,
		       struct ost_err **ret_err);
/* SOURCE out of the arguments from *index on, which moves behind it. */
OST_WARN_UNUSED
struct ost_err *ost_common_source(struct ost_common *common, int argc, char **argv, int *index);

/* A progress line on stderr, when that is a terminal and --quiet was not given. */
void ost_common_progress(const struct ost_common *common);
/* Prints, once each, a note and an error of the store, which stay the caller's. */
void ost_common_notes(const struct ost_common *common, const char *note, const struct ost_err *err);
/* SIGINT and SIGTERM stop long work cleanly; a full disk is an error and not a signal. */
void ost_common_signals(void);

#endif
