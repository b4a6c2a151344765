// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tree made up for each test, linked, and asked. Files are given as pairs
 * of path and text.
 */
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ostler/progress.h"
#include "program/program.h"
#include "same_program.h"

struct linked {
	char dir[64];
	struct ost_tree_facts *tree;
	struct ost_program *p;
};

static void make_dirs(const char *path)
{
	char *copy = ost_strdup(path), *s;

	for (s = copy + 1; (s = strchr(s, '/')); s++) {
		*s = 0;
		mkdir(copy, 0777);
		*s = '/';
	}
	free(copy);
}

static void write_files(struct linked *l, const char *const *files)
{
	char path[256];
	FILE *f;

	snprintf(l->dir, sizeof(l->dir), "/tmp/ostler-program-XXXXXX");
	assert_non_null(mkdtemp(l->dir));
	for (; *files; files += 2) {
		snprintf(path, sizeof(path), "%s/%s", l->dir, files[0]);
		make_dirs(path);
		f = fopen(path, "w");
		assert_non_null(f);
		fputs(files[1], f);
		fclose(f);
	}
}

static void read_and_link(struct linked *l, const char *store, unsigned jobs)
{
	struct ost_source src = { .dir = l->dir };
	struct ost_source_opts opts = { .no_store = !store, .store_dir = store, .jobs = jobs };
	struct ost_program_opts po = { .jobs = jobs };

	assert_null(ost_tree_facts_read(&l->tree, &src, &opts));
	assert_null(ost_program_create(l->tree, &po, &l->p));
}

static void make(struct linked *l, const char *const *files)
{
	write_files(l, files);
	read_and_link(l, NULL, 1);
}

static void end(struct linked *l)
{
	char cmd[128];

	ost_program_destroy(l->p);
	ost_tree_facts_destroy(l->tree);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", l->dir);
	assert_int_equal(system(cmd), 0);
}

/* The only unit of that name (in that file when given). */
static uint32_t unit(const struct linked *l, const char *file, const char *name)
{
	uint32_t units[16], nr, i, found = OST_NO_ID;

	nr = ost_program_units_named(l->p, ost_program_find_name(l->p, name), units, 16);
	for (i = 0; i < nr; i++)
		if (!file || !strcmp(ost_program_path(l->p, ost_program_unit(l->p, units[i])->file), file)) {
			assert_int_equal(found, OST_NO_ID);
			found = units[i];
		}
	assert_int_not_equal(found, OST_NO_ID);
	return found;
}

/* "caller caller@slot ..." in order */
static void assert_callers(const struct linked *l, uint32_t u, const char *want)
{
	struct ost_edges e = { OST_VEC_INIT };
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	ost_program_callers(l->p, u, true, &e);
	for (i = 0; i < e.v.nr; i++) {
		ost_buf_addf(&b, "%s%s", i ? " " : "", ost_program_name(l->p, ost_program_unit(l->p, e.v.items[i].from)->name));
		if (e.v.items[i].kind == OST_EDGE_SLOT) {
			ost_buf_addch(&b, '@');
			ost_program_field_text(l->p, e.v.items[i].via, &b);
		} else if (e.v.items[i].kind != OST_EDGE_DIRECT) {
			ost_buf_addstr(&b, e.v.items[i].kind == OST_EDGE_PARAM ? "@param" : "@ref");
		}
	}
	ost_vec_deinit(&e.v);
	assert_string_equal(b.ptr, want);
}

/* The class of every lock argument of a function, in order. */
static void assert_locks(const struct linked *l, const char *name, const char *want)
{
	OST_BUF b = OST_BUF_INIT;
	uint32_t i;

	for (i = 0; i < ost_program_nr_lock_uses(l->p); i++) {
		const struct ost_lock_use *u = ost_program_lock_use(l->p, i);

		if (strcmp(ost_program_name(l->p, ost_program_unit(l->p, u->unit)->name), name))
			continue;
		if (b.len)
			ost_buf_addch(&b, ' ');
		ost_object_text(l->p, u->object, &b);
	}
	assert_string_equal(b.ptr, want);
}

