"""What must be said is asked first; the rest is for who wants to tell more, and stops nobody."""

import pytest

from tests.web import journeys
from tests.web.reporters import ANONYMOUS, EVERYBODY
from tests.web.visitor import Visitor

pytestmark = pytest.mark.untraced


def link(screen, words: str) -> str:
    """Where the link with these words leads."""
    found = next(one for one in screen.page.all("a") if " ".join(one.words.split()) == words)
    return found.attributes["href"]


def at_enough(visitor: Visitor, reporter=ANONYMOUS):
    return journeys.reach(visitor, reporter, "racker")


def test_one_who_says_that_it_is_enough_comes_straight_to_the_check_page_and_can_send(
    visitor, town, clerk_of
):
    screen = at_enough(visitor)
    assert screen.heading == "Räcker det så?"
    review = visitor.go(link(screen, "Ja, granska och skicka"))
    assert review.here == "granska"
    assert "Barnets familj" not in [question for question, _ in review.pairs()]
    reference = journeys.send(visitor)
    town.carry()
    read = dict(clerk_of("barn-och-unga").open(reference).pairs())
    assert "Barnets familj" in read["Hoppade över frivilliga frågor"][0].split(" · ")
    assert "Finns det fler barn i familjen?" not in read


def test_one_who_tells_everything_has_passed_nothing_by(visitor, town, clerk_of):
    reference = journeys.report(visitor, ANONYMOUS)
    town.carry()
    read = dict(clerk_of("barn-och-unga").open(reference).pairs())
    assert "Hoppade över frivilliga frågor" not in read


def test_the_check_page_offers_the_rest_and_what_is_written_there_is_not_lost(visitor):
    at_enough(visitor)
    review = visitor.go("/orosanmalan/granska")
    visitor.go(link(review, "Innan vi tar kontakt"))
    review = visitor.press({"bra": "En trygg mormor."})
    assert review.here == "granska"
    assert "En trygg mormor." in review.text
    enough = visitor.go("/orosanmalan/racker")
    review = visitor.go(link(enough, "Ja, granska och skicka"))
    assert "En trygg mormor." in review.text, "one who changes their mind loses nothing"
    assert "Vet familjen om att du anmäler?" in review.text, "what is left is still offered"


def test_one_who_wants_to_tell_more_can_stop_after_any_page(visitor):
    at_enough(visitor)
    journeys.tell_more(visitor)
    visitor.press()
    assert visitor.go("/orosanmalan/granska").here == "granska"


def test_what_is_too_long_among_the_rest_waits_with_every_word(visitor):
    at_enough(visitor)
    visitor.go("/orosanmalan/mer")
    long = "För långt. " * 1000
    assert visitor.press({"kalla": long}).status == 422
    screen = visitor.go("/orosanmalan/granska")
    assert (screen.here, screen.value("kalla")) == ("mer", long)


@pytest.mark.parametrize("reporter", EVERYBODY.values(), ids=EVERYBODY)
def test_back_from_the_rest_leads_to_the_question_and_from_there_to_what_was_said(site, reporter):
    visitor = Visitor(site)
    screen = at_enough(visitor, reporter)
    before = visitor.seen[-2].path
    back = "Tillbaka" if reporter.language == "sv" else "Back"
    assert link(screen, back).endswith(before.partition("?")[0])
    assert link(journeys.tell_more(visitor), back).endswith("/racker")


def test_nobody_is_asked_if_it_is_enough_before_it_is(visitor):
    assert visitor.go("/orosanmalan/racker").path == "/orosanmalan"
    journeys.reach(visitor, ANONYMOUS, "slag")
    assert visitor.go("/orosanmalan/racker").here == "slag"
    assert visitor.go("/orosanmalan/vuxna").here == "slag"
