// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts of files at hand. A header is wanted by many others, so a copy of
 * what it says stays; a .c file is mostly wanted while its own bodies are
 * looked at (the scope's view serves then), else only for the signatures and
 * types of what it exports, so its copy leaves the bodies out.
 */
#include "program/internal.h"

__thread struct ost_current_file ost_current_file;

static __thread struct {
	const struct ost_program *p;
	uint32_t file;
} asking;

uint32_t ost_asking_file(const struct ost_program *p)
{
	return asking.p == p ? asking.file : OST_NO_ID;
}

void ost_set_asking_file(const struct ost_program *p, uint32_t file)
{
	asking.p = p;
	asking.file = file;
}

void ost_pfile_set_current(const struct ost_program *p, const struct ost_pfile *pf)
{
	ost_current_file.p = pf ? p : NULL;
	ost_current_file.pf = pf;
}

struct ost_tree_reader *ost_reader_take(const struct ost_program *cp)
{
	struct ost_program *p = (struct ost_program *)cp;
	struct ost_tree_reader *r = NULL;

	pthread_mutex_lock(&p->readers_lock);
	if (p->readers.nr)
		r = p->readers.items[--p->readers.nr];
	pthread_mutex_unlock(&p->readers_lock);
	return r ? r : ost_tree_reader_create(p->tree);
}

void ost_reader_give(const struct ost_program *cp, struct ost_tree_reader *r)
{
	struct ost_program *p = (struct ost_program *)cp;

	pthread_mutex_lock(&p->readers_lock);
	ost_vec_add(&p->readers, r);
	pthread_mutex_unlock(&p->readers_lock);
}

/* Which field each record is the type of, and which record each field is in. */
static void relate_records(struct ost_pfile *pf)
{
	const struct ost_facts *f = &pf->f;
	const struct ost_fact_record *r;
	const struct ost_fact_type *t;
	uint32_t i, j;

	for (i = 0; i < f->nr_records; i++) {
		r = &f->records[i];
		for (j = r->first_field; j < r->first_field + r->nr_fields; j++) {
			pf->rec_of_field[j] = i;
			t = &f->types[f->fields[j].type];
			while (t->kind == OST_T_POINTER || t->kind == OST_T_ARRAY)
				t = &f->types[t->inner];
			if (t->rec && t->rec <= f->nr_records && t->kind != OST_T_ENUM &&
			    !pf->member_of_rec[t->rec - 1])
				pf->member_of_rec[t->rec - 1] = j + 1;
		}
	}
}

static bool is_name(const char *s, uint32_t len)
{
	return len && len < 128 && (*s == '_' || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z')) && !memchr(s, ' ', len);
}

uint32_t ost_pfile_ask_name(const struct ost_pfile *pf, uint32_t str)
{
	const char *s = ost_facts_str(&pf->f, str);
	uint32_t len = ost_facts_strlen(&pf->f, str), name = OST_NO_ID;

	if (is_name(s, len))
		name = ost_symtab_find(pf->symtab, s, len, ost_symtab_hash(s, len));
	if (name == OST_NO_ID && is_name(s, len))
		ost_ask_unknown(s, len);
	__atomic_store_n(&pf->names[str], name + 2, __ATOMIC_RELAXED);
	return name;
}

#define ASK_TOGETHER 64u

/* Looks all strings up: for a file whose bodies are walked, which asks for most of them. */
void ost_pfile_ask_names(struct ost_pfile *pf)
{
	uint32_t hashes[ASK_TOGETHER], strs[ASK_TOGETHER], i = 0, k, nr, len, nr_unknown;
	struct ost_unknown unknown[ASK_TOGETHER];
	uint64_t whole[ASK_TOGETHER];
	const char *s;

	while (i < pf->f.nr_strs) {
		for (nr = 0; i < pf->f.nr_strs && nr < ASK_TOGETHER; i++) {
			s = ost_facts_str(&pf->f, i);
			len = ost_facts_strlen(&pf->f, i);
			pf->names[i] = 1;
			if (!is_name(s, len))
				continue;
			strs[nr] = i;
			whole[nr] = ost_hash_bytes(s, len);
			hashes[nr] = ost_symtab_hashed(whole[nr]);
			nr++;
		}
		ost_symtab_prefetch(pf->symtab, hashes, nr);
		for (k = nr_unknown = 0; k < nr; k++) {
			s = ost_facts_str(&pf->f, strs[k]);
			len = ost_facts_strlen(&pf->f, strs[k]);
			pf->names[strs[k]] = 2 + ost_symtab_find(pf->symtab, s, len, hashes[k]);
			if (pf->names[strs[k]] == 1)
				unknown[nr_unknown++] = ost_unknown_hashed(whole[k]);
		}
		ost_ask_unknown_all(unknown, nr_unknown);
	}
}

size_t ost_pfile_names_size(const struct ost_facts *f)
{
	return ((size_t)f->nr_strs + f->nr_fields + f->nr_records + 1) * sizeof(uint32_t);
}

static void init(const struct ost_program *p, struct ost_pfile *pf, uint32_t file, const struct ost_facts *f,
		 uint32_t *names)
{
	pf->f = *f;
	pf->file = file;
	pf->mem = NULL;
	pf->is_held = false;
	pf->symtab = &p->names;
	pf->names = names;
	pf->rec_of_field = pf->names + f->nr_strs;
	pf->member_of_rec = pf->rec_of_field + f->nr_fields;
	relate_records(pf);
}

void ost_pfile_init(const struct ost_program *p, struct ost_pfile *pf, uint32_t file,
		    const struct ost_facts *f)
{
	init(p, pf, file, f, ost_calloc(1, ost_pfile_names_size(f)));
}

void ost_pfile_deinit(struct ost_pfile *pf)
{
	free(pf->names);
	free(pf->mem);
	memset(pf, 0, sizeof(*pf));
}

static size_t round_up(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

struct copy {
	char *to;	/* NULL: only count */
	size_t len;
};

static const void *copy_part(struct copy *c, const void *from, size_t len)
{
	void *to = c->to ? c->to + c->len : NULL;

	if (to && len)
		memcpy(to, from, len);
	c->len += round_up(len);
	return to;
}

/* What is asked for while names are collected, and not later. */
static void drop_asked_once(struct ost_facts *f)
{
	f->invokes = NULL;
	f->nr_invokes = 0;
	f->includes = NULL;
	f->nr_includes = 0;
}

/* One pass counts (c->to NULL), a second one copies into out. */
static void copy_tables(struct copy *c, const struct ost_facts *f, struct ost_facts *out, bool bodies)
{
#define TABLE(name) out->name = copy_part(c, f->name, f->nr_##name * sizeof(*f->name))
	TABLE(types);
	TABLE(params);
	TABLE(funcs);
	TABLE(protos);
	TABLE(records);
	TABLE(fields);
	TABLE(enums);
	TABLE(enum_consts);
	TABLE(typedefs);
	TABLE(globals);
	TABLE(macros);
	TABLE(conds);
#undef TABLE
	out->str_off = copy_part(c, f->str_off, (f->nr_strs + 1) * sizeof(*f->str_off));
	out->str_bytes = copy_part(c, f->str_bytes, f->nr_strs ? f->str_off[f->nr_strs] : 0);
	out->code = copy_part(c, f->code, bodies ? f->code_bytes : 0);
	out->code_bytes = bodies ? f->code_bytes : 0;
	drop_asked_once(out);
}

/* A copy of a view: whole, or without the bodies. */
static struct ost_pfile *copy_of(const struct ost_program *p, uint32_t file, const struct ost_facts *view, bool bodies)
{
	struct ost_pfile *pf = ost_calloc(1, sizeof(*pf));
	struct ost_facts copy = *view;
	struct copy c = { NULL, 0 };

	copy_tables(&c, view, &copy, bodies);
	c.to = ost_malloc(c.len);
	c.len = 0;
	copy_tables(&c, view, &copy, bodies);
	ost_pfile_init(p, pf, file, &copy);
	pf->mem = c.to;
	pf->bytes = c.len + ost_pfile_names_size(&copy);
	return pf;
}

static struct ost_pfile *load(const struct ost_program *p, uint32_t file)
{
	static const uint32_t no_strs[2] = { 0, 1 };
	const struct ost_facts *held = file < p->nr_real ? ost_held_facts(p, file) : NULL;
	struct ost_tree_reader *r = NULL;
	struct ost_facts view = { 0 };
	struct ost_pfile *pf;
	void *virt = NULL;
	bool is_there;

	if (file >= p->nr_real) {
		is_there = ost_virtual_facts(p, file, &view, &virt);
	} else if (held) {
		view = *held;
		is_there = true;
	} else {
		r = ost_reader_take(p);
		is_there = ost_tree_fetch(r, file, &view);
	}
	if (!is_there) {
		memset(&view, 0, sizeof(view));
		view.str_off = no_strs;
		view.str_bytes = "";
		view.nr_strs = 1;
	}
	pf = copy_of(p, file, &view, p->files[file].is_header || file >= p->nr_real);
	if (r)
		ost_reader_give(p, r);
	free(virt);
	return pf;
}

static void free_pfile(struct ost_pfile *pf)
{
	if (!pf || pf->is_held)
		return;
	ost_pfile_deinit(pf);
	free(pf);
}

/* Another thread may have been first: its copy stays. */
static const struct ost_pfile *publish(_Atomic(struct ost_pfile *) *to, struct ost_pfile *pf)
{
	struct ost_pfile *expected = NULL;

	if (atomic_compare_exchange_strong(to, &expected, pf))
		return pf;
	free_pfile(pf);
	return expected;
}

void ost_pfile_keep_at(const struct ost_program *p, uint32_t file, const struct ost_facts *view, void *mem,
		       uint32_t *names)
{
	struct ost_pfile *pf = mem;

	init(p, pf, file, view, names);
	drop_asked_once(&pf->f);
	pf->is_held = true;
	publish(&p->loaded[file], pf);
}

struct ost_pfile *ost_pfile_take(const struct ost_program *p, const struct ost_facts *view, void *mem)
{
	struct ost_pfile *pf = ost_calloc(1, sizeof(*pf));

	ost_pfile_init(p, pf, OST_NO_ID, view);
	drop_asked_once(&pf->f);
	pf->mem = mem;
	return pf;
}

void ost_pfile_put(struct ost_program *p, uint32_t file, struct ost_pfile *pf)
{
	pf->file = file;
	atomic_store(&p->loaded[file], pf);
}

void ost_files_forget_names(struct ost_program *p)
{
	struct ost_pfile *pf;
	uint32_t i, k;

	for (i = 0; i < p->nr_files; i++) {
		pf = atomic_load(&p->loaded[i]);
		for (k = 0; pf && k < pf->f.nr_strs; k++)
			pf->names[k] = pf->names[k] == 1 ? 0 : pf->names[k];
	}
}

const struct ost_pfile *ost_pfile_load(const struct ost_program *p, uint32_t file)
{
	return publish(&p->loaded[file], load(p, file));
}

/* ---- files that are entered again and again ------------------------------------ */

#define ENTERED_MAX ((size_t)96 << 20)	/* bytes of what is kept of them */
#define ENTERED_OFTEN 3			/* fetched so often, a file is kept */

void ost_program_keep_entered(const struct ost_program *cp)
{
	struct ost_program *p = (struct ost_program *)cp;

	if (p->entered)
		return;
	p->entered = ost_calloc(p->nr_real + 1, sizeof(*p->entered));
	p->nr_entered = ost_calloc(p->nr_real + 1, sizeof(*p->nr_entered));
}

const struct ost_pfile *ost_pfile_keep_entered(const struct ost_program *cp, uint32_t file, const struct ost_facts *view)
{
	struct ost_program *p = (struct ost_program *)cp;
	const struct ost_pfile *kept;
	struct ost_pfile *pf;
	size_t bytes;

	if (!p->entered || atomic_fetch_add(&p->nr_entered[file], 1) + 1 != ENTERED_OFTEN ||
	    atomic_load(&p->entered_bytes) >= ENTERED_MAX)
		return NULL;
	pf = copy_of(p, file, view, true);
	bytes = pf->bytes;
	kept = publish(&p->entered[file], pf);
	if (kept == pf)
		atomic_fetch_add(&p->entered_bytes, bytes);
	return kept;
}

void ost_files_init(struct ost_program *p)
{
	pthread_mutex_init(&p->readers_lock, NULL);
}

void ost_files_deinit(struct ost_program *p)
{
	size_t i;

	if (ost_current_file.p == p)
		ost_pfile_set_current(p, NULL);
	if (asking.p == p)
		asking.p = NULL;
	for (i = 0; p->loaded && i < p->nr_files; i++) {
		free_pfile(atomic_load(&p->loaded[i]));
		free(atomic_load(&p->private_headers[i]));
	}
	for (i = 0; p->entered && i < p->nr_real; i++)
		free_pfile(atomic_load(&p->entered[i]));
	ost_held_free_headers(p);
	free(p->loaded);
	free(p->entered);
	free(p->nr_entered);
	free(p->private_headers);
	for (i = 0; i < p->readers.nr; i++)
		ost_tree_reader_destroy(p->readers.items[i]);
	ost_vec_deinit(&p->readers);
	pthread_mutex_destroy(&p->readers_lock);
}
