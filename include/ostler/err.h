/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * err.h - errors as values.
 *
 * A function that can fail returns `struct ost_err *`: NULL means that it
 * went well, anything else belongs to the caller, who hands it upwards or
 * ends it with ost_err_destroy(). The library never prints and never exits;
 * src/cli prints each error once, as
 *
 *	ostler: <what>: <why>[; <remedy>]
 *
 * and maps its code to an exit status in one function.
 *
 * "Unknown" is not an error: it is a verdict that carries its reason.
 *
 * Running out of memory is the one thing that is not returned: the handler
 * set with ost_set_oom_handler() is called and must not return (the default
 * calls abort()).
 */
#ifndef OSTLER_ERR_H
#define OSTLER_ERR_H

#include <stdarg.h>
#include <stddef.h>

#define OST_WARN_UNUSED __attribute__((warn_unused_result))
#define OST_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum ost_err_code {
	OST_ERR_USAGE = 1,	/* the caller asked for something senseless: exit 2 */
	OST_ERR_INPUT,		/* a patch, mail, revision or tree is bad: exit 3 */
	OST_ERR_ENV,		/* disk, permissions, a missing program: exit 3 */
	OST_ERR_INTERRUPTED,	/* SIGINT or SIGTERM was seen: exit 130 */
	OST_ERR_INTERNAL,	/* a broken invariant of ours: exit 70 */
};

struct ost_err {
	enum ost_err_code code;
	char *what;	/* the input or place: a path, a revision, an option */
	char *why;	/* what is wrong with it */
	char *remedy;	/* what to do about it, or NULL */
};

/*
 * Makes an error. `what` and `remedy` are copied (remedy may be NULL); the
 * format gives the reason. Never returns NULL.
 */
OST_WARN_UNUSED OST_PRINTF(4, 5)
struct ost_err *ost_err_create(enum ost_err_code code, const char *what,
			       const char *remedy, const char *why_fmt, ...);

/* The same for a failed system call: `why` becomes strerror(errnum). */
OST_WARN_UNUSED
struct ost_err *ost_err_create_errno(const char *what, int errnum);

/* Ends an error; NULL is fine. */
void ost_err_destroy(struct ost_err *err);

/* Called with the size that could not be had; must not return. */
typedef void (*ost_oom_fn)(size_t size);
void ost_set_oom_handler(ost_oom_fn fn);

/*
 * Hands an error upwards: `ost_try(ost_repo_open(...));`
 */
#define ost_try(call)						\
	do {							\
		struct ost_err *ost_try_err_ = (call);		\
		if (ost_try_err_)				\
			return ost_try_err_;			\
	} while (0)

#endif
