# SPDX-License-Identifier: GPL-2.0-or-later
"""ostler introduced: which commit brought the bug in, without a Fixes: tag.

Usage: test_introduced.py OSTLER SCHEMA.
"""
import json
import os
import sys

from history import History
from lib import SOURCE, TMP, done, git, ok, one_line_error, run

SCHEMA = sys.argv[2]
PATH = "drivers/gadget/gadget.c"
V1 = """#include <linux/gadget.h>

int gadget_read(struct gadget *g, char *buffer, int length)
{
	int ret;

	gadget_begin(g);
	ret = gadget_copy(g, buffer, length);
	gadget_end(g);
	return ret;
}

int gadget_size(struct gadget *g)
{
	return gadget_count(g) * 4;
}
"""
WRONG = V1.replace("gadget_copy(g, buffer, length)", "gadget_copy_all(g, buffer, length + 1)")
INDENTED = WRONG.replace("	ret = gadget_copy_all(g, buffer, length + 1);\n",
                         "	if (gadget_is_open(g))\n		ret = gadget_copy_all(g, buffer, length + 1);\n")
RENAMED = INDENTED.replace("int length", "int size").replace("length + 1", "size + 1")
MOVED = {PATH: None, "drivers/gadget/core.c": RENAMED}
FIXED = RENAMED.replace("size + 1", "size")
WITH_STATE = FIXED + """
int gadget_state(struct gadget *g)
{
	struct gadget_state *state = gadget_lookup_state(g);

	return state->number;
}
"""
CHECKED = WITH_STATE.replace("\n	return state->number;", "\n	if (!state)\n		return -1;\n	return state->number;")
CORE = "drivers/gadget/core.c"

h = History("introduced")
first = h.commit("master", "gadget: new driver\n", {PATH: V1, "drivers/other.c": "int other;\n"})
wrong = h.commit("master", "gadget: copy everything\n", {PATH: WRONG})
indent = h.commit("master", "gadget: read when open\n", {PATH: INDENTED})
rename = h.commit("master", "gadget: call it size\n", {PATH: RENAMED})
h.commit("master", "other: more\n", {"drivers/other.c": "int other;\nint more;\n"})
move = h.commit("master", "gadget: move to core.c\n", MOVED)
git(h.repo, "tag", "v6.1", move)
fix = h.commit("master", f"gadget: copy no more than there is\n\nFixes: {rename[:12]} (\"gadget: call it size\")\n", {CORE: FIXED})
state = h.commit("master", "gadget: tell the state\n", {CORE: WITH_STATE})
check = h.commit("master", "gadget: look at what the look-up gives\n", {CORE: CHECKED})
named = h.commit("master", f"gadget: count by eight\n\nSince commit {first[:12]} it counted by four.\n",
                 {CORE: CHECKED.replace("gadget_count(g) * 4", "gadget_count(g) * 8")})
words = h.commit("master", "gadget: only words\n", {CORE: CHECKED.replace("gadget_count(g) * 4", "gadget_count(g) * 8")
                                                    .replace("\n	gadget_begin(g);", "\n	/* first of all */\n	gadget_begin(g);")})
merge = h.commit("master", "Merge branch 'nothing'\n", {}, [words, first])
repo = h.repo


def ask(what, *more):
    code, out, err = run("introduced", what, f"--repo={repo}", "--format=json", *more)
    ok(code == 0, f"it answers for {str(what)[:12]}", err)
    return json.loads(out)


def candidates(r):
    return [c["commit"] for c in r["mechanisms"][0]["candidates"]]


r = ask(fix)
ok(candidates(r)[0] == wrong, "a line that was re-indented, renamed and moved since leads to who wrote what is wrong", r)
ok(r["fixes_tag"] == f'Fixes: {wrong[:12]} ("gadget: copy everything")', "with a Fixes: line", r["fixes_tag"])
ok(r["tagged"] == [rename[:12]], "beside what the message says, which decides nothing", r["tagged"])
by_id = {c["commit"]: c for c in r["mechanisms"][0]["candidates"]}
ok(indent in by_id and "stood there before" in by_id[indent]["rejected"], "a commit that only rewrote the line is rejected with the reason", by_id)
ok(by_id[wrong]["rejected"] is None and by_id[wrong]["first_release"] == "v6.1", "the first one is not, and names its release", by_id[wrong])
ok(all(c["why"] for c in by_id.values()) and all(c["rejected"] for i, c in by_id.items() if i != wrong), "every candidate has its reasons", by_id)

