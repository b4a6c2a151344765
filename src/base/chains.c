// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/chains.h"

void ost_chains_deinit(struct ost_chains *c)
{
	ost_table_deinit(&c->ends);
	ost_vec_deinit(&c->links);
}

void ost_chain_add(struct ost_chains *c, uint64_t hash, uint32_t item)
{
	uint64_t *ends = ost_table_put(&c->ends, hash, NULL);
	uint32_t first = (uint32_t)(*ends >> 32), last = (uint32_t)*ends, added;
	struct ost_chain_link *l;

	if (last && ost_chain_item(c, last) == item)
		return;
	l = ost_vec_push(&c->links);
	l->item = item;
	l->next = 0;
	added = (uint32_t)c->links.nr;
	if (last)
		c->links.items[last - 1].next = added;
	*ends = ost_table_pack(first ? first : added, added);
}

uint32_t ost_chain_first(const struct ost_chains *c, uint64_t hash)
{
	uint64_t *ends = ost_table_get(&c->ends, hash);

	return ends ? (uint32_t)(*ends >> 32) : 0;
}
