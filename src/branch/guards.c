// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/guards.h"

#include "base/buf.h"
#include "branch/uses.h"

/* The calls of the guards whose name is not NAME_lock: include/linux/spinlock.h, rwsem.h, rcupdate.h. */
static const char *const odd_names[][2] = {
	{ "spinlock", "spin_lock" }, { "spinlock_irq", "spin_lock_irq" }, { "spinlock_bh", "spin_lock_bh" },
	{ "spinlock_irqsave", "spin_lock_irqsave" }, { "raw_spinlock", "raw_spin_lock" },
	{ "raw_spinlock_irq", "raw_spin_lock_irq" }, { "raw_spinlock_irqsave", "raw_spin_lock_irqsave" },
	{ "rwsem_read", "down_read" }, { "rwsem_write", "down_write" }, { "rcu", "rcu_read_lock" },
	{ "read_lock", "read_lock" }, { "write_lock", "write_lock" }, { "srcu", "srcu_read_lock" },
	{ "mutex_intr", "mutex_lock_interruptible" },
};

static bool is_word(const struct ost_words *words, const struct ost_image_tok *t, const char *text)
{
	const struct ost_name *n = &words->v.items[t->name];

	return t->kind == T_IDENT && n->len == strlen(text) && !memcmp(n->ptr, text, n->len);
}

/* `guard(x)(` or `scoped_guard(x, ` at i: true, with the index of x. */
static bool is_guard(const struct ost_words *words, const ost_image_toks *t, size_t i, size_t to, bool *ret_scoped)
{
	*ret_scoped = is_word(words, &t->items[i], "scoped_guard");
	if (!*ret_scoped && !is_word(words, &t->items[i], "guard"))
		return false;
	if (i + 4 >= to || t->items[i + 1].kind != T_LPAREN || t->items[i + 2].kind != T_IDENT)
		return false;
	return *ret_scoped ? t->items[i + 3].kind == T_COMMA :
			     t->items[i + 3].kind == T_RPAREN && t->items[i + 4].kind == T_LPAREN;
}

bool ost_has_guard(const struct ost_words *words, const ost_image_toks *toks, size_t from, size_t to)
{
	bool scoped;
	size_t i;

	for (i = from; i < to; i++)
		if (is_guard(words, toks, i, to, &scoped))
			return true;
	return false;
}

static uint32_t lock_name(struct ost_words *words, uint32_t class_name)
{
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	ost_buf_add(&b, words->v.items[class_name].ptr, words->v.items[class_name].len);
	for (i = 0; i < OST_ARRAY_SIZE(odd_names); i++)
		if (!strcmp(odd_names[i][0], b.ptr))
			break;
	if (i < OST_ARRAY_SIZE(odd_names)) {
		ost_buf_clear(&b);
		ost_buf_addstr(&b, odd_names[i][1]);
	} else {
		ost_buf_addstr(&b, "_lock");
	}
	return ost_words_copy(words, b.ptr, (uint32_t)b.len, T_IDENT);
}

/* The token behind `x_unlock(...);` at i, or i when it is something else. */
static size_t skip_unlock(const struct ost_words *words, const ost_image_toks *t, size_t i, size_t to)
{
	size_t k;
	int depth = 0;

	if (t->items[i].kind != T_IDENT || i + 1 >= to || t->items[i + 1].kind != T_LPAREN ||
	    !(ost_word_contains(words, t->items[i].name, "unlock") || is_word(words, &t->items[i], "up_read") ||
	      is_word(words, &t->items[i], "up_write")))
		return i;
	for (k = i + 1; k < to; k++) {
		depth += (t->items[k].kind == T_LPAREN) - (t->items[k].kind == T_RPAREN);
		if (!depth)
			return k + 1 < to && t->items[k + 1].kind == T_SEMI ? k + 2 : i;
	}
	return i;
}

void ost_without_guards(struct ost_words *words, const ost_image_toks *toks, size_t from, size_t to,
			ost_image_toks *ret)
{
	bool scoped;
	size_t i;

	ost_vec_clear(ret);
	for (i = from; i < to; i++) {
		size_t behind = skip_unlock(words, toks, i, to);

		if (behind > i) {
			i = behind - 1;
			continue;
		}
		ost_vec_add(ret, toks->items[i]);
		if (!is_guard(words, toks, i, to, &scoped))
			continue;
		ost_vec_last(ret)->name = lock_name(words, toks->items[i + 2].name);
		ost_vec_last(ret)->key = (uint64_t)T_IDENT << 32 | ost_vec_last(ret)->name;
		ost_vec_last(ret)->weight = ost_token_weight(T_IDENT, "lock", 4);
		if (scoped)
			ost_vec_add(ret, toks->items[i + 1]);
		i += 3;	/* guard(x) leaves (..., scoped_guard(x, leaves the rest behind a bracket */
	}
}
