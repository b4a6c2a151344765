/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * message.h - one mail, read the way a patch reviewer reads it.
 *
 * ost_message_parse() takes the raw bytes of one RFC 5322 message (no mbox
 * quoting: mbox.h takes that off) and fills a struct ost_message. Everything
 * in it lives in the arena given at creation; nothing is freed alone.
 *
 * All text is valid UTF-8 without NUL: bytes that are not in the charset
 * that the mail names (or whose charset is not known) become U+FFFD and are
 * counted in `nr_replaced`. Strings are never NULL unless said so; what a
 * mail does not have is "" (or 0, or false).
 *
 * What is wrong with a mail is stated in `damage`, one sentence each, and
 * never repaired in silence: a reader who sees nr_damage == 0 may take the
 * diff as it stands.
 *
 * How the body falls into parts:
 *
 *	From: Real Author <a@b>		in-body headers, they override the
 *					mail's own (author, subject, date)
 *	[ Upstream commit X ]		`message` begins here
 *	Why this is needed.
 *	Signed-off-by: ...		`message` ends before the line `---`
 *	---
 *	v2: do it right			`notes`
 *	 a.c | 2 +-			`diffstat`, with its closing line
 *	 1 file changed, ...
 *	diff --git a/a.c b/a.c		`diff`, up to the end of the body:
 *	...				hunks say by their counts where they end
 *	base-commit: X			`base_commit`
 *	-- 
 *	2.40.1
 */
#ifndef OST_MAIL_MESSAGE_H
#define OST_MAIL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "ostler/err.h"

/* Limits: more is an OST_ERR_INPUT that names the limit. */
#define OST_MAIL_MAX_BYTES	(32u << 20)	/* one message, raw */
/* Limits: more is cut off and stated in `damage`. */
#define OST_MAIL_MAX_ADDRS	1000u		/* To and Cc together */
#define OST_MAIL_MAX_REFS	200u
#define OST_MAIL_MAX_PARTS	100u		/* MIME leaves looked at */
#define OST_MAIL_MAX_DEPTH	16u		/* MIME nesting entered */
#define OST_MAIL_MAX_HEADER	(64u << 10)	/* bytes of one header value, decoded */

struct ost_address {
	const char *name;	/* display name, decoded, or "" */
	const char *addr;	/* local@domain, as written; "" when unreadable */
};

/*
 * A subject taken apart. "[PATCH v3 2/7 net-next] wifi: fix it" has version 3,
 * number 2, total 7, words {"net-next"}, clean "wifi: fix it".
 */
struct ost_subject {
	const char *raw;	/* decoded and unfolded, with all prefixes */
	const char *clean;	/* without "Re:", "Fwd:" and leading [...] of a patch */
	bool is_reply;		/* begins with Re:, Aw:, Fwd: and the like */
	bool is_patch;		/* a bracket holds PATCH, RFC, RESEND, v2 or 1/3; or there is a diff */
	bool is_rfc, is_resend, is_autosel;
	bool is_stable;		/* a stable branch is named: "[PATCH 5.15.y]", AUTOSEL, a "6.1-stable review patch" */
	bool is_cover;		/* number 0 of a series with a total */
	uint32_t version;	/* 1 when not told; at most 9999 */
	uint32_t number, total;	/* 0 when not told */
	const char **words;	/* every other word in the brackets: "net-next", "wireless", "7.0-5.10" */
	uint32_t nr_words;
	const char *tree;	/* first word that names neither a version nor a stable release, or "" */
	/*
	 * AUTOSEL and stable ranges: "7.0-5.10" gives newest "7.0", oldest
	 * "5.10"; "6.1" gives both "6.1". "" when there is none.
	 */
	const char *range_newest, *range_oldest;
};

enum ost_upstream_form {
	OST_UPSTREAM_NONE,
	OST_UPSTREAM_SENTENCE,	/* commit X upstream. */
	OST_UPSTREAM_BRACKET,	/* [ Upstream commit X ] */
	OST_UPSTREAM_CHERRY,	/* (cherry picked from commit X) */
};

struct ost_upstream_id {
	enum ost_upstream_form form;
	const char *hex;	/* lower case, 12 to 64 digits, as long as written; "" for none */
	const char *line;	/* the line that says so */
	uint32_t nr_others;	/* further lines of these forms that name another commit */
};

/* A header worth showing: X-stable, X-stable-base, X-Patchwork-Hint, List-Id, X-Mailer, User-Agent, ... */
struct ost_header {
	const char *name, *value;	/* decoded, unfolded */
};

