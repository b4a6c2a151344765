// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/reach.h"

#include <string.h>

#include "base/buf.h"

static void fill_functions(struct ost_arena *arena, const struct ost_changed_file *in, struct ost_reach_file *ret)
{
	struct ost_reach_func *v = ost_arena_calloc(arena, in->nr_defs + 1, sizeof(*v));
	uint32_t i;

	for (i = 0; i < in->nr_defs; i++)
		if (in->defs[i].kind == OST_DEF_FUNC)
			v[ret->nr_functions++] = (struct ost_reach_func){ in->defs[i].name, in->defs[i].condition };
	ret->functions = v;
}

/* ---- for people ---- */

#define MAX_SHOWN 6

static void add_devices(struct ost_buf *b, const struct ost_reach_file *f)
{
	const char *bus = "";
	size_t i, shown = 0;

	for (i = 0; i < f->nr_devices && shown < MAX_SHOWN; i++, shown++) {
		ost_buf_addf(b, "%s%s%s%s", shown ? ", " : "; devices ", strcmp(bus, f->devices[i].bus) ? f->devices[i].bus : "",
			     strcmp(bus, f->devices[i].bus) ? " " : "", f->devices[i].id);
		bus = f->devices[i].bus;
	}
	if (i < f->nr_devices)
		ost_buf_addf(b, " and %zu more", f->nr_devices - i);
}

static const char *text_of(struct ost_arena *arena, const struct ost_reach_file *f)
{
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	for (i = 0; i < f->nr_symbols; i++) {
		const struct ost_reach_symbol *s = &f->symbols[i];

		ost_buf_addf(&b, "%s%s%s", i ? ", " : "", s->is_not ? "not " : "", s->name);
		if (*s->prompt)
			ost_buf_addf(&b, " (%s)", s->prompt);
	}
	if (f->nr_ways && !f->nr_symbols)
		ost_buf_addstr(&b, "always built");
	for (i = 0; i < f->nr_modules; i++)
		ost_buf_addf(&b, "%s%s", i ? ", " : "; module ", f->modules[i]);
	add_devices(&b, f);
	for (i = 0; i < f->nr_archs && f->nr_archs <= MAX_SHOWN; i++)
		ost_buf_addf(&b, "%s%s", i ? ", " : "; only on ", f->archs[i]);
	return ost_arena_strdup(arena, b.ptr);
}

/* ---- one revision ---- */

/* Made once for each revision of a run. */
static struct ost_err *reacher_of(struct ost_review_shared *s, const char *rev, const struct ost_kb_config *config,
				  struct ost_reacher **ret)
{
	struct ost_reach_slot slot = { .reacher = NULL };
	struct ost_tree_list *list;
	size_t i;

	for (i = 0; i < s->reachers.nr; i++) {
		*ret = s->reachers.items[i].reacher;
		if (!strcmp(s->reachers.items[i].rev, rev))
			return NULL;
	}
	list = ost_arena_calloc(&s->arena, 1, sizeof(*list));
	ost_try(ost_tree_list(list, &s->arena, s->repo, rev, NULL));
	ost_try(ost_reacher_create(&slot.reacher, &s->arena, s->repo, ost_arena_strdup(&s->arena, rev), list, config));
	memcpy(slot.rev, rev, sizeof(slot.rev));
	ost_vec_add(&s->reachers, slot);
	*ret = slot.reacher;
	return NULL;
}

struct ost_err *ost_reach_files(struct ost_reach_file **ret, size_t *ret_nr, struct ost_arena *arena,
				struct ost_review_shared *s, const char *rev,
				const struct ost_changed_file *files, uint32_t nr,
				const struct ost_kb_config *config)
{
	struct ost_reacher *r;
	uint32_t i;

	*ret = ost_arena_calloc(arena, nr + 1, sizeof(**ret));
	*ret_nr = nr;
	ost_try(reacher_of(s, rev, config, &r));
	for (i = 0; i < nr; i++) {
		ost_reach_of(r, files[i].path, &(*ret)[i]);
		fill_functions(arena, &files[i], &(*ret)[i]);
		(*ret)[i].text = text_of(arena, &(*ret)[i]);
	}
	return NULL;
}
