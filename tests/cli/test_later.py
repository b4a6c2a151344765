# SPDX-License-Identifier: GPL-2.0-or-later
"""What came after a change: ostler branches and phase 3.5 of a review.

Usage: test_later.py OSTLER. A driver in mainline, a change to it, its later
fix, a revert of another, and stable branches that have some of them.
"""
import json

from history import History
from lib import TMP, done, git, ok, one_line_error, run

PATH = "drivers/gadget/gadget.c"


def makefile(major, level, sub):
    return f"VERSION = {major}\nPATCHLEVEL = {level}\nSUBLEVEL = {sub}\nEXTRAVERSION =\n"


def driver(start="", stop="", other=""):
    return f"""#include <linux/gadget.h>

static int gadget_start(struct gadget *g)
{{
	int ret = gadget_power(g);

{start}	gadget_run(g);
	return ret;
}}

static int gadget_probe(struct gadget *g)
{{
	g->users = 0;
	g->state = gadget_initial_state(g);
	return gadget_register(g);
}}

static void gadget_stop(struct gadget *g)
{{
	gadget_halt(g);
{stop}	gadget_unpower(g);
}}

static int gadget_other(struct gadget *g)
{{
{other}	return gadget_last_word(g);
}}
"""


CHANGE = "\tif (ret)\n\t\tgadget_blink(g, ret);\n"
FIXED = "\tif (ret < 0)\n\t\tgadget_blink(g, ret);\n"
h = History("later")
base = h.commit("master", "gadget: new driver\n", {PATH: driver(), "Makefile": makefile(6, 0, 0)})
change = h.commit("master", "gadget: blink when there is no power\n\nIt was dark.\n", {PATH: driver(CHANGE)})
other = h.commit("master", "gadget: say the other word\n", {PATH: driver(CHANGE, other="\tgadget_word(g);\n")})
revert = h.commit("master", f'Revert "gadget: say the other word"\n\nThis reverts commit {other}.\n', {PATH: driver(CHANGE)})
away = h.commit("master", f'led: be quick\n\nFixes: {change[:12]} ("gadget: blink when there is no power")\n',
                {"drivers/led/led.c": "int led;\n"})
fix = h.commit("master", f'gadget: blink for errors alone\n\nFixes: {change[:12]} ("gadget: blink when there is no power")\n',
               {PATH: driver(FIXED)})
again = h.commit("master", f'gadget: halt twice\n\nFixes: {fix[:12]} ("gadget: blink for errors alone")\n',
                 {PATH: driver(FIXED, "\tgadget_halt(g);\n")})
# 6.1: nothing; 6.6: change and fix; 6.12: the change alone; 6.18: the change, and its revert reverted
h.commit("linux-6.1.y", "Linux 6.1.1\n", {"Makefile": makefile(6, 1, 1)}, base)
h.commit("linux-6.6.y", "Linux 6.6.1\n", {"Makefile": makefile(6, 6, 1)}, base)
h.commit("linux-6.6.y", f"gadget: blink when there is no power\n\ncommit {change} upstream.\n", {PATH: driver(CHANGE)})
h.commit("linux-6.6.y", f"gadget: blink for errors alone\n\n[ Upstream commit {fix} ]\n", {PATH: driver(FIXED)})
h.commit("linux-6.12.y", "Linux 6.12.1\n", {"Makefile": makefile(6, 12, 1)}, base)
h.commit("linux-6.12.y", f"gadget: blink when there is no power\n\ncommit {change} upstream.\n", {PATH: driver(CHANGE)})
h.commit("linux-6.18.y", "Linux 6.18.1\n", {"Makefile": makefile(6, 18, 1)}, fix)
taken = h.commit("linux-6.18.y", f'Revert "gadget: blink for errors alone"\n\nThis reverts commit {fix}.\n', {PATH: driver(CHANGE)})
# 6.19: the same, and that revert reverted
h.commit("linux-6.19.y", "Linux 6.19.1\n", {"Makefile": makefile(6, 19, 1)}, taken)
h.commit("linux-6.19.y", f'Reapply "gadget: blink for errors alone"\n\nThis reverts commit {taken}.\n', {PATH: driver(FIXED)})
# 6.20: a release as one import: only its code can tell
h.commit("linux-6.20.y", "Linux 6.20.1\n", {PATH: driver(FIXED), "Makefile": makefile(6, 20, 1), "README": "x\n"})
repo = h.repo