r = ask(check)
ok(candidates(r)[0] == state, "an added check is about the use that it guards", r)
r = ask(named)
ok(candidates(r)[0] == first and "the message names it" in r["mechanisms"][0]["candidates"][0]["why"], "an id in the message counts", r)
ok(r["fixes_tag"] == "" and "begins there" in r["fixes_why"], "where history begins there is no Fixes: line", r["fixes_why"])

r = ask(first)
ok(not candidates(r) and r["mechanisms"][0]["unknown"], "a root commit has no candidates, and says why", r)
r = ask(merge)
ok(not candidates(r) and "merge" in r["mechanisms"][0]["unknown"], "nor has a merge", r)

patch = TMP / "fix.patch"
patch.write_text(git(repo, "format-patch", "--stdout", "-1", fix))
ok(candidates(ask(patch, f"--base={fix}^"))[0] == wrong, "a mail gives the same")
foreign = TMP / "foreign.patch"
foreign.write_text("From: a@b.c\nSubject: [PATCH] x\n\nm\n---\n--- a/no/such.c\n+++ b/no/such.c\n@@ -1,3 +1,3 @@\n int a;\n-int b;\n+int c;\n int d;\n")
r = ask(foreign)
ok(not candidates(r) and "no/such.c" in r["mechanisms"][0]["unknown"], "a patch of another project says so", r)

# a history that goes by releases
v = History("releases")
def release(n, text):
    files = {f"lib/f{i}.c": f"int f{i} = {n};\n" for i in range(12)}
    return v.commit("main", f"up to 6.1.{n}\n", {**files, CORE: text, "Makefile": f"VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = {n}\nEXTRAVERSION =\n"})
release(1, V1)
two = release(2, WRONG)
release(3, INDENTED)
v.commit("main", "the fix\n", {CORE: INDENTED.replace("length + 1", "length")})
code, out, err = run("introduced", "main", f"--repo={v.repo}", "--format=json")
r = json.loads(out)
top = r["mechanisms"][0]["candidates"][0]
ok(top["commit"] in (two, git(v.repo, "rev-parse", "main~1").strip()) and top["at_or_before"] and top["first_release"].startswith("6.1."),
   "a release is named where history goes by releases", r)
ok(r["fixes_tag"] == "" and "release" in r["fixes_why"], "and no Fixes: line is made", r["fixes_why"])

# a deadlock: its cycle closes where the last of its steps comes, whichever that is
GOLDEN = SOURCE / "tests/locks/golden/include"
DECLARED = """#include <linux/kernel.h>

struct poller {
	struct mutex lock;
	struct work_struct work;
	int n;
};
void poller_init(struct poller *p);
"""
POLL = """#include <linux/poller.h>

static void poller_work(struct work_struct *work)
{
	struct poller *p = container_of(work, struct poller, work);

LOCK	p->n++;
UNLOCK}

void poller_init(struct poller *p)
{
	INIT_WORK(&p->work, poller_work);
}

void poller_stop(struct poller *p)
{
	BODY
}
"""
STOP, HELD = "cancel_work_sync(&p->work);", "mutex_lock(&p->lock);\n\tcancel_work_sync(&p->work);\n\tmutex_unlock(&p->lock);"
D = "drivers/poller.c"


def poll(locks, body):
    return (POLL.replace("UNLOCK", "\tmutex_unlock(&p->lock);\n" if locks else "")
            .replace("LOCK", "\tmutex_lock(&p->lock);\n" if locks else "").replace("BODY", body))


def base_files(text):
    files = {"include/" + str(p.relative_to(GOLDEN)): p.read_text() for p in GOLDEN.rglob("*.h")}
    return {**files, "include/linux/poller.h": DECLARED, D: text}


d = History("deadlock")
d.commit("master", "poller: new driver\n", base_files(poll(False, STOP)))
held = d.commit("master", "poller: stop with the lock held\n", {D: poll(False, HELD)})
d.commit("master", "other: nothing\n", {"drivers/other.c": "int other;\n"})
closes = d.commit("master", "poller: lock the work\n", {D: poll(True, HELD)})
d.commit("master", "poller: a comment\n", {D: poll(True, HELD).replace("\np->n++", "\n/* count */ p->n++") + "\n/* end */\n"})
d.commit("master", "other: more\n", {"drivers/other.c": "int other;\nint more;\n"})
last = d.commit("master", "poller: stop before the lock\n\nIt can deadlock.\n", {D: poll(True, STOP) + "\n/* end */\n"})


def closing(history, what, *more):
    code, out, err = run("introduced", what, f"--repo={history.repo}", "--format=json", *more)
    r = json.loads(out) if ok(code == 0, f"{history.repo.name}: it answers", err) else {"mechanisms": [{}]}
    return r, [m for m in r["mechanisms"][1:] if m["mechanism"].startswith("poller.lock held over poller.work")]


