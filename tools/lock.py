"""Write the lock files from pyproject.toml and package.json: versions with hashes, no addresses.

Run it to take in newer versions (`make lock`), read the difference, run the tests, commit.
A lock file names no package index: where packages come from is the machine's own business.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "run": ["pyproject.toml"],
    "test": ["pyproject.toml", "--group", "test", "--constraint", "requirements/run.lock"],
    "bench": ["--group", "bench"],
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
    for folder in (ROOT / "tests", ROOT / "tools" / "chromium"):
        npm_lock(folder)
    return 0


def npm_lock(folder: Path) -> None:
    """Lock the npm packages of a folder; who asks for money for them, and where, is left out."""
    npm = shutil.which("npm")
    if npm is None:
        print(f"npm saknas: {folder} lämnas som den är.", file=sys.stderr)
        return
    subprocess.run([npm, "install", "--package-lock-only", "--silent"], cwd=folder, check=True)
    lock = folder / "package-lock.json"
    whole = json.loads(lock.read_text("utf-8"))
    for package in whole["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
