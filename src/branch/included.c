// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/included.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/word.h"
#include "branch/built_headers.h"
#include "branch/pasted.h"
#include "branch/symbols_collect.h"

#define ARCH_TOP "arch/x86/include/"
#define MAX_FILES 20000
#define MAX_SEARCHES 1000	/* of names through all paths of the branch */
#define MAX_PATH 4096
#define GATHER_AFTER 64		/* names that are looked up header by header before all keys are put into one table */

/* Where a path is kept. */
struct place {
	const struct ost_headers *h;	/* NULL: it is not, and may declare anything */
	uint32_t file;
	const struct ost_branch_file *facts;	/* once it was asked for */
};

/* An #include from one place of the queue to another, each + 1. */
struct way {
	uint32_t from, to;
};

struct ost_included {
	struct ost_side_files *side;
	struct ost_header_trees trees;
	const struct ost_make_flags *flags;
	bool is_open;
	uint32_t nr_searches;
	struct ost_table seen;		/* hashes of paths */
	OST_VEC(const char *) queue;	/* paths of the branch, in the side's arena */
	OST_VEC(struct place) places;	/* of the paths of the queue that were read, in its order */
	OST_VEC(uint32_t) shared;	/* files of trees.shared */
	OST_VEC(uint32_t) arch;
	struct ost_table names;		/* keys of all others; once is_gathered, of all files */
	uint32_t nr_asked;
	bool is_gathered;
	OST_VEC(const char *) patterns;	/* what macros paste, in the side's arena or the kept trees */
	bool has_all_patterns;		/* those of kept trees too */
	const char *from;		/* the file whose #include lines are followed */
	uint32_t at;			/* its place in the queue + 1; 0: the file itself */
	bool is_aside;			/* it may not be included at all */
	bool is_unsure;			/* the line stands under a condition, or leads to one of several */
	OST_VEC(struct way) ways;	/* by the lines that are sure */
	bool *is_sure;			/* by place + 1, once it was asked */
	bool is_shared_from;		/* it is one of include/ or arch/ */
};

/* What every file of the kernel is given on the command line. */
static const char *const given[] = { "include/linux/kconfig.h", "include/linux/compiler-version.h", "include/linux/compiler_types.h" };

struct ost_included *ost_included_create(struct ost_side_files *side, const struct ost_header_trees *trees, const struct ost_make_flags *flags)
{
	struct ost_included *x = ost_calloc(1, sizeof(*x));

	x->side = side;
	x->trees = *trees;
	x->flags = flags;
	return x;
}

void ost_included_destroy(struct ost_included *x)
{
	if (!x)
		return;
	ost_table_deinit(&x->seen);
	ost_table_deinit(&x->names);
	ost_vec_deinit(&x->queue);
	ost_vec_deinit(&x->places);
	ost_vec_deinit(&x->shared);
	ost_vec_deinit(&x->arch);
	ost_vec_deinit(&x->patterns);
	ost_vec_deinit(&x->ways);
	free(x->is_sure);
	free(x);
}

/* ---- finding a header ---- */

/* "a/b/../c" without its "..", and "./"; false: it leaves the tree, or is too long. */
static bool tidy(char *path)
{
	char *to = path, *from = path, *start = path;

	while (*from) {
		size_t n = strcspn(from, "/");

		if (n == 2 && from[0] == '.' && from[1] == '.') {
			if (to == start)
				return false;
			for (to--; to > start && to[-1] != '/'; to--)
				;
		} else if (!(n == 1 && *from == '.') && n) {
			memmove(to, from, n);
			to += n;
			if (from[n])
				*to++ = '/';
		}
		from += n + (from[n] == '/');
	}
	*to = '\0';
	return to > start;
}

static bool is_in_tree(struct ost_included *x, const char *path)
{
	return ost_tree_has(ost_side_tree(x->side), path);
}

static void note(struct ost_included *x, const char *path)
{
	bool is_new;
	uint64_t *place = ost_table_put(&x->seen, ost_hash_bytes(path, strlen(path)), &is_new);

	if (is_new && x->queue.nr < MAX_FILES) {
		ost_vec_add(&x->queue, ost_arena_strdup(&x->side->arena, path));
		*place = x->queue.nr;
	} else if (is_new) {
		x->is_open = true;
	}
	if (!x->is_unsure && *place)
		ost_vec_add(&x->ways, ((struct way){ x->at, (uint32_t)*place }));
}

