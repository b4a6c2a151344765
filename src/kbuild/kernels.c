// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/datafile.h"
#include "base/hash.h"
#include "base/word.h"
#include "kbuild/folder.h"
#include "kbuild/kernels_priv.h"

#define EVERYWHERE UINT64_MAX
#define MAX_KEPT ((size_t)40 << 20)

static struct ost_err *add_row(void *ctx, const struct ost_data_row *row)
{
	struct ost_kernels *k = ctx;

	if (k->nr_rows == OST_MAX_UNI_ROWS)
		return ost_data_err(row, "more than %d rows", OST_MAX_UNI_ROWS);
	k->rows[k->nr_rows++] = (struct ost_uni_row){ row->fields[0], row->fields[1] };
	return NULL;
}

/* Others may be using the handle meanwhile. */
static struct ost_err *list_revision(struct ost_kernels *k, const struct ost_repo *repo, const char *rev)
{
	ost_try(ost_repo_dup(&k->repo, repo));
	k->texts.repo = k->repo;
	return ost_tree_list(&k->list, &k->arena, k->repo, rev, NULL);
}

struct ost_err *ost_kernels_create(struct ost_kernels **ret, const char *dir, const struct ost_repo *repo,
				   const char *rev)
{
	struct ost_kernels *k = ost_calloc(1, sizeof(*k));
	struct ost_err *err;

	*ret = NULL;
	ost_arena_init(&k->arena);
	k->rev = rev ? ost_arena_strdup(&k->arena, rev) : NULL;
	ost_kb_texts_init(&k->texts, &k->arena, NULL, &k->list);
	k->texts.dir = dir;
	ost_kconfig_init(&k->kconfig, &k->texts);
	ost_ways_init(&k->ways, &k->texts);
	err = ost_data_read("uniprocessor.txt", '|', 3, 3, &k->arena, add_row, k);
	if (!err && dir)
		ost_kb_list_folder(&k->list, &k->arena, dir);
	else if (!err)
		err = list_revision(k, repo, rev);
	if (err) {
		ost_kernels_destroy(k);
		return err;
	}
	*ret = k;
	return NULL;
}

void ost_kernels_destroy(struct ost_kernels *k)
{
	if (!k)
		return;
	ost_ways_deinit(&k->ways);
	ost_kconfig_deinit(&k->kconfig);
	ost_kb_texts_deinit(&k->texts);
	ost_table_deinit(&k->archs);
	ost_vec_deinit(&k->smps);
	ost_table_deinit(&k->known);
	ost_vec_deinit(&k->answers);
	ost_table_deinit(&k->where);
	ost_vec_deinit(&k->built);
	ost_repo_destroy(k->repo);
	ost_arena_deinit(&k->arena);
	free(k);
}

/* ---- kept ones ---------------------------------------------------------------- */

struct ost_err *ost_kernels_take(struct ost_kernels_kept *kept, const struct ost_repo *repo, const char *rev,
				 struct ost_kernels **ret)
{
	struct ost_kernels *k;
	size_t i;

	for (i = 0; i < OST_KERNELS_KEPT - 1 && kept->v[i] && strcmp(kept->v[i]->rev, rev); i++)
		;
	k = kept->v[i];
	if (k && (strcmp(k->rev, rev) || k->arena.bytes > MAX_KEPT)) {
		ost_kernels_destroy(k);
		k = kept->v[i] = NULL;
	}
	*ret = NULL;
	if (!k)
		ost_try(ost_kernels_create(&k, NULL, repo, rev));
	memmove(kept->v + 1, kept->v, i * sizeof(*kept->v));
	*ret = kept->v[0] = k;
	return NULL;
}

void ost_kernels_kept_deinit(struct ost_kernels_kept *kept)
{
	size_t i;

	for (i = 0; i < OST_KERNELS_KEPT; i++)
		ost_kernels_destroy(kept->v[i]);
}

/* ---- where a file is built --------------------------------------------------- */

/* User-mode Linux builds the files of the architecture that it runs on, where that has a folder for it. */
static bool lends_to_um(const struct ost_kernels *k, const char *arch)
{
	char folder[64];
	size_t end;

	if (snprintf(folder, sizeof(folder), "arch/%s/um", arch) >= (int)sizeof(folder))
		return true;
	return ost_tree_under(&k->list, folder, &end) < end;
}

/* The files of arch/<owner>/ go into a kernel of `arch`. */
static bool is_lent(const struct ost_kernels *k, const char *owner, const char *arch)
{
	return !strcmp(owner, arch) || (!strcmp(arch, "um") && lends_to_um(k, owner));
}

static bool way_is_open(struct ost_kernels *k, const struct ost_way *w, const char *arch)
{
	uint32_t i;

	if (w->arch && !is_lent(k, w->arch, arch))
		return false;
	for (i = 0; i < w->nr_terms; i++)
		if (!w->terms[i].term.is_not &&
		    ost_kconfig_on_arch_for_use(&k->kconfig, w->terms[i].term.name, arch) == OST_KC_NO)
			return false;
	return true;
}

/* "mips" of what lies under arch/mips/, or NULL. */
static const char *owner_of(struct ost_kernels *k, const char *path)
{
	const char *end = strncmp(path, "arch/", 5) ? NULL : strchr(path + 5, '/');

	return end ? ost_arena_strndup(&k->arena, path + 5, (size_t)(end - path - 5)) : NULL;
}

