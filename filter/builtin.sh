#!/bin/sh
# builtin.sh -- rule files to build/builtin.c: the bytes of each, and a table.
# SPDX-License-Identifier: MIT
#   sh filter/builtin.sh rules/*.rules > build/builtin.c
set -eu
echo '/* Made by filter/builtin.sh from rules/: do not edit. */'
echo '#include "match/builtin.h"'
n=0
for file; do
	printf 'static const char file%d[] = {\n' "$n"
	od -An -v -t x1 "$file" | sed 's/ *\([0-9a-f][0-9a-f]\)/(char)0x\1,/g'
	printf '0 };\n'
	n=$((n + 1))
done
echo 'const struct builtin_file builtin_files[] = {'
n=0
for file; do
	printf '\t{ "%s", file%d, sizeof file%d - 1 },\n' "$file" "$n" "$n"
	n=$((n + 1))
done
echo '};'
echo 'const size_t builtin_file_count ='
echo '    sizeof builtin_files / sizeof builtin_files[0];'
