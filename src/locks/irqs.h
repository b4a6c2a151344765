/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqs.h - what find_irqs.c searches with, and what speaks against a handler
 * (irq_judge.c); for these two only.
 */
#ifndef OST_LOCKS_IRQS_H
#define OST_LOCKS_IRQS_H

#include "locks/context.h"
#include "locks/finder.h"
#include "locks/irq_aim.h"
#include "locks/irq_way.h"

/* Something that interrupts: what a binding names, or a function in a slot that interrupts call. */
struct ost_irq_source {
	uint32_t callback;
	uint32_t binding;	/* or OST_NO_ID */
	uint32_t slot;		/* field, or OST_NO_ID */
	enum ost_context context;
};

struct ost_irq_handler {
	uint64_t cls;
	struct ost_irq_source from;
	struct ost_irq_way way;
	uint32_t next;		/* index + 1 of another handler that takes the class */
	bool is_hard, is_shared;
	bool is_one;		/* the lock is a variable, and no element of one */
};

/* A place that may be interrupted by the handler: an event of a taker, and the node of the climb from it that shows it. */
struct ost_irq_spot {
	uint32_t event, handler, at, top;	/* handler: index; top: the node's unit */
	unsigned worth;		/* ost_irq_worth_of() */
};

struct ost_irq_taker {
	uint32_t unit;
	bool is_under;		/* with a focus: some climb from it comes by what is asked for */
	OST_VEC(struct ost_irq_spot) spots;
};

/* What some sources that follow each other come to. */
struct ost_irq_part {
	OST_VEC(struct ost_irq_handler) handlers;
	struct ost_table known;		/* key_of() → how many were seen */
	struct ost_table in_handler;
	OST_VEC(uint32_t) units;	/* of in_handler */
	struct ost_arena arena;
};

struct ost_irqs {
	struct ost_finder *f;
	OST_VEC(struct ost_irq_source) sources;	/* those of bindings come first, they are better known */
	struct ost_irq_part *parts;
	size_t nr_parts;
	struct ost_irq_aim aim;
	enum { ALL_LOCKS, WANTED_LOCKS, NO_LOCKS } look;	/* what is looked for below sources: locks, and what is part of a handler */
	OST_VEC(struct ost_irq_handler) handlers;
	struct ost_table by_class;	/* class → index + 1 of the last handler that was found */
	struct ost_table known;		/* (class, file of the handler, context) → there is one */
	OST_VEC(uint32_t) by_file;	/* bindings with a callback, by file */
	struct ost_table in_handler;	/* units below a handler → enum ost_context, or'ed */
	struct ost_table users;		/* class → unit of the first that takes it; bit 32: others are not near it */
	OST_VEC(struct ost_irq_taker) takers;	/* units that take a spinlock with interrupts on */
};

#define SHORT_WAY 4	/* functions, from the handler down to who takes the lock */

/*
 * Whoever has the lock, the handler takes the same one: it is one for all. By
 * a long way through others' code a handler rarely means it.
 */
static inline bool ost_irq_takes_global(const struct ost_irq_handler *h)
{
	return h->is_one && h->way.nr <= SHORT_WAY;
}

/* irq_judge.c; `at` is a node of the finder's climb from the unit that takes the lock by ev, as in irq_open.h. */
/* Somebody on the way waits for handlers of that kind before. */
bool ost_irq_is_stopped(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t at, const struct ost_lk_event *ev);
/* What begins is the thread of the handler's own interrupt, which stays masked until it has come to its end. */
bool ost_irq_is_masked_by(struct ost_finder *f, const struct ost_irq_handler *h, uint32_t top);
/* The function's file has a handler of its own. */
bool ost_irq_has_other(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t unit);
/* The function lies below a handler that the one at hand does not interrupt. */
bool ost_irq_is_part(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t unit);
/* How well the way shows it: 0 something speaks against it, 1 at the end of the object's life, 2 well. */
unsigned ost_irq_worth_of(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t at);
/* Says the doubts about the draft. */
void ost_irq_judge(struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t unit, const struct ost_lk_event *ev, uint32_t at);

#endif
