// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What follows from the list of paths alone: which file has a path, where it
 * lies, and which file an #include means.
 */
#include "program/internal.h"

#include <stdio.h>

#define GENERIC "include/asm-generic/"

uint32_t ost_find_path(const struct ost_program *p, const char *path, size_t len)
{
	uint64_t *v = ost_table_get(&p->paths, ost_hash_bytes(path, len));
	uint32_t file;

	for (file = v ? (uint32_t)*v : 0; file; file = p->path_next[file - 1])
		if (strlen(p->tree->files[file - 1].path) == len &&
		    !memcmp(p->tree->files[file - 1].path, path, len))
			return file - 1;
	return OST_NO_ID;
}

/* ---- the list ------------------------------------------------------------ */

static size_t base_offset(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash + 1 - path) : 0;
}

static uint8_t arch_of(struct ost_program *p, const char *path)
{
	const char *end;
	size_t i;

	if (strncmp(path, "arch/", 5) || !(end = strchr(path + 5, '/')))
		return 0;
	for (i = 1; i < p->archs.nr; i++)
		if (!strncmp(p->archs.items[i], path + 5, end - path - 5) &&
		    !p->archs.items[i][end - path - 5])
			return (uint8_t)i;
	if (i > 255)
		return 0;
	ost_vec_add(&p->archs, ost_arena_strndup(&p->arena, path + 5, end - path - 5));
	return (uint8_t)i;
}

static uint8_t realm_of(const char *path)
{
	static const struct { const char *prefix; uint8_t realm; } realms[] = {
		{ "tools/", OST_REALM_TOOLS }, { "scripts/", OST_REALM_SCRIPTS },
		{ "Documentation/", OST_REALM_DOC }, { "usr/", OST_REALM_SCRIPTS },
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(realms); i++)
		if (!strncmp(path, realms[i].prefix, strlen(realms[i].prefix)))
			return realms[i].realm;
	return OST_REALM_KERNEL;
}

/* `before` is the folder of the path before: it, one that it lies in, or a new one below that. */
static uint32_t folder_of(struct ost_program *p, uint32_t before, const char *path, uint32_t len)
{
	uint32_t at = before;
	struct ost_folder f;

	while (at && (p->folders.items[at].len > len ||
		      memcmp(p->folders.items[at].path, path, p->folders.items[at].len)))
		at = p->folders.items[at].up;
	while (p->folders.items[at].len < len) {
		f = p->folders.items[at];
		f.path = path;
		f.up = at;
		f.depth++;
		f.len += (uint32_t)strcspn(path + f.len, "/") + 1;
		at = (uint32_t)p->folders.nr;
		ost_vec_add(&p->folders, f);
	}
	return at;
}

static void list_folders(struct ost_program *p)
{
	uint32_t i, at = 0;

	ost_vec_clear(&p->folders);
	ost_vec_add(&p->folders, ((struct ost_folder){ .path = "" }));
	free(p->folder_of);
	p->folder_of = ost_malloc((p->nr_real + 1) * sizeof(*p->folder_of));
	for (i = 0; i < p->nr_real; i++)
		p->folder_of[i] = at = folder_of(p, at, p->tree->files[i].path, p->files[i].dir_len);
	for (i = 0; i < p->folders.nr; i++)
		p->folders.items[i].is_generic = p->folders.items[i].len >= strlen(GENERIC) &&
			!strncmp(p->folders.items[i].path, GENERIC, strlen(GENERIC));
}

static void link_path(struct ost_program *p, uint32_t i)
{
	const char *path = p->tree->files[i].path;
	size_t len = strlen(path), base = base_offset(path);
	struct ost_file_info *fi = &p->files[i];
	uint64_t *v = ost_table_put(&p->paths, ost_hash_bytes(path, len), NULL);

	p->path_next[i] = (uint32_t)*v;
	*v = i + 1;
	v = ost_table_put(&p->basenames, ost_hash_bytes(path + base, len - base), NULL);
	p->base_next[i] = (uint32_t)*v;
	*v = i + 1;
	fi->dir_len = (uint32_t)base;
	fi->realm = realm_of(path);
	fi->is_header = len > 2 && !strcmp(path + len - 2, ".h");
	fi->origin = i;
}

