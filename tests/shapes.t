#!/usr/bin/python3
# shapes.t -- one list of records in every shape says what the shape can carry.
# SPDX-License-Identifier: MIT
#
#   tests/shapes.t [SHAPE...]      SEEDS=N: so many record sets (4)
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
import oracle
import render

SEEDS = int(os.environ.get("SEEDS", "4"))


def operands(folder, shape, data):
    if isinstance(data, dict):
        for name, d in data.items():
            write(os.path.join(folder, name), d)
        return [os.path.join(folder, "exportedlogs")]
    return [write(os.path.join(folder, shape.name), data)]


def wrapped(rng, data):
    """Layers that people and AWS put around anything."""
    k = rng.randrange(4)
    if k == 0:
        return "gzip", render.gz(data)
    if k == 1:
        return "gzip members", render.members(render.halves(data, 4))
    if k == 2:
        return "gzip in gzip", render.gz(render.gz(data))
    return "base64 of gzip", render.b64(render.gz(data)).encode() + b"\n"


def flag(ok):
    return "good" if ok else "bad"


def check(t, shape, seed, folder, rules):
    records = shape.fits(render.records(
        seed, 60 if seed else 12, 3 if shape.group else 1))
    if not records:
        return None
    data = shape.render(records)
    files = operands(folder, shape, data)
    carried = shape.carried(records)
    problems = []

    def verify(what, args, stdin, window_ms, lowest, given=carried):
        got = run(args, stdin=stdin)
        want = oracle.fold(oracle.matches(given, lowest=lowest), window_ms)
        try:
            incidents, coverage = oracle.parsed(got.out)
        except (ValueError, KeyError, UnicodeDecodeError) as e:
            problems.append("%s: not our json: %s\n%r" % (what, e, got))
            return
        if incidents != want:
            problems.append("%s: %s" % (what, difference(
                "\n".join(map(str, incidents)), "\n".join(map(str, want)))))
        if coverage is None or coverage.get("records") != len(given) or \
                coverage.get("complete") is not True:
            problems.append("%s: coverage %r of %d records\n%s" % (
                what, coverage, len(given), show(got.err)))
        if got.status != 0:
            problems.append("%s: %r" % (what, got))

    base = ["--batch", "-r", rules, "-o", "json"]
    verify("file", base + files, None, 600000, "error")
    verify("window 0, warn", base + ["-w", "0", "--level", "warn"] + files,
           None, 0, "warn")
    if not isinstance(data, dict):
        verify("stdin", base, data, 600000, "error")
        rng = random.Random(seed)
        layer, outer = wrapped(rng, data)
        verify(layer, base + ["-w", "1s"], outer, 1000, "error")
        if data[:1] in b"{[" and shape.time != "inner":
            verify("escaped", base, render.reescaped(
                rng, data.decode()).encode(), 600000, "error")
    if not shape.group:
        verify("-g", base + ["-g", "/plain/given"] + files, None, 600000,
               "error", [r._replace(group="/plain/given") for r in carried])
    got = run(["--batch", "-r", rules, "-o", "records"] + files, stdin=None)
    want, have = oracle.record_lines(oracle.matches(carried)), got.out
    if isinstance(data, dict):              # one file after the other
        order = sorted(data)
        names = [n.split("/")[2] for n in order]
        want = [w for n in names for w, m in zip(want, oracle.matches(carried))
                if m[0].stream == n]
    if have != b"".join(want):
        problems.append("-o records: " + difference(have, b"".join(want)))
    return problems


def main():
    need_program()
    t = Tap()
    shapes = [render.BY_NAME[n] for n in sys.argv[1:]] or render.SHAPES
    matched = 0
    with Folder() as folder:
        rules = write(os.path.join(folder, "test.rules"), oracle.rules_file())
        for shape in shapes:
            problems, sets = [], 0
            for seed in range(SEEDS):
                p = check(t, shape, seed, os.path.join(
                    folder, "%s.%d" % (shape.name, seed)), rules)
                if p is not None:
                    sets += 1
                    problems += ["seed %d: %s" % (seed, x) for x in p]
            t.ok(not problems and sets > 0, shape.name,
                 "%d problems in %d sets" % (len(problems), sets),
                 *problems[:3])
    # the oracle itself must not be asleep
    found = oracle.matches(render.records(0, 400), lowest="warn")
    met = {id for m in found for id in m[3]}
    t.equal(sorted(met), sorted(r.id for r in oracle.RULES),
            "the records make each rule match")
    t.done()


main()
