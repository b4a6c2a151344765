/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ways.h - private to reach: from a file up through the Makefiles to the top.
 */
#ifndef OST_KBUILD_WAYS_H
#define OST_KBUILD_WAYS_H

#include "kbuild/makefile.h"
#include "kbuild/texts.h"

#define OST_MAX_WAYS 16
#define OST_MAX_TERMS 32

struct ost_way_term {
	struct ost_mk_term term;
	const char *file;	/* the Makefile */
	uint32_t line;
};

/* One place that builds a file. */
struct ost_way {
	struct ost_way_term terms[OST_MAX_TERMS];
	uint32_t nr_terms;
	uint32_t object;	/* terms up to here are those of the object; those behind it enter folders */
	const char *module;	/* "rsi_usb", or NULL: the object is built in, or goes into a library */
	const char *folder;	/* of the list "obj" */
	const char *arch;	/* "x86" when it lies under arch/, or NULL */
	bool is_unclear;	/* something on the way was not understood */
	bool is_lost;		/* nothing above enters a folder on it, drivers/s390 say; a folder at the top does not count */
};

struct ost_makefile_slot {
	const char *folder;
	struct ost_makefile makefile;
};

struct ost_ways {
	struct ost_kb_texts *texts;
	OST_VEC(struct ost_makefile_slot *) makefiles;
	struct ost_way v[OST_MAX_WAYS];
	uint32_t nr;
	bool is_cut;
};

void ost_ways_init(struct ost_ways *w, struct ost_kb_texts *texts);
void ost_ways_deinit(struct ost_ways *w);
/* Fills v[] for a .c or .S file, replacing what was there. */
void ost_ways_find(struct ost_ways *w, const char *path);

#endif
