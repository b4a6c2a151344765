// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 1: what each file defines. Files are read a batch at a time on all
 * threads, each into a list of entries of its own; the lists are interned in
 * file order, so that ids do not depend on threads. Definitions are then
 * grouped by name with a counting sort.
 */
#include "program/internal.h"

#include "base/pool.h"
#include "ostler/progress.h"
#include "source/recognise.h"

enum { E_DEF, E_NAME, E_EXPORT, E_INCLUDE, E_INVOKE };	/* what is to be done with an entry */

struct entry {
	uint32_t hash, str, len;
	uint8_t what, kind, unit_kind, is_system;
	uint16_t flags, nr_params;
	uint32_t index, line;
};

/* What one thread lists in a batch: a list for each file would keep as much memory as its largest file takes. */
struct listing {
	OST_VEC(struct entry) entries;
	struct ost_buf bytes;
};

/* A file's part of it. */
struct listed {
	const struct listing *in;
	size_t first, nr;
	uint32_t nr_funcs, nr_records, nr_fields, nr_globals;
};

/* What macros make in a file; behind it a NUL. */
struct made {
	const struct ost_buf *in;
	size_t at, len;
	struct ost_pfile *facts;
};

struct collect {
	struct ost_program *p;
	uint32_t first;
	struct listed *listed;
	struct listed *previous;		/* of the batch before, being merged */
	struct listing *listings, *previous_listings;	/* by worker */
	uint32_t nr_previous;
	struct ost_tree_reader **readers;
	OST_VEC(uint32_t) def_names;	/* by definition, in order found */
	OST_VEC(struct ost_def) defs;
	OST_VEC(struct ost_written) written;	/* by file */
	uint32_t *first_written;		/* by real file, nr_real + 1 */
	struct ost_arena texts;
	struct made *made;			/* by item of a batch */
	struct ost_buf *expanded;		/* by worker, as those below */
	struct ost_recogniser **recognisers;
	struct ost_expand_memory *expand_memory;
	struct ost_asker *askers;
	uint32_t *virtual_of;			/* file ids of a batch */
};

static struct entry *add_entry(struct listing *l, const struct ost_facts *f, uint32_t str, int what)
{
	struct entry *e = ost_vec_push(&l->entries);

	e->len = ost_facts_strlen(f, str);
	e->str = (uint32_t)l->bytes.len;
	e->hash = ost_symtab_hash(ost_facts_str(f, str), e->len);
	e->what = (uint8_t)what;
	ost_buf_add(&l->bytes, ost_facts_str(f, str), e->len);
	return e;
}

static void add_def(struct listing *l, const struct ost_facts *f, uint32_t str,
		    enum ost_def_kind kind, uint32_t index, uint32_t line)
{
	struct entry *e;

	if (!ost_facts_strlen(f, str) || ost_facts_strlen(f, str) > 127)
		return;
	e = add_entry(l, f, str, E_DEF);
	e->kind = (uint8_t)kind;
	e->index = index;
	e->line = line;
}

static uint16_t unit_flags(const struct ost_fact_func *fn)
{
	static const struct { uint32_t from; uint16_t to; } map[] = {
		{ OST_FF_STATIC, OST_UF_STATIC }, { OST_FF_INLINE, OST_UF_INLINE },
		{ OST_FF_WEAK, OST_UF_WEAK }, { OST_FF_NORETURN, OST_UF_NORETURN },
		{ OST_FF_INIT, OST_UF_INIT }, { OST_FF_EXIT, OST_UF_EXIT },
	};
	uint16_t flags = fn->trouble ? OST_UF_TROUBLE : 0;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(map); i++)
		if (fn->flags & map[i].from)
			flags |= map[i].to;
	return flags;
}

static void list_funcs(struct listing *l, const struct ost_facts *f)
{
	struct entry *e;
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++) {
		e = add_entry(l, f, f->funcs[i].name, E_DEF);
		e->kind = OST_DEF_UNIT;
		e->unit_kind = OST_UNIT_FUNC;
		e->index = i;
		e->line = f->funcs[i].line;
		e->flags = unit_flags(&f->funcs[i]);
		e->nr_params = (uint16_t)f->funcs[i].nr_params;
	}
	for (i = 0; i < f->nr_protos; i++)
		add_def(l, f, f->protos[i].name, OST_DEF_PROTO, i, f->protos[i].line);
}

