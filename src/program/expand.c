// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 3: what macros make at file scope. DEFINE_SHOW_ATTRIBUTE(x) defines
 * x_open() and x_fops by pasting names together, which no reader of single
 * files can see. The invocation is expanded here as text, with the macro's
 * own text in this tree, and the result is read by the recogniser like
 * written code: a virtual file with the lines of the invocations.
 *
 * Expanded are: the invocation itself; function-like macros that stand
 * outside braces and initialisers in the result; and, in initialisers, those
 * whose text pastes names or is a braced list. Bodies of functions are left
 * as they are, so that lock primitives keep their names. Object-like macros
 * are not expanded. A text that grows over EXPAND_MAX (tracepoints do)
 * is dropped whole.
 */
#include "program/internal.h"

#include "source/recognise.h"

#define EXPAND_MAX (4u << 10)
#define EXPAND_ARGS 24

struct expansion {
	const struct ost_program *p;
	uint32_t file;
	bool is_over;		/* a limit was met: the result is not used */
	unsigned budget;
	struct ost_buf *texts;	/* by depth: what a macro makes before it is looked at again */
};

struct arg {
	const char *s;
	size_t len;
};

/* What a character begins or is part of. */
enum { C_OTHER, C_WORD, C_SPACE, C_QUOTE, C_OPEN, C_CLOSE, C_HASH };
static const uint8_t classes[256] = {
	['a' ... 'z'] = C_WORD, ['A' ... 'Z'] = C_WORD, ['0' ... '9'] = C_WORD, ['_'] = C_WORD,
	[' '] = C_SPACE, ['\t' ... '\r'] = C_SPACE, ['"'] = C_QUOTE, ['\''] = C_QUOTE,
	['('] = C_OPEN, ['['] = C_OPEN, ['{'] = C_OPEN, [')'] = C_CLOSE, [']'] = C_CLOSE, ['}'] = C_CLOSE,
	['#'] = C_HASH,
};

static uint8_t class_of(char c)
{
	return classes[(unsigned char)c];
}

static bool is_word(char c)
{
	return class_of(c) == C_WORD;
}

