#!/usr/bin/python3
# sns.t -- one message to a topic: its form, its signature, its keys, its faults.
# SPDX-License-Identifier: MIT
#
# tests/sns/publish.c calls what cwsift calls; tests/sns/stand_in.py is AWS.
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "sns"))
from lib import *
import stand_in
from stand_in import StandIn, TOPIC, KEY, SECRET

PUBLISH = os.path.abspath(os.environ.get(
    "PUBLISH", os.path.join(ROOT, "build/publish")))
ROLE = "arn:aws:iam::123456789012:role/publisher"
AT = "nightly-batch@1795457612000"      # 2026-11-23T18:13:32Z

if not os.access(PUBLISH, os.X_OK):
    bail("%s is not there: make test-programs" % PUBLISH)
t = Tap()
busy = Busy()
everything = []                         # all that was ever printed
secrets = {SECRET}                      # what must not be in it


class Said:
    """One line of publish: outcome, after, id, why."""

    def __init__(self, line):
        self.line = line
        parts = (line.split("\t") + [""] * 4)[:4]
        self.outcome, self.after, self.id, self.why = parts

    def __repr__(self):
        return self.line


def call(args, env, timeout=PATIENCE):
    r = subprocess.run([PUBLISH] + list(args), env=environment(**env),
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       timeout=timeout)
    out = r.stdout.decode("utf-8", "backslashreplace")
    everything.append(out)
    return out


def publish(env, *options, services=(AT,), topic=TOPIC):
    """What each message came to; the last one for most."""
    lines = call(list(options) + [topic] + list(services), env).splitlines()
    return [Said(line) for line in lines]


def one(env, *options, **more):
    said = publish(env, *options, **more)
    return said[-1] if said else Said("")


def refused_secret(aws):
    """Keys that the stand-in minted are secrets, too."""
    for secret, token, _ in aws.keys.values():
        secrets.add(secret)
        if token:
            secrets.add(token)


def without(env, *names):
    return {k: v for k, v in env.items() if k not in names}


STATIC = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")

# ---- the message: Chatbot's schema, as the manual has it ----


def schema():
    """Rows `.It Li PATH Ta TYPE Ta LIMIT Ta ...` of the manual's table."""
    rows = {}
    text = read(os.path.join(ROOT, "filter/cwsift.1")).decode()
    for m in re.finditer(r"^\.It Li (\S+) Ta (string|strings|map|"
                         r"\\\(dq.*?\\\(dq) Ta (\d+|-) Ta (yes|no)$",
                         text, re.M):
        rows[m.group(1)] = (m.group(2).replace("\\(dq", '"'), m.group(3),
                            m.group(4) == "yes")
    return rows


def leaves(value, path=""):
    for name, v in value.items():
        here = path + name
        if isinstance(v, dict) and here != "metadata.additionalContext":
            yield from leaves(v, here + ".")
        else:
            yield here, v


def wrong_with(message, rows):
    """What Chatbot's schema has against a custom notification."""
    found = dict(leaves(message))
    for path, (kind, limit, needed) in rows.items():
        if path not in found:
            if needed:
                return path + " is missing"
            continue
        v = found.pop(path)
        if kind[0] == '"' and v != kind[1:-1]:
            return "%s is %r, not %s" % (path, v, kind)
        if kind == "string" and not isinstance(v, str):
            return path + " is no string"
        if kind == "strings" and not (isinstance(v, list) and all(
                isinstance(s, str) for s in v)):
            return path + " is no list of strings"
        if kind == "map" and not (isinstance(v, dict) and all(
                isinstance(s, str) for s in v.values())):
            return path + " is no map of strings"
        if limit != "-":
            for s in [v] if isinstance(v, str) else v:
                if len(s.encode()) > int(limit):
                    return "%s has %d bytes" % (path, len(s.encode()))
    return "unknown: " + ", ".join(found) if found else ""


rows = schema()
t.ok({"version", "source", "content.title", "content.description",
      "metadata.threadId", "metadata.additionalContext"} <= set(rows),
     "the manual has the schema of a custom notification", str(rows))
broken = {"version": "1.0", "source": "custom",
          "content": {"description": "x" * 8001}}
t.ok(wrong_with(broken, rows) != "" and wrong_with({}, rows) != "" and
     wrong_with({**broken, "content": {"description": "x", "y": "z"}},
                rows) != "",
     "and what is not of that form is found")


