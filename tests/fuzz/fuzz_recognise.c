// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes through the recogniser: the record opens, every tree unpacks, and a
 * handle that has read other files gives the same bytes as a fresh one.
 */
#include <string.h>

#include "fuzz.h"
#include "source/dump.h"
#include "source/recognise.h"

static struct ost_recogniser *used;

static void unpack(const struct ost_facts *f, struct ost_tree *t, uint32_t code, uint32_t len)
{
	if (len)
		FUZZ_ASSERT(ost_facts_unpack(f, code, len, t));
}

static void check(const struct ost_buf *record)
{
	struct ost_tree t = { OST_VEC_INIT };
	struct ost_facts f;
	struct ost_err *err = ost_facts_open(&f, record->ptr, record->len);
	uint32_t i;

	FUZZ_ASSERT(!err);
	for (i = 0; i < f.nr_funcs; i++)
		unpack(&f, &t, f.funcs[i].code, f.funcs[i].code_len);
	for (i = 0; i < f.nr_globals; i++)
		unpack(&f, &t, f.globals[i].code, f.globals[i].code_len);
	for (i = 0; i < f.nr_macros; i++)
		unpack(&f, &t, f.macros[i].code, f.macros[i].code_len);
	for (i = 0; i < f.nr_invokes; i++)
		unpack(&f, &t, f.invokes[i].code, f.invokes[i].code_len);
	ost_vec_deinit(&t.v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ost_recogniser *fresh = ost_recogniser_create();
	OST_BUF one = OST_BUF_INIT;
	OST_BUF two = OST_BUF_INIT;

	if (!used)
		used = ost_recogniser_create();
	ost_recognise(used, NULL, (const char *)data, size, &one);
	ost_recognise(fresh, "other.h", (const char *)data, size, &two);
	FUZZ_ASSERT(one.len == two.len && !memcmp(one.ptr, two.ptr, one.len));
	check(&one);
	ost_recogniser_destroy(fresh);
	return 0;
}
