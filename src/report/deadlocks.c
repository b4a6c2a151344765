// SPDX-License-Identifier: GPL-2.0-or-later
/* A deadlock report as JSON (docs/format/deadlocks.schema.json) and as text. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ostler/deadlocks.h"
#include "report/json_out.h"
#include "report/json_parts.h"

static void put_lock(struct ost_json_out *o, const char *key, const struct ost_dl_lock *lock, bool with_mode)
{
	if (!lock->class_name[0] && !with_mode) {	/* the first one is never null: a self-wait needs no lock */
		ost_json_put(o, key, NULL);
		return;
	}
	ost_json_open(o, key, '{');
	ost_json_put(o, "class", lock->class_name);
	ost_json_put(o, "instance", lock->instance);
	if (with_mode)
		ost_json_put(o, "mode", lock->mode);
	ost_json_close(o, '}');
}

static void put_place(struct ost_json_out *o, const char *function, const char *file, uint32_t line)
{
	ost_json_put(o, "function", function);
	ost_json_put(o, "file", file);
	ost_json_put_nr(o, "line", line);
}

static void put_step(struct ost_json_out *o, const struct ost_dl_step *s)
{
	ost_json_open(o, NULL, '{');
	put_place(o, s->function, s->file, s->line);
	ost_json_put(o, "role", ost_step_role_name(s->role));
	ost_json_put_nr(o, "thread", s->thread);
	ost_json_put(o, "text", s->text);
	ost_json_put(o, "via", s->via);
	ost_json_close(o, '}');
}

static void put_wait(struct ost_json_out *o, const struct ost_finding *f)
{
	if (f->waitable_kind[0]) {
		ost_json_open(o, "waitable", '{');
		ost_json_put(o, "kind", f->waitable_kind);
		ost_json_put(o, "class", f->waitable_class);
		ost_json_put(o, "callback", f->callback);
		ost_json_close(o, '}');
	} else {
		ost_json_put(o, "waitable", NULL);
	}
	if (f->primitive[0]) {
		ost_json_open(o, "wait", '{');
		put_place(o, f->wait_function, f->wait_file, f->wait_line);
		ost_json_put(o, "primitive", f->primitive);
		ost_json_close(o, '}');
	} else {
		ost_json_put(o, "wait", NULL);
	}
}

static void put_finding(struct ost_json_out *o, const struct ost_finding *f)
{
	ost_json_open(o, NULL, '{');
	ost_json_put(o, "id", f->id);
	ost_json_put(o, "rank", ost_rank_name(f->rank));
	ost_json_put(o, "kind", ost_deadlock_kind_name(f->kind));
	put_lock(o, "lock", &f->lock, true);
	put_lock(o, "lock2", &f->lock2, false);
	put_wait(o, f);
	ost_json_open(o, "holders", '[');
	for (size_t i = 0; i < f->nr_holders; i++) {
		ost_json_open(o, NULL, '{');
		put_place(o, f->holders[i].function, f->holders[i].file, f->holders[i].line);
		ost_json_put(o, "how", f->holders[i].how);
		ost_json_close(o, '}');
	}
	ost_json_close(o, ']');
	ost_json_open(o, "steps", '[');
	for (size_t i = 0; i < f->nr_steps; i++)
		put_step(o, &f->steps[i]);
	ost_json_close(o, ']');
	ost_json_open(o, "doubts", '[');
	for (size_t i = 0; i < f->nr_doubts; i++)
		ost_json_put(o, NULL, f->doubts[i]);
	ost_json_close(o, ']');
	ost_json_close(o, '}');
}

json_t *ost_json_finding(const struct ost_finding *f)
{
	struct ost_json_out o = { .b = OST_BUF_INIT };
	json_t *made;

	put_finding(&o, f);
	made = json_loadb(o.b.ptr, o.b.len, JSON_ALLOW_NUL, NULL);
	ost_buf_deinit(&o.b);
	return made;
}

