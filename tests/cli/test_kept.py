# SPDX-License-Identifier: GPL-2.0-or-later
"""What is kept, or passed over, changes no answer of `ostler deadlocks`.

Usage: test_kept.py OSTLER. The made-up drivers of tests/locks/golden are asked
without a store, with one that is empty, with all findings kept, and with the
summaries kept; file by file, beside the whole run filtered; and as pairs of
trees that differ by a line, laid over each other beside two whole runs; and
with patches applied in memory.
"""
import json
import pathlib
import re
import shutil

from lib import SOURCE, TMP, done, git, ok, run

GOLDEN = SOURCE / "tests" / "locks" / "golden"
STORE = TMP / "store"
KINDS = ("work-wait,timer-wait,irq-wait,kthread-wait,napi-wait,completion-wait,self-wait,workqueue-flush,"
         "refs-wait,rcu-wait,AA,ABBA,missing-unlock,irq-context")


def ask(*args):
    _, out, err = run("deadlocks", *args, "--format=json", "--rank=possible")
    try:
        return json.loads(out)
    except ValueError:
        return {"failed": err}


def without_time(report):
    return {k: v for k, v in report.items() if k != "seconds"}


whole = ask(GOLDEN, "--no-store", "--jobs=1")
ok(len(whole.get("findings", [])) > 60, "the drivers have findings", whole.get("failed"))
for what, args in (("an empty store", ["--jobs=2"]), ("findings kept", []),):
    ok(without_time(ask(GOLDEN, f"--store={STORE}", *args)) == without_time(whole), f"{what}: the same report")
alone = {kind: ask(GOLDEN, "--no-store", f"--kind={kind}") for kind in KINDS.split(",")}
wrong = [k for k, report in alone.items() if report.get("findings") != [f for f in whole["findings"] if f["kind"] == k]]
ok(not wrong, "each kind by itself: what the whole run tells of it", wrong)
wrong = [k for k, report in alone.items() if without_time(ask(GOLDEN, f"--store={STORE}", f"--kind={k}")) != without_time(report)]
ok(not wrong, "each kind from kept findings: the same report", wrong)
SUMS = TMP / "sums"
NAMED = f"--kind={KINDS}"	# a question that names kinds makes no whole run
ask(GOLDEN, f"--store={SUMS}", "--function=nobody", NAMED)	# keeps all but the findings

# a question about one file is the whole run, filtered
wrong = []
asked = 0
for nr, path in enumerate(sorted(GOLDEN.rglob("*.c"))):
    name = str(path.relative_to(GOLDEN))
    want = [f for f in whole["findings"] if any(s["file"] == name for s in f["steps"])]
    alone = ask(GOLDEN, name, "--no-store")
    asked += len(want)
    if alone.get("findings") != want:
        wrong.append(f"{name}: {[f['id'] for f in want]} but {[f['id'] for f in alone.get('findings', [])]}")
    for store in [STORE, SUMS][:2 - nr % 2]:
        named = [NAMED] if store == SUMS else []
        if without_time(ask(GOLDEN, name, f"--store={store}", *named)) != without_time(alone):
            wrong.append(f"{name}: another answer with a store ({store.name})")
ok(asked > 60 and not wrong, "each file by itself: what the whole run tells of it", "\n".join(wrong))
ok(ask(GOLDEN, f"--store={SUMS}", NAMED).get("findings") == whole["findings"], "summaries kept: the same findings")

# the first question about a part keeps the findings of all
FIRST = TMP / "first"
names = sorted(str(p.relative_to(GOLDEN)) for p in GOLDEN.rglob("*.c"))[::9]
wrong = [n for n in names if without_time(ask(GOLDEN, n, f"--store={FIRST}")) != without_time(ask(GOLDEN, n, "--no-store"))]
ok(not wrong, "the first question about a part, and the next ones: the same report", wrong)
kept = sum(f.stat().st_size for f in FIRST.rglob("*") if f.is_file())
ok(without_time(ask(GOLDEN, f"--store={FIRST}")) == without_time(whole), "all of it after a part: the same report")
ok(sum(f.stat().st_size for f in FIRST.rglob("*") if f.is_file()) == kept, "it was kept by the first question: nothing is added")
names = sorted({s["function"] for f in whole["findings"] for s in f["steps"] if s["function"].startswith("bad_")})[::7]
wrong = [n for n in names if ask(GOLDEN, "--no-store", f"--function={n}").get("findings") !=
         [f for f in whole["findings"] if any(s["function"] == n for s in f["steps"])]]
ok(names and not wrong, "so for functions", wrong)

