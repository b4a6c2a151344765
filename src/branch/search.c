// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/search.h"

#include <stdlib.h>

#include "base/word.h"
#include "branch/locate.h"

struct hit {
	const char *path;
	uint32_t nr_words;
	struct ost_oid id;
};

struct scan {
	struct hit *hits;
	const char *words[OST_SEARCH_MAX_WORDS];
	uint32_t nr_words;
};

/* ---- the words ---- */

/* The distinct words of the old side that are not everywhere. */
static void list_words(struct ost_side_files *side, const struct ost_image *image, struct scan *s)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < image->all.nr && s->nr_words < OST_SEARCH_MAX_WORDS; i++) {
		const struct ost_image_tok *t = &image->all.items[i];
		const struct ost_name *n = &side->words->v.items[t->name];
		const char *w;

		if (t->kind != T_IDENT || t->side == OST_SIDE_ADDED || n->len < 4 || t->weight < 300)
			continue;
		w = ost_arena_strndup(&side->arena, n->ptr, n->len);
		for (k = 0; k < s->nr_words && strcmp(s->words[k], w); k++)
			;
		if (k == s->nr_words)
			s->words[s->nr_words++] = w;
	}
}

/* ---- the files ---- */

static size_t folder_len(const char *path, size_t len)
{
	while (len && path[len - 1] != '/')
		len--;
	return len ? len - 1 : 0;
}

static uint32_t list_files(struct ost_side_files *side, const char *folder, size_t len, struct hit *hits)
{
	const struct ost_tree_list *list = ost_side_tree(side);
	uint32_t nr = 0;
	size_t i;

	for (i = 0; i < list->nr; i++) {
		const char *p = list->entries[i].path;
		size_t n = strlen(p);

		if (strncmp(p, folder, len) || p[len] != '/' || n < 3 || p[n - 2] != '.' || !strchr("ch", p[n - 1]))
			continue;
		if (nr == OST_SEARCH_MAX_FILES)
			return 0;
		hits[nr++] = (struct hit){ .path = p, .id = list->entries[i].id };
	}
	return nr;
}

static bool scan_text(void *ctx, size_t item, unsigned worker, const char *data, size_t len, const char *why)
{
	struct scan *s = ctx;
	uint32_t k;

	for (k = 0; data && k < s->nr_words; k++)
		s->hits[item].nr_words += ost_has_word(data, s->words[k]);
	return true;
}

static int by_words(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return x->nr_words != y->nr_words ? (x->nr_words < y->nr_words ? 1 : -1) : strcmp(x->path, y->path);
}

uint32_t ost_search_code(struct ost_side_files *side, const char *path, const struct ost_image *image,
			 const char **ret_paths, uint32_t max)
{
	struct scan s = { .hits = ost_arena_calloc(&side->arena, OST_SEARCH_MAX_FILES, sizeof(struct hit)) };
	size_t here = folder_len(path, strlen(path)), above = folder_len(path, here);
	struct ost_oid *ids = ost_arena_calloc(&side->arena, OST_SEARCH_MAX_FILES, sizeof(*ids));
	struct ost_err *err;
	uint32_t nr, i;

	list_words(side, image, &s);
	nr = here ? list_files(side, path, here, s.hits) : 0;
	if (nr && above)	/* a driver that is not here at all is not looked for in another one */
		nr = list_files(side, path, above, s.hits);
	if (!nr && here)
		nr = list_files(side, path, here, s.hits);
	if (!nr || s.nr_words < 3)
		return 0;
	for (i = 0; i < nr; i++)
		ids[i] = s.hits[i].id;
	err = ost_blobs_read(side->repo, 0, ids, nr, scan_text, &s);
	if (err) {	/* interrupted: nothing was found */
		ost_err_destroy(err);
		return 0;
	}
	qsort(s.hits, nr, sizeof(*s.hits), by_words);
	for (i = 0; i < nr && i < max && s.hits[i].nr_words * 2 >= s.nr_words; i++)
		ret_paths[i] = s.hits[i].path;
	return i;
}
