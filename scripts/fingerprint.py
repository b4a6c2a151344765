#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""fingerprint.py facts|program|world|found ROOT OUT DEPFILE: names what makes facts,
summaries of locks, or findings, for the store's keys.

What another version made must never be taken for its own, and nobody remembers
to raise a number at each change. So the number is a hash of everything that it
follows from: for facts the sources of src/source without those that only carry
facts around, and the word lists; for the linked program also those of src/program and
the tables of data/; for the world of summaries src/locks, too, without the searches; for
findings the searches, too.
"""
import fnmatch
import hashlib
import pathlib
import sys

CARRIERS = ["tree.*", "tree_*", "facts_read.*", "facts_unpack.*", "dump.*"]
SEARCHES = ["find_*", "wait*", "prove*", "draft.*", "chain.*", "entry.*", "entry_*", "kept_entry.*", "kept_calls.*", "kept_column.*", "below.*", "run.*", "focus.*",
            "way*", "bodies.*", "workers.*", "aim.*", "reach.*", "patch.*", "peers.*", "diff.*",
            "constants.*", "irq_*", "loans.*", "kept_loans.*"]
TOLD = ["prove*", "diff.*", "patch.*", "report.*"]

what = sys.argv[1]
root, out, depfile = (pathlib.Path(a) for a in sys.argv[2:5])


def sources(room, without):
    return [p for p in sorted((root / "src" / room).glob("*.[ch]"))
            if not any(fnmatch.fnmatch(p.name, c) for c in without)]


files = sources("source", CARRIERS) + [root / "data" / "annotations.txt"]
if what != "facts":
    files += sources("program", []) + sorted((root / "data").glob("*.txt"))
if what in ("world", "found"):
    files += sources("locks", SEARCHES if what == "world" else TOLD)
digest = hashlib.sha256()
for path in files:
    digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
out.write_text("/* made by scripts/fingerprint.py */\n"
               f"#define OST_{what.upper()}_FINGERPRINT 0x{digest.hexdigest()[:8]}u\n")
depfile.write_text(f"{out}: " + " ".join(str(p) for p in files) + "\n")
