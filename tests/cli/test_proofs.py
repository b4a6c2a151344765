# SPDX-License-Identifier: GPL-2.0-or-later
"""Deadlocks that a patch removes from a branch or brings into it, mechanism by mechanism.

Usage: test_proofs.py OSTLER. A driver stops its work with two locks held; one
branch's work function takes none of them, one only the driver's own, one
that of the subsystem too, which lies in a folder that MAINTAINERS names.
"""
import json
import pathlib

from lib import TMP, done, git, ok, run

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "locks" / "golden" / "include"
A, CORE, HEADER = "drivers/gadget/usb/gadget.c", "net/gadgetry/core.c", "include/net/gadgetry.h"
MAINTAINERS = """List of maintainers

GADGETRY
M:	Ann Author <ann@example.org>
S:	Maintained
F:	include/net/gadgetry.h
F:	net/gadgetry/
"""
SUBSYSTEM = """#include <net/gadgetry.h>

void gadgetry_stop(struct gadgetry *g)
{
	cancel_work_sync(&g->work);
}

static void gadgetry_poll(struct work_struct *work)
{
	struct gadgetry *g = container_of(work, struct gadgetry, work);

LOCK	g->polled = 1;
UNLOCK}

void gadgetry_init(struct gadgetry *g)
{
	mutex_init(&g->mtx);
	INIT_WORK(&g->work, gadgetry_poll);
}
"""
DECLARED = """#include <linux/kernel.h>

struct gadgetry {
	struct mutex mtx;
	struct work_struct work;
	int polled;
};

void gadgetry_stop(struct gadgetry *g);
void gadgetry_init(struct gadgetry *g);
"""
DRIVER = """#include <net/gadgetry.h>

int gadget_down(struct gadgetry *g)
{
	int ret = 0;

	mutex_lock(&g->mtx);
	gadgetry_stop(g);
	ret = g->polled;
	mutex_unlock(&g->mtx);
	return ret;
}
"""
FIXED = DRIVER.replace("\tgadgetry_stop(g);\n\tret", "\tret").replace("\tmutex_lock(&g->mtx)", "\tgadgetry_stop(g);\n\tmutex_lock(&g->mtx)")


# another driver, in a folder that nothing of the subsystem names; which device it stops is not told
SECOND = """#include <net/gadgetry.h>

int second_down(struct gadgetry *g, struct gadgetry *h)
{
	mutex_lock(&g->mtx);
	cancel_work_sync(&h->work);
	mutex_unlock(&g->mtx);
	return 0;
}
"""


def subsystem(locks):
    return SUBSYSTEM.replace("UNLOCK", "\tmutex_unlock(&g->mtx);\n" if locks else "").replace("LOCK", "\tmutex_lock(&g->mtx);\n" if locks else "")


def write(repo, locks, driver):
    files = {A: driver, CORE: subsystem(locks), HEADER: DECLARED, "MAINTAINERS": MAINTAINERS}
    for p in GOLDEN.rglob("*.h"):
        files["include/" + str(p.relative_to(GOLDEN))] = p.read_text()
    for path, text in files.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text)
    git(repo, "add", "-A")


