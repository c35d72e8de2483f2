#!/usr/bin/python3
# stand_in.py -- SNS, STS, IMDSv2 and the container endpoint on loopback.
# SPDX-License-Identifier: MIT
#
# Debian's python3 and its standard library; where python3-botocore is
# installed every signature is also recomputed by it, and the two must agree.
#
#   with StandIn() as aws:              # or StandIn(tls=(certificate, key))
#       aws.fault("throttle-400", 2)    # the next two Publish calls
#       ... run something with env=aws.environment() ...
#       aws.accepted                    # what got a MessageId, in order
#
# What the real thing refuses it refuses: a wrong signature, token or host, a
# clock more than five minutes off, an unsigned header, a message that is
# empty, too long or no JSON of strings, a parameter it does not know.  Errors
# look as AWS documents them (sns.md, chapters 1 and 4).
#
# As a program, for tests that kill things:
#   stand_in.py --port-file F [--log F] [--rate R] [--seed N] [--faults A,B]
# prints nothing; F gets the port; the log gets one JSON line for each message
# accepted, fsync'ed before the answer goes out.
import argparse
import datetime
import email.utils
import hashlib
import hmac
import http.server
import json
import os
import random
import re
import ssl
import sys
import threading
import time
import urllib.parse
import uuid

try:
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
except ImportError:
    botocore = None

TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:batch-failures"
KEY, SECRET = "AKIDEXAMPLE0000000", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SKEW = 300              # seconds that a request's time may be off
FORM = "application/x-www-form-urlencoded"

# name -> (status, code, message) of an error in SNS's form
ERRORS = {
    "throttle-400": (400, "Throttling", "Rate exceeded"),
    "throttle-429": (429, "Throttled", "Rate exceeded"),
    "kms-throttle": (400, "KMSThrottling", "Rate exceeded"),
    "500": (500, "InternalFailure", "The request processing has failed"),
    "503": (503, "ServiceUnavailable", "Service is unable to handle request"),
    "expired": (403, "ExpiredToken",
                "The security token included in the request is expired"),
    "invalid-key": (403, "InvalidClientTokenId",
                    "The security token included in the request is invalid."),
    "denied": (403, "AuthorizationError",
               "User: arn:aws:iam::123456789012:user/u is not authorized to "
               "perform: SNS:Publish on resource: " + TOPIC),
    "not-found": (404, "NotFound", "Topic does not exist"),
    "kms-denied": (400, "KMSAccessDenied",
                   "The ciphertext references a key that doesn't exist"),
    "invalid-message": (400, "InvalidParameter",
                        "Invalid parameter: Message too long"),
    "invalid-topic": (400, "InvalidParameter",
                      "Invalid parameter: TopicArn Reason: no such thing"),
    "unknown-400": (400, "NeverHeardOfIt", "something new"),
    "unknown-403": (403, "NeverHeardOfIt", "something new"),
}
# and these, which are no error answers
OTHERS = ("drop-before", "drop-after", "hang", "html-200", "html-503",
          "empty-200", "slow", "half", "redirect", "garbage", "huge",
          "wrapped-error", "retry-after")
FAULTS = tuple(ERRORS) + OTHERS


def stamp(seconds):
    return datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def iso(seconds, fraction=""):
    return datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S" +
                                                 fraction + "Z")


class Refusal(Exception):
    def __init__(self, status, code, message):
        self.status, self.code, self.message = status, code, message


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def canonical_request(headers, names, method, path, body):
    return "\n".join(
        [method, urllib.parse.quote(path, safe="/-_.~%"), ""] +
        ["%s:%s" % (n, " ".join(headers[n].split())) for n in names] +
        ["", ";".join(names), hashlib.sha256(body).hexdigest()])


