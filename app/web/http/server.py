"""Serve one audience: uvicorn with httptools, on uvloop where it is, behind the doors."""

import contextlib
import resource
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
from starlette.requests import ClientDisconnect

from app import garbage
from app.web.http.doors import Doors
from app.web.http.guarded import SORRY, SORRY_HEADERS, Guarded
from app.web.http.shared import SharedServer

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

STOP_WITHIN = 4
MOST_CONNECTIONS = 4096
OWN_DESCRIPTORS = 48  # database, log, listening socket, event loop


def serve(application: Application, listener: socket.socket, *, shared: bool = False) -> None:
    """Answer requests until SIGTERM or SIGINT; then finish those begun, within STOP_WITHIN s.

    `shared` is whether other processes take connections from the same socket.
    """
    places, queue = _places()
    config = uvicorn.Config(
        quietly(application),
        http=Guarded,
        loop="auto",  # uvloop, or asyncio where there is no uvloop
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=queue,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    server = SharedServer(config) if shared else uvicorn.Server(config)
    server.server_state = Doors(places)
    garbage.end_loading()
    server.run(sockets=[listener])


def quietly(application: Application) -> Application:
    """Let a visitor leave in the middle of a request: that is no error of ours.

    And one that nobody foresaw is answered in Swedish, where uvicorn would say it in English.
    """

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        try:
            await application(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception:
            if scope["type"] == "http":
                with contextlib.suppress(RuntimeError):  # uvicorn's, when an answer had begun
                    headers = [*SORRY_HEADERS, (b"connection", b"close")]
                    await send({"type": "http.response.start", "status": 500, "headers": headers})
                    await send({"type": "http.response.body", "body": SORRY})
            raise  # to the log, which tells the kind and the place

    return answer


def _places() -> tuple[int, int]:
    # The event loop accepts a whole queue of connections before it looks at any of them, so both
    # together must fit within the descriptors that the process may have.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * 3 // 2 + OWN_DESCRIPTORS
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    room = max(min(soft, wanted) - OWN_DESCRIPTORS, 12)
    return room * 2 // 3, room // 3
