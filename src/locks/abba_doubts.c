// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What speaks against two locks that are taken in both orders: a third lock on
 * both sides, other objects of the same classes, another driver, an object
 * that nobody else knows of yet or any more.
 */
#include "locks/abba.h"

#include <string.h>

#include "locks/below.h"
#include "locks/decided.h"
#include "locks/elements.h"
#include "locks/gates.h"
#include "locks/ordered.h"

/* ---- what else is held ------------------------------------------------------- */

struct classes { OST_VEC(uint64_t) v; };

static bool has_class(const struct classes *s, uint64_t cls)
{
	for (size_t i = 0; i < s->v.nr; i++)
		if (s->v.items[i] == cls)
			return true;
	return false;
}

/* What the unit holds for sure at the call (NULL: anywhere in it), its own word included. */
static void held_at(const struct ost_lk_world *w, uint32_t unit, const struct ost_lk_event *ev, uint32_t line,
		    struct classes *ret)
{
	const struct ost_lk_summary *sum = ost_lk_sum(w, unit);

	for (int h = 0; ev && h < ev->nr_held; h++)
		if (ev->held[h].in_all && ev->held[h].mode == OST_LKM_EXCL)
			ost_vec_add(&ret->v, ost_lk_ref_class(&sum->locks[ev->held[h].lock]));
	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ASSERT && sum->events[i].lock < sum->nr_locks &&
		    sum->events[i].line <= line && !(sum->events[i].flags & OST_EVF_COND))
			ost_vec_add(&ret->v, ost_lk_ref_class(&sum->locks[sum->events[i].lock]));
}

/* Is the class held by everybody who calls the unit? Few levels up. */
static bool is_always_held(struct ost_finder *f, uint32_t unit, uint64_t cls, int depth)
{
	const struct ost_lk_graph *g = &f->graph;
	const uint32_t *targets;
	uint32_t nr_slots = ost_program_unit_slots(f->p, unit, &targets), nr = 0;

	if (!depth || g->in_first[unit + 1] - g->in_first[unit] > 40)
		return false;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++) {
		const struct ost_lk_edge *in = &g->in[i];
		struct classes held = { .v = OST_VEC_INIT };
		bool ok;

		held_at(f->w, in->unit, ost_edge_event(f->w, in->unit, in), in->line, &held);
		ok = has_class(&held, cls) || is_always_held(f, in->unit, cls, depth - 1);
		ost_vec_deinit(&held.v);
		nr++;
		if (!ok)
			return false;
	}
	for (uint32_t t = 0; t < nr_slots; t++) {
		uint32_t slot = ost_program_target(f->p, targets[t])->slot;
		const struct ost_lk_edge *callers;
		uint32_t nr_callers = ost_lk_slot_callers(g, slot, &callers);

		if (!nr_callers || nr_callers > 40)
			return false;
		for (uint32_t i = 0; i < nr_callers; i++) {
			struct classes held = { .v = OST_VEC_INIT };
			bool ok;

			held_at(f->w, callers[i].unit, ost_edge_event(f->w, callers[i].unit, &callers[i]),
				callers[i].line, &held);
			ok = has_class(&held, cls) || is_always_held(f, callers[i].unit, cls, depth - 1);
			ost_vec_deinit(&held.v);
			nr++;
			if (!ok)
				return false;
		}
	}
	return nr > 0;
}

/* Classes held over the whole of the chain by its own functions. */
static void chain_held(struct ost_finder *f, const struct ost_abba_side *c, struct classes *ret)
{
	held_at(f->w, c->c.frames[0].unit, c->c.place, c->c.place->line, ret);
	for (unsigned i = 1; i < c->c.nr; i++)
		held_at(f->w, c->c.frames[i].unit, ost_call_event_at(f->w, c->c.frames[i].unit,
			c->c.frames[i].line, c->c.frames[i].callee), c->c.frames[i].line, ret);
}

