/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blob_facts.h - the facts of single files, by the ids of their blobs, from
 * the store that trees are read into (tree.h): for who looks at a few files
 * of many revisions and wants no tree of each.
 *
 * Used by one thread at a time.
 */
#ifndef OST_SOURCE_BLOB_FACTS_H
#define OST_SOURCE_BLOB_FACTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "ostler/err.h"
#include "ostler/facts.h"
#include "source/facts.h"

struct ost_blob_facts;

/* opts may be NULL. *ret is NULL where nothing would be kept. Errors as ost_facts_read(). */
OST_WARN_UNUSED
struct ost_err *ost_blob_facts_open(struct ost_blob_facts **ret, const struct ost_source_opts *opts);
/* NULL is fine. */
void ost_blob_facts_close(struct ost_blob_facts *b);
/* Puts the record of a blob (full id) into `record`, in place of what was there; false: there is none. */
bool ost_blob_facts_get(struct ost_blob_facts *b, const char *id, struct ost_buf *record);
/* Keeps the record of a blob whose text has text_len bytes; `facts` is a view of it. */
void ost_blob_facts_put(struct ost_blob_facts *b, const char *id, size_t text_len, const struct ost_buf *record,
			const struct ost_facts *facts);

#endif
