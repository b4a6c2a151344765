// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/difftext.h"

#include "git/internal.h"

struct ost_err *ost_diff_texts(struct ost_buf *ret_diff, const struct ost_diff_side *from, const struct ost_diff_side *to)
{
	git_diff_options o = GIT_DIFF_OPTIONS_INIT;
	git_patch *patch = NULL;
	git_buf text = { 0 };
	int error;

	if (!ost_git_init())
		return ost_err_create(OST_ERR_ENV, "libgit2", NULL, "cannot be started");
	o.flags = GIT_DIFF_FORCE_TEXT;
	o.id_abbrev = 12;
	error = git_patch_from_buffers(&patch, from->text, from->len, from->path, to->text, to->len, to->path, &o);
	if (!error && git_patch_num_hunks(patch))
		error = git_patch_to_buf(&text, patch);
	if (!error && text.ptr)
		ost_buf_add(ret_diff, text.ptr, text.size);
	git_buf_dispose(&text);
	git_patch_free(patch);
	return error ? ost_err_create(OST_ERR_INTERNAL, to->path, NULL, "its diff cannot be made") : NULL;
}
