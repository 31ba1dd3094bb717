"""Every text of the interface is used, and every text that is asked for is there."""

import pytest

from app.commands import look_ups
from tests.content import interface_paths, loaded


def interface() -> set[str]:
    return set(interface_paths("sv"))


def test_what_fills_every_gap_is_known():
    assert {path for path in look_ups.asked() if look_ups.GAP in path} <= set(look_ups.gaps())


def test_no_gap_is_filled_for_nothing():
    assert set(look_ups.gaps()) <= look_ups.asked()


def test_every_text_that_is_asked_for_is_there():
    assert look_ups.missing(interface()) == []


def test_no_text_is_there_for_nothing():
    assert look_ups.unused(interface(), loaded().municipality) == []


@pytest.mark.parametrize(
    ("program", "paths"),
    [
        ('here.t("start.title")', ["start.title"]),
        ('t(f"dates.{many}", count=2)', ["dates.{}"]),
        ('t("staff.queue.next" if more else "start.title")', ["staff.queue.next", "start.title"]),
        ('REASON = "delivery.reasons.full"', ["delivery.reasons.full"]),
        ('ROWS = ("staff.case.form", "staff.css")', ["staff.case.form"]),
        ('other("start.title")', []),
    ],
)
def test_what_a_program_asks_for_is_read_out_of_it(program, paths):
    assert sorted(set(look_ups.asked_in(program))) == sorted(paths)


def test_what_a_template_asks_for_is_read_out_of_it(tmp_path):
    (tmp_path / "x.html").write_text('{{ t("a.b") }}{{ t("a." ~ name, count=1) }}', "utf-8")
    assert sorted(look_ups.asked_in_templates(tmp_path)) == ["a.b", "a.{}"]


@pytest.mark.parametrize("status", sorted(look_ups.statuses()))
def test_every_error_that_becomes_a_page_has_words_of_its_own(status):
    assert {f"errors.page.{status}.title", f"errors.page.{status}.text"} <= interface()
