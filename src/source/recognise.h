/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recognise.h - from the bytes of one file to its facts.
 *
 * The recogniser reads unpreprocessed kernel C without any other file's help:
 * which names are types, which macros are loops and which words are mere
 * annotations is decided by shape and by the word lists that are built in
 * from data/ (docs/design/recogniser.md). The same bytes always give the same
 * record, whatever was read before and whatever the file is called.
 *
 *	struct ost_recogniser *r = ost_recogniser_create();
 *	OST_BUF record = OST_BUF_INIT;
 *	struct ost_facts f;
 *
 *	ost_recognise(r, "kernel/fork.c", text, len, &record);
 *	ost_try(ost_facts_open(&f, record.ptr, record.len));
 *	...
 *	ost_recogniser_destroy(r);
 *
 * A handle keeps its scratch memory from file to file and serves one thread
 * at a time; several handles may work in parallel.
 */
#ifndef OST_SOURCE_RECOGNISE_H
#define OST_SOURCE_RECOGNISE_H

#include <stddef.h>

#include "base/buf.h"

/* A file of more bytes is not read: OST_FK_NOT_C. */
#define OST_SOURCE_MAX ((size_t)64 << 20)
/* #if inside #if; what lies deeper is skipped and counted as lost. */
#define OST_PP_MAX_DEPTH 64
/*
 * Nesting of statements and expressions that is followed; deeper text becomes
 * one OST_N_TEXT node and a trouble. (A tree is at most OST_TREE_MAX_DEPTH
 * deep, facts.h.)
 */
#define OST_NEST_MAX 256

struct ost_recogniser;

struct ost_recogniser *ost_recogniser_create(void);
/* NULL is fine. */
void ost_recogniser_destroy(struct ost_recogniser *r);

/*
 * Reads `len` bytes at `text` (no NUL needed at the end) and puts the record
 * of their facts into ret_record, replacing what was there. Never fails: a
 * file that is not C yields a record that says so (OST_FK_NOT_C with `why`).
 * The path is for people who debug; it never changes the record and may be
 * NULL.
 */
void ost_recognise(struct ost_recogniser *r, const char *path_hint, const char *text, size_t len,
		   struct ost_buf *ret_record);

#endif
