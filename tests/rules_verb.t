#!/usr/bin/python3
# rules_verb.t -- cwsift rules: the list, the doubts, metric filters there and back.
# SPDX-License-Identifier: MIT
import json
import os
import re
import shlex
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

CASES = os.path.join(TESTS, "conformance", "filter-pattern-cases.jsonl")
FIRST_MS = 1795457291000


# ---- --list ----

def listing(t):
    with Folder() as tmp:
        path = write(os.path.join(tmp, "a.rules"), r"""rules 1

rule one
  level fatal
  match regex ^a (?<service>\w+)
  match text x
  + a b
rule two
  match filter

ignore quiet
  group glob /aws/x
  unless text b
""")
        want = ("one\tfatal\t%s:3\tregex ^a (?<service>\\w+)\n"
                "two\terror\t%s:8\tfilter\n"
                "quiet\tignore\t%s:11\tgroup glob /aws/x\n"
                % (path, path, path)).encode()
        for args in (["--list"], []):
            got = run(["rules", "-r", path] + args)
            t.equal((got.status, got.out, got.err), (0, want, b""),
                    "the list%s" % (args and "" or " is the default"))
        got = run(["rules", "-r", path, "--without", "one", "-t", "a\tb"])
        t.equal(got.out, want[want.index(b"two"):want.index(b"quiet")] +
                b"-t#1\terror\t-t#1\ttext a\\x09b\n" +
                want[want.index(b"quiet"):],
                "the list has the command line's rules")
    got = run(["rules"])
    ids = [line.split("\t")[0] for line in got.out.decode().splitlines()]
    there = [w for name in sorted(os.listdir(os.path.join(ROOT, "rules")))
             for w in re.findall(r"^rule (\S+)", read(os.path.join(
                 ROOT, "rules", name)).decode(), re.M)]
    t.equal(ids, there, "the list is the built-in pack by default")
    t.ok(len(ids) > 50, "which has many rules")


# ---- --check ----

# (what a stanza holds, which doubts it raises)
DOUBTS = [
    ("match regex \\d+", {"no-literal"}),
    ("match filter { $.x NOT EXISTS }", {"no-literal"}),
    ("match regex \\d+\n  require text took", set()),
    ("match regex took \\d+", set()),
    ("match text disk is full\n  unless text disk", {"shadowed"}),
    ("match text disk is full\n  unless text drill", set()),
    ("match regex ^\\w+ import failed\n  unless text import", {"shadowed"}),
    ("match regex ^\\w+ import failed\n  unless regex ^import", set()),
    ("match regex full disk|tape gone\n  unless text disk", set()),
    ("match regex full disk|disk gone\n  unless text disk", {"shadowed"}),
    ("match filter \"disk full\"\n  unless filter ?disk ?dusk", {"shadowed"}),
    ("match filter { $.a = \"*\" }\n  unless filter { $.a = \"*\" }",
     {"shadowed", "no-literal"}),
    ("match text ERROR", {"word-border"}),
    ("match text [ERROR]", set()),
    ("match text ERROR_CODE", set()),
    ("match text ERROR: x", {"word-border"}),
    ("match regex ERROR", {"word-border"}),
    ("match regex ^ERROR", {"word-border"}),
    ("match regex ^ERROR\\b", set()),
    ("match regex \\b(?:ERROR|FATAL)\\b", set()),
    ("match regex \\b(?:FATAL|ERROR)", {"word-border"}),
    ("match regex (?i)\\berror", {"word-border"}),
    ("match regex ERROR.*x", {"word-border"}),
    ("match regex [^A-Z_]ERROR[^A-Z_]", set()),
    ("match regex [^A-Z]ERROR[^A-Z_]", {"word-border"}),
    ("match regex (?<![A-Z_])ERROR(?![A-Z_])", {"no-literal"}),
    ("match regex \\bERROR(?: in)?:", set()),
    ("match filter ERROR", {"word-border"}),
    ("match filter \"[ERROR]\"", set()),
    ("match filter fail -ERROR", set()),
    ("match filter %ERROR%", {"word-border"}),
    ("match filter %\\[ERROR\\]%", set()),
    ("match filter { $.level = \"ERROR\" }", set()),
    ("match text \"level\":\"bad\"", {"json-spacing"}),
    ("match text 1,\"a", {"json-spacing"}),
    ("match regex \"level\":\"bad\"", {"json-spacing"}),
    ("match regex \"level\": ?\"bad\"", set()),
    ("match regex \"level\":\\s*\"bad\"", set()),
    ("match regex \"level\"\\s*:\\s*\"bad\"", set()),
    ("match regex 1,\"a", {"json-spacing"}),
    ("match regex abc[,\"]", set()),
    ("match text fine\n  unless text {\"a\":1", {"json-spacing"}),
    ("match text abc\n  match text abc", {"duplicate"}),
    ("match text abc\n  match regex abc", set()),
    ("match regex ab(c+)+d", {"nested-quantifiers"}),
    ("match regex ab(?:c+)*d", {"nested-quantifiers"}),
    ("match regex ab(?:\\w+|x)*d", {"nested-quantifiers"}),
    ("match regex ab(?:.+,)+d", {"nested-quantifiers"}),
    ("match regex ab(?:[^,]+,)+d", set()),
    ("match regex ab(?:\\w+\\s)*d", set()),
    ("match regex ab(?>c+)+d", set()),
    ("match regex ab(?:c++)+d", set()),
    ("match regex ab(?:cc?){2}d+", set()),
    ("match regex ab\\(c+\\)+d", set()),
    ("match regex ab[(c+)]+d", set()),
    ("match filter", {"every-record"}),
    ("match filter -debug -\"x y\"", {"every-record"}),
    ("match filter [a, b, ...]", {"every-record"}),
    ("match filter [a = oops, ...]", set()),
]


