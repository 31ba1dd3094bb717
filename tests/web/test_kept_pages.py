"""What is kept of a page for speed is what everybody sees, and nothing that anybody has typed."""

import gzip
import zlib
from dataclasses import replace

import pytest
from markupsafe import escape

from app.intake import drafts
from app.runner.definition import ENOUGH
from app.web.citizen import pages
from app.web.form import blanks, showing
from app.web.http import packed
from app.web.http.packed import Cut, Piece
from tests.web import journeys
from tests.web.reporters import NURSE, REKTOR
from tests.web.visitor import BROWSER, Visitor

EMPTY = blanks.Blank(Cut(()), Cut(()), {})
WORDS = 'Kråkvinkel <b>"&amp; Bo</b>, ' * 3


def everything_kept(site):
    kept = site.state.parts.blanks
    cuts = [*kept.met.values()]
    for blank in kept.by_look.values():
        cuts += [blank.whole, blank.open, *blank.fields.values()]
    for piece in (part for cut in cuts for part in cut.parts if isinstance(part, Piece)):
        yield piece.plain
        yield zlib.decompressobj(-zlib.MAX_WBITS).decompress(piece.packed)
    yield repr([*kept.by_look, *kept.met]).encode()


@pytest.mark.parametrize("reporter", [NURSE, REKTOR], ids=["nurse", "rektor"])
def test_nothing_that_anybody_typed_is_kept(site, reporter):
    visitor = Visitor(site)
    journeys.begin(visitor, reporter.form_id)
    journeys.walk(visitor, reporter)
    for screen in list(visitor.seen):
        if "kvitto" not in screen.path:
            visitor.go(screen.path)
    kept = b"\n".join(everything_kept(site)).decode()
    own = {
        str(escape(text))
        for answer in reporter.answers.values()
        for text in ((answer,) if isinstance(answer, str) else answer)
        if len(text) > 8
    }
    said = "\n".join(screen.html for screen in visitor.seen)
    assert len([text for text in own if text in said]) > 3, "it was on the pages"
    # What only the options' ids have in common with an answer is the form's own.
    form = site.state.parts.content.forms["sv"][reporter.form_id].model_dump_json()
    assert [text for text in own if text in kept and text not in form] == []
    assert visitor.cookies["utkast"] not in kept


def test_a_page_is_the_same_kept_or_new_with_what_is_typed_in_it_as_it_was_typed(site):
    visitor = Visitor(site)
    journeys.reach(visitor, NURSE, "beskriv")
    site.state.parts.blanks.by_look.clear()
    new = visitor.go("/orosanmalan/beskriv")
    again = visitor.go("/orosanmalan/beskriv")
    assert apart_from_token(new) == apart_from_token(again)
    visitor.press({"beskriv": WORDS})
    back = visitor.go("/orosanmalan/beskriv")
    assert back.value("beskriv") == WORDS


@pytest.mark.parametrize("reporter", [NURSE, REKTOR], ids=["nurse", "rektor"])
def test_a_page_that_was_foreseen_is_the_page_that_it_would_have_been(site, reporter, monkeypatch):
    kept, hits, met = site.state.parts.blanks, [], showing.met

    def noting(whole, token):
        hits.append(whole in kept.met.values())
        return met(whole, token)

    monkeypatch.setattr(showing, "met", noting)
    for _ in range(2):  # what the first one meets is kept for the second
        hits.clear()
        visitor = Visitor(site)
        journeys.begin(visitor, reporter.form_id)
        while visitor.screen.here != "granska":
            if visitor.screen.here == ENOUGH:
                journeys.tell_more(visitor)
            screen = visitor.screen
            kept.met.clear()
            assert apart_from_token(visitor.go(screen.path)) == apart_from_token(screen)
            journeys.add_people(visitor, reporter)
            names = visitor.screen.names()
            visitor.press({name: each for name, each in reporter.answers.items() if name in names})
    assert sum(hits) > 5


def test_a_page_as_it_is_met_is_not_made_anew_and_the_draft_is_not_opened(site, monkeypatch):
    def never(*_, **__):
        raise AssertionError("it was known what stands there")

    visitor = Visitor(site)
    foreseen = journeys.reach(visitor, NURSE, "beskriv")
    for module, name in ((pages, "Journey"), (drafts, "opened"), (showing, "make")):
        monkeypatch.setattr(module, name, never)
    again = [visitor.go("/orosanmalan/beskriv") for _ in range(3)]
    assert {apart_from_token(screen) for screen in again} == {apart_from_token(foreseen)}


