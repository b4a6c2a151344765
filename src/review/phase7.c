// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 7: the subsystem. 7.1 which sections of MAINTAINERS the change falls
 * into, their status, people and lists; 7.2 how busy the subsystem was in
 * the year before the change.
 */
#include "review/phase7.h"

#include "git/run.h"
#include "review/gather.h"
#include "review/history.h"

#define MAX_SECTIONS 12		/* shown as records of their own; more are counted */
#define MAX_PEOPLE 40
#define SHORT_ID 12

/* ---- asking ---- */

/* The text as it would be sent: a commit as git format-patch writes it, or the mail itself. */
static struct ost_err *patch_text(struct ost_review_ctx *c, struct ost_buf *text)
{
	const char *args[] = { "format-patch", "-1", "--stdout", "--no-signature", "--no-ext-diff",
			       "--no-textconv", c->msg->commit, NULL };
	struct ost_git_run run = { .args = args };

	if (*c->msg->commit)
		return ost_git_run(c->repo, &run, text);
	if (*c->msg->file)
		return ost_buf_read_file(text, c->msg->file, 128u << 20);
	return NULL;
}

struct ost_err *ost_review_maintainers(struct ost_maint_answer *ret_answer, struct ost_review_ctx *c)
{
	OST_BUF text = OST_BUF_INIT;
	const char *message;

	if (c->answer) {
		*ret_answer = *c->answer;
		return NULL;
	}
	ost_try(patch_text(c, &text));
	if (text.len)
		return ost_maintainers_for_patch(ret_answer, c->arena, c->maintainers, text.ptr, text.len);
	/* a merge, or a mail from a pipe */
	message = ost_arena_printf(c->arena, "%s\n\n%s", c->msg->title, c->msg->body);
	return ost_maintainers_for_change(ret_answer, c->arena, c->maintainers, message, c->change);
}

static enum ost_review_role role_in(const struct ost_maint_answer *answer, const struct ost_maint_place *p)
{
	size_t i;

	for (i = 0; i < answer->nr_matches; i++) {
		if (answer->matches[i].section != p->section)
			continue;
		if (ost_match_is_everything(&answer->matches[i]))
			return OST_ROLE_REST;
		return p->kind == 'M' ? OST_ROLE_MAINTAINER : OST_ROLE_REVIEWER;
	}
	return OST_ROLE_ELSEWHERE;
}

enum ost_review_role ost_review_role_of(struct ost_review_ctx *c, const struct ost_maint_answer *answer,
					const char *name, const char *address,
					size_t *ret_section, uint32_t *ret_line)
{
	enum ost_review_role best = OST_ROLE_NONE, role;
	struct ost_maint_place *places;
	size_t nr, i;

	*ret_section = 0;
	*ret_line = 0;
	ost_maintainers_places_of(&places, &nr, c->arena, c->maintainers, name, address);
	for (i = 0; i < nr; i++) {
		role = role_in(answer, &places[i]);
		if (role >= best)
			continue;
		best = role;
		*ret_section = places[i].section;
		*ret_line = places[i].line;
	}
	return best;
}

/* The title of the section that a line is in; the line itself where there is none. */
static uint32_t title_line(const struct ost_maintainers *m, uint32_t line)
{
	size_t nr = ost_maintainers_nr_sections(m), i;

	for (i = 0; i < nr; i++) {
		const struct ost_maint_section *s = ost_maintainers_section(m, i);

		if (s->first_line <= line && line <= s->last_line)
			return s->first_line;
	}
	return line;
}

void ost_review_prove_maintainers(struct ost_review_ctx *c, struct ost_record *r,
				  uint32_t first, uint32_t last)
{
	const char *range = first == last ? ost_arena_printf(c->arena, "%u", first) :
			    ost_arena_printf(c->arena, "%u-%u", first, last);

	uint32_t title = title_line(c->maintainers, first);
	const char *lines = title < first ? ost_arena_printf(c->arena, "'%up;%u,%up'", title, first, last) :
			    ost_arena_printf(c->arena, "%u,%up", first, last);

	ost_record_prove(c, r, "line",
			 ost_arena_printf(c->arena, "MAINTAINERS:%s at %.*s", range, SHORT_ID, c->base),
			 "git show %s:MAINTAINERS | sed -n %s", c->base, lines);
}

