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
ok(code == 0 and re.match(r"ostler \d+\.\d+", out) and all(name in out for name in ("libgit2 1.", "GMime 3.", "Jansson 2.", "OpenSSL ", "zstd 1.", "PCRE2 10.", "git 2.")), "--version names the libraries", out)

for args, hint in ((["reviw", "x"], "did you mean review?"), (["zzzzzz"], "ostler --help"), (["help", "rewiev"], "did you mean review?"),
                   (["review", "--stabel=x", "HEAD"], "did you mean --stable?"),
                   (["review", "--formt", "HEAD"], "did you mean --format?"),
                   (["review", "--qqqq"], "--help shows"), (["review", "-z"], "--help shows"),
                   (["review", "--format"], "wants a value"), (["review", "--format="], "empty"),
                   (["review", "--jobs=many", "HEAD"], "wants a number"), (["review", "--jobs=-1", "HEAD"], "wants a number"),
                   (["review", "--format=yaml", "HEAD"], "text, json"), (["deadlocks", "--format=xml", "."], "text or json"), (["review"], "nothing to review"),
                   (["review", "a", "b"], "one PATCH or COMMIT at a time"), (["review", "--stable=,", "a"], "empty")):
    got = run(*args)
    ok(one_line_error(got, 2) and hint in got[2], f"{args}: exit 2 and {hint!r}", got)

empty = TMP / "empty"
os.mkdir(empty)
got = run("review", "HEAD", f"--repo={empty}")
ok(one_line_error(got, 3), "not a repository: exit 3", got)
got = run("review", "HEAD", f"--repo={TMP}/nowhere")
ok(one_line_error(got, 3), "no such directory: exit 3", got)
for args in (["facts", empty], ["query", empty, "callers", "f"], ["deadlocks", empty]):
    got = run(*args)
    ok(one_line_error(got, 3) and "no .c or .h file" in got[2], f"{args[0]}: a folder without sources is no kernel", got)
(empty / "a.c").write_text("int f(void)\n{\n\treturn 0;\n}\n")
for args in (["drivers/nowhere"], ["--function=g"]):
    got = run("deadlocks", empty, *args)
    ok(one_line_error(got, 3) and "not in this tree" in got[2], f"deadlocks {args}: what is not there is not free of deadlocks", got)
for args in (["a.c"], ["./a.c"], ["."], ["--function=f"]):
    got = run("deadlocks", empty, *args)
    ok(got[0] == 0 and not got[2], f"deadlocks {args}: it is there, and nothing is found", got)
for name, words in (("f", "it is in this tree, but has no callers"), ("g", "nothing of that name")):
    got = run("query", empty, "callers", name)
    ok(got[0] == 1 and not got[1] and words in got[2], f"query callers {name}: says why there is nothing", got)
    got = run("query", "--quiet", empty, "callers", name)
    ok(got == (1, "", ""), "--quiet: only the status", got)
done()
