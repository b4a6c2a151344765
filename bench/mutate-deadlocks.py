#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mutate-deadlocks.py OSTLER TREE [--seed=N] [--sites=N] [--copy=DIR] [--store=DIR] [--kinds=K,K] [--show] [--prove]

Recall of `ostler deadlocks` by mutation. At places of TREE that wait for a
callback (mutants.py; the kinds of waits in turn, the places by chance) a lock
that the callback takes, or is given a need for, is held: around the wait,
above helpers one of which may be called through a slot, around a real call
above it, or in the core whose slot leads there. A finding of rank likely or
better must name the function that waits or holds, the callback and the lock.
In each tenth the lock is free again before the wait: nothing may be found.

Read is a copy of the whole TREE (in DIR, kept for the next run; else in a
temporary folder) with all mutants in it, one a file.
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

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mutants  # noqa: E402

options = dict(a[2:].partition("=")[::2] for a in sys.argv[1:] if a.startswith("--"))
ostler, tree = [a for a in sys.argv[1:] if not a.startswith("--")]
tree = pathlib.Path(tree)
pick = random.Random(int(options.get("seed", 1)))
nr_sites = int(options.get("sites", 300))
kinds = options["kinds"].split(",") if "kinds" in options else None
RANKS = ["proven", "likely", "possible"]


def read(path):
    return path.read_text(encoding="utf-8", errors="surrogateescape")


def all_places():
    """kind → places, in random order."""
    found = collections.defaultdict(list)
    for top in ("drivers", "net", "sound"):
        for d, _, names in sorted(os.walk(tree / top)):
            for name in sorted(names):
                path = pathlib.Path(d) / name
                if name.endswith(".c") and "test" not in str(path.relative_to(tree)):
                    for place in mutants.places(str(path.relative_to(tree)), read(path)):
                        found[place.kind].append(place)
    for kind in found:
        pick.shuffle(found[kind])
    return found


def declared(place):
    """Where members may be added to the record of the place: {record: (file, offset)}."""
    for path in [tree / place.file.path] + sorted((tree / place.file.path).parent.glob("*.h")):
        at = list(re.finditer(rf"^struct {place.record} \{{\n", read(path), re.M))
        if len(at) == 1:
            return {place.record: (str(path.relative_to(tree)), at[0].end())}
    return {}


def draw():
    """Mutants of different files, the kinds of waits in turn for as long as each has places."""
    places = all_places()
    print("places:", ", ".join(f"{len(places[k])} {k}" for k in sorted(places)), flush=True)
    queues = [list(v) for k, v in sorted(places.items()) if not kinds or k in kinds]
    drawn, used = [], set()
    while len(drawn) < nr_sites and any(queues):
        for queue in queues:
            while queue and queue[-1].file.path in used:
                queue.pop()
            if queue and len(drawn) < nr_sites:
                place = queue.pop()
                used.add(place.file.path)
                drawn.append((place, mutants.make(place, f"mutant{len(drawn)}", pick, declared(place))))
    return drawn


def run(copy, batch):
    """The findings on the copy with these mutants in it, and what `prove` rejects of the proven ones among them."""
    edits = collections.defaultdict(list)
    for _, (_, todo, _) in batch:
        for path, items in todo.items():
            edits[path] += items
    texts = {path: read(tree / path) for path in edits}
    for path, items in edits.items():
        for begin, end, new in sorted(items, key=lambda e: e[0], reverse=True):
            texts[path] = texts[path][:begin] + new + texts[path][end:]
    for row in mutants.CORES:
        if any(done["core"] == row for _, (done, _, _) in batch):
            texts[row[2]] = mutants.hold_in_core(row, texts.get(row[2]) or read(tree / row[2]),
                                                 pick.choice(["calls", "guard", "scoped", "wrapper"]))
    for path, text in texts.items():
        (copy / path).write_text(text, encoding="utf-8", errors="surrogateescape")
    store = f"--store={options['store']}" if "store" in options else "--no-store"
    rank = "--rank=possible" if "show" in options else "--rank=likely"  # with the doubts of what was missed
    done = subprocess.run([ostler, "deadlocks", copy, store, rank, "--format=json", "--quiet"],
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    findings = json.loads(done.stdout)["findings"]
    if "prove" in options:
        prove(copy, findings)
    for path in texts:
        shutil.copyfile(tree / path, copy / path)
    return findings


def prove(copy, findings):
    proven = [f for f in findings if f["rank"] == "proven"]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump({"findings": proven}, f)
        f.flush()
        done = subprocess.run([ostler, "prove", f.name, copy, "--format=json"], capture_output=True, text=True, check=False)
    wrong = [r for r in json.loads(done.stdout)["results"] if not r["accepted"]]
    print(f"prove: {len(proven) - len(wrong)} of {len(proven)} proven ones accepted")
    for r in wrong:
        print(f"  {r['id']} {r['reason']}")


def hits(findings, place, mutant):
    done, _, lock = mutant
    word = re.split(r"->|\.", lock)[-1]
    for f in findings:
        names = {s["function"] for s in f["steps"]} | {h["function"] for h in f["holders"]}
        if f["waitable"] and f["waitable"]["callback"] == place.callback.name and place.function.name in names and \
                re.search(rf"[.:]{word}$", f["lock"]["class"]) and any(s["file"] == place.file.path for s in f["steps"]):
            yield f


def measure(copy, drawn):
    tally = collections.defaultdict(lambda: [0, 0, 0])
    controls = [0, 0]
    findings = run(copy, drawn)
    for place, mutant in drawn:
        found = sorted(hits(findings, place, mutant), key=lambda f: RANKS.index(f["rank"]))
        rank = found[0]["rank"] if found else "-"
        done = mutant[0]
        text = (f"{place.file.path} {place.function.name}() {place.primitive} {place.member} {place.callback.name}() "
                f"{done['lock']} {mutant[2]} {done['call']} {done['how']} {done['mode']} {done['up']}")
        if done["control"]:
            controls[0] += 1
            controls[1] += rank in RANKS[:2]
            if rank in RANKS[:2]:
                print(f"control found: {text} {found[0]['id']}", flush=True)
            continue
        for key in ("all", "how " + done["how"], "kind " + place.kind, "lock " + done["lock"], "by " + done["call"],
                    f"mode {done['mode']}", f"{done['up']} up"):
            tally[key][0] += 1
            tally[key][1] += rank in RANKS[:2]
            tally[key][2] += rank == "proven"
        if rank not in RANKS[:2] and "show" in options:
            doubts = found[0]["doubts"] if found else []
            print(f"missed: {rank} {text} {doubts}", flush=True)
    for key in sorted(tally):
        n, hit, proven = tally[key]
        print(f"{key}: {hit} of {n}, {100 * hit / n:.1f} %, {proven} proven")
    print(f"controls: {controls[1]} of {controls[0]} found")


drawn = draw()
if "copy" in options:
    where = pathlib.Path(options["copy"])
    if not where.exists():
        shutil.copytree(tree, where, symlinks=True)
    measure(where, drawn)
else:
    with tempfile.TemporaryDirectory() as tmp:
        shutil.copytree(tree, pathlib.Path(tmp) / "tree", symlinks=True)
        measure(pathlib.Path(tmp) / "tree", drawn)
