// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * messages.c - what the messages of a branch say about other commits.
 *
 * One `git log` gives all messages; of each we keep the subject and the ids
 * it names. Everything lies in flat tables that are written to a file as
 * they are: commits (newest first, ties by id, so that an index read from
 * disk and brought up to date equals a fresh one), mentions, and one string
 * of subjects. Look-up orders (by id, by subject, by id named) are made
 * after reading, by sorting 4-byte indexes.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/vec.h"
#include "git/internal.h"
#include "git/run.h"
#include "git/walk.h"

#define MIN_DIGITS 8
#define MAX_MENTIONS 64		/* in one message: a list of ids is no statement */
#define FILE_MAGIC "ostler-messages-1\n"

struct entry {
	struct ost_oid id;
	uint32_t subject;	/* offset into subjects */
	int64_t time;
};

struct mention {
	struct ost_oid id;	/* digits that are not given are 0 */
	uint8_t nr_digits;
	uint8_t kind;
	uint16_t unused;
	uint32_t entry;
};

struct ost_messages {
	struct { struct entry *items; size_t nr, cap; } entries;
	struct { struct mention *items; size_t nr, cap; } mentions;
	struct ost_buf subjects;
	uint32_t *by_id, *by_subject;	/* nr entries each */
	uint32_t *by_mention;		/* nr mentions */
	uint64_t *hashes;		/* of the subjects, by entry */

	/* while reading */
	unsigned field;
};

/* ---- what a message says ---- */

static size_t count_digits(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && ((*p >= '0' && *p <= '9') || ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'f')))
		p++;
	if (p < end && isalnum((unsigned char)*p))
		return 0;
	return p - s >= MIN_DIGITS && p - s <= 40 ? (size_t)(p - s) : 0;
}

static void add_mention(struct ost_messages *m, const char *hex, size_t nr_digits,
			enum ost_mention kind, size_t first)
{
	char full[OST_HEX_SIZE] = "0000000000000000000000000000000000000000";
	struct mention *add;
	struct ost_oid id;
	size_t i;

	memcpy(full, hex, nr_digits);
	if (m->mentions.nr - first >= MAX_MENTIONS || !ost_oid_from_hex(&id, full))
		return;
	for (i = first; i < m->mentions.nr; i++)
		if (m->mentions.items[i].kind == kind &&
		    !ost_oid_cmp(&m->mentions.items[i].id, &id))
			return;
	add = ost_vec_push(&m->mentions);
	add->id = id;
	add->nr_digits = (uint8_t)nr_digits;
	add->kind = (uint8_t)kind;
	add->entry = (uint32_t)m->entries.nr - 1;
}

static bool begins_ci(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(end - p) >= n && !strncasecmp(p, what, n);
}

/* Which statement is "commit <id>" in its line? */
static enum ost_mention judge(const char *line, const char *end, const char *hex, const char *rest)
{
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	while (rest < end && (*rest == ' ' || *rest == '\t'))
		rest++;
	if (begins_ci(line, end, "(cherry picked from commit") ||
	    begins_ci(line, end, "(cherry-picked from commit") ||
	    begins_ci(line, end, "(backported from commit"))
		return OST_MENTION_CHERRY;
	if (begins_ci(line, end, "This reverts commit"))
		return OST_MENTION_REVERTS;
	if (begins_ci(line, end, "[ Upstream commit") || begins_ci(line, end, "[Upstream commit") ||
	    begins_ci(line, end, "Upstream commit"))
		return OST_MENTION_UPSTREAM;
	if (begins_ci(line, end, "commit") && hex - line <= 8 && begins_ci(rest, end, "upstream"))
		return OST_MENTION_UPSTREAM;
	return OST_MENTION_OTHER;
}

