# SPDX-License-Identifier: GPL-2.0-or-later
"""What no kernel has all of is no finding.

Usage: test_kernels.py OSTLER. A made-up tree has one driver again and again,
built for different architectures. Each holds a lock while it calls a function
of arch/old/ that takes it again: told where a kernel may have both files.
"""

from lib import TMP, deadlocks, done, git, ok, write_files

DRIVER = """#include <linux/bridge.h>

void {n}_add(struct {n}_dev *d)
{{
	mutex_lock(&d->gate);
	{n}_bridge(d);
	mutex_unlock(&d->gate);
}}
"""
BRIDGE_C = """#include <linux/bridge.h>

void {n}_bridge(struct {n}_dev *d)
{{
	mutex_lock(&d->gate);
	mutex_unlock(&d->gate);
}}
"""
BRIDGE_H = """struct mutex { int v; };
void mutex_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);
"""
OF_DRIVER_H = """struct {n}_dev {{ struct mutex gate; int x; }};
void {n}_bridge(struct {n}_dev *d);
"""
# driver → (the "depends on" of its symbol, may a kernel have it beside arch/old/)
DRIVERS = {
    "plain": ("", True),
    "same": ("OLD", True),
    "other": ("NEW", False),
    "deep": ("NEW_BUS", False),
    "table": ("FW", False),
    "common": ("CLOCKS", True),
    "either": ("(OLD || NEW)", True),
    "tested": ("(NEW || COMPILE_TEST)", False),
    "unknown": ("NOBODY_DEFINES_IT", True),
}
KCONFIG = {
    "arch/old/Kconfig": "config OLD\n\tdef_bool y\n\tselect HAS_CLOCKS\n",
    "arch/new/Kconfig": "config NEW\n\tdef_bool y\n\tselect HAS_FW\n\tselect HAS_CLOCKS\n",
    "arch/um/Kconfig": "config UML\n\tdef_bool y\n",
    "drivers/Kconfig": "config HAS_FW\n\tbool\n\nconfig HAS_CLOCKS\n\tbool\n\n"
                       "config FW\n\tbool \"Tables\"\n\tdepends on HAS_FW\n\n"
                       "config CLOCKS\n\tbool \"Clocks\"\n\tdepends on HAS_CLOCKS\n\n"
                       "config NEW_BUS\n\tbool \"Bus\"\n\tdepends on NEW\n\n",
}


def build(top):
    """The tree, as a directory."""
    files = {**KCONFIG, "include/linux/bridge.h": BRIDGE_H + "".join(OF_DRIVER_H.format(n=n) for n in DRIVERS), "Makefile": "obj-y += drivers/\n",
             "arch/old/Kbuild": "obj-y += pci/\n", "arch/old/pci/Makefile": "".join(f"obj-y += {n}.o\n" for n in DRIVERS),
             "drivers/Makefile": "".join(f"obj-$(CONFIG_D_{n.upper()}) += {n}.o\n" for n in DRIVERS)}
    for name, (depends, _) in DRIVERS.items():
        files[f"drivers/{name}.c"] = DRIVER.format(n=name)
        files[f"arch/old/pci/{name}.c"] = BRIDGE_C.format(n=name)
        files["drivers/Kconfig"] += f"config D_{name.upper()}\n\ttristate \"{name}\"\n" + \
                                    (f"\tdepends on {depends}\n" if depends else "") + "\n"
    write_files(top, files)


TREE = TMP / "tree"
build(TREE)
told, _ = deadlocks(TREE, "--no-store")
for name, (depends, together) in DRIVERS.items():
    ok((f"{name}_add" in told) == together, f"depends on {depends or 'nothing'}: " + ("told" if together else "not told"), told)

below, doubts = deadlocks(TREE, "--no-store", "--rank=possible")
ok(all(f"{n}_add" in below for n in DRIVERS), "all are there as possible", below)
ok("no kernel has all of this: drivers/table.c is built for new alone, arch/old/pci/table.c for old" in doubts, "and say why", doubts)

# what a second line builds elsewhere, too
(TREE / "drivers/Makefile").write_text((TREE / "drivers/Makefile").read_text() + "obj-$(CONFIG_OLD) += other.o\n")
told, _ = deadlocks(TREE, "--no-store")
ok("other_add" in told and "deep_add" not in told, "one of two lines that build it is enough", told)

# user-mode Linux has files of the architecture that it runs on
(TREE / "arch/old/um").mkdir()
(TREE / "arch/old/um/Makefile").write_text("obj-y += x.o\n")
(TREE / "drivers/Kconfig").write_text((TREE / "drivers/Kconfig").read_text().replace("depends on NEW_BUS", "depends on UML"))
told, _ = deadlocks(TREE, "--no-store")
ok("deep_add" in told, "user-mode Linux", told)

# what an #if asks for: a symbol of another architecture, one that nobody has
ASKING = {
    # around the calls of a driver → is it told?
    "#ifdef CONFIG_NEW": False,
    "#if IS_ENABLED(CONFIG_OLD)": True,
    "#if defined(CONFIG_HAS_FW)": False,
    "#ifndef CONFIG_NEW": True,
    "#if defined(CONFIG_NEW) || defined(CONFIG_OLD)": True,
    "#ifdef CONFIG_FIXME": False,
    "#if 0\n#elif defined(CONFIG_FIXME)": True,
}
build(TREE)
(TREE / "Kconfig").write_text('source "drivers/Kconfig"\n')


def ask(line, before=""):
    """The driver with its body in that arm."""
    text = DRIVER.format(n="plain").replace("{\n", "{\n" + line + "\n", 1).replace("\n}", "\n#endif\n}")
    (TREE / "drivers/plain.c").write_text(before + text)
    return deadlocks(TREE, "--no-store", "--rank=possible")


for line, is_told in ASKING.items():
    ask(line)
    told, _ = deadlocks(TREE, "--no-store")
    ok(("plain_add" in told) == is_told, f"under {line.splitlines()[-1]}: " + ("told" if is_told else "not told"), told)
_, doubts = ask("#ifdef CONFIG_NEW")
ok("no kernel has all of this: CONFIG_NEW in drivers/plain.c is built for new alone, arch/old/pci/plain.c for old, um" in doubts,
   "the symbol is named", doubts)
_, doubts = ask("#ifdef CONFIG_FIXME")
ok("no kernel has all of this: a step in drivers/plain.c asks for CONFIG_FIXME, which no Kconfig file has" in doubts,
   "and so is one that nobody has", doubts)
ask("#ifdef CONFIG_FIXME", "#define CONFIG_FIXME 1\n")
told, _ = deadlocks(TREE, "--no-store")
ok("plain_add" in told, "the file defines it itself: told", told)
ask("#ifdef CONFIG_FIXME")
(TREE / "Kconfig").write_text('source "drivers/Kconfig"\nsource "fs/Kconfig"\n')
told, _ = deadlocks(TREE, "--no-store")
ok("plain_add" in told, "where a Kconfig file is missing: told", told)

# from git, with the findings kept
REPO = TMP / "repo"
build(REPO)
git(REPO, "init", "-q", "-b", "main")
git(REPO, "config", "user.name", "A Tester")
git(REPO, "config", "user.email", "tester@example.org")
git(REPO, "add", "-A")
git(REPO, "commit", "-qm", "tree")
want = {f"{n}_add" for n, (_, together) in DRIVERS.items() if together}
for what in ("an empty store", "findings kept"):
    told, _ = deadlocks(f"--repo={REPO}", "HEAD", f"--store={TMP / 'store'}")
    ok({t for t in told if t.endswith("_add")} == want, f"from git, {what}: the same", told)
done()
