// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "store/store_priv.h"

/* Packs under this size are put together when there are so many of them. */
#define SMALL_PACK (OST_STORE_PACK_MAX / 4)
#define MAX_SMALL_PACKS 24

struct merge {
	struct ost_store *s;
	struct ost_codec *codec;
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

	if (e->flags || !ost_keys_leads_to(m->s, e))
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

void ost_store_merge(struct ost_store *s)
{
	struct merge m = { .s = s, .codec = ost_codec_take(s) };
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
		ost_store_fail(s, m.err);
	ost_codec_give(s, m.codec);
}
