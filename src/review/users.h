/* SPDX-License-Identifier: GPL-2.0-or-later */
/* users.h - step 8.1 (phase8.c): who has the changed code in his kernel. */
#ifndef OST_REVIEW_USERS_H
#define OST_REVIEW_USERS_H

#include "review/check.h"

OST_WARN_UNUSED
struct ost_err *ost_check_users(struct ost_review_ctx *c);

#endif
