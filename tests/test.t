#!/usr/bin/python3
# test.t -- cwsift test: rules and samples that prove themselves; and who matched.
# SPDX-License-Identifier: MIT
import glob
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

RULE = """rules 1

rule import-failed
  group    glob /imp/*
  match    regex ^(?<service>\\w+): IMPORT FAILED
  match    text IMPORT ABORTED
  require  text tries
  unless   text dry run
"""


def test(*args, cwd=None):
    return run(["test"] + list(args), stdin=None, cwd=cwd)


def fails(t, examples, want, name, more=""):
    """One example of RULE fails, and says all of want, in this order."""
    with Folder() as tmp:
        write(os.path.join(tmp, "x.rules"), RULE + examples + "\n" + more)
        got = test("x.rules", cwd=tmp)
        out = got.out.decode()
        t.ok(got.status == 1 and got.err == b"" and re.search(
            r"[\s\S]*".join(re.escape(w) for w in want), out) is not None and
            out.count(": fails: ") == 1, name, out, repr(want))


def examples(t):
    good = "@ /imp/a s\n  + orders: IMPORT FAILED after 3 tries\n  = orders\n"
    with Folder() as tmp:
        write(os.path.join(tmp, "x.rules"), RULE + good +
              "  - orders: IMPORT FAILED, dry run, 3 tries\n")
        got = test("--strict", "x.rules", cwd=tmp)
        t.equal((got.status, got.out, got.err),
                (0, b"2 examples, 0 samples\nall 3 passed\n", b""),
                "examples that hold pass")
    fails(t, "  + orders: IMPORTED, 3 tries",
          ["x.rules:9: fails: import-failed matches",
           "example:  orders: IMPORTED, 3 tries", "expected: matched by import-failed",
           "got:      matched by no rule",
           "x.rules:5: match regex ^(?<service>\\w+): IMPORT FAILED: does not hold",
           "x.rules:6: match text IMPORT ABORTED: does not hold"],
          "no match line held: all are named")
    fails(t, "  + orders: IMPORT FAILED",
          ["x.rules:9:", "x.rules:7: require text tries: does not hold"],
          "a require that failed is named")
    fails(t, "  + orders: IMPORT FAILED, 3 tries (dry run)",
          ["x.rules:9:", "x.rules:8: unless text dry run: holds, at byte 32: dry run"],
          "an unless that vetoed is named, and where")
    fails(t, '  require filter { $.state = "failed" && $.n > 3 }\n'
          '  + {"state":"failed","n":2,"log":"IMPORT ABORTED, 3 tries"}',
          ["x.rules:10:", "x.rules:9: require filter {", ": does not hold; false: "
           "$.n > 3 (it is 2)\n"], "of a filter the comparison that is false")
    fails(t, "  @ /exp/x\n  + orders: IMPORT FAILED, 3 tries",
          ["x.rules:10:", "from:     /exp/x",
           "x.rules:4: group glob /imp/*: does not hold for /exp/x"],
          "a group that excludes is named")
    fails(t, "  + orders: IMPORT FAILED, 3 tries\n  = order",
          ["x.rules:9:", "expected: the service order",
           "got:      the service orders", "x.rules:3: rule import-failed gives the name"],
          "another service fails, and who named it is told")
    fails(t, "  - orders: IMPORT ABORTED, 3 tries",
          ["x.rules:9: fails: import-failed does not match",
           "got:      matched by import-failed",
           "x.rules:6: match text IMPORT ABORTED: holds, at byte 8: IMPORT ABORTED"],
          "a - that matches: the match line that held, and where")
    fails(t, "  + orders: IMPORT ABORTED, 3 tries",
          ["got:      matched by no rule", "x.rules:10: ignore quiet silences it",
           "x.rules:11: match text orders: holds, at byte 0"],
          "an ignore that silences is named",
          "ignore quiet\n  match text orders\n")
    fails(t, "", ["x.rules:12: fails: ignore quiet holds", "x.rules:11: match text o"],
          "an ignore's own examples", "ignore quiet\n  match text o\n  + nix\n")
    fails(t, "", ["x.rules:13: fails: naming own holds", "expected: the service b",
                  "got:      the service a"],
          "a naming's own examples",
          "naming own\n  group regex ^/(?<service>.)\n  @ /a\n  + x\n  = b\n")
    with Folder() as tmp:
        write(os.path.join(tmp, "x.rules"), RULE + "  + 1: IMPORT FAILED tries\n")
        got = test("--strict", "x.rules", cwd=tmp)
        t.ok(got.status == 1 and b"x.rules:3: fails: import-failed has a + and a -" in
             got.out and b"got:      no -" in got.out, "--strict wants both", repr(got))
        t.equal(test("x.rules", cwd=tmp).status, 0, "without it one is enough")
        write(os.path.join(tmp, "y.rules"), "rules 1\nrule never\n  match text x\n  - y\n")
        got = test("y.rules", cwd=tmp)
        t.equal((got.status, got.out), (0, b"no example and no sample fires:\n"
                b"    y.rules:2: never\n1 example, 0 samples\nall 1 passed\n"),
                "rules that nothing fires are told")
        got = test("-o", "tap", "x.rules", "y.rules", "--run", "^import", cwd=tmp)
        t.equal((got.status, got.out),
                (0, b"ok 1 - x.rules:9: import-failed matches\n"
                 b"# 1 example, 0 samples\n1..1\n"), "TAP, and --run by id")
        got = test("x.rules", "y.rules", "--run", "^y", cwd=tmp)
        t.ok(b"1 example," in got.out, "--run by file name", repr(got))


