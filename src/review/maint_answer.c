// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The answer is made in the kernel script's order, because that order shows:
 * a person or list found twice keeps the role of the first time.
 *
 *  1. files, sorted; for each its sections, deepest first; then the sections
 *     whose K: matched, in the order of their numbers compared as text;
 *  2. people and lists are mapped by .mailmap and merged by name or address;
 *  3. addresses found in .yaml files come last.
 */
#include "review/maint.h"

#include <ctype.h>

#define MAX_PATCH (128u << 20)
#define MAX_TITLE 50	/* characters of a heading shown in a role */

struct asker {
	struct ost_maintainers *m;
	struct ost_arena *a;
	OST_VEC(struct ost_maint_entry) people, lists;
	OST_VEC(struct ost_maint_match) matches;
	struct ost_intern names, addresses, list_addresses;	/* seen, lower case */
	bool *is_section_seen;
	struct ost_maint_strings in_files;
};

static void asker_init(struct asker *k, struct ost_maintainers *m, struct ost_arena *a)
{
	memset(k, 0, sizeof(*k));
	k->m = m;
	k->a = a;
	ost_intern_init(&k->names);
	ost_intern_init(&k->addresses);
	ost_intern_init(&k->list_addresses);
	k->is_section_seen = ost_calloc(m->sections.nr + 1, sizeof(bool));
}

static void asker_deinit(struct asker *k)
{
	ost_vec_deinit(&k->people);
	ost_vec_deinit(&k->lists);
	ost_vec_deinit(&k->matches);
	ost_vec_deinit(&k->in_files);
	ost_intern_deinit(&k->names);
	ost_intern_deinit(&k->addresses);
	ost_intern_deinit(&k->list_addresses);
	free(k->is_section_seen);
}

static bool has(const struct ost_intern *t, const char *s)
{
	return *s && ost_intern_find(t, s, strlen(s)) != OST_INTERN_NONE;
}

static void note(struct ost_intern *t, const char *s)
{
	ost_intern_add(t, s, strlen(s));
}

/* ---- roles ---- */

static const char *title_in_role(struct asker *k, const struct ost_maint_section *s)
{
	size_t n = 0, chars = 0, cut = 0;

	for (n = 0; s->title[n]; n++) {
		if (!k->m->keywords_in_file && ((unsigned char)s->title[n] & 0xc0) == 0x80)
			continue;
		if (chars++ == MAX_TITLE - 3)
			cut = n;
	}
	if (chars <= MAX_TITLE)
		return s->title;
	while (cut && isspace((unsigned char)s->title[cut - 1]))
		cut--;
	return ost_arena_printf(k->a, "%.*s...", (int)cut, s->title);
}

static const char *word_for_status(struct ost_arena *a, const struct ost_maint_section *s)
{
	static const char *const words[][2] = {
		{ "supported", "supporter" },
		{ "maintained", "maintainer" },
		{ "odd fixes", "odd fixer" },
		{ "orphan", "orphan minder" },
		{ "obsolete", "obsolete minder" },
		{ "buried alive in reporters", "chief penguin" },
	};
	const char *status = "unknown";
	size_t i;

	for (i = 0; i < s->nr_lines; i++)
		if (s->lines[i].kind == 'S')
			status = ost_maint_lower(a, s->lines[i].value);
	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (!strcmp(status, words[i][0]))
			return words[i][1];
	return status;
}

/* ---- people and lists of one section ---- */

static bool push_person(struct asker *k, const char *text, enum ost_maint_kind kind,
			const char *role, size_t section, uint32_t line)
{
	struct ost_maint_email e = ost_maint_email_parse(k->a, text);
	const char *name = ost_maint_lower(k->a, e.name);
	const char *address = ost_maint_lower(k->a, e.address);
	struct ost_maint_entry *p;

	if (!*e.address)
		return false;
	if (has(&k->names, name) || has(&k->addresses, address))
		return true;
	note(&k->names, name);
	note(&k->addresses, address);
	p = ost_vec_push(&k->people);
	*p = (struct ost_maint_entry){ kind, ost_maint_email_format(k->a, e), e.address, role,
				       section, line };
	return true;
}

static void push_people(struct asker *k, const struct ost_maint_line *l, enum ost_maint_kind kind,
			const char *role, size_t section)
{
	const char **parts;
	size_t nr = ost_maint_email_split(k->a, l->value, &parts), i;

	for (i = 0; i < nr; i++)
		push_person(k, parts[i], kind, role, section, l->line);
}

