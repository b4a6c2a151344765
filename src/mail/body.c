// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * body.c - a body into message, notes, diffstat and diff.
 *
 * The rules are those of git mailinfo, so that what is read here is what git
 * am would record: headers at the start of the body, everything before a
 * scissors line dropped, the message ends at `---` or where a diff begins.
 */
#include "mail/body.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/vec.h"

struct line {
	const char *s;		/* first byte */
	size_t len;		/* without the \n */
	const char *next;	/* first byte of the next line, or the end */
};

static bool line_at(struct line *l, const char *p, const char *end)
{
	const char *eol;

	if (p >= end)
		return false;
	eol = memchr(p, '\n', end - p);
	l->s = p;
	l->len = (eol ? eol : end) - p;
	l->next = eol ? eol + 1 : end;
	return true;
}

static bool is_blank_line(const struct line *l)
{
	size_t i;

	for (i = 0; i < l->len; i++)
		if (!isspace((unsigned char)l->s[i]))
			return false;
	return true;
}

static bool begins(const struct line *l, const char *with)
{
	size_t n = strlen(with);

	return l->len >= n && !memcmp(l->s, with, n);
}

static bool begins_nocase(const struct line *l, const char *with)
{
	size_t n = strlen(with);

	return l->len >= n && !strncasecmp(l->s, with, n);
}

/* `---` alone ends the message. */
static bool is_separator(const struct line *l)
{
	struct line rest = { l->s + 3, l->len - 3, NULL };

	return begins(l, "---") && is_blank_line(&rest);
}

/* Does a diff begin at this line? `end` is that of the body. */
static bool is_diff_start(const struct line *l, const char *end)
{
	struct line next;

	if (begins(l, "diff --git ") || begins(l, "diff --cc ") || begins(l, "diff --combined "))
		return true;
	if (!line_at(&next, l->next, end))
		return false;
	if (begins(l, "--- ") && l->len > 4 && !isspace((unsigned char)l->s[4]))
		return begins(&next, "+++ ");
	if (begins(l, "diff -"))
		return begins(&next, "--- ");
	if (begins(l, "Index: "))
		return begins(&next, "=====") || begins(&next, "--- ") || begins(&next, "diff -");
	return false;
}

static bool is_scissor_mark(const char *s)
{
	return !memcmp(s, ">8", 2) || !memcmp(s, "8<", 2) || !memcmp(s, ">%", 2) || !memcmp(s, "%<", 2);
}

/*
 * A cutting line: dashes and at least one pair of scissors. Words may stand
 * in it, but a third must be dashes, scissors and the blanks between them,
 * and of those not more than half may be blanks.
 */
static bool is_scissors(const struct line *l)
{
	size_t i, marks = 0, cut = 0, gaps = 0, from = 0, to = 0;
	bool is_cutting = false;

	while (from < l->len && isspace((unsigned char)l->s[from]))
		from++;
	for (i = to = from; i < l->len; i++) {
		if (isspace((unsigned char)l->s[i])) {
			cut += is_cutting;
			gaps += is_cutting;
			continue;
		}
		is_cutting = l->s[i] == '-';
		cut += is_cutting;
		if (i + 1 < l->len && is_scissor_mark(l->s + i)) {
			is_cutting = true;
			marks++;
			cut += 2;
			i++;
		}
		to = i + 1;
	}
	return marks && to - from >= 8 && to - from < 3 * cut && 2 * gaps < cut;
}

/*
 * Mails of a stable review carry an announcement, a line of dashes, and then
 * the patch: the place after those dashes, or p.
 */
static const char *skip_announcement(const char *p, const char *end, bool *is_stable)
{
	struct line l;
	int i;

	for (i = 0; i < 12 && line_at(&l, p, end); p = l.next) {
		if (is_blank_line(&l))
			continue;
		if (i == 0 && !memmem(l.s, l.len, "-stable review patch", 20))
			return p;
		if (i++ == 0)
			*is_stable = true;
		else if (l.len >= 10 && strspn(l.s, "-") == l.len)
			return l.next;
	}
	return p;
}

/* The place where the message begins: after scissors or an announcement. */
static const char *find_start(const char *p, const char *end, bool *is_stable)
{
	const char *start = p, *q = p;
	struct line l;

	while (line_at(&l, q, end) && !is_separator(&l) && !is_diff_start(&l, end)) {
		if (is_scissors(&l))
			start = l.next;
		q = l.next;
	}
	if (start != p)
		return start;
	start = skip_announcement(p, end, is_stable);
	return *is_stable ? start : p;
}