/* An object-like macro is worth a unit when it may stand for a name, a call or members of an initialiser. */
static bool is_alias(const struct ost_facts *f, const struct ost_fact_macro *m)
{
	const char *s = ost_facts_str(f, m->text);

	if (m->body_kind == OST_MB_INIT)
		return m->code_len != 0;
	if (m->body_kind != OST_MB_EXPR || !m->code_len)
		return false;
	if (!strcmp(s, ost_facts_str(f, m->name)))
		return false;
	while (*s == '(' || *s == '&' || *s == '*' || *s == ' ')
		s++;
	return (*s >= 'a' && *s <= 'z') || *s == '_';
}

bool ost_macro_is_unit(const struct ost_facts *f, const struct ost_fact_macro *m)
{
	return (m->is_function || is_alias(f, m)) && ost_facts_strlen(f, m->name) <= 127;
}

static void list_macros(struct listing *l, const struct ost_facts *f)
{
	const struct ost_fact_macro *m;
	struct entry *e;
	uint32_t i;

	for (i = 0; i < f->nr_macros; i++) {
		m = &f->macros[i];
		if (!ost_macro_is_unit(f, m))
			continue;
		e = add_entry(l, f, m->name, E_DEF);
		e->kind = OST_DEF_UNIT;
		e->unit_kind = m->is_function ? OST_UNIT_MACRO : OST_UNIT_ALIAS;
		e->index = i;
		e->line = m->line;
		e->nr_params = (uint16_t)m->nr_params;
	}
}

static void list_globals(struct listing *l, const struct ost_facts *f)
{
	const struct ost_fact_global *g;
	struct entry *e;
	uint32_t i;

	for (i = 0; i < f->nr_globals; i++) {
		g = &f->globals[i];
		e = add_entry(l, f, g->name, E_DEF);
		e->kind = OST_DEF_GLOBAL;
		e->index = i;
		e->flags = (g->flags & OST_FF_STATIC ? OST_GF_STATIC : 0) |
			   (g->flags & OST_FF_EXTERN ? OST_GF_EXTERN : 0) |
			   (g->func ? OST_GF_LOCAL : 0) | (g->code_len ? OST_GF_INIT : 0);
	}
}

static void list_types(struct listing *l, const struct ost_facts *f)
{
	uint32_t i, j;

	for (i = 0; i < f->nr_records; i++)
		add_def(l, f, f->records[i].tag, OST_DEF_RECORD, i, f->records[i].line);
	for (i = 0; i < f->nr_fields; i++)
		if (ost_facts_strlen(f, f->fields[i].name))
			add_entry(l, f, f->fields[i].name, E_NAME);
	for (i = 0; i < f->nr_typedefs; i++)
		add_def(l, f, f->typedefs[i].name, OST_DEF_TYPEDEF, i, f->typedefs[i].line);
	for (i = 0; i < f->nr_enums; i++) {
		const struct ost_fact_enum *e = &f->enums[i];

		add_def(l, f, e->tag, OST_DEF_ENUM, i, e->line);
		for (j = e->first_const; j < e->first_const + e->nr_consts; j++)
			add_def(l, f, f->enum_consts[j].name, OST_DEF_ENUM_CONST, i, e->line);
	}
}

/* What says something about the module and makes no object worth knowing. */
static bool is_about_module(const char *name)
{
	const char *end = strrchr(name, '_');

	return !strncmp(name, "MODULE_", 7) || !strncmp(name, "module_init", 11) ||
		!strncmp(name, "module_exit", 11) || (end && !strcmp(end, "_initcall")) ||
		!strncmp(name, "early_param", 11) || !strncmp(name, "__setup", 7);
}

static void list_invoke(struct listing *l, const struct ost_facts *f, const struct ost_fact_invoke *v,
			struct ost_tree *t)
{
	struct entry e = { .what = E_INVOKE, .str = (uint32_t)l->bytes.len, .line = v->line };

	if (is_about_module(ost_facts_str(f, v->name)) || !ost_invoke_text(f, v, t, &l->bytes))
		return;
	e.len = (uint32_t)l->bytes.len - e.str;
	ost_vec_add(&l->entries, e);
}