RECORDS = b"2026-11-23T18:00:00Z orders: IMPORT FAILED\n2026-11-23T19:00:00Z done\n"


def samples(t):
    with Folder() as tmp:
        log = write(os.path.join(tmp, "a.log"), RECORDS)
        expect = log + ".expect"
        write(expect, "# -t 'IMPORT FAILED' -s \"my orders\"\n"
              "my orders\t2026-11-23T18:00:00+00:00\n")
        for operand in (".", "a.log", "a.log.expect"):
            got = test(operand, cwd=tmp)
            t.equal((got.status, got.out),
                    (0, b"0 examples, 1 sample\nall 1 passed\n"),
                    "a sample, by %s" % operand)
        write(expect, "# -t IMPORT -s o\no\t2026-11-23T18:00:01+00:00\n")
        got = test("a.log", cwd=tmp)
        t.ok(got.status == 1 and b"a.log.expect:2: fails: " in got.out and
             b"- o\t2026-11-23T18:00:01+00:00\n    + o\t2026-11-23T18:00:00+00:00\n"
             b"    because:  these rules matched: -t#1 (1)\n" in got.out,
             "what differs, the line, and the rules", repr(got))
        got = test("--update", "a.log", cwd=tmp)
        t.ok(got.status == 0 and b"- o\t2026" in got.out, "--update shows it", repr(got))
        t.equal(read(expect), b"# -t IMPORT -s o\no\t2026-11-23T18:00:00+00:00\n",
                "and writes it")
        t.equal(sorted(os.listdir(tmp)), ["a.log", "a.log.expect"],
                "and leaves nothing else")

        write(expect, "# -t IMPORT -s o\r\no\t2026-11-23T18:00:00+00:00\r\n")
        t.equal(test("a.log", cwd=tmp).status, 0, "lines may end in CR LF")
        write(expect, "")
        got = test("a.log", cwd=tmp)
        t.ok(got.status == 0, "an empty expectation: nothing failed", repr(got))
        write(os.path.join(tmp, "cut.gz"), b"\x1f\x8b\x08\0\0\0\0\0\0\3xx")
        write(os.path.join(tmp, "cut.gz.expect"), "# -t x\n")
        got = test("cut.gz", cwd=tmp)
        t.ok(got.status == 1 and b"got:      exit status 3" in got.out and
             b"cwsift: cut.gz: " in got.out,
             "reading nothing does not pass for nothing failed", repr(got))
        write(os.path.join(tmp, "cut.gz.expect"), "# -t x\n# exit 3\n")
        t.equal(test("cut.gz", cwd=tmp).status, 0, "unless it is expected")

        sub = os.path.join(tmp, "sub")
        write(os.path.join(sub, "my.rules"), "rules 1\nrule mine\n  match text done\n"
              "  service mine\n  + done\n  - x\n")
        write(os.path.join(sub, "b.log"), RECORDS)
        write(os.path.join(sub, "b.log.expect"), "mine\t2026-11-23T19:00:00+00:00\n")
        got = test("sub", cwd=tmp)
        t.equal((got.status, got.out), (0, b"2 examples, 1 sample\nall 3 passed\n"),
                "samples are sifted with the rules beside them")
        write(os.path.join(sub, "b.log.expect"),
              "# -r my.rules\nmine\t2026-11-23T19:00:00+00:00\n")
        t.equal(test("sub/b.log", cwd=tmp).status, 0,
                "-r in an expectation is from where it stands")

        for options, why in (("-n arn:aws:sns:us-east-1:123456789012:x", ""),
                             ("other.log", "only options may stand in it"),
                             ("--help", "nothing is sifted"), ("'x", "a quote"),
                             ("--nix", "no such option"), ("-e '('", "cannot be sifted"),
                             ("watch", "only options")):
            write(expect, "# %s\n" % options)
            got = test("a.log", cwd=tmp)
            t.ok(got.status == 2 and why.encode() in got.out,
                 "an expectation may not say %s" % options, repr(got))
            before = read(expect)
            test("--update", "a.log", cwd=tmp)
            t.equal(read(expect), before, "and is not written anew")
        os.remove(expect)
        os.mkdir(expect + ".new")
        got = test("--update", "a.log", cwd=tmp)
        t.ok(got.status == 2 and b": written" not in got.out and
             b"Is a directory" in got.out and not os.path.exists(expect),
             "--update that cannot write says so, and not that it did",
             repr(got))
        os.rmdir(expect + ".new")
        got = test("--update", "a.log", cwd=tmp)
        t.ok(got.status == 0 and os.path.exists(expect),
             "--update writes a first expectation", repr(got))


