#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long `ostler review` takes, beside plain git commands for the same facts
(which do not look for deadlocks: --no-proofs).

OSTLER_BENCH_HISTORY names a repository with a long history (a clone of git's
own, say); without it the repository of `make demo` is taken, whose fix is
reviewed again and again. Commits that change more than 100 files (a release
as one commit) are left out. Reviews are warm: the first run, which makes the
commit-graph in a scratch cache, is shown on its own. The git commands use the
repository as it is, and then with that same commit-graph, so that both sides
have what speeds up walks.

Medians of whole processes; processor time (user + system, children included)
beside wall time, for a machine that does other work too.
"""
import glob
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
OSTLER = str(ROOT / "build" / "ostler")
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
REPO = os.environ.get("OSTLER_BENCH_HISTORY", str(CACHE / "ostler" / "demo" / "linux.git"))
TARGET_ONE, TARGET_THIRTY, TARGET_MIB = 1.0, 10.0, 300


def git(*args):
    return subprocess.run(["git", "-C", REPO, *args], capture_output=True, check=True).stdout.decode(errors="replace")


def timed(run):
    """Wall and processor seconds of run(), and what it returned."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    told = run()
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return (wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, told)


def review(env, *args):
    """Reviews; the MiB of the largest process, ostler or a git that it ran."""
    child = subprocess.Popen([OSTLER, "review", *args, f"--repo={REPO}", "--no-proofs", "--format=json", "--quiet"], env=env,
                             stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{child.args}: exit status {child.returncode}")
    return usage.ru_maxrss / 1024


def git_facts(env, commit):
    """What a person would type to learn what phases 1 to 3 say."""
    def show(*args):
        return subprocess.run(["git", "-C", REPO, *args], env=env, capture_output=True, check=False).stdout.decode(errors="replace")

    show("show", "-s", "--format=%an%n%ae%n%cI%n%B%n%(trailers)", commit)
    show("show", "--format=", "--numstat", "-M", commit)
    diff = show("show", "--format=", "-M", commit)
    parent = commit + "^"
    author = show("show", "-s", "--format=%ae", commit).strip()
    when = int(show("show", "-s", "--format=%ct", commit))
    files, path = {}, None
    for line in diff.splitlines():
        if line.startswith("--- "):
            path = line[6:] if line.startswith("--- a/") else None
        hunk = re.match(r"@@ -(\d+)(?:,(\d+))? ", line)
        if hunk and path:
            first, count = int(hunk[1]), int(hunk[2] or 1)
            if count:
                files.setdefault(path, []).append(f"-L{first},{first + count - 1}")
    blamed = set()
    code = [p for p in files if p.endswith((".c", ".h"))] or list(files)
    for path in code[:4]:
        out = show("blame", "--porcelain", *files[path], parent, "--", path)
        blamed |= set(re.findall(r"^([0-9a-f]{40}) \d+ \d+ \d+$", out, re.M))
    if blamed:
        show("name-rev", "--tags", commit, *sorted(blamed)[:8])
        show("show", "-s", "--format=%H %s", *sorted(blamed)[:8])
    year = f"--since={when - 360 * 86400}"
    if files:
        show("log", "--oneline", "--no-merges", year, parent, "--", *files)
        show("log", "-p", "--no-merges", f"{commit}..HEAD", "--", *files)
    show("rev-list", "--count", "--no-merges", year, f"--author={author}", parent)
    show("rev-list", "--count", year, parent)
    show("merge-base", "--is-ancestor", commit, "HEAD")
    show("log", "-5", "--format=%h %an %cn %s", commit)


def row(what, numbers, peer=None, target=None):
    """A line of medians; the processor time and the most memory."""
    wall, cpu = statistics.median(n[0] for n in numbers), statistics.median(n[1] for n in numbers)
    ratio = f"{cpu / peer:7.2f}" if peer else "      -"
    memory = f"{max(n[2] for n in numbers):.0f}" if isinstance(numbers[0][2], float) else ""
    verdict = "" if target is None else f"  target {target:g} s: {'met' if wall <= target else 'MISSED'} (wall)"
    print(f"  {what:44} {wall:8.2f} {cpu:8.2f} {ratio} {memory:>6}{verdict}")
    return cpu


def choose(step):
    """Five commits, and thirty in a row: fixes, not releases or imports."""
    def fixes(*args):
        listed = git("rev-list", "--no-merges", "--min-parents=1", *args).split()
        return [c for c in listed if len(git("diff-tree", "-r", "--name-only", "--no-commit-id", c).splitlines()) <= 100]

    five = [c for i in range(5) for c in fixes("-1", f"--skip={i * step}", "HEAD")]
    thirty = fixes("--max-count=30", f"--skip={step}", "HEAD")
    if len(five) < 5 or len(thirty) < 30:
        some = fixes("--max-count=30", "--all")
        five, thirty = (some * 5)[:5], (some * 30)[:30]
    return five, thirty


def with_graph(env, cache):
    graph = glob.glob(f"{cache}/ostler/git/*/info/commit-graph")
    return {**env, "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(pathlib.Path(graph[0]).parent.parent)} if graph else env


def main():
    if subprocess.run(["git", "-C", REPO, "rev-parse", "-q", "--verify", "HEAD^{commit}"], capture_output=True, check=False).returncode:
        print(f"# review: skipped: {REPO} is no repository; run make demo, or set OSTLER_BENCH_HISTORY")
        return 0
    count = int(git("rev-list", "--count", "HEAD"))
    commits, thirty = choose(max(count // 60, 1))
    with tempfile.TemporaryDirectory(prefix="ostler-bench-") as tmp:
        env = {**os.environ, "XDG_CACHE_HOME": tmp, "LC_ALL": "C"}
        box = pathlib.Path(tmp) / "thirty.mbox"
        box.write_bytes(b"".join(subprocess.run(["git", "-C", REPO, "format-patch", "-1", "--stdout", c], capture_output=True, check=True).stdout
                                 for c in thirty))
        print(f"{REPO}: {count} commits, {len(commits)} of them one by one, {len(thirty)} in one mailbox")
        print(f"  {'':44} {'wall s':>8} {'cpu s':>8} {'ratio':>7} {'MiB':>6}")
        row("first review (makes the commit-graph)", [timed(lambda: review(env, commits[0]))])
        plain = row("git commands, one commit", [timed(lambda c=c: git_facts(env, c)) for c in commits])
        fast = row("git commands with the commit-graph", [timed(lambda c=c: git_facts(with_graph(env, tmp), c)) for c in commits], plain)
        row("ostler review, one commit (of git's)", [timed(lambda c=c: review(env, c)) for c in commits], plain, TARGET_ONE)
        row("the same, of git's with the commit-graph", [timed(lambda c=c: review(env, c)) for c in commits], fast)
        many = row(f"git commands, {len(thirty)} commits", [timed(lambda: [git_facts(with_graph(env, tmp), c) for c in thirty])])
        all_mails = timed(lambda: review(env, str(box)))
        row(f"ostler review, {len(thirty)} mails (of git's)", [all_mails], many, TARGET_THIRTY)
        print(f"  their memory: target {TARGET_MIB} MiB: {'met' if all_mails[2] <= TARGET_MIB else 'MISSED'}; load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
