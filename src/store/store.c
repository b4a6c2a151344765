// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * store.c - the store as others see it: a hash table over the indexes of all
 * packs, one pack being built in memory, compression, and the rule that
 * nothing damaged is handed out.
 *
 * One mutex guards everything but the compression and the reading of
 * written packs, which is where the time goes.
 */
#include "store/store.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/hash.h"
#include "store/dir.h"
#include "store/pack.h"
#include "store/slot.h"
#include "store/sum.h"

#define ZSTD_LEVEL 1
/* Packs under this size are put together when there are so many of them. */
#define SMALL_PACK (OST_STORE_PACK_MAX / 4)
#define MAX_SMALL_PACKS 24

/* Compression state of one thread at a time; kept on a free list. */
struct codec {
	struct codec *next;
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

	pthread_mutex_t lock;	/* guards all that follows */
	struct ost_pack **packs;
	uint32_t nr_packs, cap_packs;
	struct ost_pack *open;	/* packs[open_nr], being built; NULL: none */
	uint64_t *slots;	/* pack << 32 | entry, plus 1; 0 empty */
	size_t nr_slots, nr_used;
	struct codec *codecs;
	struct ost_err *err;
	bool err_given;
	char *note;
	unsigned nr_notes;
};

static void note_damage(struct ost_store *s, const char *name, const char *why)
{
	OST_BUF b = OST_BUF_INIT;

	if (s->nr_notes++)
		return;	/* the first one is told, the others are counted */
	ost_buf_addf(&b, "%s is %s and is built anew", name, why);
	s->note = ost_buf_detach(&b, NULL);
}

/* ---- the table of keys -------------------------------------------------- */

static uint64_t hash_key(const void *key)
{
	uint64_t w;
	uint32_t kind_version[2];

	memcpy(&w, key, sizeof(w));
	memcpy(kind_version, (const char *)key + OST_STORE_ID_LEN, sizeof(kind_version));
	return ost_hash_mix(w ^ (uint64_t)kind_version[0] << 32 ^ kind_version[1]);
}

#define KEY_LEN (OST_STORE_ID_LEN + 2 * sizeof(uint32_t))
_Static_assert(sizeof(struct ost_store_key) == KEY_LEN, "a key begins an entry");

static struct ost_pack_entry *entry_of(const struct ost_store *s, uint64_t slot,
				       struct ost_pack **ret_pack)
{
	*ret_pack = s->packs[(slot - 1) >> 32];
	return &(*ret_pack)->entries[(uint32_t)(slot - 1)];
}

/* The slot of the key, or the empty one where it belongs. */
static uint64_t *find_slot(const struct ost_store *s, const void *key)
{
	size_t i = hash_key(key) & (s->nr_slots - 1);
	struct ost_pack *p;

	while (s->slots[i] && memcmp(entry_of(s, s->slots[i], &p), key, KEY_LEN))
		i = (i + 1) & (s->nr_slots - 1);
	return &s->slots[i];
}

static void grow_table(struct ost_store *s, size_t need)
{
	uint64_t *old = s->slots;
	size_t nr_old = s->nr_slots, i;
	struct ost_pack *p;

	if (s->nr_slots >= 2 * need && s->nr_slots)
		return;
	s->nr_slots = s->nr_slots ? s->nr_slots : 1024;
	while (s->nr_slots < 2 * need)
		s->nr_slots *= 2;
	s->slots = ost_calloc(s->nr_slots, sizeof(*s->slots));
	for (i = 0; i < nr_old; i++)
		if (old[i])
			*find_slot(s, entry_of(s, old[i], &p)) = old[i];
	free(old);
}

static void index_entry(struct ost_store *s, uint32_t pack, uint32_t entry)
{
	uint64_t *slot = find_slot(s, &s->packs[pack]->entries[entry]);
	struct ost_pack *p;

	if (*slot && !(entry_of(s, *slot, &p)->flags & OST_PE_DEAD))
		return;
	s->nr_used += !*slot;
	*slot = ((uint64_t)pack << 32 | entry) + 1;
}

