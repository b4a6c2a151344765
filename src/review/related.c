// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 3.5: what belongs together with a change.
 *
 * Series: a series is applied in one go, so its commits follow each other,
 * have one author and one committer, and were committed within minutes. The
 * commits before are parents; those after are found by the name that
 * `git name-rev` gives ("v6.7-rc4~12^2~3": the next one is ~2), which costs
 * no walk. Mails say themselves that they are number N of M.
 *
 * Later commits: those that name this one, and those on its files that change
 * the same code (later_log.h).
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
#include "review/later_fixes.h"
#include "review/later_log.h"
#include "review/shared.h"

#define SERIES_SECONDS 600
#define MAX_LATER_PATHS 20	/* that a command names */
#define MAX_SERIES 30
#define MAX_LATER_RECORDS 8

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* ---- series ---- */

struct series {
	OST_VEC(struct ost_commit) before, after;	/* nearest first */
	const char *merge;	/* that brought the series in, or NULL */
	const char *merge_subject;
	bool is_open;		/* what follows is not known: in no tag */
};

static bool same_batch(const struct ost_commit *a, const struct ost_commit *b)
{
	int64_t apart = a->committer.when - b->committer.when;

	return b->nr_parents <= 1 && !strcasecmp(a->author.email, b->author.email) &&
	       !strcasecmp(a->committer.email, b->committer.email) &&
	       apart <= SERIES_SECONDS && apart >= -SERIES_SECONDS;
}

static struct ost_err *walk_before(struct ost_review_ctx *c, struct series *s, const struct ost_commit *self)
{
	struct ost_commit k = *self, parent;
	unsigned n;

	for (n = 0; n < MAX_SERIES && k.nr_parents == 1; n++) {
		ost_try(ost_commit_read(&parent, c->arena, c->repo, k.parents[0]));
		if (!same_batch(self, &parent))
			return NULL;
		ost_vec_add(&s->before, parent);
		k = parent;
	}
	return NULL;
}

/* The commit that a name of name-rev means; NULL (no error) when it does not resolve. */
static bool read_named(struct ost_review_ctx *c, const char *name, struct ost_commit *ret)
{
	struct ost_err *err = ost_commit_read(ret, c->arena, c->repo, name);
	bool ok = !err;

	ost_err_destroy(err);
	return ok;
}

/* "v6.7~12^2~3" gives stem "v6.7~12^2" and 3; "v6.7~12^2" gives itself and 0. */
static const char *split_name(struct ost_arena *a, const char *name, unsigned *ret_n)
{
	const char *tilde = strrchr(name, '~');

	*ret_n = 0;
	if (!tilde || tilde[1 + strspn(tilde + 1, "0123456789")])
		return name;
	*ret_n = tilde[1] ? strtoul(tilde + 1, NULL, 10) : 1;
	return ost_arena_strndup(a, name, tilde - name);
}

static void note_merge(struct ost_review_ctx *c, struct series *s, const char *stem)
{
	size_t len = strlen(stem);
	struct ost_commit k;

	if (len < 3 || stem[len - 2] != '^' || stem[len - 1] < '2')
		return;
	if (!read_named(c, ost_arena_strndup(c->arena, stem, len - 2), &k) || k.nr_parents < 2)
		return;
	s->merge = ost_arena_strdup(c->arena, k.id);
	s->merge_subject = ost_utf8_clean(ost_arena_strdup(c->arena, k.subject));
}

static void walk_after(struct ost_review_ctx *c, struct series *s, const struct ost_commit *self)
{
	const char *name = c->history->upstream_release.path, *stem;
	struct ost_commit k, last = *self;
	unsigned n;

	if (!name) {
		s->is_open = true;
		return;
	}
	stem = split_name(c->arena, name, &n);
	note_merge(c, s, stem);
	while (n-- > 0 && s->after.nr < MAX_SERIES) {
		if (!read_named(c, n ? ost_arena_printf(c->arena, "%s~%u", stem, n) : stem, &k) ||
		    k.nr_parents != 1 || strcmp(k.parents[0], last.id) || !same_batch(self, &k))
			return;
		ost_vec_add(&s->after, k);
		last = k;
	}
}

