"""How much is called to answer each of four requests: `python -m bench.calls`.

Calls of Python's functions and of C's, on the thread that answers, without sockets. What else goes
on in the machine moves no count. Copied into the worktree of an older commit it counts that one's.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app import main
from bench.load import people, servers

MANY, AT_ONCE = 480, 16
FORM, QUESTION = f"/{people.FORM}", f"/{people.FORM}/{people.QUESTION}"
Request = tuple[dict[str, Any], bytes]


def asked(path: str, cookie: str, posted: dict[str, str] | None = None) -> Request:
    """Return a request as a server hands it to an application (ASGI), and its body."""
    body = b"" if posted is None else urlencode(posted).encode()
    headers = [(b"host", b"x"), (b"accept-encoding", b"gzip"), (b"cookie", cookie.encode())]
    if posted is not None:
        headers.append((b"content-type", b"application/x-www-form-urlencoded"))
    scope = {"type": "http", "method": "GET" if posted is None else "POST", "path": path}
    scope |= {"query_string": b"", "root_path": "", "headers": headers, "scheme": "http"}
    return scope, body


async def answer(site: Any, request: Request) -> None:
    scope, body = request

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(said: dict[str, Any]) -> None:
        assert said.get("status", 200) in {people.OK, people.SEE}, said

    await site({**scope, "state": {}}, receive, send)


async def all_of(site: Any, requests: Sequence[Request]) -> None:
    for at in range(0, len(requests), AT_ONCE):
        await asyncio.gather(*[answer(site, one) for one in requests[at : at + AT_ONCE]])


def counted(site: Any, requests: Sequence[Request]) -> tuple[float, float]:
    """Return calls of Python's and of C's for one of these, when as many have been made before."""
    half, found = len(requests) // 2, Counter[str]()
    asyncio.run(all_of(site, requests[:half]))
    sys.setprofile(lambda _frame, event, _what: found.update((event,)))
    asyncio.run(all_of(site, requests[half:]))
    sys.setprofile(None)
    return found["call"] / half, found["c_call"] / half


def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        site = main.citizen(servers.prepared(Path(name) / "data"))
        met = people.plant(site, AT_ONCE, until=people.QUESTION)
        back, sent = people.plant(site, AT_ONCE), people.plant(site, MANY)
        again, text = MANY // AT_ONCE, people.ANSWERS[people.QUESTION]
        kinds = {
            "GET as met": [asked(QUESTION, one.cookie) for one in met] * again,
            "GET with 3 kB typed": [asked(QUESTION, one.cookie) for one in back] * again,
            "POST": [
                asked(QUESTION, one.cookie, {"_token": one.token, people.QUESTION: str(text)})
                for one in met
            ]
            * again,
            "handing in": [
                asked(
                    f"{FORM}/skicka",
                    one.cookie,
                    {"_token": one.token, "_seen": one.seen, "last": "yes"},
                )
                for one in sent
            ],
        }
        for kind, requests in kinds.items():
            ours, of_c = counted(site, requests)
            print(f"{kind}: {ours:.0f} + {of_c:.0f}")
        site.state.parts.database.close()


if __name__ == "__main__":
    run()
