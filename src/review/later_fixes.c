// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/later_fixes.h"

#include <string.h>

#include "base/utf8.h"
#include "branch/affected.h"
#include "git/commit.h"
#include "git/equivalent.h"
#include "mail/message.h"
#include "review/later_log.h"
#include "review/lineage.h"

/* How far fixes of fixes are followed. */
#define MAX_DEPTH 3
/* Commits whose code is looked for in a branch; the history answers for all. */
#define MAX_JUDGED 24
/* A later commit that changes more files is not looked for by its code. */
#define MAX_JUDGED_FILES 50

struct finding {
	struct ost_arena *arena;
	struct ost_review_shared *s;
	const char *upstream;
	struct ost_later_list *list;
	unsigned depth[OST_LATER_FIXES_MAX];
};

const char *ost_later_relation_name(enum ost_later_relation r)
{
	static const char *const names[] = { "fixes", "reverts", "same lines" };

	return names[r];
}

static bool same_id(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b), n = na < nb ? na : nb;

	return n >= 8 && !strncmp(a, b, n);
}

static struct ost_later_commit *find_known(struct finding *f, const char *id)
{
	size_t i;

	for (i = 0; i < f->list->nr; i++)
		if (same_id(f->list->items[i].commit, id) || same_id(f->list->items[i].in, id))
			return &f->list->items[i];
	return NULL;
}

/* ---- by what messages say ---- */

/* The id that mainline knows a branch's commit by: the one its message names, else its own. */
static struct ost_err *mainline_id(struct finding *f, const struct ost_message_hit *h, const char *target,
				   const char **ret)
{
	struct ost_upstream_id up;
	struct ost_commit c;
	char full[OST_HEX_SIZE];
	struct ost_err *err;

	*ret = ost_arena_strdup(f->arena, h->id);
	ost_try(ost_commit_read(&c, f->arena, f->s->repo, h->id));
	ost_upstream_find(&up, f->arena, c.message);
	/* "This reverts commit ... which is / commit <target> upstream." names what it reverts */
	if (up.form == OST_UPSTREAM_NONE || same_id(up.hex, target) || same_id(up.hex, f->upstream))
		return NULL;
	*ret = up.hex;
	if (!ost_repo_has_object(f->s->repo, up.hex))
		return NULL;
	err = ost_repo_resolve(f->s->repo, up.hex, full);
	if (!err)
		*ret = ost_arena_strdup(f->arena, full);
	ost_err_destroy(err);	/* an id of something else: as the message has it */
	return NULL;
}

static struct ost_err *add_hit(struct finding *f, const struct ost_message_hit *h, const char *target,
			       unsigned depth, bool is_mainline)
{
	struct ost_later_commit *k;
	const char *id = h->id;

	if (h->mention != OST_MENTION_FIXES && h->mention != OST_MENTION_REVERTS)
		return NULL;
	if (!is_mainline)
		ost_try(mainline_id(f, h, target, &id));
	if (same_id(id, f->upstream))
		return NULL;
	k = find_known(f, id);
	if (!k && f->list->nr == OST_LATER_FIXES_MAX) {
		f->list->is_cut = true;
		return NULL;
	}
	if (!k) {
		f->depth[f->list->nr] = depth;
		k = &f->list->items[f->list->nr++];
		*k = (struct ost_later_commit){
			.relation = OST_LATER_FIXES, .commit = ost_arena_strdup(f->arena, id), .of = target,
			.subject = ost_utf8_clean(ost_arena_strdup(f->arena, h->subject)),
			.in = ost_arena_strdup(f->arena, h->id), .when = h->commit_time,
			.is_upstream = is_mainline || strcmp(id, h->id),
		};
	}
	if (h->mention == OST_MENTION_REVERTS && k->of == target)
		k->relation = OST_LATER_REVERTS;
	return NULL;
}

/* Everything in one index that names the id. */
static struct ost_err *add_naming(struct finding *f, const struct ost_messages *m, const char *id,
				  const char *target, unsigned depth, bool is_mainline)
{
	struct ost_message_hit *hits;
	size_t nr = ost_messages_mentioning(m, f->arena, id, &hits), i;

	for (i = nr; i-- > 0;)
		ost_try(add_hit(f, &hits[i], target, depth, is_mainline));
	return NULL;
}

/* A branch's commits name its own backport of the target as often as the target. */
static struct ost_err *search_branch(struct finding *f, const char *rev, const char *target, unsigned depth)
{
	const struct ost_messages *m;
	struct ost_message_hit *hits;
	size_t nr, i;

