#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `make demo`: real kernels, a real fix, a review. See README.md.
# RELEASES=all prepares every point release that Debian's archive offers.
set -eu
cd "$(dirname "$0")/.."
dir=${XDG_CACHE_HOME:-$HOME/.cache}/ostler/demo
repo=$dir/linux.git
began=$(date +%s)

echo "== kernels: Debian's linux-source packages as commits of $repo"
scripts/demo/kernels.sh "$dir"

echo "== the fix: a commit on top of the newest 6.12, made by scripts/demo/flagship.py"
fix=$(scripts/demo/flagship.py "$repo" linux-6.12.y)
git -C "$repo" --no-pager log --stat -1 --format='%h %s' "$fix"
echo "(kernels and fix: $(($(date +%s) - began)) s)"

set -- build/ostler review "$fix" --repo="$repo" --stable=linux-6.1.y,linux-6.12.y
echo
echo "== $*"
status=0
"$@" || status=$?
[ $status -le 1 ] || exit $status
echo
echo "All records with their commands: add --full. The fix itself: git -C $repo show $(echo "$fix" | cut -c1-12)"
