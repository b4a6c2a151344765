# SPDX-License-Identifier: GPL-2.0-or-later
"""What makes a branch affected or not although the patch applies, each rule with its twin.

Usage: test_affected.py OSTLER. For each case: the code before and after the
fix, the message, and branches with the answer that their code deserves.
"""
import json

from lib import TMP, done, git, ok, run

MAKEFILE = "VERSION = 6\nPATCHLEVEL = 6\nSUBLEVEL = 10\n"
HEAD = '#include <linux/gadget.h>\n\n'
HEADER = """struct gadget {
	int nr;
	int state;
	int lost;
	void *pages[64];
	void *oper;
	struct mutex mtx;
};
struct gadget_info { int seq; };
void mutex_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);
void gadget_dbg(const char *format, ...);
int gadget_start(struct gadget *g);
int gadget_put(struct gadget *g, int seq);
void gadget_sync(struct gadget *g);
int gadget_cancel(struct gadget *g);
"""
PATH = "drivers/gadget/gadget.c"


def func(body, name="gadget_probe", args="struct gadget *g, const struct id *id"):
    return f"int {name}({args})\n{{\n" + "".join(f"\t{line}\n" if line else "\n" for line in body.split("\n")) + "}\n"


PROBE = func("int ret;\n\nret = gadget_start(g);\nif (ret)\n\treturn ret;\ng->state = id->kind;\nreturn gadget_put(g, 1);")
CHECKED = PROBE.replace("\tret = gadget_start", "\tif (!id)\n\t\treturn -22;\n\n\tret = gadget_start")
RELEASE = func("struct gadget_info info;\n\ninfo.seq = gadget_put(g, 0);\ngadget_sync(g);\ng->nr++;\n"
               "g->pages[info.seq] = 0;\ng->state = 0;", "gadget_release", "struct gadget *g")
LIMITED = RELEASE.replace("\tg->nr++;", "\tif (info.seq >= GADGET_MAX)\n\t\treturn;\n\tg->nr++;")
LOCKED = func("mutex_lock(&g->mtx);\ng->state = gadget_put(g, 7);\nmutex_unlock(&g->mtx);\nreturn 0;", "gadget_poll", "struct gadget *g")
UNLOCKED = LOCKED.replace("\tmutex_lock(&g->mtx);\n", "").replace("\tmutex_unlock(&g->mtx);\n", "")
GUARDED = UNLOCKED.replace("\tg->state", "\tguard(mutex)(&g->mtx);\n\tg->state")
DOWN = func("int found = gadget_start(g);\n\ngadget_cancel(g);\nif (found)\n\tgadget_put(g, 3);\nreturn found;", "gadget_down", "struct gadget *g")
SYNCED = DOWN.replace("gadget_cancel(g)", "gadget_sync(g)")
OLDER_DOWN = DOWN.replace("gadget_cancel(g);", "if (g->nr)\n\t\tgadget_halt(g, 2, found);")
FREE = func("gadget_put(g, 4);\nif (g->lost)\n\tgadget_sync(g);\nreturn g->state;", "gadget_free", "struct gadget *g")
FREED = FREE.replace("\tif (g->lost)", "\tg->state = 0;\n\tif (g->lost)")
OPER = func("if (g->nr > 8)\n\treturn -22;\nif (g->state)\n\treturn -1;\n\nreturn 0;", "gadget_check", "struct gadget *g")
OPERED = OPER.replace("\n\treturn 0;", "\tif (!g->oper)\n\t\treturn -22;\n\n\treturn 0;")
USER = func("struct gadget_oper *o = g->oper;\n\nreturn o->size;", "gadget_user", "struct gadget *g")
PARSE = func("struct gadget *g = gadget_alloc(nr);\n\nif (!g)\n\treturn 0;\nwhile (nr--)\n\tg->pages[nr] = 0;\nreturn g;", "gadget_parse", "int nr")
COUNTED = PARSE.replace("\twhile", "\tg->nr = nr;\n\twhile")
MOVED = func("int ret;\n\nif (g->state > 2)\n\treturn 0;\nret = gadget_start(g);\nif (WARN_ON(ret == GADGET_NOTHING))\n\treturn gadget_put(g, 12);\n"
             "g->lost = ret;\nreturn ret;", "gadget_mode", "struct gadget *g")
QUIET = MOVED.replace("WARN_ON(ret == GADGET_NOTHING)", "ret == GADGET_NOTHING")
STEPS = func("if (g->nr)\n\tgadget_step(g, 0);\nif (g->state)\n\tgadget_step(g, 1);\nif (g->lost)\n\tgadget_step(g, 2);\nreturn 0;", "gadget_steps", "struct gadget *g")
TWO = func("int a = gadget_start(g);\n\nif (a > g->nr)\n\treturn gadget_put(g, 8);\nreturn a;", "gadget_one", "struct gadget *g")
BOTH_BEFORE, BOTH_AFTER = TWO + "\n" + FREE, TWO.replace("a > g->nr", "a >= g->nr") + "\n" + FREED

REACHED = PROBE.replace("\tint ret;\n", "\tconst int *kind = &id->kind;\n\tint ret;\n").replace("id->kind;\n\treturn gadget_put(g, 1)", "*kind;\n\treturn gadget_put(g, 1)")
RECORD = "struct gadget_report {\n\tint kind;\n\tchar length;\n};\n\n" + FREE
PACKED = RECORD.replace("\tchar length;\n};", "\tchar length;\n} __packed;")
TABLE = "static const struct rule rules[] = {\n" + "".join(f"\t[{n}] = {{ .kind = {k}, .most = {m} }},\n" for n, k, m in
        (("RULE_NONE", "KIND_NONE", 0), ("RULE_WIDTH", "KIND_BYTE", 7), ("RULE_DEPTH", "KIND_WORD", 15), ("RULE_MODE", "KIND_BYTE", 3))) + "};\n"
