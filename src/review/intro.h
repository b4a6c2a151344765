/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intro.h - private to the search for the introducing commit.
 *
 * Three steps: intro_lines.c picks the old lines that the patch is about,
 * intro_trace.c follows each one back to the commit that wrote what is wrong
 * in it, intro_rank.c weighs the commits and says why.
 */
#ifndef OST_REVIEW_INTRO_H
#define OST_REVIEW_INTRO_H

#include "branch/file.h"
#include "ostler/introduced.h"
#include "review/input.h"
#include "review/shared.h"

enum ost_intro_kind {
	OST_INTRO_REMOVED,	/* the patch removes something of the line */
	OST_INTRO_USED,		/* the line uses what the added lines are about */
	OST_INTRO_BESIDE,	/* it stands right beside an addition */
	OST_INTRO_FUNC,		/* the name of the function around an addition */
	OST_INTRO_BODY,		/* any line of a function that the patch changes: blamed, not followed */
	OST_INTRO_CALLEE,	/* any line of a function of the file that the changed lines call: the same */
	OST_INTRO_NR_KINDS,
};

/* One old line to follow. */
struct ost_intro_line {
	enum ost_intro_kind kind;
	const char *path, *func;	/* func: around it, or NULL */
	uint32_t line;			/* in the base */
	double weight;
	const uint64_t *wrong;		/* keys of the tokens that matter in it */
	uint32_t nr_wrong;
};
#define OST_INTRO_MAX_LINES 120

/* A whole function, for its history. */
struct ost_intro_span {
	enum ost_intro_kind kind;	/* OST_INTRO_BODY or OST_INTRO_CALLEE */
	const char *path, *func;
	uint32_t first, last;
	double weight;
};
#define OST_INTRO_MAX_SPANS 12

/* A commit that lines lead to. */
struct ost_intro_commit {
	char id[OST_HEX_SIZE], parent[OST_HEX_SIZE];	/* parent "": none, or not one alone */
	const char *subject;
	int64_t when;
	const char *end_why;	/* history ends there: the reason, or NULL */
	struct ost_change change;	/* when has_change */
	bool has_change, was_asked;	/* was_asked: change and end_why were looked for */
	double score[OST_INTRO_NR_KINDS], passed;	/* passed: lines that it only rewrote */
	double total;
	uint32_t nr_lines[OST_INTRO_NR_KINDS], nr_passed;
	const char *place;	/* of the heaviest line: "foo() in a/b.c:12" */
	double place_weight;
	bool is_named;		/* the message names its id outside Fixes: */
};

struct ost_intro_blame {
	const char *path;
	struct ost_blame_line *lines;
	size_t nr;
};

struct ost_intro {
	struct ost_arena *arena;
	struct ost_review_shared *s;
	const struct ost_review_item *item;
	const char *base;	/* full id */
	const char *text;	/* the message without what it says in Fixes: */
	struct ost_words words;
	struct ost_side_files side;	/* of the base */
	OST_VEC(struct ost_intro_line) lines;
	OST_VEC(struct ost_intro_span) spans;	/* whole functions */
	OST_VEC(struct ost_intro_commit *) commits;	/* in the order they were met */
	OST_VEC(struct ost_intro_blame) blames;	/* of the base, one a file */
	const char *trouble;	/* the first file that could not be read, or NULL */
};

/* Fills k->lines. */
void ost_intro_pick(struct ost_intro *k);
/* Follows all lines; fills k->commits. */
OST_WARN_UNUSED struct ost_err *ost_intro_trace(struct ost_intro *k);
/* The tokens of one line of a diff. */
void ost_intro_lex(struct ost_intro *k, const char *text, size_t len, ost_image_toks *ret);
/* The commit of that id, with what it changes and where history ends. */
OST_WARN_UNUSED struct ost_err *ost_intro_commit(struct ost_intro *k, const char *id, struct ost_intro_commit **ret);
/* Fills in the candidates' releases. */
OST_WARN_UNUSED struct ost_err *ost_intro_releases(struct ost_intro *k, struct ost_mechanism *m);
/* A ready Fixes: line for the first candidate, or "" and why there is none. */
OST_WARN_UNUSED struct ost_err *ost_intro_tag(struct ost_intro *k, const struct ost_mechanism *m, const char **ret_tag, const char **ret_why);
/* Weighs the commits and fills the mechanism and the Fixes: line. */
OST_WARN_UNUSED struct ost_err *ost_intro_rank(struct ost_intro *k, struct ost_introduced_report *r);

#endif
