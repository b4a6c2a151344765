// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which commit reaches which, by the parents in a commit-graph: the one that
 * graph.c wrote, or the repository's own. A graph holds all that its commits
 * reach. git is asked where there is none, where it is split over several
 * files, and about a commit that is newer than it.
 *
 * The file is git's and may be damaged: every place in it is checked against
 * its size, and an order of generations that does not hold ends the question
 * without an answer.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/ancestry.h"
#include "git/run.h"
#include "git/walk.h"

#define HEADER_SIZE 8
#define CHUNK_SIZE 12
#define FANOUT_SIZE (256 * 4)
#define GENERATION_MAX 0x3fffffffu

/* ---- opening ---- */

/* The part of the file that a chunk's entry in the table names, and its size; NULL when it lies outside. */
static const uint8_t *chunk(const struct ost_ancestry *a, const uint8_t *entry, size_t *ret_size)
{
	uint64_t at = (uint64_t)ost_graph_be32(entry + 4) << 32 | ost_graph_be32(entry + 8);
	uint64_t end = (uint64_t)ost_graph_be32(entry + CHUNK_SIZE + 4) << 32 | ost_graph_be32(entry + CHUNK_SIZE + 8);

	if (at > end || end > a->size)
		return NULL;
	*ret_size = (size_t)(end - at);
	return a->map + at;
}

static bool read_chunks(struct ost_ancestry *a)
{
	size_t fanout = 0, ids = 0, commits = 0, edges = 0, size;
	uint32_t i, n = a->map[6];

	if (HEADER_SIZE + (n + 1) * (size_t)CHUNK_SIZE > a->size)
		return false;
	for (i = 0; i < n; i++) {
		const uint8_t *entry = a->map + HEADER_SIZE + i * (size_t)CHUNK_SIZE, *p = chunk(a, entry, &size);

		if (!p)
			return false;
		if (!memcmp(entry, "OIDF", 4))
			a->fanout = p, fanout = size;
		else if (!memcmp(entry, "OIDL", 4))
			a->ids = p, ids = size;
		else if (!memcmp(entry, "CDAT", 4))
			a->commits = p, commits = size;
		else if (!memcmp(entry, "EDGE", 4))
			a->edges = p, edges = size;
	}
	if (!a->fanout || !a->ids || !a->commits || fanout < FANOUT_SIZE)
		return false;
	a->nr = ost_graph_be32(a->fanout + FANOUT_SIZE - 4);
	a->nr_edges = (uint32_t)(edges / 4);
	return a->nr < OST_GRAPH_NO_PARENT && ids >= a->nr * (size_t)OST_OID_SIZE && commits >= a->nr * (size_t)OST_GRAPH_COMMIT_SIZE;
}

/* Version 1, SHA-1, no file below it. */
static bool is_known_kind(const struct ost_ancestry *a)
{
	return a->size > HEADER_SIZE && !memcmp(a->map, "CGPH\1\1", 6) && !a->map[7];
}

static bool map_file(struct ost_ancestry *a, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map = MAP_FAILED;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	a->map = map;
	a->size = (size_t)st.st_size;
	return true;
}

static struct ost_ancestry *open_graph(struct ost_repo *repo)
{
	struct ost_ancestry *a = ost_calloc(1, sizeof(*a));
	const char *own = ost_arena_printf(&repo->arena, "%sobjects/info/commit-graph", repo->info.common_dir);

	if (repo->info.is_shallow)
		return a;
	if (!map_file(a, own) &&
	    !(repo->graph_dir && map_file(a, ost_arena_printf(&repo->arena, "%s/info/commit-graph", repo->graph_dir))))
		return a;
	if (is_known_kind(a) && read_chunks(a))
		return a;
	munmap(a->map, a->size);
	a->map = NULL;
	return a;
}

struct ost_ancestry *ost_git_graph(struct ost_repo *repo)
{
	if (!repo->ancestry)
		repo->ancestry = open_graph(repo);
	return repo->ancestry;
}

