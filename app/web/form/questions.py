"""A question page as the template receives it: what was typed, and messages in its own words."""

from collections.abc import Mapping

from app.runner.definition import Note, Page
from app.runner.field import Field, Problem
from app.runner.fields.group import GroupField
from app.runner.fields.options import OptionsField
from app.runner.journey import Asked, Journey
from app.runner.texts import Interface, Text, fill
from app.runner.typed import Typed
from app.web.form.filling import Filling
from app.web.http.addresses import FormAddresses
from app.web.shown import said
from app.web.shown.views import FieldView, ItemView, NoteView, OfferView, PageView, StepView


def page_view(
    filling: Filling, journey: Journey, asked: Asked, typed: Typed, *, to_review: bool, judged: bool
) -> PageView:
    """Return the page. Nothing on it is `judged` before "Fortsätt" has been pressed."""
    page, t, at = asked.page, filling.t, filling.at
    fields = tuple(
        field_view(
            field,
            page,
            asked.problems.get(field.id, ()) if judged else (),
            typed,
            t,
            required=field.id in asked.required,
            heading=not page.title,
        )
        for field in asked.fields
    )
    step = journey.step(page.id)
    return PageView(
        title=page.title,
        intro=page.intro,
        notes=tuple(
            NoteView(note.text, note.tone, offer(filling, note.offer))
            for note in notes_shown(page, journey)
        ),
        contacts=filling.site.answering.these(page.contacts),
        ends=page.ends,
        step=StepView(step.number, step.total, step.more),
        back=at.review if to_review else back_href(at, journey.before(page.id)),
        action=at.page(page.id),
        token=filling.token,
        to_review=to_review,
        errors=tuple(
            (f"#{place}", message) for view in fields for place, message in all_errors(view)
        ),
        fields=fields,
    )


def notes_shown(page: Page, journey: Journey) -> list[Note]:
    return [note for note in page.notes if not note.ask_if or journey.holds(note.ask_if)]


def back_href(at: FormAddresses, before: str) -> str:
    return at.page(before) if before else at.start


def offer(filling: Filling, form_id: str | None) -> OfferView | None:
    """Return the way over to another form; None when the note offers nothing."""
    if form_id is None:
        return None
    form = filling.site.forms[form_id]
    return OfferView(form_id, filling.t("form.offer", form=form.title))


def all_errors(view: FieldView) -> list[tuple[str, str]]:
    """Return every message of a field and of the fields in it, with the id of its input."""
    own = list(view.errors.items())
    return own + [
        pair for item in view.items for inner in item.fields for pair in all_errors(inner)
    ]


def field_view(
    field: Field,
    page: Page,
    problems: tuple[Problem, ...],
    typed: Typed,
    t: Interface,
    *,
    required: bool,
    heading: bool = False,
) -> FieldView:
    items = (
        group_items(field, page, problems, typed, t, required=required)
        if isinstance(field, GroupField)
        else ()
    )
    own = [
        problem
        for problem in problems
        if not isinstance(field, GroupField) or problem.at == field.id
    ]
    return FieldView(
        definition=field,
        required=required,
        heading=heading,
        values={name: values for name, values in typed.items() if field.owns(name)},
        errors={problem.at: message(field, page, problem, t) for problem in own},
        optional_text="" if required or is_weighed(field, page) else t("form.optional"),
        items=items,
    )


def is_weighed(field: Field, page: Page) -> bool:
    """Tell whether a rule across fields also looks at this one: then it is not simply optional."""
    return any(field.id in check.fields for check in page.checks)


def group_items(
    group: GroupField,
    page: Page,
    problems: tuple[Problem, ...],
    typed: Typed,
    t: Interface,
    *,
    required: bool,
) -> tuple[ItemView, ...]:
    count = max(group.count(typed), 1)
    return tuple(
        ItemView(
            number=number + 1,
            title=fill(group.item, {"number": str(number + 1)}),
            remove_value=f"{group.id}-{number}" if count > 1 or group.filled(typed, number) else "",
            fields=tuple(
                field_view(
                    field,
                    page,
                    tuple(
                        problem
                        for problem in problems
                        if field.owns(problem.at) or problem.at.startswith(f"{field.id}-")
                    ),
                    typed,
                    t,
                    required=required and field.required,
                )
                for field in group.item_fields(number)
            ),
        )
        for number in range(count)
    )


def message(field: Field, page: Page, problem: Problem, t: Interface) -> str:
    """Return the words for a problem: the check's, the option's, the field's, else the kind's."""
    numbers = {name: str(number) for name, number in problem.numbers.items()}
    for check in page.checks:
        if problem.key == f"check.{check.check}":
            return check.error
    text = option_words(field, problem) or field.errors.get(problem.key)
    if text is None:
        return said.wrong(t, field.kind, problem.key, problem.numbers)
    filled = fill(text, numbers)
    return Text(filled, text.lang) if isinstance(text, Text) else filled


def option_words(field: Field, problem: Problem) -> str | None:
    if not isinstance(field, OptionsField):
        return None
    texts: Mapping[str, str] = next(
        (
            option.text.errors
            for option in field.options
            if option.text and field.text_name(option) == problem.at
        ),
        {},
    )
    return texts.get(problem.key.removeprefix("text_"))
