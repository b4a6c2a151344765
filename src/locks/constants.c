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

/* A value that was found for a name. */
struct finding {
	uint32_t name;		/* ost_fact_name() */
	bool is_found, is_known;	/* found, but not known: no number, or two of them */
	long long value;
};

static void note(struct finding *f, bool is_number, long long value)
{
	f->is_known = is_number && (!f->is_found || (f->is_known && f->value == value));
	f->is_found = true;
	f->value = value;
}

static void find_in_enum(const struct ost_facts *f, const struct ost_fact_enum *e, struct finding *ret)
{
	bool is_number = true;
	long long value = -1;

	for (uint32_t k = 0; k < e->nr_consts; k++) {
		const struct ost_fact_enum_const *c = &f->enum_consts[e->first_const + k];

		value = (long long)((unsigned long long)value + 1);
		if (c->value)
			is_number = read_number(ost_facts_str(f, c->value), &value);
		if (ost_fact_name(ost_facts_str(f, c->name)) == ret->name)
			note(ret, is_number, value);
	}
}

/* What this file defines it as, by a macro or in an enum. */
static void find_in(const struct ost_facts *f, struct finding *ret)
{
	for (uint32_t i = 0; i < f->nr_macros; i++) {
		long long value = 0;
		bool is_number;

		if (f->macros[i].is_function || ost_fact_name(ost_facts_str(f, f->macros[i].name)) != ret->name)
			continue;
		is_number = read_number(ost_facts_str(f, f->macros[i].text), &value);
		note(ret, is_number, value);
	}
	for (uint32_t i = 0; i < f->nr_enums; i++)
		find_in_enum(f, &f->enums[i], ret);
}

/* False: the header is another folder's. */
static bool find_beside(const struct ost_scope *s, uint32_t file, struct finding *ret)
{
	const char *path = ost_program_path(s->p, s->file), *slash = strrchr(path, '/'), *other = ost_program_path(s->p, file);

	if (strncmp(other, path, slash ? (size_t)(slash - path) + 1 : 0))
		return false;
	if (!strcmp(other + strlen(other) - 2, ".h"))
		find_in(ost_program_facts(s->p, file), ret);
	return true;
}

#define MAX_PLAIN 256

/* A small number is its own name (ost_const_text()). */
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

/* In the file of the scope, or else in the headers beside it, which have to agree. */
static bool look_up(const struct ost_scope *s, uint32_t name, long long *ret)
{
	struct finding f = { .name = name };
	uint32_t nr = ost_program_nr_files(s->p);

	if (is_plain_number(name, ret))
		return true;
	find_in(s->f, &f);
	if (!f.is_found) {
		for (uint32_t i = s->file; i-- > 0 && find_beside(s, i, &f);)
			;
		for (uint32_t i = s->file + 1; i < nr && find_beside(s, i, &f); i++)
			;
	}
	*ret = f.value;
	return f.is_known;
}

bool ost_constant(struct ost_constants *known, const struct ost_scope *s, uint32_t name, long long *ret)
{
	bool is_new;
	uint64_t *at = ost_table_put(&known->by_name, ost_table_pack(s->file, name), &is_new);
	long long value;

	if (is_new && look_up(s, name, &value)) {
		ost_vec_add(&known->values, value);
		*at = known->values.nr;
	}
	if (*at)
		*ret = known->values.items[*at - 1];
	return *at != 0;
}

void ost_constants_deinit(struct ost_constants *known)
{
	ost_table_deinit(&known->by_name);
	ost_vec_deinit(&known->values);
}

static bool defines(const struct ost_facts *f, const char *name)
{
	for (uint32_t i = 0; i < f->nr_macros; i++)
		if (!strcmp(ost_facts_str(f, f->macros[i].name), name))
			return true;
	return false;
}

bool ost_macro_is_set(const struct ost_scope *s, const char *name)
{
	for (uint32_t i = 0; i < s->f->nr_macros; i++)
		if (!s->f->macros[i].cond && !strcmp(ost_facts_str(s->f, s->f->macros[i].name), name))
			return true;
	return false;
}

static bool is_header(const char *path)
{
	size_t len = strlen(path);

	return len > 2 && !strcmp(path + len - 2, ".h");
}

/* The header of include/, or one beside the file that includes it (`../x.h`). */
static uint32_t included_by(const struct ost_program *p, const char *path, const char *header)
{
	char name[512];
	size_t len = strlen(path);
	uint32_t file;

	snprintf(name, sizeof(name), "include/%s", header);
	file = ost_program_find_file(p, name);
	if (file != OST_NO_ID)
		return file;
	for (bool is_up = true; is_up;) {
		while (len && path[len - 1] != '/')
			len--;
		is_up = !strncmp(header, "../", 3) && len;
		if (is_up) {
			header += 3;
			len--;
		}
	}
	snprintf(name, sizeof(name), "%.*s%s", (int)len, path, header);
	return ost_program_find_file(p, name);
}

bool ost_macro_is_defined(const struct ost_scope *s, const char *name)
{
	const char *path = ost_program_path(s->p, s->file), *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;
	uint32_t first = s->file, nr = ost_program_nr_files(s->p);

	if (defines(s->f, name))
		return true;
	while (first && !strncmp(ost_program_path(s->p, first - 1), path, len))
		first--;
	for (uint32_t i = first; i < nr && !strncmp(ost_program_path(s->p, i), path, len); i++)
		if (is_header(ost_program_path(s->p, i)) && defines(ost_program_facts(s->p, i), name))
			return true;
	for (uint32_t i = 0; i < s->f->nr_includes; i++) {
		uint32_t file;

		file = included_by(s->p, path, ost_facts_str(s->f, s->f->includes[i].path));
		if (file != OST_NO_ID && defines(ost_program_facts(s->p, file), name))
			return true;
	}
	return false;
}
