#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""few_words.py SEED COMMITS WORDS LINES: prints, as fast-import text, a history
of one file with so few different lines that every place where a hunk could go
has rivals: what a trial merge must decide exactly as git and patch do. Each
commit has a tag."""
import random
import sys

SEED, COMMITS, WORDS, LINES = map(int, sys.argv[1:])
random.seed(SEED)


def data(text):
    return f"data {len(text)}\n{text}\n"


def word():
    return str(random.randrange(WORDS))


def edited(lines):
    for _ in range(random.randrange(1, 5)):
        at, what = random.randrange(len(lines) + 1), random.random()
        if what < .4 and at < len(lines):
            lines[at] = word()
        elif what < .7:
            lines.insert(at, word())
        else:
            del lines[at:at + random.randrange(1, 4)]
    return lines or ["0"]


first = [word() for _ in range(random.randrange(8, LINES))]
state = first
for i in range(COMMITS):
    state = edited(list(random.choice([first, state])))
    end = "\n" if random.random() < .9 else ""
    who = f"A <a@example.org> {1000000000 + i} +0000"
    print(f"commit refs/heads/master\nmark :{i + 1}\nauthor {who}\ncommitter {who}\n{data(f'edit {i}')}"
          + (f"from :{i}\n" if i else "") + f"M 100644 inline words.txt\n{data(chr(10).join(state) + end)}")
    print(f"reset refs/tags/v{i}\nfrom :{i + 1}\n")
