// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * archive_scan.c - the pass over an archive.
 *
 * From git, `rev-list --objects` names the blobs that are new since the last
 * pass (it also names missing ones), and several threads read them and their
 * headers in batches; results are merged in the order of the list, so that
 * the index is the same for every number of threads. A blob of the
 * public-inbox layouts is at the path `m` (v2), or at two and 38 hex digits (v1).
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/pool.h"
#include "git/run.h"
#include "mail/archive_data.h"
#include "mail/header.h"
#include "mail/mbox.h"
#include "mail/message.h"
#include "mail/rfc2047.h"
#include "ostler/progress.h"

#define BATCH 32768		/* mails staged at once */
#define MAX_ID 1000		/* bytes kept of a message id */
#define MAX_SUBJECT 2000	/* bytes looked at of a subject or a name */
#define MAX_WORKERS 16u

void ost_archive_problem(struct ost_archive *a, const char *fmt, ...)
{
	OST_BUF b = OST_BUF_INIT;
	va_list ap;
	size_t i;

	a->stats.nr_unreadable++;
	for (i = 0; i < OST_ARRAY_SIZE(a->stats.problems); i++) {
		if (a->stats.problems[i])
			continue;
		va_start(ap, fmt);
		ost_buf_addv(&b, fmt, ap);
		va_end(ap);
		a->stats.problems[i] = ost_arena_strdup(&a->problems, b.ptr);
		return;
	}
}

/* ---- one mail ---------------------------------------------------------- */

/* What threads make: strings and references of their own, merged later. */
struct stage {
	struct ost_buf pool, text;
	OST_VEC(uint64_t) refs;
	struct ost_repo *repo;
	struct ost_buf raw;
};

static void stage_init(struct stage *s)
{
	memset(s, 0, sizeof(*s));
	ost_buf_init(&s->pool);
	ost_buf_init(&s->text);
	ost_buf_init(&s->raw);
	ost_buf_addch(&s->pool, '\0');
}

static void stage_clear(struct stage *s)
{
	ost_buf_trim(&s->pool, 1);
	ost_vec_clear(&s->refs);
}

static void stage_deinit(struct stage *s)
{
	ost_buf_deinit(&s->pool);
	ost_buf_deinit(&s->text);
	ost_buf_deinit(&s->raw);
	ost_vec_deinit(&s->refs);
	ost_repo_destroy(s->repo);
}

static uint32_t add_string(struct ost_buf *pool, const char *s, size_t len)
{
	uint32_t at = pool->len;

	if (!len)
		return 0;
	ost_buf_add(pool, s, len);
	ost_buf_addch(pool, '\0');
	return at;
}

static uint32_t add_id(struct stage *s, const char *id, size_t len)
{
	struct ost_utf8_count count = { 0, 0 };

	ost_buf_clear(&s->text);
	ost_utf8_add(&s->text, id, len < MAX_ID ? len : MAX_ID, &count);
	return add_string(&s->pool, s->text.ptr, s->text.len);
}

static uint32_t first_id(struct stage *s, const struct ost_raw_header *h)
{
	size_t pos = 0, len;
	const char *id;

	return ost_header_next_id(h->value, h->value_len, &pos, &id, &len) ? add_id(s, id, len) : 0;
}

static void take_references(struct stage *s, struct ost_archive_entry *e, const struct ost_raw_header *h)
{
	size_t pos = 0, len, n;
	const char *id;

	e->first_ref = s->refs.nr;
	while (ost_header_next_id(h->value, h->value_len, &pos, &id, &len))
		ost_vec_add(&s->refs, ost_hash_bytes(id, len < MAX_ID ? len : MAX_ID));
	e->nr_refs = s->refs.nr - e->first_ref;
	if (e->nr_refs > OST_ARCHIVE_MAX_REFS) {	/* the last ones are the nearest */
		n = e->nr_refs - OST_ARCHIVE_MAX_REFS;
		memmove(s->refs.items + e->first_ref, s->refs.items + e->first_ref + n,
			OST_ARCHIVE_MAX_REFS * sizeof(*s->refs.items));
		s->refs.nr -= n;
		e->nr_refs = OST_ARCHIVE_MAX_REFS;
	}
}

static bool is_reply_subject(const char *s)
{
	return !strncasecmp(s, "re:", 3) || !strncasecmp(s, "aw:", 3) || !strncasecmp(s, "fwd:", 4) ||
	       !strncasecmp(s, "sv:", 3) || !strncasecmp(s, "fw:", 3);
}

