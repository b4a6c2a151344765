// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON form, schema "ostler/review/1" (docs/format/review.schema.json).
 * Keys stand in the order in which they are set; nothing depends on hash
 * order, so the same review is the same bytes.
 */
#include <jansson.h>
#include <string.h>

#include "report/json_parts.h"
#include "report/sink.h"

static void set(json_t *o, const char *key, json_t *value)
{
	if (json_object_set_new(o, key, value))
		abort();	/* out of memory */
}

static json_t *evidence(const struct ost_record *r)
{
	json_t *list = json_array(), *e;
	size_t i;

	for (i = 0; i < r->nr_evidence; i++) {
		e = json_object();
		set(e, "kind", ost_json_string(r->evidence[i].kind));
		set(e, "ref", ost_json_string(r->evidence[i].ref));
		set(e, "command", ost_json_string(r->evidence[i].command));
		json_array_append_new(list, e);
	}
	return list;
}

static json_t *record(const struct ost_record *r)
{
	json_t *o = json_object();

	set(o, "id", ost_json_string(r->id));
	set(o, "step", ost_json_string(r->step));
	set(o, "statement", ost_json_string(r->statement));
	set(o, "status", ost_json_string(ost_status_name(r->status)));
	set(o, "weight", json_integer(r->weight));
	set(o, "evidence", evidence(r));
	set(o, "reason", ost_json_string(r->reason));
	return o;
}

static json_t *phases(const struct ost_review *r)
{
	json_t *list = json_array(), *o, *records;
	size_t i, k;

	for (i = 0; i < OST_NR_PHASES; i++) {
		o = json_object();
		records = json_array();
		for (k = 0; k < r->phases[i].nr_records; k++)
			json_array_append_new(records, record(r->phases[i].records[k]));
		set(o, "number", json_integer(r->phases[i].number));
		set(o, "name", ost_json_string(r->phases[i].name));
		set(o, "records", records);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *files(const struct ost_review_subject *s)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < s->nr_files; i++) {
		o = json_object();
		set(o, "path", ost_json_string(s->files[i].path));
		set(o, "old_path", ost_json_string(s->files[i].old_path));
		set(o, "status", ost_json_string(s->files[i].status));
		set(o, "added", json_integer(s->files[i].nr_added));
		set(o, "removed", json_integer(s->files[i].nr_removed));
		set(o, "binary", json_boolean(s->files[i].is_binary));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *functions(const struct ost_review_subject *s)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < s->nr_funcs; i++) {
		o = json_object();
		set(o, "file", ost_json_string(s->funcs[i].file));
		set(o, "name", ost_json_string(s->funcs[i].name));
		set(o, "change", ost_json_string(s->funcs[i].change));
		set(o, "line", json_integer(s->funcs[i].line));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *trailers(const struct ost_review_subject *s)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < s->nr_trailers; i++) {
		o = json_object();
		set(o, "token", ost_json_string(s->trailers[i].token));
		set(o, "value", ost_json_string(s->trailers[i].value));
		set(o, "role", ost_json_string(s->trailers[i].role));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *change(const struct ost_review_subject *s)
{
	json_t *o = json_object();

	set(o, "added", json_integer(s->nr_added));
	set(o, "removed", json_integer(s->nr_removed));
	set(o, "files", files(s));
	set(o, "functions", functions(s));
	return o;
}

static json_t *why(const struct ost_review_branch *b)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < b->nr_why; i++) {
		o = json_object();
		set(o, "statement", ost_json_string(b->why[i]->statement));
		set(o, "record", ost_json_string(b->why[i]->id));
		set(o, "evidence", evidence(b->why[i]));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *branches(const struct ost_review *r)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < r->nr_branches; i++) {
		const struct ost_review_branch *b = &r->branches[i];

		o = json_object();
		set(o, "branch", ost_json_string(b->branch));
		set(o, "tip", ost_json_string(b->tip));
		set(o, "release", ost_json_string(b->release));
		set(o, "affected", ost_json_string(b->is_fixed ? "fixed" : ost_answer_name(b->affected)));
		set(o, "applies", ost_json_string(b->applies));
		set(o, "why", why(b));
		ost_json_set_answer(o, b->answer);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *verdict(const struct ost_verdict *v)
{
	json_t *o = json_object(), *range = json_array(), *reasons = json_array(), *e;
	size_t i;

	for (i = 0; i < v->nr_range; i++)
		json_array_append_new(range, ost_json_string(v->range[i]));
	for (i = 0; i < v->nr_reasons; i++) {
		e = json_object();
		set(e, "text", ost_json_string(v->reasons[i].text));
		set(e, "record", ost_json_string(v->reasons[i].record->id));
		set(e, "weight", json_integer(v->reasons[i].weight));
		json_array_append_new(reasons, e);
	}
	set(o, "decision", ost_json_string(ost_decision_name(v->decision)));
	set(o, "range", range);
	set(o, "reasons", reasons);
	return o;
}

struct ost_err *ost_report_json(FILE *out, const struct ost_report_options *options,
				const struct ost_review *r, size_t nr_before)
{
	const struct ost_review_subject *s = &r->subject;
	json_t *o = json_object();

	set(o, "schema", ost_json_string("ostler/review/1"));
	set(o, "input", ost_json_string(s->input));
	set(o, "subject", ost_json_string(s->title));
	set(o, "author", ost_json_string(s->author));
	set(o, "commit", ost_json_string(s->commit));
	set(o, "message_id", ost_json_string(s->message_id));
	set(o, "base", ost_json_string(s->base));
	set(o, "upstream", ost_json_string(r->upstream));
	set(o, "trailers", trailers(s));
	set(o, "change", change(s));
	set(o, "phases", phases(r));
	set(o, "branches", branches(r));
	set(o, "verdict", verdict(&r->verdict));
	return ost_json_write(out, o, JSON_COMPACT, "review");
}
