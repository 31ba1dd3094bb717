"""What is counted for statistics of what staff have done, when a case has come to its end.

What staff write is sealed, and is not read for this: it is counted when the case is open before
whoever ends it. Which questions they are stands in the process's file (`[[statistics]]`). As of a
form, only an option's id is counted, or where a band begins.

Of a step there is one whole beside its tables: how many cases, or people in them, it has been taken
about. Every question that is counted of it sums to that.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from app.runner import tallying
from app.runner.days import whole_day
from app.runner.field import Field, twice
from app.runner.fields.date import DateField
from app.runner.fields.options import OptionsField, RadiosField
from app.runner.process import Process, Step
from app.runner.step_tally import StepTally
from app.runner.tallying import BAND_ORDER, CONDITIONAL, IN_BANDS, NOT_TOLD, NUMBERS

STEPS, TAKEN, CASES = "steps", "taken", "cases"
"""What is counted: `steps.kom` the answers to one question, `taken.familj` how many that step has
been taken about, and `cases.familj` in how many cases, where it is about somebody."""
OTHERS = "*"
"""In place of all options that are not counted each for itself. No option is called so."""
BEFORE = -1
"""Days to a date that is not known, or was before the request came: they are in no band."""
LONGEST = 80
"""Characters that what is counted may be called by (`app/storage/tallied.py`)."""
ONE_WAY = "alla frågor i ett steg räknas antingen med samma by, eller utan"
ONE_SUM = (
    "frågor med ett svar räknas inte bredvid dem med flera (each) i samma steg: summan avslöjar"
)
Told = Mapping[str, Mapping[str, Any]]
"""What was answered, by field: the `data` for machines."""


class Answered(NamedTuple):
    """What was answered in a step that is counted, and about whom; "" where it is about nobody."""

    step: str
    about: str
    told: Told


class Part(NamedTuple):
    """One table of a tally: that of the answers with this `option` of its question `by`, if any."""

    tally: StepTally
    option: str = ""

    @property
    def dimension(self) -> str:
        return name(STEPS, self.tally.id, self.option)

    @property
    def whole(self) -> str:
        """Under what it is counted how many the step has been taken about."""
        return name(TAKEN, self.tally.step, self.option)

    @property
    def cases(self) -> str:
        """Under what it is counted in how many cases it has."""
        return name(CASES, self.tally.step, self.option)


class Asked(NamedTuple):
    """The step of a tally, and its question."""

    step: Step
    field: Field


def name(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def asked_in(process: Process, tally: StepTally) -> Asked | None:
    """Return what a tally counts; None where the process has no such step, as it is kept here."""
    step = process.step(tally.step)
    field = next((one for one in step.fields if one.id == tally.field), None) if step else None
    return Asked(step, field) if step and field else None


def parts(process: Process) -> Iterator[tuple[Part, Asked]]:
    """Yield every table of a process, in the order in which they are shown."""
    for tally in process.statistics:
        asked = asked_in(process, tally)
        if asked is None:
            continue
        by = next((one for one in asked.step.fields if one.id == tally.by), None)
        if isinstance(by, OptionsField):
            yield from ((Part(tally, option.id), asked) for option in by.options)
        else:
            yield Part(tally), asked


def counted(
    process: Process, answered: Sequence[Answered], *, received_on: date
) -> list[tuple[str, str]]:
    """Return what a case counts for: (dimension, value), as many times as it does.

    `answered` is in the order in which it was answered, of those who are still in the case.
    """
    found: list[tuple[str, str]] = []
    wholes: set[str] = set()
    for part, asked in parts(process):
        by_whom: dict[str, list[Told]] = {}
        for each in answered:
            if each.step == part.tally.step and is_in(part, each.told):
                by_whom.setdefault(each.about, []).append(each.told)
        for told in by_whom.values():
            found += [(part.dimension, value) for value in values(part, asked, told, received_on)]
        if part.whole not in wholes and by_whom:
            wholes.add(part.whole)
            found += [(part.whole, "")] * len(by_whom)
            found += [(part.cases, "")] if asked.step.about else []
    return found


def is_in(part: Part, told: Told) -> bool:
    return not part.option or part.option in (data_of(told, part.tally.by) or ())


def values(part: Part, asked: Asked, told: Sequence[Told], received_on: date) -> list[str]:
    """Return what one case, or one of its people, counts for in a table, each once."""
    tally, field = part.tally, asked.field
    chosen = {"last": told[-1:], "first": told[:1], "each": told}[tally.counts]
    seen = (value for each in chosen for value in value_of(field, tally, each, received_on))
    return [*dict.fromkeys(seen)]


def value_of(field: Field, tally: StepTally, told: Told, received_on: date) -> tuple[str, ...]:
    data = data_of(told, field.id)
    if not isinstance(data, Mapping):
        return (NOT_TOLD,)
    if isinstance(field, DateField):
        day = whole_day(data)
        days = (day - received_on).days if day else BEFORE
        return (tallying.banded(tally.bands, days, days),)
    if field.kind in NUMBERS:
        return (tallying.band(tally.bands, data),)
    known = sorted(data.keys() & field.possible())
    return tuple(one if is_apart(tally, one) else OTHERS for one in known) or (NOT_TOLD,)


def is_apart(tally: StepTally, option: str) -> bool:
    return not tally.apart or option in tally.apart


def data_of(told: Told, field_id: str) -> Any:  # noqa: ANN401 - whatever a kind of field makes of it
    return told.get(field_id, {}).get("data")


def possible(tally: StepTally, field: Field) -> tuple[str, ...]:
    """Return everything that a question can count for, in the order in which it is shown."""
    if isinstance(field, OptionsField):
        named = tuple(one.id for one in field.options if is_apart(tally, one.id))
        return (*named, *([OTHERS] if tally.apart else []), NOT_TOLD)
    return (*(str(start) for start in tally.bands), NOT_TOLD)


def is_divided(tally: StepTally, field: Field) -> bool:
    """Tell whether each counts for one value only, so that they sum to the whole."""
    return tally.counts != "each" and field.most_values(field.id) == 1


def faults(process: Process) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with what a process says is counted: (key, reason)."""
    yield from twice("statistics", (tally.id for tally in process.statistics))
    for tally in process.statistics:
        at, step = f"statistics.{tally.id}", process.step(tally.step)
        fields = {field.id: field for field in step.fields} if step else {}
        if step is None:
            yield f"{at}.step", f"steget {tally.step!r} finns inte"
        elif step.adds or step.same_as or step.leaves:
            yield f"{at}.step", "steget säger vilka ärendet gäller, och räknas inte"
        elif tally.field not in fields:
            yield f"{at}.field", f"frågan {tally.field!r} finns inte i steget"
        else:
            yield from ((f"{at}.{key}", why) for key, why in wrong(tally, fields[tally.field]))
            yield from ((f"{at}.by", why) for why in wrong_by(process, tally, fields))


