#!/usr/bin/env python3
# threads.t -- a huge gzip file is inflated on a thread of its own, which does not show.
# SPDX-License-Identifier: MIT
#
# The inputs are above the size from which an idle thread is used, in one member, many,
# inside each other, damaged and cut; what is printed, said and returned is that of -j 1.
import gzip
import os
import random
import select
import signal
import subprocess
import sys
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

SLOW = "SANITISED" in os.environ
MB = 1 << 20


def gz(data, level=1):
    z = zlib.compressobj(level, zlib.DEFLATED, 31)
    return z.compress(data) + z.flush()


def text(size, seed):
    """Export lines that compress badly: half of it is random."""
    rng = random.Random(seed)
    out, length, i = [], 0, 0
    while length < size:
        line = "2026-11-23T%02d:%02d:%02d.%03dZ %x%s\n" % (
            i // 36000 % 24, i // 600 % 60, i // 10 % 60, i % 1000,
            rng.getrandbits(1600), " FAILED" if i % 997 == 5 else "")
        out.append(line)
        length += len(line)
        i += 1
    return "".join(out).encode()


def flip(data, *places):
    data = bytearray(data)
    for at in places:
        data[at] ^= 0x10
    return bytes(data)


def inputs():
    plain = text(4 * MB, 1)
    one = gz(plain)
    parts = [gz(plain[i:i + 200000]) for i in range(0, len(plain), 200000)]
    many = b"\n".join(parts)
    n = len(one)
    yield "one member", one
    yield "many members", many
    yield "gzip in gzip", gz(many)
    yield "one member, broken", flip(one, n - 300000)
    yield "one member, broken at once", flip(one, 20)
    yield "one member, broken at its end", flip(one, n - 5)
    yield "one member, cut", one[:n - 200000]
    yield "many members, three broken", flip(many, 500000, 1500000, 2000000)
    yield "many members, cut", many[:len(many) - 50000]
    yield "many members, scrap between", many[:len(parts[0])] + \
        b"scrap" * 30000 + many[len(parts[0]):]
    yield "gzip in gzip, the inner one broken", gz(flip(many, 700000))
    yield "text, then another shape", one + gz(
        b"".join(b"%d\tstream\tFAILED\n" % (1795456800000 + i)
                 for i in range(1000)))
    yield "no gzip at all", plain


def same(t, name, args, **how):
    want = run(["-j", "1"] + args, **how)
    for j in ("2", "5"):
        got = run(["-j", j] + args, **how)
        t.ok((got.status, got.out, got.err) ==
             (want.status, want.out, want.err), "%s: -j %s is -j 1" % (name, j),
             lambda: difference(repr(got), repr(want)))
    return want


def threads_of(pid):
    return len(os.listdir("/proc/%d/task" % pid))


def start(args):
    return subprocess.Popen([CWSIFT] + args, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=environment())


def until(question, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.02)
    return False


def stopped(t, data):
    """A signal in the middle: what was read is told, with one thread or two."""
    told = {}
    for j in ("1", "2"):
        p = start(["--batch", "-j", j, "-w", "0", "-o", "json", "-s", "job",
                   "-t", "FAILED"])
        p.stdin.write(data[:2 * MB])
        p.stdin.flush()
        # ThreadSanitizer has a thread of its own
        t.ok(SLOW or until(lambda: threads_of(p.pid) == int(j)),
             "-j %s is %s thread%s" % (j, j, "" if j == "1" else "s"),
             threads_of(p.pid))
        time.sleep(3 if SLOW else 1)    # all that came has been read
        p.send_signal(signal.SIGTERM)
        out, err = p.communicate(timeout=30)
        told[j] = (p.returncode, out, err)
        t.ok(p.returncode == 128 + signal.SIGTERM and out.count(b"\n") > 2,
             "-j %s: TERM, and what was read is told" % j, told[j])
    t.equal(told["2"], told["1"], "the same with one thread and with two")


def closed(t, path):
    """Nobody reads on."""
    for j in ("1", "2"):
        p = start(["-j", j, "-o", "records", "-t", "T", path])
        p.stdin.close()
        p.stdout.read(1000)
        p.stdout.close()
        err = p.stderr.read()
        t.ok(p.wait(30) == 0 and err == b"",
             "-j %s: a reader that goes away" % j, err)


def said_live(t, data):
    """What comes through a pipe is told at once under --live, with threads or not."""
    head = gz(b"2026-11-23T18:00:00.000Z all is well\n" * 50000 +
              text(3 * MB, 2))
    z = zlib.compressobj(1, zlib.DEFLATED, 31)
    p = start(["--live", "-j", "2", "-s", "late", "-t", "NOW"])
    p.stdin.write(head)
    p.stdin.write(z.compress(b"2026-11-24T18:00:00.000Z NOW\n"
                             b"2026-11-24T18:00:01.000Z next\n") +
                  z.flush(zlib.Z_SYNC_FLUSH))
    p.stdin.flush()
    there, _, _ = select.select([p.stdout], [], [], PATIENCE)
    line = p.stdout.readline() if there else b"nothing yet"
    t.equal(line, b"late\t2026-11-24T18:00:00+00:00\n",
            "gzip under --live: told while the input is open")
    p.stdin.write(z.flush())
    p.communicate(timeout=30)


def main():
    need_program()
    t = Tap()
    found = ["-s", "job", "-t", "FAILED", "--stats"]
    with Folder() as folder:
        paths = []
        for name, data in inputs():
            path = write(os.path.join(folder, name.replace(" ", "-")), data)
            paths.append(path)
            r = same(t, name, found + ["-w", "0", "-o", "json", path])
            t.ok(r.out.count(b"\n") > (0 if "once" in name else 10),
                 "%s: it has something to say" % name, r)
            same(t, name + ", records", found + ["-o", "records", path])
            same(t, name + ", a pipe", ["--batch"] + found + ["-o", "long"],
                 stdin=data)
        # more files than threads, and fewer
        same(t, "all of them", found + ["-o", "json"] + paths)
        same(t, "two, broken both", found + ["-o", "json"] + paths[3:5])
        same(t, "the last is huge", found + ["-o", "json"] +
             [write(os.path.join(folder, "small"), gz(text(50000, 3)))] +
             paths[:1])
        stopped(t, read(paths[0]))
        closed(t, paths[1])
        said_live(t, read(paths[0]))
    t.done()


main()
