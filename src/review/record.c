// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "review/check.h"
#include "review/input.h"

const char *ost_status_name(enum ost_status status)
{
	static const char *const names[] = { "verified", "refuted", "unknown" };

	return names[status];
}

const char *ost_decision_name(enum ost_decision d)
{
	static const char *const names[] = { "yes", "no", "human" };

	return names[d];
}

const char *ost_answer_name(enum ost_answer a)
{
	static const char *const names[] = { "unknown", "yes", "no" };

	return names[a];
}

const struct ost_record *ost_record_find(const struct ost_review_ctx *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->records.nr; i++)
		if (!strcmp(c->records.items[i]->id, id))
			return c->records.items[i];
	return NULL;
}

static const char *unique_id(struct ost_review_ctx *c, const char *name)
{
	char *id = ost_arena_printf(c->arena, "%s/%s", c->check->step, name);
	unsigned n;

	if (!ost_record_find(c, id))
		return id;
	for (n = 2;; n++) {
		id = ost_arena_printf(c->arena, "%s/%s-%u", c->check->step, name, n);
		if (!ost_record_find(c, id))
			return id;
	}
}

/* What reaches a report is one line of text that is fit to be shown. */
static const char *one_line(char *s)
{
	char *p;

	for (p = s; *p; p++)
		if (*p == '\n' || *p == '\t' || *p == '\r')
			*p = ' ';
	return ost_utf8_clean(s);
}

static const char *vformat(struct ost_review_ctx *c, const char *fmt, va_list ap)
{
	OST_BUF b = OST_BUF_INIT;

	ost_buf_addv(&b, fmt, ap);
	return one_line(ost_arena_strndup(c->arena, b.ptr, b.len));
}

static struct ost_record *new_record(struct ost_review_ctx *c, const char *name)
{
	struct ost_record *r = ost_arena_calloc(c->arena, 1, sizeof(*r));

	r->id = unique_id(c, name);
	r->step = c->check->step;
	ost_vec_add(&c->records, r);
	return r;
}

struct ost_record *ost_record_add(struct ost_review_ctx *c, const char *name,
				  enum ost_status status, int weight, const char *fmt, ...)
{
	struct ost_record *r = new_record(c, name);
	va_list ap;

	r->status = status;
	r->weight = weight;
	va_start(ap, fmt);
	r->statement = vformat(c, fmt, ap);
	va_end(ap);
	return r;
}

struct ost_record *ost_record_unknown(struct ost_review_ctx *c, const char *name,
				      const char *statement, const char *why_fmt, ...)
{
	struct ost_record *r = new_record(c, name);
	va_list ap;

	r->status = OST_UNKNOWN;
	r->statement = one_line(ost_arena_strdup(c->arena, statement));
	va_start(ap, why_fmt);
	r->reason = vformat(c, why_fmt, ap);
	va_end(ap);
	return r;
}

#define MAX_EVIDENCE 64

/* Two hunks, or two reasons, may be shown by one command. */
static bool is_told(const struct ost_record *r, const struct ost_evidence *last)
{
	const struct ost_evidence *e;

	for (e = r->evidence; e < last; e++)
		if (!strcmp(e->kind, last->kind) && !strcmp(e->ref, last->ref) && !strcmp(e->command, last->command))
			return true;
	return false;
}

void ost_record_prove(struct ost_review_ctx *c, struct ost_record *r,
		      const char *kind, const char *ref, const char *cmd_fmt, ...)
{
	struct ost_evidence *e;
	va_list ap;

	if (r->nr_evidence == MAX_EVIDENCE)
		return;
	if (!(r->nr_evidence & (r->nr_evidence - 1))) {
		e = ost_arena_calloc(c->arena, r->nr_evidence ? 2 * r->nr_evidence : 1, sizeof(*e));
		if (r->nr_evidence)
			memcpy(e, r->evidence, r->nr_evidence * sizeof(*e));
		r->evidence = e;
	}
	e = &r->evidence[r->nr_evidence++];
	e->kind = kind;
	e->ref = one_line(ost_arena_strdup(c->arena, ref));
	e->command = "";
	if (!cmd_fmt)
		return;
	va_start(ap, cmd_fmt);
	e->command = vformat(c, cmd_fmt, ap);
	va_end(ap);
	if (is_told(r, e))
		r->nr_evidence--;
}

