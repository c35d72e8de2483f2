#!/usr/bin/env python3
# cost.py -- instructions of three fixed inputs, against a table.
# SPDX-License-Identifier: MIT
"""make check-cost: instructions for three fixed inputs, against tests/bench/cost.txt.

A guard that needs no clock: callgrind counts what main() and all below it execute, so
neither the load of the machine nor the dynamic linker is in it.  The inputs come from
corpus.py, by seed; one thread; an environment, a working folder and names that are
always the same.  More than TOLERANCE above the table fails (another compiler, zlib or
PCRE2 is a few per cent); less than that below asks for a new table: --write.

The table is for processors with AVX2 and PCLMULQDQ: elsewhere other code runs (valgrind
shows a program no AVX-512, so newer ones do not differ).  There nothing is said, nor of
a build with libdeflate: zlib does the inflating, so that one table serves."""
import os
import platform
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
    ("export", ["-r", "200.rules", "export"]),
    ("firehose", ["-r", "30.rules", "firehose"]),
    ("builtin", ["tail.txt"]),
]


def count(arguments):
    command = ["valgrind", "--tool=callgrind", "--toggle-collect=main",
               "--callgrind-out-file=/dev/null", "./cwsift", "-j1", "--batch",
               "-q"] + arguments
    p = subprocess.run(command, cwd=FOLDER, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                       env={"PATH": os.environ["PATH"], "TZ": "UTC"})
    found = re.search(rb"Collected : (\d+)", p.stderr)
    if found is None or p.returncode != 0:
        sys.exit("valgrind: " + p.stderr.decode(errors="replace")[-400:])
    return int(found.group(1))


def why_not():
    if shutil.which("valgrind") is None:
        return "no valgrind"
    with open("/proc/cpuinfo") as f:
        flags = f.read().split()
    if platform.machine() != "x86_64" or "avx2" not in flags or \
            "pclmulqdq" not in flags:
        return "the table is for processors with AVX2 and PCLMULQDQ"
    text = subprocess.run([CWSIFT, "--version"],
                          stdout=subprocess.PIPE).stdout.decode()
    if "libdeflate" in text:
        return "the table is for zlib (make LIBDEFLATE=0)"
    return None


def main():
    reason = why_not()
    if reason is not None:
        print("1..0 # SKIP " + reason)
        return 0
    subprocess.run([sys.executable, os.path.join(HERE, "corpus.py"), FOLDER,
                    "2", "0.001"], check=True)
    # always the same path, however long that of the checkout is
    shutil.copy2(CWSIFT, os.path.join(FOLDER, "cwsift"))
    counted = [(name, count(arguments)) for name, arguments in INPUTS]
    if "--write" in sys.argv:
        with open(TABLE, "w") as f:
            f.write("# instructions of main() by callgrind: make check-cost; "
                    "a new table: make new-cost\n")
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
        if n < was * (1 - TOLERANCE):
            print("# much less than before: keep it with `make new-cost`")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
