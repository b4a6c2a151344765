// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/tables.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/datafile.h"
#include "base/hash.h"

static const char *const op_words[] = {
	[OST_LK_ACQUIRE] = "acquire", [OST_LK_TRY] = "try", [OST_LK_RELEASE] = "release",
	[OST_LK_DOWNGRADE] = "downgrade", [OST_LK_ASSERT] = "assert",
	[OST_LK_ASSERT_NOT] = "assert-not", [OST_LK_PUT] = "put", [OST_LK_DESTROY] = "destroy",
};
static const char *const kind_words[] = {
	"mutex", "sem", "rwsem", "spin", "raw", "rwlock", "srcu", "any",
};
static const char *const mode_words[] = { "excl", "shared", "rshared", "any" };
static const char *const ctx_words[] = { "-", "irq", "irqsave", "bh" };
static const char *const result_words[] = { "-", "zero", "nonzero" };
static const char *const wait_words[] = {
	"work", "wiphy-work", "kthread-work", "workqueue", "kthread-worker", "timer", "hrtimer",
	"tasklet", "napi", "irq-work", "irq", "kthread", "attr", "attr-group", "debugfs", "srcu",
	"completion", "proc", "urb",
};

const char *ost_wait_kind_name(unsigned kind)
{
	return kind < OST_ARRAY_SIZE(wait_words) ? wait_words[kind] : "";
}

const char *ost_lk_mode_name(unsigned mode)
{
	static const char *const names[] = { "exclusive", "shared", "recursive-shared", "any" };

	return mode < OST_ARRAY_SIZE(names) ? names[mode] : "";
}

static int word_index(const char *const *words, size_t nr, const char *word)
{
	for (size_t i = 0; i < nr; i++)
		if (words[i] && !strcmp(words[i], word))
			return (int)i;
	return -1;
}
#define WORD(list, word) word_index(list, OST_ARRAY_SIZE(list), word)

static unsigned parse_flags(const char *text, int8_t *ret_cookie)
{
	unsigned flags = 0;

	*ret_cookie = -1;
	if (strstr(text, "nested"))
		flags |= OST_LKF_NESTED;
	if (strstr(text, "ww"))
		flags |= OST_LKF_WW;
	if (strstr(text, "no-owner"))
		flags |= OST_LKF_NO_OWNER;
	if (strstr(text, "other-wakers"))
		flags |= OST_LKF_OTHER_WAKERS;
	if (strstr(text, "runs"))
		flags |= OST_LKF_RUNS;
	if (strstr(text, "hard"))
		flags |= OST_LKF_HARD;
	if (strstr(text, "cookie="))
		*ret_cookie = (int8_t)atoi(strstr(text, "cookie=") + 7);
	if (strstr(text, "name="))
		*ret_cookie = (int8_t)atoi(strstr(text, "name=") + 5);
	return flags;
}

static const char *or_empty(const char *field)
{
	return strcmp(field, "-") ? field : "";
}

static void add_prim(struct ost_lk_tables *t, const struct ost_lk_prim *prim)
{
	ost_vec_add(&t->prims, *prim);
	*ost_table_put(&t->by_name, ost_hash_bytes(prim->name, strlen(prim->name)), NULL) = t->prims.nr;
}

static struct ost_err *read_prim(void *ctx, const struct ost_data_row *row)
{
	struct ost_lk_prim p = { .name = row->fields[0], .suffix = or_empty(row->fields[4]) };
	int op = WORD(op_words, row->fields[1]), kind = WORD(kind_words, row->fields[2]);
	int mode = WORD(mode_words, row->fields[5]), result = WORD(result_words, row->fields[7]);
	int off = WORD(ctx_words, row->fields[6]);

	if (op < 0 || kind < 0 || mode < 0 || off < 0 || result < 0)
		return ost_data_err(row, "unknown word in the row of %s", row->fields[0]);
	p.op = (uint8_t)op;
	p.kind = (uint8_t)kind;
	p.mode = (uint8_t)mode;
	p.ctx = (uint8_t)off;
	p.result = (uint8_t)result;
	p.arg = (uint8_t)atoi(row->fields[3]);
	p.flags = (uint8_t)parse_flags(row->fields[8], &p.cookie);
	add_prim(ctx, &p);
	return NULL;
}

static struct ost_err *read_wait(void *ctx, const struct ost_data_row *row)
{
	struct ost_lk_prim p = { .name = row->fields[0], .op = OST_LK_WAIT,
				 .suffix = or_empty(row->fields[3]) };
	int kind = WORD(wait_words, row->fields[1]);

