"""A case leaves the house as paper, PDF or JSON: by right, written down first, named by nothing."""

import asyncio
import json
import re

import httpx2
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import select

from app.casework import access, opening, whole
from app.casework.rights import MAY, Act
from app.errors import DatabaseUnavailable
from app.runner.role import Role
from app.runner.transcript_schema import schema
from app.storage import tables
from app.typesetting import press, printing
from tests import pdf
from tests.service import PATIENCE
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS, ENGLISH, REKTOR
from tests.web.visitor import STAFF, Visitor

UNIT = "barn-och-unga"
NOTE = "Ringde skolan. Mentorn ringer tillbaka om pojken. 👍 سلام"
FILES = {"arende": "pdf", "anmalan": "pdf", "": "json"}


def case_of(town, reporter):
    reference = journeys.report_at_once(Visitor(town.citizen()), reporter)
    town.carry()
    return reference


def noted(clerk, reference, text=NOTE):
    clerk.go(f"/inkorg/arenden/{reference}/anteckning")
    clerk.press({"text": text})


def taken_out(clerk, reference, what):
    """Press the button of one of the files; the answer, as it came."""
    screen = clerk.go(f"/inkorg/arenden/{reference}/ta-ut")
    assert screen.status == 200
    for form in screen.page.all("form"):
        sent = screen.sent(form)
        there = form.attributes["action"]
        if there.endswith(f"/{FILES[what]}") and sent.get("vad", ("",)) == (what,):
            return clerk.client.post(there, data=sent)
    raise AssertionError(what)


def trail(database):
    asked = select(tables.audit_events.c.kind, tables.audit_events.c.actor)
    rows = database.read_now(lambda c: c.execute(asked.order_by(tables.audit_events.c.id)).all())
    return [tuple(row) for row in rows]


def answers_of(reporter):
    """What the reporter typed in words of their own."""
    return [text for text in reporter.answers.values() if isinstance(text, str) and " " in text]


@pytest.mark.parametrize(
    "reporter", [ANONYMOUS, REKTOR, ENGLISH], ids=["anonymous", "rektor", "en"]
)
def test_the_whole_case_is_in_the_pdf_word_for_word_and_everybody_can_read_it(
    town, clerk_of, reporter
):
    reference = case_of(town, reporter)
    clerk = clerk_of(UNIT)
    noted(clerk, reference)
    answer = taken_out(clerk, reference, "arende")
    assert answer.status_code == 200
    assert pdf.faults(answer.content) == []
    said = pdf.words(answer.content)
    for _, lines in clerk.open(reference).pairs():
        assert [line for line in lines if pdf.squeezed(line) not in said] == []
    for words in answers_of(reporter):
        assert pdf.squeezed(words) in said
    assert pdf.squeezed(NOTE.removesuffix("سلام")) in said
    for heading in ("Det viktigaste", "Tider och handläggare", "Skyddsbedömning", "Anteckning"):
        assert pdf.squeezed(heading) in said
    assert f"{reference} · Sida 1 av" in pdf.opened(answer.content).pages[0].extract_text()
    assert pdf.opened(answer.content).metadata.title == f"Ärende {reference}"


def test_the_report_alone_has_nothing_that_staff_have_written_or_done(town, clerk_of):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    noted(clerk, reference)
    answer = taken_out(clerk, reference, "anmalan")
    assert pdf.faults(answer.content) == []
    said = pdf.words(answer.content)
    for words in answers_of(ANONYMOUS):
        assert pdf.squeezed(words) in said
    assert "Ringdeskolan" not in said
    assert "Tiderochhandläggare" not in said
    assert pdf.opened(answer.content).metadata.title == f"Anmälan {reference}"


def test_the_json_is_as_its_schemas_say_and_holds_every_word(town, clerk_of):
    reference = case_of(town, REKTOR)
    clerk = clerk_of(UNIT)
    noted(clerk, reference)
    answer = taken_out(clerk, reference, "")
    told = json.loads(answer.content)
    Draft202012Validator(whole.schema(), format_checker=FormatChecker()).validate(told)
    form = clerk.desk.content.forms["sv"]["orosanmalan"]
    Draft202012Validator(schema(form)).validate(told["transcript"])
    assert told["reference"] == reference
    assert [each["kind"] for each in told["entries"]] == ["note"]
    assert told["entries"][0]["words"]["text"] == NOTE
    assert {each["clock"] for each in told["clocks"]} == {"skydd", "forhand"}
    said = json.dumps(told, ensure_ascii=False)
    for words in answers_of(REKTOR):
        assert words in said


