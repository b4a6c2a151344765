/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts.h - what one source blob says by itself.
 *
 * Facts are made once per git blob id by the recogniser (source/recognise.h),
 * with no knowledge of any other file, and kept for ever under (blob id,
 * OST_FACTS_VERSION). They are one flat record of bytes (docs/format/facts.md):
 * fixed-size tables that are used where they lie, a string table, a type
 * table, and `code`: the bodies of functions, macros and initialisers as
 * packed trees, unpacked one at a time with ost_facts_unpack().
 *
 * Everything is addressed by small indexes into the record's own tables:
 * strings (ost_facts_str()), types, params, conditions. Index 0 of strings,
 * types and conditions means "none". Lines are 1-based.
 *
 * What was not understood is said: a function carries a trouble reason, a
 * record a count, and an unparsed piece of text is a node of its own.
 */
#ifndef OST_SOURCE_FACTS_H
#define OST_SOURCE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "ostler/err.h"

/* Raised whenever the same blob would yield other bytes than before. */
#define OST_FACTS_VERSION 1

/* ---- trees -------------------------------------------------------------
 *
 * A body is an array of nodes in preorder. The children of node n begin at
 * n + 1; the next sibling of child c is nodes[c].end; the last child ends at
 * nodes[n].end. `a` is a string or a type index, by op.
 */
enum ost_node_op {
	OST_N_NONE,		/* an absent part: `for (;;)`, `a ?: b` */

	/* statements */
	OST_N_BLOCK,		/* { ... } */
	OST_N_DECL,		/* a = name; kids: TYPE, [initialiser], ATTR... ; one per declarator */
	OST_N_EXPR,		/* kid: expression */
	OST_N_IF,		/* kids: condition, then, [else] */
	OST_N_WHILE,		/* kids: condition, body */
	OST_N_DO,		/* kids: body, condition */
	OST_N_FOR,		/* kids: init (EXPR, DECL, BLOCK of DECLs or NONE), condition, step, body */
	OST_N_SWITCH,		/* kids: expression, body */
	OST_N_CASE,		/* kids: low, [high]; stands before its statements */
	OST_N_DEFAULT,
	OST_N_LABEL,		/* a = name; stands before its statements */
	OST_N_GOTO,		/* a = label; or kid: expression of a computed goto */
	OST_N_BREAK,
	OST_N_CONTINUE,
	OST_N_RETURN,		/* [kid: expression] */
	OST_N_MACRO_STMT,	/* `ident(args) statement`: kids: CALL, body. A loop
				 * (list_for_each_entry) or a scope (scoped_guard):
				 * which one is said by data/, not here */
	OST_N_ASM,		/* kids: operand expressions; a = template text */
	OST_N_PP,		/* one arm of #if inside a body: sub = OST_PP_*, a = condition
				 * index; kids: the statements of that arm. Arms of
				 * one #if follow each other */
	OST_N_NESTED_FUNC,	/* a local function or prototype: a = name (recorded, not entered) */

	/* expressions */
	OST_N_NAME,		/* a = identifier */
	OST_N_NUM,		/* a = text */
	OST_N_STR,		/* a = text with quotes, adjacent literals joined by one space */
	OST_N_CHAR,		/* a = text */
	OST_N_CALL,		/* kids: callee, arguments...; `line` is that of the callee's name */
	OST_N_MEMBER,		/* a = field; sub = OST_MEMBER_*; kid: base */
	OST_N_INDEX,		/* kids: base, index */
	OST_N_UNARY,		/* sub = enum ost_op; kid */
	OST_N_BINARY,		/* sub = enum ost_op; kids: left, right */
	OST_N_ASSIGN,		/* sub = OST_OP_ASSIGN or the operator of `+=`...; kids: left, right */
	OST_N_TERNARY,		/* kids: condition, then (NONE for `?:`), else */
	OST_N_CAST,		/* kids: TYPE, expression */
	OST_N_COMPOUND,		/* (type){...}; kids: TYPE, INIT */
	OST_N_INIT,		/* { ... }; sub 1: without braces, a macro's; kids: expressions, INIT, INIT_FIELD, INIT_INDEX */
	OST_N_INIT_FIELD,	/* .field = value; a = field; kid: value (or another INIT_FIELD / INIT_INDEX for .a.b) */
	OST_N_INIT_INDEX,	/* [index] = value; kids: index, value */
	OST_N_SIZEOF,		/* kid: TYPE or expression (also _Alignof, typeof as operand) */
	OST_N_TYPE,		/* a = type index; also a macro argument that is a type */
	OST_N_STMT_EXPR,	/* ({ ... }); kid: BLOCK */
	OST_N_LABEL_ADDR,	/* &&label; a = label */
	OST_N_ARG_STMTS,	/* statements as a macro argument; kids */
	OST_N_TEXT,		/* a = tokens that were not parsed, one space between */
	OST_N_ATTR,		/* a = attribute (cleanup, __free, __guarded_by, ...); kids: arguments */
	OST_NR_NODE_OPS
};

