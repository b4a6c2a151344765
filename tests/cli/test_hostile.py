#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad input through the program: no crash, one clear line, nothing written."""
import os
import signal
import subprocess
import time

from history import History
from lib import ENV, OSTLER, TMP, documents, done, fixture, git, ok, one_line_error, run, skip

repo = fixture("review")
HEAD = ("From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n"
        "From: A <a@example.org>\nDate: Sun, 1 Jan 2023 00:00:00 +0000\nSubject: [PATCH] toy: x\n\nWhy.\n\n"
        "Signed-off-by: A <a@example.org>\n---\n")
good = git(repo, "format-patch", "-1", "--stdout", "the-fix")


def listing():
    seen = []
    for folder, dirs, files in os.walk(TMP):
        dirs.sort()
        seen += [os.path.join(folder, f) for f in sorted(files)]
    return seen


def put(name, data):
    path = TMP / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def reviewed(name, data, status=None):
    """Reviewed, or refused with one line; never anything else."""
    path = put(name, data)
    before = listing()
    code, out, err = run("review", path, f"--repo={repo}", "--format=json", "--no-store")
    fine = (code == 0 and documents(out)) or one_line_error((code, out, err), 3)
    if status is not None:
        fine = fine and code == status
    ok(fine, f"{name}: exit {code}" + (f", {err.strip()[:120]}" if err else ""), f"{code}\n{out[:300]}\n{err}")
    ok(listing() == before, f"{name}: nothing was written", set(listing()) ^ set(before))
    return documents(out)[0] if code == 0 else None


def diff(path, more=""):
    return HEAD + f"diff --git a/{path} b/{path}\n{more}--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b\n"


# patches
reviewed("empty.patch", "", 3)
reviewed("nothing.patch", "no patch at all\n", 3)
reviewed("dotdot.patch", diff("../../etc/passwd"), 3)
reviewed("absolute.patch", HEAD + "--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n")
reviewed("quoted.patch", diff('"a\\n\\001b"'))
reviewed("dash.patch", diff("--output=/tmp/owned"))
reviewed("shell.patch", diff("x;touch /tmp/owned;$(id)`id`'"))
ok(not os.path.exists("/tmp/owned"), "no command was run from a path")
cut = reviewed("truncated.patch", good[:good.rindex("+")], None)
if cut:
    ok(any("2.1/damage" in r["id"] for p in cut["phases"] for r in p["records"]), "a truncated patch says so")
# a hunk whose first line is damaged: nothing of it can be read, so nothing follows from it
part = reviewed("part.patch", HEAD + "diff --git a/drivers/toy/gone.c b/drivers/toy/gone.c\n--- a/drivers/toy/gone.c\n"
                "+++ b/drivers/toy/gone.c\n@@ -1,2 +1,2 @@\nint a;\n-int b;\n+int c;\n", 0)
refuted = [r["statement"] for p in part["phases"] for r in p["records"] if r["status"] == "refuted"]
ok(not any("comment" in s for s in refuted), "what is not whole is not called a change of comments", refuted)
ok(part["verdict"]["decision"] == "human", "and no branch is said to need nothing of it", part["verdict"])
for path in "../../etc/passwd", "a/./b":
    got = run("review", put("path.patch", diff(path)), f"--repo={repo}", "--no-store")
    ok(one_line_error(got, 3) and "; make the patch anew" in got[2], f"{path!r}: the line ends with the remedy", got)
reviewed("crlf.patch", good.replace("\n", "\r\n"))
# a mailer's work is named where the base shows it, and only there
LOST = "with other white space: the tabs of the patch became spaces"
for name, data, lost in (("damaged.patch", good.replace("\t", " "), True), ("expanded.patch", good.expandtabs(), True),
                         ("whole.patch", good, False), ("renamed.patch", good.replace("toy_", "boy_"), False)):
    doc = reviewed(name, data)
    ok(any(LOST in (r["reason"] or "") for p in doc["phases"] for r in p["records"]) == lost, f"{name}: lost tabs are told: {lost}", doc)
