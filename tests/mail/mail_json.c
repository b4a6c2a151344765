// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mail_json FILE...: what the mail room reads in each file, one JSON object
 * a message. For tests: the golden pairs beside it and check_mails.py.
 * With --light only the fields that differ from an empty message are told.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "git/change.h"
#include "mail/mbox.h"
#include "mail/message.h"

static bool is_light;

static void set_str(json_t *o, const char *key, const char *s)
{
	json_t *v = json_string(s);

	if (!v) {
		fprintf(stderr, "mail_json: %s is not UTF-8\n", key);
		exit(1);
	}
	if (is_light && !*s)
		json_decref(v);
	else
		json_object_set_new(o, key, v);
}

static void set_int(json_t *o, const char *key, long long n)
{
	if (!is_light || n)
		json_object_set_new(o, key, json_integer(n));
}

static void set_bool(json_t *o, const char *key, bool b)
{
	if (!is_light || b)
		json_object_set_new(o, key, json_boolean(b));
}

static void set_list(json_t *o, const char *key, const char *const *s, uint32_t nr)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < nr; i++)
		json_array_append_new(list, json_string(s[i]));
	if (is_light && !nr)
		json_decref(list);
	else
		json_object_set_new(o, key, list);
}

static json_t *address(const struct ost_address *a)
{
	return json_pack("[ss]", a->name, a->addr);
}

static void set_addresses(json_t *o, const char *key, const struct ost_address *a, uint32_t nr)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < nr; i++)
		json_array_append_new(list, address(&a[i]));
	if (is_light && !nr)
		json_decref(list);
	else
		json_object_set_new(o, key, list);
}

static json_t *subject(const struct ost_subject *s)
{
	json_t *o = json_object();

	set_str(o, "raw", s->raw);
	set_str(o, "clean", s->clean);
	set_bool(o, "is_reply", s->is_reply);
	set_bool(o, "is_patch", s->is_patch);
	set_bool(o, "is_rfc", s->is_rfc);
	set_bool(o, "is_resend", s->is_resend);
	set_bool(o, "is_autosel", s->is_autosel);
	set_bool(o, "is_stable", s->is_stable);
	set_bool(o, "is_cover", s->is_cover);
	set_int(o, "version", s->version);
	set_int(o, "number", s->number);
	set_int(o, "total", s->total);
	set_list(o, "words", s->words, s->nr_words);
	set_str(o, "tree", s->tree);
	set_str(o, "range_newest", s->range_newest);
	set_str(o, "range_oldest", s->range_oldest);
	return o;
}

static json_t *upstream(const struct ost_upstream_id *u)
{
	static const char *const forms[] = { "none", "sentence", "bracket", "cherry" };

	return json_pack("{ssssss si}", "form", forms[u->form], "hex", u->hex, "line", u->line,
			 "nr_others", u->nr_others);
}

static void set_attached(json_t *o, const struct ost_message *m)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < m->nr_attached; i++) {
		const struct ost_mail_part *p = &m->attached[i];

		json_array_append_new(list, json_pack("{ssss sI sb}", "type", p->type, "filename", p->filename,
						      "len", (json_int_t)p->len, "is_mail", p->is_mail));
	}
	if (is_light && !m->nr_attached)
		json_decref(list);
	else
		json_object_set_new(o, "attached", list);
}

static void set_texts(json_t *o, const struct ost_message *m)
{
	if (!is_light)
		set_str(o, "body", m->body);
	set_str(o, "message", m->message);
	if (!is_light)
		set_str(o, "commit_text", m->commit_text);
	set_str(o, "notes", m->notes);
	set_str(o, "diffstat", m->diffstat);
	set_str(o, "diff", m->diff);
	set_int(o, "diff_line", m->diff_line);
}

static json_t *hunks(const struct ost_file_change *f)
{
	json_t *list = json_array();
	char range[2][32], text[80];
	uint32_t i;

	for (i = 0; i < f->nr_hunks; i++) {
		const struct ost_hunk *h = &f->hunks[i];

		snprintf(range[0], sizeof(range[0]), "-%u,%u", h->old_start, h->old_lines);
		snprintf(range[1], sizeof(range[1]), "+%u,%u", h->new_start, h->new_lines);
		snprintf(text, sizeof(text), "@@ %s %s @@", range[0], range[1]);
		json_array_append_new(list, json_string(text));
	}
	return list;
}

