# seed_patterns.py -- some of the recorded pattern cases as seeds: pattern, LF, message.
# SPDX-License-Identifier: MIT
import json
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
cases = os.path.join(here, "..", "conformance", "filter-pattern-cases.jsonl")
with open(cases, encoding="utf-8") as lines:
    for number, line in enumerate(lines):
        case = json.loads(line)
        if number % 7 == 0 and "message" in case:
            name = os.path.join(sys.argv[1], "case-%d" % number)
            with open(name, "w", encoding="utf-8") as seed:
                seed.write(case["pattern"] + "\n" + case["message"])
