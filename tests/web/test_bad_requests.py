"""Whatever is asked for: a page that says what to do and whom to call, and nothing is lost."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web import journeys
from tests.web.canary import stored
from tests.web.crowd import at_once
from tests.web.reporters import ANONYMOUS, NAMED, REKTOR
from tests.web.visitor import Visitor

WRITTEN = "Det här har jag skrivit medan felet hände, och det får inte försvinna."


def is_a_page_for_people(screen, status, lang="sv"):
    """Tell that an error page speaks the visitor's language and says whom to call."""
    assert (screen.status, screen.lang) == (status, lang)
    assert screen.heading
    links = {link.attributes["href"] for link in screen.page.all("a")}
    assert "tel:112" in links
    assert any("tel:" in link and "112" not in link for link in links), "the duty line too"
    assert "Traceback" not in screen.html
    assert screen.headers["cache-control"] == "no-store"
    return True


@pytest.mark.untraced
@pytest.mark.parametrize(
    "path",
    [
        "/finns-inte",
        "/orosanmalan/finns-inte",
        "/finns-inte/fara",
        "/orosanmalan/",
        "/orosanmalan/fara/",
        "/orosanmalan/fara/mer",
        "/orosanmalan/..%2f..%2fetc%2fpasswd",
        "/%00",
        "/%ff%fe",
        "/%zz",
        "/orosanmalan/%F0%9F%90%9D",
        "/orosanmalan/{{7*7}}",
        "/static/okand.css",
        "/de/orosanmalan",
        "/" + "a" * 8000,
    ],
)
def test_an_address_that_nothing_is_at_gives_a_page_with_a_way_on(visitor, path):
    assert is_a_page_for_people(visitor.go(path), 404)
    assert "49" not in visitor.screen.heading
    english = visitor.go(f"/en{path}")
    assert is_a_page_for_people(english, 404, "en")


@pytest.mark.untraced
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/orosanmalan", "/orosanmalan/fara", "/om-tjansten"])
def test_a_method_that_nothing_answers_gives_a_page(visitor, method, path):
    answer = visitor.client.request(method, path)
    assert is_a_page_for_people(visitor._look(answer, path), 405)
    assert "GET" in answer.headers["allow"]


def test_a_head_request_gets_the_headers_of_the_page_and_no_page(visitor):
    for path in ("/", "/orosanmalan", "/tillganglighet", visitor.parts.sites["sv"].css.path):
        whole, head = visitor.client.get(path), visitor.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
        assert head.headers["content-security-policy"]
    assert visitor.client.head("/finns-inte").status_code == 404


def test_no_redirect_names_a_host_that_the_request_claimed(visitor):
    journeys.begin(visitor, "orosanmalan")
    for path in ("/orosanmalan/", "/en", "/orosanmalan/granska", "/orosanmalan/borja"):
        answer = visitor.client.get(path, headers={"host": "evil.example"})
        assert "evil.example" not in answer.headers.get("location", "")
        assert "evil.example" not in answer.text


def test_who_jumps_ahead_is_shown_the_first_question_that_waits(visitor):
    journeys.begin(visitor, "orosanmalan")
    for page in ("slag", "granska", "kvitto", "kopia", "kontakt"):
        assert visitor.go(f"/orosanmalan/{page}").here == "fara"
    visitor.press({"fara": "nej"})
    assert visitor.go("/orosanmalan/slag").here == "roll"


def test_what_is_sent_to_a_page_further_on_is_refused_and_kept_nowhere(visitor):
    screen = journeys.begin(visitor, "orosanmalan")
    data = {"_token": screen.value("_token"), "beskriv": WRITTEN}
    assert is_a_page_for_people(visitor.send("/orosanmalan/beskriv", data), 409)
    assert journeys.draft_of(visitor, "orosanmalan").typed == {}


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "å", "A" * 43, "=" * 43, '"', "A" * 42, "\x7f", "A" * 12_000, "{{7*7}}"],
)
def test_a_forged_cookie_opens_nothing_and_breaks_nothing(site, cookie):
    visitor = Visitor(site)
    visitor.client.headers = [
        *visitor.client.headers.raw,
        (b"cookie", b"utkast=" + cookie.encode("latin-1")),
    ]
    assert visitor.go("/orosanmalan").status == 200
    screen = visitor.go("/orosanmalan/beskriv")
    assert screen.status in {200, 410}
    screen = visitor.send("/orosanmalan/beskriv", {"beskriv": WRITTEN})
    assert is_a_page_for_people(screen, 403)