static void add_pack(struct ost_store *s, struct ost_pack *p)
{
	uint32_t i;

	if (s->nr_packs == s->cap_packs) {
		s->cap_packs = s->cap_packs ? 2 * s->cap_packs : 16;
		s->packs = ost_reallocarray(s->packs, s->cap_packs, sizeof(*s->packs));
	}
	s->packs[s->nr_packs++] = p;
	grow_table(s, s->nr_used + p->nr + 1);
	for (i = 0; i < p->nr; i++)
		index_entry(s, s->nr_packs - 1, i);
}

/* The entry of a key that is whole, or NULL. */
static struct ost_pack_entry *find(struct ost_store *s, const struct ost_store_key *key,
				   struct ost_pack **ret_pack)
{
	struct ost_pack_entry *e;
	uint64_t slot;

	if (!s->nr_slots)
		return NULL;
	slot = *find_slot(s, key);
	if (!slot)
		return NULL;
	e = entry_of(s, slot, ret_pack);
	if (e->flags & OST_PE_DEAD)
		return NULL;
	(*ret_pack)->is_used = true;
	return e;
}

/* ---- compression -------------------------------------------------------- */

static struct codec *take_codec(struct ost_store *s)
{
	struct codec *c;

	pthread_mutex_lock(&s->lock);
	c = s->codecs;
	if (c)
		s->codecs = c->next;
	pthread_mutex_unlock(&s->lock);
	if (!c) {
		c = ost_calloc(1, sizeof(*c));
		ost_buf_init(&c->buf);
	}
	return c;
}

static void give_codec(struct ost_store *s, struct codec *c)
{
	pthread_mutex_lock(&s->lock);
	c->next = s->codecs;
	s->codecs = c;
	pthread_mutex_unlock(&s->lock);
}

static void codec_destroy(struct codec *c)
{
	ZSTD_freeCCtx(c->c);
	ZSTD_freeDCtx(c->d);
	ost_buf_deinit(&c->buf);
	free(c);
}

/* c->buf becomes the compressed bytes. */
static bool compress(struct codec *c, const void *data, size_t len)
{
	size_t n;

	if (!c->c)
		c->c = ZSTD_createCCtx();
	ost_buf_clear(&c->buf);
	ost_buf_reserve(&c->buf, ZSTD_compressBound(len));
	n = ZSTD_compressCCtx(c->c, c->buf.ptr, c->buf.cap, data, len, ZSTD_LEVEL);
	if (ZSTD_isError(n))
		return false;
	c->buf.len = n;
	return true;
}

/* buf becomes raw_len bytes out of c->buf. */
static bool decompress(struct codec *c, size_t raw_len, struct ost_buf *buf)
{
	size_t n;

	if (!c->d)
		c->d = ZSTD_createDCtx();
	ost_buf_clear(buf);
	ost_buf_reserve(buf, raw_len);
	n = ZSTD_decompressDCtx(c->d, buf->ptr, raw_len, c->buf.ptr, c->buf.len);
	if (ZSTD_isError(n) || n != raw_len)
		return false;
	buf->len = raw_len;
	buf->ptr[raw_len] = 0;
	return true;
}

/* ---- opening and closing ------------------------------------------------ */

struct ost_err *ost_store_default_dir(struct ost_buf *buf)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		ost_buf_addf(buf, "%s/ostler", cache);
	else if (home && home[0] == '/')
		ost_buf_addf(buf, "%s/.cache/ostler", home);
	else
		return ost_err_create(OST_ERR_ENV, "store", "give --store=DIR or --no-store",
				      "neither XDG_CACHE_HOME nor HOME is set");
	return NULL;
}

static bool has_pack(const struct ost_store *s, const char *name)
{
	uint32_t i;

	for (i = 0; i < s->nr_packs; i++)
		if (!strcmp(s->packs[i]->name, name))
			return true;
	return false;
}

/*
 * Newest first, so that of two records under one key the newer one is found.
 * False when a pack was gone before it could be opened: another process has
 * merged it into one that the list did not show yet.
 */
