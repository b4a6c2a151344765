// SPDX-License-Identifier: GPL-2.0-or-later
/* A way out of a function that keeps a lock which the other ways release. */
#include <string.h>

#include "base/hash.h"
#include "locks/leaks.h"

/* The part of a name before the next underscore or digit. */
static size_t word_len(const char *name)
{
	size_t len = 0;

	while (name[len] && name[len] != '_' && !(name[len] >= '0' && name[len] <= '9'))
		len++;
	return len;
}

static bool is_one_of(const char *word, size_t len, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == len && !strncmp(word, *words, len))
			return true;
	return false;
}

/* "rdlock", "trylock", "unlock", but no "block" and no "clock" */
static bool is_lock_word(const char *word, size_t len)
{
	static const char *const others[] = { "block", "clock", "subblock", "iblock", "oclock", NULL };

	if (len > 6 && !strncmp(word + len - 6, "locked", 6))
		len -= 2;
	return (len >= 4 && !strncmp(word + len - 4, "lock", 4) && !is_one_of(word, len, others)) ||
	       (len >= 4 && !strncmp(word, "lock", 4));
}

/*
 * Functions that are meant to come back with the lock say so in their name.
 * with_error: with an error only, which a getter does not mean.
 */
static bool is_locker(const char *name, bool with_error)
{
	static const char *const words[] = { "acquire", "acquired", "enter", "claim", "reserve", NULL };
	static const char *const later[] = { "begin", "start", "get", NULL };
	bool is_first = true;

	for (size_t len; *name; name += len, is_first = false) {
		len = word_len(name);
		if (!len)
			len = 1;
		else if (is_lock_word(name, len) || is_one_of(name, len, words) ||
			 (!is_first && !with_error && is_one_of(name, len, later)))
			return true;
	}
	return false;
}

/* An effect of that kind on the class. */
static bool has_effect(const struct ost_finder *f, uint32_t unit, uint64_t cls, unsigned kind)
{
	const struct ost_lk_summary *sum = unit == OST_NO_ID ? NULL : ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; sum && i < sum->nr_effects; i++)
		if (sum->effects[i].kind == kind && ost_lk_ref_class(&sum->locks[sum->effects[i].lock]) == cls)
			return true;
	return false;
}

static bool releases(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	return has_effect(f, unit, cls, OST_FX_RELEASE) || has_effect(f, unit, cls, OST_FX_MAY_RELEASE);
}

bool ost_call_releases(const struct ost_finder *f, uint32_t call, uint64_t cls)
{
	struct ost_call info;
	const struct ost_lk_prim *prim;

	ost_call_resolve(f->cur, call, &info);
	prim = ost_lk_find(&f->w->tables, ost_facts_str(f->cur->f, info.name));
	if (prim)
		return prim->op == OST_LK_RELEASE;
	for (uint32_t i = 0; i < info.to.nr && i < OST_RESOLVE_MAX; i++)
		if (releases(f, info.to.units[i], cls))
			return true;
	return false;
}

/* A caller that releases the class without taking it knows of it. */
static bool caller_releases(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	for (uint64_t i = f->graph.in_first[unit]; i < f->graph.in_first[unit + 1]; i++)
		if (releases(f, f->graph.in[i].unit, cls))
			return true;
	return false;
}

#define KEPT_DEPTH 4

/*
 * Some caller, or one of his, gets the lock and does not keep it: he gives it
 * back. Who keeps it on some ways only hands it on to nobody.
 */
static bool is_given_back(const struct ost_finder *f, uint32_t unit, uint64_t cls, unsigned depth)
{
	if (caller_releases(f, unit, cls))
		return true;
	for (uint64_t i = f->graph.in_first[unit]; i < f->graph.in_first[unit + 1]; i++) {
		uint32_t caller = f->graph.in[i].unit;
		bool is_all = has_effect(f, caller, cls, OST_FX_ACQUIRE);

		if (depth == KEPT_DEPTH || (!is_all && !has_effect(f, caller, cls, OST_FX_MAY_ACQUIRE)) ||
		    (caller != unit && (is_all ? is_given_back(f, caller, cls, depth + 1) : caller_releases(f, caller, cls))))
			return true;
	}
	return false;
}