/* ---- 7.1 ---- */

/* The F:, N: or K: line that matched. */
static const char *pattern_of(const struct ost_maint_section *s, uint32_t line)
{
	size_t i;

	for (i = 0; i < s->nr_lines; i++)
		if (s->lines[i].line == line)
			return s->lines[i].value;
	return "";
}

static const char *what_matched(struct ost_review_ctx *c, const struct ost_maint_section *s,
				const struct ost_maint_match *m)
{
	const char *pattern = pattern_of(s, m->line);

	if (m->by == 'K')
		return ost_arena_printf(c->arena, "the text matches its \"K: %s\"", pattern);
	return ost_arena_printf(c->arena, "%s matches its \"%c: %s\"", m->path, m->by, pattern);
}

static void add_section(struct ost_review_ctx *c, const struct ost_maint_match *m)
{
	const struct ost_maint_section *s = ost_maintainers_section(c->maintainers, m->section);
	struct ost_record *r;

	r = ost_record_add(c, "section", OST_VERIFIED, 0, "\"%s\", status %s: %s", s->title,
			   *s->status ? s->status : "not given", what_matched(c, s, m));
	ost_review_prove_maintainers(c, r, s->first_line, s->last_line);
}

/* Says which sections match; how many say something about the change. */
static size_t add_sections(struct ost_review_ctx *c, const struct ost_maint_answer *answer)
{
	size_t i, nr = 0;

	for (i = 0; i < answer->nr_matches; i++) {
		if (ost_match_is_everything(&answer->matches[i]))
			continue;
		if (nr++ < MAX_SECTIONS)
			add_section(c, &answer->matches[i]);
	}
	if (!nr)
		ost_record_unknown(c, "section", "Which subsystem the change belongs to",
				   "no section of MAINTAINERS at %.*s names its files, except for one "
				   "that covers the whole tree", SHORT_ID, c->base);
	else if (nr > MAX_SECTIONS)
		ost_record_unknown(c, "more-sections", "The further sections that match",
				   "%zu sections match, the first %d are shown", nr, MAX_SECTIONS);
	return nr;
}

static bool is_people(const struct ost_maint_entry *e)
{
	return e->kind == OST_MAINT_MAINTAINER || e->kind == OST_MAINT_REVIEWER;
}

static bool is_wanted(const struct ost_maint_entry *e, bool lists)
{
	return lists ? e->kind == OST_MAINT_LIST : is_people(e);
}

/* Entries that stand below each other in MAINTAINERS are one piece of evidence. */
static void prove_entries(struct ost_review_ctx *c, struct ost_record *r,
			  const struct ost_maint_answer *answer, bool lists)
{
	uint32_t first = 0, last = 0;
	size_t i;

	for (i = 0; i < answer->nr_entries; i++) {
		const struct ost_maint_entry *e = &answer->entries[i];

		if (!is_wanted(e, lists) || !e->line)
			continue;
		if (first && e->line == last + 1) {
			last++;
			continue;
		}
		if (first)
			ost_review_prove_maintainers(c, r, first, last);
		first = last = e->line;
	}
	if (first)
		ost_review_prove_maintainers(c, r, first, last);
}

static void add_entries(struct ost_review_ctx *c, const struct ost_maint_answer *answer,
			bool lists, const char *name, const char *what)
{
	OST_BUF text = OST_BUF_INIT;
	size_t i, nr = 0;

	for (i = 0; i < answer->nr_entries; i++) {
		const struct ost_maint_entry *e = &answer->entries[i];

		if (is_wanted(e, lists) && nr++ < MAX_PEOPLE)
			ost_buf_addf(&text, "%s%s (%s)", text.len ? ", " : "", e->email, e->role);
	}
	if (nr > MAX_PEOPLE)
		ost_buf_addf(&text, " and %zu more", nr - MAX_PEOPLE);
	if (nr)
		prove_entries(c, ost_record_add(c, name, OST_VERIFIED, 0, "%s: %s", what, text.ptr),
			      answer, lists);
}

