// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/parse.h"

#include <string.h>

#define PADDING 64

struct ost_recogniser *ost_recogniser_create(void)
{
	struct ost_recogniser *r = ost_calloc(1, sizeof(*r));

	ost_words_init(&r->names);
	ost_buf_init(&r->text);
	ost_buf_init(&r->code);
	ost_buf_init(&r->scratch);
	return r;
}

void ost_recogniser_destroy(struct ost_recogniser *r)
{
	if (!r)
		return;
	ost_words_deinit(&r->names);
	ost_lexed_deinit(&r->lexed);
	ost_buf_deinit(&r->text);
	ost_buf_deinit(&r->code);
	ost_buf_deinit(&r->scratch);
	ost_vec_deinit(&r->toks);
	ost_vec_deinit(&r->nodes);
	ost_vec_deinit(&r->attrs);
	ost_vec_deinit(&r->attr_nodes);
	ost_vec_deinit(&r->params_tmp);
	ost_vec_deinit(&r->fields_tmp);
	ost_vec_deinit(&r->consts_tmp);
	ost_vec_deinit(&r->brackets);
	ost_vec_deinit(&r->groups);
	ost_vec_deinit(&r->strs);
#define X(type_name, name) ost_vec_deinit(&r->name);
	OST_FACTS_TABLES(X)
#undef X
	free(r->type_slots);
	free(r);
}

static void reset(struct ost_recogniser *r, size_t len)
{
	ost_words_reset(&r->names, len);
	r->lexed.nr_lines = 0;
	r->lost = 0;
	r->nr_lost = r->nr_troubled = r->nr_split = 0;
	r->func = r->outer_record = r->trouble = r->cond = 0;
	r->nest = 0;
	r->arg_end = NULL;
	r->may_end_early = r->is_too_deep = r->in_code = false;
	ost_vec_clear(&r->attrs);
	ost_vec_clear(&r->attr_nodes);
	ost_vec_clear(&r->params_tmp);
	ost_vec_clear(&r->fields_tmp);
	ost_vec_clear(&r->strs);
#define X(type_name, name) ost_vec_clear(&r->name);
	OST_FACTS_TABLES(X)
#undef X
	r->str_bytes = 0;
	ost_buf_clear(&r->code);
	ost_types_reset(r);
	ost_rec_str(r, 0);
	ost_vec_push(&r->conds);
}

static void not_c(struct ost_recogniser *r, const char *why, size_t len, struct ost_buf *ret_record)
{
	reset(r, 0);
	ost_assemble(r, OST_FK_NOT_C, ost_words_copy(&r->names, why, (uint32_t)strlen(why), T_STR), 0,
		     len > UINT32_MAX ? UINT32_MAX : (uint32_t)len, ret_record);
}

static void take_text(struct ost_recogniser *r, const char *text, size_t len)
{
	ost_buf_clear(&r->text);
	ost_buf_reserve(&r->text, len + PADDING);
	memcpy(r->text.ptr, text, len);
	memset(r->text.ptr + len, 0, PADDING);
	r->text.len = len;
}

static void parse_directives(struct ost_recogniser *r)
{
	size_t i;

	for (i = 0; i < r->lexed.dirs.nr; i++) {
		const struct ost_directive *d = &r->lexed.dirs.items[i];
		struct ost_fact_include *inc;

		if (d->cond == UINT32_MAX || i == r->guard)
			continue;
		if (d->kind == D_DEFINE) {
			ost_parse_macro(r, d);
		} else if (d->kind == D_INCLUDE && d->off_end > d->off) {
			inc = ost_vec_push(&r->includes);
			inc->path = ost_rec_str(r, ost_words_copy(&r->names, r->text.ptr + d->off,
								  d->off_end - d->off, T_STR));
			inc->line = d->line;
			inc->cond = d->cond;
			inc->is_system = d->is_system;
		}
	}
}

void ost_recognise(struct ost_recogniser *r, const char *path_hint, const char *text, size_t len,
		   struct ost_buf *ret_record)
{
	uint32_t nr, lines;

	if (len > OST_SOURCE_MAX) {
		not_c(r, "larger than 64 MiB", len, ret_record);
		return;
	}
	if (ost_is_registers(text, len, &nr, &lines)) {
		reset(r, 0);
		r->lexed.nr_lines = lines;
		ost_assemble(r, OST_FK_REGISTERS, 0, nr, (uint32_t)len, ret_record);
		return;
	}
	if (memchr(text, '\0', len)) {
		not_c(r, "binary: has a NUL byte", len, ret_record);
		return;
	}
	take_text(r, text, len);
	reset(r, len);
	if (!ost_lex(&r->lexed, &r->names, r->text.ptr, len)) {
		not_c(r, "too many lines or names", len, ret_record);
		return;
	}
	ost_pp_resolve(r);
	r->retries = 0;
	r->max_retries = 4 * (uint64_t)(r->toks.nr + r->lexed.dtoks.nr) + 1000;
	ost_parse_file(r);
	parse_directives(r);
	ost_assemble(r, OST_FK_C, r->lost, 0, (uint32_t)len, ret_record);
}
