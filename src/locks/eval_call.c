// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls: primitives, waits, and callees with effects. */
#include "locks/eval.h"

#include <string.h>

const char *ost_ev_callee(const struct ost_lk_eval *e, uint32_t call, uint32_t *ret_str)
{
	const struct ost_node *node = ost_ev_node(e, ost_ev_strip(e, call + 1));

	if (node->op != OST_N_NAME)
		return NULL;
	if (ret_str)
		*ret_str = node->a;
	return ost_ev_str(e, node->a);
}

uint32_t ost_ev_arg(const struct ost_lk_eval *e, uint32_t call, unsigned nth)
{
	uint32_t end = ost_ev_node(e, call)->end, n = ost_ev_node(e, call + 1)->end;

	for (; n < end && nth; nth--)
		n = ost_ev_node(e, n)->end;
	return n < end ? n : 0;
}

unsigned ost_ev_prim_code(struct ost_lk_eval *e, uint32_t str, const struct ost_lk_prim **ret)
{
	const char *name = ost_ev_str(e, str);
	uint8_t *code;

	if (e->cache_file != e->scope.file) {
		e->cache_file = e->scope.file;
		ost_vec_reserve(&e->cache, e->scope.f->nr_strs);
		e->cache.nr = e->scope.f->nr_strs;
		memset(e->cache.items, 0, e->cache.nr);
	}
	code = &e->cache.items[str];
	if (!*code) {
		*code = ost_lk_find(&e->w->tables, name) ? 2 :
			ost_lk_has_effects(e->w, name) ? 3 : 1;
	}
	*ret = *code == 2 ? ost_lk_find(&e->w->tables, name) : NULL;
	return *code;
}

static uint16_t copy_held(struct ost_lk_eval *e, const struct ost_states *s,
			  const struct ost_lk_held **ret)
{
	struct ost_lk_held tmp[OST_ST_HELD * 2], *out;
	uint16_t nr = 0;

	for (int i = 0; i < s->nr; i++) {
		for (int h = 0; h < s->s[i].nr_held; h++) {
			const struct ost_st_held *held = &s->s[i].held[h];
			bool known = false;

			for (int k = 0; k < nr && !known; k++)
				known = tmp[k].lock == held->lock;
			if (known || nr == OST_ST_HELD * 2)
				continue;
			tmp[nr] = (struct ost_lk_held){
				.lock = held->lock, .mode = held->mode, .ctx = held->ctx,
				.in_all = true, .by_guard = held->guard != 0, .node = held->node,
				.line = ost_ev_node(e, held->node)->line,
			};
			for (int k = 0; k < s->nr; k++) {
				int at = ost_state_find(&s->s[k], held->lock);

				tmp[nr].in_all &= at >= 0 && s->s[k].held[at].mode == held->mode;
			}
			nr++;
		}
	}
	out = ost_arena_alloc(e->out, nr * sizeof(*out));
	memcpy(out, tmp, nr * sizeof(*out));
	*ret = out;
	return nr;
}

static uint16_t copy_rel(struct ost_lk_eval *e, const struct ost_states *s, const uint16_t **ret)
{
	uint16_t tmp[OST_ST_HELD * 2], *out;
	uint16_t nr = 0;

	for (int i = 0; i < s->nr; i++) {
		for (int r = 0; r < s->s[i].nr_rel; r++) {
			bool known = false;

			for (int k = 0; k < nr && !known; k++)
				known = tmp[k] == s->s[i].rel[r];
			if (!known && nr < OST_ST_HELD * 2)
				tmp[nr++] = s->s[i].rel[r];
		}
	}
	out = ost_arena_alloc(e->out, nr * sizeof(*out) + 1);
	memcpy(out, tmp, nr * sizeof(*out));
	*ret = out;
	return nr;
}

struct ost_lk_event *ost_ev_add_event(struct ost_lk_eval *e, uint8_t kind, uint32_t node, const struct ost_states *s)
{
	struct ost_lk_event *ev;
	bool irqs = s->nr > 0, bh = s->nr > 0;

