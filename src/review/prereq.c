// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/prereq.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "git/commit.h"
#include "git/run.h"
#include "review/lineage.h"
#include "review/removers.h"
#include "review/writers.h"

#define MAX_ROUNDS 24
#define MAX_NAMES 4		/* missing names that are looked for */
#define MAX_DEFINITIONS 6	/* lines that may define one */
#define SERIES_SECONDS 600

/* A commit that may have to come along. */
struct step {
	struct ost_commit info;
	struct ost_change change;
	const char *why;
	bool is_left_out;
};

struct finding {
	struct ost_arena *arena;
	struct ost_review_shared *s;
	const struct ost_branch_question *q;
	const struct ost_stable *stable;
	OST_VEC(struct step) steps;	/* oldest first */
	OST_VEC(struct ost_apply_overlay) overlay;
	OST_VEC(const char *) there;	/* ids that the branch is known to have */
	const char *trouble;
};

/* ---- one trial of all ---- */

static void lay_over(struct finding *f, const struct ost_trial *t)
{
	uint32_t i;

	for (i = 0; i < t->nr_files; i++) {
		const struct ost_file_trial *x = &t->files[i];

		if (x->applies == OST_APPLIES_ABSENT)
			continue;
		*ost_vec_push(&f->overlay) = (struct ost_apply_overlay){ x->path, x->is_deleted ? NULL : x->text, x->len, x->mode };
	}
}

static bool fits(const struct ost_trial *t)
{
	return t->applies == OST_APPLIES_CLEAN || t->applies == OST_APPLIES_MERGED;
}

/* Applies one change on top of what was laid over the branch. */
static struct ost_err *apply_one(struct finding *f, const struct ost_change *c, const char *base, struct ost_trial *ret)
{
	const struct ost_apply_options o = { .overlay = f->overlay.items, .nr_overlay = f->overlay.nr,
					     .base = *base ? base : NULL, .no_fuzz = true };

	ost_try(ost_apply(ret, f->arena, f->s->repo, c, f->stable->tip, &o));
	if (fits(ret))
		lay_over(f, ret);
	return NULL;
}

/* All steps, then the change. *ret_at: the step that does not fit, the number of steps for the change, or -1. */
static struct ost_err *try_all(struct finding *f, int *ret_at, struct ost_trial *ret)
{
	size_t i;

	ost_vec_clear(&f->overlay);
	for (i = 0; i < f->steps.nr; i++) {
		struct step *s = &f->steps.items[i];

		*ret_at = (int)i;
		if (s->is_left_out)
			continue;
		ost_try(apply_one(f, &s->change, s->info.parents[0], ret));
		if (!fits(ret))
			return NULL;
	}
	ost_try(apply_one(f, &f->q->item->change, f->q->base, ret));
	*ret_at = fits(ret) ? -1 : (int)f->steps.nr;
	return NULL;
}

/* ---- who is asked for ---- */

static bool is_known(const struct finding *f, const char *id)
{
	size_t i;

	for (i = 0; i < f->steps.nr; i++)
		if (!strcmp(f->steps.items[i].info.id, id))
			return true;
	return false;
}

/*
 * Steps stay in the order of history: before the first one that it is an
 * ancestor of, else at the end. Two that do not reach each other may stand
 * between it and its descendant, so all are asked.
 */
static struct ost_err *insert(struct finding *f, const struct step *s)
{
	bool is_before = false;
	size_t at;

	for (at = 0; at < f->steps.nr && !is_before; at++)
		ost_try(ost_is_ancestor(&is_before, f->s->repo, s->info.id, f->steps.items[at].info.id));
	at -= is_before;
	ost_vec_push(&f->steps);
	memmove(&f->steps.items[at + 1], &f->steps.items[at], (f->steps.nr - 1 - at) * sizeof(*s));
	f->steps.items[at] = *s;
	return NULL;
}

