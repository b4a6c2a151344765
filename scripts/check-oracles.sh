#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# check-oracles.sh: compares Ostler with the programs that its answers must
# equal. REPO=DIR names the git repository (default: the one `make demo`
# prepares), NUMBER how many random commits, SEED which ones; TREES: unpacked
# kernels, or revisions of REPO (default: linux-6.1.y and linux-6.12.y). The
# functions that commits touch are compared with ctags (installs universal-ctags). TREE: an
# unpacked kernel, whose functions and calls are compared with ctags and
# tree-sitter-c (may install universal-ctags, libtree-sitter-dev, and the npm
# package of the grammar); TREE alone runs only these two.
set -eu
cd "$(dirname "$0")/.."
source_oracles() {
	ninja -C build tests/facts/scan_tree >build/.log 2>&1 || { cat build/.log; exit 1; }
	scripts/oracle-ctags.py build/tests/facts/scan_tree "$TREE" || failed=1
	scripts/oracle-tree-sitter.py build/tests/facts/scan_tree "$TREE" || failed=1
}
failed=0
[ -z "${TREE:-}" ] || source_oracles
[ -z "${TREE:-}" ] || [ -n "${REPO:-}" ] || exit $failed
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ostler
repo=${REPO:-$cache/demo/linux.git}
[ -d "$repo" ] || {
	echo "ostler: check-oracles: no repository at $repo; give REPO=DIR or run 'make demo' first" >&2
	exit 3
}
ninja -C build tests/oracle/functions_tool tests/oracle/git_tool tests/oracle/maintainers_tool >build/.log 2>&1 || { cat build/.log; exit 1; }
scripts/oracle-git.py build/tests/oracle/git_tool "$repo" "${NUMBER:-300}" "${SEED:-1}" || failed=1
scripts/oracle-apply.py build/tests/oracle/git_tool "$repo" "${TRIALS:-100}" "${SEED:-1}" || failed=1
scripts/oracle-functions.py build/tests/oracle/functions_tool "$repo" "${NUMBER:-300}" "${SEED:-1}" || failed=1
for tree in ${TREES:-linux-6.1.y linux-6.12.y}; do
	if [ -d "$tree" ] || git -C "$repo" rev-parse -q --verify "$tree:MAINTAINERS" >/dev/null; then
		scripts/oracle-maintainers.py --repo="$repo" --seed="${SEED:-1}" \
			build/tests/oracle/maintainers_tool "$tree" || failed=1
	else
		echo "ok - MAINTAINERS of $tree # SKIP not in $repo"
	fi
done
exit $failed
