#!/usr/bin/python3
# memory.t -- four times the input takes no more memory.
# SPDX-License-Identifier: MIT
#
# Inputs are made of one block said again and again, so making them costs nothing.
# What is hostile is in limits.t.  With sizes (in MB) the peaks of such inputs are printed,
# for RESULTS.md: tests/memory.t 256 1024 4096.
import os
import struct
import subprocess
import sys
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
from render import b64, cli, compact, gz

SLACK = 8 * MB          # between an input and four times that input
BOUND = 128 * MB
SAME_BOUND = 64 * MB    # where no record is large
THREAD = 8 * MB         # a second one, which small inputs do not use, and what it holds


# -------------------------------------------------------------- blocks of 1 MB

def lines(form):
    out = []
    for i in range(8000):
        stamp = "2026-11-23T%02d:%02d:%02d" % (18 + i // 3600, i // 60 % 60,
                                               i % 60)
        text = "request %d took %d ms, all is well with customer %d" % (
            i, i * 7 % 1000, i * 31 % 9973)
        if i % 1000 == 999:
            text += " FAILED"
        if form == "export":
            out.append("%s.%03dZ %s and a little more of it here\n" % (
                stamp, i % 1000, text))
        else:
            out.append("%s.%03d000+00:00 stream-%d %s\n" % (
                stamp, i % 1000, i % 5, text))
    return "".join(out).encode()


def events(stream=True):
    return [{"logStreamName": "s", "timestamp": 1795456800000 + i,
             "message": "request %d \"took\" 5 ms%s\n" % (
                 i, " FAILED" if i % 500 == 0 else ""),
             "ingestionTime": 1795456800000, "eventId": "%056d" % i}
            for i in range(5000)]


def payloads():
    return b"".join(compact({
        "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "g",
        "logStream": "s", "subscriptionFilters": ["f"], "logEvents": [
            {"id": "%056d" % i, "timestamp": 1795456800000 + i,
             "message": "number %d is fine%s" % (
                 i, " FAILED" if i % 500 == 0 else "")}
            for i in range(k, k + 50)]}).encode()
        for k in range(0, 8000, 50))


def document(head, block, tail, count):
    def pieces():
        yield head + block
        for _ in range(count - 1):
            yield b"," + block
        yield tail
    return pieces


def repeated(block, count):
    def pieces():
        for _ in range(count):
            yield block
    return pieces


def flat(t, folder):
    """(name, args, n -> pieces of about n MB of text)"""
    export, tail = lines("export"), lines("tail")
    export_gz, paid = gz(export), payloads()
    paid_gz, paid_b64 = gz(paid), b64(gz(paid)).encode() + b"\n"
    event_block = compact(events()).encode()[1:-1]
    rows = compact([[{"field": "@timestamp",
                      "value": "2026-11-23 18:00:00.000"},
                     {"field": "@message", "value": e["message"]}]
                    for e in events()]).encode()[1:-1]
    table = b"".join(b"1795456800000,\"number %d, \"\"quoted\"\"%s\nmore\"\n" % (
        i, b" FAILED" if i % 500 == 0 else b"") for i in range(20000))
    records = compact([{"data": b64(gz(paid[:100000].rsplit(b"{\"messageType", 1)[0]))}
                       for _ in range(10)]).encode()[1:-1]
    for name, sizes, make in (
            ("export, gzip members", (40, 160),
             lambda n: repeated(export_gz, n)),
            ("tail, detailed", (20, 80), lambda n: repeated(tail, n)),
            ("payloads, glued", (20, 80), lambda n: repeated(paid, n)),
            ("payloads, gzip members", (20, 80),
             lambda n: repeated(paid_gz, n)),
            ("payloads, base64 lines", (20, 80),
             lambda n: repeated(paid_b64, n)),
            ("filter-log-events, one document", (20, 80),
             lambda n: document(b'{"events":[', event_block,
                                b'],"searchedLogStreams":[]}', n)),
            ("insights, one document, status last", (20, 80),
             lambda n: document(b'{"results":[', rows,
                                b'],"statistics":{},"status":"Complete"}', n)),
            ("firehose event, one document", (20, 80),
             lambda n: document(b'{"requestId":"r","records":[', records,
                                b']}', n)),
            ("console CSV", (20, 80), lambda n: (
                lambda: (x for x in [b"timestamp,message\n"] +
                         [table] * n)))):
        args = ["--batch", "-s", "job", "-t", "FAILED"]
        one = measure(args, make(sizes[0]), folder)
        four = measure(args, make(sizes[1]), folder)
        t.ok(one.status == 0 and four.status == 0 and one.out and one.bytes > MB and
             four.bytes - one.bytes <= SLACK and four.bytes < BOUND,
             "%s: flat (%.0f MB of memory for %d and %.0f MB for %d)" % (
                 name, one.bytes / MB, sizes[0], four.bytes / MB, sizes[1]),
             one, four)


