// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/query.h"

#include <string.h>

#include "report/json_parts.h"

void ost_query_write_text(FILE *out, const struct ost_query *q)
{
	const struct ost_query_result *r;
	size_t i;

	for (i = 0; i < q->nr_results; i++) {
		r = &q->results[i];
		fprintf(out, "%s:%u: %s", r->file, r->line, *r->name ? r->name : "?");
		if (*r->type)
			fprintf(out, ": %s", r->type);
		if (*r->object)
			fprintf(out, " [%s]", r->object);
		if (*r->kind && strcmp(r->kind, "call"))
			fprintf(out, " (%s)", r->kind);
		if (*r->via)
			fprintf(out, " via %s", r->via);
		if (*r->in && strcmp(r->in, r->name) && q->kind != OST_QUERY_CALLEES)
			fprintf(out, " in %s", r->in);
		if (r->is_indirect && r->is_one_of)
			fprintf(out, " *");
		fputc('\n', out);
	}
}

static json_t *result_json(const struct ost_query_result *r)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:b, s:b}",
			 "name", ost_json_string(r->name), "file", ost_json_string(r->file), "line", (int)r->line,
			 "via", ost_json_string(r->via), "kind", ost_json_string(r->kind), "in", ost_json_string(r->in),
			 "object", ost_json_string(r->object), "type", ost_json_string(r->type),
			 "def_file", ost_json_string(r->def_file), "def_line", (int)r->def_line,
			 "indirect", (int)r->is_indirect, "one_of", (int)r->is_one_of);
}

struct ost_err *ost_query_write_json(FILE *out, const struct ost_query *q, const char *name)
{
	json_t *results = json_array(), *doc;
	size_t i;

	for (i = 0; i < q->nr_results; i++)
		json_array_append_new(results, result_json(&q->results[i]));
	doc = json_pack("{s:s, s:s, s:o, s:b, s:o, s:{s:I, s:I}}", "schema", "ostler/query/1",
			"query", ost_query_name(q->kind), "name", ost_json_string(name), "defined", (int)q->is_defined,
			"results", results,
			"tree", "files", (json_int_t)q->files, "unreadable", (json_int_t)q->unreadable);
	return ost_json_write(out, doc, JSON_INDENT(1) | JSON_PRESERVE_ORDER, "query");
}
