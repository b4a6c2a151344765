/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse.h - what the parts of the recogniser share: the state of one file,
 * the node maker, and one entry for each part of the grammar.
 *
 * Parsing functions move r->t over what they took. Those that return a node
 * return 0 when the text is not what they look for; r->t is then anywhere
 * and the caller goes back or recovers. Node ids are valid until
 * ost_nodes_reset(), which each function body, initialiser and macro begins
 * with.
 */
#ifndef OST_SOURCE_PARSE_H
#define OST_SOURCE_PARSE_H

#include "base/buf.h"
#include "source/facts_format.h"
#include "source/lex.h"
#include "source/recognise.h"

/* A tree while it grows: children are linked, ids are indexes, 0 is none. */
struct ost_tnode {
	uint8_t op, sub, flags;
	uint8_t unused;
	uint16_t depth;
	uint16_t unused2;
	uint32_t line;
	uint32_t a;		/* name id, type or condition, by op */
	uint32_t kid, next;
	uint32_t nr_kids;
};

/* Appends children to one node in order. */
struct ost_kids {
	uint32_t node, last;
};

/* What stands before the declarators of a declaration. */
struct ost_specs {
	uint32_t type;		/* 0: none was seen */
	uint32_t flags;		/* OST_FF_* */
	uint32_t line;		/* of the first token */
	uint32_t attrs;		/* first of the words in r->attrs */
	bool is_typedef;
	bool has_any;		/* a keyword or word was taken */
	bool is_percpu;
};

struct ost_declarator {
	uint32_t name;		/* name id, 0: abstract */
	uint32_t line;		/* of the name */
	uint32_t type;
	const struct ost_tok *func;	/* ( of the parameters when this declares a function */
	uint32_t func_type;	/* its type */
};

/* Where specifiers stand: decides how a lone identifier is read. */
enum ost_place { OST_IN_FILE, OST_IN_BODY, OST_IN_RECORD, OST_IN_PARAMS, OST_IN_TYPE_NAME };

/* An #if ... #endif while its arms are read (pp.c). */
struct ost_pp_group {
	uint32_t start;		/* where its first marker or token stands in toks */
	uint32_t arm;		/* where the current arm's tokens begin */
	uint32_t pick, pick_end;	/* the arm that is kept alone when they cannot all be */
	uint32_t depth, min_depth, pick_depth;	/* open brackets: at the start; lowest; after the pick */
	uint32_t outer;		/* condition around the group */
	uint32_t not_before;	/* name id: the arms before this one are all false, 0 at first */
	bool is_known;		/* its conditions are known (#if 0, include guard): no markers */
	bool has_true;		/* a known true arm was there: the rest is dead */
	bool is_dead;		/* the current arm is never compiled */
	bool has_pick;
	bool is_clean;		/* all arms so far are whole statements or members */
	bool needs_brace;	/* ... if a } follows the #endif */
};

struct ost_recogniser {
	struct ost_words names;
	struct ost_lexed lexed;
	OST_VEC(struct ost_tok) toks;	/* after ost_pp_resolve() */
	struct ost_buf text;	/* the file and 64 zero bytes */
	const struct ost_tok *base;	/* first token of the array that is parsed */
	const struct ost_tok *t;	/* the next token */
	bool may_end_early;	/* statements in a macro or its arguments: `;` may be missing at the end */
	const struct ost_tok *arg_end;	/* , or ) after the argument whose statements are read, or NULL */
	bool is_too_deep;	/* OST_NEST_MAX was met in this statement: give up, do not try again */
	bool in_code;		/* a body or a macro is read: annotations become nodes */
	unsigned nest;
	uint64_t retries;	/* tokens of macro arguments that were read a second time ... */
	uint64_t max_retries;	/* ... and how many may be: keeps nested retries linear */
	uint32_t cond;		/* around r->t, outside of bodies */
	uint32_t trouble;	/* name id: first trouble of this function, 0 none */
	uint32_t func;		/* index + 1 of the function whose body is read */
	uint32_t outer_record;	/* index + 1 of the record whose fields are read */
	uint32_t nr_lost, nr_troubled, nr_split;
	uint32_t lost;		/* name id: the first lost stretch */
	OST_VEC(struct ost_tnode) nodes;
	OST_VEC(uint32_t) attrs;	/* name ids of annotations of one declaration */
	OST_VEC(uint32_t) attr_nodes;	/* their OST_N_ATTR nodes, inside bodies */
	OST_VEC(struct ost_fact_param) params_tmp;
	OST_VEC(struct ost_fact_field) fields_tmp;
	OST_VEC(struct ost_fact_enum_const) consts_tmp;
	OST_VEC(uint32_t) brackets;
	OST_VEC(struct ost_pp_group) groups;
	bool must_pair;		/* indexes of brackets changed: pair all of them at the end of ost_pp_resolve() */
	uint32_t *type_slots;	/* type index by hash, 0 empty */
	uint32_t type_mask;
	uint32_t guard;		/* directive that defines the include guard, or UINT32_MAX */
	/* the tables of the record; strings in them are the record's own */
#define X(type_name, name) OST_VEC(struct type_name) name;
	OST_FACTS_TABLES(X)
#undef X
	OST_VEC(uint32_t) strs;	/* name ids by string of the record */
	uint32_t str_bytes;
	struct ost_buf code;
	struct ost_buf scratch;
};

