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
 * Later commits: every commit after this one that changes one of its files is
 * compared with it by content, not by line number, so that merges of parallel
 * work do not mislead: it counts when it removes a line that this change
 * added, or when a hunk of it holds three telling lines of one of its hunks.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/intern.h"
#include "base/utf8.h"
#include "git/commit.h"
#include "review/check.h"
#include "review/gather.h"
#include "review/history.h"
#include "review/input.h"
#include "review/shared.h"

#define SERIES_SECONDS 600
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
	for (i = 0; i < nr; i++)
		ost_record_prove(c, r, "commit", list[i].id, "git show -s --format='%%an %%cn %%cI %%s' %s", list[i].id);
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
		ost_record_prove(c, r, "commit", s.merge, "git show -s --format=%%s %s", s.merge);
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

/* The telling lines that a file has after the change. */
struct after_lines {
	struct ost_intern added, all;
};

static bool is_telling(const struct ost_diff_line *l)
{
	const char *s = l->text + strspn(l->text, " \t{}();*/");

	return strlen(s) >= 6 && strncmp(s, "return", 6) && strncmp(s, "break", 5);
}

static void collect_after(struct after_lines *a, const struct ost_file_change *f)
{
	uint32_t i, k;

	for (i = 0; i < f->nr_hunks; i++) {
		for (k = 0; k < f->hunks[i].nr_lines; k++) {
			const struct ost_diff_line *l = &f->hunks[i].lines[k];

			if (l->kind == OST_LINE_REMOVED || !is_telling(l))
				continue;
			ost_intern_add(&a->all, l->text, strlen(l->text));
			if (l->kind == OST_LINE_ADDED)
				ost_intern_add(&a->added, l->text, strlen(l->text));
		}
	}
}

static bool has_line(const struct ost_intern *t, const struct ost_diff_line *l)
{
	return ost_intern_find(t, l->text, strlen(l->text)) != OST_INTERN_NONE;
}

enum touch { NO_TOUCH, SAME_HUNK, SAME_LINES };

static enum touch compare_file(const struct after_lines *a, const struct ost_file_change *later)
{
	enum touch best = NO_TOUCH;
	uint32_t i, k, shared;

	for (i = 0; i < later->nr_hunks; i++) {
		for (shared = k = 0; k < later->hunks[i].nr_lines; k++) {
			const struct ost_diff_line *l = &later->hunks[i].lines[k];

			if (l->kind == OST_LINE_ADDED || !is_telling(l))
				continue;
			if (l->kind == OST_LINE_REMOVED && has_line(&a->added, l))
				return SAME_LINES;
			shared += has_line(&a->all, l);
		}
		if (shared >= 3)
			best = SAME_HUNK;
	}
	return best;
}

static enum touch compare(struct ost_review_ctx *c, const struct ost_change *later)
{
	enum touch best = NO_TOUCH, now;
	struct after_lines a;
	uint32_t i, k;

	for (i = 0; i < c->change->nr_files; i++) {
		for (k = 0; k < later->nr_files; k++) {
			if (strcmp(later->files[k].old_path, c->change->files[i].new_path))
				continue;
			ost_intern_init(&a.added);
			ost_intern_init(&a.all);
			collect_after(&a, &c->change->files[i]);
			now = compare_file(&a, &later->files[k]);
			best = now > best ? now : best;
			ost_intern_deinit(&a.added);
			ost_intern_deinit(&a.all);
		}
	}
	return best;
}

/* "Fixes: <id>", "This reverts commit <id>" in a message: the words, or NULL. */
static const char *mention(const char *message, const char *full)
{
	static const struct { const char *before, *words; } forms[] = {
		{ "This reverts commit ", "reverts it" }, { "Fixes: ", "says that it fixes it" },
	};
	const char *p;
	size_t i, n;

	for (i = 0; i < OST_ARRAY_SIZE(forms); i++) {
		for (p = message; (p = strcasestr(p, forms[i].before)); ) {
			p += strlen(forms[i].before);
			n = strspn(p, "0123456789abcdef");
			if (n >= 8 && n <= 40 && !strncmp(p, full, n))
				return forms[i].words;
		}
	}
	return NULL;
}

/* One commit out of the log. */
struct later {
	const char *id, *subject, *message, *diff;
	size_t diff_len;
	int64_t when;
	const char *words;	/* what it does to this change, or NULL */
	int weight;
};

/* The NUL-terminated field at *p, which moves behind it; NULL at the end. */
static const char *take_field(const char **p, const char *end)
{
	const char *field = *p, *nul = memchr(field, '\0', end - field);

	if (!nul)
		return NULL;
	*p = nul + 1;
	return field;
}