static void put_tree(struct ost_json_out *o, const char *key, const struct ost_deadlocks_report *r)
{
	ost_json_open(o, key, '{');
	ost_json_put(o, "version", r->version);
	ost_json_put_nr(o, "files", r->files);
	ost_json_put_nr(o, "functions", r->functions);
	ost_json_open(o, "unreadable", '[');
	for (size_t i = 0; i < r->nr_unreadable; i++) {
		ost_json_open(o, NULL, '{');
		ost_json_put(o, "path", r->unreadable[i].path);
		ost_json_put(o, "object", r->unreadable[i].object);
		ost_json_put(o, "why", r->unreadable[i].why);
		ost_json_close(o, '}');
	}
	ost_json_close(o, ']');
	ost_json_close(o, '}');
}

static void put_analysis(struct ost_json_out *o, const struct ost_deadlocks_report *r)
{
	ost_json_open(o, "analysis", '{');
	ost_json_put_nr(o, "lock_sites", r->nr_lock_sites);
	ost_json_put_nr(o, "lock_sites_without_class", r->nr_lock_unclassed);
	ost_json_put_nr(o, "wait_sites", r->nr_wait_sites);
	ost_json_put_nr(o, "wait_sites_without_class", r->nr_wait_unclassed);
	ost_json_put_nr(o, "limits_hit", r->nr_limits);
	ost_json_put_nr(o, "suppressed", r->nr_suppressed);
	ost_json_open(o, "kinds_not_analysed", '[');
	for (int k = 0; k < OST_NR_DL_KINDS; k++)
		if (!ost_deadlock_kind_is_analysed(k))
			ost_json_put(o, NULL, ost_deadlock_kind_name(k));
	ost_json_close(o, ']');
	if (r->why_whole)
		ost_json_put(o, "searched_whole", r->why_whole);
	ost_json_close(o, '}');
}

char *ost_deadlocks_json(const struct ost_deadlocks_report *r)
{
	struct ost_json_out o = { .b = OST_BUF_INIT };

	ost_json_open(&o, NULL, '{');
	ost_json_put(&o, "schema", "ostler/deadlocks/1");
	put_tree(&o, "tree", r);
	ost_json_open(&o, "findings", '[');
	for (size_t i = 0; i < r->nr_findings; i++)
		put_finding(&o, &r->findings[i]);
	ost_json_close(&o, ']');
	put_analysis(&o, r);
	ost_json_close(&o, '}');
	return ost_buf_detach(&o.b, NULL);
}

static bool has_id(const struct ost_deadlocks_report *r, const char *id)
{
	for (size_t i = 0; i < r->nr_findings; i++)
		if (!strcmp(r->findings[i].id, id))
			return true;
	return false;
}

static void put_only_in(struct ost_json_out *o, const char *key, const struct ost_deadlocks_report *a,
			const struct ost_deadlocks_report *b)
{
	ost_json_open(o, key, '[');
	for (size_t i = 0; i < a->nr_findings; i++)
		if (!has_id(b, a->findings[i].id))
			put_finding(o, &a->findings[i]);
	ost_json_close(o, ']');
}

char *ost_deadlocks_diff_json(const struct ost_deadlocks_report *before,
			      const struct ost_deadlocks_report *after)
{
	struct ost_json_out o = { .b = OST_BUF_INIT };

	ost_json_open(&o, NULL, '{');
	ost_json_put(&o, "schema", "ostler/deadlocks/1");
	put_tree(&o, "before", before);
	put_tree(&o, "tree", after);
	put_only_in(&o, "introduced", after, before);
	put_only_in(&o, "removed", before, after);
	put_analysis(&o, after);
	ost_json_close(&o, '}');
	return ost_buf_detach(&o.b, NULL);
}

/* ---- text ----------------------------------------------------------------- */

