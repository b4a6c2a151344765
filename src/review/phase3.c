// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 3: history. Where the old lines come from, whether the Fixes: tag
 * holds, what happened to the files, who the author is here, and what
 * belongs together with this change.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "git/commit.h"
#include "review/check.h"
#include "review/gather.h"
#include "review/history.h"
#include "review/input.h"
#include "review/phase7.h"
#include "review/place.h"
#include "review/shared.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* ---- 3.1 blame ---- */

static const char *release_words(struct ost_arena *a, const char *release)
{
	return *release ? ost_arena_printf(a, ", first released in %s", release) : ", in no release tagged here";
}

/* "the removed line comes", "all 3 removed lines come", "1 of the 3 lines around comes" */
static const char *lines_words(struct ost_arena *a, const struct ost_history *h, const struct ost_blamed *b)
{
	uint32_t nr = b->nr_removed ? b->nr_removed : b->nr_around, all = b->nr_removed ? h->nr_removed : h->nr_around;
	const char *removed = b->nr_removed ? "removed " : "", *around = b->nr_removed ? "" : " around";
	const char *verb = nr == 1 ? "comes" : "come";

	if (all == 1)
		return ost_arena_printf(a, "the %sline%s %s", removed, around, verb);
	if (nr == all)
		return ost_arena_printf(a, "all %u %slines%s %s", nr, removed, around, verb);
	return ost_arena_printf(a, "%u of the %u %slines%s %s", nr, all, removed, around, verb);
}

/* The same at the start of a sentence. */
static const char *capital(struct ost_arena *a, const char *s)
{
	char *copy = ost_arena_strdup(a, s);

	*copy = (char)toupper((unsigned char)*copy);
	return copy;
}

static void blamed_record(struct ost_review_ctx *c, const struct ost_blamed *b)
{
	const char *lines = lines_words(c->arena, c->history, b);
	struct ost_record *r;

	if (b->is_end) {
		ost_record_unknown(c, "blame", ost_arena_printf(c->arena, "Which commit %s from", lines),
				   "they are present since at least %s%.12s (\"%s\"): %s; %s",
				   *b->release ? ost_arena_printf(c->arena, "%s, ", b->release) : "", b->id, b->subject,
				   b->end_why, ost_history_remedy(c));
		return;
	}
	r = ost_record_add(c, "blame", OST_VERIFIED, 0, "%s from %.12s (\"%s\")%s",
			   capital(c->arena, lines), b->id, b->subject, release_words(c->arena, b->release));
	ost_record_prove(c, r, "commit", b->id, "%s", b->nr_removed ? c->history->blame_command : c->history->blame_around);
	ost_record_prove(c, r, "commit", b->id, "git show -s --format=%%s %s; git tag --contains %s --sort=creatordate |"
			 " grep -v -e -rc | head -1 | grep . || echo none", b->id, b->id);
}

static struct ost_err *check_blame(struct ost_review_ctx *c)
{
	const struct ost_history *h = c->history;
	uint32_t i, nr = 0;

	for (i = 0; i < h->nr_blamed && i < OST_BLAME_MAX_COMMITS; i++) {
		/* with removed lines at hand, the lines around are told only for the first commits */
		if (h->nr_removed && !h->blamed[i].nr_removed && nr >= 3)
			break;
		blamed_record(c, &h->blamed[i]);
		nr++;
	}
	if (h->blame_why)
		ost_record_unknown(c, "blame-missing", "Where all old lines come from", "%s", h->blame_why);
	else if (!h->nr_blamed)
		ost_record_unknown(c, "blame-missing", "Where the old lines come from", "the diff has no old lines");
	return NULL;
}

/* ---- 3.2 Fixes: ---- */

static void fixes_form(struct ost_review_ctx *c, const struct ost_fixes *f)
{
	struct ost_record *r;

	if (strlen(f->hex) >= 12 && *f->subject)
		return;
	r = ost_record_add(c, "form", OST_REFUTED, 0, "Fixes: is written as 12 digits and (\"subject\"): \"%s\" is not", f->value);
	ost_record_prove_msg(c, r, "%(trailers)");
}

