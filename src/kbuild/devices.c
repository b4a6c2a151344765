// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/devices.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/datafile.h"
#include "kbuild/macros.h"

#define MAX_ROWS 32
#define MAX_ELEMENTS 64
#define INVOCATION "MODULE_DEVICE_TABLE"

struct device_row {
	const char *bus, *headers;
	const char *fields[2];
	unsigned at[2];		/* places without a designator */
	bool is_text;		/* one string, not two numbers */
};

struct ost_device_rows {
	struct device_row rows[MAX_ROWS];
	size_t nr;
	struct ost_arena *arena;
};

/* ---- data/device-ids.txt ---- */

/* "idVendor@1" */
static bool read_field(struct ost_arena *arena, const char *text, const char **ret_name, unsigned *ret_at)
{
	const char *at = strchr(text, '@');

	if (!at || !isdigit((unsigned char)at[1]))
		return false;
	*ret_name = ost_arena_strndup(arena, text, (size_t)(at - text));
	*ret_at = (unsigned)(at[1] - '0');
	return true;
}

static struct ost_err *add_row(void *ctx, const struct ost_data_row *row)
{
	struct ost_device_rows *r = ctx;
	struct device_row *d = &r->rows[r->nr];
	const char *second = row->fields[1] + strcspn(row->fields[1], " ");

	if (r->nr == MAX_ROWS)
		return ost_data_err(row, "more than %d rows", MAX_ROWS);
	d->bus = row->fields[0];
	d->headers = row->fields[2];
	d->is_text = !*second;
	if (!read_field(r->arena, row->fields[1], &d->fields[0], &d->at[0]) ||
	    (*second && !read_field(r->arena, second + 1, &d->fields[1], &d->at[1])))
		return ost_data_err(row, "a field is NAME@PLACE, not '%s'", row->fields[1]);
	r->nr++;
	return NULL;
}

struct ost_device_rows *ost_device_rows_create(struct ost_arena *arena, struct ost_err **ret_err)
{
	struct ost_device_rows *r = ost_arena_calloc(arena, 1, sizeof(*r));

	r->arena = arena;
	*ret_err = ost_data_read("device-ids.txt", '|', 4, 4, arena, add_row, r);
	return r;
}

static const struct device_row *find_row(const struct ost_device_rows *rows, const char *bus)
{
	size_t i;

	for (i = 0; i < rows->nr; i++)
		if (!strcmp(rows->rows[i].bus, bus))
			return &rows->rows[i];
	return NULL;
}

/* ---- one entry ---- */

struct reading {
	struct ost_arena *arena;
	struct ost_kb_texts *texts;
	struct ost_macros macros;
	const struct device_row *row;
	const char *path;
	ost_device_list *out;
};

struct element {
	size_t first, nr;
};

static bool is(const struct ost_mc_tok *t, const char *s)
{
	return !strcmp(t->s, s);
}

/* The parts between commas of t[0..nr), at most max. */
static size_t split(const struct ost_mc_tok *t, size_t nr, struct element *ret, size_t max)
{
	size_t i, first = 0, n = 0;
	int level = 0;

	for (i = 0; i <= nr && n < max; i++) {
		if (i < nr && !(is(&t[i], ",") && !level)) {
			level += strchr("({[", *t[i].s) != NULL;
			level -= strchr(")}]", *t[i].s) != NULL;
			continue;
		}
		if (i > first)
			ret[n++] = (struct element){ first, i - first };
		first = i + 1;
	}
	return n;
}

/* The value of the row's field k among the elements; nr 0 when it is not set. */
static struct element value_of(const struct reading *r, const struct ost_mc_tok *t, const struct element *e,
			       size_t nr, unsigned k)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (e[i].nr > 3 && is(&t[e[i].first], ".") && is(&t[e[i].first + 2], "=") &&
		    is(&t[e[i].first + 1], r->row->fields[k]))
			return (struct element){ e[i].first + 3, e[i].nr - 3 };
	if (r->row->at[k] < nr && !is(&t[e[0].first], "."))
		return e[r->row->at[k]];
	return (struct element){ 0, 0 };
}

/* "1618", "*" for any, or the words as they stand. */
static const char *number_text(struct reading *r, const struct ost_mc_tok *t, size_t nr)
{
	struct ost_arena *arena = r->arena;
	const char *s = "";
	unsigned long v;
	size_t i;

	if (ost_mc_number(&r->macros, t, nr, &v))
		return v > 0xffff ? "*" : ost_arena_printf(arena, "%04lx", v);
	for (i = 0; i < nr; i++)
		if (nr > 3 || (!is(&t[i], "(") && !is(&t[i], ")")))
			s = ost_arena_printf(arena, "%s%s", s, t[i].s);
	return s;
}

static const char *id_of(struct reading *r, const struct ost_mc_tok *t, const struct element *e, size_t nr)
{
	struct element v = value_of(r, t, e, nr, 0), w;
	const char *text;

	if (r->row->is_text)
		return v.nr && ost_mc_string(&r->macros, t + v.first, v.nr, &text) && *text ? text : NULL;
	w = value_of(r, t, e, nr, 1);
	if (!v.nr && !w.nr)
		return NULL;
	return ost_arena_printf(r->arena, "%s:%s", v.nr ? number_text(r, t + v.first, v.nr) : "*",
				w.nr ? number_text(r, t + w.first, w.nr) : "*");
}

