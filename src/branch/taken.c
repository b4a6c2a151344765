// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/taken.h"

#include <string.h>

#include "branch/symbols_collect.h"

static uint64_t key_of(const char *name, bool is_field)
{
	return ost_symbol_hash(is_field ? OST_SYM_FIELD : OST_SYM_WORD, name, strlen(name));
}

bool ost_is_taken(const struct ost_table *taken, const char *name, bool is_field)
{
	return taken->nr && ost_table_get(taken, key_of(name, is_field));
}

/* ---- names ---- */

/* Puts every name that the file declares, but for those in `has` (may be NULL). */
static void put_name(struct ost_table *t, const struct ost_facts *f, uint32_t name, const struct ost_table *has)
{
	uint64_t key = key_of(ost_facts_str(f, name), false);

	if (name && !(has && ost_table_get(has, key)))
		ost_table_put(t, key, NULL);
}

static void put_names(struct ost_table *t, const struct ost_facts *f, const struct ost_table *has)
{
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		put_name(t, f, f->funcs[i].name, has);
	for (i = 0; i < f->nr_protos; i++)
		put_name(t, f, f->protos[i].name, has);
	for (i = 0; i < f->nr_globals; i++)
		if (!f->globals[i].func)
			put_name(t, f, f->globals[i].name, has);
	for (i = 0; i < f->nr_macros; i++)
		put_name(t, f, f->macros[i].name, has);
	for (i = 0; i < f->nr_enum_consts; i++)
		put_name(t, f, f->enum_consts[i].name, has);
	for (i = 0; i < f->nr_typedefs; i++)
		put_name(t, f, f->typedefs[i].name, has);
}

/* ---- members ---- */

static uint64_t member_key(const char *tag, const char *field)
{
	return ost_symbol_member_key(ost_symbols_tag(tag), field, strlen(field));
}

static void put_members(struct ost_table *t, const struct ost_facts *f)
{
	uint32_t i, k;

	for (i = 0; i < f->nr_records; i++)
		for (k = 0; f->records[i].tag && k < f->records[i].nr_fields; k++)
			ost_table_put(t, member_key(ost_facts_str(f, f->records[i].tag),
						    ost_facts_str(f, f->fields[f->records[i].first_field + k].name)), NULL);
}

static bool has_record(const struct ost_facts *f, const char *tag)
{
	uint32_t i;

	for (i = 0; i < f->nr_records; i++)
		if (!strcmp(ost_facts_str(f, f->records[i].tag), tag))
			return true;
	return false;
}

static void take_members(struct ost_table *taken, const struct ost_facts *before, const struct ost_facts *now)
{
	struct ost_table has = OST_TABLE_INIT;
	uint32_t i, k;

	put_members(&has, now);
	for (i = 0; i < before->nr_records; i++) {
		const struct ost_fact_record *r = &before->records[i];
		const char *tag = ost_facts_str(before, r->tag);

		if (!r->tag || !has_record(now, tag))
			continue;
		for (k = 0; k < r->nr_fields; k++) {
			const char *field = ost_facts_str(before, before->fields[r->first_field + k].name);

			if (*field && !ost_table_get(&has, member_key(tag, field)))
				ost_table_put(taken, key_of(field, true), NULL);
		}
	}
	ost_table_deinit(&has);
}

void ost_taken_fill(struct ost_table *taken, const struct ost_facts *before, const struct ost_facts *now)
{
	struct ost_table has = OST_TABLE_INIT;

	if (!before)
		return;
	put_names(&has, now, NULL);
	put_names(taken, before, &has);
	ost_table_deinit(&has);
	take_members(taken, before, now);
}
