#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The frame of the program: help, versions, options, exit statuses."""
import os
import re

from lib import TMP, done, ok, one_line_error, run

code, out, err = run()
ok(code == 2 and "usage: ostler" in err and not out, "no command: usage on stderr, exit 2", err)
for args in (["-h"], ["--help"], ["help"]):
    code, out, err = run(*args)
    ok(code == 0 and "review" in out and not err, f"{args}: usage on stdout, exit 0", out)
for args in (["help", "review"], ["review", "--help"], ["review", "-h"]):
    code, out, err = run(*args)
    ok(code == 0 and "--stable=BRANCH" in out and not err, f"{args}: the options, exit 0", out + err)
code, out, err = run("--version")
ok(code == 0 and re.match(r"ostler \d+\.\d+", out) and "libgit2 1." in out and "GMime 3." in out, "--version names the libraries", out)

for args, hint in ((["reviw", "x"], "did you mean review?"), (["zzzzzz"], "ostler --help"), (["help", "rewiev"], "did you mean review?"),
                   (["review", "--stabel=x", "HEAD"], "did you mean --stable?"),
                   (["review", "--formt", "HEAD"], "did you mean --format?"),
                   (["review", "--qqqq"], "--help shows"), (["review", "-z"], "--help shows"),
                   (["review", "--format"], "wants a value"), (["review", "--format="], "empty"),
                   (["review", "--jobs=many", "HEAD"], "wants a number"), (["review", "--jobs=-1", "HEAD"], "wants a number"),
                   (["review", "--format=yaml", "HEAD"], "text, json"), (["review"], "nothing to review"),
                   (["review", "a", "b"], "one PATCH or COMMIT at a time"), (["review", "--stable=,", "a"], "empty")):
    got = run(*args)
    ok(one_line_error(got, 2) and hint in got[2], f"{args}: exit 2 and {hint!r}", got)

empty = TMP / "empty"
os.mkdir(empty)
got = run("review", "HEAD", f"--repo={empty}")
ok(one_line_error(got, 3), "not a repository: exit 3", got)
got = run("review", "HEAD", f"--repo={TMP}/nowhere")
ok(one_line_error(got, 3), "no such directory: exit 3", got)
done()
