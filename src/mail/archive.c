// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/archive.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "mail/archive_data.h"
#include "mail/mbox.h"
#include "mail/message.h"

/* ---- order and tables -------------------------------------------------- */

static int cmp_entries(const void *pa, const void *pb, void *pool)
{
	const struct ost_archive_entry *a = pa, *b = pb;
	const char *text = pool;
	int c;

	if (a->date != b->date)
		return a->date < b->date ? -1 : 1;
	c = strcmp(text + a->id, text + b->id);
	if (c)
		return c;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return memcmp(&a->at, &b->at, sizeof(a->at));
}

/* The slot of an id: the place of its entry + 1, 0 when it is free. */
static uint64_t *id_slot(struct ost_archive *a, const char *id)
{
	uint64_t key = ost_hash_bytes(id, strlen(id)), *slot;

	for (;; key++) {
		slot = ost_table_put(&a->by_id, key, NULL);
		if (!*slot || !strcmp(ost_archive_str(a, a->entries.items[*slot - 1].id), id))
			return slot;
	}
}

/* Keeps the first mail of each message id. */
static void drop_duplicates(struct ost_archive *a)
{
	size_t i, kept = 0;
	uint64_t *slot;

	for (i = 0; i < a->entries.nr; i++) {
		a->entries.items[kept] = a->entries.items[i];
		if (a->entries.items[i].id) {
			slot = id_slot(a, ost_archive_str(a, a->entries.items[i].id));
			if (*slot) {
				a->stats.nr_duplicates++;
				continue;
			}
			*slot = kept + 1;
		}
		kept++;
	}
	a->entries.nr = kept;
}

static uint32_t find_hash(const struct ost_archive *a, uint64_t hash)
{
	const uint64_t *slot = ost_table_get(&a->by_id, hash);

	return slot && *slot ? *slot - 1 : OST_ARCHIVE_NONE;
}

/* What a mail answers: In-Reply-To, else the last of References that is there. */
static uint32_t find_parent(const struct ost_archive *a, uint32_t mail)
{
	const struct ost_archive_entry *e = &a->entries.items[mail];
	uint32_t parent = OST_ARCHIVE_NONE, i;

	if (e->parent_id)
		parent = ost_archive_find_id(a, ost_archive_str(a, e->parent_id));
	for (i = e->nr_refs; i && (parent == OST_ARCHIVE_NONE || parent == mail); i--)
		parent = find_hash(a, a->refs.items[e->first_ref + i - 1]);
	return parent == mail ? OST_ARCHIVE_NONE : parent;
}

static void link_threads(struct ost_archive *a)
{
	uint32_t nr = a->entries.nr, i, *next;

	a->parents = ost_calloc(nr + 1, sizeof(*a->parents));
	a->first_child = ost_calloc(nr + 2, sizeof(*a->first_child));
	a->children = ost_calloc(nr + 1, sizeof(*a->children));
	for (i = 0; i < nr; i++) {
		a->parents[i] = find_parent(a, i);
		if (a->parents[i] != OST_ARCHIVE_NONE)
			a->first_child[a->parents[i] + 1]++;
	}
	for (i = 0; i < nr; i++)
		a->first_child[i + 1] += a->first_child[i];
	next = ost_malloc((nr + 1) * sizeof(*next));
	memcpy(next, a->first_child, nr * sizeof(*next));
	for (i = 0; i < nr; i++)
		if (a->parents[i] != OST_ARCHIVE_NONE)
			a->children[next[a->parents[i]]++] = i;
	free(next);
}

/* ---- subjects ---------------------------------------------------------- */

/* Behind "Re: [PATCH v2] ": any number of both. */
static const char *skip_prefixes(const char *s)
{
	static const char *const words[] = { "re:", "aw:", "fwd:", "fw:", "sv:" };
	const char *end;
	size_t i;

again:
	while (isspace((unsigned char)*s))
		s++;
	for (i = 0; i < OST_ARRAY_SIZE(words); i++) {
		if (!strncasecmp(s, words[i], strlen(words[i]))) {
			s += strlen(words[i]);
			goto again;
		}
	}
	end = *s == '[' ? strchr(s, ']') : NULL;
	if (end) {
		s = end + 1;
		goto again;
	}
	return s;
}

