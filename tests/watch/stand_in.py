#!/usr/bin/python3
# stand_in.py -- as much of CloudWatch Logs as `aws logs tail` asks for, on loopback.
# SPDX-License-Identifier: MIT
#
# FilterLogEvents over a list of events, in pages.  A test makes a StandIn and adds events
# to it; run as a program it makes up a night with some failures.
import http.server
import json
import socket
import sys
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        stand_in = self.server.stand_in
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "")
        ask = json.loads(body or b"{}")
        found = {"events": []}
        if stand_in.error is None and target == "Logs_20140328.FilterLogEvents":
            found = stand_in.filter(ask)
        # when, what was asked for, what it brought
        stand_in.polls.append((time.monotonic(), ask, found["events"]))
        if stand_in.error is not None:
            self.answer(400, {"__type": stand_in.error[0],
                              "message": stand_in.error[1]})
        elif target != "Logs_20140328.FilterLogEvents":
            self.answer(400, {"__type": "UnknownOperationException"})
        else:
            self.answer(200, found)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def process_request(self, request, address):
        self.stand_in.connections.append(request)
        super().process_request(request, address)


class StandIn:
    def __init__(self, port=0):
        self.events, self.polls, self.error = [], [], None
        self.page = 100
        self.lock = threading.Lock()
        self.port = port
        self.start()

    def start(self):
        self.connections = []
        self.server = Server(("127.0.0.1", self.port), Handler)
        self.server.stand_in = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        """No new connection, and none that aws keeps open is answered any more."""
        self.server.shutdown()
        self.server.server_close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass                    # closed already

    url = property(lambda self: "http://127.0.0.1:%d" % self.port)

    def add(self, message, stream="s", ms=None, group="/aws/lambda/mail"):
        """An event, of now unless ms says when; its time."""
        ms = int(time.time() * 1000) if ms is None else ms
        with self.lock:
            self.events.append({
                "group": group, "logStreamName": stream, "timestamp": ms,
                "message": message, "ingestionTime": int(time.time() * 1000),
                "eventId": "%056d" % len(self.events)})
        return ms

    def filter(self, ask):
        with self.lock:
            found = [e for e in self.events
                     if e["group"] == ask.get("logGroupName") and
                     e["timestamp"] >= ask.get("startTime", 0)]
        found.sort(key=lambda e: e["timestamp"])
        at = int(ask.get("nextToken", "0"))
        answer = {"searchedLogStreams": [], "events": [
            {k: v for k, v in e.items() if k != "group"}
            for e in found[at:at + self.page]]}
        if at + self.page < len(found):
            answer["nextToken"] = str(at + self.page)
        return answer


if __name__ == "__main__":
    s = StandIn(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(s.url, flush=True)
    n = 0
    while True:
        s.add("START RequestId: %d Version: $LATEST\n" % n)
        if n % 7 == 3:
            s.add("[ERROR] ValueError: bad total\nTraceback (most recent call "
                  "last):\n  File \"/var/task/app.py\", line 12, in handler\n")
        if n % 20 == 19:
            s.error = ("ExpiredTokenException",
                       "The security token included in the request is expired")
        elif n % 20 == 5:
            s.error = None
        n += 1
        time.sleep(2)
