"""Write what is inside as a list that others can read (SBOM, CycloneDX 1.6), from the lock file.

Every package the service runs with, with version and hashes, and nothing of where it was fetched:
that is the machine's own business, as in the lock files. The same lock gives the same list.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import environment
from environment import ROOT, NotPossible

OUT = "sbom.cdx.json"
SAY_NOTHING = {"PYTHONWARNINGS": "ignore"}  # that it does not know what needs what: a lock does not


def main(arguments: list[str]) -> int:
    """Write the list to the path that is given, or beside the environments."""
    out = Path(arguments[0]) if arguments else environment.place() / OUT
    try:
        python = environment.ensure("venv-test", lock="test", size="en gång, ungefär 120 MB")
    except NotPossible as why:
        print(why, file=sys.stderr)
        return 1
    whole = listed(python)
    out.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"{out}: {len(whole['components'])} paket.")
    return 0


def listed(python: Path) -> dict[str, Any]:
    """Return the list, made with the packages of this Python's environment."""
    done = subprocess.run(
        [
            *(python, "-m", "cyclonedx_py", "requirements", ROOT / "requirements" / "run.lock"),
            *("--pyproject", ROOT / "pyproject.toml", "--output-reproducible", "--of", "JSON"),
        ],
        env=os.environ | SAY_NOTHING,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    whole: dict[str, Any] = json.loads(done.stdout)
    for package in whole["components"]:
        fetched = package.pop("externalReferences", [])
        package["hashes"] = [each for one in fetched for each in one.get("hashes", [])]
        package.pop("description", None)  # the line of the lock file once more
    return whole


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
