// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/semantics.h"

#include <string.h>

#include "review/shared.h"

struct ost_err *ost_sem_open(struct ost_semantics *s, struct ost_review_ctx *c)
{
	const char *why = "";

	s->c = c;
	ost_try(ost_review_program(c, &s->p, &why));
	if (!s->p)
		ost_record_unknown(c, c->check->name, c->check->help, "the tree it applies to could not be read: %s", why);
	return NULL;
}

const char *ost_sem_name(const struct ost_semantics *s, uint32_t unit)
{
	return ost_program_name(s->p, ost_program_unit(s->p, unit)->name);
}

const char *ost_sem_path(const struct ost_semantics *s, uint32_t unit)
{
	return ost_program_path(s->p, ost_program_unit(s->p, unit)->file);
}

const char *ost_sem_asked(const struct ost_semantics *s, uint32_t unit)
{
	return ost_arena_printf(s->c->arena, "%s:%s", ost_sem_path(s, unit), ost_sem_name(s, unit));
}

const char *ost_sem_field(const struct ost_semantics *s, uint32_t field)
{
	OST_BUF b = OST_BUF_INIT;

	ost_program_field_text(s->p, field, &b);
	return ost_arena_strdup(s->c->arena, b.ptr);
}

void ost_sem_prove_place(const struct ost_semantics *s, struct ost_record *r, const char *path, uint32_t line)
{
	ost_record_prove(s->c, r, "line", ost_arena_printf(s->c->arena, "%s:%u@%.12s", path, line, s->c->base),
			 "git show %s:%s | sed -n %up", s->c->base, ost_shell_quote(s->c->arena, path), line);
}

void ost_sem_prove_query(const struct ost_semantics *s, struct ost_record *r, const char *question, const char *name)
{
	ost_record_prove(s->c, r, "tree", s->c->base, "ostler query --repo=. %s %s %s", s->c->base, question,
			 ost_shell_quote(s->c->arena, name));
}

struct entries {
	struct ost_sem_entry *items;
	uint32_t nr, max;
};

static void add_entry(struct entries *l, const char *why, uint32_t hop)
{
	uint32_t i;

	for (i = 0; i < l->nr && strcmp(l->items[i].why, why); i++)
		;
	if (i == l->nr && l->nr < l->max)
		l->items[l->nr++] = (struct ost_sem_entry){ why, hop };
}

static void add_slots(const struct ost_semantics *s, uint32_t unit, uint32_t hop, struct entries *l)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_unit_slots(s->p, unit, &ids), i;

	for (i = 0; i < nr && l->nr < l->max; i++)
		add_entry(l, ost_sem_field(s, ost_program_target(s->p, ids[i])->slot), hop);
}

/* Is the function entered from outside? Then as what. */
static bool is_entered(const struct ost_semantics *s, uint32_t unit, uint32_t hop, struct entries *l)
{
	const struct ost_unit *u = ost_program_unit(s->p, unit);
	const struct ost_facts *f = ost_program_facts(s->p, u->file);
	const uint32_t *ids;
	const char *row;

	if (u->kind == OST_UNIT_FUNC && f->funcs[u->index].macro &&
	    strstr(ost_facts_str(f, f->funcs[u->index].macro), "SYSCALL_DEFINE")) {
		add_entry(l, "a system call", hop);
		return true;
	}
	if (ost_program_callback_bindings(s->p, unit, &ids)) {
		row = ost_program_binding_row(s->p, ost_program_binding(s->p, ids[0])->row)->name;
		add_entry(l, ost_arena_printf(s->c->arena, "run by %s", row), hop);
		return true;
	}
	add_slots(s, unit, hop, l);
	return ost_program_unit_slots(s->p, unit, &ids) > 0;
}

uint32_t ost_sem_entries(const struct ost_semantics *s, uint32_t unit, struct ost_sem_hop *hops,
			 struct ost_sem_entry *ret, uint32_t max)
{
	struct entries found = { ret, 0, max };
	struct ost_edges edges = { OST_VEC_INIT };
	struct ost_table seen = OST_TABLE_INIT;
	uint32_t nr = 1, at;
	bool is_new;
	size_t i;

	hops[0] = (struct ost_sem_hop){ unit, OST_NO_ID, 0, 0 };
	ost_table_put(&seen, unit, NULL);
	for (at = 0; at < nr && found.nr < max; at++) {
		if (is_entered(s, hops[at].unit, at, &found) || hops[at].depth >= OST_SEM_MAX_CHAIN)
			continue;
		ost_vec_clear(&edges.v);
		ost_program_callers(s->p, hops[at].unit, false, &edges);
		for (i = 0; i < edges.v.nr && nr < OST_SEM_MAX_VISITED; i++) {
			const struct ost_edge *e = &edges.v.items[i];

			ost_table_put(&seen, e->from, &is_new);
			if (is_new && e->kind == OST_EDGE_DIRECT)
				hops[nr++] = (struct ost_sem_hop){ e->from, at, e->line, hops[at].depth + 1 };
		}
	}
	ost_vec_deinit(&edges.v);
	ost_table_deinit(&seen);
	return found.nr;
}
