"""What is done with what has come in: the states of a case, the steps between them, the clocks.

These models are the whole language of `forms/processes/*.toml`. A step is a page of the runner's:
the same kinds of field, conditions, checks and texts. To take, give back, assign, note and reopen
are acts of the machine's own, and no steps.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field as Constraint
from pydantic import PlainSerializer

from app.runner import answers
from app.runner.clocks import OPENED, RECEIVED, Clock
from app.runner.definition import Check, Note, Page, Whole
from app.runner.field import (
    NOTHING,
    AnyField,
    Bound,
    Conditions,
    Definition,
    Field,
    FieldId,
    Id,
    Listed,
    Words,
    all_hold,
)
from app.runner.journey import Asked
from app.runner.letters import Letter
from app.runner.people import Consents, Invitations, People
from app.runner.plan import Plan
from app.runner.reports import Report
from app.runner.role import Taker
from app.runner.step_tally import StepTally
from app.runner.tabs import Tab
from app.runner.typed import Typed

PROCESSES = "processes"
"""The folder of the files, and where their texts are found: by the id of each."""
NEW, TAKEN = "ny", "tagen"
"""Where every case begins; where it is when somebody has taken it, and when it is reopened."""
MACHINES_OWN = frozenset({RECEIVED, OPENED, "take", "give_back", "assign", "note", "reopen"})
"""What steps may not be called."""

Record = Literal["external", "here"]
"""Where the documentation ends (14 kap. 3 §, 20 kap. 1 § SoL): in another system, or here."""
Ids = Annotated[tuple[Id, ...], Listed]


class State(Definition):
    """How far a case has come."""

    id: Id
    """What machines know it by. The first is `ny`; there is one called `tagen`."""
    label: Words
    """What staff read."""
    ends: bool = False
    """Whether nothing more is done: from here a case can only be reopened."""


class Outcome(Definition):
    """What a decision can come to: counted, and kept when all else has been removed."""

    id: Id
    """The code."""
    label: Words
    """What staff read."""
    investigation: bool = True
    """Whether an utredning is opened by it, or has the report: the akt is then kept until the child
    is 30, where it is here (16 kap. 2 a § SoL), and five years otherwise."""


class Agreement(Definition):
    """What somebody else must have agreed to before a step is taken with some answers."""

    step: Id
    """The step by which they agree: taken by another than who takes this one, and since the case
    was last reopened or assessed anew (came to where that step is taken from)."""
    if_: Annotated[Conditions, Constraint(min_length=1, alias="if")]
    """Which answers to this step it takes."""


class Step(Definition):
    """Something that is done with a case, and what must be said of it: one page of questions."""

    id: Id
    """What machines know it by, and the last part of its address."""
    title: Words
    """Its heading."""
    button: Words
    """What is pressed when it is done."""
    intro: Words = ""
    """Said before the questions, in paragraphs, `## ` headings and `- ` lists."""
    contacts: Ids = ()
    """Whom to ring, by their ids in the municipality's file."""
    roles: Annotated[tuple[Taker, ...], Listed, Constraint(min_length=1)]
    """Who may do it."""
    qualified: bool = False
    """Whether it takes one who is qualified to assess (25 kap. 1 § SoL)."""
    from_: Annotated[Ids, Constraint(min_length=1, alias="from")]
    """The states in which it can be done."""
    to: Id = ""
    """The state it leads to; the case stays where it is when empty."""
    after: Ids = ()
    """Steps that must have been done before it, since the case was last reopened."""
    confirms: Id = ""
    """A step that must have been done before it, and by somebody else."""
    agreed_by: Agreement | None = None
    """A step that somebody else must have done before it, when it is answered in some way."""
    record: Record | None = None
    """Offered only where the documentation is kept in this place; everywhere, if not said."""
    hands_over: bool = False
    """Whether the case is sent to where the form's cases are handed over. Offered only where the
    municipality has such a place."""
    reporter: Literal["about", "test"] | None = None
    """What it has to do with who reported (26 kap. 5 § OSL): `about`, what is said in it may tell
    who that was; `test`, it is the test of whether that may be told. What staff write in either is
    left out of what is handed to whom the case is about, until there has been a test."""
    about: FieldId = ""
    """The question, radios with `of`, that tells which of the people it is about."""
    adds: Id = ""
    """Which people it adds one to; or puts one right, when the question `about` is answered."""
    same_as: FieldId = ""
    """The question, radios with `of`, that tells who it is that they are the same as."""
    each_under: Bound = 0
    """In years: before the case ends it is taken about each who may be younger; 0 is nobody."""
    leaves: bool = False
    """Whether whom it is about is no longer one of the people in the case."""
    needs: Ids = ()
    """The purposes that whom it is about, or their guardians, must have said yes to."""
    invites: bool = False
    """Whether whom it is about is asked to come: refused for who may not be."""
    takes: bool = False
    """Whether who does it has the case from then on, if nobody has."""
    decides: bool = False
    """Whether it is a decision: the case has an outcome from then on."""
    outcome: FieldId = ""
    """The question whose chosen option is the outcome."""
    outcome_is: Id = ""
    """The outcome, when there is but one."""
    notes: Annotated[tuple[Note, ...], Listed] = ()
    """Boxes that are shown after the intro."""
    checks: Annotated[tuple[Check, ...], Listed] = ()
    """Rules across fields."""
    fields: Annotated[tuple[AnyField, ...], Listed] = ()
    """The questions. Their conditions look at those before them in the same step."""

    @cached_property
    def page(self) -> Page:
        """The step as a page, for whatever shows one."""
        return Page(
            id=self.id,
            step=self.id,
            title=self.title,
            intro=self.intro,
            contacts=self.contacts,
            notes=self.notes,
            checks=self.checks,
            fields=self.fields,
        )

    def read(self, typed: Typed, *, today: date) -> Asked:
        """Read what was typed: the fields that are asked after what stands before them, no others.

        `today` is the date at the municipality.
        """
        chosen: dict[str, frozenset[str]] = {}
        asked: list[Field] = []
        required: set[str] = set()
        for field in self.fields:
            if not all_hold(field.ask_if, chosen):
                continue
            asked.append(field)
            if answers.is_required(field, chosen):
                required.add(field.id)
            answer = field.read(typed, today=today, required=False).answer
            if answer:
                chosen[field.id] = answer.choices
        reading = answers.read(self.page, asked, typed, earlier={}, required=required, today=today)
        words = any(any(values) for values in typed.values())
        return Asked(self.page, tuple(asked), *reading, True, frozenset(required), words)

    def outcome_of(self, chosen: Mapping[str, frozenset[str]]) -> str:
        """Return the outcome that what was chosen decides; "" when nothing is decided."""
        return self.outcome_is or next(iter(chosen.get(self.outcome, NOTHING)), "")


