/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * way.h - ways from one place up to many callers (find_*.c only).
 *
 * What ost_way_is_closed() and ost_way_is_torn() find out of a way, they find
 * out frame by frame, upwards. Ways that begin alike share that: each is the
 * way below it and one frame more.
 */
#ifndef OST_LOCKS_WAY_H
#define OST_LOCKS_WAY_H

#include "locks/finder.h"

/* What parameters of the function at hand must be for the place below to be reached. */
struct ost_way_needs {
	struct ost_lk_mfact v[16];
	uint32_t file[16];	/* in which the constant of it stands */
	unsigned nr;
};
struct ost_way_trace;	/* way.c */

struct ost_way {
	const struct ost_way *below;	/* NULL: frame is the place itself */
	struct ost_frame frame;
	const struct ost_lk_event *event;	/* of the frame; NULL: nothing is known there */
	struct ost_way_needs needs;
	struct ost_way_trace *traces;	/* what is followed upwards, in the arena */
	unsigned nr_traces;
	bool is_closed, is_torn;	/* of this way, and so of all above it */
};

/* last: the event in the frame, the lowest one. */
void ost_way_start(const struct ost_finder *f, struct ost_way *w, const struct ost_frame *frame, const struct ost_lk_event *last);
/* The way below, which must outlive w, and the frame that calls it. arena: of the same life as w. */
void ost_way_up(struct ost_finder *f, struct ost_arena *arena, struct ost_way *w, const struct ost_way *below,
		const struct ost_frame *frame);
/* Neither ost_way_is_closed() nor ost_way_is_torn(), were this the whole way. */
bool ost_way_is_open(const struct ost_finder *f, const struct ost_way *w);

#endif
