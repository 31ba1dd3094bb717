"""A reviewer of the log draws a month, looks at each reading, and is done when all are marked."""

import re
from functools import partial

import pytest
from sqlalchemy import insert

from app.delivery.ledger import Ledger
from app.runner.role import Role
from app.storage import tables
from app.web.staff import errors
from tests.web import journeys
from tests.web.canary import MARK, hits, marked, stored
from tests.web.reporters import ANONYMOUS

UNIT = "barn-och-unga"
MONTHS = "/inkorg/granskning"
MONTH = f"{MONTHS}/2026-11"


@pytest.fixture
def reference(visitor, town):
    reference = journeys.report_at_once(visitor, marked(ANONYMOUS))
    town.carry()
    return reference


@pytest.fixture
def reviewer(somebody, town, clock):
    """A reviewer, when the month is over and all of it is linked."""

    def sign_in(name="Lo Gran", unit=UNIT):
        clock.time = clock.time.replace(month=12, day=2)
        Ledger(town.database, clock).turn()
        return somebody(name, **{unit: {Role.LOGGRANSKARE}})

    return sign_in


def press(clerk, ending, **inputs):
    """Press what sends the form whose address ends so."""
    form = next(
        form for form in clerk.screen.page.all("form") if form.attributes["action"].endswith(ending)
    )
    return clerk.send(form.attributes["action"], {**clerk.screen.sent(form), **inputs})


def first_reading(clerk):
    return re.search(rf'href="({MONTH}/\d+)"', clerk.go(MONTH).html)[1]


def test_a_month_is_drawn_looked_at_and_signed_and_says_nothing_of_any_case(
    reference, clerk_of, reviewer, town
):
    assert MARK in clerk_of(UNIT, name="Bo Al").open(reference).html
    clerk = reviewer()
    assert "november 2026" in clerk.go("/").text
    assert "Inte framtagen" in clerk.screen.text
    clerk.go(MONTH)
    assert "Bo Al" not in clerk.screen.html
    press(clerk, "/dra")
    assert clerk.screen.path == MONTH
    assert re.search(rf"Bo Al 2026-11-24 \d\d\.\d\d {reference} 1 ", clerk.screen.text)
    assert "Gjorde inget i ärendet" in clerk.screen.text
    number = first_reading(clerk).rpartition("/")[2]
    press(clerk, "2026-11", lasning=number)
    assert "Inget här." in clerk.screen.text
    assert "Utan anmärkning. Lo Gran" in clerk.go(f"{MONTH}?visa=alla").text
    press(clerk, "/klar")
    assert re.search(r"november 2026 1 1 Klar\. Lo Gran", clerk.screen.text)
    assert [screen.path for screen in clerk.seen if MARK in screen.html] == []


def test_what_is_followed_up_is_said_in_a_sentence_that_only_reviewers_read(
    reference, clerk_of, reviewer, town
):
    clerk_of(UNIT, name="Bo Al").open(reference)
    clerk = reviewer()
    clerk.go(MONTH)
    press(clerk, "/dra")
    at = first_reading(clerk)
    clerk.go(at)
    empty = press(clerk, at, mening=" ", omdome="follow_up")
    assert (empty.status, "Skriv vad som följs upp" in empty.text) == (422, True)
    press(clerk, at, mening=f"Frågar chefen om {MARK}.", omdome="follow_up")
    assert "Följs upp" in clerk.go(f"{MONTH}?visa=foljs-upp").text
    assert MARK not in clerk.screen.html
    assert f"Frågar chefen om {MARK}." in clerk.go(at).text
    assert hits({"database": stored(town.database)}) == []
    assert clerk_of(UNIT).go(at).status == 403


def test_one_s_own_readings_are_left_to_somebody_else(reference, clerk_of, reviewer):
    clerk_of(UNIT, name="Lo Gran").open(reference)
    clerk = reviewer()
    clerk.go(MONTH)
    press(clerk, "/dra")
    assert "Din egen: någon annan granskar" in clerk.screen.text
    token = re.search(r'name="_token" value="([^"]+)"', clerk.screen.html)[1]
    said = {"_token": token, "omdome": "fine"}
    answers = {clerk.send(f"{MONTH}/{number}", said).status for number in range(1, 30)}
    assert answers == {404, 409}, "there is one, and it is refused"
    assert "Finns det ingen? Be den som sköter behörigheterna" in clerk.go(MONTH).text
    other = reviewer("En Annan")
    assert "Utan anmärkning" in other.go(MONTH).text
    assert "Finns det ingen?" not in other.screen.text
    press(other, "2026-11", lasning=first_reading(other).rpartition("/")[2])
    assert "Finns det ingen?" not in clerk.go(MONTH).text
    press(clerk, "/klar")
    assert re.search(r"november 2026 1 1 Klar\. Lo Gran", clerk.screen.text)