static void list_invokes(struct listing *l, const struct ost_facts *f)
{
	struct ost_tree t = { OST_VEC_INIT };
	const struct ost_fact_invoke *v;
	uint32_t i, arg;

	for (i = 0; i < f->nr_invokes; i++) {
		v = &f->invokes[i];
		if (strncmp(ost_facts_str(f, v->name), "EXPORT_", 7)) {
			list_invoke(l, f, v, &t);
			continue;
		}
		if (!ost_facts_unpack(f, v->code, v->code_len, &t) || t.v.nr < 3)
			continue;
		arg = t.v.items[1].end;
		if (arg < t.v.nr && t.v.items[arg].op == OST_N_NAME)
			add_entry(l, f, t.v.items[arg].a, E_EXPORT);
	}
	ost_vec_deinit(&t.v);
	for (i = 0; i < f->nr_includes; i++)
		add_entry(l, f, f->includes[i].path, E_INCLUDE)->is_system = !!f->includes[i].is_system;
}

static void list_file(struct listing *l, const struct ost_facts *f, struct listed *ret)
{
	*ret = (struct listed){ l, l->entries.nr, 0, f->nr_funcs, f->nr_records, f->nr_fields, f->nr_globals };
	list_funcs(l, f);
	list_macros(l, f);
	list_types(l, f);
	list_globals(l, f);
	list_invokes(l, f);
	ret->nr = l->entries.nr - ret->first;
}

static void clear_listings(struct collect *c)
{
	unsigned i;

	for (i = 0; i < c->p->jobs; i++) {
		ost_vec_clear(&c->listings[i].entries);
		ost_buf_clear(&c->listings[i].bytes);
	}
}

static bool list_one(struct collect *c, uint32_t item, unsigned worker)
{
	struct ost_facts f;

	c->listed[item] = (struct listed){ 0 };
	if (ost_reuse_old(c->p, c->first + item) != OST_NO_ID)
		return true;
	if (!c->readers[worker])
		c->readers[worker] = ost_reader_take(c->p);
	/* its bodies are walked later, and others look into headers */
	if (ost_held_fetch(c->p, c->readers[worker], c->first + item, worker, &f))
		list_file(&c->listings[worker], &f, &c->listed[item]);
	return true;
}

/* ---- merging ----------------------------------------------------------- */

static void add_unit(struct collect *c, uint32_t file, const struct entry *e, uint32_t name)
{
	struct ost_unit *u = ost_vec_push(&c->p->units);

	u->name = name;
	u->file = file;
	u->index = e->index;
	u->line = e->line;
	u->kind = e->unit_kind;
	u->flags = e->flags | (c->p->files[file].is_header ? OST_UF_HEADER : 0);
	u->nr_params = e->nr_params;
}

static uint32_t id_of(const struct ost_program *p, const struct ost_file_info *fi, const struct entry *e)
{
	switch (e->kind) {
	case OST_DEF_UNIT:
		return (uint32_t)p->units.nr - 1;
	case OST_DEF_RECORD:
		return fi->first_record + e->index;
	case OST_DEF_GLOBAL:
		return fi->first_global + e->index;
	}
	return e->index;
}

static void mark_exported(struct ost_program *p, const struct ost_file_info *fi, uint32_t name)
{
	uint32_t u;

	for (u = fi->first_unit; u < p->units.nr; u++)
		if (p->units.items[u].name == name)
			p->units.items[u].flags |= OST_UF_EXPORTED;
}

static void merge_entry(struct collect *c, uint32_t file, const struct listing *l, const struct entry *e)
{
	struct ost_program *p = c->p;
	struct ost_file_info *fi = &p->files[file];
	const char *s = l->bytes.ptr + e->str;
	uint32_t name, inc;

	if (e->what == E_INCLUDE) {
		inc = ost_find_include(p, p->files[file].origin, s, e->len, e->is_system);
		if (inc != OST_NO_ID) {
			ost_vec_add(&p->includes, inc);
			fi->nr_includes++;
		} else {
			ost_vec_add(&p->missed.v, ((struct ost_missed){ p->files[file].origin,
				ost_base_hash(s, e->len) }));
		}
		return;
	}
	if (e->what == E_INVOKE) {
		if (file < p->nr_real)
			ost_vec_add(&c->written, ((struct ost_written){
				ost_arena_strndup(&c->texts, s, e->len), e->line }));
		return;
	}
	name = ost_symtab_add(&p->names, s, e->len, e->hash);
	if (e->what == E_EXPORT)
		mark_exported(p, fi, name);
	if (e->what != E_DEF)
		return;
	if (e->kind == OST_DEF_UNIT)
		add_unit(c, file, e, name);
	if (e->kind == OST_DEF_GLOBAL)
		ost_vec_add(&p->global_flags, (uint8_t)e->flags);
	ost_vec_add(&c->def_names, name);
	ost_vec_add(&c->defs, ((struct ost_def){ (uint32_t)e->kind << 28 | file, id_of(p, fi, e) }));
}

