// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/symbols_collect.h"

#include <string.h>

#include "branch/pasted.h"

void ost_symbol_list_deinit(struct ost_symbol_list *l)
{
	ost_vec_deinit(&l->names);
	ost_vec_deinit(&l->members);
}

static void add(struct ost_symbol_list *l, const struct ost_facts *f, enum ost_symbol_kind kind,
		uint32_t name, unsigned args)
{
	uint64_t hash = ost_symbol_hash(kind, ost_facts_str(f, name), ost_facts_strlen(f, name));

	ost_vec_add(&l->names, hash << 8 | args);
}

static unsigned nr_args(uint32_t nr, bool is_variadic)
{
	return is_variadic || nr >= OST_ARGS_ANY ? OST_ARGS_ANY : nr;
}

static void add_funcs(struct ost_symbol_list *l, const struct ost_facts *f,
		      const struct ost_fact_func *v, uint32_t nr)
{
	uint32_t i;

	for (i = 0; i < nr; i++) {
		bool is_void = v[i].nr_params == 1 && !f->params[v[i].first_param].name &&
			       !strcmp(ost_facts_str(f, f->types[f->params[v[i].first_param].type].name), "void") &&
			       f->types[f->params[v[i].first_param].type].kind == OST_T_BUILTIN;

		add(l, f, OST_SYM_FUNC, v[i].name,
		    v[i].flags & OST_FF_OLD_STYLE || v[i].macro ? OST_ARGS_ANY :
		    nr_args(is_void ? 0 : v[i].nr_params, v[i].flags & OST_FF_VARIADIC));
	}
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"

static bool is_word(const char *s)
{
	return (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_';
}

static bool is_word_byte(const char *s)
{
	return is_word(s) || (*s >= '0' && *s <= '9');
}

static void add_piece(struct ost_symbol_list *l, enum ost_symbol_kind kind, const char *from, const char *to)
{
	if (to > from)
		ost_vec_add(&l->names, ost_symbol_hash(kind, from, (size_t)(to - from)) << 8 | OST_ARGS_ANY);
}

/* The words on both sides of each ## of a macro's text; `, ##args` pastes no name. True: something is pasted or quoted. */
static bool add_pasted(struct ost_symbol_list *l, const char *text)
{
	const char *p = text, *from, *to;
	bool found = false;

	while ((p = strchr(p, '#'))) {
		bool is_paste = p[1] == '#';

		for (to = p; to > text && to[-1] == ' '; to--)
			;
		for (from = to; from > text && is_word_byte(from - 1); from--)
			;
		found |= !is_paste || from < to;
		if (is_paste && from < to)
			add_piece(l, OST_SYM_BEGINS, from, to);
		for (p += 1 + is_paste; *p == ' '; p++)
			;
		for (to = p; is_word_byte(to); to++)
			;
		if (is_paste)
			add_piece(l, OST_SYM_ENDS, p, to);
	}
	return found;
}

static void add_macros(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_macros; i++)
		if (f->macros[i].is_function && add_pasted(l, ost_facts_str(f, f->macros[i].text)))
			add(l, f, OST_SYM_PASTER, f->macros[i].name, OST_ARGS_ANY);
	for (i = 0; i < f->nr_macros; i++)
		add(l, f, OST_SYM_MACRO, f->macros[i].name,
		    f->macros[i].is_function ? nr_args(f->macros[i].nr_params, f->macros[i].is_variadic) :
					       OST_ARGS_ANY);
}

/* ---- records ---- */

static ost_tag record_tag(const struct ost_facts *f, uint32_t rec);

ost_tag ost_symbols_type_tag(const struct ost_facts *f, uint32_t type)
{
	const struct ost_fact_type *t = &f->types[type];
	int depth;

	for (depth = 0; depth < 16 && (t->kind == OST_T_POINTER || t->kind == OST_T_ARRAY); depth++)
		t = &f->types[t->inner];
	if (t->kind != OST_T_STRUCT && t->kind != OST_T_UNION)
		return 0;
	if (t->name)
		return ost_symbol_hash(OST_SYM_RECORD, ost_facts_str(f, t->name), ost_facts_strlen(f, t->name));
	return t->rec ? record_tag(f, t->rec - 1) : 0;
}

/* Is the type that one word? */
static bool is_named(const struct ost_facts *f, uint32_t type, const char *name)
{
	const struct ost_fact_type *t = &f->types[type];

	return (t->kind == OST_T_BUILTIN || t->kind == OST_T_TYPEDEF) && !strcmp(ost_facts_str(f, t->name), name);
}

static bool is_void(const struct ost_facts *f, uint32_t type)
{
	return is_named(f, type, "void");
}

/* A typedef that is no record in any kernel: what it is a pointer to may be spelled otherwise, but never as a record. */
static bool is_scalar_name(const char *s)
{
	static const char *const words[] = { "size_t", "ssize_t", "loff_t", "dma_addr_t", "phys_addr_t", "resource_size_t", "gfp_t",
					     "bool", "irqreturn_t", "dev_t", "sector_t", "pid_t", "umode_t", "ktime_t" };
	size_t i;

	s += !strncmp(s, "__", 2) ? 2 : 0;
	if ((*s == 'u' || *s == 's') && (!strcmp(s + 1, "8") || !strcmp(s + 1, "16") || !strcmp(s + 1, "32") || !strcmp(s + 1, "64")))
		return true;
	if ((!strncmp(s, "le", 2) || !strncmp(s, "be", 2)) && (!strcmp(s + 2, "16") || !strcmp(s + 2, "32") || !strcmp(s + 2, "64")))
		return true;
	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (!strcmp(s, words[i]))
			return true;
	return false;
}

bool ost_symbols_is_number(const struct ost_facts *f, uint32_t type)
{
	const char *name = ost_facts_str(f, f->types[type].name);

	if (f->types[type].kind == OST_T_TYPEDEF)
		return is_scalar_name(name) && strcmp(name, "bool");
	return f->types[type].kind == OST_T_BUILTIN && strcmp(name, "void") && strcmp(name, "bool") && strcmp(name, "_Bool") &&
	       !strstr(name, "va_list");
}

/* A pointer to a record by its tag and const, and bool; anything else may be spelled in several ways. */
static void add_form(struct ost_buf *b, const struct ost_facts *f, uint32_t type)
{
	const struct ost_fact_type *t = &f->types[type], *to;

	if (t->kind == OST_T_POINTER || t->kind == OST_T_ARRAY) {
		to = &f->types[t->inner];
		if ((to->kind == OST_T_STRUCT || to->kind == OST_T_UNION) && to->name) {
			ost_buf_addf(b, ",%s%s", to->flags & OST_TF_CONST ? "c " : "", ost_facts_str(f, to->name));
			return;
		}
	}
	ost_buf_addstr(b, is_named(f, type, "bool") || is_named(f, type, "_Bool") ? ",b" : ",");
}

ost_tag ost_symbols_form(const struct ost_facts *f, uint32_t ret_type, uint32_t first_param, uint32_t nr_params)
{
	OST_BUF b = OST_BUF_INIT;
	uint32_t i;

	if (f->types[ret_type].kind == OST_T_NONE)
		return 0;
	ost_buf_addstr(&b, is_void(f, ret_type) ? "v" : "x");
	for (i = 0; i < nr_params; i++) {
		const struct ost_fact_type *t = &f->types[f->params[first_param + i].type];

		if (nr_params == 1 && is_void(f, f->params[first_param].type))
			break;
		if ((t->kind == OST_T_POINTER || t->kind == OST_T_ARRAY) && f->types[t->inner].kind == OST_T_TYPEDEF &&
		    !is_scalar_name(ost_facts_str(f, f->types[t->inner].name)))
			return 0;	/* poll_table * is struct poll_table_struct * */
		add_form(&b, f, f->params[first_param + i].type);
	}
	return ost_hash_bytes(b.ptr, b.len) | OST_TAG_FORM;
}

/* What a name for a type stands for, where the same file says it and it is a pointer to a function; else that name. */
static const struct ost_fact_type *behind_typedef(const struct ost_facts *f, const struct ost_fact_type *t)
{
	uint32_t i;

	for (i = 0; t->kind == OST_T_TYPEDEF && i < f->nr_typedefs; i++) {
		const struct ost_fact_type *to = &f->types[f->typedefs[i].type];

		if (f->typedefs[i].name == t->name)
			return to->kind == OST_T_POINTER && f->types[to->inner].kind == OST_T_FUNC ? to : t;
	}
	return t;
}

/* The form of a pointer to a function, or that it is a number, else the record of the type. */
static ost_tag member_tag(const struct ost_facts *f, uint32_t type)
{
	const struct ost_fact_type *t = &f->types[type];

	if (ost_symbols_is_number(f, type))
		return OST_TAG_NUMBER;
	t = behind_typedef(f, t);
	if (t->kind != OST_T_POINTER || f->types[t->inner].kind != OST_T_FUNC)
		return ost_symbols_type_tag(f, type);
	t = &f->types[t->inner];
	return t->flags & OST_TF_VARIADIC ? 0 : ost_symbols_form(f, t->inner, t->first_param, t->nr_params);
}

/* An anonymous record goes by its place in its outer one. */
static ost_tag record_tag(const struct ost_facts *f, uint32_t rec)
{
	const struct ost_fact_record *r = &f->records[rec];

	if (r->tag)
		return ost_symbol_hash(OST_SYM_RECORD, ost_facts_str(f, r->tag), ost_facts_strlen(f, r->tag));
	return ost_hash_mix(((uint64_t)r->line << 32 | rec) + (r->outer ? record_tag(f, r->outer - 1) : 1)) >> 8;
}

static void add_fields(struct ost_symbol_list *l, const struct ost_facts *f,
		       const struct ost_fact_record *r, ost_tag tag, int depth)
{
	uint32_t i;

	for (i = r->first_field; i < r->first_field + r->nr_fields; i++) {
		const struct ost_fact_field *fd = &f->fields[i];
		uint32_t rec = f->types[fd->type].rec;
		/* union { ... } ____cacheline_aligned; has no name either */
		bool has_name = fd->name && !(rec && !strncmp(ost_facts_str(f, fd->name), "__", 2));

		if (!has_name && rec && depth < 16)
			add_fields(l, f, &f->records[rec - 1], tag, depth + 1);
		if (!fd->name)
			continue;
		add(l, f, OST_SYM_FIELD, fd->name, OST_ARGS_ANY);
		ost_vec_add(&l->members, ost_symbol_member_key(tag, ost_facts_str(f, fd->name),
							       ost_facts_strlen(f, fd->name)));
		ost_vec_add(&l->members, member_tag(f, fd->type));
	}
}

static void add_records(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_records; i++) {
		if (f->records[i].tag)
			add(l, f, OST_SYM_RECORD, f->records[i].tag, OST_ARGS_ANY);
		add_fields(l, f, &f->records[i], record_tag(f, i), 0);
	}
}

