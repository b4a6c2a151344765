// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/parse.h"

#include <string.h>

void ost_nodes_reset(struct ost_recogniser *r)
{
	ost_vec_reserve(&r->nodes, 256);
	r->nodes.nr = 1;	/* 0 is none */
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

uint32_t ost_rec_str_add(struct ost_recogniser *r, uint32_t name)
{
	struct ost_name *n = &r->names.v.items[name];

	ost_vec_add(&r->strs, name);
	n->rec = (uint32_t)r->strs.nr;
	r->str_bytes += n->len + 1;
	return n->rec - 1;
}

/* One or two bytes without a branch, which would be guessed wrongly half of the time; more are rare. */
static inline uint8_t *put_varint(uint8_t *p, uint32_t x)
{
	uint32_t is_long;

	for (; __builtin_expect(x >= 0x4000, 0); x >>= 7)
		*p++ = (uint8_t)(x | 0x80);
	is_long = x >= 0x80;
	p[0] = (uint8_t)(x | is_long << 7);
	p[1] = (uint8_t)(x >> 7);
	return p + 1 + is_long;
}

#define PACKED_MAX 32	/* bytes of one node, and what is written beyond its end */

/* Writes one node at p, where there is room; returns its end. */
static inline uint8_t *pack_node(struct ost_recogniser *r, const struct ost_tnode *n, uint32_t *line, uint8_t *p)
{
	const struct ost_node_form *form = &ost_node_forms[n->op];
	uint32_t delta = n->line - *line;
	uint8_t extra = (uint8_t)(n->sub | n->flags << 5);

	p[0] = n->op | (extra ? OST_PACK_EXTRA : 0) | (delta ? OST_PACK_LINE : 0);
	p[1] = extra;
	p += 1 + !!extra;
	if (delta) {
		p = put_varint(p, delta << 1 ^ -(delta >> 31));
		*line = n->line;
	}
	if (form->a)
		p = put_varint(p, form->a == OST_A_STR ? ost_rec_str(r, n->a) : n->a);
	if (form->min_kids != form->max_kids)
		p = put_varint(p, n->nr_kids);
	return p;
}

/*
 * The tree under `id`, each node before its children. What comes after a node
 * waits on the stack while its children are written. False: too deep.
 */
static bool pack_tree(struct ost_recogniser *r, uint32_t id)
{
	uint32_t stack[OST_TREE_MAX_DEPTH], line = 0, next = 0;
	const struct ost_tnode *n;
	unsigned nr = 0;
	uint8_t *p;

	for (;; next = r->nodes.items[id].next) {
		n = &r->nodes.items[id];
		if (r->code.cap - r->code.len < PACKED_MAX)
			ost_buf_reserve(&r->code, 4096);
		p = (uint8_t *)r->code.ptr + r->code.len;
		r->code.len += (size_t)(pack_node(r, n, &line, p) - p);
		if (n->kid) {
			if (next && nr == OST_TREE_MAX_DEPTH)
				return false;
			if (next)
				stack[nr++] = next;
			id = n->kid;
		} else if (next) {
			id = next;
		} else if (nr) {
			id = stack[--nr];
		} else {
			return true;
		}
	}
}

bool ost_pack(struct ost_recogniser *r, uint32_t root, uint32_t *ret_code, uint32_t *ret_len)
{
	size_t start = r->code.len;

	*ret_code = *ret_len = 0;
	if (r->nodes.items[root].depth > OST_TREE_MAX_DEPTH || !pack_tree(r, root)) {
		r->code.len = start;
		return false;
	}
	*ret_code = (uint32_t)start;
	*ret_len = (uint32_t)(r->code.len - start);
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
