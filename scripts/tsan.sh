#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tsan.sh BUILDDIR [TREE]: builds with ThreadSanitizer, runs the unit tests of
# all that uses threads, then reads, links and searches a tree (that of
# tests/locks when none is given) and reviews a mailbox with four threads: a race
# is a failure, and so is an answer other than that of one thread. Exit status
# 77: cannot run here.
set -eu
cd "$(dirname "$0")/.."
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ThreadSanitizer does not bear every layout of memory that a kernel hands out.
echo 'int main(void) { return 0; }' | ${CC:-cc} -fsanitize=thread -x c - -o "$work/probe"
fixed=
if ! "$work/probe" 2>/dev/null; then
	fixed="setarch -R"
	$fixed "$work/probe" 2>/dev/null || { echo "1..0 # SKIP ThreadSanitizer cannot run on this kernel"; exit 77; }
fi
tree=${2:-tests/locks/golden}
[ -f "$build/build.ninja" ] ||
	meson setup "$build" --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false >/dev/null
export TSAN_OPTIONS=halt_on_error=0:exitcode=66 OSTLER_TESTS="$PWD/tests"

made() {
	ninja -C "$build" "$@" >"$build/.log" 2>&1 || { cat "$build/.log"; exit 1; }
}

for test in $(cd tests/unit && grep -l -E 'jobs|pthread|pool' test_*.c | sed 's/\.c$//'); do
	made "tests/unit/$test"
	CMOCKA_MESSAGE_OUTPUT=TAP $fixed "$build/tests/unit/$test"
done

made src/cli/ostler
# The same question with one thread and with four; what a run measures is left out.
same() {
	name=$1
	shift
	for jobs in 1 4; do
		$fixed "$build/src/cli/ostler" "$@" --jobs=$jobs --store="$work/$jobs" --format=json >"$work/out" ||
			[ $? = 1 ] || exit 1
		sed -E 's/"(seconds|peak_rss_kib)": ?[0-9.e+-]+//g' "$work/out" >"$work/$name.$jobs"
	done
	cmp "$work/$name.1" "$work/$name.4" || exit 1
	echo "ok - $name"
}
same facts facts "$tree"
same facts-again facts "$tree"
same query query "$tree" callers mutex_lock
same deadlocks deadlocks "$tree"
# named kinds keep to the part that is asked for: what is held on entry is searched beside the rest
same deadlocks-part deadlocks --kind=work-wait,self-wait,AA,ABBA,workqueue-flush,completion-wait,irq-context --rank=possible "$tree" drivers

# A mailbox has its reviews side by side: the commits of the small kernel, twice, as mails.
git init -q "$work/repo"
git -C "$work/repo" fast-import --quiet <tests/repos/review.fi
git -C "$work/repo" for-each-ref --format='%(objectname)' refs/heads |
while read -r tip; do
	git -C "$work/repo" log -6 --no-merges --format=email -p --full-index "$tip"
done >"$work/once"
cat "$work/once" "$work/once" >"$work/mbox"
same review review "$work/mbox" --repo="$work/repo"
