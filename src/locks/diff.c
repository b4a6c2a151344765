// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one tree has and the other has not.
 *
 * The second tree is laid over the first one, so that it is linked from its
 * program and takes over its summaries; searched is only around the functions
 * whose text differs and those that were walked again because a callee does
 * something else with locks. A finding that seems to come or go may be reached
 * another way in the other tree: that is asked for by its own steps before it
 * is told. Files that a changed one shows something else (a header, a function that
 * others call) count as changed. When the overlay cannot be linked so - files come or go,
 * many are shown something else - both trees are searched as wholes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/pool.h"
#include "base/table.h"
#include "base/vec.h"
#include "locks/kept_entry.h"
#include "locks/run.h"
#include "program/program.h"
#include "source/tree.h"

#define MAX_CHANGED 100		/* files; more are two whole runs */

struct changed {
	uint32_t old, new;
	struct ost_buf old_text, new_text;
};

struct places { OST_VEC(struct ost_dl_place) v; };

struct diff {
	const struct ost_deadlocks_opts *opts;
	struct ost_tree_facts *a, *b, *over;	/* over: b laid over a; of a patch there is no b */
	struct ost_program *pa, *pb;
	struct ost_session *sa, *sb;		/* made when first asked */
	struct ost_deadlocks_report *all_a;	/* kept with a, or NULL */
	struct ost_kept_ahead *ahead;		/* what is held on entry of a, until sb has it */
	OST_VEC(struct changed) changed;
	struct places in_a, in_b;		/* where to look */
	struct ost_arena arena;
	const char *why_whole;			/* both trees were searched as wholes; NULL: they were not */
};

/* ---- what changed --------------------------------------------------------------- */

static const struct ost_tree_facts *other_tree(const struct diff *d)
{
	return d->b ? d->b : d->over;
}

/* False: a file comes or goes, or there are too many. */
static bool list_changed(struct diff *d)
{
	if (d->a->nr_files != other_tree(d)->nr_files)
		return false;
	for (uint32_t i = 0; i < d->a->nr_files; i++) {
		const struct ost_tree_file *x = &d->a->files[i], *y = &other_tree(d)->files[i];

		if (strcmp(x->path, y->path) || !x->why != !y->why)
			return false;
		if (!ost_oid_cmp(&x->id, &y->id))
			continue;
		if (d->changed.nr == MAX_CHANGED)
			return false;
		*ost_vec_push(&d->changed) = (struct changed){ .old = i, .new = i };
		ost_buf_init(&ost_vec_last(&d->changed)->old_text);
		ost_buf_init(&ost_vec_last(&d->changed)->new_text);
	}
	return true;
}

static struct ost_err *read_texts(struct diff *d)
{
	for (size_t i = 0; i < d->changed.nr; i++) {
		ost_try(ost_tree_text(d->a, d->changed.items[i].old, &d->changed.items[i].old_text));
		ost_try(ost_tree_text(other_tree(d), d->changed.items[i].new, &d->changed.items[i].new_text));
	}
	return NULL;
}

static struct ost_err *lay_over(struct diff *d)
{
	struct ost_tree_change *changes = ost_calloc(d->changed.nr + 1, sizeof(*changes));
	struct ost_err *err;

	for (size_t i = 0; i < d->changed.nr; i++)
		changes[i] = (struct ost_tree_change){ d->b->files[d->changed.items[i].new].path,
			d->changed.items[i].new_text.ptr, d->changed.items[i].new_text.len };
	err = ost_tree_overlay(&d->over, d->a, changes, d->changed.nr);
	free(changes);
	return err;
}

/* ---- where to look -------------------------------------------------------------- */

/* The texts of a file's functions as hashes of (name, text); what is outside of them as one more. */
struct texts {
	struct ost_table funcs;		/* hash → how many */
	uint64_t rest;
};

/* From the beginning of line `from` to that of line `to`, counted from 1. */
static const char *line_at(const struct ost_buf *b, const char *at, uint32_t from, uint32_t to)
{
	for (; from < to && at < b->ptr + b->len; from++) {
		const char *nl = memchr(at, '\n', (size_t)(b->ptr + b->len - at));

		at = nl ? nl + 1 : b->ptr + b->len;
	}
	return at;
}

static uint64_t hash_func(const struct ost_facts *f, uint32_t i, const char *text, size_t len)
{
	const char *name = ost_facts_str(f, f->funcs[i].name);

	return ost_hash_mix(ost_hash_bytes(name, strlen(name)) * 31 + ost_hash_bytes(text, len));
}