class Process(Whole):
    """All that can be done with what came in by one form, with its Swedish texts."""

    id: Id
    """The name of the file, and of the form."""
    version: Annotated[int, Constraint(ge=1, le=1_000_000)]
    """Raised when a step, a state or a clock changes its meaning."""
    # Sorted when written out: a set has another order, and so another hash, in another process.
    locked: Annotated[frozenset[str], Listed, PlainSerializer(sorted)] = frozenset()
    """Texts with weight in law, by path: a municipality may not reword them."""
    states: Annotated[tuple[State, ...], Listed, Constraint(min_length=1)]
    """How far a case can have come, in order."""
    outcomes: Annotated[tuple[Outcome, ...], Listed] = ()
    """What decisions come to."""
    clocks: Annotated[tuple[Clock, ...], Listed] = ()
    """The times to keep. No step leads to an end while one of them is running."""
    people: Annotated[tuple[People, ...], Listed] = ()
    """The sorts of people that a case is about, where there are several."""
    consents: Consents | None = None
    """How it is written down what they have said yes or no to."""
    invitations: Invitations | None = None
    """Who may be asked to come, and to what day."""
    reports: Annotated[tuple[Report, ...], Listed] = ()
    """What is reported about one of them from the case, by another form."""
    plan: Plan | None = None
    """What must be there before the meeting that they are asked to."""
    statistics: Annotated[tuple[StepTally, ...], Listed] = ()
    """The questions in the steps whose answers are counted when a case has ended, as shown."""
    steps: Annotated[tuple[Step, ...], Listed, Constraint(min_length=1)]
    """What is done, in the order in which it is offered."""
    tabs: Annotated[tuple[Tab, ...], Listed] = ()
    """The parts that the pages of a case are divided into; one page for all when empty."""
    letters: Annotated[tuple[Letter, ...], Listed] = ()
    """What is sent or handed out, in the order in which it is offered."""

    @property
    def owed(self) -> tuple[Step, ...]:
        """The steps that must have been taken about each of some people before a case ends."""
        return tuple(step for step in self.steps if step.each_under)

    def state(self, state_id: str) -> State | None:
        return next((state for state in self.states if state.id == state_id), None)

    def outcome(self, code: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.id == code), None)

    def clock(self, clock_id: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.id == clock_id), None)

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def letter(self, letter_id: str) -> Letter | None:
        return next((letter for letter in self.letters if letter.id == letter_id), None)

    def steps_from(self, state_id: str) -> tuple[Step, ...]:
        """Return the steps that can be done in a state, in the order in which they are offered."""
        return tuple(step for step in self.steps if state_id in step.from_)

    def started_by(
        self, event: str, chosen: Mapping[str, frozenset[str]] | None = None
    ) -> tuple[Clock, ...]:
        """Return the clocks that RECEIVED, or a step with these answers, starts."""
        return tuple(
            clock
            for clock in self.clocks
            if clock.starts == event and all_hold(clock.start_if, chosen or {})
        )

    def stopped_by(self, event: str) -> tuple[Clock, ...]:
        """Return the clocks that OPENED, or a step, stops."""
        return tuple(clock for clock in self.clocks if event in clock.stopped_by)

    def kept(self, record: Record, *, connected: bool = False) -> "Process":
        """Return the process as it is where the documentation ends up in this place.

        `connected`: whether there is somewhere to send a case that is handed over.
        """
        steps = tuple(
            step
            for step in self.steps
            if step.record in {None, record} and (connected or not step.hands_over)
        )
        return self.model_copy(update={"steps": steps})
