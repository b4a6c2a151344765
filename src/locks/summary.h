/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary.h - what one function (or macro) does with locks.
 *
 * Made by ost_eval_unit() from the unit's tree; everything is said relative
 * to the unit: a lock is the access path of its address, based on a
 * parameter, a global, a local. Callers carry it over with their arguments.
 *
 * A summary keeps events in the order of the walk, each with what was held
 * there, and the net effects: what the function leaves locked or unlocked
 * for its caller. Returns that report an error are left out of these.
 */
#ifndef OST_LOCKS_SUMMARY_H
#define OST_LOCKS_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "locks/tables.h"
#include "program/program.h"

#define OST_LK_NAMES 3

/* A lock, named from inside a unit. */
struct ost_lk_ref {
	struct ost_path path;	/* of its address; base PARAM: relative to the caller */
	uint32_t field, global;	/* class: one of them, or both OST_NO_ID */
	uint32_t text;		/* hash of the expression as written */
	uint8_t kind;		/* enum ost_lk_kind */
	bool is_result;		/* based on the local that the unit returns */
	/* untyped parameters (macros): members by name, applied before path.steps */
	uint8_t nr_names;
	uint8_t name_arrows;	/* bit i: names[i] is reached through a pointer */
	bool name_addr;		/* the address of the last one is meant */
	uint32_t names[OST_LK_NAMES];	/* program names */
};

struct ost_lk_held {
	uint16_t lock;		/* index into locks */
	uint8_t mode, ctx;
	bool in_all;		/* held on every way to this point */
	bool by_guard;
	uint32_t node, line;	/* of the call that took it */
};

enum ost_ev_kind { OST_EV_ACQUIRE, OST_EV_TRY, OST_EV_ASSERT, OST_EV_WAIT, OST_EV_CALL };
enum {
	OST_EVF_COND = 1,	/* under a condition */
	OST_EVF_SELF_TEST = 2,	/* under a test of current, current_work(), in_interrupt() ... */
	OST_EVF_IRQS_OFF = 4,	/* interrupts are off here by something else than this lock */
	OST_EVF_BH_OFF = 8,
	OST_EVF_LOOP = 16,
	OST_EVF_NESTED = 32,
	OST_EVF_WW = 64,
	OST_EVF_NO_OWNER = 128,
	OST_EVF_VIA_CALLEE = 256,	/* ACQUIRE: the net effect of a call */
	OST_EVF_GUARD = 512,
	OST_EVF_DEAD = 1024,		/* CALL: no way leads to it */
};
/* What is known where an event happens, in words that other functions share. */
enum ost_mf_kind {
	OST_MF_NONE,
	OST_MF_MEMBER,		/* the member `name` is not zero */
	OST_MF_BIT,		/* test_bit(name, ...) */
	OST_MF_CALL,		/* name(...), a predicate */
	OST_MF_GLOBAL,
	OST_MF_EQUAL,		/* the member `name` is `value` */
	OST_MF_MASK,		/* the member `name` has the bits `value` */
	OST_MF_PARAM,		/* from here on name is a parameter's number: it is not zero */
	OST_MF_PARAM_EQUAL, OST_MF_PARAM_MASK,
};
struct ost_lk_mfact {
	uint8_t kind;
	uint8_t truth;
	bool is_made;		/* set by the function itself: what was before does not matter */
	bool is_past;		/* so when the function began, and set by it since */
	uint32_t name, value;	/* hashes of texts */
};

struct ost_lk_event {
	uint8_t kind;
	uint8_t mode, ctx;
	uint16_t flags;
	uint16_t lock;		/* ACQUIRE, TRY, ASSERT: index into locks */
	uint32_t node, line;
	uint32_t name;		/* CALL: callee, as a string of the file */
	const struct ost_lk_prim *prim;	/* of the primitive, or NULL */
	const struct ost_lk_held *held;
	const uint16_t *rel;	/* indexes of locks that were released and not taken before */
	uint16_t nr_held, nr_rel;
	uint8_t nr_mfacts;
	const struct ost_lk_mfact *mfacts;	/* what must be so for this point to be reached */
};
/* in_interrupt() or the like has decided that the event is reached. */
bool ost_asks_for_context(const struct ost_lk_event *ev);
/* No run of one thread gets to a, which lies below the call b. */
bool ost_mfacts_contradict(const struct ost_lk_event *a, const struct ost_lk_event *b);
/* What facts name members, bits and constants by. */
uint32_t ost_fact_name(const char *text);
/* The hash of a constant's text (numbers by value), 0: it is none. */
uint32_t ost_const_text(const struct ost_facts *f, const struct ost_node *node);

enum ost_fx_kind { OST_FX_ACQUIRE, OST_FX_RELEASE, OST_FX_MAY_RELEASE, OST_FX_MAY_ACQUIRE,
		   OST_FX_ASSERT,	/* a macro or inline that says that it is held */
		   OST_FX_AROUND };	/* held each time when the function is called that is handed in parameter ost_fx_param() */