def wrong(tally: StepTally, field: Field) -> Iterator[tuple[str, str]]:
    """Yield why a question of a step can not be counted as it is said: (key, reason)."""
    has_options = isinstance(field, OptionsField) and not field.of
    in_bands = field.kind in NUMBERS or isinstance(field, DateField)
    if field.ask_if:
        yield "field", CONDITIONAL
    if field.identifies:
        yield "field", "det som kan säga vem någon är räknas inte"
    if not has_options and not in_bands:
        yield "field", "bara frågor med alternativ, tal, åldrar och dagar kan räknas"
    if in_bands and not tally.bands:
        yield "bands", IN_BANDS
    elif in_bands and (list(tally.bands) != sorted(set(tally.bands)) or tally.bands[0] < 0):
        yield "bands", BAND_ORDER
    if has_options and tally.bands:
        yield "bands", "alternativ räknas vart för sig"
    for one in sorted({*tally.apart} - field.possible()):
        yield "apart", f"frågan har inget alternativ {one!r}"
    if bool(tally.apart) != bool(tally.others):
        yield "others", "hör ihop med apart: båda eller ingen"


def wrong_by(process: Process, tally: StepTally, fields: Mapping[str, Field]) -> Iterator[str]:
    """Yield why a tally's answers can not be told apart as it says.

    What tells them apart is not counted beside: one table would tell what another hides.
    """
    same = [one for one in process.statistics if one.step == tally.step]
    if any(one.by != tally.by for one in same):
        yield ONE_WAY
    ways = {is_divided(one, fields[one.field]) for one in same if one.field in fields}
    if len(ways) > 1:
        yield ONE_SUM
    by = fields.get(tally.by)
    if tally.by and not (
        isinstance(by, RadiosField) and by.required and not by.ask_if and not by.of
    ):
        yield f"{tally.by!r} ska vara radios i steget som alltid frågas och krävs"
    elif tally.by and any(one.field == tally.by for one in same):
        yield f"{tally.by!r} räknas redan i en tabell för sig"
    longest = max((len(one) for one in (by.possible() if by else ())), default=0)
    if len(name(TAKEN, max(tally.step, tally.id, key=len))) + 1 + longest > LONGEST:
        yield f"namnen är för långa: högst {LONGEST} tecken tillsammans"
