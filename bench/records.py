#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws evidence records of reviews and runs their commands, for a reader to judge.

usage: records.py OSTLER NUMBER SEED REPO INPUT [INPUT...] [-- REPO INPUT...]

Each INPUT is reviewed in its REPO (--no-proofs is not given). Of all records
with a command NUMBER are drawn, not more than one of a check of a review;
printed are the statement and, for each of its commands, what came out. Whether
that shows the statement is for the reader to say.
"""
import json
import random
import subprocess
import sys


def reviews(ostler, repo, inputs):
    for what in inputs:
        r = subprocess.run([ostler, "review", what, f"--repo={repo}", "--format=json"], capture_output=True, check=False)
        for line in r.stdout.decode("utf-8", "replace").splitlines():
            yield what, json.loads(line)


def candidates(ostler, argv):
    groups, now = [], []
    for word in argv + ["--"]:
        if word == "--":
            groups.append(now)
            now = []
        else:
            now.append(word)
    for repo, *inputs in groups:
        for what, doc in reviews(ostler, repo, inputs):
            for phase in doc["phases"]:
                for record in phase["records"]:
                    if any(e["command"] for e in record["evidence"]):
                        yield repo, what, doc["subject"], record


def run(repo, command):
    try:
        p = subprocess.run(["sh", "-c", command], cwd=repo, capture_output=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return "timeout", ""
    return p.returncode, (p.stdout + p.stderr).decode("utf-8", "replace")


def main():
    ostler, number, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    random.seed(seed)
    everything = list(candidates(ostler, sys.argv[4:]))
    random.shuffle(everything)
    seen, nr = set(), 0
    for repo, what, subject, record in everything:
        key = (subject, record["id"].rstrip("0123456789").rstrip("-"))
        if key in seen or nr == number:
            continue
        seen.add(key)
        nr += 1
        print(f"\n=== {nr}. {what.rsplit('/', 1)[-1]}: {subject[:60]}\n{record['id']} {record['status']}: {record['statement']}")
        for e in record["evidence"]:
            print(f"  [{e['kind']} {e['ref']}]")
            if e["command"]:
                code, out = run(repo, e["command"])
                lines = out.splitlines()
                print(f"  $ {e['command']}\n  -> {code}, {len(lines)} lines")
                print("\n".join("  | " + line[:160] for line in lines[:12]))
    print(f"\n{nr} of {len(everything)} records with commands drawn, seed {seed}")


if __name__ == "__main__":
    main()
