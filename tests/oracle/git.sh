#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# git.sh TOOL: the comparison of scripts/oracle-git.py on the small
# repositories of tests/repos, where every odd case is in a dozen commits.
set -u
tool=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
nr=0
for fi in "$top"/tests/repos/*.fi; do
	nr=$((nr + 1))
	repo=$tmp/$nr.git
	git init -q --bare "$repo" && git -C "$repo" fast-import --quiet <"$fi" || exit 1
	if out=$("$top/scripts/oracle-git.py" "$tool" "$repo" 1000 2>&1); then
		echo "ok $nr - $(basename "$fi") # $out"
	else
		echo "$out" | sed 's/^/# /'
		echo "not ok $nr - $(basename "$fi")"
	fi
done
echo "1..$nr"
