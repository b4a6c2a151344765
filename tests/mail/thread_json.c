// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * thread_json ARCHIVE CACHE|- MESSAGE-ID [SUBJECT]: what the list said about
 * a patch, one JSON object a mail with its notes. For tests.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "mail/thread.h"

static const char *const roles[] = { "version", "stable", "series", "reply" };
static const char *const kinds[] = { "tag", "objection", "applied", "stable", "report" };

static void print(json_t *o)
{
	json_dumpf(o, stdout, JSON_COMPACT);
	puts("");
	json_decref(o);
}

static void print_mail(const struct ost_thread *t, uint32_t at)
{
	const struct ost_thread_mail *m = &t->mails[at];
	json_t *notes = json_array();
	uint32_t i;

	for (i = 0; i < t->nr_notes; i++)
		if (t->notes[i].mail == at)
			json_array_append_new(notes, json_pack("[s s s i]", kinds[t->notes[i].kind], t->notes[i].tag,
							       t->notes[i].text, t->notes[i].line));
	print(json_pack("{ss si sb ss ss ss si so}", "role", roles[m->role], "version", m->version, "is_author",
			m->is_author, "from", m->head.from_addr, "subject", m->head.subject, "message_id",
			m->head.message_id, "parent", m->parent == OST_ARCHIVE_NONE ? -1 : (int)m->parent,
			"notes", notes));
}

int main(int argc, char **argv)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_archive *a;
	struct ost_thread t;
	struct ost_err *err;
	uint32_t i;

	if (argc < 4)
		return 2;
	err = ost_archive_open(&a, argv[1], strcmp(argv[2], "-") ? argv[2] : NULL);
	if (!err) {
		err = ost_thread_find(&t, &arena, a, argv[3], argc > 4 ? argv[4] : "");
		for (i = 0; !err && i < t.nr_mails; i++)
			print_mail(&t, i);
		if (!err)
			print(json_pack("{ss si sb}", "found_by", t.found_by, "newest_version", t.newest_version,
					"is_cut", t.is_cut));
		ost_archive_destroy(a);
	}
	ost_arena_deinit(&arena);
	if (!err)
		return 0;
	print(json_pack("{ss ss ss*}", "what", err->what, "why", err->why, "remedy", err->remedy));
	ost_err_destroy(err);
	return 1;
}
