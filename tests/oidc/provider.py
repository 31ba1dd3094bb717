"""A real OpenID provider, started for the tests that ask for it, and who signs in at it."""

import contextlib
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2

from app.settings import CHECKOUT
from tests.service import free_ports

HERE = Path(__file__).parent
NODE = os.environ.get("SKYDDSNAT_NODE") or shutil.which("node")
CLIENT, SECRET = "skyddsnat", "en-hemlighet-som-bara-provas-med"
STAFF = "http://127.0.0.1:8001"
HANNA = {
    "name": "Hanna Handläggare",
    "groups": ["bou-handlaggare", "socionomer"],
    "amr": ["pwd", "mfa"],
    "acr": "hog",
}


PLAIN = httpx2.create_ssl_context()
"""Made once: to read every certificate of the machine for each client takes longer than a test."""


@dataclass
class RealProvider:
    """The provider; `logouts` are the logout tokens that it has sent so far."""

    issuer: str
    logouts: list[str] = field(default_factory=list)

    def tell(self, **what: object) -> None:
        """Change how it is: `people`, `offset` (s), `delay` (ms), `away`, `rotate`, `userinfo`.

        And where we are: `origin`, `backchannel`.
        """
        httpx2.post(f"{self.issuer}/styr", content=json.dumps(what), timeout=10, verify=PLAIN)

    def as_usual(self) -> None:
        self.tell(people={"hanna": HANNA}, offset=0, delay=0, away=False, userinfo=False)
        self.logouts.clear()

    def browser(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.issuer, timeout=10, verify=PLAIN)


@contextlib.contextmanager
def running(host: str = "127.0.0.1") -> Iterator[RealProvider]:
    """Start the provider; it ends with the tests."""
    assert NODE, "Node.js is missing: run the tests with tools/test.py"
    assert (CHECKOUT / "tests" / "node_modules" / "oidc-provider").is_dir(), "run tools/test.py"
    port, own = free_ports(2)
    made = RealProvider(f"http://{host}:{port}")
    asked = {
        "host": host,
        "port": port,
        "client": CLIENT,
        "secret": SECRET,
        "origin": STAFF,
        "backchannel": f"http://127.0.0.1:{own}/logga-in/utloggad",
    }
    with (
        listening(own, made.logouts),
        subprocess.Popen(
            [NODE, str(HERE / "provider.mjs"), json.dumps(asked)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout.readline().strip() == "ready"
            yield made
        finally:
            process.kill()


@contextlib.contextmanager
def listening(port: int, heard: list[str]) -> Iterator[None]:
    """Take in what the provider sends behind the browser's back."""

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            heard.append(parse_qs(sent)["logout_token"][0])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def through(browser: httpx2.Client, address: str, *, who: str = "hanna", no: bool = False) -> str:
    """Sign in at the provider, and return the address that it leads back to."""
    answer = browser.get(address)
    for _ in range(10):
        if answer.is_redirect:
            target = str(answer.url.join(answer.headers["location"]))
            if not target.startswith(str(browser.base_url)):
                return target
            answer = browser.get(target)
        elif "Vem är du?" in answer.text:
            answer = browser.post(answer.url, data={"vem": who, "svar": "nej" if no else "ja"})
        else:
            raise AssertionError(answer.text)
    raise AssertionError("it leads round and round")


def sign_out(browser: httpx2.Client, address: str) -> str:
    """Sign out at the provider, and return the address that it leads back to."""
    page = browser.get(address)
    action = re.search(r'action="([^"]+)"', page.text)[1]
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', page.text)[1]
    answer = browser.post(action, data={"xsrf": xsrf, "logout": "yes"})
    return answer.headers["location"]


def asked_of(address: str) -> dict[str, str]:
    """Return what an address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