static void take_subject(struct stage *s, struct ost_archive_entry *e, const struct ost_raw_header *h)
{
	struct ost_utf8_count count = { 0, 0 };

	ost_buf_clear(&s->text);
	ost_rfc2047_decode(&s->text, h->value, h->value_len < MAX_SUBJECT ? h->value_len : MAX_SUBJECT, &count);
	e->subject = add_string(&s->pool, s->text.ptr, s->text.len);
	if (is_reply_subject(s->text.ptr))
		e->flags |= OST_ARCHIVE_IS_REPLY;
}

static void take_from(struct stage *s, struct ost_archive_entry *e, const struct ost_raw_header *h)
{
	struct ost_utf8_count count = { 0, 0 };
	OST_BUF addr = OST_BUF_INIT;

	ost_buf_clear(&s->text);
	ost_header_address(h->value, h->value_len < MAX_SUBJECT ? h->value_len : MAX_SUBJECT, &s->text, &addr, &count);
	e->from_name = add_string(&s->pool, s->text.ptr, s->text.len);
	e->from_addr = add_string(&s->pool, addr.ptr, addr.len);
}

/* Fills an entry from the raw bytes of a mail; false when it has no header. */
static bool read_head(struct stage *s, struct ost_archive_entry *e, const char *raw, size_t len)
{
	struct ost_header_walk w = { raw, len, 0, false };
	struct ost_raw_header h;
	bool is_any = false;
	int32_t zone;

	for (; ost_header_next(&w, &h); is_any = true) {
		if (ost_header_is(&h, "Message-ID") && !e->id)
			e->id = first_id(s, &h);
		else if (ost_header_is(&h, "In-Reply-To") && !e->parent_id)
			e->parent_id = first_id(s, &h);
		else if (ost_header_is(&h, "References") && !e->nr_refs)
			take_references(s, e, &h);
		else if (ost_header_is(&h, "Subject") && !e->subject)
			take_subject(s, e, &h);
		else if (ost_header_is(&h, "From") && !e->from_addr && !e->from_name)
			take_from(s, e, &h);
		else if (ost_header_is(&h, "Date") && !e->date)
			ost_header_date(h.value, h.value_len, &e->date, &zone);
	}
	e->size = len;
	return is_any;
}

/* Takes a staged entry into the archive. */
static void merge(struct ost_archive *a, struct ost_archive_entry *e, const struct stage *s)
{
	uint32_t *const strings[] = { &e->id, &e->parent_id, &e->subject, &e->from_name, &e->from_addr };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(strings); i++) {
		const char *text = s->pool.ptr + *strings[i];

		*strings[i] = add_string(&a->pool, text, strlen(text));
	}
	for (i = 0; i < e->nr_refs; i++)
		ost_vec_add(&a->refs, s->refs.items[e->first_ref + i]);
	e->first_ref = a->refs.nr - e->nr_refs;
	ost_vec_add(&a->entries, *e);
	a->stats.bytes += e->size;
}

static struct ost_err *check_limits(const struct ost_archive *a)
{
	if (a->entries.nr > OST_ARCHIVE_MAX_MAILS || a->pool.len > OST_ARCHIVE_MAX_POOL ||
	    a->refs.nr > UINT32_MAX / 2)
		return ost_err_create(OST_ERR_INPUT, a->path, "give a part of the archive",
				      "more than %u mails", OST_ARCHIVE_MAX_MAILS);
	return NULL;
}

/* ---- git --------------------------------------------------------------- */

struct staged {
	struct ost_oid oid;
	struct ost_archive_entry e;
	uint8_t worker;
	const char *why;	/* static text; NULL when e is good */
};

struct git_pass {
	struct ost_archive *a;
	uint32_t source;
	OST_VEC(struct ost_oid) ids;
	struct staged *staged;		/* BATCH of them */
	size_t first;			/* of ids, this batch */
	struct stage workers[MAX_WORKERS];
	unsigned nr_workers;
};

static bool is_hex(const char *s, size_t len)
{
	while (len && isxdigit((unsigned char)*s)) {
		s++;
		len--;
	}
	return !len;
}

static bool is_mail_path(const char *path, size_t len)
{
	if (len == 1 && *path == 'm')
		return true;
	return len == 41 && path[2] == '/' && is_hex(path, 2) && is_hex(path + 3, 38);
}