size_t ost_git_graph_size(struct ost_repo *repo)
{
	const struct ost_ancestry *a = ost_git_graph(repo);

	return a->map ? a->nr : 0;
}

void ost_git_ancestry_destroy(struct ost_ancestry *a)
{
	size_t i;

	if (!a)
		return;
	for (i = 0; i < OST_GRAPH_KEPT; i++)
		free(a->kept[i].bits);
	ost_vec_deinit(&a->stack);
	free(a->authors);
	ost_intern_deinit(&a->author_names);
	if (a->map)
		munmap(a->map, a->size);
	free(a);
}

/* ---- the graph ---- */

uint32_t ost_git_graph_find(const struct ost_ancestry *a, const struct ost_oid *id)
{
	uint32_t lo = id->id[0] ? ost_graph_be32(a->fanout + (id->id[0] - 1) * 4) : 0, hi = ost_graph_be32(a->fanout + id->id[0] * 4);

	if (hi > a->nr)
		return a->nr;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = memcmp(id->id, a->ids + mid * (size_t)OST_OID_SIZE, OST_OID_SIZE);

		if (!c)
			return mid;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return a->nr;
}

static uint32_t generation(const struct ost_ancestry *a, uint32_t at)
{
	return ost_graph_be32(a->commits + at * (size_t)OST_GRAPH_COMMIT_SIZE + OST_OID_SIZE + 8) >> 2;
}

static bool is_marked(const uint8_t *bits, uint32_t at)
{
	return bits[at / 8] & 1u << at % 8;
}

/* One parent of a commit of that generation: marked, and put by to be followed. False: the file is damaged. */
static bool follow(struct ost_ancestry *a, uint8_t *bits, uint32_t parent, uint32_t of, uint32_t least)
{
	uint32_t g;

	if (parent >= a->nr)
		return false;
	g = generation(a, parent);
	if (!g || g >= of)
		return false;
	if (g < least || is_marked(bits, parent))
		return true;
	bits[parent / 8] |= (uint8_t)(1u << parent % 8);
	ost_vec_add(&a->stack, parent);
	return true;
}

bool ost_git_graph_parent(const struct ost_ancestry *a, uint32_t at, uint32_t *state, uint32_t *ret)
{
	const uint8_t *p = a->commits + at * (size_t)OST_GRAPH_COMMIT_SIZE + OST_OID_SIZE;
	uint32_t second = ost_graph_be32(p + 4), edge;

	*ret = OST_GRAPH_NO_PARENT;
	if (!*state)
		*ret = ost_graph_be32(p);
	else if (second != OST_GRAPH_NO_PARENT && !(second & OST_GRAPH_MORE_PARENTS) && *state == 1)
		*ret = second;
	else if (second != OST_GRAPH_NO_PARENT && second & OST_GRAPH_MORE_PARENTS) {
		edge = (second & ~OST_GRAPH_MORE_PARENTS) + *state - 1;
		/* the one before was the last */
		if (edge < a->nr_edges && (*state == 1 || !(ost_graph_be32(a->edges + (edge - 1) * (size_t)4) & OST_GRAPH_MORE_PARENTS)))
			*ret = ost_graph_be32(a->edges + edge * (size_t)4) & ~OST_GRAPH_MORE_PARENTS;
	}
	++*state;
	return *ret != OST_GRAPH_NO_PARENT;
}

static bool follow_parents(struct ost_ancestry *a, uint8_t *bits, uint32_t at, uint32_t least)
{
	uint32_t of = generation(a, at), state = 0, parent;

	while (ost_git_graph_parent(a, at, &state, &parent))
		if (!follow(a, bits, parent, of, least))
			return false;
	return true;
}

/* Marks what a commit reaches, down to a generation, and no further once `wanted` is marked. */
static bool mark(struct ost_ancestry *a, uint8_t *bits, uint32_t from, uint32_t least, uint32_t wanted)
{
	ost_vec_clear(&a->stack);
	ost_vec_add(&a->stack, from);
	bits[from / 8] |= (uint8_t)(1u << from % 8);
	while (a->stack.nr) {
		if (!follow_parents(a, bits, a->stack.items[--a->stack.nr], least))
			return false;
		if (wanted < a->nr && is_marked(bits, wanted))
			return true;
	}
	return true;
}

