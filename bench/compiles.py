#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How often is `compiles` right? Asks the compiler.

Usage: compiles.py draw FOLDER PAIRS --span=GITDIR:OLD..NEW... [--seed=N] [--pairs=N]
       compiles.py ask FOLDER PAIRS ANSWERS OSTLER [--store=DIR]
       compiles.py build FOLDER PAIRS [--seconds=N]
       compiles.py report PAIRS ANSWERS [-v]

FOLDER holds prepared kernels: FOLDER/trees.tsv with lines
NAME TAB GITDIR TAB REVISION; FOLDER/src/NAME, its work tree; FOLDER/o/NAME, a
build folder where `make O=o/NAME allmodconfig prepare modules_prepare` has run.

draw: a patch is one hunk, or all hunks, of the difference of one .c file
between the two revisions of a span (GITDIR may be two, joined by +alt+, to
compare two repositories; the newer one may come first: its patches go the
other way). A pair is such a patch and a tree that `git apply` takes it on;
trees take turns.
ask: Ostler's answers, before anything is compiled. Pairs that have one are
passed over.
build: make compiles the object of the file as it is; when that works, the
same command is run for the patched text. Pairs whose file is not built there
are marked. Stops after --seconds, and goes on when called again.
report: what was right. When more than 6 of 10 compile, the last ones that do
are left out.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time

UNDER = ("drivers/", "net/", "fs/", "sound/", "block/", "crypto/", "lib/", "kernel/", "mm/", "security/")
MOST = 20000  # bytes of a patch


def git(gitdir, *args):
    first, *others = gitdir.split("+alt+")
    env = dict(os.environ, GIT_ALTERNATE_OBJECT_DIRECTORIES=":".join(d + "/objects" for d in others))
    p = subprocess.run(["git", "--git-dir=" + first, *args], capture_output=True, check=False, env=env)
    return p.stdout.decode("utf-8", "surrogateescape")


class Span:
    """The changed .c files between two revisions."""
    def __init__(self, text):
        self.gitdir, span = text.rsplit(":", 1)
        self.old, self.new = span.split("..")
        names = git(self.gitdir, "diff", "--no-renames", "--diff-filter=M", "--name-only", self.old, self.new)
        self.paths = [p for p in names.splitlines() if p.endswith(".c") and p.startswith(UNDER)]

    def patch(self, path, rng):
        """One hunk, or in three of ten cases all; None: it adds no word."""
        text = git(self.gitdir, "diff", "--no-renames", "--no-ext-diff", self.old, self.new, "--", path)
        hunks = re.split(r"^(?=@@ )", text, flags=re.M)[1:]
        head = f"--- a/{path}\n+++ b/{path}\n"
        if not hunks:
            return None
        text = head + ("".join(hunks) if rng.random() < 0.3 else rng.choice(hunks))
        adds = any(l.startswith("+") and re.search(r"[A-Za-z_]\w{3,}", l) for l in text.splitlines()[2:])
        return text if adds and len(text) < MOST else None


class Tree:
    def __init__(self, folder, name, gitdir, rev):
        self.name, self.gitdir, self.rev = name, gitdir, rev
        self.src, self.obj = folder / "src" / name, folder / "o" / name

    def command(self, path):
        """make's command for the object, once it worked for the file as it is; or None."""
        target = path[:-2] + ".o"
        p = subprocess.run(["make", "-s", "-C", str(self.src), f"O={self.obj}", "ARCH=x86_64", target],
                           capture_output=True, check=False)
        cmd = self.obj / os.path.dirname(target) / f".{os.path.basename(target)}.cmd"
        if p.returncode or not cmd.is_file():
            return None
        line = cmd.read_text().split("\n", 1)[0].split(" := ", 1)[1]
        found = re.match(r"(.*?gcc .*?) -o (\S+) (\S+\.c)\s*(?:;|$)", line)
        return re.sub(r"-Wp,-MM?D,\S+", "", found.group(1)) if found else None

    def compiles(self, path, patched):
        """Does the patched text? And the first error. None: the file is not built as it is."""
        base = self.command(path)
        if not base:
            return None, ""
        with tempfile.NamedTemporaryFile("w", suffix=".c", encoding="utf-8", errors="surrogateescape") as f:
            f.write(patched)
            f.flush()
            include = f"-iquote {self.src / os.path.dirname(path)} -iquote {self.obj / os.path.dirname(path)}"
            p = subprocess.run(f"{base} {include} -o /dev/null {f.name}", shell=True, cwd=self.obj,
                               capture_output=True, text=True, check=False)
        errors = [l for l in p.stderr.splitlines() if "error:" in l]
        return p.returncode == 0, errors[0].split("error:")[1].strip() if errors else p.stderr[:200]


def apply(tree, path, patch):
    """The patched text, or None."""
    with tempfile.TemporaryDirectory() as d:
        target = pathlib.Path(d) / path
        target.parent.mkdir(parents=True)
        target.write_bytes((tree.src / path).read_bytes())
        p = subprocess.run(["git", "apply", "-"], input=patch.encode("utf-8", "surrogateescape"), cwd=d,
                           capture_output=True, env=dict(os.environ, GIT_DIR="/nonexistent"), check=False)
        return target.read_text("utf-8", "surrogateescape") if not p.returncode else None


