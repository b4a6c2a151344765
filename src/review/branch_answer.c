// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/branch_answer.h"

#include "branch/affected.h"
#include "git/apply.h"
#include "git/equivalent.h"
#include "review/between.h"
#include "review/branch_history.h"
#include "review/branch_patch.h"
#include "review/compiles.h"
#include "review/deadlock_checks.h"
#include "review/declared.h"
#include "review/prereq.h"
#include "review/proofs.h"
#include "review/reach.h"
#include "review/unused.h"

#define MAX_WHY 64
#define MAX_CONFLICTS 64

struct answering {
	const struct ost_branch_question *q;
	const struct ost_stable *stable;
	struct ost_branch_answer *a;
	struct ost_side_files side;
	struct ost_words words;
	struct ost_text_verdict text;
	struct ost_trial trial;		/* when has_trial */
	bool has_trial;
	struct ost_declared *declared;	/* of the branch */
	struct ost_symbols *symbols;	/* of include/ and what is added, or NULL */
};

static struct ost_why *add_why(struct answering *g, const char *statement)
{
	struct ost_arena *arena = g->q->arena;
	struct ost_why *w;

	if (!g->a->why)
		g->a->why = ost_arena_calloc(arena, MAX_WHY, sizeof(*w));
	if (g->a->nr_why == MAX_WHY)
		return NULL;
	w = &g->a->why[g->a->nr_why++];
	w->statement = statement;
	w->evidence = ost_arena_calloc(arena, 1, sizeof(*w->evidence));
	return w;
}

static void prove(struct ost_why *w, const char *kind, const char *ref, const char *command)
{
	w->evidence[0] = (struct ost_evidence){ .kind = kind, .ref = ref, .command = command };
	w->nr_evidence = 1;
}

/* ---- what the text says ---- */

static void prove_place(struct answering *g, struct ost_why *w, const char *path,
			uint32_t first, uint32_t last)
{
	struct ost_arena *arena = g->q->arena;
	const char *quoted = ost_shell_quote(arena, path);

	prove(w, "line", ost_arena_printf(arena, "%s:%u at %.12s", path, first, g->stable->tip),
	      ost_arena_printf(arena, "git show %.12s:%s | sed -n %u,%up", g->stable->tip, quoted, first, last));
}

static void explain_hunk(struct answering *g, const struct ost_hunk_verdict *v, const char *path)
{
	struct ost_arena *arena = g->q->arena;
	const char *where = v->func ? v->func : v->wanted;
	struct ost_why *w;

	if (v->state == OST_HUNK_NEUTRAL)
		return;
	if (v->first_line) {
		w = add_why(g, ost_arena_printf(arena, "%s%s%s%s%s", where ? where : v->path, where ? "(): " : ": ",
						v->why, v->is_moved ? ", in " : "", v->is_moved ? v->path : ""));
		if (w)
			prove_place(g, w, v->path, v->first_line, v->last_line);
		return;
	}
	w = add_why(g, ost_arena_printf(arena, "%s%s%s: %s", where ? where : "", where ? "() of " : "", path, v->why));
	if (w)
		prove(w, "tree", ost_arena_printf(arena, "%.12s:%s", g->stable->tip, path),
		      ost_arena_printf(arena, "git grep -n -w -e %s %.12s -- '*.c' '*.h' || echo none",
				       ost_shell_quote(arena, where ? where : path), g->stable->tip));
}

/* The last reason comes first: it decides. */
static void put_first(struct answering *g)
{
	struct ost_why last;

	if (!g->a->nr_why)
		return;
	last = g->a->why[g->a->nr_why - 1];
	memmove(g->a->why + 1, g->a->why, (g->a->nr_why - 1) * sizeof(*g->a->why));
	g->a->why[0] = last;
}

/* Does what was found of a hunk speak for the answer? */
static bool is_deciding(const struct ost_hunk_verdict *h, enum ost_affected answer)
{
	return (answer == OST_AFFECTED_YES && h->state == OST_HUNK_BUGGY) ||
	       (answer == OST_AFFECTED_FIXED && h->state == OST_HUNK_FIXED) ||
	       (answer == OST_AFFECTED_NO && h->state == OST_HUNK_GONE);
}

static void explain_text(struct answering *g)
{
	const struct ost_change *change = &g->q->item->change;
	bool is_decided = false;
	uint32_t i;

	for (i = 0; i < g->text.nr_hunks; i++) {
		size_t before = g->a->nr_why;

		explain_hunk(g, &g->text.hunks[i], change->files[g->text.hunks[i].file].new_path);
		if (g->a->nr_why > before && !is_decided && is_deciding(&g->text.hunks[i], g->text.affected)) {
			is_decided = true;
			put_first(g);
		}
	}
	if (g->text.affected != OST_AFFECTED_UNKNOWN && g->text.affected != OST_AFFECTED_NO)
		return;
	if (add_why(g, ost_arena_strdup(g->q->arena, g->text.reason)) && g->text.is_by_message)
		put_first(g);
}

