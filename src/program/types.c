// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types, records and fields. Nothing is resolved ahead: a tag is looked up
 * when somebody asks, from the file that wrote it.
 */
#include "program/internal.h"

#define STRIP_MAX 16	/* typedefs of typedefs */
#define ANON_MAX 8	/* anonymous members in anonymous members */

static const struct ost_fact_type *fact_type(const struct ost_pfile *pf, uint32_t type)
{
	return &pf->f.types[type];
}

struct ost_ctype ost_ctype_strip(const struct ost_program *p, struct ost_ctype t)
{
	const struct ost_pfile *pf;
	const struct ost_fact_type *ft;
	const struct ost_def *d;
	int i;

	for (i = 0; i < STRIP_MAX && t.type && !t.addr; i++) {
		pf = ost_pfile_get(p, t.file);
		ft = fact_type(pf, t.type);
		if (ft->kind != OST_T_TYPEDEF)
			break;
		d = ost_best_def(p, t.file, ost_pfile_name(pf, ft->name), OST_DEF_TYPEDEF);
		if (!d)
			break;
		t.file = ost_def_file(*d);
		t.type = ost_pfile_get(p, t.file)->f.typedefs[d->id].type;
	}
	return t;
}

struct ost_ctype ost_ctype_deref(const struct ost_program *p, struct ost_ctype t)
{
	const struct ost_fact_type *ft;

	if (!t.type)
		return t;
	if (t.addr > 0) {
		t.addr--;
		return t;
	}
	t = ost_ctype_strip(p, t);
	ft = fact_type(ost_pfile_get(p, t.file), t.type);
	if (ft->kind == OST_T_FUNC)
		return t;
	if (ft->kind != OST_T_POINTER && ft->kind != OST_T_ARRAY)
		return OST_CTYPE_UNKNOWN;
	t.type = ft->inner;
	return t;
}

static uint32_t find_record(const struct ost_program *p, struct ost_ctype t)
{
	const struct ost_pfile *pf;
	const struct ost_fact_type *ft;
	int i;

	for (i = 0; i < STRIP_MAX && t.type; i++) {
		t = ost_ctype_strip(p, t);
		pf = ost_pfile_get(p, t.file);
		ft = fact_type(pf, t.type);
		if (ft->kind == OST_T_STRUCT || ft->kind == OST_T_UNION)
			return ft->rec ? p->files[t.file].first_record + ft->rec - 1 :
				ost_program_resolve_tag(p, t.file, ost_pfile_name(pf, ft->name));
		if (ft->kind != OST_T_POINTER && ft->kind != OST_T_ARRAY)
			break;
		t.type = ft->inner;
	}
	return OST_NO_ID;
}

/* The same types are asked about again and again by one file: the last answers of this thread. */
#define NR_CTYPE_RECORDS 512u
uint32_t ost_ctype_record(const struct ost_program *p, struct ost_ctype t)
{
	static __thread struct {
		uint64_t definitions, asker;
		uint32_t file, type, asking, record;
	} answers[NR_CTYPE_RECORDS], *a;
	uint32_t asking = ost_asking_file(p);

	if (!t.type || t.addr > 1)
		return OST_NO_ID;
	t.addr = 0;
	a = &answers[ost_hash_mix(ost_table_pack(t.file, t.type)) % NR_CTYPE_RECORDS];
	if (a->definitions != p->definitions || a->asker != ost_asker_serial() || a->file != t.file ||
	    a->type != t.type || a->asking != asking) {
		a->record = find_record(p, t);
		a->definitions = p->definitions;
		a->asker = ost_asker_serial();
		a->file = t.file;
		a->type = t.type;
		a->asking = asking;
	}
	return a->record;
}