struct ost_lk_effect {
	uint16_t lock;
	uint8_t kind;		/* enum ost_fx_kind */
	uint8_t result;		/* enum ost_lk_result: when it happened */
	uint8_t mode, ctx;
	bool is_try;		/* taken by something that gives up */
	uint8_t when;		/* MAY_*: it happens where a parameter is so (ost_fx_when()), 0: not known where */
	uint8_t shared_when;	/* taken shared where a parameter is so, else as `mode` says; 0: no parameter decides */
	uint8_t unused[3];
};
/* The parameter's number and what it must be: not zero, or zero. */
static inline uint8_t ost_fx_when(unsigned param, bool truth)
{
	return (uint8_t)((param + 1) << 1 | truth);
}
static inline unsigned ost_fx_param(const struct ost_lk_effect *fx)
{
	return (fx->when >> 1) - 1u;
}

/* What says that a lock should not be held there. */
enum ost_leak_why {
	OST_LEAK_OTHERS,	/* other returns release it */
	OST_LEAK_RESULT,	/* it lies in what success returns, and an error does not */
	OST_LEAK_DESTROYED,	/* it is destroyed there */
	OST_LEAK_PROMISED,	/* __releases(): the caller has it, and other returns release it */
	OST_LEAK_KEPT,		/* returns of one kind keep it, all others release it: unless who calls does that */
	OST_LEAK_LENT,		/* the caller's: all returns but this one, which reports an error, release it for him */
};

/* A return path that leaves a lock held which others release. */
struct ost_lk_leak {
	uint16_t lock;
	uint32_t node, line;	/* where it was taken; PROMISED, LENT: of the function */
	uint32_t ret_line;	/* the return that keeps it; DESTROYED: of that call */
	uint32_t ok_line;	/* a return after which it is free again */
	uint32_t release_line;	/* where that way released it, 0 not known */
	uint8_t ret_class;	/* enum ost_ret_class of the leaking one */
	uint8_t why;		/* enum ost_leak_why */
	bool is_code;		/* it returns a number that is not zero, and those that return zero are free of the lock */
	bool is_error_only;	/* all returns that keep it report an error */
	bool is_plain;		/* it is taken on every way, and that very return always keeps it */
	uint8_t mode;		/* enum ost_lk_mode: how it was taken; ANY: by the caller */
	uint8_t unused[2];
};
enum ost_ret_class { OST_RET_VOID, OST_RET_ZERO, OST_RET_NONZERO, OST_RET_ERROR, OST_RET_UNKNOWN };

/* A CALL event by its line. */
struct ost_lk_call_at {
	uint32_t line, event;
};

struct ost_lk_summary {
	uint32_t unit;
	struct ost_lk_ref *locks;
	struct ost_lk_event *events;
	struct ost_lk_effect *effects;
	struct ost_lk_leak *leaks;
	struct ost_lk_call_at *calls;	/* by line, then in the order of the walk */
	uint32_t nr_locks, nr_events, nr_effects, nr_leaks, nr_calls;
	bool is_limited;	/* states or tables were full: some ways were joined */
	uint64_t fx_hash;	/* of the effects: changed ones make callers be looked at again */
};

/* Fills calls from events. */
void ost_sum_index_calls(struct ost_lk_summary *sum, struct ost_arena *arena);

/* The class of a lock as one number; 0 when it has none. */
static inline uint64_t ost_lk_class(uint32_t field, uint32_t global)
{
	return field != OST_NO_ID ? (uint64_t)field + 1 :
	       global != OST_NO_ID ? 1ull << 40 | global : 0;
}
/* One lock, no member of a record. */
static inline bool ost_lk_is_global(uint64_t cls)
{
	return cls >> 40 & 1;
}
static inline uint64_t ost_lk_ref_class(const struct ost_lk_ref *r)
{
	return ost_lk_class(r->field, r->global);
}

/*
 * The event says that the caller holds the lock: the unit itself has neither
 * taken nor released it before, and the statement is unconditional.
 */
bool ost_asserts_entry(const struct ost_lk_summary *sum, const struct ost_lk_event *ev);
/* DEFINE_GUARD(name, ...) and kin, read from the tree. */
struct ost_lk_guard {
	const char *name;	/* "mutex_intr" for an extension */
	uint32_t file;
	struct {
		const char *callee;	/* function or macro that it calls */
		uint8_t nr_names, arrows;
		bool addr;
		uint32_t names[OST_LK_NAMES];	/* members of _T before the call, program names */
	} take;
	bool has_take;
	bool is_cond;		/* may give up */
};

struct ost_lk_world;	/* world.h */

struct ost_lk_eval;
struct ost_lk_eval *ost_eval_create(const struct ost_lk_world *w);
void ost_eval_destroy(struct ost_lk_eval *e);
/* Notes the stores of every unit that is entered from now on. */
struct ost_stores;
void ost_eval_note_stores(struct ost_lk_eval *e, struct ost_stores *stores);
/* Notes the stores of a unit that needs no summary. */
void ost_eval_stores(struct ost_lk_eval *e, uint32_t unit);
/*
 * Walks the unit and makes its summary in `arena`, NULL when it does nothing
 * with locks. Calls are looked up among the effects that the world knows.
 * only_primitives: NULL at once for a unit that names no primitive or guard.
 */
struct ost_lk_summary *ost_eval_unit(struct ost_lk_eval *e, uint32_t unit, bool only_primitives,
				     struct ost_arena *arena);

#endif
