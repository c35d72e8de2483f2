#!/usr/bin/python3
# chunks.t -- how the bytes arrive does not show in the records.
# SPDX-License-Identifier: MIT
#
# Every input that the tests have is fed by tests/feed.c one byte at a time, in steps
# and split at every border (larger ones at every 11th byte), cut, and damaged; gzip also
# on a thread of its own.
#
#   tests/chunks.t [split | live | ahead | cut | damage]...
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
import render

FEED = os.path.abspath(os.environ.get("FEED", os.path.join(ROOT, "build/feed")))
SPARSE = int(os.environ.get("SPARSE", "1"))     # one border in so many, and less
                                                # records: for emulators


def feed(job):
    mode, number, path = job
    try:
        p = subprocess.run([FEED, mode, str(number), path], timeout=5 * PATIENCE,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           env=environment(), cwd=ROOT)
        return p.returncode, p.stdout
    except subprocess.TimeoutExpired as e:
        return -99, (e.stdout or b"") + b"killed: it hung"


def inputs(folder):
    """(path, whether its times are its own)"""
    out = []
    for top in ("samples", "tests/captures"):
        for where, dirs, files in os.walk(os.path.join(ROOT, top)):
            dirs[:] = sorted(d for d in dirs if not d.startswith("."))
            for f in sorted(files):
                if not f.endswith((".expect", ".md")):
                    # (where a stream with blanks ends, only what follows says)
                    out.append((os.path.join(where, f), f.startswith("tail-") and
                                "stream-name-with-spaces" not in f))
    for shape in render.SHAPES:
        rs = shape.fits(render.records("chunks", 14 if SPARSE == 1 else 5))
        data = shape.render(rs)
        if isinstance(data, dict):
            for name, d in data.items():
                out.append((write(os.path.join(folder, name), d), False))
        else:
            out.append((write(os.path.join(folder, shape.name), data),
                        shape.name.startswith("tail-")))
    return out


ANYWHERE = 1 << 40


def small(folder):
    """Complete inputs to be cut at every byte, and at how many places the cut need
    not be told: lines may end anywhere, members and objects between each other."""
    # (a stamp inside a message, cut right behind it, would be a head of its own)
    rs = [r for r in render.records("cut", 10)
          if not r.message.startswith(b"list:")]
    count = len(render.runs(rs))
    for name, silent in (
            ("export", ANYWHERE), ("export-gz", 0), ("export-gz-members", 5),
            ("export-gz-gz", 0), ("firehose-object", 2 * count),
            ("base64-lines", 2 * count), ("payloads-glued", 2 * count),
            ("filter-log-events", 0), ("get-log-events", 0),
            ("insights", 0), ("kinesis-get-records", 0),
            ("firehose-http", 0), ("awslogs-event", 3 * count),
            ("query-messages-json", 0), ("tail-detailed", ANYWHERE),
            ("console-csv", ANYWHERE), ("query-columns", ANYWHERE),
            ("live-tail-json", ANYWHERE)):
        shape = render.BY_NAME[name]
        data = shape.render(shape.fits(rs))
        yield write(os.path.join(folder, "cut", name), data), silent


def large(folder):
    """Of several chunks each: plain, as a terminal has it, damaged, and one that is too
    long to be held whole."""
    rs = render.records("large", 2500)
    for name in ("export", "tail-detailed", "tail-json", "query-columns",
                 "firehose-object", "filter-log-events", "base64-lines"):
        shape = render.BY_NAME[name]
        data = shape.render(shape.fits(rs))
        yield write(os.path.join(folder, "large", name), data)
        if name.startswith("tail"):
            yield write(os.path.join(folder, "large", name + "-cr"),
                        data.replace(b"\n", b"\r\n"))
        at = len(data) // 3
        yield write(os.path.join(folder, "large", name + "-damaged"),
                    data[:at] + b"\x00\xff{" + data[at:])
    shape = render.BY_NAME["filter-log-events"]
    data = shape.render(shape.fits(rs))
    first, rest = data.index(b"[") + 1, data.rindex(b"]")
    yield write(os.path.join(folder, "large", "document"), data[:first] + b",".join(
        [data[first:rest]] * ((9 << 20) // len(data) + 1)) + data[rest:])


def main():
    if not os.access(FEED, os.X_OK):
        bail("%s is not there: make test-programs" % FEED)
    t = Tap()
    with Folder() as folder:
        jobs = []
        for path, timed in inputs(folder):
            size = os.path.getsize(path)
            stride = 1 if size <= 2048 else 11 if size < 40000 else 97
            stride *= SPARSE
            jobs.append(("split", stride, path))
            if timed:
                jobs.append(("live", stride, path))
            if read(path)[:2] == b"\x1f\x8b":
                jobs.append(("ahead", max(1, size // 100) * SPARSE, path))
        for path in large(folder) if SPARSE == 1 else ():
            jobs.append(("split", os.path.getsize(path) // 5, path))
        for path, silent in small(folder):
            jobs.append(("cut", silent, path))
            jobs.append(("damage", max(1, os.path.getsize(path) // 400) *
                         SPARSE, path))
            if read(path)[:2] == b"\x1f\x8b":
                jobs.append(("ahead", max(1, os.path.getsize(path) // 200) *
                             SPARSE, path))
        jobs = [j for j in jobs if not sys.argv[1:] or j[0] in sys.argv[1:]]
        with ThreadPoolExecutor(2) as pool:
            for job, (status, out) in zip(jobs, pool.map(feed, jobs)):
                name = job[2].replace(folder, "").replace(ROOT, "")
                t.ok(status == 0, "%s %s" % (job[0], name.lstrip("/")),
                     out, "status %d" % status)
    t.done()


main()
