# SPDX-License-Identifier: GPL-2.0-or-later
"""ostler missing: of ten commits of mainline, which does a branch lack and need?

Usage: test_missing.py OSTLER SCHEMA.
"""
import json
import sys

from history import History
from lib import TMP, done, git, ok, one_line_error, run

SCHEMA = sys.argv[2]
TEXT = """#include <linux/gadget.h>

int gadget_one(struct gadget *g)
{
	gadget_begin(g);
	gadget_work(g, 1);
	return gadget_end(g);
}

int gadget_two(struct gadget *g)
{
	gadget_start(g);
	gadget_work(g, 2);
	return gadget_finish(g);
}

int gadget_three(struct gadget *g)
{
	gadget_open(g);
	gadget_work(g, 3);
	return gadget_close(g);
}

int gadget_four(struct gadget *g)
{
	gadget_four_begins(g);
	gadget_work(g, 4);
	return gadget_four_ends(g);
}

int gadget_five(struct gadget *g)
{
	gadget_five_begins(g);
	gadget_work(g, 5);
	return gadget_five_ends(g);
}
"""
PATH = "drivers/gadget/gadget.c"
LATE = "int late(struct gadget *g)\n{\n\tgadget_late(g);\n\treturn gadget_out(g);\n}\n"


class Tree:
    """The text of the driver, changed step by step."""
    def __init__(self, text):
        self.text = text

    def swap(self, old, new):
        assert old in self.text
        self.text = self.text.replace(old, new)
        return {PATH: self.text}


h = History("missing")
tree = Tree(TEXT)
base = h.commit("master", "gadget: new driver\n", {PATH: TEXT, "drivers/gadget/other.c": "int other;\n"})
one = h.commit("master", f"gadget: fix a use-after-free in one\n\nFixes: {base[:12]} (\"gadget: new driver\")\n",
               tree.swap("\tgadget_begin(g);\n", "\tif (!gadget_get(g))\n\t\treturn 0;\n\tgadget_begin(g);\n"))
two = h.commit("master", "gadget: fix two\n\nNothing worked.\n", tree.swap("gadget_work(g, 2)", "gadget_work(g, 22)"))
feature = h.commit("master", "gadget: add a feature\n", tree.swap("gadget_work(g, 3)", "gadget_work(g, 33)"))
late = h.commit("master", "gadget: add the late part\n", {"drivers/gadget/late.c": LATE})
late_fix = h.commit("master", f"gadget: fix the late part\n\nFixes: {late[:12]} (\"gadget: add the late part\")\n\nSigned-off-by: A <a@b.c>\n",
                    {"drivers/gadget/late.c": LATE.replace("late(g);", "late(g, 1);")})
bad = h.commit("master", "gadget: fix what was right\n\nCc: stable@vger.kernel.org\n", tree.swap("gadget_open(g)", "gadget_open(g, 1)"))
undo = h.commit("master", f'Revert "gadget: fix what was right"\n\nThis reverts commit {bad}.\n', tree.swap("gadget_open(g, 1)", "gadget_open(g)"))
no = h.commit("master", "gadget: fix for new ones only\n\nCc: <stable+noautosel@kernel.org> # not for old ones\n",
              tree.swap("gadget_close(g)", "gadget_close(g, 1)"))
asked = h.commit("master", "gadget: finish in time\n\nCc: stable@vger.kernel.org\n", tree.swap("\tgadget_work(g, 4);\n", "\tif (!gadget_is_open(g))\n\t\treturn -1;\n"))
taken = h.commit("master", f"gadget: fix the start\n\nFixes: {base[:12]} (\"gadget: new driver\")\n", tree.swap("gadget_five_begins(g)", "gadget_five_begins(g, 5)"))
h.commit("linux-6.1.y", "Linux 6.1.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 1\n"}, base)
h.commit("linux-6.1.y", f"gadget: fix the start\n\ncommit {taken} upstream.\n", {PATH: TEXT.replace("gadget_five_begins(g)", "gadget_five_begins(g, 5)")})
h.commit("linux-6.6.y", "Linux 6.6.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 6\nSUBLEVEL = 1\n"}, taken)
# a history of its own: one import
h.commit("lonely", "everything\n", {PATH: TEXT, "drivers/gadget/other.c": "int other;\n"})
repo = h.repo
SPAN = f"--from={base}..master"


