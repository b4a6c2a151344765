/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump.h - facts as text, for golden tests and for people who debug.
 *
 * One line a fact, trees indented below the fact that they belong to. The
 * form is not a contract: it may change with any commit that also changes
 * the expected files under tests/facts.
 */
#ifndef OST_SOURCE_DUMP_H
#define OST_SOURCE_DUMP_H

#include "base/buf.h"
#include "source/facts.h"

/* Appends the whole record. */
void ost_facts_dump(const struct ost_facts *f, struct ost_buf *out);

/* Appends one tree, a node a line, indented by `indent` tabs. */
void ost_facts_dump_tree(const struct ost_facts *f, const struct ost_tree *t, unsigned indent,
			 struct ost_buf *out);

/* Appends type `type` in C-like words: "struct foo *", "int (*)(void)". */
void ost_facts_dump_type(const struct ost_facts *f, uint32_t type, struct ost_buf *out);

#endif
