/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kconfig_expr.h - private to kconfig: expressions of "depends on", three-valued. */
#ifndef OST_KBUILD_KCONFIG_EXPR_H
#define OST_KBUILD_KCONFIG_EXPR_H

#include "kbuild/kconfig.h"

typedef enum ost_kc_value (*ost_kc_value_fn)(void *ctx, const char *name);

/* && || ! ( ) = !=; "" is y; what cannot be read is MAYBE. Names over 127 bytes are not read. */
enum ost_kc_value ost_kc_eval(const char *expr, ost_kc_value_fn value, void *ctx);

#endif