static bool open_packs(struct ost_store *s)
{
	struct ost_store_files files = { 0 };
	const char *name, *why;
	struct ost_pack *p;
	bool all = true;
	size_t i;

	ost_store_dir_list(&s->dir, "pack-", &files);
	for (i = files.v.nr; i-- > 0; ) {
		name = files.v.items[i].name;
		if (has_pack(s, name))
			continue;
		ost_pack_open(&p, &why, s->dir.fd, name);
		if (p)
			add_pack(s, p);
		else if (!why)
			all = false;
		else
			note_damage(s, name, why);
		if (why && s->dir.is_writable)
			unlinkat(s->dir.fd, name, 0);
	}
	ost_vec_deinit(&files.v);
	return all;
}

struct ost_err *ost_store_create(struct ost_store **ret_store, const struct ost_store_opts *opts)
{
	struct ost_store *s = ost_calloc(1, sizeof(*s));
	struct ost_err *err;

	*ret_store = NULL;
	s->in_memory = s->stays_in_memory = !opts->dir;
	s->limit = opts->limit ? opts->limit : UINT64_MAX;
	s->dir.fd = -1;
	if (opts->dir) {
		err = ost_store_dir_open(&s->dir, opts->dir, &s->note);
		if (err) {
			free(s);
			return err;
		}
		s->nr_notes = !!s->note;
		s->stays_in_memory = !s->dir.is_writable;
		if (!open_packs(s))
			open_packs(s);
	}
	pthread_mutex_init(&s->lock, NULL);
	grow_table(s, 1);
	*ret_store = s;
	return NULL;
}

/* The first error is kept for the caller; from then on all stays in memory. */
static void keep_err(struct ost_store *s, struct ost_err *err)
{
	s->stays_in_memory = true;
	if (s->err || s->err_given)
		ost_err_destroy(err);
	else
		s->err = err;
}

/* With the lock held. */
static void close_pack(struct ost_store *s)
{
	struct ost_pack *p = s->open;
	struct ost_err *err;

	s->open = NULL;
	if (!p || !p->nr || s->stays_in_memory)
		return;
	err = ost_pack_write(p, s->dir.fd, s->dir.path);
	if (err)
		keep_err(s, err);
	else
		s->has_written = true;
}

/* ---- merging ------------------------------------------------------------ */

struct merge {
	struct ost_store *s;
	struct codec *codec;
	struct ost_pack *out;	/* being built, or NULL */
	struct ost_err *err;
	bool takes_small;
};

static bool is_small(const struct ost_pack *p)
{
	return p->fd >= 0 && p->size < SMALL_PACK;
}

static bool to_be_merged(const struct merge *m, const struct ost_pack *p)
{
	return p->fd >= 0 && (p->is_damaged || (m->takes_small && is_small(p)));
}

static void merge_write(struct merge *m)
{
	if (m->out && m->out->nr && !m->err)
		m->err = ost_pack_write(m->out, m->s->dir.fd, m->s->dir.path);
	ost_pack_destroy(m->out);
	m->out = NULL;
}

static void merge_entry(struct merge *m, const struct ost_pack *p, const struct ost_pack_entry *e)
{
	struct ost_buf *buf = &m->codec->buf;
	struct ost_pack *owner;

	if (e->flags || entry_of(m->s, *find_slot(m->s, e), &owner) != e)
		return;		/* damaged, or a newer one is there */
	ost_buf_clear(buf);
	ost_buf_reserve(buf, e->len);
	if (!ost_pack_read(p, e, buf->ptr))
		return;
	if (m->out && ost_pack_add(m->out, e, buf->ptr))
		return;
	merge_write(m);
	m->out = ost_pack_create();
	ost_pack_add(m->out, e, buf->ptr);
}

/*
 * Puts small packs together and rewrites damaged ones without the damage.
 * A process that reads the old ones meanwhile has them open and goes on.
 */
