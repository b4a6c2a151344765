// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/equivalent.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "base/buf.h"
#include "git/image.h"

/* ---- patch-id ----
 *
 * SHA-1 over the text of each file without white space, hunk headers, index
 * lines and "\ No newline" lines; the sums of all files are added as numbers
 * of 160 bits, so that their order does not matter.
 */

struct hasher {
	EVP_MD_CTX *ctx;
	struct ost_buf squeezed;
};

static void hash_line(struct hasher *h, const char *prefix, const char *text, size_t len)
{
	size_t i;

	ost_buf_clear(&h->squeezed);
	ost_buf_addstr(&h->squeezed, prefix);
	for (i = 0; i < len; i++)
		if (!strchr(" \t\n\v\f\r", text[i]) || !text[i])
			ost_buf_addch(&h->squeezed, text[i]);
	EVP_DigestUpdate(h->ctx, h->squeezed.ptr, h->squeezed.len);
}

static void hash_text(struct hasher *h, const char *text)
{
	hash_line(h, "", text, strlen(text));
}

/* Adds a name as git writes it: in C-style quotes when it has odd bytes. */
static void add_name(struct ost_buf *b, const char *prefix, const char *path)
{
	static const char from[] = "\a\b\t\n\v\f\r\"\\", to[] = "abtnvfr\"\\";
	const unsigned char *p;
	bool is_odd = false;
	const char *hit;

	for (p = (const unsigned char *)path; *p; p++)
		is_odd |= *p < ' ' || *p >= 0x7f || *p == '"' || *p == '\\';
	ost_buf_addf(b, "%s%s", is_odd ? "\"" : "", prefix);
	for (p = (const unsigned char *)path; *p; p++) {
		hit = strchr(from, *p);
		if (hit)
			ost_buf_addf(b, "\\%c", to[hit - from]);
		else if (*p < ' ' || *p >= 0x7f)
			ost_buf_addf(b, "\\%03o", *p);
		else
			ost_buf_addch(b, (char)*p);
	}
	if (is_odd)
		ost_buf_addch(b, '"');
}

OST_PRINTF(2, 3) static void hash_format(struct hasher *h, const char *fmt, ...)
{
	OST_BUF b = OST_BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	ost_buf_addv(&b, fmt, ap);
	va_end(ap);
	hash_text(h, b.ptr);
}

/* git's extended header lines, in its order. */
static void hash_header(struct hasher *h, const struct ost_file_change *f, const char *old,
			const char *new)
{
	OST_BUF from = OST_BUF_INIT, to = OST_BUF_INIT;
	const char *verb = f->status == OST_FILE_COPIED ? "copy" : "rename";

	hash_format(h, "diff --git %s %s", old, new);
	if (f->status == OST_FILE_ADDED)
		hash_format(h, "new file mode %06o", f->new_mode ? f->new_mode : 0100644);
	else if (f->status == OST_FILE_DELETED)
		hash_format(h, "deleted file mode %06o", f->old_mode ? f->old_mode : 0100644);
	else if (f->old_mode && f->new_mode && f->old_mode != f->new_mode)
		hash_format(h, "old mode %06o new mode %06o", f->old_mode, f->new_mode);
	if (f->status != OST_FILE_RENAMED && f->status != OST_FILE_COPIED)
		return;
	add_name(&from, "", f->old_path);
	add_name(&to, "", f->new_path);
	hash_format(h, "similarity index %u%%", f->similarity);
	hash_format(h, "%s from %s", verb, from.ptr);
	hash_format(h, "%s to %s", verb, to.ptr);
}

static void hash_hunks(struct hasher *h, const struct ost_file_change *f)
{
	static const char *const signs[] = { "", "+", "-" };	/* a context line's blank is white space */
	uint32_t i, k;

	for (i = 0; i < f->nr_hunks; i++)
		for (k = 0; k < f->hunks[i].nr_lines; k++) {
			const struct ost_diff_line *l = &f->hunks[i].lines[k];

			hash_line(h, signs[l->kind], l->text, l->len);
		}
}

static void hash_file(struct hasher *h, const struct ost_file_change *f)
{
	OST_BUF old = OST_BUF_INIT, new = OST_BUF_INIT;

	add_name(&old, "a/", f->old_path);
	add_name(&new, "b/", f->new_path);
	hash_header(h, f, old.ptr, new.ptr);
	if (f->nr_hunks) {
		hash_format(h, "--- %s", f->status == OST_FILE_ADDED ? "/dev/null" : old.ptr);
		hash_format(h, "+++ %s", f->status == OST_FILE_DELETED ? "/dev/null" : new.ptr);
	}
	hash_hunks(h, f);
}

