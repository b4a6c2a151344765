// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * scan_tree [-j N] [-tlnkc] DIR... | -f LIST: recognises every .c and .h below DIR
 * and says how it went. -t lists troubled functions, -l the files with lost
 * stretches, -n "path:name" of every function, -c re-reads each file with a fresh
 * handle and compares the records, -k each function with the names that it calls,
 * -f LIST reads paths from a file (- is standard input) instead of folders.
 */
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/pool.h"
#include "base/vec.h"
#include "source/facts_format.h"
#include "source/recognise.h"

struct total {
	uint64_t files, bytes, records, registers, register_bytes, not_c, funcs, troubled, lost, split;
	uint64_t lost_files, protos, macros, types, structs, fields, globals, invokes, strs, str_bytes;
	uint64_t code_bytes, enum_consts, params, bad;
};

struct scan {
	OST_VEC(char *) paths;
	struct ost_buf *out;		/* by path */
	struct total *totals;		/* by worker */
	struct ost_recogniser **handles;
	struct ost_buf *texts, *records;
	bool list_troubles, list_lost, list_names, list_calls, compare;
};

static bool read_file(struct ost_buf *b, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t got;

	ost_buf_clear(b);
	if (fd < 0 || fstat(fd, &st)) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	ost_buf_reserve(b, (size_t)st.st_size);
	got = read(fd, b->ptr, (size_t)st.st_size);
	close(fd);
	if (got < 0)
		return false;
	b->len = (size_t)got;
	return true;
}

static void count(struct total *t, const struct ost_facts *f)
{
	t->registers += f->kind == OST_FK_REGISTERS;
	t->register_bytes += f->kind == OST_FK_REGISTERS ? f->bytes : 0;
	t->not_c += f->kind == OST_FK_NOT_C;
	t->funcs += f->nr_funcs;
	t->troubled += f->nr_troubled;
	t->lost += f->nr_lost;
	t->lost_files += f->nr_lost != 0;
	t->split += f->nr_split;
	t->protos += f->nr_protos;
	t->macros += f->nr_macros;
	t->types += f->nr_types;
	t->structs += f->nr_records;
	t->fields += f->nr_fields;
	t->globals += f->nr_globals;
	t->invokes += f->nr_invokes;
	t->strs += f->nr_strs;
	t->str_bytes += f->str_off[f->nr_strs];
	t->code_bytes += f->code_bytes;
	t->enum_consts += f->nr_enum_consts;
	t->params += f->nr_params;
}

/* The name that a CALL calls: a plain name or a member. */
static void add_callee(const struct ost_facts *f, const struct ost_tree *t, uint32_t call,
		       struct ost_buf *out)
{
	const struct ost_node *callee = &t->v.items[call + 1];

	if (callee->op == OST_N_NAME || callee->op == OST_N_MEMBER)
		ost_buf_addf(out, " %s", ost_facts_str(f, callee->a));
}

static void list_calls(const struct ost_facts *f, const char *path, struct ost_buf *out)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t i, n;

	for (i = 0; i < f->nr_funcs; i++) {
		const struct ost_fact_func *fn = &f->funcs[i];

		ost_buf_addf(out, "%s\t%s\t%u\t", path, ost_facts_str(f, fn->name), fn->line);
		if (ost_facts_unpack(f, fn->code, fn->code_len, &t))
			for (n = 0; n < t.v.nr; n++)
				if (t.v.items[n].op == OST_N_CALL)
					add_callee(f, &t, n, out);
		ost_buf_addch(out, '\n');
	}
	ost_vec_deinit(&t.v);
}

static void list(struct scan *s, const struct ost_facts *f, size_t item)
{
	uint32_t i;

	if (s->list_calls)
		list_calls(f, s->paths.items[item], &s->out[item]);

	for (i = 0; i < f->nr_funcs; i++) {
		const struct ost_fact_func *fn = &f->funcs[i];

		if (s->list_names)
			ost_buf_addf(&s->out[item], "%s:%s\t%u\t%s\n", s->paths.items[item],
				     ost_facts_str(f, fn->name), fn->line, ost_facts_str(f, fn->macro));
		if (s->list_troubles && fn->trouble)
			ost_buf_addf(&s->out[item], "%s:%s: %s\n", s->paths.items[item],
				     ost_facts_str(f, fn->name), ost_facts_str(f, fn->trouble));
	}
	if (s->list_lost && f->nr_lost)
		ost_buf_addf(&s->out[item], "%s: lost %u: %s\n", s->paths.items[item],
			     f->nr_lost, ost_facts_str(f, f->why));
}

static bool is_same_afresh(struct scan *s, const char *path, const struct ost_buf *text,
			   const struct ost_buf *record)
{
	struct ost_recogniser *fresh = ost_recogniser_create();
	OST_BUF again = OST_BUF_INIT;
	bool ok;

	ost_recognise(fresh, NULL, text->ptr, text->len, &again);
	ok = again.len == record->len && !memcmp(again.ptr, record->ptr, again.len);
	ost_recogniser_destroy(fresh);
	return ok;
}

