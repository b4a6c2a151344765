// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/unseen.h"

#include <string.h>

#include "branch/built_headers.h"
#include "branch/forms.h"
#include "branch/left.h"
#include "branch/locate.h"
#include "branch/made.h"
#include "branch/module_lines.h"
#include "branch/syntax.h"
#include "branch/typecheck.h"
#include "git/run.h"
#include "review/declared.h"
#include "review/reach.h"

/* False: it cannot be read as C. */
static bool add_file(const struct ost_unseen *u, struct ost_included *x, const struct ost_file_trial *f)
{
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts facts;
	struct ost_err *err;
	bool is_one;

	ost_recognise(u->q->shared->recogniser, f->path, f->text, f->len, &record);
	err = ost_facts_open(&facts, record.ptr, record.len);
	is_one = !err && (facts.nr_includes || ost_is_header(f->path));
	if (is_one)
		ost_included_add(x, f->path, &facts, f->text, f->len);
	ost_err_destroy(err);
	ost_buf_deinit(&record);
	return is_one;
}

/*
 * What the file gets to see, headers that the patch changes counted as if all were included. NULL for a header,
 * and for a file that includes nothing (another one includes it).
 */
static struct ost_included *included_by(const struct ost_unseen *u, const struct ost_file_trial *f, const struct ost_make_flags *flags)
{
	struct ost_included *x;
	uint32_t i;
	bool is_fine;

	if (!u->trees->shared || ost_is_header(f->path))
		return NULL;
	x = ost_included_create(u->side, u->trees, flags);
	is_fine = add_file(u, x, f);
	for (i = 0; i < u->trial->nr_files && is_fine; i++)
		if (u->trial->files[i].text && u->trial->files[i].path && ost_is_header(u->trial->files[i].path))
			add_file(u, x, &u->trial->files[i]);
	if (!is_fine) {
		ost_included_destroy(x);
		return NULL;
	}
	ost_included_close(x);
	return x;
}

/* ---- names that were not seen ---- */

static size_t folder_len(const char *path, size_t n)
{
	while (n && path[n - 1] != '/')
		n--;
	return n ? n - 1 : 0;
}

/* The folder above the one of a path, but for drivers/ and the like: the folder itself then; "." for a file at the top. */
static const char *folder_around(struct ost_arena *arena, const char *path)
{
	size_t own = folder_len(path, strlen(path)), above = folder_len(path, own);

	if (above && memchr(path, '/', above))
		own = above;
	return own ? ost_arena_strndup(arena, path, own) : ".";
}

/* ---- files that are included by others ---- */

static bool see_any(void *ctx, const char *line, size_t len)
{
	*(bool *)ctx |= len != 0;
	return false;
}

/* The folder above that of a path, whatever it is; "." for none. */
static const char *folder_above(struct ost_arena *arena, const char *path)
{
	size_t above = folder_len(path, folder_len(path, strlen(path)));

	return above ? ost_arena_strndup(arena, path, above) : ".";
}

/* Does `git grep` with these arguments find anything? True as well when that cannot be asked. */
static bool is_anywhere(const struct ost_unseen *u, const char *const *args)
{
	struct ost_git_run run = { .args = args, .max = 1 << 20, .ok_status = 1 };
	bool found = false;
	struct ost_err *err = ost_git_stream(u->side->repo, &run, '\n', see_any, &found);

	found |= err != NULL;
	ost_err_destroy(err);
	return found;
}

/* A text "name.c" or <.../name.c>, anywhere around, or just above: #include of it. */
static bool is_included_elsewhere(const struct ost_unseen *u, const char *path)
{
	struct ost_arena *arena = &u->side->arena;
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *beside = ost_arena_printf(arena, "\"%s\"", base), *quoted = ost_arena_printf(arena, "/%s\"", base);
	const char *args[] = { "grep", "-l", "-I", "-F", "--no-color", "-e", beside, "-e", quoted, "-e", ost_arena_printf(arena, "/%s>", base),
			       u->side->rev, "--", folder_around(arena, path), NULL };
	const char *above[] = { "grep", "-l", "-I", "-F", "--no-color", "--max-depth", "0", "-e", quoted, u->side->rev, "--",
				folder_above(arena, path), NULL };

	return is_anywhere(u, args) || is_anywhere(u, above);
}

