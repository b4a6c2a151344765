// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/dump.h"

static const char *const op_names[OST_NR_NODE_OPS] = {
	[OST_N_NONE] = "none", [OST_N_BLOCK] = "block", [OST_N_DECL] = "decl", [OST_N_EXPR] = "expr",
	[OST_N_IF] = "if", [OST_N_WHILE] = "while", [OST_N_DO] = "do", [OST_N_FOR] = "for",
	[OST_N_SWITCH] = "switch", [OST_N_CASE] = "case", [OST_N_DEFAULT] = "default",
	[OST_N_LABEL] = "label", [OST_N_GOTO] = "goto", [OST_N_BREAK] = "break",
	[OST_N_CONTINUE] = "continue", [OST_N_RETURN] = "return", [OST_N_MACRO_STMT] = "macro-stmt",
	[OST_N_ASM] = "asm", [OST_N_PP] = "pp", [OST_N_NESTED_FUNC] = "nested-func",
	[OST_N_NAME] = "name", [OST_N_NUM] = "num", [OST_N_STR] = "str", [OST_N_CHAR] = "char",
	[OST_N_CALL] = "call", [OST_N_MEMBER] = "member", [OST_N_INDEX] = "index",
	[OST_N_UNARY] = "unary", [OST_N_BINARY] = "binary", [OST_N_ASSIGN] = "assign",
	[OST_N_TERNARY] = "ternary", [OST_N_CAST] = "cast", [OST_N_COMPOUND] = "compound",
	[OST_N_INIT] = "init", [OST_N_INIT_FIELD] = "init-field", [OST_N_INIT_INDEX] = "init-index",
	[OST_N_SIZEOF] = "sizeof", [OST_N_TYPE] = "type", [OST_N_STMT_EXPR] = "stmt-expr",
	[OST_N_LABEL_ADDR] = "label-addr", [OST_N_ARG_STMTS] = "arg-stmts", [OST_N_TEXT] = "text",
	[OST_N_ATTR] = "attr",
};

static const char *const operators[] = {
	[OST_OP_ASSIGN] = "=", [OST_OP_ADD] = "+", [OST_OP_SUB] = "-", [OST_OP_MUL] = "*",
	[OST_OP_DIV] = "/", [OST_OP_MOD] = "%", [OST_OP_SHL] = "<<", [OST_OP_SHR] = ">>",
	[OST_OP_AND] = "&", [OST_OP_OR] = "|", [OST_OP_XOR] = "^", [OST_OP_LAND] = "&&",
	[OST_OP_LOR] = "||", [OST_OP_EQ] = "==", [OST_OP_NE] = "!=", [OST_OP_LT] = "<",
	[OST_OP_GT] = ">", [OST_OP_LE] = "<=", [OST_OP_GE] = ">=", [OST_OP_COMMA] = ",",
	[OST_OP_DEREF] = "*", [OST_OP_ADDR] = "&", [OST_OP_NOT] = "!", [OST_OP_COMPL] = "~",
	[OST_OP_NEG] = "-", [OST_OP_PLUS] = "+", [OST_OP_PREINC] = "++_", [OST_OP_PREDEC] = "--_",
	[OST_OP_POSTINC] = "_++", [OST_OP_POSTDEC] = "_--", [OST_OP_RANGE] = "...", [OST_OP_MACRO] = "macro",
};

/* ---- types ---- */

static void dump_params(const struct ost_facts *f, uint32_t first, uint32_t nr, bool is_variadic,
			struct ost_buf *out)
{
	uint32_t i;

	ost_buf_addch(out, '(');
	for (i = 0; i < nr; i++) {
		const struct ost_fact_param *p = &f->params[first + i];

		if (i)
			ost_buf_addstr(out, ", ");
		if (p->type)
			ost_facts_dump_type(f, p->type, out);
		if (p->type && p->name)
			ost_buf_addch(out, ' ');
		ost_buf_addstr(out, ost_facts_str(f, p->name));
	}
	if (is_variadic)
		ost_buf_addstr(out, nr ? ", ..." : "...");
	ost_buf_addch(out, ')');
}

