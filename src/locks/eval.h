/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eval.h - inside the walk of one unit (eval_*.c only).
 *
 * The tree is walked in the order of execution with the set of states that
 * are possible at that point. Conditions split it; trylocks and locks that
 * may fail split it by their result. Loops are walked once; a jump backwards
 * ends its way. Each call, lock and wait leaves an event with what is held.
 */
#ifndef OST_LOCKS_EVAL_H
#define OST_LOCKS_EVAL_H

#include "base/vec.h"
#include "locks/state.h"
#include "locks/summary.h"
#include "locks/world.h"

#define OST_EVAL_LOCKS 400
#define OST_EVAL_EVENTS 4000
#define OST_EVAL_PARAMS 8	/* parameters that are looked at for deciding what is taken */

struct ost_eval_label {
	uint32_t name;
	bool is_seen;
	struct ost_states *pending;
};

struct ost_eval_return {
	uint32_t line, node;
	uint8_t cls;		/* enum ost_ret_class */
	uint32_t local;		/* string of the local that is returned, or 0 */
	struct ost_state st;
};

struct ost_eval_jump {		/* where break and continue go */
	struct ost_states *brk, *cont;	/* cont NULL: a switch */
	const struct ost_states *entry;	/* switch: state at its labels */
	uint32_t value;			/* switch: node of what it asks for */
	bool has_default;
};

#define OST_EVAL_AROUND 4	/* locks that are held over the call of one parameter */

/* A parameter that is called, and what is held over that each time. */
struct ost_eval_around {
	uint8_t param;		/* its number + 1 */
	uint8_t nr;
	struct ost_lk_held held[OST_EVAL_AROUND];
};

struct ost_lk_eval {
	const struct ost_lk_world *w;
	struct ost_scope scope;
	uint32_t unit;
	bool is_macro;
	struct ost_stores *stores;	/* NULL: not noted */
	struct ost_arena *out;		/* of the summary */
	struct ost_arena tmp;		/* of the walk */
	OST_VEC(struct ost_lk_ref) locks;
	OST_VEC(struct ost_lk_event) events;
	OST_VEC(struct ost_eval_label) labels;
	OST_VEC(struct ost_eval_return) returns;
	OST_VEC(struct ost_eval_jump) jumps;
	OST_VEC(uint32_t) releases;	/* pairs: lock, line */
	OST_VEC(struct ost_lk_leak) destroyed;	/* locks that were destroyed while held */
	OST_VEC(struct ost_eval_around) arounds;
	OST_VEC(uint16_t) drops;	/* locks that were released for the caller and then taken back */
	uint32_t block_depth, loop_depth, cond_depth, self_depth;
	bool is_limited;
	struct ost_lk_event scratch;	/* given out when the table is full */
	/* per-file cache: what the string names */
	uint32_t cache_file;
	OST_VEC(uint8_t) cache;		/* 0 not looked up, 1 nothing, 2 primitive, 3 has effects */
};

/* The nodes of the unit being walked. */
static inline const struct ost_node *ost_ev_node(const struct ost_lk_eval *e, uint32_t n)
{
	return &e->scope.tree.v.items[n];
}
static inline const char *ost_ev_str(const struct ost_lk_eval *e, uint32_t s)
{
	return ost_facts_str(e->scope.f, s);
}

/* eval_expr.c */
void ost_ev_expr(struct ost_lk_eval *e, uint32_t n, struct ost_states *s);
/* Splits s by the condition; s itself is left undefined. */
void ost_ev_cond(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
		 struct ost_states *t, struct ost_states *f);
bool ost_ev_has_calls(const struct ost_lk_eval *e, uint32_t n);
/* A comparison, `!`, `&&` or `||` with a call in it: it is 0 or 1, and that may say what is held. */
bool ost_ev_is_truth(const struct ost_lk_eval *e, uint32_t n);
uint32_t ost_ev_hash(const struct ost_lk_eval *e, uint32_t n);
/* A number's or NULL's truth: 0, 1, or -1 when not a constant; *ret_error: a negative one. */
int ost_ev_const(const struct ost_lk_eval *e, uint32_t n, bool *ret_error);
/* The key of the fact that a variable of that name (string) is not zero. */
uint32_t ost_ev_name_key(const struct ost_lk_eval *e, uint32_t str);
void ost_ev_fact_of(struct ost_lk_eval *e, uint32_t n, bool truth, struct ost_st_fact *ret);
/* Skips casts and sizeless wrappers around an expression. */
uint32_t ost_ev_strip(const struct ost_lk_eval *e, uint32_t n);
/* `lhs = value` happened: facts about lhs end, and new ones begin. */
void ost_ev_assigned(struct ost_lk_eval *e, uint32_t lhs_name, uint32_t lhs, uint32_t rhs,
		     struct ost_states *s);

