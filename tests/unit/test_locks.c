// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The states of a walk (src/locks/state.h), and the search on trees made up
 * for each test: classes by name, ids without lines, functions handed over.
 */
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "locks/aim.h"
#include "locks/entry.h"
#include "locks/found_fingerprint.h"
#include "locks/kept.h"
#include "locks/kept_calls.h"
#include "locks/kept_entry.h"
#include "locks/loans.h"
#include "locks/state.h"
#include "locks/world_fingerprint.h"
#include "ostler/deadlocks.h"
#include "ostler/progress.h"
#include "source/tree.h"

/* ---- states ---------------------------------------------------------------- */

static struct ost_state holding(uint16_t lock, unsigned guard)
{
	struct ost_state st = { .nr_held = 1 };

	st.held[0] = (struct ost_st_held){ .lock = lock, .guard = (uint16_t)guard };
	return st;
}

static struct ost_st_fact fact(uint32_t key, bool truth)
{
	return (struct ost_st_fact){ .key = key, .truth = truth };
}

static void test_states_that_differ_stay_apart(void **unused)
{
	struct ost_states s;
	struct ost_state one = holding(1, 0);

	(void)unused;
	ost_states_start(&s);
	assert_int_equal(s.nr, 1);
	ost_states_add(&s, &one);
	assert_int_equal(s.nr, 2);
	ost_states_add(&s, &one);
	assert_int_equal(s.nr, 2);
	assert_int_equal(ost_state_find(&s.s[1], 1), 0);
	assert_int_equal(ost_state_find(&s.s[0], 1), -1);
}

static void test_facts_of_one_state_are_intersected(void **unused)
{
	struct ost_states s = { .nr = 0 };
	struct ost_state a = holding(1, 0), b = holding(1, 0);
	struct ost_st_fact both = fact(10, true), only = fact(20, true);

	(void)unused;
	assert_true(ost_state_assume(&a, &both));
	assert_true(ost_state_assume(&a, &only));
	assert_true(ost_state_assume(&b, &both));
	ost_states_add(&s, &a);
	ost_states_add(&s, &b);
	assert_int_equal(s.nr, 1);
	assert_true(ost_state_knows(&s.s[0], &both));
	assert_false(ost_state_knows(&s.s[0], &only));
}

static void test_what_contradicts_is_not_walked(void **unused)
{
	struct ost_states s;
	struct ost_st_fact yes = fact(10, true), no = fact(10, false);

	(void)unused;
	ost_states_start(&s);
	ost_states_assume(&s, &yes);
	assert_int_equal(s.nr, 1);
	ost_states_assume(&s, &yes);
	assert_int_equal(s.nr, 1);
	ost_states_assume(&s, &no);
	assert_int_equal(s.nr, 0);
}

static void test_guards_end_with_their_block(void **unused)
{
	struct ost_states s = { .nr = 0 };
	struct ost_state inner = holding(1, 3), outer = holding(2, 2), plain = holding(3, 0);

	(void)unused;
	ost_states_add(&s, &inner);
	ost_states_add(&s, &outer);
	ost_states_add(&s, &plain);
	ost_states_leave(&s, 3);
	assert_int_equal(s.s[0].nr_held, 0);
	assert_int_equal(s.s[1].nr_held, 1);
	assert_int_equal(s.s[2].nr_held, 1);
}

static void test_a_full_table_says_so(void **unused)
{
	struct ost_states s = { .nr = 0 };

	(void)unused;
	for (uint16_t lock = 0; lock <= OST_ST_MAX; lock++) {
		struct ost_state st = holding(lock, 0);

		ost_states_add(&s, &st);
	}
	assert_true(s.nr <= OST_ST_MAX);
	assert_true(s.is_limited);
}

/* ---- aiming -------------------------------------------------------------------- */

#define NR_AIMED 31	/* unit 0 calls through a slot; the others are stored in it, each third in one folder */

