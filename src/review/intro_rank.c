// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Weighs the commits that the lines lead to. The weights were chosen on
 * histories whose commits carry Fixes: tags (docs/accuracy.md).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "review/intro.h"

static const double kind_factor[OST_INTRO_NR_KINDS] = {
	[OST_INTRO_REMOVED] = 1.0,
	[OST_INTRO_USED] = 0.45,
	[OST_INTRO_BESIDE] = 0.45,
	[OST_INTRO_FUNC] = 0.3,
	[OST_INTRO_BODY] = 0.05,
	[OST_INTRO_CALLEE] = 0.02,
};
#define PASSED_FACTOR 0.15
#define NAMED_FACTOR 4.0	/* the message names it */
#define WORD_BONUS 0.12		/* for each word of its subject in the message ... */
#define MAX_WORDS 4		/* ... up to so many */
#define PREFIX_FACTOR 1.3	/* same subsystem in both subjects */
#define TIDY_FACTOR 0.6		/* by its verb */
#define ADD_FACTOR 1.2
#define FIX_FACTOR 0.5
#define WIDE_FILES 40		/* a change of more files is tree-wide */
#define WIDE_FACTOR 0.4
#define NEWEST_BONUS 0.5	/* the oldest candidate gets none of it */

/* ---- what the message says ---- */

/* Is the id named outside of what marks a backport? */
static bool is_named(const char *text, const char *id)
{
	const char *line = text, *end, *p;
	size_t n;

	for (; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		if (strcasestr(line, "upstream") == line)
			continue;
		for (p = line; p < end; p += n ? n : 1) {
			n = strspn(p, "0123456789abcdef");
			if (n >= 8 && n <= 40 && (p == text || !isalnum((unsigned char)p[-1])) && !strncmp(p, id, n))
				return true;
		}
	}
	return false;
}

/* Words of at least five letters of the subject, without its prefix, that the message uses. */
static unsigned common_words(struct ost_arena *arena, const char *subject, const char *text)
{
	const char *colon = strrchr(subject, ':'), *p = colon ? colon + 1 : subject;
	unsigned nr = 0;
	size_t n, len;

	for (; *p; p += n ? n : 1) {
		for (n = 0; isalnum((unsigned char)p[n]) || p[n] == '_'; n++)
			;
		if (n >= 5 && nr < MAX_WORDS && ost_phrase_find(text, ost_arena_strndup(arena, p, n), &len))
			nr++;
	}
	return nr;
}

static const char *prefix_of(struct ost_arena *arena, const char *subject)
{
	const char *colon = strchr(subject, ':');

	return colon ? ost_arena_strndup(arena, subject, colon - subject) : "";
}

/* ---- the score ---- */

static void score(struct ost_intro *k, struct ost_intro_commit *c)
{
	const struct ost_review_msg *m = &k->item->msg;
	struct ost_title t;
	double sum = 0;
	int i;

	for (i = 0; i < OST_INTRO_NR_KINDS; i++)
		sum += c->score[i] * kind_factor[i];
	sum += c->passed * PASSED_FACTOR;
	c->is_named = is_named(k->text, c->id);
	ost_title_parse(&t, k->arena, &k->s->words, c->subject);
	sum *= t.cls == OST_VERB_TIDY ? TIDY_FACTOR : t.cls == OST_VERB_ADD ? ADD_FACTOR : t.cls == OST_VERB_FIX ? FIX_FACTOR : 1.0;
	if (c->has_change && c->change.nr_files > WIDE_FILES && !c->end_why)
		sum *= WIDE_FACTOR;
	sum *= 1.0 + WORD_BONUS * common_words(k->arena, c->subject, k->text);
	if (*prefix_of(k->arena, m->title) && !strcmp(prefix_of(k->arena, m->title), prefix_of(k->arena, c->subject)))
		sum *= PREFIX_FACTOR;
	c->total = c->is_named ? sum * NAMED_FACTOR + 0.5 : sum;
}

