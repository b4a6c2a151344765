// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/patchpath.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"

#define PATH_LIMIT 4096

/* ---- quoting ---- */

static int unescape(const char **s)
{
	static const char from[] = "abtnvfr\"\\", to[] = "\a\b\t\n\v\f\r\"\\";
	const char *p = *s, *hit;
	int i, value = 0;

	if (*p >= '0' && *p <= '3') {
		for (i = 0; i < 3; i++) {
			if (p[i] < '0' || p[i] > '7')
				return -1;
			value = value * 8 + (p[i] - '0');
		}
		*s += 3;
		return value ? value : -1;
	}
	hit = *p ? strchr(from, *p) : NULL;
	if (!hit)
		return -1;
	++*s;
	return (unsigned char)to[hit - from];
}

char *ost_unquote_path(struct ost_arena *arena, const char *s, const char **ret_end)
{
	char *out = ost_arena_alloc(arena, strlen(s) + 1), *o = out;
	int c;

	for (s++; *s && *s != '"';) {
		c = (unsigned char)*s++;
		if (c == '\\') {
			c = unescape(&s);
			if (c < 0)
				return NULL;
		}
		*o++ = (char)c;
	}
	if (*s != '"')
		return NULL;
	*o = '\0';
	*ret_end = s + 1;
	return out;
}

/* One name up to the end of the line; a tab begins a date (or marks a name with blanks). */
static char *take_name(struct ost_arena *arena, const char *s)
{
	const char *end;

	if (*s == '"')
		return ost_unquote_path(arena, s, &end);
	return ost_arena_strndup(arena, s, strcspn(s, "\t"));
}

/* ---- prefixes ---- */

/* Behind the first folder, or NULL when there is none. */
static const char *behind_first(const char *path)
{
	const char *slash = strchr(path, '/');

	if (!slash || slash == path)
		return NULL;
	while (*slash == '/')
		slash++;
	return *slash ? slash : NULL;
}

static bool has_letter_prefix(const char *path)
{
	return path[0] && strchr("abciow", path[0]) && path[1] == '/';
}

/* How many folders to strip from a pair of names. */
static unsigned strip_of_pair(const char *old, const char *new)
{
	const char *o = behind_first(old), *n = behind_first(new);

	if (!strcmp(old, new))
		return 0;
	if (o && n && !strcmp(o, n))
		return 1;
	return has_letter_prefix(old) && has_letter_prefix(new) && old[0] != new[0];
}

static const char *strip_one(const char *path, const struct ost_strip *strip)
{
	const char *rest = behind_first(path);

	if (!rest)
		return path;
	if (strip->is_known)
		return strip->nr ? rest : path;
	return has_letter_prefix(path) ? rest : path;
}

/* ---- "diff --git" lines ---- */

/*
 * "a/x b/x" with blanks in x: the cut where both halves name the same file.
 * Either the halves are equal, or what is behind their first slashes is.
 */
static size_t find_cut(const char *s, size_t len)
{
	const char *end = s + len, *slash = memchr(s, '/', len), *next = s, *blank = s;

	if (len % 2 && s[len / 2] == ' ' && !memcmp(s, s + len / 2 + 1, len / 2))
		return len / 2;
	while (slash && (blank = memchr(blank, ' ', (size_t)(end - blank)))) {
		if (next <= blank)
			next = memchr(blank, '/', (size_t)(end - blank));
		if (!next)
			return 0;
		if (blank > slash && blank - slash == end - next &&
		    !memcmp(slash, next, (size_t)(end - next)))
			return (size_t)(blank - s);
		blank++;
	}
	return 0;
}

static bool split_equal(struct ost_arena *arena, const char *s, char **ret_old, char **ret_new)
{
	size_t len = strcspn(s, "\t"), cut = find_cut(s, len);

	if (!cut)
		return false;
	*ret_old = ost_arena_strndup(arena, s, cut);
	*ret_new = ost_arena_strndup(arena, s + cut + 1, len - cut - 1);
	return true;
}

