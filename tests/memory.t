#!/usr/bin/python3
# memory.t -- four times the input takes no more memory.
# SPDX-License-Identifier: MIT
#
# Inputs are made of one block said again and again, so making them costs nothing.
# What is hostile is in limits.t.
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
from render import b64, cli, compact, gz

SLACK = 8 * MB          # between an input and four times that input
BOUND = 128 * MB


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


def main():
    need_program()
    t = Tap()
    if SANITISED:
        t.skip("memory", "a sanitised build has its own idea of memory")
        t.done()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with Folder() as folder:
        flat(t, folder)
    t.done()


main()
