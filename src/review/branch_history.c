// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/branch_history.h"

#include <stdlib.h>
#include <string.h>

#include "git/run.h"
#include "review/fixes_tag.h"
#include "review/lineage.h"

/* A branch with fewer own commits a point release than this imports them whole. */
#define MIN_COMMITS_A_RELEASE 4
#define MAX_BLAMED 16

struct looking {
	struct ost_arena *arena;
	struct ost_review_shared *s;
	const struct ost_stable *stable;
	struct ost_branch_history *ret;
};

static void say(struct looking *k, enum ost_history_says says, const char *ref,
		const char *statement, const char *command)
{
	*k->ret = (struct ost_branch_history){ says, statement, ref, command };
}

static const char *show_command(struct looking *k, const char *id)
{
	return ost_arena_printf(k->arena, "git log -1 --format=fuller %s", id);
}

/* ---- the fix ---- */

static struct ost_err *look_for_fix(struct looking *k, const char *id, bool *ret_is_said)
{
	struct ost_lineage l;

	*ret_is_said = false;
	if (strlen(id) < 8)
		return NULL;
	ost_try(ost_lineage_ask(k->arena, k->s, k->stable->tip, id, &l));
	*ret_is_said = l.state != OST_LINEAGE_NOT_SEEN;
	if (l.state == OST_LINEAGE_THERE)
		say(k, OST_HISTORY_FIX_THERE, l.by,
		    ost_arena_printf(k->arena, "the branch has the fix %s, %.12s", l.is_itself ? "itself" : "as a commit of its own", l.by),
		    show_command(k, l.by));
	else if (l.state == OST_LINEAGE_UNDONE)
		say(k, OST_HISTORY_FIX_UNDONE, l.undone_by,
		    ost_arena_printf(k->arena, "the branch had the fix and reverted it with %.12s", l.undone_by),
		    show_command(k, l.undone_by));
	return NULL;
}

/* ---- what it blames ---- */

static struct ost_err *shares_history(struct looking *k, bool *ret)
{
	const char *args[] = { "merge-base", k->s->mainline, k->stable->tip, NULL };
	struct ost_git_run run = { .args = args, .max = 4096, .ok_status = 1 };
	OST_BUF out = OST_BUF_INIT;

	*ret = false;
	if (!*k->s->mainline)
		return NULL;
	ost_try(ost_git_run(k->s->repo, &run, &out));
	*ret = out.len > 0;
	return NULL;
}

/* Does the branch name what it takes, commit by commit? */
static struct ost_err *is_fine_grained(struct looking *k, bool *ret)
{
	const char *dot = strchr(k->stable->release, '.');
	const struct ost_messages *own;
	long sublevel;

	ost_try(shares_history(k, ret));
	if (!*ret)
		return NULL;
	dot = dot ? strchr(dot + 1, '.') : NULL;
	sublevel = dot ? strtol(dot + 1, NULL, 10) : 0;
	ost_try(ost_shared_messages(k->s, k->stable->tip, &own));
	*ret = sublevel < 2 || ost_messages_nr(own) >= (size_t)sublevel * MIN_COMMITS_A_RELEASE;
	return NULL;
}

/* Only of a commit that mainline has can a branch be without. */
static struct ost_err *is_in_mainline(struct looking *k, const char *id, bool *ret)
{
	char full[OST_HEX_SIZE];
	struct ost_err *err;

	*ret = false;
	if (!*k->s->mainline || !ost_repo_has_object(k->s->repo, id))
		return NULL;
	err = ost_repo_resolve(k->s->repo, id, full);
	if (!err)
		err = ost_is_ancestor(ret, k->s->repo, full, k->s->mainline);
	if (err && err->code == OST_ERR_INPUT) {	/* a short name of two objects, a missing parent */
		ost_err_destroy(err);
		*ret = false;
		return NULL;
	}
	return err;
}

static void say_absent(struct looking *k, const char *id, uint32_t nr)
{
	say(k, OST_HISTORY_BUG_ABSENT, id,
	    ost_arena_printf(k->arena, "%s that the patch blames, %.12s, is not in this branch, and nothing there names it",
			     nr == 1 ? "the commit" : "the first commit", id),
	    ost_arena_printf(k->arena, "git merge-base --is-ancestor %.12s %.12s && echo there; git log --oneline --grep=%.12s %.12s..%.12s",
			     id, k->stable->tip, id, k->s->mainline, k->stable->tip));
}

static struct ost_err *look_for_blamed(struct looking *k, const char *message)
{
	const char *first = NULL, *id, *p = message;
	bool is_telling = true, is_known;
	struct ost_lineage l;
	uint32_t nr = 0;

	while (nr < MAX_BLAMED && (id = ost_fixes_next(k->arena, &p))) {
		first = nr++ ? first : id;
		ost_try(ost_lineage_ask(k->arena, k->s, k->stable->tip, id, &l));
		if (l.state == OST_LINEAGE_THERE) {
			say(k, OST_HISTORY_BUG_THERE, l.by,
			    ost_arena_printf(k->arena, "the branch has the commit that the patch blames%s, %.12s",
					     l.is_itself ? "" : " as one of its own", l.by),
			    show_command(k, l.by));
			return NULL;
		}
		ost_try(is_in_mainline(k, id, &is_known));
		is_telling &= is_known || l.state == OST_LINEAGE_UNDONE;
	}
	if (!nr || !is_telling)
		return NULL;
	ost_try(is_fine_grained(k, &is_telling));
	if (is_telling)
		say_absent(k, first, nr);
	return NULL;
}

struct ost_err *ost_branch_history(struct ost_arena *arena, struct ost_review_shared *s,
				   const struct ost_review_item *item, const char *upstream,
				   const struct ost_stable *stable, struct ost_branch_history *ret)
{
	struct looking k = { arena, s, stable, ret };
	bool is_said;

	memset(ret, 0, sizeof(*ret));
	ost_try(look_for_fix(&k, upstream, &is_said));
	if (!is_said)
		ost_try(look_for_fix(&k, item->msg.commit, &is_said));
	return is_said ? NULL : look_for_blamed(&k, item->msg.text);
}

enum ost_affected ost_history_combine(enum ost_history_says says, enum ost_affected text,
				      bool is_removed_here)
{
	switch (says) {
	case OST_HISTORY_NOTHING:
		break;
	case OST_HISTORY_FIX_THERE:
		return text == OST_AFFECTED_YES ? OST_AFFECTED_UNKNOWN : OST_AFFECTED_FIXED;
	case OST_HISTORY_FIX_UNDONE:
		return text == OST_AFFECTED_FIXED ? OST_AFFECTED_UNKNOWN : text;
	case OST_HISTORY_BUG_THERE:
		return text == OST_AFFECTED_NO ? OST_AFFECTED_UNKNOWN :
		       text == OST_AFFECTED_UNKNOWN ? OST_AFFECTED_YES : text;
	case OST_HISTORY_BUG_ABSENT:
		if (text == OST_AFFECTED_YES && is_removed_here)
			return OST_AFFECTED_UNKNOWN;
		return text == OST_AFFECTED_FIXED ? text : OST_AFFECTED_NO;
	}
	return text;
}