/* top + name */
static bool note_path(struct ost_included *x, const char *top, const char *name)
{
	char path[MAX_PATH];
	int n = snprintf(path, sizeof(path), "%s%s", top, name);

	if (n < 0 || (size_t)n >= sizeof(path) || !tidy(path) || !is_in_tree(x, path))
		return false;
	note(x, path);
	return true;
}

/* Beside the file that includes it. */
static bool note_beside(struct ost_included *x, const char *name)
{
	const char *slash = strrchr(x->from, '/');
	char folder[MAX_PATH];
	size_t n = slash ? (size_t)(slash + 1 - x->from) : 0;

	if (n >= sizeof(folder))
		return false;
	memcpy(folder, x->from, n);
	folder[n] = '\0';
	return note_path(x, folder, name);
}

/* <asm/x.h> of the architecture, or the one that all share where it has none. */
static bool note_asm(struct ost_included *x, const char *name)
{
	const char *last = strstr(name, "asm/") + 4;
	bool found = note_path(x, ARCH_TOP, name);

	found |= note_path(x, ARCH_TOP "uapi/", name);
	if (found)
		return true;
	found = note_path(x, "include/asm-generic/", last);
	return note_path(x, "include/uapi/asm-generic/", last) || found;
}

static bool note_system(struct ost_included *x, const char *name)
{
	bool found;

	if (!strncmp(name, "asm/", 4) || !strncmp(name, "uapi/asm/", 9))
		return note_asm(x, name);
	found = note_path(x, "include/", name);
	return note_path(x, "include/uapi/", name) || found;
}

bool ost_is_of_programs(const char *path)
{
	return !strncmp(path, "tools/", 6) || !strncmp(path, "scripts/", 8) || !strncmp(path, "samples/", 8) || !strncmp(path, "usr/", 4);
}

static bool is_same_top(const char *a, const char *b)
{
	size_t n = strcspn(a, "/");

	return !strncmp(a, b, n + 1);
}

/* In the folders of -I; false as well where not all of them are known. */
static bool note_given(struct ost_included *x, const char *name)
{
	bool found = false;
	size_t i;

	for (i = 0; i < x->flags->folders.nr && !x->flags->is_unclear; i++)
		found |= note_path(x, x->flags->folders.items[i], name);
	return found;
}

/* By a -I of some Makefile: whatever ends so. <stdio.h> of a program is none of the kernel's: `is_near`, one of the same top folder. */
static bool note_ending(struct ost_included *x, const char *name, bool is_near)
{
	const struct ost_tree_list *list = ost_side_tree(x->side);
	size_t k, i, n;
	bool found = false;

	name = ost_include_name(name);
	k = strlen(name);
	if (x->nr_searches++ >= MAX_SEARCHES)
		return false;
	for (i = 0; k && i < list->nr; i++) {
		const char *p = list->entries[i].path;

		n = strlen(p);
		if (n <= k || p[n - k - 1] != '/' || strcmp(p + n - k, name) || ost_is_of_programs(p))
			continue;
		note(x, p);
		found |= !is_near || is_same_top(p, x->from);
	}
	return found;
}

static void follow(void *ctx, const char *text, size_t len, uint32_t flags)
{
	struct ost_included *x = ctx;
	enum ost_built_header built;
	char name[1024];

	if (!len || len >= sizeof(name))
		return;
	memcpy(name, text, len);
	name[len] = '\0';
	x->is_unsure = x->is_aside || flags & OST_HEADERS_UNSURE;
	if (!(flags & OST_HEADERS_SYSTEM) && note_beside(x, name))
		return;
	if (note_system(x, name) || (!x->is_shared_from && note_given(x, name)))
		return;
	built = ost_built_header(x->side, name);
	/* a shared header's way for user space or another system: all that the kernel takes is there */
	if (built == OST_BUILT_HEADER_PLAIN || x->is_shared_from)
		return;
	x->is_unsure = true;
	/* what is nowhere and stands under a condition is not compiled, unless the build makes it */
	if (!note_ending(x, name, (flags & OST_HEADERS_SYSTEM) && !strchr(name, '/')))
		x->is_open |= !(flags & OST_HEADERS_UNSURE) || built == OST_BUILT_HEADER_NAMES;
}

