# SPDX-License-Identifier: GPL-2.0-or-later
"""ostler query: text, JSON, exit status, directory and git alike."""
import json
import subprocess
import sys

from lib import ENV, OSTLER, SOURCE, TMP, done, git, ok, run

tree = TMP / "tree"
(tree / "include/linux").mkdir(parents=True)
(tree / "drivers").mkdir()
(tree / "include/linux/m.h").write_text("""
struct mutex { int x; };
void mutex_lock(struct mutex *m);
struct ops { int (*stop)(int); };
struct dev { struct mutex lock; const struct ops *ops; };
#define call_stop(d) ((d)->ops->stop(1))
""")
(tree / "drivers/a.c").write_text("""#include <linux/m.h>
static int a_stop(int x) { return x; }
static const struct ops a_ops = {
	.stop = a_stop,
};
static void take(struct dev *d) { mutex_lock(&d->lock); }
void a_go(struct dev *d) { take(d); d->ops->stop(2); d->ops = &a_ops; }
""")


def query(*args):
    status, out, err = run("query", tree, *args)
    return status, out, err


status, out, err = query("callers", "a_stop")
ok(status == 0 and "drivers/a.c:7: a_go (slot) via ops.stop" in out, "callers go through a slot and say so", out + err)
status, out, err = query("callees", "a_go")
ok("drivers/a.c:7: take\n" in out and "a_stop (slot) via ops.stop" in out, "callees are direct and through slots", out + err)
status, out, err = query("ops", "ops.stop")
ok("drivers/a.c:4: a_stop [drivers/a.c:a_ops] (initialiser) via ops.stop" in out, "ops names the table and its line", out + err)
status, out, err = query("locks", "dev.lock")
ok("drivers/a.c:6: take [dev.lock] (mutex_lock)" in out, "locks names who takes a class", out + err)
status, out, err = query("type", "dev")
ok("dev.ops: struct ops *" in out, "type lists fields", out + err)
status, out, err = query("callers", "nobody")
ok(status == 1 and not out, "no answer is status 1", (status, out, err))
status, out, err = query("callers", "drivers/b.c:a_stop")
ok(status == 2 and err.startswith("ostler: "), "a path that is not there is a wrong question", (status, err))
status, out, err = query("colour", "a_stop")
ok(status == 2, "an unknown question is a wrong command line", (status, err))

status, out, err = query("--format=json", "callers", "a_stop")
doc = json.loads(out)
ok(doc["schema"] == "ostler/query/1" and doc["query"] == "callers" and doc["name"] == "a_stop", "JSON has its schema", out)
slot = [r for r in doc["results"] if r["via"] == "ops.stop"]
ok(slot and all(r["name"] and r["file"] and r["line"] and r["indirect"] for r in slot),
   "an indirect answer is marked", out)
(tree / "drivers/b.c").write_bytes(b"static int latin(int x) { return x; } /* \xe9 */\n"
                                   b"#define LATIN(x) latin(\"\xe9\")\n")
status, out, err = query("--format=json", "type", "LATIN")
ok(status == 0 and json.loads(out)["results"][0]["name"] == "LATIN", "bytes that are no text do not break JSON", out + err)
(tree / "drivers/b.c").unlink()
if len(sys.argv) > 2:
    schema = json.load(open(sys.argv[2], encoding="utf-8"))
    fields = schema["properties"]["results"]["items"]["properties"]
    ok(all(set(r) == set(fields) for r in doc["results"]), "the fields are those of the schema", sorted(fields))

runs = [run("query", f"--jobs={n}", *more, "--format=json", tree, "callees", "a_go")[1]
        for n in (1, 4) for more in ([], ["--no-store"])]
ok(len(set(runs)) == 1, "threads and store change nothing", runs)

with open("/dev/full", "w") as full:
    for args in (("query", tree, "callees", "a_go"), ("facts", tree)):
        p = subprocess.run([OSTLER, *map(str, args), "--format=json"], stdout=full, stderr=subprocess.PIPE, env=ENV, check=False)
        ok(p.returncode == 3 and b"standard output" in p.stderr, f"{args[0]}: a full disk is an error and says so", p.stderr)

git(tree, "init", "-q")
git(tree, "add", "-A")
git(tree, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "t")
status, from_git, err = run("query", f"--repo={tree}", "--format=json", "HEAD", "callees", "a_go")
ok(from_git == runs[0], "a revision answers like the directory", from_git + err)
done()
