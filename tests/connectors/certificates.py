"""Certificates for the servers that tests talk to, from an authority that nobody else knows."""

import ssl
from functools import cache
from pathlib import Path

import trustme


@cache
def authority() -> trustme.CA:
    return trustme.CA()


def server(*names: str, ca: trustme.CA | None = None) -> ssl.SSLContext:
    """Return what a server shows that answers to these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (ca or authority()).issue_cert(*names).configure_cert(context)
    return context


def file(folder: Path) -> str:
    """Lay the authority's certificate in a folder and return where."""
    path = folder / "ca.pem"
    authority().cert_pem.write_to_path(str(path))
    return str(path)