/* The other half of a pair: put, dqput, release, unprepare. */
static bool is_unlocker(const char *name)
{
	static const char *const words[] = { "release", "leave", "end", "put", NULL };
	static const char *const others[] = { "input", "output", "throughput", NULL };

	if (!strncmp(name, "up_", 3) || strstr(name, "_up_read") || strstr(name, "_up_write"))
		return true;
	for (size_t len; *name; name += len) {
		len = word_len(name);
		if (!len)
			len = 1;
		else if (is_one_of(name, len, words) || (len > 2 && !strncmp(name, "un", 2)) ||
			 (len > 3 && !strncmp(name + len - 3, "put", 3) && !is_one_of(name, len, others)) ||
			 (len > 6 && !strncmp(name + len - 6, "unlock", 6)))
			return true;
	}
	return false;
}

#define HANDED_BY_OTHERS 1	/* not being made for that */
#define HANDED_BY_UNLOCKERS 2

/* (class, folder) where some function releases the class for somebody else: there the lock is handed on. */
static void note_releases(const struct ost_finder *f, struct ost_table *handed)
{
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		if (!sum || ost_program_unit(f->p, u)->kind != OST_UNIT_FUNC)
			continue;
		for (uint32_t i = 0; i < sum->nr_effects; i++) {
			uint64_t cls = ost_lk_ref_class(&sum->locks[sum->effects[i].lock]);

			if (cls && (sum->effects[i].kind == OST_FX_RELEASE || sum->effects[i].kind == OST_FX_MAY_RELEASE))
				*ost_table_put(handed, ost_hash_mix(cls * 31 + ost_lk_folder(f->p, u)), NULL) |=
					is_unlocker(ost_unit_name(f, u)) ? HANDED_BY_UNLOCKERS : HANDED_BY_OTHERS;
		}
	}
}

/* The slot that the unit calls and through which some function releases the class for it, or OST_NO_ID. */
static uint32_t slot_that_releases(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	const struct ost_lk_graph *g = &f->graph;

	for (uint64_t i = g->site_first[unit]; i < g->site_first[unit + 1]; i++) {
		const struct ost_lk_slot *slot = g->slot_of_field[g->sites[i].slot] ? ost_lk_slot(g, g->sites[i].slot) : NULL;

		for (uint32_t t = 0; slot && t < slot->nr_targets; t++)
			if (releases(f, slot->targets[t].unit, cls))
				return slot->field;
	}
	return OST_NO_ID;
}

static bool is_released_beside(const struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref,
			       const struct ost_table *handed)
{
	return ost_table_get(handed, ost_hash_mix(ost_lk_ref_class(ref) * 31 + ost_lk_folder(f->p, unit))) != NULL;
}

/*
 * Somebody beside the unit releases what he did not take. One whose name says
 * so (put, unprepare) does that for whoever comes back well with the lock.
 */
static bool handed_by(const struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref,
		      const struct ost_lk_leak *leak, const struct ost_table *handed)
{
	const uint64_t *by = ost_table_get(handed, ost_hash_mix(ost_lk_ref_class(ref) * 31 + ost_lk_folder(f->p, unit)));
	bool is_well = leak->ret_class == OST_RET_ZERO && !leak->is_code;

	return by && (*by & HANDED_BY_OTHERS || is_well);
}

#define RELEASE_DEPTH 3

/*
 * What the unit calls behind that line, or what that calls, releases the class for it, and is not made for that: one of
 * the ways may be free of it.
 */
static bool calls_release(const struct ost_finder *f, uint32_t unit, uint64_t cls, uint32_t line, unsigned depth)
{
	const struct ost_lk_graph *g = &f->graph;

	for (uint64_t i = g->out_first[unit]; i < g->out_first[unit + 1]; i++) {
		uint32_t to = g->out[i].unit;

		if (g->out[i].line <= line || g->unit_flags[to] & OST_GU_LEAF || is_unlocker(ost_unit_name(f, to)))
			continue;
		if (releases(f, to, cls) || (depth > 1 && g->folder[to] == g->folder[unit] && calls_release(f, to, cls, 0, depth - 1)))
			return true;
	}
	return false;
}

/* What reports an error to a caller who gets no lock when all is well hands none on, unless somebody below may have released it. */
static bool is_kept_on_error(const struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref,
			     const struct ost_lk_leak *leak)
{
	return leak->is_error_only || (leak->is_code && !calls_release(f, unit, ost_lk_ref_class(ref), leak->line, RELEASE_DEPTH));
}

