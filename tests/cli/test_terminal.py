#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person sees on a terminal: progress while the search runs, then the pager with the findings."""
import os
import pathlib
import pty
import stat

from lib import OSTLER, TMP, done, ok

golden = pathlib.Path(__file__).resolve().parents[1] / "locks" / "golden"
pager = TMP / "pager"
pager.write_text("#!/bin/sh\necho PAGER BEGINS\nexec cat\n")
pager.chmod(pager.stat().st_mode | stat.S_IXUSR)


def on_terminal(*args):
    pid, fd = pty.fork()
    if not pid:
        os.environ.update(PAGER=str(pager), TERM="xterm")
        os.environ.pop("GIT_PAGER", None)
        os.execv(OSTLER, ["ostler", *map(str, args)])
    seen = b""
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()


status, seen = on_terminal("deadlocks", golden, "--no-store")
before, begins, after = seen.partition("PAGER BEGINS")
ok(status == 1 and begins, "deadlocks: the pager comes", seen[:200])
ok(" of " in before and "finding" not in before, "deadlocks: progress before it", before[:200])
ok("thread 1" in after and "findings in" in after and "\033[K" not in after.strip("\r\n"), "and only the findings in it", after[:200])
status, seen = on_terminal("deadlocks", golden, "--no-store", "--quiet", "--summary")
ok(status == 1 and "PAGER" not in seen and "\033[K" not in seen, "--quiet: neither", seen[:200])
status, seen = on_terminal("deadlocks", golden, "--no-store", "--format=json")
ok(status == 1 and "PAGER" not in seen and '"findings"' in seen, "json: no pager", seen[:200])
status, seen = on_terminal("deadlocks", golden / "nowhere")
ok(status == 3 and "PAGER" not in seen, "an error: no pager", seen[:200])
status, seen = on_terminal("query", golden, "callers", "good_quick", "--no-store")
ok(status == 0 and "PAGER" not in seen and "\033[K" in seen, "query: progress", seen[:200])
done()