/* Each "commit <id>" of a line; the word may end the line before. */
static void scan_commits(struct ost_messages *m, const char *line, const char *end, size_t first)
{
	const char *p = line, *hex;
	size_t n;

	while ((p = memmem(p, (size_t)(end - p), "ommit", 5))) {
		hex = p += 5;
		if (hex < end && *hex == 's')
			hex++;
		while (hex < end && (*hex == ' ' || *hex == '\t' || *hex == ':'))
			hex++;
		n = hex > p ? count_digits(hex, end) : 0;
		if (n)
			add_mention(m, hex, n, judge(line, end, hex, hex + n), first);
	}
}

static void scan_line(struct ost_messages *m, const char *line, const char *end, size_t first)
{
	static const struct {
		const char *token;
		enum ost_mention kind;
	} tokens[] = {
		{ "Fixes:", OST_MENTION_FIXES }, { "Stable-dep-of:", OST_MENTION_DEP },
	};
	const char *hex;
	size_t i, n;

	for (i = 0; i < OST_ARRAY_SIZE(tokens); i++) {
		if (!begins_ci(line, end, tokens[i].token))
			continue;
		hex = line + strlen(tokens[i].token);
		while (hex < end && (*hex == ' ' || *hex == '\t'))
			hex++;
		if (begins_ci(hex, end, "commit "))
			hex += 7;
		n = count_digits(hex, end);
		if (n)
			add_mention(m, hex, n, tokens[i].kind, first);
		return;
	}
	scan_commits(m, line, end, first);
}

static void scan_body(struct ost_messages *m, const char *body, size_t len)
{
	const char *p = body, *end = body + len, *eol;
	size_t first = m->mentions.nr;

	while (p < end) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			eol = end;
		scan_line(m, p, eol, first);
		p = eol + 1;
	}
}

/* Fields: id, commit time, body. */
static bool take_field(void *ctx, const char *piece, size_t len)
{
	struct ost_messages *m = ctx;
	struct entry *e;

	if (!m->field)
		ost_vec_push(&m->entries);
	e = ost_vec_last(&m->entries);
	if (!m->field) {
		ost_oid_from_hex(&e->id, len >= 40 ? piece : "");
	} else if (m->field == 1) {
		e->time = strtoll(piece, NULL, 10);
	} else {
		e->subject = (uint32_t)m->subjects.len;
		ost_git_subject(&m->subjects, piece);
		ost_buf_addch(&m->subjects, '\0');
		scan_body(m, piece, len);
	}
	m->field = (m->field + 1) % 3;
	return m->subjects.len < UINT32_MAX - (64u << 20);
}

/* ---- orders ---- */

static int cmp_entry(const void *pa, const void *pb, void *ctx)
{
	const struct ost_messages *m = ctx;
	const struct entry *a = &m->entries.items[*(const uint32_t *)pa];
	const struct entry *b = &m->entries.items[*(const uint32_t *)pb];

	if (a->time != b->time)
		return a->time > b->time ? -1 : 1;
	return ost_oid_cmp(&a->id, &b->id);
}

static int cmp_id(const void *pa, const void *pb, void *ctx)
{
	const struct ost_messages *m = ctx;

	return ost_oid_cmp(&m->entries.items[*(const uint32_t *)pa].id,
			   &m->entries.items[*(const uint32_t *)pb].id);
}

