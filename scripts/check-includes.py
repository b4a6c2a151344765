#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fails when a room under src/ includes from a room above its own."""
import pathlib
import re
import sys

ROOMS = ["base", "git", "mail", "store", "source", "kbuild", "program", "locks", "branch", "review", "report"]
LIBS = {"git2": "git", "gmime": "mail", "zstd": "store", "pcre2": "review"}
root = pathlib.Path(__file__).resolve().parent.parent
bad = 0


def complain(path, number, text):
    global bad
    bad += 1
    print(f"{path.relative_to(root)}:{number}: {text}")


for path in sorted((root / "src").rglob("*.[ch]")):
    room = path.relative_to(root / "src").parts[0]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)', line)
        if not found:
            continue
        target = found.group(2)
        top = target.split("/")[0]
        if found.group(1) == "<":
            for lib, owner in LIBS.items():
                if re.match(lib + r"([./-]|$)", target) and room != owner:
                    complain(path, number, f"<{target}> is for src/{owner} only")
        elif room == "cli":
            if top != "ostler" and "/" in target:
                complain(path, number, "src/cli may include only ostler/ headers")
        elif top in ROOMS and ROOMS.index(top) > ROOMS.index(room):
            complain(path, number, f"src/{room} may not use src/{top}")
print(f"1..1\n{'not ok' if bad else 'ok'} 1 - includes go one way")
sys.exit(1 if bad else 0)
