// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/lineage.h"

#include <string.h>

struct asking {
	struct ost_arena *arena;
	struct ost_review_shared *s;
	const char *rev;
	const struct ost_messages *own, *mainline;	/* of the branch alone; NULL without one */
	bool is_unreached;	/* the branch does not reach the commit asked for */
};

static struct ost_err *begin(struct asking *k, struct ost_arena *arena, struct ost_review_shared *s, const char *rev)
{
	*k = (struct asking){ .arena = arena, .s = s, .rev = rev };
	if (*s->mainline)
		ost_try(ost_shared_messages(s, s->mainline, &k->mainline));
	return ost_shared_messages(s, rev, &k->own);
}

/* The commit itself, when the branch reaches it. */
static struct ost_err *find_itself(struct asking *k, const char *id, struct ost_message_hit *ret, bool *ret_is)
{
	char full[OST_HEX_SIZE];
	struct ost_commit c;
	struct ost_err *err;

	*ret_is = false;
	if (k->is_unreached || !ost_repo_has_object(k->s->repo, id))
		return NULL;
	err = ost_repo_resolve(k->s->repo, id, full);
	if (!err)
		err = ost_is_ancestor(ret_is, k->s->repo, full, k->rev);
	if (!err && *ret_is)
		err = ost_commit_read(&c, k->arena, k->s->repo, full);
	if (err) {	/* a shortened name of something else, a missing object: not seen */
		*ret_is = false;
		if (err->code != OST_ERR_INPUT)
			return err;
		ost_err_destroy(err);
		return NULL;
	}
	if (!*ret_is)
		return NULL;
	memcpy(ret->id, full, sizeof(full));
	ret->subject = c.subject;
	ret->commit_time = c.committer.when;
	ret->order = UINT32_MAX;
	return NULL;
}

/*
 * "This reverts commit <backport> which is / commit <id> upstream.": the
 * second line reads as if the revert were a backport.
 */
static bool is_backport(const struct asking *k, const struct ost_message_hit *h, const char *id)
{
	struct ost_message_hit *reverts;
	size_t nr, i;

	if (h->mention != OST_MENTION_UPSTREAM && h->mention != OST_MENTION_CHERRY)
		return false;
	nr = ost_messages_mentioning(k->own, k->arena, id, &reverts);
	for (i = 0; i < nr; i++)
		if (reverts[i].mention == OST_MENTION_REVERTS && !strcmp(reverts[i].id, h->id))
			return false;
	return strncmp(h->subject, "Revert \"", 8) || h->mention == OST_MENTION_CHERRY;
}

static bool is_revert_upstream(struct asking *k, const char *id)
{
	struct ost_message_hit *hits;

	return k->mainline && ost_messages_by_id(k->mainline, k->arena, id, &hits) &&
	       !strncmp(hits[0].subject, "Revert \"", 8);
}

static struct ost_err *bringers(struct asking *k, const char *id, struct ost_message_hit **ret, size_t *ret_nr)
{
	struct ost_message_hit *hits, self;
	bool is_itself, may_be_revert = is_revert_upstream(k, id);
	size_t nr, i;

	*ret = ost_arena_calloc(k->arena, OST_LINEAGE_MAX, sizeof(**ret));
	*ret_nr = 0;
	nr = ost_messages_mentioning(k->own, k->arena, id, &hits);
	for (i = 0; i < nr && *ret_nr < OST_LINEAGE_MAX - 1; i++)
		if (is_backport(k, &hits[i], id) ||
		    (may_be_revert && hits[i].mention == OST_MENTION_UPSTREAM))
			(*ret)[(*ret_nr)++] = hits[i];
	ost_try(find_itself(k, id, &self, &is_itself));
	if (is_itself)
		(*ret)[(*ret_nr)++] = self;
	return NULL;
}

/* ---- reverts ---- */

static struct ost_err *find_revert(struct asking *k, const char *id, uint32_t before, unsigned depth,
				   const char **ret_by);

