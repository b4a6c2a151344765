#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh [NAME…]: `make bench`: all parts, or those named (facts, …).
set -eu
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- $(ls ./*.sh | sed 's|^\./||; s|\.sh$||' | grep -v '^run$')
status=0
for part; do
	echo "== $part"
	"./$part.sh" || status=1
done
exit $status
