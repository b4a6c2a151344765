#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mutate-deadlocks.py OSTLER TREE [--seed=N] [--sites=N] [--show]

Recall of `ostler deadlocks` by mutation: at random places of TREE that wait
for a work item or a timer whose callback takes a lock, that lock is held 0 to
3 callers above the wait, by the lock's own calls, a guard or a wrapper of
both, and a finding of rank likely or better must name the place, the lock
and the object. One place a file; a copy of the files' folders, with include/
and some that wrappers live in, is what is read, and TREE is not changed.
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
import tempfile

options = dict(a[2:].partition("=")[::2] for a in sys.argv[1:] if a.startswith("--"))
ostler, tree = [a for a in sys.argv[1:] if not a.startswith("--")]
tree = pathlib.Path(tree)
pick = random.Random(int(options.get("seed", 1)))
nr_sites = int(options.get("sites", 300))

FUNCTION = re.compile(r"^(?:static )?[a-z_][\w \t*]*?\b(\w+)\([^;{}]*\)\n\{\n(.*?)^\}\n", re.M | re.S)
CONTAINER = re.compile(r"\bstruct (\w+) \*(\w+)\s*=\s*(?:container_of\(\w+,\s*struct \w+,\s*([\w.]+)\)|from_timer\(\w+,\s*\w+,\s*([\w.]+)\));")
TAKES = re.compile(r"^\t(mutex_lock|spin_lock|spin_lock_irq|spin_lock_bh)\(&(\w+)(->[\w.>-]+)\);\n", re.M)
WAITS = re.compile(r"^(\t+)(cancel_work_sync|cancel_delayed_work_sync|flush_work|del_timer_sync|timer_delete_sync)"
                   r"\(&(\w+(?:->\w+)*)->([\w.]+)\);\n", re.M)
RELEASE = {"mutex_lock": "mutex_unlock", "spin_lock": "spin_unlock",
           "spin_lock_irq": "spin_unlock_irq", "spin_lock_bh": "spin_unlock_bh"}


def callbacks(text):
    """(function, record, member, take, path of the lock) of callbacks that take a lock of their own object."""
    for name, body in FUNCTION.findall(text):
        own = CONTAINER.search(body)
        takes = TAKES.search(body)
        if not own or not takes or takes[2] != own[2]:
            continue
        member = (own[3] or own[4]).removesuffix(".work")
        if re.search(rf"(?:INIT_\w+|timer_setup)\(&[\w>-]+{re.escape(member)},\s*{name}\b", text):
            yield name, own[1], member, takes[1], takes[3]


