#!/usr/bin/python3
# faults.t -- full disks, closed descriptors, signals, and no descriptors left.
# SPDX-License-Identifier: MIT
#
# What cannot be written or read is told and shows in the exit status; what can be is
# as if nothing had been.  Memory that fails is in allocation.t.
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
from render import gz
sys.path.insert(0, os.path.join(TESTS, "sns"))
from stand_in import StandIn, TOPIC

FAULTS = os.path.join(os.path.dirname(os.environ.get(
    "FEED", os.path.join(ROOT, "build", "feed"))), "faults.so")
RULE = ["-e", r"^(?<service>\S+): FAILED"]
RULES = """rules 1
rule failed
  match  regex ^(?<service>\\S+): FAILED
  + a: FAILED
  = a
  - a: done
"""


def line(i, service):
    return "2026-11-23T%02d:%02d:%02d.000000+00:00 s %s: FAILED\n" % (
        18 + i // 3600, i // 60 % 60, i % 60, service)


def start(args, stdin=subprocess.DEVNULL, out=subprocess.PIPE,
          err=subprocess.PIPE, prepare=None, env=None, cwd=None):
    return subprocess.Popen([CWSIFT] + args, stdin=stdin, stdout=out, stderr=err,
                            preexec_fn=prepare, env=env or environment(), cwd=cwd)


def end(p, timeout=5 * PATIENCE, input=None):
    try:
        out, err = p.communicate(input, timeout=timeout)
        return Result(p.returncode, out or b"", err or b"")
    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
        return Result(-99, out or b"", (err or b"") + b"[killed]")


def close(*descriptors):
    def prepare():
        for fd in descriptors:
            os.close(fd)
    return prepare


def at_most(what, limit):
    return lambda: resource.setrlimit(what, (limit, limit))


class Input:
    """What the runs here read."""

    def __init__(self, folder):
        self.folder = folder
        self.log = write(os.path.join(folder, "a.log"), "".join(
            line(i, "job%d" % i) for i in range(3000)))
        self.small = write(os.path.join(folder, "small.log"),
                           line(1, "a") + line(2, "b"))
        self.rules = write(os.path.join(folder, "my.rules"), RULES)
        self.many = [write(os.path.join(folder, "many/%03d.gz" % i), gz(
            line(i, "job%d" % i).encode())) for i in range(200)]


# ------------------------------------------------------------- standard output

def writers(x):
    """What prints, each in its own way."""
    return [("-o " + f, RULE + ["-o", f, x.log])
            for f in ("line", "long", "json", "records")] + [
        ("live", RULE + ["--live", x.log]),
        ("dry run", RULE + ["-n", TOPIC, "--dry-run", x.log]),
        ("watch", ["watch"] + RULE + ["--restart", "never", "--", "cat", x.log]),
        ("explain", ["explain"] + RULE + [x.log]),
        ("explain -o json", ["explain", "-o", "json"] + RULE + [x.log]),
        ("test", ["test", x.rules]),
        ("test -o tap", ["test", "-o", "tap", x.rules]),
        ("rules", ["rules", "-r", x.rules]),
        ("rules --export", ["rules", "-p", "FAILED", "--export", "cli"]),
        ("--help", ["--help"]), ("--version", ["--version"]),
        ("--from help", ["--from", "help"])]


def output(t, x):
    full = os.open("/dev/full", os.O_WRONLY)
    path = os.path.join(x.folder, "out")
    for name, args in writers(x):
        whole = run(args, stdin=None)
        r = end(start(args, out=full))
        closed = end(start(args, out=None, prepare=close(1)))
        with open(path, "wb") as f:
            limited = end(start(args, out=f, prepare=at_most(
                resource.RLIMIT_FSIZE, 5)))
        got = read(path)
        t.ok(r.status == closed.status == limited.status == 4 and
             b"cwsift: standard output: No space left on device\n" in r.err and
             b"cwsift: standard output: Bad file descriptor\n" in closed.err and
             b"cwsift: standard output: File too large\n" in limited.err and
             whole.out.startswith(got) and whole.status == 0,
             name + ": a full, a closed and a limited output are told", r, closed,
             limited, got, whole)
    os.close(full)
    for name, args in writers(x):
        for lines in (0, 1):
            p = start(args)
            for _ in range(lines):
                p.stdout.readline()
            p.stdout.close()
            p.stdout = None
            r = end(p)
            if r.status != 0 or r.err.replace(b"\r", b""):
                break
        t.ok(r.status == 0 and not r.err,
             name + ": a reader that goes away is no fault", r)


def other_descriptors(t, x):
    truth = run(RULE + [x.log], stdin=None)
    for name, how in (("closed", dict(err=None, prepare=close(2))),
                      ("full", dict(err=os.open("/dev/full", os.O_WRONLY)))):
        for args, status in ((RULE + [x.log], 0), (RULE + ["-v", x.log], 0),
                             (RULE + [x.log, "/no/such"], 3),
                             (["-r", "/no/such"], 2)):
            r = end(start(args, **how))
            t.ok(r.status == status and r.out == (
                b"" if status == 2 else truth.out),
                "standard error %s: nothing else changes (status %d)" % (
                    name, status), r)
    for args in (RULE, RULE + ["-"], RULE + ["-o", "json"], ["explain"] + RULE,
                 RULE + [x.log, "-"]):
        r = end(start(args, stdin=None, prepare=close(0)))
        t.ok(r.status == 3 and b"standard input: Bad file descriptor" in r.err,
             "standard input closed: %s" % " ".join(args[2:]), r)
    r = end(start(RULE, stdin=os.open("/", os.O_RDONLY)))
    t.ok(r.status == 3 and b"Is a directory" in r.err, "it is a folder", r)
    r = end(start(RULE + [x.log], stdin=None, out=None, err=None,
                  prepare=close(0, 1, 2)))
    t.ok(r.status == 4, "all three closed", r)


# ------------------------------------------------------------------- the spool

def told(aws):
    return sorted(row.split("`")[1] for entry in aws.accepted
                  for row in json.loads(json.loads(entry["message"])["default"])
                  ["content"]["description"].split("\n"))


def full_spool(t, x):
    """The journal may not grow, or the disk is full: it is told, and what a later run
    reads again is told then."""
    mounted = os.path.join(x.folder, "disk")
    os.mkdir(mounted)
    disk = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "none", mounted],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    try:
        for name, place, prepare in (
                ("may not grow", x.folder, at_most(resource.RLIMIT_FSIZE, 1200)),
                ("is on a full disk", mounted if disk else None, None)):
            if place is None:
                t.skip("a spool that " + name, "a tmpfs cannot be mounted")
                continue
            spool = os.path.join(place, "spool")
            log = write(os.path.join(x.folder, "some.log"), "".join(
                line(i, "job%d" % i) for i in range(300 if prepare is None
                                                    else 12)))
            with StandIn() as aws:
                env = environment(**aws.environment())
                args = RULE + ["-n", TOPIC, "--spool", spool, log]
                if prepare is None:
                    filler = os.open(os.path.join(place, "filler"),
                                     os.O_WRONLY | os.O_CREAT)
                    try:
                        while os.write(filler, bytes(4096)):
                            pass
                    except OSError:
                        os.close(filler)
                    os.truncate(os.path.join(place, "filler"), 4096)
                r = end(start(args, prepare=prepare, env=env))
                first = told(aws)
                t.ok(r.status == 4 and
                     (b"No space left" in r.err or b"File too large" in r.err) and
                     r.out == run(RULE + [log], stdin=None).out,
                     "a spool that %s: status 4, told, and the output is whole" %
                     name, r)
                if prepare is None:
                    os.unlink(os.path.join(place, "filler"))
                    subprocess.run(["mount", "-o", "remount,size=1m", mounted])
                again = end(start(args, env=env))
                every = sorted("job%d" % i for i in range(300 if prepare is None
                                                          else 12))
                # that it was sent may have found no room either: then it is
                # sent again
                t.ok(again.status == 0 and sorted(set(told(aws))) == every and
                     len(told(aws)) <= len(every) + len(first),
                     "and with room again all are told (%d before)" %
                     len(first), again, told(aws))
    finally:
        if disk:
            subprocess.run(["umount", mounted])


