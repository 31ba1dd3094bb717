"""Staff sign in by the municipality's own sign-in: who is vouched for is let in, and nobody else.

The provider is a real one (tests/oidc), and what it says is real; only the browser is played.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from sqlalchemy import select

from app.casework import access
from app.storage import tables
from tests.oidc import provider as oidc
from tests.oidc.provider import CLIENT, HANNA, SECRET, STAFF, asked_of, through
from tests.web import journeys
from tests.web.conftest import Town
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS

SETTINGS = """
[sign_in]
issuer = "{issuer}"
client = "{client}"
acr = ["hog"]
amr = ["mfa", "hwk"]

[[sign_in.groups]]
group = "bou-handlaggare"
units = ["barn-och-unga"]
roles = ["handlaggare"]

[[sign_in.groups]]
group = "sspf-samordnare"
units = ["sspf"]
roles = ["sspf"]

[[sign_in.groups]]
group = "socionomer"
qualified = true

[[sign_in.groups]]
group = "nya-socionomer"
second_reader = true
"""


@pytest.fixture(scope="module")
def running():
    with oidc.running() as provider:
        yield provider


@pytest.fixture
def provider(running):
    running.as_usual()
    return running


@pytest.fixture
def clock(clock):
    """The provider's clock can not stand still, and so ours begins when it does."""
    clock.time = datetime.now(UTC)
    return clock


@pytest.fixture(scope="module")
def own_settings(settings, running, tmp_path_factory):
    """The settings of a municipality with a sign-in of its own."""
    folder = tmp_path_factory.mktemp("kommunen")
    usual = settings.forms / "municipalities" / f"{settings.municipality}.toml"
    own = SETTINGS.format(issuer=running.issuer, client=CLIENT)
    file = folder / "kommunen.toml"
    file.write_text(usual.read_text("utf-8") + own, "utf-8")
    (folder / "sign_in.secret").write_text(SECRET)
    return replace(settings, municipality=file, secrets=folder)


@pytest.fixture
def town(own_settings, database, clock):
    return Town(own_settings, database, clock)


@pytest.fixture
def app(town):
    return town.staff(origin=STAFF)


@pytest.fixture
def clerk(app):
    return Clerk(app, "barn-och-unga", sign_in=False)


@pytest.fixture
def browser(provider):
    """The same person's browser, at the provider."""
    with provider.browser() as there:
        yield there


@pytest.fixture
def sign_in(clerk, browser):
    """Go the whole way, and return the page that it leads to."""

    def go(start="/logga-in/kommunen", **more):
        return answer(clerk, through(browser, leads(clerk, start), **more))

    return go


@pytest.fixture
def trail(town):
    def kinds():
        asked = select(tables.audit_events).order_by(tables.audit_events.c.id)
        rows = town.database.read_now(lambda c: c.execute(asked).all())
        return [(row.kind, row.actor) for row in rows]

    return kinds


def leads(clerk, start):
    """The address outside that a page of ours leads to."""
    screen = clerk.go(start)
    assert screen.status == 303, screen.text
    return screen.headers["location"]


def answer(clerk, address):
    """Come back from the provider, and go on as a browser does: first without our strict cookie."""
    strict = {"inkorg": clerk.cookies.get("inkorg")}
    if strict["inkorg"]:
        clerk.client.cookies.delete("inkorg")
    parts = urlsplit(address)
    screen = clerk.go(f"{parts.path}?{parts.query}")
    if "inkorg" not in clerk.cookies and strict["inkorg"]:
        clerk.client.cookies.set("inkorg", strict["inkorg"])
    onward = re.fullmatch(r"0; url=(\S+)", screen.headers.get("refresh", ""))
    return clerk.go(onward[1]) if onward else screen


def staff_of(clerk):
    cookie = clerk.cookies["inkorg"]
    now, database = clerk.desk.clock.now(), clerk.desk.database
    return database.read_now(lambda c: access.look(c, cookie, now=now))[0]


