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

static bool is_name_key(uint32_t key)
{
	return OST_SITE_KIND(key) == OST_SITE_NAME || OST_SITE_KIND(key) == OST_SITE_REF;
}

static void same_site(struct same_program *s, size_t i, struct ost_site x, struct ost_site y)
{
	if (x.line != y.line || OST_SITE_KIND(x.key) != OST_SITE_KIND(y.key))
		differ(s, "site", i);
	else if (is_name_key(x.key))
		same_names(s, "site name", i, OST_SITE_ID(x.key), OST_SITE_ID(y.key));
	else if (x.key != y.key)
		differ(s, "site id", i);
}

static void same_sites(struct same_program *s)
{
	size_t i, n = SAME_NR(sites);

	for (i = 0; i < n; i++)
		same_site(s, i, s->a->sites.items[i], s->b->sites.items[i]);
}

/* All uses of what b's site names. */
static void same_uses(struct same_program *s, size_t i, uint32_t key_a, uint32_t key_b)
{
	struct ost_site_uses x = { OST_VEC_INIT }, y = { OST_VEC_INIT };

	ost_site_uses_of(s->a, key_a, &x);
	ost_site_uses_of(s->b, key_b, &y);
	if (x.v.nr != y.v.nr)
		differ(s, "number of uses", i);
	for (size_t k = 0; k < x.v.nr && k < y.v.nr; k++)
		if (x.v.items[k].unit != y.v.items[k].unit || x.v.items[k].line != y.v.items[k].line)
			differ(s, "use", i);
	ost_vec_deinit(&x.v);
	ost_vec_deinit(&y.v);
}

/* a was opened from what is kept: sites and texts are asked for one by one. */
static void same_blocks(struct same_program *s)
{
	const struct ost_site *x, *y;
	uint32_t u, i, nr;

	for (u = 0; u < s->a->units.nr && u < s->b->units.nr; u++) {
		nr = ost_sites_of(s->b, u, &y);
		if (ost_sites_of(s->a, u, &x) != nr) {
			differ(s, "number of sites", u);
			continue;
		}
		for (i = 0; i < nr; i++) {
			same_site(s, u, x[i], y[i]);
			same_uses(s, u, x[i].key, y[i].key);
		}
	}
	for (i = 0; i < s->a->nr_files - s->a->nr_real && i < s->b->nr_files - s->b->nr_real; i++)
		if (strcmp(ost_virtual_form(s->a, i), ost_virtual_form(s->b, i)))
			differ(s, "text", i);
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

/* The number of differences; b was linked here, a too or opened. The first of them go to stderr. */
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
	if (a->is_kept) {
		same_blocks(s);
	} else {
		same_sites(s);
		SAME_ROWS(virt_text);
		SAME_ROWS(site_first);
	}
	same_definitions(s);
	SAME_ROWS(includes);
	SAME_ROWS(global_flags);
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
