#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# facts.sh OSTLER SCHEMA: `ostler facts` from the outside.
set -u
ostler=$1
schema=$2
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0
tree=$tmp/tree
export XDG_CACHE_HOME="$tmp/cache"
unset OSTLER_STORE_LIMIT

# ok WHAT COMMAND…: does it succeed?
ok()
{
	n=$((n + 1))
	what=$1
	shift
	if "$@" >"$tmp/out" 2>&1; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# /' "$tmp/out"
	fi
}

# status WANTED COMMAND…: its output goes to $tmp/stdout and $tmp/stderr
status()
{
	wanted=$1
	shift
	"$@" >"$tmp/stdout" 2>"$tmp/stderr"
	have=$?
	[ $have = "$wanted" ] || {
		echo "exit status $have, not $wanted: $*"
		cat "$tmp/stdout" "$tmp/stderr"
		return 1
	}
}

# field NAME: of the JSON in $tmp/stdout
field()
{
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$tmp/stdout" "$1"
}

is()
{
	[ "$1" = "$2" ] || {
		echo "have '$1', want '$2'"
		return 1
	}
}

valid()
{
	python3 -c 'import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$tmp/stdout" "$schema"
}

digest()
{
	"$ostler" facts --digest --format=json "$@" >"$tmp/stdout" && field digest
}

mkdir -p "$tree/drivers" "$tree/include" "$tree/kernel"
cat >"$tree/drivers/a.c" <<'C'
#include <linux/mutex.h>
static DEFINE_MUTEX(lock);
static int a_open(struct inode *i, struct file *f)
{
	mutex_lock(&lock);
	if (!i)
		goto out;
	list_for_each_entry(x, &list, node)
		do_it(x);
out:
	mutex_unlock(&lock);
	return 0;
}
static const struct file_operations a_fops = { .open = a_open };
C
echo 'struct b { int x; };' >"$tree/include/b.h"
cp "$tree/include/b.h" "$tree/include/twin.h"
head -c 3000 /dev/urandom >"$tree/kernel/binary.c"
# with a NUL and bytes that no text has, whatever urandom gave
printf '\000\001\377' >>"$tree/kernel/binary.c"

first_run()
{
	status 0 "$ostler" facts --format=json "$tree" && valid && is "$(field files)" 4 &&
		is "$(field functions)" 1 && is "$(field blobs_new)" 3 && is "$(field blobs_reused)" 0
}
ok "a first run reads each blob once" first_run

second_run()
{
	status 0 "$ostler" facts --format=json "$tree" && valid && is "$(field blobs_new)" 0 &&
		is "$(field blobs_reused)" 3
}
ok "a second run reads nothing" second_run

not_c()
{
	python3 -c 'import json, sys
u = json.load(open(sys.argv[1]))["unreadable"]
assert len(u) == 1 and u[0]["path"] == "kernel/binary.c" and "not C" in u[0]["why"], u' "$tmp/stdout"
}
ok "a file that is not C is named" not_c

is_private()
{
	is "$(stat -c %a "$tmp/cache/ostler/store")" 700
}
ok "the store is private" is_private

nothing_kept()
{
	status 0 "$ostler" facts --no-store --store="$tmp/none" "$tree" && [ ! -e "$tmp/none" ]
}
ok "--no-store keeps nothing" nothing_kept

dump()
{
	status 0 "$ostler" facts --dump=drivers/a.c "$tree" && grep -q a_open "$tmp/stdout" &&
		grep -q a_fops "$tmp/stdout" && ! grep -q 'files,' "$tmp/stdout"
}
ok "--dump prints the facts of one file" dump

git -C "$tree" init -q
git -C "$tree" add -A
git -C "$tree" -c user.name=n -c user.email=e@example.org commit -q -m tree
want=$(digest --no-store --jobs=1 "$tree")
equal()
{
	is "$(digest --no-store --jobs=4 "$tree")" "$want" &&
		is "$(digest "$tree")" "$want" &&
		is "$(digest --store="$tmp/g" --repo="$tree" HEAD)" "$want" &&
		is "$(digest --store="$tmp/g" --repo="$tree" HEAD)" "$want"
}
ok "the same facts from 1 and 4 threads, with and without a store, from a directory and git" equal

missing()
{
	blob=$(git -C "$tree" rev-parse HEAD:include/b.h)
	chmod u+w "$tree/.git/objects/"*/*
	mv "$tree/.git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)" "$tmp/blob"
	status 0 "$ostler" facts --no-store --format=json --repo="$tree" HEAD
	mv "$tmp/blob" "$tree/.git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)"
	python3 -c 'import json, sys
u = json.load(open(sys.argv[1]))["unreadable"]
assert [x["path"] for x in u] == ["include/b.h", "include/twin.h", "kernel/binary.c"], u
assert u[0]["object"] == sys.argv[2] and "missing" in u[0]["why"], u' "$tmp/stdout" "$blob"
}
ok "a missing object is named and the run goes on" missing

damaged()
{
	for pack in "$tmp"/cache/ostler/store/pack-*; do
		printf x | dd of="$pack" bs=1 seek=50 conv=notrunc 2>/dev/null
		printf x | dd of="$pack" bs=1 seek="$(($(stat -c %s "$pack") - 60))" conv=notrunc 2>/dev/null
	done
	status 0 "$ostler" facts --digest --format=json "$tree" && is "$(field digest)" "$want" &&
		is "$(grep -c 'ostler: store: .*built anew' "$tmp/stderr")" 1 &&
		status 0 "$ostler" facts "$tree" && is "$(cat "$tmp/stderr")" ""
}
ok "a damaged store is built anew, with one note" damaged

full()
{
	(
		ulimit -f 4
		status 3 "$ostler" facts --store="$tmp/full" --digest --format=json --quiet "$tree"
	) && is "$(field digest)" "$want" && is "$(wc -l <"$tmp/stderr")" 1
}
i=0
while [ $i -lt 300 ]; do
	echo "int v$i(int a) { return f$i(a) + g$((i * 7919))(a); }"
	i=$((i + 1))
done >"$tree/drivers/big.c"
want=$(digest --no-store "$tree")
ok "a full disk is one error, and the answer is complete" full

interrupted()
{
	status 0 "$ostler" facts "$tree" && ls "$tmp/cache/ostler/store" | grep -q tmp- && return 1
	return 0
}
ok "nothing is left behind" interrupted

usage_errors()
{
	status 2 "$ostler" facts && status 2 "$ostler" facts "$tree" extra &&
		status 2 "$ostler" facts --store-limit=much "$tree" &&
		status 2 "$ostler" facts --format=xml "$tree" && status 2 "$ostler" facts --repo="$tree"
}
ok "wrong usage is status 2" usage_errors

input_errors()
{
	status 3 "$ostler" facts "$tmp/nowhere" && status 3 "$ostler" facts --repo="$tree" no-such-revision &&
		status 3 "$ostler" facts --dump=no.c "$tree" && is "$(wc -l <"$tmp/stderr")" 1 &&
		mkdir -p "$tmp/mine/store" && touch "$tmp/mine/store/thesis" &&
		status 3 "$ostler" facts --store="$tmp/mine" "$tree" && [ -e "$tmp/mine/store/thesis" ]
}
ok "wrong input is status 3" input_errors
echo "1..$n"