def test_who_is_in_a_group_is_let_in_with_its_roles(clerk, sign_in, trail):
    screen = clerk.go("/inkorg")
    assert screen.heading == "Logga in"
    assert "/logga-in/kommunen" in screen.html
    assert sign_in().path == "/inkorg"
    staff = staff_of(clerk)
    assert (staff.name, staff.unit) == ("Hanna Handläggare", "barn-och-unga")
    assert (staff.roles, staff.qualified) == ({"handlaggare"}, True)
    assert trail() == [("signed_in", "Hanna Handläggare")]
    assert "hanna" not in staff.subject


def test_the_provider_is_asked_in_a_way_that_nobody_else_can_use(clerk, browser):
    first, second = (asked_of(leads(clerk, "/logga-in/kommunen")) for _ in range(2))
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == f"{STAFF}/logga-in/svar"
    assert first["acr_values"] == "hog"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) == 43, "256 bits"
        assert first[name] != second[name]


def test_one_comes_back_to_where_one_was(clerk, sign_in):
    screen = clerk.go("/inkorg?alla=1")
    [there] = re.findall(r'href="(/logga-in/kommunen[^"]*)"', screen.html)
    assert sign_in(there).path == "/inkorg?alla=1"


@pytest.mark.parametrize("elsewhere", ["https://ond.example/", "//ond.example", "/logga-ut", "\\x"])
def test_one_is_never_led_elsewhere(sign_in, elsewhere):
    assert sign_in("/logga-in/kommunen?" + urlencode({"till": elsewhere})).path == "/inkorg"


def test_who_has_two_units_has_both(clerk, provider, sign_in):
    groups = ["bou-handlaggare", "sspf-samordnare"]
    provider.tell(people={"hanna": {**HANNA, "groups": groups}})
    sign_in()
    assert staff_of(clerk).units == ("barn-och-unga", "sspf")
    assert not staff_of(clerk).qualified
    assert clerk.enter("sspf").heading == "Kö"


def test_groups_that_only_the_userinfo_tells_are_found(clerk, provider, sign_in):
    provider.tell(userinfo=True)
    assert sign_in().path == "/inkorg"
    assert staff_of(clerk).name == "Hanna Handläggare"


REFUSED = {
    "no group": ({"groups": ["annat"]}, "Du har ingen roll här"),
    "no groups at all": ({"groups": None}, "Du har ingen roll här"),
    "only a degree": ({"groups": ["socionomer"]}, "Du har ingen roll här"),
    "one factor": ({"amr": ["pwd"]}, "Du behöver logga in säkrare"),
    "no word of how": ({"amr": None}, "Du behöver logga in säkrare"),
    "another level": ({"acr": None}, "Du behöver logga in säkrare"),
    "no name": ({"name": None}, "Ditt namn saknas"),
}


@pytest.mark.parametrize(("otherwise", "heading"), REFUSED.values(), ids=REFUSED)
def test_who_is_not_vouched_for_is_not_let_in_and_is_told_why(
    clerk, provider, sign_in, trail, otherwise, heading
):
    changed = {name: value for name, value in (HANNA | otherwise).items() if value is not None}
    provider.tell(people={"hanna": changed})
    screen = sign_in()
    assert (screen.status, screen.heading) == (403, heading)
    assert "inkorg" not in clerk.cookies
    assert clerk.go("/inkorg").heading == "Logga in"
    assert trail() == [("sign_in_refused", None)]


def test_who_changes_their_mind_can_try_again(clerk, sign_in):
    screen = sign_in(no=True)
    assert screen.heading == "Inloggningen avbröts"
    [there] = re.findall(r'href="(/logga-in/kommunen[^"]*)"', screen.html)
    assert sign_in(there).path == "/inkorg"


def test_an_answer_to_nobody_is_refused(clerk, browser, trail):
    address = through(browser, leads(clerk, "/logga-in/kommunen"))
    forged = re.sub(r"state=[^&]+", "state=" + "A" * 43, address)
    assert answer(clerk, forged).heading == "Inloggningen gick inte att kontrollera"
    assert "inkorg" not in clerk.cookies
    assert trail() == [("sign_in_refused", None)]


def test_an_answer_is_taken_only_by_the_browser_that_asked(app, clerk, browser):
    address = through(browser, leads(clerk, "/logga-in/kommunen"))
    other = Clerk(app, "barn-och-unga", sign_in=False)
    assert answer(other, address).status == 403
    assert "inkorg" not in other.cookies
    assert answer(clerk, address).path == "/inkorg"


