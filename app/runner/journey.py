"""Which pages apply, which is next, what is missing; and the transcript of it all.

A journey is worked out from two things only: the form, and what has been typed
so far. It knows no HTTP, no database and no clock. A page applies when all its
conditions hold; conditions look only at earlier pages, so one walk from the
first page to the last settles everything. Words typed on a page that no longer
applies are kept by the draft and left out here: they are not part of what is
said, but come back if the page does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from app.runner import answers
from app.runner.definition import ENOUGH, Form, Page
from app.runner.field import Answer, Condition, Field, Problem, Remark, all_hold
from app.runner.typed import Typed

UNFINISHED = "_unfinished"
"""Stands among a page's inputs when they were kept without "Fortsätt".

The language was switched, a person added, words carried over, or an answer erased.
"""


class Asked(NamedTuple):
    """A page that applies: the fields it asks, what was answered, and whether it is done."""

    page: Page
    fields: tuple[Field, ...]
    answers: Mapping[str, Answer]
    problems: Mapping[str, tuple[Problem, ...]]
    posted: bool
    required: frozenset[str]
    words: bool
    """Whether it is among the rest, and anything was typed or chosen there."""

    @property
    def done(self) -> bool:
        return self.posted and not self.problems and not self.page.ends

    @property
    def passed_by(self) -> bool:
        """Whether it is among the rest, and nobody has answered it or begun to."""
        return self.page.more and not self.posted and not self.words


@dataclass(frozen=True, slots=True)
class StepNumber:
    """Where the visitor is: step `number` of `total`.

    Of a page among the `more`, which page it is of all those that are asked now.
    """

    number: int
    total: int
    more: bool = False


class Journey:
    """One person's way through a form.

    `typed` is page id to input name to values; `today` settles ages. A `known` journey is one from
    which this differs on a page or two: what stands on the others is not read again.
    """

    def __init__(
        self,
        form: Form,
        typed: Mapping[str, Typed],
        today: date,
        *,
        known: "Journey | None" = None,
    ) -> None:
        self.form = form
        self.typed = typed
        self.today = today
        self.asked: dict[str, Asked] = {}
        self.answers: dict[str, Answer] = {}
        self.chosen: dict[str, frozenset[str]] = {}
        before = known if known and known.form is form and known.today == today else None
        alike, anew = before is not None, False
        for page in form.in_order:
            inputs = typed.get(page.id)
            asked: Asked | None
            if (
                before
                and alike
                and inputs is before.typed.get(page.id)
                and not (anew and page.looks_elsewhere)
            ):
                asked = before.asked.get(page.id)
            elif page.ask_if and not all_hold(page.ask_if, self.chosen):
                asked = None
            else:
                asked, anew = self._read(page, inputs), True
                # Whether a later page is asked, and how, is decided by what is chosen before it.
                there = before.asked.get(page.id) if before else None
                alike = alike and chosen_on(asked) == chosen_on(there)
            if asked is None:
                continue
            self.asked[page.id] = asked
            if asked.answers:
                self.answers.update(asked.answers)
                for name, answer in asked.answers.items():
                    self.chosen[name] = answer.choices
            if page.ends:
                break

    def _read(self, page: Page, typed: Typed | None) -> Asked:
        fields, required = page.fields, page.always_required
        if page.has_conditions:
            fields = answers.asked_fields(page, self.chosen)
            required = answers.required_of(page, fields, self.chosen)
        if typed is None:
            # Nobody has been here: there is nothing to read, and nothing to put right.
            return Asked(page, fields, {}, {}, False, required, False)
        reading = answers.read(
            page, fields, typed, earlier=self.answers, required=required, today=self.today
        )
        words = page.more and any(any(typed[name]) for name in typed if name != UNFINISHED)
        posted = UNFINISHED not in typed
        return Asked(page, fields, reading.answers, reading.problems, posted, required, words)

    def first_unanswered(self) -> Page | None:
        """Return the first page that is not done; None when the report can be handed in.

        What is among the rest, and has been passed by, waits for nobody.
        """
        waiting = (asked for asked in self.asked.values() if not (asked.done or asked.passed_by))
        return next((asked.page for asked in waiting), None)

    @property
    def rest(self) -> tuple[Asked, ...]:
        """The pages that those who want to tell more are asked, as the answers are now."""
        return tuple(asked for asked in self.asked.values() if asked.page.more)

    @property
    def said(self) -> Iterator[Asked]:
        """The pages that were not passed by, in the order of the form."""
        found = (self.asked.get(page.id) for page in self.form.pages)
        return (asked for asked in found if asked and not asked.passed_by)

    def reachable(self, page_id: str) -> bool:
        """Tell whether a page may be shown: it applies, and every page before it is done."""
        first = self.first_unanswered()
        order = list(self.asked)
        return page_id in self.asked and (
            first is None or order.index(page_id) <= order.index(first.id)
        )

    def after(self, page_id: str) -> Page | None:
        """Return the page that follows; None after the last."""
        order = list(self.asked.values())
        place = next(number for number, asked in enumerate(order) if asked.page.id == page_id)
        return order[place + 1].page if place + 1 < len(order) else None

    def before(self, page_id: str) -> str:
        """Return the id of the page before; "" before the first.

        Before the rest comes ENOUGH. For ENOUGH itself, it is the last page that must be passed.
        """
        before = ""
        for asked in self.asked.values():
            if asked.page.more and not (before and self.asked[before].page.more):
                if page_id == ENOUGH:
                    return before
                if asked.page.id == page_id:
                    return ENOUGH
            if asked.page.id == page_id:
                return before
            before = asked.page.id
        return before

    def step(self, page_id: str | None) -> StepNumber:
        """Return the step of a page. None is the check page: the last."""
        steps = [step for step in self.form.steps if self._step_may_come(step.id)]
        total = len(steps) + 1
        page = self.form.page(page_id) if page_id else None
        if page is None:
            return StepNumber(total, total)
        if page.more:
            rest = [asked.page.id for asked in self.rest]
            return StepNumber(rest.index(page.id) + 1, len(rest), more=True)
        number = next(number for number, step in enumerate(steps, start=1) if step.id == page.step)
        return StepNumber(number, total)

    def _step_may_come(self, step_id: str) -> bool:
        return any(
            page.id in self.asked or self.may_apply(page.ask_if)
            for page in self.form.by_step[step_id]
        )

    def may_apply(self, conditions: Iterable[Condition]) -> bool:
        """Tell whether conditions hold, or may come to: what they look at can yet be answered."""
        return all(
            rule.holds(self.chosen)
            or (rule.field not in self.answers and self.may_apply(self.form.conditions[rule.field]))
            for rule in conditions
        )

    def holds(self, conditions: Iterable[Condition]) -> bool:
        """Tell whether all of these conditions hold; no conditions hold never."""
        rules = tuple(conditions)
        return bool(rules) and all_hold(rules, self.chosen)

    def flag(self, name: Literal["urgent", "protected", "copy"]) -> bool:
        """Tell whether the report is urgent, is about protected identity, or may be copied."""
        return self.holds(getattr(self.form, f"{name}_if"))

    def transcript(self, *, language: str) -> dict[str, Any]:
        """Return every question that was put, as it was put, with its answer.

        Pages of questions among the rest that nobody looked at are `passed_by`, by their titles.
        It can be read without this form, by people (`lines`) and by machines (`data`).
        """
        return {
            "schema": "skyddsnat/transcript/1",
            "form": self.form.id,
            "version": self.form.version,
            "content_hash": self.form.content_hash(),
            "title": self.form.title,
            "language": language,
            "pages": [transcribe(asked) for asked in self.said if asked.fields],
            "passed_by": [
                {"page": asked.page.id, "title": asked.page.heading}
                for asked in self.rest
                if asked.passed_by and asked.fields
            ],
        }


def chosen_on(asked: Asked | None) -> Mapping[str, frozenset[str]]:
    """Return what was chosen on a page, by field."""
    return {name: answer.choices for name, answer in asked.answers.items()} if asked else {}


def transcribe(asked: Asked) -> dict[str, Any]:
    """Return one page of the transcript."""
    return {
        "page": asked.page.id,
        "title": asked.page.heading,
        "questions": [question(field, asked.answers.get(field.id)) for field in asked.fields],
    }


def question(field: Field, answer: Answer | None) -> dict[str, Any]:
    """Return a question as it was put, with its answer; one nobody answered has no lines."""
    return {
        **field.put,
        "lines": list(map(str, answer.lines)) if answer else [],
        "remarks": [told(remark) for remark in answer.remarks] if answer else [],
        "data": answer.data if answer else None,
    }


def told(remark: Remark) -> dict[str, Any]:
    """Return a remark as a transcript has it: as `asdict` would, in a thirtieth of the time."""
    values = dict(remark.values)
    return {"kind": remark.kind, "key": remark.key, "values": values, "at": remark.at}


def without_unasked_identity(journey: Journey) -> Journey:
    """Return the journey without what tells who the reporter is, where that is no longer asked.

    Someone who gave a name and then chose to be anonymous shall find the name gone, not hidden.
    Should the page be asked again, it waits to be answered anew. A page that may still be asked
    keeps its words. It is this same journey when there is nothing to erase.
    """
    kept = dict(journey.typed)
    for page, field in journey.form.identifying:
        inputs = kept.get(page.id, {})
        theirs = {name for name in inputs if field.owns(name)}
        if theirs and not journey.may_apply((*page.ask_if, *field.ask_if)):
            left = {name: values for name, values in inputs.items() if name not in theirs}
            kept[page.id] = {**left, UNFINISHED: ("erased",)}
    if kept == journey.typed:
        return journey
    return Journey(journey.form, kept, journey.today, known=journey)
