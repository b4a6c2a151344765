// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 5.5: for each function that the change calls in another place than before, who
 * else calls it, told apart by how the callers are entered: on a way out
 * (data/way-out.txt), otherwise, or from nowhere that was found. "All other
 * drivers do this when the device goes" is checked by such a line.
 *
 * Direct calls only; a function that everybody calls is no pattern.
 */
#include "review/semantics.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/datafile.h"

#define MAX_CALLS 24		/* functions whose calls the change adds or removes */
#define MAX_CALLERS 40		/* a function with more of them is no pattern */
#define MAX_ROLES 3		/* by caller */
#define MAX_SHOWN 10		/* callers named in a statement */

struct called {
	const char *name;
	const char *gone_in, *new_in;	/* the first function with one less, with one more; NULL */
};

struct calls {
	struct called items[MAX_CALLS];
	uint32_t nr;
};

enum way { WAY_OUT, WAY_OTHER, WAY_UNKNOWN, NR_WAYS };

/* Callers of one way, as a statement names them. */
struct group {
	struct ost_buf text;
	uint32_t nr, units[MAX_SHOWN], lines[MAX_SHOWN];
};

struct similar {
	struct ost_semantics s;
	struct ost_arena rows_arena;
	OST_VEC(const char *) ways_out;
	struct ost_sem_hop *hops;
};

static struct ost_err *way_out_row(void *ctx, const struct ost_data_row *row)
{
	struct similar *m = ctx;

	ost_vec_add(&m->ways_out, row->fields[0]);
	return NULL;
}

static bool is_way_out(const struct similar *m, const char *why)
{
	size_t i, len = strlen(why), tail;

	for (i = 0; i < m->ways_out.nr; i++) {
		tail = strlen(m->ways_out.items[i]);
		if (tail <= len && !strcmp(why + len - tail, m->ways_out.items[i]))
			return true;
	}
	return false;
}

/* ---- calls of the changed lines ---- */

/* The next `name(` of a line, with *at behind the name; calls through members are left out. */
static const char *next_call(const char **at, const char *end, const char *begin, size_t *ret_len)
{
	const char *s = *at, *from, *open;

	while (s < end) {
		if (!isalpha((unsigned char)*s) && *s != '_') {
			s++;
			continue;
		}
		for (from = s; s < end && (isalnum((unsigned char)*s) || *s == '_'); s++)
			;
		for (open = s; open < end && *open == ' '; open++)
			;
		if (open == end || *open != '(' || (from > begin && (from[-1] == '.' || from[-1] == '>')))
			continue;
		*at = s;
		*ret_len = (size_t)(s - from);
		return from;
	}
	return NULL;
}

struct tally {
	const char *name;
	int nr;		/* times added less times removed, in one function */
};

static void count_line(struct ost_arena *a, const struct ost_touched_line *tl, struct tally *tally, uint32_t *nr)
{
	const char *begin = tl->line->text, *end = begin + tl->line->len, *at = begin, *name;
	size_t len;
	uint32_t i;

	while ((name = next_call(&at, end, begin, &len))) {
		for (i = 0; i < *nr && (strncmp(tally[i].name, name, len) || tally[i].name[len]); i++)
			;
		if (i == MAX_CALLS)
			continue;
		if (i == *nr)
			tally[(*nr)++] = (struct tally){ ost_arena_strndup(a, name, len), 0 };
		tally[i].nr += tl->is_new ? 1 : -1;
	}
}

static void add_tally(struct calls *calls, const struct tally *t, const char *in)
{
	struct called *call;
	uint32_t i;

	for (i = 0; i < calls->nr && strcmp(calls->items[i].name, t->name); i++)
		;
	if (i == MAX_CALLS)
		return;
	if (i == calls->nr)
		calls->items[calls->nr++] = (struct called){ .name = t->name };
	call = &calls->items[i];
	if (t->nr > 0 && !call->new_in)
		call->new_in = in;
	if (t->nr < 0 && !call->gone_in)
		call->gone_in = in;
}

static void collect_calls(struct ost_review_ctx *c, struct calls *calls)
{
	struct tally tally[MAX_CALLS];
	uint32_t i, k, nr;

	for (i = 0; i < c->touched.nr; i++) {
		const struct ost_touched *t = &c->touched.items[i];

		nr = 0;
		for (k = 0; *t->name && k < t->nr_lines; k++)
			count_line(c->arena, &t->lines[k], tally, &nr);
		for (k = 0; k < nr; k++)
			if (tally[k].nr && strcmp(tally[k].name, t->name))
				add_tally(calls, &tally[k], t->name);
	}
}

/* ---- their other callers ---- */

static bool is_touched(const struct ost_review_ctx *c, const char *name)
{
	uint32_t i;

	for (i = 0; i < c->touched.nr && strcmp(c->touched.items[i].name, name); i++)
		;
	return i < c->touched.nr;
}