# --------------------------------------------------------------------- signals

def slowly(p, data, step=None, between=None):
    """Feeds p bit by bit; between() after each."""
    def feed():
        try:
            for i in range(0, len(data), step or max(1, len(data) // 60)):
                p.stdin.write(data[i:i + (step or max(1, len(data) // 60))])
                p.stdin.flush()
                if between:
                    between()
            p.stdin.close()
        except OSError:
            pass
    thread = threading.Thread(target=feed)
    thread.start()
    return thread


def signals(t, x):
    data = read(x.log)[:60000]
    data = data[:data.rindex(b"\n") + 1]
    small = write(os.path.join(x.folder, "part.log"), data)
    for name, args in (("line", []), ("json", ["-o", "json", "-w", "1s"]),
                       ("records", ["-o", "records"])):
        truth = run(RULE + args + [small], stdin=None)
        piped = run(RULE + args + ["--batch"], stdin=data)
        for kind, numbers in (("STOP and CONT", (signal.SIGSTOP, signal.SIGCONT)),
                              ("WINCH", (signal.SIGWINCH,))):
            p = start(RULE + args + ["--batch"], stdin=subprocess.PIPE)

            def between():
                for n in numbers:
                    p.send_signal(n)
                time.sleep(0.001)
            thread = slowly(p, data, None, between)
            out, err = p.stdout.read(), p.stderr.read()
            thread.join()
            p.wait()
            t.ok(p.returncode == 0 and out == piped.out == truth.out and not err,
                 "-o %s: %s while it reads slowly: nothing changes" % (name, kind),
                 p.returncode, out, err)
    if SANITISED or not os.path.exists(FAULTS):
        t.skip("a storm of signals", "not with sanitisers")
        return
    storm = environment(LD_PRELOAD=FAULTS, FAULT_STORM="300")
    for name, args in (("files", RULE + x.many), ("threads", RULE + [
            "-j", "4", "-o", "json"] + x.many), ("a folder", RULE + [os.path.join(
                x.folder, "many")]), ("explain", ["explain"] + RULE + [small]),
            ("watch", ["watch"] + RULE + ["--restart", "never", "-q", "--",
                                          "cat", small]),
            ("test", ["test", x.rules])):
        truth = run(args, stdin=None)
        r = end(start(args, env=storm))
        t.ok((r.status, r.out, r.err) == (truth.status, truth.out, truth.err) and
             truth.status == 0, "a storm of signals: " + name, r)
    truth = run(RULE + ["--live", "-w", "0"], stdin=data)
    p = start(RULE + ["--live", "-w", "0"], stdin=subprocess.PIPE, env=storm)
    thread = slowly(p, data, None, lambda: time.sleep(0.002))
    out = b""
    while True:                         # and read slowly
        some = os.read(p.stdout.fileno(), 700)
        if not some:
            break
        out += some
        time.sleep(0.001)
    err = p.stderr.read()
    thread.join()
    t.ok(p.wait() == 0 and out == truth.out and out.count(b"\n") > 900 and not err,
         "a storm of signals: live, written and read slowly", p.returncode, err)
    with StandIn() as aws:
        spool = os.path.join(x.folder, "storm")
        env = dict(storm, **aws.environment())
        args = RULE + ["-n", TOPIC, "--spool", spool, x.small]
        r = end(start(args, env=env))
        sent = end(start(["send", "--spool", spool], env=env))
        t.ok((r.status, r.err, sent.status, told(aws)) == (0, b"", 0, ["a", "b"]),
             "a storm of signals: forwarding", r, sent, told(aws))


# ----------------------------------------------------------------- descriptors

def descriptors(t, x):
    truth = run(RULE + x.many, stdin=None)
    folder = run(RULE + [os.path.join(x.folder, "many")], stdin=None)
    low = 8 if SANITISED else 4
    for args, whole in ((RULE + x.many, truth),
                        (RULE + ["-j", "8"] + x.many, truth),
                        (RULE + [os.path.join(x.folder, "many")], folder),
                        (["explain"] + RULE + [x.small], None),
                        (["test", x.rules], None),
                        (["rules", "-r", x.rules], None)):
        if whole is None:
            whole = run(args, stdin=None)
        wrong, good = [], 0
        for limit in range(3, 20):
            r = end(start(args, prepare=at_most(resource.RLIMIT_NOFILE, limit)))
            good += r.status == 0
            if r.status in (0, 1):
                fine = (r.status, r.out) == (whole.status, whole.out)
            else:
                fine = r.status in (2, 3, 4, 127) and r.err != b"" and \
                    len(r.err) < 30000
                if r.status == 3:       # what could be read is there
                    fine = fine and set(r.out.splitlines()) <= set(
                        whole.out.splitlines())
            if not fine:
                wrong.append("%d: %r" % (limit, r))
        t.ok(not wrong and good > 5, "few descriptors: %s" % " ".join(
            os.path.basename(a) for a in args[:4]), good, *wrong[:3])
    wrong, seen = [], set()
    for limit in range(5, 24, 2):
        r = end(start(["watch"] + RULE + ["--restart", "never", "-q", "--", "cat",
                                          x.small],
                      prepare=at_most(resource.RLIMIT_NOFILE, limit)), 20)
        seen.add(r.status)
        good = r.status == 0 and r.out.count(b"\n") == 2
        if not good and (r.status not in (2, 3, 4, 127) or not r.err):
            wrong.append("%d: %r" % (limit, r))
    t.ok(not wrong and 0 in seen and len(seen) > 1, "few descriptors: watch", seen,
         *wrong[:3])
    wrong, seen = [], set()
    for k, limit in enumerate(range(5, 21)):
        spool = os.path.join(x.folder, "few%d" % limit)
        with StandIn() as aws:
            env = environment(**aws.environment())
            args = RULE + ["-n", TOPIC, "--spool", spool, x.small]
            r = end(start(args, env=env, prepare=at_most(
                resource.RLIMIT_NOFILE, limit)))
            seen.add(r.status)
            done = told(aws)
            if (r.status == 0) != (done == ["a", "b"]) and not (
                    r.status == 3 and not r.out) or r.status not in (
                        0, 2, 3, 4, 127) or (r.status and not r.err):
                wrong.append("%d: %r %r" % (limit, r, done))
                continue
            again = end(start(args, env=env))
            if again.status != 0 or told(aws) != ["a", "b"]:
                wrong.append("%d, again: %r %r after %r" % (limit, again,
                                                            told(aws), r))
    t.ok(not wrong and 0 in seen and 4 in seen, "few descriptors: forwarding, and "
         "then each is told once", seen, *wrong[:3])


def main():
    need_program()
    t = Tap()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    for part in (output, other_descriptors, full_spool, signals, descriptors):
        if not sys.argv[1:] or part.__name__ in sys.argv[1:]:
            with Folder() as folder:
                part(t, Input(folder))
    t.done()


main()
