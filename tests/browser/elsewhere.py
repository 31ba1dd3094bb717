"""A web site of somebody else's, on this machine: where those who leave us come to.

It has an address that is not ours, so that a browser keeps the two apart, and remembers what each
visitor's browser told it.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from app.settings import CHECKOUT

HOST = "127.0.0.2"
PAGES = {
    "/vader": "<!doctype html><link rel=icon href=data:,><title>Väder</title><h1>Väder</h1>",
    "/trasig": "<!doctype html><link rel=icon href=data:,>"
    "<script>throw Error('x')</script><script>no program</script>",
}
OFF = '[match]\non = false\nbasis = ""'
EXAMPLE = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"


@dataclass(slots=True)
class Elsewhere:
    """The site. `told` holds the headers of every request that came to it."""

    port: int
    told: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def neutral(self) -> str:
        """A page that says nothing about us."""
        return f"http://{HOST}:{self.port}/vader"

    @property
    def broken(self) -> str:
        """A page with one script that fails, and one that is none."""
        return f"http://{HOST}:{self.port}/trasig"

    def municipality(self) -> str:
        """The file of a municipality that sends people here, and compares reports."""
        example = EXAMPLE.read_text("utf-8")
        compares = example.replace(OFF, '[match]\non = true\nbasis = "nämndens beslut § 4"')
        assert compares != example
        lines = compares.splitlines()
        ours = [
            f'quick_exit = "{self.neutral}"' if line.startswith("quick_exit") else line
            for line in lines
        ]
        assert ours != lines
        return "\n".join(ours)


@contextlib.contextmanager
def running() -> Iterator[Elsewhere]:
    """Give the site, and close it afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.told.append(dict(self.headers))
            body = PAGES.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        site = Elsewhere(server.server_port)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield site
        finally:
            server.shutdown()
