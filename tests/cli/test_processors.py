# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a kernel can have one processor only, nobody waits for a spin lock.

Usage: test_processors.py OSTLER. A made-up tree has one driver again and again,
built for machines that differ in what their Kconfig says of SMP. Each takes a
spin lock twice and, in another function, a mutex twice: the mutex is always
told, the spin lock where another processor may be there.
"""
import shutil

from lib import TMP, deadlocks, done, git, ok, write_files

DRIVER = """#include <linux/lock.h>
struct {n}_dev {{ spinlock_t lock; struct mutex gate; int x; }};

void {n}_spin(struct {n}_dev *d)
{{
	spin_lock(&d->lock);
	spin_lock(&d->lock);
	d->x++;
	spin_unlock(&d->lock);
	spin_unlock(&d->lock);
}}

void {n}_sleep(struct {n}_dev *d)
{{
	mutex_lock(&d->gate);
	mutex_lock(&d->gate);
	d->x++;
	mutex_unlock(&d->gate);
	mutex_unlock(&d->gate);
}}
"""
LOCK_H = """typedef struct { int v; } spinlock_t;
struct mutex { int v; };
void spin_lock(spinlock_t *l);
void spin_unlock(spinlock_t *l);
void mutex_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);
"""
# driver → (the "depends on" of its symbol, may it have several processors)
DRIVERS = {
    "plain": ("", True),
    "single": ("MACH_OLD", False),
    "deep": ("OLD_BUS", False),
    "tested": ("(MACH_OLD || COMPILE_TEST)", False),
    "either": ("(MACH_OLD || MACH_NEW)", True),
    "fresh": ("MACH_NEW", True),
    "uni": ("UNI", False),
    "absent": ("!MACH_OLD", True),
    "armv5": ("ARCH_MULTI_V5", False),
    "sleepy": ("RTBOX", True),
}
KCONFIG = {
    "arch/uni/Kconfig": "config UNI\n\tdef_bool y\n\nconfig MACH_OLD\n\tbool \"Old\"\n",
    "arch/arm/Kconfig": "config SMP\n\tbool \"Several\"\n\tdepends on CPU_V6K || CPU_V7\n\n"
                        "config ARCH_MULTI_V5\n\tbool \"v5\"\n",
    "arch/new/Kconfig": "config SMP\n\tbool \"Several\"\n\nconfig MACH_NEW\n\tbool \"New\"\n",
    "arch/rt/Kconfig": "config RTBOX\n\tdef_bool y\n\tselect ARCH_SUPPORTS_RT\n",
}


def build(top):
    """The tree, as a directory."""
    files = {**KCONFIG, "include/linux/lock.h": LOCK_H, "Makefile": "obj-y += drivers/\n",
             "drivers/Makefile": "".join(f"obj-$(CONFIG_D_{n.upper()}) += {n}.o\n" for n in DRIVERS),
             "drivers/Kconfig": "config OLD_BUS\n\tbool \"Bus\"\n\tdepends on MACH_OLD\n\n" + "".join(
                 f"config D_{n.upper()}\n\ttristate \"{n}\"\n" + (f"\tdepends on {d}\n" if d else "") + "\n"
                 for n, (d, _) in DRIVERS.items())}
    for name in DRIVERS:
        files[f"drivers/{name}.c"] = DRIVER.format(n=name)
    write_files(top, files)


TREE = TMP / "tree"
build(TREE)
told, _ = deadlocks(TREE, "--no-store")
for name, (depends, several) in DRIVERS.items():
    ok((f"{name}_spin" in told) == several, f"depends on {depends or 'nothing'}: a spin lock taken twice "
       + ("is told" if several else "is not"), told)
ok(all(f"{n}_sleep" in told for n in DRIVERS), "a mutex is told everywhere", told)

below, doubts = deadlocks(TREE, "--no-store", "--rank=possible")
ok(all(f"{n}_spin" in below for n in DRIVERS), "all are there as possible", below)
ok(any("drivers/deep.c is built for MACH_OLD alone, which has one processor (elsewhere only with COMPILE_TEST)" in d for d in doubts),
   "and say why", doubts)

(TREE / "arch" / "uni" / "Kconfig").write_text(KCONFIG["arch/uni/Kconfig"] + "\nconfig SMP\n\tbool \"Several\"\n")
told, _ = deadlocks(TREE, "--no-store")
ok({"single_spin", "deep_spin", "uni_spin"} <= told and "armv5_spin" not in told, "with SMP in that architecture they are told", told)
shutil.rmtree(TREE / "arch" / "uni")
told, _ = deadlocks(TREE, "--no-store")
ok({"single_spin", "uni_spin"} <= told, "what the tree says nothing of is told", told)

# an expression without an end costs no time
build(TREE)
(TREE / "drivers/Kconfig").write_text("config D_PLAIN\n\tbool \"p\"\n\tdepends on " + " || ".join(f"A{i}" for i in range(60000)) + "\n")
told, _ = deadlocks(TREE, "--no-store", "drivers/plain.c")
ok("plain_spin" in told, "60,000 words: told, at once", told)
build(TREE)

# from git, and with the findings kept: what is built is asked each time
REPO = TMP / "repo"
build(REPO)
git(REPO, "init", "-q", "-b", "main")
git(REPO, "config", "user.name", "A Tester")
git(REPO, "config", "user.email", "tester@example.org")
git(REPO, "add", "-A")
git(REPO, "commit", "-qm", "tree")
want = {f"{n}_spin" for n, (_, several) in DRIVERS.items() if several}
for what in ("an empty store", "findings kept"):
    told, _ = deadlocks(f"--repo={REPO}", "HEAD", f"--store={TMP / 'store'}")
    ok({t for t in told if t.endswith("_spin")} == want, f"from git, {what}: the same", told)
(REPO / "arch" / "uni" / "Kconfig").write_text(KCONFIG["arch/uni/Kconfig"] + "\nconfig SMP\n\tbool \"Several\"\n")
git(REPO, "commit", "-qam", "several processors")
told, _ = deadlocks(f"--repo={REPO}", "HEAD", f"--store={TMP / 'store'}")
ok("deep_spin" in told, "another Kconfig, the same C: told now", told)
done()
