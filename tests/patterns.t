#!/usr/bin/env python3
# patterns.t -- filter patterns through the program: what AWS CDK renders, and which
# messages are JSON.
# SPDX-License-Identifier: MIT
#
# The recorded answers of AWS are in conformance/; these are cases of our own.
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

# What aws-cdk's FilterPattern renders (aws-logs/lib/pattern.ts), messages that match,
# messages that do not.
CDK = [
    ("allEvents", "", ["anything", "{}"], []),
    ("allTerms", '"ERROR" "db"', ["db ERROR", "ERROR: db"], ["ERROR", "db"]),
    ("anyTerm", '?"ERROR" ?"WARN"', ["an ERROR", "a WARN"], ["INFO"]),
    # as soon as one plain term is present the ?terms are ignored
    ("anyTermGroup", '?"foo" "bar" ?"baz"', ["bar", "a bar"], ["foo", "baz"]),
    ("literal quotes", r'"say \"hi\" \\o/"', ['say "hi" \\o/'], ["say hi"]),
    ("stringValue =", '{ $.level = "ERROR" }', ['{"level":"ERROR"}'],
     ['{"level":"error"}', '{"x":1}', "level ERROR"]),
    ("stringValue !=", '{ $.level != "ERROR" }', ['{"level":"x"}'],
     ['{"level":"ERROR"}', '{"x":1}']),
    ("stringValue with a wildcard", '{ $.path = "*.html" }',
     ['{"path":"/a.html"}'], ['{"path":"/a.htm"}']),
    ("numberValue =", "{ $.code = 404 }", ['{"code":404}', '{"code":404.0}'],
     ['{"code":405}']),
    ("numberValue <=", "{ $.ms <= 300 }", ['{"ms":300}', '{"ms":-1}'],
     ['{"ms":301}', '{"ms":"300"}']),
    ("regexValue", "{ $.ip = %10\\.0\\.[0-9]+% }", ['{"ip":"10.0.12"}'],
     ['{"ip":"10.1.12"}']),
    ("exists", '{ $.a = "*" }', ['{"a":""}', '{"a":1}'],
     ['{"a":null}', '{"b":1}']),
    ("notExists", "{ $.a NOT EXISTS }", ['{"b":1}', "{}"], ['{"a":1}']),
    ("isNull", "{ $.a IS NULL }", ['{"a":null}'], ['{"a":0}', "{}"]),
    ("booleanValue true", "{ $.ok IS TRUE }", ['{"ok":true}'],
     ['{"ok":"true"}', '{"ok":false}']),
    ("booleanValue false", "{ $.ok IS FALSE }", ['{"ok":false}'],
     ['{"ok":true}']),
    ("all", '{ ($.a = "x") && ($.b > 1) }', ['{"a":"x","b":2}'],
     ['{"a":"x","b":1}', '{"a":"y","b":2}']),
    ("any", '{ ($.a = "x") || ($.b > 1) }', ['{"a":"x"}', '{"b":2}'],
     ['{"a":"y","b":1}']),
    ("nested", '{ (($.a = 1) || ($.a = 2)) && ($.b = "*") }',
     ['{"a":2,"b":"z"}'], ['{"a":2}', '{"a":3,"b":"z"}']),
    ("spaceDelimited", "[time, month, ..., status_code, bytes]",
     ["1 2 3 4", "1 2 x y z 3 4"], ["1 2 3"]),
    ("spaceDelimited with conditions",
     '[..., status_code = "4*" && status_code != 403, bytes]',
     ["GET / 404 12"], ["GET / 403 12", "GET / 200 12", "404"]),
    ("spaceDelimited with numbers", "[w1, ms > 100]", ["x 101"],
     ["x 100", "x y"]),
]