LEAST = TABLE.replace("KIND_WORD, .most = 15", "KIND_WORD, .most = 14")
CAPS = "static struct caps caps = {\n\t.flags =\tCAP_SHORT |\n\t\tCAP_LONG,\n\t.nr = 3,\n\t.most = 4,\n\t.least = 1,\n\t.more = 2,\n};\n"
WIDE = CAPS.replace("CAP_LONG,", "CAP_LONG |\n\t\tCAP_WIDE,")
RESET = func("g->lost = 1;\ngadget_sync(g);\ngadget_abort(g);\ng->nr = 0;", "gadget_reset", "struct gadget *g") + "\n" + FREE + "\n" + \
    func("gadget_put(g, 20);\nmutex_lock(&g->mtx);\ngadget_start(g);\ng->state = 20;\ngadget_put(g, 21);\n"
         "gadget_reset(g);\nmutex_unlock(&g->mtx);\nreturn 0;", "gadget_restart", "struct gadget *g")
ABORT = "void gadget_abort(struct gadget *g);\n"
ABORTED = RESET.replace("\tgadget_abort(g);\n", "").replace("\tmutex_lock", "\tgadget_abort(g);\n\tmutex_lock")
LEAK = func("void *s = gadget_alloc(1);\n\nif (!s)\n\treturn 0;\nif (gadget_load(g, s) == -517)\n\treturn gadget_error(-517);\n"
            "gadget_put(g, 30);\nreturn s;", "gadget_settings", "struct gadget *g")
NO_LEAK = LEAK.replace("== -517)\n", "== -517) {\n\t\tgadget_drop(s);\n").replace("gadget_error(-517);\n", "gadget_error(-517);\n\t}\n")
TAILS = func("gadget_put(g, 40);\ngadget_sync(g);\n\nreturn gadget_start(g);", "gadget_wake", "struct gadget *g") + "\n" + \
    func("int nr;\n\nnr = gadget_put(g, 41);\ng->nr = nr;\ngadget_sync(g);\ng->lost = 0;\n\nreturn gadget_cancel(g);", "gadget_sleep", "struct gadget *g")
CAUGHT = TAILS.replace("\treturn gadget_start(g);", '\tret = gadget_start(g);\n\tif (ret)\n\t\tgadget_dbg("not started");\n\n\treturn ret;') \
    .replace("\tgadget_put(g, 40)", "\tint ret;\n\n\tgadget_put(g, 40)").replace("\tint nr;", "\tint ret, nr;") \
    .replace("\treturn gadget_cancel(g);", '\tret = gadget_cancel(g);\n\tif (ret)\n\t\tgadget_dbg("not cancelled");\n\n\treturn ret;')
NOTICE = "/*\n * One year\n * A year\n * Some year\n * Years ago in the company of gadgets, all rights reserved by it, written by many\n * gadget_free() keeps the state of a gadget\n * for ever, since someone may want it\n */\n" + FREE
FILL = func("int ret;\n\ngadget_sync(g);\ng->nr = 4;\ng->state = gadget_start(g);\nret = gadget_cancel(g);\nif (ret < 0)\n\treturn ret;\n"
            "switch (g->lost) {\ncase 1:\n\tret = gadget_put(g, 52);\n\tif (ret < 0)\n\t\treturn ret;\n\tbreak;\ndefault:\n\tbreak;\n}\nreturn 0;",
            "gadget_fill", "struct gadget *g")
FILLED = FILL.replace("\tret = gadget_cancel", "\tswitch (g->lost) {\n\tcase 2:\n\t\tret = gadget_put(g, 53);\n\t\tif (ret < 0)\n\t\t\treturn ret;\n"
                      "\t\tbreak;\n\tdefault:\n\t\tbreak;\n\t}\n\tret = gadget_cancel")
MACRO = FREE + "\n#define GADGET_SET(g, low, high) \\\n\tdo { \\\n\t\t(g)->state = ((low) & 15) | \\\n\t\t\t((high) << 4); \\\n\t} while (0)\n"
MASKED = MACRO.replace("((high) << 4)", "gadget_bits(high, 4)")
ATTACH = func("struct part *part = gadget_part(g);\nbool is_new;\n\nis_new = g->part != part;\nif (is_new) {\n\tgadget_sync(g);\n"
              "\tpart->owner = g;\n\tg->part = part;\n}\nreturn gadget_start(g);", "gadget_attach", "struct gadget *g")
TESTED = ATTACH.replace("\t\tpart->owner", "\t\tif (part)\n\t\t\tpart->owner")
PATHS = func("int ret;\n\nif (gadget_lost(g)) {\n\tgadget_unlock(g);\n\treturn -1;\n}\n\ng->nr = 1;\ng->state = gadget_start(g);\nret = gadget_put(g, 60);\ng->nr = 3;\n\n"
             "if (gadget_lost(g)) {\n\tgadget_unlock(g);\n\tgadget_put(g, 61);\n\treturn -1;\n}\n\ng->nr = 2;\nreturn ret;", "gadget_paths", "struct gadget *g")
