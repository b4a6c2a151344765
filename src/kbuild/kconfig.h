/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kconfig.h - configuration symbols: prompts, dependencies, and for which
 * architectures they can be set.
 *
 * Files are read as they are asked for: those of a folder and of the folders
 * above it, which is where a driver's symbols and the menus around them
 * stand; all of the tree for a symbol that is not there, and for questions
 * about architectures. What a file is `source`d under counts as a dependency
 * of all in it.
 *
 * Dependencies are judged three-valued: a symbol that only an architecture
 * defines is y or n for it, COMPILE_TEST is n, all else may be anything. So
 * an architecture is left out only where it is certain.
 */
#ifndef OST_KBUILD_KCONFIG_H
#define OST_KBUILD_KCONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/chains.h"
#include "kbuild/texts.h"

/* One `config` entry; a symbol may have several. */
struct ost_kc_entry {
	const char *name, *prompt;	/* prompt "" when it has none */
	const char *type;		/* "bool", "tristate", ..., "" when another entry says it */
	const char *file;
	uint32_t line;
	const char *depends;		/* of its own and of the menus and ifs around it, joined by && */
	const char *selects;		/* names, one space before each */
	const char *selects_if;		/* a line for each of them and of what is implied: "NAME condition\n" */
	bool is_choice;			/* one of a choice: not all of them can be set */
	bool is_set;			/* "def_bool y", "default y" without a condition */
	const char *defaults;		/* when it is set by itself: an expression, "" when it has no default */
};

struct ost_kc_source {
	const char *file;	/* the file that is sourced */
	const char *by;
	const char *depends;	/* of what is around the line */
};

struct ost_kconfig {
	struct ost_kb_texts *texts;
	struct ost_arena *arena;
	OST_VEC(struct ost_kc_entry) entries;
	OST_VEC(struct ost_kc_source) sources;
	struct ost_chains by_name, by_selected;	/* entries: of that name; that select or imply it */
	struct ost_chains by_file;		/* sources of a file */
	bool has_all;
	/* what is known for an architecture, for the entries that were there then */
	struct ost_kc_known {
		const char *arch;	/* and the question */
		struct ost_table values;	/* hash of a name → value + 1 */
		size_t nr_entries;
	} known[64];
	size_t nr_known;
};

enum ost_kc_value { OST_KC_NO, OST_KC_MAYBE, OST_KC_YES };

void ost_kconfig_init(struct ost_kconfig *k, struct ost_kb_texts *texts);
void ost_kconfig_deinit(struct ost_kconfig *k);
/* Reads all of the tree's, once. */
void ost_kconfig_read_all(struct ost_kconfig *k);
/*
 * The entries of a symbol that have been read, in order: *at is 0 at first. NULL at the end.
 */
const struct ost_kc_entry *ost_kconfig_next(const struct ost_kconfig *k, const char *name, uint32_t *at);
/*
 * The entry of a symbol that counts for who lies in `folder` ("": anywhere): one with a prompt before one without, then
 * that of the nearest folder above, then the first one in the tree. NULL: there is none. All files are read for it, so
 * that it does not depend on what was asked before.
 */
const struct ost_kc_entry *ost_kconfig_find(struct ost_kconfig *k, const char *name, const char *folder);
/*
 * Does the symbol depend on or select the other one, by itself or by way of
 * symbols that files of the folder define?
 */
bool ost_kconfig_leads_to(struct ost_kconfig *k, const char *folder, const char *name, const char *other);
/* Can the symbol be set where the folder arch/<arch> is built? */
enum ost_kc_value ost_kconfig_on_arch(struct ost_kconfig *k, const char *name, const char *arch);
/*
 * The same when COMPILE_TEST may be set: can anybody build it there? A symbol without a prompt and a default is
 * set by those that select it alone.
 */
enum ost_kc_value ost_kconfig_on_arch_test(struct ost_kconfig *k, const char *name, const char *arch);
/* As exactly, with COMPILE_TEST off: does anybody build it there who means to use it? */
enum ost_kc_value ost_kconfig_on_arch_for_use(struct ost_kconfig *k, const char *name, const char *arch);
/*
 * Is it set where everything is that can be (allmodconfig), COMPILE_TEST included? YES is sure; a symbol of a choice, and one
 * that no entry defines, are MAYBE.
 */
enum ost_kc_value ost_kconfig_in_all(struct ost_kconfig *k, const char *name, const char *arch);
/* The folders of arch/, NULL-terminated, in order. */
const char *const *ost_kconfig_archs(struct ost_kconfig *k);

#endif