def chatbot(services, *options, env={}):
    body = call(["-b"] + list(options) + [TOPIC] + list(services), env)
    form = dict(urllib.parse.parse_qsl(body.rstrip("\n"),
                                       keep_blank_values=True,
                                       strict_parsing=True))
    parts = json.loads(form["Message"])
    return form, parts, json.loads(parts["default"])


form, parts, message = chatbot([AT], env={"TZ": "Asia/Tokyo"})
t.equal({k: v for k, v in form.items() if k != "Message"},
        {"Action": "Publish", "Version": "2010-03-31", "TopicArn": TOPIC,
         "MessageStructure": "json"}, "the body is a Publish to the topic")
t.equal(sorted(parts), ["default", "email", "sms"],
        "chat by default, plain text for e-mail and SMS")
t.equal(wrong_with(message, rows), "", "one incident is as Chatbot wants it",
        str(message))
t.equal((message["content"]["title"], message["content"]["description"]),
        ("`nightly-batch` failed",
         "`nightly-batch` failed at 2026-11-24T03:13:32+09:00"),
        "it says what and when, in the zone of the user")
t.equal(parts["sms"], "nightly-batch failed at 2026-11-24T03:13:32+09:00",
        "so does the SMS")

HOSTILE = ["<!channel>", "<https://evil.example|Approve>", "@here & @everyone",
           "`rm -rf`", "*bold* _it_ ~s~ :tada:", "\x1b[31mred\x07",
           "``` block ```", "\u202eesrever", "\xa0\u3000", "&lt;!here&gt;",
           "x\ny\tz", "\udcff\udcfe", '"quote\\'] + ["&" * 300, "\u00e9" * 200]
for name in HOSTILE + ["a" * 250 + "\u3042" * 10]:
    data = os.fsencode(name)
    form, parts, message = chatbot([data + b"@1795457612000"])
    bad = wrong_with(message, rows)
    shown = (message["content"]["title"] + message["content"]["description"])
    spans = shown.split("`")[1::2]
    outside = "".join(shown.split("`")[0::2])
    t.ok(bad == "" and not re.search(r"[<>\x00-\x08\x0b-\x1f\x7f\u202e]",
                                     shown) and
         not re.search(r"&(?!amp;|lt;|gt;)", shown) and
         not re.search(r"@(?!\u200b)", shown) and shown.count("`") == 4 and
         not re.search(r"[*_~:]", outside.replace("18:13:32", "").replace(
             "+00:00", "")) and all(spans),
         "a service called %s is harmless" % ascii(name[:30]), bad, shown)
    t.ok(len(parts["sms"].encode()) <= 140,
         "and its SMS is one part", parts["sms"])
form, parts, message = chatbot(["a%d@%d" % (i, 1795457612000 + i * 1000)
                                for i in range(40)])
lines = message["content"]["description"].split("\n")
t.ok(wrong_with(message, rows) == "" and len(lines) == 40 and
     "`a7` failed at 2026-11-23T18:13:39+00:00" in lines[7],
     "a burst names each service and its time", str(message))
t.ok(re.fullmatch(r"40 failures since \S+: a0, a1, a10, .* and \d+ more",
                  parts["sms"]) and len(parts["sms"]) <= 140,
     "its SMS as many as one part holds", parts["sms"])
form, parts, message = chatbot([("%03d" % i) + "&" * 200 + "@1795457612000"
                                for i in range(100)])
lines = message["content"]["description"].split("\n")
t.ok(wrong_with(message, rows) == "" and
     lines[-1] == "and %d more" % (100 - len(lines) + 1),
     "what does not fit is counted", lines[-1])
threads = [chatbot([s])[2]["metadata"]["threadId"] for s in
           ("a@1795457612000", "a@1795457712000", "b@1795457612000",
            "a@1795557612000")]
t.ok(threads[0] == threads[1] and len(set(threads)) == 3,
     "a thread is of one service and day", str(threads))

# ---- what is no topic is refused at start ----

for arn, why in (
        (TOPIC + ".fifo", "FIFO"),
        (TOPIC + ":1b9c4d6e-aaaa-bbbb-cccc-1234567890ab", "subscription"),
        ("arn:aws:sns:ap-northeast-1:123456789012", "ARN of a topic"),
        ("batch-failures", "ARN of a topic"),
        ("", "ARN of a topic"),
        ("arn:aws:sqs:ap-northeast-1:123456789012:q", "sqs"),
        ("arn:aws:sns:evil.example/:123456789012:x", "region"),
        ("arn:aws:sns::123456789012:x", "region"),
        ("arn:aws:sns:eu-west-1:12345678901:x", "account"),
        ("arn:aws:sns:eu-west-1:12345678901a:x", "account"),
        ("arn:aws:sns:eu-west-1:123456789012:", "name"),
        ("arn:aws:sns:eu-west-1:123456789012:a b", "name"),
        ("arn:aws:sns:eu-west-1:123456789012:" + "x" * 257, "name"),
        ("arn:nowhere:sns:eu-west-1:123456789012:x", "partition"),
        ("arn:aws:sns:eu-west-1:1:2:3:4:5", "six")):
    r = subprocess.run([PUBLISH, "-b", arn, "x"], env=environment(),
                       stdout=subprocess.PIPE)
    out = r.stdout.decode()
    t.ok(r.returncode == 2 and why in out,
         "refused: %s" % (arn[:70] or "an empty ARN"), out)

