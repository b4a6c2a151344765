// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * archive_json DIR [CACHE]: the index of an archive, one JSON object a mail,
 * and its statistics in the last line. For tests and measurements.
 */
#include <jansson.h>
#include <stdio.h>

#include "mail/archive.h"

static void print(json_t *o)
{
	json_dumpf(o, stdout, JSON_COMPACT);
	puts("");
	json_decref(o);
}

static void print_mail(const struct ost_archive *a, uint32_t i)
{
	uint32_t parent = ost_archive_parent(a, i);
	struct ost_archive_mail m;

	ost_archive_get(a, i, &m);
	print(json_pack("{ss ss ss s[ss] sI sI sI}", "message_id", m.message_id, "in_reply_to", m.in_reply_to,
			"subject", m.subject, "from", m.from_name, m.from_addr, "date", (json_int_t)m.date,
			"size", (json_int_t)m.size, "parent", parent == OST_ARCHIVE_NONE ? -1 : (json_int_t)parent));
}

static void print_stats(const struct ost_archive_stats *s)
{
	json_t *problems = json_array();
	size_t i;

	for (i = 0; i < sizeof(s->problems) / sizeof(*s->problems) && s->problems[i]; i++)
		json_array_append_new(problems, json_string(s->problems[i]));
	print(json_pack("{si si si so}", "mails", s->nr_mails, "duplicates", s->nr_duplicates,
			"unreadable", s->nr_unreadable, "problems", problems));
}

int main(int argc, char **argv)
{
	struct ost_archive *a;
	struct ost_err *err;
	uint32_t i;

	if (argc < 2)
		return 2;
	err = ost_archive_open(&a, argv[1], argc > 2 ? argv[2] : NULL);
	if (err) {
		print(json_pack("{ssss ss*}", "what", err->what, "why", err->why, "remedy", err->remedy));
		ost_err_destroy(err);
		return 1;
	}
	for (i = 0; i < ost_archive_nr(a); i++)
		print_mail(a, i);
	print_stats(ost_archive_stats(a));
	ost_archive_destroy(a);
	return 0;
}