def missing(branch, *more, status=1):
    code, out, err = run("missing", branch, f"--repo={repo}", SPAN, "--format=json", *more)
    ok(code == status, f"{branch}: exit status {status}", f"{code} {err}")
    return json.loads(out)


r = missing("linux-6.1.y")
ok([f["commit"] for f in r["fixes"]] == [one, asked, two], "the fixes that it needs, worst first", json.dumps(r, indent=1))
ok(r["fixes"][0]["serious"] and r["fixes"][0]["symptom"] == "use-after-free", "with what goes wrong", r["fixes"][0])
ok(all(f["affected"] == "yes" and f["applies"] in ("clean", "merged") for f in r["fixes"]), "affected, and they apply", r["fixes"])
n = r["counts"]
ok((n["all"], n["reached"], n["backported"], n["opted_out"], n["undone"], n["no_bug"]) == (10, 0, 1, 1, 1, 1),
   "every other commit is counted under its reason", n)
ok(n["all"] == sum(v for k, v in n.items() if k != "all") + len(r["fixes"]), "each commit once", n)

r = missing("linux-6.6.y", status=0)
ok(not r["fixes"] and r["counts"]["reached"] == 10, "a branch that reaches all needs none", r["counts"])

r = missing("lonely")
ok(r["warnings"] and "no commit in common" in r["warnings"][0], "an unrelated history is said", r["warnings"])
ok({one, two, asked} <= {f["commit"] for f in r["fixes"]}, "and its code is asked all the same", r["fixes"])

r = missing("linux-6.1.y", "--all")
ok(feature in [f["commit"] for f in r["fixes"]], "--all looks at every commit", r["counts"])

queue = TMP / "queue"
queue.mkdir()
(queue / "one.patch").write_text(git(repo, "format-patch", "--stdout", "-1", one))
(queue / "series").write_text("one.patch\n")
r = missing("linux-6.1.y", f"--queue={queue}")
ok([(f["commit"], f["affected"]) for f in r["fixes"]][-1] == (one, "queued"), "what is in the queue comes last", r["fixes"])

from jsonschema import Draft202012Validator
with open(SCHEMA, encoding="utf-8") as f:
    errors = list(Draft202012Validator(json.load(f)).iter_errors(r))
ok(not errors, "the report fits its schema", errors)
code, out, _ = run("missing", "linux-6.1.y", f"--repo={repo}", SPAN, "--full")
ok(code == 1 and one[:12] in out.splitlines()[0] and "3 of 10 commits" in out, "text for people", out)
ok(run("missing", "linux-6.1.y", f"--repo={repo}", SPAN) == run("missing", "linux-6.1.y", f"--repo={repo}", SPAN, "--no-store"),
   "the same without a store")

ok(one_line_error(run("missing", "nowhere", f"--repo={repo}", SPAN), 3), "an unknown branch is one clear line")
ok(one_line_error(run("missing", "lonely", f"--repo={repo}", "--from=a..b"), 3), "so is an unknown range")
ok(one_line_error(run("missing", "lonely", f"--repo={repo}", "--from=master"), 2), "and one commit instead of a range")
ok(one_line_error(run("missing", "lonely", f"--repo={repo}"), 2), "and none")
ok(one_line_error(run("missing", f"--repo={repo}", SPAN), 2), "and no branch")
ok(one_line_error(run("missing", "lonely", f"--repo={TMP}/none", SPAN), 3), "and no repository")
shallow = TMP / "shallow"
git(TMP, "clone", "-q", "--bare", "--depth=3", "--no-single-branch", f"file://{repo}", str(shallow))
code, out, err = run("missing", "linux-6.1.y", f"--repo={shallow}", "--from=master~2..master", "--format=json")
ok(code in (0, 1) and json.loads(out)["counts"]["all"] == 2, "a shallow clone answers for what it has", err)
done()
