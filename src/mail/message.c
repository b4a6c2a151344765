// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * message.c - raw bytes to struct ost_message: headers are read by header.c,
 * parts by mime.c (GMime), and the text falls into pieces in body.c.
 */
#include "mail/message.h"

#include <strings.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "mail/body.h"
#include "mail/header.h"
#include "mail/mbox.h"
#include "mail/mime.h"
#include "mail/rfc2047.h"
#include "mail/utf8.h"

/* Headers worth showing. */
static const char *const kept_headers[] = {
	"X-stable", "X-stable-base", "X-Patchwork-Hint", "X-Patchwork-Delegate", "X-Patchwork-Id",
	"X-Patchwork-Bot", "X-Mailer", "User-Agent", "List-Id", "Reply-To", "Sender",
	"X-Original-From", "X-Developer-Signature", "X-Change-ID", "X-KernelTest-Patch",
	"X-KernelTest-Branch", "X-KernelTest-Version", "X-KernelTest-Deadline", "Archived-At",
};

struct reader {
	struct ost_message *msg;
	struct ost_arena *arena;
	struct ost_utf8_count count;
	OST_VEC(struct ost_header) headers;
	OST_VEC(struct ost_address) to, cc;
	bool is_cut;
	bool has_crlf_header;	/* the mail as a whole has CRLF line ends */
	bool has_from, has_subject;
};

static const char *decoded(struct reader *r, const char *s, size_t len)
{
	OST_BUF b = OST_BUF_INIT;

	if (len > OST_MAIL_MAX_HEADER) {
		len = OST_MAIL_MAX_HEADER;
		r->is_cut = true;
	}
	ost_rfc2047_decode(&b, s, len, &r->count);
	return ost_arena_strndup(r->arena, b.ptr, b.len);
}

static const char *plain_text(struct reader *r, const char *s, size_t len)
{
	OST_BUF b = OST_BUF_INIT;

	ost_utf8_add(&b, s, len, &r->count);
	return ost_arena_strndup(r->arena, b.ptr, b.len);
}

static struct ost_address one_address(struct reader *r, const char *value, size_t len)
{
	OST_BUF name = OST_BUF_INIT;
	OST_BUF addr = OST_BUF_INIT;

	if (len > OST_MAIL_MAX_HEADER) {
		len = OST_MAIL_MAX_HEADER;
		r->is_cut = true;
	}
	ost_header_address(value, len, &name, &addr, &r->count);
	return (struct ost_address){ ost_arena_strndup(r->arena, name.ptr, name.len),
				     ost_arena_strndup(r->arena, addr.ptr, addr.len) };
}

static void take_addresses(struct reader *r, const struct ost_raw_header *h, bool is_cc)
{
	struct ost_address a;
	const char *one;
	size_t len, pos = 0;

	while (ost_header_next_address(h->value, h->value_len, &pos, &one, &len)) {
		if (r->to.nr + r->cc.nr == OST_MAIL_MAX_ADDRS) {
			r->is_cut = true;
			return;
		}
		a = one_address(r, one, len);
		if (*a.addr && is_cc)
			ost_vec_add(&r->cc, a);
		else if (*a.addr)
			ost_vec_add(&r->to, a);
	}
}

static const char *first_id(struct reader *r, const struct ost_raw_header *h)
{
	const char *id;
	size_t len, pos = 0;

	if (!ost_header_next_id(h->value, h->value_len, &pos, &id, &len))
		return "";
	return plain_text(r, id, len);
}

static void take_references(struct reader *r, const struct ost_raw_header *h)
{
	struct ost_message *msg = r->msg;
	const char *refs[OST_MAIL_MAX_REFS];
	size_t pos = 0, len;
	const char *id;

	msg->nr_references = 0;
	while (ost_header_next_id(h->value, h->value_len, &pos, &id, &len)) {
		if (msg->nr_references == OST_MAIL_MAX_REFS) {
			r->is_cut = true;
			break;
		}
		refs[msg->nr_references++] = plain_text(r, id, len);
	}
	if (!msg->nr_references)
		return;
	msg->references = ost_arena_alloc(r->arena, msg->nr_references * sizeof(*refs));
	memcpy(msg->references, refs, msg->nr_references * sizeof(*refs));
}

