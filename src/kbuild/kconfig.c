// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads Kconfig files (Documentation/kbuild/kconfig-language.rst): one line
 * a statement; help texts are skipped by their indentation.
 */
#include "kbuild/kconfig.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/word.h"
#include "kbuild/kconfig_expr.h"

#define MAX_NEST 32
#define IN_PROGRESS 99	/* in on_arch.known */
#define MAX_DEPTH 8	/* of symbols that depend on symbols */

void ost_kconfig_init(struct ost_kconfig *k, struct ost_kb_texts *texts)
{
	memset(k, 0, sizeof(*k));
	k->texts = texts;
	k->arena = texts->arena;
}

void ost_kconfig_deinit(struct ost_kconfig *k)
{
	size_t i;

	ost_vec_deinit(&k->entries);
	ost_vec_deinit(&k->sources);
	ost_chains_deinit(&k->by_name);
	ost_chains_deinit(&k->by_selected);
	ost_chains_deinit(&k->by_file);
	for (i = 0; i < k->nr_known; i++)
		ost_table_deinit(&k->known[i].values);
}

/* ---- one file ---- */

struct parse {
	struct ost_kconfig *k;
	const char *file;
	uint32_t line;
	const char *around[MAX_NEST];	/* conditions of the menus and ifs we are in */
	uint32_t depth;
	const char *context;	/* all of them, joined; NULL: to be made */
	bool is_block;		/* a "depends on" here is the menu's or choice's */
	uint32_t choice;	/* depth of the choice that we are in, or 0 */
	size_t entry;		/* the open one + 1, or 0 */
	struct ost_buf selects, selects_if;	/* its, so far */
	int help;		/* its indentation; 0: it begins with the next line; -1: none */
};

static uint64_t hash_of(const char *s)
{
	return ost_hash_bytes(s, strlen(s));
}

static const char *word_after(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strncmp(s, word, n) || (s[n] && !isspace((unsigned char)s[n]) && s[n] != '"') ? NULL :
	       s + n + strspn(s + n, " \t");
}

static const char *both(struct ost_arena *arena, const char *a, const char *b)
{
	return !*a ? b : !*b ? a : ost_arena_printf(arena, "(%s) && (%s)", a, b);
}

static const char *context(struct parse *p)
{
	uint32_t i;

	if (p->context)
		return p->context;
	p->context = "";
	for (i = 0; i < p->depth && i < MAX_NEST; i++)
		p->context = both(p->k->arena, p->context, p->around[i]);
	return p->context;
}

/* Notes the names that begin its lines. */
static void note_selected(struct parse *p, const char *lines)
{
	const char *s = lines;

	for (; *s; s += strcspn(s, "\n") + 1)
		ost_chain_add(&p->k->by_selected, ost_hash_bytes(s, strcspn(s, " ")), (uint32_t)p->entry - 1);
}

/* What follows belongs to that entry (its number + 1), or to none. */
static void set_entry(struct parse *p, size_t entry)
{
	struct ost_kc_entry *e = p->entry ? &p->k->entries.items[p->entry - 1] : NULL;

	if (e && p->selects.len)
		e->selects = ost_arena_strdup(p->k->arena, p->selects.ptr);
	if (e && p->selects_if.len) {
		e->selects_if = ost_arena_strdup(p->k->arena, p->selects_if.ptr);
		note_selected(p, e->selects_if);
	}
	ost_buf_clear(&p->selects);
	ost_buf_clear(&p->selects_if);
	p->entry = entry;
}

static void enter(struct parse *p, const char *condition, bool is_block)
{
	if (p->depth < MAX_NEST)
		p->around[p->depth] = ost_arena_strdup(p->k->arena, condition);
	p->depth++;
	p->context = NULL;
	p->is_block = is_block;
	set_entry(p, 0);
}

static void enter_choice(struct parse *p)
{
	enter(p, "", true);
	p->choice = p->choice ? p->choice : p->depth;
}

static void leave(struct parse *p)
{
	p->choice = p->choice == p->depth ? 0 : p->choice;
	p->depth -= p->depth > 0;
	p->context = NULL;
	p->is_block = false;
	set_entry(p, 0);
}

