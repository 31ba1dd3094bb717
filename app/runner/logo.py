"""The municipality's logo: a small file beside its own, carried inside the style sheet.

Inside, because a page may fetch three things at most; small, because it is part of what every first
visitor fetches. As a background picture it can neither run a script nor fetch anything.
"""

from base64 import b64encode
from pathlib import Path

MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
LARGEST = 1_024
"""Octets. Each is in every first visit: `python -m bench.weight` says what that leaves of 8 192."""


class LogoRefused(Exception):
    """The logo cannot be used; the message says why."""


def address(folder: Path, name: str) -> str:
    """Return the logo `name` in `folder` as a `data:` address (RFC 2397); "" when there is none.

    Raises LogoRefused.
    """
    if not name:
        return ""
    file = folder / name
    media_type = MEDIA_TYPES.get(file.suffix.lower())
    if file.name != name or media_type is None:
        raise LogoRefused(f"ska vara en fil bredvid den här: {', '.join(sorted(MEDIA_TYPES))}")
    try:
        octets = file.read_bytes()
    except OSError:
        raise LogoRefused(f"filen {name} finns inte eller går inte att läsa") from None
    if len(octets) > LARGEST:
        raise LogoRefused(f"filen är {len(octets)} byte; den får vara högst {LARGEST}")
    return f"data:{media_type};base64,{b64encode(octets).decode()}"
