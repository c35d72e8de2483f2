#!/usr/bin/python3
# explain.t -- cwsift explain: what it says of records is what a run does, and why.
# SPDX-License-Identifier: MIT
import base64
import collections
import glob
import gzip
import json
import os
import re
import resource
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

STAMP = b"2026-11-23T18:00:01.000000+00:00 "
RULES = r"""rules 1

naming stock
  stream regex ^(?<service>stock)/

ignore drill
  match text (drill)
ignore only-b
  group glob /x/y
  match text calm
  rule b

rule a
  level fatal
  group glob /batch/*
  match text NEVER
  match regex (?<job>\w+): IMPORT (?<what>\w+)
  require text IMPORT
  require regex \d
  unless text dry run
  unless regex ^no
  service {job}
rule b
  level warn
  stream glob s*
  match regex calm (?<service>\w+)?
rule c
  group required
  match filter { ($.status = "FAILED" || $.seconds > 300) && $.a.b[0] NOT EXISTS && $.t IS TRUE }
rule d
  match filter [w = BAD, code = 5*, ..., last != 1]
rule e
  match filter oops "two words" -minor %x[0-9]%
rule f
  match filter ?either ?or
"""


def explain(args, data=b"", only_json=True):
    got = run(["explain"] + args + (["-o", "json"] if only_json else []), data)
    if not only_json:
        return got
    return [json.loads(line) for line in got.out.splitlines()], got


# ---- the real run ----

def real_run(args, path):
    """(time, service, rules) of each match, counted."""
    got = run(["-w", "0", "--level", "warn", "--batch", "-o", "json"] + args +
              [path])
    found = collections.Counter()
    for line in got.out.splitlines():
        o = json.loads(line)
        if "service" in o:
            found[(o["first_ms"], o["service"], o["level"],
                   tuple(sorted(o["rules"])))] += o["count"]
        else:
            found["records"] = o["coverage"]["records"]
    return found


def said(records):
    found = collections.Counter()
    for r in records:
        if r["matched"]:
            rules = [s["id"] for s in r["rules"] if s["decided"] == "holds"]
            found[(r["time_ms"], r["service"], r["level"],
                   tuple(sorted(rules)))] += 1
    found["records"] = len(records)
    return found


def agreement(t):
    files = 0
    for path in sorted(glob.glob(os.path.join(ROOT, "samples", "**"),
                                 recursive=True) +
                       glob.glob(os.path.join(TESTS, "captures", "*.txt"))):
        if not os.path.isfile(path) or path.endswith((".expect", ".rules")):
            continue
        records, got = explain([path])
        want = real_run([], path)
        if want["records"] == 0:
            t.ok(got.out == b"" and got.status == 3,
                 "no record: %s" % os.path.relpath(path, ROOT), repr(got))
            continue
        files += 1
        name = os.path.relpath(path, ROOT)
        t.ok(said(records) == want, "as the run: %s" % name, lambda:
             "said: %s\nrun:  %s" % (said(records) - want,
                                     want - said(records)), got.err)
        t.ok([r["record"] for r in records] ==
             list(range(1, len(records) + 1)), "all records: %s" % name)
        if "captures" in path:
            continue
        matched, _ = explain(["--matched", path])
        others, _ = explain(["--unmatched", path])
        t.equal(sorted([r["record"] for r in matched + others]),
                [r["record"] for r in records],
                "matched or unmatched: %s" % name)
        t.ok(all(r["matched"] for r in matched) and
             not any(r["matched"] for r in others),
             "and rightly: %s" % name)
    t.ok(files > 20, "there are samples", files)


# ---- reasons ----

def one(t, name, path, text, args=[], source=b"stock/7", **want):
    """What is said of one record; want: of the record, and of rules by id."""
    records, got = explain(["-r", path] + args,
                           STAMP + source + b" " + text + b"\n")
    if not t.ok(len(records) == 1, name + ": a record", repr(got)):
        return None
    r = records[0]
    rules = {s["id"]: s for s in r["rules"]}
    for key, value in want.items():
        t.equal(rules.get(key, {}).get("decided") if len(key) == 1 else
                r.get(key), value, "%s: %s is %s" % (name, key, value),
                json.dumps(r, indent=1))
    return r, rules


def conditions(stanza):
    return [(c["key"], c["kind"], c["value"], c["holds"], c.get("found"),
             c.get("at")) for c in stanza["conditions"]]


