// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/mbox.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "mail/header.h"

#define MAX_FROM_LINE 1000
#define LOOK_AT (1u << 20)	/* bytes in which a diff must begin */

/* ---- From lines -------------------------------------------------------- */

/* "12:34" or "12:34:56", then a year somewhere behind it. */
static bool has_date(const char *s, size_t len)
{
	const char *p, *end = s + len, *colon = memchr(s, ':', len);

	if (!colon || colon < s + 2 || end - colon < 3 || !isdigit((unsigned char)colon[-1]) ||
	    !isdigit((unsigned char)colon[1]) || !isdigit((unsigned char)colon[2]))
		return false;
	for (p = colon + 3; end - p >= 5; p++)
		if (p[0] == ' ' && ((p[1] == '1' && p[2] == '9') || (p[1] == '2' && p[2] == '0')) &&
		    isdigit((unsigned char)p[3]) && isdigit((unsigned char)p[4]) &&
		    (end - p == 5 || !isdigit((unsigned char)p[5])))
			return true;
	return false;
}

bool ost_mbox_is_from_line(const char *line, size_t len, size_t *ret_commit)
{
	size_t n = 0;

	if (ret_commit)
		*ret_commit = 0;
	if (len && line[len - 1] == '\r')
		len--;
	if (len < 12 || len > MAX_FROM_LINE || memcmp(line, "From ", 5))
		return false;
	while (5 + n < len && isxdigit((unsigned char)line[5 + n]))
		n++;
	if ((n == 40 || n == 64) && len - 5 - n == 25 && !memcmp(line + 5 + n, " Mon Sep 17 00:00:00 2001", 25)) {
		if (ret_commit)
			*ret_commit = n;
		return true;
	}
	return has_date(line + 5, len - 5);
}

static size_t line_len(const char *p, const char *end)
{
	const char *eol = memchr(p, '\n', end - p);

	return (eol ? eol : end) - p;
}

/* A From line, and behind it a header line: where a message begins. */
static bool is_message_start(const char *p, const char *end)
{
	size_t n = line_len(p, end), m;
	const char *next = p + n + 1;

	if (!ost_mbox_is_from_line(p, n, NULL) || next >= end)
		return false;
	m = line_len(next, end);
	return ost_header_is_line(next, m) || (m >= 6 && !memcmp(next, ">From ", 6));
}

/* ---- what a file is ---------------------------------------------------- */

static bool begins(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && !memcmp(s, with, n);
}

static bool is_compressed(const char *s, size_t len)
{
	return begins(s, len, "\x1f\x8b") || begins(s, len, "\xfd" "7zXZ") || begins(s, len, "BZh") ||
	       begins(s, len, "\x28\xb5\x2f\xfd") || begins(s, len, "PK\x03\x04");
}

static bool is_html(const char *s, size_t len)
{
	return (len >= 9 && !strncasecmp(s, "<!doctype", 9)) || (len >= 5 && !strncasecmp(s, "<html", 5));
}

/* `git show` and `git log -p`: "commit <id>", then "Author: ". */
static bool is_git_show(const char *s, size_t len)
{
	size_t n = line_len(s, s + len);

	return begins(s, len, "commit ") && n >= 19 && n < len &&
	       (begins(s + n + 1, len - n - 1, "Author:") || begins(s + n + 1, len - n - 1, "Merge:"));
}

/* A header that has at least one of the names that every mail has. */
static bool is_mail(const char *s, size_t len)
{
	static const char *const names[] = {
		"From", "Subject", "Date", "Message-ID", "Received", "Return-Path", "MIME-Version", "Delivered-To",
	};
	struct ost_header_walk w = { s, len, 0, false };
	struct ost_raw_header h;
	size_t i;

	while (ost_header_next(&w, &h))
		for (i = 0; i < OST_ARRAY_SIZE(names); i++)
			if (ost_header_is(&h, names[i]))
				return true;
	return false;
}

/* Is there the header of a diff within the first megabyte? */
static bool has_diff(const char *s, size_t len)
{
	const char *end = s + (len < LOOK_AT ? len : LOOK_AT), *p, *next;

	for (p = s; p < end; p = next) {
		size_t n = line_len(p, end);

		next = p + n + 1;
		if (begins(p, n, "diff --git ") || begins(p, n, "diff --cc ") || begins(p, n, "diff --combined "))
			return true;
		if (begins(p, n, "--- ") && next < end && begins(next, end - next, "+++ "))
			return true;
	}
	return false;
}

