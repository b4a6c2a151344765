/* SPDX-License-Identifier: GPL-2.0-or-later */
/* of another driver: its names are not decided.c's */
#define LEVER_QUICK 2
