# SPDX-License-Identifier: GPL-2.0-or-later
"""Would the patched file compile: one commit for each thing that a compiler
refuses though all names are there, and its twin that it takes."""
import json

from history import History
from lib import done, ok, run

PATH = "drivers/gadget/gadget.c"
HEADER = """#ifndef GADGET_H
#define GADGET_H
struct gadget { int users; };
struct chip { int id; };
struct gadget_ops {
	int (*set)(struct gadget *g, int value);
	void (*stop)(const struct gadget *g, bool hard);
};
int gadget_start(struct gadget *g);
int gadget_use(struct gadget *g, int a, int b);
#endif
"""
CODE = """#include <linux/gadget.h>
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
}

int gadget_start(struct gadget *g)
{
	int count = 1;

	return gadget_set(g, count);
}

static const struct gadget_ops ops = {
	.set = gadget_set,
	.stop = gadget_stop,
};
"""
# name: (old, new, does it compile)
CASES = {
    "value-from-void": ("	g->users = 0;\n}", "	g->users = 0;\n	return 1;\n}", False),
    "nothing-from-void": ("	g->users = 0;\n}", "	g->users = 0;\n	return;\n}", True),
    "no-value": ("	return gadget_set(g, count);", "	gadget_set(g, count);\n	return;", False),
    "no-label": ("		goto out;", "		goto nowhere;", False),
    "a-label": ("		goto out;\n	g->users = value;\n", "		goto out;\n	if (value)\n		goto out;\n	g->users = value;\n", True),
    "twice": ("static void gadget_stop", "static void gadget_clear(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", False),
    "once": ("static void gadget_stop", "static void gadget_clear_all(struct gadget *g)\n{\n	g->users = 1;\n}\n\nstatic void gadget_stop", True),
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
    "far-header": ("	g->users = 0;", "	g->users = FW_OTHER_LIMIT;", True),
}


def main():
    h = History("compiles")
    base = h.commit("linux-6.1.y", "Linux 6.1.5\n", {
        "Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 5\n", PATH: CODE, "include/linux/gadget.h": HEADER,
        "include/linux/types.h": "typedef int s32;\ntypedef _Bool bool;\n",
        "drivers/gadget/deep/fw/api.h": "#define FW_LIMIT 4\n#include \"fw/more.h\"\n",
        "drivers/gadget/deep/fw/more.h": "enum { FW_OTHER_LIMIT };\n"})
    for name, (old, new, good) in CASES.items():
        ok(old in CODE, f"{name}: the place is there")
        h.commit(name, f"gadget: {name}\n", {PATH: CODE.replace(old, new, 1)}, base)
        code, out, err = run("branches", name, f"--repo={h.repo}", "--format=json", "--no-proofs")
        b = json.loads(out)["branches"][0] if code == 0 else {"compiles": err}
        ok(b["compiles"] == ("yes" if good else "no"), f"{name}: {'compiles' if good else 'is refused'}",
           (b["compiles"], b.get("compiles_why"), b.get("missing")))
        if not good:
            ok(b.get("compiles_why") or b.get("missing"), f"{name}: with the reason", b)


main()
done()
