/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * peers.h - what the other functions of a slot do: what all of them keep to, and
 * one does not, is most likely no other case but a mistake. (Engler et al., "Bugs
 * as deviant behavior", SOSP 2001.)
 */
#ifndef OST_LOCKS_PEERS_H
#define OST_LOCKS_PEERS_H

#include "locks/finder.h"

struct ost_peers {
	unsigned nr;		/* functions stored in the slot */
	unsigned nr_takers;	/* of these, that take the class, themselves or by what they call directly */
};

/*
 * The unit takes a class, as hardly any of the functions do that the slot holds, and
 * all who call it by the slot hold that class: but for those who lie beside functions
 * of the slot, and may call their own. Not when an object with such a lock is
 * handed to it: that may be another one. Nor where only a part of the tree is looked at.
 */
bool ost_is_odd_peer(struct ost_finder *f, const struct ost_lk_slot *slot, uint32_t unit, uint64_t cls, struct ost_peers *ret);

#endif
