/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * datafile.h - the text tables of data/, built into the program.
 *
 * scripts/embed-data.py turns each table of data/ into a string of the library, so
 * that the program needs no files when it runs. $OSTLER_DATADIR names a
 * directory whose files replace those of the same name (to try a table out).
 *
 * A table is lines of fields separated by `sep` ('|': blanks around fields are
 * cut; ' ': any run of blanks). `#` begins a comment at the start of a line or
 * after a blank; empty lines are passed over. A line whose first field begins
 * with '-' right before its key is a removal in overlays: the reader hands it
 * out like any other.
 */
#ifndef OST_BASE_DATAFILE_H
#define OST_BASE_DATAFILE_H

#include <stddef.h>

#include "base/arena.h"
#include "ostler/err.h"

#define OST_DATA_MAX_FIELDS 16
#define OST_DATA_MAX_BYTES (4u << 20)

/* One table that is built in. */
struct ost_data_embedded {
	const char *name, *text;
};
extern const struct ost_data_embedded ost_data_embedded[];	/* ended by name NULL; generated */

struct ost_data_row {
	const char *file;	/* for errors */
	unsigned line;
	const char *fields[OST_DATA_MAX_FIELDS];	/* arena memory; unused ones are "" */
	unsigned nr_fields;
};

/* Return an error to stop; it is handed upwards. */
typedef struct ost_err *(*ost_data_fn)(void *ctx, const struct ost_data_row *row);

/*
 * Calls fn for each row of the table `name` ("symptoms.txt"). A row with
 * fewer than min_fields or more than max_fields (<= OST_DATA_MAX_FIELDS)
 * fields is an OST_ERR_INPUT naming file:line; a table that is neither in
 * $OSTLER_DATADIR nor built in is OST_ERR_ENV.
 */
OST_WARN_UNUSED
struct ost_err *ost_data_read(const char *name, char sep, unsigned min_fields,
			      unsigned max_fields, struct ost_arena *arena,
			      ost_data_fn fn, void *ctx);

/* The same on text that the caller has (a user's overlay, a test). */
OST_WARN_UNUSED
struct ost_err *ost_data_parse(const char *name, const char *text, char sep,
			       unsigned min_fields, unsigned max_fields,
			       struct ost_arena *arena, ost_data_fn fn, void *ctx);

/* An OST_ERR_INPUT at a row: "symptoms.txt:12: why". */
OST_WARN_UNUSED OST_PRINTF(2, 3)
struct ost_err *ost_data_err(const struct ost_data_row *row, const char *fmt, ...);

#endif
