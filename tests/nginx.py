"""A real nginx with the settings that are shipped: only where things are is led to this machine.

SKYDDSNAT_NGINX names the program (the tests' runner finds or fetches it); without it the system's
own is taken, or what the runner once fetched.
"""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import trustme

from app.settings import CHECKOUT
from tests.service import free_ports, wait_until

FETCHED = CHECKOUT / ".venv-nginx" / "usr/sbin/nginx"
DEPLOY = CHECKOUT / "deploy"
IN_MEMORY = "/dev/shm/"  # noqa: S108 - where the settings say
IN_COMPOSE = DEPLOY / "places.conf"
BESIDE_UNITS = DEPLOY / "systemd" / "places.conf"


def program():
    given = os.environ.get("SKYDDSNAT_NGINX") or shutil.which("nginx") or str(FETCHED)
    assert Path(given).exists(), "no nginx: run tools/test.py, or install it"
    return given


@dataclass
class Proxy:
    """An nginx in a folder of its own; its ports for visitors and for staff."""

    folder: Path
    citizen: int
    staff: int
    authority: trustme.CA

    def context(self):
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    def connect(self, beginning=b"", within=30):
        """A connection of a visitor's, with TLS."""
        plain = socket.create_connection(("127.0.0.1", self.citizen), timeout=within)
        encrypted = self.context().wrap_socket(plain, server_hostname="oro.kommunen.example")
        # Whoever is refused at once may not be heard out.
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            encrypted.sendall(beginning)
        return encrypted

    def command(self, *words):
        # Root's nginx would do its work as somebody who may not read our folders.
        told = "daemon off; pid nginx.pid;" + ("user root;" if os.geteuid() == 0 else "")
        libraries = ":".join(map(str, Path(program()).parents[2].glob("usr/lib/*-linux-gnu")))
        return subprocess.Popen(
            [program(), "-p", self.folder, "-c", self.folder / "nginx.conf", "-g", told, *words],
            env={**os.environ, "LD_LIBRARY_PATH": libraries},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @contextlib.contextmanager
    def started(self):
        with self.command() as process:
            try:
                wait_until(lambda: process.poll() is not None or _listens(self.citizen))
                assert process.poll() is None, process.stdout.read()
                yield self
            finally:
                process.terminate()


def prepare(folder, upstreams, *, places=IN_COMPOSE, staff=1):
    """Write the settings for visitors to be sent to these ports, and staff to that one."""
    folder.mkdir(parents=True)
    authority = trustme.CA()
    names = ["oro.kommunen.example", "inkorg.kommunen.example"]
    certificate = authority.issue_cert(*names)
    certificate.private_key_pem.write_to_path(folder / "tls.key")
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "tls.crt", append=True)
    proxy = Proxy(folder, *free_ports(2), authority)
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    (folder / "nginx.conf").write_text(text.replace(IN_MEMORY, f"{folder}/"))
    servers = iter([*upstreams, staff])
    settings = re.sub(
        r"server (citizen|staff|127\.0\.0\.1):\d+",
        lambda _: f"server 127.0.0.1:{next(servers)}",
        places.read_text("utf-8"),
    )
    settings = re.sub(r"(/run/secrets|/etc/ssl/skyddsnat)/", f"{folder}/", settings)
    settings = re.sub(r"root (/srv|/opt/skyddsnat/deploy);", f"root {DEPLOY};", settings)
    for port in (proxy.citizen, proxy.staff):  # in this order
        settings = re.sub(
            r"listen (443|8443|8444) ", f"listen 127.0.0.1:{port} ", settings, count=1
        )
    (folder / "places.conf").write_text(settings)
    return proxy


def running(folder, upstreams, **more):
    """An nginx in front of these ports."""
    return prepare(folder, upstreams, **more).started()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