	ost_try(ost_shared_messages(f->s, rev, &m));
	ost_try(add_naming(f, m, target, target, depth, false));
	nr = ost_messages_mentioning(m, f->arena, target, &hits);
	for (i = 0; i < nr; i++)
		if (hits[i].mention == OST_MENTION_UPSTREAM || hits[i].mention == OST_MENTION_CHERRY)
			ost_try(add_naming(f, m, hits[i].id, target, depth, false));
	return NULL;
}

static struct ost_err *search(struct finding *f, const char *target, unsigned depth)
{
	const struct ost_messages *m;
	size_t i;

	if (*f->s->mainline) {
		ost_try(ost_shared_messages(f->s, f->s->mainline, &m));
		ost_try(add_naming(f, m, target, target, depth, true));
	}
	for (i = 0; i < f->s->nr_stable; i++)
		if (*f->s->stable[i].tip && strcmp(f->s->stable[i].tip, f->s->mainline))
			ost_try(search_branch(f, f->s->stable[i].tip, target, depth));
	return NULL;
}

static int by_time(const void *a, const void *b)
{
	const struct ost_later_commit *x = a, *y = b;

	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;
	return strcmp(x->commit, y->commit);
}

static struct ost_err *find_named(struct finding *f)
{
	size_t i;

	ost_try(search(f, f->upstream, 1));
	for (i = 0; i < f->list->nr; i++)
		if (f->depth[i] < MAX_DEPTH)
			ost_try(search(f, f->list->items[i].commit, f->depth[i] + 1));
	if (f->list->nr)
		qsort(f->list->items, f->list->nr, sizeof(*f->list->items), by_time);
	return NULL;
}

/* ---- by what they change ---- */

static void take_lines(struct finding *f, const struct ost_change *change, const struct ost_buf *log)
{
	const char *p = log->ptr, *end = p + log->len;
	struct ost_later_entry e;
	size_t nr = 0;

	while (ost_later_next(&p, end, &e)) {
		if (find_known(f, e.id) || ost_later_touches(change, &e) != OST_LATER_SAME_LINES)
			continue;
		if (nr++ == OST_LATER_LINES_MAX || f->list->nr == OST_LATER_FIXES_MAX) {
			f->list->is_cut = true;
			return;
		}
		f->list->items[f->list->nr++] = (struct ost_later_commit){
			.relation = OST_LATER_LINES, .commit = ost_arena_strdup(f->arena, e.id),
			.subject = ost_utf8_clean(ost_arena_strdup(f->arena, e.subject)),
			.in = ost_arena_strdup(f->arena, e.id), .of = f->upstream, .when = e.when,
			.is_upstream = true,
		};
	}
}

static const char **paths_of(struct ost_arena *arena, const struct ost_change *change)
{
	const char **paths = ost_arena_calloc(arena, change->nr_files + 1, sizeof(*paths));
	uint32_t i;

	for (i = 0; i < change->nr_files; i++)
		paths[i] = change->files[i].new_path;
	return paths;
}

static struct ost_err *find_lines(struct finding *f, const struct ost_change *change, const struct ost_buf *log)
{
	OST_BUF own = OST_BUF_INIT;
	bool is_behind = false;
	struct ost_err *err;

	if (log) {
		take_lines(f, change, log);
		return NULL;
	}
	if (!*f->s->mainline)
		f->list->lines_why = "there is no mainline here beside the branches";
	else if (!change->nr_files || change->nr_files > 100)
		f->list->lines_why = change->nr_files ? "it changes more than 100 files" : "there is no diff";
	else if (strlen(f->upstream) == OST_HEX_SIZE - 1 && ost_repo_has_object(f->s->repo, f->upstream))
		ost_try(ost_is_ancestor(&is_behind, f->s->repo, f->upstream, f->s->mainline));
	if (!is_behind) {
		if (!f->list->lines_why)
			f->list->lines_why = "mainline here does not contain it";
		return NULL;
	}
	err = ost_later_log(&own, f->s->repo, f->upstream, f->s->mainline, paths_of(f->arena, change));
	if (!err) {
		take_lines(f, change, &own);
		return NULL;
	}
	if (err->code != OST_ERR_INPUT)
		return err;
	f->list->lines_why = ost_arena_strdup(f->arena, err->why);
	ost_err_destroy(err);
	return NULL;
}