def comparisons(stanza, i=0):
    return [(c["text"], c["holds"], c.get("seen"))
            for c in stanza["conditions"][i]["comparisons"]]


def reasons(t):
    with Folder() as tmp:
        path = write(os.path.join(tmp, "a.rules"), RULES)
        group = ["-g", "/batch/7"]
        r, rules = one(t, "all holds", path, b"x: IMPORT FAILED 3", group,
                       matched=True, service="x", a="holds", level="fatal",
                       group="/batch/7", stream="stock/7",
                       message="x: IMPORT FAILED 3",
                       time="2026-11-23T18:00:01.000Z",
                       named={"by": "rule", "id": "a", "file": path,
                              "line": 13, "template": "{job}"})
        t.equal(conditions(rules["a"]), [
            ("group", "glob", "/batch/*", True, None, None),
            ("match", "regex", r"(?<job>\w+): IMPORT (?<what>\w+)", True,
             "x: IMPORT FAILED", 0),
            ("require", "text", "IMPORT", True, "IMPORT", 3),
            ("require", "regex", r"\d", True, "3", 17)],
            "its conditions, with what they found")
        t.equal([c["line"] for c in rules["a"]["conditions"]],
                [15, 17, 18, 19], "and where they stand")
        r, rules = one(t, "require", path, b"x: IMPORT FAILED", group,
                       matched=False, service=None, a="require")
        t.equal(conditions(rules["a"])[-1],
                ("require", "regex", r"\d", False, None, None),
                "the require that does not hold")
        r, rules = one(t, "unless", path, b"x: IMPORT 3 (dry run)", group,
                       matched=False, a="unless")
        t.equal(conditions(rules["a"])[-1],
                ("unless", "text", "dry run", True, "dry run", 13),
                "the unless that holds")
        r, rules = one(t, "group", path, b"x: IMPORT 3", ["-g", "/web/7"],
                       matched=False, a="group")
        t.equal(conditions(rules["a"])[0],
                ("group", "glob", "/batch/*", False, None, None),
                "the group that does not hold")
        one(t, "an unknown group", path, b"x: IMPORT 3", matched=True,
            a="holds", group=None)
        r, rules = one(t, "stream", path, b"calm down", source=b"q/1",
                       matched=False, b="stream")
        t.equal(conditions(rules["b"])[0],
                ("stream", "glob", "s*", False, None, None),
                "the stream that does not hold")
        r, rules = one(t, "ignore", path, b"x: IMPORT 3 (drill)", group,
                       matched=False, a="ignore")
        t.equal((rules["a"]["ignored"]["id"],
                 conditions(rules["a"]["ignored"])),
                ("drill", [("match", "text", "(drill)", True, "(drill)",
                            12)]), "the ignore that holds")
        one(t, "ignore of one rule", path, b"calm sea", ["-g", "/x/y"],
            b="ignore", matched=False)
        one(t, "ignore that is not for this group", path, b"calm sea",
            ["-g", "/x/z"], b="holds", matched=True)
        one(t, "group required", path,
            b'{"status":"FAILED","t":true}', c="group-unknown",
            matched=False)

        # filters
        good = b'{"status":"FAILED","seconds":12,"t":true}'
        r, rules = one(t, "filter", path, good, group, c="holds",
                       matched=True)
        t.equal(comparisons(rules["c"]), [
            ('$.status = "FAILED"', True, '"FAILED"'),
            ("$.seconds > 300", False, "12"),
            ("$.a.b[0] NOT EXISTS", True, None),
            ("$.t IS TRUE", True, "true")],
            "each comparison, with the value it saw")
        t.equal(rules["c"]["conditions"][0]["comparisons"][1]["at"],
                good.index(b"12"), "and where")
        r, rules = one(t, "filter by --only", path,
                       b'{"status":"\\u004fK","a":{"b":[1]}}',
                       ["--only", "c"] + group, c="match", matched=False)
        t.equal(comparisons(rules["c"]), [
            ('$.status = "FAILED"', False, '"\\u004fK"'),
            ("$.seconds > 300", False, None),
            ("$.a.b[0] NOT EXISTS", False, "1"),
            ("$.t IS TRUE", False, None)], "of one that does not match")
        r, rules = one(t, "no JSON", path, b"FAILED", ["--only", "c"] + group,
                       c="match")
        t.ok("JSON" in rules["c"]["conditions"][0].get("why", ""),
             "why a filter could look for nothing", rules)
        r, rules = one(t, "fields", path, b"BAD 503 x y 2", d="holds")
        t.equal(comparisons(rules["d"]), [
            ("w = BAD", True, "BAD"), ("code = 5*", True, "503"),
            ("last != 1", True, "2")], "the fields")
        r, rules = one(t, "fields that differ", path, b"BAD 404 1",
                       ["--only", "d"], d="match")
        t.equal(comparisons(rules["d"]), [
            ("w = BAD", True, "BAD"), ("code = 5*", False, "404"),
            ("last != 1", False, "1")], "which")
        records, got = explain(["-p", "[a, ..., y = 7*, z = 8*]"],
                               STAMP + b"s 1 2 3 77 88\n")
        t.equal([comparisons(r["rules"][0]) for r in records],
                [[("y = 7*", True, "77"), ("z = 8*", True, "88")]],
                "fields behind an ellipsis", got.err)
        r, rules = one(t, "too few fields", path, b"BAD 503",
                       ["--only", "d"], d="match")
        t.ok("fewer" in rules["d"]["conditions"][0].get("why", ""),
             "that is said", rules)
        r, rules = one(t, "terms", path, b"two words, oops x1", e="holds")
        t.equal(comparisons(rules["e"]), [
            ("oops", True, "oops"), ('"two words"', True, "two words"),
            ("-minor", True, None), ("%x[0-9]%", True, "x1")], "the terms")
        r, rules = one(t, "terms that miss", path, b"minor oops x1",
                       ["--only", "e"], e="match")
        t.equal(comparisons(rules["e"]), [
            ("oops", True, "oops"), ('"two words"', False, None),
            ("-minor", False, "minor"), ("%x[0-9]%", True, "x1")], "which")
        r, rules = one(t, "any term", path, b"this or that", f="holds")
        t.equal(comparisons(rules["f"]),
                [("?either", False, None), ("?or", True, "or")], "which")

        # --only says everything
        r, rules = one(t, "--only", path, b"no 3", ["--only", "a"], a="match")
        t.equal([(c[0], c[3]) for c in conditions(rules["a"])],
                [("match", False), ("match", False), ("require", False),
                 ("require", True), ("unless", False), ("unless", True)],
                "all conditions")
        for name, message, want in (("drill", b"(drill)", "holds"),
                                    ("only-b", b"calm", "group-unknown"),
                                    ("stock", b"x", "holds")):
            records, got = explain(["-r", path, "--only", name],
                                   STAMP + b"stock/7 " + message + b"\n")
            t.equal([[(s["id"], s["decided"]) for s in r["rules"]]
                     for r in records], [[(name, want)]],
                    "--only of another stanza: %s" % name, got.err)
        data = STAMP + b"s calm sea\n" + STAMP + b"s this or that\n"
        for option, want in (("--matched", [2]), ("--unmatched", [1])):
            records, got = explain(["-r", path, "--only", "f", option], data)
            t.equal([r["record"] for r in records], want,
                    "--only with %s" % option)