/* Of rows of data/bindings.txt: what runs by itself, and not on behalf of a caller. */
static bool is_one_of_kinds(const char *kind)
{
	static const char *const kinds[] = { "work", "wiphy-work", "kthread-work", "irq-work", "task-work", "timer", "hrtimer", "tasklet",
					     "rcu", "srcu" };

	for (size_t i = 0; i < OST_ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i], kind))
			return true;
	return false;
}

/*
 * What runs a work item or a timer has nothing to give a lock to: who calls
 * the unit takes its return for the end of it.
 */
static bool is_callback_alone(const struct ost_finder *f, uint32_t unit, const struct ost_lk_summary *sum, uint32_t node)
{
	const uint32_t *ids, *targets;
	uint32_t nr_slots = ost_program_unit_slots(f->p, unit, &targets), nr;

	for (uint32_t i = 0; i < sum->nr_events; i++)
		if (sum->events[i].node == node && sum->events[i].flags & OST_EVF_WW)
			return false;	/* who is refused gives it back */
	for (uint32_t i = 0; i < nr_slots; i++) {
		uint32_t slot = ost_program_target(f->p, targets[i])->slot;

		if (!f->graph.slot_of_field[slot] || ost_lk_slot(&f->graph, slot)->what != OST_LKS_THREAD)
			return false;
	}
	nr = ost_program_callback_bindings(f->p, unit, &ids);
	for (uint32_t i = 0; i < nr; i++)
		if (!is_one_of_kinds(ost_program_binding_row(f->p, ost_program_binding(f->p, ids[i])->row)->kind))
			return false;
	return nr && f->graph.in_first[unit] == f->graph.in_first[unit + 1];
}

/* What is taken at the call, `lock(&what)`, a node of the unit, which is entered then; 0: something else. */
static uint32_t what_is_taken(struct ost_finder *f, uint32_t unit, uint32_t call)
{
	uint32_t arg;

	if (!ost_finder_enter(f, unit) || call >= f->cur->tree.v.nr || ost_at(f->cur, call)->op != OST_N_CALL)
		return 0;
	arg = ost_lk_call_arg(f->cur, call, 0);
	return arg && ost_at(f->cur, arg)->op == OST_N_UNARY && ost_at(f->cur, arg)->sub == OST_OP_ADDR ? arg + 1 : 0;
}

/* The name that is taken at the call, or "". */
static const char *name_taken(struct ost_finder *f, uint32_t unit, uint32_t call)
{
	uint32_t n = what_is_taken(f, unit, call);

	return n && ost_at(f->cur, n)->op == OST_N_NAME ? ost_facts_str(f->cur->f, ost_at(f->cur, n)->a) : "";
}

/* `static DEFINE_MUTEX(name);` in the body: nobody else has it. */
static bool is_own_lock(struct ost_finder *f, const char *name)
{
	const struct ost_node *items = f->cur->tree.v.items;

	for (uint32_t n = 0; *name && n + 3 < f->cur->tree.v.nr; n++)
		if (items[n].op == OST_N_EXPR && items[n].flags & OST_NF_STATIC && items[n + 1].op == OST_N_CALL &&
		    items[n + 3].op == OST_N_NAME && !strcmp(ost_facts_str(f->cur->f, items[n + 3].a), name))
			return true;
	return false;
}

/* The class of a lock that only the function has, or NULL. */
static const char *own_lock(struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref, const struct ost_lk_leak *leak)
{
	const char *name = ref->field == OST_NO_ID && ref->global == OST_NO_ID ? name_taken(f, unit, leak->node) : "";

	return *name && is_own_lock(f, name) ? ost_fmt(f, "%s:%s", ost_unit_path(f, unit), name) : NULL;
}

/*
 * What is locked, as it is written: the last two names of `&dev->core.lock`.
 * For a member of a record that no file at hand describes; or NULL.
 */
static const char *member_taken(struct ost_finder *f, uint32_t unit, uint32_t call)
{
	uint32_t n = what_is_taken(f, unit, call);

	if (!n || ost_at(f->cur, n)->op != OST_N_MEMBER ||
	    (ost_at(f->cur, n + 1)->op != OST_N_MEMBER && ost_at(f->cur, n + 1)->op != OST_N_NAME))
		return NULL;
	return ost_fmt(f, "%s.%s", ost_facts_str(f->cur->f, ost_at(f->cur, n + 1)->a), ost_facts_str(f->cur->f, ost_at(f->cur, n)->a));
}

