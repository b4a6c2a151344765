#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Is what a stable branch took later on the list of what it lacked before?

Usage: missing.py OSTLER REPO BEFORE AFTER A..B

BEFORE and AFTER are two points of one stable branch whose commits name their
upstream ones; A..B is a range of mainline. Every commit of the range that the
branch took between the two should be listed for BEFORE. Prints the share, and
under what the others were counted.
"""
import json
import re
import subprocess
import sys

ostler, repo, before, after, span = sys.argv[1:]


def git(*args):
    return subprocess.run(["git", "-C", repo, *args], capture_output=True, text=True, check=True, errors="replace").stdout


def main():
    text = git("log", "--format=%B%x00", f"{before}..{after}")
    taken = set(re.findall(r"(?i)(?:\[ upstream commit|commit|cherry picked from commit) ([0-9a-f]{40})(?: upstream| \]|\))", text))
    taken &= set(git("rev-list", "--no-merges", span).split())
    p = subprocess.run([ostler, "missing", before, f"--repo={repo}", f"--from={span}", "--format=json", "--quiet"],
                       capture_output=True, check=False)
    if p.returncode > 1:
        sys.exit(p.stderr.decode())
    report = json.loads(p.stdout)
    listed = {f["commit"]: f for f in report["fixes"]}
    hit = taken & listed.keys()
    print(f"{len(hit)} of {len(taken)} commits that {after} took later are among the {len(listed)} listed for {before} "
          f"({len(hit) / max(len(taken), 1):.0%} found, {len(hit) / max(len(listed), 1):.0%} of the list taken)")
    print("affected:", {a: sum(listed[c]["affected"] == a for c in hit) for a in ("yes", "unknown")})
    print("counted:", report["counts"])
    for c in sorted(taken - hit):
        print("not listed:", c[:12], git("show", "-s", "--format=%s", c).strip())


main()
