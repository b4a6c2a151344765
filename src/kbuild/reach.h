/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reach.h - who has a file of one tree in his kernel (ostler/reach.h).
 *
 *	struct ost_reacher *r = ost_reacher_create(arena, repo, list, config, &err);
 *	ost_reach_of(r, "drivers/net/wireless/rsi/rsi_91x_usb.c", &file);
 *	ost_reacher_destroy(r);
 *
 * The way from a file up: the list in its folder's Makefile (or in one above)
 * that names its object, the object that this list makes, until a list "obj";
 * then the line that enters the folder, up to the top. A header counts for
 * the files of its folder that include it. A module without a device table
 * is reached through the modules of its folder and below it whose symbols
 * depend on its own, or select them.
 */
#ifndef OST_KBUILD_REACH_H
#define OST_KBUILD_REACH_H

#include "base/arena.h"
#include "git/objects.h"
#include "git/repo.h"
#include "ostler/err.h"
#include "ostler/reach.h"

/* A configuration: the text of a .config file. */
struct ost_kb_config;
OST_WARN_UNUSED
struct ost_err *ost_kb_config_read(struct ost_kb_config **ret, struct ost_arena *arena, const char *path);
/* "y", "m", "n" (also of what it does not name), or the value as written. */
const char *ost_kb_config_value(const struct ost_kb_config *c, const char *name);

struct ost_reacher;

/* `list` holds all files of a revision; config may be NULL. All memory is the arena's, but for what destroy frees. */
OST_WARN_UNUSED
struct ost_err *ost_reacher_create(struct ost_reacher **ret, struct ost_arena *arena, struct ost_repo *repo,
				   const struct ost_tree_list *list, const struct ost_kb_config *config);
void ost_reacher_destroy(struct ost_reacher *r);
/* All but the functions, which are the caller's to fill. The devices live until the next question. */
void ost_reach_of(struct ost_reacher *r, const char *path, struct ost_reach_file *ret);
enum ost_built { OST_BUILT_UNKNOWN, OST_BUILT_NO, OST_BUILT_YES };
/*
 * Can anybody build the .c file for the folder arch/<arch>, be it as a mere test of compilation? Only a way that
 * was followed to the top counts; UNKNOWN: no Makefile leads to it, and its folder has none.
 */
enum ost_built ost_reach_may_build(struct ost_reacher *r, const char *path, const char *arch);
enum ost_set { OST_SET_UNKNOWN, OST_SET_NO, OST_SET_MODULE, OST_SET_YES };
/* Is the symbol (without CONFIG_) set in a build of arch/<arch> with everything set that can be? NO: it never can; MODULE: y or m. */
enum ost_set ost_reach_is_set(struct ost_reacher *r, const char *name, const char *arch);

#endif
