#!/usr/bin/python3
# properties.t -- an incident is a merge: any split, order, threads, any refolding.
# SPDX-License-Identifier: MIT
#
# DESIGN section 2.  SEEDS=N: so many record sets (6).
#
#   tests/properties.t [merges | places | search]...
import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
import oracle
import render

SEEDS = int(os.environ.get("SEEDS", "6"))
WINDOWS = (("0", 0), ("1s", 1000), ("10m", 600000))
# shapes that keep time, stream and group of any record
WHOLE = [s for s in render.SHAPES if s.group and s.account]
# of coverage: what the same records must give however they are dealt out
KEPT = ("records", "outside", "first_ms", "last_ms", "damages", "partial",
        "lines_not_understood", "complete")


def halves(out):
    """Incident lines, and what must be alike of the coverage."""
    lines = out.splitlines(True)
    try:
        coverage = json.loads(lines[-1])["coverage"]
    except (IndexError, ValueError, KeyError):
        return lines, None
    return lines[:-1], {k: coverage.get(k) for k in KEPT}


class Set:
    """Records in a random number of files of random shapes."""

    def __init__(self, seed, folder):
        self.rng = random.Random("properties %s" % seed)
        rs = [r for r in render.records("p%s" % seed, 150, 3)
              if all(s.carry(r.message) is not None for s in WHOLE)]
        self.records = rs
        self.files, self.bytes = [], []
        parts = [[] for _ in range(self.rng.randint(2, 6))]
        for r in rs:
            self.rng.choice(parts).append(r)
        for i, part in enumerate(p for p in parts if p):
            if self.rng.random() < 0.5:
                self.rng.shuffle(part)
            shape = self.rng.choice(WHOLE)
            data = shape.render(part)
            if self.rng.random() < 0.3:
                data = render.gz(data)
            self.bytes.append(data)
            self.files.append(write(os.path.join(
                folder, "set%s" % seed, "%d.%s" % (i, shape.name)), data))


def merges(t, seed, folder, rules):
    s = Set(seed, folder)
    rng = s.rng
    for name, ms in WINDOWS:
        options = ["--batch", "-r", rules, "-w", name, "--level",
                   rng.choice(["warn", "error", "fatal"])]
        lowest = options[-1]
        whole = run(options + ["-o", "json", "-j", "1"] + s.files)
        label = "set %d, window %s: " % (seed, name)
        try:
            incidents, coverage = oracle.parsed(whole.out)
        except (ValueError, KeyError) as e:
            t.ok(False, label + "json", e, whole)
            continue
        want = oracle.fold(oracle.matches(s.records, lowest=lowest), ms)
        t.ok(incidents == want and coverage["records"] == len(s.records) and
             whole.status == 0, label + "as the oracle has it",
             lambda: difference("\n".join(map(str, incidents)),
                                "\n".join(map(str, want))), whole.err)
        truth = halves(whole.out)

        wrong = []

        def same(what, got, status=0):
            if halves(got.out) != truth or got.status != status:
                wrong.append("%s: %s\n%s" % (what, "" if halves(got.out)[0] ==
                    truth[0] else difference(b"".join(halves(got.out)[0]),
                                             b"".join(truth[0])),
                    show("%r %r %r %r" % (halves(got.out)[1], truth[1],
                                          got.status, got.err))))
        for j in (1, 2, 3, 4):
            files = s.files[:]
            rng.shuffle(files)
            same("-j %d, another order" % j,
                 run(options + ["-o", "json", "-j", str(j)] + files))
        t.ok(not wrong, label + "any order, any number of threads", *wrong)

        wrong = []
        parts = [run(options + ["-o", "json", f]).out for f in s.files]
        rng.shuffle(parts)
        same("one by one, cat", run(options + ["-o", "json"],
                                    stdin=b"".join(parts)))
        # nested: two become one until one is left
        heap = parts[:]
        while len(heap) > 1:
            a = heap.pop(rng.randrange(len(heap)))
            b = heap.pop(rng.randrange(len(heap)))
            heap.append(run(options + ["-o", "json"], stdin=a + b).out)
        same("nested", run(options + ["-o", "json"], stdin=heap[0]))
        # some as json, some as they are
        k = rng.randrange(1, len(s.files)) if len(s.files) > 1 else 1
        done = run(options + ["-o", "json"] + s.files[:k]).out
        same("json and records", run(options + ["-o", "json", "-"] +
                                     s.files[k:], stdin=done))
        # and what people read
        for form in ("line", "long"):
            a = run(options + ["-o", form] + s.files)
            b = run(options + ["-o", form], stdin=b"".join(parts))
            if (a.out, a.status) != (b.out, b.status):
                wrong.append("-o %s: %s" % (form, difference(b.out, a.out)))
        t.ok(not wrong, label + "json folds again", *wrong[:2])
        # and says of what was read no more and no less
        got = run(options + ["-o", "json"], stdin=b"".join(parts)).out
        again = run(options + ["-o", "json"], stdin=got).out
        t.ok(got == whole.out == again,
             label + "cat A B | cwsift -o json is cwsift -o json a b",
             lambda: difference(got.splitlines()[-1],
                                whole.out.splitlines()[-1]))


