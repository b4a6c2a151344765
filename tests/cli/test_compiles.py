# SPDX-License-Identifier: GPL-2.0-or-later
"""Would the patched file compile: one commit for each thing that a compiler
refuses though all names are there, and its twin that it takes."""
import json

from history import History
from lib import done, git, ok, run

PATH = "drivers/gadget/gadget.c"
HEADER = """#ifndef GADGET_H
#define GADGET_H
#include <linux/through.h>
#include <asm/io.h>
#define STATS_OF(type, name) type name##_0, name##_1, name
struct stats { int all;
	STATS_OF(int, users);
	STATS_OF(int, kept);
};
struct no_stats { int all; };
#define __stringify(x) #x
#define EXPORT_SYMBOL_NS(sym, ns) const char *sym##_ns = __stringify(ns)
#define MODULE_IMPORT_NS(ns) MODULE_INFO(import_ns, ns)
#define GADGET_OVERHEAD(x) ((x) - GADGET_R_LIMIT)
#define GADGET_R_LIMIT 8
#define GADGET_NAMED(x) GADGET_NAMED_TOO(x)
#define GADGET_NAMED_TOO(x) sizeof(#x)
enum { OWN_EVENT_JOINED };
#define gadget_say(format, ...) printk(format, ##__VA_ARGS__)
int printk(const char *format, ...);
#define gadget_count(g) int of_macro = (g)->users
#define gadget_count_two(g) gadget_count(g)
#define GADGET_APART(g) apart_word(g)
struct gadget { int users; struct chip *chip; };
struct chip { int id; };
struct gadget_ops {
	int (*set)(struct gadget *g, int value);
	void (*stop)(const struct gadget *g, bool hard);
	void (*list)(struct gadget *g, struct gadget_list *list);
	int (*get)(struct gadget *g, u32 *value);
};
typedef struct gadget_list { int n; } gadget_list_t;
int gadget_start(struct gadget *g);
int gadget_use(struct gadget *g, int a, int b);
struct chip *gadget_chip(struct gadget *g);
void gadget_poke(struct gadget *g);
int gadget_each(struct gadget *g, int (*fn)(struct chip *c, void *data));
void gadget_list(struct gadget *g, gadget_list_t *list);
#define COMMON_PART unsigned int made; struct gadget in_common;
struct part { COMMON_PART; int own; union { int left; int right; } ____cacheline_aligned; };
extern struct part the_part;
int gadget_regs(int reg);
struct holder { struct gadget *gadget; struct chip *chip; };
extern struct holder the_holder;
#define gadget_any(g) gadget_poke((struct gadget *)(g))
#define GADGET_WRITE(v) gadget_write(chip, v)
#define GADGET_SHOW(n) n##_show
#define GADGET_NONE(t, n) t n
#define GADGET_GROUP(n) int n##_groups
#define old_chip chip
#define GADGET_TWO 1, 2
#define GADGET_EVENT(n) GADGET_EVENT_##n
enum { GADGET_EVENT(JOIN) };
#define GADGET_EVENTS GADGET_EVENT(LEAVE), GADGET_EVENT(STAY)
enum { GADGET_EVENTS };
#define MODULE_NAME(n) const char *name_##n = #n
#define GADGET_WAY(n) struct gadget n = { 0 }
#define GADGET_FLAG(n) static inline int Gadget##n(struct gadget *g) { return 0; }
GADGET_FLAG(Busy)
#define GADGET_ATTR(n) int n##_attr(void) { return n##_show(0); }
GADGET_FLAG(NotBusy)
#define GADGET_READ(r) gadget_regs(GADGET_R_##r)
#define GADGET_R_LINE_OF(n) (3 + GADGET_LINE_##n)
#define GADGET_LINE_LEFTMOST 3
#define gadget_mask_line(g, r) gadget_put_reg(g, r, 0)
#define gadget_put_reg(g, r, v) gadget_regs(GADGET_R_##r)
#ifdef CONFIG_GADGET_TINY
#include <linux/gadget_tiny.h>
#endif
#define GADGET_R_CHANNEL_OF(n) (n)
#define MAKE_BITS(size) static inline int le##size##_gadget_bits(int v) { return v; }
MAKE_BITS(16)
#define GADGET_FIELD(n) n##_MASK
#define GADGET_EACH(g, code) do { int in_each = g->users; code; } while (0)
#define GADGET_EXTERN(prototype) extern prototype;
GADGET_EXTERN(int gadget_given(struct gadget *g))
#define GADGET_TRACE(a, b) a,
#define GADGET_TRACES GADGET_TRACE(gadget_trace_one, "One") GADGET_TRACE(gadget_trace_two, "Two")
enum gadget_trace { GADGET_TRACES };
#define GADGET_LINE(n) int gadget_line_##n
GADGET_LINE(16);
#define GADGET_BIT(n) static inline int __SetGadget##n(struct gadget *g) { return 0; }
GADGET_BIT(Ready)
#define GADGET_ITEM(t, n) static inline int gadget_##t##_##n##_set(struct gadget *g) { return 0; }
GADGET_ITEM(reg, clock_time)
static const struct gadget gadget_nothing;
#define GADGET_POLL(op, args...) op(args)
int gadget_quiet(struct gadget *g, bool on);
void gadget_panic(struct gadget *g);
void gadget_halt(const struct gadget *g, bool hard);
void gadget_never_back(struct gadget *g);
enum { inner, outer };
#define GADGET_HEAD struct gadget head
struct with_head { GADGET_HEAD; int own; };
#define chip_alias own
struct alias { int chip_alias; int in_common_not; };
#define BUG_ON(c) do { if (c) gadget_regs(0); } while (0)
#define container_of(p, t, member) ((t *)(p))
#define gadget_index(level) do { } while (0)
#define gadget_tell(level, format, ...) ({ gadget_index(level); printk(format, level, ##__VA_ARGS__); })
#define gadget_only_index(level, format) ({ gadget_index(level); printk(format); })
#define gadget_push(n, x) GADGET_PUSH_##n(x)
#define GADGET_PUSH_1(x) gadget_regs(GADGET_R_##x)
#define gadget_alias gadget_tell
#define PASTE_ALL(a, b) a##b
#define TRACE_GADGET(name) static inline void trace_##name(struct gadget *g) { }
TRACE_GADGET(gadget_seen)
#define GADGET_CASE(fn) { .run = fn, .name = #fn }
struct gadget_case { int (*run)(struct gadget *g); const char *name; };
typedef int (*gadget_turn_fn)(struct gadget *g, int way);
struct turn_ops { gadget_turn_fn turn; };
#define GADGET_PARTS { int left_part; int right_part; }
struct gadget_parts GADGET_PARTS;
struct with_parts { union { struct GADGET_PARTS; struct gadget_parts both; }; };
#define GADGET_CALL(name, arg) int ____##name(arg); int name(arg) { return 1; } int ____##name(arg)
#define GADGET_OVERWRITE() static int over_write
#define __gadget_racy
struct shelf {
	struct gadget *slots[4];
	int own;
};
extern struct shelf the_shelf;
void gadget_number(u32 *n);
static inline const struct gadget_ops *ops_of(struct gadget *g) { return 0; }
#define GADGET_MEMBER(g, v) printk("%d", the_shelf.v)
#define GADGET_SUM (1 + 2)
#define gadget_loop(i, n) for (unsigned (i) = 0; (i) < (n); (i)++)
#define offsetof(t, member) __builtin_offsetof(t, member)
#define GADGET_CAP(g, member) ((g)->users + offsetof(struct gadget, member))
#define GADGET_CAP_MADE(g, member) ((g)->member##ers)
#define POINTER_TO *
typedef struct named { int a; } named_t, POINTER_TO named_p;
#define __real_name real_name
struct __real_name { int users;
};
#define GADGET_FORTIFY extern inline __attribute__((gnu_inline))
GADGET_FORTIFY int gadget_fort(struct gadget *g)
{
	return 0;
}
static inline int gadget_inline(struct gadget *g)
{
	int of_inline = 1;

	return of_inline;
}
#endif
"""
CODE = """#include <linux/gadget.h>
#include <linux/gadget_regs.h>
#include <linux/kept.h>
#include "fw/api.h"

static void gadget_clear(struct gadget *g)
{
	g->users = 0;
}

static int gadget_set(struct gadget *g, int value)
{
	int old = g->users, wrong = FW_LIMIT;

	if (value < 0)
		goto out;
	g->users = value;
out:
	gadget_use(g,
		   old, wrong);
	return 0;
}

static void gadget_stop(const struct gadget *g, bool hard)
{
	gadget_kept(g);
}

int gadget_start(struct gadget *g)
{
	int count = 1;

	return gadget_set(g, count);
}

struct wrapper { struct gadget inner; };

GADGET_GROUP(more);
MODULE_NAME(most);

static int gadget_one(struct chip *c, void *data)
{
	int inner = c->id;

	return inner;
}

static void gadget_lists(struct gadget *g, gadget_list_t *list)
{
}

static int gadget_at_end(struct gadget *g)
{
	if (g->users)
		return 1;
	gadget_never_back(g);
}

int gadget_end(struct gadget *g)
{
	return gadget_at_end(g);
}

static void gadget_wait(struct gadget *g)
	__releases(g->lock)
{
	BUG_ON(g->users);
}

struct inside { int kept; int count; };
#define INSIDE_LIMIT 3
#define own_field(f) GADGET_FIELD(OWN_##f)
#define each_own(g) for (struct chip *data = (g)->chip; data; data = 0)
#define own_debug(x...) do { } while (0)
#define own_event(e) (OWN_EVENT_##e)

static int gadget_get(struct gadget *g, u32 *value)
{
	struct inside *i = (struct inside *)g->chip;

	gadget_wait(g);
	i->count = INSIDE_LIMIT;
	return i->kept;
}

static const struct gadget_ops ops = {
	.set = gadget_set,
	.stop = gadget_stop,
	.get = gadget_get,
};
"""
APART = """int apart_start(struct gadget *g);
int apart_word(struct gadget *g);
static inline int apart_inline(struct gadget *g) { return 1; }
#define APART_LIMIT 3
enum { APART_ONE, APART_TWO };
typedef int apart_t;
struct apart { int inner; };
"""
PART = """#include <linux/gadget.h>

int gadget_part(struct gadget *g)
{
	return 0;
}
"""
# What another file includes sees more, and so may what includes a file that the build makes, and what only another architecture builds.
PARTS = {"alone": (PART, False), "pdp": (PART, None), "test": (PART, False), "nobody": (PART, None), "part": (PART, None), "selected": (PART, None), "unselected": (PART, None), "made": ("#include \"gadget.lex.h\"\n" + PART, None),
         "lost": ("#include <linux/by_script.h>\n#include \"nowhere/to/be/found.h\"\n#define apart_start(g) script_start(g)\n" + PART, None)}
