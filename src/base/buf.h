/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buf.h - growing byte buffers.
 *
 * Invariant: `ptr` is never NULL and ptr[len] is always NUL, so a buffer is a
 * string whenever its bytes are text. An empty buffer points at a shared
 * constant and owns nothing. `len` does not count the NUL.
 *
 *	struct ost_buf b = OST_BUF_INIT;
 *	ost_buf_addf(&b, "%s:%u", path, line);
 *	...
 *	ost_buf_deinit(&b);
 */
#ifndef OST_BASE_BUF_H
#define OST_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ostler/err.h"

extern char ost_buf_empty[];

struct ost_buf {
	char *ptr;
	size_t len;
	size_t cap;	/* bytes allocated, 0 when nothing is owned */
};

#define OST_BUF_INIT { ost_buf_empty, 0, 0 }

void ost_buf_init(struct ost_buf *b);
void ost_buf_deinit(struct ost_buf *b);
/* Sets len to 0 and keeps the memory. */
void ost_buf_clear(struct ost_buf *b);
/* Room for `extra` more bytes and the NUL. */
void ost_buf_reserve(struct ost_buf *b, size_t extra);
/* Gives back what is allocated beyond the length, of a buffer that is kept. */
void ost_buf_fit(struct ost_buf *b);
void ost_buf_add(struct ost_buf *b, const void *data, size_t len);
void ost_buf_addstr(struct ost_buf *b, const char *s);
void ost_buf_addch(struct ost_buf *b, char c);
OST_PRINTF(2, 3) void ost_buf_addf(struct ost_buf *b, const char *fmt, ...);
void ost_buf_addv(struct ost_buf *b, const char *fmt, va_list ap);
/* Shortens to len bytes; len must not be greater than b->len. */
void ost_buf_trim(struct ost_buf *b, size_t len);
/* Hands the string to the caller (free()) and leaves the buffer empty. */
char *ost_buf_detach(struct ost_buf *b, size_t *ret_len);
/*
 * Reads a whole file, at most `max` bytes; more is an OST_ERR_INPUT naming
 * the limit. `path` "-" reads standard input.
 */
OST_WARN_UNUSED
struct ost_err *ost_buf_read_file(struct ost_buf *b, const char *path, size_t max);

#define OST_BUF __attribute__((cleanup(ost_buf_deinit))) struct ost_buf

#endif