r, found = closing(d, last)
top = found[0]["candidates"][0] if found and found[0]["candidates"] else {"commit": "", "why": []}
ok(top["commit"] == closes, "the commit that takes the lock in the work closes the cycle, not the one that the removed line is from", r)
ok(any("there with it (proven), and not in its parent" in w for w in top["why"]), "with the proof", top)
ok(any("it adds the step drivers/poller.c:7 poller_work(): acquire" in w for w in top["why"]), "and the step that it adds", top)
rejected = {c["commit"]: c["rejected"] for c in found[0]["candidates"][1:]} if found else {}
ok("its cycle is open still" in rejected.get(held, ""), "who wrote the line is rejected with the reason", rejected)
line = f'Fixes: {closes[:12]} ("poller: lock the work")'
ok(found and found[0]["fixes_tag"] == line and r["fixes_tag"] == line, "the Fixes: line is the one of the proof", r)
r, found = closing(d, last, "--no-proofs")
ok(len(r["mechanisms"]) == 1 and held[:12] in r["fixes_tag"], "--no-proofs: lines alone", r)

# closed, opened and closed again; a side branch that has not the lock yet
m = History("merged")
m.commit("master", "poller: new driver\n", base_files(poll(True, HELD)))
m.commit("master", "poller: stop without the lock\n", {D: poll(True, STOP)})
side = m.commit("side", "poller: n\n", {"drivers/other.c": "int other;\n"}, git(m.repo, "rev-parse", "master").strip())
again = m.commit("master", "poller: stop with the lock held again\n", {D: poll(True, HELD)})
merged = m.commit("master", "Merge branch 'side'\n", {"drivers/other.c": "int other;\n"}, [again, side])
end = m.commit("master", "poller: stop before the lock\n\nIt can deadlock.\n", {D: poll(True, STOP)})
r, found = closing(m, end)
ok(found and found[0]["candidates"][0]["commit"] == again, "of two times the last one, behind a merge", r)

# by releases
w = History("poller-releases")
def point(n, text):
    files = {f"lib/f{i}.c": f"int f{i} = {n};\n" for i in range(12)}
    return w.commit("main", f"up to 6.1.{n}\n", {**files, **base_files(text), "Makefile": f"VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = {n}\nEXTRAVERSION =\n"})
point(1, poll(False, HELD))
point(2, poll(False, HELD))
third = point(3, poll(True, HELD))
point(4, poll(True, HELD) + "\n/* end */\n")
w.commit("main", "poller: stop before the lock\n\nIt can deadlock.\n", {D: poll(True, STOP) + "\n/* end */\n"})
r, found = closing(w, "main")
top = found[0]["candidates"][0] if found else {}
ok(top.get("commit") == third and top["at_or_before"] and top["first_release"] == "6.1.3", "the release in which it closes is named", r)
ok(found and found[0]["fixes_tag"] == "" and "within it: that commit is a whole release" in found[0]["fixes_why"], "and no Fixes: line made of it", found)

from jsonschema import Draft202012Validator
with open(SCHEMA, encoding="utf-8") as f:
    errors = list(Draft202012Validator(json.load(f)).iter_errors(ask(fix)))
    errors += list(Draft202012Validator(json.load(open(SCHEMA, encoding="utf-8"))).iter_errors(closing(d, last)[0]))
ok(not errors, "the reports fit their schema", errors)
code, out, _ = run("introduced", fix, f"--repo={repo}", "--full")
ok(code == 0 and "Fixes: " + wrong[:12] in out and "not it:" in out, "text for people", out)
odd = os.fsencode(TMP) + b"/f\xff.patch"
with open(odd, "wb") as f:
    f.write(git(repo, "format-patch", "-1", "--stdout", fix).encode())
code, out, err = run("introduced", os.fsdecode(odd), f"--repo={repo}", "--format=json")
ok(code == 0 and json.loads(out)["mechanisms"], "a file name that is no UTF-8 gives JSON all the same", out + err)
ok(one_line_error(run("introduced", "nothing", f"--repo={repo}"), 3), "no such commit is one clear line")
ok(one_line_error(run("introduced", f"--repo={repo}"), 2), "and none")
shallow = TMP / "shallow"
git(TMP, "clone", "-q", "--bare", "--depth=8", f"file://{repo}", str(shallow))
code, out, err = run("introduced", fix, f"--repo={shallow}", "--format=json")
ok(code == 0 and "cut off" in json.loads(out)["fixes_why"], "a shallow clone says where it is cut off", out + err)
done()
