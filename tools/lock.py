"""Write requirements/*.lock from pyproject.toml: exact versions with hashes, and no addresses.

Run it to take in newer versions (`make lock`), read the difference, run the tests, commit.
A lock file names no package index: where packages come from is the machine's own business.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "run": ["pyproject.toml"],
    "test": ["pyproject.toml", "--group", "test", "--constraint", "requirements/run.lock"],
    "node": ["--group", "node"],
    "java": ["--group", "java"],
}
FORM = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--upgrade",
    "--quiet",
]


def main() -> int:
    uv = shutil.which("uv")
    if uv is None:
        print("make lock behöver programmet uv: python3 -m pip install uv", file=sys.stderr)
        return 1
    for name, what in LOCKS.items():
        target = f"requirements/{name}.lock"
        subprocess.run([uv, "pip", "compile", *what, *FORM, "-o", target], cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