static void ask_text(struct answering *g)
{
	const struct ost_message *mail = g->q->item->mail;
	struct ost_about about = { g->q->item->msg.text, g->stable->release, mail && mail->subject.number > 1 };

	ost_affected_by_text(&g->side, &g->q->item->change, &about, &g->text);
	g->a->affected = g->text.affected;
	g->a->bugs = ost_arena_calloc(g->q->arena, 1, sizeof(*g->a->bugs));
	g->a->bugs[0] = (struct ost_bug){ .mechanism = "the code that the patch changes", .affected = g->text.affected };
	g->a->nr_bugs = 1;
	explain_text(g);
}

/* ---- what the history says ---- */

static const char *contradiction(const struct answering *g)
{
	return ost_arena_printf(g->q->arena, "history and code contradict each other: by its code alone the answer would be %s",
				ost_affected_name(g->text.affected));
}

static struct ost_err *ask_history(struct answering *g)
{
	struct ost_branch_history h;
	struct ost_why *w;

	ost_try(ost_branch_history(g->q->arena, g->q->shared, g->q->item, g->q->upstream, g->stable, &h));
	if (h.says == OST_HISTORY_NOTHING)
		return NULL;
	w = add_why(g, h.statement);
	if (w)
		prove(w, "commit", h.ref, h.command);
	g->a->affected = ost_history_combine(h.says, g->text.affected, g->text.is_removed_here);
	g->a->bugs[0].affected = g->a->affected;
	if (g->a->affected == OST_AFFECTED_UNKNOWN && g->text.affected != OST_AFFECTED_UNKNOWN)
		add_why(g, contradiction(g));
	else if (w && g->a->affected != g->text.affected)
		put_first(g);
	return NULL;
}

/* ---- would it apply ---- */

static void list_conflicts(struct answering *g, const struct ost_file_trial *f)
{
	struct ost_branch_answer *a = g->a;
	uint32_t h;
	bool any = false;

	for (h = 0; f->hunks && h < f->file->nr_hunks && a->nr_conflicts < MAX_CONFLICTS; h++) {
		if (f->hunks[h].is_placed && !f->hunks[h].is_elsewhere)
			continue;
		any = true;
		a->conflicts[a->nr_conflicts++] = (struct ost_conflict){
			.file = f->file->new_path, .hunk = h + 1, .elsewhere = f->hunks[h].is_elsewhere ? f->hunks[h].line : 0,
			.why = f->hunks[h].why ? ost_arena_strdup(g->q->arena, f->hunks[h].why) :
					  "it would land in another function",
		};
		a->is_respaced |= f->hunks[h].is_respaced;
	}
	if (!any && a->nr_conflicts < MAX_CONFLICTS)
		a->conflicts[a->nr_conflicts++] = (struct ost_conflict){
			.file = f->file->new_path, .why = f->why ? ost_arena_strdup(g->q->arena, f->why) : "it does not apply",
		};
}

static void list_moved(struct answering *g)
{
	struct ost_branch_answer *a = g->a;
	uint32_t i;

	a->moved = ost_arena_calloc(g->q->arena, g->trial.nr_files + 1, sizeof(*a->moved));
	for (i = 0; i < g->trial.nr_files; i++) {
		const struct ost_file_trial *f = &g->trial.files[i];

		if (f->is_moved)
			a->moved[a->nr_moved++] = (struct ost_moved_file){ f->file->old_path, f->path, f->mode };
	}
}

/* A repository that lacks an object leaves the answer unknown, and says why. */
static struct ost_err *ask_apply(struct answering *g)
{
	const struct ost_branch_question *q = g->q;
	struct ost_apply_options o = { .base = *q->base ? q->base : NULL };
	struct ost_err *err;
	uint32_t i;

	g->a->applies = "unknown";
	err = ost_apply(&g->trial, q->arena, q->shared->repo, &q->item->change, g->stable->tip, &o);
	if (err && err->code == OST_ERR_INPUT) {
		add_why(g, ost_arena_printf(q->arena, "whether it applies is unknown: %s: %s", err->what, err->why));
		ost_err_destroy(err);
		return NULL;
	}
	if (err)
		return err;
	g->has_trial = true;
	g->a->applies = ost_applies_name(g->trial.applies);
	list_moved(g);
	g->a->conflicts = ost_arena_calloc(q->arena, MAX_CONFLICTS, sizeof(*g->a->conflicts));
	for (i = 0; i < g->trial.nr_files; i++)
		if (g->trial.files[i].applies == OST_APPLIES_CONFLICT)
			list_conflicts(g, &g->trial.files[i]);
	return NULL;
}