/* Words before the declarator, then stars and brackets, outermost last. */
static void type_text(const struct ost_program *p, uint32_t file, uint32_t type, struct ost_buf *b, int depth)
{
	const struct ost_pfile *pf = ost_pfile_get(p, file);
	const struct ost_fact_type *ft = fact_type(pf, type);
	const char *name = ost_facts_str(&pf->f, ft->name);

	if (depth > STRIP_MAX || !type) {
		ost_buf_addstr(b, "?");
		return;
	}
	switch (ft->kind) {
	case OST_T_STRUCT:
	case OST_T_UNION:
		ost_buf_addstr(b, ft->kind == OST_T_STRUCT ? "struct " : "union ");
		if (*name)
			ost_buf_addstr(b, name);
		else if (ft->rec)
			ost_program_record_text(p, p->files[file].first_record + ft->rec - 1, b);
		break;
	case OST_T_ENUM:
		ost_buf_addf(b, "enum %s", name);
		break;
	case OST_T_POINTER:
		type_text(p, file, ft->inner, b, depth + 1);
		ost_buf_addstr(b, b->len && b->ptr[b->len - 1] == '*' ? "*" : " *");
		break;
	case OST_T_ARRAY:
		type_text(p, file, ft->inner, b, depth + 1);
		ost_buf_addf(b, "[%s]", name);
		break;
	case OST_T_FUNC:
		type_text(p, file, ft->inner, b, depth + 1);
		ost_buf_addstr(b, " ()");
		break;
	case OST_T_TYPEOF:
		ost_buf_addf(b, "typeof(%s)", name);
		break;
	default:
		ost_buf_addstr(b, name);
	}
}

void ost_ctype_text(const struct ost_program *p, struct ost_ctype t, struct ost_buf *b)
{
	int i;

	type_text(p, t.file, t.type, b, 0);
	for (i = 0; i < t.addr; i++)
		ost_buf_addstr(b, b->ptr[b->len - 1] == '*' ? "*" : " *");
}

struct ost_ctype ost_field_type(const struct ost_program *p, uint32_t field)
{
	uint32_t file = p->field_file[field];

	return (struct ost_ctype){ file,
		ost_pfile_get(p, file)->f.fields[field - p->files[file].first_field].type, 0 };
}

struct ost_ctype ost_unit_return_type(const struct ost_program *p, uint32_t unit)
{
	const struct ost_unit *u = &p->units.items[unit];

	if (u->kind != OST_UNIT_FUNC)
		return OST_CTYPE_UNKNOWN;
	return (struct ost_ctype){ u->file, ost_pfile_get(p, u->file)->f.funcs[u->index].ret_type, 0 };
}

struct ost_ctype ost_unit_param_type(const struct ost_program *p, uint32_t unit, uint32_t param)
{
	const struct ost_unit *u = &p->units.items[unit];
	const struct ost_facts *f;

	if (u->kind != OST_UNIT_FUNC || param >= u->nr_params)
		return OST_CTYPE_UNKNOWN;
	f = &ost_pfile_get(p, u->file)->f;
	return (struct ost_ctype){ u->file, f->params[f->funcs[u->index].first_param + param].type, 0 };
}

/* ---- records ----------------------------------------------------------- */

uint32_t ost_program_nr_records(const struct ost_program *p)
{
	return p->nr_records;
}

void ost_program_record(const struct ost_program *p, uint32_t record, struct ost_record_def *ret)
{
	uint32_t file = p->rec_file[record], index = record - p->files[file].first_record;
	const struct ost_pfile *pf = ost_pfile_get(p, file);
	const struct ost_fact_record *r = &pf->f.records[index];

	ret->file = file;
	ret->index = index;
	ret->tag = r->tag ? ost_pfile_name(pf, r->tag) : OST_NO_ID;
	ret->first_field = p->files[file].first_field + r->first_field;
	ret->nr_fields = r->nr_fields;
	ret->outer = r->outer ? p->files[file].first_record + r->outer - 1 : OST_NO_ID;
}

/* The record that values of `index` are members of without a name; itself when none. */
static uint32_t named_record(const struct ost_pfile *pf, uint32_t index)
{
	uint32_t field;
	int i;

	for (i = 0; i < ANON_MAX; i++) {
		field = pf->member_of_rec[index];
		if (!field || ost_facts_strlen(&pf->f, pf->f.fields[field - 1].name) ||
		    pf->f.records[index].tag)
			break;
		index = pf->rec_of_field[field - 1];
	}
	return index;
}