static void merge_packs(struct ost_store *s)
{
	struct merge m = { .s = s, .codec = take_codec(s) };
	uint32_t i, k, nr_small = 0;

	for (i = 0; i < s->nr_packs; i++)
		nr_small += is_small(s->packs[i]);
	m.takes_small = nr_small > MAX_SMALL_PACKS;
	for (i = 0; i < s->nr_packs; i++)
		for (k = 0; to_be_merged(&m, s->packs[i]) && k < s->packs[i]->nr && !m.err; k++)
			merge_entry(&m, s->packs[i], &s->packs[i]->entries[k]);
	merge_write(&m);
	for (i = 0; i < s->nr_packs && !m.err; i++)
		if (to_be_merged(&m, s->packs[i]))
			unlinkat(s->dir.fd, s->packs[i]->name, 0);
	if (m.err)
		keep_err(s, m.err);
	give_codec(s, m.codec);
}

void ost_store_destroy(struct ost_store *s)
{
	struct codec *c;
	uint32_t i;

	if (!s)
		return;
	close_pack(s);
	if (!s->in_memory && s->dir.is_writable) {
		for (i = 0; i < s->nr_packs; i++)
			if (s->packs[i]->is_used && s->packs[i]->fd >= 0)
				ost_store_dir_touch(&s->dir, s->packs[i]->name);
		if (!s->stays_in_memory)
			merge_packs(s);
		if (s->has_written)
			ost_store_dir_clean(&s->dir, s->limit);
	}
	for (i = 0; i < s->nr_packs; i++)
		ost_pack_destroy(s->packs[i]);
	while ((c = s->codecs)) {
		s->codecs = c->next;
		codec_destroy(c);
	}
	if (!s->in_memory)
		ost_store_dir_close(&s->dir);
	pthread_mutex_destroy(&s->lock);
	ost_err_destroy(s->err);
	free(s->note);
	free(s->packs);
	free(s->slots);
	free(s);
}

/* ---- records ------------------------------------------------------------ */

bool ost_store_has(struct ost_store *s, const struct ost_store_key *key,
		   struct ost_store_figures *ret_figures)
{
	const struct ost_pack_entry *e;
	struct ost_pack *p;

	pthread_mutex_lock(&s->lock);
	e = find(s, key, &p);
	if (e && ret_figures)
		memcpy(ret_figures->v, e->figures, sizeof(e->figures));
	pthread_mutex_unlock(&s->lock);
	return e;
}

/* A record on its way out. */
struct found {
	struct ost_pack_entry entry;	/* a copy: packs being built move */
	struct ost_pack *on_disk;	/* still to be read from there, or NULL */
	bool is_there, is_whole;
};

/* Finds the record; its stored bytes go to c->buf when they are in memory. */
static struct found look_up(struct ost_store *s, const struct ost_store_key *key, struct codec *c)
{
	struct found f = { .is_whole = true };
	struct ost_pack_entry *e;
	struct ost_pack *p;

	pthread_mutex_lock(&s->lock);
	e = find(s, key, &p);
	if (e) {
		f.is_there = true;
		f.entry = *e;
		ost_buf_clear(&c->buf);
		ost_buf_reserve(&c->buf, e->len);
		c->buf.len = e->len;
		if (p->fd >= 0)
			f.on_disk = p;
		else
			f.is_whole = ost_pack_read(p, e, c->buf.ptr);
	}
	pthread_mutex_unlock(&s->lock);
	return f;
}

static void mark_dead(struct ost_store *s, const struct ost_store_key *key)
{
	struct ost_pack_entry *e;
	struct ost_pack *p;

	pthread_mutex_lock(&s->lock);
	e = find(s, key, &p);
	if (e) {
		e->flags |= OST_PE_DEAD;
		p->is_damaged = true;
		note_damage(s, p->name, "damaged in a record");
	}
	pthread_mutex_unlock(&s->lock);
}

bool ost_store_get(struct ost_store *s, const struct ost_store_key *key, struct ost_buf *buf)
{
	struct codec *c = take_codec(s);
	struct found f = look_up(s, key, c);

	/* a written pack never changes, so no lock is needed */
	if (f.on_disk)
		f.is_whole = ost_pack_read(f.on_disk, &f.entry, c->buf.ptr);
	if (f.is_there)
		f.is_whole = f.is_whole && decompress(c, f.entry.raw_len, buf);
	if (f.is_there && !f.is_whole)
		mark_dead(s, key);
	give_codec(s, c);
	return f.is_there && f.is_whole;
}

