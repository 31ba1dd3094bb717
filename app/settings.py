"""What an operator may set, read from the environment once and never changed.

Everything has a value that suits a first trial on one's own machine. A setting that cannot be
right is refused before anything starts, in one sentence that names it. Only the standard library
is used, so that the launcher can read the same settings before anything is installed.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parent.parent
HIGHEST_PORT = 65535
LEVELS = ("info", "warning", "error")
MOST_PROCESSES = 16


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
class Inside:
    """Where something is served to our own house and to nobody else."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole environment of a process.

    `private_keys` is None unless the environment names the directory, and only the staff process
    is started with it named: who takes in reports is never told where they could be opened.
    `secrets` holds what destinations ask for (passwords, signing keys), one file each;
    `audit_keys` what the relay signs the audit trail's anchors with, which are also added to a file
    in the folder `anchors`.
    """

    data: Path
    database_url: str
    municipality: str | Path
    forms: Path
    citizen: Site
    staff: Site
    api: Site
    public_keys: Path
    private_keys: Path | None
    secrets: Path
    audit_keys: Path
    anchors: Path | None = None
    metrics: Inside | None = None
    log_level: str = LEVELS[0]
    staff_processes: int = 1
    """How many serve the staff, beside each other: one uses one core."""

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
        api = _site(environment, "SKYDDSNAT_API", default="127.0.0.1:8002")
        _check_apart({"CITIZEN": citizen, "STAFF": staff})
        if environment.get("SKYDDSNAT_API"):  # few have it, and those who have not may use its port
            _check_apart({"CITIZEN": citizen, "STAFF": staff, "API": api})
        return cls(
            data=data,
            database_url=_database(environment) or f"sqlite:///{data}/skyddsnat.sqlite",
            municipality=_municipality(environment),
            forms=_directory(environment, "SKYDDSNAT_FORMS") or CHECKOUT / "forms",
            citizen=citizen,
            staff=staff,
            api=api,
            public_keys=_directory(environment, "SKYDDSNAT_PUBLIC_KEYS")
            or data / "keys" / "public",
            private_keys=_directory(environment, "SKYDDSNAT_PRIVATE_KEYS"),
            secrets=_directory(environment, "SKYDDSNAT_SECRETS") or data / "secrets",
            audit_keys=_directory(environment, "SKYDDSNAT_AUDIT_KEYS") or data / "keys" / "audit",
            anchors=_directory(environment, "SKYDDSNAT_ANCHORS"),
            metrics=_inside(environment, "SKYDDSNAT_METRICS"),
            log_level=_level(environment, "SKYDDSNAT_LOG"),
            staff_processes=_processes(environment, "SKYDDSNAT_STAFF_PROCESSES"),
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


def _database(environment: Mapping[str, str]) -> str:
    """The address of the database; it is never repeated, since there may be a password in it."""
    address = environment.get("DATABASE_URL", "")
    scheme, _, rest = address.partition("://")
    file = rest.partition("?")[0]
    if scheme == "sqlite" and (not file.startswith("/") or file in {"/", "/:memory:"}):
        raise SettingRefused(
            "DATABASE_URL ska ha filens sökväg efter sqlite:///, till exempel "
            "sqlite:////var/lib/skyddsnat/skyddsnat.sqlite."
        )
    if address and scheme not in {"sqlite", "postgresql"}:
        raise SettingRefused(
            "DATABASE_URL ska börja med postgresql:// eller sqlite:///: ingen annan sorts databas "
            "går att använda."
        )
    return address


def _level(environment: Mapping[str, str], name: str) -> str:
    chosen = environment.get(name) or LEVELS[0]
    if chosen not in LEVELS:
        raise SettingRefused(f"{name} ska vara {', '.join(LEVELS[:-1])} eller {LEVELS[-1]}.")
    return chosen


def _processes(environment: Mapping[str, str], name: str) -> int:
    chosen = environment.get(name) or "1"
    right = chosen.isascii() and chosen.isdigit() and 1 <= int(chosen) <= MOST_PROCESSES
    if not right:
        raise SettingRefused(f"{name} ska vara ett tal från 1 till {MOST_PROCESSES}.")
    return int(chosen)


def _municipality(environment: Mapping[str, str]) -> str | Path:
    """A file's path, or the name of one in forms/municipalities."""
    chosen = environment.get("SKYDDSNAT_MUNICIPALITY") or "exempelkommun"
    is_path = "/" in chosen or chosen.endswith(".toml")
    return Path(chosen).expanduser().absolute() if is_path else chosen


def _check_apart(sites: Mapping[str, Site]) -> None:
    for (one, first), (other, second) in combinations(sites.items(), 2):
        if (first.host, first.port) == (second.host, second.port):
            raise SettingRefused(
                f"SKYDDSNAT_{one} och SKYDDSNAT_{other} kan inte vara samma adress."
            )
        if first.origin == second.origin:
            raise SettingRefused(
                f"SKYDDSNAT_{one}_ORIGIN och SKYDDSNAT_{other}_ORIGIN kan inte vara samma."
            )


def _inside(environment: Mapping[str, str], name: str) -> Inside | None:
    """Where we listen for our own house. A name is looked up, and judged, when we begin to."""
    address = environment.get(name, "")
    if not address:
        return None
    host, port = _host_and_port(name, address, example="127.0.0.1:9100")
    if not is_inside(host):
        raise SettingRefused(
            f"{name} ska vara den egna datorn eller en adress i det egna nätet, inte {address}: "
            "det som står där är inte för andra."
        )
    return Inside(host, port)


def is_inside(host: str) -> bool:
    """Tell whether an address is the own machine's or a private network's, or is a name."""
    try:
        found = ip_address(host)
    except ValueError:
        return True
    return found.is_private and not found.is_unspecified


def _host_and_port(name: str, address: str, *, example: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    right = colon and host and port.isascii() and port.isdigit() and 0 < int(port) <= HIGHEST_PORT
    if not right:
        raise SettingRefused(f"{name} ska vara värd:port, till exempel {example}, inte {address}.")
    return host, int(port)


def _site(environment: Mapping[str, str], name: str, *, default: str) -> Site:
    host, port = _host_and_port(name, environment.get(name) or default, example=default)
    origin = environment.get(f"{name}_ORIGIN", "").rstrip("/")
    if not origin and not _is_loopback(host):
        raise SettingRefused(
            f"{name}_ORIGIN måste anges när {name} inte är den egna datorn: "
            "adressen som besökaren ser, till exempel https://oro.kommunen.se."
        )
    if origin:
        _check_origin(f"{name}_ORIGIN", origin)
    shown = f"[{host}]" if ":" in host else host
    return Site(host=host, port=port, origin=origin or f"http://{shown}:{port}")


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
