// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a name means in a file. There is no preprocessing and no list of -I
 * folders, so visibility is a distance: the own file, then the private
 * headers that the file includes (transitively), public headers, other
 * headers by folder, and for what the linker sees any .c file. Architectures
 * exclude each other; tools/ and the kernel do not see each other.
 */
#include "program/internal.h"

#include <stdlib.h>

#define PRIVATE_MAX 512

enum {	/* distances; folder distance adds up to 8 */
	D_OWN = 0, D_PRIVATE = 10, D_PUBLIC = 20, D_GENERIC = 22, D_PUBLIC_ARCH = 24,
	D_NEAR = 30, D_LINKED = 40, D_LINKED_ARCH = 60, D_UNRELATED = 80, D_REALM = 100,
};

static int cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Files outside include/ that `file` includes, transitively, sorted; [0] is the count. */
static const uint32_t *private_headers(const struct ost_program *p, uint32_t file)
{
	uint32_t *list = atomic_load_explicit(&p->private_headers[file], memory_order_acquire);
	uint32_t found[PRIVATE_MAX + 1], *expected = NULL, nr = 0, at, i, j, inc;
	const struct ost_file_info *fi;

	if (list)
		return list;
	found[nr++] = file;
	for (at = 0; at < nr; at++) {
		fi = &p->files[found[at]];
		for (i = fi->first_include; i < fi->first_include + fi->nr_includes; i++) {
			inc = p->includes.items[i];
			if (p->files[inc].is_public)
				continue;
			for (j = 0; j < nr && found[j] != inc; j++)
				;
			if (j == nr && nr <= PRIVATE_MAX)
				found[nr++] = inc;
		}
	}
	qsort(found, nr, sizeof(*found), cmp_u32);
	list = ost_malloc((nr + 1) * sizeof(*list));
	list[0] = nr;
	memcpy(list + 1, found, nr * sizeof(*found));
	if (!atomic_compare_exchange_strong(&p->private_headers[file], &expected, list)) {
		free(list);
		return expected;
	}
	return list;
}

static bool includes_privately(const struct ost_program *p, uint32_t from, uint32_t to)
{
	const uint32_t *list;

	if (p->files[to].is_public || !p->files[from].nr_includes)
		return false;
	list = private_headers(p, from);
	return bsearch(&to, list + 1, list[0], sizeof(*list), cmp_u32) != NULL;
}

/* 0 (same folder) to 8: folders that are not shared. */
static int folder_distance(const struct ost_program *p, uint32_t from, uint32_t to, int *ret_common)
{
	const struct ost_folder *folders = p->folders.items, *a = &folders[p->folder_of[from]],
		*b = &folders[p->folder_of[to]];
	uint32_t depths = a->depth + b->depth, rest;

	while (a != b) {
		if (a->depth >= b->depth)
			a = &folders[a->up];
		else
			b = &folders[b->up];
	}
	*ret_common = (int)a->depth;
	rest = depths - 2 * a->depth;
	return rest < 8 ? (int)rest : 8;
}

/* A neutral header means the headers of the architecture that it is read for. */
static uint8_t arch_seen_from(const struct ost_program *p, const struct ost_file_info *a)
{
	uint32_t file = a->arch || !a->is_header ? OST_NO_ID : ost_asking_file(p);

	return file == OST_NO_ID ? a->arch : p->files[file].arch;
}

static int header_distance(const struct ost_program *p, uint32_t from, uint32_t to)
{
	const struct ost_file_info *a = &p->files[from], *b = &p->files[to];
	uint8_t arch = b->arch ? arch_seen_from(p, a) : 0;
	int common, d;

	if (b->arch && arch && arch != b->arch)
		return OST_FAR;
	if (b->is_public && b->arch)
		return arch ? D_PUBLIC : D_PUBLIC_ARCH;
	if (b->is_public)
		return p->folders.items[p->folder_of[to]].is_generic ? D_GENERIC : D_PUBLIC;
	d = folder_distance(p, from, to, &common);
	return common >= 2 || a->dir_len == 0 ? D_NEAR + d : D_UNRELATED + d;
}

int ost_distance(const struct ost_program *p, uint32_t from, uint32_t to, bool is_linked)
{
	const struct ost_file_info *a, *b;
	int common;

	from = p->files[from].origin;
	to = p->files[to].origin;
	if (from == to)
		return D_OWN;
	a = &p->files[from];
	b = &p->files[to];
	if (includes_privately(p, from, to))
		return D_PRIVATE;
	if (a->realm != b->realm && (a->realm == OST_REALM_KERNEL || !b->is_header))
		return OST_FAR;
	if (b->is_header)
		return header_distance(p, from, to) + (a->realm != b->realm ? D_REALM : 0);
	if (!is_linked || a->realm != b->realm)
		return OST_FAR;
	if (b->arch && a->arch && a->arch != b->arch)
		return OST_FAR;
	if (b->arch && !a->arch)
		return D_LINKED_ARCH;
	return D_LINKED + folder_distance(p, from, to, &common);
}

