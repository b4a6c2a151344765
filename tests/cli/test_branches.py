# SPDX-License-Identifier: GPL-2.0-or-later
"""ostler branches on a made-up driver, one branch for each way a tree can differ.

Usage: test_branches.py OSTLER SCHEMA. Every rule has its twin: what must be
`yes` stands beside the same code that must not.
"""
import json
import sys

from lib import OSTLER, TMP, done, git, ok, one_line_error, run  # noqa: F401

SCHEMA = sys.argv[2]

HEADER = """#ifndef GADGET_H
#define GADGET_H
struct gadget {
	int nr_pages;
	int seq;
	void *pages[512];
};
void gadget_put(struct gadget *g, int seq);
void gadget_warn(const char *text);
#endif
"""
BEFORE = """#include <linux/gadget.h>

static int helper_one(int a)
{
	return a + 1;
}

int gadget_release(struct gadget *g, int seq)
{
	int ret = helper_one(seq);

	if (!g)
		return -1;
	gadget_put(g, seq);
	g->pages[seq] = 0;
	return ret;
}

int gadget_stop(struct gadget *g)
{
	gadget_warn("stopping the gadget");
	g->seq = 0;
	return 0;
}
"""
AFTER = BEFORE.replace("""	gadget_put(g, seq);
""", """	if (seq >= g->nr_pages) {
		gadget_warn("sequence number out of range");
		return -1;
	}
	gadget_put(g, seq);
""")
PATH = "drivers/gadget/gadget.c"
# a second driver, whose code others in its folder resemble
RELAY = """#include <linux/gadget.h>

int relay_suspend(struct gadget *g)
{
	relay_stop_queues(g);
	relay_cancel_work(g, RELAY_ALL_WORK);
	relay_write_register(g, RELAY_CONTROL, RELAY_SLEEP);
	relay_power_down(g);
	return 0;
}

int relay_name(struct gadget *g)
{
	return g->seq;
}
"""
RELAY_FIXED = RELAY.replace("	relay_write", "	relay_wait_for_idle(g);\n	relay_write")
RELAY_PATH = "drivers/gadget/relay.c"
TWIN = RELAY.replace("int relay_suspend", "int twin_suspend").replace("int relay_name", "int twin_name")
TREES = {
    "before": {PATH: BEFORE},
    "after": {PATH: AFTER},
    # re-indented, wrapped anew, commented: the same code
    "wrapped": {PATH: BEFORE.replace("\tgadget_put(g, seq);", "\tgadget_put(g,\n\t\t   seq); /* give back */")},
    "renamed-local": {PATH: BEFORE.replace("seq)", "number)").replace("[seq]", "[number]").replace("int seq", "int number")
                      .replace("g, seq", "g, number").replace("(seq", "(number")},
    "moved": {"drivers/staging/gadget/gadget.c": BEFORE},
    "no-driver": {"drivers/other/other.c": "int other(void)\n{\n\treturn 0;\n}\n"},
    "no-function": {PATH: BEFORE[:BEFORE.index("int gadget_release")] + BEFORE[BEFORE.index("int gadget_stop"):]},
    "no-member": {PATH: BEFORE, "include/linux/gadget.h": HEADER.replace("\tint nr_pages;\n", "")},
    "no-helper": {PATH: BEFORE.replace('\tgadget_warn("stopping the gadget");\n', ""),
                  "include/linux/gadget.h": HEADER.replace("void gadget_warn(const char *text);\n", "")},
    "two-arguments": {PATH: BEFORE.replace('gadget_warn("stopping the gadget")', 'gadget_warn(g, "stopping the gadget")'),
                      "include/linux/gadget.h": HEADER.replace("gadget_warn(const char", "gadget_warn(struct gadget *g, const char")},
}

# trees for the second driver, asked together
RELAY_TREES = {
    "relay": {RELAY_PATH: RELAY},
    # another driver that is alike, and a tree that has both
    "twin": {"drivers/gadget/twin.c": TWIN},
    "twin-beside": {"drivers/gadget/twin.c": TWIN, RELAY_PATH: RELAY_FIXED},
}
# what it was split off from, which is without that code where both are
UNSPLIT_TREES = {
    "unsplit": {"drivers/gadget/old.c": TWIN.replace("twin_", "old_")},
    "split": {"drivers/gadget/old.c": "int old_suspend(void)\n{\n\treturn relay_suspend(0);\n}\n", RELAY_PATH: RELAY_FIXED},
}