def trees_of(folder):
    folder = folder.resolve()
    lines = (folder / "trees.tsv").read_text().splitlines()
    return {l.split("\t")[0]: Tree(folder, *l.split("\t")) for l in lines}


def draw_one(tree, spans, rng, seen):
    while True:
        span = rng.choice(spans)
        path = rng.choice(span.paths)
        if tree.rev == span.new or not (tree.src / path).is_file() or (tree.name, path) in seen:
            continue
        patch = span.patch(path, rng)
        if patch and apply(tree, path, patch) is not None:
            seen.add((tree.name, path))
            return dict(tree=tree.name, path=path, patch=patch)


def draw(o):
    rng, spans, seen, pairs = random.Random(o.seed), [Span(s) for s in o.span], set(), []
    trees = list(trees_of(o.folder).values())
    for i in range(o.pairs):
        pairs.append(draw_one(trees[i % len(trees)], spans, rng, seen))
        o.kept.write_text(json.dumps(pairs))
    print(f"{len(pairs)} pairs, {hashlib.sha256(o.kept.read_bytes()).hexdigest()[:16]}")


def ask_one(o, tree, pair):
    mail = f"From: A <a@example.org>\nSubject: [PATCH] {pair['path']}\n\ntext\n---\n{pair['patch']}"
    args = [o.ostler, "branches", "-", "--repo=" + tree.gitdir, "--stable=" + tree.rev, "--no-proofs", "--format=json", "--quiet"]
    p = subprocess.run(args + (["--store=" + o.store] if o.store else []), capture_output=True, check=False,
                       input=mail.encode("utf-8", "surrogateescape"))
    if p.returncode:
        return {"compiles": "error", "why": p.stderr.decode(), "missing": [], "applies": ""}
    b = json.loads(p.stdout)["branches"][0]
    return {"compiles": b["compiles"], "why": b["compiles_why"], "applies": b["applies"],
            "missing": [(m["kind"], m["name"]) for m in b["missing"]]}


def ask(o):
    trees = trees_of(o.folder)
    answers = json.loads(o.answers.read_text()) if o.answers.is_file() else []
    for pair in json.loads(o.kept.read_text())[len(answers):]:
        answers.append(ask_one(o, trees[pair["tree"]], pair))
        o.answers.write_text(json.dumps(answers))
    print(f"{len(answers)} answers, {hashlib.sha256(o.answers.read_bytes()).hexdigest()[:16]}")


def build(o):
    trees, pairs, stop = trees_of(o.folder), json.loads(o.kept.read_text()), time.time() + o.seconds
    for pair in pairs:
        if "good" in pair or time.time() > stop:
            continue
        tree = trees[pair["tree"]]
        pair["good"], pair["why"] = tree.compiles(pair["path"], apply(tree, pair["path"], pair["patch"]))
        o.kept.write_text(json.dumps(pairs))
    print(sum("good" in p for p in pairs), "of", len(pairs))


def result_of(pair, answer):
    if answer["compiles"] not in ("yes", "no"):
        return "unknown"
    return "right" if (answer["compiles"] == "yes") == pair["good"] else "wrong " + answer["compiles"]


def report(o):
    both = [(p, a) for p, a in zip(json.loads(o.kept.read_text()), json.loads(o.answers.read_text())) if p.get("good") is not None]
    fails, taken, count = sum(not p["good"] for p, _ in both), 0, collections.Counter()
    for pair, answer in both:
        taken += pair["good"]
        if pair["good"] and taken > fails * 1.5:
            continue
        result = result_of(pair, answer)
        count[result, "compiles" if pair["good"] else "fails"] += 1
        if o.v and result != "right":
            print(result, pair["tree"], pair["path"], "| compiler:", "ok" if pair["good"] else pair["why"],
                  "| ostler:", answer["why"] or answer["missing"], answer["applies"])
    for key, n in sorted(count.items()):
        print(f"{key[0]:10} {key[1]:9} {n}")


def main():
    a = argparse.ArgumentParser()
    sub = a.add_subparsers(required=True)
    for name, fn in (("draw", draw), ("ask", ask), ("build", build), ("report", report)):
        p = sub.add_parser(name)
        p.set_defaults(fn=fn)
        if name != "report":
            p.add_argument("folder", type=pathlib.Path)
        p.add_argument("kept", type=pathlib.Path)
        if name in ("ask", "report"):
            p.add_argument("answers", type=pathlib.Path)
        if name == "draw":
            p.add_argument("--span", action="append", required=True)
            p.add_argument("--seed", type=int, default=1)
            p.add_argument("--pairs", type=int, default=100)
        elif name == "ask":
            p.add_argument("ostler")
            p.add_argument("--store")
        elif name == "build":
            p.add_argument("--seconds", type=float, default=1e9)
        else:
            p.add_argument("-v", action="store_true")
    o = a.parse_args()
    o.fn(o)


main()
