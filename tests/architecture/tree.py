"""What the architecture tests look at: the files that git keeps, and the code as syntax trees."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def kept() -> tuple[Path, ...]:
    """Every file of the project that git keeps or would keep, relative to the root."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = map(Path, listed.stdout.splitlines())
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def texts() -> dict[Path, str]:
    """Every kept file that is text."""
    found = {}
    for name in kept():
        try:
            found[name] = (ROOT / name).read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def modules(folder: str = "app") -> dict[Path, ast.Module]:
    """Every Python module of a folder."""
    return {
        name: ast.parse((ROOT / name).read_text("utf-8"))
        for name in kept()
        if name.parts[0] == folder and name.suffix == ".py"
    }
