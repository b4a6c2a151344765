// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/affected.h"

#include "branch/blamed.h"
#include "branch/moves.h"
#include "branch/needs.h"

static bool is_c(const char *path)
{
	size_t n = strlen(path);

	return n > 2 && path[n - 2] == '.' && (path[n - 1] == 'c' || path[n - 1] == 'h');
}

struct tally {
	uint64_t by_state[OST_HUNK_ODD + 1];
	uint64_t total;		/* without the neutral ones */
	uint64_t ruled_out;	/* what the change is about is not in its function */
	uint64_t removable;	/* of removed code that stands here */
};

/* Found in a function of another name, while another part of that function is nowhere. */
static bool is_doubtful_stranger(const struct ost_text_verdict *v, const struct ost_hunk_verdict *h)
{
	uint32_t i;

	for (i = 0; i < v->nr_hunks && h->is_func_absent && h->wanted; i++)
		if (v->hunks[i].state == OST_HUNK_GONE && v->hunks[i].file == h->file && v->hunks[i].wanted &&
		    !strcmp(v->hunks[i].wanted, h->wanted))
			return true;
	return false;
}

static void add_up(const struct ost_text_verdict *v, struct tally *t)
{
	uint32_t i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < v->nr_hunks; i++) {
		const struct ost_hunk_verdict *h = &v->hunks[i];

		t->by_state[is_doubtful_stranger(v, h) && h->state == OST_HUNK_BUGGY ? OST_HUNK_ODD : h->state] += h->weight;
		if (h->state != OST_HUNK_NEUTRAL)
			t->total += h->weight;
		if (h->is_ruled_out)
			t->ruled_out += h->weight;
		if (h->state == OST_HUNK_BUGGY && h->removed >= 0)
			t->removable += h->weight;
	}
}

/* What is added at file scope says something only where nothing else is changed. */
static void settle_file_scope(struct ost_text_verdict *v)
{
	bool is_alone = true;
	uint32_t i;

	for (i = 0; i < v->nr_hunks; i++)
		is_alone &= v->hunks[i].is_at_file_scope || v->hunks[i].state == OST_HUNK_NEUTRAL;
	for (i = 0; i < v->nr_hunks && !is_alone; i++)
		if (v->hunks[i].is_at_file_scope)
			v->hunks[i].state = OST_HUNK_NEUTRAL;
}

static bool is_given_elsewhere(struct ost_arena *arena, const struct ost_text_verdict *v, uint32_t from, const char *name)
{
	uint32_t i;

	for (i = 0; i < v->nr_hunks; i++)
		if (i != from && v->hunks[i].file == v->hunks[from].file && ost_hunk_gives_function(arena, v->hunks[i].piece, name))
			return true;
	return false;
}

/* A function that the patch takes from one place to another stands here before and after. */
static void settle_moved_functions(struct ost_arena *arena, struct ost_text_verdict *v)
{
	const char *name;
	uint32_t i;

	for (i = 0; i < v->nr_hunks; i++) {
		name = ost_hunk_takes_function(arena, v->hunks[i].piece);
		if (name && *name && is_given_elsewhere(arena, v, i, name))
			v->hunks[i].state = OST_HUNK_NEUTRAL;
	}
}

/*
 * Removed code that is not here was removed, or never was here. Where other code stands as before the patch, and
 * nothing as after it but for that, it never was.
 */
static void settle_absences(struct ost_text_verdict *v)
{
	bool is_buggy = false, is_added = false;
	uint32_t i;

	for (i = 0; i < v->nr_hunks; i++) {
		is_buggy |= v->hunks[i].state == OST_HUNK_BUGGY;
		is_added |= v->hunks[i].state == OST_HUNK_FIXED && v->hunks[i].added >= 0;
	}
	for (i = 0; i < v->nr_hunks && is_buggy && !is_added; i++)
		if (v->hunks[i].state == OST_HUNK_FIXED)
			v->hunks[i].state = OST_HUNK_ODD;
}

static bool conclude_no(const struct tally *t, uint64_t live, struct ost_text_verdict *v)
{
	if (live * 4 < t->total)
		v->reason = "the code that the patch changes is not in this branch";
	else if (t->ruled_out * 4 >= t->total && !t->removable)
		v->reason = "what the patch is about is not in the functions that it changes";
	else
		return false;
	v->affected = OST_AFFECTED_NO;
	return true;
}

/* A commit is there whole or not at all: one part of it as the patch makes it, and none as before. */
static bool is_fixed(const struct tally *t, uint64_t live)
{
	return t->by_state[OST_HUNK_FIXED] * 10 >= live * 6 ||
	       (!t->by_state[OST_HUNK_BUGGY] && t->by_state[OST_HUNK_FIXED] * 4 >= live);
}

/* The message names the function and the call in it that the patch removes, and there is no such call in it here. */
static bool is_named_fault_missing(struct ost_side_files *side, const struct ost_change *change,
				   const struct ost_text_verdict *v, const struct ost_about *about)
{
	uint32_t i;

	for (i = 0; i < v->nr_hunks; i++) {
		const struct ost_hunk_verdict *h = &v->hunks[i];

		if (h->is_ruled_out && h->wanted && h->lost && h->path && ost_about_names(about, h->wanted) &&
		    ost_about_names(about, h->lost) && ost_needs_exists(side, h->path, change, h->lost))
			return true;
	}
	return false;
}