/* Calls fn for each function with its hash, and returns the hash of the rest. */
static uint64_t each_func(const struct ost_facts *f, const struct ost_buf *b,
			  void (*fn)(void *ctx, const char *name, uint64_t hash), void *ctx)
{
	const char *at = b->ptr, *from, *end;
	uint64_t rest = 0;
	uint32_t line = 1;

	for (uint32_t i = 0; i < f->nr_funcs; i++) {
		if (f->funcs[i].first_line < line)	/* two in one line, or made by a macro */
			continue;
		from = line_at(b, at, line, f->funcs[i].first_line);
		end = line_at(b, from, f->funcs[i].first_line, f->funcs[i].end_line + 1);
		rest = ost_hash_mix(rest * 31 + ost_hash_bytes(at, (size_t)(from - at)));
		fn(ctx, ost_facts_str(f, f->funcs[i].name), hash_func(f, i, from, (size_t)(end - from)));
		line = f->funcs[i].end_line + 1;
		at = end;
	}
	return ost_hash_mix(rest * 31 + ost_hash_bytes(at, (size_t)(b->ptr + b->len - at)));
}

static void count_func(void *ctx, const char *name, uint64_t hash)
{
	struct texts *t = ctx;

	++*ost_table_put(&t->funcs, hash, NULL);
}

struct listing {
	struct diff *d;
	const struct texts *other;
	const char *path;
	struct places *to;
};

static void list_func(void *ctx, const char *name, uint64_t hash)
{
	struct listing *l = ctx;

	if (!ost_table_get(&l->other->funcs, hash))
		ost_vec_add(&l->to->v, ((struct ost_dl_place){ l->path, ost_arena_strdup(&l->d->arena, name) }));
}

static void list_touched(struct diff *d, const struct changed *c, const struct ost_facts *fa, const struct ost_facts *fb)
{
	struct texts ta = { .funcs = OST_TABLE_INIT }, tb = { .funcs = OST_TABLE_INIT };
	const char *path = d->a->files[c->old].path;
	struct listing in_a = { d, &tb, path, &d->in_a }, in_b = { d, &ta, path, &d->in_b };

	ta.rest = each_func(fa, &c->old_text, count_func, &ta);
	tb.rest = each_func(fb, &c->new_text, count_func, &tb);
	if (ta.rest != tb.rest) {	/* a table, a macro, a type: all of it may mean something else */
		ost_vec_add(&d->in_a.v, ((struct ost_dl_place){ path, NULL }));
		ost_vec_add(&d->in_b.v, ((struct ost_dl_place){ path, NULL }));
	} else {
		each_func(fa, &c->old_text, list_func, &in_a);
		each_func(fb, &c->new_text, list_func, &in_b);
	}
	ost_table_deinit(&ta.funcs);
	ost_table_deinit(&tb.funcs);
}

static void find_touched(struct diff *d)
{
	struct ost_tree_reader *ra = ost_tree_reader_create(d->a), *rb = ost_tree_reader_create(d->over);

	for (size_t i = 0; i < d->changed.nr; i++) {
		const struct changed *c = &d->changed.items[i];
		const char *path = d->a->files[c->old].path;
		struct ost_facts fa, fb;

		if (ost_tree_fetch(ra, c->old, &fa) && ost_tree_fetch(rb, c->new, &fb)) {
			list_touched(d, c, &fa, &fb);
		} else {
			ost_vec_add(&d->in_a.v, ((struct ost_dl_place){ path, NULL }));
			ost_vec_add(&d->in_b.v, ((struct ost_dl_place){ path, NULL }));
		}
	}
	ost_tree_reader_destroy(ra);
	ost_tree_reader_destroy(rb);
}

static bool is_listed(const struct diff *d, uint32_t file)
{
	for (size_t i = 0; i < d->changed.nr; i++)
		if (d->changed.items[i].new == file)
			return true;
	return false;
}

/* Files that are shown something else by those that changed. */
static void add_shown(struct diff *d)
{
	const struct ost_moved *moved = ost_program_moved(d->pb);
	uint8_t *is_same = ost_calloc(ost_program_nr_files(d->pb) + 1, 1);

	for (uint32_t i = 0; i < moved->nr_files; i++)
		if (moved->files[i] != OST_NO_ID)
			is_same[moved->files[i]] = 1;
	for (uint32_t i = 0; i < d->over->nr_files; i++)
		if (!is_same[i] && !is_listed(d, i)) {
			ost_vec_add(&d->in_a.v, ((struct ost_dl_place){ d->over->files[i].path, NULL }));
			ost_vec_add(&d->in_b.v, ((struct ost_dl_place){ d->over->files[i].path, NULL }));
		}
	free(is_same);
}