/* The type is that record, with its definition written there. */
static bool is_record(const struct ost_facts *f, uint32_t type, uint32_t index)
{
	const struct ost_fact_type *t = &f->types[type];

	return t->rec == index + 1 && (t->kind == OST_T_STRUCT || t->kind == OST_T_UNION);
}

static void record_text(const struct ost_program *p, const struct ost_pfile *pf, uint32_t index,
			struct ost_buf *b, int depth)
{
	const struct ost_facts *f = &pf->f;
	uint32_t field, i;

	index = named_record(pf, index);
	if (f->records[index].tag) {
		ost_buf_addstr(b, ost_facts_str(f, f->records[index].tag));
		return;
	}
	field = pf->member_of_rec[index];
	if (field && depth < ANON_MAX) {
		record_text(p, pf, pf->rec_of_field[field - 1], b, depth + 1);
		ost_buf_addf(b, ".%s", ost_facts_str(f, f->fields[field - 1].name));
		return;
	}
	for (i = 0; i < f->nr_typedefs; i++)
		if (is_record(f, f->typedefs[i].type, index)) {
			ost_buf_addstr(b, ost_facts_str(f, f->typedefs[i].name));
			return;
		}
	for (i = 0; i < f->nr_globals; i++)
		if (is_record(f, f->globals[i].type, index)) {
			ost_buf_addstr(b, ost_facts_str(f, f->globals[i].name));
			return;
		}
	ost_buf_addf(b, "(%s:%u)", ost_program_path(p, pf->file), f->records[index].line);
}

void ost_program_record_text(const struct ost_program *p, uint32_t record, struct ost_buf *b)
{
	uint32_t file = p->rec_file[record];

	record_text(p, ost_pfile_get(p, file), record - p->files[file].first_record, b, 0);
}

/*
 * The field of that name that the record itself has, or OST_NO_ID. The same are looked for again
 * and again: the last answers of this thread, whose numbers stand for what was defined then.
 */
#define NR_OWN_FIELDS 2048u
static uint32_t own_field(const struct ost_program *p, uint32_t record, uint32_t name)
{
	static __thread struct {
		uint64_t definitions;
		uint32_t record, name, field;
	} answers[NR_OWN_FIELDS];
	uint64_t at = ost_hash_mix(ost_table_pack(record, name)) % NR_OWN_FIELDS;
	uint32_t file = p->rec_file[record], i;
	const struct ost_fact_record *r;
	const struct ost_pfile *pf;

	if (answers[at].definitions == p->definitions && answers[at].record == record && answers[at].name == name)
		return answers[at].field;
	pf = ost_pfile_get(p, file);
	r = &pf->f.records[record - p->files[file].first_record];
	for (i = r->first_field; i < r->first_field + r->nr_fields; i++)
		if (ost_pfile_name(pf, pf->f.fields[i].name) == name)
			break;
	answers[at].definitions = p->definitions;
	answers[at].record = record;
	answers[at].name = name;
	answers[at].field = i < r->first_field + r->nr_fields ? p->files[file].first_field + i : OST_NO_ID;
	return answers[at].field;
}

static uint32_t find_in(const struct ost_program *p, uint32_t record, uint32_t name, int depth)
{
	uint32_t file = p->rec_file[record], i, inner, found = own_field(p, record, name);
	const struct ost_fact_record *r;
	const struct ost_facts *f;

	if (found != OST_NO_ID)
		return found;
	f = &ost_pfile_get(p, file)->f;
	r = &f->records[record - p->files[file].first_record];
	for (i = r->first_field; i < r->first_field + r->nr_fields && depth < ANON_MAX; i++) {
		if (ost_facts_strlen(f, f->fields[i].name))
			continue;
		inner = ost_ctype_record(p, (struct ost_ctype){ file, f->fields[i].type, 0 });
		found = inner == OST_NO_ID || inner == record ? OST_NO_ID :
			find_in(p, inner, name, depth + 1);
		if (found != OST_NO_ID)
			return found;
	}
	return OST_NO_ID;
}