def main():
    repo = TMP / "kernel"
    repo.mkdir()
    git(repo, "init", "-q", "-b", "base")
    git(repo, "config", "user.name", "T")
    git(repo, "config", "user.email", "t@example.org")
    for name, locks, driver in (("locks", True, DRIVER), ("lockless", False, DRIVER), ("good", True, FIXED)):
        git(repo, "checkout", "-q", "--orphan", name)
        git(repo, "rm", "-rfq", "--ignore-unmatch", ".")
        write(repo, locks, driver)
        git(repo, "commit", "-qm", name)
    git(repo, "checkout", "-q", "-b", "fix", "locks")
    write(repo, True, FIXED)
    git(repo, "commit", "-qm", "gadget: stop before the lock is taken\n\nIt can deadlock.")
    git(repo, "checkout", "-q", "-b", "bad", "good")
    write(repo, True, DRIVER)
    git(repo, "commit", "-qm", "gadget: stop with the lock held")

    def ask(commit, *more, stable="locks,lockless,good"):
        code, out, err = run("branches", commit, f"--repo={repo}", f"--stable={stable}", "--format=json", *more)
        report = json.loads(out) if ok(code == 0, f"{commit}: it answers", err) else {"branches": [], "warnings": []}
        return {b["branch"]: b for b in report["branches"]}, report["warnings"]

    # the subsystem's poll takes the lock now: who holds it over the wait lies elsewhere
    for name, driver in (("takes", DRIVER), ("takes-good", FIXED)):
        git(repo, "checkout", "-q", "-b", name, "lockless" if driver == DRIVER else "good")
        write(repo, False, driver)
        (repo / "drivers/gadget/pci").mkdir(parents=True, exist_ok=True)
        if driver == DRIVER:
            (repo / "drivers/gadget/pci/second.c").write_text(SECOND)
        git(repo, "add", "-A")
        git(repo, "commit", "-qm", "before", "--allow-empty")
    git(repo, "checkout", "-q", "-b", "polls", "takes")
    (repo / CORE).write_text(subsystem(True))
    git(repo, "commit", "-qam", "gadgetry: lock the gadget while it polls")
    git(repo, "checkout", "-q", "fix")

    b, _ = ask("fix")
    said = {k: [(m["mechanism"], m["affected"]) for m in v["bugs"][1:]] for k, v in b.items()}
    mechanism = "gadgetry.mtx held over gadgetry.work, in gadgetry_stop()"
    ok(said["locks"] == [(mechanism, "yes")], "the deadlock is proved where the work takes the lock", said)
    ok(said["lockless"] == [(mechanism, "no")], "and is not there where it does not", said)
    ok(b["locks"]["affected"] == "yes" and "proven" in b["locks"]["why"][0]["statement"], "a proof decides and comes first", b["locks"])
    ok(all(not v["new_deadlocks"] for v in b.values()), "nothing new comes with the fix")
    b, _ = ask("fix", "--no-proofs")
    ok(len(b["locks"]["bugs"]) == 1, "--no-proofs: nothing is looked for", b["locks"])
    b, warnings = ask("bad")
    new = {k: [(f["lock"]["class"], f["rank"]) for f in v["new_deadlocks"]] for k, v in b.items()}
    ok(new["good"] == [("gadgetry.mtx", "proven")], "a patch that brings one in is found out", new)
    ok(any("good would have a new deadlock" in w for w in warnings), "with a warning", warnings)

    b, warnings = ask("polls", stable="takes,takes-good,polls")
    new = {k: [(f["wait"]["function"], f["rank"], f["holders"][0]["function"]) for f in v["new_deadlocks"]] for k, v in b.items()}
    ok(new["takes"] == [("gadgetry_stop", "proven", "gadget_down"), ("second_down", "possible", "second_down")], "a lock in a subsystem's callback: the drivers that hold it are found, the doubtful one beside the proven", new)
    ok(any("takes would have a new deadlock" in w for w in warnings), "with a warning", warnings)
    ok(new["takes-good"] == [], "a branch whose drivers hold nothing gets none", new)
    ok(b["polls"]["affected"] == "fixed" and new["polls"] == [], "nor one that has the change", b["polls"])
    # what the patches of a mailbox share does not show in their answers
    mbox = TMP / "mbox"
    mails = [git(repo, "format-patch", "-1", "--stdout", c).encode() for c in ("fix", "bad", "polls")] * 2
    every = (f"--repo={repo}", "--stable=takes,lockless,good,locks", "--format=json")
    alone = []
    for mail in mails:
        mbox.write_bytes(mail)
        alone.append(json.loads(run("branches", mbox, *every)[1]))
    mbox.write_bytes(b"".join(mails))
    for jobs in (1, 2):
        code, out, err = run("branches", mbox, *every, f"--jobs={jobs}")
        ok([json.loads(line) for line in out.splitlines()] == alone, f"a mailbox, {jobs} at a time: each answer is that of its mail alone", err)
    ok(any(b["new_deadlocks"] for r in alone for b in r["branches"]), "and some find deadlocks")

    code, out, err = run("review", "polls", f"--repo={repo}", "--stable=takes,takes-good", "--format=json")
    report = json.loads(out) if ok(code == 0, "a review of it", err) else {"phases": [], "verdict": {"reasons": []}}
    said = [r["statement"] for p in report["phases"] for r in p["records"] if r["step"] == "6.1" and r["status"] == "verified"]
    ok(any(s.startswith("NEW on takes with the change: ") for s in said), "says it of the branch", said)
    ok(not any("takes-good with" in s for s in said), "and not of the other", said)
    ok(any("NEW with the change" in r["text"] and r["weight"] < 0 for r in report["verdict"]["reasons"]), "it speaks against", report["verdict"])
    text = run("review", "polls", f"--repo={repo}", "--stable=takes,takes-good")[1]
    ok("a deadlock comes with it to takes;" in " ".join(text.split()), "the verdict names the branch", text)
    ok("NEW with the change (proven): gadgetry.mtx held over gadgetry.work" in " ".join(text.split()), "and stands below it", text)

    code, out, err = run("review", "fix", f"--repo={repo}", "--stable=locks,lockless,good", "--format=json")
    report = json.loads(out) if ok(code == 0, "a review of the fix", err) else {"branches": [], "phases": []}
    bugs = {b["branch"]: [(m["mechanism"], m["affected"]) for m in b["bugs"][1:]] for b in report["branches"]}
    ok(bugs == {"locks": [(mechanism, "yes")], "lockless": [(mechanism, "no")], "good": [(mechanism, "no")]},
       "it has the mechanisms of each branch", bugs)
    said = [r["statement"] for p in report["phases"] for r in p["records"] if r["id"].startswith("6.1/mechanism")]
    ok(any(s.startswith("locks: " + mechanism + ": proven") for s in said) and
       any(s.startswith("lockless: " + mechanism + ": not found") for s in said), "a record for each", said)
    text = run("review", "fix", f"--repo={repo}", "--stable=locks,lockless,good")[1]
    flat = " ".join(text.split())
    ok(mechanism + ": yes, proven" in flat and mechanism + ": no" in flat, "and a line for each", text)
    report = json.loads(run("review", "fix", f"--repo={repo}", "--stable=locks", "--format=json", "--no-proofs")[1])
    ok(len(report["branches"][0]["bugs"]) == 1, "--no-proofs: none", report["branches"])


main()
done()
