"""Whoever administers reads how the service is set up, and nothing personal or secret."""

from dataclasses import replace

import pytest

from app import VERSION
from app.casework import access
from app.casework.access import LetIn
from app.crypto import seal
from app.reception import public_key_ids
from app.records import destinations, pulse
from app.runner.casework import Escalation
from app.runner.districts import District
from app.runner.hours import Hours
from app.runner.municipality import Municipality
from app.runner.own_options import Own
from app.runner.role import Role
from app.runner.routing import Destination, Routing, Unit
from app.storage import tables
from app.web.staff.settings_views import HIDDEN
from tests.oidc.provider import CLIENT, SECRET
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS
from tests.web.test_sign_in import SETTINGS

AT = "/inkorg/installningar"
UNITS = ("barn-och-unga", "sspf")
ADAM = LetIn("Adam Ek", "adam", {"sspf": frozenset({Role.ADMINISTRATOR})}, qualified=False)
MAIL = """
[destinations.jour]
connector = "mail"
name = "Jouren"
options = { to = ["hemlig-vag@exempelkommun.example"] }
"""


@pytest.fixture
def administrator(somebody):
    return somebody(barn_och_unga={Role.ADMINISTRATOR})


def facts(screen):
    return dict(screen.pairs())


def rows(screen, part):
    """The rows of the table of one part: the words of each cell."""
    groups = [each for each in screen.page.all("div") if each.attributes.get("class") == "wide"]
    [group] = [each for each in groups if each.attributes["aria-labelledby"] == part]
    lines = [each for each in screen.page.all("tr") if group in each.within]
    cells = screen.page.all("th", "td")
    return [tuple(cell.words for cell in cells if line in cell.within) for line in lines]


def letting_in(town, who):
    """Sign somebody in at a town of another municipality's file."""
    app, now = town.staff(), town.clock.now()
    opened = town.database.write_now(lambda c: access.open_session(c, who, now=now))
    clerk = Clerk(app, opened.staff.unit, who.name, sign_in=False)
    clerk.client.cookies.set("inkorg", opened.cookie)
    return clerk


def with_file(town, folder, change):
    """The same town, with something else in the municipality's file."""
    usual = town.settings.forms / "municipalities" / f"{town.settings.municipality}.toml"
    (folder / "kommunen.toml").write_text(change(usual.read_text("utf-8")), "utf-8")
    (folder / "sign_in.secret").write_text(SECRET)
    settings = replace(town.settings, municipality=folder / "kommunen.toml", secrets=folder)
    return replace(town, settings=settings)


def test_who_only_administers_begins_there_and_who_does_not_is_never_shown_the_way(
    administrator, somebody
):
    screen = administrator.go("/")
    assert (screen.path, screen.status, screen.heading) == (AT, 200, "Inställningar")
    assert f'href="{AT}"' in administrator.go("/din-inloggning").html
    refused = administrator.go("/inkorg")
    assert refused.status == 403
    assert f'href="{AT}"' in refused.html, "no dead end"
    clerk = somebody(barn_och_unga={Role.GRUPPLEDARE})
    assert AT not in clerk.go("/inkorg").html
    assert clerk.go(AT).status == 403


def test_who_also_works_with_cases_begins_at_the_queue_with_the_way_there(somebody):
    clerk = somebody(barn_och_unga={Role.ADMINISTRATOR, Role.HANDLAGGARE})
    screen = clerk.go("/")
    assert screen.heading == "Kö"
    assert f'href="{AT}"' in screen.html


def test_it_says_what_the_municipality_has_decided(administrator, town):
    screen = administrator.go(AT)
    said = facts(screen)
    assert said["Kommun"] == ("Exempelkommun (0000)",)
    assert said["Programmets version"] == (VERSION,)
    assert said["Övning"] == ("Ja",)
    assert said["Akten förs"] == ("I ett annat system",)
    assert said["Inkorgen läses"] == ("vardagar 8–16 och helger 10–12",)
    assert said["Kommunens delar"] == (
        "Centrum, Norra Exempel, Södra Exempel, Hamnen och Ön, Byarna utanför",
    )
    assert said["Skyddsbedöms samma dag om det kom in före klockan"] == ("16",)
    assert said["Läsningar som granskas varje månad"] == ("5 procent, minst 20",)
    assert said["Så loggar personalen in"] == ("Med länkar, eftersom det är en övning",)
    assert said["Mer än ett lösenord krävs"] == ("Nej",)
    assert said["Anmälningar jämförs"] == ("Nej",)
    [_, concern, _] = rows(screen, "forms")
    assert concern[:2] == ("Anmäl oro för ett barn", "Socialnämnden")
    assert concern[2:] == ("Inkorgen", "Lämnas över för hand", "90 dagar")
    ids = public_key_ids(UNITS, town.settings.public_keys)
    assert rows(screen, "units")[1:] == [
        ("Mottagning barn och unga", "Anmäl oro för ett barn", ids["barn-och-unga"], "Ja"),
        ("Samordning SSPF", "Be om ett stoppmöte", ids["sspf"], "Ja"),
    ]
    assert rows(screen, "clocks")[4][:3] == (
        "Besked genast till anmälaren",
        "Anmäl oro för ett barn",
        "Samma dag",
    )
    assert [row[:4] for row in rows(screen, "clocks") if row[1] == "Be om ett stoppmöte"] == [
        ("Läsa begäran", "Be om ett stoppmöte", "1", "Vardagar"),
        ("Bedöma begäran", "Be om ett stoppmöte", "14", "Alla dagar"),
        (
            "Bjuda in till mötet",
            "Be om ett stoppmöte",
            "7, före svaret på ”Vilken dag är mötet?”",
            "Alla dagar",
        ),
        (
            "Första uppföljningen",
            "Be om ett stoppmöte",
            "42, efter svaret på ”Vilken dag var mötet?”",
            "Alla dagar",
        ),
        (
            "Andra uppföljningen",
            "Be om ett stoppmöte",
            "183, efter svaret på ”Vilken dag var mötet?”",
            "Alla dagar",
        ),
    ]


