#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do the prerequisites that are told make a commit apply, and are they all needed?

Usage: prerequisites.py OSTLER REPO BRANCH A..B [--nr=N] [--seed=S] [--show]
Commits of A..B that change C code, drawn at random, are taken when `git apply` refuses them on
BRANCH, both ways. `ostler branches` is asked what must come along, and git itself then applies what
it tells, in that order, to an index of BRANCH, and the commit after it, merging where it must (as a
cherry-pick does); then again with each one left out.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import tempfile


class Index:
    """An index file of its own beside a repository that is only read."""

    def __init__(self, repo, branch, folder):
        self.repo, self.branch, self.folder = repo, branch, folder
        self.patches = {}
        out = subprocess.run(["git", "-C", repo, "rev-parse", "--absolute-git-dir"], capture_output=True, text=True, check=True)
        self.objects = os.path.join(out.stdout.strip(), "objects")

    def git(self, *args, **kw):
        env = dict(os.environ, GIT_INDEX_FILE=os.path.join(self.folder, "index"),
                   GIT_OBJECT_DIRECTORY=os.path.join(self.folder, "objects"),
                   GIT_ALTERNATE_OBJECT_DIRECTORIES=self.objects)
        return subprocess.run(["git", "-C", self.repo, *args], env=env, capture_output=True, check=False, **kw)

    def patch(self, commit):
        if commit not in self.patches:
            out = self.git("diff-tree", "-p", "--binary", "--full-index", "-r", "-M", "--root", "--no-commit-id", commit)
            self.patches[commit] = out.stdout
        return self.patches[commit]

    def apply(self, commit, *how):
        return self.git("apply", "--cached", *how, input=self.patch(commit)).returncode == 0

    def begin(self):
        self.git("read-tree", self.branch)

    def all_apply(self, commits):
        self.begin()
        return all(self.apply(c) or self.apply(c, "--3way") for c in commits)


def read_arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("ostler")
    p.add_argument("repo")
    p.add_argument("branch")
    p.add_argument("range")
    p.add_argument("--nr", type=int, default=100)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--main", help="the revision that mainline is at (default: the end of the range)")
    p.add_argument("--show", action="store_true")
    return p.parse_args()


def draw(index, args):
    """Commits that git refuses, until there are enough."""
    out = index.git("rev-list", "--no-merges", args.range, "--", "*.c", "*.h", text=True).stdout.split()
    random.Random(args.seed).shuffle(out)
    found, seen = [], 0
    index.begin()
    for commit in out:
        seen += 1
        if not index.apply(commit, "--check") and not index.apply(commit, "--check", "--reverse"):
            found.append(commit)
            if len(found) == args.nr:
                break
    return found, seen


def ask(args, commit):
    main = args.main or args.range.split("..")[1]
    out = subprocess.run([args.ostler, "branches", "--format=json", "--no-proofs", f"--repo={args.repo}", f"--upstream={main}",
                          f"--stable={args.branch}", commit], capture_output=True, text=True, check=False)
    return json.loads(out.stdout)["branches"][0] if out.stdout else {"why_not": out.stderr.strip()}


def judge(index, commit, told):
    if not index.all_apply(told + [commit]):
        return "told, and git refuses them"
    for i in range(len(told)):
        if index.all_apply(told[:i] + told[i + 1:] + [commit]):
            return "told, and one is not needed to apply"
    return "told, needed and enough"


def main():
    args = read_arguments()
    counts, sizes, reasons = collections.Counter(), [], collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "objects"))
        index = Index(args.repo, args.branch, folder)
        commits, seen = draw(index, args)
        for commit in commits:
            answer = ask(args, commit)
            told = [p["commit"] for p in answer.get("prerequisites", [])]
            result = judge(index, commit, told) if told else "none told"
            if told:
                sizes.append(len(told))
            else:
                reasons[answer.get("prerequisites_why") or f"applies: {answer.get('applies')}, affected: {answer.get('affected')}"] += 1
            counts[result] += 1
            if args.show:
                print(commit[:12], answer.get("applies"), answer.get("affected"), result, " ".join(t[:12] for t in told) or
                      answer.get("prerequisites_why", ""), flush=True)
    print(f"{len(commits)} commits that git refuses on {args.branch}, of {seen} drawn from {args.range} (seed {args.seed})")
    for result, nr in counts.most_common():
        print(f"{nr:5} {result}")
    if sizes:
        print(f"told: {sorted(sizes)[len(sizes) // 2]} commits in the median, {max(sizes)} at most")
    for why, nr in reasons.most_common(12):
        print(f"{nr:5} none told: {why}")


main()
