#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# git.sh TOOL: the comparisons of scripts/oracle-git.py and oracle-apply.py on
# the small repositories of tests/repos, where every odd case is in a dozen
# commits.
set -u
tool=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
nr=0

# check INPUT SCRIPT ARGUMENTS: one line of TAP
check() {
	name="$2 on $(basename "$1")"
	script=$2
	shift 2
	nr=$((nr + 1))
	if out=$("$top/scripts/$script" "$tool" "$@" 2>&1); then
		echo "ok $nr - $name # $(echo "$out" | tail -1)"
	else
		echo "$out" | sed 's/^/# /'
		echo "not ok $nr - $name"
	fi
}

for fi in "$top"/tests/repos/*.fi; do
	repo=$tmp/$(basename "$fi").git
	git init -q --bare "$repo" && git -C "$repo" fast-import --quiet <"$fi" || exit 1
	check "$fi" oracle-git.py "$repo" 1000
	check "$fi" oracle-apply.py "$repo" 25 1
done
# seed, commits, words, lines: from a file in which everything has rivals to one of a hundred lines
for words in "1 60 4 30" "2 60 7 30" "5 40 40 100"; do
	repo=$tmp/words-${words%% *}.git
	# shellcheck disable=SC2086
	git init -q --bare "$repo" && python3 "$top/tests/oracle/few_words.py" $words |
		git -C "$repo" fast-import --quiet || exit 1
	check "words $words" oracle-apply.py "$repo" 50 1
done
echo "1..$nr"
