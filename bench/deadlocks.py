#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long `ostler deadlocks` takes, beside ctags of the same tree in the same run.

OSTLER_BENCH_REPO and OSTLER_BENCH_NEW name a repository and a revision, as for
facts.py; OSTLER_BENCH_FOLDER a folder in it, OSTLER_BENCH_CHANGE a revision that
differs in a few functions. The default is the repository of `make demo`, one
driver of it and the demo's fix of that driver. Each row needs what the row
above has left in the store, and says what that is.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import timing
from facts import CACHE, OSTLER, export


# a question that names kinds keeps to what it is about; others search all of the tree once
NAMED = ("--kind=work-wait,timer-wait,irq-wait,kthread-wait,napi-wait,completion-wait,self-wait,workqueue-flush,refs-wait,"
         "rcu-wait,AA,ABBA,missing-unlock,irq-context")


def ask(*args):
    return timing.measure([OSTLER, "deadlocks", "--format=json", "--quiet", *args], keep_output=True)


def count(run):
    return {side: len(items) for side, items in json.loads(run.stdout).items() if side in ("findings", "introduced", "removed")}


def main():
    repo = os.environ.get("OSTLER_BENCH_REPO", str(CACHE / "ostler" / "demo" / "linux.git"))
    tree = os.environ.get("OSTLER_BENCH_NEW", "linux-6.12.y")
    folder = os.environ.get("OSTLER_BENCH_FOLDER", "drivers/net/wireless/rsi")
    change = os.environ.get("OSTLER_BENCH_CHANGE", "ostler-demo/rsi-rfkill")
    for rev in (tree, change):
        if subprocess.run(["git", "-C", repo, "rev-parse", "-q", "--verify", rev + "^{commit}"],
                          capture_output=True, check=False).returncode:
            print(f"# deadlocks: skipped: {repo} has no {rev}; run make demo, or set OSTLER_BENCH_REPO")
            return 0
    with tempfile.TemporaryDirectory(prefix="ostler-bench-", dir=os.environ.get("TMPDIR")) as tmp:
        tmp = pathlib.Path(tmp)
        export(repo, tree, tmp / "tree")
        timing.warm(tmp / "tree")
        ctags = timing.measure(["ctags", "-R", "--languages=C", "--langmap=C:+.h", "--c-kinds=f",
                                "-f", str(tmp / "tags"), str(tmp / "tree")])
        table = timing.Table(f"deadlocks of {tree} of {repo}", "ctags", ctags)
        asked = [f"--store={tmp / 's'}", f"--repo={repo}"]
        subprocess.run([OSTLER, "facts", "--stats", "--format=json", *asked, tree], stdout=subprocess.DEVNULL, check=True)
        part = ask(*asked, tree, folder, NAMED)
        table.add(f"{folder} alone, program kept", part)
        table.add(f"{folder} alone, summaries kept", ask(*asked, tree, folder, NAMED), 3)
        diff = ask(*asked, f"{tree}..{change}")
        table.add("a change, summaries kept", diff, 3)
        whole = ask(*asked, tree)
        table.add("the whole tree, summaries kept", whole, 20)
        again = ask(*asked, tree, folder)
        table.add(f"{folder}, findings kept", again, 3)
        table.add("a change, findings kept", ask(*asked, f"{tree}..{change}"), 3)
        table.show()
        print(f"\n  the whole tree: {count(whole)}, peak memory {whole.rss_kib / 1024:.0f} MiB (target 2048)")
        print(f"  {folder}: {count(part)}, {'the same' if count(part) == count(again) else 'OTHERS'} with findings kept")
        print(f"  the change: {count(diff)}, peak memory {diff.rss_kib / 1024:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
