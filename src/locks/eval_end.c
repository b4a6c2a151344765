// SPDX-License-Identifier: GPL-2.0-or-later
/* What a unit leaves behind: net effects, and returns that keep a lock. */
#include "locks/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

/* How often each lock is held at the returns of each class. */
struct tally {
	unsigned held[5], free[5], released[5];
	unsigned nothing[5];	/* the object is NULL there */
	unsigned nr_held, nr_free;
	uint32_t held_node, ret_line, ok_line;
	uint8_t ret_class, mode, ctx;
	bool in_loop;		/* taken in a loop that does not return it */
	bool is_in_loop;	/* taken in a loop */
	bool is_try;
	bool is_broken;		/* taken in a loop that was left by break */
	bool is_mixed;		/* one return is reached with the lock and without */
	bool is_maybe_released;
	bool is_code;		/* what ret_line returns is a variable that is not zero there */
};

/* 0 not released, 1 perhaps, 2 for sure */
static int in_rel(const struct ost_state *st, uint16_t lock)
{
	for (int i = 0; i < st->nr_rel; i++)
		if (st->rel[i] == lock)
			return st->rel_is_maybe >> i & 1 ? 1 : 2;
	return 0;
}

/* The state at a return knows that the parameter is so. */
static bool knows_param(const struct ost_state *st, unsigned param, bool truth)
{
	for (int i = 0; i < st->nr_facts; i++)
		if (st->facts[i].m.kind == OST_MF_PARAM && st->facts[i].m.name == param)
			return st->facts[i].truth == truth;
	return false;
}

/* The path begins at the local of that name, or at the call that it is set by. */
static bool begins_at(const struct ost_lk_eval *e, const struct ost_path *path, uint32_t local)
{
	for (size_t k = 0; k < e->scope.locals.nr; k++) {
		const struct ost_local *l = &e->scope.locals.items[k];

		if (l->name != local)
			continue;
		if (path->kind == OST_BASE_LOCAL ? path->base == l->decl :
		    path->kind == OST_BASE_CALL && l->def && ost_ev_strip(e, l->def) == path->base)
			return true;
	}
	return false;
}

/*
 * The lock lies in what a local or a parameter points at, which is NULL
 * there: nobody takes or holds that. `if (node) lock(&node->lock)` takes the
 * lock of every node that there is.
 */
static bool is_in_nothing(const struct ost_lk_eval *e, const struct ost_state *st, uint16_t lock)
{
	const struct ost_path *path = &e->locks.items[lock].path;

	if (path->kind == OST_BASE_PARAM)
		return path->nr_steps && path->steps[0].kind == OST_STEP_DEREF && knows_param(st, path->base, false);
	for (size_t k = 0; k < e->scope.locals.nr; k++) {
		if (!begins_at(e, path, e->scope.locals.items[k].name))
			continue;
		for (int i = 0; i < st->nr_facts; i++)
			if (!st->facts[i].truth && st->facts[i].key == ost_ev_name_key(e, e->scope.locals.items[k].name))
				return true;
	}
	return false;
}

/*
 * A parameter that is one thing at all returns that hold the lock (or have
 * released it), and the other at all that do not; as ost_fx_when(), or 0.
 */
static uint8_t deciding_param(const struct ost_lk_eval *e, uint16_t lock, bool is_release)
{
	for (unsigned k = 0; k < 2 * OST_EVAL_PARAMS; k++) {
		unsigned nr[2] = { 0 };
		bool fits = true;

		for (size_t i = 0; i < e->returns.nr && fits; i++) {
			const struct ost_state *st = &e->returns.items[i].st;
			bool is_on = is_release ? in_rel(st, lock) != 0 : ost_state_find(st, lock) >= 0;

			if (is_in_nothing(e, st, lock))
				continue;
			fits = knows_param(st, k / 2, is_on == (k & 1));
			nr[is_on]++;
		}
		if (fits && nr[0] && nr[1])
			return ost_fx_when(k / 2, k & 1);
	}
	return 0;
}

