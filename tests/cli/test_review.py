#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`ostler review` on a kernel in miniature (tests/repos/review.fi)."""
import json
import subprocess

from history import History
from lib import ENV, SOURCE, TMP, documents, done, fixture, git, ok, run

repo = fixture("review")
schema = json.loads((SOURCE / "docs/format/review.schema.json").read_text())
try:
    import jsonschema
    validator = jsonschema.Draft202012Validator(schema)
except ImportError:
    validator = None


def review(what, *args, **kw):
    code, out, err = run("review", what, f"--repo={repo}", "--format=json", *args, **kw)
    ok(code == 0 and not err, f"{what}: a verdict is given", f"exit {code}\n{err}")
    docs = documents(out)
    for doc in docs:
        if validator:
            wrong = [f"{list(e.path)}: {e.message[:200]}" for e in validator.iter_errors(doc)]
            ok(not wrong, f"{what}: the JSON is as its schema says", "\n".join(wrong))
    return docs[0] if len(docs) == 1 else docs


def records(doc):
    return {r["id"]: r for phase in doc["phases"] for r in phase["records"]}


def says(doc, rid, text, status="verified"):
    r = records(doc).get(rid)
    return ok(bool(r) and text in r["statement"] and r["status"] == status,
              f"{rid}: {text!r} is {status}", r or " ".join(sorted(records(doc))))


def unknown(doc, rid, text):
    r = records(doc).get(rid)
    return ok(bool(r) and r["status"] == "unknown" and text in r["reason"], f"{rid} is unknown: {text!r}",
              r or " ".join(sorted(records(doc))))


def commands_work(doc, name):
    """Every command of the evidence runs in the repository and returns 0."""
    seen, bad = set(), []
    for r in records(doc).values():
        for e in r["evidence"]:
            cmd = e["command"]
            if not cmd or cmd in seen:
                continue
            seen.add(cmd)
            p = subprocess.run(["sh", "-c", cmd], cwd=repo, env=ENV, capture_output=True, check=False)
            if p.returncode:
                bad.append(f"{r['id']}: {cmd}: {p.returncode} {p.stderr.decode()}")
    twice = [r["id"] for r in records(doc).values() if len({json.dumps(e) for e in r["evidence"]}) < len(r["evidence"])]
    ok(not twice, f"{name}: nothing is shown twice by one record", twice)
    ok(len(seen) > 5 and not bad, f"{name}: all {len(seen)} commands can be run again", "\n".join(bad))


def shown(doc, rid, k=0):
    """What the k-th command of a record prints."""
    cmd = records(doc)[rid]["evidence"][k]["command"]
    return subprocess.run(["sh", "-c", cmd], cwd=repo, env=ENV, capture_output=True, check=False).stdout.decode()


def numstat(rev):
    out = git(repo, "show", "--format=", "--numstat", "-M", "-z", rev)
    rows, parts = [], out.split("\0")
    while parts and parts[0]:
        added, removed, path = parts.pop(0).split("\t", 2)
        old = path
        if not path:
            old, path = parts.pop(0), parts.pop(0)
        rows.append((old, path, added, removed))
    return rows


# ---- the fix ----
fix = review("the-fix")
ok(fix["subject"] == "toy: do not wait for the poll work with the lock held", "the subject")
ok(fix["verdict"]["decision"] == "no", "one branch has a backport and the other not the fault: no branch needs it", fix["verdict"])
ok(fix["verdict"]["range"] == [], "and it names no range")
says(fix, "1.1/subsystem", '"toy"')
says(fix, "1.1/verb", "wait")
says(fix, "1.2/cc", "Asks for stable 6.2 and later")
says(fix, "1.2/reported-by", "Uma User")
says(fix, "1.2/closes", "bugzilla")
says(fix, "1.2/reviewed-by", "Rob Reviewer")
says(fix, "1.2/signed-off-by", "its author")
says(fix, "1.2/signed-off-by-2", "Applied (last to sign off) by Mia Maintainer")
says(fix, "1.2/signed-off-by-2", "maintainer of")
says(fix, "1.3/deadlock", "a deadlock when the device is stopped")
says(fix, "1.4/hidden-fix", "does not say")
says(fix, "2.1/files", "1 file, 1 line added, 1 removed")
says(fix, "2.1/function", "toy_stop()")
says(fix, "2.2/flow", "no longer has cancel_delayed_work_sync(); now has toy_quiesce()")
says(fix, "5.1/function", "toy_stop() is a")
says(fix, "5.2/callers", "toy_stop()")
says(fix, "5.3/callees", "toy_stop() calls")
says(fix, "3.1/blame", "toy: stop polling when the device stops")
says(fix, "3.1/blame", "first released in v6.2")
says(fix, "3.2/exists", "is in this repository, first released in v6.2")
says(fix, "3.2/ancestor", "is an ancestor")
says(fix, "3.2/agrees", "Blame agrees")
unknown(fix, "3.3/recent", "the history at hand begins later")
unknown(fix, "3.4/commits", "the history at hand begins later")
says(fix, "3.5/before", "toy: add a helper that quiesces polling")
says(fix, "3.5/link", "mail 2 of a series")
says(fix, "3.5/later", "toy: write the number of users once")
says(fix, "9.2/mainline", "is in v6.3")
says(fix, "9.2/size", "lines")
says(fix, "6.3/later", "toy: write the number of users once")
ok([b["branch"] for b in fix["branches"]] == ["linux-6.1.y", "linux-6.2.y"], "every linux-*.y is a branch", fix["branches"])
ok([b["affected"] for b in fix["branches"]] == ["no", "fixed"], "and is asked for what the change repairs",
   fix["branches"])
