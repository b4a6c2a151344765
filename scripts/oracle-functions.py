#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the functions that commits touch with a reading by universal-ctags.

usage: oracle-functions.py TOOL REPO [NUMBER [SEED]]

TOOL is the test tool tests/oracle/functions_tool. For random commits that
change C files: ctags says where each function of the old and of the new blob
begins and ends, the diff of `git show` which lines are gone and new. A
function with such a line in it was modified, added or removed. Nothing here
shares code with Ostler.

Differences are told apart by what can be said of them without reading:
ctags lost its way in the file (a function without an end, nothing behind it),
they see the same functions but put a line elsewhere, or they see different
functions. Fails when over 2 % of all touched functions differ for another
reason than the first: one commit that is full of macros ctags does not know
is as much as 1 % of 300 commits.
"""
import collections
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

TOOL, REPO = sys.argv[1], sys.argv[2]
NUMBER = int(sys.argv[3]) if len(sys.argv) > 3 else 300
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
MAX_SHARE = 0.02
LOST = "in files where ctags lost its way"
ENV = dict(os.environ, LC_ALL="C", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")


def git(*args):
    run = subprocess.run(["git", "-C", REPO, *args], env=ENV, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return run.stdout.decode("latin-1")


def some_commits():
    """Random commits with one parent that change C files, no more than 100 files each."""
    listed = git("rev-list", "--all", "--no-merges", "--min-parents=1", "--", "*.c", "*.h").split()
    random.Random(SEED).shuffle(listed)
    taken = []
    while listed and len(taken) < NUMBER:
        commit = listed.pop()
        if len(git("diff-tree", "-r", "--name-only", "--no-commit-id", commit).splitlines()) <= 100:
            taken.append(commit)
    return taken


def changed_lines(commit):
    """[(old path or None, new path or None, old lines gone, new lines)] of the C files."""
    files, old, new, at_old, at_new = [], None, None, 0, 0
    left_old = left_new = 0
    for line in git("show", "--format=", "-M", "-l1000", "--no-ext-diff", "--no-textconv", "--no-color", commit).split("\n"):
        if left_old or left_new:
            kind = line[:1]
            if kind == "-":
                files[-1][2].append(at_old)
            elif kind == "+":
                files[-1][3].append(at_new)
            if kind in "- ":
                at_old, left_old = at_old + 1, left_old - 1
            if kind in "+ ":
                at_new, left_new = at_new + 1, left_new - 1
            continue
        hunk = re.match(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line)
        if line.startswith("--- "):
            old = line[6:].rstrip("\t") if line.startswith("--- a/") else None
        elif line.startswith("+++ "):
            new = line[6:].rstrip("\t") if line.startswith("+++ b/") else None
            files.append((old, new, [], []))
        elif hunk:
            at_old, at_new = int(hunk[1]), int(hunk[3])
            left_old, left_new = int(hunk[2] or 1), int(hunk[4] or 1)
    return [f for f in files if (f[1] or f[0]).endswith((".c", ".h"))]


def declaration_begins(lines, number):
    """The first line of the declaration whose name stands on line `number`: its type may stand above."""
    while number > 1:
        above = lines[number - 2].rstrip()
        if not above or above.startswith(("#", " *", "/*", "//")) or above.endswith((";", "}", "*/", "\\", ":", "{")) \
                or lines[number - 2][0] in " \t":
            break
        number -= 1
    return number


def functions_of(texts):
    """{key: [(name, first, last)]} for {key: text}, by one run of ctags."""
    found = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as tmp:
        names, lines = {}, {}
        for i, (key, text) in enumerate(texts.items()):
            path = f"{tmp}/{i}.c"
            pathlib.Path(path).write_text(text, encoding="latin-1", newline="")
            names[path], lines[path] = key, text.split("\n")
        listed = pathlib.Path(tmp, "list")
        listed.write_text("".join(p + "\n" for p in names))
        out = subprocess.run(["ctags", "-f", "-", "--languages=C", "--c-kinds=f", "--fields=ne", "--sort=no",
                              "--excmd=number", "-L", str(listed)], check=True, capture_output=True).stdout.decode("latin-1")
        for tag in out.splitlines():
            name, path, rest = tag.split("\t", 2)
            first, end = int(re.search(r"line:(\d+)", rest)[1]), re.search(r"end:(\d+)", rest)
            found[names[path]].append((name, declaration_begins(lines[path], first), int(end[1]) if end else None))
    return found


def touched(changed, functions, commit):
    """{(path, name): how} of one commit, by ctags."""
    result = {}
    for old, new, gone, came in changed:
        was, now = functions.get((commit + "^", old), []), functions.get((commit, new), [])
        hit = {name for name, first, last in was if any(first <= n <= (last or first) for n in gone)}
        hit |= {name for name, first, last in now if any(first <= n <= (last or first) for n in came)}
        had, has = {f[0] for f in was}, {f[0] for f in now}
        for name in hit:
            result[new or old, name] = "modified" if name in had and name in has else "added" if name in has else "removed"
    return result


def ours(commits):
    out = subprocess.run([TOOL, REPO], input="".join(c + "\n" for c in commits).encode(), check=True, stdout=subprocess.PIPE).stdout
    result, errors, now = {}, [], None
    for line in out.decode("latin-1").splitlines():
        fields = line.split("\t")
        if line.startswith("commit "):
            now = result.setdefault(line[7:], {})
        elif fields[0] == "error":
            errors.append(line)
        else:
            now[fields[0], fields[1]] = fields[2]
    return result, errors


def main():
    if not shutil.which("ctags"):
        subprocess.run(["apt-get", "-qq", "install", "-y", "universal-ctags"], check=True, stdout=subprocess.DEVNULL)
    commits = some_commits()
    mine, errors = ours(commits)
    both, classes, kinds = 0, collections.defaultdict(list), collections.Counter()
    for commit in commits:
        changed = changed_lines(commit)
        texts = {}
        for old, new, _, _ in changed:
            for rev, path in ((commit + "^", old), (commit, new)):
                if path:
                    texts[rev, path] = git("show", f"{rev}:{path}")
        functions = functions_of(texts)
        lost = {path for (rev, path), list in functions.items() if any(last is None for _, _, last in list)}
        theirs, known = touched(changed, functions, commit), {f[0] for list in functions.values() for f in list}
        for key in sorted(set(theirs) | set(mine[commit])):
            a, b = mine[commit].get(key), theirs.get(key)
            if a == b:
                both += 1
                kinds[a] += 1
            elif lost & {path for change in changed if key[0] in change[:2] for path in change[:2]}:
                classes[LOST].append((commit, key))
            elif a and b:
                classes[f"{a} for us, {b} by ctags"].append((commit, key))
            elif a:
                classes["ours only, ctags knows the function" if key[1] in known else "ours only, ctags sees no such function"].append((commit, key))
            else:
                classes["ctags only"].append((commit, key))
    differ = sum(len(v) for v in classes.values())
    print(f"{len(commits)} commits, {both + differ} functions touched, the same for both: {both} "
          f"({', '.join(f'{n} {k}' for k, n in sorted(kinds.items()))})")
    for what, rows in sorted(classes.items()):
        print(f"{len(rows):6} {100 * len(rows) / (both + differ):.2f} %  {what}")
        for commit, (path, name) in rows[:40]:
            print(f"         {commit[:12]} {path}: {name}")
    for e in errors:
        print("# " + e)
    differ -= len(classes[LOST])
    good = not errors and differ <= MAX_SHARE * (both + differ)
    print(f"{'ok' if good else 'not ok'} - functions touched: {differ} of {both + differ} differ where ctags understood the file, "
          f"at most {100 * MAX_SHARE:.0f} % may")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
