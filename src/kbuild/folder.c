// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"

struct walk {
	struct ost_arena *arena;
	OST_VEC(struct ost_tree_entry) v;
};

static bool is_build_file(const char *name)
{
	return !strcmp(name, "Makefile") || !strcmp(name, "Kbuild") || !strncmp(name, "Kconfig", 7);
}

/* Takes the file descriptor. */
static void walk_folder(struct walk *w, int fd, const char *path, unsigned depth)
{
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *de;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((de = readdir(d)) && w->v.nr < OST_KB_MAX_FILES) {
		const char *below;

		if (*de->d_name == '.' || (de->d_type != DT_DIR && !is_build_file(de->d_name)))
			continue;
		below = ost_arena_printf(w->arena, "%s%s%s", path, *path ? "/" : "", de->d_name);
		if (de->d_type == DT_REG)
			ost_vec_add(&w->v, ((struct ost_tree_entry){ .path = below, .mode = 0100644 }));
		else if (de->d_type == DT_DIR && depth < OST_KB_MAX_DEPTH)
			walk_folder(w, openat(dirfd(d), de->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), below,
				    depth + 1);
	}
	closedir(d);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct ost_tree_entry *)a)->path, ((const struct ost_tree_entry *)b)->path);
}

void ost_kb_list_folder(struct ost_tree_list *ret, struct ost_arena *arena, const char *dir)
{
	struct walk w = { .arena = arena };

	memset(ret, 0, sizeof(*ret));
	walk_folder(&w, open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "", 0);
	if (w.v.nr)
		qsort(w.v.items, w.v.nr, sizeof(*w.v.items), by_path);
	ret->nr = w.v.nr;
	ret->entries = ost_arena_alloc(arena, w.v.nr * sizeof(*w.v.items) + 1);
	if (w.v.nr)
		memcpy(ret->entries, w.v.items, w.v.nr * sizeof(*w.v.items));
	ost_vec_deinit(&w.v);
}
