// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/about.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/word.h"
#include "git/kept.h"
#include "git/run.h"

/* Where a kernel keeps its own C: tools and examples do not run in it. */
static const char *const kernel_dirs[] = {
	"arch", "block", "certs", "crypto", "drivers", "fs", "include", "init", "io_uring", "ipc",
	"kernel", "lib", "mm", "net", "rust", "security", "sound", "virt",
};
#define MAX_HITS (1 << 20)

bool ost_about_names(const struct ost_about *about, const char *word)
{
	return ost_has_word(about->message, word);
}

/* ---- a later merge ---- */

/* "6.9" at p: 6009; 0 when there is no release number. */
static long release_at(const char *p)
{
	char *end;
	long major = strtol(p, &end, 10), minor;

	if (end == p || *end != '.' || !isdigit((unsigned char)end[1]))
		return 0;
	minor = strtol(end + 1, NULL, 10);
	return major >= 2 && major < 100 && minor < 100 ? major * 1000 + minor : 0;
}

const char *ost_about_later_merge(const struct ost_about *about, struct ost_arena *arena)
{
	long here = release_at(about->release), there = 0;
	const char *p = strstr(about->message, "\nFixes: "), *end;

	for (; p && here; p = strstr(p + 1, "\nFixes: ")) {
		const char *line_end = p + 1 + strcspn(p + 1, "\n");

		p = strstr(p, "(\"Merge tag '");
		if (!p || p > line_end)
			return NULL;
		end = p + 13 + strcspn(p + 13, "'\n");
		for (p += 13; p < end && !there; p++)
			if (isdigit((unsigned char)*p) && !isdigit((unsigned char)p[-1]) && p[-1] != '.')
				there = release_at(p);
		p = line_end;
		if (there <= here)
			return NULL;
	}
	return there > here ? ost_arena_printf(arena, "the message blames a merge for %ld.%ld, which is later than this branch",
					       there / 1000, there % 1000) : NULL;
}

/* ---- __counted_by ---- */

static const char *name_of(struct ost_side_files *side, const struct ost_image_tok *t)
{
	return ost_arena_strndup(&side->arena, side->words->v.items[t->name].ptr, side->words->v.items[t->name].len);
}

/* The member that an added `x->counter = ...` sets. */
static const char *set_member(struct ost_side_files *side, const struct ost_image *image)
{
	const struct ost_image_tok *t = image->all.items;
	size_t i;

	for (i = 1; i + 1 < image->all.nr; i++)
		if (t[i].side == OST_SIDE_ADDED && t[i].kind == T_IDENT && t[i + 1].kind == T_ASSIGN &&
		    (t[i - 1].kind == T_ARROW || t[i - 1].kind == T_DOT))
			return name_of(side, &t[i]);
	return NULL;
}

/* Of the answers that are kept, which depend on what counts() looks at: raise when that changes. */
#define KEPT_KIND "about2"

struct hits {
	bool (*counts)(struct hits *h, const char *line);
	const char *kind;	/* which question it is, for the answer that is kept */
	const char *word;
	const char *own_path;	/* "REV:path:" in front of lines of the patched file */
	bool any;
};

static bool see_line(void *ctx, const char *line, size_t len)
{
	struct hits *h = ctx;

	if (len && !h->any)
		h->any = h->counts(h, line);
	return !h->any;
}

/* `git grep -F` under the folders; false: it could not be read. */
static bool grep(struct ost_side_files *side, struct hits *h, const char *const *patterns, const char *const *dirs, size_t nr_dirs)
{
	/* all of a tree is read: with git's own limits half a gigabyte of the packs is mapped */
	const char *args[64] = {
		"-c", "core.packedGitWindowSize=4m", "-c", "core.packedGitLimit=32m", "-c", "core.deltaBaseCacheLimit=16m",
		"grep", "-I", "-F", "--no-color",
	};
	struct ost_git_run run = { .args = args, .max = MAX_HITS, .ok_status = 1 };
	size_t nr = 10, i;
	struct ost_err *err;

	for (i = 0; patterns[i]; i++) {
		args[nr++] = "-e";
		args[nr++] = patterns[i];
	}
	args[nr++] = side->rev;
	args[nr++] = "--";
	for (i = 0; i < nr_dirs && nr < OST_ARRAY_SIZE(args) - 1; i++)
		args[nr++] = dirs[i];
	args[nr] = NULL;
	err = ost_git_stream(side->repo, &run, '\n', see_line, h);
	ost_err_destroy(err);
	return !err;
}