static void add_entry(struct reading *r, const struct ost_mc_tok *t, size_t nr)
{
	struct element e[MAX_ELEMENTS];
	const char *id;
	size_t nr_elements, i;

	while (nr && !is(t, "{") && !is(t, ".") && !isalpha((unsigned char)*t->s)) {	/* [INDEX] = */
		t++;
		nr--;
	}
	if (nr > 1 && is(t, "{")) {
		t++;
		nr -= 2;
	}
	nr_elements = split(t, nr, e, MAX_ELEMENTS);
	if (!nr_elements || r->out->nr >= OST_DEVICES_MAX)
		return;
	id = id_of(r, t, e, nr_elements);
	if (!id || !strcmp(id, "0000:0000") || !strcmp(id, "0000:*"))	/* the end of the table */
		return;
	for (i = 0; i < r->out->nr; i++)	/* entries that differ in other fields */
		if (!strcmp(r->out->items[i].id, id) && !strcmp(r->out->items[i].bus, r->row->bus))
			return;
	*ost_vec_push(r->out) = (struct ost_reach_device){
		.bus = r->row->bus, .id = id, .file = r->path, .line = t->line,
	};
}

/* ---- one table ---- */

/* Index of the "{" of "NAME[...] = {", or nr. */
static size_t find_table(const ost_mc_toks *t, const char *name)
{
	size_t i, k;

	for (i = 0; i + 1 < t->nr; i++) {
		if (strcmp(t->items[i].s, name) || !is(&t->items[i + 1], "["))
			continue;
		for (k = i + 1; k < t->nr && !is(&t->items[k], ";"); k++)
			if (is(&t->items[k], "=") && k + 1 < t->nr && is(&t->items[k + 1], "{"))
				return k + 1;
	}
	return t->nr;
}

static size_t end_of(const ost_mc_toks *t, size_t open)
{
	int level = 0;
	size_t i;

	for (i = open; i < t->nr; i++) {
		level += is(&t->items[i], "{");
		level -= is(&t->items[i], "}");
		if (!level)
			break;
	}
	return i;
}

static void read_table(struct reading *r, const ost_mc_toks *toks, const char *name)
{
	size_t open = find_table(toks, name), end = open < toks->nr ? end_of(toks, open) : open, i, first = 0;
	ost_mc_toks all = OST_VEC_INIT;
	int level = 0;

	if (open >= toks->nr)
		return;
	ost_mc_expand(&r->macros, toks->items + open + 1, end - open - 1, &all);
	/* commas of the table part entries; those of a macro without braces part fields: see "." */
	for (i = 0; i <= all.nr; i++) {
		if (i < all.nr && !(is(&all.items[i], ",") && !level)) {
			level += strchr("({[", *all.items[i].s) != NULL;
			level -= strchr(")}]", *all.items[i].s) != NULL;
			continue;
		}
		if (i + 1 < all.nr && is(&all.items[i + 1], "."))
			continue;
		if (i > first)
			add_entry(r, all.items + first, i - first);
		first = i + 1;
	}
	ost_vec_deinit(&all);
}

/* ---- one file ---- */

bool ost_has_device_table(const char *text)
{
	return text && strstr(text, INVOCATION) != NULL;
}

static void add_text(struct reading *r, const char *text)
{
	size_t i;

	for (i = 0; text && i < r->macros.texts.nr; i++)
		if (r->macros.texts.items[i] == text)
			return;
	if (text)
		ost_vec_add(&r->macros.texts, text);
}

/* The file, what it includes by "...", and the row's headers. */
static void add_texts(struct reading *r, const char *text)
{
	struct ost_arena *arena = r->arena;
	const char *folder = ost_kb_folder(arena, r->path), *p = text, *h;
	size_t n;

	add_text(r, text);
	while ((p = strstr(p, "#include \""))) {
		p += 10;
		n = strcspn(p, "\"\n");
		if (n < 200)
			add_text(r, ost_kb_text(r->texts, ost_kb_join(arena, folder, ost_arena_strndup(arena, p, n)), NULL));
	}
	for (p = text; (p = strstr(p, "#include <")); p += n) {
		p += 10;
		n = strcspn(p, ">\n");
		if (n > 6 && n < 200 && !strncmp(p + n - 6, "_ids.h", 6))
			add_text(r, ost_kb_text(r->texts, ost_arena_printf(arena, "include/%.*s", (int)n, p), NULL));
	}
	for (h = r->row->headers; *h; h += n + (h[n] == ' ')) {
		n = strcspn(h, " ");
		add_text(r, ost_kb_text(r->texts, ost_arena_strndup(arena, h, n), NULL));
	}
}

void ost_devices_list(struct ost_arena *arena, struct ost_kb_texts *texts, const struct ost_device_rows *rows, const char *path,
		      ost_device_list *ret)
{
	ost_mc_toks toks = OST_VEC_INIT;
	OST_BUF text = OST_BUF_INIT;
	size_t i;

	if (!ost_kb_text_once(texts, path, &text) || !ost_has_device_table(text.ptr))
		return;
	ost_mc_lex(arena, text.ptr, text.len, 1, &toks);
	for (i = 0; i + 4 < toks.nr; i++) {
		struct reading r = { .arena = arena, .texts = texts, .path = ost_arena_strdup(arena, path), .out = ret };

		if (!is(&toks.items[i], INVOCATION) || !is(&toks.items[i + 3], ","))
			continue;
		r.row = find_row(rows, toks.items[i + 2].s);
		if (!r.row)
			continue;
		ost_macros_init(&r.macros, arena);
		add_texts(&r, text.ptr);
		read_table(&r, &toks, toks.items[i + 4].s);
		ost_macros_deinit(&r.macros);
	}
	ost_vec_deinit(&toks);
}
