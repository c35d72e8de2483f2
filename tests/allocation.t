#!/usr/bin/python3
# allocation.t -- when memory fails it is said, and nothing passes for done.
# SPDX-License-Identifier: MIT
#
# build/faults.so (tests/faults.c) lets one allocation of a small run fail, or that one
# and all after it.  Allocations by libraries (PCRE2, zlib, libcurl, OpenSSL, the C
# library) and our own, which all end in base/mem.c, are failed apart: some of each, and
# with LIMITS=full many; in the smallest run each one, in its turn.  A run in which memory
# failed either ends as if it had not (a library did without), or with a message and a
# status above 1, and then what it printed is the beginning of what it would have, in
# whole lines.
#
#   tests/allocation.t [JOB...]      FAULT=N: that one alone
import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
from render import gz
sys.path.insert(0, os.path.join(TESTS, "sns"))
from stand_in import StandIn, TOPIC

FAULTS = os.path.join(os.path.dirname(os.environ.get(
    "FEED", os.path.join(ROOT, "build", "feed"))), "faults.so")
FOREIGN, OWN, AFTER = 24, 8, 4          # of each kind, in a quick run
MANY = 300                              # at most, with LIMITS=full
RULES = """rules 1
rule failed
  level   fatal
  match   regex ^(?<service>\\w+): FAILED
  unless  text zzz
  + mail: FAILED
  = mail
  - mail: done
rule level
  match   filter { $.level = "ERROR" && $.x NOT EXISTS }
  service {$.job}
  + {"level":"ERROR","job":"night"}
  = night
  - {"level":"ERROR","job":"night","x":1}
rule again
  level   warn
  match   filter ?FAILED ?error
  at-least 2
  + FAILED
  - done
ignore dry
  match   text dry run
"""


