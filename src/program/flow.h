/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flow.h - the walk over bodies, shared by flow*.c. One walk over every body and
 * initialiser writes down call sites (by name: what a name means is asked later),
 * functions and tables of functions that are stored in fields or passed on, and
 * bindings. Types are asked for only where a field, a function or a table of
 * functions is involved, which is what keeps a whole kernel within seconds.
 */
#ifndef OST_PROGRAM_FLOW_H
#define OST_PROGRAM_FLOW_H

#include "program/internal.h"

#define FLOW_MACRO_DEPTH 6
#define FLOW_INIT_STEPS 50000	/* macros that are entered for one initialiser */
#define FLOW_PARAMS 16	/* of which is remembered what they may hold */

/* What one thread writes down in a batch of files, the files behind each other; and the figures of the last. */
struct flow_out {
	OST_VEC(struct ost_site) sites;
	OST_VEC(uint32_t) site_nr;	/* by unit: sites of the file up to its end */
	OST_VEC(struct ost_argflow) argflows;
	OST_VEC(struct ost_paramstore) paramstores;
	OST_VEC(struct ost_target) targets;
	OST_VEC(struct ost_points_to) points;
	OST_VEC(struct ost_binding) bindings;
	OST_VEC(struct ost_lock_use) lock_uses;
	struct ost_name_list asks;
	struct ost_file_stats stats;
};

#define FLOW_KNOWN 0x80
#define FLOW_NOT_KNOWN (-2)
#define FLOW_TYPES 256u	/* of which is remembered what values of them are */

/* A type that was asked about in the file at hand. Bits: 1 known, 2 yes. */
struct flow_type {
	struct ost_ctype type;
	uint32_t serial;	/* of the file */
	uint8_t is_table, holds_functions;
};

/* A walk in one thread. */
struct flow_walk {
	struct ost_program *p;
	struct ost_scope s;
	struct ost_scope origin;	/* while a virtual file is walked, of the file that it is beside */
	struct flow_out *out;
	struct ost_object table;	/* initialiser being walked: of this global */
	unsigned macro_depth, nr_init_steps;
	struct {	/* what is known of the file's strings */
		const struct ost_pfile *pf;
		OST_VEC(uint8_t) v;	/* by string: OST_NF_NAME_* of the name and FLOW_KNOWN, or 0 */
		OST_VEC(uint32_t) declared;	/* by string: `body` when the unit at hand declares it */
		OST_VEC(uint32_t) funcs;	/* by string: the function that it means where nothing is declared, and 2; 1: none; 0: not asked */
		uint32_t body, serial;	/* numbers of the unit and the file at hand in this walk */
	} str_flags;
	struct flow_type types[FLOW_TYPES];
	OST_VEC(struct flow_source) local_holds;	/* by local of the unit; kind FLOW_NOT_KNOWN: not asked yet */
	uint8_t param_holds[FLOW_PARAMS];	/* of the unit: 0 not known, 1 no functions, 2 functions */
};

/* What an expression hands around. */
struct flow_source {
	int kind;	/* OST_SRC_*, or -1 */
	uint32_t id;
};

/* ---- flow_store.c: values and where they are put ---------------------------- */

/* Is it a pointer to a function, or a table of functions? And is it a table? Remembered while the file is at hand. */
bool ost_flow_holds_functions(struct flow_walk *w, struct ost_ctype t);
bool ost_flow_is_table(struct flow_walk *w, struct ost_ctype t);
/* OST_NF_NAME_* of a name; the file asks for it. */
uint8_t ost_flow_name_flags(const struct flow_walk *w, uint32_t name);
/* The same for a string of facts. Most are asked for many times in a file. */
uint8_t ost_flow_ask_str_flags(struct flow_walk *w, const struct ost_pfile *pf, uint32_t str);
static inline uint8_t ost_flow_str_flags(struct flow_walk *w, const struct ost_pfile *pf, uint32_t str)
{
	uint8_t flags = pf == w->str_flags.pf ? w->str_flags.v.items[str] : 0;

	return flags ? flags & (uint8_t)~FLOW_KNOWN : ost_flow_ask_str_flags(w, pf, str);
}
/* Strings are those of pf from here on; locals those of the unit, or object, that was entered and has this frame. */
void ost_flow_enter_file(struct flow_walk *w, const struct ost_pfile *pf);
void ost_flow_enter_unit(struct flow_walk *w, const struct ost_frame *fr);
/* False: no local and no parameter of the frame has that name, a string of its facts. Told at a glance. */
static inline bool ost_flow_may_be_declared(const struct flow_walk *w, const struct ost_frame *fr, uint32_t str)
{
	return fr->up || fr->pf != w->str_flags.pf || w->str_flags.declared.items[str] == w->str_flags.body;
}
/* Is the identifier at n, a string of the frame's facts, a local or a parameter of the frame? */
bool ost_flow_is_declared(const struct flow_walk *w, const struct ost_frame *fr, uint32_t n, uint32_t str);
/* The node behind casts. */
uint32_t ost_flow_peel(const struct ost_frame *fr, uint32_t n);
/* A function, the address of a table of functions, or a parameter. */
struct flow_source ost_flow_source_of(struct flow_walk *w, struct ost_frame *fr, uint32_t n);
void ost_flow_add_store(struct flow_walk *w, uint32_t field, struct ost_object table, struct flow_source src,
			uint32_t line, int how);
/* lhs = rhs, seen in frame fr; line is where the reader finds it. */
void ost_flow_store(struct flow_walk *w, struct ost_frame *fr, uint32_t lhs, uint32_t rhs, uint32_t line, int how);

/* ---- flow_init.c: initialisers ----------------------------------------------- */

/* The value at n that is put in a field (or OST_NO_ID) of that type; w->table is what it is part of. */
void ost_flow_init_value(struct flow_walk *w, struct ost_frame *fr, uint32_t n, uint32_t field,
			 struct ost_ctype type, uint32_t line);

/* ---- flow_call.c: what calls hand on ------------------------------------------ */

/* What is handed to the name `str` (a string of the frame's facts) at call; in a macro's body only what its arguments bring. */
void ost_flow_call_args(struct flow_walk *w, struct ost_frame *fr, uint32_t call, uint32_t str, uint32_t line);
/* A call of what a row of data/bindings.txt names. */
void ost_flow_add_binding(struct flow_walk *w, struct ost_frame *fr, uint32_t call, uint32_t row);
/* A call of a lock or wait primitive. */
void ost_flow_lock_use(struct flow_walk *w, struct ost_frame *fr, uint32_t call, uint32_t name);

/* ---- flow_walk.c: the nodes of a body ------------------------------------------ */

void ost_flow_walk_unit(struct flow_walk *w, uint32_t unit);
void ost_flow_walk_global(struct flow_walk *w, uint32_t global);
/* module_init(f) and kin: invocations at file scope that have a row. */
void ost_flow_walk_invokes(struct flow_walk *w, uint32_t file);

#endif
