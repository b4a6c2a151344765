// SPDX-License-Identifier: GPL-2.0-or-later
/* Summaries as tables of numbers, and back. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "locks/kept.h"

const uint8_t ost_kept_words[OST_NR_KEPT_PARTS] = {
	8, 12, 2, 7, sizeof(struct ost_lk_held) / 4, 1, sizeof(struct ost_lk_mfact) / 4,
	sizeof(struct ost_lk_effect) / 4, sizeof(struct ost_lk_leak) / 4, 3, 8, 0,
};

/* A member that is added to one of these is to be kept, too; those without ids are kept as they are. */
_Static_assert(sizeof(struct ost_lk_summary) == 80 && sizeof(struct ost_lk_ref) == 228 &&
	       sizeof(struct ost_lk_event) == 64 && sizeof(struct ost_store) == 12 && sizeof(struct ost_lk_guard) == 48,
	       "see kept_pack.c");
_Static_assert(sizeof(struct ost_lk_held) % 4 == 0 && sizeof(struct ost_lk_mfact) % 4 == 0 &&
	       sizeof(struct ost_lk_effect) % 4 == 0 && sizeof(struct ost_lk_leak) % 4 == 0 &&
	       sizeof(struct ost_lk_leak) <= 64, "rows of whole words");

void ost_kept_tables_deinit(struct ost_kept_tables *k)
{
	for (int i = 0; i < OST_NR_KEPT_PARTS; i++)
		free(k->t[i].v);
}

/* ---- writing --------------------------------------------------------------- */

struct out {
	struct { OST_VEC(uint32_t) v; } t[OST_NR_KEPT_PARTS];
	const struct ost_lk_world *w;
	bool is_bad;
};

static void put(struct out *o, enum ost_kept_part part, const uint32_t *row)
{
	for (unsigned i = 0; i < ost_kept_words[part]; i++)
		ost_vec_add(&o->t[part].v, row[i]);
}

/* A struct without ids or pointers, whole. */
static void put_whole(struct out *o, enum ost_kept_part part, const void *item)
{
	uint32_t row[16];

	memcpy(row, item, ost_kept_words[part] * sizeof(*row));
	put(o, part, row);
}

static void put_lock(struct out *o, const struct ost_lk_ref *r)
{
	const struct ost_path *p = &r->path;
	const uint32_t row[] = {
		(uint32_t)p->kind | (uint32_t)p->is_truncated << 8 | (uint32_t)p->is_expanded << 9 | p->nr_steps << 16,
		p->base, (uint32_t)p->addr, r->field, r->global, r->text,
		r->kind | (uint32_t)r->is_result << 8 | (uint32_t)r->name_addr << 9, r->nr_names, r->name_arrows,
		r->names[0], r->names[1], r->names[2],
	};

	put(o, OST_KP_LOCKS, row);
	for (uint32_t i = 0; i < p->nr_steps; i++)
		put(o, OST_KP_STEPS, (const uint32_t[]){ p->steps[i].kind, p->steps[i].id });
}

static void put_event(struct out *o, const struct ost_lk_event *ev)
{
	const struct ost_lk_prim *prims = o->w->tables.prims.items;
	uint32_t prim = ev->prim ? (uint32_t)(ev->prim - prims) + 1 : 0;
	const uint32_t row[] = {
		ev->kind | (uint32_t)ev->mode << 8 | (uint32_t)ev->ctx << 16 | (uint32_t)ev->nr_mfacts << 24,
		ev->flags | (uint32_t)ev->lock << 16, ev->node, ev->line, ev->name, prim,
		ev->nr_held | (uint32_t)ev->nr_rel << 16,
	};

	if (ev->prim && (ev->prim < prims || ev->prim >= prims + o->w->tables.prims.nr))
		o->is_bad = true;
	put(o, OST_KP_EVENTS, row);
	for (int i = 0; i < ev->nr_held; i++)
		put_whole(o, OST_KP_HELD, &ev->held[i]);
	for (int i = 0; i < ev->nr_rel; i++)
		put(o, OST_KP_REL, (const uint32_t[]){ ev->rel[i] });
	for (int i = 0; i < ev->nr_mfacts; i++)
		put_whole(o, OST_KP_MFACTS, &ev->mfacts[i]);
}

