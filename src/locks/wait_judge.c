// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How sure a wait under a lock is: whether both locks are one object, and all
 * that speaks against it.
 */
#include <string.h>

#include "locks/decided.h"
#include "locks/elements.h"
#include "locks/waits.h"

/* Functions in which an object is being made: nothing of it runs yet. */
static bool is_setup(const char *name)
{
	static const char *const words[] = { "probe", "init", "create", "alloc", "attach", "setup", "register" };

	for (size_t i = 0; i < OST_ARRAY_SIZE(words); i++) {
		const char *at = strstr(name, words[i]);

		if (at && strncmp(at, "initiat", 7) && !(at > name + 1 && !strncmp(at - 2, "deinit", 6)) &&
		    !(at >= name + 2 && at[-1] == 'n' && at[-2] == 'u') &&
		    !(at >= name + 2 && at[-1] == 'e' && at[-2] == 'd'))
			return true;
	}
	return false;
}

/*
 * Nobody sleeps with a spinlock held: where one seems to be held by a caller
 * over a wait that sleeps, its release was most likely not seen.
 */
static bool sleeps_with_spinlock(const struct ost_wait_cand *c)
{
	unsigned lock = c->hold_ref->kind, wait = c->s->wait->prim->kind;

	if (!ost_lk_spins(lock))
		return false;
	return c->nr_frames > 1 && (wait == OST_WK_WORK || wait == OST_WK_WIPHY_WORK || wait == OST_WK_KTHREAD ||
				    wait == OST_WK_KTHREAD_WORK || wait == OST_WK_NAPI || wait == OST_WK_URB);
}

/* The waited-for member lies in a record that everybody uses, and another file binds the callback to its own one. */
static bool is_for_all(const struct ost_finder *f, const struct ost_wait_cand *c)
{
	struct ost_field_def wait;

	if (c->s->field == OST_NO_ID ||
	    ost_program_binding(f->p, c->s->binding)->file == ost_program_unit(f->p, c->s->units[c->s->nr - 1])->file)
		return false;
	ost_program_field(f->p, c->s->field, &wait);
	return !strncmp(ost_program_path(f->p, wait.file), "include/", 8);
}

/* The callback was bound to another element of the array than the one that is waited for. */
static bool is_other_element(struct ost_finder *f, const struct ost_wait_cand *c)
{
	const struct ost_binding *b = ost_program_binding(f->p, c->s->binding);
	uint32_t arg = 0;

	if (b->in != OST_NO_ID && b->node && ost_finder_enter(f, b->in) && ost_program_binding_row(f->p, b->row)->object >= 0)
		arg = ost_lk_call_arg(f->cur, b->node, (unsigned)ost_program_binding_row(f->p, b->row)->object);
	return arg && ost_are_other_elements(f, c->s->units[0], c->s->wait->node, b->in, arg);
}

static void judge_states(struct ost_finder *f, const struct ost_wait_cand *c)
{
	const struct ost_lk_event *ev = c->acq->ev;
	unsigned a = c->held ? c->held->mode : OST_LKM_EXCL, b = ev->mode;

	if (sleeps_with_spinlock(c))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a spinlock over a wait that sleeps: its release may not have been seen");
	if (c->held && !c->held->in_all)
		ost_draft_doubt(f, OST_RANK_LIKELY, "the lock is held only on some ways to the call");
	if (a != OST_LKM_EXCL && b != OST_LKM_EXCL)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both sides only read: it hangs when a writer waits between them");
	if (c->s->by_cookie)
		ost_draft_doubt(f, OST_RANK_LIKELY, "which handler it is was told by its dev_id alone");
	if (c->s->nr_callbacks > 1)
		ost_draft_doubt(f, is_for_all(f, c) ? OST_RANK_POSSIBLE : OST_RANK_LIKELY, "%u functions are bound to %s",
				c->s->nr_callbacks, f->draft.waitable_class);
	if (c->s->nr_callbacks > 1 && is_other_element(f, c))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "another element of the array is waited for");
	if (c->s->wait->prim->flags & OST_LKF_OTHER_WAKERS)
		ost_draft_doubt(f, OST_RANK_LIKELY, "somebody else may complete it");
	if (c->s->wait->flags & OST_EVF_SELF_TEST || ev->flags & OST_EVF_SELF_TEST)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
	if (ev->flags & (OST_EVF_NESTED | OST_EVF_WW))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "taken as a nested lock: another instance is meant");
	if (ev->flags & OST_EVF_NO_OWNER)
		ost_draft_doubt(f, OST_RANK_LIKELY, "a semaphore may be released by another task");
	for (unsigned i = 0; i < c->nr_frames; i++)
		if (is_setup(ost_unit_name(f, c->frames[i].unit))) {
			ost_draft_doubt(f, OST_RANK_LIKELY, "%s() may run before the callback can be queued",
					ost_unit_name(f, c->frames[i].unit));
			break;
		}
}

