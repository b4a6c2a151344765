// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/command.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "ostler/branches.h"
#include "review/input.h"

#define EMPTY_TREE "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
#define MAX_NAMED 40		/* files of a change that a command names one by one */

/* ---- words ---- */

/* Would it come through a report as it is: one line, fit to be shown? */
static bool is_text(struct ost_arena *a, const char *s)
{
	return !s[strcspn(s, "\n\t\r")] && !strcmp(ost_utf8_clean(ost_arena_strdup(a, s)), s);
}

/* "$(printf 'a\nb')": what cannot be written in a line. */
static const char *quote_bytes(struct ost_arena *a, const char *s)
{
	OST_BUF b = OST_BUF_INIT;
	const unsigned char *p = (const unsigned char *)s;

	ost_buf_addstr(&b, "\"$(printf '");
	for (; *p; p++) {
		if (*p > ' ' && *p < 0x7f && *p != '\'' && *p != '\\' && *p != '%')
			ost_buf_addch(&b, (char)*p);
		else
			ost_buf_addf(&b, "\\%03o", *p);
	}
	ost_buf_addstr(&b, "')\"");
	return ost_arena_strndup(a, b.ptr, b.len);
}

const char *ost_shell_quote(struct ost_arena *a, const char *s)
{
	OST_BUF b = OST_BUF_INIT;
	const char *p;

	if (*s && s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "0123456789_-./:@%+=,^")] == '\0' && *s != '-')
		return s;
	if (!is_text(a, s))
		return quote_bytes(a, s);
	/* git reads a word that begins with '-' as an option, quoted or not */
	ost_buf_addch(&b, '\'');
	for (p = s; *p; p++) {
		if (*p == '\'')
			ost_buf_addstr(&b, "'\\''");
		else
			ost_buf_addch(&b, *p);
	}
	ost_buf_addch(&b, '\'');
	return ost_arena_strndup(a, b.ptr, b.len);
}

const char *ost_shell_pathspec(struct ost_arena *a, const char *path)
{
	if (*path != ':' && !path[strcspn(path, "*?[\\")])
		return ost_shell_quote(a, path);
	return ost_shell_quote(a, ost_arena_printf(a, ":(literal)%s", path));
}

/* ---- the patch ---- */

const char *ost_cmd_read(struct ost_arena *a, const char *path, size_t offset, size_t len)
{
	const char *file = ost_shell_quote(a, path);

	if (!len)
		return ost_arena_printf(a, "cat %s", file);
	return ost_arena_printf(a, "tail -c +%zu %s | head -c %zu", offset + 1, file, len);
}

/* The command that leaves the patch in the file `p` of the current folder. */
static const char *patch_to_file(struct ost_arena *a, const struct ost_review_item *item)
{
	const struct ost_review_msg *m = &item->msg;

	if (*m->commit)
		return ost_arena_printf(a, "git diff-tree -p -M %s %s >p",
					*item->parent ? item->parent : EMPTY_TREE, m->commit);
	if (!*m->read || !m->is_read_alike)
		return "";
	return ost_arena_printf(a, m->is_mail ? "%s | git mailinfo m p >i" : "%s >p", m->read);
}

const char *ost_cmd_patch(struct ost_arena *a, const struct ost_review_item *item)
{
	const struct ost_review_msg *m = &item->msg;

	if (!*m->read || !m->is_mail)
		return m->read;
	/* mailinfo writes the patch to the second file and the headers to its output */
	return ost_arena_printf(a, "%s | git mailinfo /dev/null /dev/stderr 2>&1 >/dev/null", m->read);
}

/* ---- the trial ---- */

/* "&& echo 'X: applies' || echo 'X: refused'" */
static void say(struct ost_buf *b, const char *way)
{
	ost_buf_addf(b, " && echo '%s: applies' || echo '%s: refused'; ", way, way);
}

/* Files found under another name stand where the patch looks for them. */
static void place_moved(struct ost_buf *b, struct ost_arena *a, const struct ost_branch_answer *answer)
{
	size_t i;

	for (i = 0; i < answer->nr_moved; i++) {
		const struct ost_moved_file *m = &answer->moved[i];

		ost_buf_addf(b, "git update-index --add --cacheinfo %o,\"$(git rev-parse %.12s:%s)\",%s; ", m->mode,
			     answer->tip, ost_shell_quote(a, m->to), ost_shell_quote(a, m->from));
	}
}

/* patch(1) passes over binary files in silence. */
static bool has_binary(const struct ost_change *change)
{
	uint32_t i;

	for (i = 0; i < change->nr_files; i++)
		if (change->files[i].is_binary)
			return true;
	return false;
}

/* What patch(1) makes of the files in a folder beside. */
static void try_fuzz(struct ost_buf *b, struct ost_arena *a, const struct ost_change *change)
{
	uint32_t i;

	if (has_binary(change))
		return;
	ost_buf_addstr(b, "git checkout-index -q --prefix=t/ --");
	for (i = 0; i < change->nr_files; i++)
		if (change->files[i].status != OST_FILE_ADDED)
			ost_buf_addf(b, " %s", ost_shell_quote(a, change->files[i].old_path));
	ost_buf_addstr(b, " || :; mkdir -p t; patch -d t -p1 -fN -F2 -i ../p");
	say(b, "patch -F2");
}

const char *ost_cmd_apply(struct ost_arena *a, const struct ost_review_item *item, const struct ost_branch_answer *answer)
{
	bool is_clean = !strcmp(answer->applies, "clean"), is_merged = !strcmp(answer->applies, "merged");
	const char *patch = patch_to_file(a, item);
	OST_BUF b = OST_BUF_INIT;

	if (!*patch || !item->change.nr_files || (item->change.nr_files > MAX_NAMED && !is_clean && !is_merged))
		return "";
	ost_buf_addf(&b, "(set -e; export GIT_ALTERNATE_OBJECT_DIRECTORIES=\"$(git rev-parse --path-format=absolute"
		     " --git-path objects)\"; d=\"$(mktemp -d)\"; cd \"$d\"; export GIT_DIR=\"$d/.git\"; git init -q; "
		     "git read-tree %s; %s; git apply --cached --check -v p", answer->tip, patch);
	say(&b, "git apply");
	if (!is_clean) {
		place_moved(&b, a, answer);
		if (answer->is_respaced) {
			ost_buf_addstr(&b, "git apply --cached --check --ignore-whitespace p");
			say(&b, "--ignore-whitespace");
		}
		if (!is_merged)
			try_fuzz(&b, a, &item->change);
		ost_buf_addstr(&b, "git apply --cached --3way p");
		say(&b, "--3way");
	}
	ost_buf_addstr(&b, "rm -rf \"$d\")");
	return ost_arena_strndup(a, b.ptr, b.len);
}

const char *ost_cmd_same_name(struct ost_arena *a, const char *tip, const char *path)
{
	const char *slash = strrchr(path, '/');

	return ost_arena_printf(a, "git ls-tree -rz --name-only %s | tr '\\0' '\\n' | grep -F -e %s || echo none", tip,
				ost_shell_quote(a, slash ? slash : path));
}
