"""What is kept of a page for speed is what everybody sees, and nothing that anybody has typed."""

import gzip
import zlib
from dataclasses import replace

import pytest
from markupsafe import escape

from app.web.citizen import pages
from app.web.citizen.question_pages import show_met
from app.web.form import pieces
from app.web.form.pieces import Piece, Skeleton
from tests.web import journeys
from tests.web.reporters import NURSE, REKTOR
from tests.web.visitor import BROWSER, Visitor

WORDS = 'Kråkvinkel <b>"&amp; Bo</b>, ' * 3


def everything_kept(site):
    for kept in site.state.parts.shelf.kept.values():
        whole = [kept.blank, kept.open, *kept.lines.values()]
        pieces_ = [part for each in whole for part in each.parts if isinstance(part, Piece)]
        pieces_ += [piece for each in kept.fields.values() for piece in each]
        for piece in pieces_:
            yield piece.plain
            yield zlib.decompressobj(-zlib.MAX_WBITS).decompress(piece.packed)


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
    site.state.parts.shelf.kept.clear()
    new = visitor.go("/orosanmalan/beskriv")
    again = visitor.go("/orosanmalan/beskriv")
    assert apart_from_token(new) == apart_from_token(again)
    visitor.press({"beskriv": WORDS})
    back = visitor.go("/orosanmalan/beskriv")
    assert back.value("beskriv") == WORDS


@pytest.mark.parametrize("reporter", [NURSE, REKTOR], ids=["nurse", "rektor"])
def test_a_page_that_was_foreseen_is_the_page_that_it_would_have_been(site, reporter, monkeypatch):
    shelf, hits = site.state.parts.shelf, []

    def noting(here, glimpse):
        met = show_met(here, glimpse)
        hits.append(met is not None)
        return met

    monkeypatch.setattr(pages, "show_met", noting)
    for _ in range(2):  # what the first one meets is kept for the second
        hits.clear()
        visitor = Visitor(site)
        journeys.begin(visitor, reporter.form_id)
        while visitor.screen.here != "granska":
            met = visitor.screen
            shelf.met.clear()
            assert apart_from_token(visitor.go(met.path)) == apart_from_token(met)
            journeys.add_people(visitor, reporter)
            names = visitor.screen.names()
            visitor.press({name: each for name, each in reporter.answers.items() if name in names})
    assert sum(hits) > 5


def test_what_was_met_is_not_met_again_when_the_draft_has_been_changed(site):
    visitor = Visitor(site)
    journeys.reach(visitor, NURSE, "beskriv")
    first = visitor.go("/orosanmalan/beskriv")
    assert visitor.go("/orosanmalan/beskriv").text == first.text

    def in_another_tab(draft):
        return replace(draft, typed={**draft.typed, "fara": {}})

    journeys.edit_draft(visitor, "orosanmalan", in_another_tab)
    assert visitor.go("/orosanmalan/beskriv").here == "fara"


def test_what_was_met_is_gone_with_the_draft(site, clock):
    visitor = Visitor(site)
    journeys.reach(visitor, NURSE, "beskriv")
    visitor.go("/orosanmalan/beskriv")
    clock.move(minutes=61)
    assert visitor.go("/orosanmalan/beskriv").status == 410


def test_only_so_many_are_remembered_to_have_met_a_page(site):
    shelf = site.state.parts.shelf
    for number in range(pieces.MET_MOST + 5):
        shelf.meet(number, Skeleton(()))
    assert len(shelf.met) == pieces.MET_MOST
    assert 0 not in shelf.met


def apart_from_token(screen):
    return screen.html.replace(screen.value("_token"), "")


def test_a_browser_that_can_not_unpack_gets_the_same_page(site):
    visitor = Visitor(site)
    journeys.reach(visitor, NURSE, "beskriv")
    headers = {**BROWSER, "accept-encoding": "identity"}
    plain = visitor.client.get("/orosanmalan/beskriv", headers=headers)
    packed = visitor.client.get("/orosanmalan/beskriv")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert len(plain.text) == len(packed.text)


def test_pieces_and_what_is_somebodys_own_make_one_whole_page():
    skeleton = Skeleton.of("<p>före MARK mellan MARK efter åäö</p>" * 9, {"own": "MARK"})
    for own in ("", "kort", "långt " * 5000):
        made = skeleton.filled({"own": (pieces.own(own),)})
        plain = b"".join(piece.plain for piece in made)
        tail = zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
        packed = pieces.HEAD + b"".join(piece.packed for piece in made) + pieces.END + tail
        assert gzip.decompress(packed) == plain
        assert plain.decode() == f"<p>före {own} mellan {own} efter åäö</p>" * 9


def test_only_so_many_pages_are_kept(site):
    shelf = site.state.parts.shelf
    kept = pieces.Kept(Skeleton(()), Skeleton(()), {}, {})
    for number in range(pieces.VARIANTS_MOST + 5):
        shelf.put(number, kept)
    assert len(shelf.kept) == pieces.VARIANTS_MOST
    assert 0 not in shelf.kept
