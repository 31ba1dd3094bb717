"""The contract of a field, and the register of kinds.

A kind of field is one file in `app.runner.fields`: a frozen model of what a definition may say of
it, a `read` of what a person typed, and the `data_schema` of what machines get of it.
Whatever was typed is kept as typed. A question that may be left empty stops nobody.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, NamedTuple, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SerializeAsAny,
    Strict,
    StringConstraints,
)
from pydantic import Field as Constraint
from pydantic_core import PydanticCustomError

from app.runner.child import ChildPart, child_faults
from app.runner.typed import Retold, Typed


class Marker:
    """Marks, in an annotation, what a model field holds besides its type."""


WORDS = Marker()
SETTING = Marker()

Words = Annotated[str, WORDS]
"""A text that people read: it can be translated, and reworded by a municipality."""
Bound = Annotated[int | str, SETTING]
"""A whole number, or the name of the municipality's setting that holds it."""
Listed = Strict(strict=False)
"""TOML has lists; we keep tuples and sets."""
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
FieldId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=60)]
"""Without a hyphen: that is what parts a field from what is within it in the names of inputs."""
Length = Annotated[int, Constraint(ge=0, le=100_000)]
"""How many characters, or how many of something."""
LINE_MOST = 200
"""Characters that any line takes: what an honest answer needs, and a limit that nobody meets."""
Most = Annotated[int, Constraint(ge=LINE_MOST, le=100_000)]
"""How many characters a text may have. A limit below LINE_MOST would stop people: there is none."""


class Definition(BaseModel):
    """A part of a form definition: frozen, strict, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    NAMED: ClassVar[str] = "id"
    """The key by which a part is named in the path of a text."""

    def __copy__(self) -> Self:
        """Return a copy without what was worked out from this one: `update` may change it."""
        made = super().__copy__()
        for name in made.__dict__.keys() - type(self).model_fields.keys():
            del made.__dict__[name]
        return made


NOTHING = frozenset[str]()


class Condition(Definition):
    """True when an earlier field was answered with one of, or none of, these options."""

    field: Id
    """A question asked on an earlier page, or before it in the same step."""
    any_of: Annotated[tuple[str, ...], Listed] = ()
    """Holds when one of these was answered."""
    none_of: Annotated[tuple[str, ...], Listed] = ()
    """Holds when none of these was answered."""

    def holds(self, chosen: Mapping[str, frozenset[str]]) -> bool:
        answer = chosen.get(self.field, NOTHING)
        if self.any_of:
            return not answer.isdisjoint(self.any_of)
        return answer.isdisjoint(self.none_of)

    def model_post_init(self, _context: object) -> None:
        if bool(self.any_of) == bool(self.none_of):
            raise PydanticCustomError("condition", "ett villkor har antingen any_of eller none_of")


Conditions = Annotated[tuple[Condition, ...], Listed]


class Help(Definition):
    """What the hint has no room for and few need: folded under its title, beside the question."""

    title: Words
    """What is seen before it is unfolded."""
    text: Words
    """What is seen then, in paragraphs and `- ` lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: the input it is at, the fault's name, the numbers its text needs."""

    at: str
    key: str
    numbers: Mapping[str, int] = field(default_factory=dict)


NOT_READ = "not_read"
"""What is said of an answer of which nothing was understood."""
DOUBTS = frozenset(
    {"checksum", "future", "short", "too_large", "too_old", "too_small", "too_young"}
)
"""What is said of an answer that may be a slip."""


@dataclass(frozen=True, slots=True)
class Remark:
    """How an answer was read, or that it was not: a kind of field, and one of its REMARKS.

    `values` are what its text needs; `at` tells whose answer it is in a group.
    """

    kind: str
    key: str
    values: Mapping[str, int | str] = field(default_factory=dict)
    at: str = ""


class Answer(NamedTuple):
    """What was answered: lines for people, the options chosen, and data for machines.

    The lines are what was typed, word for word; the data what was understood of it, or None.
    """

    lines: tuple[str, ...]
    data: Any
    choices: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()


class Reading(NamedTuple):
    """An answer (none when nothing was answered) and what must be put right."""

    answer: Answer | None = None
    problems: tuple[Problem, ...] = ()


