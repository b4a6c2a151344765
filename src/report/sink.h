/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink.h - what a report format is: three functions on a private state.
 *
 * report.c keeps a table of formats; a new one is a row there and a file of
 * its own. A sink writes to `out` and never looks at anything but the review
 * and the options.
 */
#ifndef OST_REPORT_SINK_H
#define OST_REPORT_SINK_H

#include <stdio.h>

#include "ostler/report.h"

struct ost_report_sink {
	const char *name;	/* of the format */
	struct ost_err *(*review)(FILE *out, const struct ost_report_options *o,
				  const struct ost_review *r, size_t nr_before);
};

struct ost_err *ost_report_text(FILE *out, const struct ost_report_options *o,
				const struct ost_review *r, size_t nr_before);
struct ost_err *ost_report_json(FILE *out, const struct ost_report_options *o,
				const struct ost_review *r, size_t nr_before);

#endif