reviewed("nul.patch", good.encode().replace(b"toy_quiesce", b"toy\0quiesce"))
reviewed("latin1.patch", good.encode().replace(b"Dan", b"D\xe4n"))
reviewed("charset.patch", good.replace("Subject:", "Content-Type: text/plain; charset=klingon\nSubject:"))
reviewed("bidi.patch", good.replace("Wait before", "Wait \u202e before \033[31m"))
reviewed("binary.patch", HEAD + "diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZ>\n\nliteral 0\nHcmV?d00001\n\n")
reviewed("rename.patch", HEAD + "diff --git a/drivers/toy/core.c b/drivers/toy/k.c\nsimilarity index 100%\nrename from drivers/toy/core.c\nrename to drivers/toy/k.c\n", 0)
reviewed("copy.patch", HEAD + "diff --git a/drivers/toy/core.c b/drivers/toy/k.c\nsimilarity index 100%\ncopy from drivers/toy/core.c\ncopy to drivers/toy/k.c\n", 0)
reviewed("mode.patch", HEAD + "diff --git a/Makefile b/Makefile\nold mode 100644\nnew mode 100755\n", 0)
reviewed("nonl.patch", HEAD + "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n", 0)
reviewed("huge-hunk.patch", HEAD + "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -4294967295,4294967295 +1,99999999999999999999 @@\n-a\n+b\n")
reviewed("long-line.patch", good.replace("toy_quiesce(t);", "x" * 3000000))
reviewed("many.patch", HEAD + "".join(f"diff --git a/f{i} b/f{i}\n--- a/f{i}\n+++ b/f{i}\n@@ -1 +1 @@\n-a\n+b\n" for i in range(3000)), 0)
reviewed("trailers.patch", HEAD.replace("Why.", "\n".join(f"Fixes: {i:012x} (\"x\")" for i in range(1000))) + diff("f")[len(HEAD):])
reviewed("big.mail", HEAD + "x" * (100 << 20), 3)
put("gz.patch", b"\x1f\x8b\x08\0" + os.urandom(100))
ok(one_line_error(run("review", TMP / "gz.patch", f"--repo={repo}"), 3), "a compressed file is refused")

# what is named
for what in ("no-such-thing", "a..b", "HEAD:Makefile", "-", "--", "HEAD^{tree}", "\x01\x02", "x" * 5000, "refs/heads/*"):
    got = run("review", "--", what, f"--repo={repo}") if what == "--" else run("review", what, f"--repo={repo}")
    ok(got[0] in (2, 3) and got[2].count("\n") == 1 and got[2].startswith("ostler: "), f"{what[:20]!r}: one line", got)
got = run("review", "no-such-thing", f"--repo={repo}")
ok("neither a file nor a revision" in got[2], "file or revision: the error says what was tried", got[2])
for option in ("--base=nope", "--upstream=nope", "--stable=nope"):
    got = run("review", put("good.patch", good), f"--repo={repo}", option)
    ok(one_line_error(got, 3) and "nope" in got[2], f"{option}: one line that names it", got)

# repositories
shallow = TMP / "shallow"
subprocess.run(["git", "clone", "-q", "--bare", "--depth=2", f"file://{repo}", str(shallow)], check=True, env=ENV)
tip = git(shallow, "rev-parse", "HEAD").strip()
code, out, err = run("review", tip, f"--repo={shallow}", "--format=json")
ok(code == 0, "a shallow repository is fine", err)
r = {r["id"]: r for p in documents(out)[0]["phases"] for r in p["records"]} if code == 0 else {}
for name in ("3.3/recent", "3.4/commits", "7.2/activity"):
    ok(name in r and r[name]["status"] == "unknown" and "history at hand begins" in r[name]["reason"],
       f"{name}: commits of a year that is not at hand are not counted", r.get(name))
code, out, err = run("review", "HEAD^", f"--repo={shallow}", "--format=json")
r = {r["id"]: r for p in documents(out)[0]["phases"] for r in p["records"]} if code == 0 else {}
ok(code == 0 and r["2.1/files"]["status"] == "unknown" and "unshallow" in r["2.1/files"]["reason"],
   "the commit at the boundary is unknown, with the remedy", err or r.get("2.1/files"))

sha256 = TMP / "sha256"
subprocess.run(["git", "init", "-q", "--object-format=sha256", str(sha256)], check=True, env=ENV)
got = run("review", "HEAD", f"--repo={sha256}")
ok(one_line_error(got, 3) and "not supported" in got[2], "sha256 objects are not supported", got)

bare = TMP / "nothing"
subprocess.run(["git", "init", "-q", str(bare)], check=True, env=ENV)
got = run("review", "HEAD", f"--repo={bare}")
ok(one_line_error(got, 3), "a repository without commits", got)
code, out, err = run("review", put("good.patch", good), f"--repo={bare}", "--format=json")
ok(code == 0 and documents(out)[0]["base"] == "", "a patch against an empty repository", err)

broken = TMP / "broken"
subprocess.run(["cp", "-r", str(repo), str(broken)], check=True)
for pack in list((broken / "objects/pack").glob("*.pack")):
    os.chmod(pack, 0o644)
    data = bytearray(pack.read_bytes())
    for i in range(200, len(data) - 20, 97):
        data[i] ^= 0x55
    pack.write_bytes(bytes(data))
