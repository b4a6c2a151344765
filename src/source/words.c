// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/words.h"

#include <string.h>

#include "source/facts.h"
#include "source/token.h"

/* Of a file below FEW_BYTES, so that they stay in the processor's first cache; of others. */
#define FEW_SLOTS 2048u
#define FEW_BYTES 16384
#define SMALL_SLOTS 8192u

struct keyword {
	char text[24];
	uint8_t kind;
};

static const struct keyword keywords[] = {
	{ "if", T_IF }, { "else", T_ELSE }, { "while", T_WHILE }, { "do", T_DO }, { "for", T_FOR },
	{ "switch", T_SWITCH }, { "case", T_CASE }, { "default", T_DEFAULT }, { "goto", T_GOTO },
	{ "break", T_BREAK }, { "continue", T_CONTINUE }, { "return", T_RETURN },
	{ "asm", T_ASM }, { "__asm__", T_ASM }, { "__asm", T_ASM }, { "asm_inline", T_ASM },
	{ "typedef", T_TYPEDEF }, { "static", T_STATIC }, { "extern", T_EXTERN },
	{ "inline", T_INLINE }, { "__inline", T_INLINE }, { "__inline__", T_INLINE },
	{ "register", T_REGISTER }, { "auto", T_AUTO },
	{ "_Thread_local", T_THREAD }, { "__thread", T_THREAD }, { "_Noreturn", T_NORETURN },
	{ "const", T_CONST }, { "__const", T_CONST }, { "__const__", T_CONST },
	{ "volatile", T_VOLATILE }, { "__volatile__", T_VOLATILE }, { "__volatile", T_VOLATILE },
	{ "restrict", T_RESTRICT }, { "__restrict", T_RESTRICT }, { "__restrict__", T_RESTRICT },
	{ "_Atomic", T_ATOMIC }, { "__extension__", T_EXTENSION },
	{ "__attribute__", T_ATTRIBUTE }, { "__attribute", T_ATTRIBUTE },
	{ "void", T_VOID }, { "char", T_CHAR_T }, { "short", T_SHORT }, { "int", T_INT },
	{ "long", T_LONG }, { "float", T_FLOAT }, { "double", T_DOUBLE },
	{ "signed", T_SIGNED }, { "__signed__", T_SIGNED }, { "__signed", T_SIGNED },
	{ "unsigned", T_UNSIGNED }, { "_Bool", T_BOOL }, { "bool", T_BOOL },
	{ "__int128", T_INT128 }, { "__int128_t", T_INT128 }, { "_Complex", T_COMPLEX },
	{ "__auto_type", T_AUTO_TYPE },
	{ "struct", T_STRUCT }, { "union", T_UNION }, { "enum", T_ENUM },
	{ "typeof", T_TYPEOF }, { "__typeof__", T_TYPEOF }, { "__typeof", T_TYPEOF },
	{ "typeof_unqual", T_TYPEOF },
	{ "sizeof", T_SIZEOF }, { "_Alignof", T_ALIGNOF }, { "__alignof__", T_ALIGNOF },
	{ "__alignof", T_ALIGNOF }, { "_Generic", T_GENERIC },
	{ "_Static_assert", T_STATIC_ASSERT }, { "__label__", T_LABEL_DECL },
	{ "__builtin_offsetof", T_OFFSETOF }, { "offsetof", T_OFFSETOF },
};

static const struct ost_word words[] = {
#include "words.inc"
};

static inline uint64_t load8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, 8);
	return w;
}

#define MULTIPLIER 0xd6e8feb86659fd93ull

/* The first 16 bytes of a string as two numbers, zeros where it is shorter: no loop for most words. */
struct head {
	uint64_t w[2], mask[2];
};

/* Reads 16 bytes whatever the length: OST_NAME_PAD. */
static inline struct head head_of(const char *p, uint32_t len)
{
	static const char ones[32] = {
		-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	};
	const char *mask = ones + 16 - (len < 16 ? len : 16);
	struct head h = { .mask = { load8(mask), load8(mask + 8) } };

	h.w[0] = load8(p) & h.mask[0];
	h.w[1] = load8(p + 8) & h.mask[1];
	return h;
}

/* Reads up to 7 bytes beyond the string. */
static inline uint32_t hash_name(const struct head *head, const char *p, uint32_t len)
{
	uint64_t h = (head->w[0] + len) * 0x9e3779b97f4a7c15ull;

	h ^= h >> 32;
	h = (h ^ head->w[1]) * MULTIPLIER;
	if (__builtin_expect(len > 16, 0)) {
		for (len -= 16, p += 16; len >= 8; len -= 8, p += 8)
			h = (h ^ h >> 32 ^ load8(p)) * MULTIPLIER;
		if (len)
			h = (h ^ h >> 32 ^ load8(p) << (64 - 8 * len)) * MULTIPLIER;
	}
	return (uint32_t)((h ^ h >> 32) ^ h >> 47);
}

/* The string at a, whose head is given, and the one at b; both have this length. */
static inline bool is_same(const struct head *head, const char *a, const char *b, uint32_t len)
{
	if (((load8(b) & head->mask[0]) ^ head->w[0]) | ((load8(b + 8) & head->mask[1]) ^ head->w[1]))
		return false;
	return len <= 16 || !memcmp(a + 16, b + 16, len - 16);
}

