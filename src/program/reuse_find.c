// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who asked for a name that was not defined then. Only the set of all such names
 * is kept, not who asked, so the words in the strings of all files are looked through: a file
 * that holds the name may have asked, and so may whoever asked for something that is
 * defined there and mentions it.
 */
#include "program/reuse.h"

#include <stdlib.h>

#include "base/pool.h"
#include "program/visible.h"

struct find {
	struct ost_reuse *r;
	uint8_t *is_hit;
	struct ost_tree_reader **readers;
	struct ost_table names;	/* by hash of the name */
	uint64_t lengths[256];	/* by first character: a bit for each length, the last for all longer ones */
};

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '$' ||
		(unsigned char)c >= 0x80;
}

bool ost_reuse_is_word(const char *name)
{
	while (is_word_char(*name))
		name++;
	return !*name;
}

static uint64_t length_bit(size_t len)
{
	return (uint64_t)1 << (len < 63 ? len : 63);
}

/* Is one of the names a word of the text? Two with one hash are taken for the same. */
static bool mentions(const struct find *x, const char *text, size_t len)
{
	const char *end = text + len, *word;

	while (text < end) {
		for (word = text; text < end && is_word_char(*text); text++)
			;
		if (text > word && x->lengths[(unsigned char)*word] & length_bit((size_t)(text - word)) &&
		    ost_table_get(&x->names, ost_hash_bytes(word, (size_t)(text - word))))
			return true;
		text++;
	}
	return false;
}

/* Many threads may mark the same name: with the same value. */
static void mark(void *ctx, const char *name, unsigned own)
{
	struct ost_reuse *r = ctx;
	uint32_t id = ost_program_find_name(r->b, name);

	if (id != OST_NO_ID)
		__atomic_store_n(&r->is_changed[id], 1, __ATOMIC_RELAXED);
}

/* All that is defined in the file and mentions one of the names. */
static void mark_definitions(const struct find *x, const struct ost_facts *f, bool is_own)
{
	uint8_t *wanted = ost_calloc(f->nr_strs + 1, 1);
	uint32_t i;

	for (i = 0; i < f->nr_strs; i++)
		wanted[i] = mentions(x, ost_facts_str(f, i), ost_facts_strlen(f, i));
	ost_visible_mentions(f, is_own, wanted, mark, x->r);
	free(wanted);
}

static void find_in_virtual(struct find *x, uint32_t file)
{
	const struct ost_program *b = x->r->b;
	uint32_t virt = x->r->virtual_of[file];
	const char *text = virt == OST_NO_ID ? "" : ost_virtual_form(b, virt - b->nr_real);

	if (!mentions(x, text, strlen(text)))
		return;
	x->is_hit[file] = 1;
	mark_definitions(x, &ost_pfile_get(b, virt)->f, ost_reuse_is_own(x->r, file));
}

static bool find_in_file(void *ctx, size_t item, unsigned worker)
{
	struct find *x = ctx;
	uint32_t file = (uint32_t)item;
	struct ost_facts f;

	if (!x->readers[worker])
		x->readers[worker] = ost_reader_take(x->r->b);
	find_in_virtual(x, file);
	if (!ost_tree_fetch(x->readers[worker], file, &f) || !mentions(x, f.str_bytes, f.str_off[f.nr_strs]))
		return true;
	x->is_hit[file] = 1;
	mark_definitions(x, &f, ost_reuse_is_own(x->r, file));
	return true;
}

void ost_reuse_find_askers(struct ost_reuse *r, uint8_t *is_hit)
{
	struct find x = { .r = r, .is_hit = is_hit };
	size_t i, len;

	for (i = 0; i < r->appeared.v.nr; i++) {
		const char *name = r->appeared.v.items[i];

		len = strlen(name);
		x.lengths[(unsigned char)*name] |= length_bit(len);
		ost_table_put(&x.names, ost_hash_bytes(name, len), NULL);
	}
	x.readers = ost_calloc(r->b->jobs, sizeof(*x.readers));
	r->is_broken |= !ost_pool_run(r->b->jobs, r->b->nr_real, 16, find_in_file, &x);
	for (i = 0; i < r->b->jobs; i++)
		if (x.readers[i])
			ost_reader_give(r->b, x.readers[i]);
	free(x.readers);
	ost_table_deinit(&x.names);
}