static void put_sum(struct out *o, const struct ost_lk_summary *s)
{
	put(o, OST_KP_SUMS, (const uint32_t[]){ s->unit, s->nr_locks, s->nr_events, s->nr_effects, s->nr_leaks,
		s->is_limited, (uint32_t)s->fx_hash, (uint32_t)(s->fx_hash >> 32) });
	for (uint32_t i = 0; i < s->nr_locks; i++)
		put_lock(o, &s->locks[i]);
	for (uint32_t i = 0; i < s->nr_events; i++)
		put_event(o, &s->events[i]);
	for (uint32_t i = 0; i < s->nr_effects; i++)
		put_whole(o, OST_KP_EFFECTS, &s->effects[i]);
	for (uint32_t i = 0; i < s->nr_leaks; i++)
		put_whole(o, OST_KP_LEAKS, &s->leaks[i]);
}

/* A text as its place among the bytes. */
static uint32_t put_text(struct ost_buf *b, const char *s)
{
	uint32_t at = (uint32_t)b->len;

	ost_buf_add(b, s, strlen(s) + 1);
	return at;
}

static void put_guards(struct out *o, struct ost_kept_table *text)
{
	OST_BUF b = OST_BUF_INIT;

	for (size_t i = 0; i < o->w->guards.nr; i++) {
		const struct ost_lk_guard *g = &o->w->guards.items[i];

		put(o, OST_KP_GUARDS, (const uint32_t[]){ g->file, put_text(&b, g->name),
			put_text(&b, g->take.callee ? g->take.callee : ""),
			g->has_take | (uint32_t)g->is_cond << 1 | (uint32_t)g->take.addr << 2, 
			g->take.nr_names | (uint32_t)g->take.arrows << 8,
			g->take.names[0], g->take.names[1], g->take.names[2] });
	}
	text->rows = b.len;
	text->v = ost_calloc(b.len + 1, 1);
	memcpy(text->v, b.ptr, b.len);
}

bool ost_kept_pack(const struct ost_lk_world *w, struct ost_kept_tables *ret)
{
	struct out o = { .w = w };

	memset(ret, 0, sizeof(*ret));
	for (uint32_t u = 0; u < w->nr_units; u++)
		if (w->sums[u])
			put_sum(&o, w->sums[u]);
	for (size_t i = 0; i < w->stores.v.nr; i++)
		put(&o, OST_KP_STORES, (const uint32_t[]){ w->stores.v.items[i].name, w->stores.v.items[i].unit,
			w->stores.v.items[i].node });
	put_guards(&o, &ret->t[OST_KP_TEXT]);
	for (int i = 0; i < OST_KP_TEXT; i++)
		ret->t[i] = (struct ost_kept_table){ o.t[i].v.items, o.t[i].v.nr / ost_kept_words[i], ost_kept_words[i] };
	return !o.is_bad;
}

/* ---- reading ---------------------------------------------------------------- */

struct in {
	struct ost_lk_world *w;
	const struct ost_kept_tables *k;
	const struct ost_moved *moved;
	size_t at[OST_NR_KEPT_PARTS];	/* rows read */
	bool is_bad;
	bool is_gone;		/* the summary at hand speaks of something that is no more */
	uint32_t nr_fields;
};

/* The next row of the table; one of zeros when there is none. */
static const uint32_t *next(struct in *in, enum ost_kept_part part)
{
	static const uint32_t none[16];
	const struct ost_kept_table *t = &in->k->t[part];

	if (in->at[part] >= t->rows) {
		in->is_bad = true;
		return none;
	}
	return &t->v[in->at[part]++ * t->words];
}

static void get_whole(struct in *in, enum ost_kept_part part, void *item)
{
	memcpy(item, next(in, part), ost_kept_words[part] * sizeof(uint32_t));
}