PATHS_PUT = PATHS.replace("\t\tgadget_unlock(g);\n\t\treturn", "\t\tgadget_unlock(g);\n\t\tgadget_put(g, 61);\n\t\treturn", 1)
TESTS = func("g->nr = 1;\nif (g->lost) {\n\tgadget_sync(g);\n\treturn -1;\n}\n\ng->state = gadget_start(g);\nreturn 0;", "gadget_tests", "struct gadget *g")
TESTS_TWO = TESTS.replace("\tg->state = gadget", "\tif (g->nr > 5) {\n\t\tgadget_put(g, 70);\n\t\treturn -1;\n\t}\n\n\tg->state = gadget")
FAR = func("if (g->far_nr > 3)\n\treturn -1;\n\ngadget_sync(g);\ngadget_put(g, g->far_nr);\nreturn 0;", "gadget_far", "struct gadget *g")
FAR_LIMIT = FAR.replace("\tgadget_sync(g);", "\tif (g->far_nr < 1)\n\t\treturn -2;\n\n\tgadget_sync(g);")
OPS = "static const struct gadget_ops gadget_ops = {\n\t.start = gadget_start,\n\t.sync = gadget_sync,\n\t.put = gadget_put,\n};\n"
OPS_SET = OPS.replace("\t.sync", "\t.quirks = 3,\n\t.sync")
INIT = "static struct queue *queue;\n\n" + func("int ret;\n\nqueue = gadget_queue(3);\nret = gadget_register(80);\nif (ret)\n\tgadget_dbg(\"no\");\nreturn ret;", "gadget_init", "void") + "\n" + \
    func("return gadget_run(queue, g);", "gadget_work", "struct gadget *g")
INIT_TESTED = INIT.replace("\tret = gadget_register", "\tif (!queue)\n\t\treturn -12;\n\n\tret = gadget_register")

ERRORS = func("int ret;\n\nret = gadget_start(g);\nif (ret < 0)\n\treturn -12;\ng->clk = gadget_get(g, 90);\nif (gadget_failed(g->clk))\n\treturn -517;\n"
              "gadget_sync(g);\nreturn 0;", "gadget_bus", "struct gadget *g")
ERRORS_PUT = ERRORS.replace("(g->clk))\n", "(g->clk)) {\n\t\tgadget_drop(g->oper);\n").replace("-517;\n", "-517;\n\t}\n")
BY_LABEL = ERRORS.replace("(g->clk))\n\t\treturn -517;", "(g->clk)) {\n\t\tret = gadget_error(g->clk);\n\t\tgoto out;\n\t}").replace("\treturn 0;\n", "\tgadget_put(g, 96);\n\tg->nr = 7;\n\tg->state = gadget_next(g);\n\tg->lost = g->nr;\n\treturn 0;\nout:\n\tgadget_put(g, 1);\n\tg->state = 0;\n\tgadget_drop(g->oper);\n\treturn ret;\n")
TIMERS = func("struct node *node;\n\nfor_each_gadget(node, g) {\n\tdel_timer(&node->timer);\n\tgadget_unlink(node);\n}\nreturn g->nr;", "gadget_timers", "struct gadget *g")
TIMERS_SYNC = TIMERS.replace("del_timer(", "del_timer_sync(")
ARMS = func("if (!g->lost) {\n\tg->state = gadget_start(g);\n\tgadget_dbg(\"on\");\n}\n\ngadget_put(g, 93);\nreturn gadget_wait(g, 94);", "gadget_arms", "struct gadget *g")
ARMS_TWO = ARMS.replace("\"on\");\n\t}", "\"on\");\n\t} else {\n\t\tgadget_again(g, 95);\n\t}")
POLL = func("struct gadget *g = data;\n\ngadget_poll(g);\nreturn 0;", "gadget_rf", "void *data")
POLL_LOCKED = POLL.replace("\tgadget_poll(g);", "\tgadget_lock(g);\n\tgadget_poll(g);\n\tgadget_unlock(g);")
POLL_SETS = POLL.replace("gadget_poll(g);", "g->state = gadget_poll(g);")
LOCK_DECLARED = "void gadget_lock(struct gadget *g);\n"

LEVELS = func("int level, map;\n\nmap = g->lost;\ng->state = 4;\ngadget_sync(g);\nif (map)\n\tg->nr = gadget_map(g, map, 7);\nmore(g);\n\nlevel = find(map);\nreturn level;",
              "gadget_levels", "struct gadget *g")
LEVELS_SET = LEVELS.replace("\tif (map)", "\tlevel = 9;\n\tif (map)")
NO_LEVEL = func("int ret;\n\ng->state = 4;\ngadget_sync(g);\nret = gadget_map(g, 3, 8);\nif (ret)\n\treturn ret;\ng->nr = ret;\nreturn 0;", "gadget_levels", "struct gadget *g")

BITS = "static int bits = 12;\n\n" + func("int nr;\n\ngadget_sync(0);\nsize = 1 << bits;\nmask = size - 1;\nnr = gadget_table(size);\nreturn nr;", "gadget_tables", "void")
BITS_TESTED = BITS.replace("\tsize = 1", "\tif (bits < 8 || bits > 20) {\n\t\tgadget_dbg(\"default\");\n\t\tbits = 12;\n\t}\n\tsize = 1")
CLAIM = func("struct part *part = gadget_part(g);\nint err;\n\nif (!part)\n\treturn;\n\n/*\n * The face needs\n * its lock held\n * for that.\n */\ngadget_lock(&part->face->dev);\nerr = gadget_claim(g, part->face, part);\n"
             "gadget_unlock(&part->face->dev);\nif (err < 0) {\n\tpart->face = NULL;\n\tgadget_err(g->dev, \"no face to claim\");\n\treturn;\n}\ng->nr = 1;", "gadget_face", "struct gadget *g")
CLAIM_TESTED = CLAIM.replace("\t/*", "\tif (!part->face) {\n\t\tgadget_err(g->dev, \"no face to claim\");\n\t\treturn;\n\t}\n\n\t/*")
KINDS = func("int i;\n\nfor (i = 0; i < g->nr; i++) {\n\tg->pages[i] = 0;\n\tif (g->nr == 1 && g->kinds[0] == KIND_SINGLE)\n\t\tbreak;\n\tgadget_put(g, i);\n\tgadget_sync(g);\n}\nreturn 0;",
             "gadget_kinds", "struct gadget *g")
ALL_KINDS = KINDS.replace("\t\tif (g->nr == 1 && g->kinds[0] == KIND_SINGLE)\n\t\t\tbreak;\n", "")
OTHER_KINDS = KINDS.replace("\t\tif (g->nr == 1 && g->kinds[0] == KIND_SINGLE)\n\t\t\tbreak;\n", "\t\tg->state = g->kinds[0];\n\t\tif (!g->state)\n\t\t\tbreak;\n")