static void keep_header(struct reader *r, const struct ost_raw_header *h)
{
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(kept_headers); i++) {
		if (!ost_header_is(h, kept_headers[i]) || r->headers.nr >= 100)
			continue;
		*ost_vec_push(&r->headers) = (struct ost_header){
			kept_headers[i], decoded(r, h->value, h->value_len)
		};
	}
}

static void take_header(struct reader *r, const struct ost_raw_header *h)
{
	struct ost_message *msg = r->msg;

	if (ost_header_is(h, "Subject")) {
		if (!r->has_subject)
			ost_subject_parse(&msg->subject, r->arena, decoded(r, h->value, h->value_len));
		r->has_subject = true;
	} else if (ost_header_is(h, "From")) {
		if (!r->has_from)
			msg->from = one_address(r, h->value, h->value_len);
		r->has_from = true;
	} else if (ost_header_is(h, "Date")) {
		if (!msg->has_date)
			msg->has_date = ost_header_date(h->value, h->value_len, &msg->date, &msg->date_zone);
	} else if (ost_header_is(h, "Message-ID")) {
		if (!*msg->message_id)
			msg->message_id = first_id(r, h);
	} else if (ost_header_is(h, "In-Reply-To")) {
		if (!*msg->in_reply_to)
			msg->in_reply_to = first_id(r, h);
	} else if (ost_header_is(h, "References")) {
		take_references(r, h);
	} else if (ost_header_is(h, "To") || ost_header_is(h, "Cc")) {
		take_addresses(r, h, ost_header_is(h, "Cc"));
	} else {
		keep_header(r, h);
	}
}

#define KEEP_VEC(r, vec, field, nr_field)						\
	do {										\
		(r)->msg->nr_field = (r)->vec.nr;					\
		if ((r)->vec.nr) {							\
			size_t size_ = (r)->vec.nr * sizeof(*(r)->vec.items);		\
			(r)->msg->field = ost_arena_alloc((r)->arena, size_);		\
			memcpy((r)->msg->field, (r)->vec.items, size_);			\
		}									\
		ost_vec_deinit(&(r)->vec);						\
	} while (0)

/*
 * Takes the headers of MIME into `mime`, and returns whether there was a
 * header at all; *ret_body is the offset of the text.
 */
static bool read_headers(struct reader *r, const char *raw, size_t len, struct ost_buf *mime, size_t *ret_body)
{
	struct ost_header_walk w = { raw, len, 0, false };
	struct ost_raw_header h;
	size_t nr = 0;

	for (; ost_header_next(&w, &h); nr++) {
		if (!nr)
			r->has_crlf_header = h.value + h.value_len < raw + len &&
					     h.value[h.value_len] == '\r';
		take_header(r, &h);
		if (h.name_len > 8 && !strncasecmp(h.name, "Content-", 8)) {
			ost_buf_addf(mime, "%.*s: ", (int)h.name_len, h.name);
			ost_buf_add(mime, h.value, h.value_len);
			ost_buf_addch(mime, '\n');
		}
	}
	KEEP_VEC(r, headers, headers, nr_headers);
	KEEP_VEC(r, to, to, nr_to);
	KEEP_VEC(r, cc, cc, nr_cc);
	if (nr && memchr(raw, '\0', w.pos))
		ost_message_add_damage(r->msg, r->arena, "the header holds NUL bytes");
	*ret_body = w.pos;
	if (nr && w.is_cut && w.pos < len)
		ost_message_add_damage(r->msg, r->arena, "no blank line ends the header; the text begins at the first line that is none");
	return nr;
}

/* ---- text -------------------------------------------------------------- */

