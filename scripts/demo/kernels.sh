#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kernels.sh DIR: prepares DIR/linux.git, a bare repository with the kernel
# sources that Debian 12 packages as linux-source-6.1 and linux-source-6.12.
#
# Branches linux-6.1.y and linux-6.12.y get one commit a release, oldest first,
# and each release a tag such as debian/6.12.117-1 (git allows no "~", so the
# suffix "~deb12u1" is left out). By default the oldest and the newest release
# that the archive offers are taken; RELEASES=all takes every one.
#
# What is there is kept and not fetched again. A killed run leaves only a
# temporary ref, pack or download, which the next run removes or completes:
# branches and tags move in one transaction, after a release is complete.
# Commit ids depend on the releases present and nothing else.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
repo=$dir/linux.git
series_list="6.1 6.12"
releases=${RELEASES:-ends}

die() {
	echo "ostler: demo: $*" >&2
	exit 3
}

mib() {
	echo $(($1 / 1024))
}

# All versions of linux-source-$1 in the archive, oldest first.
offered() {
	apt-cache madison "linux-source-$1" 2>/dev/null |
		awk -F'|' '{ gsub(/ /, "", $2); print $2 }' | sort -V -u
}

wanted() {
	case $releases in
	all) offered "$1" ;;
	ends) offered "$1" | sed -n '1p;$p' | uniq ;;
	esac
}

refresh_index() {
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get -qq update || die "apt-get update failed; see its message above"
}

tag_of() {
	echo "debian/${1%%~*}"
}

has_tag() {
	git -C "$repo" rev-parse -q --verify "refs/tags/$1^{commit}" >/dev/null
}

# The date of the newest changelog entry of a package, in seconds.
date_of_deb() {
	stamp=$(dpkg-deb --fsys-tarfile "$2" 2>/dev/null |
		tar -xO "./usr/share/doc/linux-source-$1/changelog.Debian.gz" 2>/dev/null |
		gzip -dc 2>/dev/null | awk '/^ -- / { sub(/.*>  /, ""); print; exit }')
	[ -n "$stamp" ] && date -u -d "$stamp" +%s
}

download() {
	mkdir -p "$dir/deb"
	quiet=-qq
	[ ! -t 2 ] || quiet=-q
	# apt compares the file with the checksum in the signed index, also
	# when it is already there, and continues one that is incomplete.
	(cd "$dir/deb" && apt-get $quiet download -o APT::Sandbox::User=root \
		"linux-source-$1=$2" >&2) ||
		die "linux-source-$1=$2: could not be downloaded; run apt-get update and try again"
	deb=$dir/deb/linux-source-$1_$(echo "$2" | sed 's/:/%3a/')_all.deb
	[ -f "$deb" ] || die "$deb: apt-get download did not leave it there"
}

import() {
	rm -f "$repo"/objects/pack/tmp_* "$repo"/fast_import_crash_*
	git -C "$repo" update-ref -d refs/ostler/import
	when=$(date_of_deb "$1" "$deb") || die "$deb: no date in its changelog; remove the file and run again"
	dpkg-deb --fsys-tarfile "$deb" |
		tar -xO "./usr/src/linux-source-$1.tar.xz" | xz -dc -T0 |
		python3 "$here/tar-to-fast-import.py" refs/ostler/import "$when" "$2" |
		git -C "$repo" -c core.compression=1 -c fastimport.unpackLimit=1 \
			fast-import --quiet --done --depth=0 ||
		die "$deb: could not be read into $repo; remove the file and run again"
	is=$(git -C "$repo" show refs/ostler/import:Makefile |
		awk '$2 == "=" && $1 ~ /^(VERSION|PATCHLEVEL|SUBLEVEL)$/ { v = v sep $3; sep = "." } END { print v }')
	[ "$is" = "${2%%-*}" ] || die "$deb: its Makefile says $is, its name ${2%%-*}"
}

message() {
	cat <<-END
		Linux ${1%%-*} in Debian's revision $1

		The source of the package linux-source-$2, version $1. Debian patches
		the kernel: this tree is close to the upstream point release
		${1%%-*}, and not the same to the byte. The commit was made from the
		package; its parent is the release before it in this repository, and
		its date is that of the package's changelog.
	END
}