static void dump_tagged(const struct ost_facts *f, const struct ost_fact_type *t, const char *word,
			struct ost_buf *out)
{
	ost_buf_addstr(out, word);
	if (t->name)
		ost_buf_addf(out, " %s", ost_facts_str(f, t->name));
	if (t->rec)
		ost_buf_addf(out, " #%u", t->rec - 1);
}

/* A type's inner one has a lower index, so this ends. */
void ost_facts_dump_type(const struct ost_facts *f, uint32_t type, struct ost_buf *out)
{
	const struct ost_fact_type *t = &f->types[type];

	if (t->flags & OST_TF_CONST)
		ost_buf_addstr(out, "const ");
	if (t->flags & OST_TF_PERCPU)
		ost_buf_addstr(out, "__percpu ");
	if (t->flags & OST_TF_ATOMIC)
		ost_buf_addstr(out, "_Atomic ");
	switch (t->kind) {
	case OST_T_NONE:
		ost_buf_addstr(out, "?");
		break;
	case OST_T_STRUCT:
		dump_tagged(f, t, "struct", out);
		break;
	case OST_T_UNION:
		dump_tagged(f, t, "union", out);
		break;
	case OST_T_ENUM:
		dump_tagged(f, t, "enum", out);
		break;
	case OST_T_POINTER:
		ost_buf_addstr(out, "ptr ");
		ost_facts_dump_type(f, t->inner, out);
		break;
	case OST_T_ARRAY:
		ost_buf_addf(out, "array[%s] ", ost_facts_str(f, t->name));
		ost_facts_dump_type(f, t->inner, out);
		break;
	case OST_T_FUNC:
		ost_buf_addstr(out, "func");
		dump_params(f, t->first_param, t->nr_params, t->flags & OST_TF_VARIADIC, out);
		ost_buf_addch(out, ' ');
		ost_facts_dump_type(f, t->inner, out);
		break;
	case OST_T_TYPEOF:
		ost_buf_addf(out, "typeof(%s)", ost_facts_str(f, t->name));
		break;
	default:
		ost_buf_addstr(out, ost_facts_str(f, t->name));
	}
}

/* ---- conditions ---- */

static void dump_cond(const struct ost_facts *f, uint32_t cond, struct ost_buf *out)
{
	if (!cond)
		return;
	ost_buf_addstr(out, " if ");
	for (; cond; cond = f->conds[cond].outer) {
		ost_buf_addf(out, "{%s}", ost_facts_str(f, f->conds[cond].text));
	}
}

/* ---- trees ---- */

static void dump_node(const struct ost_facts *f, const struct ost_node *n, struct ost_buf *out)
{
	static const char *const arms[] = { "if", "elif", "else" };

	ost_buf_addf(out, "%s", op_names[n->op]);
	switch (n->op) {
	case OST_N_UNARY:
	case OST_N_BINARY:
		ost_buf_addf(out, " %s", n->sub < OST_ARRAY_SIZE(operators) ? operators[n->sub] : "?");
		break;
	case OST_N_ASSIGN:
		ost_buf_addf(out, " %s%s", n->sub && n->sub < OST_ARRAY_SIZE(operators) ?
			     operators[n->sub] : "", "=");
		break;
	case OST_N_MEMBER:
		ost_buf_addf(out, " %s%s", n->sub == OST_MEMBER_ARROW ? "->" : ".",
			     ost_facts_str(f, n->a));
		break;
	case OST_N_PP:
		ost_buf_addf(out, " %s", n->sub < 3 ? arms[n->sub] : "?");
		dump_cond(f, n->a, out);
		break;
	case OST_N_TYPE:
		ost_buf_addch(out, ' ');
		ost_facts_dump_type(f, n->a, out);
		break;
	default:
		if (n->a)
			ost_buf_addf(out, " %s", ost_facts_str(f, n->a));
	}
	if (n->flags & OST_NF_STATIC)
		ost_buf_addstr(out, " static");
	if (n->flags & OST_NF_EXTERN)
		ost_buf_addstr(out, " extern");
	if (n->flags & OST_NF_PAREN)
		ost_buf_addstr(out, " ()");
}

void ost_facts_dump_tree(const struct ost_facts *f, const struct ost_tree *t, unsigned indent,
			 struct ost_buf *out)
{
	uint32_t ends[OST_TREE_MAX_DEPTH], depth = 0, i, k, line = 0;