def test_what_was_met_is_not_met_again_when_the_draft_has_been_changed(site):
    visitor = Visitor(site)
    journeys.reach(visitor, NURSE, "beskriv")
    first = visitor.go("/orosanmalan/beskriv")
    assert visitor.go("/orosanmalan/beskriv").text == first.text

    def in_another_tab(draft):
        return replace(draft, typed={**draft.typed, "fara": {}})

    journeys.edit_draft(visitor, "orosanmalan", in_another_tab)
    assert visitor.go("/orosanmalan/beskriv").here == "fara"


def test_what_is_wrong_is_said_however_often_the_page_is_looked_at(site):
    other = Visitor(site)
    journeys.begin(other, "orosanmalan")  # the blank of this page is kept from now on
    visitor = Visitor(site)
    journeys.begin(visitor, "orosanmalan")
    assert visitor.press({}).status == 422
    wrong = [visitor.go("/orosanmalan/fara") for _ in range(3)]
    assert all("error" in screen.html for screen in wrong)
    assert len({apart_from_token(screen) for screen in wrong}) == 1


def test_what_was_met_is_gone_with_the_draft(site, clock):
    visitor = Visitor(site)
    journeys.reach(visitor, NURSE, "beskriv")
    visitor.go("/orosanmalan/beskriv")
    clock.move(minutes=61)
    assert visitor.go("/orosanmalan/beskriv").status == 410


def test_only_so_many_are_remembered_to_have_met_a_page(site):
    kept = site.state.parts.blanks
    kept.of("look", lambda: EMPTY)
    for number in range(blanks.MET_MOST + 5):
        kept.meet(number, "look")
    assert len(kept.met) == blanks.MET_MOST
    assert 0 not in kept.met


def apart_from_token(screen):
    return screen.html.replace(screen.value("_token"), "")


def test_a_browser_that_can_not_unpack_gets_the_same_page(site):
    visitor = Visitor(site)
    journeys.reach(visitor, NURSE, "beskriv")
    headers = {**BROWSER, "accept-encoding": "identity"}
    plain = visitor.client.get("/orosanmalan/beskriv", headers=headers)
    zipped = visitor.client.get("/orosanmalan/beskriv")
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == zipped.headers["vary"] == "accept-encoding"
    assert len(plain.text) == len(zipped.text)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("gzip", True),
        ("br, gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
        ("br;q=1.0, GZIP;q=0.8", True),
        ("identity;q=1, gzip", True),
        ("deflate", False),
        ("", False),
    ],
)
def test_nobody_is_sent_what_they_say_they_can_not_unpack(said, taken):
    assert packed.takes_gzip({"headers": [(b"accept-encoding", said.encode())]}) is taken


def test_pieces_and_what_is_somebodys_own_make_one_whole_page():
    cut = Cut.of("<p>före MARK mellan MARK efter åäö</p>" * 9, {"own": "MARK"})
    for own in ("", "kort", "långt " * 5000):
        made = cut.filled({"own": (packed.own(own),)})
        plain = gzip.decompress(packed.zipped(made))
        assert plain == b"".join(piece.plain for piece in made)
        assert plain.decode() == f"<p>före {own} mellan {own} efter åäö</p>" * 9


def test_a_field_that_is_one_line_is_cut_open_and_one_to_choose_from_is_not(site):
    visitor = Visitor(site)
    journeys.reach(visitor, NURSE, "beskriv")
    found = site.state.parts.blanks.by_look
    fields = {name: cut for blank in found.values() for name, cut in blank.fields.items()}
    assert showing.VALUE in fields["beskriv"].parts
    assert showing.VALUE not in fields["fara"].parts


def test_only_so_many_pages_are_kept(site):
    kept = site.state.parts.blanks
    for number in range(blanks.BLANKS_MOST + 5):
        assert kept.of(number, lambda: EMPTY) is EMPTY
    assert len(kept.by_look) == blanks.BLANKS_MOST
    assert 0 not in kept.by_look


def test_a_page_that_is_not_kept_any_longer_meets_nobody(site):
    kept = site.state.parts.blanks
    kept.meet("met", "look")
    assert not kept.met
