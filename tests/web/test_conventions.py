"""Machines find what they look for: whom to tell of a hole, and what may be found by searching."""

import re
from dataclasses import replace
from urllib.robotparser import RobotFileParser

import pytest
from starlette.testclient import TestClient

from app.settings import CHECKOUT
from app.web.shown.frame import TEXT_PAGES
from tests.web.conftest import HTTPS
from tests.web.visitor import Visitor

FILE = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"
TEXTS = (*TEXT_PAGES.values(), "om-stoppmote")
MAY = [f"{code}/{page}" for code in ("", "/en") for page in ("", *TEXTS)]
IN_A_FORM = ("", "/barnet", "/borja", "/granska", "/kvitto", "/vidare/stoppmote")
MAY_NOT = [
    f"{code}/{form}{page}"
    for code in ("", "/en")
    for form in ("orosanmalan", "stoppmote")
    for page in IN_A_FORM
]
CONTACT = "mailto:it-sakerhet@exempelkommun.example"


@pytest.fixture
def put(town, tmp_path):
    """Start the citizen site of a municipality whose file has something else in it."""

    def start(*changes):
        text = FILE.read_text("utf-8")
        for old, new in changes:
            assert re.search(old, text)
            text = re.sub(old, new, text, count=1)
        (tmp_path / "kommun.toml").write_text(text, "utf-8")
        there = replace(town.settings, municipality=tmp_path / "kommun.toml")
        return Visitor(replace(town, settings=there).citizen(origin=HTTPS), HTTPS).client

    return start


def fields(answer):
    """The fields of security.txt, as whoever reads it has them (RFC 9116 2.3)."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.endswith("\n")
    return [tuple(line.split(": ", 1)) for line in answer.text.splitlines()]


def test_whoever_finds_a_hole_learns_whom_to_tell_and_until_when(put):
    client = put((r"# policy = .*", 'policy = "https://exempelkommun.example/brist"'))
    assert fields(client.get("/.well-known/security.txt")) == [
        ("Contact", CONTACT),
        ("Expires", "2027-10-31T23:59:59Z"),
        ("Preferred-Languages", "sv, en"),
        ("Canonical", f"{HTTPS}/.well-known/security.txt"),
        ("Policy", "https://exempelkommun.example/brist"),
    ]


def test_the_staffs_site_says_the_same_of_itself_and_is_found_by_nobody(town):
    https = "https://inkorg.exempelkommun.example"
    client = TestClient(town.staff(origin=https), base_url=https)
    found = dict(fields(client.get("/.well-known/security.txt")))
    assert found["Canonical"] == f"{https}/.well-known/security.txt"
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_over_http_it_does_not_say_where_it_belongs(visitor):
    assert "Canonical" not in dict(fields(visitor.client.get("/.well-known/security.txt")))


def test_a_contact_that_is_too_old_to_be_believed_stops_no_report(put):
    client = put((r"exercise = true", "exercise = false"), (r"2027-10-31", "2020-01-01"))
    assert client.get("/orosanmalan").status_code == 200
    assert dict(fields(client.get("/.well-known/security.txt")))["Expires"][:4] == "2020"


def test_without_a_contact_there_is_no_such_page(put):
    client = put((r"\[security\]\ncontact.*\nexpires.*\n", ""))
    assert client.get("/.well-known/security.txt").status_code == 404
    assert client.get("/robots.txt").status_code == 200


def may_be_found(text, path):
    """What a parser of the old kind says, for which the first rule that fits counts."""
    reader = RobotFileParser()
    reader.parse(text.splitlines())
    return reader.can_fetch("Sokrobot", HTTPS + path)


def fits_longest(text, path):
    """What RFC 9309 2.2.2 says: the longest rule that fits, and no rule allows."""
    rules = [line.split(": ", 1) for line in text.splitlines()[1:]]
    fit = [(len(rule), kind == "Allow") for kind, rule in rules if path.startswith(rule)]
    return max(fit, default=(0, True))[1]


@pytest.mark.parametrize("reads", [may_be_found, fits_longest])
def test_the_start_page_and_what_informs_may_be_found_and_the_forms_may_not(put, reads):
    client = put((r"exercise = true", "exercise = false"))
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert [path for path in MAY if not reads(answer.text, path)] == []
    assert [path for path in MAY_NOT if reads(answer.text, path)] == []
    for path in MAY:
        assert client.get(path).status_code == 200, "what may be found is there"


def test_nobody_in_need_is_led_to_an_exercise(visitor):
    text = visitor.client.get("/robots.txt").text
    assert [path for path in (*MAY, *MAY_NOT) if may_be_found(text, path)] == []
