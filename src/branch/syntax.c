// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/syntax.h"

#include <string.h>

#include "base/word.h"
#include "branch/made.h"

/* Behind a comment that begins at p, or p. */
static const char *behind_comment(const char *p)
{
	const char *end;

	if (p[0] != '/' || (p[1] != '*' && p[1] != '/'))
		return p;
	end = p[1] == '*' ? strstr(p + 2, "*/") : strchr(p, '\n');
	if (!end)
		return p + strlen(p);
	return p[1] == '*' ? end + 2 : end;
}

/* Behind a directive's last line. */
static const char *behind_directive(const char *p)
{
	for (; *p && *p != '\n'; p++) {
		const char *to = behind_comment(p);

		if (to > p && *to) {
			p = to - 1;
			continue;
		}
		p += p[0] == '\\' && p[1];
	}
	return p;
}

/* The next place of code from p on: outside of comments, literals and directives; *is_new: nothing but blanks since the line began. */
static const char *next_code(const char *p, bool *is_new)
{
	while (*p) {
		const char *to = behind_comment(p);

		if (*p == '\n') {
			*is_new = true;
			p++;
		} else if (to > p) {
			p = to;
		} else if (*is_new && *p == '#') {
			p = behind_directive(p);
		} else if (*p == '"' || *p == '\'') {
			*is_new = false;
			p = ost_behind_literal(p);
		} else if (*p == ' ' || *p == '\t' || *p == '\r') {
			p++;
		} else {
			*is_new = false;
			return p;
		}
	}
	return p;
}

/* ---- braces ---- */

struct depths {
	int of[3];	/* {}, (), [] */
	bool is_below;	/* closed and not opened */
};

static struct depths depths_of(const char *text)
{
	static const char open[] = "{([", close[] = "})]";
	struct depths d = { { 0, 0, 0 }, false };
	bool is_new = true;
	const char *p, *at;

	for (p = next_code(text, &is_new); *p; p = next_code(p + 1, &is_new)) {
		at = strchr(open, *p);
		if (at)
			d.of[at - open]++;
		at = strchr(close, *p);
		if (at)
			d.is_below |= --d.of[at - close] < 0;
	}
	return d;
}

static bool are_even(const struct depths *d)
{
	return !d->is_below && !d->of[0] && !d->of[1] && !d->of[2];
}

/* Lines that begin with #if, #el or #en. */
static uint32_t count_ifs(const char *text)
{
	uint32_t nr = 0;

	for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL) {
		const char *p = text + strspn(text, " \t");

		if (*p == '#') {
			p += 1 + strspn(p + 1, " \t");
			nr += !strncmp(p, "if", 2) || !strncmp(p, "el", 2) || !strncmp(p, "en", 2);
		}
	}
	return nr;
}

const char *ost_unbalanced_braces(struct ost_arena *arena, const char *before, const char *text)
{
	static const char *const names[] = { "braces", "parentheses", "brackets" };
	struct depths old, now;
	size_t i;

	if (!before || count_ifs(before) != count_ifs(text))
		return NULL;
	old = depths_of(before);
	now = depths_of(text);
	if (!are_even(&old) || are_even(&now))
		return NULL;
	for (i = 0; i < 2 && !now.of[i]; i++)
		;
	return ost_arena_printf(arena, "its %s would not fit each other", names[i]);
}

/* ---- words ---- */

static bool is_of_compiler(const char *name)
{
	static const char *const words[] = { "__func__", "__FUNCTION__", "__PRETTY_FUNCTION__", "__FILE__", "__LINE__", "__COUNTER__", "__DATE__",
					     "__TIME__", "__asm__", "__asm", "__volatile__", "__volatile", "__attribute__", "__attribute",
					     "__typeof__", "__typeof", "__alignof__", "__alignof", "__inline__", "__inline", "__extension__",
					     "__label__", "__int128", "__auto_type", "__const__", "__const", "__signed__", "__signed",
					     "__restrict", "__restrict__", "__thread", "__VA_ARGS__", "__VA_OPT__", "__complex__", "__real__",
					     "__imag__", "__seg_gs", "__seg_fs" };
	size_t i;

	if (!strncmp(name, "__builtin_", 10) || !strncmp(name, "__sync_", 7) || !strncmp(name, "__atomic_", 9) || !strncmp(name, "__KBUILD_", 9) ||
	    !strncmp(name, "__NR_", 5) || !strncmp(name, "__SIZEOF_", 9) || name[strlen(name) - 1] == '_')
		return true;
	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], name))
			return true;
	return false;
}

