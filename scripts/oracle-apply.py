#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares trial merges with git apply and patch.

usage: oracle-apply.py TOOL REPO [NUMBER [SEED [TAG...]]]

Random commits are put on random older tags (default: release tags of the
last 25,000 commits) with `git apply --check`, `git apply --3way` and
`patch -F2`, and with src/git/apply.h. Expected: clean where git apply passes
(and the same bytes), merged where only the three-way merge does, fuzz where
only patch does (and its bytes). What is ours alone is counted by itself: files found under
another name, and fuzz that is refused because it lands in another function or
because none of its lines are left to look for."""
import os, random, shutil, subprocess, sys, tempfile

TOOL, REPO = sys.argv[1], os.path.abspath(sys.argv[2])
NUMBER = int(sys.argv[3]) if len(sys.argv) > 3 else 200
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
ENV = dict(os.environ, LC_ALL="C", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1",
           GIT_DIR=subprocess.run(["git", "-C", REPO, "rev-parse", "--absolute-git-dir"],
                                  stdout=subprocess.PIPE, check=True, text=True).stdout.strip())


def git(*args, env=None, check=True, cwd=None):
    r = subprocess.run(["git", *args], env=dict(ENV, **(env or {})), stdout=subprocess.PIPE,
                       stderr=subprocess.DEVNULL, cwd=cwd, timeout=120)
    if check and r.returncode:
        raise SystemExit(f"git {args} failed")
    return r.returncode, r.stdout


def release_tags():
    out = git("for-each-ref", "--sort=creatordate", "--format=%(refname:short)", "refs/tags")[1]
    tags = [t for t in out.decode().split() if "-rc" not in t]
    return ([t for t in tags if t.startswith("v")] or tags)[-80:]


class Trial:
    """One commit on one tag, by git and patch."""

    def __init__(self, tmp, commit, tag, index):
        self.tmp, self.tag = tmp, tag
        self.patch = os.path.join(tmp, "p")
        with open(self.patch, "wb") as f:
            f.write(git("diff-tree", "-p", "--root", "--no-commit-id", "--full-index", "-M", "-l1000", commit)[1])
        self.index = os.path.join(tmp, "index")
        shutil.copy(index, self.index)
        os.makedirs(os.path.join(tmp, "objects"), exist_ok=True)
        self.env = {"GIT_INDEX_FILE": self.index, "GIT_WORK_TREE": tmp,
                    "GIT_OBJECT_DIRECTORY": os.path.join(tmp, "objects"),
                    "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.path.join(ENV["GIT_DIR"], "objects")}

    def apply(self, *args):
        # in its own folder: a three-way merge writes what conflicts where it stands
        return git("apply", "--cached", *args, self.patch, env=self.env, check=False, cwd=self.tmp)[0] == 0

    def blob(self, path):
        out = git("ls-files", "-s", "--", ":(literal)" + path, env=self.env)[1].decode().split()
        return out[1] if out else None

    def patched(self, path):
        """The blob that patch made of a file."""
        return git("hash-object", "--no-filters", os.path.join(self.tmp, "tree", path), check=False)[1].decode().strip()

    def run_patch(self, paths):
        tree = os.path.join(self.tmp, "tree")
        shutil.rmtree(tree, ignore_errors=True)
        os.makedirs(tree)
        for path in paths:
            status, data = git("cat-file", "blob", f"{self.tag}:{path}", check=False)
            if status == 0:
                os.makedirs(os.path.dirname(os.path.join(tree, path)), exist_ok=True)
                with open(os.path.join(tree, path), "wb") as f:
                    f.write(data)
        r = subprocess.run(["patch", "-p1", "-s", "-f", "-N", "-F2", "--no-backup-if-mismatch",
                            "-i", self.patch], cwd=tree, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, env=ENV)
        return r.returncode == 0


def expected(trial, old_paths):
    """What git and patch say with, and without, three-way merges."""
    if trial.apply("--check"):
        trial.apply()
        return "clean", "clean"
    text = "fuzz" if trial.run_patch(old_paths) else "conflict"
    return "merged" if trial.apply("--3way") else text, text


def ask(mode, pairs):
    data = "".join(f"{c} {t}\n" for c, t in pairs)
    out = subprocess.run([TOOL, mode, REPO], input=data, stdout=subprocess.PIPE, check=True,
                         text=True, errors="surrogateescape").stdout
    return [answer.split("\n") for answer in out.split("commit ")[1:]]


def main():
    random.seed(SEED)
    tags = sys.argv[5:] or release_tags()
    if not tags:
        print("apply: no tags to try changes on # SKIP")
        return 0
    commits = git("rev-list", "--no-merges", "--max-count=25000", "--all")[1].decode().split()
    pairs = [(random.choice(commits), random.choice(tags)) for _ in range(NUMBER)]
    table, count = {}, {"skipped": 0, "wrong": 0, "moved": 0, "elsewhere": 0, "blind": 0, "there": 0}

    def compare(mode, want, answer, commit, tag, trial, full):
        have, files = answer[1], [line.split("\t") for line in answer[2:] if line]
        table[mode, want, have] = table.get((mode, want, have), 0) + 1
        same = have == want or (want == "conflict" and have == "absent")
        if same and have in ("clean", "merged", "fuzz"):
            made = trial.patched if have == "fuzz" else trial.blob
            bad = [f[3] for f in files if f[2] != "-" and made(f[3]) != f[2]] if full or have == "fuzz" else []
            if bad:
                same = False
                print(f"bytes differ: {commit} {tag} {have} {bad}")
        if same:
            return
        if any(f[1] == "moved" for f in files):
            count["moved"] += 1
        elif have == "merged" and any("with the same content" in f[4] for f in files):
            # an executable file that is there already: git apply --3way says now yes, now
            # "does not match index", by the state of a work tree that --cached should not look at
            count["there"] += 1
        elif want == "fuzz" and any("another function" in f[4] for f in files):
            count["elsewhere"] += 1
        elif want == "fuzz" and any("leaves nothing to look for" in f[4] for f in files):
            count["blind"] += 1
        else:
            count["wrong"] += 1
            print(f"{mode}: git and patch: {want}, ours: {have}: {commit} {tag} {files}")

    with tempfile.TemporaryDirectory() as tmp:
        for (commit, tag), full, text in zip(pairs, ask("apply", pairs), ask("apply-text", pairs)):
            index = os.path.join(tmp, "index-" + tag.replace("/", "_"))
            if not os.path.exists(index):
                git("read-tree", tag, env={"GIT_INDEX_FILE": index})
            names = git("diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "--no-renames", "-z", commit)[1]
            paths = [p for p in names.decode("utf-8", "surrogateescape").split("\0") if p]
            binary = any(line.startswith(b"-\t-\t") for line in
                         git("diff-tree", "-r", "--root", "--no-commit-id", "--numstat", commit)[1].split(b"\n"))
            if binary or not paths or full[1].startswith("error"):
                count["skipped"] += 1
                continue
            # git apply --cached --3way checks files out: a fresh folder for each
            shutil.rmtree(os.path.join(tmp, "t"), ignore_errors=True)
            os.makedirs(os.path.join(tmp, "t"))
            trial = Trial(os.path.join(tmp, "t"), commit, tag, index)
            want_full, want_text = expected(trial, paths)
            compare("all", want_full, full, commit, tag, trial, True)
            compare("text", want_text, text, commit, tag, trial, False)
    for key, nr in sorted(table.items()):
        print("  %-5s git %-9s ours %-9s %d" % (*key, nr))
    print(f"apply: {sum(table.values())} trials ({count['skipped']} commits left out: binary or "
          f"empty), {count['wrong']} differ; ours alone: {count['moved']} with a moved file, "
          f"{count['there']} with a new file that is there already, "
          f"{count['elsewhere']} fuzz refused in another function, {count['blind']} with nothing to look for")
    return 1 if count["wrong"] else 0


sys.exit(main())