/* The units, objects and includes of an unchanged file, with ids of this program. */
static void reuse(struct collect *c, uint32_t file, uint32_t old)
{
	struct ost_program *p = c->p;
	const struct ost_program *b = ost_reuse_base(p);
	const struct ost_file_info *from = &b->files[old];
	struct ost_file_info *fi = &p->files[file];
	const struct ost_reused_def *defs;
	uint32_t nr = ost_reuse_defs(p, old, &defs), i;
	struct ost_def d;

	fi->nr_funcs = from->nr_funcs;
	p->nr_records += fi->nr_records = from->nr_records;
	p->nr_fields += fi->nr_fields = from->nr_fields;
	p->nr_globals += fi->nr_globals = from->nr_globals;
	for (i = 0; i < from->nr_units; i++) {
		ost_vec_add(&p->units, b->units.items[from->first_unit + i]);
		ost_vec_last(&p->units)->file = file;
	}
	for (i = 0; i < from->nr_globals; i++)
		ost_vec_add(&p->global_flags, b->global_flags.items[from->first_global + i]);
	for (i = 0; i < from->nr_includes; i++)
		ost_vec_add(&p->includes, ost_reuse_include(p, b->includes.items[from->first_include + i]));
	fi->nr_includes = from->nr_includes;
	for (i = 0; i < nr; i++) {
		d = defs[i].def;
		switch (ost_def_kind(d)) {
		case OST_DEF_UNIT:
			d.id += fi->first_unit - from->first_unit;
			break;
		case OST_DEF_RECORD:
			d.id += fi->first_record - from->first_record;
			break;
		case OST_DEF_GLOBAL:
			d.id += fi->first_global - from->first_global;
			break;
		default:
			break;
		}
		d.kind_file = (uint32_t)ost_def_kind(d) << 28 | file;
		ost_vec_add(&c->def_names, defs[i].name);
		ost_vec_add(&c->defs, d);
	}
}

#define AHEAD 32u	/* entries whose names are fetched before the first of them is needed */

static void prefetch_names(const struct ost_program *p, const struct entry *e, size_t nr)
{
	uint32_t hashes[AHEAD], n = 0;
	size_t i;

	for (i = 0; i < nr && i < AHEAD; i++)
		if (e[i].what != E_INCLUDE && e[i].what != E_INVOKE)
			hashes[n++] = e[i].hash;
	ost_symtab_prefetch(&p->names, hashes, n);
}

static void list(struct collect *c, uint32_t file, const struct listed *l)
{
	struct ost_program *p = c->p;
	struct ost_file_info *fi = &p->files[file];
	size_t i;

	fi->nr_funcs = l->nr_funcs;
	p->nr_records += fi->nr_records = l->nr_records;
	p->nr_fields += fi->nr_fields = l->nr_fields;
	p->nr_globals += fi->nr_globals = l->nr_globals;
	for (i = 0; i < l->nr; i++) {
		if (i % AHEAD == 0)
			prefetch_names(p, &l->in->entries.items[l->first + i], l->nr - i);
		merge_entry(c, file, l->in, &l->in->entries.items[l->first + i]);
	}
}

static void merge(struct collect *c, uint32_t file, const struct listed *l)
{
	struct ost_program *p = c->p;
	struct ost_file_info *fi = &p->files[file];
	uint32_t old = ost_reuse_old(p, file);

	fi->first_unit = (uint32_t)p->units.nr;
	fi->first_record = p->nr_records;
	fi->first_field = p->nr_fields;
	fi->first_global = p->nr_globals;
	fi->first_include = (uint32_t)p->includes.nr;
	if (old != OST_NO_ID)
		reuse(c, file, old);
	else
		list(c, file, l);
	if (file < p->nr_real)
		c->first_written[file + 1] = (uint32_t)c->written.nr;
	fi->nr_units = (uint32_t)p->units.nr - fi->first_unit;
}

