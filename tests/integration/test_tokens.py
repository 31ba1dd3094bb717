"""A token lets one of the municipality's own systems in. What the database holds lets nobody in."""

import re

import pytest
from sqlalchemy import select

from app.errors import LabelTaken, TokenRefused
from app.records import tokens
from app.storage import tables


@pytest.fixture
def new(database, clock):
    def make(label="Verksamhetssystemet", destination="hamtning", unit="barn-och-unga"):
        return database.write_now(
            lambda c: tokens.new(
                c, destination=destination, unit=unit, label=label, now=clock.now()
            )
        )

    return make


def test_a_token_is_good_for_one_destination_and_one_unit(database, new):
    secret = new()
    token = database.read_now(lambda c: tokens.require(c, secret))
    assert (token.label, token.destination, token.unit) == (
        "Verksamhetssystemet",
        "hamtning",
        "barn-och-unga",
    )


def test_two_tokens_share_nothing(new):
    first, second = new("ett"), new("två")
    assert first != second
    assert all(re.fullmatch(r"skyddsnat_[\w-]{43}", token) for token in (first, second))


def test_the_database_does_not_hold_what_lets_anybody_in(database, new):
    secret = new()
    row = database.read_now(lambda c: c.execute(select(tables.api_tokens)).one())
    held = " ".join(map(str, row)).encode() + row.hash
    assert secret.encode() not in held
    assert secret.removeprefix(tokens.PREFIX).encode() not in held
    mark = database.read_now(lambda c: tokens.require(c, secret)).mark
    with pytest.raises(TokenRefused):
        database.read_now(lambda c: tokens.require(c, tokens.PREFIX + mark))


def test_what_is_no_token_of_ours_is_refused(database, new):
    new()
    for secret in (
        "",
        "skyddsnat_",
        "x" * 53,
        "skyddsnat_" + "a" * 43,
        "skyddsnat_" + "a" * 42,
        "skyddsnat_" + "å" * 43,
        "Skyddsnat_" + "a" * 43,
        "skyddsnat_" + "a" * 43 + "\n",
        "\udcff" * 53,
    ):
        with pytest.raises(TokenRefused):
            database.read_now(lambda c, secret=secret: tokens.require(c, secret))


def test_a_token_with_one_sign_changed_is_refused(database, new):
    secret = new()
    near = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    with pytest.raises(TokenRefused):
        database.read_now(lambda c: tokens.require(c, near))


def test_what_does_not_look_like_a_token_is_not_looked_up(database):
    class NoConnection:
        def execute(self, *_):
            raise AssertionError("it was looked up")

    with pytest.raises(TokenRefused):
        tokens.require(NoConnection(), "hej")


def test_a_revoked_token_is_good_for_nothing_from_that_moment(database, new, clock):
    secret = new()
    assert database.write_now(lambda c: tokens.revoke(c, "Verksamhetssystemet", now=clock.now()))
    with pytest.raises(TokenRefused):
        database.read_now(lambda c: tokens.require(c, secret))
    again = database.write_now(lambda c: tokens.revoke(c, "Verksamhetssystemet", now=clock.now()))
    assert not again


def test_a_label_is_used_once_even_when_its_token_is_gone(database, new, clock):
    new()
    database.write_now(lambda c: tokens.revoke(c, "Verksamhetssystemet", now=clock.now()))
    with pytest.raises(LabelTaken):
        new()


def test_every_token_there_has_been_is_listed_with_when_it_was_made_and_revoked(
    database, new, clock
):
    made = clock.now()
    new("ett")
    clock.move(hours=1)
    new("två", unit="vuxen")
    database.write_now(lambda c: tokens.revoke(c, "ett", now=clock.now()))
    found = database.read_now(tokens.listed)
    assert [(each.label, each.unit, each.made_at, each.revoked_at) for each in found] == [
        ("ett", "barn-och-unga", made, clock.now()),
        ("två", "vuxen", clock.now(), None),
    ]


def test_that_a_token_was_made_and_revoked_is_remembered(database, new, clock):
    new()
    database.write_now(lambda c: tokens.revoke(c, "Verksamhetssystemet", now=clock.now()))
    trail = tables.audit_events
    rows = database.read_now(lambda c: c.execute(select(trail).order_by(trail.c.id)).all())
    assert [(row.kind, row.actor, row.unit) for row in rows] == [
        ("token_made", "Verksamhetssystemet", "barn-och-unga"),
        ("token_revoked", "Verksamhetssystemet", "barn-och-unga"),
    ]
