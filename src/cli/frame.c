// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame.h"

#include <string.h>

#include "cmd.h"
#include "terminal.h"

struct ost_err *ost_frame_format(struct ost_frame *f, const struct ost_common *common)
{
	f->is_json = !strcmp(common->format, "json");
	if (!f->is_json && strcmp(common->format, "text"))
		return ost_err_create(OST_ERR_USAGE, common->format, "use text or json", "no such format");
	return NULL;
}

void ost_frame_begin(struct ost_frame *f, const struct ost_common *common)
{
	if (!common->quiet)
		ost_terminal_progress();
	f->wants_pager = !f->is_json && !common->quiet;
}

void ost_frame_show(struct ost_frame *f)
{
	ost_terminal_clear();
	if (f->wants_pager)
		ost_terminal_page();
	f->wants_pager = false;
}

void ost_frame_problem(void *ctx, struct ost_err *err)
{
	struct ost_frame *f = ctx;

	f->nr_problems++;
	ost_terminal_clear();
	ost_cli_report(err);
}

struct ost_err *ost_frame_input(const struct ost_args *args, const char **ret_input)
{
	*ret_input = args->nr ? args->v[0] : NULL;
	if (args->nr > 1)
		return ost_err_create(OST_ERR_USAGE, args->v[1], "put several patches into one mailbox",
				      "one PATCH or COMMIT at a time");
	return NULL;
}
