#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mutate-unlocks.py OSTLER TREE COPY [--seed=N] [--sites=N] [--store=DIR] [--show]

Recall of missing unlocks by mutation. In functions of TREE, drawn by chance,
one a file, one way out is made to keep a lock: a release right before a
return is taken out, or a jump to a label that releases becomes a return of
an error. A finding of rank likely or better must name the function and the
lock. COPY is a folder for the mutated tree; it must not be there, its files
are links to those of TREE where nothing is changed.
"""
import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

import mutants

options = dict(a[2:].partition("=")[::2] for a in sys.argv[1:] if a.startswith("--"))
ostler, tree, copy = [a for a in sys.argv[1:] if not a.startswith("--")]
tree = pathlib.Path(tree)
copy = pathlib.Path(copy)
OUTSIDE = re.compile(r"^(tools|scripts|samples|Documentation|kernel/locking|lib|kernel/rcu)/")
RELEASE = re.compile(r"^\t+(\w*unlock\w*|up_read|up_write|release_sock)\(([^;]*)\);$")
NO_LOCK = re.compile(r"rcu|folio|page|buffer|preempt|unlock_new|pte|local_unlock|seqlock|ptl")
TAKE = re.compile(r"(?<!un)(?<!_un)lock\w*$|^down_(read|write)\w*$|^lock_sock\w*$")


def is_taken(lines, begin, at, argument):
    for line in lines[begin:at]:
        for name, rest in re.findall(r"(\w+)\(([^;]*)", line):
            if TAKE.search(name) and "unlock" not in name and "trylock" not in name and \
               rest.split(",")[0].strip(" )") == argument:
                return True
    return False


def mutants_of(path, text):
    """(function, lock, line, what stands there then)"""
    lines = text.split("\n")
    for begin, end in mutants.bodies(lines):
        text_of_head, name = mutants.head(lines, begin)
        if not name or re.search(r"lock|begin|start|get|acquire|claim|reserve|enter", name) or \
           any(re.match(r"#", x) for x in lines[begin:end]):
            continue
        for i in range(begin, end):
            hit = RELEASE.match(lines[i])
            if not hit or NO_LOCK.search(hit.group(1)):
                continue
            argument = hit.group(2).split(",")[0].strip()
            if not argument or not is_taken(lines, begin, i, argument):
                continue
            others = sum(1 for k in range(begin, end) if k != i and RELEASE.match(lines[k]) and
                         RELEASE.match(lines[k]).group(2).split(",")[0].strip() == argument)
            after = lines[i + 1].strip()
            if re.match(r"return\b", after) and others:
                yield name, argument, i, "", lines[i + 1]
            label = lines[i - 1].strip()
            if re.match(r"\w+:$", label) and re.match(r"(static )?(int|long|ssize_t)\b", text_of_head):
                for k in range(begin, i):
                    if lines[k].strip() == f"goto {label[:-1]};" and is_taken(lines, begin, k, argument):
                        yield name, argument, k, re.match(r"\t*", lines[k]).group() + "return -EIO;", "goto"


def draw():
    random.seed(int(options.get("seed", 1)))
    paths = sorted(str(p.relative_to(tree)) for p in tree.rglob("*.c"))
    random.shuffle(paths)
    drawn = []
    for path in paths:
        if OUTSIDE.match(path):
            continue
        found = list(mutants_of(path, (tree / path).read_text(encoding="latin-1")))
        if found:
            drawn.append((path, *random.choice(found)))
        if len(drawn) == int(options.get("sites", 300)):
            break
    return drawn


def run(where):
    command = [ostler, "deadlocks", str(where), "--kind=missing-unlock", "--rank=possible", "--format=json", "--quiet"]
    command.append("--store=" + options["store"] if "store" in options else "--no-store")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    best = {}
    for f in json.loads(done.stdout)["findings"]:
        step = f["steps"][0]
        best.setdefault((step["file"], step["function"]), []).append((f["rank"], f["lock"]["class"], f["doubts"]))
    return best


drawn = draw()
shutil.copytree(tree, copy, symlinks=True, copy_function=os.link)
for path, name, argument, line, becomes, _ in drawn:
    lines = (tree / path).read_text(encoding="latin-1").split("\n")
    lines[line] = becomes
    (copy / path).unlink()
    (copy / path).write_text("\n".join(lines), encoding="latin-1")
found = run(copy)
tally = collections.Counter()
for path, name, argument, line, becomes, kind in drawn:
    last = re.findall(r"\w+", argument)[-1] if re.findall(r"\w+", argument) else ""
    hits = found.get((path, name), [])
    mine = [h for h in hits if h[1].split(".")[-1].split(":")[-1] == last] or hits
    rank = "none" if not mine else "likely" if any(h[0] != "possible" for h in mine) else "possible"
    kind = "jump" if kind == "goto" else "release"
    tally[kind, rank] += 1
    if "show" in options and rank != "likely":
        print(f"{rank:9} {kind:8} {path}:{line + 1} {name}({argument}) {[h[2] for h in mine][:1]}")
for kind in ("release", "jump"):
    nr = sum(v for k, v in tally.items() if k[0] == kind)
    print(f"{kind}: {nr} mutants, {tally[kind, 'likely']} found, {tally[kind, 'possible']} as possible only")
