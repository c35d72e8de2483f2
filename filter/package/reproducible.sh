#!/bin/sh
# reproducible.sh -- two builds in two folders give the same bytes.
# SPDX-License-Identifier: MIT
#   sh filter/package/reproducible.sh VERSION ARCHIVE
# Each from the archive, with another zone, language, mask and depth of folders.
set -eu
version=$1 archive=$2
work=build/reproducible
rm -rf $work

build()
{
	mkdir -p "$1"
	tar -C "$1" -xf "$archive"
	(cd "$1/cwsift-$version" &&
	    umask "$2" && TZ=$3 LC_ALL=$4 && export TZ LC_ALL &&
	    make -j2 BUILD=build VERSION="$version" all dist deb) > "$1/log" 2>&1 ||
	    { tail -20 "$1/log"; return 1; }
}

unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES
build $work/one 022 UTC C
build $work/a/longer/way/to/two 077 Asia/Tokyo C.UTF-8
one=$work/one/cwsift-$version
two=$work/a/longer/way/to/two/cwsift-$version
for file in cwsift "build/cwsift-$version.tar.gz" $(cd "$one" && ls build/deb/*.deb); do
	cmp "$one/$file" "$two/$file"
	echo "same bytes: $file"
done
cmp "$archive" "$one/build/cwsift-$version.tar.gz"
echo "same bytes: the archive of an unpacked archive"
