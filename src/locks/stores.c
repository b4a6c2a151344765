// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/stores.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/sort.h"
#include "locks/frames.h"

static uint32_t hash_name(const char *name)
{
	return (uint32_t)(ost_hash_bytes(name, strlen(name)) >> 16);
}

static bool may_be_pointer(const struct ost_scope *s, uint32_t n)
{
	const struct ost_node *node = &s->tree.v.items[ost_skip_casts(s, n)];

	switch (node->op) {
	case OST_N_NAME:
		return strcmp(ost_facts_str(s->f, node->a), "NULL") != 0;
	case OST_N_CALL:
	case OST_N_MEMBER:
		return true;
	case OST_N_UNARY:
		return node->sub == OST_OP_ADDR;
	default:
		return false;
	}
}

void ost_stores_note(struct ost_stores *stores, const struct ost_scope *s)
{
	for (uint32_t n = 0; n < s->tree.v.nr; n++) {
		const struct ost_node *node = &s->tree.v.items[n], *lhs;

		if (node->op != OST_N_ASSIGN || node->sub != OST_OP_ASSIGN)
			continue;
		lhs = &s->tree.v.items[n + 1];
		if (lhs->op == OST_N_MEMBER && may_be_pointer(s, lhs->end))
			ost_vec_add(&stores->v, ((struct ost_store){
				hash_name(ost_facts_str(s->f, lhs->a)), s->unit, n }));
	}
}

static int by_name(const void *a, const void *b)
{
	const struct ost_store *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

void ost_stores_sort(struct ost_stores *stores)
{
	ost_sort_tail(stores->v.items, stores->v.nr, sizeof(struct ost_store), by_name);
}

void ost_rules_init(struct ost_rules *r)
{
	memset(r, 0, sizeof(*r));
	ost_table_init(&r->by_field);
}

void ost_rules_deinit(struct ost_rules *r)
{
	ost_vec_deinit(&r->v);
	ost_table_deinit(&r->by_field);
}

/* The object is found from the root by one pointer and members: `root->a.b`. */
static bool is_invertible(const struct ost_path *object)
{
	if (!object->nr_steps || object->steps[0].kind != OST_STEP_DEREF || object->is_truncated)
		return false;
	for (uint32_t i = 1; i < object->nr_steps; i++)
		if (object->steps[i].kind != OST_STEP_FIELD)
			return false;
	return true;
}

bool ost_read_store(struct ost_scope *scope, const struct ost_store *store, uint32_t field, struct ost_rule *rule)
{
	struct ost_path lhs;

	*rule = (struct ost_rule){ .field = field };
	if (!ost_scope_enter(scope, store->unit) || store->node >= scope->tree.v.nr ||
	    scope->tree.v.items[store->node].op != OST_N_ASSIGN)
		return false;
	ost_expr_path(scope, store->node + 1, OST_PATH_LOCALS | OST_PATH_CALLS, &lhs);
	if (!lhs.nr_steps || lhs.is_truncated || lhs.steps[lhs.nr_steps - 1].kind != OST_STEP_FIELD ||
	    lhs.steps[lhs.nr_steps - 1].id != field)
		return false;
	lhs.nr_steps--;
	rule->object = lhs;
	rule->unit = store->unit;
	rule->node = store->node;
	rule->line = scope->tree.v.items[store->node].line;
	ost_expr_path(scope, scope->tree.v.items[store->node + 1].end,
		      OST_PATH_LOCALS | OST_PATH_CALLS, &rule->value);
	return true;
}

static size_t first_of(const struct ost_stores *stores, uint32_t name)
{
	size_t lo = 0, hi = stores->v.nr;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (stores->v.items[mid].name < name)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool same_rule(const struct ost_rule *a, const struct ost_rule *b)
{
	return a->unit == b->unit && ost_path_equal(&a->object, &b->object) &&
	       ost_path_equal(&a->value, &b->value);
}

/*
 * A record of a .c file is stored to in that file only, one of a header
 * outside the include folders below that header's folder.
 */
static bool is_out_of_sight(const struct ost_program *p, const struct ost_field_def *field, uint32_t unit)
{
	const char *path = ost_program_path(p, field->file), *slash = strrchr(path, '/');
	uint32_t file = ost_program_unit(p, unit)->file;
	size_t len = strlen(path);

	if (len > 2 && !strcmp(path + len - 2, ".c"))
		return file != field->file;
	if (strstr(path, "include/") || !slash)
		return false;
	return strncmp(ost_program_path(p, file), path, (size_t)(slash - path) + 1) != 0;
}

static void make_rule(const struct ost_stores *stores, struct ost_scope *scope, uint32_t field,
		      struct ost_rule *rule)
{
	struct ost_field_def def;
	uint32_t name;
	unsigned tries = 0;

	rule->field = field;
	ost_program_field(scope->p, field, &def);
	name = hash_name(ost_program_name(scope->p, def.name));
	for (size_t i = first_of(stores, name); i < stores->v.nr && stores->v.items[i].name == name; i++) {
		struct ost_rule found;

		if (is_out_of_sight(scope->p, &def, stores->v.items[i].unit))
			continue;
		if (++tries > OST_RULE_TRIES) {
			rule->is_known = false;
			return;
		}
		if (!ost_read_store(scope, &stores->v.items[i], field, &found))
			continue;
		if (rule->is_known && !same_rule(rule, &found)) {
			rule->is_known = false;
			return;
		}
		*rule = found;
		rule->is_known = true;
	}
	rule->is_known = rule->is_known && is_invertible(&rule->object) && !rule->value.is_truncated;
}

const struct ost_rule *ost_rule_of(struct ost_rules *r, const struct ost_stores *stores,
				   struct ost_scope *scope, uint32_t field)
{
	bool is_new;
	uint64_t *at = ost_table_put(&r->by_field, field, &is_new);

	if (is_new) {
		*at = r->v.nr + 1;
		make_rule(stores, scope, field, ost_vec_push(&r->v));
	}
	return &r->v.items[*ost_table_get(&r->by_field, field) - 1];
}

const struct ost_store *ost_next_store(const struct ost_stores *stores, const struct ost_program *p, uint32_t field,
				       const bool *skip, size_t *at)
{
	struct ost_field_def def;
	uint32_t name;

	ost_program_field(p, field, &def);
	name = hash_name(ost_program_name(p, def.name));
	if (!*at)
		*at = first_of(stores, name);
	while (*at < stores->v.nr && stores->v.items[*at].name == name) {
		const struct ost_store *store = &stores->v.items[(*at)++];

		if (!(skip && skip[ost_program_unit(p, store->unit)->file]) && !is_out_of_sight(p, &def, store->unit))
			return store;
	}
	return NULL;
}
