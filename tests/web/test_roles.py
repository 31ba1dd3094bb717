"""What somebody's role does not let them do they are kindly told, and that they tried is known."""

import re

import pytest
from sqlalchemy import select

from app.casework.rights import MAY, Act
from app.runner.role import Role
from app.storage import tables
from tests.web import journeys
from tests.web.reporters import ANONYMOUS

OURS = "barn-och-unga"


@pytest.fixture
def reported(visitor, town):
    """Hand a report in and let it arrive; return its reference."""

    def report(reporter):
        reference = journeys.report_at_once(visitor, reporter)
        town.carry()
        return reference

    return report


@pytest.fixture
def refusals(town):
    def count():
        asked = select(tables.audit_events.c.actor).where(
            tables.audit_events.c.kind == "right_refused"
        )
        return town.database.read_now(lambda c: c.execute(asked).scalars().all())

    return count


def test_a_registrator_sees_the_queue_and_opens_nothing_that_others_have_sent(
    reported, somebody, refusals
):
    reference = reported(ANONYMOUS)
    clerk = somebody(barn_och_unga={Role.REGISTRATOR})
    assert clerk.queue() == [reference]
    screen = clerk.open(reference)
    assert (screen.status, screen.heading) == (403, "Det här ingår inte i din roll")
    assert "Logga ut" in screen.html
    assert refusals() == ["Ina Handläggare"]


@pytest.mark.parametrize("role", [Role.LOGGRANSKARE, Role.ANDRA_GRANSKARE, Role.ADMINISTRATOR])
def test_who_reviews_and_who_administers_see_no_queue(role, somebody, refusals):
    screen = somebody(barn_och_unga={role}).go("/inkorg")
    assert (screen.status, screen.heading) == (403, "Det här ingår inte i din roll")
    assert refusals() == ["Ina Handläggare"]


def test_who_has_two_units_has_one_in_view_and_the_other_a_press_away(reported, somebody):
    reference = reported(ANONYMOUS)
    clerk = somebody(sspf={Role.SSPF}, barn_och_unga={Role.HANDLAGGARE})
    assert clerk.queue() == []
    assert clerk.open(reference).status == 404, "another unit's does not exist"
    clerk.go("/inkorg")
    assert "Byt till" in clerk.screen.html
    assert clerk.enter(OURS).heading == "Kö"
    assert clerk.queue() == [reference]
    assert clerk.open(reference).status == 200


def test_the_role_at_one_unit_gives_nothing_at_another(reported, somebody):
    reference = reported(ANONYMOUS)
    clerk = somebody(sspf={Role.SSPF}, barn_och_unga={Role.REGISTRATOR})
    clerk.go("/inkorg")
    clerk.enter(OURS)
    assert clerk.open(reference).status == 403


