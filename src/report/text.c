// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text form: what a maintainer reads in half a minute. Verdict and
 * subject, the branches, what speaks for and against, what must be looked at;
 * with `full` every record and its evidence.
 */
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "ostler/branches.h"
#include "report/open.h"
#include "report/sink.h"
#include "report/wrap.h"
#include "review/proofs.h"

#define INDENT 4
#define MAX_SIDE 8		/* reasons of one side */
#define MAX_FUNCS 6		/* functions named in the head */

enum colour { PLAIN, BOLD, GREEN, RED, YELLOW, DIM };

static const char *const codes[] = { "\033[0m", "\033[1m", "\033[32m", "\033[31m", "\033[33m", "\033[2m" };

struct page {
	FILE *out;
	const struct ost_report_options *o;
};

static const char *paint(const struct page *p, enum colour c)
{
	return p->o->colour ? codes[c] : "";
}

static void heading(const struct page *p, const char *text)
{
	fprintf(p->out, "\n%s%s%s\n", paint(p, BOLD), text, paint(p, PLAIN));
}

/* A line "  <mark> text". */
static void item(const struct page *p, enum colour c, const char *mark, const char *text)
{
	OST_BUF first = OST_BUF_INIT;

	/* colours have no width: the mark alone is painted, before the wrapped part */
	ost_buf_addf(&first, "%s", mark);
	fprintf(p->out, "  %s", paint(p, c));
	fputs(first.ptr, p->out);
	fputs(paint(p, PLAIN), p->out);
	ost_wrap(p->out, " ", INDENT, p->o->width > 23 ? p->o->width - 3 : 20, text);
}

/* ---- head ---- */

static const char *decision_words(enum ost_decision d)
{
	return d == OST_DECISION_YES ? "YES: pick it" : d == OST_DECISION_NO ? "NO: do not pick it" : "HUMAN: a reader must decide";
}

static void add_functions(struct ost_buf *b, const struct ost_review_subject *s)
{
	size_t i;

	for (i = 0; i < s->nr_funcs && i < MAX_FUNCS; i++)
		ost_buf_addf(b, "%s%s%s()", i ? ", " : "", !strcmp(s->funcs[i].change, "added") ? "+" :
			     !strcmp(s->funcs[i].change, "removed") ? "-" : "", s->funcs[i].name);
	if (s->nr_funcs > MAX_FUNCS)
		ost_buf_addf(b, " and %zu more", s->nr_funcs - MAX_FUNCS);
}

static void where(const struct page *p, const struct ost_review *r)
{
	const struct ost_review_subject *s = &r->subject;
	OST_BUF b = OST_BUF_INIT;

	if (*s->commit)
		ost_buf_addf(&b, "commit %.12s", s->commit);
	else if (*s->message_id)
		ost_buf_addf(&b, "mail <%s>", s->message_id);
	else
		ost_buf_addstr(&b, s->input);
	if (*r->upstream && strcmp(r->upstream, s->commit))
		ost_buf_addf(&b, ", upstream %.12s", r->upstream);
	ost_wrap(p->out, "  ", 4, p->o->width, b.ptr);
}

static void head(const struct page *p, const struct ost_review *r)
{
	static const enum colour colours[] = { GREEN, RED, YELLOW };
	const struct ost_review_subject *s = &r->subject;
	OST_BUF b = OST_BUF_INIT;

	fprintf(p->out, "%s%s%s\n", paint(p, colours[r->verdict.decision]), decision_words(r->verdict.decision), paint(p, PLAIN));
	fputs(paint(p, BOLD), p->out);
	ost_wrap(p->out, "", 2, p->o->width, *s->title ? s->title : s->input);
	fputs(paint(p, PLAIN), p->out);
	if (*s->author)
		ost_wrap(p->out, "  ", 4, p->o->width, s->author);
	where(p, r);
	if (s->nr_files == 1)
		ost_buf_addf(&b, "%s", s->files[0].path);
	else
		ost_buf_addf(&b, "%zu files", s->nr_files);
	ost_buf_addf(&b, " +%u -%u", s->nr_added, s->nr_removed);
	if (s->nr_funcs)
		ost_buf_addstr(&b, ": ");
	add_functions(&b, s);
	ost_wrap(p->out, "  ", 4, p->o->width, b.ptr);
	if (r->verdict.nr_reasons && !r->verdict.reasons[0].weight)
		ost_wrap(p->out, "  why: ", 7, p->o->width, r->verdict.reasons[0].text);
}