def test_an_answer_is_taken_once(clerk, browser):
    address = through(browser, leads(clerk, "/logga-in/kommunen"))
    assert answer(clerk, address).path == "/inkorg"
    assert answer(clerk, address).status == 403


def test_somebody_elses_code_is_refused_by_its_nonce_and_its_verifier(clerk, provider, browser):
    start = leads(clerk, "/logga-in/kommunen")
    wrong = re.sub(r"nonce=[^&]+", "nonce=" + "A" * 43, start)
    assert answer(clerk, through(browser, wrong)).status == 403
    start = leads(clerk, "/logga-in/kommunen")
    wrong = re.sub(r"code_challenge=[^&]+", "code_challenge=" + "A" * 43, start)
    assert answer(clerk, through(browser, wrong)).status == 403
    assert "inkorg" not in clerk.cookies


@pytest.mark.parametrize("issuer", ["https%3A%2F%2Fond.example", ""])
def test_another_providers_answer_is_refused(clerk, browser, issuer):
    address = through(browser, leads(clerk, "/logga-in/kommunen"))
    replaced = re.sub(r"&iss=[^&]+", f"&iss={issuer}" if issuer else "", address)
    assert replaced != address
    assert answer(clerk, replaced).heading == "Inloggningen gick inte att kontrollera"
    assert "inkorg" not in clerk.cookies


def test_a_provider_that_says_it_is_another_is_not_spoken_with(clerk, provider):
    spoken_with = clerk.desk.provider
    elsewhere = provider.issuer.replace("127.0.0.1", "localhost")
    spoken_with.sign_in = spoken_with.sign_in.model_copy(update={"issuer": elsewhere})
    assert clerk.go("/logga-in/kommunen").heading == "Kommunens inloggning svarar inte"


def test_new_keys_are_fetched_when_they_are_met(clerk, provider, sign_in, clock):
    sign_in()
    provider.tell(rotate=True)
    clock.move(seconds=30)
    clerk.client.cookies.clear()
    with provider.browser() as fresh:
        address = through(fresh, leads(clerk, "/logga-in/kommunen"))
        assert answer(clerk, address).path == "/inkorg"


def test_a_clock_that_is_ten_minutes_ahead_is_said_and_one_that_is_behind_is_no_trouble(
    clerk, provider, sign_in
):
    provider.tell(offset=600)
    assert sign_in().heading == "Klockorna går olika"
    assert "inkorg" not in clerk.cookies
    provider.tell(offset=-600)
    assert sign_in().heading == "Kö"


def test_a_clock_that_goes_wrong_interrupts_nobody_who_is_at_work(
    clerk, provider, sign_in, browser, clock
):
    sign_in()
    clock.move(minutes=16)
    provider.tell(offset=30 * 60)
    assert answer(clerk, through(browser, leads(clerk, "/inkorg"))).path == "/inkorg"
    assert clerk.screen.heading == "Kö"


def test_a_provider_that_is_away_is_said_kindly_and_nothing_is_kept_waiting(clerk, provider):
    provider.tell(away=True)
    screen = clerk.go("/logga-in/kommunen")
    assert (screen.status, screen.heading) == (503, "Kommunens inloggning svarar inte")
    assert "fler tas emot" in screen.text


def test_a_provider_that_goes_away_in_the_middle_is_said_too(clerk, provider, browser):
    address = through(browser, leads(clerk, "/logga-in/kommunen"))
    provider.tell(away=True)
    assert answer(clerk, address).status == 503


def test_a_slow_provider_is_not_waited_for_for_long(clerk, provider, monkeypatch):
    monkeypatch.setattr("app.web.staff.provider.TIME_UP", 0.2)
    provider.tell(delay=2000)
    assert clerk.go("/logga-in/kommunen").status == 503


