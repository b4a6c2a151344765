// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/queue.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/vec.h"
#include "git/equivalent.h"
#include "mail/input.h"

#define MAX_SERIES_BYTES (1u << 20)
#define MAX_NAMED 5

struct queued {
	const char *path;
	const char *version;	/* "6.1"; "" for every branch */
	const char *upstream;	/* hex as written, or "" */
	char patch_id[OST_HEX_SIZE];
};

struct ost_queue {
	struct ost_arena arena;
	OST_VEC(struct queued) v;
	size_t nr_bad;
	struct ost_buf bad;	/* names of the first ones */
	const char *trouble;
};

static void note_bad(struct ost_queue *q, const char *path)
{
	if (q->nr_bad++ < MAX_NAMED)
		ost_buf_addf(&q->bad, "%s%s", q->nr_bad > 1 ? ", " : "", path);
}

static void read_patch(struct ost_queue *q, const char *path, const char *version)
{
	struct ost_patches ps;
	struct ost_err *err = ost_patches_read(&ps, path);
	size_t i;

	if (err) {
		ost_err_destroy(err);
		note_bad(q, path);
		return;
	}
	for (i = 0; i < ps.v.nr; i++) {
		const struct ost_patch *p = &ps.v.items[i];
		struct queued *new;

		if (p->err || p->kind != OST_MSG_PATCH)
			continue;
		new = ost_vec_push(&q->v);
		new->path = path;
		new->version = version;
		new->upstream = ost_arena_strdup(&q->arena, p->msg.upstream.hex ? p->msg.upstream.hex : "");
		ost_patch_id(new->patch_id, &p->change);
	}
	ost_patches_deinit(&ps);
}

/* One line of a series: a name, maybe with options of patch behind it; '#' begins a comment. */
static void take_name(struct ost_queue *q, const char *dir, const char *version, const char *line, size_t len)
{
	const char *name;

	while (len && strchr(" \t\r", *line))
		line++, len--;
	name = ost_arena_strndup(&q->arena, line, len);
	name = ost_arena_strndup(&q->arena, name, strcspn(name, " \t\r#"));
	if (!*name)
		return;
	if (*name == '/' || strstr(name, "..")) {
		note_bad(q, name);
		return;
	}
	read_patch(q, ost_arena_printf(&q->arena, "%s/%s", dir, name), version);
}

/* "queue-6.1" gives "6.1"; any other name gives "". */
static const char *version_of(struct ost_arena *arena, const char *dir)
{
	size_t len = strlen(dir);
	const char *base;

	while (len && dir[len - 1] == '/')
		len--;
	dir = ost_arena_strndup(arena, dir, len);
	base = strrchr(dir, '/');
	base = base ? base + 1 : dir;
	return !strncmp(base, "queue-", 6) && base[6] && !base[6 + strspn(base + 6, "0123456789.")] ? base + 6 : "";
}

/* *ret_is: the folder has a series file. */
static struct ost_err *read_series(struct ost_queue *q, const char *dir, bool *ret_is)
{
	const char *series = ost_arena_printf(&q->arena, "%s/series", dir), *version, *p, *end, *line_end;
	OST_BUF text = OST_BUF_INIT;
	size_t nr = 0;

	*ret_is = !access(series, R_OK);
	if (!*ret_is)
		return NULL;
	ost_try(ost_buf_read_file(&text, series, MAX_SERIES_BYTES));
	version = version_of(&q->arena, dir);
	for (p = text.ptr, end = p + text.len; p < end; p = line_end + 1) {
		line_end = memchr(p, '\n', end - p);
		line_end = line_end ? line_end : end;
		if (++nr > OST_QUEUE_MAX)
			return ost_err_create(OST_ERR_INPUT, series, NULL, "more than %d patches in one series", OST_QUEUE_MAX);
		take_name(q, dir, version, p, line_end - p);
	}
	return NULL;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_queue_dir(const struct dirent *d)
{
	return !strncmp(d->d_name, "queue-", 6);
}

static struct ost_err *read_all(struct ost_queue *q, const char *dir)
{
	struct dirent **names = NULL;
	struct ost_err *err;
	bool is_series, any;
	int nr, i;

	ost_try(read_series(q, dir, &any));
	if (any)
		return NULL;
	nr = scandir(dir, &names, is_queue_dir, by_name);
	if (nr < 0)
		return ost_err_create_errno(dir, errno);
	for (err = NULL, i = 0; i < nr; i++) {
		if (!err) {
			err = read_series(q, ost_arena_printf(&q->arena, "%s/%s", dir, names[i]->d_name), &is_series);
			any |= !err && is_series;
		}
		free(names[i]);
	}
	free(names);
	if (!err && !any)
		err = ost_err_create(OST_ERR_INPUT, dir, "name a folder with a quilt series, or one that holds queue-<version> folders",
				     "there is no series file");
	return err;
}

struct ost_err *ost_queue_open(struct ost_queue **ret, const char *dir)
{
	struct ost_queue *q = ost_calloc(1, sizeof(*q));
	struct ost_err *err;

	ost_buf_init(&q->bad);
	err = read_all(q, dir);
	if (err) {
		ost_queue_destroy(q);
		return err;
	}
	if (q->nr_bad)
		q->trouble = ost_arena_printf(&q->arena, "%zu patch%s of the queue could not be read: %s%s", q->nr_bad,
					      q->nr_bad == 1 ? "" : "es", q->bad.ptr, q->nr_bad > MAX_NAMED ? ", ..." : "");
	*ret = q;
	return NULL;
}

void ost_queue_destroy(struct ost_queue *q)
{
	if (!q)
		return;
	ost_vec_deinit(&q->v);
	ost_buf_deinit(&q->bad);
	ost_arena_deinit(&q->arena);
	free(q);
}

const char *ost_queue_trouble(const struct ost_queue *q)
{
	return q->trouble;
}

/* Is a queue of `version` ("6.1") for a branch of `release` ("6.1.192")? */
static bool is_for(const char *version, const char *release)
{
	size_t n = strlen(version);

	return !n || (!strncmp(version, release, n) && (!release[n] || release[n] == '.' || release[n] == '-'));
}

/* Do the shorter one's digits begin the longer one? */
static bool same_id(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b), n = na < nb ? na : nb;

	return n >= 8 && !strncmp(a, b, n);
}

const char *ost_queue_find(const struct ost_queue *q, const char *release, const char *id,
			   const char *patch_id)
{
	size_t i;

	for (i = 0; i < q->v.nr; i++) {
		const struct queued *p = &q->v.items[i];

		if (!is_for(p->version, release))
			continue;
		if ((id && same_id(p->upstream, id)) || (patch_id && *patch_id && !strcmp(p->patch_id, patch_id)))
			return p->path;
	}
	return NULL;
}
