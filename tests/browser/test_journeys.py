"""Each of the four reporters files what they came to file, and their unit reads it in its inbox."""

import time
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from app import references
from tests.browser.people import EVERYBODY, HEADMASTER, NEIGHBOUR_ANONYMOUS, Person
from tests.browser.visitor import Visitor

ARRIVES_WITHIN = 15.0
LEFT_BEHIND = """() => JSON.stringify([
  {...localStorage}, {...sessionStorage}, document.cookie, history.state, window.name
])"""


@dataclass
class Filed:
    """A report that was filed in the browser, and what the browser showed on the way."""

    person: Person
    reference: str = ""
    receipt: str = ""
    copy: str = ""
    addresses: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)

    def look(self, page: Page) -> None:
        self.addresses.append(page.url)
        self.titles.append(page.title())
        self.left_behind.append(page.evaluate(LEFT_BEHIND))

    def whispered(self, texts) -> list[str]:
        """The words of the report that are found in any of these texts."""
        return [word for word in self.person.said if any(word in text for text in texts)]


@pytest.fixture(scope="session")
def kept() -> dict[str, Filed]:
    return {}


@pytest.fixture
def filed(kept, open_browser, service, content):
    """The report of one of the four, filed in a window of its own; filed once for each worker."""

    def file(name: str) -> Filed:
        if name not in kept:
            person = EVERYBODY[name]
            report = Filed(person)
            form, t = content.forms["sv"][person.form_id], content.interfaces["sv"]
            page = open_browser().new_page()
            visitor = Visitor(page, form, t, look=report.look)
            visitor.begin(f"{service.citizen}/")
            visitor.fill_in(person.answers)
            if visitor.link(t("review.copy_link")).count():
                visitor.go(visitor.link(t("review.copy_link")))
                report.look(page)
                report.copy = page.locator("main").inner_text()
                visitor.go(visitor.link(t("copy.back")))
            report.reference = visitor.send()
            report.receipt = page.content()
            kept[name] = report
        return kept[name]

    return file


@pytest.fixture
def file(service, content):
    """Fill in a person's whole form in a window, send it, and return the reference."""

    def file(page: Page, person, *, language="sv", **how) -> str:
        form = content.forms[language][person.form_id]
        visitor = Visitor(page, form, content.interfaces[language], **how)
        prefix = "" if language == content.default else f"{language}/"
        visitor.begin(f"{service.citizen}/{prefix}")
        visitor.fill_in(person.answers)
        return visitor.send()

    return file


def row_of(queue: Page, reference: str):
    """Wait for a report's row in the queue."""
    limit = time.monotonic() + ARRIVES_WITHIN
    row = queue.get_by_role("row").filter(has_text=reference)
    while not row.count():
        assert time.monotonic() < limit, "it never came to the inbox"
        time.sleep(0.1)
        queue.reload()
    return row


def read(queue: Page, reference: str) -> str:
    """Open a report from the queue, and return everything that it says."""
    row_of(queue, reference).get_by_role("link").click()
    expect(queue.get_by_role("heading", level=1)).to_contain_text(reference)
    return queue.locator("main").inner_text()


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_reporter_files_and_the_unit_reads_every_word_and_takes_the_case(
    name, filed, staff, service
):
    report = filed(name)
    queue = staff(report.person.unit)
    queue.goto(f"{service.staff}/inkorg?flik=alla")
    found = read(queue, report.reference)
    assert [word for word in report.person.said if word not in found] == []

    if queue.get_by_role("button", name="Ta ärendet").count():
        queue.get_by_role("button", name="Ta ärendet").click()
    expect(queue.get_by_role("button", name="Ta ärendet")).to_have_count(0)
    queue.get_by_role("link", name="Tillbaka till kön").click()
    expect(queue.get_by_role("heading", level=1)).to_have_text("Kö")
    queue.get_by_role("link", name="Mina").click()
    assert "Du" in row_of(queue, report.reference).inner_text()


