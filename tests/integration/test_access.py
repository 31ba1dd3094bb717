"""A link lets one browser in, once; a session lives while it is used, and never for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.casework import access
from app.errors import LinkUsed, SignedOut
from app.runner.role import Role
from app.storage import tables
from app.storage.database import Database


@pytest.fixture
def link(database, clock):
    return database.write_now(lambda c: access.new_link(c, unit="sspf", now=clock.now()))


@pytest.fixture
def sign_in(database, clock):
    return lambda link, store=database: store.write_now(
        lambda c: access.sign_in(c, link, name="Ida Ek", now=clock.now())
    )


@pytest.fixture
def require(database, clock):
    def look(cookie):
        staff, due = database.read_now(lambda c: access.look(c, cookie, now=clock.now()))
        if due:
            database.write_now(lambda c: access.renew(c, cookie, now=clock.now()))
        return staff

    return look


def test_a_link_opens_a_session_of_its_unit(link, sign_in, require):
    signed_in = sign_in(link)
    staff = require(signed_in.cookie)
    assert staff == signed_in.staff
    assert (staff.unit, staff.name) == ("sspf", "Ida Ek")


def test_a_link_gives_the_roles_it_was_made_with(database, clock, sign_in, require):
    link = database.write_now(
        lambda c: access.new_link(
            c, unit="sspf", now=clock.now(), roles={Role.REGISTRATOR}, qualified=False
        )
    )
    staff = require(sign_in(link).cookie)
    assert (staff.roles, staff.qualified, staff.units) == ({Role.REGISTRATOR}, False, ("sspf",))


def test_a_link_of_an_older_version_gives_the_usual_roles(database, link, sign_in):
    older = tables.sign_in_links.update().values(roles=None, qualified=False)
    database.write_now(lambda c: c.execute(older))
    staff = sign_in(link).staff
    assert (staff.roles, staff.qualified) == (access.LEADING, True)


def test_two_people_of_the_same_name_are_told_apart_by_who_vouches_for_them():
    names = {access.subject_of(issuer, "Ida Ek") for issuer in ("", "https://a.se", "https://b.se")}
    assert {len(name) for name in names} == {64}
    assert len(names) == 3
    assert not any("Ida" in name for name in names)


def test_a_link_is_used_up_by_being_used(link, sign_in):
    sign_in(link)
    with pytest.raises(LinkUsed):
        sign_in(link)


def test_of_many_who_use_a_link_at_once_one_is_let_in(database_url, database, link, sign_in):
    def attempt(store):
        try:
            return sign_in(link, store)
        except LinkUsed:
            return None

    with Database.open(database_url) as other, ThreadPoolExecutor(8) as everybody:
        let_in = [each for each in everybody.map(attempt, [database, other] * 6) if each]
    assert len(let_in) == 1


def test_a_link_runs_out_after_a_quarter_of_an_hour(link, sign_in, clock):
    clock.move(minutes=15)
    with pytest.raises(LinkUsed):
        sign_in(link)


@pytest.mark.parametrize("made_up", ["", "x", "A" * 43, "ÅÄÖ", "\x00", "\ud800"])
def test_a_link_that_was_never_given_opens_nothing(link, sign_in, made_up):
    with pytest.raises(LinkUsed):
        sign_in(made_up)


@pytest.mark.parametrize("made_up", ["", "x", "A" * 43, "\x00", "\ud800"])
def test_a_cookie_that_was_never_given_is_nobody(require, made_up):
    with pytest.raises(SignedOut):
        require(made_up)


def test_a_session_lives_while_it_is_used(link, sign_in, require, clock):
    cookie = sign_in(link).cookie
    for _ in range(10):
        clock.move(minutes=29)
        require(cookie)
    clock.move(minutes=30)
    with pytest.raises(SignedOut):
        require(cookie)


def test_a_session_is_written_once_a_minute_however_often_it_is_looked_at(
    database, link, sign_in, clock
):
    cookie = sign_in(link).cookie
    for seconds, due in ((60, False), (1, True)):
        clock.move(seconds=seconds)
        assert database.read_now(lambda c: access.look(c, cookie, now=clock.now()))[1] is due
    database.write_now(lambda c: access.renew(c, cookie, now=clock.now()))
    assert not database.read_now(lambda c: access.look(c, cookie, now=clock.now()))[1]


def test_a_session_that_has_ended_is_not_brought_back(database, link, sign_in, require, clock):
    cookie = sign_in(link).cookie
    clock.move(minutes=30)
    database.write_now(lambda c: access.renew(c, cookie, now=clock.now()))
    with pytest.raises(SignedOut):
        require(cookie)


def test_a_session_ends_in_the_end_however_much_it_is_used(link, sign_in, require, clock):
    signed_in = sign_in(link)
    while clock.now() < signed_in.ends_at:
        require(signed_in.cookie)
        clock.move(minutes=20)
    with pytest.raises(SignedOut):
        require(signed_in.cookie)


def test_signing_out_ends_the_session_at_once_and_twice_is_no_error(
    database, link, sign_in, require, clock
):
    cookie = sign_in(link).cookie
    for _ in range(2):
        database.write_now(lambda c: access.sign_out(c, cookie, now=clock.now()))
    with pytest.raises(SignedOut):
        require(cookie)


def test_the_database_lets_nobody_in(database, link, sign_in):
    signed_in = sign_in(link)
    links = database.read_now(lambda c: c.execute(select(tables.sign_in_links)).one())
    session = database.read_now(lambda c: c.execute(select(tables.staff_sessions)).one())
    for secret in (link, signed_in.cookie):
        assert len(secret) == 43, "256 bits"
        assert secret.encode() not in (links.hash, session.hash)
        assert secret not in session
        assert secret not in repr(signed_in)


def test_the_trail_tells_who_was_let_in_and_when_they_left(database, link, sign_in, clock):
    signed_in = sign_in(link)
    database.write_now(lambda c: access.sign_out(c, signed_in.cookie, now=clock.now()))
    trail = database.read_now(lambda c: c.execute(select(tables.audit_events)).all())
    assert [(each.kind, each.unit, each.actor) for each in trail] == [
        ("link_made", "sspf", None),
        ("signed_in", "sspf", "Ida Ek"),
        ("signed_out", "sspf", "Ida Ek"),
    ]
