// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "mail/compose.h"
#include "mail/header.h"
#include "mail/input.h"
#include "mail/mbox.h"
#include "mail/message.h"
#include "mail/rfc2047.h"
#include "mail/utf8.h"

static void subjects_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *clean, *tree, *newest, *oldest;
		unsigned int version, number, total;
		bool is_patch, is_reply, is_stable, is_cover;
	} rows[] = {
		{ "wifi: fix it", "wifi: fix it", "", "", "", 1, 0, 0, 0, 0, 0, 0 },
		{ "[PATCH] wifi: fix it", "wifi: fix it", "", "", "", 1, 0, 0, 1, 0, 0, 0 },
		{ "Re: [PATCH v3 2/7 net-next] wifi:  fix\tit", "wifi: fix it", "net-next", "", "", 3, 2, 7, 1, 1, 0, 0 },
		{ "[PATCH net-next,v2 00/12] wifi", "wifi", "net-next", "", "", 2, 0, 12, 1, 0, 0, 1 },
		{ "[PATCH] [v2] wifi: fix", "wifi: fix", "", "", "", 2, 0, 0, 1, 0, 0, 0 },
		{ "[PATCHv4 1/2] x", "x", "", "", "", 4, 1, 2, 1, 0, 0, 0 },
		{ "[RFC PATCH v2] x", "x", "", "", "", 2, 0, 0, 1, 0, 0, 0 },
		{ "[RFC/PATCH] x", "x", "", "", "", 1, 0, 0, 1, 0, 0, 0 },
		{ "[PATCH-next] x", "x", "next", "", "", 1, 0, 0, 1, 0, 0, 0 },
		{ "[PATCH AUTOSEL 7.0-5.10] x", "x", "", "7.0", "5.10", 1, 0, 0, 1, 0, 1, 0 },
		{ "[PATCH AUTOSEL 5.15 05/10] x", "x", "", "5.15", "5.15", 1, 5, 10, 1, 0, 1, 0 },
		{ "[PATCH AUTOSEL for 4.14 2/3] x", "x", "", "4.14", "4.14", 1, 2, 3, 1, 0, 1, 0 },
		{ "[PATCH 6.1.y 1/2] x", "x", "", "6.1", "6.1", 1, 1, 2, 1, 0, 1, 0 },
		{ "[PATCH stable 5.10] x", "x", "", "5.10", "5.10", 1, 0, 0, 1, 0, 1, 0 },
		{ "[PATCH 6.12] x", "x", "", "6.12", "6.12", 1, 0, 0, 1, 0, 0, 0 },
		{ "[PATCH wireless RESEND v2] x", "x", "wireless", "", "", 2, 0, 0, 1, 0, 0, 0 },
		{ "[BUG] it broke", "[BUG] it broke", "", "", "", 1, 0, 0, 0, 0, 0, 0 },
		{ "RE: AW: Fwd: it broke", "it broke", "", "", "", 1, 0, 0, 0, 1, 0, 0 },
		{ "Re[2]: [1/3] x", "x", "", "", "", 1, 1, 3, 1, 1, 0, 0 },
		{ "[PATCH", "[PATCH", "", "", "", 1, 0, 0, 0, 0, 0, 0 },
		{ "[] x", "[] x", "", "", "", 1, 0, 0, 0, 0, 0, 0 },
		{ "[PATCH v99999999999 1/0 0/99999999] x", "x", "v99999999999", "", "", 1, 0, 0, 1, 0, 0, 0 },
		{ "", "", "", "", "", 1, 0, 0, 0, 0, 0, 0 },
	};
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_subject s;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(rows); i++) {
		ost_subject_parse(&s, &a, rows[i].text);
		assert_string_equal(s.raw, rows[i].text);
		assert_string_equal(s.clean, rows[i].clean);
		assert_string_equal(s.tree, rows[i].tree);
		assert_string_equal(s.range_newest, rows[i].newest);
		assert_string_equal(s.range_oldest, rows[i].oldest);
		assert_int_equal(s.version, rows[i].version);
		assert_int_equal(s.number, rows[i].number);
		assert_int_equal(s.total, rows[i].total);
		assert_int_equal(s.is_patch, rows[i].is_patch);
		assert_int_equal(s.is_reply, rows[i].is_reply);
		assert_int_equal(s.is_stable, rows[i].is_stable);
		assert_int_equal(s.is_cover, rows[i].is_cover);
	}
	ost_subject_parse_patch(&s, &a, "[wireless] x");
	assert_string_equal(s.clean, "x");
	assert_string_equal(s.tree, "wireless");
	ost_arena_deinit(&a);
}