static const char *quoted(struct ost_arena *arena, const char *s)
{
	const char *end;

	if (*s != '"' && *s != '\'')
		return "";
	end = strchr(s + 1, *s);
	if (!end)
		return "";
	while (end > s + 1 && end[-1] == ' ')
		end--;
	return ost_arena_strndup(arena, s + 1, (size_t)(end - s - 1));
}

static void begin_entry(struct parse *p, const char *name)
{
	struct ost_kc_entry *e;

	set_entry(p, 0);
	e = ost_vec_push(&p->k->entries);
	e->name = ost_arena_strndup(p->k->arena, name, strcspn(name, " \t"));
	ost_chain_add(&p->k->by_name, hash_of(e->name), (uint32_t)p->k->entries.nr - 1);
	e->prompt = e->type = e->selects = e->selects_if = e->defaults = "";
	e->file = p->file;
	e->line = p->line;
	e->depends = context(p);
	e->is_choice = p->choice;
	set_entry(p, p->k->entries.nr);
	p->is_block = false;
}

static void add_source(struct parse *p, const char *s)
{
	struct ost_kc_source *x;
	const char *path = *s == '"' ? quoted(p->k->arena, s) : ost_arena_strdup(p->k->arena, s);

	x = ost_vec_push(&p->k->sources);
	x->file = path;
	x->by = p->file;
	x->depends = context(p);
	ost_chain_add(&p->k->by_file, hash_of(path), (uint32_t)p->k->sources.nr - 1);
}

/* config, menu, if, source and their ends; false for others. */
static bool read_frame(struct parse *p, const char *s)
{
	const char *r;

	if ((r = word_after(s, "config")) || (r = word_after(s, "menuconfig")))
		begin_entry(p, r);
	else if ((r = word_after(s, "if")))
		enter(p, r, false);
	else if (word_after(s, "menu"))
		enter(p, "", true);
	else if (word_after(s, "choice"))
		enter_choice(p);
	else if (word_after(s, "endif") || word_after(s, "endmenu") || word_after(s, "endchoice"))
		leave(p);
	else if ((r = word_after(s, "source")) || (r = word_after(s, "osource")))
		add_source(p, r);
	else if (word_after(s, "comment") || word_after(s, "mainmenu"))
		set_entry(p, 0), p->is_block = false;
	else
		return false;
	return true;
}

#define MAX_LIST 65536	/* bytes of what one entry selects */
#define MAX_DEFAULTS 2048	/* bytes; each new one copies them */

/* "X", "X if Y": one more way to be set. */
static void add_default(struct ost_arena *arena, struct ost_kc_entry *e, const char *text)
{
	const char *cond = strstr(text, " if ");
	size_t n = cond ? (size_t)(cond - text) : strlen(text);
	bool is_value = *text == '"' || *text == '\'' || *text == '-' || isdigit((unsigned char)*text) || *text == '$';

	if (strlen(e->defaults) < MAX_DEFAULTS)
		e->defaults = ost_arena_printf(arena, "%s%s((%.*s) && (%s))", e->defaults, *e->defaults ? " || " : "",
					       is_value ? 1 : (int)n, is_value ? "y" : text, cond ? cond + 4 : "y");
}

static void add_select(struct ost_buf *b, const char *text)
{
	const char *cond = strstr(text, " if ");

	if (b->len < MAX_LIST)
		ost_buf_addf(b, "%.*s %s\n", (int)strcspn(text, " \t"), text, cond ? cond + 4 : "y");
}

static void read_type(struct parse *p, struct ost_kc_entry *e, const char *s)
{
	static const char *const types[] = { "bool", "tristate", "string", "int", "hex", "def_bool", "def_tristate" };
	const char *r;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(types); i++) {
		if (!(r = word_after(s, types[i])))
			continue;
		e->type = types[i] + (i >= 5 ? 4 : 0);
		if (i < 5 && *r)
			e->prompt = quoted(p->k->arena, r);
		if (i >= 5)
			e->is_set |= *r == 'y' && !strstr(r, " if ");
		if (i >= 5)
			add_default(p->k->arena, e, r);
	}
}

