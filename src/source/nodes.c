// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/parse.h"

#include <string.h>

void ost_nodes_reset(struct ost_recogniser *r)
{
	ost_vec_reserve(&r->nodes, 256);
	r->nodes.nr = 1;	/* 0 is none */
}

uint32_t ost_node(struct ost_recogniser *r, uint8_t op, uint8_t sub, uint32_t line, uint32_t a)
{
	uint32_t id = (uint32_t)r->nodes.nr;

	ost_vec_reserve(&r->nodes, r->nodes.nr + 1);
	r->nodes.items[r->nodes.nr++] = (struct ost_tnode){
		.op = op, .sub = sub, .depth = 1, .line = line, .a = a };
	return id;
}

void ost_kid(struct ost_recogniser *r, struct ost_kids *k, uint32_t kid)
{
	struct ost_tnode *n = r->nodes.items;

	if (k->last)
		n[k->last].next = kid;
	else
		n[k->node].kid = kid;
	k->last = kid;
	n[k->node].nr_kids++;
	if (n[kid].depth >= n[k->node].depth)
		n[k->node].depth = n[kid].depth < UINT16_MAX ? n[kid].depth + 1 : UINT16_MAX;
}

uint32_t ost_node1(struct ost_recogniser *r, uint8_t op, uint8_t sub, uint32_t line, uint32_t kid)
{
	struct ost_kids k = { ost_node(r, op, sub, line, 0), 0 };

	ost_kid(r, &k, kid);
	return k.node;
}

uint32_t ost_node2(struct ost_recogniser *r, uint8_t op, uint8_t sub, uint32_t line,
		   uint32_t left, uint32_t right)
{
	struct ost_kids k = { ost_node(r, op, sub, line, 0), 0 };

	ost_kid(r, &k, left);
	ost_kid(r, &k, right);
	return k.node;
}

uint32_t ost_rec_str(struct ost_recogniser *r, uint32_t name)
{
	struct ost_name *n = &r->names.v.items[name];

	if (!n->rec) {
		ost_vec_add(&r->strs, name);
		n->rec = (uint32_t)r->strs.nr;
		r->str_bytes += n->len + 1;
	}
	return n->rec - 1;
}

static inline uint8_t *put_varint(uint8_t *p, uint32_t x)
{
	while (x >= 0x80) {
		*p++ = (uint8_t)(x | 0x80);
		x >>= 7;
	}
	*p++ = (uint8_t)x;
	return p;
}

static void pack_node(struct ost_recogniser *r, const struct ost_tnode *n, uint32_t *line)
{
	const struct ost_node_form *form = &ost_node_forms[n->op];
	uint32_t delta = n->line - *line;
	uint8_t *p, *start;

	if (r->code.cap - r->code.len < 32)
		ost_buf_reserve(&r->code, 4096);
	start = p = (uint8_t *)r->code.ptr + r->code.len;
	*p++ = n->op;
	if (n->sub | n->flags) {
		*start |= OST_PACK_EXTRA;
		*p++ = (uint8_t)(n->sub | n->flags << 5);
	}
	if (delta) {
		*start |= OST_PACK_LINE;
		p = put_varint(p, delta << 1 ^ -(delta >> 31));
		*line = n->line;
	}
	if (form->a)
		p = put_varint(p, form->a == OST_A_STR ? ost_rec_str(r, n->a) : n->a);
	if (form->min_kids != form->max_kids)
		p = put_varint(p, n->nr_kids);
	r->code.len += (size_t)(p - start);
}

/* Recursion is bounded by the depth that ost_pack() has looked at. */
static void pack_tree(struct ost_recogniser *r, uint32_t id, uint32_t *line)
{
	const struct ost_tnode *n = &r->nodes.items[id];
	uint32_t kid;

	pack_node(r, n, line);
	for (kid = n->kid; kid; kid = r->nodes.items[kid].next)
		pack_tree(r, kid, line);
}

bool ost_pack(struct ost_recogniser *r, uint32_t root, uint32_t *ret_code, uint32_t *ret_len)
{
	uint32_t line = 0;

	*ret_code = *ret_len = 0;
	if (r->nodes.items[root].depth > OST_TREE_MAX_DEPTH)
		return false;
	*ret_code = (uint32_t)r->code.len;
	pack_tree(r, root, &line);
	*ret_len = (uint32_t)r->code.len - *ret_code;
	return true;
}

static void pad(struct ost_buf *b)
{
	static const char zeros[4];

	ost_buf_add(b, zeros, -b->len & 3);
}

static void add_strings(struct ost_recogniser *r, struct ost_buf *out)
{
	uint32_t i, at = 0;
	char *p;

	ost_buf_reserve(out, (r->strs.nr + 1) * 4 + r->str_bytes + 8);
	for (i = 0; i <= r->strs.nr; i++) {
		ost_buf_add(out, &at, 4);
		if (i < r->strs.nr)
			at += ost_name(r, r->strs.items[i])->len + 1;
	}
	p = out->ptr + out->len;
	for (i = 0; i < r->strs.nr; i++) {
		const struct ost_name *n = ost_name(r, r->strs.items[i]);

		memcpy(p, n->ptr, n->len);
		p += n->len;
		*p++ = '\0';
	}
	out->len += at;
	out->ptr[out->len] = '\0';
	pad(out);
}

void ost_assemble(struct ost_recogniser *r, enum ost_facts_kind kind, uint32_t why,
		  uint32_t nr_skipped, uint32_t bytes, struct ost_buf *ret_record)
{
	struct ost_facts_head h = {
		.magic = OST_FACTS_MAGIC, .version = OST_FACTS_VERSION, .kind = kind,
		.lines = r->lexed.nr_lines, .bytes = bytes, .nr_troubled = r->nr_troubled,
		.nr_lost = r->nr_lost, .nr_skipped = nr_skipped, .nr_split = r->nr_split,
		.why = ost_rec_str(r, why),
	};
	size_t need = sizeof(h) + (r->strs.nr + 2) * 4 + r->str_bytes + r->code.len + 16;

#define X(type_name, name)					\
	h.nr_##name = (uint32_t)r->name.nr;			\
	need += r->name.nr * sizeof(struct type_name);
	OST_FACTS_TABLES(X)
#undef X
	h.nr_strs = (uint32_t)r->strs.nr;
	h.str_bytes = r->str_bytes;
	h.code_bytes = (uint32_t)r->code.len;
	ost_buf_clear(ret_record);
	ost_buf_reserve(ret_record, need);
	ost_buf_add(ret_record, &h, sizeof(h));
#define X(type_name, name)					\
	ost_buf_add(ret_record, r->name.items, r->name.nr * sizeof(struct type_name));
	OST_FACTS_TABLES(X)
#undef X
	add_strings(r, ret_record);
	ost_buf_add(ret_record, r->code.ptr, r->code.len);
	pad(ret_record);
	((struct ost_facts_head *)ret_record->ptr)->total = (uint32_t)ret_record->len;
}
