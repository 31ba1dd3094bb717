"""Who begins by the thousand is slowed down; nobody is shut out, and no text is kept waiting."""

from dataclasses import replace

import pytest

from app.web.citizen.brake import Brake
from tests.web import journeys
from tests.web.reporters import ANONYMOUS


@pytest.fixture
def braked(visitor):
    """A visitor to a site where three others have just begun, and that lets in three a minute."""
    state = visitor.client.app.state
    state.parts = replace(state.parts, brake=Brake(state.parts.random, most=3))
    for _ in range(3):
        assert visitor.client.post("/orosanmalan/borja").status_code == 303
    visitor.client.cookies.clear()
    return visitor


def test_who_begins_when_very_many_do_is_asked_to_wait_and_is_then_let_in(braked, clock):
    braked.go("/orosanmalan")
    screen = braked.press()
    assert (screen.status, screen.heading) == (429, "Många skriver just nu")
    assert "112" in screen.text
    assert braked.press().status == 429, "too soon"
    clock.move(seconds=6)
    assert braked.press().here == "fara"


def test_a_minute_later_nobody_waits(braked, clock):
    clock.move(minutes=1)
    braked.go("/orosanmalan")
    assert braked.press().here == "fara"


@pytest.mark.parametrize("ticket", ["", "x", "1.x", "å", "\x00", "9" * 5000])
def test_a_ticket_that_was_never_given_lets_nobody_in(braked, ticket):
    assert braked.send("/orosanmalan/borja", {"_waited": ticket}).status == 429


def test_what_has_been_written_is_never_kept_waiting(visitor):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    state = visitor.client.app.state
    state.parts = replace(state.parts, brake=Brake(state.parts.random, most=0))
    journeys.walk(visitor, ANONYMOUS)
    assert journeys.send(visitor)
