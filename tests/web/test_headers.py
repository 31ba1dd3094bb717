"""What goes with every page, and what never does: another site, a trace, a word of an answer."""

import gzip
import re

import pytest

from app.web.shown.frame import TEXT_PAGES
from tests.content import FORM_IDS
from tests.web import journeys
from tests.web.conftest import HTTPS
from tests.web.reporters import ANONYMOUS, NURSE, REKTOR, REKTOR_GROUP
from tests.web.visitor import CITIZEN, Visitor

pytestmark = pytest.mark.untraced

PUBLIC = ["/", *(f"/{name}" for name in (*TEXT_PAGES.values(), *FORM_IDS, "om-stoppmote"))]
ALL_PUBLIC = [*PUBLIC, *(f"/en{path}" for path in PUBLIC)]
FOREIGN = re.compile(r"""(?:src|<link[^>]+href|action)=["']?((?:https?:)?//[^"'\s>]+)""")
LINKED = re.compile(r"""href=["']?((?:https?:)?//[^"'\s>]+)""")


def is_guarded(headers, *, secure=False):
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert ("strict-transport-security" in headers) == secure
    assert "server" not in headers
    assert "x-powered-by" not in headers
    return True


@pytest.mark.parametrize("path", [*ALL_PUBLIC, "/finns-inte", "/orosanmalan/granska", "/lamna"])
def test_every_answer_carries_the_strict_headers(visitor, path):
    answer = visitor.client.get(path)
    assert is_guarded(answer.headers)
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_browser_is_told_to_stay_there_and_the_cookie_to_stay_home(town):
    visitor = Visitor(town.citizen(origin=HTTPS), HTTPS)
    visitor.go("/orosanmalan")
    assert is_guarded(visitor.screen.headers, secure=True)
    answer = visitor.client.post("/orosanmalan/borja")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-utkast=")
    for word in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
        assert word in cookie
    for word in ("Domain", "Max-Age", "expires"):
        assert word not in cookie, "it lives no longer than the browser"
    assert journeys.report_at_once(visitor, ANONYMOUS)


def test_the_staff_cookie_is_as_strict(town, clerk_of):
    https = "https://inkorg.exempelkommun.example"
    clerk = clerk_of("sspf", sign_in=False)
    clerk.client.app = town.staff(origin=https)
    visitor = Visitor(town.staff(origin=https), https)
    code = clerk.link().rpartition("/")[2]
    answer = visitor.client.post("/logga-in", data={"code": code, "namn": "Ina"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-inkorg=")
    assert "Secure" in cookie
    assert "SameSite=strict" in cookie
    assert is_guarded(answer.headers, secure=True)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ALL_PUBLIC)
def test_no_cookie_is_set_before_a_form_is_begun(visitor, path):
    answer = visitor.client.get(path)
    assert "set-cookie" not in answer.headers
    assert not visitor.cookies


def test_a_form_needs_one_cookie_that_says_nothing(visitor, site):
    journeys.report_at_once(visitor, REKTOR)
    assert list(visitor.cookies) == ["utkast"]
    other = Visitor(site)
    journeys.begin(other, "orosanmalan")
    assert len(other.cookies["utkast"]) == len(visitor.cookies["utkast"]) == 43
    assert other.cookies != visitor.cookies


@pytest.mark.parametrize("reporter", [REKTOR, REKTOR_GROUP, NURSE], ids=["child", "group", "nurse"])
def test_nothing_in_a_form_comes_from_or_tells_another_site(visitor, reporter):
    journeys.report(visitor, reporter)
    for screen in visitor.seen:
        assert FOREIGN.findall(screen.html) == [], screen.path
        assert LINKED.findall(screen.html) == [], "not even a link that could tell whence"
        assert is_guarded(screen.headers)
        assert screen.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ALL_PUBLIC)
def test_public_pages_fetch_nothing_from_elsewhere(visitor, path):
    assert FOREIGN.findall(visitor.go(path).html) == []


@pytest.mark.parametrize("reporter", [REKTOR, REKTOR_GROUP, ANONYMOUS], ids=["1", "2", "3"])
def test_no_answer_stands_in_an_address_a_title_or_a_cookie(visitor, reporter):
    journeys.report(visitor, reporter)
    written = [
        value
        for value in reporter.answers.values()
        if isinstance(value, str) and len(value) > 5 and not value.islower()
    ]
    assert written
    told = [text for screen in visitor.seen for text in (screen.path, screen.title)]
    told += [value for name in visitor.cookies for value in (name, visitor.cookies[name])]
    told += [screen.headers.get("location", "") for screen in visitor.seen]
    assert [(words, text) for words in written for text in told if words in text] == []


def test_the_titles_in_a_form_are_neutral_and_unlike_each_other(visitor):
    journeys.report(visitor, REKTOR)
    titles = {screen.here: screen.title for screen in visitor.seen}
    assert len(set(titles.values())) == len(titles)
    telling = re.compile("oro|barn|anmäl|stopp|social|våld", re.IGNORECASE)
    assert [title for title in titles.values() if telling.search(title)] == []


def test_style_sheet_and_script_are_kept_for_good_and_come_compressed(visitor):
    html = visitor.go("/").html
    for path in re.findall(r'"(/static/[^"]+)"', html):
        packed = visitor.client.get(path)
        assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["vary"].lower() == "accept-encoding"
        plain = visitor.client.get(path, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == packed.content
        assert is_guarded(packed.headers)
        assert len(gzip.compress(plain.content)) < len(plain.content)


def test_the_same_files_keep_their_names_when_the_server_is_started_anew(visitor, town):
    again, before = town.citizen().state.parts.sites["sv"], visitor.parts.sites["sv"]
    assert (again.css.path, again.js.path) == (before.css.path, before.js.path)


def test_the_way_out_leads_to_a_neutral_page_and_says_nothing(visitor):
    journeys.at_review(visitor, ANONYMOUS)
    answer = visitor.client.get("/lamna")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert CITIZEN not in answer.headers["location"]
    assert '"storage"' in answer.headers["clear-site-data"]
    assert answer.text == ""


def test_the_page_is_never_shown_in_another_sites_frame_and_runs_nothing_inline(visitor):
    journeys.report(visitor, ANONYMOUS)
    for screen in visitor.seen:
        for element in screen.page.elements:
            inline = [name for name in element.attributes if name.startswith("on")]
            assert not inline
            assert "style" not in element.attributes
        scripts = screen.page.all("script")
        assert [script.words for script in scripts] == [""]
