// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linking a tree that differs in some files from one that is linked already.
 *
 * A file is linked by its own facts and by what others define under the names
 * that it asks for; those were noted (asks.h). Compared is, for each changed file,
 * what it defines under each name and others see (visible.c). Files that asked for a name that
 * is defined otherwise are linked again, as are those that see a file whose own
 * list of private headers is another; for all others, what was written down is
 * taken over. Who asked for a name in vain that is defined now is found by its text
 * (reuse_find.c), who includes another file than before by its includes (reuse_includes.c). Whatever does not fit - a macro
 * makes such a name, too much is to be done again - ends the attempt, and the tree is linked from its facts.
 */
#include "program/reuse.h"

#include <stdlib.h>

#include "program/visible.h"

bool ost_reuse_is_broken(const struct ost_program *p)
{
	return p->reuse && p->reuse->is_broken;
}

uint32_t ost_reuse_old(const struct ost_program *p, uint32_t file)
{
	return p->reuse ? p->reuse->old_of[file] : OST_NO_ID;
}

const struct ost_program *ost_reuse_base(const struct ost_program *p)
{
	return p->reuse->b;
}

uint32_t *ost_no_ids(size_t nr)
{
	uint32_t *ids = ost_malloc((nr + 1) * sizeof(*ids));

	memset(ids, 0xff, (nr + 1) * sizeof(*ids));
	return ids;
}

/* ---- which files differ ---------------------------------------------------- */

static bool is_same_file(const struct ost_tree_file *a, const struct ost_tree_file *b)
{
	return !ost_oid_cmp(&a->id, &b->id) && !a->why == !b->why;
}

static void pair_files(struct ost_reuse *r, const struct ost_tree_facts *old, const struct ost_tree_facts *new)
{
	uint32_t i = 0, k = 0;
	int cmp;

	while (i < old->nr_files || k < new->nr_files) {
		if (i == old->nr_files)
			cmp = 1;
		else
			cmp = k == new->nr_files ? -1 : strcmp(old->files[i].path, new->files[k].path);
		if (!cmp)
			r->path_of[i] = k;
		if (!cmp && is_same_file(&old->files[i], &new->files[k])) {
			r->old_of[k] = i;
			r->new_of[i] = k;
		} else {
			ost_vec_add(&r->changed.v, ((struct pair){ cmp > 0 ? OST_NO_ID : i, cmp < 0 ? OST_NO_ID : k, false }));
		}
		i += cmp <= 0;
		k += cmp >= 0;
	}
}

/* A file that has the same text is read all the same. */
static void read_again(struct ost_reuse *r, uint32_t old)
{
	uint32_t new = r->new_of[old];

	if (new == OST_NO_ID)
		return;
	r->new_of[old] = r->old_of[new] = OST_NO_ID;
	ost_vec_add(&r->changed.v, ((struct pair){ old, new, true }));
}

/* Half of the time goes into a third of the files: then the whole is as good, unless its index is to be like the other's. */
static bool is_too_much(const struct ost_reuse *r)
{
	return !r->may_read_all && r->changed.v.nr > 64 + r->b->nr_real / 3;
}

/* ---- names that are defined otherwise --------------------------------------- */

/* A name that nothing had is defined now. Expansion at file scope does not see what macros make. */
static void has_appeared(struct ost_reuse *r, const char *name)
{
	const struct ost_unknown_list *unknown = &r->b->unknown;
	size_t len = strlen(name);

	if (!r->is_chosen && ost_unknown_has(unknown, ost_unknown_marked(OST_MARK_MACRO, name, len)))
		r->is_broken = true;
	if (!ost_unknown_has(unknown, ost_unknown_of(name, (uint32_t)len)))
		return;
	if (r->is_chosen || !ost_reuse_is_word(name))
		r->is_broken = true;	/* too late to look for those who asked, or no way to */
	else
		ost_vec_add(&r->appeared.v, ost_strdup(name));
}

static unsigned own_of(const struct ost_program *b, struct ost_def d)
{
	switch (ost_def_kind(d)) {
	case OST_DEF_UNIT:
		return b->units.items[d.id].kind == OST_UNIT_FUNC ? 1u << OST_OWN_FUNC : 1u << OST_OWN_MACRO;
	case OST_DEF_GLOBAL:
		return 1u << OST_OWN_GLOBAL;
	case OST_DEF_PROTO:
		return 0;
	default:
		return 1u << OST_OWN_TYPE;
	}
}

