// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/symbols.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/pool.h"
#include "branch/symbols_collect.h"

#define KEPT_KIND "symbols"
#define KEPT_VERSION 14

struct ost_symbols *ost_symbols_create_empty(void)
{
	return ost_calloc(1, sizeof(struct ost_symbols));
}

void ost_symbols_destroy(struct ost_symbols *s)
{
	if (!s)
		return;
	if (s->map.ptr)
		ost_tree_kept_end(&s->map);
	free(s->memory);
	ost_table_deinit(&s->own);
	ost_table_deinit(&s->own_members);
	free(s);
}

struct ost_symbols *ost_symbols_create_on(const struct ost_symbols *base)
{
	struct ost_symbols *s = ost_symbols_create_empty();

	s->kept = base->kept;
	s->members = base->members;
	s->nr_kept = base->nr_kept;
	s->nr_members = base->nr_members;
	return s;
}

bool ost_symbols_rest(const struct ost_symbols *s)
{
	if (s->map.ptr)
		ost_tree_kept_rest(&s->map);
	return s->map.ptr != NULL;
}

/* ---- the shared part ---- */

/* While it is made: the numbers of all files, then each once. */
struct making {
	OST_VEC(uint64_t) kept, members;
};

struct job {
	struct ost_symbol_list *lists;	/* one a worker */
	bool *registers;		/* by file: its facts have no names */
};

static bool collect_file(void *ctx, uint32_t file, const struct ost_facts *facts, unsigned worker)
{
	struct job *job = ctx;

	if (facts)
		ost_symbols_collect(facts, false, &job->lists[worker]);
	job->registers[file] = facts && facts->kind == OST_FK_REGISTERS;
	return true;
}

/* A text that cannot be read again defines nothing. */
static void collect_registers(const struct ost_tree_facts *tree, struct job *job)
{
	OST_BUF text = OST_BUF_INIT;
	uint32_t i;

	for (i = 0; i < tree->nr_files; i++) {
		struct ost_err *err = job->registers[i] ? ost_tree_text(tree, i, &text) : NULL;

		if (job->registers[i] && !err)
			ost_symbols_collect_defines(text.ptr, text.len, &job->lists[0]);
		ost_err_destroy(err);
	}
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int by_pair(const void *a, const void *b)
{
	int c = by_value(a, b);

	return c ? c : by_value((const uint64_t *)a + 1, (const uint64_t *)b + 1);
}

/* Sorts; of one name with several argument counts remains OST_ARGS_ANY. */
static void settle_names(struct making *s)
{
	size_t i, to = 0;

	qsort(s->kept.items, s->kept.nr, sizeof(uint64_t), by_value);
	for (i = 0; i < s->kept.nr; i++) {
		uint64_t x = s->kept.items[i];

		if (to && s->kept.items[to - 1] >> 8 == x >> 8) {
			if (s->kept.items[to - 1] != x)
				s->kept.items[to - 1] |= OST_ARGS_ANY;
			continue;
		}
		s->kept.items[to++] = x;
	}
	s->kept.nr = to;
}

/* Sorts; a member whose type differs from definition to definition has none. */
static void settle_members(struct making *s)
{
	size_t i, to = 0;
	uint64_t *m = s->members.items;

	qsort(m, s->members.nr / 2, 2 * sizeof(uint64_t), by_pair);
	for (i = 0; i < s->members.nr; i += 2) {
		if (to && m[to - 2] == m[i]) {
			if (m[to - 1] != m[i + 1])
				m[to - 1] = 0;
			continue;
		}
		m[to] = m[i];
		m[to + 1] = m[i + 1];
		to += 2;
	}
	s->members.nr = to;
}

static void join(struct making *s, struct ost_symbol_list *l)
{
	size_t i;

	for (i = 0; i < l->names.nr; i++)
		ost_vec_add(&s->kept, l->names.items[i]);
	for (i = 0; i < l->members.nr; i++)
		ost_vec_add(&s->members, l->members.items[i]);
	ost_symbol_list_deinit(l);
}

/* Kept are both numbers, then the names, then the members. */
static bool open_parts(struct ost_symbols *s, const uint64_t *p, size_t len)
{
	if (len < 16 || p[0] > len || p[1] > len || len / 8 - 2 != p[0] + p[1] || p[1] % 2)
		return false;
	s->nr_kept = p[0];
	s->nr_members = p[1];
	s->kept = p + 2;
	s->members = p + 2 + p[0];
	return true;
}

static bool load(const struct ost_tree_facts *tree, struct ost_symbols *s)
{
	if (!ost_tree_kept_load(tree, KEPT_KIND, KEPT_VERSION, &s->map))
		return false;
	if (open_parts(s, s->map.ptr, s->map.len))
		return true;
	ost_tree_kept_end(&s->map);
	return false;
}

/* A list of nothing has no address, and memcpy() wants one. */
static void copy_ids(uint64_t *to, const uint64_t *from, size_t nr)
{
	if (nr)
		memcpy(to, from, nr * 8);
}

static void save(const struct ost_tree_facts *tree, const struct making *m, struct ost_symbols *s)
{
	size_t len = (2 + m->kept.nr + m->members.nr) * 8;
	uint64_t *p = ost_malloc(len);

	p[0] = m->kept.nr;
	p[1] = m->members.nr;
	copy_ids(p + 2, m->kept.items, m->kept.nr);
	copy_ids(p + 2 + m->kept.nr, m->members.items, m->members.nr);
	ost_tree_kept_save(tree, KEPT_KIND, KEPT_VERSION, p, len);
	s->memory = p;
	open_parts(s, p, len);
}

struct ost_err *ost_symbols_create(const struct ost_tree_facts *tree, unsigned jobs,
				   struct ost_symbols **ret_symbols)
{
	struct ost_symbols *s = ost_symbols_create_empty();
	struct making m = { OST_VEC_INIT, OST_VEC_INIT };
	unsigned nr = jobs ? jobs : ost_nr_cpus(), i;
	struct job job = { NULL, NULL };
	struct ost_err *err;

	if (load(tree, s)) {
		*ret_symbols = s;
		return NULL;
	}
	job.lists = ost_calloc(nr, sizeof(*job.lists));
	job.registers = ost_calloc(tree->nr_files + 1, sizeof(*job.registers));
	err = ost_tree_for_each(tree, nr, collect_file, &job);
	if (!err)
		collect_registers(tree, &job);
	free(job.registers);
	for (i = 0; i < nr; i++)
		join(&m, &job.lists[i]);
	free(job.lists);
	if (!err) {
		ost_vec_reserve(&m.kept, 1);	/* headers may declare nothing at all */
		ost_vec_reserve(&m.members, 1);
		settle_names(&m);
		settle_members(&m);
		save(tree, &m, s);
		*ret_symbols = s;
	} else {
		ost_symbols_destroy(s);
	}
	ost_vec_deinit(&m.kept);
	ost_vec_deinit(&m.members);
	return err;
}

/* ---- the added part ---- */

static void add_list(struct ost_symbols *s, struct ost_symbol_list *l)
{
	bool is_new;
	size_t i;

	for (i = 0; i < l->names.nr; i++) {
		uint64_t *v = ost_table_put(&s->own, l->names.items[i] >> 8, &is_new);
		uint64_t args = l->names.items[i] & 255;

		*v = is_new || *v == args ? args : OST_ARGS_ANY;
	}
	for (i = 0; i < l->members.nr; i += 2) {
		uint64_t *v = ost_table_put(&s->own_members, l->members.items[i], &is_new);

		*v = is_new || *v == l->members.items[i + 1] ? l->members.items[i + 1] : 0;
	}
	ost_symbol_list_deinit(l);
}

void ost_symbols_add(struct ost_symbols *s, const struct ost_facts *facts, bool is_own)
{
	struct ost_symbol_list l = { OST_VEC_INIT, OST_VEC_INIT };

	ost_symbols_collect(facts, is_own, &l);
	ost_symbols_collect_given(facts, &l);
	add_list(s, &l);
}

void ost_symbols_add_text(struct ost_symbols *s, const struct ost_facts *facts, const char *text, size_t len)
{
	struct ost_symbol_list l = { OST_VEC_INIT, OST_VEC_INIT };

	if (facts->kind == OST_FK_REGISTERS)
		ost_symbols_collect_defines(text, len, &l);
	else
		ost_symbols_collect(facts, false, &l);
	ost_symbols_collect_inside(facts, text, len, &l);
	ost_symbols_collect_given(facts, &l);
	add_list(s, &l);
}

void ost_symbols_clear_added(struct ost_symbols *s)
{
	ost_table_deinit(&s->own);
	ost_table_deinit(&s->own_members);
}

/* ---- questions ---- */

static bool find_key(const struct ost_symbols *s, uint64_t key, unsigned *ret_args)
{
	uint64_t *own;
	size_t low = 0, high = s->nr_kept;
	unsigned args = OST_ARGS_ANY;
	bool found = false;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (s->kept[mid] >> 8 < key)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < s->nr_kept && s->kept[low] >> 8 == key) {
		found = true;
		args = s->kept[low] & 255;
	}
	own = ost_table_get(&s->own, key);
	if (own) {
		args = found && args != *own ? OST_ARGS_ANY : (unsigned)*own;
		found = true;
	}
	if (ret_args)
		*ret_args = args;
	return found;
}

