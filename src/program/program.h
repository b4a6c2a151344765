/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * program.h - the facts of one tree (or of a slice of it), linked.
 *
 * A program is made from the facts of a tree (source/tree.h). Everything
 * in it has a small id, dense from 0, in the order (path, place in the file),
 * so that two runs over the same tree give the same ids:
 *
 *	file	one source file
 *	name	an identifier
 *	unit	a function body or a macro body: whatever may hold calls.
 *		Macros are functions with untyped parameters here.
 *	record	a struct or union definition (nested ones too)
 *	field	a member of a record; also called a slot when functions are
 *		stored in it
 *	global	a file-scope object (or a function's static local)
 *
 * What a macro makes at file scope (DEFINE_MUTEX(x), DEFINE_SHOW_ATTRIBUTE(x),
 * DEVICE_ATTR_RW(x)) is expanded with the macro's own text in that tree and
 * read like written code; it is in a file of its own id with the same path,
 * and the lines are those of the invocation.
 *
 * OST_NO_ID stands for none. Names resolve from a place: `foo` means another
 * function in another file (ost_program_resolve()); several definitions are
 * kept apart and all handed out, each with the reason.
 *
 * After creation a program is read-only; every function that takes a
 * `const struct ost_program *` may be called from several threads. Facts are
 * loaded when first needed. Pointers and arrays returned belong to the
 * program unless said otherwise. The design is in docs/design/program.md.
 *
 * What is approximated: no preprocessing; includes decide between several
 * candidates, not whether a lone one is visible; a function pointer loaded
 * through memory is known by the field it lies in, not by the object.
 */
#ifndef OST_PROGRAM_PROGRAM_H
#define OST_PROGRAM_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "ostler/err.h"
#include "source/facts.h"
#include "source/tree.h"

#define OST_NO_ID UINT32_MAX

struct ost_program;

struct ost_program_opts {
	unsigned jobs;		/* threads; 0: all processors */
	bool no_flows;		/* skip bodies: no slots, bindings, call graph
				 * (lookups and types only; faster) */
	bool no_kept;		/* neither load nor keep the index */
};

/*
 * Links the files of a tree, which must outlive the program. opts may be
 * NULL. With a store the linked index is kept under the tree's key, and the
 * same tree is opened from it without reading a body.
 * Errors: interrupted; a damaged row in a data table (OST_ERR_INPUT).
 */
OST_WARN_UNUSED
struct ost_err *ost_program_create(const struct ost_tree_facts *tree,
				   const struct ost_program_opts *opts,
				   struct ost_program **ret_program);
/* NULL is fine. Scopes must be ended first. */
void ost_program_destroy(struct ost_program *p);

uint32_t ost_program_version(void);	/* of the kept index: a number for all that it follows from */
#define OST_PROGRAM_KIND "program"	/* its parts in the store, and the trees that have one */

/* ---- files and names --------------------------------------------------- */

uint32_t ost_program_nr_files(const struct ost_program *p);
const char *ost_program_path(const struct ost_program *p, uint32_t file);
/* The file of that path, or OST_NO_ID. */
uint32_t ost_program_find_file(const struct ost_program *p, const char *path);
/* Files that the file's own #include lines name and that are there; *ret: their ids, in that order. */
uint32_t ost_program_includes(const struct ost_program *p, uint32_t file, const uint32_t **ret);
/*
 * Never NULL: an empty record when the file could not be read. A copy that
 * stays as long as the program; of a .c file it holds the tables but no
 * bodies (those come through ost_scope_enter()).
 */
const struct ost_facts *ost_program_facts(const struct ost_program *p, uint32_t file);

const char *ost_program_name(const struct ost_program *p, uint32_t name);
/* The id of an identifier that is defined somewhere in the program, or OST_NO_ID. */
uint32_t ost_program_find_name(const struct ost_program *p, const char *name);

/* ---- units: functions and macros --------------------------------------- */

enum ost_unit_kind {
	OST_UNIT_FUNC,
	OST_UNIT_MACRO,		/* function-like */
	OST_UNIT_ALIAS,		/* object-like macro whose body names or calls something */
};

enum {
	OST_UF_STATIC = 1, OST_UF_INLINE = 2, OST_UF_WEAK = 4, OST_UF_NORETURN = 8,
	OST_UF_INIT = 16, OST_UF_EXIT = 32,
	OST_UF_EXPORTED = 64,	/* EXPORT_SYMBOL* names it in its own file */
	OST_UF_HEADER = 128,	/* stands in a .h file */
	OST_UF_TROUBLE = 256,	/* the recogniser was not sure of the body */
};

struct ost_unit {
	uint32_t name;
	uint32_t file;
	uint32_t index;		/* into facts' funcs (FUNC) or macros */
	uint32_t line;
	uint16_t kind, flags;
	uint32_t nr_params;
};

/*
 * An overlay that was linked from the program of the tree below: by id there,
 * the same thing's id here, or OST_NO_ID where it is gone. A file is the same
 * only when its text is, and what others show it. Names keep their ids.
 */
struct ost_moved {
	const uint32_t *files, *units, *fields, *globals;
	uint32_t nr_files, nr_units, nr_fields, nr_globals;
	uint64_t ids;		/* ost_program_ids() of the program there */
	bool shows_same;	/* nothing means anything else in files that are the same: who is shown something else counts as changed */
};
/* A number for what the ids of the program mean: the same for two that give out the same ones. */
uint64_t ost_program_ids(const struct ost_program *p);
/* NULL: linked from nothing. */
const struct ost_moved *ost_program_moved(const struct ost_program *p);

uint32_t ost_program_nr_units(const struct ost_program *p);
const struct ost_unit *ost_program_unit(const struct ost_program *p, uint32_t unit);
/* The unit of function `index` of the file's facts. */
uint32_t ost_program_func_unit(const struct ost_program *p, uint32_t file, uint32_t index);
/* The function whose lines hold `line` of `file`, or OST_NO_ID. */
uint32_t ost_program_unit_at(const struct ost_program *p, uint32_t file, uint32_t line);
/* All units of that name, ascending: at most max to ret_units; the number of all is returned. */
uint32_t ost_program_units_named(const struct ost_program *p, uint32_t name,
				 uint32_t *ret_units, uint32_t max);

enum ost_why {
	OST_WHY_UNKNOWN,	/* no definition in the program */
	OST_WHY_OWN_FILE,	/* defined in the same file */
	OST_WHY_HEADER,		/* static inline or macro in a header that fits best */
	OST_WHY_GLOBAL,		/* the only global definition */
	OST_WHY_SAME_ARCH,	/* several; this one is of the caller's architecture */
	OST_WHY_ALTERNATIVES,	/* several that exclude each other (architecture, configuration, driver) */
	OST_WHY_PROTOTYPE,	/* only declared: assembly, or outside the slice */
};

#define OST_RESOLVE_MAX 12
struct ost_resolved {
	enum ost_why why;
	uint32_t nr;			/* in units, best first */
	uint32_t nr_all;		/* before the limit */
	uint32_t units[OST_RESOLVE_MAX];
};

/*
 * What a call of `name` in `file` means, C's rules first: a definition in
 * the own file, else the macro or static inline of the header that the file
 * reaches (nearest), else global definitions (own architecture or neutral).
 * Several stay when nothing decides between them. Own-file definitions under
 * opposite #if conditions are all handed out (ALTERNATIVES).
 */
void ost_program_resolve(const struct ost_program *p, uint32_t file, uint32_t name,
			 struct ost_resolved *ret);

/* ---- records, fields, globals ------------------------------------------ */

struct ost_record_def {		/* "ost_record" is taken by the evidence record */
	uint32_t file, index;	/* into facts' records */
	uint32_t tag;		/* name id; OST_NO_ID when anonymous */
	uint32_t first_field, nr_fields;	/* field ids */
	uint32_t outer;		/* the record that it stands in, or OST_NO_ID */
};
uint32_t ost_program_nr_records(const struct ost_program *p);
void ost_program_record(const struct ost_program *p, uint32_t record, struct ost_record_def *ret);
/*
 * Its name for people: the tag; of an anonymous one `outer.member`, or the
 * typedef's name. Appended to b.
 */
void ost_program_record_text(const struct ost_program *p, uint32_t record, struct ost_buf *b);

struct ost_field_def {
	uint32_t record;	/* the record it stands in */
	uint32_t named;		/* that, or the nearest outer record that is not an anonymous member:
				 * `x.f` is written for a value of this one */
	uint32_t file, line, name;
	uint32_t type;		/* into the file's facts' types */
};
uint32_t ost_program_nr_fields(const struct ost_program *p);
void ost_program_field(const struct ost_program *p, uint32_t field, struct ost_field_def *ret);
/* "rfkill.poll_work": `named` record and field. Appended to b. */
void ost_program_field_text(const struct ost_program *p, uint32_t field, struct ost_buf *b);
/* "rfkill.poll_work" or "struct rfkill.poll_work" → all fields of that text; count returned. */
uint32_t ost_program_find_fields(const struct ost_program *p, const char *text,
				 uint32_t *ret_fields, uint32_t max);

struct ost_global_def {
	uint32_t file, index;	/* into facts' globals */
	uint32_t name, line;
	uint32_t flags;		/* OST_FF_STATIC, OST_FF_EXTERN, ... */
	uint32_t type;		/* into facts' types; 0 when a macro made it (DEFINE_MUTEX(x)) */
};
uint32_t ost_program_nr_globals(const struct ost_program *p);
void ost_program_global(const struct ost_program *p, uint32_t global, struct ost_global_def *ret);
/* The definition that `name` means in `file` (own file, then extern), or OST_NO_ID. */
uint32_t ost_program_resolve_global(const struct ost_program *p, uint32_t file, uint32_t name);
/* The only one of that name in the whole program, static ones too, or OST_NO_ID. */
uint32_t ost_program_only_global(const struct ost_program *p, uint32_t name);
/* "name", with "path:" before it when static: file-static objects are classes of their own. */
void ost_program_global_text(const struct ost_program *p, uint32_t global, struct ost_buf *b);

/* ---- types ------------------------------------------------------------- */

/*
 * A type seen from a file: type `type` of the facts of `file`, with `addr`
 * levels of pointer around it (so that `&x` needs no type of its own).
 * type 0 is unknown. Passed by value.
 */
struct ost_ctype {
	uint32_t file, type;
	int32_t addr;
};
#define OST_CTYPE_UNKNOWN ((struct ost_ctype){ 0, 0, 0 })

static inline bool ost_ctype_is_known(struct ost_ctype t)
{
	return t.type != 0;
}
/* Typedefs and typeof stripped; the kind is then never TYPEDEF when its definition is known. */
struct ost_ctype ost_ctype_strip(const struct ost_program *p, struct ost_ctype t);
/* What a pointer or array refers to; unknown for anything else. */
struct ost_ctype ost_ctype_deref(const struct ost_program *p, struct ost_ctype t);
/* The record of a struct/union type, or of what a pointer/array of it refers to; OST_NO_ID for others. */
uint32_t ost_ctype_record(const struct ost_program *p, struct ost_ctype t);
/* As C would write it, "struct rfkill *". Appended to b. */
void ost_ctype_text(const struct ost_program *p, struct ost_ctype t, struct ost_buf *b);
struct ost_ctype ost_field_type(const struct ost_program *p, uint32_t field);
struct ost_ctype ost_unit_return_type(const struct ost_program *p, uint32_t unit);
/* Unknown for macros. */
struct ost_ctype ost_unit_param_type(const struct ost_program *p, uint32_t unit, uint32_t param);

/* The record that `struct tag` (is_union: union) means in file: own file, best header; or OST_NO_ID. */
uint32_t ost_program_resolve_tag(const struct ost_program *p, uint32_t file, uint32_t tag);
/*
 * The field `name` of a record, looked for in anonymous members too and in
 * struct_group(); *ret_field is the innermost one. OST_NO_ID when there is none.
 */
uint32_t ost_record_find_field(const struct ost_program *p, uint32_t record, uint32_t name);

/* ---- access paths ------------------------------------------------------ */

/*
 * Where a value comes from: a base and the steps that lead from it.
 *
 *	&rdev->wiphy.mtx	param 0, DEREF, FIELD wiphy, FIELD mtx; addr 1
 *	container_of(w, struct a, work)->lock
 *				param 0, UP work, FIELD lock
 *
 * Normal form: UP f after the address of FIELD f cancels (and the other way
 * round); `&*x` is x; `(*p).f` is `p->f`; casts vanish; array elements are
 * one step ELEM. Every FIELD step names a field id, so it is qualified by its
 * record. A path with base OST_BASE_UNKNOWN may still have steps: the class
 * of a lock (innermost field) is known when the object is not.
 */
enum ost_base {
	OST_BASE_UNKNOWN,
	OST_BASE_PARAM,		/* base: number of the unit's parameter */
	OST_BASE_LOCAL,		/* base: its DECL node in the unit's tree */
	OST_BASE_GLOBAL,	/* base: global id */
	OST_BASE_CALL,		/* base: CALL node whose result it is */
	OST_BASE_UNIT,		/* base: unit id: the address of a function */
	OST_BASE_NAME,		/* base: name id: an identifier that nothing declares as an object here */
};

enum ost_step_kind {
	OST_STEP_DEREF,
	OST_STEP_FIELD,		/* id: field */
	OST_STEP_ELEM,
	OST_STEP_UP,		/* id: field whose container is meant */
};

struct ost_step {
	uint32_t kind, id;
};

#define OST_PATH_MAX 22
struct ost_path {
	enum ost_base kind;
	uint32_t base;
	int32_t addr;		/* 1: the address of the place; 0: its value */
	uint32_t nr_steps;
	bool is_truncated;	/* more steps than OST_PATH_MAX: never compare it as equal */
	bool is_expanded;	/* went through a local's only definition or an accessor */
	struct ost_step steps[OST_PATH_MAX];
};

bool ost_path_equal(const struct ost_path *a, const struct ost_path *b);
/*
 * Replaces the base of `inner` (which must be PARAM i) by `arg`, the path of
 * the i-th argument in the caller: how a summary is carried to a caller.
 */
void ost_path_compose(const struct ost_program *p, const struct ost_path *arg,
		      const struct ost_path *inner, struct ost_path *ret);
/*
 * The class of the object at the path's end: the innermost FIELD step
 * (*ret_field), or, with no field step after the base, the global
 * (*ret_global). The other one is OST_NO_ID; both are when unknown.
 */
void ost_path_class(const struct ost_path *path, uint32_t *ret_field, uint32_t *ret_global);
/* "rdev->wiphy.mtx", "arg0->lock", for people. Appended to b. */
struct ost_scope;
void ost_path_text(const struct ost_program *p, const struct ost_scope *s,
		   const struct ost_path *path, struct ost_buf *b);

/* ---- inside a unit ----------------------------------------------------- */

struct ost_local {
	uint32_t decl;		/* DECL node */
	uint32_t name;		/* string of the file's facts */
	uint32_t first, end;	/* nodes that see it */
	uint32_t nr_defs;	/* initialiser and assignments */
	uint32_t def;		/* node of the value when nr_defs == 1, else 0 */
	bool is_address_taken;
};

/*
 * A unit's body with its locals. Reusable: ost_scope_enter() replaces what
 * was there and keeps the memory. One thread at a time.
 */
struct ost_scope {
	const struct ost_program *p;
	uint32_t unit, file;
	const struct ost_facts *f;
	struct ost_tree tree;
	OST_VEC(struct ost_local) locals;
	struct ost_scope_more *more;	/* memory of nested macro bodies */
};

/*
 * A search comes back to the same functions all the time: from here on the facts of .c files that scopes enter again and
 * again stay as long as the program, for all threads, up to 96 MiB. Once it is linked, before other threads use it.
 */
void ost_program_keep_entered(const struct ost_program *p);
void ost_scope_init(struct ost_scope *s, const struct ost_program *p);
void ost_scope_deinit(struct ost_scope *s);
/* False when the unit has no (readable) body. To enter the one that is in costs next to nothing. */
bool ost_scope_enter(struct ost_scope *s, uint32_t unit);
/* The same for a global's initialiser: locals are empty. */
bool ost_scope_enter_global(struct ost_scope *s, uint32_t global);

/*
 * The type of the expression at `node`. Unknown where nothing tells: a void
 * pointer stays one, the declared type of a local wins over its initialiser.
 * Goes through macro bodies, statement expressions and typeof.
 */
struct ost_ctype ost_expr_type(struct ost_scope *s, uint32_t node);

enum {
	OST_PATH_LOCALS = 1,	/* follow locals that have one definition to what defines them */
	OST_PATH_CALLS = 2,	/* follow accessors: units that only return a path of their parameters */
};
void ost_expr_path(struct ost_scope *s, uint32_t node, unsigned flags, struct ost_path *ret);

enum ost_call_kind {
	OST_CALL_DIRECT,	/* to: functions or macros */
	OST_CALL_SLOT,		/* through a record's field: `slot` */
	OST_CALL_PARAM,		/* through parameter `param` of the unit */
	OST_CALL_VAR,		/* through a local or global pointer */
	OST_CALL_UNKNOWN,	/* a name that nothing defines, or an expression not understood */
};

struct ost_call {
	enum ost_call_kind kind;
	uint32_t name;		/* the callee's name or field's name: string of the file's facts */
	uint32_t line;
	uint32_t slot;		/* field id, or OST_NO_ID */
	uint32_t param;
	uint32_t nr_args;
	uint32_t args;		/* node of the first argument; go on with ost_for_each_kid on the call */
	struct ost_resolved to;	/* DIRECT; VAR when a local holds one known function */
	struct ost_path receiver;	/* SLOT: the path of the table or object that the field is read from */
};
/* What the CALL at node calls. */
void ost_call_resolve(struct ost_scope *s, uint32_t node, struct ost_call *ret);

/* ---- objects, slots, flows --------------------------------------------- */

/*
 * An object that is named by something other than a path: a global, or
 * "whatever lies in this field of its container" (a class of objects, one
 * for each container).
 */
enum ost_object_kind { OST_OBJ_NONE, OST_OBJ_GLOBAL, OST_OBJ_FIELD };
struct ost_object {
	uint32_t kind, id;	/* global id or field id */
};
/* The object that a path's value is the address of, or that it lies in: class of its end. */
struct ost_object ost_path_object(const struct ost_path *path);
/* "rsi_91x_mac80211.c:mac80211_ops", "cfg80211_registered_device.rfkill_ops", "?" */
void ost_object_text(const struct ost_program *p, struct ost_object o, struct ost_buf *b);

enum ost_target_how {
	OST_HOW_INIT,		/* designated or positional initialiser */
	OST_HOW_ASSIGN,		/* x->f = fn */
	OST_HOW_REGISTER,	/* an argument that the callee stores in the field */
	OST_HOW_MACRO,		/* a macro in an initialiser put it there, or made the table */
	OST_HOW_COPY,		/* it was put into another field, and comes by `x->f = y->f` */
};

/* A function that is stored in a field. */
struct ost_target {
	uint32_t slot;		/* field */
	uint32_t unit;		/* function */
	struct ost_object table;	/* the instance that it was set in */
	uint32_t file, line;	/* COPY: of where it was put into the other field */
	uint32_t in;		/* unit that sets it, or OST_NO_ID (an initialiser) */
	uint32_t how;
};
/* The targets of a slot, ordered by (file, line). Definitions of one tag count as one record. */
uint32_t ost_program_slot_targets(const struct ost_program *p, uint32_t slot,
				  const struct ost_target **ret_targets);
/* The slots that a function is a target of, as indexes for ost_program_target(). */
uint32_t ost_program_unit_slots(const struct ost_program *p, uint32_t unit,
				const uint32_t **ret_targets);
const struct ost_target *ost_program_target(const struct ost_program *p, uint32_t target);
/* Where a COPY target is copied: *ret_file and *ret_line. False: it is none. */
bool ost_program_copied_at(const struct ost_program *p, const struct ost_target *t, uint32_t *ret_file, uint32_t *ret_line);
uint32_t ost_program_nr_targets(const struct ost_program *p);
/* All (slot, function) pairs of one table, as indexes for ost_program_target(). */
uint32_t ost_program_table_targets(const struct ost_program *p, struct ost_object table,
				   const uint32_t **ret_targets);

/*
 * Which tables a pointer field may point at: `hw->ops = &foo_ops`,
 * initialisers, and arguments that the callee stores in the field
 * (rfkill_alloc(…, &rdev->rfkill_ops, …): rfkill.ops →
 * cfg80211_registered_device.rfkill_ops). A field that holds a function points at
 * those whose functions are copied into it (OST_HOW_COPY).
 */
struct ost_points_to {
	uint32_t field;
	struct ost_object object;
	uint32_t file, line, in, how;
};
uint32_t ost_program_points_to(const struct ost_program *p, uint32_t field,
			       const struct ost_points_to **ret);

/*
 * Is exactly one table meant where `slot` is called through `receiver`: a
 * global one, an embedded one, or the one that a pointer field is known to
 * hold? If so, the functions that are set in it are appended to `units`,
 * ascending, once each; if not, none.
 */
struct ost_ids { OST_VEC(uint32_t) v; };
bool ost_program_slot_tied(const struct ost_program *p, uint32_t slot, const struct ost_path *receiver,
			   struct ost_ids *units);

/* ---- bindings: callbacks and the objects that run them ------------------ */

/* A row of data/bindings.tbl (docs/data.md tells its columns). */
struct ost_binding_row {
	const char *name;	/* function or macro: INIT_WORK */
	const char *kind;	/* "work", "timer", "irq", ... */
	int object, callback, data, ops, queue;	/* argument numbers; -1 none; -2: the result */
	const char *slot;	/* field of the object that holds the callback, or "" */
	const char *source;	/* where the kernel says so */
	const char *versions;
	uint32_t flags;		/* OST_BR_* */
};
enum {
	OST_BR_DECLARES = 1,	/* at file scope it defines the object (DECLARE_WORK) */
	OST_BR_THREADED = 2,	/* callback runs in process context */
};
uint32_t ost_program_nr_binding_rows(const struct ost_program *p);
const struct ost_binding_row *ost_program_binding_row(const struct ost_program *p, uint32_t row);

struct ost_binding {
	uint32_t row;
	struct ost_object object;	/* waitable: rfkill.poll_work; NONE when not typed */
	uint32_t callback;	/* unit, or OST_NO_ID when it could not be told */
	struct ost_object data;	/* what is handed to the callback, when a field or global */
	uint32_t file, line;
	uint32_t in;		/* unit that holds the call, or OST_NO_ID */
	uint32_t node;		/* CALL node in that unit's tree, 0 when none */
};
uint32_t ost_program_nr_bindings(const struct ost_program *p);
/* Ordered by (file, line). */
const struct ost_binding *ost_program_binding(const struct ost_program *p, uint32_t binding);
/* Indexes for ost_program_binding(). */
uint32_t ost_program_object_bindings(const struct ost_program *p, struct ost_object object,
				     const uint32_t **ret_bindings);
uint32_t ost_program_callback_bindings(const struct ost_program *p, uint32_t unit,
				       const uint32_t **ret_bindings);

/* ---- lock and wait primitives ------------------------------------------ */

/*
 * A call of a primitive (a row of data/lock-primitives.txt or
 * lock-waits.txt) in a function: the class of its argument as far as the
 * function itself tells it.
 */
struct ost_lock_use {
	struct ost_object object;	/* NONE: see `how` */
	uint32_t unit, line;
	uint32_t primitive;		/* name */
	uint32_t how;			/* enum ost_lock_how */
};
enum ost_lock_how {
	OST_LOCK_CLASS,		/* object is known */
	OST_LOCK_PARAM,		/* a parameter as it was handed in: the caller knows */
	OST_LOCK_LOCAL,		/* an object on the stack */
	OST_LOCK_NAME,		/* an identifier that nothing in the program declares */
	OST_LOCK_RESULT,	/* what some function returned */
	OST_LOCK_MEMORY,	/* a pointer loaded from somewhere that is not a field */
	OST_LOCK_UNKNOWN,
	OST_NR_LOCK_HOWS
};
uint32_t ost_program_nr_lock_uses(const struct ost_program *p);
/* Ordered by (unit, line). */
const struct ost_lock_use *ost_program_lock_use(const struct ost_program *p, uint32_t use);

/* ---- call graph -------------------------------------------------------- */

enum ost_edge_kind {
	OST_EDGE_DIRECT,
	OST_EDGE_SLOT,		/* via: field */
	OST_EDGE_PARAM,		/* the callee calls a parameter; some caller passes the target. via: unit passing it */
	OST_EDGE_REF,		/* not a call: the address of the callee is taken here */
};
struct ost_edge {
	uint32_t from, to;	/* units */
	uint32_t line;		/* in from's file */
	uint16_t kind;
	uint16_t is_one_of;	/* the name has several meanings, or the slot several functions */
	uint32_t via;
};
struct ost_edges { OST_VEC(struct ost_edge) v; };

/*
 * Edges out of or into a unit, appended, ordered by (line, to) and
 * (from, line). `indirect` adds what goes through slots and parameters.
 */
void ost_program_callees(const struct ost_program *p, uint32_t unit, bool indirect,
			 struct ost_edges *edges);
void ost_program_callers(const struct ost_program *p, uint32_t unit, bool indirect,
			 struct ost_edges *edges);
/*
 * Functions that the unit hands, by name, to somebody who calls them there and
 * then, itself or through others: OST_EDGE_PARAM, from the unit, with the line of its call.
 */
void ost_program_handed(const struct ost_program *p, uint32_t unit, struct ost_edges *edges);
/* The units that call `slot`, without a target: (from, line), `to` is OST_NO_ID. */
void ost_program_slot_callers(const struct ost_program *p, uint32_t slot, struct ost_edges *edges);

/* ---- figures ----------------------------------------------------------- */

/* Why the table of a call through a field has no type: what stands before the member. */
enum ost_slot_why {
	OST_SLOT_NO_FIELD,	/* a record, but it has no such field in this tree */
	OST_SLOT_NAME,		/* an identifier that has no known type */
	OST_SLOT_RESULT,	/* what some function or macro returned */
	OST_SLOT_MEMBER,	/* a member whose own record is not known */
	OST_SLOT_OTHER,
	OST_NR_SLOT_WHYS
};

struct ost_program_stats {
	uint64_t nr_calls, nr_direct, nr_unknown;	/* CALL nodes in functions */
	uint64_t nr_slot_calls, nr_slot_typed;		/* callee is `x->f(...)` */
	uint64_t nr_lock_args, nr_lock_typed;		/* arguments of lock and wait primitives; with a class or
							 * handed in as a parameter */
	uint64_t lock_how[OST_NR_LOCK_HOWS];
	uint64_t slot_why[OST_NR_SLOT_WHYS];	/* of the slot calls without a type */
	uint64_t nr_targets, nr_bindings, nr_bindings_known;
	double link_seconds;
};
void ost_program_stats(const struct ost_program *p, struct ost_program_stats *ret);

#endif