/* Does one of the hits undo, and is not undone itself? `is_own`: they are the branch's. */
static struct ost_err *first_standing(struct asking *k, const struct ost_message_hit *hits, size_t nr, bool is_own,
				      uint32_t before, unsigned depth, const char **ret_by)
{
	const char *again;
	bool is_there;
	size_t i;

	for (i = 0; i < nr && i < OST_LINEAGE_MAX && !*ret_by; i++) {
		if (hits[i].mention != OST_MENTION_REVERTS || (is_own && hits[i].order >= before))
			continue;
		is_there = is_own;
		if (!is_own)
			ost_try(ost_is_ancestor(&is_there, k->s->repo, hits[i].id, k->rev));
		if (!is_there)
			continue;
		ost_try(find_revert(k, hits[i].id, UINT32_MAX, depth + 1, &again));
		if (!again)
			*ret_by = ost_arena_strdup(k->arena, hits[i].id);
	}
	return NULL;
}

/*
 * The commit of the branch that reverts `id` and is not reverted itself;
 * *ret_by NULL when there is none. Of the branch's own commits only those
 * newer than order `before` count.
 */
static struct ost_err *find_revert(struct asking *k, const char *id, uint32_t before, unsigned depth,
				   const char **ret_by)
{
	struct ost_message_hit *hits;
	size_t nr;

	*ret_by = NULL;
	if (depth > OST_LINEAGE_MAX_DEPTH)
		return NULL;
	nr = ost_messages_mentioning(k->own, k->arena, id, &hits);
	ost_try(first_standing(k, hits, nr, true, before, depth, ret_by));
	if (*ret_by || !k->mainline || k->mainline == k->own)
		return NULL;
	nr = ost_messages_mentioning(k->mainline, k->arena, id, &hits);
	return first_standing(k, hits, nr, false, before, depth, ret_by);
}

static struct ost_err *undone_by(struct asking *k, const struct ost_message_hit *b, const char *id, const char **ret_by)
{
	ost_try(find_revert(k, b->id, UINT32_MAX, 0, ret_by));
	if (!*ret_by && strncmp(b->id, id, strlen(id)))
		ost_try(find_revert(k, id, b->order, 0, ret_by));
	return NULL;
}

/* ---- the question ---- */

static struct ost_err *answer(struct asking *k, const char *id, struct ost_lineage *ret)
{
	struct ost_message_hit *hits;
	size_t nr, i;

	memset(ret, 0, sizeof(*ret));
	ost_try(bringers(k, id, &hits, &nr));
	for (i = 0; i < nr && ret->state != OST_LINEAGE_THERE; i++) {
		ret->by = ost_arena_strdup(k->arena, hits[i].id);
		ret->subject = hits[i].subject;
		ret->is_itself = hits[i].order == UINT32_MAX;
		ost_try(undone_by(k, &hits[i], id, &ret->undone_by));
		ret->state = ret->undone_by ? OST_LINEAGE_UNDONE : OST_LINEAGE_THERE;
	}
	return NULL;
}

struct ost_err *ost_lineage_ask(struct ost_arena *arena, struct ost_review_shared *s,
				const char *rev, const char *id, struct ost_lineage *ret)
{
	struct asking k;

	ost_try(begin(&k, arena, s, rev));
	return answer(&k, id, ret);
}

struct ost_err *ost_lineage_ask_named(struct ost_arena *arena, struct ost_review_shared *s,
				      const char *rev, const char *id, struct ost_lineage *ret)
{
	struct asking k;

	ost_try(begin(&k, arena, s, rev));
	k.is_unreached = true;
	return answer(&k, id, ret);
}

struct ost_err *ost_lineage_bringers(struct ost_arena *arena, struct ost_review_shared *s,
				     const char *rev, const char *id,
				     struct ost_message_hit **ret_hits, size_t *ret_nr)
{
	struct asking k;

	ost_try(begin(&k, arena, s, rev));
	return bringers(&k, id, ret_hits, ret_nr);
}
