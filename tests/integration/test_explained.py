"""Whoever runs a command against the wrong database, or as the wrong role, is told what to do."""

import pytest
from sqlalchemy import make_url

from app.storage import roles
from app.storage.database import Database
from tests import service

pytestmark = pytest.mark.postgres


@pytest.fixture
def say(tmp_path, postgres_url):
    """Run a command with another role or database; return how it ended."""
    with Database.open(postgres_url) as database:
        database.write_now(roles.apply)

    def run(*words, **changed):
        url = make_url(postgres_url).set(**changed).render_as_string(hide_password=False)
        one, other = (f"http://127.0.0.1:{port}" for port in service.free_ports(2))
        own = service.environment(
            data=tmp_path / "data",
            citizen=one,
            staff=other,
            DATABASE_URL=url,
            PGCONNECT_TIMEOUT="5",
        )
        return service.command(*words, environment=own)

    return run


@pytest.mark.parametrize(
    ("words", "changed", "said"),
    [
        (["prepare"], {"username": "skyddsnat_citizen"}, "får inte göra det här i databasen"),
        (["retain"], {"username": "skyddsnat_relay"}, "får inte göra det här i databasen"),
        (["tokens", "list"], {"username": "skyddsnat_staff"}, "skyddsnat roles --apply"),
        (["prepare"], {"username": "ingen"}, "Rollen i DATABASE_URL finns inte"),
        (["prepare"], {"database": "ingen"}, "Databasen i DATABASE_URL finns inte: skapa den"),
        (["prepare"], {"host": "127.0.0.1", "port": 1}, "Databasen går inte att nå"),
        (["roles", "--apply"], {"username": "skyddsnat_staff"}, "får inte göra det här"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_what_to_do(say, words, changed, said):
    done = say(*words, **changed)
    assert done.returncode == 1
    assert said in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not [name for name in ("Traceback", "command_failed") if name in done.stderr]


def test_a_receiver_that_there_is_none_of_is_told_with_those_there_are(say):
    done = say("deliveries", "resume", "nope")
    assert done.returncode == 1
    assert "nope" in done.stderr
    assert "inbox" in done.stderr
    assert "kommunens fil" in done.stderr
