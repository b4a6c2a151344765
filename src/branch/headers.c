// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/headers.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "branch/pasted.h"
#include "branch/symbols_collect.h"

#define KEPT_KIND "headers"
#define KEPT_VERSION 11

/* What is kept begins with it: files, includes, keys, patterns and strings follow, in this order. */
struct head {
	uint32_t nr_files, nr_includes, nr_keys, nr_patterns, nr_strs;
};

/* What one file yields. */
struct piece {
	OST_VEC(uint32_t) keys;
	OST_VEC(uint32_t) includes;	/* offsets in strs, and flags */
	OST_VEC(uint32_t) patterns;	/* offsets in strs */
	struct ost_buf strs;
	bool is_registers, has_gaps, is_lost;
};

/* ---- #include lines ---- */

/* <a/b.h> or "b.h", as the whole text of a macro. */
static void see_macro(const char *text, ost_headers_include_fn fn, void *ctx)
{
	size_t n = strlen(text);
	bool is_system = *text == '<';

	if (n > 4 && (is_system ? text[n - 1] == '>' : *text == '"' && text[n - 1] == '"') && text[n - 3] == '.' && text[n - 2] == 'h')
		fn(ctx, text + 1, n - 2, OST_HEADERS_UNSURE | (is_system ? OST_HEADERS_SYSTEM : 0));
}

void ost_headers_each_include(const struct ost_facts *f, ost_headers_include_fn fn, void *ctx)
{
	uint32_t i;

	for (i = 0; i < f->nr_includes; i++)
		fn(ctx, ost_facts_str(f, f->includes[i].path), ost_facts_strlen(f, f->includes[i].path),
		   (f->includes[i].is_system ? OST_HEADERS_SYSTEM : 0) | (f->includes[i].cond ? OST_HEADERS_UNSURE : 0));
	for (i = 0; i < f->nr_macros; i++)
		if (!f->macros[i].is_function)
			see_macro(ost_facts_str(f, f->macros[i].text), fn, ctx);
}

/* ---- one file ---- */

static void put_include(void *ctx, const char *name, size_t len, uint32_t flags)
{
	struct piece *p = ctx;

	ost_vec_add(&p->includes, (uint32_t)p->strs.len << OST_HEADERS_SHIFT | flags);
	ost_buf_add(&p->strs, name, len);
	ost_buf_addch(&p->strs, '\0');
}

static void put_pattern(void *ctx, const char *pattern, size_t len)
{
	struct piece *p = ctx;
	size_t i;

	/* included.h takes each once; here most of those that stand together are enough */
	for (i = p->patterns.nr > 64 ? p->patterns.nr - 64 : 0; i < p->patterns.nr; i++)
		if (!strcmp(p->strs.ptr + p->patterns.items[i], pattern))
			return;
	ost_vec_add(&p->patterns, (uint32_t)p->strs.len);
	ost_buf_add(&p->strs, pattern, len);
	ost_buf_addch(&p->strs, '\0');
}