WARNED = "unknown where warnings may be errors"
# name: (old, new, does it compile)
CASES = {
    "value-from-void": ("	g->users = 0;\n}", "	g->users = 0;\n	return 1;\n}", False),
    "nothing-from-void": ("	g->users = 0;\n}", "	g->users = 0;\n	return;\n}", True),
    "no-value": ("	return gadget_set(g, count);", "	gadget_set(g, count);\n	return;", False),
    "no-label": ("		goto out;", "		goto nowhere;", False),
    "a-label": ("		goto out;\n	g->users = value;\n", "		goto out;\n	if (value)\n		goto out;\n	g->users = value;\n", True),
    "twice": ("static void gadget_stop", "static void gadget_clear(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", False),
    "once": ("static void gadget_stop", "void gadget_clear_all(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", True),
    "other's-local": ("	return gadget_set(g, count);", "	return gadget_set(g, old);", False),
    "taken-local": ("	int old = g->users, wrong = FW_LIMIT;", "	int old = g->users;", False),
    "own-local": ("	int count = 1;", "	int count = 1, old = 2;\n\n	count += old;", True),
    "void-member": ("static int gadget_set(struct gadget *g, int value)", "static int gadget_set(struct gadget *g)", False),
    "other-record": ("gadget_stop(const struct gadget *g, bool hard)", "gadget_stop(const struct chip *g, bool hard)", False),
    "no-const": ("gadget_stop(const struct gadget *g, bool hard)", "gadget_stop(struct gadget *g, bool hard)", False),
    "no-bool": ("gadget_stop(const struct gadget *g, bool hard)", "gadget_stop(const struct gadget *g, int hard)", False),
    "other-word": ("gadget_set(struct gadget *g, int value)", "gadget_set(struct gadget *g, s32 value)", True),
    "prototype": ("int gadget_start(struct gadget *g)\n", "int gadget_start(struct chip *g)\n", False),
    "argument-below": ("		   old, wrong);", "		   wrong);", False),
    "no-such-member-of-table": ("	.stop = gadget_stop,", "	.stop = gadget_stop,\n	.users = 0,", False),
    "other-argument": ("	g->users = 0;", "	gadget_poke(gadget_chip(g));", False),
    "same-argument": ("	g->users = 0;", "	gadget_poke(g);", True),
    "argument-of-macro": ("	g->users = 0;", "	gadget_any(gadget_chip(g));", True),
    "void-pointer": ("	g->users = 0;", "	void *p = gadget_chip(g);\n\n	gadget_poke(p);", True),
    "value-of-void": ("	int count = 1;", "	int count = gadget_poke(g);", False),
    "value-of-int": ("	int count = 1;", "	int count = gadget_use(g, 1, 2);", True),
    "test-of-void": ("	int count = 1;", "	int count = 1;\n\n	if (gadget_poke(g))\n		count = 2;", False),
    "int-became-void": ("static int gadget_set(struct gadget *g, int value)\n{\n	int old = g->users, wrong = FW_LIMIT;\n\n	if (value < 0)\n		goto out;\n	g->users = value;\nout:\n	gadget_use(g,\n		   old, wrong);\n	return 0;\n}",
                        "static void gadget_set(struct gadget *g, int value)\n{\n}", False),
    "other-pointer": ("	int count = 1;", "	struct gadget *other = gadget_chip(g);\n	int count = 1;", False),
    "same-pointer": ("	int count = 1;", "	struct chip *other = gadget_chip(g);\n	int count = other->id;", True),
    "other-assigned": ("	int count = 1;", "	struct gadget *other;\n	int count = 1;\n\n	other = the_holder.chip;", False),
    "same-assigned": ("	int count = 1;", "	struct gadget *other;\n	int count = 1;\n\n	other = the_holder.gadget;", True),
    "member-of-object": ("	int count = 1;", "	int count = the_holder.nothing;", False),
    "other-callback": ("	int count = 1;", "	int count = gadget_each(g, gadget_set);", False),
    "same-callback": ("	int count = 1;", "	int count = gadget_each(g, gadget_one);", True),
    "pointer-to-typedef": ("	.stop = gadget_stop,", "	.stop = gadget_stop,\n	.list = gadget_lists,", True),
    "member-in-macro": ("	g->users = 0;", "	struct wrapper *h = container_of(&g->users, struct wrapper, inner.users);\n\n	gadget_any(h);", True),
    "member-by-macro": ("	int count = 1;", "	int count = the_part.made;", None),
    "member-of-aligned-union": ("	int count = 1;", "	int count = the_part.right;", True),
    "register": ("	g->users = 0;", "	gadget_regs(GADGET_REG_300);", True),
    "no-register": ("	g->users = 0;", "	gadget_regs(GADGET_REG_400);", False),
    "label-left": ("		goto out;", "		return -1;", WARNED),
    "function-left": ("	.stop = gadget_stop,\n", "", WARNED),
    "function-new": ("static void gadget_stop", "static void gadget_extra(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", WARNED),
    "function-new-and-used": ("static void gadget_stop", "static void gadget_extra(struct gadget *g)\n{\n	g->users = 1;\n}\n\nvoid gadget_most(struct gadget *g)\n{\n	gadget_extra(g);\n}\n\nstatic void gadget_stop", True),
    "function-inline": ("static void gadget_stop", "static inline void gadget_extra(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", True),
    "function-by-macro": ("static void gadget_stop", "static int more_show(struct gadget *g)\n{\n	return g->users;\n}\n\nGADGET_ATTR(more)\n\nstatic void gadget_stop", True),
    "variable-left": ("		   old, wrong);", "		   old, 1);", WARNED),
    "variable-new": ("	int count = 1;", "	int count = 1;\n	int more = 2;", WARNED),
    "variable-that-may-be": ("	int count = 1;", "	int count = 1;\n	int more __maybe_unused = 2;", True),
    "variable-in-typeof": ("	int count = 1;", "	int more;\n	typeof(more) count = 1;", True),
    "variable-of-a-macro": ("	int count = 1;", "	int count = 1;\n	struct chip *chip = gadget_chip(g);\n\n	GADGET_WRITE(2);", None),
    "function-by-initialiser": ("static const struct gadget_ops ops", "static int more_show(struct gadget *g)\n{\n	return g->users;\n}\n\nint (*shown)(struct gadget *g) = GADGET_SHOW(more);\n\nstatic const struct gadget_ops ops", True),
    "macro-for-a-record": ("	int count = 1;", "	struct old_chip *other = gadget_chip(g);\n	int count = other == g->chip;", True),
    "made-behind": ("	int count = 1;", "	int count = more_groups;\n", None),
    "not-made-behind": ("	int count = 1;", "	int count = more_crowds;\n", False),
    "not-made-in-front": ("	int count = 1;", "	int count = a_more_groups;\n", False),
    "constant-given-to-a-macro": ("	int count = 1;", "	int count = 1;\n\n	if (count > GADGET_MOST)\n		gadget_any(GADGET_MOST);", False),
    "name-in-a-message": ("	int count = 1;", "	int count = 1;\n\n	if (count > nobody)\n		gadget_say(\"%d\", nobody);", False),
    "begun-by-a-macro": ("	int count = 1;", "	int count = gadget_has_limits(g);", False),
    "constant-for-a-plain-macro": ("	int count = 1;", "	int count = GADGET_OVERHEAD(GADGET_MOST);", False),
    "constant-for-a-macro-that-quotes": ("	int count = 1;", "	int count = GADGET_NAMED(GADGET_MOST);", None),
    "known-constant-for-a-plain-macro": ("	int count = 1;", "	int count = GADGET_OVERHEAD(GADGET_R_LIMIT);", True),
    "pasted-to-nothing": ("	int count = 1;", "	int count = own_event(NOBODY);", False),
    "pasted-to-a-constant": ("	int count = 1;", "	int count = own_event(JOINED);", True),
    "name-in-an-operand": ("	int count = 1;", "	int count = 1;\n\n	if (count > GADGET_OVERHEAD(nobody))\n		count = nobody;", False),
    "call-for-a-macro-that-pastes": ("	int count = 1;", "	int count = GADGET_NAMED(GADGET_SET_MOST(2));", None),
    "call-for-a-plain-macro": ("	int count = 1;", "	int count = GADGET_OVERHEAD(GADGET_SET_MOST(2));", False),
    "type-in-a-function": ("	int count = 1;", "	typedef int inner_t;\n	inner_t count = 1;", True),
    "type-in-no-function": ("	int count = 1;", "	inner_t count = 1;", False),
    "made-as-a-page-flag": ("	int count = 1;", "	int count = GadgetBusy(g);", None),
    "made-in-a-header": ("	int count = 1;", "	int count = gadget_has_speed(g);", None),
    "made-by-none": ("MODULE_NAME(most);", "MODULE_NAME(most);\n\nint gadget_mark(struct gadget *g)\n{\n	return gadget_most_of(g);\n}", False),
    "declared-by-a-macro": ("	int count = 1;", "	GADGET_WAY(the_way);\n	int count = 1;\n\n	gadget_poke(&the_way);", None),
    "made-by-configuration": ("	int count = 1;", "	int count = CONFIG_GADGET_COUNT;", None),
    "function-of-a-part": ("#include <linux/gadget.h>\n#include <linux/gadget_regs.h>\n#include <linux/kept.h>\n#include \"fw/api.h\"\n\n", "static void gadget_extra(struct gadget *g)\n{\n	g->users = 1;\n}\n\n", True),
    "register-around": ("	g->users = 0;", "	gadget_regs(FW_REG_300);", True),
    "made-from-a-beginning": ("	g->users = 0;", "	gadget_regs(GADGET_EVENT_ROAM);", False),
    "made-from-a-beginning-in-an-enum": ("	g->users = 0;", "	gadget_regs(GADGET_EVENT_JOIN);", None),
    "made-from-a-beginning-in-a-list": ("	g->users = 0;", "	gadget_regs(GADGET_EVENT_LEAVE);", None),
    "function-for-an-include": ("static const struct gadget_ops ops", "static int extra_show(struct gadget *g)\n{\n	return g->users;\n}\n\n#include \"fw/api.h\"\n\nstatic const struct gadget_ops ops", True),
    "variable-of-a-driver's-macro": ("	int count = 1;", "	int count = 1;\n	struct chip *chip = gadget_chip(g);\n\n	fw_write(2);", None),
    "several-arguments": ("	int count = 1;", "	int count = gadget_use(g, GADGET_TWO);", True),
    "too-few-arguments": ("	int count = 1;", "	int count = gadget_use(g, 1);", False),
    "variable-under-a-condition": ("int gadget_start(struct gadget *g)\n{\n	int count = 1;\n\n	return gadget_set(g, count);\n}", "int gadget_start(struct gadget *g)\n{\n	int count = 1;\n\n	return gadget_set(g, count);\n}\n#if 0\nint gadget_off(struct gadget *g)\n{\n	int more = 3;\n\n	return 2;\n}\n#endif", True),
    "object-of-no-record": ("	int count = 1;", "	struct nothing it;\n	int count = gadget_use(g, 1, sizeof(it));", False),
    "pointer-to-no-record": ("	int count = 1;", "	struct nothing *it = 0;\n	int count = gadget_use(g, 1, it != 0);", True),
    "under-a-condition": ("	.stop = gadget_stop,", "	.stop = gadget_stop,\n#if IS_ENABLED(CONFIG_GADGET_NEW)\n	.set = nothing_like_it,\n#endif", None),
    "not-made": ("	int count = 1;", "	int count = GadgetIdle(g);", False),
    "member-path-of-another": ("	g->users = 0;", "	struct wrapper *users = container_of(g, struct wrapper, g.users);\n\n	gadget_any(users);", True),
    "one-more-parameter": ("gadget_get(struct gadget *g, u32 *value)", "gadget_get(struct gadget *g, int at, u32 *value)", False),
    "other-word-for-a-pointer": ("gadget_get(struct gadget *g, u32 *value)", "gadget_get(struct gadget *g, unsigned int *value)", True),
    "member-taken": ("int kept; int count; };", "int kept; };", False),
    "member-taken-that-others-have": ("int kept; int count; };", "int kept; };\nstruct outside { int count; };", False),
    "member-changed": ("int kept; int count; };", "int kept;\n	unsigned int count; };", True),
    "macro-taken": ("#define INSIDE_LIMIT 3\n", "", False),
    "macro-made-an-enum": ("#define INSIDE_LIMIT 3\n", "enum { INSIDE_LIMIT = 3 };\n", True),
    "function-left-with-a-lock's-word": ("	gadget_wait(g);\n", "", WARNED),
    "variable-new-beside-a-macro": ("	BUG_ON(g->users);", "	int more = 2;\n\n	BUG_ON(g->users);", WARNED),
    "declared-by-an-architecture": ("	int count = 1;", "	int count = pdp_ioremap(g);", False),
    "declared-by-none": ("	int count = 1;", "	int count = pdp_iounmap(g);", False),
    "given-to-a-paster-within": ("	int count = 1;", "	int count = gadget_mask_line(g, LINE_OF(LEFTMOST));", None),
    "given-to-a-plain-macro-within": ("	int count = 1;", "	int count = GADGET_OVERHEAD(LINE_OF(LEFTMOST));", False),
    "given-to-a-paster": ("	int count = 1;", "	int count = GADGET_READ(CHANNEL_OF(2));", None),
    "given-to-a-macro": ("	int count = 1;", "	int count = 1;\n\n	BUG_ON(channel_of(2));", False),
    "made-around-a-number": ("	int count = 1;", "	int count = le16_gadget_bits(1);", None),
    "made-around-no-number": ("	int count = 1;", "	int count = 1 + first_gadget_bits(1);", False),
    "made-of-two-words": ("	int count = 1;", "	int count = GadgetNotBusy(g);", None),
    "member-of-a-macro-with-arguments": ("	int count = 1;", "	struct fw_state *s = 0;\n	int count = s->in_common;", None),
    "member-of-no-macro": ("	int count = 1;", "	struct fw_plain *s = 0;\n	int count = s->users;", False),
    "member-that-is-a-macro": ("	int count = 1;", "	int count = the_part.chip_alias;", None),
    "member-under-a-condition": ("	int count = 1;", "	int count = 1;\n#ifdef GADGET_DEBUG\n	count = the_part.in_common_not;\n#endif", None),
    "type-under-a-condition": ("	g->users = 0;", "	g->users = 0;\n#ifdef GADGET_DEBUG\n	gadget_poke(gadget_chip(g));\n#endif", True),
    "variable-of-a-register": ("	int count = 1;", "	int channel = 1;\n	int count = FW_CHANNEL_REG;", None),
    "function-begun-by-a-macro": ("static void gadget_stop", "#define OWN_TYPE gadget_ip4\nstatic int gadget_ip4_kadt(struct gadget *g)\n{\n	return g->users;\n}\n\nstatic void gadget_stop", True),
    "lines-that-stand-above": ("	int count = 1;\n\n	return", "	int count = 1;\n\n	g->users = value;\n	return", False),
    "local-of-a-macro": ("	int count = 1;", "	int count = 1;\n\n	gadget_count(g);\n	count = of_macro;", None),
    "local-of-a-macro-of-a-macro": ("	int count = 1;", "	int count = 1;\n\n	gadget_count_two(g);\n	count = of_macro;", None),
    "local-of-another-macro": ("	int count = 1;", "	int count = 1;\n\n	GADGET_WAY(two);\n	count = of_macro + two.users;", False),
    "structure-for-a-number": ("	return gadget_set(g, count);", "	return gadget_regs(g);", False),
    "member-for-a-number": ("	return gadget_set(g, count);", "	return gadget_regs(g->chip);", False),
    "number-for-a-number": ("	return gadget_set(g, count);", "	return gadget_set(g, count) + gadget_regs(g->users);", True),
    "number-for-a-structure": ("	return gadget_set(g, count);", "	return gadget_start(count);", False),
    "number-of-a-member-for-a-structure": ("	return gadget_set(g, count);", "	return gadget_set(g, count) + gadget_start(g->users);", False),
    "nothing-for-a-structure": ("	return gadget_set(g, count);", "	return gadget_set(0, count);", True),
    "not-announced": ("static void gadget_stop", "void gadget_clear_all(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", True),
    "announced-here": ("static void gadget_stop", "void gadget_clear_all(struct gadget *g);\nvoid gadget_clear_all(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", True),
    "announced-there": ("static void gadget_stop", "void gadget_poke(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", True),
    "if-without-an-end": ("static void gadget_stop", "#ifdef CONFIG_STOP\nstatic void gadget_stop", False),
    "end-without-an-if": ("static void gadget_stop", "#endif /* CONFIG_STOP */\nstatic void gadget_stop", False),
    "if-in-a-comment": ("static void gadget_stop", "/*\n#if 0\n*/\nstatic void gadget_stop", True),
    "if-in-a-string": ("static void gadget_stop", "const char *if_text = \"/*\";\n#if 0\n#endif\nstatic void gadget_stop", True),
    "string-for-a-word": ("GADGET_GROUP(more);", "GADGET_GROUP(more);\nEXPORT_SYMBOL_NS(gadget_start, \"GADGET\");", WARNED),
    "word-for-a-word": ("GADGET_GROUP(more);", "GADGET_GROUP(more);\nEXPORT_SYMBOL_NS(gadget_start, GADGET);", True),
    "word-for-a-string": ("GADGET_GROUP(more);", "GADGET_GROUP(more);\nMODULE_IMPORT_NS(GADGET);", False),
    "string-for-a-string": ("GADGET_GROUP(more);", "GADGET_GROUP(more);\nMODULE_IMPORT_NS(\"GADGET\");", True),
    "name-of-the-compiler": ("	int count = 1;", "	int count = sizeof(__func__) + sizeof(KBUILD_MODNAME);", True),
    "name-of-the-makefile": ("	int count = 1;", "	int count = GADGET_BY_MAKE;", None),
    "member-that-a-macro-of-a-shared-record-makes": ("	int count = 1;", "	struct stats *s = 0;\n	int count = s->users + s->kept;", None),
    "member-that-no-macro-makes": ("	int count = 1;", "	struct no_stats *s = 0;\n	int count = s->users;", False),
    "static-object-of-a-header": ("	int count = 1;", "	int count = fw_table[0];", True),
    # made by the build: in no tree (data/built-headers.txt); the last is nowhere
    "header-of-the-build": ("#include <linux/gadget.h>\n", "#include <linux/gadget.h>\n#include \"gadget_key.asn1.h\"\n", True),
    "header-of-registers": ("#include <linux/gadget.h>\n", "#include <linux/gadget.h>\n#include \"a9xx.xml.h\"\n", True),
    "header-of-a-generation": ("#include <linux/gadget.h>\n", "#include <linux/gadget.h>\n#include <linux/nextgen.h>\n", False),
    "header-of-programs": ("#include <linux/gadget.h>\n", "#include <linux/gadget.h>\n#include <linux/for_tools.h>\n", False),
    "name-of-nobody": ("	int count = 1;", "	int count = nobody;", False),
    "function-not-included": ("	g->users = 0;", "	g->users = apart_start(g);", False),
    "inline-not-included": ("	g->users = 0;", "	g->users = apart_inline(g);", False),
    "macro-not-included": ("	int count = 1;", "	int count = APART_LIMIT;", False),
    "constant-not-included": ("	int count = 1;", "	int count = APART_ONE;", False),
    "struct-not-included": ("	int count = 1;", "	struct apart a;\n	int count = sizeof(a);", False),
    "type-not-included": ("	int count = 1;", "	apart_t count = 1;", False),
    "member-not-included": ("	int count = 1;", "	int count = through_apart(g)->inner;", False),
    "member-of-a-struct-not-included": ("	int count = 1;", "	struct apart *a = through_apart(g);\n	int count = a->inner;", False),
    "included-with-it": ("#include <linux/gadget.h>\n", "#include <linux/gadget.h>\n#include <linux/apart.h>\n\nint more_start(struct gadget *g)\n{\n	return apart_start(g) + APART_ONE + APART_LIMIT;\n}\n", True),
    "included-under-a-condition": ("#include <linux/gadget.h>\n", "#include <linux/gadget.h>\n#ifdef CONFIG_APART\n#include <linux/apart.h>\n#endif\n\nint more_start(struct gadget *g)\n{\n	return apart_start(g);\n}\n", True),
    "included-by-another": ("	g->users = 0;", "	g->users = through_start(g);", True),
    "included-by-another-architecture": ("	g->users = 0;", "	g->users = by_pdp(g);", False),
    "word-of-an-included-header": ("	g->users = 0;", "	g->users = apart_word(g);", None),
    "prototype-given-to-a-macro": ("	int count = 1;", "	int count = gadget_given(g);", None),
    "constant-of-a-list": ("	int count = 1;", "	int count = gadget_trace_two;", None),
    "constant-of-no-list": ("	int count = 1;", "	int count = gadget_trace_three;", False),
    "number-pasted-behind": ("	int count = 1;", "	int count = gadget_line_16;", None),
    "number-not-pasted-behind": ("	int count = 1;", "	int count = gadget_line_17;", False),
    "pasted-behind-a-beginning": ("	int count = 1;", "	int count = __SetGadgetReady(g);", None),
    "not-pasted-behind-a-beginning": ("	int count = 1;", "	int count = __SetGadgetSteady(g);", False),
    "pasted-of-several": ("	int count = 1;", "	int count = gadget_reg_clock_time_set(g);", None),
    "not-pasted-of-several": ("	int count = 1;", "	int count = gadget_reg_clock_tide_set(g);", False),
    "pointer-for-a-truth": ("	int count = 1;", "	int count = gadget_quiet(g, g);", True),
    "given-to-a-macro-that-drops-it": ("	int count = 1;", "	int count = 1;\n\n	own_debug(nobody_at_all(g), g->nothing);", None),
    "call-under-a-switch": ("	int count = 1;", "	int count = 1;\n#ifdef GADGET_OLD\n	if (gadget_use(g, 1)) {\n#else\n	if (gadget_use(g, 1, 2)) {\n#endif\n		count = 2;\n	}\n", None),
    "call-under-no-switch": ("	int count = 1;", "	int count = 1;\n#ifdef CONFIG_GADGET\n	if (gadget_use(g, 1)) {\n#else\n	if (gadget_use(g, 1, 2)) {\n#endif\n		count = 2;\n	}\n", False),
    "goto-under-a-switch": ("	int count = 1;", "	int count = 1;\n#ifdef GADGET_OLD\n	goto nowhere;\n#endif\n", None),
    "other's-local-under-a-switch": ("	int count = 1;", "	int count = 1;\n#if 0\n	count = old;\n#endif\n", None),
    "constant-named-as-a-local": ("	int count = 1;", "	int count = inner;", True),
    "local-of-a-block": ("	int count = 1;", "	struct chip *own = g->chip;\n	int count = 1;\n\n	if (count) {\n		struct gadget *own = g;\n\n		count = own->users;\n	}\n	count = own->id;", True),
    "not-of-the-local-of-a-block": ("	int count = 1;", "	struct chip *own = g->chip;\n	int count = 1;\n\n	if (count) {\n		struct gadget *own = g;\n\n		count = own->users;\n	}\n	count = own->users;", False),
    "member-by-a-bare-macro": ("	int count = 1;", "	struct with_head *h = 0;\n	int count = h->head.users;", None),
    "array-declared-by-a-macro": ("	int count = 1;", "	int count = 1;\n	GADGET_NONE(char far, *old[3]);\n\n	count = old[0] != 0;", None),
    "object-declared-by-a-macro": ("	int count = 1;", "	GADGET_WAY(the_mask) = {};\n	int count = gadget_set(&the_mask, 1);", None),
    "pasted-and-given-on": ("	int count = 1;", "	int count = own_field(NOBODY);", None),
    "quoted-in-a-table": ("GADGET_GROUP(more);", "GADGET_GROUP(more);\nstatic int table[] = { GADGET_NAMED(in%d_most), GADGET_NAMED(a##b) };\nint *gadget_table(void)\n{\n	return table;\n}", None),
    "type-in-a-head": ("int gadget_start(struct gadget *g)\n", "int gadget_start(nobody_t *g)\n", False),
    "type-in-a-new-head": ("static void gadget_wait", "static inline int gadget_of(nobody_t *g)\n{\n	return 0;\n}\n\nstatic void gadget_wait", False),
    "types-in-a-new-head": ("static void gadget_wait", "static inline u32 gadget_of(gadget_list_t *g, s32 a, struct nobody *b)\n{\n	return 0;\n}\n\nstatic void gadget_wait", True),
    "structure-in-a-new-head": ("static void gadget_wait", "static inline int gadget_of(struct nobody g)\n{\n	return 0;\n}\n\nstatic void gadget_wait", False),
    "structure-in-a-prototype": ("static void gadget_wait", "struct nobody gadget_of(struct nobody g);\n\nstatic void gadget_wait", True),
    "type-of-a-member": ("int kept; int count; };", "int kept; int count;\n	nobody_t *other; };", False),
    "structure-of-a-member": ("int kept; int count; };", "int kept; int count;\n	struct nobody other; };", False),
    "structure-behind-a-member": ("int kept; int count; };", "int kept; int count;\n	struct nobody *other; };", True),
    "type-of-an-object": ("static void gadget_wait", "nobody_t the_other;\n\nstatic void gadget_wait", False),
    "structure-of-an-object": ("static void gadget_wait", "struct nobody the_other;\n\nstatic void gadget_wait", False),
    "structure-of-an-object-elsewhere": ("static void gadget_wait", "extern struct nobody the_other;\n\nstatic void gadget_wait", True),
    "macro-outside": ("GADGET_GROUP(more);", "GADGET_GROUP(more);\nGADGET_CROWD(more);", False),
    "macro-outside-that-is-there": ("GADGET_GROUP(more);", "GADGET_GROUP(more);\nGADGET_GROUP(many);", True),
    "end-without-a-value": ("	return gadget_set(g, count);", "	gadget_set(g, count);", False),
    "end-without-a-value-behind-one": ("	return gadget_set(g, count);", "	if (count)\n		return 1;\n	g->users = count;", False),
    "end-behind-a-macro": ("	return gadget_set(g, count);", "	if (count)\n		return 1;\n	GADGET_WAY(none);", None),
    "end-behind-what-ends-all": ("	return gadget_set(g, count);", "	gadget_set(g, count);\n	gadget_panic(g);", True),
    "statement-cut-by-an-if": ("	int count = 1;", "	int count = 1;\n#ifdef CONFIG_GADGET_BAND\n	if (count == 2) {\n		gadget_use(g, band_of, 2);\n	} else\n#endif\n	{\n		count = 2;\n	}\n", None),
    "own-macro-named-as-a-function": ("	int count = 1;", "#define gadget_poke(m) OWN_EVENT_##m\n	int count = gadget_poke(JOINED);", None),
    "member-of-an-x86-structure": ("	int count = 1;", "	struct x86_io io = { .port = 1 };\n	int count = io.port;", None),
    "static-object-of-a-shared-header": ("	int count = 1;", "	int count = gadget_nothing.users;", True),
    "poll-by-a-macro-that-pastes": ("	int count = 1;", "	int count = GADGET_POLL(GADGET_READ, CHANNEL_OF(2));", None),
    "local-of-an-own-loop": ("	int count = 1;", "	int count = 1;\n\n	each_own(g)\n		count = data != 0;", None),
    "too-many-arguments-outside": ("GADGET_GROUP(more);", "GADGET_GROUP(more, less);", False),
    "declared-function-of-another-type": ("	.stop = gadget_stop,", "	.stop = gadget_poke,", False),
    "declared-function-of-the-type": ("	.stop = gadget_stop,", "	.stop = gadget_halt,", WARNED),
    "end-that-was-there": ("static int gadget_at_end(struct gadget *g)\n{\n", "static int gadget_at_end(struct gadget *g)\n{\n	g->users = 2;\n", True),
    "local-of-a-header's-function": ("	g->users = 0;", "	g->users = of_inline;", False),
    "parameter-of-a-prototype": ("	g->users = 0;", "	g->users = fn != 0;", False),
    "given-to-a-message": ("	g->users = 0;", "	gadget_tell(nowhere, \"x\");", False),
    "given-to-a-message-by-another-name": ("	g->users = 0;", "	gadget_alias(nowhere, \"x\");", False),
    "given-to-what-drops-it": ("	g->users = 0;", "	gadget_only_index(nowhere, \"x\");", True),
    "given-to-what-is-called-by-a-paste": ("	g->users = 0;", "	gadget_push(1, NOT_HEARD_OF);", None),
    "made-of-two-words-that-nobody-pastes": ("	g->users = 0;", "	gadget_regs_gadget_bits(g);", False),
    "tracepoint-of-nobody": ("	g->users = 0;", "	trace_gadget_gone(g);", False),
    "tracepoint": ("	g->users = 0;", "	trace_gadget_seen(g);", None),
    "member-of-no-record": ("	g->users = 0;", "	struct nobody *n = (void *)g;\n\n	n->users = 0;", False),
    "arguments-outside-under-a-set-condition": ("GADGET_GROUP(more);", "#if IS_ENABLED(CONFIG_GADGET)\nGADGET_GROUP(more, less);\n#endif", False),
    "name-under-a-set-condition": ("	g->users = 0;", "#ifdef CONFIG_GADGET_BOOL\n	gadget_regs_of(g);\n#endif\n	g->users = 0;", False),
    "name-under-an-else-that-is-compiled": ("	g->users = 0;", "#ifdef CONFIG_GADGET_PDP\n	g->users = 1;\n#else\n	gadget_regs_of(g);\n#endif", False),
    "name-under-a-condition-of-another-architecture": ("	g->users = 0;", "#ifdef CONFIG_GADGET_PDP\n	gadget_regs_of(g);\n#endif\n	g->users = 0;", None),
    "name-under-an-else-that-is-not": ("	g->users = 0;", "#ifdef CONFIG_GADGET_BOOL\n	g->users = 1;\n#else\n	gadget_regs(g, 1, 2);\n#endif", None),
    "name-under-one-of-a-choice": ("	g->users = 0;", "#ifdef CONFIG_GADGET_ONE\n	gadget_regs_of(g);\n#endif\n	g->users = 0;", None),
    "arguments-under-a-switch-beside-a-condition": ("	g->users = 0;", "#if defined(DEBUG) && defined(CONFIG_GADGET_BOOL)\n	gadget_regs(g, 1, 2);\n#endif\n	g->users = 0;", None),
    "arguments-under-elif-of-a-switch": ("	g->users = 0;", "#ifdef CONFIG_GADGET_PDP\n	g->users = 1;\n#elif defined(OLD_API)\n	gadget_regs(g, 1, 2);\n#endif", None),
    "case-twice": ("	g->users = 0;", "	switch (g->users) {\n	case OWN_EVENT_JOINED:\n		break;\n	case OWN_EVENT_JOINED:\n		g->users = 0;\n	}", False),
    "cases-of-two-switches": ("	g->users = 0;", "	switch (g->users) {\n	case OWN_EVENT_JOINED:\n		switch (g->users) {\n		case OWN_EVENT_JOINED:\n			g->users = 0;\n		}\n	}", True),
    "cases-of-an-if": ("	g->users = 0;", "	switch (g->users) {\n#ifdef OLD_API\n	case OWN_EVENT_JOINED:\n		break;\n#else\n	case OWN_EVENT_JOINED:\n		g->users = 0;\n#endif\n	}", True),
    "static-variable-new": ("static void gadget_wait", "static int of_nobody;\n\nstatic void gadget_wait", WARNED),
    "static-constant-new": ("static void gadget_wait", "static const int of_nobody = 1;\n\nstatic void gadget_wait", True),
    "static-variable-used": ("static void gadget_wait", "static int of_all;\nint *gadget_all(void)\n{\n	return &of_all;\n}\n\nstatic void gadget_wait", True),
    "name-in-a-table-that-quotes": ("static void gadget_wait", "static const struct gadget_case cases[] = { GADGET_CASE(gadget_nowhere) };\nconst struct gadget_case *gadget_cases(void)\n{\n	return cases;\n}\n\nstatic void gadget_wait", False),
    "function-in-a-table-that-quotes": ("static void gadget_wait", "static const struct gadget_case cases[] = { GADGET_CASE(gadget_start) };\nconst struct gadget_case *gadget_cases(void)\n{\n	return cases;\n}\n\nstatic void gadget_wait", True),
    "form-of-a-typedef": ("static void gadget_wait", "static const struct turn_ops turns = { .turn = gadget_start };\nconst struct turn_ops *gadget_turns(void)\n{\n	return &turns;\n}\n\nstatic void gadget_wait", False),
    "member-of-an-open-record-in-no-header": ("	g->users = 0;", "	struct stats s = { .all = 1 };\n\n	s.never_heard_of = 2;", False),
    "member-of-a-record-by-macro": ("	g->users = 0;", "	struct gadget_parts p = { .left_part = 1 };\n	struct with_parts w = { .right_part = 2 };\n\n	g->users = p.left_part + w.right_part;", None),
    "call-of-a-head-by-macro": ("static void gadget_wait", "GADGET_CALL(gadget_called, int a)\n{\n	return a;\n}\n\nint gadget_calls(struct gadget *g)\n{\n	return ____gadget_called(1);\n}\n\nstatic void gadget_wait", None),
    "declared-by-a-macro-outside": ("static void gadget_wait", "GADGET_OVERWRITE();\n\nint gadget_overwrite(struct gadget *g)\n{\n	return gadget_use(g, over_write, 1);\n}\n\nstatic void gadget_wait", None),
    "declared-with-an-odd-word": ("static void gadget_wait", "static int __gadget_racy odd_count __read_mostly;\n\nint gadget_odd(struct gadget *g)\n{\n	return gadget_use(g, odd_count, 1);\n}\n\nstatic void gadget_wait", None),
    "pasted-in-an-enum-of-the-file": ("static void gadget_wait", "#define OWN_F1(n) n##_MARK\nenum { OWN_F1(OWN_A), OWN_F1(OWN_B) };\n\nint gadget_mark(struct gadget *g)\n{\n	return gadget_use(g, OWN_B_MARK, 1);\n}\n\nstatic void gadget_wait", None),
    "number-of-arguments-of-a-member": ("	g->users = 0;", "	g->users = 0;\n	ops_of(g)->set(g);", False),
    "arguments-of-a-member": ("	g->users = 0;", "	g->users = 0;\n	ops_of(g)->set(g, 1);", True),
    "pointer-to-a-pointer": ("	g->users = 0;", "	gadget_poke(&g);", False),
    "address-of-an-array-of-pointers": ("	g->users = 0;", "	gadget_poke(the_shelf.slots);", False),
    "element-of-an-array-of-pointers": ("	g->users = 0;", "	gadget_poke(the_shelf.slots[0]);", True),
    "sign-of-a-pointed-number": ("	g->users = 0;", "	gadget_number(&g->users);", True),
    "size-of-a-pointed-number": ("	g->users = 0;", "	long n = 0;\n\n	gadget_number(&n);", False),
    "dot-of-a-pointer": ("	g->users = 0;", "	g.users = 0;", False),
    "arrow-of-a-structure": ("	g->users = 0;", "	the_holder->gadget = g;", False),
    "structure-for-a-pointer": ("	g->users = 0;", "	gadget_poke(*g);", False),
    "returned-of-another-type": ("	return gadget_set(g, count);", "	return gadget_chip(g)->id + count;", True),
    "returned-pointer-of-another-type": ("static void gadget_wait", "struct chip *gadget_as_chip(struct gadget *g)\n{\n	return g;\n}\n\nstatic void gadget_wait", False),
    "const-is-lost": ("	g->users = 0;", "	const struct gadget *c = g;\n\n	gadget_poke(c);", WARNED),
    "parameter-of-another-size": ("static int gadget_set(struct gadget *g, int value)", "static int gadget_set(struct gadget *g, u32 value)", False),
    "type-of-a-kept-line": ("static int gadget_get(struct gadget *g, u32 *value)\n{\n	struct inside *i = (struct inside *)g->chip;", "static int gadget_get(struct gadget *g, u32 *value)\n{\n	struct gadget_ops *i = (struct gadget_ops *)g->chip;", False),
    "structure-that-is-nowhere": ("	struct inside *i = (struct inside *)g->chip;", "	struct gone *i = (struct gone *)g->chip;", False),
    "inline-of-a-conditional-header": ("static void gadget_stop", "int gadget_tiny(struct gadget *g)\n{\n	return 1;\n}\n\nstatic void gadget_stop", True),
    "inline-of-a-header-twice": ("static void gadget_stop", "int gadget_inline(struct gadget *g)\n{\n	return 1;\n}\n\nstatic void gadget_stop", False),
    "fortified-in-a-header": ("static void gadget_stop", "int gadget_fort(struct gadget *g)\n{\n	return 1;\n}\n\nstatic void gadget_stop", True),
    "name-that-macros-make": ("struct inside {", "#define OWN_ALL OWN_X( OWN_MADE_ONE, 1 )\n#define OWN_X(a, b) a\nenum own_made { OWN_ALL };\n"
                              "#define OWN_FIRST OWN_MADE_ONE\nint own_first(void)\n{\n	return OWN_FIRST;\n}\nstruct inside {", True),
    "typedef-that-names-itself": ("struct inside {", "typedef int (*cb_t)(cb_t p, int x);\ntypedef int (*cb_t)(cb_t p, long x);\nextern cb_t cb_hook;\n"
                                  "int cb_use(int n)\n{\n	n = cb_hook(0, 1, 2, 3);\n	return n;\n}\nstruct inside {", True),
    "object-of-a-macro": ("struct inside {", "#define DEFINE_PER_CPU_ALIGNED(type, name) type name\nstatic DEFINE_PER_CPU_ALIGNED(unsigned long, own_counts[4]);\n"
                          "struct own_version { unsigned long *counts; };\nconst struct own_version own_version = { .counts = own_counts };\nstruct inside {", True),
    "structure-twice": ("struct inside {", "struct wrapper {\n	struct gadget more;\n};\nstruct inside {", False),
    "structure-of-a-header-twice": ("struct inside {", "struct chip {\n	int id;\n};\nstruct inside {", False),
    "constant-twice": ("struct inside {", "enum { OWN_EVENT_JOINED };\nstruct inside {", False),
    "static-after-a-prototype": ("int gadget_start(struct gadget *g)\n{", "static int gadget_start(struct gadget *g)\n{", False),
    "local-twice": ("	int count = 1;", "	int count = 1;\n	int count = 2;", False),
    "local-in-an-inner-block": ("	int count = 1;", "	int count = 1;\n\n	{\n		int count = 2;\n\n		gadget_use(g, count, 1);\n	}", True),
    "label-twice": ("out:\n", "out:\n	g->users = 1;\nout:\n", False),
    "member-of-another-header's-structure": ("	g->users = 0;", "	the_shelf.only_elsewhere = 0;", False),
    "text-of-a-macro": ("#define INSIDE_LIMIT 3", "#define INSIDE_LIMIT (GADGET_R_GONE | 3)", False),
    "text-of-a-macro-without-use": ("#define INSIDE_LIMIT 3", "#define INSIDE_LIMIT 3\n#define INSIDE_OTHER (GADGET_R_GONE | 3)", True),
    "text-of-a-macro-of-a-known-name": ("#define INSIDE_LIMIT 3", "#define INSIDE_LIMIT (GADGET_R_LIMIT | 3)", True),
    "include-that-is-not-searched": ("#include \"fw/api.h\"", "#include \"fw/api.h\"\n#include \"far.h\"", False),
    "include-by-a-makefile": ("#include \"fw/api.h\"", "#include \"fw/api.h\"\n#include \"near.h\"", True),
    "include-by-a-variable-of-a-makefile": ("#include \"fw/api.h\"", "#include \"fw/api.h\"\n#include \"nearer.h\"", True),
    "include-of-no-architecture's": ("#include \"fw/api.h\"", "#include \"fw/api.h\"\n#include <asm/only_pdp.h>", False),
    "include-taken-away": ("#include <linux/gadget_regs.h>\n", "", True),
    "include-taken-away-that-is-used": ("#include <linux/kept.h>\n", "", False),
    "set-and-not-used": ("	int count = 1;", "	int count = 1, band;\n\n	band = 2;", True),
    "set-and-used": ("	int count = 1;", "	int count = 1, band;\n\n	band = count;\n	gadget_use(g, band, 1);", True),
    "structure-with-another-name-by-make": ("	g->users = 0;", "	struct by_make *m = (void *)g;\n\n	m->users = 0;", None),
    "word-of-no-header": ("struct inside { int kept; int count; };", "struct inside {\n	int kept;\n	int count;\n	int all[] __counted_by_nobody(count);\n};", False),
    "word-of-a-header": ("struct inside { int kept; int count; };", "struct inside {\n	int kept;\n	int count __gadget_racy;\n};", True),
    "nothing-between-parentheses": ("static void gadget_wait", "int gadget_none();\n\nint gadget_none()\n{\n	return 1;\n}\n\nstatic void gadget_wait", False),
    "void-between-parentheses": ("static void gadget_wait", "int gadget_none(void);\n\nint gadget_none(void)\n{\n	return 1;\n}\n\nstatic void gadget_wait", True),
    "brace-too-much": ("	g->users = 0;\n}", "	g->users = 0;\n}\n}", False),
    "parenthesis-in-a-literal": ("	g->users = 0;", "	g->users = 0;\n	printk(\"(%s\", '{');", True),
    "read-only-member": ("static void gadget_stop(const struct gadget *g, bool hard)\n{", "static void gadget_stop(const struct gadget *g, bool hard)\n{\n	g->users = 1;", False),
    "declared-in-a-loop": ("	g->users = 0;", "	for (int i = 0; i < 3; i++)\n		g->users = i;", True),
    "declared-behind-a-statement": ("	g->users = 0;", "	if (g)\n		g->users = 0;\n	int i = 3;\n	g->users = i;", True),
    "list-by-a-macro-that-is-given": ("struct inside {", "#define INSIDE_LIST(X) X(NOT_HEARD_ONE) X(NOT_HEARD_TWO)\n#define INSIDE_ITEM(n) #n,\nstatic const char *const items[] = { INSIDE_LIST(INSIDE_ITEM) };\nconst char *const *inside_items(void)\n{\n	return items;\n}\nstruct inside {", None),
    "stub-beside-a-conditional-header": ("struct inside {", "#ifdef CONFIG_GADGET_PDP\n#include <linux/by_pdp.h>\n#else\nstatic inline int by_pdp(struct gadget *g) { return 0; }\n#endif\nstruct inside {", True),
    "constant-of-two-arms": ("struct inside {", "enum {\n#ifdef CONFIG_GADGET_BOOL\n	INSIDE_STEP = 1,\n#else\n	INSIDE_STEP = 0,\n#endif\n};\nstruct inside {", True),
    "left-side-of-a-dot-for-a-macro": ("	g->users = 0;", "	GADGET_MEMBER(g, slots - 1);\n	GADGET_MEMBER(g, own.users - 1);", None),
    "second-name-of-a-type-by-a-macro": ("	g->users = 0;", "	named_p n = (void *)g;\n\n	n = (void *)g;\n	if (n)\n		g->users = 0;", None),
    "structure-by-another-name": ("	g->users = 0;", "	struct real_name *n = (void *)g;\n\n	n->users = 0;", None),
    "call-of-what-a-macro-declares": ("#define INSIDE_LIMIT 3", "#define INSIDE_LIMIT ({ int (*__routine)(int r) = gadget_regs; __routine(3); })", None),
    "structure-by-a-macro-of-the-file": ("struct inside {", "#define INSIDE_RECORD(n) struct n { int first; }\nINSIDE_RECORD(by_macro);\nint inside_first(struct by_macro *m)\n{\n	return m->first;\n}\nstruct inside {", None),
    "constants-of-two-functions": ("	g->users = 0;", "	enum { FIRST_OF = 1 };\n\n	{\n		enum { FIRST_OF = 2 };\n	}\n	g->users = FIRST_OF;", None),
    "macro-without-its-arguments": ("	g->users = 0;", "	g->users = GADGET_OVERHEAD;", False),
    "macro-with-arguments": ("	g->users = 0;", "	g->users = GADGET_OVERHEAD(3);", True),
    "call-of-a-number": ("	g->users = 0;", "	g->users = GADGET_SUM(g);", False),
    "call-of-a-number-in-a-macro": ("#define INSIDE_LIMIT 3", "#define INSIDE_LIMIT (GADGET_SUM(g) + 3)", False),
    "local-of-a-macro-with-a-macro's-name": ("	g->users = 0;", "	gadget_loop(gadget_count, 3)\n		g->users = gadget_count;", None),
    "call-of-an-alias": ("	g->users = 0;", "	gadget_alias(1, \"x\");", True),
    "member-that-a-macro-is-given": ("	g->users = 0;", "	g->users = GADGET_CAP(g, never_heard_of);", False),
    "known-member-that-a-macro-is-given": ("	g->users = 0;", "	g->users = GADGET_CAP(g, users);", True),
    "member-that-a-macro-pastes": ("	g->users = 0;", "	g->users = GADGET_CAP_MADE(g, us);", None),
    "far-header": ("	g->users = 0;", "	g->users = FW_OTHER_LIMIT;", True),
}


