"""Has documents made into PDFs, by a process of its own that is given so long and no longer."""

import asyncio
import json
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path

from app.errors import SkyddsnatError
from app.settings import CHECKOUT
from app.typesetting import press
from app.typesetting.document import Document

TEMPLATE = CHECKOUT / "templates" / "staff" / "case.typ"
SECONDS = 15.0
"""How long it may take, however slow the machine."""
BETWEEN = 50
"""Blocks that are written before everybody else has a turn."""
FEW = 8
"""Documents that one process makes in less time than two are started in."""
AT_ONCE = asyncio.Semaphore(2)
"""More than these wait for their turn: they take a processor each."""


class PdfNotMade(SkyddsnatError):
    """A document could not be made into a PDF, or not in time."""

    status = 503


async def pdf(document: Document, *, at: datetime, seconds: float = SECONDS) -> bytes:
    """Return a document as PDF/UA-1, made at a moment. PdfNotMade when it could not be, in time."""
    [made] = await pressed([document], at=at, seconds=seconds)
    return made


async def pdfs(documents: Sequence[Document], *, at: datetime) -> list[bytes]:
    """Return documents as PDFs, in order. Errors as for `pdf`: all are made, or none is."""
    half = (len(documents) + 1) // 2 if len(documents) > FEW else len(documents)
    halves = [documents[:half], documents[half:]]
    made = await asyncio.gather(*(pressed(some, at=at) for some in halves if some))
    return [each for some in made for each in some]


async def pressed(
    documents: Sequence[Document], *, at: datetime, seconds: float = SECONDS
) -> list[bytes]:
    """Return documents as PDFs that one process has made."""
    async with AT_ONCE:
        # -I: nothing of where it is started, or by whom, is taken in. No environment: no secret.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(Path(press.__file__)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(seconds):
                made = await answer(process, documents, at)
        except TimeoutError as late:
            raise PdfNotMade("it took too long") from late
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:
        raise PdfNotMade(f"it ended with {process.returncode}")
    return parted(made)


def parted(made: bytes) -> list[bytes]:
    """Return the PDFs that a process has written one after another."""
    found, at = [], 0
    while at < len(made):
        begins = made.index(b"\n", at) + 1
        at = begins + int(made[at:begins])
        found.append(made[begins:at])
    return found


async def answer(process: Process, documents: Sequence[Document], at: datetime) -> bytes:
    """Give the process the documents, line by line, and return what it answers."""
    if process.stdin is None or process.stdout is None:
        raise PdfNotMade("it can not be spoken with")
    answered = asyncio.ensure_future(process.stdout.read())
    try:
        # One that has died says so by how it ended.
        with suppress(BrokenPipeError, ConnectionResetError):
            for number, line in enumerate(lines(documents, at)):
                process.stdin.write(line)
                if number % BETWEEN == 0:
                    await process.stdin.drain()
                    await asyncio.sleep(0)
            process.stdin.close()
        made = await answered
        await process.wait()
    finally:
        answered.cancel()
    return made


def lines(documents: Sequence[Document], at: datetime) -> Iterator[bytes]:
    """Yield what the process is told: for each document what stands around it, and its blocks."""
    asked = {"template": TEMPLATE.read_text("utf-8"), "at": int(at.timestamp())}
    told = (each for one in documents for each in chain([{"around": one.around()}], one.lines()))
    for each in chain([asked], told):
        yield json.dumps(each).encode("ascii") + b"\n"