def test_after_a_quarter_of_an_hour_the_roles_are_read_anew_without_a_word(
    clerk, sign_in, browser, clock, provider, trail
):
    sign_in()
    before = staff_of(clerk)
    clock.move(minutes=16)
    provider.tell(offset=16 * 60)
    address = leads(clerk, "/inkorg?alla=1")
    assert asked_of(address)["prompt"] == "none"
    assert answer(clerk, through(browser, address)).path == "/inkorg?alla=1"
    after = staff_of(clerk)
    assert (after.csrf, after.session_id) == (before.csrf, before.session_id)
    assert after.read_at == clock.now()
    assert trail() == [("signed_in", "Hanna Handläggare")]
    assert clerk.go("/inkorg").heading == "Kö"


def test_who_needs_a_second_reader_needs_one_for_as_long_as_the_group_says_so(
    clerk, sign_in, browser, clock, provider, trail
):
    usual = HANNA["groups"]
    provider.tell(people={"hanna": {**HANNA, "groups": [*usual, "nya-socionomer"]}})
    sign_in()
    assert staff_of(clerk).second_reader
    assert "Du beslutar med en medläsare" in clerk.go("/din-inloggning").text
    provider.tell(people={"hanna": HANNA}, offset=16 * 60)
    clock.move(minutes=16)
    answer(clerk, through(browser, leads(clerk, "/inkorg")))
    assert not staff_of(clerk).second_reader
    assert trail()[-1] == ("roles_changed", "Hanna Handläggare")
    assert "medläsare" not in clerk.go("/din-inloggning").text


def test_a_role_that_has_been_taken_away_is_gone_then(
    clerk, sign_in, browser, clock, provider, trail
):
    provider.tell(people={"hanna": {**HANNA, "groups": ["bou-handlaggare", "sspf-samordnare"]}})
    sign_in()
    provider.tell(people={"hanna": {**HANNA, "groups": ["sspf-samordnare"]}}, offset=16 * 60)
    clock.move(minutes=16)
    assert answer(clerk, through(browser, leads(clerk, "/inkorg"))).path == "/inkorg"
    staff = staff_of(clerk)
    assert (staff.unit, staff.units, staff.roles) == ("sspf", ("sspf",), {"sspf"})
    assert trail()[-1] == ("roles_changed", "Hanna Handläggare")
    provider.tell(people={"hanna": {**HANNA, "groups": []}}, offset=32 * 60)
    clock.move(minutes=16)
    assert answer(clerk, through(browser, leads(clerk, "/inkorg"))).status == 403
    assert clerk.go("/inkorg").heading == "Logga in"
    assert trail()[-2:] == [("signed_out", "Hanna Handläggare"), ("sign_in_refused", None)]


def test_who_is_signed_out_at_the_provider_is_asked_who_they_are(clerk, sign_in, clock, provider):
    sign_in()
    before = staff_of(clerk)
    clock.move(minutes=16)
    provider.tell(offset=16 * 60)
    with provider.browser() as forgetful:
        address = through(forgetful, leads(clerk, "/inkorg"))
        assert asked_of(address)["error"] == "login_required"
        again = answer(clerk, address).headers["location"]
        assert "prompt" not in asked_of(again)
        assert answer(clerk, through(forgetful, again)).path == "/inkorg"
    assert staff_of(clerk).session_id == before.session_id, "what was begun to write goes on"


def test_who_writes_is_not_interrupted_and_a_provider_that_is_away_stops_nobody_for_an_hour(
    clerk, sign_in, clock, provider
):
    sign_in()
    data = {"_token": token(clerk), "enhet": "barn-och-unga"}
    provider.tell(away=True)
    for _ in range(3):
        clock.move(minutes=19)
        assert clerk.client.post("/byt-enhet", data=data).headers["location"] == "/inkorg"
        assert clerk.go("/inkorg").heading == "Kö"
    clock.move(minutes=4)
    assert clerk.client.post("/byt-enhet", data=data).headers["location"] == "/logga-in"
    assert clerk.go("/inkorg").heading == "Logga in"


def test_what_was_written_under_a_session_that_lay_idle_can_be_sent_after_signing_in_again(
    clerk, sign_in, clock, provider
):
    sign_in()
    data = {"_token": token(clerk), "enhet": "barn-och-unga"}
    clock.move(minutes=31)
    provider.tell(offset=31 * 60)
    assert clerk.client.post("/byt-enhet", data=data).headers["location"] == "/logga-in"
    sign_in()
    assert clerk.client.post("/byt-enhet", data=data).headers["location"] == "/inkorg"