/* A lock of the class that is waited for is held before: parents and children, in an order of their own. */
static bool holds_already(struct ost_finder *f, const struct ost_abba_side *c)
{
	struct classes held = { .v = OST_VEC_INIT };
	bool found;

	chain_held(f, c, &held);
	found = has_class(&held, c->b);
	ost_vec_deinit(&held.v);
	return found;
}

/* A function between the holder and the place takes the held lock itself: another one is meant, or the holder has none there. */
static uint32_t taken_again(const struct ost_finder *f, const struct ost_abba_side *c)
{
	for (unsigned i = 0; i + 1 < c->c.nr; i++) {
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, c->c.frames[i].unit);

		for (uint32_t e = 0; sum && e < sum->nr_events; e++) {
			const struct ost_lk_event *ev = &sum->events[e];

			if (ev->kind == OST_EV_ACQUIRE && ev->line < c->c.frames[i].line && ev->lock < sum->nr_locks &&
			    ev->mode == OST_LKM_EXCL && !(ev->flags & OST_EVF_COND) &&
			    ost_lk_ref_class(&sum->locks[ev->lock]) == c->a && !ost_event_releases(sum, ev, c->a))
				return c->c.frames[i].unit;
		}
	}
	return OST_NO_ID;
}

/* Whoever comes to the holder has the lock that is waited for, and nobody gives it back on the way. */
static bool has_already(struct ost_finder *f, const struct ost_abba_side *c)
{
	if (ost_event_releases(ost_lk_sum(f->w, c->c.frames[0].unit), c->c.place, c->b))
		return false;
	for (unsigned i = 1; i < c->c.nr; i++) {
		const struct ost_frame *fr = &c->c.frames[i];
		const struct ost_lk_event *ev = ost_call_event_at(f->w, fr->unit, fr->line, fr->callee);

		if (ev && ost_event_releases(ost_lk_sum(f->w, fr->unit), ev, c->b))
			return false;
	}
	return is_always_held(f, ost_chain_top(&c->c), c->b, 4);
}

/* A third lock that both sides hold: 0, or its class. */
static uint64_t gate_of(struct ost_finder *f, const struct ost_abba_side *x, const struct ost_abba_side *y)
{
	struct classes in_x = { .v = OST_VEC_INIT }, in_y = { .v = OST_VEC_INIT };
	uint64_t gate = 0;

	chain_held(f, x, &in_x);
	chain_held(f, y, &in_y);
	for (size_t i = 0; i < in_x.v.nr + in_y.v.nr && !gate; i++) {
		bool from_x = i < in_x.v.nr;
		uint64_t cls = from_x ? in_x.v.items[i] : in_y.v.items[i - in_x.v.nr];
		const struct ost_abba_side *other = from_x ? y : x;

		if (!cls || cls == x->a || cls == x->b)
			continue;
		if (has_class(from_x ? &in_y : &in_x, cls) || is_always_held(f, ost_chain_top(&other->c), cls, 4))
			gate = cls;
	}
	/* locks that the callers of both sides hold */
	for (uint32_t at = f->entries->first[ost_chain_top(&x->c)]; at && !gate; at = f->entries->v.items[at - 1].next) {
		const struct ost_entry *en = &f->entries->v.items[at - 1];
		uint64_t cls = ost_entry_cls(en);

		if (cls != x->a && cls != x->b && ost_entry_seed(f->entries, en)->mode == OST_LKM_EXCL &&
		    is_always_held(f, ost_chain_top(&x->c), cls, 4) && is_always_held(f, ost_chain_top(&y->c), cls, 4))
			gate = cls;
	}
	ost_vec_deinit(&in_x.v);
	ost_vec_deinit(&in_y.v);
	return gate;
}

/* ---- are the instances the same? ----------------------------------------------- */

/* From a to b (in x's terms) as from y's b to y's a. */
static bool rebases(struct ost_finder *f, const struct ost_path *from, const struct ost_path *to,
		    const struct ost_path *from2, const struct ost_path *to2, enum ost_relation *ret)
{
	struct ost_path there;

	if (!ost_path_is_rooted(from) || !ost_path_is_rooted(to) || !ost_path_is_rooted(from2) ||
	    !ost_path_is_rooted(to2) || from2->kind == OST_BASE_GLOBAL ||
	    !ost_rebase_path(f->p, from2, to2, from, &there))
		return false;
	*ret = ost_path_equal(&there, to) ? OST_REL_SAME : ost_relate(f, &there, to);
	return true;
}

