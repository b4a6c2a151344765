/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_text.h - strings from outside as JSON. */
#ifndef OST_CLI_JSON_TEXT_H
#define OST_CLI_JSON_TEXT_H

#include <jansson.h>

/* Paths and texts may hold any bytes; JSON may not: those over 0x7f become '?' where they are no UTF-8. */
json_t *ost_json_text(const char *s);

#endif