def signature(secret, scope, headers, names, method, path, body, when):
    """SigV4 of a request without query, by the book."""
    canonical = canonical_request(headers, names, method, path, body)
    day, region, service, end = scope.split("/")
    text = "\n".join(["AWS4-HMAC-SHA256", when, scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, end):
        key = digest(key, part)
    return digest(key, text).hex()


def botocore_signature(keys, scope, headers, names, method, path, body, when):
    """The same by botocore, which is told only what SigV4 is made from."""
    request = botocore.awsrequest.AWSRequest(
        method=method, url="https://" + headers["host"] + path, data=body,
        headers={n: headers[n] for n in names if n != "host"})
    day, region, service, end = scope.split("/")
    request.context["timestamp"] = when
    auth = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials(*keys), service, region)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    return auth.signature(text, request)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    aws = None                          # the StandIn

    def log_message(self, *args):
        pass

    def date_time_string(self, timestamp=None):
        shown = time.time() + (self.aws.clock if self.aws.date_clock is None
                               else self.aws.date_clock)
        return email.utils.formatdate(shown, usegmt=True)

    def answer(self, status, body, kind="text/xml", **headers):
        if isinstance(body, str):
            body = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, why, **headers):
        kind = "Receiver" if why.status >= 500 else "Sender"
        text = (why.message.replace("&", "&amp;").replace("<", "&lt;"))
        self.answer(why.status, (
            '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
            "\n  <Error>\n    <Type>%s</Type>\n    <Code>%s</Code>\n    "
            "<Message>%s</Message>\n  </Error>\n  <RequestId>%s</RequestId>\n"
            "</ErrorResponse>\n") % (kind, why.code, text, uuid.uuid4()),
            **headers)

    def drop(self):
        self.close_connection = True
        try:
            self.connection.shutdown(2)
        except OSError:
            pass

    def read_body(self):
        length = int(self.headers.get("Content-Length", 0))
        return self.rfile.read(length)

    # ---- SNS and STS ----

    def check_signature(self, body, service):
        """The access key's id; raises what AWS would answer."""
        aws = self.aws
        text = self.headers.get("Authorization")
        if text is None:
            raise Refusal(403, "MissingAuthenticationToken",
                          "Request is missing Authentication Token")
        m = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\S+), ?"
                         r"SignedHeaders=([a-z0-9;-]+), ?"
                         r"Signature=([0-9a-f]{64})", text)
        if not m:
            raise Refusal(400, "IncompleteSignature", "unreadable: " + text)
        access, scope, signed, given = m.groups()
        names = signed.split(";")
        headers = {}
        for name, value in self.headers.items():
            if name.lower() in headers:
                raise Refusal(400, "IncompleteSignature",
                              "header twice: " + name)
            headers[name.lower()] = value
        must = {"host"} | {n for n in headers if n.startswith("x-amz-")}
        if names != sorted(names) or not must <= set(names):
            raise Refusal(403, "SignatureDoesNotMatch",
                          "these must be signed: " + ";".join(sorted(must)))
        when = headers.get("x-amz-date", "")
        if not re.fullmatch(r"\d{8}T\d{6}Z", when):
            raise Refusal(400, "IncompleteSignature", "no date: " + when)
        if scope != "%s/%s/%s/aws4_request" % (when[:8], aws.region, service):
            raise Refusal(403, "SignatureDoesNotMatch",
                          "Credential should be scoped to a valid region, "
                          "not '%s'." % scope)
        if access not in aws.keys:
            raise Refusal(403, "InvalidClientTokenId",
                          "The security token included in the request is "
                          "invalid.")
        secret, token, ends = aws.keys[access]
        if aws.hosts and headers["host"] not in aws.hosts:
            raise Refusal(403, "SignatureDoesNotMatch",
                          "wrong host " + headers["host"])
        args = (scope, headers, names, self.command, self.path, body, when)
        want = signature(secret, *args)
        if botocore is not None:
            other = botocore_signature((access, secret, token), *args)
            if want != other:
                aws.disagreements.append((want, other, args))
        if given != want:
            raise Refusal(403, "SignatureDoesNotMatch",
                          "The request signature we calculated does not "
                          "match the signature you provided. Check your AWS "
                          "Secret Access Key and signing method. Consult the "
                          "service documentation for details.\n\nThe Canonical "
                          "String for this request should have been\n'%s'\n" %
                          canonical_request(headers, names, self.command,
                                            self.path, body))
        now = aws.now()
        asked = datetime.datetime.strptime(when, "%Y%m%dT%H%M%SZ").replace(
            tzinfo=datetime.timezone.utc).timestamp()
        if asked < now - SKEW:
            raise Refusal(403, "SignatureDoesNotMatch",
                          "Signature expired: %s is now earlier than %s "
                          "(%s - 5 min.)" % (when, stamp(now - SKEW),
                                             stamp(now)))
        if asked > now + SKEW:
            raise Refusal(403, "SignatureDoesNotMatch",
                          "Signature not yet current: %s is still later than "
                          "%s (%s + 5 min.)" % (when, stamp(now + SKEW),
                                                stamp(now)))
        if headers.get("x-amz-security-token") != token:
            raise Refusal(403, "InvalidClientTokenId",
                          "The security token included in the request is "
                          "invalid.")
        if ends is not None and now >= ends:
            raise Refusal(403, "ExpiredToken",
                          "The security token included in the request is "
                          "expired")
        return access

    def check_publish(self, form):
        message = form.get("Message", "")
        if form.get("TopicArn") != self.aws.topic:
            raise Refusal(404, "NotFound", "Topic does not exist")
        unknown = set(form) - {"Action", "Version", "TopicArn", "Message",
                               "MessageStructure"}
        if unknown:
            raise Refusal(400, "InvalidParameter",
                          "not expected here: " + ", ".join(unknown))
        if message == "":
            raise Refusal(400, "InvalidParameter",
                          "Invalid parameter: Empty message")
        if len(message.encode()) > 262144:
            raise Refusal(400, "InvalidParameter",
                          "Invalid parameter: Message too long")
        if form.get("MessageStructure") != "json":
            raise Refusal(400, "InvalidParameter",
                          "Invalid parameter: MessageStructure")
        try:
            parts = json.loads(message)
        except ValueError:
            raise Refusal(400, "InvalidParameter", "Invalid parameter: "
                          "Message Structure - JSON message body failed to "
                          "parse")
        if not isinstance(parts, dict) or not isinstance(
                parts.get("default"), str):
            raise Refusal(400, "InvalidParameter", "Invalid parameter: "
                          "Message Structure - No default entry in JSON "
                          "message body")

    def accept(self, form, access):
        entry = {"id": str(uuid.uuid4()), "message": form["Message"],
                 "topic": form["TopicArn"], "time": time.time(),
                 "access": access,
                 "token": self.headers.get("X-Amz-Security-Token")}
        self.aws.take(entry)
        return entry["id"]

    def publish(self, form, body):
        aws = self.aws
        fault = aws.next_fault()
        if fault in ERRORS:
            self.refuse(Refusal(*ERRORS[fault]))
            return
        if fault == "retry-after":
            self.refuse(Refusal(*ERRORS["throttle-429"]), Retry_After="7")
            return
        if fault == "redirect":
            self.answer(302, "", Location=aws.url + "elsewhere")
            return
        if fault == "html-200":
            self.answer(200, "<html><body>Please log in<MessageId>1</MessageId>",
                        "text/html")
            return
        if fault == "html-503":
            self.answer(503, "<html>no server</html>", "text/html")
            return
        if fault == "empty-200":
            self.answer(200, "")
            return
        if fault == "garbage":
            self.wfile.write(b"\0\1 this is no HTTP\r\n\r\n")
            self.drop()
            return
        if fault == "huge":
            self.answer(200, b"x" * (8 << 20))
            return
        if fault == "wrapped-error":    # as moto writes them
            self.answer(403, "<ErrorResponse><Errors><Error><Code>"
                        "SignatureDoesNotMatch</Code><Message>no</Message>"
                        "</Error></Errors></ErrorResponse>")
            return
        if fault == "hang":
            aws.closing.wait(aws.hang)
            self.drop()
            return
        if fault == "slow":
            aws.closing.wait(aws.slow)
        access = self.check_signature(body, "sns")
        self.check_publish(form)
        name = self.accept(form, access)
        text = ('<PublishResponse xmlns="http://sns.amazonaws.com/doc/'
                '2010-03-31/">\n  <PublishResult>\n    <MessageId>%s'
                "</MessageId>\n  </PublishResult>\n  <ResponseMetadata>\n"
                "    <RequestId>%s</RequestId>\n  </ResponseMetadata>\n"
                "</PublishResponse>\n") % (name, uuid.uuid4())
        if fault == "drop-after":
            self.drop()
        elif fault == "half":           # cut in the answer
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text[:90].encode())
            self.drop()
        else:
            self.answer(200, text)

    def assume(self, form, body):
        aws = self.aws
        web = form["Action"] == "AssumeRoleWithWebIdentity"
        fault = aws.sts_faults.pop(0) if aws.sts_faults else None
        if fault is not None:
            raise Refusal(*fault)
        if web:
            if "Authorization" in self.headers:
                raise Refusal(400, "Bad", "must not be signed")
            if form.get("WebIdentityToken") != aws.web_token:
                raise Refusal(400, "InvalidIdentityToken",
                              "Token is not from a supported provider")
        else:
            access = self.check_signature(body, "sts")
            aws.assumed_with.append(access)
        if form.get("Version") != "2011-06-15":
            raise Refusal(400, "Bad", "version")
        if not re.fullmatch(r"[\w+=,.@-]{2,64}",
                            form.get("RoleSessionName", "")):
            raise Refusal(400, "ValidationError", "RoleSessionName")
        if form.get("RoleArn") not in aws.roles:
            raise Refusal(403, "AccessDenied",
                          "User is not authorized to perform: sts:AssumeRole")
        if form.get("ExternalId") != aws.roles[form["RoleArn"]]:
            raise Refusal(403, "AccessDenied", "external id")
        aws.assumed.append(form)
        access, secret, token, ends = aws.mint("ASIAROLE")
        name = form["Action"]
        self.answer(200, (
            '<%sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            "<%sResult><AssumedRoleUser><Arn>arn:x</Arn></AssumedRoleUser>"
            "<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s"
            "</SecretAccessKey><SessionToken>%s</SessionToken><Expiration>%s"
            "</Expiration></Credentials></%sResult></%sResponse>")
            % (name, name, access, secret, token, iso(ends, ".123"), name,
               name))

    def do_POST(self):
        aws = self.aws
        if aws.peek_fault() == "drop-before":
            aws.next_fault()
            self.drop()
            return
        body = self.read_body()
        with aws.lock:
            aws.answering += 1
        aws.requests.append((self.command, self.path, dict(self.headers),
                             body))
        try:
            self.post(body)
        finally:
            with aws.lock:
                aws.answering -= 1

    def post(self, body):
        aws = self.aws
        try:
            if not self.headers.get("Content-Type", "").startswith(FORM):
                raise Refusal(400, "MalformedQueryString", "Content-Type")
            if self.path != aws.path:
                raise Refusal(404, "UnknownOperationException", self.path)
            form = dict(urllib.parse.parse_qsl(
                body.decode("ascii"), keep_blank_values=True,
                strict_parsing=True, errors="strict"))
            action = form.get("Action")
            if action == "Publish" and form.get("Version") == "2010-03-31":
                self.publish(form, body)
            elif action in ("AssumeRole", "AssumeRoleWithWebIdentity"):
                self.assume(form, body)
            else:
                raise Refusal(400, "InvalidAction", str(action))
        except Refusal as why:
            aws.refusals.append((why.code, why.message))
            self.refuse(why)
        except (ValueError, UnicodeError) as why:
            aws.refusals.append(("MalformedQueryString", str(why)))
            self.refuse(Refusal(400, "MalformedQueryString", str(why)))

    # ---- IMDSv2 and the container endpoint ----

    def do_PUT(self):
        self.read_body()
        aws = self.aws
        aws.requests.append((self.command, self.path, dict(self.headers), b""))
        if aws.imds == "off" or self.path != "/latest/api/token":
            self.answer(404, "", "text/plain")
        elif aws.imds == "hang":
            aws.closing.wait(aws.hang)
            self.drop()
        elif not 1 <= int(self.headers.get(
                "X-aws-ec2-metadata-token-ttl-seconds", 0)) <= 21600:
            self.answer(400, "", "text/plain")
        else:
            self.answer(200, aws.imds_token, "text/plain")

    def do_GET(self):
        aws = self.aws
        aws.requests.append((self.command, self.path, dict(self.headers), b""))
        base = "/latest/meta-data/iam/security-credentials/"
        if self.path == aws.container_path:
            if self.headers.get("Authorization") != aws.container_token:
                self.answer(403, '{"code":"AccessDenied"}',
                            "application/json")
                return
            access, secret, token, ends = aws.mint("ASIACONTAINER")
            self.answer(200, json.dumps({
                "RoleArn": "arn:aws:iam::123456789012:role/task",
                "AccessKeyId": access, "SecretAccessKey": secret,
                "Token": token, "Expiration": iso(ends)}),
                "application/json")
            return
        if self.headers.get("X-aws-ec2-metadata-token") != aws.imds_token:
            self.answer(401, "", "text/plain")
        elif self.path == "/latest/meta-data/placement/region":
            self.answer(200, aws.region, "text/plain")
        elif self.path == base and aws.imds == "no-role":
            self.answer(404, "", "text/plain")
        elif self.path == base:
            self.answer(200, "the-role\n", "text/plain")
        elif self.path == base + "the-role" and aws.imds == "error-200":
            self.answer(200, json.dumps({
                "Code": "AssumeRoleUnauthorizedAccess",
                "Message": "EC2 cannot assume the role the-role."}),
                "text/plain")
        elif self.path == base + "the-role":
            access, secret, token, ends = aws.mint("ASIAINSTANCE")
            self.answer(200, json.dumps({
                "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": access,
                "SecretAccessKey": secret, "Token": token,
                "Expiration": iso(ends)}), "text/plain")
        else:
            self.answer(404, "", "text/plain")

    def do_CONNECT(self):
        """A proxy: every host is the StandIn that aws.tunnel names."""
        import select
        import socket
        aws = self.aws
        aws.requests.append((self.command, self.path, dict(self.headers), b""))
        self.close_connection = True
        if aws.tunnel is None:
            self.answer(407, "", Proxy_Authenticate="Basic")
            return
        far = socket.create_connection(("127.0.0.1", aws.tunnel))
        self.send_response(200)
        self.end_headers()
        ends = {self.connection: far, far: self.connection}
        while True:
            for s in select.select(list(ends), [], [])[0]:
                data = s.recv(65536)
                if data == b"":
                    far.close()
                    return
                ends[s].sendall(data)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        kind = sys.exc_info()[0]
        if not issubclass(kind, (OSError, ssl.SSLError)):
            super().handle_error(request, client_address)


