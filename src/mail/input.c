// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/input.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "mail/mbox.h"

struct input {
	struct ost_patches *ps;
	struct ost_mbox box;
	struct ost_buf buf;	/* unquoted bytes of one message */
};

/* "fix.patch", or "s.mbox message 3" where there may be several */
static const char *entry_name(struct input *in, const struct ost_mbox_item *item)
{
	if (in->box.kind == OST_MBOX_MAIL || in->box.kind == OST_MBOX_DIFF)
		return ost_arena_strdup(&in->ps->arena, in->box.name);
	return ost_arena_printf(&in->ps->arena, "%s message %u", in->box.name, item->number);
}

static struct ost_err *too_many(const struct input *in)
{
	return ost_err_create(OST_ERR_INPUT, in->box.name, "give the mails of one series",
			      "more than %u messages", OST_PATCHES_MAX);
}

static struct ost_patch *add(struct ost_patches *ps, const char *name)
{
	struct ost_patch *p = ost_vec_push(&ps->v);

	p->name = name;
	p->kind = OST_MSG_OTHER;
	return p;
}

/* Reads the diff of an entry whose message is there. */
static void take_change(struct ost_patches *ps, struct ost_patch *p)
{
	const char *where;

	p->kind = ost_message_kind(&p->msg);
	if (p->kind != OST_MSG_PATCH)
		return;
	/* line numbers in errors count from the diff */
	where = ost_arena_printf(&ps->arena, "%s (diff from line %u of the text)", p->name, p->msg.diff_line);
	p->err = ost_change_parse(&p->change, &ps->arena, p->msg.diff_line > 1 ? where : p->name,
				  p->msg.diff, p->msg.diff_len);
	if (!p->err && !p->change.nr_files)
		p->kind = *p->msg.in_reply_to || p->msg.subject.is_reply ? OST_MSG_REPLY : OST_MSG_OTHER;
	else if (!p->err)
		ps->nr_patches++;
}

/* Attached format-patch files and mails become entries, too. */
static struct ost_err *take_attached(struct input *in, size_t outer)
{
	struct ost_patches *ps = in->ps;
	uint32_t i, nr = ps->v.items[outer].msg.nr_attached;

	for (i = 0; i < nr; i++) {
		const struct ost_mail_part *part = &ps->v.items[outer].msg.attached[i];
		struct ost_patch *p;

		if (!part->is_mail)
			continue;
		if (ps->v.nr >= OST_PATCHES_MAX)
			return too_many(in);
		p = add(ps, ost_arena_printf(&ps->arena, "%s attachment %u", ps->v.items[outer].name, i + 1));
		p->err = ost_message_parse(&p->msg, &ps->arena, p->name, part->text, part->len);
		if (p->err)
			continue;
		p->has_message = true;
		take_change(ps, p);
	}
	return NULL;
}

static struct ost_err *take_item(struct input *in, const struct ost_mbox_item *item)
{
	struct ost_patches *ps = in->ps;
	size_t outer = ps->v.nr, len;
	struct ost_patch *p;
	const char *raw;

	if (outer >= OST_PATCHES_MAX)
		return too_many(in);
	ost_mbox_raw(&in->box, item, &in->buf, &raw, &len);
	p = add(ps, entry_name(in, item));
	p->offset = item->offset;
	p->len = item->len;
	p->has_cr = memchr(raw, '\r', len) != NULL;
	if (in->box.kind == OST_MBOX_DIFF) {
		if (len > OST_MAIL_MAX_BYTES)
			return ost_err_create(OST_ERR_INPUT, p->name, "split it",
					      "a diff of %zu bytes is over the limit of %u", len,
					      OST_MAIL_MAX_BYTES);
		ost_message_init_plain(&p->msg, &ps->arena, raw, len);
		take_change(ps, p);
		return NULL;
	}
	p->err = ost_message_parse(&p->msg, &ps->arena, p->name, raw, len);
	if (p->err)
		return NULL;
	p->has_message = true;
	take_change(ps, p);
	return p->kind == OST_MSG_PATCH ? NULL : take_attached(in, outer);
}

/* Without a single patch the first error, or this one, is that of the input. */
static struct ost_err *check_any_patch(struct input *in)
{
	struct ost_patches *ps = in->ps;
	struct ost_err *err;
	size_t i;

	if (ps->nr_patches)
		return NULL;
	for (i = 0; i < ps->v.nr; i++) {
		err = ps->v.items[i].err;
		ps->v.items[i].err = NULL;
		if (err)
			return err;
	}
	if (ps->v.nr == 1 && ps->v.items[0].msg.nr_damage && !ps->v.items[0].msg.diff_len)
		return ost_err_create(OST_ERR_INPUT, in->box.name, "give the mail of the patch itself",
				      "no diff in it, and %s", ps->v.items[0].msg.damage[0]);
	return ost_err_create(OST_ERR_INPUT, in->box.name, "give the mail of the patch itself, or a commit id"
			      " with --repo=REPO", ps->v.nr == 1 ? "a mail without a diff"
			      : "%zu mails, none of them with a diff", ps->v.nr);
}

static struct ost_err *read_box(struct ost_patches *ps, struct input *in)
{
	struct ost_mbox_item item;
	struct ost_err *err = NULL;

	while (!err && ost_mbox_next(&in->box, &item))
		err = take_item(in, &item);
	if (!err)
		err = check_any_patch(in);
	ost_buf_deinit(&in->buf);
	ost_mbox_deinit(&in->box);
	if (err)
		ost_patches_deinit(ps);
	return err;
}

static void init(struct ost_patches *ps, struct input *in)
{
	memset(ps, 0, sizeof(*ps));
	ost_arena_init(&ps->arena);
	in->ps = ps;
	ost_buf_init(&in->buf);
}

struct ost_err *ost_patches_read(struct ost_patches *ps, const char *path)
{
	struct input in;

	init(ps, &in);
	ost_try(ost_mbox_open(&in.box, path));
	return read_box(ps, &in);
}

struct ost_err *ost_patches_read_mem(struct ost_patches *ps, const char *name, const char *data, size_t len)
{
	struct input in;

	init(ps, &in);
	ost_try(ost_mbox_open_mem(&in.box, name, data, len));
	return read_box(ps, &in);
}

void ost_patches_deinit(struct ost_patches *ps)
{
	size_t i;

	for (i = 0; i < ps->v.nr; i++)
		ost_err_destroy(ps->v.items[i].err);
	ost_vec_deinit(&ps->v);
	ost_arena_deinit(&ps->arena);
	ps->nr_patches = 0;
}
