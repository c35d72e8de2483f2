#!/usr/bin/python3
# limits.t -- whatever the input is, memory, time and the number of words are bounded.
# SPDX-License-Identifier: MIT
#
# The bounds (peak of memory in MB, seconds of processor time).  Sizes are those of
# LIMITS=full; a quick run has smaller ones and the same bounds.
#
#   what                                              MB   seconds
#   a gzip bomb: 10 GB of zeros in 10 MB              128  90
#   the same of a log line, 10 GB in 30 MB            128  180
#   one line of 2 GB                                  128  60
#   JSON, arrays or objects a million deep            128  10
#   a million gzip members of one record              128  60
#   16 MB under a rule that backtracks without end    192  60
#   10,000 records that each make a rule give up      128  90
#   a million services                                900  60
#   and 100,000 more than may be held                 900  60
#   10,000 rules                                      256  60
#   all else here                                     128  30
import os
import signal
import struct
import sys
import threading
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
from render import gz

BOUND, SECONDS = 128, 30
TAIL = b"2026-11-23T18:00:00.000000+00:00 s "
GOOD = b"2026-11-23T18:00:01.000000+00:00 s FAILED\n"
TOLD = b"job\t2026-11-23T18:00:01+00:00\n"
FIRST = b"job\t2026-11-23T18:00:00+00:00\n"
PAYLOAD = (b'{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g",'
           b'"logStream":"s","logEvents":[{"id":"1","timestamp":'
           b'1795456800000,"message":"')
JOB = ["--batch", "-s", "job", "-t", "FAILED", "-p", '{ $.level = "x" }']


def sized(quick, full):
    return full if FULL else quick


# ------------------------------------------------- a bomb, without making 10 GB

def times(matrix, vector):
    out = 0
    for row in matrix:
        if vector & 1:
            out ^= row
        vector >>= 1
    return out


def crc_again(crc, length, count):
    """The CRC-32 of bytes of this crc and length, count times: each step moves it by
    length zeros (a linear map) and adds the next."""
    step = [0xedb88320] + [1 << i for i in range(31)]       # by one bit
    bits, power = length * 8, None
    while bits:
        if bits & 1:
            power = step if power is None else [times(step, r) for r in power]
        step = [times(step, row) for row in step]
        bits >>= 1
    out, one, move = 0, crc, power
    while count:                        # by doubling
        if count & 1:
            out = times(move, out) ^ one
        one = times(move, one) ^ one
        move = [times(move, row) for row in move]
        count >>= 1
    return out


def bomb(block, count):
    """A gzip member that is block, count times, by pieces.  The first block makes
    the window that all others refer to, which are therefore the same bytes."""
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = c.compress(block) + c.flush(zlib.Z_SYNC_FLUSH)
    again = c.compress(block) + c.flush(zlib.Z_SYNC_FLUSH)
    third = c.compress(block) + c.flush(zlib.Z_SYNC_FLUSH)
    if again != third:
        bail("this zlib packs alike what is alike in two ways")

    def pieces():
        yield b"\x1f\x8b\x08\0\0\0\0\0\0\0" + first
        for _ in range(count - 1):
            yield again
        yield b"\x03\0" + struct.pack(
            "<II", crc_again(zlib.crc32(block), len(block), count),
            len(block) * count & 0xffffffff)
    return pieces


def one_line(front, byte, megabytes, back=b"\n"):
    def pieces():
        yield front
        for _ in range(megabytes):
            yield byte * MB
        yield back
    return pieces


def judge(t, p, name, status, out=None, bound=BOUND, seconds=SECONDS, words=20):
    t.ok(p.status == status and (out is None or p.out == out) and
         p.bytes < bound * MB and p.seconds < seconds and
         (status == 0 or p.err != b"") and p.err.count(b"\n") <= words,
         "%s (%.0f of %d MB, %.1f of %d s)" % (
             name, p.bytes / MB, bound, p.seconds, seconds), p)