/* Reads one commit of gather.c's format: \1 id \0 time \0 subject \0 message \0 \n diff. */
static bool take_commit(const char **p, const char *end, struct later *ret)
{
	const char *when, *next;

	memset(ret, 0, sizeof(*ret));
	if (*p >= end || **p != '\1')
		return false;
	++*p;
	ret->id = take_field(p, end);
	when = ret->id ? take_field(p, end) : NULL;
	ret->subject = when ? take_field(p, end) : NULL;
	ret->message = ret->subject ? take_field(p, end) : NULL;
	if (!ret->message || strlen(ret->id) != OST_HEX_SIZE - 1)
		return false;
	ret->when = strtoll(when, NULL, 10);
	ret->diff = *p;
	next = memmem(*p, end - *p, "\n\1", 2);
	*p = next ? next + 1 : end;
	ret->diff_len = *p - ret->diff;
	return true;
}

static void judge_later(struct ost_review_ctx *c, struct later *l)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_change ch;
	struct ost_err *err;
	enum touch t;

	l->words = mention(l->message, c->history->upstream_full);
	if (l->words) {
		l->weight = strstr(l->words, "reverts") ? -5 : -3;
		return;
	}
	err = ost_change_parse(&ch, &arena, l->id, l->diff, l->diff_len);
	if (!err) {
		t = compare(c, &ch);
		l->words = t == SAME_LINES ? "changes lines that it added" : t == SAME_HUNK ? "changes the same hunk" : NULL;
	}
	ost_err_destroy(err);	/* a path that is not safe: it is not one of ours */
	ost_arena_deinit(&arena);
}

static void later_record(struct ost_review_ctx *c, const struct later *l)
{
	struct ost_record *r;

	r = ost_record_add(c, "later", OST_VERIFIED, l->weight, "A later commit %s: %.12s (\"%s\", %s)", l->words,
			   l->id, l->subject, ost_day(c->arena, l->when));
	ost_record_prove(c, r, "commit", l->id, "git show %s", l->id);
}

static void later_summary(struct ost_review_ctx *c, size_t nr, size_t all)
{
	const char *self = c->history->upstream_full, *head = c->shared->head;
	const char *path = ost_shell_quote(c->arena, c->history->gathered->later_paths[0]);
	struct ost_record *r;

	if (nr > MAX_LATER_RECORDS) {
		r = ost_record_add(c, "later-more", OST_VERIFIED, 0, "%zu more later commits touch the same hunks", nr - MAX_LATER_RECORDS);
		ost_record_prove(c, r, "commit", self, "git log --oneline --no-merges %s..%s -- %s", self, head, path);
	}
	if (!nr && all < OST_LATER_MAX) {
		r = ost_record_add(c, "no-later", OST_VERIFIED, 0,
				   "No commit after it up to HEAD touches its hunks (%zu changed its files)", all);
		ost_record_prove(c, r, "commit", head, "git log --oneline --no-merges %s..%s -- %s", self, head, path);
	}
	if (all >= OST_LATER_MAX)
		ost_record_unknown(c, "later-cut", "Which of all later commits touch its hunks",
				   "only the newest %d on the same files were looked at", OST_LATER_MAX);
}

/* Records the commits that name this one, or (named false) those that only touch it. */
static void record_all(struct ost_review_ctx *c, bool named, size_t *nr, size_t *all)
{
	const struct ost_buf *log = &c->history->gathered->later;
	const char *p = log->ptr, *end = p + log->len;
	struct later l;

	for (*all = 0; take_commit(&p, end, &l); ++*all) {
		judge_later(c, &l);
		if (l.words && (l.weight != 0) == named && ++*nr <= MAX_LATER_RECORDS)
			later_record(c, &l);
	}
}

struct ost_err *ost_check_later(struct ost_review_ctx *c)
{
	const struct ost_gathered *g = c->history->gathered;
	size_t nr = 0, all = 0;

	if (!g->later_why && !g->is_behind) {
		ost_record_unknown(c, "later", "Which later commits touch the same hunks",
				   "HEAD (%.12s) does not contain it", c->shared->head);
		return NULL;
	}
	if (g->later_why) {
		ost_record_unknown(c, "later", "Which later commits touch the same hunks", "%s", g->later_why);
		return NULL;
	}
	record_all(c, true, &nr, &all);
	record_all(c, false, &nr, &all);
	later_summary(c, nr, all);
	return NULL;
}