bool ost_symbols_find(const struct ost_symbols *s, enum ost_symbol_kind kind,
		      const char *name, unsigned *ret_args)
{
	return find_key(s, ost_symbol_hash(kind, name, strlen(name)), ret_args);
}

/* No member is called so. */
#define OPEN_MARK "#"

void ost_symbols_set_open(struct ost_symbols *s, ost_tag record)
{
	ost_table_put(&s->own_members, ost_symbol_member_key(record, OPEN_MARK, 1), NULL);
}

bool ost_symbols_is_open(const struct ost_symbols *s, ost_tag record)
{
	return ost_table_get(&s->own_members, ost_symbol_member_key(record, OPEN_MARK, 1)) != NULL;
}

bool ost_symbols_has_record(const struct ost_symbols *s, ost_tag record)
{
	return find_key(s, record, NULL);
}

ost_tag ost_symbols_tag(const char *name)
{
	return ost_symbol_hash(OST_SYM_RECORD, name, strlen(name));
}

/* The tag that the shared headers have for it, or NULL. */
static const uint64_t *find_kept(const struct ost_symbols *s, uint64_t key)
{
	size_t low = 0, high = s->nr_members / 2;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (s->members[2 * mid] < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->nr_members / 2 && s->members[2 * low] == key ? &s->members[2 * low + 1] : NULL;
}

bool ost_symbols_member(const struct ost_symbols *s, ost_tag record, const char *field,
			ost_tag *ret_type)
{
	uint64_t key = ost_symbol_member_key(record, field, strlen(field));
	const uint64_t *found = ost_table_get(&s->own_members, key);

	if (!found)
		found = find_kept(s, key);
	if (found && ret_type)
		*ret_type = *found;
	return found != NULL;
}

ost_tag ost_symbols_sure(const struct ost_symbols *s, ost_tag record, const char *field)
{
	uint64_t key = ost_symbol_member_key(record, field, strlen(field));
	const uint64_t *own = ost_table_get(&s->own_members, key), *kept = find_kept(s, key);

	return own && kept && *own != *kept ? 0 : own ? *own : kept ? *kept : 0;
}