static const struct ost_def *search_best(const struct ost_program *p, uint32_t file, uint32_t name,
					 enum ost_def_kind kind)
{
	const struct ost_def *defs, *best = NULL;
	uint32_t nr = ost_defs_of(p, name, &defs), i;
	int d, best_d = OST_FAR;

	for (i = 0; i < nr; i++) {
		if (ost_def_kind(defs[i]) != kind)
			continue;
		d = ost_distance(p, file, ost_def_file(defs[i]), kind == OST_DEF_PROTO);
		if (d < best_d) {
			best = &defs[i];
			best_d = d;
		}
	}
	return best;
}

/*
 * The same is asked again and again while bodies are walked - tags and typedefs of headers,
 * functions and objects of a file: the last answers of this thread, by what they depend on.
 */
#define NR_ANSWERS 2048u
#define NR_RESOLVED 512u
static __thread struct {
	uint64_t program;	/* the number of its definitions */
	struct {
		uint64_t question;	/* 0: none */
		const struct ost_def *best;
	} of[NR_ANSWERS];
	struct {
		uint64_t question;
		uint32_t global;
	} globals[NR_ANSWERS];
	struct {
		uint64_t question;
		struct ost_resolved to;
	} resolved[NR_RESOLVED];
} answers;

/* What an answer depends on, beside the definitions: never 0. Answers of other definitions are forgotten. */
static uint64_t question_of(const struct ost_program *p, uint32_t file, uint32_t name, uint32_t kind)
{
	uint32_t asking = ost_asking_file(p);

	if (answers.program != p->definitions) {
		memset(&answers, 0, sizeof(answers));
		answers.program = p->definitions;
	}
	return (uint64_t)file << 36 | (uint64_t)(name & 0xffffff) << 12 | (uint64_t)kind << 9 |
		(uint64_t)(asking == OST_NO_ID ? 0 : p->files[asking].arch) << 1 | 1;
}

const struct ost_def *ost_best_def(const struct ost_program *p, uint32_t file, uint32_t name,
				   enum ost_def_kind kind)
{
	uint64_t question, at;

	ost_ask(name);
	if (name >= p->nr_grouped)
		return NULL;
	question = question_of(p, file, name, kind);
	at = ost_hash_mix(question) % NR_ANSWERS;
	if (answers.of[at].question != question) {
		answers.of[at].best = search_best(p, file, name, kind);
		answers.of[at].question = question;
	}
	return answers.of[at].best;
}

void ost_program_new_definitions(struct ost_program *p)
{
	static _Atomic(uint64_t) number;

	p->definitions = atomic_fetch_add(&number, 1) + 1;
}

uint32_t ost_program_resolve_tag(const struct ost_program *p, uint32_t file, uint32_t tag)
{
	const struct ost_def *d = ost_best_def(p, file, tag, OST_DEF_RECORD);
	uint32_t asking = d ? OST_NO_ID : ost_asking_file(p);

	if (!d && asking != OST_NO_ID && asking != file)
		d = ost_best_def(p, asking, tag, OST_DEF_RECORD);	/* a header names it, a .c file says it */
	return d ? d->id : OST_NO_ID;
}

/* Definitions are nearer than extern declarations; function-local statics are out of sight. */
static int global_distance(const struct ost_program *p, uint32_t file, struct ost_def d)
{
	uint8_t flags = p->global_flags.items[d.id];
	uint32_t to = ost_def_file(d);
	int dist;

	if (flags & OST_GF_LOCAL)
		return OST_FAR;
	dist = ost_distance(p, file, to, !(flags & OST_GF_STATIC));
	if (dist != OST_FAR && (flags & OST_GF_EXTERN))
		dist += 200;
	return dist == OST_FAR ? dist : dist * 2 + !(flags & OST_GF_INIT);
}

static uint32_t search_global(const struct ost_program *p, uint32_t file, const struct ost_def *defs, uint32_t nr)
{
	uint32_t i, best = OST_NO_ID;
	int d, best_d = OST_FAR;

	for (i = 0; i < nr; i++) {
		if (ost_def_kind(defs[i]) != OST_DEF_GLOBAL)
			continue;
		d = global_distance(p, file, defs[i]);
		if (d < best_d) {
			best = defs[i].id;
			best_d = d;
		}
	}
	return best;
}

uint32_t ost_program_resolve_global(const struct ost_program *p, uint32_t file, uint32_t name)
{
	const struct ost_def *defs;
	uint32_t nr = ost_defs_of(p, name, &defs);
	uint64_t question, at;

	if (!nr)
		return OST_NO_ID;
	question = question_of(p, file, name, OST_DEF_GLOBAL);
	at = ost_hash_mix(question) % NR_ANSWERS;
	if (answers.globals[at].question != question) {
		answers.globals[at].global = search_global(p, file, defs, nr);
		answers.globals[at].question = question;
	}
	return answers.globals[at].global;
}

