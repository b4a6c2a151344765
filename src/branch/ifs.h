/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ifs.h - the #if lines of a file, read as text: facts follow one way only
 * where an arm of an #if opens a brace that another one closes.
 */
#ifndef OST_BRANCH_IFS_H
#define OST_BRANCH_IFS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* What is wrong with the nesting of #if lines, as one clause (arena), or NULL. */
const char *ost_unbalanced_ifs(struct ost_arena *arena, const char *text, size_t len);
/* Symbols of the configuration, without CONFIG_. */
enum ost_if_value { OST_IF_UNKNOWN, OST_IF_FALSE, OST_IF_MODULE, OST_IF_TRUE };	/* MODULE: IS_ENABLED() is true, defined() not known */
struct ost_if_config {
	enum ost_if_value (*value)(void *ctx, const char *symbol);
	void *ctx;
};

enum ost_if_line { OST_NOT_UNDER_IF, OST_UNDER_IF, OST_SWITCHED };
/*
 * For each line, from 1 to nr_lines, whether it stands under an #if, and whether (OST_SWITCHED) under one that the kernel's configuration
 * does not decide: `#ifdef DEBUG`, `#if 0`, `#if defined(DEBUG) && defined(CONFIG_X)`, and what follows as #elif or #else of such a line. Whether
 * they are compiled at all is not known, so that nothing in them is refused for sure. Include guards, `__KERNEL__` and `__ASSEMBLY__`
 * do not count; `MODULE` counts as a configuration. With a `config` (else NULL) an arm whose condition is true by it does not count,
 * and one that is not compiled then is OST_SWITCHED. Arena; NULL (without a `config` only): there are none.
 */
unsigned char *ost_if_lines(struct ost_arena *arena, const char *text, size_t len, uint32_t nr_lines, const struct ost_if_config *config);

#endif
