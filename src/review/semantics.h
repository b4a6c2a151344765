/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * semantics.h - what the checks of phase 5 share: the linked program of the tree
 * that the change applies to, names of its functions, lines of it as evidence,
 * and the way from a function up to where it is entered from outside.
 */
#ifndef OST_REVIEW_SEMANTICS_H
#define OST_REVIEW_SEMANTICS_H

#include "program/program.h"
#include "review/check.h"

#define OST_SEM_MAX_CHAIN 8		/* calls up to an entry point */
#define OST_SEM_MAX_VISITED 3000	/* functions looked at on the way up */

struct ost_semantics {
	struct ost_review_ctx *c;
	const struct ost_program *p;
};

/* Where the tree cannot be read p is NULL, and an unknown record of the check says why. */
OST_WARN_UNUSED
struct ost_err *ost_sem_open(struct ost_semantics *s, struct ost_review_ctx *c);

/* Of a unit; program's memory. */
const char *ost_sem_name(const struct ost_semantics *s, uint32_t unit);
const char *ost_sem_path(const struct ost_semantics *s, uint32_t unit);
/* "path:name", for questions: the name alone may mean another function. The review's memory. */
const char *ost_sem_asked(const struct ost_semantics *s, uint32_t unit);
/* "usb_driver.disconnect"; the review's memory. */
const char *ost_sem_field(const struct ost_semantics *s, uint32_t field);

/* A line of the tree as evidence, with the command that shows it. */
void ost_sem_prove_place(const struct ost_semantics *s, struct ost_record *r, const char *path, uint32_t line);
/* The `ostler query` that gives the same answer. */
void ost_sem_prove_query(const struct ost_semantics *s, struct ost_record *r, const char *question, const char *name);

/* One function of a chain of calls. */
struct ost_sem_hop {
	uint32_t unit, from;	/* index of the function that it calls, or OST_NO_ID */
	uint32_t line;		/* of that call; 0 for the function asked about */
	uint32_t depth;
};

/* Where a chain begins: a system call, a function that a table holds, one that is run as a callback. */
struct ost_sem_entry {
	const char *why;	/* "usb_driver.disconnect", "run by INIT_WORK", "a system call"; the review's memory */
	uint32_t hop;		/* index of the entered function in hops */
};

/*
 * Climbs direct calls from `unit`, nearest first, and does not climb past a function
 * that is entered from outside; each `why` once. Stops at `max` entries.
 * Returns how many were found.
 *
 * @hops	room for OST_SEM_MAX_VISITED
 */
uint32_t ost_sem_entries(const struct ost_semantics *s, uint32_t unit, struct ost_sem_hop *hops,
			 struct ost_sem_entry *ret, uint32_t max);

/* 5.5: where the calls that the change adds or removes stand elsewhere, by the roles of those who make them (similar.c). */
struct ost_err *ost_check_similar(struct ost_review_ctx *c);

#endif