static void push_list(struct asker *k, const struct ost_maint_line *l, const char *title,
		      const char *suffix, size_t section)
{
	size_t n = strcspn(l->value, " \t\r\v\f");
	const char *address = ost_arena_strndup(k->a, l->value, n);
	const char *lower = ost_maint_lower(k->a, address);
	bool is_rest = !strcmp(title, "THE REST");

	if (strstr(l->value + n, "subscribers-only") || has(&k->list_addresses, lower))
		return;
	note(&k->list_addresses, lower);
	*ost_vec_push(&k->lists) = (struct ost_maint_entry){
		OST_MAINT_LIST, address, address,
		ost_arena_printf(k->a, "%s list%s%s%s",
				 strstr(l->value + n, "moderated") ? "moderated" : "open",
				 is_rest ? "" : ":", is_rest ? "" : title, suffix),
		section, l->line,
	};
}

static void add_section(struct asker *k, size_t index, const char *suffix)
{
	const struct ost_maint_section *s = &k->m->sections.items[index];
	const char *title = title_in_role(k, s), *status = word_for_status(k->a, s);
	const char *maintainer = ost_arena_printf(k->a, "%s:%s%s", status, title, suffix);
	const char *reviewer = ost_arena_printf(k->a, "reviewer:%s%s", title, suffix);
	size_t i;

	for (i = 0; i < s->nr_lines; i++) {
		const struct ost_maint_line *l = &s->lines[i];

		if (l->kind == 'M')
			push_people(k, l, OST_MAINT_MAINTAINER, maintainer, index);
		else if (l->kind == 'R')
			push_people(k, l, OST_MAINT_REVIEWER, reviewer, index);
		else if (l->kind == 'L')
			push_list(k, l, title, suffix, index);
	}
}

static void note_match(struct asker *k, size_t section, size_t line_index, int depth, const char *path)
{
	const struct ost_maint_line *l = &k->m->lines.items[line_index];

	if (k->is_section_seen[section])
		return;
	k->is_section_seen[section] = true;
	*ost_vec_push(&k->matches) = (struct ost_maint_match){
		section, l->kind, l->line, depth, ost_arena_strdup(k->a, path) };
}

/* ---- files ---- */

static struct ost_err *read_yaml(struct asker *k, const char *path)
{
	size_t n = strlen(path);
	OST_BUF text = OST_BUF_INIT;
	bool is_file = false;

	if (n < 5 || strcmp(path + n - 5, ".yaml"))
		return NULL;
	ost_try(k->m->source->read(k->m->source->ctx, path, &text, &is_file));
	if (is_file)
		ost_maint_emails_in_text(k->m, k->a, text.ptr, text.len, &k->in_files);
	return NULL;
}

static struct ost_err *add_files(struct asker *k, const struct ost_maint_strings *files)
{
	struct ost_maint_hits hits = { NULL, 0, 0 };
	struct ost_err *err = NULL;
	size_t f, i;

	for (f = 0; f < files->nr && !err; f++) {
		ost_maint_hits_of_path(k->m, files->items[f], &hits);
		for (i = 0; i < hits.nr; i++) {
			struct ost_maint_hit *h = &hits.items[i];

			add_section(k, h->section, "");
			note_match(k, h->section, h->line_index, h->depth, files->items[f]);
		}
		err = read_yaml(k, files->items[f]);
	}
	ost_vec_deinit(&hits);
	return err;
}

/* ---- keywords ---- */

static void add_keywords(struct asker *k, struct ost_maint_keywords *kw)
{
	size_t i;

	for (i = 0; i < kw->nr; i++) {
		const struct ost_maint_keyword *w = &kw->items[i];
		const char *suffix = "";

		if (!w->is_found)
			continue;
		if (!k->m->keywords_in_file)
			suffix = ost_arena_printf(k->a, ":Keyword:%s",
						  k->m->lines.items[w->line_index].value);
		add_section(k, w->section, suffix);
		note_match(k, w->section, w->line_index, 0, "");
	}
}

/* ---- merging ---- */

struct merge {
	struct ost_intern names, addresses;	/* lower case */
	OST_VEC(const char *) by_name, by_address;	/* first email seen, by id */
};

static const char *merge_get(const struct ost_intern *t, const char *key, const char **emails, size_t nr)
{
	uint32_t id = *key ? ost_intern_find(t, key, strlen(key)) : OST_INTERN_NONE;

	return id == OST_INTERN_NONE || id >= nr ? NULL : emails[id];
}