uint64_t ost_archive_subject_key(const char *subject)
{
	OST_BUF b = OST_BUF_INIT;
	const char *s = skip_prefixes(subject);

	for (; *s; s++) {
		if (!isspace((unsigned char)*s))
			ost_buf_addch(&b, tolower((unsigned char)*s));
		else if (b.len && b.ptr[b.len - 1] != ' ')
			ost_buf_addch(&b, ' ');
	}
	while (b.len && b.ptr[b.len - 1] == ' ')
		ost_buf_trim(&b, b.len - 1);
	return b.len ? ost_hash_bytes(b.ptr, b.len) : 0;
}

struct subject_key {
	uint64_t key;
	uint32_t mail;
};

static int cmp_keys(const void *pa, const void *pb)
{
	const struct subject_key *a = pa, *b = pb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->mail < b->mail ? -1 : a->mail > b->mail;
}

static void link_subjects(struct ost_archive *a)
{
	struct subject_key *keys = ost_malloc((a->entries.nr + 1) * sizeof(*keys));
	uint32_t i, nr = 0;

	for (i = 0; i < a->entries.nr; i++) {
		const struct ost_archive_entry *e = &a->entries.items[i];

		if (e->flags & OST_ARCHIVE_IS_REPLY)
			continue;
		keys[nr].key = ost_archive_subject_key(ost_archive_str(a, e->subject));
		keys[nr].mail = i;
		nr += keys[nr].key != 0;
	}
	qsort(keys, nr, sizeof(*keys), cmp_keys);
	a->subject_keys = ost_malloc((nr + 1) * sizeof(*a->subject_keys));
	a->subject_mails = ost_malloc((nr + 1) * sizeof(*a->subject_mails));
	a->nr_subjects = nr;
	for (i = 0; i < nr; i++) {
		a->subject_keys[i] = keys[i].key;
		a->subject_mails[i] = keys[i].mail;
	}
	free(keys);
}

void ost_archive_link(struct ost_archive *a)
{
	qsort_r(a->entries.items, a->entries.nr, sizeof(*a->entries.items), cmp_entries, a->pool.ptr);
	drop_duplicates(a);
	link_threads(a);
	link_subjects(a);
	a->stats.nr_mails = a->entries.nr;
}

/* ---- opening ----------------------------------------------------------- */

struct ost_err *ost_archive_open(struct ost_archive **ret, const char *dir, const char *cache)
{
	struct ost_archive *a = ost_calloc(1, sizeof(*a));
	struct ost_err *err;
	size_t nr_known;

	a->path = realpath(dir, NULL);	/* commands that name it may be run from anywhere */
	if (!a->path)
		a->path = ost_strdup(dir);
	ost_buf_init(&a->pool);
	ost_buf_addch(&a->pool, '\0');
	ost_arena_init(&a->problems);
	if (cache)
		ost_archive_cache_read(a, cache);
	nr_known = a->entries.nr;
	err = ost_archive_scan(a);
	if (!err && !a->entries.nr)
		err = ost_err_create(OST_ERR_INPUT, dir, "give a public-inbox git repository, or a directory of *.mbox"
				     " files", "no mail in it%s%s", a->stats.problems[0] ? ": " : "",
				     a->stats.problems[0] ? a->stats.problems[0] : "");
	if (err) {
		ost_archive_destroy(a);
		return err;
	}
	ost_archive_link(a);
	if (cache && nr_known != a->entries.nr)
		ost_archive_cache_write(a, cache);
	*ret = a;
	return NULL;
}

void ost_archive_destroy(struct ost_archive *a)
{
	size_t i;

	if (!a)
		return;
	for (i = 0; i < a->sources.nr; i++) {
		ost_repo_destroy(a->sources.items[i].repo);
		free(a->sources.items[i].path);
	}
	ost_vec_deinit(&a->sources);
	ost_vec_deinit(&a->entries);
	ost_vec_deinit(&a->refs);
	ost_buf_deinit(&a->pool);
	ost_arena_deinit(&a->problems);
	ost_table_deinit(&a->by_id);
	free(a->parents);
	free(a->first_child);
	free(a->children);
	free(a->subject_keys);
	free(a->subject_mails);
	free(a->path);
	free(a);
}

/* ---- questions --------------------------------------------------------- */

uint32_t ost_archive_nr(const struct ost_archive *a)
{
	return a->entries.nr;
}

const struct ost_archive_stats *ost_archive_stats(const struct ost_archive *a)
{
	return &a->stats;
}

void ost_archive_get(const struct ost_archive *a, uint32_t mail, struct ost_archive_mail *ret)
{
	const struct ost_archive_entry *e = &a->entries.items[mail];

	ret->message_id = ost_archive_str(a, e->id);
	ret->in_reply_to = ost_archive_str(a, e->parent_id);
	ret->subject = ost_archive_str(a, e->subject);
	ret->from_name = ost_archive_str(a, e->from_name);
	ret->from_addr = ost_archive_str(a, e->from_addr);
	ret->date = e->date;
	ret->size = e->size;
}