def trouble(t):
    with Folder() as tmp:
        os.mkdir(os.path.join(tmp, "empty"))
        write(os.path.join(tmp, "bad.rules"), "rules 1\nrule x\n  mach text x\n")
        write(os.path.join(tmp, "lost.expect"), "")
        write(os.path.join(tmp, "none.rules"), "rules 1\nrule x\n  match text x\n")
        for args, said in ((["empty"], b"nothing to test in it"),
                           (["nix"], b"No such file"), (["bad.rules"], b"unknown key"),
                           (["--run", "nix"], b"nothing to test"),
                           (["--run", "("], b"--run: "), (["none.rules"], b"nothing to test"),
                           (["lost.expect"], b"No such file")):
            got = test(*args, cwd=tmp)
            t.ok(got.status == 2 and said in got.out + got.err,
                 "status 2: test %s" % " ".join(args), repr(got))
        if os.path.exists("/dev/full"):
            with open("/dev/full", "wb") as full:
                import subprocess
                p = subprocess.run([CWSIFT, "test"], stdout=full, stderr=subprocess.PIPE,
                                   env=environment(), cwd=tmp)
            t.ok(p.returncode == 4 and b"No space left" in p.stderr,
                 "a full disk is told", p.stderr)


def builtin(t):
    """The pack proves itself: every rule has both kinds of example, and all hold."""
    text = b"".join(read(path) for path in glob.glob(os.path.join(ROOT, "rules", "*.rules")))
    rules = len(re.findall(rb"^rule ", text, re.M))
    count = len(re.findall(rb"^ +[+-] ", text, re.M))
    beside = len(glob.glob(os.path.join(ROOT, "samples", "*.expect")))
    got = run(["test", "--strict"], stdin=None, cwd=ROOT)
    t.equal((got.status, got.out.decode(), got.err),
            (0, "%d examples, %d samples\nall %d passed\n" % (
                count, beside, count + beside + rules), b""),
            "the built-in pack passes cwsift test --strict")
    t.ok(rules > 90 and count > 500 and beside > 15, "and it is not small")
    got = run(["test", "--strict", "rules", "samples"], stdin=None, cwd=ROOT)
    t.ok(got.status == 0, "its files do too", repr(got))
    got = run(["test", "-o", "tap"], stdin=None, cwd="/")
    t.ok(got.status == 0 and len(re.findall(rb"^ok \d+ - ", got.out, re.M)) == count and
         got.out.endswith(b"\n1..%d\n" % count), "it needs no files", show(got.out[-300:]))


# ---- after a real run ----

def counts(err):
    return {m.group(2): int(m.group(1).replace(",", "")) for m in
            re.finditer(r"^matched: ([\d,]+) (\S+)$", err.decode(), re.M)}


def after_a_run(t):
    rules = ["-t", "FAILED", "-t", "a", "-t", "nix", "-w", "1d", "--utc", "-s", "o"]
    line = "2026-11-23T18:%02d:00Z %s\n"
    want = {"-t#1": 0, "-t#2": 0}
    with Folder() as tmp:
        for i in range(12):
            text = ""
            for j in range(20 + i):
                words = ("FAILED " if j % 3 == 0 else "") + ("a" if j % 2 else "x")
                want["-t#1"] += "FAILED" in words
                want["-t#2"] += "a" in words
                text += line % (j, words)
            write(os.path.join(tmp, "%d.log" % i), text)
        for how in ([], ["-j1"], ["-j8"], ["-o", "json"], ["-o", "records"],
                    ["--live", "-j8"], ["--live", "-o", "json"], ["--live", "-o", "records"],
                    ["--live", "-o", "long", "--late", "0s"], ["--no-search"]):
            got = run(rules + ["-v"] + how + [tmp])
            t.equal(counts(got.err), want, "-v counts matches: %s" % " ".join(how))
            t.ok(b"\nnever matched: 1 rule (-t#3)\n" in got.err, "and names who had none",
                 got.err)
        parts = b"".join(run(rules + ["-o", "json", os.path.join(tmp, "%d.log" % i)]).out
                         for i in range(12))
        got = run(rules + ["-v"], stdin=parts)
        t.equal(counts(got.err), want, "-v counts what results of before say")
        got = run(rules + ["--stats", tmp])
        t.ok(counts(got.err) == {} and b"never matched: 1 rule (-t#3)\n" in got.err,
             "--stats names the rules that never matched", got.err)
        got = run(["-v", "-q"] + rules + [tmp])
        t.equal(got.err, b"", "-q is quiet")
        got = run(["--stats", "--utc", tmp])
        t.ok(re.search(rb"^never matched: \d+ rules \(-v names them\)$", got.err, re.M),
             "many are a number", got.err)
        got = run(["-v", "--utc", tmp])
        t.ok(b", text-fatal" in got.err and b"-klog-error" not in got.err,
             "-v names them; a rule below the level is none", got.err)
        t.equal(run(rules + [tmp]).err, b"", "unasked nothing is said")


def main():
    need_program()
    t = Tap()
    examples(t)
    samples(t)
    trouble(t)
    builtin(t)
    after_a_run(t)
    t.done()


main()