@pytest.mark.parametrize("name", EVERYBODY)
def test_answers_are_nowhere_but_on_the_page(name, filed):
    report = filed(name)
    assert report.whispered(report.addresses) == []
    assert report.whispered(report.titles) == []
    assert report.whispered([report.receipt]) == [], "the receipt says nothing of the content"
    assert set(report.left_behind) == {'[{},{},"",null,""]'}


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_tab_says_nothing_of_the_matter(name, filed):
    titles = " ".join(filed(name).titles[2:]).lower()  # the first two are before the form
    assert not [word for word in ("oro", "barn", "anmäl", "stopp", "ung") if word in titles]


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_queue_shows_what_is_urgent_and_nothing_of_what_it_says(name, filed, staff, service):
    report = filed(name)
    queue = staff(report.person.unit)
    queue.goto(f"{service.staff}/inkorg?flik=alla")
    assert ("Akut" in row_of(queue, report.reference).inner_text()) == report.person.urgent
    assert report.whispered([queue.content()]) == []


def test_a_unit_sees_only_its_own(filed, staff, service):
    report = filed("rektor")
    mine = staff(HEADMASTER.unit)
    mine.goto(f"{service.staff}/inkorg?flik=alla")
    row_of(mine, report.reference)
    other = staff("barn-och-unga")
    assert report.reference not in other.content()
    answer = other.goto(f"{service.staff}/inkorg/arenden/{references.parse(report.reference)}")
    assert answer.status == 404
    assert report.whispered([other.content()]) == []


@pytest.mark.parametrize(
    ("name", "at_work"), [("school nurse", True), ("neighbour, by name", False)]
)
def test_who_reports_in_work_and_nobody_else_may_see_a_copy_marked_as_not_sent(
    name, at_work, filed
):
    report = filed(name)
    assert bool(report.copy) == at_work
    if at_work:
        assert "inte skickat" in report.copy.lower()
        assert report.whispered([report.copy])


def test_a_report_in_english_is_read_with_the_questions_as_they_were_put(
    page, file, staff, content
):
    reference = file(page, NEIGHBOUR_ANONYMOUS, language="en")
    queue = staff("barn-och-unga")
    found = read(queue, reference)
    assert [word for word in NEIGHBOUR_ANONYMOUS.said if word not in found] == []
    question = content.forms["en"]["orosanmalan"].page("slag").fields[0].label
    assert queue.get_by_role("paragraph").filter(has_text=question).get_attribute("lang") == "en"


@pytest.mark.parametrize("name", ["rektor", "neighbour, anonymous"])
def test_a_form_can_be_filled_in_and_sent_without_javascript(name, open_browser, file, staff):
    person = EVERYBODY[name]
    reference = file(open_browser(java_script_enabled=False).new_page(), person)
    found = read(staff(person.unit), reference)
    assert [word for word in person.said if word not in found] == []


@pytest.mark.parametrize("name", ["rektor", "school nurse"])
def test_a_form_can_be_filled_in_and_sent_with_the_keyboard_alone(name, page, file, staff):
    person = EVERYBODY[name]
    reference = file(page, person, keyboard=True)
    found = read(staff(person.unit), reference)
    assert [word for word in person.said if word not in found] == []


def test_the_language_can_be_changed_on_a_page_with_words_in_it_and_none_are_lost(
    page, content, service
):
    form, t = content.forms["sv"]["orosanmalan"], content.interfaces["sv"]
    visitor = Visitor(page, form, t)
    visitor.begin(f"{service.citizen}/")
    answers = NEIGHBOUR_ANONYMOUS.answers
    while visitor.at != "barnet":
        visitor.answer_page(answers)
        visitor.go_on()
    page.get_by_label("Barnets namn").fill("Kim")
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#namn").input_value() == "Kim"
    title = content.forms["en"]["orosanmalan"].page("barnet").title
    assert page.get_by_role("heading", level=1).inner_text() == title