/* The functions of a slot with so many targets that a search from `folder` enters; unit 7 leads nowhere, 9 is core. */
static uint32_t entered(uint32_t nr_targets, uint32_t folder, uint32_t *ret_first, uint8_t *ret_need)
{
	uint64_t none[NR_AIMED + 1] = { 0 }, sites[NR_AIMED + 1], entry_first[NR_AIMED + 1] = { 0 };
	uint32_t folders[NR_AIMED + 1], slot_of_field[1] = { 1 };
	uint8_t flags[NR_AIMED + 1] = { 0 }, goals[NR_AIMED + 1] = { 0 };
	struct ost_lk_edge site = { .unit = 0, .slot = 0 };
	struct ost_lk_entry entries[NR_AIMED + 1] = { { 0, 0 } };
	struct ost_target targets[NR_AIMED];
	struct ost_lk_slot slot = { .targets = targets, .nr_targets = nr_targets, .nr_callers = 1, .cost = 1 };
	struct ost_lk_graph g = { .nr_units = NR_AIMED, .unit_flags = flags, .folder = folders, .out_first = none,
				  .in_first = none, .site_first = sites, .sites = &site, .slot_of_field = slot_of_field,
				  .entry_first = entry_first, .entries = entries };
	const struct ost_lk_aimed *found;
	uint32_t nr;

	g.slots.items = &slot;
	g.slots.nr = 1;
	g.by_slot.items = &site;
	g.by_slot.nr = 1;
	for (uint32_t u = 0; u < NR_AIMED; u++) {
		folders[u] = u % 3;
		goals[u] = u && u != 7;
		flags[u] = u == 9 ? OST_GU_CORE : 0;
		sites[u + 1] = 1;
		entry_first[u + 1] = u <= nr_targets ? u : nr_targets;
		if (u)
			targets[u - 1] = (struct ost_target){ .slot = 0, .unit = u };
	}
	sites[0] = 0;
	ost_lk_graph_aim(&g, goals, 3);
	nr = ost_lk_aimed_targets(&g, &slot, folder, &found);
	*ret_first = nr ? found[0].unit : 0;
	for (uint32_t i = 1; i < nr; i++)
		assert_true(found[i].unit > found[i - 1].unit);
	*ret_need = g.aim->need[0];
	ost_lk_aim_destroy(g.aim);
	return nr;
}

static void test_a_search_is_aimed(void **unused)
{
	uint32_t first;
	uint8_t need;

	(void)unused;
	assert_int_equal(entered(20, 1, &first, &need), 18);	/* all but 7 and 9, whatever their folder */
	assert_int_equal(first, 1);
	assert_int_equal(need, 1);
	assert_int_equal(entered(30, 1, &first, &need), 9);	/* 1, 4, 10, ... */
	assert_int_equal(first, 1);
	assert_int_equal(entered(30, 0, &first, &need), 9);	/* 3, 6, 12, ... */
	assert_int_equal(first, 3);
	assert_int_equal(entered(30, 5, &first, &need), 0);
}

/* ---- the search -------------------------------------------------------------- */

#define HEAD "struct mutex { int o; };\nvoid mutex_lock(struct mutex *m);\nvoid mutex_unlock(struct mutex *m);\n" \
	"struct work_struct { void (*func)(struct work_struct *w); };\n" \
	"_Bool cancel_work_sync(struct work_struct *w);\n" \
	"#define INIT_WORK(w, f) ((w)->func = (f))\n" \
	"#define container_of(p, t, m) ((t *)((char *)(p) - offsetof(t, m)))\n" \
	"struct box { struct mutex lock; struct work_struct work; int n; };\n"
#define WORK "static void box_work(struct work_struct *w)\n{\n" \
	"\tstruct box *b = container_of(w, struct box, work);\n\n\tmutex_lock(&b->lock);\n\tb->n++;\n" \
	"\tmutex_unlock(&b->lock);\n}\n\nvoid box_bind(struct box *b)\n{\n\tINIT_WORK(&b->work, box_work);\n}\n"
#define STOP "void box_stop(struct box *b)\n{\n\tmutex_lock(&b->lock);\n\tcancel_work_sync(&b->work);\n" \
	"\tmutex_unlock(&b->lock);\n}\n"

/* The report on a tree of one file. */
static struct ost_deadlocks_report *ask(const char *text)
{
	char dir[] = "/tmp/ostler-locks-XXXXXX";
	struct ost_deadlocks_opts opts = { .source = { .no_store = true, .jobs = 1 }, .rank = OST_RANK_POSSIBLE };
	struct ost_source src = { .dir = dir };
	struct ost_deadlocks_report *report;
	OST_BUF path = OST_BUF_INIT;
	FILE *f;

