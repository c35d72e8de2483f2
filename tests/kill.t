#!/usr/bin/python3
# kill.t -- SIGKILL at any moment, under any fault: every incident arrives.
# SPDX-License-Identifier: MIT
#
# KILLS runs (default 20) are killed at random moments while the topic answers with
# random faults; then runs that are left alone over the same files must leave nothing
# out.  An incident may arrive twice only when it was in flight: when the answer to its
# message was lost, or did not reach a run that was killed.
#   KILLS=200 SEED=7 tests/kill.t
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *
sys.path.insert(0, os.path.join(TESTS, "sns"))
from stand_in import KEY, StandIn, TOPIC

KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", str(int(time.time()))))
PLACES = 4                      # spools at once
RULE = ["-e", r"^(?<service>\S+): FAILED"]
# after these the message has arrived, and nobody here knows (or not in time)
UNSURE = ("drop-after", "half", "slow")
FAULTS = ("throttle-400", "500", "503", "drop-before", "drop-after", "half",
          "html-200", "empty-200", "garbage", "slow", "hang", "denied")


def when(minute):
    return "2026-11-%02dT%02d:%02d:00" % (
        1 + minute // 1440, minute // 60 % 24, minute % 60)


class Topic(StandIn):
    """Remembers of each message that was accepted what became of the answer."""

    def next_fault(self):
        fault = StandIn.next_fault(self)
        self.seen = getattr(self, "seen", {})
        self.seen[threading.get_ident()] = fault
        return fault

    def take(self, entry):
        entry["fault"] = self.seen.get(threading.get_ident())
        StandIn.take(self, entry)


class Story:
    """One spool, one archive that grows, and what came of it."""

    def __init__(self, seed, kills):
        self.chance = random.Random(seed)
        self.kills = kills
        self.wanted, self.lines = [], []
        self.starts = 0
        self.killed = {}            # how a run ended: how often
        self.cut_short = set()      # the access keys of those that were killed
        self.notes = []

    def grow(self):
        for i in range(self.chance.randrange(1, 6)):
            minute = 20 * len(self.wanted)
            service = "s%d" % self.chance.randrange(5)
            self.lines.append("%s.000000+00:00 x %s: FAILED\n" %
                              (when(minute), service))
            self.wanted.append((service, when(minute) + "+00:00"))
        write(self.path, "".join(self.lines))

    def start(self):
        """A run with an access key of its own: each message tells whose it is, also when
        the topic gets to it after that run's end."""
        self.starts += 1
        self.key = "AKIDRUN%09d" % self.starts
        self.aws.keys[self.key] = self.aws.keys[KEY]
        args = [CWSIFT, "-n", TOPIC, "--spool", self.spool] + RULE
        return subprocess.Popen(
            args + [self.path], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=environment(**self.aws.environment(AWS_ACCESS_KEY_ID=self.key)))

    def run_and_kill(self):
        self.grow()
        self.aws.faults = []
        if self.chance.random() < 0.6:
            for i in range(self.chance.randrange(1, 3)):
                self.aws.fault(self.chance.choice(FAULTS))
        q = self.start()
        # most moments of interest are early: writing, syncing, sending
        time.sleep(self.chance.choice((0.02, 0.04, 0.2, 1.5, 3)) *
                   self.chance.random())
        if q.poll() is None:
            q.send_signal(signal.SIGKILL)
        err = q.communicate()[1]
        if q.returncode == -9:
            self.cut_short.add(self.key)
        what = "killed" if q.returncode == -9 else "ended %d" % q.returncode
        self.killed[what] = self.killed.get(what, 0) + 1
        if q.returncode not in (-9, 0, 4):
            self.notes.append((q.returncode, err))

    def tell(self):
        with Folder() as folder, Topic() as self.aws:
            self.aws.slow, self.aws.hang = 0.3, 2
            self.path = os.path.join(folder, "a.log")
            self.spool = os.path.join(folder, "spool")
            for i in range(self.kills):
                self.run_and_kill()
            self.aws.faults = []
            # what is slow may be accepted yet
            wait_until(lambda: self.aws.answering == 0)
            for i in range(2):
                q = self.start()
                err = q.communicate(timeout=PATIENCE)[1]
                self.last = (q.returncode, err)
                if i == 0:
                    self.after_first = len(self.aws.accepted)
            self.left = run(["send", "--list", "--spool", self.spool],
                            stdin=None)
            self.got = [what for e in self.aws.accepted
                        for what in self.read(e)]

    def excused(self):
        """The messages whose arrival cwsift need not know of: the answer was lost, or it
        was the last of a run that was killed."""
        entries = self.aws.accepted
        last = {e["access"]: e["id"] for e in entries}
        return ({e["id"] for e in entries if e["fault"] in UNSURE} |
                {last[key] for key in self.cut_short if key in last})

    def for_nothing(self):
        """Incidents that were told again though it was known that they had arrived."""
        unsure, known, bad = self.excused(), set(), []
        # in the order of the runs: what one sent that was killed may be accepted after
        # what the next has sent
        for e in sorted(self.aws.accepted, key=lambda e: e["access"]):
            bad += [what for what in self.read(e) if what in known]
            if e["id"] not in unsure:
                known |= set(self.read(e))
        return bad

    def account(self):
        """A line for each message: whose, what became of its answer, what it told."""
        return "\n".join("%s %s %s%s: %s ... %s" % (
            e["time"], e["access"], e["fault"],
            " killed" if e["access"] in self.cut_short else "",
            self.read(e)[0], self.read(e)[-1]) for e in self.aws.accepted)

    @staticmethod
    def read(entry):
        shown = json.loads(json.loads(entry["message"])["default"])
        rows = shown["content"]["description"].split("\n")
        found = []
        for row in rows:
            words = row.replace("\u2022 ", "").split()
            found.append((words[0].strip("`"), words[3].rstrip(",")))
        return found


def main():
    need_program()
    t = Tap()
    t.note("KILLS=%d SEED=%d" % (KILLS, SEED))
    stories = [Story(SEED * 100 + i, (KILLS + PLACES - 1) // PLACES)
               for i in range(PLACES)]
    threads = [threading.Thread(target=s.tell) for s in stories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, s in enumerate(stories):
        lost = [w for w in s.wanted if w not in s.got]
        strange = [g for g in s.got if g not in s.wanted]
        twice = sorted({g for g in s.got if s.got.count(g) > 1})
        t.ok(s.last == (0, b""), "%d: the run at the end is done" % i,
             s.last, s.killed)
        t.ok(not lost, "%d: %d kills, %d incidents: each arrived" %
             (i, s.kills, len(s.wanted)), lost, s.killed)
        t.ok(not strange and not s.notes, "%d: and nothing else" % i, strange,
             s.notes)
        t.ok(not s.for_nothing(), "%d: only what was in flight came twice" % i,
             s.for_nothing(), s.account())
        t.ok(len(s.aws.accepted) == s.after_first and s.left.out == b"",
             "%d: a run more sends nothing, nothing waits" % i, s.left)
        t.note("%d: %s, %d messages, twice: %d of %d incidents" % (
            i, s.killed, len(s.aws.accepted), len(twice), len(s.wanted)))
    t.done()


main()
