// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 2: the diff. 2.1 counts and names what it touches, 2.2 says for each
 * function what is gone and what is new.
 */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/intern.h"
#include "base/utf8.h"
#include "review/check.h"
#include "review/deadlock_checks.h"
#include "review/quality.h"
#include "review/input.h"

/* Records of one kind in a review; what is beyond is in the JSON's inventory. */
#define MAX_FILE_RECORDS 50
#define MAX_FUNC_RECORDS 50
#define MANY_LINES 20
#define MAX_NAMES 6		/* functions of a new file that a record names */

static const char *const status_words[] = {
	[OST_FILE_MODIFIED] = "changes", [OST_FILE_ADDED] = "adds", [OST_FILE_DELETED] = "deletes",
	[OST_FILE_RENAMED] = "renames", [OST_FILE_COPIED] = "copies", [OST_FILE_MODE] = "changes the mode of",
};

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* No change to look at: says why, once. */
static bool is_without_diff(struct ost_review_ctx *c)
{
	return c->item->is_boundary || !c->change->nr_files;
}

static struct ost_err *check_files(struct ost_review_ctx *c)
{
	const struct ost_change *ch = c->change;
	struct ost_record *r;
	uint32_t i;

	if (c->item->is_boundary) {
		ost_record_unknown(c, "files", "What the commit changes",
				   "history is cut off at this commit; %s",
				   ost_repo_missing_remedy(c->repo) ? ost_repo_missing_remedy(c->repo) : "fetch its parent");
		return NULL;
	}
	r = ost_record_add(c, "files", OST_VERIFIED, 0, "%u file%s, %u line%s added, %u removed", ch->nr_files,
			   plural(ch->nr_files), ch->nr_added, plural(ch->nr_added), ch->nr_removed);
	ost_record_prove_counts(c, r);
	for (i = 0; i < ch->nr_files && i < MAX_FILE_RECORDS; i++) {
		const struct ost_file_change *f = &ch->files[i];

		if (strcmp(f->old_path, f->new_path))
			r = ost_record_add(c, "file", OST_VERIFIED, 0, "The diff %s %s to %s (+%u -%u)",
					   status_words[f->status], f->old_path, f->new_path, f->nr_added, f->nr_removed);
		else
			r = ost_record_add(c, "file", OST_VERIFIED, 0, "The diff %s %s (%s+%u -%u)",
					   status_words[f->status], f->new_path, f->is_binary ? "binary, " : "",
					   f->nr_added, f->nr_removed);
		if (f->nr_added + f->nr_removed > MANY_LINES)	/* nobody counts them in the diff */
			ost_record_prove_counts(c, r);
		else
			ost_record_prove_diff(c, r, f->status == OST_FILE_DELETED ? f->old_path : f->new_path);
	}
	return NULL;
}

static struct ost_err *check_damage(struct ost_review_ctx *c)
{
	uint32_t i;

	for (i = 0; i < c->item->nr_damage && i < 20; i++)
		ost_record_unknown(c, "damage", "Whether the patch is what its author wrote", "%s", c->item->damage[i]);
	if (c->change->damage)
		ost_record_unknown(c, "damage", "Whether the diff is whole", "%s", c->change->damage);
	else if (c->change->is_truncated)
		ost_record_unknown(c, "damage", "Whether the diff is whole", "a hunk ends before its line counts are met");
	return NULL;
}

/* The base is evidence of its own: everything about old lines stands on it. */
static struct ost_err *check_base(struct ost_review_ctx *c)
{
	struct ost_record *r;

	if (*c->msg->commit)
		return NULL;
	if (!*c->base) {
		ost_record_unknown(c, "base", "Which tree the patch applies to", "%s", c->base_why);
		return NULL;
	}
	if (strstr(c->base_why, "HEAD is taken")) {
		ost_record_unknown(c, "base", "Which tree the patch was made for", "%s; name one with --base", c->base_why);
		return NULL;
	}
	r = ost_record_add(c, "base", OST_VERIFIED, 0, "The patch is read against %.12s: %s", c->base, c->base_why);
	ost_record_prove(c, r, "commit", c->base, "git ls-tree -r %s -- %s", c->base,
			 c->change->nr_files ? ost_shell_pathspec(c->arena, c->change->files[0].old_path) : "");
	return NULL;
}

/* ---- functions ---- */

static const char *touch_words(enum ost_touch how)
{
	return how == OST_TOUCH_ADDED ? "adds" : how == OST_TOUCH_REMOVED ? "removes" : "changes";
}

static size_t nr_named(const struct ost_touched_list *l)
{
	size_t i, n = 0;

	for (i = 0; i < l->nr; i++)
		n += *l->items[i].name != '\0';
	return n;
}

