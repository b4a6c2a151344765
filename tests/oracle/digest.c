// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * digest_tool DIR STORE|- [JOBS]: links the tree from nothing and prints a number for each array of
 * its program, the same for two builds of Ostler that link it to the same. Names count by their
 * text. What files asked for is not in it: it may be less when linking knows more by itself.
 */
#include <stdio.h>
#include <stdlib.h>

#include "program/internal.h"

static uint64_t sum;

static void add(const void *data, size_t len)
{
	sum = ost_hash_mix(sum * 31 + ost_hash_bytes(data, len));
}

static void add_name(const struct ost_program *p, uint32_t name)
{
	const char *s = ost_program_name(p, name);

	add(s, strlen(s));
}

static void say(const char *what)
{
	printf("%s %016llx\n", what, (unsigned long long)sum);
	sum = 0;
}

/* Rows of a list that have a name in one member. */
#define SAY_NAMED(what, list, member)							\
	do {										\
		for (i = 0; i < p->list.nr; i++) {					\
			__typeof__(*p->list.items) row = p->list.items[i];		\
											\
			add_name(p, row.member);					\
			row.member = 0;							\
			add(&row, sizeof(row));						\
		}									\
		say(what);								\
	} while (0)

static void units_and_names(const struct ost_program *p)
{
	uint32_t i;

	for (i = 0; i < p->names.nr; i++)
		add_name(p, i);
	add(p->name_flags, p->names.nr);
	say("names");
	SAY_NAMED("units", units, name);
	add(p->def_first, (p->nr_grouped + 1) * sizeof(*p->def_first));
	add(p->defs, p->nr_defs * sizeof(*p->defs));
	say("definitions");
}

static void flows(const struct ost_program *p)
{
	struct ost_site s;
	size_t i;

	for (i = 0; i < p->sites.nr; i++) {
		s = p->sites.items[i];
		if (OST_SITE_KIND(s.key) == OST_SITE_NAME || OST_SITE_KIND(s.key) == OST_SITE_REF) {
			add_name(p, OST_SITE_ID(s.key));
			s.key &= 3u << 30;
		}
		add(&s, sizeof(s));
	}
	add(p->site_first.items, p->site_first.nr * sizeof(*p->site_first.items));
	say("sites");
	SAY_NAMED("argflows", argflows, callee);
	SAY_NAMED("lock uses", lock_uses, primitive);
}

#define SAY_ROWS(list)									\
	do {										\
		add(p->list.items, p->list.nr * sizeof(*p->list.items));		\
		say(#list);								\
	} while (0)

int main(int argc, char **argv)
{
	struct ost_source source = { .dir = argc > 2 ? argv[1] : "." };
	struct ost_source_opts so = { .store_dir = argc > 2 ? argv[2] : NULL };
	struct ost_program_opts po = { .no_kept = true, .jobs = argc > 3 ? (unsigned)atoi(argv[3]) : 0 };
	struct ost_program_stats stats;
	struct ost_tree_facts *tree;
	struct ost_program *p;

	if (argc < 3)
		return 2;
	so.no_store = !strcmp(argv[2], "-");
	so.jobs = po.jobs;
	if (ost_tree_facts_read(&tree, &source, &so) || ost_program_create(tree, &po, &p))
		return 3;
	units_and_names(p);
	flows(p);
	add(p->files, p->nr_files * sizeof(*p->files));
	add(p->virt_bytes.ptr, p->virt_bytes.len);
	say("files");
	SAY_ROWS(includes);
	SAY_ROWS(global_flags);
	SAY_ROWS(virt_text);
	SAY_ROWS(paramstores);
	SAY_ROWS(targets);
	SAY_ROWS(points);
	SAY_ROWS(bindings);
	SAY_ROWS(file_stats);
	stats = p->stats;
	stats.link_seconds = 0;
	add(&stats, sizeof(stats));
	say("figures");
	ost_program_destroy(p);
	ost_tree_facts_destroy(tree);
	return 0;
}