static enum ost_relation relate_chains(struct ost_finder *f, struct ost_abba_side *x, struct ost_abba_side *y)
{
	enum ost_relation one = OST_REL_UNKNOWN, two = OST_REL_UNKNOWN;

	if (!x->c.has_met || !y->c.has_met || ost_has_element(&x->c.lock) || ost_has_element(&x->c.object) ||
	    ost_has_element(&y->c.lock) || ost_has_element(&y->c.object))
		return OST_REL_UNKNOWN;
	if ((x->c.lock.kind == OST_BASE_GLOBAL) != (x->c.object.kind == OST_BASE_GLOBAL))
		return OST_REL_UNKNOWN;	/* any two objects may be meant by the other one */
	if (x->c.lock.kind == OST_BASE_GLOBAL)
		return ost_path_equal(&x->c.lock, &y->c.object) && ost_path_equal(&x->c.object, &y->c.lock) ? OST_REL_GLOBAL : OST_REL_UNKNOWN;
	if (!rebases(f, &x->c.lock, &x->c.object, &y->c.object, &y->c.lock, &one) || one != OST_REL_SAME)
		rebases(f, &x->c.object, &x->c.lock, &y->c.lock, &y->c.object, &two);
	if (one == OST_REL_SAME || two == OST_REL_SAME)
		return OST_REL_SAME;
	return one == OST_REL_OTHER || two == OST_REL_OTHER ? OST_REL_OTHER : OST_REL_UNKNOWN;
}

/*
 * Where one side ends is where the other begins: a single thread that went
 * both ways would hang each time, so the ways exclude each other.
 */
static bool is_one_way(const struct ost_abba_side *x, const struct ost_abba_side *y)
{
	return y->c.held && ost_chain_top(&y->c) == x->c.frames[0].unit && y->c.held->node == x->c.place->node;
}

/* The lock lies in an object that all share, or in no record. */
static bool is_object(const struct ost_lk_ref *ref)
{
	return ref->path.kind == OST_BASE_GLOBAL || ref->field == OST_NO_ID;
}

/* ---- drivers beside each other share no objects --------------------------------- */

static bool is_in(struct ost_finder *f, const struct ost_abba_side *c, const char *path)
{
	for (unsigned i = 0; i < c->c.nr; i++) {
		const char *other = ost_unit_path(f, c->c.frames[i].unit);

		if (ost_folder_len(other) >= ost_folder_len(path) && ost_is_near(other, path))
			return true;
	}
	return false;
}

/* x is in a driver that y never enters, y in one beside it that x never enters. */
static bool are_other_drivers(struct ost_finder *f, const struct ost_abba_side *x, const struct ost_abba_side *y)
{
	for (unsigned i = 0; i < x->c.nr; i++)
		for (unsigned k = 0; k < y->c.nr; k++) {
			const char *a = ost_unit_path(f, x->c.frames[i].unit), *b = ost_unit_path(f, y->c.frames[k].unit);

			if (ost_are_siblings(a, b) && !is_in(f, y, a) && !is_in(f, x, b))
				return true;
		}
	return false;
}

/* Near who calls through a slot of x, or near what is called there. */
static bool is_at_crossing(const struct ost_finder *f, const struct ost_abba_side *x, unsigned i, const char *path)
{
	return ost_is_near(path, ost_unit_path(f, x->c.frames[i].unit)) || ost_is_near(path, ost_unit_path(f, x->c.frames[i - 1].unit));
}