	if (kind < 0)
		return ost_data_err(row, "unknown kind of wait: %s", row->fields[1]);
	p.kind = (uint8_t)kind;
	p.arg = (uint8_t)atoi(row->fields[2]);
	p.flags = (uint8_t)parse_flags(row->fields[4], &p.cookie);
	add_prim(ctx, &p);
	return NULL;
}

static struct ost_err *read_noreturn(void *ctx, const struct ost_data_row *row)
{
	struct ost_lk_prim p = { .name = row->fields[0], .op = OST_LK_NORETURN, .suffix = "" };

	add_prim(ctx, &p);
	return NULL;
}

static struct ost_err *read_split(void *ctx, const struct ost_data_row *row)
{
	struct ost_lk_tables *t = ctx;
	int up = atoi(row->fields[1]);

	if (up < 1 || up > 4)
		return ost_data_err(row, "%s: from 1 to 4 structs out", row->fields[0]);
	if (strcmp(row->fields[2], "-") && !strchr(row->fields[2], '.'))
		return ost_data_err(row, "%s: slots or -", row->fields[0]);
	ost_vec_add(&t->split, ((struct ost_lk_split_row){ row->fields[0], (unsigned)up, row->fields[2] }));
	return NULL;
}

const struct ost_lk_split_row *ost_lk_split_row(const struct ost_lk_tables *t, const char *class_name)
{
	for (size_t i = 0; i < t->split.nr; i++)
		if (!strcmp(t->split.items[i].lock, class_name))
			return &t->split.items[i];
	return NULL;
}

unsigned ost_lk_split(const struct ost_lk_tables *t, const char *class_name)
{
	const struct ost_lk_split_row *row = ost_lk_split_row(t, class_name);

	return row ? row->up : 0;
}

static struct ost_err *read_core(void *ctx, const struct ost_data_row *row)
{
	struct ost_lk_tables *t = ctx;

	ost_vec_add(&t->core, row->fields[0]);
	return NULL;
}

static struct ost_err *read_outside(void *ctx, const struct ost_data_row *row)
{
	struct ost_lk_tables *t = ctx;

	ost_vec_add(&t->outside, row->fields[0]);
	return NULL;
}

bool ost_lk_is_outside(const struct ost_lk_tables *t, const char *path)
{
	for (size_t i = 0; i < t->outside.nr; i++)
		if (!fnmatch(t->outside.items[i], path, 0))
			return true;
	return false;
}

static struct ost_err *read_slot(void *ctx, const struct ost_data_row *row)
{
	static const char *const words[] = { "plain", "thread", "chain", "soft", "hard", "task", "down" };
	struct ost_lk_tables *t = ctx;
	int what = WORD(words, row->fields[1]);

	if (what < 0)
		return ost_data_err(row, "no word of who calls it: %s", row->fields[1]);
	*ost_table_put(&t->slots, ost_hash_bytes(row->fields[0], strlen(row->fields[0])), NULL) = (uint64_t)what;
	return NULL;
}

static struct ost_err *read_context(void *ctx, const struct ost_data_row *row)
{
	static const char *const words[] = { "", "sleeps", "sleeps-arg", "softirq", "poll-end", "poll-again", "frees",
						 "pending", "irqs-off", "folder" };
	struct ost_lk_tables *t = ctx;
	int what = WORD(words, row->fields[1]);

	if (what <= 0)
		return ost_data_err(row, "no word of a context: %s", row->fields[1]);
	*ost_table_put(&t->contexts, ost_hash_bytes(row->fields[0], strlen(row->fields[0])), NULL) = (uint64_t)what;
	return NULL;
}

unsigned ost_lk_context(const struct ost_lk_tables *t, const char *name)
{
	const uint64_t *at = ost_table_get(&t->contexts, ost_hash_bytes(name, strlen(name)));

	return at ? (unsigned)*at : OST_LKX_NONE;
}

unsigned ost_lk_slot_what(const struct ost_lk_tables *t, const char *slot)
{
	const uint64_t *at = ost_table_get(&t->slots, ost_hash_bytes(slot, strlen(slot)));

	return at ? (unsigned)*at : OST_LKS_PLAIN;
}

/* `*` in a prefix stands for one folder: arch/<any>/mm/ */
static bool has_prefix(const char *path, const char *prefix)
{
	while (*prefix) {
		if (*prefix == '*') {
			path += strcspn(path, "/");
			prefix++;
		} else if (*prefix++ != *path++) {
			return false;
		}
	}
	return true;
}

