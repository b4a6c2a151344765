/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reach.h - who has a changed file in his kernel: the configuration symbols
 * that build it, the module it becomes part of, the devices in the tables of
 * that module, the architectures that can have it.
 *
 * Read from the Makefiles, Kconfig files and device tables of one tree. What
 * could not be followed is said in `why`; the rest holds all the same.
 */
#ifndef OSTLER_REACH_H
#define OSTLER_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A configuration symbol that must be set for the file to be built. */
struct ost_reach_symbol {
	const char *name;	/* "CONFIG_RSI_USB" */
	bool is_not;		/* must not be set */
	const char *prompt;	/* "Redpine Signals USB bus support", "" when it has none */
	const char *type;	/* "tristate", "bool", "" when not known */
	const char *value;	/* in --config: "y", "m", "n"; NULL without one */
	const char *file;	/* where it is defined, "" when nowhere */
	uint32_t line;
	const char *by;		/* the Makefile that asks for it */
	uint32_t by_line;
};

struct ost_reach_device {
	const char *bus;	/* "usb", "pci", "sdio", "of", "acpi" */
	const char *id;		/* "1618:9113" (hex; "*": any), "vendor,chip", "INT33A1" */
	const char *file;	/* where the table is */
	uint32_t line;
};

struct ost_reach_func {
	const char *name;
	const char *condition;	/* "CONFIG_PM" around it in the file, "" for none */
};

struct ost_reach_file {
	const char *path;
	const struct ost_reach_func *functions;	/* changed ones, by line */
	size_t nr_functions;
	/* one set of symbols: all of them must hold; in the order from the file up to the top */
	const struct ost_reach_symbol *symbols;
	size_t nr_symbols;
	size_t nr_ways;		/* how many places build it; symbols and modules are those of all */
	const char *const *modules;	/* it becomes part of them, "rsi_usb"; none: built in only, or not known */
	size_t nr_modules;
	const struct ost_reach_device *devices;	/* of the tables of its modules, and of modules that need them */
	size_t nr_devices;
	const char *const *archs;	/* folders of arch/ that can build it where COMPILE_TEST is not set; none: no restriction is known */
	size_t nr_archs;
	const char *built;	/* with --config: "yes", "module", "no" or "unknown"; else NULL */
	const char *why;	/* what is not known, and why; or NULL */
	const char *text;	/* all of it in one line for people */
};

#endif