struct ost_err *ost_later_find(struct ost_later_list *ret, struct ost_arena *arena,
			       struct ost_review_shared *s, const char *upstream,
			       const struct ost_change *change, const struct ost_buf *log)
{
	struct finding f = { .arena = arena, .s = s, .upstream = upstream, .list = ret };

	memset(ret, 0, sizeof(*ret));
	ret->items = ost_arena_calloc(arena, OST_LATER_FIXES_MAX, sizeof(*ret->items));
	if (strlen(upstream) < 8) {
		ret->lines_why = "the id of the change in mainline is not known";
		return NULL;
	}
	ost_try(find_named(&f));
	return find_lines(&f, change, log);
}

/* ---- has a branch them ---- */

/* Does none of the lines that it adds stand in the branch? */
static struct ost_err *is_text_absent(struct ost_arena *arena, struct ost_review_shared *s, const struct ost_change *change,
				      const char *tip, bool *ret)
{
	struct ost_change_state state;

	ost_try(ost_change_state(&state, arena, s->repo, change, tip, 0));
	*ret = change->nr_added && !state.nr_post;
	return NULL;
}

/* What a later commit changes; a merge, what it brings its first parent. False: it cannot be read, or changes too much. */
static struct ost_err *read_later(struct ost_change *ret, bool *ret_is, struct ost_arena *arena, struct ost_review_shared *s,
				  const char *id)
{
	struct ost_shared_commit c;
	struct ost_err *err = NULL;

	ost_try(ost_shared_commit(s, arena, id, &c));
	*ret = c.change;
	if (!c.is_bad && c.info.nr_parents != 1)
		err = ost_change_from_commit(ret, arena, s->repo, id, NULL);
	*ret_is = !c.is_bad && !err && ret->nr_files <= MAX_JUDGED_FILES;
	if (err && err->code != OST_ERR_INPUT)
		return err;
	ost_err_destroy(err);	/* a shallow boundary, a missing object */
	return NULL;
}

/* By the code: what the later commit makes of it, or what it found. */
static struct ost_err *judge_code(struct ost_arena *arena, struct ost_review_shared *s, const char *in,
				  struct ost_side_files *side, enum ost_affected change_is,
				  enum ost_affected *ret)
{
	struct ost_about about = { "", "", false };
	struct ost_text_verdict text;
	struct ost_change change;
	bool is_known, is_absent;

	*ret = OST_AFFECTED_UNKNOWN;
	ost_try(read_later(&change, &is_known, arena, s, in));
	if (!is_known)
		return NULL;
	ost_affected_by_text(side, &change, &about, &text);
	if (text.affected == OST_AFFECTED_FIXED)
		*ret = OST_AFFECTED_YES;
	else if (text.affected == OST_AFFECTED_YES ||
		 (text.affected == OST_AFFECTED_NO && change_is != OST_AFFECTED_FIXED))
		*ret = OST_AFFECTED_NO;
	else if (change_is == OST_AFFECTED_YES) {
		/* what it mends is not there yet, and so it looks like neither */
		ost_try(is_text_absent(arena, s, &change, side->rev, &is_absent));
		*ret = is_absent ? OST_AFFECTED_NO : OST_AFFECTED_UNKNOWN;
	}
	return NULL;
}

struct ost_err *ost_later_presence(struct ost_branch_answer *ret, struct ost_arena *arena,
				   struct ost_review_shared *s, const struct ost_later_list *list,
				   const struct ost_stable *stable, struct ost_side_files *side,
				   const struct ost_queue *queue)
{
	struct ost_lineage l;
	size_t i;

	ret->later_fixes = ost_arena_calloc(arena, list->nr + 1, sizeof(*ret->later_fixes));
	for (i = 0; i < list->nr; i++) {
		const struct ost_later_commit *k = &list->items[i];
		struct ost_later_fix *f = &ret->later_fixes[ret->nr_later_fixes++];

		*f = (struct ost_later_fix){ .commit = k->commit, .subject = k->subject, .of = k->of,
					     .relation = ost_later_relation_name(k->relation) };
		ost_try(ost_lineage_ask(arena, s, stable->tip, k->commit, &l));
		if (l.state == OST_LINEAGE_NOT_SEEN && strcmp(k->in, k->commit))
			ost_try(ost_lineage_ask(arena, s, stable->tip, k->in, &l));
		f->by = l.undone_by ? l.undone_by : l.by;
		if (l.state != OST_LINEAGE_NOT_SEEN)
			f->present = l.state == OST_LINEAGE_THERE ? OST_AFFECTED_YES : OST_AFFECTED_NO;
		else if (queue && ost_queue_find(queue, stable->release, k->commit, NULL))
			f->present = OST_AFFECTED_QUEUED;
		else if (i < MAX_JUDGED)
			ost_try(judge_code(arena, s, k->in, side, ret->affected, &f->present));
	}
	return NULL;
}
