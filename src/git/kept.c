// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/kept.h"

#include <stdio.h>
#include <unistd.h>

#include "base/hash.h"
#include "git/internal.h"

#define MAX_FILE (64 << 20)

static const char *cache_path(struct ost_arena *arena, const struct ost_repo *repo, const char *kind, const char *question)
{
	return ost_arena_printf(arena, "%s/%s-%016llx", repo->graph_dir, kind,
				(unsigned long long)ost_hash_bytes(question, strlen(question)));
}

static bool read_file(const char *path, const char *question, struct ost_buf *answer)
{
	OST_BUF b = OST_BUF_INIT;
	size_t n = strlen(question);

	if (access(path, R_OK))
		return false;
	ost_err_destroy(ost_buf_read_file(&b, path, MAX_FILE));
	/* the last line says that the file is whole */
	if (b.len < n + 4 || memcmp(b.ptr, question, n) || memcmp(b.ptr + b.len - 4, "end\n", 4))
		return false;
	ost_buf_add(answer, b.ptr + n, b.len - n - 4);
	return true;
}

/* ---- in memory ---- */

static uint64_t memory_key(const char *kind, const char *question)
{
	return ost_hash_mix(ost_hash_bytes(question, strlen(question)) ^ ost_hash_bytes(kind, strlen(kind)));
}

static const struct ost_kept *find(const struct ost_repo *repo, const char *kind, const char *question)
{
	const uint64_t *at = ost_table_get(&repo->kept_at, memory_key(kind, question));
	const struct ost_kept *k = at ? &repo->kept.items[*at] : NULL;

	return k && !strcmp(k->question, question) && !strcmp(k->kind, kind) ? k : NULL;
}

static void remember(struct ost_repo *repo, const char *kind, const char *question, const char *text, size_t len)
{
	struct ost_kept *k;

	if (len > OST_KEPT_MEMORY_MAX)
		return;
	*ost_table_put(&repo->kept_at, memory_key(kind, question), NULL) = repo->kept.nr;
	k = ost_vec_push(&repo->kept);
	k->kind = ost_arena_strdup(&repo->arena, kind);
	k->question = ost_arena_strdup(&repo->arena, question);
	k->text = ost_arena_strndup(&repo->arena, text, len);
	k->len = len;
}

/* ---- both ---- */

bool ost_kept_get(struct ost_repo *repo, const char *kind, const char *question, struct ost_buf *answer)
{
	const struct ost_kept *k = find(repo, kind, question);
	struct ost_arena arena = OST_ARENA_INIT;
	size_t before = answer->len;
	bool is_kept;

	if (k) {
		ost_buf_add(answer, k->text, k->len);
		return true;
	}
	if (!repo->graph_dir || repo->info.is_shallow)
		return false;
	is_kept = read_file(cache_path(&arena, repo, kind, question), question, answer);
	ost_arena_deinit(&arena);
	if (is_kept)	/* branches and mails ask the same again */
		remember(repo, kind, question, answer->ptr + before, answer->len - before);
	return is_kept;
}

void ost_kept_put(struct ost_repo *repo, const char *kind, const char *question, const struct ost_buf *answer)
{
	struct ost_arena arena = OST_ARENA_INIT;
	FILE *f;

	remember(repo, kind, question, answer->ptr, answer->len);
	if (!repo->graph_dir || repo->info.is_shallow)
		return;
	f = fopen(cache_path(&arena, repo, kind, question), "we");
	ost_arena_deinit(&arena);
	if (!f)
		return;
	fputs(question, f);
	fwrite(answer->ptr, 1, answer->len, f);
	fputs("end\n", f);
	fclose(f);
}