bool ost_lk_is_core(const struct ost_lk_tables *t, const char *path)
{
	for (size_t i = 0; i < t->core.nr; i++)
		if (has_prefix(path, t->core.items[i]))
			return true;
	return false;
}

static struct ost_err *read_word(void *ctx, const struct ost_data_row *row)
{
	static const char *const what[OST_LKN_NR] = { "making", "unmaking", "allocating", "publishing", "locking", "failing" };
	struct ost_lk_tables *t = ctx;

	for (size_t i = 0; i < OST_LKN_NR; i++)
		if (!strcmp(row->fields[0], what[i])) {
			ost_vec_add(&t->words[i], ((struct ost_lk_word){ row->fields[1], row->fields[2] }));
			return NULL;
		}
	return ost_data_err(row, "%s: not what a name says", row->fields[0]);
}

/* The word at `at` is only a part of one of the others. */
static bool is_part(const char *others, const char *name, const char *at, size_t len)
{
	for (size_t n; *others; others += n + strspn(others + n, ", ")) {
		n = strcspn(others, ",");
		for (const char *p = name; p + n <= name + strlen(name) && p <= at; p++)
			if (!strncmp(p, others, n) && p + n >= at + len)
				return true;
	}
	return false;
}

bool ost_lk_name_says(const struct ost_lk_tables *t, enum ost_lk_says what, const char *name)
{
	for (size_t i = 0; i < t->words[what].nr; i++) {
		const struct ost_lk_word *w = &t->words[what].items[i];

		for (const char *at = strstr(name, w->word); at; at = strstr(at + 1, w->word))
			if (!is_part(w->others, name, at, strlen(w->word)))
				return true;
	}
	return false;
}

const char *ost_lk_thing_made(const struct ost_lk_tables *t, const char *name, size_t *ret_len)
{
	for (size_t i = 0; i < t->words[OST_LKN_ALLOCATING].nr; i++) {
		const struct ost_lk_word *w = &t->words[OST_LKN_ALLOCATING].items[i];
		const char *at = strstr(name, w->word), *thing = at ? at + strlen(w->word) : NULL;

		if (!at || is_part(w->others, name, at, strlen(w->word)) || *thing++ != '_')
			continue;
		*ret_len = strcspn(thing, "_");
		if (*ret_len > 2)
			return thing;
	}
	return NULL;
}

struct ost_err *ost_lk_tables_init(struct ost_lk_tables *t)
{
	memset(t, 0, sizeof(*t));
	ost_arena_init(&t->arena);
	ost_table_init(&t->by_name);
	ost_table_init(&t->slots);
	ost_table_init(&t->contexts);
	ost_try(ost_data_read("lock-primitives.txt", '|', 10, 10, &t->arena, read_prim, t));
	ost_try(ost_data_read("lock-waits.txt", '|', 6, 6, &t->arena, read_wait, t));
	ost_try(ost_data_read("noreturn.txt", '|', 2, 2, &t->arena, read_noreturn, t));
	ost_try(ost_data_read("lock-split.txt", '|', 4, 4, &t->arena, read_split, t));
	ost_try(ost_data_read("lock-core.txt", '|', 2, 2, &t->arena, read_core, t));
	ost_try(ost_data_read("lock-names.txt", '|', 3, 3, &t->arena, read_word, t));
	ost_try(ost_data_read("lock-outside.txt", '|', 2, 2, &t->arena, read_outside, t));
	ost_try(ost_data_read("lock-context.txt", '|', 3, 3, &t->arena, read_context, t));
	return ost_data_read("lock-slots.txt", '|', 3, 3, &t->arena, read_slot, t);
}

void ost_lk_tables_deinit(struct ost_lk_tables *t)
{
	ost_vec_deinit(&t->prims);
	ost_vec_deinit(&t->split);
	ost_vec_deinit(&t->core);
	for (size_t i = 0; i < OST_LKN_NR; i++)
		ost_vec_deinit(&t->words[i]);
	ost_vec_deinit(&t->outside);
	ost_table_deinit(&t->by_name);
	ost_table_deinit(&t->slots);
	ost_table_deinit(&t->contexts);
	ost_arena_deinit(&t->arena);
}

const struct ost_lk_prim *ost_lk_find(const struct ost_lk_tables *t, const char *name)
{
	const uint64_t *at = ost_table_get(&t->by_name, ost_hash_bytes(name, strlen(name)));
	const struct ost_lk_prim *prim = at ? &t->prims.items[*at - 1] : NULL;

	return prim && !strcmp(prim->name, name) ? prim : NULL;
}