def record(i, text):
    return "2026-11-23T18:%02d:%02d.000Z %s\n" % (i // 60 % 60, i % 60, text)


def tail(i, text):
    return "2026-11-23T18:%02d:%02d.000000+00:00 stream %s\n" % (
        i // 60 % 60, i % 60, text)


def lines(form):
    return "".join([form(i, "job%d: FAILED" % (i % 7)) for i in range(30)] +
                   [form(40, '{"level":"ERROR","job":"night"}'),
                    form(41, "job9: FAILED (dry run)")]).encode()


class Job:
    """A run of cwsift in a folder of its own."""

    def __init__(self, name, args, stdin=None, env={}, make=None, check=None,
                 aws=False, every=False):
        self.name, self.args, self.stdin, self.every = name, args, stdin, every
        self.env, self.make, self.check, self.aws = env, make, check, aws

    def run(self, folder, timeout=5 * PATIENCE, **fault):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        write(os.path.join(folder, "my.rules"), RULES)
        write(os.path.join(folder, "in/a.gz"), gz(lines(record)))
        write(os.path.join(folder, "in/b.log"), lines(tail))
        self.folder = folder
        place = {"aws": None}
        env = dict(self.env, TZ="Asia/Tokyo")
        aws = StandIn() if self.aws else None
        try:
            if aws:
                aws.hang = 3
                env.update(aws.environment())
                env.update({k: v for k, v in self.env.items()})
            if self.make:
                self.make(folder, env)
            r = run(self.args, stdin=self.stdin, cwd=folder, timeout=timeout,
                    env=environment(LD_PRELOAD=FAULTS, **env, **fault))
            r.trouble = self.check(folder, env, aws) if self.check else None
        finally:
            if aws:
                aws.close()
        return r


def told(aws):
    return {row.split("`")[1] for entry in aws.accepted
            for row in json.loads(json.loads(entry["message"])["default"])
            ["content"]["description"].split("\n")}


def spooled(folder, env):
    r = run(["send", "--spool", "spool", "--list"], stdin=None, cwd=folder,
            env=environment(**env))
    return r, {row.split(b"\t")[0].decode() for row in r.out.splitlines()}


EVERY = {"job%d" % i for i in range(7)} | {"night"}


def none_is_lost(folder, env, aws):
    """What the run spooled and did not send is sent by the next, and a run again tells
    what is left."""
    env = dict(env, **aws.environment())
    before = told(aws)
    listed, waits = spooled(folder, env)
    first = run(["send", "--spool", "spool"], stdin=None, cwd=folder,
                env=environment(**env))
    if not waits <= told(aws):
        return "lost: %r\n%r\n%r" % (waits - told(aws), listed, first)
    if told(aws) != EVERY:
        again = run(["-r", "my.rules", "-n", TOPIC, "--spool", "spool", "in"],
                    stdin=None, cwd=folder, env=environment(**env))
        if again.status != 0 or told(aws) != EVERY:
            return "not told by a run again: %r, before: %r\n%r" % (
                EVERY - told(aws), before, again)


def fill_spool(folder, env):
    run(["-r", "my.rules", "-n", TOPIC, "--spool", "spool", "in"], stdin=None,
        cwd=folder, env=environment(AWS_EC2_METADATA_DISABLED="true"))


def expectation_is_whole(folder, env, aws):
    """--update: the old one, or the new one."""
    now = read(os.path.join(folder, "in/a.gz.expect"))
    if now not in (b"#\nold\n", b"# -r ../my.rules --utc\nold\n") and (
            not now.startswith(b"# -r ../my.rules --utc\njob0\t") or
            not now.endswith(b"night\t2026-11-23T18:00:40+00:00\n")):
        return "in/a.gz.expect: " + show(now)


def with_expectation(folder, env):
    write(os.path.join(folder, "in/a.gz.expect"), b"# -r ../my.rules --utc\nold\n")


PROFILE = ("[profile night]\ncredential_process = printf '%s' '{\"Version\":1,"
           "\"AccessKeyId\":\"AKIDEXAMPLE0000000\",\"SecretAccessKey\":"
           "\"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\"}'\n"
           "region = ap-northeast-1\n")


def with_profile(folder, env):
    write(os.path.join(folder, "config"), PROFILE)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        env.pop(name, None)
    env.update(AWS_CONFIG_FILE=os.path.join(folder, "config"),
               AWS_SHARED_CREDENTIALS_FILE=os.path.join(folder, "none"),
               AWS_PROFILE="night")


METRICS = json.dumps({"metricFilters": [
    {"filterName": "x", "filterPattern": "{ $.level = \"ERROR\" }",
     "metricTransformations": [], "logGroupName": "/aws/lambda/x"}]}).encode()
SMALL = gz(b'{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s",'
           b'"logEvents":[{"id":"1","timestamp":1795456800000,"message":"FAILED"}]}')
JOBS = [
    Job("one record", ["--batch", "-j", "1", "-s", "job", "-t", "FAILED", "-"],
        stdin=SMALL, every=True),
    Job("sift", ["-r", "my.rules", "in/a.gz"]),
    Job("sift, the built-in rules", ["-g", "/aws/lambda/x", "in/a.gz"]),
    Job("sift -o json, two threads", ["-r", "my.rules", "-j", "2", "-o", "json",
                                      "--stats", "in", "in/a.gz"]),
    Job("sift -o long", ["-r", "my.rules", "-o", "long", "--exit-code", "in"]),
    Job("sift -o records", ["-r", "my.rules", "-o", "records", "in"]),
    Job("sift, live", ["-r", "my.rules", "--live"], stdin=lines(tail)),
    Job("dry run", ["-r", "my.rules", "-n", TOPIC, "--dry-run", "in"]),
    Job("explain", ["explain", "-r", "my.rules", "in/a.gz"]),
    Job("explain -o json", ["explain", "-r", "my.rules", "-o", "json",
                            "in/a.gz"]),
    Job("test", ["test", "--strict", "my.rules"]),
    Job("test --update", ["test", "--update", "my.rules", "in/a.gz"],
        make=with_expectation, check=expectation_is_whole),
    Job("rules", ["rules", "-r", "my.rules"]),
    Job("rules --check", ["rules", "-r", "my.rules", "--check"]),
    Job("rules --export", ["rules", "-r", "my.rules", "--export",
                           "terraform"]),
    Job("rules --import", ["rules", "--import", "-"], stdin=METRICS),
    Job("watch", ["watch", "-r", "my.rules", "--restart", "never", "-q", "--",
                  "cat", "in/b.log"]),
    Job("forwarding", ["-r", "my.rules", "-n", TOPIC, "--spool", "spool",
                       "in"], aws=True, check=none_is_lost),
    Job("forwarding, a profile", ["-r", "my.rules", "-n", TOPIC, "--spool",
                                  "spool", "in"], aws=True,
        make=with_profile, check=none_is_lost),
    Job("send", ["send", "--spool", "spool"], aws=True,
        make=fill_spool, check=none_is_lost),
]


def problem(job, base, r):
    """What is wrong with a run in which memory failed."""
    if r.trouble:
        return r.trouble
    if r.status == base.status and r.out == base.out:
        return None
    if r.status not in (2, 3, 4):
        return "status %d" % r.status
    said = set(r.err.splitlines()) - set(base.err.splitlines())
    if job.name.startswith("test"):     # it says so where it says all
        return None if b"memory" in r.out + r.err else "no message"
    if not r.err.endswith(b"\n") or not any(
            line.startswith(b"cwsift: ") for line in said):
        return "no message"
    out = b"".join(line for line in r.out.splitlines(True)
                   if b'"complete":false' not in line)
    if not base.out.startswith(out) or (out and out[-1:] != b"\n"):
        return "it printed what it would not have"
    if len(r.err.splitlines()) > len(base.err.splitlines()) + 5:
        return "many words"
    return None


def attempt(job, folder, base, kind, n):
    place = os.path.join(folder, "at%d" % n)
    fault = dict(kind, FAULT_AT=str(n), FAULT_TOLD=place + ".told")
    try:
        r = job.run(place, **fault)
        met = os.path.exists(place + ".told")
        return met, None if not met and r.trouble is None else problem(job, base, r), r
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if os.path.exists(place + ".told"):
            os.unlink(place + ".told")


def try_all(t, job, folder, pool):
    kinds = [("of libraries", {"FAULT_OF": "libraries"}, FOREIGN),
             ("of ours", {"FAULT_OF": "program"}, OWN),
             ("and all after it", {"FAULT_ON": "1"}, AFTER)]
    for what, kind, share in kinds:
        count = os.path.join(folder, "count")
        base = job.run(os.path.join(folder, "base"), FAULT_COUNT=count, **kind)
        if base.status < 0 or base.trouble:
            t.ok(False, job.name + ": a run without faults", base,
                 base.trouble or "")
            return
        total = int(read(count))
        if "FAULT" in os.environ:
            places = [int(os.environ["FAULT"])]
        else:
            share = min(total, share if not FULL else MANY if share > AFTER
                        else MANY // 3)
            # half of them at the end: OpenSSL begins with thousands that it can
            # do without
            even = share - share // 2
            places = sorted({1 + i * total // even for i in range(even)} |
                            set(range(total - share // 2 + 1, total + 1)))
        every = job.every and "FAULT_OF" in kind and "FAULT" not in os.environ
        if every:
            places = range(1, total + 1)
        bad, met, statuses = [], 0, {}
        for n, (reached, why, r) in zip(places, pool.map(
                lambda n: attempt(job, folder, base, kind, n), places)):
            met += reached
            if reached:
                statuses[r.status] = statuses.get(r.status, 0) + 1
            if why:
                bad.append("FAULT=%d: %s\n%r" % (n, why, r))
        t.ok(not bad and (met == total if every else met > 0),
             "%s: memory fails, %s (%d of %d, status %s)" % (
                 job.name, what, met, total, ", ".join(
                     "%d: %d" % x for x in sorted(statuses.items()))),
             "%d times, and %d wrong" % (met, len(bad)), *bad[:5])


def main():
    need_program()
    t = Tap()
    if SANITISED:
        t.skip("memory that fails", "sanitisers have their own malloc")
        t.done()
    if not os.path.exists(FAULTS):
        bail("%s is not there: make test-programs" % FAULTS)
    jobs = [j for j in JOBS if not sys.argv[1:] or j.name in sys.argv[1:]]
    with Folder() as folder, ThreadPoolExecutor(2) as pool:
        for job in jobs:
            try_all(t, job, folder, pool)
    t.done()


main()
