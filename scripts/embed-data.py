#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""embed-data.py OUT FILE...: writes the text tables as one C source."""
import pathlib
import sys


def literal(line):
    quoted = line.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return '\t\t"' + quoted.replace("?", "\\?") + '\\n"\n'


out = ["/* Made by scripts/embed-data.py; do not edit. */\n",
       '#include "base/datafile.h"\n\n',
       "const struct ost_data_embedded ost_data_embedded[] = {\n"]
for name in sorted(sys.argv[2:], key=lambda n: pathlib.Path(n).name):
    path = pathlib.Path(name)
    lines = path.read_text(encoding="utf-8").splitlines()
    out.append(f'\t{{ "{path.name}",\n' + ("".join(map(literal, lines)) or '\t\t""\n') + "\t},\n")
out.append("\t{ NULL, NULL },\n};\n")
pathlib.Path(sys.argv[1]).write_text("".join(out), encoding="utf-8")