static void dates_are_read_in_many_forms(void **state)
{
	static const struct { const char *text; long long date; int zone; bool is_good; } rows[] = {
		{ "Tue, 5 Mar 2024 10:20:30 +0100", 1709630430, 60, true },
		{ "5 Mar 2024 10:20 +0100", 1709630400, 60, true },
		{ "Tue, 05 Mar 24 09:20:30 GMT", 1709630430, 0, true },
		{ "Tue,  5 Mar 2024 04:20:30 EST (Eastern)", 1709630430, -300, true },
		{ "Tue, 5 Mar 2024 09:20:30", 1709630430, 0, true },
		{ "Tue, 5 Mar 2024 09:20:30 -0000 (UTC)", 1709630430, 0, true },
		{ "Tue Mar  5 09:20:30 2024", 1709630430, 0, true },
		{ "Tue Mar 5 10:20:30 2024 +0100", 1709630430, 60, true },
		{ "2024-03-05 10:20:30 +0100", 1709630430, 60, true },
		{ "2024-03-05T09:20:30Z", 1709630430, 0, true },
		{ "2024-03-05 10:20:30 +01:00", 1709630430, 60, true },
		{ "Thu, 29 Feb 2024 00:00:00 +0000", 1709164800, 0, true },
		{ "Thu, 01 Jan 1970 00:00:00 +0000", 0, 0, true },
		{ "", 0, 0, false },
		{ "yesterday", 0, 0, false },
		{ "Tue, 5 Mar 2024", 0, 0, false },
		{ "Tue, 5 Mar 2024 25:00:00 +0000", 0, 0, false },
		{ "99999999999999999999 Mar 2024 10:00:00", 0, 0, false },
		{ "5 Mar 2024 10:00:00 +9999", 0, 0, false },
	};
	int64_t date;
	int32_t zone;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(rows); i++) {
		bool is_good = ost_header_date(rows[i].text, strlen(rows[i].text), &date, &zone);

		assert_int_equal(is_good, rows[i].is_good);
		if (!is_good)
			continue;
		assert_int_equal(date, rows[i].date);
		assert_int_equal(zone, rows[i].zone);
	}
}