enum { OST_MEMBER_DOT, OST_MEMBER_ARROW };
enum { OST_PP_IF, OST_PP_ELIF, OST_PP_ELSE };

enum ost_op {
	OST_OP_ASSIGN,
	OST_OP_ADD, OST_OP_SUB, OST_OP_MUL, OST_OP_DIV, OST_OP_MOD,
	OST_OP_SHL, OST_OP_SHR, OST_OP_AND, OST_OP_OR, OST_OP_XOR,
	OST_OP_LAND, OST_OP_LOR, OST_OP_EQ, OST_OP_NE,
	OST_OP_LT, OST_OP_GT, OST_OP_LE, OST_OP_GE, OST_OP_COMMA,
	/* unary */
	OST_OP_DEREF, OST_OP_ADDR, OST_OP_NOT, OST_OP_COMPL, OST_OP_NEG, OST_OP_PLUS,
	OST_OP_PREINC, OST_OP_PREDEC, OST_OP_POSTINC, OST_OP_POSTDEC,
	OST_OP_RANGE,		/* `a ... b` in an array designator */
	OST_OP_MACRO,		/* two operands side by side: a macro brings the operator (`16 KB`) */
};

struct ost_node {
	uint8_t op;		/* enum ost_node_op */
	uint8_t sub;		/* by op */
	uint16_t flags;		/* OST_NF_* */
	uint32_t line;
	uint32_t a;		/* string or type index, by op */
	uint32_t end;		/* index one past the subtree */
};

enum {
	OST_NF_STATIC	= 1 << 0,	/* DECL: static */
	OST_NF_EXTERN	= 1 << 1,	/* DECL: extern */
	OST_NF_PAREN	= 1 << 2,	/* expression stood in parentheses */
};

struct ost_tree {
	OST_VEC(struct ost_node) v;	/* v.items[0] is the root */
};

/* ---- tables ------------------------------------------------------------ */

enum ost_type_kind {
	OST_T_NONE,
	OST_T_BUILTIN,		/* name: "unsigned int", "void", in canonical word order */
	OST_T_STRUCT,		/* name: tag; or rec != 0: the anonymous record */
	OST_T_UNION,
	OST_T_ENUM,
	OST_T_TYPEDEF,		/* name: any other single identifier */
	OST_T_POINTER,		/* inner */
	OST_T_ARRAY,		/* inner; name: text of the size, 0 for [] */
	OST_T_FUNC,		/* inner: return type; first_param, nr_params */
	OST_T_TYPEOF,		/* name: text of the operand */
};

struct ost_fact_type {
	uint8_t kind;
	uint8_t flags;		/* OST_TF_* */
	uint16_t nr_params;
	uint32_t name;		/* string */
	uint32_t inner;		/* type */
	uint32_t first_param;	/* into params */
	uint32_t rec;		/* record index + 1, when its definition stands here */
};
enum { OST_TF_CONST = 1, OST_TF_VARIADIC = 2, OST_TF_PERCPU = 4, OST_TF_ATOMIC = 8 };

struct ost_fact_param {
	uint32_t name;		/* string, 0 when unnamed */
	uint32_t type;
};

