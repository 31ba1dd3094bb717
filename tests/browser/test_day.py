"""A day at the office, in a real browser, on PostgreSQL, with the municipality's own sign-in.

Twelve reports go from the queue to the last answer: in one run with the keyboard alone, in the
other without JavaScript. Afterwards the proof of clocks says what was reckoned by hand.
"""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from holidays.countries import Sweden

from tests import service as real
from tests.browser.office import DAY, Worker, hand_in
from tests.oidc import provider as oidc
from tests.service import wait_until
from tests.web.test_sign_in import SETTINGS

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240), pytest.mark.long(60)]
HOST = "127.0.0.2"
LEADER = """
[[sign_in.groups]]
group = "bou-ledare"
units = ["barn-och-unga"]
roles = ["gruppledare"]
"""
HANNA = {**oidc.HANNA, "groups": [*oidc.HANNA["groups"], "sspf-samordnare"]}
GRETA = {**oidc.HANNA, "name": "Greta Ledare", "groups": ["bou-ledare", "socionomer"]}
HERS = {"dubblett_ok", "forlangd"}
"""What takes somebody else, or who leads."""
HERE = ZoneInfo("Europe/Stockholm")
SATURDAY = 5
A_DAY_LATER = timedelta(days=1)
SAID = re.compile(
    r"^\w+: (.+?)(?: \(.*\))?\n  i tid (\d+)\n  i tid efter förlängning (\d+)\n"
    r"  för sent (\d+).*\n  väntar och är inte sena (\d+)$",
    re.MULTILINE,
)
"""A clock as `skyddsnat clocks` says it: in time, in longer time, late, waiting."""
A_DAY = 24 * 60 * 60 * 1_000_000

# In time, in extended time, late, waiting: of ten reports one came in three days ago and was
# assessed on the third day, when the first day after was the last.
BOU = {
    "Skyddsbedömning": (9, 0, 1, 0),
    "Beslut om utredning": (10, 0, 0, 0),
    "Besked till anmälaren": (2, 0, 0, 0),
    "Informera om utredning": (2, 0, 0, 0),
}
SSPF = {"Läsa begäran": (2, 0, 0, 0), "Bedöma begäran": (2, 0, 0, 0)}

# The last day of every clock of the twelve, by hand, counted from today: the day that a report came
# in, or that what starts the clock was done, is day 0, and the day that is the last is all of it
# the last. No last day moves from a weekend here, since the municipality has not said so.
SKYDD, BESLUT = "Skyddsbedömning", "Beslut om utredning"
BESKED, INFORMERA = "Besked till anmälaren", "Informera om utredning"
LASA, BEDOMA = "Läsa begäran", "Bedöma begäran"
NEXT_WEEKDAY = "the first weekday after today"
DUE = (
    # Came today: protection the day after. Decided today: 14 days from when it came. An inquiry was
    # opened today: told of the same day. Asked for an answer, decided today: seven days.
    {SKYDD: 1, BESLUT: 14, INFORMERA: 0, BESKED: 7},
    # As the first, and nobody asked for an answer.
    {SKYDD: 1, BESLUT: 14, INFORMERA: 0},
    # No inquiry: nobody to inform. To talk with somebody meanwhile moves nothing.
    {SKYDD: 1, BESLUT: 14},
    # No inquiry, and who reported asked for an answer: seven days from the decision, today.
    {SKYDD: 1, BESLUT: 14, BESKED: 7},
    # Belongs to an inquiry that goes on already.
    {SKYDD: 1, BESLUT: 14},
    # Another municipality's: the fourteen days are ours until that has said that it takes it.
    {SKYDD: 1, BESLUT: 14},
    # The same report twice: the second has days of its own.
    {SKYDD: 1, BESLUT: 14},
    {SKYDD: 1, BESLUT: 14},
    # Came three days ago: protection the day after that, two days ago. Fourteen less three.
    {SKYDD: -2, BESLUT: 11},
    # The time was made longer, to the 21st day: the law's own last day is what counts.
    {SKYDD: 1, BESLUT: 14},
    # Two who want to meet: read by the next weekday, assessed within fourteen days.
    {LASA: NEXT_WEEKDAY, BEDOMA: 14},
    {LASA: NEXT_WEEKDAY, BEDOMA: 14},
)