/* x calls a driver through a slot, and y goes neither through that driver nor through who called it there. */
static bool is_elsewhere(const struct ost_finder *f, const struct ost_abba_side *x, const struct ost_abba_side *y)
{
	for (unsigned i = 1; i < x->c.nr; i++) {
		bool found = x->c.frames[i].slot == OST_NO_ID || ost_slot_is_closed(f->p, x->c.frames[i].slot, x->c.frames[i].unit);

		for (unsigned k = 0; k < y->c.nr && !found; k++)
			found = is_at_crossing(f, x, i, ost_unit_path(f, y->c.frames[k].unit));
		if (!found)
			return true;
	}
	return false;
}

/* The file stores in the slot, and x does not come by it: what is called there has another table. */
static bool has_own_table(const struct ost_finder *f, const struct ost_abba_side *x, unsigned crossed, uint32_t file)
{
	for (unsigned n = 0; n < x->c.nr; n++)
		if (ost_program_unit(f->p, x->c.frames[n].unit)->file == file)
			return false;
	return ost_lk_slot_is_in_folder(&f->graph, ost_lk_slot(&f->graph, x->c.frames[crossed].slot), file);
}

/*
 * x goes through a table of which there are at most so many, each in a file of
 * its own, and y through the file of another one: no object has both.
 */
static bool has_other_table(struct ost_finder *f, const struct ost_abba_side *x, const struct ost_abba_side *y, uint32_t most)
{

	for (unsigned i = 1; i < x->c.nr; i++) {
		if (x->c.frames[i].slot == OST_NO_ID || ost_lk_slot(&f->graph, x->c.frames[i].slot)->nr_targets > most)
			continue;
		for (unsigned k = 0; k < y->c.nr; k++)
			if (has_own_table(f, x, i, ost_program_unit(f->p, y->c.frames[k].unit)->file))
				return true;
	}
	return false;
}

#define FEW_TABLES 12

/* One function pointer is crossed, in front of the very driver that the other side may be in: nothing says that another object is meant. */
static bool may_be_one_driver(struct ost_finder *f, const struct ost_abba_side *x, const struct ost_abba_side *y)
{
	return x->c.nr_slots + y->c.nr_slots == 1 && !has_other_table(f, x, y, UINT32_MAX) && !has_other_table(f, y, x, UINT32_MAX);
}

#define MANY_PARAMS 6

/* A `void *`, and what all drivers put into records of theirs (a kref, a work item): the unit steps out of it. */
static bool may_lie_in_any(const struct ost_finder *f, uint32_t record)
{
	struct ost_record_def def;

	if (record == OST_NO_ID)
		return true;
	ost_program_record(f->p, record, &def);
	return !strncmp(ost_program_path(f->p, def.file), "include/", 8);
}

/* The lock may lie in what the unit is given. */
static bool is_given(const struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref)
{
	struct ost_field_def lock;

	if (ref->field == OST_NO_ID)
		return false;
	ost_program_field(f->p, ref->field, &lock);
	for (uint32_t i = 0; i < MANY_PARAMS && i < ost_program_unit(f->p, unit)->nr_params; i++) {
		uint32_t record = ost_ctype_record(f->p, ost_unit_param_type(f->p, unit, i));

		if (record == lock.record || record == lock.named || may_lie_in_any(f, record))
			return true;
	}
	return false;
}

/* It frees an object, and always; that nobody has that any more says nothing of locks which lie elsewhere. */
static bool frees_another(const struct ost_finder *f, const struct ost_abba_side *c, uint32_t unit)
{
	return ost_is_freeing(ost_unit_name(f, unit)) && !is_given(f, unit, c->c.hold_ref) && !is_given(f, unit, c->take_ref);
}

/* By its name; but a file or a socket is released when it is closed, with whatever references there are. */
static bool is_last_put(struct ost_finder *f, const struct ost_frame *frame)
{
	const char *name = ost_unit_name(f, frame->unit);
	size_t len = strlen(name);

	return ost_is_last_put(name) && (len < 8 || strcmp(name + len - 8, "_release") != 0 || ost_lets_go_before(f, frame->unit, frame->line, false));
}

