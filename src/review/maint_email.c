// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses as the kernel's script understands them: not RFC 5322, but a
 * name, an address between < and >, and remarks behind it.
 */
#include "review/maint.h"

#include <ctype.h>

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *trimmed(struct ost_arena *a, const char *s, size_t len)
{
	while (len && is_space(*s)) {
		s++;
		len--;
	}
	while (len && is_space(s[len - 1]))
		len--;
	return ost_arena_strndup(a, s, len);
}

/* Quotes a name that holds more than ASCII letters, digits, '_', ' ' and '-'. */
static const char *escaped(struct ost_arena *a, const char *name)
{
	const char *p;
	char *out, *q;

	for (p = name; isalnum((unsigned char)*p) || *p == '_' || *p == ' ' || *p == '-'; p++)
		;
	if (!*p)
		return name;
	out = q = ost_arena_alloc(a, 2 * strlen(name) + 3);
	*q++ = '"';
	for (p = name; *p; p++) {
		if (*p == '"' && (p == name || p[-1] != '\\'))
			*q++ = '\\';
		*q++ = *p;
	}
	*q++ = '"';
	*q = 0;
	return out;
}

/* Trimmed, without a quote at either end, quoted anew where needed. */
static const char *clean_name(struct ost_arena *a, const char *s, size_t len)
{
	const char *t = trimmed(a, s, len);
	size_t n;

	t += *t == '"';
	n = strlen(t);
	if (n && t[n - 1] == '"')
		n--;
	return escaped(a, ost_arena_strndup(a, t, n));
}

static const char *last_of(const char *s, const char *end, char c)
{
	while (end > s)
		if (*--end == c)
			return end;
	return NULL;
}

/* "<address>" after `open`: up to the last '>', with an '@' that is not its first byte. */
static bool in_brackets(const char *open, const char *end, const char **ret_close)
{
	const char *close = last_of(open + 1, end, '>');

	*ret_close = close;
	return close && close > open + 2 && memchr(open + 2, '@', (size_t)(close - open - 2));
}

/* No name: up to the last '@' and the word behind it. */
static const char *bare_address(struct ost_arena *a, const char *text, const char *end)
{
	const char *at = last_of(text, end, '@'), *p;

	if (!at || at == text)
		return "";
	for (p = at + 1; p < end && !is_space(*p); p++)
		;
	return trimmed(a, text, (size_t)(p - text));
}

struct ost_maint_email ost_maint_email_parse(struct ost_arena *a, const char *text)
{
	const char *end = text + strlen(text);
	const char *open = strchr(text, '<'), *close, *p = text;

	if (open && open > text && in_brackets(open, end, &close))
		return (struct ost_maint_email){
			clean_name(a, text, (size_t)(open - text)),
			trimmed(a, open + 1, (size_t)(close - open - 1)),
		};
	while (is_space(*p))
		p++;
	if (*p == '<' && in_brackets(p, end, &close))
		return (struct ost_maint_email){ "", trimmed(a, p + 1, (size_t)(close - p - 1)) };
	return (struct ost_maint_email){ "", bare_address(a, text, end) };
}

const char *ost_maint_email_format(struct ost_arena *a, struct ost_maint_email e)
{
	const char *name = clean_name(a, e.name, strlen(e.name));
	const char *address = trimmed(a, e.address, strlen(e.address));

	return *name ? ost_arena_printf(a, "%s <%s>", name, address) : address;
}

const char *ost_maint_lower(struct ost_arena *a, const char *s)
{
	char *out = ost_arena_strdup(a, s), *p;

	for (p = out; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return out;
}

/* Is this part of a list an address by itself: words, one '@', nothing behind? */
static bool is_address(const char *part)
{
	const char *at = strchr(part, '@'), *open = strchr(part, '<');
	const char *end = part + strlen(part), *p;

	if (!at || at == part)
		return false;
	while (end > part && is_space(end[-1]))
		end--;
	if (open)
		return open < at && end[-1] == '>' && end - 1 > at + 1;
	for (p = part; p < end; p++)
		if (is_space(*p))
			return false;
	return at + 1 < end;
}

size_t ost_maint_email_split(struct ost_arena *a, const char *value, const char ***ret_parts)
{
	struct ost_maint_strings parts = { NULL, 0, 0 };
	bool quoted = false, is_list = true;
	int depth = 0;
	const char *p, *from = value;
	size_t nr;

	for (p = value; ; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == '(' || *p == ')'))
			depth += *p == '(' ? 1 : -1;
		if (*p && (*p != ',' || quoted || depth > 0))
			continue;
		ost_vec_add(&parts, trimmed(a, from, (size_t)(p - from)));
		is_list = is_list && (!**ost_vec_last(&parts) || is_address(*ost_vec_last(&parts)));
		if (!*p)
			break;
		from = p + 1;
	}
	nr = is_list && parts.nr > 1 ? parts.nr : 1;
	*ret_parts = ost_arena_alloc(a, nr * sizeof(**ret_parts));
	if (nr == 1)
		(*ret_parts)[0] = value;
	else
		memcpy(*ret_parts, parts.items, nr * sizeof(**ret_parts));
	ost_vec_deinit(&parts);
	return nr;
}

