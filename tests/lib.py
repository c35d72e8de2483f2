# lib.py -- what the tests in python share: running cwsift, and TAP.
# SPDX-License-Identifier: MIT
#
# Everything here is Debian's python3 and its standard library.  CWSIFT names
# another program to be tested (a build with sanitisers, say).
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(TESTS)
CWSIFT = os.path.abspath(os.environ.get("CWSIFT", os.path.join(ROOT, "cwsift")))
# Seconds that anything may take on a machine that is busy.  No test waits so long when all
# is well: it waits for what is to happen, and this is when it gives up.
PATIENCE = 120

MB = 1 << 20
# A build with sanitisers has its own idea of memory, and of time.
SANITISED = "ASAN_OPTIONS" in os.environ or "SANITISED" in os.environ
FULL = os.environ.get("LIMITS") == "full"       # what takes minutes, too


def environment(**more):
    """The environment of every run: no zone, no home, no credentials."""
    env = {
        "PATH": os.path.dirname(CWSIFT) + ":/usr/bin:/bin",
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": "/nonexistent",
    }
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "MEMCHECKED",
                 "TSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(more)
    return env


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return "status %d\nout: %s\nerr: %s" % (
            self.status, show(self.out), show(self.err))


def run(args, stdin=b"", cwd=None, timeout=5 * PATIENCE, env=None):
    """cwsift with args; bytes in, bytes out.  stdin None: /dev/null."""
    args = [CWSIFT] + [os.fspath(a) if not isinstance(a, bytes) else a
                       for a in args]
    try:
        p = subprocess.run(
            args, cwd=cwd, env=env or environment(), timeout=timeout,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            **({"stdin": subprocess.DEVNULL} if stdin is None
               else {"input": stdin}))
    except subprocess.TimeoutExpired as e:
        return Result(-99, e.stdout or b"", (e.stderr or b"") +
                      b"\n[killed after %d s]" % timeout)
    return Result(p.returncode, p.stdout, p.stderr)


# ---- peak memory ----

class Peak:
    def __init__(self, status, bytes, seconds, out, err):
        self.status, self.bytes, self.seconds = status, bytes, seconds
        self.out, self.err = out, err

    def __repr__(self):
        return "status %d, %.1f MB, %.1f s, out %s err %s" % (
            self.status, self.bytes / MB, self.seconds,
            show(self.out, 300), show(self.err, 600))


# A process begins with the memory of the one it was forked from, and the kernel's
# peak remembers that: a small python in between keeps ours out of it.
LAUNCH = """
import os, sys
pid = os.fork()
if pid == 0:
    os.close(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(pid, 0)
os.write(int(sys.argv[1]), b"%d %d %f" % (
    os.waitstatus_to_exitcode(status), usage.ru_maxrss,
    usage.ru_utime + usage.ru_stime))
"""


def measure(args, pieces, folder):
    """Runs cwsift over what pieces() yields, through a pipe (None: nothing).  The peak of
    its memory is the kernel's own (ru_maxrss), and seconds are the processor's."""
    out, err = (open(os.path.join(folder, n), "w+b") for n in ("out", "err"))
    told, tell = os.pipe()
    p = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", LAUNCH, str(tell), CWSIFT] + args,
        stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment(),
        pass_fds=[tell], start_new_session=True)
    os.close(tell)
    timer = threading.Timer(10 * PATIENCE, lambda: os.killpg(p.pid,
                                                             signal.SIGKILL))
    timer.start()
    try:
        for piece in pieces() if pieces else ():
            p.stdin.write(piece)
        p.stdin.close()
    except BrokenPipeError:
        pass
    p.wait()
    timer.cancel()
    words = os.read(told, 100).split() or [b"-99", b"0", b"0"]
    os.close(told)
    texts = []
    for f in (out, err):
        f.seek(0)
        texts.append(f.read(100000))
        f.close()
    return Peak(int(words[0]), int(words[1]) * 1024, float(words[2]), *texts)


def show(data, limit=3000):
    if isinstance(data, bytes):
        data = data.decode("utf-8", "backslashreplace")
    data = str(data)
    if len(data) > limit:
        data = data[:limit] + "... (%d more)" % (len(data) - limit)
    return data


class Tap:
    """t = Tap(); t.ok(...); t.done() at the end."""

    def __init__(self):
        self.count = self.failed = 0

    def ok(self, good, name, *details):
        self.count += 1
        name = name.replace("#", "no. ").replace("\n", " ")
        print("%sok %d - %s" % ("" if good else "not ", self.count, name))
        if not good:
            self.failed += 1
            for d in details:
                self.note(d() if callable(d) else d)
        sys.stdout.flush()
        return good

    def equal(self, got, want, name, *details):
        return self.ok(got == want, name,
                       lambda: difference(got, want), *details)

    def skip(self, name, why):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, why))

    def note(self, text):
        for line in show(text).split("\n"):
            print("# " + line)

    def done(self):
        print("1..%d" % self.count)
        sys.exit(1 if self.failed else 0)


def bail(why):
    print("Bail out! " + why)
    sys.exit(99)


def begin_measuring(what):
    """The Tap of a test that measures memory, with the program and no sanitiser."""
    need_program()
    t = Tap()
    if SANITISED:
        t.skip(what, "a sanitised build has its own idea of memory")
        t.done()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    return t


def need_program():
    if not os.access(CWSIFT, os.X_OK):
        bail("%s is not there: make" % CWSIFT)


def difference(got, want):
    """What differs, for eyes."""
    if isinstance(got, bytes) and isinstance(want, bytes):
        got, want = show(got, 10**6), show(want, 10**6)
    if isinstance(got, str) and isinstance(want, str):
        import difflib
        lines = list(difflib.unified_diff(
            want.splitlines(), got.splitlines(), "expected", "got",
            lineterm="", n=2))
        if lines:
            return "\n".join(lines[:60])
    return "got:      %s\nexpected: %s" % (show(repr(got)), show(repr(want)))


def wait_until(check, seconds=PATIENCE):
    """Whether check() became true."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            return bool(check())
        time.sleep(0.02)
    return True


def listens(p, number):
    """Waits until the process has a handler for the signal."""
    def there():
        try:
            caught = re.search(rb"SigCgt:\s+(\w+)",
                               read("/proc/%d/status" % p.pid))
        except OSError:
            return True
        return caught is None or int(caught.group(1), 16) >> (number - 1) & 1
    wait_until(there)


class Busy:
    """How late this machine is: a thread asks to be woken every 10 ms, and adds up by how
    much later that was.  What must be quick is given its limit and that, several times."""

    def __init__(self):
        self.late = []                  # (when, seconds)
        threading.Thread(target=self.look, daemon=True).start()

    def look(self):
        last = time.monotonic()
        while True:
            time.sleep(0.01)
            now = time.monotonic()
            if now - last > 0.015:
                self.late.append((now, now - last - 0.01))
            last = now

    def limit(self, seconds, start):
        """The limit of something that began at start and is over by now."""
        return seconds + 5 * sum(s for at, s in list(self.late) if at > start)


class Folder:
    """A temporary folder that goes away: with Folder() as d."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="cwsift-test.")
        return self.path

    def __exit__(self, *why):
        shutil.rmtree(self.path, ignore_errors=True)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path


def read(path):
    with open(path, "rb") as f:
        return f.read()
