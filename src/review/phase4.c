// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 4: what the list said. With --archive the thread of the patch is
 * looked up by its message id (of the mail, or of a Link: trailer), else by
 * its subject. Records say what mails say; each names its message id.
 */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "mail/archive.h"
#include "mail/thread.h"
#include "review/check.h"
#include "review/history.h"
#include "review/input.h"
#include "review/shared.h"

#define MAX_NOTES 10	/* records of one kind */

/* Unknown for the whole run: nothing to look into. */
static bool is_without_archive(struct ost_review_ctx *c)
{
	if (c->shared->archive)
		return false;
	ost_record_unknown(c, c->check->name, c->check->help, "no list archive was given; name one with --archive");
	return true;
}

/* The message id that a Link: or Message-Id: trailer holds, or "". */
static const char *linked_id(struct ost_review_ctx *c)
{
	const struct ost_trailers *ts = &c->msg->trailers;
	const char *value, *id;
	size_t i;

	for (i = 0; i < ts->nr; i++) {
		value = ts->items[i].value;
		if (!strcasecmp(ts->items[i].token, "Message-Id"))
			return ost_arena_strndup(c->arena, value + (*value == '<'), strcspn(value + (*value == '<'), ">"));
		if (strcasecmp(ts->items[i].token, "Link") || !strchr(value, '@'))
			continue;
		id = memrchr(value, '/', strchr(value, '@') - value);
		if (id)
			return ost_arena_strndup(c->arena, id + 1, strcspn(id + 1, "/ #>"));
	}
	return "";
}

/* The thread, looked up once a review. */
static struct ost_err *find_thread(struct ost_review_ctx *c)
{
	struct ost_thread *t;

	if (c->thread)
		return NULL;
	t = ost_arena_calloc(c->arena, 1, sizeof(*t));
	ost_try(ost_thread_find(t, c->arena, c->shared->archive,
				*c->msg->message_id ? c->msg->message_id : linked_id(c), c->msg->title));
	c->thread = t;
	return NULL;
}

static void prove_mail(struct ost_review_ctx *c, struct ost_record *r, const struct ost_thread_mail *m)
{
	ost_record_prove(c, r, "message", *m->head.message_id ? m->head.message_id : m->head.subject, "%s",
			 ost_archive_command(c->shared->archive, m->mail, c->arena));
}

/* The version of the mail under review; 0 for a commit and for a posting for stable, which counts anew. */
static uint32_t own_version(const struct ost_review_ctx *c)
{
	const struct ost_message *m = c->item->mail;

	return m && !m->subject.is_autosel && !m->subject.is_stable ? m->subject.version : 0;
}

static void newest_record(struct ost_review_ctx *c, const struct ost_thread *t)
{
	struct ost_record *r;
	uint32_t i;

	if (!own_version(c) || own_version(c) >= t->newest_version)
		return;
	r = ost_record_add(c, "newer", OST_VERIFIED, -3, "This is v%u; v%u was posted", own_version(c), t->newest_version);
	for (i = 0; i < t->nr_mails; i++)
		if (t->mails[i].role == OST_ROLE_VERSION && t->mails[i].version == t->newest_version)
			prove_mail(c, r, &t->mails[i]);
}

static struct ost_err *check_thread(struct ost_review_ctx *c)
{
	uint32_t i, nr[4] = { 0 };
	const struct ost_thread *t;
	struct ost_record *r;

	if (is_without_archive(c))
		return NULL;
	ost_try(find_thread(c));
	t = c->thread;
	if (!t->nr_mails) {
		ost_record_unknown(c, "thread", c->check->help, "the archive has no mail of that message id or subject");
		return NULL;
	}
	for (i = 0; i < t->nr_mails; i++)
		nr[t->mails[i].role]++;
	r = ost_record_add(c, "thread", OST_VERIFIED, 0,
			   "By %s: %u posting%s up to v%u, %u for stable, %u other mails of the series, %u repl%s",
			   t->found_by, nr[OST_ROLE_VERSION], nr[OST_ROLE_VERSION] == 1 ? "" : "s", t->newest_version,
			   nr[OST_ROLE_STABLE], nr[OST_ROLE_SERIES], nr[OST_ROLE_REPLY], nr[OST_ROLE_REPLY] == 1 ? "y" : "ies");
	for (i = 0; i < t->nr_mails; i++)
		prove_mail(c, r, &t->mails[i]);
	newest_record(c, t);
	if (t->is_cut)
		ost_record_unknown(c, "thread-cut", "Whether that is all of the thread", "only the first %u mails were read", OST_THREAD_MAX_MAILS);
	return NULL;
}

/* Does the message under review carry that trailer already? */
static bool is_in_message(const struct ost_review_ctx *c, const struct ost_thread_note *n)
{
	size_t i;

	for (i = 0; i < c->msg->trailers.nr; i++)
		if (!strcasecmp(c->msg->trailers.items[i].token, n->tag) && !strcasecmp(c->msg->trailers.items[i].value, n->text))
			return true;
	return false;
}

