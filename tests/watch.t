#!/usr/bin/python3
# watch.t -- a command that is watched: told at once, started again, nothing twice.
# SPDX-License-Identifier: MIT
import glob
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *
sys.path.insert(0, os.path.join(TESTS, "watch"))
from stand_in import StandIn

busy = Busy()
running = []                            # processes of the check that is under way
FAKE = os.path.join(TESTS, "watch", "aws")
AWS = "/usr/bin/aws"
GROUP = "/aws/lambda/mail"
TAIL = ["logs", "tail", GROUP, "--follow"]


def now():
    return int(time.time() * 1000)


class Late(Exception):
    """What was waited for did not come."""


class Watch:
    """cwsift watch OPTIONS -- COMMAND; its output is read as it comes.  It says ten times a
    second how many records it has."""

    def __init__(self, options, command, folder=None, dies=(), **env):
        self.folder = folder
        if folder is not None:
            self.events = os.path.join(folder, "events")
            self.log = os.path.join(folder, "log")
            open(self.events, "a").close()
            env.update(FAKE_EVENTS=self.events, FAKE_LOG=self.log,
                       FAKE_DIES=json.dumps(list(dies)))
        self.p = subprocess.Popen(
            [CWSIFT, "watch", "--utc", "--heartbeat", "100ms"] + options +
            ["--"] + command,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment(**env), bufsize=0)
        running.append(self.p)
        self.out, self.err = b"", b""
        self.open = {self.p.stdout: "out", self.p.stderr: "err"}

    def add(self, message, stream="s", ms=None):
        ms = now() if ms is None else ms
        with open(self.events, "a") as f:
            f.write("%d\t%s\t%s\n" % (ms, stream, message.replace("\n", "\\n")))
        return ms

    def starts(self):
        """[pid, argument...] of each start of the scripted command."""
        try:
            return [json.loads(line) for line in read(self.log).splitlines()]
        except FileNotFoundError:
            return []

    def until(self, done, seconds=PATIENCE):
        """Reads until done() or the end; seconds it took, or None."""
        start = time.monotonic()
        while not done():
            left = start + seconds - time.monotonic()
            if left <= 0 or not self.open:
                return None
            for f in select.select(list(self.open), [], [],
                                   min(left, 0.05))[0]:
                data = os.read(f.fileno(), 65536)
                if data == b"":
                    del self.open[f]
                else:
                    name = self.open[f]
                    setattr(self, name, getattr(self, name) + data)
        return time.monotonic() - start

    def wait(self, what, done):
        took = self.until(done)
        if took is None:
            raise Late("%s did not come: %r %r" % (what, self.out[-2000:],
                                                   self.err[-3000:]))
        return took

    def told(self, text):
        return self.wait(text, lambda: text in self.out)

    def said(self, text):
        return self.wait(text, lambda: re.search(text, self.err))

    def has(self, records):
        """Waits until it has so many records that are whole, which the last is when the
        next begins; and a little for more of them."""
        took = self.wait("record %d" % records, lambda: int((re.findall(
            rb"ing for [^\n]*?: (\d+) record", self.err) or [b"0"])[-1]) >= records)
        self.sleep(0.5)
        return took

    def sleep(self, seconds):
        self.until(lambda: False, seconds)

    def finish(self, number=signal.SIGINT):
        if number:
            self.p.send_signal(number)
        self.until(lambda: not self.open)
        try:
            self.p.wait(10)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()
            return Result(-99, self.out, self.err + b"[still there]")
        return Result(self.p.returncode, self.out, re.sub(
            rb"cwsift: [^\n]*: (watch|wait)ing for [^\n]*records?\b[^\n]*\n",
            b"", self.err))