/* The question as one line; NULL when it does not name the tree by id. */
static const char *question_of(struct ost_side_files *side, const struct hits *h, const char *const *patterns,
			       const char *const *dirs, size_t nr_dirs)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_oid id;
	size_t i;

	if (strlen(side->rev) != 40 || !ost_oid_from_hex(&id, side->rev))
		return NULL;
	ost_buf_addf(&b, "%s %s %s:", h->kind, side->rev, h->own_path ? h->own_path : "");
	for (i = 0; patterns[i]; i++)
		ost_buf_addf(&b, " -e %s", patterns[i]);
	for (i = 0; i < nr_dirs; i++)
		ost_buf_addf(&b, " %s", dirs[i]);
	ost_buf_addch(&b, '\n');
	return ost_arena_strndup(&side->arena, b.ptr, b.len);
}

/* The folder of a path where it lies under one of the folders, else NULL. */
static const char *folder_below(struct ost_side_files *side, const char *path, const char *const *dirs, size_t nr_dirs)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	size_t i, len;

	for (i = 0; slash && i < nr_dirs; i++) {
		len = strlen(dirs[i]);
		if (!strncmp(path, dirs[i], len) && path[len] == '/')
			return ost_arena_strndup(&side->arena, path, (size_t)(slash - path));
	}
	return NULL;
}

/*
 * Does any line that has one of the patterns under the folders count? What
 * could not be read may hold one. The folder of `near` is asked first: most
 * of the answers are there, and a whole tree takes seconds. The answer is kept.
 */
static bool search(struct ost_side_files *side, struct hits *h, const char *near, const char *const *patterns,
		   const char *const *dirs, size_t nr_dirs)
{
	const char *question = question_of(side, h, patterns, dirs, nr_dirs);
	const char *folder = folder_below(side, near, dirs, nr_dirs);
	OST_BUF answer = OST_BUF_INIT;

	if (question && ost_kept_get(side->repo, KEPT_KIND, question, &answer))
		return !strcmp(answer.ptr, "yes\n");
	if (!(folder && grep(side, h, patterns, &folder, 1) && h->any) && !grep(side, h, patterns, dirs, nr_dirs))
		return true;
	ost_buf_addstr(&answer, h->any ? "yes\n" : "no\n");
	if (question)
		ost_kept_put(side->repo, KEPT_KIND, question, &answer);
	return h->any;
}

static bool any_line(struct hits *h, const char *line)
{
	return line[0] != 0;
}

const char *ost_about_uncounted(const struct ost_about *about, struct ost_side_files *side,
				const struct ost_image *image, const char *path)
{
	const char *counter, *dirs[2] = { "include", NULL };
	struct hits h = { .counts = any_line, .kind = "line" };
	const char *patterns[3] = { NULL };

	if (!ost_about_names(about, "__counted_by"))
		return NULL;
	counter = set_member(side, image);
	if (!counter || !strchr(path, '/'))
		return NULL;
	dirs[1] = ost_arena_strndup(&side->arena, path, (size_t)(strrchr(path, '/') - path));
	patterns[0] = ost_arena_printf(&side->arena, "__counted_by(%s)", counter);
	patterns[1] = ost_arena_printf(&side->arena, "__counted_by_ptr(%s)", counter);
	return search(side, &h, NULL, patterns, dirs, 2) ? NULL : counter;
}

/* ---- a member that nothing uses ---- */

/* Does the message say that the word may be missing: "w isn't", "w is NULL", "w can be NULL", "without w"? */
static bool is_said_missing(const struct ost_about *about, const char *word)
{
	static const char *const behind[] = {
		" isn't", " is not", " is NULL", " may be NULL", " can be NULL", " could be NULL", " is missing",
		" might be NULL", " being NULL", " may not be set", " are not", " was not", " wasn't",
	};
	const char *p = about->message;
	size_t i;

	while ((p = ost_find_word(p, about->message, word))) {
		if (p - about->message >= 8 && !memcmp(p - 8, "without ", 8))
			return true;
		p += strlen(word);
		for (i = 0; i < OST_ARRAY_SIZE(behind); i++)
			if (!strncmp(p, behind[i], strlen(behind[i])))
				return true;
	}
	return false;
}

