// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/place.h"

#include <string.h>

#include "review/phase7.h"
#include "review/roles.h"

static const char *words_of(struct ost_review_ctx *c, enum ost_review_role role, size_t section)
{
	const char *title = role == OST_ROLE_NONE ? "" : ost_maintainers_section(c->maintainers, section)->title;

	switch (role) {
	case OST_ROLE_MAINTAINER:
		return ost_arena_printf(c->arena, ", maintainer of \"%s\"", title);
	case OST_ROLE_REVIEWER:
		return ost_arena_printf(c->arena, ", reviewer of \"%s\"", title);
	case OST_ROLE_REST:
		return ", maintainer of the whole tree";
	case OST_ROLE_ELSEWHERE:
		return ost_arena_printf(c->arena, ", in MAINTAINERS for other code (\"%s\")", title);
	case OST_ROLE_NONE:
		break;
	}
	return "";
}

void ost_place_of(struct ost_place *ret, struct ost_review_ctx *c, const char *person)
{
	const char *address = ost_trailer_address(c->arena, person);
	enum ost_review_role role;
	size_t section;
	char *name;

	*ret = (struct ost_place){ "", 0 };
	if (!c->answer || !*address)
		return;
	name = ost_arena_strndup(c->arena, person, strcspn(person, "<"));
	while (*name && name[strlen(name) - 1] == ' ')
		name[strlen(name) - 1] = '\0';
	role = ost_review_role_of(c, c->answer, *name ? name : NULL, address, &section, &ret->line);
	ret->words = words_of(c, role, section);
}