/* How many of the commits change one of our files. */
static struct ost_err *count_same_files(struct ost_review_ctx *c, const struct ost_commit *list, size_t nr, size_t *ret_nr)
{
	const char **paths = ost_arena_calloc(c->arena, c->change->nr_files + 1, sizeof(*paths));
	const struct ost_diff_options o = { .paths = paths };
	struct ost_change ch;
	uint32_t i;
	size_t k;

	for (i = 0; i < c->change->nr_files; i++)
		paths[i] = c->change->files[i].old_path;
	for (*ret_nr = k = 0; k < nr; k++) {
		ost_try(ost_change_from_commit(&ch, c->arena, c->repo, list[k].id, &o));
		*ret_nr += ch.nr_files > 0;
	}
	return NULL;
}

static struct ost_err *side_record(struct ost_review_ctx *c, const char *name, const char *where,
				   const struct ost_commit *list, size_t nr, int weight)
{
	const char *self = c->history->upstream_full, *last;
	OST_BUF b = OST_BUF_INIT;
	struct ost_record *r;
	size_t same, i;

	if (!nr)
		return NULL;
	ost_try(count_same_files(c, list, nr, &same));
	ost_buf_addf(&b, "%zu%s commit%s %s it %s of the same series", nr, nr == MAX_SERIES ? " or more" : "",
		     plural(nr), where, nr == 1 ? "is" : "are");
	ost_buf_addf(&b, ", %zu on the same files: ", same);
	for (i = 0; i < nr && i < 3; i++)
		ost_buf_addf(&b, "%s%.12s (\"%s\")", i ? ", " : "", list[i].id, list[i].subject);
	if (nr > 3)
		ost_buf_addstr(&b, ", ...");
	r = ost_record_add(c, name, OST_VERIFIED, same ? weight : 0, "%s", b.ptr);
	/* it and its neighbours, with what makes a batch of them, and their files */
	last = strcmp(name, "after") ? self : list[nr - 1].id;
	ost_record_prove(c, r, "commit", last, "git log -%zu --name-only --format='%%n%%h %%an %%cn %%cI %%s' %s", nr + 1, last);
	return NULL;
}

static struct ost_err *series_of_commit(struct ost_review_ctx *c)
{
	struct series s = { .before = OST_VEC_INIT, .after = OST_VEC_INIT };
	struct ost_commit self;
	struct ost_record *r;
	struct ost_err *err;

	ost_try(ost_commit_read(&self, c->arena, c->repo, c->history->upstream_full));
	if (self.nr_parents > 1)
		return NULL;
	err = walk_before(c, &s, &self);
	walk_after(c, &s, &self);
	if (!err)
		err = side_record(c, "before", "right before", s.before.items, s.before.nr, -1);
	if (!err)
		err = side_record(c, "after", "right after", s.after.items, s.after.nr, 0);
	if (!err && s.merge) {
		r = ost_record_add(c, "merge", OST_VERIFIED, 0, "It came in with the merge %.12s (\"%s\")", s.merge, s.merge_subject);
		ost_record_prove(c, r, "commit", s.merge, "git show -s --format=%%s %s; git log --format='%%H %%s' %s^..%s | grep %s",
				 s.merge, s.merge, s.merge, self.id);
	}
	if (!err && s.is_open)
		ost_record_unknown(c, "after", "Which commits of its series follow it", "no release tag here contains it");
	else if (!err && !s.before.nr && !s.after.nr) {
		r = ost_record_add(c, "alone", OST_VERIFIED, 0, "No commit beside it is of the same author and the same batch");
		ost_record_prove(c, r, "commit", self.id, "git log -3 --format='%%h %%an %%cn %%cI %%s' %s", self.id);
	}
	ost_vec_deinit(&s.before);
	ost_vec_deinit(&s.after);
	return err;
}

