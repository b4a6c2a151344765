#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs the packages of scripts/packages.txt that are missing, and says which.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
missing=
for p in $(sed -e 's/#.*//' "$here/packages.txt"); do
	dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null | grep -qx installed || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "ostler: install-deps: missing packages:$missing; install them as root" >&2
		exit 3
	}
	sudo=sudo
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get -qq update
# shellcheck disable=SC2086
$sudo apt-get -qq install -y --no-install-recommends $missing >/dev/null