/* Equal but for blanks and a cut end ("..."). */
static bool same_subject(const char *a, const char *b)
{
	while (*a && *b) {
		if (isspace((unsigned char)*a) && isspace((unsigned char)*b)) {
			a += strspn(a, " \t\n");
			b += strspn(b, " \t\n");
			continue;
		}
		if (*a != *b)
			break;
		a++;
		b++;
	}
	return *a ? !strncmp(a, "...", 3) : !*b;
}

static void fixes_record(struct ost_review_ctx *c, const struct ost_fixes *f)
{
	const char *tip = *c->msg->commit ? c->msg->commit : c->base;
	struct ost_record *r;

	r = ost_record_add(c, "exists", OST_VERIFIED, 1, "Fixes: %.12s (\"%s\") is in this repository%s", f->full,
			   f->real_subject, release_words(c->arena, f->release));
	ost_record_prove(c, r, "commit", f->full, "git show -s --format=%%s %s", f->full);
	if (*f->subject && !same_subject(f->subject, f->real_subject)) {
		r = ost_record_add(c, "subject", OST_REFUTED, -1, "Fixes: gives the subject of %s as \"%s\"; it is \"%s\"",
				   f->hex, f->subject, f->real_subject);
		ost_record_prove(c, r, "commit", f->full, "git show -s --format=%%s %s", f->full);
	}
	if (!*tip)
		return;
	r = ost_record_add(c, "ancestor", f->is_ancestor ? OST_VERIFIED : OST_REFUTED, f->is_ancestor ? 0 : -2,
			   f->is_ancestor ? "%.12s is an ancestor of this change" :
			   "%.12s is meant to be an ancestor of this change, and is not", f->full);
	ost_record_prove(c, r, "commit", f->full, f->is_ancestor ? "git merge-base --is-ancestor %s %s && echo ancestor" :
			 "git rev-list --max-count=1 %s ^%s", f->full, tip);
}

/* Do blame and the tag name the same commit? */
static void fixes_agree(struct ost_review_ctx *c, const struct ost_fixes *f)
{
	const struct ost_history *h = c->history;
	struct ost_record *r;
	uint32_t i;

	for (i = 0; i < h->nr_blamed; i++) {
		const struct ost_blamed *b = &h->blamed[i];

		if (strcmp(b->id, f->full) || b->is_end)
			continue;
		r = ost_record_add(c, "agrees", OST_VERIFIED, 1, "Blame agrees: %s from the commit that Fixes: names",
				   lines_words(c->arena, h, b));
		ost_record_prove(c, r, "commit", b->id, "%s", b->nr_removed ? h->blame_command : h->blame_around);
		return;
	}
}

static struct ost_err *check_fixes(struct ost_review_ctx *c)
{
	const struct ost_history *h = c->history;
	struct ost_record *r;
	uint32_t i;

	for (i = 0; i < h->nr_fixes; i++) {
		const struct ost_fixes *f = &h->fixes[i];

		fixes_form(c, f);
		if (!*f->hex)
			continue;
		if (!*f->full) {
			ost_record_unknown(c, "exists", ost_arena_printf(c->arena, "Whether Fixes: %s names a real commit", f->hex),
					   "%s", f->why);
			continue;
		}
		fixes_record(c, f);
		fixes_agree(c, f);
	}
	if (!h->nr_fixes && *c->msg->text) {
		r = ost_record_add(c, "none", OST_VERIFIED, 0, "No Fixes: tag names the commit that brought the fault in");
		ost_record_prove_msg(c, r, "%(trailers)");
	}
	return NULL;
}

/* ---- 3.3 history of the files ---- */

static void add_paths(struct ost_buf *b, struct ost_arena *a, const char *const *paths)
{
	for (; *paths; paths++)
		ost_buf_addf(b, " %s", ost_shell_quote(a, *paths));
}

/* Is the year before the base at hand? Where it is not, a count would say nothing of the code. */
static bool year_is_cut(struct ost_review_ctx *c, const char *slug, const char *what)
{
	if (c->history->gathered->activity.reaches)
		return false;
	ost_record_unknown(c, slug, what, "%s", OST_YEAR_IS_CUT);
	return true;
}