static void series_of_mail(struct ost_review_ctx *c)
{
	const struct ost_subject *s = &c->item->mail->subject;
	struct ost_record *r;

	if (s->total > 1)
		r = ost_record_add(c, "mail", OST_VERIFIED, -1, "The mail is patch %u of a series of %u", s->number, s->total);
	else
		r = ost_record_add(c, "mail", OST_VERIFIED, 0, "The mail is not numbered as part of a series");
	if (*c->msg->read && c->msg->is_mail)	/* -k: the subject with its brackets */
		ost_record_prove(c, r, "message", *c->msg->message_id ? c->msg->message_id : c->options->input,
				 "%s | git mailinfo -k /dev/null /dev/null", c->msg->read);
	else
		ost_record_prove_msg(c, r, "%s");
}

/* N of a message id as git send-email and b4 write them: "...-2-name@host", 0 when it has none. */
static unsigned mail_number(const char *link)
{
	const char *id = strrchr(link, '/'), *at, *p;
	unsigned n = 0;

	id = id ? id + 1 : link;
	at = strchr(id, '@');
	for (p = id; at && p < at; p++) {
		if (*p != '-' || p == id || !isdigit((unsigned char)p[1]) || !isdigit((unsigned char)p[-1]))
			continue;
		n = strtoul(p + 1, NULL, 10);
		if (p[1 + strspn(p + 1, "0123456789")] == '-' && n < 200)
			return n;
	}
	return 0;
}

static void series_of_link(struct ost_review_ctx *c)
{
	const struct ost_trailer *t;
	struct ost_record *r;
	size_t pos = 0;
	unsigned n;

	while ((t = ost_trailers_next(&c->msg->trailers, "Link", &pos))) {
		n = mail_number(t->value);
		if (n < 2)
			continue;
		r = ost_record_add(c, "link", OST_VERIFIED, -1, "Its Link: is that of mail %u of a series", n);
		ost_record_prove_msg(c, r, "%(trailers)");
		return;
	}
}

struct ost_err *ost_check_series(struct ost_review_ctx *c)
{
	if (c->item->mail)
		series_of_mail(c);
	series_of_link(c);
	if (*c->history->upstream_full)
		return series_of_commit(c);
	if (!c->item->mail || c->item->mail->subject.total > 1)
		ost_record_unknown(c, "commits", "Which commits are of the same series", "%s", ost_upstream_why(c));
	return NULL;
}

/* ---- later commits ---- */

/* The id that later commits would name; "" when it is not known. */
static const char *later_id(const struct ost_review_ctx *c)
{
	return *c->history->upstream_full ? c->history->upstream_full :
	       *c->review->upstream ? c->review->upstream : c->msg->commit;
}

/* A commit that names this one, or one of those that do. */
static void named_record(struct ost_review_ctx *c, const struct ost_later_commit *l)
{
	bool is_of_this = !strcmp(l->of, later_id(c));
	const char *what = l->relation == OST_LATER_REVERTS ? is_of_this ? "reverts it" : "reverts" :
			   is_of_this ? "says that it fixes it" : "says that it fixes";
	int weight = !l->is_upstream || !is_of_this ? 0 : l->relation == OST_LATER_REVERTS ? -5 : -3;
	struct ost_record *r;

	r = ost_record_add(c, "later", OST_VERIFIED, weight, "A later commit %s%s%.12s: %.12s (\"%s\", %s)", what,
			   is_of_this ? "" : " ", is_of_this ? "" : l->of, l->commit, l->subject, ost_day(c->arena, l->when));
	ost_record_prove(c, r, "commit", l->in, "git show -s %s", l->in);
}