/* A parameter that is one thing at all returns that hold the lock shared, and the other at all that do not; as ost_fx_when(), or 0. */
static uint8_t sharing_param(const struct ost_lk_eval *e, uint16_t lock)
{
	for (unsigned k = 0; k < 2 * OST_EVAL_PARAMS; k++) {
		unsigned nr[2] = { 0 };
		bool fits = true;

		for (size_t i = 0; i < e->returns.nr && fits; i++) {
			const struct ost_state *st = &e->returns.items[i].st;
			int at = ost_state_find(st, lock);
			bool is_shared = at >= 0 && st->held[at].mode == OST_LKM_SHARED;

			if (at < 0)
				continue;
			fits = knows_param(st, k / 2, is_shared == (k & 1));
			nr[is_shared]++;
		}
		if (fits && nr[0] && nr[1])
			return ost_fx_when(k / 2, k & 1);
	}
	return 0;
}

/* How the lock is held at a return where it is not held shared. */
static uint8_t unshared_mode(const struct ost_lk_eval *e, uint16_t lock)
{
	for (size_t i = 0; i < e->returns.nr; i++) {
		const struct ost_state *st = &e->returns.items[i].st;
		int at = ost_state_find(st, lock);

		if (at >= 0 && st->held[at].mode != OST_LKM_SHARED)
			return st->held[at].mode;
	}
	return OST_LKM_SHARED;
}

static bool is_loop(unsigned op)
{
	return op == OST_N_WHILE || op == OST_N_DO || op == OST_N_FOR || op == OST_N_MACRO_STMT;
}

/* A function that was called there has taken it, for an object that may keep it (`path`). */
static bool is_via_callee(const struct ost_lk_eval *e, uint32_t node)
{
	for (size_t i = 0; i < e->events.nr; i++)
		if (e->events.items[i].node == node && e->events.items[i].flags & OST_EVF_VIA_CALLEE)
			return true;
	return false;
}

/* The return stands in the loop that takes the lock: it is that one lock which is kept. */
static bool is_in_its_loop(const struct ost_lk_eval *e, uint32_t taken, uint32_t ret)
{
	if (is_via_callee(e, taken))
		return false;
	for (uint32_t n = taken; n-- > 0;)
		if (is_loop(ost_ev_node(e, n)->op) && ost_ev_node(e, n)->end > taken)
			return ret > n && ret < ost_ev_node(e, n)->end;
	return false;
}

static void count_returns(const struct ost_lk_eval *e, uint16_t lock, struct tally *t)
{
	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < e->returns.nr; i++) {
		const struct ost_eval_return *r = &e->returns.items[i];
		int at = ost_state_find(&r->st, lock);

		if (is_in_nothing(e, &r->st, lock) && e->locks.items[lock].path.kind == OST_BASE_PARAM) {
			t->nothing[r->cls]++;
			continue;
		}
		if (at >= 0 && !is_in_nothing(e, &r->st, lock)) {
			t->held[r->cls]++;
			t->nr_held++;
			if (!t->ret_line || r->cls == OST_RET_ERROR) {
				t->ret_line = r->line;
				t->ret_class = r->cls;
				t->held_node = r->st.held[at].node;
				t->is_code = (r->cls == OST_RET_NONZERO || r->cls == OST_RET_UNKNOWN) && r->local;
			}
			t->mode = r->st.held[at].mode;
			t->ctx = r->st.held[at].ctx;
			t->in_loop |= r->st.held[at].in_loop != 0 && !is_in_its_loop(e, r->st.held[at].node, r->node);
			t->is_in_loop |= r->st.held[at].in_loop != 0;
			t->is_broken |= (r->st.held[at].in_loop & OST_ST_BROKEN) != 0;
			for (size_t k = 0; k < e->returns.nr && r->cls == OST_RET_UNKNOWN; k++)
				if (e->returns.items[k].node == r->node &&
				    ost_state_find(&e->returns.items[k].st, lock) < 0) {
					t->is_mixed = true;
					t->ret_line = r->line;
					t->ret_class = r->cls;
					t->held_node = r->st.held[at].node;
				}
			continue;
		}
		t->free[r->cls]++;
		t->nr_free++;
		t->released[r->cls] += in_rel(&r->st, lock) != 0;
		t->is_maybe_released |= in_rel(&r->st, lock) == 1;
		t->ok_line = r->line;
	}
}