def naming(t):
    with Folder() as tmp:
        path = write(os.path.join(tmp, "a.rules"), RULES)
        for name, args, stream, message, service, named in (
                ("the option", ["-s", "me"], b"s/1", b"calm sea", "me",
                 {"by": "option"}),
                ("a capture", [], b"s/1", b"calm sea", "sea",
                 {"by": "rule", "id": "b", "file": path, "line": 23}),
                ("a naming stanza", [], b"stock/1", b"or", "stock",
                 {"by": "naming", "id": "stock", "file": path, "line": 3}),
                ("the group", ["-g", "/a/b"], b"s/1", b"or", "/a/b",
                 {"by": "group"}),
                ("the stream", [], b"nightly", b"or", "nightly",
                 {"by": "stream"}),
                ("nothing", [], b"0f3b8d1c", b"or", "?f",
                 {"by": "nothing"})):
            one(t, "named by " + name, path, message, args, stream,
                service=service, named=named)


# ---- layers ----

def layers(t):
    line = STAMP + b"s ERROR x\n"
    payload = json.dumps({
        "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/g",
        "logStream": "s", "subscriptionFilters": [], "logEvents": [
            {"id": "1", "timestamp": 1795457291000, "message": "ERROR x"}]
    }).encode()
    z = gzip.compress(payload)
    b = base64.b64encode(z)
    sns = lambda text: json.dumps({
        "Type": "Notification", "MessageId": "m", "TopicArn":
        "arn:aws:sns:eu-west-1:1:t", "Message": text, "Timestamp":
        "2026-11-23T18:00:00.000Z"}).encode()
    alarm = json.dumps({"AlarmName": "a", "NewStateValue": "ALARM"})
    for name, data, want in (
            ("nothing", line, ["tail-detailed"]),
            ("gzip", gzip.compress(line), ["gzip", "tail-detailed"]),
            ("gzip twice", gzip.compress(gzip.compress(line)),
             ["gzip", "gzip", "tail-detailed"]),
            ("two members", gzip.compress(line) + gzip.compress(line),
             ["gzip", "tail-detailed"]),
            ("base64", b + b"\n" + b + b"\n",
             ["base64", "gzip", "subscription"]),
            ("a payload", payload, ["subscription"]),
            ("Lambda", b'{"awslogs":{"data":"%s"}}' % b,
             ["JSON awslogs.data (base64)", "gzip", "subscription"]),
            ("Kinesis", b'{"Records":[{"Data":"%s"}]}' % b,
             ["JSON data (base64)", "gzip", "subscription"]),
            ("SNS", sns(alarm), ["JSON Message", "event"]),
            ("SNS in SQS", json.dumps(
                {"Messages": [{"Body": sns(alarm).decode()}]}).encode(),
             ["JSON Body", "JSON Message", "event"]),
            ("SNS in Lambda, compressed", gzip.compress(json.dumps(
                {"Records": [{"EventSource": "aws:sns", "Sns": {
                    "Message": alarm,
                    "Timestamp": "2026-11-23T18:00:00.000Z"}}]}).encode()),
             ["gzip", "JSON Sns.Message", "event"])):
        records, got = explain([], data)
        t.ok(records and all(r["layers"] + [r["shape"]] == want
                             for r in records), "through " + name,
             [r["layers"] + [r["shape"]] for r in records], got.err)
    got = explain([], gzip.compress(line), False)
    t.ok(b"\n  read as  gzip > tail-detailed, at byte " in got.out,
         "in text too", got)
    # what has been left behind is not said of what follows
    records, got = explain([], sns(alarm) + b"\n" + alarm.encode() + b"\n" +
                           payload)
    t.equal([r["layers"] for r in records], [["JSON Message"], [], []],
            "each record has its own", got.err)