/* Counting sort by name; the order found stays within a name. */
static void group_defs(struct collect *c)
{
	struct ost_program *p = c->p;
	uint32_t *at, i;

	free(p->def_first);
	free(p->defs);
	p->nr_defs = (uint32_t)c->defs.nr;
	p->nr_grouped = p->names.nr;
	p->def_first = ost_calloc_spread(p->names.nr + 2, sizeof(*p->def_first));
	p->defs = ost_malloc_spread(p->nr_defs + 1, sizeof(*p->defs));
	for (i = 0; i < p->nr_defs; i++)
		p->def_first[c->def_names.items[i] + 1]++;
	for (i = 0; i < p->names.nr; i++)
		p->def_first[i + 1] += p->def_first[i];
	at = ost_malloc((p->names.nr + 1) * sizeof(*at));
	memcpy(at, p->def_first, p->names.nr * sizeof(*at));
	for (i = 0; i < p->nr_defs; i++)
		p->defs[at[c->def_names.items[i]]++] = c->defs.items[i];
	free(at);
	ost_program_new_definitions(p);
}

static void fill_files_of(const struct ost_program *p, uint32_t **map, uint32_t nr, size_t first_at, size_t nr_at)
{
	const struct ost_file_info *files = p->files;
	uint32_t i, j, first, n;

	free(*map);
	*map = ost_program_calloc(p, nr + 1, sizeof(**map));
	for (i = 0; i < p->nr_files; i++) {
		memcpy(&first, (const char *)&files[i] + first_at, sizeof(first));
		memcpy(&n, (const char *)&files[i] + nr_at, sizeof(n));
		for (j = first; j < first + n; j++)
			(*map)[j] = i;
	}
}