/* A line of rev-list: "<id> <path>", or "?<id>" for what is missing. */
static bool take_line(void *ctx, const char *line, size_t len)
{
	struct git_pass *p = ctx;
	struct ost_oid oid;

	if (len >= 41 && *line == '?') {
		ost_archive_problem(p->a, "%s: object %.40s is missing", p->a->sources.items[p->source].path, line + 1);
	} else if (len > 41 && line[40] == ' ' && is_mail_path(line + 41, len - 41) &&
		   ost_oid_from_hex(&oid, line)) {
		ost_vec_add(&p->ids, oid);
	}
	return p->ids.nr <= OST_ARCHIVE_MAX_MAILS && !ost_interrupted();
}

static bool read_one(void *ctx, size_t item, unsigned worker)
{
	struct git_pass *p = ctx;
	struct stage *s = &p->workers[worker];
	struct staged *st = &p->staged[item];
	char hex[OST_HEX_SIZE];
	struct ost_err *err;

	memset(st, 0, sizeof(*st));
	st->oid = p->ids.items[p->first + item];
	st->worker = worker;
	ost_oid_to_hex(hex, &st->oid);
	ost_buf_clear(&s->raw);
	err = ost_repo_read_blob(s->repo, hex, &s->raw);
	if (err) {
		ost_err_destroy(err);
		st->why = "cannot be read";
	} else if (s->raw.len > OST_MAIL_MAX_BYTES) {
		st->why = "is over the limit for a mail";
	} else if (!read_head(s, &st->e, s->raw.ptr, s->raw.len)) {
		st->why = "is no mail";
	}
	st->e.source = p->source;
	memcpy(st->e.at.oid, st->oid.id, OST_OID_SIZE);
	return true;
}

static struct ost_err *run_batch(struct git_pass *p, size_t nr)
{
	char hex[OST_HEX_SIZE];
	size_t i;

	if (!ost_pool_run(p->nr_workers, nr, 64, read_one, p))
		return ost_err_create(OST_ERR_INTERRUPTED, p->a->path, NULL, "interrupted");
	for (i = 0; i < nr; i++) {
		struct staged *st = &p->staged[i];

		if (!st->why) {
			merge(p->a, &st->e, &p->workers[st->worker]);
			continue;
		}
		ost_oid_to_hex(hex, &st->oid);
		ost_archive_problem(p->a, "%s: object %s %s", p->a->sources.items[p->source].path, hex, st->why);
	}
	for (i = 0; i < p->nr_workers; i++)
		stage_clear(&p->workers[i]);
	return check_limits(p->a);
}

static struct ost_err *read_ids(struct git_pass *p, struct ost_repo *repo)
{
	struct ost_err *err = NULL;
	size_t nr;
	unsigned i;

	p->nr_workers = ost_nr_cpus() < MAX_WORKERS ? ost_nr_cpus() : MAX_WORKERS;
	p->staged = ost_malloc(BATCH * sizeof(*p->staged));
	for (i = 0; i < p->nr_workers; i++)
		stage_init(&p->workers[i]);
	for (i = 0; !err && i < p->nr_workers; i++)
		err = ost_repo_dup(&p->workers[i].repo, repo);
	for (p->first = 0; !err && p->first < p->ids.nr; p->first += nr) {
		nr = p->ids.nr - p->first < BATCH ? p->ids.nr - p->first : BATCH;
		err = run_batch(p, nr);
		ost_progress("mails", p->first + nr, p->ids.nr);
	}
	for (i = 0; i < p->nr_workers; i++)
		stage_deinit(&p->workers[i]);
	free(p->staged);
	return err;
}

/* Is `older` an ancestor of HEAD, so that only what came since must be read? */
static bool may_continue(struct ost_repo *repo, const char *older, const char *head)
{
	const char *args[] = { "merge-base", "--is-ancestor", older, head, NULL };
	struct ost_git_run run = { .args = args, .ok_status = 1 };
	OST_BUF out = OST_BUF_INIT;
	struct ost_err *err;
	int status = -1;

	run.ret_status = &status;
	err = ost_git_run(repo, &run, &out);
	ost_err_destroy(err);
	return !err && !status;
}

/* Only a repository whose newest tree looks like an archive is walked. */
static struct ost_err *check_layout(struct ost_repo *repo, const char *path, const char *head)
{
	const char *args[] = { "ls-tree", "--name-only", head, NULL };
	struct ost_git_run run = { .args = args, .max = 1u << 20 };
	OST_BUF out = OST_BUF_INIT;
	const char *p, *eol;