/* ---- branches ---- */

/* The record of a branch without the branch's name, which stands above it. */
static void branch_why(const struct page *p, const struct ost_review_branch *b)
{
	const struct ost_record *r = b->why[0];
	const char *text = r->statement, *rest = text + strlen(b->branch), *colon = NULL;
	OST_BUF line = OST_BUF_INIT;

	/* "NAME (RELEASE): " or "NAME: " */
	if (!strncmp(text, b->branch, strlen(b->branch)))
		colon = !strncmp(rest, " (", 2) ? strstr(rest, "): ") : !strncmp(rest, ": ", 2) ? rest : NULL;
	if (colon)
		text = strchr(colon, ' ') + 1;
	ost_buf_addf(&line, "%s%s%s", text, r->reason ? ": " : "", r->reason ? r->reason : "");
	ost_wrap(p->out, "      ", 6, p->o->width, line.ptr);
}

static const char *bug_words(const struct ost_bug *bug)
{
	return bug->affected == OST_AFFECTED_YES ? "yes, proven" : bug->affected == OST_AFFECTED_NO ? "no" : ost_rank_name(bug->rank);
}

/* Deadlock by deadlock: what goes with the change, and what would come. True: one is proved to be there. */
static bool deadlocks(const struct page *p, const struct ost_branch_answer *a)
{
	struct ost_arena arena = OST_ARENA_INIT;
	bool any = false;
	size_t i;

	for (i = 0; a && i < a->nr_bugs; i++) {
		OST_BUF line = OST_BUF_INIT;

		if (!a->bugs[i].finding_id)
			continue;
		any |= a->bugs[i].affected == OST_AFFECTED_YES;
		ost_buf_addf(&line, "%s: %s", a->bugs[i].mechanism, bug_words(&a->bugs[i]));
		ost_wrap(p->out, "      ", 8, p->o->width, line.ptr);
	}
	for (i = 0; a && i < a->nr_new_deadlocks; i++) {
		const struct ost_finding *f = &a->new_deadlocks[i];
		OST_BUF line = OST_BUF_INIT;

		ost_buf_addf(&line, "NEW with the change (%s): %s", ost_rank_name(f->rank), ost_mechanism(&arena, f));
		ost_wrap(p->out, "      ", 8, p->o->width, line.ptr);
	}
	ost_arena_deinit(&arena);
	return any;
}

static void branches(const struct page *p, const struct ost_review *r)
{
	size_t i;
	int width = 8;

	if (!r->nr_branches)
		return;
	heading(p, "Branches");
	for (i = 0; i < r->nr_branches; i++)
		width = strlen(r->branches[i].branch) > width ? strlen(r->branches[i].branch) : width;
	for (i = 0; i < r->nr_branches; i++) {
		const struct ost_review_branch *b = &r->branches[i];

		fprintf(p->out, "  %-*s %-9s affected: %s", width, b->branch, b->release,
			b->is_fixed ? "fixed" : ost_answer_name(b->affected));
		/* nobody would apply it where it is or where its fault is not */
		if (b->affected != OST_ANSWER_NO)
			fprintf(p->out, ", applies: %s", b->applies);
		putc('\n', p->out);
		if (!deadlocks(p, b->answer) && b->nr_why)
			branch_why(p, b);
	}
}

/* ---- for and against ---- */

/* Length of an id without the number of "reported-by-2". */
static size_t stem(const char *id)
{
	size_t len = strlen(id), n = len;

	while (n && id[n - 1] >= '0' && id[n - 1] <= '9')
		n--;
	return n < len && n && id[n - 1] == '-' ? n - 1 : len;
}

static bool same_stem(const char *a, const char *b)
{
	return stem(a) == stem(b) && !strncmp(a, b, stem(a));
}

/* Is an earlier reason of that side of the same kind? Else *ret_more counts those that follow. */
static bool is_repeated(const struct ost_verdict *v, size_t i, int sign, size_t *ret_more)
{
	size_t k;

	*ret_more = 0;
	for (k = 0; k < v->nr_reasons; k++) {
		if (k == i || v->reasons[k].weight * sign <= 0 || !same_stem(v->reasons[k].record->id, v->reasons[i].record->id))
			continue;
		if (k < i)
			return true;
		++*ret_more;
	}
	return false;
}

