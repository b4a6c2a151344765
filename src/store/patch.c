// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/patch.h"

#include <zstd.h>

#include "store/store.h"

#define PATCH_LEVEL 1
#define WINDOW_MIN 16
#define WINDOW_MAX 27	/* what every reader of zstd frames takes; 2 * OST_STORE_RECORD_MAX */

/* A patch: this, and one frame. */
struct head {
	uint64_t raw_len;
};

/* Both must lie in the window, or what is far back is not found. */
static int window_of(size_t len)
{
	int log = WINDOW_MIN;

	while (log < WINDOW_MAX && len >> log)
		log++;
	return log;
}

static size_t compress(const struct ost_buf *like, const void *data, size_t len, char *to, size_t room)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t n;

	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, PATCH_LEVEL);
	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window_of(like->len + len));
	ZSTD_CCtx_setParameter(c, ZSTD_c_enableLongDistanceMatching, 1);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_refPrefix(c, like->ptr, like->len);
	n = ZSTD_compress2(c, to, room, data, len);
	ZSTD_freeCCtx(c);
	return ZSTD_isError(n) ? 0 : n;
}

bool ost_patch_make(const struct ost_buf *like, const void *data, size_t len, struct ost_buf *out)
{
	struct head h = { .raw_len = len };
	size_t n;

	ost_buf_clear(out);
	if (len > OST_STORE_RECORD_MAX || like->len > OST_STORE_RECORD_MAX)
		return false;
	ost_buf_add(out, &h, sizeof(h));
	ost_buf_reserve(out, ZSTD_compressBound(len));
	n = compress(like, data, len, out->ptr + out->len, out->cap - out->len - 1);
	out->len += n;
	out->ptr[out->len] = 0;
	return n;
}

bool ost_patch_apply(const struct ost_buf *like, const void *patch, size_t len, struct ost_buf *out)
{
	const char *frame = (const char *)patch + sizeof(struct head);
	ZSTD_DCtx *d;
	struct head h;
	size_t n;

	ost_buf_clear(out);
	if (len < sizeof(h))
		return false;
	memcpy(&h, patch, sizeof(h));
	if (h.raw_len > OST_STORE_RECORD_MAX)
		return false;
	ost_buf_reserve(out, h.raw_len);
	d = ZSTD_createDCtx();
	ZSTD_DCtx_refPrefix(d, like->ptr, like->len);
	n = ZSTD_decompressDCtx(d, out->ptr, h.raw_len, frame, len - sizeof(h));
	ZSTD_freeDCtx(d);
	if (ZSTD_isError(n) || n != h.raw_len)
		return false;
	out->len = n;
	out->ptr[n] = 0;
	return true;
}