def names(out):
    return set(re.findall(r"\[([\w-]+)\]$", out.decode(), re.M))


def checking(t):
    with Folder() as tmp:
        path = os.path.join(tmp, "a.rules")
        for body, want in DOUBTS:
            write(path, "rules 1\nrule a\n  %s\n  + x\n  - y\n" % body)
            got = run(["rules", "--check", "-r", path])
            t.ok(names(got.out) == want and got.err == b"" and
                 got.status == (1 if want else 0),
                 "check: %s: %s" % (body.replace("\n ", ";"),
                                    " ".join(want) or "fine"), repr(got))
        write(path, "rules 1\nrule a\n  match text aa\n"
              "rule b\n  match text bb\n  + x\nrule c\n  match text cc\n"
              "  - x\nrule d\n  match text bb\n  + x\n  - y\n")
        got = run(["rules", "--check", "-r", path])
        t.equal(got.out.decode().replace(path, "F"),
                "F:2: a: it has no example [no-example]\n"
                "F:4: b: it has no - example (a message that it must not "
                "match) [no-example]\n"
                "F:7: c: it has no + example (a message that it must match) "
                "[no-example]\n"
                "F:10: d: the same conditions as \"b\" (F:4) [duplicate]\n",
                "check: examples, and rules that are the same")
        got = run(["rules", "--check", "-e", r"\d+"])
        t.equal((got.status, got.out.split(b": no literal")[0]),
                (1, b"-e#1"), "check: of the command line, without a place")
        write(path, "rules 1\nrule a\n  match regex (\n")
        got = run(["rules", "--check", "-r", path])
        t.ok(got.status == 2 and got.out == b"" and b"a.rules:3:" in got.err,
             "check: broken rules are 2", repr(got))
    got = run(["rules", "--check"])
    t.equal((got.status, got.out, got.err), (0, b"", b""),
            "check: nothing in the built-in pack is doubtful")


# ---- metric filters ----

def from_cli(script):
    """The filters of an exported script, as the shell and aws take them."""
    found = []
    for line in script.decode().replace("\\\n", "").split("\n"):
        words = shlex.split(line, comments=True)
        if words[:3] != ["aws", "logs", "put-metric-filter"]:
            continue
        args = {}
        words = words[3:]
        while words:
            name, sep, value = words.pop(0).partition("=")
            args[name] = value if sep else words.pop(0)
        metric = dict(pair.split("=") for pair in
                      args["--metric-transformations"].split(","))
        found.append({"filterName": args["--filter-name"],
                      "filterPattern": args["--filter-pattern"],
                      "logGroupName": args["--log-group-name"],
                      "metricTransformations": [metric],
                      "creationTime": FIRST_MS})
    return found


