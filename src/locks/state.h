/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.h - what may be held at one point of a function.
 *
 * A point has a few states, one for each way to get there that differs in
 * what is held: `if (x) lock(); ...; if (x) unlock();` stays two states,
 * told apart by the fact "x is true", and the wrong pairing is never walked.
 * Ways that hold the same are one state; their facts are intersected. While
 * there are few, those that differ in what a parameter is stay two.
 *
 * Limits: OST_ST_MAX states a point and OST_ST_HELD locks a state. Beyond
 * them states are joined (held: intersection, released: union) and
 * `is_limited` says so.
 */
#ifndef OST_LOCKS_STATE_H
#define OST_LOCKS_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "locks/summary.h"

#define OST_ST_MAX 8
#define OST_ST_BROKEN 0x8000u
#define OST_ST_APART 4	/* below it, ways that a parameter tells apart stay apart */
#define OST_ST_HELD 10
#define OST_ST_FACTS 16
#define OST_ST_NAMES 3

struct ost_st_held {
	uint16_t lock;		/* index into the unit's locks */
	uint8_t mode, ctx;	/* enum ost_lk_mode, ost_lk_ctx */
	uint16_t guard;		/* block depth that ends it, 0: until released */
	uint16_t in_loop;	/* loop depth at which it was taken, and OST_ST_BROKEN where a break led out of that */
	uint32_t node;		/* CALL that took it */
};

/* "the expression with this hash is (not) zero" */
struct ost_st_fact {
	uint32_t key;
	uint32_t names[OST_ST_NAMES];	/* strings of the variables in it, 0 none */
	uint8_t truth;
	bool is_error;		/* a negative constant was assigned */
	bool is_negated;	/* while it is made: the expression says the opposite */
	bool is_weak;		/* zero as far as is known: it is not negative */
	uint16_t under;		/* the lock that was taken last when this was learnt, + 1; 0: none was held */
	struct ost_lk_mfact m;	/* the same for other functions */
};

struct ost_state {
	uint8_t nr_held, nr_rel, nr_facts;
	uint8_t irqs_off, bh_off;	/* local_irq_disable() and kin, nesting */
	struct ost_st_held held[OST_ST_HELD];
	uint16_t rel[OST_ST_HELD];	/* locks released without having been taken here */
	uint16_t rel_is_maybe;		/* bit i: rel[i] was released by a callee, perhaps */
	struct ost_st_fact facts[OST_ST_FACTS];
};

struct ost_states {
	uint8_t nr;
	bool is_limited;
	struct ost_state s[OST_ST_MAX];
};

/* One state with nothing held. */
void ost_states_start(struct ost_states *s);
void ost_states_add(struct ost_states *s, const struct ost_state *st);
/* Adds all of src. */
void ost_states_join(struct ost_states *s, const struct ost_states *src);
/* Drops what guards of block depth >= depth hold. */
void ost_states_leave(struct ost_states *s, unsigned depth);

/* The position of the lock among what is held, or -1. */
int ost_state_find(const struct ost_state *st, uint16_t lock);
void ost_state_drop(struct ost_state *st, int at);
/* Forgets rel[at]. */
void ost_state_drop_rel(struct ost_state *st, int at);

/*
 * Assumes the fact; false when it contradicts one that is known (this way
 * cannot be walked).
 */
bool ost_state_assume(struct ost_state *st, const struct ost_st_fact *fact);
/* Keeps the states in which the fact can hold. */
void ost_states_assume(struct ost_states *s, const struct ost_st_fact *fact);
/* Forgets facts about the member or bit of that name (ost_lk_mfact). */
void ost_state_forget_named(struct ost_state *st, uint32_t name);
/*
 * The bits `value` of the member are set (or cleared): what is known of its other bits stays where that cannot change
 * it. What else is known was so when the function began.
 */
void ost_state_mask_named(struct ost_state *st, uint32_t name, uint32_t value, bool truth);
/* What the state says of that key, or NULL. */
const struct ost_st_fact *ost_state_fact(const struct ost_state *st, uint32_t key);
bool ost_state_knows(const struct ost_state *st, const struct ost_st_fact *fact);
/* Forgets facts about a variable (string id), and the one with this key. */
void ost_states_forget(struct ost_states *s, uint32_t name, uint32_t key);
/* The lock is taken once more: what was seen of members while it was held is past. */
void ost_states_forget_under(struct ost_states *s, uint16_t lock);
/* Somebody is waited for, who may set the members that the function has set before. */
void ost_states_forget_made(struct ost_states *s);

/* What was asked for with that key is about to be set: from now on it says what was so before. */
void ost_states_pass(struct ost_states *s, uint32_t key);

#endif
