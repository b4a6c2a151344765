// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which kernels have what a finding names. That is not in the facts of C
 * files, so it is asked of the findings that are told, kept or new.
 */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/table.h"
#include "kbuild/kernels.h"
#include "locks/run.h"
#include "source/tree.h"

#define MAX_NEST 32
#define MAX_LINE 1000
#define MAX_STEPS 64

/* The first arm of an #if group that asks for a symbol. */
struct arm {
	uint32_t first, last;	/* lines of the #if and of what ends it */
	const char *symbol;
	uint32_t next;		/* of the file, index + 1 */
};

struct asked {
	struct ost_arena *arena;
	const struct ost_tree_facts *tree;
	struct ost_kernels_kept *kept;	/* or NULL */
	struct ost_kernels *kernels;
	bool is_own;			/* kernels are not those of kept */
	struct ost_table files;		/* hash of a path → 1 + index + 1 of its first arm */
	struct ost_table lacking;	/* hash of a macro and a path → 1 it is made somewhere, 2 not */
	OST_VEC(struct arm) arms;
};

/* ---- what #if lines ask for ------------------------------------------------- */

/* The symbol of "CONFIG_X" at s, or of "IS_ENABLED(CONFIG_X)" or "defined(CONFIG_X)" when nothing follows; NULL: it asks otherwise. */
static const char *symbol_of(struct ost_arena *arena, const char *s, size_t len)
{
	static const char *const forms[] = { "IS_ENABLED(", "defined(" };
	const char *end = s + len;
	size_t n = 0;

	for (size_t i = 0; i < OST_ARRAY_SIZE(forms); i++)
		if (len > strlen(forms[i]) && !strncmp(s, forms[i], strlen(forms[i])) && end[-1] == ')') {
			s += strlen(forms[i]);
			end--;
			break;
		}
	if (end - s < 8 || strncmp(s, "CONFIG_", 7))
		return NULL;
	s += 7;
	while (s + n < end && (isalnum((unsigned char)s[n]) || s[n] == '_'))
		n++;
	if (s + n != end || (n > 7 && !strncmp(end - 7, "_MODULE", 7)))
		return NULL;
	return ost_arena_strndup(arena, s, n);
}

/* What `#ifdef`, or `#if` of one symbol, asks for. */
static const char *asked_by(struct ost_arena *arena, const char *directive, size_t len)
{
	while (len && isspace((unsigned char)directive[len - 1]))
		len--;
	if (len > 6 && !strncmp(directive, "ifdef", 5) && isspace((unsigned char)directive[5]))
		return symbol_of(arena, directive + 6, len - 6);
	if (len > 3 && !strncmp(directive, "if", 2) && isspace((unsigned char)directive[2]))
		return symbol_of(arena, directive + 3, len - 3);
	return NULL;
}

/* The directive behind "#" at the line, or NULL. */
static const char *directive_at(const char *line)
{
	line += strspn(line, " \t");
	if (*line != '#')
		return NULL;
	line++;
	return line + strspn(line, " \t");
}

/* Lists the arms of the text; index + 1 of the first one. */
static uint32_t read_arms(struct asked *q, const char *text)
{
	uint32_t open[MAX_NEST], first = 0;	/* index + 1 of the arm that is open, 0: none */
	unsigned depth = 0;
	const char *eol;

	for (uint32_t line = 1; *text; line++, text = *eol ? eol + 1 : eol) {
		const char *s = directive_at(text), *symbol;
		bool is_end;

		eol = text + strcspn(text, "\n");
		if (!s || s >= eol)
			continue;
		if (!strncmp(s, "if", 2) && ++depth <= MAX_NEST) {
			symbol = eol - s < MAX_LINE ? asked_by(q->arena, s, (size_t)(eol - s)) : NULL;
			open[depth - 1] = 0;
			if (symbol) {
				ost_vec_add(&q->arms, ((struct arm){ line, UINT32_MAX, symbol, first }));
				open[depth - 1] = first = (uint32_t)q->arms.nr;
			}
			continue;
		}
		is_end = !strncmp(s, "endif", 5);
		if (!depth || (!is_end && strncmp(s, "el", 2)))
			continue;
		if (depth <= MAX_NEST && open[depth - 1]) {
			q->arms.items[open[depth - 1] - 1].last = line;
			open[depth - 1] = 0;
		}
		depth -= is_end;
	}
	return first;
}

