// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/made.h"

#include <ctype.h>
#include <string.h>

#include "branch/pasted.h"

#define MAX_NAME 128

struct making {
	struct ost_arena *arena;
	const struct ost_symbols *s;
	struct ost_included *included;
};

static bool has(const struct making *m, enum ost_symbol_kind kind, const char *from, const char *to)
{
	return ost_symbols_find(m->s, kind, ost_arena_strndup(m->arena, from, (size_t)(to - from)), NULL);
}

/* ---- all that is included is known ---- */

static bool is_given(void *ctx, const char *word, size_t len)
{
	struct making *m = ctx;
	const char *copy = ost_arena_strndup(m->arena, word, len);

	return ost_included_has(m->included, OST_SYM_LOOSE, copy) || ost_included_has(m->included, OST_SYM_INSIDE, copy) ||
	       ost_included_has(m->included, OST_SYM_PASSED, copy) || ost_included_has(m->included, OST_SYM_OUTER, copy) ||
	       ost_symbols_find(m->s, OST_SYM_GIVEN, copy, NULL);
}

static bool is_pasted(struct making *m, const char *name)
{
	struct ost_pasted_known known = { .is_given = is_given, .ctx = m };

	known.patterns = ost_included_patterns(m->included, &known.nr_patterns);
	return ost_may_be_pasted(&known, name);
}

/* ---- it is not ---- */

/*
 * Is a part of it, between underscores, given to a macro outside of functions here or in a header around, which may paste it?
 * SENSOR_DEVICE_ATTR(in0, ...) makes sensor_dev_attr_in0, ATTRIBUTE_GROUPS(in) in_groups.
 */
static bool is_part_given(const struct making *m, const char *name)
{
	const char *from, *to;
	bool found = false;

	for (from = name; !found && from; from = strchr(from, '_') ? strchr(from, '_') + 1 : NULL)
		for (to = from + strcspn(from, "_"); !found; to += 1 + strcspn(to + 1, "_")) {
			found = to > from && (from > name || *to) && has(m, OST_SYM_GIVEN, from, to);
			if (!*to)
				break;
		}
	return found;
}

/* PageReserved() is made by PAGEFLAG(Reserved, ...): one of its last parts is a word of some header. */
static bool is_camel_made(const struct making *m, const char *name)
{
	const char *p;

	if (!isupper((unsigned char)*name))
		return false;
	for (p = name + 1; *p; p++)
		if (isupper((unsigned char)*p) && islower((unsigned char)p[1]) && isalpha((unsigned char)p[-1]) &&
		    ost_symbols_find(m->s, OST_SYM_WORD, p, NULL))
			return true;
	return false;
}

/* le16_encode_bits() is made of le ## size and ## _encode_bits: a beginning and an end that macros paste, around a number. */
static bool is_made_around_number(const struct making *m, const char *name)
{
	size_t from = strcspn(name, "0123456789"), nr = strspn(name + from, "0123456789");

	return from && nr && name[from + nr] && ost_symbols_find(m->s, OST_SYM_ENDS, name + from + nr, NULL) &&
	       has(m, OST_SYM_BEGINS, name, name + from);
}

/* A word that ends with an underscore stands in headers before a `##`: "BRCMF_E_" of BRCMF_E_ROAM. */
static bool has_pasted_beginning(const struct making *m, const char *name)
{
	const char *p = name;

	while ((p = strchr(p + 1, '_')))
		if (p - name >= 3 && p[1] && p[1] != '_' && has(m, OST_SYM_WORD, name, p + 1))
			return true;
	return false;
}

bool ost_may_be_made(struct ost_arena *arena, const struct ost_symbols *symbols, struct ost_included *included, const char *name)
{
	struct making m = { arena, symbols, included };

	if (!strncmp(name, "CONFIG_", 7))
		return true;
	if (included)
		return is_pasted(&m, name);
	if (!strncmp(name, "trace_", 6) || !strncmp(name, "__tracepoint_", 13))
		return true;
	if (strlen(name) > MAX_NAME)
		return true;	/* every part of it would be looked up */
	return has_pasted_beginning(&m, name) || is_made_around_number(&m, name) || is_part_given(&m, name) || is_camel_made(&m, name);
}