/*
 * A file has a name for itself, or has it no more. Others are told nothing by that but that
 * the name is some function's, macro's, object's: is that as it was?
 */
static bool is_known_as_before(const struct ost_reuse *r, uint32_t name, unsigned own)
{
	const struct ost_program *b = r->b, *p = r->p;
	uint32_t i;

	if (name >= b->nr_grouped)
		return false;	/* defined for the first time */
	if (r->is_chosen)	/* all definitions are known */
		return p->name_flags[name] == b->name_flags[name] &&
			(b->def_first[name] == b->def_first[name + 1]) == (p->def_first[name] == p->def_first[name + 1]);
	for (i = b->def_first[name]; own && i < b->def_first[name + 1]; i++)
		if (ost_def_file(b->defs[i]) < b->nr_real && r->new_of[ost_def_file(b->defs[i])] != OST_NO_ID)
			own &= ~own_of(b, b->defs[i]);	/* it stays in a file that is the same */
	return !own;
}

/* Others see something else under the name; an id of OST_NO_ID: that no file there has a word of. */
static void note_shown(struct ost_reuse *r, uint32_t id)
{
	if (!r->shows || r->is_chosen || r->comparing == OST_NO_ID) {
		r->shows_other = true;
		return;
	}
	r->is_shown_by[r->comparing] = 1;
	if (id != OST_NO_ID)
		r->shows[id] = 1;
}

static void mark_changed(void *ctx, const char *name, unsigned own)
{
	struct ost_reuse *r = ctx;
	uint32_t id = ost_program_find_name(r->b, name);

	if (!own)
		note_shown(r, id);
	if (id == OST_NO_ID)
		has_appeared(r, name);
	else if (!own || !is_known_as_before(r, id, own))
		r->is_changed[id] = 1;
}

bool ost_reuse_is_own(const struct ost_reuse *r, uint32_t old)
{
	return !r->b->files[old].is_header && !r->is_included[old];
}

/* A new file is taken for one that others see; who comes to include a file is read again, and who sees that. */
void ost_reuse_compare(struct ost_reuse *r, struct pair f, const struct ost_facts *a, const struct ost_facts *b)
{
	bool is_own = f.old != OST_NO_ID && ost_reuse_is_own(r, f.old);

	r->comparing = f.old;
	ost_visible_compare(a, b, is_own, mark_changed, r);
}

static bool has_asked(const struct ost_reuse *r, uint32_t file)
{
	const struct ost_program *b = r->b;
	uint32_t i;

	for (i = b->ask_first.items[file]; i < b->ask_first.items[file + 1]; i++)
		if (r->is_changed[b->asks.v.items[i]])
			return true;
	return false;
}

bool ost_reuse_has_asked(const struct ost_reuse *r, uint32_t old)
{
	return has_asked(r, old) || (old < r->b->nr_real && r->virtual_of[old] != OST_NO_ID &&
				     has_asked(r, r->virtual_of[old]));
}

/* ---- headers that only some see --------------------------------------------- */

/* The next include of a file that is no public header, as a path; NULL: no more. */
static const char *next_private(const struct ost_program *p, const struct ost_file_info *fi, uint32_t *at)
{
	uint32_t inc;

	while (*at < fi->nr_includes) {
		inc = p->includes.items[fi->first_include + (*at)++];
		if (!p->files[inc].is_public)
			return ost_program_path(p, inc);
	}
	return NULL;
}

/* The includes of facts that were not collected yet. */
static const char *next_found(const struct ost_program *p, uint32_t file, const struct ost_facts *f, uint32_t *at)
{
	const struct ost_fact_include *inc;
	uint32_t found;

	while (f && *at < f->nr_includes) {
		inc = &f->includes[(*at)++];
		found = ost_find_include(p, file, ost_facts_str(f, inc->path), ost_facts_strlen(f, inc->path),
					 inc->is_system);
		if (found != OST_NO_ID && !p->files[found].is_public)
			return p->tree->files[found].path;
	}
	return NULL;
}

