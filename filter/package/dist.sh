#!/bin/sh
# dist.sh -- the source archive: the same bytes wherever and from whatever it is made.
# SPDX-License-Identifier: MIT
#   sh filter/package/dist.sh NAME FILE       in the root of the tree
# In a git clone it is what was committed last, else (in an unpacked archive) what is
# there; an archive made of an unpacked archive is that archive again.
set -eu
name=$1 file=$2
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"
if [ -e .git ]; then
	git archive HEAD > "$work/tar"
	time=$(git log -1 --format=%ct)
else
	tar --exclude=./build --exclude=./cwsift --exclude=./debian -cf "$work/tar" .
	time=$(stat -c %Y CHANGELOG.md)
fi
tar -C "$work/$name" -xf "$work/tar"
LC_ALL=C tar -C "$work" --sort=name --format=gnu --owner=0 --group=0 \
	--numeric-owner --mode=u=rwX,go=rX \
	--mtime="@${SOURCE_DATE_EPOCH:-$time}" -cf "$work/tar" "$name"
mkdir -p "$(dirname "$file")"
gzip -9n < "$work/tar" > "$file"
