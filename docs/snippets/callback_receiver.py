"""Receive callbacks: refuse what is not from this server, answer at once, count each event once."""

import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

AUTH_KEY = os.environ["CALLBACK_AUTH_KEY"]  # printed by `labelwright key callback --mode live`
seen: set[str] = set()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if not hmac.compare_digest(self.headers.get("scale-callback-auth", ""), AUTH_KEY):
            self.answer(401)
            return
        event = self.headers["webhook-id"]  # the same on every retry of one event
        if event not in seen:
            seen.add(event)
            self.handle_event(json.loads(body))
        self.answer(200)

    def handle_event(self, body: dict[str, Any]) -> None:
        if "task_id" in body:
            print("task", body["task_id"], body["status"], body["response"], flush=True)
        else:
            print("batch", body["batch"], body["status"], body["stats"], flush=True)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver)
    print(f"Waiting on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
