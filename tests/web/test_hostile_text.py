"""Any text at all can be written, is shown as it was written, and does nothing but be read."""

import pytest

from tests.web import journeys
from tests.web.reporters import ANONYMOUS

pytestmark = pytest.mark.untraced

NUL = "\x00"
TEXTS = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "\" autofocus onfocus=alert(1) x=\" ' onmouseover='alert(1)",
    "entity": "&lt;b&gt; &amp;amp; &#60;",
    "template": "{{ 7*7 }} {% for x in y %} {# z #} ${7*7} #{7*7} <%= 7*7 %>",
    "placeholder": "{municipality} {board} {number} {0} {{}} %s %(x)s",
    "prose": "## Rubrik\n- punkt\n[länk](https://evil.example)",
    "sql": "'; DROP TABLE drafts; --",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "other scripts": "أنا قلق على الطفل. 我很担心。 Мне страшно.",
    "json": '{"a": [1, null, "\\u0000"]}',
    "closing": "</textarea></form></html>",
    "long lines": "\r\n\r\nrad ett\r\nrad två\r\n",
}
FILL = " Det här är tillräckligt mycket text för att räcka."


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_written_is_shown_as_it_was_written_and_read_so_by_the_staff(
    visitor, town, clerk_of, text
):
    journeys.at_review(visitor, ANONYMOUS)
    visitor.go("/orosanmalan/beskriv?till=granska")
    screen = visitor.press({"beskriv": text + FILL})
    assert screen.here == "granska"
    meant = (text + FILL).replace("\r\n", "\n").strip()
    assert meant in {"\n".join(lines) for _, lines in screen.pairs()}
    again = visitor.go("/orosanmalan/beskriv").value("beskriv")
    assert again.replace("\r\n", "\n") == (text + FILL).replace("\r\n", "\n")
    visitor.go("/orosanmalan/granska")
    reference = journeys.send(visitor)
    town.carry()
    read = clerk_of("barn-och-unga").open(reference)
    assert meant in {"\n".join(lines) for _, lines in read.pairs()}
    for page in (screen, read):
        assert not [e for e in page.page.elements if {"onerror", "onfocus"} & e.attributes.keys()]
        assert len(page.page.all("script")) == 1


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        pytest.param("Ett%00tv%C3%A5", "Etttvå", id="NUL"),
        pytest.param("Ett%ED%A0%80tv%C3%A5", None, id="lone surrogate"),
        pytest.param("Ett%E2%80%AEtv%C3%A5", "Etttvå", id="right-to-left override"),
        pytest.param("Ett%E2%81%A7%E2%80%8Btv%C3%A5", "Etttvå", id="invisible"),
        pytest.param("Ett%FFtv%C3%A5", None, id="not UTF-8"),
        pytest.param("Ett%zztv%C3%A5%", "Ett%zztvå%", id="broken percent-encoding"),
    ],
)
def test_what_nobody_types_is_taken_away_and_the_rest_is_kept(visitor, body, kept):
    journeys.at_review(visitor, ANONYMOUS)
    token = visitor.screen.value("_token")
    data = f"_token={token}&_to=granska&beskriv={body}{FILL.replace(' ', '+')}".encode()
    screen = visitor.send("/orosanmalan/beskriv", data)
    assert screen.here == "granska"
    described = dict(screen.pairs())["Vad har du sett, hört eller fått veta?"][0]
    assert described.startswith("Ett")
    assert described.endswith(FILL)
    if kept:
        assert described == kept + FILL
    assert NUL not in screen.html
    assert "\u202e" not in screen.html
    journeys.send(visitor)


def test_fifty_thousand_characters_are_too_many_and_every_one_of_them_is_still_there(visitor):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    long = "Åh nej! " * 6_250
    screen = visitor.press({"beskriv": long})
    assert (screen.status, screen.title[:4]) == (422, "Fel:")
    assert "39999 tecken för lång" in screen.errors()[0]
    assert screen.value("beskriv") == long
    assert visitor.go("/orosanmalan/beskriv").value("beskriv") == long


def test_a_pile_of_marks_on_a_letter_stops_nobody(visitor):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    screen = visitor.press({"beskriv": "a" + "\u0301" * 50_000 + FILL})
    assert screen.status in {200, 422}


def test_the_name_of_an_input_can_not_be_made_to_do_anything_either(visitor):
    journeys.at_review(visitor, ANONYMOUS)
    token = visitor.screen.value("_token")
    for name in ("<script>", "{{7*7}}", "beskriv[]", "beskriv\x00", "a" * 10_000):
        screen = visitor.send("/orosanmalan/beskriv", {"_token": token, name: "x"})
        assert screen.status == 400
        assert "<script>" not in screen.html