static void read_attribute(struct parse *p, const char *s)
{
	struct ost_kc_entry *e = p->entry ? &p->k->entries.items[p->entry - 1] : NULL;
	struct ost_arena *arena = p->k->arena;
	const char *r = word_after(s, "depends");

	if (r && (r = word_after(r, "on"))) {
		if (e)
			e->depends = both(arena, e->depends, ost_arena_strdup(arena, r));
		else if (p->is_block && p->depth && p->depth <= MAX_NEST) {
			p->around[p->depth - 1] = both(arena, p->around[p->depth - 1], ost_arena_strdup(arena, r));
			p->context = NULL;
		}
		return;
	}
	if (!e)
		return;
	if ((r = word_after(s, "prompt"))) {
		e->prompt = quoted(arena, r);
	} else if ((r = word_after(s, "select"))) {
		ost_buf_addf(&p->selects, " %.*s", (int)strcspn(r, " \t"), r);
		add_select(&p->selects_if, r);
	} else if ((r = word_after(s, "imply"))) {
		add_select(&p->selects_if, r);
	} else if ((r = word_after(s, "default"))) {
		e->is_set |= *r == 'y' && !r[strcspn(r, " \t")];
		add_default(arena, e, r);
	} else {
		read_type(p, e, s);
	}
}

/* Is the line part of a help text? */
static bool is_help(struct parse *p, const char *line)
{
	int indent = 0;

	if (p->help < 0)
		return false;
	for (; *line == ' ' || *line == '\t'; line++)
		indent = *line == '\t' ? (indent | 7) + 1 : indent + 1;
	if (!*line || *line == '\r')
		return true;
	if (!p->help && indent)
		p->help = indent;
	if (p->help && indent >= p->help)
		return true;
	p->help = -1;
	return false;
}

static void read_line(struct parse *p, struct ost_buf *line)
{
	const char *s = line->ptr + strspn(line->ptr, " \t");
	size_t n = strlen(s);

	if (is_help(p, line->ptr))
		return;
	if (*s == '#' || !*s)
		return;
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	ost_buf_trim(line, (size_t)(s - line->ptr) + n);
	if (!strcmp(s, "help") || !strcmp(s, "---help---"))
		p->help = 0;
	else if (!read_frame(p, s))
		read_attribute(p, s);
}

static void read_file(struct ost_kconfig *k, const char *path)
{
	struct parse p = { .k = k, .file = path, .help = -1, .selects = OST_BUF_INIT, .selects_if = OST_BUF_INIT };
	const char *s;
	OST_BUF text = OST_BUF_INIT;
	OST_BUF line = OST_BUF_INIT;
	uint32_t nr = 0;
	size_t n;

	p.file = ost_arena_strdup(k->arena, path);
	if (!ost_kb_text_once(k->texts, path, &text))
		return;
	for (s = text.ptr; *s;) {
		p.line = nr + 1;
		ost_buf_clear(&line);
		do {	/* with the lines that continue it */
			n = strcspn(s, "\n");
			ost_buf_add(&line, s, n);
			s += n + (s[n] == '\n');
			nr++;
			n = line.len && line.ptr[line.len - 1] == '\\';
			ost_buf_trim(&line, line.len - n);
		} while (n && *s);
		read_line(&p, &line);
	}
	set_entry(&p, 0);
	ost_buf_deinit(&p.selects);
	ost_buf_deinit(&p.selects_if);
}

/* ---- which files ---- */

static bool is_kconfig(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strncmp(slash ? slash + 1 : path, "Kconfig", 7);
}

/* In the order of the tree, so that who asked first, and for what, makes no difference. */
void ost_kconfig_read_all(struct ost_kconfig *k)
{
	const struct ost_tree_list *l = k->texts->list;
	size_t i;

	for (i = 0; i < l->nr && !k->has_all; i++)
		if (is_kconfig(l->entries[i].path))
			read_file(k, l->entries[i].path);
	k->has_all = true;
}