@pytest.mark.parametrize(
    "away", [False, True], ids=["idle too long", "nobody vouched for too long"]
)
def test_a_note_that_was_sent_too_late_is_there_after_signing_in(
    clerk, sign_in, clock, provider, visitor, town, away
):
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    sign_in()
    note = f"/inkorg/arenden/{reference}/anteckning"
    data = {"_token": token(clerk), "_version": "0", "text": "Ringde skolan."}
    minutes = 31
    if away:
        provider.tell(away=True)
        for _ in range(2):
            clock.move(minutes=29)
            assert clerk.go("/inkorg").heading == "Kö"
        minutes = 5
    clock.move(minutes=minutes)
    assert clerk.send(note, data).heading == "Logga in"
    provider.tell(away=False, offset=(63 if away else 31) * 60)
    sign_in()
    assert note in clerk.go("/inkorg").html
    assert "Ringde skolan." in clerk.go(note).html


def test_somebody_else_in_the_same_browser_has_none_of_it(clerk, sign_in, provider, trail):
    provider.tell(people={"hanna": HANNA, "otto": {**HANNA, "name": "Otto"}})
    sign_in()
    data = {"_token": token(clerk), "enhet": "barn-och-unga"}
    with provider.browser() as his:
        answer(clerk, through(his, leads(clerk, "/logga-in/kommunen"), who="otto"))
    assert staff_of(clerk).name == "Otto"
    assert clerk.client.post("/byt-enhet", data=data).status_code == 403
    assert trail()[-2:] == [("signed_out", "Hanna Handläggare"), ("signed_in", "Otto")]


def test_a_script_is_never_led_to_another_site(clerk, sign_in, clock):
    sign_in()
    clock.move(minutes=16)
    answer = clerk.client.get("/inkorg", headers={"sec-fetch-mode": "cors"})
    assert answer.status_code == 200


def token(clerk):
    clerk.go("/tillganglighet")
    return re.findall(r'name="_token" value="([^"]+)"', clerk.screen.html)[0]


def test_signing_out_leads_to_the_providers_own_sign_out_and_names_nobody(
    clerk, sign_in, provider, browser
):
    sign_in()
    screen = clerk.send("/logga-ut", {"_token": token(clerk)})
    assert screen.heading == "Du är utloggad här"
    address = screen.headers["refresh"].removeprefix("0; url=")
    assert asked_of(address) == {
        "client_id": CLIENT,
        "post_logout_redirect_uri": f"{STAFF}/logga-in",
    }
    assert clerk.go("/inkorg").heading == "Logga in"
    assert oidc.sign_out(browser, address) == f"{STAFF}/logga-in"
    assert len(provider.logouts) == 1, "the provider tells us too"


def test_one_can_see_which_roles_one_has_and_leave_every_browser(
    app, clerk, sign_in, browser, provider
):
    groups = ["bou-handlaggare", "sspf-samordnare"]
    provider.tell(people={"hanna": {**HANNA, "groups": groups}})
    sign_in()
    elsewhere = Clerk(app, "barn-och-unga", sign_in=False)
    answer(elsewhere, through(browser, leads(elsewhere, "/logga-in/kommunen")))
    screen = clerk.go("/din-inloggning")
    said = dict(screen.pairs())
    assert said["Mottagning barn och unga"] == ("Handläggare",)
    assert said["Samordning SSPF"] == ("SSPF-samordnare",)
    assert said["Behörig att bedöma och besluta (25 kap. 1 § socialtjänstlagen)"] == ("Nej",)
    assert screen.text.count("Kommunens inloggning") == len([clerk, elsewhere])
    token = re.search(r'name="_token" value="([^"]+)"', screen.html)[1]
    assert clerk.send("/logga-ut-overallt", {"_token": token}).heading == "Logga in"
    for somebody in (clerk, elsewhere):
        assert somebody.go("/inkorg").heading == "Logga in"


def signed_out_by(app, logout_token):
    form = {"logout_token": logout_token}
    visitor = Clerk(app, "barn-och-unga", sign_in=False)
    return visitor.client.post("/logga-in/utloggad", data=form)


