#!/usr/bin/env python3
# corpus.py -- corpora for the benchmarks, by seed.
# SPDX-License-Identifier: MIT
"""Corpora for `make bench`, by seed: corpus.py FOLDER MB RATE

FOLDER then holds export/ (gzip objects of an S3 export), firehose/ (objects of
concatenated gzip members, a subscription payload each), tail.txt (`aws logs tail
--format detailed`), the rules and truth.json: what each rule set finds.  A failure
matches one rule, on one line, whatever tool looks for it; look-alikes match none.
Standard library only; the output depends on the arguments alone."""
import json
import multiprocessing
import os
import random
import sys
import zlib

START_MS = 1795305600000            # 2026-11-22T00:00:00Z
OBJECT = 2000000                    # bytes of text in an object

# regex, message: {w} a word, {n} a number, {u} a request id
FAILURES = [
    (r"Task timed out after \d+", "{u} Task timed out after {n}.02 seconds"),
    (r"\[ERROR\] (?:KeyError|ValueError|TypeError): ",
     "[ERROR] KeyError: '{w}'"),
    (r"Runtime\.(?:ImportModuleError|HandlerNotFound)",
     "[WARN] Runtime.ImportModuleError: Unable to import '{w}'"),
    (r"OutOfMemoryError: Container killed", "stopped: OutOfMemoryError: "
     "Container killed due to memory usage ({n})"),
    (r"deadlock detected", "postgres: process {n}: deadlock detected"),
    (r"Connection is not available, request timed out after \d+ms",
     "HikariPool-1 - Connection is not available, request timed out after "
     "{n}ms"),
    (r"\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT)\b",
     "connect ECONNREFUSED 10.0.3.17:{n}"),
    (r"Traceback \(most recent call last\):",
     "Traceback (most recent call last):\n  File \"/app/{w}.py\", line {n}\n"
     "{w}.Refused: {w}"),
    (r"is not authorized to perform: [a-z0-9-]+:\w+",
     "user {w} is not authorized to perform: dynamodb:PutItem on {w}"),
    (r"CannotPullContainerError: ", "CannotPullContainerError: {w}:{n}"),
    (r"Rate exceeded for shard shardId-\d+",
     "Rate exceeded for shard shardId-00000000{n}"),
    (r"Host EC2 \(instance i-[0-9a-f]+\) terminated",
     "Host EC2 (instance i-0ab{n}) terminated."),
    (r"(?i)please reduce your request rate",
     "503 SlowDown: Please reduce your request rate. ({w})"),
]
FIRST = ("Access Backup Cluster Decrypt Delivery Export Function Gateway Host "
         "Import Journal Kernel Lease Mount Node Object Parameter Quota Replica "
         "Snapshot").split()
SECOND = ("AlreadyOwned Conflict Denied Expired Limited Malformed Missing "
          "Refused Throttled Unreachable").split()
for first in FIRST:
    for second in SECOND:
        name = first + second
        FAILURES.append((r"\(%sException\) when calling" % name,
                         "An error occurred (%sException) when calling the "
                         "{w} operation" % name))
FAILURES = FAILURES[:200]

BENIGN = [
    "START RequestId: {u} Version: $LATEST",
    "REPORT RequestId: {u}\tDuration: {n}.41 ms\tBilled Duration: {n} ms\t"
    "Memory Size: 512 MB\tMax Memory Used: {n} MB",
    "{{\"level\":\"info\",\"service\":\"{w}\",\"status\":200,\"took_ms\":{n},"
    "\"msg\":\"{w} {w} done\",\"trace\":\"{u}\"}}",
    "10.0.{n}.7 - - \"GET /api/v1/{w}/{u} HTTP/1.1\" 200 {n} \"-\" \"agent/1\"",
    "INFO {w}.{w}.Service - took {n} of {n}, no error, 0 failed",
    "DEBUG retry {n} of {w}: task not timed out yet, error count 0",
    "2026-11-22 03:00:01 UTC:10.0.0.9({n}):app@{w}:LOG:  duration: {n}.1 ms",
    "INFO exception handler ready for {w}; Task queue {n} OK",
]
JSON_FAILURE = ("{{\"level\":\"error\",\"service\":\"{w}\",\"status\":503,"
                "\"took_ms\":{n},\"kind\":\"k%d\",\"trace\":\"{u}\"}}")


def maker(seed):
    rng = random.Random(seed)
    words = [("".join(rng.choice("bcdfgklmnprstv") + rng.choice("aeiou")
                      for _ in range(rng.randint(2, 4)))) for _ in range(80)]

    request = [""]

    def fill(template):
        # a unit of work writes several lines with its id
        if not request[0] or rng.random() < 0.15:
            request[0] = "%08x-%04x-4%03x-a%03x-%012x" % (
                rng.getrandbits(32), rng.getrandbits(16), rng.getrandbits(12),
                rng.getrandbits(12), rng.getrandbits(48))
        return template.format(w=rng.choice(words), n=rng.randint(10, 9999),
                               u=request[0])
    return rng, fill


