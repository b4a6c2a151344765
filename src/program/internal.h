/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * internal.h - what the files of src/program share; program.h is the manual.
 *
 * Phases of ost_program_create():
 *
 *  1. collect.c: every file is streamed once, in batches; the names of what
 *     it defines are taken out in parallel and interned in file order.
 *  2. names are sorted into one table of definitions by name.
 *  3. expand.c: invocations of macros at file scope are expanded as text and
 *     read again; the result is a virtual file (id >= nr_real).
 *  4. flow.c: every body is walked once; call sites, stores of functions and
 *     of tables, and bindings are written down by file and merged in order.
 *
 * After that nothing changes but the caches (facts of files, private headers
 * of a file, accessor paths), which are published with compare-and-swap.
 */
#ifndef OST_PROGRAM_INTERNAL_H
#define OST_PROGRAM_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/hash.h"
#include "base/table.h"
#include "program/asks.h"
#include "program/blocks.h"
#include "program/program.h"

/* ---- names ------------------------------------------------------------- */

/* Strings to dense ids; id 0 is the empty string. One block of bytes. */
struct ost_symtab {
	OST_VEC(char) bytes;
	OST_VEC(uint32_t) off;	/* nr + 1 offsets */
	uint32_t *slots;	/* 8 bits of the hash, id + 1; 0 empty */
	uint32_t nr, mask;
	bool is_spread;	/* slots lie in large pages */
};
void ost_symtab_init(struct ost_symtab *t);
void ost_symtab_deinit(struct ost_symtab *t);
/* So many names will be added: the table is made for them at once. More may come. */
void ost_symtab_expect(struct ost_symtab *t, uint32_t nr);
uint32_t ost_symtab_add(struct ost_symtab *t, const char *s, uint32_t len, uint32_t hash);
uint32_t ost_symtab_find(const struct ost_symtab *t, const char *s, uint32_t len, uint32_t hash);
/*
 * Has what ost_symtab_find() looks at for these hashes fetched into the caches, all at once. For
 * names that are asked for together: one after the other, each waits for memory three times.
 */
void ost_symtab_prefetch(const struct ost_symtab *t, const uint32_t *hashes, uint32_t nr);
/* Fills off anew from bytes; slots are left to ost_symtab_rehash(). False: not nr strings. */
bool ost_symtab_restore(struct ost_symtab *t, uint32_t nr);
/* Fills slots anew from bytes and off: as few as serve a table that is read; adding a name makes room. */
void ost_symtab_rehash(struct ost_symtab *t);
static inline uint32_t ost_symtab_hashed(uint64_t hash)
{
	return (uint32_t)(hash >> 16);
}
static inline uint32_t ost_symtab_hash(const char *s, uint32_t len)
{
	return ost_symtab_hashed(ost_hash_bytes(s, len));
}
static inline const char *ost_symtab_str(const struct ost_symtab *t, uint32_t id)
{
	return t->bytes.items + t->off.items[id];
}

/* ---- files ------------------------------------------------------------- */

enum { OST_REALM_KERNEL, OST_REALM_TOOLS, OST_REALM_SCRIPTS, OST_REALM_DOC };

/* What is known of a file without its facts. */
struct ost_file_info {
	uint32_t first_unit, nr_funcs, nr_units;
	uint32_t first_record, nr_records;
	uint32_t first_field, nr_fields;
	uint32_t first_global, nr_globals;
	uint32_t first_include, nr_includes;	/* into p->includes */
	uint32_t dir_len;	/* of the path up to and with the last '/' */
	uint8_t realm, is_header, is_public;	/* is_public: include/, arch/x/include/ */
	uint8_t arch;		/* 0: neutral, else number of the arch/ folder */
	uint32_t origin;	/* the real file of a virtual one; itself otherwise */
};

/* A folder of the tree; number 0 is the root. */
struct ost_folder {
	const char *path;	/* begins with the folder's own, up to and with its last '/' */
	uint32_t len;		/* of that */
	uint32_t up, depth;
	bool is_generic;	/* include/asm-generic/ or below */
};