/* Does a function that has the line declare it? Whatever was not understood may. */
static bool is_local(const struct ost_facts *f, const char *name, uint32_t line)
{
	struct ost_tree t = { OST_VEC_INIT };
	bool found = false;
	uint32_t i, n;

	for (i = 0; i < f->nr_funcs && !found; i++) {
		const struct ost_fact_func *func = &f->funcs[i];

		if (line < func->first_line || line > func->end_line)
			continue;
		for (n = 0; n < func->nr_params; n++)
			found |= !strcmp(ost_facts_str(f, f->params[func->first_param + n].name), name);
		if (!ost_facts_unpack(f, func->code, func->code_len, &t))
			found = true;
		for (n = 0; n < t.v.nr && !found; n++)
			found = t.v.items[n].op == OST_N_TEXT || ((t.v.items[n].op == OST_N_DECL || t.v.items[n].op == OST_N_LABEL ||
				t.v.items[n].op == OST_N_NESTED_FUNC || t.v.items[n].op == OST_N_MEMBER || t.v.items[n].op == OST_N_INIT_FIELD) &&
				!strcmp(ost_facts_str(f, t.v.items[n].a), name));
	}
	ost_vec_deinit(&t.v);
	return found;
}

/* A name that the file declares outside of functions, or a member. */
static bool is_declared(const struct ost_facts *f, const char *name)
{
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		if (!strcmp(ost_facts_str(f, f->funcs[i].name), name))
			return true;
	for (i = 0; i < f->nr_protos; i++)
		if (!strcmp(ost_facts_str(f, f->protos[i].name), name))
			return true;
	for (i = 0; i < f->nr_globals; i++)
		if (!strcmp(ost_facts_str(f, f->globals[i].name), name))
			return true;
	for (i = 0; i < f->nr_records; i++)
		if (!strcmp(ost_facts_str(f, f->records[i].tag), name))
			return true;
	for (i = 0; i < f->nr_fields; i++)
		if (!strcmp(ost_facts_str(f, f->fields[i].name), name))
			return true;
	for (i = 0; i < f->nr_enums; i++)
		if (!strcmp(ost_facts_str(f, f->enums[i].tag), name))
			return true;
	for (i = 0; i < f->nr_enum_consts; i++)
		if (!strcmp(ost_facts_str(f, f->enum_consts[i].name), name))
			return true;
	for (i = 0; i < f->nr_typedefs; i++)
		if (!strcmp(ost_facts_str(f, f->typedefs[i].name), name))
			return true;
	return false;
}

static bool is_known(struct ost_uses_check *c, const struct ost_facts *f, const struct ost_symbols *symbols, struct ost_included *x, const char *name,
		     uint32_t line)
{
	return is_of_compiler(name) || ost_included_has(x, OST_SYM_MACRO, name) || ost_included_has(x, OST_SYM_WORD, name) ||
	       ost_included_has(x, OST_SYM_INSIDE, name) || ost_included_has(x, OST_SYM_LOOSE, name) || ost_included_has(x, OST_SYM_FUNC, name) ||
	       ost_included_has(x, OST_SYM_OBJECT, name) || ost_included_has(x, OST_SYM_PASSED, name) || is_declared(f, name) ||
	       is_local(f, name, line) || ost_may_be_made(c->arena, symbols, x, name);
}

static void report(struct ost_uses_check *c, const char *name, uint32_t line)
{
	if (!c->trouble)
		c->trouble = ost_arena_printf(c->arena, "line %u uses %s, which no header that the file includes has in any form", line, name);
}

static const struct ost_fact_func *find(const struct ost_facts *f, const char *name)
{
	uint32_t i;

	for (i = 0; f && i < f->nr_funcs; i++)
		if (!strcmp(ost_facts_str(f, f->funcs[i].name), name))
			return &f->funcs[i];
	return NULL;
}

void ost_doubt_troubled(struct ost_uses_check *c, const struct ost_facts *facts, const struct ost_facts *before)
{
	uint32_t i;

	for (i = 0; before && i < facts->nr_funcs; i++) {
		const char *name = ost_facts_str(facts, facts->funcs[i].name);
		const struct ost_fact_func *old = facts->funcs[i].trouble ? find(before, name) : NULL;

		if (old && !old->trouble)
			ost_uses_doubt(c, name);
	}
	if (before && facts->nr_lost > before->nr_lost)
		ost_uses_doubt(c, NULL);
}

void ost_check_words(struct ost_uses_check *c, const struct ost_facts *facts, const char *before, const bool *is_added, uint32_t nr_lines,
		     const struct ost_symbols *symbols, struct ost_included *included)
{
	const char *p, *from, *at = c->text;
	bool is_new = true;
	uint32_t line = 1;

	if (!c->text || !included || ost_included_is_open(included))
		return;
	for (p = next_code(c->text, &is_new); *p; p = next_code(p, &is_new)) {
		const char *name;

		for (; at < p; at++)
			line += *at == '\n';
		if (!ost_is_word_byte(*p)) {
			p++;
			continue;
		}
		for (from = p; ost_is_word_byte(*p); p++)
			;
		if (p - from < 4 || from[0] != '_' || from[1] != '_' || line > nr_lines || !is_added[line] || (c->ifs && c->ifs[line] != OST_NOT_UNDER_IF))
			continue;
		name = ost_arena_strndup(c->arena, from, (size_t)(p - from));
		if (!(before && ost_has_word(before, name)) && !is_known(c, facts, symbols, included, name, line))
			report(c, name, line);
	}
}
