#!/usr/bin/python3
# live.t -- a pipe that stays open: told soon, told once, nothing lost.
# SPDX-License-Identifier: MIT
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

SOON = 0.5              # seconds from a whole record to its line
busy = Busy()
FN = "2026/11/23/[$LATEST]0f3b8d1c2a4e4d5f8a9b0c1d2e3f4a5b"


class Live:
    """cwsift with a pipe (or what is given) as its standard input."""

    def __init__(self, *args, stdin=subprocess.PIPE):
        self.p = subprocess.Popen(
            [CWSIFT] + list(args), stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment(), bufsize=0)
        self.out = b""

    def write(self, text):
        self.p.stdin.write(text.encode() if isinstance(text, str) else text)

    def taken(self):
        """Waits until it has read all that was written."""
        def left():
            size = fcntl.ioctl(self.p.stdin, termios.FIONREAD, bytes(4))
            return struct.unpack("i", size)[0]
        wait_until(lambda: left() == 0 or self.p.poll() is not None)

    def read(self, seconds=PATIENCE, until=b"\n"):
        """Seconds that passed before until was there (from now), or None."""
        start = time.monotonic()
        while until not in self.out:
            left = start + seconds - time.monotonic()
            if left <= 0 or not select.select([self.p.stdout], [], [],
                                              left)[0]:
                return None
            data = os.read(self.p.stdout.fileno(), 65536)
            if data == b"":
                return None
            self.out += data
        return time.monotonic() - start

    def finish(self, seconds=PATIENCE):
        """End of input: all output, what it said, and the status."""
        try:
            out, err = self.p.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.p.kill()
            out, err = self.p.communicate()
            return Result(-99, self.out + out, err + b"[still there]")
        self.out += out
        return Result(self.p.returncode, self.out, err)

    def kill(self):
        self.p.kill()
        self.finish()


