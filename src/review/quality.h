/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quality.h - checks 2.4 (is the change complete and right) and 8.4 (risk against benefit). */
#ifndef OST_REVIEW_QUALITY_H
#define OST_REVIEW_QUALITY_H

#include "review/check.h"

struct ost_err *ost_check_quality(struct ost_review_ctx *c);
struct ost_err *ost_check_risk(struct ost_review_ctx *c);

#endif
