// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/slice.h"

#include <string.h>

#define MAX_HEADERS 2048
/* driver → its subsystem → what that stands on (mac80211, cfg80211, rfkill) */
#define ROUNDS 3

/* What waits and locks stand on. */
static const char *const always[] = {
	"kernel/workqueue.c", "kernel/locking", "kernel/time", "kernel/irq", "kernel/softirq.c",
	"kernel/kthread.c", "lib/kobject.c", "drivers/base",
};
/* No code of a subsystem lies there. */
static const char *const elsewhere[] = { "Documentation/", "include/", "tools/", "samples/", "scripts/", "arch/" };

struct slicing {
	struct ost_slice *slice;
	struct ost_arena *arena;
	struct ost_side_files *side;
	const struct ost_maintainers *m;
	const char **headers;	/* "include/net/mac80211.h" */
	size_t nr_headers, nr_asked;	/* asked: those whose sections were added */
	size_t max_files;
};

static bool is_under(const char *path, const char *top)
{
	size_t n = strlen(top);

	return !strncmp(path, top, n) && (!path[n] || path[n] == '/');
}

static bool is_source(const char *path)
{
	size_t n = strlen(path);

	return n > 2 && path[n - 2] == '.' && (path[n - 1] == 'c' || path[n - 1] == 'h');
}

bool ost_slice_has(const struct ost_slice *slice, const char *path)
{
	size_t i;

	for (i = 0; i < slice->nr; i++)
		if (is_under(path, slice->paths[i]))
			return true;
	return false;
}

static size_t count_files(struct slicing *s, const char *top)
{
	const struct ost_tree_list *list = ost_side_tree(s->side);
	size_t i, nr = 0;

	for (i = 0; i < list->nr; i++)
		nr += is_under(list->entries[i].path, top) && is_source(list->entries[i].path);
	return nr;
}

/* Folders of that many files are subsystems by themselves, not what a driver stands on. */
#define MAX_FOLDER 400

static bool add_path(struct slicing *s, const char *path)
{
	struct ost_slice *sl = s->slice;
	size_t nr;

	if (ost_slice_has(sl, path))
		return false;
	nr = count_files(s, path);
	if (!nr)
		return false;
	if (sl->nr >= OST_SLICE_MAX_PATHS || sl->nr_files + nr > s->max_files) {
		sl->is_cut = true;
		return false;
	}
	sl->paths[sl->nr++] = path;
	sl->nr_files += nr;
	return true;
}

/* ---- headers ---- */

static void add_header(struct slicing *s, const char *name, size_t len)
{
	const char *path = ost_arena_printf(s->arena, "include/%.*s", (int)len, name);
	size_t i;

	for (i = 0; i < s->nr_headers; i++)
		if (!strcmp(s->headers[i], path))
			return;
	if (s->nr_headers < MAX_HEADERS)
		s->headers[s->nr_headers++] = path;
}

/* The headers of `#include <...>` lines. */
static void list_headers(struct slicing *s, const char *path)
{
	const struct ost_tree_entry *e = ost_tree_find_entry(ost_side_tree(s->side), path);
	OST_BUF text = OST_BUF_INIT;
	struct ost_err *err = e ? ost_tree_read(s->side->repo, e, &text) : NULL;
	const char *p = text.ptr;

	ost_err_destroy(err);	/* what cannot be read includes nothing */
	while (e && !err && (p = strstr(p, "#include <"))) {
		p += 10;
		add_header(s, p, strcspn(p, ">\n"));
	}
}

static void list_headers_under(struct slicing *s, const char *top)
{
	const struct ost_tree_list *list = ost_side_tree(s->side);
	size_t i;

	for (i = 0; i < list->nr; i++) {
		const char *p = list->entries[i].path;

		if (is_under(p, top) && is_source(p) && p[strlen(p) - 1] == 'h')
			list_headers(s, p);
	}
}

/* ---- the folders beside a header ---- */