static unsigned sum_of(const unsigned *v)
{
	return v[0] + v[1] + v[2] + v[3] + v[4];
}

/* All returns are of that class. */
static bool is_all_of(const unsigned *nr, unsigned cls)
{
	return nr[cls] && nr[cls] == sum_of(nr);
}

/* It is held wherever there is an object; a result that tells that there is none tells that nothing is held. */
static enum ost_lk_result result_beside_nothing(const struct tally *t)
{
	if (is_all_of(t->held, OST_RET_NONZERO) && is_all_of(t->nothing, OST_RET_ZERO))
		return OST_LKR_NONZERO;
	if (is_all_of(t->held, OST_RET_ZERO) && (is_all_of(t->nothing, OST_RET_ERROR) || is_all_of(t->nothing, OST_RET_NONZERO)))
		return OST_LKR_ZERO;
	return OST_LKR_ALWAYS;
}

/*
 * held: every way holds it. On success only: result ZERO (error codes) or
 * NONZERO (pointers, booleans). Anything else is no net effect.
 */
static bool acquire_effect(const struct tally *t, struct ost_lk_effect *fx)
{
	unsigned bad_held = t->held[OST_RET_ERROR] + t->held[OST_RET_NONZERO];

	fx->kind = OST_FX_ACQUIRE;
	fx->mode = t->mode;
	fx->ctx = t->ctx;
	fx->result = OST_LKR_ALWAYS;
	if (!t->nr_free) {
		fx->result = is_all_of(t->held, OST_RET_ZERO) && !sum_of(t->nothing) ? OST_LKR_SURE : result_beside_nothing(t);
		return true;
	}
	if (!bad_held && !t->free[OST_RET_ZERO] && t->held[OST_RET_ZERO] &&
	    !t->free[OST_RET_VOID] && !t->free[OST_RET_UNKNOWN]) {
		fx->result = OST_LKR_ZERO;
		return true;
	}
	if (!t->held[OST_RET_ZERO] && !t->held[OST_RET_ERROR] && !t->held[OST_RET_VOID] &&
	    !t->free[OST_RET_NONZERO] && !t->free[OST_RET_UNKNOWN] && !t->free[OST_RET_VOID]) {
		fx->result = OST_LKR_NONZERO;
		return true;
	}
	fx->kind = OST_FX_MAY_ACQUIRE;
	return true;
}

static bool release_effect(const struct tally *t, struct ost_lk_effect *fx)
{
	unsigned released = sum_of(t->released), errors = t->free[OST_RET_ERROR];

	if (!released)
		return false;
	fx->kind = OST_FX_MAY_RELEASE;
	fx->result = OST_LKR_ALWAYS;
	if (t->is_maybe_released)	/* only told to the next caller, or everybody would release everything */
		return false;
	if (!t->nr_held && released - t->released[OST_RET_ERROR] == t->nr_free - errors &&
	    released > t->released[OST_RET_ERROR])
		fx->kind = OST_FX_RELEASE;
	else if (!t->nr_held && t->released[OST_RET_ERROR] == released && released == t->nr_free)
		fx->kind = OST_FX_RELEASE;
	return true;
}

