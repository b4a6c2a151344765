// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/oid.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdio.h>

void ost_oid_to_hex(char ret_hex[OST_HEX_SIZE], const struct ost_oid *oid)
{
	static const char digits[] = "0123456789abcdef";
	int i;

	for (i = 0; i < OST_OID_SIZE; i++) {
		ret_hex[2 * i] = digits[oid->id[i] >> 4];
		ret_hex[2 * i + 1] = digits[oid->id[i] & 15];
	}
	ret_hex[2 * OST_OID_SIZE] = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool ost_oid_from_hex(struct ost_oid *ret, const char *hex)
{
	struct ost_oid oid;
	int i, hi, lo;

	for (i = 0; i < OST_OID_SIZE; i++) {
		hi = digit(hex[2 * i]);
		lo = hi < 0 ? -1 : digit(hex[2 * i + 1]);
		if (lo < 0)
			return false;
		oid.id[i] = (uint8_t)(hi << 4 | lo);
	}
	*ret = oid;
	return true;
}

/* One context a thread, ended with the thread. */
static pthread_key_t context_key;
static pthread_once_t context_once = PTHREAD_ONCE_INIT;
static bool has_context_key;

static void end_context(void *ctx)
{
	EVP_MD_CTX_free(ctx);
}

static void make_context_key(void)
{
	has_context_key = !pthread_key_create(&context_key, end_context);
}

static EVP_MD_CTX *context_of_thread(void)
{
	static _Thread_local EVP_MD_CTX *ctx;

	if (ctx)
		return ctx;
	pthread_once(&context_once, make_context_key);
	ctx = EVP_MD_CTX_new();
	if (ctx && has_context_key)
		pthread_setspecific(context_key, ctx);
	return ctx;
}

/*
 * The EVP interface finds SHA instructions of the processor; it can only
 * fail when libcrypto has no SHA-1 at all, then the id is all zeroes, which
 * equals no blob's.
 */
void ost_blob_id(struct ost_oid *ret, const void *data, size_t len)
{
	EVP_MD_CTX *ctx = context_of_thread();
	char head[32];
	int n = snprintf(head, sizeof(head), "blob %zu", len) + 1;

	memset(ret, 0, sizeof(*ret));
	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) ||
	    !EVP_DigestUpdate(ctx, head, (size_t)n) || !EVP_DigestUpdate(ctx, data, len) ||
	    !EVP_DigestFinal_ex(ctx, ret->id, NULL))
		memset(ret, 0, sizeof(*ret));
}