static void judge_puts(struct ost_finder *f, const struct ost_abba_side *c)
{
	bool is_put = false, is_other = true;
	unsigned at = c->c.nr;

	for (unsigned i = 0; i + 1 < c->c.nr; i++)
		if (is_last_put(f, &c->c.frames[i])) {
			is_put = true;
			is_other &= frees_another(f, c, c->c.frames[i].unit);
			at = i;
		}
	if (is_put)
		ost_draft_doubt(f, is_other ? OST_RANK_LIKELY : OST_RANK_POSSIBLE, "%s() gets there with the last reference only",
				ost_unit_name(f, c->c.frames[at].unit));
}

/* What is taken apart below `making` is what was made there, and went wrong. */
static bool is_undone(struct ost_finder *f, const struct ost_abba_side *c, unsigned making)
{
	for (unsigned i = 0; i < making; i++)
		if (ost_is_unmaking(f, ost_unit_name(f, c->c.frames[i].unit)))
			return true;
	return false;
}

/* The lock's record is called after the thing: `net_device` after `netdev`, or after `device`. */
static bool is_called_after(struct ost_finder *f, const struct ost_lk_ref *ref, const char *thing, size_t len)
{
	const char *class = ref->field != OST_NO_ID ? ost_class_text(f, ref->field, OST_NO_ID) : "";
	char record[64];
	size_t nr = 0;

	for (; *class && *class != '.' && nr + 1 < sizeof(record); class++)
		if (*class != '_')
			record[nr++] = *class;
	record[nr] = '\0';
	return len < sizeof(record) && memmem(record, nr, thing, len) != NULL;
}

/* `create_conn(dev)` makes neither of the two whose locks it takes. */
static bool makes_another(struct ost_finder *f, const struct ost_abba_side *c, uint32_t unit)
{
	size_t len;
	const char *thing = ost_lk_thing_made(&f->w->tables, ost_unit_name(f, unit), &len);

	return thing && c->c.hold_ref->path.kind == OST_BASE_PARAM && !is_called_after(f, c->c.hold_ref, thing, len) &&
	       !is_called_after(f, c->take_ref, thing, len);
}

/* Who took the first lock before may hold that of an object which somebody else has, too. */
static void judge_making(struct ost_finder *f, const struct ost_abba_side *c)
{
	unsigned i = c->c.nr;
	bool is_known;

	while (i && !ost_is_making(f, ost_unit_name(f, c->c.frames[i - 1].unit)))
		i--;
	if (!i--)
		return;
	if (i + 1 == c->c.nr && makes_another(f, c, c->c.frames[i].unit) && !is_undone(f, c, i))
		return;
	is_known = (i + 1 < c->c.nr && !is_undone(f, c, i)) || (is_object(c->c.hold_ref) && is_object(c->take_ref));
	ost_draft_doubt(f, is_known ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
			"%s() may run before anybody else knows of the object", ost_unit_name(f, c->c.frames[i].unit));
}

/* Nobody else has what the way has just made. */
static void judge_new(struct ost_finder *f, const struct ost_abba_side *c)
{
	const char *made = ost_asks_for_new(f, c->c.frames, c->c.nr, c->c.place, false);

	if (made)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on for some state only of an object that was just made", made);
	if (ost_is_new_object(f, c->c.frames, c->c.nr, 0, &c->take_ref->path))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the second lock is that of an object that was just made");
}

/* The member that a nested lock's subclass is said by: `down_read_nested(&ctrl->lock, ctrl->depth)`; OST_NO_ID: a constant, or no such lock. */
static uint32_t subclass_of(struct ost_finder *f, uint32_t unit, uint32_t node)
{
	struct ost_path path;
	uint32_t arg;

	if (!ost_finder_enter(f, unit) || ost_at(f->cur, node)->op != OST_N_CALL)
		return OST_NO_ID;
	arg = ost_lk_call_arg(f->cur, node, 1);
	if (!arg)
		return OST_NO_ID;
	ost_expr_path(f->cur, arg, OST_PATH_LOCALS, &path);
	return path.nr_steps && path.steps[path.nr_steps - 1].kind == OST_STEP_FIELD ? path.steps[path.nr_steps - 1].id : OST_NO_ID;
}

