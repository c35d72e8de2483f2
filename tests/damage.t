#!/usr/bin/python3
# damage.t -- damage costs what is damaged and no more, and is told.
# SPDX-License-Identifier: MIT
#
# Random records in units (a gzip member, a base64 line, a JSON object, a file, lines of
# text), some units damaged: bytes flipped, cut, doubled, inserted, zeroed, at one of the
# layers that the unit is made of.  Then
#
#   - each record of the other units comes through, once;
#   - what is missing is told: status 3, and the coverage.  A gzip member, base64 and
#     JSON show that they were damaged; in plain text a stamp that is broken makes its
#     line a part of the record above, which nobody can know;
#   - no crash, no hang, and no more memory than MEMORY.
#
#   tests/damage.t        ROUNDS=N: so many (240)   SEED=S: that one alone
#                         KIND=TEXT: only kinds with that in their names (and SEEDs of them)
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(sys.path[0], "shapes"))
from lib import *
import render
from render import b64, cli, compact, gz

ROUNDS = int(os.environ.get("ROUNDS", "2000" if FULL else "240"))
MEMORY = 512 * MB       # of address space
TAG = re.compile(rb"tag-(\d{6})-([0-9a-f]{8})-")
UNKNOWN = b"this is no text and no format that is known, at byte"


def tag_of(n):
    """Its number, and what tells it from a number that damage made."""
    return "tag-%06d-%08x-" % (n, zlib.crc32(b"%d" % n))


def tagged(rng, start, count, shape):
    """Records that shape carries, each with a number that is its own."""
    out = []
    for r in render.records(rng.random(), 60, 3 if shape.group else 1):
        if b"CONTROL_MESSAGE" in r.message:
            continue                    # passed over, where it is a record's all
        yes, value = render.as_json(r.message)
        tag = tag_of(start + len(out))
        if yes and isinstance(value, dict):
            r = r._replace(message=compact(dict({"tag": tag}, **value)).encode())
        else:
            r = r._replace(message=tag.encode() + b" " + r.message)
        if shape.fits([r]):
            out.append(r)
        if len(out) == count:
            break
    return out


# ------------------------------------------------------------------------ units

def one_payload(rs):
    """All of one group and stream: one payload."""
    rs = [r._replace(group=rs[0].group, stream=rs[0].stream, account=rs[0].account)
          for r in rs]
    return render.payload(rs).encode()


class Kind:
    """name; shape: which records; text: how a unit begins as bytes; layers: functions,
    each around the one before; between and around: units to an input.  checked: at which
    layers damage shows (from 0, the text); apart: whether the unit behind a damaged one
    is safe whatever the damage (a member is found by its header, an element of a document
    and a file anyhow; a line or an object may lose its end, and then runs into the
    next)."""

    def __init__(self, name, shape, text, layers=(), between=b"", head=b"", tail=b"",
                 checked=(), apart=False, files=False):
        self.name, self.shape, self.text = name, render.BY_NAME[shape], text
        self.layers, self.between = layers, between
        self.head, self.tail, self.checked = head, tail, checked
        self.apart, self.files = apart, files


def b64line(data):
    return b64(data).encode()


def in_quotes(data):
    return b'"%s"' % data


def awslogs(data):
    return b'{"awslogs":{"data":"%s"}}' % data


def data_record(data):
    return b'{"recordId":"r","approximateArrivalTimestamp":1495072949453,"data":"%s"}' % \
        data


def kinesis_record(data):
    return b'{"SequenceNumber":"4959","Data":"%s","PartitionKey":"p"}' % data


def text_of(name):
    return render.BY_NAME[name].render


