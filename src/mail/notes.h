/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes.h - the inside of thread.h: the table of words, and the search of
 * one mail with it. A caller with many mails reads the table once.
 */
#ifndef OST_MAIL_NOTES_H
#define OST_MAIL_NOTES_H

#include "base/vec.h"
#include "mail/thread.h"

struct ost_note_word {
	const char *phrase;	/* lower case */
	enum ost_note_kind kind;
};

struct ost_note_words {
	struct ost_note_word *items;
	size_t nr, cap;
};

/* Reads data/mail-words.txt; end with ost_vec_deinit(). Phrases belong to the arena. */
OST_WARN_UNUSED struct ost_err *ost_note_words_read(struct ost_note_words *words, struct ost_arena *arena);

void ost_notes_collect(struct ost_arena *arena, const struct ost_note_words *words, const struct ost_message *msg,
		       struct ost_thread_note **ret_notes, uint32_t *ret_nr);

#endif
