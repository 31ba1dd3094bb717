"""Find or fetch a RabbitMQ for the tests: the system's, or its packages unpacked beside us."""

from pathlib import Path

import apt

SYSTEM = Path("/")
PROGRAMS = "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"
ERLANG = "usr/lib/erlang/erts-*/bin/erlexec"


def ensure(*, bare: bool) -> Path:
    """Return the folder under which `usr/lib/rabbitmq` and `usr/lib/erlang` lie.

    The system's is not looked at if the machine is to count as bare. Raises NotPossible.
    """
    if not bare and _is_whole(SYSTEM):
        return SYSTEM
    own = ("erlang", "rabbitmq")
    return apt.unpacked("rabbitmq", package="rabbitmq-server", own=own, is_whole=_is_whole)


def version(home: Path) -> str:
    """The version of the server that lies in a folder."""
    return next(home.glob(PROGRAMS)).parts[-3].rpartition("-")[2]


def _is_whole(root: Path) -> bool:
    return any(root.glob(PROGRAMS)) and any(root.glob(ERLANG))