/* Does a line that only a diff tool writes end in CR LF? */
static bool has_crlf_diff(const struct ost_buf *b)
{
	static const char *const starts[] = { "\n@@ -", "\ndiff --git ", "\n+++ " };
	const char *p, *end = b->ptr + b->len;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(starts); i++) {
		p = memmem(b->ptr, b->len, starts[i], strlen(starts[i]));
		p = p ? memchr(p + 1, '\n', end - p - 1) : NULL;
		if (p && p[-1] == '\r')
			return true;
	}
	return false;
}

/*
 * CR before LF is a way of writing line ends when every line has it, or
 * lines that a diff tool writes. Where only lines of a file have it, it is
 * content (a diff of a DOS file) and stays.
 */
static void undo_crlf(struct reader *r, struct ost_buf *b, bool is_encoded)
{
	size_t i, o, nr_lf = 0, nr_crlf = 0;

	for (i = 0; i < b->len; i++) {
		if (b->ptr[i] != '\n')
			continue;
		nr_lf++;
		nr_crlf += i && b->ptr[i - 1] == '\r';
	}
	if (!nr_crlf || (nr_crlf != nr_lf && !has_crlf_diff(b)))
		return;
	for (i = o = 0; i < b->len; i++)
		if (b->ptr[i] != '\r' || i + 1 == b->len || b->ptr[i + 1] != '\n')
			b->ptr[o++] = b->ptr[i];
	ost_buf_trim(b, o);
	r->msg->nr_crlf += nr_crlf;
	if (is_encoded || !r->has_crlf_header)
		ost_message_add_damage(r->msg, r->arena, "%zu of %zu lines of the text end in CR LF%s; the CRs were"
				       " taken off", nr_crlf, nr_lf,
				       is_encoded ? " inside its transfer encoding" : "");
}

/* The text of a leaf as UTF-8 lines, each ending in \n. */
static void leaf_text(struct reader *r, struct ost_mime_leaf *l, struct ost_buf *out)
{
	OST_BUF text = OST_BUF_INIT;

	undo_crlf(r, &l->bytes, l->is_encoded);
	if (!ost_charset_add(&text, l->charset, l->bytes.ptr, l->bytes.len, &r->count))
		ost_message_add_damage(r->msg, r->arena, "the charset %.60s is not known; read as UTF-8",
				       l->charset);
	ost_buf_deinit(&l->bytes);
	if (l->is_flowed)
		ost_flowed_decode(out, text.ptr, text.len, l->is_delsp);
	else
		ost_buf_add(out, text.ptr, text.len);
	if (out->len && out->ptr[out->len - 1] != '\n')
		ost_buf_addch(out, '\n');
}

/* Does an attached text begin like a whole mail, with a header of its own? */
static bool is_whole_mail(const char *s, size_t len)
{
	const char *eol = memchr(s, '\n', len);
	size_t n = eol ? eol - s : len;

	if (n && *s == '>') {	/* mailers quote the From line of attached texts, too */
		s++;
		n--;
	}
	return ost_mbox_is_from_line(s, n, NULL) ||
	       (n > 5 && (!strncasecmp(s, "From:", 5) || !strncasecmp(s, "Subject:", 8)));
}

static void keep_attached(struct reader *r, struct ost_mime_leaf *l, struct ost_buf *text)
{
	struct ost_mail_part *p = &r->msg->attached[r->msg->nr_attached++];

	p->type = l->type;
	p->filename = l->filename;
	p->len = text->len;
	p->text = ost_arena_strndup(r->arena, text->ptr, text->len);
}

static void read_leaf(struct reader *r, struct ost_mime_leaf *l, struct ost_buf *body)
{
	struct ost_message *msg = r->msg;
	OST_BUF text = OST_BUF_INIT;

	if (!l->is_attached) {
		leaf_text(r, l, body);
		if (!*msg->charset)
			msg->charset = l->charset;
		msg->is_flowed |= l->is_flowed;
		return;
	}
	if (!strcmp(l->type, "message/rfc822")) {
		keep_attached(r, l, &l->bytes);
		msg->attached[msg->nr_attached - 1].is_mail = true;
		return;
	}
	leaf_text(r, l, &text);
	keep_attached(r, l, &text);
	if (is_whole_mail(text.ptr, text.len))
		msg->attached[msg->nr_attached - 1].is_mail = true;
	else
		ost_buf_add(body, text.ptr, text.len);
}

