"""A whole form on one long page, for staff who write down what somebody says.

All that may be asked stands on it, and what is asked only after some answers says which, so that no
script is needed. What the one who fills it in alone would read stands folded, to be read aloud.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.runner import at_desk
from app.runner.definition import Form, Page
from app.runner.field import Conditions, Field, Problem
from app.runner.fields.long_text import LongTextField
from app.runner.journey import Journey
from app.runner.texts import Interface
from app.runner.typed import Typed
from app.web.form import questions
from app.web.shown.views import FieldView
from app.web.staff.entry_views import AskedSectionView, AskedView
from app.web.staff.step_page import condition

LINE, MOST_ROWS = 60, 60
"""How many characters about a line of a long text has, and how many lines are shown at most."""


@dataclass(frozen=True, slots=True)
class LongPage:
    """A form, unforced, with what is typed on it; nothing is said of it before it is `judged`."""

    form: Form
    typed: Mapping[str, Typed]
    way: Journey
    t: Interface
    judged: bool = False
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where what stands in a field is from, in words."""
    whole: bool = False
    """Whether all of a long text is seen at once, without scrolling in it."""

    @property
    def problems(self) -> Mapping[str, tuple[Problem, ...]]:
        """What must be put right before it can be handed in, by field."""
        asked = self.way.asked.values()
        wrong = {name: each for page in asked for name, each in page.problems.items()}
        return wrong | {field.id: () for _, field in at_desk.stray(self.way, self.typed)}

    def sections(self) -> Iterator[AskedSectionView]:
        """Yield what must be said, by step."""
        for step in self.form.steps:
            pages = tuple(self.pages(self.form.by_step[step.id]))
            if pages:
                yield AskedSectionView(step.title, pages)

    def rest(self) -> tuple[AskedView, ...]:
        """Return what is asked of who wants to tell more."""
        return tuple(self.pages(page for page in self.form.pages if page.more))

    def pages(self, pages: "Iterator[Page] | tuple[Page, ...]") -> Iterator[AskedView]:
        """Yield the pages that ask something."""
        stray = {field.id for _, field in at_desk.stray(self.way, self.typed)}
        for page in pages:
            if page.fields:
                yield AskedView(
                    title=page.title,
                    only=self.only(page.ask_if),
                    aloud=tuple(self.aloud(page)),
                    fields=tuple(self.field(field, page, stray) for field in page.fields),
                )

    def only(self, rules: Conditions) -> str:
        """Return that something is asked only under conditions; "" when it always is."""
        if not rules:
            return ""
        return self.t("staff.enter.only_if", when=condition(self.form.by_field, rules, self.t))

    def aloud(self, page: Page) -> Iterator[tuple[str, str]]:
        if page.intro:
            yield "", page.intro
        yield from ((self.only(note.ask_if), note.text) for note in page.notes if not note.offer)

    def field(self, field: Field, page: Page, stray: set[str]) -> FieldView:
        asked, t = self.way.asked.get(page.id), self.t
        problems = asked.problems.get(field.id, ()) if asked and self.judged else ()
        typed = self.typed.get(page.id, {})
        view = questions.field_view(field, page, problems, typed, t, required=True)
        rules = (*page.ask_if, *field.ask_if)
        if self.judged and field.id in stray:
            says = t("staff.step.stray", when=condition(self.form.by_field, rules, t))
            view = replace(view, errors={**view.errors, field.first: says})
        if field.ask_if:
            when = condition(self.form.by_field, field.ask_if, t)
            view = replace(view, optional_text=t("staff.step.only_if", when=when))
        return replace(view, definition=self.as_shown(view))

    def as_shown(self, view: FieldView) -> Field:
        """Return a field with where its answer is from, and as high as that is long."""
        field, shown = view.definition, dict[str, object]()
        if source := self.sources.get(field.id):
            shown["hint"] = " ".join(filter(None, (field.hint, source)))
        if self.whole and isinstance(field, LongTextField):
            lines = view.value(field.id).splitlines()
            needed = sum(1 + len(line) // LINE for line in lines) + 1
            shown["rows"] = max(field.rows, min(needed, MOST_ROWS))
        return field.model_copy(update=shown) if shown else field
