#!/usr/bin/python3
# render.py -- one list of records in every shape that CloudWatch Logs records
# come in, and what each shape can carry of them.
# SPDX-License-Identifier: MIT
#
#   render.py                    lists the shapes
#   render.py SHAPE [SEED]       writes records of that seed to standard output
#
# The numbers below are sections of formats.md, which has each shape byte for byte.
import base64
import csv
import gzip
import io
import json
import random
import re
import sys
from collections import namedtuple

# message: bytes.  inner_ms: the time that the message itself carries, or None.
Record = namedtuple("Record", "time_ms group stream account message inner_ms")

CONTROL = ('{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs",'
           '"logGroup":"","logStream":"","subscriptionFilters":[],'
           '"logEvents":[{"id":"","timestamp":1680683189085,"message":'
           '"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}')
GREEN, CYAN, RESET = "\033[32m", "\033[36m", "\033[0m"
TASK = "23db5787-2889-4601-873a-99e4fa09456d"


# ---------------------------------------------------------------- small tools

def utc(ms):
    """Seconds of ms as YYYY-MM-DDTHH:MM:SS, without datetime's limits."""
    s = ms // 1000
    days, s = divmod(s, 86400)
    # civil from days (proleptic Gregorian)
    z = days + 719468
    era, doe = divmod(z, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (month <= 2)
    return "%04d-%02d-%02dT%02d:%02d:%02d" % (
        year, month, doy - (153 * mp + 2) // 5 + 1,
        s // 3600, s // 60 % 60, s % 60)


def utc_ms(ms):
    return "%s.%03d" % (utc(ms), ms % 1000)


def gz(data, level=6):
    """As AWS writes it: no time, no name, OS byte 0."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0,
                       compresslevel=level) as f:
        f.write(data)
    data = bytearray(out.getvalue())
    data[9] = 0
    return bytes(data)


def b64(data):
    return base64.b64encode(data).decode()


def text(message):
    return message.decode("utf-8")


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')


def reescaped(rng, document, share=0.15, all_words=False):
    """The same JSON text with characters of its strings written as \\uXXXX and \\/,
    but for keys and single words: nobody writes those so."""
    def character(ch):
        if rng.random() > share:
            return ch
        if ch == "/":
            return "\\/"
        units = ch.encode("utf-16-be", "surrogatepass")
        form = rng.choice(["\\u%04x", "\\u%04X"])
        return "".join(form % (units[i] << 8 | units[i + 1])
                       for i in range(0, len(units), 2))

    def string(m):
        if m.group(2) or (not all_words and
                          re.fullmatch(r"@?\w*", m.group(1))):
            return m.group(0)
        return '"' + re.sub(r"\\(?:u[0-9a-fA-F]{4}|.)|.", lambda c: c.group(0)
                            if c.group(0)[0] == "\\" else
                            character(c.group(0)), m.group(1)) + '"'
    return STRING.sub(string, document)


def cli(value):
    """What the AWS CLI prints for --output json."""
    return (json.dumps(value, indent=4, ensure_ascii=False) + "\n").encode()


def runs(records, size=7):
    """Records of one group and stream that follow each other."""
    out = []
    for r in records:
        key = (r.group, r.stream, r.account)
        if not out or out[-1][0] != key or len(out[-1][1]) >= size:
            out.append((key, []))
        out[-1][1].append(r)
    return [rs for key, rs in out]


def event_id(r, i):
    return "%056d" % (38480917865042697267627490045603633139480491 + i)


# ------------------------------------------------------- can it be carried?

def any_bytes(message):
    return message


def utf8(message):
    try:
        message.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return message


def trimmed(message):
    """aws logs tail: the printed text without white space at its end (1.1)."""
    return message.decode("utf-8", "surrogateescape").rstrip().encode(
        "utf-8", "surrogateescape")


def as_json(message):
    try:
        return True, json.loads(message.decode("utf-8"))
    except (ValueError, RecursionError):
        return False, None


def trimmed_detailed(message):
    """A message of LF and JSON prints as --format json prints the JSON alone."""
    if message[:1] == b"\n" and as_json(trimmed(message))[0]:
        return reprinted(message)
    return trimmed(message)


def reprinted(message):
    """aws logs tail --format json, then printed compact again by cwsift."""
    yes, value = as_json(message)
    if not yes:
        return trimmed(message)
    return compact(value).encode("utf-8", "surrogatepass")


def csv_field(message):
    # Python's csv cannot tell CR from LF when told to quote little; keep both
    return utf8(message)


def text_row(message):
    """Rows of --output text: what looks like a row's end would be one."""
    return utf8(message)


def one_line(message):
    """Print-only and the like: a message is a line; blank ones are nothing."""
    body = message.rstrip(b"\r\n")
    if utf8(body) is None or not body.strip() or b"\n" in body or \
            b"\r" in body or body[:1] in b" \t}])" or \
            b"\xc2\xa0" in body[:2]:
        return None
    yes, value = as_json(body)
    return body.strip() if yes and isinstance(value, (dict, list)) else body


def json_alone(message):
    """A JSON text by itself: white space around it is nobody's."""
    return message.strip() if utf8(message) is not None else None


def column(message):
    """--query 'events[].message' --output text: TABs are the separator, so that
    only the front of a Lambda message tells where one begins."""
    if one_line(message) is None or b"\t" in message:
        return None
    return b"[INFO] " + one_line(message)


# ------------------------------------------------------------------ renderers

def export(records):
    return b"".join(utc_ms(r.time_ms).encode() + b"Z " + r.message + b"\n"
                    for r in records)


def members(parts, between=b""):
    return between.join(gz(p) for p in parts)


def halves(data, count=5):
    """Cut anywhere, lines or not: members of one stream."""
    step = max(1, len(data) // count + 1)
    return [data[i:i + step] for i in range(0, len(data), step)] or [b""]


def export_folder(records):
    files = {}
    for r in records:
        key = "exportedlogs/%s/%s/000000.gz" % (
            TASK, r.stream.replace("/", "-"))
        files[key] = files.get(key, b"") + export([r])
    return {k: gz(v) for k, v in files.items()}


def tail(records, form, colour=False, terminal=False):
    out = []
    for r in records:
        stamp = utc(r.time_ms)
        if form == "detailed":
            stamp += ".%03d000+00:00" % (r.time_ms % 1000)
        elif form == "json":
            if r.time_ms % 1000:
                stamp += ".%03d000" % (r.time_ms % 1000)
            stamp += "+00:00"
        if colour:
            stamp = GREEN + stamp + RESET
        line = stamp.encode() + b" "
        if form != "short":
            name = CYAN + r.stream + RESET if colour else r.stream
            line += name.encode() + b" "
        message = r.message
        if form == "json":
            yes, value = as_json(message)
            if yes:
                message = b"\n" + json.dumps(value, indent=4).encode()
        out.append(trimmed(line + message) + b"\n")
    data = b"".join(out)
    return data.replace(b"\n", b"\r\n") if terminal else data


def payload(rs, order="real", spaced=False, ascii_only=False):
    events = []
    for i, r in enumerate(rs):
        e = {"id": event_id(r, i), "timestamp": r.time_ms,
             "message": text(r.message)}
        if order == "fields":
            e["extractedFields"] = {"@aws.account": r.account,
                                    "@aws.region": "ap-northeast-1",
                                    "word": "FAILED", "empty": None}
        events.append(e)
    head = {"messageType": "DATA_MESSAGE", "owner": rs[0].account,
            "logGroup": rs[0].group, "logStream": rs[0].stream,
            "subscriptionFilters": ["all"], "logEvents": events}
    if order == "documentation":
        head = {k: head[k] for k in ("owner", "logGroup", "logStream",
                                     "subscriptionFilters", "messageType",
                                     "logEvents")}
    elif order == "late":                       # what it is of comes last
        head = {k: head[k] for k in ("messageType", "logEvents", "logStream",
                                     "logGroup", "owner",
                                     "subscriptionFilters")}
        head["policyLevel"] = "ACCOUNT_LEVEL_POLICY"
    if spaced:
        return json.dumps(head, ensure_ascii=ascii_only)
    return json.dumps(head, separators=(",", ":"), ensure_ascii=ascii_only)


def payloads(records, **how):
    return [payload(rs, **how).encode() for rs in runs(records)]


def with_control(parts):
    """A control message in front and after every third payload."""
    out = [CONTROL.encode()]
    for i, p in enumerate(parts):
        out.append(p)
        if i % 3 == 2:
            out.append(CONTROL.encode())
    return out


def get_records(records):
    return cli({"Records": [
        {"SequenceNumber": "4959%d" % i,
         "ApproximateArrivalTimestamp": "2026-11-24T00:16:12.936000+00:00",
         "Data": b64(gz(p)), "PartitionKey": "jqtzgcmjfb"}
        for i, p in enumerate(payloads(records))],
        "NextShardIterator": "AAAA", "MillisBehindLatest": 0})


def kinesis_event(records):
    return compact({"Records": [
        {"kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": "p",
                     "sequenceNumber": "49590%d" % i, "data": b64(gz(p)),
                     "approximateArrivalTimestamp": 1545084650.987},
         "eventSource": "aws:kinesis", "eventVersion": "1.0",
         "eventName": "aws:kinesis:record", "awsRegion": "ap-northeast-1"}
        for i, p in enumerate(payloads(records))]}).encode()


def firehose_transform(records):
    return compact({
        "invocationId": "i", "deliveryStreamArn": "arn:aws:firehose:x",
        "region": "ap-northeast-1", "records": [
            {"recordId": "r%d" % i,
             "approximateArrivalTimestamp": 1495072949453,
             "data": b64(gz(p))}
            for i, p in enumerate(payloads(records))]}).encode()


def firehose_http(records):
    return compact({
        "requestId": "ed4acda5", "timestamp": 1578090901599, "records": [
            {"data": b64(gz(p))} for p in payloads(records)]}).encode()


def filter_json(records, stream=True):
    events = []
    for i, r in enumerate(records):
        e = {"logStreamName": r.stream} if stream else {}
        e.update(timestamp=r.time_ms, message=text(r.message),
                 ingestionTime=r.time_ms + 300000)
        if stream:
            e["eventId"] = event_id(r, i)
        events.append(e)
    if stream:
        return {"events": events, "searchedLogStreams": []}
    return {"events": events, "nextForwardToken": "f/3848",
            "nextBackwardToken": "b/3848"}


def filter_text(records):
    return b"".join(
        b"EVENTS\t%s\t%d\t%s\t%s\t%d\n" % (
            event_id(r, i).encode(), r.time_ms + 300000, r.stream.encode(),
            r.message, r.time_ms)
        for i, r in enumerate(records)) + \
        b"SEARCHEDLOGSTREAMS\tweb-1\tTrue\n"


def get_text(records):
    return b"b/0000\tf/0020\n" + b"".join(
        b"EVENTS\t%d\t%s\t%d\n" % (r.time_ms + 300000, r.message, r.time_ms)
        for r in records)


def columns(records):
    return b"".join(b"%d\t%s\t%s\n" % (r.time_ms, r.stream.encode(),
                                       r.message) for r in records)


def messages_text(records):
    return b"\t".join(column(r.message) + b"\n" for r in records) + b"\n"


def insights_rows(records):
    return [[("@timestamp", utc_ms(r.time_ms).replace("T", " ")),
             ("@message", text(r.message)),
             ("@logStream", r.stream),
             ("@log", "%s:%s" % (r.account, r.group)),
             ("@ptr", "CmYK%d" % i)] for i, r in enumerate(records)]


def insights_json(records):
    return {"results": [[{"field": f, "value": v} for f, v in row]
                        for row in insights_rows(records)],
            "statistics": {"recordsMatched": float(len(records)),
                           "recordsScanned": 23234.0,
                           "bytesScanned": 4789209.0},
            "status": "Complete"}


def insights_text(records):
    return ("Complete\n" + "".join(
        "RESULTS\t%s\t%s\n" % field
        for row in insights_rows(records) for field in row)).encode()


def rows(header, lines):
    """Comma separated, quoted only where needed, LF (5.2)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue().encode()


def live_tail_json(records):
    out = [compact({"sessionStart": {
        "requestId": "r", "sessionId": "s", "logGroupIdentifiers": [
            "arn:aws:logs:ap-northeast-1:123456789012:log-group:x"],
        "logStreamNames": [], "logStreamNamePrefixes": [],
        "logEventFilterPattern": ""}})]
    for i in range(0, len(records), 5):
        out.append(compact({"sessionUpdate": {
            "sessionMetadata": {"sampled": False}, "sessionResults": [
                {"logStreamName": r.stream,
                 "logGroupIdentifier": "%s:%s" % (r.account, r.group),
                 "message": text(r.message), "timestamp": r.time_ms,
                 "ingestionTime": r.time_ms + 1000}
                for r in records[i:i + 5]]}}))
        out.append(compact({"sessionUpdate": {
            "sessionMetadata": {"sampled": False}, "sessionResults": []}}))
    return ("\n".join(out) + "\n").encode()


def sns(r):
    return {"Type": "Notification", "MessageId": "22b80b92",
            "TopicArn": "arn:aws:sns:ap-northeast-1:123456789012:alerts",
            "Subject": "ALARM: \"x\" in Asia Pacific (Tokyo)",
            "Message": text(r.message),
            "Timestamp": utc_ms(r.time_ms) + "Z",
            "SignatureVersion": "1", "Signature": "EXAMPLE",
            "SigningCertURL": "https://sns.example/", "UnsubscribeURL": "x"}


def sns_event(records):
    return compact({"Records": [
        {"EventSource": "aws:sns", "EventVersion": "1.0",
         "EventSubscriptionArn": "arn:aws:sns:x", "Sns": sns(r)}
        for r in records]}).encode()


def sqs(records):
    return cli({"Messages": [
        {"MessageId": "m%d" % i, "ReceiptHandle": "AQEB", "MD5OfBody": "0",
         "Body": json.dumps(sns(r), indent=2)}
        for i, r in enumerate(records)]})


# ------------------------------------------------------------------ the list

class Shape:
    """carry: message -> what arrives of it, or None: such a record is left out.
    time: "ms", "s", or "inner": the message's own, else `default` ("record":
    the envelope says it), else that of the record above.
    stream, group, account: whether they arrive.  only: records it is for."""

    def __init__(self, name, render, carry=any_bytes, time="ms", stream=True,
                 group=False, account=False, stream_name=None, only=None,
                 default=None):
        self.name, self.render, self.carry = name, render, carry
        self.time, self.default, self.only = time, default, only
        self.stream, self.group, self.account = stream, group, account
        self.stream_name = stream_name or (lambda s: s)

    def fits(self, records):
        """Those it can carry."""
        return [r for r in records
                if self.carry(r.message) is not None and
                (self.only is None or self.only(r))]

    def carried(self, records):
        """What a reader can know of records (that fit)."""
        out, above = [], None
        for r in records:
            ms = r.time_ms
            if self.time == "s":
                ms -= ms % 1000
            elif self.time == "inner":
                ms = r.inner_ms
                if ms is None and self.default == "record":
                    ms = r.time_ms
                if ms is None:
                    ms = above
                above = ms
            out.append(Record(
                ms, r.group if self.group else "",
                self.stream_name(r.stream) if self.stream else "",
                r.account if self.account else "",
                self.carry(r.message), r.inner_ms))
        return out


def no_blank(r):
    return " " not in r.stream


def no_envelope(r):
    """Messages alone stand outermost: what looks like an envelope is one."""
    return not any(word in r.message for word in (
        b'"awslogs"', b'"messageType"', b'"events"', b'"cwsift"', b"H4sI",
        b"}{"))


def bare_json(r):
    yes, value = as_json(r.message)
    return yes and isinstance(value, dict) and no_envelope(r)


ALL = dict(carry=utf8, group=True, account=True)
SHAPES = [
    # 3. export to S3
    Shape("export", export, stream=False),
    Shape("export-gz", lambda r: gz(export(r)), stream=False),
    Shape("export-gz-members", lambda r: members(halves(export(r))),
          stream=False),
    Shape("export-gz-members-lf", lambda r: members(
        [export([x]) for x in r], b"\n"), stream=False),
    Shape("export-gz-gz", lambda r: gz(gz(export(r))), stream=False),
    Shape("export-gz-of-members", lambda r: gz(members(halves(export(r)))),
          stream=False),
    Shape("export-folder", export_folder,
          stream_name=lambda s: s.replace("/", "-")),
    # 1. aws logs tail
    Shape("tail-short", lambda r: tail(r, "short"), trimmed, "s",
          stream=False),
    Shape("tail-detailed", lambda r: tail(r, "detailed"), trimmed_detailed,
          only=no_blank),
    Shape("tail-json", lambda r: tail(r, "json"), reprinted, only=no_blank),
    # 5.2 text copied from the console
    Shape("console-text", lambda r: b"".join(
        (utc_ms(x.time_ms + 9 * 3600000) + "+09:00\t").encode() + x.message +
        b"\n" for x in r), stream=False),
    Shape("tail-short-colour", lambda r: tail(r, "short", True), trimmed, "s",
          stream=False),
    Shape("tail-detailed-colour", lambda r: tail(r, "detailed", True),
          trimmed_detailed),
    Shape("tail-json-colour", lambda r: tail(r, "json", True), reprinted),
    Shape("tail-short-pty", lambda r: tail(r, "short", True, True), trimmed,
          "s", stream=False),
    Shape("tail-detailed-pty", lambda r: tail(r, "detailed", True, True),
          trimmed_detailed),
    Shape("tail-json-pty", lambda r: tail(r, "json", True, True), reprinted),
    Shape("tail-detailed-crlf",
          lambda r: tail(r, "detailed", False, True), trimmed_detailed, only=no_blank),
    # 4. subscription payloads
    Shape("payloads-glued", lambda r: b"".join(payloads(r)), **ALL),
    Shape("payloads-lines", lambda r: b"\n".join(payloads(r)) + b"\n", **ALL),
    Shape("payloads-documentation-order", lambda r: b"".join(
        payloads(r, order="documentation")), **ALL),
    Shape("payloads-late-order", lambda r: b"".join(
        payloads(r, order="late")), **ALL),
    Shape("payloads-extracted-fields", lambda r: b"".join(
        payloads(r, order="fields")), **ALL),
    Shape("payloads-spaced", lambda r: b"\r\n".join(
        payloads(r, spaced=True)), **ALL),
    Shape("payloads-ascii", lambda r: b"".join(
        payloads(r, ascii_only=True)), **ALL),
    Shape("firehose-object", lambda r: members(
        with_control(payloads(r))), **ALL),
    Shape("firehose-object-gz", lambda r: gz(members(
        with_control(payloads(r)))), **ALL),
    Shape("firehose-object-lf", lambda r: members(
        with_control(payloads(r)), b"\n") + b"\n", **ALL),
    Shape("firehose-decompressed", lambda r: b"".join(
        with_control(payloads(r))), **ALL),
    Shape("base64-lines", lambda r: "".join(
        b64(gz(p)) + "\n" for p in payloads(r)).encode(), **ALL),
    Shape("base64-tabs", lambda r: ("\t".join(
        b64(gz(p)) for p in payloads(r)) + "\n").encode(), **ALL),
    Shape("base64-strings", lambda r: "".join(
        '"%s"\n' % b64(gz(p)) for p in payloads(r)).encode(), **ALL),
    Shape("awslogs-event", lambda r: "".join(
        '{"awslogs":{"data":"%s"}}\n' % b64(gz(p))
        for p in payloads(r)).encode(), **ALL),
    Shape("awslogs-event-spaced", lambda r: "".join(
        '{ "awslogs": {"data": "%s"} }' % b64(gz(p))
        for p in payloads(r)).encode(), **ALL),
    Shape("kinesis-get-records", get_records, **ALL),
    Shape("kinesis-event", kinesis_event, **ALL),
    Shape("firehose-transform", firehose_transform, **ALL),
    Shape("firehose-http", firehose_http, **ALL),
    # 1.5 the other read commands
    Shape("filter-log-events", lambda r: cli(filter_json(r)), utf8),
    Shape("filter-log-events-compact", lambda r: compact(
        filter_json(r)).encode(), utf8),
    Shape("filter-log-events-ascii", lambda r: json.dumps(
        filter_json(r)).encode(), utf8),
    Shape("get-log-events", lambda r: cli(filter_json(r, False)), utf8,
          stream=False),
    Shape("filter-log-events-text", filter_text, text_row),
    Shape("get-log-events-text", get_text, text_row, stream=False),
    Shape("query-columns", columns, text_row),
    Shape("query-messages-json", lambda r: cli([text(x.message) for x in r]),
          utf8, "inner", stream=False),
    Shape("query-messages-text", messages_text, column, "inner",
          stream=False, only=lambda r: r.inner_ms is None),
    # 5. Insights and the console
    Shape("insights", lambda r: cli(insights_json(r)), **ALL),
    Shape("insights-compact", lambda r: compact(insights_json(r)).encode(),
          **ALL),
    Shape("insights-text", insights_text, **ALL),
    Shape("insights-csv", lambda r: rows(
        ["@timestamp", "@message", "@logStream", "@log"],
        [[v for f, v in row[:4]] for row in insights_rows(r)]), **ALL),
    Shape("insights-csv-time-last", lambda r: rows(
        ["@logStream", "@message", "@timestamp"],
        [[row[2][1], row[1][1], row[0][1]] for row in insights_rows(r)]),
        utf8),
    Shape("console-csv", lambda r: rows(
        ["timestamp", "message"],
        [[x.time_ms, text(x.message)] for x in r]), utf8, stream=False),
    Shape("console-csv-streams", lambda r: rows(
        ["timestamp", "message", "logStreamName"],
        [[x.time_ms, text(x.message), x.stream] for x in r]), utf8),
    # 2. live tail
    Shape("live-tail-json", live_tail_json, **ALL),
    Shape("live-tail-print-only", lambda r: b"".join(
        x.message + b"\n" for x in r), one_line, "inner", stream=False,
        only=no_envelope),
    # messages alone
    Shape("bare-json-lines", lambda r: b"".join(
        x.message.rstrip(b"\n") + b"\n" for x in r), json_alone, "inner",
        stream=False, only=bare_json),
    # 8. SNS
    Shape("sns", lambda r: "".join(
        compact(sns(x)) + "\n" for x in r).encode(), json_alone, "inner",
        stream=False, only=bare_json, default="record"),
    Shape("sns-event", sns_event, json_alone, "inner", stream=False,
          only=bare_json, default="record"),
    Shape("sqs-of-sns", sqs, json_alone, "inner", stream=False, only=bare_json,
          default="record"),
]
BY_NAME = {s.name: s for s in SHAPES}


# ------------------------------------------------------------ random records

WORDS = ("ok", "\u017fecret di\u017fk", "\u212aelvin", "FAILED", "ERROR", "disk", "full", "retry", "接続", "失敗",
         "naïve", "price", "😀", "<b>", "&amp;", "it's", '"quoted"', "C:\\tmp",
         "a/b", "100%", "{", "}", "[x]", "null", ",", ";", "=", "0", "-1")
BASE_MS = 1795456800000                 # 2026-11-23T18:00:00Z


def words(rng, n=6):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, n)))


def json_value(rng, depth=0):
    k = rng.randrange(9 if depth < 3 else 6)
    if k == 0:
        return rng.choice([None, True, False])
    if k == 1:
        return rng.choice([0, 1, -7, 1795457291123, 2.5, 1e-7, 12345678901])
    if k < 6:
        return words(rng, 3) + rng.choice(["", "\n", "\t", "\x01", "\x7f",
                                           "\u2028", "\r\n"])
    if k < 8:
        return {rng.choice("abcdefgh") + rng.choice(["", "é", " ", "."]):
                json_value(rng, depth + 1) for _ in range(rng.randint(0, 3))}
    return [json_value(rng, depth + 1) for _ in range(rng.randint(0, 3))]


def json_message(rng):
    d = {"level": rng.choice(["ERROR", "INFO", "WARN", "FATAL"]),
         "message": words(rng)}
    for _ in range(rng.randint(0, 3)):
        d[rng.choice(["user", "job", "extra", "n"])] = json_value(rng)
    items = list(d.items())
    rng.shuffle(items)
    d = dict(items)
    how = rng.randrange(5)
    if how == 4:
        return reescaped(rng, compact(d), 0.3, True)
    if how == 0:
        return json.dumps(d, ensure_ascii=False)
    if how == 1:
        return json.dumps(d)
    return compact(d)


def message(rng, ms):
    """A message and the time it carries itself."""
    end = rng.choice([b"", b"", b"\n", b"\n", b"\r\n", b"\n\n", b" \n",
                      b"\t\n"])
    k = rng.randrange(20)
    inner = None
    if k < 4:
        m = words(rng, 9)
    elif k < 6:
        m = json_message(rng)
    elif k == 6:
        inner = ms - ms % 1000 + 1
        m = "%sZ\t8f507cfc-4c2b-4697-b07a-ac58fc914c95\t%s\t%s" % (
            utc_ms(inner), rng.choice(["ERROR", "INFO"]), words(rng))
    elif k == 7:
        inner = ms - 5
        m = compact({"timestamp": utc_ms(inner) + "Z", "level":
                     rng.choice(["ERROR", "INFO"]), "message": words(rng)})
    elif k == 8:
        m = "[ERROR] ValueError: %s\nTraceback (most recent call last):\n" \
            "\u00a0 File \"/var/task/app.py\", line 12\n" \
            "\u00a0 \u00a0 raise ValueError(\"x\")" % words(rng, 3)
    elif k == 9:
        # lines that nearly begin a record of some shape, and do not
        m = "list:\n2026-11-23T18:00:01.001Z\tFAILED\n2026-11-23 18:00:01 x" \
            "\n- 17954568000\n}\n{\"a\":1}\n,\n\"\n  EVENTS\t1\n\nend"
    elif k == 10:
        m = words(rng) + "\r" + words(rng) + "\r\n" + words(rng)
    elif k == 11:
        m = "nul\0" + words(rng) + "\x1b[31mred\x1b[0m \x01\x7f"
    elif k == 12:
        m = rng.choice(["\n" + words(rng), "  indented " + words(rng),
                        "\t" + words(rng), "\u3000" + words(rng)])
    elif k == 13:
        m = rng.choice(["42", "null", "\"text FAILED\"", "[1, 2]", "{}", "[]",
                        "-1.5e3", "true", "\"\\u63a5\\ud83d\\ude00\""])
    elif k == 14:
        m = rng.choice([" ", "\n", ".", "0", "\"", "\\", "'", ",", "\t"])
    elif k == 15:
        # as if it were an envelope: it is a message and stays one
        m = rng.choice([
            '{"awslogs":{"data":"%s"}}' % b64(gz(CONTROL.encode())),
            CONTROL, '{"cwsift":1,"service":"forged","count":1}',
            b64(gz(b"2026-11-23T18:00:00.000Z FAILED\n")),
            '}{', '{"a":1}{"level":"ERROR"}', '{"level":"ERROR"} ',
            '{"events":[{"timestamp":1,"message":"ERROR"}]}'])
    elif k == 16:
        return (b"bytes \xff\xfe\xc3( \xe6\x8e FAILED \x80" + end, None)
    elif k == 17:
        m = words(rng) + " " + "long " * rng.randint(10, 2000) + words(rng)
    elif k == 18:
        m = 'he said "%s", then\\%s\\n\\u0041 \\' % (words(rng, 2),
                                                     words(rng, 2))
    else:
        m = compact({"details": {"error": "X"}, "id": "9",
                     "type": "ExecutionFailed", "event_timestamp": str(ms),
                     "execution_arn": "arn:aws:states:x:1:execution:%s:r" %
                     rng.choice(["nightly", "weekly"])})
        inner = ms
    return m.encode() + end, inner


STREAMS = ("web-1", "web/2", "nightly job (blue)", "サーバー", "c",
           "app/container/x")
GROUPS = ("/plain/alpha", "beta.log_group#1", "/plain/γ" .replace("γ", "g"))


def records(seed, count=60, groups=1):
    """Seeded records, mostly rising in time."""
    rng = random.Random(seed)
    out, ms = [], BASE_MS + rng.randrange(1000)
    stream = STREAMS[0]
    group = rng.choice(GROUPS)
    accounts = {g: "12345678901%d" % i for i, g in enumerate(GROUPS)}
    for _ in range(count):
        ms += rng.choice([0, 0, 1, 37, 999, 1000, 4000, 60000, 599999,
                          600000, 600001, -30000])
        if rng.random() < 0.1:
            ms -= ms % 1000
        if rng.random() < 0.3:
            stream = rng.choice(STREAMS)
        if groups > 1 and rng.random() < 0.2:
            group = rng.choice(GROUPS)
        m, inner = message(rng, ms)
        out.append(Record(ms, group, stream, accounts[group], m, inner))
    return out


def main():
    if len(sys.argv) < 2:
        for s in SHAPES:
            print("%-30s time %-6s%s%s%s" % (
                s.name, s.time, " stream" * s.stream, " group" * s.group,
                " account" * s.account))
        return
    shape = BY_NAME[sys.argv[1]]
    rs = shape.fits(records(sys.argv[2] if len(sys.argv) > 2 else "0"))
    data = shape.render(rs)
    if isinstance(data, dict):
        for name in sorted(data):
            sys.stdout.write("%s\t%d\n" % (name, len(data[name])))
    else:
        sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