#define merge_put(t, v, key, email)						\
	do {									\
		uint32_t id_ = ost_intern_add((t), (key), strlen(key));		\
		while ((v)->nr <= id_)						\
			ost_vec_add((v), NULL);					\
		(v)->items[id_] = (email);					\
	} while (0)

static const char *merge_email(struct asker *k, struct merge *g, const char *email)
{
	const struct ost_maint_mailmap *map = &k->m->mailmap;
	const char *mine = ost_maint_mailmap_apply(map, k->a, email);
	struct ost_maint_email e = ost_maint_email_parse(k->a, mine);
	const char *name = ost_maint_lower(k->a, e.name), *address = ost_maint_lower(k->a, e.address);
	const char *first = merge_get(&g->names, name, g->by_name.items, g->by_name.nr);

	if (!first)
		first = merge_get(&g->addresses, address, g->by_address.items, g->by_address.nr);
	if (!first) {
		first = ost_maint_email_format(k->a, e);
		merge_put(&g->names, &g->by_name, name, first);
		merge_put(&g->addresses, &g->by_address, address, first);
	}
	return ost_maint_mailmap_apply(map, k->a, first);
}

static void merge_all(struct asker *k)
{
	struct merge g;
	size_t i;

	memset(&g, 0, sizeof(g));
	ost_intern_init(&g.names);
	ost_intern_init(&g.addresses);
	for (i = 0; i < k->people.nr; i++)
		k->people.items[i].email = merge_email(k, &g, k->people.items[i].email);
	for (i = 0; i < k->lists.nr; i++)
		k->lists.items[i].email = merge_email(k, &g, k->lists.items[i].email);
	ost_vec_deinit(&g.by_name);
	ost_vec_deinit(&g.by_address);
	ost_intern_deinit(&g.names);
	ost_intern_deinit(&g.addresses);
}

/* The script never names the top maintainer without his own option. */
static void drop_top_maintainer(struct asker *k)
{
	size_t i, n = 0;

	for (i = 0; i < k->people.nr; i++)
		if (!strstr(k->people.items[i].email,
			    "Linus Torvalds <torvalds@linux-foundation.org>"))
			k->people.items[n++] = k->people.items[i];
	k->people.nr = n;
}

/* ---- addresses in files ---- */

static void add_role(struct asker *k, struct ost_maint_email e, const char *role)
{
	size_t i;

	for (i = 0; i < k->people.nr; i++) {
		struct ost_maint_entry *p = &k->people.items[i];
		struct ost_maint_email is = ost_maint_email_parse(k->a, p->email);

		if ((strcmp(is.name, e.name) && strcmp(is.address, e.address)) ||
		    strstr(p->role, role))
			continue;
		p->role = *p->role ? ost_arena_printf(k->a, "%s,%s", p->role, role) : role;
	}
}

static void add_in_files(struct asker *k)
{
	size_t i;

	for (i = 0; i < k->in_files.nr; i++) {
		const char *email = ost_maint_mailmap_apply(&k->m->mailmap, k->a, k->in_files.items[i]);
		struct ost_maint_email e = ost_maint_email_parse(k->a, email);

		email = ost_maint_email_format(k->a, e);
		push_person(k, email, OST_MAINT_IN_FILE, "", SIZE_MAX, 0);
		add_role(k, ost_maint_email_parse(k->a, email), "in file");
	}
}

/* ---- handing over ---- */

static void add_unseen(struct asker *k, struct ost_intern *seen, const struct ost_maint_entry *from,
		       size_t nr, struct ost_maint_answer *ret)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		struct ost_maint_entry *e;
		uint32_t before = seen->nr;

		if (ost_intern_add(seen, from[i].email, strlen(from[i].email)) < before)
			continue;
		e = &ret->entries[ret->nr_entries++];
		*e = from[i];
		e->address = ost_maint_email_parse(k->a, e->email).address;
	}
}

static void hand_over(struct asker *k, struct ost_maint_answer *ret)
{
	struct ost_intern seen;

	ost_intern_init(&seen);
	memset(ret, 0, sizeof(*ret));
	ret->entries = ost_arena_calloc(k->a, k->people.nr + k->lists.nr + 1, sizeof(*ret->entries));
	add_unseen(k, &seen, k->people.items, k->people.nr, ret);
	add_unseen(k, &seen, k->lists.items, k->lists.nr, ret);
	ret->nr_matches = k->matches.nr;
	ret->matches = ost_arena_calloc(k->a, k->matches.nr + 1, sizeof(*ret->matches));
	if (k->matches.nr)
		memcpy(ret->matches, k->matches.items, k->matches.nr * sizeof(*ret->matches));
	ost_intern_deinit(&seen);
}