static void say_headline(const struct ost_finding *f, struct ost_buf *b)
{
	ost_buf_addf(b, "%s  %s  %s\n", ost_rank_name(f->rank), ost_deadlock_kind_name(f->kind), f->id);
	if (f->kind == OST_DL_SELF_WAIT)
		ost_buf_addf(b, "  %s() waits in %s for %s(), which is running it\n", f->wait_function, f->primitive,
			     f->callback);
	else if (f->primitive[0])
		ost_buf_addf(b, "  %s() waits in %s for %s() with %s held, which that needs\n",
			     f->wait_function, f->primitive, f->callback, f->lock.class_name);
	else if (f->kind == OST_DL_MISSING_UNLOCK)
		ost_buf_addf(b, "  %s() returns with %s held\n", f->wait_function, f->lock.class_name);
	else if (f->kind == OST_DL_AA)
		ost_buf_addf(b, "  %s() takes %s, which is held already\n", f->wait_function,
			     f->lock.class_name);
	else if (f->kind == OST_DL_ABBA)
		ost_buf_addf(b, "  %s and %s are taken in both orders\n", f->lock.class_name,
			     f->lock2.class_name);
	else if (f->kind == OST_DL_IRQ_CONTEXT)
		ost_buf_addf(b, "  %s() takes %s where its interrupt can come in and take it again\n",
			     f->wait_function, f->lock.class_name);
}

static void say_steps(const struct ost_finding *f, struct ost_buf *b)
{
	unsigned thread = 0;

	for (size_t i = 0; i < f->nr_steps; i++) {
		const struct ost_dl_step *s = &f->steps[i];

		if (s->thread != thread && s->role != OST_ROLE_SAME_OBJECT) {
			thread = s->thread;
			ost_buf_addf(b, "  thread %u\n", thread);
		}
		ost_buf_addf(b, "    %-11s %s:%u %s()\n", ost_step_role_name(s->role), s->file, s->line,
			     s->function);
		if (s->text[0])
			ost_buf_addf(b, "                    %s\n", s->text);
		if (strcmp(s->via, "direct call"))
			ost_buf_addf(b, "                -> %s\n", s->via);
	}
}

static void column(struct ost_buf *b, const char *left, const char *right)
{
	ost_buf_addf(b, "    %-36s%s\n", left, right);
}

/* Who does what, in which order, to hang: the two columns that lockdep prints. */
static void say_scenario(const struct ost_finding *f, struct ost_buf *b)
{
	OST_BUF one = OST_BUF_INIT, two = OST_BUF_INIT;

	if ((!f->primitive[0] && f->kind != OST_DL_ABBA) || f->kind == OST_DL_SELF_WAIT)
		return;
	ost_buf_addf(&one, "lock(%s)", f->lock.class_name);
	column(b, "thread 1", "thread 2");
	column(b, "--------", "--------");
	column(b, one.ptr, "");
	ost_buf_clear(&one);
	if (f->kind == OST_DL_ABBA) {
		ost_buf_addf(&two, "lock(%s)", f->lock2.class_name);
		column(b, "", two.ptr);
		column(b, two.ptr, "");
	} else {
		ost_buf_addf(&two, "%s() begins", f->callback);
		column(b, "", two.ptr);
		ost_buf_addf(&one, "%s()", f->primitive);
		column(b, one.ptr, "");
	}
	ost_buf_clear(&two);
	ost_buf_addf(&two, "lock(%s)", f->lock.class_name);
	column(b, "", two.ptr);
	ost_buf_addstr(b, "                         *** both wait for ever ***\n");
}

char *ost_finding_text(const struct ost_finding *f)
{
	OST_BUF b = OST_BUF_INIT;

	say_headline(f, &b);
	say_steps(f, &b);
	if (f->nr_holders > 1) {
		ost_buf_addstr(&b, "  holders\n");
		for (size_t i = 0; i < f->nr_holders; i++)
			ost_buf_addf(&b, "    %s:%u %s() %s\n", f->holders[i].file, f->holders[i].line,
				     f->holders[i].function, f->holders[i].how);
	}
	say_scenario(f, &b);
	for (size_t i = 0; i < f->nr_doubts; i++)
		ost_buf_addf(&b, "  doubt: %s\n", f->doubts[i]);
	return ost_buf_detach(&b, NULL);
}
