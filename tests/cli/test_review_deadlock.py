#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`ostler review` of changes that remove, keep and make a deadlock (2.3, 5.4, 8.2, 8.3)."""
import shutil

from lib import SOURCE, TMP, documents, done, git, ok, run

DRIVER = """#include <linux/kernel.h>

struct box {
\tstruct mutex lock;
\tstruct work_struct work;
\tint n;
};

static void box_work(struct work_struct *work)
{
\tstruct box *b = container_of(work, struct box, work);

\tmutex_lock(&b->lock);
\tb->n++;
\tmutex_unlock(&b->lock);
}

void box_init(struct box *b)
{
\tINIT_WORK(&b->work, box_work);
}

void box_stop(struct box *b)
{
\tmutex_lock(&b->lock);
\tb->n = 0;
%s
}
"""
HELD = "\tcancel_work_sync(&b->work);\n\tmutex_unlock(&b->lock);"
AFTER = "\tmutex_unlock(&b->lock);\n\tcancel_work_sync(&b->work);"

repo = TMP / "kernel"
shutil.copytree(SOURCE / "tests/locks/golden/include", repo / "include")
(repo / "drivers").mkdir()
git(repo.parent, "init", "-q", "-b", "master", str(repo))
git(repo, "config", "user.name", "A Tester")
git(repo, "config", "user.email", "tester@example.org")


def commit(body, message):
    (repo / "drivers/box.c").write_text(DRIVER % body)
    git(repo, "add", "include", "drivers")
    git(repo, "commit", "-q", "-m", message)
    return git(repo, "rev-parse", "HEAD").strip()


def review(rev, *more):
    stable = [] if any(m.startswith("--stable") for m in more) else ["--stable=master"]
    status, out, err = run("review", f"--repo={repo}", "--format=json", *stable, rev, *more)
    ok(status == 0, f"review of {rev[:8]} ends well", err)
    steps = {}
    for phase in documents(out)[0]["phases"]:
        for r in phase["records"]:
            steps.setdefault(r["step"], []).append(r)
    return steps


commit(HELD, "box: add a driver")
fix = commit(AFTER, "box: cancel the work after the lock is released\n\nThe wait can deadlock.\n")
breaks = commit(HELD, "box: cancel the work earlier\n")
other = commit(HELD.replace("\tcancel", "\tb->n = 1;\n\tcancel"), "box: set n\n")

r = review(fix)
said = [x for x in r["2.3"] if x["status"] == "verified" and not x["id"].startswith("2.3/searched")]
ok(len(said) == 1 and "box.lock" in said[0]["statement"] and "gone after" in said[0]["statement"], "2.3 names the mechanism", r["2.3"])
refs = [e["ref"] for e in said[0]["evidence"]] if said else []
ok(any(x.startswith("drivers/box.c:27@") for x in refs), "with the line of the wait in the tree before", refs)
ok(any("box_work" in x["statement"] and "box_stop" in x["statement"] for x in r["5.4"]), "5.4 has the chain", r["5.4"])
ok(any("box_work() to be running" in x["statement"] for x in r["8.2"]), "8.2 says what must run at the same time", r["8.2"])
ok(any("waits for ever" in x["statement"] for x in r["8.3"]), "8.3 says what happens then", r["8.3"])

ok([x["status"] for x in r["2.4"]] == ["verified", "unknown"], "2.4: it is gone, no new one is there, the rest is not known", r["2.4"])
ok(any(x["id"] == "9.2/real-bug" and x["status"] == "verified" for x in r["9.2"]), "a proof makes it a real bug", r["9.2"])
ok("benefit: a deadlock goes" in r["8.4"][0]["reason"] and "+1 -1 lines in 1 function" in r["8.4"][0]["reason"], "8.4 has both sides", r["8.4"])

r = review(breaks)
ok(r["2.4"][0]["status"] == "refuted" and "brings a deadlock" in r["2.4"][0]["statement"], "2.4 refutes that it does no harm", r["2.4"])
ok("a deadlock comes" in r["8.4"][0]["reason"], "8.4 counts it as a risk", r["8.4"])
ok(any(x["statement"].startswith("NEW") and x["status"] == "verified" for x in r["2.3"]), "a deadlock that the change makes is said", r["2.3"])
new = [x for x in r["2.3"] if x["statement"].startswith("NEW")]
ok(any(e["ref"].endswith("@" + breaks[:12]) for e in new[0]["evidence"]), "with lines of the tree that has it", new)
ok(not any("gone after" in x["statement"] for x in r["2.3"]), "and none is called repaired", r["2.3"])

r = review(other)
ok(all(x["status"] == "unknown" for x in r["2.3"]) and r["2.3"], "a change that has nothing to do with locks is not searched", r["2.3"])
ok("speaks of locks" in r["2.3"][0]["reason"], "and says why", r["2.3"][0])

