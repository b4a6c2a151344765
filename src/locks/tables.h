/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tables.h - what data/ says about locks: primitives, waits, functions that
 * do not return, slots and contexts.
 *
 * Loaded once a run, read-only afterwards. Names are looked up as text,
 * because a primitive is known even where the tree (or the slice of it that
 * was read) does not define it.
 */
#ifndef OST_LOCKS_TABLES_H
#define OST_LOCKS_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/table.h"
#include "base/vec.h"
#include "ostler/err.h"

enum ost_lk_op {
	OST_LK_NONE, OST_LK_ACQUIRE, OST_LK_TRY, OST_LK_RELEASE, OST_LK_DOWNGRADE,
	OST_LK_ASSERT, OST_LK_ASSERT_NOT, OST_LK_PUT, OST_LK_DESTROY, OST_LK_WAIT, OST_LK_NORETURN,
};
enum ost_lk_kind {
	OST_LKK_MUTEX, OST_LKK_SEM, OST_LKK_RWSEM, OST_LKK_SPIN, OST_LKK_RAW, OST_LKK_RWLOCK,
	OST_LKK_SRCU, OST_LKK_ANY,
};
/* Who waits for it spins, and keeps his processor. */
static inline bool ost_lk_spins(unsigned kind)
{
	return kind == OST_LKK_SPIN || kind == OST_LKK_RAW || kind == OST_LKK_RWLOCK;
}
enum ost_lk_mode { OST_LKM_EXCL, OST_LKM_SHARED, OST_LKM_RSHARED, OST_LKM_ANY };
enum ost_lk_ctx { OST_LKC_NONE, OST_LKC_IRQ, OST_LKC_IRQSAVE, OST_LKC_BH };
enum ost_lk_result {
	OST_LKR_ALWAYS, OST_LKR_ZERO, OST_LKR_NONZERO,
	OST_LKR_SURE,	/* of effects: always, and the result is zero every time */
};
enum ost_wait_kind {
	OST_WK_WORK, OST_WK_WIPHY_WORK, OST_WK_KTHREAD_WORK, OST_WK_WORKQUEUE,
	OST_WK_KTHREAD_WORKER, OST_WK_TIMER, OST_WK_HRTIMER, OST_WK_TASKLET, OST_WK_NAPI,
	OST_WK_IRQ_WORK, OST_WK_IRQ, OST_WK_KTHREAD, OST_WK_ATTR, OST_WK_ATTR_GROUP,
	OST_WK_DEBUGFS, OST_WK_SRCU, OST_WK_COMPLETION, OST_WK_PROC, OST_WK_URB,
	OST_NR_WAIT_KINDS
};
enum {
	OST_LKF_NESTED = 1, OST_LKF_WW = 2, OST_LKF_NO_OWNER = 4,
	OST_LKF_OTHER_WAKERS = 8, OST_LKF_RUNS = 16,
	OST_LKF_HARD = 32,	/* irq waits: not for threaded handlers */
};

/* A row of lock-primitives.txt, lock-waits.txt or noreturn.txt. */
struct ost_lk_prim {
	const char *name;
	uint8_t op;		/* enum ost_lk_op */
	uint8_t kind;		/* enum ost_lk_kind, of waits enum ost_wait_kind */
	uint8_t arg;
	uint8_t mode, ctx, result;
	uint8_t flags;		/* OST_LKF_* */
	int8_t cookie;		/* irq waits: argument that is the dev_id; proc waits: the name; else -1 */
	const char *suffix;	/* "sk_lock", or "" */
};

/* What a call through a slot says of the locks above it, lock-slots.txt. */
enum ost_lk_slot_what {
	OST_LKS_PLAIN,
	OST_LKS_THREAD,		/* a thread's own loop: nothing is held above */
	OST_LKS_CHAIN,		/* a list of strangers: the callers have one of them in mind, not this one */
	OST_LKS_SOFT,		/* soft interrupts call it, or who has switched them off */
	OST_LKS_HARD,		/* interrupts call it, or who has switched them off */
	OST_LKS_TASK,		/* tasks call it, with interrupts on unless another function of its table leaves them off */
	OST_LKS_DOWN,		/* the same, and the soft functions of its table do not run then */
};

