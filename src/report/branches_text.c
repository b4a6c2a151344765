// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "ostler/branches.h"

static const char *colour_of(enum ost_affected a, bool colour)
{
	if (!colour)
		return "";
	return a == OST_AFFECTED_YES ? "\033[31m" : a == OST_AFFECTED_UNKNOWN ? "\033[33m" : "\033[32m";
}

static void write_range(FILE *out, const struct ost_branches_report *r)
{
	size_t i, nr_unknown = 0;

	for (i = 0; i < r->nr_branches; i++)
		nr_unknown += r->branches[i].affected == OST_AFFECTED_UNKNOWN;
	fputs("affected: ", out);
	for (i = 0; i < r->nr_range; i++)
		fprintf(out, "%s%s", i ? ", " : "", r->range[i]);
	if (!r->nr_range)
		fputs(!nr_unknown ? "none of the branches asked" : nr_unknown == r->nr_branches ? "not known" : "none that is known", out);
	if (r->nr_range && nr_unknown)
		fprintf(out, "; not known of %zu", nr_unknown);
	fputs("\n\n", out);
}

static void write_row(FILE *out, const struct ost_branch_answer *b, bool colour)
{
	const char *release = *b->release ? b->release : "";

	fprintf(out, "%-18s %-10s ", b->branch, release);
	if (b->trouble) {
		fprintf(out, "%s\n", b->trouble);
		return;
	}
	fprintf(out, "%s%-8s%s", colour_of(b->affected, colour), ost_affected_name(b->affected), colour ? "\033[0m" : "");
	fprintf(out, " applies: %-8s compiles: %s\n", b->applies, ost_affected_name(b->compiles));
}

/* Commits that merely change the same lines are for --full. */
static bool is_telling(const struct ost_later_fix *f)
{
	return strcmp(f->relation, "same lines") != 0;
}

/* Who has the changed files; only where it differs from what the newer branch said. */
static void write_reach(FILE *out, const struct ost_branch_answer *b, const struct ost_branch_answer *newer, bool full)
{
	size_t i;

	for (i = 0; i < b->nr_reach; i++) {
		const struct ost_reach_file *f = &b->reach[i];

		if (newer && i < newer->nr_reach && !strcmp(f->text, newer->reach[i].text) &&
		    !strcmp(f->path, newer->reach[i].path) && !full)
			continue;
		fprintf(out, "    who has %s: %s\n", f->path, f->nr_ways ? f->text : f->why ? f->why : "not known");
		if (f->built)
			fprintf(out, "        built by that configuration: %s\n", f->built);
	}
}

static void write_why(FILE *out, const struct ost_branch_answer *b, bool full)
{
	size_t i, nr = full || b->nr_why < 4 ? b->nr_why : 3;

	for (i = 0; i < nr; i++) {
		fprintf(out, "    %s\n", b->why[i].statement);
		if (b->why[i].nr_evidence)
			fprintf(out, "        %s\n", full ? b->why[i].evidence[0].command : b->why[i].evidence[0].ref);
	}
	if (nr < b->nr_why)
		fprintf(out, "    ... and %zu more (--full)\n", b->nr_why - nr);
}

static void write_conflict(FILE *out, const struct ost_conflict *c)
{
	size_t i;

	fprintf(out, "    conflict: %s hunk %u: %s\n", c->file, c->hunk, c->why);
	for (i = 0; i < c->nr_between; i++)
		fprintf(out, "        between: %.12s %s\n", c->between[i].commit, c->between[i].subject);
}

/* What is called a macro may be any name that is no function, type or constant in capitals. */
static const char *kind_text(const struct ost_missing_symbol *m)
{
	const char *p;

	for (p = m->name; !strcmp(m->kind, "macro") && *p; p++)
		if (islower((unsigned char)*p))
			return "name";
	return m->kind;
}

/* What stands in the way of a backport, and what must come along. */
static void write_obstacles(FILE *out, const struct ost_branch_answer *b)
{
	size_t i;

	for (i = 0; i < b->nr_conflicts; i++)
		write_conflict(out, &b->conflicts[i]);
	for (i = 0; i < b->nr_missing; i++)
		fprintf(out, "    missing %s: %s, for %s:%u%s%s\n", kind_text(&b->missing[i]), b->missing[i].name,
			b->missing[i].file, b->missing[i].line, b->missing[i].first_in ? "; first in " : "",
			b->missing[i].first_in ? b->missing[i].first_in : "");
	for (i = 0; i < b->nr_unused; i++)
		fprintf(out, "    %s %s, %s:%u: %s\n", b->unused[i].kind, b->unused[i].name, b->unused[i].file,
			b->unused[i].line, b->unused[i].why);
	if (b->compiles_why)
		fprintf(out, "    compiles: %s: %s\n", ost_affected_name(b->compiles), b->compiles_why);
	if (b->patch)
		fprintf(out, "    patch: %s\n", b->patch);
	for (i = 0; i < b->nr_prerequisites; i++)
		fprintf(out, "    first: %.12s %s (%s)\n", b->prerequisites[i].commit, b->prerequisites[i].subject,
			b->prerequisites[i].why);
	if (b->prerequisites_why)
		fprintf(out, "    what must come first is not known: %s\n", b->prerequisites_why);
}

static void write_details(FILE *out, const struct ost_branch_answer *b, bool full)
{
	size_t i;

	write_why(out, b, full);
	/* a branch that has it, or has no use for it, needs no backport */
	if (full || (b->affected != OST_AFFECTED_FIXED && b->affected != OST_AFFECTED_NO))
		write_obstacles(out, b);
	for (i = 0; i < b->nr_later_fixes; i++)
		if (full || is_telling(&b->later_fixes[i]))
			fprintf(out, "    later: %.12s %s (%s; here: %s)\n", b->later_fixes[i].commit, b->later_fixes[i].subject,
				b->later_fixes[i].relation, ost_affected_name(b->later_fixes[i].present));
}

struct ost_err *ost_branches_write_text(FILE *out, const struct ost_branches_report *r,
					bool full, bool colour)
{
	size_t i;

	fprintf(out, "%s\n", r->title);
	if (*r->commit)
		fprintf(out, "commit %.12s\n", r->commit);
	if (*r->upstream)
		fprintf(out, "upstream %.12s\n", r->upstream);
	write_range(out, r);
	for (i = r->nr_branches; i-- > 0;) {
		write_row(out, &r->branches[i], colour);
		write_details(out, &r->branches[i], full);
		write_reach(out, &r->branches[i], i + 1 < r->nr_branches ? &r->branches[i + 1] : NULL, full);
	}
	for (i = 0; i < r->nr_warnings; i++)
		fprintf(out, "%swarning: %s\n", i ? "" : "\n", r->warnings[i]);
	return ferror(out) ? ost_err_create_errno("standard output", errno) : NULL;
}
