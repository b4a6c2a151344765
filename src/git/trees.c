// SPDX-License-Identifier: GPL-2.0-or-later
/* Whole trees that several ask for, listed once (objects.h). */
#include <stdlib.h>

#include "base/hash.h"
#include "git/internal.h"
#include "git/objects.h"

struct ost_lent_tree {
	struct ost_tree_list list;	/* the first member: what borrowers hold */
	struct ost_arena arena;
	git_oid id;
	unsigned nr_users, last;	/* its use by number */
	uint32_t *heads, *next;		/* by hash of the last part, and by entry: an entry + 1; NULL: not asked yet */
	uint32_t mask;
};

static void free_tree(struct ost_lent_tree *t)
{
	free(t->heads);
	free(t->next);
	ost_arena_deinit(&t->arena);
	free(t);
}

void ost_git_trees_destroy(struct ost_lent_trees *trees)
{
	size_t i;

	for (i = 0; i < trees->v.nr; i++)
		free_tree(trees->v.items[i]);
	ost_vec_deinit(&trees->v);
}

/* Makes room for one more: nobody looks at the one that goes. */
static void drop_oldest(struct ost_lent_trees *trees)
{
	size_t i, nr = 0, oldest = SIZE_MAX;

	for (i = 0; i < trees->v.nr; i++) {
		if (trees->v.items[i]->nr_users)
			continue;
		nr++;
		if (oldest == SIZE_MAX || trees->v.items[i]->last < trees->v.items[oldest]->last)
			oldest = i;
	}
	if (nr < OST_TREES_KEPT)
		return;
	free_tree(trees->v.items[oldest]);
	trees->v.items[oldest] = trees->v.items[--trees->v.nr];
}

static struct ost_lent_tree *find_tree(const struct ost_lent_trees *trees, const git_oid *id)
{
	size_t i;

	for (i = 0; i < trees->v.nr; i++)
		if (!git_oid_cmp(&trees->v.items[i]->id, id))
			return trees->v.items[i];
	return NULL;
}

struct ost_err *ost_tree_borrow(const struct ost_tree_list **ret_list, struct ost_repo *repo, const char *rev)
{
	struct ost_lent_trees *trees = &repo->trees;
	struct ost_lent_tree *t;
	struct ost_err *err;
	git_oid id;

	ost_try(ost_git_tree_of(&id, repo, rev));
	t = find_tree(trees, &id);
	if (!t) {
		drop_oldest(trees);
		t = ost_calloc(1, sizeof(*t));
		ost_arena_init(&t->arena);
		t->id = id;
		err = ost_tree_list(&t->list, &t->arena, repo, rev, NULL);
		if (err) {
			free_tree(t);
			return err;
		}
		ost_vec_add(&trees->v, t);
	}
	t->nr_users++;
	t->last = ++trees->nr_asked;
	*ret_list = &t->list;
	return NULL;
}

void ost_tree_return(const struct ost_tree_list *list)
{
	if (list)
		((struct ost_lent_tree *)(uintptr_t)list)->nr_users--;
}

/* ---- by the ends of paths ---- */

static uint32_t name_hash(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return (uint32_t)ost_hash_bytes(name, strlen(name));
}

/* Chains go in the order of the tree. */
static void index_names(struct ost_lent_tree *t)
{
	size_t i;

	for (t->mask = 15; t->mask < t->list.nr; t->mask = t->mask * 2 + 1)
		;
	t->heads = ost_calloc(t->mask + 1, sizeof(*t->heads));
	t->next = ost_calloc(t->list.nr + 1, sizeof(*t->next));
	for (i = t->list.nr; i-- > 0;) {
		uint32_t *head = &t->heads[name_hash(t->list.entries[i].path) & t->mask];

		t->next[i] = *head;
		*head = (uint32_t)i + 1;
	}
}

static bool ends_with(const char *path, const char *ending)
{
	size_t len = strlen(path), k = strlen(ending);

	return len > k && path[len - k - 1] == '/' && !strcmp(path + len - k, ending);
}

const char *ost_tree_ending(const struct ost_tree_list *list, const char *ending, uint32_t *at)
{
	struct ost_lent_tree *t = (struct ost_lent_tree *)(uintptr_t)list;

	if (!t->heads)
		index_names(t);
	*at = *at ? t->next[*at - 1] : t->heads[name_hash(ending) & t->mask];
	for (; *at; *at = t->next[*at - 1])
		if (ends_with(list->entries[*at - 1].path, ending))
			return list->entries[*at - 1].path;
	return NULL;
}
