"""A webhook receiver for the benches: answers 200 when what it got is on disk, not before.

Bodies that arrive while the disk is busy are written down together. Run as
`python -m bench.receiver FILE [PORT]`; it prints its port, and appends each body to the file.
"""

import asyncio
import os
import sys
from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Receiver:
    """Takes posts over connections that are kept."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if file.stat().st_size:
            os.write(self._file, b"\n")  # after what was half written when it was killed
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._awake = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                )
                body = await reader.readexactly(length)
                done = asyncio.get_running_loop().create_future()
                self._waiting.append((body, done))
                self._awake.set()
                await done
                writer.write(OK)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def write_down(self) -> None:
        """Write what waits, again and again, and let each know when it is on disk."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            batch, self._waiting = self._waiting, []
            await asyncio.to_thread(self._durably, b"".join(body + b"\n" for body, _ in batch))
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    def _durably(self, lines: bytes) -> None:
        os.write(self._file, lines)
        os.fdatasync(self._file)


async def main(file: str, port: str = "0") -> None:
    receiver = Receiver(Path(file))
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", int(port))
    print(f"PORT {server.sockets[0].getsockname()[1]}", flush=True)
    await receiver.write_down()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
