#!/usr/bin/python3
# seeds.py -- what a fuzz target begins with: the inputs that the other tests have.
# SPDX-License-Identifier: MIT
#
#   seeds.py TARGET FOLDER
import glob
import json
import os
import re
import subprocess
import sys

FUZZ = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(FUZZ)
ROOT = os.path.dirname(TESTS)
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TESTS, "shapes"))
import render

LARGE = 8192                            # run.sh lets no input grow longer


def read(path):
    with open(path, "rb") as f:
        return f.read()


def files(*patterns):
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(ROOT, pattern),
                                     recursive=True)):
            if os.path.isfile(path) and not path.endswith((".expect", ".md")):
                yield path


# How --from is called for the shapes of render.py (by how their names begin).
FROM = [("export", "export"), ("tail-short", "tail-short"),
        ("tail-detailed", "tail-detailed"), ("tail-json", "tail-json"),
        ("payloads", "subscription"), ("firehose", "subscription"),
        ("base64", "subscription"), ("awslogs", "subscription"),
        ("kinesis", "subscription"), ("filter-log-events-text", "events-text"),
        ("get-log-events-text", "events-text"),
        ("filter-log", "events-json"), ("get-log", "events-json"),
        ("query-columns", "columns"), ("query-messages-json", "messages-json"),
        ("query-messages-text", "messages-text"),
        ("insights-text", "insights-text"), ("insights-csv", "csv"),
        ("console-csv", "csv"), ("insights", "insights-json"),
        ("live-tail-json", "live-tail-json"), ("live-tail", "bare"),
        ("bare", "bare"), ("s", "event")]


def rendered(count):
    """(name, bytes) of each shape, count records."""
    for shape in render.SHAPES:
        data = shape.render(shape.fits(render.records("seed", count)))
        if isinstance(data, bytes):
            yield shape.name, data


