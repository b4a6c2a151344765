#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares calls with tree-sitter-c on functions that it parses without error.

usage: oracle-tree-sitter.py SCAN_TREE TREE [NR_FUNCTIONS [SAMPLES]]

Builds scripts/oracle-tree-sitter.c with the grammar of the npm package
tree-sitter-c@0.23.6 and Debian's libtree-sitter-dev in a temporary folder,
takes random .c files of TREE until NR_FUNCTIONS (20,000) functions are there
and compares, for each, how often each callee's name is called. Fails below 99 %.
"""
import collections
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

GRAMMAR = "tree-sitter-c@0.23.6"
# operators in their grammar or ours, not calls
NOT_CALLS = {"offsetof", "__builtin_offsetof", "_Generic", "typeof", "__typeof__", "static_assert", "_Static_assert"}
# (u32)(x) and (foo_t)(x) are casts that the grammar, without types, reads as calls
CAST = re.compile(r"^(_*[us](8|16|32|64)|_*[bl]e(16|32|64)|\w+_t|ulong|uint|gimple|bool)$")
scan, tree = sys.argv[1:3]
wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 20000
nr_samples = int(sys.argv[4]) if len(sys.argv) > 4 else 10
here = pathlib.Path(__file__).resolve().parent


def build(folder):
    if not os.path.exists("/usr/include/tree_sitter/api.h"):
        subprocess.run(["apt-get", "-qq", "install", "-y", "libtree-sitter-dev"], check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run(["npm", "pack", "--silent", GRAMMAR], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = next(pathlib.Path(folder).glob("*.tgz"))
    subprocess.run(["tar", "xzf", archive.name], cwd=folder, check=True)
    program = os.path.join(folder, "calls")
    subprocess.run(["gcc", "-O2", "-o", program, here / "oracle-tree-sitter.c",
                    os.path.join(folder, "package/src/parser.c"), "-I", os.path.join(folder, "package/src"),
                    "-ltree-sitter"], check=True)
    return program


def c_files():
    for folder, folders, files in os.walk(tree):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".c") and not os.path.islink(os.path.join(folder, name)):
                yield os.path.join(folder, name)


def parse(out):
    found = {}
    for line in out.decode("utf-8", "replace").splitlines():
        fields = line.split("\t")
        if len(fields) == 4:
            calls = [x for x in fields[3].split() if x not in NOT_CALLS and not CAST.match(x)]
            found[(fields[0], fields[1], fields[2])] = collections.Counter(calls)
    return found


def run(program, paths):
    names = "\n".join(paths) + "\n"
    theirs = subprocess.run([program], input=names.encode(), check=True, capture_output=True).stdout
    ours = subprocess.run([scan, "-k", "-f", "-"], input=names.encode(), check=True, capture_output=True).stdout
    return parse(theirs), parse(ours)


rng = random.Random(2024)
files = list(c_files())
rng.shuffle(files)
theirs, ours = {}, {}
with tempfile.TemporaryDirectory() as folder:
    program = build(folder)
    while files and len(theirs) < wanted:
        chunk, files = files[:400], files[400:]
        more_theirs, more_ours = run(program, chunk)
        theirs.update(more_theirs)
        ours.update(more_ours)
def text_of(key):
    """The lines of the function, roughly: up to a } in the first column."""
    lines = []
    with open(key[0], encoding="utf-8", errors="replace") as text:
        for number, line in enumerate(text, 1):
            if number >= int(key[2]):
                lines.append(line)
                if line.startswith("}"):
                    break
    return "".join(lines)


def why(key):
    if key not in ours:
        return "not among ours (in #if 0, or named by a macro)"
    more, less = theirs[key] - ours[key], ours[key] - theirs[key]
    text = text_of(key)
    if more and re.search(r"#\s*if 0", text):
        return "theirs holds calls in #if 0"
    if more and all(re.search(r"\[[^;=]*\b" + name + r"\s*\(", text) for name in more):
        return "theirs holds calls in the size of an array, which we keep as text"
    if less and not more:
        return "ours alone: macros as statements or with types as arguments, which theirs skips"
    return "other"


keys = sorted(theirs)
rng.shuffle(keys)
keys = keys[:wanted]
classes = collections.defaultdict(list)
for key in keys:
    if key not in ours or ours[key] != theirs[key]:
        classes[why(key)].append(key)
agree = len(keys) - sum(len(v) for v in classes.values())
print(f"{len(keys)} functions that tree-sitter-c parses without error: {agree} have the same calls "
      f"({100 * agree / len(keys):.2f} %)")
for kind, rows in sorted(classes.items()):
    print(f"{len(rows):5}  {kind}")
    for k in rows[:nr_samples]:
        print(f"       {os.path.relpath(k[0], tree)}:{k[2]}: {k[1]}: theirs alone "
              f"{dict(theirs[k] - ours.get(k, collections.Counter()))}, "
              f"ours alone {dict(ours.get(k, collections.Counter()) - theirs[k])}")
sys.exit(0 if agree * 100 >= 99 * len(keys) else 1)