static bool is_known_there(const struct finding *f, const char *id)
{
	size_t i;

	for (i = f->there.nr; i-- > 0;)
		if (!strcmp(f->there.items[i], id))
			return true;
	return false;
}

/* The limit is reached: says how much lies in between. */
static struct ost_err *give_up(struct finding *f)
{
	const struct ost_change *c = &f->q->item->change;
	const char **paths = ost_arena_calloc(f->arena, c->nr_files + 1, sizeof(*paths));
	const struct ost_log_query query = { .rev = f->q->base, .not_rev = f->stable->tip, .paths = paths, .no_merges = true };
	uint32_t i, nr = 0;
	size_t between;

	for (i = 0; i < c->nr_files; i++)
		if (c->files[i].status != OST_FILE_ADDED)
			paths[nr++] = c->files[i].old_path;
	ost_try(ost_log_count(&between, f->s->repo, &query));
	f->trouble = ost_arena_printf(f->arena, "more than %d commits would have to come along: of the %zu in between that change "
				      "its files, or others that these need, larger sets were not tried", OST_PREREQ_MAX, between);
	return NULL;
}

/* The commit and what it changes; f->trouble when it cannot come along. */
static struct ost_err *read_step(struct finding *f, const char *id, struct step *s)
{
	struct ost_shared_commit c;

	ost_try(ost_shared_commit(f->s, f->arena, id, &c));
	s->info = c.info;
	s->change = c.change;
	if (c.is_bad || c.info.nr_parents != 1 || c.change.nr_files > OST_PREREQ_MAX_FILES)
		f->trouble = ost_arena_printf(f->arena, "%.12s, which wrote lines that it needs, %s", id,
					      c.is_bad ? "cannot be read" : c.info.nr_parents != 1 ? "is no ordinary commit" :
					      ost_arena_printf(f->arena, "changes %u files: too much to come along", c.change.nr_files));
	return NULL;
}

/* Takes a commit in, unless the branch has it; *ret_new tells. */
static struct ost_err *take(struct finding *f, const char *id, const char *why, bool *ret_new)
{
	struct step s = { .why = why };
	struct ost_lineage l;

	if (is_known(f, id) || is_known_there(f, id))
		return NULL;
	ost_try(ost_lineage_ask(f->arena, f->s, f->stable->tip, id, &l));
	if (l.state == OST_LINEAGE_THERE) {
		ost_vec_add(&f->there, ost_arena_strdup(f->arena, id));
		return NULL;
	}
	if (f->steps.nr == OST_PREREQ_MAX)
		return give_up(f);
	ost_try(read_step(f, id, &s));
	if (f->trouble)
		return NULL;
	*ret_new = true;
	return insert(f, &s);
}

/* Takes in who is behind one hunk that does not fit. */
typedef struct ost_err *(*take_fn)(struct finding *f, const struct ost_file_trial *x, uint32_t hunk, const char *base,
				   const char *whose, bool *ret_new);

/* The commits that wrote its old lines. */
static struct ost_err *take_writers(struct finding *f, const struct ost_file_trial *x, uint32_t hunk, const char *base,
				    const char *whose, bool *ret_new)
{
	struct ost_blame_line *lines;
	size_t nr, n;

	ost_try(ost_writers_of(&lines, &nr, f->arena, f->s, base, x->file, &x->file->hunks[hunk]));
	for (n = 0; n < nr && !f->trouble; n++)
		ost_try(take(f, lines[n].id, ost_arena_printf(f->arena, "it wrote lines that hunk %u of %s%s stands on", hunk + 1,
							      x->file->old_path, whose), ret_new));
	return NULL;
}

/* Those that removed what the branch has between two of them. */
static struct ost_err *take_removers(struct finding *f, const struct ost_file_trial *x, uint32_t hunk, const char *base,
				     const char *whose, bool *ret_new)
{
	const char **ids;
	size_t nr, n;

	ost_try(ost_removers_of(&ids, &nr, f->arena, f->s, base, f->stable->tip, x->file->old_path, &x->file->hunks[hunk]));
	for (n = 0; n < nr && !f->trouble; n++)
		ost_try(take(f, ids[n], ost_arena_printf(f->arena, "it removed lines between those that hunk %u of %s%s stands on",
							 hunk + 1, x->file->old_path, whose), ret_new));
	return NULL;
}

