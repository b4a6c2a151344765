// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/facts.h"

#include "ostler/query.h"
#include "report/json_parts.h"

static json_t *unreadable_json(const struct ost_facts_report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->nr_unreadable; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}",
			"path", ost_json_string(r->unreadable[i].path),
			"object", ost_json_string(r->unreadable[i].object),
			"why", ost_json_string(r->unreadable[i].why)));
	return list;
}

static json_t *troubles_json(const struct ost_facts_report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->nr_troubles; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:I, s:o}",
			"path", ost_json_string(r->troubles[i].path),
			"name", ost_json_string(r->troubles[i].name),
			"line", (json_int_t)r->troubles[i].line,
			"why", ost_json_string(r->troubles[i].why)));
	return list;
}

struct ost_err *ost_facts_write_json(FILE *out, const struct ost_facts_report *r, bool with_troubles)
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

	if (with_troubles)
		json_object_set_new(j, "troubles", troubles_json(r));
	if (*r->digest)
		json_object_set_new(j, "digest", json_string(r->digest));
	return ost_json_write(out, j, JSON_INDENT(2), "facts");
}

static double per_cent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void write_lists(FILE *out, const struct ost_facts_report *r)
{
	size_t i;

	for (i = 0; i < r->nr_unreadable; i++)
		fprintf(out, "unreadable: %s: %s%s%s\n", r->unreadable[i].path, r->unreadable[i].why,
		       *r->unreadable[i].object ? ": " : "", r->unreadable[i].object);
	for (i = 0; i < r->nr_troubles; i++) {
		fprintf(out, "trouble: %s", r->troubles[i].path);
		if (r->troubles[i].line)
			fprintf(out, ":%u", r->troubles[i].line);
		fprintf(out, ": %s%s%s\n", r->troubles[i].name, *r->troubles[i].name ? ": " : "",
		       r->troubles[i].why);
	}
}

void ost_facts_write_text(FILE *out, const struct ost_facts_report *r, bool with_cost)
{
	write_lists(out, r);
	fprintf(out, "%llu files, %.1f MB, %llu functions, %llu (%.3f %%) with trouble\n",
	       (unsigned long long)r->files, (double)r->bytes / 1e6,
	       (unsigned long long)r->functions, (unsigned long long)r->troubled_functions,
	       per_cent(r->troubled_functions, r->functions));
	fprintf(out, "%llu blobs read, %llu known before, %zu files unreadable\n",
	       (unsigned long long)r->blobs_new, (unsigned long long)r->blobs_reused,
	       r->nr_unreadable);
	if (*r->digest)
		fprintf(out, "digest of all facts %s\n", r->digest);
	if (with_cost)
		fprintf(out, "%.2f s, peak memory %llu MiB\n", r->seconds,
		       (unsigned long long)r->peak_rss_kib / 1024);
}

void ost_link_stats_write_text(FILE *out, const struct ost_link_stats *s)
{
	unsigned i;

	for (i = 0; i < s->nr_figures; i++)
		fprintf(out, "%-42s %9llu of %9llu %7.2f %%\n", s->figures[i].name,
			(unsigned long long)s->figures[i].part, (unsigned long long)s->figures[i].whole,
			per_cent(s->figures[i].part, s->figures[i].whole));
	if (s->seconds > 0)
		fprintf(out, "%.2f s to link\n", s->seconds);
}
