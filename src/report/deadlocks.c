// SPDX-License-Identifier: GPL-2.0-or-later
/* A deadlock report as JSON (docs/format/deadlocks.schema.json) and as text. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ostler/deadlocks.h"
#include "report/json_parts.h"

static void put(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *lock_json(const struct ost_dl_lock *lock, bool with_mode)
{
	json_t *o;

	if (!lock->class_name[0] && !with_mode)	/* the first one is never null: a self-wait needs no lock */
		return json_null();
	o = json_object();
	put(o, "class", ost_json_string(lock->class_name));
	put(o, "instance", ost_json_string(lock->instance));
	if (with_mode)
		put(o, "mode", ost_json_string(lock->mode));
	return o;
}

static json_t *place(const char *function, const char *file, uint32_t line)
{
	json_t *o = json_object();

	put(o, "function", ost_json_string(function));
	put(o, "file", ost_json_string(file));
	put(o, "line", json_integer(line));
	return o;
}

static json_t *steps_json(const struct ost_finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->nr_steps; i++) {
		const struct ost_dl_step *s = &f->steps[i];
		json_t *o = place(s->function, s->file, s->line);

		put(o, "role", ost_json_string(ost_step_role_name(s->role)));
		put(o, "thread", json_integer(s->thread));
		put(o, "text", ost_json_string(s->text));
		put(o, "via", ost_json_string(s->via));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *ost_json_finding(const struct ost_finding *f)
{
	json_t *o = json_object(), *w, *list;

	put(o, "id", ost_json_string(f->id));
	put(o, "rank", ost_json_string(ost_rank_name(f->rank)));
	put(o, "kind", ost_json_string(ost_deadlock_kind_name(f->kind)));
	put(o, "lock", lock_json(&f->lock, true));
	put(o, "lock2", lock_json(&f->lock2, false));
	if (f->waitable_kind[0]) {
		w = json_object();
		put(w, "kind", ost_json_string(f->waitable_kind));
		put(w, "class", ost_json_string(f->waitable_class));
		put(w, "callback", ost_json_string(f->callback));
		put(o, "waitable", w);
	} else {
		put(o, "waitable", json_null());
	}
	if (f->primitive[0]) {
		w = place(f->wait_function, f->wait_file, f->wait_line);
		put(w, "primitive", ost_json_string(f->primitive));
		put(o, "wait", w);
	} else {
		put(o, "wait", json_null());
	}
	list = json_array();
	for (size_t i = 0; i < f->nr_holders; i++) {
		w = place(f->holders[i].function, f->holders[i].file, f->holders[i].line);
		put(w, "how", ost_json_string(f->holders[i].how));
		json_array_append_new(list, w);
	}
	put(o, "holders", list);
	put(o, "steps", steps_json(f));
	list = json_array();
	for (size_t i = 0; i < f->nr_doubts; i++)
		json_array_append_new(list, ost_json_string(f->doubts[i]));
	put(o, "doubts", list);
	return o;
}

static json_t *tree_json(const struct ost_deadlocks_report *r)
{
	json_t *o = json_object(), *list = json_array();

	put(o, "version", ost_json_string(r->version));
	put(o, "files", json_integer((json_int_t)r->files));
	put(o, "functions", json_integer((json_int_t)r->functions));
	for (size_t i = 0; i < r->nr_unreadable; i++) {
		json_t *u = json_object();

		put(u, "path", ost_json_string(r->unreadable[i].path));
		put(u, "object", ost_json_string(r->unreadable[i].object));
		put(u, "why", ost_json_string(r->unreadable[i].why));
		json_array_append_new(list, u);
	}
	put(o, "unreadable", list);
	return o;
}

static json_t *findings_json(const struct ost_deadlocks_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nr_findings; i++)
		json_array_append_new(list, ost_json_finding(&r->findings[i]));
	return list;
}

static json_t *analysis_json(const struct ost_deadlocks_report *r)
{
	json_t *o = json_object(), *missing = json_array();

	put(o, "lock_sites", json_integer((json_int_t)r->nr_lock_sites));
	put(o, "lock_sites_without_class", json_integer((json_int_t)r->nr_lock_unclassed));
	put(o, "wait_sites", json_integer((json_int_t)r->nr_wait_sites));
	put(o, "wait_sites_without_class", json_integer((json_int_t)r->nr_wait_unclassed));
	put(o, "limits_hit", json_integer((json_int_t)r->nr_limits));
	put(o, "suppressed", json_integer((json_int_t)r->nr_suppressed));
	for (int k = 0; k < OST_NR_DL_KINDS; k++)
		if (!ost_deadlock_kind_is_analysed(k))
			json_array_append_new(missing, ost_json_string(ost_deadlock_kind_name(k)));
	put(o, "kinds_not_analysed", missing);
	return o;
}

static char *dump(json_t *o)
{
	char *s = json_dumps(o, JSON_INDENT(1) | JSON_ENSURE_ASCII);

	json_decref(o);
	return s;
}

char *ost_deadlocks_json(const struct ost_deadlocks_report *r)
{
	json_t *o = json_object();

	put(o, "schema", ost_json_string("ostler/deadlocks/1"));
	put(o, "tree", tree_json(r));
	put(o, "findings", findings_json(r));
	put(o, "analysis", analysis_json(r));
	return dump(o);
}

static bool has_id(const struct ost_deadlocks_report *r, const char *id)
{
	for (size_t i = 0; i < r->nr_findings; i++)
		if (!strcmp(r->findings[i].id, id))
			return true;
	return false;
}

static json_t *only_in(const struct ost_deadlocks_report *a, const struct ost_deadlocks_report *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->nr_findings; i++)
		if (!has_id(b, a->findings[i].id))
			json_array_append_new(list, ost_json_finding(&a->findings[i]));
	return list;
}

char *ost_deadlocks_diff_json(const struct ost_deadlocks_report *before,
			      const struct ost_deadlocks_report *after)
{
	json_t *o = json_object();

	put(o, "schema", ost_json_string("ostler/deadlocks/1"));
	put(o, "before", tree_json(before));
	put(o, "tree", tree_json(after));
	put(o, "introduced", only_in(after, before));
	put(o, "removed", only_in(before, after));
	put(o, "analysis", analysis_json(after));
	return dump(o);
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