said = [x for x in review(fix)["2.3"] if x["statement"].startswith("Deadlocks were looked for")]
ok(len(said) == 1 and " of " in said[0]["statement"] and "call into the changed files" in said[0]["statement"], "a driver's fix is searched around it, and 2.3 says so", said)

# core code: its callback takes a lock that a driver in another folder holds over the wait for it
POLL = """#include <linux/kernel.h>
#include <linux/poller.h>

static void poller_work(struct work_struct *work)
{
\tstruct poller *p = container_of(work, struct poller, work);

%s\tp->n++;
%s}

void poller_init(struct poller *p)
{
\tINIT_WORK(&p->work, poller_work);
}

void poller_stop(struct poller *p)
{
\tcancel_work_sync(&p->work);
}
"""
(repo / "include/linux/poller.h").write_text("struct poller {\n\tstruct mutex lock;\n\tstruct work_struct work;\n\tint n;\n};\n"
                                             "void poller_init(struct poller *p);\nvoid poller_stop(struct poller *p);\n")
(repo / "core").mkdir()
(repo / "core/poll.c").write_text(POLL % ("", ""))
(repo / "users").mkdir()
(repo / "users/user.c").write_text("#include <linux/kernel.h>\n#include <linux/poller.h>\n\nvoid user_stop(struct poller *p)\n{\n"
                                   "\tmutex_lock(&p->lock);\n\tpoller_stop(p);\n\tmutex_unlock(&p->lock);\n}\n")
git(repo, "add", "include", "core", "users")
git(repo, "commit", "-q", "-m", "core: add a poller and its user")
(repo / "core/poll.c").write_text(POLL % ("\tmutex_lock(&p->lock);\n", "\tmutex_unlock(&p->lock);\n"))
git(repo, "add", "core")
git(repo, "commit", "-q", "-m", "core: lock the poller while it polls")
r = review(git(repo, "rev-parse", "HEAD").strip())
new = [x for x in r["2.3"] if x["statement"].startswith("NEW")]
ok(new and "poller.lock" in new[0]["statement"], "a change that others call into: what they do is found", r["2.3"])
ok(any(e["ref"].startswith("users/user.c:7@") for x in new for e in x["evidence"]), "with the line in another folder", new)
ok(any("all that call into the changed files" in x["statement"] for x in r["2.3"]), "since who calls into the changed files is searched, and 2.3 says so", r["2.3"])

# one of two functions is repaired
TWO = DRIVER + "\nvoid box_reset(struct box *b)\n{\n\tmutex_lock(&b->lock);\n\tb->n = 1;\n" + HELD + "\n}\n"
for body in HELD, AFTER:
    (repo / "drivers/box.c").write_text(TWO % body)
    git(repo, "add", "drivers")
    git(repo, "commit", "-q", "-m", "box: stop without a deadlock" if body == AFTER else "box: reset")
r = review(git(repo, "rev-parse", "HEAD").strip())
ok(any("box_reset() waits" in x["statement"] and x["status"] == "unknown" for x in r["2.4"]), "2.4 names what stays as it was", r["2.4"])

# yes, where the records carry it: mainline has a fix of a proven deadlock, and the branch would take it
git(repo, "checkout", "-q", "-B", "linux-6.8.y", fix + "^")
git(repo, "checkout", "-q", "-B", "mainline", fix + "^")
(repo / "drivers/box.c").write_text(DRIVER % AFTER)
git(repo, "commit", "-q", "-s", "-am", "box: cancel the work after the lock is released\n\nThe wait can deadlock.\n")
good = git(repo, "rev-parse", "HEAD").strip()
(repo / "drivers/box.c").write_text(DRIVER % AFTER.replace("\tmutex", "\tb->n = 2;\n\tmutex"))
git(repo, "commit", "-q", "-s", "-am", "box: end with two\n")
STABLE = "--stable=linux-6.8.y"


def decision(*more):
    return review(good, STABLE, f"--upstream={good}", *more)["9.4"][0]


d = decision()
ok(d["status"] == "unknown" and "whether mainline has it is not known" in d["reason"], "no release of mainline has it: a human decides", d)
git(repo, "tag", "v6.9", "mainline")
d = decision()
ok(d["status"] == "verified" and d["statement"].startswith("Yes, for linux-6.8.y: mainline has it"), "a release has it: yes", d)
d = decision("--no-proofs")
ok(d["status"] == "unknown", "without proofs it is not said", d)
git(repo, "checkout", "-q", "linux-6.8.y")
(repo / "drivers/box.c").write_text((DRIVER % HELD).replace("b->n = 0;", "b->n = 7;"))
git(repo, "commit", "-q", "-am", "box: stop at seven")
d = decision()
ok(d["status"] == "unknown", "nor where it does not fit", d)

r = review(fix, "--no-proofs")
ok("--no-proofs" in r["2.4"][0]["reason"], "--no-proofs: 2.4 says why nothing was compared", r["2.4"])
ok("--no-proofs" in r["2.3"][0]["reason"], "--no-proofs: nothing is searched", r["2.3"])
done()
