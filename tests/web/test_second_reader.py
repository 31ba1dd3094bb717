"""Who does not decide alone is told so before they write, and after loses nothing of it."""

import re

import pytest

from app.casework.access import LetIn, subject_of
from app.runner.role import Role
from tests.oidc.provider import CLIENT
from tests.web import journeys
from tests.web.conftest import Town
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS
from tests.web.test_settings_page import letting_in, with_file
from tests.web.test_sign_in import SETTINGS
from tests.web.test_work import ASSESSED, DECIDED, write

UNIT = "barn-och-unga"
BUTTON = "/medlast"


@pytest.fixture
def town(either, tmp_path):
    """A municipality where some need a second reader, on both databases."""
    own = SETTINGS.format(issuer="https://login.kommunen.example", client=CLIENT)
    there: Town = with_file(either, tmp_path, lambda usual: usual + own)
    return there


@pytest.fixture
def case(visitor, town):
    """The address of a case that has come in."""
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    return f"/inkorg/arenden/{reference}"


@pytest.fixture
def vouched(town):
    """Sign somebody in as the municipality's own sign-in does."""

    def sign_in(name, role, *, alone=True):
        who = LetIn(
            name,
            subject_of("", name),
            {UNIT: frozenset({role})},
            qualified=True,
            read_at=town.clock.now(),
            second_reader=not alone,
        )
        return letting_in(town, who)

    return sign_in


@pytest.fixture
def newcomer(vouched, case):
    """Somebody with the degree and little experience, who has assessed the case alone."""
    clerk = vouched("My Ny", Role.HANDLAGGARE, alone=False)
    screen = write(clerk, f"{case}/steg/skyddsbedomning", **ASSESSED)
    assert dict(screen.pairs())["Läge"] == ("Skyddsbedömd",)
    return clerk


def test_they_are_told_before_and_a_colleague_presses_and_what_was_written_is_decided(
    newcomer, vouched, case
):
    assert "Du behöver en medläsare för att besluta." in newcomer.go(case).text
    assert BUTTON not in newcomer.screen.html
    screen = write(newcomer, f"{case}/steg/beslut", **DECIDED)
    assert (screen.status, screen.heading) == (409, "Beslut om utredning")
    assert "Det gick inte att spara Du behöver en medläsare för att besluta" in screen.text
    assert "Spara som anteckning" in screen.text
    assert screen.value("skal").strip() == DECIDED["skal"]
    waiting = newcomer.filled({})
    leader = vouched("Ida Ek", Role.GRUPPLEDARE)
    assert "beslutar inte ensam" in leader.go(case).text
    screen = leader.act("medlast")
    assert "Medläst Ida Ek" in screen.text
    assert f"{case}{BUTTON}" not in screen.html, "they have read it"
    screen = newcomer.send(f"{case}/steg/beslut", waiting)
    assert "Medan du arbetade: Medläst. Ida Ek" in screen.text
    assert dict(newcomer.press().pairs())["Beslut"] == ("Utredning inleds",)


def test_it_says_who_has_read_it_and_that_a_new_step_takes_that_away(newcomer, vouched, case):
    leader = vouched("Ida Ek", Role.GRUPPLEDARE)
    leader.go(case)
    leader.act("medlast")
    assert "Läst med av Ida Ek. Du kan besluta" in newcomer.go(case).text
    write(newcomer, f"{case}/steg/skyddsbedomning", **ASSESSED)
    assert "Du behöver en medläsare för att besluta." in newcomer.go(case).text


def test_who_needs_one_is_none_and_is_told_so(newcomer, case):
    newcomer.go(case)
    token = re.findall(r'name="_token" value="([^"]+)"', newcomer.screen.html)[0]
    refused = newcomer.send(f"{case}{BUTTON}", {"_token": token, "_version": "1"})
    assert (refused.status, refused.heading) == (403, "Det här ingår inte i din roll")
    assert "Medläst" not in newcomer.go(case).text.replace("”Medläst”", "")


def test_the_button_is_not_in_a_case_of_ones_own_nor_before_there_is_something_to_decide(
    vouched, case
):
    leader, other = (vouched(name, Role.GRUPPLEDARE) for name in ("Ida Ek", "Bo Al"))
    assert BUTTON not in leader.go(case).html
    write(leader, f"{case}/steg/skyddsbedomning", **ASSESSED)
    assert BUTTON not in leader.go(case).html
    assert BUTTON in other.go(case).html


def test_the_button_is_not_there_where_nobody_needs_a_reader(either, visitor, case):
    clerk = Clerk(either.staff(), UNIT)
    write(clerk, f"{case}/steg/skyddsbedomning", **ASSESSED)
    other = Clerk(either.staff(), UNIT, "Bo Al")
    assert BUTTON not in other.go(case).html