/* struct_group_tagged(name, ...) among the members of a record defines a structure, of which facts do not know. */
struct group_tags {
	struct ost_arena *arena;
	OST_VEC(const char *) names;
	bool is_unknown;	/* it could not be asked */
};

static bool see_group_tag(void *ctx, const char *line, size_t len)
{
	static const char *const macros[] = { "struct_group_tagged(", "__struct_group(" };
	struct group_tags *tags = ctx;
	size_t i;

	(void)len;
	for (i = 0; i < OST_ARRAY_SIZE(macros); i++) {
		const char *p = strstr(line, macros[i]);

		if (!p)
			continue;
		p += strlen(macros[i]);
		p += strspn(p, " \t");
		ost_vec_add(&tags->names, ost_arena_strndup(tags->arena, p, strcspn(p, " \t,)")));
	}
	return true;
}

/* All of them in headers and around the file, in one search for however many names. */
static void read_group_tags(const struct ost_unseen *u, const char *path, struct group_tags *tags)
{
	const char *args[] = { "grep", "-h", "-I", "-F", "--no-color", "-e", "struct_group_tagged(", "-e", "__struct_group(",
			       u->side->rev, "--", "include", folder_around(&u->side->arena, path), NULL };
	struct ost_git_run run = { .args = args, .max = 16 << 20, .ok_status = 1 };
	struct ost_err *err;

	*tags = (struct group_tags){ .arena = &u->side->arena };
	err = ost_git_stream(u->side->repo, &run, '\n', see_group_tag, tags);
	tags->is_unknown = err != NULL;
	ost_err_destroy(err);
}

static bool may_be_group_tag(const struct group_tags *tags, const char *name)
{
	size_t i;

	for (i = 0; i < tags->names.nr; i++)
		if (!strcmp(tags->names.items[i], name))
			return true;
	return tags->is_unknown;
}

static bool is_group_tag(const struct ost_unseen *u, const char *path, const char *name)
{
	struct group_tags tags;
	bool found;

	read_group_tags(u, path, &tags);
	found = may_be_group_tag(&tags, name);
	ost_vec_deinit(&tags.names);
	return found;
}

/* ---- what is said of them ---- */

static const char *header_text(const struct ost_unseen *u, const struct ost_hidden_name *h)
{
	static const enum ost_symbol_kind kinds[] = { OST_SYM_FUNC, OST_SYM_MACRO, OST_SYM_ENUM, OST_SYM_TYPE, OST_SYM_OBJECT };
	const char *path = NULL;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(kinds) && !path && !h->tag; i++)
		path = ost_header_of(u->trees, kinds[i], h->name);
	return path ? ost_arena_printf(&u->side->arena, " (include/%s has it)", path) : "";
}

static void tell_hidden(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c)
{
	const struct ost_hidden_name *h = c->hidden.nr ? &c->hidden.items[0] : NULL;

	if (h && !c->trouble)
		c->trouble = ost_arena_printf(c->arena, "line %u uses the %s %s, which no header that %s includes declares%s",
					      h->line, h->kind, h->name, f->path, header_text(u, h));
}

static bool is_type(const struct ost_missing_symbol *m)
{
	return !strcmp(m->kind, "type");
}

static void doubt_defined(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c, size_t first)
{
	struct group_tags tags = { .arena = NULL };
	size_t i, nr = first;

	for (i = first; i < c->missing.nr && !tags.arena; i++)
		if (is_type(&c->missing.items[i]))
			read_group_tags(u, f->path, &tags);
	for (i = first; i < c->missing.nr; i++)
		if ((ost_is_missing_name(&c->missing.items[i]) && ost_make_flags_defines(c->flags, c->missing.items[i].name)) ||
		    (is_type(&c->missing.items[i]) && may_be_group_tag(&tags, c->missing.items[i].name)))
			ost_uses_doubt(c, c->missing.items[i].name);
		else
			c->missing.items[nr++] = c->missing.items[i];
	c->missing.nr = nr;
	ost_vec_deinit(&tags.names);
}