	ost_try(ost_git_run(repo, &run, &out));
	if (!strcmp(out.ptr, "m\n") || !strcmp(out.ptr, "d\n"))
		return NULL;
	for (p = out.ptr; *p; p = eol + 1) {
		eol = strchrnul(p, '\n');
		if (eol - p != 2 || strspn(p, "0123456789abcdef") < 2)
			break;
		if (!*eol)
			return NULL;
	}
	if (p > out.ptr && !*p)
		return NULL;
	return ost_err_create(OST_ERR_INPUT, path, "clone an archive: https://lore.kernel.org/<list>/ says how, under"
			      " \"mirror\"", "a git repository, but no public-inbox archive");
}

static struct ost_err *scan_git(struct ost_archive *a, uint32_t source)
{
	struct ost_archive_source *src = &a->sources.items[source];
	char head[OST_HEX_SIZE], since[OST_HEX_SIZE + 1] = "";
	const char *args[] = { "rev-list", "--objects", "--filter=object:type=blob", "--filter-provided-objects",
			       "--missing=print", head, NULL, NULL };
	struct ost_git_run run = { .args = args };
	struct git_pass p = { .a = a, .source = source };
	struct ost_repo *repo;
	struct ost_err *err;

	if (!src->repo)
		ost_try(ost_repo_open(&src->repo, src->path));
	repo = src->repo;
	ost_try(ost_repo_resolve(repo, "HEAD", head));
	if (!strcmp(head, src->head))
		return NULL;
	ost_try(check_layout(repo, src->path, head));
	if (*src->head) {
		snprintf(since, sizeof(since), "^%s", src->head);
		args[6] = since;
	}
	err = ost_git_stream(repo, &run, '\n', take_line, &p);
	if (!err && ost_interrupted())
		err = ost_err_create(OST_ERR_INTERRUPTED, src->path, NULL, "interrupted");
	if (!err)
		err = read_ids(&p, repo);
	ost_vec_deinit(&p.ids);
	memcpy(src->head, head, sizeof(head));
	return err;
}

/* ---- mailboxes --------------------------------------------------------- */

static struct ost_err *scan_mbox(struct ost_archive *a, uint32_t source)
{
	const char *path = a->sources.items[source].path;
	struct ost_mbox_item item;
	struct ost_err *err = NULL;
	struct ost_mbox box;
	struct stage s;

	err = ost_mbox_open(&box, path);
	if (err) {
		ost_archive_problem(a, "%s: %s", path, err->why);
		ost_err_destroy(err);
		return NULL;
	}
	stage_init(&s);
	while (!err && box.kind != OST_MBOX_DIFF && ost_mbox_next(&box, &item)) {
		struct ost_archive_entry e = { .source = source };

		stage_clear(&s);
		if (item.len > UINT32_MAX || !read_head(&s, &e, box.data + item.head, item.offset + item.len - item.head)) {
			ost_archive_problem(a, "%s: message %u is no mail", path, item.number);
			continue;
		}
		e.size = item.len;
		e.at.offset = item.offset;
		merge(a, &e, &s);
		err = check_limits(a);
		if (!err && ost_interrupted())
			err = ost_err_create(OST_ERR_INTERRUPTED, path, NULL, "interrupted");
	}
	stage_deinit(&s);
	ost_mbox_deinit(&box);
	return err;
}

/* ---- finding the sources ----------------------------------------------- */

struct found {
	char *path;
	bool is_git;
};
struct found_list {
	OST_VEC(struct found) v;
};

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool is_repo(const char *path)
{
	OST_BUF b = OST_BUF_INIT;
	struct stat st;
	size_t len;

	ost_buf_addf(&b, "%s/", path);
	len = b.len;
	ost_buf_addstr(&b, ".git");
	if (!stat(b.ptr, &st))
		return true;
	ost_buf_trim(&b, len);
	ost_buf_addstr(&b, "objects");
	if (!is_dir(b.ptr))
		return false;
	ost_buf_trim(&b, len);
	ost_buf_addstr(&b, "HEAD");
	return !stat(b.ptr, &st);
}

static bool has_suffix(const char *name, const char *with)
{
	size_t n = strlen(name), m = strlen(with);

	return n > m && !strcmp(name + n - m, with);
}

