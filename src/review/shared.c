// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/shared.h"

#include "program/program.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "git/walk.h"
#include "mail/archive.h"
#include "ostler/review.h"
#include "review/maintainers.h"
#include "review/settled.h"
#include "source/blob_facts.h"
#include "store/store.h"

/* ---- kernel releases ---- */

/* The value of "NAME = 6" among the first lines of a Makefile, or "". */
static const char *make_value(struct ost_arena *a, const char *text, const char *name)
{
	size_t len = strlen(name), n;
	const char *p;
	int line = 0;

	for (p = text; p && *p && line < 20; p = strchr(p, '\n'), p += p != NULL, line++) {
		if (strncmp(p, name, len))
			continue;
		p += len + strspn(p + len, " \t");
		if (*p != '=')
			continue;
		p += 1 + strspn(p + 1, " \t");
		n = strcspn(p, " \t\n");
		return ost_arena_strndup(a, p, n);
	}
	return "";
}

struct ost_err *ost_kernel_release(struct ost_repo *repo, struct ost_arena *arena,
				   const char *rev, const char **ret_release)
{
	OST_BUF text = OST_BUF_INIT;
	const char *version, *level, *sub, *extra;
	struct ost_err *err = ost_repo_read_path(repo, rev, "Makefile", &text);

	*ret_release = "";
	if (err) {
		ost_err_destroy(err);
		return NULL;
	}
	version = make_value(arena, text.ptr, "VERSION");
	level = make_value(arena, text.ptr, "PATCHLEVEL");
	sub = make_value(arena, text.ptr, "SUBLEVEL");
	extra = make_value(arena, text.ptr, "EXTRAVERSION");
	if (!isdigit((unsigned char)*version) || !isdigit((unsigned char)*level) || strlen(sub) > 8 || strlen(extra) > 16)
		return NULL;
	*ret_release = ost_arena_printf(arena, *sub && strcmp(sub, "0") ? "%s.%s.%s%s" : "%s.%s%.0s%s",
					version, level, sub, extra);
	return NULL;
}

/* ---- stable branches ---- */

static struct ost_err *named_branches(struct ost_review_shared *s)
{
	const struct ost_review_options *o = s->options;
	struct ost_err *err;
	size_t i;

	s->stable = ost_arena_calloc(&s->arena, o->nr_stable + 1, sizeof(*s->stable));
	for (i = 0; i < o->nr_stable; i++) {
		struct ost_stable *b = &s->stable[s->nr_stable++];

		b->name = o->stable[i];
		err = ost_repo_resolve(s->repo, o->stable[i], b->tip);
		if (err && err->code == OST_ERR_INPUT && !err->remedy)
			err->remedy = ost_strdup("name branches or revisions of --repo with --stable");
		ost_try(err);
	}
	return NULL;
}

static struct ost_err *all_branches(struct ost_review_shared *s)
{
	struct ost_branch *list;
	size_t nr, i;

	ost_try(ost_repo_branches(s->repo, &s->arena, "linux-*.y", &list, &nr));
	s->stable = ost_arena_calloc(&s->arena, nr + 1, sizeof(*s->stable));
	for (i = 0; i < nr; i++) {
		s->stable[i].name = list[i].name;
		memcpy(s->stable[i].tip, list[i].tip, sizeof(s->stable[i].tip));
	}
	s->nr_stable = nr;
	return NULL;
}

static struct ost_err *find_branches(struct ost_review_shared *s)
{
	size_t i;

	if (s->options->nr_stable)
		ost_try(named_branches(s));
	else
		ost_try(all_branches(s));
	for (i = 0; i < s->nr_stable; i++)
		ost_try(ost_kernel_release(s->repo, &s->arena, s->stable[i].tip, &s->stable[i].release));
	return NULL;
}

/* ---- mainline ---- */

static bool is_stable_tip(const struct ost_review_shared *s, const char *hex)
{
	size_t i;

	for (i = 0; i < s->nr_stable; i++)
		if (!strcmp(s->stable[i].tip, hex))
			return true;
	return false;
}

/*
 * Mainline is HEAD, or the branch that is usually called so, whichever first
 * is none of the branches asked about. A repository of stable branches alone
 * has none.
 */
static void find_mainline(struct ost_review_shared *s)
{
	static const char *const names[] = { "HEAD", "master", "main", "origin/HEAD" };
	char hex[OST_HEX_SIZE];
	struct ost_err *err;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(names) && !*s->mainline; i++) {
		err = ost_repo_resolve(s->repo, names[i], hex);
		if (!err && !is_stable_tip(s, hex)) {
			memcpy(s->mainline, hex, sizeof(hex));
			s->mainline_name = names[i];
		}
		ost_err_destroy(err);
	}
}