@pytest.fixture(scope="module")
def provider():
    with oidc.running(HOST) as running:
        running.tell(people={"hanna": HANNA, "greta": GRETA})
        yield running


@pytest.fixture
def office(provider, municipality, tmp_path, postgres_url):
    """The service of a municipality with a sign-in of its own, on PostgreSQL."""
    file = tmp_path / "kommunen.toml"
    settings = SETTINGS.format(issuer=provider.issuer, client=oidc.CLIENT) + LEADER
    file.write_text(municipality.read_text("utf-8") + settings, "utf-8")
    (tmp_path / "sign_in.secret").write_text(oidc.SECRET)
    with real.running(
        tmp_path / "data",
        DATABASE_URL=postgres_url,
        SKYDDSNAT_MUNICIPALITY=str(file),
        SKYDDSNAT_SECRETS=str(tmp_path),
    ) as started:
        provider.tell(origin=started.staff, backchannel=f"{started.staff}/logga-in/utloggad")
        yield started


@pytest.fixture
def worker(open_browser, office, provider, watch, content):
    """Somebody who has signed in at the municipality's own sign-in."""
    watch.allowed += [office.staff, office.citizen, provider.issuer]

    def come(who, *, keyboard=False, **options):
        page = open_browser(base_url=office.staff, **options).new_page()
        page.goto("/inkorg")
        page.get_by_role("link", name="Logga in", exact=True).click()
        page.get_by_label("Vem är du?").fill(who)
        page.get_by_role("button", name="Logga in").click()
        page.wait_for_url("**/inkorg")
        return Worker(page, content, keyboard=keyboard)

    return come


def weekday_after(day):
    """The first Monday to Friday after a day that is neither red nor an eve that counts as red."""
    red = Sweden(include_sundays=False, years=[day.year, day.year + 1], language="sv")
    after = day + A_DAY_LATER
    while after.weekday() >= SATURDAY or after in red or is_eve(after, red):
        after += A_DAY_LATER
    return after


def is_eve(day, red):
    christmas_or_new_year = (day.month, day.day) in {(12, 24), (12, 31)}
    return christmas_or_new_year or red.get(day + A_DAY_LATER) == "Midsommardagen"


def by_hand(today):
    """How many clocks have their last day on each day, by their names."""
    days = {}
    for each in DUE:
        for clock, number in each.items():
            weekday = number == NEXT_WEEKDAY
            last = weekday_after(today) if weekday else today + timedelta(days=number)
            days.setdefault(last, Counter())[clock] += 1
    return days


def says_every_due_date(today, hanna, greta, office):
    """The proof, on both units' pages and by the command, is of each day what was said by hand.

    No other day has any: of all of them together there are no more than these.
    """
    days = by_hand(today)
    for day, expected in days.items():
        page = {**hanna.times(str(day), str(day)), **greta.times(str(day), str(day))}
        assert {name: sum(counts) for name, counts in page.items()} == expected, day
        told = real.command(
            *("clocks", "--from", str(day), "--to", str(day)), environment=office.environment()
        )
        said = {name: sum(map(int, counts)) for name, *counts in SAID.findall(told.stdout)}
        assert said == expected, (day, told)


def arrived(database):
    with psycopg.connect(database) as asking:
        return asking.execute("SELECT count(*) FROM inbox_items").fetchone()[0]


