#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# install.sh BUILDDIR: what `make install` puts where, and that uninstall
# takes it all away again.
set -u
build=$1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0
ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

echo 1..7
DESTDIR=$tmp/root meson install -C "$build" --no-rebuild --quiet >"$tmp/log" 2>&1
ok $? "installs under DESTDIR"
prefix=$(find "$tmp/root" -path '*/bin/ostler' | sed 's,/bin/ostler$,,')
"$prefix/bin/ostler" --version >"$tmp/version" 2>&1
ok $? "the installed program runs"
grep -q '^ostler [0-9]' "$tmp/version"
ok $? "and says its version"
man -l "$prefix/share/man/man1/ostler.1" >/dev/null 2>&1 || grep -q '^\.TH "ostler"' "$prefix/share/man/man1/ostler.1"
ok $? "the manual page is one"
[ -s "$prefix/share/bash-completion/completions/ostler" ]
ok $? "the completion is where bash looks for it"
stray=$(find "$tmp/root" -type f ! -path '*/bin/ostler' ! -path '*/share/man/*' \
	! -path '*/share/bash-completion/*' ! -path '*/share/doc/ostler/*')
[ -z "$stray" ]
ok $? "nothing else is installed${stray:+: $stray}"
DESTDIR=$tmp/root ninja -C "$build" uninstall >>"$tmp/log" 2>&1
left=$(find "$tmp/root" -type f 2>/dev/null)
[ -z "$left" ]
ok $? "uninstall leaves no file${left:+: $left}"
