// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/folders.h"

#include <string.h>

#include "locks/values.h"

#define FOLDER_DEPTH 4
#define FOLDER_PARENT 1	/* argument of who makes a folder */

/* `x->dir = dir`, `return dir`: what the local stands for goes elsewhere; *ret_to: where to, NONE when that has no name. */
static bool is_given_on(struct ost_scope *s, uint32_t name, struct ost_object *ret_to)
{
	for (uint32_t n = 0; n + 1 < s->tree.v.nr; n++) {
		unsigned op = s->tree.v.items[n].op;
		uint32_t value = op == OST_N_ASSIGN ? ost_skip_casts(s, ost_at(s, n + 1)->end) : op == OST_N_RETURN ? ost_skip_casts(s, n + 1) : 0;
		struct ost_path path;

		if (!value || value >= s->tree.v.nr || ost_at(s, value)->op != OST_N_NAME || ost_at(s, value)->a != name)
			continue;
		memset(ret_to, 0, sizeof(*ret_to));
		if (op == OST_N_ASSIGN) {
			ost_expr_path(s, n + 1, OST_PATH_LOCALS, &path);
			*ret_to = ost_path_object(&path);
		}
		return true;
	}
	return false;
}

/* The folder that the one at the node, a local, was made in: a node; 0: not known. */
static uint32_t outer_folder(const struct ost_finder *f, uint32_t n)
{
	const struct ost_scope *s = f->cur;
	const struct ost_local *l = ost_at(s, n)->op == OST_N_NAME ? ost_only_local(s, ost_at(s, n)->a) : NULL;
	uint32_t def = l && l->nr_defs == 1 && l->def ? ost_skip_casts(s, l->def) : 0;
	const char *name = def && ost_at(s, def)->op == OST_N_CALL && ost_at(s, def + 1)->op == OST_N_NAME ?
		ost_facts_str(s->f, ost_at(s, def + 1)->a) : "";

	return ost_lk_context(&f->w->tables, name) == OST_LKX_FOLDER ? ost_lk_call_arg(s, def, FOLDER_PARENT) : 0;
}

enum ost_where ost_where_is_folder(const struct ost_finder *f, uint32_t n, struct ost_object removed, bool is_tied)
{
	struct ost_scope *s = f->cur;

	for (unsigned depth = 0; n && depth < FOLDER_DEPTH; depth++) {
		struct ost_object folder, to = { .kind = OST_OBJ_NONE };
		struct ost_path path;

		n = ost_skip_casts(s, n);
		ost_expr_path(s, n, OST_PATH_LOCALS, &path);
		folder = ost_path_object(&path);
		if (ost_is_one_object(folder, removed))
			return OST_WHERE_SHOWN;
		if (folder.kind != OST_OBJ_NONE)
			return OST_WHERE_ELSEWHERE;
		if (ost_at(s, n)->op == OST_N_NAME && is_given_on(s, ost_at(s, n)->a, &to)) {
			if (ost_is_one_object(to, removed))
				return OST_WHERE_SHOWN;
			if (to.kind == OST_OBJ_NONE)	/* somebody else may remove it by another name */
				break;
		}
		n = outer_folder(f, n);
	}
	return is_tied ? OST_WHERE_ELSEWHERE : OST_WHERE_NOT_SHOWN;
}