/* ---- names ---- */

static void put_names(struct ost_included *x, struct ost_symbol_list *l)
{
	size_t i;

	for (i = 0; i < l->names.nr; i++)
		ost_table_put(&x->names, ost_headers_key(l->names.items[i] >> 8), NULL);
	ost_symbol_list_deinit(l);
}

static void put_pattern(void *ctx, const char *pattern, size_t len)
{
	struct ost_included *x = ctx;

	ost_vec_add(&x->patterns, ost_arena_strndup(&x->side->arena, pattern, len));
}

static void put_includes(struct ost_included *x, const char *path, const struct ost_facts *facts)
{
	x->from = path;
	x->is_shared_from = !strncmp(path, "include/", 8) || !strncmp(path, "arch/", 5);
	ost_headers_each_include(facts, follow, x);
}

/* What it declares, also for itself, and its words. */
static void put_file(struct ost_included *x, const char *path, const struct ost_facts *facts, const char *text, size_t len)
{
	struct ost_symbol_list l = { OST_VEC_INIT, OST_VEC_INIT };

	if (facts->kind == OST_FK_REGISTERS) {
		ost_symbols_collect_defines(text, len, &l);
	} else {
		ost_symbols_collect(facts, false, &l);
		ost_symbols_collect(facts, true, &l);
		ost_symbols_collect_loose(facts, text, len, &l);
		ost_pasted_each(facts, put_pattern, x);
	}
	put_names(x, &l);
	put_includes(x, path, facts);
}

void ost_included_add(struct ost_included *x, const char *path, const struct ost_facts *facts, const char *text, size_t len)
{
	bool is_header = strlen(path) > 2 && !strcmp(path + strlen(path) - 2, ".h");
	struct ost_symbol_list l = { OST_VEC_INIT, OST_VEC_INIT };

	if (is_header) {
		x->is_aside = true;
		put_file(x, path, facts, text, len);
		x->is_aside = false;
		return;
	}
	/* the words of the file itself are its uses, but for those of its macros */
	ost_symbols_collect(facts, true, &l);
	ost_symbols_collect_inside(facts, text, len, &l);
	ost_symbols_collect_outer(facts, text, len, &l);
	ost_symbols_collect_passed(facts, &l);
	ost_pasted_each(facts, put_pattern, x);
	put_names(x, &l);
	put_includes(x, path, facts);
}

/* ---- all #include lines ---- */

/* A file of a tree that is kept. */
static void see_kept(struct ost_included *x, const struct ost_headers *h, uint32_t file, const char *path)
{
	const struct ost_headers_file *f = &h->files[file];
	uint32_t i;

	x->from = path;
	x->is_shared_from = true;
	x->is_open |= f->is_lost;
	for (i = f->first_include; i < f->first_include + f->nr_includes; i++) {
		const char *name = h->strs + (h->includes[i] >> OST_HEADERS_SHIFT);

		follow(x, name, strlen(name), h->includes[i] & (OST_HEADERS_SYSTEM | OST_HEADERS_UNSURE));
	}
}

/* Its index in a kept tree whose folder is `top`. */
static uint32_t kept_index(const struct ost_headers *h, const char *top, const char *path)
{
	size_t n = strlen(top);

	return h && !strncmp(path, top, n) ? ost_headers_find(h, path + n) : OST_TREE_NONE;
}

static void see_file(struct ost_included *x, const char *path)
{
	const struct ost_branch_file *f = ost_side_facts(x->side, path);

	if (f->is_there && !f->is_unreadable && ost_symbols_has_gaps(&f->facts))
		f = ost_side_file(x->side, path);	/* with its text */
	if (f->is_there && !f->is_unreadable)
		put_file(x, path, &f->facts, f->text.ptr, f->text.len);
	else
		x->is_open = true;
}