EARLIER = """
UPDATE case_clocks SET started_at = started_at - %(back)s, due_at = due_at - %(back)s,
    due_on = due_on - %(days)s::int, lawful_latest = lawful_latest - %(days)s::int
WHERE submission_id = (SELECT id FROM submissions WHERE reference = %(reference)s)
"""
FIRST = """
UPDATE inbox_items SET next_due = next_due - %(back)s
WHERE submission_id = (SELECT id FROM submissions WHERE reference = %(reference)s)
"""


def came_earlier(database, reference, days):
    """Let a report have come in some days ago, as its clocks were reckoned then."""
    values = {"reference": reference, "days": days, "back": days * A_DAY}
    with psycopg.connect(database) as changing:
        for statement in (EARLIER, FIRST):
            changing.execute(statement, values)


@pytest.mark.parametrize("way", ["keyboard", "no javascript"])
def test_twelve_reports_go_from_the_queue_to_the_last_answer(
    way, worker, office, content, postgres_url
):
    today = datetime.now(HERE).date()
    references = [hand_in(office, content, case) for case in DAY]
    wait_until(lambda: arrived(postgres_url) == len(DAY))
    for reference, case in zip(references, DAY, strict=True):
        if case.late:
            came_earlier(postgres_url, reference, case.late)
    how = {"keyboard": {"keyboard": True}, "no javascript": {"java_script_enabled": False}}[way]
    hanna, greta = worker("hanna", **how), worker("greta", **how)
    hanna.page.goto("/inkorg")
    assert "10 att göra" in hanna.page.locator(".head strong").inner_text()
    in_order = hanna.page.locator("tbody tr").all_inner_texts()
    assert references[8] in in_order[0], "what is late is first"
    assert "Akut" in in_order[1], "and then what is urgent among what is due the same day"
    for reference, case in zip(references, DAY, strict=True):
        if case.form_id == "stoppmote" and hanna.page.locator('[value="sspf"]').count():
            hanna.go('button[value="sspf"]')
        hanna.open(reference)
        hanna.go('form[action$="/ta"] button')
        for name in case.work:
            somebody = hanna
            if name in HERS:
                greta.open(reference)
                somebody = greta
            somebody.do(case.form_id, name)
            if somebody is greta:
                hanna.page.reload()
        assert "Avslutad" in hanna.page.locator(".facts").inner_text()
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    says_every_due_date(today, hanna, greta, office)
    assert hanna.times(until) == SSPF
    assert greta.times(until) == BOU
    late = greta.page.locator("table").nth(1).locator("tbody tr")
    assert late.count() == 1
    assert references[8] in late.inner_text()
    assert "2 dagar sent" in late.inner_text()
    hanna.page.goto("/inkorg")
    assert "0 att göra" in hanna.page.locator(".head strong").inner_text()
    with psycopg.connect(postgres_url) as asking:
        rows = asking.execute("SELECT outcome FROM inbox_items WHERE closed_at IS NOT NULL")
        assert Counter(row[0] for row in rows).total() == len(DAY)


def test_two_at_one_case_lose_nothing_of_what_they_wrote(worker, office, content, postgres_url):
    reference = hand_in(office, content, DAY[2])
    wait_until(lambda: arrived(postgres_url) == 1)
    hanna, greta = worker("hanna"), worker("greta")
    for one in (hanna, greta):
        one.open(reference)
        one.go('a[href$="/anteckning"]')
        one.page.get_by_role("textbox").fill(f"Ringde skolan. {one is hanna}")
    greta.go("form.writing > button[type=submit]")
    hanna.go("form.writing > button[type=submit]")
    said = hanna.page.locator(".summary").inner_text()
    assert "Greta Ledare" in said
    assert hanna.page.get_by_role("textbox").input_value() == "Ringde skolan. True"
    hanna.page.get_by_role("button", name="Spara ändå").click()
    hanna.page.wait_for_url(f"**/{reference}")
    told = hanna.page.locator(".entries").inner_text()
    assert told.index("Ringde skolan. False") < told.index("Ringde skolan. True")
