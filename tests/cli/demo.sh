#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# demo.sh SCRIPTS: the demo's preparation of kernels and its fix, on tiny
# packages of made-up source and an archive that stands in for apt.
set -u
scripts=$1/demo
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
archive=$tmp/archive
mkdir -p "$archive" "$tmp/bin"
n=0
ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		sed 's/^/# /' "$tmp/log" | tail -5
	fi
}
for tool in dpkg-deb flock xz; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is missing"; exit 0; }
done

# ---- an archive of two series ----

mac80211=drivers/net/wireless/rsi/rsi_91x_mac80211.c
usb=drivers/net/wireless/rsi/rsi_91x_usb.c
source_tree() { # VERSION: made-up files of that release in the current folder
	mkdir -p drivers/net/wireless/rsi
	major=${1%%.*}
	rest=${1#*.}
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = %s\n' "$major" "${rest%%.*}" "${rest#*.}" >Makefile
	printf 'static void rsi_mac80211_stop(struct hw *hw)\n{\n\tlock(hw);\n\twiphy_rfkill_stop_polling(hw->w);\n\tunlock(hw);\n}\n' >$mac80211
	printf 'static void rsi_disconnect(struct usb *u)\n{\n\tstruct a *adapter = get(u);\n\n\trsi_mac80211_detach(adapter);\n}\n' >$usb
	echo "release $1" >"a file"
	ln -sf Makefile link
	chmod 755 Makefile
}
package() { # SERIES VERSION DAY
	p=$tmp/p
	rm -rf "$p"
	mkdir -p "$p/DEBIAN" "$p/usr/src" "$p/usr/share/doc/linux-source-$1" "$p/s/linux-source-$1"
	(cd "$p/s/linux-source-$1" && source_tree "${2%%-*}")
	tar -C "$p/s" -cJf "$p/usr/src/linux-source-$1.tar.xz" "linux-source-$1"
	rm -rf "$p/s"
	printf 'linux (%s) x; urgency=low\n\n  * x\n\n -- A Person <a@example.org>  %s Jan 2026 10:00:00 +0100\n\n -- Old <o@example.org>  Thu, 01 Jan 2015 10:00:00 +0100\n' \
		"$2" "$3" | gzip -n >"$p/usr/share/doc/linux-source-$1/changelog.Debian.gz"
	printf 'Package: linux-source-%s\nVersion: %s\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n' \
		"$1" "$2" >"$p/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$p" "$archive/linux-source-$1_$2_all.deb" >/dev/null
}
package 6.1 6.1.9-1 'Fri, 02'
package 6.1 6.1.10-1 'Sat, 03'
package 6.1 6.1.10-2 'Sun, 04'
package 6.12 6.12.1-1~deb12u1 'Mon, 05'
package 6.12 6.12.20-1~deb12u1 'Tue, 06'
cat >"$tmp/bin/apt-cache" <<END
#!/bin/sh
for f in "$archive/\$2"_*.deb; do
	v=\${f#*_}
	echo "\$2 | \${v%_all.deb} | http://example.org Packages"
done
END
cat >"$tmp/bin/apt-get" <<END
#!/bin/sh
for last; do :; done
echo "\$last" >>"$tmp/downloads"
cp "$archive/\$(echo "\$last" | sed 's/=/_/')_all.deb" .
END
chmod +x "$tmp/bin"/*
PATH=$tmp/bin:$PATH
: >"$tmp/downloads"

kernels() { # DIR
	"$scripts/kernels.sh" "$1" >"$tmp/log" 2>&1
}
refs() {
	git -C "$1/linux.git" for-each-ref --format='%(refname) %(objectname)'
}

echo 1..17
kernels "$tmp/a"
ok $? "prepares the kernels"
[ "$(git -C "$tmp/a/linux.git" tag | tr '\n' ' ')" = "debian/6.1.10-2 debian/6.1.9-1 debian/6.12.1-1 debian/6.12.20-1 " ]
ok $? "the oldest and the newest of each series, by version and not by letter"
[ "$(git -C "$tmp/a/linux.git" rev-list --count linux-6.1.y)" = 2 ] &&
	[ "$(git -C "$tmp/a/linux.git" rev-parse linux-6.1.y)" = "$(git -C "$tmp/a/linux.git" rev-parse 'debian/6.1.10-2^{commit}')" ]
ok $? "the newest is the tip of its branch"
git -C "$tmp/a/linux.git" log -1 --format=%B linux-6.12.y >"$tmp/log"
grep -q '6.12.20-1~deb12u1' "$tmp/log" && grep -q 'Debian patches' "$tmp/log"
ok $? "the message says which revision and that it is patched"
git -C "$tmp/a/linux.git" ls-tree -r linux-6.12.y >"$tmp/log"
grep -q '^120000.*link$' "$tmp/log" && grep -q '^100755.*Makefile$' "$tmp/log" && grep -q 'a file$' "$tmp/log"
ok $? "links, modes and names with blanks are kept"
[ "$(git -C "$tmp/a/linux.git" log -1 --format=%ct linux-6.12.y)" = "$(date -ud '6 Jan 2026 09:00' +%s)" ]
ok $? "the date is that of the changelog's newest entry"
refs "$tmp/a" >"$tmp/before"
: >"$tmp/downloads"
kernels "$tmp/a" && [ ! -s "$tmp/downloads" ] && refs "$tmp/a" | cmp -s - "$tmp/before"
ok $? "a second run downloads nothing and changes nothing"
[ -z "$(ls "$tmp/a/deb")" ]
ok $? "downloads are not kept"

RELEASES=all kernels "$tmp/a" && RELEASES=all kernels "$tmp/b" &&
	[ "$(refs "$tmp/a")" = "$(refs "$tmp/b")" ] && refs "$tmp/a" | grep -q 'debian/6.1.10-1 '
ok $? "RELEASES=all gives the same ids in two steps or one"

# what a killed run may leave
mkdir -p "$tmp/c/deb"
git init -q --bare "$tmp/c/linux.git.new"
kernels "$tmp/c"
git -C "$tmp/c/linux.git" update-ref refs/ostler/import linux-6.1.y
git -C "$tmp/c/linux.git" update-ref -d refs/tags/debian/6.12.20-1
echo half >"$tmp/c/linux.git/objects/pack/tmp_pack_x"
echo half >"$tmp/c/deb/linux-source-6.12_6.12.20-1~deb12u1_all.deb"
kernels "$tmp/c" && [ "$(refs "$tmp/c")" = "$(cat "$tmp/before")" ] &&
	[ ! -e "$tmp/c/linux.git/objects/pack/tmp_pack_x" ]
ok $? "what a killed run left is cleared away"

(
	flock 9
	kernels "$tmp/a"
) 9>"$tmp/a/lock"
[ $? = 3 ] && grep -q 'another run' "$tmp/log"
ok $? "two runs at once: the second says so"
RELEASES=some kernels "$tmp/a"
[ $? = 3 ] && grep -q 'RELEASES=some' "$tmp/log"
ok $? "an unknown RELEASES is refused"

# ---- archives that are not what they should be ----

mkdir -p "$tmp/t/x"
echo evil >"$tmp/t/evil"
git init -q --bare "$tmp/t.git"
import() {
	"$scripts/tar-to-fast-import.py" refs/heads/x 1 label 2>"$tmp/log" |
		git -C "$tmp/t.git" fast-import --quiet --done >/dev/null 2>&1
	! git -C "$tmp/t.git" rev-parse -q --verify refs/heads/x >/dev/null
}
tar -C "$tmp/t/x" -P -cf - ../evil | import && grep -q 'unsafe name' "$tmp/log"
ok $? "a name that leaves the tree is refused"
head -c 3000 /dev/zero | tr '\0' x >"$tmp/t/big"
tar -C "$tmp" -cf - t/big | head -c 2000 | import && grep -q 'ends in the middle' "$tmp/log"
ok $? "a truncated archive is refused"

# ---- the fix ----

fix=$("$scripts/flagship.py" "$tmp/a/linux.git" linux-6.12.y 2>"$tmp/log")
again=$("$scripts/flagship.py" "$tmp/a/linux.git" linux-6.12.y)
[ -n "$fix" ] && [ "$fix" = "$again" ] && [ "$(git -C "$tmp/a/linux.git" rev-parse ostler-demo/rsi-rfkill)" = "$fix" ]
ok $? "the fix has the same id each time"
git -C "$tmp/a/linux.git" show --format= -U0 "$fix" | grep '^[-+][^-+]' >"$tmp/log"
printf -- '-\twiphy_rfkill_stop_polling(hw->w);\n+\tif (adapter->hw)\n+\t\twiphy_rfkill_stop_polling(adapter->hw->wiphy);\n' | cmp -s - "$tmp/log"
ok $? "it moves the call"
git -C "$tmp/a/linux.git" branch fixed "$fix"
git -C "$tmp/a/linux.git" update-ref refs/heads/only "$(git -C "$tmp/a/linux.git" commit-tree "$fix^{tree}" -m x 2>/dev/null ||
	git -C "$tmp/a/linux.git" -c user.name=a -c user.email=a@example.org commit-tree "$fix^{tree}" -m x)"
! "$scripts/flagship.py" "$tmp/a/linux.git" only >"$tmp/log" 2>&1 && grep -q 'no release has the code' "$tmp/log"
ok $? "code without the defect is said to be so"
