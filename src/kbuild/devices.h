/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * devices.h - the device ids in the tables of a driver's file.
 *
 * A table is what MODULE_DEVICE_TABLE(bus, table) names in the same file; the
 * layout of its entries is a row of data/device-ids.txt. Macros are looked up
 * in the file, in the headers beside it that it includes, and in the headers
 * that the row names.
 */
#ifndef OST_KBUILD_DEVICES_H
#define OST_KBUILD_DEVICES_H

#include "kbuild/texts.h"
#include "ostler/reach.h"

/* Ids of one file that are listed; more are counted by nothing but is_cut. */
#define OST_DEVICES_MAX 2048

struct ost_device_rows;
struct ost_device_rows *ost_device_rows_create(struct ost_arena *arena, struct ost_err **ret_err);

typedef OST_VEC(struct ost_reach_device) ost_device_list;

/* Has the text a table at all? */
bool ost_has_device_table(const char *text);
/*
 * Appends the ids of one file, in its order, those that are not there yet. Strings and all that is
 * read on the way are the arena's; only the headers are kept by `texts`.
 */
void ost_devices_list(struct ost_arena *arena, struct ost_kb_texts *texts, const struct ost_device_rows *rows, const char *path,
		      ost_device_list *ret);

#endif
