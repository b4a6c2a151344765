// SPDX-License-Identifier: GPL-2.0-or-later
#include "common.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ostler/progress.h"

#define MAX_JOBS 1024

const char ost_common_help[] =
	"  --repo=REPO REV       read a revision of a git repository, not a directory\n"
	"  --format=text|json    how to print (text)\n"
	"  --jobs=N              threads (as many as processors)\n"
	"  --store=DIR           where facts are kept ($XDG_CACHE_HOME/ostler)\n"
	"  --store-limit=SIZE    largest size of the store (4G, or $OSTLER_STORE_LIMIT)\n"
	"  --no-store            keep nothing\n"
	"  --quiet               no progress and no notes on stderr\n"
	"  -h, --help            this text\n";

static struct ost_err *set_jobs(struct ost_common *common, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || !n || n > MAX_JOBS)
		return ost_err_create(OST_ERR_USAGE, "--jobs", NULL,
				      "%s is not a number from 1 to %d", text, MAX_JOBS);
	common->opts.jobs = (unsigned)n;
	return NULL;
}

bool ost_common_option(struct ost_common *common, int option, char **argv,
		       struct ost_err **ret_err)
{
	struct ost_err *err = NULL;

	switch (option) {
	case OST_OPT_FORMAT:
		common->format = optarg;
		break;
	case OST_OPT_JOBS:
		err = set_jobs(common, optarg);
		break;
	case OST_OPT_STORE:
		common->opts.store_dir = optarg;
		break;
	case OST_OPT_NO_STORE:
		common->opts.no_store = true;
		break;
	case OST_OPT_STORE_LIMIT:
		err = ost_store_limit_parse(optarg, &common->opts.store_limit);
		break;
	case OST_OPT_QUIET:
		common->is_quiet = true;
		break;
	case OST_OPT_REPO:
		common->source.repo = optarg;
		break;
	case OST_OPT_HELP:
	case 'h':
		common->wants_help = true;
		break;
	default:
		err = ost_err_create(OST_ERR_USAGE, argv[optind - 1], "see --help",
				     option == ':' ? "a value is missing" : "no such option");
	}
	*ret_err = err;
	return !err;
}

struct ost_err *ost_common_source(struct ost_common *common, int argc, char **argv, int *index)
{
	bool is_git = common->source.repo;

	if (*index >= argc)
		return ost_err_create(OST_ERR_USAGE, argv[0], "see --help",
				      is_git ? "a revision is wanted after --repo=REPO" :
				      "a kernel tree is wanted: a directory, or --repo=REPO REV");
	if (is_git)
		common->source.rev = argv[(*index)++];
	else
		common->source.dir = argv[(*index)++];
	return NULL;
}

static void show_progress(const char *phase, size_t done, size_t total)
{
	if (done == total)
		fputs("\r\033[K", stderr);
	else if (total)
		fprintf(stderr, "\r\033[K%s %zu of %zu", phase, done, total);
	else
		fprintf(stderr, "\r\033[K%s %zu", phase, done);
	fflush(stderr);
}

void ost_common_progress(const struct ost_common *common)
{
	if (!common->is_quiet && isatty(STDERR_FILENO))
		ost_set_progress(show_progress);
}

void ost_common_notes(const struct ost_common *common, const char *note, const struct ost_err *err)
{
	if (note && !common->is_quiet)
		fprintf(stderr, "ostler: store: %s\n", note);
	if (err)
		fprintf(stderr, "ostler: %s: %s; free some space, or use --store=DIR or --no-store\n",
			err->what, err->why);
}

static void on_signal(int number)
{
	ost_interrupt();
}

void ost_common_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	signal(SIGXFSZ, SIG_IGN);
}