static void prove_line(struct ost_review_ctx *c, struct ost_record *r, const struct ost_touched *t)
{
	const struct ost_file_change *f = &c->change->files[t->file];
	bool is_old = t->how == OST_TOUCH_REMOVED || !*c->msg->commit;
	const char *rev = is_old ? c->base : c->msg->commit;
	const char *path = is_old ? f->old_path : f->new_path;

	ost_record_prove_diff(c, r, path);
	if (!*rev || !*t->name)
		return;
	if (*c->msg->commit)
		ost_record_prove(c, r, "line", ost_arena_printf(c->arena, "%s:%u@%.12s", path, t->line, rev),
				 "git show %s:%s | sed -n %up", rev, ost_shell_quote(c->arena, path), t->line);
	else if (t->how != OST_TOUCH_ADDED)	/* the line is that of the patched text, which is nowhere */
		ost_record_prove(c, r, "file", ost_arena_printf(c->arena, "%s@%.12s", path, rev), "git show %s:%s | grep -n -w -e %s",
				 rev, ost_shell_quote(c->arena, path), ost_shell_quote(c->arena, t->name));
}

/* ---- files that come or go as a whole ---- */

static bool is_whole_file(const struct ost_review_ctx *c, const struct ost_touched *t)
{
	enum ost_file_status status = c->change->files[t->file].status;

	return status == OST_FILE_ADDED || status == OST_FILE_DELETED;
}

/* Is it the first function of its file? */
static bool is_first_of_file(const struct ost_touched_list *l, size_t i)
{
	size_t k = i;

	while (k > 0 && l->items[k - 1].file == l->items[i].file)
		if (*l->items[--k].name)
			return false;
	return true;
}

/* "3 functions: a(), b(), c()", at most six names; *ret_nr counts them. */
static const char *functions_of_file(struct ost_review_ctx *c, size_t first, size_t *ret_nr)
{
	const struct ost_touched_list *l = &c->touched;
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	*ret_nr = 0;
	for (i = first; i < l->nr && l->items[i].file == l->items[first].file; i++)
		if (*l->items[i].name && ++*ret_nr <= MAX_NAMES)
			ost_buf_addf(&b, "%s%s()", *ret_nr > 1 ? ", " : "", l->items[i].name);
	if (*ret_nr > MAX_NAMES)
		ost_buf_addf(&b, " and %zu more", *ret_nr - MAX_NAMES);
	return ost_arena_printf(c->arena, "%zu function%s: %s", *ret_nr, plural(*ret_nr), b.ptr);
}

/* The first function of such a file stands for all of them; true when it made the record. */
static bool record_whole_file(struct ost_review_ctx *c, size_t first)
{
	const struct ost_file_change *f = &c->change->files[c->touched.items[first].file];
	const char *path = f->status == OST_FILE_DELETED ? f->old_path : f->new_path;
	const char *names;
	struct ost_record *r;
	size_t nr;

	if (!is_first_of_file(&c->touched, first))
		return false;
	names = functions_of_file(c, first, &nr);
	r = ost_record_add(c, "function", OST_VERIFIED, 0, "%s is %s, with %s", path, f->status == OST_FILE_DELETED ? "gone" : "new",
			   names);
	ost_record_prove_diff(c, r, path);
	return true;
}

static struct ost_err *check_functions(struct ost_review_ctx *c)
{
	const struct ost_touched_list *l = &c->touched;
	size_t named = nr_named(l), i, nr = 0, seen = 0;
	struct ost_record *r;

	if (l->nr_unread)
		ost_record_unknown(c, "functions-unread",
				   ost_arena_printf(c->arena, "Which functions of %u C file%s it touches", l->nr_unread, plural(l->nr_unread)),
				   "%s", ost_texts_first_why(&c->texts));
	for (i = 0; i < l->nr && nr < MAX_FUNC_RECORDS; i++) {
		const struct ost_touched *t = &l->items[i];

		if (!*t->name)
			continue;
		seen++;
		if (is_whole_file(c, t)) {
			nr += record_whole_file(c, i);
			continue;
		}
		r = ost_record_add(c, "function", OST_VERIFIED, 0, "It %s %s() (%s:%u)", touch_words(t->how), t->name,
				   c->change->files[t->file].new_path, t->line);
		prove_line(c, r, t);
		nr++;
	}
	if (named > seen) {
		r = ost_record_add(c, "functions-more", OST_VERIFIED, 0, "It touches %zu more functions", named - seen);
		ost_record_prove_diff(c, r, NULL);
	}
	return NULL;
}