/* Functions of other files whose callees do something else now. */
static void add_walked(struct diff *d)
{
	const uint8_t *walked = ost_session_walked(d->sb);

	for (uint32_t u = 0; walked && u < ost_program_nr_units(d->pb); u++) {
		const struct ost_unit *unit = ost_program_unit(d->pb, u);
		struct ost_dl_place place = { ost_program_path(d->pb, unit->file), ost_program_name(d->pb, unit->name) };

		if (walked[u]) {
			ost_vec_add(&d->in_a.v, place);
			ost_vec_add(&d->in_b.v, place);
		}
	}
}

/* ---- asking ---------------------------------------------------------------------- */

static struct ost_err *open_a(struct diff *d)
{
	struct ost_program_opts po = { .jobs = d->opts->source.jobs, .no_kept = d->opts->source.no_store };

	if (!d->pa)
		ost_try(ost_program_create(d->a, &po, &d->pa));
	return d->sa ? NULL : ost_session_create(d->a, d->pa, d->opts, &d->sa);
}

/* The findings of a tree at these places; kinds: as in the options. */
static struct ost_err *ask(struct diff *d, bool of_a, const struct places *places, uint32_t kinds,
			   struct ost_deadlocks_report **ret)
{
	struct ost_deadlocks_opts opts = *d->opts;

	opts.kinds = kinds;
	opts.places = places->v.items;
	opts.nr_places = places->v.nr;
	if (!places->v.nr) {
		*ret = ost_dl_report_create();
		return NULL;
	}
	if (of_a && d->all_a)
		return ost_dl_report_select(d->all_a, d->a, &opts, ret);
	if (of_a)
		ost_try(open_a(d));
	return ost_session_search(of_a ? d->sa : d->sb, &opts, ret);
}

static bool has_id(const struct ost_deadlocks_report *r, const char *id)
{
	for (size_t i = 0; i < r->nr_findings; i++)
		if (!strcmp(r->findings[i].id, id))
			return true;
	return false;
}

/* Takes out of r what the other has, too. */
static void leave_new(struct ost_deadlocks_report *r, const struct ost_deadlocks_report *other)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->nr_findings; i++)
		if (!has_id(other, r->findings[i].id))
			r->findings[kept++] = r->findings[i];
	r->nr_findings = kept;
}

/* Leaves in each what the other has not. */
static void leave_both(struct ost_deadlocks_report *before, struct ost_deadlocks_report *after)
{
	struct ost_deadlocks_report was = *after;

	was.findings = ost_reallocarray(NULL, after->nr_findings + 1, sizeof(*was.findings));
	if (was.nr_findings)
		memcpy(was.findings, after->findings, was.nr_findings * sizeof(*was.findings));
	leave_new(after, before);
	leave_new(before, &was);
	free(was.findings);
}

static bool has_place(const struct places *places, const char *file, const char *function)
{
	for (size_t i = 0; i < places->v.nr; i++)
		if (!strcmp(places->v.items[i].file, file) &&
		    (!places->v.items[i].function || !strcmp(places->v.items[i].function, function)))
			return true;
	return false;
}

/* Places that every finding with this id has a step in: where it waits; two classes may meet anywhere. */
static void add_places(const struct ost_finding *f, struct places *to)
{
	if (f->kind != OST_DL_ABBA) {
		ost_vec_add(&to->v, ((struct ost_dl_place){ f->wait_file, f->wait_function }));
		return;
	}
	for (size_t k = 0; k < f->nr_steps; k++)
		if (f->steps[k].function[0])
			ost_vec_add(&to->v, ((struct ost_dl_place){ f->steps[k].file, f->steps[k].function }));
}

/*
 * What r has may be in the other tree by a way that is not looked at yet. Other kinds
 * are not searched for: a kind is part of the id.
 */
static struct ost_err *ask_again(struct diff *d, bool of_a, struct ost_deadlocks_report *r)
{
	struct places places = { .v = OST_VEC_INIT };
	struct ost_deadlocks_report *other = NULL;
	struct ost_err *err;
	uint32_t kinds = 0;

