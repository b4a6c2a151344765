/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * included.h - what a file gets to see: its own names and those of every
 * header that it includes, directly or by way of others, in one branch.
 *
 * A name that some header declares and none of these has in any form is
 * refused by the compiler. So the set is rather too large than too small:
 * #include lines count under whatever condition they stand; what is neither
 * beside the file nor in a shared folder is searched in those of the
 * Makefiles' -I, and where that does not tell, all files of that name are
 * read; where there is none at all the set is open and nothing may be said. <asm/...>
 * is that of x86.
 */
#ifndef OST_BRANCH_INCLUDED_H
#define OST_BRANCH_INCLUDED_H

#include "branch/file.h"
#include "branch/headers.h"
#include "branch/make_flags.h"

/* The headers that are kept with their trees; each may be NULL. */
struct ost_header_trees {
	struct ost_headers *shared;	/* of include/ */
	struct ost_headers *arch;		/* of arch/x86/include/ */
};

struct ost_included;

/*
 * `flags`: of the Makefiles around, borrowed. `path`, `facts`: the file, as it is after the patch. Headers that a patch
 * changes are added with ost_included_add(), as if it included them, before
 * ost_included_close() follows all #include lines.
 */
struct ost_included *ost_included_create(struct ost_side_files *side, const struct ost_header_trees *trees, const struct ost_make_flags *flags);
void ost_included_destroy(struct ost_included *x);
void ost_included_add(struct ost_included *x, const char *path, const struct ost_facts *facts, const char *text, size_t len);
void ost_included_close(struct ost_included *x);

/* Does an #include of that name in the file at `from` find a header? True as well where that is not known. */
bool ost_included_finds(struct ost_included *x, const char *from, const char *name, bool is_system);
/* Was something included that could not be found? Nothing is known to be absent then. */
bool ost_included_is_open(const struct ost_included *x);
bool ost_included_has(struct ost_included *x, enum ost_symbol_kind kind, const char *name);
/* The same for a hash of symbols: the tag of a record. */
bool ost_included_has_tag(struct ost_included *x, ost_tag tag);
/* What macros of all these files paste (pasted.h), each once; to be asked after ost_included_close(). */
const char *const *ost_included_patterns(struct ost_included *x, size_t *ret_nr);
/*
 * May the macros that a text names yield the word: is it in their texts (ost_macro_names()), in those of
 * macros that these name, and so on? The text itself is not searched for it. True as well where there are too many.
 */
bool ost_included_yields(struct ost_included *x, const char *text, const char *word);
/* Does one of those macros paste or quote anything? */
bool ost_included_pastes(struct ost_included *x, const char *text);
/* Has a record of that tag, in an included header, more members than its text names (open_records.h)? */
bool ost_included_record_is_open(struct ost_included *x, ost_tag tag);
/* Has the macro a definition in an included header that uses none of its arguments? */
bool ost_included_drops(struct ost_included *x, const char *macro);
typedef bool (*ost_included_macro_fn)(void *ctx, const struct ost_facts *f, const struct ost_fact_macro *m);
/* All definitions of a macro in included headers; fn says whether to go on. */
void ost_included_each_macro(struct ost_included *x, const char *name, size_t len, ost_included_macro_fn fn, void *ctx);
typedef bool (*ost_included_file_fn)(void *ctx, const struct ost_branch_file *f);
/* All included headers that may declare it (OST_SYM_WORD: that have the word); fn says whether to go on. */
void ost_included_each_file(struct ost_included *x, enum ost_symbol_kind kind, const char *name, ost_included_file_fn fn, void *ctx);
/* Has any included header the word? */
bool ost_included_header_has(struct ost_included *x, const char *word);
/* Has an included header's macro the word in its text? `word` NULL: a `#`. */
bool ost_included_macro_has(struct ost_included *x, const char *macro, const char *word);
/* Is the header of that path included whatever the configuration: by lines that all stand under no condition? */
bool ost_included_is_sure(struct ost_included *x, const char *path);
/* Is it in tools/, scripts/, samples/ or usr/? What they have is for programs, and no header of the kernel's. */
bool ost_is_of_programs(const char *path);
/* A shared header that declares it ("linux/slab.h"), or NULL. */
const char *ost_header_of(const struct ost_header_trees *trees, enum ost_symbol_kind kind, const char *name);

#endif
