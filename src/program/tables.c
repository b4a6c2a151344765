// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rows of data/bindings.txt and data/typerules.txt.
 */
#include "program/internal.h"

#include <stdlib.h>

#include "base/datafile.h"

#define NAME_MAX_LEN 127

/* A kept index is good for the tables that it was made with. */
static void note_row(struct ost_program *p, const struct ost_data_row *row)
{
	unsigned i;

	for (i = 0; i < row->nr_fields; i++)
		p->tables_hash = ost_hash_mix(p->tables_hash * 31 + ost_hash_bytes(row->fields[i], strlen(row->fields[i])));
}

static struct ost_err *arg_number(const struct ost_data_row *row, const char *s, int *ret)
{
	char *end;

	if (!strcmp(s, "-")) {
		*ret = -1;
		return NULL;
	}
	if (!strcmp(s, "result")) {
		*ret = -2;
		return NULL;
	}
	*ret = (int)strtol(s, &end, 10);
	if (*end || end == s || *ret < 0 || *ret >= OST_FRAME_ARGS)
		return ost_data_err(row, "'%s' is not the number of an argument, '-' or 'result'", s);
	return NULL;
}

/* A name that something is defined under; whether a field has it is no matter. */
static uint32_t name_of(const struct ost_program *p, const char *s)
{
	uint32_t len = (uint32_t)strlen(s), name;
	const struct ost_def *defs;

	name = len > NAME_MAX_LEN ? OST_NO_ID : ost_symtab_find(&p->names, s, len, ost_symtab_hash(s, len));
	return name != OST_NO_ID && ost_defs_of(p, name, &defs) ? name : OST_NO_ID;
}

/* name | kind | object | callback | data | ops | queue | flags | source | versions */
static struct ost_err *binding_row(void *ctx, const struct ost_data_row *row)
{
	struct ost_program *p = ctx;
	struct ost_binding_row r = { .name = row->fields[0], .kind = row->fields[1],
				     .source = row->fields[8], .versions = row->fields[9], .slot = "" };
	uint32_t name;
	uint64_t *head;
	bool is_new;

	note_row(p, row);
	ost_try(arg_number(row, row->fields[2], &r.object));
	ost_try(arg_number(row, row->fields[3], &r.callback));
	ost_try(arg_number(row, row->fields[4], &r.data));
	ost_try(arg_number(row, row->fields[5], &r.ops));
	ost_try(arg_number(row, row->fields[6], &r.queue));
	if (strstr(row->fields[7], "threaded"))
		r.flags |= OST_BR_THREADED;
	if (strchr(r.name, '.'))
		r.slot = r.name;
	ost_vec_add(&p->rows, r);
	p->row_next = ost_reallocarray(p->row_next, p->rows.nr, sizeof(*p->row_next));
	p->row_next[p->rows.nr - 1] = 0;
	name = *r.slot ? OST_NO_ID : name_of(p, r.name);
	if (name == OST_NO_ID)
		return NULL;
	head = ost_table_put(&p->row_of, name, &is_new);
	p->row_next[p->rows.nr - 1] = is_new ? 0 : (uint32_t)*head;
	*head = p->rows.nr;
	p->name_flags[name] |= OST_NF_NAME_ROW;
	return NULL;
}

/* name | rule | argument numbers */
static struct ost_err *type_row(void *ctx, const struct ost_data_row *row)
{
	static const char *const kinds[] = { "arg", "deref", "container", "pointer", "type" };
	struct ost_program *p = ctx;
	struct ost_typerule r = { .name = name_of(p, row->fields[0]) };
	uint8_t *to[] = { &r.n, &r.n2, &r.n3 };
	const char *s = row->fields[2];
	size_t i;

	note_row(p, row);
	for (i = 0; i < OST_ARRAY_SIZE(kinds) && strcmp(kinds[i], row->fields[1]); i++)
		;
	if (i == OST_ARRAY_SIZE(kinds))
		return ost_data_err(row, "no rule is called '%s'", row->fields[1]);
	r.kind = (uint8_t)i;
	for (i = 0; i < OST_ARRAY_SIZE(to) && *s; i++) {
		if (*s < '0' || *s > '9')
			return ost_data_err(row, "'%s' is not a number of an argument", s);
		*to[i] = (uint8_t)(*s - '0');
		s += s[1] == ' ' ? 2 : 1;
	}
	if (r.kind == OST_RULE_CONTAINER && i != 3)
		return ost_data_err(row, "container needs three arguments");
	if (r.name == OST_NO_ID)
		return NULL;
	ost_vec_add(&p->rules, r);
	*ost_table_put(&p->typerule_of, r.name, NULL) = p->rules.nr;
	return NULL;
}

const struct ost_typerule *ost_program_typerule(const struct ost_program *p, uint32_t name)
{
	uint64_t *v = name == OST_NO_ID ? NULL : ost_table_get(&p->typerule_of, name);

	return v ? &p->rules.items[*v - 1] : NULL;
}

/* lock-primitives.txt: the argument is the 4th field; lock-waits.txt: the 3rd */
static struct ost_err *lock_row(struct ost_program *p, const struct ost_data_row *row, unsigned field)
{
	uint32_t name = name_of(p, row->fields[0]);
	int arg;

	note_row(p, row);
	ost_try(arg_number(row, row->fields[field], &arg));
	if (name == OST_NO_ID || arg < 0)
		return NULL;
	p->name_flags[name] |= OST_NF_NAME_LOCK;
	*ost_table_put(&p->lock_arg_of, name, NULL) = (uint64_t)arg + 1;
	return NULL;
}

static struct ost_err *primitive_row(void *ctx, const struct ost_data_row *row)
{
	return lock_row(ctx, row, 3);
}

static struct ost_err *wait_row(void *ctx, const struct ost_data_row *row)
{
	return lock_row(ctx, row, 2);
}

struct ost_err *ost_program_read_tables(struct ost_program *p)
{
	ost_try(ost_data_read("lock-primitives.txt", '|', 4, OST_DATA_MAX_FIELDS, &p->arena, primitive_row, p));
	ost_try(ost_data_read("lock-waits.txt", '|', 3, OST_DATA_MAX_FIELDS, &p->arena, wait_row, p));
	ost_try(ost_data_read("typerules.txt", '|', 3, 4, &p->arena, type_row, p));
	return ost_data_read("bindings.txt", '|', 9, 10, &p->arena, binding_row, p);
}

uint32_t ost_program_nr_binding_rows(const struct ost_program *p)
{
	return (uint32_t)p->rows.nr;
}

const struct ost_binding_row *ost_program_binding_row(const struct ost_program *p, uint32_t row)
{
	return &p->rows.items[row];
}