/* What no Makefile leads to may be included anywhere, unless it is an architecture's own. */
static uint64_t find_built(struct ost_kernels *k, const char *path)
{
	const char *owner = owner_of(k, path);
	uint64_t built = 0;
	uint32_t a, i;

	ost_ways_find(&k->ways, path);
	for (a = 0; k->all_archs[a]; a++) {
		bool any = !k->ways.nr || k->ways.is_cut;

		for (i = 0; i < k->ways.nr && !any; i++)
			any = way_is_open(k, &k->ways.v[i], k->all_archs[a]);
		if (any && (!owner || is_lent(k, owner, k->all_archs[a])))
			built |= UINT64_C(1) << a;
	}
	return built ? built : EVERYWHERE;	/* nowhere: something was not understood */
}

static uint64_t find_possible(struct ost_kernels *k, const char *symbol)
{
	uint64_t possible = 0;

	for (uint32_t a = 0; k->all_archs[a]; a++)
		if (ost_kconfig_on_arch_for_use(&k->kconfig, symbol, k->all_archs[a]) != OST_KC_NO)
			possible |= UINT64_C(1) << a;
	return possible ? possible : EVERYWHERE;
}

/* Of a path, or of "CONFIG_" and a symbol. */
static uint64_t built_for(struct ost_kernels *k, const char *what)
{
	bool is_new;
	uint64_t *place = ost_table_put(&k->where, ost_hash_bytes(what, strlen(what)), &is_new);

	if (is_new) {
		*place = k->built.nr + 1;
		ost_vec_add(&k->built, strncmp(what, "CONFIG_", 7) ? find_built(k, what) : find_possible(k, what + 7));
	}
	return k->built.items[*place - 1];
}

/* Where the place is compiled; *ret_what: the file, or the symbol, that leaves the least. */
static uint64_t place_for(struct ost_kernels *k, const struct ost_kernel_place *p, const char **ret_what)
{
	uint64_t built = built_for(k, p->file);

	*ret_what = p->file;
	for (unsigned i = 0; i < p->nr_symbols; i++) {
		const char *symbol = ost_arena_printf(&k->arena, "CONFIG_%s", p->symbols[i]);
		uint64_t possible = built_for(k, symbol);

		if (!(built & ~possible))
			continue;
		built &= possible;
		*ret_what = ost_arena_printf(&k->arena, "%s in %s", symbol, p->file);
	}
	return built;
}

static void add_archs(const struct ost_kernels *k, uint64_t built, struct ost_buf *b)
{
	uint32_t a, nr = 0;

	for (a = 0; k->all_archs[a]; a++)
		if (built & UINT64_C(1) << a)
			ost_buf_addf(b, "%s%s", nr++ ? ", " : "", k->all_archs[a]);
	if (!nr)
		ost_buf_addstr(b, "no architecture");
}

static void read_archs(struct ost_kernels *k)
{
	if (k->all_archs)
		return;
	ost_kconfig_read_all(&k->kconfig);
	k->all_archs = ost_kconfig_archs(&k->kconfig);
}

const char *ost_never_together(struct ost_kernels *k, const struct ost_kernel_place *a, const struct ost_kernel_place *b)
{
	OST_BUF why = OST_BUF_INIT;
	const char *what_a, *what_b;
	uint64_t of_a, of_b;

	read_archs(k);
	of_a = place_for(k, a, &what_a);
	of_b = place_for(k, b, &what_b);
	if (of_a & of_b)
		return NULL;
	ost_buf_addf(&why, "%s is built for ", what_a);
	add_archs(k, of_a, &why);
	ost_buf_addf(&why, " alone, %s for ", what_b);
	add_archs(k, of_b, &why);
	return ost_arena_strdup(&k->arena, why.ptr);
}

/* A part of a tree has a part of its Kconfig files. (Those of scripts/ are tests of Kconfig itself.) */
static bool has_all_parts(struct ost_kernels *k)
{
	if (k->parts == OST_PARTS_UNKNOWN) {
		k->parts = ost_tree_has(&k->list, "Kconfig") ? OST_PARTS_ALL : OST_PARTS_SOME;
		for (size_t i = 0; i < k->kconfig.sources.nr; i++) {
			const struct ost_kc_source *s = &k->kconfig.sources.items[i];

			if (strncmp(s->by, "scripts/", 8) && !strchr(s->file, '$') && !strchr(s->file, '*') &&
			    !ost_tree_has(&k->list, s->file))
				k->parts = OST_PARTS_SOME;
		}
	}
	return k->parts == OST_PARTS_ALL;
}

bool ost_kernels_lack(struct ost_kernels *k, const char *symbol, const char *file)
{
	static const char *const names[] = { "Makefile", "Kbuild" };
	const char *folder = ost_kb_folder(&k->arena, file);
	uint32_t at = 0;

	read_archs(k);
	if (!has_all_parts(k) || ost_kconfig_next(&k->kconfig, symbol, &at))
		return false;
	for (size_t i = 0; i < OST_ARRAY_SIZE(names); i++) {
		const char *text = ost_kb_text(&k->texts, ost_kb_join(&k->arena, folder, names[i]), NULL);

		if (text && ost_has_word(text, ost_arena_printf(&k->arena, "CONFIG_%s", symbol)))
			return false;
	}
	return true;
}