/* eval_call.c */
/*
 * Walks a call. True when its result decides what is held: then t and f
 * hold the states for a nonzero and a zero result and s is undefined.
 */
bool ost_ev_call(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
		 struct ost_states *t, struct ost_states *f);
/* guard(x)(y) and scoped_guard(x, y): takes the lock until block `depth` ends. */
bool ost_ev_guard(struct ost_lk_eval *e, uint32_t call, const char *name, uint32_t arg,
		  unsigned depth, struct ost_states *s);
/* The name that the call's callee is written with, or NULL. */
const char *ost_ev_callee(const struct ost_lk_eval *e, uint32_t call, uint32_t *ret_str);
/* The n-th argument's node, or 0. */
uint32_t ost_ev_arg(const struct ost_lk_eval *e, uint32_t call, unsigned nth);
unsigned ost_ev_prim_code(struct ost_lk_eval *e, uint32_t str, const struct ost_lk_prim **ret);

/* Adds an event of that kind with what is held in s. */
struct ost_lk_event *ost_ev_add_event(struct ost_lk_eval *e, uint8_t kind, uint32_t node, const struct ost_states *s);

/* eval_around.c: functions that are handed over, and what is held when they are called */
/* The call of a parameter, 1 + its number, with what the event says. */
void ost_ev_note_around(struct ost_lk_eval *e, uint8_t param, const struct ost_lk_held *held, unsigned nr);
/* What the callee holds over the calls of what it is handed here: CALL events of those functions. */
void ost_ev_apply_around(struct ost_lk_eval *e, uint32_t call, const struct ost_lk_summary *callee, const struct ost_states *s);
/* Appends the effects. */
uint32_t ost_ev_nr_around(const struct ost_lk_eval *e);
void ost_ev_add_around(const struct ost_lk_eval *e, struct ost_lk_summary *sum);

/* eval_ref.c */
/* The lock that the expression names; suffix is added ("sk_lock"). Index into locks. */
uint16_t ost_ev_lock(struct ost_lk_eval *e, uint32_t arg, const char *suffix, uint8_t kind);
/* A global lock by its name: what a primitive without arguments means. */
uint16_t ost_ev_global_lock(struct ost_lk_eval *e, const char *name, uint8_t kind);
/* A callee's lock as seen at this call; OST_EVAL_LOCKS when it cannot be said. */
uint16_t ost_ev_carry(struct ost_lk_eval *e, uint32_t call, const struct ost_lk_summary *callee,
		      uint16_t lock);
uint16_t ost_ev_add_lock(struct ost_lk_eval *e, const struct ost_lk_ref *ref);
/* A ref with the members appended to the value of expression `arg`. */
void ost_ev_member_ref(struct ost_lk_eval *e, uint32_t arg, const uint32_t *names, unsigned nr,
		       unsigned arrows, bool addr, struct ost_lk_ref *ret);

/* eval_stmt.c */
void ost_ev_stmt(struct ost_lk_eval *e, uint32_t n, struct ost_states *s);

/* eval_facts.c */
/* What the expression says for other functions; kind NONE: nothing. */
void ost_ev_describe(const struct ost_lk_eval *e, uint32_t n, struct ost_lk_mfact *m);
/* What is so behind the label of a switch over `value`; false: nothing that is known. */
bool ost_ev_case_fact(const struct ost_lk_eval *e, uint32_t value, uint32_t label, struct ost_st_fact *ret);
/* `x->lhs = rhs` (0: something else) and `x->lhs |= rhs`, `&= ~rhs` happened. */
void ost_ev_member_set(struct ost_lk_eval *e, uint32_t lhs, uint32_t rhs, struct ost_states *s);
void ost_ev_member_masked(struct ost_lk_eval *e, uint32_t lhs, uint32_t rhs, bool is_or, struct ost_states *s);
/* set_bit() and kin. */
void ost_ev_bit_call(struct ost_lk_eval *e, uint32_t n, const char *name, struct ost_states *s);
/* What all states know. */
uint8_t ost_ev_copy_mfacts(struct ost_lk_eval *e, const struct ost_states *s, const struct ost_lk_mfact **ret);
/* 1 + the number of the parameter of that name (string id), or 0. */
uint8_t ost_ev_param_of(const struct ost_lk_eval *e, uint32_t str);

/* eval_end.c: effects and leaks from the returns */
void ost_ev_finish(struct ost_lk_eval *e, struct ost_lk_summary *sum);

#endif