static void see(struct ost_included *x, const char *path)
{
	uint32_t file = kept_index(x->trees.shared, "include/", path);

	if (file != OST_TREE_NONE) {
		ost_vec_add(&x->places, ((struct place){ x->trees.shared, file, NULL }));
		ost_vec_add(&x->shared, file);
		see_kept(x, x->trees.shared, file, path);
		return;
	}
	file = kept_index(x->trees.arch, ARCH_TOP, path);
	if (file != OST_TREE_NONE) {
		ost_vec_add(&x->places, ((struct place){ x->trees.arch, file, NULL }));
		ost_vec_add(&x->arch, file);
		see_kept(x, x->trees.arch, file, path);
		return;
	}
	ost_vec_add(&x->places, ((struct place){ NULL, 0, NULL }));
	see_file(x, path);
}

bool ost_included_finds(struct ost_included *x, const char *from, const char *name, bool is_system)
{
	x->from = from;
	x->is_shared_from = false;
	x->is_unsure = true;
	return x->flags->is_unclear || ost_built_header(x->side, name) != OST_BUILT_HEADER_NO || (!is_system && note_beside(x, name)) ||
	       note_system(x, name) || note_given(x, name);
}

/* -DNAME and -DNAME=other are macros, and what they make is not known. */
static void note_defined(struct ost_included *x)
{
	size_t i, n;

	for (i = 0; i < x->flags->words.nr; i++) {
		const char *name = x->flags->words.items[i] + 2;

		for (n = 0; ost_is_word_byte(name[n]); n++)
			;
		if (x->flags->words.items[i][1] != 'D' || !n)
			continue;
		ost_table_put(&x->names, ost_headers_key(ost_symbol_hash(OST_SYM_MACRO, name, n)), NULL);
		ost_table_put(&x->names, ost_headers_key(ost_symbol_hash(OST_SYM_LOOSE, name, n)), NULL);
	}
}

void ost_included_close(struct ost_included *x)
{
	size_t i;

	note_defined(x);

	x->is_unsure = false;
	for (i = 0; i < OST_ARRAY_SIZE(given); i++)
		if (is_in_tree(x, given[i]))
			note(x, given[i]);
	for (i = 0; i < x->queue.nr; i++) {
		x->at = (uint32_t)i + 1;
		see(x, x->queue.items[i]);
	}
}

/* ---- questions ---- */

bool ost_included_is_open(const struct ost_included *x)
{
	return x->is_open;
}

/* From the file itself, along the lines that stand under no condition. */
static void follow_ways(struct ost_included *x)
{
	bool is_changed = true;
	size_t i;

	x->is_sure = ost_calloc(x->queue.nr + 1, sizeof(*x->is_sure));
	x->is_sure[0] = true;
	while (is_changed) {
		is_changed = false;
		for (i = 0; i < x->ways.nr; i++) {
			const struct way *w = &x->ways.items[i];

			is_changed |= x->is_sure[w->from] && !x->is_sure[w->to];
			x->is_sure[w->to] |= x->is_sure[w->from];
		}
	}
}

bool ost_included_is_sure(struct ost_included *x, const char *path)
{
	const uint64_t *place = ost_table_get(&x->seen, ost_hash_bytes(path, strlen(path)));

	if (!x->is_sure)
		follow_ways(x);
	return place && *place && *place <= x->places.nr && x->is_sure[*place];
}

static void gather(struct ost_included *x, const struct ost_headers *h, const uint32_t *files, size_t nr)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < nr; i++)
		for (k = 0; k < h->files[files[i]].nr_keys; k++)
			ost_table_put(&x->names, h->keys[h->files[files[i]].first_key + k], NULL);
}

static bool has_any(const struct ost_headers *h, const uint32_t *files, size_t nr, uint32_t key)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (ost_headers_has(h, files[i], key))
			return true;
	return false;
}

static bool has_key(struct ost_included *x, uint32_t key)
{
	if (!x->is_gathered && x->nr_asked++ >= GATHER_AFTER) {
		gather(x, x->trees.shared, x->shared.items, x->shared.nr);
		gather(x, x->trees.arch, x->arch.items, x->arch.nr);
		x->is_gathered = true;
	}
	return ost_table_get(&x->names, key) || (!x->is_gathered && (has_any(x->trees.shared, x->shared.items, x->shared.nr, key) ||
								     has_any(x->trees.arch, x->arch.items, x->arch.nr, key)));
}

