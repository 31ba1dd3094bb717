"""How and when a report came that staff write down: four questions of the desk's own.

Their inputs begin as no field of a form can, so that no form has a question of the same name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.runner import taken_in
from app.runner.field import Field, Problem
from app.runner.process import Step
from app.runner.taken_in import TOLD, Channel, Fault
from app.runner.texts import Interface
from app.runner.typed import Typed
from app.web.form import questions
from app.web.shown.views import FieldView
from app.web.staff.desk import Desk

CHANNEL, DAY, CLOCK, REASON = "_kanal", "_dag", "_tid", "_skal"
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Came:
    """What was said of it; `at` and `channel` are there when there are no problems."""

    problems: Mapping[str, tuple[Problem, ...]]
    channel: Channel | None
    at: datetime | None
    reason: str


def step(t: Interface) -> Step:
    """Return the questions, as a step of the machine's own."""
    options = [{"id": each.value, "label": t(f"staff.channels.{each}")} for each in TOLD]
    fields: list[dict[str, object]] = [
        {
            "kind": "radios",
            "id": CHANNEL,
            "label": t("staff.enter.channel"),
            "options": options,
            "errors": {"missing": t("staff.enter.channel_missing")},
        },
        {
            "kind": "date",
            "id": DAY,
            "label": t("staff.enter.day"),
            "hint": t("staff.enter.day_hint"),
            "past": True,
            "errors": {"missing": t("staff.enter.day_missing")},
        },
        {
            "kind": "text",
            "id": CLOCK,
            "label": t("staff.enter.clock"),
            "errors": {
                "missing": t("staff.enter.clock_missing"),
                Fault.LATER: t("staff.enter.later"),
                Fault.SKIPPED: t("staff.enter.skipped"),
            },
        },
        {
            "kind": "long_text",
            "id": REASON,
            "label": t("staff.enter.reason"),
            "hint": t("staff.enter.reason_hint"),
            "max": LONGEST_REASON,
            "rows": 2,
            "errors": {"missing": t("staff.enter.reason_missing")},
        },
    ]
    made = [{**each, "id": str(each["id"]).removeprefix("_")} for each in fields]
    unused = {"title": "", "button": "", "roles": ["handlaggare"], "from": ["ny"]}
    whole = Step.model_validate({"id": "kom_in", **unused, "fields": made})
    named = (field.model_copy(update={"id": f"_{field.id}"}) for field in whole.fields)
    return whole.model_copy(update={"fields": tuple(named)})


def begun(desk: Desk, began: datetime) -> Typed:
    """Return what stands there from the beginning: that it came as somebody began to write."""
    here = began.astimezone(desk.municipality.zone)
    return {
        f"{DAY}-day": (str(here.day),),
        f"{DAY}-month": (str(here.month),),
        f"{DAY}-year": (str(here.year),),
        CLOCK: (f"{here:%H.%M}",),
    }


def read(desk: Desk, typed: Typed, began: datetime) -> Came:
    """Read what was said. Why it came earlier than somebody began to write must be said."""
    now = desk.clock.now()
    asked = step(desk.t).read(typed, today=desk.rules.calendar.day(now))
    problems, answers = dict(asked.problems), asked.answers
    chosen = answers[CHANNEL].choices if CHANNEL in answers else frozenset()
    channel = next((each for each in TOLD if each in chosen), None)
    reason = str(answers[REASON].data) if REASON in answers else ""
    day = whole_day(answers[DAY].data if DAY in answers else None)
    clock = taken_in.read_clock(" ".join(answers[CLOCK].lines)) if CLOCK in answers else None
    at: datetime | None = None
    if channel is None:
        problems[CHANNEL] = (Problem(CHANNEL, "missing"),)
    if day is None:
        problems[DAY] = (Problem(f"{DAY}-day", "missing"),)
    if clock is None:
        problems[CLOCK] = (Problem(CLOCK, "missing"),)
    elif day is not None:
        found = taken_in.came_in(day, clock, began=began, now=now, zone=desk.municipality.zone)
        if isinstance(found, Fault):
            problems[CLOCK] = (Problem(CLOCK, found),)
        else:
            at = found
    if at and at < began and not reason and REASON not in problems:
        problems[REASON] = (Problem(REASON, "missing"),)
    return Came(problems, channel, at, reason)


def whole_day(data: object) -> date | None:
    """Return a day of which day, month and year are said; None of any other."""
    written = data.get("date", "") if isinstance(data, dict) else ""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def views(
    desk: Desk, typed: Typed, problems: Mapping[str, tuple[Problem, ...]]
) -> tuple[FieldView, ...]:
    """Return the questions as they are shown."""
    own = step(desk.t)

    def view(field: Field) -> FieldView:
        found = problems.get(field.id, ())
        return questions.field_view(field, own.page, found, typed, desk.t, required=True)

    return tuple(map(view, own.fields))
