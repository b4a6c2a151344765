/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compile.h - would the added lines compile in a branch?
 *
 * The patched file is read as code, and everything that its added lines use
 * is looked up in what the branch declares (symbols.h): functions, macros,
 * lock guards, members of records whose type is known, any field at all
 * otherwise, types, headers, and the number of arguments of calls.
 *
 * What is reported missing is missing for sure: a word that occurs anywhere
 * in the headers (where all that the file includes is known: in theirs), be it
 * in the text of a macro that may make a function, is not reported but counted
 * in nr_doubtful. What is not reported may still not compile: not all types
 * are compared, and no configuration is evaluated.
 */
#ifndef OST_BRANCH_COMPILE_H
#define OST_BRANCH_COMPILE_H

#include "base/arena.h"
#include "branch/ifs.h"
#include "branch/included.h"
#include "branch/symbols.h"
#include "ostler/branches.h"

/* A name that some header declares, and none of those that the file includes. */
struct ost_hidden_name {
	const char *kind;	/* "function", "constant", "name", "type", "struct", "member" */
	const char *name;
	uint32_t line;
	ost_tag tag;		/* of the record whose definition is not seen, or 0 */
};

struct ost_uses_check {
	struct ost_arena *arena;	/* for names in `missing` */
	OST_VEC(struct ost_missing_symbol) missing;	/* in the order of the lines, each name once */
	uint32_t nr_uses;	/* looked up */
	uint32_t nr_doubtful;	/* not found, and not reported */
	const char *doubtful[3];	/* the first of them, each once */
	bool is_open;		/* not all headers could be read: a name that is not found is doubtful */
	const unsigned char *ifs;	/* lines of the file that may not be compiled (ifs.h), or NULL */
	const char *text;	/* of the file, NUL-terminated, or NULL: typedefs inside of functions are not in its facts */
	const struct ost_make_flags *flags;	/* of the Makefiles around, or NULL */
	struct ost_included *included;	/* what the file gets to see, or NULL: not asked */
	struct ost_included *included_before;	/* before the patch took an #include away, or NULL: what only it has is looked up in all lines */
	bool is_any_header;	/* other headers count, too: a name that `included` has not is not missing for that */
	OST_VEC(struct ost_hidden_name) hidden;	/* of added lines, each once; nothing when `included` is NULL */
	const char *trouble;	/* what else would be refused (forms.h and others), or NULL */
	const char *undefined;	/* `trouble` is that this structure has no definition, as far as facts tell; or NULL */
	bool is_by_header;	/* by a header around, which the file may not include where nobody builds it */
	/* what is refused only where warnings are errors (CONFIG_WERROR), each the first of its kind, or NULL */
	const char *conversion;	/* a number for a pointer, or the other way round */
	const char *warning;
	const char *loop_decl;	/* `for (int i ...)`: refused before -std=gnu11 (5.18) */
	const char *late_decl;	/* a declaration behind a statement: with -Wdeclaration-after-statement */
	const char *unannounced;	/* a function without a prototype: since some release (-Wmissing-prototypes) */
};

/* A name that is neither known nor missing for sure; NULL: it has none. */
void ost_uses_doubt(struct ost_uses_check *c, const char *name);

static inline bool ost_is_switched_line(const struct ost_uses_check *c, uint32_t line)
{
	return c->ifs && c->ifs[line] == OST_SWITCHED;
}

/* The name that a macro's argument n would declare, if it is a declarator (`name`, `*name[3]`); 0: none. */
uint32_t ost_declarator_name(const struct ost_tree *t, uint32_t n);

/*
 * Checks the lines of one file. `facts`: of the patched file, whose own
 * declarations and those of its neighbours were added to `symbols`.
 * `is_added[line]` for 1..nr_lines says which lines to look at; in the others
 * only what `before` (the file as it was, or NULL) declared and the patch takes
 * away is looked up, and sets c->trouble when it is missing.
 */
void ost_check_uses(struct ost_uses_check *c, const struct ost_symbols *symbols,
		    const char *path, const struct ost_facts *facts, const struct ost_facts *before,
		    const bool *is_added, uint32_t nr_lines);

#endif