# ---- sent, and its signature ----

with StandIn() as aws:
    env = aws.environment()
    said = one(env)
    t.ok(said.outcome == "sent" and said.id == aws.accepted[0]["id"] and
         said.why == "", "a message is sent when its MessageId came", said)
    body = call(["-b", TOPIC, AT], env).rstrip("\n").encode()
    t.equal(aws.requests[0][3], body, "what -b shows is what is sent")
    for service in HOSTILE + ["%2B+ ~*=;/?#[]", "\U0001f600\u3042"]:
        data = os.fsencode(service).replace(b"@", b"") + b"@1795457612000"
        said = one(env, services=[data])
        t.ok(said.outcome == "sent", "signed right with %s in it" %
             ascii(service[:30]), said, aws.refusals)
    before = len(aws.accepted)
    said = one(env, services=["s%d%s@%d" % (i, "\u00e9" * 100, 10**12 + i)
                              for i in range(2000)])
    t.ok(said.outcome == "sent" and len(aws.accepted) == before + 1,
         "a burst of 2000 services is one message", said)
    said = one({**env, "AWS_SECRET_ACCESS_KEY": "wrong"})
    t.ok(said.outcome == "fault" and "SignatureDoesNotMatch" in said.why and
         "clock" not in said.why and "the environment" in said.why,
         "a wrong secret is a fault and no clock's", said)
    said = one({**env, "AWS_ACCESS_KEY_ID": "AKIDNOBODY"})
    t.ok(said.outcome == "fault" and "InvalidClientTokenId" in said.why,
         "so is an unknown key", said)
    aws.keys["ASIA1"] = ("s3cr3t+/=", "IQoJ+/=token" * 20, None)
    secrets |= {"s3cr3t+/=", "IQoJ+/=token"}
    session = {**env, "AWS_ACCESS_KEY_ID": "ASIA1",
               "AWS_SECRET_ACCESS_KEY": "s3cr3t+/="}
    token = "IQoJ+/=token" * 20
    said = one({**session, "AWS_SESSION_TOKEN": token})
    t.ok(said.outcome == "sent" and aws.accepted[-1]["token"] == token,
         "a session token is sent and signed", said, aws.refusals)
    said = one({**session, "AWS_SECURITY_TOKEN": token})
    t.ok(said.outcome == "sent", "also under its old name", said)
    said = one({**env, "AWS_SESSION_TOKEN": ""})
    t.ok(said.outcome == "sent", "an empty token is none", said)
    said = one(session)
    t.ok(said.outcome == "fault", "without its token: a fault", said)
    said = one({**session, "AWS_SESSION_TOKEN": token,
                "AWS_SECRET_ACCESS_KEY": "wrong"})
    t.ok(said.outcome == "fault" and "does not match" in said.why and
         "Canonical" not in said.why and any(token in why for _, why in aws.refusals),
         "SNS repeats the token, we do not", said)
    aws.path = "/sns/path"
    said = one({**env, "AWS_ENDPOINT_URL": aws.url + "sns/path"})
    t.ok(said.outcome == "sent", "an endpoint with a path", said,
         aws.refusals)
    aws.path = "/"
    count = len(aws.accepted)
    said = publish(env, "-n", "3")
    t.ok([s.outcome for s in said] == ["sent"] * 3 and
         len(aws.accepted) == count + 3, "three on one connection", said)
    t.equal(aws.disagreements, [], "botocore finds the same signatures"
            if stand_in.botocore else "(python3-botocore is not there)")
    refused_secret(aws)

# ---- every fault has its class ----

