// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/pool.h"
#include "source/dump.h"
#include "source/facts_pack.h"
#include "source/parse.h"
#include "source/recognise.h"
#include "source/scan.h"

static const char sample[] =
	"#define lock_it(x) do { mutex_lock(&(x)->lock); } while (0)\n"
	"struct foo { struct mutex lock; union { int a; long b; }; int (*op)(struct foo *, ...); };\n"
	"enum e { A, B = 2 };\n"
	"typedef struct foo foo_t;\n"
	"static const struct ops ops = { .open = my_open, [1] = { 2 } };\n"
	"int proto(int a, char *b);\n"
	"#ifdef CONFIG_X\n"
	"static int f(foo_t *p, int n)\n"
	"{\n"
	"	guard(mutex)(&p->lock);\n"
	"	list_for_each_entry(p, &head, node)\n"
	"		n += p->op(p, \"text\", 'c') ? 1 : -2;\n"
	"	return n;\n"
	"}\n"
	"#endif\n"
	"EXPORT_SYMBOL(f);\n";

static void recognise(const char *text, size_t len, struct ost_buf *record)
{
	struct ost_recogniser *r = ost_recogniser_create();

	ost_recognise(r, NULL, text, len, record);
	ost_recogniser_destroy(r);
}

static struct ost_facts open_text(const char *text, struct ost_buf *record)
{
	struct ost_facts f;

	recognise(text, strlen(text), record);
	assert_null(ost_facts_open(&f, record->ptr, record->len));
	return f;
}

static void dump_all(const struct ost_facts *f)
{
	OST_BUF out = OST_BUF_INIT;

	ost_facts_dump(f, &out);
}

/* Whatever a handle has read before, the same bytes give the same record. */
static void good_record_does_not_depend_on_what_was_read_before(void **state)
{
	struct ost_recogniser *r = ost_recogniser_create();
	OST_BUF first = OST_BUF_INIT;
	OST_BUF again = OST_BUF_INIT;
	OST_BUF other = OST_BUF_INIT;
	char text[64];
	int i;

	recognise(sample, strlen(sample), &first);
	for (i = 0; i < 600; i++) {	/* more files than the word table has epochs */
		snprintf(text, sizeof(text), "typedef int foo_t; int x%d(void) { return foo_t; }", i);
		ost_recognise(r, text, text, strlen(text), &other);
		ost_recognise(r, "x.c", sample, strlen(sample), &again);
		assert_int_equal(again.len, first.len);
		assert_memory_equal(again.ptr, first.ptr, first.len);
	}
	ost_recogniser_destroy(r);
}

static bool recognise_one(void *ctx, size_t item, unsigned worker)
{
	recognise(sample, strlen(sample) - item % 100, &((struct ost_buf *)ctx)[item]);
	return true;
}

static void good_records_do_not_depend_on_threads(void **state)
{
	struct ost_buf one[300], four[300];
	size_t i;

	for (i = 0; i < 300; i++) {
		ost_buf_init(&one[i]);
		ost_buf_init(&four[i]);
	}
	ost_pool_run(1, 300, 1, recognise_one, one);
	ost_pool_run(4, 300, 1, recognise_one, four);
	for (i = 0; i < 300; i++) {
		assert_int_equal(one[i].len, four[i].len);
		assert_memory_equal(one[i].ptr, four[i].ptr, one[i].len);
		ost_buf_deinit(&one[i]);
		ost_buf_deinit(&four[i]);
	}
}

