// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/datafile.h"

#include <stdio.h>
#include <unistd.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static const char *find_embedded(const char *name)
{
	const struct ost_data_embedded *e;

	for (e = ost_data_embedded; e->name; e++)
		if (!strcmp(e->name, name))
			return e->text;
	return NULL;
}

struct ost_err *ost_data_err(const struct ost_data_row *row, const char *fmt, ...)
{
	OST_BUF what = OST_BUF_INIT, why = OST_BUF_INIT;
	va_list ap;

	ost_buf_addf(&what, "%s:%u", row->file, row->line);
	va_start(ap, fmt);
	ost_buf_addv(&why, fmt, ap);
	va_end(ap);
	return ost_err_create(OST_ERR_INPUT, what.ptr, NULL, "%s", why.ptr);
}

static char *trim(char *s, char *end)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	return s;
}

/* Ends the line at its comment. */
static void cut_comment(char *line)
{
	char *p;

	for (p = line; *p; p++) {
		if (*p == '#' && (p == line || p[-1] == ' ' || p[-1] == '\t')) {
			*p = '\0';
			return;
		}
	}
}

/* Splits `line` in place; false when there are too many fields. */
static bool split(struct ost_data_row *row, char *line, char sep)
{
	char *p = trim(line, line + strlen(line)), *end;

	while (*p) {
		end = sep == ' ' ? p + strcspn(p, " \t") : strchrnul(p, sep);
		if (row->nr_fields == OST_DATA_MAX_FIELDS)
			return false;
		row->fields[row->nr_fields++] = p;
		if (!*end)
			break;
		p = end + 1;
		*end = '\0';
		row->fields[row->nr_fields - 1] = trim((char *)row->fields[row->nr_fields - 1], end);
		while (*p == ' ' || *p == '\t')
			p++;
		if (!*p && sep != ' ')
			return row->nr_fields++ < OST_DATA_MAX_FIELDS;
	}
	return true;
}

static struct ost_err *read_line(struct ost_data_row *row, char *line, char sep,
				 unsigned min_fields, unsigned max_fields,
				 ost_data_fn fn, void *ctx)
{
	unsigned i;

	row->nr_fields = 0;
	for (i = 0; i < OST_DATA_MAX_FIELDS; i++)
		row->fields[i] = "";
	cut_comment(line);
	if (!split(row, line, sep))
		return ost_data_err(row, "more than %d fields", OST_DATA_MAX_FIELDS);
	if (!row->nr_fields)
		return NULL;
	if (row->nr_fields < min_fields || row->nr_fields > max_fields)
		return ost_data_err(row, "%u fields where %u to %u are wanted",
				    row->nr_fields, min_fields, max_fields);
	return fn(ctx, row);
}

struct ost_err *ost_data_parse(const char *name, const char *text, char sep,
			       unsigned min_fields, unsigned max_fields,
			       struct ost_arena *arena, ost_data_fn fn, void *ctx)
{
	struct ost_data_row row = { .file = name };
	const char *end;

	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		row.line++;
		ost_try(read_line(&row, ost_arena_strndup(arena, text, end - text),
				  sep, min_fields, max_fields, fn, ctx));
	}
	return NULL;
}

struct ost_err *ost_data_read(const char *name, char sep, unsigned min_fields,
			      unsigned max_fields, struct ost_arena *arena,
			      ost_data_fn fn, void *ctx)
{
	const char *dir = getenv("OSTLER_DATADIR"), *text;
	OST_BUF path = OST_BUF_INIT, file = OST_BUF_INIT;

	if (dir && *dir) {
		ost_buf_addf(&path, "%s/%s", dir, name);
		if (!access(path.ptr, F_OK)) {
			ost_try(ost_buf_read_file(&file, path.ptr, OST_DATA_MAX_BYTES));
			return ost_data_parse(ost_arena_strdup(arena, path.ptr), file.ptr, sep,
					      min_fields, max_fields, arena, fn, ctx);
		}
	}
	text = find_embedded(name);
	if (!text)
		return ost_err_create(OST_ERR_ENV, name, "set OSTLER_DATADIR to the data directory",
				      "no such table is built in");
	return ost_data_parse(name, text, sep, min_fields, max_fields, arena, fn, ctx);
}
