"""What a field tells of a child, so that two reports can be seen to be about the same one."""

from collections.abc import Iterator, Mapping
from typing import Literal

ChildPart = Literal["name", "first", "last", "age", "number"]
TOLD_BY: Mapping[ChildPart, str] = {
    "name": "text",
    "first": "text",
    "last": "text",
    "age": "age",
    "number": "person_number",
}
"""Which kind of field tells what."""


def child_faults(
    part: ChildPart | None, *, kind: str, identifies: bool
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a field that tells this of a child: (key, reason)."""
    if part and kind != TOLD_BY[part]:
        yield "child", f"{part} frågas med kind = {TOLD_BY[part]!r}"
    if part and identifies:
        yield "child", "den som anmäler är inte barnet (identifies)"