const struct ost_kc_entry *ost_kconfig_next(const struct ost_kconfig *k, const char *name, uint32_t *at)
{
	const struct ost_kc_entry *e;

	*at = *at ? ost_chain_next(&k->by_name, *at) : ost_chain_first(&k->by_name, hash_of(name));
	for (; *at; *at = ost_chain_next(&k->by_name, *at)) {
		e = &k->entries.items[ost_chain_item(&k->by_name, *at)];
		if (!strcmp(e->name, name))
			return e;
	}
	return NULL;
}

/* How near the file's folder is above `folder`; 0: it is another one. */
static size_t nearness(const char *file, const char *folder)
{
	const char *slash = strrchr(file, '/');
	size_t n = slash ? (size_t)(slash - file) : 0;

	return !n || (!strncmp(file, folder, n) && (!folder[n] || folder[n] == '/')) ? n + 1 : 0;
}

static bool is_better(const struct ost_kc_entry *a, const struct ost_kc_entry *b, const char *folder)
{
	size_t near_a = nearness(a->file, folder), near_b = nearness(b->file, folder);
	int cmp = strcmp(a->file, b->file);

	if (!*a->prompt != !*b->prompt)
		return *a->prompt;
	if (near_a != near_b)
		return near_a > near_b;
	return cmp ? cmp < 0 : a->line < b->line;
}

const struct ost_kc_entry *ost_kconfig_find(struct ost_kconfig *k, const char *name, const char *folder)
{
	const struct ost_kc_entry *found = NULL, *e;
	uint32_t at = 0;

	ost_kconfig_read_all(k);
	while ((e = ost_kconfig_next(k, name, &at)))
		if (!found || is_better(e, found, folder))
			found = e;
	return found;
}

struct leading {
	struct ost_kconfig *k;
	const char *folder, *other;
};

static bool leads_to(const struct leading *l, const char *name, int depth);

/* Does one of the words, defined in the folder, lead there? */
static bool words_lead_to(const struct leading *l, const char *text, int depth)
{
	size_t n, len = strlen(l->folder);
	const struct ost_kc_entry *e;
	const char *p = text;
	char word[128];
	uint32_t at;

	for (; *p; p += n ? n : 1) {
		for (n = 0; isalnum((unsigned char)p[n]) || p[n] == '_'; n++)
			;
		if (!n || n >= sizeof(word))
			continue;
		memcpy(word, p, n);
		word[n] = '\0';
		for (at = 0; (e = ost_kconfig_next(l->k, word, &at));)
			if (!strncmp(e->file, l->folder, len) && leads_to(l, word, depth + 1))
				return true;
	}
	return false;
}

static bool leads_to(const struct leading *l, const char *name, int depth)
{
	const struct ost_kc_entry *e;
	uint32_t at = 0;

	if (!strcmp(name, l->other))
		return true;
	while (depth < 4 && (e = ost_kconfig_next(l->k, name, &at))) {
		if (ost_has_word(e->depends, l->other) || ost_has_word(e->selects, l->other) ||
		    words_lead_to(l, e->depends, depth) || words_lead_to(l, e->selects, depth))
			return true;
	}
	return false;
}

bool ost_kconfig_leads_to(struct ost_kconfig *k, const char *folder, const char *name, const char *other)
{
	const struct leading l = { k, folder, other };

	ost_kconfig_read_all(k);
	return leads_to(&l, name, 0);
}

/* ---- architectures ---- */

struct on_arch {
	struct ost_kconfig *k;
	const char *arch;
	bool is_exact;		/* what only others select is set by them alone */
	bool may_test;		/* COMPILE_TEST may be set */
	bool is_all;		/* and everything that can be is set */
	int depth;
	struct ost_table *known;
	uint32_t nr_cut;	/* answers that were cut short: by depth, in a circle, or by searches */
	uint32_t nr_searches;	/* of who selects something */
};

static enum ost_kc_value value_of(void *ctx, const char *name);

/* Is a file of arch/ the one of that architecture? */
static bool is_of_arch(const char *file, const char *arch)
{
	size_t n = strlen(arch);

	return !strncmp(file, "arch/", 5) && !strncmp(file + 5, arch, n) && file[5 + n] == '/';
}

