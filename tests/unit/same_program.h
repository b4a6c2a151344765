/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * same_program.h - are two linked programs the same? All ids but those of names
 * follow from the tree, so arrays are compared as they are; names by their text.
 */
#ifndef SAME_PROGRAM_H
#define SAME_PROGRAM_H

#include <stdio.h>

#include "program/internal.h"

struct same_program {
	const struct ost_program *a, *b;
	unsigned nr_different;
};

static void differ(struct same_program *s, const char *what, size_t i)
{
	if (s->nr_different++ < 20)
		fprintf(stderr, "# %s %zu differs\n", what, i);
}

static void same_names(struct same_program *s, const char *what, size_t i, uint32_t a, uint32_t b)
{
	if (strcmp(ost_program_name(s->a, a), ost_program_name(s->b, b)))
		differ(s, what, i);
}

#define SAME_NR(what) (s->a->what.nr == s->b->what.nr ? (size_t)s->a->what.nr : (differ(s, #what " number", s->a->what.nr), (size_t)0))
#define SAME_ROWS(what)							\
	for (size_t i = 0, n = SAME_NR(what); i < n; i++)		\
		if (memcmp(&s->a->what.items[i], &s->b->what.items[i], sizeof(s->a->what.items[i])))	\
			differ(s, #what, i)

static void same_sites(struct same_program *s)
{
	size_t i, n = SAME_NR(sites);
	struct ost_site x, y;

	for (i = 0; i < n; i++) {
		x = s->a->sites.items[i];
		y = s->b->sites.items[i];
		if (x.line != y.line || OST_SITE_KIND(x.key) != OST_SITE_KIND(y.key))
			differ(s, "site", i);
		else if (OST_SITE_KIND(x.key) == OST_SITE_NAME || OST_SITE_KIND(x.key) == OST_SITE_REF)
			same_names(s, "site name", i, OST_SITE_ID(x.key), OST_SITE_ID(y.key));
		else if (x.key != y.key)
			differ(s, "site id", i);
	}
}

/* Entries that are equal but for a name, which each program numbers in its own way. */
#define SAME_NAMED(list, type, name)                                                         \
	for (i = 0, n = SAME_NR(list); i < n; i++) {                                          \
		type u = s->a->list.items[i], v = s->b->list.items[i];                        \
                                                                                              \
		same_names(s, #list " " #name, i, u.name, v.name);                            \
		u.name = v.name;                                                              \
		if (memcmp(&u, &v, sizeof(u)))                                                \
			differ(s, #list, i);                                                  \
	}

static void same_units(struct same_program *s)
{
	size_t i, n = SAME_NR(units);
	struct ost_unit x, y;

	for (i = 0; i < n; i++) {
		x = s->a->units.items[i];
		y = s->b->units.items[i];
		same_names(s, "unit name", i, x.name, y.name);
		x.name = y.name;
		if (memcmp(&x, &y, sizeof(x)))
			differ(s, "unit", i);
	}
	SAME_NAMED(lock_uses, struct ost_lock_use, primitive);
	SAME_NAMED(argflows, struct ost_argflow, callee);
}

static void same_definitions(struct same_program *s)
{
	const struct ost_def *x, *y;
	uint32_t name, other, n;

	for (name = 0; name < s->b->nr_grouped; name++) {
		n = ost_defs_of(s->b, name, &y);
		if (!n)
			continue;
		other = ost_program_find_name(s->a, ost_program_name(s->b, name));
		if (other == OST_NO_ID || ost_defs_of(s->a, other, &x) != n || memcmp(x, y, n * sizeof(*x)))
			differ(s, "definitions of name", name);
		else if (s->a->name_flags[other] != s->b->name_flags[name])
			differ(s, "flags of name", name);
	}
}

/* The number of differences; the first of them go to stderr. */
static unsigned compare_programs(const struct ost_program *a, const struct ost_program *b)
{
	struct same_program same = { a, b, 0 }, *s = &same;
	struct ost_program_stats x = a->stats, y = b->stats;

	if (a->nr_files != b->nr_files || a->nr_defs != b->nr_defs || a->nr_records != b->nr_records ||
	    a->nr_fields != b->nr_fields || a->nr_globals != b->nr_globals)
		differ(s, "counts", 0);
	else if (memcmp(a->files, b->files, a->nr_files * sizeof(*a->files)))
		differ(s, "files", 0);
	same_units(s);
	same_sites(s);
	same_definitions(s);
	SAME_ROWS(includes);
	SAME_ROWS(global_flags);
	SAME_ROWS(virt_text);
	SAME_ROWS(site_first);
	SAME_ROWS(paramstores);
	SAME_ROWS(targets);
	SAME_ROWS(points);
	SAME_ROWS(bindings);
	x.link_seconds = y.link_seconds = 0;
	if (memcmp(&x, &y, sizeof(x)))
		differ(s, "figures", 0);
	return same.nr_different;
}

#endif
