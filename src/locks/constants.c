// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/constants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locks/summary.h"

static long long shifted(long long value, unsigned long bits)
{
	return (long long)((unsigned long long)value << (bits & 63));
}

/* The number that a text stands for: 12, 0x10, (1), true, BIT(3), 1 << 4. */
static bool read_number(const char *text, long long *ret)
{
	bool is_bit;
	char *end;

	text += strspn(text, " \t(");
	if (!strcmp(text, "true") || !strcmp(text, "false")) {
		*ret = text[0] == 't';
		return true;
	}
	is_bit = !strncmp(text, "BIT(", 4);
	if (is_bit)
		text += 4;
	*ret = (long long)strtoull(text, &end, 0);
	if (end == text)
		return false;
	end += strspn(end, " \tULul)");
	if (is_bit) {
		*ret = shifted(1, (unsigned long)*ret);
	} else if (!strncmp(end, "<<", 2)) {
		*ret = shifted(*ret, strtoul(end + 2, &end, 0));
		end += strspn(end, " \tULul)");
	}
	return !*end;
}

/* ---- what a file defines ---------------------------------------------------------- */

#define IS_ENUM (1u << 31)

static uint64_t row_of(const struct ost_facts *f, uint32_t name, uint32_t what)
{
	return (uint64_t)ost_fact_name(ost_facts_str(f, name)) << 32 | what;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* All at once: a name's hash, and the number of the macro or of the constant. */
static void list_names(struct ost_constants *k, const struct ost_facts *f)
{
	size_t before = k->rows.nr;

	for (uint32_t i = 0; i < f->nr_macros; i++)
		if (!f->macros[i].is_function)
			ost_vec_add(&k->rows, row_of(f, f->macros[i].name, i));
	for (uint32_t i = 0; i < f->nr_enums; i++)
		for (uint32_t c = 0; c < f->enums[i].nr_consts; c++)
			ost_vec_add(&k->rows, row_of(f, f->enum_consts[f->enums[i].first_const + c].name,
						     IS_ENUM | (f->enums[i].first_const + c)));
	if (k->rows.nr > before)
		qsort(k->rows.items + before, k->rows.nr - before, sizeof(*k->rows.items), by_value);
}

/* The rows of the file. */
static const uint64_t *rows_of(struct ost_constants *k, uint32_t file, const struct ost_facts *f, size_t *ret_nr)
{
	bool is_new;
	uint64_t *at = ost_table_put(&k->defined, file, &is_new);

	if (is_new) {
		if (!k->first.nr)
			ost_vec_add(&k->first, 0);
		list_names(k, f);
		*at = k->first.nr;
		ost_vec_add(&k->first, (uint32_t)k->rows.nr);
	}
	*ret_nr = k->first.items[*at] - k->first.items[*at - 1];
	return k->rows.items + k->first.items[*at - 1];
}

/* The enum that constant number `nr` of the file is of. */
static const struct ost_fact_enum *enum_of(const struct ost_facts *f, uint32_t nr)
{
	uint32_t i = 0;

	while (nr < f->enums[i].first_const || nr >= f->enums[i].first_const + f->enums[i].nr_consts)
		i++;
	return &f->enums[i];
}

static bool enum_value(const struct ost_facts *f, uint32_t nr, long long *ret)
{
	const struct ost_fact_enum *e = enum_of(f, nr);
	bool is_number = true;

	*ret = -1;
	for (uint32_t c = e->first_const; c <= nr; c++) {
		*ret = (long long)((unsigned long long)*ret + 1);
		if (f->enum_consts[c].value)
			is_number = read_number(ost_facts_str(f, f->enum_consts[c].value), ret);
	}
	return is_number;
}

static bool value_of_row(const struct ost_facts *f, uint32_t what, long long *ret)
{
	return what & IS_ENUM ? enum_value(f, what & ~IS_ENUM, ret) :
		read_number(ost_facts_str(f, f->macros[what].text), ret);
}

/* 1: the file defines it, as *ret; -1: as no number that is known, or as several; 0: it does not. */
static int find_in(struct ost_constants *k, uint32_t file, const struct ost_facts *f, uint32_t name, long long *ret)
{
	size_t nr, low = 0, high;
	const uint64_t *rows = rows_of(k, file, f, &nr);
	int found = 0;

	for (high = nr; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (rows[middle] >> 32 < name)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < nr && rows[low] >> 32 == name; low++) {
		long long value;

		if (!value_of_row(f, (uint32_t)rows[low], &value) || (found && value != *ret))
			return -1;
		*ret = value;
		found = 1;
	}
	return found;
}

/* ---- what it includes -------------------------------------------------------------- */

#define INCLUDE_DEPTH 5
#define MAX_INCLUDED 600

static void add_included(struct ost_constants *k, const struct ost_program *p, uint32_t file, size_t first)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_includes(p, file, &ids);

	for (uint32_t i = 0; i < nr; i++) {
		bool is_known = k->headers.nr - first >= MAX_INCLUDED;

		for (size_t h = first; h < k->headers.nr && !is_known; h++)
			is_known = k->headers.items[h] == ids[i];
		if (!is_known)
			ost_vec_add(&k->headers, ids[i]);
	}
}

/* Headers of include/ include half of it: theirs are followed no further than one step. */
static bool is_followed(const struct ost_program *p, uint32_t header, unsigned depth)
{
	return depth == 1 || strncmp(ost_program_path(p, header), "include/", 8) != 0;
}

