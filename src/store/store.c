// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * store.c - the store as others see it: a hash table over the indexes of all
 * packs, one pack being built in memory, compression, and the rule that
 * nothing damaged is handed out.
 *
 * One mutex guards everything but the compression, the reading of written
 * packs and the writing of full ones, which is where the time goes.
 */
#include "store/store.h"

#include <stdio.h>
#include <unistd.h>

#include "store/slot.h"
#include "store/store_priv.h"
#include "store/sum.h"

void ost_store_damage(struct ost_store *s, const char *name, const char *why)
{
	OST_BUF b = OST_BUF_INIT;

	if (s->nr_notes++)
		return;	/* the first one is told, the others are counted */
	ost_buf_addf(&b, "%s is %s and is built anew", name, why);
	s->note = ost_buf_detach(&b, NULL);
}

void ost_store_fail(struct ost_store *s, struct ost_err *err)
{
	s->stays_in_memory = true;
	if (s->err || s->err_given)
		ost_err_destroy(err);
	else
		s->err = err;
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
			ost_keys_add_pack(s, p);
		else if (!why)
			all = false;
		else
			ost_store_damage(s, name, why);
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
	pthread_mutex_init(&s->writing, NULL);
	pthread_mutex_init(&s->lock, NULL);
	ost_keys_grow(s, 1);
	*ret_store = s;
	return NULL;
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
		ost_store_fail(s, err);
	else
		s->has_written = true;
}

/* So that what this run used counts as used before anything is evicted. */
static void touch_used(struct ost_store *s)
{
	uint32_t i;

	for (i = 0; i < s->nr_packs; i++)
		if (s->packs[i]->is_used && s->packs[i]->fd >= 0)
			ost_store_dir_touch(&s->dir, s->packs[i]->name);
}

void ost_store_destroy(struct ost_store *s)
{
	struct ost_codec *c;
	uint32_t i;

	if (!s)
		return;
	close_pack(s);
	if (!s->in_memory && s->dir.is_writable) {
		touch_used(s);
		if (!s->stays_in_memory)
			ost_store_merge(s);
		if (s->has_written)
			ost_store_dir_clean(&s->dir, s->limit);
	}
	for (i = 0; i < s->nr_packs; i++)
		ost_pack_destroy(s->packs[i]);
	while ((c = s->codecs)) {
		s->codecs = c->next;
		ost_codec_destroy(c);
	}
	if (!s->in_memory)
		ost_store_dir_close(&s->dir);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->writing);
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
	e = ost_keys_find(s, key, &p);
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
static struct found look_up(struct ost_store *s, const struct ost_store_key *key, struct ost_codec *c)
{
	struct found f = { .is_whole = true };
	struct ost_pack_entry *e;
	struct ost_pack *p;

	pthread_mutex_lock(&s->lock);
	e = ost_keys_find(s, key, &p);
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

/* The pack is written anew without the record when the store is closed. */
static void mark_dead(struct ost_store *s, const struct ost_store_key *key, const char *why)
{
	struct ost_pack_entry *e;
	struct ost_pack *p;

	pthread_mutex_lock(&s->lock);
	e = ost_keys_find(s, key, &p);
	if (e) {
		e->flags |= OST_PE_DEAD;
		p->is_damaged = true;
		if (why)
			ost_store_damage(s, p->name, why);
	}
	pthread_mutex_unlock(&s->lock);
}

void ost_store_drop(struct ost_store *s, const struct ost_store_key *key)
{
	mark_dead(s, key, NULL);
}

bool ost_store_get(struct ost_store *s, const struct ost_store_key *key, struct ost_buf *buf)
{
	struct ost_codec *c = ost_codec_take(s);
	struct found f = look_up(s, key, c);

	/* a written pack never changes, so no lock is needed */
	if (f.on_disk)
		f.is_whole = ost_pack_read(f.on_disk, &f.entry, c->buf.ptr);
	if (f.is_there)
		f.is_whole = f.is_whole && ost_codec_decompress(c, f.entry.raw_len, buf);
	if (f.is_there && !f.is_whole)
		mark_dead(s, key, "damaged in a record");
	ost_codec_give(s, c);
	return f.is_there && f.is_whole;
}

/* With the lock held. Returns the pack that was open until now when it is full, to be written. */
static struct ost_pack *add_record(struct ost_store *s, const struct ost_pack_entry *e, const void *stored)
{
	struct ost_pack *full = NULL;

