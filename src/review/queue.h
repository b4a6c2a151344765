/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * queue.h - a stable queue: patches that are on their way into a branch.
 *
 * A folder with a quilt `series` file and the patches that it names, as in
 * stable-queue.git: either the folder of one series ("queue-6.1", or any
 * name: then it is for every branch), or one that holds folders
 * "queue-<version>". A patch of it is a commit of mainline when it names it,
 * or has its patch-id.
 */
#ifndef OST_REVIEW_QUEUE_H
#define OST_REVIEW_QUEUE_H

#include "base/arena.h"
#include "git/change.h"
#include "ostler/err.h"

struct ost_queue;

/* Patches in one series; more are OST_ERR_INPUT. */
#define OST_QUEUE_MAX 5000

/*
 * Reads all series of `dir`. A patch that the series names and that is not
 * there, or cannot be read, is counted and named (ost_queue_trouble()); no
 * series at all is OST_ERR_INPUT.
 */
OST_WARN_UNUSED
struct ost_err *ost_queue_open(struct ost_queue **ret, const char *dir);
/* NULL is fine. */
void ost_queue_destroy(struct ost_queue *q);
/* "2 patches of the series could not be read: a.patch, ...", or NULL. Memory is the queue's. */
const char *ost_queue_trouble(const struct ost_queue *q);

/*
 * The path of the patch that is on its way into a branch of `release`
 * ("6.1.192", "" when it is no kernel): it names the id (hex, at least 8
 * digits; NULL: none), or has the patch-id (NULL: none). NULL when there is none.
 */
const char *ost_queue_find(const struct ost_queue *q, const char *release, const char *id,
			   const char *patch_id);

#endif