static struct ost_err *not_a_patch(const char *name, const char *s, size_t len)
{
	static const char raw[] = "give a raw mail, an mbox, a git format-patch file or a diff";
	const char *why = "neither mail nor diff", *remedy = raw;

	if (is_compressed(s, len)) {
		why = "compressed";
		remedy = "unpack it first, for example: zcat FILE | ostler review -";
	} else if (is_html(s, len)) {
		why = "a web page, not a mail";
		remedy = "download the raw mail (on lore.kernel.org: the address of the mail with /raw behind it)";
	} else if (is_git_show(s, len)) {
		why = "the output of git show or git log";
		remedy = "give the commit id with --repo=REPO, or the output of git format-patch -1";
	} else if (memchr(s, '\0', len < 8192 ? len : 8192)) {
		why = "binary data, neither mail nor diff";
	}
	return ost_err_create(OST_ERR_INPUT, name, remedy, "%s", why);
}

static struct ost_err *decide_kind(struct ost_mbox *m)
{
	const char *s = m->data, *end = m->data + m->len;
	size_t commit;

	if (begins(s, m->len, "\xef\xbb\xbf"))
		s += 3;
	while (s < end && isspace((unsigned char)*s))
		s++;
	if (s == end)
		return ost_err_create(OST_ERR_INPUT, m->name, "give a raw mail, an mbox, a git format-patch file"
				      " or a diff", "empty");
	m->pos = m->start = s - m->data;
	m->flavour = OST_MBOXRD;
	if (ost_mbox_is_from_line(s, line_len(s, end), &commit)) {
		m->kind = commit ? OST_MBOX_PATCH : OST_MBOX_MBOX;
		if (commit)
			m->flavour = OST_MBOX_UNQUOTED;
		return NULL;
	}
	m->flavour = OST_MBOX_UNQUOTED;
	if (is_compressed(s, end - s) || is_html(s, end - s) || is_git_show(s, end - s))
		return not_a_patch(m->name, s, end - s);
	if (is_mail(s, end - s))
		m->kind = OST_MBOX_MAIL;
	else if (has_diff(s, end - s))
		m->kind = OST_MBOX_DIFF;
	else
		return not_a_patch(m->name, s, end - s);
	return NULL;
}

/* ---- opening ----------------------------------------------------------- */

static struct ost_err *finish_open(struct ost_mbox *m)
{
	struct ost_err *err = decide_kind(m);

	if (err)
		ost_mbox_deinit(m);
	return err;
}

struct ost_err *ost_mbox_open_mem(struct ost_mbox *m, const char *name, const char *data, size_t len)
{
	memset(m, 0, sizeof(*m));
	ost_buf_init(&m->own);
	m->name = ost_strdup(name);
	m->data = data;
	m->len = len;
	return finish_open(m);
}

/* Maps the file behind fd, which stays the caller's. */
static struct ost_err *map_file(struct ost_mbox *m, int fd, size_t len)
{
	void *map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);

	if (map == MAP_FAILED)
		return ost_err_create_errno(m->name, errno);
	m->map = map;
	m->map_len = m->len = len;
	m->data = map;
	return NULL;
}

static struct ost_err *read_input(struct ost_mbox *m, const char *path)
{
	struct ost_err *err = NULL;
	struct stat st;
	int fd;

	if (strcmp(path, "-")) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || fstat(fd, &st)) {
			err = ost_err_create_errno(path, errno);
		} else if (S_ISDIR(st.st_mode)) {
			err = ost_err_create(OST_ERR_INPUT, path, "give a file, or: cat DIR/*.patch | ostler review -",
					     "a directory");
		} else if (S_ISREG(st.st_mode) && st.st_size > OST_MBOX_MAX_READ) {
			err = map_file(m, fd, st.st_size);
		}
		if (fd >= 0)
			close(fd);
		if (err || m->map)
			return err;
	}
	ost_try(ost_buf_read_file(&m->own, path, OST_MBOX_MAX_STDIN));
	m->data = m->own.ptr;
	m->len = m->own.len;
	return NULL;
}

struct ost_err *ost_mbox_open(struct ost_mbox *m, const char *path)
{
	struct ost_err *err;