	if (e->events.nr >= OST_EVAL_EVENTS) {
		e->is_limited = true;
		memset(&e->scratch, 0, sizeof(e->scratch));
		return &e->scratch;
	}
	ev = ost_vec_push(&e->events);
	ev->kind = kind;
	ev->node = node;
	ev->line = ost_ev_node(e, node)->line;
	ev->lock = OST_EVAL_LOCKS;
	ev->nr_held = copy_held(e, s, &ev->held);
	ev->nr_rel = copy_rel(e, s, &ev->rel);
	ev->nr_mfacts = ost_ev_copy_mfacts(e, s, &ev->mfacts);
	for (int i = 0; i < s->nr; i++) {
		bool irq = s->s[i].irqs_off, off = s->s[i].bh_off;

		for (int h = 0; h < s->s[i].nr_held; h++) {
			irq |= s->s[i].held[h].ctx == OST_LKC_IRQ || s->s[i].held[h].ctx == OST_LKC_IRQSAVE;
			off |= s->s[i].held[h].ctx == OST_LKC_BH;
		}
		irqs &= irq;
		bh &= off;
	}
	ev->flags = (uint16_t)((e->cond_depth ? OST_EVF_COND : 0) |
			       (e->self_depth ? OST_EVF_SELF_TEST : 0) |
			       (e->loop_depth ? OST_EVF_LOOP : 0) |
			       (irqs ? OST_EVF_IRQS_OFF : 0) | (bh ? OST_EVF_BH_OFF : 0));
	return ev;
}

static bool was_released(const struct ost_lk_eval *e, uint16_t lock)
{
	for (size_t i = 0; i + 1 < e->releases.nr; i += 2)
		if (e->releases.items[i] == lock)
			return true;
	return false;
}

static void take(struct ost_lk_eval *e, struct ost_states *s, uint16_t lock, uint8_t mode,
		 uint8_t ctx, unsigned guard, uint32_t node)
{
	if (was_released(e, lock))
		ost_states_forget_under(s, lock);
	for (int i = 0; i < s->nr; i++) {
		struct ost_state *st = &s->s[i];
		bool back = false;

		/* taken again after it was released for the caller: even */
		for (int r = 0; r < st->nr_rel; r++) {
			if (st->rel[r] != lock)
				continue;
			ost_state_drop_rel(st, r);
			ost_vec_add(&e->drops, lock);
			back = true;
			break;
		}
		if (back || ost_state_find(st, lock) >= 0)
			continue;
		if (st->nr_held == OST_ST_HELD) {
			e->is_limited = true;
			continue;
		}
		st->held[st->nr_held++] = (struct ost_st_held){
			.lock = lock, .mode = mode, .ctx = ctx, .guard = (uint16_t)guard,
			.in_loop = (uint16_t)e->loop_depth, .node = node,
		};
	}
}

/* `x->lock`, and `x->other->lock`: the parameter's own, and that of something it points at. */
static bool are_two(const struct ost_path *a, const struct ost_path *b)
{
	return a->kind == OST_BASE_PARAM && b->kind == OST_BASE_PARAM && a->base == b->base && !a->is_truncated &&
	       !b->is_truncated && a->nr_steps != b->nr_steps && (a->nr_steps == 2 || b->nr_steps == 2);
}

/* The held lock that a release means: the same path, else the only one of its class. */
static int release_match(const struct ost_lk_eval *e, const struct ost_state *st, uint16_t lock)
{
	const struct ost_lk_ref *ref = &e->locks.items[lock];
	int at = ost_state_find(st, lock), found = -1, nr = 0;

	if (at >= 0)
		return at;
	for (int i = 0; i < st->nr_held; i++) {
		const struct ost_lk_ref *held = &e->locks.items[st->held[i].lock];

		if (st->held[i].guard || held->field != ref->field || held->global != ref->global ||
		    (held->kind != ref->kind && held->kind != OST_LKK_ANY && ref->kind != OST_LKK_ANY) ||
		    held->nr_names || ref->nr_names || are_two(&held->path, &ref->path))
			continue;
		found = i;
		nr++;
	}
	return nr ? found : -1;
}

/* spin_unlock() of what spin_lock_irq() took leaves interrupts off, until somebody restores them. */
static void note_interrupts(struct ost_states *s, const struct ost_lk_eval *e, uint16_t lock, unsigned ctx)
{
	for (int i = 0; i < s->nr; i++) {
		struct ost_state *st = &s->s[i];
		int at = release_match(e, st, lock);
		unsigned taken = at < 0 ? OST_LKC_NONE : st->held[at].ctx;

		if (ctx == OST_LKC_IRQ || ctx == OST_LKC_IRQSAVE)
			st->irqs_off = 0;
		else if (ctx == OST_LKC_NONE && (taken == OST_LKC_IRQ || taken == OST_LKC_IRQSAVE))
			st->irqs_off = 1;
		else if (ctx == OST_LKC_BH)
			st->bh_off = 0;
		else if (ctx == OST_LKC_NONE && taken == OST_LKC_BH)
			st->bh_off = 1;
	}
}