WANT = {
    "throttle-400": "again", "throttle-429": "again", "kms-throttle": "again",
    "500": "again", "503": "again", "expired": "fault", "invalid-key": "fault",
    "denied": "fault", "not-found": "fault", "kms-denied": "fault",
    "invalid-message": "refused", "invalid-topic": "fault",
    "unknown-400": "refused", "unknown-403": "fault", "drop-before": "again",
    "drop-after": "again", "html-200": "again", "html-503": "again",
    "empty-200": "again", "slow": "sent", "half": "again",
    "redirect": "fault", "garbage": "again", "huge": "again",
    "wrapped-error": "fault", "retry-after": "again",
}
with StandIn() as aws:
    env = aws.environment()
    aws.slow = 0.3
    for fault in stand_in.FAULTS:
        if fault == "hang":
            continue
        aws.fault(fault)
        said = publish(env, "-n", "2", "-t", "5000")
        t.ok(said[0].outcome == WANT[fault] and said[1].outcome == "sent" and
             (said[0].why != "") == (said[0].outcome != "sent") and
             (said[0].id != "") == (said[0].outcome == "sent"),
             "%s: %s, and then it is sent" % (fault, WANT[fault]), said)
        if fault in ("throttle-400", "kms-throttle"):
            t.equal(said[0].after, "1000", "throttled: a second at least")
        if fault == "retry-after":
            t.equal(said[0].after, "7000", "Retry-After is obeyed")
        if fault == "html-200":
            t.ok("text/html" in said[0].why, "and why is said", said[0])
        del aws.faults[:]
    aws.fault("hang", 2)
    start = time.monotonic()
    said = one(env, "-t", "700")
    took, most = time.monotonic() - start, busy.limit(4, start)
    t.ok(said.outcome == "again" and 0.6 < took < most,
         "a topic that hangs is left when the time is over", said, took)
    before = len(aws.requests)
    p = subprocess.Popen([PUBLISH, TOPIC, AT], env=environment(**env),
                         stdout=subprocess.PIPE)
    wait_until(lambda: len(aws.requests) > before)
    start = time.monotonic()
    p.send_signal(signal.SIGTERM)
    out = p.communicate(timeout=PATIENCE)[0]
    took, most = time.monotonic() - start, busy.limit(2, start)
    t.ok(out.startswith(b"again") and took < most,
         "or at once when somebody says stop", out, took)
    del aws.faults[:]
    closed = aws.url
said = one({**env, "AWS_ENDPOINT_URL": closed})
t.ok(said.outcome == "again", "nobody there: again", said)
said = one({**env, "AWS_ENDPOINT_URL": "https://no-such-host.invalid/"},
           "-t", "1500")
t.ok(said.outcome == "again", "a name that does not resolve: again", said)

# ---- the clock ----

with StandIn() as aws:
    env = aws.environment()
    for seconds, words in ((3600, "1 h 0 min 0 s behind"),
                           (-3600, "1 h 0 min 0 s ahead of"),
                           (600, "10 min 0 s behind"),
                           (86400 * 40, "40 d 0 h 0 min 0 s behind")):
        aws.clock = seconds
        del aws.requests[:]
        said = publish(env, "-n", "2")
        shown = re.sub(r"\b59 min 59 s|\b9 min 59 s|(?<=min )[01] s",
                       lambda m: m.group(), said[0].why)
        t.ok([s.outcome for s in said] == ["sent", "sent"] and
             "clock of this machine" in said[0].why and
             words.split()[0] in shown and words.split()[-1] in shown and
             said[1].why == "" and len(aws.requests) == 3,
             "a clock %d s off: told once, and sent with theirs" % seconds,
             said, len(aws.requests))
    aws.clock = 200
    said = one(env)
    t.ok(said.outcome == "sent" and said.why == "",
         "200 s are nothing to talk about", said)
    aws.clock, aws.date_clock = 3600, 0     # something on the way lies
    said = one(env)
    t.ok(said.outcome == "fault" and "clock" in said.why and
         "Signature expired" in said.why,
         "a clock that cannot be put right is still named", said)
    aws.clock, aws.date_clock = 3600, None
    said = one({**env, "AWS_SECRET_ACCESS_KEY": "wrong"})
    t.ok(said.outcome == "fault" and "calculated does not match" in said.why
         and "clock" not in said.why,
         "a wrong key under a wrong clock is a wrong key", said)
    t.equal(aws.disagreements, [], "all signatures as botocore's")

# ---- keys: files ----