def test_a_unit_whose_private_key_is_another_is_seen(administrator):
    desk = administrator.desk
    ours = {
        key: seed for key, seed in desk.keys.items() if key not in desk.rules.recipients["sspf"]
    }
    administrator.client.app.state.parts = replace(desk, keys=ours)
    assert [row[3] for row in rows(administrator.go(AT), "units")[1:]] == ["Ja", "Nej"]


def test_it_says_what_the_municipality_compares_by(on):
    said = facts(letting_in(on, ADAM).go(AT))
    assert said["Anmälningar jämförs"] == ("Ja",)
    assert said["Stöd för det"] == ("nämndens beslut § 4",)
    assert said["Månader de jämförs"] == ("60",)


def test_who_gets_which_role_stands_as_the_municipality_s_file_has_it(town, tmp_path):
    own = SETTINGS.format(issuer="https://kalle:losen@sso.example", client=CLIENT)
    there = with_file(town, tmp_path, lambda usual: usual + own)
    screen = letting_in(there, replace(ADAM, emergency=True)).go(AT)
    said = facts(screen)
    assert said["Så loggar personalen in"] == ("Med kommunens egen inloggning",)
    assert said["Mer än ett lösenord krävs"] == ("Ja", "acr: hog", "amr: mfa, hwk")
    assert rows(screen, "groups")[1:] == [
        ("bou-handlaggare", "Handläggare", "Mottagning barn och unga", "Nej", "Nej"),
        ("sspf-samordnare", "SSPF-samordnare", "Samordning SSPF", "Nej", "Nej"),
        ("socionomer", "Inga", "Inga", "Ja", "Nej"),
        ("nya-socionomer", "Inga", "Inga", "Nej", "Ja"),
    ]
    assert [secret for secret in ("sso.example", CLIENT, SECRET) if secret in screen.html] == []


def test_what_waits_is_told_in_tens_what_needs_a_person_exactly_and_nothing_of_any_report(
    administrator, visitor, town
):
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    screen = administrator.go(AT)
    assert rows(screen, "destinations")[1:] == [("Inkorgen", "inbox", "Färre än 10", "0", "Öppen")]
    now = town.clock.now()
    asked = tables.deliveries.update().values(attention_at=now)
    town.database.write_now(lambda c: c.execute(asked))
    town.database.write_now(lambda c: destinations.close(c, "inbox", now=now))
    screen = administrator.go(AT)
    assert rows(screen, "destinations")[1:] == [
        ("Inkorgen", "inbox", "Färre än 10", "1", "Stängd: inget skickas dit")
    ]
    assert reference not in screen.html
    for _ in range(10):
        journeys.report_at_once(visitor, ANONYMOUS)
    assert rows(administrator.go(AT), "destinations")[1][2:4] == ("10 eller fler", "1")


def test_what_waits_for_a_destination_that_is_no_longer_set_is_seen(administrator, visitor, town):
    journeys.report_at_once(visitor, ANONYMOUS)
    moved = tables.deliveries.update().values(destination="gamla")
    town.database.write_now(lambda c: c.execute(moved))
    [_, _, old] = rows(administrator.go(AT), "destinations")
    assert old[:2] == ("gamla", "Står inte i kommunens fil")


def test_of_a_destination_its_name_and_connector_are_told_and_no_option(town, tmp_path):
    unit = 'unit = "barn-och-unga"\n'
    there = with_file(
        town,
        tmp_path,
        lambda usual: usual.replace(unit, f'{unit}destinations = ["inbox", "jour"]\n', 1) + MAIL,
    )
    screen = letting_in(there, ADAM).go(AT)
    assert rows(screen, "destinations")[2][:2] == ("Jouren", "mail")
    assert rows(screen, "forms")[1][2] == "Inkorgen, Jouren"
    assert "hemlig-vag" not in screen.html