	assert_non_null(mkdtemp(dir));
	ost_buf_addf(&path, "%s/box.c", dir);
	f = fopen(path.ptr, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_null(ost_deadlocks_run(&src, &opts, &report));
	assert_int_equal(unlink(path.ptr), 0);
	assert_int_equal(rmdir(dir), 0);
	return report;
}

static void test_a_class_is_record_and_field(void **unused)
{
	struct ost_deadlocks_report *r = ask(HEAD WORK STOP);

	(void)unused;
	assert_int_equal(r->nr_findings, 1);
	assert_string_equal(r->findings[0].lock.class_name, "box.lock");
	assert_string_equal(r->findings[0].lock.instance, "&b->lock");
	assert_string_equal(r->findings[0].waitable_class, "box.work");
	assert_string_equal(r->findings[0].callback, "box_work");
	assert_int_equal(r->findings[0].rank, OST_RANK_PROVEN);
	ost_deadlocks_report_destroy(r);
}

static void test_an_id_has_no_line(void **unused)
{
	struct ost_deadlocks_report *a = ask(HEAD WORK STOP), *b = ask("/* moved */\n\n\n" HEAD "\n\n" WORK "\n" STOP);
	struct ost_deadlocks_report *other = ask(HEAD "void box_end(struct box *b)\n{\n\tmutex_lock(&b->lock);\n"
		"\tcancel_work_sync(&b->work);\n\tmutex_unlock(&b->lock);\n}\n" WORK);

	(void)unused;
	assert_int_equal(a->nr_findings, 1);
	assert_int_equal(b->nr_findings, 1);
	assert_int_equal(other->nr_findings, 1);
	assert_int_not_equal(a->findings[0].wait_line, b->findings[0].wait_line);
	assert_string_equal(a->findings[0].id, b->findings[0].id);
	assert_string_not_equal(a->findings[0].id, other->findings[0].id);
	ost_deadlocks_report_destroy(a);
	ost_deadlocks_report_destroy(b);
	ost_deadlocks_report_destroy(other);
}

static void test_holders_of_one_finding_are_merged(void **unused)
{
	struct ost_deadlocks_report *r = ask(HEAD WORK
		"static void box_wait(struct box *b)\n{\n\tcancel_work_sync(&b->work);\n}\n"
		"void box_one(struct box *b)\n{\n\tmutex_lock(&b->lock);\n\tbox_wait(b);\n\tmutex_unlock(&b->lock);\n}\n"
		"void box_two(struct box *b)\n{\n\tmutex_lock(&b->lock);\n\tbox_wait(b);\n\tmutex_unlock(&b->lock);\n}\n");

	(void)unused;
	assert_int_equal(r->nr_findings, 1);
	assert_int_equal(r->findings[0].nr_holders, 2);
	ost_deadlocks_report_destroy(r);
}

static void test_a_function_handed_over_is_followed(void **unused)
{
	struct ost_deadlocks_report *r = ask(HEAD
		"static void add(struct box *b)\n{\n\tmutex_lock(&b->lock);\n\tb->n++;\n\tmutex_unlock(&b->lock);\n}\n"
		"static void apply(int n, void (*fn)(struct box *), struct box *b)\n{\n\tfn(b);\n}\n"
		"void twice(struct box *b)\n{\n\tmutex_lock(&b->lock);\n\tapply(1, add, b);\n\tmutex_unlock(&b->lock);\n}\n"
		"void once(struct box *b)\n{\n\tapply(1, add, b);\n}\n");

	(void)unused;
	assert_int_equal(r->nr_findings, 1);
	assert_int_equal(r->findings[0].kind, OST_DL_AA);
	assert_int_equal(r->findings[0].rank, OST_RANK_LIKELY);
	assert_string_equal(r->findings[0].holders[0].function, "twice");
	ost_deadlocks_report_destroy(r);
}

/* What has no class has an empty text, which must not end with the draft. */
static void keeps_empty_texts(void **state)
{
	struct ost_deadlocks_report *r = ask(
		"struct dentry { int x; };\nstruct file { int x; };\nstruct mutex { int x; };\n"
		"struct file_operations { long (*read)(struct file *f, char *buf); };\n"
		"void mutex_lock(struct mutex *m);\nvoid mutex_unlock(struct mutex *m);\n"
		"struct dentry *find_box(void);\nvoid debugfs_remove(struct dentry *d);\n"
		"struct dentry *debugfs_create_file(const char *name, int mode, struct dentry *dir, void *data,\n"
		"\t\t\t\t   const struct file_operations *ops);\n"
		"static struct mutex box_lock;\n"
		"static long box_read(struct file *f, char *buf)\n{\n\tmutex_lock(&box_lock);\n\tmutex_unlock(&box_lock);\n\treturn 0;\n}\n"
		"static const struct file_operations box_ops = { .read = box_read };\n"
		"void box_add(struct dentry *dir)\n{\n\tdebugfs_create_file(\"box\", 0400, dir, 0, &box_ops);\n}\n"
		"void box_del(void)\n{\n\tmutex_lock(&box_lock);\n\tdebugfs_remove(find_box());\n\tmutex_unlock(&box_lock);\n}\n"
		"void box_end(void)\n{\n\tmutex_lock(&box_lock);\n\tdebugfs_remove(find_box());\n\tmutex_unlock(&box_lock);\n}\n");

	assert_int_equal(r->nr_findings, 2);
	for (size_t i = 0; i < r->nr_findings; i++)
		assert_string_equal(r->findings[i].waitable_class, "");
	ost_deadlocks_report_destroy(r);
}

/* ---- what is kept of what is held on entry ---------------------------------- */

#define NR_HELD_PARTS (OST_NR_KE + 1)	/* the head and the columns */

struct kept_tree {
	char store[32];
	struct ost_tree_facts *tree;
	struct ost_program *p;
	struct ost_lk_world *w;
	struct ost_lk_graph g;
};

static void open_kept(struct kept_tree *k)
{
	struct ost_source_opts sopts = { .jobs = 1, .store_dir = k->store };
	struct ost_program_opts popts = { .jobs = 1 };
	struct ost_lk_world_opts wopts = { .jobs = 1 };
	struct ost_source src = { 0 };
	OST_BUF dir = OST_BUF_INIT;

	ost_buf_addf(&dir, "%s/locks/golden", getenv("OSTLER_TESTS"));
	src.dir = dir.ptr;
	assert_null(ost_tree_facts_read(&k->tree, &src, &sopts));
	assert_null(ost_program_create(k->tree, &popts, &k->p));
	assert_null(ost_lk_world_create(k->tree, k->p, &wopts, &k->w));
	ost_lk_graph_init(&k->g, k->p, &k->w->tables, NULL, NULL, NULL, 1);
	ost_note_call_events(&k->g, k->w, 1);
}

static void close_kept(struct kept_tree *k)
{
	ost_lk_graph_deinit(&k->g);
	ost_lk_world_destroy(k->w);
	ost_program_destroy(k->p);
	ost_tree_facts_destroy(k->tree);
}

static void assert_same_entries(const struct ost_entries *a, const struct ost_entries *b)
{
	assert_true(a->v.nr > 20);
	assert_int_equal(a->v.nr, b->v.nr);
	assert_memory_equal(a->v.items, b->v.items, a->v.nr * sizeof(*a->v.items));
	assert_int_equal(a->seeds.nr, b->seeds.nr);
	for (size_t i = 0; i < a->seeds.nr; i++) {
		const struct ost_entry_seed *x = &a->seeds.items[i], *y = &b->seeds.items[i];

		assert_true(x->caller == y->caller && x->event == y->event && x->held == y->held && x->kind == y->kind &&
			    x->mode == y->mode && x->is_sure == y->is_sure);
	}
	assert_memory_equal(a->first, b->first, a->g->nr_units * sizeof(*a->first));
	assert_memory_equal(a->nr, b->nr, a->g->nr_units * sizeof(*a->nr));
}

/* Puts other bytes in the place of a part: one changed, or most of them gone. */
static void damage(struct kept_tree *k, const char *kind, uint32_t part, bool is_short)
{
	OST_BUF b = OST_BUF_INIT;

	assert_true(ost_tree_part_get(k->tree, &k->tree->key, kind, OST_FOUND_FINGERPRINT, part, &b));
	ost_tree_part_drop(k->tree, &k->tree->key, kind, OST_FOUND_FINGERPRINT, part);
	b.ptr[b.len / 2] ^= 0x7e;
	ost_tree_part_put(k->tree, &k->tree->key, kind, OST_FOUND_FINGERPRINT, part, b.ptr, is_short ? 1 : b.len);
}

static struct ost_entries entries_of(struct kept_tree *k, const struct ost_tree_facts *tree)
{
	struct ost_entries e;