static void bytes_become_valid_utf8(void **state)
{
	static const struct { const char *in; size_t len; const char *out; int nr_replaced, nr_nul; } rows[] = {
		{ "abc", 3, "abc", 0, 0 },
		{ "abcdefgh\xc3\xa9xyz", 13, "abcdefgh\xc3\xa9xyz", 0, 0 },
		{ "\xc3", 1, "\xef\xbf\xbd", 1, 0 },
		{ "a\0b", 3, "a\xef\xbf\xbd" "b", 0, 1 },
		{ "\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3, 0 },	/* surrogate */
		{ "\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd", 2, 0 },	/* overlong */
		{ "\xf4\x90\x80\x80", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 4, 0 },
		{ "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80", 0, 0 },
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(rows); i++) {
		struct ost_utf8_count count = { 0, 0 };
		OST_BUF b = OST_BUF_INIT;

		ost_utf8_add(&b, rows[i].in, rows[i].len, &count);
		assert_string_equal(b.ptr, rows[i].out);
		assert_int_equal(count.nr_replaced, rows[i].nr_replaced);
		assert_int_equal(count.nr_nul, rows[i].nr_nul);
		assert_int_equal(ost_utf8_is_valid(rows[i].in, rows[i].len),
				 !rows[i].nr_replaced && !rows[i].nr_nul);
	}
}

static void charsets_are_converted_or_named(void **state)
{
	struct ost_utf8_count count = { 0, 0 };
	OST_BUF b = OST_BUF_INIT;

	assert_true(ost_charset_add(&b, "iso-8859-1", "\xe9\x80", 2, &count));
	assert_string_equal(b.ptr, "\xc3\xa9\xe2\x82\xac");
	ost_buf_clear(&b);
	assert_false(ost_charset_add(&b, "utf-8//IGNORE", "x", 1, &count));
	assert_false(ost_charset_add(&b, "no-such", "y", 1, &count));
	assert_string_equal(b.ptr, "xy");
	assert_int_equal(count.nr_replaced, 0);
}

static void only_dated_from_lines_begin_a_message(void **state)
{
	static const struct { const char *line; bool is_from; size_t commit; } rows[] = {
		{ "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001", true, 40 },
		{ "From mboxrd@z Thu Jan  1 00:00:00 1970\r", true, 0 },
		{ "From a@b.c  Tue Mar  5 10:20:30 2024 +0100", true, 0 },
		{ "From a Tue Mar  5 10:20 2024", true, 0 },
		{ "From here on we count to 2024", false, 0 },
		{ "From 10:20 to 11:30", false, 0 },
		{ "From 0123456789abcdef Mon Sep 17 00:00:00 2001", true, 0 },
		{ "from a@b.c Tue Mar  5 10:20:30 2024", false, 0 },
		{ "From ", false, 0 },
	};
	size_t i, commit;

	for (i = 0; i < OST_ARRAY_SIZE(rows); i++) {
		assert_int_equal(ost_mbox_is_from_line(rows[i].line, strlen(rows[i].line), &commit), rows[i].is_from);
		assert_int_equal(commit, rows[i].commit);
	}
}

static const char diff[] = "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+b\n";

static void a_mailbox_becomes_patches(void **state)
{
	struct ost_patches ps;
	OST_BUF b = OST_BUF_INIT;

	ost_buf_addf(&b, "From a Tue Mar  5 10:20:30 2024\nSubject: [PATCH 0/2] all\nFrom: a@b\n\nhi\n\n"
		     "From a Tue Mar  5 10:20:30 2024\nSubject: [PATCH 1/2] one\nFrom: a@b\n\nwhy\n---\n%s\n"
		     "From a Tue Mar  5 10:20:30 2024\nSubject: Re: [PATCH 1/2] one\nFrom: b@b\n\nno\n\n"
		     "From a Tue Mar  5 10:20:30 2024\nSubject: [PATCH 2/2] two\nFrom: a@b\n\n"
		     "diff --git a/../x b/../x\n--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n", diff);
	assert_null(ost_patches_read_mem(&ps, "s.mbox", b.ptr, b.len));
	assert_int_equal(ps.v.nr, 4);
	assert_int_equal(ps.nr_patches, 1);
	assert_int_equal(ps.v.items[0].kind, OST_MSG_COVER);
	assert_int_equal(ps.v.items[1].kind, OST_MSG_PATCH);
	assert_string_equal(ps.v.items[1].name, "s.mbox message 2");
	assert_string_equal(ps.v.items[1].msg.subject.clean, "one");
	assert_string_equal(ps.v.items[1].change.files[0].new_path, "a.c");
	assert_int_equal(ps.v.items[2].kind, OST_MSG_REPLY);
	assert_non_null(ps.v.items[3].err);	/* a path that leaves the tree; the others stand */
	ost_patches_deinit(&ps);
}

static void a_plain_diff_is_a_patch_without_message(void **state)
{
	struct ost_patches ps;

	assert_null(ost_patches_read_mem(&ps, "x.diff", diff, strlen(diff)));
	assert_int_equal(ps.v.nr, 1);
	assert_false(ps.v.items[0].has_message);
	assert_int_equal(ps.v.items[0].kind, OST_MSG_PATCH);
	assert_int_equal(ps.v.items[0].change.nr_added, 1);
	assert_string_equal(ps.v.items[0].msg.commit_text, "");
	ost_patches_deinit(&ps);
}

static void an_attached_patch_is_an_entry(void **state)
{
	struct ost_patches ps;
	OST_BUF b = OST_BUF_INIT;

	ost_buf_addf(&b, "From: a@b\nSubject: look\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nsee there\n--x\n"
		     "Content-Type: text/x-patch\n\nFrom: Bob <b@b>\nSubject: [PATCH] one\n\nwhy\n---\n%s--x--\n", diff);
	assert_null(ost_patches_read_mem(&ps, "m", b.ptr, b.len));
	assert_int_equal(ps.v.nr, 2);
	assert_int_equal(ps.nr_patches, 1);
	assert_string_equal(ps.v.items[1].msg.author.addr, "b@b");
	assert_string_equal(ps.v.items[1].name, "m attachment 1");
	ost_patches_deinit(&ps);
}

static void expect_refused(const char *text, size_t len, const char *why)
{
	struct ost_patches ps;
	struct ost_err *err = ost_patches_read_mem(&ps, "in", text, len);

	assert_non_null(err);
	assert_int_equal(err->code, OST_ERR_INPUT);
	assert_non_null(strstr(err->what, "in"));
	if (!strstr(err->why, why))
		fail_msg("\"%s\" is not in \"%s\"", why, err->why);
	assert_non_null(err->remedy);
	ost_err_destroy(err);
}

static void what_is_no_patch_is_refused_with_a_remedy(void **state)
{
	static const char mail[] = "From: a@b\nSubject: Re: x\n\nno diff here\n";
	static const char html[] = "From: a@b\nContent-Type: text/html\n\n<p>x\n";

	expect_refused("", 0, "empty");
	expect_refused("\n\n", 2, "empty");
	expect_refused("hello\n", 6, "neither mail nor diff");
	expect_refused("\x1f\x8b\x08", 3, "compressed");
	expect_refused(mail, strlen(mail), "a mail without a diff");
	expect_refused(html, strlen(html), "only HTML");
}

static void a_huge_mail_is_refused_by_its_limit(void **state)
{
	size_t len = OST_MAIL_MAX_BYTES + 1;
	char *big = ost_malloc(len);

	memset(big, 'x', len);
	memcpy(big, "From: a@b\n\n", 11);
	expect_refused(big, len, "over the limit");
	free(big);
}

static void endless_headers_are_cut_and_told(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_message msg;
	OST_BUF b = OST_BUF_INIT;
	unsigned int i;

	ost_buf_addstr(&b, "From: a@b\nTo: ");
	for (i = 0; i < 5000; i++)
		ost_buf_addf(&b, "x%u@b,\n ", i);
	ost_buf_addstr(&b, "y@b\nReferences:");
	for (i = 0; i < 5000; i++)
		ost_buf_addf(&b, " <%u@b>", i);
	ost_buf_addstr(&b, "\nSubject: ");
	for (i = 0; i < 50000; i++)
		ost_buf_addstr(&b, "=?utf-8?q?=C3=A9?= ");
	ost_buf_addstr(&b, "\n\nhi\n");
	assert_null(ost_message_parse(&msg, &a, "m", b.ptr, b.len));
	assert_int_equal(msg.nr_to, OST_MAIL_MAX_ADDRS);
	assert_int_equal(msg.nr_references, OST_MAIL_MAX_REFS);
	assert_true(strlen(msg.subject.raw) < OST_MAIL_MAX_HEADER);
	assert_int_equal(msg.nr_damage, 1);
	assert_string_equal(msg.body, "hi\n");
	ost_arena_deinit(&a);
}

static const struct ost_address everyone[] = {
	{ "Ren\xc3\xa9 Auteur-Dont-Le-Nom-Est-Tr\xc3\xa8s-Tr\xc3\xa8s-Long Et Encore Plus Long", "rene@example.org" },
	{ "Doe, \"J\" (x)", "john@example.org" },
	{ "", "list@example.org" },
};

static void what_is_composed_reads_back_the_same(void **state)
{
	static const char *const bodies[] = {
		"plain\n", "From here\n>From there\n.\ntrailing blank \n", "na\xc3\xafve = yes\n",
		"From 10:20\n", "carriage\rreturn\n", "no line end",
	};
	static const char *const refs[] = { "a@x", "b@x" };
	struct ost_header extra = { "X-stable", "review" };
	size_t i, j;

	for (i = 0; i < 2 * OST_ARRAY_SIZE(bodies); i++) {
		const char *body = bodies[i / 2];
		struct ost_compose c = {
			.from = { "Bot", "bot@example.org" }, .author = everyone[0], .to = everyone, .nr_to = 3,
			.cc = everyone + 2, .nr_cc = 1, .message_id = "m@x", .in_reply_to = "c@x", .references = refs,
			.nr_references = 2, .date = 1709630430, .date_zone = -90, .headers = &extra, .nr_headers = 1,
			.subject = "[PATCH AUTOSEL 7.0-5.10] lib: gr\xc3\xbc\xc3\x9f\x65 und =?kein?q?Wort?= "
				   "und dann noch sehr viele weitere Worte in \xe2\x82\xac, bis die Zeile lang genug ist",
			.body = body, .body_len = strlen(body), .prefer_qp = i & 1,
		};
		struct ost_arena a = OST_ARENA_INIT;
		struct ost_mbox_item item;
		struct ost_message msg;
		struct ost_mbox box;
		OST_BUF out = OST_BUF_INIT;
		OST_BUF buf = OST_BUF_INIT;
		OST_BUF want = OST_BUF_INIT;
		const char *raw, *line, *eol;
		size_t len;

		assert_null(ost_compose_mbox(&out, &c));
		assert_null(ost_compose_mbox(&out, &c));
		for (line = out.ptr; *line && *line != '\n'; line = eol + 1) {	/* the header */
			eol = strchr(line, '\n');
			assert_true(eol - line <= 78);
		}
		assert_null(ost_mbox_open_mem(&box, "x", out.ptr, out.len));
		for (j = 0; ost_mbox_next(&box, &item); j++) {
			ost_mbox_raw(&box, &item, &buf, &raw, &len);
			assert_null(ost_message_parse(&msg, &a, "x", raw, len));
			assert_string_equal(msg.subject.raw, c.subject);
			assert_string_equal(msg.subject.range_oldest, "5.10");
			assert_string_equal(msg.from.addr, "bot@example.org");
			assert_int_equal(msg.nr_to, 3);
			assert_string_equal(msg.to[0].name, everyone[0].name);
			assert_string_equal(msg.to[1].name, everyone[1].name);
			assert_string_equal(msg.in_reply_to, "c@x");
			assert_int_equal(msg.nr_references, 3);
			assert_int_equal(msg.date, c.date);
			assert_int_equal(msg.date_zone, -90);
			assert_string_equal(msg.headers[0].value, "review");
			ost_buf_clear(&want);
			ost_buf_addf(&want, "From: %s <%s>\n\n%s%s\n", everyone[0].name, everyone[0].addr, body,
				     body[strlen(body) - 1] == '\n' ? "" : "\n");
			assert_string_equal(msg.body, want.ptr);
		}
		assert_int_equal(j, 2);
		ost_mbox_deinit(&box);
		ost_arena_deinit(&a);
	}
}

static void nothing_slips_into_a_header(void **state)
{
	static const struct ost_address bad[] = {
		{ "x\nBcc: y@z", "a@b" }, { "x", "a@b\nBcc: y@z" }, { "x", "a b@c" }, { "x", "a" }, { "x", "a@b>, <c@d" },
		{ "x", "" }, { "\xff", "a@b" }, { "x", "a@b@c" },
	};
	struct ost_compose good = { .from = { "A", "a@b" }, .subject = "s", .body = "b\n", .body_len = 2 }, c;
	OST_BUF out = OST_BUF_INIT;
	struct ost_err *err;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(bad) + 5; i++) {
		struct ost_header h = { "X-A", "v\nX-B: w" };

		c = good;
		if (i < OST_ARRAY_SIZE(bad))
			c.from = bad[i];
		else if (i == OST_ARRAY_SIZE(bad))
			c.subject = "s\r\nBcc: x@y";
		else if (i == OST_ARRAY_SIZE(bad) + 1)
			c.message_id = "a@b>\nX: <y";
		else if (i == OST_ARRAY_SIZE(bad) + 2)
			c.date_zone = 100000;
		else if (i == OST_ARRAY_SIZE(bad) + 3)
			c.body = "\xff\n";
		c.headers = &h;
		c.nr_headers = i == OST_ARRAY_SIZE(bad) + 4;
		err = ost_compose(&out, &c);
		assert_non_null(err);
		assert_int_equal(err->code, OST_ERR_USAGE);
		assert_int_equal(out.len, 0);
		ost_err_destroy(err);
	}
	assert_null(ost_compose(&out, &good));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subjects_are_taken_apart),
		cmocka_unit_test(dates_are_read_in_many_forms),
		cmocka_unit_test(bytes_become_valid_utf8),
		cmocka_unit_test(charsets_are_converted_or_named),
		cmocka_unit_test(only_dated_from_lines_begin_a_message),
		cmocka_unit_test(a_mailbox_becomes_patches),
		cmocka_unit_test(a_plain_diff_is_a_patch_without_message),
		cmocka_unit_test(an_attached_patch_is_an_entry),
		cmocka_unit_test(what_is_no_patch_is_refused_with_a_remedy),
		cmocka_unit_test(a_huge_mail_is_refused_by_its_limit),
		cmocka_unit_test(endless_headers_are_cut_and_told),
		cmocka_unit_test(what_is_composed_reads_back_the_same),
		cmocka_unit_test(nothing_slips_into_a_header),
	};

	return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
