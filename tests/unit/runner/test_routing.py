"""Where a report goes is data: by form, and by what was answered."""

import pytest

from tests.unit.runner.small_content import FILES, faults, load

TOWN = "municipalities/prov.toml"
ROUTED = """[forms.liten]
unit = "prov"
board = "Nämnden"
destinations = ["inbox", "norr"]
[[forms.liten.routes]]
when = [{ field = "roll", any_of = ["a"] }]
unit = "andra"
[[forms.liten.routes]]
when = [{ field = "roll", any_of = ["b"] }]
destinations = ["norr"]
[destinations.norr]
connector = "webhook"
name = "Norra systemet"
[units.andra]
name = "Andra"
"""


def town(*changes):
    """The smallest town's file with routes in it, and these words in place of others."""
    text = FILES[TOWN]
    start, end = text.index("[forms.liten]"), text.index("[forms.annan]")
    text = text[:start] + ROUTED + text[end:]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {TOWN: text}


def test_a_route_says_only_what_is_different(tmp_path):
    municipality = load(tmp_path, town()).municipality
    routing = municipality.forms["liten"]
    first, second = (routing.whole(route) for route in routing.routes)
    assert (first.unit, first.destinations) == ("andra", ("inbox", "norr"))
    assert (second.unit, second.destinations) == ("prov", ("norr",))


def test_the_inbox_is_always_a_destination(tmp_path):
    places = load(tmp_path, town()).municipality.destinations
    assert set(places) == {"inbox", "norr"}
    assert (places["inbox"].carries, places["norr"].carries) == (False, True)
    assert places["norr"].attention_hours == 72


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('unit = "andra"', 'unit = "x"', "forms.liten.routes.0.unit", "'x' finns inte"),
        ('["norr"]', '["syd"]', "forms.liten.routes.1.destinations", "'syd' finns inte"),
        ('["inbox", "norr"]', "[]", "forms.liten.destinations", "för kort"),
        ('["inbox", "norr"]', '["norr", "norr"]', "forms.liten.destinations", "två gånger"),
        ('field = "roll", any_of = ["a"]', 'field = "x", any_of = ["a"]', "when", "'x' frågas"),
        ('any_of = ["b"]', 'any_of = ["c"]', "routes.1.when", "'c'"),
        ('[{ field = "roll", any_of = ["a"] }]', "[]", "when", "för kort"),
        ("[destinations.norr]", "[destinations.syd]", "forms.liten", "'norr' finns inte"),
        ('connector = "webhook"', 'connector = "Web-hook"', "destinations.norr.connector", "små"),
        ('connector = "webhook"', "", "destinations.norr.connector", "saknas"),
        ('name = "Norra', 'namn = "x"\nname = "Norra', "destinations.norr.namn", "okänd nyckel"),
        (
            "[units.andra]",
            '[destinations.oanvand]\nconnector = "mail"\n[units.andra]',
            "destinations.oanvand",
            "inget formulär skickas dit",
        ),
    ],
)
def test_what_can_not_be_right_is_named_at_start(tmp_path, old, new, key, reason):
    found = faults(tmp_path, town((old, new)))
    assert any(key in at and reason in why for _, at, why in found), found