	for (i = 0; i < t->v.nr; i++) {
		const struct ost_node *n = &t->v.items[i];

		while (depth && i >= ends[depth - 1])
			depth--;
		for (k = 0; k < indent + depth; k++)
			ost_buf_addch(out, '\t');
		if (n->line != line)
			ost_buf_addf(out, "%u: ", n->line);
		line = n->line;
		dump_node(f, n, out);
		ost_buf_addch(out, '\n');
		ends[depth++] = n->end;
	}
}

static void dump_code(const struct ost_facts *f, uint32_t code, uint32_t len, struct ost_buf *out)
{
	struct ost_tree t = { OST_VEC_INIT };

	if (!len)
		return;
	if (ost_facts_unpack(f, code, len, &t))
		ost_facts_dump_tree(f, &t, 1, out);
	else
		ost_buf_addstr(out, "\tDAMAGED\n");
	ost_vec_deinit(&t.v);
}

/* ---- tables ---- */

static void dump_flags(uint32_t flags, struct ost_buf *out)
{
	static const char *const names[] = { "static", "inline", "variadic", "weak", "noreturn",
					     "old-style", "extern", "init", "exit" };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(names); i++)
		if (flags & 1u << i)
			ost_buf_addf(out, " %s", names[i]);
}

static void dump_func(const struct ost_facts *f, const struct ost_fact_func *fn, const char *word,
		      struct ost_buf *out)
{
	ost_buf_addf(out, "%u: %s %s", fn->line, word, ost_facts_str(f, fn->name));
	dump_params(f, fn->first_param, fn->nr_params, fn->flags & OST_FF_VARIADIC, out);
	ost_buf_addch(out, ' ');
	ost_facts_dump_type(f, fn->ret_type, out);
	ost_buf_addf(out, " lines %u-%u", fn->first_line, fn->end_line);
	dump_flags(fn->flags & ~(uint32_t)OST_FF_VARIADIC, out);
	if (fn->attrs)
		ost_buf_addf(out, " attrs(%s)", ost_facts_str(f, fn->attrs));
	if (fn->macro)
		ost_buf_addf(out, " macro(%s)", ost_facts_str(f, fn->macro));
	dump_cond(f, fn->cond, out);
	if (fn->trouble)
		ost_buf_addf(out, " TROUBLE %s", ost_facts_str(f, fn->trouble));
	ost_buf_addch(out, '\n');
	dump_code(f, fn->code, fn->code_len, out);
}

static void dump_records(const struct ost_facts *f, struct ost_buf *out)
{
	uint32_t i, k;

	for (i = 0; i < f->nr_records; i++) {
		const struct ost_fact_record *r = &f->records[i];

		ost_buf_addf(out, "%u: %s #%u %s lines %u-%u", r->line,
			     r->kind == OST_T_STRUCT ? "struct" : "union", i,
			     ost_facts_str(f, r->tag), r->line, r->end_line);
		if (r->outer)
			ost_buf_addf(out, " in #%u", r->outer - 1);
		if (r->func)
			ost_buf_addf(out, " local to %s",
				     ost_facts_str(f, f->funcs[r->func - 1].name));
		dump_cond(f, r->cond, out);
		ost_buf_addch(out, '\n');
		for (k = 0; k < r->nr_fields; k++) {
			const struct ost_fact_field *fd = &f->fields[r->first_field + k];

			ost_buf_addf(out, "\t%u: %s ", fd->line, fd->name ?
				     ost_facts_str(f, fd->name) : "(anonymous)");
			ost_facts_dump_type(f, fd->type, out);
			if (fd->bits)
				ost_buf_addf(out, " :%s", ost_facts_str(f, fd->bits));
			dump_cond(f, fd->cond, out);
			ost_buf_addch(out, '\n');
		}
	}
}