# name: (before, after, message, {branch: (files, answer)})
# a helper takes the body, and a new function its name
HANDLE = func("int ret = 0;\nint more = g->state;\n\nif (g->nr)\n\tret = gadget_put(g, 110);\ng->lost = more;\nreturn ret;", "gadget_handle", "struct gadget *g")
WRAPPED = HANDLE.replace("gadget_handle(", "gadget_handle_unlocked(") + "\n" + \
    func("int ret;\n\nmutex_lock(&g->mtx);\nret = gadget_handle_unlocked(g);\nmutex_unlock(&g->mtx);\nreturn ret;", "gadget_handle", "struct gadget *g")
WRAPPED_FREE = WRAPPED + "\n" + FREE
# one statement, and an entry of a table that only some branches ever had
ENTRY = TABLE.replace("};\n", "\t[34] = { .kind = KIND_LAST, .most = 120 },\n};\n") + "\n" + \
    func("gadget_sync(g);\ng->nr = map->option;\ng->state = map->state;\nreturn 0;", "gadget_efuse", "struct gadget *g, struct map *map")
ENTRY_GONE = ENTRY.replace("\t[34] = { .kind = KIND_LAST, .most = 120 },\n", "").replace("map->option;", "map->option & 31;")
# the words of what is added stand further up, for something else
SPEED = func("int ret, retries = 10;\nint pocr = ocr;\n\ntry_again:\nif (!retries) {\n\tocr &= ~GADGET_FAST_MODE;\n\tgadget_dbg(\"skipped\");\n}\n\n"
             "gadget_idle(g);\n\nret = gadget_condition(g, ocr);\nif (!ret)\n\tocr |= GADGET_CCS;\n\nif (retries && gadget_is_fast(g))\n\tocr |= GADGET_FAST_MODE;\n\n"
             "if (gadget_max(g) > 150)\n\tocr |= GADGET_XPC;\n\nret = gadget_reply(g, ocr, rocr);\nif (ret)\n\treturn ret;\n\n"
             "if (!gadget_is_slow(g) && rocr && (*rocr & GADGET_REPLY)) {\n\tret = gadget_volts(g, pocr);\n\tif (ret == -11) {\n\t\tretries--;\n\t\tgoto try_again;\n\t}\n}\n"
             "ret = gadget_cid(g, cid);\nreturn ret;", "gadget_speed", "struct gadget *g, unsigned ocr, unsigned *cid, unsigned *rocr")
SPEED_ASKED = SPEED.replace("gadget_is_slow(g) && rocr", "gadget_is_slow(g) && (ocr & GADGET_FAST_MODE) && rocr")
# a macro beside others, none of which is in the hunk but for its tail
TAILED = "#define GADGET_EACH(g, f) ({ \\\n\tgadget_each(g, f, \\\n\t\t1--); \\\n})\n\n/**\n * gadget_end - its end\n */\n" + FREE
TAILED_TWO = TAILED.replace("/**", "/**\n * GADGET_SOME - some\n */\n#define GADGET_SOME(g, f, nr) ({ \\\n\tgadget_each(g, f, nr, \\\n\t\tnr + 140); \\\n})\n\n/**")

# a function that is taken further down, with one call more in it, and one less where it is called
RUN = func("gadget_put(g, 150);\ng->state = 3;\ngadget_sync(g);\ng->nr = gadget_put(g, 151);\nreturn 0;", "gadget_run", "struct gadget *g")
DROP = func("g->nr--;\ng->lost = 0;\ngadget_put(g, 152);\nreturn 0;", "gadget_drop", "struct gadget *g")
CALLS = func("int ret = gadget_put(g, 153);\n\nif (ret)\n\treturn ret;\n\ngadget_run(g);\ngadget_drop(g);\nreturn 0;", "gadget_call", "struct gadget *g")
RUN = "/* the state is ours here */\n" + RUN
TAKEN = RUN + "\n" + DROP + "\n" + CALLS
GIVEN = DROP + "\n" + RUN.replace("\tgadget_sync(g);", "\tgadget_drop(g);\n\tgadget_sync(g);") + "\n" + CALLS.replace("\tgadget_drop(g);\n", "")
# a comment is the first that changes, above the function that the hunk is about
TOLD = TWO + "\n/**\n * gadget_told() - tells\n * @prop: of what\n *\n * Returns: 0\n */\n" + \
    func("const char *told = prop->value;\n\nreturn gadget_tell(told, 160);", "gadget_told", "struct prop *prop") + "\n" + \
    func("int ret = gadget_put(new, 161);\n\nret = gadget_told(prop);\nif (ret)\n\treturn ret;\nreturn 0;", "gadget_upd", "struct gadget *new, struct prop *prop")
TOLD_MORE = TOLD.replace(" * @prop: of what", " * @g: whose\n * @prop: of what").replace("gadget_told(struct prop *prop)", "gadget_told(struct gadget *g, struct prop *prop)") \
    .replace("gadget_told(prop)", "gadget_told(new, prop)")

