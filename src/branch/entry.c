// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/entry.h"

/* A walk outwards through an initialiser, from a token on. */
struct outwards {
	size_t at;
	int depth;
	bool is_sibling;	/* what stands before a comma, or before the entry's own designator */
};

/* The next designator that token w->at stands behind: `X` of `[X] =` or `.X =`. False: there is none. */
static bool next_designator(const struct ost_image_tok *t, struct outwards *w, uint32_t *ret_name)
{
	while (w->at-- > 2) {
		const struct ost_image_tok *k = &t[w->at];
		bool opens = k->kind == T_LPAREN || k->kind == T_LBRACE;
		size_t name = k[-1].kind == T_RBRACK ? w->at - 2 : w->at - 1;

		if (k->side == OST_SIDE_ADDED)
			continue;
		if (k->kind == T_SEMI)
			return false;
		if (opens && !w->depth)
			w->is_sibling = false;
		w->depth += (k->kind == T_RPAREN || k->kind == T_RBRACE) - (opens && w->depth);
		w->is_sibling |= k->kind == T_COMMA && !w->depth;
		if (w->depth || w->is_sibling || k->kind != T_ASSIGN)
			continue;
		w->is_sibling = true;
		*ret_name = t[name].name;
		if (t[name].kind == T_IDENT && name && t[name - 1].kind == (name + 1 == w->at ? T_DOT : T_LBRACK))
			return true;
	}
	return false;
}

uint32_t ost_entry_missing(const struct ost_image *image, const struct ost_branch_file *file)
{
	struct outwards w = { 0 };
	uint32_t name;

	while (w.at < image->all.nr && image->all.items[w.at].side == OST_SIDE_KEPT)
		w.at++;
	while (w.at < image->all.nr && next_designator(image->all.items, &w, &name))
		if (!ost_branch_file_has(file, name))
			return name;
	return 0;
}
