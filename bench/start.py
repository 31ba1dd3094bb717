"""How soon the first page comes: `python -m bench.start`.

Through the launcher, as `make run` does it, with everything fetched and the data folder made: from
the command to the first page that answers, within 3 s. And the citizen process alone, as a service
manager starts it: within 1.5 s. Let nothing else run beside.
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

from app.commands import progress

ROOT = Path(__file__).resolve().parent.parent
LIMIT, ALONE = 3.0, 1.5
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


def seconds(data: Path, *command: str) -> float:
    """Start, wait for the first page, stop; return how long the page took."""
    port = free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "",  # or every start compiles all the code again
        "SKYDDSNAT_DATA": str(data),
        "SKYDDSNAT_CITIZEN": f"127.0.0.1:{port}",
        "SKYDDSNAT_STAFF": f"127.0.0.1:{free_port()}",
    }
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *command], env=environment, stdout=subprocess.DEVNULL
    )
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
    """Print the figures and their ratios to the limits; return 1 over a limit."""
    everything = (str(ROOT / "tools" / "start.py"), "serve")
    citizen = ("-m", "app", "serve", "citizen")
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        print(f"first start {seconds(data, *everything):.1f} s", flush=True)
        for what, command, limit in (
            ("everything, second start", everything, LIMIT),
            ("the citizen process", citizen, ALONE),
        ):
            with progress.shown(what) as tell:
                taken = []
                for number in range(ROUNDS):
                    tell(number, ROUNDS)
                    taken.append(seconds(data, *command))
            median = statistics.median(taken)
            print(f"{what}: median {median:.2f} s, limit {limit} s, ratio {median / limit:.2f}")
            over |= median > limit
    return int(over)


if __name__ == "__main__":
    sys.exit(run())
