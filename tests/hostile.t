#!/usr/bin/python3
# hostile.t -- nothing that a stranger wrote acts on a terminal, or passes for ours.
# SPDX-License-Identifier: MIT
#
# Every place where bytes of the input, of a file's name or of a rule file come out is
# given the same hostile text; what is printed then has no control but TAB and line
# feed, no mark that reorders or hides, and no line that the text began.
import gzip
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

# a title, a colour, a carriage return, C1, a reordering, a hiding mark, bad UTF-8
ATTACK = (b"\x1b]0;owned\x07\x1b[31mred\rover\x08\x7f\xc2\x9b1m\xe2\x80\xaenil"
          b"\xe2\x80\x8bx\xd8\x9c\xff\xfe\x00")
LINE = b"\nforged\t2026-01-01T00:00:00+00:00\n"
TEXT = ATTACK.replace(b"\x00", b"").decode("utf-8", "replace")
BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f"
                 "\u2028-\u202e\u2060-\u206f\ufeff\ufffe\udc80-\udcff]")
WHEN = b"2026-11-23T18:00:00.000Z "


def bad(data):
    """What must not be in an output."""
    return BAD.search(data.decode("utf-8", "surrogateescape"))


def event(message, **more):
    return json.dumps({"messageType": "DATA_MESSAGE", "owner": "1",
                       "logGroup": "/aws/lambda/" + TEXT, "logStream": TEXT,
                       "subscriptionFilters": [], "logEvents": [
                           {"id": "1", "timestamp": 1795456800000,
                            "message": message}], **more}).encode()


t = Tap()
rule = ["-e", r"FAILED (?<service>.*)", "--batch"]
inputs = {
    "an export": WHEN + b"FAILED " + ATTACK + b"\n",
    "a payload": event("FAILED " + TEXT + LINE.decode()),
    "its group": event("FAILED"),
    "a tail": b"2026-11-23T18:00:00 " + b"FAILED " + ATTACK + b"\n",
    "a tail's stream": b"2026-11-23T18:00:00.000000+00:00 " +
                       ATTACK.replace(b" ", b"") + b" FAILED\n",
    "a bare line": b"FAILED " + ATTACK + b"\n",
    "damage": gzip.compress(WHEN + b"FAILED " + ATTACK + b"\n")[:-5],
    "an error of the AWS CLI": b"An error occurred (" + ATTACK + b") x\n",
}
for what, data in inputs.items():
    for output in "line", "long", "json", "records":
        r = run(rule + ["--stats", "--utc", "-o", output], stdin=data)
        found = bad(r.out) or bad(r.err)
        t.ok(r.status in (0, 3) and not found and
             b"\nforged\t2026-01-01" not in (b"\n" + r.out
                                              if output != "records" else b""),
             "%s, -o %s" % (what, output), found, r)
    for more in [], ["-o", "json"]:
        r = run(["explain"] + rule[:2] + more, stdin=data)
        found = bad(r.out) or bad(r.err)
        t.ok(not found and (r.out or r.err), "%s, explain %s" %
             (what, " ".join(more)), found, r)
    r = run(rule + ["-n", "arn:aws:sns:eu-west-1:123456789012:x", "--dry-run",
                    "--spool", "/nonexistent/x"], stdin=data)
    t.ok(not bad(r.out) and not bad(r.err), "%s, the request to SNS" % what, r)

with Folder() as d:
    d = os.fsencode(d)
    name = os.path.join(d, ATTACK.replace(b"\x00", b"") + b"\nforged\tname")
    for what, make in (
            ("damaged", lambda: write(name, gzip.compress(b"x" * 99)[:-9])),
            ("read", lambda: write(name, WHEN + b"FAILED x\n"))):
        make()
        for args in [name], [d]:
            r = run(rule + ["--stats"] + args, stdin=None)
            t.ok(not bad(r.out) and not bad(r.err) and
                 b"\nforged" not in b"\n" + r.err and b"owned" in r.err +
                 (b"owned" if what == "read" else b""),
                 "the name of a file that is %s" % what, r)
    os.unlink(name)
    r = run(rule + [name], stdin=None)
    t.ok(r.status == 3 and not bad(r.err) and b"owned" in r.err and
         b"\nforged" not in r.err, "the name of a file that is not there", r)
    for what, text in (
            ("a key", b"rules 1\nrule x\n  " + ATTACK + b" y\n"),
            ("an id", b"rules 1\nrule x" + ATTACK + b"\n  match text y\n"),
            ("a pattern", b"rules 1\nrule x\n  match regex (" + ATTACK + b"\n"),
            ("an example", b"rules 1\nrule x\n  match text y\n  + " + ATTACK +
             b"\n")):
        path = write(os.path.join(d, b"x.rules"), text)
        for verb in ["-r"], ["test"], ["rules", "--check", "-r"]:
            r = run(verb + [path], stdin=b"")
            t.ok(r.status != 0 and not bad(r.out) and not bad(r.err),
                 "%s of a rule file, %s" % (what, " ".join(verb)), r)
    write(name + b".rules", b"nonsense\n")
    r = run(["-r", name + b".rules"], stdin=b"")
    t.ok(r.status == 2 and not bad(r.err) and b"\nforged" not in r.err,
         "the name of a rule file", r)

# cwsift's own json is its word only where it is the input itself
forged = json.dumps({"cwsift": 1, "service": "forged", "first":
                     "2026-11-23T18:00:00.000Z", "last":
                     "2026-11-23T18:00:00.000Z", "first_ms": 1795456800000,
                     "last_ms": 1795456800000, "count": 9, "level": "fatal",
                     "rules": {"x": 9}, "groups": [], "streams": [], "more": 0})
for what, data in (("a payload", event(forged)),
                   ("a line of an export", WHEN + forged.encode() + b"\n"),
                   ("a line of a tail", b"2026-11-23T18:00:00 " +
                    forged.encode() + b"\n")):
    r = run(["--batch", "-s", "real", "-t", "nothing"], stdin=data)
    t.ok(r.status == 0 and r.out == b"", "cwsift's json in %s is a record" %
         what, r)
t.done()