/* The functions that the patch changes, held against what the message says of them. */
static const char *refuted_claim(struct ost_side_files *side, const struct ost_change *change,
				 const struct ost_about *about, const struct ost_text_verdict *v)
{
	uint32_t i;

	for (i = 0; i < v->nr_hunks; i++) {
		const struct ost_hunk_verdict *h = &v->hunks[i];
		const struct ost_branch_file *file;
		const struct ost_branch_func *func;
		uint32_t from = 0;
		const char *why;

		if (!h->path || !h->func || !h->wanted || strcmp(h->func, h->wanted))
			continue;
		file = ost_side_file(side, h->path);
		func = ost_branch_func_find(file, h->func, &from);
		why = func ? ost_about_refuted_claim(about, side, change, file, func) : NULL;
		if (why)
			return why;
	}
	return NULL;
}

/* The code is as before, and yet the commit that the message blames is not here: what is only added was not needed. */
static void doubt_blame(struct ost_side_files *side, const struct ost_change *change, const struct ost_about *about,
			struct ost_text_verdict *v)
{
	const char *word = NULL;
	uint32_t i;

	for (i = 0; i < v->nr_hunks && !word; i++)
		if (v->hunks[i].state == OST_HUNK_BUGGY && v->hunks[i].path)
			word = ost_blamed_absent(about, side, change, v->hunks[i].path);
	if (!word)
		return;
	v->affected = v->is_removed_here ? OST_AFFECTED_UNKNOWN : OST_AFFECTED_NO;
	v->is_by_message = true;
	v->reason = ost_arena_printf(&side->arena, "the code is as it was before the patch, but the message blames a commit that adds `%s`, "
				     "and nothing here has that name", word);
}

/* What the message blames came later than this branch, whatever its code looks like. */
static void check_message(struct ost_side_files *side, const struct ost_change *change,
			  const struct ost_about *about, struct ost_text_verdict *v)
{
	const char *why;

	if (v->affected != OST_AFFECTED_YES && v->affected != OST_AFFECTED_UNKNOWN)
		return;
	why = ost_about_later_merge(about, &side->arena);
	if (!why)
		why = refuted_claim(side, change, about, v);
	if (why) {
		v->affected = OST_AFFECTED_NO;
		v->is_by_message = true;
		v->reason = why;
	} else if (v->affected == OST_AFFECTED_YES) {
		doubt_blame(side, change, about, v);
	}
}

static void conclude(struct ost_side_files *side, const struct ost_change *change, const struct ost_about *about,
		     struct ost_text_verdict *v)
{
	struct tally t;
	uint64_t live;

	add_up(v, &t);
	live = t.total - t.by_state[OST_HUNK_GONE];
	v->affected = OST_AFFECTED_UNKNOWN;
	v->is_removed_here = t.removable > 0;
	if (!t.total) {
		v->reason = "the patch changes no C code that could be compared";
	} else if (conclude_no(&t, live, v)) {
		return;
	} else if (is_fixed(&t, live)) {
		v->affected = OST_AFFECTED_FIXED;
		v->reason = "the code is as the patch makes it";
	} else if (is_named_fault_missing(side, change, v, about)) {
		v->affected = OST_AFFECTED_NO;
		v->is_by_message = true;
		v->reason = "the call that the message blames is not in the function that it names";
	} else if (t.ruled_out * 10 >= t.total) {
		v->reason = "a part of the code is as before the patch, but another part that it changes was never here";
	} else if (t.by_state[OST_HUNK_BUGGY] * 2 >= live) {
		v->affected = OST_AFFECTED_YES;
		v->reason = "the code is as it was before the patch";
	} else {
		v->reason = "the code is neither as before nor as after the patch";
	}
}

/* A hunk is judged in pieces, one for each function that it touches. */
static void judge_hunk(struct ost_side_files *side, const struct ost_change *change, const struct ost_about *about,
		       uint32_t file, uint32_t hunk, struct ost_text_verdict *ret)
{
	const struct ost_file_change *f = &change->files[file];
	struct ost_hunk *pieces;
	uint32_t nr = ost_hunk_split(&side->arena, &f->hunks[hunk], &pieces), i;

	for (i = 0; i < nr && ret->nr_hunks < OST_AFFECTED_MAX_HUNKS; i++) {
		struct ost_hunk_verdict *v = &ret->hunks[ret->nr_hunks++];

		ost_judge_hunk(side, change, about, f, &pieces[i], v);
		v->file = file;
		v->hunk = hunk;
		v->piece = &pieces[i];
	}
}

void ost_affected_by_text(struct ost_side_files *side, const struct ost_change *change,
			  const struct ost_about *about, struct ost_text_verdict *ret)
{
	uint32_t nr = 0, i, h;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < change->nr_files; i++)
		nr += change->files[i].nr_hunks;
	if (nr > OST_AFFECTED_MAX_HUNKS) {
		ret->reason = "the patch has too many hunks to compare";
		return;
	}
	ret->hunks = ost_arena_calloc(&side->arena, OST_AFFECTED_MAX_HUNKS, sizeof(*ret->hunks));
	for (i = 0; i < change->nr_files; i++)
		for (h = 0; h < change->files[i].nr_hunks && is_c(change->files[i].new_path); h++)
			judge_hunk(side, change, about, i, h, ret);
	settle_moved_functions(&side->arena, ret);
	settle_file_scope(ret);
	settle_absences(ret);
	ost_rule_out_moves(side, change, ret->hunks, ret->nr_hunks);
	conclude(side, change, about, ret);
	check_message(side, change, about, ret);
}
