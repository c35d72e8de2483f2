#!/bin/sh
# wrap.sh -- makes a program that runs another under an emulator.
# SPDX-License-Identifier: MIT
#   sh tests/arm64/wrap.sh EMULATOR PROGRAM FILE
set -eu
mkdir -p "$(dirname "$3")"
printf '#!/bin/sh\nexec %s %s "$@"\n' "$1" "$2" > "$3"
chmod 755 "$3"
