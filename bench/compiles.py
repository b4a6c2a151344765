#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How often is `compiles` right? Asks the compiler.

Usage: compiles.py OSTLER FOLDER [--newer=GITDIR:OLD..NEW]... [--seed=N] [--pairs=N] [-v] [--keep=DIR]

FOLDER holds prepared kernels: FOLDER/trees.tsv with lines
NAME TAB GITDIR TAB REVISION; FOLDER/src/NAME, its work tree; FOLDER/o/NAME, a
build folder where `make O=o/NAME allmodconfig prepare modules_prepare` has run.

A patch is one hunk of the difference of one .c file between two revisions of
newer kernels (GITDIR may be several, joined by +alt+, to compare two repositories). Pairs are those hunks that `git apply` takes on an older tree,
whose file compiles there as it is. The command that make wrote for one object
of the folder is run for the patched text. Pairs are drawn by seed until half of them
fail, where so many can be found.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile

UNDER = ["drivers/net/wireless", "drivers/net/usb", "drivers/net/ethernet/realtek", "drivers/net/ethernet/intel", "drivers/usb",
         "drivers/bluetooth", "drivers/hid", "drivers/input", "drivers/i2c", "drivers/gpio", "drivers/mmc",
         "drivers/platform/x86", "drivers/hwmon", "drivers/iio", "drivers/leds", "drivers/spi",
         "net/mac80211", "net/wireless", "net/bluetooth", "sound/usb", "fs/btrfs", "fs/ext4"]


def git(gitdir, *args):
    first, *others = gitdir.split("+alt+")
    env = dict(os.environ, GIT_ALTERNATE_OBJECT_DIRECTORIES=":".join(d + "/objects" for d in others))
    p = subprocess.run(["git", "--git-dir=" + first, *args], capture_output=True, check=False, env=env)
    return p.stdout.decode("utf-8", "surrogateescape")


def hunks_of(gitdir, old, new):
    """(path, patch text) for every hunk of a .c file that adds something."""
    text = git(gitdir, "diff", "--no-renames", "--diff-filter=M", "--no-ext-diff", old, new, "--", *UNDER)
    for part in re.split(r"^diff --git ", text, flags=re.M)[1:]:
        path = part.split("\n", 1)[0].split(" b/")[-1]
        if not path.endswith(".c"):
            continue
        head = f"--- a/{path}\n+++ b/{path}\n"
        for hunk in re.split(r"^(?=@@ )", part, flags=re.M)[1:]:
            added = [l for l in hunk.splitlines()[1:] if l.startswith("+") and re.search(r"[A-Za-z_]\w{3,}", l)]
            if added and len(hunk) < 20000:
                yield path, head + hunk


class Tree:
    def __init__(self, folder, name, gitdir, rev):
        self.name, self.gitdir, self.rev = name, gitdir, rev
        self.src, self.obj = folder / "src" / name, folder / "o" / name
        self.commands, self.fine = {}, {}

    def command(self, path):
        """The compiler's command that fits the folder of a file."""
        folder = os.path.dirname(path)
        if folder not in self.commands:
            self.commands[folder] = self.build(path)
        return self.commands[folder]

    def build(self, path):
        target = path[:-2] + ".o"
        p = subprocess.run(["make", "-s", "-C", str(self.src), f"O={self.obj}", "ARCH=x86_64", target],
                           capture_output=True, check=False)
        cmd = self.obj / os.path.dirname(target) / f".{os.path.basename(target)}.cmd"
        if p.returncode or not cmd.is_file():
            return None
        line = cmd.read_text().split("\n", 1)[0].split(" := ", 1)[1]
        found = re.match(r"(.*?gcc .*?) -o (\S+) (\S+\.c)\s*(?:;|$)", line)
        return re.sub(r"-Wp,-MM?D,\S+", "", found.group(1)) if found else None

    def works(self, path):
        """Does the file compile as it is?"""
        if path not in self.fine:
            self.fine[path] = self.compiles(path, (self.src / path).read_text("utf-8", "surrogateescape"))[0]
        return self.fine[path]

    def compiles(self, path, patched):
        """With the patched text, by the same command. None: the command does not fit."""
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


def save(path, pairs):
    path.write_text(json.dumps([dict(tree=t.name, path=p, patch=x, good=g, why=w) for t, p, x, g, w in pairs]))


def draw(trees, hunks, wanted, rng, keep):
    """Pairs with the compiler's answer, half of them failing where there are so many."""
    pairs, count = [], collections.Counter()
    for path, patch in hunks:
        if count[True] + count[False] >= wanted:
            break
        tree = rng.choice(trees)
        if not (tree.src / path).is_file():
            continue
        text = apply(tree, path, patch)
        if text is None:
            continue
        if not tree.works(path):
            continue
        good, why = tree.compiles(path, text)
        if good is None or count[good] >= wanted - wanted // 2:
            continue
        count[good] += 1
        pairs.append((tree, path, patch, good, why))
        if keep:
            save(keep, pairs)
        print(f"{len(pairs)}: {tree.name} {path}: {'compiles' if good else why}", flush=True)
    return pairs


def ask(ostler, tree, path, patch):
    mail = f"From: A <a@example.org>\nSubject: [PATCH] one hunk of {path}\n\ntext\n---\n{patch}"
    p = subprocess.run([ostler, "branches", "-", "--repo=" + tree.gitdir, "--stable=" + tree.rev, "--no-proofs",
                        "--format=json", "--quiet"], input=mail.encode("utf-8", "surrogateescape"), capture_output=True, check=False)
    if p.returncode:
        return {"applies": "error", "compiles": "error", "missing": [], "compiles_why": p.stderr.decode()}
    return json.loads(p.stdout)["branches"][0]


def main():
    a = argparse.ArgumentParser()
    a.add_argument("ostler")
    a.add_argument("folder", type=pathlib.Path)
    a.add_argument("--newer", action="append", default=[])
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--pairs", type=int, default=100)
    a.add_argument("--keep", type=pathlib.Path, help="write the pairs here, or read them from here")
    a.add_argument("-v", action="store_true")
    o = a.parse_args()
    o.folder = o.folder.resolve()
    trees = {l.split("\t")[0]: Tree(o.folder, *l.split("\t")) for l in (o.folder / "trees.tsv").read_text().splitlines()}
    rng = random.Random(o.seed)
    if o.keep and o.keep.is_file():
        pairs = [(trees[x["tree"]], x["path"], x["patch"], x["good"], x["why"]) for x in json.loads(o.keep.read_text())]
    else:
        hunks = []
        for spec in o.newer:
            gitdir, span = spec.rsplit(":", 1)
            hunks += hunks_of(gitdir, *span.split(".."))
        print(f"{len(hunks)} hunks")
        rng.shuffle(hunks)
        pairs = draw(list(trees.values()), hunks, o.pairs, rng, o.keep)
    count = collections.Counter()
    for tree, path, patch, good, why in pairs:
        b = ask(o.ostler, tree, path, patch)
        said = b["compiles"]
        result = "unknown" if said not in ("yes", "no") else "right" if (said == "yes") == good else "wrong " + said
        count[result, "compiles" if good else "fails"] += 1
        if o.v and result != "right":
            print(result, tree.name, path, "compiler:", "ok" if good else why, "| ostler:", b["compiles_why"] or
                  [(m["kind"], m["name"]) for m in b["missing"]], b["applies"])
            print("    " + "\n    ".join(l for l in patch.splitlines() if l[0] in "+-@"))
    for key, n in sorted(count.items()):
        print(f"{key[0]:10} {key[1]:9} {n}")


main()
