#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `make demo`: real kernels, a real fix, a review. See README.md.
set -eu
cd "$(dirname "$0")/.."
dir=${XDG_CACHE_HOME:-$HOME/.cache}/ostler/demo
repo=$dir/linux.git

echo "== kernels: Debian's linux-source packages as commits of $repo"
scripts/demo/kernels.sh "$dir"

echo "== the fix: a commit on top of the newest 6.12"
fix=$(scripts/demo/flagship.py "$repo" linux-6.12.y)
git -C "$repo" --no-pager log --stat -1 --format='%h %s' "$fix"

set -- build/ostler review "$fix" --repo="$repo" --stable=linux-6.1.y,linux-6.12.y
echo
echo "== $*"
status=0
"$@" || status=$?
[ $status -le 1 ]
