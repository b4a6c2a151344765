/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_format.h - how a facts record lies in bytes (docs/format/facts.md).
 *
 * A record is a head, the tables in the order of OST_FACTS_TABLES, the string
 * offsets, the string bytes and the code, each padded to 4 bytes. Numbers are
 * in the byte order of the machine: a store is never carried between two.
 *
 * A packed node is
 *
 *	byte	op | OST_PACK_LINE | OST_PACK_EXTRA
 *	byte	sub | flags << 5			when OST_PACK_EXTRA
 *	varint	line - line of the node before, zigzag	when OST_PACK_LINE
 *	varint	a					when the op has one
 *	varint	number of children			when the op's is not fixed
 *
 * and its children follow. The line before the first node is 0.
 *
 * Only recogniser and codec include this.
 */
#ifndef OST_SOURCE_FACTS_FORMAT_H
#define OST_SOURCE_FACTS_FORMAT_H

#include "source/facts.h"

#define OST_FACTS_MAGIC 0x4654534fu	/* "OSTF" */

/* X(struct, name) for each table, in the order of the record. */
#define OST_FACTS_TABLES(X)			\
	X(ost_fact_type, types)			\
	X(ost_fact_param, params)		\
	X(ost_fact_func, funcs)			\
	X(ost_fact_func, protos)		\
	X(ost_fact_record, records)		\
	X(ost_fact_field, fields)		\
	X(ost_fact_enum, enums)			\
	X(ost_fact_enum_const, enum_consts)	\
	X(ost_fact_typedef, typedefs)		\
	X(ost_fact_global, globals)		\
	X(ost_fact_macro, macros)		\
	X(ost_fact_invoke, invokes)		\
	X(ost_fact_include, includes)		\
	X(ost_fact_cond, conds)

struct ost_facts_head {
	uint32_t magic;
	uint32_t version;	/* OST_FACTS_VERSION */
	uint32_t total;		/* bytes of the record, a multiple of 4 */
	uint32_t kind;		/* enum ost_facts_kind */
	uint32_t lines, bytes;
	uint32_t nr_troubled, nr_lost, nr_skipped, nr_split;
	uint32_t why;
#define X(type, name) uint32_t nr_##name;
	OST_FACTS_TABLES(X)
#undef X
	uint32_t nr_strs;	/* nr_strs + 1 offsets follow the tables */
	uint32_t str_bytes;
	uint32_t code_bytes;
};

enum { OST_PACK_LINE = 0x40, OST_PACK_EXTRA = 0x80 };

/* What `a` of a node is. */
enum ost_node_a { OST_A_NONE, OST_A_STR, OST_A_TYPE, OST_A_COND };

struct ost_node_form {
	uint8_t a;		/* enum ost_node_a */
	uint8_t min_kids, max_kids;	/* equal: fixed, not stored; max 255: no maximum */
};

/* By enum ost_node_op. */
extern const struct ost_node_form ost_node_forms[OST_NR_NODE_OPS];

#endif
