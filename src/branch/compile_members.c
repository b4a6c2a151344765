// SPDX-License-Identifier: GPL-2.0-or-later
/* compile_members.c - members of records: has the record them, and does the file get to see it? */
#include "branch/compile_internal.h"
#include "branch/taken.h"

/* Is the record known as a whole, and the member none that a macro may make or stand for? */
static bool is_closed_without(const struct use_walk *w, ost_tag tag, const char *field)
{
	if (!tag || !ost_symbols_has_record(w->s, tag) || ost_symbols_is_open(w->s, tag) || w->is_conditional)
		return false;
	return ost_uses_is_closed(w) ? !ost_included_has(w->c->included, OST_SYM_MADE, field) && !ost_included_has(w->c->included, OST_SYM_MACRO, field) :
	       !ost_symbols_find(w->s, OST_SYM_MADE, field, NULL) && !ost_symbols_find(w->s, OST_SYM_MACRO, field, NULL);
}

void ost_uses_check_record_seen(struct use_walk *w, ost_tag tag, const char *kind, const char *name, uint32_t line)
{
	if (!ost_uses_is_closed(w) || w->is_conditional || !ost_uses_is_added(w, line) || !ost_symbols_has_record(w->s, tag) ||
	    ost_included_has_tag(w->c->included, tag))
		return;
	ost_uses_hide(w, kind, name, line, tag);
}

/* Some record has it: one that the file gets to see? */
static void check_field_seen(struct use_walk *w, const char *field, uint32_t line)
{
	if (!ost_uses_is_closed(w) || w->is_conditional || !ost_uses_is_added(w, line) || ost_included_has(w->c->included, OST_SYM_FIELD, field))
		return;
	if (ost_uses_is_word_anywhere(w, field) || ost_included_has(w->c->included, OST_SYM_WORD, field) || ost_uses_may_be_made(w, field))
		ost_uses_doubt(w->c, field);
	else
		ost_uses_hide(w, "member", field, line, 0);
}

static bool may_have_more(const struct use_walk *w, ost_tag tag)
{
	return ost_symbols_is_open(w->s, tag) || (tag && ost_uses_is_closed(w) && ost_included_record_is_open(w->c->included, tag));
}

/* A member of some record, or no word at all of what is included: a macro among the members of a record may make it. */
static bool is_field_told(const struct use_walk *w, const char *field)
{
	return ost_symbols_find(w->s, OST_SYM_FIELD, field, NULL) ||
	       (ost_uses_is_closed(w) && !ost_included_has(w->c->included, OST_SYM_WORD, field) && !ost_uses_is_word_anywhere(w, field));
}

/* No word of anything that is included, so that no macro among the members of a record says it either. */
static bool is_unheard_word(const struct use_walk *w, const char *field)
{
	return ost_uses_is_closed(w) && !ost_included_has(w->c->included, OST_SYM_WORD, field) && !ost_uses_is_word_anywhere(w, field) && !ost_uses_may_be_made(w, field);
}

/* A member that no record has, as far as it is known. */
static void report_field(struct use_walk *w, ost_tag tag, const char *field, uint32_t line)
{
	if ((may_have_more(w, tag) && !is_unheard_word(w, field)) || (ost_uses_is_closed(w) && ost_included_has(w->c->included, OST_SYM_WORD, field)))
		ost_uses_doubt(w->c, field);
	else
		ost_uses_report_unheard(w, "field", field, line);
}

/* The name of a record that the file itself names, or NULL. */
static const char *tag_name(const struct use_walk *w, ost_tag tag)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_types; i++)
		if (w->f->types[i].kind == OST_T_STRUCT && w->f->types[i].name && ost_symbols_tag(ost_facts_str(w->f, w->f->types[i].name)) == tag)
			return ost_facts_str(w->f, w->f->types[i].name);
	return NULL;
}

/* Is it a record that no header defines, and none that could be a macro's? Then it has no members. */
static bool is_of_no_record(struct use_walk *w, ost_tag tag, uint32_t line)
{
	const char *name = tag && ost_uses_is_closed(w) && !ost_symbols_has_record(w->s, tag) && !ost_included_has_tag(w->c->included, tag) ?
			   tag_name(w, tag) : NULL;

	if (!name)
		return false;
	ost_uses_report_unheard(w, "type", name, line);
	return true;
}

void ost_uses_check_member(struct use_walk *w, uint32_t n)
{
	const char *field = ost_facts_str(w->f, ost_uses_node(w, n)->a);
	ost_tag tag = ost_uses_tag(w, n + 1);

	w->c->nr_uses++;
	if (tag && ost_symbols_member(w->s, tag, field, NULL)) {
		ost_uses_check_record_seen(w, tag, "member", field, ost_uses_node(w, n)->line);
		return;
	}
	if (is_closed_without(w, tag, field) && is_field_told(w, field) && !may_have_more(w, tag)) {
		ost_uses_report(w, "field", field, ost_uses_node(w, n)->line);
		return;
	}
	if (is_of_no_record(w, tag, ost_uses_node(w, n)->line))
		return;
	if (ost_symbols_find(w->s, OST_SYM_FIELD, field, NULL)) {
		if (tag || ost_is_taken(&w->taken, field, true))
			ost_uses_doubt(w->c, field);
		if (!tag)
			check_field_seen(w, field, ost_uses_node(w, n)->line);
		return;
	}
	report_field(w, tag, field, ost_uses_node(w, n)->line);
}

void ost_uses_check_init_field(struct use_walk *w, uint32_t n, ost_tag tag)
{
	const char *field = ost_facts_str(w->f, ost_uses_node(w, n)->a);

	w->c->nr_uses++;
	if (tag ? ost_symbols_member(w->s, tag, field, NULL) : ost_symbols_find(w->s, OST_SYM_FIELD, field, NULL))
		return;
	if (is_closed_without(w, tag, field) && is_field_told(w, field) && !may_have_more(w, tag))
		ost_uses_report(w, "field", field, ost_uses_node(w, n)->line);
	else
		report_field(w, tag, field, ost_uses_node(w, n)->line);
}
