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

static bool is_same(const struct ost_maintainers *m, struct ost_arena *a,
		    const struct person *who, struct ost_maint_email e)
{
	const char *address = ost_maint_lower(a, e.address);

	if (*address && (!strcmp(address, who->address) || !strcmp(address, who->mapped)))
		return true;
	if (*who->name && !strcmp(ost_maint_lower(a, e.name), who->name))
		return true;
	return *address && !strcmp(mapped_address(m, a, e), who->mapped);
}

static bool is_in_line(const struct ost_maintainers *m, struct ost_arena *a,
		       const struct person *who, const char *value)
{
	const char **parts;
	size_t nr = ost_maint_email_split(a, value, &parts), i;

	for (i = 0; i < nr; i++)
		if (is_same(m, a, who, ost_maint_email_parse(a, parts[i])))
			return true;
	return false;
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
			       struct ost_arena *arena, const struct ost_maintainers *m,
			       const char *name, const char *address)
{
	OST_VEC(struct ost_maint_place) places = OST_VEC_INIT;
	struct ost_arena tmp = OST_ARENA_INIT;
	struct person who = person_of(m, &tmp, name, address);
	size_t s, i;

	for (s = 0; s < m->sections.nr; s++) {
		const struct ost_maint_section *section = &m->sections.items[s];

		for (i = 0; i < section->nr_lines; i++) {
			const struct ost_maint_line *l = &section->lines[i];

			if (l->kind != 'M' && l->kind != 'R')
				continue;
			if (is_in_line(m, &tmp, &who, l->value))
				ost_vec_add(&places, ((struct ost_maint_place){ s, l->kind, l->line }));
		}
	}
	*ret_nr = places.nr;
	*ret_places = ost_arena_calloc(arena, places.nr + 1, sizeof(**ret_places));
	if (places.nr)
		memcpy(*ret_places, places.items, places.nr * sizeof(**ret_places));
	ost_vec_deinit(&places);
	ost_arena_deinit(&tmp);
}