/* ---- nodes.c: nodes, strings, packing ---- */

void ost_nodes_reset(struct ost_recogniser *r);
/* A node without children; a: name id, type or condition. */
static inline uint32_t ost_node(struct ost_recogniser *r, uint8_t op, uint8_t sub, uint32_t line, uint32_t a)
{
	uint32_t id = (uint32_t)r->nodes.nr;

	ost_vec_reserve(&r->nodes, r->nodes.nr + 1);
	r->nodes.items[r->nodes.nr++] = (struct ost_tnode){
		.op = op, .sub = sub, .depth = 1, .line = line, .a = a };
	return id;
}
static inline void ost_kid(struct ost_recogniser *r, struct ost_kids *k, uint32_t kid)
{
	struct ost_tnode *n = r->nodes.items, *parent = &n[k->node];

	if (k->last)
		n[k->last].next = kid;
	else
		parent->kid = kid;
	k->last = kid;
	parent->nr_kids++;
	if (n[kid].depth >= parent->depth)
		parent->depth = n[kid].depth < UINT16_MAX ? n[kid].depth + 1 : UINT16_MAX;
}
static inline struct ost_kids ost_kids(uint32_t node)
{
	return (struct ost_kids){ node, 0 };
}
uint32_t ost_node1(struct ost_recogniser *r, uint8_t op, uint8_t sub, uint32_t line, uint32_t kid);
uint32_t ost_node2(struct ost_recogniser *r, uint8_t op, uint8_t sub, uint32_t line,
		   uint32_t left, uint32_t right);
/* The record's string for a name id. */
uint32_t ost_rec_str_add(struct ost_recogniser *r, uint32_t name);	/* on first sight */
static inline uint32_t ost_rec_str(struct ost_recogniser *r, uint32_t name)
{
	uint32_t rec = r->names.v.items[name].rec;

	return rec ? rec - 1 : ost_rec_str_add(r, name);
}
/* Appends the tree under `root` to the code; false when it is too deep. */
bool ost_pack(struct ost_recogniser *r, uint32_t root, uint32_t *ret_code, uint32_t *ret_len);
/* The whole record from the tables. */
void ost_assemble(struct ost_recogniser *r, enum ost_facts_kind kind, uint32_t why,
		  uint32_t nr_skipped, uint32_t bytes, struct ost_buf *ret_record);

/* ---- types.c ---- */

void ost_types_reset(struct ost_recogniser *r);
/* The index of an equal type, added when new (name: string of the record). */
uint32_t ost_type(struct ost_recogniser *r, const struct ost_fact_type *want);
uint32_t ost_type_named(struct ost_recogniser *r, uint8_t kind, uint32_t name, uint32_t rec);
uint32_t ost_type_of(struct ost_recogniser *r, uint8_t kind, uint32_t inner, uint32_t name);

/* ---- text.c: text of tokens ---- */

/* After the last byte of a token. */
uint32_t ost_tok_end(const struct ost_recogniser *r, const struct ost_tok *t);
/* Name id of the tokens from..end (end excluded), white space as one blank. */
uint32_t ost_text(struct ost_recogniser *r, const struct ost_tok *from, const struct ost_tok *end);
/* Notes the first trouble of the function that is read: "line N: why: text". */
void ost_trouble(struct ost_recogniser *r, const struct ost_tok *at, const char *why);
/* Counts a stretch outside of functions that was not understood; notes the first. */
void ost_lost(struct ost_recogniser *r, const struct ost_tok *at, const char *why);

/* ---- pp.c ---- */

/* From r->lexed to r->toks: which arms of #if are seen; fills dirs[].cond. */
void ost_pp_resolve(struct ost_recogniser *r);
/* Pairs the brackets of a token array whose first T_EOF is number `eof`. */
void ost_pair_brackets(struct ost_recogniser *r, struct ost_tok *toks, uint32_t eof);

/* ---- the grammar ---- */

