// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OPTIONS 40
#define MAX_WORD 64

/* ---- the nearest name ---- */

/* Edits that turn a into b: insert, delete, replace, swap of neighbours. */
static size_t distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), i, k, best;
	size_t d[MAX_WORD + 1][MAX_WORD + 1];

	if (la > MAX_WORD || lb > MAX_WORD)
		return MAX_WORD;
	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (k = 0; k <= lb; k++)
		d[0][k] = k;
	for (i = 1; i <= la; i++) {
		for (k = 1; k <= lb; k++) {
			best = d[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
			best = d[i - 1][k] + 1 < best ? d[i - 1][k] + 1 : best;
			best = d[i][k - 1] + 1 < best ? d[i][k - 1] + 1 : best;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] && d[i - 2][k - 2] + 1 < best)
				best = d[i - 2][k - 2] + 1;
			d[i][k] = best;
		}
	}
	return d[la][lb];
}

const char *ost_nearest(const char *word, const char *(*next)(const void *ctx, size_t i), const void *ctx)
{
	const char *name, *best = NULL;
	size_t i, now, least = strlen(word) > 4 ? 3 : 2;

	for (i = 0; (name = next(ctx, i)); i++) {
		now = distance(word, name);
		if (now < least) {
			least = now;
			best = name;
		}
	}
	return best;
}

/* ---- the table ---- */

struct all {
	struct ost_option list[MAX_OPTIONS + 1];
	size_t nr;
};

static void gather(struct all *all, const struct ost_option *options, struct ost_common *c)
{
	const struct ost_option shared[] = {
		{ "format", OST_OPT_STRING, &c->format, "FORMAT", "text (default) or json" },
		{ "jobs", OST_OPT_NUMBER, &c->jobs, "N", "threads; 0 (default): one a processor" },
		{ "store", OST_OPT_STRING, &c->store, "DIR", "where results are kept (default: $XDG_CACHE_HOME/ostler)" },
		{ "no-store", OST_OPT_FLAG, &c->no_store, NULL, "keep nothing between runs" },
		{ "quiet", OST_OPT_FLAG, &c->quiet, NULL, "no progress, no pager" },
		{ "help", OST_OPT_FLAG, &c->helped, NULL, "show this" },
	};
	size_t i;

	for (; options->name && all->nr < MAX_OPTIONS; options++)
		all->list[all->nr++] = *options;
	for (i = 0; i < sizeof(shared) / sizeof(shared[0]) && all->nr < MAX_OPTIONS; i++)
		all->list[all->nr++] = shared[i];
	all->list[all->nr].name = NULL;
}

static const char *option_name(const void *ctx, size_t i)
{
	return ((const struct all *)ctx)->list[i].name;
}

static void print_help(const struct ost_usage *u, const struct all *all)
{
	char left[80];
	size_t i;

	printf("usage: ostler %s %s [options]\n\n%s\n\n", u->command, u->operands, u->about);
	for (i = 0; i < all->nr; i++) {
		const struct ost_option *o = &all->list[i];

		snprintf(left, sizeof(left), "--%s%s%s", o->name, o->arg ? "=" : "", o->arg ? o->arg : "");
		printf("  %-22s %s\n", left, o->help);
	}
}

/* ---- values ---- */

static struct ost_err *usage_err(const struct ost_usage *u, const char *what, const char *why)
{
	char remedy[160];

	snprintf(remedy, sizeof(remedy), "ostler %s --help shows the options", u->command);
	return ost_err_create(OST_ERR_USAGE, what, remedy, "%s", why);
}

static struct ost_err *set_number(const struct ost_usage *u, const struct ost_option *o, const char *arg)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	if (!*arg || *end || *arg == '-' || n > 1000000)
		return usage_err(u, o->name, "wants a number from 0 to 1000000");
	*(unsigned *)o->value = n;
	return NULL;
}

static struct ost_err *set_list(const struct ost_usage *u, const struct ost_option *o, const char *arg)
{
	struct ost_option_list *l = o->value;
	char *copy = strdup(arg), *save = NULL, *p;

	for (p = copy ? strtok_r(copy, ",", &save) : NULL; p; p = strtok_r(NULL, ",", &save)) {
		l->items = reallocarray(l->items, l->nr + 1, sizeof(*l->items));
		if (!l->items)
			abort();
		l->items[l->nr++] = strdup(p);
	}
	free(copy);
	return l->nr ? NULL : usage_err(u, o->name, "the list is empty");
}

void ost_option_list_clear(struct ost_option_list *l)
{
	size_t i;

	for (i = 0; i < l->nr; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct ost_option_list){ NULL, 0 };
}

static struct ost_err *set_value(const struct ost_usage *u, const struct ost_option *o, const char *arg)
{
	switch (o->kind) {
	case OST_OPT_FLAG:
		*(bool *)o->value = true;
		return NULL;
	case OST_OPT_STRING:
		if (!*arg)
			return usage_err(u, o->name, "the value is empty");
		*(const char **)o->value = arg;
		return NULL;
	case OST_OPT_NUMBER:
		return set_number(u, o, arg);
	case OST_OPT_LIST:
		return set_list(u, o, arg);
	}
	return NULL;
}

/* ---- parsing ---- */

static struct ost_err *unknown(const struct ost_usage *u, const struct all *all, const char *word)
{
	char remedy[200], name[MAX_WORD + 1];
	const char *near = NULL;

	if (!strncmp(word, "--", 2)) {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
		near = ost_nearest(name, option_name, all);
	}
	if (near)
		snprintf(remedy, sizeof(remedy), "did you mean --%s?", near);
	else
		snprintf(remedy, sizeof(remedy), "ostler %s --help shows the options", u->command);
	return ost_err_create(OST_ERR_USAGE, word, remedy, "no such option");
}

static void to_getopt(struct option *longs, const struct all *all)
{
	size_t i;

	for (i = 0; i < all->nr; i++)
		longs[i] = (struct option){ all->list[i].name,
					    all->list[i].kind == OST_OPT_FLAG ? no_argument : required_argument, NULL, 0 };
	longs[i] = (struct option){ NULL, 0, NULL, 0 };
}

struct ost_err *ost_options_parse(const struct ost_usage *usage, const struct ost_option *options,
				  int argc, char **argv, struct ost_common *common,
				  struct ost_args *ret_args)
{
	struct option longs[MAX_OPTIONS + 1];
	struct all all = { .nr = 0 };
	int c, index;

	*common = (struct ost_common){ .format = "text" };
	gather(&all, options, common);
	to_getopt(longs, &all);
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, ":hj:", longs, &index)) != -1) {
		if (c == 'h')
			common->helped = true;
		else if (c == 'j')
			ost_try(set_number(usage, &(struct ost_option){ .name = "-j", .value = &common->jobs }, optarg));
		else if (c == ':')
			return usage_err(usage, argv[optind - 1], "wants a value");
		else if (c)
			return unknown(usage, &all, argv[optind - 1]);
		else
			ost_try(set_value(usage, &all.list[index], optarg ? optarg : ""));
	}
	if (common->helped)
		print_help(usage, &all);
	*ret_args = (struct ost_args){ argv + optind, argc - optind };
	return NULL;
}
