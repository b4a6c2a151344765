/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unit.h - cmocka wants these four before it. */
#ifndef OST_TESTS_UNIT_H
#define OST_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
