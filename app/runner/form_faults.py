"""What can be wrong in the definition of one form, looked at by itself."""

from collections.abc import Iterator, Mapping

from app.runner import districts, own_options, tallying
from app.runner.checks import CHECKS
from app.runner.definition import ABOUT, TAKEN, Form, Page
from app.runner.field import Conditions, Field, twice
from app.runner.fields.group import GroupField
from app.runner.fields.options import OptionsField


def faults(form: Form) -> list[tuple[str, str]]:
    """Return everything that is wrong with the definition: (key, reason)."""
    return [
        *address_faults(form),
        *page_faults(form),
        *reference_faults(form),
        *lead_faults(form),
        *reporter_faults(form),
        *hand_over_faults(form),
        *twice("statistics", (tally.field for tally in form.statistics)),
        *tallying.faults(form),
        *districts.misplaced(form),
        *own_options.misplaced(form),
    ]


def address_faults(form: Form) -> Iterator[tuple[str, str]]:
    if form.id.startswith(ABOUT):
        yield "id", f"får inte börja med {ABOUT!r}: där står sidan om ett formulär"


def page_faults(form: Form) -> Iterator[tuple[str, str]]:
    steps = {step.id for step in form.steps}
    yield from twice("pages", (page.id for page in form.pages))
    yield from twice("folds", (fold.id for fold in form.folds))
    yield from twice("steps", (step.id for step in form.steps))
    yield from twice("fields", (field.id for _, field in form.fields()))
    yield from twice("child", (field.child for _, field in form.fields() if field.child))
    if not form.pages:
        yield "pages", "minst en sida behövs"
    for page in form.pages:
        at = f"pages.{page.id}"
        yield from twice(f"{at}.notes", (note.id for note in page.notes))
        yield from twice(f"{at}.checks", (check.check for check in page.checks))
        if page.id in TAKEN:
            yield at, "sidans id är upptaget"
        if page.step not in steps:
            yield f"{at}.step", f"steget {page.step!r} finns inte under steps"
        if not page.title and (len(page.fields) != 1 or page.intro):
            yield (
                f"{at}.title",
                "bara en sida med en enda fråga, och utan intro, klarar sig utan title",
            )
        if not page.fields and not page.intro:
            yield at, "sidan frågar inget och säger inget"
        if page.ends and page.fields:
            yield f"{at}.ends", "en sida som avslutar har inga frågor"
        if page.more:
            yield from more_faults(at, page)
    for step in sorted(steps - {page.step for page in form.pages}):
        yield f"steps.{step}", "inget i formuläret hör till steget"


def more_faults(at: str, page: Page) -> Iterator[tuple[str, str]]:
    """Yield what a page among the rest must not do: end the journey, or demand anything."""
    if page.ends:
        yield f"{at}.ends", "en sida bland det frivilliga (more) kan inte avsluta"
    if page.checks:
        yield f"{at}.checks", "en sida bland det frivilliga (more) kan inte ha regler"
    for field in page.fields:
        if field.required or field.required_if:
            yield f"fields.{field.id}.required", "står bland det frivilliga (more)"


def reference_faults(form: Form) -> Iterator[tuple[str, str]]:
    earlier: dict[str, Field] = {}
    for page in form.in_order:
        at = f"pages.{page.id}"
        yield from condition_faults(f"{at}.ask_if", page.ask_if, earlier)
        for note in page.notes:
            yield from condition_faults(f"{at}.notes.{note.id}.ask_if", note.ask_if, earlier)
        for field in page.fields:
            here = f"fields.{field.id}"
            yield from ((f"{here}.{key}", reason) for key, reason in field.faults())
            if any(isinstance(one, OptionsField) and one.of for one in (field, *inner(field))):
                yield f"{here}.of", "bara ett steg kan fråga efter någon i ärendet"
            yield from condition_faults(f"{here}.ask_if", field.ask_if, earlier)
            yield from condition_faults(f"{here}.required_if", field.required_if, earlier)
        earlier |= {field.id: field for field in page.fields}
        yield from check_faults(at, page, earlier)
    for name in ("urgent_if", "protected_if", "copy_if"):
        yield from condition_faults(name, getattr(form, name), earlier)


def inner(field: Field) -> tuple[Field, ...]:
    """Return what is asked of each in a question that lists people; of others, nothing."""
    return field.fields if isinstance(field, GroupField) else ()


def lead_faults(form: Form) -> Iterator[tuple[str, str]]:
    for key in ("lead", "timeline", "reporter"):
        names = getattr(form, key)
        yield from twice(key, names)
        for name in names:
            if name not in form.by_field:
                yield f"{key}.{name}", "fältet finns inte i formuläret"


def reporter_faults(form: Form) -> Iterator[tuple[str, str]]:
    """Yield questions that are asked of some who report and not of others: they tell who it is."""
    if not form.reporter:
        return
    for name in sorted(form.conditions.keys() - form.of_reporter):
        for condition in form.conditions[name]:
            if condition.field in form.of_reporter:
                reason = f"frågas beroende på {condition.field!r}, och kan visa vem som anmäler"
                yield f"reporter.{name}", reason


def hand_over_faults(form: Form) -> Iterator[tuple[str, str]]:
    known = {field.id for _, field in form.fields()}
    targets = {hand_over.form for hand_over in form.hand_over}
    yield from twice("hand_over", (hand_over.form for hand_over in form.hand_over))
    for hand_over in form.hand_over:
        for name in sorted(hand_over.answers.keys() - known):
            yield f"hand_over.{hand_over.form}.{name}", "fältet finns inte i formuläret"
    for page in form.pages:
        for note in page.notes:
            if note.offer and note.offer not in targets:
                yield (
                    f"pages.{page.id}.notes.{note.id}.offer",
                    f"formuläret {note.offer!r} saknas under hand_over",
                )


def condition_faults(
    at: str, conditions: Conditions, earlier: Mapping[str, Field]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong: conditions look back, and only at options that exist."""
    for condition in conditions:
        field = earlier.get(condition.field)
        if field is None:
            yield at, f"{condition.field!r} frågas inte på någon tidigare sida"
            continue
        for name in sorted({*condition.any_of, *condition.none_of} - field.possible()):
            yield at, f"{condition.field!r} kan inte få svaret {name!r}"


def check_faults(at: str, page: Page, earlier: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a page's named rules."""
    for check in page.checks:
        here = f"{at}.checks.{check.check}"
        if check.check not in CHECKS:
            yield here, f"okänd regel; reglerna är {', '.join(sorted(CHECKS))}"
        for name in check.fields:
            if name not in earlier:
                yield here, f"fältet {name!r} finns inte på sidan eller tidigare"
        if not {field.id for field in page.fields} & set(check.fields):
            yield here, "regeln gäller inget fält på sidan"
