/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terminal.h - what the program does only when a person looks on: colour, a
 * pager, a line of progress.
 */
#ifndef OST_CLI_TERMINAL_H
#define OST_CLI_TERMINAL_H

#include <stdbool.h>

/* Standard output is a terminal, NO_COLOR is not set, TERM is not "dumb". */
bool ost_terminal_colour(void);
/* Columns of standard output when it is a terminal (40..120), else 80. */
unsigned ost_terminal_width(void);

/*
 * Sends standard output through $GIT_PAGER or $PAGER (else less) when it is
 * a terminal; run without a shell, split at blanks; "" and "cat" mean none.
 * ost_terminal_end() waits for it. A pager that cannot be run is no error.
 */
void ost_terminal_page(void);
void ost_terminal_end(void);

/* Draws progress on standard error when that is a terminal; `clear` takes the line away. */
void ost_terminal_progress(void);
void ost_terminal_clear(void);

#endif