/* The facts of a file, with the program's ids for its strings. */
struct ost_pfile {
	struct ost_facts f;
	const struct ost_symtab *symtab;
	uint32_t *names;	/* by string: name id + 2; 1 none; 0 not asked yet. Read and written atomically */
	uint32_t *rec_of_field;	/* by field: record index */
	uint32_t *member_of_rec;	/* by record: field index + 1 whose type it is the core of, or 0 */
	void *mem;
	size_t bytes;		/* of a copy: all that it takes */
	uint32_t file;
	bool is_held;		/* it lies in memory of held.c, with names */
};

/* ---- definitions ------------------------------------------------------- */

enum ost_def_kind {
	OST_DEF_UNIT,		/* id: unit */
	OST_DEF_PROTO,		/* id: index of the proto in its file */
	OST_DEF_RECORD,		/* id: record */
	OST_DEF_TYPEDEF,	/* id: index in its file */
	OST_DEF_GLOBAL,		/* id: global */
	OST_DEF_ENUM,
	OST_DEF_ENUM_CONST,	/* id: enum index in its file */
};
struct ost_def {
	uint32_t kind_file;	/* kind << 28 | file */
	uint32_t id;
};
static inline enum ost_def_kind ost_def_kind(struct ost_def d)
{
	return d.kind_file >> 28;
}
static inline uint32_t ost_def_file(struct ost_def d)
{
	return d.kind_file & 0xfffffff;
}

enum { OST_GF_STATIC = 1, OST_GF_EXTERN = 2, OST_GF_LOCAL = 4, OST_GF_INIT = 8 };

/* ---- flows ------------------------------------------------------------- */

/*
 * A place in a body where control or an address goes somewhere. `key` is
 * kind << 30 | id: a name that is called, a field that is called through, a
 * parameter that is called, a name whose address is taken.
 */
enum { OST_SITE_NAME, OST_SITE_SLOT, OST_SITE_PARAM, OST_SITE_REF };
struct ost_site {
	uint32_t key, line;
};
#define OST_SITE_KEY(kind, id) ((uint32_t)(kind) << 30 | (id))
#define OST_SITE_KIND(key) ((key) >> 30)
#define OST_SITE_ID(key) ((key) & 0x3fffffff)

/* What is handed around: a function, a table, or a parameter of the unit. */
enum { OST_SRC_UNIT, OST_SRC_GLOBAL, OST_SRC_FIELD, OST_SRC_PARAM };

/* An object in 32 bits: kind << 30 | id. */
static inline uint32_t ost_object_pack(struct ost_object o)
{
	return o.kind << 30 | (o.kind ? o.id : 0);
}
static inline struct ost_object ost_object_unpack(uint32_t v)
{
	return (struct ost_object){ v >> 30, v & 0x3fffffff };
}

#define OST_ARGFLOW_ARGS 4
/* An argument that is a function, a table of functions or a parameter. */
struct ost_argflow {
	uint32_t callee;	/* name */
	uint32_t unit;		/* that makes the call, or OST_NO_ID */
	uint32_t file, line;
	uint16_t arg, src_kind;
	uint32_t src;
	uint32_t args[OST_ARGFLOW_ARGS];	/* packed objects of the first arguments */
};
/* A parameter that is stored in a field: `arg<table_param>->field = arg<param>`. */
struct ost_paramstore {
	uint32_t unit, param;
	uint32_t field;
	uint32_t table;		/* packed object, when a field or global */
	uint32_t table_param;	/* or OST_NO_ID */
};

enum { OST_NF_NAME_FUNC = 1, OST_NF_NAME_MACRO = 2, OST_NF_NAME_GLOBAL = 4, OST_NF_NAME_PROTO = 8,
       OST_NF_NAME_ROW = 16, OST_NF_NAME_LOCK = 32 };

/* What is counted while the bodies of one file are walked; see struct ost_program_stats. */
struct ost_file_stats {
	uint32_t nr_calls, nr_direct, nr_unknown, nr_slot_calls, nr_slot_typed;
	uint32_t slot_why[OST_NR_SLOT_WHYS], lock_how[OST_NR_LOCK_HOWS];
};

/* Where the chunks of a kept index lie, all of them whole: by set of blocks, by part. */
#define OST_INDEX_PARTS_MAX 24
struct ost_index_place {
	struct ost_oid tree;	/* the key of its tree */
	uint64_t names;		/* ost_program_chunk_kind() */
	uint32_t is_set;
	struct { uint32_t first, nr; } sets[OST_NR_BLOCK_SETS], parts[OST_INDEX_PARTS_MAX];
};

