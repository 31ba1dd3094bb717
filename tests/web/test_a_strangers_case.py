"""A case of a form that nobody has heard of: every page of staff's leads on, until it is removed.

One form has no process, one has a process of a stranger's, and one the process of the tests, that
says all that a process can. Every link that is found on the way is opened, every form is sent as it
stands, and everything that can be done with a case is done.
"""

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.commands import keys, proofread
from app.records import retention
from tests.web.conftest import Town
from tests.web.desk import Clerk
from tests.web.test_a_strangers_content import STRANGERS, TOWN, add, see_form, whole
from tests.web.test_removal import choose
from tests.web.visitor import Visitor

HOME, AT = "/inkorg", "/inkorg/arenden"
COMPARED = ('[match]\non = false\nbasis = ""', '[match]\non = true\nbasis = "beslut § 4"')
FILES = ("/pdf", "/json", "/alla")
DONE = {"text": "Ringde och talade med henne."}


@dataclass(frozen=True)
class Strange:
    """A form, whose unit takes it in, and the steps that lead a case of it to its end."""

    form: str
    unit: str
    files: dict
    """What is added to the real content."""
    steps: tuple


def of_tests(name):
    return (Path(__file__).parents[1] / "forms" / name).read_text("utf-8")


TAKEN_IN = """
[forms.provformular]
unit = "sspf"
board = "Socialnämnden"
[forms.provtva]
unit = "sspf"
board = "Socialnämnden"
"""
KEPT = ("stoppmote = 90", "stoppmote = 90\nprovformular = 30\nprovtva = 30")
CASES = {
    "no process": Strange(
        "orossamtal", "sspf", STRANGERS["a form"], (("avsluta", {"gjort": "Vi ringde henne."}),)
    ),
    "a process": Strange(
        "orossamtal", "sspf", STRANGERS["a process"], (("samtal", {"hur": "Vi talade länge."}),)
    ),
    "the process of the tests": Strange(
        "provformular",
        "sspf",
        {
            **{name: of_tests(name) for name in ("provformular.toml", "provtva.toml")},
            "processes/provformular.toml": of_tests("processes/provformular.toml"),
            TOWN: (TAKEN_IN, KEPT),
        },
        (
            ("avgor", {"svar": "ja", "rad": "Vi vet nog."}),
            ("boka", {"hur": "ses", "nar-day": "2026-12-28"}),
            ("boka", {"hur": "ses", "nar-day": "2027-01-15"}),
            ("kalla", {}),
            ("lamna", {}),
        ),
    ),
}


@pytest.fixture(params=CASES)
def strange(request):
    return CASES[request.param]


@pytest.fixture
def strangers(strange, settings, tmp_path, database, clock):
    forms = shutil.copytree(settings.forms, tmp_path / "forms")
    add(forms, strange.files)
    add(forms, {TOWN: (COMPARED,)})
    private, public = tmp_path / "private", tmp_path / "public"
    here = replace(settings, forms=forms, private_keys=private, public_keys=public)
    units = proofread.read(here).municipality.units
    keys.make_missing(units, private=private, public=public)
    return Town(here, database, clock)


def links(screen):
    """Return where the links of a page lead inside the inbox; what they say stands on the page."""
    hrefs = [link.attributes["href"] for link in screen.page.all("a")]
    marks = {each.attributes.get("id") for each in screen.page.elements}
    for href in hrefs:
        if href.startswith("#"):
            assert href[1:] in marks, (screen.path, href)
    return {href.partition("#")[0] for href in hrefs if href.startswith(HOME)}


def walk(clerk, *, start=HOME):
    """Open every page that links lead to from one; return them by address."""
    seen, ahead = {}, {start}
    while ahead:
        path = ahead.pop()
        if path.endswith(FILES):
            assert clerk.client.get(path).status_code == 200, path
            continue
        seen[path] = clerk.go(path)
        if not seen[path].headers["content-type"].startswith("text/csv"):
            ahead |= links(whole(seen[path])) - seen.keys()
    return seen


def press_all(clerk, path):
    """Send every form of a page as it stands: it is done, or what is wrong is said there."""
    screen = clerk.go(path)
    for form in screen.page.all("form"):
        action = form.attributes["action"]
        inside = screen.html.split(f'action="{action}"', 1)[1].split("</form>")[0]
        if "<button" not in inside:
            continue  # nobody can send it
        named = re.search(r'<button[^>]* name="([a-z]\w*)" value="([^"]+)"', inside)
        sent = screen.sent(form) | ({named[1]: named[2]} if named else {})
        if action.endswith(FILES):
            assert clerk.client.post(action, data=sent).status_code == 200, action
        elif action.startswith(path):
            assert clerk.send(action, sent).status in {200, 422}, action
            whole(clerk.screen, status=clerk.screen.status)


def every_page(clerk, reference):
    """Walk all there is, see that the case's own pages are there, and send their forms."""
    seen, case = walk(clerk), f"{AT}/{reference}"
    assert case in seen
    mine = {path for path in seen if path.startswith(case)}
    for path in sorted(path for path in mine - {case} if "/steg/" not in path):
        press_all(clerk, path)
    return {path.removeprefix(case) for path in mine}


def done(clerk, reference, page, **typed):
    """Write on a page of the case, and come back to where it leads."""
    whole(clerk.go(f"{AT}/{reference}/{page}"))
    return whole(clerk.press(typed))