/*
 * An attached patch. Its text is part of `body` as well, behind the text of
 * the mail, unless it is a whole mail (a format-patch file, message/rfc822):
 * then it stands here alone, and input.h makes an entry of it.
 */
struct ost_mail_part {
	const char *type;	/* "text/x-patch" */
	const char *filename;	/* decoded, or "" */
	const char *text;	/* UTF-8 (message/rfc822: raw bytes), NUL-terminated */
	size_t len;
	bool is_mail;
};

struct ost_message {
	struct ost_subject subject;	/* of the mail, or of an in-body Subject: */
	struct ost_address from;	/* the mail's own From: */
	struct ost_address author;	/* the in-body From: where there is one, else `from` */
	bool has_inbody_from;
	bool has_date;
	int64_t date;			/* seconds since 1970; the in-body Date: overrides it */
	int32_t date_zone;		/* minutes east of UTC */
	const char *message_id;		/* without < > */
	const char *in_reply_to;	/* the first id, without < > */
	const char **references;	/* oldest first, without < > */
	uint32_t nr_references;
	struct ost_address *to, *cc;
	uint32_t nr_to, nr_cc;
	struct ost_header *headers;	/* in the order of the mail */
	uint32_t nr_headers;

	const char *body;	/* the whole text, lines end in \n */
	size_t body_len;
	const char *message;	/* commit message without its subject, trailing blank lines cut */
	const char *commit_text; /* clean subject, blank line, message: what `git commit` would record */
	const char *notes;	/* after `---`, without the diffstat */
	const char *diffstat;	/* as written, or "" */
	const char *diff;	/* from the first file header on, inside body; "" when there is none */
	size_t diff_len, diff_offset;	/* body + diff_offset == diff */
	uint32_t diff_line;	/* 1-based line of `diff` in body, 0 without one */

	const char *commit;	/* hex of `From <40hex> Mon Sep 17 00:00:00 2001`, or "" */
	const char *base_commit;	/* hex after base-commit:, or "" */
	const char *change_id;	/* after change-id:, or "" */
	const char **prerequisites;	/* hex after prerequisite-patch-id:, in order */
	uint32_t nr_prerequisites;
	struct ost_upstream_id upstream;

	struct ost_mail_part *attached;
	uint32_t nr_attached;

	const char *charset;	/* of the main text part as named by the mail, or "" */
	bool is_flowed;		/* format=flowed was undone */
	uint64_t nr_replaced;	/* bytes that were not in the named charset */
	uint64_t nr_nul;	/* NUL bytes, replaced by U+FFFD as well */
	uint32_t nr_crlf;	/* text lines whose CR before LF was taken off */
	const char **damage;	/* sentences, see above */
	uint32_t nr_damage;
};

/*
 * Reads one message. `name` is used in errors ("x.mbox message 3"). `raw` may
 * begin with one mbox `From ` line, which is used for `commit` only. Fails
 * with OST_ERR_INPUT when it is larger than OST_MAIL_MAX_BYTES or has no
 * header; everything else that is odd is stated in `damage`.
 * Thread-safe: several threads may parse at once, each into its own arena.
 */
OST_WARN_UNUSED
struct ost_err *ost_message_parse(struct ost_message *msg, struct ost_arena *arena,
				  const char *name, const char *raw, size_t len);

/* A message with nothing but a body: for a plain diff. Every string is "". */
void ost_message_init_plain(struct ost_message *msg, struct ost_arena *arena,
			    const char *text, size_t len);

/*
 * Takes a decoded subject line apart; the parts belong to the arena. Used
 * for mails and for the titles of an archive index alike.
 */
void ost_subject_parse(struct ost_subject *s, struct ost_arena *arena, const char *text);
/* The same for what is known to be a patch: leading brackets go, whatever they hold. */
void ost_subject_parse_patch(struct ost_subject *s, struct ost_arena *arena, const char *text);

/* Finds the upstream id in the text of a commit message. Form NONE when there is none. */
void ost_upstream_find(struct ost_upstream_id *id, struct ost_arena *arena, const char *message);

/*
 * What a message is for a reviewer:
 * patch: has a diff of its own and is no reply that quotes one; cover: 0/N;
 * reply: answers something; other: anything else.
 */
enum ost_message_kind { OST_MSG_PATCH, OST_MSG_COVER, OST_MSG_REPLY, OST_MSG_OTHER };
enum ost_message_kind ost_message_kind(const struct ost_message *msg);

#endif
