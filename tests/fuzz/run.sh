#!/bin/sh
# run.sh -- each fuzz target for some seconds, after the cases that are kept; TAP.
# SPDX-License-Identifier: MIT
#
#   sh tests/fuzz/run.sh FOLDER-OF-PROGRAMS SECONDS TARGET...
#
# Two targets at a time (FUZZ_JOBS).  What a target has learned stays in
# FOLDER/corpus/TARGET for the next run, what fails in FOLDER/crash/TARGET: copy it to
# tests/fuzz/kept/TARGET, under a name that tells what it is.
set -eu
programs=$1 seconds=$2
shift 2
echo "1..$#"
rm -rf "$programs/said"
mkdir -p "$programs/said"

# Runs one target; tests have no number, for two may end in any order.
fuzz() {
	target=$1
	program=$programs/$target crash=$programs/crash/$target
	corpus=$programs/corpus/$target log=$programs/said/$target.log
	mkdir -p "$crash" "$corpus"
	python3 tests/fuzz/seeds.py "$target" "$programs/seeds/$target" || {
		echo "not ok - $target has no seeds" |
		    tee "$programs/said/$target.tap"
		return
	}
	kept=
	for case in tests/fuzz/kept/"$target"/*; do
		[ ! -f "$case" ] || kept="$kept $case"
	done
	words=
	[ ! -f "tests/fuzz/$target.dict" ] || words=-dict=tests/fuzz/$target.dict
	# shellcheck disable=SC2086 # names of ours, without blanks
	if { [ -z "$kept" ] || "$program" -timeout=20 $kept; } >"$log" 2>&1 &&
	    "$program" ${words:+"$words"} -max_total_time="$seconds" -timeout=20 \
	    -rss_limit_mb=3000 -max_len=8192 -print_final_stats=1 \
	    -artifact_prefix="$crash/" "$corpus" "$programs/seeds/$target" \
	    >"$log" 2>&1; then
		sed -n 's/^#[0-9]*[[:blank:]]DONE *cov: \([0-9]*\) ft: \([0-9]*\).*/\1 edges, \2 features/p
		    s/^stat::number_of_executed_units: *\(.*\)/\1 executions/p' \
		    "$log" | paste -s -d, | sed 's/,/, /g; s/  */ /g' |
		    sed "s/^/ok - $target, /"
	else
		echo "not ok - $target (what failed is in $crash)"
		tail -n 60 "$log" | sed 's/^/# /'
	fi >"$programs/said/$target.tap"
	cat "$programs/said/$target.tap"
}

jobs=${FUZZ_JOBS:-2} running=0
for target; do
	fuzz "$target" &
	running=$((running + 1))
	if [ "$running" -ge "$jobs" ]; then
		wait
		running=0
	fi
done
wait
! grep -q '^not ok' "$programs"/said/*.tap
