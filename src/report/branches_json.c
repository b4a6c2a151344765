// SPDX-License-Identifier: GPL-2.0-or-later

#include "ostler/branches.h"
#include "report/json_parts.h"

static json_t *why_json(const struct ost_why *w)
{
	json_t *evidence = json_array();
	size_t i;

	for (i = 0; i < w->nr_evidence; i++)
		json_array_append_new(evidence, json_pack("{s:s,s:o,s:o}", "kind", w->evidence[i].kind,
							  "ref", ost_json_string(w->evidence[i].ref),
							  "command", ost_json_string(w->evidence[i].command)));
	return json_pack("{s:o,s:o}", "statement", ost_json_string(w->statement), "evidence", evidence);
}

static json_t *unused_json(const struct ost_branch_answer *b)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < b->nr_unused; i++)
		json_array_append_new(a, json_pack("{s:s,s:o,s:o,s:i,s:o}", "kind", b->unused[i].kind,
						   "name", ost_json_string(b->unused[i].name),
						   "file", ost_json_string(b->unused[i].file), "line", (int)b->unused[i].line,
						   "why", ost_json_string(b->unused[i].why)));
	return a;
}

static json_t *branch_json(const struct ost_branch_answer *b)
{
	json_t *why = json_array(), *o;
	size_t i;

	for (i = 0; i < b->nr_why; i++)
		json_array_append_new(why, why_json(&b->why[i]));
	o = json_pack("{s:o,s:s,s:s,s:o,s:s,s:o,s:s}", "branch", ost_json_string(b->branch), "tip", b->tip,
		      "release", b->release, "trouble", ost_json_string(b->trouble),
		      "affected", ost_affected_name(b->affected), "why", why, "applies", b->applies);
	ost_json_set_answer(o, b);
	json_object_set_new(o, "unused", unused_json(b));
	json_object_set_new(o, "reach", ost_json_reach(b->reach, b->nr_reach));
	return o;
}

struct ost_err *ost_branches_write_json(FILE *out, const struct ost_branches_report *r)
{
	json_t *branches = json_array(), *doc;
	size_t i;

	for (i = 0; i < r->nr_branches; i++)
		json_array_append_new(branches, branch_json(&r->branches[i]));
	doc = json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "schema", "ostler/branches/1",
			"input", ost_json_string(r->input), "subject", ost_json_string(r->title),
			"commit", ost_json_string(r->commit), "upstream", ost_json_string(r->upstream),
			"branches", branches, "range", ost_json_strings(r->range, r->nr_range),
			"warnings", ost_json_strings(r->warnings, r->nr_warnings), "later_why", ost_json_string(r->later_why));
	return ost_json_write(out, doc, JSON_COMPACT, "branches");
}
