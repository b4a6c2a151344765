// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/report.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "report/sink.h"

static const struct ost_report_sink sinks[] = {
	{ "text", ost_report_text },
	{ "json", ost_report_json },
};

struct ost_report {
	const struct ost_report_sink *sink;
	struct ost_report_options options;
	FILE *out;
	size_t nr;	/* reviews written */
};

const char *ost_report_formats(void)
{
	return "text, json";
}

struct ost_err *ost_report_create(const char *format, FILE *out,
				  const struct ost_report_options *o, struct ost_report **ret_report)
{
	struct ost_report *r;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(sinks); i++)
		if (!strcmp(sinks[i].name, format))
			break;
	if (i == OST_ARRAY_SIZE(sinks))
		return ost_err_create(OST_ERR_USAGE, format, "known formats: text, json", "no such format");
	r = ost_calloc(1, sizeof(*r));
	r->sink = &sinks[i];
	r->options = *o;
	r->out = out;
	if (!r->options.width)
		r->options.width = 80;
	*ret_report = r;
	return NULL;
}

struct ost_err *ost_report_review(struct ost_report *r, const struct ost_review *review)
{
	ost_try(r->sink->review(r->out, &r->options, review, r->nr++));
	if (fflush(r->out) || ferror(r->out))
		return ost_err_create_errno("standard output", errno ? errno : EIO);
	return NULL;
}

void ost_report_destroy(struct ost_report *r)
{
	free(r);
}
