/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.h - of GMime, as it is loaded. */
#ifndef OST_MAIL_VERSION_H
#define OST_MAIL_VERSION_H

/* "3.2.13"; static memory. */
const char *ost_gmime_version(void);

#endif
