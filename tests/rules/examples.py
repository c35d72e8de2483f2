#!/usr/bin/env python3
# examples.py -- runs every example of the built-in pack through the program, as TAP.
# SPDX-License-Identifier: MIT
#   tests/rules/examples.py [RULES...]      CWSIFT names the program, default ./cwsift
"""Each example becomes one record of its own, a day apart, so that nothing folds, and
all of them go through one run for each kind of envelope: a subscription payload where
`@` names the group, an event of filter-log-events where it does not.  A `+` must be
matched by its rule and give the service of its `=`; a `-` must not be matched by it."""

import glob
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DAY = 86_400_000
FIRST = 1_100_000_000_000               # November 2004: no example tells such a time


def examples_of(path):
    """The examples of a rule file: rule, line, must, text, service, at."""
    found, rule, at = [], None, None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            key, _, value = line.strip().partition(" ")
            if key in ("rule", "naming", "ignore"):
                rule, at = value.strip(), None
            elif key == "@":
                at = value.split()
            elif key in ("+", "-"):
                found.append({"file": os.path.relpath(path, ROOT), "line": number, "rule": rule,
                              "must": key == "+", "text": value.strip(), "service": None, "at": at})
                at = None
            elif key == "|":
                found[-1]["text"] += "\n" + value
            elif key == "=":
                found[-1]["service"] = value.strip()
    return found


def payload(time, example):
    group, *stream = example["at"]
    return json.dumps({
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": group,
        "logStream": stream[0] if stream else "", "subscriptionFilters": ["all"],
        "logEvents": [{"id": "%056d" % time, "timestamp": time, "message": example["text"]}]})


def input_of(part, known):
    if known:
        return "".join(payload(time, example) for time, example in part)
    return json.dumps({"events": [{"timestamp": time, "message": example["text"]} for time, example in part]})


def run(program, text, *options):
    done = subprocess.run([program, "-o", "json", "--batch", "--level", "warn", "-q", *options],
                          input=text.encode(), capture_output=True, check=False)
    incidents = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if "service" in record:
            incidents.setdefault(record["first_ms"], []).append(record)
    return done, incidents


def main(arguments):
    program = os.environ.get("CWSIFT", os.path.join(ROOT, "cwsift"))
    paths = arguments or sorted(glob.glob(os.path.join(ROOT, "rules", "*.rules")))
    examples = [example for path in paths for example in examples_of(path)]
    found = {}
    bad_runs = []
    for known in (True, False):
        part = [(FIRST + DAY * i, e) for i, e in enumerate(examples) if bool(e["at"]) == known]
        text = input_of(part, known)
        done, incidents = run(program, text)
        found.update(incidents)
        if run(program, text, "--no-search")[0].stdout != done.stdout:
            bad_runs.append("without the search the incidents are others")
        if done.returncode != 0:
            bad_runs.append("exit %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[:2000]))

    print("1..%d" % (len(examples) + 1))
    failed = 0

    def tell(good, what, why=""):
        nonlocal failed
        tell.count += 1
        print("%s %d - %s" % ("ok" if good else "not ok", tell.count, what))
        if not good:
            failed += 1
            for line in why.splitlines():
                print("# " + line)
    tell.count = 0

    tell(not bad_runs, "the runs end well, the same with and without the search", "\n".join(bad_runs))
    for i, example in enumerate(examples):
        incidents = found.get(FIRST + DAY * i, [])
        rules = [rule for incident in incidents for rule in incident["rules"]]
        services = [incident["service"] for incident in incidents]
        what = "%s:%d %s %s" % (example["file"], example["line"], example["rule"],
                                "matches" if example["must"] else "does not match")
        why = "rules %s, services %s\n%s" % (rules, services, example["text"][:300])
        good = (example["rule"] in rules) == example["must"]
        if good and example["must"] and example["service"] is not None:
            good = services == [example["service"]]
            why = "wanted service %s\n%s" % (example["service"], why)
        tell(good, what, why)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