/* Every byte of a record changed in two ways, every length: refused, or safe to read. */
static void bad_records_are_refused_or_safe(void **state)
{
	OST_BUF record = OST_BUF_INIT;
	size_t i, refused = 0, opened = 0;
	struct ost_facts f;
	struct ost_err *err;
	int k;

	recognise(sample, strlen(sample), &record);
	for (i = 0; i < record.len * 2; i++) {
		char *copy = ost_malloc(record.len);

		memcpy(copy, record.ptr, record.len);
		copy[i / 2] ^= i & 1 ? 0xff : 0x01;
		err = ost_facts_open(&f, copy, record.len);
		if (err)
			refused++;
		else
			opened++, dump_all(&f);
		ost_err_destroy(err);
		free(copy);
	}
	assert_true(refused > 1000);
	assert_true(opened > 100);	/* lines, flags, letters of a name: those stay readable */
	for (i = 0; i < record.len; i++) {
		char *copy = ost_malloc(i ? i : 1);

		memcpy(copy, record.ptr, i);
		err = ost_facts_open(&f, copy, i);
		assert_non_null(err);
		ost_err_destroy(err);
		free(copy);
	}
	for (k = 1; k < 4; k++) {	/* not aligned */
		err = ost_facts_open(&f, record.ptr + k, record.len - 4);
		assert_non_null(err);
		ost_err_destroy(err);
	}
}

static void good_packed_record_comes_back_byte_for_byte(void **state)
{
	static const char *const texts[] = { sample, "", "int a\0;", "int x;", "#if A\n#endif\n" };
	OST_BUF record = OST_BUF_INIT;
	OST_BUF packed = OST_BUF_INIT;
	OST_BUF again = OST_BUF_INIT;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(texts); i++) {
		recognise(texts[i], i == 2 ? 7 : strlen(texts[i]), &record);
		ost_facts_pack(record.ptr, record.len, &packed);
		assert_true(packed.len < record.len);
		assert_true(ost_facts_restore(packed.ptr, packed.len, &again));
		assert_int_equal(again.len, record.len);
		assert_memory_equal(again.ptr, record.ptr, record.len);
	}
}

/* Every byte changed in two ways, every length: refused, or a record that is refused or safe. */
static void bad_packed_records_are_refused_or_safe(void **state)
{
	OST_BUF record = OST_BUF_INIT;
	OST_BUF packed = OST_BUF_INIT;
	OST_BUF again = OST_BUF_INIT;
	struct ost_facts f;
	struct ost_err *err;
	size_t i, len;

	recognise(sample, strlen(sample), &record);
	ost_facts_pack(record.ptr, record.len, &packed);
	for (i = 0; i < packed.len * 3; i++) {
		len = i < packed.len ? i : packed.len;
		char *copy = ost_malloc(len ? len : 1);

		memcpy(copy, packed.ptr, len);
		if (i >= packed.len)
			copy[(i - packed.len) / 2] ^= i & 1 ? 0xff : 0x01;
		err = NULL;
		if (ost_facts_restore(copy, len, &again)) {
			assert_true(i >= packed.len);	/* one cut short never fits its head */
			err = ost_facts_open(&f, again.ptr, again.len);
			if (!err)
				dump_all(&f);
		}
		ost_err_destroy(err);
		free(copy);
	}
}

static void good_damaged_trees_are_refused(void **state)
{
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts f = open_text(sample, &record);
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t len = f.funcs[0].code_len, i;

	assert_true(ost_facts_unpack(&f, f.funcs[0].code, len, &t));
	assert_int_equal(t.v.items[0].op, OST_N_BLOCK);
	assert_int_equal(t.v.items[0].end, t.v.nr);
	for (i = 0; i < len; i++) {
		assert_false(ost_facts_unpack(&f, f.funcs[0].code, i, &t));
		assert_int_equal(t.v.nr, 0);
	}
	assert_false(ost_facts_unpack(&f, f.code_bytes, 1, &t));
	assert_false(ost_facts_unpack(&f, UINT32_MAX, UINT32_MAX, &t));
	ost_vec_deinit(&t.v);
}

static void repeat(struct ost_buf *b, const char *s, int nr)
{
	while (nr--)
		ost_buf_addstr(b, s);
}

/* A function whose body nests `open` nr times is read, or said to be troubled. */
static uint32_t troubled_at(const char *open, const char *middle, const char *close, int nr)
{
	OST_BUF text = OST_BUF_INIT;
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts f;

	ost_buf_addstr(&text, "int f(int a)\n{\n");
	repeat(&text, open, nr);
	ost_buf_addstr(&text, middle);
	repeat(&text, close, nr);
	ost_buf_addstr(&text, "}\nint g(void) { return 1; }\n");
	f = open_text(text.ptr, &record);
	dump_all(&f);
	return f.nr_funcs < 2 ? 100 : f.nr_troubled;
}