with StandIn() as aws, Folder() as d:
    base = without(aws.environment(), *STATIC)
    base["HOME"] = d
    config, keys = d + "/.aws/config", d + "/.aws/credentials"
    pair = "aws_access_key_id = %s\naws_secret_access_key = %s\n" % (
        KEY, SECRET)
    wrong = "aws_access_key_id = AKIDOTHER\naws_secret_access_key = x\n"
    aws.roles["arn:aws:iam::123456789012:role/second"] = "ext-1"

    def with_files(config_text, keys_text, **more):
        for path, text in ((config, config_text), (keys, keys_text)):
            if text is None:
                if os.path.exists(path):
                    os.unlink(path)
            else:
                write(path, text)
        return one({**base, **more})

    P = {"AWS_PROFILE": "p"}
    for name, config_text, keys_text, more in (
            ("[default] of the credentials file", None,
             "[default]\n" + pair, {}),
            ("[default] of the config file", "[default]\n" + pair, None, {}),
            ("[profile p] of the config file", "[default]\n" + wrong +
             "[profile p]\n" + pair, None, P),
            ("[p] of the credentials file", None, "[p]\n" + pair, P),
            ("by AWS_DEFAULT_PROFILE", None, "[p]\n" + pair,
             {"AWS_DEFAULT_PROFILE": "p"}),
            ("[profile \"two words\"]", "[profile \"two words\"]\n" + pair,
             None, {"AWS_PROFILE": "two words"}),
            ("the credentials file wins", "[default]\n" + wrong,
             "[default]\n" + pair, {}),
            ("[profile default] wins over [default]", "[default]\n" + wrong +
             "[profile default]\n" + pair, None, {}),
            ("the last of doubled keys", None, "[default]\n" + wrong + pair,
             {}),
            ("comments, blank lines, CRLF, a BOM", None,
             "\ufeff# x\r\n\r\n[default] # y\r\n; z\r\n" +
             pair.replace("\n", " # comment\r\n"), {}),
            ("no blanks around =", None,
             "[default]\n" + pair.replace(" = ", "="), {}),
            ("no line end at the end", None, "[default]\n" + pair[:-1], {}),
            ("sub-maps beside", "[default]\nregion = eu-west-1\ns3 =\n"
             "  max = 1\n  aws_access_key_id = no\n" + pair, None, {}),
            ("environment before files", None, "[default]\n" + wrong,
             {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET})):
        said = with_files(config_text, keys_text, **more)
        t.ok(said.outcome == "sent", "keys: " + name, said)
    write(d + "/elsewhere", "[default]\n" + pair)
    said = with_files(None, None,
                      AWS_SHARED_CREDENTIALS_FILE=d + "/elsewhere")
    t.ok(said.outcome == "sent", "keys: AWS_SHARED_CREDENTIALS_FILE", said)
    said = with_files(None, None, AWS_CONFIG_FILE="~/elsewhere")
    t.ok(said.outcome == "sent", "keys: AWS_CONFIG_FILE below ~", said)
    said = with_files("[default]\nendpoint_url = " + aws.url + "\n" + pair,
                      None, AWS_ENDPOINT_URL="")
    t.ok(said.outcome == "sent", "endpoint_url of the profile", said)
    said = with_files("[default]\nservices = x\n" + pair + "[services x]\n"
                      "sns =\n  endpoint_url = " + aws.url + "\n",
                      None, AWS_ENDPOINT_URL="")
    t.ok(said.outcome == "sent", "endpoint_url of its services", said)
    said = with_files(None, "[default]\n" + pair,
                      AWS_ENDPOINT_URL="http://127.0.0.1:1/",
                      AWS_ENDPOINT_URL_SNS=aws.url)
    t.ok(said.outcome == "sent", "AWS_ENDPOINT_URL_SNS goes first", said)
    said = with_files(None, "[default]\n" + pair,
                      AWS_ENDPOINT_URL="http://sns.example.com/")
    t.ok(said.outcome == "fault" and "TLS" in said.why,
         "in the clear only to this machine", said)

    for name, config_text, keys_text, more, words in (
            ("a profile that is not there", None, "[default]\n" + pair,
             {"AWS_PROFILE": "nope"}, ["nope", "no such profile"]),
            ("an id without a secret", None,
             "[default]\naws_access_key_id = A\n", {}, ["secret"]),
            ("an id without a secret in the environment", None,
             "[default]\n" + pair, {"AWS_ACCESS_KEY_ID": "A"},
             ["AWS_SECRET_ACCESS_KEY is not"]),
            ("a line that is none", None, "[default]\nsecret%s\n" % SECRET,
             {}, ["credentials:2:"]),
            ("a key before a section", "x = %s\n" % SECRET, None, {},
             ["config:1:"]),
            ("a line end in a key", None, "[default]\n" + pair,
             {"AWS_ACCESS_KEY_ID": "A\r\nX: y", "AWS_SECRET_ACCESS_KEY": "x"},
             ["control character"]),
            ("SSO", "[default]\nsso_session = x\n", None, {},
             ["sso_session", "credential_process"]),
            ("MFA", "[default]\nrole_arn = %s\nsource_profile = b\n"
             "mfa_serial = m\n[profile b]\n%s" % (ROLE, pair), None, {},
             ["mfa_serial"]),
            ("a loop", "[default]\nrole_arn = %s\nsource_profile = b\n"
             "[profile b]\nrole_arn = %s\nsource_profile = default\n" % (
                 ROLE, ROLE), None, {}, ["itself"]),
            ("a role of nobody", "[default]\nrole_arn = %s\n" % ROLE, None,
             {}, ["source_profile"]),
            ("a source that is not there", "[default]\nrole_arn = %s\n"
             "source_profile = b\n" % ROLE, None, {}, ["\"b\""]),
            ("a role that is not given", "[default]\nrole_arn = arn:aws:iam"
             "::123456789012:role/other\nsource_profile = b\n[profile b]\n" +
             pair, None, {}, ["AccessDenied", "STS"])):
        said = with_files(config_text, keys_text, **more)
        t.ok(said.outcome == "fault" and all(w in said.why for w in words),
             "told: " + name, said)

    # roles
    role = "[default]\nrole_arn = %s\nsource_profile = b\n" % ROLE
    said = with_files(role + "[profile b]\n" + pair, None)
    t.ok(said.outcome == "sent" and
         aws.accepted[-1]["access"].startswith("ASIAROLE"),
         "a role taken on with the keys of another profile", said)
    said = with_files("[default]\nrole_arn = %s\nsource_profile = default\n"
                      % ROLE + pair, None)
    t.ok(said.outcome == "sent", "or with its own", said)
    chain = ("[profile p]\nrole_arn = arn:aws:iam::123456789012:role/second\n"
             "source_profile = default\nexternal_id = ext-1\n"
             "role_session_name = me\nduration_seconds = 900\n")
    del aws.assumed_with[:], aws.assumed[:]
    said = with_files(chain + role, "[b]\n" + pair, **P)
    t.ok(said.outcome == "sent" and len(aws.assumed) == 2 and
         aws.assumed_with[0] == KEY and
         aws.assumed_with[1].startswith("ASIAROLE") and
         aws.assumed[1]["RoleSessionName"] == "me" and
         aws.assumed[1]["DurationSeconds"] == "900",
         "a chain of two roles", said, str(aws.assumed))
    said = with_files("[default]\nrole_arn = %s\n"
                      "credential_source = Environment\n" % ROLE, None,
                      AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)
    t.ok(said.outcome == "sent", "keys of the environment go first", said)
    aws.clock = 3600
    said = with_files(role + "[profile b]\n" + pair, None)
    t.ok(said.outcome == "sent", "a role, an hour off", said, aws.refusals)
    aws.clock = 0
    aws.sts_faults = [(500, "InternalFailure", "no")]
    said = with_files(role + "[profile b]\n" + pair, None)
    t.ok(said.outcome == "again", "STS has a bad time: again", said)

    # web identity
    write(d + "/token", aws.web_token + "\n")
    web = {"AWS_WEB_IDENTITY_TOKEN_FILE": d + "/token", "AWS_ROLE_ARN": ROLE}
    said = with_files(None, None, **web)
    t.ok(said.outcome == "sent", "web identity", said, aws.refusals)
    said = with_files("[default]\nweb_identity_token_file = %s\nrole_arn = %s"
                      "\n" % (d + "/token", ROLE), None)
    t.ok(said.outcome == "sent", "web identity of a profile", said)
    aws.sts_faults = [(400, "IDPCommunicationError", "no")]
    said = with_files(None, None, **web)
    t.ok(said.outcome == "again", "its issuer is not reached: again", said)
    write(d + "/token", "another")
    said = with_files(None, None, **web)
    t.ok(said.outcome == "fault" and "InvalidIdentityToken" in said.why,
         "a token that is not good: fault", said)
    said = with_files(None, None, AWS_ROLE_ARN=ROLE,
                      AWS_WEB_IDENTITY_TOKEN_FILE=d + "/nope")
    t.ok(said.outcome == "fault" and "/nope: No such file" in said.why,
         "its file is not there: fault", said)

    # credential_process
    good = {"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET}
    write(d + "/good.json", json.dumps(good))
    process = "[default]\ncredential_process = %s\n"
    said = with_files(process % ("cat '%s/good.json'" % d), None)
    t.ok(said.outcome == "sent", "credential_process", said)
    for name, command, words in (
            ("another version", "echo '{\"Version\":2}'", "Version"),
            ("no JSON", "echo " + SECRET, "JSON"),
            ("no secret", "echo '{\"Version\":1,\"AccessKeyId\":\"x\"}'",
             "secret"),
            ("a failure", "echo %s >&2; exit 7" % SECRET, "status 7"),
            ("not there", "/no/such/program", "status 127"),
            ("a signal", "kill -9 $$", "signal 9")):
        said = with_files(process % command, None)
        t.ok(said.outcome == "fault" and words in said.why and
             "credential_process" in said.why,
             "credential_process: " + name, said)
    start = time.monotonic()
    said = publish({**base, "X": "1"}, "-t", "800") if write(
        config, process % "sleep 60") else None
    took, most = time.monotonic() - start, busy.limit(5, start)
    t.ok(said[-1].outcome == "again" and "too long" in said[-1].why and
         took < most, "credential_process: hangs", said, took)
    said = with_files(process % "yes", None)
    t.ok(said.outcome == "again" and "too much" in said.why,
         "credential_process: endless", said)
    # keys that AWS finds expired are fetched anew, once
    aws.keys["ASIAOLD"] = ("old-secret", "old-token", time.time() - 1)
    secrets |= {"old-secret", "old-token"}
    write(d + "/creds.json", json.dumps({
        "Version": 1, "AccessKeyId": "ASIAOLD", "SecretAccessKey":
        "old-secret", "SessionToken": "old-token"}))
    said = with_files(process % ("cat %s/creds.json; cp %s/good.json "
                                 "%s/creds.json" % (d, d, d)), None)
    t.ok(said.outcome == "sent" and aws.accepted[-1]["access"] == KEY,
         "expired keys are fetched anew and the message sent", said)
    refused_secret(aws)

# ---- keys: container and instance ----

with StandIn() as aws:
    base = without(aws.environment(), *STATIC, "AWS_EC2_METADATA_DISABLED")
    # no proxy may see these
    base.update(http_proxy="http://127.0.0.1:1", all_proxy="http://127.0.0.1:1",
                AWS_EC2_METADATA_SERVICE_ENDPOINT=aws.url)
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": aws.url + "creds"}
    said = one({**base, **container})
    t.ok(said.outcome == "sent" and
         aws.accepted[-1]["access"].startswith("ASIACONTAINER"),
         "the container's keys, before the instance's", said)
    aws.container_token = "Bearer abc"
    secrets.add("Bearer abc")
    said = one({**base, **container})
    t.ok(said.outcome == "fault" and "container" in said.why and
         "403" in said.why, "without its token: a fault", said)
    said = one({**base, **container,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer abc"})
    t.ok(said.outcome == "sent", "with it they are given", said)
    with Folder() as d:
        write(d + "/token", "Bearer abc\n")
        said = one({**base, **container, "AWS_CONTAINER_AUTHORIZATION_TOKEN":
                    "wrong", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE":
                    d + "/token"})
        t.ok(said.outcome == "sent", "its file goes before it", said)
    said = one({**base, **container,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "x\r\nY: z"})
    t.ok(said.outcome == "fault" and "line end" in said.why,
         "a token that would be two headers is refused", said)
    for url in ("http://169.254.169.254/creds", "http://93.184.216.34/c",
                "ftp://127.0.0.1/x"):
        start = time.monotonic()
        said = one({**base, "AWS_CONTAINER_CREDENTIALS_FULL_URI": url})
        t.ok(said.outcome == "fault" and "neither" in said.why and
             time.monotonic() - start < busy.limit(4, start),
             "no container is at " + url, said)
    aws.container_token = None

    said = one(base)
    t.ok(said.outcome == "sent" and
         aws.accepted[-1]["access"].startswith("ASIAINSTANCE"),
         "the instance's keys, by IMDSv2", said)
    aws.minted = 0
    said = publish(base, "-n", "3")
    t.ok([s.outcome for s in said] == ["sent"] * 3 and aws.minted == 1,
         "they are kept", said, aws.minted)
    aws.minted, aws.lifetime = 0, 903
    said = publish(base, "-n", "2", "-p", "3500")
    t.ok([s.outcome for s in said] == ["sent"] * 2 and aws.minted == 2,
         "and fetched anew before they end", said, aws.minted)
    aws.minted, aws.lifetime = 0, 300
    said = publish(base, "-n", "3")
    t.ok([s.outcome for s in said] == ["sent"] * 3 and aws.minted == 1,
         "but not with every message", said, aws.minted)
    aws.lifetime = 903
    p = subprocess.Popen([PUBLISH, "-n", "2", "-p", "3500", TOPIC, AT],
                         env=environment(**base), stdout=subprocess.PIPE)
    first = p.stdout.readline()
    aws.imds = "off"
    out = first + p.communicate(timeout=PATIENCE)[0]
    t.ok(out.count(b"sent\t") == 2,
         "the old ones serve when there are no new ones yet", out)
    aws.imds, aws.lifetime = "error-200", 3600
    said = one(base)
    t.ok(said.outcome == "again" and "instance metadata" in said.why,
         "an error in a 200 of the instance's service: again", said)
    for how, words in (("off", "no session: status 404"),
                       ("no-role", "has no role")):
        aws.imds = how
        said = one(base)
        t.ok(said.outcome == "fault" and words in said.why,
             "no instance role (%s): nothing found" % how, said)
        for place in ("environment (AWS_ACCESS_KEY_ID", 'profile "default"',
                      "/nonexistent/.aws/credentials", "web identity",
                      "container (AWS_CONTAINER", "instance metadata"):
            t.ok(place in said.why, "tried: " + place, said)
    aws.imds = "hang"
    start = time.monotonic()
    said = one(base)
    took, most = time.monotonic() - start, busy.limit(4.5, start)
    t.ok(said.outcome == "fault" and "HttpPutResponseHopLimit" in said.why and
         took < most, "no answer from the instance: a second, and what it "
         "may be", said, took)
    said = one({**base, "AWS_EC2_METADATA_DISABLED": "true"})
    t.ok(said.outcome == "fault" and "DISABLED" in said.why,
         "not asked when it is switched off", said)
    t.equal(aws.disagreements, [], "all signatures as botocore's")
    refused_secret(aws)

# ---- TLS, proxies, the real host ----

HOST = "sns.ap-northeast-1.amazonaws.com"
with Folder() as d:
    ca, certificate, key = stand_in.make_authority(d, ("127.0.0.1", HOST))
    with StandIn(tls=(certificate, key)) as aws, StandIn() as proxy:
        env = aws.environment()
        said = one({**env, "AWS_CA_BUNDLE": ca})
        t.ok(said.outcome == "sent", "TLS with AWS_CA_BUNDLE", said)
        said = publish({**env, "AWS_CA_BUNDLE": ca}, "-n", "3")
        t.ok([s.outcome for s in said] == ["sent"] * 3,
             "three on one TLS connection", said)
        said = one(env)
        t.ok(said.outcome == "fault" and "certificate" in said.why,
             "without it: a fault, and why", said)
        said = one({**env, "AWS_CA_BUNDLE": d + "/nope.pem"})
        t.ok(said.outcome == "fault" and "nope.pem" in said.why,
             "a CA bundle that is not there is named", said)
        said = one({**env, "AWS_CA_BUNDLE": ca, "AWS_ENDPOINT_URL":
                    aws.url.replace("127.0.0.1", "localhost")})
        t.ok(said.outcome == "fault", "a certificate of another name", said)
        write(d + "/.aws/config", "[default]\nca_bundle = %s\n" % ca)
        said = one({**env, "HOME": d})
        t.ok(said.outcome == "sent", "ca_bundle of the profile", said)

        # no endpoint is given: the host is that of the topic's region
        proxy.tunnel = aws.port
        aws.hosts = {HOST}
        real = {**without(env, "AWS_ENDPOINT_URL"), "AWS_CA_BUNDLE": ca,
                "https_proxy": "http://user:pr0xyw0rd@127.0.0.1:%d" %
                proxy.port}
        secrets.add("pr0xyw0rd")
        said = one(real)
        t.ok(said.outcome == "sent" and proxy.requests[-1][:2] ==
             ("CONNECT", HOST + ":443"),
             "through a proxy to the host of the region", said,
             str(proxy.requests))
        proxy.tunnel = None
        said = one(real)
        t.ok(said.outcome == "fault" and "proxy" in said.why and
             "407" in said.why, "a proxy that says no is named", said)
        said = one({**real, "no_proxy": "amazonaws.com"}, "-t", "1500")
        t.ok(said.outcome != "sent" and "proxy" not in said.why,
             "no_proxy is heard", said)
        t.equal(aws.disagreements, [], "all signatures as botocore's")
        refused_secret(aws)

# ---- at last ----

leaked = [(s, text) for s in secrets for text in everything if s in text]
t.ok(len(everything) > 100 and not leaked,
     "no secret is in anything that was printed", str(leaked[:3]))
t.done()
