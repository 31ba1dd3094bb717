# ruff: noqa: INP001 - a program, not a package
"""Whether the part that a container runs is alive: ends with 0 if it is, 1 if it is not.

Which part it is stands in the command line of the container's first process; where it listens, in
the environment. A part that listens nowhere lives as long as its process does.
"""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

LISTENING = {
    "citizen": "SKYDDSNAT_CITIZEN",
    "staff": "SKYDDSNAT_STAFF",
    "api": "SKYDDSNAT_API",
    "relay": "SKYDDSNAT_METRICS",
}
WITHIN = 4.0


def where(command: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return the address to ask; None where there is none. `serve` alone is asked as a citizen."""
    part = next((word for word in command if word in LISTENING), None)
    if part is None and "serve" in command:
        part = "citizen"
    port = environment.get(LISTENING.get(part or "", ""), "").rpartition(":")[2]
    return f"http://127.0.0.1:{port}/halsa/levande" if port else None


def alive(address: str) -> bool:
    """Tell whether somebody answers there; what they answer is no matter, if it is no fault."""
    try:
        urllib.request.urlopen(address, timeout=WITHIN).close()  # noqa: S310 - our own
    except urllib.error.HTTPError as answer:
        return answer.code < 500  # noqa: PLR2004 - HTTP's own
    except OSError:
        return False
    return True


if __name__ == "__main__":
    first = Path("/proc/1/cmdline").read_text("utf-8").split("\0")
    to_ask = where(first, os.environ)
    sys.exit(0 if to_ask is None or alive(to_ask) else 1)