/* What the lines that source a file stand under. */
static enum ost_kc_value file_value(struct on_arch *a, const char *file, int depth)
{
	enum ost_kc_value best = OST_KC_NO, v, up;
	const struct ost_chains *c = &a->k->by_file;
	bool any = false;
	uint32_t at;

	if (a->is_exact && !strncmp(file, "arch/", 5) && strchr(file + 5, '/') && !is_of_arch(file, a->arch))
		return OST_KC_NO;
	for (at = ost_chain_first(c, hash_of(file)); at && depth < MAX_DEPTH; at = ost_chain_next(c, at)) {
		const struct ost_kc_source *s = &a->k->sources.items[ost_chain_item(c, at)];

		if (strcmp(s->file, file))
			continue;
		any = true;
		v = ost_kc_eval(s->depends, value_of, a);
		up = file_value(a, s->by, depth + 1);
		v = v < up ? v : up;
		best = v > best ? v : best;
	}
	return any ? best : OST_KC_YES;
}

/* The best of the conditions that an entry selects it under. */
static enum ost_kc_value select_value(struct on_arch *a, const struct ost_kc_entry *e, const char *name)
{
	enum ost_kc_value best = OST_KC_NO, v;
	const char *p = e->selects_if, *eol;
	size_t n = strlen(name);

	for (; *p; p = eol + 1) {
		eol = p + strcspn(p, "\n");
		if (strncmp(p, name, n) || p[n] != ' ')
			continue;
		v = ost_kc_eval(ost_arena_strndup(a->k->arena, p + n + 1, (size_t)(eol - p) - n - 1), value_of, a);
		best = v > best ? v : best;
	}
	return best;
}

#define MAX_SEARCHES 2000	/* for one question */

/* May an entry that can be set select it? */
static enum ost_kc_value selected_value(struct on_arch *a, const char *name)
{
	enum ost_kc_value best = OST_KC_NO, most = a->is_all ? OST_KC_YES : OST_KC_MAYBE, v, by;
	const struct ost_chains *c = &a->k->by_selected;
	uint32_t at;

	if (a->nr_searches++ >= MAX_SEARCHES) {
		a->nr_cut++;
		return OST_KC_MAYBE;
	}
	for (at = ost_chain_first(c, hash_of(name)); at && best < most; at = ost_chain_next(c, at)) {
		const struct ost_kc_entry *e = &a->k->entries.items[ost_chain_item(c, at)];

		v = select_value(a, e, name);
		by = v ? value_of(a, e->name) : OST_KC_NO;
		v = v < by ? v : by;
		best = v > best ? v : best;
	}
	return best < most ? best : most;
}

static enum ost_kc_value entry_value(struct on_arch *a, const struct ost_kc_entry *e)
{
	enum ost_kc_value v = ost_kc_eval(e->depends, value_of, a), up = file_value(a, e->file, 0);

	if (a->is_exact && !*e->prompt) {
		enum ost_kc_value by_itself = *e->defaults ? ost_kc_eval(e->defaults, value_of, a) : OST_KC_NO;

		if (by_itself == OST_KC_NO)
			return selected_value(a, e->name);
		v = a->is_all && by_itself < v ? by_itself : v;
	}
	v = v < up ? v : up;
	if (a->is_all && *e->prompt)
		return e->is_choice && v ? OST_KC_MAYBE : v;
	if (a->is_all)
		return v;
	return v == OST_KC_YES && !(e->is_set && !*e->prompt) ? OST_KC_MAYBE : v;
}

static enum ost_kc_value value_by_entries(struct on_arch *a, const char *name)
{
	enum ost_kc_value best = OST_KC_NO, v;
	const struct ost_kc_entry *e;
	bool any = false;
	uint32_t at = 0;

	a->depth++;
	while ((e = ost_kconfig_next(a->k, name, &at))) {
		any = true;
		if (!strncmp(e->file, "arch/", 5) && strchr(e->file + 5, '/') && !is_of_arch(e->file, a->arch))
			continue;
		v = entry_value(a, e);
		best = v > best ? v : best;
	}
	a->depth--;
	return any ? best : OST_KC_MAYBE;
}

