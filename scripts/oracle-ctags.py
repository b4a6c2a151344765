#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares function names of all .c files of a tree with universal-ctags.

usage: oracle-ctags.py SCAN_TREE TREE [SAMPLES]

SCAN_TREE is the test tool tests/facts/scan_tree. Prints how many (file, name)
pairs are on one side only, by class, and fails when the unexplained ones are
0.3 % or more of all pairs.
"""
import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile

scan, tree = sys.argv[1:3]
nr_samples = int(sys.argv[3]) if len(sys.argv) > 3 else 5


def c_files():
    for folder, folders, files in os.walk(tree):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith(".c") and not os.path.islink(path):
                yield path


def from_ctags(paths):
    found = collections.defaultdict(dict)
    with tempfile.NamedTemporaryFile("w", suffix=".files") as names:
        names.write("\n".join(paths) + "\n")
        names.flush()
        out = subprocess.run(["ctags", "-f", "-", "--languages=C", "--c-kinds=f", "--fields=n", "--sort=no",
                              "--excmd=number", "-L", names.name], check=True, capture_output=True)
    for line in out.stdout.decode("utf-8", "replace").splitlines():
        name, path, rest = line.split("\t", 2)
        found[path][name] = int(rest.split(";")[0])
    return found


def from_ostler():
    found = collections.defaultdict(dict)
    out = subprocess.run([scan, "-n", tree], check=True, capture_output=True)
    for line in out.stdout.decode("utf-8", "replace").splitlines():
        place, number, macro = line.split("\t")
        path, name = place.split(":", 1)
        if path.endswith(".c"):
            # several functions of one name (TEST_F(a, x), TEST_F(a, y)) stay apart by macro
            found[path][name if not macro else macro + "(" + name] = (int(number), macro)
    return found


def line_of(path, number):
    with open(path, encoding="utf-8", errors="replace") as text:
        for at, line in enumerate(text, 1):
            if at == number:
                return line.rstrip()
    return ""


def keys(functions):
    """What ctags would call them: the macro's name where a macro makes the function."""
    return {macro or name.split("(")[0]: (line, name) for name, (line, macro) in functions.items()}


if not shutil.which("ctags"):
    subprocess.run(["apt-get", "-qq", "install", "-y", "universal-ctags"], check=True, stdout=subprocess.DEVNULL)
paths = list(c_files())
theirs, ours = from_ctags(paths), from_ostler()
classes = collections.defaultdict(list)
both = made = 0
for path in paths:
    mine, other = ours.get(path, {}), theirs.get(path, {})
    mine_by_key = keys(mine)
    made += sum(1 for name in mine if "(" in name)
    for key, (line, name) in mine_by_key.items():
        if key in other or name in other:
            both += 1
        else:
            classes["ours only"].append((path, line, name))
    names = {name for line, name in mine_by_key.values()}
    for name, line in other.items():
        if name in mine_by_key or name in names or name in mine:
            continue
        text = line_of(path, line)
        if name.isupper() and "(" in text:
            classes["ctags only, in capitals: a macro's call, or its object"].append((path, line, name))
        elif name.startswith("__"):
            classes["ctags only, an annotation or macro taken for a function's name"].append((path, line, name))
        else:
            classes["ctags only"].append((path, line, name))
one_side = sum(len(v) for v in classes.values())
total = both + one_side
print(f"{len(paths)} files, {both} (file, name) pairs on both sides;")
print(f"{made} of our functions are made by macros and were compared by the macro's name, as ctags gives it")
rng = random.Random(1)
for kind, rows in sorted(classes.items()):
    print(f"{len(rows):6} {100 * len(rows) / total:.3f} %  {kind}")
    for path, line, name in rng.sample(rows, min(nr_samples, len(rows))):
        print(f"         {os.path.relpath(path, tree)}:{line}: {name}: {line_of(path, line)[:90]}")
print(f"on one side only: {one_side} of {total}, {100 * one_side / total:.3f} %")
sys.exit(1 if one_side * 1000 >= 3 * total else 0)