	for (size_t i = 0; i < r->nr_findings; i++) {
		const struct ost_finding *f = &r->findings[i];

		if (f->kind != OST_DL_ABBA && has_place(of_a ? &d->in_a : &d->in_b, f->wait_file, f->wait_function))
			continue;	/* it was asked for */
		add_places(f, &places);
		kinds |= 1u << f->kind;
	}
	err = ask(d, of_a, &places, kinds, &other);
	if (!err)
		leave_new(r, other);
	ost_deadlocks_report_destroy(other);
	ost_vec_deinit(&places.v);
	return err;
}

/*
 * A whole run gives up on the longest ways, which are only `possible`, where a search of a few places does not: where
 * its findings answered for the first tree, that is searched as the other one was.
 */
static struct ost_err *search_a(struct diff *d, struct ost_deadlocks_report *r)
{
	struct ost_deadlocks_report *all_a = d->all_a, *other = NULL;
	struct places places = { .v = OST_VEC_INIT };
	struct ost_err *err = NULL;
	uint32_t kinds = 0;

	for (size_t i = 0; all_a && i < r->nr_findings; i++)
		if (r->findings[i].rank == OST_RANK_POSSIBLE) {
			add_places(&r->findings[i], &places);
			kinds |= 1u << r->findings[i].kind;
		}
	if (kinds) {
		for (size_t i = 0; i < d->in_a.v.nr; i++)
			ost_vec_add(&places.v, d->in_a.v.items[i]);
		d->all_a = NULL;
		err = ask(d, true, &places, kinds, &other);
		d->all_a = all_a;
	}
	if (other)
		leave_new(r, other);
	ost_deadlocks_report_destroy(other);
	ost_vec_deinit(&places.v);
	return err;
}

struct sides {
	struct diff *d;
	struct ost_deadlocks_report *report[2];	/* of a and of b */
	struct ost_err *err[2];
};

static bool ask_side(void *ctx, size_t item, unsigned worker)
{
	struct sides *s = ctx;

	s->err[item] = ask(s->d, !item, item ? &s->d->in_b : &s->d->in_a, s->d->opts->kinds, &s->report[item]);
	return true;
}

/* Both trees at a time: a search has parts that keep one processor busy only. */
static struct ost_err *ask_both(struct diff *d, struct ost_deadlocks_report **ret_a, struct ost_deadlocks_report **ret_b)
{
	struct sides s = { .d = d };

	ost_pool_run(d->opts->source.jobs == 1 ? 1 : 2, 2, 1, ask_side, &s);
	*ret_a = s.report[0];
	*ret_b = s.report[1];
	if (s.err[0])
		ost_err_destroy(s.err[1]);
	else
		s.err[0] = s.err[1];
	if (!s.err[0] && (!s.report[0] || !s.report[1]))
		return ost_err_create(OST_ERR_INTERRUPTED, "deadlocks", NULL, "interrupted");
	return s.err[0];
}

static struct ost_err *compare(struct diff *d, struct ost_deadlocks_report **ret_before,
			       struct ost_deadlocks_report **ret_after)
{
	struct ost_deadlocks_report *before = NULL, *after = NULL;
	struct ost_err *err = ask_both(d, &before, &after);

	if (!err) {
		leave_both(before, after);
		err = ask_again(d, true, after);
	}
	if (!err)
		err = search_a(d, after);
	if (!err)
		err = ask_again(d, false, before);
	if (err) {
		ost_deadlocks_report_destroy(before);
		ost_deadlocks_report_destroy(after);
		return err;
	}
	*ret_before = before;
	*ret_after = after;
	return NULL;
}

/* Both trees are to be searched as wholes. */
static struct ost_err *give_up(struct diff *d, const char *why)
{
	d->why_whole = why;
	return NULL;
}

/* *ret_done false: it is to be done by whole runs. */
static struct ost_err *try_overlay(struct diff *d, bool *ret_done, struct ost_deadlocks_report **ret_before,
				   struct ost_deadlocks_report **ret_after)
{
	struct ost_program_opts po = { .jobs = d->opts->source.jobs, .no_kept = d->opts->source.no_store };

