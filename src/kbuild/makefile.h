/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * makefile.h - what a Makefile or Kbuild file says about its objects.
 *
 * Only what decides which file is built is read: assignments, the ifdef,
 * ifeq and their kin around them, and in values $(NAME) and $(addprefix).
 * Other functions of make yield nothing: an object that they name is not
 * found, which the caller must take for "not known".
 *
 *	obj-$(CONFIG_RSI_USB) += rsi_usb.o
 *		list "obj", terms RSI_USB, word "rsi_usb.o"
 *	rsi_usb-y += rsi_91x_usb.o
 *		list "rsi_usb", no terms, word "rsi_91x_usb.o"
 */
#ifndef OST_KBUILD_MAKEFILE_H
#define OST_KBUILD_MAKEFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"

/* One thing that must hold: CONFIG_name is y or m, or (is_not) is not. */
struct ost_mk_term {
	const char *name;	/* without CONFIG_ */
	bool is_not;
};

struct ost_mk_terms {
	struct ost_mk_term *v;
	uint32_t nr;
	bool is_unclear;	/* and something that was not understood */
};

struct ost_mk_line {
	const char *name;	/* left side as written: "obj-$(CONFIG_RSI_USB)" */
	const char *list;	/* "obj", "rsi_usb"; NULL: no list of objects */
	bool is_module;		/* obj-m */
	const char *file;
	uint32_t line;
	struct ost_mk_terms terms;	/* of the left side and of the #ifs around it */
	const char *value;	/* as written, continued lines joined */
	const char **words;	/* expanded by ost_mk_words(), NULL before */
	uint32_t nr_words;
};

struct ost_makefile {
	struct ost_arena *arena;
	OST_VEC(struct ost_mk_line) lines;
	OST_VEC(const char *) includes;	/* of "include $(src)/PATH": for the caller to add */
};

void ost_makefile_init(struct ost_makefile *m, struct ost_arena *arena);
void ost_makefile_deinit(struct ost_makefile *m);
/* Adds the lines of one file; a folder may have two (Kbuild and Makefile). */
void ost_makefile_add(struct ost_makefile *m, const char *path, const char *text);
/* Does line `i` list that word, after expansion? */
bool ost_mk_lists(struct ost_makefile *m, uint32_t i, const char *word);
/* a and b together. */
struct ost_mk_terms ost_mk_join(struct ost_arena *arena, const struct ost_mk_terms *a,
				const struct ost_mk_terms *b);

#endif
