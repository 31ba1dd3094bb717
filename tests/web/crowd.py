"""One browser that sends several forms at the same moment: two tabs, or an impatient finger."""

import asyncio
from collections.abc import Mapping

import httpx2

from tests.web.visitor import BROWSER, CITIZEN, Visitor


def at_once(visitor: Visitor, *posts: tuple[str, Mapping[str, tuple[str, ...]]]) -> list:
    """Send every (address, inputs) at the same moment; return the answers, not followed."""

    async def send():
        transport = httpx2.ASGITransport(app=visitor.client.app)
        options = {"base_url": CITIZEN, "headers": BROWSER, "cookies": visitor.cookies}
        async with httpx2.AsyncClient(transport=transport, **options) as browser:
            return await asyncio.gather(
                *(
                    browser.post(path, data={name: list(each) for name, each in inputs.items()})
                    for path, inputs in posts
                )
            )

    return asyncio.run(send())
