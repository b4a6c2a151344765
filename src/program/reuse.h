/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reuse.h - linking a tree from the program of another one: what reuse.c,
 * reuse_ids.c and reuse_flows.c share. The interface is in internal.h.
 */
#ifndef OST_PROGRAM_REUSE_H
#define OST_PROGRAM_REUSE_H

#include "program/internal.h"

struct ids {
	uint32_t *of;	/* by old id: the new one, or OST_NO_ID */
	uint32_t nr;
};

/* A path in both trees, or in one: the other id is then OST_NO_ID. */
struct pair {
	uint32_t old, new;
	bool is_same;	/* the same text, read for what others define */
};

struct ost_reuse {
	struct ost_program *b;		/* of the other tree */
	const struct ost_program *p;	/* that is being linked */
	uint32_t *path_of;		/* by real file there: the same path here, or OST_NO_ID */
	uint32_t *old_of;		/* by file here: the file there that it is taken over from, or OST_NO_ID */
	uint32_t *new_of;		/* the other way */
	uint32_t *flows_of;		/* the same for what was written down for bodies */
	uint32_t *virtual_of;		/* by real file there: its virtual file, or OST_NO_ID */
	uint32_t *first_def;		/* by file there, into defs */
	struct ost_reused_def *defs;
	struct { OST_VEC(struct pair) v; } changed;	/* real files that are read */
	uint8_t *is_included;		/* by real file there: by some other file */
	uint8_t *is_changed;		/* by name: defined otherwise */
	struct { OST_VEC(char *) v; } appeared;	/* names that are new and that some file asked for in vain */
	struct ids units, records, fields, globals;
	uint32_t *first_flow, *first_store, *first_lock;	/* by file there */
	bool may_read_all;	/* as many as there are, in place of linking from nothing */
	bool is_chosen;		/* what is to be read is known, and cannot become more */
	bool is_broken;
	/* an overlay, else NULL: who sees or calls what a changed file shows others is read again, unless these are many */
	uint8_t *shows;		/* by name there: something else is shown under it */
	uint8_t *is_shown_by;	/* by real file there: it shows something else */
	uint32_t comparing;	/* real file there, or OST_NO_ID */
	bool shows_other;	/* some file shows others something else, and not all whom that concerns are read */
};

/* Does no other file see what this one there has for itself? */
bool ost_reuse_is_own(const struct ost_reuse *r, uint32_t old);
/* The names that a changed file, or what macros make in it, defines otherwise; f is the file or where they are. */
void ost_reuse_compare(struct ost_reuse *r, struct pair f, const struct ost_facts *a, const struct ost_facts *b);
/* Did this file there, or what macros make in it, ask for a changed name? */
bool ost_reuse_has_asked(const struct ost_reuse *r, uint32_t old);
/* May the name be looked for as a word? */
bool ost_reuse_is_word(const char *name);
/* Finds who asked for what has appeared: their files are marked in is_hit, by file there, names that lead to it as changed. */
void ost_reuse_find_askers(struct ost_reuse *r, uint8_t *is_hit);
/* Marks in is_hit, by file there, those an #include of which means another file than before, or none. */
void ost_reuse_find_includers(struct ost_reuse *r, uint8_t *is_hit);
/* Array of nr + 1 times OST_NO_ID. */
uint32_t *ost_no_ids(size_t nr);

#endif
