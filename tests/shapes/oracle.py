# oracle.py -- what cwsift must say of records, written a second time in python.
# SPDX-License-Identifier: MIT
#
# Rules here are few and plain, so that python means the same by them.
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from render import utc, utc_ms

LEVELS = ("warn", "error", "fatal")


class Rule:
    """conditions: (how it stands in the rule file, bytes -> bool); any of them.
    service: template with {stream} {group} {account} {$.level}, or None."""

    def __init__(self, id, level, conditions, service=None, stream=None):
        self.id, self.level, self.conditions = id, level, conditions
        self.service, self.stream = service, stream

    def stanza(self):
        out = b"rule %s\n  level %s\n" % (self.id.encode(),
                                         self.level.encode())
        for how, test in self.conditions:
            out += b"  match " + how + b"\n"
        if self.stream:
            out += b"  stream glob %s*\n" % self.stream.encode()
        if self.service:
            out += b"  service %s\n" % self.service.encode()
        return out


def line_ends_off(message):
    return message.rstrip(b"\r\n")


def by_text(literal):
    return b"text " + literal, lambda m: literal in line_ends_off(m)


def by_regex(pcre, python=None):
    compiled = re.compile(pcre.encode() if python is None else python)
    return (b"regex " + pcre.encode(),
            lambda m: compiled.search(line_ends_off(m)) is not None)


