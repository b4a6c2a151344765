// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/introduced.h"

#include <string.h>

#include "base/utf8.h"
#include "ostler/review.h"
#include "review/fixes_tag.h"
#include "review/intro_proofs.h"
#include "review/proofs.h"

#define MAX_TAGGED 20

struct introduced_run {
	struct ost_review_shared shared;
	struct ost_review_options review;
	const struct ost_introduced_options *o;
	const struct ost_introduced_sink *sink;
};

static void list_tagged(struct ost_arena *arena, const char *text, struct ost_introduced_report *r)
{
	const char **list = ost_arena_calloc(arena, MAX_TAGGED, sizeof(*list)), *hex;

	while (r->nr_tagged < MAX_TAGGED && (hex = ost_fixes_next(arena, &text)))
		list[r->nr_tagged++] = hex;
	r->tagged = list;
}

static void end(struct ost_intro *k)
{
	ost_side_files_deinit(&k->side);
	ost_words_deinit(&k->words);
	ost_vec_deinit(&k->lines);
	ost_vec_deinit(&k->commits);
	ost_vec_deinit(&k->blames);
	ost_vec_deinit(&k->spans);
}

static struct ost_err *search(struct ost_intro *k, const struct ost_introduced_options *o, struct ost_introduced_report *r)
{
	struct ost_err *err = NULL;

	ost_words_init(&k->words);
	ost_side_files_init(&k->side, k->s->repo, k->base, &k->words, k->s->recogniser);
	if (*k->base) {
		ost_intro_pick(k);
		err = ost_intro_trace(k);
	}
	if (!err)
		err = ost_intro_rank(k, r);
	if (!err && *k->base && !o->no_proofs && ost_speaks_of_locks(&k->item->change, k->item->msg.text))
		err = ost_intro_proofs(k, o, r);
	end(k);
	return err;
}

static struct ost_err *report_item(void *ctx, struct ost_arena *arena, const struct ost_review_item *item)
{
	struct introduced_run *run = ctx;
	struct ost_introduced_report r = { .input = run->o->input };
	struct ost_intro k = { .arena = arena, .s = &run->shared, .item = item };
	const char *why;

	ost_try(ost_review_base_find(item, arena, &run->shared, &k.base, &why));
	if (!*k.base || item->nr_parents > 1)
		k.trouble = item->nr_parents > 1 ? "it is a merge: name the commit that it brought in" : why;
	if (item->nr_parents > 1)
		k.base = "";
	r.title = ost_utf8_clean(ost_arena_strdup(arena, item->msg.title));
	r.commit = item->msg.commit;
	list_tagged(arena, item->msg.text, &r);
	k.text = ost_fixes_hide(arena, item->msg.text);
	ost_try(search(&k, run->o, &r));
	return run->sink->on_report(run->sink->ctx, &r);
}

static struct ost_err *report_all(struct introduced_run *run)
{
	const struct ost_review_each each = {
		.repo = run->shared.repo, .arena = &run->shared.arena, .word = "introduced", .on_item = report_item, .ctx = run,
		.on_problem = run->sink->on_problem, .problem_ctx = run->sink->ctx,
	};

	return ost_review_input_each(run->o->input, &each);
}

struct ost_err *ost_introduced_run(const struct ost_introduced_options *o, const struct ost_introduced_sink *sink)
{
	struct introduced_run run = { .o = o, .sink = sink };
	struct ost_err *err;

	if (!o->input || !*o->input)
		return ost_err_create(OST_ERR_USAGE, "introduced", "name a patch file, '-' or a commit", "nothing to ask about");
	run.review = (struct ost_review_options){
		.input = o->input, .repo = o->repo, .base = o->base, .store = o->store, .no_store = o->no_store, .jobs = o->jobs,
	};
	err = ost_shared_init(&run.shared, &run.review);
	if (!err)
		err = report_all(&run);
	ost_shared_deinit(&run.shared);
	return err;
}
