/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.h - of zstd, as it is loaded. */
#ifndef OST_STORE_VERSION_H
#define OST_STORE_VERSION_H

/* "1.5.4"; static memory. */
const char *ost_zstd_version(void);

#endif