def events(seed, want, rate, found):
    """(ms, message) until want bytes; counts in found what failed."""
    rng, fill = maker(seed)
    ms = START_MS + rng.randint(0, 80000000)
    benign = rng.sample(BENIGN, 3)      # a stream is one program's
    size = 0
    while size < want:
        ms += rng.randint(0, 400)
        if rng.random() < rate:
            # most failures belong to the first 30, a few to JSON
            kind = rng.random()
            if kind < 0.1:
                text = fill(JSON_FAILURE % rng.randrange(30))
                found["filter"] += 1
            else:
                i = rng.randrange(30 if kind < 0.9 else len(FAILURES))
                text = fill(FAILURES[i][1])
                found["rules"][i] += 1
        else:
            text = fill(rng.choice(benign))
        size += len(text) + 26
        yield ms, text


def iso(ms):
    day, rest = divmod(ms - START_MS, 86400000)
    return "2026-11-%02dT%02d:%02d:%02d.%03d" % (
        22 + day, rest // 3600000, rest // 60000 % 60, rest // 1000 % 60,
        rest % 1000)


def gz(text):
    z = zlib.compressobj(6, zlib.DEFLATED, 31)
    return z.compress(text) + z.flush()


def make(job):
    kind, folder, index, want, rate = job
    found = {"rules": [0] * len(FAILURES), "filter": 0, "records": 0}
    seed = "%s/%d" % (kind, index)
    if kind == "firehose":
        members = []
        it = list(events(seed, want, rate, found))
        for at in range(0, len(it), 120):
            members.append(gz(json.dumps({
                "messageType": "DATA_MESSAGE", "owner": "123456789012",
                "logGroup": "/ecs/prod/app%d" % (at // 120 % 7),
                "logStream": "app/%032x" % (index * 1000 + at),
                "subscriptionFilters": ["all"],
                "logEvents": [{"id": "%056d" % (at + i), "timestamp": ms,
                               "message": text}
                              for i, (ms, text) in enumerate(it[at:at + 120])]
            }, separators=(",", ":")).encode()))
        found["records"] = len(it)
        path = os.path.join(folder, "firehose", "logs-%04d.gz" % index)
        data = b"".join(members)
    else:
        tail = kind == "tail"
        lines = []
        for ms, text in events(seed, want, rate, found):
            lines.append("%s%s %s%s\n" % (
                iso(ms), "000+00:00" if tail else "Z",
                "app/web/%d " % (ms % 5) if tail else "", text))
        found["records"] = len(lines)
        data = "".join(lines).encode()
        path = os.path.join(folder, "tail-%04d" % index)
        if not tail:
            data = gz(data)
            path = os.path.join(
                folder, "export", "2d0c9a7e-5f0b-4a43-9d21-0a7b6b2f4c11",
                "app-web-%04d" % index, "000000.gz")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    return kind, found, path


def rules(folder):
    for n in (1, 30, 200):
        with open(os.path.join(folder, "%d.pat" % n), "w") as pat, \
                open(os.path.join(folder, "%d.rules" % n), "w") as out:
            out.write("rules 1\n")
            for i, (regex, _) in enumerate(FAILURES[:n]):
                pat.write(regex + "\n")
                out.write("\nrule r%d\nmatch regex %s\nservice s%d\n" %
                          (i, regex, i % 9))
    with open(os.path.join(folder, "filter.rules"), "w") as out:
        out.write("rules 1\n")
        for i in range(30):
            out.write("\nrule f%d\nmatch filter { $.level = \"error\" && "
                      "$.kind = \"k%d\" }\nservice {$.service}\n" % (i, i))
    with open(os.path.join(folder, "bare.rules"), "w") as out:
        # nothing in it that can be searched for
        out.write("rules 1\n\nrule bare\nmatch regex \\d{7}[^ ]{7}$\n"
                  "service s\n")


def main():
    folder, mb, rate = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    done = os.path.join(folder, "truth.json")
    if os.path.exists(done):
        return
    os.makedirs(folder, exist_ok=True)
    rules(folder)
    jobs = []
    for kind, share in (("export", 1.0), ("firehose", 0.5), ("tail", 0.125)):
        count = max(1, int(mb * 1e6 * share / OBJECT))
        jobs += [(kind, folder, i, int(mb * 1e6 * share / count), rate)
                 for i in range(count)]
    truth = {}
    with multiprocessing.Pool() as pool, \
            open(os.path.join(folder, "tail.txt"), "wb") as tail:
        for kind, found, path in pool.imap(make, jobs):
            one = truth.setdefault(kind, {"1": 0, "30": 0, "200": 0,
                                          "filter": 0, "records": 0})
            for n in (1, 30, 200):
                one[str(n)] += sum(found["rules"][:n])
            one["filter"] += found["filter"]
            one["records"] += found["records"]
            if kind == "tail":
                with open(path, "rb") as f:
                    tail.write(f.read())
                os.remove(path)
    with open(done, "w") as f:
        json.dump(truth, f, indent=1)


if __name__ == "__main__":
    main()
