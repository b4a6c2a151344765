// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mime.c - the walk over the parts of a mail.
 *
 * Which leaf is text of the mail: text/plain that is not an attachment, and
 * whatever a mail without parts says it is, HTML excepted. In a
 * multipart/alternative the first branch that yields text wins. A leaf of a
 * patch type or name, or an attached text that begins like a patch, is an
 * attached patch. All other leaves are passed over.
 */
#include "mail/mime.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <pthread.h>
#include <strings.h>

#include "base/alloc.h"
#include "mail/header.h"
#include "mail/rfc2047.h"

/*
 * GMime holds every part in memory, keeps every parameter of a header, and
 * compares every line that begins with "--" to the boundary of every level
 * around it. A mail of parts without number or end could cost gigabytes and
 * minutes; so what is over these limits is not given to it.
 */
#define MAX_BOUNDARIES	64		/* boundary parameters */
#define MAX_HEADER_BLOCK (1u << 20)	/* bytes of headers of a part, or of an enclosed mail */
#define MAX_DASH_LINES	20000		/* lines that begin with "--", those of diffs (three and a blank) left out */

static void init_once(void)
{
	g_mime_init();
}

static void init_gmime(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, init_once);
}

static size_t count_boundaries(const char *raw, size_t len)
{
	const char *p = raw, *end = raw + len;
	size_t nr = 0;

	while ((p = memmem(p, end - p, "oundary", 7))) {
		p += 7;
		while (p < end && (isspace((unsigned char)*p) || *p == '*' || isdigit((unsigned char)*p)))
			p++;
		nr += p < end && *p == '=';
	}
	return nr;
}

static size_t count_dash_lines(const char *raw, size_t len)
{
	const char *p = raw, *end = raw + len;
	size_t nr = 0;

	for (; (p = memmem(p, end - p, "\n--", 3)); p += 3)
		nr += end - p < 5 || memcmp(p + 3, "- ", 2);
	return nr;
}

/* Is there a block of lines that look like headers and their folds, longer than any is read? */
static bool has_endless_header(const char *raw, size_t len)
{
	const char *p = raw, *end = raw + len, *eol;
	size_t run = 0;

	for (; p < end; p = eol + 1) {
		eol = memchr(p, '\n', end - p);
		if (!eol)
			eol = end;
		if (ost_header_is_line(p, eol - p) || (run && (*p == ' ' || *p == '\t')))
			run += eol - p + 1;
		else
			run = 0;
		if (run > MAX_HEADER_BLOCK)
			return true;
	}
	return false;
}

/* Is it within what GMime can be given? Plain text of a mail without parts always is. */
static bool is_bounded(const char *raw, size_t len)
{
	size_t nr = count_boundaries(raw, len);

	if (!nr && !memmem(raw, len, "essage/", 7) && len > MAX_HEADER_BLOCK)
		return !has_endless_header(raw, MAX_HEADER_BLOCK + 1);
	if (!nr && !memmem(raw, len, "essage/", 7))
		return true;
	return nr <= MAX_BOUNDARIES && count_dash_lines(raw, len) <= MAX_DASH_LINES &&
	       !has_endless_header(raw, len);
}

static const char *lower(struct ost_arena *arena, const char *s)
{
	char *out = ost_arena_strdup(arena, s), *p;

	for (p = out; *p; p++)
		*p = tolower((unsigned char)*p);
	return out;
}

static const char *clean_text(struct ost_arena *arena, const char *s)
{
	struct ost_utf8_count count = { 0, 0 };
	OST_BUF b = OST_BUF_INIT;

	ost_rfc2047_decode(&b, s ? s : "", s ? strlen(s) : 0, &count);
	return ost_arena_strndup(arena, b.ptr, b.len);
}

static const char *mime_type(struct ost_arena *arena, GMimeObject *obj)
{
	GMimeContentType *type = g_mime_object_get_content_type(obj);
	char *s = type ? g_mime_content_type_get_mime_type(type) : NULL;
	const char *ret = lower(arena, s ? s : "text/plain");

	g_free(s);
	return ret;
}

static const char *param(struct ost_arena *arena, GMimeObject *obj, const char *name)
{
	return clean_text(arena, g_mime_object_get_content_type_parameter(obj, name));
}

static void take_bytes(struct ost_buf *out, GMimeStream *mem)
{
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));

	if (bytes)
		ost_buf_add(out, bytes->data, bytes->len);
	g_object_unref(mem);
}

static void read_content(struct ost_buf *out, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *mem;

	if (!content)
		return;
	mem = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(content, mem);
	take_bytes(out, mem);
}

static bool has_suffix(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	return n > m && !strcasecmp(s + n - m, with);
}

static bool is_patch_leaf(const struct ost_mime_leaf *l, bool is_attachment)
{
	const char *p = l->bytes.ptr;

	if (!strcmp(l->type, "text/html"))
		return false;
	if (strstr(l->type, "-patch") || strstr(l->type, "-diff") || has_suffix(l->filename, ".patch") ||
	    has_suffix(l->filename, ".diff") || !strcmp(l->type, "application/mbox"))
		return true;
	if (!is_attachment || strncmp(l->type, "text/", 5))
		return false;
	return !strncmp(p, "diff --git ", 11) || !strncmp(p, "From ", 5) || !strncmp(p, "Index: ", 7);
}