/* Somebody calls the unit, by name, through a slot, or as a callback: who does is known, or has nothing to do with its locks. */
static bool has_callers(const struct ost_finder *f, uint32_t unit)
{
	const uint32_t *ids;

	return f->graph.in_first[unit] < f->graph.in_first[unit + 1] || ost_program_unit_slots(f->p, unit, &ids) ||
	       ost_program_callback_bindings(f->p, unit, &ids);
}

/* What returns of one kind keep is theirs to keep, unless nobody is there to give it back. */
static bool is_forgotten(const struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref,
			 const struct ost_table *handed)
{
	return ref->kind != OST_LKK_SEM && !ref->is_result && has_callers(f, unit) && !is_locker(ost_unit_name(f, unit), false) &&
	       !is_released_beside(f, unit, ref, handed) && !is_given_back(f, unit, ost_lk_ref_class(ref), 0);
}

/* Who takes the lock and calls the unit with it. */
struct lender {
	uint32_t unit, line;
	const struct ost_lk_held *held;
};

/*
 * All who call the unit take the lock for it and leave it to the unit to give it
 * back: one that did so after an error would be seen to release what he has not.
 */
static bool is_lent_by_all(const struct ost_finder *f, uint32_t unit, uint64_t cls, struct lender *lender)
{
	const struct ost_lk_graph *g = &f->graph;

	if (!cls || g->in_first[unit] == g->in_first[unit + 1] || !ost_lk_has_all_callers(g, unit))
		return false;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++) {
		const struct ost_lk_edge *in = &g->in[i];
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, in->unit);

		if (!sum || in->is_one_of || in->is_handed || !in->event || releases(f, in->unit, cls))
			return false;
		*lender = (struct lender){ in->unit, in->line, ost_event_held(sum, &sum->events[in->event - 1], cls, true) };
		if (!lender->held)
			return false;
	}
	return true;
}

static void say_steps(struct ost_finder *f, uint32_t unit, const struct ost_lk_leak *leak, const struct lender *lender)
{
	const char *cls = f->draft.lock.class_name;

	if (lender) {
		ost_draft_step(f, OST_ROLE_HOLD, 1, lender->unit, lender->held->line, "takes %s", cls);
		ost_draft_step(f, OST_ROLE_CALL, 1, lender->unit, lender->line, "direct call");
	} else if (leak->why == OST_LEAK_PROMISED)
		ost_draft_step(f, OST_ROLE_HOLD, 1, unit, leak->line, "its caller holds %s: __releases()", cls);
	else
		ost_draft_step(f, OST_ROLE_HOLD, 1, unit, leak->line, "takes %s", cls);
	ost_draft_step(f, OST_ROLE_RETURN, 1, unit, leak->ret_line, leak->why == OST_LEAK_DESTROYED ?
		       "destroys the lock, which is held" : "returns with the lock held");
	if (leak->why == OST_LEAK_RESULT)
		ost_draft_step(f, OST_ROLE_RELEASE, 1, unit, leak->ok_line,
			       "success returns the object with its lock held; an error does not return it");
	else if (leak->release_line)
		ost_draft_step(f, OST_ROLE_RELEASE, 1, unit, leak->release_line, "other ways release it before they return");
}

/* Somebody else has the object with its lock, or was given it. */
static void judge_object(struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref, const struct ost_lk_leak *leak)
{
	const char *by = ost_leak_is_told(f, unit, ref, leak);

	if (by)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "whether it is given back depends on what %s() says: that may have done so", by);
	if (ost_leak_is_for_others(f, unit, ref))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "others are given the semaphore, to be released by them");
	if (ost_leak_is_stored(f, unit, ref, leak))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the object is put where the caller finds it, with its lock");
}