/* The symbols that the arms around the line ask for. */
static void ask_around(struct asked *q, const char *path, uint32_t line, struct ost_kernel_place *ret)
{
	bool is_new;
	uint64_t *at = ost_table_put(&q->files, ost_hash_bytes(path, strlen(path)), &is_new);

	if (is_new) {
		uint32_t file = ost_tree_find(q->tree, path);
		OST_BUF b = OST_BUF_INIT;

		if (file != OST_TREE_NONE)
			ost_err_destroy(ost_tree_text(q->tree, file, &b));
		*at = 1 + (b.ptr ? read_arms(q, b.ptr) : 0);
	}
	for (uint32_t i = (uint32_t)*at - 1; i && ret->nr_symbols < OST_PLACE_SYMBOLS; i = q->arms.items[i - 1].next)
		if (q->arms.items[i - 1].first < line && line < q->arms.items[i - 1].last)
			ret->symbols[ret->nr_symbols++] = q->arms.items[i - 1].symbol;
}

/* ---- a symbol that no Kconfig file has -------------------------------------- */

#define MAX_FILES 2000	/* of a driver */

static bool defines(const char *text, const char *macro)
{
	size_t n = strlen(macro);

	for (const char *s = text; s && (s = strstr(s, macro)); s += n) {
		const char *before = s;

		while (before > text && (before[-1] == ' ' || before[-1] == '\t'))
			before--;
		if (before - text > 6 && !strncmp(before - 6, "define", 6) && !isalnum((unsigned char)s[n]) && s[n] != '_')
			return true;
	}
	return false;
}

/* Some C file of the folder, or of those around and below the folder it lies in while these are few, defines the macro. */
static bool is_defined_near(struct asked *q, const char *path, const char *macro)
{
	const struct ost_tree_facts *t = q->tree;
	const char *slash = strrchr(path, '/');
	size_t own = slash ? (size_t)(slash - path) + 1 : 0, len = own;
	uint32_t nr = 0;
	bool found = false;

	while (len > 1 && path[len - 2] != '/')
		len--;
	len = len ? len - 1 : 0;
	for (uint32_t i = 0; i < t->nr_files; i++)
		nr += !strncmp(t->files[i].path, path, len);
	len = nr > MAX_FILES ? own : len;
	for (uint32_t i = 0; i < t->nr_files && !found; i++) {
		OST_BUF b = OST_BUF_INIT;

		if (strncmp(t->files[i].path, path, len))
			continue;
		ost_err_destroy(ost_tree_text(t, i, &b));
		found = b.ptr && defines(b.ptr, macro);
	}
	return found;
}

static bool is_nowhere(struct asked *q, const char *symbol, const char *macro, const char *file)
{
	uint64_t key = ost_hash_bytes(macro, strlen(macro)) * 31 + ost_hash_bytes(file, strlen(file));
	bool is_new;
	uint64_t *known = ost_table_put(&q->lacking, key, &is_new);

	if (is_new)
		*known = 1u + (ost_kernels_lack(q->kernels, symbol, file) && !is_defined_near(q, file, macro));
	return *known == 2;
}

/* Why nothing of the place is ever compiled, or NULL. */
static const char *never_built(struct asked *q, const struct ost_kernel_place *p)
{
	for (unsigned i = 0; i < p->nr_symbols; i++) {
		const char *macro = ost_arena_printf(q->arena, "CONFIG_%s", p->symbols[i]);

		if (is_nowhere(q, p->symbols[i], macro, p->file))
			return ost_arena_printf(q->arena, "no kernel has all of this: a step in %s asks for %s, which no Kconfig file has",
						p->file, macro);
	}
	return NULL;
}

