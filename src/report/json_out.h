/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_out.h - a large document, written as it comes.
 *
 * A report of a whole tree has some million values: made as a document of
 * jansson's and dumped, it costs more time and memory than what it tells. What
 * is written here is, byte for byte, what json_dumps() makes with
 * JSON_INDENT(1) | JSON_ENSURE_ASCII. Strings are cleaned as ost_json_string()
 * does.
 *
 *	struct ost_json_out o = { .b = OST_BUF_INIT };
 *	ost_json_open(&o, NULL, '{');
 *	ost_json_put(&o, "name", name);
 *	ost_json_close(&o, '}');
 */
#ifndef OST_REPORT_JSON_OUT_H
#define OST_REPORT_JSON_OUT_H

#include <stdbool.h>

#include "base/buf.h"

struct ost_json_out {
	struct ost_buf b;
	unsigned depth;
	bool has_before;	/* a value in what was opened last */
};

/* key: of a member, NULL in a list and for the document itself. */
void ost_json_open(struct ost_json_out *o, const char *key, char bracket);
void ost_json_close(struct ost_json_out *o, char bracket);
/* NULL becomes null. */
void ost_json_put(struct ost_json_out *o, const char *key, const char *s);
void ost_json_put_nr(struct ost_json_out *o, const char *key, uint64_t nr);

#endif
