# SPDX-License-Identifier: GPL-2.0-or-later
"""What must come along with a fix: chains, series mates, names, histories that are too coarse."""
import json

from history import History
from lib import TMP, done, git, ok, one_line_error, run

PATH = "drivers/gadget/gadget.c"
HEAD = "include/linux/gadget.h"
V1 = """#include <linux/gadget.h>

int gadget_read(struct gadget *g, int length)
{
	gadget_begin(g);
	gadget_copy(g, length);
	gadget_end(g);
	return 0;
}

int gadget_other(struct gadget *g)
{
	gadget_begin(g);
	return gadget_last_word(g);
}
"""
H1 = """#ifndef GADGET_H
#define GADGET_H
struct gadget { int users; };
int gadget_begin(struct gadget *g);
int gadget_copy(struct gadget *g, int length);
int gadget_copy_part(struct gadget *g, int length, int start);
int gadget_end(struct gadget *g);
int gadget_last_word(struct gadget *g);
#endif
"""
V2 = V1.replace("gadget_copy(g, length);", "gadget_copy_part(g, length, 0);")
V3 = V2.replace("int gadget_read(struct gadget *g, int length)\n{\n", "int gadget_read(struct gadget *g, int length)\n{\n\tint start = g->users;\n\n")
V3 = V3.replace("gadget_copy_part(g, length, 0);", "gadget_copy_part(g, length, start);")
V4 = V3.replace("gadget_copy_part(g, length, start);", "gadget_copy_part(g, length - start, start);")
OTHER = V4.replace("	return gadget_last_word(g);", "	gadget_end(g);\n	return gadget_last_word(g);")
H2 = H1.replace("#endif", "int gadget_helper(struct gadget *g);\n#endif")
HELPED = OTHER.replace("	gadget_end(g);\n	return 0;", "	gadget_end(g);\n	gadget_helper(g);\n	return 0;")

h = History("prereq")
base = h.commit("master", "gadget: new driver\n", {PATH: V1, HEAD: H1, "include/linux/more.h": "int more;\n"})
part = h.commit("master", "gadget: copy a part\n", {PATH: V2}, author="Bob <bob@example.org>")
h.commit("master", "more: much more\n", {"include/linux/more.h": "int more;\nint much;\n"})
start = h.commit("master", "gadget: begin at the start\n", {PATH: V3}, step=3600)
fix = h.commit("master", "gadget: do not copy what is before the start\n", {PATH: V4}, step=60)
h.commit("master", "gadget: end the other, too\n", {PATH: OTHER})
helper = h.commit("master", "gadget: a helper\n", {HEAD: H2}, author="Bob <bob@example.org>")
helped = h.commit("master", "gadget: help at the end\n", {PATH: HELPED})
h.commit("linux-6.1.y", "Linux 6.1.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 1\n"}, base)
# has the first of the chain as a backport
h.commit("linux-6.2.y", "Linux 6.2.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 2\nSUBLEVEL = 1\n"}, base)
h.commit("linux-6.2.y", f"gadget: copy a part\n\ncommit {part} upstream.\n", {PATH: V2})
h.commit("linux-6.3.y", "Linux 6.3.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 3\nSUBLEVEL = 1\n"}, start)
repo = h.repo


def ask(what, *more):
    code, out, err = run("branches", what, f"--repo={repo}", "--format=json", *more)
    ok(code == 0, f"it answers for {what[:12]}", err)
    return {b["branch"][6:-2]: b for b in json.loads(out)["branches"]}


def first(b):
    return [p["commit"] for p in b["prerequisites"]]


