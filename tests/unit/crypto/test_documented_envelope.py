"""Whoever has docs/envelope.md and the private key can read a report, without a line of ours."""

import ast
import base64
import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.crypto import seal, unseal
from app.intake.submit import sealed
from app.runner.definition import Form
from app.runner.journey import Journey
from tests.integration.reports import FORM, RECEIVER, SEED, TYPED

PAGE = (Path(__file__).parents[3] / "docs" / "envelope.md").read_text("utf-8")
(PROGRAM,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
KEPT = base64.b64decode((Path(__file__).parent / "envelope-1.txt").read_text("ascii"))
REPORT = {
    "id": UUID("6f1d1c1e-52c5-4a53-9f0e-0f1f3c8f2a11"),
    "reference": "K7QF-93MX",
    "received_at": datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
    "urgent": True,
    "protected": False,
    "form_id": "prov",
    "form_version": 3,
    "municipality_code": "exempelkommun",
    "unit": "barn-och-unga",
}


@pytest.fixture(scope="module")
def open_envelope():
    """The function that the page describes, and nothing else."""
    names = {}
    exec(compile(PROGRAM, "docs/envelope.md", "exec"), names)  # noqa: S102 - it is our own page
    return names["open_envelope"]


@pytest.fixture(scope="module")
def envelope():
    """A report, sealed as it is when somebody hands it in."""
    form = Form.model_validate(FORM)
    transcript = Journey(form, TYPED, date(2026, 11, 24)).transcript(language="sv")
    return sealed(REPORT, RECEIVER, transcript)


def test_the_documented_program_reads_a_report(open_envelope, envelope):
    header, report = open_envelope(envelope, SEED)
    assert header == {
        "v": 1,
        "suite": "X1",
        "submission": str(REPORT["id"]),
        "reference": "K7QF-93MX",
        "received_at": "2026-11-24T08:30:00+00:00",
        "urgent": 1,
        "protected": 0,
        "form": "prov",
        "form_version": 3,
        "municipality": "exempelkommun",
        "unit": "barn-och-unga",
    }
    assert "Åsa".encode() in report, "UTF-8"
    read = json.loads(report)
    assert read["schema"] == "skyddsnat/transcript/1"
    assert [each["lines"] for page in read["pages"] for each in page["questions"]] == [
        ["Nej"],
        ["Åsa har inte ätit på hela dagen."],
    ]


def test_every_name_in_a_header_and_in_a_report_is_documented(envelope):
    opened = unseal.unseal(envelope, SEED)
    report = json.loads(opened.content)
    names = {*opened.header, *report, *report["pages"][0], *report["pages"][0]["questions"][0]}
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_documented_program_needs_nothing_of_ours():
    modules = set()
    for node in ast.walk(ast.parse(PROGRAM)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module)
    roots = {name.partition(".")[0] for name in modules}
    assert roots - sys.stdlib_module_names == {"cryptography"}
    assert not {name for name in modules if "hpke" in name}


@pytest.mark.parametrize("reader", ["documented", "ours"])
def test_an_envelope_sealed_long_ago_opens_today(reader, open_envelope):
    if reader == "ours":
        opened = unseal.unseal(KEPT, SEED, expected={"submission": str(REPORT["id"])})
        header, report = opened.header, opened.content
    else:
        header, report = open_envelope(KEPT, SEED)
    assert report.decode() == "Åsa är sju år."
    assert header["submission"] == str(REPORT["id"])


def test_the_lengths_are_those_of_the_page():
    header = seal.canonical({"v": 1, "suite": "X1", "form": "prov"})
    public = unseal.public_of(SEED)
    assert f"whose id is `{seal.key_id(public)}`" in PAGE
    for size, whole in ((0, 5_336), (4_092, 5_336), (4_093, 5_336 + 4_096)):
        envelope = seal.seal(
            bytes(size), facts={"form": "prov"}, recipients={seal.key_id(public): public}
        )
        assert len(envelope) == len(header) + whole
    (wrap,) = unseal.take_apart(envelope).wraps.values()
    assert (len(wrap), len(public)) == (1_168, 1_216)


def test_several_recipients_are_written_one_after_another(open_envelope):
    other = bytes(range(1, 33))
    keys = {seal.key_id(public): public for public in map(unseal.public_of, (SEED, other))}
    envelope = seal.seal(b"both", facts={}, recipients=keys)
    assert open_envelope(envelope, SEED)[1] == open_envelope(envelope, other)[1] == b"both"


def test_the_documented_program_gives_out_nothing_that_was_altered(open_envelope, envelope):
    for at in range(0, len(envelope), 7):
        spoilt = bytearray(envelope)
        spoilt[at] ^= 1
        with pytest.raises(Exception):  # noqa: B017 - one error or another, as the page says
            open_envelope(bytes(spoilt), SEED)


def test_the_documented_program_reads_nothing_that_is_for_others(open_envelope, envelope):
    with pytest.raises(LookupError):
        open_envelope(envelope, bytes(32))