static void rehash(struct ost_words *n)
{
	size_t slots = ((size_t)n->mask + 1) * 4;
	uint32_t i, at;

	if (slots > n->big_cap) {
		free(n->big);
		n->big = ost_reallocarray(NULL, slots, sizeof(*n->big));
		n->big_cap = slots;
	}
	memset(n->big, 0, slots * sizeof(*n->big));
	n->slots = n->big;
	n->mask = (uint32_t)(slots - 1);
	for (i = 1; i < n->v.nr; i++) {
		uint32_t hash = n->v.items[i].hash;

		for (at = hash & n->mask; n->slots[at]; at = (at + 1) & n->mask)
			;
		n->slots[at] = (uint64_t)hash << 32 | n->epoch << 24 | i;
	}
}

/* A string that is not there yet; `at` is its slot. */
static __attribute__((noinline)) uint32_t insert(struct ost_words *n, const struct ost_name *e, uint32_t at)
{
	uint32_t id = (uint32_t)n->v.nr;

	if (id >= OST_WORDS_MAX) {
		n->is_full = true;
		return 0;
	}
	ost_vec_add(&n->v, *e);
	n->slots[at] = (uint64_t)e->hash << 32 | n->epoch << 24 | id;
	if (n->v.nr * 2 > n->mask)
		rehash(n);
	return id;
}

uint32_t ost_words_add(struct ost_words *n, const char *ptr, uint32_t len, uint8_t kind)
{
	struct head head = head_of(ptr, len);
	uint32_t hash = hash_name(&head, ptr, len), at, id;
	uint64_t slot;

	for (at = hash & n->mask;; at = (at + 1) & n->mask) {
		slot = n->slots[at];
		if (((uint32_t)slot >> 24) != n->epoch)
			break;	/* of an earlier file: free */
		if ((uint32_t)(slot >> 32) != hash)
			continue;
		id = slot & 0xffffff;
		if (n->v.items[id].len == len && is_same(&head, ptr, n->v.items[id].ptr, len))
			return id;
	}
	return insert(n, &(struct ost_name){ ptr, len, hash, 0, kind, 0 }, at);
}

uint32_t ost_words_copy(struct ost_words *n, const char *ptr, uint32_t len, uint8_t kind)
{
	char *copy = ost_arena_alloc(&n->arena, (size_t)len + OST_NAME_PAD);

	memcpy(copy, ptr, len);
	memset(copy + len, 0, OST_NAME_PAD);
	return ost_words_add(n, copy, len, kind);
}

const struct ost_word *ost_words_row(const struct ost_words *n, uint32_t id)
{
	uint32_t first = n->nr_fixed - OST_ARRAY_SIZE(words);

	return id >= first && id < n->nr_fixed ? &words[id - first] : NULL;
}

static const char no_bytes[OST_NAME_PAD];

static void add_fixed(struct ost_words *n)
{
	size_t i;
	uint32_t id;

	*ost_vec_push(&n->v) = (struct ost_name){ .ptr = no_bytes };
	for (i = 0; i < OST_ARRAY_SIZE(keywords); i++)
		ost_words_add(n, keywords[i].text, (uint32_t)strlen(keywords[i].text),
			      keywords[i].kind);
	for (i = 0; i < OST_ARRAY_SIZE(words); i++) {
		id = ost_words_add(n, words[i].text, (uint32_t)strlen(words[i].text), T_IDENT);
		n->v.items[id].cls = words[i].cls;
	}
	n->nr_fixed = (uint32_t)n->v.nr;
}

void ost_words_init(struct ost_words *n)
{
	memset(n, 0, sizeof(*n));
	n->small = n->slots = ost_calloc(SMALL_SLOTS, sizeof(*n->slots));
	n->mask = SMALL_SLOTS - 1;
	n->epoch = 1;
	ost_arena_init(&n->arena);
	add_fixed(n);
}

void ost_words_deinit(struct ost_words *n)
{
	free(n->small);
	free(n->big);
	ost_arena_deinit(&n->arena);
	ost_vec_deinit(&n->v);
}

void ost_words_reset(struct ost_words *n, size_t bytes)
{
	uint32_t i, at;

	n->slots = n->small;
	n->mask = (bytes < FEW_BYTES ? FEW_SLOTS : SMALL_SLOTS) - 1;
	n->is_full = false;
	if (++n->epoch == 256) {
		n->epoch = 1;
		memset(n->small, 0, SMALL_SLOTS * sizeof(*n->small));
	}
	if (n->arena.bytes)
		ost_arena_deinit(&n->arena);
	n->v.nr = n->nr_fixed;
	n->v.items[0].rec = 0;
	for (i = 1; i < n->nr_fixed; i++) {
		struct ost_name *e = &n->v.items[i];

		e->rec = 0;
		e->cls &= (uint16_t)~OST_WC_SEEN_TYPE;
		for (at = e->hash & n->mask; ((uint32_t)n->slots[at] >> 24) == n->epoch;)
			at = (at + 1) & n->mask;
		n->slots[at] = (uint64_t)e->hash << 32 | n->epoch << 24 | i;
	}
}
