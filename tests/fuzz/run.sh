#!/bin/sh
# run.sh -- each fuzz target for some seconds, seeded with what the tests read; TAP.
# SPDX-License-Identifier: MIT
#   sh tests/fuzz/run.sh FOLDER-OF-PROGRAMS SECONDS TARGET...
set -eu
programs=$1 seconds=$2
shift 2
echo "1..$#"
n=0 failed=0
for target; do
	n=$((n + 1))
	corpus=$programs/corpus-$target
	mkdir -p "$corpus" "$programs/crash-$target"
	case $target in
	input)
		cp samples/* "$corpus"
		cp tests/captures/*.txt "$corpus"
		;;
	json) cp samples/*.json "$corpus" ;;
	rules) cp rules/*.rules "$corpus" ;;
	pattern) python3 tests/fuzz/seed_patterns.py "$corpus" ;;
	esac
	for kept in tests/fuzz/kept/"$target"-*; do
		[ ! -f "$kept" ] || cp "$kept" "$corpus"
	done
	log=$programs/$target.log
	if "$programs/$target" -max_total_time="$seconds" -timeout=20 \
	    -rss_limit_mb=3000 -max_len=8192 -verbosity=0 \
	    -print_final_stats=1 -artifact_prefix="$programs/crash-$target/" \
	    "$corpus" >"$log" 2>&1; then
		echo "ok $n - $target, $(sed -n \
		    's/^stat::number_of_executed_units: *//p' "$log") executions"
	else
		echo "not ok $n - $target"
		tail -n 40 "$log" | sed 's/^/# /'
		failed=1
	fi
done
exit $failed
