/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file.h - one file of a branch, read for comparison: its text, its tokens
 * and its functions. Files are read once for a branch and kept.
 */
#ifndef OST_BRANCH_FILE_H
#define OST_BRANCH_FILE_H

#include <string.h>

#include "branch/image.h"
#include "branch/symbols.h"
#include "git/objects.h"
#include "git/repo.h"
#include "source/blob_facts.h"
#include "source/facts.h"
#include "source/recognise.h"

/* What an #include names, without "../" and "./" in front. */
static inline const char *ost_include_name(const char *name)
{
	while (!strncmp(name, "../", 3) || !strncmp(name, "./", 2))
		name += name[1] == '.' ? 3 : 2;
	return name;
}

struct ost_branch_func {
	const char *name;
	uint32_t first_line, line, end_line;
	size_t from, to;	/* tokens */
};

struct ost_branch_file {
	const char *path;
	struct ost_buf text;
	char blob[OST_HEX_SIZE];
	struct ost_buf record;		/* its facts */
	struct ost_facts facts;
	const bool *open_records;	/* open_records.h; NULL: it has none */
	ost_image_toks toks;
	struct ost_branch_func *funcs;	/* in the order of the file */
	uint32_t nr_funcs;
	bool is_there, is_unreadable, has_tokens;
	const char *why;		/* when unreadable: the missing object */
};

struct ost_built_headers;

/*
 * What all comparisons with one branch share. `words` numbers the words of
 * every text that is compared, so one struct ost_side serves one patch at a
 * time; the repository handle is the caller's.
 */
struct ost_side_files {
	struct ost_repo *repo;
	const char *rev;	/* full id */
	struct ost_words *words;
	struct ost_recogniser *recogniser;
	struct ost_blob_facts *kept;	/* facts from earlier runs, or NULL; the caller's */
	struct ost_arena arena;
	OST_VEC(struct ost_branch_file *) v;
	const struct ost_tree_list *tree;	/* all paths, when first asked for; lent by the repository */
	const struct ost_symbols *shared;	/* what its shared headers declare, or NULL; the caller's */
	struct ost_symbols *local;	/* what the files around local_path declare (needs.c) */
	const char *local_path;
	const char *const *others;	/* full ids of other revisions of this kernel (judge.c), or NULL; the caller's */
	size_t nr_others;
	struct ost_side_files *other_sides;	/* theirs, opened when asked for; the words point into their texts */
	struct ost_built_headers *built_headers;	/* (built_headers.c) */
};

void ost_side_files_init(struct ost_side_files *s, struct ost_repo *repo, const char *rev,
			 struct ost_words *words, struct ost_recogniser *recogniser);
void ost_side_files_deinit(struct ost_side_files *s);
/* All paths of the branch, listed once. */
const struct ost_tree_list *ost_side_tree(struct ost_side_files *s);
/*
 * The next path of the branch, in the tree's order, whose last parts are `ending`
 * ("fw/api.h"); *at is 0 at first. NULL: no more.
 */
const char *ost_side_ending(struct ost_side_files *s, const char *ending, uint32_t *at);
/* Never NULL; is_there tells whether the branch has it. */
struct ost_branch_file *ost_side_file(struct ost_side_files *s, const char *path);
/* The same without text (but of register headers), tokens and functions, for what many headers declare: a tenth of the memory. */
const struct ost_branch_file *ost_side_facts(struct ost_side_files *s, const char *path);
/* Has the file, of ost_side_file(), that identifier anywhere? */
bool ost_branch_file_has(const struct ost_branch_file *f, uint32_t name);
/* The function of that name that comes first at or after *from (an index, moved on), or NULL. */
const struct ost_branch_func *ost_branch_func_find(const struct ost_branch_file *f,
						   const char *name, uint32_t *from);
/* The function around a line, or NULL. */
const struct ost_branch_func *ost_branch_func_at(const struct ost_branch_file *f, uint32_t line);

#endif