/* The first place from that line on that releases it, or one of its class where none does; 0: there is none. */
static uint32_t release_line_from(const struct ost_lk_eval *e, uint16_t lock, uint32_t line)
{
	uint32_t other = 0;

	for (size_t i = 0; i + 1 < e->releases.nr; i += 2) {
		const struct ost_lk_ref *a = &e->locks.items[e->releases.items[i]];
		const struct ost_lk_ref *b = &e->locks.items[lock];

		if (e->releases.items[i + 1] < line)
			continue;
		if (e->releases.items[i] == lock)
			return e->releases.items[i + 1];
		if (!other && a->field == b->field && a->global == b->global)
			other = e->releases.items[i + 1];
	}
	return other;
}

/* The last place that releases it: one before may have done so for a while only. */
static uint32_t last_release_of(const struct ost_lk_eval *e, uint16_t lock)
{
	uint32_t line = 0;

	for (size_t i = 0; i + 1 < e->releases.nr; i += 2)
		if (e->releases.items[i] == lock && e->releases.items[i + 1] > line)
			line = e->releases.items[i + 1];
	return line ? line : release_line_from(e, lock, 0);
}

/* The lock is the caller's: released for a while and taken back. */
static bool is_dropped_for_caller(const struct ost_lk_eval *e, uint16_t lock)
{
	for (size_t i = 0; i < e->drops.nr; i++)
		if (e->drops.items[i] == lock)
			return true;
	return false;
}