static void good_nesting_has_a_limit_that_is_said(void **state)
{
	static const struct { const char *open, *middle, *close; } shapes[] = {
		{ "{", ";", "}" },
		{ "if (a) ", "a++;", "" },
		{ "if (a) a++; else ", "a--;", "" },
		{ "a = (", "1", ");" },
		{ "a = ", "1;", "" },
		{ "!", "a;", "" },
		{ "f(", "1", ");" },
		{ "a + ", "1;", "" },
		{ "a ? b : ", "1;", "" },
		{ "x[", "1", "];" },
		{ "({", "1;", "});" },
		{ "(int (*)(", "int", "))a;" },
		{ "p = (struct s){ .a = ", "1", "};" },
		{ "struct s {", "int a;", "};" },
		{ "#if A\n", "a();\n", "#endif\n" },
		{ "M(if (a) ", "b", ");" },
		{ "int (*x)(", "int", ");" },
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(shapes); i++) {
		assert_int_equal(troubled_at(shapes[i].open, shapes[i].middle, shapes[i].close, 1) > 1, 0);
		troubled_at(shapes[i].open, shapes[i].middle, shapes[i].close, 300);
		troubled_at(shapes[i].open, shapes[i].middle, shapes[i].close, 20000);
	}
	assert_int_equal(troubled_at("{", ";", "}", 60), 0);
	assert_int_equal(troubled_at("{", ";", "}", 1000), 1);
	assert_int_equal(troubled_at("a + ", "1;", "", 10000), 1);
}

static void good_files_that_are_not_c_say_why(void **state)
{
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts f;
	char *big;

	recognise("int a\0;", 7, &record);
	assert_null(ost_facts_open(&f, record.ptr, record.len));
	assert_int_equal(f.kind, OST_FK_NOT_C);
	assert_string_equal(ost_facts_str(&f, f.why), "binary: has a NUL byte");
	big = ost_malloc(OST_SOURCE_MAX + 1);
	memset(big, ' ', OST_SOURCE_MAX + 1);
	recognise(big, OST_SOURCE_MAX + 1, &record);
	free(big);
	assert_null(ost_facts_open(&f, record.ptr, record.len));
	assert_int_equal(f.kind, OST_FK_NOT_C);
	recognise("", 0, &record);
	assert_null(ost_facts_open(&f, record.ptr, record.len));
	assert_int_equal(f.kind, OST_FK_C);
}

static void good_registers_are_counted_only(void **state)
{
	OST_BUF text = OST_BUF_INIT;
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts f;
	int i;

	ost_buf_addstr(&text, "/* a */\n#ifndef X_H\n#define X_H\n");
	for (i = 0; i < 400; i++)
		ost_buf_addf(&text, "#define REG_%d%*s0x%08xL // %d\n", i, i % 7 + 1, "", i, i);
	ost_buf_addstr(&text, "#endif\n");
	f = open_text(text.ptr, &record);
	assert_int_equal(f.kind, OST_FK_REGISTERS);
	assert_int_equal(f.nr_skipped, 400);
	assert_int_equal(f.lines, 405);
	/* one line of code, and all is read */
	ost_buf_addstr(&text, "int f(void);\n");
	f = open_text(text.ptr, &record);
	assert_int_equal(f.kind, OST_FK_C);
	assert_int_equal(f.nr_macros, 400);
	assert_int_equal(f.nr_protos, 1);
}