static bool is_encoded(GMimePart *part)
{
	switch (g_mime_part_get_content_encoding(part)) {
	case GMIME_CONTENT_ENCODING_BASE64:
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
	case GMIME_CONTENT_ENCODING_UUENCODE:
		return true;
	default:
		return false;
	}
}

static void take_leaf(struct ost_mime *m, struct ost_arena *arena, GMimePart *part, bool is_alone)
{
	GMimeObject *obj = GMIME_OBJECT(part);
	struct ost_mime_leaf l = { .type = mime_type(arena, obj), .bytes = OST_BUF_INIT };
	bool is_attachment = g_mime_part_is_attachment(part);
	bool is_text;

	l.filename = clean_text(arena, g_mime_part_get_filename(part));
	l.charset = param(arena, obj, "charset");
	l.is_flowed = !strcasecmp(param(arena, obj, "format"), "flowed");
	l.is_delsp = !strcasecmp(param(arena, obj, "delsp"), "yes");
	l.is_encoded = is_encoded(part);
	is_text = !strcmp(l.type, "text/plain") && !is_attachment;
	if (is_alone && strcmp(l.type, "text/html") && !is_attachment)
		is_text = true;
	m->has_html |= !strcmp(l.type, "text/html");
	if (!is_text && !strncmp(l.type, "image/", 6))
		return;
	read_content(&l.bytes, part);
	l.is_attached = !is_alone && is_patch_leaf(&l, is_attachment);
	if (is_text || l.is_attached || (is_alone && is_patch_leaf(&l, true)))
		*ost_vec_push(&m->v) = l;
	else
		ost_buf_deinit(&l.bytes);
}

static void take_message(struct ost_mime *m, struct ost_arena *arena, GMimeMessagePart *part)
{
	GMimeMessage *inner = g_mime_message_part_get_message(part);
	struct ost_mime_leaf l = { .type = "message/rfc822", .filename = "", .charset = "",
				   .is_attached = true, .bytes = OST_BUF_INIT };
	GMimeStream *mem;

	if (!inner)
		return;
	mem = g_mime_stream_mem_new();
	g_mime_object_write_to_stream(GMIME_OBJECT(inner), NULL, mem);
	take_bytes(&l.bytes, mem);
	*ost_vec_push(&m->v) = l;
}

static bool has_text_since(const struct ost_mime *m, size_t from)
{
	size_t i;

	for (i = from; i < m->v.nr; i++)
		if (!m->v.items[i].is_attached && m->v.items[i].bytes.len)
			return true;
	return false;
}

static void walk(struct ost_mime *m, struct ost_arena *arena, GMimeObject *obj, unsigned int depth)
{
	if (!obj || m->is_cut)
		return;
	if (depth > OST_MAIL_MAX_DEPTH || m->v.nr >= OST_MAIL_MAX_PARTS) {
		m->is_cut = true;
		return;
	}
	if (GMIME_IS_MULTIPART(obj)) {
		int i, nr = g_mime_multipart_get_count(GMIME_MULTIPART(obj));
		bool is_choice = !strcmp(mime_type(arena, obj), "multipart/alternative");
		size_t from = m->v.nr;

		m->has_encrypted |= GMIME_IS_MULTIPART_ENCRYPTED(obj);
		for (i = 0; i < nr; i++) {
			walk(m, arena, g_mime_multipart_get_part(GMIME_MULTIPART(obj), i), depth + 1);
			if (is_choice && has_text_since(m, from))
				break;
		}
	} else if (GMIME_IS_MESSAGE_PART(obj)) {
		take_message(m, arena, GMIME_MESSAGE_PART(obj));
	} else if (GMIME_IS_PART(obj)) {
		take_leaf(m, arena, GMIME_PART(obj), depth == 0);
	}
}

void ost_mime_read(struct ost_mime *m, struct ost_arena *arena, const char *raw, size_t len)
{
	GMimeMessage *message;
	GMimeParser *parser;
	GMimeStream *stream;
	GByteArray *bytes;

	memset(m, 0, sizeof(*m));
	if (!is_bounded(raw, len)) {
		m->is_unbounded = true;
		return;
	}
	init_gmime();
	/* the stream only reads; the array lends the bytes and never frees them */
	bytes = g_byte_array_new_take((guint8 *)raw, len);
	stream = g_mime_stream_mem_new_with_byte_array(bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	if (message) {
		walk(m, arena, g_mime_message_get_mime_part(message), 0);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
	g_byte_array_free(bytes, FALSE);
}

void ost_mime_deinit(struct ost_mime *m)
{
	size_t i;

	for (i = 0; i < m->v.nr; i++)
		ost_buf_deinit(&m->v.items[i].bytes);
	ost_vec_deinit(&m->v);
}