	ost_entries_init(&e, k->w, &k->g, tree);
	return e;
}

static void test_kept_entries_are_those_that_were_made(void **unused)
{
	struct kept_tree k = { .store = "/tmp/ostler-locks-XXXXXX" };
	struct ost_entries made, kept;
	OST_BUF b = OST_BUF_INIT, rm = OST_BUF_INIT;

	(void)unused;
	assert_non_null(mkdtemp(k.store));
	open_kept(&k);
	made = entries_of(&k, NULL);
	assert_false(ost_tree_part_get(k.tree, &k.tree->key, "held", OST_FOUND_FINGERPRINT, 0, &b));
	kept = entries_of(&k, k.tree);
	assert_same_entries(&made, &kept);
	ost_entries_deinit(&kept);
	for (uint32_t part = 0; part < NR_HELD_PARTS; part++)
		for (int is_short = part <= 2 ? 0 : 1; is_short < 2; is_short++) {	/* another event may make sense, too */
			damage(&k, "held", part, is_short);
			for (int i = 0; i < 2; i++) {	/* made again and kept, then taken from there */
				kept = entries_of(&k, k.tree);
				assert_same_entries(&made, &kept);
				ost_entries_deinit(&kept);
			}
		}
	ost_tree_part_drop(k.tree, &k.tree->key, "held", OST_FOUND_FINGERPRINT, 0);	/* as after a kill */
	kept = entries_of(&k, k.tree);
	assert_same_entries(&made, &kept);
	ost_entries_deinit(&kept);
	assert_true(ost_tree_part_get(k.tree, &k.tree->key, "held", OST_FOUND_FINGERPRINT, 0, &b));
	ost_entries_deinit(&made);
	close_kept(&k);
	ost_buf_addf(&rm, "rm -rf %s", k.store);
	assert_int_equal(system(rm.ptr), 0);
}

/* ---- what is kept of who calls whom --------------------------------------------- */

#define NR_CALLS_PARTS 5	/* the head and the columns */

static void assert_same_calls(const struct ost_lk_graph *a, const struct ost_lk_graph *b)
{
	uint64_t nr = a->out_first[a->nr_units];

	assert_true(nr > 200);
	assert_memory_equal(a->out_first, b->out_first, (a->nr_units + 1) * sizeof(*a->out_first));
	assert_memory_equal(a->in_first, b->in_first, (a->nr_units + 1) * sizeof(*a->in_first));
	assert_memory_equal(a->out, b->out, nr * sizeof(*a->out));
	assert_memory_equal(a->in, b->in, nr * sizeof(*a->in));
	for (uint32_t u = 0; u < a->nr_units; u++)
		assert_int_equal(a->unit_flags[u] & ~OST_GU_NOTED, b->unit_flags[u] & ~OST_GU_NOTED);
}

/* The graph made with the calls that are kept, as a finder does. */
static bool graph_from_kept(struct kept_tree *k, struct ost_lk_graph *ret)
{
	struct ost_kept_calls kept;
	bool is_kept = ost_kept_calls_load(&kept, k->tree, k->w);

	ost_lk_graph_init(ret, k->p, &k->w->tables, NULL, is_kept ? &kept : NULL, NULL, 1);
	ost_note_call_events(ret, k->w, 1);
	if (is_kept)
		ost_kept_calls_deinit(&kept);
	return is_kept;
}

static void test_kept_calls_are_those_that_were_found(void **unused)
{
	struct kept_tree k = { .store = "/tmp/ostler-locks-XXXXXX" };
	OST_BUF rm = OST_BUF_INIT;
	struct ost_lk_graph g;

	(void)unused;
	assert_non_null(mkdtemp(k.store));
	open_kept(&k);
	assert_false(graph_from_kept(&k, &g));
	assert_same_calls(&k.g, &g);
	ost_lk_graph_deinit(&g);
	for (uint32_t part = 0; part <= NR_CALLS_PARTS; part++) {
		ost_kept_calls_save(&k.g, k.tree, k.w);
		if (part)
			damage(&k, "calls", part - 1, true);
		assert_int_equal(graph_from_kept(&k, &g), !part);
		assert_same_calls(&k.g, &g);
		ost_lk_graph_deinit(&g);
	}
	close_kept(&k);
	ost_buf_addf(&rm, "rm -rf %s", k.store);
	assert_int_equal(system(rm.ptr), 0);
}

/* Another CALL event of the summary, at another line; 0: there is none. */
static uint32_t other_event(const struct ost_lk_summary *sum, uint32_t event)
{
	for (uint32_t i = 0; i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_CALL && sum->events[i].line != sum->events[event - 1].line)
			return i + 1;
	return 0;
}

/* What is kept says the opposite of what is held there, or (with_event) names another call. */
static uint32_t note_wrongly(struct kept_tree *k, bool with_event)
{
	struct ost_lk_graph *g = &k->g;
	uint32_t nr = 0, other;

	for (uint32_t u = 0; u < g->nr_units; u++)
		for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++) {
			if (!g->out[i].event)
				continue;
			other = with_event ? other_event(k->w->sums[u], g->out[i].event) : g->out[i].event;
			g->out[i].has_held = !g->out[i].has_held;
			g->out[i].has_rel = !g->out[i].has_rel;
			g->out[i].event = other ? other : g->out[i].event;
			nr += other != 0;
		}
	return nr;
}

