/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * utf8.h - bytes from outside made fit to be shown.
 *
 * Names, subjects and source lines come from mails and repositories and may
 * hold anything. What is shown is valid UTF-8 and cannot move a terminal's
 * cursor or turn its text around.
 */
#ifndef OST_BASE_UTF8_H
#define OST_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Length of the UTF-8 character at s (1..4), 0 when the bytes are not valid
 * (overlong, surrogate, above U+10FFFF, cut off). *ret_cp gets the code point.
 */
size_t ost_utf8_next(const char *s, size_t len, uint32_t *ret_cp);

/*
 * Replaces in place, byte for byte, by '?': invalid bytes, control
 * characters (C0 but for \n and \t, DEL, C1) and the marks that change the
 * direction of text. Returns s.
 */
char *ost_utf8_clean(char *s);

/* Columns that the string takes on a terminal: code points without combining marks, wide ones as 2. */
size_t ost_utf8_width(const char *s);

#endif
