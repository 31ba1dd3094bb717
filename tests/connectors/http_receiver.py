"""A receiver of webhooks that is real: a server on the loopback, over TLS or in clear.

It does what Standard Webhooks asks of a receiver, in code that shares nothing with ours: it checks
the signature and the time, and knows a repeat by `webhook-id`.
"""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True)
class Request:
    """What came, octet by octet."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Receiver:
    """Takes what is rightly signed, once, and answers as `answer` says.

    `answer` is asked first; None from it means that the receiver does as a good one does.
    """

    def __init__(
        self,
        trust: ssl.SSLContext | None = None,
        answer: Callable[[Request], Reply | None] = lambda request: None,
        secret: str = SECRET,
        host: str = "127.0.0.1",
    ) -> None:
        self.trust, self.answer, self.secret, self.host = trust, answer, secret, host
        self.requests: list[Request] = []
        self.taken: dict[str, str] = {}
        self.connections = 0
        self.silent = threading.Event()
        self.port = 0
        self._lock = threading.Lock()
        self._awake = threading.Event()
        self._open: set[socket.socket] = set()
        self._server: Server | None = None
        self.start()

    def start(self) -> None:
        self._awake.clear()
        self.silent.clear()
        self._server = Server((self.host, self.port), self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Be gone at once: nothing listens, and every connection is cut."""
        if self._server is None:
            return
        self._awake.set()
        self._server.shutdown()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        self._server.server_close()
        self._server = None

    def wake(self) -> None:
        """Let everybody go who waits in vain."""
        self.silent.clear()
        self._awake.set()
        self._awake = threading.Event()

    def reply(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
        if self.silent.is_set():
            self._awake.wait(30)
            return Reply(503)
        if said := self.answer(request):
            return said
        if not self.knows(request):
            return Reply(401)
        with self._lock:
            self.taken.setdefault(request.headers["webhook-id"], json.loads(request.body)["data"])
        return Reply(200, body=b"tack")

    def knows(self, request: Request) -> bool:
        """Whether one of the signatures is made with our secret."""
        about = request.headers
        text = f"{about['webhook-id']}.{about['webhook-timestamp']}.".encode() + request.body
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        right = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return f"v1,{right}" in about["webhook-signature"].split(" ")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], receiver: Receiver) -> None:
        self.receiver = receiver
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def handle_error(self, request, client_address) -> None:
        """A caller that hangs up, or that does not trust us, is no trouble of ours."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    # Else the head and the body of an answer wait for each other's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        receiver = self.server.receiver
        with receiver._lock:
            receiver._open.add(self.request)
            receiver.connections += 1
        self._bare = self.request
        if receiver.trust:
            self.request = receiver.trust.wrap_socket(self.request, server_side=True)
            with receiver._lock:
                receiver._open.discard(self._bare)
                receiver._open.add(self.request)
        super().setup()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        with self.server.receiver._lock:
            self.server.receiver._open.discard(self.request)
        self.request.close()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.receiver.reply(Request(self.path, headers, body))
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if "content-length" not in reply.headers and reply.status not in {204, 304}:
            self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def log_message(self, *words) -> None:
        """Say nothing."""