/* ---- .mailmap ---- */

void ost_maint_mailmap_init(struct ost_maint_mailmap *map)
{
	memset(map, 0, sizeof(*map));
	ost_intern_init(&map->keys);
}

void ost_maint_mailmap_deinit(struct ost_maint_mailmap *map)
{
	ost_intern_deinit(&map->keys);
	ost_vec_deinit(&map->names);
	ost_vec_deinit(&map->addresses);
}

static void map_to(struct ost_maint_mailmap *map, const char *key, const char *name,
		   const char *address)
{
	uint32_t id = ost_intern_add(&map->keys, key, strlen(key));

	while (map->names.nr <= id) {
		ost_vec_add(&map->names, NULL);
		ost_vec_add(&map->addresses, NULL);
	}
	if (name)
		map->names.items[id] = name;
	if (address)
		map->addresses.items[id] = address;
}

/* "real name <real> wrong name <wrong>", the first < > and the last one given. */
static void map_two(struct ost_maint_mailmap *map, struct ost_arena *a, const char *line,
		    const char *open1, const char *close1, const char *open2)
{
	const char *real = ost_arena_strndup(a, open1 + 1, (size_t)(close1 - open1 - 1));
	const char *wrong = ost_arena_strndup(a, open2 + 1, strlen(open2 + 1) - 1);
	const char *wrong_name = trimmed(a, close1 + 1, (size_t)(open2 - close1 - 1));
	struct ost_maint_email e;

	if (open1 == line && !*wrong_name) {
		map_to(map, wrong, NULL, real);
		return;
	}
	e = ost_maint_email_parse(a, ost_arena_strndup(a, line, (size_t)(close1 + 1 - line)));
	if (*wrong_name)
		wrong = ost_maint_email_format(a,
			ost_maint_email_parse(a, ost_arena_strdup(a, close1 + 1)));
	if (open1 > line)
		map_to(map, wrong, e.name, e.address);
}

static void map_line(struct ost_maint_mailmap *map, struct ost_arena *a, const char *line)
{
	size_t len = strlen(line);
	const char *open1 = strchr(line, '<');
	const char *close1 = open1 ? strchr(open1, '>') : NULL;
	const char *open2;
	struct ost_maint_email e;

	if (!close1 || line[len - 1] != '>' || close1 == open1 + 1)
		return;
	if (close1 == line + len - 1) {
		e = ost_maint_email_parse(a, line);
		if (open1 > line)
			map_to(map, e.address, e.name, NULL);
		return;
	}
	open2 = last_of(close1, line + len, '<');
	if (open2 && open2 + 2 < line + len && !memchr(open2, '>', len - 1 - (size_t)(open2 - line)))
		map_two(map, a, line, open1, close1, open2);
}

void ost_maint_mailmap_parse(struct ost_maint_mailmap *map, struct ost_arena *a, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		const char *hash = memchr(text, '#', len);
		const char *line = trimmed(a, text, hash ? (size_t)(hash - text) : len);

		if (*line)
			map_line(map, a, line);
		text += len + (text[len] == '\n');
	}
}

static const char *mapped(const struct ost_maint_mailmap *map, const char *key,
			  const char *const *values)
{
	uint32_t id = ost_intern_find(&map->keys, key, strlen(key));

	return id == OST_INTERN_NONE || id >= map->names.nr ? NULL : values[id];
}

const char *ost_maint_mailmap_apply(const struct ost_maint_mailmap *map, struct ost_arena *a,
				    const char *email)
{
	struct ost_maint_email e = ost_maint_email_parse(a, email);
	const char *key = ost_maint_email_format(a, e);
	const char *name = mapped(map, key, map->names.items);
	const char *address = mapped(map, key, map->addresses.items);

	if (!name && !address) {
		name = mapped(map, e.address, map->names.items);
		address = mapped(map, e.address, map->addresses.items);
	}
	return ost_maint_email_format(a, (struct ost_maint_email){
		name ? name : e.name, address ? address : e.address });
}
