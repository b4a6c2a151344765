// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "common.h"

static const struct ost_cmd commands[] = {
	{ NULL, NULL, NULL },
};

static int exit_status_of(const struct ost_err *err)
{
	switch (err->code) {
	case OST_ERR_USAGE:
		return OST_EXIT_USAGE;
	case OST_ERR_INPUT:
	case OST_ERR_ENV:
		return OST_EXIT_INPUT;
	case OST_ERR_INTERRUPTED:
		return OST_EXIT_INTERRUPTED;
	case OST_ERR_INTERNAL:
		break;
	}
	return OST_EXIT_INTERNAL;
}

static int report_error(struct ost_err *err)
{
	int status = exit_status_of(err);

	fprintf(stderr, "ostler: %s: %s%s%s\n", err->what, err->why,
		err->remedy ? "; " : "", err->remedy ? err->remedy : "");
	ost_err_destroy(err);
	return status;
}

static int usage(FILE *out, int status)
{
	const struct ost_cmd *c;

	fputs("usage: ostler <command> [options]\n\n", out);
	for (c = commands; c->name; c++)
		fprintf(out, "  %-12s %s\n", c->name, c->help);
	return status;
}

int main(int argc, char **argv)
{
	const struct ost_cmd *c;
	struct ost_err *err = NULL;
	int status;

	ost_common_signals();
	if (argc < 2)
		return usage(stderr, OST_EXIT_USAGE);
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))
		return usage(stdout, OST_EXIT_OK);
	if (!strcmp(argv[1], "--version")) {
		puts("ostler " OST_VERSION);
		return OST_EXIT_OK;
	}
	for (c = commands; c->name; c++) {
		if (strcmp(c->name, argv[1]))
			continue;
		status = c->run(argc - 1, argv + 1, &err);
		return err ? report_error(err) : status;
	}
	return report_error(ost_err_create(OST_ERR_USAGE, argv[1],
			    "ostler --help lists the commands", "no such command"));
}
