#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How often `ostler introduced` finds the commit that a Fixes: tag names.

Usage: introduced.py OSTLER REPO [--nr=N] [--skip=N] [--show] [--jobs=N]

Takes N commits of HEAD's history, evenly spread, whose message has a Fixes:
tag that names a commit of that history (any of several counts), and asks
without the tag: the program never reads it. Prints how often a named commit
comes first, among the first three, among all candidates; --show lists the
others. Commits that name the id elsewhere in their message are counted, too.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys

args = [a for a in sys.argv[1:] if not a.startswith("--")]
opts = dict(a[2:].split("=", 1) if "=" in a else (a[2:], "1") for a in sys.argv[1:] if a.startswith("--"))
ostler, repo = args


def git(*argv):
    return subprocess.run(["git", "-C", repo, *argv], capture_output=True, check=True).stdout.decode("utf-8", "replace")


def sample():
    """(commit, [ids named]) of commits that change C code, merges left out."""
    text = git("log", "--no-merges", "--format=%H%x00%B%x01", "-E", "--grep=^Fixes: [0-9a-f]{8,}", "HEAD", "--", "*.c", "*.h")
    everything = git("rev-list", "HEAD").split()
    known = {}
    for h in everything:
        known.setdefault(h[:8], []).append(h)
    rows = []
    for entry in text.split("\x01"):
        if "\0" not in entry:
            continue
        commit, body = entry.strip().split("\0", 1)
        ids = [h for i in re.findall(r"(?mi)^Fixes: ([0-9a-f]{8,40})\b", body) for h in known.get(i[:8].lower(), []) if h.startswith(i.lower())]
        if ids:
            rows.append((commit, ids, body))
    nr, skip = int(opts.get("nr", 100)), int(opts.get("skip", 0))
    step = max(len(rows) // nr, 1)
    return rows[skip % step::step][:nr], len(rows)


def ask(row):
    p = subprocess.run([ostler, "introduced", row[0], f"--repo={repo}", "--format=json", "--quiet"], capture_output=True, check=False)
    if p.returncode:
        return row, None, p.stderr.decode()
    return row, [c["commit"] for m in json.loads(p.stdout)["mechanisms"] for c in m["candidates"]], json.loads(p.stdout)


def main():
    rows, total = sample()
    first = three = listed = failed = named = 0
    with concurrent.futures.ThreadPoolExecutor(int(opts.get("jobs", 1))) as pool:
        for (commit, ids, body), got, report in pool.map(ask, rows):
            if got is None:
                failed += 1
                print("failed:", commit, report)
                continue
            place = min([got.index(i) for i in ids if i in got], default=-1)
            rest = re.sub(r"(?mi)^Fixes:.*$", "", body)
            named += any(i[:8] in rest for i in ids)
            first += place == 0
            three += 0 <= place < 3
            listed += place >= 0
            if opts.get("show") and place != 0:
                c = report["mechanisms"][0]["candidates"]
                print(f"\n{commit[:12]} {report['subject']}\n  wanted at {place + 1 or 'none'}: " +
                      "; ".join(git("show", "-s", "--format=%h %s", i).strip() for i in ids))
                for x in c[:3]:
                    print(f"  {x['score']:3}% {x['commit'][:12]} {x['subject']}: {'; '.join(x['why'])}")
    n = len(rows)
    print(f"{os.path.basename(os.path.dirname(repo))}: {n} of {total} commits with a Fixes: tag: first {first} ({first / n:.0%}), "
          f"first three {three} ({three / n:.0%}), listed {listed} ({listed / n:.0%}), failed {failed}; "
          f"{named} name the id in their text as well")


main()
