// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/missing.h"

#include <errno.h>

#include "report/json_parts.h"

static json_t *fix_json(const struct ost_missing_fix *f)
{
	return json_pack("{s:s,s:o,s:s,s:s,s:s,s:o,s:o,s:b,s:b,s:o}", "commit", f->commit, "subject", ost_json_string(f->subject),
			 "affected", ost_affected_name(f->affected), "applies", f->applies,
			 "compiles", ost_affected_name(f->compiles), "why", ost_json_string(f->why), "symptom", ost_json_string(f->symptom),
			 "serious", f->is_serious, "stable", f->is_asked, "lacks", ost_json_string(f->lacks));
}

static json_t *counts_json(const struct ost_missing_counts *n)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "all", (json_int_t)n->all,
			 "reached", (json_int_t)n->reached, "backported", (json_int_t)n->backported,
			 "no_fix", (json_int_t)n->no_fix, "opted_out", (json_int_t)n->opted_out,
			 "undone", (json_int_t)n->undone, "no_bug", (json_int_t)n->no_bug,
			 "not_affected", (json_int_t)n->not_affected, "fixed", (json_int_t)n->fixed,
			 "unreadable", (json_int_t)n->unreadable);
}

struct ost_err *ost_missing_write_json(FILE *out, const struct ost_missing_report *r)
{
	json_t *fixes = json_array(), *doc;
	size_t i;

	for (i = 0; i < r->nr_fixes; i++)
		json_array_append_new(fixes, fix_json(&r->fixes[i]));
	doc = json_pack("{s:s,s:o,s:s,s:o,s:o,s:s,s:s,s:o,s:o,s:o}", "schema", "ostler/missing/1",
			"branch", ost_json_string(r->branch), "tip", r->tip, "release", ost_json_string(r->release),
			"range", ost_json_string(r->range), "from", r->from, "to", r->to, "fixes", fixes,
			"counts", counts_json(&r->counts), "warnings", ost_json_strings(r->warnings, r->nr_warnings));
	return ost_json_write(out, doc, JSON_COMPACT, "missing");
}

static const char *colour_of(const struct ost_missing_fix *f, bool colour)
{
	if (!colour)
		return "";
	return f->affected == OST_AFFECTED_YES ? "\033[31m" : f->affected == OST_AFFECTED_UNKNOWN ? "\033[33m" : "\033[32m";
}

static void write_fix(FILE *out, const struct ost_missing_fix *f, bool full, bool colour)
{
	fprintf(out, "%.12s %s%-7s%s %-8s compiles:%-7s %s%s%s%s\n", f->commit, colour_of(f, colour),
		ost_affected_name(f->affected), colour ? "\033[0m" : "", f->applies, ost_affected_name(f->compiles),
		f->subject, *f->symptom ? " [" : "", f->symptom, *f->symptom ? "]" : "");
	if (full)
		fprintf(out, "    %s\n", f->why);
	if (full && f->lacks)
		fprintf(out, "    it would miss %s\n", f->lacks);
}

static void write_counts(FILE *out, const struct ost_missing_report *r)
{
	const struct ost_missing_counts *n = &r->counts;

	fprintf(out, "%s%zu of %zu commits in %s: %zu reached, %zu backported, %zu no fixes, %zu reverted since, %zu opted out,\n"
		     "%zu whose bug never came here, %zu whose code is not here, %zu whose code is here already, %zu not readable\n",
		r->nr_fixes ? "\n" : "", r->nr_fixes, n->all, r->range, n->reached, n->backported, n->no_fix, n->undone,
		n->opted_out, n->no_bug, n->not_affected, n->fixed, n->unreadable);
}

struct ost_err *ost_missing_write_text(FILE *out, const struct ost_missing_report *r, bool full, bool colour)
{
	size_t i;

	for (i = 0; i < r->nr_fixes; i++)
		write_fix(out, &r->fixes[i], full, colour);
	write_counts(out, r);
	for (i = 0; i < r->nr_warnings; i++)
		fprintf(out, "warning: %s\n", r->warnings[i]);
	return ferror(out) ? ost_err_create_errno("standard output", errno) : NULL;
}