/* Was anything said that depends on what the file includes? */
static bool is_refused(const struct ost_uses_check *c, const struct ost_uses_check *was)
{
	return c->hidden.nr || c->missing.nr > was->missing.nr || c->trouble != was->trouble || c->warning != was->warning ||
	       c->unannounced != was->unannounced;
}

/* What the file included before, where the patch takes an #include away; else NULL. */
static struct ost_included *included_before(const struct ost_unseen *u, const struct ost_unseen_file *a, const struct ost_make_flags *flags)
{
	struct ost_included *x;

	if (!a->before || !u->trees->shared || ost_is_header(a->trial->path) || !ost_loses_includes(a->facts, a->before))
		return NULL;
	x = ost_included_create(u->side, u->trees, flags);
	ost_included_add(x, a->trial->path, a->before, a->trial->before, a->trial->before_len);
	ost_included_close(x);
	return x;
}

static void ask(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c, struct ost_included *included,
		bool is_any_header)
{
	c->included = included;
	c->is_any_header = is_any_header;
	c->text = a->trial->text;
	ost_check_uses(c, u->symbols, a->trial->path, a->facts, a->before, a->is_added, a->nr_lines);
	ost_check_module_lines(c, u->symbols, a->facts, a->is_added, a->nr_lines);
	c->included = NULL;
	c->text = NULL;
}

/* Forgets what was asked of this file. */
static void start_again(struct ost_uses_check *c, const struct ost_uses_check *was)
{
	ost_vec_deinit(&c->hidden);
	c->missing.nr = was->missing.nr;
	c->nr_uses = was->nr_uses;
	c->nr_doubtful = was->nr_doubtful;
	memcpy(c->doubtful, was->doubtful, sizeof(c->doubtful));
	c->trouble = was->trouble;
	c->warning = was->warning;
	c->unannounced = was->unannounced;
}

/* Is the file compiled by itself, in a build for x86? Errors: a tree that cannot be listed. */
static struct ost_err *find_build(const struct ost_unseen *u, const char *path, enum ost_built *ret)
{
	ost_try(ost_reach_builds(ret, u->q->shared, u->side->rev, path, "x86", u->q->config));
	if (*ret != OST_BUILT_NO && !ost_is_header(path) && is_included_elsewhere(u, path))
		*ret = OST_BUILT_NO;
	return NULL;
}

/* By all headers there are. What the included ones did not declare is doubtful. */
static void ask_again(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c,
		      const struct ost_uses_check *was, struct ost_included *included)
{
	size_t nr = c->hidden.nr, i;
	const char *names[3] = { NULL, NULL, NULL };

	for (i = 0; i < nr && i < OST_ARRAY_SIZE(names); i++)
		names[i] = c->hidden.items[i].name;
	start_again(c, was);
	ask(u, a, c, included, true);
	for (i = 0; i < nr; i++)
		ost_uses_doubt(c, i < OST_ARRAY_SIZE(names) ? names[i] : NULL);
}

/* Nothing is missing for sure, nor taken away. */
static void doubt_all(struct ost_uses_check *c, const struct ost_uses_check *was)
{
	size_t i;

	for (i = was->missing.nr; i < c->missing.nr; i++)
		ost_uses_doubt(c, c->missing.items[i].name);
	c->missing.nr = was->missing.nr;
	if (c->trouble != was->trouble)
		ost_uses_doubt(c, NULL);
	c->trouble = was->trouble;
}

static struct ost_err *settle(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c,
			      const struct ost_uses_check *was, struct ost_included *included)
{
	bool is_closed = included && !ost_included_is_open(included);
	size_t first = was->missing.nr;
	enum ost_built built;

	if (is_closed)
		doubt_defined(u, a->trial, c, first);
	if (!is_refused(c, was))
		return NULL;
	ost_try(find_build(u, a->trial->path, &built));
	if (is_closed && built == OST_BUILT_YES) {
		tell_hidden(u, a->trial, c);
		return NULL;
	}
	if (is_closed)
		ask_again(u, a, c, was, included);
	if (built == OST_BUILT_NO)
		doubt_all(c, was);
	else
		ost_declared_otherwise(u->side, a->trial->path, c);
	return NULL;
}

