// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * thread.c - the postings of a patch, their replies, and what these say.
 *
 * Postings are found by message id and by equal cleaned subjects. From each,
 * replies are followed downwards; the cover letter above it counts with its
 * direct conversation, but not with the other patches of the series.
 */
#include "mail/thread.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/table.h"
#include "mail/notes.h"

struct search {
	struct ost_thread *t;
	struct ost_arena *arena;
	struct ost_archive *archive;
	struct ost_note_words words;
	struct ost_table seen;		/* number in the archive to index in mails + 1 */
	OST_VEC(struct ost_thread_mail) mails;
	OST_VEC(struct ost_thread_note) notes;
	const char *author;		/* address of who posted the patch */
};

/* Adds a mail once; its index. */
static uint32_t add_mail(struct search *s, uint32_t mail, enum ost_thread_role role, uint32_t version)
{
	struct ost_thread_mail *m;
	uint64_t *slot;
	bool is_new;

	slot = ost_table_put(&s->seen, mail, &is_new);
	if (!is_new)
		return *slot - 1;
	if (s->mails.nr >= OST_THREAD_MAX_MAILS) {
		s->t->is_cut = true;
		*slot = s->mails.nr;	/* the last one that was taken */
		return s->mails.nr - 1;
	}
	m = ost_vec_push(&s->mails);
	m->mail = mail;
	m->role = role;
	m->version = version;
	ost_archive_get(s->archive, mail, &m->head);
	*slot = s->mails.nr;
	return s->mails.nr - 1;
}

static bool is_seen(const struct search *s, uint32_t mail)
{
	return ost_table_get(&s->seen, mail) != NULL;
}

/* Everything below a mail that is in the list, other patches and their replies left out. */
static void add_replies(struct search *s, uint32_t top)
{
	OST_VEC(uint32_t) todo = OST_VEC_INIT;
	uint32_t version = s->mails.items[top].version;
	size_t at, i, nr;

	ost_vec_add(&todo, s->mails.items[top].mail);
	for (at = 0; at < todo.nr && !s->t->is_cut; at++) {
		const uint32_t *kids;

		nr = ost_archive_children(s->archive, todo.items[at], &kids);
		for (i = 0; i < nr && !s->t->is_cut; i++) {
			struct ost_archive_mail head;
			struct ost_subject subject;

			if (is_seen(s, kids[i]))
				continue;
			ost_archive_get(s->archive, kids[i], &head);
			ost_subject_parse(&subject, s->arena, head.subject);
			if (subject.is_patch && !subject.is_reply)
				continue;	/* of the same series, or a posting of its own */
			add_mail(s, kids[i], OST_ROLE_REPLY, version);
			ost_vec_add(&todo, kids[i]);
		}
	}
	ost_vec_deinit(&todo);
}

/* A posting with its cover letter and all that was answered. */
static void add_posting(struct search *s, uint32_t mail)
{
	struct ost_archive_mail head;
	struct ost_subject subject;
	uint32_t parent = ost_archive_parent(s->archive, mail), at;
	bool is_stable;

	ost_archive_get(s->archive, mail, &head);
	ost_subject_parse(&subject, s->arena, head.subject);
	is_stable = subject.is_stable || *subject.range_newest;
	at = add_mail(s, mail, OST_ROLE_VERSION, subject.version);
	if (s->mails.items[at].mail != mail)
		return;		/* the limit was met */
	/* it may be known as a reply: v2 posted in the thread of v1 */
	s->mails.items[at].role = is_stable ? OST_ROLE_STABLE : OST_ROLE_VERSION;
	s->mails.items[at].version = subject.version;
	if (!is_stable && subject.version > s->t->newest_version)
		s->t->newest_version = subject.version;
	add_replies(s, at);
	if (parent == OST_ARCHIVE_NONE || !subject.total || is_stable)
		return;
	ost_archive_get(s->archive, parent, &head);
	ost_subject_parse(&subject, s->arena, head.subject);
	if (subject.is_cover && !subject.is_reply) {
		at = add_mail(s, parent, OST_ROLE_SERIES, subject.version);
		add_replies(s, at);
	}
}