/* ---- deadlocks ---- */

static struct ost_err *search_proofs(struct answering *g, struct ost_proofs *ret)
{
	const struct ost_branch_question *q = g->q;
	struct ost_source src = { .repo = q->options->repo ? q->options->repo : ".", .rev = g->stable->tip };
	struct ost_source_opts opts = { .jobs = q->options->jobs, .store_dir = q->options->store,
					.no_store = q->options->no_store };
	struct ost_slice slice;
	const struct ost_proofs_question ask = { &src, &g->side, &slice, &g->trial, &opts, &q->shared->kernels };
	struct ost_maintainers *m = NULL;
	struct ost_err *err;

	err = ost_shared_maintainers(q->shared, g->stable->tip, &m);
	if (err && err->code == OST_ERR_INTERRUPTED)
		return err;
	if (err)	/* the slice is smaller without it */
		m = NULL;
	ost_err_destroy(err);
	ost_slice_make(&slice, q->arena, &g->side, m, &q->item->change);
	return ost_proofs_find(ret, q->arena, &ask);
}

static void add_mechanisms(struct answering *g, const struct ost_proofs *p)
{
	struct ost_bug *bugs = ost_arena_calloc(g->q->arena, p->nr_removed + 1, sizeof(*bugs));
	size_t i;

	bugs[0] = g->a->bugs[0];
	for (i = 0; i < p->nr_removed; i++) {
		const struct ost_finding *f = &p->removed[i];

		bugs[i + 1] = (struct ost_bug){
			.mechanism = ost_mechanism(g->q->arena, f), .finding_id = f->id, .function = f->wait_function,
			.affected = f->rank == OST_RANK_PROVEN ? OST_AFFECTED_YES : OST_AFFECTED_UNKNOWN,
			.rank = f->rank, .doubts = ost_deadlock_doubts(g->q->arena, f),
		};
	}
	g->a->bugs = bugs;
	g->a->nr_bugs = p->nr_removed + 1;
}

/* The chain's own place: where it waits, or its last step. */
static void prove_finding(struct answering *g, struct ost_why *w, const struct ost_finding *f)
{
	if (f->wait_line)
		prove_place(g, w, f->wait_file, f->wait_line, f->wait_line);
	else if (f->nr_steps)
		prove_place(g, w, f->steps[f->nr_steps - 1].file, f->steps[f->nr_steps - 1].line,
			    f->steps[f->nr_steps - 1].line);
}

static void explain_mechanism(struct answering *g, const struct ost_finding *f)
{
	bool is_proven = f->rank == OST_RANK_PROVEN;
	struct ost_why *w = add_why(g, ost_arena_printf(g->q->arena, "a %s deadlock, which the patch removes: %s", ost_rank_name(f->rank),
							ost_mechanism(g->q->arena, f)));

	if (w)
		prove_finding(g, w, f);
	if (w && is_proven && g->a->affected == OST_AFFECTED_YES)
		put_first(g);
}

static struct ost_err *ask_proofs(struct answering *g)
{
	struct ost_proofs p;
	bool any = false;
	size_t i;

	if (g->q->options->no_proofs || !g->has_trial || g->trial.applies >= OST_APPLIES_CONFLICT ||
	    !ost_speaks_of_locks(&g->q->item->change, g->q->item->msg.text))
		return NULL;
	ost_try(search_proofs(g, &p));
	if (!p.is_searched) {
		add_why(g, p.why);
		return NULL;
	}
	g->a->is_proved = true;
	add_mechanisms(g, &p);
	for (i = 0; i < p.nr_removed; i++)
		any |= p.removed[i].rank == OST_RANK_PROVEN;
	if (any)	/* what the patch removes is there, whatever its text looks like */
		g->a->affected = OST_AFFECTED_YES;
	if (g->a->affected != OST_AFFECTED_FIXED) {	/* nobody would apply it there */
		g->a->new_deadlocks = p.introduced;
		g->a->nr_new_deadlocks = p.nr_introduced;
	}
	for (i = 0; i < p.nr_removed; i++)
		explain_mechanism(g, &p.removed[i]);
	return NULL;
}

/* ---- what came later, and what is on its way ---- */