got = run("review", "the-fix", f"--repo={broken}")
ok(got[0] in (0, 3) and (got[0] == 0 or one_line_error(got, 3)), "a corrupt repository", got)

tree = TMP / "worktree"
subprocess.run(["git", "clone", "-q", str(repo), str(tree)], check=True, env=ENV)
git(tree, "config", "extensions.worktreeConfig", "true")
git(tree, "config", "core.repositoryformatversion", "1")
code, out, err = run("review", "the-fix", f"--repo={tree}", "--format=json")
ok(code == 0, "extensions.worktreeConfig is fine", err)
code, out, err = run("review", "HEAD", cwd=tree)
ok(code == 0, "the repository is the current directory unless named", err)
(tree / "HEAD~1").write_text(good)
code, out, err = run("review", "HEAD~1", "--format=json", cwd=tree)
ok(code == 0 and documents(out)[0]["commit"] == "", "an existing file is a patch, whatever its name", err)

# repositories that lack objects, or hold damaged ones: one line that says what and what to do
src = TMP / "whole"
subprocess.run(["git", "clone", "-q", str(repo), str(src)], check=True, env=ENV)
git(src, "config", "uploadpack.allowfilter", "true")
tip = git(src, "rev-parse", "HEAD").strip()


def copy_of(name, unpacked=False):
    """A copy whose objects are in one pack, or each in its own file; gives it and its objects folder."""
    to = TMP / ("copy-" + name)
    subprocess.run(["cp", "-r", str(src), str(to)], check=True)
    objects = to / ".git" / "objects"
    git(to, "repack", "-adq")
    if unpacked:
        for pack in list((objects / "pack").glob("*")):
            data = pack.read_bytes()
            pack.unlink()
            if pack.suffix == ".pack":
                git(to, "unpack-objects", "-q", stdin=data)
    for f in objects.rglob("*"):
        os.chmod(f, 0o755 if f.is_dir() else 0o644)
    return to, objects


def loose(objects, name):
    return objects / name[:2] / name[2:]


for kind in ("blob:none", "tree:0"):
    partial = TMP / ("partial-" + kind.replace(":", "-"))
    subprocess.run(["git", "clone", "-q", "--bare", f"--filter={kind}", f"file://{src}", str(partial)], check=True, env=ENV)
    got = run("review", tip, f"--repo={partial}", "--no-proofs")
    ok(one_line_error(got, 3) and "partial clone" in got[2] and "hint" not in got[2], f"a partial clone ({kind}) names the remedy", got)
    got = run("review", TMP / "good.patch", f"--repo={partial}", "--no-proofs")
    ok(got[0] == 0 or (one_line_error(got, 3) and "partial clone" in got[2]), f"a patch against it ({kind})", got)
for what, suffix in (("pack", "*.pack"), ("index of the pack", "*.idx")):
    to, objects = copy_of("cut-" + suffix[2:])
    os.truncate(next(objects.glob("pack/" + suffix)), 100)
    got = run("review", "HEAD", f"--repo={to}", "--no-proofs")
    ok(one_line_error(got, 3) and "git fsck" in got[2], f"the {what} is cut short", got)
for what, name in (("commit", tip), ("old text", git(src, "rev-parse", "HEAD^:" + git(src, "diff", "--name-only", "--diff-filter=M", "HEAD^", "HEAD").split()[0]).strip())):
    for content in (b"", b"junk\n"):
        to, objects = copy_of(f"{what}-{len(content)}".replace(" ", "-"), unpacked=True)
        loose(objects, name).write_bytes(content)
        got = run("review", "HEAD", f"--repo={to}", "--no-proofs")
        ok(one_line_error(got, 3) and "git fsck" in got[2], f"the {what} is {'junk' if content else 'empty'}", got)
whole = run("review", tip, f"--repo={src}", "--no-proofs")
for what, break_it in (
        ("a junk index", lambda to, objects: (to / ".git" / "index").write_bytes(b"junk\n")),
        ("a commit-graph cut short", lambda to, objects: (git(to, "commit-graph", "write", "--reachable"),
                                                          os.chmod(objects / "info" / "commit-graph", 0o644),
                                                          os.truncate(objects / "info" / "commit-graph", 30)))):
    to, objects = copy_of(what.replace(" ", "-"))
    break_it(to, objects)
    got = run("review", tip, f"--repo={to}", "--no-proofs")
    ok(got[0] == 0 and not got[2] and got[1].splitlines()[:4] == whole[1].splitlines()[:4], f"{what} is not asked", got)
