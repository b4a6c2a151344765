# SPDX-License-Identifier: GPL-2.0-or-later
"""Who has a changed file in his kernel: made-up Makefiles, Kconfig files and
device tables, one point for each rule, and beside each what must not be said.

Usage: test_reach.py OSTLER SCHEMA
"""
import json
import sys

from history import History
from lib import TMP, done, git, ok, run

SCHEMA = sys.argv[2]

CORE = """int gadget_start(int a)
{
	return a;
}

#ifdef CONFIG_PM
int gadget_sleep(int a)
{
	return a;
}
#endif
"""
USB = """#include <linux/usb.h>
#include "ids.h"

static const struct usb_device_id gadget_usb_ids[] = {
	{ USB_DEVICE(GADGET_VENDOR, 0x0011) },
	{ USB_DEVICE(GADGET_VENDOR, 0x0012), .driver_info = 1 },
	{ USB_DEVICE(0x1234, GADGET_OTHER) },	/* not defined anywhere */
	GADGET_ENTRY(0x0077),
	{ }
};
MODULE_DEVICE_TABLE(usb, gadget_usb_ids);
"""
OF = """static const struct of_device_id gadget_of_ids[] = {
	{ .compatible = "acme,gadget" },
#ifdef CONFIG_OLD
	{ .compatible = "acme," "old-gadget", .data = (void *)1 },
#endif
	{}
};
MODULE_DEVICE_TABLE(of, gadget_of_ids);
static const struct acpi_device_id gadget_acpi_ids[] = { { "ACME0001", 0 }, {} };
MODULE_DEVICE_TABLE(acpi, gadget_acpi_ids);
int gadget_of_probe(void)
{
	return 0;
}
"""
STRAY = """static const struct pci_device_id stray_ids[] = { { PCI_VDEVICE(ACME, 0x42) }, { 0, } };
MODULE_DEVICE_TABLE(pci, stray_ids);
int stray(void)
{
	return 0;
}
"""
FILES = {
    "Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 5\ndrivers-y := drivers/ lib/\n",
    "Kconfig": 'mainmenu "Linux"\nsource "drivers/Kconfig"\nsource "arch/$(SRCARCH)/Kconfig"\n',
    "arch/x86/Kconfig": "config X86\n\tdef_bool y\n",
    "arch/s390/Kconfig": "config S390\n\tdef_bool y\nconfig EVERYWHERE\n\tbool\n",
    "arch/arm64/Kconfig": "config ARM64\n\tdef_bool y\n\tselect EVERYWHERE\nconfig STRAY\n\ttristate 'What arm64 calls so'\n",
    "drivers/Kconfig": 'menu "Device Drivers"\nsource "drivers/gadget/Kconfig"\nendmenu\nconfig EVERYWHERE\n\tbool "E"\n',
    "drivers/Makefile": "obj-$(CONFIG_GADGETS) += gadget/\nobj-y += always.o\n",
    "drivers/always.c": "int always(void)\n{\n\treturn 1;\n}\n",
    "drivers/gadget/Kconfig": """menuconfig GADGETS
	bool "Gadgets of all kinds"
	depends on !S390
	help
	  config NOT_AN_ENTRY
	    bool "a word of the help text"

if GADGETS

config GADGET_CORE
	tristate
	depends on EVERYWHERE

config GADGET_USB
	tristate "Gadgets on USB"
	depends on X86 || COMPILE_TEST
	select GADGET_CORE

config GADGET_OF
	tristate "Gadgets in a device tree"
	select GADGET_CORE

config STRAY
	tristate "Something else"

endif
""",
    "drivers/gadget/Makefile": """# the core and two buses
obj-$(CONFIG_GADGET_CORE) += gadget-core.o
gadget-core-y := core.o \\
	more.o
gadget-core-$(CONFIG_DEBUG_FS) += debug.o
obj-$(CONFIG_GADGET_USB) += gadget-usb.o
gadget-usb-objs := usb.o
obj-$(CONFIG_GADGET_OF) += of.o
obj-$(CONFIG_STRAY) += stray.o
ifneq ($(CONFIG_STRAY),)
ifndef CONFIG_QUIET
obj-y += noisy.o
endif
endif
obj-y += $(wildcard odd*.o)
""",
    "drivers/gadget/core.c": CORE, "drivers/gadget/usb.c": USB + CORE.replace("gadget_", "usb_"),
    "drivers/gadget/of.c": OF, "drivers/gadget/stray.c": STRAY,
    "drivers/gadget/debug.c": CORE, "drivers/gadget/noisy.c": CORE, "drivers/gadget/odd.c": CORE,
    "drivers/gadget/ids.h": "#define GADGET_VENDOR 0x1d6b\n#define GADGET_ENTRY(p) { USB_DEVICE(GADGET_VENDOR, p) }\n",
    "include/linux/usb.h": "#define USB_DEVICE(vend, prod) \\\n\t.match_flags = 3, \\\n\t.idVendor = (vend), \\\n\t.idProduct = (prod)\n",
    "include/linux/pci.h": "#define PCI_VDEVICE(vend, dev) \\\n\t.vendor = PCI_VENDOR_ID_##vend, .device = (dev), 0, 0\n",
    "include/linux/pci_ids.h": "#define PCI_VENDOR_ID_ACME 0xac3e\n",
}
CONFIG = "# Linux/x86 6.1.5\nCONFIG_GADGETS=y\nCONFIG_GADGET_CORE=m\nCONFIG_GADGET_USB=m\n# CONFIG_GADGET_OF is not set\nCONFIG_DEBUG_FS=y\n"


