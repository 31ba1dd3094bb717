"""What is counted of a report for statistics: which answers, and in which bands.

Which questions they are stands in the form's file (`statistics`). What is counted is an option's
id, or where a band begins; nothing that somebody wrote in their own words.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.runner.amounts import MONTHS_A_YEAR
from app.runner.definition import Form, Page, Tally
from app.runner.field import Field
from app.runner.fields.options import OptionsField

NOT_TOLD = ""
"""What is counted where nothing was answered, or nothing that could be understood."""
NUMBERS = ("age", "number")
"""The kinds of field that are counted in bands."""
IN_A_YEAR = {"years": 1, "months": MONTHS_A_YEAR, "weeks": 52, "days": 365}
CONDITIONAL = (
    "räknas bara om den ställs till alla (inget ask_if): summan av svaren skulle annars visa hur "
    "många som svarat på en annan fråga"
)
IN_BANDS = "ett tal räknas i grupper: skriv var varje grupp börjar, till exempel bands = [0, 4, 7]"
BAND_ORDER = "varje tal ska vara större än det före, och det första minst 0"


def faults(form: Form) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with what a form says is counted: (key, reason)."""
    pages = {field.id: page for page, field in form.fields()}
    for tally in form.statistics:
        at, field = f"statistics.{tally.field}", form.by_field.get(tally.field)
        if field is None:
            yield at, "fältet finns inte i formuläret"
        else:
            yield from ((at, reason) for reason in wrong(tally, field, pages[field.id]))


def wrong(tally: Tally, field: Field, page: Page) -> Iterator[str]:
    """Yield why an existing question can not be counted as it is said."""
    if field.ask_if or page.ask_if:
        yield CONDITIONAL
    if field.identifies or field.child == "number":
        yield "det som kan säga vem någon är räknas inte"
    if field.kind in NUMBERS:
        if not tally.bands:
            yield IN_BANDS
        elif list(tally.bands) != sorted(set(tally.bands)) or tally.bands[0] < 0:
            yield f"bands: {BAND_ORDER}"
    elif not isinstance(field, OptionsField):
        yield "bara frågor med alternativ, tal och åldrar kan räknas"
    elif tally.bands:
        yield "bands: alternativ räknas vart för sig"


def counted(form: Form, transcript: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return what a report counts for: (field, value). None for one that could not be opened.

    A question with several answers counts for each of them, any other for exactly one.
    """
    pages = transcript["pages"] if transcript else ()
    told = {asked["field"]: asked for page in pages for asked in page["questions"]}
    return [
        (tally.field, value)
        for tally in form.statistics
        for value in values(form.by_field[tally.field], tally, told.get(tally.field))
    ]


def values(field: Field, tally: Tally, asked: Mapping[str, Any] | None) -> tuple[str, ...]:
    data = asked["data"] if asked and asked["kind"] == field.kind else None
    if not isinstance(data, Mapping):
        return (NOT_TOLD,)
    if field.kind in NUMBERS:
        return (band(tally.bands, data),)
    return tuple(sorted(data.keys() & field.possible())) or (NOT_TOLD,)


def band(bands: Sequence[int], data: Mapping[str, Any]) -> str:
    """Return the band that a number or an age is surely in, by where that begins."""
    if data.get("unborn"):
        return banded(bands, 0, 0)
    a_year = IN_A_YEAR[data.get("unit", "years")]
    return banded(bands, data["least"] // a_year, data["most"] // a_year)


def banded(bands: Sequence[int], least: int, most: int) -> str:
    """Return the band that holds all from the least to the most, by where it begins."""
    below = [start for start in bands if start <= least]
    same = below and all(not least < start <= most for start in bands)
    return str(below[-1]) if same else NOT_TOLD


def possible(form: Form, tally: Tally) -> tuple[str, ...]:
    """Return everything that a question can count for, in the order in which it is shown."""
    field = form.by_field[tally.field]
    if isinstance(field, OptionsField):
        ends = turned_away(form, field.id)
        named = tuple(one.id for one in field.offered().options if one.id not in ends)
    else:
        named = tuple(str(start) for start in tally.bands)
    return (*named, NOT_TOLD)


def turned_away(form: Form, field_id: str) -> frozenset[str]:
    """Return the answers that lead to a page where the journey ends: no report has them."""
    return frozenset(
        answer
        for page in form.pages
        if page.ends and len(page.ask_if) == 1 and page.ask_if[0].field == field_id
        for answer in page.ask_if[0].any_of
    )


def is_divided(form: Form, tally: Tally) -> bool:
    """Tell whether each report counts for one value only, so that they sum to the reports."""
    return form.by_field[tally.field].most_values(tally.field) == 1