/* The files that commits after it change, as far as a command may name them. */
static const char *later_paths(struct ost_review_ctx *c)
{
	const char *const *paths = c->history->gathered->later_paths;
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	for (i = 0; paths[i] && i < MAX_LATER_PATHS; i++)
		ost_buf_addf(&b, " %s", ost_shell_pathspec(c->arena, paths[i]));
	return ost_arena_strdup(c->arena, b.ptr);
}

static const char *touch_words(enum ost_later_touch t)
{
	return t == OST_LATER_GONE ? "removes a file that it changes, or gives it another name" :
	       t == OST_LATER_SAME_LINES ? "changes lines that it added" : "changes the same hunk";
}

static void touching_record(struct ost_review_ctx *c, const struct ost_later_entry *e, enum ost_later_touch t)
{
	struct ost_record *r;

	r = ost_record_add(c, "later", OST_VERIFIED, 0, "A later commit %s: %.12s (\"%s\", %s)",
			   touch_words(t), e->id, e->subject, ost_day(c->arena, e->when));
	ost_record_prove(c, r, "commit", e->id, "git show --format='%%h %%s' %s --%s", e->id, later_paths(c));
}

static bool is_named(const struct ost_later_list *list, const char *id)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (!strcmp(list->items[i].commit, id))
			return true;
	return false;
}

static void later_summary(struct ost_review_ctx *c, size_t nr, size_t all)
{
	const char *self = c->history->upstream_full, *head = c->shared->head;
	const char *paths = later_paths(c);
	struct ost_record *r;

	if (nr > MAX_LATER_RECORDS) {
		r = ost_record_add(c, "later-more", OST_VERIFIED, 0, "%zu more later commits touch the same hunks", nr - MAX_LATER_RECORDS);
		ost_record_prove(c, r, "commit", self, "git log --oneline --no-merges %s..%s --%s", self, head, paths);
	}
	if (!nr && all < OST_LATER_MAX) {
		r = ost_record_add(c, "no-later", OST_VERIFIED, 0,
				   "No commit after it up to HEAD touches its hunks (%zu changed its files)", all);
		ost_record_prove(c, r, "commit", head, "git log --oneline --no-merges %s..%s --%s", self, head, paths);
	}
	if (all >= OST_LATER_MAX)
		ost_record_unknown(c, "later-cut", "Which of all later commits touch its hunks",
				   "only the newest %d on the same files were looked at", OST_LATER_MAX);
}

static void record_touching(struct ost_review_ctx *c, size_t *nr, size_t *all)
{
	const struct ost_buf *log = &c->history->gathered->later;
	const char *p = log->ptr, *end = p + log->len;
	struct ost_later_entry e;
	enum ost_later_touch t;

	for (*all = 0; ost_later_next(&p, end, &e); ++*all) {
		t = is_named(c->history->later, e.id) ? OST_LATER_NO_TOUCH : ost_later_touches(c->change, &e);
		if (t != OST_LATER_NO_TOUCH && ++*nr <= MAX_LATER_RECORDS)
			touching_record(c, &e, t);
	}
}

struct ost_err *ost_check_later(struct ost_review_ctx *c)
{
	const struct ost_gathered *g = c->history->gathered;
	static const struct ost_buf no_log = OST_BUF_INIT;
	size_t nr, all, i;

	c->history->later = ost_arena_calloc(c->arena, 1, sizeof(*c->history->later));
	ost_try(ost_later_find(c->history->later, c->arena, c->shared, later_id(c), c->change, &no_log));
	nr = c->history->later->nr;
	for (i = 0; i < nr; i++)
		named_record(c, &c->history->later->items[i]);
	if (!g->later_why && !g->is_behind) {
		ost_record_unknown(c, "later", "Which later commits touch the same hunks",
				   "HEAD (%.12s) does not contain it", c->shared->head);
		return NULL;
	}
	if (g->later_why) {
		ost_record_unknown(c, "later", "Which later commits touch the same hunks", "%s", g->later_why);
		return NULL;
	}
	record_touching(c, &nr, &all);
	later_summary(c, nr, all);
	return NULL;
}