def change(h, path):
    text = FILES[path].replace("return a;", "return a + 1;").replace("return 0;", "return 2;").replace("return 1;", "return 3;")
    h.commit("fix-" + path.rsplit("/", 1)[-1].split(".")[0], "gadget: count one more\n", {path: text}, "linux-6.1.y")


def users_of(result):
    """By subject, what step 8.1 of each review says."""
    return {d["subject"]: [(r["statement"], r.get("reason"), r["evidence"]) for p in d["phases"] for r in p["records"] if r["step"] == "8.1"]
            for d in map(json.loads, result[1].splitlines())}


def mailbox_of_many_bases(h):
    """What was read of one tree is not kept for ever, and never taken for another's."""
    names, alone = ("core", "usb", "of"), {}
    box = ""
    for turn, name in enumerate(names * 3):
        base = h.commit(f"base-{turn}", "gadget: another tree\n",
                        {"drivers/gadget/Kconfig": FILES["drivers/gadget/Kconfig"].replace("Gadgets on", f"Gadgets {turn} on"),
                         f"drivers/gadget/{name}.c": FILES[f"drivers/gadget/{name}.c"] + f"/* {turn} */\n"}, "linux-6.1.y")
        h.commit(f"many-{turn}", f"gadget: count one more, {turn}\n",
                 {f"drivers/gadget/{name}.c": FILES[f"drivers/gadget/{name}.c"].replace("return a;", "return a + 1;").replace("return 0;", "return 2;")
                  + f"/* {turn} */\n"}, base)
        git(h.repo, "tag", f"v6.1.{turn}", base)
        mail = git(h.repo, "format-patch", "-1", "--stdout", f"many-{turn}")
        alone.update(users_of(run("review", "-", f"--repo={h.repo}", "--format=json", "--no-proofs", stdin=mail)))
        box += mail
    together = users_of(run("review", "-", f"--repo={h.repo}", "--format=json", "--no-proofs", stdin=box))
    ok(len(alone) == 9 and together == alone, "nine mails for nine trees: each says what it says alone", (alone, together))
    ok(any("Gadgets 7 on" in str(v) for v in together.values()), "and the words of its own tree", together)