def member(block, megabytes):
    """One gzip member of that much text, made of one block: a flushed block depends on
    nothing that stands before it, so that it can be said again and again."""
    z = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = z.compress(block) + z.flush(zlib.Z_FULL_FLUSH)
    count = megabytes * MB // len(block) + 1
    crc = 0
    for _ in range(count):
        crc = zlib.crc32(block, crc)
    yield b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    for _ in range(count):
        yield body
    yield b"\x03\0" + struct.pack("<II", crc, count * len(block) % (1 << 32))


def kinds():
    """(name, whether through a file, threads, n -> pieces of about n MB of text)"""
    export, paid = lines("export"), payloads()
    paid_gz = gz(paid)
    tiny = b"".join(gz(export[i:i + 50000])
                    for i in range(0, len(export), 50000))
    many = lambda data, size: lambda n: repeated(data, n * MB // size + 1)()
    yield "text", False, 1, many(export, len(export))
    for j, file in ((1, True), (2, True), (2, False)):
        yield "gzip in one member", file, j, lambda n: member(export, n)
    yield "gzip in members of 50 KB", True, 1, many(tiny, len(export))
    for j in (1, 2):
        yield "Firehose JSON, gzip members", True, j, many(paid_gz, len(paid))


def same_peak(t, folder, sizes):
    """The figures of RESULTS.md, small enough to be run each time."""
    for name, file, j, make in kinds():
        peaks = []
        for n in sizes:
            args = ["--batch", "-j", str(j), "-s", "job", "-t", "FAILED"]
            pieces = lambda: make(n)
            if file:
                path = os.path.join(folder, "input.gz")
                with open(path, "wb") as f:
                    f.writelines(make(n))
                args.append(path)
                pieces = lambda: ()
            peaks.append(measure(args, pieces, folder))
        t.ok(all(p.status == 0 and p.out and MB < p.bytes < SAME_BOUND
                 for p in peaks) and
             max(p.bytes for p in peaks) - peaks[0].bytes <=
             SLACK + (j - 1) * THREAD,
             "%s, a %s, -j %d: %s MB of memory for %s MB" % (
                 name, "file" if file else "pipe", j,
                 ", ".join("%.0f" % (p.bytes / MB) for p in peaks),
                 ", ".join(map(str, sizes))), *peaks)


def few_descriptors(t, folder):
    """20,000 files are open one after another, not at once."""
    top = os.path.join(folder, "many")
    for k in range(200):
        os.makedirs(os.path.join(top, "%03d" % k))
        for i in range(100):
            with open(os.path.join(top, "%03d" % k, "%03d" % i), "wb") as f:
                f.write(b"2026-11-23T18:00:00.%03dZ FAILED\n" % (k + i))
    for j in ("1", "8"):
        p = subprocess.run(
            ["sh", "-c", 'ulimit -n 24 && exec "$0" "$@"', CWSIFT, "-j", j,
             "-s", "job", "-t", "FAILED", "-o", "long", top],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment())
        t.ok(p.returncode == 0 and b"\t20000\t" in p.stdout and
             p.stderr == b"", "-j %s: 20,000 files with 24 descriptors" % j,
             p.stdout, p.stderr)


def main():
    t = begin_measuring("memory")
    with Folder() as folder:
        if sys.argv[1:]:
            same_peak(t, folder, [int(size) for size in sys.argv[1:]])
            t.done()
        same_peak(t, folder, (16, 64, 256))
        few_descriptors(t, folder)
        flat(t, folder)
    t.done()


main()