def partials():
    """Results as cwsift prints them, if it is built."""
    program = os.environ.get("CWSIFT", os.path.join(ROOT, "cwsift"))
    if not os.path.exists(program):
        return
    for path in files("samples/*.*"):
        p = subprocess.run([program, "-o", "json", "--utc", path],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        yield p.stdout


INCIDENT = (b'{"cwsift":1,"service":"mail","first":null,"last":null,"first_ms":'
            b'%d,"last_ms":%d,"count":3,"level":"error","rules":{"r":3,'
            b'"q\\"":1},"at_least":{"r":2},"groups":["g"],"streams":["s"],'
            b'"more":false}')
COVERAGE = (b'{"cwsift":1,"coverage":{"files":1,"bytes":10,"records":3,'
            b'"outside":0,"first_ms":1795457000000,"last_ms":1795457000000,'
            b'"shapes":["export"],"damages":1,"window_ms":600000,"level":'
            b'"error","complete":false}}')


def partial_seeds():
    start = 1795457000000
    yield from partials()
    yield INCIDENT % (start, start + 9) + b"\n" + COVERAGE + b"\n"
    yield b"\n".join([INCIDENT % (start, start), COVERAGE,
                      INCIDENT % (start + 599999, start + 599999),
                      INCIDENT % (start + 1800000, start + 2400000),
                      COVERAGE, b""])
    yield INCIDENT.replace(b"%d", b"null") + b"\n" + COVERAGE
    far = 2 ** 63 - 1                   # what an int64_t just holds
    yield b"\n".join([INCIDENT % (-far, -far), INCIDENT % (far, far),
                      INCIDENT % (-far, far), INCIDENT % (0, far), COVERAGE])
    yield COVERAGE.replace(b"1795457000000", b"%d" % far)
    many = (INCIDENT % (start, start)).replace(b":3", b":%d" % (2 ** 64 - 1))
    yield b"\n".join([many, many, COVERAGE])


def input_seeds():
    for path in files("samples/**", "tests/captures/*.txt"):
        yield read(path)
    for name, data in rendered(6):
        yield data
        for word in [w for n, w in FROM if name.startswith(n)][:1]:
            yield b"--from %s\n%s" % (word.encode(), data)
        if name.startswith(("tail", "bare", "live")):
            yield b"--live\n" + data
    for data in partials():
        yield data


def wrapped_seeds():
    plans = ["g", "s", "n", "b", "B", "gg", "gb", "Bg", "gsn", "g x 40",
             "gg c 60", "b i 9", "g d 30", "B x 30", "n x 3"]
    for i, (name, data) in enumerate(rendered(4)):
        yield plans[i % len(plans)].encode() + b"\n" + data
    for path in files("samples/*.json", "samples/*.txt"):
        yield b"gb\n" + read(path)


def gzips():
    for name, data in rendered(4):
        if data[:2] == b"\x1f\x8b":
            yield data
    yield render.gz(b"")
    yield render.gz(b"a" * 5000)
    yield render.members([b"one\n", b"two\n" * 50, b"three\n"], b"\n")


def json_seeds():
    for path in files("samples/*.json", "tests/captures/*json*"):
        yield read(path)
    yield b'[0,-0.1e+9,1E-2,"\\ud83d\\ude00\\ud800\\u0000",{"a":{"a":[]}},true]'


def rule_seeds():
    for path in files("rules/*.rules", "tests/**/*.rules"):
        yield read(path)
    for path in files("rules/*.rules"):  # and stanza by stanza
        for part in re.split(rb"\n\n", read(path)):
            if part.startswith((b"rule ", b"naming ", b"ignore ")):
                yield b"rules 1\n\n" + part + b"\n"


def cases():
    with open(os.path.join(TESTS, "conformance",
                           "filter-pattern-cases.jsonl"),
              encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pattern_seeds():
    for number, case in enumerate(cases()):
        if number % 3 == 0 and "message" in case and \
                "\n" not in case["pattern"]:
            yield ("-p %s\n%s" % (case["pattern"], case["message"])).encode()
    for path in files("rules/*.rules"):
        message = b"?"
        for line in read(path).split(b"\n"):
            word = line.split(None, 2)
            if line.startswith(b"  + "):
                message = line[4:]
        for line in read(path).split(b"\n"):
            word = line.split(None, 2)
            if len(word) == 3 and word[0] in (b"match", b"require"):
                kind = {b"text": b"-t ", b"regex": b"-e ",
                        b"filter": b"-p "}.get(word[1])
                if kind:
                    yield kind + word[2] + b"\n" + message


def search_seeds():
    yield b"ERROR\nFATAL\nTask timed out\n\n[ERROR] Task timed out FATALERROR"
    yield b"a\nab\nabc\nbc\nc\n\nabcabcaababc" + b"x" * 80 + b"abc"
    yield b"Execution\nExecutionFailed\nFailed\"\n\n" + \
        b'{"type":"ExecutionFailed"}' * 12
    for path in files("samples/*.json"):
        yield b"type\nfailed\nFAILED\nmessage\n\n" + read(path)


def service_seeds():
    origin = b"/aws/lambda/mail\tstream/1\t123456789012\teu-west-1\n"
    message = b'{"a":{"b":["x","y"]},"execution_arn":"arn:aws:states:e:n"}'
    values = {b"{group} regex ^/aws/lambda/(?<service>[^/]+)",
              b"{$.a.b[0]}-{capture}", b"{stream}/{account}/{region}",
              b"plain text", b"{$.execution_arn} regex ([^:]+)$"}
    for path in files("rules/*.rules"):
        for line in read(path).split(b"\n"):
            word = line.split(None, 1)
            if len(word) == 2 and word[0] == b"service":
                values.add(word[1])
    for value in sorted(values):
        yield value + b"\n" + origin + message


def spool_seeds():
    incident = INCIDENT % (1795457000000, 1795457060000)
    topic = b'"topic":"arn:aws:sns:eu-west-1:123456789012:t"'
    told = (b'{"news":"told","id":"0123456789abcdef",%s,"at":1795457100000,'
            b'"told":1795457060000,"incident":%s}\n' % (topic, incident))
    version = b'{"cwsift_spool":1}\n'
    sent = (b'{"sent":["0123456789abcdef"],%s,"at":1795457200000,'
            b'"message_id":"1-2"}\n' % topic)
    yield b"records\n" + version + told
    yield b"records\n" + version + told + sent
    yield b"records\n" + version + told + told.replace(
        b"told", b"reminder", 1).replace(b"0123", b"4567")
    yield b"records\n" + version + told.replace(b'"told"', b'"known"', 1)
    yield b"records\n" + version + told.replace(
        b"1795457000000", b"null").replace(b"1795457060000", b"null")
    yield b"records\n" + version + told + sent.replace(b"sent", b"dead")
    for far in (b"9223372036854775807", b"-9223372036854775807"):
        yield b"records\n" + version + told.replace(
            b"1795457000000", b"-9223372036854775807").replace(
            b"1795457060000", far).replace(b"1795457100000", far) + \
            sent.replace(b"1795457200000", far)
    yield b"records\n" + b'{"cwsift_spool":2}\n' + told
    yield b"\x1e00000012 %08x %s" % (0xe3069283, version)
    yield b"rubbish\x1e00000000 00000000 \n\x1e0000"


SENT = (b'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
        b"<PublishResult><MessageId>0a1b2c3d-1</MessageId></PublishResult>"
        b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
        b"</PublishResponse>")
ERROR = (b"<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s"
         b"</Message></Error><RequestId>r</RequestId></ErrorResponse>")
STS = (b"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKID"
       b"</AccessKeyId><SecretAccessKey>abc</SecretAccessKey><SessionToken>t"
       b"</SessionToken><Expiration>2099-11-23T18:00:00Z</Expiration>"
       b"</Credentials></AssumeRoleResult></AssumeRoleResponse>")
KEYS = (b'{"AccessKeyId":"AKID","SecretAccessKey":"abc","Token":"t",'
        b'"Expiration":"2099-11-23T18:00:00Z"}')


def answer_seeds():
    def world(where, *answers):
        return where + b"\n" + b"\n%%\n".join(answers)
    sent = b"200\n" + SENT
    yield world(b"environment", sent, sent)
    for code, text in ((b"ThrottlingException", b"Rate exceeded"),
                       (b"InvalidParameter", b"Invalid parameter: TopicArn"),
                       (b"ExpiredToken", b"The security token"),
                       (b"AuthorizationError", b"User: a is not &lt;b&gt;"),
                       (b"SignatureDoesNotMatch", b"Signature expired: "
                        b"20261123T180359Z is now earlier than "
                        b"20261123T180859Z (20261123T181359Z - 5 min.)")):
        yield world(b"environment", b"400\n" + ERROR % (code, text), sent)
        yield world(b"environment", b"400 1795457000000 5000\n" +
                    ERROR % (code, text), sent, sent)
        yield world(b"role", b"200\n" + STS, b"403\n" + ERROR % (code, text),
                    b"200\n" + STS, sent)
        yield world(b"role", b"403\n" + ERROR % (code, text))
    yield world(b"chain", b"200\n" + STS, b"200\n" + STS, sent)
    yield world(b"web", b"200\n" + STS, sent)
    yield world(b"container", b"200\n" + KEYS, sent)
    yield world(b"container", b"500\n", b"429\n", b"200\n" + KEYS, sent)
    yield world(b"instance", b"200\ntoken==", b"200\nrole-name",
                b"200\n" + KEYS, sent)
    yield world(b"instance", b"200\ntoken==", b"404\n")
    yield world(b"process", b'0\n{"Version":1,' + KEYS[1:].replace(
        b'"Token"', b'"SessionToken"'), sent)


def aws_config_seeds():
    yield (b"[default]\nregion = eu-west-1 # here\n[profile a]\nrole_arn = "
           b"arn:aws:iam::1:role/r\nsource_profile=default\n"
           b"services = s\n[services s]\nsns =\n  endpoint_url = "
           b"http://localhost:4566\n  b = c\n")
    yield (b"credentials\n[default]\naws_access_key_id = AKID\n"
           b"aws_secret_access_key = abc+/=\naws_session_token=\n"
           b"[b c]\naws_access_key_id=x\n ; comment\n  more\n")
    yield (b"\xef\xbb\xbf[profile \"b c\"]\r\ncredential_process = x y\r\n"
           b"ca_bundle = /x ; y\r\n[a]\r\n")
    for url in (b"https://h:1/p", b"http://[::1]:8080/", b"ftp://x",
                b"http://u:p@h/", b"http://h?q#f"):
        yield b"[default]\nendpoint_url = " + url + b"\n"


def time_seeds():
    for line in re.findall(rb"`([^`]+)`", read(os.path.join(
            ROOT, "filter", "base", "time.h"))):
        yield line
    for text in (b"2026-11-23T18:03:59Z", b"0001-01-01T00:00:00+23:59",
                 b"9999-12-31T23:59:59.999-00:01", b"2016-12-31T23:59:60Z",
                 b'{"time":"2026-11-23T18:03:59Z"}', b'{"ts":1795457000.5}',
                 b'{"timestamp":1795457000123}', b"1h30m500ms", b"9999999d",
                 b"2011-12-30", b"2026-03-08T02:30", b"today", b"yesterday"):
        yield text


def aws_command_seeds():
    for words in ("aws logs tail /aws/lambda/mail --follow --since 10m",
                  "aws logs tail g --since=2026-11-23T18:00:00Z --format json",
                  "sudo -u x aws-vault exec p -- /usr/bin/aws --region "
                  "eu-west-1 logs tail arn:aws:logs:us-east-1:123456789012:"
                  "log-group:/g:* --since 1w --log-stream-names a b --profile "
                  "p", "aws logs start-live-tail --log-group-identifiers a b "
                  "--mode print-only", "aws s3 ls", "cat file"):
        yield words.replace(" ", "\n").encode()


def metric_seeds():
    patterns = sorted({c["pattern"] for c in cases()})
    yield json.dumps({"metricFilters": [
        {"filterName": "f%d" % i, "filterPattern": p, "logGroupName": g,
         "metricTransformations": [{"metricName": "m", "metricValue": "1"}]}
        for i, (p, g) in enumerate(zip(patterns[::40], [
            "/aws/lambda/mail", "a*b", "x"] * 99))][:20]}).encode()
    for p in patterns[::9]:
        yield json.dumps([{"filterName": "a b/c", "filterPattern": p,
                           "logGroupName": "g.x-y/z#"}]).encode()
    yield (b'{"metricFilters":[{"filterName":"n","filterPattern":"ERROR",'
           b'"logGroupName":"g","applyOnTransformedLogs":true,'
           b'"metricTransformations":[{"metricValue":"$.x","dimensions":'
           b'{"a":"$.b"}}]}],"nextToken":"x"}')


SEEDS = {
    "input": input_seeds,
    "wrapped": wrapped_seeds,
    "inflate": gzips,
    "base64": lambda: [read(p) for p in files("samples/*.b64")] +
    [b"TWFu", b"TWE=", b"TQ==", b"TQ", b"T=Q=", b"TWFu\n"],
    "json": json_seeds,
    "rules": rule_seeds,
    "pattern": pattern_seeds,
    "search": search_seeds,
    "service": service_seeds,
    "partial": partial_seeds,
    "spool": spool_seeds,
    "ledger": lambda: [b"a 0 5\na 14 1\na 30 0\na 15 15\nb 1 1\na 5 9\n"],
    "answer": answer_seeds,
    "aws_config": aws_config_seeds,
    "time": time_seeds,
    "aws_command": aws_command_seeds,
    "metric_import": metric_seeds,
}


def main():
    target, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for number, data in enumerate(SEEDS[target]()):
        if len(data) <= LARGE:
            with open(os.path.join(folder, "%04d" % number), "wb") as seed:
                seed.write(data)


main()