static void find_in(struct found_list *list, const char *dir, int depth)
{
	struct dirent **names = NULL;
	int i, nr = scandir(dir, &names, NULL, alphasort);

	for (i = 0; i < nr; i++) {
		OST_BUF path = OST_BUF_INIT;

		ost_buf_addf(&path, "%s/%s", dir, names[i]->d_name);
		if (names[i]->d_name[0] == '.' || list->v.nr >= OST_ARCHIVE_MAX_SOURCES)
			;
		else if (is_dir(path.ptr) && is_repo(path.ptr))
			*ost_vec_push(&list->v) = (struct found){ ost_strdup(path.ptr), true };
		else if (is_dir(path.ptr) && depth < 1)
			find_in(list, path.ptr, depth + 1);
		else if (has_suffix(path.ptr, ".mbox") || has_suffix(path.ptr, ".mbx") || has_suffix(path.ptr, ".eml"))
			*ost_vec_push(&list->v) = (struct found){ ost_strdup(path.ptr), false };
		free(names[i]);
	}
	free(names);
}

static struct ost_err *find_sources(const struct ost_archive *a, struct found_list *list)
{
	struct stat st;

	if (stat(a->path, &st))
		return ost_err_create_errno(a->path, errno);
	if (!S_ISDIR(st.st_mode))
		*ost_vec_push(&list->v) = (struct found){ ost_strdup(a->path), false };
	else if (is_repo(a->path))
		*ost_vec_push(&list->v) = (struct found){ ost_strdup(a->path), true };
	else
		find_in(list, a->path, 0);
	if (!list->v.nr)
		return ost_err_create(OST_ERR_INPUT, a->path, "give a public-inbox git repository, or a directory of"
				      " *.mbox files", "no mail archive in it");
	return NULL;
}

/* Are the sources known from the cache still those that were found, and unchanged but for new commits? */
static bool is_known(struct ost_archive *a, const struct found_list *list)
{
	struct stat st;
	size_t i;

	if (a->sources.nr != list->v.nr)
		return false;
	for (i = 0; i < list->v.nr; i++) {
		struct ost_archive_source *s = &a->sources.items[i];
		char head[OST_HEX_SIZE];
		struct ost_err *err;

		if (strcmp(s->path, list->v.items[i].path) || s->is_git != list->v.items[i].is_git)
			return false;
		if (!s->is_git) {
			if (stat(s->path, &st) || st.st_size != s->size || st.st_mtime != s->mtime)
				return false;
			continue;
		}
		err = ost_repo_open(&s->repo, s->path);
		if (!err)
			err = ost_repo_resolve(s->repo, "HEAD", head);
		ost_err_destroy(err);
		if (err || (strcmp(head, s->head) && !may_continue(s->repo, s->head, head)))
			return false;
	}
	return true;
}

static void forget(struct ost_archive *a)
{
	size_t i;

	for (i = 0; i < a->sources.nr; i++) {
		ost_repo_destroy(a->sources.items[i].repo);
		free(a->sources.items[i].path);
	}
	ost_vec_clear(&a->sources);
	ost_vec_clear(&a->entries);
	ost_vec_clear(&a->refs);
	ost_buf_clear(&a->pool);
	ost_buf_addch(&a->pool, '\0');
	memset(&a->stats, 0, sizeof(a->stats));
}

static void add_sources(struct ost_archive *a, const struct found_list *list)
{
	struct stat st;
	size_t i;

	for (i = 0; i < list->v.nr; i++) {
		struct ost_archive_source *s = ost_vec_push(&a->sources);

		s->path = ost_strdup(list->v.items[i].path);
		s->is_git = list->v.items[i].is_git;
		if (!s->is_git && !stat(s->path, &st)) {
			s->mtime = st.st_mtime;
			s->size = st.st_size;
		}
	}
}

struct ost_err *ost_archive_scan(struct ost_archive *a)
{
	struct found_list list = { OST_VEC_INIT };
	bool is_new = false;
	struct ost_err *err;
	size_t i;

	err = find_sources(a, &list);
	if (!err && !is_known(a, &list)) {
		forget(a);
		add_sources(a, &list);
		is_new = true;
	}
	for (i = 0; i < list.v.nr; i++) {
		if (!err && a->sources.items[i].is_git)
			err = scan_git(a, i);
		else if (!err && is_new)
			err = scan_mbox(a, i);
		free(list.v.items[i].path);
	}
	ost_vec_deinit(&list.v);
	return err;
}