def make_repo():
    repo = TMP / "kernel"
    repo.mkdir()
    git(repo, "init", "-q", "-b", "base")
    git(repo, "config", "user.name", "T")
    git(repo, "config", "user.email", "t@example.org")
    for name, files in {**TREES, **RELAY_TREES, **UNSPLIT_TREES}.items():
        git(repo, "checkout", "-q", "--orphan", name)
        git(repo, "rm", "-rfq", "--ignore-unmatch", ".")
        for path, text in {"include/linux/gadget.h": HEADER, **files}.items():
            (repo / path).parent.mkdir(parents=True, exist_ok=True)
            (repo / path).write_text(text)
        git(repo, "add", "-A")
        git(repo, "commit", "-qm", name)
    git(repo, "checkout", "-q", "before")
    git(repo, "checkout", "-q", "-b", "fix")
    (repo / PATH).write_text(AFTER)
    git(repo, "commit", "-qam", "gadget: check the sequence number of a release")
    git(repo, "checkout", "-q", "relay")
    git(repo, "checkout", "-q", "-b", "relay-fix")
    (repo / RELAY_PATH).write_text(RELAY_FIXED)
    git(repo, "commit", "-qam", "relay: wait before it sleeps")
    return repo


def affected(repo, commit, trees):
    code, out, err = run("branches", commit, f"--repo={repo}", "--stable=" + ",".join(trees), "--format=json")
    return {b["branch"]: (b["affected"], b["why"]) for b in json.loads(out)["branches"]} if code == 0 else {"": (err, [])}


def check_twins(repo):
    """A driver that is not there has no fault, however much another one is like it."""
    seen = affected(repo, "relay-fix", RELAY_TREES)
    ok({k: v[0] for k, v in seen.items()} == {"relay": "yes", "twin": "no", "twin-beside": "fixed"}, "one that stands beside it elsewhere is another driver", seen)
    ok(any("drivers/gadget/twin.c, stands beside it in" in w["statement"] for w in seen["twin"][1]), "that is said", seen["twin"])
    seen = affected(repo, "relay-fix", UNSPLIT_TREES)
    ok({k: v[0] for k, v in seen.items()} == {"unsplit": "yes", "split": "fixed"}, "what it was split off from has the fault", seen)


def main():
    repo = make_repo()
    code, out, err = run("branches", "fix", f"--repo={repo}", "--stable=" + ",".join(TREES), "--format=json")
    if not ok(code == 0, "it answers", err):
        return
    report = json.loads(out)
    branches = {b["branch"]: b for b in report["branches"]}

    def expect(branch, **fields):
        seen = {k: branches[branch][k] for k in fields}
        ok(seen == fields, f"{branch}: {fields}", json.dumps(branches[branch], indent=1))

    expect("before", affected="yes", applies="clean", compiles="yes", missing=[])
    expect("after", affected="fixed")
    expect("wrapped", affected="yes")
    expect("renamed-local", affected="yes")
    expect("moved", affected="yes")
    expect("no-driver", affected="no", applies="absent")
    expect("no-function", affected="no")
    expect("no-member", affected="no", compiles="no")
    expect("no-helper", affected="yes", compiles="no")
    expect("two-arguments", affected="yes", compiles="no")
    names = [(m["kind"], m["name"]) for m in branches["no-helper"]["missing"]]
    ok(names == [("function", "gadget_warn")], "the missing helper is named", names)
    kinds = [m["kind"] for m in branches["two-arguments"]["missing"]]
    ok(kinds == ["arity"], "so is the wrong number of arguments", branches["two-arguments"]["missing"])
    names = [m["name"] for m in branches["no-member"]["missing"]]
    ok(names == ["nr_pages"], "so is the missing member", names)

    for b in report["branches"]:
        for why in b["why"]:
            for e in why["evidence"]:
                import subprocess
                p = subprocess.run(["sh", "-c", e["command"]], cwd=repo, capture_output=True, check=False)
                if not (p.returncode in (0, 1) and not p.stderr):
                    ok(False, "its command runs: " + e["command"], p.stderr)
    ok(True, "all commands of the evidence run")

    check_twins(repo)

    from jsonschema import Draft202012Validator
    with open(SCHEMA, encoding="utf-8") as f:
        errors = list(Draft202012Validator(json.load(f)).iter_errors(report))
    ok(not errors, "the report fits its schema", errors)

    twice = run("branches", "fix", f"--repo={repo}", "--stable=before,after", "--format=json")
    ok(twice == run("branches", "fix", f"--repo={repo}", "--stable=before,after", "--format=json", "--no-store"),
       "the same answer without a store", twice)
    code, out, _ = run("branches", "fix", f"--repo={repo}", "--stable=before,after")
    ok(code == 0 and "before" in out and "yes" in out and "fixed" in out, "text for people", out)
    odd = (b"From: a@b.c\nSubject: [PATCH] x\n\nm\n---\n--- a/dr\xff/x.c\n+++ b/dr\xff/x.c\n"
           b"@@ -1,3 +1,3 @@\n int a;\n-int b;\n+int c;\n int d;\n")
    code, out, err = run("branches", "-", f"--repo={repo}", "--stable=before", "--format=json", stdin=odd)
    ok(code == 0 and json.loads(out)["branches"][0]["affected"] == "no", "a path that is no UTF-8 is still JSON", out + err)
    ok(one_line_error(run("branches", "fix", f"--repo={repo}", "--stable=nowhere"), 3), "an unknown branch is one clear line")
    ok(one_line_error(run("branches", "fix", f"--repo={repo}"), 3), "no branch at all is one clear line")


main()
done()
