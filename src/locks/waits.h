/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * waits.h - a wait under a lock that the callback needs (find_waits.c, wait_*.c only).
 *
 * wait_sites.c says what is waited for where, find_waits.c who may hold a
 * lock over it that the callback takes. Such a pair is a candidate:
 * wait_frames.c brings its ends to one frame, wait_judge.c and wait_items.c rank it, and
 * wait_say.c puts it into words.
 */
#ifndef OST_LOCKS_WAITS_H
#define OST_LOCKS_WAITS_H

#include "locks/way.h"

#define OST_WAIT_LIFT 4	/* helpers between the primitive and the function that names the object */
#define OST_WAIT_FRAMES (OST_CLIMB_DEPTH + OST_WAIT_LIFT + 2)

/* A wait, with the helpers down to the primitive: frame 0 holds the primitive. */
struct ost_wait_site {
	const struct ost_lk_event *wait;
	uint32_t units[OST_WAIT_LIFT];
	const struct ost_lk_event *events[OST_WAIT_LIFT];	/* of the call in units[i], or the wait */
	uint32_t lines[OST_WAIT_LIFT];
	unsigned nr;
	struct ost_path object;		/* address, in the frame of units[nr - 1] */
	uint32_t field, global;
	uint32_t callback, binding;
	uint32_t nr_callbacks;		/* that the object may have */
	bool by_cookie;			/* object is the handler's dev_id: the number did not tell which one it is */
};
struct ost_wait_sites { OST_VEC(struct ost_wait_site) v; };

/* A lock that the callback may block on. */
struct ost_wait_acq {
	uint64_t cls;
	uint32_t node;			/* of the reach */
	const struct ost_lk_event *ev;
	bool is_walked, is_open;	/* looked at; the way from the callback down to it can be walked */
};

/* Somebody holds a lock over a site, and its callback may block on one of that class. */
struct ost_wait_cand {
	const struct ost_wait_site *s;
	struct ost_frame frames[OST_WAIT_FRAMES];	/* 0: the primitive's function; last: the holder */
	unsigned nr_frames;
	const struct ost_lk_event *hold_at;	/* event whose held set or assert shows it */
	const struct ost_lk_held *held;		/* NULL: asserted */
	const struct ost_lk_ref *hold_ref;
	const struct ost_wait_acq *acq;
	uint32_t impl;
};

/* wait_sites.c: one site a callback that the object may have. */
void ost_wait_collect(struct ost_finder *f, struct ost_wait_sites *ret);
enum ost_deadlock_kind ost_wait_deadlock_kind(const struct ost_finder *f, const struct ost_wait_site *s);

/* wait_frames.c */
/* Fills the candidate's frames. */
void ost_wait_frames(const struct ost_way *way, struct ost_wait_cand *c);
/*
 * The object's and the lock's path in one frame, as high up as the object
 * can be named. False when the lock has no name there.
 */
bool ost_wait_meet(struct ost_finder *f, struct ost_wait_cand *c, struct ost_path *object,
		   struct ost_path *lock, unsigned *ret_frame);
/* A path of the callback's side, in the frame of reach node `node`, as the frame of `object` sees it. */
bool ost_wait_to_frame(struct ost_finder *f, const struct ost_wait_cand *c, const struct ost_path *object,
		       uint32_t node, const struct ost_path *inner, struct ost_path *ret);
/* Is the function that a slot call goes to the one that must be meant? */
bool ost_wait_is_anchored(struct ost_finder *f, const struct ost_wait_cand *c, const struct ost_path *object,
			  bool have_object, uint32_t node, struct ost_reductions *used);

/*
 * wait_judge.c: lowers the rank of the draft, and says its steps. False: a better one
 * of that id is known already.
 */
bool ost_wait_judge(struct ost_finder *f, struct ost_wait_cand *c);

/*
 * wait_polls.c: where the callback takes the lock, as a wait for its poll function
 * sees it. That ends with napi_complete_done(), not with the function.
 */
enum ost_poll_state {
	OST_POLL_WAITED,	/* it is waited for, or the callback is no poll function */
	OST_POLL_PERHAPS,	/* it was to end: only if that failed, or it was scheduled again */
	OST_POLL_OVER,
};
enum ost_poll_state ost_wait_poll_state(struct ost_finder *f, const struct ost_wait_site *s,
					const struct ost_wait_acq *acq);

/* wait_items.c: doubts whether the item can run while somebody waits for it. */
void ost_wait_judge_item(struct ost_finder *f, const struct ost_wait_cand *c);

/* wait_say.c */
/* Starts a draft with the names of the candidate; may set c->impl. */
void ost_wait_describe(struct ost_finder *f, struct ost_wait_cand *c);
/* The steps of both threads. */
void ost_wait_say(struct ost_finder *f, const struct ost_wait_cand *c);

#endif