static bool same_private_includes(const struct ost_reuse *r, const struct ost_program *p, struct pair f,
				  const struct ost_facts *facts)
{
	const struct ost_file_info none = { 0 }, *old = f.old == OST_NO_ID ? &none : &r->b->files[f.old];
	uint32_t i = 0, k = 0;
	const char *a, *b;

	do {
		a = next_private(r->b, old, &i);
		b = next_found(p, f.new, facts, &k);
	} while (a && b && !strcmp(a, b));
	return !a && !b;
}

/* All files that see one of those in `seen` through private headers are read again. */
static void read_who_sees(struct ost_reuse *r, uint8_t *seen)
{
	const struct ost_program *b = r->b;
	const struct ost_file_info *fi;
	bool is_more = true;
	uint32_t i, k;

	while (is_more) {	/* as often as headers are nested */
		is_more = false;
		for (i = 0; i < b->nr_real; i++) {
			fi = &b->files[i];
			for (k = fi->first_include; !seen[i] && k < fi->first_include + fi->nr_includes; k++)
				seen[i] = seen[b->includes.items[k]] && !b->files[b->includes.items[k]].is_public ? 2 : 0;
			if (seen[i] == 2) {
				seen[i] = 1;
				is_more = true;
				read_again(r, i);
			}
		}
	}
}

/* ---- whom an overlay concerns ------------------------------------------------ */

/*
 * What is worked out with the program says more than what linking asked for. So all are read again that include a file which shows
 * something else, in whatever way, or call what it shows. Where these are many, that is left, and said (shows_other).
 */
#define MOST_SHOWN 100

static bool is_many(struct ost_reuse *r, size_t before)
{
	r->shows_other |= r->changed.v.nr - before > MOST_SHOWN;
	return r->shows_other;
}

static bool includes_one(const struct ost_program *b, uint32_t file, const uint8_t *seen)
{
	const struct ost_file_info *fi = &b->files[file];

	for (uint32_t k = fi->first_include; k < fi->first_include + fi->nr_includes; k++)
		if (seen[b->includes.items[k]])
			return true;
	return false;
}

static void read_who_is_shown(struct ost_reuse *r)
{
	size_t before = r->changed.v.nr;
	bool is_more = true;

	while (is_more && !is_many(r, before)) {	/* as often as headers are nested */
		is_more = false;
		for (uint32_t i = 0; i < r->b->nr_real && !is_many(r, before); i++) {
			if (r->is_shown_by[i] || !includes_one(r->b, i, r->is_shown_by))
				continue;
			r->is_shown_by[i] = 1;
			is_more = true;
			read_again(r, i);
		}
	}
}

static void read_users(struct ost_reuse *r, uint32_t key, size_t before)
{
	struct ost_site_uses uses = { OST_VEC_INIT };

	ost_site_uses_of(r->b, key, &uses);
	for (size_t i = 0; i < uses.v.nr && !is_many(r, before); i++) {
		uint32_t file = r->b->units.items[uses.v.items[i].unit].file;

		read_again(r, file < r->b->nr_real ? file : r->b->files[file].origin);
	}
	ost_vec_deinit(&uses.v);
}

static void read_callers(struct ost_reuse *r)
{
	size_t before = r->changed.v.nr;

	for (uint32_t name = 0; name < r->b->names.nr && !r->shows_other; name++)
		if (r->shows[name]) {
			read_users(r, OST_SITE_KEY(OST_SITE_NAME, name), before);
			read_users(r, OST_SITE_KEY(OST_SITE_REF, name), before);
		}
}

/* ---- what is to be read ------------------------------------------------------ */

static void compare_pair(struct ost_reuse *r, const struct ost_program *p, struct pair f, uint8_t *seen)
{
	struct ost_tree_reader *old = ost_reader_take(r->b), *new = ost_reader_take(p);
	bool has_a, has_b;
	struct ost_facts a, b;

	has_a = f.old != OST_NO_ID && ost_tree_fetch(old, f.old, &a);
	has_b = f.new != OST_NO_ID && ost_tree_fetch(new, f.new, &b);
	r->is_broken |= f.old != OST_NO_ID && !has_a && !r->b->tree->files[f.old].why;
	ost_reuse_compare(r, f, has_a ? &a : NULL, has_b ? &b : NULL);
	if (f.old != OST_NO_ID && !same_private_includes(r, p, f, has_b ? &b : NULL))
		seen[f.old] = 1;
	ost_reader_give(r->b, old);
	ost_reader_give(p, new);
}

