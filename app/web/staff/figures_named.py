"""What the numbers of statistics are called: their tables, and the lines in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.casework.figures import Table, tally_of
from app.casework.suppression import TOTAL
from app.casework.tallies import CHANNEL, CLOCK, OUTCOME, REPORTS, WEB
from app.runner import step_tallying
from app.runner.definition import Form
from app.runner.field import Field
from app.runner.fields.options import OptionsField
from app.runner.process import Process
from app.runner.step_tallying import OTHERS, Part
from app.runner.tallying import NOT_TOLD
from app.runner.texts import Interface
from app.web.staff import due
from app.web.staff.desk import Desk


@dataclass(frozen=True, slots=True)
class Named:
    """The words for what is counted of one form, and of its process."""

    desk: Desk
    form: Form
    process: Process | None

    def title(self, table: Table) -> str:
        """Return what a table is of: the question as it is put, the clock, or its own heading."""
        t, dimension = self.desk.t, table.dimension
        if table.part:
            return self.part_title(table.part)
        if dimension == REPORTS:
            return t("staff.statistics.all_reports")
        if dimension in {CHANNEL, OUTCOME}:
            return t(f"staff.statistics.{dimension}")
        tally = tally_of(self.form, dimension)
        if tally is not None:
            return self.form.by_field[tally.field].label
        name = due.clock_name(self.process, dimension.removeprefix(f"{CLOCK}."))
        return t("staff.statistics.clock", name=name)

    def part_title(self, part: Part) -> str:
        by = self.field_of(part, part.tally.by)
        options = getattr(by, "options", ())
        label = next((one.label for one in options if one.id == part.option), "")
        return f"{part.tally.title}: {label}" if label else part.tally.title

    def label(self, table: Table, value: str) -> str:
        """Return what a value of a table is called."""
        t, dimension = self.desk.t, table.dimension
        if value == TOTAL:
            return t("staff.statistics.all")
        if table.part:
            tally = table.part.tally
            field = self.field_of(table.part, tally.field)
            return tally.others if value == OTHERS else answer(t, field, tally.bands, value)
        if dimension == CHANNEL:
            return t("staff.statistics.web" if value == WEB else f"staff.channels.{value}")
        if dimension == OUTCOME:
            outcome = self.process.outcome(value) if self.process else None
            return outcome.label if outcome else value
        if dimension.startswith(f"{CLOCK}."):
            return t(f"staff.times.{value}")
        asked = tally_of(self.form, dimension)
        field = self.form.by_field[asked.field] if asked else None
        return answer(t, field, asked.bands if asked else (), value)

    def field_of(self, part: Part, field_id: str) -> Field | None:
        step = self.process.step(part.tally.step) if self.process else None
        return next((one for one in step.fields if one.id == field_id), None) if step else None

    def is_divided(self, part: Part) -> bool:
        """Tell whether what a table tells sums to its whole, so that each is a share of it."""
        field = self.field_of(part, part.tally.field)
        return field is not None and step_tallying.is_divided(part.tally, field)


def answer(t: Interface, field: Field | None, bands: Sequence[int], value: str) -> str:
    """Return what an answer is called: an option, or a band by where it begins."""
    if value == NOT_TOLD or field is None:
        return t("staff.statistics.not_told")
    if isinstance(field, OptionsField):
        return next((one.label for one in field.options if one.id == value), value)
    above = [start for start in bands if start > int(value)]
    if not above:
        return t("staff.statistics.from", first=value)
    last = above[0] - 1
    return value if last == int(value) else t("staff.statistics.band", first=value, last=last)


def law_of(process: Process | None, dimension: str) -> str:
    """Return where the time is set that a table is of; "" for any other."""
    clock = process.clock(dimension.removeprefix(f"{CLOCK}.")) if process else None
    return clock.law if clock else ""
