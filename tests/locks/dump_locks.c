// SPDX-License-Identifier: GPL-2.0-or-later
/* dump_locks DIR NAME...: prints what the functions of these names do with locks. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "locks/world.h"
#include "source/tree.h"

static const char *const kinds[] = { "acquire", "try", "assert", "wait", "call" };
static const char *const effects[] = { "acquires", "releases", "may release", "may acquire", "asserts", "holds around" };

static void say_lock(const struct ost_program *p, struct ost_scope *s, const struct ost_lk_summary *sum,
		     unsigned lock)
{
	OST_BUF b = OST_BUF_INIT;

	ost_path_text(p, s, &sum->locks[lock].path, &b);
	ost_buf_addstr(&b, " class ");
	if (sum->locks[lock].field != OST_NO_ID)
		ost_program_field_text(p, sum->locks[lock].field, &b);
	else if (sum->locks[lock].global != OST_NO_ID)
		ost_program_global_text(p, sum->locks[lock].global, &b);
	else
		ost_buf_addstr(&b, "?");
	printf("%s names %u", b.ptr, sum->locks[lock].nr_names);
}

static void dump(const struct ost_lk_world *w, struct ost_scope *s, uint32_t unit)
{
	const struct ost_lk_summary *sum = ost_lk_sum(w, unit);
	const struct ost_unit *u = ost_program_unit(w->p, unit);

	printf("%s:%u %s: %s\n", ost_program_path(w->p, u->file), u->line, ost_program_name(w->p, u->name),
	       sum ? "" : "nothing");
	if (!sum || !ost_scope_enter(s, unit))
		return;
	for (uint32_t i = 0; i < sum->nr_events; i++) {
		const struct ost_lk_event *ev = &sum->events[i];

		printf("  %u %s ", ev->line, kinds[ev->kind]);
		if (ev->kind == OST_EV_CALL)
			printf("%s", ost_facts_str(s->f, ev->name));
		else if (ev->lock < sum->nr_locks)
			say_lock(w->p, s, sum, ev->lock);
		for (int h = 0; h < ev->nr_held; h++) {
			printf("\n      holds%s ", ev->held[h].in_all ? "" : " perhaps");
			say_lock(w->p, s, sum, ev->held[h].lock);
		}
		for (int r = 0; r < ev->nr_rel; r++) {
			printf("\n      released ");
			say_lock(w->p, s, sum, ev->rel[r]);
		}
		for (int m = 0; m < ev->nr_mfacts; m++)
			printf("\n      knows kind %u name %x value %x: %u", ev->mfacts[m].kind, ev->mfacts[m].name,
			       ev->mfacts[m].value, ev->mfacts[m].truth);
		puts("");
	}
	for (uint32_t i = 0; i < sum->nr_effects; i++) {
		printf("  %s (%u) ", effects[sum->effects[i].kind], sum->effects[i].result);
		say_lock(w->p, s, sum, sum->effects[i].lock);
		puts("");
	}
	for (uint32_t i = 0; i < sum->nr_leaks; i++)
		printf("  leak of %u at %u\n", sum->leaks[i].lock, sum->leaks[i].ret_line);
}

int main(int argc, char **argv)
{
	struct ost_source src = { .dir = argv[1] };
	struct ost_source_opts opts = { .no_store = true };
	struct ost_tree_facts *tree;
	struct ost_program *p;
	struct ost_lk_world *w;
	struct ost_scope s;

	if (argc < 2 || ost_tree_facts_read(&tree, &src, &opts) || ost_program_create(tree, NULL, &p) ||
	    ost_lk_world_create(tree, p, &(struct ost_lk_world_opts){ .no_kept = true }, &w))
		return 1;
	ost_scope_init(&s, p);
	for (size_t i = 0; i < w->guards.nr && argc == 2; i++)
		printf("guard %s: %s names %u take %d\n", w->guards.items[i].name, w->guards.items[i].take.callee,
		       w->guards.items[i].take.nr_names, w->guards.items[i].has_take);
	for (int i = 2; i < argc; i++) {
		uint32_t name = ost_program_find_name(p, argv[i]);
		uint32_t units[64];
		uint32_t nr = name == OST_NO_ID ? 0 : ost_program_units_named(p, name, units, 64);

		for (uint32_t k = 0; k < nr && k < 64; k++)
			dump(w, &s, units[k]);
	}
	ost_scope_deinit(&s);
	ost_lk_world_destroy(w);
	ost_program_destroy(p);
	ost_tree_facts_destroy(tree);
	return 0;
}
