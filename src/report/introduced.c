// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/introduced.h"

#include <errno.h>

#include "report/json_parts.h"

static json_t *mechanism_json(const struct ost_mechanism *m)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < m->nr_candidates; i++) {
		const struct ost_intro_candidate *c = &m->candidates[i];

		json_array_append_new(list, json_pack("{s:s,s:o,s:o,s:o,s:i,s:o,s:b}", "commit", c->commit,
						      "subject", ost_json_string(c->subject),
						      "first_release", ost_json_string(c->first_release),
						      "why", ost_json_strings(c->why, c->nr_why), "score", (int)c->score,
						      "rejected", ost_json_string(c->rejected), "at_or_before", c->is_end));
	}
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "mechanism", ost_json_string(m->mechanism), "candidates", list,
			 "unknown", ost_json_string(m->unknown), "fixes_tag", ost_json_string(m->fixes_tag),
			 "fixes_why", ost_json_string(m->fixes_why));
}

struct ost_err *ost_introduced_write_json(FILE *out, const struct ost_introduced_report *r)
{
	json_t *mechanisms = json_array(), *doc;
	size_t i;

	for (i = 0; i < r->nr_mechanisms; i++)
		json_array_append_new(mechanisms, mechanism_json(&r->mechanisms[i]));
	doc = json_pack("{s:s,s:o,s:o,s:s,s:o,s:o,s:o,s:o}", "schema", "ostler/introduced/1",
			"input", ost_json_string(r->input), "subject", ost_json_string(r->title), "commit", r->commit,
			"mechanisms", mechanisms, "fixes_tag", ost_json_string(r->fixes_tag),
			"fixes_why", ost_json_string(r->fixes_why), "tagged", ost_json_strings(r->tagged, r->nr_tagged));
	return ost_json_write(out, doc, JSON_COMPACT, "introduced");
}

static void write_candidate(FILE *out, const struct ost_intro_candidate *c)
{
	size_t i;

	fprintf(out, "  %3u%%  %.12s %s%s%s%s\n", c->score, c->commit, c->subject, *c->first_release ? " (" : "",
		c->first_release, *c->first_release ? ")" : "");
	for (i = 0; i < c->nr_why; i++)
		fprintf(out, "        %s\n", c->why[i]);
	if (c->rejected)
		fprintf(out, "        not it: %s\n", c->rejected);
}

static void write_mechanism(FILE *out, const struct ost_mechanism *m, bool full)
{
	size_t i, nr = full || m->nr_candidates < 4 ? m->nr_candidates : 3;

	fprintf(out, "\n%s\n", m->mechanism);
	if (m->unknown)
		fprintf(out, "  unknown: %s\n", m->unknown);
	for (i = 0; i < nr; i++)
		write_candidate(out, &m->candidates[i]);
	if (nr < m->nr_candidates)
		fprintf(out, "  ... and %zu more (--full)\n", m->nr_candidates - nr);
	if (m->fixes_tag && *m->fixes_tag)
		fprintf(out, "  %s\n", m->fixes_tag);
}

struct ost_err *ost_introduced_write_text(FILE *out, const struct ost_introduced_report *r, bool full)
{
	size_t i;

	fprintf(out, "%s\n", r->title);
	for (i = 0; i < r->nr_mechanisms; i++)
		write_mechanism(out, &r->mechanisms[i], full);
	if (*r->fixes_tag)
		fprintf(out, "\n%s\n", r->fixes_tag);
	else
		fprintf(out, "\nno Fixes: line: %s\n", r->fixes_why);
	for (i = 0; i < r->nr_tagged; i++)
		fprintf(out, "the message says: Fixes: %s\n", r->tagged[i]);
	return ferror(out) ? ost_err_create_errno("standard output", errno) : NULL;
}