def test_when_the_audit_trail_was_last_signed(administrator, town, clock):
    assert facts(administrator.go(AT))["Granskningsloggen signerades senast"] == ("Inte än",)
    town.database.write_now(lambda c: pulse.beat(c, pulse.ANCHOR, now=clock.now()))
    [when] = facts(administrator.go(AT))["Granskningsloggen signerades senast"]
    assert "2026 klockan" in when


def test_no_key_stands_there_but_by_its_id(administrator, town):
    html = administrator.go(AT).html
    for unit in UNITS:
        public = (town.settings.public_keys / f"{unit}.pub").read_text("ascii")
        private = (town.settings.private_keys / f"{unit}.key").read_text("ascii")
        for line in (public, private):
            assert line.strip().removeprefix(seal.PUBLIC_PREFIX) not in html


def test_it_is_small_enough(administrator):
    screen = administrator.go(AT)
    assert screen.headers["content-encoding"] == "gzip"
    assert int(screen.headers["content-length"]) <= 14_600


OTHERWISE = {
    "code": "1234",
    "name": "Annanby",
    "exercise": False,
    "languages": ("sv",),
    "timezone": "Europe/Helsinki",
    "draft_minutes": 71,
    "receipt_minutes": 73,
    "audit_years": 17,
    "ages.child_age_max": 19,
    "ages.stoppmote_age_min": 9,
    "ages.stoppmote_age_max": 77,
    "eves": (),
    "inbox.hours": "jämt",
    "casework.record": "here",
    "casework.next_weekday": True,
    "casework.today_until": 13 * 60,
    "casework.escalation": (Escalation(to="inbox", hours=7),),
    "casework.lend_days": 87,
    "casework.speaks_from": 14,
    "casework.measures": (Own(id="bad", label="Simkort"),),
    "casework.purposes": (Own(id="lotsen", label="Att lotsen hör av sig"),),
    "casework.outcomes_for_one": (Own(id="lotsen", label="En lots"),),
    "casework.delegation": "punkt 4.2",
    "casework.review.share": 83,
    "casework.review.least": 81,
    "casework.review.hours": Hours(weekdays="6–7"),
    "casework.review.emergency": "larmet",
    "casework.emergency.hours": 23,
    "casework.emergency.to": "jourlarmet",
    "match.on": True,
    "match.basis": "nämndens beslut § 9",
    "match.reach": "board",
    "match.months": 37,
    "match.sound": True,
    "statistics.on": True,
    "statistics.least": 29,
    "sign_in": None,
    "districts": (District(id="oster", label="Öster"),),
    "units": {"sspf": Unit(name="Samverkan"), "barn-och-unga": Unit(name="Mottaget")},
    "forms": {"orosanmalan": Routing(board="En annan nämnd", unit="barn-och-unga")},
    "destinations": {"arkivet": Destination(connector="mail", name="Arkivet")},
    "retention_days": {"orosanmalan": 41},
}
"""Every section of the municipality's file that the page tells of, set otherwise."""
IN_CLOCKS = {
    "casework.stoppmote_read_days",
    "casework.stoppmote_assessed_days",
    "casework.stoppmote_invite_days",
    "casework.stoppmote_follow_up_days",
    "casework.stoppmote_second_follow_up_days",
}
MADE = {"inbox.open", "inbox.otherwise"}
"""Told in words, as `inbox.hours`."""
ALL_ON = {"match.on": True, "statistics.on": True}


def sections(model, name=""):
    """Yield every key of a model, and of what it holds that has keys of its own and a default."""
    for key, field in model.model_fields.items():
        kept = field.annotation
        if hasattr(kept, "model_fields") and key in {
            "ages",
            "inbox",
            "casework",
            "match",
            "statistics",
            "review",
            "emergency",
        }:
            yield from sections(kept, f"{name}{key}.")
        else:
            yield f"{name}{key}"


def changed(model, key, value):
    first, _, rest = key.partition(".")
    inner = changed(getattr(model, first), rest, value) if rest else value
    return model.model_copy(update={first: inner})


def test_every_section_of_the_municipality_s_file_is_there_or_hidden_with_a_reason():
    told = OTHERWISE.keys() | IN_CLOCKS | MADE
    assert set(sections(Municipality)) == told | HIDDEN.keys()
    assert not told & HIDDEN.keys()
    assert all(HIDDEN.values())


@pytest.mark.parametrize("key", OTHERWISE.keys() - {"sign_in"})
def test_whatever_is_said_to_be_there_is_seen_when_it_is_otherwise(key, administrator):
    def shown(municipality):
        desk = administrator.desk
        theirs = dict.fromkeys(desk.site.content.municipalities, municipality)
        content = replace(desk.site.content, municipalities=theirs)
        parts = replace(desk, site=replace(desk.site, content=content))
        administrator.client.app.state.parts = parts
        screen = administrator.go(AT)
        administrator.client.app.state.parts = desk
        assert screen.status == 200
        return screen.page.all("main")[0].words

    before = administrator.desk.municipality
    for each, on in ALL_ON.items():
        before = changed(before, each, on and each != key)
    assert shown(before) != shown(changed(before, key, OTHERWISE[key]))
