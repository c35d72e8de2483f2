#!/usr/bin/env python3
# run.py -- cwsift and its peers, side by side.
# SPDX-License-Identifier: MIT
"""make bench: cwsift and its peers on the same files, in turn, several rounds.

Prints for each row the median seconds and the ratio to the first of the row; all that
count must count the same.  BENCH_MB (256), BENCH_ROUNDS (5), BENCH_ONLY (a part of a
row's name).  Peers that are not installed are left out and said so."""
import glob
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BENCH = os.path.join(ROOT, "build", "bench")
CWSIFT = os.environ.get("CWSIFT", os.path.join(ROOT, "cwsift"))
INFLATE = os.path.join(BENCH, "inflate")
MB = float(os.environ.get("BENCH_MB", "256"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
ONLY = os.environ.get("BENCH_ONLY", "")
ENV = dict(os.environ, TZ="UTC")
missing = set()


def corpus(rate):
    folder = os.path.join(BENCH, "%g-%g" % (MB, rate))
    subprocess.run([sys.executable, os.path.join(HERE, "corpus.py"), folder,
                    str(MB), str(rate)], check=True)
    with open(os.path.join(folder, "truth.json")) as f:
        return folder, json.load(f)


def once(path, make):
    if not os.path.exists(path):
        make(path + ".part")
        os.rename(path + ".part", path)
    return path


def huge(folder):
    """All export text as one gzip member."""
    return once(os.path.join(folder, "huge.gz"), lambda to: subprocess.run(
        "find export -name '*.gz' | sort | xargs zcat | gzip -6 > %s" % to,
        shell=True, cwd=folder, check=True))


def small(folder):
    """20,000 gzip files of about 4 KB of text."""
    def make(to):
        import zlib
        text = b"".join(
            zlib.decompress(open(p, "rb").read(), 31) for p in sorted(
                glob.glob(folder + "/export/*/*/*.gz"))[:45])
        lines = text.split(b"\n")
        at = 0
        for i in range(20000):
            part, size = [], 0
            while size < 4000:
                part.append(lines[at % len(lines)])
                size += len(part[-1]) + 1
                at += 1
            os.makedirs("%s/%02d" % (to, i % 100), exist_ok=True)
            z = zlib.compressobj(6, zlib.DEFLATED, 31)
            with open("%s/%02d/%05d.gz" % (to, i % 100, i), "wb") as f:
                f.write(z.compress(b"\n".join(part) + b"\n") + z.flush())
    return once(os.path.join(folder, "small"), make)


# ---- how each one counts ----

def sift_count(out):
    return sum(json.loads(line).get("count", 0) for line in out.splitlines())


def grep_count(out):
    """`FILE:COUNT` or `COUNT` lines."""
    return sum(int(line.rsplit(b":", 1)[-1]) for line in out.splitlines()
               if line.strip())


def no_count(out):
    return None


def bare_seconds(out):
    return float(out.split()[0])


class Entry:
    def __init__(self, label, command, count=grep_count, needs=(), timed=None):
        self.label, self.command, self.count = label, command, count
        self.needs, self.timed, self.seconds = needs, timed, []
        self.found = None

    def there(self):
        for tool in self.needs:
            if shutil.which(tool) is None:
                missing.add(tool)
                return False
        return True

    def run(self, folder):
        began = time.monotonic()
        p = subprocess.run(["bash", "-c", self.command], cwd=folder, env=ENV,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        took = time.monotonic() - began
        self.seconds.append(self.timed(p.stdout) if self.timed else took)
        self.found = self.count(p.stdout)


def sift(label, rest, source=CWSIFT):
    return Entry(label, "%s -o json --batch --allow-empty %s" % (source, rest),
                 sift_count)


def library():
    text = subprocess.run([CWSIFT, "--version"],
                          stdout=subprocess.PIPE).stdout.decode()
    return "libdeflate" if "libdeflate" in text else "zlib"


def bare(what, threads=1):
    return Entry("bare %s" % LIB, "%s %s %d $(find %s -name '*.gz')" % (
        INFLATE, LIB, threads, what), no_count, timed=bare_seconds)


def zcat(what, rest):
    return "find %s -name '*.gz' | sort | xargs zcat | %s" % (what, rest)


def grep(flags, pat, what):
    return "LC_ALL=C grep %s -c -f %s" % (flags, pat) if what is None else \
        zcat(what, "LC_ALL=C grep %s -c -f %s" % (flags, pat))


JQ = "jq -rc '.logEvents[].message|select(%s)' | wc -l"


def rows():
    folder, truth = corpus(0.001)
    for n in (1, 30, 200):
        yield ("export, %d rules, 1 thread" % n, folder, [
            sift("cwsift", "-j1 -r %d.rules export" % n), bare("export")],
            truth["export"][str(n)])
    for n in (1, 30, 200):
        pat = "%d.pat" % n
        yield ("export, %d rules, all threads" % n, folder, [
            sift("cwsift", "-r %d.rules export" % n),
            Entry("ugrep -z -c -J2", "ugrep -z -r -c -J2 -f %s export" % pat,
                  needs=["ugrep"]),
            Entry("rg --no-unicode -z -c -j2", "rg --no-unicode -z -c -j2 -f "
                  "%s export" % pat, needs=["rg"]),
            Entry("zcat | grep -E", zcat("export", "LC_ALL=C grep -E -c -f "
                  "<(sed 's/\\\\d/[0-9]/g;s/(?:/(/g;s/^(?i)please/[Pp]lease/' "
                  "%s)" % pat))] +
            ([Entry("zcat | grep -P", zcat("export", "LC_ALL=C grep -P -c -e "
                    "\"$(cat %s)\"" % pat))] if n == 1 else []),
            truth["export"][str(n)])
    yield ("Firehose JSON, 30 rules, 1 thread", folder, [
        sift("cwsift", "-j1 -r 30.rules firehose"), bare("firehose"),
        Entry("zcat | jq test()", zcat("firehose", JQ % (
            'test("Task timed out after [0-9]+")')), no_count, ["jq"])],
        truth["firehose"]["30"])
    yield ("Firehose JSON, 30 filter rules, 1 thread", folder, [
        sift("cwsift", "-j1 -r filter.rules firehose"), bare("firehose"),
        Entry("zcat | jq select()", zcat("firehose", JQ % (
            'startswith("{") and (fromjson|.level=="error" and '
            '.kind=="k1")')), no_count, ["jq"])],
        truth["firehose"]["filter"])
    for n in (30, 200):
        yield ("text through a pipe, %d rules, 1 thread" % n, folder, [
            sift("cwsift", "-j1 -r %d.rules < <(cat tail.txt)" % n),
            Entry("rg --no-unicode -c", "cat tail.txt | rg --no-unicode -c "
                  "-f %d.pat" % n, needs=["rg"]),
            Entry("ugrep -c", "cat tail.txt | ugrep -c -f %d.pat" % n,
                  needs=["ugrep"]),
            Entry("grep -E -c", "cat tail.txt | LC_ALL=C grep -E -c -f "
                  "<(sed 's/\\\\d/[0-9]/g;s/(?:/(/g;s/^(?i)please/[Pp]lease/'"
                  " %d.pat)" % n)], truth["tail"][str(n)])
    yield ("a rule without a literal, export, 1 thread", folder, [
        sift("cwsift", "-j1 -r bare.rules export"), bare("export")], None)
    huge(folder)
    yield ("one huge gzip file, 30 rules", folder, [
        sift("cwsift", "-r 30.rules huge.gz"),
        sift("cwsift -j1", "-j1 -r 30.rules huge.gz")], truth["export"]["30"])
    small(folder)
    yield ("20,000 files of 4 KB, 30 rules", folder, [
        sift("cwsift", "-r 30.rules small"),
        Entry("ugrep -z -r -c -J2", "ugrep -z -r -c -J2 -f 30.pat small",
              needs=["ugrep"])], None)
    yield ("start-up: built-in pack, nothing to read", folder, [
        sift("cwsift", "/dev/null"),
        Entry("rg -f 95 patterns", "rg -c -f <(head -95 200.pat) /dev/null",
              no_count, ["rg"])], None)
    tail = os.path.join(folder, "tail.head")
    once(tail, lambda to: subprocess.run(
        "head -20000 tail.txt > %s" % to, shell=True, cwd=folder, check=True))
    with open(os.path.join(folder, "sec.conf"), "w") as f:
        for line in open(os.path.join(folder, "30.pat")):
            f.write("type=Single\nptype=RegExp\npattern=%s\ndesc=x\n"
                    "action=write - hit\n\n" % line.rstrip("\n"))
    yield ("20,000 lines, 30 rules", folder, [
        sift("cwsift", "-j1 -r 30.rules tail.head"),
        Entry("sec", "sec --conf=sec.conf --input=tail.head --notail "
              "--nointevents --log=/dev/null 2>/dev/null | grep -c hit",
              no_count, ["sec"])], None)
    for rate in (0, 0.1):
        other, found = corpus(rate)
        yield ("export, 30 rules, 1 thread, %g %% failures" % (rate * 100),
               other, [sift("cwsift", "-j1 -r 30.rules export"),
                       bare("export")], found["export"]["30"])


def measure(name, folder, entries, truth):
    entries = [e for e in entries if e.there()]
    for i in range(ROUNDS + 1):
        for e in entries:
            e.run(folder)
        if i == 0:                  # warm: the files are in memory now
            for e in entries:
                e.seconds.clear()
    wrong = 0
    counts = {e.found for e in entries if e.found is not None}
    if truth is not None:
        counts.add(truth)
    if len(counts) > 1:
        wrong = 1
    first = statistics.median(entries[0].seconds)
    print("| %s | | | |" % name)
    for e in entries:
        median = statistics.median(e.seconds)
        print("| | %s | %.3f | %.2f |%s" % (e.label, median, median / first,
              " counts %s, truth %s" % (e.found, truth)
              if wrong and e.found is not None else ""))
    sys.stdout.flush()
    return wrong


def machine():
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    return "%s, %d processors, %s" % (cpu.group(1) if cpu else
                                      platform.machine(), os.cpu_count(),
                                      platform.platform())


def version(tool):
    out = subprocess.run([tool, "--version"], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT).stdout.decode()
    return out.splitlines()[0].strip() if out else tool


def main():
    print("%s, load %.1f\n%s" % (machine(), os.getloadavg()[0],
          time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())))
    print(", ".join(subprocess.run([CWSIFT, "--version"],
          stdout=subprocess.PIPE).stdout.decode().split("\n")[:3]))
    print("; ".join(version(t) for t in ("rg", "ugrep", "jq", "sec", "grep")
                    if shutil.which(t)))
    print("%g MB, %d rounds\n" % (MB, ROUNDS))
    print("| row | what | seconds | ratio |\n| --- | --- | --- | --- |")
    wrong = 0
    for row in rows():
        if ONLY in row[0]:
            wrong += measure(*row)
    if missing:
        print("\nnot installed (make bench-setup): %s" %
              ", ".join(sorted(missing)))
    if wrong:
        print("\n%d rows do not count alike" % wrong)
    return wrong != 0


if __name__ == "__main__":
    LIB = library()
    sys.exit(main())
