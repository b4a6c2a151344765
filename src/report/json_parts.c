// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/json_parts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ostler/branches.h"

json_t *ost_json_string(const char *s)
{
	char *copy;
	json_t *j;

	if (!s)
		return json_null();
	copy = ost_utf8_clean(ost_strdup(s));
	j = json_string(copy);
	free(copy);
	return j;
}

json_t *ost_json_strings(const char *const *list, size_t nr)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_array_append_new(a, ost_json_string(list[i]));
	return a;
}

struct ost_err *ost_json_write(FILE *out, json_t *doc, size_t flags, const char *what)
{
	int bad;

	if (!doc)
		return ost_err_create(OST_ERR_INTERNAL, what, NULL, "the report is no valid JSON");
	bad = json_dumpf(doc, out, flags) || fputc('\n', out) == EOF;
	json_decref(doc);
	return bad ? ost_err_create_errno("standard output", errno) : NULL;
}

/* ---- one entry of each list of a branch's answer ---- */

static json_t *bug_json(const struct ost_branch_answer *b, size_t i)
{
	return json_pack("{s:o,s:s?,s:s}", "mechanism", ost_json_string(b->bugs[i].mechanism),
			 "finding_id", b->bugs[i].finding_id, "affected", ost_affected_name(b->bugs[i].affected));
}

static json_t *conflict_json(const struct ost_branch_answer *b, size_t i)
{
	const struct ost_conflict *c = &b->conflicts[i];
	json_t *between = json_array();
	size_t k;

	for (k = 0; k < c->nr_between; k++)
		json_array_append_new(between, json_pack("{s:s,s:o}", "commit", c->between[k].commit,
							 "subject", ost_json_string(c->between[k].subject)));
	return json_pack("{s:o,s:i,s:o,s:o}", "file", ost_json_string(c->file), "hunk", (int)c->hunk,
			 "why", ost_json_string(c->why), "between", between);
}

static json_t *missing_json(const struct ost_branch_answer *b, size_t i)
{
	return json_pack("{s:s,s:o,s:o,s:i,s:o}", "kind", b->missing[i].kind,
			 "name", ost_json_string(b->missing[i].name), "file", ost_json_string(b->missing[i].file),
			 "line", (int)b->missing[i].line, "first_in", ost_json_string(b->missing[i].first_in));
}

static json_t *prerequisite_json(const struct ost_branch_answer *b, size_t i)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:b}", "commit", b->prerequisites[i].commit,
			 "subject", ost_json_string(b->prerequisites[i].subject),
			 "why", ost_json_string(b->prerequisites[i].why),
			 "tag", ost_json_string(b->prerequisites[i].tag), "series", b->prerequisites[i].is_series_mate);
}

static json_t *later_json(const struct ost_branch_answer *b, size_t i)
{
	return json_pack("{s:s,s:o,s:s,s:s,s:s?,s:s}", "commit", b->later_fixes[i].commit,
			 "subject", ost_json_string(b->later_fixes[i].subject), "relation", b->later_fixes[i].relation,
			 "of", b->later_fixes[i].of, "by", b->later_fixes[i].by,
			 "present", ost_affected_name(b->later_fixes[i].present));
}

static json_t *new_deadlock_json(const struct ost_branch_answer *b, size_t i)
{
	return ost_json_finding(&b->new_deadlocks[i]);
}

static json_t *list_of(const struct ost_branch_answer *b, size_t nr,
		       json_t *(*entry)(const struct ost_branch_answer *b, size_t i))
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_array_append_new(list, entry(b, i));
	return list;
}

void ost_json_set_answer(json_t *o, const struct ost_branch_answer *b)
{
	static const struct ost_branch_answer nothing;

	if (!b)
		b = &nothing;
	json_object_set_new(o, "bugs", list_of(b, b->nr_bugs, bug_json));
	json_object_set_new(o, "conflicts", list_of(b, b->nr_conflicts, conflict_json));
	json_object_set_new(o, "compiles", json_string(ost_affected_name(b->compiles)));
	json_object_set_new(o, "compiles_why", ost_json_string(b->compiles_why));
	json_object_set_new(o, "missing", list_of(b, b->nr_missing, missing_json));
	json_object_set_new(o, "prerequisites", list_of(b, b->nr_prerequisites, prerequisite_json));
	json_object_set_new(o, "prerequisites_why", ost_json_string(b->prerequisites_why));
	json_object_set_new(o, "patch", ost_json_string(b->patch));
	json_object_set_new(o, "new_deadlocks", list_of(b, b->nr_new_deadlocks, new_deadlock_json));
	json_object_set_new(o, "later_fixes", list_of(b, b->nr_later_fixes, later_json));
}
