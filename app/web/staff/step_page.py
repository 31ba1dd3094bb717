"""A page where staff write, as it is shown and as what was posted to it is read.

It is made of the fields of a step, of the same kinds and by the same templates as a citizen's. All
that may be asked stands on it, with the answers that it depends on; so no script is needed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Response

from app.casework.access import Staff
from app.casework.group import acting
from app.casework.group.people import Group
from app.casework.queue import QueueItem
from app.casework.refusals import Changed, NotAgreed, StepImpossible
from app.errors import SkyddsnatError, UnknownInput
from app.runner import answers, step_days
from app.runner.field import Condition, Conditions, Field, Problem
from app.runner.journey import Asked
from app.runner.process import Process, Step
from app.runner.texts import Interface
from app.runner.typed import Typed, clean
from app.web.form import questions, taking
from app.web.http.posted import Inputs
from app.web.shown.views import FieldView, NoteView
from app.web.staff import case
from app.web.staff.desk import Desk
from app.web.staff.views import ActionView, StepPageView

AS_NOTE = "_note"
"""A button: what was written is kept as a note, and the step is not taken."""
OWN = taking.OWN | {"_version", AS_NOTE}
STRAY = "stray"
"""Something was written where nothing is asked, as the answers are."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A page to write on: which case and step, where it is, and what is done when it is posted."""

    desk: Desk
    staff: Staff
    item: QueueItem
    step: Step
    name: str
    act: Callable[..., Any]
    then: str = ""
    """Where it goes on when it is done; to the case, when empty."""
    group: Group | None = None
    """Who the case is about, where the step asks for somebody."""
    begins: Typed = field(default_factory=dict)
    """What stands on it before anybody has written."""

    @property
    def process(self) -> Process | None:
        return self.desk.rules.processes.get(self.item.form_id)

    @property
    def back(self) -> str:
        return f"{case.AT}/{self.item.reference}"


def typed_of(step: Step, inputs: Inputs) -> Typed:
    """Return what was typed on a step's page. UnknownInput when it has another input."""
    typed = {name: values for name, values in inputs.items() if name not in OWN}
    if not all(step.page.owns(name) for name in typed):
        raise UnknownInput
    return answers.kept(step.fields, typed)


def read(writing: Writing, typed: Typed) -> Asked:
    """Read what was typed. What was written where nothing is asked is a problem, and not lost."""
    today = writing.desk.rules.calendar.day(writing.desk.clock.now())
    asked = writing.step.read(typed, today=today)
    wrong: acting.Wrong = {}
    if writing.process:
        wrong = step_days.wrong(writing.process, writing.step, asked)
    if writing.group and writing.process:
        wrong = {**wrong, **acting.wrong(writing.process, writing.step, asked, writing.group)}
    stray = {
        one.id: (Problem(one.first, STRAY),)
        for one in writing.step.fields
        if one not in asked.fields and has_words(one, typed)
    }
    return asked._replace(problems={**wrong, **asked.problems, **stray})


def has_words(field: Field, typed: Typed) -> bool:
    return any(clean(value) for name in typed if field.owns(name) for value in typed[name])


def page(
    writing: Writing,
    asked: Asked,
    typed: Typed,
    *,
    version: int,
    status: int = 200,
    changed: str = "",
    kept: str = "",
    wrong: SkyddsnatError | None = None,
) -> Response:
    """Return the page, with what was typed on it. `wrong` is what kept it from being saved."""
    desk, step, t = writing.desk, writing.step, writing.desk.t
    overtaken = isinstance(wrong, Changed | StepImpossible)
    judged = status != 200  # noqa: PLR2004 - OK
    there = shown(step, typed)
    fields = tuple(field_view(writing, field, asked, typed, judged=judged) for field in there)
    view = StepPageView(
        title=step.title,
        reference=writing.item.reference,
        intro=step.intro,
        notes=tuple(NoteView(note.text, note.tone, None) for note in step.notes),
        contacts=desk.site.answering.these(step.page.contacts),
        fields=fields,
        errors=tuple(
            (f"#{place}", words) for view in fields for place, words in questions.all_errors(view)
        ),
        changed=changed,
        changed_title=t("staff.changed.title") if overtaken else t("staff.changed.not_saved"),
        kept=kept,
        act=ActionView(f"{writing.back}/{writing.name}", desk.token(writing.staff), version),
        button=t("staff.changed.anyway") if overtaken else step.button,
        as_note=t("staff.changed.keep_as_note") if isinstance(wrong, NotAgreed) else "",
        back=writing.back,
    )
    title = f"{step.title} {writing.item.reference}"
    title = t("site.title_error", title=title) if view.errors else title
    return desk.page("staff/step.html", title=title, staff=writing.staff, status=status, step=view)


def shown(step: Step, typed: Typed) -> tuple[Field, ...]:
    """Return the questions that stand on the page.

    Where somebody is put right they alone can be chosen, or another would get all that is known of
    them; who is new is nobody yet, and there is nobody to choose.
    """
    chosen = typed.get(step.about, ())
    return tuple(
        narrowed(field, chosen) if step.adds and field.id == step.about else field
        for field in step.fields
        if not step.adds or field.id != step.about or any(chosen)
    )


def narrowed(field: Field, chosen: Sequence[str]) -> Field:
    """Return a question with no other options than those that are chosen."""
    those = tuple(one for one in getattr(field, "options", ()) if one.id in chosen)
    return field.model_copy(update={"options": those})


def field_view(
    writing: Writing, field: Field, asked: Asked, typed: Typed, *, judged: bool
) -> FieldView:
    t = writing.desk.t
    problems = asked.problems.get(field.id, ()) if judged else ()
    conditional = bool(field.ask_if)
    view = questions.field_view(
        field,
        writing.step.page,
        tuple(problem for problem in problems if problem.key != STRAY),
        typed,
        t,
        required=field.required or field.id in asked.required,
    )
    errors = dict(view.errors)
    fields = {each.id: each for each in writing.step.fields}
    when = condition(fields, field.ask_if, t)
    if any(problem.key == STRAY for problem in problems):
        errors[field.first] = t("staff.step.stray", when=when)
    only = t("staff.step.only_if", when=when) if conditional else ""
    return replace(view, errors=errors, optional_text=only or view.optional_text)


def condition(fields: Mapping[str, Field], rules: Conditions, t: Interface) -> str:
    """Return under which answers something is asked, in words. `fields` are by id."""

    def said(rule: Condition) -> str:
        known = fields[rule.field]
        labels = {option.id: option.label for option in getattr(known, "options", ())}
        named = t("staff.step.or").join(
            labels.get(choice, choice) for choice in (rule.any_of or rule.none_of)
        )
        name = "is" if rule.any_of else "is_not"
        return t(f"staff.step.{name}", question=known.label, answer=named)

    return t("staff.step.and").join(map(said, rules))
