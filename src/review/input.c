// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/input.h"

#include <iconv.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/utf8.h"
#include "git/commit.h"
#include "ostler/progress.h"

static bool is_file(const char *path)
{
	struct stat st;

	return !strcmp(path, "-") || (!stat(path, &st) && !S_ISDIR(st.st_mode));
}

static struct ost_err *open_patch(struct ost_review_input *in, struct ost_arena *arena, const char *path)
{
	struct stat st;
	char *real;

	in->is_patch = true;
	ost_try(ost_patches_read(&in->patches, path));
	if (!strcmp(path, "-") || stat(path, &st) || !S_ISREG(st.st_mode))
		return NULL;
	real = realpath(path, NULL);
	if (real)
		in->path = ost_arena_strdup(arena, real);
	free(real);
	if (in->patches.v.nr == 1)
		in->file = in->path;
	return NULL;
}

static struct ost_err *open_rev(struct ost_review_input *in, struct ost_repo *repo, const char *rev)
{
	struct ost_err *err, *better;

	in->rev = rev;
	if (strstr(rev, ".."))
		return ost_err_create(OST_ERR_USAGE, rev, "name one commit, or pipe `git format-patch --stdout` in as '-'",
				      "a range is not one commit");
	err = ost_repo_resolve(repo, rev, in->commit);
	if (!err || err->code != OST_ERR_INPUT)
		return err;
	better = ost_err_create(OST_ERR_INPUT, rev,
				err->remedy ? err->remedy : "name an existing patch file, '-' or a commit of the repository",
				"neither a file nor a revision (%s)", err->why);
	ost_err_destroy(err);
	return better;
}

struct ost_err *ost_review_input_init(struct ost_review_input *in, struct ost_arena *arena,
				      struct ost_repo *repo, const char *input)
{
	memset(in, 0, sizeof(*in));
	in->file = in->path = "";
	if (is_file(input))
		return open_patch(in, arena, input);
	return open_rev(in, repo, input);
}

void ost_review_input_deinit(struct ost_review_input *in)
{
	if (in->is_patch)
		ost_patches_deinit(&in->patches);
	in->is_patch = false;
}

size_t ost_review_input_nr(const struct ost_review_input *in)
{
	return in->is_patch ? in->patches.v.nr : 1;
}

/* Turns text of the given encoding into UTF-8; what cannot be is '?'. */
static char *to_utf8(struct ost_arena *arena, const char *text, const char *encoding)
{
	size_t in_len = strlen(text), out_len = 4 * in_len + 1, got;
	char *in = ost_arena_strdup(arena, text), *out, *p;
	iconv_t cd;

	if (!*encoding || !strcasecmp(encoding, "utf-8") || !strcasecmp(encoding, "utf8"))
		return ost_utf8_clean(in);
	cd = iconv_open("UTF-8", encoding);
	if (cd == (iconv_t)-1)
		return ost_utf8_clean(in);
	out = p = ost_arena_calloc(arena, 1, out_len + 1);
	got = iconv(cd, &in, &in_len, &p, &out_len);
	iconv_close(cd);
	return ost_utf8_clean(got == (size_t)-1 ? ost_arena_strdup(arena, text) : out);
}

/* The body: what is below the first paragraph. */
static const char *body_of(const char *message)
{
	const char *p;

	while (*message == '\n')
		message++;
	p = strstr(message, "\n\n");
	if (!p)
		return "";
	return p + strspn(p, "\n");
}

static void fill_commit_msg(struct ost_review_msg *m, struct ost_arena *arena, const struct ost_commit *k)
{
	char *message = to_utf8(arena, k->message, k->encoding);

	m->raw_subject = m->title = to_utf8(arena, k->subject, k->encoding);
	m->text = message;
	m->body = body_of(message);
	m->author_name = to_utf8(arena, k->author.name, k->encoding);
	m->author_email = to_utf8(arena, k->author.email, k->encoding);
	m->commit = ost_arena_strdup(arena, k->id);
	m->message_id = m->file = m->read = "";
	m->author_time = k->author.when;
	m->commit_time = k->committer.when;
	ost_trailers_parse(&m->trailers, arena, message, strlen(message), OST_TRAILERS_NO_DIVIDER);
}

static const char *upstream_in(struct ost_arena *arena, const char *message)
{
	struct ost_upstream_id id;

	ost_upstream_find(&id, arena, message);
	return id.form == OST_UPSTREAM_NONE ? "" : id.hex;
}

static struct ost_err *get_commit(struct ost_review_input *in, struct ost_arena *arena,
				  struct ost_repo *repo, struct ost_review_item *item)
{
	struct ost_commit k;