/* The function that binds the callback is on the way: what waits there may do so before it ever runs. */
static void judge_making(struct ost_finder *f, const struct ost_wait_cand *c)
{
	const struct ost_binding *b = ost_program_binding(f->p, c->s->binding);
	const char *opposed;

	if (c->frames[c->nr_frames - 1].unit == c->s->callback)
		ost_draft_doubt(f, OST_RANK_LIKELY, "the callback itself comes here: something must end that");
	for (unsigned i = 0; i < c->nr_frames; i++)
		if (c->frames[i].unit == b->in && b->in != f->search.down.items[c->acq->node].unit)
			ost_draft_doubt(f, OST_RANK_LIKELY, "%s() binds the callback itself",
					ost_unit_name(f, b->in));
	ost_judge_unbound(f, c->frames, c->nr_frames, c->s->events[0], c->s->binding);
	ost_judge_new(f, c->frames, c->nr_frames, c->s->events[0]);
	opposed = ost_binding_opposes(f, c->frames, c->nr_frames, c->s->events[0], b);
	if (opposed)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on where the callback is not bound", opposed);
}

/* One of an array is waited for, and the callback's need depends on a state: on which one it is, perhaps. */
static void judge_element(struct ost_finder *f, const struct ost_wait_cand *c)
{
	if (!ost_has_element(&c->s->object) && c->s->wait->prim->kind != OST_WK_KTHREAD)
		return;
	for (uint32_t n = c->acq->node; n; n = f->search.down.items[n].parent) {
		const struct ost_reach_node *node = &f->search.down.items[n];
		uint32_t caller = f->search.down.items[node->parent].unit;

		if (ost_finder_enter(f, caller) &&
		    ost_is_in_branch(f->cur, ost_call_node(f->cur, node->line,
							       ost_callee_name(f, node->unit, node->slot))))
			ost_draft_doubt(f, OST_RANK_LIKELY,
					"whether the callback needs the lock depends on the state of its object");
	}
}

#define MAX_DOWN 24

/* From where the callback takes the lock up to the callback. */
static unsigned down_frames(struct ost_finder *f, const struct ost_wait_cand *c, struct ost_frame *frames)
{
	unsigned nr = 0;

	frames[nr++] = (struct ost_frame){ f->search.down.items[c->acq->node].unit, c->acq->ev->line, "", OST_NO_ID, 0, false };
	for (uint32_t n = c->acq->node; n && nr < MAX_DOWN; n = f->search.down.items[n].parent) {
		const struct ost_reach_node *node = &f->search.down.items[n];

		frames[nr++] = (struct ost_frame){ f->search.down.items[node->parent].unit, node->line,
						   ost_callee_name(f, node->unit, node->slot), OST_NO_ID, 0, false };
	}
	return nr;
}

/* Both locks are elements of an array. */
static void judge_lock_elements(struct ost_finder *f, const struct ost_wait_cand *c, const struct ost_lk_ref *need,
				const struct ost_frame *down, unsigned nr, bool is_shown)
{
	struct ost_element held, needed;

	if (!c->held || !ost_has_element(&need->path) || !ost_has_element(&c->hold_ref->path))
		return;
	held = ost_element_of(f, &c->frames[c->nr_frames - 1], 1, c->held->node, c->hold_ref);
	needed = ost_element_of(f, down, nr, c->acq->ev->node, need);
	ost_judge_elements(f, &held, &needed, is_shown);
}

