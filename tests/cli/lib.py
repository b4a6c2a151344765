# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command-line tests share: TAP, scratch repositories, the program.

Every point is a call of ok(); a failing one prints what was seen. The last
line of a test is done().
"""
import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

OSTLER = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "ostler"
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
TMP = pathlib.Path(tempfile.mkdtemp(prefix="ostler-cli-"))
atexit.register(shutil.rmtree, TMP, ignore_errors=True)

ENV = dict(os.environ, LC_ALL="C", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1",
           XDG_CACHE_HOME=str(TMP / "cache"), HOME=str(TMP),
           PATH=os.path.dirname(OSTLER) + os.pathsep + os.environ.get("PATH", ""))
for name in list(ENV):
    if name.startswith("GIT_") and not name.startswith("GIT_CONFIG_"):
        del ENV[name]
_points = 0
_failed = 0


def ok(good, name, seen=None):
    global _points, _failed
    _points += 1
    print(f"{'ok' if good else 'not ok'} {_points} - {name}", flush=True)
    if not good:
        _failed += 1
        for line in str(seen).splitlines()[:30]:
            print(f"# {line}")
    return good


def skip(name, why):
    global _points
    _points += 1
    print(f"ok {_points} - {name} # SKIP {why}")


def done():
    print(f"1..{_points}")
    sys.exit(1 if _failed else 0)


def run(*args, stdin=None, cwd=None, env=None):
    """Runs the program; gives status, stdout, stderr (text)."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    p = subprocess.run([OSTLER, *map(str, args)], input=data or b"", capture_output=True,
                       cwd=cwd, env={**ENV, **(env or {})}, timeout=300, check=False)
    return p.returncode, p.stdout.decode("utf-8", "backslashreplace"), p.stderr.decode("utf-8", "backslashreplace")


def git(repo, *args, stdin=None, check=True):
    p = subprocess.run(["git", "-C", str(repo), *args], input=stdin, capture_output=True, env=ENV, check=check)
    return p.stdout.decode("utf-8", "backslashreplace")


def write_files(top, files):
    """A directory of these texts by path."""
    for path, text in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)


def deadlocks(*args):
    """Functions with a finding of that rank or better, and all doubts."""
    _, out, err = run("deadlocks", *args, "--format=json")
    try:
        report = json.loads(out)
    except ValueError:
        return {"failed": err}, []
    return ({s["function"] for f in report["findings"] for s in f["steps"]}, [d for f in report["findings"] for d in f["doubts"]])


def fixture(name):
    """A bare repository made from tests/repos/NAME.fi."""
    repo = TMP / name
    subprocess.run(["git", "init", "-q", "--bare", "-b", "master", str(repo)], check=True, env=ENV)
    with open(SOURCE / "tests/repos" / f"{name}.fi", "rb") as f:
        subprocess.run(["git", "-C", str(repo), "fast-import", "--quiet"], stdin=f, check=True, env=ENV)
    return repo


def one_line_error(result, status):
    """Does the program end with this status and one line `ostler: what: why`?"""
    code, _, err = result
    lines = err.splitlines()
    return code == status and len(lines) == 1 and lines[0].startswith("ostler: ") and lines[0].count(": ") >= 2


def documents(text):
    return [json.loads(line) for line in text.splitlines()]
