// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reader is told of a wait under a lock: names, and the steps of both
 * threads.
 */
#include "locks/waits.h"

static void say_chain(struct ost_finder *f, const struct ost_wait_cand *c)
{
	const struct ost_frame *top = &c->frames[c->nr_frames - 1];
	const struct ost_wait_site *s = c->s;

	ost_say_hold(f, 1, top->unit, c->held, c->hold_at, ost_lk_ref_class(c->hold_ref),
		     f->draft.lock.class_name);
	for (unsigned i = c->nr_frames; i-- > 1;) {
		const struct ost_frame *fr = &c->frames[i];

		if (fr->slot == OST_NO_ID)
			ost_draft_step(f, OST_ROLE_CALL, 1, fr->unit, fr->line, "direct call");
		else
			ost_draft_step(f, OST_ROLE_CALL, 1, fr->unit, fr->line, "via %s",
				       ost_slot_text(f, fr->slot, ost_program_target(f->p, fr->target)));
	}
	ost_draft_step(f, OST_ROLE_WAIT, 1, s->units[0], s->wait->line, "%s waits until %s has finished",
		       s->wait->prim->name, f->draft.callback);
}

static void say_callback(struct ost_finder *f, const struct ost_wait_cand *c)
{
	const struct ost_binding *b = ost_program_binding(f->p, c->s->binding);
	uint32_t order[64], nr = 0;

	ost_draft_step(f, OST_ROLE_CALLBACK, 2, b->in, b->line, "%s binds %s to %s",
		       ost_program_binding_row(f->p, b->row)->name, f->draft.waitable_class,
		       f->draft.callback);
	if (b->in == OST_NO_ID) {
		ost_vec_last(&f->draft.steps)->function = f->draft.callback;
		ost_vec_last(&f->draft.steps)->file = ost_program_path(f->p, b->file);
	}
	for (uint32_t n = c->acq->node; n && nr < 64; n = f->search.down.items[n].parent)
		order[nr++] = n;
	while (nr--) {
		const struct ost_reach_node *n = &f->search.down.items[order[nr]];
		uint32_t caller = f->search.down.items[n->parent].unit;
		const struct ost_target *targets;

		if (n->slot == OST_NO_ID) {
			ost_draft_step(f, OST_ROLE_CALL, 2, caller, n->line, "direct call");
			continue;
		}
		ost_program_slot_targets(f->p, n->slot, &targets);
		ost_draft_step(f, OST_ROLE_CALL, 2, caller, n->line, "via %s",
			       ost_slot_text(f, n->slot, &targets[n->target]));
	}
	ost_draft_step(f, OST_ROLE_ACQUIRE, 2, f->search.down.items[c->acq->node].unit, c->acq->ev->line,
		       "needs %s", f->draft.lock.class_name);
}

void ost_wait_say(struct ost_finder *f, const struct ost_wait_cand *c)
{
	say_chain(f, c);
	say_callback(f, c);
}

void ost_wait_describe(struct ost_finder *f, struct ost_wait_cand *c)
{
	struct ost_draft *d = &f->draft;
	const struct ost_frame *top = &c->frames[c->nr_frames - 1];
	const struct ost_wait_site *s = c->s;
	/* who waits, for a reader: the function that names the object, else the driver's one */
	uint32_t waiter = s->units[s->nr - 1];

	for (unsigned i = 0; i < c->nr_frames && c->impl == OST_NO_ID; i++) {
		const uint32_t *in;

		if (ost_program_unit_slots(f->p, c->frames[i].unit, &in))
			c->impl = c->frames[i].unit;
	}
	if (c->impl != OST_NO_ID)
		waiter = c->impl;
	ost_draft_start(f, ost_wait_deadlock_kind(f, s));
	d->lock.class_name = ost_draft_class(f, c->hold_ref);
	d->lock.mode = ost_lk_mode_name(c->held ? c->held->mode : c->hold_at->mode);
	d->waitable_kind = ost_wait_kind_name(s->wait->prim->kind);
	d->callback = ost_unit_name(f, s->callback);
	d->waitable_class = s->field == OST_NO_ID && s->global == OST_NO_ID ? d->callback :
		ost_class_text(f, s->field, s->global);
	d->primitive = s->wait->prim->name;
	d->wait_function = ost_unit_name(f, waiter);
	d->wait_file = ost_unit_path(f, waiter);
	d->wait_line = s->wait->line;
	d->impl = c->impl == OST_NO_ID ? "" : ost_unit_name(f, c->impl);
	for (unsigned i = 0; i < c->nr_frames; i++)
		if (c->frames[i].unit == waiter)
			d->wait_line = c->frames[i].line;
	d->holder = (struct ost_dl_holder){ ost_unit_name(f, top->unit), ost_unit_path(f, top->unit),
		c->held ? c->held->line : c->hold_at->line,
		c->held ? "takes it" : "asserts that it is held" };
}