/* Room for n rows of what the part is made into; NULL when there are not as many rows. */
static void *room(struct in *in, enum ost_kept_part part, uint32_t n, size_t size)
{
	if (n > in->k->t[part].rows - in->at[part]) {
		in->is_bad = true;
		n = 0;
	}
	return ost_arena_calloc(&in->w->arena, n + 1, size);
}

static uint32_t move(struct in *in, const uint32_t *of, uint32_t nr_old, uint32_t nr_new, uint32_t id)
{
	if (id == OST_NO_ID)
		return id;
	if (id >= (of ? nr_old : nr_new)) {
		in->is_bad = true;
		return 0;
	}
	if (!of)
		return id;
	in->is_gone |= of[id] == OST_NO_ID;
	return of[id];
}

static uint32_t move_unit(struct in *in, uint32_t id)
{
	const struct ost_moved *m = in->moved;

	return move(in, m ? m->units : NULL, m ? m->nr_units : 0, in->w->nr_units, id);
}

static uint32_t move_field(struct in *in, uint32_t id)
{
	const struct ost_moved *m = in->moved;

	return move(in, m ? m->fields : NULL, m ? m->nr_fields : 0, in->nr_fields, id);
}

static uint32_t move_global(struct in *in, uint32_t id)
{
	const struct ost_moved *m = in->moved;

	return move(in, m ? m->globals : NULL, m ? m->nr_globals : 0, ost_program_nr_globals(in->w->p), id);
}

static void get_lock(struct in *in, struct ost_lk_ref *r)
{
	const uint32_t *row = next(in, OST_KP_LOCKS);
	struct ost_path *p = &r->path;

	p->kind = row[0] & 0xff;
	p->is_truncated = row[0] >> 8 & 1;
	p->is_expanded = row[0] >> 9 & 1;
	p->nr_steps = row[0] >> 16;
	p->base = p->kind == OST_BASE_GLOBAL ? move_global(in, row[1]) : p->kind == OST_BASE_UNIT ? move_unit(in, row[1]) : row[1];
	p->addr = (int32_t)row[2];
	r->field = move_field(in, row[3]);
	r->global = move_global(in, row[4]);
	r->text = row[5];
	r->kind = (uint8_t)row[6];
	r->is_result = row[6] >> 8 & 1;
	r->name_addr = row[6] >> 9 & 1;
	r->nr_names = (uint8_t)row[7];
	r->name_arrows = (uint8_t)row[8];
	memcpy(r->names, row + 9, sizeof(r->names));
	if (p->nr_steps > OST_PATH_MAX || r->nr_names > OST_LK_NAMES) {
		in->is_bad = true;
		p->nr_steps = r->nr_names = 0;
	}
	for (uint32_t i = 0; i < p->nr_steps; i++) {
		row = next(in, OST_KP_STEPS);
		p->steps[i].kind = row[0];
		p->steps[i].id = row[0] == OST_STEP_FIELD || row[0] == OST_STEP_UP ? move_field(in, row[1]) : row[1];
	}
}

static void get_more(struct in *in, struct ost_lk_event *ev)
{
	struct ost_lk_held *held = room(in, OST_KP_HELD, ev->nr_held, sizeof(*held));
	uint16_t *rel = room(in, OST_KP_REL, ev->nr_rel, sizeof(*rel));
	struct ost_lk_mfact *mfacts = room(in, OST_KP_MFACTS, ev->nr_mfacts, sizeof(*mfacts));

	for (int i = 0; i < ev->nr_held && !in->is_bad; i++)
		get_whole(in, OST_KP_HELD, &held[i]);
	for (int i = 0; i < ev->nr_rel && !in->is_bad; i++)
		rel[i] = (uint16_t)*next(in, OST_KP_REL);
	for (int i = 0; i < ev->nr_mfacts && !in->is_bad; i++)
		get_whole(in, OST_KP_MFACTS, &mfacts[i]);
	ev->held = held;
	ev->rel = rel;
	ev->mfacts = mfacts;
}

