"""A report in the order staff read it: what leads, then the rest by step, each question once.

The transcript has the questions as they were put, in the language they were put in. Where the form
is one that we have, in the same version, its own words stand first; what was put stands beside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.runner.definition import Form
from app.runner.field import Field


@dataclass(frozen=True, slots=True)
class Told:
    """A question and its answer, in our words as far as we have any.

    `lines` are what we word, and `typed` what was typed, as it was. `put` and `said` are the
    question and the answer as they were put, when that was in other words than ours.
    """

    question: str
    lines: tuple[str, ...]
    typed: tuple[str, ...] = ()
    prose: bool = False
    put: str = ""
    said: tuple[str, ...] = ()
    remarks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What leads, the rest by step, and what nobody answered or looked at, by its name.

    `foreign`: that it was put in another language than ours.
    """

    foreign: bool
    lead: tuple[Told, ...]
    sections: Mapping[str, tuple[Told, ...]]
    unanswered: tuple[str, ...]
    passed_by: tuple[str, ...]


def report(
    transcript: Mapping[str, Any], forms: Mapping[str, Mapping[str, Form]], language: str
) -> Report:
    """Return a transcript as it is read in `language`. `forms`: by language, then by id."""
    form = forms[language].get(transcript["form"])
    same, theirs = both(transcript, forms, language)
    foreign = transcript["language"] != language
    lead: dict[str, Told] = {}
    sections: dict[str, list[Told]] = {step.title: [] for step in form.steps} if form else {}
    unanswered: list[str] = []
    for page, asked in questions(transcript):
        row = told(asked, same, theirs, foreign=foreign)
        if not asked["lines"]:
            unanswered.append(row.question)
        elif form and asked["field"] in form.lead:
            lead[asked["field"]] = row
        else:
            sections.setdefault(section(page, form), []).append(row)
    return Report(
        foreign,
        tuple(lead[name] for name in form.lead if name in lead) if form else (),
        {title: tuple(rows) for title, rows in sections.items() if rows},
        tuple(unanswered),
        # Reports of earlier versions do not say.
        tuple(heading(page, form) for page in transcript.get("passed_by", ())),
    )


def answered(
    transcript: Mapping[str, Any], forms: Mapping[str, Mapping[str, Form]], language: str
) -> dict[str, Told]:
    """Return what was answered, by question, as `report` tells it; arguments as above."""
    ours, theirs = both(transcript, forms, language)
    return {
        asked["field"]: told(asked, ours, theirs, foreign=transcript["language"] != language)
        for _, asked in questions(transcript)
        if asked["lines"]
    }


def in_short(
    transcript: Mapping[str, Any], forms: Mapping[str, Mapping[str, Form]], language: str
) -> tuple[Told, ...]:
    """Return what is read of a transcript among the reports of one child; arguments as above.

    Nothing of a form that we no longer have.
    """
    form = forms[language].get(transcript["form"])
    if form is None:
        return ()
    short = [
        {
            **page,
            "questions": [each for each in page["questions"] if each["field"] in form.timeline],
        }
        for page in transcript["pages"]
    ]
    found = report({**transcript, "pages": short, "passed_by": ()}, forms, language)
    return (*found.lead, *(row for rows in found.sections.values() for row in rows))


def both(
    transcript: Mapping[str, Any], forms: Mapping[str, Mapping[str, Form]], language: str
) -> tuple[Form | None, Form | None]:
    """Return the form in our language and in that of the transcript, where it is the same one."""
    ours = forms[language].get(transcript["form"])
    if ours is None or ours.version != transcript["version"]:
        return None, None
    return ours, forms.get(transcript["language"], {}).get(transcript["form"])


def told(
    asked: Mapping[str, Any], ours: Form | None, theirs: Form | None, *, foreign: bool
) -> Told:
    """Return one question, in our words if it was put in others."""
    if not foreign:
        return as_put(asked)
    field = ours.by_field.get(asked["field"]) if ours else None
    put = theirs.by_field.get(asked["field"]) if theirs else None
    return retold(asked, field, put)


def questions(transcript: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Yield every question with its page."""
    return ((page, asked) for page in transcript["pages"] for asked in page["questions"])


def as_put(asked: Mapping[str, Any]) -> Told:
    # Reports from before there were remarks have none.
    return Told(asked["question"], tuple(asked["lines"]), remarks=tuple(asked.get("remarks", ())))


def retold(asked: Mapping[str, Any], field: Field | None, put: Field | None) -> Told:
    """Return a question put in another language; in the words it was put in if we have no other."""
    remarks, lines = tuple(asked.get("remarks", ())), tuple(asked["lines"])
    if field is None or field.kind != asked["kind"]:
        return Told("", (), lines, prose=True, put=asked["question"], remarks=remarks)
    answer = field.retold(lines, asked["data"], put)
    return Told(
        field.label,
        answer.chosen,
        answer.typed,
        prose=field.prose and bool(answer.typed),
        put=asked["question"],
        said=lines if answer.chosen else (),
        remarks=remarks,
    )


def section(page: Mapping[str, Any], form: Form | None) -> str:
    """Return what a page stands under: its step, or its own title where we do not have it."""
    ours = form.page(page["page"]) if form else None
    steps = {step.id: step.title for step in form.steps} if form else {}
    return steps[ours.step] if ours else page["title"]


def heading(page: Mapping[str, Any], form: Form | None) -> str:
    """Return what a page is called, in our words if we have it."""
    ours = form.page(page["page"]) if form else None
    return ours.heading if ours else page["title"]
