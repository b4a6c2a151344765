#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Phase 7 of `ostler review`: MAINTAINERS and activity, on a made-up history."""
import subprocess

from lib import ENV, TMP, documents, done, git, ok, run

MAINTAINERS = """\
How to read this file

X DRIVER
M:\tAnn Other <ann@example.org>
M:\t"Lee, A" <lee@example.org>
R:\tRita <rita@example.org>
L:\tx@example.org (moderated for non-subscribers)
S:\tSupported
F:\tdrivers/x/
F:\tinclude/x*.h

LEFT ALONE
L:\tlib@example.org
S:\tOrphan
F:\tlib/

MAGIC WORDS
M:\tMagic <magic@example.org>
S:\tMaintained
K:\\b(?i:abracadabra)\\b

THE REST
M:\tLinus Torvalds <torvalds@linux-foundation.org>
L:\tall@example.org
S:\tBuried alive in reporters
F:\t*
F:\t*/
"""
DAY = 24 * 3600
NOW = 1_750_000_000


def fast_import(name, commits):
    """commits: (mark, age in days, message, {path: text}), on branch master."""
    repo = TMP / name
    subprocess.run(["git", "init", "-q", "--bare", "-b", "master", str(repo)], check=True, env=ENV)
    out = []
    for age, message, files in commits:
        stamp = f"A U Thor <author@example.org> {NOW - age * DAY} +0000"
        out.append(f"commit refs/heads/master\nauthor {stamp}\ncommitter {stamp}\n"
                   f"data {len(message)}\n{message}\n")
        for path, text in files.items():
            out.append(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n")
    subprocess.run(["git", "-C", str(repo), "fast-import", "--quiet"], input="".join(out).encode(),
                   check=True, env=ENV)
    return repo


def phase7(repo, what, **kw):
    code, out, err = run("review", what, f"--repo={repo}", "--stable=master", "--format=json", **kw)
    docs = documents(out) if code == 0 else []
    if not ok(len(docs) == 1, f"{what}: one review", f"exit {code}\n{err}"):
        return []
    return [r for p in docs[0]["phases"] if p["number"] == 7 for r in p["records"]]


def find(records, text):
    return next((r for r in records if text in r["statement"]), None)


def shows(repo, record, text, name):
    """Does the first command of the record print exactly this text?"""
    command = record["evidence"][0]["command"] if record and record["evidence"] else "false"
    p = subprocess.run(["sh", "-c", command], cwd=repo, env=ENV, capture_output=True, check=False)
    ok(p.stdout.decode() == text, name, f"{command}\n{p.stdout.decode()}")


def lines(first, last):
    return "".join(MAINTAINERS.splitlines(True)[first - 1:last])


repo = fast_import("subsystem", [
    (800, "Start\n", {"MAINTAINERS": MAINTAINERS, "drivers/x/a.c": "int a;\n", "lib/b.c": "int b;\n",
                      "z/z.c": "int z;\n"}),
    (700, "x: an old change\n", {"drivers/x/a.c": "int aa;\n"}),
    (200, "x: change a\n", {"drivers/x/a.c": "int aaa;\n"}),
    (100, "lib: change b\n", {"lib/b.c": "int bb;\n"}),
    (50, "x: stop a hang\n", {"drivers/x/a.c": "int fixed;\n"}),
    (40, "z: Abracadabra\n", {"z/z.c": "int zz;\n"}),
    (30, "lib: mend b\n", {"lib/b.c": "int bbb;\n"}),
    (20, "z: plain\n", {"z/z.c": "int zzz;\n"}),
])

fix = git(repo, "rev-parse", "master~3").strip()
got = phase7(repo, fix)
section = find(got, '"X DRIVER", status Supported')
ok(section and 'drivers/x/a.c matches its "F: drivers/x/"' in section["statement"], "the section and why it matches", got)
shows(repo, section, lines(3, 10), "its command prints the section")
people = find(got, "Maintainers and reviewers")
ok(people and people["statement"].endswith(
    'Ann Other <ann@example.org> (supporter:X DRIVER), "Lee, A" <lee@example.org> (supporter:X DRIVER), '
    "Rita <rita@example.org> (reviewer:X DRIVER)"), "people with their roles", people)
shows(repo, people, lines(3, 6), "neighbouring lines are one command, with the title of their section")
lists = find(got, "Lists: ")
ok(lists and lists["statement"] == "Lists: x@example.org (moderated list:X DRIVER), all@example.org (open list)",
   "lists", lists)
ok(not find(got, "names no maintainer"), "a section with a maintainer is not said to have none")
activity = find(got, "1 of the 2 commits since")
ok(activity and 'the files of "X DRIVER" (1 pattern not counted)' in activity["statement"], "activity of a year", got)
shows(repo, activity, "1\n", "its command counts the same")

got = phase7(repo, "master~1")
orphan = find(got, '"LEFT ALONE" names no maintainer')
ok(orphan is not None, "an orphan is named", got)
shows(repo, orphan, lines(12, 15), "its command prints the section without M:")

got = phase7(repo, "master~2")
ok(find(got, '"MAGIC WORDS", status Maintained: the text matches its "K: \\b(?i:abracadabra)\\b"'),
   "a keyword of the message counts", got)

got = phase7(repo, "master")
rest = find(got, "Which subsystem")
ok(rest and rest["status"] == "unknown" and "covers the whole tree" in rest["reason"], "the rest is no subsystem", got)

mail = git(repo, "format-patch", "-1", "--stdout", fix)
ok(find(phase7(repo, "-", stdin=mail), '"X DRIVER", status Supported'), "a mail on standard input")

subprocess.run(["git", "clone", "-q", "--bare", "--depth=3", f"file://{repo}", str(TMP / "shallow")], check=True, env=ENV)
busy = find(phase7(TMP / "shallow", "master"), "How busy")
ok(busy and busy["status"] == "unknown" and "begins later" in busy["reason"], "a shallow clone: activity is unknown", busy)

bare = fast_import("without", [(1300, "Start\n", {"z": ""}), (800, "a\n", {"a.c": "int a;\n"}), (10, "a: change\n", {"a.c": "int b;\n"})])
got = phase7(bare, "master")
none = find(got, "Subsystem, status and maintainers")
ok(none and none["status"] == "unknown" and "has no MAINTAINERS file" in none["reason"], "no MAINTAINERS: unknown", got)
ok(find(got, "1 of the 1 commits since"), "activity of the changed files all the same", got)

hostile = fast_import("hostile", [
    (1300, "Start\n", {"z": ""}),
    (800, "Files\n", {"MAINTAINERS": "A\nM:\ta@example.org\nN:\t(unclosed\nF:\td/\nF:\ta'b; touch x/\n", "d/a.c": "1\n"}),
    (10, "d: change\n", {"d/a.c": "2\n"})])
got = phase7(hostile, "master")
ok(find(got, "Whether further sections match"), "a pattern that is no expression is said", got)
quoted = find(got, "commits since")
shows(hostile, quoted, "1\n", "names that mean something to a shell are quoted")
ok(not (hostile / "x").exists(), "and nothing of them runs")
done()
