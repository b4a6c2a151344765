# SPDX-License-Identifier: GPL-2.0-or-later
"""What a patch changes for nobody: definitions that nothing in a branch uses,
files that only a simulator has; beside each the twin that is used.

Usage: test_unused.py OSTLER SCHEMA
"""
import json
import sys

from history import History
from lib import done, ok, run

SCHEMA = sys.argv[2]
PATH = "drivers/gadget/core.c"
CODE = """#include <linux/gadget.h>

#define GADGET_LIMIT 4
#define GADGET_SPARE 4

static int gadget_table[] = { 1, 2 };

/* gadget_forgotten() is spoken of here, and nowhere called */
int gadget_forgotten(int a)
{
	return a ? gadget_forgotten(a - 4) : 0;
}
EXPORT_SYMBOL_GPL(gadget_forgotten);

int gadget_far(int a)
{
	return a + 4;
}
EXPORT_SYMBOL_GPL(gadget_far);

static ssize_t mode_show(int a)
{
	return a + 4;
}
static DEVICE_ATTR_RO(mode);

static int gadget_near(int a)
{
	return a + 4 + GADGET_LIMIT + gadget_table[0];
}

int gadget_open(int a)
{
	return gadget_near(a);
}

static const struct gadget_ops ops = { .open = gadget_open };
MODULE_OPS(ops);
"""
HEADER = """#ifndef GADGET_H
#define GADGET_H
int gadget_forgotten(int a);
int gadget_far(int a);
static inline int gadget_inline(int a)
{
	return a + 4;
}
#endif
"""
FILES = {
    "Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 5\nobj-y := drivers/\n", "Kconfig": 'source "drivers/Kconfig"\n',
    "drivers/Makefile": "obj-$(CONFIG_GADGET) += gadget/\n", "drivers/gadget/Makefile": "obj-$(CONFIG_GADGET) += core.o\nobj-$(CONFIG_GADGET_SIM) += sim.o\n",
    "drivers/Kconfig": 'config GADGET\n\ttristate "Gadgets"\nconfig GADGET_SIM\n\ttristate "Simulated gadgets"\n',
    PATH: CODE, "include/linux/gadget.h": HEADER,
    "sound/far.c": "#include <linux/gadget.h>\nint far(void)\n{\n\treturn gadget_far(1);\n}\n",
    "drivers/gadget/sim.c": "int sim_open(int a)\n{\n\treturn a + 4;\n}\nmodule_init(sim_open);\n",
}


def main():
    h = History("unused")
    h.commit("linux-6.1.y", "Linux 6.1.5\n", FILES)
    h.commit("linux-6.2.y", "Linux 6.2.5\n", {"Makefile": FILES["Makefile"].replace("= 1\n", "= 2\n", 1),
                                             "net/late.c": "int late(void)\n{\n\treturn gadget_inline(gadget_forgotten(2) + GADGET_SPARE);\n}\n"},
             "linux-6.1.y")
    h.commit("fix", "gadget: five, not four\n", {PATH: CODE.replace("4", "5"), "include/linux/gadget.h": HEADER.replace("4", "5"),
                                               "drivers/gadget/sim.c": FILES["drivers/gadget/sim.c"].replace("4", "5")}, "linux-6.1.y")
    code, out, err = run("branches", "fix", f"--repo={h.repo}", "--format=json", "--no-proofs")
    if not ok(code == 0, "answered", err):
        return
    report = json.loads(out)
    old, new = report["branches"]
    unused = sorted((u["kind"], u["name"]) for u in old["unused"])
    ok(unused == [("file", "drivers/gadget/sim.c"), ("function", "gadget_forgotten"), ("function", "gadget_inline"),
                  ("macro", "GADGET_SPARE")],
       "no use: in a comment, in itself, exported, declared; a use: far away, by a joined name, in a table", old["unused"])
    unused = sorted((u["kind"], u["name"]) for u in new["unused"])
    ok(unused == [("file", "drivers/gadget/sim.c")], "the branch that uses them", unused)
    ok(any("gadget_forgotten" in w and "no effect in this branch" in w for w in report["warnings"]), "said as a warning", report["warnings"])
    from jsonschema import Draft202012Validator
    with open(SCHEMA, encoding="utf-8") as f:
        errors = list(Draft202012Validator(json.load(f)).iter_errors(report))
    ok(not errors, "fits the schema", errors)
    h.commit("linux-6.3.y", "Linux 6.3.5\n", {"Makefile": FILES["Makefile"].replace("= 1\n", "= 3\n", 1),
                                             PATH: CODE.replace("return a + 4 + GADGET_LIMIT", "a <<= 1;\n\treturn a * 4 - GADGET_LIMIT")}, "linux-6.1.y")
    h.commit("near", "gadget: five, not four, near\n", {PATH: CODE.replace("a + 4 + G", "a + 5 + G")}, "linux-6.1.y")
    code, out, err = run("branches", "near", f"--repo={h.repo}", "--format=json", "--no-proofs", "--stable=linux-6.3.y")
    if ok(code == 0, "answered", err):
        branch = json.loads(out)["branches"][0]
        ok(branch["applies"] == "conflict" and not branch["unused"], "where the patch does not apply, the file as it stands has uses", branch)
    code, out, _ = run("branches", "fix", f"--repo={h.repo}", "--no-proofs")
    ok("gadget_forgotten" in out and "no effect in this branch" in out, "text for people", out)


main()
done()
