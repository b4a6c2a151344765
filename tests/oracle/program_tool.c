// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * program_tool TREE locks|slots|unknown N: prints every k-th resolved lock
 * argument or call through a field (about N of them), or N lock arguments
 * without a class, each with its place, for reading beside the source.
 */
#include <stdio.h>
#include <stdlib.h>

#include "program/program.h"

static void print_use(const struct ost_program *p, const struct ost_lock_use *u)
{
	const struct ost_unit *unit = ost_program_unit(p, u->unit);
	OST_BUF b = OST_BUF_INIT;

	ost_object_text(p, u->object, &b);
	printf("%s:%u: %s: %s %s (%u)\n", ost_program_path(p, unit->file), u->line,
	       ost_program_name(p, unit->name), ost_program_name(p, u->primitive), b.ptr, u->how);
}

static void locks(const struct ost_program *p, uint32_t want, bool unknown)
{
	uint32_t nr = ost_program_nr_lock_uses(p), i, total = 0, seen = 0, step;

	for (i = 0; i < nr; i++)
		total += (ost_program_lock_use(p, i)->object.kind == OST_OBJ_NONE) == unknown;
	step = total / want ? total / want : 1;
	for (i = 0; i < nr; i++)
		if ((ost_program_lock_use(p, i)->object.kind == OST_OBJ_NONE) == unknown &&
		    seen++ % step == step / 2)
			print_use(p, ost_program_lock_use(p, i));
}

static void slots_of(struct ost_scope *s, uint32_t unit, uint32_t step, uint32_t *seen, bool unknown)
{
	struct ost_call c;
	uint32_t n;

	if (!ost_scope_enter(s, unit))
		return;
	for (n = 0; n < s->tree.v.nr; n++) {
		OST_BUF b = OST_BUF_INIT;

		if (s->tree.v.items[n].op != OST_N_CALL)
			continue;
		ost_call_resolve(s, n, &c);
		if (c.kind != OST_CALL_SLOT || (c.slot == OST_NO_ID) != unknown || (*seen)++ % step != step / 2)
			continue;
		if (c.slot != OST_NO_ID)
			ost_program_field_text(s->p, c.slot, &b);
		else
			ost_buf_addf(&b, "? %s", ost_facts_str(s->f, c.name));
		ost_buf_addstr(&b, " on ");
		ost_path_text(s->p, s, &c.receiver, &b);
		printf("%s:%u: %s: %s\n", ost_program_path(s->p, s->file), c.line,
		       ost_program_name(s->p, ost_program_unit(s->p, unit)->name), b.ptr);
	}
}

int main(int argc, char **argv)
{
	struct ost_source source = { .dir = argc > 1 ? argv[1] : "." };
	uint32_t want = argc > 3 ? (uint32_t)atoi(argv[3]) : 50, seen = 0, i;
	struct ost_tree_facts *tree;
	struct ost_program *p;
	struct ost_scope s;
	struct ost_err *err;

	if (argc < 3 || !want)
		return 2;
	err = ost_tree_facts_read(&tree, &source, NULL);
	if (!err)
		err = ost_program_create(tree, NULL, &p);
	if (err) {
		fprintf(stderr, "%s: %s\n", err->what, err->why);
		return 3;
	}
	if (!strcmp(argv[2], "locks") || !strcmp(argv[2], "unknown")) {
		locks(p, want, argv[2][0] == 'u');
	} else {
		ost_scope_init(&s, p);
		for (i = 0; i < ost_program_nr_units(p); i++)
			if (ost_program_unit(p, i)->kind == OST_UNIT_FUNC)
				slots_of(&s, i, argv[2][0] == 'n' ? 1 : 50000 / want, &seen, argv[2][0] == 'n');
		ost_scope_deinit(&s);
	}
	ost_program_destroy(p);
	ost_tree_facts_destroy(tree);
	return 0;
}