static const char *header_value(struct line *l, size_t skip, const char *end, struct ost_arena *arena)
{
	OST_BUF v = OST_BUF_INIT;
	struct line next;

	while (skip < l->len && isblank((unsigned char)l->s[skip]))
		skip++;
	ost_buf_add(&v, l->s + skip, l->len - skip);
	while (line_at(&next, l->next, end) && next.len && isblank((unsigned char)next.s[0]) &&
	       !is_blank_line(&next)) {
		ost_buf_addch(&v, ' ');
		ost_buf_add(&v, next.s + strspn(next.s, " \t"), next.len - strspn(next.s, " \t"));
		l->next = next.next;
	}
	return ost_arena_strndup(arena, v.ptr, v.len);
}

/* From:, Subject: and Date: at the start of a body, each once. Returns where the text begins. */
static const char *take_inbody(struct ost_inbody *in, struct ost_arena *arena, const char *p, const char *end)
{
	const struct { const char *name; const char **value; } known[] = {
		{ "From:", &in->from }, { "Subject:", &in->subject }, { "Date:", &in->date },
	};
	bool is_any = false;
	const char *value;
	struct line l;
	size_t i;

	while (line_at(&l, p, end)) {
		if (is_blank_line(&l)) {
			p = l.next;
			if (is_any)
				break;	/* a blank line ends the block */
			continue;
		}
		for (i = 0; i < OST_ARRAY_SIZE(known); i++)
			if (!*known[i].value && begins_nocase(&l, known[i].name))
				break;
		if (i == OST_ARRAY_SIZE(known))
			break;
		value = header_value(&l, strlen(known[i].name), end, arena);
		if (i == 0 && !strchr(value, '@'))
			break;	/* prose: "From: the beginning of time ..." */
		*known[i].value = value;
		is_any = true;
		p = l.next;
	}
	return p;
}

/* Text from p to end with blank lines at both ends taken off. */
static const char *trimmed(struct ost_arena *arena, const char *p, const char *end)
{
	struct line l;

	while (line_at(&l, p, end) && is_blank_line(&l))
		p = l.next;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	if (p == end)
		return "";
	return ost_arena_printf(arena, "%.*s\n", (int)(end - p), p);
}

/* ` path | 12 +++--`, ` path | Bin 0 -> 12 bytes`, ` path | 0` */
static bool is_stat_line(const struct line *l)
{
	const char *bar = l->len && l->s[0] == ' ' ? memrchr(l->s, '|', l->len) : NULL;
	struct line rest;

	if (!bar || bar < l->s + 2)
		return false;
	rest = (struct line){ bar + 1, l->s + l->len - bar - 1, NULL };
	while (rest.len && rest.s[0] == ' ') {
		rest.s++;
		rest.len--;
	}
	if (begins(&rest, "Bin") || begins(&rest, "Unmerged"))
		return true;
	while (rest.len && isdigit((unsigned char)rest.s[0])) {
		rest.s++;
		rest.len--;
	}
	return rest.s > bar + 2 && strspn(rest.s, " +-") >= rest.len;
}

/* ` 2 files changed, 3 insertions(+), 1 deletion(-)` */
static bool is_stat_end(const struct line *l)
{
	size_t n = strspn(l->s, " "), m = strspn(l->s + n, "0123456789");
	struct line rest;

	if (!n || !m || n + m >= l->len)
		return false;
	rest = (struct line){ l->s + n + m, l->len - n - m, NULL };
	return begins(&rest, " file changed") || begins(&rest, " files changed");
}

/* ` create mode 100644 path` and the like, after the closing line. */
static bool is_stat_summary(const struct line *l)
{
	return begins(l, " create mode ") || begins(l, " delete mode ") || begins(l, " mode change ") ||
	       begins(l, " rename ") || begins(l, " copy ") || begins(l, " rewrite ");
}

/* The last diffstat between p and end: *ret_from..*ret_to, empty when there is none. */
static void find_diffstat(const char *p, const char *end, const char **ret_from, const char **ret_to)
{
	const char *from = NULL;
	struct line l;

	*ret_from = *ret_to = end;
	for (; line_at(&l, p, end); p = l.next) {
		if (is_stat_line(&l)) {
			if (!from)
				from = p;
		} else if (from && is_stat_end(&l)) {
			*ret_from = from;
			*ret_to = l.next;
			from = NULL;
		} else if (*ret_to == p && is_stat_summary(&l)) {
			*ret_to = l.next;
		} else if (!begins(&l, " ...")) {	/* `...` of a shortened stat */
			from = NULL;
		}
	}
}

