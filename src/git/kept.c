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

bool ost_kept_get(struct ost_repo *repo, const char *kind, const char *question, struct ost_buf *answer)
{
	struct ost_arena arena = OST_ARENA_INIT;
	bool is_kept;
	size_t i;

	for (i = 0; i < repo->kept.nr; i++) {
		if (strcmp(repo->kept.items[i].question, question) || strcmp(repo->kept.items[i].kind, kind))
			continue;
		ost_buf_add(answer, repo->kept.items[i].text, repo->kept.items[i].len);
		return true;
	}
	if (!repo->graph_dir || repo->info.is_shallow)
		return false;
	is_kept = read_file(cache_path(&arena, repo, kind, question), question, answer);
	ost_arena_deinit(&arena);
	return is_kept;
}

void ost_kept_put(struct ost_repo *repo, const char *kind, const char *question, const struct ost_buf *answer)
{
	struct ost_kept *k = ost_vec_push(&repo->kept);
	struct ost_arena arena = OST_ARENA_INIT;
	FILE *f;

	k->kind = ost_arena_strdup(&repo->arena, kind);
	k->question = ost_arena_strdup(&repo->arena, question);
	k->text = ost_arena_strndup(&repo->arena, answer->ptr, answer->len);
	k->len = answer->len;
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
