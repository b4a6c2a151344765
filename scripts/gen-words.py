#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns data/annotations.txt into the C rows that src/source/words.c includes."""
import sys

CLASSES = {
    "attr": "OST_WC_ATTR",
    "attr()": "OST_WC_ATTR | OST_WC_ARGS",
    "type": "OST_WC_TYPE",
    "field": "OST_WC_FIELD",
    "object": "OST_WC_OBJECT",
    "func": "OST_WC_FUNC",
    "name": "OST_WC_NAME",
    "stmt": "OST_WC_STMT",
}
MEANINGS = {
    "init": "OST_FF_INIT",
    "exit": "OST_FF_EXIT",
    "weak": "OST_FF_WEAK",
    "noreturn": "OST_FF_NORETURN",
    "inline": "OST_FF_INLINE",
    "percpu": "OST_WORD_PERCPU",
}


def number(text):
    return -1 if text == "-" else int(text)


def row(fields):
    kind, word, rest = fields[0], fields[1], fields[2:]
    meaning, first, second, prefix = "0", -1, -1, ""
    if kind.startswith("attr") and rest:
        meaning = MEANINGS[rest[0]]
    elif kind in ("field", "object"):
        if rest[0] == "group":
            first, second = -1, int(rest[1])
        else:
            first, second = (number(x) for x in rest[0].split(","))
            prefix = " ".join(rest[1:])
    elif kind == "func":
        prefix = "" if rest[0] == "-" else rest[0]
        first, second = 0, number(rest[1])
    if len(word) > 55:
        raise ValueError("word too long: " + word)
    return f'\t{{ "{word}", {CLASSES[kind]}, {meaning}, {first}, {second}, "{prefix}" }},'


seen = set()
with open(sys.argv[1], encoding="ascii") as table, open(sys.argv[2], "w", encoding="ascii") as out:
    for line in table:
        fields = line.split("#")[0].split()
        if not fields:
            continue
        if fields[1] in seen:
            raise ValueError("twice: " + fields[1])
        seen.add(fields[1])
        print(row(fields), file=out)
