/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ancestry.h - the commit-graph that is read in the process: the one that
 * graph.c wrote, or the repository's own. A graph holds all that its commits
 * reach. Seen by the room git alone; ancestry.c opens it.
 *
 * The file is git's and may be damaged: every place in it is checked against
 * its size.
 */
#ifndef OST_GIT_ANCESTRY_H
#define OST_GIT_ANCESTRY_H

#include "base/intern.h"
#include "git/internal.h"

#define OST_GRAPH_COMMIT_SIZE (OST_OID_SIZE + 16)	/* tree, two parents, generation and date */
#define OST_GRAPH_NO_PARENT 0x70000000u
#define OST_GRAPH_MORE_PARENTS 0x80000000u		/* the second parent is a place among the edges */
#define OST_GRAPH_KEPT 16

/* What a commit reaches, a bit for each commit of the graph; made when it is asked about again. */
struct ost_reached {
	uint32_t newer;
	uint8_t *bits;
	unsigned last;		/* its use by number, 0: free */
};

struct ost_ancestry {
	uint8_t *map;		/* NULL: there is no graph that can be used */
	size_t size;
	const uint8_t *fanout, *ids, *commits, *edges;
	uint32_t nr, nr_edges;
	struct ost_reached kept[OST_GRAPH_KEPT];
	unsigned nr_asked;
	OST_VEC(uint32_t) stack;
	uint32_t *authors;	/* by place: 0 not read yet, else 1 + id in author_names (count.c); NULL: none asked */
	struct ost_intern author_names;
	unsigned nr_authors_asked;
};

static inline uint32_t ost_graph_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The open graph; its map may be NULL. */
struct ost_ancestry *ost_git_graph(struct ost_repo *repo);
/* The place of a commit, or a->nr. */
uint32_t ost_git_graph_find(const struct ost_ancestry *a, const struct ost_oid *id);
/* The next parent of a commit; *state begins with 0. False at the end, and where the file is damaged (*ret then NO_PARENT). */
bool ost_git_graph_parent(const struct ost_ancestry *a, uint32_t at, uint32_t *state, uint32_t *ret);

#endif