def main():
    h = History("reach")
    h.commit("linux-6.1.y", "Linux 6.1.5\n", FILES)
    config = TMP / "config"
    config.write_text(CONFIG)
    reports = {}
    for name in ("core", "usb", "of", "stray", "debug", "noisy", "odd"):
        change(h, f"drivers/gadget/{name}.c")
    change(h, "drivers/always.c")
    for name in ("core", "usb", "of", "stray", "debug", "noisy", "odd", "always"):
        code, out, err = run("branches", "fix-" + name, f"--repo={h.repo}", "--format=json", f"--config={config}", "--no-proofs")
        if not ok(code == 0, f"{name}: answered", err):
            return
        reports[name] = json.loads(out)
    reach = {n: r["branches"][0]["reach"][0] for n, r in reports.items()}
    symbols = {n: [s["name"] for s in f["symbols"]] for n, f in reach.items()}
    ids = {n: [(d["bus"], d["id"]) for d in f["devices"]] for n, f in reach.items()}

    ok(symbols["usb"] == ["CONFIG_GADGET_USB", "CONFIG_GADGETS"], "symbols from the file up to the top", symbols["usb"])
    ok(reach["usb"]["symbols"][0]["prompt"] == "Gadgets on USB", "with their prompts", reach["usb"])
    ok(reach["usb"]["modules"] == ["gadget_usb"], "the module has its kernel name", reach["usb"]["modules"])
    ok(symbols["core"] == ["CONFIG_GADGET_CORE", "CONFIG_GADGETS"], "a composite over two lines", symbols["core"])
    ok(symbols["debug"] == ["CONFIG_DEBUG_FS", "CONFIG_GADGET_CORE", "CONFIG_GADGETS"], "a part with a symbol of its own", symbols["debug"])
    ok([(s["name"], s["not"]) for s in reach["noisy"]["symbols"]] ==
       [("CONFIG_STRAY", False), ("CONFIG_QUIET", True), ("CONFIG_GADGETS", False)], "ifneq and ifndef", reach["noisy"])
    ok(reach["noisy"]["modules"] == [], "obj-y is no module", reach["noisy"]["modules"])
    ok(symbols["always"] == [] and reach["always"]["why"] is None, "a file that is always built", reach["always"])
    ok(reach["odd"]["symbols"] == [] and reach["odd"]["why"], "a list that make computes: not known, and said so", reach["odd"])

    ok(ids["usb"] == [("usb", "1d6b:0011"), ("usb", "1d6b:0012"), ("usb", "1234:GADGET_OTHER"), ("usb", "1d6b:0077")],
       "USB ids through macros; an unknown name stays a name", ids["usb"])
    ok(ids["of"] == [("of", "acme,gadget"), ("of", "acme,old-gadget"), ("acpi", "ACME0001")], "OF and ACPI ids", ids["of"])
    ok(ids["stray"] == [("pci", "ac3e:0042")], "PCI ids, a vendor that is pasted", ids["stray"])
    ok(set(ids["core"]) == set(ids["usb"]) | set(ids["of"]), "a core is reached through the modules that select it, no others", ids["core"])

    mbox = TMP / "mbox"
    names = ("core", "stray", "usb", "stray")
    mbox.write_text("".join(git(h.repo, "format-patch", "-1", "--stdout", "fix-" + n) for n in names))
    code, out, err = run("branches", mbox, f"--repo={h.repo}", "--format=json", f"--config={config}", "--no-proofs")
    ok(reach["stray"]["symbols"][0]["prompt"] == "Something else", "of two definitions the nearest", reach["stray"])
    ok([json.loads(line)["branches"][0]["reach"][0] for line in out.splitlines()] == [reach[n] for n in names],
       "in a mailbox, too: who asked before makes no difference", err)

    archs = {n: f["architectures"] for n, f in reach.items()}
    ok(archs["usb"] == ["x86"], "depends on X86 || COMPILE_TEST", archs["usb"])
    ok(archs["of"] == ["arm64", "x86"], "!S390 of the menu above", archs["of"])
    ok(archs["core"] == ["arm64", "x86"], "a symbol that an architecture and a driver define excludes nothing", archs["core"])
    ok(archs["always"] == [], "no restriction known", archs["always"])

    built = {n: f["built"] for n, f in reach.items()}
    ok(built == {"core": "module", "usb": "module", "of": "no", "stray": "no", "debug": "module", "noisy": "no",
                 "odd": "unknown", "always": "yes"}, "what the configuration builds", built)
    functions = {f["name"]: f["condition"] for f in reach["core"]["functions"]}
    ok(functions == {"gadget_start": "", "gadget_sleep": "CONFIG_PM"}, "the #if around a function", functions)
    ok(reach["usb"]["symbols"][0]["value"] == "m" and reach["of"]["symbols"][0]["value"] == "n", "values of the configuration")

    from jsonschema import Draft202012Validator
    with open(SCHEMA, encoding="utf-8") as f:
        errors = list(Draft202012Validator(json.load(f)).iter_errors(reports["core"]))
    ok(not errors, "fits the schema", errors)

    code, out, _ = run("branches", "fix-usb", f"--repo={h.repo}", f"--config={config}", "--no-proofs")
    ok("Gadgets on USB" in out and "1d6b:0011" in out and "module" in out, "text for people", out)
    code, out, _ = run("branches", "fix-usb", f"--repo={h.repo}", "--format=json", "--no-proofs")
    ok(json.loads(out)["branches"][0]["reach"][0]["built"] is None, "nothing is said to be built without a configuration")
    bad = TMP / "no-config"
    bad.write_text("hello\n")
    code, _, err = run("branches", "fix-usb", f"--repo={h.repo}", f"--config={bad}")
    ok(code == 3 and err.count("\n") == 1, "a file that is no configuration is one clear line", err)
    code, out, err = run("review", "fix-usb", f"--repo={h.repo}", "--base=linux-6.1.y", "--format=json", "--no-proofs")
    users = [r for p in json.loads(out)["phases"] for r in p["records"] if r["step"] == "8.1"]
    ok(any(r["status"] == "verified" and "CONFIG_GADGET_USB" in r["statement"] for r in users), "8.1 of a review says it", users)
    ok(any("CONFIG_PM" in r["statement"] for r in users), "and what a function needs", users)
    mailbox_of_many_bases(h)


main()
done()