static void set_change(json_t *o, const struct ost_message *m, struct ost_arena *arena)
{
	struct ost_change c;
	struct ost_err *err;
	json_t *list;
	uint32_t i;

	if (!m->diff_len)
		return;
	err = ost_change_parse(&c, arena, "the diff", m->diff, m->diff_len);
	if (err) {
		set_str(o, "change_error", err->why);
		ost_err_destroy(err);
		return;
	}
	list = json_array();
	for (i = 0; i < c.nr_files; i++) {
		const struct ost_file_change *f = &c.files[i];

		json_array_append_new(list, json_pack("{ss si si so}", "path", f->new_path, "added", f->nr_added,
						      "removed", f->nr_removed, "hunks", hunks(f)));
	}
	json_object_set_new(o, "change", list);
}

static json_t *message(const struct ost_message *m)
{
	static const char *const kinds[] = { "patch", "cover", "reply", "other" };
	json_t *o = json_object(), *headers = json_array();
	uint32_t i;

	set_str(o, "kind", kinds[ost_message_kind(m)]);
	json_object_set_new(o, "subject", subject(&m->subject));
	json_object_set_new(o, "from", address(&m->from));
	json_object_set_new(o, "author", address(&m->author));
	set_bool(o, "has_inbody_from", m->has_inbody_from);
	set_bool(o, "has_date", m->has_date);
	set_int(o, "date", m->date);
	set_int(o, "date_zone", m->date_zone);
	set_str(o, "message_id", m->message_id);
	set_str(o, "in_reply_to", m->in_reply_to);
	set_list(o, "references", m->references, m->nr_references);
	set_addresses(o, "to", m->to, m->nr_to);
	set_addresses(o, "cc", m->cc, m->nr_cc);
	for (i = 0; i < m->nr_headers; i++)
		json_array_append_new(headers, json_pack("[ss]", m->headers[i].name, m->headers[i].value));
	if (is_light && !m->nr_headers)
		json_decref(headers);
	else
		json_object_set_new(o, "headers", headers);
	set_texts(o, m);
	set_str(o, "commit", m->commit);
	set_str(o, "base_commit", m->base_commit);
	set_str(o, "change_id", m->change_id);
	set_list(o, "prerequisites", m->prerequisites, m->nr_prerequisites);
	if (!is_light || m->upstream.form)
		json_object_set_new(o, "upstream", upstream(&m->upstream));
	set_attached(o, m);
	set_str(o, "charset", m->charset);
	set_bool(o, "is_flowed", m->is_flowed);
	set_int(o, "nr_replaced", m->nr_replaced);
	set_int(o, "nr_nul", m->nr_nul);
	set_int(o, "nr_crlf", m->nr_crlf);
	set_list(o, "damage", m->damage, m->nr_damage);
	return o;
}

static void print_error(struct ost_err *err)
{
	json_t *o = json_pack("{ssss ss*}", "what", err->what, "why", err->why, "remedy", err->remedy);

	json_dumpf(o, stdout, is_light ? JSON_INDENT(1) : JSON_COMPACT);
	puts("");
	json_decref(o);
	ost_err_destroy(err);
}

static void read_one(const struct ost_mbox *box, const struct ost_mbox_item *item, struct ost_buf *buf)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_message msg;
	struct ost_err *err;
	const char *raw;
	json_t *o;
	size_t len;

	ost_mbox_raw(box, item, buf, &raw, &len);
	if (box->kind == OST_MBOX_DIFF) {
		ost_message_init_plain(&msg, &arena, raw, len);
		err = NULL;
	} else {
		err = ost_message_parse(&msg, &arena, box->name, raw, len);
	}
	if (err) {
		print_error(err);
	} else {
		o = message(&msg);
		set_change(o, &msg, &arena);
		json_dumpf(o, stdout, is_light ? JSON_INDENT(1) : JSON_COMPACT);
		puts("");
		json_decref(o);
	}
	ost_arena_deinit(&arena);
}

static void read_file(const char *path)
{
	struct ost_mbox_item item;
	struct ost_mbox box;
	OST_BUF buf = OST_BUF_INIT;
	struct ost_err *err = ost_mbox_open(&box, path);

	if (err) {
		print_error(err);
		return;
	}
	while (ost_mbox_next(&box, &item))
		read_one(&box, &item, &buf);
	ost_mbox_deinit(&box);
}

int main(int argc, char **argv)
{
	int i = 1;

	if (argc > 1 && !strcmp(argv[1], "--light")) {
		is_light = true;
		i++;
	}
	for (; i < argc; i++)
		read_file(argv[i]);
	return 0;
}