static void find_postings(struct search *s, uint32_t start, const char *subject)
{
	const uint32_t *same;
	size_t i, nr = ost_archive_find_subject(s->archive, subject, &same);
	struct ost_archive_mail head;
	struct ost_subject parsed;

	if (start != OST_ARCHIVE_NONE)
		add_posting(s, start);
	for (i = 0; i < nr; i++) {
		ost_archive_get(s->archive, same[i], &head);
		ost_subject_parse(&parsed, s->arena, head.subject);
		if (parsed.is_patch)
			add_posting(s, same[i]);
	}
}

static void read_notes(struct search *s, uint32_t index)
{
	struct ost_thread_mail *m = &s->mails.items[index];
	struct ost_thread_note *notes;
	struct ost_message msg;
	OST_BUF raw = OST_BUF_INIT;
	struct ost_err *err;
	uint32_t i, nr;

	err = ost_archive_load(s->archive, m->mail, &raw);
	if (!err)
		err = ost_message_parse(&msg, s->arena, m->head.message_id, raw.ptr, raw.len);
	if (err) {
		m->unread = ost_arena_strdup(s->arena, err->why);
		ost_err_destroy(err);
		return;
	}
	ost_notes_collect(s->arena, &s->words, &msg, &notes, &nr);
	for (i = 0; i < nr; i++) {
		notes[i].mail = index;
		ost_vec_add(&s->notes, notes[i]);
	}
}

static int cmp_mails(const void *pa, const void *pb)
{
	const struct ost_thread_mail *a = pa, *b = pb;

	return a->mail < b->mail ? -1 : a->mail > b->mail;
}

static void finish(struct search *s)
{
	struct ost_thread *t = s->t;
	uint32_t i, parent;
	uint64_t *slot;

	if (s->mails.nr)
		qsort(s->mails.items, s->mails.nr, sizeof(*s->mails.items), cmp_mails);
	for (i = 0; i < s->mails.nr; i++)
		*ost_table_put(&s->seen, s->mails.items[i].mail, NULL) = i + 1;
	for (i = 0; i < s->mails.nr; i++) {
		struct ost_thread_mail *m = &s->mails.items[i];

		parent = ost_archive_parent(s->archive, m->mail);
		slot = parent == OST_ARCHIVE_NONE ? NULL : ost_table_get(&s->seen, parent);
		m->parent = slot ? *slot - 1 : OST_ARCHIVE_NONE;
		m->is_author = s->author && !strcasecmp(m->head.from_addr, s->author);
		if (m->role == OST_ROLE_REPLY)
			read_notes(s, i);
	}
	t->nr_mails = s->mails.nr;
	t->mails = ost_arena_calloc(s->arena, s->mails.nr + 1, sizeof(*t->mails));
	if (s->mails.nr)
		memcpy(t->mails, s->mails.items, s->mails.nr * sizeof(*t->mails));
	t->nr_notes = s->notes.nr;
	t->notes = ost_arena_calloc(s->arena, s->notes.nr + 1, sizeof(*t->notes));
	if (s->notes.nr)
		memcpy(t->notes, s->notes.items, s->notes.nr * sizeof(*t->notes));
}

/* Who posted the patch: of the first version in order. */
static const char *find_author(const struct search *s)
{
	const struct ost_thread_mail *first = NULL;
	size_t i;

	for (i = 0; i < s->mails.nr; i++)
		if (s->mails.items[i].role == OST_ROLE_VERSION && (!first || s->mails.items[i].mail < first->mail))
			first = &s->mails.items[i];
	return first ? first->head.from_addr : NULL;
}

struct ost_err *ost_thread_find(struct ost_thread *t, struct ost_arena *arena, struct ost_archive *archive,
				const char *message_id, const char *subject)
{
	struct search s = { .t = t, .arena = arena, .archive = archive };
	uint32_t start = ost_archive_find_id(archive, message_id);
	struct ost_archive_mail head;

	memset(t, 0, sizeof(*t));
	t->found_by = "";
	ost_try(ost_note_words_read(&s.words, arena));
	if (start != OST_ARCHIVE_NONE) {
		ost_archive_get(archive, start, &head);
		if (!*subject)
			subject = head.subject;
	}
	find_postings(&s, start, subject);
	if (s.mails.nr)
		t->found_by = start != OST_ARCHIVE_NONE ? "message id" : "subject";
	s.author = find_author(&s);
	finish(&s);
	ost_vec_deinit(&s.mails);
	ost_vec_deinit(&s.notes);
	ost_vec_deinit(&s.words);
	ost_table_deinit(&s.seen);
	return NULL;
}