static inline bool ost_is(const struct ost_recogniser *r, uint8_t kind)
{
	return r->t->kind == kind;
}
static inline bool ost_take(struct ost_recogniser *r, uint8_t kind)
{
	if (r->t->kind != kind)
		return false;
	r->t++;
	return true;
}
/* The partner of the opening bracket t. */
static inline const struct ost_tok *ost_partner(const struct ost_recogniser *r,
						const struct ost_tok *t)
{
	return r->base + t->val;
}
static inline uint16_t ost_cls(const struct ost_recogniser *r, const struct ost_tok *t)
{
	return t->kind == T_IDENT ? r->names.v.items[t->val].cls : 0;
}
static inline const struct ost_name *ost_name(const struct ost_recogniser *r, uint32_t id)
{
	return &r->names.v.items[id];
}
/* `__lower` or `CAPITALS_ONLY` */
bool ost_looks_like_attr(const struct ost_recogniser *r, uint32_t name);
bool ost_is_upper(const struct ost_recogniser *r, uint32_t name);

/* expr.c */
uint32_t ost_parse_expr(struct ost_recogniser *r);	/* with commas */
uint32_t ost_parse_assign(struct ost_recogniser *r);	/* without */
uint32_t ost_parse_unary(struct ost_recogniser *r);
/* The ( of the arguments is next; adds them to k, takes the ). */
bool ost_parse_args(struct ost_recogniser *r, struct ost_kids *k);
/* The { is next. */
uint32_t ost_parse_init(struct ost_recogniser *r);
/* Elements without braces, up to `end`: the body of a macro. */
uint32_t ost_parse_bare_init(struct ost_recogniser *r, const struct ost_tok *end);
/* Elements without braces, up to a closing macro word. */
uint32_t ost_parse_open_init(struct ost_recogniser *r);
/* An initialiser after `=`. */
uint32_t ost_parse_init_value(struct ost_recogniser *r);

/* stmt.c */
uint32_t ost_parse_stmt(struct ost_recogniser *r);	/* 0 never: recovers by itself */
/* Statements up to `end` (a closing bracket, an arm's end or T_EOF). */
void ost_parse_stmts(struct ost_recogniser *r, struct ost_kids *k, const struct ost_tok *end);
/* The { is next; takes the }. */
uint32_t ost_parse_block(struct ost_recogniser *r);

/* spec.c: specifiers, annotations */
/* False, with r->t unmoved, when no declaration begins here. */
bool ost_parse_specs(struct ost_recogniser *r, struct ost_specs *s, enum ost_place place);
/* Takes annotations (words, with their arguments) that stand here; notes them. */
void ost_parse_attrs(struct ost_recogniser *r, struct ost_specs *s, bool any_word);
/* The annotations of a declaration as one string of the record, or 0. */
uint32_t ost_attrs_str(struct ost_recogniser *r, uint32_t first);
/* Is the ( at t followed by a *, after annotations: `(*name)`, `(__user *name)` */
bool ost_is_star_in(const struct ost_recogniser *r, const struct ost_tok *t);
/* r->t is at a declaration by its shape (inside a body). */
bool ost_at_decl(struct ost_recogniser *r);
/* Type name: specifiers and abstract declarator; false when it is none. */
bool ost_parse_type_name(struct ost_recogniser *r, uint32_t *ret_type);

/* records.c: struct, union, enum bodies */
uint32_t ost_parse_record_spec(struct ost_recogniser *r, struct ost_specs *s);
/* The { of members that a macro call makes a struct of; its tag is the call's text. */
void ost_parse_made_record(struct ost_recogniser *r, const struct ost_tok *macro);
uint32_t ost_parse_enum_spec(struct ost_recogniser *r, struct ost_specs *s);

/* declr.c */
bool ost_parse_declarator(struct ost_recogniser *r, struct ost_specs *s, uint32_t base,
			  enum ost_place place, struct ost_declarator *ret);
/* The ( is next; adds to params, takes the ). */
void ost_parse_params(struct ost_recogniser *r, uint32_t *ret_first, uint32_t *ret_nr,
		      bool *ret_variadic);

/* file.c */
void ost_parse_file(struct ost_recogniser *r);
uint32_t ost_add_static_local(struct ost_recogniser *r, const struct ost_specs *s,
			      const struct ost_declarator *d, uint32_t end_line, uint32_t init);

/* macro.c */
void ost_parse_macro(struct ost_recogniser *r, const struct ost_directive *d);

/* registers.c */
/*
 * True when the text holds nothing but object-like macros of numbers, and
 * more than OST_REGISTERS_MIN of them; *ret_nr counts them, *ret_lines lines.
 */
#define OST_REGISTERS_MIN 256
bool ost_is_registers(const char *text, size_t len, uint32_t *ret_nr, uint32_t *ret_lines);

#endif