@pytest.mark.untraced
@pytest.mark.parametrize("what", FILES)
def test_a_file_is_named_by_the_reference_and_kept_by_nobody_else(town, clerk_of, what):
    reference = case_of(town, ANONYMOUS)
    answer = taken_out(clerk_of(UNIT), reference, what)
    name = f'attachment; filename="{reference}.{FILES[what]}"'
    assert answer.headers["content-disposition"] == name
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_way_out_is_written_down_by_name_and_way(town, clerk_of):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    before = len(trail(town.database))
    clerk.go(f"/inkorg/arenden/{reference}/utskrift")
    for what in FILES:
        taken_out(clerk, reference, what)
    ways = ["case_printed", "case_as_pdf", "case_as_pdf", "case_as_json"]
    assert trail(town.database)[before:] == [(way, clerk.name) for way in ways]


@pytest.mark.parametrize("path", ["utskrift", "pdf", "json"])
def test_what_can_not_be_written_down_is_not_shown(town, clerk_of, path, monkeypatch):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    clerk.go(f"/inkorg/arenden/{reference}/ta-ut")
    token = re.findall(r'name="_token" value="([^"]+)"', clerk.screen.html)[0]

    def away(*_, **__):
        raise DatabaseUnavailable

    monkeypatch.setattr(opening, "remember", away)
    address = f"/inkorg/arenden/{reference}/{path}"
    if path == "utskrift":
        screen = clerk.go(address)
    else:
        screen = clerk.send(address, {"_token": token, "vad": "arende"})
    assert screen.status == 503
    for words in answers_of(ANONYMOUS):
        assert words not in screen.html


def test_the_page_to_print_says_who_prints_and_leads_back_to_the_case(town, clerk_of):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    assert f'href="/inkorg/arenden/{reference}/utskrift"' in clerk.open(reference).html
    assert "data-print" not in clerk.screen.html
    screen = clerk.go(f"/inkorg/arenden/{reference}/utskrift")
    assert "data-print" in screen.html
    assert f"Utskriven av {clerk.name}" in screen.html
    assert f'href="/inkorg/arenden/{reference}">Tillbaka till ärende {reference}' in screen.html


# When no PDF can be made


@pytest.fixture
def no_press(monkeypatch, tmp_path):
    dead = tmp_path / "dead.py"
    dead.write_text("raise SystemExit(1)", "utf-8")
    monkeypatch.setattr(press, "__file__", str(dead))


SLOW = """
import runpy, sys, time
from pathlib import Path
Path({begun!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.01)
runpy.run_path({press!r}, run_name="__main__")
"""
"""What sets a document, once it is let."""


async def asked_meanwhile(app, cookies, address, sent, begun, go):
    """Ask for a PDF; while it is made ask for the queue; let it be made. Both answers, in order."""
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=STAFF, cookies=cookies) as client:
        made = asyncio.create_task(client.post(address, data=sent))
        async with asyncio.timeout(PATIENCE):
            while not begun.exists():  # noqa: ASYNC110 - another process makes the file
                await asyncio.sleep(0.01)
            queue = await client.get("/inkorg")
        assert not made.done(), "it is still being made"
        go.touch()
        return queue, await made


def test_others_are_answered_while_a_pdf_is_made(town, clerk_of, monkeypatch, tmp_path):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    screen = clerk.go(f"/inkorg/arenden/{reference}/ta-ut")
    form = next(f for f in screen.page.all("form") if f.attributes["action"].endswith("/pdf"))
    begun, go, slow = (tmp_path / name for name in ("begun", "go", "slow.py"))
    slow.write_text(SLOW.format(begun=str(begun), go=str(go), press=press.__file__), "utf-8")
    monkeypatch.setattr(press, "__file__", str(slow))
    address, sent = form.attributes["action"], screen.sent(form)
    asking = asked_meanwhile(clerk.client.app, clerk.cookies, address, sent, begun, go)
    queue, made = asyncio.run(asking)
    assert queue.status_code == 200
    assert reference in queue.text
    assert made.status_code == 200
    assert made.content.startswith(b"%PDF")


def rows(database):
    """What a case is, and all that has been written in it."""
    asked = (select(tables.inbox_items), select(tables.case_entries), select(tables.case_clocks))
    return database.read_now(lambda c: [c.execute(each).mappings().all() for each in asked])


