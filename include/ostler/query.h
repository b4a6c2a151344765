/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * query.h - questions about a linked kernel tree (`ostler query`): who calls,
 * what is called, what is stored in a slot, what a name means.
 *
 *	struct ost_query *q;
 *	ost_try(ost_query_create(&source, &opts, OST_QUERY_CALLERS,
 *				 "wiphy_rfkill_stop_polling", &q));
 *	for (i = 0; i < q->nr_results; i++) ... q->results[i] ...
 *	ost_query_destroy(q);
 *
 * NAME is an identifier, `record.field` ("rfkill_ops.poll"), or either with
 * "path:" before it, which keeps to what is defined in that file. Results are
 * in the order of path and line. Strings belong to the query and are "" when
 * there is nothing to say, never NULL.
 */
#ifndef OSTLER_QUERY_H
#define OSTLER_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ostler/err.h"
#include "ostler/facts.h"

enum ost_query_kind {
	OST_QUERY_CALLERS,	/* of a function, a macro or a slot */
	OST_QUERY_CALLEES,	/* of a function or a macro */
	OST_QUERY_OPS,		/* slot: what is stored in it; function: the slots it is stored in;
				 * table or record: its slots */
	OST_QUERY_TYPE,		/* what a name means */
	OST_QUERY_LOCKS,	/* which functions take, release or wait for a class */
	OST_QUERY_BINDINGS,	/* object: its callbacks; function: the objects that run it */
	OST_NR_QUERIES
};
/* "callers", ...; -1 for anything else. */
int ost_query_parse(const char *name);
const char *ost_query_name(enum ost_query_kind kind);

struct ost_query_result {
	const char *name;	/* the answer: a function, a field, an object */
	const char *file;	/* where it follows from: the call, the store, the definition */
	uint32_t line;
	const char *via;	/* why, when not direct: "ieee80211_ops.stop", "macro foo", ... */
	const char *kind;	/* call, reference, slot, callback, field, function, ... */
	const char *in;		/* the function that holds the place */
	const char *object;	/* the table, waitable or lock class */
	const char *type;	/* as C would write it */
	const char *def_file;	/* where `name` is defined */
	uint32_t def_line;
	bool is_indirect;	/* through a slot or a parameter */
	bool is_one_of;		/* one of several that the place may mean */
};

struct ost_query {
	enum ost_query_kind kind;
	struct ost_query_result *results;
	size_t nr_results;
	bool is_defined;	/* the tree defines something of that name: no results are an answer then */
	uint64_t files, unreadable;	/* of the tree */
	double seconds;			/* wall time, reading included */
	char *store_note;	/* what was put right in the store, or NULL */
	void *priv;
};

/*
 * Reads SOURCE (from the store where it can) and answers. No result is not
 * an error. Errors: those of ost_facts_read(); OST_ERR_USAGE for a NAME that
 * could not be one.
 */
OST_WARN_UNUSED
struct ost_err *ost_query_create(const struct ost_source *source, const struct ost_source_opts *opts,
				 enum ost_query_kind kind, const char *name,
				 struct ost_query **ret_query);
/* NULL is fine. */
void ost_query_destroy(struct ost_query *q);

/*
 * Prints the answers as one JSON object ("ostler/query/1", `name` is what was
 * asked about; a write that fails is an error), or a line each for people.
 */
OST_WARN_UNUSED
struct ost_err *ost_query_write_json(FILE *out, const struct ost_query *q, const char *name);
void ost_query_write_text(FILE *out, const struct ost_query *q);

/* How much of a tree got a type when it was linked (`ostler facts --stats`). */
struct ost_link_figure {
	const char *name;	/* "lock and wait arguments", ... */
	uint64_t part, whole;
};
#define OST_LINK_FIGURES 24
struct ost_link_stats {
	struct ost_link_figure figures[OST_LINK_FIGURES];	/* shares, then what is left by cause */
	unsigned nr_figures;
	double seconds;		/* of linking; 0 when the kept index was used */
};
OST_WARN_UNUSED
struct ost_err *ost_link_stats_read(const struct ost_source *source, const struct ost_source_opts *opts,
				    struct ost_link_stats *ret_stats);
/* A line each, with shares. */
void ost_link_stats_write_text(FILE *out, const struct ost_link_stats *s);

#endif
