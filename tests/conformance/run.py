#!/usr/bin/env python3
# run.py -- filter patterns through the program, against what AWS answered.
# SPDX-License-Identifier: MIT
#
# Each line of filter-pattern-cases.jsonl is a pattern with a message and
# whether they match, or a pattern that AWS refuses.  The messages of one pattern
# go through one run of the program, as what `aws logs filter-log-events` prints,
# each twice: as it is, and with each character written as an escape.  Lines
# marked ambiguous are left out.
#   tests/conformance/run.py [CASES]     CWSIFT names another program
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from lib import Tap, run

CASES = os.path.join(HERE, "filter-pattern-cases.jsonl")
FIRST_MS = 1795457291000        # the time of the first event; one second apart


def read_cases(path):
    with open(path, encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines if line.strip()]
    return [case for case in cases if not case.get("ambiguous")]


def escaped(text):
    """A JSON string of nothing but \\uXXXX."""
    units = text.encode("utf-16-be", "surrogatepass")
    return '"' + "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}"
                         for i in range(0, len(units), 2)) + '"'


def document(messages):
    """Events one second apart: message 0, message 0 escaped, ..."""
    events = []
    for message in messages:
        for body in (json.dumps(message, ensure_ascii=False), escaped(message)):
            time = FIRST_MS + 1000 * len(events)
            events.append(f'{{"logStreamName":"s","timestamp":{time},'
                          f'"message":{body},"ingestionTime":{time},'
                          f'"eventId":"{len(events):056d}"}}')
    text = '{"events":[' + ",".join(events) + '],"searchedLogStreams":[]}'
    return text.encode("utf-8", "surrogatepass")


def try_matches(pattern, cases):
    """Complaints, one a case: empty when all is as it was with AWS."""
    done = run(["-p", pattern, "-s", "service", "-w", "0", "-o", "json",
                "--batch"], document([case["message"] for case in cases]))
    if done.status != 0:
        said = done.err.decode("utf-8", "replace").strip()
        return [f"{case['id']}: exit {done.status}: {said}" for case in cases]
    matched = {}
    for line in done.out.splitlines():
        incident = json.loads(line)
        if "first_ms" in incident:
            at = incident["first_ms"]
            matched[at] = matched.get(at, 0) + incident["count"]
    complaints = []
    for number, case in enumerate(cases):
        times = [FIRST_MS + 1000 * (2 * number + k) for k in (0, 1)]
        found = [matched.pop(at, 0) for at in times]
        wanted = [int(case["match"])] * 2
        if found != wanted:
            complaints.append(f"{case['id']}: matched {found}, AWS {wanted}: "
                              + json.dumps(case["message"]))
    if matched:
        complaints.append(f"{cases[0]['id']}: matches at no event's time: "
                          f"{sorted(matched)}")
    return complaints


def expected_words(text):
    """What must stand in the message: the APIs word the same refusal in ways
    of their own (StartLiveTail adds words in front, FilterLogEvents leaves one
    out)."""
    text = text.removeprefix("Invalid filter pattern: ")
    if text == "Invalid filter pattern":
        text = "Invalid metric filter pattern"
    return re.escape(text).replace(re.escape("<the value>"), ".*")


def try_refusal(case):
    done = run(["-p", case["pattern"], "-s", "service", "--batch"])
    said = done.err.decode("utf-8", "replace")
    if done.status != 2:
        return [f"{case['id']}: exit {done.status}, not refused"]
    if done.out:
        return [f"{case['id']}: refused, yet it printed something"]
    words = case.get("error_text")
    if words is not None and not re.search(expected_words(words), said, re.S):
        return [f"{case['id']}: it says {said.strip()}; AWS says {words}"]
    return []


def try_group(pattern, error, cases):
    try:
        if not error:
            return try_matches(pattern, cases)
        return [c for case in cases for c in try_refusal(case)]
    except (OSError, ValueError, KeyError) as why:
        return [f"{case['id']}: {why!r}" for case in cases]


def main():
    tap = Tap()
    cases = read_cases(sys.argv[1] if len(sys.argv) > 1 else CASES)
    patterns = {}
    for case in cases:
        key = (case["pattern"], case.get("error", False))
        patterns.setdefault(key, []).append(case)
    disagreements = 0
    for (pattern, error), group in patterns.items():
        complaints = try_group(pattern, error, group)
        disagreements += len(complaints)
        shown = json.dumps(pattern[:100], ensure_ascii=False)
        what = "is refused" if error else f"{len(group)} messages"
        tap.ok(not complaints, f"{shown}: {what}", *complaints)
    print(f"# {len(cases)} cases, {disagreements} disagreements")
    tap.done()


if __name__ == "__main__":
    main()