/* The path of the first argument of the first call of `callee` in a function. */
static void assert_path(const struct linked *l, const char *in, const char *callee, const char *want)
{
	struct ost_scope s;
	struct ost_call c;
	struct ost_path path;
	OST_BUF b = OST_BUF_INIT;
	uint32_t n;

	ost_scope_init(&s, l->p);
	assert_true(ost_scope_enter(&s, unit(l, NULL, in)));
	for (n = 0; n < s.tree.v.nr; n++) {
		if (s.tree.v.items[n].op != OST_N_CALL)
			continue;
		ost_call_resolve(&s, n, &c);
		if (strcmp(ost_facts_str(s.f, c.name), callee))
			continue;
		ost_expr_path(&s, c.args, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
		ost_path_text(l->p, &s, &path, &b);
		break;
	}
	assert_string_equal(b.ptr, want);
	ost_scope_deinit(&s);
}

#define HEADER								\
	"struct mutex { int x; };\n"					\
	"void mutex_lock(struct mutex *m);\n"				\
	"#define container_of(p, t, m) ((t *)((char *)(p) - offsetof(t, m)))\n" \
	"#define DEFINE_MUTEX(name) struct mutex name = { 0 }\n"	\
	"struct work_struct { void (*func)(struct work_struct *); };\n"	\
	"#define __INIT_WORK(w, f, n) do { (w)->func = (f); } while (0)\n" \
	"#define INIT_WORK(w, f) __INIT_WORK((w), (f), 0)\n"

static void good_statics_stay_in_their_files(void **state)
{
	static const char *const files[] = {
		"a/a.c", "static void f(void) { }\nvoid ga(void) { f(); }\n",
		"a/b.c", "static void f(void) { }\nvoid gb(void) { f(); }\n",
		"a/c.c", "void gc(void) { f(); }\n",
		NULL
	};
	struct linked l;

	make(&l, files);
	assert_callers(&l, unit(&l, "a/a.c", "f"), "ga");
	assert_callers(&l, unit(&l, "a/b.c", "f"), "gb");
	end(&l);
}

static void good_stub_and_function_are_alternatives(void **state)
{
	static const char *const files[] = {
		"include/linux/f.h", "#ifdef CONFIG_F\nint f(void);\n#else\nstatic inline int f(void) { return 0; }\n#endif\n",
		"lib/f.c", "int f(void) { return 1; }\n",
		"lib/g.c", "#include <linux/f.h>\nint g(void) { return f(); }\n",
		NULL
	};
	struct ost_resolved r;
	struct linked l;

	make(&l, files);
	ost_program_resolve(l.p, ost_program_find_file(l.p, "lib/g.c"), ost_program_find_name(l.p, "f"), &r);
	assert_int_equal(r.nr, 2);
	assert_int_equal(r.why, OST_WHY_ALTERNATIVES);
	assert_int_equal(r.units[0], unit(&l, "lib/f.c", "f"));
	end(&l);
}

static void good_architectures_exclude_each_other(void **state)
{
	static const char *const files[] = {
		"arch/arm/include/asm/t.h", "struct thread { struct mutex arm; };\n",
		"arch/arm/k.c", "int f(void) { return 1; }\nint g(void) { return f(); }\nint h(struct task *t) { mutex_lock(&t->thread.arm); }\n",
		"arch/x86/include/asm/t.h", "struct thread { struct mutex x86; };\n",
		"arch/x86/k.c", "int f(void) { return 2; }\nint gx(struct task *t) { mutex_lock(&t->thread.x86); return f(); }\n",
		"include/linux/m.h", HEADER "#include <asm/t.h>\nstruct task { struct thread thread; };\n",
		NULL
	};
	struct linked l;

	make(&l, files);
	assert_callers(&l, unit(&l, "arch/arm/k.c", "f"), "g");
	assert_callers(&l, unit(&l, "arch/x86/k.c", "f"), "gx");
	assert_locks(&l, "h", "thread.arm");
	assert_locks(&l, "gx", "thread.x86");
	end(&l);
}

static void good_ops_by_initialiser_assignment_and_registration(void **state)
{
	static const char *const files[] = {
		"include/linux/o.h", "struct ops { int (*open)(int); int (*stop)(int); };\n"
			"struct hw { const struct ops *ops; struct ops own; int (*cb)(int); };\n"
			"void reg(struct hw *hw, const struct ops *ops, int (*cb)(int));\n",
		"a/core.c", "#include <linux/o.h>\n"
			"void reg(struct hw *hw, const struct ops *ops, int (*cb)(int)) { hw->ops = ops; hw->cb = cb; }\n"
			"int core_stop(struct hw *hw) { hw->cb(1); hw->own.stop(3); return hw->ops->stop(2); }\n",
		"a/d1.c", "#include <linux/o.h>\n"
			"static int d1_stop(int x) { return x; }\nstatic int d1_open(int x) { return x; }\n"
			"static int d1_cb(int x) { return x; }\nstatic int d1_own(int x) { return x; }\n"
			"static const struct ops d1_ops = { d1_open, .stop = d1_stop };\n"
			"void d1_probe(struct hw *hw) { reg(hw, &d1_ops, d1_cb); hw->own.stop = d1_own; }\n",
		NULL
	};
	const struct ost_points_to *pt;
	uint32_t slot[2];
	struct linked l;

	make(&l, files);
	assert_callers(&l, unit(&l, NULL, "d1_stop"), "core_stop@ops.stop");
	assert_callers(&l, unit(&l, NULL, "d1_open"), "");
	assert_callers(&l, unit(&l, NULL, "d1_cb"), "core_stop@hw.cb d1_probe@ref");
	assert_int_equal(ost_program_find_fields(l.p, "hw.ops", slot, 2), 1);
	assert_int_equal(ost_program_points_to(l.p, slot[0], &pt), 1);
	assert_int_equal(pt->object.kind, OST_OBJ_GLOBAL);
	assert_int_equal(pt->how, OST_HOW_REGISTER);
	end(&l);
}

static void good_receiver_ties_a_call_to_one_table(void **state)
{
	static const char *const files[] = {
		"a.c", "struct ops { int (*stop)(int); int (*go)(int); };\n"
			"struct a { struct ops o; };\nstruct b { struct ops o; };\n"
			"static int fa(int x) { return x; }\nstatic int fb(int x) { return x; }\n"
			"void ia(struct a *a) { a->o.stop = fa; }\nvoid ib(struct b *b) { b->o.stop = fb; }\n"
			"int call(struct a *a) { return a->o.stop(1); }\n",
		NULL
	};
	struct ost_ids ids = { OST_VEC_INIT };
	struct ost_scope s;
	struct ost_call c;
	struct linked l;
	uint32_t n;

	make(&l, files);
	ost_scope_init(&s, l.p);
	assert_true(ost_scope_enter(&s, unit(&l, NULL, "call")));
	for (n = 0; s.tree.v.items[n].op != OST_N_CALL; n++)
		;
	ost_call_resolve(&s, n, &c);
	assert_int_equal(c.kind, OST_CALL_SLOT);
	assert_true(ost_program_slot_tied(l.p, c.slot, &c.receiver, &ids));
	assert_int_equal(ids.v.nr, 1);
	assert_int_equal(ids.v.items[0], unit(&l, NULL, "fa"));
	assert_false(ost_program_slot_tied(l.p, c.slot, NULL, &ids));
	assert_int_equal(ids.v.nr, 1);
	ost_vec_deinit(&ids.v);
	ost_scope_deinit(&s);
	end(&l);
}

/* Comes by one file after the other, so that each is entered anew. */
static void enter_often(struct ost_scope *s, const struct linked *l)
{
	for (unsigned i = 0; i < 6; i++)
		assert_true(ost_scope_enter(s, unit(l, NULL, i % 2 ? "two" : "one")));
}

static void good_files_that_are_entered_often_stay(void **state)
{
	static const char *const files[] = {
		"include/linux/m.h", HEADER,
		"one.c", "#include <linux/m.h>\nstruct a { struct mutex l; };\nvoid one(struct a *a) { mutex_lock(&a->l); }\n",
		"two.c", "#include <linux/m.h>\nstruct b { struct mutex l; };\nvoid two(struct b *b) { mutex_lock(&b->l); }\n",
		NULL
	};
	struct ost_scope s, other;
	struct linked l;

	make(&l, files);
	ost_scope_init(&s, l.p);
	ost_scope_init(&other, l.p);
	enter_often(&s, &l);
	assert_true(ost_scope_enter(&other, unit(&l, NULL, "two")));
	assert_ptr_not_equal(s.f->code, other.f->code);	/* each has its own */
	ost_program_keep_entered(l.p);
	enter_often(&s, &l);
	assert_true(ost_scope_enter(&other, unit(&l, NULL, "one")));
	assert_true(ost_scope_enter(&s, unit(&l, NULL, "one")));
	assert_ptr_equal(s.f->code, other.f->code);
	assert_path(&l, "one", "mutex_lock", "&a->l");
	assert_path(&l, "two", "mutex_lock", "&b->l");
	ost_scope_deinit(&other);
	assert_true(ost_scope_enter(&s, unit(&l, NULL, "two")));
	ost_scope_deinit(&s);
	end(&l);
}

static void good_paths_have_a_normal_form(void **state)
{
	static const char *const files[] = {
		"include/linux/m.h", HEADER,
		"a.c", "#include <linux/m.h>\n"
			"struct in { struct mutex l; };\nstruct out { int x; struct in i; struct work_struct w; struct out *next; };\n"
			"static struct out *to_out(struct work_struct *w) { return container_of(w, struct out, w); }\n"
			"void a(struct out *o) { struct in *i = &o->i; mutex_lock(&i->l); }\n"
			"void b(struct out *o) { mutex_lock(&container_of(&o->i, struct out, i)->i.l); }\n"
			"void c(struct work_struct *w) { struct out *o = to_out(w); mutex_lock(&o->i.l); }\n"
			"void d(struct out *o) { mutex_lock(&(*(&(*o).next))->i.l); }\n",
		NULL
	};
	struct linked l;

	make(&l, files);
	assert_path(&l, "a", "mutex_lock", "&o->i.l");
	assert_path(&l, "b", "mutex_lock", "&o->i.l");
	assert_path(&l, "c", "mutex_lock", "&w<-out.w.i.l");
	assert_path(&l, "d", "mutex_lock", "&o->next->i.l");
	assert_locks(&l, "c", "in.l");
	end(&l);
}

static void good_macros_make_objects_and_functions(void **state)
{
	static const char *const files[] = {
		"include/linux/m.h", HEADER
			"#define DEFINE_SHOW(n) static int n##_open(int x) { return n##_show(x); } \\\n"
			"	static const struct fops n##_fops = { .open = n##_open }\n"
			"struct fops { int (*open)(int); };\n",
		"a/a.c", "#include <linux/m.h>\nstatic DEFINE_MUTEX(big);\n"
			"static int foo_show(int x) { mutex_lock(&big); return x; }\nDEFINE_SHOW(foo);\n"
			"int run(struct fops *f) { return f->open(1); }\n",
		NULL
	};
	struct linked l;

	make(&l, files);
	assert_callers(&l, unit(&l, NULL, "foo_show"), "foo_open");
	assert_callers(&l, unit(&l, NULL, "foo_open"), "run@fops.open");
	assert_locks(&l, "foo_show", "a/a.c:big");
	assert_int_equal(ost_program_unit(l.p, unit(&l, NULL, "foo_open"))->line, 4);
	end(&l);
}

/* In a list, as a whole value, in the braces of others, by another macro, by a name alone. */
static void good_macros_stand_for_initialisers(void **state)
{
	static const char *const files[] = {
		"a.c", "struct ops { int n; int (*put)(int); };\n"
			"#define PART(f) .put = (f), .n = 1,\n"
			"#define WHOLE(f) { PART(f) }\n"
			"#define PLACED(f) { 1, f }\n"
			"#define ALONE .put = five\n"
			"static int one(int x) { return x; }\nstatic int two(int x) { return x; }\n"
			"static int three(int x) { return x; }\nstatic int four(int x) { return x; }\n"
			"static int five(int x) { return x; }\n"
			"static struct ops a = { PART(one) };\n"
			"static struct ops b =\n\tWHOLE(two);\n"
			"static struct ops list[] = {\n\tWHOLE(three),\n\tPLACED(four),\n\t{ ALONE }\n};\n"
			"int run(struct ops *o) { return o->put(1); }\n"
			"struct outer { struct ops in; int (*put)(int); };\n"
			"static int six(int x) { return x; }\n"
			"static struct outer o = { WHOLE(six) };\n"
			"int out(struct outer *o) { return o->put(1); }\n",
		NULL
	};
	static const struct { const char *name, *callers; uint32_t line; } wanted[] = {
		{ "six", "run@ops.put", 22 },
		{ "one", "run@ops.put", 11 }, { "two", "run@ops.put", 13 }, { "three", "run@ops.put", 15 },
		{ "four", "run@ops.put", 16 }, { "five", "run@ops.put ALONE@ref", 17 } };
	struct linked l;

	make(&l, files);
	for (size_t i = 0; i < OST_ARRAY_SIZE(wanted); i++) {
		const uint32_t *in;

		assert_callers(&l, unit(&l, NULL, wanted[i].name), wanted[i].callers);
		assert_int_equal(ost_program_unit_slots(l.p, unit(&l, NULL, wanted[i].name), &in), 1);
		assert_int_equal(ost_program_target(l.p, in[0])->line, wanted[i].line);
		assert_int_equal(ost_program_target(l.p, in[0])->how, OST_HOW_MACRO);
	}
	end(&l);
}

/* Of one name, from one record to the next, as often as they are handed on; a field of the same record is itself. */
static void good_functions_are_copied_from_field_to_field(void **state)
{
	static const char *const files[] = {
		"a.c", "struct tmpl { int (*put)(int); };\nstruct mid { int (*put)(int); int (*other)(int); };\n"
			"struct obj { int (*put)(int); };\n"
			"static int one(int x) { return x; }\nstatic int bad(int x) { return x; }\n"
			"static struct tmpl t = { .put = one };\nstatic struct mid m = { .other = bad };\n"
			"void first(struct mid *m, struct tmpl *t) { m->put = t->put; }\n"
			"void second(struct obj *o, struct mid *m, struct obj *p) { o->put = m->put; o->put = m->other; p->put = o->put; }\n"
			"int run(struct obj *o) { return o->put(1); }\n",
		NULL
	};
	const struct ost_target *t;
	uint32_t field, file, line;
	struct linked l;

	make(&l, files);
	assert_callers(&l, unit(&l, NULL, "one"), "run@obj.put");
	assert_callers(&l, unit(&l, NULL, "bad"), "");
	assert_int_equal(ost_program_find_fields(l.p, "obj.put", &field, 1), 1);
	assert_int_equal(ost_program_slot_targets(l.p, field, &t), 1);
	assert_true(t->how == OST_HOW_COPY && t->line == 6 && t->table.kind == OST_OBJ_NONE);
	assert_true(ost_program_copied_at(l.p, t, &file, &line));
	assert_int_equal(line, 9);
	end(&l);
}

/* Operands that stand side by side have no operator that could be written between them. */
static void good_macros_take_texts_side_by_side(void **state)
{
	static const char *const files[] = {
		"include/linux/m.h", HEADER
			"#define TEXT(x, ...) static struct text x = { .string = __VA_ARGS__, .all = { [1 ... 3] = x##_fn } }\n"
			"struct text { const char *string; int (*all[4])(int); };\n",
		"a.c", "#include <linux/m.h>\nstatic int one_fn(int x) { return x; }\n"
			"TEXT(one, str(A) \".\" str(B), [1 ... 3] = 16 KB);\n",
		NULL
	};
	struct linked l;

	make(&l, files);
	assert_int_equal(l.p->virt_text.nr, 1);
	assert_non_null(strstr(ost_virtual_form(l.p, 0), ".string = str(A)  \".\" str ( B ), [1 ... 3] = 16 KB,"));
	end(&l);
}

static void good_work_is_bound_to_its_function(void **state)
{
	static const char *const files[] = {
		"include/linux/m.h", HEADER,
		"a.c", "#include <linux/m.h>\nstruct dev { struct work_struct w; };\n"
			"static void run(struct work_struct *w) { }\n"
			"void init(struct dev *d) { INIT_WORK(&d->w, run); }\n",
		NULL
	};
	const struct ost_binding *b;
	const uint32_t *ids;
	uint32_t field;
	struct linked l;

	make(&l, files);
	assert_int_equal(ost_program_find_fields(l.p, "dev.w", &field, 1), 1);
	assert_int_equal(ost_program_object_bindings(l.p, (struct ost_object){ OST_OBJ_FIELD, field }, &ids), 1);
	b = ost_program_binding(l.p, ids[0]);
	assert_int_equal(b->callback, unit(&l, NULL, "run"));
	assert_string_equal(ost_program_binding_row(l.p, b->row)->kind, "work");
	assert_int_equal(b->line, 4);
	end(&l);
}

static void good_callback_parameter_is_called_by_its_callee(void **state)
{
	static const char *const files[] = {
		"a.c", "static int each(int (*fn)(int)) { return fn(1); }\n"
			"static int outer(int (*fn)(int)) { return each(fn); }\n"
			"static int cb(int x) { return x; }\nint top(void) { return outer(cb); }\n",
		NULL
	};
	struct linked l;

	make(&l, files);
	assert_callers(&l, unit(&l, NULL, "cb"), "each@param top@ref");
	end(&l);
}

/* One name means another local in each function and block, and another function in each file. */
static void good_locals_hold_what_is_put_in_them_there(void **state)
{
	static const char *const files[] = {
		"a.c", "static int each(int (*fn)(int)) { return fn(1); }\n"
			"static int cb1(int x) { return x; }\nstatic int cb2(int x) { return x; }\nstatic int cb3(int x) { return x; }\n"
			"int one(void) { int (*h)(int) = cb1; each(h); { int (*h)(int) = cb2; each(h); } return each(h); }\n"
			"int two(int k) { int (*h)(int) = k ? cb3 : cb1, n = k + 1; each(n); return each(h); }\n"
			"int three(int (*h)(int)) { int (*own)(int) = h; return each(own); }\nint top(void) { return three(cb2); }\n",
		"b.c", "static int each(int (*fn)(int)) { return 0; }\nstatic int cb1(int x) { return x; }\n"
			"int four(void) { int (*h)(int) = cb1; return each(h); }\n",
		NULL
	};
	struct linked l;

	make(&l, files);
	assert_callers(&l, unit(&l, "a.c", "cb1"), "each@param one@ref two@ref");
	assert_callers(&l, unit(&l, "a.c", "cb2"), "each@param each@param one@ref top@ref");
	assert_callers(&l, unit(&l, "a.c", "cb3"), "each@param two@ref");
	assert_callers(&l, unit(&l, "b.c", "cb1"), "four@ref");
	end(&l);
}

/* What is held for the bodies of one batch of files is gone when another is walked. */
static void good_more_files_than_one_batch(void **state)
{
	enum { NR = OST_LINK_BATCH * 2 + 3 };
	const char **files = ost_calloc(NR * 2 + 1, sizeof(*files));
	struct linked l;
	OST_BUF want = OST_BUF_INIT;
	uint32_t i;

	for (i = 0; i < NR; i++) {
		OST_BUF path = OST_BUF_INIT;
		OST_BUF text = OST_BUF_INIT;

		ost_buf_addf(&path, "d%u/f%04u.c", i / 100 % 10, i);
		ost_buf_addf(&text, "static int h(int (*fn)(int)) { return fn(%u); }\nint f%04u(void) { return h(%s); }\n", i, i,
			     i % 1000 ? "0" : "shared");
		if (!i)
			ost_buf_addstr(&text, "int shared(int x) { return x; }\n");
		files[i * 2] = ost_strdup(path.ptr);
		files[i * 2 + 1] = ost_strdup(text.ptr);
		if (!(i % 1000))
			ost_buf_addf(&want, "h@param f%04u@ref ", i);
	}
	make(&l, files);
	ost_buf_trim(&want, want.len - 1);
	assert_callers(&l, unit(&l, NULL, "shared"), want.ptr);
	assert_int_equal(ost_program_nr_units(l.p), NR * 2 + 1);
	end(&l);
	for (i = 0; i < NR * 2; i++)
		free((void *)files[i]);
	free(files);
}

static void good_names_behind_macros_are_members(void **state)
{
	static const char *const files[] = {
		"include/linux/m.h", HEADER "struct ref { struct mutex lock; };\nstruct dentry { struct ref d_ref; };\n"
			"#define d_lock d_ref.lock\n",
		"a.c", "#include <linux/m.h>\nvoid f(struct dentry *d) { mutex_lock(&d->d_lock); }\n",
		NULL
	};
	struct linked l;

	make(&l, files);
	assert_locks(&l, "f", "ref.lock");
	end(&l);
}

static void bad_unknown_types_stay_unknown(void **state)
{
	static const char *const files[] = {
		"a/a.c", "struct mine { struct mutex { int x; } l; };\n",
		"b/b.c", "void f(struct mine *m, void *p) { mutex_lock(&m->l); mutex_lock(p); undefined(m); }\n",
		NULL
	};
	struct linked l;

	make(&l, files);	/* a struct of another .c file is not seen; nor what a void pointer is */
	assert_locks(&l, "f", "");
	end(&l);
}

static const char *const kept_files[] = {
	"include/linux/m.h", HEADER,
	"a.c", "#include <linux/m.h>\nstatic DEFINE_MUTEX(big);\nstatic void g(void) { mutex_lock(&big); }\nvoid f(void) { g(); }\n",
	NULL
};

static void good_kept_index_answers_the_same(void **state)
{
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct ost_program_stats st;
	struct linked l;
	int round;

	assert_non_null(mkdtemp(store));
	write_files(&l, kept_files);
	for (round = 0; round < 2; round++) {
		read_and_link(&l, store, 2);
		ost_program_stats(l.p, &st);
		assert_int_equal(round, st.link_seconds == 0);
		assert_callers(&l, unit(&l, NULL, "g"), "f");
		assert_locks(&l, "g", "a.c:big");
		if (!round) {
			ost_program_destroy(l.p);
			ost_tree_facts_destroy(l.tree);
		}
	}
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* A byte of what is kept changed, anywhere: the answers are the same. */
static void bad_damage_to_the_kept_index_is_mended(void **state)
{
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[256];
	struct linked l;
	int i;

	assert_non_null(mkdtemp(store));
	write_files(&l, kept_files);
	for (i = 0; i < 40; i++) {
		read_and_link(&l, store, 1);
		assert_callers(&l, unit(&l, NULL, "g"), "f");
		assert_locks(&l, "g", "a.c:big");
		ost_program_destroy(l.p);
		ost_tree_facts_destroy(l.tree);
		snprintf(cmd, sizeof(cmd), "for f in '%s'/store/pack-*; do printf X | dd of=$f bs=1 conv=notrunc "
			 "seek=$((%d * $(stat -c %%s $f) / 41)) 2>/dev/null; done", store, i);
		assert_int_equal(system(cmd), 0);
	}
	read_and_link(&l, store, 1);
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* From each set of blocks: callers, callees, and what a macro made. */
static void assert_kept_answers(struct linked *l)
{
	struct ost_edges edges = { OST_VEC_INIT };
	uint32_t g = unit(l, NULL, "g"), big;
	OST_BUF type = OST_BUF_INIT;
	struct ost_global_def def;

	assert_callers(l, g, "f");
	ost_program_callees(l->p, unit(l, NULL, "f"), false, &edges);
	assert_int_equal(edges.v.nr, 1);
	assert_int_equal(edges.v.items[0].to, g);
	ost_vec_deinit(&edges.v);
	assert_locks(l, "g", "a.c:big");
	big = ost_program_resolve_global(l->p, ost_program_find_file(l->p, "a.c"), ost_program_find_name(l->p, "big"));
	assert_int_not_equal(big, OST_NO_ID);
	ost_program_global(l->p, big, &def);
	ost_ctype_text(l->p, (struct ost_ctype){ def.file, def.type, 0 }, &type);
	assert_string_equal(type.ptr, "struct mutex");
}

/* Everything is asked for; flags and lines may be wrong here, so only ids are looked at. */
static void follow_ids(struct linked *l)
{
	struct ost_edges edges = { OST_VEC_INIT };
	uint32_t i;

	for (i = 0; i < ost_program_nr_units(l->p); i++) {
		ost_program_callers(l->p, i, true, &edges);
		ost_program_callees(l->p, i, true, &edges);
	}
	for (i = 0; i < edges.v.nr; i++)
		assert_true(edges.v.items[i].from < ost_program_nr_units(l->p) &&
			    edges.v.items[i].to < ost_program_nr_units(l->p));
	ost_vec_deinit(&edges.v);
	for (i = 0; i < ost_program_nr_files(l->p); i++)
		ost_program_facts(l->p, i);
}

/* The name that a chunk of the index lies under. */
static const char *kind_of(const struct linked *l, uint32_t chunk)
{
	static char kind[40];

	ost_program_chunk_kind(kind, &l->p->like.tree, l->p->names_kept);
	return chunk ? kind : OST_PROGRAM_KIND;
}

/* Ids of a kept index are not believed: each number of each part is made larger, at its place. */
static void bad_kept_ids_are_refused(void **state)
{
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct ost_program_stats st;
	OST_BUF part = OST_BUF_INIT;
	unsigned relinked = 0, nr;
	struct linked l;

	assert_non_null(mkdtemp(store));
	write_files(&l, kept_files);
	read_and_link(&l, store, 1);
	for (nr = 0; ost_tree_part_get(l.tree, &l.tree->key, kind_of(&l, nr), ost_program_version(), nr, &part); nr++) {
		memset(part.ptr + part.len / 2, 0x7e, part.len - part.len / 2);
		ost_tree_part_drop(l.tree, &l.tree->key, kind_of(&l, nr), ost_program_version(), nr);
		ost_tree_part_put(l.tree, &l.tree->key, kind_of(&l, nr), ost_program_version(), nr, part.ptr, part.len);
		ost_program_destroy(l.p);
		assert_null(ost_program_create(l.tree, NULL, &l.p));
		follow_ids(&l);
		ost_program_stats(l.p, &st);
		if (st.link_seconds > 0) {	/* and what is linked then takes its place */
			relinked++;
		} else {
			ost_tree_part_drop(l.tree, &l.tree->key, kind_of(&l, nr), ost_program_version(), nr);
			ost_tree_part_drop(l.tree, &l.tree->key, "program", ost_program_version(), 0);
			ost_program_destroy(l.p);
			assert_null(ost_program_create(l.tree, NULL, &l.p));
		}
		ost_program_destroy(l.p);
		assert_null(ost_program_create(l.tree, NULL, &l.p));
		ost_program_stats(l.p, &st);
		assert_true(st.link_seconds == 0);
		assert_kept_answers(&l);
	}
	assert_true(nr > 10);
	assert_true(relinked > nr / 2);
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* What is read late may be gone by then: the tree is linked again, and the next one keeps it. */
static void bad_parts_lost_after_opening_are_made_again(void **state)
{
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	OST_BUF part = OST_BUF_INIT;
	struct linked l;
	uint32_t nr, i;

	assert_non_null(mkdtemp(store));
	write_files(&l, kept_files);
	read_and_link(&l, store, 1);
	for (nr = 1; ost_tree_part_get(l.tree, &l.tree->key, kind_of(&l, nr), ost_program_version(), nr, &part); nr++)
		;
	ost_program_destroy(l.p);
	assert_null(ost_program_create(l.tree, NULL, &l.p));
	assert_true(l.p->is_kept);
	for (i = 1; i < nr; i++)
		ost_tree_part_drop(l.tree, &l.tree->key, kind_of(&l, i), ost_program_version(), i);
	assert_kept_answers(&l);
	assert_non_null(l.p->kept.anew);
	for (i = 0; i < 2; i++) {
		ost_program_destroy(l.p);
		assert_null(ost_program_create(l.tree, NULL, &l.p));
		assert_int_equal(i, l.p->is_kept);
		assert_kept_answers(&l);
		assert_null(l.p->kept.anew);
	}
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* A run that is stopped while the index is read: one of its own, as it cannot be told to go on. */
static int stopped_link(struct linked *l, const char *store)
{
	struct ost_source src = { .dir = l->dir };
	struct ost_source_opts opts = { .store_dir = store, .jobs = 1 };
	pid_t pid = fork();
	struct ost_err *err;
	int status;

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);	/* or cmocka would go on here with the next test */
		err = ost_tree_facts_read(&l->tree, &src, &opts);
		ost_interrupt();
		_exit(!err && ost_program_create(l->tree, NULL, &l->p) ? 0 : 1);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void good_index_outlives_a_run_that_is_stopped(void **state)
{
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct linked l;

	assert_non_null(mkdtemp(store));
	write_files(&l, kept_files);
	for (int i = 0; i < 2; i++) {
		read_and_link(&l, store, 1);
		assert_int_equal(i, l.p->is_kept);
		assert_kept_answers(&l);
		ost_program_destroy(l.p);
		ost_tree_facts_destroy(l.tree);
		assert_int_equal(stopped_link(&l, store), 0);
	}
	read_and_link(&l, store, 1);
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* Keys and units whose sites fill several blocks, one unit with more than a block. */
static void good_many_sites_are_found_in_blocks(void **state)
{
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct ost_edges edges = { OST_VEC_INIT };
	OST_BUF text = OST_BUF_INIT;
	const char *files[] = { "a.c", NULL, NULL };
	struct linked l;
	uint32_t i, g;
	int round;

	ost_buf_addstr(&text, "static void g(void) { }\nstatic void h(void) { }\n");
	for (i = 0; i < 3000; i++)
		ost_buf_addf(&text, "void f%u(void) { g(); g(); h(); g(); g(); g(); g(); }\n", i);
	ost_buf_addstr(&text, "void large(void)\n{\n");
	for (i = 0; i < 20000; i++)
		ost_buf_addstr(&text, "	h();\n");
	ost_buf_addstr(&text, "}\nvoid last(void) { g(); }\n");
	files[1] = text.ptr;
	assert_non_null(mkdtemp(store));
	write_files(&l, files);
	for (round = 0; round < 2; round++) {
		read_and_link(&l, store, 2);
		assert_int_equal(round, l.p->is_kept);
		g = unit(&l, NULL, "g");
		ost_program_callers(l.p, g, false, &edges);
		assert_int_equal(edges.v.nr, 3001);	/* one a line */
		ost_vec_clear(&edges.v);
		ost_program_callers(l.p, unit(&l, NULL, "h"), false, &edges);
		assert_int_equal(edges.v.nr, 23000);
		assert_int_equal(edges.v.items[22999].line, 3005 + 19999);
		ost_vec_clear(&edges.v);
		ost_program_callees(l.p, unit(&l, NULL, "large"), false, &edges);
		assert_int_equal(edges.v.nr, 20000);
		ost_vec_clear(&edges.v);
		ost_program_callees(l.p, unit(&l, NULL, "last"), false, &edges);
		assert_int_equal(edges.v.nr, 1);
		assert_int_equal(edges.v.items[0].to, g);
		ost_vec_deinit(&edges.v);
		if (!round) {
			ost_program_destroy(l.p);
			ost_tree_facts_destroy(l.tree);
		}
	}
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

static const char *const patched_files[] = {
	"include/linux/m.h", HEADER
	"struct ops { int (*run)(struct obj *o); void (*stop)(struct obj *o); };\n"
	"struct obj { struct mutex m; const struct ops *ops; struct work_struct w; int n; };\n"
	"#define DEFINE_OBJ(x) struct obj x = { .n = 1 }; int x##_get(void) { return x.n; }\n"
	"static inline struct mutex *lock_of(struct obj *o) { return &o->m; }\n"
	"int obj_register(struct obj *o, const struct ops *ops);\n",
	"core/core.c", "#include <linux/m.h>\n#include \"core.h\"\n"
	"int obj_register(struct obj *o, const struct ops *ops)\n{\n	o->ops = ops;\n	return 0;\n}\n"
	"void obj_stop(struct obj *o)\n{\n	o->ops->stop(o);\n}\n",
	"core/core.h", "struct priv { struct mutex inner; };\nvoid obj_stop(struct obj *o);\n",
	"drv/a.c", "#include <linux/m.h>\nstruct own { struct obj o; struct mutex big; };\n"
	"static int a_run(struct obj *o) { mutex_lock(lock_of(o)); return 0; }\n"
	"static void only_here(struct obj *o) { mutex_lock(&o->m); }\n"
	"static void a_stop(struct obj *o) { struct own *w = container_of(o, struct own, o); mutex_lock(&w->big); }\n"
	"static const struct ops a_ops = { .run = a_run, .stop = a_stop };\n"
	"DEFINE_OBJ(a_obj);\nint a_init(struct obj *o) { INIT_WORK(&o->w, a_work); return obj_register(o, &a_ops); }\n",
	"drv/b.c", "#include <linux/m.h>\n#include \"gone.h\"\nvoid obj_stop(struct obj *o);\nextern struct obj a_obj;\n"
	"static void b_stop(struct obj *o) { mutex_lock(&o->m); obj_stop(&a_obj); a_obj_get(); }\n"
	"static const struct ops b_ops = { .stop = b_stop };\n"
	"int b_init(struct obj *o) { stop(o); only_here(o); return obj_register(o, &b_ops); }\n",
	"drv/c.c", "#include <linux/m.h>\nstruct own { struct obj o; };\nstatic int a_run(struct obj *o) { return 0; }\n"
	"int c_init(struct own *w) { return a_run(&w->o); }\n",
	/* headers that are there, nearer or farther, or not yet */
	"include/linux/later.h", "later_t *later(void);\nstruct has_later { later_t *at; };\n"
	"#define THE_LATER(from) (*(later_t *)(from))\n#define DEFINE_LATER(name) later_t *name(void) { return 0; }\n",
	"lib/late.h", "struct late { struct mutex far; };\n",
	"lib/z/late.c", "#include <linux/m.h>\n#include \"late.h\"\nvoid use_late(struct late *l) { mutex_lock(&l->far); mutex_lock(&l->near); }\n",
	"lib/x/thing.c", "#include <linux/m.h>\n#include \"thing.h\"\nvoid use_thing(struct thing *t) { mutex_lock(&t->lock); }\n",
	"lib/w/mid.h", "#include \"deep.h\"\n",
	"lib/w/deep.c", "#include <linux/m.h>\n#include \"mid.h\"\nvoid use_deep(struct deep *d) { mutex_lock(&d->lock); }\n",
	"lib/not-yet.c", "#include <linux/m.h>\nNOT_YET(some_obj);\n",
	"lib/v.c", "#include <linux/later.h>\nDEFINE_LATER(made_later);\n",
	"lib/u1.c", "#include <linux/m.h>\n#include <linux/later.h>\n"
	"void u1(void) { mutex_lock(&later()->lock); }\n",
	"lib/u2.c", "#include <linux/m.h>\n#include <linux/later.h>\n"
	"void u2(struct has_later *h) { mutex_lock(&h->at->lock); }\n",
	"lib/u3.c", "#include <linux/m.h>\n#include <linux/later.h>\n"
	"void u3(void *p) { mutex_lock(&THE_LATER(p).lock); }\n",
	"lib/u4.c", "#include <linux/m.h>\n#include <linux/later.h>\n"
	"void u4(void) { mutex_lock(&made_later()->lock); }\n",
	NULL
};

static const struct patched {
	const char *path, *from, *to;	/* from NULL: the file is new; to NULL: it goes */
	bool is_reused;
} patches[] = {
	/* what nobody else sees */
	{ "drv/a.c", "return 0; }", "mutex_unlock(lock_of(o)); a_stop(o); return 1; }", true },
	{ "drv/a.c", "struct own {", "\n\n\nstruct mine { int a; struct mutex m; };\nstruct own { int before;", true },
	{ "drv/a.c", "static int a_run", "static void helper(struct own *w) { mutex_lock(&w->big); }\nstatic int a_run", true },
	{ "drv/a.c", ".run = a_run, ", "", true },
	{ "drv/b.c", "obj_stop(&a_obj);", "", true },
	{ "core/core.c", "o->ops = ops;", "o->ops = ops; mutex_lock(&o->m);", true },
	{ "core/core.c", "o->ops->stop(o);", "if (o->n) o->ops->stop(o);", true },
	{ "drv/a.c", "DEFINE_OBJ(a_obj);", "", true },
	{ "drv/a.c", "DEFINE_OBJ(a_obj);", "DEFINE_OBJ(a_obj);\nDEFINE_OBJ(other);", true },
	/* others see that it is there, or is not, and what it is does not matter to them */
	{ "drv/a.c", "static int a_run", "static void stop(struct obj *o) { }\nstatic int a_run", true },
	{ "drv/a.c", "static void only_here(struct obj *o) { mutex_lock(&o->m); }", "", true },
	{ "drv/a.c", "static void only_here(struct obj *o)", "static long only_here(struct obj *o, int more)", true },
	{ "drv/a.c", "static void only_here(struct obj *o) { mutex_lock(&o->m); }", "static int only_here;", true },
	{ "drv/a.c", "static void only_here(struct obj *o)", "void only_here(struct obj *o)", true },
	/* what others see */
	{ "include/linux/m.h", "return &o->m;", "return &o->w.m;", true },
	{ "include/linux/m.h", "struct obj {", "struct obj { int first;", true },
	{ "include/linux/m.h", "int obj_register", "int new_one(void);\nint obj_register", true },
	{ "core/core.h", "struct priv", "struct more { int a; }; struct priv", true },
	{ "core/core.c", "int obj_register(struct obj *o,", "static int obj_register(struct obj *o,", true },
	{ "core/core.c", "#include \"core.h\"", "", true },
	{ "core/new.c", NULL, "int x;\n", true },
	{ "drv/b.c", "x", NULL, true },
	{ "core/core.h", "x", NULL, true },
	/* what somebody asked for and did not find */
	{ "core/core.c", "void obj_stop(", "void a_work(struct obj *o) {}\nvoid obj_stop(", true },
	{ "drv/gone.h", NULL, "struct gone { int a; };\n", true },
	/* the same of a macro at file scope, whose name may be made of parts: not looked for */
	{ "include/linux/m.h", "struct ops", "#define NOT_YET(x) DEFINE_OBJ(x)\nstruct ops", false },
};

/* Headers that come and go: which function takes which lock then, and how many files are walked for it. */
static const struct {
	struct patched patch;
	const char *func, *before, *after;
	uint32_t nr_walked;
} headers[] = {
	/* asked for in vain, by a file and by a header */
	{ { "lib/x/thing.h", NULL, "struct thing { struct mutex lock; };\n", true }, "use_thing", "?", "thing.lock", 2 },
	{ { "lib/w/deep.h", NULL, "struct deep { struct mutex lock; };\n", true }, "use_deep", "?", "deep.lock", 3 },
	/* it goes */
	{ { "lib/late.h", "", NULL, true }, "use_late", "late.far ?", "? ?", 1 },
	{ { "lib/w/mid.h", "", NULL, true }, "use_deep", "?", "?", 1 },
	/* another one is nearer; one is not; none of them is what an #include of its name means */
	{ { "lib/z/late.h", NULL, "struct late { struct mutex near; };\n", true }, "use_late", "late.far ?", "late.far late.near", 2 },
	{ { "core/late.h", NULL, "struct other { struct mutex near; };\n", true }, "use_late", "late.far ?", "late.far ?", 1 },
	{ { "core/thing.h", NULL, "struct other { struct mutex near; };\n", true }, "use_thing", "?", "?", 1 },
	/* a type that only declarations elsewhere named until now */
	{ { "include/linux/later_type.h", NULL, "typedef struct { struct mutex lock; } later_t;\n", true }, "u1", "?", "later_t.lock", 8 },
	{ { "include/linux/later_type.h", NULL, "typedef struct { struct mutex lock; } later_t;\n", true }, "u2", "?", "later_t.lock", 8 },
	{ { "include/linux/later_type.h", NULL, "typedef struct { struct mutex lock; } later_t;\n", true }, "u3", "?", "later_t.lock", 8 },
	{ { "include/linux/later_type.h", NULL, "typedef struct { struct mutex lock; } later_t;\n", true }, "u4", "?", "later_t.lock", 8 },
};

static const char *text_of(const char *path)
{
	int i;

	for (i = 0; patched_files[i]; i += 2)
		if (!strcmp(patched_files[i], path))
			return patched_files[i + 1];
	return NULL;
}

static void patch_text(const struct patched *c, struct ost_buf *out)
{
	const char *text = text_of(c->path), *at;

	if (!c->from) {
		ost_buf_addstr(out, c->to);
		return;
	}
	at = strstr(text, c->from);
	assert_non_null(at);
	ost_buf_add(out, text, (size_t)(at - text));
	ost_buf_addf(out, "%s%s", c->to, at + strlen(c->from));
}

/* An overlay is linked from the tree below where that may be, and is what linking it from nothing yields. */
static void good_overlay_links_like_a_whole_tree(void **state)
{
	struct ost_program_opts anew = { .no_kept = true };
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct ost_tree_facts *over;
	struct ost_program *a, *b;
	struct linked l;
	size_t i;

	assert_non_null(mkdtemp(store));
	write_files(&l, patched_files);
	read_and_link(&l, store, 1);
	for (i = 0; i < OST_ARRAY_SIZE(patches); i++) {
		struct ost_tree_change change = { .path = patches[i].path };
		OST_BUF text = OST_BUF_INIT;

		if (patches[i].to) {
			patch_text(&patches[i], &text);
			change.text = text.ptr;
			change.len = text.len;
		}
		assert_null(ost_tree_overlay(&over, l.tree, &change, 1));
		assert_null(ost_program_create(over, NULL, &a));
		assert_null(ost_program_create(over, &anew, &b));
		if (a->was_reused != patches[i].is_reused)
			print_error("patch %zu\n", i);
		assert_int_equal(a->was_reused, patches[i].is_reused);
		assert_int_equal(compare_programs(a, b), 0);
		ost_program_destroy(a);
		ost_program_destroy(b);
		ost_tree_facts_destroy(over);
	}
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* So that one file that differs is few. */
static void write_more(const struct linked *l)
{
	char path[256];
	FILE *f;
	int i;

	for (i = 0; i < 40; i++) {
		snprintf(path, sizeof(path), "%s/drv/more%d.c", l->dir, i);
		f = fopen(path, "w");
		assert_non_null(f);
		fprintf(f, "int more%d(void) { return more%d(); }\n", i, i / 2);
		fclose(f);
	}
}

static void write_patched(const struct linked *l, const struct patched *c)
{
	OST_BUF text = OST_BUF_INIT;
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", l->dir, c->path);
	if (!c->to) {
		assert_int_equal(unlink(path), 0);
		return;
	}
	patch_text(c, &text);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text.ptr, f);
	fclose(f);
}

/* A tree like one whose program is kept is linked from that, and is what linking it from nothing yields. */
static void good_next_tree_links_like_a_whole_one(void **state)
{
	struct ost_program_opts anew = { .no_kept = true };
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct ost_program *b;
	struct linked l, next;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(patches); i++) {
		strcpy(store + strlen(store) - 6, "XXXXXX");
		assert_non_null(mkdtemp(store));
		write_files(&l, patched_files);
		write_more(&l);
		read_and_link(&l, store, 1);
		end(&l);
		write_files(&next, patched_files);
		write_more(&next);
		write_patched(&next, &patches[i]);
		read_and_link(&next, store, 2);
		if (next.p->is_of_near != patches[i].is_reused)
			print_error("patch %zu\n", i);
		assert_int_equal(next.p->is_of_near, patches[i].is_reused);
		assert_int_equal(next.p->like.is_set, patches[i].is_reused);
		assert_null(ost_program_create(next.tree, &anew, &b));
		assert_int_equal(compare_programs(next.p, b), 0);
		ost_program_destroy(next.p);	/* and again, from what is kept as what it adds to the first */
		assert_null(ost_program_create(next.tree, NULL, &next.p));
		assert_true(next.p->is_kept);
		assert_int_equal(compare_programs(next.p, b), 0);
		ost_program_destroy(b);
		end(&next);
		snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
		assert_int_equal(system(cmd), 0);
	}
}

/* A patch on a tree whose index leans on another's is linked from it all the same. */
static void good_overlay_on_a_tree_that_leans_on_another(void **state)
{
	struct ost_program_opts anew = { .no_kept = true };
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct ost_tree_change change = { .path = patches[1].path };
	OST_BUF text = OST_BUF_INIT;
	struct ost_tree_facts *over;
	struct ost_program *a, *b;
	struct linked l, next;

	assert_non_null(mkdtemp(store));
	write_files(&l, patched_files);
	write_more(&l);
	read_and_link(&l, store, 1);
	end(&l);
	write_files(&next, patched_files);
	write_more(&next);
	write_patched(&next, &patches[0]);
	read_and_link(&next, store, 1);
	assert_true(next.p->like.is_set);
	patch_text(&patches[1], &text);
	change.text = text.ptr;
	change.len = text.len;
	assert_null(ost_tree_overlay(&over, next.tree, &change, 1));
	assert_null(ost_program_create(over, NULL, &a));
	assert_null(ost_program_create(over, &anew, &b));
	assert_true(a->was_reused);
	assert_int_equal(compare_programs(a, b), 0);
	ost_program_destroy(a);
	ost_program_destroy(b);
	ost_tree_facts_destroy(over);
	end(&next);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* A chunk of an index is lost, or is another than when a second index was made to lean on it. */
static void lose(const struct linked *l, uint32_t chunk, bool is_other)
{
	OST_BUF b = OST_BUF_INIT;

	assert_true(ost_tree_part_get(l->tree, &l->tree->key, kind_of(l, chunk), ost_program_version(), chunk, &b));
	ost_tree_part_drop(l->tree, &l->tree->key, kind_of(l, chunk), ost_program_version(), chunk);
	b.ptr[b.len / 2] ^= 1;
	if (is_other)
		ost_tree_part_put(l->tree, &l->tree->key, kind_of(l, chunk), ost_program_version(), chunk, b.ptr, b.len);
}

static void bad_index_goes_with_the_one_it_leans_on(void **state)
{
	struct ost_program_opts anew = { .no_kept = true };
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct ost_program *b;
	struct linked l, next;
	int what;

	for (what = 0; what < 4; what++) {
		strcpy(store + strlen(store) - 6, "XXXXXX");
		assert_non_null(mkdtemp(store));
		write_files(&l, patched_files);
		write_more(&l);
		read_and_link(&l, store, 1);
		write_files(&next, patched_files);
		write_more(&next);
		write_patched(&next, &patches[0]);
		read_and_link(&next, store, 1);
		assert_true(next.p->like.is_set);
		lose(&l, what & 1 ? next.p->like.parts[0].first : next.p->like.sets[0].first, what & 2);
		ost_program_destroy(next.p);
		assert_null(ost_program_create(next.tree, NULL, &next.p));
		assert_int_equal(next.p->is_kept, !(what & 1));	/* a block is read when it is asked for */
		assert_null(ost_program_create(next.tree, &anew, &b));
		assert_int_equal(compare_programs(next.p, b), 0);
		ost_program_destroy(b);
		end(&next);
		end(&l);
		snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
		assert_int_equal(system(cmd), 0);
	}
}

/* An index whose chunks are there, but not its header, is left alone: the next one may number names otherwise. */
static void good_indexes_of_one_tree_do_not_mix(void **state)
{
	struct ost_program_opts anew = { .no_kept = true };
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct linked l, next;
	struct ost_program *b;

	assert_non_null(mkdtemp(store));
	write_files(&l, patched_files);
	write_more(&l);
	read_and_link(&l, store, 1);
	write_files(&next, patched_files);
	write_more(&next);
	write_patched(&next, &patches[0]);
	read_and_link(&next, store, 1);
	assert_true(next.p->like.is_set);
	ost_tree_part_drop(next.tree, &next.tree->key, OST_PROGRAM_KIND, ost_program_version(), 0);
	ost_tree_part_drop(l.tree, &l.tree->key, "list", 1, 0);
	ost_program_destroy(next.p);
	assert_null(ost_program_create(next.tree, NULL, &next.p));
	assert_false(next.p->is_kept || next.p->is_of_near);
	ost_program_destroy(next.p);
	assert_null(ost_program_create(next.tree, NULL, &next.p));
	assert_true(next.p->is_kept);
	assert_null(ost_program_create(next.tree, &anew, &b));
	assert_int_equal(compare_programs(next.p, b), 0);
	ost_program_destroy(b);
	end(&next);
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* The next tree has a header more or less: only files whose includes mean another one then, or that used what it has, are walked. */
static void good_headers_come_and_go(void **state)
{
	struct ost_program_opts anew = { .no_kept = true };
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct linked l, next;
	struct ost_program *b;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(headers); i++) {
		strcpy(store + strlen(store) - 6, "XXXXXX");
		assert_non_null(mkdtemp(store));
		write_files(&l, patched_files);
		write_more(&l);
		read_and_link(&l, store, 1);
		assert_locks(&l, headers[i].func, headers[i].before);
		end(&l);
		write_files(&next, patched_files);
		write_more(&next);
		write_patched(&next, &headers[i].patch);
		read_and_link(&next, store, 2);
		if (!next.p->is_of_near || next.p->nr_walked != headers[i].nr_walked)
			print_error("header %zu: %u walked\n", i, next.p->nr_walked);
		assert_true(next.p->is_of_near && next.p->like.is_set);
		assert_int_equal(next.p->nr_walked, headers[i].nr_walked);
		assert_locks(&next, headers[i].func, headers[i].after);
		assert_null(ost_program_create(next.tree, &anew, &b));
		assert_int_equal(compare_programs(next.p, b), 0);
		ost_program_destroy(b);
		end(&next);
		snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
		assert_int_equal(system(cmd), 0);
	}
}

/* What a .c file has for itself concerns no other, though others have the same names. */
static void good_own_names_concern_no_other_file(void **state)
{
	static const struct ost_tree_change change = { "drv/c.c", "#include <linux/m.h>\nstruct own { int more; struct obj o; };\n"
		"static long a_run(void) { return 1; }\nint c_init(struct own *w) { return a_run(); }\n", 137 };
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct ost_tree_facts *over;
	struct ost_program *p;
	struct linked l;

	assert_non_null(mkdtemp(store));
	write_files(&l, patched_files);
	read_and_link(&l, store, 1);
	assert_null(ost_tree_overlay(&over, l.tree, &change, 1));
	assert_null(ost_program_create(over, NULL, &p));
	assert_true(p->was_reused);
	assert_int_equal(p->nr_walked, 1);
	ost_program_destroy(p);
	ost_tree_facts_destroy(over);
	end(&l);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
	assert_int_equal(system(cmd), 0);
}

/* The tree that would serve has lost its program, or its list makes no sense: the next one is linked whole. */
static void bad_lost_near_tree_is_done_without(void **state)
{
	char store[] = "/tmp/ostler-program-store-XXXXXX", cmd[128];
	struct linked l, next;
	int what;

	for (what = 0; what < 3; what++) {
		strcpy(store + strlen(store) - 6, "XXXXXX");
		assert_non_null(mkdtemp(store));
		write_files(&l, patched_files);
		read_and_link(&l, store, 1);
		if (what == 1)
			ost_tree_part_drop(l.tree, &l.tree->key, OST_PROGRAM_KIND, ost_program_version(), 0);
		if (what == 2) {
			ost_tree_part_drop(l.tree, &l.tree->key, "list", 1, 0);
			ost_tree_part_put(l.tree, &l.tree->key, "list", 1, 0, "\7\0\0\0\377\377\377\377abcdefgh", 16);
		}
		end(&l);
		write_files(&next, patched_files);
		write_patched(&next, &patches[0]);
		read_and_link(&next, store, 1);
		assert_int_equal(next.p->is_of_near, !what);
		assert_false(next.p->is_kept);
		end(&next);
		snprintf(cmd, sizeof(cmd), "rm -rf '%s'", store);
		assert_int_equal(system(cmd), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_statics_stay_in_their_files),
		cmocka_unit_test(good_stub_and_function_are_alternatives),
		cmocka_unit_test(good_architectures_exclude_each_other),
		cmocka_unit_test(good_ops_by_initialiser_assignment_and_registration),
		cmocka_unit_test(good_receiver_ties_a_call_to_one_table),
		cmocka_unit_test(good_paths_have_a_normal_form),
		cmocka_unit_test(good_macros_make_objects_and_functions),
		cmocka_unit_test(good_macros_stand_for_initialisers),
		cmocka_unit_test(good_functions_are_copied_from_field_to_field),
		cmocka_unit_test(good_macros_take_texts_side_by_side),
		cmocka_unit_test(good_work_is_bound_to_its_function),
		cmocka_unit_test(good_callback_parameter_is_called_by_its_callee),
		cmocka_unit_test(good_locals_hold_what_is_put_in_them_there),
		cmocka_unit_test(good_more_files_than_one_batch),
		cmocka_unit_test(good_names_behind_macros_are_members),
		cmocka_unit_test(bad_unknown_types_stay_unknown),
		cmocka_unit_test(good_kept_index_answers_the_same),
		cmocka_unit_test(good_index_outlives_a_run_that_is_stopped),
		cmocka_unit_test(good_overlay_links_like_a_whole_tree),
		cmocka_unit_test(good_next_tree_links_like_a_whole_one),
		cmocka_unit_test(good_overlay_on_a_tree_that_leans_on_another),
		cmocka_unit_test(bad_index_goes_with_the_one_it_leans_on),
		cmocka_unit_test(good_indexes_of_one_tree_do_not_mix),
		cmocka_unit_test(good_headers_come_and_go),
		cmocka_unit_test(good_own_names_concern_no_other_file),
		cmocka_unit_test(good_files_that_are_entered_often_stay),
		cmocka_unit_test(bad_lost_near_tree_is_done_without),
		cmocka_unit_test(bad_damage_to_the_kept_index_is_mended),
		cmocka_unit_test(bad_kept_ids_are_refused),
		cmocka_unit_test(bad_parts_lost_after_opening_are_made_again),
		cmocka_unit_test(good_many_sites_are_found_in_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