struct ost_program {
	const struct ost_tree_facts *tree;
	struct ost_program_opts opts;
	unsigned jobs;
	struct ost_arena arena;
	struct ost_symtab names;

	uint32_t nr_files, nr_real;
	struct ost_file_info *files;
	OST_VEC(uint32_t) includes;	/* file ids, by file */
	struct ost_table paths;		/* hash of path → file + 1; chained by path_next */
	uint32_t *path_next;
	struct ost_table basenames;	/* hash of basename → file + 1; chained by base_next */
	uint32_t *base_next;
	OST_VEC(const char *) archs;	/* [0] is "" */
	OST_VEC(struct ost_folder) folders;
	uint32_t *folder_of;	/* by real file */

	OST_VEC(struct ost_unit) units;
	uint32_t *rec_file, *field_file, *global_file;	/* by id */
	uint32_t nr_records, nr_fields, nr_globals;
	OST_VEC(uint8_t) global_flags;	/* by global: OST_GF_* */
	uint32_t *def_first;		/* by name below nr_grouped; later ones have no definition yet */
	uint32_t nr_grouped;
	struct ost_def *defs;
	uint32_t nr_defs;
	uint64_t definitions;		/* no two programs in a process, before or now, have the same number */
	/* virt_text, virt_bytes, sites, site_first: while linking and after it; ask through blocks.h */
	OST_VEC(uint32_t) virt_text;	/* offset into virt_bytes, by virtual file */
	struct ost_buf virt_bytes;	/* their texts, lines as ost_virtual_text() reads them */
	uint32_t **expand_asks;		/* by real file: what expanding asked for, as ost_ask_all() has it; while linking */

	_Atomic(struct ost_pfile *) *loaded;
	_Atomic(struct ost_pfile *) *entered;	/* by real file: whole, of .c files that scopes enter again and again; NULL: not yet kept */
	_Atomic(uint8_t) *nr_entered;		/* how often each was fetched for that */
	_Atomic(size_t) entered_bytes;
	_Atomic(uint32_t *) *private_headers;	/* sorted; [0] is the count */
	_Atomic(struct ost_path *) *accessors;	/* by unit; behind each what was asked for it. See path.c */
	uint8_t *name_flags;		/* by name: OST_NF_NAME_* */
	_Atomic(uint32_t *) *is_table_of;	/* by record: whether, and what was asked for it */

	pthread_mutex_t readers_lock;
	OST_VEC(struct ost_tree_reader *) readers;	/* not in use */

	/* rows */
	OST_VEC(struct ost_binding_row) rows;
	struct ost_table row_of;	/* name → row + 1, first of several */
	uint32_t *row_next;
	struct ost_table typerule_of;	/* name → rule + 1 */
	OST_VEC(struct ost_typerule) rules;

	/* flows */
	OST_VEC(struct ost_site) sites;
	OST_VEC(uint32_t) site_first;	/* by unit, nr_units + 1 */
	_Atomic(struct ost_site_use *) site_uses;	/* sites by key; made when first asked for */
	OST_VEC(struct ost_argflow) argflows;	/* by file */
	uint32_t *flows_by_callee;	/* argflow ids by (callee, id) */
	uint32_t *flows_by_unit;	/* argflow ids by (unit, id) */
	uint32_t *flows_by_src;		/* argflow ids whose source is a unit, by (src, id) */
	OST_VEC(struct ost_paramstore) paramstores;	/* by unit */
	OST_VEC(struct ost_target) targets;	/* by (slot, file, line) */
	OST_VEC(struct ost_points_to) points;	/* by (field, file, line) */
	OST_VEC(struct ost_binding) bindings;	/* by (file, line) */
	OST_VEC(struct ost_lock_use) lock_uses;	/* by (unit, line) */
	struct ost_name_list asks;	/* names that each file asked for, by file; sorted */
	OST_VEC(uint32_t) ask_first;	/* by file, nr_files + 1 */
	OST_VEC(struct ost_file_stats) file_stats;	/* by file; for the next tree that is linked from this one */
	struct ost_unknown_list unknown;	/* texts that files asked for and that are no names */
	struct ost_missed_list missed;	/* includes that nothing was found for, of real files */
	struct ost_table lock_arg_of;	/* name of a primitive → its argument + 1 */
	uint32_t *targets_by_unit, *targets_by_table, *bindings_by_unit, *bindings_by_object;
	struct ost_program_stats stats;
	uint64_t tables_hash;		/* of the rows of data/ that were read */
	bool is_kept;			/* opened from the kept index */
	bool is_linked;			/* made here, which looks all over the lists: ost_program_calloc() */
	uint64_t names_kept;		/* ost_program_names(), once it is kept or opened */
	struct ost_index_place place;	/* of its own, when it was opened from it */
	struct ost_index_place like;	/* of another tree: the own one holds what it adds to that, or shall */
	struct ost_kept_blocks kept;	/* then, what of it is read when it is asked for */
	struct ost_held *held;		/* facts of .c files; while linking */
	struct ost_chunk **header_chunks;	/* by worker: memory of held.c */
	struct ost_reuse *reuse;	/* while linking from what is linked already */
	bool was_reused;		/* an overlay linked that way */
	uint32_t nr_walked;		/* files whose bodies were walked; of the others it was taken over */
	bool is_of_near;		/* a tree linked that way, from one that is like it */
	struct ost_moved moved;		/* then: from the ids of the tree below */
};