/* Its headers, and theirs, the nearest ones first. */
static const uint32_t *headers_of(struct ost_constants *k, const struct ost_program *p, uint32_t file, uint32_t *ret_nr)
{
	bool is_new;
	uint64_t *at = ost_table_put(&k->included, file, &is_new);
	size_t first, next;

	if (is_new) {
		*at = k->headers.nr;
		ost_vec_add(&k->headers, 0);
		first = next = k->headers.nr;
		add_included(k, p, file, first);
		for (unsigned depth = 1; depth < INCLUDE_DEPTH; depth++)
			for (size_t end = k->headers.nr; next < end; next++)
				if (is_followed(p, k->headers.items[next], depth))
					add_included(k, p, k->headers.items[next], first);
		k->headers.items[*at] = (uint32_t)(k->headers.nr - first);
	}
	*ret_nr = k->headers.items[*at];
	return k->headers.items + *at + 1;
}

/* ---- the values ---------------------------------------------------------------------- */

#define MAX_PLAIN 256

/* A small number is its own name. */
static bool is_plain_number(uint32_t name, long long *ret)
{
	char text[8];

	for (int i = 0; i < MAX_PLAIN; i++) {
		snprintf(text, sizeof(text), "%d", i);
		*ret = i;
		if (ost_fact_name(text) == name)
			return true;
	}
	return false;
}

/* In the file, or else in what it includes: where two headers do not agree, nobody knows which one is meant. */
static int look_up(struct ost_constants *k, const struct ost_program *p, uint32_t file, const struct ost_facts *f,
		   uint32_t name, long long *ret)
{
	const uint32_t *headers;
	uint32_t nr;
	int found = is_plain_number(name, ret) ? 1 : find_in(k, file, f, name, ret);

	if (found)
		return found;
	headers = headers_of(k, p, file, &nr);
	for (uint32_t i = 0; i < nr && found >= 0; i++) {
		long long value;
		int other = find_in(k, headers[i], ost_program_facts(p, headers[i]), name, &value);

		if (found && other > 0 && value != *ret)
			return -1;
		if (other > 0)
			*ret = value;
		found = other ? other : found;
	}
	return found;
}

#define NO_NUMBER UINT64_MAX

static int constant_in(struct ost_constants *known, const struct ost_program *p, uint32_t file, const struct ost_facts *f,
		       uint32_t name, long long *ret)
{
	bool is_new;
	uint64_t *at = ost_table_put(&known->by_name, ost_table_pack(file, name), &is_new);
	long long value;
	int found;

	if (is_new) {
		found = look_up(known, p, file, f ? f : ost_program_facts(p, file), name, &value);
		if (found > 0)
			ost_vec_add(&known->values, value);
		*at = found > 0 ? known->values.nr : found ? NO_NUMBER : 0;
	}
	if (!*at || *at == NO_NUMBER)
		return *at ? -1 : 0;
	*ret = known->values.items[*at - 1];
	return 1;
}

bool ost_constant(struct ost_constants *known, const struct ost_scope *s, uint32_t name, long long *ret)
{
	return constant_in(known, s->p, s->file, s->f, name, ret) > 0;
}

int ost_constant_in(struct ost_constants *known, const struct ost_scope *s, uint32_t file, uint32_t name, long long *ret)
{
	return constant_in(known, s->p, file, file == s->file ? s->f : NULL, name, ret);
}

void ost_constants_deinit(struct ost_constants *known)
{
	ost_table_deinit(&known->by_name);
	ost_table_deinit(&known->defined);
	ost_table_deinit(&known->included);
	ost_vec_deinit(&known->values);
	ost_vec_deinit(&known->first);
	ost_vec_deinit(&known->rows);
	ost_vec_deinit(&known->headers);
}

/* ---- whether a macro is defined --------------------------------------------------------- */

static bool defines(const struct ost_facts *f, const char *name)
{
	for (uint32_t i = 0; i < f->nr_macros; i++)
		if (!strcmp(ost_facts_str(f, f->macros[i].name), name))
			return true;
	return false;
}

static bool is_header(const char *path)
{
	size_t len = strlen(path);

	return len > 2 && !strcmp(path + len - 2, ".h");
}

bool ost_macro_is_set(const struct ost_scope *s, const char *name)
{
	for (uint32_t i = 0; i < s->f->nr_macros; i++)
		if (!s->f->macros[i].cond && !strcmp(ost_facts_str(s->f, s->f->macros[i].name), name))
			return true;
	return false;
}

/* A header beside the file counts, too: a Makefile may make it look there. */
bool ost_macro_is_defined(const struct ost_scope *s, const char *name)
{
	const char *path = ost_program_path(s->p, s->file), *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;
	uint32_t first = s->file, nr = ost_program_nr_files(s->p), nr_includes;
	const uint32_t *included;

	if (defines(s->f, name))
		return true;
	while (first && !strncmp(ost_program_path(s->p, first - 1), path, len))
		first--;
	for (uint32_t i = first; i < nr && !strncmp(ost_program_path(s->p, i), path, len); i++)
		if (is_header(ost_program_path(s->p, i)) && defines(ost_program_facts(s->p, i), name))
			return true;
	nr_includes = ost_program_includes(s->p, s->file, &included);
	for (uint32_t i = 0; i < nr_includes; i++)
		if (defines(ost_program_facts(s->p, included[i]), name))
			return true;
	return false;
}