static int cmp_index(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int cmp_subject(const void *pa, const void *pb, void *ctx)
{
	const struct ost_messages *m = ctx;
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	if (m->hashes[a] != m->hashes[b])
		return m->hashes[a] < m->hashes[b] ? -1 : 1;
	return cmp_index(a, b);
}

static int cmp_mention(const void *pa, const void *pb, void *ctx)
{
	const struct ost_messages *m = ctx;
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	int c = memcmp(m->mentions.items[a].id.id, m->mentions.items[b].id.id, MIN_DIGITS / 2);

	return c ? c : cmp_index(a, b);
}

static uint32_t *sorted(size_t nr, int (*cmp)(const void *, const void *, void *),
			struct ost_messages *m)
{
	uint32_t *index = ost_reallocarray(NULL, nr + 1, sizeof(*index));
	size_t i;

	for (i = 0; i < nr; i++)
		index[i] = (uint32_t)i;
	qsort_r(index, nr, sizeof(*index), cmp, m);
	return index;
}

/* Entries newest first; mentions by entry. */
static void put_in_order(struct ost_messages *m)
{
	uint32_t *order = sorted(m->entries.nr, cmp_entry, m), *place;
	struct entry *entries;
	size_t i;

	entries = ost_reallocarray(NULL, m->entries.nr + 1, sizeof(*entries));
	place = ost_reallocarray(NULL, m->entries.nr + 1, sizeof(*place));
	for (i = 0; i < m->entries.nr; i++) {
		entries[i] = m->entries.items[order[i]];
		place[order[i]] = (uint32_t)i;
	}
	for (i = 0; i < m->mentions.nr; i++)
		m->mentions.items[i].entry = place[m->mentions.items[i].entry];
	free(m->entries.items);
	m->entries.items = entries;
	m->entries.cap = m->entries.nr + 1;
	free(order);
	free(place);
}

static const char *subject_at(const struct ost_messages *m, uint32_t entry)
{
	return m->subjects.ptr + m->entries.items[entry].subject;
}

static void make_orders(struct ost_messages *m)
{
	size_t i;

	m->hashes = ost_reallocarray(NULL, m->entries.nr + 1, sizeof(*m->hashes));
	for (i = 0; i < m->entries.nr; i++) {
		const char *s = subject_at(m, (uint32_t)i);

		m->hashes[i] = ost_hash_bytes(s, strlen(s));
	}
	m->by_id = sorted(m->entries.nr, cmp_id, m);
	m->by_subject = sorted(m->entries.nr, cmp_subject, m);
	m->by_mention = sorted(m->mentions.nr, cmp_mention, m);
}

/* ---- the file ---- */

struct file_head {
	char magic[sizeof(FILE_MAGIC)];
	char tip[OST_HEX_SIZE], not_tip[OST_HEX_SIZE];
	uint64_t nr_entries, nr_mentions, subjects_len;
	uint64_t hash;		/* of all that follows */
};

static char *file_name(struct ost_arena *arena, const struct ost_repo *repo, const char *rev,
		       const char *not_rev)
{
	char *key = ost_arena_printf(arena, "%s %s", rev, not_rev ? not_rev : "");

	return ost_arena_printf(arena, "%s/messages-%016llx", repo->graph_dir,
				(unsigned long long)ost_hash_bytes(key, strlen(key)));
}

static uint64_t hash_tables(const struct ost_messages *m)
{
	return ost_hash_bytes(m->entries.items, m->entries.nr * sizeof(*m->entries.items)) ^
	       ost_hash_bytes(m->mentions.items, m->mentions.nr * sizeof(*m->mentions.items)) * 3 ^
	       ost_hash_bytes(m->subjects.ptr, m->subjects.len) * 5;
}

static void save(const struct ost_messages *m, const char *path, const char *tip,
		 const char *not_tip)
{
	struct file_head head = { .nr_entries = m->entries.nr, .nr_mentions = m->mentions.nr,
				  .subjects_len = m->subjects.len, .hash = hash_tables(m) };
	OST_BUF tmp = OST_BUF_INIT;
	bool ok;
	FILE *f;

	memcpy(head.magic, FILE_MAGIC, sizeof(FILE_MAGIC));
	memcpy(head.tip, tip, OST_HEX_SIZE);
	memcpy(head.not_tip, not_tip, OST_HEX_SIZE);
	ost_buf_addf(&tmp, "%s.%ld.tmp", path, (long)getpid());
	f = fopen(tmp.ptr, "we");
	if (!f)
		return;
	ok = fwrite(&head, sizeof(head), 1, f) == 1;
	ok &= fwrite(m->entries.items, sizeof(*m->entries.items), m->entries.nr, f) ==
	      m->entries.nr;
	ok &= fwrite(m->mentions.items, sizeof(*m->mentions.items), m->mentions.nr, f) ==
	      m->mentions.nr;
	ok &= fwrite(m->subjects.ptr, 1, m->subjects.len, f) == m->subjects.len;
	ok &= !fclose(f);
	if (!ok || rename(tmp.ptr, path))
		unlink(tmp.ptr);
}

static bool check_tables(const struct ost_messages *m, const struct file_head *head)
{
	size_t i;

	if (hash_tables(m) != head->hash)
		return false;
	for (i = 0; i < m->entries.nr; i++)
		if (m->entries.items[i].subject >= m->subjects.len)
			return false;
	for (i = 0; i < m->mentions.nr; i++)
		if (m->mentions.items[i].entry >= m->entries.nr)
			return false;
	return !m->subjects.len || !m->subjects.ptr[m->subjects.len - 1];
}

/* Fills m from the file; false when there is none or it is not sound. */
static bool load(struct ost_messages *m, const char *path, struct file_head *head)
{
	OST_BUF b = OST_BUF_INIT;
	uint64_t size_e, size_m;
	const char *p;

	if (access(path, R_OK))
		return false;
	ost_err_destroy(ost_buf_read_file(&b, path, (size_t)4 << 30));
	if (b.len < sizeof(*head))
		return false;
	memcpy(head, b.ptr, sizeof(*head));
	if (memcmp(head->magic, FILE_MAGIC, sizeof(FILE_MAGIC)) ||
	    head->nr_entries > b.len || head->nr_mentions > b.len || head->subjects_len > b.len)
		return false;
	head->tip[40] = head->not_tip[40] = '\0';
	size_e = head->nr_entries * sizeof(*m->entries.items);
	size_m = head->nr_mentions * sizeof(*m->mentions.items);
	if (b.len != sizeof(*head) + size_e + size_m + head->subjects_len)
		return false;
	p = b.ptr + sizeof(*head);
	ost_vec_reserve(&m->entries, head->nr_entries + 1);
	memcpy(m->entries.items, p, size_e);
	m->entries.nr = head->nr_entries;
	ost_vec_reserve(&m->mentions, head->nr_mentions + 1);
	memcpy(m->mentions.items, p + size_e, size_m);
	m->mentions.nr = head->nr_mentions;
	ost_buf_add(&m->subjects, p + size_e + size_m, head->subjects_len);
	return check_tables(m, head);
}

static void empty(struct ost_messages *m)
{
	ost_vec_deinit(&m->entries);
	ost_vec_deinit(&m->mentions);
	ost_buf_deinit(&m->subjects);
}

/* ---- making one ---- */

static struct ost_err *read_log(struct ost_messages *m, struct ost_repo *repo, const char *tip,
				const char *not_tip, const char *known)
{
	char not_arg[OST_HEX_SIZE + 1] = "", known_arg[OST_HEX_SIZE + 1] = "";
	const char *args[12] = {
		"log", "-z", "--no-mailmap", "--no-decorate", "--format=tformat:%H%x00%ct%x00%B",
		tip,
	};
	struct ost_git_run run = { .args = args };
	size_t nr = 6;

	if (*not_tip) {
		snprintf(not_arg, sizeof(not_arg), "^%s", not_tip);
		args[nr++] = not_arg;
	}
	if (*known) {
		snprintf(known_arg, sizeof(known_arg), "^%s", known);
		args[nr++] = known_arg;
	}
	args[nr] = "--";
	m->field = 0;
	ost_vec_reserve(&m->entries, 1);	/* no message at all is an index as well */
	ost_vec_reserve(&m->mentions, 1);
	ost_try(ost_git_stream(repo, &run, '\0', take_field, m));
	if (m->field)
		return ost_err_create(OST_ERR_INPUT, "git log", NULL, "ended in the middle of a commit");
	return NULL;
}

/* What the file has, when it is about an ancestor of the tip: *ret_known is how far. */
static void load_known(struct ost_messages *m, struct ost_repo *repo, const char *path,
		       const char *tip, const char *not_tip, char ret_known[OST_HEX_SIZE])
{
	struct file_head head;
	struct ost_err *err;
	bool is = false;

	ret_known[0] = '\0';
	if (!load(m, path, &head) || strcmp(head.not_tip, not_tip)) {
		empty(m);
		return;
	}
	err = ost_is_ancestor(&is, repo, head.tip, tip);
	ost_err_destroy(err);
	if (err || !is)
		empty(m);
	else
		memcpy(ret_known, head.tip, OST_HEX_SIZE);
}

static struct ost_err *fill(struct ost_messages *m, struct ost_repo *repo, const char *rev,
			    const char *not_rev)
{
	char tip[OST_HEX_SIZE], not_tip[OST_HEX_SIZE] = "", known[OST_HEX_SIZE] = "";
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_err *err = NULL;
	char *path = NULL;

	ost_try(ost_repo_resolve(repo, rev, tip));
	if (not_rev)
		ost_try(ost_repo_resolve(repo, not_rev, not_tip));
	if (repo->graph_dir) {
		path = file_name(&arena, repo, rev, not_rev);
		load_known(m, repo, path, tip, not_tip, known);
	}
	if (strcmp(known, tip)) {
		err = read_log(m, repo, tip, not_tip, known);
		if (!err)
			put_in_order(m);
		if (!err && path)
			save(m, path, tip, not_tip);
	}
	ost_arena_deinit(&arena);
	return err;
}

struct ost_err *ost_messages_create(struct ost_messages **ret_index, struct ost_repo *repo,
				    const char *rev, const char *not_rev)
{
	struct ost_messages *m = ost_calloc(1, sizeof(*m));
	struct ost_err *err;

	ost_buf_init(&m->subjects);
	err = fill(m, repo, rev, not_rev);
	if (err) {
		ost_messages_destroy(m);
		return err;
	}
	make_orders(m);
	*ret_index = m;
	return NULL;
}

void ost_messages_destroy(struct ost_messages *m)
{
	if (!m)
		return;
	empty(m);
	free(m->by_id);
	free(m->by_subject);
	free(m->by_mention);
	free(m->hashes);
	free(m);
}

size_t ost_messages_nr(const struct ost_messages *index)
{
	return index->entries.nr;
}

/* ---- look-ups ---- */

struct hit_list {
	struct ost_message_hit *items;
	size_t nr, cap;
};

static void add_hit(struct hit_list *hits, const struct ost_messages *m, uint32_t entry,
		    enum ost_mention mention)
{
	struct ost_message_hit *h = ost_vec_push(hits);

	ost_oid_to_hex(h->id, &m->entries.items[entry].id);
	h->subject = subject_at(m, entry);
	h->commit_time = m->entries.items[entry].time;
	h->mention = mention;
	h->order = entry;
}

static int cmp_hit(const void *pa, const void *pb)
{
	const struct ost_message_hit *a = pa, *b = pb;

	if (a->order != b->order)
		return cmp_index(a->order, b->order);
	return cmp_index(a->mention, b->mention);
}

static size_t hand_over(struct hit_list *hits, struct ost_arena *arena,
			struct ost_message_hit **ret_hits)
{
	size_t nr = hits->nr;

	*ret_hits = ost_arena_calloc(arena, nr + 1, sizeof(**ret_hits));
	if (nr) {
		qsort(hits->items, nr, sizeof(*hits->items), cmp_hit);
		memcpy(*ret_hits, hits->items, nr * sizeof(**ret_hits));
	}
	ost_vec_deinit(hits);
	return nr;
}

/* Pads a shortened name with zeroes; the number of digits, 0 when it is none. */
static size_t pad(struct ost_oid *ret, const char *hex, size_t min)
{
	char full[OST_HEX_SIZE] = "0000000000000000000000000000000000000000";
	size_t n = strlen(hex);

	if (n < min || n > 40)
		return 0;
	memcpy(full, hex, n);
	return ost_oid_from_hex(ret, full) ? n : 0;
}

static bool same_digits(const struct ost_oid *a, const struct ost_oid *b, size_t nr_digits)
{
	size_t bytes = nr_digits / 2;

	return !memcmp(a->id, b->id, bytes) &&
	       (nr_digits % 2 == 0 || a->id[bytes] >> 4 == b->id[bytes] >> 4);
}

size_t ost_messages_by_subject(const struct ost_messages *m, struct ost_arena *arena,
			       const char *subject, struct ost_message_hit **ret_hits)
{
	uint64_t hash = ost_hash_bytes(subject, strlen(subject));
	size_t lo = 0, hi = m->entries.nr, mid;
	struct hit_list hits = OST_VEC_INIT;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (m->hashes[m->by_subject[mid]] < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < m->entries.nr && m->hashes[m->by_subject[lo]] == hash; lo++)
		if (!strcmp(subject_at(m, m->by_subject[lo]), subject))
			add_hit(&hits, m, m->by_subject[lo], OST_MENTION_OTHER);
	return hand_over(&hits, arena, ret_hits);
}

size_t ost_messages_by_id(const struct ost_messages *m, struct ost_arena *arena,
			  const char *prefix, struct ost_message_hit **ret_hits)
{
	size_t lo = 0, hi = m->entries.nr, mid, nr_digits;
	struct hit_list hits = OST_VEC_INIT;
	struct ost_oid id;

	nr_digits = pad(&id, prefix, 4);
	while (nr_digits && lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (ost_oid_cmp(&m->entries.items[m->by_id[mid]].id, &id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; nr_digits && lo < m->entries.nr; lo++) {
		if (!same_digits(&m->entries.items[m->by_id[lo]].id, &id, nr_digits))
			break;
		add_hit(&hits, m, m->by_id[lo], OST_MENTION_OTHER);
	}
	return hand_over(&hits, arena, ret_hits);
}

size_t ost_messages_mentioning(const struct ost_messages *m, struct ost_arena *arena,
			       const char *hex, struct ost_message_hit **ret_hits)
{
	size_t lo = 0, hi = m->mentions.nr, mid, nr_digits;
	struct hit_list hits = OST_VEC_INIT;
	const struct mention *x;
	struct ost_oid id;

	nr_digits = pad(&id, hex, MIN_DIGITS);
	while (nr_digits && lo < hi) {
		mid = lo + (hi - lo) / 2;
		x = &m->mentions.items[m->by_mention[mid]];
		if (memcmp(x->id.id, id.id, MIN_DIGITS / 2) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; nr_digits && lo < m->mentions.nr; lo++) {
		x = &m->mentions.items[m->by_mention[lo]];
		if (memcmp(x->id.id, id.id, MIN_DIGITS / 2))
			break;
		if (same_digits(&x->id, &id, x->nr_digits < nr_digits ? x->nr_digits : nr_digits))
			add_hit(&hits, m, x->entry, x->kind);
	}
	return hand_over(&hits, arena, ret_hits);
}

size_t ost_messages_reverts(const struct ost_messages *m, struct ost_arena *arena, struct ost_revert **ret_reverts)
{
	struct ost_revert *r;
	size_t i, nr = 0;

	for (i = 0; i < m->mentions.nr; i++)
		nr += m->mentions.items[i].kind == OST_MENTION_REVERTS;
	r = *ret_reverts = ost_arena_calloc(arena, nr + 1, sizeof(*r));
	for (i = 0; i < m->mentions.nr; i++) {
		const struct mention *x = &m->mentions.items[i];

		if (x->kind != OST_MENTION_REVERTS)
			continue;
		ost_oid_to_hex(r->by, &m->entries.items[x->entry].id);
		ost_oid_to_hex(r->of, &x->id);
		r++->of[x->nr_digits] = '\0';
	}
	return nr;
}