CASE = "/inkorg/arenden/{reference}"
MONTH = "/inkorg/granskning/{month}"
ENTRY = "/inkorg/ny/{form_id}"
ABOUT_ONE = CASE + "/anmalan/{report_id}/{whom_id}"
STUCK = "/inkorg/leveranser/{reference}/{destination}"
PAGES = {
    ("GET", "/inkorg"): Act.SEE_QUEUE,
    ("GET", "/inkorg/nya"): Act.SEE_QUEUE,
    ("POST", "/inkorg/val"): Act.SEE_QUEUE,
    ("GET", "/inkorg/tider"): Act.SEE_TIMES,
    ("GET", "/inkorg/beslut"): Act.SEE_TIMES,
    ("GET", "/inkorg/beslut/fil"): Act.SEE_TIMES,
    ("GET", "/inkorg/installningar"): Act.SEE_SETTINGS,
    ("GET", "/inkorg/statistik"): Act.SEE_STATISTICS,
    ("GET", "/inkorg/statistik/{year}/{form_id}"): Act.SEE_STATISTICS,
    ("GET", "/inkorg/logg"): Act.REVIEW_LOG,
    ("POST", "/inkorg/logg"): Act.REVIEW_LOG,
    ("GET", "/inkorg/gallring"): Act.PROPOSE_REMOVAL,
    ("POST", "/inkorg/gallring/{action}"): Act.PROPOSE_REMOVAL,
    ("GET", CASE + "/bevara"): Act.PROPOSE_REMOVAL,
    ("POST", CASE + "/bevara"): Act.PROPOSE_REMOVAL,
    ("GET", CASE + "/gallringsuppgifter"): Act.PROPOSE_REMOVAL,
    ("POST", CASE + "/gallringsuppgifter"): Act.PROPOSE_REMOVAL,
    ("GET", "/inkorg/sok"): Act.OPEN,
    ("POST", "/inkorg/sok"): Act.OPEN,
    ("GET", "/inkorg/sok/{result_id}"): Act.OPEN,
    ("GET", "/inkorg/granskning"): Act.SIGN_REVIEW,
    ("GET", MONTH): Act.SIGN_REVIEW,
    ("POST", MONTH): Act.SIGN_REVIEW,
    ("POST", MONTH + "/dra"): Act.REVIEW_LOG,
    ("POST", MONTH + "/klar"): Act.SIGN_REVIEW,
    ("GET", MONTH + "/{reading}"): Act.SIGN_REVIEW,
    ("POST", MONTH + "/{reading}"): Act.SIGN_REVIEW,
    ("GET", "/inkorg/ny"): Act.ENTER,
    ("GET", ENTRY): Act.ENTER,
    ("POST", ENTRY): Act.ENTER,
    ("POST", ENTRY + "/borja"): Act.ENTER,
    ("POST", ENTRY + "/kasta"): Act.ENTER,
    ("GET", ENTRY + "/kvitto"): Act.ENTER,
    ("GET", CASE): Act.OPEN,
    ("GET", CASE + "/barnet"): Act.OPEN,
    ("GET", CASE + "/gruppen"): Act.WORK,
    ("GET", CASE + "/samtycken"): Act.WORK,
    ("GET", ABOUT_ONE): Act.WORK,
    ("POST", ABOUT_ONE): Act.WORK,
    ("POST", ABOUT_ONE + "/kasta"): Act.WORK,
    ("GET", ABOUT_ONE + "/kvitto"): Act.WORK,
    ("GET", CASE + "/brev"): Act.EXPORT,
    ("POST", CASE + "/brev"): Act.EXPORT,
    ("POST", CASE + "/brev/alla"): Act.EXPORT,
    ("GET", CASE + "/brev/{number}"): Act.EXPORT,
    ("GET", CASE + "/brev/{number}/pdf"): Act.EXPORT,
    ("GET", CASE + "/flik/{tab_id}"): Act.OPEN,
    ("GET", CASE + "/anteckning"): Act.WORK,
    ("POST", CASE + "/anteckning"): Act.WORK,
    ("GET", CASE + "/steg/{step_id}"): Act.WORK,
    ("POST", CASE + "/steg/{step_id}"): Act.WORK,
    ("POST", CASE + "/lamna-tillbaka"): Act.WORK,
    ("POST", CASE + "/ta"): Act.WORK,
    ("POST", CASE + "/medlast"): Act.WORK,
    ("GET", CASE + "/tilldela"): Act.ASSIGN,
    ("POST", CASE + "/tilldela"): Act.ASSIGN,
    ("POST", CASE + "/samma-barn"): Act.WORK,
    ("POST", CASE + "/annat-barn"): Act.WORK,
    ("GET", CASE + "/oppna-igen"): Act.REOPEN,
    ("POST", CASE + "/oppna-igen"): Act.REOPEN,
    ("GET", CASE + "/sparra"): Act.ASSIGN,
    ("POST", CASE + "/sparra"): Act.ASSIGN,
    ("POST", CASE + "/hav-jav"): Act.ASSIGN,
    ("GET", CASE + "/ta-ut"): Act.EXPORT,
    ("GET", CASE + "/utskrift"): Act.EXPORT,
    ("GET", CASE + "/kopia"): Act.EXPORT,
    ("POST", CASE + "/kopia"): Act.EXPORT,
    ("POST", CASE + "/pdf"): Act.EXPORT,
    ("POST", CASE + "/json"): Act.EXPORT,
    ("GET", "/inkorg/leveranser"): Act.SEE_TO_DELIVERY,
    ("GET", "/inkorg/nodlage"): Act.WORK,
    ("POST", "/inkorg/nodlage"): Act.WORK,
    ("POST", CASE + "/stang"): Act.ASSIGN,
    ("GET", CASE + "/lana-ut"): Act.ASSIGN,
    ("POST", CASE + "/lana-ut"): Act.ASSIGN,
    ("GET", STUCK): Act.SEE_TO_DELIVERY,
    ("POST", STUCK + "/{action}"): Act.SEE_TO_DELIVERY,
    # Last: to who has jäv the case does not exist any more.
    ("GET", CASE + "/jav"): Act.WORK,
    ("POST", CASE + "/jav"): Act.WORK,
}
"""What it takes to see each page, and to do what is done there."""


@pytest.mark.parametrize("role", Role)
def test_each_page_is_for_the_roles_that_the_table_says(role, reported, somebody, refusals):
    reference = reported(ANONYMOUS)
    clerk = somebody(barn_och_unga={role})
    clerk.go("/tillganglighet")
    [token] = set(re.findall(r'name="_token" value="([^"]+)"', clerk.screen.html))
    wrong = []
    for (method, page), act in PAGES.items():
        address = page.replace("gallring/{action}", "gallring/foresla").format(
            reference=reference,
            step_id="skyddsbedomning",
            tab_id="historik",
            number="1",
            destination="inbox",
            action="for-hand",
            result_id="AAAAAAAAAAAAAAAA",
            month="2026-10",
            reading="1",
            form_id="orosanmalan",
            report_id="orosanmalan",
            whom_id="b0",
            year="2026",
        )
        data = {"_token": token, "version": "0"} if method == "POST" else None
        status = clerk.client.request(method, address, data=data).status_code
        allowed = role in MAY[act]
        if (status == 403) is allowed or status >= 500:
            wrong.append((method, page, act, status))
    assert not wrong
    assert len(refusals()) == sum(role not in MAY[act] for act in PAGES.values())


def test_what_every_page_takes_is_known(somebody):
    routes = {
        (method, route.path)
        for route in somebody(sspf={Role.SSPF}).client.app.routes
        if route.path.startswith("/inkorg")
        for method in route.methods - {"HEAD"}
    }
    assert routes == set(PAGES)


def test_a_unit_that_is_not_theirs_can_not_be_entered(somebody):
    clerk = somebody(sspf={Role.SSPF}, barn_och_unga={Role.HANDLAGGARE})
    clerk.go("/inkorg")
    assert clerk.enter("polisen").status == 404
    assert clerk.go("/inkorg").heading == "Kö"


def test_who_has_a_unit_that_is_no_more_is_signed_out_of_it(somebody):
    clerk = somebody(nedlagd={Role.HANDLAGGARE}, sspf={Role.SSPF})
    assert clerk.go("/inkorg").heading == "Du behöver logga in"


def test_a_session_from_before_there_were_roles_is_signed_out(somebody, town):
    clerk = somebody(barn_och_unga={Role.HANDLAGGARE})
    before = tables.staff_sessions.update().values(grants=None)
    town.database.write_now(lambda c: c.execute(before))
    assert clerk.go("/inkorg").heading == "Du behöver logga in"