/* The first section, if it has no M: line that is a person to ask. */
static void add_unmaintained(struct ost_review_ctx *c, const struct ost_maint_answer *answer)
{
	const struct ost_maint_section *s = ost_maintainers_section(c->maintainers,
								    answer->matches[0].section);
	struct ost_record *r;
	size_t i;

	for (i = 0; i < s->nr_lines; i++)
		if (s->lines[i].kind == 'M')
			return;
	r = ost_record_add(c, "no-maintainer", OST_VERIFIED, 0, "\"%s\" names no maintainer", s->title);
	ost_review_prove_maintainers(c, r, s->first_line, s->last_line);
}

static bool have_maintainers(struct ost_review_ctx *c)
{
	if (!*c->base)
		ost_record_unknown(c, "maintainers", "Subsystem, status and maintainers",
				   "%s", *c->base_why ? c->base_why : "no base revision is known");
	else if (!c->maintainers)
		ost_record_unknown(c, "maintainers", "Subsystem, status and maintainers",
				   "%.*s has no MAINTAINERS file", SHORT_ID, c->base);
	return *c->base && c->maintainers && c->answer;
}

static struct ost_err *check_subsystem(struct ost_review_ctx *c)
{
	if (!have_maintainers(c))
		return NULL;
	if (add_sections(c, c->answer))
		add_unmaintained(c, c->answer);
	add_entries(c, c->answer, false, "people", "Maintainers and reviewers");
	add_entries(c, c->answer, true, "lists", "Lists");
	if (ost_maintainers_nr_bad(c->maintainers))
		ost_record_unknown(c, "patterns", "Whether further sections match",
				   "%zu pattern(s) of MAINTAINERS could not be used",
				   ost_maintainers_nr_bad(c->maintainers));
	return NULL;
}

/* ---- 7.2 ---- */

static const char *quoted_paths(struct ost_review_ctx *c, const struct ost_activity *p)
{
	OST_BUF out = OST_BUF_INIT;
	size_t i;

	for (i = 0; i < p->nr_paths; i++)
		ost_buf_addf(&out, " %s", ost_shell_quote(c->arena, p->paths[i]));
	return ost_arena_strdup(c->arena, out.ptr);
}

static void add_activity(struct ost_review_ctx *c, const struct ost_activity *p, const char *date)
{
	const char *left_out = !p->nr_left_out ? "" :
		ost_arena_printf(c->arena, " (%zu pattern%s not counted)", p->nr_left_out,
				 p->nr_left_out == 1 ? "" : "s");
	struct ost_record *r = ost_record_add(c, "activity", OST_VERIFIED, 0,
		"%zu of the %zu commits since %s touch %s%s", p->nr, p->nr_all, date, p->what, left_out);

	ost_record_prove(c, r, "commit", c->base, "git rev-list --count --since=%s %s --%s",
			 date, c->base, quoted_paths(c, p));
	ost_record_prove(c, r, "commit", c->base, "git rev-list --count --since=%s %s", date, c->base);
}

static struct ost_err *check_activity(struct ost_review_ctx *c)
{
	const char *what = "How busy the subsystem was in the year before", *date;
	const struct ost_activity *a = &c->history->gathered->activity;

	if (!*c->base) {
		ost_record_unknown(c, "activity", what, "%s", c->base_why);
		return NULL;
	}
	date = ost_moment(c->arena, c->history->year);
	if (a->reaches)
		add_activity(c, a, date);
	else
		ost_record_unknown(c, "activity", what, "%s", OST_YEAR_IS_CUT);
	return NULL;
}

const struct ost_check ost_phase7_checks[] = {
	{ "7.1", "subsystem", check_subsystem, "sections of MAINTAINERS, their status, people and lists" },
	{ "7.2", "activity", check_activity, "commits to the subsystem in the year before" },
	{ NULL, NULL, NULL, NULL },
};