@pytest.mark.untraced
@pytest.mark.parametrize("token", [None, "", "x", "å" * 50, "\x00", "a.b"])
def test_without_the_right_token_nothing_is_kept_but_sending_once_more_works(visitor, token):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    data = visitor.filled({"beskriv": WRITTEN})
    data.pop("_token")
    screen = visitor.send(
        "/orosanmalan/beskriv", data if token is None else {**data, "_token": token}
    )
    assert is_a_page_for_people(screen, 403)
    assert "beskriv" not in journeys.draft_of(visitor, "orosanmalan").typed
    assert screen.value("beskriv") == WRITTEN
    assert visitor.press().here == "racker"
    assert visitor.go("/orosanmalan/beskriv").value("beskriv") == WRITTEN


def test_a_token_of_somebody_elses_browser_is_worth_nothing(visitor, site):
    other = Visitor(site)
    stolen = journeys.begin(other, "orosanmalan").value("_token")
    journeys.begin(visitor, "orosanmalan")
    data = {"_token": stolen, "fara": "ja"}
    assert is_a_page_for_people(visitor.send("/orosanmalan/fara", data), 403)


@pytest.mark.untraced
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
        {"origin": "https://evil.example"},
        {"origin": "http://[broken"},
        {"origin": "http://127.0.0.1:8001"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["borja", "beskriv", "skicka", "forlang", "vidare/stoppmote"])
def test_what_another_site_sends_is_refused(visitor, headers, path):
    journeys.at_review(visitor, ANONYMOUS)
    before = journeys.draft_of(visitor, "orosanmalan")
    if "sec-fetch-site" not in headers:
        del visitor.client.headers["sec-fetch-site"]
    data = visitor.filled({})
    assert is_a_page_for_people(visitor.send(f"/orosanmalan/{path}", data, **headers), 403)
    assert journeys.draft_of(visitor, "orosanmalan") == before


def test_a_browser_that_says_nothing_of_where_it_comes_from_is_let_in_by_its_token(visitor):
    del visitor.client.headers["sec-fetch-site"]
    journeys.at_review(visitor, ANONYMOUS)
    visitor.client.headers["origin"] = "null"
    journeys.send(visitor)


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("page", "inputs"),
    [
        ("beskriv", {"ditt_namn": "Gun Granne"}),
        ("beskriv", {"telefon": "070-174 06 07"}),
        ("slag", {"slag-annat-tex": "x"}),
        ("barnet", {"namn-0-namn": "x"}),
        ("beskriv", {"": "x"}),
        ("beskriv", {"_unfinished": "1"}),
        ("beskriv", {"__proto__": "x"}),
    ],
    ids=str,
)
def test_an_input_that_the_page_does_not_have_is_refused_and_kept_nowhere(visitor, page, inputs):
    journeys.at_review(visitor, ANONYMOUS)
    before = journeys.draft_of(visitor, "orosanmalan").typed
    visitor.go(f"/orosanmalan/{page}")
    data = {**visitor.screen.sent(visitor.screen.form()), **inputs}
    assert is_a_page_for_people(visitor.send(f"/orosanmalan/{page}", data), 400)
    assert journeys.draft_of(visitor, "orosanmalan").typed == before


@pytest.mark.parametrize("page", ["kontakt", "ring_mig", "besked"])
def test_nobody_can_put_a_name_on_an_anonymous_report(visitor, page, town):
    journeys.at_review(visitor, ANONYMOUS)
    token = visitor.screen.value("_token")
    smuggled = {"_token": token, "ditt_namn": "Gun Granne", "telefon": "070-174 06 07"}
    screen = visitor.send(f"/orosanmalan/{page}", smuggled)
    assert is_a_page_for_people(screen, 409)
    assert "Gun Granne" not in screen.html
    assert "Gun Granne" not in str(journeys.draft_of(visitor, "orosanmalan").typed)
    assert b"Gun Granne" not in stored(town.database)


