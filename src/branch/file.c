// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/file.h"

#include "base/alloc.h"
#include "branch/open_records.h"

void ost_side_files_init(struct ost_side_files *s, struct ost_repo *repo, const char *rev,
			 struct ost_words *words, struct ost_recogniser *recogniser)
{
	memset(s, 0, sizeof(*s));
	s->repo = repo;
	s->rev = rev;
	s->words = words;
	s->recogniser = recogniser;
	ost_arena_init(&s->arena);
}

void ost_side_files_deinit(struct ost_side_files *s)
{
	size_t i;

	for (i = 0; s->other_sides && i < s->nr_others; i++)
		if (s->other_sides[i].repo)
			ost_side_files_deinit(&s->other_sides[i]);
	for (i = 0; i < s->v.nr; i++) {
		ost_buf_deinit(&s->v.items[i]->text);
		ost_buf_deinit(&s->v.items[i]->record);
		ost_vec_deinit(&s->v.items[i]->toks);
	}
	ost_vec_deinit(&s->v);
	ost_symbols_destroy(s->local);
	ost_tree_return(s->tree);
	ost_arena_deinit(&s->arena);
}

/* The first token at or after a line. */
static size_t token_at(const ost_image_toks *toks, uint32_t line)
{
	size_t low = 0, high = toks->nr;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (toks->items[mid].line < line)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void list_funcs(struct ost_side_files *s, struct ost_branch_file *f)
{
	uint32_t i;

	f->funcs = ost_arena_calloc(&s->arena, f->facts.nr_funcs + 1, sizeof(*f->funcs));
	for (i = 0; i < f->facts.nr_funcs; i++) {
		const struct ost_fact_func *ff = &f->facts.funcs[i];
		struct ost_branch_func *b = &f->funcs[f->nr_funcs++];

		b->name = ost_facts_str(&f->facts, ff->name);
		b->first_line = ff->first_line;
		b->line = ff->line;
		b->end_line = ff->end_line;
		b->from = token_at(&f->toks, ff->first_line);
		b->to = token_at(&f->toks, ff->end_line + 1);
	}
}

static void give_up(struct ost_side_files *s, struct ost_branch_file *f, struct ost_err *err)
{
	f->is_unreadable = true;
	f->why = ost_arena_strdup(&s->arena, err->why);
	ost_err_destroy(err);
}

/* In the list of all files, where that is at hand; else down the folders. */
static struct ost_err *look_up(struct ost_side_files *s, const char *path, struct ost_path_info *ret)
{
	const struct ost_tree_entry *e = s->tree ? ost_tree_find_entry(s->tree, path) : NULL;

	if (!e || (e->mode & 0170000) != 0100000)
		return ost_repo_path(s->repo, s->rev, path, ret);
	*ret = (struct ost_path_info){ .kind = OST_PATH_FILE, .mode = e->mode };
	ost_oid_to_hex(ret->id, &e->id);
	return NULL;
}

/* Whether it is there, and its text. */
static void read_text(struct ost_side_files *s, struct ost_branch_file *f)
{
	struct ost_path_info info;
	struct ost_err *err;

	err = look_up(s, f->path, &info);
	if (!err && info.kind == OST_PATH_FILE) {
		f->is_there = true;
		memcpy(f->blob, info.id, sizeof(f->blob));
		err = ost_repo_read_blob(s->repo, info.id, &f->text);
	}
	if (!err && info.kind == OST_PATH_UNKNOWN) {
		f->is_unreadable = true;
		f->why = ost_arena_printf(&s->arena, "missing object %s", info.id);
	}
	if (err)
		give_up(s, f, err);
}

static bool is_readable(const struct ost_branch_file *f)
{
	return f->is_there && !f->is_unreadable;
}

/* Facts that were kept: not sound after all, they are made again. */
static bool get_facts(struct ost_side_files *s, struct ost_branch_file *f)
{
	struct ost_err *err;

	if (!s->kept || !ost_blob_facts_get(s->kept, f->blob, &f->record))
		return false;
	ost_buf_fit(&f->record);
	err = ost_facts_open(&f->facts, f->record.ptr, f->record.len);
	ost_err_destroy(err);
	return !err;
}

static struct ost_err *make_facts(struct ost_side_files *s, struct ost_branch_file *f)
{
	ost_recognise(s->recogniser, f->path, f->text.ptr, f->text.len, &f->record);
	ost_buf_fit(&f->record);
	ost_try(ost_facts_open(&f->facts, f->record.ptr, f->record.len));
	if (s->kept)
		ost_blob_facts_put(s->kept, f->blob, f->text.len, &f->record, &f->facts);
	return NULL;
}

static void read_facts(struct ost_side_files *s, struct ost_branch_file *f)
{
	struct ost_err *err = get_facts(s, f) ? NULL : make_facts(s, f);

	if (err)
		give_up(s, f, err);
	else
		f->open_records = ost_open_records(&s->arena, &f->facts, f->text.ptr, f->text.len);
}

static void read_tokens(struct ost_side_files *s, struct ost_branch_file *f)
{
	if (f->has_tokens || !is_readable(f))
		return;
	if (!f->text.len)	/* only its facts were asked for before */
		read_text(s, f);
	ost_image_lex(&f->toks, s->words, &s->arena, f->text.ptr, f->text.len);
	list_funcs(s, f);
	f->has_tokens = true;
}

/* The file with its facts. */
static struct ost_branch_file *find_file(struct ost_side_files *s, const char *path, bool *ret_is_new)
{
	struct ost_branch_file *f;
	size_t i;

	*ret_is_new = false;
	for (i = 0; i < s->v.nr; i++)
		if (!strcmp(s->v.items[i]->path, path))
			return s->v.items[i];
	*ret_is_new = true;
	f = ost_arena_calloc(&s->arena, 1, sizeof(*f));
	f->path = ost_arena_strdup(&s->arena, path);
	ost_buf_init(&f->text);
	ost_buf_init(&f->record);
	ost_vec_add(&s->v, f);
	read_text(s, f);
	if (is_readable(f))
		read_facts(s, f);
	return f;
}

struct ost_branch_file *ost_side_file(struct ost_side_files *s, const char *path)
{
	bool is_new;
	struct ost_branch_file *f = find_file(s, path, &is_new);

	read_tokens(s, f);
	return f;
}

const struct ost_branch_file *ost_side_facts(struct ost_side_files *s, const char *path)
{
	bool is_new;
	struct ost_branch_file *f = find_file(s, path, &is_new);

	/* the names of a register header are in its text alone */
	if (is_new && f->facts.kind != OST_FK_REGISTERS)
		ost_buf_deinit(&f->text);
	return f;
}

const struct ost_branch_func *ost_branch_func_find(const struct ost_branch_file *f,
						   const char *name, uint32_t *from)
{
	while (*from < f->nr_funcs) {
		const struct ost_branch_func *b = &f->funcs[(*from)++];

		if (!strcmp(b->name, name))
			return b;
	}
	return NULL;
}

const struct ost_branch_func *ost_branch_func_at(const struct ost_branch_file *f, uint32_t line)
{
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		if (f->funcs[i].first_line <= line && line <= f->funcs[i].end_line)
			return &f->funcs[i];
	return NULL;
}

/* An unreadable tree has no candidates. */
const struct ost_tree_list *ost_side_tree(struct ost_side_files *s)
{
	static const struct ost_tree_list none;

	if (!s->tree)
		ost_err_destroy(ost_tree_borrow(&s->tree, s->repo, s->rev));
	return s->tree ? s->tree : &none;
}

const char *ost_side_ending(struct ost_side_files *s, const char *ending, uint32_t *at)
{
	return ost_side_tree(s)->nr ? ost_tree_ending(s->tree, ending, at) : NULL;
}

bool ost_branch_file_has(const struct ost_branch_file *f, uint32_t name)
{
	size_t i;

	for (i = 0; i < f->toks.nr; i++)
		if (f->toks.items[i].kind == T_IDENT && f->toks.items[i].name == name)
			return true;
	return false;
}