static void note_record(struct ost_review_ctx *c, const struct ost_thread_note *n, const char *name, int weight, const char *words)
{
	const struct ost_thread_mail *m = &c->thread->mails[n->mail];
	struct ost_record *r;

	r = ost_record_add(c, name, OST_VERIFIED, weight, "%s %s, %s: \"%s%s%s\"", m->head.from_name, words,
			   ost_day(c->arena, m->head.date), n->tag, *n->tag ? ": " : "", n->text);
	prove_mail(c, r, m);
}

/* Does it answer a posting for stable? */
static bool is_under_stable(const struct ost_thread *t, const struct ost_thread_mail *m)
{
	uint32_t left = t->nr_mails;	/* mails that answer each other in a circle end here */

	while (m->role == OST_ROLE_REPLY && m->parent != OST_ARCHIVE_NONE && left--)
		m = &t->mails[m->parent];
	return m->role == OST_ROLE_STABLE;
}

/*
 * Records of the notes of one kind; the author's own words count only where
 * `author_too`, and where he answers a posting for stable: nobody's word
 * weighs more there.
 */
static uint32_t note_records(struct ost_review_ctx *c, enum ost_note_kind kind, const char *name, int weight,
			     const char *words, bool author_too)
{
	const struct ost_thread *t = c->thread;
	uint32_t i, nr = 0;

	for (i = 0; i < t->nr_notes; i++) {
		const struct ost_thread_note *n = &t->notes[i];

		if (n->kind != kind || (!author_too && t->mails[n->mail].is_author &&
					!is_under_stable(t, &t->mails[n->mail])))
			continue;
		if (kind == OST_NOTE_TAG && is_in_message(c, n))
			continue;
		if (nr++ < MAX_NOTES)
			note_record(c, n, name, weight, words);
	}
	return nr;
}

static bool is_without_thread(struct ost_review_ctx *c, struct ost_err **ret_err)
{
	*ret_err = NULL;
	if (is_without_archive(c))
		return true;
	*ret_err = find_thread(c);
	if (*ret_err)
		return true;
	if (c->thread->nr_mails)
		return false;
	ost_record_unknown(c, c->check->name, c->check->help, "the archive has no mail of that message id or subject");
	return true;
}

/* The mails that were read are the evidence of 4.1. */
static void none_record(struct ost_review_ctx *c, const char *words)
{
	struct ost_record *r = ost_record_add(c, "none", OST_VERIFIED, 0, "%s", words);

	ost_record_prove(c, r, "record", "4.1/thread", NULL);
}

static struct ost_err *check_reviewers(struct ost_review_ctx *c)
{
	struct ost_err *err;
	uint32_t nr;

	if (is_without_thread(c, &err))
		return err;
	nr = note_records(c, OST_NOTE_OBJECTION, "objection", -2, "may object", false);
	nr += note_records(c, OST_NOTE_TAG, "tag", 0, "gave a tag that the message lacks", false);
	nr += note_records(c, OST_NOTE_APPLIED, "applied", 0, "says that it was applied", true);
	if (!nr)
		none_record(c, "No reply objects or gives a tag that the message lacks");
	return NULL;
}

static struct ost_err *check_report(struct ost_review_ctx *c)
{
	struct ost_err *err;

	if (is_without_thread(c, &err))
		return err;
	if (!note_records(c, OST_NOTE_REPORT, "report", 0, "speaks of a report", true))
		none_record(c, "No mail of the thread names a report");
	return NULL;
}

/* A record for each mail of the thread with this role, MAX_NOTES at most. `with_day`: the day stands before its subject. */
static uint32_t mail_records(struct ost_review_ctx *c, enum ost_thread_role role, const char *key, const char *words, bool with_day)
{
	uint32_t i, nr = 0;

	for (i = 0; i < c->thread->nr_mails; i++) {
		const struct ost_thread_mail *m = &c->thread->mails[i];
		struct ost_record *r;

		if (m->role != role || nr++ >= MAX_NOTES)
			continue;
		r = ost_record_add(c, key, OST_VERIFIED, 0, "%s%s%s: \"%s\"", words, with_day ? " on " : "",
				   with_day ? ost_day(c->arena, m->head.date) : "", m->head.subject);
		prove_mail(c, r, m);
	}
	return nr;
}

static struct ost_err *check_related(struct ost_review_ctx *c)
{
	struct ost_err *err;

	if (is_without_thread(c, &err))
		return err;
	if (!mail_records(c, OST_ROLE_SERIES, "series", "Of the same series", false))
		none_record(c, "The archive has no other mail of its series");
	return NULL;
}

static struct ost_err *check_stable(struct ost_review_ctx *c)
{
	struct ost_err *err;
	uint32_t nr;

	if (is_without_thread(c, &err))
		return err;
	nr = mail_records(c, OST_ROLE_STABLE, "posted", "Posted for stable", true);
	nr += note_records(c, OST_NOTE_STABLE, "stable", 0, "speaks of stable", true);
	if (!nr)
		none_record(c, "No mail of the thread speaks of stable");
	return NULL;
}

const struct ost_check ost_phase4_checks[] = {
	{ "4.1", "thread", check_thread, "Which versions were posted" },
	{ "4.2", "reviewers", check_reviewers, "What reviewers said" },
	{ "4.3", "report", check_report, "Who reported the fault" },
	{ "4.4", "related", check_related, "Which related patches were posted" },
	{ "4.5", "stable", check_stable, "What was said about stable" },
	{ NULL, NULL, NULL, NULL },
};