ok([b["release"] for b in fix["branches"]] == ["6.1.1", "6.2.1"], "and says its release", fix["branches"])
asked = documents(run("branches", "the-fix", f"--repo={repo}", "--format=json")[1])[0]["branches"]
told = {b["branch"]: b for b in fix["branches"]}
ok(all(b["bugs"] and b[key] == told[b["branch"]][key] for b in asked
       for key in ("bugs", "applies", "conflicts", "compiles", "compiles_why", "missing", "later_fixes")),
   "a review says of a branch what `ostler branches` says", (asked, fix["branches"]))
commands_work(fix, "the-fix")
count = ([int(w) for w in records(fix)["3.1/blame"]["statement"].split() if w.isdigit()] or [1])[0]
blamed = shown(fix, "3.1/blame").splitlines()
source = records(fix)["3.1/blame"]["evidence"][0]["ref"]
ok(blamed and len([line for line in blamed if line[:8] == source[:8]]) == count,
   "the command of a blame prints the lines that it counts, and no others of that commit", (records(fix)["3.1/blame"], blamed))
ok("v6.2" in shown(fix, "3.1/blame", 1).splitlines(), "and the release", shown(fix, "3.1/blame", 1))
ok("Dan Developer" in shown(fix, "3.5/before") and "toy: add a helper" in shown(fix, "3.5/before") and
   "toy: do not wait" in shown(fix, "3.5/before"), "those of a series stand beside it", shown(fix, "3.5/before"))
ok("users" in shown(fix, "3.5/later"), "a later commit is shown by its diff of these files",
   shown(fix, "3.5/later"))
ok(shown(fix, "2.1/files").splitlines()[0].split()[:2] == ["1", "1"], "files are counted", shown(fix, "2.1/files"))

# ---- others ----
dev = review("the-id")
says(dev, "9.3/ids", "new id")
says(dev, "9.2/real-bug", "just adds a device id")
commands_work(dev, "the-id")

typo = review("the-typo")
says(typo, "9.2/trivial", "No trivial fixes", "refuted")
says(typo, "1.3/cleanup", "No functional change")
commands_work(typo, "the-typo")

out = review("the-optout")
ok(out["verdict"]["decision"] == "no", "an opt-out decides", out["verdict"])
says(out, "9.2/opt-out", "noautosel", "refuted")
unknown(out, "3.2/exists", "not in this repository")
says(out, "3.2/subject", "another subject", "refuted")
says(out, "3.2/form", "is not", "refuted")
commands_work(out, "the-optout")

odd = review("the-odd")
got = [(f["old_path"], f["path"], str(f["added"]), str(f["removed"])) for f in odd["change"]["files"]]
ok(sorted(got) == sorted(numstat("the-odd")), "the inventory is that of git show --numstat", f"{got}\n{numstat('the-odd')}")
commands_work(odd, "the-odd")

back = review("the-backport", "--stable=linux-6.2.y")
fix_id = git(repo, "rev-parse", "the-fix").strip()
ok(back["upstream"] == fix_id, "a backport names its upstream commit", back["upstream"])
says(back, "9.2/mainline", "is in v6.3")
ok(len(back["branches"]) == 1, "--stable limits the branches")
commands_work(back, "the-backport")

root = review("v6.1")
ok(root["base"] == "", "a root commit has no base", root["base"])
unknown(root, "3.1/blame-missing", "no parent")
commands_work(root, "v6.1")

