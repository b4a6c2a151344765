// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "json_text.h"
#include "options.h"
#include "ostler/query.h"
#include "source.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"facts", "DIR | --repo=REPO REV",
	"Reads the .c and .h files of a kernel tree, each blob once, and keeps what they\n"
	"say in the store.",
};

struct facts_cmd {
	struct ost_common common;
	struct ost_source source;
	struct ost_source_opts opts;
	struct ost_facts_ask ask;
	bool wants_stats;
};

static void print_text(void *ctx, const char *text, size_t len)
{
	fwrite(text, 1, len, stdout);
}

static json_t *unreadable_json(const struct ost_facts_report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->nr_unreadable; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}",
			"path", ost_json_text(r->unreadable[i].path),
			"object", ost_json_text(r->unreadable[i].object),
			"why", ost_json_text(r->unreadable[i].why)));
	return list;
}

static json_t *troubles_json(const struct ost_facts_report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->nr_troubles; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:I, s:o}",
			"path", ost_json_text(r->troubles[i].path),
			"name", ost_json_text(r->troubles[i].name),
			"line", (json_int_t)r->troubles[i].line,
			"why", ost_json_text(r->troubles[i].why)));
	return list;
}

static void print_json(const struct facts_cmd *cmd, const struct ost_facts_report *r)
{
	json_t *j = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:f, s:I}",
		"schema", "ostler/facts/1",
		"files", (json_int_t)r->files,
		"bytes", (json_int_t)r->bytes,
		"functions", (json_int_t)r->functions,
		"troubled_functions", (json_int_t)r->troubled_functions,
		"blobs_new", (json_int_t)r->blobs_new,
		"blobs_reused", (json_int_t)r->blobs_reused,
		"unreadable", unreadable_json(r),
		"seconds", r->seconds,
		"peak_rss_kib", (json_int_t)r->peak_rss_kib);

	if (cmd->ask.troubles)
		json_object_set_new(j, "troubles", troubles_json(r));
	if (*r->digest)
		json_object_set_new(j, "digest", json_string(r->digest));
	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(j);
}

static double per_cent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_lists(const struct ost_facts_report *r)
{
	size_t i;

	for (i = 0; i < r->nr_unreadable; i++)
		printf("unreadable: %s: %s%s%s\n", r->unreadable[i].path, r->unreadable[i].why,
		       *r->unreadable[i].object ? ": " : "", r->unreadable[i].object);
	for (i = 0; i < r->nr_troubles; i++) {
		printf("trouble: %s", r->troubles[i].path);
		if (r->troubles[i].line)
			printf(":%u", r->troubles[i].line);
		printf(": %s%s%s\n", r->troubles[i].name, *r->troubles[i].name ? ": " : "",
		       r->troubles[i].why);
	}
}

static void print_report(const struct facts_cmd *cmd, const struct ost_facts_report *r)
{
	print_lists(r);
	printf("%llu files, %.1f MB, %llu functions, %llu (%.3f %%) with trouble\n",
	       (unsigned long long)r->files, (double)r->bytes / 1e6,
	       (unsigned long long)r->functions, (unsigned long long)r->troubled_functions,
	       per_cent(r->troubled_functions, r->functions));
	printf("%llu blobs read, %llu known before, %zu files unreadable\n",
	       (unsigned long long)r->blobs_new, (unsigned long long)r->blobs_reused,
	       r->nr_unreadable);
	if (*r->digest)
		printf("digest of all facts %s\n", r->digest);
	if (cmd->wants_stats)
		printf("%.2f s, peak memory %llu MiB\n", r->seconds,
		       (unsigned long long)r->peak_rss_kib / 1024);
}

static struct ost_err *print_link(const struct facts_cmd *cmd)
{
	struct ost_link_stats s;
	unsigned i;

	ost_try(ost_link_stats_read(&cmd->source, &cmd->opts, &s));
	for (i = 0; i < s.nr_figures; i++)
		printf("%-42s %9llu of %9llu %7.2f %%\n", s.figures[i].name,
		       (unsigned long long)s.figures[i].part, (unsigned long long)s.figures[i].whole,
		       per_cent(s.figures[i].part, s.figures[i].whole));
	if (s.seconds > 0)
		printf("%.2f s to link\n", s.seconds);
	return NULL;
}

static int run(struct facts_cmd *cmd, struct ost_err **ret_err)
{
	bool is_json = !strcmp(cmd->common.format, "json");
	struct ost_facts_report r;
	int status;

	if (!is_json && strcmp(cmd->common.format, "text")) {
		*ret_err = ost_err_create(OST_ERR_USAGE, "--format", NULL,
					  "%s is not text or json", cmd->common.format);
		return OST_EXIT_USAGE;
	}
	if (!cmd->common.quiet)
		ost_terminal_progress();
	*ret_err = ost_facts_read(&cmd->source, &cmd->opts, &cmd->ask, &r);
	if (*ret_err)
		return OST_EXIT_INPUT;
	ost_terminal_clear();
	if (cmd->ask.dump)
		;		/* printed already, and alone */
	else if (is_json)
		print_json(cmd, &r);
	else
		print_report(cmd, &r);
	if (cmd->wants_stats && !cmd->ask.dump && !is_json)
		*ret_err = print_link(cmd);
	ost_source_notes(&cmd->common, r.store_note, r.store_err);
	status = r.store_err ? OST_EXIT_INPUT : OST_EXIT_OK;
	ost_facts_report_deinit(&r);
	return status;
}

int ost_cmd_facts(int argc, char **argv, struct ost_err **ret_err)
{
	struct facts_cmd cmd = { .ask.dump_to = print_text };
	const char *repo = NULL, *limit = NULL;
	const struct ost_option options[] = {
		OST_SOURCE_OPTIONS(&repo, &limit),
		{ "stats", OST_OPT_FLAG, &cmd.wants_stats, NULL, "time and memory too, and how much got a type when linked" },
		{ "troubles", OST_OPT_FLAG, &cmd.ask.troubles, NULL,
		  "list the functions that were not wholly understood" },
		{ "digest", OST_OPT_FLAG, &cmd.ask.digest, NULL,
		  "a name for all facts: equal trees have equal ones" },
		{ "dump", OST_OPT_STRING, &cmd.ask.dump, "FILE", "print the facts of one file, and nothing else" },
		{ NULL, 0, NULL, NULL, NULL },
	};
	struct ost_args args;

	*ret_err = ost_options_parse(&usage, options, argc, argv, &cmd.common, &args);
	if (*ret_err || cmd.common.helped)
		return OST_EXIT_OK;
	*ret_err = ost_source_args(&args, repo, limit, &cmd.common, &cmd.source, &cmd.opts);
	if (!*ret_err && args.nr)
		*ret_err = ost_err_create(OST_ERR_USAGE, args.v[0], "ostler facts --help shows the options",
					  "one argument too many");
	return *ret_err ? OST_EXIT_USAGE : run(&cmd, ret_err);
}