/* Every number of a lock is one of the summary's. */
static bool knows_locks(const struct ost_lk_summary *s, const struct ost_lk_event *ev)
{
	for (int i = 0; i < ev->nr_held; i++)
		if (ev->held[i].lock >= s->nr_locks)
			return false;
	for (int i = 0; i < ev->nr_rel; i++)
		if (ev->rel[i] >= s->nr_locks)
			return false;
	return true;
}

static void get_event(struct in *in, const struct ost_lk_summary *s, struct ost_lk_event *ev)
{
	const uint32_t *row = next(in, OST_KP_EVENTS);

	*ev = (struct ost_lk_event){ .kind = (uint8_t)row[0], .mode = row[0] >> 8 & 0xff, .ctx = row[0] >> 16 & 0xff,
		.nr_mfacts = (uint8_t)(row[0] >> 24), .flags = (uint16_t)row[1], .lock = (uint16_t)(row[1] >> 16),
		.node = row[2], .line = row[3], .name = row[4], .nr_held = (uint16_t)row[6],
		.nr_rel = (uint16_t)(row[6] >> 16) };
	if (row[5] > in->w->tables.prims.nr)
		in->is_bad = true;
	else if (row[5])
		ev->prim = &in->w->tables.prims.items[row[5] - 1];
	get_more(in, ev);
	in->is_bad |= !in->is_bad && !knows_locks(s, ev);
}

static void get_effect(struct in *in, const struct ost_lk_summary *s, struct ost_lk_effect *fx)
{
	get_whole(in, OST_KP_EFFECTS, fx);
	in->is_bad |= fx->lock >= s->nr_locks;
}

static void get_leak(struct in *in, const struct ost_lk_summary *s, struct ost_lk_leak *l)
{
	get_whole(in, OST_KP_LEAKS, l);
	in->is_bad |= l->lock >= s->nr_locks;
}

static struct ost_lk_summary *get_sum(struct in *in)
{
	struct ost_lk_summary *s = ost_arena_calloc(&in->w->arena, 1, sizeof(*s));
	const uint32_t *row = next(in, OST_KP_SUMS);

	in->is_gone = false;
	s->unit = move_unit(in, row[0]);
	s->nr_locks = row[1];
	s->nr_events = row[2];
	s->nr_effects = row[3];
	s->nr_leaks = row[4];
	s->is_limited = row[5];
	s->fx_hash = row[6] | (uint64_t)row[7] << 32;
	s->locks = room(in, OST_KP_LOCKS, s->nr_locks, sizeof(*s->locks));
	s->events = room(in, OST_KP_EVENTS, s->nr_events, sizeof(*s->events));
	s->effects = room(in, OST_KP_EFFECTS, s->nr_effects, sizeof(*s->effects));
	s->leaks = room(in, OST_KP_LEAKS, s->nr_leaks, sizeof(*s->leaks));
	for (uint32_t i = 0; i < s->nr_locks && !in->is_bad; i++)
		get_lock(in, &s->locks[i]);
	for (uint32_t i = 0; i < s->nr_events && !in->is_bad; i++)
		get_event(in, s, &s->events[i]);
	for (uint32_t i = 0; i < s->nr_effects && !in->is_bad; i++)
		get_effect(in, s, &s->effects[i]);
	for (uint32_t i = 0; i < s->nr_leaks && !in->is_bad; i++)
		get_leak(in, s, &s->leaks[i]);
	if (!in->is_bad)
		ost_sum_index_calls(s, &in->w->arena);
	return s;
}

/* The text of its file is not what it was. */
static bool is_changed(const struct in *in, uint32_t unit)
{
	const struct ost_moved *m = in->moved;
	uint32_t file = unit == OST_NO_ID ? OST_NO_ID : ost_program_unit(in->w->p, unit)->file;

	if (!m || file == OST_NO_ID)
		return false;
	return !in->w->kept_files[file];
}