static void report(struct ost_finder *f, const struct ost_lk_summary *sum, const struct ost_lk_leak *leak,
		   const struct ost_table *handed, const struct lender *lender)
{
	const struct ost_lk_ref *ref = &sum->locks[leak->lock];
	struct ost_draft *d = &f->draft;
	const char *name = ost_unit_name(f, sum->unit);
	bool is_callback = ref->kind != OST_LKK_SEM && is_callback_alone(f, sum->unit, sum, leak->node);
	bool is_typed = ref->field != OST_NO_ID || ref->global != OST_NO_ID;
	const char *own, *written;
	uint32_t slot;

	ost_draft_start(f, OST_DL_MISSING_UNLOCK);
	own = own_lock(f, sum->unit, ref, leak);	/* a text of the draft */
	written = is_typed || own || !leak->node ? NULL : member_taken(f, sum->unit, leak->node);
	d->lock.instance = ost_path_text_in(f, sum->unit, &ref->path);
	d->lock.class_name = own ? own : written ? written : ost_class_text(f, ref->field, ref->global);
	d->lock.mode = ost_lk_mode_name(lender ? lender->held->mode : leak->mode);
	d->wait_function = name;
	d->wait_file = ost_unit_path(f, sum->unit);
	d->wait_line = leak->ret_line;
	d->holder = lender ? (struct ost_dl_holder){ ost_unit_name(f, lender->unit), ost_unit_path(f, lender->unit), lender->held->line, "takes it" } :
		(struct ost_dl_holder){ name, d->wait_file, leak->line, "takes it" };
	ost_draft_doubt(f, OST_RANK_LIKELY, "that nobody releases it later was not shown");
	if (leak->why == OST_LEAK_KEPT)
		ost_draft_doubt(f, OST_RANK_LIKELY, "that return may be meant to keep the lock: no caller is seen to release it");
	else if (leak->ret_class != OST_RET_ERROR && leak->why != OST_LEAK_DESTROYED && !is_callback)
		ost_draft_doubt(f, leak->ret_class == OST_RET_VOID || leak->ret_class == OST_RET_ZERO || leak->is_code ||
				(leak->is_plain && !is_released_beside(f, sum->unit, ref, handed)) ?
				OST_RANK_LIKELY : OST_RANK_POSSIBLE,
				"that return does not report an error: the lock may be handed on");
	if (ref->kind == OST_LKK_SEM)
		ost_draft_doubt(f, leak->is_error_only || leak->is_code ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
				"a semaphore may be released by another task");
	if (is_locker(name, leak->is_error_only) && leak->why != OST_LEAK_RESULT && leak->why != OST_LEAK_DESTROYED)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the function's name says that it may come back with the lock");
	slot = slot_that_releases(f, sum->unit, ost_lk_ref_class(ref));
	if (slot != OST_NO_ID)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "what it calls through %s may release the lock",
				ost_class_text(f, slot, OST_NO_ID));
	judge_object(f, sum->unit, ref, leak);
	if (sum->is_limited)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "too many ways through the function: some were joined");
	if (!is_typed && !own)
		ost_draft_doubt(f, written && leak->is_error_only ? OST_RANK_LIKELY : OST_RANK_POSSIBLE, "the lock could not be typed");
	else if (leak->why == OST_LEAK_OTHERS && !own && handed_by(f, sum->unit, ref, leak, handed))
		ost_draft_doubt(f, is_callback || is_kept_on_error(f, sum->unit, ref, leak) ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
				"another function beside it releases the lock without taking it");
	say_steps(f, sum->unit, leak, lender);
	ost_draft_commit(f);
}

static void look_at(struct ost_finder *f, const struct ost_lk_summary *sum, const struct ost_lk_leak *leak,
		    const struct ost_table *handed)
{
	uint64_t cls = ost_lk_ref_class(&sum->locks[leak->lock]);
	struct lender lender;

	switch (leak->why) {
	case OST_LEAK_LENT:
		if (is_lent_by_all(f, sum->unit, cls, &lender))
			report(f, sum, leak, handed, &lender);
		return;
	case OST_LEAK_KEPT:
		if (!cls || !is_forgotten(f, sum->unit, &sum->locks[leak->lock], handed))
			return;
		break;
	case OST_LEAK_RESULT:
	case OST_LEAK_PROMISED:
		report(f, sum, leak, handed, NULL);
		return;
	default:
		break;
	}
	if (!cls || !caller_releases(f, sum->unit, cls))
		report(f, sum, leak, handed, NULL);
}

void ost_find_leaks(struct ost_finder *f)
{
	struct ost_table handed = OST_TABLE_INIT;

	note_releases(f, &handed);
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		if (!sum || ost_program_unit(f->p, u)->kind != OST_UNIT_FUNC ||
		    !ost_focus_asks(f->focus, u))
			continue;
		for (uint32_t i = 0; i < sum->nr_leaks; i++)
			look_at(f, sum, &sum->leaks[i], &handed);
	}
	ost_table_deinit(&handed);
}