/* y or n where only architectures define it, else what its entries allow. */
static enum ost_kc_value value_of(void *ctx, const char *name)
{
	struct on_arch *a = ctx;
	uint64_t hash = hash_of(name), *known;
	enum ost_kc_value v;
	uint32_t nr_cut;

	if (!strcmp(name, "y") || !strcmp(name, "m"))
		return OST_KC_YES;
	if (!strcmp(name, "COMPILE_TEST"))
		return a->is_all ? OST_KC_YES : a->may_test ? OST_KC_MAYBE : OST_KC_NO;
	if (!strcmp(name, "n"))
		return OST_KC_NO;
	known = ost_table_get(a->known, hash);
	if (known && *known && *known != IN_PROGRESS)
		return (enum ost_kc_value)(*known - 1);
	if ((known && *known) || a->depth >= MAX_DEPTH) {
		a->nr_cut++;
		return OST_KC_MAYBE;
	}
	nr_cut = a->nr_cut;
	*ost_table_put(a->known, hash, NULL) = IN_PROGRESS;
	v = value_by_entries(a, name);
	/* what was cut short holds for this question only */
	*ost_table_put(a->known, hash, NULL) = nr_cut == a->nr_cut || !a->depth ? v + 1 : 0;
	return v;
}

/* The table of an architecture, emptied when more entries have been read since. */
static struct ost_table *known_of(struct ost_kconfig *k, const char *arch)
{
	struct ost_kc_known *n;
	size_t i;

	for (i = 0; i < k->nr_known && strcmp(k->known[i].arch, arch); i++)
		;
	n = &k->known[i % OST_ARRAY_SIZE(k->known)];
	if (i == k->nr_known && i < OST_ARRAY_SIZE(k->known))
		k->nr_known++;
	if (!n->arch || strcmp(n->arch, arch) || n->nr_entries != k->entries.nr) {
		ost_table_deinit(&n->values);
		n->arch = arch;
		n->nr_entries = k->entries.nr;
	}
	return &n->values;
}

static enum ost_kc_value on_arch(struct on_arch *a, const char *name, const char *question)
{
	ost_kconfig_read_all(a->k);
	a->known = known_of(a->k, ost_arena_printf(a->k->arena, "%s%s", a->arch, question));
	return value_of(a, name);
}

enum ost_kc_value ost_kconfig_on_arch(struct ost_kconfig *k, const char *name, const char *arch)
{
	struct on_arch a = { .k = k, .arch = arch };

	return on_arch(&a, name, "");
}

enum ost_kc_value ost_kconfig_on_arch_test(struct ost_kconfig *k, const char *name, const char *arch)
{
	struct on_arch a = { .k = k, .arch = arch, .is_exact = true, .may_test = true };

	return on_arch(&a, name, " test");
}

enum ost_kc_value ost_kconfig_on_arch_for_use(struct ost_kconfig *k, const char *name, const char *arch)
{
	struct on_arch a = { .k = k, .arch = arch, .is_exact = true };

	return on_arch(&a, name, " use");
}

enum ost_kc_value ost_kconfig_in_all(struct ost_kconfig *k, const char *name, const char *arch)
{
	struct on_arch a = { .k = k, .arch = arch, .is_exact = true, .may_test = true, .is_all = true };

	return on_arch(&a, name, " all");
}

const char *const *ost_kconfig_archs(struct ost_kconfig *k)
{
	const struct ost_tree_list *l = k->texts->list;
	const char **archs = ost_arena_calloc(k->arena, 65, sizeof(*archs));
	size_t i, nr = 0;

	for (i = 0; i < l->nr && nr < 64; i++) {
		const char *p = l->entries[i].path, *slash;

		if (strncmp(p, "arch/", 5) || !(slash = strchr(p + 5, '/')) || strcmp(slash, "/Kconfig"))
			continue;
		archs[nr++] = ost_arena_strndup(k->arena, p + 5, (size_t)(slash - p - 5));
	}
	return archs;
}