bool ost_included_has(struct ost_included *x, enum ost_symbol_kind kind, const char *name)
{
	return has_key(x, ost_headers_key(ost_symbol_hash(kind, name, strlen(name))));
}

bool ost_included_has_tag(struct ost_included *x, ost_tag tag)
{
	return has_key(x, ost_headers_key(tag));
}

const char *ost_header_of(const struct ost_header_trees *trees, enum ost_symbol_kind kind, const char *name)
{
	uint32_t i, key = ost_headers_key(ost_symbol_hash(kind, name, strlen(name)));

	for (i = 0; trees->shared && i < trees->shared->nr_files; i++)
		if (ost_headers_has(trees->shared, i, key))
			return ost_headers_path(trees->shared, i);
	return NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void take_patterns(struct ost_included *x, const struct ost_headers *h, uint32_t file)
{
	uint32_t i;

	for (i = 0; i < h->files[file].nr_patterns; i++)
		ost_vec_add(&x->patterns, h->strs + h->patterns[h->files[file].first_pattern + i]);
}

const char *const *ost_included_patterns(struct ost_included *x, size_t *ret_nr)
{
	size_t i, to = 0;

	for (i = 0; i < x->shared.nr && !x->has_all_patterns; i++)
		take_patterns(x, x->trees.shared, x->shared.items[i]);
	for (i = 0; i < x->arch.nr && !x->has_all_patterns; i++)
		take_patterns(x, x->trees.arch, x->arch.items[i]);
	if (x->has_all_patterns) {
		*ret_nr = x->patterns.nr;
		return x->patterns.items;
	}
	if (x->patterns.nr)
		qsort(x->patterns.items, x->patterns.nr, sizeof(const char *), by_text);
	for (i = 0; i < x->patterns.nr; i++)
		if (!to || strcmp(x->patterns.items[to - 1], x->patterns.items[i]))
			x->patterns.items[to++] = x->patterns.items[i];
	x->patterns.nr = to;
	x->has_all_patterns = true;
	*ret_nr = to;
	return x->patterns.items;
}

/* The file at that place of the queue, if it may declare it, else NULL. */
static const struct ost_branch_file *may_define(struct ost_included *x, size_t i, uint32_t key)
{
	struct place *at = &x->places.items[i];

	if (at->h && !ost_headers_has(at->h, at->file, key))
		return NULL;
	if (!at->facts)
		at->facts = ost_side_facts(x->side, x->queue.items[i]);
	return at->facts;
}

bool ost_included_record_is_open(struct ost_included *x, ost_tag tag)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < x->places.nr; i++) {
		const struct ost_branch_file *f = may_define(x, i, ost_headers_key(tag));

		for (k = 0; f && f->open_records && k < f->facts.nr_records; k++)
			if (f->open_records[k] && f->facts.records[k].tag &&
			    ost_symbols_tag(ost_facts_str(&f->facts, f->facts.records[k].tag)) == tag)
				return true;
	}
	return false;
}

/* ---- what macros yield ---- */

#define MAX_MACROS 300

struct yielding {
	struct ost_included *x;
	const char *word;		/* NULL: a # is looked for */
	const char *names[MAX_MACROS];	/* to be looked at, and those that were */
	uint32_t nr;
	bool is_found;
};

static void note_macro(struct yielding *y, const char *name, size_t len)
{
	uint32_t i;

	for (i = 0; i < y->nr; i++)
		if (strlen(y->names[i]) == len && !memcmp(y->names[i], name, len))
			return;
	if (y->nr == MAX_MACROS) {
		y->is_found = true;
		return;
	}
	y->names[y->nr++] = ost_arena_strndup(&y->x->side->arena, name, len);
}

/* Notes the macros that a text names. */
static void see_words(struct yielding *y, const char *text)
{
	const char *from;
	size_t len;

	while (*text && !y->is_found) {
		for (from = text; ost_is_word_byte(*text); text++)
			;
		len = (size_t)(text - from);
		if (!len)
			text++;
		else if (has_key(y->x, ost_headers_key(ost_symbol_hash(OST_SYM_MACRO, from, len))))
			note_macro(y, from, len);
	}
}

