// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/moves.h"

#include "branch/needs.h"

#define MAX_CALLS 64

struct call {
	uint32_t name;
	uint32_t removed_at, added_at;	/* runs of changed lines; 0: nowhere */
	bool is_moved;		/* removed in one run, added in another */
	bool is_kept;		/* in a line that the patch leaves alone */
	bool stands;		/* the code it is removed from stands in the branch, or the code it is added to */
	uint64_t hunks;		/* with it, one bit each of the first 64 */
};
struct calls {
	struct call v[MAX_CALLS];
	uint32_t nr, nr_runs;
};

static struct call *call_named(struct calls *c, uint32_t name)
{
	uint32_t i;

	for (i = 0; i < c->nr; i++)
		if (c->v[i].name == name)
			return &c->v[i];
	if (c->nr == MAX_CALLS)
		return NULL;
	c->v[c->nr] = (struct call){ .name = name };
	return &c->v[c->nr++];
}

/* The run that each line of a hunk is in: changed lines without one between them that stays. */
static uint32_t *number_runs(struct ost_arena *arena, const struct ost_hunk *hunk, struct calls *c)
{
	uint32_t *runs = ost_arena_calloc(arena, hunk->nr_lines + 1, sizeof(*runs)), i;

	c->nr_runs++;
	for (i = 0; i < hunk->nr_lines; i++) {
		bool is_context = hunk->lines[i].kind == OST_LINE_CONTEXT;

		c->nr_runs += is_context;
		runs[i] = is_context ? 0 : c->nr_runs;
	}
	return runs;
}

static void see_call(struct call *call, const struct ost_image_tok *t, const uint32_t *runs)
{
	uint32_t removed = t->side != OST_SIDE_ADDED ? runs[t->line] : 0;
	uint32_t added = t->side != OST_SIDE_REMOVED ? runs[t->new_line] : 0;

	call->is_kept |= !removed && !added;
	call->is_moved |= (removed && call->added_at && removed != call->added_at) ||
			  (added && call->removed_at && added != call->removed_at) || (removed && added && removed != added);
	call->removed_at = removed ? removed : call->removed_at;
	call->added_at = added ? added : call->added_at;
}

/* The code that a call is taken from or put to stands in the branch, maybe under another name. */
static bool is_here(const struct ost_hunk_verdict *h, uint8_t side)
{
	if (!h->path)
		return false;
	if (h->state == OST_HUNK_FIXED)
		return h->added >= 0;
	return side != OST_SIDE_ADDED && (h->state == OST_HUNK_BUGGY || h->has_renamed_call);
}

static void list_calls(const struct ost_image *image, const struct ost_hunk_verdict *h, const uint32_t *runs,
		       uint32_t nr, struct calls *c)
{
	const struct ost_image_tok *t = image->all.items;
	size_t i;

	for (i = 0; i + 1 < image->all.nr; i++) {
		bool is_call = t[i].kind == T_IDENT && t[i + 1].kind == T_LPAREN;
		struct call *call = is_call ? call_named(c, t[i].name) : NULL;

		if (!call)
			continue;
		see_call(call, &t[i], runs);
		call->stands |= is_here(h, t[i].side);
		call->hunks |= (uint64_t)1 << nr;
	}
}

static void rule_out(struct ost_side_files *side, const struct call *call, struct ost_hunk_verdict *hunks, uint32_t nr)
{
	const struct ost_name *n = &side->words->v.items[call->name];
	const char *why = ost_arena_printf(&side->arena, "the patch moves a call to `%.*s`, which neither include/ nor the files around have",
					   (int)n->len, n->ptr);
	uint32_t i;

	for (i = 0; i < nr && i < 64; i++) {
		if (!(call->hunks & (uint64_t)1 << i) || hunks[i].state == OST_HUNK_NEUTRAL)
			continue;
		hunks[i].is_ruled_out |= hunks[i].path != NULL;
		if (hunks[i].state == OST_HUNK_GONE)
			continue;
		hunks[i].state = OST_HUNK_GONE;
		hunks[i].why = why;
	}
}

void ost_rule_out_moves(struct ost_side_files *side, const struct ost_change *change,
			struct ost_hunk_verdict *hunks, uint32_t nr)
{
	struct calls *c = ost_arena_calloc(&side->arena, 1, sizeof(*c));
	uint32_t i;

	if (!side->shared)
		return;
	for (i = 0; i < nr && i < 64; i++) {
		struct ost_image image;

		if (ost_image_make(&image, side->words, &side->arena, hunks[i].piece))
			list_calls(&image, &hunks[i], number_runs(&side->arena, hunks[i].piece, c), i, c);
		ost_image_deinit(&image);
	}
	for (i = 0; i < c->nr; i++) {
		struct call *call = &c->v[i];
		const struct ost_name *n = &side->words->v.items[call->name];
		const char *name = ost_arena_strndup(&side->arena, n->ptr, n->len);
		uint32_t h;

		if (!call->is_moved || call->is_kept || call->stands)
			continue;
		for (h = 0; h < nr && h < 64 && !(call->hunks & (uint64_t)1 << h && hunks[h].path); h++)
			;
		if (h < nr && h < 64 && !ost_needs_exists(side, hunks[h].path, change, name))
			rule_out(side, call, hunks, nr);
	}
}