/* ---- the rest ---- */

static void add_types(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_typedefs; i++)
		add(l, f, OST_SYM_TYPE, f->typedefs[i].name, OST_ARGS_ANY);
	for (i = 0; i < f->nr_enums; i++)
		if (f->enums[i].tag)
			add(l, f, OST_SYM_RECORD, f->enums[i].tag, OST_ARGS_ANY);
	for (i = 0; i < f->nr_enum_consts; i++)
		add(l, f, OST_SYM_ENUM, f->enum_consts[i].name, OST_ARGS_ANY);
}

/* DEFINE_GUARD(name, ...), DEFINE_LOCK_GUARD_1(name, ...), DEFINE_CLASS(name, ...), ... */
static bool makes_guard(const char *macro)
{
	return !strncmp(macro, "DEFINE_GUARD", 12) || !strncmp(macro, "DEFINE_LOCK_GUARD", 17) ||
	       !strncmp(macro, "DEFINE_CLASS", 12) || !strncmp(macro, "EXTEND_CLASS", 12) ||
	       !strncmp(macro, "DEFINE_FREE", 11);
}

/* The first name; DEFINE_GUARD_COND(mutex, _intr, ...) and EXTEND_CLASS(name, _end, ...) make that of both together, too. */
static void add_guard(struct ost_symbol_list *l, const struct ost_facts *f, const struct ost_tree *t)
{
	const char *first = NULL;
	OST_BUF both = OST_BUF_INIT;

	ost_for_each_kid(t, 0, k) {
		if (k < 2 || t->v.items[k].op != OST_N_NAME)
			continue;
		if (first) {
			ost_buf_addf(&both, "%s%s", first, ost_facts_str(f, t->v.items[k].a));
			add_piece(l, OST_SYM_GUARD, both.ptr, both.ptr + both.len);
			return;
		}
		first = ost_facts_str(f, t->v.items[k].a);
		add(l, f, OST_SYM_GUARD, t->v.items[k].a, OST_ARGS_ANY);
	}
}

