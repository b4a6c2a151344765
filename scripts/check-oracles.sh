#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# check-oracles.sh: compares Ostler with the programs that its answers must
# equal. REPO=DIR names the git repository (default: the one `make demo`
# prepares), NUMBER how many random commits, SEED which ones; TREES: unpacked
# kernels, or revisions of REPO (default: linux-6.1.y and linux-6.12.y).
set -eu
cd "$(dirname "$0")/.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ostler
repo=${REPO:-$cache/demo/linux.git}
[ -d "$repo" ] || {
	echo "ostler: check-oracles: no repository at $repo; give REPO=DIR or run 'make demo' first" >&2
	exit 3
}
ninja -C build tests/oracle/git_tool tests/oracle/maintainers_tool >build/.log 2>&1 || { cat build/.log; exit 1; }
failed=0
scripts/oracle-git.py build/tests/oracle/git_tool "$repo" "${NUMBER:-300}" "${SEED:-1}" || failed=1
for tree in ${TREES:-linux-6.1.y linux-6.12.y}; do
	if [ -d "$tree" ] || git -C "$repo" rev-parse -q --verify "$tree:MAINTAINERS" >/dev/null; then
		scripts/oracle-maintainers.py --repo="$repo" --seed="${SEED:-1}" \
			build/tests/oracle/maintainers_tool "$tree" || failed=1
	else
		echo "ok - MAINTAINERS of $tree # SKIP not in $repo"
	fi
done
exit $failed