void ost_program_fill_maps(struct ost_program *p)
{
#define FILL(map, what) fill_files_of(p, &p->map, p->nr_##what##s, \
		offsetof(struct ost_file_info, first_##what), offsetof(struct ost_file_info, nr_##what##s))
	FILL(rec_file, record);
	FILL(field_file, field);
	FILL(global_file, global);
#undef FILL
}

static bool group_one(void *ctx, size_t item, unsigned worker)
{
	struct collect *c = ctx;

	if (item)
		ost_program_fill_maps(c->p);
	else
		group_defs(c);
	return true;
}

static struct ost_err *interrupted(void)
{
	return ost_err_create(OST_ERR_INTERRUPTED, "linking", NULL, "interrupted");
}

static struct ost_err *group(struct collect *c)
{
	return ost_pool_run(c->p->jobs, 2, 1, group_one, c) ? NULL : interrupted();
}

/* ---- virtual files ----------------------------------------------------- */

static void read_virtual(struct collect *c, size_t item, unsigned worker)
{
	const struct made *made = &c->made[item];
	struct ost_facts f;
	struct ost_err *err;
	OST_BUF record = OST_BUF_INIT;
	OST_BUF text = OST_BUF_INIT;

	if (!c->recognisers[worker])
		c->recognisers[worker] = ost_recogniser_create();
	ost_virtual_text(made->in->ptr + made->at, &text);
	ost_recognise(c->recognisers[worker], NULL, text.ptr, text.len, &record);
	err = ost_facts_open(&f, record.ptr, record.len);
	if (!err) {
		list_file(&c->listings[worker], &f, &c->listed[item]);
		c->made[item].facts = ost_pfile_take(c->p, &f, ost_buf_detach(&record, NULL));
	}
	ost_err_destroy(err);
}

static bool expand_one(void *ctx, size_t item, unsigned worker)
{
	struct collect *c = ctx;
	uint32_t file = c->first + (uint32_t)item, from = c->first_written[file];
	struct ost_buf *b = &c->expanded[worker];
	struct made *made = &c->made[item];

	*made = (struct made){ b, b->len, 0, NULL };
	c->listed[item] = (struct listed){ 0 };
	if (c->first_written[file + 1] == from)
		return true;
	ost_asker_begin(&c->askers[worker], c->p->names.nr);
	ost_expand_file(c->p, file, c->written.items + from, c->first_written[file + 1] - from, &c->expand_memory[worker], b);
	ost_asker_end(&c->askers[worker]);
	c->p->expand_asks[file] = ost_name_block(&c->askers[worker].names);
	made->len = b->len - made->at;
	if (made->len) {
		ost_buf_addch(b, 0);
		read_virtual(c, item, worker);
	}
	return true;
}

static uint32_t new_virtual(struct ost_program *p, uint32_t origin, const char *text, size_t len)
{
	uint32_t file = p->nr_files++;

	p->files[file] = p->files[origin];
	p->files[file].nr_includes = 0;
	ost_vec_add(&p->virt_text, (uint32_t)p->virt_bytes.len);
	ost_buf_add(&p->virt_bytes, text, len + 1);
	return file;
}

static void add_virtual(struct collect *c, uint32_t origin, size_t item)
{
	struct made *made = &c->made[item];
	uint32_t file = new_virtual(c->p, origin, made->in->ptr + made->at, made->len);

	if (made->facts)
		ost_pfile_put(c->p, file, made->facts);
	made->facts = NULL;
	merge(c, file, &c->listed[item]);
}

/* What macros make in an unchanged file is what it was. */
static void reuse_virtual(struct collect *c, uint32_t origin)
{
	const struct ost_program *b = ost_reuse_base(c->p);
	uint32_t old = ost_reuse_virtual(c->p, ost_reuse_old(c->p, origin)), file;
	const char *text;

	if (old == OST_NO_ID)
		return;
	text = ost_virtual_form(b, old - b->nr_real);
	file = new_virtual(c->p, origin, text, strlen(text));
	ost_reuse_add_virtual(c->p, old, file);
	merge(c, file, NULL);
}

static struct ost_err *expand_all(struct collect *c)
{
	struct ost_program *p = c->p;
	uint32_t i, n;

	for (c->first = 0; c->first < p->nr_real; c->first += n) {
		n = p->nr_real - c->first < OST_LINK_BATCH ? p->nr_real - c->first : OST_LINK_BATCH;
		ost_progress("linking: macros", c->first, p->nr_real);
		clear_listings(c);
		for (i = 0; i < p->jobs; i++)
			ost_buf_clear(&c->expanded[i]);
		if (!ost_pool_run(p->jobs, n, 2, expand_one, c))
			return interrupted();
		for (i = 0; i < n; i++) {
			if (ost_reuse_old(p, c->first + i) != OST_NO_ID)
				reuse_virtual(c, c->first + i);
			else if (c->made[i].len)
				add_virtual(c, c->first + i, i);
		}
	}
	return NULL;
}

/* ---- the whole --------------------------------------------------------- */

#define DEFS_OF_FILE 38u	/* a little more than a whole kernel has: 34.9 */

static void collect_init(struct collect *c)
{
	uint32_t i;

	c->listed = ost_calloc(OST_LINK_BATCH, sizeof(*c->listed));
	c->previous = ost_calloc(OST_LINK_BATCH, sizeof(*c->previous));
	c->made = ost_calloc(OST_LINK_BATCH, sizeof(*c->made));
	c->listings = ost_calloc(c->p->jobs, sizeof(*c->listings));
	c->previous_listings = ost_calloc(c->p->jobs, sizeof(*c->previous_listings));
	c->expanded = ost_calloc(c->p->jobs, sizeof(*c->expanded));
	for (i = 0; i < c->p->jobs; i++) {
		ost_buf_init(&c->listings[i].bytes);
		ost_buf_init(&c->previous_listings[i].bytes);
		ost_buf_init(&c->expanded[i]);
	}
	c->readers = ost_calloc(c->p->jobs, sizeof(*c->readers));
	c->recognisers = ost_calloc(c->p->jobs, sizeof(*c->recognisers));
	c->askers = ost_calloc(c->p->jobs, sizeof(*c->askers));
	c->expand_memory = ost_calloc(c->p->jobs, sizeof(*c->expand_memory));
	for (i = 0; i < c->p->jobs; i++)
		ost_expand_memory_init(&c->expand_memory[i]);
	c->p->expand_asks = ost_calloc(c->p->nr_real + 1, sizeof(*c->p->expand_asks));
	c->first_written = ost_calloc(c->p->nr_real + 1, sizeof(*c->first_written));
	ost_arena_init(&c->texts);
	ost_vec_reserve(&c->defs, (size_t)c->p->nr_real * DEFS_OF_FILE);
	ost_vec_reserve(&c->def_names, (size_t)c->p->nr_real * DEFS_OF_FILE);
}

static void collect_deinit(struct collect *c)
{
	unsigned i, k;

	for (i = 0; i < OST_LINK_BATCH; i++) {
		if (c->made[i].facts)
			ost_pfile_deinit(c->made[i].facts);
		free(c->made[i].facts);
	}
	for (i = 0; i < c->p->jobs; i++) {
		ost_vec_deinit(&c->listings[i].entries);
		ost_buf_deinit(&c->listings[i].bytes);
		ost_vec_deinit(&c->previous_listings[i].entries);
		ost_buf_deinit(&c->previous_listings[i].bytes);
		ost_buf_deinit(&c->expanded[i]);
	}
	free(c->listed);
	free(c->previous);
	free(c->made);
	free(c->listings);
	free(c->previous_listings);
	free(c->expanded);
	for (i = 0; i < c->p->jobs; i++) {
		if (c->readers[i])
			ost_reader_give(c->p, c->readers[i]);
		ost_recogniser_destroy(c->recognisers[i]);
		ost_expand_memory_deinit(&c->expand_memory[i]);
		for (k = 0; k < c->askers[i].unknown.v.nr; k++)
			ost_vec_add(&c->p->unknown.v, c->askers[i].unknown.v.items[k]);
		ost_asker_deinit(&c->askers[i]);
	}
	free(c->askers);
	free(c->readers);
	free(c->recognisers);
	free(c->expand_memory);
	free(c->first_written);
	ost_vec_deinit(&c->written);
	ost_vec_deinit(&c->def_names);
	ost_vec_deinit(&c->defs);
	ost_arena_deinit(&c->texts);
}

static void merge_previous(struct collect *c)
{
	uint32_t i;

	for (i = 0; i < c->nr_previous; i++)
		merge(c, c->first - c->nr_previous + i, &c->previous[i]);
}

/* Item 0 merges the batch before, which takes one thread for as long as the others list this one. */
static bool collect_one(void *ctx, size_t item, unsigned worker)
{
	struct collect *c = ctx;

	if (item)
		return list_one(c, (uint32_t)item - 1, worker);
	merge_previous(c);
	return true;
}

static struct ost_err *collect_all(struct collect *c)
{
	struct ost_program *p = c->p;
	struct listing *swap_listings;
	struct listed *swap;
	uint32_t n;

	for (c->first = 0; c->first < p->nr_real; c->first += n) {
		n = p->nr_real - c->first < OST_LINK_BATCH ? p->nr_real - c->first : OST_LINK_BATCH;
		ost_progress("linking: names", c->first, p->nr_real);
		clear_listings(c);
		if (!ost_pool_run(p->jobs, n + 1, 8, collect_one, c))
			return interrupted();
		swap = c->previous;
		c->previous = c->listed;
		c->listed = swap;
		swap_listings = c->previous_listings;
		c->previous_listings = c->listings;
		c->listings = swap_listings;
		c->nr_previous = n;
	}
	merge_previous(c);
	return NULL;
}

struct ost_err *ost_program_collect(struct ost_program *p)
{
	struct collect c = { .p = p };
	struct ost_err *err;

	collect_init(&c);
	err = collect_all(&c);
	if (!err)
		err = group(&c);
	if (!err) {
		err = expand_all(&c);
		ost_files_forget_names(p);	/* what macros made may be what a string names */
	}
	if (!err)
		err = group(&c);
	collect_deinit(&c);
	return err;
}

void ost_expand_asked(const struct ost_program *p, uint32_t file)
{
	if (p->expand_asks && file < p->nr_real && p->expand_asks[file])
		ost_ask_all(p->expand_asks[file]);
}

void ost_expand_forget_asks(struct ost_program *p)
{
	uint32_t i;

	for (i = 0; p->expand_asks && i < p->nr_real; i++)
		free(p->expand_asks[i]);
	free(p->expand_asks);
	p->expand_asks = NULL;
}