CASES = {
    "moved-function": (TAKEN, GIVEN, "gadget: drop it before it is synced", {
        "as-before": ({PATH: TAKEN}, "yes"),
        "as-after": ({PATH: GIVEN}, "fixed"),
    }),
    "comment-before": (TOLD, TOLD_MORE, "gadget: tell whose it is", {
        "as-before": ({PATH: TOLD}, "yes"),
        "other-comment": ({PATH: TOLD.replace(" * @prop: of what", " * @property: what to tell")}, "yes"),
        "as-after": ({PATH: TOLD_MORE}, "fixed"),
    }),
    "wrapper-keeps-the-name": (HANDLE + "\n" + FREE, WRAPPED_FREE, "gadget: lock it when it is handled", {
        "as-before": ({PATH: HANDLE + "\n" + FREE}, "yes"),
        "as-after": ({PATH: WRAPPED_FREE}, "fixed"),
        "as-after-and-more": ({PATH: WRAPPED_FREE.replace("\tg->lost = more;", "\tgadget_sync(g);\n\tg->lost = more;")}, "fixed"),
    }),
    "entry-never-there": (ENTRY, ENTRY_GONE, "gadget: mask the option", {
        "as-before": ({PATH: ENTRY}, "yes"),
        "without-the-entry": ({PATH: ENTRY_GONE.replace("map->option & 31;", "map->option;")}, "unknown"),
        "as-after": ({PATH: ENTRY_GONE}, "fixed"),
    }),
    "words-from-elsewhere": (SPEED, SPEED_ASKED, "gadget: only if it was asked for", {
        "another-constant": ({PATH: SPEED.replace("GADGET_REPLY", "0x01000000")}, "yes"),
        "fixed-with-it": ({PATH: SPEED_ASKED.replace("GADGET_REPLY", "0x01000000")}, "fixed"),
    }),
    "nothing-around-it": (TAILED, TAILED_TWO, "gadget: a macro for some of them", {
        "is-not-there": ({PATH: TAILED}, "unknown"),
        "is-there": ({PATH: TAILED_TWO}, "fixed"),
    }),
    "behind-a-label": (ERRORS, ERRORS_PUT, "gadget: drop it when there is no clock", {
        "goes-there": ({PATH: BY_LABEL}, "fixed"),
        "label-lacks-it": ({PATH: BY_LABEL.replace("\tgadget_drop(g->oper);\n", "")}, "yes"),
    }),
    "another-call": (ERRORS, ERRORS_PUT, "gadget: drop it when there is no clock", {
        "for-the-same": ({PATH: ERRORS_PUT.replace("gadget_drop(g->oper)", "gizmo_destroy(g->gizmo)")}, "fixed"),
        "only-a-message": ({PATH: ERRORS_PUT.replace("gadget_drop(g->oper)", 'gizmo_say("no clock")')}, "yes"),
        "of-another-thing": ({PATH: ERRORS_PUT.replace("gadget_drop(g->oper)", "gizmo_destroy(g->gizmo)") + FREE.replace("g->lost", "g->oper")}, "yes"),
        "more-arguments": ({PATH: ERRORS_PUT.replace("gadget_drop(g->oper)", "gizmo_destroy(g->gizmo, 1)")}, "yes"),
    }),
    "absent-variable": (LEVELS, LEVELS_SET, "gadget: the level must have a value", {
        "has-it": ({PATH: LEVELS}, "yes"),
        "not-even-the-variable": ({PATH: NO_LEVEL}, "no"),
        "variable-of-another": ({PATH: NO_LEVEL + func("int level = 3;\n\nreturn level;", "gadget_other", "void")}, "unknown"),
    }),
    "limited-otherwise": (BITS, BITS_TESTED, "gadget: the bits must be between 8 and 20", {
        "clamped": ({PATH: BITS.replace("\tsize = 1", "\tbits = clamp(bits, 8, most);\n\tsize = 1")}, "fixed"),
        "one-limit-only": ({PATH: BITS.replace("\tsize = 1", "\tbits = min(bits, most);\n\tsize = 1")}, "yes"),
        "of-another": ({PATH: BITS.replace("\tsize = 1", "\tbits = clamp(nr, 8, most);\n\tsize = 1")}, "yes"),
    }),
    "never-tested": (CLAIM, CLAIM_TESTED, "gadget: there may be no face", {
        "same-code": ({PATH: CLAIM}, "yes"),
        "without-the-other-test": ({PATH: CLAIM.replace("\tif (!part)\n\t\treturn;\n\n", "")}, "unknown"),
        "tested": ({PATH: CLAIM_TESTED.replace("\tif (!part)\n\t\treturn;\n\n", "")}, "fixed"),
    }),
    "absent-constant": (KINDS, ALL_KINDS, "gadget: look at all", {
        "same-code": ({PATH: KINDS}, "yes"),
        "no-such-kind": ({PATH: OTHER_KINDS}, "no"),
        "a-kind-in-a-header": ({PATH: OTHER_KINDS, "include/linux/kinds.h": "enum kinds { KIND_SINGLE, KIND_TWO };\n"}, "unknown"),
    }),
    "another-wait": (TIMERS, TIMERS_SYNC, "gadget: wait for the timer", {
        "waits-otherwise": ({PATH: TIMERS.replace("del_timer(", "timer_shutdown_sync(")}, "fixed"),
        "of-another-timer": ({PATH: TIMERS.replace("del_timer(&node->timer", "timer_shutdown_sync(&node->second")}, "no"),
        "does-not-wait": ({PATH: TIMERS.replace("del_timer(", "timer_shutdown(")}, "unknown"),
    }),
    "other-arm": (ARMS, ARMS_TWO, "gadget: do it again when it is lost", {
        "one-arm": ({PATH: ARMS.replace("\"on\"", "\"up\"")}, "yes"),
        "no-if": ({PATH: ARMS.replace("\tif (!g->lost) {\n\t\tg->state = gadget_start(g);\n\t\tgadget_dbg(\"on\");\n\t}\n", "\tgadget_dbg(\"on\");\n")}, "no"),
    }),
    "locks-calls": (LOCK_DECLARED + POLL, LOCK_DECLARED + POLL_LOCKED, "gadget: hold the lock here, too", {
        "calls-only": ({PATH: LOCK_DECLARED + POLL}, "unknown"),
        "has-it": ({PATH: LOCK_DECLARED + POLL_LOCKED}, "fixed"),
    }),
    "locks-a-member": (LOCK_DECLARED + POLL_SETS, LOCK_DECLARED + POLL_SETS.replace("\tg->state", "\tgadget_lock(g);\n\tg->state").replace("(g);\n\treturn", "(g);\n\tgadget_unlock(g);\n\treturn"),
                       "gadget: hold the lock here, too", {
        "member": ({PATH: LOCK_DECLARED + POLL_SETS}, "yes"),
    }),
    "locks-what-is-blamed": (LOCK_DECLARED + POLL, LOCK_DECLARED + POLL_LOCKED,
                             "gadget: hold the lock here, too\n\nFixes: 123456789abc (\"gadget: poll it\")", {
        "calls-only": ({PATH: LOCK_DECLARED + POLL}, "yes"),
    }),
    "blamed-commit-adds": (FREE, FREED, "gadget: forget the state\n\nFixes: 123456789abc (\"gadget: add gadget_{read,write}_far[2] helpers\")", {
        "not-here": ({PATH: FREE}, "no"),
        "one-is-here": ({PATH: FREE, "drivers/other/far.c": func("return 2;", "gadget_write_far2", "void")}, "yes"),
        "fixed-anyway": ({PATH: FREED}, "fixed"),
    }),
    "blamed-but-removable": (FREE, FREE.replace("\tgadget_put(g, 4);\n", ""), "gadget: do not put it\n\nFixes: 123456789abc (\"gadget: add gadget_{read,write}_far[2] helpers\")", {
        "stands-here": ({PATH: FREE}, "unknown"),
    }),
    "unused-pointer": (PROBE, CHECKED, "gadget: check the id of a probe", {
        "used": ({PATH: PROBE}, "yes"),
        "reached-before": ({PATH: REACHED}, "yes"),
        "renamed-around": ({PATH: PROBE.replace("gadget_put(g, 1)", "gadget_put(g, 2)")}, "yes"),
        "unused": ({PATH: PROBE.replace("id->kind", "0")}, "no"),
        "debug-only": ({PATH: PROBE.replace("\tg->state = id->kind;\n", '\tg->state = 0;\n\tgadget_dbg("%d", id->kind);\n')}, "unknown"),
    }),
    "unchecked-index": (RELEASE, LIMITED, "gadget: limit the sequence number", {
        "other-form": ({PATH: RELEASE.replace("struct gadget_info info;", "int seq;").replace("info.seq", "seq").replace("gadget_sync(g);\n\tg->nr++", "g->nr = 0")}, "yes"),
        "compared": ({PATH: RELEASE.replace("struct gadget_info info;", "int seq;").replace("info.seq", "seq")
                      .replace("\tgadget_sync(g);\n\tg->nr++;", "\tif (seq > 60)\n\t\treturn 0;\n\tg->nr = 0;")}, "unknown"),
    }),
    "guard": (UNLOCKED, LOCKED, "gadget: lock the poll", {
        "no-lock": ({PATH: UNLOCKED}, "yes"),
        "guarded": ({PATH: GUARDED}, "fixed"),
        "other-guard": ({PATH: GUARDED.replace("guard(mutex)", "guard(spinlock)")}, "yes"),
    }),
    "lock-of-later": (UNLOCKED, UNLOCKED.replace("\tg->state", "\tgadget_wide_lock(g);\n\tg->state").replace("\treturn", "\tgadget_wide_unlock(g);\n\treturn"),
                      "gadget: lock the poll widely", {
        "has-lock": ({PATH: UNLOCKED, "include/linux/wide.h": "void gadget_wide_lock(struct gadget *g);\n"}, "yes"),
        "no-such-lock": ({PATH: UNLOCKED}, "no"),
    }),
    "named-call": (DOWN, SYNCED, "gadget: do not wait in down\n\ngadget_down() is called locked and calls gadget_cancel().", {
        "waits": ({PATH: DOWN}, "yes"),
        "does-not-wait": ({PATH: DOWN.replace("\tgadget_cancel(g);\n", "")}, "no"),
        "older-name": ({PATH: OLDER_DOWN, "include/linux/gadget.h": HEADER.replace("gadget_cancel", "gadget_halt")}, "unknown"),
    }),
    "called-claim": (FREE, FREED, "gadget: forget the state\n\nA stale state is kept. gadget_free() calls gadget_sync() with it.", {
        "calls": ({PATH: FREE}, "yes"),
        "does-not-call": ({PATH: FREE.replace("gadget_sync(g)", "gadget_put(g, 6)")}, "no"),
        "older-name": ({PATH: FREE.replace("gadget_sync", "gadget_flush"), "include/linux/gadget.h": HEADER.replace("gadget_sync", "gadget_flush")}, "yes"),
    }),
    "refuted-claim": (FREE, FREED, "gadget: forget the state\n\nA stale state is kept.\n\ngadget_free() finds the thing and then\nreads g->lost of it.", {
        "reads": ({PATH: FREE}, "yes"),
        "does-not-read": ({PATH: FREE.replace("g->lost", "g->nr")}, "no"),
    }),
    "unused-member": (OPER, OPERED, "gadget: insist on the oper\n\nIt crashes when g->nr is set but oper isn't.", {
        "a-user": ({PATH: OPER, "net/user.c": USER.replace("struct gadget_oper *o = g->oper;", "struct gadget_oper *o = gadget_of(g->oper);")}, "yes"),
        "no-user": ({PATH: OPER, "net/user.c": USER.replace("g->oper", "g->other")}, "no"),
    }),
    "counted-by": (PARSE, COUNTED, "gadget: count first\n\nThe array has a __counted_by attribute.", {
        "marked": ({PATH: PARSE, "include/linux/pages.h": "struct pages { int nr; void *pages[] __counted_by(nr); };\n"}, "yes"),
        "not-marked": ({PATH: PARSE, "include/linux/pages.h": "struct pages { int nr; void *pages[]; };\n"}, "no"),
    }),
    "later-merge": (FREE, FREED, 'gadget: a regression\n\nFixes: 0123456789ab ("Merge tag \'gadget-next-6.9\' of git://x")', {
        "older": ({PATH: FREE}, "no"),
        "newer": ({PATH: FREE, "Makefile": MAKEFILE.replace("PATCHLEVEL = 6", "PATCHLEVEL = 12")}, "yes"),
    }),
    "moved-function": (MOVED, QUIET, "gadget: do not warn", {
        "other-file": ({"drivers/gadget/core.c": MOVED, PATH: TWO}, "yes"),
        "other-name": ({"drivers/gadget/bus/pci.c": MOVED.replace("gadget_mode", "pci_choose"), PATH: TWO}, "yes"),
        "rewritten": ({PATH: TWO + MOVED.replace("gadget_mode", "choose").replace("ret = gadget_start(g);", "ret = begin(g, 1);").replace("int ret;", "int ret = 0;\n\tint more = 2;")
                       .replace("gadget_put(g, 12)", "put(g)").replace("g->lost = ret", "found = more")}, "unknown"),
        "other-driver": ({"drivers/gizmo/gizmo.c": MOVED.replace("gadget_mode", "gizmo_mode")}, "no"),
    }),
    "implied-pointer": (ATTACH, TESTED, "gadget: there may be no part", {
        "not-implied": ({PATH: ATTACH}, "yes"),
        "by-a-flag": ({PATH: ATTACH.replace("is_new = g->part", "is_new = part && g->part")}, "no"),
        "by-the-condition": ({PATH: ATTACH.replace("\tif (is_new)", "\tif (part && g->state)")}, "no"),
        "or-something-else": ({PATH: ATTACH.replace("is_new = g->part != part", "is_new = part && g->part != part || g->lost")}, "yes"),
        "in-the-other-arm": ({PATH: ATTACH.replace("\tif (is_new) {", "\tif (part) {\n\t\tg->lost = 3;\n\t} else {")}, "yes"),
        "set-again": ({PATH: ATTACH.replace("g->part != part;\n", "part && g->part != part;\n\tpart = gadget_next(g);\n")}, "yes"),
    }),
    "others-use-it": (INIT, INIT_TESTED, "gadget: there may be no queue", {
        "used-elsewhere": ({PATH: INIT}, "yes"),
    }),
    "twin": (PATHS, PATHS_PUT, "gadget: put it on the first way out, too", {
        "one-lacks-it": ({PATH: PATHS}, "yes"),
        "both-have-it": ({PATH: PATHS_PUT}, "fixed"),
        "other-lacks-it": ({PATH: "".join(PATHS_PUT.rsplit("\t\tgadget_put(g, 61);\n", 1))}, "fixed"),
    }),
    "ends-alike": (TESTS, TESTS_TWO, "gadget: test the mode, too", {
        "one-test": ({PATH: TESTS}, "yes"),
        "two-tests": ({PATH: TESTS_TWO}, "fixed"),
    }),
    "declared-far-away": (FAR, FAR_LIMIT, "gadget: it must be one at least", {
        "used-here": ({PATH: FAR}, "yes"),
        "not-used": ({PATH: FAR.replace("g->far_nr", "g->nr")}, "no"),
    }),
    "set-by-initialiser": (OPS, OPS_SET, "gadget: it has quirks", {
        "no-such-member": ({PATH: OPS}, "yes"),
        "set": ({PATH: OPS_SET}, "fixed"),
    }),
    "record": (RECORD, PACKED, "gadget: pack the report", {
        "loose": ({PATH: RECORD}, "yes"),
        "packed": ({PATH: PACKED}, "fixed"),
    }),
    "initialiser": (CAPS, WIDE, "gadget: it is wide", {
        "narrow": ({PATH: CAPS}, "yes"),
        "wide": ({PATH: WIDE}, "fixed"),
    }),
    "entry": (TABLE, LEAST, "gadget: one less", {
        "has-entry": ({PATH: TABLE}, "yes"),
        "no-entry": ({PATH: TABLE.replace("\t[RULE_DEPTH] = { .kind = KIND_WORD, .most = 15 },\n", "")}, "no"),
        "like-another": ({PATH: TABLE.replace("RULE_DEPTH", "RULE_HEIGHT")}, "no"),
    }),
    "moved-call": (RESET, ABORTED, "gadget: abort before the lock is taken", {
        "same": ({PATH: RESET, "include/linux/abort.h": ABORT}, "yes"),
        "no-such-call": ({PATH: RESET.replace("\tgadget_abort(g);\n", "")}, "no"),
        "renamed-call": ({PATH: RESET.replace("gadget_abort", "gadget_stop_it"), "include/linux/abort.h": ABORT.replace("abort", "stop_it")}, "yes"),
    }),
    "way-out": (LEAK, NO_LEAK, "gadget: do not leak the settings", {
        "returns": ({PATH: LEAK}, "yes"),
        "goes": ({PATH: LEAK.replace("return gadget_error(-517);", "goto out;").replace("\treturn s;", "out:\n\treturn s;")}, "yes"),
        "goes-on": ({PATH: LEAK.replace("\tif (gadget_load(g, s) == -517)\n\t\treturn gadget_error(-517);\n", "\tgadget_load(g, s);\n")}, "no"),
    }),
    "two-functions": (TAILS, CAUGHT, "gadget: look at the results", {
        "both": ({PATH: TAILS}, "yes"),
        "between": ({PATH: TAILS.replace("int gadget_sleep", PROBE + "\nint gadget_sleep")}, "yes"),
        "caught": ({PATH: CAUGHT.replace("int gadget_sleep", PROBE + "\nint gadget_sleep")}, "fixed"),
    }),
    "inside-a-comment": (NOTICE, NOTICE.replace(" * Years ago in the company of gadgets, all rights reserved by it, written by many\n", "").replace("\tif (g->lost)", "\tg->state = 0;\n\tif (g->lost)"), "gadget: forget the state", {
        "other-comment": ({PATH: FREE}, "yes"),
        "fixed": ({PATH: FREED}, "fixed"),
    }),
    "nothing-between": (FILL, FILLED, "gadget: put what has no state", {
        "as-before": ({PATH: FILL.replace("g->nr = 4", "gadget_put(g, 54)")}, "yes"),
        "filled": ({PATH: FILLED.replace("g->nr = 4", "gadget_put(g, 54)")}, "fixed"),
    }),
    "a-third-call": (STEPS, STEPS.replace("gadget_step", "gadget_run"), "gadget: run, do not step", {
        "steps": ({PATH: STEPS}, "yes"),
        "runs": ({PATH: STEPS.replace("gadget_step", "gadget_run")}, "fixed"),
        "walks": ({PATH: STEPS.replace("gadget_step", "gadget_walk")}, "unknown"),
    }),
    "macro": (MACRO, MASKED, "gadget: mask the high bits", {
        "shifts": ({PATH: MACRO}, "yes"),
        "masks": ({PATH: MASKED}, "fixed"),
    }),
    "part-never-here": (BOTH_BEFORE, BOTH_AFTER, "gadget: two places", {
        "both": ({PATH: BOTH_BEFORE}, "yes"),
        "part-fixed": ({PATH: BOTH_AFTER.replace("\tif (g->lost)\n\t\tgadget_sync(g);\n", "\tgadget_sync(g);\n")}, "fixed"),
        "one-never": ({PATH: BOTH_BEFORE.replace("\tif (a > g->nr)\n\t\treturn gadget_put(g, 8);\n", "")}, "unknown"),
    }),
}