static struct ost_err *take_for_hunks(struct finding *f, const struct ost_trial *t, take_fn who, const char *base,
				      const char *whose, bool *ret_new)
{
	struct ost_err *err;
	uint32_t i, h;

	for (i = 0; i < t->nr_files; i++) {
		const struct ost_file_trial *x = &t->files[i];

		if (x->applies == OST_APPLIES_CLEAN || x->applies == OST_APPLIES_MERGED || x->file->status == OST_FILE_ADDED)
			continue;
		for (h = 0; h < x->file->nr_hunks && !f->trouble; h++) {
			if (x->applies == OST_APPLIES_CONFLICT && x->hunks[h].is_placed && !x->hunks[h].fuzz)
				continue;
			err = who(f, x, h, base, whose, ret_new);
			if (err && err->code != OST_ERR_INPUT)
				return err;
			ost_err_destroy(err);	/* not there: another base than the patch's */
		}
	}
	return NULL;
}

/* Nobody is left to ask for: what the branch did by itself may be in the way. */
static struct ost_err *tell_stuck(struct finding *f, const struct ost_trial *t, const char *base, const char *whose)
{
	const char *paths[] = { NULL, NULL };
	const struct ost_log_query query = { .rev = f->stable->tip, .not_rev = base, .paths = paths, .limit = 1, .no_merges = true };
	struct ost_log log = { 0 };
	const char *own = "";
	uint32_t i;

	for (i = 0; i < t->nr_files && !log.nr; i++) {
		paths[0] = t->files[i].path;
		if (t->files[i].applies != OST_APPLIES_CLEAN && t->files[i].applies != OST_APPLIES_MERGED && paths[0])
			ost_try(ost_log(&log, f->arena, f->s->repo, &query));
	}
	if (log.nr)
		own = ost_arena_printf(f->arena, "; the branch has changed %s by itself (%.12s)", paths[0], log.entries[0].id);
	f->trouble = ost_arena_printf(f->arena, "no commit that the branch lacks wrote the lines that the hunks%s stand on, "
				      "or removed what is between them%s", whose, own);
	return NULL;
}

/* What the trial of a step, or of the change itself, asks for. */
static struct ost_err *take_wanted(struct finding *f, const struct ost_trial *t, const char *base, const char *whose)
{
	bool is_new = false;

	ost_try(take_for_hunks(f, t, take_writers, base, whose, &is_new));
	if (!is_new && !f->trouble)
		ost_try(take_for_hunks(f, t, take_removers, base, whose, &is_new));
	return is_new || f->trouble ? NULL : tell_stuck(f, t, base, whose);
}

/* ---- names ---- */

struct definitions {
	struct finding *f;
	const char *paths[MAX_DEFINITIONS];
	uint32_t lines[MAX_DEFINITIONS];
	size_t nr;
};

/* "REV:path:12:text" of git grep; a line of the shape of a definition. */
static bool note_definition(void *ctx, const char *piece, size_t len)
{
	struct definitions *d = ctx;
	char *text = ost_arena_strndup(d->f->arena, piece, len), *path = strchr(text, ':'), *line, *rest;

	if (!path || !(line = strchr(path + 1, ':')))
		return true;
	*line++ = '\0';
	d->paths[d->nr] = path + 1;
	d->lines[d->nr] = (uint32_t)strtoul(line, &rest, 10);
	if (d->lines[d->nr])
		d->nr++;
	return d->nr < MAX_DEFINITIONS;
}

static const char *folder_of(struct ost_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? ost_arena_strndup(arena, path, slash - path) : ".";
}