uint32_t ost_archive_find_id(const struct ost_archive *a, const char *message_id)
{
	uint64_t key = ost_hash_bytes(message_id, strlen(message_id));
	uint32_t mail;

	for (; *message_id; key++) {
		mail = find_hash(a, key);
		if (mail == OST_ARCHIVE_NONE || !strcmp(ost_archive_str(a, a->entries.items[mail].id), message_id))
			return mail;
	}
	return OST_ARCHIVE_NONE;
}

size_t ost_archive_find_subject(const struct ost_archive *a, const char *subject, const uint32_t **ret_mails)
{
	uint64_t key = ost_archive_subject_key(subject);
	size_t lo = 0, hi = a->nr_subjects, mid, nr = 0;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (a->subject_keys[mid] < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret_mails = a->subject_mails + lo;
	while (key && lo + nr < a->nr_subjects && a->subject_keys[lo + nr] == key)
		nr++;
	return nr;
}

uint32_t ost_archive_parent(const struct ost_archive *a, uint32_t mail)
{
	return a->parents[mail];
}

size_t ost_archive_children(const struct ost_archive *a, uint32_t mail, const uint32_t **ret_mails)
{
	*ret_mails = a->children + a->first_child[mail];
	return a->first_child[mail + 1] - a->first_child[mail];
}

/* ---- the mails themselves ---------------------------------------------- */

static struct ost_err *load_mbox(const char *path, const struct ost_archive_entry *e, struct ost_buf *buf)
{
	struct ost_mbox_item item = { .offset = e->at.offset, .len = e->size };
	struct ost_err *err = NULL;
	struct ost_mbox box;
	OST_BUF own = OST_BUF_INIT;
	const char *raw;
	size_t len;

	ost_try(ost_mbox_open(&box, path));
	if (item.offset > box.len || item.len > box.len - item.offset) {
		err = ost_err_create(OST_ERR_INPUT, path, "run again", "changed while it was read");
	} else {
		ost_mbox_raw(&box, &item, &own, &raw, &len);
		ost_buf_add(buf, raw, len);
	}
	ost_mbox_deinit(&box);
	return err;
}

struct ost_err *ost_archive_load(struct ost_archive *a, uint32_t mail, struct ost_buf *buf)
{
	const struct ost_archive_entry *e = &a->entries.items[mail];
	struct ost_archive_source *s = &a->sources.items[e->source];
	char hex[OST_HEX_SIZE];
	struct ost_oid oid;

	if (!s->is_git)
		return load_mbox(s->path, e, buf);
	if (!s->repo)
		ost_try(ost_repo_open(&s->repo, s->path));
	memcpy(oid.id, e->at.oid, OST_OID_SIZE);
	ost_oid_to_hex(hex, &oid);
	return ost_repo_read_blob(s->repo, hex, buf);
}

/* A path as one word of a shell. */
static const char *quoted(struct ost_arena *arena, const char *path)
{
	OST_BUF b = OST_BUF_INIT;
	const char *p;

	for (p = path; isalnum((unsigned char)*p) || (*p && strchr("/._-+,:@%=", *p)); p++)
		;
	if (!*p)
		return path;
	ost_buf_addch(&b, '\'');
	for (p = path; *p; p++) {
		if (*p == '\'')
			ost_buf_addstr(&b, "'\\''");
		else
			ost_buf_addch(&b, *p);
	}
	ost_buf_addch(&b, '\'');
	return ost_arena_strndup(arena, b.ptr, b.len);
}

const char *ost_archive_command(const struct ost_archive *a, uint32_t mail, struct ost_arena *arena)
{
	const struct ost_archive_entry *e = &a->entries.items[mail];
	const struct ost_archive_source *s = &a->sources.items[e->source];
	char hex[OST_HEX_SIZE];
	struct ost_oid oid;

	if (!s->is_git)
		return ost_arena_printf(arena, "tail -c +%llu %s | head -c %u", (unsigned long long)e->at.offset + 1,
					quoted(arena, s->path), e->size);
	memcpy(oid.id, e->at.oid, OST_OID_SIZE);
	ost_oid_to_hex(hex, &oid);
	return ost_arena_printf(arena, "git -C %s cat-file blob %s", quoted(arena, s->path), hex);
}
