// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/ways.h"

#include <string.h>

#define MAX_UP 6	/* folders above that may list an object of a deeper one */
#define MAX_INCLUDES 200	/* of one Makefile, with those of its includes */
#define MAX_DEPTH 12	/* of composite in composite */

void ost_ways_init(struct ost_ways *w, struct ost_kb_texts *texts)
{
	memset(w, 0, sizeof(*w));
	w->texts = texts;
}

void ost_ways_deinit(struct ost_ways *w)
{
	size_t i;

	for (i = 0; i < w->makefiles.nr; i++)
		ost_makefile_deinit(&w->makefiles.items[i]->makefile);
	ost_vec_deinit(&w->makefiles);
}

/* The top and arch/x: their Makefile is read beside their Kbuild. */
static bool has_both(const char *folder)
{
	return !*folder || (!strncmp(folder, "arch/", 5) && !strchr(folder + 5, '/'));
}

static void add_includes(struct ost_ways *w, struct ost_makefile_slot *slot)
{
	struct ost_makefile *m = &slot->makefile;
	size_t i;

	for (i = 0; i < m->includes.nr && i < MAX_INCLUDES; i++) {
		const char *path = ost_kb_join(w->texts->arena, slot->folder, m->includes.items[i]);
		const char *text = ost_kb_text(w->texts, path, NULL);

		if (text)
			ost_makefile_add(m, path, text);
	}
}

static struct ost_makefile *makefile_of(struct ost_ways *w, const char *folder)
{
	struct ost_arena *arena = w->texts->arena;
	const char *kbuild, *makefile, *text;
	struct ost_makefile_slot *slot;
	size_t i;

	for (i = 0; i < w->makefiles.nr; i++)
		if (!strcmp(w->makefiles.items[i]->folder, folder))
			return &w->makefiles.items[i]->makefile;
	slot = ost_arena_calloc(arena, 1, sizeof(*slot));
	slot->folder = ost_arena_strdup(arena, folder);
	ost_makefile_init(&slot->makefile, arena);
	ost_vec_add(&w->makefiles, slot);
	kbuild = ost_kb_join(arena, folder, "Kbuild");
	makefile = ost_kb_join(arena, folder, "Makefile");
	text = ost_kb_text(w->texts, kbuild, NULL);
	if (text)
		ost_makefile_add(&slot->makefile, kbuild, text);
	if (!text || has_both(folder)) {
		text = ost_kb_text(w->texts, makefile, NULL);
		if (text)
			ost_makefile_add(&slot->makefile, makefile, text);
	}
	add_includes(w, slot);
	return &slot->makefile;
}

static bool has_term(const struct ost_way *way, const struct ost_mk_term *t)
{
	uint32_t i;

	for (i = 0; i < way->nr_terms; i++)
		if (!strcmp(way->terms[i].term.name, t->name) && way->terms[i].term.is_not == t->is_not)
			return true;
	return false;
}

static void add_terms(struct ost_way *way, const struct ost_mk_line *l)
{
	uint32_t i;

	for (i = 0; i < l->terms.nr; i++) {
		const struct ost_mk_term *t = &l->terms.v[i];

		if (has_term(way, t))
			continue;
		if (way->nr_terms == OST_MAX_TERMS) {
			way->is_unclear = true;
			return;
		}
		way->terms[way->nr_terms++] = (struct ost_way_term){ *t, l->file, l->line };
	}
	way->is_unclear |= l->terms.is_unclear;
}

/* Does b hold wherever a does, and make the same module? */
static bool is_covered(const struct ost_way *a, const struct ost_way *b)
{
	uint32_t i;

	if (a->is_unclear != b->is_unclear || !a->module != !b->module || (a->module && strcmp(a->module, b->module)))
		return false;
	for (i = 0; i < b->nr_terms; i++)
		if (!has_term(a, &b->terms[i].term))
			return false;
	return true;
}

static void emit(struct ost_ways *w, const struct ost_way *way)
{
	uint32_t i;

	for (i = 0; i < w->nr; i++) {
		if (is_covered(way, &w->v[i]))
			return;
		if (is_covered(&w->v[i], way)) {
			w->v[i] = *way;
			return;
		}
	}
	if (w->nr == OST_MAX_WAYS)
		w->is_cut = true;
	else
		w->v[w->nr++] = *way;
}

/* ---- folders ---- */

static const char *arch_of(struct ost_arena *arena, const char *folder)
{
	return strncmp(folder, "arch/", 5) ? NULL :
	       ost_arena_strndup(arena, folder + 5, strcspn(folder + 5, "/"));
}