@pytest.mark.usefixtures("no_press")
def test_a_pdf_that_can_not_be_made_gives_a_kind_page_and_the_other_ways_still_work(town, clerk_of):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    noted(clerk, reference)
    before = rows(town.database)
    answer = taken_out(clerk, reference, "arende")
    assert answer.status_code == 503
    assert rows(town.database) == before
    assert "Det gick inte att göra en PDF" in answer.text
    there = f'href="/inkorg/arenden/{reference}/ta-ut"'
    assert f"{there}>Tillbaka till sätten att ta ut</a>" in answer.text, "word and target agree"
    assert clerk.go(f"/inkorg/arenden/{reference}/utskrift").status == 200
    assert taken_out(clerk, reference, "").status_code == 200


def test_one_that_takes_too_long_is_told_as_any_other(town, clerk_of, monkeypatch):
    reference = case_of(town, ANONYMOUS)
    at_once = printing.pdf

    async def hurried(document, *, at):
        return await at_once(document, at=at, seconds=0.001)

    monkeypatch.setattr(printing, "pdf", hurried)
    assert taken_out(clerk_of(UNIT), reference, "arende").status_code == 503


# Who may


@pytest.fixture
def somebody(town):
    app = town.staff()

    def sign_in(role, unit=UNIT):
        subject = access.subject_of("", "Ina")
        who = access.LetIn("Ina Ek", subject, {unit: frozenset({role})}, qualified=True)
        opened = town.database.write_now(
            lambda c: access.open_session(c, who, now=town.clock.now())
        )
        clerk = Clerk(app, unit, sign_in=False)
        clerk.client.cookies.set("inkorg", opened.cookie)
        return clerk

    return sign_in


def asked(clerk, reference, path):
    address = f"/inkorg/arenden/{reference}/{path}"
    if path in {"ta-ut", "utskrift"}:
        return clerk.client.get(address)
    token = re.findall(r'name="_token" value="([^"]+)"', clerk.go("/din-inloggning").html)[0]
    return clerk.client.post(address, data={"_token": token, "vad": "anmalan"})


@pytest.mark.parametrize("path", ["ta-ut", "utskrift", "pdf", "json"])
@pytest.mark.parametrize("role", Role)
def test_each_way_is_open_to_who_may_take_out_and_to_nobody_else(town, somebody, role, path):
    reference = case_of(town, ANONYMOUS)
    answer = asked(somebody(role), reference, path)
    assert answer.status_code == (200 if role in MAY[Act.EXPORT] else 403)
    refused = ("right_refused", "Ina Ek") in trail(town.database)
    assert refused is (role not in MAY[Act.EXPORT])


@pytest.mark.untraced
@pytest.mark.parametrize("path", ["ta-ut", "utskrift", "pdf", "json"])
def test_another_unit_s_case_does_not_exist_and_the_try_is_written_down(town, somebody, path):
    reference = case_of(town, ANONYMOUS)
    answer = asked(somebody(Role.GRUPPLEDARE, unit="sspf"), reference, path)
    assert answer.status_code == 404
    assert ("read_refused", "Ina Ek") in trail(town.database)


@pytest.mark.parametrize("path", ["pdf", "json"])
def test_nobody_else_s_page_can_make_them_take_anything_out(town, clerk_of, path):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    answer = clerk.client.post(f"/inkorg/arenden/{reference}/{path}", data={"vad": "arende"})
    assert answer.status_code == 403
    assert clerk.client.get(f"/inkorg/arenden/{reference}/{path}").status_code == 405


def test_what_is_asked_for_is_the_report_or_the_case(town, clerk_of):
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    clerk.go(f"/inkorg/arenden/{reference}/ta-ut")
    token = re.findall(r'name="_token" value="([^"]+)"', clerk.screen.html)[0]
    address = f"/inkorg/arenden/{reference}/pdf"
    assert clerk.send(address, {"_token": token, "vad": "annat"}).status == 404


def test_it_works_on_both_engines(either):
    reference = case_of(either, ANONYMOUS)
    clerk = Clerk(either.staff(), UNIT)
    noted(clerk, reference)
    assert taken_out(clerk, reference, "arende").status_code == 200
    assert json.loads(taken_out(clerk, reference, "").content)["entries"][0]["words"]["text"]
    assert ("case_as_json", clerk.name) in trail(either.database)
