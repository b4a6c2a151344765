# SPDX-License-Identifier: GPL-2.0-or-later
"""What the history of a branch says about a bug, with the code and against it.

Usage: test_affected_history.py OSTLER. The fault came with a lock in one file;
its fix adds a line to another, whose code was the same before.
"""
import json

from history import History
from lib import done, ok, run

A, B = "drivers/gadget/gadget.c", "drivers/gadget/core.c"


def gadget(fix="", extra="\tgadget_again(g);\n"):
    return f"""#include <linux/gadget.h>

int gadget_stop(struct gadget *g)
{{
	gadget_halt(g);
{fix}	gadget_unpower(g);
{extra}	return g->state;
}}
"""


def core(lock=""):
    return f"int gadget_halt(struct gadget *g)\n{{\n{lock}\treturn g->halted;\n}}\n"


def makefile(level, sub):
    return f"VERSION = 6\nPATCHLEVEL = {level}\nSUBLEVEL = {sub}\nEXTRAVERSION =\n"


FIX, LOCK = "\tgadget_flush(g);\n", "\tgadget_lock(g);\n"
h = History("affected")
base = h.commit("master", "gadget: new driver\n", {A: gadget(), B: core(), "Makefile": makefile(0, 0)})
intro = h.commit("master", "gadget: lock the halt\n", {B: core(LOCK)})
after = h.commit("master", "gadget: docs\n", {"README": "gadget\n"})
blame = f'Fixes: {intro[:12]} ("gadget: lock the halt")\n'
fix = h.commit("master", f"gadget: flush what waits\n\nIt waits for ever.\n\n{blame}", {A: gadget(FIX)})
remove = h.commit("master", f"gadget: do it once\n\n{blame}", {A: gadget(FIX, "")})
stray = h.commit("stray", "gadget: flush what waits\n\nFixes: 0123456789ab (\"elsewhere\")\n", {A: gadget(FIX)}, after)


def branch(level, parent, *commits, sub=1):
    name = f"linux-6.{level}.y"
    h.commit(name, f"Linux 6.{level}.{sub}\n", {"Makefile": makefile(level, sub)}, parent)
    for message, files in commits:
        last = h.commit(name, message, files)
    return last if commits else None


branch(1, base)
branch(2, base, (f"gadget: lock the halt\n\ncommit {intro} upstream.\n", {B: core(LOCK)}))
branch(3, after)
branch(4, remove)
taken = branch(5, after, (f"gadget: flush what waits\n\n[ Upstream commit {fix} ]\n", {A: gadget(FIX)}))
h.commit("linux-6.5.y", f'Revert "gadget: flush what waits"\n\nThis reverts commit {taken}.\n', {A: gadget()})
branch(6, after, (f"gadget: flush what waits\n\ncommit {fix} upstream.\n", {"README": "only said\n"}))
branch(7, base, ("gadget: another form\n", {A: gadget().replace("gadget_halt(g);\n\tgadget_unpower(g);", "gadget_unpower(g);\n\tgadget_halt(g);")}))
branch(8, base, sub=200)
h.commit("linux-6.9.y", "Linux 6.9.7\n", {A: gadget(), B: core(), "Makefile": makefile(9, 7)})


def ask(commit):
    code, out, err = run("branches", commit, f"--repo={h.repo}", "--format=json")
    if not ok(code == 0, "it answers", err):
        return {}
    return {b["branch"]: b for b in json.loads(out)["branches"]}


def expect(answers, level, wanted, what, said=""):
    b = answers.get(f"linux-6.{level}.y", {"affected": None, "why": []})
    why = " / ".join(w["statement"] for w in b["why"])
    ok(b["affected"] == wanted and said in why, f"{what}: {wanted}", json.dumps(b, indent=1))


def main():
    a = ask(fix)
    expect(a, 1, "no", "the same code without the commit that is blamed", "nothing there names it")
    expect(a, 2, "yes", "the blamed commit as a backport", "as one of its own")
    expect(a, 3, "yes", "the blamed commit itself", f"that the patch blames, {intro[:12]}")
    expect(a, 4, "fixed", "the fix itself", "has the fix itself")
    expect(a, 5, "yes", "the fix, reverted", "reverted it")
    expect(a, 6, "unknown", "the fix in name alone", "contradict")
    expect(a, 7, "no", "code that is neither, without the blamed commit")
    expect(a, 8, "yes", "two hundred releases in one commit name nothing")
    expect(a, 9, "yes", "an imported release says nothing by its history")
    a = ask(remove)
    expect(a, 1, "unknown", "removed code that stands where the blamed commit is not", "contradict")
    expect(a, 3, "yes", "removed code and the blamed commit")
    a = ask(stray)
    expect(a, 1, "yes", "a blamed commit that is nowhere says nothing")


main()
done()
