"""What letters are made of, and a letter that is made, or what hinders it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.casework.group import invited
from app.casework.group.hindered import Hindrance
from app.casework.group.people import Group, Person
from app.casework.group.wording import Line, Tongue
from app.runner.letters import Letter
from app.runner.people import People
from app.runner.process import Process
from app.runner.texts import SWEDISH


@dataclass(frozen=True, slots=True)
class Source:
    """A case that letters are made of: as it is on a day, by whom, in which languages.

    `process` is what the rules stand in; `tongues` are by code, and Swedish is one of them.
    """

    process: Process
    group: Group
    on: date
    sender: str
    tongues: Mapping[str, Tongue]

    def sort(self, person: Person) -> People:
        return next(sort for sort in self.process.people if sort.id == person.sort)

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which a letter must be allowed: this, and that of a meeting to come."""
        return tuple(invited.days(self.process, self.group, self.on))


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter to somebody, or what hinders it.

    `key` and `name` tell who gets it: `to`, one of the case's people, or somebody else (None).

    `about` are those whom it names, `left_out` their own who are not in it for being protected.
    `asked` is the language that they read and `code` the one that it is written in.
    """

    letter: Letter
    to: Person | None
    key: str
    name: str = field(default="", repr=False)
    about: tuple[Person, ...] = ()
    left_out: tuple[Person, ...] = ()
    purposes: tuple[str, ...] = ()
    hinders: tuple[Hindrance, ...] = ()
    title: str = ""
    lines: tuple[Line, ...] = field(default=(), repr=False)
    code: str = SWEDISH
    asked: str = SWEDISH

    @property
    def untranslated(self) -> bool:
        """Whether something of it stands in another language than the one that was asked for."""
        ours = (line for line in self.lines if not line.free)
        return self.code != self.asked or any(line.language != self.asked for line in ours)