def write(repo, files):
    for path, text in {"Makefile": MAKEFILE, "include/linux/gadget.h": HEADER, **files}.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text if path[-1] != "c" else HEAD + text)
    git(repo, "add", "-A")


def check_series(repo):
    """A member that an earlier patch of the series may add says nothing by its absence, unless the message tells the fault with it."""
    for title, wanted in (("it must be one at least", "unknown"), ("the count far_nr must be one at least", "no")):
        text = git(repo, "format-patch", "-1", "--stdout", "declared-far-away/before")
        mail = TMP / "series.mbox"
        mail.write_text(text.replace("[PATCH] gadget: it must be one at least", "[PATCH 3/8] gadget: " + title))
        code, out, err = run("branches", mail, f"--repo={repo}", "--stable=declared-far-away/not-used", "--format=json")
        found = json.loads(out)["branches"][0]["affected"] if code == 0 else err
        ok(found == wanted, f"{title}: patch 3 of 8: {wanted}", found)


def check_new_file(repo):
    """A patch that makes a file repairs nothing by itself; where the file is, it is there."""
    git(repo, "checkout", "-q", "macro/before")
    write(repo, {"drivers/gadget/both.h": "static inline void gadget_both(struct gadget *g)\n{\n\tif (g->nr)\n\t\tgadget_sync(g);\n}\n"})
    git(repo, "commit", "-qm", "gadget: reset both\n\nFixes: 123456789abc (\"gadget: new driver\")")
    git(repo, "branch", "both")
    for branch, wanted in (("macro/shifts", "unknown"), ("both", "fixed")):
        code, out, err = run("branches", "both", f"--repo={repo}", f"--stable={branch}", "--format=json")
        found = json.loads(out)["branches"][0]["affected"] if code == 0 else err
        ok(found == wanted, f"a file that the patch makes, asked of {branch}: {wanted}", found)


