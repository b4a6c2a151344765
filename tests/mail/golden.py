#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""golden.py MAIL_JSON [--update]: each made-up mail of cases/ against the
.json beside it, which was read by eye before it was kept."""
import pathlib
import subprocess
import sys

CASES = pathlib.Path(__file__).resolve().parent / "cases"
inputs = sorted(p for p in CASES.iterdir() if p.suffix != ".json")
print(f"1..{len(inputs)}")
bad = 0
for number, path in enumerate(inputs, 1):
    done = subprocess.run([str(pathlib.Path(sys.argv[1]).resolve()), "--light", path.name], cwd=CASES, capture_output=True, check=False)
    got = done.stdout.decode() + ("" if done.returncode == 0 else f"exit {done.returncode}\n{done.stderr.decode()}")
    expected = path.with_name(path.name + ".json")
    if "--update" in sys.argv:
        expected.write_text(got, encoding="utf-8")
    want = expected.read_text(encoding="utf-8") if expected.exists() else ""
    bad += got != want
    print(f"{'ok' if got == want else 'not ok'} {number} - {path.name}")
    if got != want:
        for line in got.splitlines():
            if line not in want.splitlines():
                print("  # got  " + line[:300])
        for line in want.splitlines():
            if line not in got.splitlines():
                print("  # want " + line[:300])
sys.exit(1 if bad else 0)
