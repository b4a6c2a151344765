// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/rules.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "review/history.h"
#include "review/input.h"
#include "review/roles.h"

/* ---- what the diff shows ---- */

static bool is_id_row(const char *s)
{
	size_t len;

	s += strspn(s, " \t");
	len = strlen(s);
	if (!len || (s[0] == '/' && s[1] == '*'))
		return true;
	if (strstr(s, "_DEVICE") || strstr(s, "_DEVICE_INFO") || strstr(s, "DMI_MATCH") || strstr(s, ".compatible"))
		return true;
	return s[0] == '{' && (s[len - 1] == ',' || s[len - 1] == '}' || strstr(s, "},"));
}

bool ost_diff_only_adds_ids(const struct ost_review_ctx *c)
{
	uint32_t i, k, nr = 0;

	if (c->touched.nr_unread || c->change->nr_removed)
		return false;
	for (i = 0; i < c->change->nr_files; i++)
		if (!ost_is_c_path(c->change->files[i].new_path) || c->change->files[i].status != OST_FILE_MODIFIED)
			return false;
	for (i = 0; i < c->touched.nr; i++) {
		if (*c->touched.items[i].name)
			return false;
		for (k = 0; k < c->touched.items[i].nr_lines; k++, nr++)
			if (!is_id_row(c->touched.items[i].lines[k].line->text))
				return false;
	}
	return nr > 0;
}

static bool is_documentation(const char *path)
{
	size_t len = strlen(path);

	return !strncmp(path, "Documentation/", 14) || !strcmp(path, "MAINTAINERS") ||
	       (len > 4 && (!strcmp(path + len - 4, ".rst") || !strcmp(path + len - 4, ".txt")));
}

/*
 * A line that is surely blank or comment: a line in the middle of a comment
 * begins with '*' as the kernel writes them, which code (`*p = 0;`) may too,
 * so that only "* word" and "*" alone count.
 */
static bool is_comment_line(const char *s)
{
	s += strspn(s, " \t");
	if (!*s || (s[0] == '/' && s[1] == '/'))
		return true;
	if (s[0] == '/' && s[1] == '*') {
		const char *end = strstr(s, "*/");

		return !end || !end[2 + strspn(end + 2, " \t")];
	}
	if (s[0] != '*')
		return false;
	return !s[1] || !strcmp(s, "*/") || (s[1] == ' ' && !strchr(s, ';') && !strchr(s, '='));
}

static bool file_is_trivial(const struct ost_file_change *f)
{
	uint32_t i, k;

	if (is_documentation(f->new_path))
		return true;
	if (f->is_binary || !f->nr_hunks || !ost_is_c_path(f->new_path))
		return false;
	for (i = 0; i < f->nr_hunks; i++)
		for (k = 0; k < f->hunks[i].nr_lines; k++)
			if (f->hunks[i].lines[k].kind != OST_LINE_CONTEXT && !is_comment_line(f->hunks[i].lines[k].text))
				return false;
	return true;
}

bool ost_diff_is_trivial(const struct ost_review_ctx *c)
{
	uint32_t i;

	for (i = 0; i < c->change->nr_files; i++)
		if (!file_is_trivial(&c->change->files[i]))
			return false;
	return c->change->nr_files > 0 && ost_change_is_whole(c->change);
}

/* ---- helpers ---- */

static struct ost_record *decided(struct ost_review_ctx *c, const struct ost_rule *rule, bool holds,
				  int weight, const char *why)
{
	return ost_record_add(c, rule->name, holds ? OST_VERIFIED : OST_REFUTED, weight, "%s: %s", rule->text, why);
}

static void undecided(struct ost_review_ctx *c, const struct ost_rule *rule, const char *why)
{
	ost_record_unknown(c, rule->name, rule->text, "%s", why);
}

/* ---- the rules ---- */

/* Mainline releases have two numbers, or -rc. */
static bool is_mainline_tag(const char *tag)
{
	const char *p = tag + (*tag == 'v');
	size_t n = strspn(p, "0123456789");

	if (*tag != 'v' || !n || p[n] != '.')
		return false;
	p += n + 1;
	n = strspn(p, "0123456789");
	return n && (!p[n] || !strncmp(p + n, "-rc", 3));
}

static void rule_mainline(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	const struct ost_history *h = c->history;
	const char *tag = h->upstream_release.tag;
	struct ost_record *r;

	if (!*h->upstream_full) {
		undecided(c, rule, ost_upstream_why(c));
		return;
	}
	if (!tag || !is_mainline_tag(tag)) {
		undecided(c, rule, tag ? ost_arena_printf(c->arena, "the first tag that holds it is %s, which is no mainline release", tag) :
			  "no tag of a mainline release here contains it");
		return;
	}
	r = decided(c, rule, true, 1, ost_arena_printf(c->arena, "%.12s is in %s", h->upstream_full, tag));
	ost_record_prove(c, r, "commit", h->upstream_full, "git merge-base --is-ancestor %s %s && echo contained", h->upstream_full, tag);
}

static void rule_tested(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	const struct ost_record *by = ost_record_find(c, "1.2/tested-by");
	struct ost_record *r;

	if (!by)
		by = ost_record_find(c, "1.2/reported-and-tested-by");
	if (!by) {
		undecided(c, rule, "no Tested-by: tag; that it is obviously correct is for a reader to see");
		return;
	}
	r = decided(c, rule, true, 0, "by its message it was tested");
	ost_record_prove_record(c, r, by);
}

