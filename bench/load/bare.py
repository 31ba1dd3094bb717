"""Bare Starlette that answers the same octets: what the framework costs before anything is done.

`python -m bench.load.bare DESCRIPTOR FILE`: GET gives the answer in the file, compressed
beforehand; POST reads the body and gives the 303 in the file. Plain uvicorn, nothing around it.
With "ceiling" for a file it is no HTTP server at all: it writes the same answer to whatever comes,
which shows how fast the client can be.
"""

import asyncio
import json
import socket
import sys
from base64 import b64decode
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

NOT_OURS = {"content-length", "date", "server"}


def application(said: dict[str, dict[str, object]]) -> Starlette:
    """Return an application with one address that answers as the file says."""
    page = b64decode(str(said["get"]["body"]))
    page_headers, see_headers = (
        {name: value for name, value in said[method]["headers"] if name not in NOT_OURS}  # type: ignore[attr-defined]
        for method in ("get", "post")
    )

    async def show(_: Request) -> Response:
        return Response(page, headers=page_headers)

    async def save(request: Request) -> Response:
        await request.body()
        return Response(status_code=303, headers=see_headers)

    return Starlette(
        routes=[
            Route("/{form}/{page}", show, methods=["GET"]),
            Route("/{form}/{page}", save, methods=["POST"]),
        ]
    )


class Ceiling(asyncio.Protocol):
    """Answers whatever comes with the same octets; for requests that come in one piece."""

    answer = b"HTTP/1.1 303 See Other\r\ncontent-length: 0\r\nlocation: /x\r\n\r\n"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport

    def data_received(self, _: bytes) -> None:
        self.transport.write(self.answer)


async def answer_at_once(listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Ceiling, sock=listener)
    await server.serve_forever()


def main() -> None:
    listener = socket.socket(fileno=int(sys.argv[1]))
    if sys.argv[2] == "ceiling":
        asyncio.run(answer_at_once(listener))
        return
    said = json.loads(Path(sys.argv[2]).read_text("ascii"))
    config = uvicorn.Config(application(said), log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