static void add_invokes(struct ost_symbol_list *l, const struct ost_facts *f)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t i;

	for (i = 0; i < f->nr_invokes; i++) {
		const struct ost_fact_invoke *v = &f->invokes[i];

		if (!makes_guard(ost_facts_str(f, v->name)) ||
		    !ost_facts_unpack(f, v->code, v->code_len, &t))
			continue;
		add_guard(l, f, &t);
	}
	ost_vec_deinit(&t.v);
}

/* DEFINE_SPINLOCK(lock): whatever a macro of the file itself is given may be what it makes. */
static void add_made(struct ost_symbol_list *l, const struct ost_facts *f)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t i;

	for (i = 0; i < f->nr_invokes; i++) {
		if (!ost_facts_unpack(f, f->invokes[i].code, f->invokes[i].code_len, &t))
			continue;
		ost_for_each_kid(&t, 0, k)
			if (k > 1 && t.v.items[k].op == OST_N_NAME)
				add(l, f, OST_SYM_OBJECT, t.v.items[k].a, OST_ARGS_ANY);
	}
	ost_vec_deinit(&t.v);
}

static void add_words_of(struct ost_symbol_list *l, enum ost_symbol_kind kind, const char *s)
{
	const char *end;

	while (*s) {
		if (!is_word(s)) {
			s++;
			continue;
		}
		for (end = s; is_word(end) || (*end >= '0' && *end <= '9'); end++)
			;
		ost_vec_add(&l->names, ost_symbol_hash(kind, s, (size_t)(end - s)) << 8 | OST_ARGS_ANY);
		s = end;
	}
}