# ---- how it looks ----

def looks(t):
    line = STAMP + b"s before ERROR: x\x1b[31m \xff \xc2\x9b\xe2\x80\xae\n"
    args = ["-e", r"ERR\w+", "--utc"]
    plain = explain(args, line, False)
    t.ok(b"\x1b" not in plain.out and plain.status == 0,
         "in a pipe it is plain", plain)
    t.ok(b"\\x1b[31m \\xff \\xc2\\x9b\\xe2\\x80\\xae" in plain.out,
         "and harmless", plain)
    got = explain(args + ["--color", "always"], line, False)
    t.ok(b"before \x1b[1;4mERROR\x1b[0m: x\\x1b[31m" in got.out,
         "coloured, what matched is marked", got)
    t.equal(re.sub(rb"\x1b\[[0-9;]*m", b"", got.out), plain.out,
            "and all else is the same")
    records, got = explain(args, line)
    t.ok(not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|"
                       rb"\xe2\x80[\x8e-\xae]", got.out),
         "json is harmless", got)
    t.equal(records[0]["message"],
            "before ERROR: x\x1b[31m \ufffd \x9b\u202e", "and the same text")
    got = explain(["--utc", "-t", "end"], STAMP + b"s first\n  second end\n",
                  False)
    t.ok(b"\n  message  first\n             second end\n" in got.out,
         "lines of a message stand below each other", got)
    long = b"x" * 5000 + b"end"
    got = explain(["-t", "end"], STAMP + b"s " + long + b"\n", False)
    t.ok(b"x... (3003 bytes more)\n" in got.out and b"holds, at byte 5000: "
         b"end\n" in got.out, "a long one is cut", got)
    records, got = explain(["-t", "end"], STAMP + b"s " + long + b"\n")
    t.equal(len(records[0]["message"]), 5003, "but not in json")
    got = explain(["-t", "z"], STAMP + b"s a\n" + STAMP + b"s b\n", False)
    t.equal(got.out.count(b"\n\n"), 1, "a line between records", got)


