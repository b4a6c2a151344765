/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - the options of a command, as a table.
 *
 * Each command has a table of its own options; those that all commands share
 * (--format, --jobs, --store, --no-store, --quiet, --help) are parsed along
 * into a struct ost_common. `--help` prints the table.
 *
 *	struct ost_common common;
 *	bool full = false;
 *	const struct ost_option options[] = {
 *		{ "full", OST_OPT_FLAG, &full, NULL, "show every record" },
 *		{ NULL },
 *	};
 *	struct ost_args args;
 *
 *	err = ost_options_parse(&usage, options, argc, argv, &common, &args);
 */
#ifndef OST_CLI_OPTIONS_H
#define OST_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "ostler/err.h"

enum ost_option_kind {
	OST_OPT_FLAG,	/* bool */
	OST_OPT_STRING,	/* const char *; an empty value is refused */
	OST_OPT_NUMBER,	/* unsigned, 0 .. 1,000,000 */
	OST_OPT_LIST,	/* struct ost_option_list: split at commas, may be given again */
};

struct ost_option_list {
	char **items;	/* end them with ost_option_list_clear() */
	size_t nr;
};
void ost_option_list_clear(struct ost_option_list *l);

struct ost_option {
	const char *name;	/* without "--" */
	enum ost_option_kind kind;
	void *value;		/* by kind; untouched when the option is not given */
	const char *arg;	/* what stands for the value in the help: "REV" */
	const char *help;
};

struct ost_common {
	const char *format;	/* "text" unless given */
	unsigned jobs;		/* 0: one a processor */
	const char *store;	/* NULL unless given */
	bool no_store, quiet;
	bool helped;		/* --help was given and answered: return 0 */
};

struct ost_usage {
	const char *command;	/* "review" */
	const char *operands;	/* "PATCH|COMMIT --repo=REPO" */
	const char *about;	/* a paragraph */
};

/* Operands, in order; strings are those of argv. */
struct ost_args {
	char **v;
	int nr;
};

/*
 * Options may stand before and after operands; "--" ends them; "-" is an
 * operand. An unknown option is OST_ERR_USAGE with the nearest known one.
 */
OST_WARN_UNUSED
struct ost_err *ost_options_parse(const struct ost_usage *usage, const struct ost_option *options,
				  int argc, char **argv, struct ost_common *common,
				  struct ost_args *ret_args);

/* The name of the list that is nearest to `word`, NULL when none is near. `next(ctx, i)` gives name i or NULL. */
const char *ost_nearest(const char *word, const char *(*next)(const void *ctx, size_t i), const void *ctx);

#endif