	*ret_done = false;
	if (d->opts->source.no_store)
		return give_up(d, "nothing is kept without a store");
	if (!list_changed(d))
		return give_up(d, "files come or go, or too many differ");
	ost_try(read_texts(d));
	if (d->b)
		ost_try(lay_over(d));
	if (d->opts->source.jobs != 1)
		d->ahead = ost_kept_entries_start(d->a);
	ost_try(ost_program_create(d->over, &po, &d->pb));
	if (!ost_program_moved(d->pb))
		return give_up(d, "the first tree's program is not kept in a form that can be taken over");
	if (!ost_program_moved(d->pb)->shows_same)
		return give_up(d, "a changed file shows many others something else");
	d->all_a = ost_found_for(d->a, d->opts);
	find_touched(d);
	add_shown(d);
	ost_try(ost_session_create(d->over, d->pb, d->opts, &d->sb));
	ost_session_take_ahead(d->sb, d->ahead);
	d->ahead = NULL;
	if (!ost_session_walked(d->sb))	/* who else does something else now is not known */
		return give_up(d, "no summaries of the first tree could be taken over");
	add_walked(d);
	ost_try(compare(d, ret_before, ret_after));
	*ret_done = true;
	return NULL;
}

static void forget_programs(struct diff *d)
{
	ost_session_destroy(d->sa);
	ost_session_destroy(d->sb);
	ost_kept_entries_end(d->ahead, NULL);
	d->ahead = NULL;
	ost_program_destroy(d->pa);
	ost_program_destroy(d->pb);
	d->sa = d->sb = NULL;
	d->pa = d->pb = NULL;
}

static void end(struct diff *d)
{
	forget_programs(d);
	ost_tree_facts_destroy(d->over);
	ost_tree_facts_destroy(d->a);
	ost_tree_facts_destroy(d->b);
	ost_deadlocks_report_destroy(d->all_a);
	for (size_t i = 0; i < d->changed.nr; i++) {
		ost_buf_deinit(&d->changed.items[i].old_text);
		ost_buf_deinit(&d->changed.items[i].new_text);
	}
	ost_vec_deinit(&d->changed);
	ost_vec_deinit(&d->in_a.v);
	ost_vec_deinit(&d->in_b.v);
	ost_arena_deinit(&d->arena);
}

static struct ost_err *whole(struct diff *d, struct ost_deadlocks_report **ret_before, struct ost_deadlocks_report **ret_after)
{
	struct ost_deadlocks_report *before = NULL, *after = NULL;
	struct ost_err *err;

	forget_programs(d);
	ost_try(ost_deadlocks_answer(d->a, d->opts, &before));
	err = ost_deadlocks_answer(other_tree(d), d->opts, &after);
	if (err) {
		ost_deadlocks_report_destroy(before);
		return err;
	}
	leave_both(before, after);
	*ret_before = before;
	*ret_after = after;
	return NULL;
}

/* Both trees are read. */
static struct ost_err *run(struct diff *d, const struct ost_source *from, const struct ost_source *to,
			   struct ost_deadlocks_report **ret_before, struct ost_deadlocks_report **ret_after)
{
	bool done = false;

	ost_try(try_overlay(d, &done, ret_before, ret_after));
	if (!done)
		ost_try(whole(d, ret_before, ret_after));
	(*ret_after)->why_whole = d->why_whole;
	(*ret_before)->version = ost_tree_version(from, ost_dl_report_arena(*ret_before));
	(*ret_after)->version = ost_tree_version(to, ost_dl_report_arena(*ret_after));
	return NULL;
}

struct ost_err *ost_deadlocks_diff(const struct ost_source *from, const struct ost_source *to,
				   const struct ost_deadlocks_opts *opts, struct ost_deadlocks_report **ret_before,
				   struct ost_deadlocks_report **ret_after)
{
	struct diff d = { .opts = opts };
	struct ost_err *err = ost_tree_facts_read(&d.a, from, &opts->source);

	if (!err)
		err = ost_tree_facts_read(&d.b, to, &opts->source);
	if (!err)
		err = run(&d, from, to, ret_before, ret_after);
	end(&d);
	return err;
}

struct ost_err *ost_deadlocks_patch(const struct ost_source *src, const char *patch,
				    const struct ost_deadlocks_opts *opts, struct ost_deadlocks_report **ret_before,
				    struct ost_deadlocks_report **ret_after)
{
	struct diff d = { .opts = opts };
	struct ost_err *err = ost_tree_facts_read(&d.a, src, &opts->source);

	if (!err)
		err = ost_patch_lay_over(d.a, patch, &d.over);
	if (!err)
		err = run(&d, src, src, ret_before, ret_after);
	end(&d);
	return err;
}
