/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_parts.h - pieces of JSON that several reports have. */
#ifndef OST_REPORT_JSON_PARTS_H
#define OST_REPORT_JSON_PARTS_H

#include <jansson.h>

#include <stdio.h>

#include "ostler/err.h"

struct ost_branch_answer;
struct ost_finding;
struct ost_reach_file;

/*
 * A string from outside. Paths, titles and lines of source may hold any
 * bytes, JSON may not: they are cleaned (base/utf8.h). NULL becomes null.
 */
json_t *ost_json_string(const char *s);

/* A list of such strings. */
json_t *ost_json_strings(const char *const *list, size_t nr);

/*
 * Prints `doc` and a newline; `flags` as of json_dumpf(). The document is
 * taken. NULL: the report could not be made JSON (OST_ERR_INTERNAL, `what`
 * names it). A full disk or a closed pipe is an error too.
 */
OST_WARN_UNUSED
struct ost_err *ost_json_write(FILE *out, json_t *doc, size_t flags, const char *what);

/*
 * Sets what `ostler branches` says of a branch beside its name, its state and
 * the reasons: bugs, conflicts, compiles, compiles_why, missing,
 * prerequisites, new_deadlocks, later_fixes. NULL: nothing was asked, all
 * lists are empty.
 */
void ost_json_set_answer(json_t *o, const struct ost_branch_answer *b);

/* Who has the changed files in his kernel (ostler/reach.h). */
json_t *ost_json_reach(const struct ost_reach_file *files, size_t nr);

/* A finding of `ostler deadlocks`, with all fields of its schema. */
json_t *ost_json_finding(const struct ost_finding *f);

#endif