/* `!x->member` among what is added, with the member named as missing. */
static const char *tested_member(const struct ost_about *about, struct ost_side_files *side,
				 const struct ost_image *image)
{
	const struct ost_image_tok *t = image->all.items;
	size_t i, k;

	for (i = 2; i < image->all.nr; i++) {
		if (t[i].side != OST_SIDE_ADDED || t[i].kind != T_IDENT || t[i - 1].kind != T_ARROW ||
		    (i + 1 < image->all.nr && (t[i + 1].kind == T_ARROW || t[i + 1].kind == T_DOT || t[i + 1].kind == T_LPAREN)))
			continue;
		for (k = i - 1; k > 0 && (t[k].kind == T_ARROW || t[k].kind == T_DOT || t[k].kind == T_IDENT); k--)
			;
		if (t[k].kind == T_NOT && is_said_missing(about, name_of(side, &t[i])))
			return name_of(side, &t[i]);
	}
	return NULL;
}

/* Is an access in a line of another file more than a test or an assignment of it? */
static bool is_use(struct hits *h, const char *line)
{
	const char *p = line;

	if (!strncmp(line, h->own_path, strlen(h->own_path)))
		return false;
	while ((p = ost_find_word(p, line, h->word))) {
		bool is_member = p > line && (p[-1] == '.' || (p[-1] == '>' && p - line > 1 && p[-2] == '-'));

		p += strlen(h->word);
		p += strspn(p, " \t");
		if (is_member && !(p[0] == '=' && p[1] != '=') && strncmp(p, "&&", 2) && strncmp(p, "||", 2) &&
		    strncmp(p, "==", 2) && strncmp(p, "!=", 2) && *p != '?')
			return true;
	}
	return false;
}

/* In its own file: a use in a function that does not set it. */
static bool is_used_in(struct ost_side_files *side, const struct ost_branch_file *file, const char *word)
{
	const struct ost_image_tok *t = file->toks.items;
	uint32_t f;
	size_t i;

	for (f = 0; f < file->nr_funcs; f++) {
		bool sets = false, uses = false;

		for (i = file->funcs[f].from + 1; i + 1 < file->funcs[f].to; i++) {
			if (t[i].kind != T_IDENT || (t[i - 1].kind != T_ARROW && t[i - 1].kind != T_DOT) ||
			    strcmp(name_of(side, &t[i]), word))
				continue;
			sets |= t[i + 1].kind == T_ASSIGN;
			uses |= t[i + 1].kind == T_ARROW || t[i + 1].kind == T_LBRACK || t[i + 1].kind == T_COMMA;
		}
		if (uses && !sets)
			return true;
	}
	return false;
}

const char *ost_about_unused_member(const struct ost_about *about, struct ost_side_files *side,
				    const struct ost_image *image, const struct ost_branch_file *file)
{
	const char *word = tested_member(about, side, image);
	struct hits h = { .counts = is_use, .kind = "use", .word = word };
	const char *patterns[3] = { NULL };

	if (!word || is_used_in(side, file, word))
		return NULL;
	h.own_path = ost_arena_printf(&side->arena, "%s:%s:", side->rev, file->path);
	patterns[0] = ost_arena_printf(&side->arena, "->%s", word);
	patterns[1] = ost_arena_printf(&side->arena, ".%s", word);
	return search(side, &h, file->path, patterns, kernel_dirs, OST_ARRAY_SIZE(kernel_dirs)) ? NULL : word;
}

static bool has_word(struct hits *h, const char *line)
{
	return ost_has_word(line, h->word);
}

bool ost_about_is_in_tree(struct ost_side_files *side, const char *near, const char *word)
{
	struct hits h = { .counts = has_word, .kind = "word", .word = word };
	const char *patterns[2] = { word, NULL };

	return search(side, &h, near, patterns, kernel_dirs, OST_ARRAY_SIZE(kernel_dirs));
}