static int by_key(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* May be called more than once. */
static void put_keys(struct piece *p, struct ost_symbol_list *l)
{
	size_t i, to = 0;

	ost_vec_reserve(&p->keys, p->keys.nr + l->names.nr + 1);
	for (i = 0; i < l->names.nr; i++)
		ost_vec_add(&p->keys, ost_headers_key(l->names.items[i] >> 8));
	qsort(p->keys.items, p->keys.nr, sizeof(uint32_t), by_key);
	for (i = 0; i < p->keys.nr; i++)
		if (!to || p->keys.items[to - 1] != p->keys.items[i])
			p->keys.items[to++] = p->keys.items[i];
	p->keys.nr = to;
	ost_symbol_list_deinit(l);
}

static bool collect_file(void *ctx, uint32_t file, const struct ost_facts *facts, unsigned worker)
{
	struct piece *p = (struct piece *)ctx + file;
	struct ost_symbol_list l = { OST_VEC_INIT, OST_VEC_INIT };

	(void)worker;
	p->is_lost = !facts;
	if (!facts)
		return true;
	p->is_registers = facts->kind == OST_FK_REGISTERS;
	if (!p->is_registers) {
		ost_headers_each_include(facts, put_include, p);
		ost_pasted_each(facts, put_pattern, p);
		ost_symbols_collect(facts, false, &l);
		ost_symbols_collect(facts, true, &l);	/* static objects, too */
		p->has_gaps = ost_symbols_has_gaps(facts);
		if (!p->has_gaps)
			ost_symbols_collect_loose(facts, "", 0, &l);
		put_keys(p, &l);
	}
	return true;
}

/* The facts of a register header have no names, and those of one with gaps not all. */
static void collect_text(const struct ost_tree_facts *tree, struct ost_tree_reader *r, uint32_t file, struct piece *p)
{
	struct ost_symbol_list l = { OST_VEC_INIT, OST_VEC_INIT };
	struct ost_facts facts;
	OST_BUF text = OST_BUF_INIT;
	struct ost_err *err = ost_tree_text(tree, file, &text);

	p->is_lost |= err != NULL;
	if (!err && p->is_registers)
		ost_symbols_collect_defines(text.ptr, text.len, &l);
	else if (!err && ost_tree_fetch(r, file, &facts))
		ost_symbols_collect_loose(&facts, text.ptr, text.len, &l);
	put_keys(p, &l);
	ost_buf_deinit(&text);
	ost_err_destroy(err);
}

static void collect_texts(const struct ost_tree_facts *tree, struct piece *pieces)
{
	struct ost_tree_reader *r = ost_tree_reader_create(tree);
	uint32_t i;

	for (i = 0; i < tree->nr_files; i++)
		if (pieces[i].is_registers || pieces[i].has_gaps)
			collect_text(tree, r, i, &pieces[i]);
	ost_tree_reader_destroy(r);
}

/* ---- all of them ---- */

/* False: more than offsets can tell. */
static bool measure(const struct ost_tree_facts *tree, const struct piece *pieces, struct head *head)
{
	uint64_t includes = 0, keys = 0, patterns = 0, strs = 0;
	uint32_t i;

	for (i = 0; i < tree->nr_files; i++) {
		includes += pieces[i].includes.nr;
		keys += pieces[i].keys.nr;
		patterns += pieces[i].patterns.nr;
		strs += pieces[i].strs.len + strlen(tree->files[i].path) + 1;
	}
	*head = (struct head){ tree->nr_files, (uint32_t)includes, (uint32_t)keys, (uint32_t)patterns, (uint32_t)strs };
	return includes <= UINT32_MAX && keys <= UINT32_MAX && patterns <= UINT32_MAX && strs < UINT32_MAX >> OST_HEADERS_SHIFT;
}

static size_t size_of(const struct head *head)
{
	return sizeof(*head) + (size_t)head->nr_files * sizeof(struct ost_headers_file) + (size_t)head->nr_includes * 4 +
	       (size_t)head->nr_keys * 4 + (size_t)head->nr_patterns * 4 + head->nr_strs;
}

/* Where the parts stand in what is kept. */
static void open_parts(struct ost_headers *h, const void *data)
{
	const struct head *head = data;

	h->nr_files = head->nr_files;
	h->files = (const void *)(head + 1);
	h->includes = (const void *)(h->files + head->nr_files);
	h->keys = h->includes + head->nr_includes;
	h->patterns = h->keys + head->nr_keys;
	h->strs = (const void *)(h->patterns + head->nr_patterns);
}

static void join(void *data, const struct ost_tree_facts *tree, const struct piece *pieces)
{
	struct head *head = data;
	struct ost_headers_file *files = (void *)(head + 1);
	uint32_t *includes = (void *)(files + head->nr_files), *keys = includes + head->nr_includes, *patterns = keys + head->nr_keys;
	char *strs = (void *)(patterns + head->nr_patterns);
	uint32_t i, k, at = 0, nr_includes = 0, nr_keys = 0, nr_patterns = 0;

	for (i = 0; i < tree->nr_files; i++) {
		const struct piece *p = &pieces[i];
		uint32_t path_len = (uint32_t)strlen(tree->files[i].path) + 1;

		files[i] = (struct ost_headers_file){ at, nr_includes, (uint32_t)p->includes.nr, nr_keys, (uint32_t)p->keys.nr,
						       nr_patterns, (uint32_t)p->patterns.nr, p->is_lost };
		memcpy(strs + at, tree->files[i].path, path_len);
		at += path_len;
		for (k = 0; k < p->includes.nr; k++)
			includes[nr_includes++] = p->includes.items[k] + (at << OST_HEADERS_SHIFT);
		for (k = 0; k < p->keys.nr; k++)
			keys[nr_keys++] = p->keys.items[k];
		for (k = 0; k < p->patterns.nr; k++)
			patterns[nr_patterns++] = p->patterns.items[k] + at;
		if (p->strs.len)
			memcpy(strs + at, p->strs.ptr, p->strs.len);
		at += (uint32_t)p->strs.len;
	}
}

/* Do all places lie inside? */
static bool is_sound(const void *data, size_t len)
{
	const struct head *head = data;
	struct ost_headers h;
	uint32_t i;

	if (len < sizeof(*head) || size_of(head) != len)
		return false;
	open_parts(&h, data);
	if (head->nr_strs && h.strs[head->nr_strs - 1])
		return false;
	for (i = 0; i < head->nr_files; i++)
		if (h.files[i].path >= head->nr_strs || h.files[i].first_include > head->nr_includes ||
		    h.files[i].nr_includes > head->nr_includes - h.files[i].first_include ||
		    h.files[i].first_key > head->nr_keys || h.files[i].nr_keys > head->nr_keys - h.files[i].first_key ||
		    h.files[i].first_pattern > head->nr_patterns ||
		    h.files[i].nr_patterns > head->nr_patterns - h.files[i].first_pattern)
			return false;
	for (i = 0; i < head->nr_includes; i++)
		if (h.includes[i] >> OST_HEADERS_SHIFT >= head->nr_strs)
			return false;
	for (i = 0; i < head->nr_patterns; i++)
		if (h.patterns[i] >= head->nr_strs)
			return false;
	return true;
}

static bool load(struct ost_headers *h, const struct ost_tree_facts *tree)
{
	if (!ost_tree_kept_load(tree, KEPT_KIND, KEPT_VERSION, &h->kept))
		return false;
	if (is_sound(h->kept.ptr, h->kept.len)) {
		open_parts(h, h->kept.ptr);
		return true;
	}
	ost_tree_kept_end(&h->kept);
	memset(&h->kept, 0, sizeof(h->kept));
	return false;
}

static void pack(struct ost_headers *h, const struct ost_tree_facts *tree, const struct piece *pieces)
{
	struct head head;

	if (!measure(tree, pieces, &head))
		return;	/* as if there were none: each file is read when it is met */
	h->own = ost_malloc(size_of(&head));
	memcpy(h->own, &head, sizeof(head));
	join(h->own, tree, pieces);
	open_parts(h, h->own);
	ost_tree_kept_save(tree, KEPT_KIND, KEPT_VERSION, h->own, size_of(&head));
}

struct ost_err *ost_headers_create(const struct ost_tree_facts *tree, unsigned jobs, struct ost_headers **ret)
{
	struct ost_headers *h = ost_calloc(1, sizeof(*h));
	struct piece *pieces;
	struct ost_err *err;
	uint32_t i;

	*ret = h;
	if (load(h, tree))
		return NULL;
	pieces = ost_calloc(tree->nr_files + 1, sizeof(*pieces));
	err = ost_tree_for_each(tree, jobs ? jobs : ost_nr_cpus(), collect_file, pieces);
	if (!err) {
		collect_texts(tree, pieces);
		pack(h, tree, pieces);
	}
	for (i = 0; i < tree->nr_files; i++) {
		ost_vec_deinit(&pieces[i].keys);
		ost_vec_deinit(&pieces[i].includes);
		ost_vec_deinit(&pieces[i].patterns);
		ost_buf_deinit(&pieces[i].strs);
	}
	free(pieces);
	if (err) {
		ost_headers_destroy(h);
		*ret = NULL;
	}
	return err;
}

void ost_headers_destroy(struct ost_headers *h)
{
	if (!h)
		return;
	if (h->kept.ptr)
		ost_tree_kept_end(&h->kept);
	free(h->own);
	free(h);
}

bool ost_headers_rest(const struct ost_headers *h)
{
	if (h->kept.ptr)
		ost_tree_kept_rest(&h->kept);
	return h->kept.ptr != NULL;
}

/* ---- questions ---- */

const char *ost_headers_path(const struct ost_headers *h, uint32_t file)
{
	return h->strs + h->files[file].path;
}

uint32_t ost_headers_find(const struct ost_headers *h, const char *path)
{
	uint32_t low = 0, high = h->nr_files;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int c = strcmp(ost_headers_path(h, mid), path);

		if (!c)
			return mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return OST_TREE_NONE;
}

bool ost_headers_has(const struct ost_headers *h, uint32_t file, uint32_t key)
{
	const struct ost_headers_file *f = &h->files[file];

	return f->nr_keys && bsearch(&key, h->keys + f->first_key, f->nr_keys, sizeof(key), by_key);
}