static bool scan_one(void *ctx, size_t item, unsigned worker)
{
	struct scan *s = ctx;
	struct total *t = &s->totals[worker];
	const char *path = s->paths.items[item];
	struct ost_buf *record = &s->records[worker];
	struct ost_facts f;
	struct ost_err *err;

	if (!read_file(&s->texts[worker], path))
		return true;
	ost_recognise(s->handles[worker], path, s->texts[worker].ptr, s->texts[worker].len, record);
	t->files++;
	t->bytes += s->texts[worker].len;
	t->records += record->len;
	err = ost_facts_open(&f, record->ptr, record->len);
	if (err || (s->compare && !is_same_afresh(s, path, &s->texts[worker], record))) {
		ost_err_destroy(err);
		ost_buf_addf(&s->out[item], "%s: BAD RECORD\n", path);
		t->bad++;
		return true;
	}
	count(t, &f);
	if (s->list_troubles || s->list_lost || s->list_names || s->list_calls)
		list(s, &f, item);
	return true;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void find(struct scan *s, char *const *dirs)
{
	FTS *fts = fts_open(dirs, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, by_name);
	FTSENT *e;

	while (fts && (e = fts_read(fts))) {
		size_t len = e->fts_namelen;

		if (e->fts_info != FTS_F && e->fts_info != FTS_NSOK)
			continue;
		if (len > 2 && e->fts_name[len - 2] == '.' &&
		    (e->fts_name[len - 1] == 'c' || e->fts_name[len - 1] == 'h')) {
			struct stat st;

			if (!lstat(e->fts_path, &st) && S_ISREG(st.st_mode))
				ost_vec_add(&s->paths, ost_strdup(e->fts_path));
		}
	}
	if (fts)
		fts_close(fts);
}

static void read_list(struct scan *s, const char *path)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_err *err = ost_buf_read_file(&b, path, (size_t)1 << 30);
	char *line, *rest = b.ptr;

	ost_err_destroy(err);
	while (!err && (line = strsep(&rest, "\n")))
		if (*line)
			ost_vec_add(&s->paths, ost_strdup(line));
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void print_total(const struct total *t, double seconds)
{
#define P(name) printf("%-16s %llu\n", #name, (unsigned long long)t->name)
	P(files); P(bytes); P(records); P(registers); P(register_bytes); P(not_c); P(funcs);
	P(troubled); P(lost); P(lost_files); P(split); P(protos); P(macros); P(types); P(structs);
	P(fields); P(globals); P(invokes); P(strs); P(str_bytes); P(code_bytes); P(enum_consts);
	P(params); P(bad);
#undef P
	printf("%-16s %.3f\n%-16s %.1f\n", "seconds", seconds, "MB/s", (double)t->bytes / 1e6 / seconds);
	printf("%-16s %.4f %%\n", "without trouble",
	       t->funcs ? 100.0 - 100.0 * (double)t->troubled / (double)t->funcs : 0);
}

int main(int argc, char **argv)
{
	struct scan s = { 0 };
	struct total sum = { 0 };
	unsigned jobs = ost_nr_cpus(), i;
	double start;
	int opt;

	while ((opt = getopt(argc, argv, "j:f:tlnkc")) != -1) {
		if (opt == 'j')
			jobs = (unsigned)atoi(optarg);
		if (opt == 'f')
			read_list(&s, optarg);
		s.list_calls |= opt == 'k';
		s.list_troubles |= opt == 't';
		s.list_lost |= opt == 'l';
		s.list_names |= opt == 'n';
		s.compare |= opt == 'c';
	}
	if (optind < argc)
		find(&s, argv + optind);
	s.out = ost_calloc(s.paths.nr + 1, sizeof(*s.out));
	s.totals = ost_calloc(jobs, sizeof(*s.totals));
	s.handles = ost_calloc(jobs, sizeof(struct ost_recogniser *));
	s.texts = ost_calloc(jobs, sizeof(*s.texts));
	s.records = ost_calloc(jobs, sizeof(*s.records));
	for (i = 0; i < s.paths.nr; i++)
		ost_buf_init(&s.out[i]);
	for (i = 0; i < jobs; i++) {
		s.handles[i] = ost_recogniser_create();
		ost_buf_init(&s.texts[i]);
		ost_buf_init(&s.records[i]);
	}
	start = now();
	ost_pool_run(jobs, s.paths.nr, 8, scan_one, &s);
	for (i = 0; i < s.paths.nr; i++)
		fwrite(s.out[i].ptr, 1, s.out[i].len, stdout);
	for (i = 0; i < jobs; i++)
		for (size_t k = 0; k < sizeof(sum) / sizeof(uint64_t); k++)
			((uint64_t *)&sum)[k] += ((uint64_t *)&s.totals[i])[k];
	if (!s.list_names && !s.list_calls)
		print_total(&sum, now() - start);
	for (i = 0; i < jobs; i++)
		ost_recogniser_destroy(s.handles[i]);
	return sum.bad ? 1 : 0;
}
