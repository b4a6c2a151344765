/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_change.h - what a change does with locks: the places of its files that
 * take a lock, or wait for something, in one of two trees more often than in
 * the other.
 *
 * Classes are named by text, since both trees (and the whole tree that a
 * slice is of) have ids of their own.
 */
#ifndef OST_REVIEW_LOCK_CHANGE_H
#define OST_REVIEW_LOCK_CHANGE_H

#include "locks/world.h"
#include "review/two_trees.h"

struct ost_lock_changed {
	const char *file, *function;
	const char *class_name;		/* "wiphy.mtx" */
	bool is_wait;			/* what is waited for; else a lock that is taken, or said to be held */
	bool is_shared;			/* a lock that other files than the changed ones can take */
};
struct ost_lock_changes {
	OST_VEC(struct ost_lock_changed) v;
	struct ost_arena arena;
};

/* Of the files; ends with _deinit(). */
void ost_lock_changes_find(struct ost_lock_changes *ret, const struct ost_two_trees *t, const char *const *files,
			   size_t nr_files);
void ost_lock_changes_deinit(struct ost_lock_changes *l);

/* The objects that a class name means in a program, appended. */
struct ost_objects { OST_VEC(struct ost_object) v; };
void ost_objects_named(const struct ost_program *p, const char *class_name, struct ost_objects *ret);
bool ost_objects_have(const struct ost_objects *list, struct ost_object o);

/* Names of functions and macros that take the class for their caller, or say that it is held; each once. */
struct ost_lock_names { OST_VEC(const char *) v; };
void ost_lock_wrappers(const struct ost_lk_world *w, const char *class_name, struct ost_lock_names *ret);

#endif
