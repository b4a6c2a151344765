/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - reviews as text or JSON.
 *
 * One sink interface: a report is begun, gets reviews in order, and is ended.
 * Output depends on the reviews and the options alone: never on time, locale
 * or the terminal (the caller asks the terminal and sets `colour` and
 * `width`).
 */
#ifndef OSTLER_REPORT_H
#define OSTLER_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "ostler/err.h"
#include "ostler/review.h"

struct ost_report_options {
	bool full;	/* text: every record with its evidence, not just the page */
	bool colour;	/* text: ANSI colours */
	unsigned width;	/* text: columns to wrap at, 0: 80 */
};

struct ost_report;

/*
 * Begins a report in `format` ("text" or "json") to `out`, which stays the
 * caller's. An unknown format is OST_ERR_USAGE with the list of formats.
 * Several reviews in JSON are one document a line (JSON Lines).
 */
OST_WARN_UNUSED
struct ost_err *ost_report_create(const char *format, FILE *out,
				  const struct ost_report_options *o,
				  struct ost_report **ret_report);
/* A full disk or a closed pipe is OST_ERR_ENV. */
OST_WARN_UNUSED
struct ost_err *ost_report_review(struct ost_report *r, const struct ost_review *review);
/* Writes what is left and frees it; NULL is fine. */
void ost_report_destroy(struct ost_report *r);

/* "text, json": for messages */
const char *ost_report_formats(void);

#endif
