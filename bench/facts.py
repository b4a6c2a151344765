#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long `ostler facts` and `ostler query` take, beside ctags and cscope in the same run.

A repository and two revisions in it, the second one point release after the
first, are given by OSTLER_BENCH_REPO, OSTLER_BENCH_OLD and OSTLER_BENCH_NEW;
the default is the repository of `make demo` (where the two are several point
releases apart, so the targets for the next release are not for it). A third one
that is further from the first can be given by OSTLER_BENCH_FAR. All files are in
the page cache when the clock starts.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import timing

ROOT = pathlib.Path(__file__).resolve().parent.parent
OSTLER = os.environ.get("OSTLER", str(ROOT / "build" / "ostler"))
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))


def export(repo, rev, folder):
    """The files of a revision, as tar would unpack a release."""
    folder.mkdir()
    archive = subprocess.Popen(["git", "-C", repo, "archive", rev], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(folder)], stdin=archive.stdout, check=True)
    if archive.wait():
        raise SystemExit(f"git archive {rev}: failed")


def size_of(folder):
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def facts(*args):
    return timing.measure([OSTLER, "facts", "--format=json", *args], keep_output=True)


def ask(store, tree, tmp):
    """Linking the whole program and a question on what is kept, beside cscope when it is there."""
    peer_name = "cscope"
    if shutil.which(peer_name):
        peer = timing.measure(["cscope", "-b", "-k", "-R", "-s", str(tree), "-f", str(tmp / "cscope.out")])
    else:
        peer_name, peer = "linking", None
    linked = timing.measure([OSTLER, "facts", "--stats", f"--store={store}", str(tree)])
    asked = timing.measure([OSTLER, "query", f"--store={store}", str(tree), "callers", "kmalloc"], repeat=3)
    table = timing.Table(f"asking who calls kmalloc() in {tree.name}", peer_name, peer or linked)
    table.add("linking, facts known", linked, 5)
    table.add("a question, program kept", asked, 0.5)
    if peer:
        table.add("cscope, database there", timing.measure(
            ["cscope", "-d", "-L", "-3", "kmalloc", "-f", str(tmp / "cscope.out")], repeat=3))
    table.show()
    return max(linked.rss_kib, asked.rss_kib)


def digest_of(*args):
    return json.loads(facts("--digest", *args).stdout)["digest"]


def changed_files(repo, old, new):
    return subprocess.run(["git", "-C", repo, "diff", "--name-only", "--no-renames", old, new, "--", "*.c", "*.h"],
                          capture_output=True, check=True).stdout.count(b"\n")


def grow(store, repo, old, new):
    """Reads and links a revision where an older one is linked: both runs, and a line that says what the store gains."""
    whole = size_of(store)
    read = facts(f"--store={store}", f"--repo={repo}", new)
    known = size_of(store)
    linked = timing.measure([OSTLER, "facts", "--stats", f"--store={store}", f"--repo={repo}", new])
    index = size_of(store) - known
    return read, linked, (
        f"{100 * (known - whole + index) / whole:.1f} % more for {new}, {changed_files(repo, old, new)} files of which "
        f"differ: {(known - whole) / 1e6:.1f} MB of facts, {index / 1e6:.1f} MB of index")


def main():
    repo = os.environ.get("OSTLER_BENCH_REPO", str(CACHE / "ostler" / "demo" / "linux.git"))
    new = os.environ.get("OSTLER_BENCH_NEW", "linux-6.12.y")
    old = os.environ.get("OSTLER_BENCH_OLD", new + "^")
    far = os.environ.get("OSTLER_BENCH_FAR")
    if subprocess.run(["git", "-C", repo, "rev-parse", "-q", "--verify", old + "^{commit}"],
                      capture_output=True, check=False).returncode:
        print(f"# facts: skipped: {repo} has no {old}; run make demo, or set OSTLER_BENCH_REPO")
        return 0
    peak = 0
    with tempfile.TemporaryDirectory(prefix="ostler-bench-", dir=os.environ.get("TMPDIR")) as tmp:
        tmp = pathlib.Path(tmp)
        first, second = tmp / "old", tmp / "new"
        export(repo, old, first)
        export(repo, new, second)
        timing.warm(first, second)
        subprocess.run(["git", "-C", repo, "archive", old], stdout=subprocess.DEVNULL, check=True)

        ctags = timing.measure(["ctags", "-R", "--languages=C", "--langmap=C:+.h", "--c-kinds=f",
                                "-f", str(tmp / "tags"), str(first)])
        table = timing.Table(f"reading {old} and {new} of {repo}", "ctags", ctags)

        def row(what, target, *args, before=None):
            nonlocal peak
            if before:
                before()
            run = facts(*args)
            peak = max(peak, run.rss_kib)
            table.add(what, run, target, run.command.replace(str(tmp), "$TMP").replace(str(ROOT) + "/", ""))
            return run

        store, git_store = str(tmp / "s"), str(tmp / "g")
        cold = row("directory, nothing known", ctags.seconds / 4, f"--store={store}", str(first))
        row("directory, nothing changed", 0.6, f"--store={store}", str(first))
        peak = max(peak, ask(store, first, tmp))
        one = size_of(tmp / "s")
        row("next release, new directory", 4, f"--store={store}", str(second))
        two = size_of(tmp / "s")
        row("git, nothing known", 1.6 * cold.seconds, f"--store={git_store}", f"--repo={repo}", old)
        row("git, known", 0.1, f"--store={git_store}", f"--repo={repo}", old)
        # one tree with its program, and another: what is added is facts and an index that leans on the first
        linked = timing.measure([OSTLER, "facts", "--stats", f"--store={git_store}", f"--repo={repo}", old])
        whole = size_of(tmp / "g")
        table.add("git, linking, facts known", linked, 5)
        gains = []
        if far:
            shutil.copytree(tmp / "g", tmp / "f")
            read, again, gain = grow(tmp / "f", repo, old, far)
            table.add("further release, git", read)
            table.add("further release, linking", again)
            gains.append(gain)
            shutil.rmtree(tmp / "f")
        read, again, gain = grow(tmp / "g", repo, old, new)
        gains.insert(0, f"{gain} (target 5 %, for the next release)")
        peak = max(peak, read.rss_kib, again.rss_kib)
        table.add("next release, git", read, 1)
        table.add("next release, linking", again, linked.seconds / 2)
        row("without a store", None, "--no-store", str(first))
        table.show()
        report = json.loads(cold.stdout)
        print(f"\n  {report['files']} files, {report['bytes'] / 1e6:.0f} MB, "
              f"{report['functions']} functions, {report['troubled_functions']} with trouble")
        print(f"  peak memory {peak / 1024:.0f} MiB (target 1536)")
        print(f"  store {one / 1e6:.0f} MB for one tree (target 300), "
              f"{100 * (two - one) / one:.1f} % more for the next (target 5, facts alone "
              "without the list of the directory's files: see docs/format/store.md)")
        same = {digest_of("--no-store", "--jobs=1", str(first)), digest_of(f"--store={store}", str(first)),
                digest_of(f"--store={git_store}", f"--repo={repo}", old)}
        print(f"  with the linked program {whole / 1e6:.0f} MB for one tree in git")
        for gain in gains:
            print(f"    {gain}")
        print(f"  facts of -j1 without store, -jN with store, git: "
              f"{'equal' if len(same) == 1 else 'DIFFERENT'}")
        shutil.rmtree(tmp / "s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