to, _ = copy_of("refs")
(to / ".git" / "refs" / "heads" / "linux-9.9.y").write_text("1234567890" * 4 + "\n")
got = run("review", tip, f"--repo={to}", "--no-proofs")
ok(one_line_error(got, 3) and "linux-9.9.y" in got[2] and "git fsck" in got[2], "a branch without its commit is named", got)
away = TMP / "away"
away.mkdir()
(away / ".git").write_text("gitdir: /nowhere\n")
ok(one_line_error(run("review", "HEAD", f"--repo={away}"), 3), "a .git file that leads nowhere")
lines = TMP / "two words\nand a line"
subprocess.run(["cp", "-r", str(src), str(lines)], check=True)
got = run("review", tip, f"--repo={lines}", "--no-proofs")
ok(got[0] == 0 and got[1] == whole[1], "a repository in a path with a newline", got)
got = run("review", tip, f"--repo={TMP}/no\nsuch")
ok(one_line_error(got, 3), "one that is not there", got)
borrowed = TMP / "borrowed"
subprocess.run(["git", "clone", "-q", "--bare", "-s", str(src), str(borrowed)], check=True, env=ENV)
ok(run("review", tip, f"--repo={borrowed}", "--no-proofs")[0] == 0, "objects of another repository")
(borrowed / "objects" / "info" / "alternates").write_text("/nowhere/objects\n")
got = run("review", tip, f"--repo={borrowed}", "--no-proofs")
ok(one_line_error(got, 3), "which is gone", got)

# what git apply refuses is never "clean", and nothing is asked twice
body = ("diff --git a/{0} b/{0}\n--- a/{0}\n+++ b/{0}\n@@ -1,3 +1,3 @@\n {1}\n-{2}\n")
path = git(src, "diff", "--name-only", "--diff-filter=M", "HEAD^", "HEAD").split()[0]
top_lines = git(src, "show", f"HEAD:{path}").splitlines()
cut = HEAD + body.format(path, top_lines[0], top_lines[1])
code, out, err = run("review", put("cut.patch", cut), f"--repo={src}", f"--stable={tip}", "--no-proofs", "--format=json")
ok(code == 0 and documents(out)[0]["branches"][0]["applies"] == "conflict", "a patch that ends inside a hunk does not apply", (err, out[:2000]))
h = History("no-release")
old = "int f(int a)\n{\n\treturn a + 1;\n}\n"
base = h.commit("linux-6.1.y", "x: begin\n", {"x.c": old})
h.commit("fix", "x: fix f()\n\nIt can hang.\n", {"x.c": old.replace("+ 1", "+ 2")}, base)
code, out, err = run("review", "fix", f"--repo={h.repo}", "--no-proofs")
why = out[out.index("Branches"):out.index("\nFor")]
ok(why.count("linux-6.1.y") == 1 and "f(): " in why, "a branch without a release is named once, and its reason is whole", why)
twice = good + "\n" + good.split("---\n", 1)[1]
code, out, err = run("review", put("twice.patch", twice), f"--repo={src}", "--no-proofs")
asked = [q for line in " ".join(out.split()).split(" ? ")[1:] for q in [line.split(": ")[0].split("; ")] if len(q) != len(set(q))]
ok(code == 0 and not asked, "one question is asked once", asked)

# the end of it: nobody reads, nothing can be written, stopped, killed
for form in ("text", "json"):
    with open("/dev/full", "wb") as full:
        p = subprocess.run([OSTLER, "review", tip, f"--repo={src}", "--no-proofs", f"--format={form}"], stdout=full, stderr=subprocess.PIPE, env=ENV, check=False)
    ok(one_line_error((p.returncode, "", p.stderr.decode()), 3), f"a full disk ({form})", p)
box = git(src, "format-patch", "--root", "--stdout", "HEAD").encode() * 20
for name, sign in (("stopped", signal.SIGINT), ("killed", signal.SIGKILL)):
    for after in (0.05, 0.3):
        p = subprocess.Popen([OSTLER, "review", "-", f"--repo={src}", "--no-proofs"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, env={**ENV, "XDG_CACHE_HOME": str(TMP / "cut-cache")})
        p.stdin.write(box)
        p.stdin.close()
        time.sleep(after)
        p.send_signal(sign)
        p.stderr.read()
        p.wait()
        got = run("review", tip, f"--repo={src}", "--no-proofs", env={"XDG_CACHE_HOME": str(TMP / "cut-cache")})
        ok(got == whole, f"{name} after {after} s: the next run is as ever", (got, whole))
done()