/* The last word of "struct wiphy.mtx", the first of "foo(2)". */
static const char *word_of(struct ost_arena *arena, const char *name)
{
	const char *dot = strrchr(name, '.'), *p = dot ? dot + 1 : name;

	return ost_arena_strndup(arena, p, strcspn(p, "( "));
}

/* The oldest commit among those that wrote the lines that name it in the headers and beside the file. */
static struct ost_err *take_definition(struct finding *f, const struct ost_missing_symbol *m, bool *ret_new)
{
	struct definitions d = { .f = f };
	const char *word = word_of(f->arena, m->name), *best = NULL;
	const char *const args[] = { "grep", "-n", "-w", "-I", "-F", "-e", word, f->q->base, "--", "include",
				     folder_of(f->arena, m->file), NULL };
	int status;
	const struct ost_git_run run = { .args = args, .ok_status = 1, .ret_status = &status };
	struct ost_blame_line *b;
	struct ost_err *err;
	bool is_before;
	size_t i, nr;

	ost_try(ost_git_stream(f->s->repo, &run, '\n', note_definition, &d));
	for (i = 0; i < d.nr; i++) {
		const struct ost_line_range range = { d.lines[i], d.lines[i] };

		err = ost_blame(&b, &nr, f->arena, f->s->repo, f->q->base, d.paths[i], &range, 1);
		if (err && err->code != OST_ERR_INPUT)
			return err;
		ost_err_destroy(err);
		if (err || !nr)
			continue;
		is_before = !best;
		if (best)
			ost_try(ost_is_ancestor(&is_before, f->s->repo, b[0].id, best));
		best = is_before ? b[0].id : best;
	}
	if (!best)
		f->trouble = ost_arena_printf(f->arena, "nothing in the base defines %s", m->name);
	else
		ost_try(take(f, best, ost_arena_printf(f->arena, "it brings %s %s", m->kind, m->name), ret_new));
	return NULL;
}

static bool adds_word(const struct ost_change *c, const char *word)
{
	uint32_t i, h, n;
	size_t len;

	for (i = 0; i < c->nr_files; i++)
		for (h = 0; h < c->files[i].nr_hunks; h++)
			for (n = 0; n < c->files[i].hunks[h].nr_lines; n++)
				if (c->files[i].hunks[h].lines[n].kind == OST_LINE_ADDED &&
				    ost_phrase_find(c->files[i].hunks[h].lines[n].text, word, &len))
					return true;
	return false;
}

/* Is every missing name brought by a step that is not left out? */
static bool has_names(const struct finding *f, const struct ost_branch_answer *a)
{
	size_t m, i;

	for (m = 0; m < a->nr_missing && m < MAX_NAMES; m++) {
		const char *word = word_of(f->arena, a->missing[m].name);

		for (i = 0; i < f->steps.nr && (f->steps.items[i].is_left_out || !adds_word(&f->steps.items[i].change, word)); i++)
			;
		if (i == f->steps.nr)
			return false;
	}
	return true;
}

/* ---- the search ---- */

static struct ost_err *grow(struct finding *f, const struct ost_branch_answer *a)
{
	struct ost_trial t;
	bool is_new = false;
	size_t m;
	int round, at;

	for (m = 0; m < a->nr_missing && m < MAX_NAMES && !f->trouble; m++)
		ost_try(take_definition(f, &a->missing[m], &is_new));
	for (round = 0; round < MAX_ROUNDS && !f->trouble; round++) {
		ost_try(try_all(f, &at, &t));
		if (at < 0)
			return NULL;
		if ((size_t)at == f->steps.nr) {
			ost_try(take_wanted(f, &t, f->q->base, ""));
		} else {
			const struct ost_commit *c = &f->steps.items[at].info;

			ost_try(take_wanted(f, &t, c->parents[0], ost_arena_printf(f->arena, " in %.12s", c->id)));
		}
	}
	if (!f->trouble)
		f->trouble = "no set of commits was found in so many trials";
	return NULL;
}

