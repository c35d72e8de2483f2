#!/usr/bin/python3
# memory.t -- memory is bounded whatever the input, and so is time.
# SPDX-License-Identifier: MIT
#
# The peak of each run is the kernel's own (ru_maxrss).  Inputs are made of one
# block said again and again, so making them costs nothing.
import os
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
from render import b64, cli, compact, gz

MB = 1 << 20
SLACK = 8 * MB          # between an input and four times that input
BOUND = 128 * MB        # for anything hostile: a few records of 16 MiB
SANITISED = "ASAN_OPTIONS" in os.environ or "SANITISED" in os.environ


class Peak:
    def __init__(self, status, bytes, seconds, out, err):
        self.status, self.bytes, self.seconds = status, bytes, seconds
        self.out, self.err = out, err

    def __repr__(self):
        return "status %d, %.1f MB, %.1f s, out %s err %s" % (
            self.status, self.bytes / MB, self.seconds,
            show(self.out, 300), show(self.err, 600))


# A process begins with the memory of the one it was forked from, and the kernel's
# peak remembers that: a small python in between keeps ours out of it.
LAUNCH = """
import os, sys
pid = os.fork()
if pid == 0:
    os.close(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(pid, 0)
os.write(int(sys.argv[1]), b"%d %d" % (os.waitstatus_to_exitcode(status),
                                       usage.ru_maxrss))
"""


def measure(args, pieces, folder, seconds=100):
    """Runs cwsift over what pieces() yields, through a pipe."""
    out, err = (open(os.path.join(folder, n), "w+b") for n in ("out", "err"))
    told, tell = os.pipe()
    start = time.monotonic()
    p = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", LAUNCH, str(tell), CWSIFT] + args,
        stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment(),
        pass_fds=[tell], start_new_session=True)
    os.close(tell)
    timer = threading.Timer(seconds, lambda: os.killpg(p.pid,
                                                       signal.SIGKILL))
    timer.start()
    try:
        for piece in pieces():
            p.stdin.write(piece)
        p.stdin.close()
    except BrokenPipeError:
        pass
    p.wait()
    timer.cancel()
    took = time.monotonic() - start
    words = os.read(told, 100).split() or [b"-99", b"0"]
    os.close(told)
    texts = []
    for f in (out, err):
        f.seek(0)
        texts.append(f.read(100000))
        f.close()
    return Peak(int(words[0]), int(words[1]) * 1024, took, *texts)


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


def hostile(t, folder):
    zeros = bytes(MB)

    def bomb():
        import zlib
        c = zlib.compressobj(9, zlib.DEFLATED, 31)
        for _ in range(200):
            yield c.compress(zeros)
        yield c.flush()

    def one_line(front, byte, megabytes, back=b"\n"):
        def pieces():
            yield front
            for _ in range(megabytes):
                yield byte * MB
            yield back
        return pieces

    tail = b"2026-11-23T18:00:00.000000+00:00 s "
    good = b"2026-11-23T18:00:01.000000+00:00 s FAILED\n"
    deep = 100000
    tiny = b"".join(gz(b"2026-11-23T18:%02d:%02d.%03dZ FAILED\n" % (
        i // 60000 % 60, i // 1000 % 60, i % 1000)) for i in range(1000))
    layers = b"2026-11-23T18:00:00.000Z FAILED\n"
    for _ in range(40):
        layers = gz(layers)
    told = b"job\t2026-11-23T18:00:01+00:00\n"
    first = b"job\t2026-11-23T18:00:00+00:00\n"
    payload = (b'{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g",'
               b'"logStream":"s","logEvents":[{"id":"1","timestamp":'
               b'1795456800000,"message":"')
    for name, status, out, pieces in (
            ("a gzip bomb of 200 MB zeros", 3, None, bomb),
            ("a line of 64 MB, then a failure", 3, told,
             one_line(tail, b"x", 64, b"\n" + good)),
            ("64 MB without any line end", 3, None,
             one_line(b"x", b"x", 64, b"")),
            ("64 MB of blank lines, then a failure", 0, told,
             one_line(b"\n", b"\n", 64, good)),
            ("a record of 3 million short lines", 3, told,
             lambda: [tail + b"begin\n", b"a line of it\n" * 3000000, good]),
            ("a message of 64 MB in a payload", 3, None,
             one_line(payload, b"x", 64, b'"}]}')),
            ("a message of 64 MB of quotes in a payload", 3, None,
             one_line(payload, b'\\"', 32, b'"}]}')),
            ("lists %d deep" % deep, 3, b"",
             lambda: [b"[" * deep + b"]" * deep + b"\n"]),
            ("objects %d deep" % deep, 3, b"",
             lambda: [b'{"a":' * deep + b"1" + b"}" * deep + b"\n"]),
            ("events, then something %d deep" % deep, 3, None,
             lambda: [b'{"events":[{"timestamp":1795456800000,"message":'
                      b'"FAILED"}],"x":' + b"[" * deep + b"]" * deep +
                      b"}\n"]),
            ("a message %d deep is a message" % deep, 0, told,
             lambda: [tail + b'{"a":' * deep + b"1" + b"}" * deep + b"\n" +
                      good]),
            ("64 MB of opening brackets", 3, b"",
             one_line(b"", b"[", 64, b"\n")),
            ("100,000 tiny gzip members", 0, first,
             lambda: [tiny for _ in range(100)]),
            ("gzip in gzip, 40 deep", 3, b"", lambda: [layers]),
            ("64 MB of base64 in one line", 3, None,
             one_line(b"H4sIAAAAAAAAA", b"A", 64)),
            ("a CSV field of 64 MB", 3, None,
             one_line(b'timestamp,message\n1795456800000,"', b"x", 64,
                      b'"\n1795456801000,FAILED\n'))):
        p = measure(["--batch", "-s", "job", "-t", "FAILED", "-p",
                     '{ $.level = "x" }'], pieces, folder)
        t.ok(p.status == status and (out is None or p.out == out) and
             p.bytes < BOUND and p.seconds < 30 and
             (status == 0 or p.err != b""),
             "%s: bounded (%.0f MB, %.1f s)" % (name, p.bytes / MB,
                                               p.seconds), p)
    many = [b"".join(b"2026-11-23T18:00:00.000000+00:00 s%d-%d FAILED\n" % (k, i)
                     for i in range(10000)) for k in range(30)]
    p = measure(["--batch", "-t", "FAILED"], lambda: many, folder)
    t.ok(p.status == 0 and p.bytes < 300 * MB and p.seconds < 30,
         "300,000 services: %.0f MB, %.1f s" % (p.bytes / MB, p.seconds), p)
    alike = [b"".join(b"2026-11-23T%02d:%02d:%02d.000000+00:00 s FAILED %d\n" % (
        i // 3600 % 24, i // 60 % 60, i % 60, i) for i in range(100000))] * 10
    p = measure(["--batch", "-o", "long", "-t", "FAILED"], lambda: alike, folder)
    t.ok(p.status == 0 and p.bytes < 64 * MB and b"\t1000000\t" in p.out,
         "a million matches are one incident: %.0f MB" % (p.bytes / MB), p)


def main():
    need_program()
    t = Tap()
    if SANITISED:
        t.skip("memory", "a sanitised build has its own idea of memory")
        t.done()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with Folder() as folder:
        flat(t, folder)
        hostile(t, folder)
    t.done()


main()