	if (s->open && !ost_pack_add(s->open, e, stored)) {
		full = s->open;
		s->open = NULL;
	}
	if (!s->open) {
		s->open = ost_pack_create();
		ost_keys_add_pack(s, s->open);
		if (!ost_pack_add(s->open, e, stored))
			return full;	/* cannot be: an empty pack takes anything */
	}
	ost_keys_grow(s, s->nr_used + 1);
	ost_keys_add(s, s->nr_packs - 1, s->open->nr - 1);
	return full;
}

/* Without the lock: others go on, and find what is in p in memory. */
static void write_full(struct ost_store *s, struct ost_pack *p)
{
	struct ost_pack_entry *entries = NULL;
	struct ost_pack_file file;
	struct ost_err *err;

	pthread_mutex_lock(&s->writing);
	pthread_mutex_lock(&s->lock);
	if (!s->stays_in_memory)
		entries = ost_pack_index(p);
	pthread_mutex_unlock(&s->lock);
	if (entries) {
		err = ost_pack_file_write(p, entries, s->dir.fd, s->dir.path, &file);
		pthread_mutex_lock(&s->lock);
		if (err) {
			ost_store_fail(s, err);
		} else {
			ost_pack_is_written(p, &file);
			s->has_written = true;
			touch_used(s);
			ost_store_dir_clean(&s->dir, s->limit);
		}
		pthread_mutex_unlock(&s->lock);
	}
	pthread_mutex_unlock(&s->writing);
	free(entries);
}

void ost_store_put(struct ost_store *s, const struct ost_store_key *key,
		   const struct ost_store_figures *figures, const void *data, size_t len)
{
	struct ost_pack_entry e = { .kind = key->kind, .version = key->version,
				    .raw_len = (uint32_t)len };
	struct ost_pack *p, *full = NULL;
	struct ost_codec *c;

	if (len > OST_STORE_RECORD_MAX || ost_store_has(s, key, NULL))
		return;
	memcpy(e.id, key->id, sizeof(e.id));
	if (figures)
		memcpy(e.figures, figures->v, sizeof(e.figures));
	c = ost_codec_take(s);
	if (ost_codec_compress(c, data, len)) {
		e.len = (uint32_t)c->buf.len;
		e.sum = (uint32_t)ost_store_sum(c->buf.ptr, e.len);
		pthread_mutex_lock(&s->lock);
		if (!ost_keys_find(s, key, &p))
			full = add_record(s, &e, c->buf.ptr);
		pthread_mutex_unlock(&s->lock);
	}
	ost_codec_give(s, c);
	if (full)
		write_full(s, full);
}

bool ost_store_is_lasting(struct ost_store *s)
{
	bool is_lasting;

	pthread_mutex_lock(&s->lock);
	is_lasting = !s->stays_in_memory;
	pthread_mutex_unlock(&s->lock);
	return is_lasting;
}

void ost_store_flush(struct ost_store *s)
{
	pthread_mutex_lock(&s->writing);
	pthread_mutex_lock(&s->lock);
	if (!s->stays_in_memory)
		close_pack(s);
	pthread_mutex_unlock(&s->lock);
	pthread_mutex_unlock(&s->writing);
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
		ost_store_damage(s, name, why);
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
	bool may_write;

	pthread_mutex_lock(&s->lock);
	may_write = !s->in_memory && !s->stays_in_memory && len <= OST_STORE_SLOT_MAX;
	pthread_mutex_unlock(&s->lock);
	if (!may_write)
		return;
	err = ost_slot_write(&s->dir, key, data, len);
	pthread_mutex_lock(&s->lock);
	if (err)
		ost_store_fail(s, err);
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
