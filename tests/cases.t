#!/usr/bin/python3
# cases.t -- command lines with what they must say.
# SPDX-License-Identifier: MIT
#
# A case is a folder cases/NAME of plain files:
#   cmd    a shell line, run in that folder; # lines in front tell its story
#   out    what standard output must be         (absent: empty)
#   err    what standard error must be          (absent: empty)
#   exit   the exit status                      (absent: 0)
# Everything else in it is input.  `cwsift` is the program, $TMP a fresh folder.
#   UPDATE=1 tests/cases.t [NAME...]     rewrites what they must say: read the diff
#   UPDATE=err tests/cases.t [NAME...]   rewrites err alone, where out and exit hold
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

CASES = os.path.join(TESTS, "cases")
UPDATE = os.environ.get("UPDATE", "")


def expected(case, name, otherwise):
    path = os.path.join(CASES, case, name)
    return read(path) if os.path.exists(path) else otherwise


def rewrite(case, name, data, absent):
    path = os.path.join(CASES, case, name)
    if data != absent:
        write(path, data)
    elif os.path.exists(path):
        os.remove(path)


def main():
    need_program()
    t = Tap()
    names = sys.argv[1:] or sorted(os.listdir(CASES))
    for case in names:
        folder = os.path.join(CASES, case)
        if not os.path.exists(os.path.join(folder, "cmd")):
            if os.path.isdir(folder):
                t.ok(False, case + " has no cmd")
            continue
        with Folder() as tmp:
            try:
                p = subprocess.run(
                    ["sh", "-c", read(os.path.join(folder, "cmd"))],
                    cwd=folder, env=environment(TMP=tmp), timeout=5 * PATIENCE,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                got = (p.stdout, p.stderr, b"%d\n" % p.returncode)
            except subprocess.TimeoutExpired as e:
                got = (e.stdout or b"", b"[killed: it hung]", b"-\n")
            got = tuple(g.replace(tmp.encode(), b"$TMP") for g in got)
        want = (expected(case, "out", b""), expected(case, "err", b""),
                expected(case, "exit", b"0\n"))
        if UPDATE == "1":
            rewrite(case, "out", got[0], b"")
            rewrite(case, "exit", got[2], b"0\n")
        if UPDATE == "1" or (UPDATE == "err" and got[0] == want[0] and
                             got[2] == want[2]):
            rewrite(case, "err", got[1], b"")
            want = (want[0], got[1], want[2]) if UPDATE == "err" else got
        t.ok(got == want, case, lambda: "\n".join(
            [what + ":\n" + difference(g, w)
             for what, g, w in zip(("out", "err", "exit"), got, want)
             if g != w]))
    t.done()


main()
