// SPDX-License-Identifier: GPL-2.0-or-later
/* Which lock an expression names, and how a callee's lock looks from here. */
#include "locks/eval.h"

#include <string.h>

static bool same_ref(const struct ost_lk_ref *a, const struct ost_lk_ref *b)
{
	if (a->nr_names != b->nr_names || a->field != b->field || a->global != b->global)
		return false;
	for (int i = 0; i < a->nr_names; i++)
		if (a->names[i] != b->names[i])
			return false;
	if (ost_path_equal(&a->path, &b->path))
		return true;
	return a->text && a->text == b->text;
}

uint16_t ost_ev_add_lock(struct ost_lk_eval *e, const struct ost_lk_ref *ref)
{
	for (size_t i = 0; i < e->locks.nr; i++)
		if (same_ref(&e->locks.items[i], ref)) {
			if (e->locks.items[i].kind == OST_LKK_ANY)	/* an assertion came first */
				e->locks.items[i].kind = ref->kind;
			return (uint16_t)i;
		}
	if (e->locks.nr >= OST_EVAL_LOCKS) {
		e->is_limited = true;
		return OST_EVAL_LOCKS;
	}
	ost_vec_add(&e->locks, *ref);
	return (uint16_t)(e->locks.nr - 1);
}

static void push_step(struct ost_path *path, uint32_t kind, uint32_t id)
{
	if (path->nr_steps == OST_PATH_MAX) {
		path->is_truncated = true;
		return;
	}
	path->steps[path->nr_steps++] = (struct ost_step){ kind, id };
}

/* path: the value of a pointer, or the address of a place; becomes that of its member. */
static bool add_member(struct ost_lk_eval *e, struct ost_path *path, struct ost_ctype *type,
		       uint32_t name)
{
	const struct ost_program *p = e->scope.p;
	uint32_t record = ost_ctype_record(p, *type), field;

	field = record == OST_NO_ID ? OST_NO_ID : ost_record_find_field(p, record, name);
	if (field == OST_NO_ID)
		return false;
	if (path->addr > 0)
		path->addr--;
	else
		push_step(path, OST_STEP_DEREF, 0);
	push_step(path, OST_STEP_FIELD, field);
	*type = ost_field_type(p, field);
	return true;
}

void ost_ev_member_ref(struct ost_lk_eval *e, uint32_t arg, const uint32_t *names, unsigned nr,
		       unsigned arrows, bool addr, struct ost_lk_ref *ret)
{
	struct ost_ctype type;
	bool ok = true;

	memset(ret, 0, sizeof(*ret));
	ret->field = ret->global = OST_NO_ID;
	ost_expr_path(&e->scope, arg, OST_PATH_LOCALS | OST_PATH_CALLS, &ret->path);
	ret->text = ost_ev_hash(e, arg);
	if (nr) {
		type = ost_expr_type(&e->scope, arg);
		for (unsigned i = 0; i < nr && ok; i++) {
			/* a value in hand: `x->f` with x a pointer, `x.f` never on a value here */
			ok = add_member(e, &ret->path, &type, names[i]);
			ret->text = ret->text * 31 + names[i];
			if (ok && i + 1 < nr && !(arrows & 1u << (i + 1)))
				ret->path.addr++;
		}
		if (ok && addr)
			ret->path.addr++;
		if (!ok)
			ret->path.kind = OST_BASE_UNKNOWN, ret->path.is_truncated = true;
	}
	if (ok)
		ost_path_class(&ret->path, &ret->field, &ret->global);
}

/* In a macro: `&(xa)->xa_lock` is parameter 0 and the member's name. */
static bool template_ref(struct ost_lk_eval *e, uint32_t n, struct ost_lk_ref *ret)
{
	uint32_t names[OST_LK_NAMES];
	unsigned nr = 0, arrows = 0;
	const struct ost_node *node = ost_ev_node(e, n);
	uint8_t param;
	bool addr = false;

	if (node->op == OST_N_UNARY && node->sub == OST_OP_ADDR) {
		addr = true;
		n = ost_ev_strip(e, n + 1);
		node = ost_ev_node(e, n);
	}
	for (; node->op == OST_N_MEMBER; n = ost_ev_strip(e, n + 1), node = ost_ev_node(e, n)) {
		if (nr == OST_LK_NAMES)
			return false;
		names[nr] = ost_program_find_name(e->scope.p, ost_ev_str(e, node->a));
		arrows = arrows << 1 | (node->sub == OST_MEMBER_ARROW);
		if (names[nr++] == OST_NO_ID)
			return false;
	}
	if (node->op != OST_N_NAME)
		return false;
	param = ost_ev_param_of(e, node->a);
	if (!param || (addr && !nr))
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->field = ret->global = OST_NO_ID;
	ret->path.kind = OST_BASE_PARAM;
	ret->path.base = param - 1u;
	ret->nr_names = (uint8_t)nr;
	ret->name_arrows = (uint8_t)arrows;
	ret->name_addr = addr;
	for (unsigned i = 0; i < nr; i++)
		ret->names[i] = names[nr - 1 - i];
	return true;
}