def bytes_of_all_kinds(t, folder):
    if bomb(b"x" * 70000, 3) and zlib.decompress(
            b"".join(bomb(b"ab" * 40000, 5)()), 31) != b"ab" * 200000:
        bail("the bomb is none")
    big = sized(300, 10240)
    line = b"2026-11-23T18:00:00.000Z all is well, FAILED is what did not\n"
    lines = line * (2 * MB // len(line))
    huge, deep = sized(64, 2048), sized(100000, 1000000)
    members = sized(100, 1000)
    tiny = b"".join(gz(b"2026-11-23T18:%02d:%02d.%03dZ FAILED\n" % (
        i // 60000 % 60, i // 1000 % 60, i % 1000)) for i in range(1000))
    layers = b"2026-11-23T18:00:00.000Z FAILED\n"
    for _ in range(40):
        layers = gz(layers)
    for name, seconds, status, out, pieces in (
            ("a gzip bomb: %d MB of zeros" % big, 90, 3, b"",
             bomb(bytes(10 * MB), big // 10)),
            ("a gzip bomb: %d MB of a line" % big, 180, 0, FIRST,
             bomb(lines, big // 2)),
            ("a line of %d MB, then a failure" % huge, 60, 3, TOLD,
             one_line(TAIL, b"x", huge, b"\n" + GOOD)),
            ("%d MB without any line end" % huge, 60, 3, None,
             one_line(b"x", b"x", huge, b"")),
            ("64 MB of blank lines, then a failure", 30, 0, TOLD,
             one_line(b"\n", b"\n", 64, GOOD)),
            ("a record of 3 million short lines", 30, 3, TOLD,
             lambda: [TAIL + b"begin\n", b"a line of it\n" * 3000000, GOOD]),
            ("a message of 64 MB in a payload", 30, 3, None,
             one_line(PAYLOAD, b"x", 64, b'"}]}')),
            ("a message of 64 MB of quotes in a payload", 30, 3, None,
             one_line(PAYLOAD, b'\\"', 32, b'"}]}')),
            ("lists %d deep" % deep, 10, 3, b"",
             lambda: [b"[" * deep + b"]" * deep + b"\n"]),
            ("objects %d deep" % deep, 10, 3, b"",
             lambda: [b'{"a":' * deep + b"1" + b"}" * deep + b"\n"]),
            ("events, then something %d deep" % deep, 10, 3, None,
             lambda: [b'{"events":[{"timestamp":1795456800000,"message":'
                      b'"FAILED"}],"x":' + b"[" * deep + b"]" * deep +
                      b"}\n"]),
            ("a message %d deep is a message" % deep, 10, 0, TOLD,
             lambda: [TAIL + b'{"a":' * deep + b"1" + b"}" * deep + b"\n" +
                      GOOD]),
            ("64 MB of opening brackets", 30, 3, b"",
             one_line(b"", b"[", 64, b"\n")),
            ("%d,000 gzip members of one record" % members, 60, 0, FIRST,
             lambda: [tiny for _ in range(members)]),
            ("gzip in gzip, 40 deep", 30, 3, b"", lambda: [layers]),
            ("64 MB of base64 in one line", 30, 3, None,
             one_line(b"H4sIAAAAAAAAA", b"A", 64)),
            ("a CSV field of 64 MB", 30, 3, None,
             one_line(b'timestamp,message\n1795456800000,"', b"x", 64,
                      b'"\n1795456801000,FAILED\n'))):
        judge(t, measure(JOB, pieces, folder), name, status, out,
              seconds=seconds)


# ----------------------------------------------------------------- rules, names

def rules(t, folder):
    # an a that is no a at the end: every way to deal them out is tried
    evil = ["--batch", "-s", "job", "-e", "(a+)+$", "-t", "FAILED"]
    for kind, how in (("", []), (" without its literals", ["--no-search"])):
        p = measure(evil + how, lambda: [TAIL + b"a" * (15 * MB) + b"!\n" + GOOD],
                    folder)
        judge(t, p, "15 MB under a rule that backtracks without end" + kind, 3,
              TOLD, bound=192, seconds=60)
    many = sized(500, 10000)
    p = measure(evil, lambda: [(TAIL + b"a" * 60 + b"!\n") * many + GOOD], folder)
    judge(t, p, "%d records that each make a rule give up" % many, 3, TOLD,
          seconds=90)
    t.ok(b"gave up" in p.err and b"-e#1" in p.err, "and it is named", p)

    count = sized(2000, 10000)
    path = write(os.path.join(folder, "many.rules"), "rules 1\n" + "".join(
        "rule r%d\n  match regex ^service-%d: (\\w+ )?(?<service>\\w+) FAILED\n"
        "  unless text dry-%d\n" % (i, i, i) for i in range(count)))
    line = b"".join(b"2026-11-23T18:00:%02d.000Z service-%d: job FAILED\n" % (
        i % 60, i) for i in range(count))
    p = measure(["--batch", "--utc", "-r", path, "-o", "long"],
                lambda: [line] * 5, folder)
    judge(t, p, "%d rules, and %d records that they match" % (count, 5 * count), 0,
          None, bound=256, seconds=60)
    t.ok(p.out.startswith(b"job\t2026-11-23T18:00:00+00:00\t") and
         b"\t%d\terror\tr0,r1,r10," % (5 * count) in p.out, "each did", p)


def services(t, folder):
    thousand = sized(100, 1000)

    def many(thousands):
        return lambda: (b"".join(
            b"2026-11-23T18:00:00.000000+00:00 s job-%d-%d: FAILED\n" % (k, i)
            for i in range(1000)) for k in range(thousands))

    def told():
        return read(os.path.join(folder, "out")).count(b"\n")
    args = ["--batch", "-e", r"^(?<service>\S+): FAILED"]
    p = measure(args, many(thousand), folder)
    judge(t, p, "%d,000 services" % thousand, 0, None, bound=900, seconds=60)
    t.equal(told(), thousand * 1000, "each is told")
    if FULL:
        p = measure(args, many(1100), folder)
        judge(t, p, "a million services, and 100,000 too many", 3, None,
              bound=900, seconds=60)
        t.ok(told() == 1000000 and b"100000" in p.err,
             "how many found no place is told", told(), p.err)
    alike = [b"".join(b"2026-11-23T%02d:%02d:%02d.000000+00:00 s FAILED %d\n" % (
        i // 3600 % 24, i // 60 % 60, i % 60, i) for i in range(100000))] * 10
    p = measure(["--batch", "-o", "long", "-t", "FAILED"], lambda: alike, folder)
    judge(t, p, "a million matches are one incident", 0, None, bound=64)
    t.ok(b"\t1000000\t" in p.out, "that counts them", p)


# ------------------------------------------------------------------------ files

def folders(t, folder):
    at = os.path.join(folder, "loop")
    write(os.path.join(at, "a/b/one.log"), GOOD)
    for where, to in (("a/loop", ".."), ("a/b/up", "../../.."), ("self", "self"),
                      ("a/dot", ".")):
        os.symlink(to, os.path.join(at, where))
    os.mkfifo(os.path.join(at, "a/pipe"))
    p = measure(["-s", "job", "-t", "FAILED", "--stats", at], None, folder)
    judge(t, p, "a folder with symbolic links in circles, and a FIFO", 3, TOLD)
    t.ok(b"loop/self: Too many levels" in p.err and
         b"a/pipe: passed over" in p.err and b"a/loop: passed over" in p.err and
         b" 1 record " in p.err, "what was passed over is told", p)
    p = measure(["-t", "x", os.path.join(at, "self")], None, folder)
    judge(t, p, "a symbolic link to itself as an operand", 3, b"")

    deep = os.path.join(folder, "deep")
    name, here = "d" * 200, os.open(folder, os.O_RDONLY)
    os.mkdir("deep", dir_fd=here)
    for _ in range(40):                 # deeper than a path may be long
        below = os.open("deep" if _ == 0 else name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        os.mkdir(name, dir_fd=below)
        here = below
    os.close(here)
    write(os.path.join(deep, "a.log"), GOOD)
    p = measure(["-s", "job", "-t", "FAILED", deep], None, folder)
    judge(t, p, "folders deeper than a path may be long", 3, TOLD)
    t.ok(b"File name too long" in p.err, "and it is told", p.err[-300:])

    odd = os.fsencode(os.path.join(folder, "odd"))
    os.mkdir(odd)
    for name in (b"\xff\xfe.log", b"a\nb\t\x1b[31m.log", b"\xe6\x8e.gz"):
        with open(os.path.join(odd, name), "wb") as f:
            f.write(gz(GOOD) if name.endswith(b".gz") else GOOD)
    os.mkdir(os.path.join(odd, b"d\xc3("))
    with open(os.path.join(odd, b"d\xc3(", b"broken\x80.gz"), "wb") as f:
        f.write(gz(GOOD * 50)[:40])
    r = run(["-s", "job", "-t", "FAILED", "-o", "long", "--utc", odd], stdin=None)
    try:
        shown = r.err.decode("utf-8")
    except UnicodeDecodeError:
        shown = None
    t.ok(r.status == 3 and r.out.split(b"\t")[3:4] == [b"3"] and
         shown is not None and "\x1b" not in shown and "broken" in shown and
         "ends too early" in shown, "names that are not UTF-8 are read, and told "
         "harmlessly", r)


def as_nobody(args, **more):
    """Root reads everything: the program is run as somebody else."""
    return subprocess.run(
        [CWSIFT] + args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(), timeout=5 * PATIENCE,
        **(dict(user=65534, group=65534, extra_groups=[])
           if os.getuid() == 0 else {}), **more)


def unreadable(t, folder):
    at = os.path.join(folder, "closed")
    write(os.path.join(at, "a.log"), GOOD)
    write(os.path.join(at, "b.log"), GOOD)
    write(os.path.join(at, "sub/c.log"), GOOD)
    os.chmod(folder, 0o755)
    os.chmod(os.path.join(at, "b.log"), 0)
    os.chmod(os.path.join(at, "sub"), 0)
    if os.getuid() == 0 and not os.access(CWSIFT, os.X_OK):
        return
    try:
        r = as_nobody(["-s", "job", "-t", "FAILED", "--utc", at])
    except (PermissionError, OSError) as e:
        t.skip("a file that may not be read", "nobody may run %s" % CWSIFT)
        return
    finally:
        os.chmod(os.path.join(at, "sub"), 0o755)
    t.ok(r.returncode == 3 and r.stdout == TOLD and
         b"closed/b.log: Permission denied" in r.stderr and
         b"closed/sub: Permission denied" in r.stderr,
         "a file and a folder that may not be read: told, and the rest is read",
         "%r" % r)


def pipes(t, folder):
    at = os.path.join(folder, "fifo")
    os.mkfifo(at)

    def fill():
        with open(at, "wb") as f:
            f.write(GOOD * 1000)
    thread = threading.Thread(target=fill)
    thread.start()
    r = run(["-s", "job", "-t", "FAILED", "--utc", at], stdin=None, timeout=5 * PATIENCE)
    thread.join()
    t.ok((r.status, r.out) == (0, TOLD), "a FIFO as an operand", r)
    p = subprocess.Popen([CWSIFT, "-t", "x", at], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env=environment())
    listens(p, signal.SIGTERM)
    time.sleep(0.3)
    p.send_signal(signal.SIGTERM)
    try:
        out, err = p.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
    t.ok(p.returncode == 128 + signal.SIGTERM and
         b"Interrupted" not in err, "one that nobody writes to ends with a signal",
         p.returncode, err)


def changing(t, folder):
    """Whoever reads a file that is written meanwhile gets some of it, and an end."""
    at = os.path.join(folder, "changing.log")
    wrong, seen = [], set()
    block = GOOD * 20000
    packed = b"".join(gz(GOOD * 500 + os.urandom(2000).hex().encode())
                      for _ in range(300))
    for kind, whole in (("log", block * 4), ("gz", packed)):
        for how in ("grows", "shrinks", "is replaced by less", "is emptied"):
            for round in range(3 if not FULL else 20):
                with open(at, "wb") as f:
                    f.write(whole)
                done = threading.Event()

                def change():
                    size = len(whole)
                    for k in range(200):
                        if done.is_set():
                            return
                        if how == "grows":
                            with open(at, "ab") as f:
                                f.write(whole[:len(whole) // 20])
                        elif how == "shrinks":
                            size = size * 9 // 10
                            os.truncate(at, size)
                        elif how == "is emptied":
                            os.truncate(at, 0)
                        else:
                            with open(at, "r+b") as f:
                                f.truncate(len(whole) // 3)
                                f.write(os.urandom(1000))
                        time.sleep(0.001)
                thread = threading.Thread(target=change)
                thread.start()
                r = run(["-q", "-s", "job", "-t", "FAILED", "--utc", at, at],
                        stdin=None, timeout=5 * PATIENCE)
                done.set()
                thread.join()
                seen.add(r.status)
                if r.status not in (0, 3) or (r.status == 3) != (r.err != b"") or \
                        (r.out not in (b"", TOLD)):
                    wrong.append("%s %s: %r" % (kind, how, r))
    t.ok(not wrong and 0 in seen and 3 in seen,
         "a file that grows, shrinks or is replaced while it is read: no crash, and "
         "an end", seen, *wrong[:3])


def main():
    t = begin_measuring("limits")
    parts = [bytes_of_all_kinds, rules, services, folders, unreadable, pipes,
             changing]
    for part in parts:
        if not sys.argv[1:] or part.__name__ in sys.argv[1:]:
            with Folder() as folder:
                part(t, folder)
    t.done()


main()
