// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers of commits by the commit-graph, without a process of git. As
 * `git rev-list --since` does it, a commit that is older is not shown and not
 * followed. Authors are read from the commits, each once for all questions.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "git/ancestry.h"
#include "git/walk.h"

struct counting {
	struct ost_repo *repo;
	struct ost_ancestry *a;
	const struct ost_log_query *q;
	uint8_t *seen;
	const char *wanted;	/* "<author's address>", or NULL */
	uint8_t *is_wanted;	/* by id of author_names, of so many */
	size_t nr_compared, nr;
};

static int64_t time_of(const struct ost_ancestry *a, uint32_t at)
{
	const uint8_t *p = a->commits + at * (size_t)OST_GRAPH_COMMIT_SIZE + OST_OID_SIZE + 8;

	return (int64_t)(ost_graph_be32(p) & 3) << 32 | ost_graph_be32(p + 4);
}

static bool is_merge(const struct ost_ancestry *a, uint32_t at)
{
	return ost_graph_be32(a->commits + at * (size_t)OST_GRAPH_COMMIT_SIZE + OST_OID_SIZE + 4) != OST_GRAPH_NO_PARENT;
}

/* ---- authors ---- */

/* "Name <address>" of the header, without the time, as git greps it. */
static bool take_author(struct ost_ancestry *a, uint32_t at, const char *text, size_t len)
{
	const char *line = memmem(text, len, "\nauthor ", 8), *end = memmem(text, len, "\n\n", 2), *eol, *p;

	if (!line || !end || line > end)
		return false;
	line += 8;
	eol = memchr(line, '\n', (size_t)(text + len - line));
	for (p = eol; p > line && p[-1] != '>'; p--)
		;
	p = p > line ? p : eol;
	if (memchr(line, '\0', (size_t)(p - line)))
		return false;
	a->authors[at] = 1 + ost_intern_add(&a->author_names, line, (size_t)(p - line));
	return true;
}

static bool read_author(struct counting *c, uint32_t at)
{
	git_odb_object *object;
	bool is_read = false;
	git_oid id;

	memcpy(id.id, c->a->ids + at * (size_t)OST_OID_SIZE, OST_OID_SIZE);
	if (git_odb_read(&object, c->repo->odb, &id))
		return false;
	if (git_odb_object_type(object) == GIT_OBJECT_COMMIT)
		is_read = take_author(c->a, at, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return is_read;
}

static bool has_wanted_author(struct counting *c, uint32_t at)
{
	uint32_t id = c->a->authors[at] - 1;

	while (c->nr_compared <= id) {
		const char *name = ost_intern_str(&c->a->author_names, (uint32_t)c->nr_compared);

		c->is_wanted = ost_realloc(c->is_wanted, c->nr_compared + 1);
		c->is_wanted[c->nr_compared++] = strcasestr(name, c->wanted) != NULL;
	}
	return c->is_wanted[id];
}

/* ---- the walk ---- */

static bool visit(struct counting *c, uint32_t at)
{
	if (c->q->no_merges && is_merge(c->a, at))
		return true;
	if (c->wanted && !c->a->authors[at] && !read_author(c, at))
		return false;
	c->nr += !c->wanted || has_wanted_author(c, at);
	return true;
}

static bool put_by(struct counting *c, uint32_t at)
{
	if (at >= c->a->nr)
		return false;
	if (c->seen[at / 8] & 1u << at % 8 || (c->q->since && time_of(c->a, at) < c->q->since))
		return true;
	c->seen[at / 8] |= (uint8_t)(1u << at % 8);
	ost_vec_add(&c->a->stack, at);
	return true;
}

static bool walk(struct counting *c, uint32_t from)
{
	uint32_t at, state, parent;

	ost_vec_clear(&c->a->stack);
	if (!put_by(c, from))
		return false;
	while (c->a->stack.nr) {
		at = c->a->stack.items[--c->a->stack.nr];
		if (!visit(c, at))
			return false;
		for (state = 0; ost_git_graph_parent(c->a, at, &state, &parent);)
			if (!put_by(c, parent))
				return false;
	}
	return true;
}

/* The place of the revision in the graph; false: it is not there, or there is none. */
static bool find_start(struct ost_repo *repo, const char *rev, struct ost_ancestry **ret, uint32_t *ret_at)
{
	char hex[OST_HEX_SIZE];
	struct ost_oid id;
	struct ost_err *err = ost_repo_resolve(repo, rev, hex);
	bool is_hex = !err && ost_oid_from_hex(&id, hex);

	ost_err_destroy(err);
	*ret = ost_git_graph(repo);
	if (!is_hex || !(*ret)->map)
		return false;
	*ret_at = ost_git_graph_find(*ret, &id);
	return *ret_at < (*ret)->nr;
}

/* Only what is compared alike everywhere; not the first time, when git has the answer in less than it takes to read all. */
static bool may_ask_author(struct ost_ancestry *a, const char *author)
{
	const char *p;

	for (p = author; *p; p++)
		if (!isascii((unsigned char)*p))
			return false;
	if (!a->nr_authors_asked++)
		return false;
	if (!a->authors) {
		a->authors = ost_calloc(a->nr, sizeof(*a->authors));
		ost_intern_init(&a->author_names);
	}
	return true;
}

bool ost_log_count_here(size_t *ret_count, struct ost_repo *repo, const struct ost_log_query *q)
{
	struct counting c = { .repo = repo, .q = q };
	OST_BUF b = OST_BUF_INIT;
	uint32_t from;
	bool is_known;

	if (q->not_rev || (q->paths && *q->paths) || !find_start(repo, q->rev, &c.a, &from) ||
	    (q->author && !may_ask_author(c.a, q->author)))
		return false;
	if (q->author) {
		ost_buf_addf(&b, "<%s>", q->author);
		c.wanted = b.ptr;
	}
	c.seen = ost_calloc(c.a->nr / 8 + 1, 1);
	is_known = walk(&c, from);
	free(c.seen);
	free(c.is_wanted);
	*ret_count = c.nr;
	return is_known;
}

bool ost_reaches_back_here(bool *ret_reaches, struct ost_repo *repo, const char *rev, int64_t before)
{
	struct ost_ancestry *a;
	uint32_t at, state, parent;
	uint8_t *seen;
	bool is_known = true;

	*ret_reaches = false;
	if (!find_start(repo, rev, &a, &at))
		return false;
	seen = ost_calloc(a->nr / 8 + 1, 1);
	ost_vec_clear(&a->stack);
	ost_vec_add(&a->stack, at);
	while (is_known && a->stack.nr && !*ret_reaches) {
		at = a->stack.items[--a->stack.nr];
		*ret_reaches = time_of(a, at) <= before;
		for (state = 0; is_known && ost_git_graph_parent(a, at, &state, &parent);) {
			is_known = parent < a->nr;
			if (!is_known || seen[parent / 8] & 1u << parent % 8)
				continue;
			seen[parent / 8] |= (uint8_t)(1u << parent % 8);
			ost_vec_add(&a->stack, parent);
		}
	}
	free(seen);
	return is_known;
}