static int by_time(const void *pa, const void *pb)
{
	const struct ost_intro_commit *a = *(struct ost_intro_commit *const *)pa, *b = *(struct ost_intro_commit *const *)pb;

	if (a->when != b->when)
		return a->when < b->when ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* Scores all; of two that have the same to say for them the newer one wins. */
static double score_all(struct ost_intro *k)
{
	double sum = 0;
	size_t i;

	if (k->commits.nr)
		qsort(k->commits.items, k->commits.nr, sizeof(*k->commits.items), by_time);
	for (i = 0; i < k->commits.nr; i++) {
		score(k, k->commits.items[i]);
		if (k->commits.nr > 1)
			k->commits.items[i]->total *= 1.0 + NEWEST_BONUS * i / (k->commits.nr - 1);
		sum += k->commits.items[i]->total;
	}
	return sum;
}

static int by_total(const void *pa, const void *pb)
{
	const struct ost_intro_commit *a = *(struct ost_intro_commit *const *)pa, *b = *(struct ost_intro_commit *const *)pb;

	if (a->total != b->total)
		return a->total > b->total ? -1 : 1;
	if (a->when != b->when)
		return a->when > b->when ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* ---- words ---- */

static const char *lines(struct ost_arena *arena, uint32_t n, const char *one, const char *many)
{
	return n == 1 ? one : ost_arena_printf(arena, "%u %s", n, many);
}

static void explain(struct ost_intro *k, const struct ost_intro_commit *c, struct ost_intro_candidate *ret)
{
	const char **why = ost_arena_calloc(k->arena, 10, sizeof(*why));
	const uint32_t *n = c->nr_lines;
	struct ost_arena *a = k->arena;

	if (c->is_named)
		why[ret->nr_why++] = "the message names it";
	if (n[OST_INTRO_REMOVED])
		why[ret->nr_why++] = ost_arena_printf(a, "it wrote what the patch removes from %s (%s)",
						      lines(a, n[OST_INTRO_REMOVED], "a line", "lines"), c->place);
	if (n[OST_INTRO_USED])
		why[ret->nr_why++] = ost_arena_printf(a, "it wrote %s that the added lines are about (%s)",
						      lines(a, n[OST_INTRO_USED], "a line", "lines"), c->place);
	if (n[OST_INTRO_FUNC])
		why[ret->nr_why++] = ost_arena_printf(a, "the function that misses the added lines is from it (%s)", c->place);
	if (n[OST_INTRO_BESIDE])
		why[ret->nr_why++] = ost_arena_printf(a, "it wrote %s beside an addition (%s)",
						      lines(a, n[OST_INTRO_BESIDE], "a line", "lines"), c->place);
	if (n[OST_INTRO_BODY] + n[OST_INTRO_CALLEE])
		why[ret->nr_why++] = ost_arena_printf(a, "it wrote %s of the functions that the patch changes or calls",
						      lines(a, n[OST_INTRO_BODY] + n[OST_INTRO_CALLEE], "a line", "lines"));
	if (c->nr_passed)
		why[ret->nr_why++] = ost_arena_printf(a, "it rewrote %s in which the same stood before", lines(a, c->nr_passed, "a line", "lines"));
	if (c->end_why)
		why[ret->nr_why++] = ost_arena_printf(a, "at or before it: %s", c->end_why);
	ret->why = why;
}

static const char *rejection(struct ost_intro *k, const struct ost_intro_commit *c, const struct ost_intro_commit *best)
{
	bool is_blamed = c->nr_lines[OST_INTRO_BODY] || c->nr_lines[OST_INTRO_CALLEE];
	bool is_origin = c->nr_lines[OST_INTRO_REMOVED] || c->nr_lines[OST_INTRO_USED] || c->nr_lines[OST_INTRO_BESIDE] ||
			 c->nr_lines[OST_INTRO_FUNC];

	if (!is_origin && !c->nr_passed && is_blamed)
		return "it wrote only other lines of these functions";
	if (!is_origin)
		return "it only rewrote or moved lines: what matters in them stood there before";
	if (best->is_named && !c->is_named)
		return "the message names another commit";
	if (!c->nr_lines[OST_INTRO_REMOVED] && best->nr_lines[OST_INTRO_REMOVED])
		return "nothing that the patch removes is from it";
	if (!c->nr_lines[OST_INTRO_REMOVED] && !c->nr_lines[OST_INTRO_USED])
		return "it wrote only what stands around the addition";
	if (c->has_change && c->change.nr_files > WIDE_FILES && !c->end_why)
		return ost_arena_printf(k->arena, "it is a change of %u files, and less of the code is from it", c->change.nr_files);
	return "less of the code is from it";
}

static const char *mechanism_name(struct ost_intro *k)
{
	OST_BUF b = OST_BUF_INIT;
	const char *seen[4];
	size_t nr = 0, i, j;

	ost_buf_addstr(&b, "the code that the patch changes");
	for (i = 0; i < k->lines.nr && nr < OST_ARRAY_SIZE(seen); i++) {
		const char *f = k->lines.items[i].func;

		for (j = 0; f && j < nr && strcmp(seen[j], f); j++)
			;
		if (!f || j < nr)
			continue;
		ost_buf_addf(&b, "%s%s()", nr ? ", " : " in ", f);
		seen[nr++] = f;
	}
	return ost_utf8_clean(ost_arena_strdup(k->arena, b.ptr));
}

struct ost_err *ost_intro_releases(struct ost_intro *k, struct ost_mechanism *m)
{
	const char *ids[OST_INTRO_MAX];
	struct ost_release rel[OST_INTRO_MAX];
	size_t i;

	for (i = 0; i < m->nr_candidates; i++)
		ids[i] = m->candidates[i].commit;
	if (!m->nr_candidates)
		return NULL;
	ost_try(ost_shared_releases(k->s, ids, m->nr_candidates, rel));
	for (i = 0; i < m->nr_candidates; i++) {
		m->candidates[i].first_release = rel[i].tag ? rel[i].tag : "";
		if (!rel[i].tag && m->candidates[i].is_end)
			ost_try(ost_kernel_release(k->s->repo, k->arena, ids[i], &m->candidates[i].first_release));
	}
	return NULL;
}

struct ost_err *ost_intro_tag(struct ost_intro *k, const struct ost_mechanism *m, const char **ret_tag, const char **ret_why)
{
	char brief[OST_HEX_SIZE];

	*ret_tag = "";
	*ret_why = NULL;
	if (!m->nr_candidates) {
		*ret_why = m->unknown;
		return NULL;
	}
	if (m->candidates[0].is_end) {
		*ret_why = ost_arena_printf(k->arena, "%s; the commit itself is not in this history",
					    m->candidates[0].why[m->candidates[0].nr_why - 1]);
		return NULL;
	}
	ost_try(ost_repo_abbrev(k->s->repo, m->candidates[0].commit, brief));
	*ret_tag = ost_arena_printf(k->arena, "Fixes: %s (\"%s\")", brief, m->candidates[0].subject);
	return NULL;
}

struct ost_err *ost_intro_rank(struct ost_intro *k, struct ost_introduced_report *r)
{
	struct ost_mechanism *m = ost_arena_calloc(k->arena, 1, sizeof(*m));
	double sum = score_all(k);
	size_t i;

	r->mechanisms = m;
	r->nr_mechanisms = 1;
	m->mechanism = mechanism_name(k);
	m->candidates = ost_arena_calloc(k->arena, OST_INTRO_MAX, sizeof(*m->candidates));
	if (k->commits.nr)
		qsort(k->commits.items, k->commits.nr, sizeof(*k->commits.items), by_total);
	for (i = 0; i < k->commits.nr && i < OST_INTRO_MAX && sum > 0; i++) {
		const struct ost_intro_commit *c = k->commits.items[i];
		struct ost_intro_candidate *x = &m->candidates[m->nr_candidates++];

		*x = (struct ost_intro_candidate){ .commit = c->id, .first_release = "", .is_end = c->end_why != NULL,
						   .score = (unsigned)(100 * c->total / sum + 0.5) };
		x->subject = ost_utf8_clean(ost_arena_strdup(k->arena, c->subject));
		x->rejected = i ? rejection(k, c, k->commits.items[0]) : NULL;
		explain(k, c, x);
	}
	if (!m->nr_candidates)
		m->unknown = k->trouble ? k->trouble : "the patch neither removes nor surrounds any code that stands in the base";
	ost_try(ost_intro_releases(k, m));
	return ost_intro_tag(k, m, &r->fixes_tag, &r->fixes_why);
}