b = ask(fix)
ok(b["6.1"]["applies"] == "conflict" and first(b["6.1"]) == [part, start], "a chain of two, in order", json.dumps(b["6.1"], indent=1))
ok(first(b["6.2"]) == [start], "what is there as a backport need not come", b["6.2"])
ok(b["6.3"]["applies"] == "clean" and not first(b["6.3"]) and b["6.3"]["prerequisites_why"] is None, "nothing where it applies", b["6.3"])
mates = {p["commit"]: p["series"] for p in b["6.1"]["prerequisites"]}
ok(mates.get(start) and not mates.get(part), "a mate of its series is named as such", mates)
ok(all(p["tag"] == f'Stable-dep-of: {fix[:12]} ("gadget: do not copy what is before the start")' for p in b["6.1"]["prerequisites"]),
   "with Stable-dep-of: lines", b["6.1"]["prerequisites"])
between = [c["commit"] for x in b["6.1"]["conflicts"] for c in x["between"]]
ok(between == [start], "a conflict names the commits that wrote what it stands on", b["6.1"]["conflicts"])
between = [c["commit"] for x in b["6.2"]["conflicts"] for c in x["between"]]
ok(between == [start], "in every branch that lacks them", b["6.2"]["conflicts"])
ok(not any(x["between"] for x in b["6.3"]["conflicts"]), "and none where it applies", b["6.3"]["conflicts"])
b = ask(helped, "--stable=linux-6.3.y")
ok(b["6.3"]["compiles"] == "no" and first(b["6.3"]) == [helper], "a name that is missing brings the commit that has it", json.dumps(b["6.3"], indent=1))

names = [(m["kind"], m["name"], m["first_in"]) for m in b["6.3"]["missing"]]
ok(names == [("function", "gadget_helper", helper)], "and that commit is where it is first", names)
h.commit("linux-6.6.y", "Linux 6.6.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 6\nSUBLEVEL = 1\n", PATH: OTHER}, helper)
h.commit("linux-6.7.y", "Linux 6.7.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 7\nSUBLEVEL = 1\n", PATH: OTHER}, helper)
b = ask(helped, "--stable=linux-6.7.y,linux-6.6.y,linux-6.3.y")
ok([m["first_in"] for m in b["6.3"]["missing"]] == ["linux-6.6.y"], "the first newer branch that has it comes before the commit", b["6.3"]["missing"])
ok(not b["6.6"]["missing"] and b["6.6"]["compiles"] == "yes", "where it is nothing is missing", b["6.6"])
for name in ("6.6", "6.7"):
    git(h.repo, "update-ref", "-d", f"refs/heads/linux-{name}.y")
header = h.commit("include", "gadget: two headers\n", {PATH: V4.replace("gadget.h>\n", "gadget.h>\n#include <linux/more.h>\n#include <linux/nowhere.h>\n#include <asm/made.h>\n")}, fix)
b = ask(header, "--stable=linux-6.3.y")
names = [(m["kind"], m["name"]) for m in b["6.3"]["missing"]]
ok(b["6.3"]["compiles"] != "yes" and ("header", "linux/nowhere.h") in names and len([n for n in names if n[0] == "header"]) == 1,
   "a header that is nowhere is missing; one that is there, or chosen by the build, is not", (b["6.3"]["applies"], names))

# the results as patches that git takes
patches = TMP / "patches"
h.commit("linux-6.5.y", "Linux 6.5.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 5\nSUBLEVEL = 1\n",
                                         PATH: V3.replace("#include <linux/gadget.h>\n", "#include <linux/gadget.h>\n#include <linux/more.h>\n")}, start)
b = ask(fix, "--stable=linux-6.1.y,linux-6.5.y", f"--patches={patches}")
ok(b["6.1"]["patch"] is None and b["6.5"]["patch"] and [str(p) for p in patches.rglob("*.patch")] == [b["6.5"]["patch"]],
   "a patch for each branch that it applies to", [str(p) for p in patches.rglob("*")])
work = TMP / "work"
git(TMP, "clone", "-q", "-b", "linux-6.5.y", str(repo), str(work))
git(work, "-c", "user.name=T", "-c", "user.email=t@example.org", "am", "-q", b["6.5"]["patch"])
ok(git(work, "show", "-s", "--format=%s%n%b").startswith(f"gadget: do not copy what is before the start\n[ Upstream commit {fix} ]"),
   "git am takes it, with the upstream id", git(work, "show"))