/* What was kept of a commit, or the place that was used the longest time ago, for it. */
static struct ost_reached *slot_of(struct ost_ancestry *a, uint32_t newer)
{
	struct ost_reached *r = &a->kept[0];
	size_t i;

	for (i = 0; i < OST_GRAPH_KEPT; i++) {
		if (a->kept[i].last && a->kept[i].newer == newer)
			return &a->kept[i];
		if (a->kept[i].last < r->last)
			r = &a->kept[i];
	}
	free(r->bits);
	*r = (struct ost_reached){ .newer = newer };
	return r;
}

/* All that a commit reaches, kept; NULL: the file is damaged. */
static const uint8_t *all_of(struct ost_ancestry *a, uint32_t newer)
{
	struct ost_reached *r = slot_of(a, newer);

	r->last = ++a->nr_asked;
	if (r->bits)
		return r->bits;
	r->bits = ost_calloc(a->nr / 8 + 1, 1);
	if (mark(a, r->bits, newer, 0, a->nr))
		return r->bits;
	free(r->bits);
	*r = (struct ost_reached){ 0 };
	return NULL;
}

/* One walk as far as it is needed; all of it, and kept, the second time that a commit is asked about. */
static bool reaches(struct ost_ancestry *a, uint32_t older, uint32_t newer, bool *ret_is)
{
	struct ost_reached *r = slot_of(a, newer);
	const uint8_t *all;
	uint8_t *bits;
	bool is_good;

	if (r->last) {
		all = all_of(a, newer);
		*ret_is = all && is_marked(all, older);
		return all;
	}
	r->last = ++a->nr_asked;
	bits = ost_calloc(a->nr / 8 + 1, 1);
	is_good = mark(a, bits, newer, generation(a, older), older);
	*ret_is = is_marked(bits, older);
	free(bits);
	return is_good;
}

/* From a commit on until one is reached that another one reaches, too. */
static bool meets(struct ost_ancestry *a, uint32_t from, const uint8_t *all, bool *ret_is)
{
	uint8_t *bits = ost_calloc(a->nr / 8 + 1, 1);
	bool is_good = true;
	uint32_t at;

	ost_vec_clear(&a->stack);
	ost_vec_add(&a->stack, from);
	while (is_good && a->stack.nr && !*ret_is) {
		at = a->stack.items[--a->stack.nr];
		*ret_is = is_marked(all, at);
		is_good = follow_parents(a, bits, at, 0);
	}
	free(bits);
	return is_good;
}

/* The graph with the places of two commits in it; NULL: there is none that can be asked. */
static struct ost_ancestry *graph_of(struct ost_repo *repo, const char *x, const char *y, uint32_t *ret_x, uint32_t *ret_y)
{
	struct ost_oid x_id, y_id;

	if (!ost_git_graph(repo)->map || !ost_oid_from_hex(&x_id, x) || !ost_oid_from_hex(&y_id, y))
		return NULL;
	*ret_x = ost_git_graph_find(repo->ancestry, &x_id);
	*ret_y = ost_git_graph_find(repo->ancestry, &y_id);
	return repo->ancestry;
}

/* By the graph; false: it does not say. */
static bool ask_graph(struct ost_repo *repo, const char *older, const char *newer, bool *ret_is)
{
	uint32_t o, n;
	struct ost_ancestry *a = graph_of(repo, older, newer, &o, &n);

	*ret_is = false;
	if (!a || n == a->nr)
		return false;
	if (o == a->nr)		/* all that the newer one reaches is in the graph */
		return true;
	if (!generation(a, o) || !generation(a, n) || generation(a, n) == GENERATION_MAX)
		return false;
	return generation(a, o) >= generation(a, n) || reaches(a, o, n, ret_is);
}