def hcl_string(text):
    """The value of a quoted HCL string without templates."""
    out = ""
    while text:
        m = re.match(r'\\u([0-9a-f]{4})|\\([nrt"\\])|(\$\$|%%)(?=\{)|'
                     r'([^"\\])', text)
        if m is None or re.match(r"[$%]\{", text):
            raise ValueError(text)
        out += (chr(int(m.group(1), 16)) if m.group(1) else
                {"n": "\n", "r": "\r", "t": "\t"}.get(m.group(2), m.group(2))
                if m.group(2) else m.group(3)[0] if m.group(3) else m.group(4))
        if m.group(3):
            out += "{"
            text = text[3:]
        else:
            text = text[m.end():]
    return out


def from_terraform(text):
    found = []
    for block in re.findall(r'^resource "aws_cloudwatch_log_metric_filter" '
                            r'"[A-Za-z_][\w-]*" \{\n(.*?)^\}', text.decode(),
                            re.M | re.S):
        value = lambda key: hcl_string(re.search(
            r'^  %s += "((?:\\.|[^"\\])*)"$' % key, block, re.M).group(1))
        group = re.search(r"^  log_group_name = (.*)$", block, re.M).group(1)
        found.append({"filterName": value("name"),
                      "filterPattern": value("pattern"),
                      "logGroupName": "$LOG_GROUP" if group ==
                      "var.log_group_name" else hcl_string(group[1:-1]),
                      "metricTransformations": [{"metricValue": "1"}]})
    return found