	memset(m, 0, sizeof(*m));
	ost_buf_init(&m->own);
	m->name = ost_strdup(strcmp(path, "-") ? path : "standard input");
	err = read_input(m, path);
	if (err) {
		ost_mbox_deinit(m);
		return err;
	}
	return finish_open(m);
}

void ost_mbox_deinit(struct ost_mbox *m)
{
	if (m->map)
		munmap(m->map, m->map_len);
	m->map = NULL;
	ost_buf_deinit(&m->own);
	free(m->name);
	m->name = NULL;
}

/* ---- messages ---------------------------------------------------------- */

/*
 * The end of a message by its Content-Length, or 0 when it has none or when
 * no message begins there.
 */
static size_t end_by_length(const struct ost_mbox *m, size_t head)
{
	struct ost_header_walk w = { m->data + head, m->len - head, 0, false };
	struct ost_raw_header h;
	unsigned long long n = 0;
	bool is_told = false;
	char digits[20];
	size_t at;

	while (ost_header_next(&w, &h)) {
		if (!ost_header_is(&h, "Content-Length") || !h.value_len || h.value_len > 18)
			continue;
		memcpy(digits, h.value, h.value_len);
		digits[h.value_len] = '\0';
		n = strtoull(digits, NULL, 10);
		is_told = isdigit((unsigned char)*h.value);
	}
	at = head + w.pos;
	if (!is_told || n > m->len - at)
		return 0;
	at += n;
	while (at < m->len && (m->data[at] == '\n' || m->data[at] == '\r'))
		at++;
	if (at == m->len || is_message_start(m->data + at, m->data + m->len))
		return at;
	return 0;
}

static size_t find_end(const struct ost_mbox *m, size_t head)
{
	const char *p = m->data + head, *end = m->data + m->len;
	size_t at = end_by_length(m, head);

	if (at)
		return at;
	while ((p = memmem(p, end - p, "\nFrom ", 6))) {
		p++;
		if (is_message_start(p, end))
			return p - m->data;
	}
	return m->len;
}

bool ost_mbox_next(struct ost_mbox *m, struct ost_mbox_item *ret)
{
	const char *end = m->data + m->len;

	if (m->pos >= m->len)
		return false;
	ret->offset = ret->head = m->pos;
	ret->number = ++m->nr;
	if (m->kind == OST_MBOX_MAIL || m->kind == OST_MBOX_DIFF) {
		m->pos = m->len;
	} else {
		ret->head += line_len(m->data + m->pos, end) + 1;
		if (ret->head > m->len)
			ret->head = m->len;
		m->pos = find_end(m, ret->head);
	}
	ret->len = m->pos - ret->offset;
	return true;
}

void ost_mbox_rewind(struct ost_mbox *m)
{
	m->pos = m->start;
	m->nr = 0;
}

/* Is it a From line with `>` before it, from which one is to be taken off? */
static bool is_quoted(const struct ost_mbox *m, const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q == '>')
		q++;
	if (q == p || (m->flavour == OST_MBOXO && q != p + 1))
		return false;
	return end - q >= 5 && !memcmp(q, "From ", 5);
}

/* The next quoted line at or after p, or NULL. */
static const char *next_quoted(const struct ost_mbox *m, const char *p, const char *end)
{
	const char *hit = p, *line;

	while ((hit = memmem(hit, end - hit, ">From ", 6))) {
		for (line = hit; line > p && line[-1] == '>'; line--)
			;
		if ((line == p || line[-1] == '\n') && is_quoted(m, line, end))
			return line;
		hit++;
	}
	return NULL;
}

void ost_mbox_raw(const struct ost_mbox *m, const struct ost_mbox_item *item,
		  struct ost_buf *buf, const char **ret_raw, size_t *ret_len)
{
	const char *p = m->data + item->offset, *end = p + item->len, *hit;

	*ret_raw = p;
	*ret_len = item->len;
	hit = m->flavour == OST_MBOX_UNQUOTED ? NULL : next_quoted(m, p, end);
	if (!hit)
		return;
	ost_buf_clear(buf);
	for (; hit; hit = next_quoted(m, p, end)) {
		ost_buf_add(buf, p, hit - p);
		p = hit + 1;
		/* the rest of this line is text, however many marks it still has */
		hit = memchr(p, '\n', end - p);
		hit = hit ? hit + 1 : end;
		ost_buf_add(buf, p, hit - p);
		p = hit;
	}
	ost_buf_add(buf, p, end - p);
	*ret_raw = buf->ptr;
	*ret_len = buf->len;
}
