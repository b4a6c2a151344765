// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/datafile.h"
#include "base/intern.h"
#include "base/pool.h"
#include "base/sort.h"
#include "base/turn.h"
#include "base/table.h"
#include "base/vec.h"

static void buffer_is_always_a_string(void **state)
{
	OST_BUF b = OST_BUF_INIT;

	assert_string_equal(b.ptr, "");
	ost_buf_addf(&b, "%s:%d", "x", 42);
	ost_buf_addch(&b, '!');
	assert_string_equal(b.ptr, "x:42!");
	ost_buf_trim(&b, 1);
	ost_buf_fit(&b);
	assert_int_equal(b.cap, 2);
	assert_string_equal(b.ptr, "x");
	ost_buf_clear(&b);
	assert_string_equal(b.ptr, "");
}

static void buffer_refuses_a_file_over_its_limit(void **state)
{
	char path[] = "/tmp/ostler-unit-XXXXXX";
	int fd = mkstemp(path);
	OST_BUF b = OST_BUF_INIT;
	struct ost_err *err;

	assert_int_equal(write(fd, "123456", 6), 6);
	close(fd);
	assert_null(ost_buf_read_file(&b, path, 6));
	assert_string_equal(b.ptr, "123456");
	ost_buf_clear(&b);
	err = ost_buf_read_file(&b, path, 5);
	assert_non_null(err);
	assert_int_equal(err->code, OST_ERR_INPUT);
	assert_string_equal(err->what, path);
	ost_err_destroy(err);
	unlink(path);
}

static void arena_keeps_what_it_gave(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	char *first = ost_arena_strdup(&a, "first");
	char *big = ost_arena_calloc(&a, 1, 100000);
	char *last = ost_arena_printf(&a, "%d", 7);

	assert_int_equal(big[99999], 0);
	assert_string_equal(first, "first");
	assert_string_equal(last, "7");
	ost_arena_deinit(&a);
}

static void spread_memory_begins_a_large_page(void **state)
{
	OST_VEC(uint32_t) v = OST_VEC_INIT;
	const size_t large = (size_t)2 << 20;
	uint8_t *p = ost_calloc_spread(large + 5, 3);
	size_t i;

	assert_int_equal((uintptr_t)p % large, 0);
	for (i = 0; i < (large + 5) * 3; i++)
		assert_int_equal(p[i], 0);
	free(p);
	for (i = 0; i < 5; i++)
		ost_vec_add(&v, (uint32_t)i);
	ost_vec_reserve_spread(&v, large);
	assert_int_equal((uintptr_t)v.items % large, 0);
	assert_int_equal(v.nr, 5);
	assert_int_equal(v.cap, large);
	for (i = 0; i < 5; i++)
		assert_int_equal(v.items[i], i);
	ost_vec_reserve_spread(&v, 1);
	assert_int_equal(v.cap, large);
	ost_vec_deinit(&v);
	free(ost_malloc_spread(0, 1));
}

static jmp_buf refused;

static void note_refusal(size_t size)
{
	longjmp(refused, size == SIZE_MAX ? 1 : 2);
}

/* More bytes than a size can tell: they would be a few, not many. */
static void vector_refuses_what_no_size_holds(void **state)
{
	OST_VEC(uint64_t) v = OST_VEC_INIT;
	volatile size_t many = SIZE_MAX / sizeof(uint64_t) + 2;

	for (volatile int is_spread = 0; is_spread < 2; is_spread++) {
		int how = setjmp(refused);

		ost_set_oom_handler(how ? NULL : note_refusal);
		if (!how && is_spread)
			ost_vec_reserve_spread(&v, many);
		else if (!how)
			ost_vec_reserve(&v, many);
		assert_int_equal(how, 1);
	}
	assert_int_equal(v.cap, 0);
}

static void interned_strings_have_dense_ids(void **state)
{
	struct ost_intern t;
	char name[16];
	uint32_t i;

	ost_intern_init(&t);
	for (i = 1; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_int_equal(ost_intern_add(&t, name, strlen(name)), i);
	}
	for (i = 1; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_int_equal(ost_intern_find(&t, name, strlen(name)), i);
		assert_string_equal(ost_intern_str(&t, i), name);
	}
	assert_int_equal(ost_intern_find(&t, "other", 5), OST_INTERN_NONE);
	assert_int_equal(ost_intern_add(&t, "", 0), 0);
	ost_intern_deinit(&t);
}

static void table_finds_all_keys(void **state)
{
	struct ost_table t = OST_TABLE_INIT;
	bool is_new;
	uint64_t i, key, *value, sum = 0;
	size_t at = 0;

	assert_null(ost_table_get(&t, 1));
	assert_null(ost_table_get(&t, 0));
	for (i = 0; i < 10000; i++) {
		*ost_table_put(&t, i * i, &is_new) = i + 1;
		assert_true(is_new);
	}
	for (i = 0; i < 10000; i++)
		assert_int_equal(*ost_table_get(&t, i * i), i + 1);
	assert_null(ost_table_get(&t, 3));
	assert_int_equal(t.nr, 10000);
	while ((value = ost_table_each(&t, &at, &key))) {	/* 0 is a key like any other */
		assert_int_equal(key, (*value - 1) * (*value - 1));
		sum += *value;
	}
	assert_int_equal(sum, 10000ull * 10001 / 2);
	ost_table_deinit(&t);
}

