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
		ost_buf_addf(&b, "%s%s", i ? ", " : "; only on (without COMPILE_TEST) ", f->archs[i]);
	return ost_arena_strdup(arena, b.ptr);
}

/* ---- a copy that outlives the reacher ---- */

static const char *copy(struct ost_arena *a, const char *text)
{
	return text ? ost_arena_strdup(a, text) : NULL;
}

static const char *const *copy_names(struct ost_arena *a, const char *const *names, size_t nr)
{
	const char **v = ost_arena_calloc(a, nr + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < nr; i++)
		v[i] = copy(a, names[i]);
	return v;
}

static const struct ost_reach_symbol *copy_symbols(struct ost_arena *a, const struct ost_reach_symbol *from, size_t nr)
{
	struct ost_reach_symbol *v = ost_arena_calloc(a, nr + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < nr; i++) {
		v[i] = from[i];
		v[i].name = copy(a, from[i].name);
		v[i].prompt = copy(a, from[i].prompt);
		v[i].type = copy(a, from[i].type);
		v[i].value = copy(a, from[i].value);
		v[i].file = copy(a, from[i].file);
		v[i].by = copy(a, from[i].by);
	}
	return v;
}

static const struct ost_reach_device *copy_devices(struct ost_arena *a, const struct ost_reach_device *from, size_t nr)
{
	struct ost_reach_device *v = ost_arena_calloc(a, nr + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < nr; i++)
		v[i] = (struct ost_reach_device){ copy(a, from[i].bus), copy(a, from[i].id), copy(a, from[i].file), from[i].line };
	return v;
}

static void copy_file(struct ost_reach_file *to, struct ost_arena *a, const struct ost_reach_file *from)
{
	*to = *from;
	to->path = copy(a, from->path);
	to->symbols = copy_symbols(a, from->symbols, from->nr_symbols);
	to->modules = copy_names(a, from->modules, from->nr_modules);
	to->devices = copy_devices(a, from->devices, from->nr_devices);
	to->archs = copy_names(a, from->archs, from->nr_archs);
	to->built = copy(a, from->built);
	to->why = copy(a, from->why);
}

/* ---- one revision ---- */

/*
 * A reacher keeps every text that it has read. Those of the revisions asked
 * about last are kept for the next patch of a mailbox, until they hold this
 * much: a folder with hundreds of drivers is read whole.
 */
#define MAX_BYTES ((size_t)20 << 20)

static void drop(struct ost_reach_slot *slot)
{
	ost_reacher_destroy(slot->reacher);
	ost_tree_return(slot->list);
	ost_arena_deinit(&slot->arena);
	memset(slot, 0, sizeof(*slot));
}

void ost_reachers_deinit(struct ost_review_shared *s)
{
	size_t i;

	for (i = 0; i < OST_REACHERS_KEPT; i++)
		drop(&s->reachers[i]);
}

static size_t nr_slots(const struct ost_review_shared *s)
{
	if (s->nr_stable < 2)
		return 2;
	return s->nr_stable < OST_REACHERS_KEPT ? s->nr_stable : OST_REACHERS_KEPT;
}

/* That of the revision, or the one that was not used for longest. */
static struct ost_reach_slot *find_slot(struct ost_review_shared *s, const char *rev)
{
	struct ost_reach_slot *oldest = s->reachers;
	size_t i, nr = nr_slots(s);

	for (i = 0; i < nr; i++) {
		if (!strcmp(s->reachers[i].rev, rev))
			return &s->reachers[i];
		if (s->reachers[i].last < oldest->last)
			oldest = &s->reachers[i];
	}
	return oldest;
}

static struct ost_err *reacher_of(struct ost_review_shared *s, const char *rev, const struct ost_kb_config *config,
				  struct ost_reach_slot **ret)
{
	struct ost_reach_slot *slot = *ret = find_slot(s, rev);

	slot->last = ++s->nr_reached;
	if (!strcmp(slot->rev, rev))
		return NULL;
	drop(slot);
	ost_try(ost_tree_borrow(&slot->list, s->repo, rev));
	ost_try(ost_reacher_create(&slot->reacher, &slot->arena, s->repo, slot->list, config));
	memcpy(slot->rev, rev, sizeof(slot->rev));
	slot->last = s->nr_reached;
	return NULL;
}

/* After a question: what has become too large is read anew for the next one. */
static void rest(struct ost_reach_slot *slot)
{
	if (slot->arena.bytes > MAX_BYTES)
		drop(slot);
}

struct ost_err *ost_reach_files(struct ost_reach_file **ret, size_t *ret_nr, struct ost_arena *arena,
				struct ost_review_shared *s, const char *rev,
				const struct ost_changed_file *files, uint32_t nr,
				const struct ost_kb_config *config)
{
	struct ost_reach_slot *slot;
	struct ost_reach_file file;
	uint32_t i;

	*ret = ost_arena_calloc(arena, nr + 1, sizeof(**ret));
	*ret_nr = nr;
	ost_try(reacher_of(s, rev, config, &slot));
	for (i = 0; i < nr; i++) {
		ost_reach_of(slot->reacher, files[i].path, &file);
		copy_file(&(*ret)[i], arena, &file);
		fill_functions(arena, &files[i], &(*ret)[i]);
		(*ret)[i].text = text_of(arena, &(*ret)[i]);
	}
	rest(slot);
	return NULL;
}

struct ost_err *ost_reach_builds(enum ost_built *ret, struct ost_review_shared *s, const char *rev, const char *path, const char *arch,
				 const struct ost_kb_config *config)
{
	struct ost_reach_slot *slot;

	*ret = OST_BUILT_UNKNOWN;
	ost_try(reacher_of(s, rev, config, &slot));
	*ret = ost_reach_may_build(slot->reacher, path, arch);
	rest(slot);
	return NULL;
}

struct ost_err *ost_reach_sets(enum ost_set *ret, struct ost_review_shared *s, const char *rev, const char *name,
			       const struct ost_kb_config *config)
{
	struct ost_reach_slot *slot;

	*ret = OST_SET_UNKNOWN;
	ost_try(reacher_of(s, rev, config, &slot));
	*ret = ost_reach_is_set(slot->reacher, name, "x86");
	rest(slot);
	return NULL;
}