static bool split_header(struct ost_arena *arena, const char *s, char **ret_old, char **ret_new)
{
	const char *end, *blank;

	if (strlen(s) > 4 * PATH_LIMIT)
		return false;
	if (*s == '"') {
		*ret_old = ost_unquote_path(arena, s, &end);
		if (!*ret_old || *end != ' ')
			return false;
		*ret_new = take_name(arena, end + 1);
		return *ret_new != NULL;
	}
	blank = strstr(s, " \"");
	if (blank) {
		*ret_old = ost_arena_strndup(arena, s, (size_t)(blank - s));
		*ret_new = ost_unquote_path(arena, blank + 1, &end);
		return *ret_new != NULL;
	}
	return split_equal(arena, s, ret_old, ret_new);
}

/* ---- safety ---- */

const char *ost_unsafe_path(const char *path)
{
	const char *p = path;
	size_t n;

	if (!*path)
		return "a file name is empty";
	if (*path == '/')
		return "an absolute path";
	if (strlen(path) > PATH_LIMIT)
		return "a path is over 4096 bytes";
	for (; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return "a path has a control character";
	for (p = path;; p += n + 1) {
		n = strcspn(p, "/");
		if (!n)
			return "a path has an empty part";
		if ((n == 1 && p[0] == '.') || (n == 2 && !memcmp(p, "..", 2)))
			return "a path has '.' or '..' in it";
		if (n == 4 && !strncasecmp(p, ".git", 4))
			return "a path leads into .git";
		if (!p[n])
			return NULL;
	}
}

/* ---- all together ---- */

static const char *complain(struct ost_arena *arena, const char *path, const char *why)
{
	char *shown = ost_arena_strndup(arena, path, 200), *p;

	for (p = shown; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	return ost_arena_printf(arena, "%s: %s", why, shown);
}

static bool is_null(const char *name)
{
	return !strcmp(name, "/dev/null");
}

/* Sets the paths from a pair of prefixed names; "/dev/null" tells new and deleted. */
static void take_pair(struct ost_patch_names *names, struct ost_strip *strip,
		      const char *old, const char *new)
{
	if (is_null(old) || is_null(new)) {
		names->is_new |= is_null(old) && !is_null(new);
		names->is_deleted |= is_null(new) && !is_null(old);
		names->old_path = names->new_path = strip_one(is_null(old) ? new : old, strip);
		return;
	}
	strip->is_known = true;
	strip->nr = strip_of_pair(old, new);
	names->old_path = strip_one(old, strip);
	names->new_path = strip_one(new, strip);
}

static const char damaged_quote[] = "a quoted name is damaged";

/* "--- x" must repeat the name of the "diff --git" line, or be /dev/null. */
static bool agrees(const char *header_name, const char *name)
{
	return is_null(name) || !strcmp(name, header_name);
}

static const char *find_names(struct ost_patch_names *names, struct ost_strip *strip,
			      struct ost_arena *arena)
{
	char *old = NULL, *new = NULL, *minus = NULL, *plus = NULL;

	if (names->old_known && names->new_known) {
		names->old_path = take_name(arena, names->old_known);
		names->new_path = take_name(arena, names->new_known);
		return names->old_path && names->new_path ? NULL : damaged_quote;
	}
	if (names->minus && names->plus) {
		minus = take_name(arena, names->minus);
		plus = take_name(arena, names->plus);
		if (!minus || !plus)
			return damaged_quote;
	}
	if (names->header && split_header(arena, names->header, &old, &new)) {
		if (minus && (!agrees(old, minus) || !agrees(new, plus)))
			return "the names in the 'diff --git' line and below it differ";
		take_pair(names, strip, old, new);
		if (minus && is_null(minus) != is_null(plus)) {
			names->is_new |= is_null(minus);
			names->is_deleted |= is_null(plus);
		}
		return NULL;
	}
	if (!minus)
		return "the names of a 'diff --git' line cannot be told apart";
	take_pair(names, strip, minus, plus);
	return NULL;
}

const char *ost_patch_names(struct ost_patch_names *names, struct ost_strip *strip,
			    struct ost_arena *arena)
{
	const char *why = find_names(names, strip, arena);

	if (why)
		return why;
	why = ost_unsafe_path(names->old_path);
	if (why)
		return complain(arena, names->old_path, why);
	why = ost_unsafe_path(names->new_path);
	return why ? complain(arena, names->new_path, why) : NULL;
}