/* The files that `find` marks. */
static void read_found(struct ost_reuse *r, void (*find)(struct ost_reuse *r, uint8_t *is_hit))
{
	uint8_t *is_hit = ost_calloc(r->b->nr_real + 1, 1);
	uint32_t i;

	find(r, is_hit);
	for (i = 0; i < r->b->nr_real; i++)
		if (is_hit[i])
			read_again(r, i);
	free(is_hit);
}

/* Finds all files that are to be read: those that differ, and whom that concerns. */
static void choose_files(struct ost_reuse *r, const struct ost_program *p)
{
	uint8_t *seen = ost_calloc(r->b->nr_real + 1, 1);
	size_t i;

	read_found(r, ost_reuse_find_includers);	/* files came or went */
	r->is_broken |= is_too_much(r);
	for (i = 0; i < r->changed.v.nr && !r->is_broken; i++)
		compare_pair(r, p, r->changed.v.items[i], seen);
	if (!r->is_broken)
		read_who_sees(r, seen);
	if (!r->is_broken && r->shows) {
		read_who_is_shown(r);
		read_callers(r);
	}
	if (!r->is_broken && r->appeared.v.nr)
		read_found(r, ost_reuse_find_askers);
	for (i = 0; i < r->b->nr_real && !r->is_broken; i++)
		if (r->new_of[i] != OST_NO_ID && ost_reuse_has_asked(r, (uint32_t)i))
			read_again(r, (uint32_t)i);
	memset(r->is_changed, 0, r->b->names.nr);	/* who asked for these is read */
	r->is_chosen = true;
	r->is_broken |= is_too_much(r);
	free(seen);
}

/* ---- definitions by file ------------------------------------------------ */

static void list_defs(struct ost_reuse *r)
{
	const struct ost_program *b = r->b;
	uint32_t *at, i, name;

	r->first_def = ost_calloc(b->nr_files + 2, sizeof(*r->first_def));
	r->defs = ost_malloc((b->nr_defs + 1) * sizeof(*r->defs));
	for (i = 0; i < b->nr_defs; i++)
		r->first_def[ost_def_file(b->defs[i]) + 1]++;
	for (i = 0; i < b->nr_files; i++)
		r->first_def[i + 1] += r->first_def[i];
	at = ost_malloc((b->nr_files + 1) * sizeof(*at));
	memcpy(at, r->first_def, (b->nr_files + 1) * sizeof(*at));
	for (name = 0; name < b->nr_grouped; name++)
		for (i = b->def_first[name]; i < b->def_first[name + 1]; i++)
			r->defs[at[ost_def_file(b->defs[i])]++] = (struct ost_reused_def){ name, b->defs[i] };
	free(at);
}

uint32_t ost_reuse_defs(const struct ost_program *p, uint32_t old, const struct ost_reused_def **ret)
{
	const struct ost_reuse *r = p->reuse;

	*ret = r->defs + r->first_def[old];
	return r->first_def[old + 1] - r->first_def[old];
}

uint32_t ost_reuse_virtual(const struct ost_program *p, uint32_t old)
{
	return p->reuse->virtual_of[old];
}

void ost_reuse_add_virtual(struct ost_program *p, uint32_t old, uint32_t file)
{
	p->reuse->old_of[file] = old;
	p->reuse->new_of[old] = file;
}

uint32_t ost_reuse_include(struct ost_program *p, uint32_t old)
{
	p->reuse->is_broken |= p->reuse->path_of[old] == OST_NO_ID;
	return p->reuse->is_broken ? 0 : p->reuse->path_of[old];
}

/* ---- beginning and end --------------------------------------------------- */

