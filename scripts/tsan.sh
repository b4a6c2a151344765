#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tsan.sh BUILDDIR: builds with ThreadSanitizer and runs the unit tests of all
# that uses threads.
set -eu
cd "$(dirname "$0")/.."
build=$1
[ -f "$build/build.ninja" ] ||
	meson setup "$build" --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false >/dev/null
tests=$(cd tests/unit && grep -l -E 'jobs|pthread|pool' test_*.c | sed 's/\.c$//')
for test in $tests; do
	ninja -C "$build" "tests/unit/$test" >"$build/.log" 2>&1 || { cat "$build/.log"; exit 1; }
	OSTLER_TESTS="$PWD/tests" TSAN_OPTIONS=halt_on_error=0:exitcode=66 \
		CMOCKA_MESSAGE_OUTPUT=TAP "$build/tests/unit/$test"
done