def test_what_the_only_reviewer_has_read_a_second_reviews_and_sees_nothing_else_of_the_log(
    reference, clerk_of, reviewer, somebody
):
    clerk_of(UNIT, name="Lo Gran").open(reference)
    clerk_of(UNIT, name="Bo Al").open(reference)
    sign_in = partial(somebody, "Siv Två", **{UNIT: {Role.ANDRA_GRANSKARE}})
    clerk = reviewer()
    early = sign_in()
    assert "Inte framtagen" in early.go("/").text, "the months are where they begin"
    assert "/inkorg/logg" not in early.screen.html
    early.go(MONTH)
    assert not [form for form in early.screen.page.all("form") if "dra" in str(form.attributes)]
    assert early.go("/inkorg/logg").status == 403
    clerk.go(MONTH)
    press(clerk, "/dra")
    others = first_reading(clerk)
    press(clerk, "2026-11", lasning=others.rpartition("/")[2])
    assert "Enhetens andra granskare" in clerk.go(MONTH).text
    second = sign_in()
    assert "Lo Gran" in second.go(f"{MONTH}?visa=alla").text
    assert "Bo Al" not in second.screen.text
    assert second.go(others).status == 404, "what others have read is not theirs"
    press(second, "2026-11", lasning=first_reading(second).rpartition("/")[2])
    second.go(MONTH)
    press(second, "/klar")
    assert re.search(r"november 2026 2 2 Klar\. Siv Två", second.screen.text)


def test_before_it_can_be_drawn_it_is_said_and_nothing_happens(
    reference, clerk_of, somebody, clock
):
    clerk_of(UNIT).open(reference)
    clock.time = clock.time.replace(month=12, day=2)
    clerk = somebody("Lo Gran", **{UNIT: {Role.LOGGRANSKARE}})
    clerk.go(MONTH)
    early = press(clerk, "/dra")
    assert (early.status, early.heading) == (409, "Månaden går inte att ta fram än")
    assert clerk.go(f"{MONTHS}/2026-12").status == 404, "it is not over"
    assert clerk.go(f"{MONTHS}/nu").status == 404


def test_nothing_is_signed_while_something_is_left(reference, clerk_of, reviewer):
    clerk_of(UNIT).open(reference)
    clerk = reviewer()
    clerk.go(MONTH)
    press(clerk, "/dra")
    token = clerk.screen.value("_token")
    left = clerk.send(f"{MONTH}/klar", {"_token": token})
    assert (left.status, left.heading) == (409, "Allt är inte granskat")
    assert f'href="{MONTH}">Tillbaka till november 2026</a>' in left.html


def test_a_sentence_is_not_lost_when_the_session_runs_out(reference, clerk_of, reviewer, clock):
    clerk_of(UNIT).open(reference)
    clerk = reviewer()
    clerk.go(MONTH)
    press(clerk, "/dra")
    at = first_reading(clerk)
    clerk.go(at)
    clock.move(minutes=40)
    press(clerk, at, mening="Frågar chefen.", omdome="follow_up")
    assert clerk.screen.path == "/logga-in"
    again = reviewer()
    again.client.cookies.update(
        {name: value for name, value in clerk.client.cookies.items() if name != "inkorg"}
    )
    assert f'href="{at}"' in again.go(MONTHS).html
    assert "Frågar chefen." in again.go(at).html
    press(again, at, omdome="follow_up")
    assert f'href="{at}"' not in again.go(MONTHS).html


def test_no_month_is_so_old_that_there_is_no_way_to_it(town, reviewer, clock):
    first = {"kind": "signed_in", "at": clock.time.replace(year=2025, month=1)}
    town.database.write_now(lambda c: c.execute(insert(tables.audit_events).inline(), [first]))
    clerk = reviewer()
    names = re.findall(rf'href="{MONTHS}/([0-9-]+)"', clerk.go(MONTHS).html)
    assert (len(names), names[0]) == (12, "2026-11")
    following = re.search(r'rel="next" href="([^"]+)"', clerk.screen.html)[1]
    names += re.findall(rf'href="{MONTHS}/([0-9-]+)"', clerk.go(following).html)
    assert (len(set(names)), names[-1]) == (23, "2025-01")
    assert 'rel="next"' not in clerk.screen.html
    assert clerk.go(f"{MONTHS}/2025-01").heading == "Granskning av januari 2025"


def test_only_where_a_sentence_is_written_is_it_kept():
    assert errors.WRITTEN.match(f"{MONTH}/17")
    assert not errors.WRITTEN.match(MONTH)
    assert not errors.WRITTEN.match(f"{MONTH}/dra")