static void test_kept_calls_are_no_word_for_what_is_held(void **unused)
{
	struct kept_tree k = { .store = "/tmp/ostler-locks-XXXXXX" };
	OST_BUF rm = OST_BUF_INIT;
	struct ost_lk_graph g, kept;

	(void)unused;
	assert_non_null(mkdtemp(k.store));
	open_kept(&k);
	ost_lk_graph_init(&g, k.p, &k.w->tables, NULL, NULL, NULL, 1);
	ost_note_call_events(&g, k.w, 1);
	for (int with_event = 0; with_event < 2; with_event++) {
		assert_true(note_wrongly(&k, with_event) > 20);
		ost_kept_calls_save(&k.g, k.tree, k.w);
		assert_true(graph_from_kept(&k, &kept));
		assert_same_calls(&g, &kept);
		ost_lk_graph_deinit(&kept);
		for (uint32_t part = 0; part < NR_CALLS_PARTS; part++)
			ost_tree_part_drop(k.tree, &k.tree->key, "calls", OST_FOUND_FINGERPRINT, part);
	}
	ost_lk_graph_deinit(&g);
	close_kept(&k);
	ost_buf_addf(&rm, "rm -rf %s", k.store);
	assert_int_equal(system(rm.ptr), 0);
}

/* ---- a run that is stopped --------------------------------------------------------- */