def ends(t):
    line = STAMP + b"s ERROR: x\n"
    for name, args, data, status in (
            ("all is well", [], line, 0),
            ("nothing was read", [], b"", 3),
            ("a cut file", [], gzip.compress(line * 50)[:-9], 3),
            ("our own json", [], run(["-o", "json"], line).out, 3),
            ("two files", ["a", "b"], line, 2),
            ("both of two", ["--matched", "--unmatched"], line, 2),
            ("no such rule", ["--only", "lambda-timeou"], line, 2),
            ("broken rules", ["-e", "("], line, 2),
            ("no such file", ["/nonexistent/x"], line, 3),
            ("a folder", [ROOT], line, 3),
            ("a form that is none", ["-o", "tap"], line, 2)):
        got = explain(args, data, False)
        t.ok(got.status == status and (status == 0) == (got.err == b""),
             "exit %d: %s" % (status, name), got)
    got = explain(["--only", "lambda-timeou"], line, False)
    t.ok(b'"lambda-timeout"' in got.err, "the nearest rule is named", got)
    got = explain(["-e", "^(a|aa)+$"],
                  STAMP + b"s " + b"a" * 5000 + b"b\n", False)
    t.ok(got.status == 3 and b"gave up" in got.out and b"gave up" in got.err,
         "exit 3: a rule gave up", got)
    with open("/dev/full", "wb") as full:
        p = subprocess.run([CWSIFT, "explain"], input=line, stdout=full,
                           stderr=subprocess.PIPE, env=environment())
    t.ok(p.returncode == 4 and p.stderr != b"", "exit 4: a full disk",
         p.stderr)


def memory(t):
    if SANITISED:
        t.skip("memory is bounded", "sanitisers take their own")
        return
    with Folder() as tmp:
        path = os.path.join(tmp, "big.gz")
        with gzip.open(path, "wb", 1) as f:
            for i in range(40):
                f.write((STAMP + b"s nothing " + b"x" * 900 + b"\n") * 1000)
        with open(os.path.join(tmp, "out"), "wb") as out:
            p = subprocess.Popen([CWSIFT, "explain", "-t", "ERROR", path],
                                 stdout=out, env=environment())
            _, status, usage = os.wait4(p.pid, 0)
            p.returncode = status
        t.ok(status == 0 and usage.ru_maxrss < 32 * 1024,
             "memory is bounded", "%d KiB" % usage.ru_maxrss)


# ---- the manual ----

ROFF = [("\\(aq", "'"), ("\\(dq", '"'), ("\\(ha", "^"), ("\\(ti", "~"),
        ("\\(ga", "`"), ("\\&", ""), ("\\ ", " "), ("\\e", "\\")]


def manual(t):
    page = read(os.path.join(ROOT, "filter", "cwsift.1")).decode()
    there = re.search(r"^\.Ss explain\n(.*?)(?=^\.S[hs] )",
                      page[page.index("\n.Sh VERBS\n"):], re.M | re.S).group(1)
    blocks = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)\n\.Ed$", there,
                        re.M | re.S)
    shown = 0
    for block in blocks:
        for roff, plain in ROFF:
            block = block.replace(roff, plain)
        if block.startswith("rules 1\n"):
            t.equal(block + "\n", read(os.path.join(
                TESTS, "explain", "nightly.rules")).decode(),
                "the manual shows the rules of its examples")
            continue
        m = re.match(r"\$ ((?:[^\n]*\\\n)*[^\n]*)\n(.*)\Z", block, re.S)
        p = subprocess.run(["sh", "-c", m.group(1)], cwd=ROOT,
                           env=environment(), stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        t.equal(p.stdout.decode(), m.group(2) + "\n",
                "the manual: " + m.group(1).replace("\n", ""))
        shown += "explain" in m.group(1)
    t.ok(shown >= 6, "six instructive records stand in the manual", shown)


def main():
    need_program()
    t = Tap()
    agreement(t)
    reasons(t)
    naming(t)
    layers(t)
    looks(t)
    ends(t)
    memory(t)
    manual(t)
    t.done()


main()