/* What x takes as a nested lock, y holds as one of that very level: it says how deep the object lies, not that it is another one. */
static bool is_one_level(struct ost_finder *f, const struct ost_abba_side *x, const struct ost_abba_side *y)
{
	uint32_t level = x->c.place->flags & OST_EVF_NESTED ? subclass_of(f, x->c.frames[0].unit, x->c.place->node) : OST_NO_ID;

	return level != OST_NO_ID && y->c.held && subclass_of(f, ost_chain_top(&y->c), y->c.held->node) == level;
}

/* is_shown: both sides mean the same two objects, so that what is said to be nested is no other one. */
static void judge_chain(struct ost_finder *f, const struct ost_abba_side *c, unsigned thread, bool is_shown)
{

	ost_chain_judge(f, &c->c, thread);
	if (c->c.place->flags & OST_EVF_NESTED)
		ost_draft_doubt(f, is_shown ? OST_RANK_LIKELY : OST_RANK_POSSIBLE, "taken as a nested lock: another instance is meant");
	if (c->c.place->flags & OST_EVF_NO_OWNER)
		ost_draft_doubt(f, OST_RANK_LIKELY, "a semaphore may be released by another task");
	for (unsigned i = 0; i < c->c.nr; i++)
		if (ost_program_unit(f->p, c->c.frames[i].unit)->flags & (OST_UF_INIT | OST_UF_EXIT))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() runs when nothing else does",
					ost_unit_name(f, c->c.frames[i].unit));
	judge_puts(f, c);
	judge_making(f, c);
	judge_new(f, c);
}

static void say_chain(struct ost_finder *f, const struct ost_abba_side *x, unsigned thread, const char *held, const char *taken)
{
	uint32_t unit = x->c.frames[0].unit;

	ost_chain_say(f, &x->c, thread, held);
	ost_draft_step(f, OST_ROLE_ACQUIRE, thread, unit, x->c.place->line, "needs %s%s", taken,
		       ost_inner_place(f, unit, x->c.place->node, x->b, x->c.place->mode));
}

/* The chain goes by what lies beside the target of the slot, and has not a table of its own. */
static bool comes_beside(const struct ost_finder *f, const struct ost_abba_side *c, uint32_t target, uint32_t slot)
{
	uint32_t own = ost_program_unit(f->p, target)->file;

	for (unsigned i = 0; i < c->c.nr; i++) {
		uint32_t file = ost_program_unit(f->p, c->c.frames[i].unit)->file;

		if (file == own || (ost_lk_folder(f->p, c->c.frames[i].unit) == ost_lk_folder(f->p, target) &&
				    !ost_lk_slot_is_in_folder(&f->graph, ost_lk_slot(&f->graph, slot), file)))
			return true;
	}
	return false;
}

/*
 * What x comes to through function pointers lies beside what y goes through,
 * or beside who holds x's lock: one driver's two ends.
 */
static bool is_back_in(struct ost_finder *f, const struct ost_abba_side *x, const struct ost_abba_side *y)
{

	for (unsigned i = 1; i < x->c.nr; i++) {
		uint32_t target = x->c.frames[i - 1].unit, slot = x->c.frames[i].slot;

		if (slot != OST_NO_ID && !ost_slot_is_closed(f->p, slot, x->c.frames[i].unit) &&
		    ost_lk_folder(f->p, target) != ost_lk_folder(f->p, ost_chain_top(&x->c)) && !comes_beside(f, y, target, slot))
			return false;
	}
	return true;
}

static bool are_on_one_queue(struct ost_finder *f, uint32_t one, uint32_t two)
{
	uint64_t queue = ost_ordered_queue_above(f, one);

	return queue && ost_ordered_queue_above(f, two) == queue;
}

static struct ost_element held_element(struct ost_finder *f, const struct ost_abba_side *c)
{
	return c->c.held ? ost_element_of(f, &c->c.frames[c->c.nr - 1], 1, c->c.held->node, c->c.hold_ref) :
		(struct ost_element){ .kind = OST_EL_NONE };
}