static size_t hex_len(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && isxdigit((unsigned char)*p))
		p++;
	return p == end || isspace((unsigned char)*p) ? p - s : 0;
}

/* The value of a trailer that format-patch or b4 wrote, or NULL. */
static const char *trailer(const struct line *l, const char *name, bool is_hex, struct ost_arena *arena)
{
	const char *v = l->s + strlen(name), *end = l->s + l->len;
	size_t n;

	if (!begins(l, name))
		return NULL;
	while (v < end && *v == ' ')
		v++;
	n = is_hex ? hex_len(v, end) : strcspn(v, " \t\n");
	if (!n || n > 200 || (is_hex && n != 40 && n != 64))
		return NULL;
	return ost_arena_strndup(arena, v, n);
}

static void find_trailers(struct ost_message *msg, struct ost_arena *arena, const char *p, const char *end)
{
	OST_VEC(const char *) pre = OST_VEC_INIT;
	struct line l;
	const char *v;

	for (; line_at(&l, p, end); p = l.next) {
		if (l.len < 10 || (*l.s != 'b' && *l.s != 'c' && *l.s != 'p'))
			continue;
		v = trailer(&l, "base-commit:", true, arena);
		if (v)
			msg->base_commit = v;
		v = trailer(&l, "change-id:", false, arena);
		if (v)
			msg->change_id = v;
		v = trailer(&l, "prerequisite-patch-id:", true, arena);
		if (v && pre.nr < 1000)
			ost_vec_add(&pre, v);
	}
	msg->nr_prerequisites = pre.nr;
	if (pre.nr) {
		msg->prerequisites = ost_arena_alloc(arena, pre.nr * sizeof(*pre.items));
		memcpy(msg->prerequisites, pre.items, pre.nr * sizeof(*pre.items));
	}
	ost_vec_deinit(&pre);
}

static void set_notes(struct ost_message *msg, struct ost_arena *arena, const char *p, const char *end)
{
	const char *from, *to, *a, *b;

	find_diffstat(p, end, &from, &to);
	msg->diffstat = from < to ? ost_arena_strndup(arena, from, to - from) : "";
	a = trimmed(arena, p, from);
	b = trimmed(arena, to, end);
	msg->notes = *a && *b ? ost_arena_printf(arena, "%s\n%s", a, b) : *a ? a : b;
}

static uint32_t line_number(const char *from, const char *at)
{
	uint32_t nr = 1;

	for (; (from = memchr(from, '\n', at - from)); from++)
		nr++;
	return nr;
}

static void set_diff(struct ost_message *msg, const char *diff, const char *end)
{
	if (diff == end) {
		msg->diff = "";
		return;
	}
	msg->diff = diff;
	msg->diff_len = end - diff;
	msg->diff_offset = diff - msg->body;
	msg->diff_line = line_number(msg->body, diff);
}

void ost_body_split(struct ost_message *msg, struct ost_arena *arena, struct ost_inbody *ret)
{
	const char *end = msg->body + msg->body_len, *start, *p, *stop, *diff;
	bool is_stable = false;
	struct line l;

	*ret = (struct ost_inbody){ NULL, NULL, NULL };
	start = find_start(msg->body, end, &is_stable);
	msg->subject.is_stable |= is_stable;
	for (diff = start; line_at(&l, diff, end) && !is_diff_start(&l, end); diff = l.next)
		;
	if (diff < end)		/* without a diff nothing is to be recorded under another name */
		start = take_inbody(ret, arena, start, end);
	for (p = start; line_at(&l, p, end) && !is_separator(&l) && !is_diff_start(&l, end); p = l.next)
		;
	stop = p;
	if (line_at(&l, p, end) && is_separator(&l))
		p = l.next;
	for (diff = p; line_at(&l, diff, end) && !is_diff_start(&l, end); diff = l.next)
		;
	msg->message = trimmed(arena, start, stop);
	set_notes(msg, arena, p, diff);
	set_diff(msg, diff, end);
	if (!*msg->diffstat && diff == end) {	/* a cover letter: its diffstat is part of the text */
		const char *from, *to;

		find_diffstat(start, end, &from, &to);
		msg->diffstat = from < to ? ost_arena_strndup(arena, from, to - from) : "";
	}
	find_trailers(msg, arena, stop, end);
	if (!*msg->base_commit && diff == end)
		find_trailers(msg, arena, start, end);
	ost_upstream_find(&msg->upstream, arena, msg->message);
}
