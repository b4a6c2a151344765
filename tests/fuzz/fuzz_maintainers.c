// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as MAINTAINERS, .mailmap and a patch: the input is cut in three at
 * its first two bytes 0xff. The patch's first line is asked as a path too,
 * and the patch stands in for the .yaml files of the tree.
 */
#include <string.h>

#include "fuzz.h"
#include "review/maintainers.h"

struct parts {
	const char *text[3];	/* MAINTAINERS, .mailmap, patch */
	size_t len[3];
};

static struct parts cut(const uint8_t *data, size_t size)
{
	struct parts p = { { "", "", "" }, { 0, 0, 0 } };
	const char *at = (const char *)data, *end = at + size;
	int i;

	for (i = 0; i < 3 && at < end; i++) {
		const char *stop = i < 2 ? memchr(at, 0xff, (size_t)(end - at)) : NULL;

		p.text[i] = at;
		p.len[i] = (size_t)((stop ? stop : end) - at);
		at += p.len[i] + 1;
	}
	return p;
}

static struct ost_err *tree_read(void *ctx, const char *path, struct ost_buf *ret_bytes, bool *ret_is_file)
{
	const struct parts *p = ctx;
	int which = !strcmp(path, "MAINTAINERS") ? 0 : !strcmp(path, ".mailmap") ? 1 : 2;

	*ret_is_file = which != 2 || strstr(path, ".yaml");
	if (*ret_is_file)
		ost_buf_add(ret_bytes, p->text[which], p->len[which]);
	return NULL;
}

static bool tree_is_dir(void *ctx, const char *path)
{
	return strlen(path) % 2;
}

static void check(const struct ost_maintainers *m, const struct ost_maint_answer *a)
{
	size_t i;

	for (i = 0; i < a->nr_entries; i++) {
		const struct ost_maint_entry *e = &a->entries[i];

		FUZZ_ASSERT(e->email && e->address && e->role);
		FUZZ_ASSERT(e->kind == OST_MAINT_IN_FILE || e->section < ost_maintainers_nr_sections(m));
	}
	for (i = 0; i < a->nr_matches; i++) {
		FUZZ_ASSERT(a->matches[i].section < ost_maintainers_nr_sections(m));
		FUZZ_ASSERT(strchr("FNK", a->matches[i].by));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parts p = cut(data, size);
	struct ost_maintainers_source source = { &p, tree_read, tree_is_dir, NULL };
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_maint_answer answer;
	struct ost_maint_place *places;
	struct ost_maintainers *m;
	size_t nr;
	char *path;

	if (ost_maintainers_create(&m, &source))
		abort();
	path = ost_arena_strndup(&arena, p.text[2], p.len[2]);
	path[strcspn(path, "\n")] = 0;
	if (ost_maintainers_for_path(&answer, &arena, m, path))
		abort();
	check(m, &answer);
	if (ost_maintainers_for_patch(&answer, &arena, m, p.text[2], p.len[2]))
		abort();
	check(m, &answer);
	ost_maintainers_places_of(&places, &nr, &arena, m, path, path);
	ost_maintainers_destroy(m);
	ost_arena_deinit(&arena);
	return 0;
}