def all_hold(rules: Iterable[Condition], chosen: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether every condition holds; none at all always do."""
    for rule in rules:  # noqa: SIM110 - thrice as fast as a generator, and mostly there are none
        if not rule.holds(chosen):
            return False
    return True


class Field(Definition):
    """What every kind of field has in common."""

    ERRORS: ClassVar[tuple[str, ...]] = ("missing",)
    """What can stop somebody: an answer that is required and not there, or too long."""
    REMARKS: ClassVar[tuple[str, ...]] = ()
    """What can be said of an answer that was kept."""
    COMPONENT: ClassVar[str] = ""
    """The template that shows it (`templates/components`), when that is not named as the kind."""

    kind: str
    """Which kind of question."""
    id: FieldId
    """Its name; part of the path of its texts, and what machines know it by."""
    label: Words
    """The question."""
    hint: Words = ""
    """What helps to answer."""
    help: Help | None = None
    """What helps those who need more than the hint: nothing that must be known to answer."""
    required: bool = False
    """Whether it must be answered."""
    required_if: Conditions = ()
    """When it must be answered."""
    ask_if: Conditions = ()
    """When it is asked; always, if nothing is said."""
    identifies: bool = False
    """Whether it tells who reports: erased when it is no longer asked."""
    child: ChildPart | None = None
    """What it tells of a child: by it two reports can be seen to be about the same one."""
    autocomplete: str = "off"
    """What a browser may fill in (WCAG 2.2 1.3.5)."""
    errors: Mapping[str, str] = {}
    """What is said of a fault, by its name; `missing` is needed where it must be answered."""

    @cached_property
    def put(self) -> Mapping[str, str]:
        """The question as a transcript states it, in plain strings: they are sooner written."""
        return {
            "field": self.id,
            "kind": self.kind,
            "question": str(self.label),
            "hint": str(self.hint),
        }

    def read(self, typed: Typed, *, today: date, required: bool) -> Reading:
        """Read what was typed at this field. `today` is the date at the receiving municipality."""
        raise NotImplementedError

    def data_schema(self) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of an answer's data, when there is any."""
        return {}

    @property
    def prose(self) -> bool:
        """Whether what is typed is in somebody's language, and may have to be translated."""
        return False

    def retold(self, lines: Sequence[str], data: object, put: Self | None) -> Retold:  # noqa: ARG002 - the contract
        """Return a transcript's answer in this language's words; `put` is the question as put."""
        return Retold((), tuple(lines))

    def owns(self, name: str) -> bool:
        """Tell whether an input of this name belongs to this field."""
        return name == self.id

    def most_values(self, name: str) -> int:  # noqa: ARG002 - the contract
        """Return how many values an input of this field takes."""
        return 1

    @property
    def component(self) -> str:
        return self.COMPONENT or self.kind

    @property
    def first(self) -> str:
        """The name of the input that a problem with the whole field is at."""
        return self.id

    def possible(self) -> frozenset[str]:
        """Return the option ids that a condition may name."""
        return frozenset()

    def missing(self) -> Reading:
        return Reading(problems=(Problem(self.first, "missing"),))

    def faults(self) -> list[tuple[str, str]]:
        """Return what is wrong with the definition itself: (key, reason)."""
        wrong = [
            (f"errors.{key}", f"okänt fel; {self.kind} har {', '.join(self.ERRORS)}")
            for key in self.errors
            if key not in self.ERRORS
        ]
        if (self.required or self.required_if) and "missing" not in self.errors:
            wrong.append(("errors.missing", "ett fält som krävs säger själv vad man ska göra"))
        return [*wrong, *child_faults(self.child, kind=self.kind, identifies=self.identifies)]


KINDS: dict[str, type[Field]] = {}
F = TypeVar("F", bound=type[Field])


def kind(name: str) -> Callable[[F], F]:
    """Register a kind of field under the name a definition uses.

    Raises ValueError on a name already taken.
    """

    def register(model: F) -> F:
        if name in KINDS:
            raise ValueError(f"the kind {name!r} is registered twice")
        KINDS[name] = model
        return model

    return register


def build(data: object) -> object:
    """Make the field that this table describes; what is already a field passes through."""
    if isinstance(data, Field) or not isinstance(data, dict):
        return data
    name = data.get("kind")
    model = KINDS.get(name) if isinstance(name, str) else None
    if model is None:
        raise PydanticCustomError(
            "kind",
            "okänd sort {kind}; sorterna är {kinds}",
            {"kind": repr(name), "kinds": ", ".join(sorted(KINDS))},
        )
    return model.model_validate(data)


AnyField = Annotated[SerializeAsAny[Field], BeforeValidator(build)]


def twice(at: str, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the ids that stand more than once: a text under one of them would be a text of both."""
    for name in sorted(name for name, count in Counter(ids).items() if count > 1):
        yield f"{at}.{name}", "finns två gånger"