/* First the text, then what is attached: the order in which git mailinfo sees them. */
static void read_body(struct reader *r, const char *raw, size_t len)
{
	struct ost_message *msg = r->msg;
	OST_BUF body = OST_BUF_INIT;
	struct ost_mime mime;
	size_t i;

	ost_mime_read(&mime, r->arena, raw, len);
	msg->attached = ost_arena_calloc(r->arena, mime.v.nr + 1, sizeof(*msg->attached));
	for (i = 0; i < mime.v.nr; i++)
		if (!mime.v.items[i].is_attached)
			read_leaf(r, &mime.v.items[i], &body);
	if (!body.len && mime.has_html)
		ost_message_add_damage(msg, r->arena, "there is no plain text, only HTML");
	if (!body.len && mime.has_encrypted)
		ost_message_add_damage(msg, r->arena, "the text is encrypted");
	for (i = 0; i < mime.v.nr; i++)
		if (mime.v.items[i].is_attached)
			read_leaf(r, &mime.v.items[i], &body);
	if (mime.is_cut)
		ost_message_add_damage(msg, r->arena, "more than %u MIME parts or %u levels; the rest was not read",
				       OST_MAIL_MAX_PARTS, OST_MAIL_MAX_DEPTH);
	if (mime.is_unbounded)
		ost_message_add_damage(msg, r->arena, "too many MIME boundaries, or a MIME header without end; the"
				       " text was not read");
	ost_mime_deinit(&mime);
	msg->body_len = body.len;
	msg->body = ost_arena_strndup(r->arena, body.ptr, body.len);
}

static void use_inbody(struct reader *r, const struct ost_inbody *in)
{
	struct ost_message *msg = r->msg;
	bool is_stable = msg->subject.is_stable;
	int64_t date;
	int32_t zone;

	msg->author = msg->from;
	if (in->from) {
		msg->author = one_address(r, in->from, strlen(in->from));
		msg->has_inbody_from = true;
	}
	if (in->subject) {
		ost_subject_parse(&msg->subject, r->arena, decoded(r, in->subject, strlen(in->subject)));
	}
	if (msg->diff_len && !msg->subject.is_patch)
		ost_subject_parse_patch(&msg->subject, r->arena, msg->subject.raw);
	msg->subject.is_stable |= is_stable;
	if (in->date && ost_header_date(in->date, strlen(in->date), &date, &zone)) {
		msg->date = date;
		msg->date_zone = zone;
		msg->has_date = true;
	}
}

static void state_damage(struct reader *r)
{
	struct ost_message *msg = r->msg;

	msg->nr_replaced = r->count.nr_replaced;
	msg->nr_nul = r->count.nr_nul;
	if (msg->nr_replaced)
		ost_message_add_damage(msg, r->arena, "%llu %s not in the charset that the mail names and %s"
				       " replaced", (unsigned long long)msg->nr_replaced,
				       msg->nr_replaced == 1 ? "byte is" : "bytes are",
				       msg->nr_replaced == 1 ? "was" : "were");
	if (msg->nr_nul)
		ost_message_add_damage(msg, r->arena, "the mail holds %llu NUL byte%s",
				       (unsigned long long)msg->nr_nul, msg->nr_nul == 1 ? "" : "s");
	if (r->is_cut)
		ost_message_add_damage(msg, r->arena, "a header is longer than %u bytes or names more than %u"
				       " addresses or %u ids; the rest was not read", OST_MAIL_MAX_HEADER,
				       OST_MAIL_MAX_ADDRS, OST_MAIL_MAX_REFS);
	ost_body_find_damage(msg, r->arena);
}

