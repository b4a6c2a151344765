// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/err.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

struct ost_err *ost_err_create(enum ost_err_code code, const char *what,
			       const char *remedy, const char *why_fmt, ...)
{
	struct ost_err *err = ost_calloc(1, sizeof(*err));
	struct ost_buf why = OST_BUF_INIT;
	va_list ap;

	va_start(ap, why_fmt);
	ost_buf_addv(&why, why_fmt, ap);
	va_end(ap);
	err->code = code;
	err->what = ost_strdup(what ? what : "");
	err->why = ost_buf_detach(&why, NULL);
	err->remedy = remedy ? ost_strdup(remedy) : NULL;
	return err;
}

struct ost_err *ost_err_create_errno(const char *what, int errnum)
{
	return ost_err_create(OST_ERR_ENV, what, NULL, "%s", strerror(errnum));
}

void ost_err_destroy(struct ost_err *err)
{
	if (!err)
		return;
	free(err->what);
	free(err->why);
	free(err->remedy);
	free(err);
}