/* ---- rules for typing macros and builtins (data/typerules.tbl) --------- */

enum ost_rule_kind {
	OST_RULE_ARG,		/* the value (and path) of argument n */
	OST_RULE_DEREF,		/* what argument n points to */
	OST_RULE_CONTAINER,	/* container_of(ptr, type, member): arguments n, n2, n3 */
	OST_RULE_POINTER,	/* pointer to the type that argument n names */
	OST_RULE_TYPE,		/* the type that argument n names */
};
struct ost_typerule {
	uint32_t name;
	uint8_t kind, n, n2, n3;
};
struct ost_err *ost_program_read_tables(struct ost_program *p);
/* The rule of a name, or NULL. */
const struct ost_typerule *ost_program_typerule(const struct ost_program *p, uint32_t name);

/*
 * Zeroed memory of a list that each file looks into while it is linked: in large pages then. Such are got slowly,
 * which a question about a few files would not make up for.
 */
static inline void *ost_program_calloc(const struct ost_program *p, size_t nr, size_t size)
{
	return p->is_linked ? ost_calloc_spread(nr, size) : ost_calloc(nr, size);
}

/* ---- files.c ----------------------------------------------------------- */

void ost_files_init(struct ost_program *p);
void ost_files_deinit(struct ost_program *p);
/* Fetches what ost_pfile_get() does not find at hand. */
const struct ost_pfile *ost_pfile_load(const struct ost_program *p, uint32_t file);
/* See ost_pfile_set_current(). */
extern __thread struct ost_current_file {
	const struct ost_program *p;
	const struct ost_pfile *pf;
} ost_current_file;
/* Never NULL; stays as long as the program (or as the scope it was entered in). */
static inline const struct ost_pfile *ost_pfile_get(const struct ost_program *p, uint32_t file)
{
	const struct ost_pfile *pf;

	if (ost_current_file.p == p && ost_current_file.pf->file == file)
		return ost_current_file.pf;
	pf = atomic_load_explicit(&p->loaded[file], memory_order_acquire);
	return pf ? pf : ost_pfile_load(p, file);
}
/* The whole of a .c file that was entered often (ost_program_keep_entered()), or NULL. */
static inline const struct ost_pfile *ost_pfile_entered(const struct ost_program *p, uint32_t file)
{
	return p->entered ? atomic_load_explicit(&p->entered[file], memory_order_acquire) : NULL;
}
/* It was fetched once more, for a scope. What is kept of it from now on, or NULL. */
const struct ost_pfile *ost_pfile_keep_entered(const struct ost_program *p, uint32_t file, const struct ost_facts *view);
/*
 * Keeps facts that stay, so that ost_pfile_get() need not fetch them: mem is room for a struct ost_pfile, names for as
 * many bytes as ost_pfile_names_size() says, zeroed.
 */
void ost_pfile_keep_at(const struct ost_program *p, uint32_t file, const struct ost_facts *view, void *mem,
		       uint32_t *names);
