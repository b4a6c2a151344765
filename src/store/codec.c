// SPDX-License-Identifier: GPL-2.0-or-later
/* codec.c - compression with state that is kept for the next thread. */
#include "store/store_priv.h"

#define ZSTD_LEVEL (-1)	/* docs/design/store.md, "What was rejected" */

struct ost_codec *ost_codec_take(struct ost_store *s)
{
	struct ost_codec *c;

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

void ost_codec_give(struct ost_store *s, struct ost_codec *c)
{
	pthread_mutex_lock(&s->lock);
	c->next = s->codecs;
	s->codecs = c;
	pthread_mutex_unlock(&s->lock);
}

void ost_codec_destroy(struct ost_codec *c)
{
	ZSTD_freeCCtx(c->c);
	ZSTD_freeDCtx(c->d);
	ost_buf_deinit(&c->buf);
	free(c);
}

bool ost_codec_compress(struct ost_codec *c, const void *data, size_t len)
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

bool ost_codec_decompress(struct ost_codec *c, size_t raw_len, struct ost_buf *buf)
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
