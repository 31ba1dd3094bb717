"""Find or fetch an nginx for the tests: the system's, or its package unpacked beside us."""

import re
import shutil
import subprocess
from pathlib import Path

import apt

PROGRAM = "usr/sbin/nginx"
SYSTEM = "/usr/sbin/nginx"  # where it is for whoever has no sbin in their path


def installed() -> Path | None:
    """Return the system's, if it has one."""
    found = shutil.which("nginx") or shutil.which(SYSTEM)
    return Path(found) if found else None


def fetched() -> Path:
    """Return the one that is packaged, fetched the first time. Raises NotPossible."""
    own = ("nginx", "libnginx")
    return apt.unpacked("nginx", package="nginx", own=own, is_whole=_is_whole) / PROGRAM


def version(program: Path) -> str:
    """The version of a program, in numbers."""
    said = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
    return str(re.findall(r"[\d.]+", said)[0])


def _is_whole(root: Path) -> bool:
    return (root / PROGRAM).exists()
