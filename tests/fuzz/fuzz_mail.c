// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as one mail: every string is UTF-8, every part lies in the body. */
#include <string.h>

#include "base/alloc.h"
#include "fuzz.h"
#include "mail/message.h"
#include "mail/utf8.h"

static void check_text(const char *s)
{
	FUZZ_ASSERT(s && ost_utf8_is_valid(s, strlen(s)));
}

static void check_line(const char *s)
{
	check_text(s);
	FUZZ_ASSERT(!strpbrk(s, "\r\n"));
}

static void check_lists(const struct ost_message *m)
{
	uint32_t i;

	FUZZ_ASSERT(m->nr_to + m->nr_cc <= OST_MAIL_MAX_ADDRS && m->nr_references <= OST_MAIL_MAX_REFS);
	for (i = 0; i < m->nr_to; i++)
		check_line(m->to[i].name);
	for (i = 0; i < m->nr_cc; i++)
		check_text(m->cc[i].addr);
	for (i = 0; i < m->nr_references; i++)
		check_text(m->references[i]);
	for (i = 0; i < m->nr_headers; i++)
		check_line(m->headers[i].value);
	for (i = 0; i < m->nr_damage; i++)
		check_line(m->damage[i]);
	for (i = 0; i < m->subject.nr_words; i++)
		check_line(m->subject.words[i]);
}

static void check_message(const struct ost_message *m)
{
	const char *const texts[] = {
		m->body, m->message, m->commit_text, m->notes, m->diffstat, m->message_id, m->in_reply_to,
		m->from.name, m->from.addr, m->author.name, m->author.addr, m->commit, m->base_commit,
		m->change_id, m->upstream.hex, m->upstream.line, m->charset, m->subject.tree,
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(texts); i++)
		check_text(texts[i]);
	check_line(m->subject.raw);
	check_line(m->subject.clean);
	check_lists(m);
	FUZZ_ASSERT(strlen(m->body) == m->body_len);
	FUZZ_ASSERT(!m->body_len || m->body[m->body_len - 1] == '\n');
	FUZZ_ASSERT(m->diff_offset + m->diff_len <= m->body_len);
	FUZZ_ASSERT(!m->diff_len == !*m->diff && !m->diff_len == !m->diff_line);
	FUZZ_ASSERT(!m->diff_len || m->diff == m->body + m->diff_offset);
	FUZZ_ASSERT(ost_message_kind(m) == OST_MSG_PATCH || !m->diff_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_message msg;
	struct ost_err *err = ost_message_parse(&msg, &arena, "fuzz", (const char *)data, size);

	if (!err)
		check_message(&msg);
	ost_err_destroy(err);
	ost_message_init_plain(&msg, &arena, (const char *)data, size);
	check_message(&msg);
	ost_arena_deinit(&arena);
	return 0;
}