/* ---- what the configuration decides ---- */

struct deciding {
	const struct ost_unseen *u;
	struct ost_err *err;
};

static enum ost_if_value symbol_value(void *ctx, const char *symbol)
{
	static const enum ost_if_value values[] = { [OST_SET_UNKNOWN] = OST_IF_UNKNOWN, [OST_SET_NO] = OST_IF_FALSE,
						    [OST_SET_MODULE] = OST_IF_MODULE, [OST_SET_YES] = OST_IF_TRUE };
	struct deciding *d = ctx;
	enum ost_set set = OST_SET_UNKNOWN;

	if (!d->err)
		d->err = ost_reach_sets(&set, d->u->q->shared, d->u->side->rev, symbol, d->u->q->config);
	return values[set];
}

/* Which of the lines under an #if are compiled where everything is set? Asked where an added one is among them. */
static struct ost_err *decide_ifs(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c)
{
	struct deciding d = { u, NULL };
	struct ost_if_config config = { symbol_value, &d };
	uint32_t i;

	for (i = 1; c->ifs && i <= a->nr_lines; i++)
		if (a->is_added[i] && c->ifs[i] == OST_UNDER_IF) {
			c->ifs = ost_if_lines(c->arena, a->trial->text, a->trial->len, a->nr_lines, &config);
			break;
		}
	return d.err;
}

/* A prototype in a header around is another driver's, maybe, when the file is not known to be built. */
static struct ost_err *check_forms(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c,
				   struct ost_included *included)
{
	const char *trouble = c->trouble;
	enum ost_built built;

	c->text = a->trial->text;
	ost_check_words(c, a->facts, a->before ? a->trial->before : NULL, a->is_added, a->nr_lines, u->symbols, included);
	if (c->trouble) {
		ost_try(find_build(u, a->trial->path, &built));
		c->text = NULL;
		if (c->trouble != trouble && built != OST_BUILT_YES) {
			c->trouble = NULL;
			ost_uses_doubt(c, NULL);
		}
		return NULL;
	}
	ost_doubt_troubled(c, a->facts, a->before);
	ost_check_forms(c, u->symbols, a->facts, a->before, a->is_added, a->nr_lines);
	c->text = NULL;
	if (!c->trouble || !c->is_by_header)
		return NULL;
	ost_try(find_build(u, a->trial->path, &built));
	if (built != OST_BUILT_YES) {
		c->trouble = NULL;
		ost_uses_doubt(c, NULL);
	}
	return NULL;
}

/* What the file would hold without a use; another one that includes it may use it. */
static void check_left(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c, struct ost_included *included)
{
	if (c->warning || ost_is_header(a->trial->path))
		return;
	ost_check_left(c, u->symbols, included, a->facts, a->before, a->trial->text, a->trial->len, a->is_added, a->nr_lines);
	if (c->warning && is_included_elsewhere(u, a->trial->path)) {
		c->warning = NULL;
		ost_uses_doubt(c, NULL);
	}
}

/* ---- headers ---- */

static bool is_brought(const struct ost_unseen *u, const char *name)
{
	size_t n = strlen(name), len;
	uint32_t i;

	for (i = 0; i < u->trial->nr_files; i++) {
		const char *path = u->trial->files[i].path;

		len = path ? strlen(path) : 0;
		if (len >= n && !strcmp(path + len - n, name))
			return true;
	}
	return false;
}

/* Is it nowhere, or made by the build? <asm/x.h> of other architectures is somewhere. */
static bool may_be_built(const struct ost_unseen *u, const char *name)
{
	uint32_t at = 0;

	return (strncmp(name, "asm/", 4) && !ost_side_ending(u->side, name, &at)) || ost_built_header(u->side, name) != OST_BUILT_HEADER_NO;
}