/* The unit returns a number, no pointer and no bool: what is not zero is an error, as a rule. */
static bool returns_number(const struct ost_lk_eval *e)
{
	static const char *const words[] = { "int", "long", "ssize_t", "s32", "s64" };
	struct ost_ctype type = ost_unit_return_type(e->w->p, e->unit);
	OST_BUF b = OST_BUF_INIT;

	ost_ctype_text(e->w->p, type, &b);
	for (size_t i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (!strcmp(b.ptr, words[i]))
			return true;
	return false;
}

/*
 * Whoever gets an error code back, and only he, has the lock. A variable
 * that is returned, while others return 0 without the lock, is one as a rule.
 */
static bool keeps_on_error(const struct ost_lk_eval *e, const struct tally *t)
{
	if (!t->is_code || t->held[OST_RET_ZERO] || t->held[OST_RET_VOID] || !returns_number(e))
		return false;
	if (t->ret_class == OST_RET_UNKNOWN)
		return t->free[OST_RET_ZERO] && !t->is_mixed;
	return !t->held[OST_RET_UNKNOWN] && (t->free[OST_RET_ZERO] || t->free[OST_RET_UNKNOWN]);
}

/* Taken by something that gives up, and kept where an error is reported, or where nobody can tell. */
static bool keeps_what_was_tried(const struct tally *t)
{
	return t->held[OST_RET_ERROR] + t->held[OST_RET_VOID] && !t->held[OST_RET_ZERO] && !t->held[OST_RET_NONZERO] &&
	       !t->held[OST_RET_UNKNOWN];
}

/* Nobody who succeeds comes back with it. */
static bool is_error_only(const struct tally *t)
{
	return t->held[OST_RET_ERROR] && t->held[OST_RET_ERROR] == t->nr_held;
}

/* Another loop than that which takes the lock each time releases it as often. */
static bool is_released_by_loop(const struct ost_lk_eval *e, uint16_t lock, uint32_t node)
{
	for (uint32_t n = 0; n < e->scope.tree.v.nr; n++) {
		const struct ost_node *loop = ost_ev_node(e, n);

		if (!is_loop(loop->op) || (n <= node && node < loop->end))
			continue;
		for (size_t i = 0; i + 1 < e->releases.nr; i += 2) {
			const struct ost_lk_ref *a = &e->locks.items[e->releases.items[i]], *b = &e->locks.items[lock];

			if (ost_lk_ref_class(a) == ost_lk_ref_class(b) && e->releases.items[i + 1] >= loop->line &&
			    e->releases.items[i + 1] <= ost_ev_node(e, loop->end - 1)->line)
				return true;
		}
	}
	return false;
}

static bool is_always_taken(const struct ost_lk_eval *e, uint16_t lock)
{
	bool is_taken = false;

	for (size_t i = 0; i < e->events.nr; i++) {
		const struct ost_lk_event *ev = &e->events.items[i];

		if (ev->kind != OST_EV_ACQUIRE || ev->lock != lock)
			continue;
		if (ev->flags & OST_EVF_COND)
			return false;
		is_taken = true;
	}
	return is_taken;
}

static void add_leak(struct ost_lk_eval *e, uint16_t lock, const struct tally *t,
		     struct ost_lk_summary *sum)
{
	uint32_t line = release_line_from(e, lock, ost_ev_node(e, t->held_node)->line);

	if (!line || (t->in_loop && (!is_error_only(t) || t->is_broken)) ||
	    (t->is_in_loop && is_released_by_loop(e, lock, t->held_node)) ||
	    is_dropped_for_caller(e, lock))
		return;
	sum->leaks[sum->nr_leaks++] = (struct ost_lk_leak){
		.lock = lock, .node = t->held_node, .line = ost_ev_node(e, t->held_node)->line,
		.ret_line = t->ret_line, .ok_line = t->ok_line, .release_line = line,
		.ret_class = t->ret_class, .is_code = keeps_on_error(e, t), .is_error_only = is_error_only(t),
		.is_plain = !t->is_mixed, .mode = t->mode,
	};
}

/* The result tells whether the lock is held: who calls is to give it back then, or it was forgotten. */
static void add_kept(struct ost_lk_eval *e, uint16_t lock, const struct tally *t, struct ost_lk_summary *sum)
{
	uint32_t line = release_line_from(e, lock, ost_ev_node(e, t->held_node)->line);

	if (e->is_macro || !line || !t->nr_free || t->is_in_loop || t->is_mixed || is_dropped_for_caller(e, lock))
		return;
	sum->leaks[sum->nr_leaks++] = (struct ost_lk_leak){
		.lock = lock, .node = t->held_node, .line = ost_ev_node(e, t->held_node)->line, .ret_line = t->ret_line,
		.ok_line = t->ok_line, .release_line = line, .ret_class = t->ret_class, .why = OST_LEAK_KEPT,
		.mode = t->mode,
	};
}

/* An error is returned in place of the object whose lock is held: the caller cannot get at it. */
static void add_result_leak(struct ost_lk_eval *e, uint16_t lock, const struct tally *t, struct ost_lk_summary *sum)
{
	uint32_t ok_line = 0;

	for (size_t i = 0; i < e->returns.nr; i++) {
		const struct ost_eval_return *r = &e->returns.items[i];

		if ((r->cls == OST_RET_NONZERO || r->cls == OST_RET_UNKNOWN) && ost_state_find(&r->st, lock) >= 0)
			ok_line = r->line;
	}
	if (!e->locks.items[lock].is_result || !t->held[OST_RET_ERROR] || t->is_mixed || t->is_in_loop || !ok_line)
		return;
	sum->leaks[sum->nr_leaks++] = (struct ost_lk_leak){
		.lock = lock, .node = t->held_node, .line = ost_ev_node(e, t->held_node)->line,
		.ret_line = t->ret_line, .ok_line = ok_line, .ret_class = OST_RET_ERROR, .why = OST_LEAK_RESULT,
		.mode = t->mode,
	};
}

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

static bool is_taken(const struct ost_lk_eval *e, uint16_t lock)
{
	for (size_t i = 0; i < e->events.nr; i++)
		if (e->events.items[i].kind <= OST_EV_TRY && e->events.items[i].lock < e->locks.nr &&
		    ost_lk_ref_class(&e->locks.items[e->events.items[i].lock]) == ost_lk_ref_class(&e->locks.items[lock]))
			return true;
	return false;
}

static bool says_releases(const struct ost_lk_eval *e)
{
	const struct ost_facts *f = e->scope.f;
	const uint32_t attrs = f->funcs[ost_program_unit(e->w->p, e->unit)->index].attrs;

	return attrs && has_word(ost_facts_str(f, attrs), "__releases");
}

/* Whatever is returned, but for errors: the lock has been given back, by some return at least. */
static bool is_released_unless_error(const struct tally *t)
{
	for (unsigned cls = 0; cls < 5; cls++)
		if (cls != OST_RET_ERROR && t->released[cls] != t->free[cls])
			return false;
	return sum_of(t->released) > t->released[OST_RET_ERROR];
}

/* A return of an error does not release the caller's lock, which others do. */
static void add_callers_leak(struct ost_lk_eval *e, uint16_t lock, const struct tally *t, unsigned why, struct ost_lk_summary *sum)
{
	for (size_t i = 0; i < e->returns.nr; i++) {
		const struct ost_eval_return *r = &e->returns.items[i];

		if (in_rel(&r->st, lock) || is_in_nothing(e, &r->st, lock) || r->cls != OST_RET_ERROR)
			continue;
		sum->leaks[sum->nr_leaks++] = (struct ost_lk_leak){
			.lock = lock, .line = e->scope.f->funcs[ost_program_unit(e->w->p, e->unit)->index].line,
			.ret_line = r->line, .ok_line = t->ok_line, .release_line = last_release_of(e, lock), .ret_class = r->cls,
			.why = (uint8_t)why, .is_error_only = true, .mode = OST_LKM_ANY,
		};
		return;
	}
}

/*
 * __releases(x): the caller has the lock and counts on it to be given back, by
 * whatever return. Without it that is up to those who call (find_leaks.c).
 */
static void add_promised_leak(struct ost_lk_eval *e, uint16_t lock, const struct tally *t, struct ost_lk_summary *sum)
{
	bool is_dropped = is_dropped_for_caller(e, lock);

	if (e->is_macro || t->nr_held || t->is_maybe_released || !sum_of(t->released) || sum_of(t->released) == t->nr_free ||
	    (is_taken(e, lock) && !is_dropped))
		return;
	if (says_releases(e) && !is_dropped)
		add_callers_leak(e, lock, t, OST_LEAK_PROMISED, sum);
	else if (is_released_unless_error(t))
		add_callers_leak(e, lock, t, OST_LEAK_LENT, sum);
}

/* Two locks that the caller sees as one: at the returns b is a. */
static void unify(struct ost_lk_eval *e, uint16_t a, uint16_t b)
{
	for (size_t i = 0; i < e->returns.nr; i++) {
		struct ost_state *st = &e->returns.items[i].st;
		int at = ost_state_find(st, b);

		if (at >= 0 && ost_state_find(st, a) < 0)
			st->held[at].lock = a;
	}
}

/* `*out = object`: what lies in the object is reached through the parameter. */
static void mark_out(struct ost_lk_eval *e, uint8_t param, uint32_t local)
{
	for (size_t i = 0; i < e->locks.nr; i++) {
		struct ost_path *path = &e->locks.items[i].path;

		if (!begins_at(e, path, local) || !path->nr_steps || path->nr_steps == OST_PATH_MAX)
			continue;
		memmove(&path->steps[1], &path->steps[0], path->nr_steps * sizeof(path->steps[0]));
		path->steps[0] = (struct ost_step){ OST_STEP_DEREF, 0 };
		path->nr_steps++;
		path->kind = OST_BASE_PARAM;
		path->base = param;
		for (uint16_t k = 0; k < i; k++)
			if (ost_path_equal(&e->locks.items[k].path, path)) {
				unify(e, k, (uint16_t)i);
				break;
			}
	}
}

static void mark_outs(struct ost_lk_eval *e)
{
	for (uint32_t n = 0; e->locks.nr && n < e->scope.tree.v.nr; n++) {
		uint32_t lhs, rhs;
		uint8_t param;

		if (ost_ev_node(e, n)->op != OST_N_ASSIGN || ost_ev_node(e, n)->sub != OST_OP_ASSIGN)
			continue;
		lhs = ost_ev_strip(e, n + 1);
		rhs = ost_ev_strip(e, ost_ev_node(e, n + 1)->end);
		if (ost_ev_node(e, lhs)->op != OST_N_UNARY || ost_ev_node(e, lhs)->sub != OST_OP_DEREF ||
		    ost_ev_node(e, rhs)->op != OST_N_NAME || ost_ev_node(e, ost_ev_strip(e, lhs + 1))->op != OST_N_NAME)
			continue;
		param = ost_ev_param_of(e, ost_ev_node(e, ost_ev_strip(e, lhs + 1))->a);
		if (param && !e->is_macro)
			mark_out(e, param - 1, ost_ev_node(e, rhs)->a);
	}
}

/* A lock based on the local that is returned can be named by the caller. */
static void mark_results(struct ost_lk_eval *e)
{
	uint32_t local = 0;

	for (size_t i = 0; i < e->returns.nr; i++)
		if (e->returns.items[i].local)
			local = e->returns.items[i].local;
	for (size_t i = 0; local && i < e->locks.nr; i++)
		e->locks.items[i].is_result |= begins_at(e, &e->locks.items[i].path, local);
}

static bool was_tried(const struct ost_lk_eval *e, uint16_t lock)
{
	bool tried = false;

	for (size_t i = 0; i < e->events.nr; i++) {
		if (e->events.items[i].lock != lock)
			continue;
		if (e->events.items[i].kind == OST_EV_ACQUIRE)
			return false;
		tried |= e->events.items[i].kind == OST_EV_TRY;
	}
	return tried;
}

static uint64_t hash_effects(const struct ost_lk_summary *sum)
{
	uint64_t h = sum->nr_effects;

	for (uint32_t i = 0; i < sum->nr_effects; i++) {
		const struct ost_lk_effect *fx = &sum->effects[i];
		const struct ost_lk_ref *r = &sum->locks[fx->lock];

		h = ost_hash_mix(h * 31 + fx->kind + fx->result * 8u + fx->mode * 64u + fx->when * 1024u + ((uint64_t)fx->shared_when << 20));
		h = ost_hash_mix(h + r->field + ((uint64_t)r->global << 20) + r->path.base +
				 r->path.kind * 7u + r->path.nr_steps * 1000u);
	}
	return h;
}

bool ost_asserts_entry(const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	uint64_t cls;

	if (ev->kind != OST_EV_ASSERT || ev->lock >= sum->nr_locks || ev->flags & OST_EVF_COND)
		return false;
	cls = ost_lk_ref_class(&sum->locks[ev->lock]);
	for (int h = 0; h < ev->nr_held; h++)
		if (ev->held[h].lock == ev->lock || (cls && ost_lk_ref_class(&sum->locks[ev->held[h].lock]) == cls))
			return false;
	for (int r = 0; r < ev->nr_rel; r++)
		if (ev->rel[r] == ev->lock || (cls && ost_lk_ref_class(&sum->locks[ev->rel[r]]) == cls))
			return false;
	return true;
}

/* What a macro or an inline of a header asserts, its user asserts. */
static void add_asserts(const struct ost_lk_eval *e, struct ost_lk_summary *sum)
{
	const struct ost_unit *u = ost_program_unit(e->w->p, e->unit);
	uint32_t last = OST_EVAL_LOCKS;

	if (!e->is_macro && !((u->flags & OST_UF_HEADER) && e->events.nr <= 2))
		return;
	for (size_t i = 0; i < e->events.nr; i++) {
		const struct ost_lk_event *ev = &e->events.items[i];

		if (!ost_asserts_entry(sum, ev) || ev->lock == last || sum->nr_effects >= 3 * e->locks.nr)
			continue;
		last = ev->lock;
		sum->effects[sum->nr_effects++] = (struct ost_lk_effect){
			.lock = ev->lock, .kind = OST_FX_ASSERT, .mode = ev->mode };
	}
}

static int by_line(const void *a, const void *b)
{
	const struct ost_lk_call_at *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->event < y->event ? -1 : x->event > y->event;
}

/* Every climb asks for the call at a line. */
void ost_sum_index_calls(struct ost_lk_summary *sum, struct ost_arena *arena)
{
	for (uint32_t i = 0; i < sum->nr_events; i++)
		sum->nr_calls += sum->events[i].kind == OST_EV_CALL;
	sum->calls = ost_arena_alloc(arena, sum->nr_calls * sizeof(*sum->calls) + 1);
	sum->nr_calls = 0;
	for (uint32_t i = 0; i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_CALL)
			sum->calls[sum->nr_calls++] = (struct ost_lk_call_at){ sum->events[i].line, i };
	if (sum->nr_calls)
		qsort(sum->calls, sum->nr_calls, sizeof(*sum->calls), by_line);
}

void ost_ev_finish(struct ost_lk_eval *e, struct ost_lk_summary *sum)
{
	struct tally t;

	mark_results(e);
	mark_outs(e);
	sum->locks = ost_arena_alloc(e->out, e->locks.nr * sizeof(*sum->locks) + 1);
	if (e->locks.nr)
		memcpy(sum->locks, e->locks.items, e->locks.nr * sizeof(*sum->locks));
	sum->nr_locks = (uint32_t)e->locks.nr;
	sum->events = ost_arena_alloc(e->out, e->events.nr * sizeof(*sum->events) + 1);
	if (e->events.nr)
		memcpy(sum->events, e->events.items, e->events.nr * sizeof(*sum->events));
	sum->nr_events = (uint32_t)e->events.nr;
	ost_sum_index_calls(sum, e->out);
	sum->effects = ost_arena_alloc(e->out, (3 * e->locks.nr + ost_ev_nr_around(e)) * sizeof(*sum->effects) + 1);
	sum->leaks = ost_arena_alloc(e->out, (3 * e->locks.nr + e->destroyed.nr) * sizeof(*sum->leaks) + 1);
	for (uint16_t i = 0; i < e->locks.nr; i++) {
		struct ost_lk_effect fx = { .lock = i };

		count_returns(e, i, &t);
		if (t.nr_held && acquire_effect(&t, &fx)) {
			fx.is_try = was_tried(e, i);
			if (fx.kind == OST_FX_MAY_ACQUIRE)
				fx.when = deciding_param(e, i, false);
			fx.shared_when = sharing_param(e, i);
			if (fx.shared_when)
				fx.mode = unshared_mode(e, i);
			sum->effects[sum->nr_effects++] = fx;
			if ((!fx.when || (is_error_only(&t) && is_always_taken(e, i))) &&
			    (fx.is_try ? keeps_what_was_tried(&t) : fx.kind == OST_FX_MAY_ACQUIRE || keeps_on_error(e, &t)))
				add_leak(e, i, &t, sum);
			else if (!fx.is_try && fx.kind == OST_FX_ACQUIRE && fx.result != OST_LKR_ALWAYS && fx.result != OST_LKR_SURE)
				add_kept(e, i, &t, sum);
			add_result_leak(e, i, &t, sum);
		}
		add_promised_leak(e, i, &t, sum);
		fx = (struct ost_lk_effect){ .lock = i };
		if (release_effect(&t, &fx)) {
			if (fx.kind == OST_FX_MAY_RELEASE)
				fx.when = deciding_param(e, i, true);
			sum->effects[sum->nr_effects++] = fx;
		}
	}
	for (size_t i = 0; i < e->destroyed.nr; i++)
		sum->leaks[sum->nr_leaks++] = e->destroyed.items[i];
	add_asserts(e, sum);
	ost_ev_add_around(e, sum);
	sum->fx_hash = hash_effects(sum);
	sum->is_limited = e->is_limited;
}
