/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * patch.h - bytes as what they add to other bytes. For what is kept of two trees
 * that differ little: most of the second is in the first. A patch is a compressed
 * frame that finds its matches in `like`, and has a checksum of what it makes: with other bytes than
 * those it was made against it makes nothing. Format: docs/format/store.md.
 */
#ifndef OST_STORE_PATCH_H
#define OST_STORE_PATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Replaces out; data lies outside of `like`. False: more than OST_STORE_RECORD_MAX bytes, or it cannot be. */
bool ost_patch_make(const struct ost_buf *like, const void *data, size_t len, struct ost_buf *out);
/* Replaces out with what the patch makes of `like`. False: it was made against something else, or is damaged. */
bool ost_patch_apply(const struct ost_buf *like, const void *patch, size_t len, struct ost_buf *out);

#endif
