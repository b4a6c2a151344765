// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/moved.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/table.h"
#include "git/image.h"

/* ---- similarity: the share of distinct, telling lines that both have ---- */

/* Blank lines and lone brackets tell nothing. */
static bool is_telling(const char *line, size_t len)
{
	size_t i, nr = 0;

	for (i = 0; i < len; i++)
		nr += line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\n';
	return nr > 2;
}

static void add_lines(struct ost_table *set, const char *text, size_t len)
{
	const char *end = text + len, *eol;

	while (text < end) {
		eol = memchr(text, '\n', (size_t)(end - text));
		if (!eol)
			eol = end;
		if (is_telling(text, (size_t)(eol - text)))
			ost_table_put(set, ost_hash_bytes(text, (size_t)(eol - text)), NULL);
		text = eol + 1;
	}
}

static void add_hunks(struct ost_table *set, const struct ost_file_change *file)
{
	uint32_t i, k;

	for (i = 0; i < file->nr_hunks; i++)
		for (k = 0; k < file->hunks[i].nr_lines; k++) {
			const struct ost_diff_line *l = &file->hunks[i].lines[k];

			if (l->kind != OST_LINE_ADDED && is_telling(l->text, l->len))
				ost_table_put(set, ost_hash_bytes(l->text, l->len), NULL);
		}
}

/* Thousandths of `wanted` that are in `text`; against the larger of both when whole files are compared. */
static unsigned score(const struct ost_table *wanted, const char *text, size_t len,
		      bool is_whole)
{
	struct ost_table have = OST_TABLE_INIT;
	size_t at = 0, both = 0, all = wanted->nr;
	uint64_t key;

	add_lines(&have, text, len);
	while (ost_table_each(&have, &at, &key))
		both += ost_table_get(wanted, key) != NULL;
	if (is_whole && have.nr > all)
		all = have.nr;
	ost_table_deinit(&have);
	return all ? (unsigned)(both * 1000 / all) : 0;
}

/* Is one of the functions that the hunks' headings name in the text? True where no hunk names one. */
static bool has_function(const struct ost_file_change *file, const char *text, size_t len)
{
	struct ost_image image = OST_VEC_INIT;
	bool any = false, found = false;
	uint32_t i;
	size_t k;

	ost_image_fill(&image, text, len);
	for (i = 0; i < file->nr_hunks && !found; i++) {
		const char *section = file->hunks[i].section;

		any |= *section;
		for (k = 0; *section && k < image.nr && !found; k++)
			found = ost_image_is_header(&image.items[k]) &&
				ost_image_same_header(section, strlen(section), image.items[k].text, image.items[k].len);
	}
	ost_vec_deinit(&image);
	return found || !any;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The number of equal path parts at the end, the base name included: a tie is won by more. */
static unsigned common_tail(const char *a, const char *b)
{
	const char *ae = a + strlen(a), *be = b + strlen(b);
	unsigned nr = 0;

	while (ae > a && be > b && ae[-1] == be[-1]) {
		ae--;
		be--;
		nr += *ae == '/';
	}
	return nr;
}

struct best {
	const struct ost_tree_entry *entry;
	unsigned score, tail;
	bool is_tie;
};

static void consider(struct best *best, const struct ost_tree_entry *e, unsigned points,
		     unsigned tail)
{
	if (best->entry && (points < best->score || (points == best->score && tail < best->tail)))
		return;
	best->is_tie = best->entry && points == best->score && tail == best->tail &&
		       ost_oid_cmp(&best->entry->id, &e->id);
	best->entry = e;
	best->score = points;
	best->tail = tail;
}

struct ost_err *ost_moved_find(const struct ost_tree_entry **ret_entry, struct ost_repo *repo,
			       const struct ost_tree_list *list,
			       const struct ost_file_change *file,
			       const char *text, size_t len)
{
	const char *name = base_name(file->old_path);
	struct ost_table wanted = OST_TABLE_INIT;
	struct best best = { 0 };
	size_t i, nr = 0;

	if (text)
		add_lines(&wanted, text, len);
	else
		add_hunks(&wanted, file);
	for (i = 0; wanted.nr && i < list->nr && nr < OST_MOVED_MAX; i++) {
		const struct ost_tree_entry *e = &list->entries[i];
		OST_BUF blob = OST_BUF_INIT;
		char hex[OST_HEX_SIZE];
		struct ost_err *err;

		if ((e->mode & 0170000) != 0100000 || strcmp(base_name(e->path), name))
			continue;
		nr++;
		ost_oid_to_hex(hex, &e->id);
		err = ost_repo_read_blob(repo, hex, &blob);
		if (!err && (text || has_function(file, blob.ptr, blob.len)))
			consider(&best, e, score(&wanted, blob.ptr, blob.len, text != NULL),
				 common_tail(e->path, file->old_path));
		ost_err_destroy(err);
	}
	ost_table_deinit(&wanted);
	*ret_entry = best.entry && !best.is_tie && best.score >= (text ? 500u : 750u) ?
		     best.entry : NULL;
	return NULL;
}
