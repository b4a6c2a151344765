// SPDX-License-Identifier: GPL-2.0-or-later
/* What one thread must find so, and the other must not. */
#include "locks/decided.h"

/* Not what the function has set itself, or what has changed since. */
static bool is_asked(const struct ost_lk_mfact *m)
{
	return (m->kind == OST_MF_CALL || m->kind == OST_MF_BIT) && !m->is_made && !m->is_past;
}

static bool asks_opposite(const struct ost_lk_event *ev, const struct ost_lk_mfact *m)
{
	for (int i = 0; ev && i < ev->nr_mfacts; i++) {
		const struct ost_lk_mfact *o = &ev->mfacts[i];

		if (is_asked(o) && o->kind == m->kind && o->name == m->name && o->value == m->value && o->truth != m->truth)
			return true;
	}
	return false;
}

static const struct ost_lk_event *event_of(struct ost_finder *f, const struct ost_frame *frames, unsigned i,
					   const struct ost_lk_event *last)
{
	return i ? ost_finder_event(f, &frames[i]) : last;
}

const char *ost_sides_oppose(struct ost_finder *f, const struct ost_frame *one, unsigned nr_one, const struct ost_lk_event *last_one,
			     const struct ost_frame *two, unsigned nr_two, const struct ost_lk_event *last_two)
{
	for (unsigned i = 0; i < nr_one; i++) {
		const struct ost_lk_event *ev = event_of(f, one, i, last_one);

		for (int k = 0; ev && k < ev->nr_mfacts; k++)
			for (unsigned j = 0; is_asked(&ev->mfacts[k]) && j < nr_two; j++)
				if (asks_opposite(event_of(f, two, j, last_two), &ev->mfacts[k]))
					return ost_unit_name(f, two[j].unit);
	}
	return NULL;
}