/* "net/wireless/" of an F: line: two names deep at least, and code. */
static const char *folder_of(struct slicing *s, const char *value)
{
	const char *slash = strchr(value, '/');
	size_t n = strlen(value), i;

	if (!slash || n < 2 || value[n - 1] != '/' || slash == value + n - 1 || strpbrk(value, "*?["))
		return NULL;
	for (i = 0; i < OST_ARRAY_SIZE(elsewhere); i++)
		if (!strncmp(value, elsewhere[i], strlen(elsewhere[i])))
			return NULL;
	return ost_arena_strndup(s->arena, value, n - 1);
}

static void add_section(struct slicing *s, const struct ost_maint_section *section)
{
	size_t i;

	for (i = 0; i < section->nr_lines; i++) {
		const char *folder = section->lines[i].kind == 'F' ? folder_of(s, section->lines[i].value) : NULL;

		if (folder && count_files(s, folder) <= MAX_FOLDER)
			add_path(s, folder);
	}
}

static void add_sections(struct slicing *s, const char *header)
{
	size_t nr = s->m ? ost_maintainers_nr_sections(s->m) : 0, i, k;

	for (i = 0; i < nr; i++) {
		const struct ost_maint_section *section = ost_maintainers_section(s->m, i);

		for (k = 0; k < section->nr_lines; k++)
			if (section->lines[k].kind == 'F' && !strcmp(section->lines[k].value, header))
				add_section(s, section);
	}
}

/* ---- the change ---- */

static void add_folder_of(struct slicing *s, const char *path)
{
	const struct ost_tree_list *list = ost_side_tree(s->side);
	const char *slash = strrchr(path, '/');
	const char *folder = slash ? ost_arena_strndup(s->arena, path, (size_t)(slash - path)) : NULL;
	size_t i, n;

	if (!folder || add_path(s, folder) || count_files(s, folder) <= OST_SLICE_MAX_FILES / 2)
		return;
	/* too large: its own files, without what lies deeper */
	for (n = strlen(folder), i = 0; i < list->nr; i++)
		if (is_under(list->entries[i].path, folder) && is_source(list->entries[i].path) &&
		    !strchr(list->entries[i].path + n + 1, '/'))
			add_path(s, list->entries[i].path);
}

/* The headers that its paths include, and what stands beside these. */
static void add_rounds(struct slicing *s, unsigned rounds)
{
	struct ost_slice *sl = s->slice;
	size_t first = 0, end;

	for (; rounds--; first = end) {
		for (end = sl->nr; first < end; first++)
			list_headers_under(s, sl->paths[first]);
		for (; s->nr_asked < s->nr_headers; s->nr_asked++)
			add_sections(s, s->headers[s->nr_asked]);
	}
}

void ost_slice_make(struct ost_slice *ret, struct ost_arena *arena, struct ost_side_files *side,
		    const struct ost_maintainers *m, const struct ost_change *change)
{
	struct slicing s = { .slice = ret, .arena = arena, .side = side, .m = m, .max_files = OST_SLICE_MAX_FILES,
			     .headers = ost_arena_calloc(arena, MAX_HEADERS, sizeof(char *)) };
	size_t i;

	memset(ret, 0, sizeof(*ret));
	ret->paths = ost_arena_calloc(arena, OST_SLICE_MAX_PATHS + 1, sizeof(*ret->paths));
	for (i = 0; i < change->nr_files; i++) {
		add_folder_of(&s, change->files[i].old_path);
		list_headers(&s, change->files[i].old_path);
	}
	add_rounds(&s, ROUNDS);
	for (i = 0; i < OST_ARRAY_SIZE(always); i++)
		add_path(&s, always[i]);
	ret->paths[ret->nr++] = "include";
}

void ost_slice_add(struct ost_slice *slice, struct ost_arena *arena, struct ost_side_files *side,
		   const char *const *files, size_t nr)
{
	struct slicing s = { .slice = slice, .arena = arena, .side = side, .max_files = slice->nr_files + OST_SLICE_MAX_MORE };
	size_t i;

	for (i = 0; i < nr; i++)
		if (!ost_slice_has(slice, files[i]))
			add_folder_of(&s, ost_arena_strdup(arena, files[i]));
	for (i = 0; i < nr; i++)
		if (!ost_slice_has(slice, files[i]))	/* its folder is too large */
			add_path(&s, ost_arena_strdup(arena, files[i]));
}
