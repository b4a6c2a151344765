// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/maint.h"

struct person {
	const char *name;		/* lower case, "" for any */
	const char *address, *mapped;	/* lower case, before and after .mailmap */
};

static const char *mapped_address(const struct ost_maintainers *m, struct ost_arena *a,
				  struct ost_maint_email e)
{
	const char *email = ost_maint_mailmap_apply(&m->mailmap, a, ost_maint_email_format(a, e));

	return ost_maint_lower(a, ost_maint_email_parse(a, email).address);
}

static bool is_same(const struct person *who, const struct ost_maint_named *n)
{
	if (*n->address && (!strcmp(n->address, who->address) || !strcmp(n->address, who->mapped)))
		return true;
	if (*who->name && !strcmp(n->name, who->name))
		return true;
	return *n->address && !strcmp(n->mapped, who->mapped);
}

static void add_named(struct ost_maintainers *m, struct ost_arena *tmp, size_t section, const struct ost_maint_line *line)
{
	const char **parts;
	size_t nr = ost_maint_email_split(tmp, line->value, &parts), i;

	for (i = 0; i < nr; i++) {
		struct ost_maint_email e = ost_maint_email_parse(tmp, parts[i]);
		const char *address = ost_arena_strdup(&m->arena, ost_maint_lower(tmp, e.address)), *mapped;

		mapped = *address ? mapped_address(m, tmp, e) : "";
		ost_vec_add(&m->named, ((struct ost_maint_named){
			section, line, ost_arena_strdup(&m->arena, ost_maint_lower(tmp, e.name)), address,
			strcmp(mapped, address) ? ost_arena_strdup(&m->arena, mapped) : address }));
	}
}

/* Thousands of people, read once and not for each one who is looked for. */
static void list_named(struct ost_maintainers *m)
{
	struct ost_arena tmp = OST_ARENA_INIT;
	size_t s, i;

	for (s = 0; s < m->sections.nr; s++) {
		for (i = 0; i < m->sections.items[s].nr_lines; i++) {
			const struct ost_maint_line *l = &m->sections.items[s].lines[i];

			if (l->kind == 'M' || l->kind == 'R')
				add_named(m, &tmp, s, l);
		}
		ost_arena_deinit(&tmp);
	}
}

static struct person person_of(const struct ost_maintainers *m, struct ost_arena *a,
			       const char *name, const char *address)
{
	struct ost_maint_email e = { name ? name : "", address };

	/* quoted as the names in the file will be */
	e = ost_maint_email_parse(a, ost_arena_printf(a, "%s <%s>", *e.name ? e.name : " ", address));
	return (struct person){ ost_maint_lower(a, e.name), ost_maint_lower(a, address),
				mapped_address(m, a, e) };
}

void ost_maintainers_places_of(struct ost_maint_place **ret_places, size_t *ret_nr,
			       struct ost_arena *arena, struct ost_maintainers *m,
			       const char *name, const char *address)
{
	OST_VEC(struct ost_maint_place) places = OST_VEC_INIT;
	struct ost_arena tmp = OST_ARENA_INIT;
	struct person who = person_of(m, &tmp, name, address);
	const struct ost_maint_line *last = NULL;
	size_t i;

	if (!m->named.nr)
		list_named(m);
	for (i = 0; i < m->named.nr; i++) {
		const struct ost_maint_named *n = &m->named.items[i];

		if (n->line == last || !is_same(&who, n))	/* a line that names him twice is one place */
			continue;
		last = n->line;
		ost_vec_add(&places, ((struct ost_maint_place){ n->section, n->line->kind, n->line->line }));
	}
	*ret_nr = places.nr;
	*ret_places = ost_arena_calloc(arena, places.nr + 1, sizeof(**ret_places));
	if (places.nr)
		memcpy(*ret_places, places.items, places.nr * sizeof(**ret_places));
	ost_vec_deinit(&places);
	ost_arena_deinit(&tmp);
}