size_t ost_pfile_names_size(const struct ost_facts *f);
/* The facts of a virtual file, with the memory that they lie in, before it has a number; and when it has. */
struct ost_pfile *ost_pfile_take(const struct ost_program *p, const struct ost_facts *view, void *mem);
void ost_pfile_put(struct ost_program *p, uint32_t file, struct ost_pfile *pf);
/* Names were added: strings of loaded files that named nothing are asked anew. No other thread may use p. */
void ost_files_forget_names(struct ost_program *p);
/* Fills *pf from a view; names point into memory of its own. */
void ost_pfile_init(const struct ost_program *p, struct ost_pfile *pf, uint32_t file,
		    const struct ost_facts *f);
void ost_pfile_deinit(struct ost_pfile *pf);
/* Looks all its strings up at once, while no other thread knows of it. */
void ost_pfile_ask_names(struct ost_pfile *pf);
/*
 * The file that questions in this thread are asked from, or OST_NO_ID: its
 * architecture decides between alternatives that a neutral header sees, and
 * it completes types that a header only names. Not set while something that
 * is kept for all (an accessor) is worked out.
 */
uint32_t ost_asking_file(const struct ost_program *p);
void ost_set_asking_file(const struct ost_program *p, uint32_t file);
/* What ost_pfile_get() yields for pf->file in this thread until told otherwise; NULL ends it. */
void ost_pfile_set_current(const struct ost_program *p, const struct ost_pfile *pf);
struct ost_tree_reader *ost_reader_take(const struct ost_program *p);
void ost_reader_give(const struct ost_program *p, struct ost_tree_reader *r);
/* ---- held.c ------------------------------------------------------------ */

#define OST_LINK_BATCH 4096u	/* files that are linked together, in each pass */

/* From here to ost_held_end() facts of .c files may be held; from one thread, as those that drop them. */
void ost_held_begin(struct ost_program *p);
/*
 * Fetches a file's facts and holds them, unless that is too much in all: ost_held_facts() yields them, of a header
 * ost_pfile_get(). The view is valid until the next fetch with r. From several threads, each another worker.
 */
bool ost_held_fetch(struct ost_program *p, struct ost_tree_reader *r, uint32_t file, unsigned worker,
		    struct ost_facts *ret);
/* NULL: they are to be fetched. */
const struct ost_facts *ost_held_facts(const struct ost_program *p, uint32_t file);
/* Files from batch * OST_LINK_BATCH on are not needed any more, and nobody is in them: ost_scope_leave_file(). */
void ost_held_drop(struct ost_program *p, uint32_t batch);
void ost_held_end(struct ost_program *p);
/* The last of all: headers lie there. */
void ost_held_free_headers(struct ost_program *p);

/* The facts of a virtual file, made from its text; free(*ret_mem). */
bool ost_virtual_facts(const struct ost_program *p, uint32_t file, struct ost_facts *ret_facts,
		       void **ret_mem);

/* Looks a string up that nobody asked for yet. */
uint32_t ost_pfile_ask_name(const struct ost_pfile *pf, uint32_t str);
/* The name id of a string of the file's facts, or OST_NO_ID. Most strings are never asked for. */
static inline uint32_t ost_pfile_name(const struct ost_pfile *pf, uint32_t str)
{
	uint32_t v = __atomic_load_n(&pf->names[str], __ATOMIC_RELAXED);

	return v ? v - 2 : ost_pfile_ask_name(pf, str);
}

/* ---- expand.c ---------------------------------------------------------- */

/* An invocation at file scope as it was written, on one line. */
struct ost_written {
	const char *text;
	uint32_t line;
};
/* Is the macro a unit: may it hold calls, or stand for a name? */
bool ost_macro_is_unit(const struct ost_facts *f, const struct ost_fact_macro *m);
/* Appends the invocation as text; t is scratch. False when it cannot be read. */
bool ost_invoke_text(const struct ost_facts *f, const struct ost_fact_invoke *v, struct ost_tree *t,
		     struct ost_buf *b);
/* Scratch memory of one thread. */
#define OST_EXPAND_DEPTH 14	/* macros in what macros make */
struct ost_expand_memory {
	struct ost_buf one, texts[OST_EXPAND_DEPTH];
};
void ost_expand_memory_init(struct ost_expand_memory *mem);
void ost_expand_memory_deinit(struct ost_expand_memory *mem);
/* Appends what the invocations of a file expand to, as ost_virtual_text() reads it. False: nothing. */
bool ost_expand_file(const struct ost_program *p, uint32_t file, const struct ost_written *written,
		     size_t nr, struct ost_expand_memory *mem, struct ost_buf *out);