	ost_try(ost_commit_read(&k, arena, repo, in->commit));
	fill_commit_msg(&item->msg, arena, &k);
	item->upstream = upstream_in(arena, item->msg.text);
	item->nr_parents = k.nr_parents;
	item->is_boundary = k.is_boundary;
	item->parent = k.nr_parents ? ost_arena_strdup(arena, k.parents[0]) : "";
	item->base_commit = "";
	if (k.is_boundary)
		return NULL;	/* nothing to compare with: phase 2 says so */
	return ost_change_from_commit(&item->change, arena, repo, in->commit, NULL);
}

/* How commands get at the entry again; git, unlike us, does not undo format=flowed, nor take CR off. */
static void name_source(const struct ost_review_input *in, const struct ost_patch *p, struct ost_arena *arena,
			struct ost_review_msg *m)
{
	const struct ost_message *msg = &p->msg;

	m->read = "";
	m->is_mail = p->has_message;
	if (!*in->path || !p->len)
		return;
	m->read = ost_cmd_read(arena, in->path, p->offset, in->patches.v.nr == 1 ? 0 : p->len);
	if (msg->nr_crlf && p->has_cr)
		m->read = ost_arena_printf(arena, "%s | tr -d '\\r'", m->read);
	m->is_read_alike = !msg->is_flowed && !msg->nr_nul && !msg->nr_replaced && (!msg->nr_crlf || p->has_cr);
}

static void get_mail(struct ost_review_input *in, struct ost_patch *p, struct ost_arena *arena,
		     struct ost_review_item *item)
{
	struct ost_review_msg *m = &item->msg;

	m->raw_subject = p->msg.subject.raw;
	m->title = p->msg.subject.clean;
	m->body = p->msg.message;
	m->text = p->msg.commit_text;
	m->author_name = p->msg.author.name;
	m->author_email = p->msg.author.addr;
	m->commit = "";
	m->is_posted = !*p->msg.upstream.hex;
	m->message_id = p->msg.message_id;
	m->file = p->has_message ? in->file : "";
	name_source(in, p, arena, m);
	m->author_time = p->msg.has_date ? p->msg.date : 0;
	ost_trailers_parse(&m->trailers, arena, m->text, strlen(m->text), OST_TRAILERS_NO_DIVIDER);
	item->change = p->change;
	item->upstream = p->msg.upstream.hex;
	item->parent = "";
	item->base_commit = p->msg.base_commit;
	item->damage = p->msg.damage;
	item->nr_damage = p->msg.nr_damage;
	item->mail = &p->msg;
}

struct ost_err *ost_review_input_get(struct ost_review_input *in, size_t i,
				     struct ost_arena *arena, struct ost_repo *repo,
				     struct ost_review_item *ret, bool *ret_is_patch)
{
	struct ost_patch *p;
	struct ost_err *err;

	memset(ret, 0, sizeof(*ret));
	*ret_is_patch = true;
	if (!in->is_patch)
		return get_commit(in, arena, repo, ret);
	p = &in->patches.v.items[i];
	err = p->err;
	p->err = NULL;
	if (err)
		return err;
	*ret_is_patch = p->kind == OST_MSG_PATCH;
	if (*ret_is_patch)
		get_mail(in, p, arena, ret);
	return NULL;
}

static struct ost_err *hand_over(struct ost_review_input *in, size_t i, const struct ost_review_each *each)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_review_item item;
	bool is_patch;
	struct ost_err *err;

	err = ost_review_input_get(in, i, &arena, each->repo, &item, &is_patch);
	if (!err && is_patch)
		err = each->on_item(each->ctx, &arena, &item);
	ost_arena_deinit(&arena);
	if (err && err->code == OST_ERR_INPUT && ost_review_input_nr(in) > 1 && each->on_problem) {
		each->on_problem(each->problem_ctx, err);
		err = NULL;
	}
	return err;
}

struct ost_err *ost_review_input_each(const char *input, const struct ost_review_each *each)
{
	struct ost_review_input in;
	struct ost_err *err = NULL;
	size_t i, nr;

	ost_try(ost_review_input_init(&in, each->arena, each->repo, input));
	nr = ost_review_input_nr(&in);
	for (i = 0; i < nr && !err; i++) {
		if (each->word && nr > 1)
			ost_progress(each->word, i, nr);
		err = ost_interrupted() ? ost_err_create(OST_ERR_INTERRUPTED, input, NULL, "interrupted") :
					  hand_over(&in, i, each);
	}
	ost_review_input_deinit(&in);
	return err;
}
