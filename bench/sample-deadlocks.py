#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""sample-deadlocks.py REPORT.json RANK SEED [N]

Prints N (40) findings of that rank, drawn at random with the seed, for a
reader to judge against the source. REPORT.json is the output of `ostler
deadlocks --format=json`. The order of the report does not matter, its set of
findings does.
"""
import json
import random
import sys

path, rank, seed = sys.argv[1:4]
number = int(sys.argv[4]) if len(sys.argv) > 4 else 40
with open(path, encoding="utf-8") as f:
    found = [x for x in json.load(f)["findings"] if x["rank"] == rank]
found.sort(key=lambda x: x["id"])
sample = random.Random(int(seed)).sample(found, min(number, len(found)))
print(f"{len(sample)} of {len(found)} findings of rank {rank}, seed {seed}")
for i, x in enumerate(sample, 1):
    waitable = f", waits for {x['waitable']['class']}" if x["waitable"] else ""
    print(f"\n{i}. {x['id']} {x['lock']['class']}{waitable}")
    for s in x["steps"]:
        print(f"   T{s['thread']} {s['role']:<11} {s['function']} {s['file']}:{s['line']}\n"
              f"      {s['text'][:110]}\n      {s['via']}")
    for d in x["doubts"]:
        print(f"   ? {d}")
