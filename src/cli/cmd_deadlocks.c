// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "frame.h"
#include "options.h"
#include "ostler/deadlocks.h"
#include "source.h"
#include "terminal.h"

struct ask {
	struct ost_frame frame;
	struct ost_common common;
	struct ost_source source;
	struct ost_deadlocks_opts opts;
	const char *rank, *baseline, *function, *patch;
	struct ost_option_list kinds;
	bool is_summary;
};

static struct ost_err *set_rank(struct ask *a, const char *text)
{
	int rank = ost_rank_parse(text);

	if (rank < 0)
		return ost_err_create(OST_ERR_USAGE, "--rank", "proven, likely or possible",
				      "%s is no rank", text);
	a->opts.rank = (enum ost_rank)rank;
	return NULL;
}

static struct ost_err *set_kinds(struct ask *a)
{
	for (size_t i = 0; i < a->kinds.nr; i++) {
		const char *word = a->kinds.items[i];
		int kind = ost_deadlock_kind_parse(word);

		if (kind < 0)
			return ost_err_create(OST_ERR_USAGE, "--kind", "see ostler-deadlocks(1)",
					      "%s is no kind of deadlock", word);
		a->opts.kinds |= 1u << kind;
	}
	return NULL;
}

static void print_summary(const struct ost_finding *f)
{
	printf("%-8s %-15s %s %s%s%s %s:%u %s()\n", ost_rank_name(f->rank), ost_deadlock_kind_name(f->kind),
	       f->id, f->lock.class_name, f->waitable_class[0] || f->lock2.class_name[0] ? " " : "",
	       f->waitable_class[0] ? f->waitable_class : f->lock2.class_name, f->wait_file, f->wait_line,
	       f->wait_function);
}

static void print_text(const struct ask *a, const struct ost_deadlocks_report *r)
{
	for (size_t i = 0; i < r->nr_findings; i++) {
		char *text;

		if (a->is_summary) {
			print_summary(&r->findings[i]);
			continue;
		}
		text = ost_finding_text(&r->findings[i]);
		printf("%s%s", i ? "\n" : "", text);
		free(text);
	}
	printf("%s%zu findings in %llu files, %llu functions%s%s; %llu locks and %llu waits looked at, "
	       "%llu and %llu without a class\n", r->nr_findings && !a->is_summary ? "\n" : "", r->nr_findings,
	       (unsigned long long)r->files, (unsigned long long)r->functions,
	       r->version[0] ? " of " : "", r->version, (unsigned long long)r->nr_lock_sites,
	       (unsigned long long)r->nr_wait_sites, (unsigned long long)r->nr_lock_unclassed,
	       (unsigned long long)r->nr_wait_unclassed);
	if (r->nr_suppressed)
		printf("%zu known ones left out\n", r->nr_suppressed);
	for (size_t i = 0; i < r->nr_unreadable; i++)
		printf("not read: %s: %s\n", r->unreadable[i].path, r->unreadable[i].why);
	if (r->nr_limits)
		printf("limits were hit in %llu searches\n", (unsigned long long)r->nr_limits);
}

static bool has_id(const struct ost_deadlocks_report *r, const char *id)
{
	for (size_t i = 0; i < r->nr_findings; i++)
		if (!strcmp(r->findings[i].id, id))
			return true;
	return false;
}

static size_t print_side(const char *word, const struct ost_deadlocks_report *a,
			 const struct ost_deadlocks_report *b, bool is_quiet)
{
	size_t nr = 0;

	for (size_t i = 0; i < a->nr_findings; i++) {
		char *text;

		if (has_id(b, a->findings[i].id))
			continue;
		nr++;
		if (is_quiet)
			continue;
		text = ost_finding_text(&a->findings[i]);
		printf("%s: %s\n", word, text);
		free(text);
	}
	return nr;
}

/* What comes and what goes, between two trees or by a patch. */
static int print_diff(struct ask *a, const struct ost_deadlocks_report *before, const struct ost_deadlocks_report *after)
{
	bool is_json = a->frame.is_json;
	size_t introduced, removed;

	ost_frame_show(&a->frame);
	if (is_json) {
		char *json = ost_deadlocks_diff_json(before, after);

		puts(json);
		free(json);
	}
	introduced = print_side("introduced", after, before, is_json);
	removed = print_side("removed", before, after, is_json);
	if (!is_json)
		printf("%zu introduced, %zu removed\n", introduced, removed);
	if (!is_json && after->why_whole)
		printf("both trees were searched as wholes: %s\n", after->why_whole);
	return introduced ? OST_EXIT_FINDINGS : OST_EXIT_OK;
}

static struct ost_err *find_range(struct ask *a, const char *range, struct ost_deadlocks_report **ret_before,
				  struct ost_deadlocks_report **ret_after)
{
	char *from = strdup(range), *dots = strstr(from, "..");
	struct ost_source to = a->source;
	struct ost_err *err;