KINDS = [
    # members: their checksum shows all damage, their header where the next begins
    Kind("export, members", "export", text_of("export"), (gz,), checked=(1,),
         apart=True),
    Kind("export, members, LF between", "export", text_of("export"), (gz,), b"\n",
         checked=(1,), apart=True),
    Kind("export, members of members", "export", text_of("export"), (gz, gz),
         checked=(1, 2), apart=True),
    Kind("firehose object", "firehose-object", one_payload, (gz,),
         checked=(0, 1), apart=True),
    Kind("firehose object, LF between", "firehose-object", one_payload, (gz,),
         b"\n", checked=(0, 1), apart=True),
    Kind("firehose object, packed twice", "firehose-object", one_payload, (gz, gz),
         checked=(0, 1, 2), apart=True),
    # lines of base64
    Kind("base64 lines", "base64-lines", one_payload, (gz, b64line), b"\n",
         tail=b"\n", checked=(0, 1, 2)),
    Kind("base64 lines in quotes", "base64-lines", one_payload,
         (gz, b64line, in_quotes), b"\n", tail=b"\n", checked=(0, 1, 2, 3)),
    # elements of one document; damage inside of them
    Kind("kinesis get-records", "kinesis-get-records", one_payload,
         (gz, b64line), b",", b'{"Records":[', b'],"MillisBehindLatest":0}',
         checked=(0, 1), apart=True),
    Kind("firehose transformation", "firehose-transform", one_payload,
         (gz, b64line), b",", b'{"invocationId":"i","deliveryStreamArn":"arn:aws:'
         b'firehose:x","region":"r","records":[', b"]}", checked=(0, 1),
         apart=True),
    # JSON objects, one behind the other
    Kind("payloads, glued", "payloads-glued", one_payload, checked=(0,)),
    Kind("payloads, lines", "payloads-lines", one_payload, (), b"\n", tail=b"\n",
         checked=(0,)),
    Kind("awslogs events", "awslogs-event", one_payload, (gz, b64line, awslogs),
         b"\n", tail=b"\n", checked=(0, 1, 2, 3)),
    Kind("filter-log-events, answers", "filter-log-events",
         text_of("filter-log-events-compact"), (), b"\n", tail=b"\n", checked=(0,)),
    # text: what is damaged can look whole
    Kind("export", "export", text_of("export")),
    Kind("tail, detailed", "tail-detailed", text_of("tail-detailed")),
    Kind("tail, short", "tail-short", text_of("tail-short")),
    Kind("tail, json", "tail-json", text_of("tail-json")),
    Kind("tail from a terminal", "tail-detailed-pty", text_of("tail-detailed-pty")),
] + [Kind("files: " + s.name, s.name, s.render, apart=True, files=True)
     for s in render.SHAPES if s.name != "export-folder"]
KINDS = [k for k in KINDS if os.environ.get("KIND", "") in k.name]
for k in KINDS:                         # an element's wrapping is the document's
    if k.name == "kinesis get-records":
        k.wrap = kinesis_record
    elif k.name == "firehose transformation":
        k.wrap = data_record
    else:
        k.wrap = lambda data: data
    if k.files and k.name != "files: query-messages-text" and (
            "gz" in k.name or "object" in k.name):
        k.checked = (0,)


# ----------------------------------------------------------------------- damage