#define NR_WORLD_PARTS (OST_NR_KEPT_PARTS + 1)	/* and the head */

static bool is_all_kept(const struct ost_tree_facts *t)
{
	static const struct { const char *kind; uint32_t version, nr; } all[] = {
		{ "locks", OST_WORLD_FINGERPRINT, NR_WORLD_PARTS },
		{ "calls", OST_FOUND_FINGERPRINT, NR_CALLS_PARTS },
		{ "held", OST_FOUND_FINGERPRINT, NR_HELD_PARTS },
	};
	OST_BUF b = OST_BUF_INIT;

	for (size_t i = 0; i < OST_ARRAY_SIZE(all); i++)
		for (uint32_t part = 0; part < all[i].nr; part++)
			if (!ost_tree_part_get(t, &t->key, all[i].kind, all[i].version, part, &b))
				return false;
	return true;
}

static bool is_head_kept(const struct ost_tree_facts *t, const char *kind, uint32_t version)
{
	OST_BUF b = OST_BUF_INIT;

	return ost_tree_part_get(t, &t->key, kind, version, 0, &b);
}

/* A run cannot be told to go on: it is one of its own. Runs fn in it, with the tree read and the world made before. */
static int stopped_run(struct kept_tree *k, bool (*fn)(struct kept_tree *k))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);	/* or cmocka would go on here with the next test */
		open_kept(k);
		ost_interrupt();
		_exit(fn(k) ? 0 : 1);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* The graph as far as it was made: nothing is taken from what is kept. */
