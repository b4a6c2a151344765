// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 1: the message. Every record here states what the message says, and
 * never what the code does.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "review/check.h"
#include "review/history.h"
#include "review/phase7.h"
#include "review/place.h"
#include "review/roles.h"
#include "review/shared.h"

/* ---- 1.1 subject ---- */

static struct ost_err *check_subject(struct ost_review_ctx *c)
{
	const struct ost_review_msg *m = c->msg;
	struct ost_record *r;
	struct ost_title t;

	if (!*m->title) {
		ost_record_unknown(c, "subject", "What the subject says", "there is no message, only a diff");
		return NULL;
	}
	ost_title_parse(&t, c->arena, &c->shared->words, m->title);
	if (*t.prefix)
		r = ost_record_add(c, "subsystem", OST_VERIFIED, 0, "The subject names the subsystem \"%s\"", t.prefix);
	else
		r = ost_record_add(c, "subsystem", OST_VERIFIED, 0, "The subject names no subsystem");
	ost_record_prove_msg(c, r, "%s");
	if (t.is_revert)
		r = ost_record_add(c, "verb", OST_VERIFIED, 0, "The subject reverts a commit");
	else if (*t.verb)
		r = ost_record_add(c, "verb", OST_VERIFIED, 0, "Its verb is \"%s%s\" (%s)",
				   t.is_negated ? "not " : "", t.verb,
				   t.cls == OST_VERB_UNKNOWN ? "not in the list of verbs" : ost_verb_class_name(t.cls));
	else
		r = ost_record_add(c, "verb", OST_VERIFIED, 0, "The subject has no verb");
	ost_record_prove_msg(c, r, "%s");
	r = ost_record_add(c, "summary", OST_VERIFIED, 0, "Its summary is \"%s\"", t.summary);
	ost_record_prove_msg(c, r, "%s");
	return NULL;
}

/* ---- 1.2 trailers ---- */

#define MAX_TRAILERS 200

static const char *record_name(struct ost_arena *a, const char *token)
{
	char *s = ost_arena_strdup(a, token), *p;

	for (p = s; *p; p++)
		*p = isalnum((unsigned char)*p) ? tolower((unsigned char)*p) : '-';
	return s;
}

/* Is it a person whose place in MAINTAINERS matters? */
static bool is_person(const struct ost_role *role)
{
	static const char *const names[] = { "applied", "handed-on", "reviewer", "acker", "author" };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], role->name))
			return true;
	return false;
}

static void trailer_record(struct ost_review_ctx *c, const struct ost_trailer *t, const struct ost_role *role)
{
	struct ost_place place = { "" };
	struct ost_record *r;
	OST_BUF b = OST_BUF_INIT;

	ost_role_sentence(&b, c->msg, t, role);
	if (is_person(role))
		ost_place_of(&place, c, t->value);
	r = ost_record_add(c, *t->token ? record_name(c->arena, t->token) : "note", OST_VERIFIED,
			   role->weight, "%s%s", b.ptr, place.words);
	ost_record_prove_msg(c, r, *t->token ? "%(trailers)" : "%B");	/* git does not print a note among trailers */
	if (place.line)
		ost_review_prove_maintainers(c, r, place.line, place.line);
}

static struct ost_err *check_trailers(struct ost_review_ctx *c)
{
	const struct ost_trailers *ts = &c->msg->trailers;
	struct ost_record *r;
	size_t i;

	for (i = 0; i < ts->nr && i < MAX_TRAILERS; i++) {
		struct ost_role role;

		ost_role_of(&role, c->msg, i);
		trailer_record(c, &ts->items[i], &role);
	}
	if (ts->nr > MAX_TRAILERS)
		ost_record_unknown(c, "more", "What the other trailers say",
				   "the message has %zu trailers, and %d are read", ts->nr, MAX_TRAILERS);
	if (!ts->nr) {
		r = ost_record_add(c, "none", OST_VERIFIED, 0, "The message has no trailers");
		ost_record_prove_msg(c, r, "%B");
	}
	return NULL;
}

static struct ost_err *check_author(struct ost_review_ctx *c)
{
	const struct ost_review_msg *m = c->msg;
	struct ost_record *r;