# ---- the same change as a mail ----
patch = TMP / "fix.patch"
patch.write_text(git(repo, "format-patch", "-1", "--stdout", "the-fix"))
mail = review(patch)
ok(mail["base"] != "", "a base is found for the patch", mail["base"])
for key in ("added", "removed", "files", "functions"):
    ok(mail["change"][key] == fix["change"][key], f"patch and commit agree: {key}", f"{mail['change'][key]}\n{fix['change'][key]}")
ok([t["value"] for t in mail["trailers"]] == [t["value"] for t in fix["trailers"]], "patch and commit agree: trailers")
says(mail, "3.1/blame", "toy: stop polling when the device stops")
says(mail, "1.2/signed-off-by-2", "Handed on (last to sign off) by Mia Maintainer")
commands_work(mail, "patch")
ok("[PATCH] toy: do not wait" in shown(mail, "3.5/mail"), "whether a mail is one of a series is shown by its whole subject",
   shown(mail, "3.5/mail"))
named = review(patch, "--upstream=the-fix")
says(named, "9.2/mainline", "is in v6.3")
ok(mail["base"] in (git(repo, "rev-parse", "the-fix^").strip(), git(repo, "rev-parse", "the-fix~2").strip()),
   "the base is the tree that has the blob", mail["base"])
moved = review(patch, "--base=v6.2")
ok(moved["change"]["functions"][0]["name"] == "toy_stop" and moved["change"]["functions"][0]["line"] != fix["change"]["functions"][0]["line"],
   "a hunk is found where it stands now", moved["change"]["functions"])
based = review(patch, "--base=v6.1")
ok(based["base"] == git(repo, "rev-parse", "v6.1^{commit}").strip(), "--base names the base")
unknown(based, "2.1/functions-unread", "stands nowhere in the base")
unknown(based, "3.1/blame-missing", "stands nowhere in the base")
ok(any("deadlocks were not looked for: a hunk of" in json.dumps(r) for r in records(based).values()),
   "which functions it touches is not known then, and deadlocks are not looked for because of that",
   [r for r in records(based).values() if "not looked for" in json.dumps(r)])
piped = review("-", stdin=patch.read_text())
ok(piped["change"] == mail["change"], "standard input is read with -")

box = TMP / "two.mbox"
box.write_text(git(repo, "format-patch", "-2", "--stdout", "the-id"))
two = review(box)
ok(isinstance(two, list) and len(two) == 2, "a mailbox gives one document a message", len(two))

# a mail that is damaged stands among others: it is named, and nothing changes place
many = [git(repo, "format-patch", "-1", "--stdout", rev) for rev in ("the-fix", "the-id", "the-fix~1", "the-id~1") * 3]
many.insert(5, "From " + "0" * 40 + " Mon Sep 17 00:00:00 2001\nFrom: a@b\nSubject: [PATCH] torn\n\n---\n"
               "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n-a\n")
(TMP / "many.mbox").write_text("".join(many))
alone = run("review", TMP / "many.mbox", f"--repo={repo}", "--format=json", "--jobs=1")
ok([d["subject"] for d in documents(alone[1])][:4] == [d["subject"] for d in documents(alone[1])][-4:],
   "reviews come in the order of the mailbox", alone[1][:200])
ok(alone == run("review", TMP / "many.mbox", f"--repo={repo}", "--format=json", "--jobs=4"),
   "reviews that are made side by side are the same", alone[2])

# ---- the list ----
folder = TMP / "archive"
folder.mkdir()


def posting(subject, mid, body, reply="", who="Dan Developer <dan@example.org>", day=1):
    return (f"From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: {who}\nDate: Fri, {day} Jan 2023 10:00:00 +0000\n"
            f"Subject: {subject}\nMessage-Id: <{mid}>\n" + (f"In-Reply-To: <{reply}>\n" if reply else "") + f"\n{body}\n\n")


body = git(repo, "format-patch", "-1", "--stdout", "the-fix").split("\n\n", 1)[1]
title = "toy: do not wait for the poll work with the lock held"
first = posting(f"[PATCH] {title}", "one@example.org", body, day=1)
(folder / "list.mbox").write_text(
    first + posting(f"Re: [PATCH] {title}", "two@example.org", "NAK, please drop this patch.", "one@example.org", "Rob Reviewer <rob@example.org>", 2) +
    posting(f"[PATCH v2] {title}", "three@example.org", body, day=3) +
    posting(f"Re: [PATCH v2] {title}", "four@example.org", "Acked-by: Ann Acker <ann@example.org>", "three@example.org", "Ann Acker <ann@example.org>", 4))