static void drop(struct ost_lk_eval *e, struct ost_states *s, uint16_t lock, uint32_t line, bool is_maybe)
{
	if (e->releases.nr < 2000) {
		ost_vec_add(&e->releases, (uint32_t)lock);
		ost_vec_add(&e->releases, line);
	}
	for (int i = 0; i < s->nr; i++) {
		struct ost_state *st = &s->s[i];
		int at = release_match(e, st, lock);
		bool known = false;

		if (at >= 0) {
			ost_state_drop(st, at);
			continue;
		}
		for (int r = 0; r < st->nr_rel; r++)
			known |= st->rel[r] == lock;
		if (known || st->nr_rel == OST_ST_HELD)
			continue;
		st->rel_is_maybe = (uint16_t)(st->rel_is_maybe & ~(1u << st->nr_rel)) |
			(uint16_t)((unsigned)is_maybe << st->nr_rel);
		st->rel[st->nr_rel++] = lock;
	}
}

static void split_take(struct ost_lk_eval *e, struct ost_states *s, struct ost_states *t,
		       struct ost_states *f, const struct ost_lk_prim *prim, uint16_t lock, uint32_t n)
{
	*t = *s;
	*f = *s;
	take(e, prim->result == OST_LKR_ZERO ? f : t, lock, prim->mode, prim->ctx, 0, n);
}

/* mutex_destroy(): who holds it then can give it back no more. */
static void destroy_prim(struct ost_lk_eval *e, uint32_t n, const struct ost_lk_prim *prim, struct ost_states *s)
{
	uint16_t lock = OST_EVAL_LOCKS;
	struct ost_st_held taken = { 0 };
	int nr = 0;

	for (int i = 0; i < s->nr && lock == OST_EVAL_LOCKS; i++)
		if (s->s[i].nr_held)
			lock = ost_ev_lock(e, ost_ev_arg(e, n, prim->arg), prim->suffix, prim->kind);
	for (int i = 0; i < s->nr && lock != OST_EVAL_LOCKS; i++) {
		int at = ost_state_find(&s->s[i], lock);

		if (at < 0 || s->s[i].held[at].guard)
			continue;
		taken = s->s[i].held[at];
		ost_state_drop(&s->s[i], at);
		nr++;
	}
	if (nr && nr == s->nr)
		ost_vec_add(&e->destroyed, ((struct ost_lk_leak){
			.lock = lock, .node = taken.node, .line = ost_ev_node(e, taken.node)->line, .mode = taken.mode,
			.ret_line = ost_ev_node(e, n)->line, .ret_class = OST_RET_VOID, .why = OST_LEAK_DESTROYED }));
}

/* The lock lies in what the pointer points at. */
static bool lies_in(const struct ost_path *lock, const struct ost_path *pointer)
{
	if (lock->kind != pointer->kind || lock->base != pointer->base || pointer->addr || pointer->is_truncated ||
	    pointer->kind == OST_BASE_UNKNOWN || lock->nr_steps <= pointer->nr_steps)
		return false;
	for (int i = 0; i < pointer->nr_steps; i++)
		if (lock->steps[i].kind != pointer->steps[i].kind || lock->steps[i].id != pointer->steps[i].id)
			return false;
	return lock->steps[pointer->nr_steps].kind == OST_STEP_DEREF;
}

/* kfree(x): with x its locks are gone, held or not. */
static void object_gone(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	uint32_t arg = ost_ev_arg(e, n, 0);
	struct ost_lk_ref ref;

	if (!arg)
		return;
	ost_ev_member_ref(e, ost_ev_strip(e, arg), NULL, 0, 0, false, &ref);
	for (int i = 0; i < s->nr; i++)
		for (int h = s->s[i].nr_held - 1; h >= 0; h--)
			if (lies_in(&e->locks.items[s->s[i].held[h].lock].path, &ref.path))
				ost_state_drop(&s->s[i], h);
}

static uint16_t prim_flags(const struct ost_lk_prim *prim)
{
	return (uint16_t)((prim->flags & OST_LKF_NESTED ? OST_EVF_NESTED : 0) |
			  (prim->flags & OST_LKF_WW ? OST_EVF_WW : 0) |
			  (prim->flags & OST_LKF_NO_OWNER ? OST_EVF_NO_OWNER : 0));
}

