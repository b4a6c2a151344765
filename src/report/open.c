// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/open.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"

static const struct {
	const char *step, *topic;
} topics[] = {
	{ "1.2", "mainline commit" }, { "2.1", "functions" }, { "2.2", "flow" }, { "2.3", "mechanism" },
	{ "3.1", "blame" }, { "3.2", "Fixes: tag" }, { "3.3", "file history" }, { "3.4", "author" },
	{ "3.5", "series, later commits" }, { "4.1", "versions" }, { "4.2", "reviewers" }, { "4.3", "bug report" },
	{ "4.4", "related patches" }, { "4.5", "stable discussion" }, { "5.1", "functions as symbols" }, { "5.2", "callers" },
	{ "5.3", "callees" }, { "5.4", "call chain" }, { "5.5", "similar code" }, { "6.1", "presence" }, { "6.2", "backport" },
	{ "6.3", "related fixes" }, { "7.1", "maintainers" }, { "7.2", "activity" }, { "8.1", "users" }, { "8.2", "trigger" },
	{ "8.3", "failure" }, { "9.2", "rules" },
};

static const char *topic_of(const struct ost_record *r)
{
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(topics); i++)
		if (!strcmp(topics[i].step, r->step))
			return topics[i].topic;
	return r->statement;
}

static bool is_open(const struct ost_record *r)
{
	static const char *const always[] = { "2.4/quality", "8.4/risk", "9.2/tested", "9.4/decision" };
	size_t i;

	if (!strncmp(r->id, "6.1/present", 11))
		return false;	/* the branches stand above */
	for (i = 0; i < OST_ARRAY_SIZE(always); i++)
		if (!strcmp(r->id, always[i]))
			return false;
	return r->status == OST_UNKNOWN;
}

/* 6.2 repeats what 6.1 says of a branch that is not here. */
static bool is_repeated(const struct ost_open_list *list, const struct ost_record *r)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (!strcmp(list->items[i]->reason, r->reason) && !strcmp(list->items[i]->statement, r->statement))
			return true;
	return false;
}

static void add_phase(struct ost_open_list *list, const struct ost_phase *p)
{
	size_t k;

	for (k = 0; k < p->nr_records && list->nr < OST_OPEN_MAX; k++)
		if (is_open(p->records[k]) && !is_repeated(list, p->records[k]))
			list->items[list->nr++] = p->records[k];
}

void ost_open_gather(struct ost_open_list *list, const struct ost_review *r)
{
	size_t i;

	list->nr = 0;
	for (i = 0; i < OST_NR_PHASES; i++)
		if (r->phases[i].number == 6)
			add_phase(list, &r->phases[i]);
	for (i = 0; i < OST_NR_PHASES; i++)
		if (r->phases[i].number != 6)
			add_phase(list, &r->phases[i]);
}

static bool is_same_reason(const struct ost_open_list *list, size_t i, size_t k)
{
	return !strcmp(list->items[i]->reason, list->items[k]->reason);
}

/* Is the topic of record k that of an earlier one of the group? */
static bool is_named(const struct ost_open_list *list, size_t first, size_t k)
{
	size_t i;

	for (i = first; i < k; i++)
		if (is_same_reason(list, i, k) && !strcmp(topic_of(list->items[i]), topic_of(list->items[k])))
			return true;
	return false;
}

bool ost_open_line(const struct ost_open_list *list, size_t i, struct ost_buf *ret)
{
	size_t k, nr = 0;

	for (k = 0; k < i; k++)
		if (is_same_reason(list, k, i))
			return false;
	for (k = i; k < list->nr; k++)
		nr += is_same_reason(list, i, k);
	if (nr == 1)
		ost_buf_addstr(ret, list->items[i]->statement);
	for (k = i; nr > 1 && k < list->nr; k++)
		if (is_same_reason(list, i, k) && !is_named(list, i, k))
			ost_buf_addf(ret, "%s%s", k > i ? ", " : "", topic_of(list->items[k]));
	ret->ptr[0] = (char)toupper((unsigned char)ret->ptr[0]);
	ost_buf_addf(ret, ": %s", list->items[i]->reason);
	return true;
}