def line(service, ms):
    return b"%s\t%s\n" % (service.encode(), time.strftime(
        "%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(ms // 1000)).encode())


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def gone(pids):
    """None once all are gone (what init has not yet reaped is)."""
    def there():
        return [(p, alive(p)) for p in pids if alive(p) not in (None, "Z")]
    return None if wait_until(lambda: not there(), 60) else repr(there())


def folder_test(test):
    def check():
        with Folder() as folder:
            return test(folder)
    return check


# --------------------------------------------------------------- one command

@folder_test
def told_at_once(folder):
    w = Watch(["-t", "FAILED"], [FAKE] + TAIL, folder)
    w.add("ok")
    w.add("ok")
    w.has(1)
    start = time.monotonic()
    ms = w.add("FAILED")
    took = w.told(line("mail", ms))
    most = busy.limit(1, start)
    got = w.finish()
    if took > most or got.status != 130 or \
            got.out != line("mail", ms):
        return "%r %r" % (took, got)


@folder_test
def stream_with_blanks(folder):
    """The colours of a terminal say where the stream's name ends."""
    w = Watch(["-o", "json", "-t", "FAILED"], [FAKE] + TAIL, folder)
    w.add("FAILED", "web server/1 (blue)")
    w.add("ok")
    w.has(1)
    got = w.finish()
    if b'"streams":["web server/1 (blue)"]' not in got.out or \
            b'"groups":["/aws/lambda/mail"]' not in got.out:
        return repr(got)


@folder_test
def formats(folder):
    for form, shape in (("short", b"tail-short"), ("json", b"tail-json"),
                        ("detailed", b"tail-detailed")):
        w = Watch(["-o", "json", "-p", '{ $.level = "ERROR" }'],
                  [FAKE] + TAIL + ["--format", form], folder)
        w.add('{"level": "ERROR", "text": "接続"}')
        w.add('{"level": "INFO"}')
        w.has(1)
        got = w.finish()
        if shape not in got.out or b'"count":1,' not in got.out or \
                got.status != 130:
            return form + ": " + repr(got)
        os.unlink(w.events)


@folder_test
def traceback_in_two_pieces(folder):
    """A record that is written in two pieces, a second apart, is one."""
    script = os.path.join(folder, "two")
    write(script, "#!/bin/sh\n"
          "printf '2026-11-23T18:00:00.000000+00:00 s [ERROR] ValueError: x\\n"
          "Traceback\\n'\nsleep 1\nprintf '  in handler\\n"
          "2026-11-23T18:00:01.000000+00:00 s ok\\n'\nsleep 0.5\n")
    w = Watch(["--restart", "never", "-o", "json", "-s", "fn", "-t", "ERROR",
               "-e", r"(?s)ValueError.*in handler\z"], ["sh", script])
    got = w.finish(0)
    if b'"count":1,' not in got.out or got.status != 0 or \
            b'"rules":{"-e#1":1,"-t#1":1}' not in got.out or \
            b'"records":2' not in got.out:
        return repr(got)


@folder_test
def late_and_out_of_order(folder):
    """Folded by event time: what live says is what batch says."""
    seconds = [1000, 0, 1800, 590, 1190, 3599, 2400, 10]
    text = "".join("2026-11-23T18:%02d:%02d.000000+00:00 s FAILED %d\n" %
                   (s // 60, s % 60, s) for s in seconds)
    path = write(os.path.join(folder, "text"), text)
    w = Watch(["--restart", "never", "-o", "json", "-g", GROUP, "-t",
               "FAILED"], ["sh", "-c", 'while read -r l; do echo "$l"; '
                           'sleep 0.05; done < "$1"', "sh", path])
    got = w.finish(0)
    truth = run(["--batch", "-g", GROUP, "-t", "FAILED", "-o", "json", path])
    folded = run(["-o", "json"], stdin=got.out)
    if folded.out.splitlines()[:-1] != truth.out.splitlines()[:-1] or \
            len(truth.out) < 200 or got.status != 0:
        return difference(folded.out, truth.out) + repr(got)


def wide():
    """Nothing wraps, nothing is echoed, nobody is asked anything."""
    w = Watch(["--restart", "never", "-o", "records", "-t", "FAILED"],
              ["sh", "-c", 'test -t 1 || exit 9; stty size <&1; '
               'test -z "$AWS_PAGER" || exit 8; '
               'cat; read -r a </dev/tty; echo "FAILED [$a]"'])
    got = w.finish(0)
    if b"FAILED []\n" not in got.out or got.status != 0:
        return repr(got)


def harmless():
    """What it says on standard error cannot do anything to a terminal."""
    w = Watch(["--restart", "never", "--allow-empty"],
              ["sh", "-c", r"printf 'a\033[2Jb\rc\n\n\n  d' >&2"])
    got = w.finish(0)
    if b"\033" in got.err or b"\r" in got.err or got.status != 0 or \
            not re.fullmatch(rb"cwsift: sh: a.*b.*c\ncwsift: sh: d\n",
                             got.err):
        return repr(got)


def usage():
    for args, words in ((["watch"], b"no command"),
                        (["watch", "--"], b"no command"),
                        (["watch", "aws"], b"behind --"),
                        (["watch", "--restart", "perhaps", "--", "x"],
                         b"--restart"),
                        (["watch", "--", "/nonexistent/aws"],
                         b"/nonexistent/aws: No such file")):
        got = run(args)
        if got.status != 2 or words not in got.err or got.out:
            return "%r: %r" % (args, got)


def restart_never():
    for command, status in (
            ("exit 0", 0), ("exit 7", 3), ("kill -9 $$", 3),
            # as coreutils do: no hangup for that
            ("exec >&- 2>&-; sleep 0.3; exit 0", 0)):
        w = Watch(["--restart", "never", "--allow-empty"],
                  ["sh", "-c", command])
        got = w.finish(0)
        if got.status != status:
            return "%s: %r" % (command, got)
        if status and not re.search(rb"ended (with status 7|by signal 9)",
                                    got.err):
            return repr(got)


@folder_test
def restart_failure(folder):
    w = Watch(["--restart", "failure", "--allow-empty"], [FAKE] + TAIL,
              folder, [{"after": 0.2, "status": 254}, {"after": 0.2}])
    got = w.finish(0)
    if len(w.starts()) != 2 or got.status != 0 or \
            b"starting again in" not in got.err:
        return repr(w.starts()) + repr(got)


# ------------------------------------------------------------------ restarts

def counts(got):
    """Of -o json: count of the incidents, records."""
    lines = [json.loads(l) for l in got.out.splitlines()]
    return (sum(l["count"] for l in lines if "count" in l),
            lines[-1]["coverage"]["records"])


@folder_test
def overlap(folder):
    """Started again, it goes on a little before where it stopped; what both runs say
    counts once, what a run says twice counts twice, what came late is seen."""
    w = Watch(["-o", "json", "-t", "FAILED"], [FAKE] + TAIL, folder,
              [{"after": 1, "status": 1, "say": "first"},
               {"after": 1, "signal": 9}, {}])
    at = now() - 5000
    for i in range(20):
        w.add("FAILED %d" % (i // 2), "s", at + i // 4)
    w.said(b"first")
    w.add("FAILED late", "other", at - 30000)
    for i in range(3):
        w.add("FAILED new %d" % i, ms=at + 100 + i)
    w.said(b"(?s)signal 9.*watching again")
    w.add("ok")
    w.add("ok")
    w.has(25)
    starts = w.starts()
    got = w.finish()
    if counts(got) != (24, 26) or b'"complete":true' not in got.out:
        return repr(counts(got)) + repr(got)
    since = [s[-1].partition("=")[2] for s in starts[1:]]
    if len(starts) != 3 or starts[0][-1] != "--follow" or \
            not all(re.fullmatch(r"....-..-..T..:..:..\.\d{3}Z", s)
                    for s in since):
        return repr(starts)


@folder_test
def since_of_its_own(folder):
    """--since=VALUE is replaced where it stood; nothing older is asked for."""
    first = now() - 60000
    w = Watch(["--allow-empty"], [FAKE, "logs", "tail", "--since=1m", GROUP,
                                  "--follow"], folder,
              [{"after": 0.1, "status": 1}, {"after": 0.1, "status": 1}, {}])
    w.until(w.starts)
    last = now() - 60000
    w.said(b"(?s)starting.*starting.*")
    w.until(lambda: len(w.starts()) > 2)
    starts = w.starts()
    got = w.finish()
    at = starts[1][3].partition("=")
    if len(starts[1]) != 6 or at[0] != "--since" or starts[1] [1:3] != \
            ["logs", "tail"] or not first <= stamp(at[2]) <= last or \
            starts[1][3] != starts[2][3]:
        return "%r, from %d to %d" % (starts, first, last)


def stamp(text):
    import datetime
    return round(datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp() * 1000)


def cut_record(form, cut, message, first=True):
    """Killed in the middle of a record: the record is one, and whole."""
    @folder_test
    def check(folder):
        w = Watch(["-o", "json", "-t", "FAILED", "-e", "(?s)FAILED.*the end"],
                  [FAKE] + TAIL + ["--format", form], folder,
                  [{"on": message[:8], "signal": 9, "cut": cut}, {}])
        if first:
            w.add("FAILED, not the last, the end ")
            w.until(w.starts)
            w.sleep(0.5)
        w.add(message)
        w.said(b"watching again")
        w.add("ok")
        w.add("ok")
        w.has(2 + first)
        got = w.finish()
        rules = sum(json.loads(l).get("rules", {}).get("-e#1", 0)
                    for l in got.out.splitlines())
        if counts(got) != (1 + first, 3 + first) or rules != 1 + first:
            return "%r %d %r" % (counts(got), rules, got)
    return check


@folder_test
def cut_and_never_again(folder):
    """What was cut is told all the same when nothing comes after it."""
    w = Watch(["-o", "json", "-t", "FAILED"], [FAKE] + TAIL, folder,
              [{"on": "FAILED", "signal": 9, "cut": 60}])
    w.add("ok")
    w.until(w.starts)
    w.sleep(0.5)
    w.add("FAILED and more")
    w.said(b"starting again")
    got = w.finish()
    if counts(got) != (1, 2) or got.status != 130:
        return repr(got)


@folder_test
def growing_pauses(folder):
    w = Watch(["--allow-empty"], [FAKE] + TAIL, folder,
              [{"after": 0, "status": 255, "say": "no credentials"}])
    w.said(rb"(?s)(starting again.*){3}")
    got = w.finish()
    pauses = [float(x) for x in re.findall(rb"again in ([\d.]+) s", got.err)]
    if len(pauses) < 3 or not (0.5 <= pauses[0] <= 1 <= pauses[1] <= 2 <=
                               pauses[2] <= 4) or got.status != 130 or \
            b"cwsift: aws logs tail: no credentials\n" not in got.err:
        return repr(pauses) + repr(got)


@folder_test
def live_tail_has_no_overlap(folder):
    """The same words after a restart are new ones; the hole is no secret."""
    script = write(os.path.join(folder, "aws"),
                   "#!/bin/sh\necho FAILED\necho\nsleep 0.3\nexit 1\n")
    os.chmod(script, 0o755)
    w = Watch(["-o", "json", "-t", "FAILED"],
              [script, "logs", "start-live-tail", "--log-group-identifiers",
               "arn:aws:logs:eu-west-1:123456789012:log-group:%s:*" % GROUP])
    w.said(b"(?s)starting again.*watching again")
    w.sleep(0.3)
    got = w.finish()
    if counts(got)[0] < 2 or b'"groups":["/aws/lambda/mail"]' not in got.out \
            or b'"complete":false' not in got.out:
        return repr(got)


# ------------------------------------------------------------- being watched

@folder_test
def gap(folder):
    """Not watching is an incident, once for each gap."""
    before = now()
    w = Watch(["--alert-gap", "2s", "--allow-empty"], [FAKE] + TAIL, folder,
              [{"after": 0, "status": 255, "say": "expired"}] * 3 + [{}])
    w.until(w.starts)
    after = now()
    took = w.told(b"cwsift\t")
    w.until(lambda: len(w.starts()) > 3)
    ms = w.add("[ERROR] ValueError: x")
    w.said(b"watching again; nothing was watched for")
    w.told(b"mail\t")
    got = w.finish()
    lines = got.out.splitlines(True)
    if len(lines) != 2 or lines[1] != line("mail", ms) or \
            not before - 1000 <= stamp(lines[0].split(b"\t")[1].decode()
                                       .strip()) <= after:
        return "%r %r" % (took, got)


@folder_test
def gap_in_other_formats(folder):
    for form, want in (("long", b"cwsift\t.*\t1\terror\twatch-gap\n"),
                       ("json", b'"service":"cwsift".*"watch-gap":1'),
                       ("records", b"nothing was watched for ")):
        w = Watch(["--alert-gap", "1s", "--allow-empty", "-o", form, "-w",
                   "1s", "--late", "1s"], [FAKE] + TAIL, folder,
                  [{"after": 0, "status": 255, "say": "expired"}])
        took = w.until(lambda: re.search(want, w.out))
        got = w.finish()
        if took is None:
            return form + repr(got)
        os.unlink(w.log)


@folder_test
def no_gap_when_quiet(folder):
    """A quiet group is watched: nothing to tell."""
    # the start itself is not watching, and takes its time on a busy machine
    w = Watch(["--alert-gap", "3s", "--allow-empty"], [FAKE] + TAIL, folder)
    w.until(w.starts)
    w.sleep(4.5)
    got = w.finish()
    if got.out or b"nothing was watched" in got.err:
        return repr(got)


@folder_test
def heartbeats(folder):
    w = Watch(["--heartbeat", "1s", "-t", "FAILED"], [FAKE] + TAIL, folder)
    ms = w.add("ok")
    w.add("ok")
    took = w.said(rb"(?s)(watching for [^\n]*: 1 record, .*){3}")
    w.finish()
    want = rb"cwsift: aws logs tail: watching for ([\d.]+) s: 1 record, the " \
        rb"last of " + re.escape(line("", ms).strip())
    times = [float(x) for x in re.findall(want, w.err)]
    if len(times) < 3 or times[1] - times[0] < 0.9:
        return "%r %r %r" % (took, times, w.err)


@folder_test
def readiness(folder):
    path = os.path.join(folder, "notify")
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(path)
    s.settimeout(PATIENCE)
    w = Watch(["--allow-empty"],
              ["sh", "-c", 'echo "[$NOTIFY_SOCKET]"; sleep 60'],
              NOTIFY_SOCKET=path, WATCHDOG_USEC="400000")
    said = [s.recv(500) for _ in range(4)]
    got = w.finish(signal.SIGTERM)
    try:
        while not said[-1].startswith(b"STOPPING=1"):
            said.append(s.recv(500))
    except socket.timeout:
        pass
    s.close()
    ready = [x for x in said if x.startswith(b"READY=1\n")]
    if len(ready) != 1 or b"WATCHDOG=1" not in said or \
            b"STOPPING=1" not in said or got.status != 143:
        return repr(said) + repr(got)


# ----------------------------------------------------------------- ways to end

def ends(number, hang):
    """The child and its children are gone, and what was read is told."""
    @folder_test
    def check(folder):
        w = Watch(["-t", "FAILED"],
                  ["sh", "-c", "sleep 600 & echo $! > %s/pid; exec \"$@\"" %
                   folder, "sh", FAKE] + TAIL, folder, [{"hang": hang}])
        ms = w.add("FAILED")
        w.told(b"mail\t")
        pids = [w.starts()[0][0], int(read(os.path.join(folder, "pid")))]
        start = time.monotonic()
        got = w.finish(number)
        took, most = time.monotonic() - start, busy.limit(1.5, start)
        left = gone(pids)
        if left or got.status != 128 + number or not hang and took > most or got.out != line("mail", ms):
            return "%r %r %r" % (left, took, got)
    return check


@folder_test
def killed(folder):
    """Nobody is left behind when cwsift itself is killed, also under nohup: the hangup
    that its terminal says then reaches whom it started."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    w = Watch(["-t", "FAILED"],
              ["sh", "-c", "sleep 600 & echo $! > %s/pid; \"$@\"; :" % folder,
               "sh", FAKE] + TAIL, folder)
    signal.signal(signal.SIGHUP, before)
    w.add("FAILED")
    w.told(b"mail\t")
    pids = [w.starts()[0][0], int(read(os.path.join(folder, "pid")))]
    w.p.kill()
    w.finish(0)
    left = gone(pids)
    if left:
        for p in pids:
            if alive(p):
                os.kill(p, signal.SIGKILL)
        return left


@folder_test
def its_children_end_with_it(folder):
    """A command that ends leaves nothing running either."""
    w = Watch(["--restart", "never", "--allow-empty"],
              ["sh", "-c", "sleep 600 & echo $! > %s/pid" % folder])
    got = w.finish(0)
    left = gone([int(read(os.path.join(folder, "pid")))])
    if left or got.status != 0:
        return "%r %r" % (left, got)


@folder_test
def nobody_reads(folder):
    w = Watch(["-t", "FAILED"], [FAKE] + TAIL, folder)
    w.p.stdout.close()
    del w.open[w.p.stdout]
    w.add("FAILED")
    w.until(lambda: not w.open)
    pids = [s[0] for s in w.starts()]
    got = w.finish(0)
    if gone(pids) or got.status != 0:
        return repr(got)


# ------------------------------------------------------------- the real `aws`

def real(stand_in, *options):
    return Watch(list(options),
                 [AWS, "--endpoint-url", stand_in.url] + TAIL,
                 AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="x",
                 AWS_DEFAULT_REGION="eu-west-1", AWS_CONFIG_FILE="/dev/null",
                 AWS_SHARED_CREDENTIALS_FILE="/dev/null",
                 AWS_EC2_METADATA_DISABLED="true", AWS_MAX_ATTEMPTS="2")


def child_of(pid):
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            fields = read(path).rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            return int(path.split("/")[2])


def real_tail():
    """The first line is out within a second of the poll that brought it."""
    s = StandIn()
    w = real(s, "-t", "FAILED")
    try:
        s.add("ok")
        s.add("ok")
        w.has(1)
        ms = s.add("FAILED: disk\n")
        took = w.told(line("mail", ms))
        brought = next(at for at, ask, events in s.polls
                       if any(e["timestamp"] == ms for e in events))
        at, most = time.monotonic() - brought, busy.limit(1, brought)
        got = w.finish()
        if at > most or got.status != 130 or \
                got.out != line("mail", ms):
            return "%r %r %r" % (took, at, got)
    finally:
        w.p.kill()
        s.stop()


def real_gap():
    """Credentials that are no longer any good: that is not watching."""
    s = StandIn()
    s.error = ("ExpiredTokenException", "expired")
    w = real(s, "--alert-gap", "2s", "--allow-empty")
    try:
        w.told(b"cwsift\t")
        w.said(b"Expired")              # aws may need longer than the gap to say so
        got = w.finish()
        if b"watching again" in got.err or b"\\x1b" in got.err:
            return repr(got)
    finally:
        w.p.kill()
        s.stop()


def real_faults():
    """Expired credentials, a killed aws, a service that is away: all is told, nothing
    counts twice."""
    s = StandIn()
    s.page = 3
    w = real(s, "-o", "json", "-t", "FAILED", "-t", "never")

    def fail(message, stream="s"):
        """A failure, and a record behind it: how many there are now."""
        s.add("FAILED " + message, stream)
        s.add("ok")
        return len(s.events)

    try:
        for i in range(5):
            n = fail("%d" % i, "web server %d" % (i % 2))
        w.has(n - 1)
        os.kill(child_of(w.p.pid), signal.SIGKILL)
        w.said(b"signal 9")
        w.has(fail("while away") - 1)
        s.error = ("ExpiredTokenException", "The security token included in "
                   "the request is expired")
        w.said(b"ended with status 25")
        n = fail("while expired")
        s.error = None
        w.has(n - 1)
        s.stop()
        w.said(b"(?s)Expired.*Could not connect")
        s.start()
        n = fail("while gone")
        w.has(n - 1)
        polls = len(s.polls)
        w.until(lambda: len(s.polls) > polls + 1)
        got = w.finish()
        if counts(got) != (n // 2, n) or got.status != 130 or \
                b"ExpiredTokenException" not in got.err or \
                b'"web server 1"' not in got.out or \
                b'"complete":true' not in got.out:
            return "%d: %r %r" % (n, counts(got), got)
    finally:
        w.p.kill()
        s.stop()


need_program()
t = Tap()
ERROR = "[ERROR] FAILED: bad\nTraceback:\n  line one\n  the end"
checks = [
    ("told within a second", told_at_once),
    ("a stream whose name holds blanks", stream_with_blanks),
    ("each format of aws logs tail", formats),
    ("a traceback in two pieces is one record", traceback_in_two_pieces),
    ("late and out of order, it folds by event time", late_and_out_of_order),
    ("a wide terminal that asks and echoes nothing", wide),
    ("standard error is passed on, harmless", harmless),
    ("usage", usage),
    ("--restart never", restart_never),
    ("--restart failure", restart_failure),
    ("a restart repeats a little, and that counts once", overlap),
    ("--since=1m of the command's own", since_of_its_own),
    ("cut in the first line of a record",
     cut_record("detailed", 60, ERROR)),
    ("cut in the first line of all", cut_record("detailed", 60, ERROR, False)),
    ("cut in the head of a record", cut_record("detailed", 20, ERROR)),
    ("cut in a later line", cut_record("detailed", 88, ERROR)),
    ("cut in the first line, short", cut_record("short", 50, ERROR)),
    ("cut in a JSON message", cut_record(
        "json", 80, '{"level": "ERROR", "text": "FAILED", "z": "the end"}')),
    ("cut, and nothing comes after it", cut_and_never_again),
    ("pauses grow and are jittered", growing_pauses),
    ("a live tail begins anew", live_tail_has_no_overlap),
    ("not watching is an incident", gap),
    ("and one in every format", gap_in_other_formats),
    ("a quiet group is no gap", no_gap_when_quiet),
    ("--heartbeat", heartbeats),
    ("Type=notify and the watchdog", readiness),
    ("INT ends the whole process group", ends(signal.SIGINT, False)),
    ("TERM ends the whole process group", ends(signal.SIGTERM, False)),
    ("KILL follows where TERM is ignored", ends(signal.SIGTERM, True)),
    ("SIGKILL for cwsift leaves no orphan", killed),
    ("a command that ends leaves no orphan", its_children_end_with_it),
    ("nobody reads on", nobody_reads),
]
only = sys.argv[1:]


def judge(name, check):
    try:
        why = check()
    except Late as late:
        why = late
    for p in running:
        p.kill()                        # if it is still there
    running.clear()
    t.ok(why is None, name, why)


for name, check in checks:
    if only and not any(o in name for o in only):
        continue
    judge(name, check)
for name, check in (("the real aws: told within a second of the poll",
                     real_tail),
                    ("the real aws: expired is not watching", real_gap),
                    ("the real aws: killed, expired, unreachable",
                     real_faults)):
    if only and not any(o in name for o in only):
        continue
    if not os.access(AWS, os.X_OK):
        t.skip(name, "Debian's awscli is not installed")
    else:
        judge(name, check)
t.done()