/*
 * The text of a virtual file from its short form, in which a run of newlines is
 * one, their number, and one more: most lines are empty.
 */
void ost_virtual_text(const char *form, struct ost_buf *out);

/* Notes what the expansion of a file asked for as asked now; and frees what is known of that. */
void ost_expand_asked(const struct ost_program *p, uint32_t file);
void ost_expand_forget_asks(struct ost_program *p);

/* ---- phases ------------------------------------------------------------ */

struct ost_err *ost_program_collect(struct ost_program *p);
struct ost_err *ost_program_flow(struct ost_program *p);
/* Registrations: what callees do with the functions and tables they are handed. */
void ost_program_join_flows(struct ost_program *p);
/* The kept index: index.c. True when one fitted and p is ready but for its caches; else p is good for nothing. */
bool ost_program_load(struct ost_program *p);
void ost_program_save(struct ost_program *p);
/*
 * The chunks of an index lie under a name of their own for each numbering of names, and for what they lean on:
 * of two processes that link one tree at once, one from a near tree and one from nothing, each has its chunks
 * whole, and the header (chunk 0 of OST_PROGRAM_KIND) says which they are.
 */
void ost_program_chunk_kind(char buf[40], const struct ost_oid *like, uint64_t names);
/* A hash of all names by number. */
uint64_t ost_program_names(const struct ost_program *p);
/* p is to be kept as what it adds to the index of b, which was opened; not when b is itself kept so. */
void ost_program_keep_like(struct ost_program *p, const struct ost_program *b);
/* Paths, folders and what else follows from the tree alone. */
void ost_program_list_paths(struct ost_program *p);
/* By record, field, global: its file. */
void ost_program_fill_maps(struct ost_program *p);
/* Sorts flows and adds what follows from them. */
void ost_program_index_flows(struct ost_program *p, unsigned jobs);
/* The orders in which flows are looked up: item `item` of OST_NR_ORDERS. */
#define OST_NR_ORDERS 7
bool ost_program_order_flows(void *program, size_t item, unsigned worker);
/* What files asked for is kept beside the index, and read when a tree is to be linked from it. */
#define OST_ASKS_PARTS 5u
/* One part, the first the largest; names_kept is known. From several threads, each another part. */
void ost_asks_save(const struct ost_program *p, uint32_t part);
bool ost_asks_load(struct ost_program *p);
/* Every id in what was kept lies where it must, so that it may be followed: check.c. */
bool ost_program_is_sound(const struct ost_program *p);

/* The figures of the next file. */
void ost_program_add_stats(struct ost_program *p, const struct ost_file_stats *fs);

/* ---- reuse.c, reuse_ids.c, reuse_flows.c ---------------------------------- */

/*
 * Links p from b, the program of a tree that differs in a few files: collect.c
 * and flow.c ask for each file whether it is to be taken over. b belongs to the
 * attempt from then on. False: it cannot be; end it, and link p from nothing. may_read_all: even where so many
 * files are to be read that linking from nothing is as fast, since p has the names of b by the same numbers then.
 */
bool ost_reuse_begin(struct ost_program *p, struct ost_program *b, bool may_read_all);
void ost_reuse_end(struct ost_program *p);
/* Hands the pairs of ids over to p->moved; before ost_reuse_end(). */
void ost_reuse_keep_moved(struct ost_program *p);
bool ost_reuse_is_broken(const struct ost_program *p);
/* The file of b that `file` is the same as, or OST_NO_ID: it is to be read. */
uint32_t ost_reuse_old(const struct ost_program *p, uint32_t file);
const struct ost_program *ost_reuse_base(const struct ost_program *p);
/* The definitions of a file of b, in the order found for each name. */
struct ost_reused_def {
	uint32_t name;
	struct ost_def def;
};
uint32_t ost_reuse_defs(const struct ost_program *p, uint32_t old, const struct ost_reused_def **ret);
/* The virtual file of a real one of b, or OST_NO_ID; and that it is `file` here. */
uint32_t ost_reuse_virtual(const struct ost_program *p, uint32_t old);
void ost_reuse_add_virtual(struct ost_program *p, uint32_t old, uint32_t file);
/* The file here that a file of b includes. */
uint32_t ost_reuse_include(struct ost_program *p, uint32_t old);
/* After names are collected: which ids here are which there. */
bool ost_reuse_pair_ids(struct ost_program *p);
/* Is what was written down for the bodies of a file to be taken over, its definitions being so? */
bool ost_reuse_has_flows(const struct ost_program *p, uint32_t file);
/* Takes over what was written down for the bodies of a file; and after all files, what is in no file's order. */
void ost_reuse_flows(struct ost_program *p, uint32_t file);
bool ost_reuse_rest(struct ost_program *p);

