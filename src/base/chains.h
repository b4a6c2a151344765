/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chains.h - numbers of items by the hash of a name, in the order in which
 * they were added. Names whose hashes are the same share a chain: the caller
 * compares the names themselves.
 *
 *	for (at = ost_chain_first(&c, hash); at; at = ost_chain_next(&c, at))
 *		use(ost_chain_item(&c, at));
 */
#ifndef OST_BASE_CHAINS_H
#define OST_BASE_CHAINS_H

#include <stdint.h>

#include "base/table.h"
#include "base/vec.h"

struct ost_chain_link {
	uint32_t item;
	uint32_t next;	/* the chain's next link + 1, 0: none */
};

struct ost_chains {
	struct ost_table ends;	/* hash → its first and its last link + 1, packed */
	OST_VEC(struct ost_chain_link) links;
};

void ost_chains_deinit(struct ost_chains *c);
/* Nothing is added when the item is the chain's last one already. */
void ost_chain_add(struct ost_chains *c, uint64_t hash, uint32_t item);
/* A position in the chain, 0 when it has none. */
uint32_t ost_chain_first(const struct ost_chains *c, uint64_t hash);

static inline uint32_t ost_chain_next(const struct ost_chains *c, uint32_t at)
{
	return c->links.items[at - 1].next;
}

static inline uint32_t ost_chain_item(const struct ost_chains *c, uint32_t at)
{
	return c->links.items[at - 1].item;
}

#endif
