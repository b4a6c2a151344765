// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kept index of a small tree with bytes of it changed, as if the checksums of
 * the store fitted. Each four bytes of input are an edit: which part, where (two
 * bytes), and what is put there; 0xff ends the part there. The index is then
 * opened and asked, and a tree laid over it is linked from it: whatever comes out,
 * every id in it must be one.
 */
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "program/internal.h"

#define MAX_PARTS 64
#define EDITS_MAX 64

static const char *const files[] = {
	"include/linux/m.h", "struct mutex { int n; };\nstruct obj;\nstruct ops { void (*stop)(struct obj *o); int (*run)(void); };\n"
	"struct obj { const struct ops *ops; struct mutex m; };\n#define DEFINE_OBJ(x) struct obj x; int x##_get(void) { return 0; }\n"
	"static inline struct mutex *lock_of(struct obj *o) { return &o->m; }\nvoid mutex_lock(struct mutex *m);\n"
	"int obj_register(struct obj *o, const struct ops *ops);\n",
	"a.c", "#include <linux/m.h>\nint obj_register(struct obj *o, const struct ops *ops) { o->ops = ops; return 0; }\n"
	"void obj_stop(struct obj *o) { o->ops->stop(o); mutex_lock(lock_of(o)); }\n",
	"b.c", "#include <linux/m.h>\nDEFINE_OBJ(mine);\nstatic void b_stop(struct obj *o) { mutex_lock(&o->m); mine_get(); }\n"
	"static const struct ops b_ops = { .stop = b_stop };\nint b_init(struct obj *o) { return obj_register(o, &b_ops); }\n",
};

static struct kept {
	const char *kind;
	uint32_t part;
	struct ost_buf bytes;
} parts[MAX_PARTS];
static size_t nr_parts;
static struct ost_tree_facts *tree;
static char dir[64], store[128];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void remove_all(void)
{
	ost_tree_facts_destroy(tree);
	for (size_t i = 0; i < nr_parts; i++)
		ost_buf_deinit(&parts[i].bytes);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void write_tree(void)
{
	char path[256];
	FILE *f;

	strcpy(dir, "/tmp/ostler-fuzz-XXXXXX");
	FUZZ_ASSERT(mkdtemp(dir));
	snprintf(store, sizeof(store), "%s/store", dir);
	snprintf(path, sizeof(path), "%s/tree", dir);
	FUZZ_ASSERT(!mkdir(path, 0777));
	snprintf(path, sizeof(path), "%s/tree/include", dir);
	FUZZ_ASSERT(!mkdir(path, 0777));
	snprintf(path, sizeof(path), "%s/tree/include/linux", dir);
	FUZZ_ASSERT(!mkdir(path, 0777));
	for (size_t i = 0; i < OST_ARRAY_SIZE(files); i += 2) {
		snprintf(path, sizeof(path), "%s/tree/%s", dir, files[i]);
		f = fopen(path, "w");
		FUZZ_ASSERT(f && fputs(files[i + 1], f) >= 0);
		fclose(f);
	}
}

static void note_parts(const char *kind, uint32_t part)
{
	for (; nr_parts < MAX_PARTS; part++) {
		struct kept *k = &parts[nr_parts];

		*k = (struct kept){ kind, part, OST_BUF_INIT };
		if (!ost_tree_part_get(tree, &tree->key, kind, ost_program_version(), part, &k->bytes))
			break;
		nr_parts++;
	}
}

static struct ost_program *create(const struct ost_tree_facts *t)
{
	struct ost_program_opts opts = { .jobs = 1 };
	struct ost_program *p;

	FUZZ_ASSERT(!ost_program_create(t, &opts, &p));
	return p;
}

static void make_index(void)
{
	char path[128];
	struct ost_source src = { .dir = path };
	struct ost_source_opts opts = { .store_dir = store, .jobs = 1 };
	static char kind[40];
	struct ost_program *p;

	write_tree();
	snprintf(path, sizeof(path), "%s/tree", dir);
	FUZZ_ASSERT(!ost_tree_facts_read(&tree, &src, &opts));
	ost_program_destroy(create(tree));
	p = create(tree);
	ost_program_chunk_kind(kind, &p->like.tree, p->names_kept);
	ost_program_destroy(p);
	note_parts(OST_PROGRAM_KIND, 0);	/* the header */
	note_parts(kind, 1);
	note_parts("asks", 0);
	FUZZ_ASSERT(nr_parts > 10);
	atexit(remove_all);
}

static void put(const struct kept *k, const struct ost_buf *bytes)
{
	ost_tree_part_drop(tree, &tree->key, k->kind, ost_program_version(), k->part);
	ost_tree_part_put(tree, &tree->key, k->kind, ost_program_version(), k->part, bytes->ptr, bytes->len);
}

static void edit(struct ost_buf *copies, const uint8_t *data, size_t size)
{
	size_t i, at;

	for (i = 0; i + 4 <= size && i < 4 * EDITS_MAX; i += 4) {
		struct ost_buf *b = &copies[data[i] % nr_parts];

		if (!b->len)
			continue;
		at = (data[i + 1] | (size_t)data[i + 2] << 8) % b->len;
		if (data[i + 3] == 0xff)
			ost_buf_trim(b, at);
		else
			b->ptr[at] = (char)data[i + 3];
	}
}

static void ask_unit(const struct ost_program *p, uint32_t unit, struct ost_edges *edges)
{
	const uint32_t *ids;
	uint32_t nr, i;

	ost_vec_clear(&edges->v);
	ost_program_callees(p, unit, true, edges);
	ost_program_callers(p, unit, true, edges);
	for (i = 0; i < edges->v.nr; i++)
		FUZZ_ASSERT(edges->v.items[i].from < ost_program_nr_units(p));
	nr = ost_program_unit_slots(p, unit, &ids);
	for (i = 0; i < nr; i++)
		FUZZ_ASSERT(ost_program_target(p, ids[i])->slot < ost_program_nr_fields(p));
}

static void ask(const struct ost_program *p)
{
	struct ost_edges edges = { OST_VEC_INIT };
	const struct ost_target *t;
	uint32_t i;

	for (i = 0; i < ost_program_nr_units(p); i++)
		ask_unit(p, i, &edges);
	for (i = 0; i < ost_program_nr_fields(p); i++)
		ost_program_slot_targets(p, i, &t);
	for (i = 0; i < ost_program_nr_bindings(p); i++)
		ost_program_binding_row(p, ost_program_binding(p, i)->row);
	for (i = 0; i < ost_program_nr_lock_uses(p); i++)
		ost_program_name(p, ost_program_lock_use(p, i)->primitive);
	ost_vec_deinit(&edges.v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ost_buf copies[MAX_PARTS];
	struct ost_program *p;
	size_t i;

	if (!tree)
		make_index();
	for (i = 0; i < nr_parts; i++) {
		ost_buf_init(&copies[i]);
		ost_buf_add(&copies[i], parts[i].bytes.ptr, parts[i].bytes.len);
	}
	edit(copies, data, size);
	for (i = 0; i < nr_parts; i++)
		put(&parts[i], &copies[i]);
	p = create(tree);
	ask(p);
	ost_asks_load(p);
	ost_program_destroy(p);
	for (i = 0; i < nr_parts; i++) {
		put(&parts[i], &parts[i].bytes);
		ost_buf_deinit(&copies[i]);
	}
	return 0;
}