/* ---- findings ----------------------------------------------------------------- */

/* Why nobody waits for a spin lock of the finding, or NULL: one of its steps is built for one processor alone. */
static const char *one_processor(struct asked *q, const struct ost_finding *f)
{
	for (size_t i = 0; i < f->nr_steps; i++) {
		const char *file = f->steps[i].file, *why = *file ? ost_one_processor_for(q->kernels, file) : NULL;

		if (why)
			return ost_arena_printf(q->arena, "%s is built for %s alone, which has one processor (elsewhere only with "
						"COMPILE_TEST): nobody waits for a spin lock there", file, why);
	}
	return NULL;
}

/* Why no kernel has all that the steps name, or NULL. */
static const char *never_together(struct asked *q, const struct ost_finding *f)
{
	struct ost_kernel_place places[MAX_STEPS];
	const char *why = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < f->nr_steps && nr < MAX_STEPS && !why; i++) {
		struct ost_kernel_place *p = &places[nr];

		if (!f->steps[i].file[0])
			continue;
		*p = (struct ost_kernel_place){ .file = f->steps[i].file };
		ask_around(q, p->file, f->steps[i].line, p);
		why = never_built(q, p);
		for (size_t j = 0; j <= nr && !why; j++) {
			const char *apart = j < nr || p->nr_symbols ? ost_never_together(q->kernels, &places[j], p) : NULL;

			if (apart)
				why = ost_arena_printf(q->arena, "no kernel has all of this: %s", apart);
		}
		nr++;
	}
	return why;
}

static void doubt(struct ost_arena *arena, struct ost_finding *f, const char *why)
{
	const char **doubts = ost_arena_calloc(arena, f->nr_doubts + 2, sizeof(*doubts));

	memcpy(doubts, f->doubts, f->nr_doubts * sizeof(*doubts));
	doubts[f->nr_doubts++] = why;
	f->doubts = doubts;
	f->rank = OST_RANK_POSSIBLE;
}

/* Where they cannot be had, nothing is known of any. */
static bool has_kernels(struct asked *q)
{
	struct ost_tree_origin at;

	if (q->kernels || !ost_tree_origin(q->tree, &at))
		return q->kernels;
	q->is_own = at.dir || !q->kept;
	if (q->is_own)
		ost_err_destroy(ost_kernels_create(&q->kernels, at.dir, at.repo, at.rev));
	else
		ost_err_destroy(ost_kernels_take(q->kept, at.repo, at.rev, &q->kernels));
	return q->kernels;
}

void ost_dl_judge_kernels(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts,
			  struct ost_kernels_kept *kept)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct asked q = { .arena = &arena, .tree = tree, .arms = OST_VEC_INIT, .kept = kept };
	size_t i, nr = 0;

	ost_table_init(&q.files);
	ost_table_init(&q.lacking);
	for (i = 0; i < r->nr_findings; i++) {
		struct ost_finding *f = &r->findings[i];
		const char *why = NULL;

		if (f->rank < OST_RANK_POSSIBLE) {
			if (!has_kernels(&q))
				break;
			why = f->spins ? one_processor(&q, f) : NULL;
			why = why ? why : never_together(&q, f);
		}
		if (why)
			doubt(ost_dl_report_arena(r), f, ost_arena_strdup(ost_dl_report_arena(r), why));
		if (f->rank <= opts->rank)
			r->findings[nr++] = *f;
	}
	r->nr_findings = i < r->nr_findings ? r->nr_findings : nr;
	if (q.is_own)
		ost_kernels_destroy(q.kernels);
	ost_table_deinit(&q.files);
	ost_table_deinit(&q.lacking);
	ost_vec_deinit(&q.arms);
	ost_arena_deinit(&arena);
}