/*
 * Other definitions of the tag are asked when the best one has no such field:
 * configuration and architecture alternatives.
 */
uint32_t ost_record_find_field(const struct ost_program *p, uint32_t record, uint32_t name)
{
	const struct ost_pfile *pf;
	const struct ost_def *defs;
	uint32_t found, nr, i, file, tag, best = OST_NO_ID;
	int d, best_d = OST_FAR;

	if (record == OST_NO_ID || name == OST_NO_ID)
		return OST_NO_ID;
	found = find_in(p, record, name, 0);
	if (found != OST_NO_ID)
		return found;
	file = p->rec_file[record];
	pf = ost_pfile_get(p, file);
	tag = pf->f.records[record - p->files[file].first_record].tag;
	nr = tag ? ost_defs_of(p, ost_pfile_name(pf, tag), &defs) : 0;
	for (i = 0; i < nr; i++) {
		if (ost_def_kind(defs[i]) != OST_DEF_RECORD || defs[i].id == record)
			continue;
		d = ost_distance(p, file, ost_def_file(defs[i]), false);
		found = d < best_d ? find_in(p, defs[i].id, name, 0) : OST_NO_ID;
		if (found != OST_NO_ID) {
			best = found;
			best_d = d;
		}
	}
	return best;
}

/* ---- fields ------------------------------------------------------------ */

uint32_t ost_program_nr_fields(const struct ost_program *p)
{
	return p->nr_fields;
}

void ost_program_field(const struct ost_program *p, uint32_t field, struct ost_field_def *ret)
{
	uint32_t file = p->field_file[field], index = field - p->files[file].first_field;
	const struct ost_pfile *pf = ost_pfile_get(p, file);
	const struct ost_fact_field *ff = &pf->f.fields[index];

	ret->record = p->files[file].first_record + pf->rec_of_field[index];
	ret->named = p->files[file].first_record + named_record(pf, pf->rec_of_field[index]);
	ret->file = file;
	ret->line = ff->line;
	ret->name = ost_pfile_name(pf, ff->name);
	ret->type = ff->type;
}

void ost_program_field_text(const struct ost_program *p, uint32_t field, struct ost_buf *b)
{
	uint32_t file = p->field_file[field], index = field - p->files[file].first_field;
	const struct ost_pfile *pf = ost_pfile_get(p, file);

	record_text(p, pf, pf->rec_of_field[index], b, 0);
	ost_buf_addf(b, ".%s", ost_facts_str(&pf->f, pf->f.fields[index].name));
}

/* The record named by all but the last part of "a.b.c": tag or typedef a, member b. */
static uint32_t walk_parts(const struct ost_program *p, uint32_t record, const char *rest, size_t len)
{
	uint32_t name, field;
	size_t n;

	while (len && record != OST_NO_ID) {
		n = 0;
		while (n < len && rest[n] != '.')
			n++;
		name = ost_symtab_find(&p->names, rest, (uint32_t)n, ost_symtab_hash(rest, (uint32_t)n));
		field = ost_record_find_field(p, record, name);
		record = field == OST_NO_ID ? OST_NO_ID : ost_ctype_record(p, ost_field_type(p, field));
		rest += n < len ? n + 1 : n;
		len -= n < len ? n + 1 : n;
	}
	return record;
}