def detailed(second, message, stream="s"):
    return "2026-11-23T18:%02d:%02d.000000+00:00 %s %s\n" % (
        second // 60, second % 60, stream, message)


def again(check):
    """How soon is a matter of luck, too: the best of three."""
    for last in (False, False, True):
        why = check()
        if why is None or last:
            return why


# ------------------------------------------------------------------ told soon

TELL = {
    "tail detailed": (detailed(0, "ok"), detailed(1, "FAILED: disk"),
                      b"job\t2026-11-23T18:00:01+00:00\n"),
    "tail short": ("2026-11-23T18:00:00 ok\n",
                   "2026-11-23T18:00:01 FAILED: disk\n",
                   b"job\t2026-11-23T18:00:01+00:00\n"),
    "tail json": ("2026-11-23T18:00:00+00:00 s \n{\n    \"a\": 1\n}\n",
                  "2026-11-23T18:00:01+00:00 s \n{\n    \"b\": \"FAILED\"\n}\n",
                  b"job\t2026-11-23T18:00:01+00:00\n"),
    "tail detailed, coloured, from a terminal": (
        "\033[32m2026-11-23T18:00:00.000000+00:00\033[0m \033[36ms\033[0m ok\r\n",
        "\033[32m2026-11-23T18:00:01.000000+00:00\033[0m \033[36ms\033[0m "
        "FAILED\r\n", b"job\t2026-11-23T18:00:01+00:00\n"),
    "live tail, print-only": ("START RequestId: 1 Version: 2\n\n",
                              "2026-11-23T18:00:01.000Z\t1\tERROR\tFAILED\n\n",
                              b"job\t2026-11-23T18:00:01+00:00\n"),
    "live tail, dumped as JSON": (
        '{"sessionStart":{"sessionId":"s"}}\n',
        '{"sessionUpdate":{"sessionMetadata":{"sampled":false},'
        '"sessionResults":[{"logStreamName":"s","logGroupIdentifier":"1:g",'
        '"message":"FAILED\\n","timestamp":1795456801000,'
        '"ingestionTime":1795456801000}]}}\n',
        b"job\t2026-11-23T18:00:01+00:00\n"),
    "bare Step Functions lines": (
        '{"id":"1","type":"ExecutionStarted","details":{},'
        '"event_timestamp":"1795456800000","execution_arn":"a"}\n',
        '{"id":"2","type":"FAILED","details":{},'
        '"event_timestamp":"1795456801000","execution_arn":"a"}\n',
        b"job\t2026-11-23T18:00:01+00:00\n"),
}


def told_soon(front, failure, want):
    def check():
        live = Live("-s", "job", "-t", "FAILED")
        live.write(front)
        live.taken()
        time.sleep(0.3)
        if live.read(0.05) is not None:
            return "told before there was anything: %r" % live.out
        start = time.monotonic()
        live.write(failure)
        took = live.read()
        if took is None or took > busy.limit(SOON, start):
            live.kill()
            return "took %r s; %r" % (took, live.out)
        got = live.finish()
        if got.out != want or got.status != 0:
            return repr(got)
    return again(check)


def told_without_silence():
    """The next record ends the one before, however busy the pipe is."""
    def check():
        live = Live("-s", "job", "-t", "FAILED")
        live.write(detailed(0, "ok"))
        live.taken()
        live.write(detailed(0, "FAILED"))
        took, start = None, time.monotonic()
        for i in range(1, 2000):
            live.write(detailed(i, "ok"))
            if live.read(0.05) is not None:
                took = time.monotonic() - start
                break
        live.kill()
        if took is None or took > busy.limit(SOON, start):
            return "took %r" % took
    return again(check)


def print_only_arrival():
    """No time anywhere: live, it is the time of its arrival."""
    live = Live("-s", "job", "-t", "FAILED", "--from", "bare")
    before = int(time.time())
    live.write("a line\nFAILED\n")
    live.read()
    got = live.finish()
    name, tab, stamp = got.out.decode().rstrip("\n").partition("\t")
    try:
        ms = time.mktime(time.strptime(stamp, "%Y-%m-%dT%H:%M:%S+00:00"))
    except ValueError:
        return repr(got)
    if not before - 1 <= ms <= time.time():
        return "%r at %d" % (got, before)


# ----------------------------------------------------------------- told once

def continuation():
    """A traceback in two pieces, a second apart: one record, one match."""
    live = Live("-o", "json", "-s", "fn", "-t", "Error",
                "-e", r"(?s)ValueError.*Traceback.*in handler\z")
    live.write(detailed(0, "ok") + detailed(1, "[ERROR] ValueError: bad"))
    time.sleep(1)
    live.write("Traceback (most recent call last):\n  Error in handler\n")
    time.sleep(0.5)
    live.write(detailed(2, "ok"))
    got = live.finish()
    if b'"count":1,' not in got.out or b'"rules":{"-e#1":1,"-t#1":1}' not in \
            got.out or b'"records":3' not in got.out or got.status != 0:
        return repr(got)


def continuation_line():
    """The same as announcements: one line, at its time."""
    live = Live("-s", "fn", "-t", "Error")
    live.write(detailed(1, "ValueError: bad"))
    time.sleep(0.7)
    live.write("  Error in handler\n")
    time.sleep(0.7)
    live.write("  Error in main\n" + detailed(2, "ok"))
    got = live.finish()
    if got.out != b"fn\t2026-11-23T18:00:01+00:00\n" or got.status != 0:
        return repr(got)


def failure_only_in_the_continuation():
    live = Live("-s", "fn", "-t", "KeyError")
    live.write(detailed(1, "Traceback (most recent call last):"))
    live.taken()
    time.sleep(0.5)
    if live.read(0.05) is not None:
        return "too early"
    live.write("KeyError: 'customer'\n")
    took = live.read()
    got = live.finish()
    if took is None or \
            got.out != b"fn\t2026-11-23T18:00:01+00:00\n":
        return "%r %r" % (took, got)


def unless_in_the_continuation():
    """What was concluded from an open record is void when more of it comes."""
    with Folder() as folder:
        rules = write(os.path.join(folder, "r.rules"),
                      "rules 1\nrule r\n  match text FAILED\n"
                      "  unless text recovered\n  service fn\n")
        live = Live("-o", "json", "-r", rules)
        live.write(detailed(1, "FAILED"))
        time.sleep(0.6)
        live.write("but recovered\n" + detailed(2, "ok"))
        got = live.finish()
        if b'"service"' in got.out or b'"records":2' not in got.out:
            return repr(got)


def half_a_line():
    live = Live("-o", "json", "-s", "fn", "-t", "FAILED")
    for piece in ("2026-11-23T18:0", "0:01.000000+00:00 s FAI", "LED and",
                  " more", "\n", detailed(2, "ok")):
        live.write(piece)
        time.sleep(0.35)
    got = live.finish()
    if b'"count":1,' not in got.out or b'"records":2' not in got.out or \
            b'"streams":["s"]' not in got.out:
        return repr(got)


def burst_is_one_line():
    live = Live("-s", "fn", "-t", "FAILED")
    for i in range(20):
        live.write(detailed(i, "FAILED"))
        if i % 7 == 3:
            time.sleep(0.3)
    got = live.finish()
    if got.out != b"fn\t2026-11-23T18:00:00+00:00\n":
        return repr(got)


# -------------------------------------------------------------- nothing lost

def last_line_without_its_end():
    live = Live("-s", "fn", "-t", "FAILED")
    live.write(detailed(0, "ok") + detailed(1, "FAILED")[:-1])
    got = live.finish()
    if got.out != b"fn\t2026-11-23T18:00:01+00:00\n" or got.status != 0:
        return repr(got)


def out_of_order():
    """May be told twice, is never left out; what json says folds to the truth."""
    seconds = [1000, 0, 1800, 590, 1190, 3599, 2400, 10]
    text = [detailed(s, "FAILED %d" % s, "a" if s % 20 else "b")
            for s in seconds]
    truth = run(["--batch", "-t", "FAILED", "-o", "json"],
                stdin="".join(text).encode())
    live = Live("-t", "FAILED", "-o", "json")
    for line in text:
        live.write(line)
        time.sleep(0.25)
    got = live.finish()
    folded = run(["-o", "json"], stdin=got.out)
    if folded.out.splitlines()[:-1] != truth.out.splitlines()[:-1] or \
            len(folded.out) < 100:
        return difference(folded.out, truth.out) + repr(got)
    live = Live("-t", "FAILED")
    for line in text:
        live.write(line)
    got = live.finish()
    told = [line.split(b"\t") for line in got.out.splitlines()]
    need = run(["--batch", "-o", "long", "-t", "FAILED"],
               stdin="".join(text).encode()).out.splitlines()
    for line in need:
        service, first, last = line.split(b"\t")[:3]
        if not any(s == service and first <= at <= last for s, at in told):
            return "left out: %r\n%r" % (line, got)
    if len(told) > len(text):
        return "told too often: %r" % got


def at(seconds, message):
    """A record of seconds from now, as the clock has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000+00:00 s ",
                         time.gmtime(time.time() + seconds)) + message + "\n"


def long_when_its_time_has_passed():
    live = Live("-o", "long", "-w", "1h", "--late", "1h", "-s", "fn", "-t",
                "FAILED")
    live.write(at(0, "FAILED") + at(5, "FAILED"))
    live.taken()
    if live.read(0.7) is not None:
        return "too early: %r" % live.out
    live.write(at(7300, "ok"))
    took = live.read()
    got = live.finish()
    if took is None or got.out.count(b"\n") != 1 or \
            not got.out.endswith(b"\t2\terror\t-t#1\n"):
        return "%r %r" % (took, got)


def long_in_silence():
    """The failure may be the last word for a long time: the clock tells it."""
    live = Live("-o", "long", "-w", "500ms", "--late", "500ms", "-s", "fn",
                "-t", "FAILED")
    live.write(at(0, "FAILED"))
    took = live.read()
    live.write(at(7, "  ok"))
    got = live.finish()
    if took is None or got.out.count(b"\n") != 1 or b"\t1\t" not in got.out:
        return "%r %r" % (took, got)


def long_of_the_past():
    """Last night's records with pauses: the clock of today does not cut them."""
    live = Live("-o", "long", "-s", "fn", "-t", "FAILED")
    for i in range(4):
        live.write(detailed(i, "FAILED"))
        time.sleep(0.4)
    got = live.finish()
    if got.out.count(b"\n") != 1 or b"\t4\t" not in got.out:
        return repr(got)


def json_partials_fold():
    """Incidents that were given away before a late match came: the parts fold."""
    live = Live("-o", "json", "-w", "10s", "--late", "1s", "-s", "fn", "-t",
                "FAILED")
    text = [detailed(0, "FAILED"), detailed(300, "ok"), detailed(5, "FAILED"),
            detailed(400, "FAILED")]
    for line in text:
        live.write(line)
        time.sleep(0.3)
    got = live.finish()
    folded = run(["-w", "10s", "-o", "long"], stdin=got.out)
    truth = run(["--batch", "-w", "10s", "-o", "long", "-s", "fn", "-t",
                 "FAILED"], stdin="".join(text).encode())
    if folded.out != truth.out or truth.out.count(b"\n") != 2:
        return difference(folded.out, truth.out) + repr(got)


# --------------------------------------------------------------- ways to end

def on_signal(number, form):
    def check():
        live = Live("-s", "fn", "-t", "FAILED", "-o", form)
        live.write(detailed(0, "FAILED") + detailed(1, "ok"))
        if form == "line":
            live.read()
        else:
            live.taken()
            time.sleep(0.1)
        live.p.send_signal(number)
        try:
            live.p.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            live.kill()
            return "still there"
        got = live.finish()
        lines = got.out.splitlines()
        if got.status not in (128 + number, -number) or not lines or \
                b"fn" not in lines[0] or \
                (form == "json" and b'"coverage"' not in lines[-1]) or \
                len(lines) != (2 if form == "json" else 1):
            return repr(got)
    return again(check)


def signal_in_batch():
    """--batch waits; told to end it prints what it has."""
    live = Live("--batch", "-s", "fn", "-t", "FAILED")
    live.write(detailed(0, "FAILED") + detailed(1, "ok"))
    live.taken()
    time.sleep(0.1)
    live.p.send_signal(signal.SIGTERM)
    got = live.finish()
    if got.out != b"fn\t2026-11-23T18:00:00+00:00\n" or \
            got.status not in (143, -15):
        return repr(got)


def batch_waits():
    live = Live("--batch", "-s", "fn", "-t", "FAILED")
    live.write(detailed(5, "FAILED") + detailed(0, "ok"))
    if live.read(0.8) is not None:
        return "it did not wait: %r" % live.out
    got = live.finish()
    if got.out != b"fn\t2026-11-23T18:00:05+00:00\n" or got.status != 0:
        return repr(got)


def an_export_is_no_live_shape():
    live = Live("-s", "fn", "-t", "FAILED")
    live.write("2026-11-23T18:00:05.000Z FAILED\n"
               "2026-11-23T18:30:00.000Z FAILED\n"
               "2026-11-23T18:00:00.000Z FAILED\n")
    if live.read(0.6) is not None:
        return "told: %r" % live.out
    got = live.finish()
    if got.out != (b"fn\t2026-11-23T18:00:00+00:00\n"
                   b"fn\t2026-11-23T18:30:00+00:00\n"):
        return repr(got)


def live_on_a_file():
    with Folder() as folder:
        path = write(os.path.join(folder, "t.log"),
                     detailed(3000, "FAILED") + detailed(0, "FAILED"))
        late = b"fn\t2026-11-23T18:50:00+00:00\n"
        early = b"fn\t2026-11-23T18:00:00+00:00\n"
        a = run(["--live", "-s", "fn", "-t", "FAILED", path])
        with open(path, "rb") as f:
            b = Live("--live", "-s", "fn", "-t", "FAILED", stdin=f).finish()
        with open(path, "rb") as f:
            c = Live("-s", "fn", "-t", "FAILED", stdin=f).finish()
        if a.out != late + early or b.out != late + early:
            return "--live tells as it comes: %r %r" % (a, b)
        if c.out != early + late:
            return "a file on standard input is batch: %r" % c


def a_socket_is_live():
    a, b = socket.socketpair()
    live = Live("-s", "fn", "-t", "FAILED", stdin=b.fileno())
    b.close()
    a.sendall(detailed(0, "FAILED").encode())
    took = live.read()
    a.close()
    got = live.finish()
    if took is None or got.status != 0:
        return "%r %r" % (took, got)


def a_terminal_is_live():
    import pty
    import tty
    master, slave = pty.openpty()
    tty.setraw(slave)
    live = Live("-s", "fn", "-t", "FAILED", stdin=slave)
    os.close(slave)
    os.write(master, detailed(0, "FAILED").encode())
    took = live.read()
    os.close(master)            # hang-up: an error of reading, or the end
    got = live.finish()
    if took is None or got.out != b"fn\t2026-11-23T18:00:00+00:00\n":
        return "%r %r" % (took, got)


def reader_goes_away():
    live = Live("-s", "fn", "-w", "1s", "-t", "FAILED")
    live.write(detailed(0, "FAILED"))
    live.read()
    live.p.stdout.close()
    try:
        for i in range(1, 200):
            live.write(detailed(i * 10, "FAILED"))
            time.sleep(0.02)
            if live.p.poll() is not None:
                break
    except BrokenPipeError:
        pass
    try:
        status = live.p.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        live.p.kill()
        return "still reading for nobody"
    err = live.p.stderr.read()
    if status != 0 or err != b"":
        return "status %d, %r" % (status, err)


def session_timeout():
    """The CLI's last word: passed on, and the input is incomplete."""
    live = Live("-s", "fn", "-t", "FAILED")
    live.write("2026-11-23T18:00:01.000Z\t1\tERROR\tFAILED\n\n"
               "An error occurred (SessionTimeoutException) when calling the "
               "StartLiveTail operation: Session timed out.\n")
    got = live.finish()
    if got.out != b"fn\t2026-11-23T18:00:01+00:00\n" or got.status != 3 or \
            b"SessionTimeoutException" not in got.err:
        return repr(got)


def network_lost():
    """What aws says last is no part of the record above, also when a silence comes
    before it is known to be the last."""
    live = Live("-t", "Could not connect")
    live.write(detailed(1, "ok"))
    time.sleep(0.5)
    live.write("\nCould not connect to the endpoint URL: \"https://logs.x/\"\n")
    time.sleep(0.5)
    got = live.finish()
    if got.out != b"" or got.status != 3 or b" 1 record " not in got.err or \
            b"the AWS CLI failed: Could not" not in got.err:
        return repr(got)


def network_lost_by_the_program():
    """The same words in a message: its own, as soon as more comes."""
    live = Live("-t", "Could not connect")
    live.write(detailed(1, "ok") +
               "\nCould not connect to the endpoint URL: \"https://logs.x/\"\n")
    time.sleep(0.5)
    live.write(detailed(2, "ok"))
    took = live.read()
    got = live.finish()
    if took is None or got.out != b"s\t2026-11-23T18:00:01+00:00\n" or \
            got.status != 0:
        return "%r %r" % (took, got)


def nothing_came():
    got = Live("-s", "fn", "-t", "FAILED").finish()
    if got.status != 3 or got.err == b"":
        return repr(got)


def main():
    need_program()
    t = Tap()
    tests = [("told within half a second: " + name,
              lambda case=case: told_soon(*case))
             for name, case in TELL.items()]
    for f in (told_without_silence, print_only_arrival, continuation,
              continuation_line, failure_only_in_the_continuation,
              unless_in_the_continuation, half_a_line, burst_is_one_line,
              last_line_without_its_end, out_of_order,
              long_when_its_time_has_passed, long_in_silence,
              long_of_the_past,
              json_partials_fold):
        tests.append((f.__name__.replace("_", " "), f))
    for number in (signal.SIGINT, signal.SIGTERM):
        for form in ("line", "long", "json"):
            tests.append(("%s, -o %s: printed, then 128 + n" % (
                number.name, form),
                lambda n=int(number), f=form: on_signal(n, f)))
    for f in (signal_in_batch, batch_waits, an_export_is_no_live_shape,
              live_on_a_file, a_socket_is_live, a_terminal_is_live,
              reader_goes_away, session_timeout, network_lost,
              network_lost_by_the_program, nothing_came):
        tests.append((f.__name__.replace("_", " "), f))
    only = sys.argv[1:]
    for name, f in tests:
        if only and not any(o in name for o in only):
            continue
        try:
            why = f()
        except (OSError, ValueError) as e:
            why = repr(e)
        t.ok(why is None, name, why)
    t.done()


main()
