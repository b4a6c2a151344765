/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * typecheck.h - what a compiler refuses in a patched file for the types of
 * its expressions: arguments, assignments, values that are returned, members
 * of tables, members that a record has not, `.` for `->`.
 *
 * Whatever is found in the file as it was, too, is no fault of the patch but
 * one of this check, and not said. So lines that the patch leaves alone are
 * looked at as well: what they use may be of another type now.
 */
#ifndef OST_BRANCH_TYPECHECK_H
#define OST_BRANCH_TYPECHECK_H

#include "branch/compile.h"
#include "branch/decls.h"

struct ost_typecheck_file {
	const struct ost_facts *f;
	const char *text;
	size_t len;
};

/* Has it an #include of that very name? */
bool ost_has_include(const struct ost_facts *f, const char *path);
/* Did the file include a header before that it does not any more? */
bool ost_loses_includes(const struct ost_facts *f, const struct ost_facts *before);

/*
 * `included` is closed; `before` is the file without the patch, or NULL. Sets the first of
 * c->trouble, c->conversion and c->warning that is found, unless set.
 */
void ost_typecheck(struct ost_uses_check *c, struct ost_included *included, const struct ost_typecheck_file *now,
		   const struct ost_typecheck_file *before, const bool *is_added, uint32_t nr_lines);

#endif