static void add_sum(uint8_t *sum, const uint8_t *hash)
{
	unsigned carry = 0, i;

	for (i = 0; i < OST_OID_SIZE; i++) {
		carry += (unsigned)sum[i] + hash[i];
		sum[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

bool ost_patch_id(char ret_hex[OST_HEX_SIZE], const struct ost_change *change)
{
	struct hasher h = { .ctx = EVP_MD_CTX_new(), .squeezed = OST_BUF_INIT };
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct ost_oid sum = { { 0 } };
	bool ok = h.ctx && change->nr_files;
	uint32_t i;

	ok = ok && EVP_DigestInit_ex(h.ctx, EVP_sha1(), NULL);
	for (i = 0; ok && i < change->nr_files; i++) {
		hash_file(&h, &change->files[i]);
		/* git ends a file where a hunk ended: one without runs on into the next */
		if (!change->files[i].nr_hunks && i + 1 < change->nr_files)
			continue;
		ok = EVP_DigestFinal_ex(h.ctx, hash, NULL) &&
		     EVP_DigestInit_ex(h.ctx, EVP_sha1(), NULL);
		add_sum(sum.id, hash);
	}
	EVP_MD_CTX_free(h.ctx);
	ost_buf_deinit(&h.squeezed);
	ret_hex[0] = '\0';
	if (ok)
		ost_oid_to_hex(ret_hex, &sum);
	return ok;
}

/* ---- the other way round ---- */

static void reverse_hunk(struct ost_hunk *out, struct ost_arena *arena, const struct ost_hunk *h)
{
	static const enum ost_line_kind other[] = {
		OST_LINE_CONTEXT, OST_LINE_REMOVED, OST_LINE_ADDED,
	};
	uint32_t i;

	*out = (struct ost_hunk){ .old_start = h->new_start, .old_lines = h->new_lines,
				  .new_start = h->old_start, .new_lines = h->old_lines,
				  .section = h->section, .nr_lines = h->nr_lines };
	out->lines = ost_arena_calloc(arena, h->nr_lines + 1, sizeof(*out->lines));
	for (i = 0; i < h->nr_lines; i++) {
		out->lines[i] = h->lines[i];
		out->lines[i].kind = other[h->lines[i].kind];
		out->lines[i].old_line = h->lines[i].new_line;
		out->lines[i].new_line = h->lines[i].old_line;
	}
}

static void reverse_file(struct ost_file_change *out, struct ost_arena *arena,
			 const struct ost_file_change *f)
{
	uint32_t i;

	*out = *f;
	out->old_path = f->new_path;
	out->new_path = f->old_path;
	out->old_mode = f->new_mode;
	out->new_mode = f->old_mode;
	out->old_blob = f->new_blob;
	out->new_blob = f->old_blob;
	out->nr_added = f->nr_removed;
	out->nr_removed = f->nr_added;
	if (f->status == OST_FILE_ADDED || f->status == OST_FILE_COPIED)
		out->status = OST_FILE_DELETED;
	else if (f->status == OST_FILE_DELETED)
		out->status = OST_FILE_ADDED;
	out->hunks = ost_arena_calloc(arena, f->nr_hunks + 1, sizeof(*out->hunks));
	for (i = 0; i < f->nr_hunks; i++)
		reverse_hunk(&out->hunks[i], arena, &f->hunks[i]);
	if (f->status == OST_FILE_COPIED)
		out->old_path = out->new_path = f->new_path;
}

void ost_change_reverse(struct ost_change *ret_change, struct ost_arena *arena,
			const struct ost_change *change)
{
	uint32_t i;

	*ret_change = *change;
	ret_change->nr_added = change->nr_removed;
	ret_change->nr_removed = change->nr_added;
	ret_change->files = ost_arena_calloc(arena, change->nr_files + 1,
					     sizeof(*ret_change->files));
	for (i = 0; i < change->nr_files; i++)
		reverse_file(&ret_change->files[i], arena, &change->files[i]);
}

/* ---- on which side a file stands ---- */

static struct ost_err *read_state(struct ost_file_state *s, struct ost_arena *arena,
				  struct ost_repo *repo, const char *rev, unsigned context)
{
	const char *const paths[] = { s->file->new_path, s->file->old_path };
	struct ost_image image = OST_VEC_INIT;
	struct ost_path_info info = { 0 };
	OST_BUF text = OST_BUF_INIT;
	uint32_t i;

	for (i = 0; i < 2 && info.kind != OST_PATH_FILE; i++) {
		s->path = paths[i];
		ost_try(ost_repo_path(repo, rev, s->path, &info));
	}
	s->is_there = info.kind == OST_PATH_FILE;
	if (!s->is_there)
		return NULL;
	ost_try(ost_repo_read_path(repo, rev, s->path, &text));
	ost_image_fill(&image, text.ptr, text.len);
	for (i = 0; i < s->file->nr_hunks; i++) {
		s->nr_pre += ost_image_has_side(&image, arena, &s->file->hunks[i], false, context);
		s->nr_post += ost_image_has_side(&image, arena, &s->file->hunks[i], true, context);
	}
	ost_vec_deinit(&image);
	return NULL;
}

struct ost_err *ost_change_state(struct ost_change_state *ret_state, struct ost_arena *arena,
				 struct ost_repo *repo, const struct ost_change *change,
				 const char *rev, unsigned context)
{
	char hex[OST_HEX_SIZE];
	uint32_t i;

	ost_try(ost_repo_resolve(repo, rev, hex));
	memset(ret_state, 0, sizeof(*ret_state));
	ret_state->nr_files = change->nr_files;
	ret_state->files = ost_arena_calloc(arena, change->nr_files + 1,
					    sizeof(*ret_state->files));
	for (i = 0; i < change->nr_files; i++) {
		struct ost_file_state *s = &ret_state->files[i];

		s->file = &change->files[i];
		ost_try(read_state(s, arena, repo, hex, context));
		ret_state->nr_hunks += s->file->nr_hunks;
		ret_state->nr_pre += s->nr_pre;
		ret_state->nr_post += s->nr_post;
	}
	return NULL;
}
