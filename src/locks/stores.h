/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stores.h - what pointer fields are set to.
 *
 * While units are walked, each `x->f = value` whose value may be a pointer is
 * noted by the name of f. A rule is made when somebody asks: the field is
 * stored to in one place only (NULL aside), and the object that it lies in is
 * found from there by members alone:
 *
 *	local->hw.wiphy = wiphy;	with local = &wiphy->priv
 *
 * says that h->wiphy is the container of the container of *h.
 */
#ifndef OST_LOCKS_STORES_H
#define OST_LOCKS_STORES_H

#include "base/table.h"
#include "base/vec.h"
#include "program/program.h"

struct ost_store {
	uint32_t name;		/* hash of the field's name */
	uint32_t unit, node;	/* the ASSIGN */
};
struct ost_stores { OST_VEC(struct ost_store) v; };

struct ost_rule {
	uint32_t field;
	bool is_known;		/* one store, and its object has the right shape */
	uint32_t unit, node, line;
	struct ost_path object;	/* the place that holds the field, in the unit's terms */
	struct ost_path value;
};
#define OST_RULE_TRIES 250	/* stores of one name that are looked at; more: no rule */

struct ost_rules {
	OST_VEC(struct ost_rule) v;
	struct ost_table by_field;	/* field → index + 1 */
};

/* Notes the stores of the entered unit. */
void ost_stores_note(struct ost_stores *stores, const struct ost_scope *s);
void ost_stores_sort(struct ost_stores *stores);

void ost_rules_init(struct ost_rules *r);
void ost_rules_deinit(struct ost_rules *r);
/* Never NULL; valid until the next call. scope is used up. */
const struct ost_rule *ost_rule_of(struct ost_rules *r, const struct ost_stores *stores,
				   struct ost_scope *scope, uint32_t field);
/*
 * One store that may be of the field after the other, by unit and node; *at is 0 at first. skip: by file, stores there
 * are passed over; NULL: none are. NULL: no more.
 */
const struct ost_store *ost_next_store(const struct ost_stores *stores, const struct ost_program *p, uint32_t field,
				       const bool *skip, size_t *at);
/* Reads a store. scope is used up. false: it is none of the field. */
bool ost_read_store(struct ost_scope *scope, const struct ost_store *store, uint32_t field, struct ost_rule *ret);

#endif