/* Each function that calls one of this name, once, in the order of its file; those that the change touches left out. */
static void find_callers(const struct similar *m, const char *name, struct ost_edges *ret)
{
	uint32_t units[16], nr, i;
	struct ost_edges all = { OST_VEC_INIT };
	size_t k;

	nr = ost_program_units_named(m->s.p, ost_program_find_name(m->s.p, name), units, 16);
	for (i = 0; i < nr && i < 16; i++)
		if (ost_program_unit(m->s.p, units[i])->kind == OST_UNIT_FUNC)
			ost_program_callers(m->s.p, units[i], false, &all);
	for (k = 0; k < all.v.nr; k++) {
		const struct ost_edge *e = &all.v.items[k];

		if (e->kind == OST_EDGE_DIRECT && ost_program_unit(m->s.p, e->from)->kind == OST_UNIT_FUNC &&
		    !is_touched(m->s.c, ost_sem_name(&m->s, e->from)) &&
		    !(ret->v.nr && ret->v.items[ret->v.nr - 1].from == e->from))
			*ost_vec_push(&ret->v) = *e;
	}
	ost_vec_deinit(&all.v);
}

static void add_caller(struct similar *m, const struct ost_edge *e, struct group groups[NR_WAYS])
{
	struct ost_sem_entry entries[MAX_ROLES];
	uint32_t nr = ost_sem_entries(&m->s, e->from, m->hops, entries, MAX_ROLES), i;
	enum way way = nr ? WAY_OTHER : WAY_UNKNOWN;
	struct group *g;

	for (i = 0; i < nr; i++)
		if (is_way_out(m, entries[i].why))
			way = WAY_OUT;
	g = &groups[way];
	if (g->nr < MAX_SHOWN) {
		g->units[g->nr] = e->from;
		g->lines[g->nr] = e->line;
		ost_buf_addf(&g->text, "%s%s()", g->nr ? ", " : "", ost_sem_name(&m->s, e->from));
		for (i = 0; i < nr; i++)
			ost_buf_addf(&g->text, "%s%s%s", i ? ", " : " (", entries[i].why, i + 1 == nr ? ")" : "");
	}
	g->nr++;
}

/* "wiphy_rfkill_stop_polling(), which the change removes in a() and adds in b()," */
static const char *subject_of(const struct similar *m, const struct called *call)
{
	OST_BUF b = OST_BUF_INIT;

	ost_buf_addf(&b, "%s(), which the change ", call->name);
	if (call->gone_in)
		ost_buf_addf(&b, "removes in %s()%s", call->gone_in, call->new_in ? " and " : "");
	if (call->new_in)
		ost_buf_addf(&b, "adds in %s()", call->new_in);
	ost_buf_addf(&b, ",");
	return ost_arena_strdup(m->s.c->arena, b.ptr);
}

static void say_group(struct similar *m, const struct called *call, enum way way, const struct group *g)
{
	static const char *const words[NR_WAYS] = {
		"when a device, driver or module goes away",
		"on other ways",
		"where no entry point was found",
	};
	struct ost_record *r;
	uint32_t i;

	r = ost_record_add(m->s.c, "similar", OST_VERIFIED, 0, "%s is also called %s, by %s%s", subject_of(m, call), words[way],
			   g->text.ptr, g->nr > MAX_SHOWN ?
			   ost_arena_printf(m->s.c->arena, " and %u more", g->nr - MAX_SHOWN) : "");
	for (i = 0; i < g->nr && i < MAX_SHOWN; i++)
		ost_sem_prove_place(&m->s, r, ost_sem_path(&m->s, g->units[i]), g->lines[i]);
	ost_sem_prove_query(&m->s, r, "callers", call->name);
}

static void say_similar(struct similar *m, const struct called *call)
{
	struct group groups[NR_WAYS];
	struct ost_edges callers = { OST_VEC_INIT };
	enum way way;
	size_t k;

	memset(groups, 0, sizeof(groups));
	for (way = 0; way < NR_WAYS; way++)
		groups[way].text = (struct ost_buf)OST_BUF_INIT;
	find_callers(m, call->name, &callers);
	for (k = 0; k < callers.v.nr && callers.v.nr <= MAX_CALLERS; k++)
		add_caller(m, &callers.v.items[k], groups);
	for (way = 0; way < NR_WAYS; way++) {
		if (groups[way].nr)
			say_group(m, call, way, &groups[way]);
		ost_buf_deinit(&groups[way].text);
	}
	ost_vec_deinit(&callers.v);
}

struct ost_err *ost_check_similar(struct ost_review_ctx *c)
{
	struct similar m = { .ways_out = OST_VEC_INIT };
	struct calls calls = { .nr = 0 };
	struct ost_err *err;
	uint32_t i;

	ost_try(ost_sem_open(&m.s, c));
	if (!m.s.p)
		return NULL;
	err = ost_data_read("way-out.txt", '|', 2, 2, &m.rows_arena, way_out_row, &m);
	if (!err) {
		m.hops = ost_malloc(OST_SEM_MAX_VISITED * sizeof(*m.hops));
		collect_calls(c, &calls);
		for (i = 0; i < calls.nr; i++)
			say_similar(&m, &calls.items[i]);
		free(m.hops);
	}
	ost_vec_deinit(&m.ways_out);
	ost_arena_deinit(&m.rows_arena);
	return err;
}
