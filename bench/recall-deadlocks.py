#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""recall-deadlocks.py OSTLER CASES.tsv MIRRORS [ID...]

Recall of `ostler deadlocks` on real fixes: for each row the tree before the
fix must have a finding of rank likely or better that matches the row, the
tree after it must not. Read are slices: the folders of the chain's files,
include/ and some that wrappers live in (a slice says less than a tree, never more). MIRRORS holds one git
repository a row's `mirror` ("MIRRORS/<mirror>/repo").
"""
import collections
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ostler, cases, mirrors = sys.argv[1:4]
wanted = set(sys.argv[4:])
confidence = os.environ.get("CONFIDENCE", "high")


def slice_of(row, commit, into):
    repo = pathlib.Path(mirrors) / row["mirror"] / "repo"
    dirs = {"include", "drivers/pci", "drivers/base", "net/core"}
    for path in re.findall(r"([\w./-]+\.[ch]):\d+", row["chain"]) + [row["file"]]:
        dirs.add(str(pathlib.PurePosixPath(path).parent))
    for name in sorted(dirs):
        archive = subprocess.Popen(["git", "-C", str(repo), "archive", commit, name],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        subprocess.run(["tar", "-x", "-C", into], stdin=archive.stdout, check=False)
        archive.wait()


def functions_of(finding):
    names = {s["function"] for s in finding["steps"]} | {h["function"] for h in finding["holders"]}
    if finding["wait"]:
        names.add(finding["wait"]["function"])
    if finding["waitable"]:
        names.add(finding["waitable"]["callback"])
    return names


def matches(row, finding):
    if not functions_of(finding) & set(row["match_funcs"].split("|")):
        return False
    locks = [finding["lock"]["class"]] + ([finding["lock2"]["class"]] if finding["lock2"] else [])
    if row["match_lock"] and not any(re.search(p, lock) for p in row["match_lock"].split("|") for lock in locks):
        return False
    kind = row["class"]
    same = {"missing-unlock": {"missing-unlock"}, "irq-context": {"irq-context"}, "AA": {"AA"}, "ABBA": {"ABBA"}}
    if kind in same and finding["kind"] not in same[kind]:
        return False
    if kind in ("missing-unlock", "irq-context") or not row["match_wait_obj"]:
        return True
    objects = locks[1:] + ([finding["waitable"]["class"]] if finding["waitable"] else []) + locks[:1]
    return any(re.search(p, o) for p in row["match_wait_obj"].split("|") for o in objects)


def found(row, commit):
    with tempfile.TemporaryDirectory() as tmp:
        slice_of(row, commit, tmp)
        done = subprocess.run([ostler, "deadlocks", tmp, "--no-store", "--format=json", "--quiet"],
                              capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            return None, done.stderr.strip()
        report = json.loads(done.stdout)
        return [f["rank"] for f in report["findings"] if matches(row, f)], report["tree"]["files"]


tally = collections.defaultdict(lambda: [0, 0, 0])
with open(cases, encoding="utf-8") as f:
    rows = list(csv.DictReader(f, delimiter="\t"))
for row in rows:
    if row["confidence"] not in confidence.split(",") or (wanted and row["id"] not in wanted):
        continue
    before, files = found(row, row["before"])
    after, _ = found(row, row["after"]) if before else ([], 0)
    t = tally[row["class"]]
    t[0] += 1
    t[1] += bool(before)
    t[2] += bool(before) and not after
    print(f"{row['class']:15} {row['id']:24} before {before} after {after} ({files} files)", flush=True)
for kind in sorted(tally):
    n, b, ok = tally[kind]
    print(f"{kind}: {n} rows, {b} found before, {ok} of these gone after")