/* ---- resolve.c --------------------------------------------------------- */

/*
 * How far the definition in `to` is from a use in `from`: smaller is nearer,
 * OST_FAR is out of sight. `is_linked`: seen by the linker too (functions
 * and objects that are not static).
 */
#define OST_FAR 0x7fffffff
int ost_distance(const struct ost_program *p, uint32_t from, uint32_t to, bool is_linked);
/* The best definition of the kind, or NULL. Ties: the first in path order. */
const struct ost_def *ost_best_def(const struct ost_program *p, uint32_t file, uint32_t name,
				   enum ost_def_kind kind);
/* To be called when defs is new: nothing that was answered from others counts. */
void ost_program_new_definitions(struct ost_program *p);
uint32_t ost_find_path(const struct ost_program *p, const char *path, size_t len);
/* The file that `#include "inc"` (is_system: <inc>) of `from` means, or OST_NO_ID. */
uint32_t ost_find_include(const struct ost_program *p, uint32_t from, const char *inc, size_t len, bool is_system);
/* A number for the name of a path or an #include, without its folders: the files that it may mean have the same. */
uint32_t ost_base_hash(const char *path, size_t len);

static inline uint32_t ost_defs_of(const struct ost_program *p, uint32_t name,
				   const struct ost_def **ret)
{
	ost_ask(name);
	if (name >= p->nr_grouped)
		return 0;
	*ret = p->defs + p->def_first[name];
	return p->def_first[name + 1] - p->def_first[name];
}

/* ---- scope.c, expr.c, path.c ------------------------------------------- */

#define OST_FRAME_MAX 12	/* macros in macros that are followed */
#define OST_RECENT_MACROS 64	/* bodies that are not unpacked again */
#define OST_FRAME_ARGS 24	/* parameters of a macro that are followed */
#define OST_EXPR_MAX 20000	/* nodes looked at for one question */
#define OST_EXPR_NEST 200	/* expressions in expressions, through macros and locals */

/* A body being looked at: the unit's own, or a macro's with its arguments. */
struct ost_frame {
	struct ost_frame *up;	/* where the arguments stand; NULL for the unit's own */
	const struct ost_pfile *pf;
	const struct ost_tree *t;
	const struct ost_local *locals;
	size_t nr_locals;
	uint32_t first_param, nr_params;	/* into pf's params */
	bool is_macro;
	uint32_t args[OST_FRAME_ARGS];	/* macro: nodes in `up` */
	uint32_t nr_args;
};

/* The body of a macro with its locals, unpacked. */
struct ost_unpacked {
	uint32_t unit;		/* and 1; 0: none */
	uint32_t nr_users;	/* frames that hold it */
	const struct ost_pfile *pf;
	struct ost_tree t;
	OST_VEC(struct ost_local) locals;
};

struct ost_scope_more {
	const struct ost_pfile *pf;	/* of the scope's file: &own or the program's copy */
	struct ost_pfile own;
	bool is_own, is_current;	/* pf is &own; the thread's current one while the scope is asked */
	struct ost_pfile beside;	/* ost_scope_lay_beside(); all zero: none */
	bool is_shared;		/* what is worked out is kept for all: no asking file */
	struct ost_tree_reader *reader;
	struct ost_unpacked *bodies[OST_FRAME_MAX + 1];	/* of the frames in use */
	struct ost_unpacked spare[OST_FRAME_MAX + 1];	/* for those whose place is taken */
	struct ost_unpacked recent[OST_RECENT_MACROS];	/* by unit: most are entered many times */
	unsigned depth;		/* frames in use */
	unsigned steps;		/* nodes looked at for this question */
	unsigned nesting;	/* of questions in questions; see OST_EXPR_NEST */
	unsigned accessor_depth;
};

/* An identifier: its text and, when something of that name is defined, its id. */
struct ost_ident {
	const char *s;
	uint32_t name;
	uint32_t str;			/* of pf's facts */
	const struct ost_pfile *pf;	/* where it stands, or NULL: only a text */
};

