#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh NAME [SECONDS]: fuzzes with clang's libFuzzer, starting from
# corpus/NAME; new inputs go to build-fuzz/corpus/NAME, a crash is left in
# build-fuzz as crash-*. What is worth keeping is copied to corpus/ by hand.
set -eu
name=$1
cd "$(dirname "$0")/../.."
[ -f build-fuzz/build.ninja ] ||
	CC=clang meson setup build-fuzz -Dfuzzers=true -Db_sanitize=address,undefined \
		-Db_lundef=false --buildtype=debugoptimized >/dev/null
ninja -C build-fuzz "tests/fuzz/fuzz_$name" >build-fuzz/.log 2>&1 || { cat build-fuzz/.log; exit 1; }
mkdir -p "build-fuzz/corpus/$name"
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
exec "build-fuzz/tests/fuzz/fuzz_$name" -max_total_time="${2:-30}" -max_len=20000 \
	-artifact_prefix=build-fuzz/ -print_final_stats=1 \
	"build-fuzz/corpus/$name" "tests/fuzz/corpus/$name"
