/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slot.h - slots: one file each, a page of header and the data behind it.
 * Used by src/store only; the interface is in store/store.h.
 */
#ifndef OST_STORE_SLOT_H
#define OST_STORE_SLOT_H

#include "store/dir.h"
#include "store/store.h"

/* File name of a slot: kind, version and id. */
void ost_slot_name(char name[112], const struct ost_store_key *key);

/* *ret_why as ost_pack_open(). */
bool ost_slot_read(const struct ost_store_dir *d, const struct ost_store_key *key,
		   struct ost_store_slot *ret_slot, const char **ret_why);
OST_WARN_UNUSED
struct ost_err *ost_slot_write(const struct ost_store_dir *d, const struct ost_store_key *key,
			       const void *data, size_t len);

#endif