static const char *commit_text(const struct ost_message *msg, struct ost_arena *arena)
{
	if (!*msg->subject.clean)
		return msg->message;
	return ost_arena_printf(arena, "%s\n%s%s", msg->subject.clean, *msg->message ? "\n" : "",
				msg->message);
}

static void init_empty(struct ost_message *msg, struct ost_arena *arena)
{
	*msg = (struct ost_message){
		.from = { "", "" }, .author = { "", "" }, .message_id = "", .in_reply_to = "",
		.body = "", .message = "", .commit_text = "", .notes = "", .diffstat = "", .diff = "",
		.commit = "", .base_commit = "", .change_id = "", .charset = "",
		.upstream = { .hex = "", .line = "" },
	};
	ost_subject_parse(&msg->subject, arena, "");
}

static void read_from_line(struct ost_message *msg, struct ost_arena *arena, const char **raw, size_t *len)
{
	const char *eol = memchr(*raw, '\n', *len);
	size_t n = eol ? eol - *raw : 0, hex;

	if (!eol || strncmp(*raw, "From ", 5))
		return;
	if (ost_mbox_is_from_line(*raw, n, &hex) && hex)
		msg->commit = ost_arena_strndup(arena, *raw + 5, hex);
	*raw += n + 1;
	*len -= n + 1;
}

struct ost_err *ost_message_parse(struct ost_message *msg, struct ost_arena *arena,
				  const char *name, const char *raw, size_t len)
{
	struct reader r = { .msg = msg, .arena = arena };
	struct ost_inbody inbody;
	OST_BUF mime = OST_BUF_INIT;	/* what GMime is to see: its own headers and the text */
	size_t body;

	init_empty(msg, arena);
	if (len > OST_MAIL_MAX_BYTES)
		return ost_err_create(OST_ERR_INPUT, name, "give the patch alone, without attachments",
				      "a mail of %zu bytes is over the limit of %u", len, OST_MAIL_MAX_BYTES);
	read_from_line(msg, arena, &raw, &len);
	if (!read_headers(&r, raw, len, &mime, &body))
		return ost_err_create(OST_ERR_INPUT, name, "give a raw mail, an mbox or a git format-patch file",
				      "no mail header at its beginning");
	ost_buf_addch(&mime, '\n');
	ost_buf_add(&mime, raw + body, len - body);
	read_body(&r, mime.ptr, mime.len);
	ost_body_split(msg, arena, &inbody);
	use_inbody(&r, &inbody);
	msg->commit_text = commit_text(msg, arena);
	state_damage(&r);
	return NULL;
}

void ost_message_init_plain(struct ost_message *msg, struct ost_arena *arena, const char *text, size_t len)
{
	struct reader r = { .msg = msg, .arena = arena };
	struct ost_inbody inbody;
	OST_BUF body = OST_BUF_INIT;

	init_empty(msg, arena);
	ost_utf8_add(&body, text, len, &r.count);
	undo_crlf(&r, &body, false);
	if (body.len && body.ptr[body.len - 1] != '\n')
		ost_buf_addch(&body, '\n');
	msg->body = ost_arena_strndup(arena, body.ptr, body.len);
	msg->body_len = body.len;
	ost_body_split(msg, arena, &inbody);
	/* text before a bare diff is no commit message */
	if (!*msg->notes)
		msg->notes = msg->message;
	msg->message = "";
	msg->upstream = (struct ost_upstream_id){ .hex = "", .line = "" };
	state_damage(&r);
}

enum ost_message_kind ost_message_kind(const struct ost_message *msg)
{
	if (msg->diff_len)
		return OST_MSG_PATCH;
	if (msg->subject.is_cover && !msg->subject.is_reply)
		return OST_MSG_COVER;
	return msg->subject.is_reply || *msg->in_reply_to ? OST_MSG_REPLY : OST_MSG_OTHER;
}
