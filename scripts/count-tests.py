#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads meson's testlog.json and prints the closing line of a test run.

Each TAP point counts as a test where a program printed TAP, otherwise the
program counts as one. Exits 1 when anything failed or nothing ran.
"""
import json
import re
import sys

passed = failed = skipped = 0
bad = []
with open(sys.argv[1], encoding="utf-8") as log:
    for line in log:
        run = json.loads(line)
        p = f = s = 0
        for point in re.finditer(r"^(not )?ok\b[^#\n]*(#\s*(skip|todo)\b)?", run.get("stdout") or "", re.M | re.I):
            directive = (point.group(3) or "").lower()
            if directive == "skip":
                s += 1
            elif directive == "todo":
                p += 1  # a marked known failure: it fails as expected, or passes by surprise
            elif point.group(1):
                f += 1
            else:
                p += 1
        if run["result"] == "SKIP" and not p + f:
            s = s or 1
        elif run["result"] in ("OK", "EXPECTEDFAIL"):
            p = p if p + f + s else 1
        else:
            f = f or 1
            bad.append(run["name"])
        passed, failed, skipped = passed + p, failed + f, skipped + s
for name in bad:
    print(f"failed: {name}")
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed else 0)