/* A branch that has the bug, and whose queue has the fix. */
static void ask_queue(struct answering *g)
{
	char patch_id[OST_HEX_SIZE];
	const char *path;
	struct ost_why *w;

	if (!g->q->queue || g->a->affected == OST_AFFECTED_FIXED || g->a->affected == OST_AFFECTED_NO)
		return;
	ost_patch_id(patch_id, &g->q->item->change);
	path = ost_queue_find(g->q->queue, g->stable->release, *g->q->upstream ? g->q->upstream : NULL, patch_id);
	if (!path)
		return;
	g->a->affected = OST_AFFECTED_QUEUED;
	w = add_why(g, ost_arena_printf(g->q->arena, "the patch is on its way: it is in the queue as %s", path));
	if (w)
		prove(w, "file", path, ost_arena_printf(g->q->arena, "cat -- %s", ost_shell_quote(g->q->arena, path)));
}

static struct ost_err *ask_later(struct answering *g)
{
	ask_queue(g);
	if (!g->q->later)
		return NULL;
	return ost_later_presence(g->a, g->q->arena, g->q->shared, g->q->later, g->stable, &g->side, g->q->queue);
}

/* ---- who has it ---- */

static struct ost_err *ask_reach(struct answering *g)
{
	const struct ost_branch_question *q = g->q;
	struct ost_changed_file *files;
	uint32_t nr = ost_changed_find(q->arena, q->shared->recogniser, &q->item->change, g->has_trial ? &g->trial : NULL,
				       &g->text, &files);

	ost_try(ost_reach_files(&g->a->reach, &g->a->nr_reach, q->arena, q->shared, g->stable->tip, files, nr, q->config));
	return ost_unused_find(g->a, q, &g->side, g->has_trial ? &g->trial : NULL, files, nr);
}

static struct ost_err *read_shared(struct answering *g)
{
	ost_try(ost_declared_take(&g->declared, g->q->shared, g->q->options, g->stable->tip));
	if (g->declared->why)
		add_why(g, g->declared->why);
	if (g->declared->symbols)
		g->symbols = ost_symbols_create_on(g->declared->symbols);
	g->side.shared = g->symbols;
	return NULL;
}

/* ---- one branch ---- */

static void lend_one(struct answering *g, const char **revs, const char *rev)
{
	bool is_known = !*rev || !strcmp(rev, g->stable->tip);

	for (size_t i = 0; i < g->side.nr_others && !is_known; i++)
		is_known = !strcmp(revs[i], rev);
	if (!is_known)
		revs[g->side.nr_others++] = rev;
}

/* What the change applies to, and the other branches, newest or not. */
static void lend_others(struct answering *g)
{
	const struct ost_review_shared *s = g->q->shared;
	const char **revs = ost_arena_calloc(g->q->arena, s->nr_stable + 1, sizeof(*revs));
	size_t i;

	g->side.others = revs;
	lend_one(g, revs, g->q->base);
	for (i = 0; i < s->nr_stable; i++)
		lend_one(g, revs, s->stable[i].tip);
}

struct ost_err *ost_branch_answer(const struct ost_branch_question *q,
				  const struct ost_stable *stable,
				  struct ost_branch_answer *ret)
{
	struct answering g = { .q = q, .stable = stable, .a = ret };
	struct ost_err *err;

	memset(ret, 0, sizeof(*ret));
	ret->branch = stable->name;
	ret->tip = stable->tip;
	ret->release = stable->release;
	ret->applies = "unknown";
	if (!*stable->tip) {
		ret->trouble = stable->why;
		return NULL;
	}
	ost_words_init(&g.words);
	ost_side_files_init(&g.side, q->shared->repo, stable->tip, &g.words, q->shared->recogniser);
	g.side.kept = q->shared->blob_facts;
	lend_others(&g);
	err = read_shared(&g);
	if (!err) {
		ask_text(&g);
		err = ask_history(&g);
	}
	if (!err)
		err = ask_apply(&g);
	if (!err)
		err = ost_branch_compiles(ret, q, &g.side, g.declared, g.symbols, g.has_trial ? &g.trial : NULL);
	if (!err && g.has_trial)
		err = ost_branch_patch_write(ret, q, stable, &g.trial);
	if (!err && g.has_trial && !q->no_prerequisites)
		err = ost_prereq_find(ret, q, stable, &g.trial);
	if (!err && g.has_trial && !q->no_prerequisites)
		err = ost_between_fill(ret, q, stable, &g.trial);
	if (!err)
		err = ask_proofs(&g);
	if (!err)
		err = ask_later(&g);
	if (!err && !q->no_reach)
		err = ask_reach(&g);
	ost_side_files_deinit(&g.side);
	ost_symbols_destroy(g.symbols);
	ost_declared_give(q->shared, g.declared);
	ost_words_deinit(&g.words);
	return err;
}