static bool is_space(char c)
{
	return class_of(c) == C_SPACE;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the string or character literal at s, or 0. */
static size_t literal(const char *s, const char *end)
{
	const char *at = s + 1;

	if (s >= end || class_of(*s) != C_QUOTE)
		return 0;
	while (at < end && *at != *s)
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	return (size_t)((at < end ? at + 1 : end) - s);
}

/* Behind the bracket that closes the one at s; end when none does. */
static const char *skip_group(const char *s, const char *end)
{
	int depth = 0;

	while (s < end) {
		switch (class_of(*s)) {
		case C_QUOTE:
			s += literal(s, end);
			continue;
		case C_OPEN:
			depth++;
			break;
		case C_CLOSE:
			depth--;
			break;
		}
		s++;
		if (!depth)
			break;
	}
	return s;
}

static struct arg trim(const char *s, const char *end)
{
	while (s < end && is_space(*s))
		s++;
	while (end > s && is_space(end[-1]))
		end--;
	return (struct arg){ s, (size_t)(end - s) };
}

/* The arguments between s (behind the parenthesis) and end. */
static uint32_t split_args(const char *s, const char *end, struct arg *args)
{
	const char *from = s;
	uint32_t nr = 0;
	size_t n;

	while (s < end) {
		n = literal(s, end);
		if (n) {
			s += n;
		} else if (*s == '(' || *s == '[' || *s == '{') {
			s = skip_group(s, end);
		} else if (*s == ',' && nr + 1 < EXPAND_ARGS) {
			args[nr++] = trim(from, s);
			from = ++s;
		} else {
			s++;
		}
	}
	args[nr] = trim(from, end);
	return nr || args[0].len ? nr + 1 : 0;
}

/* ---- one macro --------------------------------------------------------- */

/* The function-like macro that a word means in the file, or NULL; its facts to *ret_pf. */
static const struct ost_fact_macro *macro_named(const struct expansion *x, const char *s, size_t len,
						const struct ost_pfile **ret_pf)
{
	uint32_t name = len > 127 ? OST_NO_ID :
		ost_symtab_find(&x->p->names, s, (uint32_t)len, ost_symtab_hash(s, (uint32_t)len));
	const struct ost_fact_macro *m;
	const struct ost_unit *u;
	struct ost_resolved r;
	uint32_t i;

	if (name == OST_NO_ID) {
		ost_ask_unknown_macro(s, len);
		return NULL;
	}
	ost_program_resolve(x->p, x->file, name, &r);
	for (i = 0; i < r.nr; i++) {
		u = &x->p->units.items[r.units[i]];
		if (u->kind == OST_UNIT_FUNC)
			return NULL;
		if (u->kind != OST_UNIT_MACRO)
			continue;
		*ret_pf = ost_pfile_get(x->p, u->file);
		m = &(*ret_pf)->f.macros[u->index];
		if (ost_facts_strlen(&(*ret_pf)->f, m->text))
			return m;
	}
	return NULL;
}

/* What of a macro is looked at for each word of its text. */
struct params {
	const struct ost_facts *f;
	const struct ost_fact_macro *m;
	const char *text;
	uint64_t lengths;	/* bits: those that one of its names has */
	bool has_va_args;
};

static const char va_args[] = "__VA_ARGS__";
#define VA_ARGS_LEN (sizeof(va_args) - 1)

static uint64_t length_bit(size_t len)
{
	return 1ull << (len < 63 ? len : 63);
}

static struct params params_of(const struct ost_facts *f, const struct ost_fact_macro *m)
{
	struct params p = { f, m, ost_facts_str(f, m->text), length_bit(VA_ARGS_LEN), false };
	uint32_t i;

	for (i = 0; i < m->nr_params; i++)
		p.lengths |= length_bit(ost_facts_strlen(f, f->params[m->first_param + i].name));
	p.has_va_args = m->is_variadic && strstr(p.text, va_args);
	return p;
}

static int param_of(const struct params *p, const char *s, size_t len)
{
	uint32_t i, str;

	if (!(p->lengths & length_bit(len)))
		return -1;
	for (i = 0; i < p->m->nr_params; i++) {
		str = p->f->params[p->m->first_param + i].name;
		if (ost_facts_strlen(p->f, str) == len && !memcmp(ost_facts_str(p->f, str), s, len))
			return (int)i;
	}
	return len == VA_ARGS_LEN && !memcmp(s, va_args, len) ? (int)p->m->nr_params : -1;
}

/* Arguments from `first` on, with their commas. */
static struct arg rest_of(const struct arg *args, uint32_t nr, uint32_t first)
{
	if (first >= nr)
		return (struct arg){ "", 0 };
	return (struct arg){ args[first].s, (size_t)(args[nr - 1].s + args[nr - 1].len - args[first].s) };
}

static struct arg argument(const struct params *p, const struct arg *args, uint32_t nr, uint32_t i)
{
	if (i == p->m->nr_params)	/* __VA_ARGS__ */
		return rest_of(args, nr, i);
	if (p->m->is_variadic && i + 1 == p->m->nr_params && !p->has_va_args)
		return rest_of(args, nr, i);	/* `args...` */
	return i < nr ? args[i] : (struct arg){ "", 0 };
}

static void trim_tail(struct ost_buf *b)
{
	while (b->len && is_space(b->ptr[b->len - 1]))
		ost_buf_trim(b, b->len - 1);
}

/* # or ## at s; yields what is behind it and, for #, behind the word that it is for. */
static const char *substitute_hash(const struct params *p, const char *s, const char *end, struct ost_buf *out)
{
	const char *from;
	bool pastes = s[1] == '#';

	for (s += pastes ? 2 : 1; s < end && is_space(*s); s++)
		;
	if (pastes) {
		trim_tail(out);
		if (out->len && out->ptr[out->len - 1] == ',')	/* , ## args */
			ost_buf_addch(out, ' ');
		return s;
	}
	for (from = s; s < end && is_word(*s); s++)
		;
	ost_buf_addstr(out, param_of(p, from, (size_t)(s - from)) >= 0 ? "\"\"" : "");
	return s;
}

/* The macro's text with arguments put in, # and ## done. What stands between is copied in one. */
static void substitute(const struct ost_pfile *pf, const struct ost_fact_macro *m,
		       const struct arg *args, uint32_t nr, struct ost_buf *out)
{
	struct params p = params_of(&pf->f, m);
	const char *s = p.text, *end = s + ost_facts_strlen(&pf->f, m->text), *from, *copied = s;
	struct arg a;
	int i;

	while (s < end && out->len + (size_t)(s - copied) < EXPAND_MAX) {
		from = s;
		switch (class_of(*s)) {
		case C_QUOTE:
			s += literal(s, end);
			break;
		case C_HASH:
			ost_buf_add(out, copied, (size_t)(s - copied));
			s = copied = substitute_hash(&p, s, end, out);
			break;
		case C_WORD:
			while (s < end && is_word(*s))
				s++;
			i = is_digit(*from) ? -1 : param_of(&p, from, (size_t)(s - from));
			if (i < 0)
				break;
			a = argument(&p, args, nr, (uint32_t)i);
			ost_buf_add(out, copied, (size_t)(from - copied));
			ost_buf_add(out, a.s, a.len);
			copied = s;
			break;
		default:
			s++;
		}
	}
	ost_buf_add(out, copied, (size_t)(s - copied));
}

static bool pastes(const char *text)
{
	return *text == '{' || strstr(text, "##");
}

/* Where in a text of declarations we are. */
struct place {
	int brace, body_from;	/* braces open; those around the function body that we are in, or -1 */
	bool in_init, was_paren;
};

static void pass(struct place *at, char c)
{
	switch (c) {
	case '{':
		if (at->was_paren && !at->in_init && at->body_from < 0)
			at->body_from = at->brace;
		at->brace++;
		break;
	case '}':
		at->brace--;
		if (at->body_from == at->brace)
			at->body_from = -1;
		break;
	case '=':
		at->in_init |= !at->brace;
		break;
	case ';':
		at->in_init &= at->brace != 0;
		break;
	}
	if (!is_space(c))
		at->was_paren = c == ')';
}

/* The macro that the word is to be expanded as; open is what follows it. NULL: none. */
static const struct ost_fact_macro *macro_at(const struct expansion *x, const struct place *at, struct arg word,
					     const char *open, const char *end, const struct ost_pfile **ret_pf)
{
	const struct ost_fact_macro *m;

	while (open < end && is_space(*open))
		open++;
	if (open == end || *open != '(' || at->body_from >= 0 || is_digit(*word.s))
		return NULL;
	m = macro_named(x, word.s, word.len, ret_pf);
	if (m && (at->in_init || at->brace) && !pastes(ost_facts_str(&(*ret_pf)->f, m->text)))
		return NULL;
	return m;
}

static void rescan(struct expansion *x, const char *s, const char *end, unsigned depth, struct ost_buf *out);

/* Appends what the invocation with arguments from `open` on makes; yields its end. */
static const char *expand_call(struct expansion *x, const struct ost_pfile *pf, const struct ost_fact_macro *m,
			      const char *open, const char *end, unsigned depth, struct ost_buf *out)
{
	struct ost_buf *b = &x->texts[depth];
	struct arg args[EXPAND_ARGS];
	const char *close;
	uint32_t nr;

	while (*open != '(')
		open++;
	close = skip_group(open, end);
	nr = split_args(open + 1, close > open + 1 ? close - 1 : close, args);
	x->budget--;
	ost_buf_clear(b);
	substitute(pf, m, args, nr, b);
	rescan(x, b->ptr, b->ptr + b->len, depth + 1, out);
	x->is_over |= out->len > EXPAND_MAX;
	return close;
}

/* The rest of the function body that we are in, or of the text: only braces count in it. */
static const char *pass_body(struct place *at, const char *s, const char *end)
{
	while (s < end && at->body_from >= 0) {
		switch (class_of(*s)) {
		case C_QUOTE:
			s += literal(s, end);
			break;
		case C_OPEN: case C_CLOSE:
			pass(at, *s++);
			break;
		default:
			s++;
		}
	}
	return s;
}

/* Copies text to out and expands macros in it where they may make declarations. */
static void rescan(struct expansion *x, const char *s, const char *end, unsigned depth, struct ost_buf *out)
{
	struct place at = { .body_from = -1 };
	const struct ost_fact_macro *m;
	const struct ost_pfile *pf;
	const char *copied = s, *from;

	while (s < end && !x->is_over) {
		from = s;
		switch (class_of(*s)) {
		case C_WORD:
			while (s < end && is_word(*s))
				s++;
			m = s < end && (*s == '(' || is_space(*s)) && depth < OST_EXPAND_DEPTH && x->budget ?
				macro_at(x, &at, (struct arg){ from, (size_t)(s - from) }, s, end, &pf) : NULL;
			if (!m) {
				at.was_paren = false;
				break;
			}
			ost_buf_add(out, copied, (size_t)(from - copied));
			s = copied = expand_call(x, pf, m, s, end, depth, out);
			break;
		case C_QUOTE:
			s += literal(s, end);
			break;
		case C_SPACE:
			s++;
			break;
		default:
			pass(&at, *s++);
			if (at.body_from >= 0)
				s = pass_body(&at, s, end);
		}
	}
	ost_buf_add(out, copied, (size_t)(s - copied));
}

/* ---- trees back to text ------------------------------------------------ */

static const char *const ops[] = {
	"=", "+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^", "&&", "||", "==", "!=",
	"<", ">", "<=", ">=", ",", "*", "&", "!", "~", "-", "+", "++", "--", "++", "--",
	[OST_OP_RANGE] = "...", [OST_OP_MACRO] = "",
};

struct printer {
	const struct ost_facts *f;
	const struct ost_tree *t;
	struct ost_buf *b;
	size_t limit;	/* of b->len */
};

static void print(struct printer *w, uint32_t n);

static void print_type(struct printer *w, uint32_t type, int depth)
{
	const struct ost_fact_type *t = &w->f->types[type];
	static const char *const tags[] = { [OST_T_STRUCT] = "struct ", [OST_T_UNION] = "union ", [OST_T_ENUM] = "enum " };

	if (depth > 16)
		return;
	if (t->flags & OST_TF_CONST && t->kind != OST_T_POINTER)
		ost_buf_addstr(w->b, "const ");
	switch (t->kind) {
	case OST_T_STRUCT: case OST_T_UNION: case OST_T_ENUM:
		ost_buf_addstr(w->b, tags[t->kind]);
		break;
	case OST_T_POINTER:
		print_type(w, t->inner, depth + 1);
		ost_buf_addstr(w->b, " *");
		return;
	case OST_T_TYPEOF:
		ost_buf_addf(w->b, "typeof(%s)", ost_facts_str(w->f, t->name));
		return;
	case OST_T_FUNC: case OST_T_ARRAY:
		print_type(w, t->inner, depth + 1);
		return;
	}
	ost_buf_addstr(w->b, ost_facts_str(w->f, t->name));
}

static void print_list(struct printer *w, uint32_t n, const char *sep, bool skip_first)
{
	bool is_first = true;

	ost_for_each_kid(w->t, n, kid) {
		if (skip_first) {
			skip_first = false;
			continue;
		}
		if (!is_first)
			ost_buf_addstr(w->b, sep);
		is_first = false;
		print(w, kid);
	}
}

static void print_statement(struct printer *w, uint32_t n)
{
	const struct ost_node *node = &w->t->v.items[n];
	uint32_t k;

	switch (node->op) {
	case OST_N_BLOCK:
		ost_buf_addstr(w->b, "{ ");
		print_list(w, n, " ", false);
		ost_buf_addstr(w->b, " }");
		break;
	case OST_N_ARG_STMTS:
		print_list(w, n, " ", false);
		break;
	case OST_N_RETURN:
		ost_buf_addstr(w->b, "return ");
		/* fall through */
	case OST_N_EXPR:
		print_list(w, n, " ", false);
		ost_buf_addstr(w->b, ";");
		break;
	case OST_N_IF:
		ost_buf_addstr(w->b, "if (");
		print(w, ost_kid(w->t, n, 0));
		ost_buf_addstr(w->b, ") ");
		print(w, ost_kid(w->t, n, 1));
		k = ost_kid(w->t, n, 2);
		if (k) {
			ost_buf_addstr(w->b, " else ");
			print(w, k);
		}
		break;
	case OST_N_DECL:
		k = ost_kid(w->t, n, 0);
		if (k)
			print(w, k);
		ost_buf_addf(w->b, " %s", ost_facts_str(w->f, node->a));
		k = ost_kid(w->t, n, 1);
		if (k) {
			ost_buf_addstr(w->b, " = ");
			print(w, k);
		}
		ost_buf_addstr(w->b, ";");
		break;
	}
}

static void print_operators(struct printer *w, uint32_t n)
{
	const struct ost_node *node = &w->t->v.items[n];
	uint32_t a = ost_kid(w->t, n, 0), b = a ? ost_kid(w->t, n, 1) : 0, c = b ? ost_kid(w->t, n, 2) : 0;
	bool is_post = node->op == OST_N_UNARY && (node->sub == OST_OP_POSTINC || node->sub == OST_OP_POSTDEC);

	if (!a)
		return;
	if (node->op == OST_N_UNARY && !is_post)
		ost_buf_addstr(w->b, ops[node->sub]);
	print(w, a);
	if (is_post)
		ost_buf_addstr(w->b, ops[node->sub]);
	if (node->op == OST_N_TERNARY) {
		ost_buf_addstr(w->b, " ? ");
		if (b)
			print(w, b);
		ost_buf_addstr(w->b, " : ");
		if (c)
			print(w, c);
	} else if (b) {
		ost_buf_addf(w->b, " %s%s ", ops[node->sub], node->op == OST_N_ASSIGN && node->sub ? "=" : "");
		print(w, b);
	}
}

static void print_initialiser(struct printer *w, uint32_t n)
{
	const struct ost_node *node = &w->t->v.items[n];
	uint32_t a = ost_kid(w->t, n, 0), b = a ? ost_kid(w->t, n, 1) : 0;

	switch (node->op) {
	case OST_N_INIT:
		ost_buf_addstr(w->b, "{ ");
		print_list(w, n, ", ", false);
		ost_buf_addstr(w->b, " }");
		break;
	case OST_N_INIT_FIELD:
		ost_buf_addf(w->b, ".%s = ", ost_facts_str(w->f, node->a));
		if (a)
			print(w, a);
		break;
	case OST_N_INIT_INDEX:
		ost_buf_addch(w->b, '[');
		if (a)
			print(w, a);
		ost_buf_addstr(w->b, "] = ");
		if (b)
			print(w, b);
		break;
	case OST_N_CAST:
	case OST_N_COMPOUND:
		ost_buf_addch(w->b, '(');
		if (a)
			print(w, a);
		ost_buf_addch(w->b, ')');
		if (b)
			print(w, b);
		break;
	}
}

static void print_plain(struct printer *w, uint32_t n)
{
	const struct ost_node *node = &w->t->v.items[n];
	uint32_t a = ost_kid(w->t, n, 0), b = a ? ost_kid(w->t, n, 1) : 0;

	switch (node->op) {
	case OST_N_NAME: case OST_N_NUM: case OST_N_STR: case OST_N_CHAR: case OST_N_TEXT:
		ost_buf_addstr(w->b, ost_facts_str(w->f, node->a));
		break;
	case OST_N_TYPE:
		print_type(w, node->a, 0);
		break;
	case OST_N_CALL:
		if (a)
			print(w, a);
		ost_buf_addch(w->b, '(');
		print_list(w, n, ", ", true);
		ost_buf_addch(w->b, ')');
		break;
	case OST_N_MEMBER:
		if (a)
			print(w, a);
		ost_buf_addf(w->b, "%s%s", node->sub == OST_MEMBER_ARROW ? "->" : ".", ost_facts_str(w->f, node->a));
		break;
	case OST_N_INDEX:
		if (a)
			print(w, a);
		ost_buf_addch(w->b, '[');
		if (b)
			print(w, b);
		ost_buf_addch(w->b, ']');
		break;
	case OST_N_SIZEOF:
		ost_buf_addstr(w->b, "sizeof(");
		if (a)
			print(w, a);
		ost_buf_addch(w->b, ')');
		break;
	case OST_N_STMT_EXPR:
		ost_buf_addch(w->b, '(');
		if (a)
			print(w, a);
		ost_buf_addch(w->b, ')');
		break;
	}
}

static void print(struct printer *w, uint32_t n)
{
	const struct ost_node *node = &w->t->v.items[n];
	bool is_wrapped = node->flags & OST_NF_PAREN;

	if (w->b->len > w->limit)
		return;
	if (is_wrapped)
		ost_buf_addch(w->b, '(');
	if (node->op == OST_N_UNARY || node->op == OST_N_BINARY || node->op == OST_N_ASSIGN || node->op == OST_N_TERNARY)
		print_operators(w, n);
	else if (node->op >= OST_N_BLOCK && node->op <= OST_N_NESTED_FUNC)
		print_statement(w, n);
	else if (node->op == OST_N_ARG_STMTS)
		print_statement(w, n);
	else if (node->op == OST_N_INIT || node->op == OST_N_INIT_FIELD || node->op == OST_N_INIT_INDEX ||
		 node->op == OST_N_CAST || node->op == OST_N_COMPOUND)
		print_initialiser(w, n);
	else
		print_plain(w, n);
	if (is_wrapped)
		ost_buf_addch(w->b, ')');
}

bool ost_invoke_text(const struct ost_facts *f, const struct ost_fact_invoke *v, struct ost_tree *t,
		     struct ost_buf *b)
{
	struct printer w = { f, t, b, b->len + EXPAND_MAX };

	if (!ost_facts_unpack(f, v->code, v->code_len, t) || !t->v.nr || t->v.items[0].op != OST_N_CALL)
		return false;
	if (v->flags & OST_FF_STATIC)
		ost_buf_addstr(b, "static ");
	print(&w, 0);
	return true;
}

/* ---- a file ------------------------------------------------------------ */

void ost_expand_memory_init(struct ost_expand_memory *mem)
{
	size_t i;

	ost_buf_init(&mem->one);
	for (i = 0; i < OST_ARRAY_SIZE(mem->texts); i++)
		ost_buf_init(&mem->texts[i]);
}

void ost_expand_memory_deinit(struct ost_expand_memory *mem)
{
	size_t i;

	ost_buf_deinit(&mem->one);
	for (i = 0; i < OST_ARRAY_SIZE(mem->texts); i++)
		ost_buf_deinit(&mem->texts[i]);
}

bool ost_expand_file(const struct ost_program *p, uint32_t file, const struct ost_written *written,
		     size_t nr, struct ost_expand_memory *mem, struct ost_buf *out)
{
	struct expansion x = { .p = p, .file = file, .texts = mem->texts };
	struct ost_buf *one = &mem->one;
	uint32_t line = 1;
	bool any = false;
	size_t i, k;

	for (i = 0; i < nr; i++) {
		const char *s = written[i].text, *end = s + strlen(s);

		x.is_over = false;
		x.budget = 200;
		ost_buf_clear(one);
		rescan(&x, s, end, 0, one);
		if (x.is_over || (one->len == (size_t)(end - s) && !memcmp(one->ptr, s, one->len)))
			continue;
		for (k = 0; k < one->len; k++)
			if (one->ptr[k] == '\n')
				one->ptr[k] = ' ';
		trim_tail(one);
		if (!one->len)
			continue;
		if (line < written[i].line)
			ost_buf_addf(out, "\n%u\n", written[i].line - line);
		line = line < written[i].line ? written[i].line : line;
		ost_buf_add(out, one->ptr, one->len);
		ost_buf_addstr(out, " ;");
		any = true;
	}
	return any;
}

void ost_virtual_text(const char *form, struct ost_buf *out)
{
	unsigned nr;
	size_t n;

	ost_buf_clear(out);
	while (*form) {
		n = strcspn(form, "\n");
		ost_buf_add(out, form, n);
		form += n;
		if (!*form)
			return;
		for (nr = 0, form++; *form >= '0' && *form <= '9'; form++)
			nr = nr * 10 + (unsigned)(*form - '0');
		ost_buf_reserve(out, nr);
		memset(out->ptr + out->len, '\n', nr);
		out->len += nr;
		out->ptr[out->len] = 0;
		form += *form == '\n';
	}
}

bool ost_virtual_facts(const struct ost_program *p, uint32_t file, struct ost_facts *ret_facts, void **ret_mem)
{
	struct ost_recogniser *r = ost_recogniser_create();
	struct ost_buf record = OST_BUF_INIT;
	OST_BUF text = OST_BUF_INIT;
	struct ost_err *err;
	size_t len;

	ost_virtual_text(ost_virtual_form(p, file - p->nr_real), &text);
	ost_recognise(r, NULL, text.ptr, text.len, &record);
	ost_recogniser_destroy(r);
	*ret_mem = ost_buf_detach(&record, &len);
	err = ost_facts_open(ret_facts, *ret_mem, len);
	ost_err_destroy(err);
	return !err;
}
