#!/usr/bin/python3
# forward.t -- incidents to a topic: each arrives, none twice, and what cannot waits.
# SPDX-License-Identifier: MIT
import glob
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *
sys.path.insert(0, os.path.join(TESTS, "sns"))
from stand_in import StandIn, TOPIC

busy = Busy()
RULE = ["-e", r"^(?<service>\S+): FAILED"]
OTHER = TOPIC.replace("batch-failures", "other")


def line(minute, service, text="FAILED"):
    """One record of `aws logs tail --format detailed`."""
    return "2026-11-%02dT%02d:%02d:00.000000+00:00 s %s: %s\n" % (
        1 + minute // 1440, minute // 60 % 24, minute % 60, service, text)


def when(minute):
    return "2026-11-%02dT%02d:%02d:00+00:00" % (
        1 + minute // 1440, minute // 60 % 24, minute % 60)


def told(entry):
    """[(service, time, whether it is a reminder)] of an accepted message."""
    shown = json.loads(json.loads(entry["message"])["default"])
    found = []
    for row in shown["content"]["description"].split("\n"):
        m = re.match(r"(?:\u2022 )?`([^`]+)` (failed at|still fails, since) "
                     r"(\S+?)[,]?(?: |$)", row)
        if not m:
            raise ValueError("not understood: " + row)
        found.append((m.group(1), m.group(3), "still" in m.group(2)))
    return found


def all_told(aws):
    return [what for entry in aws.accepted for what in told(entry)]


def services(aws):
    return sorted(what[0] for what in all_told(aws))


class Place:
    """A topic, a folder with a spool, and runs of cwsift there."""

    def __init__(self, **more):
        self.more = more

    def __enter__(self):
        self.folder = Folder()
        self.path = self.folder.__enter__()
        self.spool = os.path.join(self.path, "spool")
        self.aws = StandIn(**self.more)
        self.aws.hang = 2 * PATIENCE
        return self

    def __exit__(self, *why):
        self.aws.close()
        self.folder.__exit__()

    def file(self, name, *lines):
        return write(os.path.join(self.path, name), "".join(lines))

    def env(self):
        return environment(**self.aws.environment())

    def args(self, *args, topic=TOPIC):
        return ["-n", topic, "--spool", self.spool] + RULE + list(args)

    def run(self, *args, stdin=None, **more):
        return run(self.args(*args, **more), stdin=stdin, env=self.env())

    def send(self, *args):
        return run(["send", "--spool", self.spool] + list(args), stdin=None,
                   env=self.env())

    def start(self, *args):
        return subprocess.Popen(
            [CWSIFT] + self.args(*args), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env(),
            bufsize=0)

    def listed(self):
        r = self.send("--list")
        return sorted(row.split("\t")[0] for row in
                      r.out.decode().splitlines())

    def journal(self):
        return os.path.join(self.spool, "journal")


def batch(t):
    with Place() as p:
        path = p.file("a.log", line(3, "mail"), line(1, "night"),
                      line(5, "night"), line(900, "night"))
        r = p.run(path)
        t.equal((r.status, r.out.decode(), r.err), (0, "".join(
            "%s\t%s\n" % (s, when(m)) for s, m in
            (("night", 1), ("mail", 3), ("night", 900))), b""),
            "what is printed is what is printed without -n")
        t.equal(all_told(p.aws), [("night", when(1), False),
                                  ("mail", when(3), False),
                                  ("night", when(900), False)],
                "a batch run tells each incident, in the order of time", r)
        t.equal(len(p.aws.accepted), 1, "what comes together is one message")
        t.equal([oct(os.stat(os.path.join(p.spool, f)).st_mode & 0o777)
                 for f in [""] + sorted(os.listdir(p.spool))],
                ["0o700"] + ["0o600"] * len(os.listdir(p.spool)),
                "the spool is its owner's alone")
        secret = [f for f in os.listdir(p.spool)
                  if b"wJalr" in read(os.path.join(p.spool, f))]
        t.equal(secret, [], "no secret stands in it")
        r = p.run(path)
        t.equal((r.status, r.err, len(p.aws.accepted)), (0, b"", 1),
                "a rerun sends nothing")
        path = p.file("a.log", line(3, "mail"), line(1, "night"),
                      line(5, "night"), line(9, "new"), line(900, "night"),
                      line(905, "night"), line(2000, "mail"))
        r = p.run(path)
        t.equal(all_told(p.aws)[3:], [("new", when(9), False),
                                      ("mail", when(2000), False)],
                "a rerun over more sends what is new", r)
        r = p.run(path, "-w", "2h")
        t.equal(len(all_told(p.aws)), 5, "nor does another window tell it", r)
        r = p.run(path, topic=OTHER)
        t.equal((r.status, len(p.aws.accepted)), (4, 2),
                "another topic knows nothing of it (and does not exist here)",
                r)


def formats(t):
    for form in ("long", "json", "records"):
        with Place() as p:
            path = p.file("a.log", line(1, "a"), line(2, "b"), line(4, "a"))
            plain = run(RULE + ["-o", form, path], stdin=None)
            r = p.run("-o", form, path)
            t.equal((r.status, r.out, sorted(all_told(p.aws))),
                    (0, plain.out, [("a", when(1), False),
                                    ("b", when(2), False)]),
                    "-o %s forwards too" % form, r)
    with Place() as p:
        names = []
        for i in range(12):
            names.append(p.file("d/%02d.log" % i, line(5 * i, "a"),
                                line(3000 - i, "b%d" % i)))
        r = p.run("-j", "4", *names)
        t.equal((r.status, sorted(all_told(p.aws))), (0, sorted(
            [("a", when(0), False)] +
            [("b%d" % i, when(3000 - i), False) for i in range(12)])),
            "with several threads after the merge", r)
        part = run(RULE + ["-o", "json"] + names, stdin=None)
        r = p.run("-", "--batch", stdin=part.out)
        t.equal((r.status, len(p.aws.accepted)), (0, 1),
                "our own json folds with what was told", r)
        r = p.run("-", "--batch", "-w", "5m", stdin=part.out)
        t.equal((r.status, len(p.aws.accepted)), (2, 1),
                "what is refused is not forwarded", r)


def dry_run(t):
    with Place() as p:
        path = p.file("a.log", line(1, "a"), line(2, "b"))
        r = run(["-n", TOPIC, "--dry-run"] + RULE + [path], stdin=None)
        import urllib.parse
        form = dict(urllib.parse.parse_qsl(r.out.decode().strip("\n"),
                                           strict_parsing=True))
        t.equal((r.status, r.err, form.get("Action"), form.get("TopicArn")),
                (0, b"", "Publish", TOPIC),
                "--dry-run prints the request, without spool or credentials")
        t.equal(told({"message": form["Message"]}),
                [("a", when(1), False), ("b", when(2), False)],
                "with the same message")
        p.run(path)
        sent = [body for m, _, _, body in p.aws.requests if m == "POST"]
        t.equal([r.out], [body + b"\n" for body in sent],
                "it is the very body that is sent")
        r = run(["-n", TOPIC, "--dry-run", "--live"] + RULE, stdin=(
            line(1, "a") + line(2, "b") + line(3, "a")).encode())
        bodies = r.out.decode().split("\n")
        t.ok(len(bodies) == 2 and r.status == 0,
             "--dry-run live shows each incident once", r)
        r = p.run("--dry-run", "-o", "json", path)
        t.ok(r.out.startswith(b"Action=Publish") and r.out.count(b"\n") == 1,
             "--dry-run shows requests and nothing else", r)
    for what, args in (("FIFO", [TOPIC + ".fifo"]),
                       ("subscription", [TOPIC + ":6b0e71bd-7e97"]),
                       ("malformed", ["batch-failures"])):
        r = run(["-n"] + args + ["--dry-run"] + RULE,
                stdin=line(1, "a").encode())
        t.ok(r.status == 2 and r.out == b"" and r.err != b"",
             "a %s ARN is refused at start" % what, r)
    for option in (["--dry-run"], ["--spool", "/tmp"], ["--repeat", "1h"]):
        r = run(option + RULE, stdin=line(1, "a").encode())
        t.ok(r.status == 2 and b"--sns" in r.err,
             option[0] + " without --sns is a slip", r)


def unwritable(t):
    with Folder() as d:
        path = write(os.path.join(d, "file"), "x")
        for name, spool in (("a file", path), ("below a file", path + "/s"),
                            ("/proc", "/proc/cwsift")):
            r = run(["-n", TOPIC, "--spool", spool] + RULE,
                    stdin=line(1, "a").encode())
            t.ok(r.status == 2 and r.out == b"" and spool.encode() in r.err and
                 b"the spool cannot be used" in r.err,
                 "a spool that cannot be written is refused (%s)" % name, r)
        r = run(["-n", TOPIC] + RULE, stdin=line(1, "a").encode(),
                env={"PATH": "/usr/bin:/bin", "TZ": "UTC"})
        t.ok(r.status == 2 and b"--spool" in r.err,
             "without HOME and --spool it asks for one", r)
        with Place() as p:
            env = p.env()
            env["XDG_STATE_HOME"] = os.path.join(d, "state")
            r = run(["-n", TOPIC] + RULE, stdin=line(1, "a").encode(),
                    env=env)
            t.ok(r.status == 0 and os.path.exists(
                os.path.join(d, "state/cwsift/journal")),
                "the default spool is in XDG_STATE_HOME", r)


def other_hands(t):
    """Somebody else can write where the spool is."""
    def one(prepare, what, said):
        with Place() as p:
            victim = write(os.path.join(p.path, "victim"), "precious")
            os.mkdir(p.spool, 0o700)
            prepare(p, victim)
            r = run(p.args(), stdin=line(1, "mail").encode(), env=p.env(),
                    timeout=20)
            t.ok(r.status == 2 and r.out == b"" and said in r.err and
                 not p.aws.accepted and read(victim) == b"precious",
                 what, r, read(victim), p.aws.accepted)

    def put(name, make):
        return lambda p, victim: make(victim, os.path.join(p.spool, name))

    for name in "journal", "lock":
        one(put(name, os.symlink), "a link in place of %s is not followed" %
            name, b"symbolic link")
        one(put(name, lambda _, path: os.mkfifo(path)),
            "a FIFO in place of %s is not waited for" % name, b"not a regular")
    one(lambda p, _: os.chmod(p.spool, 0o777),
        "a spool that everybody can write to is refused", b"everybody")
    with Place() as p:
        victim = write(os.path.join(p.path, "victim"), "precious")
        os.mkdir(p.spool, 0o700)
        os.symlink(victim, os.path.join(p.spool, "dead-letter"))
        p.aws.fault("invalid-message", 1)
        r = p.run(p.file("a.log", line(1, "mail")))
        t.ok(read(victim) == b"precious" and b"symbolic link" in r.err and
             r.status == 0 and services(p.aws) == ["mail"],
             "nor one in place of dead-letter: it waits, is tried again", r)


def bursts(t):
    with Place() as p:
        names = ["s%d-%s&<>" % (i, "x" * (i % 40)) for i in range(500)]
        path = p.file("a.log", *[line(i, n) for i, n in enumerate(names)])
        start = time.monotonic()
        r = p.run(path)
        took = time.monotonic() - start
        got = sorted(s.replace("&lt;", "<").replace("&gt;", ">")
                     .replace("&amp;", "&") for s in services(p.aws))
        t.ok(r.status == 0 and got == sorted(names),
             "a burst of 500: each is named", r,
             "%d of 500, %.1f s" % (len(set(got)), took))
        times = [e["time"] for e in p.aws.accepted]
        gaps = [b - a for a, b in zip(times, times[1:])]
        t.ok(len(times) < 20 and all(g >= 0.8 for g in gaps),
             "in few messages, below one a second",
             "%d messages, gaps %s" % (len(times), gaps))


def live(t):
    with Place() as p:
        q = p.start()
        q.stdin.write(line(1, "a").encode())
        good = wait_until(lambda: len(p.aws.accepted) == 1)
        t.ok(good and all_told(p.aws) == [("a", when(1), False)],
             "live, an incident is forwarded while the pipe is open")
        q.stdin.write((line(2, "a") + line(3, "b") + line(4, "c")).encode())
        good = wait_until(lambda: len(all_told(p.aws)) == 3)
        t.equal(all_told(p.aws)[1:], [("b", when(3), False),
                                      ("c", when(4), False)],
                "once; and the next two")
        sent = len(p.aws.accepted)
        q.stdin.write(line(11, "a").encode())
        out, err = q.communicate(timeout=PATIENCE)
        t.equal((q.returncode, err, len(p.aws.accepted)), (0, b"", sent),
                "nothing more at the end")
        r = p.run("--live", stdin=line(19, "a").encode())
        t.equal((r.status, len(p.aws.accepted)), (0, sent),
                "the next run knows how far it had come", r)
    for form in ("long", "json", "records"):
        with Place() as p:
            q = p.start("-o", form)
            q.stdin.write((line(1, "a") + line(2, "a")).encode())
            good = wait_until(lambda: len(p.aws.accepted) == 1)
            q.stdin.write(line(700, "b").encode())
            out, err = q.communicate(timeout=PATIENCE)
            t.ok(good and q.returncode == 0 and all_told(p.aws) == [
                ("a", when(1), False), ("b", when(700), False)],
                "live -o %s is forwarded when it is first seen" % form, out,
                err, all_told(p.aws))


def closed_output(t):
    with Place() as p:
        head, tail = os.pipe()
        os.close(head)
        path = p.file("a.log", *[line(20 * i, "a") for i in range(50)])
        for form in ("line", "records"):
            q = subprocess.run([CWSIFT] + p.args("-o", form, path),
                               stdin=subprocess.DEVNULL, stdout=tail,
                               stderr=subprocess.PIPE, env=p.env(),
                               timeout=PATIENCE)
            t.ok(q.returncode == 0 and len(all_told(p.aws)) == 50,
                 "a closed standard output does not end forwarding (%s)" %
                 form, q.stderr, len(all_told(p.aws)))
        q = subprocess.Popen(
            [CWSIFT] + p.args(), stdin=subprocess.PIPE, stdout=tail,
            stderr=subprocess.PIPE, env=p.env(), bufsize=0)
        for i in range(3):
            q.stdin.write(line(i, "live%d" % i).encode())
            time.sleep(0.4)
        out, err = q.communicate(timeout=PATIENCE)
        t.ok(q.returncode == 0 and len(all_told(p.aws)) == 53,
             "nor live", err, all_told(p.aws)[50:])
        os.close(tail)


def retries(t):
    for fault in ("throttle-400", "throttle-429", "500", "503", "drop-before",
                  "html-503", "html-200", "empty-200", "garbage"):
        with Place() as p:
            p.aws.fault(fault)
            r = p.run(p.file("a.log", line(1, "a")))
            t.ok(r.status == 0 and all_told(p.aws) == [
                ("a", when(1), False)] and b"next try" in r.err,
                "after %s it is tried again" % fault, r)
    with Place() as p:
        p.aws.fault("drop-after")
        r = p.run(p.file("a.log", line(1, "a")))
        t.ok(r.status == 0 and services(p.aws) == ["a", "a"],
             "an answer that is lost is a message twice, never none", r)
    with Place() as p:
        p.aws.fault("retry-after")
        start = time.monotonic()
        r = p.run(p.file("a.log", line(1, "a")))
        took = time.monotonic() - start
        t.ok(r.status == 0 and took >= 7, "Retry-After is kept", r, took)


def faults(t):
    for fault in ("denied", "not-found", "invalid-key", "kms-denied"):
        with Place() as p:
            p.aws.fault(fault, 50)
            start = time.monotonic()
            r = p.run(p.file("a.log", line(1, "a"), line(2, "b")))
            took, most = time.monotonic() - start, busy.limit(15, start)
            t.ok(r.status == 4 and took < most and
                 p.spool.encode() in r.err and p.listed() == ["a", "b"],
                 "%s ends the tries at once: 4, and where it waits" % fault,
                 r, took)
            p.aws.faults = []
            r = p.send()
            t.ok(r.status == 0 and services(p.aws) == ["a", "b"] and
                 p.listed() == [], "and `cwsift send` delivers it", r)
    with Place() as p:
        p.aws.fault("invalid-message", 1)
        r = p.run(p.file("a.log", line(1, "a")))
        letter = json.loads(read(os.path.join(p.spool, "dead-letter")))
        t.ok(r.status == 4 and b"dead-letter" in r.err and
             letter["topic"] == TOPIC and told(letter) == [
                 ("a", when(1), False)] and "too long" in letter["why"],
             "what is refused for good goes to the dead-letter file", r,
             letter)
        r = p.run(p.file("a.log", line(1, "a"), line(2, "b")))
        t.ok(r.status == 0 and services(p.aws) == ["b"],
             "and is not tried again", r)
    with Place() as p:
        p.aws.fault("invalid-message", 2)
        r = p.run(p.file("a.log", *[line(i, "s%d" % i) for i in range(4)]))
        t.ok(r.status == 4 and len(services(p.aws)) == 3,
             "one that is refused in a burst does not keep the others", r,
             services(p.aws))


def outage(t):
    with Place() as p:
        p.aws.fault("503", 500)
        path = p.file("a.log", line(1, "a"), line(2, "b"))
        start = time.monotonic()
        r = p.run(path)
        took, most = time.monotonic() - start, busy.limit(30, start)
        t.ok(r.status == 4 and took <= most and p.listed() == ["a", "b"],
             "a batch run ends within 30 s, spooled", r, took)
        t.ok(len(p.aws.requests) <= took, "below one try a second",
             len(p.aws.requests))
    with Place() as p:
        p.aws.fault("hang", 500)
        q = p.start(p.file("a.log", line(1, "a")))
        wait_until(lambda: p.aws.requests != [])
        q.send_signal(signal.SIGTERM)
        start = time.monotonic()
        out, err = q.communicate(timeout=PATIENCE)
        took, most = time.monotonic() - start, busy.limit(8, start)
        t.ok(q.returncode == 4 and took < most and
             p.spool.encode() in err and p.listed() == ["a"],
             "a signal during a request that hangs", err,
             (q.returncode, took))
    with Place() as p:                  # two outages in a row
        p.aws.fault("503", 500)
        q = p.start()
        q.stdin.write(line(1, "a").encode())
        wait_until(lambda: len(p.aws.requests) >= 2)
        q.stdin.write(line(2, "b").encode())
        q.send_signal(signal.SIGTERM)
        start = time.monotonic()
        out, err = q.communicate(timeout=PATIENCE)
        took, most = time.monotonic() - start, busy.limit(8, start)
        t.ok(q.returncode == 4 and took < most and p.spool.encode() in err,
             "a signal during a retry ends quickly: 4, and where it waits",
             err, (q.returncode, took))
        waits = p.listed()
        p.aws.faults = []
        p.aws.fault("drop-before", 500)
        q = p.start()
        q.stdin.write((line(1, "a") + line(2, "b") +
                       line(30, "c")).encode())
        wait_until(lambda: p.listed() == ["a", "b", "c"])
        q.send_signal(signal.SIGINT)
        out, err = q.communicate(timeout=PATIENCE)
        t.ok(q.returncode == 4 and p.listed() == ["a", "b", "c"],
             "a second outage in a row loses nothing", err, waits)
        p.aws.faults = []
        r = p.send()
        t.ok(r.status == 0 and services(p.aws) == ["a", "b", "c"] and
             len(p.aws.accepted) == 1,
             "what has gathered goes out in one message", r)
    with Place() as p:                  # reading is not held up
        p.aws.fault("hang", 500)
        q = p.start()
        start = time.monotonic()
        for i in range(20000):
            q.stdin.write(line(i // 2, "s%d" % (i % 7)).encode())
        q.stdin.write(line(12000, "last").encode())
        seen = b""
        while b"last" not in seen:
            seen = os.read(q.stdout.fileno(), 1 << 16)
        took, most = time.monotonic() - start, busy.limit(15, start)
        q.send_signal(signal.SIGTERM)
        q.communicate(timeout=PATIENCE)
        t.ok(took < most and "last" in p.listed(),
             "a topic that hangs does not hold up reading", took)


def reminders(t):
    with Place() as p:
        lines = [line(5 * i, "a") for i in range(40)]   # 3 h 15 m
        p.run("--repeat", "1h", p.file("a.log", *lines[:2]))
        t.equal(all_told(p.aws), [("a", when(0), False)], "first it is told")
        p.run("--repeat", "1h", p.file("a.log", *lines[:10]))
        t.equal(len(all_told(p.aws)), 1, "then not for --repeat's time")
        p.run("--repeat", "1h", p.file("a.log", *lines[:15]))
        t.equal(all_told(p.aws)[1:], [("a", when(0), True)],
                "then it is told that it goes on")
        p.run(p.file("a.log", *lines))
        t.equal(len(all_told(p.aws)), 2, "without --repeat never again")
    with Place() as p:
        q = p.start("--repeat", "1h")
        for i, each in enumerate(lines):
            q.stdin.write(each.encode())
            if i % 13 == 0:
                wait_until(lambda: len(p.aws.accepted) == i // 13 + 1)
        out, err = q.communicate(timeout=PATIENCE)
        t.ok(q.returncode == 0 and all_told(p.aws) == [("a", when(0), False)] +
             [("a", when(0), True)] * 3, "live, --repeat reminds", err,
             all_told(p.aws))
    with Place() as p:                  # an hourly cron with --since 12h
        failures = {30: "a", 100: "b", 101: "b", 700: "a", 1500: "c"}
        failures.update({m: "long" for m in range(200, 1400, 9)})
        for hour in range(1, 49, 3):
            end = hour * 60
            lines = [line(m, s) for m, s in sorted(failures.items())
                     if end - 720 <= m < end]
            r = p.run("--allow-empty", p.file("a.log", *lines))
            if r.status != 0:
                t.note(r)
        t.equal(sorted(all_told(p.aws)), sorted(
            (s, when(m), False) for m, s in
            {30: "a", 100: "b", 700: "a", 1500: "c", 200: "long"}.items()),
            "a cron that reads the last 12 h again tells each failure once")


def shared(t):
    with Place() as p:
        q = [p.start("-") for i in range(4)]
        for i in range(50):
            for n, each in enumerate(q):
                each.stdin.write((line(i * 20, "p%d" % n) +
                                  line(i * 20, "both")).encode())
        ends = [each.communicate(timeout=PATIENCE) for each in q]
        got = all_told(p.aws)
        want = sorted([("p%d" % n, when(i * 20), False) for i in range(50)
                       for n in range(4)] +
                      [("both", when(i * 20), False) for i in range(50)])
        t.ok(sorted(got) == want and all(e.returncode == 0 for e in q),
             "four processes on one spool: each once", ends,
             "%d told, %d wanted" % (len(got), len(want)))
        times = [e["time"] for e in p.aws.accepted]
        t.ok(all(b - a >= 0.8 for a, b in zip(times, times[1:])),
             "and the pace is that of all together", times)


def full_disk(t):
    with Place() as p:
        p.run(p.file("a.log", line(1, "a")))
        size = os.path.getsize(p.journal())

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 900, size + 900))

        q = subprocess.run(
            [CWSIFT] + p.args(p.file("a.log", *[line(20 * i, "s%d" % i)
                                                for i in range(9)])),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=p.env(), preexec_fn=limit,
            timeout=PATIENCE)
        t.ok(q.returncode == 4 and b"could not be spooled" in q.stderr and
             q.stdout.count(b"\n") == 9,
             "a full disk: all is printed, 4, and it is said",
             q.stderr, q.returncode)
        few = len(services(p.aws))
        r = p.run(p.file("a.log", *[line(20 * i, "s%d" % i)
                                    for i in range(9)]))
        t.ok(r.status == 0 and set(services(p.aws)) == {"a"} |
             {"s%d" % i for i in range(9)},
             "with room again a rerun sends what was missing", r,
             services(p.aws), few)
    with Place() as p:                  # no room to note that it was sent
        p.aws.fault("denied", 1)
        p.run(p.file("a.log", line(1, "a")))
        size = os.path.getsize(p.journal())

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, size + 50))

        asked = len(p.aws.requests)
        q = subprocess.run([CWSIFT, "send", "--spool", p.spool],
                           stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, env=p.env(),
                           preexec_fn=limit, timeout=PATIENCE)
        t.ok(q.returncode == 4 and len(p.aws.requests) == asked and
             b"1 notification waits" in q.stderr and
             os.path.getsize(p.journal()) == size,
             "what each run would send again is not sent: it waits, 4",
             q.stderr, q.returncode, services(p.aws))
        r = p.send()
        t.ok(r.status == 0 and services(p.aws) == ["a"],
             "and with room once", r, services(p.aws))


def damage(t):
    chance = random.Random(5)
    with Place() as p:
        names = ["s%02d" % i for i in range(30)]
        path = p.file("a.log", *[line(20 * i, n)
                                 for i, n in enumerate(names)])
        p.aws.fault("denied", 1)
        p.run(path)
        whole = read(p.journal())
        t.equal(p.listed(), names, "30 wait")
        for name, flips in (("one byte", 1), ("five bytes", 5)):
            for turn in range(6):
                bad = bytearray(whole)
                spots = [chance.randrange(60, len(bad)) for i in range(flips)]
                for at in spots:
                    bad[at] ^= 1 << chance.randrange(8)
                write(p.journal(), bytes(bad))
                hit = {whole[:at + 1].count(b"\x1e") for at in spots}
                p.aws.accepted.clear()
                r = p.send()
                lost = set(names) - set(services(p.aws))
                if not t.ok(len(lost) <= len(hit) and (
                        not lost or r.status == 4 and b"journal" in r.err) and
                        p.listed() == [],
                        "%s flipped: only those records are lost, and told" %
                        name, r, lost, spots):
                    break
                r = p.run(path)
                t.equal((r.status, services(p.aws)), (0, names),
                        "and a rerun sends them", r)
        for cut in (1, 7, 25, 200):
            write(p.journal(), whole[:-cut])
            p.aws.accepted.clear()
            r = p.send()
            t.ok(r.status == 0 and services(p.aws) == names[:-1] and
                 b"cut in writing" in r.err,
                 "a tail that lacks %d bytes is healed" % cut, r)
        write(p.journal(), whole + b"\x1e000000ff 12345678 {\"news\":")
        p.aws.accepted.clear()
        r = p.run(path)
        t.ok(r.status == 0 and services(p.aws) == names,
             "what a crash left behind the last record is cut off", r)
        write(p.journal(), bytes(chance.randrange(256) for i in range(5000)))
        r = p.run(p.file("b.log", line(1, "x")))
        t.ok(b"journal" in r.err and services(p.aws)[-1] == "x",
             "a journal of noise is told and lived with", r)


def send(t):
    with Place() as p:
        for words in (), ("--list",), ("--dry-run",):
            r = p.send(*words)
            t.ok(r.status == 2 and r.out == b"" and not os.path.exists(p.spool) and
                 b"--spool: " + p.spool.encode() + b": there is no such spool" in r.err,
                 "a spool that is named and not there: 2%s" % " ".join(("",) + words), r)
            r = run(["send"] + list(words), stdin=None,
                    env=dict(p.env(), XDG_STATE_HOME=p.path))
            t.ok(r.status == 0 and r.out == b"" and
                 not os.path.exists(os.path.join(p.path, "cwsift")) and
                 b"there is no spool, nothing waits" in r.err,
                 "none in its usual place: nothing waits%s" % " ".join(("",) + words), r)
        for usual in False, True:
            write(os.path.join(p.path, "file"), b"")
            where = os.path.join(p.path, "file/below")
            r = run(["send"] if usual else ["send", "--spool", where], stdin=None,
                    env=dict(p.env(), **({"XDG_STATE_HOME": where} if usual else {})))
            t.ok(r.status == 2 and b"Not a directory" in r.err,
                 "what cannot be looked into is not \"nothing waits\"", r)
        r = p.run(p.file("quiet.log", line(1, "x", "all is well")))
        t.ok(r.status == 0 and p.send().status == 0 and p.listed() == [],
             "a run that found nothing made it", r)
        p.aws.fault("denied", 1)
        p.run(p.file("a.log", line(1, "a\x1b[31m"), line(2, "b")))
        r = p.send("--list")
        rows = [row.split("\t") for row in r.out.decode().splitlines()]
        t.ok(r.status == 0 and [row[1:3] for row in rows] == [
            [when(1), TOPIC], [when(2), TOPIC]] and b"\x1b" not in r.out,
            "--list: service, time, topic", r)
        r = p.send("--list", "--tz", "Asia/Tokyo")
        t.ok(b"2026-11-01T09:01:00+09:00" in r.out, "in the zone asked for",
             r)
        before = len(p.aws.requests)
        r = p.send("--dry-run")
        t.ok(r.status == 0 and r.out.startswith(b"Action=Publish") and
             len(p.aws.requests) == before, "--dry-run shows the request", r)
        r = run(["send", "--spool", p.spool, "x"], stdin=None, env=p.env())
        t.ok(r.status == 2, "an operand is a slip", r)
        p.aws.fault("denied", 1)
        r = p.send()
        t.ok(r.status == 4 and b"cwsift send" in r.err, "not sent: 4", r)
        r = p.send()
        t.ok(r.status == 0 and len(p.aws.accepted) == 1, "sent: 0", r)


def synced(t):
    """The order of system calls: record written, on disk, then the network."""
    if subprocess.run(["strace", "-V"], stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL).returncode != 0:
        t.skip("fsync before the send", "no strace")
        return
    with Place() as p:
        trace = os.path.join(p.path, "trace")
        q = subprocess.run(
            ["strace", "-f", "-o", trace, "-e",
             "trace=pwrite64,fdatasync,fsync,connect,sendto,openat",
             "-s", "400", CWSIFT] + p.args(p.file("a.log", line(1, "a"))),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=p.env(), timeout=PATIENCE)
        if q.returncode != 0 and b"ptrace" in q.stderr:
            t.skip("fsync before the send", "ptrace is not allowed here")
            return
        calls = read(trace).decode("utf-8", "replace").splitlines()

        def first(what):
            return next((i for i, c in enumerate(calls) if what in c),
                        None)

        wrote = first('\\"news\\":\\"told\\"')
        synced = next((i for i, c in enumerate(calls)
                       if wrote is not None and i > wrote and
                       re.search(r"fdatasync\(\d+\)\s+= 0", c)), None)
        if synced is None:              # a call that was interrupted
            synced = next((i for i, c in enumerate(calls)
                           if wrote is not None and i > wrote and
                           "fdatasync resumed" in c), None)
        went = first("sin_port=htons(%d)" % p.aws.port)
        folder = first("fsync(")
        t.ok(None not in (wrote, synced, went, folder) and
             folder < wrote < synced < went,
             "the record is written, then on disk, then sent",
             (folder, wrote, synced, went), "\n".join(calls[-40:]))


TESTS_OF = [batch, formats, dry_run, unwritable, other_hands, bursts, live,
            closed_output, retries, faults, outage, reminders, shared,
            full_disk, damage, send, synced]


class Quiet(Tap):
    """Gathers lines, so that several parts can run at once."""

    def __init__(self):
        Tap.__init__(self)
        self.results = []

    def ok(self, good, name, *details):
        self.results.append((good, name, [d() if callable(d) else d
                                          for d in details]))
        return good

    def note(self, text):
        self.results.append((None, text, []))

    def skip(self, name, why):
        self.results.append((True, name + " # SKIP " + why, []))


def main():
    need_program()
    t = Tap()
    wanted = [f for f in TESTS_OF
              if not sys.argv[1:] or f.__name__ in sys.argv[1:]]
    done = {}

    def work(part):
        quiet = Quiet()
        try:
            part(quiet)
        except Exception as why:
            import traceback
            quiet.ok(False, part.__name__ + ": " + repr(why),
                     traceback.format_exc())
        done[part] = quiet

    # they wait for the pace most of the time
    threads = [threading.Thread(target=work, args=(f,)) for f in wanted]
    for thread in threads:
        thread.start()
    for part, thread in zip(wanted, threads):
        thread.join()
        for good, name, details in done[part].results:
            if good is None:
                t.note(name)
            elif " # SKIP " in name:
                t.skip(*name.split(" # SKIP ", 1))
            else:
                t.ok(good, part.__name__ + ": " + name, *details)
    t.done()


main()
