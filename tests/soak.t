#!/usr/bin/python3
# soak.t -- a command that dies every few seconds, for as long as SOAK says.
# SPDX-License-Identifier: MIT
#
# No record is lost, none counts twice, memory and descriptors stay flat.  SOAK: seconds
# (default 20).
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

SOAK = float(os.environ.get("SOAK", "20"))
FAKE = os.path.join(TESTS, "watch", "aws")
RATE = 40               # events a second


def resident(pid):
    """KiB in memory, open descriptors, children."""
    status = read("/proc/%d/status" % pid).decode()
    children = read("/proc/%d/task/%d/children" % (pid, pid)).split()
    return (int(re.search(r"VmRSS:\s+(\d+)", status).group(1)),
            len(os.listdir("/proc/%d/fd" % pid)), [int(c) for c in children])


def zombie(pid):
    try:
        return read("/proc/%d/stat" % pid).rpartition(b")")[2].split()[0] == b"Z"
    except OSError:
        return False


def soak(folder):
    chance = random.Random(6)
    dies = []
    for i in range(int(SOAK)):
        end = {"after": chance.uniform(0.3, 3), "poll": 0.03}
        end.update(chance.choice([
            {"status": 254, "say": "An error occurred (ExpiredToken)"},
            {"signal": 9}, {"signal": 9, "cut": chance.randrange(1, 90)},
            {"signal": 15, "cut": chance.randrange(1, 90)}, {"status": 0}]))
        dies.append(end)
    events = write(os.path.join(folder, "events"), "")
    log = os.path.join(folder, "log")
    out = open(os.path.join(folder, "out"), "wb")
    err = open(os.path.join(folder, "err"), "wb")
    p = subprocess.Popen(
        [CWSIFT, "watch", "--heartbeat", "1s", "-o", "json", "-e", r"(?s)^FAILED \d+,.*end\z",
         "-t", "FAILED", "--", FAKE, "logs", "tail", "/aws/lambda/mail",
         "--follow"],
        stdin=subprocess.DEVNULL, stdout=out, stderr=err,
        env=environment(FAKE_EVENTS=events, FAKE_LOG=log,
                        FAKE_DIES=json.dumps(dies + [{"poll": 0.03}])))
    start, n, failed, seen = time.monotonic(), 0, 0, []
    with open(events, "a") as f:
        while time.monotonic() - start < SOAK:
            ms = int(time.time() * 1000)
            if n % 10 == 3:         # late, as other streams may be
                ms -= chance.randrange(3000)
            kind = n % 4
            if kind < 2:
                failed += 1
            f.write("%d\tstream %d\t%s\n" % (ms, n % 3, (
                "FAILED %d, end" % n, "FAILED %d,\\n  more\\n  end" % n,
                "ok", "ok, on two lines\\n%d" % (n // 8))[kind]))
            f.flush()
            n += 1
            time.sleep(1 / RATE)
            if n % RATE == 0:
                if p.poll() is not None:
                    return "it ended: %d" % p.returncode
                seen.append(resident(p.pid))
    seen = seen or [resident(p.pid)]
    # a run that does not die gives what those before it did not: all but the last record
    # is whole, and one more ends that
    def starts():
        return len(read(log).splitlines())

    def records():
        said = re.findall(rb"ing for [^\n]*?: (\d+) record", read(err.name))
        return int(said[-1]) if said else 0
    started = starts()
    with open(log, "a") as f:           # none of the next is to die
        f.write("[]\n" * len(dies))
    wait_until(lambda: starts() > started + len(dies))
    with open(events, "a") as f:
        f.write("%d\tstream\tok\n" % int(time.time() * 1000))
    n += 1
    wait_until(lambda: records() >= n - 1)
    time.sleep(1.5)
    children = resident(p.pid)[2]
    zombies = [c for c in children if zombie(c)]
    wait_until(lambda: not any(zombie(c) for c in zombies), 30)
    zombies = [c for c in zombies if zombie(c)]
    p.send_signal(signal.SIGINT)
    try:
        p.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        p.kill()
        p.wait()
        return "still there"
    out.close()
    err.close()
    lines = [json.loads(l) for l in read(out.name).splitlines()]
    count = sum(l["count"] for l in lines if "count" in l)
    whole = sum(l["rules"].get("-e#1", 0) for l in lines if "rules" in l)
    records = lines[-1]["coverage"]["records"]
    t.note("%d events, %d starts, %d to %d KiB, %d to %d descriptors" % (
        n, started, min(s[0] for s in seen), max(s[0] for s in seen),
        min(s[1] for s in seen), max(s[1] for s in seen)))
    wrong = []
    if (records, count, whole) != (n, failed, failed):
        wrong.append("records %d of %d, failures %d (whole %d) of %d" % (
            records, n, count, whole, failed))
    if started < max(2, SOAK / 20):
        wrong.append("only %d starts" % started)
    if zombies or len(children) > 1:
        wrong.append("children %r, zombies %r" % (children, zombies))
    # the table of the overlap grows for two minutes, then nothing does
    settled = [s for i, s in enumerate(seen) if i >= 150] or seen[5:]
    if "SANITISED" not in os.environ and settled and \
            settled[-1][0] - settled[0][0] > 1024 + 64 * min(SOAK, 150) / 10:
        wrong.append("memory: %r" % [s[0] for s in seen])
    # more while it starts
    if max(s[1] for s in seen) > 12 or min(s[1] for s in seen[-5:]) > 9:
        wrong.append("descriptors: %r" % [s[1] for s in seen])
    if p.returncode != 130:
        wrong.append("status %d" % p.returncode)
    if wrong:
        return "\n".join(wrong) + "\n" + show(read(err.name)[-2000:])


need_program()
t = Tap()
with Folder() as folder:
    why = soak(folder)
    t.ok(why is None, "%g s of a command that dies every few seconds" % SOAK,
         why)
t.done()