def corpus():
    """Patterns that AWS takes, and all their messages."""
    patterns, messages = [], []
    with open(CASES, encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            if case.get("ambiguous"):
                continue
            if not case.get("error") and case["pattern"] not in patterns:
                patterns.append(case["pattern"])
            if "message" in case and case["message"] not in messages:
                messages.append(case["message"])
    return patterns, messages


def events(messages, group):
    """As a subscription filter hands them on: the group is in it."""
    return json.dumps({
        "messageType": "DATA_MESSAGE", "owner": "123456789012",
        "logGroup": group, "logStream": "s", "subscriptionFilters": ["f"],
        "logEvents": [{"id": str(i), "timestamp": FIRST_MS + i, "message": m}
                      for i, m in enumerate(messages)]}).encode(
                          "utf-8", "surrogatepass")


def matches(rules, data):
    """(time, rule) of each record that matches."""
    got = run(rules + ["-w", "0", "-s", "s", "-o", "json"], data)
    found = set()
    for line in got.out.splitlines():
        incident = json.loads(line)
        for rule in incident.get("rules", ()):
            found.add((incident["first_ms"], rule))
    return found, got


def there_and_back(t):
    patterns, messages = corpus()
    patterns = [p for p in patterns if "\n" not in p and p.strip() == p]
    t.ok(len(patterns) > 300 and len(messages) > 400, "there is a corpus",
         "%d %d" % (len(patterns), len(messages)))
    with Folder() as tmp:
        text = "rules 1\n"
        for i, pattern in enumerate(patterns):
            text += "rule r%d\n" % i
            if i % 3 == 1:
                text += "  group glob /aws/lambda/a\n"
            elif i % 3 == 2:
                text += "  group glob /aws/lambda/b\n"
            text += "  match filter %s\n" % pattern
        path = write(os.path.join(tmp, "a.rules"),
                     text.encode("utf-8", "surrogatepass"))
        data = events(messages, "/aws/lambda/a")
        want, got = matches(["-r", path], data)
        t.ok(len(want) > 1000 and got.status == 0, "the rules find something",
             len(want), got.err)
        for form, parse in (("cli", from_cli), ("terraform", from_terraform)):
            got = run(["rules", "-r", path, "--export", form])
            t.ok(got.status == 0 and got.err == b"",
                 "%s: all is carried over" % form, repr(got))
            filters = parse(got.out)
            t.equal([f["filterPattern"] for f in filters], patterns,
                    "%s: the patterns are those of the rules" % form)
            for f in filters:
                f["logGroupName"] = f["logGroupName"].replace(
                    "$LOG_GROUP", "/aws/lambda/a")
            answer = write(os.path.join(tmp, "answer.json"),
                           json.dumps({"metricFilters": filters}))
            got = run(["rules", "--import", answer])
            t.ok(got.status == 0 and got.err == b"",
                 "%s: all comes back" % form, repr(got))
            back = write(os.path.join(tmp, "back.rules"), got.out)
            found, got = matches(["-r", back], data)
            t.equal(sorted(found ^ want)[:5], [],
                    "%s: and finds the same" % form, got.err)
    got = run(["rules", "--export", "cli"])
    filters = from_cli(got.out)
    t.ok(len(filters) > 5 and got.status == 3, "of the built-in pack some",
         repr(got))
    left = set(re.findall(r"rule (\S+) is not carried over", got.err.decode()))
    all_ids = {line.split(b"\t")[0].decode()
               for line in run(["rules"]).out.splitlines()}
    t.equal((left | {f["filterName"] for f in filters},
             left & {f["filterName"] for f in filters}), (all_ids, set()),
            "the others are named")


def exporting(t):
    with Folder() as tmp:
        path = write(os.path.join(tmp, "a.rules"), r"""rules 1
rule fine
  level warn
  at-least 3
  match filter { $.a = "it's \"$${x}\" %{y}" }
rule fine.too
  group glob /aws/a
  group glob /aws/b
  group required
  match filter -x
rule fine_too
  group glob /aws/*
  match filter x
rule is-text
  match text x
rule is-regex
  match regex x
rule has-require
  match filter x
  require text y
rule has-unless
  match filter x
  unless text y
rule has-two
  match filter x
  match filter y
rule has-stream
  match filter x
  stream glob y
ignore quiet
  match text z
""")
        got = run(["rules", "-r", path, "--export", "terraform"])
        t.equal(got.out.decode().replace(path, "F"), r"""# made by: cwsift rules --export terraform

variable "log_group_name" {
  description = "the log group that gets the filters"
  type        = string
}

# fine (F:2), level warn
# at least 3: the threshold of its alarm
resource "aws_cloudwatch_log_metric_filter" "fine" {
  name           = "fine"
  log_group_name = var.log_group_name
  pattern        = "{ $.a = \"it's \\\"$\u0024{x}\\\" %%{y}\" }"

  metric_transformation {
    name      = "fine"
    namespace = "cwsift"
    value     = "1"
  }
}

# fine.too (F:6), level error
resource "aws_cloudwatch_log_metric_filter" "fine_too" {
  name           = "fine_too"
  log_group_name = "/aws/a"
  pattern        = "-x"

  metric_transformation {
    name      = "fine_too"
    namespace = "cwsift"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "fine_too-2" {
  name           = "fine_too-2"
  log_group_name = "/aws/b"
  pattern        = "-x"

  metric_transformation {
    name      = "fine_too-2"
    namespace = "cwsift"
    value     = "1"
  }
}

# fine_too (F:11), level error
# for a group that is glob /aws/*
resource "aws_cloudwatch_log_metric_filter" "fine_too-3" {
  name           = "fine_too-3"
  log_group_name = var.log_group_name
  pattern        = "x"

  metric_transformation {
    name      = "fine_too-3"
    namespace = "cwsift"
    value     = "1"
  }
}
""", "terraform")
        t.equal((got.status, re.findall(r"cwsift: (?:rule|ignore) (\S+) is not "
                                        r"carried over: \w", got.err.decode())),
                (3, ["is-text", "is-regex", "has-require", "has-unless",
                     "has-two", "has-stream", "quiet"]),
                "what cannot be carried over is named", got.err)
        got = run(["rules", "-r", path, "--export", "cli"])
        script = write(os.path.join(tmp, "x.sh"), got.out)
        write(os.path.join(tmp, "bin", "aws"),
              "#!/bin/sh\nprintf '%s\\n' \"$@\" ----\n")
        os.chmod(os.path.join(tmp, "bin", "aws"), 0o755)
        p = subprocess.run(
            ["sh", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": os.path.join(tmp, "bin") + ":/usr/bin:/bin",
                 "LOG_GROUP": "/aws/my group"})
        t.equal((p.returncode, p.stdout.decode().split("----\n")[0]), (0, r"""logs
put-metric-filter
--log-group-name=/aws/my group
--filter-name=fine
--filter-pattern={ $.a = "it's \"$${x}\" %{y}" }
--metric-transformations
metricName=fine,metricNamespace=cwsift,metricValue=1
"""), "a shell runs what is exported for it", p.stderr)
        t.ok(b"\n--filter-pattern=-x\n" in p.stdout,
             "a pattern may begin with a dash")
        p = subprocess.run(["sh", script], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, env={"PATH": "/bin"})
        t.ok(p.returncode != 0 and b"LOG_GROUP" in p.stderr,
             "without a group it does nothing", p.stderr)
        got = run(["rules", "-e", "x", "--export", "cli"])
        t.equal((got.status, got.out), (3, b""), "nothing to export is 3")


def importing(t):
    with Folder() as tmp:
        def take(document, *args):
            path = write(os.path.join(tmp, "d.json"), document if isinstance(
                document, (bytes, str)) else json.dumps(document))
            return run(["rules", "--import", path] + list(args))

        one = lambda name, pattern, **more: dict(
            {"filterName": name, "filterPattern": pattern,
             "logGroupName": "/aws/lambda/x",
             "metricTransformations": [{"metricName": "m",
                                        "metricNamespace": "n",
                                        "metricValue": "1"}]}, **more)
        got = take({"metricFilters": [
            one("My errors!", "ERROR"), one("My errors?", "ERROR\n  -debug"),
            one("alarm", ""), one("\u65e5\u672c", "x")]})
        t.equal((got.status, got.err, got.out.decode()), (0, b"", """rules 1

# made by: cwsift rules --import

# the metric filter My errors! of /aws/lambda/x
rule My-errors
  group   glob /aws/lambda/x
  match   filter ERROR

# the metric filter My errors? of /aws/lambda/x
rule My-errors-2
  group   glob /aws/lambda/x
  match   filter ERROR   -debug

# the metric filter alarm of /aws/lambda/x
rule alarm-2
  group   glob /aws/lambda/x
  match   filter

# the metric filter \u65e5\u672c of /aws/lambda/x
rule filter
  group   glob /aws/lambda/x
  match   filter x
"""), "ids are valid and nobody else's")
        path = write(os.path.join(tmp, "back.rules"), got.out)
        got = run(["rules", "-r", path, "-r", "builtin"])
        t.ok(got.status == 0, "they go together with the built-in pack",
             repr(got))
        for what, more, word in (
                ("a pattern that AWS would refuse", {"filterPattern": "a*"},
                 "Invalid character"),
                ("a line end in quotes", {"filterPattern": '"a\nb"'},
                 "control characters"),
                ("transformed logs", {"applyOnTransformedLogs": True},
                 "transformed"),
                ("no pattern", {"filterPattern": None}, "no pattern")):
            got = take({"metricFilters": [one("f", "x", **more),
                                          one("g", "y")]})
            t.ok(got.status == 3 and word in got.err.decode() and
                 re.search(r"^# not carried over: .*%s" % word,
                           got.out.decode(), re.M) and
                 got.out.count(b"\nrule ") == 1,
                 "not carried over, and named: %s" % what, repr(got))
        got = take({"metricFilters": [one("f", "x", metricTransformations=[
            {"metricValue": "$.ms", "dimensions": {"A": "$.a"}}])]})
        t.ok(got.status == 3 and b"$.ms" in got.err and
             b"dimensions" in got.err and b"\nrule f\n" in got.out,
             "what a metric has besides is named", repr(got))
        got = take({"metricFilters": [one("f", "x")], "nextToken": "t"})
        t.ok(got.status == 3 and b"nextToken" in got.err,
             "a partial answer is", repr(got))
        got = take({"metricFilters": []})
        t.ok(got.status == 3 and got.err != b"", "and an empty one", repr(got))
        for name, bad in (("no JSON", "metricFilters"), ("a string", '"x"'),
                          ("another answer", {"logGroups": []}),
                          ("a list of something", [1]), ("nothing", "")):
            got = take(bad)
            t.ok(got.status == 2 and got.out == b"" and got.err != b"",
                 "it is no answer: %s" % name, repr(got))
        got = run(["rules", "--import", os.path.join(tmp, "none.json")])
        t.ok(got.status == 2 and b"none.json" in got.err, "nor is no file",
             repr(got))
        got = run(["rules", "--import", "-"],
                  json.dumps([one("f", "x")]).encode())
        t.ok(got.status == 0 and b"\nrule f\n" in got.out,
             "from standard input, a --query of the list", repr(got))
        got = take({"metricFilters": [one("f\x1b[31m\nmatch text x", "x")]})
        t.ok(b"\x1b" not in got.out and b"\nmatch" not in got.out,
             "a name cannot say more than a name", repr(got))


def usage(t):
    for args in (["--list", "--check"], ["--export", "yaml"], ["x.rules"],
                 ["--import", "x", "-t", "y"], ["-r", "/nonexistent"]):
        got = run(["rules"] + args)
        t.ok(got.status == 2 and got.out == b"" and got.err != b"",
             "usage: rules %s" % " ".join(args), repr(got))


def main():
    need_program()
    t = Tap()
    listing(t)
    checking(t)
    exporting(t)
    importing(t)
    there_and_back(t)
    usage(t)
    t.done()


main()