def hurt(rng, data):
    """(what was done, data with random damage)"""
    data = bytearray(data)
    done = []
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        size = rng.choice([1, 1, 2, 4, 16, max(1, len(data) // 2)])
        at = rng.randrange(max(1, len(data) - 1))
        how = rng.choice(("flip", "cut", "end", "double", "insert", "zero"))
        if how == "flip":
            for i in range(at, min(len(data), at + min(size, 16))):
                data[i] ^= 1 << rng.randrange(8)
        elif how == "cut":
            del data[at:at + size]
        elif how == "end":
            del data[max(1, len(data) - size):]
        elif how == "double":
            data[at:at] = data[at:at + size]
        elif how == "insert":
            data[at:at] = rng.choice([
                bytes(rng.randrange(256) for _ in range(size % 300)),
                b"\n", b"\0" * (size % 300), b'"', b"\\", b"}", b"{", b"]",
                b"\x1f\x8b\x08\0\0\0\0\0\0\0", b"H4sI", b"\r\n"])
        else:
            data[at:at + size] = bytes(len(data[at:at + size]))
        done.append("%s %d at %d" % (how, size, at))
        if not data:
            data = bytearray(b"x")
    return ", ".join(done), bytes(data)


def is_json(data):
    """A value of JSON; what is behind it could be a message alone."""
    text = data.decode("utf-8", "surrogateescape").strip()
    try:
        json.JSONDecoder().raw_decode(text)
    except ValueError:
        return False
    return True


class Round:
    def __init__(self, seed):
        self.seed = seed
        rng = self.rng = random.Random("damage %s" % seed)
        files = rng.random() < 0.4
        self.kind = k = rng.choice([x for x in KINDS if x.files == files] or KINDS)
        count = rng.randint(2, 6)
        self.units, start = [], 0
        for _ in range(count):
            rs = tagged(rng, start, rng.randint(1, 12), k.shape)
            if not rs:                  # none that this shape carries
                continue
            self.units.append((list(range(start, start + len(rs))), rs))
            start += len(rs)
        self.total = start
        self.hurt, self.said, self.layer, self.hidden = set(), [], {}, False
        self.parts = []
        for i, (tags, rs) in enumerate(self.units):
            self.parts.append(self.make(i, rs))

    def make(self, i, rs, damage=None):
        k, rng = self.kind, self.rng
        damage = rng.random() < 0.4 if damage is None else damage
        # what is around an element is the document's, and not hurt
        layers = len(k.layers) + 1
        layer = rng.randrange(layers) if damage else None
        data = k.text(rs)
        for n in range(layers):
            if n > 0:
                data = k.layers[n - 1](data)
            if n == layer and (k.wrap(b"") == b"" or n < layers - 1):
                what, after = hurt(rng, data)
                if after != data:
                    self.hurt.add(i)
                    self.layer[i] = layer
                    # JSON that still is JSON says nothing of its damage
                    self.hidden |= layer == 0 and is_json(after)
                    self.said.append("unit %d, layer %d: %s" % (i, layer, what))
                data = after
        return k.wrap(data)

    def whole(self):
        """Tags that must come through."""
        out = []
        for i, (tags, rs) in enumerate(self.units):
            if i in self.hurt or (not self.kind.apart and i - 1 in self.hurt):
                continue
            out += tags
        return out

    def operands(self, folder):
        k = self.kind
        if k.files:
            return [write(os.path.join(folder, "%d.%02d" % (self.seed, i)), p)
                    for i, p in enumerate(self.parts)]
        return [write(os.path.join(folder, "%d" % self.seed),
                      k.head + k.between.join(self.parts) + k.tail)]


def limited():
    if not SANITISED:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def sift(args):
    p = subprocess.Popen([CWSIFT] + args, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env=environment(), preexec_fn=limited)
    try:
        out, err = p.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
        return Result(-99, out, err)
    return Result(p.returncode, out, err)


def problems(r, files):
    """What is wrong, and how it went."""
    got = sift(["--batch", "--utc", "--stats", "-s", "x", "-t", "tag-", "-o",
                "records"] + files)
    if got.status not in (0, 3):
        return ["status"], got
    bad, found = [], {}
    for m in TAG.finditer(got.out):
        n = int(m.group(1))
        if m.group(0) == tag_of(n).encode():
            found[n] = found.get(n, 0) + 1
    lost = [n for n in r.whole() if found.get(n, 0) == 0]
    # where the front of text is so damaged that nobody knows what it is, what is
    # behind it is not read either
    if lost and not (0 in r.layer.values() and not r.kind.files and
                     UNKNOWN in got.err):
        bad.append("lost of what was whole: %r" % lost)
    more = [n for n in r.whole() if found.get(n, 0) > 1]
    if more:
        bad.append("twice: %r" % more)
    m = re.search(rb": ([\d,]+) records? \(", got.err)
    records = int(m.group(1).replace(b",", b"")) if m else 0
    checked = all(r.layer[i] in r.kind.checked for i in r.hurt) and not r.hidden
    if got.status == 0 and checked and records < r.total and r.hurt:
        bad.append("%d of %d records, and nothing is said" % (records, r.total))
    if not r.hurt and (got.status != 0 or records != r.total):
        bad.append("nothing was damaged: %d of %d" % (records, r.total))
    told = [line for line in got.err.splitlines() if line.startswith(b"cwsift: ")
            and not line.startswith(b"cwsift: some failures have no time")]
    if bool(told) != (got.status == 3):
        bad.append("status %d, and said is %r" % (got.status, told))
    if got.status == 3 and b"no record was read" not in got.err and not re.search(
            rb"\n(damaged|not understood|partial by)", got.err):
        bad.append("the coverage does not tell of it")
    if r.seed % 8 == 0:
        j = sift(["--batch", "-s", "x", "-t", "tag-", "-o", "json", "-j", "3"] +
                 files)
        if j.status != got.status or (b'"complete":true' in j.out) != (
                got.status == 0 or b"damaged" not in got.err and
                b"partial" not in got.err and b"not understood" not in got.err) or \
                b'"records":%d,' % records not in j.out:
            bad.append("json says another thing: %r" % j)
    return bad, got


def attempt(seed, folder):
    r = Round(seed)
    files = r.operands(folder)
    try:
        bad, got = problems(r, files)
    finally:
        if "SEED" not in os.environ:
            for f in files:
                os.unlink(f)
    return r, bad, got


def main():
    need_program()
    t = Tap()
    if "SEED" in os.environ:
        folder = "/tmp/cwsift-damage"
        r, bad, got = attempt(int(os.environ["SEED"]), folder)
        t.ok(not bad, r.kind.name, "files in " + folder, *(bad + r.said + [got]))
        t.done()
    kinds, told = {}, 0
    with Folder() as folder, ThreadPoolExecutor(2) as pool:
        for r, bad, got in pool.map(lambda s: attempt(s, folder), range(ROUNDS)):
            told += got.status == 3
            wrong, count, hurt_ = kinds.get(r.kind.name, ([], 0, 0))
            if bad:
                wrong.append("SEED=%d (%s): %s\n%r" % (
                    r.seed, "; ".join(r.said), "; ".join(bad), got))
            kinds[r.kind.name] = wrong, count + 1, hurt_ + bool(r.hurt)
    for name in sorted(kinds):
        wrong, count, hurt_ = kinds[name]
        t.ok(not wrong, "%s: %d rounds, %d with damage" % (name, count, hurt_),
             "%d wrong" % len(wrong), *wrong[:3])
    t.ok(told > ROUNDS // 4, "there was damage (told %d times in %d)" % (
        told, ROUNDS))
    t.done()


main()
