#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check-symbols.py ARCHIVE...: fails when an external symbol of the
library lacks the prefix ost_, or is defined by two of its files: whoever links
the library would get the one or the other. Prints TAP."""
import collections
import subprocess
import sys


def complaints(archives):
    """One line for each symbol that should not be as it is."""
    text = subprocess.run(["nm", "-A", "--extern-only", "--defined-only", *archives],
                          check=True, capture_output=True, text=True).stdout
    where = collections.defaultdict(list)
    for line in text.splitlines():
        place, _kind, name = line.rsplit(None, 2)
        if not name.startswith("__odr_asan"):
            where[name].append(place.rsplit(":", 1)[0].rsplit("/", 1)[-1])
    for name, places in sorted(where.items()):
        files = ", ".join(places)
        if not name.startswith("ost_"):
            yield f"{name} ({files}): no prefix ost_"
        if len(places) > 1:
            yield f"{name}: defined by {files}"
    if len(where) < 100:
        yield f"only {len(where)} symbols were read"


bad = list(complaints(sys.argv[1:]))
for line in bad:
    print("#", line)
print(f"1..1\n{'not ok' if bad else 'ok'} 1 - external symbols begin with ost_ and are defined once")
sys.exit(1 if bad else 0)
