#!/usr/bin/python3
# captures.t -- what real AWS command-line programs printed, read back.
# SPDX-License-Identifier: MIT
#
# captures/README.md says how each file was made.  The records they were made from
# are taken from filter-log-events.json; each file must give those records as far
# as its shape carries them, and with the built-in rules their incidents.
import base64
import gzip
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
import oracle
from render import BY_NAME, Record, SHAPES

CAPTURES = os.path.join(TESTS, "captures")
GROUP = "/aws/lambda/nightly-invoice-export"
FIRST = "2026/11/23/[$LATEST]0f3b8d1c2a4e4d5f8a9b0c1d2e3f4a5b"


def path(name):
    return os.path.join(CAPTURES, name + ".txt")


def made_from():
    with open(path("filter-log-events.json"), encoding="utf-8") as f:
        events = json.load(f)["events"]
    out = []
    for e in events:
        m = e["message"].encode()
        inner = None
        if m[:2] == b'{"' and b'"timestamp":"2026-11-23T18:00:00Z"' in m:
            inner = 1795456800000
        elif m.startswith(b"2026-11-23T18:00:01.001Z"):
            inner = 1795456801001
        elif m.startswith(b"2026-11-23T18:00:02.345Z"):
            inner = 1795456802345
        out.append(Record(e["timestamp"], GROUP, e["logStreamName"],
                          "123456789012", m, inner))
    return out


def small(stream, messages, group="g"):
    return [Record(1795457291123 + 1000 * i, group, stream, "123456789012",
                   m.encode(), None) for i, m in enumerate(messages)]


ALL = made_from()
TAILED = sorted(ALL, key=lambda r: r.time_ms)       # stable: as tail prints
ONE = [r for r in ALL if r.stream == FIRST]
STATES = [small("states/NightlyBatch/2026-11-23-18-00/1c8d2a1e", [
    m[len("2026-11-23T18:08:11.123000+00:00 states/NightlyBatch/"
          "2026-11-23-18-00/1c8d2a1e "):]
    for m in open(path("tail-detailed.stepfunctions"), encoding="utf-8")
    .read().splitlines()])][0]
BATCH = small("nightly-jobdef/default/0123456789abcdef0123456789abcdef", [
    "Traceback (most recent call last):",
    "  File \"run.py\", line 3, in <module>", "KeyError: 'customer'"])
SPACES = small("web server/1 (blue) サーバー", ["stream name has spaces",
                                              '{"a":1}'])
# without colours nobody can tell where that stream ends: up to the first blank
CUT = [r._replace(stream="web", message=b"server/1 (blue) " +
                  "サーバー ".encode() + r.message) for r in SPACES]
QUERY = [Record(ms, "", FIRST, "", m.encode(), None) for ms, m in (
    (1795457772932, "エラー2"), (1795457772931, "[ERROR] via subscription\n"),
    (1795457311123, "paren (x) \\ backslash \"quote\" <tag> &"),
    (1795457310123, "nul\0inside"), (1795457309123, "cr in middle\rafter"))]


def kinesis():
    data = open(path("kinesis-get-records.query-data.text")).read()
    p = json.loads(gzip.decompress(base64.b64decode(data)))
    return [Record(e["timestamp"], p["logGroup"], p["logStream"], p["owner"],
                   e["message"].encode(), None) for e in p["logEvents"]]


# file, its shape as render.py has it, the records, and whether render.py must
# print the very same bytes
FILES = [
    ("tail-short", "tail-short", TAILED, True),
    ("tail-detailed", "tail-detailed", TAILED, True),
    ("tail-json", "tail-json", TAILED, True),
    ("tail-short.color-on", "tail-short-colour", TAILED, True),
    ("tail-detailed.color-on", "tail-detailed-colour", TAILED, True),
    ("tail-json.color-on", "tail-json-colour", TAILED, True),
    ("tail-detailed.terminal", "tail-detailed-pty", TAILED, False),
    ("tail-short.stepfunctions", "tail-short", STATES, True),
    ("tail-detailed.stepfunctions", "tail-detailed", STATES, True),
    ("tail-json.stepfunctions", "tail-json", STATES, True),
    ("tail-short.batch-traceback-as-3-events", "tail-short", BATCH, True),
    ("tail-detailed.batch-traceback-as-3-events", "tail-detailed", BATCH,
     True),
    ("tail-json.batch-traceback-as-3-events", "tail-json", BATCH, True),
    ("tail-short.stream-name-with-spaces", "tail-short", SPACES, True),
    ("tail-detailed.stream-name-with-spaces", "tail-detailed", CUT, False),
    ("filter-log-events.json", "filter-log-events", ALL, False),
    ("filter-log-events.text", "filter-log-events-text", ALL, False),
    ("filter-log-events.query-columns.text", "query-columns", ALL, True),
    ("get-log-events.json", "get-log-events", ONE, False),
    ("get-log-events.text", "get-log-events-text", ONE, False),
    ("get-log-events.query-message.json", "query-messages-json", ONE, True),
    ("get-query-results.moto.json", None, QUERY, False),
    ("get-query-results.moto.text", None, QUERY, False),
    ("kinesis-get-records.json", "kinesis-get-records", kinesis(), False),
    ("kinesis-get-records.query-data.text", "base64-lines", kinesis(), False),
]
# AWS's own stand-in for Insights prints its times as numbers: still times
LIKE_QUERY = BY_NAME["filter-log-events"]

