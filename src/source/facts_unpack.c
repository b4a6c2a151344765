// SPDX-License-Identifier: GPL-2.0-or-later
/* facts_unpack.c - a packed tree as an array of nodes. */
#include "source/facts.h"

#include "source/facts_format.h"

/* A number of any length to *ret; yields what is behind it, or NULL. */
static const uint8_t *get_varint(const uint8_t *p, const uint8_t *end, uint32_t *ret)
{
	uint32_t x = 0;
	unsigned shift;

	for (shift = 0; shift < 35 && p < end; shift += 7) {
		uint8_t b = *p++;

		x |= (uint32_t)(b & 0x7f) << shift;
		if (b & 0x80)
			continue;
		*ret = x;
		return shift == 28 && b > 0xf ? NULL : p;
	}
	return NULL;
}

/* No node takes more bytes: its head, its sub, and three numbers. */
#define NODE_BYTES_MAX 17

/* The same, quickly for numbers of at most two bytes, as most are, where it is known that bytes follow. */
static inline const uint8_t *get_number(const uint8_t *p, const uint8_t *end, bool has_room, uint32_t *ret)
{
	if (has_room && p[0] < 0x80) {
		*ret = p[0];
		return p + 1;
	}
	if (has_room && p[1] < 0x80) {
		*ret = (p[0] & 0x7fu) | (uint32_t)p[1] << 7;
		return p + 2;
	}
	return get_varint(p, end, ret);
}

/* Reads one node into *n; *ret_kids is the number of its children. Yields what is behind it, or NULL. */
static inline const uint8_t *get_node(const uint32_t *limits, const uint8_t *p, const uint8_t *end, bool has_room,
				      uint32_t *line, struct ost_node *n, uint32_t *ret_kids)
{
	const struct ost_node_form *form;
	uint32_t sub = 0, a = 0, kids, zigzag;
	uint8_t head;

	if (p >= end)
		return NULL;
	head = *p++;
	if ((head & 0x3f) >= OST_NR_NODE_OPS)
		return NULL;
	form = &ost_node_forms[head & 0x3f];
	if (head & OST_PACK_EXTRA) {
		if (p >= end)
			return NULL;
		sub = *p++;
	}
	if (head & OST_PACK_LINE) {
		p = get_number(p, end, has_room, &zigzag);
		if (!p)
			return NULL;
		*line += (zigzag >> 1) ^ -(zigzag & 1);
	}
	if (form->a) {
		p = get_number(p, end, has_room, &a);
		if (!p || a >= limits[form->a])
			return NULL;
	}
	kids = form->min_kids;
	if (form->min_kids != form->max_kids) {
		p = get_number(p, end, has_room, &kids);
		if (!p || kids < form->min_kids || (kids > form->max_kids && form->max_kids != 255))
			return NULL;
	}
	*n = (struct ost_node){ .op = head & 0x3f, .sub = sub & 0x1f, .flags = (uint16_t)(sub >> 5),
				.line = *line, .a = a };
	*ret_kids = kids;
	return kids <= (size_t)(end - p) ? p : NULL;
}

struct open_node {
	uint32_t node, left;	/* children still to come */
};

static bool unpack(const struct ost_facts *f, const uint8_t *p, const uint8_t *end, struct ost_tree *t)
{
	const uint32_t limits[] = { [OST_A_NONE] = 0, [OST_A_STR] = f->nr_strs, [OST_A_TYPE] = f->nr_types,
				    [OST_A_COND] = f->nr_conds };
	struct open_node stack[OST_TREE_MAX_DEPTH];
	uint32_t depth = 0, line = 0, kids, nr = 0;

	do {
		ost_vec_reserve(&t->v, (size_t)nr + 1);
		p = end - p >= NODE_BYTES_MAX ? get_node(limits, p, end, true, &line, &t->v.items[nr], &kids) :
			get_node(limits, p, end, false, &line, &t->v.items[nr], &kids);
		if (!p || (kids && depth == OST_TREE_MAX_DEPTH - 1))
			return false;
		if (kids) {
			stack[depth++] = (struct open_node){ nr++, kids };
			continue;
		}
		t->v.items[nr].end = nr + 1;
		nr++;
		while (depth && !--stack[depth - 1].left)
			t->v.items[stack[--depth].node].end = nr;
	} while (depth);
	t->v.nr = nr;
	return p == end;
}

bool ost_facts_unpack(const struct ost_facts *f, uint32_t code, uint32_t code_len,
		      struct ost_tree *t)
{
	ost_vec_clear(&t->v);
	if (code > f->code_bytes || code_len > f->code_bytes - code)
		return false;
	if (unpack(f, f->code + code, f->code + code + code_len, t))
		return true;
	ost_vec_clear(&t->v);
	return false;
}