def all_merges(t, folder, rules):
    for seed in range(SEEDS):
        merges(t, seed, folder, rules)


def places(t, folder, rules):
    """A file, standard input, a folder, a pipe with a name: the same bytes."""
    for shape in render.SHAPES:
        rs = shape.fits(render.records("places", 30))
        data = shape.render(rs)
        if isinstance(data, dict):
            continue
        path = write(os.path.join(folder, "places", shape.name, "f.log"),
                     data)
        wrong = []
        for form in ("json", "records"):
            options = ["--batch", "-r", rules, "-o", form]
            truth = run(options + [path])
            for what, got in (
                    ("stdin", run(options, stdin=data)),
                    ("folder", run(options + [os.path.dirname(path)])),
                    ("/dev/stdin", run(options + ["/dev/stdin"],
                                       stdin=data))):
                if (got.out, got.status) != (truth.out, truth.status):
                    wrong.append("%s -o %s: %s %r" % (
                        what, form, difference(got.out, truth.out), got))
        t.ok(not wrong, "file, stdin, folder: " + shape.name, *wrong[:2])


def every_input(folder):
    for top in ("samples", "tests/captures", "tests/cases"):
        for where, dirs, files in os.walk(os.path.join(ROOT, top)):
            dirs.sort()
            for f in sorted(files):
                if f not in ("cmd", "out", "err", "exit", "config") and \
                        not f.endswith((".rules", ".expect", ".md")):
                    yield os.path.join(where, f)
    for shape in render.SHAPES:
        data = shape.render(shape.fits(render.records("search", 80)))
        if not isinstance(data, dict):
            yield write(os.path.join(folder, "search", shape.name), data)
            if data[:1] in b"{[":
                yield write(os.path.join(folder, "search", "escaped-" +
                                         shape.name), render.reescaped(
                    random.Random(1), data.decode()).encode())


def search(t, folder, rules):
    """The search for literals only saves time: --no-search says the same."""
    files = list(every_input(folder))
    sets = ((["-r", "builtin", "-r", rules, "--level", "warn"]),
            (["-e", "(?i)failed|error", "-e", r"\d+ms", "-t", "失敗", "-p",
              "?ERROR ?fail -ok", "-p", '{ $.level = "*R*" }', "-p",
              "{ $.level NOT EXISTS }", "-e", "(?i)disk full", "-e",
              "(?i)kelvin", "-e", "(?i)secret", "-e", r"^\s", "-t", "a/b",
              "-t", "<b>", "-t", "&amp;", "-t", '"quoted"', "-t", "C:\\tmp",
              "-t", "it's"]),
            (["-e", "(?i)full disk|kelvin"]), (["-t", "a/b FAILED"]),
            (["-t", 'naïve']), (["-e", r"[Ff]ull\b.*ERROR"]),
            (["-p", '{ $.message = "*full*" && $.level != "INFO" }']),
            (["-p", "disk full"]), (["-p", '"most recent call"']))
    for number, options in enumerate(sets):
        wrong = []
        for form in ("json", "records"):
            args = ["--batch", "-j", "1", "-o", form] + options
            a, b = run(args + files), run(["--no-search"] + args + files)
            if (a.out, a.err, a.status) == (b.out, b.err, b.status) and \
                    a.status in (0, 3) and a.out:
                continue
            wrong.append("-o %s: %s %r" % (form, difference(a.out, b.out),
                                           a.status))
            for f in files:             # which one is it?
                a, b = run(args + [f]), run(["--no-search"] + args + [f])
                if (a.out, a.err, a.status) != (b.out, b.err, b.status):
                    wrong.append("%s: %s %s" % (f, difference(a.out, b.out),
                                                show(a.err)))
                    break
        t.ok(not wrong and len(files) > 100,
             "--no-search says the same of %d inputs, rule set %d" % (
                 len(files), number), *wrong[:3])


def main():
    need_program()
    t = Tap()
    with Folder() as folder:
        rules = write(os.path.join(folder, "test.rules"), oracle.rules_file())
        for part in (all_merges, places, search):
            if not sys.argv[1:] or part.__name__.split("_")[-1] in sys.argv[1:]:
                part(t, folder, rules)
    t.done()


main()