static struct ost_err *check_recent(struct ost_review_ctx *c)
{
	const char *what = "How often the files changed in a year";
	const struct ost_gathered *g = c->history->gathered;
	const struct ost_log *log = &g->recent;
	OST_BUF cmd = OST_BUF_INIT;
	struct ost_record *r;

	if (!*g->recent_query.paths)
		return NULL;
	if (!g->has_recent) {
		ost_record_unknown(c, "recent", what, "%s", c->base_why);
		return NULL;
	}
	if (year_is_cut(c, "recent", what))
		return NULL;
	ost_buf_addf(&cmd, "git log --oneline --no-merges --since=%s %s --",
		     ost_moment(c->arena, g->recent_query.since), c->base);
	add_paths(&cmd, c->arena, g->recent_query.paths);
	r = ost_record_add(c, "recent", OST_VERIFIED, 0, "%zu%s commit%s changed these files in the year before%s%s",
			   log->nr, log->is_cut ? " or more" : "", plural(log->nr), log->nr ? "; the last: " : "",
			   log->nr ? ost_arena_printf(c->arena, "%.12s (\"%s\", %s)", log->entries[0].id,
						     ost_utf8_clean(ost_arena_strdup(c->arena, log->entries[0].subject)),
						     ost_day(c->arena, log->entries[0].commit_time)) : "");
	ost_record_prove(c, r, "commit", log->nr ? log->entries[0].id : c->base, "%s", cmd.ptr);
	if (ost_repo_info(c->repo)->is_shallow)
		ost_record_unknown(c, "recent-cut", "Whether that is all of their history", "the repository is shallow; %s", ost_history_remedy(c));
	return NULL;
}

/* ---- 3.4 the author ---- */

static void add_author_commits(struct ost_review_ctx *c, const struct ost_gathered *g)
{
	const char *what = "How well the author knows this code", *dir = g->author_dir;
	const char *where = *dir ? ost_arena_printf(c->arena, "in %s/", dir) : "in the whole tree";
	const char *author = ost_arena_printf(c->arena, "<%s>", c->msg->author_email);
	struct ost_record *r;

	if (year_is_cut(c, "commits", what))
		return;
	r = ost_record_add(c, "commits", OST_VERIFIED, 0, "The author has %zu commit%s %s in the year before", g->nr_author,
			   plural(g->nr_author), where);
	ost_record_prove(c, r, "commit", c->base, "git rev-list --count --no-merges -i -F --since=%s --author=%s %s%s%s",
			 ost_moment(c->arena, g->author_query.since), ost_shell_quote(c->arena, author),
			 c->base, *dir ? " -- " : "", *dir ? ost_shell_quote(c->arena, dir) : "");
}

static struct ost_err *check_author(struct ost_review_ctx *c)
{
	const struct ost_gathered *g = c->history->gathered;
	const char *email = c->msg->author_email;
	struct ost_place place;
	struct ost_record *r;

	if (!g->has_author) {
		ost_record_unknown(c, "commits", "How well the author knows this code", "%s",
				   *email ? c->base_why : "the input names no author");
		return NULL;
	}
	add_author_commits(c, g);
	ost_place_of(&place, c, ost_arena_printf(c->arena, "%s <%s>", c->msg->author_name, email));
	if (!place.line)
		return NULL;
	r = ost_record_add(c, "role", OST_VERIFIED, 0, "The author stands in MAINTAINERS%s", place.words);
	ost_review_prove_maintainers(c, r, place.line, place.line);
	return NULL;
}

const struct ost_check ost_phase3_checks[] = {
	{ "3.1", "blame", check_blame, "where the removed and surrounding lines come from" },
	{ "3.2", "fixes", check_fixes, "whether the Fixes: tag holds" },
	{ "3.3", "recent", check_recent, "how often the files changed lately" },
	{ "3.4", "author", check_author, "the author's commits in this part of the tree" },
	{ "3.5", "series", ost_check_series, "commits of the same series" },
	{ "3.5", "later", ost_check_later, "later commits on the same lines" },
	{ NULL, NULL, NULL, NULL },
};