/* Leaves out what is not needed; *ret_any: something was. */
static struct ost_err *shrink_once(struct finding *f, const struct ost_branch_answer *a, bool *ret_any)
{
	struct ost_trial t;
	size_t i;
	int at;

	for (i = 0; i < f->steps.nr; i++) {
		if (f->steps.items[i].is_left_out)
			continue;
		f->steps.items[i].is_left_out = true;
		at = 0;
		if (has_names(f, a))
			ost_try(try_all(f, &at, &t));
		f->steps.items[i].is_left_out = at < 0;
		*ret_any |= at < 0;
	}
	return NULL;
}

/* What only a step that went had needed goes with the next turn. */
static struct ost_err *shrink(struct finding *f, const struct ost_branch_answer *a)
{
	bool any = true;

	while (any) {
		any = false;
		ost_try(shrink_once(f, a, &any));
	}
	return NULL;
}

static bool is_series_mate(const struct finding *f, const struct ost_commit *c)
{
	const struct ost_review_msg *m = &f->q->item->msg;
	int64_t apart = m->commit_time - c->committer.when;

	return m->commit_time && !strcasecmp(m->author_email, c->author.email) && apart <= SERIES_SECONDS && apart >= -SERIES_SECONDS;
}

static void fill(struct finding *f, struct ost_branch_answer *ret)
{
	const char *id = *f->q->upstream ? f->q->upstream : f->q->item->msg.commit;
	size_t i;

	ret->prerequisites = ost_arena_calloc(f->arena, f->steps.nr + 1, sizeof(*ret->prerequisites));
	for (i = 0; i < f->steps.nr; i++) {
		const struct step *s = &f->steps.items[i];
		struct ost_prerequisite *p = &ret->prerequisites[ret->nr_prerequisites];

		if (s->is_left_out)
			continue;
		ret->nr_prerequisites++;
		p->commit = ost_arena_strdup(f->arena, s->info.id);
		p->subject = ost_utf8_clean(ost_arena_strdup(f->arena, s->info.subject));
		p->is_series_mate = is_series_mate(f, &s->info);
		p->why = ost_utf8_clean(ost_arena_printf(f->arena, "%s%s", s->why, p->is_series_mate ? "; of the same series" : ""));
		p->tag = *id ? ost_utf8_clean(ost_arena_printf(f->arena, "Stable-dep-of: %.12s (\"%s\")", id, f->q->item->msg.title)) : "";
	}
}

/* Histories that have nothing in common (imports of releases) cannot say what lies between. */
static struct ost_err *check_common(struct finding *f)
{
	bool have;

	ost_try(ost_have_common(&have, f->s->repo, f->q->base, f->stable->tip));
	if (!have)
		f->trouble = "the branch and what the patch applies to have no commit in common";
	return NULL;
}

struct ost_err *ost_prereq_find(struct ost_branch_answer *ret, const struct ost_branch_question *q,
				const struct ost_stable *stable, const struct ost_trial *trial)
{
	struct finding f = { .arena = q->arena, .s = q->shared, .q = q, .stable = stable };
	struct ost_err *err;

	if (ret->affected == OST_AFFECTED_FIXED || ret->affected == OST_AFFECTED_NO ||
	    (trial->applies <= OST_APPLIES_MERGED && !ret->nr_missing))
		return NULL;
	if (!*q->base) {
		ret->prerequisites_why = "what the patch applies to is not known";
		return NULL;
	}
	err = check_common(&f);
	if (!err && !f.trouble)
		err = grow(&f, ret);
	if (!err && !f.trouble)
		err = shrink(&f, ret);
	if (!err && !f.trouble && !has_names(&f, ret))
		f.trouble = "the commits that make it apply do not bring all names that it uses";
	if (!err && !f.trouble)
		fill(&f, ret);
	ret->prerequisites_why = f.trouble;
	ost_vec_deinit(&f.steps);
	ost_vec_deinit(&f.there);
	ost_vec_deinit(&f.overlay);
	return err;
}
