// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/locate.h"

#define MAX_CANDIDATES 8
#define MAX_NEIGHBOURS 400

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool ost_is_header(const char *path)
{
	size_t n = strlen(path);

	return n > 2 && !strcmp(path + n - 2, ".h");
}

static size_t dir_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

/* The name of the folder a path is in: "wfx". */
static bool same_folder_name(const char *a, const char *b)
{
	size_t la = dir_len(a), lb = dir_len(b), n = 0;

	while (n < la && n < lb && a[la - 1 - n] == b[lb - 1 - n] && a[la - 1 - n] != '/')
		n++;
	return n && (n == la || a[la - 1 - n] == '/') && (n == lb || b[lb - 1 - n] == '/');
}

/* Bytes of common path at the front. */
static size_t common_front(const char *a, const char *b)
{
	size_t n = 0, at = 0;

	for (; a[n] && a[n] == b[n]; n++)
		if (a[n] == '/')
			at = n + 1;
	return at;
}

static const struct ost_branch_func *func_in(struct ost_branch_file *f, const char *func)
{
	uint32_t from = 0;

	return func ? ost_branch_func_find(f, func, &from) : NULL;
}

static void moved_file(struct ost_side_files *side, const char *path, const char *func,
		       struct ost_place *ret)
{
	const struct ost_tree_list *list = ost_side_tree(side);
	const char *name = base_name(path);
	const char *found[MAX_CANDIDATES];
	size_t nr = 0, i, j;

	for (i = 0; i < list->nr; i++) {
		const char *p = list->entries[i].path;

		if (strcmp(base_name(p), name))
			continue;
		for (j = nr < MAX_CANDIDATES ? nr++ : MAX_CANDIDATES - 1;
		     j > 0 && common_front(found[j - 1], path) < common_front(p, path); j--)
			found[j] = found[j - 1];
		if (j < MAX_CANDIDATES)
			found[j] = p;
	}
	for (i = 0; i < nr; i++) {
		struct ost_branch_file *f = ost_side_file(side, found[i]);

		if (func ? func_in(f, func) != NULL : same_folder_name(found[i], path)) {
			*ret = (struct ost_place){ f, func_in(f, func), true };
			return;
		}
	}
}

uint32_t ost_neighbours(struct ost_side_files *side, const char *path,
			const char **ret_paths, uint32_t max)
{
	const struct ost_tree_list *list = ost_side_tree(side);
	size_t here = dir_len(path), above, i, l;
	uint32_t nr = 0;

	for (above = here; above && path[above - 1] != '/'; above--)
		;
	if (!above)
		above = here + 1;
	for (i = 0; i < list->nr && nr < max; i++) {
		const char *p = list->entries[i].path;
		const char *name = base_name(p);

		l = dir_len(p);
		if (!((l == here && !strncmp(p, path, here)) || (l == above - 1 && !strncmp(p, path, l))))
			continue;
		if (strlen(name) > 2 && name[strlen(name) - 2] == '.' && strchr("ch", name[strlen(name) - 1]))
			ret_paths[nr++] = p;
	}
	return nr;
}

/* The words of a name that another has too, in order: "ath12k_wifi7_dp_rx" and "ath12k_dp_rx" have 3. */
static unsigned common_words(const char *a, const char *b, unsigned *ret_most)
{
	unsigned table[17][17] = { { 0 } }, na = 0, nb = 0, i, j;
	const char *wa[16], *wb[16], *p;

	for (p = a; na < 16; p++) {
		wa[na++] = p;
		p = strchr(p, '_');
		if (!p)
			break;
	}
	for (p = b; nb < 16; p++) {
		wb[nb++] = p;
		p = strchr(p, '_');
		if (!p)
			break;
	}
	for (i = na; i-- > 0;)
		for (j = nb; j-- > 0;) {
			size_t n = strcspn(wa[i], "_");
			bool same = n == strcspn(wb[j], "_") && !memcmp(wa[i], wb[j], n);

			table[i][j] = same ? table[i + 1][j + 1] + 1 :
				      table[i + 1][j] > table[i][j + 1] ? table[i + 1][j] : table[i][j + 1];
		}
	*ret_most = na > nb ? na : nb;
	return table[0][0];
}

/* The place of the k-th function of a file of which only the facts were read. */
static void take_function(struct ost_side_files *side, const char *path, uint32_t k, struct ost_place *ret)
{
	struct ost_branch_file *f = ost_side_file(side, path);

	*ret = k < f->nr_funcs ? (struct ost_place){ f, &f->funcs[k], true } : (struct ost_place){ NULL, NULL, false };
}

/* The only function around whose name differs by a word or two; or none. */
static void renamed_function(struct ost_side_files *side, const char *path, const char *func,
			     struct ost_place *ret)
{
	const char *paths[MAX_NEIGHBOURS], *hit = NULL;
	uint32_t nr = ost_neighbours(side, path, paths, MAX_NEIGHBOURS), i, k, hits = 0, at = 0;

	for (i = 0; i < nr; i++) {
		const struct ost_branch_file *f = ost_side_facts(side, paths[i]);

		for (k = 0; k < f->facts.nr_funcs; k++) {
			unsigned most, common = common_words(func, ost_facts_str(&f->facts, f->facts.funcs[k].name), &most);

			if (common < 4 || common * 5 < most * 4)
				continue;
			hits++;
			hit = paths[i];
			at = k;
		}
	}
	if (hits == 1)
		take_function(side, hit, at, ret);
}

static void moved_function(struct ost_side_files *side, const char *path, const char *func,
			   struct ost_place *ret)
{
	const char *paths[MAX_NEIGHBOURS];
	uint32_t nr = ost_neighbours(side, path, paths, MAX_NEIGHBOURS), i, k;

	for (i = 0; i < nr; i++) {
		const struct ost_branch_file *f;

		if (!strcmp(paths[i], path))
			continue;
		f = ost_side_facts(side, paths[i]);
		for (k = 0; k < f->facts.nr_funcs; k++)
			if (!strcmp(func, ost_facts_str(&f->facts, f->facts.funcs[k].name))) {
				take_function(side, paths[i], k, ret);
				return;
			}
	}
}

void ost_locate(struct ost_side_files *side, const char *path, const char *func,
		struct ost_place *ret)
{
	struct ost_branch_file *f = ost_side_file(side, path);

	*ret = (struct ost_place){ NULL, NULL, false };
	if (f->is_there) {
		*ret = (struct ost_place){ f, func_in(f, func), false };
		if (func && !ret->func && !ost_is_header(path)) {
			struct ost_place other = { NULL, NULL, false };

			moved_function(side, path, func, &other);
			if (!other.func)
				renamed_function(side, path, func, &other);
			if (other.func)
				*ret = other;
		}
		return;
	}
	if (!f->is_unreadable)
		moved_file(side, path, func, ret);
	if (!ret->file && func && !f->is_unreadable)
		moved_function(side, path, func, ret);
	if ((!ret->file || !ret->func) && func && !f->is_unreadable) {
		struct ost_place other = { NULL, NULL, false };

		renamed_function(side, path, func, &other);
		if (other.func)
			*ret = other;
	}
}
