"""What each part has loaded when it serves: memory and time of every start, and what it could do.

What a contract in pyproject.toml says of imports between our own files is said there; here is what
others bring with them, and what is loaded only where it is used.
"""

import subprocess
import sys

import pytest

from app.settings import CHECKOUT

SERVING = "app.commands.start, app.garbage, app.storage.schema, app.storage.database"
LOADS = {
    "supervisor": "app.commands.cli, app.commands.start",
    "citizen": f"{SERVING}, app.main, app.web.http.server, app.web.citizen.app",
    "staff": f"{SERVING}, app.main, app.web.http.server, app.web.staff.app",
    "api": f"{SERVING}, app.main, app.web.http.server, app.web.api.app",
    "relay": f"{SERVING}, app.casework.running, app.runner.content, app.delivery.connector,"
    "app.delivery.relay, app.delivery.emergency, app.delivery.escalation, app.delivery.ledger,"
    "app.commands.anchor_key",
}
NOBODY = {"holidays", "psycopg", "pydantic.v1", "typst", "manimgx_fonts", "authlib", "httpx2"}
NOBODY |= {"aio_pika", "asyncssh", "alembic", "tqdm", "shtab", "prometheus_client", "joserfc"}
PAGES = {"fastapi", "starlette", "jinja2", "uvicorn", "httptools", "app.web", "app.intake"}
NOT = {
    "supervisor": NOBODY | PAGES | {"pydantic", "sqlalchemy", "cryptography", "asyncio"},
    "citizen": NOBODY | {"app.casework", "app.delivery", "app.web.staff", "app.crypto.unseal"},
    "staff": NOBODY | {"app.delivery", "app.web.citizen", "app.web.api"},
    "api": NOBODY | {"app.web.citizen", "app.web.staff", "app.casework", "app.crypto", "jinja2"},
    "relay": NOBODY | PAGES | {"app.typesetting", "app.crypto.unseal"},
}


@pytest.mark.parametrize("part", LOADS)
def test_no_part_loads_what_only_others_use(part):
    say = f"import sys, {LOADS[part]}; print(*(n for n, there in sys.modules.items() if there))"
    done = subprocess.run(
        [sys.executable, "-c", say], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert len(loaded) > 100
    wrong = {name for name in loaded for no in NOT[part] if f"{name}.".startswith(f"{no}.")}
    assert wrong == set()