uint32_t ost_program_find_fields(const struct ost_program *p, const char *text,
				 uint32_t *ret_fields, uint32_t max)
{
	const char *dot, *last;
	const struct ost_def *defs;
	uint32_t name, field_name, nr, i, rec, field, found = 0;

	if (!strncmp(text, "struct ", 7))
		text += 7;
	dot = strchr(text, '.');
	last = strrchr(text, '.');
	if (!dot)
		return 0;
	name = ost_symtab_find(&p->names, text, (uint32_t)(dot - text),
			      ost_symtab_hash(text, (uint32_t)(dot - text)));
	field_name = ost_program_find_name(p, last + 1);
	nr = ost_defs_of(p, name, &defs);
	for (i = 0; i < nr && found < max && field_name != OST_NO_ID; i++) {
		rec = OST_NO_ID;
		if (ost_def_kind(defs[i]) == OST_DEF_RECORD)
			rec = defs[i].id;
		if (ost_def_kind(defs[i]) == OST_DEF_TYPEDEF)
			rec = ost_ctype_record(p, (struct ost_ctype){ ost_def_file(defs[i]),
				ost_pfile_get(p, ost_def_file(defs[i]))->f.typedefs[defs[i].id].type, 0 });
		if (last > dot)
			rec = walk_parts(p, rec, dot + 1, last - dot - 1);
		field = rec == OST_NO_ID ? OST_NO_ID : find_in(p, rec, field_name, 0);
		if (field != OST_NO_ID && !(found && ret_fields[found - 1] == field))
			ret_fields[found++] = field;
	}
	return found;
}

/* ---- globals ----------------------------------------------------------- */

uint32_t ost_program_nr_globals(const struct ost_program *p)
{
	return p->nr_globals;
}

void ost_program_global(const struct ost_program *p, uint32_t global, struct ost_global_def *ret)
{
	uint32_t file = p->global_file[global];
	const struct ost_pfile *pf = ost_pfile_get(p, file);

	ret->file = file;
	ret->index = global - p->files[file].first_global;
	ret->name = ost_pfile_name(pf, pf->f.globals[ret->index].name);
	ret->line = pf->f.globals[ret->index].line;
	ret->flags = pf->f.globals[ret->index].flags;
	ret->type = pf->f.globals[ret->index].type;
}

void ost_program_global_text(const struct ost_program *p, uint32_t global, struct ost_buf *b)
{
	struct ost_global_def g;

	ost_program_global(p, global, &g);
	if (g.flags & OST_FF_STATIC)
		ost_buf_addf(b, "%s:", ost_program_path(p, g.file));
	ost_buf_addstr(b, ost_program_name(p, g.name));
}

/* ---- tables of functions ----------------------------------------------- */

bool ost_ctype_is_fnptr(const struct ost_program *p, struct ost_ctype t)
{
	const struct ost_fact_type *ft;
	int i;

	for (i = 0; i < 4 && t.type; i++) {
		if (t.addr > 1)
			return false;
		t = ost_ctype_strip(p, t);
		ft = t.addr ? NULL : &ost_pfile_get(p, t.file)->f.types[t.type];
		if (ft && ft->kind == OST_T_FUNC)
			return true;
		if (ft && ft->kind != OST_T_POINTER && ft->kind != OST_T_ARRAY)
			return false;
		t = ost_ctype_deref(p, t);
	}
	return false;
}

/* At least half of its members are pointers to functions. */
static bool is_table(const struct ost_program *p, uint32_t record)
{
	uint32_t file = p->rec_file[record], i, nr = 0, named = 0;
	const struct ost_facts *f = &ost_pfile_get(p, file)->f;
	const struct ost_fact_record *r = &f->records[record - p->files[file].first_record];

	for (i = r->first_field; i < r->first_field + r->nr_fields; i++) {
		named++;
		nr += ost_ctype_is_fnptr(p, (struct ost_ctype){ file, f->fields[i].type, 0 });
	}
	return nr && nr * 2 >= named;
}

bool ost_record_is_table(const struct ost_program *p, uint32_t record)
{
	uint32_t *kept, *expected = NULL;
	struct ost_asker asker;
	bool is;

	if (record == OST_NO_ID)
		return false;
	kept = atomic_load_explicit(&p->is_table_of[record], memory_order_acquire);
	if (!kept) {
		ost_asker_nest(&asker);
		is = is_table(p, record);
		kept = ost_asker_unnest(&asker, sizeof(*kept));
		*kept = is;
		if (!atomic_compare_exchange_strong(&p->is_table_of[record], &expected, kept)) {
			free(kept);
			kept = expected;
		}
	}
	ost_ask_all(kept + 1);
	return *kept;
}