FILES = {
    "Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 5\n", PATH: CODE, "include/linux/gadget.h": HEADER,
    "include/linux/gadget_regs.h": "".join(f"#define GADGET_REG_{i}\t0x{i:x}\n" for i in range(320)),
    "include/linux/types.h": "#define __maybe_unused\n#define __read_mostly\ntypedef int s32;\ntypedef unsigned int u32;\ntypedef _Bool bool;\n",
    "drivers/gadget/deep/fw/api.h": "static const int fw_table[] = { 1 };\n#define FW_LIMIT 4\n#define fw_write(v) gadget_write(chip, v)\n#include \"fw/more.h\"\n#include \"fw/regs.h\"\n#define GADGET_HAS(n) static inline int gadget_has_##n(struct gadget *g) { return 1; }\nGADGET_HAS(speed)\n#define FW_CHANNEL_REG (0x20 + channel)\n"
    "#define FW_BITS(a, b) int a; int b;\nstruct fw_state {\n\tint own;\n\tFW_BITS(in_common, more)\n};\nstruct fw_plain {\n\tint own __aligned(8);\n};\n",
    "arch/pdp/include/asm/io.h": "#include <linux/by_pdp.h>\nint pdp_ioremap(void *p);\n",
    "init/Kconfig": "config WERROR\n\tbool \"Warnings are errors\"\n",
    "scripts/Makefile.extrawarn": "ifneq ($(findstring 1, $(KBUILD_EXTRA_WARN)),)\nKBUILD_CFLAGS += -Wmissing-prototypes\nendif\n",
    "Kconfig": 'config COMPILE_TEST\n\tbool "Test"\n\nsource "drivers/gadget/Kconfig"\nsource "arch/$(SRCARCH)/Kconfig"\n',
    "arch/x86/Kconfig": "config X86\n\tdef_bool y\n", "arch/pdp/Kconfig": "config PDP\n\tdef_bool y\n",
    "drivers/gadget/Kconfig": 'config GADGET\n\ttristate "Gadget"\n\nconfig GADGET_PDP\n\ttristate "Gadget of a PDP"\n\tdepends on PDP\n\n'
    "config GADGET_BOOL\n\tbool \"More\"\n\tdepends on GADGET\n\nchoice\n\tprompt \"One\"\n\nconfig GADGET_ONE\n\tbool \"First\"\n\nendchoice\n\n"
    "config GADGET_SELECTED\n\tbool\n\nconfig GADGET_UNSELECTED\n\tbool\n\nconfig GADGET_SELECTING\n\tbool \"Other\"\n\tselect GADGET_SELECTED if PDP\n\n"
    'config GADGET_TEST\n\ttristate "Gadget of a PDP"\n\tdepends on PDP || COMPILE_TEST\n',
    "Kbuild": "obj-y += drivers/\n", "drivers/Makefile": "obj-$(CONFIG_GADGET) += gadget/\n",
    "drivers/gadget/Makefile": "NEAR = $(src)/../near\nccflags-y += -DGADGET_BY_MAKE=2 -Dby_make=gadget -I$(srctree)/drivers/near \\\n\t-I$(NEAR)/er\nobj-$(CONFIG_GADGET) += gadget.o alone.o whole.o part.o made.o\n"
    "obj-$(CONFIG_GADGET_PDP) += pdp.o\nobj-$(CONFIG_GADGET_TEST) += test.o\nobj-$(CONFIG_GADGET_SELECTED) += selected.o\nobj-$(CONFIG_GADGET_UNSELECTED) += unselected.o\n",
    "include/linux/gadget_tiny.h": "static inline int gadget_tiny(struct gadget *g)\n{\n	return 0;\n}\n",
    "include/linux/line_of.h": "#define LINE_OF(n) (n)\n",
    "include/linux/kept.h": "int gadget_kept(const struct gadget *g);\n", "drivers/near/near.h": "int near;\n", "drivers/near/er/nearer.h": "int nearer;\n",
    "drivers/far/far.h": "struct shelf {\n\tint only_elsewhere;\n};\n", "arch/pdp/include/asm/only_pdp.h": "int only_pdp;\n",
    "drivers/gadget/deep/far.h": "struct shelf {\n\tint only_elsewhere;\n};\n",
    "arch/x86/include/asm/io.h": "int x86_ioremap(void *p);\nstruct x86_io { int port; };\n",
    "tools/include/linux/for_tools.h": "int for_tools;\n",
    "include/linux/by_script.h": "#include \"../../scripts/lib/script.h\"\n", "scripts/lib/script.h": "#define script_start(g) gadget_start(g)\n",
    "include/linux/by_pdp.h": "int by_pdp(struct gadget *g);\n",
    "include/linux/through.h": "#include <linux/types.h>\nint through_start(struct gadget *g);\nstruct apart *through_apart(struct gadget *g);\n",
    "include/linux/apart.h": APART,
    "drivers/gadget/whole.c": "#include <linux/gadget.h>\n#include <linux/apart.h>\n#include \"part.c\"\n",
    **{f"drivers/gadget/{name}.c": text for name, (text, _) in PARTS.items()},
    "drivers/gadget/deep/fw/regs.h": "".join(f"#define FW_REG_{i}\t0x{i:x}\n" for i in range(320)),
    "drivers/gadget/deep/fw/more.h": "enum { FW_OTHER_LIMIT };\n"}