static bool takes_nothing(struct kept_tree *k)
{
	struct ost_lk_world_opts wopts = { .jobs = 1 };
	struct ost_lk_world *w;
	struct ost_kept_calls calls;
	struct ost_lk_graph g;
	struct ost_entries e;
	struct ost_err *err = ost_lk_world_create(k->tree, k->p, &wopts, &w);

	if (!err || ost_kept_calls_load(&calls, k->tree, k->w))
		return false;
	ost_lk_graph_init(&g, k->p, &k->w->tables, NULL, NULL, NULL, 1);
	ost_entries_init(&e, k->w, &g, k->tree);
	return !e.v.nr && is_all_kept(k->tree);
}

static bool keeps_nothing(struct kept_tree *k)
{
	struct ost_entries e;

	for (uint32_t part = 0; part < NR_WORLD_PARTS; part++)
		ost_tree_part_drop(k->tree, &k->tree->key, "locks", OST_WORLD_FINGERPRINT, part);
	ost_kept_save(k->w, k->tree);
	ost_kept_calls_save(&k->g, k->tree, k->w);
	ost_entries_init(&e, k->w, &k->g, k->tree);
	return !is_head_kept(k->tree, "locks", OST_WORLD_FINGERPRINT) && !is_head_kept(k->tree, "calls", OST_FOUND_FINGERPRINT) &&
	       !is_head_kept(k->tree, "held", OST_FOUND_FINGERPRINT);
}

static void test_a_run_that_is_stopped_keeps_and_drops_nothing(void **unused)
{
	struct kept_tree k = { .store = "/tmp/ostler-locks-XXXXXX" };
	OST_BUF rm = OST_BUF_INIT;
	struct ost_entries e;

	(void)unused;
	assert_non_null(mkdtemp(k.store));
	assert_int_equal(stopped_run(&k, keeps_nothing), 0);
	open_kept(&k);
	ost_kept_calls_save(&k.g, k.tree, k.w);
	e = entries_of(&k, k.tree);
	ost_entries_deinit(&e);
	assert_true(is_all_kept(k.tree));
	close_kept(&k);
	assert_int_equal(stopped_run(&k, takes_nothing), 0);
	open_kept(&k);
	assert_true(is_all_kept(k.tree));
	close_kept(&k);
	ost_buf_addf(&rm, "rm -rf %s", k.store);
	assert_int_equal(system(rm.ptr), 0);
}

/* ---- what is kept of what is stored in pointers to locks ---------------------- */

static void assert_same_loans(const struct ost_loans *a, const struct ost_loans *b)
{
	assert_true(a->v.nr > 0);
	assert_int_equal(a->v.nr, b->v.nr);
	for (size_t i = 0; i < a->v.nr; i++) {
		const struct ost_loan *x = &a->v.items[i], *y = &b->v.items[i];

		assert_true(x->pointer == y->pointer && x->lock == y->lock && x->field == y->field && x->unit == y->unit &&
			    x->node == y->node && x->line == y->line && x->is_only == y->is_only);
	}
}

/* Those that the tree has; is_kept: a store of them is there, and is taken. */
static void assert_loans(struct kept_tree *k, const struct ost_loans *made, bool is_kept)
{
	struct ost_kept_loans kept;
	struct ost_finder f;
	struct ost_loans l;

	ost_finder_init(&f, k->tree, k->w, NULL, NULL, NULL);
	f.nr_workers = 1;
	ost_kept_loans_init(&kept, &f);
	assert_int_equal(kept.is_kept, is_kept);
	ost_kept_loans_deinit(&kept);
	ost_loans_init(&l, &f);
	assert_same_loans(&l, made);
	ost_loans_deinit(&l);
	ost_finder_deinit(&f);
	ost_arena_deinit(&f.arena);
}

