/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.h - of libgit2, as it is loaded. */
#ifndef OST_GIT_VERSION_H
#define OST_GIT_VERSION_H

/* "1.5.1"; static memory. */
const char *ost_libgit2_version(void);

#endif
