#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""fingerprint.py ROOT OUT DEPFILE: names the recogniser, for the store's keys.

Facts that another version of the recogniser made must never be taken for its
own, and nobody remembers to raise a number at each change. So the number is a
hash of everything that facts follow from: the sources of src/source without
those that only carry facts around, and the word lists.
"""
import fnmatch
import hashlib
import pathlib
import sys

CARRIERS = ["tree.*", "tree_*", "facts_read.*", "facts_unpack.*", "dump.*"]

root, out, depfile = (pathlib.Path(a) for a in sys.argv[1:4])
files = [p for p in sorted((root / "src" / "source").glob("*.[ch]"))
         if not any(fnmatch.fnmatch(p.name, c) for c in CARRIERS)]
files.append(root / "data" / "annotations.txt")
digest = hashlib.sha256()
for path in files:
    digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
out.write_text("/* made by scripts/fingerprint.py */\n"
               f"#define OST_FACTS_FINGERPRINT 0x{digest.hexdigest()[:8]}u\n")
depfile.write_text(f"{out}: " + " ".join(str(p) for p in files) + "\n")
