// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/roles.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Tokens of Documentation/process and those seen beside them. */
static const struct {
	const char *token;
	struct ost_role role;
} roles[] = {
	{ "Reviewed-by", { "reviewer", "Reviewed by", 1 } },
	{ "Acked-by", { "acker", "Acked by", 1 } },
	{ "Tested-by", { "tester", "Tested by", 1 } },
	{ "Reported-by", { "reporter", "Reported by", 1 } },
	{ "Reported-and-tested-by", { "reporter", "Reported and tested by", 2 } },
	{ "Suggested-by", { "suggester", "Suggested by", 0 } },
	{ "Co-developed-by", { "co-author", "Written together with", 0 } },
	{ "Debugged-by", { "debugger", "Debugged by", 0 } },
	{ "Fixes", { "fixes", "Says that it fixes", 2 } },
	{ "Link", { "link", "Links to", 0 } },
	{ "Closes", { "report", "Closes the report", 1 } },
	{ "Bug", { "report", "Names the report", 1 } },
	{ "Bugzilla", { "report", "Names the report", 1 } },
	{ "BugLink", { "report", "Names the report", 1 } },
	{ "References", { "link", "Refers to", 0 } },
	{ "Message-Id", { "mail", "Was the mail", 0 } },
	{ "Message-ID", { "mail", "Was the mail", 0 } },
	{ "Cc", { "cc", "Sent to", 0 } },
	{ "Stable-dep-of", { "prerequisite", "Is wanted in stable by", 0 } },
	{ "Upstream-commit", { "upstream", "Is the upstream commit", 0 } },
	{ "Change-Id", { "internal", "Carries the internal id", 0 } },
	{ "Depends-on", { "dependency", "Depends on", -1 } },
};

/* Case is ignored. */
static bool contains(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

bool ost_is_noautosel(const char *value)
{
	return contains(value, "stable+noautosel@");
}

bool ost_is_stable_address(const char *value)
{
	return contains(value, "stable@vger.kernel.org") || contains(value, "stable@kernel.org") ||
	       ost_is_noautosel(value);
}

const char *ost_trailer_address(struct ost_arena *a, const char *value)
{
	const char *from = strchr(value, '<'), *to, *at;

	if (from && (to = strchr(from, '>')))
		return ost_arena_strndup(a, from + 1, to - from - 1);
	at = strchr(value, '@');
	if (!at)
		return "";
	for (from = at; from > value && !isspace((unsigned char)from[-1]); from--)
		;
	return ost_arena_strndup(a, from, strcspn(from, " \t\n,;#"));
}

static bool is_last_sign_off(const struct ost_review_msg *m, size_t i)
{
	for (i++; i < m->trailers.nr; i++)
		if (!strcasecmp(m->trailers.items[i].token, "Signed-off-by"))
			return false;
	return true;
}

static bool names_author(const struct ost_review_msg *m, const char *value)
{
	if (*m->author_email && contains(value, m->author_email))
		return true;
	return strlen(m->author_name) > 3 && contains(value, m->author_name);
}

/* submitting-patches: each Co-developed-by: is followed by the sign-off of that author. */
static bool names_co_author(const struct ost_review_msg *m, const char *value)
{
	for (size_t i = 0; i < m->trailers.nr; i++)
		if (!strcasecmp(m->trailers.items[i].token, "Co-developed-by") && !strcasecmp(m->trailers.items[i].value, value))
			return true;
	return false;
}

static void sign_off_role(struct ost_role *r, const struct ost_review_msg *m, size_t i)
{
	if (names_author(m, m->trailers.items[i].value))
		*r = (struct ost_role){ "author", "Signed off by its author", 0 };
	else if (names_co_author(m, m->trailers.items[i].value))
		*r = (struct ost_role){ "author", "Signed off by its other author", 0 };
	else if (is_last_sign_off(m, i) && m->is_posted)
		*r = (struct ost_role){ "handed-on", "Handed on (last to sign off) by", 0 };
	else if (is_last_sign_off(m, i))
		*r = (struct ost_role){ "applied", "Applied (last to sign off) by", 0 };
	else
		*r = (struct ost_role){ "handed-on", "Handed on by", 0 };
}

void ost_role_of(struct ost_role *ret, const struct ost_review_msg *m, size_t i)
{
	const struct ost_trailer *t = &m->trailers.items[i];
	size_t k;

	*ret = (struct ost_role){ "", t->token, 0 };
	if (!strcasecmp(t->token, "Signed-off-by")) {
		sign_off_role(ret, m, i);
		return;
	}
	if (!strcasecmp(t->token, "Cc") && ost_is_noautosel(t->value)) {
		*ret = (struct ost_role){ "noautosel", "Asks not to be picked without its maintainer", -10 };
		return;
	}
	if (!strcasecmp(t->token, "Cc") && ost_is_stable_address(t->value)) {
		*ret = (struct ost_role){ "stable", "Asks for stable", 4 };
		return;
	}
	for (k = 0; k < OST_ARRAY_SIZE(roles); k++) {
		if (!strcasecmp(roles[k].token, t->token)) {
			*ret = roles[k].role;
			return;
		}
	}
}

/* ---- Cc: stable ... # note ---- */

/* A version at p: digits, '.', digits; returns its length without ".x". */
static size_t version_len(const char *p)
{
	size_t n = strspn(p, "0123456789"), m;

	if (!n || p[n] != '.' || !isdigit((unsigned char)p[n + 1]))
		return 0;
	for (;;) {
		m = p[n] == '.' ? strspn(p + n + 1, "0123456789") : 0;
		if (!m)
			return n;
		n += 1 + m;
	}
}

static const char *find_version(const char *text, size_t *ret_len)
{
	const char *p;

	for (p = text; *p; p++) {
		if (p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '.') && p[-1] != 'v')
			continue;
		*ret_len = version_len(p);
		if (*ret_len)
			return p;
	}
	return NULL;
}