static const char *behind_blank(const char *p, const char *end);

/* Is a ## beside what stands from `from` to `to`? */
static bool is_piece(const char *text, const char *from, const char *to)
{
	to += strspn(to, " \t");
	while (from > text && (from[-1] == ' ' || from[-1] == '\t'))
		from--;
	return (to[0] == '#' && to[1] == '#') || (from - text > 1 && from[-1] == '#' && from[-2] == '#');
}

/*
 * The words and numbers of a macro's text outside of literals, but its parameters, which stand for others, and pieces that it pastes
 * itself. `m` NULL: of any text.
 */
static void add_tokens(struct ost_symbol_list *l, enum ost_symbol_kind kind, const struct ost_facts *f,
		       const struct ost_fact_macro *m, const char *s)
{
	const char *text = s, *stop = s + strlen(s), *end;

	for (; *s; s = end) {
		for (end = s; is_word_byte(end); end++)
			;
		if (end == s)
			end = m && behind_blank(s, stop) > s ? behind_blank(s, stop) : s + 1;
		else if (!m || (!is_piece(text, s, end) && !ost_is_macro_param(f, m, s, (size_t)(end - s))))
			add_piece(l, kind, s, end);
	}
}

/* Every identifier, also those inside the texts of macros that were not parsed. */
static void add_words(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 1; i < f->nr_strs; i++)
		add_words_of(l, OST_SYM_WORD, ost_facts_str(f, i));
	/* SKCIPHER_ALG_COMMON stands in a struct and is its members */
	for (i = 0; i < f->nr_macros; i++)
		if (!f->macros[i].is_function && strchr(ost_facts_str(f, f->macros[i].text), ';'))
			add_words_of(l, OST_SYM_MADE, ost_facts_str(f, f->macros[i].text));
}

