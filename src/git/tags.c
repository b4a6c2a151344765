// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/tags.h"

#include <stdlib.h>

#include "base/hash.h"
#include "git/internal.h"
#include "git/run.h"

#define MAX_ENTRIES (640u << 10)	/* remembered of trees, 24 bytes each */

struct tag {
	const char *name;
	char commit[OST_HEX_SIZE];	/* "" when it leads to none */
	git_oid tree;
	bool is_looked_up;
};

/* One entry of a tree that was read. */
struct entry {
	uint32_t name;			/* hash of it */
	uint8_t id[OST_OID_SIZE];
};

struct ost_tags {
	OST_VEC(struct tag) list;
	uint64_t hash;
	struct ost_table trees;		/* key of its id -> first entry and how many there are */
	OST_VEC(struct entry) entries;
};

/* ---- the list ---- */

struct lister {
	struct ost_repo *repo;
	struct ost_tags *tags;
};

/* "<object> <name>" */
static bool take_tag(void *ctx, const char *piece, size_t len)
{
	struct lister *l = ctx;
	struct tag *t;

	l->tags->hash = ost_hash_mix(l->tags->hash ^ ost_hash_bytes(piece, len));
	if (len < OST_HEX_SIZE || l->tags->list.nr == OST_TAGS_MAX)
		return true;
	t = ost_vec_push(&l->tags->list);
	t->name = ost_arena_strndup(&l->repo->arena, piece + OST_HEX_SIZE, len - OST_HEX_SIZE);
	return true;
}

static struct ost_err *get_tags(struct ost_tags **ret, struct ost_repo *repo)
{
	static const char *const args[] = {
		"for-each-ref", "--sort=-version:refname", "--format=%(objectname) %(refname:lstrip=2)", "refs/tags", NULL,
	};
	const struct ost_git_run run = { .args = args };
	struct lister l = { repo, ost_calloc(1, sizeof(*l.tags)) };
	struct ost_err *err;

	*ret = repo->tags;
	if (!repo->tags)
		err = ost_git_stream(repo, &run, '\n', take_tag, &l);
	else
		err = NULL;
	if (err || repo->tags) {	/* another thread's turn may have brought them meanwhile */
		ost_git_tags_destroy(l.tags);
		*ret = repo->tags;
		return err;
	}
	*ret = repo->tags = l.tags;
	return NULL;
}

void ost_git_tags_destroy(struct ost_tags *t)
{
	if (!t)
		return;
	ost_vec_deinit(&t->list);
	ost_table_deinit(&t->trees);
	ost_vec_deinit(&t->entries);
	free(t);
}

struct ost_err *ost_tags_hash(uint64_t *ret_hash, struct ost_repo *repo)
{
	struct ost_tags *t;

	ost_try(get_tags(&t, repo));
	*ret_hash = t->hash;
	return NULL;
}

/* ---- what is in a tree ---- */

static uint32_t hash_of(const char *name, size_t len)
{
	return (uint32_t)ost_hash_bytes(name, len);
}

/* Its entries as first and number; false when it cannot be read, or there is no more room. */
static bool remember(struct ost_tags *t, struct ost_repo *repo, const git_oid *tree, uint64_t *ret)
{
	struct ost_oid id;
	struct ost_raw_entry e;
	git_odb_object *object;
	size_t pos = 0, first = t->entries.nr;
	uint64_t *kept;

	memcpy(id.id, tree->id, OST_OID_SIZE);
	kept = ost_table_get(&t->trees, ost_oid_key(&id));
	if (kept) {
		*ret = *kept;
		return true;
	}
	if (first > MAX_ENTRIES || git_odb_read(&object, repo->odb, tree))
		return false;
	while (git_odb_object_type(object) == GIT_OBJECT_TREE &&
	       ost_git_tree_next(git_odb_object_data(object), git_odb_object_size(object), &pos, &e)) {
		struct entry *x = ost_vec_push(&t->entries);

		x->name = hash_of(e.name, e.name_len);
		memcpy(x->id, e.id, OST_OID_SIZE);
	}
	git_odb_object_free(object);
	*ret = ost_table_pack((uint32_t)first, (uint32_t)(t->entries.nr - first));
	*ost_table_put(&t->trees, ost_oid_key(&id), NULL) = *ret;
	return true;
}

/* The entry of a name among those of a tree; *ret_nr: how many have its hash. */
static const struct entry *find(const struct ost_tags *t, uint64_t where, uint32_t name, unsigned *ret_nr)
{
	const struct entry *e = t->entries.items + (where >> 32), *end = e + (uint32_t)where, *found = NULL;

	for (*ret_nr = 0; e < end; e++) {
		if (e->name != name)
			continue;
		found = e;
		++*ret_nr;
	}
	return found;
}

/* False only where the file is certainly not there, or is another one. */
static bool may_have(struct ost_tags *t, struct ost_repo *repo, const git_oid *root, const struct ost_tag_file *f)
{
	const char *p = f->path, *slash;
	const struct entry *e;
	char hex[OST_HEX_SIZE];
	git_oid at = *root;
	uint64_t where;
	unsigned nr;

	for (;; p = slash + 1) {
		slash = strchr(p, '/');
		if (!remember(t, repo, &at, &where))
			return true;
		e = find(t, where, hash_of(p, slash ? (size_t)(slash - p) : strlen(p)), &nr);
		if (nr != 1)
			return nr;
		memcpy(at.id, e->id, OST_OID_SIZE);
		if (!slash)
			break;
	}
	git_oid_tostr(hex, sizeof(hex), &at);
	return !strncmp(hex, f->blob, strlen(f->blob));
}

static bool has(struct ost_repo *repo, const struct tag *t, const struct ost_tag_file *f)
{
	struct ost_path_info info;
	struct ost_err *err = ost_repo_path(repo, t->commit, f->path, &info);
	bool is_it = !err && info.kind == OST_PATH_FILE && !strncmp(info.id, f->blob, strlen(f->blob));

	ost_err_destroy(err);
	return is_it;
}

/* ---- the question ---- */

static void look_up(struct ost_repo *repo, struct tag *t)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_err *err = ost_repo_resolve(repo, ost_arena_printf(&arena, "refs/tags/%s", t->name), t->commit);

	if (!err)
		err = ost_git_tree_of(&t->tree, repo, t->commit);
	if (err)
		t->commit[0] = '\0';
	t->is_looked_up = true;
	ost_err_destroy(err);
	ost_arena_deinit(&arena);
}

static bool has_all(struct ost_tags *tags, struct ost_repo *repo, const struct tag *t, const struct ost_tag_file *files, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!may_have(tags, repo, &t->tree, &files[i]))
			return false;
	for (i = 0; i < nr; i++)
		if (!has(repo, t, &files[i]))
			return false;
	return true;
}

struct ost_err *ost_tag_with_files(const char **ret_tag, char ret_commit[OST_HEX_SIZE], struct ost_repo *repo,
				   const struct ost_tag_file *files, size_t nr)
{
	struct ost_tags *tags;
	size_t i;

	*ret_tag = NULL;
	ost_try(get_tags(&tags, repo));
	for (i = 0; i < tags->list.nr; i++) {
		struct tag *t = &tags->list.items[i];

		if (!t->is_looked_up)
			look_up(repo, t);
		if (!*t->commit || !has_all(tags, repo, t, files, nr))
			continue;
		*ret_tag = t->name;
		memcpy(ret_commit, t->commit, OST_HEX_SIZE);
		return NULL;
	}
	return NULL;
}