static bool lock_prim(struct ost_lk_eval *e, uint32_t n, const struct ost_lk_prim *prim,
		      struct ost_states *s, struct ost_states *t, struct ost_states *f)
{
	struct ost_lk_event *ev;
	uint16_t lock;

	if (!s->nr)	/* nobody gets here */
		return false;
	if (prim->suffix[0] == '=')
		lock = ost_ev_global_lock(e, prim->suffix + 1, prim->kind);
	else
		lock = ost_ev_lock(e, ost_ev_arg(e, n, prim->arg), prim->suffix, prim->kind);

	if (lock == OST_EVAL_LOCKS)
		return false;
	if (prim->op == OST_LK_RELEASE) {
		note_interrupts(s, e, lock, prim->ctx);
		drop(e, s, lock, ost_ev_node(e, n)->line, false);
		return false;
	}
	if (prim->op == OST_LK_DOWNGRADE) {
		for (int i = 0; i < s->nr; i++) {
			int at = ost_state_find(&s->s[i], lock);

			if (at >= 0)
				s->s[i].held[at].mode = OST_LKM_SHARED;
		}
		return false;
	}
	if (prim->op == OST_LK_ASSERT_NOT)
		return false;
	ev = ost_ev_add_event(e, prim->op == OST_LK_ASSERT ? OST_EV_ASSERT :
		       prim->op == OST_LK_TRY ? OST_EV_TRY : OST_EV_ACQUIRE, n, s);
	ev->lock = lock;
	ev->mode = prim->mode;
	ev->ctx = prim->ctx;
	ev->prim = prim;
	ev->flags |= prim_flags(prim);
	if (prim->op == OST_LK_ASSERT || prim->op == OST_LK_PUT)
		return false;
	if (prim->result != OST_LKR_ALWAYS) {
		split_take(e, s, t, f, prim, lock, n);
		return true;
	}
	take(e, s, lock, prim->mode, prim->ctx, 0, n);
	return false;
}

static void wait_prim(struct ost_lk_eval *e, uint32_t n, const struct ost_lk_prim *prim,
		      const struct ost_states *s)
{
	struct ost_lk_event *ev;
	uint16_t object;

	if (!s->nr)
		return;
	object = ost_ev_lock(e, ost_ev_arg(e, n, prim->arg), "", OST_LKK_ANY);
	if (object == OST_EVAL_LOCKS)
		return;
	ev = ost_ev_add_event(e, OST_EV_WAIT, n, s);
	ev->lock = object;
	ev->prim = prim;
}

static bool one_effect(struct ost_lk_eval *e, uint32_t n, const struct ost_lk_summary *callee,
		       const struct ost_lk_effect *fx, struct ost_states *s, struct ost_states *other);

/* Whether the argument is zero in that state: 1 it is not, 0 it is, -1 who knows. */
static int arg_truth(struct ost_lk_eval *e, uint32_t arg, const struct ost_state *st)
{
	struct ost_st_fact fact;
	bool error;
	int value = ost_ev_const(e, arg, &error);

	arg = ost_ev_strip(e, arg);
	if (value >= 0)
		return value;
	if (ost_ev_node(e, arg)->op == OST_N_UNARY && ost_ev_node(e, arg)->sub == OST_OP_ADDR)
		return 1;
	ost_ev_fact_of(e, arg, true, &fact);
	for (int truth = 0; truth < 2; truth++) {
		fact.truth = truth != fact.is_negated;
		if (ost_state_knows(st, &fact))
			return truth;
	}
	return -1;
}

/* The states in which the parameter is as `when` (ost_fx_when()) says, those in which it is not, and the others. */
struct by_param {
	struct ost_states on, off, unknown;
};

static void split_by_param(struct ost_lk_eval *e, uint32_t n, uint8_t when, const struct ost_states *s, struct by_param *ret)
{
	uint32_t arg = ost_ev_arg(e, n, (when >> 1) - 1u);

	memset(ret, 0, sizeof(*ret));
	ret->on.is_limited = s->is_limited;
	for (int i = 0; i < s->nr; i++) {
		int truth = arg ? arg_truth(e, arg, &s->s[i]) : -1;

		ost_states_add(truth < 0 ? &ret->unknown : truth == (when & 1) ? &ret->on : &ret->off, &s->s[i]);
	}
}