static void add_suffix(struct ost_lk_eval *e, uint32_t arg, const char *suffix, struct ost_lk_ref *ref)
{
	uint32_t names[OST_LK_NAMES];
	unsigned nr = 0;
	char part[64];

	while (*suffix && nr < OST_LK_NAMES) {
		size_t len = strcspn(suffix, ".");

		if (len >= sizeof(part))
			break;
		memcpy(part, suffix, len);
		part[len] = '\0';
		names[nr++] = ost_program_find_name(e->scope.p, part);
		suffix += len + (suffix[len] == '.');
	}
	ost_ev_member_ref(e, arg, names, nr, 1, true, ref);
}

uint16_t ost_ev_lock(struct ost_lk_eval *e, uint32_t arg, const char *suffix, uint8_t kind)
{
	struct ost_lk_ref ref;

	if (!arg)
		return OST_EVAL_LOCKS;
	arg = ost_ev_strip(e, arg);
	if (*suffix)
		add_suffix(e, arg, suffix, &ref);
	else if (!e->is_macro || !template_ref(e, arg, &ref))
		ost_ev_member_ref(e, arg, NULL, 0, 0, false, &ref);
	ref.kind = kind;
	return ost_ev_add_lock(e, &ref);
}

uint16_t ost_ev_global_lock(struct ost_lk_eval *e, const char *name, uint8_t kind)
{
	uint32_t id = ost_program_find_name(e->scope.p, name);
	struct ost_lk_ref ref;

	memset(&ref, 0, sizeof(ref));
	ref.field = OST_NO_ID;
	ref.global = id == OST_NO_ID ? OST_NO_ID :
		ost_program_resolve_global(e->scope.p, e->scope.file, id);
	if (ref.global == OST_NO_ID && id != OST_NO_ID)	/* static in the core's own file */
		ref.global = ost_program_only_global(e->scope.p, id);
	if (ref.global == OST_NO_ID)
		return OST_EVAL_LOCKS;
	ref.kind = kind;
	ref.path.kind = OST_BASE_GLOBAL;
	ref.path.base = ref.global;
	ref.path.addr = 1;
	return ost_ev_add_lock(e, &ref);
}

/* inner, based on the result of the call at `call`. */
static void based_on_call(const struct ost_lk_ref *inner, uint32_t call, struct ost_lk_ref *ret)
{
	*ret = *inner;
	ret->path.kind = OST_BASE_CALL;
	ret->path.base = call;
	ret->is_result = false;
	ret->text = 0;
}

uint16_t ost_ev_carry(struct ost_lk_eval *e, uint32_t call, const struct ost_lk_summary *callee,
		      uint16_t lock)
{
	const struct ost_lk_ref *inner = &callee->locks[lock];
	struct ost_lk_ref ref;
	struct ost_path arg_path;
	uint32_t arg;

	switch (inner->path.kind) {
	case OST_BASE_GLOBAL:
		ref = *inner;
		ref.text = 0;
		break;
	case OST_BASE_PARAM:
		arg = ost_ev_arg(e, call, inner->path.base);
		if (!arg)
			return OST_EVAL_LOCKS;
		arg = ost_ev_strip(e, arg);
		if (e->is_macro && !inner->path.nr_steps && !inner->nr_names &&
		    template_ref(e, arg, &ref))
			break;
		ost_ev_member_ref(e, arg, inner->names, inner->nr_names, inner->name_arrows,
				  inner->name_addr, &ref);
		arg_path = ref.path;
		if (inner->path.nr_steps || inner->path.addr) {
			struct ost_path tail = inner->path;

			ost_path_compose(e->scope.p, &arg_path, &tail, &ref.path);
			ref.text = ref.text * 31 + inner->text;
			ost_path_class(&ref.path, &ref.field, &ref.global);
		}
		break;
	default:
		if (!inner->is_result && inner->field == OST_NO_ID && inner->global == OST_NO_ID)
			return OST_EVAL_LOCKS;
		if (inner->is_result) {
			based_on_call(inner, call, &ref);
			break;
		}
		ref = *inner;
		ref.path.kind = OST_BASE_UNKNOWN;
		ref.text = 0;
		break;
	}
	ref.kind = inner->kind;
	return ost_ev_add_lock(e, &ref);
}
