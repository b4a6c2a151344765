#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mutate-orders.py OSTLER TREE COPY [--seed=N] [--sites=N] [--kinds=swap,under,again] [--store=DIR] [--show]

Recall of ABBA and AA by mutation. In functions of TREE, drawn by chance, one
a file:
  swap   two locks that two functions take one in the other are taken in the
         other order in one of them;
  under  a function that takes the inner one of two locks of an object takes
         the outer one while it has that, up to three calls below;
  again  a function that is called with a lock held, by way of up to three
         calls, takes that lock, up to two calls below.
What lies below may be reached through a function pointer. A finding of rank
likely or better must name the function and the lock. COPY is a folder for
the mutated tree; it must not be there, its files are links to those of TREE
where nothing is changed.
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

OUTSIDE = re.compile(r"^(tools|scripts|samples|Documentation|kernel/locking|lib|kernel/rcu)/")
TAKE = re.compile(r"^(\t+)(" + "|".join(mutants.LOCKS) + r")\(&([\w>.-]+)(?:, (\w+))?\);\n", re.M)


def release_of(call, path):
    return re.compile(rf"\b{mutants.LOCKS[call][0]}\w*\(&{re.escape(path)}[,)]|\bunlock\w*\(&{re.escape(path)}[,)]")


def spins(call):
    return call not in mutants.SLEEPS


class Held:
    """A lock that a function takes by a statement: what is held from where to where, in the body."""
    def __init__(self, function, match):
        self.function = function
        self.call, self.path = match[2], match[3]
        self.line = match.start()
        self.begin = match.end()
        self.indent = match[1]
        free = release_of(self.call, self.path).search(function.body, self.begin)
        self.end = free.start() if free else self.begin
        self.base, self.member = mutants.member_of(self.path)

    def record(self):
        """of the base variable, where it is declared as a pointer to a struct"""
        m = self.base and re.search(rf"\bstruct (\w+) \*(?:\w+, \*)*{self.base}\b", self.function.params + ")" + self.function.body)
        return m[1] if m else None


def takes(file):
    for f in file.functions.values():
        for m in TAKE.finditer(f.body):
            h = Held(f, m)
            if h.end > h.begin:
                yield h


def edit(text, at, old, new):
    return text[:at] + new + text[at + len(old):]


def swaps(file, held):
    """(function, lock, kind, text then)"""
    pairs = collections.defaultdict(list)
    for a in held:
        for b in held:
            if a.function is b.function and a.begin <= b.line < a.end and a.path != b.path and a.indent == b.indent and \
               spins(a.call) == spins(b.call):
                pairs[(a.record(), a.member or a.path, b.record(), b.member or b.path)].append((a, b))
    for (_, a_end, _, b_end), found in pairs.items():
        if len({a.function.name for a, _ in found}) < 2:
            continue
        for a, b in found:
            between = a.function.body[a.begin:b.line]
            lone = [a.function.body[x.line:x.begin] for x in (a, b)]
            base = b.base or b.path
            if re.search(rf"return|goto|unlock|break|continue|:\n|\b{base} = |[{{}}]", between) or "irqsave" in b.call or mutants.MAKES.search(a.function.name):
                continue
            text = edit(file.text, a.function.at + b.line, lone[1], lone[0])
            text = edit(text, a.function.at + a.line, lone[0], lone[1])
            yield a.function.name, (a_end, b_end), "swap", text


def taker(name, take, record, nr, slot):
    """nr functions one below the other; the lowest takes the lock of the record's object"""
    call, member, is_global = take
    flags = ", flags" if call == "spin_lock_irqsave" else ""
    inner = f"&{member}" if is_global else f"&m->{member}"
    declare = "\tunsigned long flags;\n\n" if flags else ""
    param, arg = ("void", "") if is_global else (f"struct {record} *m", "m")
    text = f"static void {name}_0({param})\n{{\n{declare}\t{call}({inner}{flags});\n\t{mutants.LOCKS[call][0]}({inner}{flags});\n}}\n\n"
    return text + mutants.ladder(name, nr, slot, param, arg)


def with_taker(file, pick, name, function, at, indent, take, record, obj):
    """The file with a call at `at` (in the function's body) of something that takes the lock."""
    nr = pick.randrange(1, 4)
    helpers = taker(name, take, record, nr, pick.randrange(1, nr) if nr > 1 and pick.randrange(3) == 0 else 0)
    arg = "" if take[2] else obj
    text = edit(file.text, function.at + at, "", f"{indent}{name}_{nr - 1}({arg});\n")
    return edit(text, function.begin, "", helpers)


def inner_of(file, a):
    """What is taken with a held: in the function, or in one that it hands a's object to. (take, member)"""
    for h in a.function.takes:
        if a.begin <= h.line < a.end and h.base == a.base and h.member:
            yield h
    for m, args, _ in mutants.calls(a.function.body[a.begin:a.end], file.functions):
        g = file.functions[m[1]]
        if a.base not in args or g is a.function or args.index(a.base) >= len(g.params.split(",")):
            continue
        variable = re.sub(r".*\W", "", g.params.split(",")[args.index(a.base)].strip())
        for h in g.takes:
            if h.base == variable and h.member and g.has(a.record(), variable):
                yield h