static void join_by_param(struct ost_states *s, const struct by_param *by)
{
	s->nr = 0;
	ost_states_join(s, &by->on);
	ost_states_join(s, &by->off);
	ost_states_join(s, &by->unknown);
}

/* A parameter decides how the lock is taken: `rw_lock(write, node)`. Where nobody knows, it is either. */
static void mode_effect(struct ost_lk_eval *e, uint32_t n, const struct ost_lk_summary *callee, const struct ost_lk_effect *fx,
			struct ost_states *s)
{
	struct ost_lk_effect shared = *fx, other = *fx;
	struct by_param by;

	split_by_param(e, n, fx->shared_when, s, &by);
	shared.shared_when = other.shared_when = 0;
	shared.mode = OST_LKM_SHARED;
	if (by.on.nr)
		one_effect(e, n, callee, &shared, &by.on, NULL);
	if (by.off.nr)
		one_effect(e, n, callee, &other, &by.off, NULL);
	if (by.unknown.nr) {
		struct ost_states read = by.unknown;

		one_effect(e, n, callee, &other, &by.unknown, NULL);
		take(e, &read, ost_ev_carry(e, n, callee, fx->lock), OST_LKM_SHARED, fx->ctx, 0, n);
		ost_states_join(&by.unknown, &read);
	}
	join_by_param(s, &by);
}

/* An effect that a parameter decides: `down_write_node(node, locked)`. */
static void param_effect(struct ost_lk_eval *e, uint32_t n, const struct ost_lk_summary *callee,
			 const struct ost_lk_effect *fx, struct ost_states *s)
{
	struct ost_lk_effect sure = *fx, unsure = *fx;
	struct by_param by;

	split_by_param(e, n, fx->when, s, &by);
	sure.when = unsure.when = 0;
	sure.kind = fx->kind == OST_FX_MAY_ACQUIRE ? OST_FX_ACQUIRE : OST_FX_RELEASE;
	if (by.on.nr)
		one_effect(e, n, callee, &sure, &by.on, NULL);
	if (by.unknown.nr)
		one_effect(e, n, callee, &unsure, &by.unknown, NULL);
	join_by_param(s, &by);
}

/* Applies one net effect of a callee; true when the result of the call decides it. */
static bool one_effect(struct ost_lk_eval *e, uint32_t n, const struct ost_lk_summary *callee,
		       const struct ost_lk_effect *fx, struct ost_states *s, struct ost_states *other)
{
	uint16_t lock = ost_ev_carry(e, n, callee, fx->lock);
	struct ost_lk_event *ev;

	if (lock == OST_EVAL_LOCKS)
		return false;
	if (fx->when) {
		param_effect(e, n, callee, fx, s);
		return false;
	}
	if (fx->kind == OST_FX_RELEASE || fx->kind == OST_FX_MAY_RELEASE) {
		drop(e, s, lock, ost_ev_node(e, n)->line, fx->kind == OST_FX_MAY_RELEASE);
		if (other)
			drop(e, other, lock, ost_ev_node(e, n)->line, true);
		return false;
	}
	if (fx->kind == OST_FX_MAY_ACQUIRE)
		return false;
	if (fx->shared_when) {
		mode_effect(e, n, callee, fx, s);
		return true;
	}
	if (fx->kind == OST_FX_ASSERT) {
		ev = ost_ev_add_event(e, OST_EV_ASSERT, n, s);
		ev->lock = lock;
		ev->mode = fx->mode;
		return false;
	}
	ev = ost_ev_add_event(e, fx->is_try ? OST_EV_TRY : OST_EV_ACQUIRE, n, s);
	ev->lock = lock;
	ev->mode = fx->mode;
	ev->ctx = fx->ctx;
	ev->flags |= OST_EVF_VIA_CALLEE;
	take(e, s, lock, fx->mode, fx->ctx, 0, n);
	return true;
}

static bool apply_effects(struct ost_lk_eval *e, uint32_t n, const struct ost_lk_summary *callee,
			  struct ost_states *s, struct ost_states *t, struct ost_states *f)
{
	bool is_split = false, is_zero = false;