void ost_program_list_paths(struct ost_program *p)
{
	uint32_t i;

	ost_table_deinit(&p->paths);
	ost_table_deinit(&p->basenames);
	ost_vec_clear(&p->archs);
	free(p->path_next);
	free(p->base_next);
	p->path_next = ost_calloc(p->nr_real + 1, sizeof(*p->path_next));
	p->base_next = ost_calloc(p->nr_real + 1, sizeof(*p->base_next));
	ost_vec_add(&p->archs, "");
	for (i = p->nr_real; i-- > 0; )
		link_path(p, i);
	for (i = 0; i < p->nr_real; i++) {	/* in order: numbers of archs are stable */
		const char *path = p->tree->files[i].path;

		p->files[i].arch = arch_of(p, path);
		p->files[i].is_public = !strncmp(path, "include/", 8) ||
			(p->files[i].arch && strstr(path, "/include/"));
	}
	list_folders(p);
}

/* ---- includes ------------------------------------------------------------ */

static uint32_t try_path(const struct ost_program *p, const char *dir, size_t dir_len,
			 const char *inc, size_t len)
{
	char buf[512];
	size_t n = dir_len;

	if (dir_len + len >= sizeof(buf))
		return OST_NO_ID;
	memcpy(buf, dir, dir_len);
	while (len > 3 && !memcmp(inc, "../", 3) && n) {
		inc += 3;
		len -= 3;
		for (n--; n && buf[n - 1] != '/'; n--)
			;
	}
	while (len > 2 && !memcmp(inc, "./", 2)) {
		inc += 2;
		len -= 2;
	}
	memcpy(buf + n, inc, len);
	return ost_find_path(p, buf, n + len);
}

/* Length of the common beginning of two directories, in whole parts. */
static uint32_t common_dirs(const char *a, uint32_t a_len, const char *b, uint32_t b_len)
{
	uint32_t i, common = 0;

	for (i = 0; i < a_len && i < b_len && a[i] == b[i]; i++)
		if (a[i] == '/')
			common = i + 1;
	return common;
}

/* A -I of some Makefile: the file with that end whose folder is nearest. */
static uint32_t nearest_suffix(const struct ost_program *p, uint32_t from, const char *inc, size_t len)
{
	size_t base = 0, i, path_len;
	uint32_t best = OST_NO_ID, best_common = 0, file, common;
	const char *path;
	uint64_t *v;

	for (i = 0; i < len; i++)
		if (inc[i] == '/')
			base = i + 1;
	v = ost_table_get(&p->basenames, ost_hash_bytes(inc + base, len - base));
	for (file = v ? (uint32_t)*v : 0; file; file = p->base_next[file - 1]) {
		path = p->tree->files[file - 1].path;
		path_len = strlen(path);
		if (path_len < len || memcmp(path + path_len - len, inc, len) ||
		    (path_len > len && path[path_len - len - 1] != '/'))
			continue;
		common = common_dirs(p->tree->files[from].path, p->files[from].dir_len,
				     path, p->files[file - 1].dir_len);
		if (common > best_common) {
			best = file - 1;
			best_common = common;
		}
	}
	return best;
}

uint32_t ost_find_include(const struct ost_program *p, uint32_t from, const char *inc, size_t len,
			     bool is_system)
{
	const char *path = p->tree->files[from].path;
	uint32_t file;
	char dir[80];
	int n;

	while (len > 3 && is_system && !memcmp(inc, "../", 3)) {
		inc += 3;
		len -= 3;
	}
	file = is_system ? OST_NO_ID : try_path(p, path, p->files[from].dir_len, inc, len);
	if (file != OST_NO_ID)
		return file;
	file = try_path(p, "include/", 8, inc, len);
	if (file == OST_NO_ID)
		file = try_path(p, "include/uapi/", 13, inc, len);
	if (file == OST_NO_ID && p->files[from].arch) {
		n = snprintf(dir, sizeof(dir), "arch/%s/include/", p->archs.items[p->files[from].arch]);
		file = try_path(p, dir, (size_t)n, inc, len);
	}
	if (file == OST_NO_ID && !(len > 4 && !memcmp(inc, "asm/", 4)))
		file = nearest_suffix(p, from, inc, len);
	return file;
}

uint32_t ost_base_hash(const char *path, size_t len)
{
	size_t base = len;

	while (base && path[base - 1] != '/')
		base--;
	return (uint32_t)ost_hash_bytes(path + base, len - base);
}