/* What both threads must find so for it to happen. */
static void judge_conditions(struct ost_finder *f, const struct ost_wait_cand *c, const struct ost_lk_ref *need,
			     bool is_shown)
{
	struct ost_frame down[MAX_DOWN + 1];
	unsigned nr = down_frames(f, c, down);
	const char *opposed = ost_sides_oppose(f, c->frames, c->nr_frames, c->s->events[0], down, nr, c->acq->ev);

	if (opposed)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() needs a state that thread 1 has found to be another one", opposed);
	judge_lock_elements(f, c, need, down, nr, is_shown);
	ost_judge_sides(f, ost_count_branches(f, c->frames, c->nr_frames, c->s->events[0], false),
			ost_count_branches(f, down, nr, c->acq->ev, false));
}

static void judge_slots(struct ost_finder *f, const struct ost_wait_cand *c, const struct ost_path *object,
			bool have_object, struct ost_reductions *used)
{

	for (uint32_t n = c->acq->node; n; n = f->search.down.items[n].parent) {
		const struct ost_reach_node *node = &f->search.down.items[n];

		if (node->is_one_of)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is defined in several files",
					ost_unit_name(f, node->unit));
		if (node->slot == OST_NO_ID || (ost_lk_slot(&f->graph, node->slot)->what != OST_LKS_CHAIN && ost_wait_is_anchored(f, c, object, have_object, n, used)))
			continue;
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s may be another function than %s()",
				ost_slot_text(f, node->slot, NULL), ost_unit_name(f, node->unit));
	}
}

/*
 * The lock lies in the record that is waited for, or in one of the callback's
 * own folder: there is one for each device. Records that everybody uses
 * (struct device, struct inode) have many at a time.
 */
static bool is_private_lock(struct ost_finder *f, const struct ost_wait_cand *c)
{
	struct ost_field_def lock, wait;
	const char *path, *own = ost_unit_path(f, c->s->callback), *slash;

	if (c->hold_ref->field == OST_NO_ID)
		return true;
	ost_program_field(f->p, c->hold_ref->field, &lock);
	if (c->s->field != OST_NO_ID) {
		ost_program_field(f->p, c->s->field, &wait);
		if (lock.named == wait.named)
			return true;
	}
	path = ost_program_path(f->p, lock.file);
	slash = strrchr(path, '/');
	return slash && strncmp(path, "include/", 8) && !strncmp(path, own, (size_t)(slash - path) + 1);
}

#define SAME_GAIN 10	/* shown to be one object: better than a global, where the object of the wait may be another */

/* Whether both locks are one, seen from a frame of the waiting thread. */
struct meeting {
	struct ost_path object, lock, other;
	bool has_met;		/* object and lock are seen from there */
	unsigned frame;
	enum ost_relation rel;
	struct ost_reductions used;
};

/* Through a pointer to anything (`urb->context`): it may well lead back to the owner. */
static bool goes_by_void(const struct ost_finder *f, const struct ost_path *path)
{
	for (uint32_t i = 0; i + 1 < path->nr_steps; i++)
		if (path->steps[i].kind == OST_STEP_FIELD && path->steps[i + 1].kind == OST_STEP_DEREF &&
		    ost_ctype_record(f->p, ost_field_type(f->p, path->steps[i].id)) == OST_NO_ID)
			return true;
	return false;
}

static void relate(struct ost_finder *f, struct ost_wait_cand *c, const struct ost_lk_ref *need, struct meeting *m)
{
	m->rel = OST_REL_UNKNOWN;
	m->has_met = ost_wait_meet(f, c, &m->object, &m->lock, &m->frame);
	if (m->has_met) {
		ost_reduce_path(f, &m->object, &m->used);	/* short ones leave room */
		if (ost_wait_to_frame(f, c, &m->object, c->acq->node, &need->path, &m->other)) {
			ost_reduce_path(f, &m->other, &m->used);
			ost_reduce_path(f, &m->lock, &m->used);
			m->rel = ost_relate(f, &m->lock, &m->other);
			if (m->rel == OST_REL_OTHER && c->s->nr_callbacks == 1 && goes_by_void(f, &m->other))
				m->rel = OST_REL_UNKNOWN;
		}
	}
	/* a member is one object in each container: only a lock that is itself an object is one for all */
	if (c->hold_ref->path.kind == OST_BASE_GLOBAL && !c->hold_ref->path.nr_steps &&
	    c->hold_ref->field == OST_NO_ID && need->field == OST_NO_ID &&
	    need->global != OST_NO_ID && need->global == c->hold_ref->global)
		m->rel = OST_REL_GLOBAL;
}