	if (!*m->author_email && !*m->author_name) {
		ost_record_unknown(c, "author", "Who wrote it", "the input does not say");
		return NULL;
	}
	r = ost_record_add(c, "author", OST_VERIFIED, 0, "Written by %s <%s>", m->author_name, m->author_email);
	ost_record_prove_msg(c, r, "%an <%ae>");
	return NULL;
}

/* The upstream id as the message, or the user, names it. */
static struct ost_err *check_upstream(struct ost_review_ctx *c)
{
	const char *id = c->review->upstream;
	struct ost_record *r;

	if (c->options->upstream && *c->options->upstream) {
		r = ost_record_add(c, "upstream", OST_VERIFIED, 0, "The user names the upstream commit %s", id);
		ost_record_prove(c, r, "option", ost_arena_printf(c->arena, "--upstream=%s", c->options->upstream), NULL);
	} else if (*id) {
		r = ost_record_add(c, "upstream", OST_VERIFIED, 0, "The message names the upstream commit %s", id);
		ost_record_prove_msg(c, r, "%B");
	} else {
		ost_record_unknown(c, "upstream", "Which mainline commit this is", "%s", ost_upstream_why(c));
	}
	return NULL;
}

/* Does the message ask for stable? Its absence is a statement too. */
static struct ost_err *check_stable_tag(struct ost_review_ctx *c)
{
	const struct ost_trailers *ts = &c->msg->trailers;
	struct ost_record *r;
	size_t i;

	for (i = 0; i < ts->nr; i++)
		if (ost_is_stable_address(ts->items[i].value))
			return NULL;
	if (!*c->msg->text)
		return NULL;
	r = ost_record_add(c, "no-stable", OST_VERIFIED, 0, "No Cc: stable: its message does not ask for stable trees");
	ost_record_prove_msg(c, r, "%(trailers)");
	return NULL;
}

/* ---- 1.3 body ---- */

/* The words around [at, at + len): up to the ends of the line, at most 70 bytes. */
static const char *quote_around(struct ost_arena *a, const char *text, const char *at, size_t len)
{
	const char *from = at, *to = at + len;

	while (from > text && from[-1] != '\n' && at - from < 40)
		from--;
	while (*to && *to != '\n' && to - (at + len) < 40)
		to++;
	while (from > text && from[-1] != '\n' && from < at && *from != ' ')
		from++;
	while (*to && *to != '\n' && to > at + len && *to != ' ')
		to--;
	while (from < at && isspace((unsigned char)*from))
		from++;
	return ost_arena_strndup(a, from, to - from);
}

static int symptom_weight(enum ost_symptom_class cls)
{
	static const int weights[] = { 3, 2, 2, -1 };

	return weights[cls];
}

/* The message without its trailers: where symptoms are looked for. */
static const char *prose_of(struct ost_review_ctx *c)
{
	const struct ost_trailers *ts = &c->msg->trailers;
	const char *p = c->msg->text;
	uint32_t line = 1;

	if (!ts->first_line)
		return p;
	while (*p && line < ts->first_line) {
		p = strchrnul(p, '\n');
		p += *p == '\n';
		line++;
	}
	return ost_arena_strndup(c->arena, c->msg->text, p - c->msg->text);
}