def test_a_question_that_another_tab_has_made_needless_does_not_take_the_rest_with_it(visitor):
    journeys.at_review(visitor, REKTOR)
    visitor.go("/orosanmalan/infor_kontakt")
    data = visitor.filled({"var_nu": "Hemma", "tank_pa": WRITTEN})
    visitor.go("/orosanmalan/skyddad")
    visitor.press({"skyddad": "ja"})
    screen = visitor.send("/orosanmalan/infor_kontakt", data)
    assert is_a_page_for_people(screen, 409)
    assert screen.names() == {"_token", "tank_pa", "bra"}
    assert visitor.press().status == 200
    assert visitor.go("/orosanmalan/infor_kontakt").value("tank_pa") == WRITTEN


def test_two_tabs_on_different_pages_keep_what_both_of_them_wrote(visitor):
    journeys.at_review(visitor, NAMED)
    visitor.go("/orosanmalan/infor_kontakt")
    first = visitor.filled({"bra": "En trygg mormor."})
    visitor.go("/orosanmalan/sprak")
    visitor.go("/orosanmalan/beskriv")
    second = visitor.filled({"beskriv": WRITTEN})
    visitor.send("/orosanmalan/beskriv", second)
    visitor.send("/orosanmalan/infor_kontakt", first)
    typed = journeys.draft_of(visitor, "orosanmalan").typed
    assert (typed["infor_kontakt"]["bra"], typed["beskriv"]["beskriv"]) == (
        ("En trygg mormor.",),
        (WRITTEN,),
    )


def test_a_name_sent_at_the_moment_another_tab_chooses_to_be_anonymous_is_not_kept(visitor):
    journeys.at_review(visitor, NAMED)
    visitor.go("/orosanmalan/kontakt")
    name = visitor.filled({"ditt_namn": "Gun Granne"})
    visitor.go("/orosanmalan/anonym")
    anonymous = visitor.filled({"anonym": "ja"})
    names = [("/orosanmalan/kontakt", name)] * 6
    at_once(visitor, *names[:3], ("/orosanmalan/anonym", anonymous), *names[3:])
    assert "Gun Granne" not in str(journeys.draft_of(visitor, "orosanmalan").typed)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"beskriv=" + b"a" * 10_000_000, 413, id="10 MB"),
        pytest.param(b"&".join(b"f%d=1" % n for n in range(10_000)), 413, id="10 000 inputs"),
        pytest.param(b"", 403, id="nothing"),
        pytest.param(b"%zz=%&%&=&&&", 403, id="broken percent-encoding"),
        pytest.param(b"\xff\xfe\x00", 403, id="not text"),
    ],
)
def test_a_body_that_no_form_of_ours_sends_is_refused_and_the_draft_is_as_it_was(
    visitor, body, status
):
    journeys.at_review(visitor, ANONYMOUS)
    before = journeys.draft_of(visitor, "orosanmalan")
    assert is_a_page_for_people(visitor.send("/orosanmalan/beskriv", body), status)
    assert journeys.draft_of(visitor, "orosanmalan") == before


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain", ""])
def test_what_is_not_a_form_is_refused(visitor, kind):
    journeys.at_review(visitor, ANONYMOUS)
    answer = visitor.client.post(
        "/orosanmalan/beskriv", content=b"{}", headers={"content-type": kind}
    )
    assert is_a_page_for_people(visitor._look(answer, "/orosanmalan/beskriv"), 415)


def test_a_large_form_does_not_hold_up_the_others(visitor, site):
    journeys.at_review(visitor, ANONYMOUS)
    body = b"beskriv=" + b"%C3%A5" * 240_000
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(visitor.send, "/orosanmalan/beskriv", body)
        started = time.monotonic()
        assert Visitor(site).go("/").status == 200
        assert time.monotonic() - started < 1
        assert slow.result().status == 403