def test_every_page_of_a_strangers_case_leads_on_until_it_is_removed(strange, strangers):
    reference = see_form(Visitor(strangers.citizen()), "", strange.form, every_page=False)
    strangers.carry()
    desk = strangers.staff()
    clerk, other = Clerk(desk, strange.unit), Clerk(desk, strange.unit, name="Bo Al")
    assert clerk.queue() == [reference]

    found = every_page(clerk, reference)
    assert {"", "/anteckning", "/tilldela", "/jav", "/sparra", "/bevara"} <= found
    assert {"/ta-ut", "/utskrift"} <= found
    assert reference in whole(clerk.go(f"{AT}/{reference}/barnet")).text
    for act in ("ta", "lamna-tillbaka", "ta"):
        clerk.open(reference)
        whole(clerk.act(act))
    assert done(clerk, reference, "tilldela", namn="Bo Al").path == f"{AT}/{reference}"
    assert clerk.queue("mina") == []
    assert other.queue("mina") == [reference]
    for page in ("anteckning", "bevara"):
        assert done(clerk, reference, page, **DONE).path == f"{AT}/{reference}"
    assert done(clerk, reference, "sparra", namn="Eva Ask", **DONE).path == f"{AT}/{reference}"
    every_page(clerk, reference)

    whole(clerk.go(f"{HOME}/sok"))
    assert reference in whole(clerk.press({"sok": reference, "skal": "case"})).text

    for step, typed in strange.steps:
        assert f"/steg/{step}" in every_page(other, reference)
        assert done(other, reference, f"steg/{step}", **typed).path == f"{AT}/{reference}"
    assert clerk.queue() == clerk.queue("alla") == []
    assert clerk.queue("avslutade") == [reference]
    assert "/oppna-igen" in every_page(clerk, reference)

    assert done(clerk, reference, "oppna-igen", **DONE).path == f"{AT}/{reference}"
    assert clerk.queue("alla") == [reference]
    for step, typed in strange.steps:
        done(other, reference, f"steg/{step}", **typed)
    assert clerk.queue("avslutade") == [reference]


def test_what_nobody_has_is_to_be_taken_and_its_unit_is_offered_its_own_forms_first(
    strange, strangers
):
    see_form(Visitor(strangers.citizen()), "", strange.form, every_page=False)
    strangers.carry()
    clerk = Clerk(strangers.staff(), strange.unit)
    said = clerk.go(HOME).text
    assert ("Ingen tid löper" in said) == ("Ta ärendet Ingen tid löper" in said)
    with_clocks = any(name.startswith("processes/") for name in strange.files)
    assert ("Ta ärendet Ingen tid löper" in said) != with_clocks
    forms = [form.attributes["aria-label"] for form in clerk.go(f"{HOME}/ny").page.all("form")]
    concern = strangers.staff().state.parts.content.forms["sv"]["orosanmalan"].title
    assert forms[-1] == concern, "that goes to another unit"


def test_a_strangers_case_can_be_removed_by_two_when_its_days_have_passed(strange, strangers):
    reference = see_form(Visitor(strangers.citizen()), "", strange.form, every_page=False)
    strangers.carry()
    desk = strangers.staff()
    clerk, other = Clerk(desk, strange.unit), Clerk(desk, strange.unit, name="Bo Al")
    for step, typed in strange.steps:
        done(clerk, reference, f"steg/{step}", **typed)
    strangers.clock.move(days=90)
    clerk, other = Clerk(desk, strange.unit), Clerk(desk, strange.unit, name="Bo Al")
    walk(clerk)
    whole(choose(clerk, "foresla", reference))
    whole(choose(other, "godkann", reference))
    walk(clerk)
    content = desk.state.parts.content
    days = content.municipality.retention_days
    erased = strangers.database.write_now(
        lambda c: retention.retain(
            c,
            now=strangers.clock.now(),
            municipality_code=content.municipality.code,
            submission_days={form: many for form, many in days.items() if many},
        )
    )
    assert (erased.cases, erased.submissions) == (1, 0)
    assert f"{AT}/{reference}" not in walk(clerk)
    assert reference in clerk.go(f"{HOME}/gallring").text
    assert whole(clerk.open(reference), status=404)


@pytest.mark.parametrize("strange", [CASES["the process of the tests"]])
def test_a_clock_follows_a_day_that_is_answered_and_the_page_asks_for_all_of_it(strange, strangers):
    reference = see_form(Visitor(strangers.citizen()), "", strange.form, every_page=False)
    strangers.carry()
    clerk = Clerk(strangers.staff(), strange.unit)
    done(clerk, reference, "steg/avgor", svar="ja", rad="Vi vet nog.")

    whole(clerk.go(f"{AT}/{reference}/steg/boka"))
    screen = whole(clerk.press({"hur": "ses", "nar-day": "i slutet av december"}), status=422)
    assert "Skriv hela datumet: dag, månad och år." in screen.text
    written = [each.attributes.get("value") for each in screen.page.all("input")]
    assert "i slutet av december" in written

    whole(clerk.press({"hur": "ses", "nar-day": "2027-02-26"}))
    assert "Senast fredag 19 februari" in clerk.screen.text, "five working days before"
    moved = done(clerk, reference, "steg/boka", **{"hur": "ses", "nar-day": "2027-03-26"}).text
    assert "Räknat om" in moved
    assert "Sista dagen var då fredag 19 februari." in moved
    by_telephone = done(clerk, reference, "steg/boka", hur="ringer").text
    assert by_telephone.count("Kalla i tid") == moved.count("Kalla i tid"), "nothing more to keep"