static void rule_size(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	uint32_t i, k, lines = 0;
	struct ost_record *r;

	if (!c->change->nr_files || c->change->is_truncated) {
		undecided(c, rule, "there is no whole diff");
		return;
	}
	for (i = 0; i < c->change->nr_files; i++)
		for (k = 0; k < c->change->files[i].nr_hunks; k++)
			lines += c->change->files[i].hunks[k].nr_lines + 1;
	r = decided(c, rule, lines <= OST_RULE_MAX_LINES, lines <= OST_RULE_MAX_LINES ? 0 : -1,
		    ost_arena_printf(c->arena, "%u line%s%s", lines, lines == 1 ? "" : "s",
				     lines <= OST_RULE_MAX_LINES ? "" : " (waived in practice)"));
	ost_record_prove_diff(c, r, NULL);
}

static void rule_form(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	const struct ost_trailer *sob;
	struct ost_record *r;
	size_t pos = 0;

	if (!*c->msg->text) {
		undecided(c, rule, "there is no message");
		return;
	}
	sob = ost_trailers_next(&c->msg->trailers, "Signed-off-by", &pos);
	r = decided(c, rule, sob, sob ? 0 : -1, sob ? "it is signed off" : "nobody signed it off");
	ost_record_prove_msg(c, r, "%(trailers)");
}

static const struct ost_record *first_symptom(const struct ost_review_ctx *c, int weight)
{
	size_t i;

	for (i = 0; i < c->records.nr; i++)
		if (!strcmp(c->records.items[i]->step, "1.3") && c->records.items[i]->weight == weight)
			return c->records.items[i];
	return NULL;
}

static void rule_real_bug(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	const struct ost_record *by = first_symptom(c, 3), *gone = ost_record_find(c, "2.3/mechanism");
	struct ost_record *r;

	if (gone && gone->status == OST_VERIFIED) {
		r = decided(c, rule, true, 0, "2.3 proves a deadlock that it removes");
		ost_record_prove_record(c, r, gone);
		return;
	}
	if (ost_diff_only_adds_ids(c)) {
		r = decided(c, rule, true, 0, "it just adds a device id");
		ost_record_prove_diff(c, r, NULL);
		return;
	}
	if (ost_diff_is_trivial(c)) {
		r = decided(c, rule, false, -5, "it changes only comments, blanks or documentation");
		ost_record_prove_diff(c, r, NULL);
		return;
	}
	if (!by)
		by = first_symptom(c, 2);
	undecided(c, rule, by ? ost_arena_printf(c->arena, "the message says so (%s), no record proves it", by->id + 4) :
		  "the message does not say so, and no record proves one");
}

static void rule_performance(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	struct ost_record *r;

	if (!*c->msg->text)
		undecided(c, rule, "there is no message");
	else if (ost_record_find(c, "1.3/performance"))
		undecided(c, rule, "the message speaks of performance; whether a distribution asked for it is not known");
	else {
		r = decided(c, rule, true, 0, "the message does not speak of performance");
		ost_record_prove_msg(c, r, "%B");
	}
}

static void rule_theory(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	const struct ost_record *by = ost_record_find(c, "1.3/theoretical");
	struct ost_record *r;

	if (!*c->msg->text) {
		undecided(c, rule, "there is no message");
	} else if (by) {
		r = decided(c, rule, false, -3, "the message calls it theoretical");
		ost_record_prove_record(c, r, by);
	} else if (ost_record_find(c, "1.3/race")) {
		undecided(c, rule, "the message speaks of a race; whether it explains how it is hit needs a reader");
	} else {
		r = decided(c, rule, true, 0, "the message speaks of no race");
		ost_record_prove_msg(c, r, "%B");
	}
}

static void rule_trivial(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	struct ost_record *r;

	if (!c->change->nr_files) {
		undecided(c, rule, "there is no diff");
		return;
	}
	if (!ost_change_is_whole(c->change)) {
		undecided(c, rule, "the diff is not whole");
		return;
	}
	if (ost_diff_is_trivial(c))
		r = decided(c, rule, false, -5, "every changed line is comment, blank or documentation");
	else
		r = decided(c, rule, true, 0, "it changes more than comments and documentation");
	ost_record_prove_diff(c, r, NULL);
}

static void rule_opt_out(struct ost_review_ctx *c, const struct ost_rule *rule)
{
	struct ost_record *r;
	size_t i;

	if (!*c->msg->text) {
		undecided(c, rule, "there is no message");
		return;
	}
	for (i = 0; i < c->msg->trailers.nr; i++)
		if (ost_is_noautosel(c->msg->trailers.items[i].value))
			break;
	if (i < c->msg->trailers.nr)
		r = decided(c, rule, false, 0, "Cc: stable+noautosel is there");
	else
		r = decided(c, rule, true, 0, "no Cc: stable+noautosel");
	ost_record_prove_msg(c, r, "%(trailers)");
}

const struct ost_rule ost_rules[] = {
	{ "mainline", "It, or an equivalent fix, is in mainline", rule_mainline },
	{ "tested", "It is obviously correct and tested", rule_tested },
	{ "size", "It has at most 100 lines with context", rule_size },
	{ "form", "It follows submitting-patches", rule_form },
	{ "real-bug", "It fixes a real bug that bothers people, or just adds a device id", rule_real_bug },
	{ "performance", "Performance only when a distribution reports it", rule_performance },
	{ "theory", "No theoretical race without an explanation of how it is exploited", rule_theory },
	{ "trivial", "No trivial fixes", rule_trivial },
	{ "opt-out", "Its maintainer did not opt out", rule_opt_out },
	{ NULL, NULL, NULL },
};