class StandIn:
    """The server; all its parts may be changed while it runs."""

    def __init__(self, port=0, tls=None, region="ap-northeast-1",
                 topic=TOPIC, log=None):
        self.topic, self.region = topic, region
        # access key id -> (secret, session token or None, end or None)
        self.keys = {KEY: (SECRET, None, None)}
        self.hosts = None               # the Host headers that are right
        self.path = "/"
        self.clock = 0                  # seconds its clock is ahead of ours
        self.date_clock = None          # and what its Date shows, if other
        self.slow, self.hang = 1.0, 600
        self.faults = []                # of the Publish calls to come
        self.sts_faults = []            # (status, code, message) ...
        self.rate, self.random, self.choices = 0.0, random.Random(1), FAULTS
        self.web_token = "eyJhbGciOi.web.identity"
        self.roles = {"arn:aws:iam::123456789012:role/publisher": None}
        self.lifetime = 3600            # of what is minted
        self.minted = 0
        self.imds, self.imds_token = "on", "AQAAANkd-token=="
        self.container_path, self.container_token = "/creds", None
        self.tunnel = None
        # what happened, and how many it is answering to
        self.answering = 0
        self.accepted, self.requests, self.refusals = [], [], []
        self.assumed, self.assumed_with, self.disagreements = [], [], []
        self.lock, self.closing = threading.Lock(), threading.Event()
        self.log = None if log is None else open(log, "a")
        handler = type("BoundHandler", (Handler,), {"aws": self})
        self.server = Server(("127.0.0.1", port), handler)
        self.port = self.server.server_address[1]
        self.url = "%s://127.0.0.1:%d/" % ("https" if tls else "http",
                                           self.port)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            # the handshake is the connection's thread's, not accept()'s
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True,
                do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       kwargs={"poll_interval": 0.05},
                                       daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.close()

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        if self.log is not None:
            self.log.close()

    def now(self):
        return time.time() + self.clock

    def environment(self, **more):
        """What a client needs to come here with the static key."""
        env = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET,
               "AWS_ENDPOINT_URL": self.url,
               "AWS_EC2_METADATA_DISABLED": "true"}
        env.update(more)
        return env

    def fault(self, name, times=1):
        if name not in FAULTS:
            raise ValueError(name)
        with self.lock:
            self.faults += [name] * times

    def peek_fault(self):
        with self.lock:
            if not self.faults and self.rate and (
                    self.random.random() < self.rate):
                self.faults.append(self.random.choice(self.choices))
            return self.faults[0] if self.faults else None

    def next_fault(self):
        with self.lock:
            return self.faults.pop(0) if self.faults else None

    def mint(self, prefix):
        with self.lock:
            self.minted += 1
            access = "%s%04d" % (prefix, self.minted)
            ends = self.now() + self.lifetime
            secret, token = "secret/+" + access, "token//" + access + "=="
            self.keys[access] = (secret, token, ends)
        return access, secret, token, ends

    def take(self, entry):
        with self.lock:
            self.accepted.append(entry)
            if self.log is not None:
                self.log.write(json.dumps(entry) + "\n")
                self.log.flush()
                os.fsync(self.log.fileno())


