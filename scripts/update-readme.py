#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the output of a real run into README.md, between its two markers.

usage: update-readme.py [--check]

Needs build/ostler and the repository that `make demo` prepares. With --check
nothing is written; the exit status says whether README.md is what the program
prints now.
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- a real run: scripts/update-readme.py -->\n", "<!-- end of the run -->\n"

cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
repo = cache / "ostler/demo/linux.git"
argv = ["build/ostler", "review", "ostler-demo/rsi-rfkill", f"--repo={repo}",
        "--stable=linux-6.1.y,linux-6.12.y", "--quiet"]
run = subprocess.run(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
if run.returncode > 1 or not run.stdout:
    sys.exit("update-readme: the review failed; `make demo` prepares what it needs")
shown = "$ build/ostler review ostler-demo/rsi-rfkill --repo=~/.cache/ostler/demo/linux.git\n" + run.stdout
block = BEGIN + "\n" + "".join("    " + line if line.strip() else "\n"
                               for line in shown.splitlines(True)) + "\n" + END
readme = ROOT / "README.md"
text = readme.read_text(encoding="utf-8")
before, rest = text.split(BEGIN)
after = rest.split(END)[1]
if sys.argv[1:] == ["--check"]:
    sys.exit(0 if text == before + block + after else "README.md shows an older run")
readme.write_text(before + block + after, encoding="utf-8")
