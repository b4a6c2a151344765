// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/blob_facts.h"

#include "base/alloc.h"
#include "source/facts_pack.h"
#include "source/tree_priv.h"

struct ost_blob_facts {
	struct ost_store *store;
	struct ost_buf packed;
};

struct ost_err *ost_blob_facts_open(struct ost_blob_facts **ret, const struct ost_source_opts *opts)
{
	static const struct ost_source_opts defaults;
	struct ost_store *store;

	*ret = NULL;
	ost_try(ost_tree_store_acquire(opts ? opts : &defaults, &store));
	if (!ost_store_is_lasting(store)) {
		ost_tree_store_release(store);
		return NULL;
	}
	*ret = ost_calloc(1, sizeof(**ret));
	(*ret)->store = store;
	ost_buf_init(&(*ret)->packed);
	return NULL;
}

void ost_blob_facts_close(struct ost_blob_facts *b)
{
	if (!b)
		return;
	ost_store_flush(b->store);
	ost_tree_store_release(b->store);
	ost_buf_deinit(&b->packed);
	free(b);
}

bool ost_blob_facts_get(struct ost_blob_facts *b, const char *id, struct ost_buf *record)
{
	struct ost_oid oid;

	return ost_oid_from_hex(&oid, id) && ost_tree_record_get(b->store, &oid, &b->packed, record);
}

void ost_blob_facts_put(struct ost_blob_facts *b, const char *id, size_t text_len, const struct ost_buf *record,
			const struct ost_facts *facts)
{
	struct ost_store_figures figures = { { 0 } };
	struct ost_store_key key;
	struct ost_oid oid;

	if (!ost_oid_from_hex(&oid, id))
		return;
	ost_tree_figures(&figures, text_len, facts);
	ost_tree_facts_key(&key, &oid);
	ost_facts_pack(record->ptr, record->len, &b->packed);
	ost_store_put(b->store, &key, &figures, b->packed.ptr, b->packed.len);
}