	*dots = '\0';
	a->source.rev = from;
	to.rev = dots + 2;
	err = ost_deadlocks_diff(&a->source, &to, &a->opts, ret_before, ret_after);
	free(from);
	return err;
}

static bool is_range(const struct ask *a)
{
	return a->source.repo && strstr(a->source.rev, "..");
}

static int run_diff(struct ask *a, struct ost_err **ret_err)
{
	struct ost_deadlocks_report *before = NULL, *after = NULL;
	int status;

	*ret_err = a->patch ? ost_deadlocks_patch(&a->source, a->patch, &a->opts, &before, &after) :
		   find_range(a, a->source.rev, &before, &after);
	if (*ret_err)
		return OST_EXIT_INPUT;
	status = print_diff(a, before, after);
	ost_deadlocks_report_destroy(before);
	ost_deadlocks_report_destroy(after);
	return status;
}

static int run_one(struct ask *a, struct ost_err **ret_err)
{
	struct ost_deadlocks_report *r = NULL;
	int status;

	*ret_err = ost_deadlocks_run(&a->source, &a->opts, &r);
	if (!*ret_err)
		*ret_err = ost_source_empty(&a->source, r->files);
	if (!*ret_err && r->not_there)
		*ret_err = ost_err_create(OST_ERR_INPUT, r->not_there, "give paths relative to the tree, and names that it defines",
					  "not in this tree");
	if (*ret_err) {
		ost_deadlocks_report_destroy(r);
		return OST_EXIT_INPUT;
	}
	ost_frame_show(&a->frame);
	if (a->frame.is_json) {
		char *json = ost_deadlocks_json(r);

		puts(json);
		free(json);
	} else {
		print_text(a, r);
	}
	status = r->nr_findings ? OST_EXIT_FINDINGS : OST_EXIT_OK;
	ost_deadlocks_report_destroy(r);
	return status;
}

static const struct ost_usage usage = {
	.command = "deadlocks",
	.operands = "SOURCE [PATH...] | --repo=REPO A..B [PATH...] | --patch=FILE SOURCE [PATH...]",
	.about = "Looks for cycles of locks and waits and prints each as a chain of places.\n"
		 "PATH limits what is reported: findings with a step there. With A..B: what B\n"
		 "introduces and removes; with --patch: what the patch does.\n",
};

static struct ost_err *read_options(struct ask *a, int argc, char **argv, struct ost_args *args)
{
	const char *repo = NULL, *limit = NULL;
	const struct ost_option options[] = {
		{ "function", OST_OPT_STRING, &a->function, "NAME", "only findings with a step in this function" },
		{ "rank", OST_OPT_STRING, &a->rank, "RANK", "proven, likely or possible, and better (default: likely)" },
		{ "kind", OST_OPT_LIST, &a->kinds, "KIND,...", "only these kinds" },
		{ "baseline", OST_OPT_STRING, &a->baseline, "FILE", "leave out known findings: lines of `id reason`" },
		{ "patch", OST_OPT_STRING, &a->patch, "FILE", "what this patch, applied in memory, introduces and removes;\n"
		  "                         - is standard input" },
		{ "summary", OST_OPT_FLAG, &a->is_summary, NULL, "one line a finding" },
		OST_SOURCE_OPTIONS(&repo, &limit),
		{ NULL, 0, NULL, NULL, NULL },
	};

	ost_try(ost_options_parse(&usage, options, argc, argv, &a->common, args));
	if (a->common.helped)
		return NULL;
	ost_try(ost_frame_format(&a->frame, &a->common));
	ost_try(ost_source_args(args, repo, limit, &a->common, &a->source, &a->opts.source));
	if (a->patch && is_range(a))
		return ost_err_create(OST_ERR_USAGE, "--patch", "name one revision", "%s are two", a->source.rev);
	if (a->rank)
		ost_try(set_rank(a, a->rank));
	a->opts.function = a->function;
	a->opts.baseline = a->baseline;
	a->opts.paths = (const char *const *)args->v;
	a->opts.nr_paths = args->nr;
	return set_kinds(a);
}

int ost_cmd_deadlocks(int argc, char **argv, struct ost_err **ret_err)
{
	struct ask a = { .opts = { .rank = OST_RANK_LIKELY } };
	struct ost_args args = { 0 };
	int status = OST_EXIT_OK;

	*ret_err = read_options(&a, argc, argv, &args);
	if (!*ret_err && !a.common.helped) {
		ost_frame_begin(&a.frame, &a.common);
		if (a.patch || is_range(&a))
			status = run_diff(&a, ret_err);
		else
			status = run_one(&a, ret_err);
		ost_terminal_clear();
		ost_terminal_end();
	}
	free(a.kinds.items);
	return *ret_err ? OST_EXIT_INPUT : status;
}