static bool ask_graph_common(struct ost_repo *repo, const char *x, const char *y, bool *ret_is)
{
	uint32_t at_x, at_y;
	struct ost_ancestry *a = graph_of(repo, x, y, &at_x, &at_y);
	const uint8_t *all;

	*ret_is = false;
	if (!a || at_x == a->nr || at_y == a->nr)
		return false;
	all = all_of(a, at_y);
	return all && meets(a, at_x, all, ret_is);
}

struct ost_err *ost_is_ancestor(bool *ret_is, struct ost_repo *repo,
				const char *older, const char *newer)
{
	char older_hex[OST_HEX_SIZE], newer_hex[OST_HEX_SIZE];
	const char *const args[] = { "merge-base", "--is-ancestor", older_hex, newer_hex, NULL };
	int status = 0;
	struct ost_git_run run = { .args = args, .ok_status = 1, .ret_status = &status };
	OST_BUF out = OST_BUF_INIT;

	ost_try(ost_repo_resolve(repo, older, older_hex));
	ost_try(ost_repo_resolve(repo, newer, newer_hex));
	*ret_is = !strcmp(older_hex, newer_hex);
	if (*ret_is || ask_graph(repo, older_hex, newer_hex, ret_is))
		return NULL;
	ost_try(ost_git_run(repo, &run, &out));
	*ret_is = !status;
	return NULL;
}

struct ost_err *ost_have_common(bool *ret_have, struct ost_repo *repo, const char *x, const char *y)
{
	char x_hex[OST_HEX_SIZE], y_hex[OST_HEX_SIZE];
	const char *const args[] = { "merge-base", x_hex, y_hex, NULL };
	int status = 0;
	const struct ost_git_run run = { .args = args, .ok_status = 1, .ret_status = &status };
	OST_BUF out = OST_BUF_INIT;

	ost_try(ost_repo_resolve(repo, x, x_hex));
	ost_try(ost_repo_resolve(repo, y, y_hex));
	if (ask_graph_common(repo, x_hex, y_hex, ret_have))
		return NULL;
	ost_try(ost_git_run(repo, &run, &out));
	*ret_have = !status;
	return NULL;
}

struct ost_err *ost_common_base(char ret_hex[OST_HEX_SIZE], struct ost_repo *repo, const char *const *commits, size_t nr)
{
	const char **args = ost_calloc(nr + 3, sizeof(*args));
	int status = 0;
	const struct ost_git_run run = { .args = args, .ok_status = 1, .ret_status = &status };
	OST_BUF out = OST_BUF_INIT;
	struct ost_err *err;

	ret_hex[0] = '\0';
	args[0] = "merge-base";
	args[1] = "--octopus";
	memcpy(&args[2], commits, nr * sizeof(*commits));
	err = nr ? ost_git_run(repo, &run, &out) : NULL;
	free(args);
	if (!err && !status && out.len >= OST_HEX_SIZE - 1)
		snprintf(ret_hex, OST_HEX_SIZE, "%s", out.ptr);
	return err;
}

/* "<commit> <first parent> ..." */
static bool take_parent(void *ctx, const char *piece, size_t len)
{
	char *hex = ctx;

	if (len >= 2 * OST_HEX_SIZE - 1)
		snprintf(hex, OST_HEX_SIZE, "%s", piece + OST_HEX_SIZE);
	else
		hex[0] = '\0';
	return true;
}

struct ost_err *ost_fork_point(char ret_hex[OST_HEX_SIZE], struct ost_repo *repo, const char *tip, const char *other)
{
	char not_other[OST_HEX_SIZE + 1];
	const char *const args[] = { "rev-list", "--first-parent", "--parents", tip, not_other, "--", NULL };
	const struct ost_git_run run = { .args = args };

	/* the last one that the other does not reach has the wanted one for its parent; the tip itself where there is none */
	snprintf(ret_hex, OST_HEX_SIZE, "%s", tip);
	snprintf(not_other, sizeof(not_other), "^%s", other);
	return ost_git_stream(repo, &run, '\n', take_parent, ret_hex);
}