static void copy_names(struct ost_program *p, const struct ost_program *b)
{
	struct ost_symtab *t = &p->names;

	ost_symtab_deinit(t);
	ost_vec_reserve(&t->bytes, b->names.bytes.nr);
	memcpy(t->bytes.items, b->names.bytes.items, b->names.bytes.nr);
	t->bytes.nr = b->names.bytes.nr;
	ost_vec_reserve(&t->off, b->names.off.nr);
	memcpy(t->off.items, b->names.off.items, b->names.off.nr * sizeof(uint32_t));
	t->off.nr = b->names.off.nr;
	t->nr = b->names.nr;
	t->mask = b->names.mask;
	t->slots = ost_malloc(((size_t)t->mask + 1) * sizeof(*t->slots));
	memcpy(t->slots, b->names.slots, ((size_t)t->mask + 1) * sizeof(*t->slots));
}

bool ost_reuse_begin(struct ost_program *p, struct ost_program *b, bool may_read_all)
{
	struct ost_reuse *r = ost_calloc(1, sizeof(*r));
	uint32_t i;

	p->reuse = r;
	r->b = b;
	r->p = p;
	r->may_read_all = may_read_all;
	if (!ost_asks_load(b)) {
		r->is_broken = true;
		return false;
	}
	r->old_of = ost_no_ids(p->nr_real * 2 + 1);
	r->new_of = ost_no_ids(b->nr_files);
	r->path_of = ost_no_ids(b->nr_real);
	r->virtual_of = ost_no_ids(b->nr_real);
	r->is_changed = ost_calloc(b->names.nr + 1, 1);
	if (ost_tree_base(p->tree)) {
		r->shows = ost_calloc(b->names.nr + 1, 1);
		r->is_shown_by = ost_calloc(b->nr_real + 1, 1);
	}
	r->is_included = ost_calloc(b->nr_real + 1, 1);
	for (i = 0; i < b->includes.nr; i++)
		r->is_included[b->includes.items[i]] = 1;
	for (i = b->nr_real; i < b->nr_files; i++)
		r->virtual_of[b->files[i].origin] = i;
	pair_files(r, b->tree, p->tree);
	choose_files(r, p);
	if (r->is_broken)
		return false;
	list_defs(r);
	copy_names(p, b);
	ost_vec_reserve(&p->unknown.v, b->unknown.v.nr);
	for (i = 0; i < b->unknown.v.nr; i++)
		p->unknown.v.items[p->unknown.v.nr++] = b->unknown.v.items[i];
	for (i = 0; i < b->missed.v.nr; i++) {
		struct ost_missed m = b->missed.v.items[i];

		if (r->new_of[m.file] != OST_NO_ID)
			ost_vec_add(&p->missed.v, ((struct ost_missed){ r->new_of[m.file], m.name }));
	}
	return true;
}

void ost_reuse_end(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;
	size_t i;

	if (!r)
		return;
	void *list[] = { r->path_of, r->old_of, r->new_of, r->flows_of, r->virtual_of, r->first_def, r->defs,
			 r->is_changed, r->shows, r->is_shown_by, r->is_included, r->units.of, r->records.of, r->fields.of, r->globals.of, r->first_flow,
			 r->first_store, r->first_lock };

	for (i = 0; i < OST_ARRAY_SIZE(list); i++)
		free(list[i]);
	for (i = 0; i < r->appeared.v.nr; i++)
		free(r->appeared.v.items[i]);
	ost_vec_deinit(&r->appeared.v);
	ost_vec_deinit(&r->changed.v);
	ost_program_destroy(r->b);
	free(r);
	p->reuse = NULL;
}

static const uint32_t *hand_over(uint32_t **ids)
{
	uint32_t *of = *ids;

	*ids = NULL;
	return of;
}

void ost_reuse_keep_moved(struct ost_program *p)
{
	struct ost_reuse *r = p->reuse;

	p->moved = (struct ost_moved){ .nr_files = r->b->nr_files, .nr_units = r->units.nr,
				       .nr_fields = r->fields.nr, .nr_globals = r->globals.nr,
				       .ids = ost_program_ids(r->b), .shows_same = !r->shows_other };
	p->moved.files = hand_over(&r->new_of);
	p->moved.units = hand_over(&r->units.of);
	p->moved.fields = hand_over(&r->fields.of);
	p->moved.globals = hand_over(&r->globals.of);
}