# The manner of the well-known JSON parsing suites: values, and whether RFC 8259 has them.
VALUES = [
    ("0", True), ("-0", True), ("1.5", True), ("1e5", True), ("1E+5", True),
    ("1e-5", True), ("-1.0e0", True), ("123456789012345678901234567890", True),
    ("1e400", True), ("01", False), ("-01", False), ("-", False),
    ("+1", False), (".5", False), ("1.", False), ("1e", False),
    ("1e+", False), ("0x1", False), ("1_0", False), ("Infinity", False),
    ("NaN", False), ("-NaN", False), ("1 2", False), ("--1", False),
    ('""', True), (r'"\""', True), (r'"\\"', True), (r'"\/"', True),
    (r'"\b\f\n\r\t"', True), (r'"\u0000"', True), (r'"\uD83D\uDE00"', True),
    (r'"\uD83D"', True), (r'"\uDE00\uD83D"', True), (r'"\u12"', False),
    (r'"\u123G"', False), (r'"\x41"', False), (r'"\a"', False),
    (r'"\U0041"', False), ('"\t"', False), ('"\n"', False),
    ('"\x00"', False), ('"\x1f"', False), ('"\x7f"', True), ('"é日本"', True),
    ('"\U0001F600"', True), ('"', False), ('"a', False), ("'a'", False),
    ("a", False), (r'"\"', False), ("true", True), ("false", True),
    ("null", True), ("True", False), ("TRUE", False), ("nul", False),
    ("nulll", False), ("[]", True), ("[1,2]", True), ("[[[]]]", True),
    ("[1,]", False), ("[,1]", False), ("[1 2]", False), ("[1", False),
    ("1]", False), ("[1}", False), ("{}", True), ('{"a":1}', True),
    ('{"a":1,"a":2}', True), ('{"":0}', True), ('{"a"}', False),
    ('{"a":}', False), ('{"a":1,}', False), ('{,"a":1}', False),
    ('{"a" 1}', False), ('{"a",1}', False), ("{a:1}", False),
    ("{1:1}", False), ('{"a":1', False), ("[" * 400 + "]" * 400, True),
    ("[" * 100000 + "]" * 100000, False), ("", False), ("//x\n1", False),
    ("/**/1", False), ("1 # x", False), ("\ufeff1", False), ("1\x00", False),
    (" \t\r\n1 \t\r\n", True), ("\x0b1", False), ("\u00a01", False),
]

# Whole messages.
WHOLE = [
    ('{"v":1}', True), (' {"v":1}\n', True), ('\t\r\n{"v":1}\r\n', True),
    ('\ufeff{"v":1}', False), ('{"v":1}x', False), ('x{"v":1}', False),
    ('{"v":1}{"v":1}', False), ('{"v":1}\x00', False), ("[]", False),
    ("1", False), ('"v"', False), ("null", False), ('{"v":1', False),
    ("{", False), ("", False), ('{"v":1}}', False), ("{}", True),
]


def matched(pattern, messages):
    """Which of the messages a pattern matches: each is a record of its own minute."""
    document = json.dumps({"events": [
        {"timestamp": 1795457290000 + 60000 * n, "message": m}
        for n, m in enumerate(messages)]})
    got = run(["--batch", "-w", "0", "-s", "s", "-o", "json", "-p", pattern],
              stdin=document.encode("utf-8", "surrogatepass"))
    found = set()
    for line in got.out.decode().splitlines():
        row = json.loads(line)
        if "coverage" not in row:
            found.add((row["first_ms"] - 1795457290000) // 60000)
    return [n in found for n in range(len(messages))], got


def check(name, pattern, wanted):
    got, result = matched(pattern, [m for m, _ in wanted])
    wrong = [(m, w) for (m, w), g in zip(wanted, got) if w != g]
    t.ok(not wrong and result.status == 0, name,
         "".join("%r should %smatch\n" % (m[:80], "" if w else "not ")
                 for m, w in wrong) + str(result.err))


t = Tap()
need_program()
for name, pattern, yes, no in CDK:
    check("CDK " + name, pattern, [(m, True) for m in yes] +
          [(m, False) for m in no])

# every condition is false for what is no JSON object, NOT EXISTS too
NO_KEY = "{ $.absent NOT EXISTS }"
for value, valid in VALUES:
    check("value %r" % value[:40], NO_KEY, [('{"v":%s}' % value, valid)])
for message, valid in WHOLE:
    check("message %r" % message[:40], NO_KEY, [(message, valid)])
t.done()
