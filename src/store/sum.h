/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sum.h - the checksum of everything in the store: 64 bits, no protection
 * against an attacker, but any change within one 8-byte word is found for
 * certain and any other with 1 - 2^-64. Some 10 GB/s. Part of the store's
 * format: changing it means a new OST_STORE_FORMAT.
 */
#ifndef OST_STORE_SUM_H
#define OST_STORE_SUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t ost_store_sum(const void *data, size_t len);
/*
 * The same sum of a read-only file mapping that begins at a page: pages are
 * given back to the system as they are done with, so that checking a large
 * file does not count as using it. They come back when they are read.
 */
uint64_t ost_store_sum_mapped(const void *map, size_t len);

#endif
