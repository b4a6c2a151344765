/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd.h - the commands of the program, one row each in main.c.
 *
 * A command parses its options, calls the library and prints. It returns an
 * exit status; an error goes to *ret_err and is printed and mapped by main().
 */
#ifndef OST_CLI_CMD_H
#define OST_CLI_CMD_H

#include "ostler/err.h"

enum {
	OST_EXIT_OK = 0,
	OST_EXIT_FINDINGS = 1,
	OST_EXIT_USAGE = 2,
	OST_EXIT_INPUT = 3,
	OST_EXIT_INTERNAL = 70,
	OST_EXIT_INTERRUPTED = 130,
};

struct ost_cmd {
	const char *name;
	/* argv[0] is the name of the command */
	int (*run)(int argc, char **argv, struct ost_err **ret_err);
	const char *help;	/* one line */
};

int ost_cmd_facts(int argc, char **argv, struct ost_err **ret_err);
int ost_cmd_prove(int argc, char **argv, struct ost_err **ret_err);
int ost_cmd_query(int argc, char **argv, struct ost_err **ret_err);
int ost_cmd_review(int argc, char **argv, struct ost_err **ret_err);

/* Prints one error as the house does, ends it, and gives its exit status. */
int ost_cli_report(struct ost_err *err);
int ost_cmd_deadlocks(int argc, char **argv, struct ost_err **ret_err);
int ost_cmd_branches(int argc, char **argv, struct ost_err **ret_err);
int ost_cmd_introduced(int argc, char **argv, struct ost_err **ret_err);
int ost_cmd_missing(int argc, char **argv, struct ost_err **ret_err);

#endif
