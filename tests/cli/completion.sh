#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# completion.sh COMPLETION PROGRAM: what bash offers at the end of a line.
set -u
completion=$1
program=$2
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0

# shellcheck source=/dev/null
. "$completion"

# offered LINE: the words that completion gives for it, on one line
offered()
{
	local line=$1

	COMP_LINE=$line
	COMP_POINT=${#line}
	# as bash splits: at blanks, and "=" is a word of its own
	read -ra COMP_WORDS <<<"${line//=/ = }"
	[[ $line == *[[:space:]=] ]] && COMP_WORDS+=("")
	COMP_WORDS[0]=$program
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_ostler 2>/dev/null
	echo " ${COMPREPLY[*]} "
}

has()
{
	n=$((n + 1))
	case $(offered "$1") in
	*" $2 "*) echo "ok $n - '$1' offers $2" ;;
	*) echo "not ok $n - '$1' offers $2, not$(offered "$1")" ;;
	esac
}

git init -q -b linux-6.1.y "$tmp/repo"
git -C "$tmp/repo" -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m x
git -C "$tmp/repo" branch linux-6.12.y
touch "$tmp/a.patch"
cd "$tmp" || exit 1

echo 1..8
has "ostler --v" --version
first=$("$program" --help | awk '/^  [a-z]/ { print $1; exit }')
if [[ $first ]]; then
	has "ostler ${first:0:2}" "$first"
	has "ostler $first --form" --format=
else
	echo "ok 2 # SKIP no commands in this build"
	echo "ok 3 # SKIP no commands in this build"
	n=3
fi
has "ostler review --format=" json
has "ostler review a" a.patch
has "ostler review x --repo=repo --stable=linux-6.12" linux-6.12.y
has "ostler review x --repo=repo --stable=linux-6.1.y,linux-6.12" linux-6.1.y,linux-6.12.y
has "ostler review x --repo=repo --base=linux-6.1." linux-6.1.y