static void test_kept_loans_are_those_that_were_made(void **unused)
{
	struct kept_tree k = { .store = "/tmp/ostler-locks-XXXXXX" };
	OST_BUF b = OST_BUF_INIT, rm = OST_BUF_INIT;
	struct ost_finder f;
	struct ost_loans made;

	(void)unused;
	assert_non_null(mkdtemp(k.store));
	open_kept(&k);
	ost_finder_init(&f, k.tree, k.w, NULL, NULL, NULL);
	f.nr_workers = 1;
	ost_loans_init(&made, &f);
	assert_loans(&k, &made, true);
	assert_true(ost_tree_part_get(k.tree, &k.tree->key, "loans", OST_FOUND_FINGERPRINT, 0, &b));
	for (size_t len = 0; len < b.len; len += 7) {	/* cut short */
		ost_tree_part_drop(k.tree, &k.tree->key, "loans", OST_FOUND_FINGERPRINT, 0);
		ost_tree_part_put(k.tree, &k.tree->key, "loans", OST_FOUND_FINGERPRINT, 0, b.ptr, len);
		assert_loans(&k, &made, false);
		assert_loans(&k, &made, true);
	}
	ost_loans_deinit(&made);
	ost_finder_deinit(&f);
	ost_arena_deinit(&f.arena);
	close_kept(&k);
	ost_buf_addf(&rm, "rm -rf %s", k.store);
	assert_int_equal(system(rm.ptr), 0);
}

static void remove_folder(const char *path)
{
	OST_BUF rm = OST_BUF_INIT;

	ost_buf_addf(&rm, "rm -rf %s", path);
	assert_int_equal(system(rm.ptr), 0);
}

static uint32_t unit_named(const struct ost_program *p, const char *name)
{
	uint32_t unit;

	assert_int_equal(ost_program_units_named(p, ost_program_find_name(p, name), &unit, 1), 1);
	return unit;
}

/* some_none() hands bad_some() what some_pull() does not: who does not see it must not say that all hand the same. */
static void test_callers_that_are_not_near_are_missed(void **unused)
{
	struct kept_tree k = { .store = "/tmp/ostler-locks-XXXXXX" };
	struct ost_lk_graph part;
	uint8_t *near;
	uint32_t unit;

	(void)unused;
	assert_non_null(mkdtemp(k.store));
	open_kept(&k);
	unit = unit_named(k.p, "bad_some");
	near = malloc(k.g.nr_units);
	memset(near, 1, k.g.nr_units);
	near[unit_named(k.p, "some_none")] = 0;
	ost_lk_graph_init(&part, k.p, &k.w->tables, near, NULL, NULL, 1);
	assert_true(ost_lk_has_all_callers(&k.g, unit));
	assert_false(ost_lk_has_all_callers(&part, unit));
	k.g.is_slice = true;
	assert_true(ost_lk_has_all_callers(&k.g, unit));
	assert_false(ost_lk_has_all_callers(&k.g, unit_named(k.p, "some_none")));
	ost_lk_graph_deinit(&part);
	free(near);
	close_kept(&k);
	remove_folder(k.store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states_that_differ_stay_apart),
		cmocka_unit_test(test_facts_of_one_state_are_intersected),
		cmocka_unit_test(test_what_contradicts_is_not_walked),
		cmocka_unit_test(test_guards_end_with_their_block),
		cmocka_unit_test(test_a_full_table_says_so),
		cmocka_unit_test(test_a_search_is_aimed),
		cmocka_unit_test(test_a_class_is_record_and_field),
		cmocka_unit_test(test_an_id_has_no_line),
		cmocka_unit_test(test_holders_of_one_finding_are_merged),
		cmocka_unit_test(test_a_function_handed_over_is_followed),
		cmocka_unit_test(keeps_empty_texts),
		cmocka_unit_test(test_callers_that_are_not_near_are_missed),
		cmocka_unit_test(test_kept_entries_are_those_that_were_made),
		cmocka_unit_test(test_kept_calls_are_those_that_were_found),
		cmocka_unit_test(test_kept_calls_are_no_word_for_what_is_held),
		cmocka_unit_test(test_a_run_that_is_stopped_keeps_and_drops_nothing),
		cmocka_unit_test(test_kept_loans_are_those_that_were_made),
	};

	return cmocka_run_group_tests_name("locks", tests, NULL, NULL);
}