	for (uint32_t i = 0; i < callee->nr_effects; i++) {
		is_split |= callee->effects[i].result != OST_LKR_ALWAYS;
		is_zero |= callee->effects[i].result == OST_LKR_SURE;
		if (callee->effects[i].kind == OST_FX_ASSERT)	/* of what it was called with */
			one_effect(e, n, callee, &callee->effects[i], s, NULL);
	}
	ost_ev_apply_around(e, n, callee, s);
	if (is_split) {
		*t = *s;
		*f = *s;
	}
	for (uint32_t i = 0; i < callee->nr_effects; i++) {
		const struct ost_lk_effect *fx = &callee->effects[i];

		if (fx->kind == OST_FX_ASSERT || fx->kind == OST_FX_AROUND)
			continue;
		if (!is_split)
			one_effect(e, n, callee, fx, s, NULL);
		else if (fx->result == OST_LKR_ZERO)
			one_effect(e, n, callee, fx, f, NULL);
		else if (fx->result == OST_LKR_NONZERO)
			one_effect(e, n, callee, fx, t, NULL);
		else {
			one_effect(e, n, callee, fx, t, NULL);
			one_effect(e, n, callee, fx, f, NULL);
		}
	}
	if (is_zero)	/* it never fails */
		t->nr = 0;
	return is_split;
}

/* The summary with effects that this call means, or NULL. */
static const struct ost_lk_summary *callee_with_effects(struct ost_lk_eval *e, uint32_t str)
{
	const struct ost_program *p = e->scope.p;
	uint32_t name = ost_program_find_name(p, ost_ev_str(e, str));
	struct ost_resolved to;

	if (name == OST_NO_ID)
		return NULL;
	ost_program_resolve(p, e->scope.file, name, &to);
	for (uint32_t i = 0; i < to.nr && i < OST_RESOLVE_MAX; i++) {
		const struct ost_lk_summary *sum = ost_lk_sum(e->w, to.units[i]);

		if (sum && sum->nr_effects && to.units[i] != e->unit)
			return sum;
	}
	return NULL;
}

/* `local_irq_restore(PIL_NMI)`: to a level that somebody names, and not to what was before. */
static bool is_named_level(const struct ost_lk_eval *e, uint32_t call)
{
	uint32_t arg = ost_ev_arg(e, call, 0);

	return arg && ost_const_text(e->scope.f, ost_ev_node(e, ost_ev_strip(e, arg)));
}