def branches(commit, *more):
    code, out, err = run("branches", commit, f"--repo={repo}", "--format=json", *more)
    return json.loads(out) if ok(code == 0, f"it answers for {commit[:8]} {' '.join(more)}", err) else {"branches": [], "warnings": []}


def present(report, commit):
    return {b["branch"][6:-2]: f["present"] for b in report["branches"] for f in b["later_fixes"] if f["commit"] == commit}


report = branches(change)
later = {f["commit"]: f for f in report["branches"][0]["later_fixes"]}
ok(later[fix]["relation"] == "fixes" and later[fix]["of"] == change, "a commit with Fixes: is found", later)
ok(away in later, "also one that changes another file", later)
ok(again in later and later[again]["of"] == fix, "and the fix of the fix", later)
ok(other not in later and revert not in later, "a neighbour is none", later)
ok(present(report, fix) == {"6.1": "no", "6.6": "yes", "6.12": "no", "6.18": "no", "6.19": "yes", "6.20": "yes"},
   "which branches have it: by message, by reach, reverted, the revert reverted, by code", present(report, fix))
warning = [w for w in report["warnings"] if w.startswith(fix[:12])]
ok(len(warning) == 1 and "linux-6.12.y" in warning[0] and "linux-6.6.y" not in warning[0],
   "the branch that has the change without its fix is warned of", report["warnings"])

report = branches(other)
found = [(f["commit"], f["relation"]) for f in report["branches"][0]["later_fixes"]]
ok((revert, "reverts") in found, "a revert is found", found)

# the change as mail for a repository where mainline is not: the queue
queue = TMP / "queue" / "queue-6.1"
queue.mkdir(parents=True)
mail = git(repo, "format-patch", "--stdout", "-1", fix)
(queue / "blink.patch").write_text(mail.replace("\n\nFixes:", f"\n\ncommit {fix} upstream.\n\nFixes:", 1))
(queue / "series").write_text("# on its way\nblink.patch\nnot-there.patch\n")
report = branches(change, f"--queue={TMP / 'queue'}")
ok(present(report, fix)["6.1"] == "queued" and present(report, fix)["6.12"] == "no", "a queue is for its own version", present(report, fix))
ok(any("not-there.patch" in w for w in report["warnings"]), "a patch that is missing in the queue is named", report["warnings"])
report = branches(fix, f"--queue={queue}", "--stable=linux-6.1.y,linux-6.12.y")
ok(report["branches"][1]["affected"] == "yes", "a queue of 6.1 is not for 6.12", report)
(TMP / "queue" / "queue-6.12").mkdir()
(TMP / "queue" / "queue-6.12" / "series").write_text("blink.patch\n")
(TMP / "queue" / "queue-6.12" / "blink.patch").write_text(mail)
report = branches(fix, f"--queue={TMP / 'queue'}", "--stable=linux-6.12.y,linux-6.18.y")
ok([b["affected"] for b in report["branches"]] == ["queued", "yes"], "a queued patch is found by its patch-id", report)
ok(any("6.18" in w and "queue" in w for w in report["warnings"]), "a newer branch without it is warned of", report["warnings"])
ok(one_line_error(run("branches", fix, f"--repo={repo}", f"--queue={TMP}"), 3), "no series is one clear line")
ok(one_line_error(run("branches", fix, f"--repo={repo}", f"--queue={TMP}/none"), 3), "no such folder is one clear line")

# the review says the same in 3.5
code, out, err = run("review", change, f"--repo={repo}", "--format=json")
ok(code == 0, "it reviews", err)
records = [r["statement"] for p in json.loads(out)["phases"] if p["number"] == 3 for r in p["records"] if r["step"] == "3.5"]
ok(any(away[:12] in r for r in records), "3.5 knows the fix in another file", records)
ok(any(fix[:12] in r for r in records), "and the one in the same file", records)
done()
