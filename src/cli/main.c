// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "options.h"
#include "ostler/progress.h"
#include "ostler/version.h"
#include "terminal.h"

static int cmd_help(int argc, char **argv, struct ost_err **ret_err);

static const struct ost_cmd commands[] = {
	{ "facts", ost_cmd_facts, "read a kernel tree into the store" },
	{ "query", ost_cmd_query, "ask a tree: callers, callees, ops, type, locks, bindings" },
	{ "review", ost_cmd_review, "review a patch or a commit for stable trees" },
	{ "branches", ost_cmd_branches, "which branches have the bug, and would the patch live there" },
	{ "introduced", ost_cmd_introduced, "the commit that brought in the bug that a patch repairs" },
	{ "missing", ost_cmd_missing, "which fixes of a range a branch lacks and needs" },
	{ "help", cmd_help, "show help for a command" },
	{ "prove", ost_cmd_prove, "check a deadlock report against the sources" },
	{ "deadlocks", ost_cmd_deadlocks, "find cycles of locks and waits in a tree" },
	{ NULL, NULL, NULL },
};

/* ---- errors ---- */

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

/* One line, whatever bytes a hostile name or git itself put into it. */
static void put_line(const char *s)
{
	for (; *s; s++)
		fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s, stderr);
}

int ost_cli_report(struct ost_err *err)
{
	int status = exit_status_of(err);

	fflush(stdout);
	fputs("ostler: ", stderr);
	put_line(err->what);
	fputs(": ", stderr);
	put_line(err->why);
	if (err->remedy) {
		fputs("; ", stderr);
		put_line(err->remedy);
	}
	fputc('\n', stderr);
	ost_err_destroy(err);
	return status;
}

static void out_of_memory(size_t size)
{
	static const char text[] = "ostler: memory: there is not enough; try fewer --jobs\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)ignored;
	_exit(OST_EXIT_INPUT);
}

static void on_signal(int sig)
{
	ost_interrupt();
}

/* ---- commands ---- */

static const struct ost_cmd *find_command(const char *name)
{
	const struct ost_cmd *c;

	for (c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

static const char *command_name(const void *ctx, size_t i)
{
	return commands[i].name;
}

static struct ost_err *no_such_command(const char *name)
{
	const char *near = ost_nearest(name, command_name, NULL);
	char remedy[100];

	if (near)
		snprintf(remedy, sizeof(remedy), "did you mean %s?", near);
	else
		snprintf(remedy, sizeof(remedy), "ostler --help lists the commands");
	return ost_err_create(OST_ERR_USAGE, name, remedy, "no such command");
}

static int usage(FILE *out, int status)
{
	const struct ost_cmd *c;

	fputs("usage: ostler <command> [options]\n\n", out);
	for (c = commands; c->name; c++)
		fprintf(out, "  %-12s %s\n", c->name, c->help);
	fputs("\nostler help <command> shows the options of one.\n", out);
	return status;
}

static int cmd_help(int argc, char **argv, struct ost_err **ret_err)
{
	char help[] = "--help";
	char *args[] = { argc > 1 ? argv[1] : NULL, help, NULL };
	const struct ost_cmd *c;

	if (argc < 2 || !strcmp(argv[1], "help") || argv[1][0] == '-')
		return usage(stdout, OST_EXIT_OK);
	c = find_command(argv[1]);
	if (c)
		return c->run(2, args, ret_err);
	*ret_err = no_such_command(argv[1]);
	return OST_EXIT_USAGE;
}

static int version(void)
{
	const struct ost_version *v;

	for (v = ost_versions(); v->name; v++)
		printf("%s %s\n", v->name, v->version);
	return OST_EXIT_OK;
}

static int dispatch(int argc, char **argv)
{
	const struct ost_cmd *c;
	struct ost_err *err = NULL;
	int status;

	if (argc < 2)
		return usage(stderr, OST_EXIT_USAGE);
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))
		return usage(stdout, OST_EXIT_OK);
	if (!strcmp(argv[1], "--version"))
		return version();
	c = find_command(argv[1]);
	if (!c)
		return ost_cli_report(no_such_command(argv[1]));
	status = c->run(argc - 1, argv + 1, &err);
	ost_terminal_clear();
	return err ? ost_cli_report(err) : status;
}

int main(int argc, char **argv)
{
	const struct sigaction act = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };
	int status;

	ost_set_oom_handler(out_of_memory);
	/* the second signal ends the program the hard way */
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	/* a limit on file sizes is an error of write(), not the end */
	signal(SIGXFSZ, SIG_IGN);
	status = dispatch(argc, argv);
	/* what is left in the buffer, and what a command that prints text did not look at */
	if ((fflush(stdout) || ferror(stdout)) && (status == OST_EXIT_OK || status == OST_EXIT_FINDINGS))
		status = ost_cli_report(ost_err_create_errno("standard output", errno ? errno : EIO));
	return status;
}
