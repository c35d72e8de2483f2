#!/bin/sh
# root.sh -- Debian's libraries for arm64, unpacked into a folder.
# SPDX-License-Identifier: MIT
#   sh tests/arm64/root.sh FOLDER PACKAGE...
# Nothing is installed: an apt with a state of its own, in FOLDER.apt, knows this
# machine's sources for another architecture, and what it fetches is unpacked.
set -eu
root=$1
shift
apt=$root.apt
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
apt=$(cd "$apt" && pwd)
: > "$apt/status"
cat > "$apt/conf" <<END
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "";
Debug::NoLocking "true";
END
export APT_CONFIG="$apt/conf"
apt-get update -q > "$apt/log"
apt-get install -qy --no-install-recommends --download-only "$@" >> "$apt/log"
rm -rf "$root.new" "$root"
mkdir -p "$root.new"
for package in "$apt"/cache/archives/*.deb; do
	dpkg-deb -x "$package" "$root.new"
done
mv "$root.new" "$root"
rm -rf "$apt"