def check_groups(repo):
    """Groups of a blamed title to choose from double with each: that ends."""
    git(repo, "checkout", "-q", "macro/before")
    title = "add " + "{a,b}" * 60 + " and x" + "[1]" * 60
    git(repo, "commit", "-q", "--amend", "-m", f"gadget: mask the high bits\n\nFixes: 123456789abc (\"{title}\")\n")
    code, out, err = run("branches", "macro/before", f"--repo={repo}", "--stable=macro/shifts", "--format=json")
    found = json.loads(out)["branches"][0]["affected"] if code == 0 else err
    ok(found == "yes", "a title of sixty groups: yes, at once", found)


def main():
    repo = TMP / "kernel"
    repo.mkdir()
    git(repo, "init", "-q", "-b", "base")
    git(repo, "config", "user.name", "T")
    git(repo, "config", "user.email", "t@example.org")
    for name, (before, after, message, branches) in CASES.items():
        for branch, (files, _) in {"before": ({PATH: before}, ""), **branches}.items():
            git(repo, "checkout", "-q", "--orphan", f"{name}/{branch}")
            git(repo, "rm", "-rfq", "--ignore-unmatch", ".")
            write(repo, files)
            git(repo, "commit", "-qm", branch)
        git(repo, "checkout", "-q", f"{name}/before")
        write(repo, {PATH: after})
        git(repo, "commit", "-qm", message)
        code, out, err = run("branches", f"{name}/before", f"--repo={repo}",
                             "--stable=" + ",".join(f"{name}/{b}" for b in branches), "--format=json")
        if not ok(code == 0, f"{name}: it answers", err):
            continue
        for b in json.loads(out)["branches"]:
            wanted = branches[b["branch"].split("/")[1]][1]
            ok(b["affected"] == wanted, f"{b['branch']}: {wanted}", json.dumps(b, indent=1))
    check_series(repo)
    check_groups(repo)
    check_new_file(repo)
    for asked, heading in (("walks", "affected: not known"), ("runs", "affected: none of the branches asked"),
                           ("walks,a-third-call/runs", "affected: none that is known"),
                           ("walks,a-third-call/steps", "affected: 6.6; not known of 1")):
        _, out, _ = run("branches", "a-third-call/before", f"--repo={repo}", f"--stable=a-third-call/{asked}")
        ok(heading + "\n" in out, f"of {asked} the page says {heading}", out)


main()
done()