/* Kept indexes are found by name, so that a branch that has moved on costs only what is new. */
static const char *name_of_rev(const struct ost_review_shared *s, const char *rev)
{
	size_t i;

	if (!strcmp(rev, s->mainline))
		return s->mainline_name;
	for (i = 0; i < s->nr_stable; i++)
		if (!strcmp(s->stable[i].tip, rev))
			return s->stable[i].name;
	return rev;
}

struct ost_err *ost_shared_messages(struct ost_review_shared *s, const char *rev,
				    const struct ost_messages **ret)
{
	const char *not_rev = *s->mainline && strcmp(rev, s->mainline) ? s->mainline_name : NULL;
	struct ost_messages_slot *slot;
	struct ost_messages *made;
	size_t i;

	for (i = 0; i < s->messages.nr; i++) {
		*ret = s->messages.items[i].messages;
		if (!strcmp(s->messages.items[i].rev, rev))
			return NULL;
	}
	ost_try(ost_messages_create(&made, s->repo, name_of_rev(s, rev), not_rev));
	slot = ost_vec_push(&s->messages);
	memcpy(slot->rev, rev, sizeof(slot->rev));
	*ret = slot->messages = made;
	return NULL;
}

/* ---- life ---- */

/* The cache directory; empty with --no-store. */
static struct ost_err *find_cache(const struct ost_review_options *o, struct ost_buf *dir)
{
	if (o->no_store)
		return NULL;
	if (!o->store)
		return ost_store_default_dir(dir);
	ost_buf_addstr(dir, o->store);
	return NULL;
}

/* The index of an archive is kept in the cache, named after where the archive is. */
static struct ost_err *open_archive(struct ost_review_shared *s, const char *cache)
{
	const char *dir = s->options->archive;
	OST_BUF file = OST_BUF_INIT;
	char *real;

	if (!dir)
		return NULL;
	real = realpath(dir, NULL);
	if (*cache && real)
		ost_buf_addf(&file, "%s/mail-%016llx", cache, (unsigned long long)ost_hash_bytes(real, strlen(real)));
	free(real);
	return ost_archive_open(&s->archive, dir, file.len ? file.ptr : NULL);
}

/* A store that cannot be used is told by who needs it. */
static void open_facts(struct ost_review_shared *s)
{
	const struct ost_source_opts opts = { .store_dir = s->options->store, .no_store = s->options->no_store };

	ost_err_destroy(ost_blob_facts_open(&s->blob_facts, &opts));
}

struct ost_err *ost_shared_init(struct ost_review_shared *s, const struct ost_review_options *o)
{
	OST_BUF cache = OST_BUF_INIT;
	struct ost_err *err;

	memset(s, 0, sizeof(*s));
	s->options = o;
	pthread_mutex_init(&s->large, NULL);
	ost_try(ost_word_tables_init(&s->words));
	ost_try(ost_repo_open(&s->repo, o->repo ? o->repo : "."));
	ost_try(find_cache(o, &cache));
	/* a commit-graph of our own: walks are several times faster with it, and the same without */
	if (cache.len)
		ost_repo_set_cache(s->repo, cache.ptr);
	ost_try(open_archive(s, cache.ptr));
	err = ost_repo_resolve(s->repo, "HEAD", s->head);
	if (err)
		s->head[0] = '\0';
	ost_err_destroy(err);	/* a repository without HEAD still has branches */
	s->recogniser = ost_recogniser_create();
	open_facts(s);
	ost_try(find_branches(s));
	find_mainline(s);
	return NULL;
}

void ost_shared_deinit(struct ost_review_shared *s)
{
	size_t i;

	for (i = 0; i < s->maintainers.nr; i++)
		ost_maintainers_destroy(s->maintainers.items[i].m);
	ost_program_destroy(s->program);
	ost_tree_facts_destroy(s->program_tree);
	for (i = 0; i < s->messages.nr; i++)
		ost_messages_destroy(s->messages.items[i].messages);
	pthread_mutex_destroy(&s->large);
	ost_reachers_deinit(s);
	ost_kernels_kept_deinit(&s->kernels);
	ost_declared_deinit(s);
	ost_settled_destroy(s->settled);
	ost_vec_deinit(&s->messages);
	ost_vec_deinit(&s->maintainers);
	ost_vec_deinit(&s->commit_list);
	ost_table_deinit(&s->commits);
	ost_vec_deinit(&s->release_list);
	ost_table_deinit(&s->releases);
	ost_archive_destroy(s->archive);
	ost_recogniser_destroy(s->recogniser);
	ost_blob_facts_close(s->blob_facts);
	ost_repo_destroy(s->repo);
	ost_word_tables_deinit(&s->words);
	ost_arena_deinit(&s->arena);
}