EVERY = [oracle.Rule("-e#1", "error", [oracle.by_regex(r"(?s).")])]


def records(t, name, shape, rs, exact):
    shape = BY_NAME[shape] if shape else LIKE_QUERY
    if exact:
        t.equal(read(path(name)), shape.render(rs),
                name + ": render.py prints the same bytes")
    carried = shape.carried(rs)
    got = run(["--batch", "-o", "records", "-e", "(?s).", path(name)])
    want = b"".join(oracle.record_lines(oracle.matches(carried, EVERY)))
    t.ok(got.out == want and got.status == 0, name + ": its records",
         lambda: difference(got.out, want), got.err, got.status)
    got = run(["--batch", "-o", "json", "-w", "1500ms", "-s", "all", "-e",
               "(?s).", path(name)])
    found = [(r, "all", "error", ids)
             for r, _, _, ids in oracle.matches(carried, EVERY)]
    try:
        have, coverage = oracle.parsed(got.out)
    except ValueError as e:
        have, coverage = repr(e), {}
    want = oracle.fold(found, 1500)
    t.ok(have == want, name + ": their times and origins",
         lambda: difference(have, want), got)
    t.ok(coverage and coverage["records"] == len(rs) and
         coverage["complete"] is True, name + ": all of it was read", got)


# with the built-in rules: 13 ValueError, 16 JSON at ERROR, 17 Invoke Error, 18 timed
# out, 20 REPORT of the same; the last line of a traceback in Batch names no level
LAMBDA = "nightly-invoice-export\t2026-11-23T18:08:13+00:00\n"
STEPS = "NightlyBatch\t2026-11-23T18:08:12+00:00\n"
INNER = ("nightly-invoice-export\t-\n"
         "nightly-invoice-export\t2026-11-23T18:00:00+00:00\n")
INCIDENTS = [
    (LAMBDA, "tail-short tail-detailed tail-json tail-short.color-on "
     "tail-detailed.color-on tail-json.color-on tail-detailed.terminal "
     "filter-log-events.json filter-log-events.text "
     "filter-log-events.query-columns.text get-log-events.json "
     "get-log-events.text"),
    (STEPS, "tail-short.stepfunctions tail-detailed.stepfunctions "
     "tail-json.stepfunctions"),
    ("", "tail-short.stream-name-with-spaces "
     "tail-detailed.stream-name-with-spaces "
     "tail-json.stream-name-with-spaces"),
    (INNER, "get-log-events.query-message.json "
     "filter-log-events.query-message.text "
     "start-live-tail.print-only.stand-in-server "
     "start-live-tail.print-only.session-timeout.stand-in-server"),
    ("nightly-invoice-export\t2026-11-24T19:39:06+00:00\n",
     "tail-detailed.connection-closed"),
]
# what aws said when it gave up, by what the name of the capture holds
GAVE_UP = {"session-timeout": b"SessionTimeoutException",
           "connection-closed": b"Connection was closed before"}


def main():
    need_program()
    t = Tap()
    for name, shape, rs, exact in FILES:
        records(t, name, shape, rs, exact)
    for want, names in INCIDENTS:
        for name in names.split():
            partial = [GAVE_UP[why] for why in GAVE_UP if why in name]
            got = run(["--batch", "-g", GROUP, path(name)])
            t.ok(got.out.decode() == want and
                 got.status == (3 if partial else 0),
                 name + ": built-in rules", got)
            if partial:
                t.ok(partial[0] in got.err,
                     name + ": the reason is passed on", got)
    # the stages of a Lambda failure, all seen in every shape with times
    want = None
    for name in INCIDENTS[0][1].split():
        got = run(["--batch", "-g", GROUP, "-o", "long", path(name)])
        fields = got.out.decode().rstrip("\n").split("\t")
        t.equal(fields[1:4], ["2026-11-23T18:08:13+00:00",
                              "2026-11-23T18:08:20+00:00", "5"],
                name + ": five records of one failure", got)
        want = want or fields
        t.equal(fields, want, name + ": the same words as the others")
    # yaml and tables: recognised, with advice
    for command in ("filter-log-events", "get-log-events"):
        for form in ("yaml", "yaml-stream", "table"):
            name = "%s.%s" % (command, form)
            got = run(["--batch", path(name)])
            t.ok(got.status == 3 and got.out == b"" and
                 b"--output json" in got.err, name + ": says what to do", got)
    name = "kinesis-get-records.text"
    got = run(["--batch", path(name)])
    t.ok(got.status == 3 and got.out == b"" and
         b"--query 'Records[].Data'" in got.err, name + ": says what to do", got)
    for name in ("describe-log-groups.json", "describe-log-groups.text",
                 "describe-log-streams.json", "describe-log-streams.text"):
        got = run(["--batch", path(name)])
        t.ok(got.status == 3 and got.out == b"" and got.err != b"",
             name + ": holds no records, and that is said", got)
    seen = {n for n, _, _, _ in FILES} | \
        {n for _, names in INCIDENTS for n in names.split()}
    left = [f[:-4] for f in sorted(os.listdir(CAPTURES))
            if f.endswith(".txt") and f[:-4] not in seen and
            not f.startswith(("describe-", "kinesis-get-records.text",
                               "filter-log-events.yaml",
                              "get-log-events.yaml")) and ".table" not in f]
    t.equal(left, [], "every capture is used")
    t.done()


main()