/* Lines of the Makefile of `above` that enter `folder`; false when there is none. */
static bool enter_from(struct ost_ways *w, const char *above, const char *folder, const struct ost_way *way, int depth);

static void climb(struct ost_ways *w, const char *folder, struct ost_way way, int depth)
{
	const char *above = folder;
	int up;

	if (depth > MAX_DEPTH) {
		w->is_cut = true;
		return;
	}
	if (!way.arch)
		way.arch = arch_of(w->texts->arena, folder);
	if (has_both(folder)) {	/* the top, or arch/x, which the top enters by another name */
		emit(w, &way);
		return;
	}
	for (up = 0; up < MAX_UP && *above; up++) {
		above = ost_kb_folder(w->texts->arena, above);
		if (enter_from(w, above, folder, &way, depth))
			return;
	}
	way.is_unclear = true;
	way.is_lost = strchr(folder, '/') != NULL;
	emit(w, &way);
}

static bool enter_from(struct ost_ways *w, const char *above, const char *folder, const struct ost_way *way, int depth)
{
	struct ost_makefile *m = makefile_of(w, above);
	struct ost_arena *arena = w->texts->arena;
	size_t n = *above ? strlen(above) + 1 : 0;
	const char *word = ost_arena_printf(arena, "%s/", folder + n), *full = ost_arena_printf(arena, "%s/", folder);
	bool any = false;
	uint32_t i;

	for (i = 0; i < m->lines.nr; i++) {
		struct ost_mk_line *l = &m->lines.items[i];
		struct ost_way next = *way;

		if (!l->list || (strcmp(l->list, "obj") && !has_both(above)))
			continue;
		if (!ost_mk_lists(m, i, word) && !(has_both(above) && ost_mk_lists(m, i, full)))
			continue;
		any = true;
		add_terms(&next, l);
		climb(w, above, next, depth + 1);
	}
	return any;
}

/* ---- objects ---- */

static bool is_kernel_list(const char *list)
{
	return !strcmp(list, "obj") || !strcmp(list, "lib");
}

/* Lists that make no part of the kernel. */
static bool is_other_list(const char *list)
{
	static const char *const others[] = { "extra", "always", "targets", "hostprogs", "userprogs", "subdir", "clean",
					      "ccflags", "asflags", "ldflags", "dtb", "test", "no-clean", "header" };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(others); i++)
		if (!strcmp(list, others[i]))
			return true;
	return false;
}

static const char *module_name(struct ost_arena *arena, const char *object)
{
	const char *slash = strrchr(object, '/'), *base = slash ? slash + 1 : object;
	size_t n = strlen(base);
	char *s = ost_arena_strndup(arena, base, n > 2 ? n - 2 : n), *p;

	for (p = s; *p; p++)	/* as the kernel names it */
		if (*p == '-')
			*p = '_';
	return s;
}

/* Every list of the folder's Makefile that names `object`; false when none does. */
static bool find_object(struct ost_ways *w, const char *folder, const char *object, const struct ost_way *way,
			int depth)
{
	struct ost_makefile *m = makefile_of(w, folder);
	bool any = false;
	uint32_t i;

	for (i = 0; i < m->lines.nr && depth < MAX_DEPTH; i++) {
		struct ost_mk_line *l = &m->lines.items[i];
		struct ost_way next = *way;

		if (!l->list || is_other_list(l->list) || !ost_mk_lists(m, i, object))
			continue;
		add_terms(&next, l);
		if (is_kernel_list(l->list)) {
			if (!strcmp(l->list, "obj") && (strchr(l->name, '$') || l->is_module))
				next.module = module_name(w->texts->arena, object);
			next.object = next.nr_terms;
			next.folder = folder;
			climb(w, folder, next, 0);
			any = true;
		} else {
			any |= find_object(w, folder, ost_arena_printf(w->texts->arena, "%s.o", l->list), &next, depth + 1);
		}
	}
	return any;
}

void ost_ways_find(struct ost_ways *w, const char *path)
{
	struct ost_arena *arena = w->texts->arena;
	const char *folder = path, *dot = strrchr(path, '.'), *object;
	struct ost_way way = { .nr_terms = 0 };
	int up;

	w->nr = 0;
	w->is_cut = false;
	if (!dot)
		return;
	for (up = 0; up < MAX_UP && *folder; up++) {
		folder = ost_kb_folder(arena, folder);
		object = ost_arena_printf(arena, "%.*s.o", (int)(dot - path), path) + (*folder ? strlen(folder) + 1 : 0);
		if (find_object(w, folder, object, &way, 0))
			return;
	}
}