/* One #define, or one constant of an enum, a line. */
void ost_symbols_collect_defines(const char *text, size_t len, struct ost_symbol_list *l)
{
	const char *p = text, *end = text + len, *stop;

	while (p < end) {
		while (p < end && (*p == ' ' || *p == '\t' || *p == '#'))
			p++;
		if (end - p > 7 && !strncmp(p, "define", 6) && (p[6] == ' ' || p[6] == '\t'))
			for (p += 6; p < end && (*p == ' ' || *p == '\t');)
				p++;
		for (stop = p; stop < end && (is_word(stop) || (*stop >= '0' && *stop <= '9'));)
			stop++;
		if (stop > p)
			ost_vec_add(&l->names, ost_symbol_hash(OST_SYM_MACRO, p, (size_t)(stop - p)) << 8 | OST_ARGS_ANY);
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : end;
	}
}

/* What a function takes and gives (symbols.h, ost_symbols_signature()): 0 where that is not sure. */
static ost_tag signature_tag(const struct ost_facts *f, uint32_t type)
{
	const struct ost_fact_type *t = &f->types[type], *to;

	if (ost_symbols_is_number(f, type))
		return OST_TAG_NUMBER;
	if (t->kind != OST_T_POINTER)
		return 0;
	to = &f->types[t->inner];
	if (to->kind == OST_T_FUNC)
		return to->flags & OST_TF_VARIADIC ? 0 : ost_symbols_form(f, to->inner, to->first_param, to->nr_params);
	return (to->kind == OST_T_STRUCT || to->kind == OST_T_UNION) && to->name ? ost_symbols_type_tag(f, type) : 0;
}

static void add_signature(struct ost_symbol_list *l, const struct ost_facts *f, const struct ost_fact_func *v)
{
	bool is_known = !v->macro && !(v->flags & OST_FF_OLD_STYLE) && !v->trouble;
	const char *name = ost_facts_str(f, v->name);
	uint32_t len = ost_facts_strlen(f, v->name), i;

	ost_vec_add(&l->members, ost_symbol_member_key(OST_TAG_RETURNS, name, len));
	ost_vec_add(&l->members, !is_known ? 0 : is_void(f, v->ret_type) ? OST_TAG_VOID : signature_tag(f, v->ret_type));
	for (i = 0; i < OST_SIGNATURE_MAX && (!is_known || i < v->nr_params); i++) {
		ost_vec_add(&l->members, ost_symbol_member_key(OST_TAG_PARAM + i, name, len));
		ost_vec_add(&l->members, is_known ? signature_tag(f, f->params[v->first_param + i].type) : 0);
	}
}

static void add_signatures(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		add_signature(l, f, &f->funcs[i]);
	for (i = 0; i < f->nr_protos; i++)
		add_signature(l, f, &f->protos[i]);
}

/* An object that others see, by the record of its type. */
static void add_object(struct ost_symbol_list *l, const struct ost_facts *f, const struct ost_fact_global *g)
{
	add(l, f, OST_SYM_OBJECT, g->name, OST_ARGS_ANY);
	ost_vec_add(&l->members, ost_symbol_member_key(OST_TAG_OBJECT, ost_facts_str(f, g->name), ost_facts_strlen(f, g->name)));
	ost_vec_add(&l->members, ost_symbols_type_tag(f, g->type));
}

/* The forms of what headers declare, as if all were members of one record. */
static void add_forms(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_protos; i++) {
		const struct ost_fact_func *p = &f->protos[i];
		ost_tag form = p->flags & (OST_FF_VARIADIC | OST_FF_OLD_STYLE) ? 0 :
			       ost_symbols_form(f, p->ret_type, p->first_param, p->nr_params);

		ost_vec_add(&l->members, ost_symbol_member_key(OST_TAG_FORM, ost_facts_str(f, p->name),
							       ost_facts_strlen(f, p->name)));
		ost_vec_add(&l->members, form);
	}
}

