#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mutate-irqs.py OSTLER TREE COPY [--seed=N] [--sites=N] [--store=DIR] [--show]

Recall of spinlocks that an interrupt may find taken, by mutation. In
functions of TREE, drawn by chance, one a file, a spinlock that is taken with
interrupts (or soft ones) off is taken with them on: spin_lock_irqsave(&l,
flags) becomes spin_lock(&l). A finding of kind irq-context and of rank likely
or better must name the function and the lock. Not each such lock is taken by
a handler, and not each function is run by a task: the share is a lower bound,
and is told apart for locks that a handler takes which the same file binds.
COPY is a folder for the mutated tree; it must not be there, its files are
links to those of TREE where nothing is changed.
"""
import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

import mutants

options = dict(a[2:].partition("=")[::2] for a in sys.argv[1:] if a.startswith("--"))
ostler, tree, copy = [a for a in sys.argv[1:] if not a.startswith("--")]
tree = pathlib.Path(tree)
copy = pathlib.Path(copy)
OUTSIDE = re.compile(r"^(tools|scripts|samples|Documentation|kernel/locking|lib|kernel/rcu)/")
OFF = re.compile(r"\bspin_(un)?lock_(irqsave|irqrestore|irq|bh)\(([^,;()]*(?:\([^()]*\)[^,;()]*)*)(?:,\s*\w+)?\)")
BOUND = re.compile(r"\b(?:request_irq|request_threaded_irq|devm_request_irq|devm_request_threaded_irq|pci_request_irq|timer_setup|"
                   r"DEFINE_TIMER|tasklet_setup|tasklet_init|hrtimer_init|hrtimer_setup|netif_napi_add\w*|usb_fill_\w+_urb)\s*\(([^;]*)\)|"
                   r"\.function\s*=\s*(\w+)")


def last_word(text):
    words = re.findall(r"\w+", text)
    return words[-1] if words else ""


def handlers(text):
    found = set()
    for a, b in BOUND.findall(text):
        found |= set(re.findall(r"\w+", a)) | {b}
    return found


def mutants_of(text):
    """(function, lock, kind, whether a handler of the file takes it, the new lines)"""
    lines = text.split("\n")
    bound = handlers(text)
    taken = collections.defaultdict(set)
    parts = []
    for begin, end in mutants.bodies(lines):
        name = mutants.head(lines, begin)[1]
        if not name:
            continue
        body = "\n".join(lines[begin:end])
        parts.append((name, begin, end, body))
        for lock in re.findall(r"\bspin_lock(?:_irqsave|_irq|_bh)?\(([^,;()]*)", body):
            taken[last_word(lock)].add(name)
    for name, begin, end, body in parts:
        kinds = {m.group(2) for m in OFF.finditer(body)}
        locks = {m.group(3).strip() for m in OFF.finditer(body)}
        rest = OFF.sub("", body)
        if len(locks) != 1 or name in bound or not re.search(r"spin_lock_(irqsave|irq|bh)", body) or \
           re.search(r"local_irq|irqs_disabled|spin_lock\(|_bh\(|^#", rest, re.M):
            continue
        new = OFF.sub(lambda m: f"spin_{m.group(1) or ''}lock({m.group(3).strip()})", body)
        lock = locks.pop()
        yield name, lock, "bh" if "bh" in kinds else "irq", bool(taken[last_word(lock)] & bound), begin, end, new.split("\n")


def draw():
    random.seed(int(options.get("seed", 1)))
    paths = sorted(str(p.relative_to(tree)) for p in tree.rglob("*.c"))
    random.shuffle(paths)
    drawn = []
    for path in paths:
        if OUTSIDE.match(path):
            continue
        found = list(mutants_of((tree / path).read_text(encoding="latin-1")))
        if found:
            drawn.append((path, *random.choice(found)))
        if len(drawn) == int(options.get("sites", 300)):
            break
    return drawn


def run(where):
    command = [ostler, "deadlocks", str(where), "--kind=irq-context", "--rank=possible", "--format=json", "--quiet"]
    command.append("--store=" + options["store"] if "store" in options else "--no-store")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    best = {}
    for f in json.loads(done.stdout)["findings"]:
        for s in f["steps"]:
            best.setdefault((s["file"], s["function"]), []).append((f["rank"], f["lock"]["class"], f["doubts"]))
    return best


if __name__ == "__main__":
    drawn = draw()
    shutil.copytree(tree, copy, symlinks=True, copy_function=os.link)
    for path, name, lock, kind, near, begin, end, new in drawn:
        lines = (tree / path).read_text(encoding="latin-1").split("\n")
        lines[begin:end] = new
        (copy / path).unlink()
        (copy / path).write_text("\n".join(lines), encoding="latin-1")
    found = run(copy)
    tally = collections.Counter()
    for path, name, lock, kind, near, begin, end, new in drawn:
        mine = [h for h in found.get((path, name), []) if h[1].split(".")[-1].split(":")[-1] == last_word(lock)]
        rank = "none" if not mine else "likely" if any(h[0] != "possible" for h in mine) else "possible"
        tally[kind, near, rank] += 1
        if "show" in options and rank != "likely":
            print(f"{rank:9} {kind:4} {'near' if near else '-':5} {path}:{begin + 1} {name}({lock}) {[h[2] for h in mine][:1]}")
    for kind in ("irq", "bh"):
        for near in (True, False):
            nr = sum(v for k, v in tally.items() if k[:2] == (kind, near))
            print(f"{kind}, {'a handler of the file takes it' if near else 'no such handler seen'}: {nr} mutants, "
                  f"{tally[kind, near, 'likely']} found, {tally[kind, near, 'possible']} as possible only")