/* False: the table has no such name. */
static bool switch_off(const struct ost_lk_eval *e, uint32_t call, struct ost_states *s, const char *name)
{
	static const struct {
		const char *name;
		int irqs, bh;
		bool has_level;		/* its argument says to what it switches */
	} rows[] = {
		{ "local_irq_disable", 1, 0 }, { "local_irq_enable", -1, 0 },
		{ "local_irq_save", 1, 0 }, { "local_irq_restore", -1, 0, true },
		{ "local_lock_irq", 1, 0 }, { "local_unlock_irq", -1, 0 },
		{ "local_lock_irqsave", 1, 0 }, { "local_unlock_irqrestore", -1, 0 },
		{ "local_bh_disable", 0, 1 }, { "local_bh_enable", 0, -1 },
		{ "rcu_read_lock_bh", 0, 1 }, { "rcu_read_unlock_bh", 0, -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int irqs = rows[i].irqs;

		if (strcmp(rows[i].name, name))
			continue;
		if (rows[i].has_level && is_named_level(e, call))
			irqs = 1;
		for (int k = 0; k < s->nr; k++) {
			s->s[k].irqs_off = (uint8_t)(irqs > 0 ? 1 : irqs < 0 ? 0 : s->s[k].irqs_off);
			s->s[k].bh_off = (uint8_t)(rows[i].bh > 0 ? 1 : rows[i].bh < 0 ? 0 : s->s[k].bh_off);
		}
		return true;
	}
	return false;
}

/*
 * What is called switches interrupts off, or on, by its name. Its body does
 * not always tell: a macro of two definitions, a loop around a trylock.
 */
static void switch_by_name(struct ost_states *s, const char *name)
{
	bool off = strstr(name, "irqsave") || strstr(name, "irq_save");

	if (strstr(name, "try") || (!off && !strstr(name, "irqrestore") && !strstr(name, "irq_restore")))
		return;
	for (int i = 0; i < s->nr; i++)
		s->s[i].irqs_off = off;
}

static bool has_held(const struct ost_states *s)
{
	for (int i = 0; i < s->nr; i++)
		if (s->s[i].nr_held)
			return true;
	return false;
}

static bool has_lock_state(const struct ost_states *s)
{
	for (int i = 0; i < s->nr; i++)
		if (s->s[i].nr_held || s->s[i].nr_rel || s->s[i].irqs_off || s->s[i].bh_off)
			return true;
	return false;
}

static void call_event(struct ost_lk_eval *e, uint32_t n, uint32_t str, const struct ost_states *s)
{
	struct ost_lk_event *ev;

	if (!s->nr) {	/* behind a panic(), say: whoever seems to call from here does not */
		ev = ost_ev_add_event(e, OST_EV_CALL, n, s);
		ev->name = str;
		ev->flags |= OST_EVF_DEAD;
		return;
	}
	if (!has_lock_state(s) && !e->self_depth && !s->s[0].nr_facts)
		return;
	ev = ost_ev_add_event(e, OST_EV_CALL, n, s);
	ev->name = str;
	if (!ev->nr_held && !ev->nr_rel && !ev->nr_mfacts && !(ev->flags & (OST_EVF_SELF_TEST | OST_EVF_IRQS_OFF | OST_EVF_BH_OFF)) &&
	    e->events.nr && ev == ost_vec_last(&e->events))
		e->events.nr--;
}

/* A function that was handed in is called: what is held over that. */
static void param_call(struct ost_lk_eval *e, uint8_t param, const struct ost_states *s)
{
	const struct ost_lk_held *held;
	uint16_t nr;

	if (!param || e->is_macro || !s->nr)
		return;
	nr = copy_held(e, s, &held);
	ost_ev_note_around(e, param, held, nr);
}

static bool is_local(const struct ost_lk_eval *e, uint32_t name)
{
	for (size_t i = 0; i < e->scope.locals.nr; i++)
		if (e->scope.locals.items[i].name == name)
			return true;
	return false;
}

/* `call(&x)`: whoever is called may have set x. */
static void forget_outs(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	ost_for_each_kid(&e->scope.tree, n, k) {
		uint32_t arg = ost_ev_strip(e, k), name;

		if (ost_ev_node(e, arg)->op != OST_N_UNARY || ost_ev_node(e, arg)->sub != OST_OP_ADDR)
			continue;
		name = ost_ev_strip(e, arg + 1);
		if (ost_ev_node(e, name)->op == OST_N_NAME && is_local(e, ost_ev_node(e, name)->a))
			ost_states_forget(s, ost_ev_node(e, name)->a, 0);
	}
}

/* `(w ? up_write : up_read)(&x->lock)` */
static void release_either(struct ost_lk_eval *e, uint32_t n, uint32_t ternary, struct ost_states *s)
{
	uint32_t then = ost_ev_strip(e, ost_ev_node(e, ternary + 1)->end);
	const struct ost_lk_prim *prim = NULL;

	if (ost_ev_node(e, then)->op == OST_N_NAME)
		ost_ev_prim_code(e, ost_ev_node(e, then)->a, &prim);
	if (prim && prim->op == OST_LK_RELEASE)
		lock_prim(e, n, prim, s, NULL, NULL);
}

bool ost_ev_call(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
		 struct ost_states *t, struct ost_states *f)
{
	const struct ost_lk_prim *prim;
	const struct ost_lk_summary *callee;
	const char *name;
	uint32_t str = 0;
	unsigned code;
	bool is_known;

	ost_for_each_kid(&e->scope.tree, n, k)
		if (k != n + 1 || ost_ev_node(e, k)->op != OST_N_NAME)
			ost_ev_expr(e, k, s);
	forget_outs(e, n, s);
	name = ost_ev_callee(e, n, &str);
	if (!name) {
		const struct ost_node *callee_node = ost_ev_node(e, ost_ev_strip(e, n + 1));

		if (callee_node->op == OST_N_MEMBER)
			call_event(e, n, callee_node->a, s);
		else if (callee_node->op == OST_N_TERNARY)
			release_either(e, n, ost_ev_strip(e, n + 1), s);
		return false;
	}
	code = ost_ev_prim_code(e, str, &prim);
	if (prim && prim->op == OST_LK_NORETURN) {
		s->nr = 0;
		return false;
	}
	if (prim && prim->op == OST_LK_WAIT) {
		wait_prim(e, n, prim, s);
		return false;
	}
	if (prim && prim->op == OST_LK_DESTROY) {
		destroy_prim(e, n, prim, s);
		return false;
	}
	if (prim)
		return lock_prim(e, n, prim, s, t, f);
	if (has_held(s) && ost_lk_context(&e->w->tables, name) == OST_LKX_FREES)
		object_gone(e, n, s);
	is_known = (!strncmp(name, "local_", 6) || !strncmp(name, "rcu_read_", 9)) && switch_off(e, n, s, name);
	call_event(e, n, str, s);
	param_call(e, ost_ev_param_of(e, str), s);
	if (strstr(name, "wait_"))
		ost_states_forget_made(s);
	if (strstr(name, "_bit"))
		ost_ev_bit_call(e, n, name, s);
	callee = code == 3 ? callee_with_effects(e, str) : NULL;
	if (!callee || !apply_effects(e, n, callee, s, t, f)) {
		if (!is_known)
			switch_by_name(s, name);
		return false;
	}
	if (!is_known) {
		switch_by_name(t, name);
		switch_by_name(f, name);
	}
	return true;
}

/* What the guard's take expression does, seen with its argument. */
bool ost_ev_guard(struct ost_lk_eval *e, uint32_t call, const char *name, uint32_t arg,
		  unsigned depth, struct ost_states *s)
{
	const struct ost_lk_guard *g = ost_lk_find_guard(e->w, e->scope.file, name);
	const struct ost_lk_prim *prim;
	struct ost_lk_event *ev;
	struct ost_lk_ref ref;
	uint8_t mode = OST_LKM_EXCL, ctx = OST_LKC_NONE, kind = OST_LKK_MUTEX;
	uint16_t lock;

	if (!g || !g->has_take)
		return false;
	prim = ost_lk_find(&e->w->tables, g->take.callee);
	if (arg) {
		ost_ev_expr(e, arg, s);
		ost_ev_member_ref(e, ost_ev_strip(e, arg), g->take.names, g->take.nr_names,
				  g->take.arrows, g->take.addr, &ref);
	} else {
		memset(&ref, 0, sizeof(ref));
		ref.field = ref.global = OST_NO_ID;
	}
	if (prim && (prim->op == OST_LK_ACQUIRE || prim->op == OST_LK_TRY) && arg) {
		mode = prim->mode;
		ctx = prim->ctx;
		kind = prim->kind;
	} else if (!prim) {
		/* a function of the tree: device_lock(_T), rtnl_lock() */
		uint32_t id = ost_program_find_name(e->scope.p, g->take.callee);
		const struct ost_lk_effect *fx = NULL;
		const struct ost_lk_summary *sum = NULL;
		struct ost_resolved to;

		if (id == OST_NO_ID)
			return false;
		ost_program_resolve(e->scope.p, g->file, id, &to);
		for (uint32_t i = 0; i < to.nr && i < OST_RESOLVE_MAX && !fx; i++) {
			sum = ost_lk_sum(e->w, to.units[i]);
			for (uint32_t k = 0; sum && k < sum->nr_effects && !fx; k++)
				if (sum->effects[k].kind == OST_FX_ACQUIRE)
					fx = &sum->effects[k];
		}
		if (!fx)
			return false;
		if (sum->locks[fx->lock].path.kind == OST_BASE_GLOBAL) {
			ref = sum->locks[fx->lock];
			ref.text = 0;
		} else if (sum->locks[fx->lock].path.kind == OST_BASE_PARAM && arg && !sum->locks[fx->lock].nr_names) {
			struct ost_path at = ref.path;

			ost_path_compose(e->scope.p, &at, &sum->locks[fx->lock].path, &ref.path);
			ost_path_class(&ref.path, &ref.field, &ref.global);
		} else {
			return false;
		}
		mode = fx->mode;
		ctx = fx->ctx;
		kind = sum->locks[fx->lock].kind;
	} else {
		return false;
	}
	ref.kind = kind;
	lock = ost_ev_add_lock(e, &ref);
	if (lock == OST_EVAL_LOCKS)
		return false;
	ev = ost_ev_add_event(e, g->is_cond ? OST_EV_TRY : OST_EV_ACQUIRE, call, s);
	if (g->is_cond && prim && prim->op == OST_LK_ACQUIRE)
		ev->kind = OST_EV_ACQUIRE;	/* _intr: it blocks */
	ev->lock = lock;
	ev->mode = mode;
	ev->ctx = ctx;
	ev->prim = prim;
	ev->flags |= OST_EVF_GUARD;
	if (prim)
		ev->flags |= prim_flags(prim);
	take(e, s, lock, mode, ctx, depth, call);
	return true;
}
