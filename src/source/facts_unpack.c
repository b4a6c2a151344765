// SPDX-License-Identifier: GPL-2.0-or-later
/* facts_unpack.c - a packed tree as an array of nodes. */
#include "source/facts.h"

#include "source/facts_format.h"

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

/* No node takes more bytes: its head, its sub, and three numbers. */
#define NODE_BYTES_MAX 17

/* A number of at most two bytes, as most are, where it is known that bytes follow. */
static inline uint32_t get_short(struct cursor *c)
{
	if (c->p[0] < 0x80)
		return *c->p++;
	if (c->p[1] < 0x80) {
		c->p += 2;
		return (c->p[-2] & 0x7fu) | (uint32_t)c->p[-1] << 7;
	}
	return get_varint(c);
}

/* Reads one node into *n; *ret_kids is the number of its children. */
static inline bool get_node(const uint32_t *limits, struct cursor *c, bool has_room, uint32_t *line,
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
		zigzag = has_room ? get_short(c) : get_varint(c);
		*line += (zigzag >> 1) ^ -(zigzag & 1);
	}
	n->line = *line;
	if (form->a) {
		n->a = has_room ? get_short(c) : get_varint(c);
		if (n->a >= limits[form->a])
			return false;
	}
	if (form->min_kids == form->max_kids)
		*ret_kids = form->min_kids;
	else
		*ret_kids = has_room ? get_short(c) : get_varint(c);
	return !c->is_bad && *ret_kids >= form->min_kids &&
	       (*ret_kids <= form->max_kids || form->max_kids == 255) &&
	       *ret_kids <= (size_t)(c->end - c->p);
}

struct open_node {
	uint32_t node, left;	/* children still to come */
};

static bool unpack(const struct ost_facts *f, struct cursor *c, struct ost_tree *t)
{
	const uint32_t limits[] = { [OST_A_NONE] = 0, [OST_A_STR] = f->nr_strs, [OST_A_TYPE] = f->nr_types,
				    [OST_A_COND] = f->nr_conds };
	struct open_node stack[OST_TREE_MAX_DEPTH];
	uint32_t depth = 0, line = 0, kids;
	struct ost_node *n;
	bool is_read;

	do {
		ost_vec_reserve(&t->v, t->v.nr + 1);
		n = &t->v.items[t->v.nr];
		is_read = c->end - c->p >= NODE_BYTES_MAX ? get_node(limits, c, true, &line, n, &kids) :
			get_node(limits, c, false, &line, n, &kids);
		if (!is_read || (kids && depth == OST_TREE_MAX_DEPTH - 1))
			return false;
		if (kids) {
			stack[depth++] = (struct open_node){ t->v.nr++, kids };
			continue;
		}
		n->end = ++t->v.nr;
		while (depth && !--stack[depth - 1].left)
			t->v.items[stack[--depth].node].end = t->v.nr;
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