static void get_sums(struct in *in, struct ost_kept_redo *redo)
{
	for (size_t i = 0; i < in->k->t[OST_KP_SUMS].rows && !in->is_bad; i++) {
		struct ost_lk_summary *s = get_sum(in);

		if (in->is_bad || s->unit == OST_NO_ID)
			continue;
		if (is_changed(in, s->unit) && s->nr_effects)
			ost_vec_add(&redo->had.v, s->unit);
		if (is_changed(in, s->unit))
			continue;
		if (in->is_gone)
			ost_vec_add(&redo->gone.v, s->unit);
		else
			in->w->sums[s->unit] = s;
	}
}

static void get_stores(struct in *in)
{
	for (size_t i = 0; i < in->k->t[OST_KP_STORES].rows && !in->is_bad; i++) {
		const uint32_t *row = next(in, OST_KP_STORES);
		uint32_t unit = move_unit(in, row[1]);

		if (unit != OST_NO_ID && !in->is_bad && !is_changed(in, unit))
			ost_vec_add(&in->w->stores.v, ((struct ost_store){ row[0], unit, row[2] }));
	}
}

static const char *text_at(struct in *in, uint32_t at)
{
	const struct ost_kept_table *t = &in->k->t[OST_KP_TEXT];

	if (at >= t->rows || !memchr((const char *)t->v + at, '\0', t->rows - at)) {
		in->is_bad = true;
		return "";
	}
	return ost_arena_strdup(&in->w->arena, (const char *)t->v + at);
}

static void get_guards(struct in *in)
{
	for (size_t i = 0; i < in->k->t[OST_KP_GUARDS].rows && !in->is_bad; i++) {
		const uint32_t *row = next(in, OST_KP_GUARDS);
		struct ost_lk_guard g = { .file = row[0], .name = text_at(in, row[1]), .has_take = row[3] & 1,
					  .is_cond = row[3] >> 1 & 1 };

		g.take.callee = text_at(in, row[2]);
		g.take.addr = row[3] >> 2 & 1;
		g.take.nr_names = (uint8_t)row[4];
		g.take.arrows = row[4] >> 8 & 0xff;
		memcpy(g.take.names, row + 5, sizeof(g.take.names));
		/* one that may have changed: all that use it would have to be walked */
		in->is_bad |= g.take.nr_names > OST_LK_NAMES || g.file >= ost_program_nr_files(in->w->p) ||
			(in->moved && !in->w->kept_files[g.file]);
		ost_vec_add(&in->w->guards, g);
	}
}

/* By file here: it is the same as there. Real files have the same numbers in both. */
static void note_files(struct in *in)
{
	const struct ost_moved *m = in->moved;

	in->w->kept_files = ost_arena_calloc(&in->w->arena, ost_program_nr_files(in->w->p) + 1, 1);
	for (uint32_t i = 0; m && i < m->nr_files; i++)
		if (m->files[i] != OST_NO_ID)
			in->w->kept_files[m->files[i]] = true;
}

static void list_changed(struct in *in, struct ost_kept_redo *redo)
{
	for (uint32_t u = 0; in->moved && u < in->w->nr_units; u++)
		if (is_changed(in, u))
			ost_vec_add(&redo->changed.v, u);
}

void ost_kept_redo_deinit(struct ost_kept_redo *redo)
{
	ost_vec_deinit(&redo->changed.v);
	ost_vec_deinit(&redo->had.v);
	ost_vec_deinit(&redo->gone.v);
}

void ost_kept_forget(struct ost_lk_world *w)
{
	memset(w->sums, 0, w->nr_units * sizeof(*w->sums));
	ost_vec_clear(&w->stores.v);
	ost_vec_clear(&w->guards);
}

bool ost_kept_unpack(struct ost_lk_world *w, const struct ost_kept_tables *k, const struct ost_moved *moved,
		     struct ost_kept_redo *redo)
{
	struct in in = { .w = w, .k = k, .moved = moved, .nr_fields = ost_program_nr_fields(w->p) };

	note_files(&in);
	get_sums(&in, redo);
	get_stores(&in);
	get_guards(&in);
	list_changed(&in, redo);
	if (in.is_bad)
		ost_kept_forget(w);
	return !in.is_bad;
}
