"""A FastAPI handler that answers the same octets: what the framework costs before anything is done.

`python -m bench.load.bare DESCRIPTOR FILE`: GET gives the answer in the file, compressed
beforehand; POST reads the body and gives the 303 in the file. The server around it is ours, with
the same settings. With "ceiling" for a file it is no HTTP server at all: it writes the same answer
to whatever comes, which shows how fast the client can be.
"""

import asyncio
import json
import socket
import sys
from base64 import b64decode
from pathlib import Path

from fastapi import FastAPI, Request, Response

from app.web.http import server

NOT_OURS = {"content-length", "date", "server"}


def application(said: dict[str, dict[str, object]]) -> FastAPI:
    """Return an application with one address that answers as the file says."""
    body = b64decode(str(said["get"]["body"]))
    page_headers, see_headers = (
        {name: value for name, value in said[method]["headers"] if name not in NOT_OURS}  # type: ignore[attr-defined]
        for method in ("get", "post")
    )
    made = FastAPI(openapi_url=None)

    @made.get("/{form}/{page}")
    async def show(form: str, page: str) -> Response:  # noqa: ARG001 - as a handler would have it
        return Response(body, headers=page_headers)

    @made.post("/{form}/{page}")
    async def save(form: str, page: str, request: Request) -> Response:  # noqa: ARG001 - as above
        await request.body()
        return Response(status_code=303, headers=see_headers)

    return made


class Ceiling(asyncio.Protocol):
    """Answers whatever comes with the same octets; for requests that come in one piece."""

    answer = b"HTTP/1.1 303 See Other\r\ncontent-length: 0\r\nlocation: /x\r\n\r\n"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport

    def data_received(self, _: bytes) -> None:
        self.transport.write(self.answer)


async def answer_at_once(listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ceiling = await loop.create_server(Ceiling, sock=listener)
    await ceiling.serve_forever()


def main() -> None:
    listener = socket.socket(fileno=int(sys.argv[1]))
    if sys.argv[2] == "ceiling":
        asyncio.run(answer_at_once(listener))
        return
    said = json.loads(Path(sys.argv[2]).read_text("ascii"))
    server.serve(application(said), listener)


if __name__ == "__main__":
    main()