def json_object(m):
    try:
        value = json.loads(m.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def by_filter(pattern, test):
    def check(m):
        value = json_object(m)
        return value is not None and bool(test(value))
    return b"filter " + pattern.encode(), check


RULES = [
    Rule("word-failed", "error", [by_text(b"FAILED")], "{stream}"),
    Rule("word-error", "fatal", [by_regex(r"\bERROR\b")], "{account}:{group}"),
    Rule("japanese", "error", [by_text("失敗".encode())], "jp {stream}"),
    Rule("json-level", "warn", [by_filter(
        '{ $.level = "ERROR" || $.level = "FATAL" }',
        lambda v: v.get("level") in ("ERROR", "FATAL"))], "json {$.level}"),
    Rule("json-type", "error", [by_filter(
        '{ $.type = "Exec*" }',
        lambda v: isinstance(v.get("type"), str) and
        v["type"].startswith("Exec"))], "machine {group}"),
    Rule("quote", "error", [by_text(b'he said "'), by_text(b"\\n\\u0041 \\")]),
    Rule("traceback", "error", [by_regex(
        r"ValueError: .*\nTraceback[^\n]*\n\x{a0} File",
        b"ValueError: .*\nTraceback[^\n]*\n\xc2\xa0 File")], "{stream}"),
    Rule("nul", "error", [by_regex(r"nul\x00", b"nul\0")], "nul {stream}"),
    Rule("blanks", "error", [by_regex(r"^  indented"),
                             by_regex(r"^\n\w", b"^\n\\w")]),
    Rule("at-the-end", "warn", [by_regex(r"ok\z", rb"ok\Z")], "end {stream}"),
    Rule("bytes", "error", [by_text(b"\xff\xfe\xc3(")], "{stream}"),
    Rule("only-web", "warn", [by_text(b"retry")], "glob {stream}", "web"),
    Rule("naked", "warn", [by_text(b"quoted")]),
]


def rules_file(rules=RULES):
    return b"rules 1\n\n" + b"\n".join(r.stanza() for r in rules)


def filled(template, r):
    """The template's name for record r, or None."""
    missing = []

    def part(m):
        key = m.group(1)
        if key.startswith("$."):
            value = json_object(r.message)
            value = None if value is None else value.get(key[2:])
            value = value if isinstance(value, str) else None
        else:
            value = getattr(r, key)
        if not value:
            missing.append(key)
            return ""
        return value
    name = re.sub(r"\{([^}]*)\}", part, template)
    return None if missing else name


def named_by_message(r):
    """The one built-in naming stanza that speaks of these records."""
    value = json_object(r.message)
    arn = value.get("execution_arn") if value else None
    if isinstance(arn, str) and arn.startswith("arn:"):
        return re.search(r":execution:([^:/]+)", arn).group(1)


def hides(o):
    """base/clean.c: is_harmless, but for the controls below 32."""
    return 127 <= o < 160 or o in (0x61c, 0x200b, 0xfeff) or any(
        low <= o <= high for low, high in
        ((0x200e, 0x200f), (0x2028, 0x202e), (0x2060, 0x206f),
         (0xfff9, 0xfffb), (0xe0000, 0xe007f)))


def cleaned(name):
    """base/clean.h: clean_name."""
    out = []
    for ch in name:
        o = ord(ch)
        bad = o < 32 or hides(o)
        out.append("?" * len(ch.encode()) if bad else ch)
    data = "".join(out).strip(" ").encode()
    while len(data) > 256:
        data = data.decode()[:-1].encode()
    return data.decode()


def matches(records, rules=RULES, lowest="error"):
    """(record, service, level, ids) of those that some rule speaks of."""
    out = []
    floor = LEVELS.index(lowest)
    for r in records:
        held = []
        for rule in rules:
            if LEVELS.index(rule.level) < floor:
                continue
            if rule.stream and r.stream and \
                    not r.stream.startswith(rule.stream):
                continue
            if any(test(r.message) for how, test in rule.conditions):
                held.append(rule)
        if not held:
            continue
        # a rule that knows its place here goes before one that does not
        held.sort(key=lambda x: (not (x.stream and r.stream),
                                 -LEVELS.index(x.level), x.id))
        service = None
        for rule in held:
            if rule.service:
                service = filled(rule.service, r)
                if service:
                    break
        service = service or named_by_message(r) or r.group or \
            r.stream or "?" + held[0].id
        out.append((r, cleaned(service), max(
            (x.level for x in held), key=LEVELS.index),
                    sorted(x.id for x in held)))
    return out


def fold(found, window_ms):
    """Maximal sets with gaps below the window; (service, first) sorted."""
    by_service = {}
    for m in found:
        by_service.setdefault(m[1], []).append(m)
    out = []
    for service, ms in by_service.items():
        ms.sort(key=lambda m: (m[0].time_ms is not None, m[0].time_ms or 0))
        open_one = None
        for r, _, level, ids in ms:
            t = r.time_ms
            # without a time: one for each service, whatever the window
            joins = open_one is not None and (
                t is None or (open_one["last_ms"] is not None and
                              t - open_one["last_ms"] < window_ms))
            if not joins:
                open_one = {"service": service, "first_ms": t, "last_ms": t,
                            "count": 0, "level": level, "rules": {},
                            "groups": set(), "streams": set()}
                out.append(open_one)
            i = open_one
            i["last_ms"] = t
            i["count"] += 1
            i["level"] = max(i["level"], level, key=LEVELS.index)
            for id in ids:
                i["rules"][id] = i["rules"].get(id, 0) + 1
            if r.group:
                i["groups"].add(r.group)
            if r.stream:
                i["streams"].add(r.stream)
    for i in out:
        i["groups"] = sorted(i["groups"])[:8]
        i["streams"] = sorted(i["streams"])[:8]
    return sorted(out, key=incident_key)


def incident_key(i):
    return (i["first_ms"] is not None, i["first_ms"] or 0,
            i["service"].encode(), json.dumps(i, sort_keys=True))


def parsed(out):
    """cwsift's json as fold() gives it, and its coverage."""
    incidents, coverage = [], None
    for line in out.decode("utf-8").splitlines():
        d = json.loads(line)
        if d["cwsift"] != 1:
            raise ValueError("version")
        if "coverage" in d:
            coverage = d["coverage"]
            continue
        for key, ms in (("first", "first_ms"), ("last", "last_ms")):
            want = None if d.get(ms) is None else utc_ms(d[ms]) + "Z"
            if d.get(key) != want:
                raise ValueError("%s is %r, %s is %r" % (
                    key, d.get(key), ms, d.get(ms)))
        incidents.append({k: d.get(k) for k in (
            "service", "first_ms", "last_ms", "count", "level", "rules",
            "groups", "streams")})
    return sorted(incidents, key=incident_key), coverage


def harmless(message):
    """base/clean.h: clean_text."""
    out = []
    for ch in message.decode("utf-8", "surrogateescape"):
        o = ord(ch)
        bad = (o < 32 and ch not in "\n\t") or hides(o) or \
            0xdc80 <= o <= 0xdcff
        raw = ch.encode("utf-8", "surrogateescape")
        out.append(b"".join(b"\\x%02x" % c for c in raw) if bad else raw)
    return b"".join(out)


def record_lines(found):
    """What -o records prints of each match: TIME STREAM MESSAGE."""
    out = []
    for r, _, _, _ in found:
        t = "-" if r.time_ms is None else "%s.%03d000+00:00" % (
            utc(r.time_ms), r.time_ms % 1000)
        out.append(("%s %s " % (t, r.stream or "-")).encode() +
                   harmless(line_ends_off(r.message)) + b"\n")
    return out
