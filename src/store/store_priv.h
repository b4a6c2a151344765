/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store_priv.h - the inside of a store, shared by store.c, keys.c, codec.c
 * and merge.c. What is said to need the lock needs store->lock held.
 */
#ifndef OST_STORE_STORE_PRIV_H
#define OST_STORE_STORE_PRIV_H

#include <pthread.h>
#include <zstd.h>

#include "store/dir.h"
#include "store/pack.h"
#include "store/store.h"

/* Compression state of one thread at a time; kept on a free list. */
struct ost_codec {
	struct ost_codec *next;
	ZSTD_CCtx *c;
	ZSTD_DCtx *d;
	struct ost_buf buf;
};

struct ost_store {
	struct ost_store_dir dir;
	bool in_memory;		/* no directory */
	bool stays_in_memory;	/* nothing more is written: in_memory, read-only or an error */
	bool has_written;
	uint64_t limit;

	pthread_mutex_t writing;	/* held while a full pack is written; taken before lock */
	pthread_mutex_t lock;	/* guards all that follows */
	struct ost_pack **packs;
	uint32_t nr_packs, cap_packs;
	struct ost_pack *open;	/* packs[open_nr], being built; NULL: none */
	uint64_t *slots;	/* pack << 32 | entry, plus 1; 0 empty */
	size_t nr_slots, nr_used;
	struct ost_codec *codecs;
	struct ost_err *err;
	bool err_given;
	char *note;
	unsigned nr_notes;
};

/* Keeps the first damage as the note and counts the others; needs the lock. */
void ost_store_damage(struct ost_store *s, const char *name, const char *why);
/* Keeps the first error; from then on all stays in memory. Needs the lock. */
void ost_store_fail(struct ost_store *s, struct ost_err *err);

/* ---- keys.c: a hash table over the indexes of all packs; all need the lock ---- */

void ost_keys_grow(struct ost_store *s, size_t need);
/* Adds a pack and all its entries. Of two with one key the one added first stays. */
void ost_keys_add_pack(struct ost_store *s, struct ost_pack *p);
/* Adds entry `entry` of pack number `pack`; there must be room. */
void ost_keys_add(struct ost_store *s, uint32_t pack, uint32_t entry);
/* The entry of a key that is whole, and its pack; or NULL. */
struct ost_pack_entry *ost_keys_find(struct ost_store *s, const struct ost_store_key *key,
				     struct ost_pack **ret_pack);
/* Is this very entry the one that its key leads to? */
bool ost_keys_leads_to(const struct ost_store *s, const struct ost_pack_entry *e);

/* ---- codec.c: compression; take and give take the lock themselves ---- */

struct ost_codec *ost_codec_take(struct ost_store *s);
void ost_codec_give(struct ost_store *s, struct ost_codec *c);
void ost_codec_destroy(struct ost_codec *c);
/* c->buf becomes the compressed bytes. */
bool ost_codec_compress(struct ost_codec *c, const void *data, size_t len);
/* buf becomes the raw_len bytes that c->buf holds compressed. */
bool ost_codec_decompress(struct ost_codec *c, size_t raw_len, struct ost_buf *buf);

/* ---- merge.c ---- */

/*
 * Puts small packs together and rewrites damaged ones without the damage.
 * A process that reads the old ones meanwhile has them open and goes on. For
 * a store that is about to be closed.
 */
void ost_store_merge(struct ost_store *s);

#endif