/* ---- MAINTAINERS ---- */

struct ost_err *ost_shared_maintainers(struct ost_review_shared *s, const char *rev,
				       struct ost_maintainers **ret)
{
	struct ost_maintainers_slot *slot;
	struct ost_path_info info;
	size_t i;

	*ret = NULL;
	ost_try(ost_repo_path(s->repo, rev, "MAINTAINERS", &info));
	if (info.kind != OST_PATH_FILE)
		return NULL;
	for (i = 0; i < s->maintainers.nr; i++) {
		if (!strcmp(s->maintainers.items[i].blob, info.id)) {
			*ret = s->maintainers.items[i].m;
			return NULL;
		}
	}
	ost_try(ost_maintainers_read(ret, s->repo, rev));
	slot = ost_vec_push(&s->maintainers);
	memcpy(slot->blob, info.id, sizeof(slot->blob));
	slot->m = *ret;
	return NULL;
}

/* ---- releases ---- */

static uint64_t key_of(const char *hex)
{
	struct ost_oid id = { { 0 } };

	ost_oid_from_hex(&id, hex);
	return ost_oid_key(&id);
}

static struct ost_err *ask_releases(struct ost_review_shared *s, const char **ask, size_t nr)
{
	struct ost_release *got = ost_arena_calloc(&s->arena, nr, sizeof(*got));
	size_t i;

	ost_try(ost_first_releases(got, &s->arena, s->repo, ask, nr));
	for (i = 0; i < nr; i++) {
		ost_vec_add(&s->release_list, got[i]);
		*ost_table_put(&s->releases, key_of(ask[i]), NULL) = s->release_list.nr;
	}
	return NULL;
}

struct ost_err *ost_shared_releases(struct ost_review_shared *s, const char *const *commits,
				    size_t nr, struct ost_release *ret_releases)
{
	const char **ask = ost_arena_calloc(&s->arena, nr + 1, sizeof(*ask));
	size_t i, nr_ask = 0;

	for (i = 0; i < nr; i++)
		if (!ost_table_get(&s->releases, key_of(commits[i])))
			ask[nr_ask++] = commits[i];
	if (nr_ask)
		ost_try(ask_releases(s, ask, nr_ask));
	for (i = 0; i < nr; i++)
		ret_releases[i] = s->release_list.items[*ost_table_get(&s->releases, key_of(commits[i])) - 1];
	return NULL;
}

/* ---- commits ---- */

static struct ost_err *read_commit(struct ost_review_shared *s, struct ost_arena *arena, const char *id,
				   struct ost_shared_commit *ret)
{
	struct ost_err *err = ost_commit_read(&ret->info, arena, s->repo, id);

	if (!err && ret->info.nr_parents == 1)
		err = ost_change_from_commit(&ret->change, arena, s->repo, id, NULL);
	if (err && err->code != OST_ERR_INPUT)
		return err;
	ret->is_bad = err;
	ost_err_destroy(err);
	return NULL;
}

static size_t count_lines(const struct ost_change *c)
{
	size_t nr = 0;
	uint32_t i, h;

	for (i = 0; i < c->nr_files; i++)
		for (h = 0; h < c->files[i].nr_hunks; h++)
			nr += c->files[i].hunks[h].nr_lines;
	return nr;
}

struct ost_err *ost_shared_commit(struct ost_review_shared *s, struct ost_arena *arena, const char *id,
				  struct ost_shared_commit *ret)
{
	bool is_kept = s->nr_commit_lines < OST_SHARED_LINES_MAX;
	const uint64_t *at = ost_table_get(&s->commits, key_of(id));

	if (at) {
		*ret = s->commit_list.items[*at - 1];
		return NULL;
	}
	memset(ret, 0, sizeof(*ret));
	ost_try(read_commit(s, is_kept ? &s->arena : arena, id, ret));
	if (is_kept) {		/* another review may have put it there meanwhile: the same */
		ost_vec_add(&s->commit_list, *ret);
		*ost_table_put(&s->commits, key_of(id), NULL) = s->commit_list.nr;
		s->nr_commit_lines += count_lines(&ret->change);
	}
	return NULL;
}
