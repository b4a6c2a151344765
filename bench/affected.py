#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How often is `affected` right? Compares the text verdict with known answers.

Usage: affected.py PROBE CASES MIRRORS [-v]
  PROBE    tests/branch/affected_probe of a build
  CASES    folder with affected_dev.tsv and mails_dev.mbox
  MIRRORS  folder with the repositories that the rows name, as NAME/repo
Rows whose repository is not there are counted as left out.
"""
import collections
import csv
import email
import email.policy
import json
import mailbox
import pathlib
import subprocess
import sys
import tempfile


def read_patches(cases, folder):
    """One file a message id: subject and text of each mail."""
    found = {}
    for number, mail in enumerate(mailbox.mbox(cases / "mails_dev.mbox")):
        path = folder / f"{number}.mbox"
        path.write_bytes(b"From x Thu Jan  1 00:00:00 1970\n" + mail.as_bytes())
        parsed = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
        found[(parsed["message-id"] or "").strip().strip("<>")] = path
    return found


def ask(probe, repo, rows, patches):
    lines = "".join(f"{patches[r['msgid']]} {r['tree_commit']}\n" for r in rows)
    out = subprocess.run([probe, repo], input=lines, capture_output=True, text=True, check=True).stdout
    return zip(rows, map(json.loads, out.splitlines()))


def outcome(row, answer):
    said = "no" if answer["affected"] == "fixed" else answer["affected"]
    if said == "unknown":
        return "unknown"
    return "right" if said == row["true_affected"] else f"wrong {said}"


def main():
    probe, cases, mirrors = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    by_repo, left_out = collections.defaultdict(list), 0
    with open(cases / "affected_dev.tsv", encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f, delimiter="\t"):
            repo = mirrors / row["tree"] / "repo"
            if row["true_affected"] != "undecided" and repo.is_dir():
                by_repo[repo].append(row)
            else:
                left_out += 1
    count, by_basis = collections.Counter(), collections.Counter()
    whole = collections.defaultdict(lambda: True)
    with tempfile.TemporaryDirectory() as folder:
        patches = read_patches(cases, pathlib.Path(folder))
        for repo, rows in sorted(by_repo.items()):
            for row, answer in ask(probe, str(repo), rows, patches):
                result = outcome(row, answer)
                count[result] += 1
                by_basis[row["basis"], result] += 1
                whole[row["case"]] &= result == "right"
                if "-v" in sys.argv and result != "right":
                    print(result, row["case"], row["release"], row["class"], row["basis"], sep="\t")
    total = sum(count.values())
    if not total:
        sys.exit("affected.py: no row could be asked: none of the repositories is there")
    print(f"{total} rows, {left_out} left out")
    for result in sorted(count):
        print(f"{result:10} {count[result]:4} {100 * count[result] / total:5.1f} %")
    read = [n for (basis, _), n in by_basis.items() if basis == "read"]
    if read:
        print(f"of the rows that somebody read: {100 * by_basis['read', 'right'] / sum(read):.1f} % right")
    print(f"exact set of branches: {sum(whole.values())} of {len(whole)} patches")


main()
