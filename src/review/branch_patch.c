// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/branch_patch.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "git/difftext.h"
#include "mail/compose.h"

#define MAX_SLUG 52

/* A name for a file: letters, digits, '.', '_', and single '-' for all else. */
static const char *slug(struct ost_arena *arena, const char *s, size_t max)
{
	char *out = ost_arena_calloc(arena, 1, max + 1);
	size_t n = 0;

	for (; *s && n < max; s++) {
		if (isalnum((unsigned char)*s) || *s == '_' || (*s == '.' && n && out[n - 1] != '.'))
			out[n++] = *s;
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && (out[n - 1] == '-' || out[n - 1] == '.'))
		n--;
	out[n] = '\0';
	return n ? out : "patch";
}

static const char *mail_date(struct ost_arena *arena, int64_t when)
{
	time_t t = when;
	struct tm tm;
	char text[64];

	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &tm))
		return "Thu, 01 Jan 1970 00:00:00 +0000";
	return ost_arena_strdup(arena, text);
}

/* One line, whatever the author's name holds. */
static const char *one_line(struct ost_arena *arena, const char *s)
{
	char *copy = ost_arena_strdup(arena, s), *p;

	for (p = copy; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return copy;
}

static struct ost_err *put_head(struct ost_buf *b, const struct ost_branch_question *q, const struct ost_stable *stable)
{
	const struct ost_review_msg *m = &q->item->msg;
	const char *id = *q->upstream ? q->upstream : m->commit;
	struct ost_arena *a = q->arena;

	ost_buf_addf(b, "From %s Mon Sep 17 00:00:00 2001\n", strlen(id) == OST_HEX_SIZE - 1 ? id : "0000000000000000000000000000000000000000");
	ost_buf_addf(b, "From: %s <%s>\nDate: %s\n", one_line(a, m->author_name), one_line(a, m->author_email), mail_date(a, m->author_time));
	ost_try(ost_compose_header(b, "Subject", ost_arena_printf(a, "[PATCH %s] %s", *stable->release ? stable->release : stable->name,
								 one_line(a, m->title))));
	ost_buf_addstr(b, "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n");
	if (*id && !*q->item->upstream)
		ost_buf_addf(b, "[ Upstream commit %s ]\n\n", id);
	ost_buf_addf(b, "%s%s---\n\n", m->body, *m->body && m->body[strlen(m->body) - 1] != '\n' ? "\n" : "");
	return NULL;
}

static struct ost_err *put_diff(struct ost_buf *b, const struct ost_trial *trial)
{
	uint32_t i;

	for (i = 0; i < trial->nr_files; i++) {
		const struct ost_file_trial *f = &trial->files[i];
		bool is_new = f->file->status == OST_FILE_ADDED;
		const char *old = f->is_moved || is_new ? f->path : f->file->old_path;
		const struct ost_diff_side from = { old, is_new ? NULL : f->before, is_new ? 0 : f->before_len };
		const struct ost_diff_side to = { f->path, f->is_deleted ? NULL : f->text, f->is_deleted ? 0 : f->len };

		ost_try(ost_diff_texts(b, &from, &to));
	}
	return NULL;
}

static struct ost_err *write_file(const char *dir, const char *sub, const char *path, const struct ost_buf *b)
{
	FILE *f;
	bool ok;

	if ((mkdir(dir, 0777) && errno != EEXIST) || (mkdir(sub, 0777) && errno != EEXIST))
		return ost_err_create_errno(sub, errno);
	f = fopen(path, "we");
	if (!f)
		return ost_err_create_errno(path, errno);
	ok = fwrite(b->ptr, 1, b->len, f) == b->len;
	ok &= !fclose(f);
	return ok ? NULL : ost_err_create_errno(path, errno);
}

struct ost_err *ost_branch_patch_write(struct ost_branch_answer *ret, const struct ost_branch_question *q,
				       const struct ost_stable *stable, const struct ost_trial *trial)
{
	const char *id = *q->upstream ? q->upstream : q->item->msg.commit, *dir = q->options->patches, *sub;
	OST_BUF b = OST_BUF_INIT;

	if (!dir || trial->applies > OST_APPLIES_FUZZ || ret->affected == OST_AFFECTED_FIXED || ret->affected == OST_AFFECTED_NO)
		return NULL;
	sub = ost_arena_printf(q->arena, "%s/%s", dir, slug(q->arena, stable->name, 100));
	ret->patch = ost_arena_printf(q->arena, "%s/%.12s%s%s.patch", sub, id, *id ? "-" : "", slug(q->arena, q->item->msg.title, MAX_SLUG));
	ost_try(put_head(&b, q, stable));
	ost_try(put_diff(&b, trial));
	return write_file(dir, sub, ret->patch, &b);
}