static void see_text(struct yielding *y, const struct ost_facts *f, const struct ost_fact_macro *m)
{
	const char *text = ost_facts_str(f, m->text);

	y->is_found |= y->word ? ost_macro_names(f, m, y->word) : strchr(text, '#') != NULL;
	see_words(y, text);
}

static bool each_macro_of(const struct ost_facts *f, const char *name, size_t len, ost_included_macro_fn fn, void *ctx)
{
	uint32_t i;

	for (i = 0; i < f->nr_macros; i++)
		if (ost_facts_strlen(f, f->macros[i].name) == len && !memcmp(ost_facts_str(f, f->macros[i].name), name, len) &&
		    !fn(ctx, f, &f->macros[i]))
			return false;
	return true;
}

void ost_included_each_macro(struct ost_included *x, const char *name, size_t len, ost_included_macro_fn fn, void *ctx)
{
	uint32_t key = ost_headers_key(ost_symbol_hash(OST_SYM_MACRO, name, len));
	const struct ost_branch_file *f;
	size_t i;

	for (i = 0; i < x->places.nr; i++) {
		f = may_define(x, i, key);
		if (f && f->is_there && !f->is_unreadable && !each_macro_of(&f->facts, name, len, fn, ctx))
			return;
	}
}

void ost_included_each_file(struct ost_included *x, enum ost_symbol_kind kind, const char *name, ost_included_file_fn fn, void *ctx)
{
	uint32_t key = ost_headers_key(ost_symbol_hash(kind, name, strlen(name)));
	const struct ost_branch_file *f;
	size_t i;

	for (i = 0; i < x->places.nr; i++) {
		f = may_define(x, i, key);
		if (f && f->is_there && !f->is_unreadable && !fn(ctx, f))
			return;
	}
}

struct wording {
	const char *word;
	bool is_found;
};

static bool see_strings(void *ctx, const struct ost_branch_file *f)
{
	struct wording *w = ctx;
	uint32_t i;

	w->is_found = f->facts.kind == OST_FK_REGISTERS && f->text.len && ost_has_word(f->text.ptr, w->word);
	for (i = 1; i < f->facts.nr_strs && !w->is_found; i++)
		w->is_found = ost_has_word(ost_facts_str(&f->facts, i), w->word);
	return !w->is_found;
}

bool ost_included_header_has(struct ost_included *x, const char *word)
{
	struct wording w = { word, false };

	ost_included_each_file(x, OST_SYM_WORD, word, see_strings, &w);
	return w.is_found;
}

static bool see_definition(void *ctx, const struct ost_facts *f, const struct ost_fact_macro *m)
{
	struct yielding *y = ctx;

	see_text(y, f, m);
	return !y->is_found;
}

/* The texts of all macros of that name. */
static void see_macro(struct yielding *y, const char *name)
{
	ost_included_each_macro(y->x, name, strlen(name), see_definition, y);
}

static bool yields(struct ost_included *x, const char *text, const char *word)
{
	struct yielding *y = ost_calloc(1, sizeof(*y));
	bool is_found;
	uint32_t i;

	y->x = x;
	y->word = word;
	see_words(y, text);
	for (i = 0; i < y->nr && !y->is_found; i++)
		see_macro(y, y->names[i]);
	is_found = y->is_found;
	free(y);
	return is_found;
}

bool ost_included_yields(struct ost_included *x, const char *text, const char *word)
{
	return yields(x, text, word);
}

bool ost_included_pastes(struct ost_included *x, const char *text)
{
	return yields(x, text, NULL);
}

bool ost_included_macro_has(struct ost_included *x, const char *macro, const char *word)
{
	struct yielding *y = ost_calloc(1, sizeof(*y));
	bool is_found;

	y->x = x;
	y->word = word;
	see_macro(y, macro);
	is_found = y->is_found;
	free(y);
	return is_found;
}

static bool see_dropper(void *ctx, const struct ost_facts *f, const struct ost_fact_macro *m)
{
	*(bool *)ctx |= ost_drops_arguments(f, m);
	return !*(bool *)ctx;
}

bool ost_included_drops(struct ost_included *x, const char *macro)
{
	bool found = false;

	ost_included_each_macro(x, macro, strlen(macro), see_dropper, &found);
	return found;
}