def ask(h, names):
    """The answer for each of these branches, all from one mailbox."""
    box = "".join(git(h.repo, "format-patch", "-1", "--stdout", "--no-signature", name) for name in names)
    code, out, err = run("branches", "-", f"--repo={h.repo}", "--format=json", "--no-proofs", stdin=box)
    answers = [json.loads(line)["branches"][0] for line in out.splitlines()] if code == 0 else []
    ok(len(answers) == len(names), "every patch has its answer", (len(answers), err))
    return dict(zip(names, answers))


def check_case(name, good, b):
    # None: must not be refused, and may be unknown
    ok(b["compiles"] == {True: "yes", False: "no", WARNED: "unknown"}[good] if good is not None else b["compiles"] != "no",
       f"{name}: {'is not' if good is None else 'compiles' if good else 'is'} refused",
       (b["compiles"], b.get("compiles_why"), b.get("missing")))
    if good == WARNED:
        ok("WERROR" in b["compiles_why"] or "namespace" in b["compiles_why"], f"{name}: says what it is", b["compiles_why"])
    if good is False:
        ok(b.get("compiles_why") or b.get("missing"), f"{name}: with the reason", b)
    if name.endswith("not-included") and good is False:
        ok("no header that drivers/gadget/gadget.c includes declares" in (b.get("compiles_why") or ""), f"{name}: by the headers", b)


