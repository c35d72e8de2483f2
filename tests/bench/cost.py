#!/usr/bin/env python3
"""make check-cost: instructions for three fixed inputs, against tests/bench/cost.txt.

A guard that needs no clock: callgrind counts them.  More than the tolerance above
fails; --write keeps what was counted.  The inputs come from corpus.py, by seed; zlib
does the inflating, so that one table serves (a build with libdeflate says nothing)."""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CWSIFT = os.environ.get("CWSIFT", os.path.join(ROOT, "cwsift"))
TABLE = os.path.join(HERE, "cost.txt")
TOLERANCE = 0.10
FOLDER = os.path.join(ROOT, "build", "bench", "cost")
INPUTS = [
    ("export", ["-r", "30.rules", "export"]),
    ("firehose", ["-r", "30.rules", "firehose"]),
    ("builtin", ["tail.txt"]),
]


def count(arguments):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
               CWSIFT, "-j1", "--batch", "-q"] + arguments
    p = subprocess.run(command, cwd=FOLDER, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, env=dict(os.environ, TZ="UTC"))
    found = re.search(rb"Collected : (\d+)", p.stderr)
    if found is None:
        sys.exit("valgrind: " + p.stderr.decode(errors="replace")[-400:])
    return int(found.group(1))


def main():
    if shutil.which("valgrind") is None:
        print("1..0 # SKIP no valgrind")
        return 0
    text = subprocess.run([CWSIFT, "--version"],
                          stdout=subprocess.PIPE).stdout.decode()
    if "libdeflate" in text:
        print("1..0 # SKIP the table is for zlib (make LIBDEFLATE=0)")
        return 0
    subprocess.run([sys.executable, os.path.join(HERE, "corpus.py"), FOLDER,
                    "2", "0.001"], check=True)
    counted = [(name, count(arguments)) for name, arguments in INPUTS]
    if "--write" in sys.argv:
        with open(TABLE, "w") as f:
            f.write("# instructions by callgrind: make check-cost; what was "
                    "meant to change it: tests/bench/cost.py --write\n")
            for name, n in counted:
                f.write("%s %d\n" % (name, n))
        return 0
    with open(TABLE) as f:
        kept = dict(line.split() for line in f if not line.startswith("#"))
    failed = 0
    print("1..%d" % len(counted))
    for i, (name, n) in enumerate(counted):
        was = int(kept[name])
        good = n <= was * (1 + TOLERANCE)
        failed += not good
        print("%s %d - %s: %d instructions, %+.1f %%" % (
            "ok" if good else "not ok", i + 1, name, n, (n / was - 1) * 100))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