ok("length - start, start" in (work / PATH).read_text(), "and the code is as merged")
ok(one_line_error(run("branches", fix, f"--repo={repo}", "--stable=linux-6.5.y", f"--patches={work / PATH}"), 3), "a folder that cannot be made is one clear line")

# a branch that changed the line by itself: no commit of mainline helps
h.commit("linux-6.4.y", "Linux 6.4.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 4\nSUBLEVEL = 1\n"}, start)
h.commit("linux-6.4.y", "gadget: our own way\n", {PATH: V3.replace("gadget_copy_part(g, length, start);", "our_own_copy(g, length, 7, start);")})
b = ask(fix, "--stable=linux-6.4.y")
ok(not first(b["6.4"]) and (b["6.4"]["affected"] != "yes" or f"the branch has changed {PATH} by itself" in b["6.4"]["prerequisites_why"]),
   "where none helps the reason is said", b["6.4"])
between = [c["subject"] for x in b["6.4"]["conflicts"] for c in x["between"]]
ok(b["6.4"]["affected"] in ("no", "fixed") or between[:1] == ["gadget: our own way"], "a commit that the branch alone has is named", b["6.4"])

# a line that mainline lost stands between two that are old: nobody wrote what the hunk stands on, somebody removed that line
LOST = "drivers/gadget/lost.c"
L1 = """int gadget_lost(struct gadget *g)
{
	gadget_begin(g);
	gadget_copy(g, 8);
	gadget_dump(g);
	gadget_end(g);
	return gadget_last_word(g);
}
"""
L2 = L1.replace("	gadget_dump(g);\n", "")
lost = h.commit("lost", "gadget: lost\n", {LOST: L1}, header)
h.commit("linux-6.9.y", "Linux 6.9.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 9\nSUBLEVEL = 1\n"}, lost)
remover = h.commit("lost", "gadget: no dumps\n", {LOST: L2})
h.commit("lost", "more: once more\n", {"include/linux/more.h": "int more;\nint more_of_it;\n"})
found = h.commit("lost", "gadget: end only once\n", {LOST: L2.replace("	gadget_copy(g, 8);\n	gadget_end(g);\n", "	gadget_copy(g, 4);\n")})
b = ask(found, "--stable=linux-6.9.y")
ok(b["6.9"]["applies"] == "conflict" and first(b["6.9"]) == [remover], "who removed what stands between two lines of a hunk comes along",
   json.dumps(b["6.9"], indent=1))
ok("removed lines between" in b["6.9"]["prerequisites"][0]["why"], "and the reason says so", b["6.9"]["prerequisites"])
between = [c["commit"] for x in b["6.9"]["conflicts"] for c in x["between"]]
ok(between == [remover], "the conflict names it, too", b["6.9"]["conflicts"])

# more commits than a set may have: the number in between is said, merges and other files do not count
WIDE = "drivers/gadget/wide.c"
NR = 18


def wide(nr, check=""):
    steps = [f"\tgadget_copy_part(g, {i}, {int(i < nr)});\n" + (check if i % 3 == 2 else "") for i in range(NR)]
    return "int gadget_wide(struct gadget *g)\n{\n" + "".join(steps) + "\treturn 0;\n}\n"


h.commit("wide", "gadget: wide\n", {WIDE: wide(0)}, header)
h.commit("linux-6.8.y", "Linux 6.8.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 8\nSUBLEVEL = 1\n"}, git(repo, "rev-parse", "wide").strip())
for i in range(NR):
    h.commit("wide", f"gadget: step {i}\n", {WIDE: wide(i + 1)})
