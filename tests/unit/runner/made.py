"""Fields, forms and answers for the tests of the runner, made in one line."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import chain, repeat
from pathlib import Path

from hypothesis import strategies as st

from app.runner import content, form_faults
from app.runner.content import Content
from app.runner.definition import Form
from app.runner.field import Field, Reading, build
from app.runner.fields.group import GroupField
from app.runner.fields.options import OptionsField
from app.runner.typed import Typed

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 24)
INVISIBLE = (
    "\x00\x07\x1b\x7f\x9f\u00ad\u061c\u115f\u200b\u200e\u200f\u202a\u202e\u2066\u2069\u3164\ufeff"
    "\ud800\U000e0041"
)
"""Signs that say nothing, or hide what is said: NUL, controls, direction overrides, half a sign."""
AGES = {"child_age_max": 20, "stoppmote_age_min": 11, "stoppmote_age_max": 20}


def field(kind: str, **more: object) -> Field:
    """Return a field `f` of this kind."""
    made = build({"kind": kind, "id": "f", "label": "Fråga", **more})
    assert isinstance(made, Field)
    return made


def read(
    one: Field, typed: Mapping[str, str | tuple[str, ...]] | str = "", *, required: bool = False
) -> Reading:
    """Read what was typed: in the field's own input, or by the name of the input."""
    by_name = {one.id: typed} if isinstance(typed, str) else typed
    inputs = {
        name: (values,) if isinstance(values, str) else values for name, values in by_name.items()
    }
    return one.read(inputs, today=TODAY, required=required)


def problems(reading: Reading) -> list[tuple[str, str]]:
    """Return where each problem is, and what it is called."""
    return [(problem.at, problem.key) for problem in reading.problems]


def remarks(reading: Reading) -> list[tuple[str, Mapping[str, int | str]]]:
    """Return what is said of how the answer was read."""
    assert reading.answer is not None
    return [(remark.key, remark.values) for remark in reading.answer.remarks]


def lines(reading: Reading) -> tuple[str, ...]:
    assert not reading.problems
    assert reading.answer is not None
    return reading.answer.lines


@cache
def real() -> Content:
    return content.load(ROOT / "forms")


@cache
def trial() -> Content:
    """The test forms: every kind of field, and all that a definition can say."""
    return content.load(ROOT / "tests" / "forms", "provkommun")


def all_forms() -> dict[str, Form]:
    """Return both real forms and both test forms, in Swedish."""
    return {**real().forms["sv"], **trial().forms["sv"]}


def form(text: str, **more: object) -> Form:
    """Return a small form: `text` is the TOML of its pages, all of them in the step `s`."""
    whole = {
        "id": "liten",
        "version": 1,
        "title": "Liten",
        "card": {"title": "Liten", "when": "Alltid.", "button": "Börja"},
        "intro": "Hej.",
        "receipt": "Tack.",
        "steps": [{"id": "s", "title": "Steg"}],
        **tomllib.loads(text),
        **more,
    }
    made = Form.model_validate(whole)
    assert form_faults.faults(made) == []
    return made


def typed(**pages: Mapping[str, str | tuple[str, ...]]) -> dict[str, Typed]:
    """Return a draft's answers from page id to input to what was typed."""
    return {
        page: {
            name: (values,) if isinstance(values, str) else values
            for name, values in inputs.items()
        }
        for page, inputs in pages.items()
    }


GOOD = {
    "text": ("Kim Åkesson",),
    "long_text": ("Barnet gick ensamt vid hållplatsen, sent på kvällen i tisdags.",),
    "number": ("3", "ca 8", "12"),
    "age": ("3", "18 månader", "tonåring"),
    "person_number": ("2016-03-27", "20160327", "T-nummer 12"),
    "phone": ("070-174 06 05", "+47 22 22 22 22"),
    "email": ("kim@exempel.example",),
    "confirmation": ("yes",),
}
BAD = st.sampled_from(["", " ", "\x00", "😀" * 40, "vet inte", "-1", "å" * 300, "20160327-0000"])


@st.composite
def typed_at(draw: st.DrawFn, one: Field, *, good: bool = False) -> dict[str, tuple[str, ...]]:
    """Draw what a browser could post from a field: nearly always sensible."""
    if not good and draw(st.integers(0, 9)) == 0:
        return {one.first: (draw(BAD),)}
    if isinstance(one, GroupField):
        return draw(people_at(one, good=good))
    if isinstance(one, OptionsField):
        return draw(options_at(one, good=good))
    if one.kind == "date":
        return {f"{one.id}-day": ("27",), f"{one.id}-month": ("mars",), f"{one.id}-year": ("2026",)}
    if getattr(one, "unknown", "") and draw(st.booleans()):
        return {one.id: ("",), f"{one.id}-unknown": ("unknown",)}
    exact = one.kind == "number" and not one.approximate
    good_words = ("3", "12") if exact else GOOD[one.kind]
    return {one.id: (draw(st.sampled_from(good_words))[: getattr(one, "max", None)],)}


@st.composite
def people_at(draw: st.DrawFn, one: GroupField, *, good: bool) -> dict[str, tuple[str, ...]]:
    count = draw(st.integers(1 if one.required or good else 0, min(3, one.most)))
    found: dict[str, tuple[str, ...]] = {}
    for number in range(count):
        for inner in one.item_fields(number):
            found |= draw(typed_at(inner, good=good))
    return found


@st.composite
def options_at(
    draw: st.DrawFn, one: OptionsField, *, good: bool = False
) -> dict[str, tuple[str, ...]]:
    several = one.kind == "checkboxes"
    chosen = draw(
        st.lists(
            st.sampled_from(one.options),
            min_size=1 if good or one.required else 0,
            max_size=len(one.options) if several else 1,
            unique_by=lambda option: option.id,
        )
    )
    if any(option.alone for option in chosen):
        chosen = chosen[:1]
    found = {one.id: tuple(option.id for option in chosen)}
    for option in one.options:
        # A browser posts the text of every option, chosen or not.
        if option.text:
            found[one.text_name(option)] = ("något annat" if option in chosen else "",)
    return found


def walk(definition: Form) -> Iterator[Field]:
    """Yield every field of a form, those in groups too."""
    return chain.from_iterable(
        chain([one], one.fields if isinstance(one, GroupField) else repeat(one, 0))
        for _, one in definition.fields()
    )
