/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wrap.h - text in columns: wrapped at blanks, with a hanging indent.
 */
#ifndef OST_REPORT_WRAP_H
#define OST_REPORT_WRAP_H

#include <stdio.h>

/*
 * Writes `first` (its width counted), then text wrapped so that no line is
 * longer than `width` columns where a blank allows; further lines begin with
 * `indent` blanks. Ends with a newline.
 */
void ost_wrap(FILE *out, const char *first, unsigned indent, unsigned width, const char *text);

#endif