h.commit("wide", "more: again\n", {"include/linux/more.h": "int more;\n"})
far = h.commit("wide", "gadget: end each\n", {WIDE: wide(NR, "\tgadget_end(g);\n")})
b = ask(far, "--stable=linux-6.8.y")
ok(not first(b["6.8"]) and f"of the {NR} in between that change its files" in (b["6.8"]["prerequisites_why"] or ""),
   "where too many are needed the number in between is said", b["6.8"])

# work side by side: what an earlier commit of one side stands on comes before it, though the other side came in between
SIDES = "drivers/gadget/sides.c"


def sides(one, two):
    return ("int gadget_one(struct gadget *g)\n{\n" + one + "}\n" + "\n/* apart */\n" * 8 +
            "int gadget_two(struct gadget *g)\n{\n" + two + "}\n")


ONE = [f"\tgadget_begin(g);\n\treturn gadget_copy({x});\n" for x in ("g, 1", "g, 2", "g, 3", "g, 4")]
TWO = [f"\tgadget_end(g);\n\treturn gadget_copy_part({x});\n" for x in ("g, 1, 1", "g, 2, 2", "g, 3, 3")]
h = History("sides")
root = h.commit("master", "gadget: both sides\n", {SIDES: sides(ONE[0], TWO[0]), HEAD: H1})
h.commit("linux-6.1.y", "Linux 6.1.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 1\n"}, root)
second = h.commit("master", "gadget: two on one side\n", {SIDES: sides(ONE[1], TWO[0])})
third = h.commit("master", "gadget: three on one side\n", {SIDES: sides(ONE[2], TWO[0])})
other = h.commit("topic", "gadget: two on the other side\n", {SIDES: sides(ONE[0], TWO[1])}, root)
h.commit("master", "Merge branch 'topic'\n", {SIDES: sides(ONE[2], TWO[1])}, [third, other])
both = h.commit("master", "gadget: fix both\n", {SIDES: sides(ONE[3], TWO[2])})
repo = h.repo
b = ask(both)
ok(first(b["6.1"]) == [second, third, other], "an ancestor is put before its descendant, whatever stands between", (first(b["6.1"]), b["6.1"]["prerequisites_why"]))

# what all branches have is not asked for, but for what one undid, wherever the file is
GIZMO = "drivers/gizmo/gadget.c"
h = History("undone")
base = h.commit("master", "gadget: new driver\n", {PATH: V1, HEAD: H1})
part = h.commit("master", "gadget: copy a part\n", {PATH: V2})
fork = h.commit("master", "more: much\n", {"include/linux/more.h": "int more;\n"})
h.commit("linux-6.1.y", "Linux 6.1.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 1\n"}, fork)
h.commit("linux-6.1.y", f'Revert "gadget: copy a part"\n\nThis reverts commit {part}.\n', {PATH: V1})
h.commit("linux-6.2.y", "Linux 6.2.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 2\nSUBLEVEL = 1\n"}, fork)
begin = h.commit("master", "gadget: begin at the start\n", {PATH: V3})
message = f'gadget: do not copy what is before the start\n\nFixes: {base[:12]} ("gadget: new driver")\n'
fix = h.commit("master", message, {PATH: V4})
h.commit("moved", "gadget: into another folder\n", {PATH: None, GIZMO: V2}, fork)
moved = h.commit("moved", message, {GIZMO: V2.replace("length, 0);", "length, 7);")})
repo = h.repo
b = ask(fix)
ok(first(b["6.1"]) == [part, begin], "a commit that one branch undid is asked for", (first(b["6.1"]), b["6.1"]["prerequisites_why"]))
ok(first(b["6.2"]) == [begin], "and of no other branch", (first(b["6.2"]), b["6.2"]["prerequisites_why"]))
b = ask(moved)
between = [c["commit"] for x in b["6.1"]["conflicts"] for c in x["between"]]
ok(between == [part] and not b["6.2"]["conflicts"], "also where the file has another place since", (b["6.1"]["conflicts"], b["6.2"]["conflicts"]))
done()
