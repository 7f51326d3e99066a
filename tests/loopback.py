"""A server on this machine that says what it's told to and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx

JSON = "application/json"
TOKEN_PATH = "/auth/o2/token"
GOOD_TOKEN = b'{"access_token": "Atza|made-up", "token_type": "bearer", "expires_in": 3600}'


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = JSON
    content_encoding: str = "identity"


@dataclass(frozen=True)
class Asked:
    """What was asked."""

    method: str
    target: str
    headers: httpx.Headers
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, each of which must have been given once."""
        pairs = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: value for name, (value,) in pairs.items()}


@dataclass
class Loopback:
    """Replies in turn, the last one for ever; a good token for whoever logs in."""

    replies: list[Reply] = field(default_factory=lambda: [Reply()])
    token_reply: Reply = field(default_factory=lambda: Reply(body=GOOD_TOKEN))
    calls: list[Asked] = field(default_factory=list)
    logins: list[Asked] = field(default_factory=list)
    endpoint: str = ""

    def reply_to(self, asked: Asked) -> Reply:
        if asked.path == TOKEN_PATH:
            self.logins.append(asked)
            return self.token_reply
        self.calls.append(asked)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def loopback(state: Loopback | None = None) -> Iterator[Loopback]:
    """A running server; it's stopped at the end."""
    state = state or Loopback()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = httpx.Headers(list(self.headers.items()))
            reply = state.reply_to(Asked(self.command, self.path, headers, body))
            self.send_response(reply.status)
            self.send_header("content-type", reply.content_type)
            self.send_header("content-encoding", reply.content_encoding)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        state.endpoint = f"http://127.0.0.1:{server.server_port}"
        yield state
        server.shutdown()
        thread.join()