/* x holds what y takes: one member of a wrapper (`a->left.sem` and `a->right.sem`)? */
static bool is_other_part(const struct ost_abba_side *x, const struct ost_abba_side *y)
{
	return ost_is_other_member(&x->c.hold_ref->path, &y->c.object);
}

/* Where the members begin that lead to the last pointer on the path; *ret_end: behind them. False: there is no pointer in a record. */
static bool last_pointer(const struct ost_path *path, uint32_t *ret_first, uint32_t *ret_end)
{
	uint32_t i = path->nr_steps;

	while (i && path->steps[i - 1].kind != OST_STEP_DEREF)
		i--;
	if (!i || path->is_truncated)
		return false;
	*ret_end = --i;
	while (i && path->steps[i - 1].kind == OST_STEP_FIELD)
		i--;
	*ret_first = i;
	return i < *ret_end;
}

/* Two pointers of one record lead there: `sbi->mft.ni->lock` and `sbi->security.ni->lock`. */
static bool are_other_pointers(const struct ost_finder *f, const struct ost_path *a, const struct ost_path *b)
{
	struct ost_field_def one, two;
	uint32_t i, k, end, end2;

	if (!last_pointer(a, &i, &end) || !last_pointer(b, &k, &end2))
		return false;
	for (; i < end && k < end2; i++, k++) {
		if (a->steps[i].id == b->steps[k].id)
			continue;
		ost_program_field(f->p, a->steps[i].id, &one);
		ost_program_field(f->p, b->steps[k].id, &two);
		return one.record == two.record;
	}
	return false;
}

/* A doubt where what x holds and what y takes may be two elements of an array. */
static void judge_elements(struct ost_finder *f, const struct ost_abba_side *x, const struct ost_abba_side *y, bool is_shown)
{
	struct ost_element held = held_element(f, x),
		taken = ost_element_of(f, y->c.frames, y->c.nr, y->c.place->node, y->take_ref);

	if (taken.kind == OST_EL_NONE && ost_has_element(&y->c.object))	/* who calls has it in hand */
		taken.kind = OST_EL_VARIABLE;
	ost_judge_elements(f, &held, &taken, is_shown);
}

/* ---- judging and telling ---------------------------------------------------------- */

static const char *text_of(struct ost_finder *f, uint64_t cls)
{
	return ost_lk_is_global(cls) ? ost_class_text(f, OST_NO_ID, (uint32_t)cls) : ost_class_text(f, (uint32_t)(cls - 1), OST_NO_ID);
}