# two trees that differ by one line
repo = TMP / "repo"
shutil.copytree(GOLDEN, repo)
git(repo, "init", "-q", "-b", "main")
git(repo, "config", "user.name", "A Tester")
git(repo, "config", "user.email", "tester@example.org")
git(repo, "add", "-A")
git(repo, "commit", "-qm", "golden")
LINE = re.compile(r"^\t+(?:mutex_lock|mutex_unlock|cancel_work_sync|spin_unlock|del_timer_sync)\(.*\);\n", re.M)
LENT = re.compile(r"^\t\w+->\w+\.lock = &.*;\n", re.M)	# a lock that goes by two names
ask("--repo", repo, "main", f"--store={STORE}")
HELPER = "static DEFINE_MUTEX(new_lock);\nstatic int nr_new;\n\nstatic void new_help(void)\n{\n%s}\n\n"


def without(text, m):
    return text[:m.start()] + text[m.end():]


def with_helper(text, m):
    """The line, between a lock and its release, in a function and with objects that are the file's own."""
    at = text.rfind("\n\n", 0, m.start()) + 2
    return (text[:at] + HELPER % "\tmutex_lock(&new_lock);\n\tnr_new++;\n\tmutex_unlock(&new_lock);\n" + text[at:m.start()] +
            "\tnew_help();\n" + m.group() + text[m.end():])


def shown(text, m):
    """The line in a function that others may call, which is new to them."""
    return with_helper(text, m).replace("static void new_help", "void new_help")


def differences(what, over, both):
    """What an overlay tells otherwise than two whole runs, a line a side; and how much those tell."""
    lines = [f"{what}: {side} {[f['id'] for f in over.get(side, [])]}, two whole runs {[f['id'] for f in both.get(side, [])]}"
             for side in ("introduced", "removed") if over.get(side) != both.get(side, "none")]
    return lines, sum(len(both.get(side, [])) for side in ("introduced", "removed"))


