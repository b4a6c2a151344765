# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of `ostler review`: what a maintainer reads in half a minute."""
import json

from lib import TMP, done, git, ok, run

BEFORE = """#include <linux/gadget.h>

int gadget_stop(struct gadget *g)
{
\tint seq = g->seq;

\tg->seq = 0;
\tg->pages = 0;
\treturn seq;
}
"""
AFTER = BEFORE.replace("\tg->seq = 0;\n", "\tif (gadget_locked(g))\n\t\treturn 0;\n\tg->seq = 0;\n")
HEADER = "struct gadget { int seq; int pages; };\n"
HELPER = HEADER + "int gadget_locked(struct gadget *g);\n"
repo = TMP / "kernel"
repo.mkdir()
git(repo, "init", "-q", "-b", "base")
git(repo, "config", "user.name", "T")
git(repo, "config", "user.email", "t@example.org")


def commit(branch, start, message, **files):
    git(repo, "checkout", "-q", *(["-B", branch, start] if start else ["--orphan", branch]))
    for path, text in files.items():
        path = {"c": "drivers/gadget/gadget.c", "h": "include/linux/gadget.h", "new": "drivers/gadget/new.c"}[path]
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--allow-empty", "-m", message)
    return git(repo, "rev-parse", "HEAD").strip()


def review(what, *branches):
    code, out, err = run("review", what, f"--repo={repo}", "--stable=" + ",".join(branches), "--format=json", "--no-proofs")
    ok(code == 0, f"{what[:12]}: a verdict is given", err)
    doc = json.loads(out)
    page = run("review", what, f"--repo={repo}", "--stable=" + ",".join(branches), "--no-proofs")[1]
    return {r["id"]: r for p in doc["phases"] for r in p["records"]}, page, doc


commit("base", None, "base", c=BEFORE, h=HELPER)
fix = commit("fix", "base", "gadget: stop only once\n\nIt oopses otherwise.", c=AFTER)
commit("lacks", "base", "no helper", h=HEADER)
# it has the fix, and what the fix uses is declared where nobody looks
commit("fixed", "base", "gadget: stop only once", c=AFTER, h=HEADER)

records, page, doc = review(fix, "fixed", "lacks")
lacks = [r for r in records.values() if r["id"].startswith("6.2/compiles")]
ok(any("lacks (" in r["statement"] or r["statement"].startswith("lacks") for r in lacks), "a branch without the helper is told of", lacks)
ok([b["affected"] for b in doc["branches"]] == ["fixed", "yes"], "one branch has the fix, the other needs it", doc["branches"])
ok(all(r["weight"] == 0 for r in lacks if r["statement"].startswith("fixed")) and
   all(r["weight"] < 0 for r in lacks if r["statement"].startswith("lacks")), "only where it is needed does that speak against it", lacks)
row = next(line for line in page.splitlines() if line.startswith("  fixed"))
ok("applies" not in row, "nobody is told how it applies where it is", page)
ok(page.count("it has what the change repairs") <= 1, "a branch's answer stands on the page once", page)

warns = commit("warns", "base", "gadget: guard the stop\n\nAdd a WARN_ON_ONCE() before the pages go.",
               c=BEFORE.replace("\tg->pages = 0;", "\tif (WARN_ON_ONCE(!g->seq))\n\t\treturn 0;\n\tg->pages = 0;"))
records, page, _ = review(warns, "base")
ok("1.3/warning" not in records, "a warning that the patch brings is no symptom", records.get("1.3/warning"))
seen = commit("seen", "base", "gadget: guard the stop\n\nUsers see WARN_ON_ONCE() fire in another place.",
              c=AFTER)
records, _, _ = review(seen, "base")
ok("1.3/warning" in records, "one that users see is", records)
both = commit("both", "base", "gadget: guard the stop\n\nThe WARN_ON_ONCE() is wrong; a splat follows.\n",
              c=BEFORE.replace("\tg->pages = 0;", "\tif (WARN_ON_ONCE(!g->seq))\n\t\treturn 0;\n\tg->pages = 0;"))
records, _, _ = review(both, "base")
ok("splat" in records.get("1.3/warning", {}).get("statement", ""), "and other words for it still count", records.get("1.3/warning"))
check = commit("check", "base", "gadget: move a check\n\nThe existing NULL check stays where it is.", c=AFTER)
records, _, _ = review(check, "base")
ok("1.3/null-dereference" not in records, "a NULL check that is there speaks of no fault", records.get("1.3/null-dereference"))
adds = commit("adds", "base", "gadget: add missing NULL check\n\nSo be it.", c=AFTER)
records, _, _ = review(adds, "base")
ok("1.3/null-dereference" in records, "one that was missing does", records)

many = "".join(f"int new_{i}(void)\n{{\n\treturn {i};\n}}\n\n" for i in range(60))
new = commit("new", "base", "gadget: a new file", c=AFTER, new=many)
records, page, doc = review(new, "base")
functions = [r["statement"] for r in records.values() if r["id"].startswith("2.1/function")]
ok(len(functions) == 2 and "drivers/gadget/new.c is new, with 60 functions: new_0(), new_1()" in " ".join(functions) and
   "and 54 more" in " ".join(functions), "a new file is one record", functions)
ok(len([r for r in records if r.startswith("2.2/")]) == 1, "and its functions are no flow", records)
ok(len(doc["change"]["functions"]) == 61, "the JSON names them all", len(doc["change"]["functions"]))
tail = page[page.index("Not known"):].splitlines()
ok(len(tail) <= 20 and "versions, reviewers, bug report, related patches, stable discussion: no list archive" in
   " ".join(t.strip() for t in tail).replace("Versions", "versions"), "what is not known is short: topics, then the reason", page)
ok(len(page.splitlines()) <= 45, "the page is read in half a minute", page)

# a file that moves later: no line of the change is changed by that
git(repo, "checkout", "-q", "-B", "line", fix)
git(repo, "mv", "drivers/gadget/gadget.c", "drivers/gadget/core.c")
git(repo, "commit", "-qm", "gadget: move it")
records, _, _ = review(fix, "base")
later = records.get("3.5/later", {}).get("statement", "")
ok("removes a file that it changes, or gives it another name" in later and "changes lines" not in later,
   "a rename changes no lines", records)
done()