/* An added #include "x.h" of a header that lies in a folder which is not searched for this file. */
static struct ost_err *check_includes(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c,
				      struct ost_included *included)
{
	enum ost_built built;
	uint32_t i;

	for (i = 0; included && i < a->facts->nr_includes && !c->trouble; i++) {
		const struct ost_fact_include *inc = &a->facts->includes[i];
		const char *name = ost_facts_str(a->facts, inc->path);

		if (!inc->line || inc->line > a->nr_lines || !a->is_added[inc->line] || (inc->cond && !(c->ifs && c->ifs[inc->line] == OST_NOT_UNDER_IF)) ||
		    may_be_built(u, name) || is_brought(u, name) || (a->before && ost_has_include(a->before, name)) || ost_included_finds(included, a->trial->path, name, inc->is_system))
			continue;
		ost_try(find_build(u, a->trial->path, &built));
		if (built != OST_BUILT_YES)
			return NULL;
		c->trouble = ost_arena_printf(c->arena, "line %u includes %s, which is in no folder that is searched for %s", inc->line, name,
					      a->trial->path);
	}
	return NULL;
}

/* ---- types ---- */

/* Does the patch change a header? Then the types that it declares are not those of the branch. */
static bool has_header(const struct ost_unseen *u)
{
	uint32_t i;

	for (i = 0; i < u->trial->nr_files; i++)
		if (u->trial->files[i].path && ost_is_header(u->trial->files[i].path))
			return true;
	return false;
}

/* Types, where all headers are known and the file is built by itself. */
static struct ost_err *check_types(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c,
				   const struct ost_uses_check *was, struct ost_included *included)
{
	struct ost_typecheck_file now = { a->facts, a->trial->text, a->trial->len };
	struct ost_typecheck_file old = { a->before, a->trial->before, a->trial->before_len };
	const char *conversion = c->conversion, *warning = c->warning;
	const unsigned char *ifs = c->ifs;
	struct deciding d = { u, NULL };
	struct ost_if_config config = { symbol_value, &d };
	enum ost_built built;

	if (c->trouble || c->missing.nr > was->missing.nr || !included || ost_included_is_open(included) || has_header(u))
		return NULL;
	if (ifs)
		c->ifs = ost_if_lines(c->arena, a->trial->text, a->trial->len, a->nr_lines, &config);
	ost_typecheck(c, included, &now, a->before ? &old : NULL, a->is_added, a->nr_lines);
	c->ifs = ifs;
	ost_try(d.err);
	if (!c->trouble && c->conversion == conversion && c->warning == warning)
		return NULL;
	ost_try(find_build(u, a->trial->path, &built));
	if (built == OST_BUILT_YES && !(c->undefined && (is_group_tag(u, a->trial->path, c->undefined) ||
							 ost_may_be_made(c->arena, u->symbols, included, c->undefined))))
		return NULL;
	c->trouble = NULL;
	c->conversion = conversion;
	c->warning = warning;
	ost_uses_doubt(c, NULL);
	return NULL;
}

struct ost_err *ost_unseen_check(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c)
{
	struct ost_included *included;
	struct ost_make_flags flags;
	const struct ost_uses_check was = *c;
	struct ost_err *err = decide_ifs(u, a, c);

	ost_make_flags_read(&flags, u->side, a->trial->path);
	included = included_by(u, a->trial, &flags);
	c->flags = &flags;
	c->included_before = included_before(u, a, &flags);
	ask(u, a, c, included, false);
	if (!err)
		err = settle(u, a, c, &was, included);
	if (!err)
		err = check_forms(u, a, c, included);
	if (!err)
		err = check_includes(u, a, c, included);
	if (!err)
		err = check_types(u, a, c, &was, included);
	check_left(u, a, c, included);
	ost_vec_deinit(&c->hidden);
	ost_included_destroy(c->included_before);
	c->included_before = NULL;
	ost_included_destroy(included);
	c->flags = NULL;
	ost_make_flags_deinit(&flags);
	return err;
}
