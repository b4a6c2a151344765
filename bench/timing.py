# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures commands: wall time, processor time and peak memory of a child."""
import dataclasses
import os
import shlex
import subprocess
import sys
import tempfile
import time


@dataclasses.dataclass
class Measured:
    command: str
    seconds: float
    cpu: float
    rss_kib: int
    status: int
    stdout: bytes


def measure(command, repeat=1, stdin=None, keep_output=False):
    """Runs a command (a list) `repeat` times; the fastest run counts."""
    best = None
    for _ in range(repeat):
        start = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(command, stdin=stdin or subprocess.DEVNULL,
                                     stdout=out, stderr=err)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.monotonic() - start
            status = child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            stdout, stderr = out.read() if keep_output else b"", err.read()
        if status not in (0, 1):
            sys.stderr.write(stderr.decode(errors="replace"))
            raise SystemExit(f"{shlex.join(command)}: exit status {status}")
        run = Measured(shlex.join(command), seconds, usage.ru_utime + usage.ru_stime,
                       usage.ru_maxrss, status, stdout)
        if best is None or run.seconds < best.seconds:
            best = run
    return best


def warm(*folders):
    """Brings all files into the page cache."""
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                full = os.path.join(path, name)
                if os.path.isfile(full) and not os.path.islink(full):
                    with open(full, "rb") as f:
                        while f.read(1 << 20):
                            pass


class Table:
    """Rows of what was measured, each with its ratio to a peer and its target.

    Wall time is what counts; processor time stands beside it because it does
    not depend on what else the machine is doing.
    """

    def __init__(self, title, peer_name, peer):
        self.title, self.peer_name, self.peer, self.rows = title, peer_name, peer, []

    def add(self, what, run, target=None, command=None):
        """run: a Measured; target: the most seconds that are fine, or None."""
        self.rows.append((what, run, command or run.command, target))
        # at once, so that a run that is stopped has told what it knew
        print(f"# {what}: {run.seconds:.2f} s, {run.cpu:.2f} s of processor time", file=sys.stderr)

    def show(self):
        load = os.getloadavg()[0]
        print(f"\n{self.title}\n{os.cpu_count()} processors, load {load:.1f}"
              + (": other work is running, times are too long" if load > os.cpu_count() + 1 else ""))
        of = "of " + self.peer_name
        print(f"  {'':42} {'seconds':>8} {of:>9} {'cpu':>8} {of:>9}  target")
        print(f"  {self.peer_name:42} {self.peer.seconds:8.2f} {'':9} {self.peer.cpu:8.2f}")
        print(f"    {self.peer.command}")
        for what, run, command, target in self.rows:
            told = "" if target is None else \
                f"{target:6.2f} {'met' if run.seconds <= target else 'MISSED'}"
            print(f"  {what:42} {run.seconds:8.2f} {run.seconds / self.peer.seconds:9.4f} "
                  f"{run.cpu:8.2f} {run.cpu / self.peer.cpu:9.4f}  {told}")
            print(f"    {command}")
