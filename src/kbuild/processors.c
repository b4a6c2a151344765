// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are built for machines with one processor alone. */
#include <string.h>

#include "base/hash.h"
#include "base/word.h"
#include "kbuild/kconfig_expr.h"
#include "kbuild/kernels_priv.h"

#define MAX_NEEDS 200
#define MAX_WORD 128
#define MAX_EXPR 2048	/* bytes of an expression: each of its words costs a look at all of it; longer ones tell nothing */

/* ---- what cannot be done without ------------------------------------------- */

/* The next name at *text, "" at the end. */
static void next_word(const char **text, char word[MAX_WORD])
{
	const char *s = *text;
	size_t n = 0;

	while (*s && !ost_is_word_byte(*s))
		s++;
	while (ost_is_word_byte(s[n]))
		n++;
	*word = '\0';
	if (n && n < MAX_WORD) {
		memcpy(word, s, n);
		word[n] = '\0';
	}
	*text = s + n;
}

/* Names that are n; all others but constants and COMPILE_TEST may be anything. */
static enum ost_kc_value value_without(void *never, const char *name)
{
	if (!strcmp(name, "y") || !strcmp(name, "m"))
		return OST_KC_YES;
	return !strcmp(name, "n") || !strcmp(name, "COMPILE_TEST") || ost_has_word(never, name) ? OST_KC_NO : OST_KC_MAYBE;
}

/* The expression can be met, but not without one of the names. */
static bool wants(const char *expr, const char *names)
{
	char copy[MAX_WORD], none[] = "";

	strncpy(copy, names, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = '\0';
	return ost_kc_eval(expr, value_without, none) != OST_KC_NO && ost_kc_eval(expr, value_without, copy) == OST_KC_NO;
}

struct needs {
	const char *v[MAX_NEEDS];
	size_t nr;
};

static void add_need(struct needs *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->nr; i++)
		if (!strcmp(n->v[i], name))
			return;
	if (n->nr < MAX_NEEDS)
		n->v[n->nr++] = name;
}

/* Every entry of the symbol wants it. */
static bool all_want(const struct ost_kernels *p, const char *name, const char *word)
{
	const struct ost_kc_entry *e;
	uint32_t at = 0;

	while ((e = ost_kconfig_next(&p->kconfig, name, &at)))
		if (strlen(e->depends) > MAX_EXPR || !wants(e->depends, word))
			return false;
	return true;
}

/* What the symbol wants, found behind it in the list. */
static void add_needs_of(struct ost_kernels *p, const char *name, struct needs *n)
{
	uint32_t at = 0;
	const struct ost_kc_entry *e = ost_kconfig_next(&p->kconfig, name, &at);
	const char *text = e && strlen(e->depends) <= MAX_EXPR ? e->depends : "";
	char word[MAX_WORD];

	while (*text) {
		next_word(&text, word);
		if (*word && all_want(p, name, word))
			add_need(n, ost_arena_strdup(&p->arena, word));
	}
}

/* ---- one processor ------------------------------------------------------------ */

/* The length of "arch/x/" that the file lies under, 0: none. */
static size_t arch_len(const char *file)
{
	const char *end = strncmp(file, "arch/", 5) ? NULL : strchr(file + 5, '/');

	return end ? (size_t)(end + 1 - file) : 0;
}

static struct ost_arch_smp read_smp(const struct ost_kconfig *k, const char *arch, size_t len)
{
	struct ost_arch_smp smp = { false, NULL };
	size_t i;

	for (i = 0; i < k->entries.nr; i++) {
		const struct ost_kc_entry *e = &k->entries.items[i];

		if (strncmp(e->file, arch, len))
			continue;
		if (ost_has_word(e->selects, "ARCH_SUPPORTS_RT") || !strcmp(e->name, "ARCH_SUPPORTS_RT"))
			return (struct ost_arch_smp){ false, NULL };
		smp.is_known |= !strcmp(e->file + len, "Kconfig");
		if (!strcmp(e->name, "SMP"))
			smp.entry = e;
	}
	return smp;
}

/* Of "arch/x/", the first len bytes. */
static const struct ost_arch_smp *smp_of(struct ost_kernels *p, const char *arch, size_t len)
{
	bool is_new;
	uint64_t *place = ost_table_put(&p->archs, ost_hash_bytes(arch, len), &is_new);

	if (is_new) {
		*place = p->smps.nr + 1;
		ost_vec_add(&p->smps, read_smp(&p->kconfig, arch, len));
	}
	return &p->smps.items[*place - 1];
}

static bool selects_any(const struct ost_kc_entry *e, const char *names)
{
	char word[MAX_WORD];

	while (*names) {
		next_word(&names, word);
		if (ost_has_word(e->selects, word))
			return true;
	}
	return false;
}

/* A row of the table says so, and this tree does not say otherwise. */
static bool has_row(const struct ost_kernels *p, const struct ost_kc_entry *e, const struct ost_kc_entry *smp)
{
	size_t i;

	for (i = 0; i < p->nr_rows; i++)
		if (!strcmp(e->name, p->rows[i].symbol))
			return wants(smp->depends, p->rows[i].never) && !selects_any(e, p->rows[i].never);
	return false;
}

/* The symbol is of one architecture, and there it leaves no SMP. */
static bool tells_one(struct ost_kernels *p, const char *name)
{
	uint32_t at = 0;
	const struct ost_kc_entry *first = ost_kconfig_next(&p->kconfig, name, &at), *e;
	size_t len = first ? arch_len(first->file) : 0;
	const struct ost_arch_smp *smp;

	if (!len)
		return false;
	while ((e = ost_kconfig_next(&p->kconfig, name, &at)))
		if (strncmp(e->file, first->file, len))
			return false;
	smp = smp_of(p, first->file, len);
	return smp->is_known && (!smp->entry || has_row(p, first, smp->entry));
}

/* One way to build the file. */
static const char *by_way(struct ost_kernels *p, const struct ost_way *w)
{
	struct needs needs = { .nr = 0 };
	const char *folder;
	size_t i;

	if (w->arch) {
		const struct ost_arch_smp *smp;

		folder = ost_arena_printf(&p->arena, "arch/%s/", w->arch);
		smp = smp_of(p, folder, strlen(folder));
		if (smp->is_known && !smp->entry)
			return ost_arena_printf(&p->arena, "arch/%s", w->arch);
	}
	for (i = 0; i < w->nr_terms; i++)
		if (!w->terms[i].term.is_not)
			add_need(&needs, w->terms[i].term.name);
	for (i = 0; i < needs.nr; i++) {
		if (tells_one(p, needs.v[i]))
			return needs.v[i];
		add_needs_of(p, needs.v[i], &needs);
	}
	return NULL;
}

static const char *one_for(struct ost_kernels *p, const char *path)
{
	const char *found = NULL;
	uint32_t i;

	ost_ways_find(&p->ways, path);
	for (i = 0; i < p->ways.nr; i++) {
		found = by_way(p, &p->ways.v[i]);
		if (!found)
			return NULL;
	}
	return p->ways.is_cut ? NULL : found;
}

const char *ost_one_processor_for(struct ost_kernels *p, const char *path)
{
	bool is_new;
	uint64_t *place = ost_table_put(&p->known, ost_hash_bytes(path, strlen(path)), &is_new);

	if (is_new) {
		*place = p->answers.nr + 1;
		ost_kconfig_read_all(&p->kconfig);
		ost_vec_add(&p->answers, one_for(p, path));
	}
	return p->answers.items[*place - 1];
}