static bool is_name_byte(char ch)
{
	return (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

static bool has_line_with(const struct ost_change *change, enum ost_line_kind kind, const char *name)
{
	uint32_t f, h, i;

	for (f = 0; f < change->nr_files; f++)
		for (h = 0; h < change->files[f].nr_hunks; h++)
			for (i = 0; i < change->files[f].hunks[h].nr_lines; i++) {
				const struct ost_diff_line *l = &change->files[f].hunks[h].lines[i];

				if (l->kind == kind && strstr(l->text, name))
					return true;
			}
	return false;
}

/* A macro that the patch adds, and takes away nowhere, is what it does, not what somebody saw. */
static bool is_brought(struct ost_review_ctx *c, const char *at)
{
	size_t len = 0;
	const char *name;

	while (is_name_byte(at[len]))
		len++;
	name = ost_arena_strndup(c->arena, at, len);
	return strchr(name, '_') && has_line_with(c->change, OST_LINE_ADDED, name) &&
	       !has_line_with(c->change, OST_LINE_REMOVED, name);
}

static const char *find_row(struct ost_review_ctx *c, const struct ost_symptom_row *row, const char *text, size_t *ret_len)
{
	const char *at = ost_phrase_find(text, row->phrase, ret_len);

	while (at && is_brought(c, at))
		at = ost_phrase_find(at + *ret_len, row->phrase, ret_len);
	return at;
}

static void symptom_record(struct ost_review_ctx *c, const struct ost_symptom_row *row,
			   const char *prose, const char *at, size_t len)
{
	struct ost_record *r;

	r = ost_record_add(c, row->kind, OST_VERIFIED, symptom_weight(row->cls), "The message speaks of %s: \"%s\"", row->kind,
			   quote_around(c->arena, prose, at, len));
	ost_record_prove_msg(c, r, "%B");
}

static struct ost_err *check_symptoms(struct ost_review_ctx *c)
{
	const struct ost_word_tables *w = &c->shared->words;
	const char *prose = prose_of(c), *last = "", *at;
	struct ost_record *r;
	size_t i, len, nr = 0;

	if (!*prose) {
		ost_record_unknown(c, "symptom", "What the message says is wrong", "there is no message");
		return NULL;
	}
	for (i = 0; i < w->symptoms.nr; i++) {
		const struct ost_symptom_row *row = &w->symptoms.items[i];

		if (!strcmp(row->kind, last))
			continue;
		at = find_row(c, row, prose, &len);
		if (!at)
			continue;
		symptom_record(c, row, prose, at, len);
		last = row->kind;
		nr += row->cls != OST_SYM_AGAINST;
	}
	if (!nr) {
		r = ost_record_add(c, "no-symptom", OST_VERIFIED, -1,
				   "The message has none of the words known here for what a user would see");
		ost_record_prove_msg(c, r, "%B");
	}
	return NULL;
}

/* ---- 1.4 hidden fix ---- */

static bool has_record_of(struct ost_review_ctx *c, const char *step, int least_weight)
{
	size_t i;

	for (i = 0; i < c->records.nr; i++)
		if (!strcmp(c->records.items[i]->step, step) && c->records.items[i]->weight >= least_weight)
			return true;
	return false;
}

static struct ost_err *check_hidden_fix(struct ost_review_ctx *c)
{
	bool tagged = ost_record_find(c, "1.2/fixes"), symptom = has_record_of(c, "1.3", 2);
	struct ost_record *r;
	struct ost_title t;
	size_t len;

	if (!*c->msg->text)
		return NULL;
	ost_title_parse(&t, c->arena, &c->shared->words, c->msg->title);
	if (t.cls == OST_VERB_FIX || t.is_revert || ost_phrase_find(t.summary, "fix*", &len))
		r = ost_record_add(c, "open-fix", OST_VERIFIED, 1, "The subject calls itself a fix");
	else if (tagged || symptom)
		r = ost_record_add(c, "hidden-fix", OST_VERIFIED, 1, "The subject does not say \"fix\", but the message %s",
				   tagged && symptom ? "has a Fixes: tag and names a symptom" :
				   tagged ? "has a Fixes: tag" : "names a symptom");
	else if (t.cls == OST_VERB_GUARD)
		r = ost_record_add(c, "maybe-fix", OST_VERIFIED, 0,
				   "The subject does not say \"fix\"; its verb is one that often hides one");
	else
		r = ost_record_add(c, "no-fix", OST_VERIFIED, -2,
				   "The message has no Fixes: tag and none of the words known here for a fault");
	ost_record_prove_msg(c, r, "%B");
	return NULL;
}

const struct ost_check ost_phase1_checks[] = {
	{ "1.1", "subject", check_subject, "subsystem, verb and summary of the subject" },
	{ "1.2", "author", check_author, "who wrote it" },
	{ "1.2", "upstream", check_upstream, "the mainline commit that the message names" },
	{ "1.2", "trailers", check_trailers, "every trailer with its role" },
	{ "1.2", "stable", check_stable_tag, "whether stable was asked for" },
	{ "1.3", "symptoms", check_symptoms, "what the message says is wrong, in its words" },
	{ "1.4", "hidden-fix", check_hidden_fix, "a fix that does not call itself one" },
	{ NULL, NULL, NULL, NULL },
};