static size_t common_dir(const struct ost_change *ch)
{
	const char *first = ch->files[0].new_path;
	size_t len = strlen(first), n;
	uint32_t i;

	for (i = 1; i < ch->nr_files; i++) {
		for (n = 0; n < len && first[n] == ch->files[i].new_path[n]; n++)
			;
		len = n;
	}
	while (len && first[len - 1] != '/')
		len--;
	return len ? len - 1 : 0;
}

const char *ost_common_dir(struct ost_arena *a, const struct ost_change *ch)
{
	return ch->nr_files ? ost_arena_strndup(a, ch->files[0].new_path, common_dir(ch)) : "";
}

/* Does no file lie in a folder? */
static bool is_at_top(const struct ost_change *ch)
{
	uint32_t i;

	for (i = 0; i < ch->nr_files; i++)
		if (strchr(ch->files[i].new_path, '/') || strchr(ch->files[i].old_path, '/'))
			return false;
	return true;
}

static struct ost_err *check_scope(struct ost_review_ctx *c)
{
	size_t named = nr_named(&c->touched);
	const char *dir;
	struct ost_record *r;

	if (is_without_diff(c))
		return NULL;
	dir = ost_common_dir(c->arena, c->change);
	if (c->change->nr_files == 1 && named == 1)
		r = ost_record_add(c, "scope", OST_VERIFIED, 0, "It stays in one function of one file");
	else if (c->change->nr_files == 1)
		r = ost_record_add(c, "scope", OST_VERIFIED, 0, "It stays in one file%s", *dir ? ost_arena_printf(c->arena, " of %s/", dir) : "");
	else if (*dir)
		r = ost_record_add(c, "scope", OST_VERIFIED, 0, "It stays in %s/", dir);
	else if (is_at_top(c->change))
		r = ost_record_add(c, "scope", OST_VERIFIED, 0, "It stays in the top folder");
	else
		r = ost_record_add(c, "scope", OST_VERIFIED, 0, "It touches files with no folder in common");
	if (c->change->nr_files == 1)
		ost_record_prove_diff(c, r, c->change->files[0].new_path);
	else
		ost_record_prove_counts(c, r);
	return NULL;
}

/* ---- 2.2 flow ---- */

static bool is_keyword(const char *s, size_t len)
{
	static const char *const words[] = {
		"if", "while", "for", "switch", "return", "sizeof", "defined", "typeof", "do", "else", "case", "__attribute__",
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == len && !memcmp(words[i], s, len))
			return true;
	return false;
}

static bool is_ident(unsigned char c)
{
	return isalnum(c) || c == '_';
}

