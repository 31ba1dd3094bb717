"""What an operator may set, read from the environment once and never changed.

Everything has a value that suits a first trial on one's own machine. A setting that cannot be
right is refused before anything starts, in one sentence that names it. Only the standard library
is used, so that the launcher can read the same settings before anything is installed.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parent.parent
HIGHEST_PORT = 65535


class SettingRefused(ValueError):
    """A setting cannot be right; the message says which and why, in Swedish."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where one audience is served: what we listen on, and the address people see."""

    host: str
    port: int
    origin: str

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may be marked Secure: only over https, which loopback need not have."""
        return self.origin.startswith("https://")


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole environment of a process.

    `private_keys` is None unless the environment names the directory, and only the staff process
    is started with it named: who takes in reports is never told where they could be opened.
    `secrets` holds what destinations ask for (passwords, signing keys), one file each.
    """

    data: Path
    database_url: str
    municipality: str | Path
    forms: Path
    citizen: Site
    staff: Site
    public_keys: Path
    private_keys: Path | None
    secrets: Path

    @property
    def private_keys_directory(self) -> Path:
        """Where private keys are kept. For the staff process and the commands about keys only."""
        return self.private_keys or self.data / "keys" / "private"

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Return the settings of this environment, or raise SettingRefused."""
        data = data_directory(environment)
        citizen = _site(environment, "SKYDDSNAT_CITIZEN", default="127.0.0.1:8000")
        staff = _site(environment, "SKYDDSNAT_STAFF", default="127.0.0.1:8001")
        if (citizen.host, citizen.port) == (staff.host, staff.port):
            raise SettingRefused(
                "SKYDDSNAT_CITIZEN och SKYDDSNAT_STAFF kan inte vara samma adress."
            )
        if citizen.origin == staff.origin:
            raise SettingRefused(
                "SKYDDSNAT_CITIZEN_ORIGIN och SKYDDSNAT_STAFF_ORIGIN kan inte vara samma."
            )
        return cls(
            data=data,
            database_url=environment.get("DATABASE_URL") or f"sqlite:///{data}/skyddsnat.sqlite",
            municipality=_municipality(environment),
            forms=_directory(environment, "SKYDDSNAT_FORMS") or CHECKOUT / "forms",
            citizen=citizen,
            staff=staff,
            public_keys=_directory(environment, "SKYDDSNAT_PUBLIC_KEYS")
            or data / "keys" / "public",
            private_keys=_directory(environment, "SKYDDSNAT_PRIVATE_KEYS"),
            secrets=_directory(environment, "SKYDDSNAT_SECRETS") or data / "secrets",
        )


def data_directory(environment: Mapping[str, str]) -> Path:
    """Where everything that is written goes: as set, else in the checkout, else in the home.

    The directory need not exist yet. The path is absolute.
    """
    if chosen := _directory(environment, "SKYDDSNAT_DATA"):
        return chosen
    if os.access(CHECKOUT, os.W_OK):
        return CHECKOUT / "data"
    share = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(share).absolute() / "skyddsnat"


def _directory(environment: Mapping[str, str], name: str) -> Path | None:
    text = environment.get(name, "")
    return Path(text).expanduser().absolute() if text else None


def _municipality(environment: Mapping[str, str]) -> str | Path:
    """A file's path, or the name of one in forms/municipalities."""
    chosen = environment.get("SKYDDSNAT_MUNICIPALITY") or "exempelkommun"
    is_path = "/" in chosen or chosen.endswith(".toml")
    return Path(chosen).expanduser().absolute() if is_path else chosen


def _site(environment: Mapping[str, str], name: str, *, default: str) -> Site:
    address = environment.get(name) or default
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    right = colon and host and port.isascii() and port.isdigit() and 0 < int(port) <= HIGHEST_PORT
    if not right:
        raise SettingRefused(f"{name} ska vara värd:port, till exempel {default}, inte {address}.")

    origin = environment.get(f"{name}_ORIGIN", "").rstrip("/")
    if not origin and not _is_loopback(host):
        raise SettingRefused(
            f"{name}_ORIGIN måste anges när {name} inte är den egna datorn: "
            "adressen som besökaren ser, till exempel https://oro.kommunen.se."
        )
    if origin:
        _check_origin(f"{name}_ORIGIN", origin)
    shown = f"[{host}]" if ":" in host else host
    return Site(host=host, port=int(port), origin=origin or f"http://{shown}:{port}")


def _check_origin(name: str, origin: str) -> None:
    try:
        parts = urlsplit(origin)
        host, bare = parts.hostname, origin == f"{parts.scheme}://{parts.netloc}"
        known = parts.port is None or parts.port > 0
    except ValueError:
        host, bare, known = None, False, False
    if not (host and bare and known and parts.scheme in {"http", "https"} and "@" not in origin):
        raise SettingRefused(f"{name} ska vara en adress utan sökväg, inte {origin}.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise SettingRefused(
            f"{name} måste börja med https://, eftersom det som skickas annars kan läsas på vägen."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
