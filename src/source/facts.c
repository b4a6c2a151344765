// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/facts.h"

#include "source/facts_format.h"

const struct ost_node_form ost_node_forms[OST_NR_NODE_OPS] = {
	[OST_N_NONE]		= { OST_A_NONE, 0, 0 },
	[OST_N_BLOCK]		= { OST_A_NONE, 0, 255 },
	[OST_N_DECL]		= { OST_A_STR, 1, 255 },
	[OST_N_EXPR]		= { OST_A_NONE, 1, 1 },
	[OST_N_IF]		= { OST_A_NONE, 2, 3 },
	[OST_N_WHILE]		= { OST_A_NONE, 2, 2 },
	[OST_N_DO]		= { OST_A_NONE, 2, 2 },
	[OST_N_FOR]		= { OST_A_NONE, 4, 4 },
	[OST_N_SWITCH]		= { OST_A_NONE, 2, 2 },
	[OST_N_CASE]		= { OST_A_NONE, 1, 2 },
	[OST_N_DEFAULT]		= { OST_A_NONE, 0, 0 },
	[OST_N_LABEL]		= { OST_A_STR, 0, 0 },
	[OST_N_GOTO]		= { OST_A_STR, 0, 1 },
	[OST_N_BREAK]		= { OST_A_NONE, 0, 0 },
	[OST_N_CONTINUE]	= { OST_A_NONE, 0, 0 },
	[OST_N_RETURN]		= { OST_A_NONE, 0, 1 },
	[OST_N_MACRO_STMT]	= { OST_A_NONE, 2, 2 },
	[OST_N_ASM]		= { OST_A_STR, 0, 255 },
	[OST_N_PP]		= { OST_A_COND, 0, 255 },
	[OST_N_NESTED_FUNC]	= { OST_A_STR, 0, 0 },
	[OST_N_NAME]		= { OST_A_STR, 0, 0 },
	[OST_N_NUM]		= { OST_A_STR, 0, 0 },
	[OST_N_STR]		= { OST_A_STR, 0, 0 },
	[OST_N_CHAR]		= { OST_A_STR, 0, 0 },
	[OST_N_CALL]		= { OST_A_NONE, 1, 255 },
	[OST_N_MEMBER]		= { OST_A_STR, 1, 1 },
	[OST_N_INDEX]		= { OST_A_NONE, 2, 2 },
	[OST_N_UNARY]		= { OST_A_NONE, 1, 1 },
	[OST_N_BINARY]		= { OST_A_NONE, 2, 2 },
	[OST_N_ASSIGN]		= { OST_A_NONE, 2, 2 },
	[OST_N_TERNARY]		= { OST_A_NONE, 3, 3 },
	[OST_N_CAST]		= { OST_A_NONE, 2, 2 },
	[OST_N_COMPOUND]	= { OST_A_NONE, 2, 2 },
	[OST_N_INIT]		= { OST_A_NONE, 0, 255 },
	[OST_N_INIT_FIELD]	= { OST_A_STR, 1, 1 },
	[OST_N_INIT_INDEX]	= { OST_A_NONE, 2, 2 },
	[OST_N_SIZEOF]		= { OST_A_NONE, 1, 1 },
	[OST_N_TYPE]		= { OST_A_TYPE, 0, 0 },
	[OST_N_STMT_EXPR]	= { OST_A_NONE, 1, 1 },
	[OST_N_LABEL_ADDR]	= { OST_A_STR, 0, 0 },
	[OST_N_ARG_STMTS]	= { OST_A_NONE, 0, 255 },
	[OST_N_TEXT]		= { OST_A_STR, 0, 0 },
	[OST_N_ATTR]		= { OST_A_STR, 0, 255 },
};

struct cursor {
	const uint8_t *p, *end;
	bool is_bad;
};

static uint32_t get_varint(struct cursor *c)
{
	uint32_t x = 0;
	unsigned shift;

	for (shift = 0; shift < 35 && c->p < c->end; shift += 7) {
		uint8_t b = *c->p++;

		x |= (uint32_t)(b & 0x7f) << shift;
		if (!(b & 0x80)) {
			if (shift == 28 && b > 0xf)
				break;
			return x;
		}
	}
	c->is_bad = true;
	return 0;
}

static uint32_t limit_of_a(const struct ost_facts *f, uint8_t a)
{
	switch (a) {
	case OST_A_STR:
		return f->nr_strs;
	case OST_A_TYPE:
		return f->nr_types;
	default:
		return f->nr_conds;
	}
}

/* Reads one node into *n; *ret_kids is the number of its children. */
static bool get_node(const struct ost_facts *f, struct cursor *c, uint32_t *line,
		     struct ost_node *n, uint32_t *ret_kids)
{
	const struct ost_node_form *form;
	uint32_t zigzag;
	uint8_t head;

	if (c->p >= c->end)
		return false;
	head = *c->p++;
	n->op = head & 0x3f;
	if (n->op >= OST_NR_NODE_OPS)
		return false;
	form = &ost_node_forms[n->op];
	n->sub = 0;
	n->flags = 0;
	n->a = 0;
	if (head & OST_PACK_EXTRA) {
		if (c->p >= c->end)
			return false;
		n->sub = *c->p & 0x1f;
		n->flags = *c->p++ >> 5;
	}
	if (head & OST_PACK_LINE) {
		zigzag = get_varint(c);
		*line += (zigzag >> 1) ^ -(zigzag & 1);
	}
	n->line = *line;
	if (form->a) {
		n->a = get_varint(c);
		if (n->a >= limit_of_a(f, form->a))
			return false;
	}
	*ret_kids = form->min_kids == form->max_kids ? form->min_kids : get_varint(c);
	return !c->is_bad && *ret_kids >= form->min_kids &&
	       (*ret_kids <= form->max_kids || form->max_kids == 255) &&
	       *ret_kids <= (size_t)(c->end - c->p);
}

struct open_node {
	uint32_t node, left;	/* children still to come */
};

static bool unpack(const struct ost_facts *f, struct cursor *c, struct ost_tree *t)
{
	struct open_node stack[OST_TREE_MAX_DEPTH];
	uint32_t depth = 0, line = 0, kids;

	do {
		ost_vec_reserve(&t->v, t->v.nr + 1);
		if (!get_node(f, c, &line, &t->v.items[t->v.nr], &kids))
			return false;
		t->v.nr++;
		if (depth == OST_TREE_MAX_DEPTH)
			return false;
		stack[depth++] = (struct open_node){ t->v.nr - 1, kids };
		while (depth && !stack[depth - 1].left) {
			t->v.items[stack[--depth].node].end = t->v.nr;
			if (depth)
				stack[depth - 1].left--;
		}
	} while (depth);
	return c->p == c->end;
}

bool ost_facts_unpack(const struct ost_facts *f, uint32_t code, uint32_t code_len,
		      struct ost_tree *t)
{
	struct cursor c;

	ost_vec_clear(&t->v);
	if (code > f->code_bytes || code_len > f->code_bytes - code)
		return false;
	c = (struct cursor){ f->code + code, f->code + code + code_len, false };
	if (unpack(f, &c, t))
		return true;
	ost_vec_clear(&t->v);
	return false;
}