/*
 * Has the facts of the file that `other` is in at hand too while s is asked, as others see them: without bodies.
 * For the virtual file of a .c file. Until called with NULL; other may not leave its file before.
 */
void ost_scope_lay_beside(struct ost_scope *s, const struct ost_scope *other);
/* Begins a question: this thread asks from the scope's file. */
void ost_scope_ask(struct ost_scope *s);
void ost_scope_frame(struct ost_scope *s, struct ost_frame *fr);
/* The same for a scope that holds a bare file: ost_scope_enter_file() and a tree put into s->tree. */
bool ost_scope_enter_file(struct ost_scope *s, uint32_t file);
/* Nothing of the file is looked at from here on. */
void ost_scope_leave_file(struct ost_scope *s);
void ost_scope_find_locals(struct ost_scope *s);
struct ost_ctype ost_frame_type(struct ost_scope *s, struct ost_frame *fr, uint32_t n);
void ost_frame_path(struct ost_scope *s, struct ost_frame *fr, uint32_t n, unsigned flags,
		    struct ost_path *ret);
/* The frame of macro `unit` called at node `call` of fr (OST_NO_ID: an alias). False: no body, or too deep. */
bool ost_frame_enter(struct ost_scope *s, struct ost_frame *fr, uint32_t unit, uint32_t call,
		     struct ost_frame *ret);
void ost_frame_leave(struct ost_scope *s);
const struct ost_local *ost_frame_local(const struct ost_frame *fr, uint32_t n, const struct ost_ident *id);
/* The number of the parameter of that name of the frame's function or macro, or -1. */
int ost_frame_param(const struct ost_frame *fr, const struct ost_ident *id);
/* The same by a string of the frame's facts. */
int ost_frame_param_str(const struct ost_frame *fr, uint32_t str);
/* A parameter of a macro stands for its argument: goes up as far as that leads. */
void ost_frame_arg(struct ost_frame **fr, uint32_t *n);
/* The node whose value is the tree's: an expression, the last one of a statement expression; or 0 with *ret false. */
uint32_t ost_body_value(const struct ost_tree *t, uint32_t n);
struct ost_ident ost_node_ident(const struct ost_frame *fr, uint32_t n);
/*
 * The fields that `.name` of a record leads through: one, or several when
 * name is a macro for a path (d_lock for d_lockref.lock). 0: there is none.
 */
#define OST_MEMBER_MAX 6
uint32_t ost_member_fields(struct ost_scope *s, struct ost_frame *fr, uint32_t record, uint32_t name,
			   uint32_t *ret_fields);
/* The same for MEMBER node n of fr, its name put in when it is a macro's parameter. */
uint32_t ost_member_of(struct ost_scope *s, struct ost_frame *fr, uint32_t n, uint32_t *ret_fields);
/* The type that an argument names: TYPE, typeof, or an identifier that is a typedef. */
struct ost_ctype ost_frame_type_arg(struct ost_scope *s, struct ost_frame *fr, uint32_t n);
/* Candidates for a called name: from the scope's file, else from the frame's. */
void ost_frame_resolve(struct ost_scope *s, const struct ost_frame *fr, uint32_t name,
		       struct ost_resolved *ret);
/* A body that is small and has one value that may be a path: a caller may look into it. */
bool ost_tree_may_be_accessor(const struct ost_tree *t);
/* What calling a value of this type yields. */
struct ost_ctype ost_ctype_result(const struct ost_program *p, struct ost_ctype t);
/* True for a pointer to function (or a function). */
bool ost_ctype_is_fnptr(const struct ost_program *p, struct ost_ctype t);
/* True for a table of functions: at least half of its members point to some. */
bool ost_record_is_table(const struct ost_program *p, uint32_t record);
/* The n-th argument of CALL node, or 0. */
uint32_t ost_call_arg(const struct ost_tree *t, uint32_t call, uint32_t n);

static inline const struct ost_node *ost_at(const struct ost_frame *fr, uint32_t n)
{
	return &fr->t->v.items[n];
}
/* The k-th child of n, or 0. */
static inline uint32_t ost_kid(const struct ost_tree *t, uint32_t n, uint32_t k)
{
	uint32_t c = n + 1;

	while (c < t->v.items[n].end && k--)
		c = t->v.items[c].end;
	return c < t->v.items[n].end ? c : 0;
}

#endif