def places(path):
    """What can be done to this file."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    found = []
    if not re.search(r"_sync\(&|flush_work\(&", text) or not re.search("container_of|from_timer", text):
        return found
    for name, record, member, take, lock in callbacks(text):
        for function in FUNCTION.finditer(text):
            body = function[2]
            if function[1] == name or lock in body or f"{lock[2:]})" in body:
                continue
            # the object has to be of that record
            for wait in WAITS.finditer(body):
                if take != "mutex_lock" and "timer" not in wait[2]:
                    continue  # nobody sleeps with a spinlock held
                base = wait[3].split("->")[0]
                if wait[4] != member or "->" in wait[3] or \
                        not re.search(rf"struct {record} \*(?:\w+, \*)*{base}\b", function[0]):
                    continue
                found.append((text, function, wait, record, take, lock, member))
    return found


def mutate(place, number, how, depth):
    text, function, wait, record, take, lock, member = place
    indent, call, obj = wait[1], wait[2], wait[3]
    name = f"mutant{number}"
    helpers = f"static void {name}_0(struct {record} *m)\n{{\n\t{call}(&m->{member});\n}}\n\n"
    for i in range(1, depth):
        helpers += f"static void {name}_{i}(struct {record} *m)\n{{\n\t{name}_{i - 1}(m);\n}}\n\n"
    inner = f"{name}_{depth - 1}({obj});" if depth else wait[0].strip()
    if not depth:
        helpers = ""
    if how == "wrapper":
        helpers += f"static void {name}_take(struct {record} *m)\n{{\n\t{take}(&m{lock});\n}}\n\n"
        helpers += f"static void {name}_drop(struct {record} *m)\n{{\n\t{RELEASE[take]}(&m{lock});\n}}\n\n"
        new = [f"{name}_take({obj});", inner, f"{name}_drop({obj});"]
    elif how == "guard":
        kind = {"mutex_lock": "mutex", "spin_lock": "spinlock", "spin_lock_irq": "spinlock_irq",
                "spin_lock_bh": "spinlock_bh"}[take]
        new = ["{", f"\tguard({kind})(&{obj}{lock});", f"\t{inner}", "}"]
    else:
        new = [f"{take}(&{obj}{lock});", inner, f"{RELEASE[take]}(&{obj}{lock});"]
    lines = "".join(f"{indent}{line}\n" for line in new)
    at = function.start(2) + wait.start()
    return text[:function.start()] + helpers + text[function.start():at] + lines + text[at + len(wait[0]):]


def all_places():
    files = [pathlib.Path(d) / f for top in ("drivers", "net", "sound") for d, _, names in os.walk(tree / top)
             for f in names if f.endswith(".c")]
    for path in sorted(files):
        found = places(path)
        if found:
            yield path.relative_to(tree), found


def run(places):
    """The findings, by file, on a copy in which each of these files has its mutant."""
    with tempfile.TemporaryDirectory() as tmp:
        copy = pathlib.Path(tmp)
        for folder in sorted({str(path.parent) for path in places} | {"include", "drivers/base", "net/core"}):
            for source in (tree / folder).rglob("*") if folder == "include" else (tree / folder).glob("*"):
                target = copy / source.relative_to(tree)
                if source.is_file() and source.suffix in (".c", ".h") and not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, target)
        for path, text in places.items():
            (copy / path).write_text(text, encoding="utf-8", errors="surrogateescape")
        done = subprocess.run([ostler, "deadlocks", tmp, "--no-store", "--format=json", "--quiet"],
                              capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            sys.exit(done.stderr)
        at_file = collections.defaultdict(list)
        for finding in json.loads(done.stdout)["findings"]:
            for file in {s["file"] for s in finding["steps"]}:
                at_file[file].append(finding)
        return at_file


def is_hit(finding, place):
    field = re.split(r"->|\.", place[5])[-1]
    return (finding["lock"]["class"].endswith("." + field) and finding["waitable"] and
            finding["waitable"]["class"].endswith("." + place[6].split(".")[-1]) and
            any(s["function"] == place[1][1] for s in finding["steps"]))


# one mutant a file and run; where there are fewer places than asked for, all come again
known = [(path, place) for path, found in all_places() for place in found]
pick.shuffle(known)
draws = [(*known[i % len(known)], pick.choice(["calls", "wrapper", "guard"]), pick.randrange(4)) for i in range(nr_sites)]
print(f"{len(known)} places, {len(draws)} mutants")
tally = collections.defaultdict(lambda: [0, 0])
number = 0
while draws:
    batch, rest = {}, []
    for draw in draws:
        if draw[0] in batch:
            rest.append(draw)
        else:
            batch[draw[0]] = draw
    draws = rest
    texts = {}
    for path, (_, place, how, depth) in batch.items():
        number += 1
        texts[path] = mutate(place, number, how, depth)
    at_file = run(texts)
    for path, (_, place, how, depth) in batch.items():
        hit = any(is_hit(f, place) for f in at_file[str(path)])
        for key in ("all", how, f"{depth} up", place[2][2]):
            tally[key][0] += 1
            tally[key][1] += hit
        if not hit and "show" in options:
            print(f"missed: {path} {place[1][1]}() {place[2][2]} {place[6]} lock {place[5]} {how} {depth} up", flush=True)
for key in sorted(tally):
    print(f"{key}: {tally[key][1]} of {tally[key][0]}, {100 * tally[key][1] / tally[key][0]:.1f} %")