void ost_symbols_collect(const struct ost_facts *f, bool is_own, struct ost_symbol_list *l)
{
	uint32_t i;

	add_funcs(l, f, f->funcs, f->nr_funcs);
	add_funcs(l, f, f->protos, f->nr_protos);
	add_macros(l, f);
	add_records(l, f);
	add_types(l, f);
	add_invokes(l, f);
	if (is_own) {
		add_made(l, f);
	} else {
		add_words(l, f);
		add_forms(l, f);
	}
	for (i = 0; i < f->nr_globals; i++)
		if (is_own || !(f->globals[i].flags & OST_FF_STATIC))
			add_object(l, f, &f->globals[i]);
	add_signatures(l, f);
}

static bool makes_names(const char *macro)
{
	static const char *const none[] = { "MODULE_", "EXPORT_", "module_" };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(none); i++)
		if (!strncmp(macro, none[i], strlen(none[i])))
			return false;
	return true;
}

/* The words behind the name of each `#define NAME value`, a line each. */
static void add_words_of_defines(struct ost_symbol_list *l, const char *text, size_t len)
{
	const char *p = text, *end = text + len, *eol;
	OST_BUF line = OST_BUF_INIT;

	for (; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		eol = eol ? eol : end;
		if (eol - p < 8 || memcmp(p, "#define", 7))
			continue;
		for (p += 8; p < eol && is_word_byte(p); p++)
			;
		ost_buf_clear(&line);
		ost_buf_add(&line, p, (size_t)(eol - p));
		add_words_of(l, OST_SYM_INSIDE, line.ptr);
	}
}

void ost_symbols_collect_inside(const struct ost_facts *f, const char *text, size_t len, struct ost_symbol_list *l)
{
	uint32_t i;

	for (i = 0; i < f->nr_macros; i++)
		add_tokens(l, OST_SYM_INSIDE, f, &f->macros[i], ost_facts_str(f, f->macros[i].text));
	if (f->kind == OST_FK_REGISTERS)
		add_words_of_defines(l, text, len);
}

/* The words, and numbers, of one node of what a macro is given. */
static void add_given(struct ost_symbol_list *l, enum ost_symbol_kind kind, const struct ost_facts *f, const struct ost_node *x)
{
	switch (x->op) {
	case OST_N_TYPE:
		add_tokens(l, kind, f, NULL, ost_facts_str(f, f->types[x->a].name));
		break;
	case OST_N_NAME:
	case OST_N_NUM:
	case OST_N_TEXT:
	case OST_N_DECL:
	case OST_N_NESTED_FUNC:
		add_tokens(l, kind, f, NULL, ost_facts_str(f, x->a));
		break;
	default:
		break;
	}
}

/* BPF_CALL_2(name, ...) { } is a function to the facts. */
static void add_given_to_heads(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		if (f->funcs[i].macro)
			add(l, f, OST_SYM_GIVEN, f->funcs[i].name, OST_ARGS_ANY);
}

void ost_symbols_collect_given(const struct ost_facts *f, struct ost_symbol_list *l)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t i, n;

	add_given_to_heads(l, f);
	for (i = 0; i < f->nr_invokes; i++) {
		if (!makes_names(ost_facts_str(f, f->invokes[i].name)) ||
		    !ost_facts_unpack(f, f->invokes[i].code, f->invokes[i].code_len, &t))
			continue;
		for (n = 2; n < t.v.nr; n++)
			add_given(l, OST_SYM_GIVEN, f, &t.v.items[n]);
	}
	ost_vec_deinit(&t.v);
}

void ost_symbols_collect_passed(const struct ost_facts *f, struct ost_symbol_list *l)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t i, n;

	for (i = 0; i < f->nr_funcs; i++) {
		if (!ost_facts_unpack(f, f->funcs[i].code, f->funcs[i].code_len, &t))
			continue;
		for (n = 0; n < t.v.nr; n++)
			ost_for_each_kid(&t, n, k)
				if (t.v.items[n].op == OST_N_CALL && k > n + 1 && t.v.items[k].op == OST_N_NAME &&
				    strpbrk(ost_facts_str(f, t.v.items[k].a), LOWER))
					add(l, f, OST_SYM_PASSED, t.v.items[k].a, OST_ARGS_ANY);
	}
	ost_vec_deinit(&t.v);
}