/*
 * The needed lock lies in a record that the way to the waited-for object goes through
 * (`x->wiphy->mtx` beside `x->wiphy->rfkill->poll_work`): which of these records the
 * holder means is open, but the object and its lock belong together, as in
 * a record of their own.
 */
static bool hangs_off_lock_owner(const struct meeting *m)
{
	const struct ost_path *lock = &m->other, *object = &m->object;
	uint32_t i;

	if (!m->has_met || lock->kind != object->kind || lock->base != object->base || lock->is_truncated ||
	    object->is_truncated || lock->nr_steps < 2 || lock->nr_steps > object->nr_steps)
		return false;
	for (i = 0; i + 1 < lock->nr_steps; i++)
		if (lock->steps[i].kind != object->steps[i].kind || lock->steps[i].id != object->steps[i].id)
			return false;
	return true;
}

static void judge_relation(struct ost_finder *f, const struct ost_wait_cand *c, const struct meeting *m)
{
	uint32_t unit = c->frames[m->frame].unit;

	if (m->rel == OST_REL_UNKNOWN)
		ost_draft_doubt(f, is_private_lock(f, c) || hangs_off_lock_owner(m) ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
				"that both locks are one object was not shown");
	if (m->rel == OST_REL_OTHER)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "two locks are meant: held is %s, needed is %s",
				ost_path_text_in(f, unit, &m->lock), ost_path_text_in(f, unit, &m->other));
}

static void say_relation(struct ost_finder *f, const struct ost_wait_cand *c, const struct meeting *m)
{
	const struct ost_frame *at = &c->frames[m->frame];

	for (size_t i = 0; i < m->used.v.nr; i++)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, m->used.v.items[i].unit, m->used.v.items[i].line, "%s",
			       m->used.v.items[i].why);
	if (m->rel == OST_REL_SAME) {
		f->draft.score += SAME_GAIN;
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, at->unit, at->line, "both locks are %s",
			       ost_path_text_in(f, at->unit, &m->lock));
	} else if (m->rel == OST_REL_GLOBAL) {
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, c->frames[0].unit,
			       c->frames[0].line, "%s is one object for all", f->draft.lock.class_name);
	}
}

/* Doubts, as long as the draft may be better than what is known. */
static bool judge_all(struct ost_finder *f, struct ost_wait_cand *c, struct meeting *m)
{
	const struct ost_lk_summary *need = ost_lk_sum(f->w, f->search.down.items[c->acq->node].unit);
	int gain;

	judge_states(f, c);
	if (ost_draft_is_beaten(f, SAME_GAIN))
		return false;
	relate(f, c, &need->locks[c->acq->ev->lock], m);
	gain = m->rel == OST_REL_SAME ? SAME_GAIN : 0;
	ost_judge_way(f, c->frames, c->nr_frames, m->rel == OST_REL_SAME, false);
	judge_making(f, c);
	if (ost_draft_is_beaten(f, gain))
		return false;
	judge_element(f, c);
	ost_wait_judge_item(f, c);
	ost_judge_branches(f, c->frames, c->nr_frames, c->s->events[0]);
	if (ost_draft_is_beaten(f, gain))
		return false;
	judge_slots(f, c, &m->object, m->has_met, &m->used);
	judge_relation(f, c, m);
	judge_conditions(f, c, &need->locks[c->acq->ev->lock], m->rel != OST_REL_UNKNOWN);
	return !ost_draft_is_beaten(f, gain);
}

bool ost_wait_judge(struct ost_finder *f, struct ost_wait_cand *c)
{
	struct meeting m = { .used = { .v = OST_VEC_INIT } };
	bool is_good = judge_all(f, c, &m);

	if (is_good) {
		ost_wait_say(f, c);
		say_relation(f, c, &m);
		f->draft.lock.instance = ost_path_text_in(f, c->frames[c->nr_frames - 1].unit, &c->hold_ref->path);
	}
	ost_vec_deinit(&m.used.v);
	return is_good;
}
