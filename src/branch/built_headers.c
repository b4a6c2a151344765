// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/built_headers.h"

#include <fnmatch.h>

#include "base/datafile.h"

struct ost_built_headers {
	const char *pattern;
	enum ost_built_header kind;
	struct ost_built_headers *next;
};

struct reading {
	struct ost_side_files *side;
	struct ost_built_headers **end;
};

static void add(struct reading *r, const char *pattern, enum ost_built_header kind)
{
	struct ost_built_headers *h = ost_arena_calloc(&r->side->arena, 1, sizeof(*h));

	h->pattern = pattern;
	h->kind = kind;
	*r->end = h;
	r->end = &h->next;
}

static struct ost_err *add_row(void *ctx, const struct ost_data_row *row)
{
	bool is_plain = !strcmp(row->fields[1], "plain");

	if (!is_plain && strcmp(row->fields[1], "names"))
		return ost_data_err(row, "the second field is `plain` or `names`");
	add(ctx, row->fields[0], is_plain ? OST_BUILT_HEADER_PLAIN : OST_BUILT_HEADER_NAMES);
	return NULL;
}

static void read_table(struct ost_side_files *side)
{
	struct reading r = { side, &side->built_headers };
	struct ost_err *err = ost_data_read("built-headers.txt", '|', 3, 3, &side->arena, add_row, &r);

	if (err)
		add(&r, "*", OST_BUILT_HEADER_NAMES);
	ost_err_destroy(err);
}

enum ost_built_header ost_built_header(struct ost_side_files *side, const char *name)
{
	const struct ost_built_headers *h;

	if (!side->built_headers)
		read_table(side);
	name = ost_include_name(name);
	for (h = side->built_headers; h; h = h->next)
		if (!fnmatch(h->pattern, name, 0))
			return h->kind;
	return OST_BUILT_HEADER_NO;
}