/* ---- what may declare something all the same ---- */

/* Behind a comment or a literal that begins at p; p itself when none does. */
static const char *behind_blank(const char *p, const char *end)
{
	const char *from = p;

	if (end - p > 1 && p[0] == '/' && (p[1] == '/' || p[1] == '*')) {
		bool is_line = p[1] == '/';

		for (p += 2; p < end && (is_line ? *p != '\n' : !(end - p > 1 && p[0] == '*' && p[1] == '/')); p++)
			;
		return is_line || p == end ? p : p + 2;
	}
	if (*p != '"' && *p != '\'')
		return p;
	for (p++; p < end && *p != *from && *p != '\n'; p++)
		p += *p == '\\' && p + 1 < end;
	return p < end ? p + 1 : end;
}

/* Behind the directive that begins at p, its continued lines too. */
static const char *behind_directive(const char *p, const char *end)
{
	for (; p < end && *p != '\n'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p;
}

enum outer { OUTER_ENUMS, OUTER_BARE, OUTER_ALL, EVERYWHERE };	/* BARE: what may be declared there */

/* Where braces stand, as far as enums need it. */
struct braces {
	bool is_enum;		/* the word was seen, and what follows may be its braces */
	int parens;
	int nr_words;		/* of this declaration, but storage words */
	bool is_tag;		/* the next word is behind struct, union or enum */
	int depth, enum_depth;	/* enum_depth: of the constants that are read, or 0 */
};

/* False: more are closed than opened. */
static bool see_brace(struct braces *b, char c)
{
	if (c == '{') {
		b->depth++;
		if (b->is_enum && !b->enum_depth)
			b->enum_depth = b->depth;
	} else if (c == '}') {
		if (b->depth == b->enum_depth)
			b->enum_depth = 0;
		b->depth--;
	}
	b->parens += (c == '(') - (c == ')');
	if (strchr("{};", c))
		b->nr_words = 0;
	if (strchr("{};,()=*", c))
		b->is_enum = false;
	return b->depth >= 0;
}

static bool is_one_of(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == len && !memcmp(*list, word, len))
			return true;
	return false;
}

/* May a word outside of braces and parentheses be what a declaration declares? Its first word is a type, or a macro. */
static bool is_declared(struct braces *b, const char *word, size_t len)
{
	static const char *const storage[] = { "static", "extern", "const", "volatile", "inline", NULL };
	static const char *const tags[] = { "struct", "union", "enum", NULL };
	bool found = !b->parens && b->nr_words && !b->is_tag;

	b->is_tag = is_one_of(word, len, tags);
	b->nr_words += !b->is_tag && !is_one_of(word, len, storage);
	return found && !b->is_tag;
}

static bool is_taken(struct braces *b, enum outer which, const char *word, size_t len)
{
	if (which == EVERYWHERE || (b->enum_depth && b->depth >= b->enum_depth))
		return true;
	return !b->depth && (which == OUTER_ALL || (which == OUTER_BARE && is_declared(b, word, len)));
}

/*
 * Words of enums' braces; OUTER_ALL: and those outside of braces; EVERYWHERE: all. None of directives. False: the braces do not fit each
 * other, as when both arms of an #if open one.
 */
static bool add_outer_words(struct ost_symbol_list *l, enum ost_symbol_kind kind, const char *text, size_t len, enum outer which)
{
	const char *p = text, *end = text + len, *from;
	struct braces b = { .depth = 0 };
	bool is_line_new = true;

	while (p < end) {
		from = p;
		if (is_line_new && *p == '#')
			p = behind_directive(p, end);
		if (p == end)
			break;
		is_line_new = *p == '\n' || (is_line_new && (*p == ' ' || *p == '\t'));
		p = behind_blank(p, end);
		if (p > from)
			continue;
		if (is_word(p)) {
			while (p < end && is_word_byte(p))
				p++;
			b.is_enum |= p - from == 4 && !memcmp(from, "enum", 4);
			if (is_taken(&b, which, from, (size_t)(p - from)))
				add_piece(l, kind, from, p);
			continue;
		}
		if (*p && !see_brace(&b, *p))
			return false;
		p++;
	}
	return !b.depth;
}

