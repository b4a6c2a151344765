#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the reader of MAINTAINERS with the kernel's own get_maintainer.pl.

usage: oracle-maintainers.py [--files=N] [--patches=N] [--seed=N]
                             [--repo=REPO] [--mails=MBOX] TOOL TREE...

Each TREE is the folder of an unpacked kernel, or a revision of REPO, which is
unpacked for the time of the test (1.5 GB). For each: N random files (default 200), N random patches
(default 50; diffs of one to four files between two neighbouring commits of a
random branch of REPO, default the repository that `make demo` prepares), and
the patch mails of MBOX. Each is asked of TOOL (tests/oracle/maintainers_tool)
and of scripts/get_maintainer.pl --nogit --nogit-fallback --no-fixes; people,
lists, roles and their order must be equal.

The script sorts the sections of a file by depth and leaves the order of equal
ones to Perl's hash order, which changes from run to run; the copy that is
asked breaks ties by place in the file. One file in ten is also asked of the
script as it is: there the set of addresses must be equal.
"""
import argparse
import mailbox
import os
import pathlib
import random
import subprocess
import sys
import tempfile

TIE = "sort {$hash{$b} <=> $hash{$a}} keys %hash"
BROKEN_TIE = "sort {$hash{$b} <=> $hash{$a} || $a <=> $b} keys %hash"
OPTIONS = ["--nogit", "--nogit-fallback", "--no-fixes"]


def run(argv, **kwargs):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **kwargs)


def script_answer(script, tree, question):
    args = question.split(" ", 1) if question.startswith("-f ") else [question]
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    done = run(["perl", str(script), *OPTIONS, *args], cwd=tree, env=env)
    if done.returncode:
        raise SystemExit(f"{script}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode("utf-8", "replace").splitlines()


def tool_answers(tool, tree, questions):
    done = run([tool, tree], input="".join(q + "\n" for q in questions).encode())
    if done.returncode:
        raise SystemExit(f"{tool}: {done.stderr.decode(errors='replace')}")
    answers = {}
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith("== "):
            current = answers.setdefault(line[3:], [])
        else:
            current.append(line)
    return answers


def all_files(tree):
    found = []
    for top, folders, names in os.walk(tree):
        folders.sort()
        found += [os.path.relpath(os.path.join(top, n), tree) for n in names
                  if os.path.isfile(os.path.join(top, n)) and not os.path.islink(os.path.join(top, n))]
    return sorted(f for f in found if " " not in f)


def git(repo, *args):
    return run(["git", "-C", repo, *args]).stdout.decode("utf-8", "replace")


def random_diffs(repo, rng, number, folder):
    """Writes `number` patch files and returns their paths."""
    branches = git(repo, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes").split()
    pairs = []
    for branch in branches:
        commits = git(repo, "rev-list", "--first-parent", branch).split()
        pairs += list(zip(commits[1:], commits))
    paths, lists = [], {}
    while pairs and len(paths) < number:
        old, new = rng.choice(pairs)
        if (old, new) not in lists:
            lists[old, new] = git(repo, "diff", "--name-only", "--no-renames", old, new).splitlines()
        if not lists[old, new]:
            continue
        files = rng.sample(lists[old, new], min(len(lists[old, new]), rng.randint(1, 4)))
        diff = git(repo, "diff", "--no-ext-diff", "-M", old, new, "--", *files)
        if not diff:
            continue
        words = " ".join(rng.sample(diff.split(), min(12, len(diff.split()))))
        path = folder / f"diff-{len(paths)}.patch"
        path.write_text(f"From: A Person <a@example.org>\nSubject: [PATCH] {files[0]}: {words}\n\n"
                        f"{words}\n---\n{diff}-- \n2.39.5\n", encoding="utf-8")
        paths.append(str(path))
    return paths


def unpacked(tree, repo, folder):
    if os.path.isdir(tree):
        return tree
    top = folder / tree.replace("/", "-")
    top.mkdir()
    with subprocess.Popen(["git", "-C", repo, "archive", tree], stdout=subprocess.PIPE) as archive:
        done = run(["tar", "-x", "-C", str(top)], stdin=archive.stdout)
    if archive.returncode or done.returncode:
        raise SystemExit(f"{tree}: neither a folder nor a revision of {repo}")
    return str(top)


def mails(mbox, folder):
    paths = []
    for number, mail in enumerate(mailbox.mbox(mbox)):
        data = mail.as_bytes()
        if b"\ndiff --git " in data:
            path = folder / f"mail-{number}.eml"
            path.write_bytes(data)
            paths.append(str(path))
    return paths


def compare(tool, tree, kind, questions, script, plain):
    answers = tool_answers(tool, tree, questions)
    equal = 0
    for number, question in enumerate(questions):
        want, have = script_answer(script, tree, question), answers.get(question)
        good = want == have
        if good and number % 10 == 0:
            other = script_answer(plain, tree, question)
            good = {l.split(" (")[0] for l in other} == {l.split(" (")[0] for l in have}
        equal += good
        if sys.stderr.isatty():
            print(f"\r{kind}: {number + 1} of {len(questions)} ", end="", file=sys.stderr, flush=True)
        if not good:
            print(f"# {tree}: {question}")
            for line in sorted(set(want or []) ^ set(have or [])):
                print(f"#   {'script' if line in want else 'ostler'}: {line}")
    print(f"{'ok' if equal == len(questions) else 'not ok'} - {pathlib.Path(tree).name}: "
          f"{equal} of {len(questions)} {kind} equal")
    return equal == len(questions)


def main():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--patches", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repo", default=str(cache / "ostler/demo/linux.git"))
    parser.add_argument("--mails")
    parser.add_argument("tool")
    parser.add_argument("trees", nargs="+")
    args = parser.parse_args()
    tool = os.path.abspath(args.tool)
    good = True
    for tree in args.trees:
        rng = random.Random(args.seed)
        with tempfile.TemporaryDirectory() as tmp:
            folder = pathlib.Path(tmp)
            tree = unpacked(tree, args.repo, folder)
            plain = pathlib.Path(tree).absolute() / "scripts/get_maintainer.pl"
            text = plain.read_text(encoding="utf-8")
            if TIE not in text:
                raise SystemExit(f"{plain}: the place where ties are left open was not found")
            script = folder / "get_maintainer.pl"
            script.write_text(text.replace(TIE, BROKEN_TIE), encoding="utf-8")
            known = all_files(tree)
            files = ["-f " + f for f in rng.sample(known, min(args.files, len(known)))]
            good &= compare(tool, tree, "files", files, script, plain)
            diffs = random_diffs(args.repo, rng, args.patches, folder)
            good &= compare(tool, tree, "patches", diffs, script, plain)
            if args.mails:
                good &= compare(tool, tree, "patch mails", mails(args.mails, folder), script, plain)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