struct ost_fact_func {
	uint32_t name, line;	/* line of the name */
	uint32_t first_line;	/* of the declaration (return type, attributes) */
	uint32_t body_line, end_line;	/* of { and } */
	uint32_t ret_type, first_param, nr_params;
	uint32_t flags;		/* OST_FF_* */
	uint32_t cond;		/* condition around it */
	uint32_t attrs;		/* string: attribute words, space-separated, or 0 */
	uint32_t macro;		/* string: SYSCALL_DEFINE3, DEFINE_..., when a macro made it */
	uint32_t trouble;	/* string: why it was not wholly understood, or 0 */
	uint32_t code, code_len;	/* its body: a BLOCK; MACRO-made ones: CALL then BLOCK under a BLOCK */
};

/* Prototypes use ost_fact_func too, with code_len 0 and body_line 0. */
enum {
	OST_FF_STATIC = 1, OST_FF_INLINE = 2, OST_FF_VARIADIC = 4, OST_FF_WEAK = 8,
	OST_FF_NORETURN = 16, OST_FF_OLD_STYLE = 32, OST_FF_EXTERN = 64, OST_FF_INIT = 128,
	OST_FF_EXIT = 256,
};

/* A struct or union. Nested ones are records of their own. */
struct ost_fact_record {
	uint32_t tag;		/* string, 0 when anonymous */
	uint32_t line, end_line, cond;
	uint32_t first_field, nr_fields;
	uint16_t kind;		/* OST_T_STRUCT or OST_T_UNION */
	uint16_t flags;		/* OST_RF_* */
	uint32_t outer;		/* record index + 1 that it is defined in, or 0 */
	uint32_t func;		/* function index + 1 that it is defined in, or 0 */
};
enum { OST_RF_LOCAL = 1 };

struct ost_fact_field {
	uint32_t name;		/* string; 0: anonymous struct/union, its type has rec set */
	uint32_t type, line, cond;
	uint32_t bits;		/* string: width of a bit-field, or 0 */
};

struct ost_fact_enum {
	uint32_t tag, line, cond, first_const, nr_consts;	/* consts: names as strings in `enum_consts` */
};
struct ost_fact_enum_const {
	uint32_t name, line;
	uint32_t value;		/* string: text of the value, or 0 */
};

struct ost_fact_typedef {
	uint32_t name, type, line, cond;
};

struct ost_fact_global {
	uint32_t name, type, line, end_line, cond;
	uint32_t flags;		/* OST_FF_STATIC, OST_FF_EXTERN, OST_FF_WEAK */
	uint32_t func;		/* function index + 1 when it is a function's static local */
	uint32_t attrs;		/* string or 0 */
	uint32_t code, code_len;	/* initialiser, 0 when none */
};

enum ost_macro_body { OST_MB_EMPTY, OST_MB_EXPR, OST_MB_STMTS, OST_MB_DECLS, OST_MB_TEXT, OST_MB_INIT };
struct ost_fact_macro {
	uint32_t name, line, cond;
	uint16_t is_function, is_variadic;
	uint32_t first_param, nr_params;	/* params with type 0 */
	uint32_t body_kind;	/* enum ost_macro_body */
	uint32_t text;		/* string: body without comments and continuations */
	uint32_t code, code_len;	/* tree, when body_kind is EXPR, STMTS or INIT */
};

/* `MACRO(args);` or `MACRO(args)` outside functions: DEFINE_MUTEX, EXPORT_SYMBOL, module_init, ... */
struct ost_fact_invoke {
	uint32_t name, line, cond, flags;	/* flags: OST_FF_STATIC when written before it */
	uint32_t code, code_len;	/* a CALL */
};

struct ost_fact_include {
	uint32_t path;		/* string, without quotes */
	uint32_t line, cond;
	uint32_t is_system;	/* <...> */
};

/*
 * A configuration condition: conjunction of the #if lines around a place,
 * normalised: `CONFIG_X`, `!CONFIG_X`, `IS_ENABLED(CONFIG_X)`; anything else
 * as text. Index 0 is "always". Include guards are left out.
 */