/* Values in wide columns, and an end at any distance from the last 16 bytes. */
static void good_registers_end_anywhere(void **state)
{
	OST_BUF record = OST_BUF_INIT;
	OST_BUF text = OST_BUF_INIT;
	struct ost_facts f;
	int i, pad;

	for (pad = 0; pad < 40; pad++) {
		ost_buf_clear(&text);
		for (i = 0; i < 300; i++)
			ost_buf_addf(&text, "#define REG_OF_A_LONG_NAME_%d%*s(0x%x << %d)\n", i, pad + 1, "", i, pad);
		ost_buf_addf(&text, "#define LAST_ONE%*s0x%0*x", pad + 1, "", pad + 1, 7);
		f = open_text(text.ptr, &record);
		assert_int_equal(f.kind, OST_FK_REGISTERS);
		assert_int_equal(f.nr_skipped, 301);
		ost_buf_addstr(&text, "$");
		assert_int_equal(open_text(text.ptr, &record).kind, OST_FK_C);
	}
}

/* Sixteen bytes at a time and one by one: the same words. */
static void good_words_end_where_they_end(void **state)
{
	static const char bytes[] = "azAZ09__$\x80\xff@[`{/: \n";
	uint64_t seed = 1;
	char text[128];
	int round, i;

	for (round = 0; round < 20000; round++) {
		memset(text, 0, sizeof(text));
		for (i = 0; i < 70; i++) {
			seed = ost_hash_mix(seed);
			/* mostly letters, so that some words are long */
			text[i] = bytes[seed % 16 ? seed % 8 : (seed >> 8) % (sizeof(bytes) - 1)];
		}
		for (i = 0; i < 70; i++)
			assert_int_equal(ost_word_len(text + i), ost_word_len_plain(text + i));
	}
}

/* Brackets are paired while arms of #if are chosen: as if paired afterwards. */
static void good_brackets_are_paired_on_the_way(void **state)
{
	static const char *const pieces[] = {
		"(", ")", "{", "}", "[", "]", "(", ")", "{", "}", "a", ";", ",", "x;", "f() {", "}", "else",
		"\n#if A\n", "\n#ifdef B\n", "\n#else\n", "\n#elif C\n", "\n#endif\n", "\n#endif\n",
		"\n#if 0\n", "\n#ifndef G\n", "\n#define G\n", "\n",
	};
	struct ost_recogniser *r = ost_recogniser_create();
	OST_BUF record = OST_BUF_INIT;
	OST_BUF text = OST_BUF_INIT;
	struct ost_tok *toks;
	uint64_t seed = 7;
	uint32_t eof;
	int round, i;

	for (round = 0; round < 20000; round++) {
		ost_buf_clear(&text);
		if (round % 4 == 0)
			ost_buf_addstr(&text, "#ifndef G\n#define G\n");
		for (i = 0; i < 5 + round % 60; i++) {
			seed = ost_hash_mix(seed);
			ost_buf_addstr(&text, pieces[seed % OST_ARRAY_SIZE(pieces)]);
		}
		ost_recognise(r, NULL, text.ptr, text.len, &record);
		toks = ost_reallocarray(NULL, r->toks.nr, sizeof(*toks));
		memcpy(toks, r->toks.items, r->toks.nr * sizeof(*toks));
		for (eof = 0; toks[eof].kind != T_EOF; eof++)
			;
		ost_pair_brackets(r, toks, eof);
		if (memcmp(toks, r->toks.items, r->toks.nr * sizeof(*toks)))
			fail_msg("differs: %s", text.ptr);
		free(toks);
	}
	ost_recogniser_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_record_does_not_depend_on_what_was_read_before),
		cmocka_unit_test(good_records_do_not_depend_on_threads),
		cmocka_unit_test(bad_records_are_refused_or_safe),
		cmocka_unit_test(good_packed_record_comes_back_byte_for_byte),
		cmocka_unit_test(bad_packed_records_are_refused_or_safe),
		cmocka_unit_test(good_damaged_trees_are_refused),
		cmocka_unit_test(good_nesting_has_a_limit_that_is_said),
		cmocka_unit_test(good_files_that_are_not_c_say_why),
		cmocka_unit_test(good_registers_are_counted_only),
		cmocka_unit_test(good_registers_end_anywhere),
		cmocka_unit_test(good_words_end_where_they_end),
		cmocka_unit_test(good_brackets_are_paired_on_the_way),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
