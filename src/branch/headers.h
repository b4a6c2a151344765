/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * headers.h - of a tree of headers, which one declares a name and which ones
 * it includes.
 *
 * symbols.h knows that include/ declares a name, and not where: for the
 * question whether a file gets to see it (included.h) each header keeps the
 * names that it declares, the words that it has in any form, and the text of
 * its #include lines, under whatever condition they stand. Names are 32-bit
 * hashes: a header may be taken for one that has a name, once in some ten
 * thousand questions, and never the other way round.
 *
 * Made in one pass over the facts of a tree and kept with it.
 */
#ifndef OST_BRANCH_HEADERS_H
#define OST_BRANCH_HEADERS_H

#include "branch/symbols.h"
#include "source/tree.h"

struct ost_headers_file {
	uint32_t path;			/* offset in strs */
	uint32_t first_include, nr_includes;
	uint32_t first_key, nr_keys;	/* sorted */
	uint32_t first_pattern, nr_patterns;
	uint32_t is_lost;		/* it could not be read, and may have anything */
};

#define OST_HEADERS_SYSTEM 1u		/* <...> */
#define OST_HEADERS_UNSURE 2u		/* under a condition, or the text of a macro */
#define OST_HEADERS_SHIFT 2		/* above: offset in strs */

struct ost_headers {
	const struct ost_headers_file *files;	/* in path order */
	const uint32_t *includes;	/* offset << OST_HEADERS_SHIFT | flags */
	const uint32_t *keys;
	const uint32_t *patterns;	/* what macros paste (pasted.h): offsets in strs */
	const char *strs;
	uint32_t nr_files;
	struct ost_tree_kept kept;	/* private */
	void *own;			/* private: when it was not kept */
};

/* Errors: interrupted. */
OST_WARN_UNUSED
struct ost_err *ost_headers_create(const struct ost_tree_facts *tree, unsigned jobs, struct ost_headers **ret);
/* NULL is fine. */
void ost_headers_destroy(struct ost_headers *h);

/* As ost_symbols_rest(). */
bool ost_headers_rest(const struct ost_headers *h);

/* Index of the file at a path (as the tree names it), or OST_TREE_NONE. */
uint32_t ost_headers_find(const struct ost_headers *h, const char *path);
const char *ost_headers_path(const struct ost_headers *h, uint32_t file);
/* Does that file declare it (for OST_SYM_WORD: has it the word at all)? */
bool ost_headers_has(const struct ost_headers *h, uint32_t file, uint32_t key);

/* The key of a name, from its hash in symbols. */
static inline uint32_t ost_headers_key(uint64_t hash)
{
	return (uint32_t)hash;
}

/*
 * The #include lines of one file, and those macros whose text is the name of a header
 * (`#define GENL_MAGIC_INCLUDE_FILE <linux/drbd_genl.h>`): fn gets each with its flags.
 */
typedef void (*ost_headers_include_fn)(void *ctx, const char *name, size_t len, uint32_t flags);
void ost_headers_each_include(const struct ost_facts *f, ost_headers_include_fn fn, void *ctx);

#endif