def make_authority(folder, names=("127.0.0.1", "localhost")):
    """A test CA and a certificate by it: (ca, certificate, key) as files."""
    import subprocess

    def openssl(*args):
        subprocess.run(("openssl",) + args, check=True, cwd=folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    names = ["IP:" + n if re.fullmatch(r"[\d.]+", n) else "DNS:" + n
             for n in names]
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=cwsift test CA")
    openssl("req", *curve, "-keyout", "key.pem", "-out", "request.pem",
            "-subj", "/CN=stand-in")
    with open(os.path.join(folder, "more"), "w") as f:
        f.write("subjectAltName=" + ",".join(names) + "\n")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey",
            "ca.key", "-CAcreateserial", "-out", "certificate.pem", "-days",
            "2", "-extfile", "more")
    return tuple(os.path.join(folder, n)
                 for n in ("ca.pem", "certificate.pem", "key.pem"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--log")
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--hang", type=float, default=5.0)
    args = parser.parse_args()
    aws = StandIn(port=args.port, log=args.log)
    aws.rate, aws.random = args.rate, random.Random(args.seed)
    aws.choices, aws.hang = args.faults.split(","), args.hang
    with open(args.port_file + ".tmp", "w") as f:
        f.write("%d\n" % aws.port)
    os.replace(args.port_file + ".tmp", args.port_file)
    threading.Event().wait()


if __name__ == "__main__":
    main()