static bool has_lost(const struct ost_facts *f)
{
	return f->nr_lost || f->nr_split || f->nr_troubled;
}

static void add_lost(struct ost_symbol_list *l, enum ost_symbol_kind kind, const struct ost_facts *f, const char *text, size_t len)
{
	if (has_lost(f) && !add_outer_words(l, kind, text, len, OUTER_ALL))
		add_outer_words(l, kind, text, len, EVERYWHERE);
}

void ost_symbols_collect_outer(const struct ost_facts *f, const char *text, size_t len, struct ost_symbol_list *l)
{
	add_lost(l, OST_SYM_OUTER, f, text, len);
	if (!has_lost(f))
		add_outer_words(l, OST_SYM_OUTER, text, len, OUTER_BARE);
}

/* enum { EVENT(JOIN), EVENT(LEAVE) }: facts have no constants of them. Where the file has an enum and a macro that pastes. */
static bool may_paste_in_enums(const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; f->nr_enums && i < f->nr_macros; i++)
		if (f->macros[i].is_function && strstr(ost_facts_str(f, f->macros[i].text), "##"))
			return true;
	return false;
}

bool ost_symbols_has_gaps(const struct ost_facts *f)
{
	return has_lost(f) || may_paste_in_enums(f);
}

/* `#define traces EM(a) EM(b)` and `enum trace { traces }`: what stands for the constants makes them. */
static void add_enum_macros(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i, k;

	for (i = 0; i < f->nr_enum_consts; i++)
		for (k = 0; k < f->nr_macros; k++)
			if (!f->macros[k].is_function && f->macros[k].name == f->enum_consts[i].name)
				add_words_of(l, OST_SYM_LOOSE, ost_facts_str(f, f->macros[k].text));
}

/* TRACE_EVENT(name, ...) behind words without a semicolon is taken for a prototype, and the name for a type. */
static void add_macro_like_protos(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i, k;

	for (i = 0; i < f->nr_protos; i++) {
		const struct ost_fact_func *p = &f->protos[i];
		const char *name = ost_facts_str(f, p->name);

		for (k = 0; k < p->nr_params && !name[strcspn(name, LOWER)]; k++)
			add_tokens(l, OST_SYM_LOOSE, f, NULL, ost_facts_str(f, f->types[f->params[p->first_param + k].type].name));
	}
}

/* `struct alg_common ALG_COMMON;` defines the structure where ALG_COMMON stands for its braces. */
static void add_records_by_macro(struct ost_symbol_list *l, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_globals; i++) {
		const struct ost_fact_type *t = &f->types[f->globals[i].type];
		const char *name = ost_facts_str(f, f->globals[i].name);

		if ((t->kind == OST_T_STRUCT || t->kind == OST_T_UNION) && t->name && !name[strcspn(name, LOWER)])
			add_tokens(l, OST_SYM_LOOSE, f, NULL, ost_facts_str(f, t->name));
	}
}

void ost_symbols_collect_loose(const struct ost_facts *f, const char *text, size_t len, struct ost_symbol_list *l)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t i, n;

	for (i = 0; i < f->nr_macros; i++)
		add_tokens(l, OST_SYM_INSIDE, f, &f->macros[i], ost_facts_str(f, f->macros[i].text));
	add_enum_macros(l, f);
	add_macro_like_protos(l, f);
	add_records_by_macro(l, f);
	for (i = 0; i < f->nr_invokes; i++) {
		if (!ost_facts_unpack(f, f->invokes[i].code, f->invokes[i].code_len, &t))
			continue;
		for (n = 1; n < t.v.nr; n++)
			add_given(l, OST_SYM_LOOSE, f, &t.v.items[n]);
	}
	ost_vec_deinit(&t.v);
	if (may_paste_in_enums(f) && !has_lost(f) && !add_outer_words(l, OST_SYM_LOOSE, text, len, OUTER_ENUMS))
		add_outer_words(l, OST_SYM_LOOSE, text, len, EVERYWHERE);
	add_lost(l, OST_SYM_LOOSE, f, text, len);
}