# Makes the branch of series $1 anew from the tags there are and, if $2 is
# given, from the import of version $2; then moves all refs at once.
chain() {
	branch=refs/heads/linux-$1.y
	updates=
	parent=
	for v in $({ git -C "$repo" tag -l "debian/$1.*" --format='%(contents:subject)' |
			sed -n 's/.* revision //p'; echo "${2-}"; } | grep . | sort -V -u); do
		tag=refs/tags/$(tag_of "$v")
		from=$tag
		[ "$v" != "${2-}" ] || from=refs/ostler/import
		when=$(git -C "$repo" log -1 --format=%ct "$from")
		# shellcheck disable=SC2086
		parent=$(message "$v" "$1" | as_importer "$when" commit-tree $parent "$from^{tree}")
		made=$(printf 'object %s\ntype commit\ntag %s\ntagger %s %s +0000\n\nLinux %s in Debian'\''s revision %s\n' \
			"$parent" "$(tag_of "$v")" "$ident" "$when" "${v%%-*}" "$v" | git -C "$repo" mktag)
		updates="${updates}update $tag $made
"
		tip=$parent
		parent="-p $parent"
	done
	printf '%supdate %s %s\ndelete refs/ostler/import\n' "$updates" "$branch" "$tip" |
		git -C "$repo" update-ref --stdin
}

# not the author of the fix: these commits are no work of his
ident="Debian sources <sources@ostler.invalid>"
as_importer() {
	stamp="@$1 +0000"
	shift
	GIT_AUTHOR_NAME=${ident% <*} GIT_AUTHOR_EMAIL=sources@ostler.invalid GIT_AUTHOR_DATE=$stamp \
	GIT_COMMITTER_NAME=${ident% <*} GIT_COMMITTER_EMAIL=sources@ostler.invalid GIT_COMMITTER_DATE=$stamp \
		git -C "$repo" "$@"
}

# Measured: 320 MiB for the first tree of a series, about 10 for a further release,
# 150 for one download at a time; the rest is margin.
need_disk() {
	need=150
	for s in $series_list; do
		git -C "$repo" rev-parse -q --verify "refs/heads/linux-$s.y" >/dev/null || need=$((need + 350))
	done
	need=$((need + 20 * $1))
	free=$(mib "$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')")
	echo "needed on disk: about $need MiB in $dir ($free MiB free)"
	[ "$free" -gt "$need" ] || die "$dir: only $free MiB free; set XDG_CACHE_HOME to a place with $need MiB"
}

case $releases in
all | ends) ;;
*) die "RELEASES=$releases: not known; use RELEASES=all or leave it unset" ;;
esac
mkdir -p "$dir"
exec 9>"$dir/lock"
flock -n 9 || die "$dir: another run is preparing the kernels; wait for it to end"
[ -n "$(offered 6.1)" ] && [ -n "$(offered 6.12)" ] || refresh_index
for s in $series_list; do
	[ -n "$(offered "$s")" ] ||
		die "linux-source-$s: not offered by the configured archive; Debian 12 with bookworm and bookworm-security (main) is needed"
done

[ -d "$repo" ] || {
	rm -rf "$repo.new"
	git init -q --bare -b linux-6.12.y "$repo.new"
	mv "$repo.new" "$repo"
}
todo=
nr=0
for s in $series_list; do
	for v in $(wanted "$s"); do
		has_tag "$(tag_of "$v")" || { todo="$todo $s=$v"; nr=$((nr + 1)); }
	done
done
[ $nr = 0 ] || need_disk $nr
at=0
[ $nr = 0 ] || echo "apt checks each download against the signed index of the archive"
for item in $todo; do
	s=${item%%=*}
	v=${item#*=}
	at=$((at + 1))
	echo "[$at/$nr] linux-source-$s $v: download, unpack into git objects"
	download "$s" "$v"
	import "$s" "$v"
	chain "$s" "$v"
	rm -f "$deb"
done
for s in $series_list; do
	chain "$s"	# nothing moves unless this script has changed
	git -C "$repo" for-each-ref --sort=creatordate --format='%(refname:short)  %(contents:subject)' "refs/tags/debian/$s.*"
done
