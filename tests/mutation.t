#!/usr/bin/python3
# mutation.t -- no condition of a built-in rule can change without an example failing.
# SPDX-License-Identifier: MIT
#
# Each line match, require, unless, group and stream of each rule stanza is, one at a
# time, deleted and negated in a copy of its file.  `cwsift test COPY` must then fail
# with an example of that rule, and, where the line is still there, name it.  A mutant
# that survives: the rule lacks an example, or the condition does nothing.
#   tests/mutation.t [rules/FILE...]
import glob
import multiprocessing.pool
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

NEVER = "match   text \x7fnever\x7f"
CONDITION = re.compile(r"^(\s+)(match|require|unless|group|stream)(\s+)(\w+)(?:\s+(.*))?$")


class Stanza:
    def __init__(self, kind, name, first):
        self.kind, self.name, self.first = kind, name, first
        self.last = first           # line numbers from 1
        self.conditions = []        # (line, key, kind, value)


def stanzas_of(lines):
    found = []
    for number, line in enumerate(lines, 1):
        word = line.split()
        if word and word[0] in ("rule", "naming", "ignore") and \
                not (found and found[-1].kind == "ignore" and line[0].isspace()):
            found.append(Stanza(word[0], word[1], number))
        elif found:
            found[-1].last = number
            m = CONDITION.match(line)
            if m:
                found[-1].conditions.append((number, m.group(2), m.group(4), m.group(5)))
    return found


def as_regex(kind, value):
    """What matches where the condition holds; None: that is no regex."""
    if kind == "regex":
        return "(?:%s)" % value
    if kind == "text":
        return r"\Q%s\E" % value
    if kind == "glob":
        return r"\A%s\z" % r"[\s\S]*".join(r"\Q%s\E" % part
                                           for part in value.split("*"))
    return None


def negated_regex(regex):
    """No empty match: such a regex is refused."""
    return r"\A(?=[\s\S])(?![\s\S]*?%s)" % regex


def mutants_of(stanza):
    """(what, line, new lines in its place, whether the line is still there)."""
    matches = [c for c in stanza.conditions if c[1] == "match"]
    for line, key, kind, value in stanza.conditions:
        if value is None:           # group required
            yield "deletes " + key, line, ["#"], False
            continue
        only = key == "match" and len(matches) == 1
        yield "deletes " + key, line, ["  " + NEVER if only else "#"], only
        if key in ("require", "unless"):
            other = "unless" if key == "require" else "require"
            yield "negates " + key, line, ["  %s %s %s" % (other, kind, value)], True
            continue
        regex = as_regex(kind, value)
        if regex is not None:
            yield "negates " + key, line, \
                ["  %s regex %s" % (key, negated_regex(regex))], True
        elif only:
            yield "negates " + key, line, ["  unless %s %s" % (kind, value),
                                           r"  match  regex [\s\S]"], True


def judge(job):
    """None, or why it survived."""
    path, lines, stanza, (what, line, new, there) = job
    mutated = lines[:line - 1] + new + lines[line:]
    last = stanza.last + len(new) - 1
    with Folder() as tmp:
        copy = write(os.path.join(tmp, os.path.basename(path)),
                     "\n".join(mutated) + "\n")
        got = run(["test", copy])
    out = got.out.decode("utf-8", "backslashreplace")
    if got.status != 1:
        return "status %d\n%s%s" % (got.status, out, got.err.decode())
    place = re.escape(copy) + r":(\d+)"
    failed = [int(n) for n in re.findall("^%s: fails: " % place, out, re.M)]
    if not any(stanza.first <= n <= last for n in failed):
        return "no example of %s fails\n%s" % (stanza.name, out)
    # "because" lines of the rule's own tests
    because, inside = set(), False
    for text in out.split("\n"):
        m = re.match("%s: fails: " % place, text)
        if m:
            inside = stanza.first <= int(m.group(1)) <= last
        m = re.match(r"    because:  %s: " % place, text)
        if m and inside:
            because.add(int(m.group(1)))
    if there and line not in because:
        return "line %d is not named\n%s" % (line, out)
    if not any(stanza.first <= n <= last for n in because):
        return "no line of the rule is named\n%s" % out
    return None


def main():
    need_program()
    t = Tap()
    paths = sys.argv[1:] or sorted(glob.glob(os.path.join(ROOT, "rules", "*.rules")))
    jobs = []
    for path in paths:
        lines = read(path).decode().split("\n")
        while lines and not lines[-1]:
            lines.pop()
        got = run(["test", path])
        t.ok(got.status == 0, "%s passes by itself" % os.path.basename(path), repr(got))
        for stanza in stanzas_of(lines):
            if stanza.kind == "rule":
                jobs += [(path, lines, stanza, m) for m in mutants_of(stanza)]
    with multiprocessing.pool.ThreadPool(2) as pool:
        for job, why in zip(jobs, pool.imap(judge, jobs, chunksize=8)):
            path, lines, stanza, (what, line, new, there) = job
            t.ok(why is None, "%s:%d: %s %s" % (
                os.path.basename(path), line, stanza.name, what),
                lines[line - 1].strip()[:200], why)
    t.ok(len(jobs) > 300 or len(sys.argv) > 1, "there are many mutants", str(len(jobs)))
    t.done()


main()
