/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asks.h - what a file asked for while it was linked.
 *
 * Linking a file is a function of its own facts and of the answers that it gets
 * about names: which definitions a name has, and what they say. Each question is
 * noted here. When a tree differs in what some names mean, the files that asked for
 * one of them are linked again and all others are taken over (reuse.c).
 *
 * A name that nothing defined and no field had has no number. Those are one set for
 * the whole program, of hashes: what is asked for and comes to be defined is rare,
 * and who asked is then found by the text. Of an #include that nothing was found for
 * it is known who has it.
 */
#ifndef OST_PROGRAM_ASKS_H
#define OST_PROGRAM_ASKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

/* A text without a number: 40 bits of its hash. */
struct ost_unknown {
	uint32_t high, low;
};

struct ost_name_list {
	OST_VEC(uint32_t) v;
};

struct ost_unknown_list {
	OST_VEC(struct ost_unknown) v;
};

/* An #include that no file was found for: who has it, and 32 bits of the hash of its name without folders. */
struct ost_missed {
	uint32_t file, name;
};

struct ost_missed_list {
	OST_VEC(struct ost_missed) v;
};

/* Who asks in one thread. All zero is right. */
struct ost_asker {
	uint8_t *seen;		/* by name: `now` when it is in the list already; NULL: not looked at. A byte each, to stay cached */
	uint32_t nr_seen;
	uint8_t now;		/* from 1 on; begins anew when it has come round */
	struct ost_name_list names;
	struct ost_unknown_list unknown;	/* grows until the end, over all lists */
	struct ost_unknown *recent;		/* noted lately, by hash */
	uint64_t *keys;			/* scratch for sorting */
	size_t nr_keys;
	uint64_t serial;	/* of the list that is being made; never 0 */
	struct ost_asker *up;
};

/* The one of this thread, or NULL: nobody wants to know. */
extern __thread struct ost_asker *ost_asker;

/*
 * A number for the list that is being made in this thread; 0: none is. Whoever remembers an answer and
 * this number with it may give it again under the same number: what it took is in that list.
 */
static inline uint64_t ost_asker_serial(void)
{
	return ost_asker ? ost_asker->serial : 0;
}

/* Begins a list of names in this thread: those of a file (a's memory grows to nr_names). */
void ost_asker_begin(struct ost_asker *a, uint32_t nr_names);
/* Ends it: names are sorted, once each, and stay until the next begin. */
void ost_asker_end(struct ost_asker *a);
void ost_asker_deinit(struct ost_asker *a);

/*
 * Something that is worked out once and kept for all: a list of its own within the
 * one that is being made, if any. ..._end() yields a block [count, names...] for
 * ost_ask_all(), with `extra` bytes before it, zeroed; free() it. Such lists nest.
 */
void ost_asker_nest(struct ost_asker *a);
void *ost_asker_unnest(struct ost_asker *a, size_t extra);
/* Whoever is handed what was kept asked for the same. */
void ost_ask_all(const uint32_t *block);

/* The block of a list that has ended; free() it. */
uint32_t *ost_name_block(const struct ost_name_list *list);

void ost_ask_unknown_(struct ost_unknown u);
/* Several, which are waited for once. */
void ost_ask_unknown_all(const struct ost_unknown *u, uint32_t nr);
/* Of the hash of a text: ost_hash_bytes(). */
static inline struct ost_unknown ost_unknown_hashed(uint64_t hash)
{
	return (struct ost_unknown){ (uint32_t)(hash >> 32), (uint32_t)(hash >> 24) & 0xff };
}
struct ost_unknown ost_unknown_of(const char *s, uint32_t len);
/* A text was looked up that is no name. */
static inline void ost_ask_unknown(const char *s, uint32_t len)
{
	if (ost_asker)
		ost_ask_unknown_(ost_unknown_of(s, len));
}

/* The same for the name of a macro while others are expanded: it may stand in no file as it is. */
void ost_ask_unknown_macro(const char *s, size_t len);
#define OST_MARK_MACRO '('

static inline void ost_ask(uint32_t name)
{
	struct ost_asker *a = ost_asker;

	if (!a || name == UINT32_MAX)
		return;
	if (a->seen) {
		if (a->seen[name] == a->now)
			return;
		a->seen[name] = a->now;
	}
	ost_vec_add(&a->names.v, name);
}

/* Of a text behind a mark, which keeps it apart from names. */
struct ost_unknown ost_unknown_marked(char mark, const char *s, size_t len);
/* Sorted, once each. */
void ost_unknown_sort(struct ost_unknown_list *list);
bool ost_unknown_has(const struct ost_unknown_list *list, struct ost_unknown u);
/* By file and name, once each. */
void ost_missed_sort(struct ost_missed_list *list);

#endif