def test_who_signs_out_at_the_provider_is_signed_out_everywhere_here(
    app, clerk, sign_in, browser, provider, trail
):
    sign_in()
    elsewhere = Clerk(app, "barn-och-unga", sign_in=False)
    answer(elsewhere, through(browser, leads(elsewhere, "/logga-in/kommunen")))
    assert elsewhere.go("/inkorg").heading == "Kö"
    oidc.sign_out(browser, f"{provider.issuer}/session/end?client_id={CLIENT}")
    [logout] = provider.logouts
    told = signed_out_by(app, logout)
    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store")
    for somebody in (clerk, elsewhere):
        assert somebody.go("/inkorg").heading == "Logga in"
    assert trail()[-2:] == [("signed_out", "Hanna Handläggare")] * 2


def test_nobody_else_can_sign_anybody_out(app, clerk, sign_in, browser, provider):
    sign_in()
    oidc.sign_out(browser, f"{provider.issuer}/session/end?client_id={CLIENT}")
    [logout] = provider.logouts
    head, said, signature = logout.split(".")
    for forged in ("", "x", f"{head}.{said}.{signature[::-1]}", f"{head}.{said}."):
        assert signed_out_by(app, forged).status_code == 400
    assert clerk.go("/inkorg").heading == "Kö"


def test_a_logout_that_is_old_is_refused(app, clerk, sign_in, browser, provider, clock):
    sign_in()
    oidc.sign_out(browser, f"{provider.issuer}/session/end?client_id={CLIENT}")
    clock.move(minutes=12)
    assert signed_out_by(app, provider.logouts[0]).status_code == 400
    assert clerk.go("/inkorg").heading == "Kö"


def test_a_one_time_link_lets_nobody_in_where_there_is_a_sign_in(clerk):
    assert clerk.use(clerk.link()).status == 410
    assert clerk.go("/inkorg").heading == "Logga in"


def test_a_link_made_in_an_emergency_lets_in_and_every_page_says_so(clerk, town, clock, caplog):
    code = town.database.write_now(
        lambda c: access.new_link(
            c,
            unit="barn-och-unga",
            now=clock.now(),
            why={"reason": "Inloggningen är nere sedan kl. 2.", "made_by": "root"},
        )
    )
    assert clerk.use(f"/logga-in/{code}").heading == "Kö"
    assert ("staff.emergency", "barn-och-unga") in {
        (record.message, getattr(record, "unit", "")) for record in caplog.records
    }
    assert "Nödlösning" in clerk.screen.html
    clock.move(minutes=25)
    assert "Nödlösning" in clerk.go("/inkorg").html


def test_a_session_that_a_link_opened_ends_when_the_municipality_gets_a_sign_in(clerk, town, clock):
    who = access.LetIn("Ina", "x", {"barn-och-unga": access.LEADING}, qualified=True)
    opened = town.database.write_now(lambda c: access.open_session(c, who, now=clock.now()))
    clerk.client.cookies.set("inkorg", opened.cookie)
    assert clerk.go("/inkorg").heading == "Logga in"


def test_the_cookie_of_a_try_is_gone_afterwards_and_is_the_only_one_that_is_not_strict(
    clerk, browser
):
    response = clerk.client.get("/logga-in/kommunen")
    [cookie] = response.headers.get_list("set-cookie")
    assert "SameSite=lax" in cookie
    assert "HttpOnly" in cookie
    address = through(browser, response.headers["location"])
    back = clerk.client.get(urlsplit(address).path + "?" + urlsplit(address).query)
    given, gone = sorted(back.headers.get_list("set-cookie"))
    assert given.startswith("inkorg=")
    assert "SameSite=strict" in given
    assert gone.startswith("inloggning-")
    assert "Max-Age=0" in gone


def test_what_the_provider_is_asked_for_holds_no_name(clerk, sign_in):
    sign_in()
    seen = " ".join(screen.path for screen in clerk.seen)
    assert "anna" not in seen.lower()


def test_the_real_provider_is_there(provider):
    assert httpx2.get(f"{provider.issuer}/jwks").json()["keys"]
