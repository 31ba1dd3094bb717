"""Where the akt is here: what the law asks is said in the case, and two remove it by the rule."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.casework import access
from app.casework.plan import plan_of
from app.records import retention
from app.runner import content
from app.runner.role import Role
from app.storage import tables
from tests import akt_here
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS
from tests.web.test_removal import choose

UNIT = "barn-och-unga"
LIST = "/inkorg/gallring"
BORN = {"fodd-day": "4", "fodd-month": "3", "fodd-year": "2014"}
ANSWERS = {**BORN, "placerad": "nej", "annat": "nej"}


@pytest.fixture
def ours(town, tmp_path):
    """The same town, where the akt is kept here; `code` is another municipality's."""

    def made(code="0000"):
        example = town.settings.forms / "municipalities" / "exempelkommun.toml"
        text = akt_here.municipality(example.read_text("utf-8"), code)
        (tmp_path / "kommun.toml").write_text(text, "utf-8")
        return replace(town, settings=replace(town.settings, municipality=tmp_path / "kommun.toml"))

    return made


@pytest.fixture
def sign_in(town):
    def sign_in(ours, name="Bo Al", role=Role.HANDLAGGARE):
        who = access.LetIn(name, access.subject_of("", name), {UNIT: frozenset({role})}, True)
        opened = town.database.write_now(
            lambda c: access.open_session(c, who, now=town.clock.now())
        )
        clerk = Clerk(ours.staff(), UNIT, sign_in=False)
        clerk.client.cookies.set("inkorg", opened.cookie)
        return clerk

    return sign_in


@pytest.fixture
def closed(visitor, town, clock):
    """A case that was closed without an utredning more than five years ago."""
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()

    def close(connection):
        item = tables.inbox_items
        values = {"closed_at": clock.now(), "outcome": "inleds_inte", "version": 0}
        connection.execute(item.update().values(state="avslutad", next_clock=None, **values))
        connection.execute(tables.case_clocks.update().values(stopped_at=clock.now(), late_days=0))

    town.database.write_now(close)
    clock.time = clock.time.replace(year=2032)
    return reference


def test_it_stays_until_it_is_said_what_the_law_asks_and_then_two_remove_it_by_the_rule(
    ours, sign_in, town, closed
):
    own = ours()
    bo, ida = sign_in(own), sign_in(own, "Ida Ek", Role.GRUPPLEDARE)
    screen = bo.go(LIST)
    assert "Har ingen utredning inletts är det fem år efter sista anteckningen." in screen.text
    assert "Inget ärende kan gallras nu." in screen.text
    assert "Uppgift saknas" in screen.text
    page = f"/inkorg/arenden/{closed}/gallringsuppgifter"
    assert f'href="{page}"' in screen.html
    assert bo.go(page).heading == "Uppgifter för gallring"
    screen = bo.press({})
    assert screen.status == 422
    assert "Välj om barnet har varit placerat" in screen.text
    assert "Välj om nämnden har andra uppgifter" in screen.text
    screen = bo.press(ANSWERS)
    assert screen.path == LIST
    assert "16 kap. 1 § SoL" in screen.text
    assert "2014" not in screen.text
    choose(bo, "foresla", closed)
    assert "4 mars 2014" in ida.open(closed).text
    assert "Tas bort nästa natt" in choose(ida, "godkann", closed).text
    plan = plan_of(content.load(own.settings.forms, own.settings.municipality))
    removed = own.database.write_now(
        lambda c: retention.retain(
            c, now=own.clock.now(), municipality_code="0000", submission_days={}, akts=plan.akts
        )
    )
    assert removed.cases == 1
    stone = own.database.read_now(lambda c: c.execute(select(tables.tombstones)).one())
    assert stone.rule == "16 kap. 1 § SoL"
    assert ida.open(closed).status == 404


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({**ANSWERS, "fodd-day": "15"}, "Sparas för forskningen"),
        ({**ANSWERS, "fodd-day": "", "fodd-month": ""}, "Uppgift saknas"),
        ({**ANSWERS, "placerad": "ja"}, "Placering, faderskap eller adoption"),
        ({**ANSWERS, "annat": "vet_inte"}, "Uppgift saknas"),
        ({**ANSWERS, "annat": "ja"}, "Nämnden har andra uppgifter om personen"),
    ],
)
def test_what_stays_says_why(ours, sign_in, closed, answers, why):
    bo = sign_in(ours())
    bo.go(f"/inkorg/arenden/{closed}/gallringsuppgifter")
    screen = bo.press(answers)
    assert (screen.status, screen.path) == (200, LIST)
    assert why in screen.text
    assert "Kan föreslås" not in screen.text


def test_where_all_is_kept_for_research_nothing_is_asked_and_nothing_goes(ours, sign_in, closed):
    bo = sign_in(ours("0580"))
    screen = bo.go(LIST)
    assert "alla akter i er kommun sparas för forskningen" in screen.text
    assert bo.go(f"/inkorg/arenden/{closed}/gallringsuppgifter").status == 404


def test_where_the_akt_is_elsewhere_it_is_not_asked(town, sign_in, closed):
    bo = sign_in(town)
    assert bo.go(f"/inkorg/arenden/{closed}/gallringsuppgifter").status == 404
    assert "Uppgifter för gallring" not in bo.open(closed).text