wrong, unlike, not_said, whole_for_own = [], [], [], []
moved = 0
for nr, path in enumerate(sorted(repo.rglob("*.c"))):
    text = path.read_text(encoding="utf-8")
    lines = list(LINE.finditer(text))
    made = [(m, without) for m in lines[:1] + lines[len(lines) // 2:len(lines) // 2 + 1] + list(LENT.finditer(text))]
    for m, make in made + [(m, (with_helper, shown)[nr % 2]) for m in lines[-1:] if nr % 3 == 0]:
        path.write_text(make(text, m), encoding="utf-8")
        git(repo, "commit", "-qam", "change")
        (TMP / "change.patch").write_text(git(repo, "format-patch", "-1", "--stdout"), encoding="utf-8")
        over, both = ask("--repo", repo, "HEAD^..HEAD", f"--store={STORE}"), ask("--repo", repo, "HEAD^..HEAD", "--no-store")
        git(repo, "reset", "-q", "--hard", "HEAD^")
        patched = ask("--repo", repo, "HEAD", f"--patch={TMP / 'change.patch'}", f"--store={STORE}")
        not_said += [r["analysis"].get("searched_whole") for r in (over, patched) if "searched_whole" in r.get("analysis", {})]
        whole_for_own += [path.name] * ("searched_whole" in over.get("analysis", {}))
        not_said += ["nothing"] * (both["analysis"].get("searched_whole") != "nothing is kept without a store")
        if [patched.get(side) for side in ("introduced", "removed")] != [both.get(side, "none") for side in ("introduced", "removed")]:
            unlike.append(f"{path.name} {make.__name__} {m.group().strip()}")
        found, nr_told = differences(f"{path.name} {make.__name__} {m.group().strip()}", over, both)
        wrong += found
        moved += nr_told
ok(moved > 10 and not wrong, "a tree laid over another: what two whole runs tell", "\n".join(wrong))
ok(not unlike, "each change as a patch: the same", "\n".join(unlike))
ok(not whole_for_own, "a new function, of the file's own or for others: not all is searched", whole_for_own)
ok(not not_said, "why both were searched as wholes is said where they were", "\n".join(not_said))

# headers: a line of each that says something by itself is taken out
wrong, whole_for_few, moved = [], [], 0
SAYS = re.compile(r"^(?!#(?:include|if|endif|else)|\s*/?\*).*[;,)]$\n", re.M)
for nr, path in enumerate(sorted(repo.rglob("*.h"))):
    text = path.read_text(encoding="utf-8")
    lines = list(SAYS.finditer(text))
    for m in lines[len(lines) * (1 + nr % 3) // 4:][:1]:
        path.write_text(without(text, m), encoding="utf-8")
        git(repo, "commit", "-qam", "change")
        over, both = ask("--repo", repo, "HEAD^..HEAD", f"--store={STORE}"), ask("--repo", repo, "HEAD^..HEAD", "--no-store")
        git(repo, "reset", "-q", "--hard", "HEAD^")
        what = f"{path.name}: {m.group().strip()}"
        whole_for_few += [what] * ("searched_whole" in over.get("analysis", {}) and "DEFINE_GUARD" not in text)
        found, nr_told = differences(what, over, both)
        wrong += found
        moved += nr_told
ok(moved > 10 and not wrong, "a header that is laid over: what two whole runs tell", "\n".join(wrong))
ok(not whole_for_few, "a header that few include: not all is searched", "\n".join(whole_for_few))
(repo / "come.c").write_text("void come(void);\n", encoding="utf-8")
git(repo, "add", "-A")
git(repo, "commit", "-qm", "a file comes")
ok(ask("--repo", repo, "HEAD^..HEAD", f"--store={STORE}")["analysis"].get("searched_whole") ==
   "files come or go, or too many differ", "a file comes: both trees are searched, and that is said")
git(repo, "reset", "-q", "--hard", "HEAD^")

# patches in memory
driver = """// SPDX-License-Identifier: GPL-2.0
#include <linux/mutex.h>
#include <linux/workqueue.h>
struct fan { struct mutex lock; struct work_struct spin; };
static void fan_spin(struct work_struct *work)
{
	struct fan *fan = container_of(work, struct fan, spin);

	mutex_lock(&fan->lock);
	mutex_unlock(&fan->lock);
}
void fan_open(struct fan *fan)
{
	INIT_WORK(&fan->spin, fan_spin);
}
void fan_close(struct fan *fan)
{
	mutex_lock(&fan->lock);
	cancel_work_sync(&fan->spin);
	mutex_unlock(&fan->lock);
}
"""
(repo / "drivers" / "fan.c").write_text(driver, encoding="utf-8")
git(repo, "add", "-A")
added = git(repo, "diff", "--cached")
git(repo, "commit", "-qm", "fan")
removed = git(repo, "diff", "HEAD", "HEAD^")
git(repo, "mv", "drivers/fan.c", "drivers/wind.c")
renamed = git(repo, "diff", "--cached", "-M")
git(repo, "reset", "-q", "--hard", "HEAD")


def patch(text, *source, store=f"--store={STORE}"):
    code, out, err = run("deadlocks", *source, "--patch=-", store, "--format=json", stdin=text)
    report = json.loads(out) if out else {}
    return code, [[f["lock"]["class"] for f in report.get(side, [{"lock": {"class": "?"}}])] for side in ("introduced", "removed")], err


# who calls a function that comes to be defined, in a file that is not changed
FAN = "struct fan { struct mutex lock; struct work_struct spin; };\n"
blade = '// SPDX-License-Identifier: GPL-2.0\n#include <linux/workqueue.h>\n#include "fan.h"\n'
(repo / "drivers" / "fan.h").write_text(FAN + "extern struct fan the_fan;\nvoid fan_stop(void);\n", encoding="utf-8")
(repo / "drivers" / "fan.c").write_text(driver.replace("cancel_work_sync(&fan->spin)", "fan_stop()").replace("&fan->lock", "&the_fan.lock").replace(FAN, '#include "fan.h"\n'),
                                        encoding="utf-8")
(repo / "drivers" / "blade.c").write_text(blade + "static int nr_blades;\n", encoding="utf-8")
git(repo, "add", "-A")
git(repo, "commit", "-qm", "a fan that somebody stops")
ask("--repo", repo, "HEAD", f"--store={STORE}")
(repo / "drivers" / "blade.c").write_text(blade + "void fan_stop(void)\n{\n\tcancel_work_sync(&the_fan.spin);\n}\n",
                                          encoding="utf-8")
git(repo, "commit", "-qam", "who stops it")
over = ask("--repo", repo, "HEAD^..HEAD", f"--store={STORE}")
ok([f["lock"]["class"] for f in over["introduced"]] == ["fan.lock"] and "searched_whole" not in over["analysis"],
   "a function comes that another file calls: what the caller then does", over)
git(repo, "reset", "-q", "--hard", "HEAD~2")

for store in (f"--store={STORE}", "--no-store"):
    for what, text, source, want in (
            ("a file comes", added, [GOLDEN], (1, [["fan.lock"], []])),
            ("a file goes", removed, [repo], (0, [[], ["fan.lock"]])),
            ("a file is moved", renamed, ["--repo", repo, "HEAD"], (1, [["fan.lock"], ["fan.lock"]]))):
        code, sides, err = patch(text, *source, store=store)
        ok((code, sides) == want, f"{what}, {store.split('=')[0]}", f"{code} {sides} {err}")
for what, text, want in (
        ("does not apply", removed.replace("fan_spin", "fan_turn"), "does not apply: drivers/fan.c: hunk 1 of 1: "),
        ("the file is not there", removed.replace("fan.c", "fun.c"), "does not apply: drivers/fun.c: there is no such file"),
        ("the file is there", added, "does not apply: drivers/fan.c: it is there already"),
        ("cut short", removed[:-40], "the diff is damaged"),
        ("no diff", "Hello\n", "there is no diff in it")):
    code, sides, err = patch(text, repo)
    ok(code == 3 and want in err and err.count("\n") == 1, f"refused: {what}", f"{code} {err}")
code, _, err = run("deadlocks", "--repo", repo, "HEAD^..HEAD", "--patch=x.patch")
ok(code == 2 and "HEAD^..HEAD" in err, "a patch and two revisions: one is asked for", err)
done()