void ost_record_prove_msg(struct ost_review_ctx *c, struct ost_record *r, const char *format)
{
	const struct ost_review_msg *m = c->msg;
	const char *ref = *m->message_id ? m->message_id : c->options->input;

	if (*m->commit)
		ost_record_prove(c, r, "commit", m->commit, "git show -s --format=%s %s",
				 ost_shell_quote(c->arena, format), m->commit);
	else if (!*m->read || !m->is_mail)
		ost_record_prove(c, r, "message", ref, *m->read ? "%s" : NULL, m->read);
	else if (!strcmp(format, "%(trailers)"))
		ost_record_prove(c, r, "message", ref, "%s | git mailinfo /dev/stderr /dev/null 2>&1 >/dev/null |"
				 " git interpret-trailers --parse", m->read);
	else if (!strcmp(format, "%B"))
		ost_record_prove(c, r, "message", ref, "%s | git mailinfo /dev/stderr /dev/null 2>&1", m->read);
	else
		ost_record_prove(c, r, "message", ref, "%s | git mailinfo /dev/null /dev/null", m->read);
}

/* Of a mail: the whole patch, or the counts of its files. git refuses to count what is not whole. */
static void prove_mail_diff(struct ost_review_ctx *c, struct ost_record *r, const char *path, bool is_count)
{
	const struct ost_review_msg *m = c->msg;
	const char *ref = path ? path : *m->message_id ? m->message_id : c->options->input;

	if (!*m->read)
		ost_record_prove(c, r, "message", *m->message_id ? m->message_id : c->options->input, NULL);
	else if (!m->is_read_alike || !ost_change_is_whole(c->change))
		ost_record_prove(c, r, "diff", ref, "%s", m->read);
	else
		ost_record_prove(c, r, "diff", ref, "%s%s", ost_cmd_patch(c->arena, c->item), is_count ? " | git apply --numstat" : "");
}

void ost_record_prove_counts(struct ost_review_ctx *c, struct ost_record *r)
{
	if (!*c->msg->commit)
		prove_mail_diff(c, r, NULL, true);
	else
		ost_record_prove(c, r, "diff", c->msg->commit, "git show -M -m --first-parent --format= --numstat --shortstat %s",
				 c->msg->commit);
}

void ost_record_prove_diff(struct ost_review_ctx *c, struct ost_record *r, const char *path)
{
	const struct ost_review_msg *m = c->msg;
	const char *show = c->item->nr_parents == 1 ? "git show -M --format=" : "git show -M -m --first-parent --format=";
	uint32_t i;

	if (!*m->commit) {
		prove_mail_diff(c, r, path, false);
		return;
	}
	if (!path) {
		ost_record_prove(c, r, "diff", m->commit, "%s %s", show, m->commit);
		return;
	}
	/* git shows a rename only when it is told both names */
	for (i = 0; i < c->change->nr_files && strcmp(c->change->files[i].new_path, path) != 0; i++)
		;
	if (i < c->change->nr_files && strcmp(c->change->files[i].old_path, path) != 0)
		ost_record_prove(c, r, "diff", path, "%s %s -- %s %s", show, m->commit,
				 ost_shell_pathspec(c->arena, c->change->files[i].old_path), ost_shell_pathspec(c->arena, path));
	else
		ost_record_prove(c, r, "diff", path, "%s %s -- %s", show, m->commit, ost_shell_pathspec(c->arena, path));
}

void ost_record_prove_record(struct ost_review_ctx *c, struct ost_record *r, const struct ost_record *by)
{
	ost_record_prove(c, r, "record", by->id, NULL);
}