uint32_t ost_program_only_global(const struct ost_program *p, uint32_t name)
{
	const struct ost_def *defs;
	uint32_t nr = ost_defs_of(p, name, &defs), found = OST_NO_ID;

	for (uint32_t i = 0; i < nr; i++) {
		if (ost_def_kind(defs[i]) != OST_DEF_GLOBAL ||
		    p->global_flags.items[defs[i].id] & (OST_GF_EXTERN | OST_GF_LOCAL))
			continue;
		if (found != OST_NO_ID)
			return OST_NO_ID;
		found = defs[i].id;
	}
	return found;
}

/* ---- functions --------------------------------------------------------- */

struct candidate {
	int d;
	uint32_t unit;
	bool is_linked;	/* seen by the linker, else a header's */
};

struct search {
	struct candidate list[64];
	uint32_t nr;
	int best_header, best_linked;
	bool is_own, has_proto, is_weak;
};

static void consider(struct search *s, const struct ost_program *p, uint32_t file, struct ost_def d)
{
	const struct ost_unit *u;
	struct candidate c;

	if (ost_def_kind(d) == OST_DEF_PROTO)
		s->has_proto |= ost_distance(p, file, ost_def_file(d), true) < D_UNRELATED;
	if (ost_def_kind(d) != OST_DEF_UNIT)
		return;
	u = &p->units.items[d.id];
	c.is_linked = u->kind == OST_UNIT_FUNC && !(u->flags & (OST_UF_STATIC | OST_UF_HEADER));
	c.d = ost_distance(p, file, ost_def_file(d), c.is_linked);
	c.unit = d.id;
	if (c.d == OST_FAR || s->nr == OST_ARRAY_SIZE(s->list))
		return;
	s->is_own |= c.d == D_OWN;
	if (c.is_linked && c.d < s->best_linked) {
		s->best_linked = c.d;
		s->is_weak = false;
	}
	if (c.is_linked && c.d == s->best_linked)
		s->is_weak |= !!(u->flags & OST_UF_WEAK);
	if (!c.is_linked && c.d < s->best_header)
		s->best_header = c.d;
	s->list[s->nr++] = c;
}

static bool is_chosen(const struct search *s, const struct candidate *c)
{
	if (s->is_own)
		return c->d == D_OWN;
	if (c->is_linked)
		return c->d == s->best_linked || (s->is_weak && c->d <= D_LINKED_ARCH);
	return c->d == s->best_header && (c->d < D_UNRELATED || s->best_linked == OST_FAR);
}

static void pick(const struct search *s, bool linked, struct ost_resolved *ret)
{
	uint32_t i;

	for (i = 0; i < s->nr; i++) {
		if (s->list[i].is_linked != linked || !is_chosen(s, &s->list[i]))
			continue;
		ret->nr_all++;
		if (ret->nr < OST_RESOLVE_MAX)
			ret->units[ret->nr++] = s->list[i].unit;
	}
}

static enum ost_why why_of(const struct ost_program *p, const struct search *s, uint32_t file,
			   const struct ost_resolved *r)
{
	const struct ost_unit *u;

	if (!r->nr)
		return s->has_proto ? OST_WHY_PROTOTYPE : OST_WHY_UNKNOWN;
	if (r->nr_all > 1)
		return OST_WHY_ALTERNATIVES;
	if (s->is_own)
		return OST_WHY_OWN_FILE;
	u = &p->units.items[r->units[0]];
	if (u->flags & OST_UF_HEADER)
		return OST_WHY_HEADER;
	return p->files[u->file].arch && p->files[u->file].arch == p->files[file].arch ?
		OST_WHY_SAME_ARCH : OST_WHY_GLOBAL;
}

static void resolve(const struct ost_program *p, uint32_t file, const struct ost_def *defs, uint32_t nr,
		    struct ost_resolved *ret)
{
	struct search s;
	uint32_t i;

	s.nr = 0;
	s.best_header = s.best_linked = OST_FAR;
	s.is_own = s.has_proto = s.is_weak = false;
	ret->nr = ret->nr_all = 0;
	for (i = 0; i < nr; i++)
		consider(&s, p, file, defs[i]);
	pick(&s, true, ret);
	pick(&s, false, ret);
	ret->why = why_of(p, &s, file, ret);
}

void ost_program_resolve(const struct ost_program *p, uint32_t file, uint32_t name,
			 struct ost_resolved *ret)
{
	const struct ost_def *defs = NULL;
	uint32_t nr = ost_defs_of(p, name, &defs);
	uint64_t question, at;

	if (!nr) {
		resolve(p, file, defs, 0, ret);
		return;
	}
	question = question_of(p, file, name, OST_DEF_UNIT);
	at = ost_hash_mix(question) % NR_RESOLVED;
	if (answers.resolved[at].question != question) {
		resolve(p, file, defs, nr, &answers.resolved[at].to);
		answers.resolved[at].question = question;
	}
	*ret = answers.resolved[at].to;
}
