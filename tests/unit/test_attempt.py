"""What a browser keeps while somebody signs in gives nothing away, and leads nowhere else."""

import os
from base64 import urlsafe_b64encode

import pytest

from app.web.staff.attempt import HOME, Attempt, cookie_of, own


def test_what_is_kept_is_read_back():
    made = Attempt(os.urandom(32), "/inkorg/arenden/K7QF-93MX?alla=1", "5e55", silent=True)
    assert Attempt.read(made.kept()) == made


def test_state_nonce_and_verifier_are_each_their_own_and_no_part_of_the_secret():
    one, other = Attempt(os.urandom(32)), Attempt(os.urandom(32))
    made = {part for each in (one, other) for part in (each.state, each.nonce, each.verifier)}
    assert len(made) == 6
    assert not any(part in one.kept() for part in made)
    assert one.secret.hex() not in repr(one)


def broken(rest):
    written = urlsafe_b64encode(rest).decode().rstrip("=")
    return f"{urlsafe_b64encode(b'x' * 32).decode()}.{written}"


@pytest.mark.parametrize(
    "kept",
    ["", ".", "a.b", "x" * 5000, "å.ä", broken(b"{}"), broken(b"[1,2,3]"), broken(b"[]"), "a.b.c"],
)
def test_what_is_nothing_of_ours_is_nothing(kept):
    assert Attempt.read(kept) is None


def test_a_secret_that_is_too_short_is_nothing():
    assert Attempt.read(Attempt(b"short").kept()) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "//inkorg",
        "/inkorg//ond.example",
        "/inkorg/../logga-ut",
        "/inkorg@ond.example",
        "/inkorgen",
        "https://ond.example/inkorg",
        "/inkorg\r\nset-cookie: x",
        "/inkorg\\ond.example",
        "/inkorg?till=//ond",
    ],
)
def test_one_is_led_to_our_own_pages_only(address):
    assert own(address) == HOME


@pytest.mark.parametrize(
    "address", ["/inkorg", "/inkorg/arenden/K7QF-93MX", "/inkorg?alla=1&efter=a"]
)
def test_our_own_pages_are_kept_as_they_are(address):
    assert own(address) == address


def test_the_name_of_the_cookie_holds_nothing_but_letters_and_figures():
    assert cookie_of("a;b=c\r\n") == "inloggning-abc"