static bool is_hex_word(const char *p, size_t len)
{
	return len >= 7 && len <= 40 && strspn(p, "0123456789abcdefABCDEF") >= len;
}

static void find_prerequisite(struct ost_stable_note *n, struct ost_arena *a)
{
	const char *p = n->text, *colon;

	for (; *p; p += strcspn(p, " :") ? strcspn(p, " :") : 1) {
		size_t len = strcspn(p, " :");

		if (!is_hex_word(p, len))
			continue;
		n->commit = ost_arena_strndup(a, p, len);
		colon = p + len;
		n->commit_subject = *colon == ':' ? colon + 1 + strspn(colon + 1, " ") : "";
		return;
	}
}

void ost_stable_note_parse(struct ost_stable_note *n, struct ost_arena *a, const char *value)
{
	const char *hash = strchr(value, '#'), *v;
	size_t len;

	*n = (struct ost_stable_note){ "", "", false, "", "" };
	if (!hash)
		return;
	n->text = hash + 1 + strspn(hash + 1, " \t");
	v = find_version(n->text, &len);
	if (v) {
		n->version = ost_arena_strndup(a, v, len);
		n->and_later = !strncmp(v + len, ".x", 2) ? v[len + 2] == '+' : true;
	}
	find_prerequisite(n, a);
}

static void stable_sentence(struct ost_buf *b, const char *value)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_stable_note n;

	ost_stable_note_parse(&n, &a, value);
	ost_buf_addstr(b, "Asks for stable");
	if (*n.version)
		ost_buf_addf(b, " %s%s", n.version, n.and_later ? " and later" : ".x");
	if (*n.commit)
		ost_buf_addf(b, ", with %s%s%s%s before it", n.commit, *n.commit_subject ? " (" : "",
			     n.commit_subject, *n.commit_subject ? ")" : "");
	else if (strlen(n.text) > strlen(n.version) + 4)
		ost_buf_addf(b, " (note: \"%s\")", n.text);
	ost_arena_deinit(&a);
}

void ost_role_sentence(struct ost_buf *b, const struct ost_review_msg *m,
		       const struct ost_trailer *t, const struct ost_role *role)
{
	if (!strcmp(role->name, "stable")) {
		stable_sentence(b, t->value);
		return;
	}
	if (!strcmp(role->name, "noautosel")) {
		const char *hash = strchr(t->value, '#');

		ost_buf_addf(b, "Cc: stable+noautosel asks not to pick it%s%s", hash ? ":" : "", hash ? hash + 1 : "");
		return;
	}
	if (!*t->token) {
		ost_buf_addf(b, "Note among the trailers: %s", t->value);
		return;
	}
	if (*role->name)
		ost_buf_addf(b, "%s %s", role->words, t->value);
	else
		ost_buf_addf(b, "%s: %s", t->token, t->value);
}
