#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""golden.py OSTLER: findings in the made-up drivers of tests/locks/golden.

A function called bad_... must be part of a finding of rank proven or likely,
good_... of none at all, maybe_... of `possible` ones only, likely_... of one
that is not proven, proven_... of one that is. Then every proven
finding must pass `ostler prove`, and no mutation of one may.
"""
import copy
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ostler = sys.argv[1]
here = pathlib.Path(__file__).resolve().parent / "golden"
# known misses, with their story
TODO = {}
number = 0
failed = False


def point(ok, text, todo=None):
    global number, failed
    number += 1
    failed |= not ok and not todo
    print(f"{'ok' if ok else 'not ok'} {number} - {text}" + (f" # TODO {todo}" if todo else ""))


def run(*args):
    return subprocess.run([ostler, *map(str, args)], capture_output=True, text=True, check=False)


def prove(findings, tree):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump({"findings": findings}, f)
        f.flush()
        done = run("prove", f.name, tree, "--format=json")
    return json.loads(done.stdout)["results"]


done = run("deadlocks", here, "--no-store", "--rank=possible", "--format=json")
report = json.loads(done.stdout)
best = {}
for finding in report["findings"]:
    for step in finding["steps"]:
        if step["role"] in ("hold", "call", "wait", "acquire", "return"):
            name = step["function"]
            best[name] = min(best.get(name, 9), ["proven", "likely", "possible"].index(finding["rank"]))
point(report["tree"]["files"] == len(list(here.rglob("*.[ch]"))), "every file was read")
said = [d for f in report["findings"] for d in f["doubts"]
        if any(s["function"] == "maybe_hatch_in_door" for s in f["steps"])]
point("the locks lie in different members" in said, "two members of one wrapper are told apart")
modes = {s["function"]: f["lock"]["mode"] for f in report["findings"] if f["kind"] == "missing-unlock" for s in f["steps"]}
point((modes.get("bad_reader_path"), modes.get("bad_error_path")) == ("shared", "exclusive"), "it says how the lock was taken")
lines = {(f["steps"][0]["function"], s["role"]): s["line"] for f in report["findings"] if f["kind"] == "missing-unlock"
         for s in f["steps"]}
point(lines.get(("bad_second_box", "release"), 0) > lines.get(("bad_second_box", "hold"), 0),
      "other ways release it behind the place that takes it")
vias = {s["function"]: s["via"] for f in report["findings"] for s in f["steps"]
        if s["file"] == "drivers/shared.c" and s["role"] in ("hold", "call")}
wrapper = (here / "drivers/shared.c").read_text(encoding="utf-8").split("\n")
for name, taken in (("bad_write_for_reader", "down_write("), ("bad_read_for_writer", "down_read(")):
    line = int(vias.get(name, "x:1").rsplit(":", 1)[1])
    point(taken in wrapper[line - 1], f"{name}: the line that takes it is that which the constant means")
point(vias.get("rung_walk", "").endswith(" and 1 other place"), "two rows of a table have the function")
held = {s["function"]: f["lock"]["mode"] for f in report["findings"] if f["kind"] == "AA" for s in f["steps"]}
point(held.get("bad_write_then_read") == "exclusive", "a lock that is taken again is held as it was taken")
names = []
for path in sorted(here.rglob("*.c")):
    names += re.findall(r"^[a-z].*?\b((?:bad|good|maybe|likely|proven)_\w+)\(", path.read_text(encoding="utf-8"), re.M)
for name in names:
    rank = best.get(name, 9)
    if name.startswith("bad_"):
        point(rank <= 1, f"{name} is found", TODO.get(name))
    elif name.startswith("good_"):
        point(rank == 9, f"{name} is not reported", TODO.get(name))
    elif name.startswith("likely_"):
        point(rank == 1, f"{name} is likely, not proven", TODO.get(name))
    elif name.startswith("proven_"):
        point(rank == 0, f"{name} is proven", TODO.get(name))
    else:
        point(rank == 2, f"{name} is possible at most", TODO.get(name))

proven = [f for f in report["findings"] if f["rank"] == "proven"]
point(len(proven) > 5, f"{len(proven)} findings are proven")
for result in prove(proven, here):
    point(result["accepted"], f"prove accepts {result['id']} {result['reason']}")


def mutations(finding):
    for i, step in enumerate(finding["steps"]):
        for key, value in (("line", step["line"] + 1), ("function", "no_such"), ("text", "return;"),
                           ("file", "drivers/none.c")):
            m = copy.deepcopy(finding)
            m["steps"][i][key] = value
            yield f"step {i + 1} with another {key}", m
    for lock in ("lock", "lock2"):
        if finding[lock] and (lock == "lock" or finding["kind"] == "ABBA") and finding["kind"] != "self-wait":
            m = copy.deepcopy(finding)
            m[lock]["class"] = "card.nothing"
            yield f"another {lock}", m
    if finding["waitable"]:
        m = copy.deepcopy(finding)
        m["waitable"]["callback"] = "card_quiet"
        yield "another callback", m
    for i in range(len(finding["steps"])):
        m = copy.deepcopy(finding)
        if m["steps"][i]["role"] in ("release", "same-object") and " is put on " not in m["steps"][i]["via"]:
            continue
        del m["steps"][i]
        yield f"without step {i + 1}", m


for finding in proven:
    made = list(mutations(finding))
    results = prove([m for _, m in made], here)
    wrong = [text for (text, _), r in zip(made, results) if r["accepted"]]
    point(not wrong, f"{len(made)} mutations of {finding['id']} are rejected {wrong or ''}")

# an unlock put between, in the source; the steps below it move down by one line
with tempfile.TemporaryDirectory() as tmp:
    tree = pathlib.Path(tmp) / "tree"
    shutil.copytree(here, tree)
    path = tree / "drivers/waits.c"
    text = path.read_text(encoding="utf-8")
    old = "\tmutex_lock(&c->lock);\n\tcancel_work_sync(&c->work);\n"
    point(text.count(old) >= 1, "the place for an unlock is there")
    at = text.count("\n", 0, text.index(old)) + 1
    path.write_text(text.replace(old, "\tmutex_lock(&c->lock);\n\tmutex_unlock(&c->lock);\n"
                                 "\tcancel_work_sync(&c->work);\n", 1), encoding="utf-8")
    moved = copy.deepcopy([f for f in proven if any(s["function"] == "bad_plain" for s in f["steps"])])
    for f in moved:
        for s in f["steps"]:
            if s["file"] == "drivers/waits.c" and s["line"] > at:
                s["line"] += 1
    point(moved and not any(r["accepted"] for r in prove(moved, tree)), "an unlock put between is noticed")
print(f"1..{number}")
sys.exit(failed)