void ost_abba_judge(struct ost_finder *f, struct ost_abba_side *x, struct ost_abba_side *y)
{
	enum ost_relation rel;
	uint64_t gate = gate_of(f, x, y);
	uint32_t common;

	ost_chain_meet(f, &x->c, &x->take_ref->path);
	ost_chain_meet(f, &y->c, &y->take_ref->path);
	rel = relate_chains(f, x, y);
	x->c.is_back = is_back_in(f, x, y);
	y->c.is_back = is_back_in(f, y, x);
	judge_chain(f, x, 1, rel == OST_REL_SAME || rel == OST_REL_GLOBAL || is_one_level(f, x, y));
	judge_chain(f, y, 2, rel == OST_REL_SAME || rel == OST_REL_GLOBAL || is_one_level(f, y, x));
	judge_elements(f, x, y, rel != OST_REL_UNKNOWN);
	judge_elements(f, y, x, rel != OST_REL_UNKNOWN);
	if (rel == OST_REL_UNKNOWN && !(x->c.is_back && y->c.is_back))
		ost_draft_doubt(f, may_be_one_driver(f, x, y) ? OST_RANK_LIKELY : OST_RANK_POSSIBLE, "through a function pointer, and not shown to be for the same two objects");
	if (are_on_one_queue(f, ost_chain_top(&x->c), ost_chain_top(&y->c)))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both run on one ordered queue: never at the same time");
	if (is_one_way(x, y) || is_one_way(y, x))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "one thread alone would hang on this way: the two must exclude each other");
	if (ost_abba_is_other_kind(f, f->draft.lock.class_name, x, y, true) ||
	    ost_abba_is_other_kind(f, f->draft.lock2.class_name, x, y, false))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the locks belong to several kinds of objects");
	if (holds_already(f, x) || holds_already(f, y))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "another lock of the same class is held already: they have an order of their own");
	for (int i = 0; i < 2; i++) {
		uint32_t again = taken_again(f, i ? y : x);

		if (again != OST_NO_ID)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() takes the first lock itself before: another one is meant",
					ost_unit_name(f, again));
		if (has_already(f, i ? y : x))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "whoever calls %s() has the second lock already",
					ost_unit_name(f, ost_chain_top(&(i ? y : x)->c)));
	}
	if (x->c.nr_slots + y->c.nr_slots > 1)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%u calls through function pointers: other functions may be meant",
				x->c.nr_slots + y->c.nr_slots);
	if ((!(is_object(x->c.hold_ref) && is_object(x->take_ref)) && are_other_drivers(f, x, y)) ||
	    ost_chain_leaves_driver(f, &x->c) || ost_chain_leaves_driver(f, &y->c))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the chains go through drivers that have nothing to do with each other");
	if (rel == OST_REL_UNKNOWN && !(is_object(x->c.hold_ref) && is_object(x->take_ref)) && (is_elsewhere(f, x, y) || is_elsewhere(f, y, x)))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the other side goes neither through that driver nor through who calls it");
	if (has_other_table(f, x, y, FEW_TABLES) || has_other_table(f, y, x, FEW_TABLES))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "each side goes through a table of its own: no object has both");
	if (gate)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both sides hold %s, too: one of them waits outside", text_of(f, gate));
	gate = ost_gate_above(f, ost_chain_top(&x->c), ost_chain_top(&y->c), x->a, x->b, &common);
	if (gate)
		ost_draft_doubt(f, OST_RANK_LIKELY, "both are called by %s() alone, which somebody calls with %s held",
				ost_unit_name(f, common), text_of(f, gate));
	if (is_other_part(x, y) || is_other_part(y, x))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the locks lie in different members");
	if (rel == OST_REL_UNKNOWN && (are_other_pointers(f, &x->c.hold_ref->path, &y->take_ref->path) ||
				       are_other_pointers(f, &y->c.hold_ref->path, &x->take_ref->path)))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "two pointers of one record lead to the locks");
	if (rel == OST_REL_UNKNOWN)
		ost_draft_doubt(f, OST_RANK_LIKELY, "that both sides mean the same two objects was not shown");
	if (rel == OST_REL_OTHER)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the two sides mean other objects");
	for (int i = 0; i < 2; i++) {
		const struct ost_abba_side *holds = i ? y : x, *takes = i ? x : y;
		unsigned a = holds->c.held ? holds->c.held->mode : holds->c.hold_at->mode;

		if (a != OST_LKM_EXCL && takes->c.place->mode != OST_LKM_EXCL)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "both only read %s: it hangs when a writer waits between them",
					i ? f->draft.lock2.class_name : f->draft.lock.class_name);
	}
	ost_judge_sides(f, ost_count_branches(f, x->c.frames, x->c.nr, x->c.place, false),
			ost_count_branches(f, y->c.frames, y->c.nr, y->c.place, false));
	say_chain(f, x, 1, f->draft.lock.class_name, f->draft.lock2.class_name);
	say_chain(f, y, 2, f->draft.lock2.class_name, f->draft.lock.class_name);
	if (rel == OST_REL_SAME)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, x->c.frames[x->c.met].unit, x->c.frames[x->c.met].line,
			       "from %s both sides go the same way to %s",
			       ost_path_text_in(f, x->c.frames[x->c.met].unit, &x->c.lock),
			       ost_path_text_in(f, x->c.frames[x->c.met].unit, &x->c.object));
	else if (rel == OST_REL_GLOBAL)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, x->c.frames[0].unit, x->c.frames[0].line,
			       "both are one object for all");
}