def main():
    h = History("compiles")
    base = h.commit("linux-6.1.y", "Linux 6.1.5\n", FILES)
    for name, (old, new, _) in CASES.items():
        ok(old in CODE, f"{name}: the place is there")
        h.commit(name, f"gadget: {name}\n", {PATH: CODE.replace(old, new, 1)}, base)
    for name, (text, _) in PARTS.items():
        h.commit(f"part-{name}", f"gadget: {name}\n",
                 {f"drivers/gadget/{name}.c": text.replace("return 0", "return apart_start(g) + pdp_ioremap(g)")}, base)
    answers = ask(h, [*CASES, *(f"part-{name}" for name in PARTS)])
    for name, (_, _, good) in CASES.items():
        check_case(name, good, answers[name])
    check_words(h)
    for name, (_, good) in PARTS.items():
        b = answers[f"part-{name}"]
        ok(b["compiles"] == "no" if good is False else b["compiles"] != "no", f"a function that {name}.c does not include", b)


def check_words(h):
    """A name in small letters is not called a macro."""
    out = run("branches", "other's-local", f"--repo={h.repo}", "--no-proofs")[1] + run("branches", "name-of-nobody", f"--repo={h.repo}", "--no-proofs")[1]
    ok("missing name: nobody," in out and "missing macro" not in out, "what is missing is a name", out)


