#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the facts of each *.c here with the *.expect beside it. Prints TAP.

usage: golden.py FACTS_DUMP FOLDER [--update]

A file whose first line holds TODO is a known failure: what it says there is
wrong, the expected text is what should come out one day, and the point is
marked so. --update writes the others anew: read the difference.
"""
import difflib
import pathlib
import subprocess
import sys

dump, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
cases = sorted(p for p in folder.glob("*.c") if p.with_suffix(".expect").exists() or "--update" in sys.argv)
cases = [p for p in cases if p.stem not in ("facts_dump", "scan_tree")]
failed = 0
for number, case in enumerate(cases, 1):
    got = subprocess.run([dump, case.name], cwd=folder, capture_output=True, text=True, check=False)
    text = got.stdout if got.returncode == 0 else got.stderr
    is_todo = "TODO" in case.read_text().split("\n", 1)[0]
    if "--update" in sys.argv and is_todo:
        continue
    if "--update" in sys.argv:
        case.with_suffix(".expect").write_text(text)
        continue
    want = case.with_suffix(".expect").read_text()
    ok = text == want
    failed += not ok and not is_todo
    print(f"{'ok' if ok else 'not ok'} {number} - {case.stem}{' # TODO' if is_todo else ''}")
    if not ok and not is_todo:
        for line in difflib.unified_diff(want.splitlines(), text.splitlines(), "expected", "got", lineterm=""):
            print("# " + line)
print(f"1..{len(cases)}")
sys.exit(1 if failed or not cases else 0)
