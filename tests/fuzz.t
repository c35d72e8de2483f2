#!/bin/sh
# fuzz.t -- the fuzz targets without libFuzzer: seeds, and what once failed.
# SPDX-License-Identifier: MIT
#
# tests/fuzz/kept/TARGET/ has the cases; `make fuzz` looks for more.
set -u
cd "$(dirname "$0")/.."
replay=$(dirname "${FEED:-build/feed}")/replay
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
number=0 failed=0
for program in "$replay"/*; do
	[ -x "$program" ] || continue
	target=$(basename "$program")
	case $target in *.d) continue ;; esac
	number=$((number + 1))
	if ! python3 tests/fuzz/seeds.py "$target" "$seeds/$target"; then
		echo "not ok $number - $target has no seeds"
		failed=1
		continue
	fi
	set -- "$seeds/$target"/*
	for case in tests/fuzz/kept/"$target"/*; do
		[ ! -f "$case" ] || set -- "$@" "$case"
	done
	if "$program" "$@" >"$seeds/said" 2>&1; then
		echo "ok $number - $target, $# inputs"
	else
		echo "not ok $number - $target"
		tail -n 20 "$seeds/said" | sed 's/^/# /'
		failed=1
	fi
done
[ "$number" -gt 0 ] || { echo "not ok 1 - nothing in $replay"; number=1; }
echo "1..$number"
[ "$failed" = 0 ]
