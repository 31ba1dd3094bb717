"""What people write is in the sealed report alone: no log, file or row has a word of it.

A marked report goes through everything that can happen to one, also what must not happen. Then the
mark is looked for; and to know that the looking is worth something, leaks are planted and found.
"""

import io
import logging
import re
import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest

from app.crypto import unseal
from app.web.form import questions
from tests import service
from tests.web import journeys
from tests.web.canary import MARK, PLAIN, disguises, files, hits, marked, stored
from tests.web.reporters import ANONYMOUS, EVERYBODY, NAMED, NURSE, REKTOR
from tests.web.visitor import Visitor


def make_every_mistake(visitor: Visitor) -> None:
    """Meet every error page there is on the way, each time with marked words."""
    at = "/orosanmalan"
    visitor.go(f"{at}/{MARK}?{MARK}={MARK}")
    visitor.go(f"/{PLAIN}")
    visitor.client.put(f"{at}/{PLAIN}", content=MARK.encode())
    visitor.send(f"{at}/beskriv", {"_token": visitor.screen.title, "beskriv": MARK})
    visitor.client.post(f"{at}/beskriv", json={"beskriv": MARK})
    visitor.client.post(f"{at}/beskriv", files={"beskriv": (MARK, MARK.encode() * 200_000)})
    visitor.send(f"{at}/beskriv", MARK.encode() * 800_000)
    visitor.go(f"{at}/beskriv")
    token = visitor.screen.value("_token")
    visitor.press({"beskriv": PLAIN})
    visitor.send(f"{at}/beskriv", {"_token": token, MARK: MARK})
    visitor.send(f"{at}/kontakt", {"_token": token, "yrkesroll": MARK})
    visitor.send(
        f"{at}/beskriv", {"_token": token, "beskriv": MARK * 1000}, origin=f"https://{PLAIN}"
    )
    visitor.client.get("/", headers={"user-agent": MARK.encode(), "referer": f"https://{PLAIN}/"})


@pytest.mark.untraced
@pytest.mark.parametrize("reporter", EVERYBODY.values(), ids=EVERYBODY)
def test_the_database_and_the_log_have_no_word_of_a_report(
    visitor, town, clerk_of, log, tmp_path, reporter
):
    reference = journeys.report(visitor, marked(reporter))
    assert any(MARK in screen.html for screen in visitor.seen), "there was something to find"
    town.carry()
    unit = "sspf" if reporter.form_id == "stoppmote" else "barn-och-unga"
    assert MARK in clerk_of(unit).open(reference).html
    assert hits({"database": stored(town.database), "log": log.getvalue().encode()}) == []
    assert hits(files([tmp_path])) == []


def test_no_fault_of_ours_tells_the_log_what_was_written(
    visitor, town, clerk_of, log, monkeypatch, tmp_path
):
    reference = journeys.report_at_once(visitor, marked(ANONYMOUS))
    town.carry()
    journeys.at_review(visitor, marked(NAMED))
    make_every_mistake(visitor)

    def broken(*parts, **_):
        raise ValueError(f"{MARK} {parts}")

    monkeypatch.setattr(questions, "page_view", broken)
    screen = visitor.go("/orosanmalan/beskriv")
    assert (screen.status, screen.heading) == (500, "Något gick fel hos oss")
    monkeypatch.setattr(unseal, "unseal", broken)
    assert clerk_of("barn-och-unga").open(reference).status == 500
    assert log.getvalue().count("web.unforeseen") == 2
    assert hits({"database": stored(town.database), "log": log.getvalue().encode()}) == []
    assert hits(files([tmp_path])) == []


def test_a_whole_service_leaves_no_word_in_its_files_or_on_its_screens(tmp_path):
    data, temporary = tmp_path / "data", tmp_path / "temporary"
    temporary.mkdir()
    with (
        service.running(data, TMPDIR=str(temporary)) as running,
        Visitor(None, running.citizen) as visitor,
        Visitor(None, running.staff) as clerk,
    ):
        references = []
        for reporter in (REKTOR, NURSE):
            visitor.client.get("/lamna")
            visitor.client.cookies.clear()
            references.append(journeys.report(visitor, marked(reporter)))
        journeys.reach(visitor, marked(ANONYMOUS), "mer")
        make_every_mistake(visitor)
        with table_missing(data):
            assert visitor.send("/orosanmalan/beskriv", {"beskriv": MARK}).status in {500, 503}
        read_as_staff(clerk, running.new_link("barn-och-unga"), references)
        assert hits(files([tmp_path])) == [], "while it runs"
        running.stop()
        said = running.process.stdout.read().encode()
    assert hits({**files([tmp_path]), "the screen": said}) == [], "when it has stopped"
    assert len(files([tmp_path])) > 4


@contextmanager
def table_missing(data):
    """Break the database under the service, and mend it again."""
    with closing(sqlite3.connect(data / "skyddsnat.sqlite", isolation_level=None)) as database:
        database.execute("ALTER TABLE drafts RENAME TO gone")
        yield
        database.execute("ALTER TABLE gone RENAME TO drafts")


def read_as_staff(clerk, link, references):
    clerk.go(re.sub(r"https?://[^/]+", "", link))
    clerk.press({"namn": "Ina Handläggare"})

    def waiting():
        return all(reference in clerk.go("/inkorg").html for reference in references)

    service.wait_until(waiting)
    for reference in references:
        assert MARK in clerk.go(f"/inkorg/arenden/{reference}").html
    clerk.go(f"/inkorg/arenden/{MARK}")


# And the looking is worth something


@pytest.mark.parametrize("look", disguises(MARK), ids=range(len(disguises(MARK))))
def test_a_leak_into_a_file_is_found_in_every_disguise(tmp_path, look):
    (tmp_path / "log").write_bytes(b'{"text": "' + look + b'"}')
    assert len(hits(files([tmp_path]))) == 1


def test_a_leak_into_the_database_is_found_before_and_after_it_reaches_the_file(town, tmp_path):
    assert hits({"database": stored(town.database)}) == []
    insert = "INSERT INTO sign_in_links (hash, unit, expires_at) VALUES (?, ?, ?)"
    town.database.write_now(lambda c: c.exec_driver_sql(insert, (b"x", MARK, "2026-11-24")))
    assert hits({"database": stored(town.database)}) == ["database"]
    shutil.copy(tmp_path / "skyddsnat.sqlite", tmp_path / "copy")
    assert [name for name in hits(files([tmp_path])) if "skyddsnat" in name]


def test_a_log_that_says_what_errors_say_is_found(visitor, monkeypatch):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)  # the formatter that everybody else uses
    logging.getLogger("skyddsnat").addHandler(handler)
    try:
        journeys.at_review(visitor, marked(NAMED))

        def broken(*parts, **_):
            raise ValueError(f"{MARK} {parts}")

        monkeypatch.setattr(questions, "page_view", broken)
        assert visitor.go("/orosanmalan/beskriv").status == 500
    finally:
        logging.getLogger("skyddsnat").removeHandler(handler)
    assert hits({"log": stream.getvalue().encode()}) == ["log"]
