/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * maint.h - what the files behind maintainers.h share; nobody else includes
 * it.
 *
 *	maintainers.c    reads the file into lines and sections, life cycle
 *	maint_rev.c      the same from a revision of a repository
 *	maint_match.c    patterns: F: X: N: K:, and which sections match
 *	maint_email.c    addresses: taking apart, putting together, .mailmap
 *	maint_infile.c   addresses found in a .yaml file
 *	maint_patch.c    which files a patch names, which keywords it holds
 *	maint_answer.c   the questions about files and patches
 *	maint_person.c   the question about a person
 */
#ifndef OST_REVIEW_MAINT_H
#define OST_REVIEW_MAINT_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/intern.h"
#include "base/vec.h"
#include "review/maintainers.h"

/* ---- expressions ---- */

/* A match that needs more steps than this does not match. */
#define OST_MAINT_MATCH_STEPS 100000
/* After so many of these the expression is put aside. */
#define OST_MAINT_MATCH_STRIKES 8
#define OST_MAINT_MAX_EXPR 1000

struct ost_maint_regex {
	pcre2_code *code;	/* NULL before first use, or when bad */
	uint8_t strikes;
	bool is_compiled, is_bad;
};

/* ---- MAINTAINERS ---- */

/* One pattern line: F, X, N or K. */
struct ost_maint_pattern {
	const char *value;	/* as in the file */
	const char *regex;	/* F and X: as a Perl expression; N and K: the value */
	const char *diff_regex;	/* K: for changed lines; binds to its first alternative only, as in the script */
	uint32_t prefix_len;	/* bytes of `prefix` that a matching path must begin with */
	const char *prefix;
	uint32_t nr_slashes;	/* in regex */
	bool is_literal;	/* prefix is the whole pattern */
	bool may_be_dir;	/* without a slash at the end, but perhaps a folder */
	bool dir_known, is_dir;	/* filled when first needed */
	struct ost_maint_regex plain;	/* as it is */
	struct ost_maint_regex in_diff;	/* K: only, for changed lines */
};

struct ost_maint_mailmap {
	struct ost_intern keys;			/* addresses and "Name <address>" */
	OST_VEC(const char *) names, addresses;	/* by key id, NULL: not mapped */
};

/* Somebody whom a line M or R names, all in lower case (maint_person.c). */
struct ost_maint_named {
	size_t section;
	const struct ost_maint_line *line;
	const char *name, *address, *mapped;	/* mapped: after .mailmap */
};

struct ost_maintainers {
	struct ost_arena arena;
	OST_VEC(struct ost_maint_named) named;	/* in the order of the file; filled when first asked for */
	const struct ost_maintainers_source *source;
	struct ost_maintainers_source own_source;	/* when made by ost_maintainers_read() */
	OST_VEC(struct ost_maint_section) sections;
	OST_VEC(struct ost_maint_line) lines;	/* of all sections, one after the other */
	OST_VEC(uint32_t) entry_ids;		/* by line: number among headings and entries */
	OST_VEC(struct ost_maint_pattern) patterns;	/* by line; all zero for other kinds */
	struct ost_maint_mailmap mailmap;
	bool keywords_in_file;	/* the old dialect */
	pcre2_match_context *match_context;
	pcre2_match_data *match_data;
	struct ost_maint_regex infile;
	size_t nr_bad;
};

static inline size_t ost_maint_line_index(const struct ost_maintainers *m, size_t section, size_t i)
{
	return (size_t)(m->sections.items[section].lines - m->lines.items) + i;
}

/* ---- maint_match.c ---- */

/* Fills p for a line of kind F, X, N or K. */
void ost_maint_pattern_init(struct ost_maint_pattern *p, struct ost_arena *a,
			    char kind, const char *value);
void ost_maint_pattern_deinit(struct ost_maint_pattern *p);
/* F: or X: against a path. */
bool ost_maint_path_matches(struct ost_maintainers *m, struct ost_maint_pattern *p,
			    const char *path, size_t len);
int ost_maint_depth(const struct ost_maint_pattern *p);
/* Compiles when first needed. *ret_end may be NULL. False: no match, or not usable. */
bool ost_maint_regex_match(struct ost_maintainers *m, struct ost_maint_regex *r,
			   const char *expr, uint32_t flags, const char *text, size_t len,
			   size_t offset, size_t *ret_start, size_t *ret_end);
void ost_maint_regex_deinit(struct ost_maint_regex *r);

/* One section and how it matched, for one path. */
struct ost_maint_hit {
	uint32_t section;
	uint32_t line_index;	/* of the line that gave the depth */
	int depth;
};
/* *hits: in the order in which they count (deepest first). */
struct ost_maint_hits {
	struct ost_maint_hit *items;
	size_t nr, cap;
};
void ost_maint_hits_of_path(struct ost_maintainers *m, const char *path,
			    struct ost_maint_hits *hits);

struct ost_maint_strings {
	const char **items;
	size_t nr, cap;
};

/* ---- maint_patch.c ---- */

struct ost_maint_keyword {
	char number[12];	/* of the line among headings and entries, in decimal */
	uint32_t section, line_index;
	bool is_found;
};
/* All K: lines, in the order in which they count. End with ost_vec_deinit(). */
struct ost_maint_keywords {
	struct ost_maint_keyword *items;
	size_t nr, cap;
};
void ost_maint_keywords_init(struct ost_maint_keywords *kw, const struct ost_maintainers *m);
/* Sets is_found where the text matches. */
void ost_maint_keywords_find(struct ost_maintainers *m, struct ost_maint_keywords *kw,
			     const char *text, size_t len, bool in_diff);
/* Files sorted, each once; keywords found are marked. */
void ost_maint_patch_read(struct ost_maintainers *m, struct ost_arena *a, const char *text, size_t len,
			  struct ost_maint_strings *files, struct ost_maint_keywords *keywords);

/* ---- maint_email.c ---- */

struct ost_maint_email {
	const char *name;	/* quoted where it must be, "" for none */
	const char *address;	/* "" when there is none */
};

/* Takes "Name <address> (remark)" apart; memory from the arena. */
struct ost_maint_email ost_maint_email_parse(struct ost_arena *a, const char *text);
/* "Name <address>", or the address alone. */
const char *ost_maint_email_format(struct ost_arena *a, struct ost_maint_email e);
const char *ost_maint_lower(struct ost_arena *a, const char *s);
/*
 * Splits an M: or R: value that is a list ("a@b, c@d") at its commas: the
 * number of parts, 1 with the value itself when it is not a list.
 */
size_t ost_maint_email_split(struct ost_arena *a, const char *value, const char ***ret_parts);

void ost_maint_mailmap_init(struct ost_maint_mailmap *map);
void ost_maint_mailmap_deinit(struct ost_maint_mailmap *map);
void ost_maint_mailmap_parse(struct ost_maint_mailmap *map, struct ost_arena *a, const char *text);
const char *ost_maint_mailmap_apply(const struct ost_maint_mailmap *map, struct ost_arena *a,
				    const char *email);

/* ---- maint_infile.c ---- */

/* Adds the addresses in the text to `ret`, as "Name <address>", each once, in order. */
void ost_maint_emails_in_text(struct ost_maintainers *m, struct ost_arena *a,
			      const char *text, size_t len, struct ost_maint_strings *ret);

#endif