(TMP / "v1.mail").write_text(first.split("\n", 1)[1])
listed = review(TMP / "v1.mail", f"--archive={folder}")
says(listed, "4.1/thread", "2 postings up to v2")
says(listed, "4.1/newer", "This is v1; v2 was posted")
says(listed, "4.2/objection", "NAK")
says(listed, "4.2/tag", "Ann Acker")
commands_work(listed, "the list")
unknown(fix, "4.1/thread", "--archive")

# ---- determinism, text ----
once = run("review", "the-fix", f"--repo={repo}", "--format=json")
ok(once == run("review", "the-fix", f"--repo={repo}", "--format=json", "--jobs=1", "--no-store"), "the same bytes in every run")
code, text, err = run("review", "the-fix", f"--repo={repo}")
ok(code == 0 and text.startswith("NO"), "the verdict comes first", text)
ok("\033" not in text, "no colour when it is no terminal")
ok(all(len(line) <= 80 for line in text.splitlines() if "http" not in line and "@" not in line and "records:" not in line),
   "the page fits 80 columns", text)
ok("linux-6.1.y" in text and "6.1.1" in text, "the branches follow")
ok(len(text.splitlines()) < 60, "a page is a page", len(text.splitlines()))
code, full, err = run("review", "the-fix", f"--repo={repo}", "--full")
ok(all(r["statement"].split()[0] in full for r in records(fix).values()) and "$ git " in full, "--full shows records and commands")

# ---- what a statement says is what its commands show ----
h = History("shown")
old = "".join(f"int a{i};\nint b{i};\n" for i in range(100)) + "int f(void)\n{\n\treturn 1;\n}\n"
export = "EXPORT_SYMBOL_GPL(f);\n"
h.commit("main", "Begin\n", {"README": "x\n"})
base = h.commit("main", "x: add f()\n", {"x.c": old + export, "Makefile": "a\n"})
new = "".join(f"int c{i};\nint b{i};\n" for i in range(100)) + "int f(void)\n{\n\treturn 2;\n}\n"
h.commit("fix", "x: change many lines\n\nIt can hang.\n", {"x.c": new + export, "Makefile": "b\n"}, base)
repo = h.repo
many = review("fix")
lines = [r for r in records(many).values() if r["id"].startswith("3.1/blame") and r["evidence"]]
ok(lines and "101" in lines[0]["statement"], "many removed lines are counted", [r["statement"] for r in lines])
out = subprocess.run(["sh", "-c", lines[0]["evidence"][0]["command"]], cwd=repo, capture_output=True, text=True, env=ENV, check=False).stdout if lines else ""
ok(len(out.splitlines()) == 101, "and all of them are shown", len(out.splitlines()))
ok(lines and "in no release tagged here" in lines[0]["statement"] and shown(many, lines[0]["id"], 1).splitlines() == ["x: add f()", "none"],
   "that no release has it is shown", lines)
says(many, "1.2/no-stable", "its message does not ask for stable")
says(many, "2.1/scope", "It stays in the top folder")
exported = [r for r in records(many).values() if "is an exported function" in r["statement"]]
ok(exported and any("EXPORT_SYMBOL_GPL(f)" in shown(many, exported[0]["id"], i) for i in range(len(exported[0]["evidence"]))),
   "an exported function is shown to be exported", exported)
noted = h.commit("noted", "x: add another number\n\nIt caused problems.\n\nReviewed-by: R <r@example.org>\nCo-developed-by: B <b@example.org>\nSigned-off-by: B <b@example.org>\n[a@example.org: changed a line]\n"
                 "Signed-off-by: A <a@example.org>\n", {"x.c": old.replace("return 1", "return 3") + export}, base)
note = TMP / "note.patch"
note.write_text(git(repo, "format-patch", "-1", "--stdout", "noted"))
for what in ("noted", note):
    doc = review(what)
    says(doc, "1.2/signed-off-by", "Signed off by its other author B <b@example.org>")
    says(doc, "1.2/note", "[a@example.org: changed a line]")
    ok("[a@example.org: changed a line]" in shown(doc, "1.2/note"), "a note among the trailers is shown", records(doc).get("1.2/note"))
    # it does say that something is wrong, by a word that no table has: only the words are spoken of
    says(doc, "1.4/no-fix", "none of the words known here for a fault")
done()
