#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# run-tests.sh all|quick BUILDDIR: builds with ASan and UBSan, runs the tests,
# ends with the line "N passed, N failed, N skipped" and fails when one failed.
set -eu
tier=$1
san=$2
cd "$(dirname "$0")/.."
[ -f "$san/build.ninja" ] ||
	meson setup "$san" --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
meson compile -C "$san" >"$san/.log" 2>&1 || { cat "$san/.log"; exit 1; }
suites=
[ "$tier" = all ] || suites="--no-suite slow"
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
# shellcheck disable=SC2086
meson test -C "$san" --no-rebuild --print-errorlogs $suites || true
exec python3 scripts/count-tests.py "$san/meson-logs/testlog.json"
