/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * roles.h - what a trailer says about the people and commits of a patch.
 *
 * A role is read from the token, from who the person is (the author, the last
 * to sign off) and, for Cc: lines to the stable list, from the note behind
 * '#': versions, prerequisites, an opt-out.
 */
#ifndef OST_REVIEW_ROLES_H
#define OST_REVIEW_ROLES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "git/trailers.h"
#include "review/check.h"

struct ost_role {
	const char *name;	/* "author", "applied", "reviewer", "stable", ... or "" */
	const char *words;	/* how a sentence begins: "Reviewed by" */
	int weight;		/* of a record */
};

/* The role of trailer i of the message. */
void ost_role_of(struct ost_role *ret, const struct ost_review_msg *m, size_t i);
/* Appends one sentence for a record. */
void ost_role_sentence(struct ost_buf *b, const struct ost_review_msg *m,
		       const struct ost_trailer *t, const struct ost_role *role);

/* stable@vger.kernel.org, stable@kernel.org, stable+noautosel@kernel.org in a value */
bool ost_is_stable_address(const char *value);
bool ost_is_noautosel(const char *value);

/*
 * What stands behind '#' of a Cc: stable line. "# 5.10+" and "# v5.10.x" and
 * "# >= 5.10" give oldest "5.10"; "# 3.3.x: a1f84a3: sched: Check for idle"
 * gives version "3.3" and a prerequisite.
 */
struct ost_stable_note {
	const char *text;	/* the note, trimmed; "" without one */
	const char *version;	/* "5.10", or "" */
	bool and_later;		/* "+", ">=", "and later", "from"; a bare version means it too */
	const char *commit;	/* prerequisite: hex as written, or "" */
	const char *commit_subject;	/* or "" */
};
void ost_stable_note_parse(struct ost_stable_note *n, struct ost_arena *a, const char *value);

/* The address between <> of a value, else the first word with '@', else "". */
const char *ost_trailer_address(struct ost_arena *a, const char *value);

#endif