static void dump_enums(const struct ost_facts *f, struct ost_buf *out)
{
	uint32_t i, k;

	for (i = 0; i < f->nr_enums; i++) {
		const struct ost_fact_enum *e = &f->enums[i];

		ost_buf_addf(out, "%u: enum #%u %s", e->line, i, ost_facts_str(f, e->tag));
		dump_cond(f, e->cond, out);
		ost_buf_addch(out, '\n');
		for (k = 0; k < e->nr_consts; k++) {
			const struct ost_fact_enum_const *c = &f->enum_consts[e->first_const + k];

			ost_buf_addf(out, "\t%u: %s", c->line, ost_facts_str(f, c->name));
			if (c->value)
				ost_buf_addf(out, " = %s", ost_facts_str(f, c->value));
			ost_buf_addch(out, '\n');
		}
	}
	for (i = 0; i < f->nr_typedefs; i++) {
		const struct ost_fact_typedef *t = &f->typedefs[i];

		ost_buf_addf(out, "%u: typedef %s ", t->line, ost_facts_str(f, t->name));
		ost_facts_dump_type(f, t->type, out);
		dump_cond(f, t->cond, out);
		ost_buf_addch(out, '\n');
	}
}

static void dump_globals(const struct ost_facts *f, struct ost_buf *out)
{
	uint32_t i;

	for (i = 0; i < f->nr_globals; i++) {
		const struct ost_fact_global *g = &f->globals[i];

		ost_buf_addf(out, "%u: global %s ", g->line, ost_facts_str(f, g->name));
		ost_facts_dump_type(f, g->type, out);
		ost_buf_addf(out, " lines %u-%u", g->line, g->end_line);
		dump_flags(g->flags, out);
		if (g->attrs)
			ost_buf_addf(out, " attrs(%s)", ost_facts_str(f, g->attrs));
		if (g->func)
			ost_buf_addf(out, " in %s", ost_facts_str(f, f->funcs[g->func - 1].name));
		dump_cond(f, g->cond, out);
		ost_buf_addch(out, '\n');
		dump_code(f, g->code, g->code_len, out);
	}
}

static void dump_macros(const struct ost_facts *f, struct ost_buf *out)
{
	static const char *const kinds[] = { "empty", "expr", "stmts", "decls", "text", "init" };
	uint32_t i;

	for (i = 0; i < f->nr_macros; i++) {
		const struct ost_fact_macro *m = &f->macros[i];

		ost_buf_addf(out, "%u: macro %s", m->line, ost_facts_str(f, m->name));
		if (m->is_function)
			dump_params(f, m->first_param, m->nr_params, m->is_variadic, out);
		ost_buf_addf(out, " %s", m->body_kind < OST_ARRAY_SIZE(kinds) ? kinds[m->body_kind] : "?");
		dump_cond(f, m->cond, out);
		if (m->text)
			ost_buf_addf(out, " = %s", ost_facts_str(f, m->text));
		ost_buf_addch(out, '\n');
		dump_code(f, m->code, m->code_len, out);
	}
}

static void dump_invokes(const struct ost_facts *f, struct ost_buf *out)
{
	uint32_t i;

	for (i = 0; i < f->nr_includes; i++) {
		ost_buf_addf(out, "%u: include %s%s", f->includes[i].line,
			     ost_facts_str(f, f->includes[i].path),
			     f->includes[i].is_system ? " system" : "");
		dump_cond(f, f->includes[i].cond, out);
		ost_buf_addch(out, '\n');
	}
	for (i = 0; i < f->nr_invokes; i++) {
		const struct ost_fact_invoke *v = &f->invokes[i];

		ost_buf_addf(out, "%u: invoke %s", v->line, ost_facts_str(f, v->name));
		dump_flags(v->flags, out);
		dump_cond(f, v->cond, out);
		ost_buf_addch(out, '\n');
		dump_code(f, v->code, v->code_len, out);
	}
}

void ost_facts_dump(const struct ost_facts *f, struct ost_buf *out)
{
	static const char *const kinds[] = { "C", "registers", "not C" };
	uint32_t i;

	ost_buf_addf(out, "kind %s, %u lines, troubled %u, lost %u, skipped %u, split %u%s%s\n",
		     kinds[f->kind], f->lines, f->nr_troubled, f->nr_lost, f->nr_skipped, f->nr_split,
		     f->why ? ": " : "", ost_facts_str(f, f->why));
	dump_records(f, out);
	dump_enums(f, out);
	dump_globals(f, out);
	dump_invokes(f, out);
	dump_macros(f, out);
	for (i = 0; i < f->nr_protos; i++)
		dump_func(f, &f->protos[i], "proto", out);
	for (i = 0; i < f->nr_funcs; i++)
		dump_func(f, &f->funcs[i], "func", out);
}
