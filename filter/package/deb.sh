#!/bin/sh
# deb.sh -- a Debian package from the source archive.
# SPDX-License-Identifier: MIT
#   sh filter/package/deb.sh VERSION ARCHIVE FOLDER MAINTAINER
set -eu
version=$1 archive=$2 folder=$3 maintainer=$4
umask 022
rm -rf "$folder"
mkdir -p "$folder"
cp "$archive" "$folder/cwsift_$version.orig.tar.gz"
tar -C "$folder" -xf "$archive"
cd "$folder/cwsift-$version"
cp -R filter/package/debian .
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(stat -c %Y CHANGELOG.md)}"
sed "s/@MAINTAINER@/$maintainer/" filter/package/debian/control > debian/control
cat > debian/changelog <<END
cwsift ($version-0local1) unstable; urgency=medium

  * Built from cwsift-$version.tar.gz; what is new in it: changelog.gz.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
END
dpkg-buildpackage -us -uc