static struct ost_err *answer(struct asker *k, struct ost_maint_keywords *kw,
			      const struct ost_maint_strings *files, struct ost_maint_answer *ret)
{
	ost_try(add_files(k, files));
	add_keywords(k, kw);
	merge_all(k);
	drop_top_maintainer(k);
	add_in_files(k);
	hand_over(k, ret);
	return NULL;
}

/* ---- the questions ---- */

static struct ost_err *keywords_of_file(struct asker *k, struct ost_maint_keywords *kw, const char *path)
{
	OST_BUF text = OST_BUF_INIT;
	bool is_file = false;

	if (!k->m->keywords_in_file || !strcmp(path, "MAINTAINERS"))
		return NULL;
	ost_try(k->m->source->read(k->m->source->ctx, path, &text, &is_file));
	if (is_file)
		ost_maint_keywords_find(k->m, kw, text.ptr, text.len, false);
	return NULL;
}

struct ost_err *ost_maintainers_for_path(struct ost_maint_answer *ret_answer, struct ost_arena *arena,
					 struct ost_maintainers *m, const char *path)
{
	const char *name = ost_arena_strdup(arena, path);
	struct ost_maint_strings files = { &name, 1, 0 };
	struct ost_maint_keywords kw;
	struct asker k;
	struct ost_err *err;

	asker_init(&k, m, arena);
	ost_maint_keywords_init(&kw, m);
	err = keywords_of_file(&k, &kw, path);
	if (!err)
		err = answer(&k, &kw, &files, ret_answer);
	ost_vec_deinit(&kw);
	asker_deinit(&k);
	return err;
}

struct ost_err *ost_maintainers_for_patch(struct ost_maint_answer *ret_answer, struct ost_arena *arena,
					  struct ost_maintainers *m, const char *text, size_t len)
{
	struct ost_maint_strings files = { NULL, 0, 0 };
	struct ost_maint_keywords kw;
	struct asker k;
	struct ost_err *err;

	if (len > MAX_PATCH)
		return ost_err_create(OST_ERR_INPUT, "patch", NULL,
				      "more than %u MiB", MAX_PATCH >> 20);
	asker_init(&k, m, arena);
	ost_maint_keywords_init(&kw, m);
	ost_maint_patch_read(m, arena, text, len, &files, &kw);
	err = answer(&k, &kw, &files, ret_answer);
	ost_vec_deinit(&files);
	ost_vec_deinit(&kw);
	asker_deinit(&k);
	return err;
}

static void write_hunk(struct ost_buf *out, const struct ost_hunk *h)
{
	static const char sign[] = { [OST_LINE_CONTEXT] = ' ', [OST_LINE_ADDED] = '+',
				     [OST_LINE_REMOVED] = '-' };
	uint32_t i;

	ost_buf_addf(out, "@@ -%u,%u +%u,%u @@ %s\n", h->old_start, h->old_lines,
		     h->new_start, h->new_lines, h->section);
	for (i = 0; i < h->nr_lines; i++) {
		ost_buf_addch(out, sign[h->lines[i].kind]);
		ost_buf_add(out, h->lines[i].text, h->lines[i].len);
		ost_buf_addch(out, '\n');
	}
}

struct ost_err *ost_maintainers_for_change(struct ost_maint_answer *ret_answer, struct ost_arena *arena,
					   struct ost_maintainers *m, const char *message,
					   const struct ost_change *change)
{
	OST_BUF out = OST_BUF_INIT;
	uint32_t f, h;

	ost_buf_addf(&out, "%s\n---\n", message ? message : "");
	for (f = 0; f < change->nr_files; f++) {
		const struct ost_file_change *c = &change->files[f];

		ost_buf_addf(&out, "diff --git a/%s b/%s\n", c->old_path, c->new_path);
		if (c->nr_hunks)
			ost_buf_addf(&out, "--- %s%s\n+++ %s%s\n",
				     c->status == OST_FILE_ADDED ? "/dev/null" : "a/",
				     c->status == OST_FILE_ADDED ? "" : c->old_path,
				     c->status == OST_FILE_DELETED ? "/dev/null" : "b/",
				     c->status == OST_FILE_DELETED ? "" : c->new_path);
		for (h = 0; h < c->nr_hunks; h++)
			write_hunk(&out, &c->hunks[h]);
	}
	return ost_maintainers_for_patch(ret_answer, arena, m, out.ptr, out.len);
}