/* What a call's name or an argument of it says of the context, lock-context.txt. */
enum ost_lk_context {
	OST_LKX_NONE,
	OST_LKX_SLEEPS,		/* the function may sleep */
	OST_LKX_SLEEPS_ARG,	/* an argument says that it may */
	OST_LKX_SOFTIRQ,	/* called by soft interrupts */
	OST_LKX_POLL_END,	/* the same, and from there on nobody waits for the poll function, if it says yes */
	OST_LKX_POLL_AGAIN,	/* the poll function is to be run */
	OST_LKX_FREES,		/* the first argument's object is gone, with the locks in it */
	OST_LKX_PENDING,	/* the first argument is to run and does not run yet */
	OST_LKX_IRQS_OFF,	/* a callback that is run with interrupts off */
	OST_LKX_FOLDER,		/* makes a folder of files in that of its second argument */
};

/* What the name of a function, or of a label, says that it does, lock-names.txt. */
enum ost_lk_says {
	OST_LKN_MAKING,
	OST_LKN_UNMAKING,
	OST_LKN_ALLOCATING,
	OST_LKN_PUBLISHING,
	OST_LKN_LOCKING,
	OST_LKN_FAILING,	/* of a label */
	OST_LKN_NR,
};
struct ost_lk_word {
	const char *word, *others;	/* others: with commas, words that it is only a part of; "-" */
};

/* A class that the kernel splits by the kind of object, lock-split.txt. */
struct ost_lk_split_row {
	const char *lock;	/* class text */
	unsigned up;		/* how many structs out the kinds differ */
	const char *within;	/* slots, with commas: a folder that has one function in each has one kind; "-": none */
};

struct ost_lk_tables {
	struct ost_arena arena;
	OST_VEC(struct ost_lk_prim) prims;
	OST_VEC(struct ost_lk_split_row) split;
	OST_VEC(const char *) core;	/* prefixes of paths, lock-core.txt */
	OST_VEC(struct ost_lk_word) words[OST_LKN_NR];
	OST_VEC(const char *) outside;	/* patterns of paths, lock-outside.txt */
	struct ost_table slots;		/* hash of "struct.field" → enum ost_lk_slot_what */
	struct ost_table contexts;	/* hash of a name → enum ost_lk_context */
	struct ost_table by_name;	/* hash of name → index + 1 */
};

/* Errors: a bad row names its file and line. Ends with _deinit() either way. */
OST_WARN_UNUSED
struct ost_err *ost_lk_tables_init(struct ost_lk_tables *t);
void ost_lk_tables_deinit(struct ost_lk_tables *t);
/* The row of that name, or NULL. */
const struct ost_lk_prim *ost_lk_find(const struct ost_lk_tables *t, const char *name);
/* The row of lock-split.txt for the class, or NULL: one kind. */
const struct ost_lk_split_row *ost_lk_split_row(const struct ost_lk_tables *t, const char *class_name);
/* Number of structs out from the lock that tell its kind (lock-split.txt); 0: one kind. */
unsigned ost_lk_split(const struct ost_lk_tables *t, const char *class_name);
/* The file is one of those that a search down does not enter (data/lock-core.txt). */
bool ost_lk_is_core(const struct ost_lk_tables *t, const char *path);
/* The file is no part of a running kernel, or only of its tests (data/lock-outside.txt). */
bool ost_lk_is_outside(const struct ost_lk_tables *t, const char *path);
/* enum ost_lk_slot_what of "struct.field" */
unsigned ost_lk_slot_what(const struct ost_lk_tables *t, const char *slot);
/* enum ost_lk_context of a name */
unsigned ost_lk_context(const struct ost_lk_tables *t, const char *name);
/* By the words in it. */
bool ost_lk_name_says(const struct ost_lk_tables *t, enum ost_lk_says what, const char *name);
/* What a function that allocates something is called after (`conn` of `create_conn()`), or NULL; its length. */
const char *ost_lk_thing_made(const struct ost_lk_tables *t, const char *name, size_t *ret_len);
/* "work", "timer", ... */
const char *ost_wait_kind_name(unsigned kind);
/* "exclusive", "shared", "recursive-shared" */
const char *ost_lk_mode_name(unsigned mode);

#endif
