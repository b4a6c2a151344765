/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frame.h - what the commands that print reports do alike around their run:
 * the format, progress and pager, problems on the way, one operand.
 */
#ifndef OST_CLI_FRAME_H
#define OST_CLI_FRAME_H

#include "options.h"

struct ost_frame {
	bool full, is_json;
	bool wants_pager;	/* when output begins */
	size_t nr_problems;	/* messages of a mailbox that could not be asked about */
};

/* Sets `is_json`; OST_ERR_USAGE for anything but text and json. */
OST_WARN_UNUSED
struct ost_err *ost_frame_format(struct ost_frame *f, const struct ost_common *common);

/* Progress from here on; ost_terminal_end() when the run is over. */
void ost_frame_begin(struct ost_frame *f, const struct ost_common *common);
/*
 * Output follows: the line of progress goes, and text gets a pager. Not before, since
 * the terminal is the pager's from then on, and whoever waits sees nothing.
 */
void ost_frame_show(struct ost_frame *f);

/* Says what is wrong with one message and counts it. `ctx` is a struct ost_frame; takes the error. */
void ost_frame_problem(void *ctx, struct ost_err *err);

/* The one PATCH or COMMIT of the command line, NULL where there is none; OST_ERR_USAGE for several. */
OST_WARN_UNUSED
struct ost_err *ost_frame_input(const struct ost_args *args, const char **ret_input);

#endif
