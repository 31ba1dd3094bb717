"""How soon the first page comes after a second start: `python -m bench.start`.

Through the launcher, as `make run` does it, with everything fetched and the data folder made: from
the command to the first page that answers. The limit is 3 s. Let nothing else run beside.
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 3.0
ROUNDS = 5
PATIENCE = 120.0


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own, on loopback
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except OSError:
        return False


def seconds(data: Path) -> float:
    """Start everything, wait for the first page, stop; return how long the page took."""
    port = free_port()
    environment = {
        **os.environ,
        "SKYDDSNAT_DATA": str(data),
        "SKYDDSNAT_CITIZEN": f"127.0.0.1:{port}",
        "SKYDDSNAT_STAFF": f"127.0.0.1:{free_port()}",
    }
    began = time.monotonic()
    command = [sys.executable, str(ROOT / "tools" / "start.py"), "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit("it did not start")
            time.sleep(0.02)
        return time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def run() -> int:
    """Print the figure and its ratio to the limit; return 1 over the limit."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        print(f"first start {seconds(data):.1f} s")
        median = statistics.median(seconds(data) for _ in range(ROUNDS))
    print(f"second start, median {median:.1f} s, limit {LIMIT} s, ratio {median / LIMIT:.2f}")
    return int(median > LIMIT)


if __name__ == "__main__":
    sys.exit(run())
