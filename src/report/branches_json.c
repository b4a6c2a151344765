// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ostler/branches.h"

/* Paths and titles may hold any bytes; JSON may not. NULL is null. */
static json_t *text(const char *s)
{
	char *copy;
	json_t *j;

	if (!s)
		return json_null();
	copy = ost_strdup(s);
	j = json_string(ost_utf8_clean(copy));
	free(copy);
	return j ? j : json_string("");
}

static json_t *strings(const char *const *list, size_t nr)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_array_append_new(a, text(list[i]));
	return a;
}

static json_t *why_json(const struct ost_why *w)
{
	json_t *evidence = json_array();
	size_t i;

	for (i = 0; i < w->nr_evidence; i++)
		json_array_append_new(evidence, json_pack("{s:s,s:o,s:o}", "kind", w->evidence[i].kind,
							  "ref", text(w->evidence[i].ref),
							  "command", text(w->evidence[i].command)));
	return json_pack("{s:o,s:o}", "statement", text(w->statement), "evidence", evidence);
}

static json_t *bugs_json(const struct ost_branch_answer *b)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < b->nr_bugs; i++)
		json_array_append_new(a, json_pack("{s:s,s:s?,s:s}", "mechanism", b->bugs[i].mechanism,
						   "finding_id", b->bugs[i].finding_id,
						   "affected", ost_affected_name(b->bugs[i].affected)));
	return a;
}

static json_t *conflicts_json(const struct ost_branch_answer *b)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < b->nr_conflicts; i++)
		json_array_append_new(a, json_pack("{s:o,s:i,s:o}", "file", text(b->conflicts[i].file),
						   "hunk", (int)b->conflicts[i].hunk,
						   "why", text(b->conflicts[i].why)));
	return a;
}

static json_t *missing_json(const struct ost_branch_answer *b)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < b->nr_missing; i++)
		json_array_append_new(a, json_pack("{s:s,s:o,s:o,s:i,s:s?}", "kind", b->missing[i].kind,
						   "name", text(b->missing[i].name), "file", text(b->missing[i].file),
						   "line", (int)b->missing[i].line,
						   "first_in", b->missing[i].first_in));
	return a;
}

static json_t *prerequisites_json(const struct ost_branch_answer *b)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < b->nr_prerequisites; i++)
		json_array_append_new(a, json_pack("{s:s,s:s,s:s}", "commit", b->prerequisites[i].commit,
						   "subject", b->prerequisites[i].subject,
						   "why", b->prerequisites[i].why));
	return a;
}

static json_t *later_json(const struct ost_branch_answer *b)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < b->nr_later_fixes; i++)
		json_array_append_new(a, json_pack("{s:s,s:o,s:s,s:s,s:s?,s:s}", "commit", b->later_fixes[i].commit,
						   "subject", text(b->later_fixes[i].subject),
						   "relation", b->later_fixes[i].relation,
						   "of", b->later_fixes[i].of, "by", b->later_fixes[i].by,
						   "present", ost_affected_name(b->later_fixes[i].present)));
	return a;
}

static json_t *branch_json(const struct ost_branch_answer *b)
{
	json_t *why = json_array();
	size_t i;

	for (i = 0; i < b->nr_why; i++)
		json_array_append_new(why, why_json(&b->why[i]));
	return json_pack("{s:o,s:s,s:s,s:o,s:s,s:o,s:o,s:s,s:o,s:s,s:o,s:o,s:o,s:[],s:o}",
			 "branch", text(b->branch), "tip", b->tip, "release", b->release,
			 "trouble", text(b->trouble),
			 "affected", ost_affected_name(b->affected), "bugs", bugs_json(b), "why", why,
			 "applies", b->applies, "conflicts", conflicts_json(b),
			 "compiles", ost_affected_name(b->compiles), "compiles_why", text(b->compiles_why),
			 "missing", missing_json(b), "prerequisites", prerequisites_json(b),
			 "new_deadlocks", "later_fixes", later_json(b));
}

struct ost_err *ost_branches_write_json(FILE *out, const struct ost_branches_report *r)
{
	json_t *branches = json_array(), *doc;
	size_t i;
	int bad;

	for (i = 0; i < r->nr_branches; i++)
		json_array_append_new(branches, branch_json(&r->branches[i]));
	doc = json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "schema", "ostler/branches/1",
			"input", text(r->input), "subject", text(r->title),
			"commit", text(r->commit), "upstream", text(r->upstream),
			"branches", branches, "range", strings(r->range, r->nr_range),
			"warnings", strings(r->warnings, r->nr_warnings), "later_why", text(r->later_why));
	if (!doc)
		return ost_err_create(OST_ERR_INTERNAL, "branches", NULL, "the report is no valid JSON");
	bad = json_dumpf(doc, out, JSON_COMPACT) || fputc('\n', out) == EOF;
	json_decref(doc);
	return bad ? ost_err_create_errno("standard output", errno) : NULL;
}
