// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON form, schema "ostler/review/1" (docs/format/review.schema.json).
 * Keys stand in the order in which they are set; nothing depends on hash
 * order, so the same review is the same bytes.
 */
#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "report/sink.h"

/* Strings of a review are clean UTF-8; should one not be, an empty one says less than a wrong one. */
static json_t *str(const char *s)
{
	json_t *j = json_string(s ? s : "");

	return j ? j : json_string("");
}

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
		set(e, "kind", str(r->evidence[i].kind));
		set(e, "ref", str(r->evidence[i].ref));
		set(e, "command", str(r->evidence[i].command));
		json_array_append_new(list, e);
	}
	return list;
}

static json_t *record(const struct ost_record *r)
{
	json_t *o = json_object();

	set(o, "id", str(r->id));
	set(o, "step", str(r->step));
	set(o, "statement", str(r->statement));
	set(o, "status", str(ost_status_name(r->status)));
	set(o, "weight", json_integer(r->weight));
	set(o, "evidence", evidence(r));
	set(o, "reason", r->reason ? str(r->reason) : json_null());
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
		set(o, "name", str(r->phases[i].name));
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
		set(o, "path", str(s->files[i].path));
		set(o, "old_path", str(s->files[i].old_path));
		set(o, "status", str(s->files[i].status));
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
		set(o, "file", str(s->funcs[i].file));
		set(o, "name", str(s->funcs[i].name));
		set(o, "change", str(s->funcs[i].change));
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
		set(o, "token", str(s->trailers[i].token));
		set(o, "value", str(s->trailers[i].value));
		set(o, "role", str(s->trailers[i].role));
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
		set(o, "statement", str(b->why[i]->statement));
		set(o, "record", str(b->why[i]->id));
		set(o, "evidence", evidence(b->why[i]));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *branches(const struct ost_review *r)
{
	static const char *const empty[] = { "bugs", "conflicts", "missing", "prerequisites", "new_deadlocks", "later_fixes" };
	json_t *list = json_array(), *o;
	size_t i, k;

	for (i = 0; i < r->nr_branches; i++) {
		const struct ost_review_branch *b = &r->branches[i];

		o = json_object();
		set(o, "branch", str(b->branch));
		set(o, "tip", str(b->tip));
		set(o, "release", str(b->release));
		set(o, "affected", str(b->is_fixed ? "fixed" : ost_answer_name(b->affected)));
		set(o, "applies", str(b->applies));
		set(o, "compiles", str("unknown"));
		set(o, "why", why(b));
		for (k = 0; k < OST_ARRAY_SIZE(empty); k++)
			set(o, empty[k], json_array());
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *verdict(const struct ost_verdict *v)
{
	json_t *o = json_object(), *range = json_array(), *reasons = json_array(), *e;
	size_t i;

	for (i = 0; i < v->nr_range; i++)
		json_array_append_new(range, str(v->range[i]));
	for (i = 0; i < v->nr_reasons; i++) {
		e = json_object();
		set(e, "text", str(v->reasons[i].text));
		set(e, "record", str(v->reasons[i].record->id));
		set(e, "weight", json_integer(v->reasons[i].weight));
		json_array_append_new(reasons, e);
	}
	set(o, "decision", str(ost_decision_name(v->decision)));
	set(o, "range", range);
	set(o, "reasons", reasons);
	return o;
}

struct ost_err *ost_report_json(FILE *out, const struct ost_report_options *options,
				const struct ost_review *r, size_t nr_before)
{
	const struct ost_review_subject *s = &r->subject;
	json_t *o = json_object();
	int failed;

	set(o, "schema", str("ostler/review/1"));
	set(o, "input", str(s->input));
	set(o, "subject", str(s->title));
	set(o, "author", str(s->author));
	set(o, "commit", str(s->commit));
	set(o, "message_id", str(s->message_id));
	set(o, "base", str(s->base));
	set(o, "upstream", str(r->upstream));
	set(o, "trailers", trailers(s));
	set(o, "change", change(s));
	set(o, "phases", phases(r));
	set(o, "branches", branches(r));
	set(o, "verdict", verdict(&r->verdict));
	failed = json_dumpf(o, out, JSON_COMPACT) || fputc('\n', out) == EOF;
	json_decref(o);
	if (failed)
		return ost_err_create(OST_ERR_ENV, "standard output", "is the disk full?", "the report could not be written");
	return NULL;
}