def unders(file, held, pick, name):
    for a in held:
        if not a.base or not a.record():
            continue
        for b in inner_of(file, a):
            if b.member == a.member or spins(a.call) != spins(b.call):
                continue
            for h in held:
                if h.member == b.member and h.record() == a.record() and h.function is not a.function and \
                   h.function is not b.function and not mutants.MAKES.search(h.function.name) and \
                   not re.search(rf"\b{a.member}\b", h.function.body):
                    call = "spin_lock" if spins(a.call) else a.call
                    yield h.function.name, (a.member, b.member), "under", with_taker(
                        file, pick, name, h.function, h.begin, h.indent, (call, a.member, False), a.record(), h.base)


def again_at(function):
    """Behind the declarations."""
    m = re.match(r"(?:\t+[^\n]+;\n)+\n", function.body)
    return m.end() if m else None


def agains(file, held, pick, name):
    for a in held:
        way = [(a.function, a.base)]
        is_global = not a.base and re.search(rf"^static DEFINE_(?:MUTEX|SPINLOCK)\({a.path}\);", file.plain, re.M)
        if not is_global and not a.record():
            continue
        begin, end = a.begin, a.end
        for _ in range(pick.randrange(1, 4)):
            f, obj = way[-1]
            below = []
            for m, args, _ in mutants.calls(f.body[begin:end], file.functions):
                g = file.functions[m[1]]
                if any(g is w[0] for w in way) or len(g.params.split(",")) != len(args):
                    continue
                if is_global:
                    below.append((g, None))
                elif obj in args:
                    variable = re.sub(r".*\W", "", g.params.split(",")[args.index(obj)].strip())
                    if g.has(a.record(), variable):
                        below.append((g, variable))
            if not below:
                break
            way.append(pick.choice(below))
            begin, end = 0, len(way[-1][0].body)
        g, variable = way[-1]
        word = a.member or a.path
        if len(way) < 2 or again_at(g) is None or any(re.search(rf"\b{re.escape(word)}\b", w[0].body) for w in way[1:]):
            continue
        call = "spin_lock" if spins(a.call) else a.call
        if is_global and file.text.find(f"({a.path});") > g.begin:
            continue
        yield g.name, (word,), "again", with_taker(file, pick, name, g, again_at(g), "\t", (call, word, bool(is_global)), a.record(), variable)


def mutants_of(path, text, kind, pick, name):
    if not TAKE.search(text):
        return []
    file = mutants.File(path, text)
    held = list(takes(file))
    for f in file.functions.values():
        f.takes = [h for h in held if h.function is f]
    if kind == "swap":
        return list(swaps(file, held))
    return list((unders if kind == "under" else agains)(file, held, pick, name))


def draw(tree, options):
    pick = random.Random(int(options.get("seed", 1)))
    kinds = options.get("kinds", "swap,under,again").split(",")
    paths = sorted(str(p.relative_to(tree)) for p in tree.rglob("*.c"))
    pick.shuffle(paths)
    wanted = {k: int(options.get("sites", 100)) for k in kinds}
    for nr, path in enumerate(paths):
        left = [k for k in kinds if wanted[k]]
        if not left:
            break
        if OUTSIDE.match(path):
            continue
        text = (tree / path).read_text(encoding="latin-1")
        for kind in left:  # the rare ones first
            found = mutants_of(path, text, kind, pick, f"mutant{nr}")
            if found:
                wanted[kind] -= 1
                yield (path, *pick.choice(found))
                break


def run(ostler, where, options):
    command = [ostler, "deadlocks", str(where), "--kind=ABBA,AA", "--rank=possible", "--format=json", "--quiet"]
    command.append("--store=" + options["store"] if "store" in options else "--no-store")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)["findings"]


def last_word(expression):
    words = re.findall(r"\w+", expression)
    return words[-1] if words else ""


def ends(finding):
    """What the finding's locks are called, without the struct or the file."""
    return {re.split(r"[.:]", lock["class"])[-1] for lock in (finding["lock"], finding["lock2"]) if lock}


def main():
    options = dict(a[2:].partition("=")[::2] for a in sys.argv[1:] if a.startswith("--"))
    ostler, tree, copy = [a for a in sys.argv[1:] if not a.startswith("--")]
    tree, copy = pathlib.Path(tree), pathlib.Path(copy)
    drawn = list(draw(tree, options))
    shutil.copytree(tree, copy, symlinks=True, copy_function=os.link)
    for path, _, _, _, text in drawn:
        (copy / path).unlink()
        (copy / path).write_text(text, encoding="latin-1")
    by_place = collections.defaultdict(list)
    for f in run(ostler, copy, options):
        for step in {(s["file"], s["function"]) for s in f["steps"]}:
            by_place[step].append(f)
    tally = collections.Counter()
    for path, name, locks, kind, _ in drawn:
        wanted = {last_word(x) for x in locks}
        mine = [f for f in by_place[(path, name)] if wanted <= ends(f) and (kind != "again" or f["kind"] == "AA")]
        rank = "none" if not mine else "likely" if any(f["rank"] != "possible" for f in mine) else "possible"
        tally[kind, rank] += 1
        if "show" in options and rank != "likely":
            print(f"{rank:9} {kind:6} {path} {name}() {' '.join(locks)} {[f['doubts'] for f in mine][:1]}")
    for kind in options.get("kinds", "swap,under,again").split(","):
        nr = sum(v for k, v in tally.items() if k[0] == kind)
        print(f"{kind}: {nr} mutants, {tally[kind, 'likely']} found, {tally[kind, 'possible']} as possible only")


if __name__ == "__main__":
    main()