static void side(const struct page *p, const struct ost_review *r, const char *name, int sign, enum colour c)
{
	const struct ost_verdict *v = &r->verdict;
	size_t i, more, nr = 0;

	for (i = 0; i < v->nr_reasons; i++) {
		OST_BUF b = OST_BUF_INIT;

		if (!strncmp(v->reasons[i].record->id, "6.1/present", 11))
			continue;	/* stands under "Branches" */
		if (v->reasons[i].weight * sign <= 0 || is_repeated(v, i, sign, &more))
			continue;
		if (!nr++)
			heading(p, name);
		if (nr > MAX_SIDE)
			continue;
		ost_buf_addstr(&b, v->reasons[i].text);
		if (more)
			ost_buf_addf(&b, " (and %zu more of this kind)", more);
		item(p, c, sign > 0 ? "+" : "-", b.ptr);
	}
	if (nr > MAX_SIDE)
		fprintf(p->out, "    and %zu more (--full)\n", nr - MAX_SIDE);
}

/* ---- what is not known ---- */

static void open_questions(const struct page *p, const struct ost_review *r)
{
	struct ost_open_list list;
	size_t i, shown = 0;

	ost_open_gather(&list, r);
	for (i = 0; i < list.nr; i++) {
		OST_BUF b = OST_BUF_INIT;

		if (!ost_open_line(&list, i, &b))
			continue;
		if (!shown++)
			heading(p, "Not known");
		if (shown <= MAX_SIDE)
			item(p, YELLOW, "?", b.ptr);
	}
	if (shown > MAX_SIDE)
		fprintf(p->out, "    and %zu more (--full)\n", shown - MAX_SIDE);
}

static void tally(const struct page *p, const struct ost_review *r)
{
	size_t i, k, nr[3] = { 0 };

	for (i = 0; i < OST_NR_PHASES; i++)
		for (k = 0; k < r->phases[i].nr_records; k++)
			nr[r->phases[i].records[k]->status]++;
	fprintf(p->out, "\n%s%zu records: %zu verified, %zu refuted, %zu unknown%s%s\n", paint(p, DIM),
		nr[0] + nr[1] + nr[2], nr[OST_VERIFIED], nr[OST_REFUTED], nr[OST_UNKNOWN],
		p->o->full ? "" : "; --full shows them with the commands that prove them", paint(p, PLAIN));
}

/* ---- all records ---- */

static void full_record(const struct page *p, const struct ost_record *r)
{
	static const char *const marks[] = { "ok", "NO", "??" };
	static const enum colour colours[] = { GREEN, RED, YELLOW };
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	fprintf(p->out, "  %s%s%s ", paint(p, colours[r->status]), marks[r->status], paint(p, PLAIN));
	ost_buf_addf(&b, "%s %s", r->step, r->statement);
	if (r->reason)
		ost_buf_addf(&b, ": %s", r->reason);
	ost_wrap(p->out, "", 9, p->o->width > 20 ? p->o->width - 5 : 15, b.ptr);
	for (i = 0; i < r->nr_evidence; i++) {
		const struct ost_evidence *e = &r->evidence[i];

		/* a command stays on one line: it is there to be copied */
		if (*e->command)
			fprintf(p->out, "         %s$ %s%s\n", paint(p, DIM), e->command, paint(p, PLAIN));
		else
			fprintf(p->out, "         %s%s %s%s\n", paint(p, DIM), e->kind, e->ref, paint(p, PLAIN));
	}
}

static void full(const struct page *p, const struct ost_review *r)
{
	size_t i, k;

	for (i = 0; i < OST_NR_PHASES; i++) {
		OST_BUF b = OST_BUF_INIT;

		ost_buf_addf(&b, "Phase %d: %s", r->phases[i].number, r->phases[i].name);
		heading(p, b.ptr);
		for (k = 0; k < r->phases[i].nr_records; k++)
			full_record(p, r->phases[i].records[k]);
	}
}

struct ost_err *ost_report_text(FILE *out, const struct ost_report_options *o,
				const struct ost_review *r, size_t nr_before)
{
	const struct page p = { out, o };

	if (nr_before)
		fprintf(out, "\n%s\n\n", "----------------------------------------------------------------");
	head(&p, r);
	branches(&p, r);
	side(&p, r, "For", 1, GREEN);
	side(&p, r, "Against", -1, RED);
	if (o->full)
		full(&p, r);
	else
		open_questions(&p, r);
	tally(&p, r);
	return NULL;
}
