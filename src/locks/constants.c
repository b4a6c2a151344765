// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/constants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locks/summary.h"

/* The number that a text stands for: 12, 0x10, (1), true, BIT(3), 1 << 4. */
static bool read_number(const char *text, long long *ret)
{
	char *end;

	text += strspn(text, " \t(");
	if (!strncmp(text, "BIT(", 4)) {
		*ret = 1ll << (strtoul(text + 4, &end, 0) & 63);
		return end != text + 4;
	}
	if (!strcmp(text, "true") || !strcmp(text, "false")) {
		*ret = text[0] == 't';
		return true;
	}
	*ret = strtoll(text, &end, 0);
	if (end == text)
		return false;
	end += strspn(end, " \tULul)");
	if (!strncmp(end, "<<", 2))
		*ret <<= strtoul(end + 2, &end, 0) & 63;
	end += strspn(end, " \tULul)");
	return !*end;
}

/* The value of the constant of that ost_fact_name() that this file defines, as a macro or in an enum. */
static bool constant_of(const struct ost_facts *f, uint32_t name, long long *ret)
{
	for (uint32_t i = 0; i < f->nr_macros; i++)
		if (!f->macros[i].is_function && ost_fact_name(ost_facts_str(f, f->macros[i].name)) == name)
			return read_number(ost_facts_str(f, f->macros[i].text), ret);
	for (uint32_t i = 0; i < f->nr_enums; i++) {
		long long value = -1;
		bool is_known = true;

		for (uint32_t k = 0; k < f->enums[i].nr_consts; k++) {
			const struct ost_fact_enum_const *c = &f->enum_consts[f->enums[i].first_const + k];

			value++;
			if (c->value)
				is_known = read_number(ost_facts_str(f, c->value), &value);
			if (ost_fact_name(ost_facts_str(f, c->name)) != name)
				continue;
			*ret = value;
			return is_known;
		}
	}
	return false;
}

/* The same, in the file of the scope or a header beside it. */
static bool look_up(const struct ost_scope *s, uint32_t name, long long *ret)
{
	const char *path = ost_program_path(s->p, s->file), *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;
	uint32_t nr = ost_program_nr_files(s->p);

	if (constant_of(s->f, name, ret))
		return true;
	for (uint32_t i = s->file; i-- > 0 && !strncmp(ost_program_path(s->p, i), path, len);) {
		const char *other = ost_program_path(s->p, i);

		if (!strcmp(other + strlen(other) - 2, ".h") && constant_of(ost_program_facts(s->p, i), name, ret))
			return true;
	}
	for (uint32_t i = s->file + 1; i < nr && !strncmp(ost_program_path(s->p, i), path, len); i++) {
		const char *other = ost_program_path(s->p, i);

		if (!strcmp(other + strlen(other) - 2, ".h") && constant_of(ost_program_facts(s->p, i), name, ret))
			return true;
	}
	return false;
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
