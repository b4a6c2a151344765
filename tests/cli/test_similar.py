#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Phase 5.5 of `ostler review`: who else makes the calls that a change moves, told apart by how they are entered."""
from history import History
from lib import documents, done, git, ok, run

HEADER = """struct lamp { int n; };
struct bus_driver { int (*probe)(struct lamp *l); void (*remove)(struct lamp *l); };
struct lamp_ops { int (*start)(struct lamp *l); void (*stop)(struct lamp *l); };
void lamp_quiet(struct lamp *l);
"""
DRIVER = """#include <linux/lamp.h>

static int %(n)s_start(struct lamp *l)
{
%(start)s\treturn 0;
}

static void %(n)s_stop(struct lamp *l)
{
\tl->n = 0;
%(stop)s}

static void %(n)s_free(struct lamp *l)
{
\tl->n = 2;
%(free)s}

static int %(n)s_probe(struct lamp *l)
{
\tif (l->n) {
\t\t%(n)s_free(l);
\t\treturn -1;
\t}
\treturn 0;
}

static void %(n)s_remove(struct lamp *l)
{
\t%(n)s_free(l);
}

static const struct lamp_ops %(n)s_ops = { .start = %(n)s_start, .stop = %(n)s_stop };
static struct bus_driver %(n)s_driver = { .probe = %(n)s_probe, .remove = %(n)s_remove };
"""
CALL = "\tlamp_quiet(l);\n"


def driver(name, start="", stop="", free=""):
    return DRIVER % {"n": name, "start": start, "stop": stop, "free": free}


h = History("similar")
h.commit("master", "lamp: add drivers\n", {
    "include/linux/lamp.h": HEADER,
    "drivers/core.c": "#include <linux/lamp.h>\n\nvoid lamp_quiet(struct lamp *l)\n{\n\tl->n = 1;\n}\n",
    "drivers/red.c": driver("red", stop=CALL),
    "drivers/blue.c": driver("blue", free=CALL),
    "drivers/green.c": driver("green", start=CALL),
    "drivers/lone.c": "#include <linux/lamp.h>\n\nvoid lone_call(struct lamp *l)\n{\n\tlamp_quiet(l);\n}\n"})
fix = h.commit("master", "lamp: red: be quiet when the lamp goes\n", {"drivers/red.c": driver("red", free=CALL)})
status, out, err = run("review", f"--repo={h.repo}", "--format=json", "--no-proofs", fix)
ok(status == 0, "the review ends well", err)
records = [r for p in documents(out)[0]["phases"] for r in p["records"] if r["step"] == "5.5"]
said = [r["statement"] for r in records]
ok(all("removes in red_stop() and adds in red_free()" in s for s in said) and len(said) == 3,
   "one statement for the moved call, whatever function it moves between", said)
ok(any("goes away, by blue_free() (bus_driver.probe, bus_driver.remove)" in s for s in said),
   "a caller on a way out, with all that it is entered by", said)
ok(any("on other ways, by green_start() (lamp_ops.start)" in s for s in said), "one that is not", said)
ok(any("no entry point was found, by lone_call()" in s for s in said), "one that nothing enters", said)
for r in records:
    shown = [e for e in r["evidence"] if e["kind"] == "line"]
    lines = [git(h.repo, "show", e["ref"].split("@")[1] + ":" + e["ref"].split(":")[0]).splitlines()[int(e["ref"].split(":")[1].split("@")[0]) - 1]
             for e in shown]
    ok(lines and all("lamp_quiet(l);" in line for line in lines), "its evidence is the line of the call", lines)
    ok(all(f"sed -n {e['ref'].split(':')[1].split('@')[0]}p" in e["command"] for e in shown), "and the command shows that line", shown)
done()