static bool square(void *ctx, size_t item, unsigned worker)
{
	((size_t *)ctx)[item] = item * item;
	return true;
}

static bool stop_at_five(void *ctx, size_t item, unsigned worker)
{
	return item != 5;
}

static void pool_runs_each_item_once(void **state)
{
	size_t out[1000] = { 0 }, i;

	assert_true(ost_pool_run(4, 1000, 7, square, out));
	for (i = 0; i < 1000; i++)
		assert_int_equal(out[i], i * i);
	assert_false(ost_pool_run(3, 10, 0, stop_at_five, NULL));
}

struct turn_test {
	struct ost_turn turn;
	size_t next, out[200], nr_out;
	int inside;		/* threads that run */
	bool was_crowded;
};

/* Waits as git/run.c does, then hands its number out. */
static void one_number(struct turn_test *t, size_t i)
{
	struct ost_turn *held = i % 3 ? NULL : ost_turn_hold(), *paused;

	t->was_crowded |= t->inside++ > 0;
	t->inside--;
	paused = ost_turn_pause();
	usleep(i % 7 * 100);
	ost_turn_resume(paused);
	if (held)
		ost_turn_unhold(held);
	t->was_crowded |= t->inside++ > 0;
	t->inside--;
	ost_turn_await(&t->turn, i);
	t->out[t->nr_out++] = i;
	ost_turn_done(&t->turn);
}

static bool take_numbers(void *ctx, size_t item, unsigned worker)
{
	struct turn_test *t = ctx;

	ost_turn_take(&t->turn);
	while (t->next < OST_ARRAY_SIZE(t->out))
		one_number(t, t->next++);
	ost_turn_give(&t->turn);
	return true;
}

static void turns_are_taken_and_results_stay_in_order(void **state)
{
	struct turn_test t = { .nr_out = 0 };
	size_t i;

	assert_null(ost_turn_pause());	/* this thread has none */
	ost_turn_resume(NULL);
	ost_turn_init(&t.turn);
	assert_true(ost_pool_run(4, 4, 1, take_numbers, &t));
	ost_turn_deinit(&t.turn);
	assert_int_equal(t.nr_out, OST_ARRAY_SIZE(t.out));
	assert_false(t.was_crowded);
	for (i = 0; i < t.nr_out; i++)
		assert_int_equal(t.out[i], i);
}

static struct ost_err *join_row(void *ctx, const struct ost_data_row *row)
{
	ost_buf_addf(ctx, "%u:%u[%s|%s|%s]", row->line, row->nr_fields,
		     row->fields[0], row->fields[1], row->fields[2]);
	return NULL;
}

static void table_rows_are_split_and_counted(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	OST_BUF b = OST_BUF_INIT;
	struct ost_err *err;

	assert_null(ost_data_parse("t", "# top\n\na | b c |  # note\n x|y#z|w", '|', 1, 3, &a, join_row, &b));
	assert_string_equal(b.ptr, "3:3[a|b c|]4:3[x|y#z|w]");
	ost_buf_clear(&b);
	assert_null(ost_data_parse("t", "one \t two\nthree", ' ', 1, 3, &a, join_row, &b));
	assert_string_equal(b.ptr, "1:2[one|two|]2:1[three||]");
	err = ost_data_parse("t", "\na b c d", ' ', 1, 3, &a, join_row, &b);
	assert_non_null(err);
	assert_string_equal(err->what, "t:2");
	ost_err_destroy(err);
	err = ost_data_parse("t", "1 2 3 4 5 6 7 8 9 a b c d e f g h", ' ', 1, 3, &a, join_row, &b);
	assert_non_null(err);
	ost_err_destroy(err);
	ost_arena_deinit(&a);
}

static int by_first(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return x[0] < y[0] ? -1 : x[0] > y[0];
}

/* What comes behind a part in order, of any length, goes to its place. */
static void sorts_a_tail(void **state)
{
	static uint32_t v[4000][2], want[4000][2];

	(void)state;
	srand(7);
	for (size_t round = 0; round < 300; round++) {
		size_t nr = (size_t)rand() % 4000, head = round % 3 && nr ? nr - nr / (1 + (size_t)rand() % 40) : 0;

		for (size_t i = 0; i < nr; i++) {
			v[i][0] = (uint32_t)rand() % 5000;
			v[i][1] = 0;
		}
		qsort(v, head, sizeof(*v), by_first);
		memcpy(want, v, sizeof(v));
		qsort(want, nr, sizeof(*want), by_first);
		ost_sort_tail(v, nr, sizeof(*v), by_first);
		assert_memory_equal(v, want, nr * sizeof(*v));
	}
	ost_sort_tail(NULL, 0, sizeof(*v), by_first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_a_tail),
		cmocka_unit_test(buffer_is_always_a_string),
		cmocka_unit_test(buffer_refuses_a_file_over_its_limit),
		cmocka_unit_test(arena_keeps_what_it_gave),
		cmocka_unit_test(spread_memory_begins_a_large_page),
		cmocka_unit_test(vector_refuses_what_no_size_holds),
		cmocka_unit_test(interned_strings_have_dense_ids),
		cmocka_unit_test(table_finds_all_keys),
		cmocka_unit_test(pool_runs_each_item_once),
		cmocka_unit_test(turns_are_taken_and_results_stay_in_order),
		cmocka_unit_test(table_rows_are_split_and_counted),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