def check_other_options():
    """Before 5.15 no configuration makes warnings errors; -Wmissing-prototypes is W=1's before 6.8, and for all since."""
    for werror, name, good in ((False, "variable-new", "yes"), (False, "structure-for-a-number", "unknown"), (True, "not-announced", "unknown"),
                               (True, "declared-in-a-loop", "no"), (True, "declared-behind-a-statement", "unknown"),
                               (True, "set-and-not-used", "unknown"), (True, "set-and-used", "yes")):
        h = History(f"compiles-{name}-{werror}")
        files = {k: v for k, v in FILES.items() if werror or k != "init/Kconfig"}
        if name.startswith("declared"):
            files["Makefile"] += "KBUILD_CFLAGS := -Wall -std=gnu89\nKBUILD_CFLAGS += -Wdeclaration-after-statement\n"
        if name.startswith("set-and"):
            files["drivers/Makefile"] += "subdir-ccflags-y += $(call cc-option, -Wunused-but-set-variable)\n"
        if name == "not-announced":
            files["scripts/Makefile.extrawarn"] = "KBUILD_CFLAGS += -Wmissing-prototypes\nifneq ($(findstring 1, $(KBUILD_EXTRA_WARN)),)\nendif\n"
        base = h.commit("linux-5.10.y", "Linux 5.10.5\n", files)
        old, new, _ = CASES[name]
        h.commit(name, f"gadget: {name}\n", {PATH: CODE.replace(old, new, 1)}, base)
        code, out, err = run("branches", name, f"--repo={h.repo}", "--format=json", "--no-proofs")
        b = json.loads(out)["branches"][0] if code == 0 else {"compiles": err}
        ok(b["compiles"] == good, f"{name}: {good} with other options of the branch", (b["compiles"], b.get("compiles_why")))


main()
check_other_options()
done()