struct ost_fact_cond {
	uint32_t text;		/* string of this #if line alone */
	uint32_t outer;		/* enclosing condition */
};

/* ---- the record -------------------------------------------------------- */

enum ost_facts_kind {
	OST_FK_C,		/* read in full */
	OST_FK_REGISTERS,	/* only object-like macros and enum constants of numbers, too many to
				 * keep: counted, not recorded (nr_skipped) */
	OST_FK_NOT_C,		/* binary, or larger than OST_SOURCE_MAX: `why` says */
};

/* A view: owns nothing; valid as long as the bytes it was opened on. */
struct ost_facts {
	enum ost_facts_kind kind;
	uint32_t lines, bytes;		/* of the source */
	uint32_t nr_troubled;		/* functions with trouble */
	uint32_t nr_lost;		/* top-level stretches that were skipped */
	uint32_t nr_skipped;		/* see OST_FK_REGISTERS */
	uint32_t nr_split;		/* #if groups that split a statement: one arm alone was read */
	uint32_t why;			/* string: why OST_FK_NOT_C; else the first lost stretch, or 0 */
#define OST_FACTS_TABLE(type, name) const struct type *name; uint32_t nr_##name
	OST_FACTS_TABLE(ost_fact_type, types);
	OST_FACTS_TABLE(ost_fact_param, params);
	OST_FACTS_TABLE(ost_fact_func, funcs);
	OST_FACTS_TABLE(ost_fact_func, protos);
	OST_FACTS_TABLE(ost_fact_record, records);
	OST_FACTS_TABLE(ost_fact_field, fields);
	OST_FACTS_TABLE(ost_fact_enum, enums);
	OST_FACTS_TABLE(ost_fact_enum_const, enum_consts);
	OST_FACTS_TABLE(ost_fact_typedef, typedefs);
	OST_FACTS_TABLE(ost_fact_global, globals);
	OST_FACTS_TABLE(ost_fact_macro, macros);
	OST_FACTS_TABLE(ost_fact_invoke, invokes);
	OST_FACTS_TABLE(ost_fact_include, includes);
	OST_FACTS_TABLE(ost_fact_cond, conds);
#undef OST_FACTS_TABLE
	const uint32_t *str_off;	/* nr_strs + 1 offsets into str_bytes; strings are NUL-terminated */
	uint32_t nr_strs;
	const char *str_bytes;
	const uint8_t *code;
	uint32_t code_bytes;
};

/*
 * Opens a record: checks the version, that every table lies inside and that
 * every index stays in its table, so that readers need no checks. Bytes must
 * be aligned to 4. Anything wrong is OST_ERR_INPUT ("damaged facts record").
 */
OST_WARN_UNUSED
struct ost_err *ost_facts_open(struct ost_facts *f, const void *bytes, size_t len);

static inline const char *ost_facts_str(const struct ost_facts *f, uint32_t s)
{
	return f->str_bytes + f->str_off[s];
}
static inline uint32_t ost_facts_strlen(const struct ost_facts *f, uint32_t s)
{
	return f->str_off[s + 1] - f->str_off[s] - 1;
}

/*
 * Unpacks one tree (code, code_len of a function, macro, global or
 * invocation) into t, replacing what was there; t keeps its memory between
 * calls. Damaged code gives false and an empty tree; nesting is at most
 * OST_TREE_MAX_DEPTH.
 */
#define OST_TREE_MAX_DEPTH 512
bool ost_facts_unpack(const struct ost_facts *f, uint32_t code, uint32_t code_len,
		      struct ost_tree *t);

static inline uint32_t ost_node_first(const struct ost_tree *t, uint32_t n)
{
	return n + 1;	/* a child only when < t->v.items[n].end */
}

/* The children of node n, in order: ost_for_each_kid(t, n, k) ... */
#define ost_for_each_kid(t, n, k)				\
	for (uint32_t k = (n) + 1; k < (t)->v.items[n].end;	\
	     k = (t)->v.items[k].end)

#endif