/* Past a string, character or comment that begins at p, else p itself. */
static const char *skip_quoted(const char *p)
{
	const char *end;
	char q = *p;

	if (q == '/' && p[1] == '/')
		return p + strlen(p);
	if (q == '/' && p[1] == '*') {
		end = strstr(p + 2, "*/");
		return end ? end + 2 : p + strlen(p);
	}
	if (q != '"' && q != '\'')
		return p;
	for (p++; *p && *p != q; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/* Names called in one line: identifiers right before '('. */
static void add_calls(struct ost_intern *set, const char *line)
{
	const char *p = line, *q, *from;

	if (line[strspn(line, " \t")] == '*')
		return;		/* the middle of a comment */
	while (*p) {
		q = skip_quoted(p);
		if (q != p) {
			p = q;
			continue;
		}
		if (!is_ident(*p)) {
			p++;
			continue;
		}
		for (from = p; is_ident(*p); p++)
			;
		if (*p == '(' && !isdigit((unsigned char)*from) && !is_keyword(from, p - from))
			ost_intern_add(set, from, p - from);
	}
}

/* ", no longer calls a(), b()": what `set` has and `other` lacks; at most four names. */
static void add_difference(struct ost_buf *b, const char *words, const struct ost_intern *set,
			   const struct ost_intern *other)
{
	uint32_t i, nr = 0;

	for (i = 1; i < set->nr; i++) {
		const char *s = ost_intern_str(set, i);

		if (ost_intern_find(other, s, strlen(s)) != OST_INTERN_NONE)
			continue;
		if (++nr > 4)
			continue;
		ost_buf_addf(b, "%s %s()", nr == 1 ? words : ",", s);
	}
	if (nr > 4)
		ost_buf_addf(b, " and %u more", nr - 4);
}

static bool is_dull(const char *s)
{
	s += strspn(s, " \t{}();");
	return !*s || *s == '*' || (s[0] == '/' && (s[1] == '*' || s[1] == '/'));
}

/* A jump says less than what it jumps over. */
static bool is_jump(const char *s)
{
	static const char *const words[] = { "return", "goto", "break", "continue" };
	size_t i;

	s += strspn(s, " \t{}();");
	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (!strncmp(s, words[i], strlen(words[i])))
			return true;
	return false;
}

/* The first line of a side that says something (no jump when there is another), else NULL. */
static const char *first_telling(struct ost_arena *a, const struct ost_touched *t, bool is_new)
{
	const char *best = NULL, *text;
	uint32_t i;
	char *s;

	for (i = 0; i < t->nr_lines; i++) {
		text = t->lines[i].line->text;
		if (t->lines[i].is_new != is_new || is_dull(text))
			continue;
		if (!best || (is_jump(best) && !is_jump(text)))
			best = text;
	}
	if (!best)
		return NULL;
	s = ost_arena_strdup(a, best + strspn(best, " \t"));
	if (strlen(s) > 72)
		memcpy(s + 69, "...", 4);
	return s;
}

static void add_flow(struct ost_buf *b, struct ost_arena *a, const struct ost_touched *t)
{
	struct ost_intern gone, new;
	const char *was = first_telling(a, t, false), *now = first_telling(a, t, true);
	size_t len = b->len;
	uint32_t i;

	ost_intern_init(&gone);
	ost_intern_init(&new);
	for (i = 0; i < t->nr_lines; i++)
		add_calls(t->lines[i].is_new ? &new : &gone, t->lines[i].line->text);
	add_difference(b, "; no longer has", &gone, &new);
	add_difference(b, "; now has", &new, &gone);
	ost_intern_deinit(&gone);
	ost_intern_deinit(&new);
	if (was)
		ost_buf_addf(b, "; gone: `%s`", was);
	if (now)
		ost_buf_addf(b, "; new: `%s`", now);
	if (b->len == len)
		ost_buf_addstr(b, "; only blanks, braces or comments");
}

static struct ost_err *check_flow(struct ost_review_ctx *c)
{
	struct ost_record *r;
	uint32_t i, nr = 0;

	for (i = 0; i < c->touched.nr && nr < MAX_FUNC_RECORDS; i++) {
		const struct ost_touched *t = &c->touched.items[i];
		OST_BUF b = OST_BUF_INIT;

		if (is_whole_file(c, t))
			continue;	/* 2.1 says it */
		if (t->how == OST_TOUCH_MODIFIED && *t->name)
			ost_buf_addf(&b, "%s(): -%u +%u", t->name, t->nr_gone, t->nr_new);
		else if (*t->name)
			ost_buf_addf(&b, "%s() is %s (%u lines)", t->name, t->how == OST_TOUCH_ADDED ? "new" : "gone",
				     t->nr_gone + t->nr_new);
		else
			ost_buf_addf(&b, "Outside functions of %s: -%u +%u", c->change->files[t->file].new_path,
				     t->nr_gone, t->nr_new);
		if (t->how == OST_TOUCH_MODIFIED)
			add_flow(&b, c->arena, t);
		r = ost_record_add(c, *t->name ? "flow" : "outside", OST_VERIFIED, 0, "%s", b.ptr);
		prove_line(c, r, t);
		nr++;
	}
	if (!nr && c->touched.nr && !c->touched.nr_unread) {
		r = ost_record_add(c, "flow", OST_VERIFIED, 0, "Whole files come or go; no function changes");
		ost_record_prove_diff(c, r, NULL);
	} else if (!nr && c->touched.nr_unread) {
		ost_record_unknown(c, "flow", "What changes in which function", "%s", ost_texts_first_why(&c->texts));
	} else if (!nr && c->change->nr_files) {
		r = ost_record_add(c, "flow", OST_VERIFIED, 0, "It changes no line of C");
		ost_record_prove_counts(c, r);
	}
	return NULL;
}

const struct ost_check ost_phase2_checks[] = {
	{ "2.1", "files", check_files, "files and lines of the diff" },
	{ "2.1", "damage", check_damage, "what is wrong with the patch itself" },
	{ "2.1", "base", check_base, "the tree that the patch is read against" },
	{ "2.1", "functions", check_functions, "functions added, removed and changed" },
	{ "2.1", "scope", check_scope, "how far the change reaches" },
	{ "2.2", "flow", check_flow, "for each function what is gone and what is new" },
	{ "2.3", "mechanism", ost_check_mechanism, "By which mechanism the old code fails" },
	{ "2.3", "new-deadlock", ost_check_new_deadlocks, "Which deadlocks the change brings" },
	{ "2.4", "quality", ost_check_quality, "Whether the change is complete and right" },
	{ NULL, NULL, NULL, NULL },
};