/* With the lock held. */
static void add_record(struct ost_store *s, const struct ost_pack_entry *e, const void *stored)
{
	if (s->open && !ost_pack_add(s->open, e, stored)) {
		close_pack(s);
		if (s->has_written)
			ost_store_dir_clean(&s->dir, s->limit);
	}
	if (!s->open) {
		s->open = ost_pack_create();
		add_pack(s, s->open);
		if (!ost_pack_add(s->open, e, stored))
			return;	/* cannot be: an empty pack takes anything */
	}
	grow_table(s, s->nr_used + 1);
	index_entry(s, s->nr_packs - 1, s->open->nr - 1);
}

void ost_store_put(struct ost_store *s, const struct ost_store_key *key,
		   const struct ost_store_figures *figures, const void *data, size_t len)
{
	struct ost_pack_entry e = { .kind = key->kind, .version = key->version,
				    .raw_len = (uint32_t)len };
	struct ost_pack *p;
	struct codec *c;

	if (len > OST_STORE_RECORD_MAX || ost_store_has(s, key, NULL))
		return;
	memcpy(e.id, key->id, sizeof(e.id));
	if (figures)
		memcpy(e.figures, figures->v, sizeof(e.figures));
	c = take_codec(s);
	if (compress(c, data, len)) {
		e.len = (uint32_t)c->buf.len;
		e.sum = (uint32_t)ost_store_sum(c->buf.ptr, e.len);
		pthread_mutex_lock(&s->lock);
		if (!find(s, key, &p))
			add_record(s, &e, c->buf.ptr);
		pthread_mutex_unlock(&s->lock);
	}
	give_codec(s, c);
}

void ost_store_flush(struct ost_store *s)
{
	pthread_mutex_lock(&s->lock);
	if (!s->stays_in_memory)
		close_pack(s);
	pthread_mutex_unlock(&s->lock);
}

/* ---- slots -------------------------------------------------------------- */

bool ost_store_slot_get(struct ost_store *s, const struct ost_store_key *key,
			struct ost_store_slot *ret_slot)
{
	char name[112];
	const char *why;

	if (s->in_memory)
		return false;
	ost_slot_name(name, key);
	if (ost_slot_read(&s->dir, key, ret_slot, &why)) {
		if (s->dir.is_writable)
			ost_store_dir_touch(&s->dir, name);
		return true;
	}
	if (why) {
		pthread_mutex_lock(&s->lock);
		note_damage(s, name, why);
		pthread_mutex_unlock(&s->lock);
		if (s->dir.is_writable)
			unlinkat(s->dir.fd, name, 0);
	}
	return false;
}

void ost_store_slot_put(struct ost_store *s, const struct ost_store_key *key,
			const void *data, size_t len)
{
	struct ost_err *err;

	if (s->in_memory || s->stays_in_memory || len > OST_STORE_SLOT_MAX)
		return;
	err = ost_slot_write(&s->dir, key, data, len);
	pthread_mutex_lock(&s->lock);
	if (err)
		keep_err(s, err);
	else
		s->has_written = true;
	pthread_mutex_unlock(&s->lock);
}

/* ---- what went wrong ---------------------------------------------------- */

struct ost_err *ost_store_take_err(struct ost_store *s)
{
	struct ost_err *err;

	pthread_mutex_lock(&s->lock);
	err = s->err;
	s->err = NULL;
	s->err_given |= !!err;
	pthread_mutex_unlock(&s->lock);
	return err;
}

char *ost_store_note(struct ost_store *s)
{
	OST_BUF b = OST_BUF_INIT;
	char *note = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->note) {
		ost_buf_addstr(&b, s->note);
		if (s->nr_notes > 1)
			ost_buf_addf(&b, " (and %u more)", s->nr_notes - 1);
		note = ost_buf_detach(&b, NULL);
	}
	pthread_mutex_unlock(&s->lock);
	return note;
}
