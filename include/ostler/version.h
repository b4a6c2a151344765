/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * version.h - which Ostler this is, and what it stands on.
 */
#ifndef OSTLER_VERSION_H
#define OSTLER_VERSION_H

#include <stddef.h>

struct ost_version {
	const char *name;	/* "ostler", "libgit2", ... */
	const char *version;	/* "1.5.1" */
};

/*
 * Ostler itself first, then each library as it is loaded at run time, then
 * the git program ("not found" when it cannot be run). The array is static
 * and ends with a NULL name; not thread-safe on the first call.
 */
const struct ost_version *ost_versions(void);

#endif
